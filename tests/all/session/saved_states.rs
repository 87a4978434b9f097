//! What is on the screen is kept as a presentation state, found with its study, and looks the same. Rules S-1, S-14, S-15.

use std::path::{Path, PathBuf};
use std::process::Command;

use dicom_core::Tag;
use dicom_dictionary_std::tags;
use hotlight::dicom::Source;
use hotlight::geometry::{Point, View};
use hotlight::grayscale::Polarity;
use hotlight::presentation::{PresentationLut, PresentationState, StateShutter};
use hotlight::render::{GraphicPlan, Picture, Raster, cpu};
use hotlight::study::FrameState;
use hotlight::testing::Scripted;
use hotlight::units::PValue;
use tempfile::TempDir;

use crate::standard::Object;

/// A reader's folder and a study beside it.
struct Desk {
    folder: TempDir,
}

impl Desk {
    fn new(image: &Object) -> Self {
        let folder = TempDir::new().expect("a temporary folder");
        std::fs::create_dir(folder.path().join("study")).expect("a folder");
        image.write_to(&folder.path().join("study/image.dcm"));
        Self { folder }
    }

    fn kept(&self) -> PathBuf {
        self.folder.path().join("kept")
    }

    /// The program started anew, with the study.
    fn open(&self) -> Scripted {
        let mut scripted = Scripted::keeping(Some(self.kept()));
        scripted.run(&format!("open {}", self.folder.path().join("study").display()));
        scripted
    }

    /// What is kept, by name.
    fn files(&self) -> Vec<PathBuf> {
        let folders = std::fs::read_dir(self.kept()).into_iter().flatten().flatten();
        let files =
            folders.flat_map(|folder| std::fs::read_dir(folder.path()).into_iter().flatten().flatten());
        let mut files: Vec<PathBuf> = files.map(|file| file.path()).collect();
        files.sort();
        files
    }

    fn state(&self) -> PresentationState {
        let files = self.files();
        let [file] = files.as_slice() else { panic!("{files:?}") };
        PresentationState::read(&Source::file(file)).expect("it is whole").expect("a state")
    }
}

/// A gradient of 12 bits in pixels that are not square.
fn image(photometric: &str) -> Object {
    let words: Vec<u16> = (0..48 * 40).map(|index| index % 48 * 80 + index / 48).collect();
    Object::gray(40, 48, 12, &words)
        .text(tags::PHOTOMETRIC_INTERPRETATION, "CS", photometric)
        .text(tags::PATIENT_NAME, "PN", "ZZCANARY^SAVED")
        .text(tags::PIXEL_SPACING, "DS", "0.5\\0.25")
        .text(tags::RESCALE_SLOPE, "DS", "2")
        .text(tags::RESCALE_INTERCEPT, "DS", "-1024")
}

fn with_shutter(object: Object) -> Object {
    object
        .text(tags::SHUTTER_SHAPE, "CS", "RECTANGULAR\\CIRCULAR")
        .text(tags::SHUTTER_LEFT_VERTICAL_EDGE, "IS", "3")
        .text(tags::SHUTTER_RIGHT_VERTICAL_EDGE, "IS", "44")
        .text(tags::SHUTTER_UPPER_HORIZONTAL_EDGE, "IS", "4")
        .text(tags::SHUTTER_LOWER_HORIZONTAL_EDGE, "IS", "36")
        .text(tags::CENTER_OF_CIRCULAR_SHUTTER, "IS", "20\\24")
        .text(tags::RADIUS_OF_CIRCULAR_SHUTTER, "IS", "22")
        .words(tags::SHUTTER_PRESENTATION_VALUE, "US", &[9000])
}

fn with_plane(object: Object) -> Object {
    object
        .words(Tag(0x6000, 0x0010), "US", &[2])
        .words(Tag(0x6000, 0x0011), "US", &[2])
        .text(Tag(0x6000, 0x0040), "CS", "G")
        .words(Tag(0x6000, 0x0050), "SS", &[9, 9])
        .bytes(Tag(0x6000, 0x3000), "OB", &[0b1111])
}

fn pixels(scripted: &Scripted) -> Raster<PValue> {
    let viewport = scripted.focused().expect("a viewport");
    let Picture::Slice(pass) = viewport.picture else { panic!("{:?}", viewport.picture) };
    let frame = scripted.reading.library.frame(&pass.frame).and_then(FrameState::ready).expect("pixels");
    cpu::p_values(&pass, frame)
}

fn told(scripted: &Scripted) -> String {
    scripted.reading.session.messages.last().map_or_else(String::new, |message| message.text.clone())
}

type Lines = Vec<Vec<Point<View>>>;

/// The lines of marks, or of a state's graphics.
fn lines(scripted: &Scripted) -> (Lines, Lines) {
    let overlay = scripted.focused().expect("a viewport").overlay;
    let of = |graphic: &GraphicPlan| match graphic {
        GraphicPlan::Shape { lines, .. } => lines.clone(),
        GraphicPlan::Text(_) => Vec::new(),
    };
    let marks = overlay.marks.iter().flat_map(|mark| mark.outline.clone()).collect();
    (marks, overlay.graphics.iter().flat_map(of).collect())
}

/// From a point to a straight line between two.
fn distance(point: Point<View>, from: Point<View>, to: Point<View>) -> f64 {
    let (along, way) = (to - from, point - from);
    let share = (way.dot(along) / along.dot(along)).clamp(0.0, 1.0);
    (point - (from + along * share)).length()
}

/// Foreign programs find nothing wrong with a file.
fn validate(file: &Path) {
    let run = |program: &str| {
        let output = Command::new(program).arg(file).output();
        let output = output.expect("the validators run (make test installs dcmtk and dicom3tools)");
        let text = [output.stdout, output.stderr].concat();
        (output.status, String::from_utf8_lossy(&text).into_owned())
    };
    let (status, text) = run("dcmpschk");
    assert!(status.success() && !text.contains("Error") && !text.contains("failed"), "dcmpschk: {text}");
    let (_, text) = run("dciodvfy");
    assert!(!text.contains("Error"), "dciodvfy: {text}");
}

#[test]
fn what_is_shown_is_saved_and_looks_the_same_when_the_study_is_opened_again() {
    let turns = ["", "rotate right; ", "flip horizontal; ", "rotate right; flip vertical; "];
    let grays = ["", "window set 700 1200; ", "invert; "];
    for photometric in ["MONOCHROME1", "MONOCHROME2"] {
        for (number, object) in
            [image(photometric), with_shutter(with_plane(image(photometric)))].iter().enumerate()
        {
            for (turn, gray) in turns.iter().zip(grays.iter().cycle()) {
                let case = format!("{photometric} {number} {turn}{gray}");
                let desk = Desk::new(object);
                let mut scripted = desk.open();
                scripted.run(&format!("{turn}{gray}"));
                let before = pixels(&scripted);
                scripted.run("presentation save first");
                assert_eq!(told(&scripted), "Saved as presentation state FIRST.", "{case}");
                assert_eq!(pixels(&scripted), before, "the picture stays as it is: {case}");
                let files = desk.files();
                validate(files.first().expect("a file"));
                let again = desk.open();
                assert_eq!(pixels(&again), before, "{case}");
                let badges = again.focused().expect("a viewport").labels.badges;
                assert!(badges.iter().any(|badge| badge.text.contains("FIRST")), "{case}: {badges:?}");
            }
        }
    }
}

/// Rule P-15: the shape alone rules, so MONOCHROME1 has to be in it.
#[test]
fn the_shape_says_what_monochrome1_and_inversion_make_together() {
    for (photometric, commands, expected) in [
        ("MONOCHROME2", "", Polarity::Identity),
        ("MONOCHROME2", "invert; ", Polarity::Inverse),
        ("MONOCHROME1", "", Polarity::Inverse),
        ("MONOCHROME1", "invert; ", Polarity::Identity),
    ] {
        let desk = Desk::new(&image(photometric));
        desk.open().run(&format!("{commands}presentation save"));
        let state = desk.state();
        assert_eq!(state.presentation, PresentationLut::Shape(expected), "{photometric} {commands}");
        assert_eq!((state.label.as_str(), state.shutter), ("HOTLIGHT", StateShutter::None));
    }
}

#[test]
fn marks_are_saved_as_graphics_with_their_numbers_where_they_were() {
    let desk = Desk::new(&image("MONOCHROME2"));
    let mut scripted = desk.open();
    scripted.run(
        "rotate right; \
         tool length; pointer press left 300 200; pointer move 330 220; pointer move 360 280; pointer release; \
         tool ellipse; pointer press left 330 300; pointer move 350 310; pointer move 400 390; pointer release; \
         presentation save marks",
    );
    let (marks, graphics) = lines(&scripted);
    assert_eq!((marks.len(), graphics.len()), (2, 0));
    validate(desk.files().first().expect("a file"));
    let again = desk.open();
    let (none, graphics) = lines(&again);
    assert!(none.is_empty());
    assert_eq!(graphics.len(), 2);
    for (mark, graphic) in marks.iter().zip(&graphics) {
        // An ellipse is drawn in other pieces.
        for point in graphic {
            let nearest =
                mark.windows(2).map(|ends| distance(*point, ends[0], ends[1])).fold(f64::MAX, f64::min);
            assert!(nearest < 0.1, "{point:?}: {nearest} from {mark:?}");
        }
    }
    let numbers: Vec<String> = scripted.focused().expect("a viewport").overlay.marks[0].words.clone();
    let texts: Vec<String> = again
        .focused()
        .expect("a viewport")
        .overlay
        .graphics
        .iter()
        .filter_map(|graphic| match graphic {
            GraphicPlan::Text(text) => text.lines.first().map(|line| line.reveal().clone()),
            GraphicPlan::Shape { .. } => None,
        })
        .collect();
    assert_eq!(texts.first(), numbers.first());
}

#[test]
fn a_zoomed_view_is_saved_as_the_area_that_is_seen() {
    let desk = Desk::new(&image("MONOCHROME2"));
    let mut scripted = desk.open();
    scripted.run("zoom by 3; rotate left");
    let center = |scripted: &Scripted| {
        let viewport = scripted.focused().expect("a viewport");
        let Picture::Slice(pass) = viewport.picture else { panic!("{:?}", viewport.picture) };
        pass.image_from_view * Point::flat(400.0, 300.0)
    };
    let before = center(&scripted);
    scripted.run("presentation save");
    let after = center(&desk.open());
    assert!((after - before).length() < 1.0, "{before:?} {after:?}");
}

#[test]
fn what_cannot_be_saved_is_said() {
    let desk = Desk::new(&image("MONOCHROME2"));
    let mut scripted = Scripted::keeping(Some(desk.kept()));
    scripted.run("presentation save");
    assert_eq!(told(&scripted), "Not saved: no image is shown in this viewport.");
    let mut scripted = Scripted::open(&desk.folder.path().join("study"));
    scripted.run("presentation save");
    assert_eq!(told(&scripted), "Not saved: the system names no folder to keep it in.");
    // A file stands where the folder should be.
    let mut scripted = desk.open();
    std::fs::write(desk.kept(), "in the way").expect("written");
    scripted.run("presentation save");
    assert!(told(&scripted).starts_with("Not saved: it cannot be written"), "{}", told(&scripted));
}

#[test]
fn several_states_are_all_found_and_none_names_the_patient_on_disk() {
    let desk = Desk::new(&image("MONOCHROME2"));
    let mut scripted = desk.open();
    scripted.run("presentation save one; invert; presentation save two");
    assert_eq!(desk.files().len(), 2);
    for file in desk.files() {
        assert!(!file.to_string_lossy().contains("CANARY"), "{file:?}");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            assert_eq!(std::fs::metadata(&file).expect("a file").permissions().mode() & 0o777, 0o600);
        }
    }
    let again = desk.open();
    assert_eq!(again.reading.library.studies()[0].states.len(), 2);
}

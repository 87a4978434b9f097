//! What is on the screen is kept as a presentation state, found with its study, and looks the same. Rules S-1, S-14, S-15.

use std::path::{Path, PathBuf};
use std::process::Command;

use chrono::{DateTime, TimeDelta, Utc};
use dicom_core::Tag;
use dicom_dictionary_std::tags;
use hotlight::app::{Clock, Zone};
use hotlight::dicom::{DataSet, Source};
use hotlight::geometry::{Point, View};
use hotlight::grayscale::Polarity;
use hotlight::presentation::{PresentationLut, PresentationState, StateKind, StateShutter};
use hotlight::render::{GraphicPlan, Picture, Raster, SlicePass, cpu};
use hotlight::session::Event;
use hotlight::study::FrameState;
use hotlight::testing::Scripted;
use hotlight::units::PValue;
use tempfile::TempDir;

use crate::standard::Object;

/// A reader's folder and a study beside it.
pub(crate) struct Desk {
    pub(super) folder: TempDir,
}

impl Desk {
    pub(crate) fn new(image: &Object) -> Self {
        Self::with(|study| image.write_to(&study.join("image.dcm")))
    }

    /// With a study that is written so.
    pub(crate) fn with(write: impl FnOnce(&Path)) -> Self {
        let folder = TempDir::new().expect("a temporary folder");
        let study = folder.path().join("study");
        std::fs::create_dir(&study).expect("a folder");
        write(&study);
        Self { folder }
    }

    pub(super) fn kept(&self) -> PathBuf {
        self.folder.path().join("kept")
    }

    /// The program started anew, with the study. What an earlier one has not saved does not come back in it: what is seen again was saved.
    pub(crate) fn open(&self) -> Scripted {
        let mut scripted = Scripted::keeping_saved(self.kept());
        scripted.run(&format!("open {}", self.folder.path().join("study").display()));
        scripted
    }

    /// What is kept, by name.
    pub(crate) fn files(&self) -> Vec<PathBuf> {
        let folders = std::fs::read_dir(self.kept()).into_iter().flatten().flatten();
        let files =
            folders.flat_map(|folder| std::fs::read_dir(folder.path()).into_iter().flatten().flatten());
        let mut files: Vec<PathBuf> = files.map(|file| file.path()).collect();
        files.sort();
        files
    }

    pub(super) fn state(&self) -> PresentationState {
        let files = self.files();
        let [file] = files.as_slice() else { panic!("{files:?}") };
        PresentationState::read(&Source::file(file)).expect("it is whole").expect("a state")
    }
}

/// A gradient of 12 bits in pixels that are not square.
pub(super) fn image(photometric: &str) -> Object {
    let words: Vec<u16> = (0..48 * 40).map(|index| index % 48 * 80 + index / 48).collect();
    Object::gray(40, 48, 12, &words)
        .text(tags::PHOTOMETRIC_INTERPRETATION, "CS", photometric)
        .text(tags::PATIENT_NAME, "PN", "ZZCANARY^SAVED")
        .text(tags::PIXEL_SPACING, "DS", "0.5\\0.25")
        .text(tags::RESCALE_SLOPE, "DS", "2")
        .text(tags::RESCALE_INTERCEPT, "DS", "-1024")
}

pub(super) fn with_shutter(object: Object) -> Object {
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

pub(super) fn with_plane(object: Object) -> Object {
    object
        .words(Tag(0x6000, 0x0010), "US", &[2])
        .words(Tag(0x6000, 0x0011), "US", &[2])
        .text(Tag(0x6000, 0x0040), "CS", "G")
        .words(Tag(0x6000, 0x0050), "SS", &[9, 9])
        .bytes(Tag(0x6000, 0x3000), "OB", &[0b1111])
}

/// One with all that an image says by itself.
pub(crate) fn saved_image() -> Object {
    with_shutter(with_plane(image("MONOCHROME1")))
}

pub(super) fn pass(scripted: &Scripted) -> SlicePass {
    let viewport = scripted.focused().expect("a viewport");
    let Picture::Slice(pass) = viewport.picture else { panic!("{:?}", viewport.picture) };
    *pass
}

/// The picture of the viewport in focus, gray or of colours: three numbers a pixel.
pub(super) fn pixels(scripted: &Scripted) -> Raster<[u16; 3]> {
    pixels_of(scripted, &pass(scripted))
}

pub(super) fn pixels_of(scripted: &Scripted, pass: &SlicePass) -> Raster<[u16; 3]> {
    let frame = scripted.reading.library.frame(&pass.frame).and_then(FrameState::ready).expect("pixels");
    if pass.gray().is_none() {
        let Raster { width, height, values } = cpu::colors(pass, frame);
        return Raster {
            width,
            height,
            values: values.into_iter().map(|color| color.map(u16::from)).collect(),
        };
    }
    let Raster { width, height, values } = cpu::p_values(pass, frame);
    Raster { width, height, values: values.into_iter().map(|p: PValue| [p.0; 3]).collect() }
}

/// All that decides on the picture, and is the same where the picture is: where each pixel stands, the gray of every word,
/// and what is drawn over it.
pub(super) fn looks(pass: &SlicePass) -> impl PartialEq + std::fmt::Debug + use<> {
    let gray = pass.gray().map(|gray| {
        // A table that ends in an inversion, or one of inverted outputs.
        let entries = gray.curve.as_ref().map(|curve| match gray.polarity {
            Polarity::Identity => curve.entries(),
            Polarity::Inverse => curve.entries().into_iter().map(|p| PValue(u16::MAX - p.0)).collect(),
        });
        let polarity = if entries.is_some() { Polarity::Identity } else { gray.polarity };
        (gray.modality.clone(), gray.window, entries, polarity, gray.padding)
    });
    (
        pass.frame.clone(),
        pass.view_size,
        pass.image_from_view,
        pass.sampling,
        pass.filter,
        gray,
        pass.cover.clone(),
    )
}

pub(super) fn told(scripted: &Scripted) -> String {
    scripted.reading.session.messages.last().map_or_else(String::new, |message| message.text.clone())
}

pub(super) type Lines = Vec<Vec<Point<View>>>;

/// The lines of marks, or of a state's graphics.
pub(super) fn lines(scripted: &Scripted) -> (Lines, Lines) {
    let overlay = scripted.focused().expect("a viewport").overlay;
    let of = |graphic: &GraphicPlan| match graphic {
        GraphicPlan::Shape(shape) => shape.lines.clone(),
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

fn run(program: &str, file: &Path) -> (bool, String) {
    let output = Command::new(program).arg(file).output();
    let output = output.expect("the validators run (make test installs dcmtk and dicom3tools)");
    let text = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8_lossy(&text).into_owned())
}

/// Foreign programs find nothing wrong with a file.
pub(super) fn validate(file: &Path) {
    let kind = PresentationState::read(&Source::file(file)).expect("it is whole").expect("a state").kind;
    if kind == StateKind::Grayscale {
        // It knows no other.
        let (is_well, text) = run("dcmpschk", file);
        assert!(is_well && !text.contains("Error") && !text.contains("failed"), "dcmpschk: {text}");
    }
    verify_modules(file);
}

/// The modules are whole. `dcmpschk` refuses each state with a mask as *unsupported*.
pub(super) fn verify_modules(file: &Path) {
    let (_, text) = run("dciodvfy", file);
    // It looks for the attributes of a plane in group 6000H, whichever group has it.
    let is_fault = |line: &&str| line.contains("Error") && !line.contains("Module=<OverlayPlane>");
    assert_eq!(text.lines().find(is_fault), None, "dciodvfy: {text}");
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
                let (before, look) = (pixels(&scripted), looks(&pass(&scripted)));
                scripted.run("presentation save first");
                assert_eq!(told(&scripted), "Saved as presentation state FIRST.", "{case}");
                assert_eq!(pixels(&scripted), before, "the picture stays as it is: {case}");
                let files = desk.files();
                validate(files.first().expect("a file"));
                let again = desk.open();
                assert_eq!(looks(&pass(&again)), look, "{case}");
                assert_eq!(pixels(&again), before, "{case}");
                let badges = again.focused().expect("a viewport").labels.badges;
                assert!(badges.iter().any(|badge| badge.text.contains("FIRST")), "{case}: {badges:?}");
            }
        }
    }
}

/// PS3.3 C.7.2.1, C.11.10, C.12.1.1.8.
#[test]
fn a_saved_state_says_who_made_it_where_and_when_and_of_which_study() {
    let image = image("MONOCHROME2")
        .text(tags::STUDY_ID, "SH", "S-17")
        .text(tags::REFERRING_PHYSICIAN_NAME, "PN", "ZZCANARY^REFERRER")
        .text(tags::STUDY_DESCRIPTION, "LO", "Chest");
    let desk = Desk::new(&image);
    let mut scripted = Scripted::keeping_in(desk.kept(), Zone::East(34_200));
    let ann = Event::UsersFound { reader: "ann.lee".parse().expect("a name"), users: Vec::new() };
    scripted.reading.event(&ann);
    scripted.run(&format!("open {}", desk.folder.path().join("study").display()));
    let before = DateTime::<Utc>::from(Clock::now()).naive_utc();
    scripted.run("presentation save mine");
    let after = DateTime::<Utc>::from(Clock::now()).naive_utc();
    let file = desk.files().remove(0);
    validate(&file);

    let state = desk.state();
    assert_eq!((state.creator.reveal().as_str(), state.created.utc_offset.as_str()), ("ann.lee", "+0930"));
    let made = state.created.moment().expect("a date");
    assert!(before - TimeDelta::seconds(1) < made && made <= after, "{before} {made} {after}");
    let lines = scripted.reading.session.shown_by_lines(&scripted.reading.library);
    let line = lines.first().expect("a state");
    let here = (made + TimeDelta::seconds(34_200)).format("%Y-%m-%d %H:%M:%S").to_string();
    assert_eq!((line.creator.as_str(), &line.created), ("ann.lee", &here), "by the station's clocks");

    let object = DataSet::read(&Source::file(&file)).expect("it is whole");
    let said = |tag| object.attributes().text(tag).unwrap_or_default();
    let of_study = [tags::STUDY_ID, tags::REFERRING_PHYSICIAN_NAME, tags::STUDY_DESCRIPTION].map(said);
    assert_eq!(of_study, ["S-17", "ZZCANARY^REFERRER", "Chest"]);
    let dates = [tags::INSTANCE_CREATION_DATE, tags::SERIES_DATE].map(said);
    assert_eq!(dates, [state.created.date.as_str(); 2]);
    let times = [tags::INSTANCE_CREATION_TIME, tags::SERIES_TIME].map(said);
    assert_eq!(times, [state.created.time.as_str(); 2]);
}

/// The name that the system has for its account is nobody's to publish.
#[test]
fn a_state_that_the_user_of_the_account_saves_names_nobody() {
    let desk = Desk::new(&image("MONOCHROME2"));
    desk.open().run("presentation save");
    assert_eq!(desk.state().creator.reveal(), "");
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

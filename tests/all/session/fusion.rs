//! A second series over images and sections: which can lie there, how it looks, and what the reader is told.
//!
//! CT, PET and MR are those of `tests/oracle/blending`: CT and PET lie in one frame of reference, the MR in another.

use std::fs;

use hotlight::app::read_headers;
use hotlight::command::Command;
use hotlight::dicom::read_frame;
use hotlight::render::{LayerPass, Picture, ViewportPlan, plan};
use hotlight::session::{Event, MenuLine, Session, SessionSettings, Surface};
use hotlight::study::{FrameState, Library};
use hotlight::testing::Scripted;
use tempfile::TempDir;

use crate::support::data;

/// Files of the oracle whose names begin so.
pub(super) fn folder(beginnings: &[&str]) -> TempDir {
    let folder = TempDir::new().expect("a folder");
    for entry in fs::read_dir(data().join("blending")).expect("the data") {
        let path = entry.expect("a file").path();
        let name = path.file_name().and_then(|name| name.to_str()).expect("a name").to_owned();
        if beginnings.iter().any(|beginning| name.starts_with(beginning)) {
            fs::copy(&path, folder.path().join(name)).expect("copied");
        }
    }
    folder
}

/// A session on such files, which are read as they are needed.
struct Desk {
    scripted: Scripted,
    _folder: TempDir,
}

impl std::ops::Deref for Desk {
    type Target = Scripted;
    fn deref(&self) -> &Scripted {
        &self.scripted
    }
}

impl std::ops::DerefMut for Desk {
    fn deref_mut(&mut self) -> &mut Scripted {
        &mut self.scripted
    }
}

fn open(beginnings: &[&str]) -> Desk {
    let folder = folder(beginnings);
    Desk { scripted: Scripted::open(folder.path()), _folder: folder }
}

fn focused(scripted: &Scripted) -> ViewportPlan {
    scripted.focused().expect("a viewport")
}

fn layer(plan: &ViewportPlan) -> Option<&LayerPass> {
    match &plan.picture {
        Picture::Slice(pass) => pass.layer.as_deref(),
        Picture::Reformat(pass) => pass.layer.as_deref(),
        _ => None,
    }
}

fn badges(plan: &ViewportPlan) -> Vec<&str> {
    plan.labels.badges.iter().map(|badge| badge.text.as_str()).collect()
}

/// What the badge says that begins so.
fn why(plan: &ViewportPlan, beginning: &str) -> String {
    let badge = plan.labels.badges.iter().find(|badge| badge.text.starts_with(beginning));
    badge.unwrap_or_else(|| panic!("{:?}", badges(plan))).why.clone()
}

fn last_message(scripted: &Scripted) -> &str {
    scripted.reading.session.messages.last().map_or("", |message| &message.text)
}

/// After commands: how much of a layer is drawn, in percent; `None` without one.
fn check(scripted: &mut Scripted, commands: &str, percent: Option<f64>) {
    scripted.run(commands);
    let plan = focused(scripted);
    let found = layer(&plan).map(|layer| (layer.opacity.share() * 100.0).round());
    assert_eq!(found, percent, "after '{commands}': {:?}", badges(&plan));
}

#[test]
fn one_command_lays_the_pet_over_the_ct_and_others_blend_it() {
    let mut scripted = open(&["ct-", "pt-"]);
    check(&mut scripted, "fusion toggle", Some(50.0));
    let plan = focused(&scripted);
    assert!(badges(&plan).contains(&"fused PET 50 %"), "{:?}", badges(&plan));
    assert!(why(&plan, "fused").contains("one frame of reference"), "{}", why(&plan, "fused"));
    let pass = layer(&plan).expect("a layer");
    assert_eq!((pass.palette.name(), pass.is_floor_clear), ("hot-iron", true));
    check(&mut scripted, "fusion blend +10", Some(60.0));
    check(&mut scripted, "fusion blend -25", Some(35.0));
    check(&mut scripted, "fusion blend 7; fusion blend -25", Some(0.0));
    check(&mut scripted, "fusion blend over; fusion blend +5", Some(100.0));
    // How it looks stays while it is not seen.
    check(&mut scripted, "fusion blend 30; fusion off", None);
    assert!(badges(&focused(&scripted)).iter().all(|text| !text.contains("fused")));
    check(&mut scripted, "fusion toggle", Some(30.0));
    check(&mut scripted, "scroll +1", Some(30.0));
    check(&mut scripted, "reset", None);
}

#[test]
fn blending_is_taken_back_in_one_step_and_so_is_the_series() {
    let mut scripted = open(&["ct-", "pt-"]);
    check(&mut scripted, "fusion on; fusion blend +5; fusion blend +5; fusion blend +5", Some(65.0));
    check(&mut scripted, "undo", Some(50.0));
    check(&mut scripted, "undo", None);
    check(&mut scripted, "redo", Some(50.0));
}

#[test]
fn a_section_has_the_layer_in_its_own_plane_and_as_thick() {
    let mut scripted = open(&["ct-", "pt-"]);
    check(&mut scripted, "fusion on; plane coronal; slab 10; projection mean", Some(50.0));
    let plan = focused(&scripted);
    let Picture::Reformat(below) = &plan.picture else { panic!("a section") };
    let above = layer(&plan).expect("a layer");
    let thickness = |mm: f64| (mm - 10.0).abs() < 1e-9;
    assert!(thickness(below.slab.thickness_mm) && thickness(above.slab.thickness_mm));
    // A device pixel looks at one place of the patient in both.
    let at = hotlight::geometry::Point::flat(321.0, 123.0);
    let patient = |pass: &hotlight::volume::Volume, map: &hotlight::geometry::Map<_, _>| {
        *pass.patient_from_voxel() * (*map * at)
    };
    let apart =
        patient(&below.volume, &below.voxel_from_view) - patient(&above.volume, &above.voxel_from_view);
    assert!(apart.length() < 1e-6, "{apart:?}");
}

#[test]
fn a_registration_lays_one_frame_of_reference_over_another_and_says_so() {
    let mut scripted = open(&["ct-", "mr-", "registration"]);
    check(&mut scripted, "fusion on", Some(50.0));
    let plan = focused(&scripted);
    assert!(badges(&plan).contains(&"registered"), "{:?}", badges(&plan));
    assert!(why(&plan, "registered").contains("REGISTERED"), "{}", why(&plan, "registered"));
}

#[test]
fn without_one_the_reason_is_told() {
    let mut scripted = open(&["ct-", "mr-"]);
    check(&mut scripted, "fusion on", None);
    let text = last_message(&scripted);
    assert!(text.contains("MR") && text.contains("no registration relates the two"), "{text}");
    let mut scripted = open(&["ct-"]);
    check(&mut scripted, "fusion on", None);
    assert!(last_message(&scripted).contains("No other series"), "{}", last_message(&scripted));
}

#[test]
fn the_series_are_offered_in_order_and_gone_through() {
    let mut scripted = open(&["ct-", "pt-", "mr-", "registration"]);
    let titles = |scripted: &Scripted| -> Vec<String> {
        let lines = scripted.reading.session.menu_lines(&scripted.reading.library);
        let fusion = |line: &MenuLine| line.command.to_string().starts_with("fusion with");
        lines.into_iter().filter(fusion).map(|line| line.title).collect()
    };
    assert_eq!(titles(&scripted), ["Fuse with PET", "Fuse with MR"]);
    check(&mut scripted, "fusion on; fusion blend 20", Some(20.0));
    assert!(badges(&focused(&scripted)).contains(&"fused PET 20 %"));
    check(&mut scripted, "fusion next", Some(20.0));
    assert!(badges(&focused(&scripted)).contains(&"fused MR 20 %"));
    check(&mut scripted, "fusion next", Some(20.0));
    assert!(badges(&focused(&scripted)).contains(&"fused PET 20 %"));
    check(&mut scripted, "fusion with 3", Some(20.0));
    assert_eq!(last_message(&scripted), "2 series can be laid over this one.");
    check(&mut scripted, "series next", None);
}

#[test]
fn window_and_palette_are_of_the_layer_alone() {
    let mut scripted = open(&["ct-", "pt-"]);
    scripted.run("fusion on");
    let before = focused(&scripted).labels.bottom_left.clone();
    check(&mut scripted, "fusion window set 900 450; fusion palette pet", Some(50.0));
    let plan = focused(&scripted);
    let pass = layer(&plan).expect("a layer");
    let window = pass.transform.window;
    assert_eq!((window.center(), window.width(), pass.palette.name()), (900.0, 450.0, "pet"));
    let after = &plan.labels.bottom_left;
    assert_eq!(before.get(1), after.get(1), "the window of the CT");
    assert_eq!(after.last().map(String::as_str), Some("PET · W 450 L 900"));
    check(&mut scripted, "fusion palette nothing", Some(50.0));
    assert!(last_message(&scripted).contains("There is no palette 'nothing'"));
    check(&mut scripted, "fusion window suv 5", Some(50.0));
    assert!(last_message(&scripted).contains("does not say"), "{}", last_message(&scripted));
}

#[test]
fn the_value_of_both_is_told_under_the_pointer() {
    let mut scripted = open(&["ct-", "pt-"]);
    scripted.run("fusion on; pointer hover 1 1 400 300");
    let readout = scripted.plan().readout.expect("words");
    let (value, rest) = readout.split_once(" · ").expect("value and place");
    assert!(value.contains(" HU, PET "), "{readout}");
    assert!(rest.contains("column") && rest.contains(" mm"), "{readout}");
    scripted.run("plane axial");
    let readout = scripted.plan().readout.expect("words");
    assert!(readout.contains(" HU, PET ") && readout.contains(" mm"), "{readout}");
    scripted.run("fusion off");
    assert!(!scripted.plan().readout.expect("words").contains("PET"));
}

/// A probe has a line more as long as a series lies over it, of the place that the pointer reads there; what it measures itself, and so
/// what is saved of it, stays.
#[test]
fn a_probe_tells_the_value_of_both() {
    let mut scripted = open(&["ct-", "pt-"]);
    for plane in ["plane acquired", "plane axial"] {
        scripted.run(&format!("{plane}; fusion on; tool probe; pointer press left 400 300; pointer release"));
        scripted.run("pointer hover 1 1 400 300");
        let words =
            |scripted: &Scripted| focused(scripted).overlay.marks.last().expect("a mark").words.clone();
        let with = words(&scripted);
        let (above, own) = with.split_last().expect("lines");
        let readout = scripted.plan().readout.expect("words");
        assert!(above.starts_with("PET ") && readout.contains(above.as_str()), "{above} in {readout}");
        scripted.run("fusion off");
        assert_eq!(words(&scripted), own, "{plane}");
        assert!(own.iter().all(|line| !line.contains("PET")), "{own:?}");
    }
}

/// As long as an image of it may still come, nothing of it is drawn, and how far it is is told.
#[test]
fn a_layer_is_not_drawn_before_all_of_it_is_here() {
    let folder = folder(&["ct-", "pt-"]);
    let mut library = read_headers(&[folder.path().to_owned()]);
    let images: Vec<_> = library.display_sets().flat_map(|(.., set)| set.images.clone()).collect();
    let (last, first) = images.split_last().expect("images");
    let read = |library: &mut Library, image: &hotlight::study::Image| {
        let frame = read_frame(&image.instance, image.frame).expect("pixels");
        library.put_frame(image.key(), FrameState::Ready(frame.into()));
    };
    for image in first {
        read(&mut library, image);
    }
    let mut session = Session::new(SessionSettings::default());
    let surface = Surface { width: 800, height: 600, scale: 1.0 };
    session.absorb(&Event::ScreenResized { screen: 0, surface }, &library);
    for text in ["series next", "fusion on"] {
        session.apply(&Command::parse(text).expect("a command"), &library);
    }
    let shown = plan(&session, &library, 0);
    let viewport = shown.viewports.first().expect("a viewport");
    assert!(layer(viewport).is_none() && session.awaits_layers(&library));
    assert!(badges(viewport).contains(&"fused PET loading 5 of 6"), "{:?}", badges(viewport));
    read(&mut library, last);
    let shown = plan(&session, &library, 0);
    assert!(layer(shown.viewports.first().expect("a viewport")).is_some());
}

#[test]
fn a_saved_state_says_that_the_layer_is_not_in_it() {
    let kept = TempDir::new().expect("a folder");
    let mut scripted = Scripted::keeping(Some(kept.path().to_owned()));
    let folder = folder(&["ct-", "pt-"]);
    scripted.run(&format!("open {}", folder.path().display()));
    scripted.run("fusion on; presentation save FUSED");
    let messages = &scripted.reading.session.messages;
    assert!(
        messages.iter().any(|message| message.text.contains("the series that lies over")),
        "{messages:?}"
    );
}

#[test]
fn a_blending_state_lays_its_series_over_its_images_and_the_reader_goes_on_from_there() {
    // The fifth is for images of the CT, with the PET over them.
    let mut scripted = open(&["ct-", "pt-", "state-5."]);
    let blended = (0..4).find(|_| {
        scripted.run("scroll +1");
        layer(&focused(&scripted)).is_some() || {
            scripted.run("scroll first");
            layer(&focused(&scripted)).is_some()
        }
    });
    assert!(blended.is_some(), "{:?}", badges(&focused(&scripted)));
    let plan = focused(&scripted);
    let stated = layer(&plan).expect("a layer").clone();
    assert!(
        !stated.is_floor_clear && badges(&plan).contains(&"PS BLEND5 · Tester^One"),
        "{:?}",
        badges(&plan)
    );
    assert!(!badges(&plan).contains(&"PS partly applied"), "{}", why(&plan, "PS partly"));
    scripted.run("fusion blend 40");
    let plan = focused(&scripted);
    let blended = layer(&plan).expect("a layer");
    assert_eq!((&blended.palette, &blended.transform), (&stated.palette, &stated.transform));
    assert!(badges(&plan).contains(&"fused PET 40 %"));
    check(&mut scripted, "fusion off", None);
    assert!(badges(&focused(&scripted)).contains(&"PS BLEND5 · Tester^One without blending"));
    check(&mut scripted, "fusion on", Some(40.0));
    check(&mut scripted, "presentation gray off", None);
    scripted.run("presentation gray on; presentation 1");
    assert_eq!(layer(&focused(&scripted)).map(|layer| layer.opacity), Some(stated.opacity));
    check(&mut scripted, "presentation none", None);
}

#[test]
fn a_blending_state_whose_superimposed_images_are_not_here_says_so() {
    let mut scripted = open(&["ct-", "state-5."]);
    for place in ["first", "to 2", "to 3", "last"] {
        scripted.run(&format!("scroll {place}"));
        let plan = focused(&scripted);
        if badges(&plan).iter().any(|text| text.starts_with("PS BLEND5")) {
            assert!(layer(&plan).is_none());
            assert!(why(&plan, "PS partly").contains("blending: its images are not here"));
            return;
        }
    }
    panic!("no image is shown by the state");
}

/// In four viewports of one series what lies over one lies over all, where windows are linked.
#[test]
fn linked_windows_take_the_layer_along() {
    let mut scripted = open(&["ct-", "pt-"]);
    scripted.run("layout mpr; link window; fusion on; fusion blend 80");
    let plan = scripted.plan();
    let shares: Vec<_> =
        plan.viewports.iter().map(|viewport| layer(viewport).map(|layer| layer.opacity.share())).collect();
    assert_eq!(shares, [Some(0.8); 4]);
}

#[test]
fn renderings_are_not_fused_and_say_so() {
    let mut scripted = open(&["ct-", "pt-"]);
    check(&mut scripted, "fusion toggle; volume mip", None);
    let words = why(&focused(&scripted), "not fused");
    assert!(words.ends_with("nothing is laid over a rendering."), "{words}");
    check(&mut scripted, "fusion blend +5", None);
    assert_eq!(last_message(&scripted), "No series is fused here: nothing is laid over a rendering.");
    check(&mut scripted, "volume off", Some(50.0));
    // It is taken off there, too.
    check(&mut scripted, "volume mip; fusion off", None);
    assert!(badges(&focused(&scripted)).iter().all(|text| !text.contains("fused")));
    check(&mut scripted, "volume off", None);
}

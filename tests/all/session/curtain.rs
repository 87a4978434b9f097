//! The curtain: current and prior in one place, on the two sides of an edge.

use dicom_dictionary_std::tags;
use hotlight::render::{CurtainSide, FramePlan, Picture, ViewportPlan};
use hotlight::session::DeviceRect;
use hotlight::testing::Scripted;
use tempfile::TempDir;

use super::priors::{check, ct, last_told, opened};

/// The room of the window.
const ROOM: DeviceRect = DeviceRect { x: 0, y: 0, width: 800, height: 600 };

/// The current study and its prior under the curtain.
fn drawn() -> (Scripted, TempDir) {
    let (mut scripted, folder) = opened(|writer| writer);
    scripted.run("layout 1x1; scroll to 3; prior toggle; prior curtain");
    (scripted, folder)
}

/// From where to where each picture is seen across, and whether it says that it is a prior.
#[track_caller]
fn sides(scripted: &Scripted) -> Vec<(u32, u32, bool)> {
    let plan = scripted.plan();
    let is_named = |viewport: &ViewportPlan| {
        viewport.labels.identity.iter().any(|line| line.reveal().contains("ZZCANARY^JANE"))
    };
    assert!(plan.viewports.iter().all(is_named), "both say whose they are");
    let of = |viewport: &ViewportPlan| {
        let clip = viewport.clip;
        assert_eq!(viewport.rect, ROOM, "each stands there as if it did alone");
        assert_eq!((clip.y, clip.height), (0, 600));
        (clip.x, clip.x + clip.width, viewport.labels.is_prior)
    };
    plan.viewports.iter().map(of).collect()
}

fn mm_per_pixel(plan: &FramePlan, place: usize, pixel_mm: f64) -> f64 {
    let Some(Picture::Slice(pass)) = plan.viewports.get(place).map(|viewport| &viewport.picture) else {
        panic!("an image")
    };
    pass.image_from_view.x_axis().length() * pixel_mm
}

#[test]
fn left_of_the_edge_is_the_current_study_and_right_of_it_its_prior() {
    let (mut scripted, _folder) = opened(|writer| writer);
    check(&mut scripted, "layout 1x1; scroll to 3; prior curtain", &[("2.25.1", 3)]);
    assert!(last_told(&scripted).contains("`prior toggle` hangs a prior"), "{}", last_told(&scripted));
    check(&mut scripted, "prior curtain left", &[("2.25.1", 3)]);
    assert!(last_told(&scripted).contains("`prior curtain` draws it"), "{}", last_told(&scripted));
    check(&mut scripted, "prior toggle; prior curtain", &[("2.25.1", 3), ("2.25.2", 2)]);
    assert_eq!(sides(&scripted), [(0, 400, false), (400, 800, true)]);
    let curtain = scripted.plan().curtain.expect("an edge");
    let side = |viewport, when: &str, is_prior| CurtainSide { viewport, when: when.to_owned(), is_prior };
    assert_eq!(curtain.sides, [side(0, "2026-11-20", false), side(1, "2024-02-11", true)]);
    assert_eq!((curtain.rect, curtain.edge, curtain.thousandths), (ROOM, 400, 500));
    // The same key takes it away, and all stands as before.
    check(&mut scripted, "prior curtain", &[("2.25.1", 3), ("2.25.2", 2)]);
    let plan = scripted.plan();
    assert!(plan.curtain.is_none() && plan.viewports.iter().all(|viewport| viewport.clip == viewport.rect));
    assert_eq!(plan.viewports[1].rect.width, 400);
}

/// The reader may draw it from the prior's side.
#[test]
fn the_current_study_is_on_the_left_wherever_the_focus_and_the_prior_are() {
    let (mut scripted, _folder) = opened(|writer| writer);
    scripted.run("layout 1x1; prior toggle; viewport swap; viewport 1; prior curtain");
    let curtain = scripted.plan().curtain.expect("an edge");
    assert_eq!(curtain.sides.clone().map(|side| side.is_prior), [false, true], "{curtain:?}");
    assert_eq!(sides(&scripted), [(0, 400, false), (400, 800, true)]);
    // Whoever wants it the other way round, exchanges the two.
    scripted.run("viewport swap");
    assert_eq!(sides(&scripted), [(0, 400, true), (400, 800, false)]);
}

#[test]
fn the_edge_is_moved_within_its_bounds() {
    let (mut scripted, _folder) = drawn();
    let mut edge = |commands: &str| {
        scripted.run(commands);
        sides(&scripted)[1].0
    };
    assert_eq!(edge("prior curtain left"), 360);
    assert_eq!(edge("prior curtain right; prior curtain right"), 440);
    assert_eq!(edge("prior curtain 62.5"), 500);
    assert_eq!(edge("prior curtain 88; prior curtain right"), 720);
    assert_eq!(edge("prior curtain 12; prior curtain left"), 80);
}

#[test]
fn both_scroll_along_from_either_side_even_where_nothing_is_linked() {
    let (mut scripted, _folder) = drawn();
    check(&mut scripted, "scroll +2", &[("2.25.1", 5), ("2.25.2", 4)]);
    check(&mut scripted, "viewport 2; scroll -2", &[("2.25.1", 3), ("2.25.2", 2)]);
    // Beyond its end one waits for the other, as it does beside.
    check(&mut scripted, "viewport 1; scroll last; scroll to 4", &[("2.25.1", 4), ("2.25.2", 3)]);
    check(&mut scripted, "link all; scroll -1", &[("2.25.1", 3), ("2.25.2", 2)]);
    // Scrolling alone can be taken out of it, to find the place.
    check(&mut scripted, "link all; link scroll; scroll +1", &[("2.25.1", 4), ("2.25.2", 2)]);
    check(&mut scripted, "link scroll; scroll +1", &[("2.25.1", 5), ("2.25.2", 3)]);
}

/// The prior has pixels of half the size.
#[test]
fn both_are_at_one_scale_whatever_the_reader_does_to_one() {
    let (mut scripted, _folder) = opened(|writer| writer.decimals(tags::PIXEL_SPACING, &[0.5, 0.5]));
    scripted.run("layout 1x1; prior toggle; zoom by 3; viewport 2; zoom by 1.5; viewport 1; prior curtain");
    for step in [
        "viewport 1",
        "zoom by 2",
        "zoom fit",
        "pan 20 10",
        "viewport 2; zoom by 1.25",
        "undo",
        "reset",
        "zoom 1:1",
    ] {
        scripted.run(step);
        let plan = scripted.plan();
        let (current, prior) = (mm_per_pixel(&plan, 0, 1.0), mm_per_pixel(&plan, 1, 0.5));
        assert!((current - prior).abs() < 1e-9, "{step}: {current} and {prior} mm");
        let offset =
            |place: usize| scripted.reading.session.screens[0].viewports[place].view.center_offset.length();
        assert!((offset(0) - offset(1) * 0.5).abs() < 1e-9, "{step}: one place in the middle");
    }
}

#[test]
fn the_window_goes_along_and_what_was_set_before_stays() {
    let (mut scripted, _folder) = opened(|writer| writer);
    let widths = |scripted: &Scripted| -> Vec<f64> {
        let of = |viewport: &ViewportPlan| match &viewport.picture {
            Picture::Slice(pass) => pass.gray().expect("gray").window.width(),
            other => panic!("{other:?}"),
        };
        scripted.plan().viewports.iter().map(of).collect()
    };
    scripted.run("layout 1x1; prior toggle; link all; window set 40 400; prior curtain");
    let before = widths(&scripted);
    assert!((before[0] - 400.0).abs() < 1e-9 && (before[1] - 400.0).abs() > 1.0, "{before:?}");
    scripted.run("window set 50 300");
    assert!(widths(&scripted).iter().all(|width| (width - 300.0).abs() < 1e-9), "{:?}", widths(&scripted));
}

#[test]
fn it_goes_with_whatever_takes_one_of_the_two_away() {
    let two = [("2.25.1", 3), ("2.25.2", 2)];
    let check_gone = |commands: &str, expected: &[(&str, usize)]| {
        let (mut scripted, _folder) = drawn();
        check(&mut scripted, commands, expected);
        assert!(scripted.plan().curtain.is_none(), "{commands}");
    };
    check_gone("prior toggle", &two[..1]);
    check_gone("prior blink", &[("2.25.2", 2), ("2.25.2", 2)]);
    check_gone("layout 1x2", &two);
    check_gone("full", &two[..1]);
    check_gone("viewport 2; full", &two[1..]);
    check_gone("tiles 1x2", &two);
    check_gone("viewport 2; hang 1", &[("2.25.1", 3), ("2.25.1", 5)]);
}

#[test]
fn it_says_why_it_is_not_drawn() {
    for (commands, why) in [
        ("tiles 1x2", "`tiles 1x1`"),
        ("plane coronal", "`plane acquired`"),
        ("viewport 2; plane coronal; viewport 1", "`plane acquired`"),
    ] {
        let (mut scripted, _folder) = opened(|writer| writer);
        scripted.run(&format!("layout 1x1; prior toggle; {commands}; prior curtain"));
        assert!(last_told(&scripted).contains(why), "{commands}: {}", last_told(&scripted));
        assert!(scripted.plan().curtain.is_none());
    }
}

/// Two studies of one patient, and one of somebody else.
#[test]
fn another_patient_never_stands_under_it() {
    let folder = TempDir::new().expect("a folder");
    ct(folder.path(), "1", "20261120", 3, |writer| writer);
    ct(folder.path(), "2", "20240211", 3, |writer| writer);
    ct(folder.path(), "3", "20230211", 3, |writer| {
        writer.text(tags::PATIENT_ID, "4712").text(tags::PATIENT_NAME, "ZZCANARY^JOHN")
    });
    let mut scripted = Scripted::open(folder.path());
    scripted.run("layout 1x1; prior toggle; prior curtain");
    assert_eq!(sides(&scripted).len(), 2);
    check(&mut scripted, "viewport 2; hang 3 anyway", &[("2.25.1", 2), ("2.25.3", 2)]);
    assert!(scripted.plan().curtain.is_none());
    scripted.run("prior curtain");
    assert!(scripted.plan().curtain.is_none());
    scripted.run("viewport 1; prior curtain");
    assert!(scripted.plan().curtain.is_none());
}

#[test]
fn the_next_prior_comes_under_the_curtain_that_is_drawn() {
    let folder = TempDir::new().expect("a folder");
    for (study, date) in [("1", "20261120"), ("2", "20240211"), ("3", "20230211")] {
        ct(folder.path(), study, date, 3, |writer| writer);
    }
    let mut scripted = Scripted::open(folder.path());
    let under = "layout 1x1; prior toggle; prior curtain; prior curtain 30";
    check(&mut scripted, under, &[("2.25.1", 2), ("2.25.2", 2)]);
    check(&mut scripted, "prior next", &[("2.25.1", 2), ("2.25.3", 2)]);
    assert_eq!(sides(&scripted), [(0, 240, false), (240, 800, true)]);
    let whens = scripted.plan().curtain.expect("an edge").sides.map(|side| side.when);
    assert_eq!(whens, ["2026-11-20", "2023-02-11"]);
}

/// Where the other picture is seen, keys do not point at this one.
#[test]
fn keys_point_at_what_is_seen() {
    let (mut scripted, _folder) = drawn();
    let at = |scripted: &Scripted| {
        let pointer = scripted.reading.session.pointer.expect("a pointer");
        (pointer.viewport, pointer.at.xyz.x, pointer.at.xyz.y)
    };
    scripted.run("prior curtain 20; pointer step 1 0");
    assert_eq!(at(&scripted), (0, 80.0, 300.0), "in the middle of what is seen");
    scripted.run("pointer step 1000 0");
    assert_eq!(at(&scripted), (0, 160.0, 300.0), "not beyond the edge");
    scripted.run("viewport 2; pointer step 1 0");
    assert_eq!(at(&scripted), (1, 480.0, 300.0));
    scripted.run("pointer step -1000 0");
    assert_eq!(at(&scripted), (1, 160.0, 300.0));
}

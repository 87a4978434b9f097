//! What is cut away of a rendering, and what its values look like.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use hotlight::app::CommandSource;
use hotlight::command::Command;
use hotlight::geometry::{Point, View};
use hotlight::render::cpu::reformat_modality_values;
use hotlight::render::{Coarseness, Picture, RenderingPass, ViewportPlan};
use hotlight::session::{CutAway, Effect, Event};
use hotlight::testing::Scripted;
use hotlight::volume::{ClipBox, Histogram, Transfer};

use crate::support::phantom;

fn open() -> Scripted {
    let mut scripted = Scripted::open(&phantom().join("current"));
    scripted.run("volume bone");
    scripted
}

fn focused(scripted: &Scripted) -> ViewportPlan {
    scripted.focused().expect("a viewport")
}

fn pass(plan: &ViewportPlan) -> &RenderingPass {
    match &plan.picture {
        Picture::Rendering(pass) => pass,
        other => panic!("no rendering: {other:?}"),
    }
}

fn cut_away(scripted: &Scripted) -> &CutAway {
    let viewport = &scripted.reading.session.screens[0].viewports[0];
    &viewport.rendering.as_ref().expect("a rendering").cut_away
}

fn transfer(scripted: &Scripted) -> &Arc<Transfer> {
    scripted.reading.session.edited_transfer().expect("a transfer function")
}

fn told(scripted: &Scripted) -> &str {
    scripted.reading.session.messages.last().map_or("", |message| &message.text)
}

fn cut_badge(plan: &ViewportPlan) -> Option<&str> {
    let mut badges = plan.labels.badges.iter().map(|badge| badge.text.as_str());
    badges.find(|text| text.starts_with("cut: "))
}

#[test]
fn box_plane_and_outlines_cut_and_each_is_taken_back() {
    let mut scripted = open();
    assert_eq!((pass(&focused(&scripted)).cuts.planes().len(), cut_badge(&focused(&scripted))), (0, None));
    scripted.run("clip box on");
    let volume = Arc::clone(&pass(&focused(&scripted)).volume);
    let whole = ClipBox::around(&volume);
    assert_eq!(cut_away(&scripted).clip_box, Some(whole), "around all of it");
    scripted.run("clip left -30");
    let shrunk = cut_away(&scripted).clip_box.expect("a box");
    assert!((shrunk.high.xyz.x - (whole.high.xyz.x - 30.0)).abs() < 1e-9, "{shrunk:?}");
    assert_eq!((shrunk.low, shrunk.high.xyz.y), (whole.low, whole.high.xyz.y));
    scripted.run("clip left +99999");
    assert_eq!(cut_away(&scripted).clip_box, Some(whole), "no further than the volume");
    scripted.run("clip left -99999");
    let thin = cut_away(&scripted).clip_box.expect("a box");
    assert!((thin.high.xyz.x - thin.low.xyz.x - 1.0).abs() < 1e-9, "some of it is left");
    scripted.run("clip plane on; cut inside -20,-20 20,-20 0,20; cut outside -90,-90 90,-90 0,90");
    let plan = focused(&scripted);
    assert_eq!((pass(&plan).cuts.planes().len(), pass(&plan).cuts.scissors().len()), (7, 2));
    assert_eq!(cut_badge(&plan), Some("cut: box, plane, 2 cuts"));
    let middle = volume.middle();
    let cuts = &pass(&plan).cuts;
    assert!(!cuts.is_kept(middle), "cut away");
    let beside = middle + pass(&plan).lighting.viewer * 99.0;
    assert!(!cuts.is_kept(beside), "all along the direction of view");
    scripted.run("undo");
    assert_eq!(cut_away(&scripted).scissors.len(), 1);
    scripted.run("cut back; cut back");
    assert_eq!(cut_away(&scripted).scissors.len(), 0);
    assert_eq!(told(&scripted), "Nothing is cut along an outline.");
    scripted.run("clip plane toggle; clip box off");
    assert_eq!(*cut_away(&scripted), CutAway::default());
    scripted.run("undo");
    assert_eq!(cut_away(&scripted).clip_box, Some(thin));
}

/// What was cut away of one rendering is cut away of another look, the MIP too; the pointer meets nothing of it.
#[test]
fn the_largest_values_are_cut_as_the_rendering_is() {
    let mut scripted = open();
    scripted.run("volume mip");
    // A few of its pixels.
    let values = |scripted: &Scripted| match focused(scripted).picture {
        Picture::Reformat(pass) => {
            let few = pass.drawn(Coarseness { pixels: 8, steps: 1 });
            (reformat_modality_values(&few).values, few)
        }
        other => panic!("no MIP: {other:?}"),
    };
    let (whole, _) = values(&scripted);
    scripted.run("clip plane on; cut inside -50,-50 50,-50 50,50 -50,50");
    assert_eq!(cut_badge(&focused(&scripted)), Some("cut: plane, 1 cut"));
    let (cut, pass) = values(&scripted);
    let (width, height) = pass.view_size;
    let middle = (height / 2 * width + width / 2) as usize;
    assert!(whole[middle].is_finite() && cut[middle].is_nan(), "{} {}", whole[middle], cut[middle]);
    let pairs = || whole.iter().zip(&cut).filter(|(_, cut)| !cut.is_nan());
    assert!(pairs().all(|(whole, cut)| cut <= whole) && pairs().any(|(whole, cut)| cut < whole));
    let rendering = scripted.reading.session.screens[0].viewports[0].rendering.as_ref().expect("a MIP");
    let section = rendering.section(&pass.volume);
    assert_eq!(rendering.met(&pass.volume, section.center()), None, "cut along the outline");
    let beside = section.center() + section.right() * 80.0;
    let (at, _) = rendering.met(&pass.volume, beside).expect("the body");
    let (point, normal) = cut_away(&scripted).plane.expect("a plane");
    assert!((at - point).dot(normal) >= 0.0, "behind the plane");
}

#[test]
fn what_cannot_be_cut_says_why() {
    let mut scripted = open();
    for (command, why) in [
        (
            "cut inside 0,0 1,1",
            "Nothing is cut: an outline that cuts has 3 to 256 points and surrounds something.",
        ),
        ("plane axial; clip box on", "There is no rendering in this viewport"),
        ("plane acquired; cut reset", "There is no rendering in this viewport"),
    ] {
        scripted.run(command);
        assert!(told(&scripted).starts_with(why), "{command}: {}", told(&scripted));
    }
    scripted.run("volume bone");
    for _ in 0..9 {
        scripted.run("cut inside 0,0 9,0 0,9");
    }
    assert_eq!(cut_away(&scripted).scissors.len(), 8);
    assert_eq!(told(&scripted), "Nothing is cut: 8 outlines cut at most.");
}

/// Where the hand draws, there it is cut, whatever zoom and turn.
#[test]
fn scissors_cut_where_they_are_drawn() {
    let mut scripted = open();
    scripted.run("volume turn 40,20; zoom by 1.5; tool scissors");
    let plan = focused(&scripted);
    let in_patient = |x: f64, y: f64| {
        let pass = pass(&plan);
        *pass.volume.patient_from_voxel() * (pass.voxel_from_view * Point::<View>::new(x, y, 200.0))
    };
    scripted
        .run("pointer press left 300 300; pointer move 420 300; pointer move 420 380; pointer move 300 380");
    assert_eq!(focused(&scripted).overlay.cut.outline.len(), 4, "it is seen while it is drawn");
    scripted.run("pointer release");
    assert!(focused(&scripted).overlay.cut.outline.is_empty());
    let [cut] = cut_away(&scripted).scissors.as_slice() else { panic!("one cut") };
    for (x, y, is_kept) in [
        (301.5, 301.5, false),
        (418.5, 378.5, false),
        (298.5, 340.0, true),
        (421.5, 340.0, true),
        (360.0, 298.5, true),
    ] {
        assert_eq!(cut.is_kept(in_patient(x, y)), is_kept, "{x} {y}");
    }
    // From point to point, closed at the first; Esc lets an outline go.
    let click = |scripted: &mut Scripted, x: u32, y: u32| {
        scripted.run(&format!("pointer press left {x} {y}; pointer release"));
    };
    for (x, y) in [(100, 100), (200, 100), (200, 200)] {
        click(&mut scripted, x, y);
    }
    assert_eq!(focused(&scripted).overlay.cut.outline.len(), 3);
    click(&mut scripted, 103, 98);
    assert_eq!(cut_away(&scripted).scissors.len(), 2);
    click(&mut scripted, 50, 50);
    scripted.run("cancel");
    assert!(focused(&scripted).overlay.cut.outline.is_empty());
    scripted.run("undo");
    assert_eq!(cut_away(&scripted).scissors.len(), 1, "one drag is one change");
}

#[test]
fn a_face_of_the_box_goes_with_the_hand() {
    let mut scripted = open();
    scripted.run("clip box on; tool scroll");
    let before = cut_away(&scripted).clip_box.expect("a box");
    let plan = focused(&scripted);
    // From the front the left face is on the right.
    let handle =
        plan.overlay.cut.handles.iter().max_by(|a, b| a.xyz.x.total_cmp(&b.xyz.x)).expect("a handle");
    let mm_per_pixel =
        (*pass(&plan).volume.patient_from_voxel() * pass(&plan).voxel_from_view).x_axis().length();
    let (x, y) = (handle.xyz.x, handle.xyz.y);
    scripted.run(&format!("pointer press left {x} {y}; pointer move {} {y}; pointer release", x - 40.0));
    let after = cut_away(&scripted).clip_box.expect("a box");
    assert!(
        (before.high.xyz.x - after.high.xyz.x - 40.0 * mm_per_pixel).abs() < 1e-6,
        "{before:?} {after:?}"
    );
    assert_eq!((before.low, before.high.xyz.z), (after.low, after.high.xyz.z));
}

#[test]
fn a_transfer_function_is_changed_point_by_point_and_saved_under_a_name() {
    let mut scripted = open();
    let bone = Arc::clone(transfer(&scripted));
    scripted.run("transfer point 2 300 0.5");
    assert_eq!(transfer(&scripted).opacity.get(1), Some(&[300.0, 0.5]));
    let seen = transfer(&scripted).at(300.0).opacity_per_mm;
    assert!((seen - 0.5).abs() < 1e-3, "{seen}");
    scripted.run("transfer point 2 9999 7");
    let [value, opacity] = transfer(&scripted).opacity[1];
    assert!(
        value < bone.opacity[2][0] && (opacity - 1.0).abs() < 1e-9,
        "between its neighbours: {value} {opacity}"
    );
    scripted.run("undo");
    assert_eq!(**transfer(&scripted), *bone, "the hand moved it in one go");
    scripted.run("transfer add 400 0.2; transfer remove 1; transfer color 1 170 255,0,51; transfer color add 5000 1,2,3");
    assert_eq!(transfer(&scripted).opacity.get(1), Some(&[400.0, 0.2]));
    assert_eq!(transfer(&scripted).color.first(), Some(&[170.0, 1.0, 0.0, 0.2]));
    scripted.run("transfer remove 99");
    assert_eq!(told(&scripted), "The curve has no such point.");
    let changed = transfer(&scripted).file();
    for (name, why) in [
        ("Bone", "Not saved: 'Bone' is no name for a volume preset"),
        ("bone", "Not saved: 'bone' is a volume preset of every installation"),
        ("../bone", "Not saved: '../bone' is no name"),
    ] {
        scripted.run(&format!("transfer save {name}"));
        assert!(told(&scripted).starts_with(why), "{}", told(&scripted));
    }
    scripted.run("transfer save mine");
    let requests = scripted.reading.take_requests();
    let saved = requests.iter().filter_map(|request| match request {
        Effect::SavePreset(name, file) => Some((name, file)),
        _ => None,
    });
    let [(name, file)] = saved.collect::<Vec<_>>()[..] else { panic!("{requests:?}") };
    assert_eq!((name.as_str(), &file.opacity, &file.color), ("mine", &changed.opacity, &changed.color));
    scripted.run("transfer reset");
    assert_eq!(**transfer(&scripted), *bone);
    scripted.run("transfer remove 1; transfer remove 1; transfer remove 1");
    assert_eq!(told(&scripted), "Not changed: `opacity`: it needs two points at least.");
    assert_eq!(transfer(&scripted).opacity.len(), 2);
    scripted.run("volume mip; transfer reset");
    assert_eq!(told(&scripted), "There is no rendering in colours in this viewport.");
}

#[test]
fn presets_follow_one_another_and_own_ones_go_and_come() {
    let mut scripted = open();
    drop(scripted.reading.take_requests());
    scripted.run("transfer next");
    assert_eq!(transfer(&scripted).name, "cta");
    scripted.run("transfer previous; transfer previous");
    assert_eq!(transfer(&scripted).name, "bone", "before the first comes none");
    assert!(!scripted.reading.session.is_transfer_changed());
    scripted.run("transfer point 1 100 0");
    assert!(scripted.reading.session.is_transfer_changed());
    scripted.run("undo");
    assert!(!scripted.reading.session.is_transfer_changed());
    for (name, why) in [
        ("bone", "Not deleted: 'bone' is a volume preset of every installation"),
        ("mine", "Not deleted: there is no volume preset 'mine'."),
        ("../x", "Not deleted: '../x' is no name"),
    ] {
        scripted.run(&format!("transfer delete {name}"));
        assert!(told(&scripted).starts_with(why), "{}", told(&scripted));
    }
    assert!(scripted.reading.take_requests().is_empty(), "nothing was asked for");
    let session = &mut scripted.reading.session;
    session.settings.transfers.lay("mine", &Transfer::shipped()[0].file().to_toml()).expect("a preset");
    scripted.run("transfer delete mine; transfer import /a/two presets.xml");
    let requests = scripted.reading.take_requests();
    let [Effect::DeletePreset(name), Effect::ImportPresets(path)] = requests.as_slice() else {
        panic!("{requests:?}")
    };
    assert_eq!((name.as_str(), path.reveal().as_path()), ("mine", Path::new("/a/two presets.xml")));
    // What was saved is what is shown, and goes by its name.
    scripted.reading.session.take_saved_preset("mine");
    assert_eq!(transfer(&scripted).name, "mine");
}

/// Removing the last point of a curve chooses the one before it: never a point of the other curve.
#[test]
fn the_choice_stays_in_its_curve() {
    let mut scripted = open();
    let chosen = |scripted: &Scripted| scripted.reading.session.chosen_point();
    scripted.run("panel transfer; choose +3; transfer remove 4");
    assert_eq!((transfer(&scripted).opacity.len(), chosen(&scripted)), (3, Some(2)));
    scripted.run("choose +4; transfer color remove 4");
    assert_eq!((transfer(&scripted).color.len(), chosen(&scripted)), (3, Some(5)));
    scripted.run("panel palette");
    assert_eq!(chosen(&scripted), Some(5), "below the palette");
    scripted.run("cancel; cancel");
    assert_eq!(chosen(&scripted), None);
}

fn histogram(scripted: &Scripted) -> Option<&Histogram> {
    scripted.reading.session.histogram(&scripted.reading.library)
}

fn is_counting(scripted: &Scripted) -> bool {
    scripted.reading.session.wanted_values(&scripted.reading.library).is_some()
}

#[test]
fn the_panel_of_the_transfer_function_knows_how_often_values_occur() {
    let mut scripted = open();
    assert!(histogram(&scripted).is_none() && !is_counting(&scripted), "nobody asks");
    scripted.run("panel transfer");
    let known = histogram(&scripted).expect("a histogram");
    assert!(known.low < -900.0 && known.high > 500.0, "{known:?}");
    assert!(!is_counting(&scripted), "once");
    scripted.run("choose +99");
    let all = transfer(&scripted).opacity.len() + transfer(&scripted).color.len();
    assert_eq!(scripted.reading.session.panel.as_ref().expect("a panel").chosen, all - 1);
}

/// The command that opens the panel and the frames after it count nothing: a decode thread does, and tells by an event.
#[test]
fn values_are_counted_beside_the_reader_and_what_comes_late_is_dropped() {
    let mut scripted = open();
    let toggle = |scripted: &mut Scripted| {
        let command = Command::parse("panel transfer").expect("a command");
        scripted.reading.command(&command, CommandSource::Script);
    };
    toggle(&mut scripted);
    scripted.reading.tick();
    assert!(is_counting(&scripted), "the panel says so");
    assert!(histogram(&scripted).is_none(), "before its news");
    let counted = loop {
        let event = scripted.reading.services().wait(Duration::from_mins(2)).expect("news");
        if matches!(event, Event::ValuesCounted(_)) {
            break event;
        }
        scripted.reading.event(&event);
    };
    toggle(&mut scripted);
    scripted.reading.event(&counted);
    toggle(&mut scripted);
    assert!(is_counting(&scripted), "nobody wanted it when it came");
    scripted.reading.event(&counted);
    assert!(!is_counting(&scripted) && histogram(&scripted).is_some(), "now somebody does");
    let Event::ValuesCounted(mut other) = counted else { return };
    other.of.planes += 1;
    other.histogram = None;
    scripted.reading.event(&Event::ValuesCounted(other));
    assert!(histogram(&scripted).is_some(), "other voxels than those that are looked at");
}

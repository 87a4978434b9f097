//! The point that sections go through, and what is turned about it.

use tempfile::TempDir;

use super::sections::{focused, on_screen, open, reformats, told};

#[test]
fn the_crosshair_does_not_leave_the_patient() {
    let folder = TempDir::new().expect("a folder");
    let mut scripted = open(&folder);
    scripted.run("layout mpr");
    let before = (scripted.reading.session.shared_point.clone(), reformats(&scripted));
    scripted.run("crosshair at 20 15 2000");
    assert_eq!(told(&scripted), "That point lies 1961 mm outside of this series: the crosshair stays.");
    assert_eq!((scripted.reading.session.shared_point.clone(), reformats(&scripted)), before);
}

/// A section that was turned by its line in another viewport turns back from there.
#[test]
fn a_section_turned_from_another_viewport_turns_back() {
    let folder = TempDir::new().expect("a folder");
    let mut scripted = open(&folder);
    scripted.run("layout mpr");
    let before = reformats(&scripted);
    let plan = focused(&scripted);
    let (from, to) = (on_screen(&plan, 35.0, 15.0, 20.0).xyz, on_screen(&plan, 33.0, 22.0, 20.0).xyz);
    let nearer = on_screen(&plan, 34.5, 19.0, 20.0).xyz;
    scripted.run(&format!(
        "pointer hover 1 1 {} {}; pointer press left {} {}; pointer move {} {}; pointer move {} {}; pointer release",
        from.x, from.y, from.x, from.y, nearer.x, nearer.y, to.x, to.y
    ));
    let turned = reformats(&scripted);
    assert_ne!(before[1], turned[1]);
    scripted.run("undo");
    assert_eq!(reformats(&scripted), before, "all of the drag");
    scripted.run("redo");
    assert_eq!(reformats(&scripted), turned);
    scripted.run("undo; crosshair turn 20");
    let turned = reformats(&scripted);
    assert!(before[1] != turned[1] && before[2] != turned[2]);
    scripted.run("undo");
    assert_eq!(reformats(&scripted), before);
    // Another arrangement turns nothing: before it, the first viewport came to show a section.
    scripted.run("layout 1x2; undo");
    assert_eq!(reformats(&scripted)[..2], [None, before[1]]);
}

//! How panels are driven, by command.

use hotlight::render::plan;
use hotlight::testing::Scripted;

use crate::support::{data, phantom};

/// Whether the first viewport of a window says that it is dithered; the plan says the same of the window.
fn is_dithered(scripted: &Scripted, screen: usize) -> bool {
    let plan = plan(&scripted.reading.session, &scripted.reading.library, screen);
    let badges = &plan.viewports.first().expect("a viewport").labels.badges;
    let has_badge = badges.iter().any(|badge| badge.text == "dithered");
    assert_eq!(has_badge, plan.is_dithered, "{badges:?}");
    has_badge
}

#[test]
fn dither_is_off_until_it_is_asked_for_and_of_one_window() {
    let mut scripted = Scripted::open(phantom());
    assert!(!is_dithered(&scripted, 0));
    for (command, is_on) in [("on", true), ("on", true), ("toggle", false), ("toggle", true), ("off", false)]
    {
        scripted.run(&format!("display dither {command}"));
        assert_eq!(is_dithered(&scripted, 0), is_on, "{command}");
    }
    scripted.run("display dither on; screen open; scroll first");
    assert!(is_dithered(&scripted, 0) && !is_dithered(&scripted, 1), "each monitor has its own panel");
}

/// Rule G-12: colours are none of the gray's business.
#[test]
fn colour_is_never_called_dithered() {
    let mut scripted = Scripted::open(&data().join("formats/pydicom-data/color-pl.dcm"));
    scripted.run("display dither on");
    let badges = scripted.focused().expect("a viewport").labels.badges;
    assert!(badges.iter().all(|badge| badge.text != "dithered"), "{badges:?}");
}

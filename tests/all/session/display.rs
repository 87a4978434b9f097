//! How panels are driven, by command.

use hotlight::grayscale::GsdfOwner;
use hotlight::render::plan;
use hotlight::session::{Event, ScreenMonitor};
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

#[test]
fn what_is_said_of_a_monitor_dithers_its_window_until_the_reader_chooses() {
    let mut scripted = Scripted::open(phantom());
    let tell = |scripted: &mut Scripted, is_dithered| {
        let monitor = ScreenMonitor {
            name: "ZZM GRAY 5MP".to_owned(),
            id: "ZZM-0x1234-00204321".to_owned(),
            gsdf: GsdfOwner::Viewer,
            is_dithered,
            ..ScreenMonitor::default()
        };
        scripted.reading.event(&Event::ScreenOnMonitor { screen: 0, monitor: Ok(monitor) });
        scripted.settle();
    };
    tell(&mut scripted, true);
    assert!(is_dithered(&scripted, 0));
    scripted.run("display dither off");
    tell(&mut scripted, true);
    assert!(!is_dithered(&scripted, 0), "the reader chose");
    scripted.run("display dither on");
    tell(&mut scripted, false);
    assert!(!is_dithered(&scripted, 0), "another monitor");
}

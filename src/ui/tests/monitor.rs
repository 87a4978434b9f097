//! The badge of a window's monitor: who applies the GSDF, and why.

use egui::Event;
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;

use crate::grayscale::GsdfOwner;
use crate::session::ScreenMonitor;

use super::desk::{Desk, check, open};

fn monitor(gsdf: GsdfOwner, cautions: &[&str]) -> ScreenMonitor {
    ScreenMonitor {
        name: "ZZM GRAY 5MP".to_owned(),
        id: "ZZM-0x1234-00204321".to_owned(),
        gsdf,
        cautions: cautions.iter().map(|&caution| caution.to_owned()).collect(),
        ..ScreenMonitor::default()
    }
}

fn on(monitor: Result<ScreenMonitor, String>, commands: &str) -> Harness<'static, Desk> {
    let mut desk = Desk::new();
    desk.session.screens[0].monitor = monitor;
    open(if commands.is_empty() { desk } else { desk.run(commands) })
}

/// What is told under the pointer.
fn told(harness: &mut Harness<'_, Desk>, badge: &str, part: &str) -> bool {
    let at = harness.get_by_label(badge).rect().center();
    harness.input_mut().events.push(Event::PointerMoved(at));
    harness.run_steps(8);
    harness.query_by_label_contains(part).is_some()
}

#[test]
fn each_window_says_who_applies_the_gsdf_and_on_which_monitor() {
    let owners = [
        (GsdfOwner::Nobody, "uncalibrated"),
        (GsdfOwner::Panel, "GSDF: panel"),
        (GsdfOwner::System, "GSDF: system"),
        (GsdfOwner::Viewer, "GSDF: viewer"),
    ];
    for (owner, badge) in owners {
        let mut harness = on(Ok(monitor(owner, &["It is scaled."])), "");
        for (_, other) in owners.iter().filter(|(other, _)| *other != owner) {
            assert!(harness.query_by_label(other).is_none(), "{other} beside {badge}");
        }
        assert!(told(&mut harness, badge, "ZZM-0x1234-00204321"), "{badge}");
        assert!(harness.query_by_label_contains("It is scaled.").is_some(), "{badge}");
    }
}

#[test]
fn a_monitor_that_is_not_known_is_uncalibrated_and_the_reason_is_told() {
    let mut harness = on(Err("The window is on none of the monitors.".to_owned()), "");
    assert!(told(&mut harness, "uncalibrated", "The window is on none of the monitors."));
}

#[test]
fn a_click_on_the_badge_lists_it_with_its_reasons_and_so_does_the_key() {
    let unknown = || Err("The window is on none of the monitors.".to_owned());
    let row = "uncalibrated: Nothing makes the grays";
    let mut harness = on(unknown(), "");
    assert!(harness.query_by_label_contains(row).is_none());
    harness.get_by_label("uncalibrated").click();
    check(&mut harness, Vec::new(), &["panel badges"]);
    assert!(harness.query_by_label_contains(row).is_some());
    assert!(on(unknown(), "panel badges").query_by_label_contains("on none of the monitors").is_some());
}

#[test]
fn with_all_but_the_images_hidden_the_monitor_is_still_told() {
    let mut harness = on(Ok(monitor(GsdfOwner::Nobody, &[])), "chrome");
    assert!(told(&mut harness, "uncalibrated", "ZZM-0x1234-00204321"));
}

//! A window on each monitor that has a role, where windows stood before, and where they go when a monitor does: on a server whose
//! screen is two monitors side by side.

use std::collections::BTreeSet;

use serde_json::Value;

use super::desktop::{Desktop, Running};
use super::monitors::Pair;
use crate::support::phantom;

const LEFT: &str = "left-1920x1080";
const RIGHT: &str = "right-1920x1080";

/// What is main is not where the desktop puts a window by itself.
const ROLES: &str = "[right-1920x1080]\nrole = \"main\"\n\n[left-1920x1080]\nrole = \"second\"\n";

/// Which image stands where says which view it is.
const PROTOCOL: &str = r#"schema = 1
name = "Two screens"

[when]
modality = "CT"

[sets.a]
pick = { modality = "CT" }

[[stages]]
name = "one each"
screens.main.grid = ["A"]
screens.second.grid = ["B"]
views.A = { set = "a", start = "first" }
views.B = { set = "a", start = "last" }

[[stages]]
name = "one and two"
screens.main.grid = ["A"]
screens.second.grid = ["B C"]
views.A = { set = "a", start = "last" }
views.B = { set = "a", start = "first" }
views.C = { set = "a", start = "middle" }
"#;

const FILES: [(&str, &str); 3] = [
    ("config.toml", "[viewer]\nhang = \"protocols\"\n"),
    ("displays.toml", ROLES),
    ("hanging-protocols/two.toml", PROTOCOL),
];

/// A chest of nine images.
fn study() -> String {
    phantom().join("current").display().to_string()
}

fn is_on(event: &Value, screen: usize, monitor: &str) -> bool {
    event["event"] == "screen-on-monitor" && event["screen"] == screen && event["monitor"] == monitor
}

fn is_picture(event: &Value, (screen, viewport, image): (u64, u64, u64)) -> bool {
    event["event"] == "frame"
        && event["screen"] == screen
        && event["viewport"] == viewport
        && event["image"] == image
}

fn wait_for_stage(running: &Running, stage: usize) {
    running.wait_for(|event| {
        event["event"] == "hung" && event["protocol"] == "two" && event["stage"] == stage && event["of"] == 2
    });
}

#[test]
fn each_role_has_a_window_with_its_screen_of_the_stage_and_follows_its_monitor() {
    let desktop = Desktop::wide();
    let pair = Pair::on(&desktop);
    let running = desktop.run_with(&FILES, &[&study()]);
    running.wait_for(|event| is_on(event, 0, RIGHT));
    running.wait_for(|event| is_on(event, 1, LEFT));
    let (left, right) = ([0, 0, 1920, 1080], [1920, 0, 1920, 1080]);
    running.see_places(&[right, left]);
    wait_for_stage(&running, 1);
    // The first image on the main screen, and the last one on the second.
    for picture in [(0, 0, 1), (1, 0, 9)] {
        running.wait_for(|event| is_picture(event, picture));
    }
    running.focus_window();
    running.key("space");
    wait_for_stage(&running, 2);
    let is_command = |event: &Value| event["name"] == "stage next";
    let trace = running.wait_for(is_command);
    let began = trace.iter().find(|event| is_command(event)).and_then(|event| event["t_ms"].as_f64());
    let is_later = |event: &Value| event["t_ms"].as_f64() > began;
    let expected = [(0, 0, 9), (1, 0, 1), (1, 1, 5)];
    for picture in expected {
        running.wait_for(|event| is_later(event) && is_picture(event, picture));
    }
    let trace = running.wait_for(|_| true);
    let drawn = trace.iter().filter(|event| event["event"] == "frame" && is_later(event));
    let number = |event: &Value, key: &str| event[key].as_u64().expect("a number");
    let drawn: BTreeSet<(u64, u64, u64)> = drawn
        .map(|event| (number(event, "screen"), number(event, "viewport"), number(event, "image")))
        .collect();
    assert_eq!(drawn, BTreeSet::from(expected), "and nothing elsewhere");

    // The monitor of the first window goes: it is seen on the other one, and goes back with its monitor.
    pair.unplug_right();
    running.wait_for(|event| is_on(event, 0, LEFT));
    // No window is closed.
    running.see_places(&[[480, 270, 1440, 810], left]);
    pair.plug_right_in();
    running.wait_for_times(2, |event| is_on(event, 0, RIGHT));
    running.see_places(&[right, left]);
    running.end();
}

#[test]
fn with_a_single_monitor_there_is_one_window_with_both_screens_beside_each_other() {
    let desktop = Desktop::start();
    let running = desktop.run_with(&FILES, &[&study()]);
    running.wait_for(|event| is_on(event, 0, "screen-1920x1080"));
    wait_for_stage(&running, 1);
    for picture in [(0, 0, 1), (0, 1, 9)] {
        running.wait_for(|event| is_picture(event, picture));
    }
    assert_eq!(running.windows().len(), 1);
    running.focus_window();
    running.end();
}

#[test]
fn windows_come_back_to_the_monitors_that_they_stood_on() {
    let desktop = Desktop::wide();
    let pair = Pair::on(&desktop);
    let running = desktop.run(&[&study()]);
    running.wait_for(|event| event["event"] == "first-image");
    running.focus_window();
    running.key("ctrl+shift+n");
    running.wait_for(|event| event["event"] == "frame" && event["screen"] == 1);
    let windows = running.windows();
    let [first, second] = windows.as_slice() else { panic!("{windows:?}") };
    let places = [[40, 30, 1200, 900], [2000, 100, 900, 700]];
    for (window, [x, y, width, height]) in [first, second].into_iter().zip(places) {
        running.hands(&format!("windowmove {window} {x} {y} windowsize --sync {window} {width} {height}"));
    }
    running.wait_for(|event| is_on(event, 1, RIGHT));
    // The frames that tell the last size are drawn then.
    running.rest();
    running.see_places(&places);
    running.focus_window();
    running.end();

    let again = desktop.run_again(&running, &[&study()]);
    again.wait_for(|event| is_on(event, 0, LEFT));
    again.wait_for(|event| is_on(event, 1, RIGHT));
    again.see_places(&places);
    again.focus_window();
    again.end();

    // Its monitor is not here: the window does not open, and waits.
    pair.unplug_right();
    let alone = desktop.run_again(&running, &[&study()]);
    alone.wait_for(|event| event["event"] == "first-image");
    alone.wait_for(|event| is_on(event, 0, LEFT));
    alone.see_places(&places[..1]);
    alone.focus_window();
    alone.end();
    let file = running.folder().join("state/windows.toml");
    let remembered = std::fs::read_to_string(file).expect("what is remembered");
    assert!(remembered.contains(RIGHT) && remembered.contains(LEFT), "{remembered}");
}

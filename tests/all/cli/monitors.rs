//! `display monitors`: what an administrator asks first.

use serde_json::Value;

use crate::support::{hotlight_with, stderr, stdout};

const DISPLAYS: &str = "[NIL-0x0001-ZZ1]\ngsdf = \"panel\"\n";

#[test]
fn a_monitor_of_which_something_is_said_is_listed_though_it_is_not_here() {
    let output = hotlight_with(&[("displays.toml", DISPLAYS)], &["display", "monitors", "--json"]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let list: Value = serde_json::from_str(&stdout(&output)).expect("JSON");
    let said = list.as_array().expect("a list").iter().find(|line| line["id"] == "NIL-0x0001-ZZ1");
    let said = said.expect("the monitor");
    assert_eq!((&said["is_here"], &said["gsdf"]), (&Value::Bool(false), &Value::from("panel")));
    assert!(said["said_in"].as_str().is_some_and(|place| place.ends_with("displays.toml:1")), "{said}");
    let words = hotlight_with(&[("displays.toml", DISPLAYS)], &["display", "monitors"]);
    assert!(stdout(&words).contains("NIL-0x0001-ZZ1  not attached"), "{}", stdout(&words));
}

#[test]
fn a_contradiction_stops_with_its_place() {
    let twice = "[a]\ngsdf = \"panel\"\nluminance = \"a.csv\"\n";
    for arguments in [&["display", "monitors"][..], &["config", "check"]] {
        let output = hotlight_with(&[("displays.toml", twice)], arguments);
        assert_eq!(output.status.code(), Some(1), "{arguments:?}");
        let told = stderr(&output);
        assert!(told.contains("displays.toml:3:1: ") && told.contains("applied twice"), "{told}");
    }
}

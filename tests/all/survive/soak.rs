//! A short day of reading: what the program takes of the machine levels off. `make soak` is a long one.

use std::process::Output;

use serde_json::Value;

use crate::support::{hotlight, stderr, stdout};

#[test]
fn a_day_of_reading_takes_no_more_in_its_second_half() {
    let day = |minutes| hotlight(&["bench", "soak", "--minutes", minutes, "--seed", "1"]);
    let has_enough = |output: &Output| {
        let report: Value = serde_json::from_str(&stdout(output)).unwrap_or_default();
        let count = |name: &str| report[name].as_u64().unwrap_or(0);
        count("studies") >= 8
            && ["from_archive", "dropped", "damaged"].into_iter().all(|name| count(name) > 0)
    };
    // A busy machine reads fewer studies in the same time, and has a longer day.
    let mut output = day("0.6");
    for minutes in ["2", "5"] {
        if has_enough(&output) {
            break;
        }
        output = day(minutes);
    }
    assert_eq!(output.status.code(), Some(0), "{}{}", stdout(&output), stderr(&output));
    let report: Value = serde_json::from_str(&stdout(&output)).expect("JSON");
    let count = |name: &str| report[name].as_u64().expect(name);
    assert!(count("studies") >= 8, "{report}");
    assert!(count("from_archive") > 0 && count("dropped") > 0 && count("damaged") > 0, "{report}");
    let levels = report["levels"].as_array().expect("levels");
    assert_eq!(levels.len(), 9);
    for level in levels {
        assert!(level["second_half"].as_u64() <= level["bound"].as_u64(), "{level}");
    }
    // Told, and not bounded: a busy machine is slow.
    eprintln!(
        "soak: {} studies, frames of {} ms, 99 of 100 within {} ms",
        report["studies"], report["frame_p50_ms"], report["frame_p99_ms"]
    );
}

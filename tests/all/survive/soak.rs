//! A short day of reading: what the program takes of the machine levels off. `make soak` is a long one.

use serde_json::Value;

use crate::support::{hotlight, stderr, stdout};

#[test]
fn a_day_of_reading_takes_no_more_in_its_second_half() {
    let output = hotlight(&["bench", "soak", "--minutes", "0.6", "--seed", "1"]);
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

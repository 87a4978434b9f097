//! `--script`, `--offscreen` and `--trace`: driving the viewer from outside, with no window.

use std::path::Path;

use serde_json::Value;

use crate::support::{hotlight, phantom, stderr};

/// Runs a script offscreen; gives the trace.
fn run(folder: &Path, script: &str, arguments: &[&str]) -> Vec<Value> {
    let (script_file, trace) = (folder.join("script.txt"), folder.join("trace.jsonl"));
    std::fs::write(&script_file, script).expect("the script");
    let (study, script_file, trace_text) =
        (phantom().display().to_string(), script_file.display().to_string(), trace.display().to_string());
    let fixed = [study.as_str(), "--script", &script_file, "--trace", &trace_text];
    let output = hotlight(&[&fixed, arguments].concat());
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let text = std::fs::read_to_string(&trace).expect("the trace");
    text.lines().map(|line| serde_json::from_str(line).expect("a JSON line")).collect()
}

fn size_of(path: &Path) -> (u32, u32) {
    let file = std::fs::File::open(path).expect("the screenshot");
    let reader = png::Decoder::new(std::io::BufReader::new(file)).read_info().expect("a PNG");
    reader.info().size()
}

#[test]
fn a_script_takes_pictures_and_states_without_a_window() {
    let folder = tempfile::TempDir::new().expect("a temporary folder");
    let at = |name: &str| folder.path().join(name).display().to_string();
    let script = format!(
        "wait settled\nscroll first\nwindow preset lung\nscreenshot {}\nstate {}\nquit\n",
        at("a.png"),
        at("state.txt")
    );
    let trace = run(folder.path(), &script, &["--set", "viewer.hang=series", "--offscreen", "800x600"]);
    assert_eq!(size_of(&folder.path().join("a.png")), (800, 600));
    let state = std::fs::read_to_string(folder.path().join("state.txt")).expect("the state");
    assert!(state.contains("lung") && !state.contains("ZZ"), "the state names the window and no patient");
    let names: Vec<&str> = trace.iter().filter_map(|event| event["event"].as_str()).collect();
    for name in
        ["window-shown", "first-image", "series-complete", "index-complete", "command", "frame", "quit"]
    {
        assert!(names.contains(&name), "{name} in {names:?}");
    }
    let times: Vec<f64> = trace.iter().map(|event| event["t_ms"].as_f64().expect("a time")).collect();
    assert!(times.is_sorted(), "{times:?}");
    let commands: Vec<_> = trace.iter().filter(|event| event["event"] == "command").collect();
    assert!(commands.iter().all(|event| event["source"] == "script"), "{commands:?}");
}

#[test]
fn the_same_window_at_twice_the_scale_has_twice_the_pixels() {
    let folder = tempfile::TempDir::new().expect("a temporary folder");
    let picture = folder.path().join("b.png");
    let script = format!("wait settled\nscreenshot {}\nquit\n", picture.display());
    run(folder.path(), &script, &["--offscreen", "1600x1200", "--offscreen-scale", "2"]);
    assert_eq!(size_of(&picture), (1600, 1200));
}

#[test]
fn a_script_that_cannot_end_or_be_understood_is_refused() {
    let folder = tempfile::TempDir::new().expect("a temporary folder");
    let script = folder.path().join("s.txt").display().to_string();
    let check = |text: &str, words: &str| {
        std::fs::write(&script, text).expect("the script");
        let output = hotlight(&["--offscreen", "64x64", "--script", &script]);
        assert_eq!(output.status.code(), Some(2), "{}", stderr(&output));
        assert!(stderr(&output).contains(words), "{}", stderr(&output));
    };
    check("scroll +1", "ends with quit");
    check("scrol +1\nquit", "line 1: there is no command 'scrol' (did you mean 'scroll'?)");
    check("wait doomsday\nquit", "there is no event 'doomsday'");
}

//! The program as released, in a real window on an X server, driven by real key presses.

mod archive;
mod calibration;
mod desktop;
mod golden;
mod hands;
mod hanging;
#[cfg(all(unix, not(target_os = "macos")))]
mod monitors;
mod mouse;
mod priors;
mod reading;
#[cfg(all(unix, not(target_os = "macos")))]
mod roles;

use std::path::Path;
use std::time::{Duration, Instant};

use desktop::{Desktop, Running};
use serde_json::Value;

use crate::support::{hotlight, phantom, stderr};

/// The command event of that name, and the frames of its number.
fn picture_of(running: &Running, command: &str) -> (Value, Vec<Value>) {
    let trace = running.wait_for(|event| event["event"] == "command" && event["name"] == command);
    let event = trace.iter().rfind(|event| event["name"] == command).expect("the command").clone();
    let frames = running
        .wait_for(|frame| frame["event"] == "frame" && frame["frame"] == event["frame"])
        .into_iter()
        .filter(|frame| frame["event"] == "frame" && frame["frame"] == event["frame"])
        .collect();
    (event, frames)
}

#[test]
fn a_key_press_is_in_the_picture_of_the_same_frame() {
    let desktop = Desktop::start();
    let running = desktop.run(&[&phantom().display().to_string()]);
    running.wait_for(|event| event["event"] == "first-image");
    running.wait_for(|event| event["event"] == "series-complete" && event["viewport"] == 0);
    running.focus_window();
    running.key("Home");
    let (home, first) = picture_of(&running, "scroll first");
    assert_eq!(home["source"], "key");
    assert_eq!(first[0]["image"], 1);
    running.key("Down");
    let (_, second) = picture_of(&running, "scroll +1");
    assert_eq!(second[0]["image"], 2, "the image after the first, in the frame of the key");
    running.end();
}

#[test]
fn what_the_panel_is_sent_equals_what_render_computes() {
    let desktop = Desktop::start();
    let study = phantom().join("current").display().to_string();
    let running = desktop.run(&[&study]);
    running.wait_for(|event| event["event"] == "first-image");
    running.focus_window();
    // The first image, one screen pixel per image pixel, the second preset (lung).
    for (key, command) in [("Home", "scroll first"), ("equal", "zoom 1:1"), ("2", "window slot 2")] {
        running.key(key);
        picture_of(&running, command);
    }
    let out = running.folder().join("first.pgm");
    let out = out.display().to_string();
    let output = hotlight(&["render", &study, "--out", &out, "--slice", "1", "--voi", "-600,1500"]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let levels = driving_levels(Path::new(&out));
    running.see("the picture stands on the screen once, pixel for pixel", |shot| {
        shot.find(64, 64, &levels) == 1
    });
    running.end();
}

/// What an uncalibrated 8-bit panel is sent for a 16-bit PGM of P-values.
fn driving_levels(path: &Path) -> Vec<u8> {
    let bytes = std::fs::read(path).expect("the picture");
    let pixels = &bytes[bytes.len() - 64 * 64 * 2..];
    let level = |pair: &[u8]| {
        let p_value = f64::from(u16::from_be_bytes([pair[0], pair[1]]));
        (p_value * 255.0 / 65535.0).round() as u8
    };
    pixels.chunks_exact(2).map(level).collect()
}

#[test]
fn screenshots_of_a_script_show_what_was_shown_then() {
    let desktop = Desktop::start();
    let folder = tempfile::TempDir::new().expect("a temporary folder");
    let at = |name: &str| folder.path().join(name);
    let script = format!(
        "wait settled\nscroll first\nscreenshot {}\nscroll last\nwait settled\nscreenshot {}\nquit",
        at("a.png").display(),
        at("b.png").display()
    );
    std::fs::write(at("script.txt"), script).expect("the script");
    let script = at("script.txt").display().to_string();
    let running = desktop.run(&[&phantom().display().to_string(), "--script", &script]);
    let (code, words) = running.exit();
    assert_eq!(code, Some(0), "{words}");
    let bytes = |name: &str| std::fs::read(at(name)).expect(name);
    assert_ne!(bytes("a.png"), bytes("b.png"));
}

#[test]
fn two_windows_show_one_session_and_the_program_ends_within_two_seconds() {
    let desktop = Desktop::start();
    // The least of a few, where other programs take the machine.
    let mut lasted: Vec<Duration> = Vec::new();
    while lasted.iter().all(|each| *each >= Duration::from_secs(2)) {
        assert!(lasted.len() < 5, "{lasted:?}");
        lasted.push(end_of_two_windows(&desktop));
    }
}

/// How long the program takes to its end.
fn end_of_two_windows(desktop: &Desktop) -> Duration {
    let running = desktop.run(&[&phantom().display().to_string()]);
    running.wait_for(|event| event["event"] == "first-image");
    running.focus_window();
    running.key("ctrl+shift+n");
    running.wait_for(|event| event["event"] == "frame" && event["screen"] == 1);
    assert_eq!(running.windows().len(), 2);
    running.focus_last_window();
    running.key("Home");
    let (_, frames) = picture_of(&running, "scroll first");
    assert_eq!(frames[0]["screen"], 1, "keys go to the window in front");
    running.key("ctrl+q");
    // From the command in the trace to the end of the process.
    running.wait_for(|event| event["name"] == "quit");
    let asked = Instant::now();
    let (code, words) = running.exit();
    let lasted = asked.elapsed();
    assert_eq!(code, Some(0), "{words}");
    lasted
}

/// The window draws by itself what time brings, and rests when nothing moves.
#[test]
fn cine_plays_without_a_hand_and_rests_when_it_is_stopped() {
    let desktop = Desktop::start();
    let running = desktop.run(&[&phantom().join("current").display().to_string()]);
    running.wait_for(|event| event["event"] == "first-image");
    running.wait_for(|event| event["event"] == "series-complete");
    running.focus_window();
    running.key("Home");
    picture_of(&running, "scroll first");
    // A second an image: far longer than a picture takes, so that it is not one picture that brings the next.
    for _ in 0..4 {
        running.key("comma");
    }
    running.key("c");
    let is_toggle = |event: &Value| event["name"] == "cine toggle";
    let trace = running.wait_for(is_toggle);
    let began = trace.iter().find(|event| is_toggle(event)).expect("the command");
    let is_later = |event: &Value| event["t_ms"].as_f64() > began["t_ms"].as_f64();
    // No hand brings these.
    for image in [2, 3, 4] {
        running.wait_for(|frame| frame["image"] == image && is_later(frame));
    }
    running.key("c");
    let is_end = |event: &Value| is_toggle(event) && is_later(event);
    let trace = running.wait_for(is_end);
    let end = trace.iter().find(|event| is_end(event)).and_then(|event| event["frame"].as_u64());
    std::thread::sleep(Duration::from_millis(1500));
    let trace = running.wait_for(|_| true);
    let after = trace.iter().filter(|frame| frame["event"] == "frame" && frame["frame"].as_u64() > end);
    assert_eq!(after.count(), 0, "it rests");
    running.end();
}

#[test]
fn nothing_that_is_left_behind_names_the_patient() {
    let desktop = Desktop::start();
    let folder = tempfile::TempDir::new().expect("a temporary folder");
    let named = folder.path().join("ZZCANARY^FOLDER");
    hotlight::phantom::Phantom::chest_ct().small().write_into(&named).expect("a study");
    std::fs::write(named.join("broken"), "not an image").expect("a file");
    let running = desktop.run(&[&named.display().to_string(), "--set", "logging.level=trace"]);
    running.wait_for(|event| event["event"] == "first-image");
    running.focus_window();
    running.key("ctrl+k");
    running.wait_for(|event| event["name"] == "panel palette");
    running.key("Escape");
    running.wait_for(|event| event["name"] == "cancel");
    for title in running.window_titles() {
        assert_eq!(title, "Hotlight");
    }
    let kept = running.folder();
    running.end();
    let mut looked_at = 0;
    for entry in walk(kept) {
        let name = entry.display().to_string();
        assert!(!name.contains("ZZCANARY"), "{name}");
        let bytes = std::fs::read(&entry).expect("a file");
        let text = String::from_utf8_lossy(&bytes);
        // What was opened is remembered by its path, which the reader chose; `viewer.recent` forbids it.
        let is_path = |line: &&str| entry.ends_with("recent.toml") && line.starts_with("path = ");
        let text: String = text.lines().filter(|line| !is_path(line)).collect();
        assert!(!text.contains("ZZCANARY") && !text.contains("ZZ1234567"), "{name} names the patient");
        looked_at += 1;
    }
    assert!(looked_at >= 2, "the trace and a log were looked at, found {looked_at} files");
}

fn walk(folder: &Path) -> Vec<std::path::PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() { files.extend(walk(&path)) } else { files.push(path) }
    }
    files
}

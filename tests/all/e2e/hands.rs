//! How quickly the picture follows the hand, and that nothing is done while the hand rests.

use std::time::Duration;

use hotlight::phantom::Phantom;
use serde_json::Value;
use tempfile::TempDir;

use super::desktop::{Desktop, Running};
use super::picture_of;
use crate::support::phantom;

/// From the command to the frame after the one with its picture, ms: by then it is on the screen.
fn delays_ms(trace: &[Value], is_meant: impl Fn(&str) -> bool) -> Vec<f64> {
    let commands = trace.iter().filter(|event| event["event"] == "command");
    let commands = commands.filter(|event| event["name"].as_str().is_some_and(&is_meant));
    let picture = |command: &Value| {
        let frames = trace.iter().filter(|event| event["event"] == "frame");
        let frame = frames.into_iter().find(|frame| frame["frame"] == command["frame"])?;
        Some(frame["t_ms"].as_f64()? - command["t_ms"].as_f64()?)
    };
    let mut delays: Vec<f64> = commands.filter_map(picture).collect();
    delays.sort_by(f64::total_cmp);
    delays
}

/// The median, 95 of 100, and the longest.
fn summary(delays: &[f64]) -> (f64, f64, f64) {
    let at = |share: usize| delays[(delays.len() * share / 100).min(delays.len() - 1)];
    (at(50), at(95), delays[delays.len() - 1])
}

/// Four viewports of 512² at 1920×1080. A measurement of this machine, so only where it is asked for:
/// `HOTLIGHT_LATENCY=1 cargo test --test all -- latency --nocapture`, with `HOTLIGHT_BIN` the program to measure.
#[test]
#[expect(clippy::print_stdout, reason = "the figures are what it is run for")]
fn latency_of_the_wheel_and_of_a_drag() {
    if std::env::var_os("HOTLIGHT_LATENCY").is_none() {
        return;
    }
    let folder = TempDir::new().expect("a folder");
    let study = Phantom::chest_ct();
    study.write_into(&folder.path().join("current")).expect("a study");
    study.prior().write_into(&folder.path().join("prior")).expect("its prior");
    let script = folder.path().join("script.txt");
    let layout = "wait settled\nlayout 2x2\nviewport 3\nhang 1\nviewport 4\nhang 2\nviewport 1\nscroll first";
    std::fs::write(&script, layout).expect("the script");
    let (script, paths) = (script.display().to_string(), folder.path().display().to_string());
    let desktop = Desktop::start();
    let running = desktop.run(&[&paths, "--script", &script]);
    for viewport in 0..4 {
        running.wait_for(|event| event["event"] == "frame" && event["viewport"] == viewport);
    }
    running.wait_for(|event| event["name"] == "scroll first");
    running.fill_the_screen();
    // Everything is decoded then.
    std::thread::sleep(Duration::from_secs(5));
    let wheel = "mousemove 600 300 click --repeat 60 --delay 30";
    let mut kept = Vec::new();
    for (what, hands, name, is_bound) in [
        ("wheel", format!("{wheel} 5"), "scroll ", true),
        ("drag of the window", DRAG.to_owned(), "pointer move", true),
        // All four pictures are drawn anew then.
        ("wheel, four viewports linked", format!("key shift+y {wheel} 4"), "scroll ", false),
    ] {
        let before = running.wait_for(|_| true).len();
        running.hands(&hands);
        std::thread::sleep(Duration::from_secs(1));
        let trace = running.wait_for(|_| true).split_off(before);
        let delays = delays_ms(&trace, |found| found.starts_with(name));
        let (median, most, longest) = summary(&delays);
        println!(
            "{what}: {} pictures, median {median:.1} ms, p95 {most:.1} ms, longest {longest:.1} ms",
            delays.len()
        );
        kept.extend(is_bound.then_some(most));
    }
    let trace = running.wait_for(|_| true);
    let work =
        trace.iter().filter(|event| event["event"] == "frame").filter_map(|event| event["ms"].as_f64());
    let mut work: Vec<f64> = work.collect();
    work.sort_by(f64::total_cmp);
    println!("planning and laying out one: median {:.1} ms", summary(&work).0);
    running.end();
    assert!(kept.iter().all(|p95| *p95 < 50.0), "{kept:?}");
}

/// Sixty steps of the right button, a little apart.
const DRAG: &str = "mousemove 600 300 mousedown 3 drag mouseup 3";

/// Neither frames nor processor time while nothing happens.
#[test]
fn a_resting_hand_costs_nothing() {
    let desktop = Desktop::start();
    let running = desktop.run(&[&phantom().join("current").display().to_string()]);
    running.wait_for(|event| event["event"] == "series-complete");
    running.wait_for(|event| event["event"] == "first-image");
    running.focus_window();
    running.key("Home");
    let (first, _) = picture_of(&running, "scroll first");
    // What follows a key, such as thumbnails and the pointer's hover, is over then.
    std::thread::sleep(Duration::from_millis(1500));
    running.rest();
    let before = ticks(&running);
    std::thread::sleep(Duration::from_secs(2));
    let spent = ticks(&running) - before;
    running.key("End");
    let (last, _) = picture_of(&running, "scroll last");
    let frame = |event: &Value| event["frame"].as_u64().expect("a number");
    let frames = frame(&last) - frame(&first);
    assert!(frames <= 6, "{frames} frames were drawn with no cause");
    assert!(spent <= 4, "{spent} hundredths of a second in two seconds of rest");
    running.end();
}

/// Processor time of the program so far, in ticks of 10 ms.
fn ticks(running: &Running) -> u64 {
    let stat = std::fs::read_to_string(format!("/proc/{}/stat", running.id())).expect("the process");
    // Fields after the name, which may hold blanks: the 12th and 13th are user and system time.
    let rest = stat.rsplit_once(')').expect("a name").1;
    let fields: Vec<&str> = rest.split_whitespace().collect();
    [11, 12].map(|field| fields[field].parse::<u64>().expect("a time")).iter().sum()
}

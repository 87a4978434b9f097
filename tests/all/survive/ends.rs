//! The program ends without being asked to.

use super::{Home, kill, study};

const LAYOUT: &str = "wait settled\nlayout 2x2\nviewport 3\nhang 1\nscroll first";

/// The windows, of the state of a session.
fn windows(state: &str) -> &str {
    let (_, windows) = state.split_once("screens:[Screen{").expect("windows");
    windows.split("],focus:Focus{").next().unwrap_or_default()
}

/// As it is noted when the script has come to its end: the third viewport shows another image than the first.
fn is_noted(text: &str) -> bool {
    let images: Vec<&str> = text.lines().filter(|line| line.starts_with("image = ")).collect();
    let is_over = matches!(images.as_slice(), [first, third] if first != third);
    is_over && text.contains("rows = 2") && text.contains("focus = [0, 2]") && !text.contains("paths = []")
}

#[test]
fn a_killed_program_asks_and_brings_back_what_was_open() {
    let home = Home::new();
    let running = home.start(LAYOUT, &[&study()]);
    home.wait_for_open(is_noted);
    kill(running);
    // It asks, and opens nothing by itself.
    let asked = home.state_after("wait window-shown", &[]);
    assert!(asked.contains("name:Resume"), "{asked}");
    assert!(!windows(&asked).contains("source:Some("), "{asked}");
    // Nothing was decided: it asks again.
    let back = home.state_after("accept\nwait settled", &[]);
    assert!(back.contains("division:Grid(Grid{rows:2,columns:2,},)"), "{back}");
    assert!(back.contains("focus:Focus{screen:0,viewport:2,}"), "{back}");
    assert_eq!(windows(&back).matches("source:Some(Source{").count(), 2, "{back}");
    let third = windows(&back).split("source:").nth(3).expect("a third viewport");
    assert!(third.starts_with("Some(") && third.contains("index:0,"), "the first image: {third}");
    assert!(!home.path("state/open.toml").exists(), "it has ended as it was asked to");
    let fresh = home.state_after("wait window-shown", &[]);
    assert!(!fresh.contains("name:Resume"), "{fresh}");
}

#[test]
fn a_program_that_ends_while_it_resumes_offers_to_begin_anew_first() {
    let home = Home::new();
    let running = home.start(LAYOUT, &[&study()]);
    home.wait_for_open(is_noted);
    kill(running);
    let resuming = home.start("resume", &[]);
    let noted = home.wait_for_open(|text| text.contains("was_resuming = true"));
    assert!(is_noted(&noted), "all that was open is noted still: {noted}");
    kill(resuming);
    let asked = home.state_after("wait window-shown", &[]);
    assert!(asked.contains("was_resuming:true"), "{asked}");
    // What is chosen opens nothing, and the question is answered.
    let anew = home.state_after("accept\nwait settled", &[]);
    assert!(!windows(&anew).contains("source:Some(") && anew.contains("left_open:None"), "{anew}");
    assert!(!home.path("state/open.toml").exists());
}

/// A path may name the patient; nothing else of what is noted may.
#[test]
fn what_is_noted_names_no_patient() {
    let home = Home::new();
    let running = home.start("wait settled", &[&study()]);
    let text = home.wait_for_open(|text| text.contains("[[window]]"));
    kill(running);
    assert!(!text.contains("ZZCANARY") && !text.contains("ZZ1234567"), "{text}");
}

//! The program is started while it runs already.

use super::{Home, kill, study};

#[test]
fn a_second_program_reads_and_leaves_the_state_to_the_first() {
    let home = Home::new();
    let first = home.start("wait settled", &[&study()]);
    // Paths are noted last, when all files were looked through.
    let noted = home.wait_for_open(|text| text.contains("[[window]]") && !text.contains("paths = []"));
    let recent = || std::fs::read_to_string(home.path("state/recent.toml")).unwrap_or_default();
    let before = home.wait_for_text("state/recent.toml", |text| !text.is_empty());
    let other = crate::support::phantom().join("prior").display().to_string();
    let mark = "wait settled\ntool probe\npointer press left 350 222\npointer release\nwait settled";
    let state = home.state_after(mark, &[&other]);
    assert!(state.contains("Hotlightrunsalready."), "{state}");
    assert!(state.contains("shape:Probe("), "it reads and measures: {state}");
    assert_eq!(recent(), before, "what is opened is remembered by the first");
    assert_eq!(std::fs::read_to_string(home.path("state/open.toml")).expect("the first one's"), noted);
    let drafts = std::fs::read_dir(home.path("state/presentations")).into_iter().flatten().flatten();
    let drafts = drafts.filter(|entry| entry.file_name().to_string_lossy().contains(".draft."));
    assert_eq!(drafts.count(), 0);
    // As soon as the first has gone, however it went, the next one is the first.
    kill(first);
    let next = home.state_after("wait window-shown", &[]);
    assert!(!next.contains("Hotlightrunsalready.") && next.contains("name:Resume"), "{next}");
}

//! The status row while files are looked through.

use egui::Key;
use egui_kittest::kittest::Queryable;

use crate::session::FileCounts;

use super::desk::{Desk, check, open, press, release};

#[test]
fn progress_is_told_with_counts_and_a_key_cancels() {
    let mut desk = Desk::new();
    desk.session.indexing.runs = 1;
    desk.session.indexing.files = FileCounts { known: 10_000, read: 3412, ..FileCounts::default() };
    let mut harness = open(desk);
    let words = "reading 3\u{2009}412 of 10\u{2009}000 files";
    assert_eq!(harness.query_all_by_label(words).count(), 1);
    harness.get_by_label("cancel (Esc)").click();
    check(&mut harness, Vec::new(), &["cancel"]);
    check(&mut harness, vec![press(Key::Escape)], &["cancel"]);
    assert_eq!(harness.state().effects, ["CancelIndex", "CancelIndex"]);
    // A panel comes first.
    check(
        &mut harness,
        vec![release(Key::Escape), press(Key::P), press(Key::Escape)],
        &["panel badges", "cancel"],
    );
    assert_eq!(harness.state().effects.len(), 2);
}

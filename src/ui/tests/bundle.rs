//! The support bundle, looked through before it is saved.

use egui::Key;
use egui_kittest::kittest::Queryable;

use crate::session::BundleLine;

use super::super::support_words::BUNDLE_SAVE;
use super::desk::{Desk, check, open, press, release};

#[test]
fn all_of_a_part_is_paged_through_by_keys() {
    let mut desk = Desk::new().run("support bundle");
    let lines = (1..=60).map(|number| format!("line {number} of it")).collect();
    let part = BundleLine { name: "keys.txt".to_owned(), about: "The keys that apply.", bytes: 900, lines };
    desk.session.bundle = Some(vec![part]);
    let mut harness = open(desk);
    let [first, second] = ["line 1 of it", "line 2 of it"].map(|line| harness.get_by_label(line).rect());
    let title = harness.get_by_label(BUNDLE_SAVE).rect();
    assert!((first.left() - title.left()).abs() < 1.0, "{first:?} begins where {title:?} does");
    assert!((second.top() - first.top() - 15.0).abs() < 0.5, "{first:?}, {second:?}");
    assert!(harness.query_by_label("line 60 of it").is_none());
    for _ in 0..10 {
        check(&mut harness, vec![press(Key::ArrowRight), release(Key::ArrowRight)], &[]);
    }
    harness.get_by_label("line 60 of it");
    assert!(harness.query_by_label("line 1 of it").is_none());
    for _ in 0..10 {
        check(&mut harness, vec![press(Key::ArrowLeft), release(Key::ArrowLeft)], &[]);
    }
    harness.get_by_label("line 1 of it");
}

//! The status row while files are looked through.

use egui::Key;
use egui_kittest::kittest::{NodeT, Queryable};

use crate::session::FileCounts;

use super::desk::{Desk, check, ct, open, press, read, release};

/// An image whose place in the patient is not known.
fn with_image() -> Desk {
    let folder = tempfile::tempdir().expect("a folder");
    let mut desk = Desk::new();
    desk.take(vec![read(folder.path(), ct("1", "1", 1))], Vec::new());
    desk
}

#[test]
fn nothing_moves_when_the_pointer_comes_over_an_image() {
    let mut harness = open(with_image().run("tiles 1x2"));
    let places = |harness: &egui_kittest::Harness<'_, Desk>| -> Vec<(String, egui::accesskit::Rect)> {
        let nodes = harness.root().children_recursive();
        let placed = nodes.filter_map(|node| {
            let node = node.accesskit_node();
            Some((node.label().or_else(|| node.value())?, node.bounding_box()?))
        });
        placed.filter(|(words, rect)| rect.y0 > 670.0 && !words.contains("column")).collect()
    };
    let before = places(&harness);
    assert!(before.len() >= 5, "{before:?}");
    harness.state_mut().readout = Some("-998 HU · column 180 row 72 · x -31.4 y 34.2 z 738.7 mm".to_owned());
    harness.run();
    assert!(harness.query_by_label_contains("column 180 row 72").is_some());
    assert_eq!(places(&harness), before);
}

/// Two quantities take more room, and the hints of keys keep theirs.
#[test]
fn a_long_value_under_the_pointer_lies_over_no_hint() {
    let mut harness = open(with_image());
    harness.set_size(egui::vec2(1600.0, 700.0));
    let value = "11246 Bq/ml, SUVbw 3.108 · column 180 row 72 · x -31.4 y 34.2 z 738.7 mm";
    harness.state_mut().readout = Some(value.to_owned());
    harness.run();
    let readout = harness.get_by_label(value).rect();
    let painter = harness.ctx.debug_painter();
    let font = super::super::theme::regular(12.0);
    let width = painter.layout_no_wrap(value.to_owned(), font, egui::Color32::WHITE).size().x;
    assert!(readout.width() > width, "{} for {width}", readout.width());
    assert!(readout.right() <= harness.get_by_label("scroll (S)").rect().left());
}

#[test]
fn with_all_but_the_images_hidden_news_is_told_and_a_click_shows_the_rest_again() {
    let mut harness = open(with_image().run("chrome; window own 9"));
    assert!(harness.query_by_label_contains("no such window of its own").is_some());
    assert!(harness.query_by_label("not for diagnosis").is_some());
    assert_eq!(harness.query_all_by_label("Scroll tool").count(), 0);
    // The identity is on the image; panels open.
    check(&mut harness, vec![press(Key::P)], &["panel badges"]);
    check(&mut harness, vec![press(Key::Escape)], &["cancel"]);
    harness.get_by_label("show the rest (F11)").click();
    harness.run();
    // In the rail and in the status row.
    assert_eq!(harness.query_all_by_label("Scroll tool").count(), 2);
}

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

/// `There is no othe…` told nobody anything.
#[test]
fn hints_of_keys_give_way_to_news() {
    let mut harness = open(with_image());
    harness.set_size(egui::vec2(1280.0, 700.0));
    harness.run();
    let count =
        |harness: &egui_kittest::Harness<'_, Desk>, label: &str| harness.query_all_by_label(label).count();
    assert_eq!(count(&harness, "length (L)"), 1);
    harness.state_mut().obey("window own 9");
    harness.run();
    assert_eq!((count(&harness, "length (L)"), count(&harness, "everything (Ctrl+K)")), (0, 1));
    let message = harness.get_by_label("The image has no such window of its own.");
    assert!(message.rect().width() > 200.0, "{:?}", message.rect());
    harness.state_mut().obey("scroll first");
    harness.run();
    assert_eq!(count(&harness, "length (L)"), 1);
}

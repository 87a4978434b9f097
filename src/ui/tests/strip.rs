//! The strip of series.

use dicom_dictionary_std::tags;
use egui::{Key, Modifiers, MouseWheelUnit, Role};
use egui_kittest::kittest::{NodeT, Queryable};

use super::desk::{Desk, check, ct, key, open, press, read, release, wheel};

/// Two series of one study, of one and of three images.
fn desk() -> Desk {
    let folder = tempfile::tempdir().expect("a folder");
    let images = [("1", 1), ("2", 1), ("2", 2), ("2", 3)];
    let images = images.map(|(series, number)| read(folder.path(), ct("1", series, number)));
    let mut desk = Desk::new();
    desk.take(images.to_vec(), Vec::new());
    desk
}

#[test]
fn a_click_on_a_card_hangs_its_series_in_the_viewport_in_focus() {
    let mut harness = open(desk().run("layout 1x2; viewport 2"));
    assert!(harness.query_by_label("Current 2026-11-20").is_some());
    let card = harness.get_by_label("CT 2, brain, 3 images");
    assert_eq!(card.accesskit_node().role(), Role::ListBoxOption);
    card.click();
    check(&mut harness, Vec::new(), &["hang 2"]);
    assert!(harness.query_by_label("Viewport 2, loading image 2 of 3").is_some());
    let card = harness.get_by_label("CT 2, brain, 3 images, shown in viewport 2, loading");
    assert_eq!(card.accesskit_node().is_selected(), Some(true));
    let other = harness.get_by_label("CT 1, brain, 1 image, shown in viewport 1, loading");
    assert_eq!(other.accesskit_node().is_selected(), Some(false));
}

#[test]
fn a_part_is_not_told_as_the_whole() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut desk = Desk::new();
    desk.take([1, 2, 4].map(|number| read(folder.path(), ct("1", "1", number))).to_vec(), Vec::new());
    let harness = open(desk);
    assert!(harness.query_by_label_contains("CT 1, brain, 3 of 4 images, ").is_some());
    assert!(harness.query_by_label("partial 3 of 4").is_some());
}

#[test]
fn what_hangs_in_another_window_is_told() {
    let harness = open(desk().run("screen open; screen previous; hang 2"));
    assert!(harness.query_by_label("CT 1, brain, 1 image, shown in window 2, loading").is_some());
    assert!(harness.query_by_label("CT 2, brain, 3 images, shown in viewport 1, loading").is_some());
}

#[test]
fn keys_choose_a_series_and_the_images_stay_within_reach_of_the_mouse() {
    let mut harness = open(desk());
    check(&mut harness, vec![key(Key::B, Modifiers::SHIFT)], &["panel series"]);
    let over_images = harness.get_by_label_contains("Viewport 1, loading").rect().center();
    let pointer = egui::Event::PointerMoved(over_images);
    check(&mut harness, vec![pointer, wheel(MouseWheelUnit::Line, -1.0, Modifiers::NONE)], &["scroll +1"]);
    check(&mut harness, vec![press(Key::ArrowDown)], &["choose +1"]);
    check(&mut harness, vec![press(Key::Enter)], &["accept", "hang 2"]);
    assert_eq!(harness.state().session.panel, None);
    // It begins at what is shown.
    check(&mut harness, vec![release(Key::B), key(Key::B, Modifiers::SHIFT)], &["panel series"]);
    check(&mut harness, vec![release(Key::Enter), press(Key::Enter)], &["accept", "hang 2"]);
}

#[test]
fn one_key_closes_the_strip_and_gives_its_room_to_the_images() {
    let mut harness = open(desk());
    let width = |harness: &egui_kittest::Harness<'_, Desk>| {
        harness.get_by_label_contains("Viewport 1").rect().width()
    };
    let before = width(&harness);
    check(&mut harness, vec![press(Key::B)], &["strip"]);
    assert!(harness.query_by_label_contains("CT 2,").is_none());
    assert!(width(&harness) > before + 100.0);
    // Keys that go there need it open.
    check(&mut harness, vec![release(Key::B), key(Key::B, Modifiers::SHIFT)], &["panel series"]);
    assert!(harness.query_by_label_contains("CT 2,").is_some());
    check(&mut harness, vec![press(Key::Escape)], &["cancel"]);
    assert!(harness.query_by_label_contains("CT 2,").is_none());
}

#[test]
fn a_thousand_series_lay_out_what_is_in_sight() {
    let folder = tempfile::tempdir().expect("a folder");
    let of_series = |series: u32| read(folder.path(), ct("1", &series.to_string(), 1));
    let mut desk = Desk::new();
    desk.take((1..=1000).map(of_series).collect(), Vec::new());
    let mut harness = open(desk);
    let cards =
        |harness: &egui_kittest::Harness<'_, Desk>| harness.query_all_by_role(Role::ListBoxOption).count();
    assert!((5..40).contains(&cards(&harness)), "{}", cards(&harness));
    assert!(harness.query_by_label_contains("CT 700,").is_none());
    // What is hung by a key comes into sight.
    harness.state_mut().obey("series 700");
    harness.run();
    assert!(harness.query_by_label_contains("CT 700,").is_some());
    assert!((5..40).contains(&cards(&harness)), "{}", cards(&harness));
}

#[test]
fn patients_are_named_where_there_are_several_and_only_to_the_eye() {
    let folder = tempfile::tempdir().expect("a folder");
    let prior = ct("2", "1", 1).text(tags::STUDY_DATE, "20240211").text(tags::PATIENT_ID, "1");
    let mut desk = Desk::new();
    desk.take(vec![read(folder.path(), ct("1", "1", 1)), read(folder.path(), prior)], Vec::new());
    let harness = open(desk);
    assert!(harness.query_by_label("Current 2026-11-20").is_some());
    assert!(harness.query_by_label("Prior 2024-02-11").is_some());
    let headings = harness.query_all_by_role(Role::Heading);
    let labels = headings.filter_map(|node| node.accesskit_node().label());
    assert!(labels.into_iter().all(|label| !label.contains("NOBODY")));
}

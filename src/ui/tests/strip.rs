//! The strip of series.

use std::sync::Arc;

use dicom_dictionary_std::tags;
use egui::{Event, Key, Modifiers, MouseWheelUnit, PointerButton, Pos2, Role, Shape, pos2};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT, Queryable};

use crate::dicom::{Frame, Pixels, ReadError};
use crate::study::{FrameState, Thumbnail};

use super::desk::{Desk, button, check, ct, key, open, press, read, release, wheel};

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

/// Rule P-21.
#[test]
fn a_card_of_raw_material_says_so() {
    let folder = tempfile::tempdir().expect("a folder");
    let raw = ct("1", "1", 1).text(tags::PRESENTATION_INTENT_TYPE, "FOR PROCESSING");
    let mut desk = Desk::new();
    desk.take(vec![read(folder.path(), raw), read(folder.path(), ct("1", "2", 1))], Vec::new());
    let harness = open(desk);
    assert!(harness.query_by_label("CT 1, FOR PROCESSING, brain, 1 image").is_some());
    assert!(harness.query_by_label("CT 2, brain, 1 image, shown in viewport 1, loading").is_some());
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
    let pointer = Event::PointerMoved(over_images);
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
    let width = |harness: &Harness<'_, Desk>| harness.get_by_label_contains("Viewport 1").rect().width();
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
    let cards = |harness: &Harness<'_, Desk>| harness.query_all_by_role(Role::ListBoxOption).count();
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

/// A desk with so many series of one image, each with a thumbnail.
fn desk_of(series: u32) -> Desk {
    let folder = tempfile::tempdir().expect("a folder");
    let of_series = |series: u32| read(folder.path(), ct("1", &series.to_string(), 1));
    let mut desk = Desk::new();
    desk.take((1..=series).map(of_series).collect(), Vec::new());
    let sets: Vec<_> = desk.library.display_sets().map(|(.., set)| Arc::clone(set)).collect();
    for set in sets {
        let key = set.images.first().expect("an image").key();
        let pixels = Pixels::Words { is_signed: true, words: vec![0, 100, 200, 300] };
        let state = FrameState::Ready(Arc::new(Frame { rows: 2, columns: 2, pixels, cover: None }));
        desk.library.put_thumbnail(set.id.clone(), Thumbnail { key, state });
    }
    desk
}

/// Pictures of the height of a card's.
fn pictures(harness: &Harness<'_, Desk>) -> usize {
    let shapes = harness.output().shapes.iter();
    let is_one =
        |shape: &Shape| matches!(shape, Shape::Callback(it) if (it.rect.height() - 90.0).abs() < 0.1);
    shapes.filter(|shape| is_one(&shape.shape)).count()
}

fn cards(harness: &Harness<'_, Desk>) -> usize {
    harness.query_all_by_role(Role::ListBoxOption).count()
}

#[test]
fn a_card_in_sight_has_its_picture_and_one_without_a_thumbnail_has_none() {
    let harness = open(desk());
    assert_eq!((cards(&harness), pictures(&harness)), (2, 0));
    let mut desk = desk_of(3);
    let harness = open(desk_of(3));
    assert_eq!((cards(&harness), pictures(&harness)), (3, 3));
    let set = desk.library.display_sets().next().map(|(.., set)| Arc::clone(set)).expect("a set");
    let key = set.images.first().expect("an image").key();
    let state = FrameState::Failed(ReadError::Damaged { why: String::new() });
    desk.library.put_thumbnail(set.id.clone(), Thumbnail { key, state });
    assert_eq!(pictures(&open(desk)), 2);
}

#[test]
fn two_hundred_series_scroll_with_only_those_in_sight_laid_out() {
    let mut harness = open(desk_of(200));
    let over_strip = harness.get_by_label_contains("CT 1,").rect().center();
    harness.input_mut().events.push(Event::PointerMoved(over_strip));
    for _ in 0..50 {
        harness.input_mut().events.push(wheel(MouseWheelUnit::Line, -1.0, Modifiers::NONE));
        harness.step();
        assert!((1..12).contains(&cards(&harness)), "{}", cards(&harness));
        assert_eq!(pictures(&harness), cards(&harness));
    }
    assert!(harness.query_by_label_contains("CT 1,").is_none(), "it scrolled");
}

#[test]
fn what_hung_before_was_seen() {
    let harness = open(desk().run("hang 2"));
    assert!(harness.query_by_label("CT 1, brain, 1 image, seen").is_some());
    assert!(harness.query_by_label("CT 2, brain, 3 images, shown in viewport 1, loading").is_some());
    let harness = open(desk());
    assert!(harness.query_by_label("CT 2, brain, 3 images").is_some());
}

/// The button goes down on the card of series 2 and the hand to `to`; gives the commands.
fn drag(harness: &mut Harness<'_, Desk>, to: Pos2, then: Vec<Event>) -> Vec<String> {
    let card = harness.get_by_label_contains("CT 2,").rect().center();
    harness.state_mut().commands.clear();
    let events = [
        vec![Event::PointerMoved(card), button(card, PointerButton::Primary, true)],
        vec![Event::PointerMoved(card.lerp(to, 0.5))],
        vec![Event::PointerMoved(to)],
        then,
        vec![button(to, PointerButton::Primary, false)],
    ];
    for events in events {
        harness.input_mut().events.extend(events);
        harness.step();
    }
    harness.run();
    std::mem::take(&mut harness.state_mut().commands)
}

#[test]
fn a_card_that_is_dropped_on_a_viewport_hangs_there() {
    let mut harness = open(desk().run("layout 1x2"));
    let second = harness.get_by_label("Viewport 2, empty").rect().center();
    assert_eq!(drag(&mut harness, second, Vec::new()), ["viewport 2", "hang 2"]);
    assert!(harness.query_by_label("Viewport 2, loading image 2 of 3").is_some());
}

#[test]
fn a_card_that_is_dropped_beside_all_viewports_hangs_nowhere() {
    let mut harness = open(desk().run("layout 1x2"));
    let title = pos2(500.0, 10.0);
    assert_eq!(drag(&mut harness, title, Vec::new()), Vec::<String>::new());
}

#[test]
fn esc_takes_a_card_out_of_the_hand_and_does_nothing_else() {
    let mut harness = open(desk().run("layout 1x2"));
    let second = harness.get_by_label("Viewport 2, empty").rect().center();
    assert_eq!(drag(&mut harness, second, vec![press(Key::Escape)]), Vec::<String>::new());
    assert!(harness.query_by_label("Viewport 2, empty").is_some());
}

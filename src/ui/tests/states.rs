//! The panel of presentation states and key images.

use std::path::Path;
use std::sync::Arc;

use dicom_dictionary_std::{tags, uids};
use egui::Key;
use egui_kittest::kittest::{NodeT, Queryable};

use crate::dicom::{Creation, InstanceUid, SeriesUid, Source, StudyUid, Writer};
use crate::presentation::{KeyObjects, KeyTitle, PresentationState, ReferencedImage, ReferencedSeries};
use crate::units::Phi;

use super::desk::{Desk, check, ct, open, press, read, release};

/// The images of a series that a state or a document is for.
fn references(series: &str, images: &[u16]) -> Vec<ReferencedSeries> {
    let image = |number: &u16| {
        let image = ReferencedImage { sop_class: uids::CT_IMAGE_STORAGE.to_owned(), frames: None };
        (InstanceUid::new(&format!("2.25.31.{series}.{number}")), image)
    };
    let series_uid = SeriesUid::new(&format!("2.25.21.{series}"));
    vec![ReferencedSeries { series: series_uid, images: images.iter().map(image).collect() }]
}

fn state(
    folder: &Path,
    label: &str,
    time: &str,
    references: Vec<ReferencedSeries>,
) -> Arc<PresentationState> {
    let path = folder.join(label);
    let item = Writer::item().text(tags::SERIES_INSTANCE_UID, "2.25.21.1").sequence(
        tags::REFERENCED_IMAGE_SEQUENCE,
        [Writer::item()
            .text(tags::REFERENCED_SOP_CLASS_UID, uids::CT_IMAGE_STORAGE)
            .text(tags::REFERENCED_SOP_INSTANCE_UID, "2.25.31.1.1")],
    );
    let object = Writer::new(uids::GRAYSCALE_SOFTCOPY_PRESENTATION_STATE_STORAGE, &format!("2.25.9{time}"))
        .text(tags::STUDY_INSTANCE_UID, "2.25.11")
        .text(tags::SERIES_INSTANCE_UID, "2.25.4")
        .text(tags::CONTENT_LABEL, label)
        .text(tags::CONTENT_CREATOR_NAME, "Reader^One")
        .text(tags::PRESENTATION_CREATION_DATE, "20261120")
        .text(tags::PRESENTATION_CREATION_TIME, time)
        .text(tags::PRESENTATION_LUT_SHAPE, "IDENTITY")
        .sequence(tags::REFERENCED_SERIES_SEQUENCE, [item]);
    object.write_to(&path).expect("written");
    let state = PresentationState::read(&Source::file(&path)).expect("whole").expect("a state");
    Arc::new(PresentationState { references, ..state })
}

/// Two series of one study, the middle of the first hangs; states of its images, of the other's, and of none that is here.
fn desk() -> Desk {
    let folder = tempfile::tempdir().expect("a folder");
    let mut desk = Desk::new();
    let images = [("1", 1), ("1", 2), ("1", 3), ("2", 1), ("2", 2)];
    let images = images.map(|(series, number)| read(folder.path(), ct("1", series, number)));
    desk.take(images.to_vec(), Vec::new());
    let of = |label, time, references| state(folder.path(), label, time, references);
    let partly = PresentationState {
        not_applied: vec!["mask subtraction".to_owned(), "true size".to_owned()],
        description: "after contrast".to_owned(),
        ..(*of("PARTLY", "090000", references("1", &[2, 3]))).clone()
    };
    let states = vec![
        of("OLD", "080000", references("1", &[2])),
        of("NEW", "120000", references("1", &[1, 2, 3])),
        Arc::new(partly),
        of("ELSEWHERE", "130000", references("2", &[2])),
        of("ABSENT", "140000", references("7", &[1])),
    ];
    let document = KeyObjects {
        source: Source::file(Path::new("/a/document")),
        uid: InstanceUid::new("2.25.5"),
        study: StudyUid::new("2.25.11"),
        series: SeriesUid::new("2.25.6"),
        title: KeyTitle::offered(3).expect("a title"),
        description: Phi::new("segment VI".to_owned()),
        created: Creation { date: "20261121".to_owned(), ..Creation::default() },
        references: references("2", &[1, 2]),
        unplaced: 0,
        is_own: false,
    };
    desk.take_words(states, vec![Arc::new(document)]);
    desk
}

/// The same with two more documents: of two key images there is one here, and of a third nobody knows in which series it is; of another's
/// two there is none.
fn partly_here() -> Desk {
    let mut desk = desk();
    let document = |uid: &str, references, unplaced| KeyObjects {
        source: Source::file(&Path::new("/a").join(uid)),
        uid: InstanceUid::new(uid),
        study: StudyUid::new("2.25.11"),
        series: SeriesUid::new("2.25.6"),
        title: KeyTitle::offered(4).expect("a title"),
        description: Phi::default(),
        created: crate::dicom::Creation::default(),
        references,
        unplaced,
        is_own: false,
    };
    let documents =
        [document("2.25.6", references("2", &[2, 9]), 1), document("2.25.7", references("7", &[1, 2]), 0)];
    desk.take_words(Vec::new(), documents.into_iter().map(Arc::new).collect());
    desk
}

const LINES: [&str; 7] = [
    "1. NEW, grayscale · Reader^One · all images of this series, 2026-11-20 12:00:00, shown now",
    "2. PARTLY, grayscale · Reader^One · this image and 1 more, 2026-11-20 09:00:00, partly applied",
    "3. OLD, grayscale · Reader^One · this image, 2026-11-20 08:00:00",
    "4. As acquired, without a presentation state",
    "5. ABSENT, grayscale · Reader^One · images that are not here, 2026-11-20 14:00:00",
    "6. ELSEWHERE, grayscale · Reader^One · other images, 2026-11-20 13:00:00",
    "7. For Surgery, key image · 2 images, 2026-11-21",
];

#[test]
fn every_state_of_the_study_is_a_line_the_newest_of_the_image_first() {
    let harness = open(desk().run("panel states"));
    for name in LINES {
        assert_eq!(harness.get_by_label(name).accesskit_node().role(), egui::Role::ListBoxOption, "{name}");
    }
    let tops: Vec<f32> = LINES.iter().map(|name| harness.get_by_label(name).rect().top()).collect();
    assert!(tops.is_sorted(), "{tops:?}");
    harness.get_by_label("Nothing of it is left out.");
}

#[test]
fn keys_choose_a_state_and_enter_shows_it() {
    let mut harness = open(desk().run("panel states"));
    check(&mut harness, vec![press(Key::ArrowDown)], &["choose +1"]);
    harness.get_by_label("after contrast");
    harness.get_by_label("Not applied: mask subtraction; true size.");
    check(&mut harness, vec![press(Key::Enter)], &["accept", "presentation 2"]);
    assert_eq!(harness.state().session.panel, None);
    // The line that applies is chosen when it is opened again.
    harness.state_mut().obey("panel states");
    harness.run();
    assert_eq!(harness.state().session.panel.as_ref().map(|panel| panel.chosen), Some(1));
    harness.get_by_label(&format!("{}, shown now", LINES[1]));
    check(&mut harness, vec![release(Key::Enter), press(Key::PageDown)], &["choose +10"]);
    check(&mut harness, vec![press(Key::ArrowUp); 3], &["choose -1"; 3]);
    check(&mut harness, vec![press(Key::Enter)], &["accept", "presentation none"]);
}

#[test]
fn a_state_or_key_image_elsewhere_is_gone_to_and_an_absent_one_does_nothing() {
    let mut harness = open(desk().run("panel states"));
    harness.get_by_label(LINES[4]).click();
    check(&mut harness, Vec::new(), &["choose +4", "accept"]);
    let mut harness = open(desk().run("panel states; choose +4"));
    harness.get_by_label("Its images are not here.");
    harness.get_by_label(LINES[5]).click();
    check(&mut harness, Vec::new(), &["choose +1", "accept", "hang 2", "scroll to 2", "presentation 1"]);
    let shown = harness.state().session.shown_images(&harness.state().library).remove(0);
    assert_eq!(shown.expect("an image").instance.as_str(), "2.25.31.2.2");
    let harness = open(desk().run("panel states; choose +6"));
    harness.get_by_label("segment VI");
    let mut harness = open(desk().run("hang 2; scroll to 2; key-image mark; hang 1; panel states"));
    let own = "7. Of Interest, key image · yours · series 2 of the strip, image 2";
    harness.get_by_label(own).click();
    check(&mut harness, Vec::new(), &["choose +6", "accept", "hang 2", "scroll to 2"]);
}

/// They were left out in silence.
#[test]
fn key_images_that_are_not_here_are_counted() {
    let harness = open(partly_here().run("panel states; choose +7"));
    harness.get_by_label("8. For Teaching, key image · 3 images, partly here");
    harness.get_by_label("Left out: 1 image is not here; 1 image is in no series of its evidence.");
    let harness = open(partly_here().run("panel states; choose +8"));
    harness.get_by_label("9. For Teaching, key image · images that are not here");
    harness.get_by_label("Left out: 2 images are not here.");
}

/// Who goes through key images alone is told that there are more.
#[test]
fn going_through_key_images_alone_tells_of_those_that_are_not_here() {
    let why = |desk: Desk| {
        let harness = open(desk.run("hang 2; scroll to 2; key-image only"));
        let plan = crate::render::plan(&harness.state().session, &harness.state().library, 0);
        let badges = plan.viewports.into_iter().flat_map(|viewport| viewport.labels.badges);
        badges.into_iter().find(|badge| badge.text == "key images only").expect("the badge").why
    };
    let left_out = "1 image is not here; 1 image is in no series of its evidence; 2 images are not here.";
    assert!(why(partly_here()).ends_with(left_out));
    assert!(!why(desk()).contains("not here"), "all are here");
}

#[test]
fn without_any_it_says_so() {
    let mut harness = open(Desk::new().run("panel states"));
    harness.get_by_label("There is no presentation state and no key image here.");
    check(&mut harness, vec![press(Key::Enter)], &["accept"]);
}

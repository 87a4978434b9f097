//! Small pictures of display sets, and which sets were seen.

use std::path::Path;

use dicom_dictionary_std::tags;
use hotlight::dicom::{Pixels, Writer};
use hotlight::study::{FrameState, Thumbnail};
use hotlight::testing::Scripted;
use tempfile::TempDir;

use crate::support::data;

/// Larger than a thumbnail.
const SIDE: u16 = 400;

/// One image of a series, all of whose pixels are its number.
fn image(series: u16, number: u16) -> Writer {
    let number_16 = i16::try_from(number).expect("a small number");
    let pixels = vec![number_16; usize::from(SIDE) * usize::from(SIDE)];
    Writer::new("1.2.840.10008.5.1.4.1.1.2", &format!("2.25.3{series}.{number}"))
        .text(tags::STUDY_INSTANCE_UID, "2.25.1")
        .text(tags::SERIES_INSTANCE_UID, &format!("2.25.2{series}"))
        .text(tags::PATIENT_ID, "ZZCANARY")
        .text(tags::MODALITY, "CT")
        .text(tags::SERIES_NUMBER, &series.to_string())
        .text(tags::INSTANCE_NUMBER, &number.to_string())
        .gray_16(SIDE, SIDE, false)
        .pixels(&pixels)
}

fn write(folder: &Path, series: u16, numbers: std::ops::RangeInclusive<u16>) {
    for number in numbers {
        let path = folder.join(format!("{series}.{number}"));
        image(series, number).write_to(&path).expect("an image");
    }
}

/// The thumbnail of a set by its place in the strip.
fn thumbnail(scripted: &Scripted, place: usize) -> &Thumbnail {
    let library = &scripted.reading.library;
    let (.., set) = library.display_sets().nth(place).expect("a set");
    library.thumbnail(&set.id).expect("a thumbnail")
}

/// The number of the image that a thumbnail shows.
fn number(thumbnail: &Thumbnail) -> u16 {
    let frame = thumbnail.state.ready().expect("pixels");
    assert_eq!((frame.columns, frame.rows), (134, 134), "each third pixel");
    let Pixels::Words { words, .. } = &frame.pixels else { panic!("words") };
    *words.first().expect("a pixel")
}

#[test]
fn every_series_has_a_small_picture_of_its_middle_image_and_only_that_is_kept() {
    let folder = TempDir::new().expect("a temporary folder");
    write(folder.path(), 1, 1..=5);
    write(folder.path(), 2, 10..=12);
    let mut scripted = Scripted::open(folder.path());
    assert_eq!(number(thumbnail(&scripted, 0)), 3);
    assert_eq!(number(thumbnail(&scripted, 1)), 11);
    let library = &scripted.reading.library;
    assert!(library.loaded_frames_unsorted().all(|key| key.series.as_str() == "2.25.21"), "what hangs");
    assert!(!scripted.reading.services().makes_thumbnails());
    // It is there for good: nothing is asked for again.
    scripted.run("hang 2; hang 1");
    assert_eq!(number(thumbnail(&scripted, 1)), 11);
}

#[test]
fn a_series_that_has_grown_shows_its_new_middle() {
    let [first, more] = [(); 2].map(|()| TempDir::new().expect("a temporary folder"));
    write(first.path(), 1, 1..=3);
    let mut scripted = Scripted::open(first.path());
    assert_eq!(number(thumbnail(&scripted, 0)), 2);
    write(more.path(), 1, 4..=9);
    scripted.run(&format!("open {}", more.path().display()));
    assert_eq!(number(thumbnail(&scripted, 0)), 5);
}

#[test]
fn pixels_that_cannot_be_read_are_not_asked_for_without_end() {
    let folder = TempDir::new().expect("a temporary folder");
    write(folder.path(), 1, 1..=1);
    // Runs that say nothing leave the segments without values. PS3.5 G.3.1.
    let mut bytes = std::fs::read(data().join("pydicom/MR_small_RLE.dcm")).expect("the file");
    let header = [2, 0, 0, 0, 64, 0, 0, 0];
    let at = bytes.windows(header.len()).position(|found| found == header).expect("two segments");
    bytes[at + 64..at + 2000].fill(0x80);
    std::fs::write(folder.path().join("damaged"), bytes).expect("written");
    let scripted = Scripted::open(folder.path());
    let sets = scripted.reading.library.display_sets();
    let modalities: Vec<_> = sets.map(|(_, series, _)| series.attributes.modality.as_str()).collect();
    assert_eq!(modalities, ["MR", "CT"]);
    assert!(matches!(thumbnail(&scripted, 0).state, FrameState::Failed(_)));
    assert_eq!(number(thumbnail(&scripted, 1)), 1);
}

#[test]
fn what_stood_in_a_viewport_is_seen_and_stays_so() {
    let folder = TempDir::new().expect("a temporary folder");
    for series in 1..=4 {
        write(folder.path(), series, 1..=1);
    }
    let mut scripted = Scripted::open(folder.path());
    let seen = |scripted: &Scripted| {
        let seen = &scripted.reading.session.seen;
        let sets = scripted.reading.library.display_sets();
        sets.map(|(.., set)| seen.contains(&set.id)).collect::<Vec<_>>()
    };
    assert_eq!(seen(&scripted), [true, false, false, false]);
    scripted.run("hang 3");
    assert_eq!(seen(&scripted), [true, false, true, false]);
    scripted.run("layout 1x2; viewport 2; series next; series next");
    assert_eq!(seen(&scripted), [true, true, true, false]);
}

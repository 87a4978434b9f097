//! A series at several times: its phases are other display sets of the same places.

use std::path::Path;

use dicom_dictionary_std::tags;
use hotlight::geometry::Point;
use hotlight::testing::Scripted;
use tempfile::TempDir;

use super::sections::{SLICES, focused, reformats, seen, told, words, writer};

fn write_phase(folder: &Path, phase: u16, slice: u16) {
    writer("1", slice)
        .text(tags::SOP_INSTANCE_UID, &format!("2.25.3.{phase}.{slice}"))
        .text(tags::TEMPORAL_POSITION_IDENTIFIER, &phase.to_string())
        .pixels(&words(slice).iter().map(|word| word + phase.cast_signed()).collect::<Vec<_>>())
        .write_to(&folder.join(format!("{phase}-{slice}")))
        .expect("written");
}

/// A phase is none the less one where a slice of it is lacking, and its image at the same place is shown.
#[test]
fn a_phase_that_lacks_a_slice_is_not_passed_over() {
    let folder = TempDir::new().expect("a folder");
    for (phase, lacks) in [(1, None), (2, Some(3)), (3, Some(0))] {
        for slice in (0..SLICES).filter(|slice| Some(*slice) != lacks) {
            write_phase(folder.path(), phase, slice);
        }
    }
    let mut scripted = Scripted::open(folder.path());
    assert_eq!(scripted.reading.library.display_sets().count(), 3, "a display set a phase");
    scripted.run("scroll to 11");
    for phase in [2, 3, 1] {
        scripted.run("phase next");
        assert!(told(&scripted).starts_with(&format!("Phase {phase} of 3")), "{}", told(&scripted));
        let source = scripted.reading.session.screens[0].viewports[0].source.as_ref().expect("an image");
        let (.., set) = scripted.reading.library.find(&source.display_set).expect("a phase");
        let plane = set.images[source.index].plane.expect("a plane");
        assert_eq!(plane.origin, Point::new(0.0, 0.0, 20.0), "phase {phase}");
    }
}

/// The same places at other times are other display sets of the series.
#[test]
fn phases_are_stepped_through_at_one_place() {
    let folder = TempDir::new().expect("a folder");
    for phase in 1..=3_u16 {
        for slice in 0..SLICES {
            write_phase(folder.path(), phase, slice);
        }
    }
    let mut scripted = Scripted::open(folder.path());
    assert_eq!(scripted.reading.library.display_sets().count(), 3, "a display set a phase");
    scripted.run("layout mpr; viewport 2; scroll to 4");
    let before = reformats(&scripted);
    let first = seen(&focused(&scripted), 12.0, 3.0, 8.0);
    scripted.run("phase next");
    assert!(told(&scripted).starts_with("Phase 2 of 3"), "{}", told(&scripted));
    assert_eq!(reformats(&scripted), before);
    assert!((seen(&focused(&scripted), 12.0, 3.0, 8.0) - first - 1.0).abs() < 1e-3);
    let sets: Vec<_> =
        scripted.reading.session.screens[0].viewports.iter().map(|viewport| &viewport.source).collect();
    assert!(sets.iter().all(|source| source.as_ref().map(|source| source.display_set.index) == Some(1)));
    scripted.run("phase next; phase next");
    assert!(told(&scripted).starts_with("Phase 1 of 3"), "{}", told(&scripted));
    scripted.run("phase 9");
    assert_eq!(told(&scripted), "There are 3 phases.");
}

//! Series as they come from scanners, made as small files: how they are split, sorted, and what is said of them.

use std::sync::Arc;

use dicom_dictionary_std::{tags, uids};
use tempfile::TempDir;

use crate::dicom::{FrameKey, Instance, SeriesUid, Source, StudyUid, Writer};

use super::{Catalogue, DisplaySet, DisplaySetKind, Library, Studies, Unreadable};

/// An axial slice of 4 × 4 pixels: Instance Number `number`, 2.5 mm times `place` above the origin.
fn slice(number: u32, place: u32, change: impl FnOnce(Writer) -> Writer) -> Arc<Instance> {
    let uid = format!("2.25.3.{number}");
    let writer = Writer::new(uids::CT_IMAGE_STORAGE, &uid)
        .text(tags::STUDY_INSTANCE_UID, "2.25.1")
        .text(tags::SERIES_INSTANCE_UID, "2.25.2")
        .text(tags::PATIENT_ID, "ZZ1")
        .text(tags::MODALITY, "MR")
        .text(tags::INSTANCE_NUMBER, &number.to_string())
        .text(tags::FRAME_OF_REFERENCE_UID, "2.25.4")
        .decimals(tags::IMAGE_POSITION_PATIENT, &[0.0, 0.0, 2.5 * f64::from(place)])
        .decimals(tags::IMAGE_ORIENTATION_PATIENT, &[1.0, 0.0, 0.0, 0.0, 1.0, 0.0])
        .decimals(tags::PIXEL_SPACING, &[1.0, 1.0])
        .gray_16(4, 4, false)
        .pixels(&[0; 16]);
    let folder = TempDir::new().expect("a folder");
    let path = folder.path().join(format!("{number}"));
    change(writer).write_to(&path).expect("a file");
    let mut instance = Instance::read(&path).expect("an image");
    instance.source = Source::file(std::path::Path::new(&format!("slice {number}")));
    Arc::new(instance)
}

fn plain(numbers: impl IntoIterator<Item = u32>) -> Vec<Arc<Instance>> {
    numbers.into_iter().map(|number| slice(number, number, |writer| writer)).collect()
}

fn sets(instances: Vec<Arc<Instance>>) -> Vec<Arc<DisplaySet>> {
    let mut catalogue = Catalogue::default();
    catalogue.add(instances, Vec::new());
    sets_of(&mut catalogue)
}

fn sets_of(catalogue: &mut Catalogue) -> Vec<Arc<DisplaySet>> {
    let (studies, _) = catalogue.contents();
    let series = studies.iter().flat_map(|study| &study.series);
    series.flat_map(|series| series.display_sets.iter().map(Arc::clone)).collect()
}

/// Label, number of images and problems of each set.
fn words(sets: &[Arc<DisplaySet>]) -> Vec<String> {
    sets.iter()
        .map(|set| {
            format!("{}: {} {}", set.label, set.images.len(), set.problems().join(" ")).trim().to_owned()
        })
        .collect()
}

/// Instance Numbers in stack order.
fn numbers(set: &DisplaySet) -> Vec<i64> {
    set.images.iter().filter_map(|image| image.instance.image.number).collect()
}

#[test]
fn a_plain_series_is_one_volume_without_a_label_or_a_problem() {
    let found = sets(plain([4, 1, 3, 2]));
    assert_eq!(words(&found), [": 4"]);
    let [set] = found.as_slice() else { panic!("one set") };
    assert_eq!((set.kind, numbers(set)), (DisplaySetKind::Volume, vec![1, 2, 3, 4]));
    assert_eq!((set.completeness.present, set.completeness.expected), (4, Some(4)));
}

/// Three positions with two echoes each, numbered through.
#[test]
fn echoes_at_the_same_places_are_two_volumes_in_the_order_of_their_times() {
    let echo = |number: u32| {
        let time = if number.is_multiple_of(2) { 20.0 } else { 80.0 };
        slice(number, number.div_ceil(2), |writer| writer.decimals(tags::ECHO_TIME, &[time]))
    };
    let found = sets((1..=6).map(echo).collect());
    assert_eq!(words(&found), ["TE 20 ms: 3 several-echoes", "TE 80 ms: 3 several-echoes"]);
    assert!(found.iter().all(|set| set.kind == DisplaySetKind::Volume && !set.completeness.is_partial()));
}

#[test]
fn what_one_attribute_does_not_tell_apart_the_next_one_does() {
    let image = |number: u32| {
        let (phase, echo) = ((number - 1) / 6 + 1, (number - 1) / 3 % 2 + 1);
        let with_phase = |w: Writer| w.text(tags::TEMPORAL_POSITION_IDENTIFIER, &phase.to_string());
        slice(number, number % 3, |w| with_phase(w.decimals(tags::ECHO_TIME, &[f64::from(echo) * 2.3])))
    };
    let found = sets((1..=12).map(image).collect());
    let labels: Vec<&str> = found.iter().map(|set| set.label.as_str()).collect();
    let expected =
        ["TE 2.3 ms · phase 1", "TE 2.3 ms · phase 2", "TE 4.6 ms · phase 1", "TE 4.6 ms · phase 2"];
    assert_eq!(labels, expected);
    assert!(found.iter().all(|set| set.images.len() == 3));
}

#[test]
fn phases_that_not_every_place_has_are_split_all_the_same() {
    let phase = |number: u32| {
        let phase = if number <= 4 { "1" } else { "2" };
        slice(number, (number - 1) % 4, |w| w.text(tags::TEMPORAL_POSITION_IDENTIFIER, phase))
    };
    let found = sets((1..=5).map(phase).collect());
    assert_eq!(words(&found), ["phase 1: 4 several-phases", "phase 2: 1 several-phases"]);
}

/// A copy of one slice has another time; so have half of the slices.
#[test]
fn one_slice_that_lies_twice_does_not_tear_a_stack_apart() {
    let copy_of = |number: u32, place| {
        let time = if number % 2 == 1 { "100000" } else { "100001" };
        slice(number, place, |w| w.text(tags::CONTENT_TIME, time).text(tags::ACQUISITION_TIME, time))
    };
    let mut series: Vec<_> = (1..=5).map(|number| copy_of(number, number)).collect();
    series.push(copy_of(6, 3));
    assert_eq!(words(&sets(series)), [": 6 duplicate-positions"]);
}

/// Twenty times at one place are a series in time, not twenty sets.
#[test]
fn images_at_one_place_are_one_stack_in_the_order_of_time() {
    let trigger = |number: u32| {
        let time_ms = f64::from((number * 7) % 20) * 40.0;
        slice(number, 0, |w| w.decimals(tags::TRIGGER_TIME, &[time_ms]))
    };
    let found = sets((1..=20).map(trigger).collect());
    assert_eq!(words(&found), [": 20"]);
    let times = found
        .iter()
        .flat_map(|set| &set.images)
        .map(|image| image.attributes().acquisition.trigger_time_ms.expect("a time"));
    assert!(times.is_sorted(), "in time");
}

#[test]
fn images_at_one_place_that_nothing_tells_apart_are_duplicates() {
    assert_eq!(
        words(&sets((1..=3).map(|number| slice(number, 0, |w| w)).collect())),
        [": 3 duplicate-positions"]
    );
}

#[test]
fn what_may_not_be_scrolled_together_has_a_set_and_a_name_of_its_own() {
    let check = |change: fn(Writer) -> Writer, expected: [&str; 2]| {
        let mut series = plain(1..=3);
        series.extend((4..=6).map(|number| slice(number, number, change)));
        assert_eq!(words(&sets(series)), expected);
    };
    check(
        |w| w.decimals(tags::IMAGE_ORIENTATION_PATIENT, &[1.0, 0.0, 0.0, 0.0, 0.0, -1.0]),
        ["axial: 3 mixed-orientations", "coronal: 3 duplicate-positions mixed-orientations"],
    );
    check(|w| w.number(tags::ROWS, 2), ["4 × 4: 3 mixed-sizes", "4 × 2: 3 mixed-sizes"]);
    check(
        |w| w.decimals(tags::PIXEL_SPACING, &[2.0, 2.5]),
        ["1 mm: 3 mixed-pixel-spacings", "2.5 × 2 mm: 3 mixed-pixel-spacings"],
    );
    check(
        |w| w.text(tags::FRAME_OF_REFERENCE_UID, "2.25.5"),
        [
            "frame of reference 1: 3 several-frames-of-reference",
            "frame of reference 2: 3 several-frames-of-reference",
        ],
    );
    check(
        |w| w.text(tags::PATIENT_ID, "ZZ2"),
        ["patient 1: 3 several-patients", "patient 2: 3 several-patients"],
    );
    check(
        |w| w.text(tags::IMAGE_TYPE, "ORIGINAL\\PRIMARY\\LOCALIZER"),
        [": 3 mixed-image-types", "ORIGINAL PRIMARY LOCALIZER: 3 mixed-image-types"],
    );
    check(
        |w| w.text(tags::IMAGE_POSITION_PATIENT, ""),
        [": 3 some-without-position", "no position: 3 bad-geometry some-without-position"],
    );
}

#[test]
fn the_same_name_twice_is_told_apart_by_a_number() {
    let mut series = plain(1..=3);
    let turned = |w: Writer| {
        w.decimals(
            tags::IMAGE_ORIENTATION_PATIENT,
            &[0.996_194_7, 0.087_155_7, 0.0, -0.087_155_7, 0.996_194_7, 0.0],
        )
    };
    series.extend((4..=6).map(|number| slice(number, number, turned)));
    let found = sets(series);
    assert_eq!(found.iter().map(|set| set.label.as_str()).collect::<Vec<_>>(), ["axial", "axial (2)"]);
}

#[test]
fn clips_of_one_series_are_a_set_each_and_carry_their_timing() {
    let clip = |number: u32, frames: u16| {
        slice(number, 0, |w| {
            w.text(tags::MODALITY, "US")
                .text(tags::NUMBER_OF_FRAMES, &frames.to_string())
                .text(tags::FRAME_TIME, "40")
                .number(tags::ROWS, 2)
                .number(tags::COLUMNS, 2)
        })
    };
    let found = sets(vec![clip(1, 4), clip(2, 3), slice(3, 0, |w| w.text(tags::MODALITY, "US"))]);
    assert_eq!(words(&found), ["image 1: 4", "image 2: 3", "image 3: 1"]);
    let kinds: Vec<_> = found.iter().map(|set| set.kind).collect();
    assert_eq!(kinds, [DisplaySetKind::Cine, DisplaySetKind::Cine, DisplaySetKind::Single]);
    let timing = found.first().and_then(|set| set.images.first()?.instance.image.timing.clone());
    assert!((timing.expect("a timing").duration_ms(0) - 40.0).abs() < 1e-9);
}

#[test]
fn frames_that_a_file_lacks_are_told() {
    let cut =
        slice(1, 0, |w| w.text(tags::MODALITY, "US").text(tags::NUMBER_OF_FRAMES, "5").number(tags::ROWS, 2));
    let found = sets(vec![cut]);
    assert_eq!(words(&found), [": 2 truncated"]);
    assert_eq!(found.first().expect("a set").completeness.to_string(), "partial 2 of 5");
}

#[test]
fn missing_images_are_counted_by_place_by_number_and_by_what_was_declared() {
    let of = |numbers: &[u32]| sets(plain(numbers.iter().copied()));
    let inside = of(&[1, 2, 3, 6, 7, 8]);
    assert_eq!(words(&inside), [": 6 missing-slices"]);
    let set = inside.first().expect("a set");
    assert_eq!(set.completeness.to_string(), "partial 6 of 8");
    assert_eq!(set.gaps.iter().map(|gap| (gap.after, gap.missing)).collect::<Vec<_>>(), [(2, 2)]);
    // Places are even, numbers are not: what is missing did not lie between.
    let by_number: Vec<_> =
        [1, 2, 4].into_iter().zip(1..).map(|(number, place)| slice(number, place, |w| w)).collect();
    assert_eq!(words(&sets(by_number)), [": 3 incomplete"]);
    let exposed =
        |number| slice(number, 0, |w| w.text(tags::MODALITY, "DX").text(tags::IMAGE_POSITION_PATIENT, ""));
    let of_exposures = sets([1, 2, 4].map(exposed).to_vec());
    assert!(of_exposures.iter().all(|set| !set.completeness.is_partial()), "{:?}", words(&of_exposures));
    let declared = |w: Writer| w.text(tags::NUMBER_OF_SERIES_RELATED_INSTANCES, "5");
    let found = sets((1..=3).map(|number| slice(number, number, declared)).collect());
    assert_eq!(words(&found), [": 3 incomplete"]);
    assert_eq!(found.first().expect("a set").completeness.to_string(), "partial 3 of 5");
}

/// Numbers run through two interleaved stacks.
#[test]
fn numbers_are_counted_over_the_series_and_not_over_a_stack() {
    let echo = |number: u32| {
        let time = if number.is_multiple_of(2) { 20.0 } else { 80.0 };
        slice(number, number.div_ceil(2), |w| w.decimals(tags::ECHO_TIME, &[time]))
    };
    let found = sets((1..=8).filter(|number| *number != 8).map(echo).collect());
    assert!(found.iter().all(|set| !set.completeness.is_partial()), "{:?}", words(&found));
    let found = sets((1..=10).filter(|number| *number != 9).map(echo).collect());
    assert!(found.iter().all(|set| set.completeness.to_string() == "partial 9 of 10"), "{:?}", words(&found));
}

fn uid_of_series() -> (StudyUid, SeriesUid) {
    (StudyUid::new("2.25.1"), SeriesUid::new("2.25.2"))
}

#[test]
fn what_a_dicomdir_lists_is_expected_whether_it_is_said_before_or_after() {
    let (study, series) = uid_of_series();
    let mut catalogue = Catalogue::default();
    catalogue.declare(&study, &series, 4);
    assert!(sets_of(&mut catalogue).is_empty());
    catalogue.add(plain(1..=3), Vec::new());
    assert_eq!(words(&sets_of(&mut catalogue)), [": 3 incomplete"]);
    catalogue.declare(&study, &series, 3);
    assert_eq!(words(&sets_of(&mut catalogue)), [": 3"]);
}

#[test]
fn a_cancelled_reading_marks_the_series_it_was_at_until_they_are_read_to_the_end() {
    let mut catalogue = Catalogue::default();
    catalogue.add(plain(1..=3), Vec::new());
    catalogue.end_run(true);
    assert_eq!(words(&sets_of(&mut catalogue)), [": 3 reading-cancelled"]);
    catalogue.end_run(false);
    assert_eq!(words(&sets_of(&mut catalogue)), [": 3 reading-cancelled"], "nothing was read");
    catalogue.add(plain(1..=4), Vec::new());
    catalogue.end_run(false);
    assert_eq!(words(&sets_of(&mut catalogue)), [": 4"]);
}

#[test]
fn a_file_that_is_opened_again_replaces_itself_and_leaves_where_it_was() {
    let mut catalogue = Catalogue::default();
    catalogue.add(plain(1..=3), Vec::new());
    catalogue.add(plain(1..=3), Vec::new());
    assert_eq!(words(&sets_of(&mut catalogue)), [": 3"]);
    // The file of slice 3 now holds an image of another series.
    let moved = slice(3, 3, |w| w.text(tags::SERIES_INSTANCE_UID, "2.25.9"));
    catalogue.add(vec![moved], Vec::new());
    assert_eq!(words(&sets_of(&mut catalogue)), [": 2", ": 1"]);
}

#[test]
fn two_objects_of_one_uid_are_one_image_and_a_finding_where_they_differ() {
    let with_source = |instance: Arc<Instance>| {
        let mut moved = Instance::clone(&instance);
        moved.source = Source::file(std::path::Path::new("elsewhere"));
        Arc::new(moved)
    };
    let [same, other] = [1.0, 2.0].map(|mm| {
        let mut series = plain(1..=3);
        series.push(with_source(slice(3, 3, |w| w.decimals(tags::PIXEL_SPACING, &[mm, mm]))));
        words(&sets(series))
    });
    assert_eq!(same, [": 3"]);
    assert_eq!(other, [": 3 conflicting-duplicates"]);
}

#[test]
fn an_unreadable_file_is_listed_until_it_can_be_read() {
    let mut catalogue = Catalogue::default();
    let source = Source::file(std::path::Path::new("slice 1"));
    let why = crate::dicom::ReadError::Empty;
    catalogue.add(Vec::new(), vec![Unreadable { source, why }]);
    assert_eq!(catalogue.contents().1.len(), 1);
    catalogue.add(plain([1]), Vec::new());
    assert_eq!(catalogue.contents().1.len(), 0);
}

fn series_of(studies: &Studies) -> Vec<Arc<super::Series>> {
    studies.iter().flat_map(|study| study.series.iter().cloned()).collect()
}

#[test]
fn only_the_series_that_something_came_for_is_assembled_again() {
    let other = |number| slice(number, number, |w| w.text(tags::SERIES_INSTANCE_UID, "2.25.9"));
    let mut catalogue = Catalogue::default();
    catalogue.add(plain(1..=3), Vec::new());
    catalogue.add((11..=13).map(other).collect(), Vec::new());
    let before = series_of(&catalogue.contents().0);
    catalogue.add(vec![other(14)], Vec::new());
    let after = series_of(&catalogue.contents().0);
    let is_shared: Vec<bool> = before.iter().zip(&after).map(|(a, b)| Arc::ptr_eq(a, b)).collect();
    assert_eq!(is_shared, [true, false]);
    assert!(Arc::ptr_eq(&catalogue.contents().0, &catalogue.contents().0), "nothing came");
}

/// Every batch costs one assembly, however many series there are.
#[test]
fn a_batch_for_one_series_costs_one_assembly() {
    const SERIES: u32 = 12;
    let of_series = |batch: u32| {
        let series = format!("2.25.{}", 100 + batch % SERIES);
        slice(batch, batch, |w| w.text(tags::SERIES_INSTANCE_UID, &series))
    };
    let mut catalogue = Catalogue::default();
    let (mut known, mut assemblies) = (Vec::new(), 0);
    for batch in 0..3 * SERIES {
        catalogue.add(vec![of_series(batch)], Vec::new());
        let now = series_of(&catalogue.contents().0);
        assemblies += now.iter().filter(|new| !known.iter().any(|old| Arc::ptr_eq(old, new))).count();
        known = now;
    }
    assert_eq!(assemblies, 3 * SERIES as usize);
}

/// A viewport names a set by its number: the number stays with the images.
#[test]
fn a_set_keeps_its_number_while_more_images_come() {
    let echo = |number: u32, time: f64| {
        slice(number, number % 100, |w| {
            w.decimals(tags::ECHO_TIME, &[time]).text(tags::INSTANCE_NUMBER, &number.to_string())
        })
    };
    let mut catalogue = Catalogue::default();
    let mut library = Library::default();
    catalogue.add((1..=3).map(|number| echo(number, 80.0)).collect(), Vec::new());
    let (studies, unreadable) = catalogue.contents();
    library.take(studies, unreadable);
    let (study, series) = uid_of_series();
    let instance = crate::dicom::InstanceUid::new("2.25.3.2");
    let key = FrameKey { study, series, instance, frame: 0, subtraction: None };
    let (before, _) = library.locate(&key).expect("the image");
    // The earlier echo comes later, and stands before it.
    catalogue.add((101..=103).map(|number| echo(number, 20.0)).collect(), Vec::new());
    let (studies, unreadable) = catalogue.contents();
    library.take(studies, unreadable);
    let (after, index) = library.locate(&key).expect("the image");
    assert_eq!((&before, index), (&after, 1));
    let (_, _, set) = library.find(&after).expect("the set");
    assert_eq!(set.label, "TE 80 ms");
    let labels: Vec<_> =
        library.display_sets().map(|(_, _, set)| (set.label.as_str(), set.id.index)).collect();
    assert_eq!(labels, [("TE 20 ms", 1), ("TE 80 ms", 0)]);
}

#[test]
fn a_study_that_is_closed_leaves_nothing_and_takes_nothing_of_another() {
    let of_study = |study: &'static str, number: u32| {
        let mut instance = slice(number, number, |writer| {
            writer
                .text(tags::STUDY_INSTANCE_UID, study)
                .text(tags::SERIES_INSTANCE_UID, &format!("{study}.2"))
        });
        let at = std::path::PathBuf::from(format!("{study}/{number}"));
        Arc::make_mut(&mut instance).source = Source::file(&at);
        instance
    };
    let damaged = |folder: &str| Unreadable {
        source: Source::file(&std::path::Path::new(folder).join("damaged")),
        why: crate::dicom::ReadError::Empty,
    };
    let mut catalogue = Catalogue::default();
    let (goes, stays) = ("2.25.71", "2.25.72");
    let fill = |catalogue: &mut Catalogue| {
        catalogue.add(vec![of_study(goes, 1), of_study(goes, 2)], vec![damaged(goes)]);
        catalogue.add(vec![of_study(stays, 3)], vec![damaged(stays)]);
    };
    let found = |catalogue: &mut Catalogue| {
        let (studies, unreadable) = catalogue.contents();
        let uids: Vec<String> =
            studies.iter().map(|study| study.attributes.uid.as_str().to_owned()).collect();
        (uids, sets_of(catalogue).iter().map(|set| set.images.len()).sum::<usize>(), unreadable.len())
    };
    fill(&mut catalogue);
    assert_eq!(found(&mut catalogue).1, 3);
    catalogue.close(&[StudyUid::new(goes)]);
    assert_eq!(found(&mut catalogue), (vec![stays.to_owned()], 1, 1));
    // Opened again it is there as before, and each object once.
    fill(&mut catalogue);
    assert_eq!((found(&mut catalogue).1, found(&mut catalogue).2), (3, 2));
}

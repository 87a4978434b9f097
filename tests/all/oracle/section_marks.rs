//! Marks on oblique sections of tilted and oblique series against `SimpleITK` and numpy (`tests/oracle/section_marks/make.py`), and
//! against what is known of a phantom.

use std::path::Path;
use std::sync::Arc;

use hotlight::annotation::{SectionGround, Shape, Statistics, Values, VolumeUnits};
use hotlight::app::read_headers;
use hotlight::dicom::{Instance, read_frame};
use hotlight::geometry::{Image, Patient, Point, Section, Vector};
use hotlight::phantom::Phantom;
use hotlight::session::Reformat;
use hotlight::units::MmPerPixel;
use hotlight::volume::{Projection, Volume};
use serde_json::Value;
use tempfile::TempDir;

use super::{expected, numbers};
use crate::support::data;

/// The volume of the one series of a folder, and its units.
fn volume(folder: &Path) -> (Arc<Volume>, VolumeUnits) {
    let library = read_headers(&[folder.to_path_buf()]);
    let set = library.display_sets().next().expect("a series").2;
    let instance = |key: &hotlight::dicom::FrameKey| -> Arc<Instance> {
        let image = set.images.iter().find(|image| image.key() == *key).expect("an image");
        Arc::clone(&image.instance)
    };
    let frame = |key: &hotlight::dicom::FrameKey| read_frame(&instance(key), key.frame).ok().map(Arc::new);
    let units = VolumeUnits::of(set.images.first().expect("images"), set);
    (Arc::new(set.volume(frame).expect("a volume")), units)
}

fn ground(volume: &Arc<Volume>, units: &VolumeUnits, reformat: Reformat) -> SectionGround {
    let (volume, units) = (Arc::clone(volume), units.clone());
    SectionGround { slab: reformat.slab(&volume), volume, section: reformat.section, units }
}

fn statistics(ground: &SectionGround, shape: &Shape) -> (Statistics, f64) {
    let found = ground.measure(shape, true);
    match found.values {
        Values::Region(region) => (region.statistics.expect("values"), region.area_mm2.expect("an area")),
        other => panic!("{other:?}"),
    }
}

fn length_mm(ground: &SectionGround, ends: [Point<Image>; 2]) -> f64 {
    match ground.measure(&Shape::Length(ends), true).values {
        Values::Length { mm: Some(mm), .. } => mm,
        other => panic!("{other:?}"),
    }
}

fn points(value: &Value) -> Vec<Point<Image>> {
    let point = |value: &Value| match *numbers(value) {
        [x, y] => Point::flat(x, y),
        _ => panic!("{value}"),
    };
    value.as_array().expect("points").iter().map(point).collect()
}

#[test]
fn marks_on_sections_measure_what_simpleitk_and_numpy_do() {
    let expected = expected("section_marks/expected.json");
    let cases = expected["cases"].as_array().expect("cases");
    assert_eq!(cases.len(), 12);
    let mut last: Option<(String, Arc<Volume>, VolumeUnits)> = None;
    for case in cases {
        let folder = case["folder"].as_str().expect("a folder");
        if last.as_ref().is_none_or(|(name, ..)| name != folder) {
            let (volume, units) = volume(&data().join(folder));
            last = Some((folder.to_owned(), volume, units));
        }
        let (_, volume, units) = last.as_ref().expect("a volume");
        let vector = |key: &str| match *numbers(&case[key]) {
            [x, y, z] => Vector::<Patient>::new(x, y, z),
            _ => panic!("{case}"),
        };
        let center = Point::from_xyz(vector("center").xyz);
        let section = Section::new(center, vector("right"), vector("down")).expect("a plane");
        let projection =
            Projection::ALL.into_iter().find(|of| Some(of.name()) == case["projection"].as_str());
        let slab_mm = case["slab_mm"].as_f64().expect("a slab");
        let reformat = Reformat { section, slab_mm, projection: projection.expect("a projection") };
        let ground = ground(volume, units, reformat);
        let number = |key: &str| case[key].as_f64().expect("a number");
        let &[a, vertex, b] = points(&case["points"]).as_slice() else { panic!("{case}") };
        assert!((length_mm(&ground, [a, vertex]) - number("length_mm")).abs() < 1e-9, "length of {case}");
        let angle = ground.measure(&Shape::Angle([a, vertex, b]), true).values;
        let Values::Angle { degrees } = angle else { panic!("{angle:?}") };
        // The arc cosine loses some digits.
        assert!((degrees - number("degrees")).abs() < 1e-7, "angle of {case}: {degrees}");
        let &[low, high] = points(&case["corners"]).as_slice() else { panic!("{case}") };
        let corners = [low, high];
        let shape = match case["shape"].as_str() {
            Some("ellipse") => Shape::Ellipse(corners),
            _ => Shape::Rectangle(corners),
        };
        let (found, area_mm2) = statistics(&ground, &shape);
        assert!((area_mm2 - number("area_mm2")).abs() < 1e-9, "area of {case}");
        assert_eq!(Some(found.count), case["count"].as_u64(), "samples of {case}");
        for (found, key) in
            [(found.mean, "mean"), (found.deviation, "sd"), (found.min, "min"), (found.max, "max")]
        {
            // Both in double precision, by other orders of the same sums.
            assert!((found - number(key)).abs() < 1e-6, "{key} {found} of {case}");
        }
    }
}

/// In any plane, and in a slab, a ball of one value has that value, and balls are as far apart as they are.
#[test]
fn balls_of_a_tilted_phantom_have_their_value_and_their_distance_in_oblique_sections() {
    let spacing = MmPerPixel { row: 0.9, column: 0.9 };
    let phantom = Phantom::chest_ct()
        .with_slices(41)
        .with_slice_spacing_mm(1.5)
        .with_matrix(400, 400, spacing)
        .with_tilt_degrees(17.0)
        .with_noise_hu(0.0);
    let folder = TempDir::new().expect("a folder");
    phantom.write_into(folder.path()).expect("files");
    let (volume, units) = volume(folder.path());
    let truth = phantom.truth();
    let lesion = truth.object("lesion").expect("a lesion");
    let others: Vec<_> = truth
        .objects
        .iter()
        .filter(|other| other.name != lesion.name && volume.outside_mm(other.centre) < 1e-9)
        .collect();
    assert!(others.len() > 2, "{others:?}");
    for other in others {
        let section = Section::new(lesion.centre, other.centre - lesion.centre, Vector::new(0.3, -0.5, 0.8));
        let thin = Reformat::new(section.expect("a plane"));
        let slab = Reformat { slab_mm: 2.0, projection: Projection::Mean, ..thin };
        let mm = (other.centre - lesion.centre).length();
        for reformat in [thin, slab] {
            let ground = ground(&volume, &units, reformat);
            let found = length_mm(&ground, [Point::flat(0.0, 0.0), Point::flat(mm, 0.0)]);
            assert!((found - mm).abs() < 0.001, "{found} {mm}");
            // A voxel within the edge.
            let reach = lesion.radius_mm - 3.0;
            let corners = [Point::flat(-reach, -reach), Point::flat(reach, reach)];
            let (found, _) = statistics(&ground, &Shape::Ellipse(corners));
            assert!((found.mean - lesion.hu).abs() < 0.5, "{found:?} of {}", lesion.hu);
            assert!(found.count > 15 && found.max - found.min < 1.0, "{found:?}");
        }
    }
}

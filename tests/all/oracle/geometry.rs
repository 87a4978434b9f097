//! Order, spacing, directions and corners against numpy and `SimpleITK` (`tests/oracle/geometry/make.py`).

use std::path::Path;

use hotlight::app::read_headers;
use hotlight::geometry::{Point, Vector, orientation_letters};
use hotlight::study::{DisplaySet, Image, Library};
use serde_json::Value;

use super::{are_near, expected, numbers};
use crate::support::{data, more_data};

fn library(folder: &Path) -> Library {
    read_headers(&[folder.to_path_buf()])
}

fn corners(image: &Image) -> Vec<f64> {
    let map = image.plane.expect("a plane").patient_from_voxel();
    let header = &image.instance.image;
    let (right, bottom) = (f64::from(header.columns - 1), f64::from(header.rows - 1));
    let points = [(0.0, 0.0), (right, 0.0), (0.0, bottom), (right, bottom)];
    points.iter().flat_map(|&(x, y)| (map * Point::flat(x, y)).xyz.to_array()).collect()
}

fn flat(value: &Value) -> Vec<f64> {
    value.as_array().expect("corners").iter().flat_map(numbers).collect()
}

fn check(set: &DisplaySet, series: &Value) {
    let name = &series["folder"];
    let order: Vec<_> = set.images.iter().map(|image| image.instance.uid.as_str()).collect();
    let expected: Vec<_> =
        series["order"].as_array().expect("uids").iter().map(|uid| uid.as_str().expect("a uid")).collect();
    assert_eq!(order, expected, "order of {name}");
    let (first, last) = (&set.images[0], &set.images[set.images.len() - 1]);
    let plane = first.plane.expect("a plane");
    let axis = set.axis.expect("an axis");
    let spacing = [plane.spacing.row, plane.spacing.column, axis.spacing_mm];
    assert!(are_near(&spacing, &numbers(&series["spacing_mm"]), 1e-6), "spacing of {name}: {spacing:?}");
    let near = |found: [f64; 3], key: &str| {
        assert!(are_near(&found, &numbers(&series[key]), 1e-6), "{key} of {name}: {found:?}");
    };
    near(plane.origin.xyz.to_array(), "origin_mm");
    near(plane.row_direction.xyz.to_array(), "row_direction");
    near(plane.column_direction.xyz.to_array(), "column_direction");
    near(plane.normal().xyz.to_array(), "normal");
    near(axis.step.xyz.to_array(), "step_vector_mm");
    let tilt = series["tilt_degrees"].as_f64().expect("an angle");
    assert!((axis.tilt_degrees() - tilt).abs() < 1e-3, "tilt of {name}: {}", axis.tilt_degrees());
    assert!(are_near(&corners(first), &flat(&series["first_corners_mm"]), 1e-4), "corners of {name}");
    assert!(are_near(&corners(last), &flat(&series["last_corners_mm"]), 1e-4), "corners of {name}");
}

fn check_all(folder: &Path, file: &str) {
    let expected = expected(file);
    for series in expected["series"].as_array().expect("series") {
        let library = library(&folder.join(series["folder"].as_str().expect("a folder")));
        let sets: Vec<_> = library.display_sets().map(|(_, _, set)| set).collect();
        let [set] = sets.as_slice() else {
            panic!("{} is one display set, found {}", series["folder"], sets.len())
        };
        check(set, series);
    }
}

#[test]
fn the_committed_series_lie_where_simpleitk_puts_them() {
    check_all(&data(), "geometry/expected.json");
}

#[test]
fn larger_series_lie_there_too_when_there_are_any() {
    match more_data() {
        Some(folder) => check_all(&folder, "geometry/expected-large.json"),
        None => {
            eprintln!("HOTLIGHT_DATA names no folder of more data: the committed series alone were checked");
        }
    }
}

/// The frames of one object: which make a stack, in which order, and where it lies.
fn check_multi_frame(root: &Path, file: &str) {
    for object in expected(file)["multi_frame"].as_array().expect("objects") {
        let name = object["file"].as_str().expect("a path");
        let library = library(&root.join(name));
        let sets: Vec<_> = library.display_sets().map(|(_, _, set)| set).collect();
        let stacks = object["stacks"].as_array().expect("stacks");
        assert_eq!(sets.len(), stacks.len(), "stacks of {name}");
        for (set, stack) in sets.into_iter().zip(stacks) {
            let frames: Vec<f64> = set.images.iter().map(|image| f64::from(image.frame + 1)).collect();
            assert_eq!(frames, numbers(&stack["frames"]), "frames of {name}");
            let plane = set.images[0].plane.expect("a plane");
            let near = |found: &[f64], key: &str| {
                assert!(are_near(found, &numbers(&stack[key]), 1e-6), "{key} of {name}: {found:?}");
            };
            let slice_mm = set.axis.map_or(0.0, |axis| axis.spacing_mm);
            near(&[plane.spacing.row, plane.spacing.column, slice_mm], "spacing_mm");
            near(&plane.origin.xyz.to_array(), "origin_mm");
            near(&plane.row_direction.xyz.to_array(), "row_direction");
            near(&plane.column_direction.xyz.to_array(), "column_direction");
            near(&plane.normal().xyz.to_array(), "normal");
        }
    }
}

#[test]
fn frames_of_the_committed_objects_lie_where_their_functional_groups_put_them() {
    let tests = data();
    check_multi_frame(tests.parent().expect("the tests"), "geometry/expected.json");
}

#[test]
fn frames_of_larger_objects_lie_there_too_when_there_are_any() {
    if let Some(folder) = more_data() {
        check_multi_frame(&folder, "geometry/expected-large.json");
    }
}

#[test]
fn diffusion_is_split_by_b_value_and_then_by_direction() {
    let file = data().with_file_name("oracle/geometry/made/diffusion.dcm");
    let library = library(&file);
    let labels: Vec<_> = library.display_sets().map(|(_, _, set)| set.label.as_str()).collect();
    assert_eq!(labels, ["b 0", "b 1000 · direction 1", "b 1000 · direction 2"]);
    let slopes = |set: &DisplaySet| {
        set.images.iter().map(|image| image.modality_lut().rescale().slope).collect::<Vec<_>>()
    };
    assert!(library.display_sets().all(|(_, _, set)| slopes(set) == [1.0, 2.0, 3.0, 4.0]), "by frame");
}

#[test]
fn letters_equal_the_oracles_at_our_threshold() {
    let expected = expected("geometry/expected.json");
    let mut seen = 0;
    for case in expected["letter_cases"].as_array().expect("cases") {
        // Ours is 0.2; cases of other thresholds hold where nothing lies between the two.
        let [x, y, z] = numbers(&case["direction"])[..] else { panic!("a direction") };
        let length = (x * x + y * y + z * z).sqrt();
        let threshold = case["threshold"].as_f64().expect("a threshold");
        let (low, high) = (threshold.min(0.2), threshold.max(0.2));
        let is_between = |v: f64| (low..=high).contains(&(v.abs() / length)) && v != 0.0;
        if [x, y, z].into_iter().any(is_between) {
            continue;
        }
        assert_eq!(orientation_letters(Vector::new(x, y, z)), case["letters"], "{case}");
        seen += 1;
    }
    assert!(seen >= 6, "{seen} cases");
}

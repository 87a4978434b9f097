//! Measurements against numpy and pydicom (`tests/oracle/measure/make.py`), and against what is known of a phantom.

use std::sync::Arc;

use hotlight::annotation::{Basis, Region, Sample, Shape, Values, measure};
use hotlight::dicom::{Frame, Instance, read_frame};
use hotlight::geometry::{Image, Patient, Point, Vector};
use hotlight::phantom::{Phantom, TruthObject};
use hotlight::study;
use hotlight::units::MmPerPixel;
use serde_json::Value;
use tempfile::TempDir;

use super::{expected, numbers};
use crate::support::data;

fn image(path: &std::path::Path) -> study::Image {
    let instance = Instance::read(path).unwrap_or_else(|why| panic!("{}: {why}", path.display()));
    study::Image { instance: Arc::new(instance), frame: 0, plane: None, suv: None }
}

fn pixels(image: &study::Image) -> Frame {
    read_frame(&image.instance, 0).expect("pixels")
}

fn two_points(value: &Value) -> [Point<Image>; 2] {
    [0, 1].map(|at| match numbers(&value[at]).as_slice() {
        &[x, y] => Point::flat(x, y),
        other => panic!("{other:?}"),
    })
}

fn region(shape: Shape, image: &study::Image, frame: &Frame) -> Region {
    match measure(&shape, image, Some(frame)).values {
        Values::Region(region) => region,
        other => panic!("{other:?}"),
    }
}

fn length_mm(ends: [Point<Image>; 2], image: &study::Image) -> (Option<f64>, Option<Basis>) {
    let found = measure(&Shape::Length(ends), image, None);
    let mm = match found.values {
        Values::Length { mm, .. } => mm,
        _ => None,
    };
    (mm, found.basis)
}

#[test]
fn regions_have_the_statistics_that_numpy_finds() {
    let expected = expected("measure/expected.json");
    let cases = expected["regions"].as_array().expect("regions");
    assert!(cases.len() > 15, "{}", cases.len());
    for case in cases {
        let path = case["path"].as_str().expect("a path");
        let image = image(&data().join(path));
        let corners = two_points(&case["corners"]);
        let shape = match case["shape"].as_str() {
            Some("ellipse") => Shape::Ellipse(corners),
            _ => Shape::Rectangle(corners),
        };
        let found = region(shape, &image, &pixels(&image));
        assert_eq!(Some(found.pixels), case["count"].as_u64(), "pixels of {case}");
        let is_near = |found: f64, key: &str| {
            let stated = case[key].as_f64();
            // The two add up in another order: their last digits may differ.
            stated.is_some_and(|stated| (found - stated).abs() <= 1e-11 * stated.abs().max(1.0))
        };
        assert!(is_near(found.area_px, "area_px"), "area {} of {case}", found.area_px);
        match found.statistics {
            Some(statistics) => {
                assert!(is_near(statistics.mean, "mean"), "mean {} of {case}", statistics.mean);
                assert!(is_near(statistics.deviation, "sd"), "sd {} of {case}", statistics.deviation);
                assert_eq!(
                    (Some(statistics.min), Some(statistics.max)),
                    (case["min"].as_f64(), case["max"].as_f64()),
                    "ends of {case}"
                );
            }
            None => assert!(case["mean"].is_null(), "{case}"),
        }
    }
}

#[test]
fn lengths_are_those_of_the_attribute_that_the_standard_names() {
    let expected = expected("measure/expected.json");
    let cases = expected["lengths"].as_array().expect("lengths");
    assert!(cases.len() > 8, "{}", cases.len());
    for case in cases {
        let image = image(&data().join(case["path"].as_str().expect("a path")));
        let (mm, basis) = length_mm(two_points(&case["ends"]), &image);
        let is_near = |(found, stated): (f64, f64)| (found - stated).abs() < 1e-9 * stated;
        let are_near = mm.zip(case["mm"].as_f64()).is_some_and(is_near);
        assert!(are_near || mm.is_none() && case["mm"].is_null(), "{mm:?} of {case}");
        let named = match (case["by"].as_str(), mm) {
            (Some("PixelSpacing"), _) if case["is_scanogram"] == true => Some(Basis::Unknown),
            (Some("PixelSpacing"), _) => Some(Basis::Section),
            (Some("ImagerPixelSpacing"), _) => Some(Basis::Detector),
            (_, Some(_)) => Some(Basis::UltrasoundRegion),
            (_, None) => None,
        };
        assert_eq!(basis, named, "{case}");
    }
}

/// A slice of a phantom with pixels that are higher than wide, as the program reads it.
struct Slice {
    image: study::Image,
    frame: Frame,
    image_from_patient: hotlight::geometry::Map<Image, Patient>,
    normal: Vector<Patient>,
    origin: Point<Patient>,
}

impl Slice {
    /// The slice nearest to a point.
    fn through(phantom: &Phantom, point: Point<Patient>) -> Self {
        let distance = |slice: &u32| {
            let plane = phantom.plane(*slice);
            (plane.distance_along(plane.normal()) - plane.normal().xyz.dot(point.xyz)).abs()
        };
        let slices = 0..phantom.slice_count();
        let nearest = slices.min_by(|a, b| distance(a).total_cmp(&distance(b))).expect("slices");
        let folder = TempDir::new().expect("a folder");
        let files = phantom.write_into(folder.path()).expect("files");
        let mut image = image(&files[nearest as usize]);
        let frame = pixels(&image);
        let plane = phantom.plane(nearest);
        image.plane = Some(plane);
        let image_from_patient = plane.patient_from_image().inverse().expect("a map");
        Self { image, frame, image_from_patient, normal: plane.normal(), origin: plane.origin }
    }

    /// Where a point of the patient comes to lie, in the plane of the image.
    fn position(&self, point: Point<Patient>) -> Point<Image> {
        let at = self.image_from_patient * point;
        Point::flat(at.xyz.x, at.xyz.y)
    }

    fn value(&self, at: Point<Image>) -> f64 {
        match measure(&Shape::Probe(at), &self.image, Some(&self.frame)).values {
            Values::Sample(Sample::Value(value)) => value,
            other => panic!("{other:?} at {at:?}"),
        }
    }

    /// Where the values first cross the middle between that of a pixel and that of another, `far` steps away.
    fn edge(&self, from: Point<Image>, step: Vector<Image>, far: f64) -> Point<Image> {
        let centre = Point::flat(from.xyz.x.floor() + 0.5, from.xyz.y.floor() + 0.5);
        let middle = f64::midpoint(self.value(centre), self.value(centre + step * far));
        let mut at = centre;
        loop {
            let (here, next) = (self.value(at), self.value(at + step));
            if next < middle {
                return at + step * ((here - middle) / (here - next));
            }
            at = at + step;
        }
    }

    /// Radius of the circle that the plane cuts out of a ball.
    fn radius_mm(&self, ball: &TruthObject) -> f64 {
        let off = self.normal.dot(ball.centre - self.origin);
        (ball.radius_mm * ball.radius_mm - off * off).sqrt()
    }
}

fn phantom() -> Phantom {
    let spacing = MmPerPixel { row: 1.2, column: 0.9 };
    Phantom::chest_ct().with_slices(9).with_matrix(300, 400, spacing).with_noise_hu(0.0)
}

#[test]
fn the_diameter_and_the_area_of_a_lesion_are_those_of_the_phantom() {
    for phantom in [phantom(), phantom().prior()] {
        let truth = phantom.truth();
        let ball = truth.object("lesion").expect("a lesion");
        let slice = Slice::through(&phantom, ball.centre);
        let centre = slice.position(ball.centre);
        let (left, right) = (
            slice.edge(centre, Vector::flat(-1.0, 0.0), 14.0),
            slice.edge(centre, Vector::flat(1.0, 0.0), 14.0),
        );
        let (top, bottom) = (
            slice.edge(centre, Vector::flat(0.0, -1.0), 14.0),
            slice.edge(centre, Vector::flat(0.0, 1.0), 14.0),
        );
        let radius_mm = slice.radius_mm(ball);
        // Half a pixel, which is higher than wide.
        for (ends, tolerance_mm) in [([left, right], 0.45), ([top, bottom], 0.6)] {
            let (mm, basis) = length_mm(ends, &slice.image);
            let mm = mm.expect("millimetres");
            assert_eq!(basis, Some(Basis::Section));
            assert!((mm - 2.0 * radius_mm).abs() < tolerance_mm, "{mm}, drawn {}", 2.0 * radius_mm);
        }
        let corners = [Point::flat(left.xyz.x, top.xyz.y), Point::flat(right.xyz.x, bottom.xyz.y)];
        let found = region(Shape::Ellipse(corners), &slice.image, &slice.frame);
        let area_mm2 = std::f64::consts::PI * radius_mm * radius_mm;
        let found_mm2 = found.area_mm2.expect("an area");
        // What half a pixel around the edge makes.
        let tolerance_mm2 = std::f64::consts::TAU * radius_mm * 0.6;
        assert!((found_mm2 - area_mm2).abs() < tolerance_mm2, "{found_mm2}, drawn {area_mm2}");
        #[expect(clippy::cast_precision_loss, reason = "a few hundred pixels")]
        let counted_mm2 = found.pixels as f64 * 1.2 * 0.9;
        assert!((counted_mm2 - area_mm2).abs() < tolerance_mm2, "{counted_mm2}, drawn {area_mm2}");
        let core = [-0.5, 0.5].map(|share| {
            slice.position(ball.centre + Vector::new(share * radius_mm, share * radius_mm, 0.0))
        });
        let found = region(Shape::Ellipse(core), &slice.image, &slice.frame).statistics.expect("values");
        assert!((found.mean - ball.hu).abs() <= 0.5, "{} HU, drawn {}", found.mean, ball.hu);
    }
}

#[test]
fn a_rod_of_100_mm_is_100_mm_long() {
    let phantom = phantom();
    let [a, b] = phantom.truth().rod_ends;
    let slice = Slice::through(&phantom, a);
    let middle = slice.position(Point::from_xyz(a.xyz.midpoint(b.xyz)));
    let ends = [-1.0, 1.0].map(|way| slice.edge(middle, Vector::flat(way, 0.0), 65.0));
    let (mm, _) = length_mm(ends, &slice.image);
    let mm = mm.expect("millimetres");
    assert!((mm - 100.0).abs() < 0.1, "{mm}");
    // The ends as they were drawn, placed by the image's own geometry.
    let (mm, _) = length_mm([a, b].map(|end| slice.position(end)), &slice.image);
    assert!(mm.is_some_and(|mm| (mm - 100.0).abs() < 1e-6), "{mm:?}");
}

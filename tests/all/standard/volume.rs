//! What lies where in reformats of series whose truth is known: tilted, oblique, anisotropic. PS3.3 C.7.6.2; rules.

use std::sync::Arc;

use hotlight::app::read_headers;
use hotlight::dicom::read_frame;
use hotlight::geometry::{CardinalPlane, Point, Section, Vector};
use hotlight::grayscale::{GrayTransform, ModalityLut, Polarity, Window};
use hotlight::phantom::{Phantom, TruthObject};
use hotlight::render::{ReformatPass, cpu};
use hotlight::units::MmPerPixel;
use hotlight::volume::{Slab, Volume};

/// Of the issue: a sphere is found where it is within this.
const CENTRE_TOLERANCE_MM: f64 = 0.15;
/// Pixels of a picture around a sphere.
const SIDE: u32 = 61;
const PIXEL_MM: f64 = 0.4;

fn volume(phantom: &Phantom) -> Arc<Volume> {
    let folder = tempfile::TempDir::new().expect("a temporary folder");
    phantom.write_into(folder.path()).expect("a phantom");
    let library = read_headers(&[folder.path().to_path_buf()]);
    let sets: Vec<_> = library.display_sets().map(|(_, _, set)| set).collect();
    let [set] = sets.as_slice() else { panic!("one display set, found {}", sets.len()) };
    let frame_of = |key: &_| {
        let image = set.images.iter().find(|image| image.key() == *key)?;
        read_frame(&image.instance, image.frame).ok().map(Arc::new)
    };
    Arc::new(set.volume(frame_of).expect("a volume"))
}

/// Where a sphere's middle is seen in a section through its true one: millimetres right and down of that.
fn seen_off_mm(volume: &Arc<Volume>, section: &Section, object: &TruthObject, around_hu: f64) -> (f64, f64) {
    let window = Window::spanning(-1000.0, 1000.0).expect("a window");
    let transform = GrayTransform::new(ModalityLut::IDENTITY, window, Polarity::Identity);
    let section = section.through(object.centre);
    let pass =
        ReformatPass::new(Arc::clone(volume), &section, PIXEL_MM, (SIDE, SIDE), Slab::PLANE, transform);
    let values = cpu::reformat_modality_values(&pass).values;
    let middle = f64::from(SIDE - 1) / 2.0;
    let (mut sum, mut right, mut down) = (0.0, 0.0, 0.0);
    for (row, line) in (0..SIDE).zip(values.chunks(SIDE as usize)) {
        for (column, value) in (0..SIDE).zip(line) {
            let (x, y) = ((f64::from(column) - middle) * PIXEL_MM, (f64::from(row) - middle) * PIXEL_MM);
            let share = (f64::from(*value) - around_hu) / (object.hu - around_hu);
            if x.hypot(y) < object.radius_mm + 3.0 && share > 0.5 {
                (sum, right, down) = (sum + 1.0, right + x, down + y);
            }
        }
    }
    let area_mm2 = sum * PIXEL_MM * PIXEL_MM;
    let truth_mm2 = std::f64::consts::PI * object.radius_mm * object.radius_mm;
    assert!((area_mm2 / truth_mm2 - 1.0).abs() < 0.15, "{}: {area_mm2} mm² of {truth_mm2}", object.name);
    (right / sum, down / sum)
}

#[test]
fn spheres_are_seen_where_they_are() {
    let plain = || {
        Phantom::chest_ct()
            .with_matrix(300, 352, MmPerPixel { row: 1.2, column: 1.0 })
            .with_noise_hu(0.0)
            .with_slices(30)
            .with_slice_spacing_mm(1.5)
    };
    let oblique_axes = (Vector::new(0.8, 0.5, -0.3), Vector::new(-0.2, 0.4, -0.9));
    let mut most_mm = 0.0_f64;
    for phantom in [plain(), plain().with_tilt_degrees(15.0), plain().with_oblique_degrees(20.0, -12.0, 33.0)]
    {
        let volume = volume(&phantom);
        let truth = phantom.truth();
        let object = truth.object("bead_L").expect("a bead");
        let origin = Point::new(0.0, 0.0, 0.0);
        let cardinal = [CardinalPlane::Axial, CardinalPlane::Coronal, CardinalPlane::Sagittal];
        let cardinal = cardinal.map(|plane| Section::cardinal(plane, origin));
        let oblique = Section::new(origin, oblique_axes.0, oblique_axes.1).expect("a plane");
        for section in cardinal.into_iter().chain([oblique]) {
            let (right, down) = seen_off_mm(&volume, &section, object, -1000.0);
            let off_mm = right.hypot(down);
            assert!(off_mm < CENTRE_TOLERANCE_MM, "{off_mm:.3} mm off in {section:?}");
            most_mm = most_mm.max(off_mm);
        }
    }
    eprintln!("12 sections, the middle of a sphere at most {most_mm:.3} mm off");
}

/// The rod of 100 mm, by its ends in the voxels of a tilted and oblique series.
#[test]
fn a_length_between_given_points_is_that_of_the_patient() {
    let phantom = Phantom::chest_ct()
        .with_matrix(64, 64, MmPerPixel { row: 6.0, column: 5.0 })
        .with_slices(5)
        .with_tilt_degrees(18.0)
        .with_oblique_degrees(-25.0, 14.0, 40.0);
    let volume = volume(&phantom);
    let [a, b] = phantom.truth().rod_ends;
    let voxels = [a, b].map(|end| *volume.voxel_from_patient() * end);
    let [a_again, b_again] = voxels.map(|end| *volume.patient_from_voxel() * end);
    let length_mm = (b_again - a_again).length();
    assert!((length_mm - 100.0).abs() < 0.001, "{length_mm}");
    assert!((a_again - a).length() < 0.001, "{a_again:?}");
}

//! What is in the files is what was promised.

use super::*;
use crate::dicom::{Instance, TechniqueItem, read_frame};

fn write(phantom: &BreastPhantom) -> (tempfile::TempDir, Vec<PathBuf>) {
    let folder = tempfile::tempdir().expect("a folder");
    let files = phantom.write_into(&folder.path().join("study")).expect("files");
    (folder, files)
}

fn headers(phantom: &BreastPhantom) -> Vec<Instance> {
    let (_folder, files) = write(phantom);
    files.iter().map(|path| Instance::read(path).expect("a header")).collect()
}

/// As the program reads them, within the noise; one in seven is looked at, in all columns by turns.
#[test]
fn pixels_read_back_are_the_truth_and_air_is_0() {
    for phantom in [BreastPhantom::screening().small(), BreastPhantom::screening().small().prior()] {
        let (_folder, files) = write(&phantom);
        for (view, path) in BreastView::ALL.into_iter().zip(&files) {
            let instance = Instance::read(path).expect("a header");
            let frame = read_frame(&instance, 0).expect("pixels");
            let mut seen = [0, 0];
            for (i, number) in (0..frame.pixels.count()).zip(0_u32..).step_by(7) {
                let (column, row) = (number % instance.image.columns, number / instance.image.columns);
                let at = [column, row].map(|place| (f64::from(place) + 0.5) * phantom.pixel_mm());
                let (found, truth) = (frame.stored(i).expect("a value").0, phantom.value_at(view, at));
                let is_tissue = truth > 0.0;
                let most = if is_tissue { 3.5 * f64::from(NOISE) + 0.51 } else { 0.0 };
                assert!((found - truth).abs() <= most, "{view:?} {at:?}: {found} for {truth}");
                seen[usize::from(is_tissue)] += 1;
            }
            assert!(seen.iter().all(|&count| count > 200), "{view:?}: air and tissue {seen:?}");
        }
    }
}

#[test]
fn mass_and_cluster_are_where_the_truth_says_and_each_in_one_breast() {
    for phantom in [BreastPhantom::screening(), BreastPhantom::screening().prior()] {
        let truth = phantom.truth();
        for object in &truth {
            let found = phantom.value_at(object.view, object.centre_mm);
            assert!((found - object.value).abs() < 1e-6, "{object:?}: {found}");
        }
        let shown: Vec<_> = truth.iter().map(|object| (object.view, object.name)).collect();
        let [right_cc, left_cc, right_mlo, left_mlo] = BreastView::ALL;
        let expected = [(right_cc, "cluster"), (left_cc, "mass"), (right_mlo, "cluster"), (left_mlo, "mass")];
        assert_eq!(shown, expected);
    }
}

#[test]
fn right_is_left_mirrored_away_from_mass_and_cluster() {
    let phantom = BreastPhantom::screening();
    let truth = phantom.truth();
    let width_mm = 160.0;
    for (right, left) in
        [(BreastView::RightCc, BreastView::LeftCc), (BreastView::RightMlo, BreastView::LeftMlo)]
    {
        let is_clear = |view: BreastView, [x, y]: [f64; 2]| {
            let mut objects = truth.iter().filter(|object| object.view == view);
            objects.all(|object| {
                let [to_x, to_y] = object.centre_mm;
                libm::hypot(x - to_x, y - to_y) > 2.5 * object.radius_mm + 1.0
            })
        };
        for (i, j) in (0_u8..32).flat_map(|i| (0_u8..40).map(move |j| (i, j))) {
            let (x, y) = (5.0 * f64::from(i) + 0.3, 5.0 * f64::from(j) + 0.3);
            let mirrored = [width_mm - x, y];
            if is_clear(left, [x, y]) && is_clear(right, mirrored) {
                let values = [phantom.value_at(left, [x, y]), phantom.value_at(right, mirrored)];
                assert!((values[0] - values[1]).abs() < 1e-6, "{left:?} {x} {y}: {values:?}");
            }
        }
        // Chest walls are at the edges that face each other.
        assert!(phantom.value_at(left, [0.1, 100.0]) > 0.0);
        assert!(phantom.value_at(right, [width_mm - 0.1, 100.0]) > 0.0);
        assert!(phantom.value_at(left, [width_mm - 0.1, 100.0]) <= 0.0);
    }
}

#[test]
fn the_header_says_which_view_it_is_and_how_large() {
    let letters = [["P", "L"], ["A", "R"], ["P", "FL"], ["A", "FR"]];
    let instances = headers(&BreastPhantom::screening().small());
    for ((view, letters), instance) in BreastView::ALL.into_iter().zip(letters).zip(&instances) {
        assert_eq!(instance.image.patient_orientation, Some(letters.map(str::to_owned)));
        let said = |item| instance.technique(0, item);
        assert_eq!(said(TechniqueItem::Laterality).as_deref(), Some(view.laterality()));
        assert_eq!(said(TechniqueItem::ViewPosition).as_deref(), Some(view.position()));
        assert_eq!(said(TechniqueItem::BodyPart).as_deref(), Some("BREAST"));
        let calibration = instance.calibration.as_ref().expect("a detector");
        assert_eq!(calibration.imager_spacing.map(|mm| (mm.row, mm.column)), Some((2.0, 2.0)));
        assert_eq!(calibration.magnification, Some(1.0));
        assert_eq!((instance.pixels.bits_stored, instance.pixels.is_signed), (12, false));
        assert!(!instance.is_for_processing);
    }
}

#[test]
fn the_prior_is_two_years_older_on_another_detector_with_a_smaller_mass() {
    let current = BreastPhantom::screening().small();
    let prior = current.prior();
    let (now, then) = (headers(&current).remove(0), headers(&prior).remove(0));
    assert!(now.patient.is_same_person(&then.patient));
    assert_eq!((now.study.date.as_str(), then.study.date.as_str()), ("20261118", "20241114"));
    assert_ne!(now.study.uid, then.study.uid);
    assert_ne!(now.series.uid, then.series.uid);
    assert_ne!(now.image.columns, then.image.columns);
    assert!(prior.pixel_mm() > current.pixel_mm());
    let radii = |phantom: &BreastPhantom| -> Vec<f64> {
        phantom.truth().iter().filter(|object| object.name == "mass").map(|mass| mass.radius_mm).collect()
    };
    assert_eq!((radii(&current), radii(&prior)), (vec![8.0; 2], vec![5.0; 2]));
}

#[test]
fn equal_studies_give_equal_bytes() {
    let bytes = || -> Vec<Vec<u8>> {
        let (_folder, files) = write(&BreastPhantom::screening().small());
        files.iter().map(|path| std::fs::read(path).expect("a file")).collect()
    };
    assert_eq!(bytes(), bytes());
}

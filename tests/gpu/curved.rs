//! Pictures along curves through volumes: whole pictures of the card against those of the reference in double precision.
//!
//! Values are held as those of planes are (`reformat::units`): a line of the picture is found as a line of a plane is, to the same
//! share of a voxel. Curves are moved until no sample lies on the border of two voxels, as planes are.

use std::sync::Arc;

use hotlight::dicom::LookupTable;
use hotlight::geometry::{CardinalPlane, Curve, CurveMode, Map, Patient, Point, Section, Vector};
use hotlight::grayscale::{Curve as GrayCurve, GrayTransform, ModalityLut, Polarity, Voi, VoiFunction};
use hotlight::render::gpu::{Engine, Prepared, Slot};
use hotlight::render::{Coarseness, CurvedPass, Sampling, cpu};
use hotlight::units::StoredValue;
use hotlight::volume::{Projection, Slab, Volume};

use super::harness::{PValueSteps, gpu, window};
use super::reformat::{POSITION_ERROR, ends, kinds, lying, units};

/// A way through the middle of a volume that bends in all directions, so many hundredths of a millimetre aside.
fn curve(middle: Point<Patient>, mode: CurveMode, aside: u32) -> Arc<Curve> {
    let aside = f64::from(aside) * 0.0137;
    let way = [[-7.0, -5.0, -14.0], [3.0, -6.0, -6.0], [5.0, 3.0, 2.0], [-4.0, 5.0, 9.0], [-6.0, 6.0, 17.0]];
    let points = way.map(|[x, y, z]| middle + Vector::new(x + 0.7 * aside, y + 0.4 * aside, z + aside));
    let plane = Section::cardinal(CardinalPlane::Coronal, middle);
    Arc::new(Curve::through(&points, &plane, mode, 0.7).expect("a curve"))
}

fn has_ties(pass: &CurvedPass) -> bool {
    let (count, length) = pass.lines();
    (0..count).filter_map(|number| pass.line(number)).any(|line| {
        let samples = (0..length).flat_map(|place| {
            pass.slab.offsets_mm().map(move |offset| Point::new(f64::from(place) + 0.5, 0.5, offset))
        });
        samples.into_iter().any(|sample| {
            let at = (line * sample).xyz;
            ((at - 0.5) - (at - 0.5).round()).abs().min_element() < 2.0 * POSITION_ERROR
        })
    })
}

/// Upright, or lying with the start on the right.
fn pass_of(
    volume: &Arc<Volume>,
    mode: CurveMode,
    slab: Slab,
    sampling: Sampling,
    is_lying: bool,
) -> CurvedPass {
    let [low, high] = ends(volume).map(|value| volume.rescale().to_modality(StoredValue(value)).0);
    let window = window(f64::midpoint(low, high), high - low, VoiFunction::Linear);
    let gray = GrayTransform::new(ModalityLut::IDENTITY, window, Polarity::Identity);
    let of = |aside: u32| {
        let curve = curve(volume.middle(), mode, aside);
        let upright = CurvedPass::new(volume.clone(), curve, 0.71, (23, 61), slab, gray.clone());
        let upright = CurvedPass { sampling, turn_degrees: 33.0, ..upright };
        if !is_lying {
            return upright;
        }
        let map = &upright.unrolled_from_view;
        let start = map.origin() + map.y_axis() * 61.0;
        let unrolled_from_view = Map::from_axes(map.y_axis() * -1.0, map.x_axis(), map.z_axis(), start);
        CurvedPass { view_size: (61, 23), unrolled_from_view, ..upright }
    };
    (1..500).map(of).find(|pass| !has_ties(pass)).expect("a curve between the voxels")
}

/// Holds the modality values of a picture to the reference; gives how far they are apart at most.
fn check(engine: &mut Engine, name: &str, pass: &CurvedPass) -> f64 {
    let allowed = units(&pass.volume, pass.sampling);
    let drawn = engine.curved_modality_values(pass).expect("values");
    let exact = cpu::curved_modality_values(pass);
    let mut most: f64 = 0.0;
    for (index, (drawn, exact)) in drawn.values.iter().zip(&exact.values).enumerate() {
        assert_eq!(drawn.is_nan(), exact.is_nan(), "{name}: {drawn} and {exact} at {index}");
        if !drawn.is_nan() {
            most = most.max((f64::from(*drawn) - f64::from(*exact)).abs());
        }
    }
    assert!(most <= allowed, "{name}: {most} units apart; allowed are {allowed}");
    let inside = exact.values.iter().filter(|value| !value.is_nan()).count();
    assert!(inside > exact.values.len() / 5, "{name}: a picture of nothing");
    most
}

fn check_p_values(engine: &mut Engine, name: &str, pass: &CurvedPass) {
    let steps = units(&pass.volume, pass.sampling) * 65_535.0 / pass.transform.window.width();
    // Cutting makes one step of whatever is lacking.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "some steps")]
    let allowed = PValueSteps { most: steps.ceil() as u16 + 1, on_at_most: 1.0 };
    let drawn = engine.curved_p_values(pass).expect("a picture");
    let found = PValueSteps::between(&drawn, &cpu::curved_p_values(pass));
    assert!(allowed.holds(found), "{name}: {found}; allowed are {allowed}");
}

#[test]
fn pictures_along_curves_are_those_of_the_reference() {
    let Some(gpu) = gpu("curved") else { return };
    let mut engine = Engine::headless(gpu).expect("an engine");
    let slabs = [
        Slab::PLANE,
        Slab::new(7.3, Projection::Maximum, 0.9),
        Slab::new(7.3, Projection::Minimum, 0.9),
        Slab::new(7.3, Projection::Mean, 0.9),
    ];
    let mut slabs = slabs.into_iter().cycle();
    let ways =
        [(CurveMode::Straightened, false), (CurveMode::Stretched, true), (CurveMode::Straightened, true)];
    let mut ways = ways.into_iter().cycle();
    let mut most: f64 = 0.0;
    for (lies, map) in lying() {
        for (kind, volume) in kinds(&map) {
            for sampling in [Sampling::Nearest, Sampling::Linear, Sampling::Cubic] {
                // Of 63 cases each way to lie, slab and mode meets each kind of voxel and of sampling somewhere.
                let (Some(slab), Some((mode, is_lying))) = (slabs.next(), ways.next()) else { return };
                let name = format!("{lies} {kind} {sampling:?} {mode:?} {slab:?}");
                let pass = pass_of(&volume, mode, slab, sampling, is_lying);
                most = most.max(check(&mut engine, &name, &pass));
                check_p_values(&mut engine, &name, &pass);
            }
        }
    }
    assert!(most > 0.0, "single precision is not double");
}

#[test]
fn a_curve_behind_the_window_and_the_other_polarity_are_drawn_too() {
    let Some(gpu) = gpu("curved") else { return };
    let mut engine = Engine::headless(gpu).expect("an engine");
    let [(_, map), ..] = lying();
    let Some((_, volume)) = kinds(&map).into_iter().next() else { panic!("a volume") };
    let base = pass_of(&volume, CurveMode::Straightened, Slab::PLANE, Sampling::Linear, false);
    let table = LookupTable::new(0, (0..=u16::MAX).rev().collect(), 16).map(Arc::new).expect("a table");
    let curve = GrayCurve::of(&Voi::of_table(table), None);
    let plain = engine.curved_p_values(&base).expect("a picture");
    for (polarity, curve) in [(Polarity::Inverse, None), (Polarity::Identity, curve)] {
        let transform = GrayTransform { polarity, curve, ..base.transform.clone() };
        let pass = CurvedPass { transform, ..base.clone() };
        check_p_values(&mut engine, &format!("{polarity:?}"), &pass);
        assert_ne!(engine.curved_p_values(&pass).expect("a picture"), plain, "{polarity:?}");
    }
}

#[test]
fn a_picture_along_a_curve_is_drawn_once_and_moving_with_fewer_pixels() {
    let Some(gpu) = gpu("curved") else { return };
    let mut engine = Engine::headless(gpu).expect("an engine");
    let slot = Slot { screen: 0, viewport: 0 };
    let [(_, map), ..] = lying();
    let Some((_, volume)) = kinds(&map).into_iter().next() else { panic!("a volume") };
    let slab = Slab::new(7.3, Projection::Mean, 0.9);
    let pass = pass_of(&volume, CurveMode::Straightened, slab, Sampling::Cubic, false);
    let mut is_drawn = |pass: &CurvedPass| engine.prepare_curved(slot, pass).expect("drawn");
    assert_eq!(is_drawn(&pass), Prepared { is_drawn: true, is_complete: true });
    assert_eq!(is_drawn(&pass), Prepared { is_drawn: false, is_complete: true });
    let turned = CurvedPass { turn_degrees: 34.0, ..pass.clone() };
    assert!(is_drawn(&turned).is_drawn);
    let moving = CurvedPass { is_moving: true, ..pass.clone() };
    assert!(is_drawn(&moving).is_drawn);
    let drawn = moving.drawn(Coarseness::FIRST);
    assert_eq!((drawn.view_size, drawn.sampling), ((12, 31), Sampling::Linear));
    let (large, small) = (engine.curved_p_values(&moving), engine.curved_p_values(&drawn));
    let (large, small) = (large.expect("a picture"), small.expect("a picture"));
    for (index, value) in large.values.iter().enumerate() {
        let (row, column) = (index / 23, index % 23);
        assert_eq!(*value, small.values[row / 2 * 12 + column / 2]);
    }
}

//! Planes and slabs through volumes: whole pictures of the card against those of the reference in double precision.
//!
//! Where a sample lies on the border of two voxels either may be the nearest. Such pictures are not compared: `without_ties`
//! moves the plane until no sample of it does, so that all else must agree.

use std::collections::BTreeSet;
use std::sync::Arc;

use hotlight::color::Palettes;
use hotlight::dicom::{Frame, LookupTable, Padding, Pixels, Reals};
use hotlight::geometry::{CardinalPlane, Map, Patient, Point, Section, Vector, Voxel};
use hotlight::grayscale::{
    Curve, DisplayTable, GrayTransform, ModalityLut, Polarity, Rescale, Voi, VoiFunction,
};
use hotlight::render::gpu::Engine;
use hotlight::render::{ReformatPass, Sampling, cpu};
use hotlight::units::StoredValue;
use hotlight::volume::{Layer, Projection, Slab, Slice, Volume};

use super::harness::{PValueSteps, gpu, scatter, window};

const PROJECTIONS: [Projection; 3] = [Projection::Maximum, Projection::Minimum, Projection::Mean];

/// How far single precision may miss a position, in voxels: what is rounded stays below 4 (the share of a voxel, and what the
/// leading digits of three steps lack), six times by half of 2⁻²².
pub(crate) const POSITION_ERROR: f64 = 6.0 / 8_388_608.0;

fn engine() -> Option<Engine> {
    gpu("reformat").map(|gpu| Engine::headless(gpu).expect("an engine"))
}

/// Voxels of 0.7 × 0.9 × 2.5 mm, in the ways that stacks lie.
pub(crate) fn lying() -> [(&'static str, Map<Patient, Voxel>); 3] {
    let origin = Point::new(-123.4, 56.7, 801.3);
    let (sin, cos) = 17_f64.to_radians().sin_cos();
    [
        (
            "axial",
            Map::from_axes(
                Vector::new(0.7, 0.0, 0.0),
                Vector::new(0.0, 0.9, 0.0),
                Vector::new(0.0, 0.0, 2.5),
                origin,
            ),
        ),
        (
            "tilted",
            Map::from_axes(
                Vector::new(0.7, 0.0, 0.0),
                Vector::new(0.0, 0.9 * cos, 0.9 * sin),
                Vector::new(0.0, 0.0, 2.5),
                origin,
            ),
        ),
        (
            "oblique",
            Map::from_axes(
                Vector::new(0.7 * cos, 0.7 * sin, 0.0),
                Vector::new(-0.9 * sin * cos, 0.9 * cos * cos, 0.9 * sin),
                Vector::new(2.5 * sin * sin, -2.5 * cos * sin, 2.5 * cos),
                origin,
            ),
        ),
    ]
}

/// One plane of words below `most`, neighbours unlike each other, through a line.
pub(crate) fn layer((columns, rows): (u32, u32), plane: u32, most: u32, is_signed: bool) -> Layer {
    let word = |index: u32| {
        let scattered = u32::from(scatter(index, plane + 1)) * most / 65_536;
        let half = if is_signed { most / 2 } else { 0 };
        scattered.wrapping_sub(half).to_le_bytes()
    };
    let words = (0..columns * rows).map(word).map(|[low, high, ..]| u16::from_le_bytes([low, high]));
    let pixels = Pixels::Words { is_signed, words: words.collect() };
    let frame = Arc::new(Frame { rows, columns, pixels, cover: None });
    Layer { frame, modality: Rescale { slope: 0.5, intercept: -1024.0 }.into(), padding: None }
}

const SIZE: (u32, u32) = (23, 19);
const PLANES: u32 = 17;

fn volume(map: &Map<Patient, Voxel>, slice: impl Fn(u32) -> Option<Slice>) -> Arc<Volume> {
    volume_of(PLANES, map, slice)
}

fn volume_of(planes: u32, map: &Map<Patient, Voxel>, slice: impl Fn(u32) -> Option<Slice>) -> Arc<Volume> {
    Arc::new(Volume::new(SIZE, (0..planes).map(slice).collect(), *map).expect("a volume"))
}

/// Volumes of every kind of voxel, whole and with gaps.
pub(crate) fn kinds(map: &Map<Patient, Voxel>) -> Vec<(&'static str, Arc<Volume>)> {
    kinds_of(PLANES, map)
}

/// The same of so many planes.
pub(crate) fn kinds_of(planes: u32, map: &Map<Patient, Voxel>) -> Vec<(&'static str, Arc<Volume>)> {
    let words = |plane, is_signed| layer(SIZE, plane, 4096, is_signed);
    let padding = Some(Padding { low: 0.0, high: 300.0 });
    let is_received = |plane| ![4, 5, 11].contains(&plane);
    // Of each its own line, and some no numbers.
    let real = |plane: u32| {
        let value = |index: u32| match scatter(index, plane + 1) {
            word if word % 13 == 0 => f64::NAN,
            word => f64::from(word) / 37.0,
        };
        let pixels = Pixels::Reals(Reals::new((0..SIZE.0 * SIZE.1).map(value).collect()));
        let frame = Arc::new(Frame { rows: SIZE.1, columns: SIZE.0, pixels, cover: None });
        let modality = Rescale { slope: 1.0 + f64::from(plane) / 20.0, intercept: -3.0 }.into();
        Layer { frame, modality, padding: None }
    };
    let between = |plane: u32| match plane % 3 {
        0 => Slice::Acquired(words(plane, true)),
        _ => Slice::Between { below: words(plane, true), above: words(plane + 1, true), share: 0.3 },
    };
    vec![
        ("unsigned", volume_of(planes, map, |plane| Some(Slice::Acquired(words(plane, false))))),
        ("signed", volume_of(planes, map, |plane| Some(Slice::Acquired(words(plane, true))))),
        (
            "padded",
            volume_of(planes, map, |plane| Some(Slice::Acquired(Layer { padding, ..words(plane, false) }))),
        ),
        (
            "with gaps",
            volume_of(planes, map, |plane| is_received(plane).then(|| Slice::Acquired(words(plane, true)))),
        ),
        (
            "padded with gaps",
            volume_of(planes, map, |plane| {
                is_received(plane).then(|| Slice::Acquired(Layer { padding, ..words(plane, false) }))
            }),
        ),
        ("real", volume_of(planes, map, |plane| is_received(plane).then(|| Slice::Acquired(real(plane))))),
        ("between", volume_of(planes, map, |plane| Some(between(plane)))),
    ]
}

fn sections(middle: Point<Patient>) -> Vec<(&'static str, Section)> {
    let named = |plane| Section::cardinal(plane, middle);
    let turned = named(CardinalPlane::Coronal).turned(Vector::new(1.0, 0.0, 0.0), 31.0);
    vec![
        ("axial", named(CardinalPlane::Axial)),
        ("coronal", named(CardinalPlane::Coronal)),
        ("sagittal", named(CardinalPlane::Sagittal)),
        ("double-oblique", turned.turned(Vector::new(0.0, 0.3, 1.0), -23.0)),
    ]
}

/// The smallest and the largest value, as the encoding has them.
pub(crate) fn ends(volume: &Volume) -> [f64; 2] {
    let [columns, rows, slices] = volume.size();
    let voxels = (0..slices).flat_map(|z| (0..rows).flat_map(move |y| (0..columns).map(move |x| [x, y, z])));
    let values = voxels.filter_map(|voxel| volume.value(voxel));
    values.fold([f64::INFINITY, f64::NEG_INFINITY], |[low, high], value| [low.min(value), high.max(value)])
}

/// A window of all values.
pub(crate) fn transform(volume: &Volume) -> GrayTransform {
    let [low, high] = ends(volume).map(|value| volume.rescale().to_modality(StoredValue(value)).0);
    let window = window(f64::midpoint(low, high), high - low, VoiFunction::Linear);
    GrayTransform::new(ModalityLut::IDENTITY, window, Polarity::Identity)
}

/// Whether a sample lies on the border of two voxels.
pub(crate) fn has_ties(pass: &ReformatPass) -> bool {
    let (width, height) = pass.view_size;
    let pixels = (0..height).flat_map(|y| (0..width).map(move |x| (f64::from(x), f64::from(y))));
    let mut samples = pixels
        .flat_map(|(x, y)| pass.slab.offsets_mm().map(move |offset| Point::new(x + 0.5, y + 0.5, offset)));
    samples.any(|sample| {
        let at = (pass.voxel_from_view * sample).xyz;
        ((at - 0.5) - (at - 0.5).round()).abs().min_element() < 2.0 * POSITION_ERROR
    })
}

/// Moves a plane by some hundredths of a millimetre until none of its samples lies on the border of two voxels.
pub(crate) fn without_ties(section: &Section, pass_of: impl Fn(&Section) -> ReformatPass) -> ReformatPass {
    let moved = |step: u32| {
        let mm = f64::from(step) * 0.0137;
        let aside = section.right() * (0.7 * mm) + section.down() * (0.4 * mm) + section.normal() * mm;
        section.through(section.center() + aside)
    };
    let mut passes = (1..500).map(|step| pass_of(&moved(step)));
    passes.find(|pass| !has_ties(pass)).expect("a plane between the voxels")
}

/// How far modality values may lie apart. The position's error along three axes times the steepest edge; a cubic is at most 1.3
/// times as steep along each, and its other weights sum to no more than 1.6. Then roundings of the values themselves: of ten
/// digits that are summed, and of a cubic's 64.
pub(crate) fn units(volume: &Volume, sampling: Sampling) -> f64 {
    // No neighbours differ by more.
    let [low, high] = ends(volume);
    let steepest = high - low;
    let ulp = low.abs().max(high.abs()) / 8_388_608.0;
    let stored = match sampling {
        Sampling::Nearest => 3.0 * ulp,
        Sampling::Linear => 3.0 * POSITION_ERROR * steepest + 10.0 * ulp,
        Sampling::Cubic => 3.0 * 1.3 * 1.6 * POSITION_ERROR * steepest + 64.0 * ulp,
    };
    volume.rescale().slope.abs() * stored
}

/// Holds the modality values of a picture to the reference; gives how far they are apart at most.
pub(crate) fn check(engine: &mut Engine, name: &str, pass: &ReformatPass) -> f64 {
    let allowed = units(&pass.volume, pass.sampling);
    let drawn = engine.reformat_modality_values(pass).expect("values");
    let exact = cpu::reformat_modality_values(pass);
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

/// Holds the P-values of a picture to the reference.
fn check_p_values(engine: &mut Engine, name: &str, pass: &ReformatPass) {
    let steps = units(&pass.volume, pass.sampling) * 65_535.0 / pass.transform.window.width();
    // Cutting makes one step of whatever is lacking.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "some steps")]
    let allowed = PValueSteps { most: steps.ceil() as u16 + 1, on_at_most: 1.0 };
    let drawn = engine.reformat_p_values(pass).expect("a picture");
    let found = PValueSteps::between(&drawn, &cpu::reformat_p_values(pass));
    assert!(allowed.holds(found), "{name}: {found}; allowed are {allowed}");
    let grays: BTreeSet<_> = drawn.values.iter().collect();
    assert!(grays.len() > 50, "{name}: only {} grays, a picture of nothing", grays.len());
}

fn check_sampling(sampling: Sampling) {
    let Some(mut engine) = engine() else { return };
    let mut most: f64 = 0.0;
    let mut projections = PROJECTIONS.into_iter().cycle();
    for (lies, map) in lying() {
        for (kind, volume) in kinds(&map) {
            for (plane, section) in sections(volume.middle()) {
                let pass_of = |slab| {
                    without_ties(&section, |section| ReformatPass {
                        sampling,
                        ..ReformatPass::new(
                            Arc::clone(&volume),
                            section,
                            0.71,
                            (23, 27),
                            slab,
                            transform(&volume),
                        )
                    })
                };
                let pass = pass_of(Slab::PLANE);
                let name = format!("{sampling:?} {lies} {kind}, {plane}");
                most = most.max(check(&mut engine, &name, &pass));
                check_p_values(&mut engine, &name, &pass);
                // Each in turn: as there are four sections, each section meets all.
                let Some(projection) = projections.next() else { return };
                let name = format!("{name} {projection:?}");
                let pass = pass_of(Slab::new(7.3, projection, 0.9));
                most = most.max(check(&mut engine, &name, &pass));
            }
        }
    }
    assert!(sampling == Sampling::Nearest || most > 0.0, "single precision is not double");
}

#[test]
fn nearest_voxels() {
    check_sampling(Sampling::Nearest);
}

#[test]
fn linear_between_voxels() {
    check_sampling(Sampling::Linear);
}

#[test]
fn cubic_between_voxels() {
    check_sampling(Sampling::Cubic);
}

/// From values to the panel a reformat goes the way of slices: every function of the window, both polarities, a curve, a palette,
/// a display table.
#[test]
fn values_become_gray_and_colour_as_those_of_slices() {
    let Some(mut engine) = engine() else { return };
    let [(_, map), ..] = lying();
    let volume = volume(&map, |plane| (plane != 6).then(|| Slice::Acquired(layer(SIZE, plane, 4096, true))));
    let section = Section::cardinal(CardinalPlane::Coronal, volume.middle());
    let base = ReformatPass::new(volume.clone(), &section, 0.71, (23, 27), Slab::PLANE, transform(&volume));
    let table = LookupTable::new(0, (0..=u16::MAX).rev().collect(), 16).map(Arc::new).expect("a table");
    for function in [VoiFunction::Linear, VoiFunction::LinearExact, VoiFunction::Sigmoid] {
        for polarity in [Polarity::Identity, Polarity::Inverse] {
            for curve in [None, Curve::of(&Voi::of_table(Arc::clone(&table)), None)] {
                let window = window(-900.0, 1700.0, function);
                let gray = GrayTransform { window, polarity, curve, ..base.transform.clone() };
                let pass = ReformatPass { transform: gray, ..base.clone() };
                let name = format!("{function:?} {polarity:?}");
                check_p_values(&mut engine, &name, &pass);
                assert_ne!(
                    engine.reformat_p_values(&pass).expect("a picture"),
                    engine.reformat_p_values(&base).expect("a picture"),
                    "{name}"
                );
            }
        }
    }
    let p_values = engine.reformat_p_values(&base).expect("a picture").values;
    let display = DisplayTable::identity(256);
    engine.set_display(3, &display).expect("a table");
    let levels = engine.reformat_driving_levels(3, false, &base).expect("levels").values;
    assert!(p_values.iter().zip(&levels).all(|(p, level)| level.map(u16::from) == [display.at(*p).0; 3]));
    let palettes = Palettes::default();
    let palette = palettes.all().iter().next().expect("a palette");
    let pass = ReformatPass { palette: Some(Arc::clone(palette)), ..base };
    let colors = engine.reformat_driving_levels(3, false, &pass).expect("colours").values;
    assert!(p_values.iter().zip(&colors).all(|(p, color)| *color == palette.at(*p)));
}

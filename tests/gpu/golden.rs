//! Pictures of the card against those of the reference, on frames made here.

use std::collections::BTreeSet;
use std::sync::Arc;

use hotlight::dicom::Frame;
use hotlight::grayscale::{DisplayTable, GrayTransform, ModalityLut, Polarity, Rescale, VoiFunction};
use hotlight::render::PixelTransform::{self, Gray};
use hotlight::render::gpu::Engine;
use hotlight::render::{Sampling, SlicePass, cpu};
use hotlight::units::PValue;

use super::harness::{
    PValueSteps, body, every_word, gpu, gray, noise, one_to_one, pass, soft_tissue, window, words_of,
};

/// An engine of the test's own; `None` without an adapter.
fn engine() -> Option<Engine> {
    gpu("golden").map(|gpu| Engine::headless(gpu).expect("an engine"))
}

/// Fails unless card and reference differ by no more than allowed.
fn check(engine: &mut Engine, name: &str, pass: &SlicePass, frame: &Arc<Frame>, allowed: PValueSteps) {
    let drawn = engine.p_values(pass, frame).expect("a picture");
    let found = PValueSteps::between(&drawn, &cpu::p_values(pass, frame));
    assert!(allowed.holds(found), "{name}: {found}; allowed are {allowed}");
}

/// All grays that matter: three functions, both polarities.
fn grays() -> [PixelTransform; 4] {
    use Polarity::{Identity, Inverse};
    use VoiFunction::{Linear, LinearExact, Sigmoid};
    let choices = [(Linear, Identity), (Linear, Inverse), (LinearExact, Inverse), (Sigmoid, Identity)];
    choices.map(|(function, polarity)| Gray(gray(window(40.0, 400.0, function), polarity)))
}

#[test]
fn pixel_for_pixel_it_is_the_same_to_the_bit() {
    let Some(mut engine) = engine() else { return };
    let frames = [
        every_word(true),
        every_word(false),
        noise(1, 1, true),
        noise(1, 7, false),
        noise(17, 31, true),
        noise(129, 5, false),
        body(2048, 3),
    ];
    for frame in frames {
        for gray in grays() {
            let name = format!("{} × {} {gray:?}", frame.columns, frame.rows);
            check(&mut engine, &name, &one_to_one(&frame, gray), &frame, PValueSteps::NONE);
        }
    }
}

#[test]
fn unsigned_words_above_the_middle_are_not_negative() {
    let Some(mut engine) = engine() else { return };
    let frame = every_word(false);
    let whole = window(32_767.5, 65_536.0, VoiFunction::LinearExact);
    let gray = GrayTransform::new(ModalityLut::IDENTITY, whole, Polarity::Identity);
    check(&mut engine, "whole range", &one_to_one(&frame, Gray(gray)), &frame, PValueSteps::NONE);
}

#[test]
fn a_picture_partly_outside_is_black_there() {
    let Some(mut engine) = engine() else { return };
    let frame = noise(40, 30, true);
    for origin in [(-7.0, -3.0), (25.0, 11.0), (-100.0, 0.0), (0.0, 40.0), (-5.0, 28.0)] {
        for gray in grays() {
            let pass = pass(&frame, (33, 35), (1.0, 1.0), origin, Sampling::Nearest, gray);
            check(&mut engine, &format!("origin {origin:?}"), &pass, &frame, PValueSteps::NONE);
        }
    }
}

/// Every second pixel, centres on the outer borders: the near ones belong to the image, the far ones do not.
#[test]
fn the_image_ends_at_its_outer_borders() {
    let Some(mut engine) = engine() else { return };
    let frame = noise(40, 30, true);
    for sampling in [Sampling::Nearest, Sampling::Linear, Sampling::Cubic] {
        let pass = pass(&frame, (30, 30), (2.0, 2.0), (-1.0, -1.0), sampling, soft_tissue());
        let allowed = PValueSteps { most: u16::from(sampling != Sampling::Nearest), on_at_most: 0.01 };
        check(&mut engine, &format!("{sampling:?}"), &pass, &frame, allowed);
    }
}

/// How far single precision may miss a position in the image, in pixels, where positions stay below 512: roundings of
/// 2⁻¹⁶ in the step, 2⁻¹⁶ in its product and 2⁻¹⁶ in the sum, at the worst.
const POSITION_ERROR: f64 = 3.0 / 65_536.0;

/// Where a centre falls on the border of two pixels either is the nearest, and either may be taken.
#[test]
fn nearest_takes_the_nearest_pixel_at_any_zoom() {
    let Some(mut engine) = engine() else { return };
    let frame = noise(300, 200, true);
    for step in [0.5, 0.25, 0.1, 2.0, 4.0, 1.0 / 3.0, 0.731, 1.618, 1.0 / 1.5] {
        for (x, y) in [(0.0, 0.0), (-20.3, 11.7), (100.5, 0.25)] {
            let at = |x, y| pass(&frame, (257, 191), (step, step), (x, y), Sampling::Nearest, soft_tissue());
            let drawn = engine.p_values(&at(x, y), &frame).expect("a picture").values;
            let around: Vec<_> = [(-1.0, -1.0), (-1.0, 1.0), (1.0, -1.0), (1.0, 1.0)]
                .map(|(to_x, to_y)| at(x + to_x * POSITION_ERROR, y + to_y * POSITION_ERROR))
                .map(|pass| cpu::p_values(&pass, &frame).values)
                .into();
            for (index, p) in drawn.iter().enumerate() {
                let is_near = around.iter().any(|values| values.get(index) == Some(p));
                assert!(is_near, "step {step} origin ({x}, {y}): device pixel {index}");
            }
        }
    }
}

/// Steps and origins of a picture between pixels: enlarged, reduced, as a fit leaves it, non-square pixels.
const BETWEEN: [((f64, f64), (f64, f64)); 5] = [
    ((0.5, 0.5), (100.25, 7.75)),
    ((0.37, 0.37), (60.1, 45.7)),
    ((1.7, 1.7), (100.9, -3.3)),
    ((0.6, 1.0), (120.7, 60.25)),
    ((512.0 / 900.0, 512.0 / 900.0), (270.4, 199.6)),
];

/// The position's error times the steepest edge: 1060 units a pixel, 164 steps a unit in a window of 400, so 8 steps.
/// Measured on lavapipe: linear 4 steps on 0.014, cubic 6 steps on 0.018. A driving level of 8 bits is 257 steps.
pub(crate) const BETWEEN_STEPS: PValueSteps = PValueSteps { most: 8, on_at_most: 0.02 };

fn check_between(sampling: Sampling, allowed: PValueSteps) {
    let Some(mut engine) = engine() else { return };
    let frame = body(512, 300);
    for (step, origin) in BETWEEN {
        for gray in grays() {
            let pass = pass(&frame, (251, 187), step, origin, sampling, gray.clone());
            let name = format!("{sampling:?} step {step:?} origin {origin:?} {gray:?}");
            let grays: BTreeSet<_> = cpu::p_values(&pass, &frame).values.into_iter().collect();
            assert!(grays.len() > 100, "{name}: only {} grays, a picture of nothing", grays.len());
            check(&mut engine, &name, &pass, &frame, allowed);
        }
    }
}

#[test]
fn linear_between_pixels() {
    check_between(Sampling::Linear, BETWEEN_STEPS);
}

#[test]
fn cubic_between_pixels() {
    check_between(Sampling::Cubic, BETWEEN_STEPS);
}

/// Positions to 2048 miss by four times as much, edges have 65,535 units a pixel, and a unit is 1.09 steps: 13 steps,
/// and at the slopes of the cubic a little more. Measured on lavapipe: linear 7 steps on 0.44, cubic 9 steps on 0.46.
#[test]
fn wide_and_noisy_between_pixels() {
    let Some(mut engine) = engine() else { return };
    let frame = noise(2048, 64, false);
    let whole = window(32_000.0, 60_000.0, VoiFunction::Linear);
    let gray = gray(whole, Polarity::Identity);
    for sampling in [Sampling::Linear, Sampling::Cubic] {
        let pass = pass(&frame, (2048, 60), (0.913, 0.913), (170.1, 1.3), sampling, Gray(gray.clone()));
        let allowed = PValueSteps { most: 16, on_at_most: 0.5 };
        check(&mut engine, &format!("{sampling:?}"), &pass, &frame, allowed);
    }
}

#[test]
fn modality_values_are_those_of_single_precision() {
    let Some(mut engine) = engine() else { return };
    let is_software = gpu("golden").is_some_and(|gpu| gpu.adapter.is_software);
    let frame = every_word(true);
    let rescale = Rescale { slope: 0.3, intercept: -1024.7 };
    let gray =
        GrayTransform::new(rescale.into(), window(40.0, 400.0, VoiFunction::Linear), Polarity::Identity);
    let drawn = engine.modality_values(&one_to_one(&frame, Gray(gray)), &frame).expect("values");
    for (&word, value) in words_of(&frame).iter().zip(&drawn.values) {
        let twin = rescale.to_modality_f32(f32::from(word.cast_signed()));
        assert!((value - twin).abs() <= twin.abs() * f32::EPSILON, "word {word}: {value}, not {twin}");
        assert!(value.to_bits() == twin.to_bits() || !is_software, "word {word}");
    }
}

#[test]
fn modality_values_between_and_outside() {
    let Some(mut engine) = engine() else { return };
    let frame = body(100, 90);
    for sampling in [Sampling::Nearest, Sampling::Linear, Sampling::Cubic] {
        let pass = pass(&frame, (180, 150), (0.71, 0.71), (-10.2, -7.3), sampling, soft_tissue());
        let drawn = engine.modality_values(&pass, &frame).expect("values");
        let exact = cpu::modality_values(&pass, &frame);
        assert_eq!(drawn.values.len(), exact.values.len());
        let pairs = || drawn.values.iter().zip(&exact.values);
        assert!(pairs().all(|(one, other)| one.is_nan() == other.is_nan()), "{sampling:?}: outside");
        assert!(pairs().any(|(one, _)| one.is_nan()) && pairs().any(|(one, _)| !one.is_nan()));
        let apart = pairs().map(|(one, other)| (one - other).abs()).fold(0.0, f32::max);
        assert!(apart < 0.05, "{sampling:?}: {apart} units apart");
    }
}

#[test]
fn driving_levels_are_those_of_the_table() {
    let Some(gpu) = gpu("golden") else { return };
    let table = DisplayTable::identity(256);
    for format in [wgpu::TextureFormat::Rgba8Unorm, wgpu::TextureFormat::Bgra8Unorm] {
        let mut engine = Engine::new(gpu, format, 1 << 20).expect("an engine");
        let frame = every_word(false);
        let whole = window(32_767.5, 65_536.0, VoiFunction::LinearExact);
        let gray = GrayTransform::new(ModalityLut::IDENTITY, whole, Polarity::Identity);
        let pass = one_to_one(&frame, Gray(gray));
        let levels = engine.driving_levels(0, false, &pass, &frame).expect("levels");
        let p_values = cpu::p_values(&pass, &frame);
        for (&p, &level) in p_values.values.iter().zip(&levels.values) {
            assert_eq!(level.map(u16::from), [table.at(p).0; 3], "P-value {p:?}");
        }
        assert_eq!(p_values.values.first(), Some(&PValue::BLACK));
        let mut seen = levels.values;
        seen.sort_unstable();
        seen.dedup();
        assert_eq!(seen.len(), 256, "every level occurs");
    }
}

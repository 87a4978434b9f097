//! Pictures of real values: on the card in single precision, in the reference in double.

use std::collections::BTreeSet;
use std::sync::Arc;

use hotlight::dicom::Frame;
use hotlight::grayscale::{GrayTransform, ModalityLut, Polarity, Rescale, VoiFunction, Window};
use hotlight::render::PixelTransform::Gray;
use hotlight::render::gpu::Engine;
use hotlight::render::{Sampling, SlicePass, cpu};
use hotlight::units::PValue;

use super::harness::{PValueSteps, gpu, one_to_one, pass, real_noise, reals, window};

fn engine() -> Option<Engine> {
    gpu("reals").map(|gpu| Engine::headless(gpu).expect("an engine"))
}

fn check(engine: &mut Engine, name: &str, pass: &SlicePass, frame: &Arc<Frame>, allowed: PValueSteps) {
    let drawn = engine.p_values(pass, frame).expect("a picture");
    let found = PValueSteps::between(&drawn, &cpu::p_values(pass, frame));
    assert!(allowed.holds(found), "{name}: {found}; allowed are {allowed}");
}

/// Values from low to high, with a rescale.
const RANGES: [(f64, f64, Rescale); 7] = [
    // A float map, tiny numbers, a dose.
    (-0.25, 3.75, Rescale::IDENTITY),
    (1.0e-12, 3.0e-9, Rescale::IDENTITY),
    (0.0, 4_294_967_295.0, Rescale { slope: 1.4e-8, intercept: 0.0 }),
    // Numbers that single precision does not tell apart: 32 bits with an offset, time in seconds.
    (2_147_483_000.0, 2_147_484_300.0, Rescale { slope: 1.0, intercept: -2_147_483_648.0 }),
    (1.7e9, 1.7e9 + 2000.0, Rescale { slope: 0.001, intercept: 3.0 }),
    // A falling rescale, and the largest numbers.
    (-500.0, 900.0, Rescale { slope: -0.3, intercept: 7.5 }),
    (-1.0e30, 1.0e30, Rescale::IDENTITY),
];

/// The whole range and the middle tenth of it, in all functions that take so narrow a window, both polarities.
fn grays(low: f64, high: f64, rescale: Rescale) -> Vec<GrayTransform> {
    let [a, b] = [low, high].map(|value| rescale.slope * value + rescale.intercept);
    let (center, width) = (f64::midpoint(a, b), (b - a).abs());
    let mut grays = Vec::new();
    for (function, polarity) in [
        (VoiFunction::Linear, Polarity::Inverse),
        (VoiFunction::LinearExact, Polarity::Identity),
        (VoiFunction::LinearExact, Polarity::Inverse),
        (VoiFunction::Sigmoid, Polarity::Identity),
    ] {
        for width in [width, width / 10.0] {
            if let Ok(window) = Window::with_function(center, width, function) {
                grays.push(GrayTransform::new(rescale.into(), window, polarity));
            }
        }
    }
    grays
}

/// A value counts from the window's center, in 48 bits, and lies at most half a width from it. Two differences, slope,
/// width and division (2.5 ulp) miss by 10 · 2⁻²⁴ of that half, the last sum and product by 2⁻²³: less than 0.03 of
/// 65,535 steps. Cutting makes one step of it, on that share of the pixels. The exponential of SIGMOID is the driver's.
/// Measured on lavapipe: 1 step on 0.0019, of SIGMOID on 0.084.
#[test]
fn pixel_for_pixel_real_values_are_within_one_step() {
    let Some(mut engine) = engine() else { return };
    for (low, high, rescale) in RANGES {
        let frame = real_noise(256, 128, low, high);
        for gray in grays(low, high, rescale) {
            let on_at_most = if gray.window.function() == VoiFunction::Sigmoid { 0.5 } else { 0.03 };
            let pass = one_to_one(&frame, Gray(gray.clone()));
            let grays = cpu::p_values(&pass, &frame).values.into_iter().collect::<BTreeSet<_>>();
            assert!(grays.len() > 1000, "{gray:?}: only {} grays, a picture of nothing", grays.len());
            check(&mut engine, &format!("{gray:?}"), &pass, &frame, PValueSteps { most: 1, on_at_most });
        }
    }
}

/// As between words: the position's error, 3 · 2⁻¹⁸ pixels where positions stay below 128, times the steepest edge, along
/// and across. In a window of the whole range that is 65,535 steps a pixel, so 1.5 steps and one for the cut; the tenth
/// of it has ten times as many, and the cubic is steeper. Measured on lavapipe: linear 1 and 5 steps, cubic 1 and 7, on
/// 0.125.
#[test]
fn real_values_between_pixels() {
    let Some(mut engine) = engine() else { return };
    for (low, high, rescale) in RANGES {
        let frame = real_noise(512, 300, low, high);
        for gray in grays(low, high, rescale) {
            let shown = (rescale.slope * (high - low)).abs() / gray.window.width();
            let most = if shown > 2.0 { 20 } else { 3 };
            for sampling in [Sampling::Linear, Sampling::Cubic] {
                let pass = pass(&frame, (120, 90), (0.37, 0.37), (60.1, 45.7), sampling, Gray(gray.clone()));
                let name = format!("{sampling:?} {gray:?}");
                check(&mut engine, &name, &pass, &frame, PValueSteps { most, on_at_most: 0.2 });
            }
        }
    }
}

#[test]
fn real_modality_values_are_those_of_single_precision() {
    let Some(mut engine) = engine() else { return };
    for (low, high, rescale) in RANGES {
        let frame = real_noise(64, 64, low, high);
        let window = window(0.0, 1.0, VoiFunction::Linear);
        let pass = one_to_one(&frame, Gray(GrayTransform::new(rescale.into(), window, Polarity::Identity)));
        let drawn = engine.modality_values(&pass, &frame).expect("values").values;
        let reference = cpu::modality_values(&pass, &frame).values;
        for (index, (drawn, reference)) in drawn.iter().zip(&reference).enumerate() {
            let exact = rescale.to_modality(frame.stored(index).expect("a value")).0;
            #[expect(clippy::cast_possible_truncation, reason = "single precision is the promise")]
            let rounded = exact as f32;
            assert_eq!(reference.to_bits(), rounded.to_bits(), "the reference at {index}");
            // Each term is rounded once, and their sum.
            let largest =
                (rescale.slope * high).abs().max((rescale.slope * low).abs()) + rescale.intercept.abs();
            let apart = f64::from(*drawn) - exact;
            assert!(apart.abs() <= 4.0 * largest * 2.0_f64.powi(-24), "{drawn}, not {exact}");
        }
    }
}

/// Nine pixels, one of them no number, seen at their centres and between: just where that one lies there is nothing to show,
/// and it lends nothing to what is around it.
#[test]
fn what_is_no_number_is_black_in_both_polarities_and_none_in_modality_values() {
    for hole in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        let frame = reals(3, 3, |column, row| if (column, row) == (1, 1) { hole } else { 0.5 });
        for polarity in [Polarity::Identity, Polarity::Inverse] {
            for sampling in [Sampling::Nearest, Sampling::Linear, Sampling::Cubic] {
                let window = window(0.0, 4.0, VoiFunction::LinearExact);
                let gray = Gray(GrayTransform::new(ModalityLut::IDENTITY, window, polarity));
                // Device pixels 0, 2, 4 … look at centres; half steps are exact in both precisions.
                let pass = pass(&frame, (5, 5), (0.5, 0.5), (0.25, 0.25), sampling, gray);
                let p_values = cpu::p_values(&pass, &frame).values;
                let modality = cpu::modality_values(&pass, &frame).values;
                let is_black: Vec<bool> = p_values.iter().map(|p| *p == PValue::BLACK).collect();
                assert_eq!(is_black, modality.iter().map(|value| value.is_nan()).collect::<Vec<_>>());
                let name = format!("{hole} {polarity:?} {sampling:?}");
                // Positions 1.0 and 1.5 lie in the middle pixel, 0.5, 2.0 and 2.5 do not.
                let expected = (0..25).map(|at| [1, 2].contains(&(at % 5)) && [1, 2].contains(&(at / 5)));
                assert!(is_black.iter().copied().eq(expected), "{name}: {is_black:?}");
                let tissue: BTreeSet<_> = p_values.iter().filter(|p| **p != PValue::BLACK).collect();
                assert_eq!(tissue.len(), 1, "{name}: {tissue:?}");
                let Some(mut engine) = engine() else { continue };
                assert_eq!(engine.p_values(&pass, &frame).expect("a picture").values, p_values, "{name}");
                let drawn = engine.modality_values(&pass, &frame).expect("values").values;
                assert!(drawn.iter().map(|value| value.is_nan()).eq(is_black), "{name}");
            }
        }
    }
}

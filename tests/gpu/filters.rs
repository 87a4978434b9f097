//! Filtered pictures of the card against those of the reference.

use hotlight::command::Filter;
use hotlight::grayscale::{GrayTransform, ModalityLut, Polarity, VoiFunction};
use hotlight::render::PixelTransform::{self, Color, Gray};
use hotlight::render::gpu::Engine;
use hotlight::render::{Sampling, SlicePass, cpu};

use super::colors::distance;
use super::compute::compute_with;
use super::golden::BETWEEN_STEPS;
use super::harness::{
    PValueSteps, body, check, colors, gpu, gray, noise, one_to_one, pass, real_noise, reals, window, words_of,
};

const FILTERS: [Filter; 2] = [Filter::Smooth, Filter::Sharpen];

fn engine() -> Option<Engine> {
    gpu("filters").map(|gpu| Engine::headless(gpu).expect("an engine"))
}

fn filtered(filter: Filter, pass: SlicePass) -> SlicePass {
    SlicePass { filter, ..pass }
}

fn abdomen(polarity: Polarity) -> PixelTransform {
    Gray(gray(window(40.0, 400.0, VoiFunction::Linear), polarity))
}

/// A window on everything, of values as they are stored.
fn as_stored() -> PixelTransform {
    let window = window(0.0, 65_536.0, VoiFunction::LinearExact);
    Gray(GrayTransform::new(ModalityLut::IDENTITY, window, Polarity::Identity))
}

/// Sums of words are exact, so every card has the same bits: the shader alone, and as it is drawn.
#[test]
fn filtered_words_are_the_same_to_the_bit() {
    let Some(gpu) = gpu("filters") else { return };
    let mut engine = Engine::headless(gpu).expect("an engine");
    for is_signed in [false, true] {
        let frame = noise(256, 256, is_signed);
        for (filter, code) in [(Filter::Smooth, 1.0), (Filter::Sharpen, 2.0)] {
            let body = "#import lib/filter\n\
                 fn twin(word: u32) -> u32 {\n\
                 let pixel = vec2(i32(word & 255u), i32(word >> 8u));\n\
                 let encoding = Encoding(vec2(0.0), 1.0, 0.0, vec4(0.0));\n\
                 return bitcast<u32>(pixel_value(table, pixel, encoding).values.x);\n}\n";
            let twins = compute_with(
                gpu,
                body,
                [0.0; 4],
                words_of(&frame),
                &[("filtering", code), ("texel_encoding", f64::from(u8::from(is_signed)))],
            );
            let pass = filtered(filter, one_to_one(&frame, as_stored()));
            let exact: Vec<u32> =
                cpu::modality_values(&pass, &frame).values.into_iter().map(f32::to_bits).collect();
            assert!(twins == exact, "{filter:?} signed {is_signed}: the shader");
            let drawn = engine.modality_values(&pass, &frame).expect("values").values;
            assert!(drawn.into_iter().map(f32::to_bits).eq(exact), "{filter:?} signed {is_signed}: drawn");
        }
    }
}

/// The window is computed in single precision: 0.03 of a step, as of real values, so the cut falls to the other side on
/// that share of the pixels.
#[test]
fn pixel_for_pixel_filtered_words_are_within_one_step() {
    let Some(mut engine) = engine() else { return };
    for frame in [body(300, 200), noise(129, 65, true), noise(65, 129, false)] {
        for filter in FILTERS {
            for polarity in [Polarity::Identity, Polarity::Inverse] {
                let whole = Gray(gray(window(32_000.0, 60_000.0, VoiFunction::LinearExact), polarity));
                let is_body = frame.columns == 300;
                let transform = if is_body { abdomen(polarity) } else { whole };
                let pass = filtered(filter, one_to_one(&frame, transform));
                let name = format!("{} × {} {filter:?} {polarity:?}", frame.columns, frame.rows);
                check(&mut engine, &name, &pass, &frame, PValueSteps { most: 1, on_at_most: 0.03 });
            }
        }
    }
}

/// Smoothing makes no edge steeper. Sharpening raises a lone pixel by 3/4 of its edge and lowers those beside it by 1/8:
/// 15/8 of the steps. Measured on lavapipe: smooth 2 steps on 0.004, sharpen 11 steps on 0.019.
#[test]
fn filtered_words_between_pixels() {
    let Some(mut engine) = engine() else { return };
    let frame = body(512, 300);
    let sharpened = PValueSteps { most: BETWEEN_STEPS.most * 15 / 8, ..BETWEEN_STEPS };
    for (filter, allowed) in [(Filter::Smooth, BETWEEN_STEPS), (Filter::Sharpen, sharpened)] {
        for sampling in [Sampling::Linear, Sampling::Cubic] {
            for (step, origin) in [((0.37, 0.37), (60.1, 45.7)), ((1.7, 1.7), (100.9, -3.3))] {
                let pass = pass(&frame, (251, 187), step, origin, sampling, abdomen(Polarity::Identity));
                let name = format!("{filter:?} {sampling:?} step {step:?}");
                check(&mut engine, &name, &filtered(filter, pass), &frame, allowed);
            }
        }
    }
}

#[test]
fn pixel_for_pixel_filtered_colours_are_the_same_to_the_bit() {
    let Some(mut engine) = engine() else { return };
    for (columns, rows) in [(1, 1), (1, 7), (257, 31), (300, 200)] {
        let frame = colors(columns, rows);
        for filter in FILTERS {
            for is_inverted in [false, true] {
                let plain = one_to_one(&frame, Color { is_inverted });
                let pass = filtered(filter, plain.clone());
                let reference = cpu::colors(&pass, &frame);
                let name = format!("{columns} × {rows} {filter:?} inverted {is_inverted}");
                assert!(engine.colors(&pass, &frame).expect("colours") == reference, "{name}");
                let is_changed = reference != cpu::colors(&plain, &frame);
                assert_eq!(is_changed, rows > 1, "{name}");
            }
        }
    }
}

/// As between unfiltered colours; see `colors.rs`.
#[test]
fn filtered_colours_between_pixels() {
    let Some(mut engine) = engine() else { return };
    let frame = colors(512, 300);
    for filter in FILTERS {
        for sampling in [Sampling::Linear, Sampling::Cubic] {
            let transform = Color { is_inverted: false };
            let pass = pass(&frame, (251, 187), (0.37, 0.37), (60.1, 45.7), sampling, transform);
            let pass = filtered(filter, pass);
            let drawn = engine.colors(&pass, &frame).expect("colours");
            let (most, on) = distance(&drawn, &cpu::colors(&pass, &frame));
            assert!(most <= 1 && on <= 0.03, "{filter:?} {sampling:?}: {most} levels on {on}");
        }
    }
}

/// Sums of real values are rounded: eight differences of 2⁻²⁴ of the range each, weighted, so less than one more, and one
/// each for the value itself, as without a filter.
#[test]
fn pixel_for_pixel_filtered_real_values_are_within_one_step() {
    let Some(mut engine) = engine() else { return };
    for (low, high) in [(-0.25, 3.75), (1.0e-12, 3.0e-9), (1.7e9, 1.7e9 + 2000.0), (-1.0e30, 1.0e30)] {
        let frame = real_noise(128, 96, low, high);
        let window = window(f64::midpoint(low, high), high - low, VoiFunction::LinearExact);
        for filter in FILTERS {
            let gray = GrayTransform::new(ModalityLut::IDENTITY, window, Polarity::Identity);
            let pass = filtered(filter, one_to_one(&frame, Gray(gray)));
            let name = format!("{low} to {high} {filter:?}");
            check(&mut engine, &name, &pass, &frame, PValueSteps { most: 1, on_at_most: 0.03 });
        }
    }
}

/// Five pixels a side, one of them no number, at the centres: the hole is one pixel, its neighbours are numbers.
#[test]
fn a_hole_stays_one_pixel() {
    for hole in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        let frame = reals(5, 5, |column, row| {
            if (column, row) == (2, 1) { hole } else { f64::from(16 * (column * column + 3 * row)) }
        });
        for filter in FILTERS {
            let pass = filtered(filter, one_to_one(&frame, as_stored()));
            let reference = cpu::modality_values(&pass, &frame).values;
            let holes: Vec<usize> = (0..25).filter(|index| reference[*index].is_nan()).collect();
            assert_eq!(holes, [7], "{hole} {filter:?}");
            let Some(mut engine) = engine() else { continue };
            let drawn = engine.modality_values(&pass, &frame).expect("values").values;
            for (index, (drawn, reference)) in drawn.into_iter().zip(reference).enumerate() {
                let is_same = drawn.to_bits() == reference.to_bits() || drawn.is_nan() && reference.is_nan();
                assert!(is_same, "{hole} {filter:?} at {index}: {drawn}, not {reference}");
            }
        }
    }
}

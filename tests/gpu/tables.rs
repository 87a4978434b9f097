//! Lookup tables and padding on the card: modality LUT, VOI LUT and presentation LUT, at pixels and between.

use std::collections::BTreeSet;
use std::sync::Arc;

use hotlight::dicom::{LookupTable, Padding};
use hotlight::grayscale::{
    Curve, GrayTransform, ModalityLut, Polarity, Rescale, Voi, VoiFunction, curve_f32,
};
use hotlight::render::PixelTransform::Gray;
use hotlight::render::gpu::Engine;
use hotlight::render::{Sampling, cpu};
use hotlight::units::PValue;

use super::compute::compute;
use super::harness::{PValueSteps, check, frame, gpu, noise, one_to_one, pass, real_noise, window};

fn engine() -> Option<Engine> {
    gpu("tables").map(|gpu| Engine::headless(gpu).expect("an engine"))
}

fn table(first: i32, count: u16, bits: u8) -> Arc<LookupTable> {
    let highest = u32::from(u16::MAX >> (16 - bits));
    let entry = |index: u16| (u32::from(index) * u32::from(index) / u32::from(count)).min(highest);
    let entries = (0..count).map(|index| u16::try_from(entry(index)).expect("16 bits")).collect();
    Arc::new(LookupTable::new(first, entries, bits).expect("a table"))
}

fn through(voi: &Voi, presentation: Option<&Arc<LookupTable>>, polarity: Polarity) -> GrayTransform {
    let curve = Curve::of(voi, presentation);
    GrayTransform { curve, ..GrayTransform::new(ModalityLut::IDENTITY, voi.window, polarity) }
}

/// All shares that 65,536 words give, below 0 and above 1 too, through curves of one, two, some and all entries.
#[test]
fn curves_have_a_twin() {
    let Some(gpu) = gpu("tables") else { return };
    for count in [1_u16, 2, 300, u16::MAX] {
        let curve = Curve::of(&Voi::of_table(table(0, count, 16)), None).expect("a curve");
        let entries = curve.entries();
        let mut padded: Vec<u16> = entries.iter().map(|p| p.0).collect();
        padded.resize(1 << 16, 0);
        for is_inverse in [false, true] {
            let body = format!(
                "#import lib/gray\n\
                 fn twin(word: u32) -> u32 {{\n\
                 return present_curve(table, parameters.y, f32(word) * parameters.x - 0.125, {}u);\n}}\n",
                u32::from(is_inverse),
            );
            let step = 1.25 / 65_535.0_f32;
            let last = f32::from(count - 1);
            let found = compute(gpu, &body, [step, last, 0.0, 0.0], &padded);
            let allowed = u32::from(!gpu.adapter.is_software);
            for (word, p) in (0..=u16::MAX).zip(found) {
                let twin = curve_f32(&entries, f32::from(word) * step - 0.125);
                #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "cut")]
                let twin = (if is_inverse { 65_535.0 - twin } else { twin }) as u32;
                assert!(p.abs_diff(twin) <= allowed, "{count} entries, word {word}: {p}, not {twin}");
            }
        }
    }
}

/// At pixels of words everything goes through the one table made in f64: no difference.
#[test]
fn pixel_for_pixel_words_through_tables_are_the_same_to_the_bit() {
    let Some(mut engine) = engine() else { return };
    let presentation = table(0, 4096, 12);
    for is_signed in [false, true] {
        let words = noise(256, 200, is_signed);
        let first = if is_signed { -20_000 } else { 1000 };
        for polarity in [Polarity::Identity, Polarity::Inverse] {
            let voi = Voi::of_table(table(first, 40_000, 15));
            for presentation in [None, Some(&presentation)] {
                let mut gray = through(&voi, presentation, polarity);
                let name = format!("signed {is_signed} {polarity:?} {presentation:?}");
                check(&mut engine, &name, &one_to_one(&words, Gray(gray.clone())), &words, PValueSteps::NONE);
                gray.modality = ModalityLut::Table(table(first, 50_000, 16));
                gray.padding = Some(Padding { low: 300.0, high: 4000.0 });
                check(&mut engine, &name, &one_to_one(&words, Gray(gray)), &words, PValueSteps::NONE);
            }
        }
    }
}

/// Between pixels, through curves: the 1.5 steps of a window (`reals`) times the steepness of the curve, which is 2 at its end,
/// and one for the cut. Measured on lavapipe: 2 steps, on 0.083.
#[test]
fn between_pixels_through_tables() {
    let Some(mut engine) = engine() else { return };
    let words = frame(512, 300, false, |column, row| {
        u16::try_from((column * 37 + row * row) % 4096).expect("12 bits")
    });
    let real = real_noise(512, 300, -3.0, 9.0);
    let voi = |low: f64, high: f64| Voi {
        window: window(f64::midpoint(low, high), high - low, VoiFunction::LinearExact),
        table: Some(table(0, 4096, 12)),
    };
    for (name, frame, voi) in [("words", &words, voi(0.0, 4095.0)), ("reals", &real, voi(-3.0, 9.0))] {
        for polarity in [Polarity::Identity, Polarity::Inverse] {
            for sampling in [Sampling::Linear, Sampling::Cubic] {
                let gray = Gray(through(&voi, None, polarity));
                let pass = pass(frame, (251, 187), (0.37, 0.37), (60.1, 45.7), sampling, gray);
                let name = format!("{name} {polarity:?} {sampling:?}");
                check(&mut engine, &name, &pass, frame, PValueSteps { most: 4, on_at_most: 0.15 });
            }
        }
    }
}

/// A modality LUT's inputs mean nothing yet: its outputs are interpolated. The table is a step, so that the mean of two inputs
/// would show.
#[test]
fn outputs_of_a_modality_lut_are_interpolated_and_not_its_inputs() {
    let mut entries = vec![0; 100];
    entries.extend([1000; 101]);
    let modality = ModalityLut::Table(Arc::new(LookupTable::new(0, entries, 16).expect("a table")));
    let frame = frame(2, 1, false, |column, _| if column == 0 { 90 } else { 200 });
    let gray =
        GrayTransform::new(modality, window(500.0, 1000.0, VoiFunction::LinearExact), Polarity::Identity);
    // Centres, and half way between them: inputs would give 145, and 1000 for it.
    let pass = pass(&frame, (3, 1), (0.5, 1.0), (0.25, 0.0), Sampling::Linear, Gray(gray));
    let expected = [PValue(0), PValue(32_767), PValue::WHITE];
    assert_eq!(cpu::p_values(&pass, &frame).values, expected);
    let Some(mut engine) = engine() else { return };
    assert_eq!(engine.p_values(&pass, &frame).expect("a picture").values, expected);
}

/// Padding is black in both polarities, keeps its size between pixels, and lends nothing to what is beside it.
#[test]
fn padding_is_black_and_is_never_interpolated() {
    const PADDING: u16 = 63_536; // -2000 with a sign
    for is_signed in [false, true] {
        let low = if is_signed { -2000.0 } else { f64::from(PADDING) };
        let padding = Some(Padding { low, high: low });
        let words = frame(3, 3, is_signed, |column, row| if (column, row) == (1, 1) { PADDING } else { 500 });
        let modality = table(0, 1000, 16);
        for (name, modality) in [
            ("rescale", Rescale { slope: 2.0, intercept: -24.0 }.into()),
            ("table", ModalityLut::Table(modality)),
        ] {
            for polarity in [Polarity::Identity, Polarity::Inverse] {
                for sampling in [Sampling::Nearest, Sampling::Linear, Sampling::Cubic] {
                    let window = window(500.0, 3000.0, VoiFunction::Linear);
                    let gray = GrayTransform::new(modality.clone(), window, polarity);
                    let gray = GrayTransform { padding, ..gray };
                    let pass = pass(&words, (5, 5), (0.5, 0.5), (0.25, 0.25), sampling, Gray(gray));
                    let name = format!("{name}, signed {is_signed} {polarity:?} {sampling:?}");
                    let reference = cpu::p_values(&pass, &words).values;
                    let is_black: Vec<bool> = reference.iter().map(|p| *p == PValue::BLACK).collect();
                    // Positions 1.0 and 1.5 lie in the middle pixel, 0.5, 2.0 and 2.5 do not.
                    let expected = (0..25).map(|at| [1, 2].contains(&(at % 5)) && [1, 2].contains(&(at / 5)));
                    assert!(is_black.iter().copied().eq(expected), "{name}: {is_black:?}");
                    let tissue: BTreeSet<_> = reference.iter().filter(|p| **p != PValue::BLACK).collect();
                    assert_eq!(tissue.len(), 1, "{name}: {tissue:?}");
                    let Some(mut engine) = engine() else { continue };
                    assert_eq!(
                        engine.p_values(&pass, &words).expect("a picture").values,
                        reference,
                        "{name}"
                    );
                }
            }
        }
    }
}

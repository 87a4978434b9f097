//! Colours on the way to the panel: the card looks up what `color` computes, to the bit.

use std::sync::Arc;

use hotlight::color::{ColorPalette, ColorTransform, IccProfile, Palettes};
use hotlight::dicom::{Frame, Pixels};
use hotlight::grayscale::DisplayTable;
use hotlight::render::gpu::Engine;
use hotlight::render::{PixelTransform, Raster, SlicePass, cpu};

use super::harness::{colors, every_word, gpu, gray, one_to_one, window};
use hotlight::grayscale::{Polarity, VoiFunction};

const AS_IT_IS: PixelTransform = PixelTransform::Color { is_inverted: false };

fn engine() -> Option<Engine> {
    gpu("monitor_colors").map(|gpu| Engine::headless(gpu).expect("an engine"))
}

fn profile(name: &str) -> Arc<IccProfile> {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/icc").join(name);
    IccProfile::of_monitor(&std::fs::read(path).expect(name)).expect(name)
}

/// From sRGB to a monitor's colours.
pub(crate) fn monitor(name: &str) -> Arc<ColorTransform> {
    Arc::new(ColorTransform::between(None, Some(&profile(name))).expect(name))
}

fn levels(engine: &mut Engine, pass: &SlicePass, frame: &Arc<Frame>) -> Raster<[u8; 3]> {
    engine.driving_levels(0, false, pass, frame).expect("levels")
}

/// Every level with every other in steps of 5 and 3, all grays, and a quarter of a million colours unlike each other.
fn many_colors() -> Vec<Arc<Frame>> {
    let steps: Vec<[u8; 4]> = (0..=255)
        .step_by(5)
        .flat_map(|red| {
            let greens = (0..=255).step_by(3);
            greens.flat_map(move |green| (0..=255).step_by(15).map(move |blue| [red, green, blue, 255]))
        })
        .chain((0..=255).map(|level| [level, level, level, 255]))
        .collect();
    let count = u32::try_from(steps.len() / 512).expect("a small picture");
    let steps = steps.get(steps.len() - count as usize * 512..).expect("the last").to_vec();
    let steps = Frame { rows: count, columns: 512, pixels: Pixels::Color(steps), cover: None };
    vec![Arc::new(steps), colors(512, 512)]
}

#[test]
fn colours_go_through_the_lattice_of_the_monitor_to_the_bit() {
    let Some(mut engine) = engine() else { return };
    for name in ["adobe.icc", "wide.icc", "table.icc"] {
        let transform = monitor(name);
        assert!(!transform.is_identity(), "{name}");
        for frame in many_colors() {
            let pass = SlicePass { monitor: Some(Arc::clone(&transform)), ..one_to_one(&frame, AS_IT_IS) };
            let drawn = levels(&mut engine, &pass, &frame);
            let stored = cpu::colors(&pass, &frame).values;
            let expected: Vec<[u8; 3]> = stored.iter().map(|&color| pass.monitor_color(color)).collect();
            assert!(drawn.values == expected, "{name}");
            assert!(expected != stored, "{name} changes colours");
            // The picture itself is as it was decoded.
            assert!(engine.colors(&pass, &frame).expect("colours").values == stored, "{name}");
        }
    }
}

/// Rule G-12: of gray neither the profile nor, where a palette shows it, the monitor's table counts.
#[test]
fn every_p_value_has_its_colour_of_the_palette() {
    let Some(mut engine) = engine() else { return };
    engine.set_display(0, &DisplayTable::identity(4)).expect("a table");
    let frame = every_word(false);
    let ramp = window(32_767.5, 65_536.0, VoiFunction::LinearExact);
    let palettes = Palettes::default();
    // One of a state has any number of colours.
    let odd = [1_u32, 3, 1000, 65_536].map(|count| {
        let color = |place: u32| {
            let [low, middle, high, _] = (place * 40_503).to_le_bytes();
            [low, middle, high]
        };
        Arc::new(ColorPalette::new("odd", "odd", (0..count).map(color).collect()))
    });
    for polarity in [Polarity::Identity, Polarity::Inverse] {
        let plain = one_to_one(&frame, PixelTransform::Gray(gray(ramp, polarity)));
        let p_values = cpu::p_values(&plain, &frame).values;
        for palette in palettes.all().iter().chain(&odd) {
            for monitor in [None, Some(monitor("wide.icc"))] {
                let pass = SlicePass { palette: Some(Arc::clone(palette)), monitor, ..plain.clone() };
                let drawn = levels(&mut engine, &pass, &frame);
                let expected: Option<Vec<[u8; 3]>> =
                    p_values.iter().map(|&p| pass.palette_color(p)).collect();
                assert!(Some(drawn.values) == expected, "{palette:?} {polarity:?}");
                // The picture itself stays one of P-values.
                assert!(engine.p_values(&pass, &frame).expect("P-values").values == p_values, "{palette:?}");
            }
        }
    }
    // And back to gray, through the table.
    let mut shown = levels(
        &mut engine,
        &one_to_one(&frame, PixelTransform::Gray(gray(ramp, Polarity::Identity))),
        &frame,
    )
    .values;
    shown.sort_unstable();
    shown.dedup();
    assert_eq!(shown, [[0; 3], [85; 3], [170; 3], [255; 3]]);
}

/// A change of palette is a change of the picture on screen.
#[test]
fn another_palette_is_prepared_and_the_same_is_not() {
    use hotlight::render::gpu::Slot;
    let Some(mut engine) = engine() else { return };
    let (frame, slot) = (every_word(false), Slot { screen: 0, viewport: 0 });
    let ramp = window(32_767.5, 65_536.0, VoiFunction::LinearExact);
    let plain = one_to_one(&frame, PixelTransform::Gray(gray(ramp, Polarity::Identity)));
    let palettes = Palettes::default();
    let with = |name: &str| SlicePass { palette: palettes.named(name).cloned(), ..plain.clone() };
    let mut drew = |pass: &SlicePass| engine.prepare(slot, pass, &frame).expect("a picture").is_drawn;
    let passes = [&plain, &with("pet"), &with("pet"), &with("spring"), &plain];
    assert_eq!(passes.map(&mut drew), [true, true, false, true, true]);
}

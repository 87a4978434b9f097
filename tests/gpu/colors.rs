//! Colour pictures of the card against the reference, and on their way to the panel.

use std::sync::Arc;

use hotlight::dicom::{Frame, Pixels};
use hotlight::grayscale::DisplayTable;
use hotlight::render::PixelTransform::{self, Color};
use hotlight::render::gpu::{Engine, GpuError};
use hotlight::render::{Raster, Sampling, SlicePass, cpu};

use super::harness::{colors, gpu, noise, one_to_one, pass, soft_tissue};

const AS_IT_IS: PixelTransform = Color { is_inverted: false };
const INVERTED: PixelTransform = Color { is_inverted: true };

fn engine() -> Option<Engine> {
    gpu("colors").map(|gpu| Engine::headless(gpu).expect("an engine"))
}

/// The frame's own colours.
fn stored(frame: &Frame) -> Vec<[u8; 3]> {
    let Pixels::Color(colors) = &frame.pixels else { panic!("colours") };
    colors.iter().map(|&[red, green, blue, _]| [red, green, blue]).collect()
}

fn complements(colors: &[[u8; 3]]) -> Vec<[u8; 3]> {
    colors.iter().map(|color| color.map(|level| 255 - level)).collect()
}

#[test]
fn pixel_for_pixel_colours_are_those_of_the_file() {
    let Some(mut engine) = engine() else { return };
    for (columns, rows) in [(1, 1), (1, 7), (257, 31), (300, 200)] {
        let frame = colors(columns, rows);
        let of = |transform| one_to_one(&frame, transform);
        let drawn = engine.colors(&of(AS_IT_IS), &frame).expect("colours");
        assert!(drawn.values == stored(&frame), "{columns} × {rows} on the card");
        assert!(cpu::colors(&of(AS_IT_IS), &frame) == drawn, "{columns} × {rows} of the reference");
        let inverted = engine.colors(&of(INVERTED), &frame).expect("colours");
        assert!(inverted.values == complements(&stored(&frame)), "{columns} × {rows} inverted");
        assert!(cpu::colors(&of(INVERTED), &frame) == inverted, "{columns} × {rows} inverted, reference");
    }
}

#[test]
fn outside_a_colour_image_it_is_black_and_stays_so_when_inverted() {
    let Some(mut engine) = engine() else { return };
    let frame = colors(40, 30);
    for transform in [AS_IT_IS, INVERTED] {
        let pass = pass(&frame, (60, 50), (1.0, 1.0), (-10.0, -10.0), Sampling::Nearest, transform.clone());
        let drawn = engine.colors(&pass, &frame).expect("colours");
        assert!(drawn == cpu::colors(&pass, &frame), "{transform:?}");
        assert_eq!([drawn.values.first(), drawn.values.last()], [Some(&[0; 3]); 2]);
    }
}

/// The largest distance of two pictures in levels, and the share of samples that differ at all.
pub(crate) fn distance(one: &Raster<[u8; 3]>, other: &Raster<[u8; 3]>) -> (u8, f64) {
    let samples = |raster: &Raster<[u8; 3]>| raster.values.as_flattened().to_vec();
    let (one, other) = (samples(one), samples(other));
    assert_eq!(one.len(), other.len());
    let distances = one.iter().zip(&other).map(|(one, other)| one.abs_diff(*other));
    let differing = distances.clone().filter(|distance| *distance > 0).count();
    let count = |length: usize| f64::from(u32::try_from(length).expect("a small picture"));
    (distances.max().unwrap_or(0), count(differing) / count(one.len()))
}

/// A position misses by 3 · 2⁻¹⁶ pixels (see `golden.rs`), an edge has 255 levels a pixel, along and across: 0.023 of a
/// level, so a rounding may fall to the other side on that share of the samples. At the slopes of the cubic, a little more.
/// Measured on lavapipe: linear on 0.0032, cubic on 0.0011.
#[test]
fn colours_between_pixels() {
    let Some(mut engine) = engine() else { return };
    let frame = colors(512, 300);
    for sampling in [Sampling::Linear, Sampling::Cubic] {
        for (step, origin) in [(0.37, (60.1, 45.7)), (1.7, (100.9, -3.3)), (512.0 / 900.0, (270.4, 199.6))] {
            for transform in [AS_IT_IS, INVERTED] {
                let pass = pass(&frame, (251, 187), (step, step), origin, sampling, transform);
                let drawn = engine.colors(&pass, &frame).expect("colours");
                let (most, on) = distance(&drawn, &cpu::colors(&pass, &frame));
                assert!(most <= 1 && on <= 0.03, "{sampling:?} step {step}: {most} levels on {on}");
            }
        }
    }
}

/// Between pixels colours are mixed: halfway between black and white lies gray, and the cubic does not leave 0…255.
#[test]
fn colours_are_mixed_and_stay_in_their_range() {
    let edge = Arc::new(Frame {
        rows: 1,
        columns: 4,
        pixels: Pixels::Color(vec![
            [0, 0, 200, 255],
            [0, 10, 200, 255],
            [255, 20, 0, 255],
            [255, 30, 0, 255],
        ]),
        cover: None,
    });
    let at = |sampling, x| {
        let pass = pass(&edge, (1, 1), (0.001, 0.001), (x, 0.5), sampling, AS_IT_IS);
        let reference = cpu::colors(&pass, &edge).values;
        if let Some(mut engine) = engine() {
            assert_eq!(
                engine.colors(&pass, &edge).expect("colours").values,
                reference,
                "{sampling:?} at {x}"
            );
        }
        reference
    };
    assert_eq!(at(Sampling::Linear, 1.9995), [[128, 15, 100]]);
    assert_eq!(at(Sampling::Cubic, 1.2495), [[0, 7, 214]]);
    assert_eq!(at(Sampling::Cubic, 2.7495), [[255, 23, 0]]);
}

/// Rule G-34: what a monitor's table does to gray, it does not do to colour.
#[test]
fn colours_reach_the_panel_past_the_table_of_gray() {
    let Some(gpu) = gpu("colors") else { return };
    for format in [wgpu::TextureFormat::Rgba8Unorm, wgpu::TextureFormat::Bgra8Unorm] {
        let mut engine = Engine::new(gpu, format, 1 << 20).expect("an engine");
        engine.set_display(7, &DisplayTable::identity(4)).expect("a table");
        let frame = colors(256, 64);
        let levels = engine.driving_levels(7, false, &one_to_one(&frame, AS_IT_IS), &frame).expect("levels");
        assert!(levels.values == stored(&frame), "{format:?}");
        let gray = noise(64, 64, true);
        let mut levels =
            engine.driving_levels(7, false, &one_to_one(&gray, soft_tissue()), &gray).expect("levels").values;
        levels.sort_unstable();
        levels.dedup();
        assert_eq!(levels, [[0; 3], [85; 3], [170; 3], [255; 3]], "gray goes through it");
    }
}

#[test]
fn a_pass_of_the_other_kind_is_refused_in_words() {
    let Some(mut engine) = engine() else { return };
    let (gray, color) = (noise(16, 16, true), colors(16, 16));
    let why = |result: Result<(), GpuError>| result.expect_err("refused").to_string();
    let (gray_pass, color_pass) = (one_to_one(&gray, soft_tissue()), one_to_one(&color, AS_IT_IS));
    assert_eq!(
        why(engine.p_values(&gray_pass, &color).map(drop)),
        "the frame of 16 × 16 pixels, 256 of them there, in colour is not the one that was planned, of 16 × 16 \
         pixels in gray"
    );
    let is_refused = |result| matches!(result, Err(GpuError::Frame { .. }));
    assert!(is_refused(engine.colors(&color_pass, &gray).map(drop)));
    assert!(is_refused(engine.modality_values(&color_pass, &color).map(drop)));
    assert!(cpu::p_values(&gray_pass, &color).values.iter().all(|p| p.0 == 0));
    assert!(cpu::colors(&color_pass, &gray).values.iter().all(|color| *color == [0; 3]));
    let longer = SlicePass { image_size: (16, 17), ..color_pass };
    assert!(is_refused(engine.colors(&longer, &color).map(drop)));
}

//! Pictures turned by quarters and flipped: exact at 1:1, and as good as upright ones between pixels.

use std::sync::Arc;

use hotlight::dicom::Frame;
use hotlight::geometry::{Map, Point, Vector};
use hotlight::grayscale::GrayTable;
use hotlight::render::gpu::Engine;
use hotlight::render::{Sampling, SlicePass, cpu};
use hotlight::units::PValue;

use super::golden::BETWEEN_STEPS;
use super::harness::{PValueSteps, body, gpu, noise, pass, soft_tissue, words_of};

/// One of eight ways to lay an image down.
#[derive(Debug, Clone, Copy)]
struct Way {
    /// Whether the image's columns run across the view's rows.
    is_across: bool,
    /// Whether columns count from the right, rows from below.
    is_flipped: (bool, bool),
}

impl Way {
    fn all() -> impl Iterator<Item = Self> {
        (0..8).map(|bits| Self { is_across: bits & 1 != 0, is_flipped: (bits & 2 != 0, bits & 4 != 0) })
    }

    /// Across and down in the view, of what is across and down in the image; and the other way.
    fn turned<T>(self, (x, y): (T, T)) -> (T, T) {
        if self.is_across { (y, x) } else { (x, y) }
    }

    /// The frame laid so, with so many image pixels a device pixel; the position in the image stands in the middle of the
    /// view.
    fn pass(
        self,
        frame: &Frame,
        view_size: (u32, u32),
        step: (f64, f64),
        middle: (f64, f64),
        sampling: Sampling,
    ) -> SlicePass {
        let sign = |is_flipped| if is_flipped { -1.0 } else { 1.0 };
        let (step_x, step_y) = (sign(self.is_flipped.0) * step.0, sign(self.is_flipped.1) * step.1);
        let (width, height) = self.turned(view_size);
        let x = middle.0 - step_x * f64::from(width) / 2.0;
        let y = middle.1 - step_y * f64::from(height) / 2.0;
        let (x_axis, y_axis) = self.turned((Vector::new(step_x, 0.0, 0.0), Vector::new(0.0, step_y, 0.0)));
        let map = Map::from_axes(x_axis, y_axis, Vector::new(0.0, 0.0, 1.0), Point::flat(x, y));
        let upright = pass(frame, view_size, (1.0, 1.0), (0.0, 0.0), sampling, soft_tissue());
        SlicePass { image_from_view: map, ..upright }
    }

    /// The index of the image pixel that a device pixel of the whole picture shows, counted in integers.
    fn index_under(self, frame: &Frame, device_pixel: (u32, u32)) -> usize {
        let (x, y) = self.turned(device_pixel);
        let column = if self.is_flipped.0 { frame.columns - 1 - x } else { x };
        let row = if self.is_flipped.1 { frame.rows - 1 - y } else { y };
        (row * frame.columns + column) as usize
    }
}

fn check(engine: &mut Engine, name: &str, pass: &SlicePass, frame: &Arc<Frame>, allowed: PValueSteps) {
    let drawn = engine.p_values(pass, frame).expect("a picture");
    let found = PValueSteps::between(&drawn, &cpu::p_values(pass, frame));
    assert!(allowed.holds(found), "{name}: {found}; allowed are {allowed}");
}

/// Up to the longest side of an image that is expected: positions to 16384 and a half.
#[test]
fn pixel_for_pixel_every_way_shows_each_word_in_its_place() {
    let Some(gpu) = gpu("turns") else { return };
    let mut engine = Engine::headless(gpu).expect("an engine");
    let side = gpu.device.limits().max_texture_dimension_2d.min(16_384);
    for (columns, rows) in [(60, 40), (1, 7), (33, 33), (side, 3), (2, side)] {
        let frame = noise(columns, rows, true);
        let middle = (f64::from(columns) / 2.0, f64::from(rows) / 2.0);
        let words = words_of(&frame);
        for way in Way::all() {
            let name = format!("{columns} × {rows} {way:?}");
            let (width, height) = way.turned((columns, rows));
            let pass = way.pass(&frame, (width, height), (1.0, 1.0), middle, Sampling::Nearest);
            let table = GrayTable::of(pass.gray().expect("gray"), true);
            let device_pixels = (0..height).flat_map(|row| (0..width).map(move |column| (column, row)));
            let expected: Vec<PValue> =
                device_pixels.map(|at| table.at(words[way.index_under(&frame, at)])).collect();
            assert!(cpu::p_values(&pass, &frame).values == expected, "{name} of the reference");
            let drawn = engine.p_values(&pass, &frame).expect("a picture");
            assert!(drawn.values == expected, "{name} on the card");
        }
    }
}

#[test]
fn every_way_partly_outside_is_black_there() {
    let Some(gpu) = gpu("turns") else { return };
    let mut engine = Engine::headless(gpu).expect("an engine");
    let frame = noise(40, 30, true);
    for way in Way::all() {
        for middle in [(0.5, 3.5), (38.5, 29.5), (-50.5, 0.5)] {
            let pass = way.pass(&frame, (33, 35), (1.0, 1.0), middle, Sampling::Nearest);
            check(&mut engine, &format!("{way:?} {middle:?}"), &pass, &frame, PValueSteps::NONE);
        }
    }
}

/// Enlarged, and non-square pixels, about the border of the body.
#[test]
fn every_way_between_pixels_is_as_good_as_upright() {
    let Some(gpu) = gpu("turns") else { return };
    let mut engine = Engine::headless(gpu).expect("an engine");
    let frame = body(512, 300);
    for way in Way::all() {
        for sampling in [Sampling::Linear, Sampling::Cubic] {
            for step in [(0.37, 0.37), (0.6, 1.0)] {
                let pass = way.pass(&frame, (251, 187), step, (106.5, 80.3), sampling);
                check(&mut engine, &format!("{way:?} {sampling:?} {step:?}"), &pass, &frame, BETWEEN_STEPS);
            }
        }
    }
}

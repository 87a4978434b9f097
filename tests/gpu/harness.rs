//! A card, frames with known content, and the comparison of pictures.

use std::collections::BTreeSet;
use std::fmt;
use std::io::Write;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use hotlight::color::ProfileId;
use hotlight::command::Filter;
use hotlight::dicom::{Frame, FrameKey, InstanceUid, Pixels, Reals, SeriesUid, StudyUid};
use hotlight::geometry::{Map, Point};
use hotlight::grayscale::{GrayTransform, Polarity, Rescale, VoiFunction, Window};
use hotlight::render::gpu::{Engine, Gpu};
use hotlight::render::{PixelTransform, Raster, Sampling, SlicePass, cpu};
use hotlight::units::PValue;

/// The card of all tests; `None` when the environment says that there is none, which is said once a suite.
pub(crate) fn gpu(suite: &'static str) -> Option<&'static Gpu> {
    static GPU: OnceLock<Gpu> = OnceLock::new();
    static SAID: Mutex<Vec<&str>> = Mutex::new(Vec::new());
    if std::env::var_os("HOTLIGHT_NO_GPU").is_some_and(|value| value == "1") {
        let mut said = SAID.lock().unwrap_or_else(PoisonError::into_inner);
        if !said.contains(&suite) {
            said.push(suite);
            // Past the test runner, which swallows what passing tests print.
            writeln!(std::io::stderr(), "gpu::{suite}: NOT RUN, HOTLIGHT_NO_GPU=1")
                .expect("standard error is open");
        }
        return None;
    }
    Some(GPU.get_or_init(|| match Gpu::headless() {
        Ok(gpu) => gpu,
        Err(why) => panic!("{why} (HOTLIGHT_NO_GPU=1 skips these tests)"),
    }))
}

/// A frame with `word` of column and row.
pub(crate) fn frame(columns: u32, rows: u32, is_signed: bool, word: impl Fn(u32, u32) -> u16) -> Arc<Frame> {
    let words = places(columns, rows).map(|(column, row)| word(column, row)).collect();
    Arc::new(Frame { rows, columns, pixels: Pixels::Words { is_signed, words }, cover: None })
}

fn places(columns: u32, rows: u32) -> impl Iterator<Item = (u32, u32)> {
    (0..rows).flat_map(move |row| (0..columns).map(move |column| (column, row)))
}

/// The words of a frame.
pub(crate) fn words_of(frame: &Frame) -> &[u16] {
    match &frame.pixels {
        Pixels::Words { words, .. } => words,
        other => panic!("no words: {other:?}"),
    }
}

/// Like a CT: air, a soft body with an edge, bone, and noise of ±20.
pub(crate) fn body(columns: u32, rows: u32) -> Arc<Frame> {
    frame(columns, rows, true, |column, row| {
        let at = |x: u32, side: u32| (f64::from(x) + 0.5) / f64::from(side) - 0.5;
        let radius = at(column, columns).hypot(at(row, rows));
        let tissue = if radius > 0.4 {
            -1000
        } else if radius < 0.1 {
            700
        } else {
            40
        };
        let noise = i16::try_from(scatter(column, row) % 41).expect("small") - 20;
        (tissue + noise).cast_unsigned()
    })
}

/// Every word somewhere, neighbours unlike each other: the worst that 16 bits can bring.
pub(crate) fn noise(columns: u32, rows: u32, is_signed: bool) -> Arc<Frame> {
    frame(columns, rows, is_signed, scatter)
}

/// 256 × 256, the word counting up.
pub(crate) fn every_word(is_signed: bool) -> Arc<Frame> {
    frame(256, 256, is_signed, |column, row| u16::try_from(row << 8 | column).expect("16 bits"))
}

/// A frame with the real `value` of column and row.
pub(crate) fn reals(columns: u32, rows: u32, value: impl Fn(u32, u32) -> f64) -> Arc<Frame> {
    let values = places(columns, rows).map(|(column, row)| value(column, row)).collect();
    Arc::new(Frame { rows, columns, pixels: Pixels::Reals(Reals::new(values)), cover: None })
}

/// From `low` to `high`, neighbours unlike each other. 32 bits fine: shares of 16 bits would all be whole steps of the
/// P-value, where the last bit of a float decides.
pub(crate) fn real_noise(columns: u32, rows: u32, low: f64, high: f64) -> Arc<Frame> {
    let share = |column, row| {
        let bits = u32::from(scatter(column, row)) << 16 | u32::from(scatter(row, column + 1));
        f64::from(bits) / f64::from(u32::MAX)
    };
    reals(columns, rows, |column, row| low + (high - low) * share(column, row))
}

/// Every level in each of red, green and blue, neighbours unlike each other.
pub(crate) fn colors(columns: u32, rows: u32) -> Arc<Frame> {
    let color = |(column, row)| {
        let [red, green] = scatter(column, row).to_le_bytes();
        let [blue, _] = scatter(row, column + 1).to_le_bytes();
        [red, green, blue, 255]
    };
    Arc::new(Frame {
        rows,
        columns,
        pixels: Pixels::Color(places(columns, rows).map(color).collect()),
        cover: None,
    })
}

/// A hash: the same on every machine.
pub(crate) fn scatter(column: u32, row: u32) -> u16 {
    let mixed = (column ^ row.rotate_left(16)).wrapping_mul(0x9E37_79B1);
    let mixed = (mixed ^ (mixed >> 15)).wrapping_mul(0x85EB_CA77);
    u16::try_from(mixed >> 16).expect("16 bits")
}

pub(crate) fn window(center: f64, width: f64, function: VoiFunction) -> Window {
    Window::with_function(center, width, function).expect("a window")
}

/// A gray transform of units of 1, with an intercept so that it counts, and the window.
pub(crate) fn gray(window: Window, polarity: Polarity) -> GrayTransform {
    GrayTransform::new(Rescale { slope: 1.0, intercept: -24.0 }.into(), window, polarity)
}

/// The abdomen's window.
pub(crate) fn soft_tissue() -> PixelTransform {
    PixelTransform::Gray(gray(window(40.0, 400.0, VoiFunction::Linear), Polarity::Identity))
}

/// A pass that shows the frame from `origin` with so many image pixels a device pixel.
pub(crate) fn pass(
    frame: &Frame,
    view_size: (u32, u32),
    (step_x, step_y): (f64, f64),
    (x, y): (f64, f64),
    sampling: Sampling,
    transform: PixelTransform,
) -> SlicePass {
    SlicePass {
        frame: key(0),
        image_size: (frame.columns, frame.rows),
        view_size,
        image_from_view: Map::scale_then_move(step_x, step_y, Point::flat(x, y)),
        filter: Filter::None,
        sampling,
        transform,
        cover: None,
        state_cells: None,
        palette: None,
        colors: ProfileId::SRGB,
        monitor: None,
        layer: None,
    }
}

/// The whole frame, pixel for pixel, nearest.
pub(crate) fn one_to_one(frame: &Frame, transform: PixelTransform) -> SlicePass {
    let size = (frame.columns, frame.rows);
    pass(frame, size, (1.0, 1.0), (0.0, 0.0), Sampling::Nearest, transform)
}

pub(crate) fn key(frame: u32) -> FrameKey {
    FrameKey {
        study: StudyUid::new("2.25.3"),
        series: SeriesUid::new("2.25.2"),
        instance: InstanceUid::new("2.25.1"),
        frame,
        subtraction: None,
    }
}

/// How far two pictures may lie apart: a P-value step is 1/65535 of the way from black to white, and 257 of them are
/// one driving level of an 8-bit panel.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct PValueSteps {
    /// The largest distance.
    pub(crate) most: u16,
    /// The share of pixels that differ at all.
    pub(crate) on_at_most: f64,
}

impl PValueSteps {
    pub(crate) const NONE: Self = Self { most: 0, on_at_most: 0.0 };

    /// The distance of two pictures.
    pub(crate) fn between(one: &Raster<PValue>, other: &Raster<PValue>) -> Self {
        assert_eq!((one.width, one.height), (other.width, other.height), "sizes");
        assert_eq!(one.values.len(), other.values.len(), "lengths");
        let pairs = one.values.iter().zip(&other.values);
        let distances: Vec<u16> = pairs.map(|(one, other)| one.0.abs_diff(other.0)).collect();
        let differing = distances.iter().filter(|distance| **distance > 0).count();
        let count = |length: usize| f64::from(u32::try_from(length).expect("a small picture"));
        Self {
            most: distances.iter().copied().max().unwrap_or(0),
            on_at_most: count(differing) / count(distances.len().max(1)),
        }
    }

    pub(crate) fn holds(self, found: Self) -> bool {
        found.most <= self.most && found.on_at_most <= self.on_at_most
    }
}

impl fmt::Display for PValueSteps {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} steps, on {:.6} of the pixels", self.most, self.on_at_most)
    }
}

/// Holds the card to the reference on a picture of more than 100 grays.
pub(crate) fn check(
    engine: &mut Engine,
    name: &str,
    pass: &SlicePass,
    frame: &Arc<Frame>,
    allowed: PValueSteps,
) {
    let drawn = engine.p_values(pass, frame).expect("a picture");
    let reference = cpu::p_values(pass, frame);
    let grays: BTreeSet<_> = reference.values.iter().collect();
    assert!(grays.len() > 100, "{name}: only {} grays, a picture of nothing", grays.len());
    let found = PValueSteps::between(&drawn, &reference);
    assert!(allowed.holds(found), "{name}: {found}; allowed are {allowed}");
}

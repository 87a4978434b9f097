//! What a mark measures: numbers for programs, and the lines that stand beside it. Rule X-13.

use super::basis::Basis;
use super::region::{Inside, Region, Statistics, pixels_inside};
use super::section::place_words;
use super::shape::Shape;
use super::spacing::{Refusal, Scale, scale_for};
use super::words;
use crate::dicom::{Frame, Pixels};
use crate::geometry::{Image, Point};
use crate::study::{self, Quantity};

/// The outcome of a measurement.
#[derive(Debug, Clone, PartialEq)]
pub struct Measurement {
    /// What is shown beside the mark, line by line; none where there is nothing to say.
    pub lines: Vec<String>,
    /// What its millimetres rest on; `None` where it has no size, or none that may be given.
    pub basis: Option<Basis>,
    /// Why its size is not given.
    pub refusal: Option<Refusal>,
    /// The numbers.
    pub values: Values,
}

/// The numbers of a measurement, not rounded.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Values {
    /// Of a length.
    Length {
        /// In millimetres, where they may be used.
        mm: Option<f64>,
        /// In widths of a pixel: a pixel that is twice as high as wide counts twice from top to bottom.
        px: f64,
    },
    /// Between two arms, 0 to 180°.
    Angle {
        /// In degrees.
        degrees: f64,
    },
    /// Of an ellipse or a rectangle.
    Region(Region),
    /// At a point.
    Sample(Sample),
    /// There is nothing to measure: no pixel at the point, an arm without length, or a refusal.
    Nothing,
}

/// What one pixel holds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Sample {
    /// Its modality value, which in images of real numbers may be none.
    Value(f64),
    /// Padding, and the modality value that it would have. Rule P-16.
    Padding(f64),
    /// Red, green, blue.
    Color([u8; 3]),
}

/// Measures by what the image says of its scale. Without pixels, what can be said without.
pub fn measure(shape: &Shape, image: &study::Image, frame: Option<&Frame>) -> Measurement {
    measure_with(shape, scale_for(image, &shape.handles()), image, frame)
}

/// The same by a scale of the reader's own.
pub fn measure_with(
    shape: &Shape,
    scale: Result<Scale, Refusal>,
    image: &study::Image,
    frame: Option<&Frame>,
) -> Measurement {
    match *shape {
        Shape::Length([a, b]) => scale.map_or_else(refused, |scale| length(scale, a, b)),
        Shape::Angle(points) => scale.map_or_else(refused, |scale| angle(&scale, points)),
        Shape::Ellipse(_) | Shape::Rectangle(_) => region(shape, scale, image, frame),
        Shape::Probe(at) => {
            let mut found = sample(at, image, frame);
            if !found.lines.is_empty() {
                found.lines.extend(image.plane.map(|plane| place_words(plane.patient_from_image() * at)));
            }
            found
        }
    }
}

/// A measurement without a size: words and numbers that need none.
pub(super) fn plain(lines: Vec<String>, values: Values) -> Measurement {
    Measurement { lines, basis: None, refusal: None, values }
}

fn refused(refusal: Refusal) -> Measurement {
    Measurement { refusal: Some(refusal), ..plain(vec![refusal.to_string()], Values::Nothing) }
}

pub(super) fn length(scale: Scale, a: Point<Image>, b: Point<Image>) -> Measurement {
    let in_pixels = Scale { mm_per_pixel: None, basis: Basis::Pixels, aspect: scale.aspect };
    let px = in_pixels.vector(a, b).length();
    let mm = scale.mm_per_pixel.map(|_| scale.vector(a, b).length());
    let line = match mm {
        Some(mm) => beside(words::millimetres(mm), &scale.basis),
        None => format!("{px:.1} px"),
    };
    Measurement { basis: Some(scale.basis), ..plain(vec![line], Values::Length { mm, px }) }
}

pub(super) fn angle(scale: &Scale, [a, vertex, b]: [Point<Image>; 3]) -> Measurement {
    let (a, b) = (scale.vector(vertex, a), scale.vector(vertex, b));
    if a.normalized().is_none() || b.normalized().is_none() {
        return plain(Vec::new(), Values::Nothing);
    }
    // The arc tangent is exact for every angle; the arc cosine is not near 0° and 180°.
    let degrees = libm::atan2(a.cross(b).length(), a.dot(b)).to_degrees();
    plain(vec![format!("{degrees:.1}°")], Values::Angle { degrees })
}

fn region(
    shape: &Shape,
    scale: Result<Scale, Refusal>,
    image: &study::Image,
    frame: Option<&Frame>,
) -> Measurement {
    let stated = &image.instance.image;
    let (rows, columns) = frame.map_or((stated.rows, stated.columns), |frame| (frame.rows, frame.columns));
    let inside = Inside::of(shape, rows, columns);
    let pixels = inside.count();
    let padding = frame.and_then(|frame| image.padding_of(frame));
    let statistics = frame.and_then(|frame| {
        let modality = image.units_of(frame, image.modality_lut());
        inside.statistics(frame, padding.as_ref(), |stored| modality.to_modality(stored).0)
    });
    let unit = frame.map_or_else(String::new, |frame| unit_words(image, frame));
    let area_px = pixels_inside(shape);
    let mm_per_pixel = scale.as_ref().ok().and_then(|scale| scale.mm_per_pixel);
    let area_mm2 = mm_per_pixel.map(|mm| area_px * mm.row * mm.column);
    let mut lines = statistics.map(|found| statistics_words(&found, "", &unit)).unwrap_or_default();
    lines.extend(frame.into_iter().flat_map(|frame| quantities(image, frame)).filter_map(|quantity| {
        let found = inside.statistics(frame?, padding.as_ref(), |stored| quantity.value(stored))?;
        Some(quantity_words(&quantity.name, &quantity.unit, &found, statistics?.count))
    }));
    lines.push(match (area_mm2, &scale) {
        (Some(mm2), Ok(scale)) => area_words(mm2, &scale.basis, pixels),
        _ => format!("area {}", words::pixels(pixels)),
    });
    let has_gray = frame.is_some_and(|frame| !matches!(frame.pixels, Pixels::Color(_)));
    lines.extend(match pixels {
        0 => Some("no pixel inside".to_owned()),
        _ if has_gray && statistics.is_none() => Some("no value: all padding or not numbers".to_owned()),
        _ => None,
    });
    let refusal = scale.as_ref().err().copied();
    lines.extend(refusal.map(|refusal| refusal.to_string()));
    let values = Values::Region(Region { area_mm2, area_px, pixels, statistics });
    Measurement { lines, basis: scale.ok().map(|scale| scale.basis), refusal, values }
}

/// `area 412.0 mm² reformat (96 px)`.
pub(super) fn area_words(mm2: f64, basis: &Basis, pixels: u64) -> String {
    format!("area {} ({})", beside(words::square_millimetres(mm2), basis), words::pixels(pixels))
}

/// A number a line, of `of` what they are: nothing, or as `of 10 mm MIP `.
pub(super) fn statistics_words(found: &Statistics, of: &str, unit: &str) -> Vec<String> {
    let decimals = words::decimals_for(found.min.abs().max(found.max.abs()), found.are_whole);
    let number = |value: f64| words::number(value, decimals);
    let end = |value: f64| if found.are_whole { words::pixel_value(value) } else { number(value) };
    let mut lines = vec![
        with_unit(format!("mean {of}{}", number(found.mean)), unit),
        format!("SD {}", number(found.deviation)),
        format!("min {} · max {}", end(found.min), end(found.max)),
    ];
    let left_out = [
        (found.not_numbers, "not numbers"),
        (found.padding, "padding"),
        (found.not_received, "not received"),
    ];
    let left_out = left_out.into_iter().filter(|(count, _)| *count > 0);
    lines.extend(left_out.map(|(count, why)| format!("{} left out: {why}", words::pixels(count))));
    lines
}

/// So many quantities stand beside a mark.
const QUANTITIES_MAX: usize = 2;

/// Differences stand for nothing else.
fn quantities(image: &study::Image, frame: &Frame) -> impl Iterator<Item = Quantity> {
    let count = if frame.is_difference() { 0 } else { QUANTITIES_MAX };
    image.quantities().into_iter().take(count)
}

/// The unit of a frame's values. Of differences that is said; those of values that are shown as they are stored have none.
fn unit_words(image: &study::Image, frame: &Frame) -> String {
    match (frame.is_difference(), image.attributes().gray.shows_stored) {
        (false, _) => image.unit().to_owned(),
        (true, true) => "subtracted".to_owned(),
        (true, false) => with_unit(image.unit().to_owned(), "subtracted").trim_start().to_owned(),
    }
}

/// `SUVbw mean 1.382 · max 2.510`; of so many values, some may have none.
pub(super) fn quantity_words(name: &str, unit: &str, found: &Statistics, of: u64) -> String {
    let decimals = words::decimals_for(found.min.abs().max(found.max.abs()), found.are_whole);
    let [mean, max] = [found.mean, found.max].map(|value| words::number(value, decimals));
    let line = with_unit(named(name, format!("mean {mean} · max {max}")), unit);
    if found.count < of { format!("{line} of {}", words::pixels(found.count)) } else { line }
}

fn named(name: &str, number: String) -> String {
    if name.is_empty() { number } else { format!("{name} {number}") }
}

/// The values of the pixel under a position, with their units, and not where it lies in the patient.
pub fn sample(at: Point<Image>, image: &study::Image, frame: Option<&Frame>) -> Measurement {
    let nothing = plain(Vec::new(), Values::Nothing);
    let Some((frame, index)) = frame.and_then(|frame| Some((frame, index_at(frame, at)?))) else {
        return nothing;
    };
    if let Some([r, g, b]) = frame.color(index) {
        return plain(vec![format!("R {r} G {g} B {b}")], Values::Sample(Sample::Color([r, g, b])));
    }
    let Some(stored) = frame.stored(index) else { return nothing };
    let value = image.units_of(frame, image.modality_lut()).to_modality(stored).0;
    let line = if value.is_finite() {
        with_unit(words::pixel_value(value), &unit_words(image, frame))
    } else {
        "not a number".to_owned()
    };
    if image.padding_of(frame).is_some_and(|padding| padding.contains(stored.0)) {
        return plain(vec![format!("padding, {line}")], Values::Sample(Sample::Padding(value)));
    }
    let quantity_line = |quantity: Quantity| {
        let value = Some(quantity.value(stored)).filter(|value| value.is_finite())?;
        Some(with_unit(named(&quantity.name, words::pixel_value(value)), &quantity.unit))
    };
    let lines = std::iter::once(line).chain(quantities(image, frame).filter_map(quantity_line)).collect();
    plain(lines, Values::Sample(Sample::Value(value)))
}

/// Where the pixel under a position stands in the row-by-row order; `None` outside the image.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked to be inside before")]
fn index_at(frame: &Frame, at: Point<Image>) -> Option<usize> {
    let is_in = |position: f64, size: u32| (0.0..f64::from(size)).contains(&position);
    let is_inside = is_in(at.xyz.x, frame.columns) && is_in(at.xyz.y, frame.rows);
    is_inside.then(|| at.xyz.y as usize * frame.columns as usize + at.xyz.x as usize)
}

/// `21.4 mm at detector plane`.
fn beside(number: String, basis: &Basis) -> String {
    with_unit(number, &basis.to_string())
}

fn with_unit(number: String, unit: &str) -> String {
    if unit.is_empty() { number } else { format!("{number} {unit}") }
}

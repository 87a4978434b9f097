//! The lines of a presentation state's graphics, in their own units. PS3.3 C.10.5.1.2; rule S-7.

use libm::sincos;

use crate::presentation::{GraphicKind, GraphicObject};

/// Straight pieces that a circle or an ellipse is drawn with: as few as stay within a tenth of a device pixel of it, between
/// these.
const ROUND_PIECES: std::ops::RangeInclusive<f64> = 12.0..=256.0;

/// Straight pieces between two points of a curve, and the most of a whole curve beyond its points.
const CURVE_PIECES: usize = 16;
const CURVE_PIECES_MAX: usize = 4096;

/// The straight pieces of a graphic, in its own units; `aspect` is the height of one unit over its width, `unit` what it takes
/// on the screen.
pub(super) fn outline(graphic: &GraphicObject, aspect: f64, unit: f64) -> Vec<[f64; 2]> {
    match (graphic.kind, graphic.points.as_slice()) {
        (GraphicKind::Circle, &[[x, y], [on_x, on_y]]) => {
            let radius = libm::hypot(on_x - x, (on_y - y) * aspect);
            round([x, y], [radius, 0.0], [0.0, radius / aspect], unit)
        }
        (GraphicKind::Ellipse, &[a, b, c, d]) => {
            let half = |from: [f64; 2], to: [f64; 2]| [(to[0] - from[0]) / 2.0, (to[1] - from[1]) / 2.0];
            round([a[0].midpoint(b[0]), a[1].midpoint(b[1])], half(a, b), half(c, d), unit)
        }
        (GraphicKind::Interpolated, points) => curve(points),
        (_, points) => points.to_vec(),
    }
}

/// An ellipse with these halves of its axes; a unit takes so many device pixels.
pub(super) fn round(centre: [f64; 2], major: [f64; 2], minor: [f64; 2], unit: f64) -> Vec<[f64; 2]> {
    let [major_length, minor_length] = [major, minor].map(|[x, y]| libm::hypot(x, y));
    let radius = major_length.max(minor_length) * unit;
    let pieces = (std::f64::consts::PI * (5.0 * radius).sqrt()).ceil();
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped")]
    let pieces = pieces.clamp(*ROUND_PIECES.start(), *ROUND_PIECES.end()) as u32;
    // Ends of both axes are among the points.
    let pieces = pieces.next_multiple_of(4);
    let at = |piece: u32| {
        // The last point is the first one to the bit, so that the line is closed.
        let turn = f64::from(piece % pieces) / f64::from(pieces);
        let (sin, cos) = sincos(turn * std::f64::consts::TAU);
        [0, 1].map(|side: usize| at(centre, side) + at(major, side) * cos + at(minor, side) * sin)
    };
    (0..=pieces).map(at).collect()
}

/// A Catmull-Rom curve through the points; closed where the last is the first.
fn curve(points: &[[f64; 2]]) -> Vec<[f64; 2]> {
    let count = points.len();
    let (Some(&first), Some(&last)) = (points.first(), points.last()) else { return Vec::new() };
    if count < 3 {
        return points.to_vec();
    }
    let is_closed = first.map(f64::to_bits) == last.map(f64::to_bits);
    let pieces = (CURVE_PIECES_MAX / count).clamp(1, CURVE_PIECES);
    let before = if is_closed { points.get(count - 2).copied() } else { Some(first) };
    let behind = if is_closed { points.get(1).copied() } else { Some(last) };
    let mut all = vec![before.unwrap_or(first)];
    all.extend_from_slice(points);
    all.push(behind.unwrap_or(last));
    let mut line = vec![first];
    for around in all.windows(4) {
        let &[a, b, c, d] = around else { continue };
        for piece in 1..pieces {
            #[expect(clippy::cast_precision_loss, reason = "a few pieces")]
            let t = piece as f64 / pieces as f64;
            line.push([0, 1].map(|side: usize| {
                let [a, b, c, d] = [a, b, c, d].map(|point| at(point, side));
                let (slope, next) = ((c - a) / 2.0, (d - b) / 2.0);
                let square = 3.0 * (c - b) - 2.0 * slope - next;
                b + t * (slope + t * (square + t * (slope + next - 2.0 * (c - b))))
            }));
        }
        line.push(c);
    }
    line
}

/// Column or row of a point.
pub(super) fn at(pair: [f64; 2], side: usize) -> f64 {
    pair.get(side).copied().unwrap_or_default()
}

//! The lines of a presentation state's graphics, in their own units. PS3.3 C.10.5.1.2; rule S-7.

use libm::sincos;

use crate::presentation::{GraphicKind, GraphicObject};

/// Straight pieces that a circle or an ellipse is drawn with: as few as stay within a tenth of a device pixel of it, between
/// these.
const ROUND_PIECES: std::ops::RangeInclusive<f64> = 12.0..=256.0;

/// The most straight pieces between two points of a curve, of which as few are drawn as of an ellipse, and the most of a whole
/// curve beyond its points.
const CURVE_PIECES: usize = 16;
const CURVE_PIECES_MAX: usize = 4096;

/// So far from a curve is what is drawn of it, in device pixels.
const MISSED: f64 = 0.1;

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
        (GraphicKind::Interpolated, points) => curve(points, unit),
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

/// A Catmull-Rom curve through the points; closed where the last is the first. A unit takes so many device pixels.
fn curve(points: &[[f64; 2]], unit: f64) -> Vec<[f64; 2]> {
    let count = points.len();
    let (Some(&first), Some(&last)) = (points.first(), points.last()) else { return Vec::new() };
    if count < 3 {
        return points.to_vec();
    }
    let is_closed = first.map(f64::to_bits) == last.map(f64::to_bits);
    let pieces_max = u32::try_from((CURVE_PIECES_MAX / count).clamp(1, CURVE_PIECES)).unwrap_or(1);
    let before = if is_closed { points.get(count - 2).copied() } else { Some(first) };
    let behind = if is_closed { points.get(1).copied() } else { Some(last) };
    let mut all = vec![before.unwrap_or(first)];
    all.extend_from_slice(points);
    all.push(behind.unwrap_or(last));
    let mut line = vec![first];
    for around in all.windows(4) {
        let &[a, b, c, d] = around else { continue };
        // By powers of the share of the way from b to c.
        let [first, second, third] = powers([a, b, c, d]);
        // The second derivative is largest at one of the ends, and what a chord misses by is an eighth of it.
        let bend = |share: f64| {
            let [x, y] = [0, 1].map(|side: usize| 2.0 * at(second, side) + 6.0 * share * at(third, side));
            libm::hypot(x, y)
        };
        let pieces = (bend(0.0).max(bend(1.0)) * unit / (8.0 * MISSED)).sqrt().ceil();
        let pieces = (1..pieces_max).find(|enough| f64::from(*enough) >= pieces).unwrap_or(pieces_max);
        for piece in 1..pieces {
            let t = f64::from(piece) / f64::from(pieces);
            let along = |side: usize| at(first, side) + t * (at(second, side) + t * at(third, side));
            line.push([0, 1].map(|side: usize| at(b, side) + t * along(side)));
        }
        line.push(c);
    }
    line
}

/// What a Catmull-Rom curve from b to c adds to b by the share of the way, its square and its cube.
fn powers([a, b, c, d]: [[f64; 2]; 4]) -> [[f64; 2]; 3] {
    let of = |side: usize| {
        let [a, b, c, d] = [a, b, c, d].map(|point| at(point, side));
        let (slope, next) = ((c - a) / 2.0, (d - b) / 2.0);
        [slope, 3.0 * (c - b) - 2.0 * slope - next, slope + next - 2.0 * (c - b)]
    };
    let ([first_x, second_x, third_x], [first_y, second_y, third_y]) = (of(0), of(1));
    [[first_x, first_y], [second_x, second_y], [third_x, third_y]]
}

/// Column or row of a point.
pub(super) fn at(pair: [f64; 2], side: usize) -> f64 {
    pair.get(side).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How far a point is from a straight piece.
    fn distance([x, y]: [f64; 2], [a, b]: [[f64; 2]; 2]) -> f64 {
        let (right, down) = (b[0] - a[0], b[1] - a[1]);
        let share = ((x - a[0]) * right + (y - a[1]) * down) / (right * right + down * down);
        let share = share.clamp(0.0, 1.0);
        libm::hypot(a[0] + share * right - x, a[1] + share * down - y)
    }

    #[test]
    fn a_curve_has_as_few_pieces_as_stay_within_a_tenth_of_a_device_pixel() {
        let points = [[0.0, 0.0], [10.0, 4.0], [22.0, -3.0], [20.0, 8.0], [60.0, 9.0]];
        // As many pieces as there may be.
        let fine = curve(&points, 1e9);
        assert_eq!(fine.len(), 4 * CURVE_PIECES + 1);
        let mut lengths = Vec::new();
        for unit in [0.001, 0.1, 0.5] {
            let line = curve(&points, unit);
            let off = |point: &[f64; 2]| {
                let pieces = line.array_windows::<2>();
                pieces.map(|piece| distance(*point, *piece)).fold(f64::INFINITY, f64::min)
            };
            let furthest = fine.iter().map(off).fold(0.0, f64::max) * unit;
            assert!(furthest <= MISSED, "{furthest} device pixels where one takes {unit}");
            lengths.push(line.len());
        }
        assert_eq!(lengths.first(), Some(&points.len()));
        assert!(lengths.is_sorted() && lengths.last() < Some(&(fine.len() / 2)), "{lengths:?}");
    }
}

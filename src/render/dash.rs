//! Dashed lines. PS3.3 C.10.5.1.3.13.1.

use crate::geometry::{Point, View};

use super::canvas::Piece;

/// A line as its pattern divides it.
pub(super) struct BothParts {
    /// The dashes.
    pub(super) on: Vec<Vec<Point<View>>>,
    /// What lies between them.
    pub(super) off: Vec<Vec<Point<View>>>,
}

impl BothParts {
    /// Points of both.
    pub(super) fn count(&self) -> usize {
        self.on.iter().chain(&self.off).map(Vec::len).sum()
    }
}

/// Divides lines by a pattern of bits, the highest first, each so many device pixels long; `None` where that would make more
/// than `points_max` points.
pub(super) fn dashed(pieces: &[Piece], pattern: u32, bit: f64, points_max: usize) -> Option<BothParts> {
    // The standard's own example of even dashes has 16 bits: 00FFH.
    let count = if u16::try_from(pattern).is_ok() { 16 } else { 32 };
    let is_on = |place: u32| pattern >> (count - 1 - place % count) & 1 == 1;
    // Lengths of what is on and off in turn, from the first bit on.
    let mut runs: Vec<(bool, u32)> = Vec::new();
    for place in 0..count {
        match runs.last_mut() {
            Some((is_run_on, length)) if *is_run_on == is_on(place) => *length += 1,
            _ => runs.push((is_on(place), 1)),
        }
    }
    let period = f64::from(count) * bit;
    let length: f64 = pieces.iter().flat_map(|piece| piece.points.windows(2)).map(length_of).sum();
    let points: usize = pieces.iter().map(|piece| piece.points.len()).sum();
    #[expect(clippy::cast_precision_loss, reason = "a few thousand")]
    let made = points as f64 + 2.0 * (length / period + 1.0) * runs.len() as f64;
    #[expect(clippy::cast_precision_loss, reason = "a few thousand")]
    if made > points_max as f64 {
        return None;
    }
    let mut parts = BothParts { on: Vec::new(), off: Vec::new() };
    for piece in pieces {
        divide(piece, &runs, bit, &mut parts);
    }
    Some(parts)
}

fn divide(piece: &Piece, runs: &[(bool, u32)], bit: f64, parts: &mut BothParts) {
    let [first, ..] = piece.points.as_slice() else { return };
    // Where in the pattern the piece begins.
    let period: f64 = runs.iter().map(|(_, length)| f64::from(*length) * bit).sum();
    let mut into = piece.from % period;
    let mut run = 0;
    let mut now = runs.iter().cycle().copied();
    let mut next =
        || now.next().map_or((true, f64::INFINITY), |(is_on, length)| (is_on, f64::from(length) * bit));
    let (mut is_on, mut left) = next();
    while into >= left && run < runs.len() {
        into -= left;
        (is_on, left) = next();
        run += 1;
    }
    left -= into;
    let mut line = vec![*first];
    for pair in piece.points.windows(2) {
        let [a, b] = pair else { continue };
        let length = length_of(pair);
        let mut at = 0.0;
        while length - at > left {
            at += left;
            let end = *a + (*b - *a) * (at / length);
            line.push(end);
            if is_on { &mut parts.on } else { &mut parts.off }.push(std::mem::replace(&mut line, vec![end]));
            (is_on, left) = next();
        }
        left -= length - at;
        line.push(*b);
    }
    if is_on { &mut parts.on } else { &mut parts.off }.push(line);
}

fn length_of(pair: &[Point<View>]) -> f64 {
    match pair {
        [a, b] => (*b - *a).length(),
        _ => 0.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(of: &[Vec<Point<View>>]) -> Vec<Vec<[f64; 2]>> {
        of.iter().map(|line| line.iter().map(|at| [at.xyz.x, at.xyz.y]).collect()).collect()
    }

    /// The standard's example: as long as what lies between them, first what lies between.
    #[test]
    fn dashes_of_the_example_are_as_long_as_their_gaps_and_go_on_around_corners() {
        let points = [(0.0, 0.0), (10.0, 0.0), (10.0, 30.0)].map(|(x, y)| Point::flat(x, y)).to_vec();
        let parts = dashed(&[Piece { from: 0.0, points: points.clone() }], 0xFF, 1.0, 1000).expect("few");
        let on = vec![vec![[8.0, 0.0], [10.0, 0.0], [10.0, 6.0]], vec![[10.0, 14.0], [10.0, 22.0]]];
        assert_eq!(lines(&parts.on), on);
        assert_eq!(lines(&parts.off).len(), 3);
        // The same where its beginning was cut off: it does not move with the edge of the picture.
        let later = dashed(&[Piece { from: 12.0, points: points.clone() }], 0xFF, 1.0, 1000).expect("few");
        assert_eq!(lines(&later.on)[0], [[0.0, 0.0], [4.0, 0.0]]);
        // All 32 bits, where there are more than 16.
        let long = dashed(&[Piece { from: 0.0, points }], 0xFF00_0000, 1.0, 1000).expect("few");
        assert_eq!(lines(&long.on), [vec![[0.0, 0.0], [8.0, 0.0]], vec![[10.0, 22.0], [10.0, 30.0]]]);
    }

    #[test]
    fn a_line_of_too_many_dashes_is_refused_before_it_is_divided() {
        let points = [(0.0, 0.0), (1e9, 0.0)].map(|(x, y)| Point::flat(x, y)).to_vec();
        assert!(dashed(&[Piece { from: 0.0, points }], 0x5555, 1.0, 100_000).is_none());
    }
}

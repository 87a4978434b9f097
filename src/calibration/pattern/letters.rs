//! Letters of 5 × 7 dots, drawn here for the words that patterns have.

use super::area::Area;
use super::canvas::{Canvas, Shade};

/// Dots across a letter, and down.
const ACROSS: i64 = 5;
pub(super) const DOWN: i64 = 7;

/// The rows of each letter from the top, its leftmost dot the highest of five bits.
const LETTERS: [(char, [u8; 7]); 25] = [
    ('-', [0, 0, 0, 0b11111, 0, 0, 0]),
    ('0', [0b01110, 0b10001, 0b10011, 0b10101, 0b11001, 0b10001, 0b01110]),
    ('1', [0b00100, 0b01100, 0b00100, 0b00100, 0b00100, 0b00100, 0b01110]),
    ('2', [0b01110, 0b10001, 0b00001, 0b00110, 0b01000, 0b10000, 0b11111]),
    ('3', [0b11111, 0b00010, 0b00100, 0b00010, 0b00001, 0b10001, 0b01110]),
    ('4', [0b00010, 0b00110, 0b01010, 0b10010, 0b11111, 0b00010, 0b00010]),
    ('5', [0b11111, 0b10000, 0b11110, 0b00001, 0b00001, 0b10001, 0b01110]),
    ('6', [0b00110, 0b01000, 0b10000, 0b11110, 0b10001, 0b10001, 0b01110]),
    ('7', [0b11111, 0b00001, 0b00010, 0b00100, 0b01000, 0b01000, 0b01000]),
    ('8', [0b01110, 0b10001, 0b10001, 0b01110, 0b10001, 0b10001, 0b01110]),
    ('9', [0b01110, 0b10001, 0b10001, 0b01111, 0b00001, 0b00010, 0b01100]),
    ('A', [0b01110, 0b10001, 0b10001, 0b11111, 0b10001, 0b10001, 0b10001]),
    ('C', [0b01110, 0b10001, 0b10000, 0b10000, 0b10000, 0b10001, 0b01110]),
    ('G', [0b01110, 0b10001, 0b10000, 0b10111, 0b10001, 0b10001, 0b01111]),
    ('I', [0b01110, 0b00100, 0b00100, 0b00100, 0b00100, 0b00100, 0b01110]),
    ('L', [0b10000, 0b10000, 0b10000, 0b10000, 0b10000, 0b10000, 0b11111]),
    ('N', [0b10001, 0b11001, 0b10101, 0b10101, 0b10011, 0b10001, 0b10001]),
    ('O', [0b01110, 0b10001, 0b10001, 0b10001, 0b10001, 0b10001, 0b01110]),
    ('Q', [0b01110, 0b10001, 0b10001, 0b10001, 0b10101, 0b10010, 0b01101]),
    ('R', [0b11110, 0b10001, 0b10001, 0b11110, 0b10100, 0b10010, 0b10001]),
    ('T', [0b11111, 0b00100, 0b00100, 0b00100, 0b00100, 0b00100, 0b00100]),
    ('U', [0b10001, 0b10001, 0b10001, 0b10001, 0b10001, 0b10001, 0b01110]),
    ('Y', [0b10001, 0b10001, 0b01010, 0b00100, 0b00100, 0b00100, 0b00100]),
    ('p', [0, 0, 0b11110, 0b10001, 0b11110, 0b10000, 0b10000]),
    ('s', [0, 0, 0b01111, 0b10000, 0b01110, 0b00001, 0b11110]),
];

/// The width of a line of so many letters, a dot between two of them.
pub(super) const fn width(letters: i64, dot: i64) -> i64 {
    ((ACROSS + 1) * letters - 1) * dot
}

/// Writes a line whose first letter begins at `left` and `top`, each dot so many pixels wide. `shade` tells that of each letter by
/// its place in the line. A letter that is none of ours is left out.
pub(super) fn write(
    canvas: &mut Canvas,
    text: &str,
    [left, top]: [i64; 2],
    dot: i64,
    shade: impl Fn(i32) -> Shade,
) {
    for ((place, at), letter) in (0..).zip(0_i64..).zip(text.chars()) {
        let from = left + at * (ACROSS + 1) * dot;
        let rows = LETTERS.iter().find(|(known, _)| *known == letter).map(|(_, rows)| rows);
        for (row, bits) in (0..).zip(rows.into_iter().flatten()) {
            for column in (0..ACROSS).filter(|column| (bits >> (ACROSS - 1 - column)) & 1 == 1) {
                let corner = [from + column * dot, top + row * dot];
                canvas.fill(Area::sized(corner[0], corner[1], dot, dot), shade(place));
            }
        }
    }
}

/// Writes a line in one shade around a middle, its feet at `bottom`.
pub(super) fn label(canvas: &mut Canvas, text: &str, [middle, bottom]: [i64; 2], dot: i64, shade: Shade) {
    let letters = i64::try_from(text.chars().count()).unwrap_or(0);
    let corner = [middle - width(letters, dot).div_euclid(2), bottom - DOWN * dot];
    write(canvas, text, corner, dot, |_| shade);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_of_a_pattern_has_its_letters_and_no_two_letters_look_alike() {
        for text in ["QUALITY", "CONTROL", "TG270-sQC", "TG270-pQC", "TG270-ULN8-0123456789"] {
            for letter in text.chars() {
                assert!(LETTERS.iter().any(|(known, _)| *known == letter), "{letter} of {text}");
            }
        }
        for (at, (first, rows)) in LETTERS.iter().enumerate() {
            assert!(rows.iter().all(|bits| *bits < 32), "{first}");
            for (second, others) in &LETTERS[at + 1..] {
                assert!(first != second && rows != others, "{first} and {second}");
            }
        }
    }

    #[test]
    fn a_line_stands_where_it_was_asked_for() {
        let mut canvas = Canvas::new(64, 20, 255, Shade::BLACK);
        label(&mut canvas, "LL", [20, 18], 2, Shade::gray(9));
        let levels = canvas.into_levels();
        let lit: Vec<(usize, usize)> =
            (0..levels.len()).filter(|at| levels[*at] == 9).map(|at| (at % 64, at / 64)).collect();
        let range = |values: Vec<usize>| (values.iter().min().copied(), values.iter().max().copied());
        // Two letters of 5 dots and a dot between them, 22 pixels; 7 dots high.
        assert_eq!(range(lit.iter().map(|(x, _)| *x).collect()), (Some(9), Some(30)));
        assert_eq!(range(lit.iter().map(|(_, y)| *y).collect()), (Some(4), Some(17)));
        // 11 dots a letter, 4 pixels a dot.
        assert_eq!(lit.len(), 2 * 11 * 4);
    }
}

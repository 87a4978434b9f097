//! Numbers as the reader sees them: readable, and no more exact than they are.

/// Between thousands.
const THIN_SPACE: char = '\u{2009}';

/// `21.4 mm`; below 10 mm two decimals.
pub(super) fn millimetres(mm: f64) -> String {
    let decimals = if mm < 9.995 { 2 } else { 1 };
    format!("{mm:.decimals$} mm")
}

/// `412.0 mm²`; below 1 cm² two decimals.
pub(super) fn square_millimetres(mm2: f64) -> String {
    let decimals = if mm2 < 99.995 { 2 } else { 1 };
    format!("{mm2:.decimals$} mm²")
}

/// `1 234 px`.
pub(super) fn pixels(count: u64) -> String {
    format!("{} px", grouped(&count.to_string()))
}

/// How many decimals numbers have, the largest of which is `largest`: one for whole numbers, else four digits.
pub(super) fn decimals_for(largest: f64, are_whole: bool) -> usize {
    let size = largest.abs();
    [1e3, 1e2, 1e1, 1e0, 1e-1, 1e-2]
        .iter()
        .position(|digits| size >= *digits)
        .map_or(6, |decimals| decimals.max(1))
        .min(if are_whole { 1 } else { 6 })
}

/// With so many decimals, or as a power of ten where those would show nothing or fill the screen.
pub(super) fn number(value: f64, decimals: usize) -> String {
    let size = value.abs();
    if size > 0.0 && !(1e-4..1e10).contains(&size) { format!("{value:.3e}") } else { fixed(value, decimals) }
}

/// A value of one pixel: whole ones whole.
pub(super) fn pixel_value(value: f64) -> String {
    if value.fract() == 0.0 { number(value, 0) } else { number(value, decimals_for(value, false)) }
}

/// Never `-0`.
fn fixed(value: f64, decimals: usize) -> String {
    let text = format!("{value:.decimals$}");
    let digits = text.strip_prefix('-').unwrap_or(&text);
    let is_zero = digits.chars().all(|digit| matches!(digit, '0' | '.'));
    if is_zero { digits.to_owned() } else { text }
}

/// Thousands apart.
fn grouped(digits: &str) -> String {
    let mut grouped = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            grouped.push(THIN_SPACE);
        }
        grouped.push(digit);
    }
    grouped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_and_areas_have_the_decimals_that_can_be_read() {
        assert_eq!([21.44, 9.994, 9.996, 0.5].map(millimetres), ["21.4 mm", "9.99 mm", "10.0 mm", "0.50 mm"]);
        assert_eq!(
            [412.0, 99.994, 12_345.67].map(square_millimetres),
            ["412.0 mm²", "99.99 mm²", "12345.7 mm²"]
        );
        assert_eq!(
            [7, 999, 1_234, 1_234_567].map(pixels),
            ["7 px", "999 px", "1\u{2009}234 px", "1\u{2009}234\u{2009}567 px"]
        );
    }

    #[test]
    fn numbers_keep_four_digits_where_they_are_not_whole() {
        let written = |value: f64| number(value, decimals_for(value, false));
        assert_eq!(
            [1234.56, 123.456, 12.345, 1.2345, 0.0012, 0.0].map(written),
            ["1234.6", "123.5", "12.35", "1.234", "0.001200", "0.000000"]
        );
        assert_eq!(decimals_for(0.5, true), 1, "whole numbers with a small mean");
        assert_eq!([1e-7, 1e12].map(written), ["1.000e-7", "1.000e12"]);
        assert_eq!([-871.0, 2.5, -0.0].map(pixel_value), ["-871", "2.500", "0"]);
        assert_eq!(number(-0.04, 1), "0.0");
    }
}

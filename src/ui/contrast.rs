//! Contrast of text, and how far a colour can be dimmed before it cannot be read.

use egui::Color32;

/// The least contrast of text against what is behind it. WCAG 2.2, 1.4.3.
pub(super) const CONTRAST_MIN: f32 = 4.5;

/// Towards black: 1 as it is, 0 black.
pub(super) fn darker(color: Color32, share: f32) -> Color32 {
    Color32::BLACK.lerp_to_gamma(color, share)
}

/// As dark as `share` asks for, but no darker than can be read on each of `behind`.
pub(super) fn dimmest_readable(color: Color32, behind: &[Color32], share: f32) -> Color32 {
    let steps = (0..=20_u8).map(|step| darker(color, share + (1.0 - share) * f32::from(step) / 20.0));
    let is_readable = |color: &Color32| behind.iter().all(|behind| contrast(*color, *behind) >= CONTRAST_MIN);
    let mut readable = steps.filter(is_readable);
    readable.next().unwrap_or(color)
}

/// The contrast of two opaque colours. WCAG 2.2.
pub(super) fn contrast(a: Color32, b: Color32) -> f32 {
    let luminance = |color: Color32| {
        let [red, green, blue, _] = egui::Rgba::from(color).to_array();
        0.2126 * red + 0.7152 * green + 0.0722 * blue
    };
    let (a, b) = (luminance(a) + 0.05, luminance(b) + 0.05);
    a.max(b) / a.min(b)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[expect(clippy::disallowed_methods, reason = "a colour with a known contrast")]
    fn contrast_is_that_of_the_guideline() {
        assert!((contrast(Color32::WHITE, Color32::BLACK) - 21.0).abs() < 1e-3);
        assert!((contrast(Color32::BLACK, Color32::BLACK) - 1.0).abs() < 1e-6);
        // #777777 on white is the best known near miss.
        assert!((contrast(Color32::from_gray(0x77), Color32::WHITE) - 4.478).abs() < 1e-2);
    }
}

//! Orientation letters: which way the patient lies on the screen. PS3.3 C.7.6.1.1.1; trap X-9.

use super::space::{Patient, Vector};

/// A component smaller than this share of the direction is not named: 0.2 is the sine of 11.5°.
const LETTER_MIN: f64 = 0.2;

/// One of the six anatomical directions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Anatomical {
    /// Right, −x.
    Right,
    /// Left, +x.
    Left,
    /// Anterior, −y.
    Anterior,
    /// Posterior, +y.
    Posterior,
    /// Feet, −z.
    Feet,
    /// Head, +z.
    Head,
}

impl Anatomical {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::Anterior, Self::Posterior, Self::Left, Self::Right, Self::Head, Self::Feet];

    /// The name in commands.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Right => "right",
            Self::Left => "left",
            Self::Anterior => "anterior",
            Self::Posterior => "posterior",
            Self::Feet => "feet",
            Self::Head => "head",
        }
    }

    /// The unit vector that way.
    pub const fn direction(self) -> Vector<Patient> {
        match self {
            Self::Right => Vector::new(-1.0, 0.0, 0.0),
            Self::Left => Vector::new(1.0, 0.0, 0.0),
            Self::Anterior => Vector::new(0.0, -1.0, 0.0),
            Self::Posterior => Vector::new(0.0, 1.0, 0.0),
            Self::Feet => Vector::new(0.0, 0.0, -1.0),
            Self::Head => Vector::new(0.0, 0.0, 1.0),
        }
    }

    /// The letter on the screen.
    pub const fn letter(self) -> char {
        match self {
            Self::Right => 'R',
            Self::Left => 'L',
            Self::Anterior => 'A',
            Self::Posterior => 'P',
            Self::Feet => 'F',
            Self::Head => 'H',
        }
    }
}

/// The letters of a direction, the largest component first: `"A"`, `"LPH"`.
///
/// Components below 0.2 of the direction's length are left out. A zero vector has no letters.
pub fn orientation_letters(direction: Vector<Patient>) -> String {
    let Some(unit) = direction.normalized() else { return String::new() };
    let mut parts = [
        (unit.xyz.x, Anatomical::Left, Anatomical::Right),
        (unit.xyz.y, Anatomical::Posterior, Anatomical::Anterior),
        (unit.xyz.z, Anatomical::Head, Anatomical::Feet),
    ];
    parts.sort_by(|a, b| b.0.abs().total_cmp(&a.0.abs()));
    parts
        .iter()
        .filter(|(size, ..)| size.abs() >= LETTER_MIN)
        .map(|&(size, positive, negative)| if size > 0.0 { positive } else { negative }.letter())
        .collect()
}

/// The letters of the opposite direction: `AL` of `PR`. `None` of letters that name no direction of a biped.
///
/// PS3.3 C.7.6.1.1.1.
pub fn opposite_letters(letters: &str) -> Option<String> {
    let opposite = |letter| match letter {
        'L' => Some('R'),
        'R' => Some('L'),
        'A' => Some('P'),
        'P' => Some('A'),
        'H' => Some('F'),
        'F' => Some('H'),
        _ => None,
    };
    letters.chars().map(opposite).collect::<Option<String>>().filter(|letters| !letters.is_empty())
}

/// A plane's normal further than this from an axis of the patient is oblique: the cosine of 20°.
const OBLIQUE_COSINE: f64 = 0.94;

/// What radiologists call planes of that normal: `axial`, `oblique coronal`.
pub fn plane_name(normal: Vector<Patient>) -> &'static str {
    let [x, y, z] = normal.normalized().unwrap_or(normal).xyz.to_array().map(f64::abs);
    match (z >= x && z >= y, y >= x, x.max(y).max(z) >= OBLIQUE_COSINE) {
        (true, _, true) => "axial",
        (true, _, false) => "oblique axial",
        (false, true, true) => "coronal",
        (false, true, false) => "oblique coronal",
        (false, false, true) => "sagittal",
        (false, false, false) => "oblique sagittal",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(x: f64, y: f64, z: f64, letters: &str) {
        assert_eq!(orientation_letters(Vector::new(x, y, z)), letters);
    }

    #[test]
    fn the_axes_of_the_patient_are_left_posterior_head() {
        check(1.0, 0.0, 0.0, "L");
        check(0.0, -2.0, 0.0, "A");
        check(0.0, 0.0, 0.5, "H");
    }

    #[test]
    fn oblique_directions_name_the_largest_component_first() {
        check(0.5, -0.8, 0.1, "AL");
        check(-0.5, 0.6, -0.7, "FPR");
        check(0.05, 0.998, 0.05, "P");
        check(0.0, 0.0, 0.0, "");
    }

    #[test]
    fn opposite_letters_name_the_other_way_and_nonsense_none() {
        let cases = ["L", "AL", "PFR", "", "RT", "l"].map(opposite_letters);
        assert_eq!(cases.map(Option::unwrap_or_default), ["R", "PR", "AHL", "", "", ""]);
    }

    #[test]
    fn planes_are_named_after_the_axis_nearest_to_their_normal() {
        let name = |x, y, z| plane_name(Vector::new(x, y, z));
        assert_eq!(name(0.0, 0.0, -1.0), "axial");
        assert_eq!(name(0.1, 2.0, 0.1), "coronal");
        assert_eq!(name(-1.0, 0.0, 0.3), "sagittal");
        assert_eq!(name(0.0, 0.4, 0.8), "oblique axial");
        assert_eq!(name(0.7, 0.6, 0.0), "oblique sagittal");
        assert_eq!(name(0.6, -0.7, 0.0), "oblique coronal");
    }
}

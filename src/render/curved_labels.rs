//! What is said of a picture along a path.

use crate::geometry::{CurveFrame, Vector, orientation_letters};
use crate::session::CurvedSheet;

use super::frame::{Badge, Letters, Tone};

const CURVED_WHY: &str = "The volume along a path that was drawn through it, made straight: lengths along the path are true. Off the \
                          path things are larger or smaller than they are, and may be seen twice.";

/// How the path was made straight, and how long it is.
pub(super) fn badge(CurvedSheet { along, .. }: &CurvedSheet) -> Badge {
    let text = format!("curved reformat, {}, {:.0} mm", along.mode.name(), along.curve.length_mm());
    Badge { tone: Tone::Caution, text, why: CURVED_WHY.to_owned() }
}

/// The letters of a picture along a path, which are told where they are true from one end to the other: how far columns and rows of
/// the picture lead to the right, and down.
pub(super) fn letters(curved: &CurvedSheet, right: [f64; 2], down: [f64; 2]) -> Letters {
    let frames = || curved.along.curve.frames().iter().map(|frame| frame.turned(curved.along.turn_degrees));
    let toward = |[across, along]: [f64; 2]| {
        // The nearest axis of the patient; another one for another place makes no letter.
        let letter = |frame: CurveFrame| {
            let direction = (frame.across * across + frame.along() * along).xyz;
            let axis = direction.abs().max_position();
            (axis, direction[axis] > 0.0)
        };
        let first = frames().next().map(letter)?;
        let (axis, is_positive) = frames().all(|frame| letter(frame) == first).then_some(first)?;
        let mut direction = glam::DVec3::ZERO;
        direction[axis] = if is_positive { 1.0 } else { -1.0 };
        Some(orientation_letters(Vector::from_xyz(direction)))
    };
    let both = |way: [f64; 2]| [way.map(|part| -part), way].map(|way| toward(way).unwrap_or_default());
    let ([left, right], [top, bottom]) = (both(right), both(down));
    Letters { left, right, top, bottom }
}

//! What lines, letters and insides of a presentation state's graphics are painted with. PS3.3 C.10.5.1.2.

use crate::color::Ink;
use crate::presentation::Tint;

/// What lines, letters and insides are painted with.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Paint {
    /// The colour; `None` for the viewer's own.
    pub ink: Option<Ink>,
    /// 1 hides what lies behind.
    pub opacity: f64,
}

impl Paint {
    /// A style's, in a layer of this colour.
    pub(super) fn of(tint: Tint, layer: Option<Ink>) -> Self {
        Self { ink: tint.color.map(Ink::of_lab).or(layer), opacity: tint.opacity }
    }
}

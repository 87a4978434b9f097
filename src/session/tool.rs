//! A drag in progress: the tool interprets the pointer here, so that a drag is testable without a window.

use crate::command::{ToolName, ZoomCommand};
use crate::geometry::{Anatomical, Point, Vector, View};
use crate::grayscale::{VoiFunction, Window};

use super::apply::HeldPoint;
use super::crosshair::CrosshairGrip;
use super::marks::HeldMark;

/// A drag in progress.
#[derive(Debug, Clone, PartialEq)]
pub struct Gesture {
    /// What it does.
    pub tool: ToolName,
    /// Where the button went down.
    pub pressed_at: Point<View>,
    /// Where the pointer was last.
    pub last_at: Point<View>,
    /// Scrolling that has not made a whole image yet, in images.
    pub scroll_rest: f64,
    /// The mark in the hand.
    pub(super) mark: Option<HeldMark>,
    /// What of the crosshair is in the hand.
    pub(super) crosshair: Option<CrosshairGrip>,
    /// The point of the path in the hand.
    pub(super) path_point: Option<HeldPoint>,
    /// The face of the box that cuts in the hand.
    pub(super) face: Option<Anatomical>,
}

/// Device pixels of dragging, at scale 1, that scroll by one image.
pub(super) const PIXELS_PER_IMAGE: f64 = 8.0;

/// The share of the shown range by which one device pixel of dragging changes center and width, at scale 1.
const WINDOW_SHARE_PER_PIXEL: f64 = 1.0 / 400.0;

/// Zoom doubles over so many device pixels of dragging, at scale 1.
const PIXELS_PER_DOUBLING: f64 = 200.0;

/// The window after a drag: right is wider, down is a higher center (darker). Proportional to the width shown.
pub(super) fn drag_window(window: Window, by: Vector<View>) -> Option<Window> {
    // A LINEAR window is one unit wide at least, others narrower than any value. PS3.3 C.11.2.1.2.
    let is_linear = window.function() == VoiFunction::Linear;
    let narrowest = if is_linear { 1.0 } else { f64::MIN_POSITIVE };
    let unit = window.width().max(narrowest) * WINDOW_SHARE_PER_PIXEL;
    let width = round_to_step(window.width() + by.xyz.x * unit, unit).max(narrowest);
    let center = round_to_step(window.center() + by.xyz.y * unit, unit);
    Window::with_function(center, width, window.function()).ok()
}

/// Keeps the numbers on the screen short: whole units unless the window is narrow, then a few digits below its step.
fn round_to_step(value: f64, unit: f64) -> f64 {
    if unit >= 0.25 {
        return value.round();
    }
    let step = libm::exp10(libm::floor(libm::log10(unit)) - 1.0);
    let rounded = (value / step).round() * step;
    if rounded.is_finite() { rounded } else { value }
}

/// The zoom of a drag: up is larger.
pub(super) fn drag_zoom(by: Vector<View>) -> ZoomCommand {
    ZoomCommand::By(libm::exp2(-by.xyz.y / PIXELS_PER_DOUBLING))
}

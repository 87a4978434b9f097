//! The magnifier: the place under the pointer, larger, in a square of its own.

use crate::command::Interpolation;
use crate::geometry::{Map, Point, View};
use crate::session::DeviceRect;

use super::frame::{Lens, SlicePass};
use super::plan::sampling_of;

/// The side of the square, in points of the interface.
const SIDE: f64 = 220.0;

/// So many times as large as around it.
const FACTOR: f64 = 3.0;

/// The square around a point of the view; `None` where the picture has no room for it.
pub(super) fn lens(
    pass: &SlicePass,
    at: Point<View>,
    scale: f32,
    interpolation: Interpolation,
) -> Option<Lens> {
    let (width, height) = pass.view_size;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a few hundred pixels")]
    let side = ((SIDE * f64::from(scale)) as u32).min(width).min(height);
    if side == 0 {
        return None;
    }
    let half = f64::from(side) / 2.0;
    // It stays in the viewport; what it shows is what lies under the pointer.
    let corner = |at: f64, room: u32| {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "clamped to the viewport"
        )]
        let corner = (at - half).round().clamp(0.0, f64::from(room - side)) as u32;
        corner
    };
    let rect =
        DeviceRect { x: corner(at.xyz.x, width), y: corner(at.xyz.y, height), width: side, height: side };
    let map = &pass.image_from_view;
    let (right, down) = (map.x_axis() * (1.0 / FACTOR), map.y_axis() * (1.0 / FACTOR));
    let middle = *map * at;
    let origin = middle + right * -half + down * -half;
    let image_from_view = Map::from_axes(right, down, crate::geometry::Vector::new(0.0, 0.0, 1.0), origin);
    let pass = SlicePass {
        view_size: (side, side),
        image_from_view,
        sampling: sampling_of(interpolation),
        ..pass.clone()
    };
    Some(Lens { rect, pass, factor: FACTOR })
}

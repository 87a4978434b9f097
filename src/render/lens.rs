//! The magnifier: the place under the pointer, larger, in a square of its own.

use crate::command::Interpolation;
use crate::geometry::{Map, Point, Space, View};
use crate::session::DeviceRect;

use super::frame::{Lens, Picture, SlicePass};
use super::plan::sampling_of;
use super::reformat::ReformatPass;

/// The side of the square, in points of the interface.
const SIDE: f64 = 220.0;

/// So many times as large as around it.
const FACTOR: f64 = 3.0;

/// The square around a point of the view; `None` where the picture has no room for it, and where there is none.
pub(super) fn lens(
    picture: &Picture,
    at: Point<View>,
    scale: f32,
    interpolation: Interpolation,
) -> Option<Lens> {
    let (width, height) = match picture {
        Picture::Slice(pass) => pass.view_size,
        Picture::Reformat(pass) => pass.view_size,
        Picture::Empty | Picture::Past | Picture::Loading | Picture::Failed(_) => return None,
    };
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
    let view_size = (side, side);
    let sampling = sampling_of(interpolation);
    let picture = match picture {
        Picture::Slice(pass) => Picture::Slice(Box::new(SlicePass {
            view_size,
            image_from_view: magnified(&pass.image_from_view, at, half),
            sampling,
            ..(**pass).clone()
        })),
        Picture::Reformat(pass) => Picture::Reformat(Box::new(ReformatPass {
            view_size,
            voxel_from_view: magnified(&pass.voxel_from_view, at, half),
            ..(**pass).clone()
        })),
        other => other.clone(),
    };
    Some(Lens { rect, picture, factor: FACTOR })
}

/// A map of the square, so many device pixels from its middle to its edge, with a point of the view in the middle.
fn magnified<S: Space>(map: &Map<S, View>, at: Point<View>, half: f64) -> Map<S, View> {
    let (right, down) = (map.x_axis() * (1.0 / FACTOR), map.y_axis() * (1.0 / FACTOR));
    let origin = *map * at + right * -half + down * -half;
    Map::from_axes(right, down, map.z_axis(), origin)
}

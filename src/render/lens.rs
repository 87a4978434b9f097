//! The magnifier: the place under the pointer, larger, in a square of its own.

use crate::command::Interpolation;
use crate::geometry::{Map, Point, Space, View};
use crate::session::DeviceRect;

use super::curved::CurvedPass;
use super::frame::{Lens, Picture, SlicePass};
use super::fused::LayerPass;
use super::plan::sampling_of;
use super::reformat::ReformatPass;
use super::rendering::RenderingPass;

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
        Picture::Rendering(pass) => pass.view_size,
        Picture::Curved(pass) => pass.view_size,
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
    let layer = |pass: Option<&LayerPass>| {
        let pass = pass?;
        let voxel_from_view = magnified(&pass.voxel_from_view, at, half);
        Some(Box::new(LayerPass { voxel_from_view, ..pass.clone() }))
    };
    let picture = match picture {
        Picture::Slice(pass) => Picture::Slice(Box::new(SlicePass {
            view_size,
            image_from_view: magnified(&pass.image_from_view, at, half),
            sampling,
            layer: layer(pass.layer.as_deref()),
            ..(**pass).clone()
        })),
        Picture::Reformat(pass) => Picture::Reformat(Box::new(ReformatPass {
            view_size,
            voxel_from_view: magnified(&pass.voxel_from_view, at, half),
            layer: layer(pass.layer.as_deref()),
            ..(**pass).clone()
        })),
        Picture::Rendering(pass) => Picture::Rendering(Box::new(RenderingPass {
            view_size,
            voxel_from_view: magnified(&pass.voxel_from_view, at, half),
            ..(**pass).clone()
        })),
        Picture::Curved(pass) => Picture::Curved(Box::new(CurvedPass {
            view_size,
            unrolled_from_view: magnified(&pass.unrolled_from_view, at, half),
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geometry::{CardinalPlane, Section, Vector};
    use crate::render::fused::tests::layer;
    use crate::volume::Slab;

    /// Picture and layer meet under the magnifier where they meet around it.
    #[test]
    fn a_layer_is_as_large_as_the_picture_below() {
        let over = layer(0.5, false);
        let section = Section::cardinal(CardinalPlane::Axial, over.volume.middle());
        let size = (600, 500);
        let below =
            ReformatPass::new(over.volume.clone(), &section, 0.5, size, Slab::PLANE, over.transform.clone());
        let pass = ReformatPass { layer: Some(Box::new(over.clone())), ..below.clone() };
        let at = Point::flat(210.0, 320.0);
        let lens = lens(&Picture::Reformat(Box::new(pass)), at, 1.0, Interpolation::Linear).expect("a lens");
        let Picture::Reformat(shown) = lens.picture else { panic!("a section") };
        let layer = shown.layer.expect("a layer");
        for (right, down) in [(0.0, 0.0), (30.0, -45.0)] {
            let around = at + Vector::flat(right, down);
            let half = f64::from(lens.rect.width) / 2.0;
            let magnified = Point::flat(half + FACTOR * right, half + FACTOR * down);
            let of_below = (shown.voxel_from_view * magnified) - (below.voxel_from_view * around);
            let of_layer = (layer.voxel_from_view * magnified) - (over.voxel_from_view * around);
            assert!(of_below.length() < 1e-9 && of_layer.length() < 1e-9, "{of_below:?} {of_layer:?}");
        }
    }
}

//! The picture on a card: the middle image of a display set, small, drawn as images are drawn.

use std::ops::Range;

use egui::{Rect, Ui, Vec2};

use crate::render::gpu::Slot;
use crate::render::{SlicePass, on_monitor, thumbnail_pass};
use crate::study::{FrameState, Thumbnail};

use super::super::icon::{self, Icon};
use super::super::shell::ScreenView;
use super::super::theme::Colors;
use super::super::viewport;
use super::Entry;

/// Shows the thumbnail of a set in `rect`, on whole device pixels: a quiet plate as long as there is none.
pub(super) fn show(ui: &Ui, rect: Rect, view: &ScreenView<'_>, entry: Entry<'_>, colors: &Colors) {
    let (rect, size) = on_device_pixels(rect, ui.pixels_per_point());
    let painter = ui.painter();
    let Some(thumbnail) = view.library.thumbnail(&entry.set.id) else { return };
    painter.rect_filled(rect, 0.0, colors.black);
    let slot = slot(view, entry.place);
    let pass = pass(view, entry, thumbnail, size);
    let is_drawn = viewport::failure_of(ui.ctx(), slot).is_none();
    if let Some(pass) = &pass {
        let drawn = viewport::Drawn::Slice(pass.clone(), thumbnail.state.clone());
        viewport::picture(painter, rect, slot, drawn, view.plan.is_dithered);
    }
    if pass.is_none() || !is_drawn {
        let sign = Rect::from_center_size(rect.center(), Vec2::splat(icon::SIDE));
        Icon::Caution.paint(painter, sign, colors.letter);
    }
}

/// Forgets what went wrong with thumbnails that are not in sight.
pub(super) fn keep_failures(ui: &Ui, view: &ScreenView<'_>, in_sight: &Range<usize>) {
    let is_in_sight = |viewport| in_sight.clone().any(|place| slot(view, place).viewport == viewport);
    viewport::keep_failures(ui.ctx(), viewport::screen_id(view), |viewport| {
        viewport < viewport::THUMBNAILS || is_in_sight(viewport)
    });
}

fn slot(view: &ScreenView<'_>, place: usize) -> Slot {
    let place = u32::try_from(place).unwrap_or(u32::MAX);
    Slot { screen: viewport::screen_id(view), viewport: viewport::THUMBNAILS.saturating_add(place) }
}

/// `None` when the image cannot be shown.
fn pass(
    view: &ScreenView<'_>,
    entry: Entry<'_>,
    thumbnail: &Thumbnail,
    size: (u32, u32),
) -> Option<SlicePass> {
    let FrameState::Ready(reduced) = &thumbnail.state else { return None };
    let (set, index) = view.library.locate(&thumbnail.key)?;
    let image = entry.set.images.get(index).filter(|_| set == entry.set.id)?;
    let pass = thumbnail_pass(image, thumbnail.key.subtraction.as_ref(), reduced, size)?;
    Some(on_monitor(pass, view.session, view.library, view.screen))
}

/// The nearest rectangle that begins and ends with a device pixel, whose size does not depend on where it stands; and
/// that size in device pixels.
fn on_device_pixels(rect: Rect, pixels_per_point: f32) -> (Rect, (u32, u32)) {
    let corner = (rect.min.to_vec2() * pixels_per_point).round() / pixels_per_point;
    // Half a pixel must not be rounded up here and down there: where the card stands leaves its trace in the size.
    let size = (rect.size() * pixels_per_point + Vec2::splat(0.01)).floor();
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "pixels of a card, not negative"
    )]
    let pixels = |length: f32| length as u32;
    let rect = Rect::from_min_size(corner.to_pos2(), size / pixels_per_point);
    (rect, (pixels(size.x), pixels(size.y)))
}

#[cfg(test)]
mod tests {
    use egui::{pos2, vec2};

    use super::*;

    #[test]
    fn a_thumbnail_keeps_its_size_in_device_pixels_wherever_it_is_scrolled_to() {
        for scale in [1.0, 1.25, 1.5, 2.0] {
            for tenth in -20_i16..20 {
                let rect = Rect::from_min_size(pos2(6.0, f32::from(tenth) * 7.1 - 60.0), vec2(146.0, 90.0));
                let (snapped, size) = on_device_pixels(rect, scale);
                let edges = [snapped.left(), snapped.top(), snapped.right(), snapped.bottom()];
                for edge in edges.map(|edge| edge * scale) {
                    assert!((edge - edge.round()).abs() < 1e-3, "{edge} at {scale}");
                }
                assert_eq!(size, on_device_pixels(rect.translate(vec2(0.0, 0.3)), scale).1);
                assert!((snapped.top() - rect.top()).abs() * scale < 0.51);
            }
        }
    }
}

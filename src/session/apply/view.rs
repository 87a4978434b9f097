//! Scroll, zoom, pan, turn, filter.

use crate::command::{Flip, Rotation, ScrollTarget, ViewCommand, ZoomCommand};
use crate::geometry::{Point, Vector};
use crate::study::Library;

use super::super::state::{MessageKind, Session};
use super::super::viewport::{Look, View, Zoom};

/// The least and the most device pixels per image pixel.
const ZOOM_LIMITS: (f64, f64) = (0.02, 64.0);

impl Session {
    pub(super) fn apply_view(&mut self, command: ViewCommand, library: &Library) {
        match command {
            ViewCommand::Scroll(target) => self.scroll(target, library),
            ViewCommand::Zoom(ZoomCommand::Fit) => {
                if let Some(viewport) = self.focused_viewport_mut() {
                    let View { turn, justify, .. } = viewport.view;
                    viewport.view = View { turn, justify, ..View::default() };
                }
            }
            ViewCommand::Zoom(ZoomCommand::TrueSize) => self.zoom_to_true_size(library),
            ViewCommand::Zoom(ZoomCommand::OneToOne) => {
                if let Some(viewport) = self.focused_viewport_mut() {
                    viewport.view.zoom = Zoom::DevicePixels(1.0);
                }
            }
            ViewCommand::Zoom(ZoomCommand::By(factor)) => self.zoom_about(factor, None, library),
            ViewCommand::Pan { right, down } => self.pan(Vector::flat(right, down), library),
            ViewCommand::Reset => {
                let interpolation = self.settings.interpolation;
                if let Some(viewport) = self.focused_viewport_mut() {
                    viewport.view = View::default();
                    viewport.look = Look { interpolation, ..Look::default() };
                    viewport.fused = None;
                }
            }
            ViewCommand::Rotate(rotation) => {
                if let Some(viewport) = self.focused_viewport_mut() {
                    let quarters = match rotation {
                        Rotation::Right => 1,
                        Rotation::Half => 2,
                        Rotation::Left => 3,
                    };
                    viewport.view.turn = viewport.view.turn.rotated(quarters);
                }
            }
            ViewCommand::Flip(flip) => {
                if let Some(viewport) = self.focused_viewport_mut() {
                    let turn = viewport.view.turn;
                    viewport.view.turn = match flip {
                        Flip::Horizontal => turn.flipped_horizontally(),
                        Flip::Vertical => turn.flipped_vertically(),
                    };
                }
            }
            ViewCommand::Filter(filter) => {
                if let Some(viewport) = self.focused_viewport_mut() {
                    viewport.look.filter = filter;
                }
            }
            ViewCommand::Interpolation(interpolation) => {
                if let Some(viewport) = self.focused_viewport_mut() {
                    viewport.look.interpolation = interpolation;
                }
            }
        }
    }

    pub(super) fn scroll(&mut self, target: ScrollTarget, library: &Library) {
        if self.scroll_rendering(target) || self.scroll_section(target, library) {
            return;
        }
        let Some((set, _)) = self.shown(library) else { return };
        let Some(viewport) = self.focused_viewport_mut() else { return };
        let last = viewport.count_of(set.images.len()).saturating_sub(1);
        let Some(place) = viewport.place() else { return };
        let place = match target {
            ScrollTarget::By(steps) => {
                place.saturating_add_signed(isize::try_from(steps).unwrap_or_default()).min(last)
            }
            ScrollTarget::First => 0,
            ScrollTarget::Last => last,
            ScrollTarget::To(number) => number.saturating_sub(1).min(last),
        };
        // The hand of the reader ends it.
        viewport.cine.stop();
        if let (Some(index), Some(source)) = (viewport.index_at(place), &mut viewport.source) {
            source.index = index;
        }
    }

    /// Moves the picture by device pixels.
    pub(super) fn pan(&mut self, by: Vector<crate::geometry::View>, library: &Library) {
        let Some(image_from_view) = self.image_from_pointed_view(library) else { return };
        if let Some(viewport) = self.focused_viewport_mut() {
            viewport.view.center_offset = viewport.view.center_offset + image_from_view * (by * -1.0);
        }
    }

    /// Zooms by a factor about a point of the viewport that stays where it is; about the middle without one.
    pub(super) fn zoom_about(
        &mut self,
        factor: f64,
        at: Option<Point<crate::geometry::View>>,
        library: &Library,
    ) {
        let Some((across, _)) = self.focused_scale(library) else { return };
        let Some(image_from_view) = self.image_from_pointed_view(library) else { return };
        let Some((width, height)) = self.focused_viewport_size() else { return };
        let zoomed = (across * factor).clamp(ZOOM_LIMITS.0.min(across), ZOOM_LIMITS.1.max(across));
        let Some(viewport) = self.focused_viewport_mut() else { return };
        viewport.view.zoom = Zoom::DevicePixels(zoomed);
        if let Some(at) = at {
            let from_middle = at - Point::flat(width / 2.0, height / 2.0);
            let shift = 1.0 - across / zoomed;
            viewport.view.center_offset =
                viewport.view.center_offset + image_from_view * (from_middle * shift);
        }
    }

    /// A millimetre of the patient becomes one on the monitor.
    pub(in super::super) fn zoom_to_true_size(&mut self, library: &Library) {
        let Some((_, image)) = self.shown(library) else { return };
        let Some(pixel_mm) = self.pixel_mm_on(self.focus.screen) else {
            return self.tell(
                MessageKind::Note,
                "The size of the monitor's pixels is not known: pixel_mm in displays.toml or the setting display.pixel_mm says \
                 it.",
            );
        };
        let of_volume = self.focused_viewport().and_then(|viewport| viewport.of_volume(library));
        let scale = if let Some((view, volume)) = of_volume {
            Some(view.sheet(&volume).plane.spacing)
        } else {
            let scale = self.marks.scale(image, &[], self.stated_spacing(image, library));
            scale.ok().and_then(|scale| scale.mm_per_pixel)
        };
        let Some(mm) = scale else {
            return self.tell(MessageKind::Note, "The image does not say how large its pixels are.");
        };
        if let Some(viewport) = self.focused_viewport_mut() {
            viewport.view.zoom = Zoom::DevicePixels(mm.column / pixel_mm);
        }
    }

    /// Device pixels per image pixel in the focused viewport, along rows and columns of the image.
    pub(super) fn focused_scale(&self, library: &Library) -> Option<(f64, f64)> {
        let (_, image) = self.looked_at(library)?;
        let room = self.focused_viewport_size()?;
        self.focused_viewport()?.view.scale(&self.framing(image, library)?, room)
    }

    /// Width and height of the pointed tile of the focused viewport, in device pixels.
    pub(super) fn focused_viewport_size(&self) -> Option<(f64, f64)> {
        let rect = self.focused_screen()?.place(self.focus.viewport, self.pointed_tile())?;
        Some((f64::from(rect.width), f64::from(rect.height)))
    }
}

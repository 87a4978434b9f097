//! Scroll, zoom, pan.

use crate::command::{ScrollTarget, ViewCommand, ZoomCommand};
use crate::geometry::{Point, Vector};
use crate::study::Library;

use super::super::Surface;
use super::super::state::Session;
use super::super::viewport::{Look, View, Viewport, Zoom};

/// The least and the most device pixels per image pixel.
const ZOOM_LIMITS: (f64, f64) = (0.02, 64.0);

impl Session {
    pub(super) fn apply_view(&mut self, command: ViewCommand, library: &Library) {
        match command {
            ViewCommand::Scroll(target) => self.scroll(target, library),
            ViewCommand::Zoom(ZoomCommand::Fit) => {
                if let Some(viewport) = self.focused_viewport_mut() {
                    viewport.view = View::default();
                }
            }
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
        let Some((set, _)) = self.shown(library) else { return };
        let last = set.images.len().saturating_sub(1);
        let Some(Viewport { source: Some(source), cine, .. }) = self.focused_viewport_mut() else { return };
        // The hand of the reader ends it.
        cine.stop();
        source.index = match target {
            ScrollTarget::By(steps) => {
                source.index.saturating_add_signed(isize::try_from(steps).unwrap_or_default()).min(last)
            }
            ScrollTarget::First => 0,
            ScrollTarget::Last => last,
            ScrollTarget::To(number) => number.saturating_sub(1).min(last),
        };
    }

    /// Moves the picture by device pixels.
    pub(super) fn pan(&mut self, by: Vector<crate::geometry::View>, library: &Library) {
        let Some((across, down)) = self.focused_scale(library) else { return };
        if let Some(viewport) = self.focused_viewport_mut() {
            let in_image = Vector::flat(-by.xyz.x / across, -by.xyz.y / down);
            viewport.view.center_offset = viewport.view.center_offset + in_image;
        }
    }

    /// Zooms by a factor about a point of the viewport that stays where it is; about the middle without one.
    pub(super) fn zoom_about(
        &mut self,
        factor: f64,
        at: Option<Point<crate::geometry::View>>,
        library: &Library,
    ) {
        let Some((across, down)) = self.focused_scale(library) else { return };
        let Some((width, height)) = self.focused_viewport_size() else { return };
        let zoomed = (across * factor).clamp(ZOOM_LIMITS.0.min(across), ZOOM_LIMITS.1.max(across));
        let Some(viewport) = self.focused_viewport_mut() else { return };
        viewport.view.zoom = Zoom::DevicePixels(zoomed);
        if let Some(at) = at {
            let from_middle = at - Point::flat(width / 2.0, height / 2.0);
            let shift = 1.0 - across / zoomed;
            let in_image = Vector::flat(from_middle.xyz.x * shift / across, from_middle.xyz.y * shift / down);
            viewport.view.center_offset = viewport.view.center_offset + in_image;
        }
    }

    /// Device pixels per image pixel in the focused viewport, across and down.
    fn focused_scale(&self, library: &Library) -> Option<(f64, f64)> {
        let (_, image) = self.shown(library)?;
        let (width, height) = self.focused_viewport_size()?;
        self.focused_viewport()?.view.zoom.scale(&image.instance.image, width, height)
    }

    /// Width and height of the focused viewport in device pixels.
    pub(super) fn focused_viewport_size(&self) -> Option<(f64, f64)> {
        let screen = self.focused_screen()?;
        let Surface { width, height, .. } = screen.surface;
        let rects = crate::session::screen::cells(screen.grid, width, height);
        let rect = rects.get(self.focus.viewport)?;
        Some((f64::from(rect.width), f64::from(rect.height)))
    }
}

//! The whole of a volume seen from outside: shown, turned, lit.

use std::sync::Arc;

use crate::command::{
    Command, EditCommand, Filter, Grid, LayoutCommand, OverlayCommand, ScrollTarget, SectionCommand,
    ViewCommand, VolumeCommand, WindowCommand,
};
use crate::geometry::{Camera, Image as ImageSpace, Point, Vector, View as ViewSpace};
use crate::study::Library;
use crate::volume::Transfer;

use super::super::rendering::{Rendering, RenderingLook, VolumeView};
use super::super::state::{MessageKind, Session};

/// Degrees that a device pixel of dragging turns, at scale 1.
const DEGREES_PER_PIXEL: f64 = 0.5;

/// The share of its range by which a device pixel of dragging moves a transfer function, at scale 1.
const TRANSFER_SHARE_PER_PIXEL: f64 = 1.0 / 400.0;

impl Session {
    pub(super) fn apply_volume(&mut self, command: &VolumeCommand, library: &Library) {
        match command {
            VolumeCommand::Preset(name) => self.show_preset(name, library),
            VolumeCommand::Maximum => self.show_volume(RenderingLook::Maximum, library),
            VolumeCommand::Off if self.rendering_mut().is_some() => self.show_images(library),
            VolumeCommand::Off => self.tell_no_rendering(),
            VolumeCommand::Turn { azimuth, elevation } => {
                if !self.turn_rendering((*azimuth, *elevation)) {
                    self.tell_no_rendering();
                }
            }
            VolumeCommand::View(side) => {
                self.change_rendering(|rendering| rendering.camera = Camera::at(*side));
            }
            VolumeCommand::Turntable(switch) => self.change_rendering(|Rendering { turntable, .. }| {
                turntable.switch(switch.applied_to(turntable.is_turning));
            }),
            VolumeCommand::Light { right, above } => {
                self.change_rendering(|rendering| rendering.light = [*right, *above]);
            }
            VolumeCommand::Shift(by) => {
                if !self.move_transfer(|transfer| transfer.moved(*by, 1.0)) {
                    self.tell(MessageKind::Note, "There is no rendering in colours in this viewport.");
                }
            }
        }
    }

    pub(in super::super) fn show_preset(&mut self, name: &str, library: &Library) {
        if let Some(transfer) = self.settings.transfers.named(name).map(Arc::clone) {
            return self.show_volume(RenderingLook::Light(transfer), library);
        }
        // As commands and protocols call it.
        if name == "mip" {
            return self.show_volume(RenderingLook::Maximum, library);
        }
        let all = self.settings.transfers.all().iter();
        let names: Vec<&str> = all.map(|transfer| transfer.name.as_str()).collect();
        let text = format!("There is no rendering '{name}'; there are {}.", names.join(", "));
        self.tell(MessageKind::Note, text);
    }

    fn rendering_mut(&mut self) -> Option<&mut Rendering> {
        self.focused_viewport_mut()?.rendering.as_mut()
    }

    pub(super) fn tell_no_rendering(&mut self) {
        self.tell(MessageKind::Note, "There is no rendering in this viewport: `volume bone` shows one.");
    }

    fn change_rendering(&mut self, change: impl FnOnce(&mut Rendering)) {
        match self.rendering_mut() {
            Some(rendering) => change(rendering),
            None => self.tell_no_rendering(),
        }
    }

    /// Shows the whole of the volume in focus, from where it was looked at before.
    fn show_volume(&mut self, look: RenderingLook, library: &Library) {
        let Some((set, volume)) = self.volume_in_focus(library) else { return };
        if let Some(rendering) = self.rendering_mut() {
            rendering.look = look;
            return;
        }
        let at = self.point_to_show(set, &volume, library);
        self.put_of_volume((None, Some(Rendering::new(look))), at, library);
        // All of it, whatever was looked at before.
        if let Some(viewport) = self.focused_viewport_mut() {
            viewport.view = super::super::viewport::View::default();
        }
    }

    /// Goes around the rendering in focus by degrees, to the patient's left from the front, and up; whether one is there.
    pub(super) fn turn_rendering(&mut self, (azimuth, elevation): (f64, f64)) -> bool {
        let rendering = self.rendering_mut();
        rendering.map(|it| it.camera = it.camera.turned(azimuth, elevation)).is_some()
    }

    /// The rendering in focus goes with the hand, as if it were taken hold of; whether one is there.
    pub(super) fn drag_turn(&mut self, by: Vector<ViewSpace>) -> bool {
        self.turn_rendering((-by.xyz.x * DEGREES_PER_PIXEL, by.xyz.y * DEGREES_PER_PIXEL))
    }

    /// Goes to another of the views around the rendering in focus; whether one is there.
    pub(super) fn scroll_rendering(&mut self, target: ScrollTarget) -> bool {
        let Some(rendering) = self.rendering_mut() else { return false };
        // The hand of the reader ends it.
        rendering.turntable.switch(false);
        rendering.camera = match target {
            ScrollTarget::By(views) => rendering.view_by(views),
            ScrollTarget::First => rendering.view_at(1),
            ScrollTarget::Last => rendering.view_at(Rendering::VIEWS),
            ScrollTarget::To(number) => rendering.view_at(number),
        };
        true
    }

    /// As a window: right is wider, down is for higher values; whether there is a rendering in colours.
    pub(super) fn drag_transfer(&mut self, by: Vector<ViewSpace>) -> bool {
        let by = by * TRANSFER_SHARE_PER_PIXEL;
        self.move_transfer(|transfer| {
            transfer.moved(by.xyz.y * (transfer.high - transfer.low), (1.0 + by.xyz.x).max(0.1))
        })
    }

    fn move_transfer(&mut self, moved: impl FnOnce(&Transfer) -> Transfer) -> bool {
        let Some(Rendering { look: RenderingLook::Light(transfer), .. }) = self.rendering_mut() else {
            return false;
        };
        *transfer = Arc::new(moved(transfer));
        true
    }

    /// Leads the shared point to what the eye meets at a place of the rendering in focus; whether one is there.
    pub(super) fn share_point_met(&mut self, at: Point<ImageSpace>, library: &Library) -> bool {
        let of_volume = self.focused_viewport().and_then(|viewport| viewport.of_volume(library));
        let Some((VolumeView::Rendering(rendering), volume)) = of_volume else { return false };
        let plane = rendering.sheet(&volume).plane;
        let met = rendering.met(&volume, plane.patient_from_image() * at);
        let set = self.shown(library).map(|(set, _)| set);
        if let (Some((at, _)), Some(set)) = (met, set) {
            self.put_point(at, set, library);
        }
        true
    }

    /// Why a command is not for the rendering in focus.
    pub(super) fn refusal_on_rendering(&self, command: &Command) -> Option<&'static str> {
        let rendering = self.focused_viewport()?.rendering.as_ref()?;
        let is_lit = rendering.look != RenderingLook::Maximum;
        match command {
            Command::Edit(EditCommand::Undo | EditCommand::Redo) => None,
            Command::Edit(_) => Some("Marks are on images: nothing is measured on a rendering."),
            Command::KeyImage(_) => Some("A rendering is no key image."),
            Command::Presentation(_) => Some("Presentation states are for images and not for renderings."),
            Command::View(ViewCommand::Filter(filter)) if *filter != Filter::None => {
                Some("Renderings are not filtered.")
            }
            Command::View(ViewCommand::Flip(_)) => Some("A rendering is turned and never mirrored."),
            Command::Section(SectionCommand::Slab(_) | SectionCommand::Projection(_)) => {
                Some("A rendering shows the whole volume and no slab.")
            }
            Command::Window(WindowCommand::Padding(_)) => Some("Padding is clear in renderings."),
            Command::Window(_) if is_lit => Some(
                "A rendering in colours has no window: the window tool and `volume shift` move its colours.",
            ),
            Command::Layout(LayoutCommand::Tiles(grid)) if *grid != Grid::ONE => {
                Some("Tiles are of images and not of renderings.")
            }
            Command::Overlay(OverlayCommand::Planes(_) | OverlayCommand::Shutter(_)) => {
                Some("What lies over images is not drawn on renderings.")
            }
            _ => None,
        }
    }
}

//! The pointer, interpreted by the active tool.

use crate::command::{PointerButton, PointerCommand, ScrollTarget, ToolCommand, ToolName, ZoomCommand};
use crate::geometry::{Image as ImageSpace, Map, Point, Vector, View};
use crate::study::{DisplaySet, FrameState, Image, Library};

use super::super::crosshair::CrosshairGrip;
use super::super::screen::Place;
use super::super::state::{Focus, MessageKind, PointerAt, Session};
use super::super::tool::{Gesture, PIXELS_PER_IMAGE, drag_window, drag_zoom};
use super::super::viewport::VoiChoice;
use super::NO_MARKS_ALONG;

/// The share of the effect that Shift leaves.
const FINE: f64 = 0.1;

impl Session {
    pub(super) fn apply_tool(&mut self, command: ToolCommand, library: &Library) {
        match command {
            ToolCommand::Choose(tool) => {
                self.tool = tool;
                self.draft = None;
                self.outline = None;
            }
            ToolCommand::Pointer(command) => self.apply_pointer(command, library),
        }
    }

    fn apply_pointer(&mut self, command: PointerCommand, library: &Library) {
        match command {
            PointerCommand::Press { button, at } => self.press(button, at, library),
            PointerCommand::Move { at, is_fine } => self.drag(at, is_fine, library),
            PointerCommand::Release => self.release(library),
            PointerCommand::ZoomAt { factor, at } => self.zoom_about(factor, Some(at), library),
            PointerCommand::Hover { viewport, tile, at } => {
                let (viewport, tile) = (viewport.saturating_sub(1), tile.saturating_sub(1));
                let screen = self.focus.screen;
                self.pointer = Some(PointerAt { screen, viewport, tile, at, is_by_keys: false });
                self.draw_to(at, library);
            }
            PointerCommand::Leave => self.pointer = None,
            PointerCommand::Step { right, down } => self.step_pointer(Vector::flat(right, down), library),
            PointerCommand::Click => {
                let Some(PointerAt { at, is_by_keys, .. }) = self.pointer_in_focus() else { return };
                if self.tool == ToolName::Curve {
                    self.click_with_curve(at, is_by_keys, library);
                } else {
                    self.press(PointerButton::Left, at, library);
                    self.release(library);
                }
            }
        }
    }

    fn press(&mut self, button: PointerButton, at: Point<View>, library: &Library) {
        let tool = match button {
            PointerButton::Left => self.tool,
            PointerButton::Middle => ToolName::Pan,
            PointerButton::Right => ToolName::Window,
        };
        if tool == ToolName::Window && self.tell_if_color(library) {
            return;
        }
        let is_left = button == PointerButton::Left;
        if is_left && tool.measures() && self.is_along_path() {
            return self.tell(MessageKind::Note, NO_MARKS_ALONG);
        }
        if is_left
            && tool.measures()
            && self.focused_viewport().is_some_and(|viewport| viewport.rendering.is_some())
        {
            return self.tell(
                MessageKind::Note,
                "Nothing is measured on renderings: marks are on images and sections. `plane acquired` shows the images.",
            );
        }
        let mark = if is_left && self.draft.is_none() { self.grasp(at, library) } else { None };
        let may_turn = is_left
            && mark.is_none()
            && !tool.measures()
            && !matches!(tool, ToolName::Magnifier | ToolName::Scissors);
        let crosshair = if may_turn { self.crosshair_at(at, library) } else { None };
        let face = if may_turn { self.face_at(at, library) } else { None };
        let can_hold =
            is_left && mark.is_none() && face.is_none() && self.draft.is_none() && !tool.measures();
        let path_point = if can_hold { self.grasp_path(at, library) } else { None };
        let is_held = mark.is_some() || crosshair.is_some() || path_point.is_some() || face.is_some();
        self.gesture = Some(Gesture {
            tool,
            pressed_at: at,
            last_at: at,
            scroll_rest: 0.0,
            mark,
            crosshair,
            path_point,
            face,
        });
        if is_held {
            return;
        }
        match tool {
            _ if tool.measures() => self.place_point(at, library),
            ToolName::Point => self.share_point_at(at, library),
            ToolName::Curve => self.press_with_curve(at, library),
            ToolName::Scissors => self.press_scissors(at, library),
            _ => {
                if button == PointerButton::Left {
                    self.selected = None;
                }
            }
        }
    }

    fn drag(&mut self, at: Point<View>, is_fine: bool, library: &Library) {
        let Some(gesture) = &mut self.gesture else { return };
        let from = std::mem::replace(&mut gesture.last_at, at);
        let moved = at - from;
        let Gesture { tool, pressed_at, crosshair, face, .. } = *gesture;
        if let Some(pointer) = &mut self.pointer {
            pointer.at = at;
        }
        if self.move_path_point(at, library) || self.move_mark(at, library) {
            return;
        }
        if let Some(side) = face {
            return self.drag_face(side, moved, library);
        }
        match crosshair {
            Some(CrosshairGrip::Point) => return self.share_point_at(at, library),
            Some(CrosshairGrip::Line { screen, viewport }) => {
                return self.drag_crosshair_line((screen, viewport), from, at, library);
            }
            None => {}
        }
        // A drag means the same on every monitor: device pixels count by the scale.
        let scale = self.focused_screen().map_or(1.0, |screen| f64::from(screen.surface.scale).max(0.1));
        let by = moved * ((if is_fine { FINE } else { 1.0 }) / scale);
        match tool {
            ToolName::Scroll if self.drag_turn(by) => {}
            ToolName::Scroll => self.drag_scroll(by, library),
            ToolName::Window if self.drag_transfer(by) => {}
            ToolName::Window => self.drag_window(by, library),
            ToolName::Pan => self.pan(moved, library),
            ToolName::Zoom => {
                if let ZoomCommand::By(factor) = drag_zoom(by) {
                    self.zoom_about(factor, Some(pressed_at), library);
                }
            }
            ToolName::Point => self.share_point_at(at, library),
            ToolName::Magnifier | ToolName::Curve => {}
            ToolName::Scissors => self.drag_scissors(at, is_fine),
            ToolName::Length
            | ToolName::Angle
            | ToolName::Ellipse
            | ToolName::Rectangle
            | ToolName::Probe => self.draw_to(at, library),
        }
    }

    fn release(&mut self, library: &Library) {
        let Some(gesture) = self.gesture.take() else { return };
        let by = gesture.last_at - gesture.pressed_at;
        self.let_go(gesture.mark, by.length() > 0.0, library);
        let is_click = by.length() <= 0.0 && gesture.tool == ToolName::Scroll;
        self.let_path_go(gesture.path_point, by.length() > 0.0);
        // Nothing else can be meant by it, and all sections go there.
        if is_click && self.is_along_path() {
            self.share_point_at(gesture.last_at, library);
        }
        if gesture.tool == ToolName::Scissors {
            self.release_scissors(by.length() > 0.0, library);
        }
        // Another button may move or window the picture between two points.
        if gesture.tool.measures() {
            self.end_stroke(gesture.last_at, library);
        }
    }

    fn drag_scroll(&mut self, by: Vector<View>, library: &Library) {
        let Some(gesture) = &mut self.gesture else { return };
        let images = gesture.scroll_rest + by.xyz.y / PIXELS_PER_IMAGE;
        gesture.scroll_rest = images - images.trunc();
        #[expect(clippy::cast_possible_truncation, reason = "a drag spans a few thousand pixels")]
        let steps = images.trunc() as i32;
        if steps != 0 {
            self.scroll(ScrollTarget::By(steps), library);
        }
    }

    fn drag_window(&mut self, by: Vector<View>, library: &Library) {
        let Some((_, image)) = self.shown(library) else { return };
        let Some(viewport) = self.focused_viewport() else { return };
        let applied = self.applied(viewport, image, library);
        let frame = library.frame(&applied.key(image)).and_then(FrameState::ready);
        let Some((voi, _)) = applied.voi(&viewport.look.voi, image, frame) else { return };
        let Some(window) = drag_window(voi.window, by) else { return };
        let Some(viewport) = self.focused_viewport_mut() else { return };
        viewport.look.voi = match viewport.look.voi {
            VoiChoice::Own(place) | VoiChoice::HandOverTable { place, .. } if voi.table.is_some() => {
                VoiChoice::HandOverTable { place, window }
            }
            _ => VoiChoice::Hand(window),
        };
    }

    /// Moves the pointer by keys: by image pixels, from the middle of what is seen of the viewport at first.
    fn step_pointer(&mut self, by: Vector<View>, library: &Library) {
        let here = self.pointer_in_focus();
        let tile = here.map_or(0, |pointer| pointer.tile);
        let place = self.focused_screen().and_then(|screen| screen.place_of(self.focus.viewport, tile));
        let Some(Place { rect, clip, .. }) = place else { return };
        // What lies under another picture is not pointed at.
        let (left, top) =
            (f64::from(clip.x.saturating_sub(rect.x)), f64::from(clip.y.saturating_sub(rect.y)));
        let (right, bottom) = (left + f64::from(clip.width), top + f64::from(clip.height));
        let middle = Point::flat(f64::midpoint(left, right), f64::midpoint(top, bottom));
        let from = here.map_or(middle, |pointer| pointer.at);
        let scale = self.focused_scale(library).map_or(1.0, |(across, _)| across.max(1.0));
        // The first step only shows the pointer.
        let to = if here.is_some() { from + by * scale } else { from };
        let at = Point::flat(to.xyz.x.clamp(left, right), to.xyz.y.clamp(top, bottom));
        let Focus { screen, viewport } = self.focus;
        self.pointer = Some(PointerAt { screen, viewport, tile, at, is_by_keys: true });
        self.draw_to(at, library);
    }

    /// The pointer, when it is over the focused viewport.
    pub(in super::super) fn pointer_in_focus(&self) -> Option<PointerAt> {
        let tiles = self.focused_viewport()?.tiles.count();
        let is_here = |pointer: &PointerAt| {
            (pointer.screen, pointer.viewport) == (self.focus.screen, self.focus.viewport)
                && pointer.tile < tiles
        };
        self.pointer.filter(is_here)
    }

    /// The tile of the focused viewport that the pointer is over; the first without a pointer.
    pub(in super::super) fn pointed_tile(&self) -> usize {
        self.pointer_in_focus().map_or(0, |pointer| pointer.tile)
    }

    /// The image of the focused viewport that the pointer is over; without one the first of its tiles. What is shown of a
    /// volume is no image.
    pub(in super::super) fn pointed<'a>(&self, library: &'a Library) -> Option<(&'a DisplaySet, &'a Image)> {
        let is_of_volume = self.focused_viewport()?.is_of_volume();
        self.looked_at(library).filter(|_| !is_of_volume)
    }

    /// The same, or the image in whose place something of its volume is shown.
    pub(in super::super) fn looked_at<'a>(
        &self,
        library: &'a Library,
    ) -> Option<(&'a DisplaySet, &'a Image)> {
        let (set, _) = self.shown(library)?;
        let index = self.focused_viewport()?.tile_index(self.pointed_tile())?;
        Some((set, set.images.get(index)?))
    }

    /// From the focused viewport to the image that the pointer is over.
    pub(in super::super) fn image_from_pointed_view(
        &self,
        library: &Library,
    ) -> Option<Map<ImageSpace, View>> {
        let (_, image) = self.looked_at(library)?;
        let rect = self.focused_screen()?.place(self.focus.viewport, self.pointed_tile())?;
        let room = (f64::from(rect.width), f64::from(rect.height));
        self.focused_viewport()?.view.image_from_view(&self.framing(image, library)?, room)
    }

    fn share_point_at(&mut self, at: Point<View>, library: &Library) {
        if let Some(map) = self.image_from_pointed_view(library)
            && !self.share_point_met(map * at, library)
        {
            self.share_point(map * at, library);
        }
    }
}

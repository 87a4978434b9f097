//! The pointer, interpreted by the active tool.

use crate::command::{PointerButton, PointerCommand, ScrollTarget, ToolCommand, ToolName, ZoomCommand};
use crate::geometry::{Point, Vector, View};
use crate::study::{FrameState, Library};

use super::super::state::Session;
use super::super::tool::{Gesture, PIXELS_PER_IMAGE, drag_window, drag_zoom};
use super::super::viewport::VoiChoice;

/// The share of the effect that Shift leaves.
const FINE: f64 = 0.1;

impl Session {
    pub(super) fn apply_tool(&mut self, command: ToolCommand, library: &Library) {
        match command {
            ToolCommand::Choose(tool) => self.tool = tool,
            ToolCommand::Pointer(PointerCommand::Press { button, at }) => {
                let tool = match button {
                    PointerButton::Left => self.tool,
                    PointerButton::Middle => ToolName::Pan,
                    PointerButton::Right => ToolName::Window,
                };
                if tool == ToolName::Window && self.tell_if_color(library) {
                    return;
                }
                self.gesture = Some(Gesture { tool, pressed_at: at, last_at: at, scroll_rest: 0.0 });
            }
            ToolCommand::Pointer(PointerCommand::Move { at, is_fine }) => self.drag(at, is_fine, library),
            ToolCommand::Pointer(PointerCommand::Release) => self.gesture = None,
            ToolCommand::Pointer(PointerCommand::ZoomAt { factor, at }) => {
                self.zoom_about(factor, Some(at), library);
            }
        }
    }

    fn drag(&mut self, at: Point<View>, is_fine: bool, library: &Library) {
        let Some(gesture) = &mut self.gesture else { return };
        let moved = at - gesture.last_at;
        gesture.last_at = at;
        let Gesture { tool, pressed_at, .. } = *gesture;
        // A drag means the same on every monitor: device pixels count by the scale.
        let scale = self.focused_screen().map_or(1.0, |screen| f64::from(screen.surface.scale).max(0.1));
        let by = moved * ((if is_fine { FINE } else { 1.0 }) / scale);
        match tool {
            ToolName::Scroll => self.drag_scroll(by, library),
            ToolName::Window => self.drag_window(by, library),
            ToolName::Pan => self.pan(moved, library),
            ToolName::Zoom => {
                if let ZoomCommand::By(factor) = drag_zoom(by) {
                    self.zoom_about(factor, Some(pressed_at), library);
                }
            }
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
        let Some(viewport) = self.focused_viewport_mut() else { return };
        let frame = library.frame(&image.key()).and_then(FrameState::ready);
        let Some((window, _)) = viewport.look.voi.resolve(image, frame) else { return };
        if let Some(window) = drag_window(window, by) {
            viewport.look.voi = VoiChoice::Hand(window);
        }
    }
}

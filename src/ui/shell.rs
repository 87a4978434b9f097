//! One window: title, strip, rail, viewports, status, and the panel over or beside them.

use egui::{Align2, Color32, Context, Rect, Stroke, StrokeKind, Ui, UiBuilder, pos2, vec2};

use crate::command::{Command, WindowCommand};
use crate::grayscale::WindowPreset;
use crate::keymap::{Keymap, Sequence};
use crate::render::{FramePlan, ViewportPlan};
use crate::session::{Session, Surface, Viewport};
use crate::study::Library;

use super::theme::{colors, strong};
use super::{calibration, due, leader, panel, rail, status, strip, studies, text, title, viewport, words};

/// The height of the title row, in points.
const TITLE: f32 = 34.0;
/// The same for windows after the first.
const TITLE_SMALL: f32 = 26.0;
/// The height of the status row.
const STATUS: f32 = 28.0;
/// The same where all but the images is hidden.
const STATUS_SLIM: f32 = 18.0;
/// The width of the strip of series.
const STRIP: f32 = 164.0;
/// The width of the panel that stands beside the images, and the most of a window that it takes.
const SIDE: f32 = 340.0;
const SIDE_SHARE_MAX: f32 = 0.45;
/// The width of the tool rail.
const RAIL: f32 = 40.0;

/// All that one window shows.
#[derive(Debug, Clone, Copy)]
pub struct ScreenView<'a> {
    /// What the reader sees.
    pub session: &'a Session,
    /// What is loaded.
    pub library: &'a Library,
    /// Which window, as an index in [`Session::screens`].
    pub screen: usize,
    /// What it shows: made for [`surface`], or in `logic` the plan of the last frame.
    pub plan: &'a FramePlan,
    /// Keys, for hints and the key sheet.
    pub keymap: &'a Keymap,
}

impl<'a> ScreenView<'a> {
    /// The name of the key that gives a command; that of a window preset may be its digit.
    pub(super) fn key(&self, command: &Command) -> Option<String> {
        let slot = match command {
            Command::Window(WindowCommand::Preset(name)) => {
                let place = self.presets().iter().position(|preset| preset.name == *name);
                place.map(|place| Command::Window(WindowCommand::Slot(place + 1)))
            }
            _ => None,
        };
        let chord = |command| self.keymap.chord_for(command);
        chord(command).or_else(|| slot.as_ref().and_then(chord)).map(Sequence::label)
    }

    /// The window presets of what the focused viewport shows, in the order of the digits.
    pub(super) fn presets(&self) -> &'a [WindowPreset] {
        let source = self.session.focused_viewport().and_then(|viewport| viewport.source.as_ref());
        let series =
            source.and_then(|source| self.library.find(&source.display_set)).map(|(_, series, _)| series);
        series.map_or(&[], |series| self.session.settings.presets.of(&series.attributes.modality))
    }

    /// The viewport that the window speaks of: the focused one, or the first of a window without the focus.
    pub(super) fn viewport(&self) -> Option<&'a ViewportPlan> {
        let viewports = &self.plan.viewports;
        viewports.iter().find(|viewport| viewport.is_focused).or_else(|| viewports.first())
    }

    /// The same in the session.
    pub(super) fn shown(&self) -> Option<&'a Viewport> {
        self.session.screens.get(self.screen)?.viewports.get(self.viewport()?.index)
    }

    /// Where an image of the window stands, in points.
    pub(super) fn rect(&self, ctx: &Context, plan: &ViewportPlan) -> Rect {
        let scale = ctx.pixels_per_point();
        viewport::place(plan.rect, room(ctx.content_rect(), scale, self.session, self.screen), scale)
    }

    /// Where the viewport that the window speaks of stands, with all its tiles.
    pub(super) fn viewport_rect(&self, ctx: &Context) -> Rect {
        let shown = self.viewport().map(|viewport| viewport.index);
        let tiles = self.plan.viewports.iter().filter(|plan| Some(plan.index) == shown);
        let whole = tiles.map(|plan| self.rect(ctx, plan)).reduce(Rect::union);
        whole.unwrap_or_else(|| ctx.content_rect())
    }

    /// Whether keys go to this window.
    pub(super) fn is_focused(&self) -> bool {
        self.session.focus.screen == self.screen
    }
}

/// The parts of a window, in points, on whole device pixels; those that are hidden have no area.
struct Parts {
    /// All but the bar that asks for checks of the monitor.
    window: Rect,
    due: Rect,
    title: Rect,
    strip: Rect,
    rail: Rect,
    room: Rect,
    /// Beside the images: the panel of the transfer function.
    side: Rect,
    status: Rect,
}

impl Parts {
    fn of(window: Rect, pixels_per_point: f32, session: &Session, screen: usize) -> Self {
        let scale = pixels_per_point.max(0.1);
        let snap = |points: f32| (points * scale).round() / scale;
        let shown = session.screens.get(screen);
        if shown.is_some_and(|screen| screen.pattern.is_some()) {
            let nothing = Rect::from_min_size(window.min, vec2(0.0, 0.0));
            return Self {
                window,
                due: nothing,
                title: nothing,
                strip: nothing,
                rail: nothing,
                room: window,
                side: nothing,
                status: nothing,
            };
        }
        let has_chrome = shown.is_none_or(|screen| screen.has_chrome);
        let (title_height, status_height, rail_width) = match (has_chrome, screen) {
            (false, _) => (0.0, STATUS_SLIM, 0.0),
            (true, 0) => (TITLE, STATUS, RAIL),
            (true, _) => (TITLE_SMALL, STATUS, RAIL),
        };
        let (left, right) = (snap(window.left()), snap(window.right()));
        let (top, end) = (snap(window.top()), snap(window.bottom()));
        let due_height = if session.asks_due(screen).is_some() { due::HEIGHT } else { 0.0 };
        let bottom = snap(end - due_height).max(top);
        let title_end = snap(top + title_height).min(bottom);
        let status_start = snap(bottom - status_height).max(title_end);
        let strip_width = if session.shows_strip(screen) { STRIP } else { 0.0 };
        let strip_end = snap(left + strip_width).min(right);
        let rail_end = snap(strip_end + rail_width).min(right);
        let side_width =
            if session.shows_transfer(screen) { SIDE.min(window.width() * SIDE_SHARE_MAX) } else { 0.0 };
        let side_start = snap(right - side_width).max(rail_end);
        let rect = |x0, y0, x1, y1| Rect::from_min_max(pos2(x0, y0), pos2(x1, y1));
        Self {
            window: if due_height > 0.0 { window.with_max_y(bottom) } else { window },
            due: rect(left, bottom, right, end),
            title: rect(left, top, right, title_end),
            strip: rect(left, title_end, strip_end, status_start),
            rail: rect(strip_end, title_end, rail_end, status_start),
            room: rect(rail_end, title_end, side_start, status_start),
            side: rect(side_start, title_end, right, status_start),
            status: rect(left, status_start, right, bottom),
        }
    }
}

/// The room for viewports in a window, in points; its corner and its size are whole device pixels.
///
/// `window` is `ctx.content_rect()`, and `screen` the window's index: windows after the first have a smaller title, and
/// the strip of series and the panel of the transfer function take their part where they are shown.
pub fn room(window: Rect, pixels_per_point: f32, session: &Session, screen: usize) -> Rect {
    Parts::of(window, pixels_per_point, session, screen).room
}

/// The same in device pixels: what the plan is made for.
pub fn surface(window: Rect, pixels_per_point: f32, session: &Session, screen: usize) -> Surface {
    let size = room(window, pixels_per_point, session, screen).size() * pixels_per_point;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a size in pixels, not negative"
    )]
    let pixels = |length: f32| length.round() as u32;
    Surface { width: pixels(size.x), height: pixels(size.y), scale: pixels_per_point }
}

/// Shows one window; gives the commands that its controls were used for, to be applied before the next frame's keys.
pub fn show(ui: &mut Ui, view: &ScreenView<'_>) -> Vec<Command> {
    // The whole window, as in `room`, whatever margins the caller's `ui` has.
    let window = ui.ctx().content_rect();
    let builder = UiBuilder::new().max_rect(window);
    ui.scope_builder(builder, |ui| {
        ui.set_clip_rect(window);
        parts(ui, window, view)
    })
    .inner
}

fn parts(ui: &mut Ui, window: Rect, view: &ScreenView<'_>) -> Vec<Command> {
    let mut commands = Vec::new();
    let parts = Parts::of(window, ui.pixels_per_point(), view.session, view.screen);
    if view.screen == 0 {
        // The first window is drawn with every change, whatever it shows.
        viewport::forget_closed(ui.ctx(), view.library);
    }
    if view.plan.pattern.is_none() {
        calibration::fill_monitor(ui.ctx(), false);
    }
    if view.plan.pattern.is_some() {
        calibration::show_pattern(ui, window, view, &mut commands);
    } else if view.session.calibrates(view.screen) {
        calibration::show(ui, window, view, &mut commands);
    } else if view.session.lists_studies(view.screen) {
        studies::show(ui, parts.window, view, &mut commands);
    } else {
        show_images(ui, &parts, view, &mut commands);
    }
    if let Some(asked) = view.session.asks_due(view.screen).filter(|_| parts.due.is_positive()) {
        due::show(ui, parts.due, view, &asked, &mut commands);
    }
    if ui.input(|input| !input.raw.hovered_files.is_empty()) {
        invite_drop(ui, parts.room);
    }
    if view.is_focused() {
        panel::show(ui.ctx(), view, &mut commands);
    }
    leader::show(ui, parts.room, view);
    if !commands.is_empty() {
        ui.ctx().request_repaint();
    }
    commands
}

/// The images, and what stands around them.
fn show_images(ui: &mut Ui, parts: &Parts, view: &ScreenView<'_>, commands: &mut Vec<Command>) {
    // No fill behind it all: the window was cleared to black, and each pixel painted twice costs a software rasteriser
    // more than the picture.
    viewport::show_all(ui, view, parts.room, commands);
    if parts.strip.is_positive() {
        strip::show(ui, parts.strip, view, commands);
    }
    if parts.side.is_positive() {
        panel::show_beside(ui, parts.side, view, commands);
    }
    if parts.title.is_positive() {
        title::show(ui, parts.title, view, commands);
        rail::show(ui, parts.rail, view, commands);
        status::show(ui, parts.status, view, commands);
    } else {
        status::show_slim(ui, parts.status, view, commands);
    }
}

/// Files hang over the window.
fn invite_drop(ui: &Ui, room: Rect) {
    let colors = colors(ui.ctx());
    let painter = ui.painter_at(room);
    painter.rect(
        room.shrink(1.0),
        0.0,
        Color32::TRANSPARENT,
        Stroke::new(2.0, colors.focus),
        StrokeKind::Inside,
    );
    let words = text::line(&painter, words::DROP_TO_OPEN, strong(16.0), colors.strong);
    let plate = Align2::CENTER_CENTER.anchor_size(room.center(), words.size());
    painter.rect_filled(plate.expand(14.0), 4.0, colors.panel);
    painter.galley(plate.min, words, colors.strong);
}

#[cfg(test)]
mod tests {
    use egui::vec2;

    use crate::session::SessionSettings;

    use super::*;

    fn session() -> Session {
        Session::new(SessionSettings::default())
    }

    #[test]
    fn the_room_for_viewports_is_whole_device_pixels_at_every_scale() {
        for scale in [1.0, 1.25, 1.5, 1.75, 2.0, 13.0 / 12.0] {
            let window = Rect::from_min_size(pos2(0.0, 0.0), vec2(1920.0 / scale, 1080.0 / scale));
            let room = room(window, scale, &session(), 0);
            for edge in [room.left(), room.right(), room.top(), room.bottom()] {
                let pixels = edge * scale;
                assert!((pixels - pixels.round()).abs() < 1e-3, "{edge} at {scale}");
            }
            let surface = surface(window, scale, &session(), 0);
            let expected = 1920 - whole((STRIP * scale).round() + RAIL * scale);
            assert_eq!(surface.width, expected, "at {scale}");
        }
    }

    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a test's small number")]
    fn whole(pixels: f32) -> u32 {
        pixels.round() as u32
    }

    #[test]
    fn a_window_without_area_has_no_room_and_does_not_fail() {
        let window = Rect::from_min_size(pos2(0.0, 0.0), vec2(10.0, 10.0));
        let surface = surface(window, 1.0, &session(), 0);
        assert_eq!((surface.width, surface.height), (0, 0));
    }

    #[test]
    fn where_all_but_the_images_is_hidden_they_have_all_but_a_slim_row() {
        let window = Rect::from_min_size(pos2(0.0, 0.0), vec2(800.0, 600.0));
        let mut session = session();
        session.screens.iter_mut().for_each(|screen| screen.has_chrome = false);
        let images = Rect::from_min_size(window.min, vec2(800.0, 600.0 - STATUS_SLIM));
        assert_eq!(room(window, 1.0, &session, 0), images);
    }

    #[test]
    fn later_windows_leave_more_room_and_so_does_a_strip_that_is_closed() {
        let window = Rect::from_min_size(pos2(0.0, 0.0), vec2(800.0, 600.0));
        let mut session = session();
        let [first, second] = [0, 1].map(|screen| surface(window, 1.0, &session, screen));
        assert!(second.height > first.height && second.width > first.width);
        session.screens.iter_mut().for_each(|screen| screen.has_strip = false);
        assert_eq!(surface(window, 1.0, &session, 0).width, second.width);
    }
}

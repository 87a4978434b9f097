//! What values look like in the rendering in focus: how often they occur, the curve of their opacity, and their colours.
//!
//! It stands beside the picture, which follows each change. Keys do all that the hand does: `keyed` has them.

use std::borrow::Cow;

use egui::{
    Event, FocusDirection, Id, Key, Modifiers, Pos2, Rect, Response, RichText, Role, Sense, Shape, Stroke,
    Ui, WidgetInfo,
};
use egui::{lerp, pos2, remap, vec2};

use crate::command::{AppCommand, Command, PanelName, TransferCommand};
use crate::volume::{Histogram, Transfer, levels};

use super::super::bidi::for_display;
use super::super::shell::ScreenView;
use super::super::theme::{self, Colors, colors, regular, strong};
use super::super::transfer_words as words;
use super::transfer_presets;

/// The height of the curve, and of the colours below it, in points.
const CURVE: f32 = 170.0;
const STRIP: f32 = 22.0;
/// Between the curve's room and its lowest and highest opacity.
const INSET: f32 = 8.0;
const HANDLE: f32 = 5.0;
/// So near the pointer takes hold of a point.
const REACH: f32 = 12.0;
/// What a key moves, as a share of the range of values, and of opacity.
const STEP: f64 = 0.005;
const OPACITY_STEP: f64 = 0.01;
/// What a key adds to a level of a colour, of 255.
const TINT: u8 = 8;

/// A point of either curve: those of the opacity first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Grip {
    Opacity(usize),
    Color(usize),
}

impl Grip {
    fn of(chosen: usize, transfer: &Transfer) -> Self {
        let count = transfer.opacity.len();
        let chosen = chosen.min((count + transfer.color.len()).saturating_sub(1));
        if chosen < count { Self::Opacity(chosen) } else { Self::Color(chosen - count) }
    }

    fn place(self, transfer: &Transfer) -> usize {
        match self {
            Self::Opacity(place) => place,
            Self::Color(place) => transfer.opacity.len() + place,
        }
    }
}

/// All points, those of the opacity first.
fn grips(transfer: &Transfer) -> impl Iterator<Item = Grip> {
    (0..transfer.opacity.len()).map(Grip::Opacity).chain((0..transfer.color.len()).map(Grip::Color))
}

/// From values and opacities to the room of the curve.
struct Room {
    rect: Rect,
    low: f64,
    high: f64,
}

/// Shows the curves.
pub(super) fn show(ui: &mut Ui, view: &ScreenView<'_>, commands: &mut Vec<Command>) {
    let colors = colors(ui.ctx());
    let Some(transfer) = view.session.edited_transfer() else {
        ui.label(RichText::new(words::NONE).color(colors.text));
        return;
    };
    let grip = Grip::of(view.session.chosen_point().unwrap_or(0), transfer);
    ui.horizontal(|ui| {
        ui.label(RichText::new(words::TITLE).font(strong(14.0)).color(colors.strong));
        if view.session.wanted_values(view.library).is_some() {
            ui.label(RichText::new(words::COUNTING).font(regular(12.0)).color(colors.dim));
        }
    });
    let present = words::present(&for_display(&transfer.title), view.session.is_transfer_changed());
    ui.label(RichText::new(present).color(colors.text));
    ui.add_space(6.0);
    let histogram = view.session.histogram(view.library);
    let (low, high) = histogram.map_or((transfer.low, transfer.high), |it| (it.low, it.high));
    let (rect, response) =
        ui.allocate_exact_size(vec2(ui.available_width(), CURVE + STRIP), Sense::click_and_drag());
    response.widget_info(|| WidgetInfo::labeled(Role::Slider, true, words::CURVE));
    // All points are in sight, those of the colours too.
    let range = [low.min(transfer.low), high.max(transfer.high)];
    let values = transfer.color.iter().map(|&[value, ..]| value);
    let range = values.fold(range, |[low, high], value| [low.min(value), high.max(value)]);
    let [low, high] = range_in_hand(ui, &response, range);
    let room = Room { rect, low, high };
    room.paint(ui, transfer, histogram, grip, &colors);
    room.name_handles(ui, transfer);
    room.hands(ui, &response, transfer, grip, commands);
    // Another panel may lie over it, and has the keys then.
    if view.session.panel.as_ref().is_some_and(|panel| panel.name == PanelName::Transfer) {
        keys(ui, transfer, grip, &room, commands);
    }
    ui.add_space(8.0);
    chosen_point(ui, transfer, grip, &colors, commands);
    ui.add_space(4.0);
    ui.label(RichText::new(words::HINT).font(regular(12.0)).color(colors.dim));
    ui.add_space(8.0);
    transfer_presets::show(ui, view, transfer, commands);
}

/// The range that is seen. It stays while a point is in the hand, so that the point is where the hand is.
fn range_in_hand(ui: &Ui, response: &Response, range: [f64; 2]) -> [f64; 2] {
    let id = Id::unique("the range of a transfer function in the hand");
    if response.dragged() && !response.drag_started() {
        return ui.ctx().data(|data| data.get_temp(id)).unwrap_or(range);
    }
    ui.ctx().data_mut(|data| data.insert_temp(id, range));
    range
}

impl Room {
    #[expect(clippy::cast_possible_truncation, reason = "a place on the screen")]
    fn x(&self, value: f64) -> f32 {
        let share = (value - self.low) / (self.high - self.low);
        lerp(self.rect.left() + INSET..=self.rect.right() - INSET, share as f32)
    }

    fn value(&self, x: f32) -> f64 {
        let share = (x - self.rect.left() - INSET) / (self.rect.width() - 2.0 * INSET);
        self.low + (self.high - self.low) * f64::from(share)
    }

    fn bottom(&self) -> f32 {
        self.rect.top() + CURVE - INSET
    }

    #[expect(clippy::cast_possible_truncation, reason = "a place on the screen")]
    fn at(&self, value: f64, opacity: f64) -> Pos2 {
        pos2(self.x(value), lerp(self.bottom()..=self.rect.top() + INSET, opacity as f32))
    }

    fn opacity(&self, y: f32) -> f64 {
        f64::from(remap(y, self.bottom()..=self.rect.top() + INSET, 0.0..=1.0).clamp(0.0, 1.0))
    }

    /// Where a point is seen.
    fn place_of(&self, grip: Grip, transfer: &Transfer) -> Option<Pos2> {
        match grip {
            Grip::Opacity(place) => {
                transfer.opacity.get(place).map(|&[value, opacity]| self.at(value, opacity))
            }
            Grip::Color(place) => {
                let [value, ..] = *transfer.color.get(place)?;
                Some(pos2(self.x(value), self.rect.bottom() - STRIP / 2.0))
            }
        }
    }

    fn nearest(&self, to: Pos2, transfer: &Transfer) -> Option<Grip> {
        let near =
            grips(transfer).filter_map(|grip| Some((grip, self.place_of(grip, transfer)?.distance(to))));
        near.filter(|(_, away)| *away <= REACH).min_by(|(_, a), (_, b)| a.total_cmp(b)).map(|(grip, _)| grip)
    }

    fn paint(
        &self,
        ui: &Ui,
        transfer: &Transfer,
        histogram: Option<&Histogram>,
        grip: Grip,
        colors: &Colors,
    ) {
        let painter = ui.painter_at(self.rect);
        painter.rect_filled(self.rect, 3.0, colors.ground);
        if let Some(Histogram { low, high, counts }) = histogram {
            let bin = (high - low) / f64::from(u32::try_from(counts.len()).unwrap_or(1).max(1));
            let most = counts.iter().copied().max().map_or(1.0, |most| f64::from(most).ln_1p());
            for (place, count) in (0_u32..).zip(counts) {
                let value = low + bin * f64::from(place);
                let top = self.at(value, f64::from(*count).ln_1p() / most);
                let bar = Rect::from_min_max(top, pos2(self.x(value + bin), self.bottom()));
                painter.rect_filled(bar, 0.0, colors.thumb);
            }
        }
        let strip = self.rect.bottom() - STRIP;
        let mut x = self.rect.left() + INSET;
        while x < self.rect.right() - INSET {
            let color = theme::shown(transfer.at(self.value(x + 0.5)).color);
            let part = Rect::from_min_max(pos2(x, strip), pos2(x + 1.0, self.rect.bottom()));
            painter.rect_filled(part, 0.0, color);
            x += 1.0;
        }
        // Beyond its ends the curve goes on as at them.
        let points = transfer.opacity.iter().map(|&[value, opacity]| self.at(value, opacity));
        let ends = |point: Option<&[f64; 2]>, value| point.map(|&[_, opacity]| self.at(value, opacity));
        let first = ends(transfer.opacity.first(), self.low);
        let last = ends(transfer.opacity.last(), self.high);
        let curve: Vec<Pos2> = first.into_iter().chain(points).chain(last).collect();
        painter.add(Shape::line(curve, Stroke::new(1.5, colors.strong)));
        for there in grips(transfer) {
            let Some(at) = self.place_of(there, transfer) else { continue };
            let fill = match there {
                Grip::Opacity(_) => colors.panel,
                Grip::Color(place) => {
                    transfer.color.get(place).map_or(colors.panel, |&[_, r, g, b]| theme::shown([r, g, b]))
                }
            };
            let rim =
                if there == grip { Stroke::new(2.5, colors.focus) } else { Stroke::new(1.5, colors.strong) };
            painter.circle_filled(at, HANDLE + 3.0, colors.ground);
            painter.circle(at, HANDLE, fill, rim);
        }
    }

    /// Each point is a slider by its name, for assistive technology; the hand takes hold of it in the curve.
    fn name_handles(&self, ui: &Ui, transfer: &Transfer) {
        for grip in grips(transfer) {
            let Some(at) = self.place_of(grip, transfer) else { continue };
            let (name, now) = match grip {
                Grip::Opacity(place) => {
                    let Some(&[_, opacity]) = transfer.opacity.get(place) else { continue };
                    (words::handle(place + 1, false), opacity)
                }
                Grip::Color(place) => {
                    let Some(&[value, ..]) = transfer.color.get(place) else { continue };
                    (words::handle(place + 1, true), value)
                }
            };
            let id = ui.scope_id().with(("point of a transfer function", grip.place(transfer)));
            let rect = Rect::from_center_size(at, vec2(2.0 * HANDLE, 2.0 * HANDLE));
            let response = ui.interact(rect, id, Sense::hover());
            response.widget_info(|| WidgetInfo::slider(true, now, &name));
            ui.ctx().accesskit_node_builder(id, |node| node.set_role(Role::Slider));
        }
    }

    /// What the pointer does: drags a point, adds one by a double click, removes one by the right button.
    fn hands(
        &self,
        ui: &Ui,
        response: &Response,
        transfer: &Transfer,
        grip: Grip,
        commands: &mut Vec<Command>,
    ) {
        let Some(at) = response.interact_pointer_pos() else { return };
        let held_id = Id::unique("the point of a transfer function in the hand");
        let pressed = ui.ctx().input(|input| input.pointer.press_origin()).unwrap_or(at);
        if response.drag_started() || response.clicked() || response.secondary_clicked() {
            let nearest = self.nearest(pressed, transfer);
            ui.ctx().data_mut(|data| data.insert_temp(held_id, nearest));
            commands.extend(nearest.filter(|it| *it != grip).map(|nearest| choose(nearest, grip, transfer)));
        }
        let held: Option<Grip> = ui.ctx().data(|data| data.get_temp(held_id)).flatten();
        // A hand that rests asks for nothing.
        if response.dragged_by(egui::PointerButton::Primary)
            && response.drag_delta() != egui::Vec2::ZERO
            && let Some(held) = held
        {
            commands.extend(moved(transfer, held, self.value(at.x), self.opacity(at.y)));
        }
        if response.double_clicked() && held.is_none() {
            let value = self.value(at.x);
            commands.push(Command::Transfer(if at.y > self.rect.bottom() - STRIP {
                TransferCommand::AddColor { value, color: levels(transfer.at(value).color) }
            } else {
                TransferCommand::Add { value, opacity: self.opacity(at.y) }
            }));
        }
        if response.secondary_clicked() {
            commands.extend(held.map(remove));
        }
    }
}

fn choose(to: Grip, from: Grip, transfer: &Transfer) -> Command {
    let number = |grip: Grip| i32::try_from(grip.place(transfer)).unwrap_or(0);
    Command::App(AppCommand::Choose(number(to) - number(from)))
}

fn remove(grip: Grip) -> Command {
    Command::Transfer(match grip {
        Grip::Opacity(place) => TransferCommand::Remove(place + 1),
        Grip::Color(place) => TransferCommand::RemoveColor(place + 1),
    })
}

/// The command that moves a point.
fn moved(transfer: &Transfer, grip: Grip, value: f64, opacity: f64) -> Option<Command> {
    Some(Command::Transfer(match grip {
        Grip::Opacity(place) => TransferCommand::Point { number: place + 1, value, opacity },
        Grip::Color(place) => {
            let [_, red, green, blue] = *transfer.color.get(place)?;
            TransferCommand::Color { number: place + 1, value, color: levels([red, green, blue]) }
        }
    }))
}

/// The command that adds to red, green or blue of a colour, or takes away.
fn tinted(transfer: &Transfer, grip: Grip, part: usize, is_more: bool) -> Option<Command> {
    let Grip::Color(place) = grip else { return None };
    let &[value, red, green, blue] = transfer.color.get(place)?;
    let mut color = levels([red, green, blue]);
    let level = color.get_mut(part)?;
    *level = if is_more { level.saturating_add(TINT) } else { level.saturating_sub(TINT) };
    Some(Command::Transfer(TransferCommand::Color { number: place + 1, value, color }))
}

/// What keys do.
fn keys(ui: &Ui, transfer: &Transfer, grip: Grip, room: &Room, commands: &mut Vec<Command>) {
    if ui.ctx().memory(|memory| memory.focused().is_some()) {
        return;
    }
    let step = (room.high - room.low) * STEP;
    let mut used: Vec<Command> = Vec::new();
    // A slow frame has several keys: each goes on from where the one before leads.
    let mut now = Cow::Borrowed(transfer);
    ui.ctx().input_mut(|input| {
        input.events.retain(|event| {
            let Event::Key { key, pressed: true, modifiers, .. } = event else { return true };
            // What comes after a key that opens a field is typed there: it changes no curve.
            if matches!(used.last(), Some(Command::App(AppCommand::Begin(_)))) {
                return true;
            }
            let command = keyed((*key, *modifiers), &now, grip, step);
            let is_used = command.is_some();
            if let Some(Command::Transfer(command)) = &command {
                follow(&mut now, command);
            }
            used.extend(command);
            !is_used
        });
    });
    if !used.is_empty() {
        ui.ctx().memory_mut(|memory| memory.move_focus(FocusDirection::None));
    }
    commands.extend(used);
}

/// Moves a point as a command will; what it does to others is not known before.
fn follow(now: &mut Cow<'_, Transfer>, command: &TransferCommand) {
    let place = |number: usize| number.saturating_sub(1);
    match *command {
        TransferCommand::Point { number, value, opacity } => {
            if let Some(point) = now.to_mut().opacity.get_mut(place(number)) {
                *point = [value, opacity.clamp(0.0, 1.0)];
            }
        }
        TransferCommand::Color { number, value, color } => {
            let [red, green, blue] = color.map(|level| f64::from(level) / 255.0);
            if let Some(point) = now.to_mut().color.get_mut(place(number)) {
                *point = [value, red, green, blue];
            }
        }
        _ => {}
    }
}

/// What a key does with the chosen point, or the preset.
fn keyed((key, modifiers): (Key, Modifiers), transfer: &Transfer, grip: Grip, step: f64) -> Option<Command> {
    let [value, opacity] = match grip {
        Grip::Opacity(place) => transfer.opacity.get(place).copied()?,
        Grip::Color(place) => transfer.color.get(place).map(|&[value, ..]| [value, 0.0])?,
    };
    let sign = if key == Key::ArrowRight { 1.0 } else { -1.0 };
    let is_more = modifiers == Modifiers::NONE;
    match (key, modifiers) {
        (Key::ArrowLeft | Key::ArrowRight, Modifiers::NONE) => {
            moved(transfer, grip, value + sign * step, opacity)
        }
        (Key::ArrowLeft | Key::ArrowRight, Modifiers::SHIFT) if matches!(grip, Grip::Opacity(_)) => {
            moved(transfer, grip, value, opacity + sign * OPACITY_STEP)
        }
        (Key::R, Modifiers::NONE | Modifiers::ALT) => tinted(transfer, grip, 0, is_more),
        (Key::G, Modifiers::NONE | Modifiers::ALT) => tinted(transfer, grip, 1, is_more),
        (Key::B, Modifiers::NONE | Modifiers::ALT) => tinted(transfer, grip, 2, is_more),
        (Key::Delete, Modifiers::NONE) => Some(remove(grip)),
        (Key::Insert, Modifiers::NONE) => Some(added(transfer, grip, step)),
        (Key::N, Modifiers::NONE) => Some(Command::Transfer(TransferCommand::Next)),
        (Key::N, Modifiers::SHIFT) => Some(Command::Transfer(TransferCommand::Previous)),
        _ => transfer_presets::keyed(key, modifiers, transfer),
    }
}

/// A new point half the way to the next, or a little behind the last.
fn added(transfer: &Transfer, grip: Grip, step: f64) -> Command {
    let between =
        |value: f64, next: Option<f64>| next.map_or(value + 4.0 * step, |next| f64::midpoint(value, next));
    Command::Transfer(match grip {
        Grip::Opacity(place) => {
            let at = |place: usize| transfer.opacity.get(place).map(|point| point[0]);
            let value = between(at(place).unwrap_or_default(), at(place + 1));
            TransferCommand::Add { value, opacity: transfer.at(value).opacity_per_mm }
        }
        Grip::Color(place) => {
            let at = |place: usize| transfer.color.get(place).map(|point| point[0]);
            let value = between(at(place).unwrap_or_default(), at(place + 1));
            TransferCommand::AddColor { value, color: levels(transfer.at(value).color) }
        }
    })
}

/// The chosen point in numbers, and its colour.
fn chosen_point(ui: &mut Ui, transfer: &Transfer, grip: Grip, colors: &Colors, commands: &mut Vec<Command>) {
    ui.horizontal(|ui| match grip {
        Grip::Opacity(place) => {
            let Some(&[value, opacity]) = transfer.opacity.get(place) else { return };
            let text = words::point(place + 1, transfer.opacity.len(), value, opacity);
            ui.label(RichText::new(text).color(colors.text));
        }
        Grip::Color(place) => {
            let Some(&[value, red, green, blue]) = transfer.color.get(place) else { return };
            let mut color = levels([red, green, blue]);
            let text = words::color(place + 1, transfer.color.len(), value, color);
            let response = ui.color_edit_button_srgb(&mut color);
            ui.ctx().accesskit_node_builder(response.id, |node| node.set_label(words::COLOR));
            if response.changed() {
                commands.push(Command::Transfer(TransferCommand::Color { number: place + 1, value, color }));
            }
            ui.label(RichText::new(text).color(colors.text));
        }
    });
}

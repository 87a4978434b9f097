//! What values look like in the rendering in focus: how often they occur, the curve of their opacity, and their colours.
//!
//! Up and down choose a point; left and right move it, with Shift its opacity; Insert adds one behind it, Delete removes it.

use egui::{
    Event, FocusDirection, Id, Key, Modifiers, Pos2, Rect, RichText, Role, Sense, Shape, Stroke, Ui,
    WidgetInfo,
};
use egui::{lerp, pos2, remap, vec2};

use crate::command::{AppCommand, Command, TransferCommand};
use crate::volume::{Histogram, Transfer};

use super::super::shell::ScreenView;
use super::super::theme::{self, Colors, colors, regular, strong};
use super::super::words;

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

/// A point of either curve: those of the opacity first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Grip {
    Opacity(usize),
    Color(usize),
}

impl Grip {
    fn of(chosen: usize, transfer: &Transfer) -> Self {
        let count = transfer.opacity.len();
        if chosen < count { Self::Opacity(chosen) } else { Self::Color(chosen - count) }
    }

    fn place(self, transfer: &Transfer) -> usize {
        match self {
            Self::Opacity(place) => place,
            Self::Color(place) => transfer.opacity.len() + place,
        }
    }
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
        ui.label(RichText::new(words::NO_TRANSFER).color(colors.text));
        return;
    };
    let chosen = view.session.panel.as_ref().map_or(0, |panel| panel.chosen);
    let grip = Grip::of(chosen, transfer);
    let title = format!("{}: {}", words::TRANSFER_TITLE, transfer.title);
    ui.horizontal(|ui| {
        ui.label(RichText::new(title).font(strong(14.0)).color(colors.strong));
        if view.session.wanted_values(view.library).is_some() {
            ui.label(RichText::new(words::TRANSFER_COUNTING).font(regular(12.0)).color(colors.dim));
        }
    });
    ui.label(RichText::new(words::TRANSFER_HINT).font(regular(12.0)).color(colors.dim));
    ui.add_space(6.0);
    let histogram = view.session.histogram(view.library);
    let (low, high) = histogram.map_or((transfer.low, transfer.high), |it| (it.low, it.high));
    let (rect, response) =
        ui.allocate_exact_size(vec2(ui.available_width(), CURVE + STRIP), Sense::click_and_drag());
    response.widget_info(|| WidgetInfo::labeled(Role::Slider, true, words::TRANSFER_CURVE));
    let room = Room { rect, low: low.min(transfer.low), high: high.max(transfer.high) };
    room.paint(ui, transfer, histogram, grip, &colors);
    room.hands(ui, &response, transfer, grip, commands);
    keys(ui, transfer, grip, &room, commands);
    ui.add_space(8.0);
    chosen_point(ui, transfer, grip, &colors, commands);
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
        let opacities = (0..transfer.opacity.len()).map(Grip::Opacity);
        let all = opacities.chain((0..transfer.color.len()).map(Grip::Color));
        let near = all.filter_map(|grip| Some((grip, self.place_of(grip, transfer)?.distance(to))));
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
        let opacities = (0..transfer.opacity.len()).map(Grip::Opacity);
        for there in opacities.chain((0..transfer.color.len()).map(Grip::Color)) {
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

    /// What the pointer does: drags a point, adds one by a double click, removes one by the right button.
    fn hands(
        &self,
        ui: &Ui,
        response: &egui::Response,
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

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "shares are clamped to 8 bits")]
fn levels(color: [f64; 3]) -> [u8; 3] {
    color.map(|share| (share.clamp(0.0, 1.0) * 255.0 + 0.5) as u8)
}

/// What keys do with the chosen point.
fn keys(ui: &Ui, transfer: &Transfer, grip: Grip, room: &Room, commands: &mut Vec<Command>) {
    if ui.ctx().memory(|memory| memory.focused().is_some()) {
        return;
    }
    let [value, opacity] = match grip {
        Grip::Opacity(place) => transfer.opacity.get(place).copied().unwrap_or_default(),
        Grip::Color(place) => transfer.color.get(place).map(|point| [point[0], 0.0]).unwrap_or_default(),
    };
    let step = (room.high - room.low) * STEP;
    let mut used = Vec::new();
    ui.ctx().input_mut(|input| {
        input.events.retain(|event| {
            let Event::Key { key, pressed: true, modifiers, .. } = event else { return true };
            let sign = if *key == Key::ArrowRight { 1.0 } else { -1.0 };
            let command = match (key, *modifiers) {
                (Key::ArrowLeft | Key::ArrowRight, Modifiers::NONE) => {
                    moved(transfer, grip, value + sign * step, opacity)
                }
                (Key::ArrowLeft | Key::ArrowRight, Modifiers::SHIFT) => {
                    moved(transfer, grip, value, opacity + sign * OPACITY_STEP)
                }
                (Key::Delete, Modifiers::NONE) => Some(remove(grip)),
                (Key::Insert, Modifiers::NONE) => Some(added(transfer, grip, step)),
                _ => None,
            };
            let is_used = command.is_some();
            used.extend(command);
            !is_used
        });
    });
    if !used.is_empty() {
        ui.ctx().memory_mut(|memory| memory.move_focus(FocusDirection::None));
    }
    commands.extend(used);
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
            let text = words::transfer_point(place + 1, transfer.opacity.len(), value, opacity);
            ui.label(RichText::new(text).color(colors.text));
        }
        Grip::Color(place) => {
            let Some(&[value, red, green, blue]) = transfer.color.get(place) else { return };
            let mut color = levels([red, green, blue]);
            let text = words::transfer_color(place + 1, transfer.color.len(), value, color);
            let response = ui.color_edit_button_srgb(&mut color);
            ui.ctx().accesskit_node_builder(response.id, |node| node.set_label(words::TRANSFER_COLOR));
            if response.changed() {
                commands.push(Command::Transfer(TransferCommand::Color { number: place + 1, value, color }));
            }
            ui.label(RichText::new(text).color(colors.text));
        }
    });
    ui.label(RichText::new(words::TRANSFER_SAVE).font(regular(12.0)).color(colors.dim));
}

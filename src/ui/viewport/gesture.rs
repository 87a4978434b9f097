//! Pointer and wheel over viewports become commands in view space; the session's tools interpret them.
//!
//! What is kept between frames is the state of the reader's hands, in egui's memory: the button held, and the part of
//! an image that the wheel has not scrolled yet.

use egui::{Context, Event, Id, MouseWheelUnit, Order, Pos2, Rect, TouchPhase, Vec2};

use crate::command::{
    Command, LayoutCommand, Next, PointerButton, PointerCommand, ScreenCommand, ScrollTarget, ToolCommand,
    ViewCommand,
};
use crate::geometry::{Point, View};
use crate::render::FramePlan;
use crate::session::Session;

use super::super::shell::{self, ScreenView};
use super::badges;
use super::cell::place;
use super::slider::Slider;

/// A right click that moves less than this, in points, is not a drag.
const DEAD_ZONE: f32 = 4.0;

/// Points of smooth scrolling, by touchpad, that make a notch of a wheel.
const POINTS_PER_NOTCH: f32 = 24.0;

/// Zoom of a notch with Ctrl.
const ZOOM_PER_NOTCH: f64 = 1.15;

/// What the pointer and the wheel did over the viewports of a window since the last frame.
///
/// To be called in `logic`, with the plan of the last frame: that is what the reader saw. A notch of the wheel scrolls
/// `images_per_notch` images.
pub fn pointer_commands(ctx: &Context, view: &ScreenView<'_>, images_per_notch: u32) -> Vec<Command> {
    let ScreenView { session, screen, plan, .. } = *view;
    let pixels_per_point = ctx.pixels_per_point();
    let mut hand = Hand::take(ctx);
    // Taken away by Esc or by a panel.
    hand.held = hand.held.filter(|held| match held.grip {
        Grip::Picture => session.gesture.is_some(),
        Grip::Slider => !is_covered(session),
    });
    let mut pointer = Pointer {
        ctx,
        plan,
        screen,
        room: shell::room(ctx.content_rect(), pixels_per_point, session, screen),
        pixels_per_point,
        images_per_notch,
        focus: view.is_focused().then_some(session.focus.viewport),
        is_fine: ctx.input(|input| input.modifiers.shift),
        hand,
        commands: Vec::new(),
    };
    let mut at = ctx.input(|input| input.pointer.latest_pos());
    let mut events = ctx.input_mut(|input| std::mem::take(&mut input.events));
    events.retain(|event| {
        if let Event::PointerMoved(pos) | Event::PointerButton { pos, .. } = event {
            at = Some(*pos);
        }
        let is_reachable = !is_covered(session) && at.is_some_and(|at| is_uncovered(ctx, at));
        let commands_before = pointer.commands.len();
        pointer.event(event, at.filter(|_| is_reachable));
        // A hidden window is asked again with the same events: what was used must not be there any more.
        pointer.commands.len() == commands_before
    });
    ctx.input_mut(|input| input.events = events);
    let Pointer { hand, commands, .. } = pointer;
    hand.put(ctx);
    commands
}

/// A panel lies over the viewports; the strip of series stands beside them.
fn is_covered(session: &Session) -> bool {
    session.panel.is_some() && !session.is_in_strip()
}

/// Whether the hand moves the slider of a viewport of this window.
pub(super) fn holds_slider(ctx: &Context, viewport: usize) -> bool {
    let hand: Option<Hand> = ctx.data(|data| data.get_temp(Hand::id(ctx)));
    let held = hand.and_then(|hand| hand.held);
    held.is_some_and(|held| held.grip == Grip::Slider && held.viewport == viewport)
}

/// Nothing of the interface lies over the viewports there.
fn is_uncovered(ctx: &Context, at: Pos2) -> bool {
    ctx.layer_id_at(at).is_none_or(|layer| layer.order == Order::Background)
}

/// The reader's hand on the mouse.
#[derive(Debug, Clone, Default)]
struct Hand {
    held: Option<Held>,
    /// Scrolling that has not made a whole image, in images.
    rest: f32,
}

/// A button that is held.
#[derive(Debug, Clone, Copy)]
struct Held {
    button: egui::PointerButton,
    grip: Grip,
    pressed_at: Pos2,
    is_drag: bool,
    viewport: usize,
}

/// What the hand has hold of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Grip {
    Picture,
    Slider,
}

impl Hand {
    fn id(ctx: &Context) -> Id {
        Id::unique(("hand", ctx.viewport_id()))
    }

    fn take(ctx: &Context) -> Self {
        let id = Self::id(ctx);
        ctx.data_mut(|data| data.remove_temp(id)).unwrap_or_default()
    }

    fn put(self, ctx: &Context) {
        let id = Self::id(ctx);
        ctx.data_mut(|data| data.insert_temp(id, self));
    }
}

struct Pointer<'a> {
    ctx: &'a Context,
    plan: &'a FramePlan,
    screen: usize,
    room: Rect,
    pixels_per_point: f32,
    images_per_notch: u32,
    /// The viewport of this window that has the focus, commands so far included.
    focus: Option<usize>,
    /// Shift is held.
    is_fine: bool,
    hand: Hand,
    commands: Vec<Command>,
}

impl Pointer<'_> {
    /// Takes an event; `at` is where the pointer is, if viewports can be reached there.
    fn event(&mut self, event: &Event, at: Option<Pos2>) {
        match event {
            Event::PointerButton { button, pressed: true, .. } => self.press(*button, at),
            Event::PointerButton { button, pressed: false, .. }
                if self.hand.held.is_some_and(|held| held.button == *button) =>
            {
                self.release();
            }
            Event::PointerMoved(to) => self.drag(*to),
            Event::WindowFocused(false) if self.hand.held.is_some() => self.release(),
            Event::MouseWheel { unit, delta, phase, modifiers, .. } => {
                if *phase != TouchPhase::Move {
                    self.hand.rest = 0.0;
                }
                if let Some(viewport) = at.and_then(|at| self.viewport_at(at)) {
                    self.wheel(viewport, notches(*unit, *delta), *modifiers, at);
                }
            }
            Event::Zoom(factor) => {
                if let (Some(at), Some(viewport)) = (at, at.and_then(|at| self.viewport_at(at))) {
                    self.zoom(viewport, f64::from(*factor), at);
                }
            }
            _ => {}
        }
    }

    fn press(&mut self, button: egui::PointerButton, at: Option<Pos2>) {
        let Some((at, viewport)) = at.and_then(|at| Some((at, self.viewport_at(at)?))) else { return };
        let command = match button {
            egui::PointerButton::Primary => PointerButton::Left,
            egui::PointerButton::Middle => PointerButton::Middle,
            egui::PointerButton::Secondary => PointerButton::Right,
            egui::PointerButton::Extra1 | egui::PointerButton::Extra2 => return,
        };
        if self.hand.held.is_some() {
            return;
        }
        let is_left = command == PointerButton::Left;
        if is_left && badges::is_at(self.ctx, viewport, at) {
            return;
        }
        self.focus(viewport);
        let is_drag = command != PointerButton::Right;
        let slider = self.slider(viewport).filter(|slider| is_left && slider.is_at(at));
        let grip = if slider.is_some() { Grip::Slider } else { Grip::Picture };
        self.hand.held = Some(Held { button, grip, pressed_at: at, is_drag, viewport });
        match slider {
            Some(slider) => self.slide(slider, at),
            None => self.pointer(PointerCommand::Press { button: command, at: self.in_view(viewport, at) }),
        }
    }

    /// Scrolls to where the hand holds the slider.
    fn slide(&mut self, slider: Slider, at: Pos2) {
        let to = Command::View(ViewCommand::Scroll(ScrollTarget::To(slider.number_at(at.y))));
        // Of several moves in a frame only the last can be seen.
        match self.commands.last_mut() {
            Some(last @ Command::View(ViewCommand::Scroll(ScrollTarget::To(_)))) => *last = to,
            _ => self.commands.push(to),
        }
    }

    fn drag(&mut self, to: Pos2) {
        if let Some(Held { grip: Grip::Slider, viewport, .. }) = self.hand.held {
            let slider = self.slider(viewport);
            return slider.into_iter().for_each(|slider| self.slide(slider, to));
        }
        let Some(held) = &mut self.hand.held else { return };
        held.is_drag |= held.pressed_at.distance(to) >= DEAD_ZONE;
        let Held { is_drag, viewport, .. } = *held;
        if !is_drag {
            return;
        }
        let at = self.in_view(viewport, to);
        // Of several moves in a frame only the last can be seen.
        match self.commands.last_mut() {
            Some(Command::Tool(ToolCommand::Pointer(PointerCommand::Move { at: last, is_fine })))
                if *is_fine == self.is_fine =>
            {
                *last = at;
            }
            _ => self.pointer(PointerCommand::Move { at, is_fine: self.is_fine }),
        }
    }

    fn release(&mut self) {
        if self.hand.held.take().is_some_and(|held| held.grip == Grip::Picture) {
            self.pointer(PointerCommand::Release);
        }
    }

    fn wheel(&mut self, viewport: usize, notches: f32, modifiers: egui::Modifiers, at: Option<Pos2>) {
        if modifiers.command {
            if let Some(at) = at {
                self.zoom(viewport, ZOOM_PER_NOTCH.powf(f64::from(notches)), at);
            }
            return;
        }
        if modifiers.any() || self.hand.held.is_some() {
            return;
        }
        let is_new = self.focus != Some(viewport);
        self.focus(viewport);
        // Content that moves down shows what is above it: the image before.
        #[expect(clippy::cast_precision_loss, reason = "a small count")]
        let images = -notches * self.images_per_notch as f32;
        if is_new || self.hand.rest * images < 0.0 {
            self.hand.rest = 0.0;
        }
        let images = self.hand.rest + images;
        self.hand.rest = images.fract();
        #[expect(clippy::cast_possible_truncation, reason = "a wheel turns a few notches a frame")]
        let whole = images.trunc() as i32;
        if whole != 0 {
            self.commands.push(Command::View(ViewCommand::Scroll(ScrollTarget::By(whole))));
        }
    }

    fn zoom(&mut self, viewport: usize, factor: f64, at: Pos2) {
        if factor > 0.0 && factor.is_finite() {
            self.focus(viewport);
            self.pointer(PointerCommand::ZoomAt { factor, at: self.in_view(viewport, at) });
        }
    }

    fn focus(&mut self, viewport: usize) {
        let to = |command| Command::Layout(command);
        if self.focus.is_none() {
            // The focus of a window starts at its first viewport.
            let number = Next::Number(self.screen + 1);
            self.commands.push(to(LayoutCommand::Screen(ScreenCommand::Focus(number))));
            self.focus = Some(0);
        }
        if self.focus != Some(viewport) {
            self.commands.push(to(LayoutCommand::Focus(Next::Number(viewport + 1))));
            self.focus = Some(viewport);
        }
    }

    fn pointer(&mut self, command: PointerCommand) {
        self.commands.push(Command::Tool(ToolCommand::Pointer(command)));
    }

    fn viewport_at(&self, at: Pos2) -> Option<usize> {
        let viewports = self.plan.viewports.iter();
        let mut places =
            viewports.map(|plan| (plan.index, place(plan.rect, self.room, self.pixels_per_point)));
        places.find(|(_, rect)| rect.contains(at)).map(|(index, _)| index)
    }

    fn slider(&self, viewport: usize) -> Option<Slider> {
        let plan = self.plan.viewports.iter().find(|plan| plan.index == viewport)?;
        Slider::of(plan, place(plan.rect, self.room, self.pixels_per_point))
    }

    /// From the viewport's corner, in device pixels.
    fn in_view(&self, viewport: usize, at: Pos2) -> Point<View> {
        let plan = self.plan.viewports.iter().find(|plan| plan.index == viewport);
        let corner = plan.map_or(self.room, |plan| place(plan.rect, self.room, self.pixels_per_point)).min;
        let pixels = (at - corner) * self.pixels_per_point;
        Point::flat(f64::from(pixels.x), f64::from(pixels.y))
    }
}

/// How far the wheel turned; up is positive.
fn notches(unit: MouseWheelUnit, delta: Vec2) -> f32 {
    match unit {
        MouseWheelUnit::Line => delta.y,
        MouseWheelUnit::Point => delta.y / POINTS_PER_NOTCH,
        MouseWheelUnit::Page => delta.y * 10.0,
    }
}

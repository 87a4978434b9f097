//! Pointer and wheel over viewports become commands in view space; the session's tools interpret them.
//!
//! What is kept between frames is the state of the reader's hands, in egui's memory: the button held, and the part of
//! an image that the wheel has not scrolled yet, where the pointer was last, and the click before.

use egui::{Context, Event, Id, MouseWheelUnit, Order, Pos2, Rect, TouchPhase, Vec2};

use crate::command::{
    AppCommand, BlendCommand, Command, CurtainCommand, FusionCommand, LayoutCommand, Next, PanelName,
    PointerButton, PointerCommand, PriorCommand, ScreenCommand, ScrollTarget, SectionCommand, SlabCommand,
    ToolCommand, ViewCommand, VolumeCommand,
};
use crate::geometry::{Anatomical, Point, View};
use crate::render::{FramePlan, ViewportPlan};
use crate::session::Session;

use super::super::shell::{self, ScreenView};
use super::super::tool_key::ToolKey;
use super::badges;
use super::blend::BlendSlider;
use super::cell::place;
use super::curtain::Edge;
use super::slider::Slider;

/// A click moves less than this, in points; with the right button, so does what is not a drag yet.
const DEAD_ZONE: f32 = 4.0;

/// From the first press of a double click to the second, in seconds.
const DOUBLE_CLICK_S: f64 = 0.4;

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
        Grip::Picture if held.is_right_click() => !is_covered(session, screen),
        Grip::Picture => session.gesture.is_some(),
        Grip::Slider | Grip::Blend | Grip::Curtain => !is_covered(session, screen),
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
        measures: session.tool.places_points(),
        now_s: ctx.input(|input| input.time),
        tool_key: ToolKey::take(ctx),
        hand,
        commands: Vec::new(),
    };
    let mut at = ctx.input(|input| input.pointer.latest_pos());
    let mut events = ctx.input_mut(|input| std::mem::take(&mut input.events));
    events.retain(|event| {
        if let Event::PointerMoved(pos) | Event::PointerButton { pos, .. } = event {
            at = Some(*pos);
        } else if matches!(event, Event::PointerGone) {
            at = None;
        }
        let commands_before = pointer.commands.len();
        pointer.event(event, reachable(ctx, (session, screen), at));
        // A hidden window is asked again with the same events: what was used must not be there any more.
        pointer.commands.len() == commands_before
    });
    ctx.input_mut(|input| input.events = events);
    pointer.give_tool_back();
    // Under a panel the pointer stays where it was: a menu acts on what it was opened for.
    if !is_covered(session, screen) {
        pointer.hover(reachable(ctx, (session, screen), at));
    }
    let Pointer { hand, tool_key, commands, .. } = pointer;
    hand.put(ctx);
    if let Some(key) = tool_key {
        key.put(ctx);
    }
    commands
}

/// Where the pointer is, if viewports can be reached there.
fn reachable(ctx: &Context, (session, screen): (&Session, usize), at: Option<Pos2>) -> Option<Pos2> {
    at.filter(|at| !is_covered(session, screen) && is_uncovered(ctx, *at))
}

/// Something stands in place of the viewports of a window, by its index, or a panel lies over them; the strip of series and the panel
/// of the transfer function stand beside them.
fn is_covered(session: &Session, screen: usize) -> bool {
    session.studies.is_open
        || session.works_on_monitor()
        || session.hides_images(screen)
        || session
            .panel
            .as_ref()
            .is_some_and(|panel| !matches!(panel.name, PanelName::Series | PanelName::Transfer))
}

/// Whether the hand has hold of something of a viewport of this window.
pub(super) fn holds(ctx: &Context, viewport: usize, grip: Grip) -> bool {
    let hand: Option<Hand> = ctx.data(|data| data.get_temp(Hand::id(ctx)));
    let held = hand.and_then(|hand| hand.held);
    held.is_some_and(|held| held.grip == grip && held.viewport == viewport)
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
    /// Where the session was last told that the pointer is.
    over: Option<Over>,
    /// The click that a second one may follow.
    clicked: Option<Click>,
}

/// A press that became a click, or may.
#[derive(Debug, Clone, Copy)]
struct Click {
    at: Pos2,
    /// When the button went down, in seconds.
    pressed_s: f64,
}

/// The pointer over an image.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Over {
    viewport: usize,
    tile: usize,
    at: Point<View>,
}

/// A button that is held.
#[derive(Debug, Clone, Copy)]
struct Held {
    button: egui::PointerButton,
    grip: Grip,
    pressed: Click,
    has_moved: bool,
    viewport: usize,
    tile: usize,
    /// The press follows a click as the second of a double click.
    is_second: bool,
}

impl Click {
    /// Whether it and another are a double click.
    fn is_just_before(self, other: Self) -> bool {
        other.pressed_s - self.pressed_s <= DOUBLE_CLICK_S && self.at.distance(other.at) < DEAD_ZONE
    }
}

impl Held {
    /// The right button, which has not begun to drag.
    fn is_right_click(&self) -> bool {
        self.button == egui::PointerButton::Secondary && !self.has_moved
    }
}

/// What the hand has hold of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Grip {
    /// The picture.
    Picture,
    /// The slider that scrolls.
    Slider,
    /// The slider that blends.
    Blend,
    /// The edge of the curtain.
    Curtain,
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
    /// The active tool places points.
    measures: bool,
    now_s: f64,
    /// The key of a tool that is held.
    tool_key: Option<ToolKey>,
    hand: Hand,
    commands: Vec<Command>,
}

impl Pointer<'_> {
    /// Takes an event; `at` is where the pointer is, if viewports can be reached there.
    fn event(&mut self, event: &Event, at: Option<Pos2>) {
        if let Some(key) = &mut self.tool_key {
            key.note_event(event);
        }
        match event {
            Event::PointerButton { button, pressed: true, .. } => self.press(*button, at),
            Event::PointerButton { button, pressed: false, .. }
                if self.hand.held.is_some_and(|held| held.button == *button) =>
            {
                self.release();
            }
            Event::PointerMoved(to) => self.drag(*to),
            // A click that nobody saw the end of is none.
            Event::WindowFocused(false) if self.hand.held.is_some_and(|held| held.is_right_click()) => {
                self.hand.held = None;
            }
            Event::WindowFocused(false) if self.hand.held.is_some() => self.release(),
            Event::MouseWheel { unit, delta, phase, modifiers, .. } => {
                if *phase != TouchPhase::Move {
                    self.hand.rest = 0.0;
                }
                if let Some((at, over)) = at.and_then(|at| Some((at, self.viewport_at(at)?))) {
                    // With Shift some desktops turn the wheel sideways.
                    let is_sideways = modifiers.shift && delta.y == 0.0;
                    let delta = if is_sideways { Vec2::new(0.0, delta.x) } else { *delta };
                    self.wheel(over, notches(*unit, delta), *modifiers, at);
                }
            }
            Event::Zoom(factor) => {
                if let Some((at, over)) = at.and_then(|at| Some((at, self.viewport_at(at)?))) {
                    self.zoom(over, f64::from(*factor), at);
                }
            }
            _ => {}
        }
    }

    fn press(&mut self, button: egui::PointerButton, at: Option<Pos2>) {
        let Some((at, (viewport, tile))) = at.and_then(|at| Some((at, self.viewport_at(at)?))) else {
            return;
        };
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
        if is_left && badges::is_at(self.ctx, (viewport, tile), at) {
            return;
        }
        self.focus(viewport);
        if let Some(side) = self.cube_side(viewport, tile, at).filter(|_| is_left) {
            return self.commands.push(Command::Volume(VolumeCommand::View(side)));
        }
        let grip = if is_left { self.grip_at(viewport, at) } else { Grip::Picture };
        let pressed = Click { at, pressed_s: self.now_s };
        let clicked = self.hand.clicked.take();
        let is_second =
            is_left && !self.measures && clicked.is_some_and(|first| first.is_just_before(pressed));
        self.hand.held = Some(Held { button, grip, pressed, has_moved: false, viewport, tile, is_second });
        if grip != Grip::Picture {
            return self.slide(grip, viewport, at);
        }
        // The session learns from it which tile is meant.
        let over = Over { viewport, tile, at: self.in_view(viewport, tile, at) };
        self.tell_over(Some(over));
        if let Some(key) = self.tool_key.as_mut().filter(|_| is_left) {
            key.note_use();
        }
        // The right button may become the menu.
        if command != PointerButton::Right {
            self.pointer(PointerCommand::Press { button: command, at: over.at });
        }
    }

    /// What the left button takes hold of in a viewport.
    fn grip_at(&self, viewport: usize, at: Pos2) -> Grip {
        if self.curtain().is_some_and(|edge| edge.is_at(at)) {
            Grip::Curtain
        } else if self.slider(viewport).is_some_and(|slider| slider.is_at(at)) {
            Grip::Slider
        } else if self.blend_slider(viewport).is_some_and(|slider| slider.is_at(at)) {
            Grip::Blend
        } else {
            Grip::Picture
        }
    }

    /// Scrolls, blends or draws the curtain to where the hand holds a slider or the edge.
    fn slide(&mut self, grip: Grip, viewport: usize, at: Pos2) {
        let scrolled = || {
            let number = self.slider(viewport)?.number_at(at.y);
            Some(Command::View(ViewCommand::Scroll(ScrollTarget::To(number))))
        };
        let blended = || {
            let percent = self.blend_slider(viewport)?.percent_at(at.y);
            Some(Command::Fusion(FusionCommand::Blend(BlendCommand::To(percent))))
        };
        let drawn = || {
            let edge = self.curtain()?.thousandths_at(at.x);
            Some(Command::Prior(PriorCommand::Curtain(CurtainCommand::To(edge))))
        };
        let to = match grip {
            Grip::Picture => None,
            Grip::Slider => scrolled(),
            Grip::Blend => blended(),
            Grip::Curtain => drawn(),
        };
        let Some(to) = to else { return };
        // Of several moves in a frame only the last can be seen.
        match self.commands.last_mut() {
            Some(
                last @ (Command::View(ViewCommand::Scroll(ScrollTarget::To(_)))
                | Command::Fusion(FusionCommand::Blend(BlendCommand::To(_)))
                | Command::Prior(PriorCommand::Curtain(CurtainCommand::To(_)))),
            ) => *last = to,
            _ => self.commands.push(to),
        }
    }

    fn drag(&mut self, to: Pos2) {
        if let Some(Held { grip, viewport, .. }) = self.hand.held.filter(|held| held.grip != Grip::Picture) {
            return self.slide(grip, viewport, to);
        }
        let Some(held) = &mut self.hand.held else { return };
        let was_right_click = held.is_right_click();
        held.has_moved |= held.pressed.at.distance(to) >= DEAD_ZONE;
        let held = *held;
        let Held { viewport, tile, .. } = held;
        if held.is_right_click() {
            return;
        }
        if was_right_click {
            let at = self.in_view(viewport, tile, held.pressed.at);
            self.pointer(PointerCommand::Press { button: PointerButton::Right, at });
        }
        let at = self.in_view(viewport, tile, to);
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
        let Some(held) = self.hand.held.take().filter(|held| held.grip == Grip::Picture) else { return };
        if held.is_right_click() {
            self.commands.push(Command::App(AppCommand::Panel(PanelName::Menu)));
            return;
        }
        self.pointer(PointerCommand::Release);
        if held.button != egui::PointerButton::Primary || held.has_moved {
            return;
        }
        if held.is_second {
            self.commands.push(Command::Layout(LayoutCommand::Full));
        } else if !self.measures {
            self.hand.clicked = Some(held.pressed);
        }
    }

    /// When the key of a tool came up after the tool was used, the one before it comes back; in the midst of a drag, once
    /// that has ended.
    fn give_tool_back(&mut self) {
        let Some(key) = self.tool_key.filter(|key| key.is_up() && self.hand.held.is_none()) else { return };
        self.tool_key = None;
        self.commands.extend(key.lent_from().map(|tool| Command::Tool(ToolCommand::Choose(tool))));
    }

    /// Where the pointer rests or moves without a button. The focus does not follow it, and only a window that has the
    /// focus tells.
    fn hover(&mut self, at: Option<Pos2>) {
        if self.hand.held.is_some() {
            return;
        }
        let over = at.filter(|_| self.focus.is_some()).and_then(|at| {
            let (viewport, tile) = self.viewport_at(at)?;
            Some(Over { viewport, tile, at: self.in_view(viewport, tile, at) })
        });
        if self.hand.over != over {
            self.tell_over(over);
        }
    }

    fn tell_over(&mut self, over: Option<Over>) {
        self.hand.over = over;
        self.pointer(over.map_or(PointerCommand::Leave, |Over { viewport, tile, at }| {
            PointerCommand::Hover { viewport: viewport + 1, tile: tile + 1, at }
        }));
    }

    fn wheel(&mut self, over: (usize, usize), notches: f32, modifiers: egui::Modifiers, at: Pos2) {
        if modifiers.command {
            return self.zoom(over, ZOOM_PER_NOTCH.powf(f64::from(notches)), at);
        }
        let thickens = modifiers.shift_only();
        if (modifiers.any() && !thickens) || self.hand.held.is_some() {
            return;
        }
        let (viewport, _) = over;
        let is_new = self.focus != Some(viewport);
        self.focus(viewport);
        // Content that moves down shows what is above it: the image before. Up is thicker.
        #[expect(clippy::cast_precision_loss, reason = "a small count")]
        let images = if thickens { notches } else { -notches * self.images_per_notch as f32 };
        if is_new || self.hand.rest * images < 0.0 {
            self.hand.rest = 0.0;
        }
        let images = self.hand.rest + images;
        self.hand.rest = images.fract();
        #[expect(clippy::cast_possible_truncation, reason = "a wheel turns a few notches a frame")]
        let whole = images.trunc() as i32;
        if whole != 0 {
            self.commands.push(if thickens {
                Command::Section(SectionCommand::Slab(SlabCommand::By(whole)))
            } else {
                Command::View(ViewCommand::Scroll(ScrollTarget::By(whole)))
            });
        }
    }

    fn zoom(&mut self, (viewport, tile): (usize, usize), factor: f64, at: Pos2) {
        if factor > 0.0 && factor.is_finite() {
            self.focus(viewport);
            self.pointer(PointerCommand::ZoomAt { factor, at: self.in_view(viewport, tile, at) });
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

    /// The viewport and its tile.
    fn viewport_at(&self, at: Pos2) -> Option<(usize, usize)> {
        let plan = self.plan.viewports.iter().find(|plan| self.seen(plan).contains(at))?;
        Some((plan.index, plan.tile))
    }

    /// The edge of the curtain, if one is drawn.
    fn curtain(&self) -> Option<Edge> {
        self.plan.curtain.as_ref().map(|plan| Edge::of(plan, self.room, self.pixels_per_point))
    }

    /// The slider of a viewport, which stands in its first tile.
    fn slider(&self, viewport: usize) -> Option<Slider> {
        let plan = self.plan_of(viewport, 0)?;
        Slider::of(plan, self.seen(plan))
    }

    /// The slider that blends, which stands there, too.
    fn blend_slider(&self, viewport: usize) -> Option<BlendSlider<'_>> {
        let plan = self.plan_of(viewport, 0)?;
        BlendSlider::of(plan, self.seen(plan))
    }

    /// The side of the patient on whose face of the cube a place lies.
    fn cube_side(&self, viewport: usize, tile: usize, at: Pos2) -> Option<Anatomical> {
        let at = self.in_view(viewport, tile, at);
        let face = self.plan_of(viewport, tile)?.overlay.cube.iter().find(|face| face.is_at(at))?;
        Some(face.side)
    }

    fn plan_of(&self, viewport: usize, tile: usize) -> Option<&ViewportPlan> {
        self.plan.viewports.iter().find(|plan| (plan.index, plan.tile) == (viewport, tile))
    }

    /// Where a picture stands.
    fn place(&self, plan: &ViewportPlan) -> Rect {
        place(plan.rect, self.room, self.pixels_per_point)
    }

    /// Where it is seen.
    fn seen(&self, plan: &ViewportPlan) -> Rect {
        place(plan.clip, self.room, self.pixels_per_point)
    }

    /// From the tile's corner, in device pixels.
    fn in_view(&self, viewport: usize, tile: usize, at: Pos2) -> Point<View> {
        let corner = self.plan_of(viewport, tile).map_or(self.room, |plan| self.place(plan)).min;
        let pixels = (at - corner) * self.pixels_per_point;
        Point::flat(f64::from(pixels.x), f64::from(pixels.y))
    }
}

/// How far the wheel turned; up is positive.
pub(in super::super) fn notches(unit: MouseWheelUnit, delta: Vec2) -> f32 {
    match unit {
        MouseWheelUnit::Line => delta.y,
        MouseWheelUnit::Point => delta.y / POINTS_PER_NOTCH,
        MouseWheelUnit::Page => delta.y * 10.0,
    }
}

#[cfg(test)]
mod tests {
    use crate::session::SessionSettings;
    use crate::study::Library;

    use super::*;

    #[test]
    fn images_under_a_pattern_are_out_of_reach_in_a_window_without_the_focus_too() {
        let mut session = Session::new(SessionSettings::default());
        let open = Command::Layout(LayoutCommand::Screen(ScreenCommand::Open));
        for command in [Command::parse("pattern SMPTE").expect("a command"), open] {
            drop(session.apply(&command, &Library::default()));
        }
        assert_eq!(session.focus.screen, 1);
        assert!(is_covered(&session, 0) && !is_covered(&session, 1));
    }
}

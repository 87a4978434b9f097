//! A session with the interface on it, driven frame by frame.

use std::sync::Arc;

use egui::{Event, Key, Modifiers, MouseWheelSource, MouseWheelUnit, Pos2, TouchPhase, vec2};
use egui_kittest::Harness;

use crate::command::Command;
use crate::dicom::Instance;
use crate::keymap::Keymap;
use crate::render::{FramePlan, plan};
use crate::session::{Effect, Event as News, Session, SessionSettings};
use crate::study::{Library, Unreadable};

use super::super::{ScreenView, key_commands, pointer_commands, shell, show, theme};

/// A session with the interface on it, and the commands that came from there.
pub(super) struct Desk {
    pub(super) session: Session,
    library: Library,
    keymap: Keymap,
    plan: Option<FramePlan>,
    pub(super) commands: Vec<String>,
}

impl Desk {
    pub(super) fn new() -> Self {
        Self {
            session: Session::new(SessionSettings::default()),
            library: Library::default(),
            keymap: Keymap::layer(Keymap::shipped().expect("the shipped map"), None, None)
                .expect("no conflict"),
            plan: None,
            commands: Vec::new(),
        }
    }

    pub(super) fn run(mut self, commands: &str) -> Self {
        for text in commands.split("; ") {
            self.apply(&Command::parse(text).expect(text));
        }
        self.commands.clear();
        self
    }

    fn apply(&mut self, command: &Command) {
        self.commands.push(command.to_string());
        for effect in self.session.apply(command, &self.library) {
            if let Effect::Run(command) = effect {
                self.apply(&command);
            }
        }
    }

    fn apply_all(&mut self, commands: &[Command]) {
        for command in commands {
            self.apply(command);
        }
    }

    pub(super) fn take(&mut self, instances: Vec<Arc<Instance>>, unreadable: Vec<Unreadable>) {
        self.library.add(instances.iter().cloned(), unreadable.iter().cloned());
        drop(self.session.absorb(&News::Indexed { instances, unreadable }, &self.library));
    }

    /// What the program does in a frame.
    fn frame(&mut self, ui: &mut egui::Ui) {
        let ctx = ui.ctx().clone();
        for command in key_commands(&ctx, &self.keymap, &self.session) {
            self.apply(&command);
        }
        if let Some(plan) = self.plan.take() {
            let commands = pointer_commands(&ctx, &self.view(&plan), 1);
            self.apply_all(&commands);
        }
        let surface = shell::surface(ctx.content_rect(), ctx.pixels_per_point(), 0);
        drop(self.session.absorb(&News::ScreenResized { screen: 0, surface }, &self.library));
        let plan = plan(&self.session, &self.library, 0);
        let commands = show(ui, &self.view(&plan));
        self.apply_all(&commands);
        self.plan = Some(plan);
    }

    fn view<'a>(&'a self, plan: &'a FramePlan) -> ScreenView<'a> {
        ScreenView { session: &self.session, library: &self.library, screen: 0, plan, keymap: &self.keymap }
    }

    pub(super) fn text(&self) -> Option<&str> {
        self.session.panel.as_ref().map(|panel| panel.text.reveal().as_str())
    }
}

pub(super) fn open_at(scale: f32, desk: Desk) -> Harness<'static, Desk> {
    let setup = |ctx: &egui::Context| theme::install(ctx, theme::TEXT_SIZE, 1.0);
    let builder =
        Harness::builder().with_size(vec2(1000.0, 700.0)).with_pixels_per_point(scale).with_max_steps(20);
    let mut harness =
        builder.with_context_setup(setup).build_ui_state(|ui, desk: &mut Desk| desk.frame(ui), desk);
    harness.run();
    harness
}

pub(super) fn open(desk: Desk) -> Harness<'static, Desk> {
    open_at(1.0, desk)
}

/// Puts events into one frame, runs until nothing moves, and checks the commands.
#[track_caller]
pub(super) fn check(harness: &mut Harness<'_, Desk>, events: Vec<Event>, commands: &[&str]) {
    harness.state_mut().commands.clear();
    for event in events {
        harness.input_mut().events.push(event);
    }
    harness.run();
    assert_eq!(harness.state().commands, commands);
}

pub(super) fn key(key: Key, modifiers: Modifiers) -> Event {
    Event::Key { key, physical_key: None, pressed: true, repeat: false, modifiers }
}

pub(super) fn press(pressed: Key) -> Event {
    key(pressed, Modifiers::NONE)
}

pub(super) fn release(key: Key) -> Event {
    Event::Key { key, physical_key: None, pressed: false, repeat: false, modifiers: Modifiers::NONE }
}

pub(super) fn text(text: &str) -> Event {
    Event::Text(text.to_owned())
}

pub(super) fn button(at: Pos2, button: egui::PointerButton, pressed: bool) -> Event {
    Event::PointerButton { pos: at, button, pressed, modifiers: Modifiers::NONE }
}

pub(super) fn wheel(unit: MouseWheelUnit, up: f32, modifiers: Modifiers) -> Event {
    Event::MouseWheel {
        unit,
        delta: vec2(0.0, up),
        phase: TouchPhase::Move,
        source: MouseWheelSource::Unknown,
        modifiers,
    }
}

//! A session with the interface on it, driven frame by frame.

use std::path::Path;
use std::sync::Arc;

use dicom_dictionary_std::{tags, uids};
use egui::{Event, Key, Modifiers, MouseWheelSource, MouseWheelUnit, Pos2, TouchPhase, vec2};
use egui_kittest::Harness;

use crate::command::Command;
use crate::dicom::{Instance, Writer};
use crate::handwritten::Origin;
use crate::keymap::Keymap;
use crate::presentation::{KeyObjects, PresentationState};
use crate::render::{FramePlan, plan};
use crate::session::{Effect, Event as News, Session, SessionSettings};
use crate::study::{Catalogue, Library, Unreadable};

use super::super::{ScreenView, key_commands, pointer_commands, shell, show, theme};

/// A session with the interface on it, and the commands that came from there.
pub(super) struct Desk {
    pub(super) session: Session,
    pub(super) library: Library,
    catalogue: Catalogue,
    keymap: Keymap,
    plan: Option<FramePlan>,
    /// What the pointer is said to be over, whatever it is.
    pub(super) readout: Option<String>,
    pub(super) commands: Vec<String>,
    /// The same of where the pointer is.
    pub(super) hovers: Vec<String>,
    /// What the session asked of the world.
    pub(super) effects: Vec<String>,
}

impl Desk {
    pub(super) fn new() -> Self {
        Self {
            session: Session::new(SessionSettings::default()),
            library: Library::default(),
            catalogue: Catalogue::default(),
            keymap: Keymap::layer(Keymap::shipped().expect("the shipped map"), []).expect("no conflict"),
            plan: None,
            readout: None,
            commands: Vec::new(),
            hovers: Vec::new(),
            effects: Vec::new(),
        }
    }

    /// With lines of a reader's own key map.
    pub(super) fn with_keys(mut self, text: &str) -> Self {
        let own = Keymap::parse(text, Origin::User("keymap.toml".into())).expect("a key map");
        self.keymap = Keymap::layer(Keymap::shipped().expect("the shipped map"), [own]).expect("no conflict");
        self
    }

    pub(super) fn run(mut self, commands: &str) -> Self {
        commands.split("; ").for_each(|text| self.obey(text));
        self.commands.clear();
        self
    }

    pub(super) fn obey(&mut self, command: &str) {
        self.apply(&Command::parse(command).expect(command));
    }

    fn apply(&mut self, command: &Command) {
        let list = if command.is_fleeting() { &mut self.hovers } else { &mut self.commands };
        list.push(command.to_string());
        for effect in self.session.apply(command, &self.library) {
            match effect {
                Effect::Run(command) => self.apply(&command),
                other => self.effects.push(format!("{other:?}")),
            }
        }
    }

    fn apply_all(&mut self, commands: &[Command]) {
        for command in commands {
            self.apply(command);
        }
    }

    /// News from archives.
    pub(super) fn hear(&mut self, event: &News) {
        let effects = self.session.absorb(event, &self.library);
        self.effects.extend(effects.into_iter().map(|effect| format!("{effect:?}")));
    }

    pub(super) fn take(&mut self, instances: Vec<Arc<Instance>>, unreadable: Vec<Unreadable>) {
        self.catalogue.add(instances, unreadable);
        let (studies, unreadable) = self.catalogue.contents();
        self.library.take(Arc::clone(&studies), Arc::clone(&unreadable));
        drop(self.session.absorb(&News::Indexed { studies, unreadable }, &self.library));
    }

    pub(super) fn take_words(
        &mut self,
        states: Vec<Arc<PresentationState>>,
        documents: Vec<Arc<KeyObjects>>,
    ) {
        self.catalogue.add_states(states);
        self.catalogue.add_key_objects(documents);
        self.take(Vec::new(), Vec::new());
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
        let surface = shell::surface(ctx.content_rect(), ctx.pixels_per_point(), &self.session, 0);
        drop(self.session.absorb(&News::ScreenResized { screen: 0, surface }, &self.library));
        let mut plan = plan(&self.session, &self.library, 0);
        plan.readout = self.readout.clone().or(plan.readout);
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

/// A CT image of 2×2 pixels, to be changed further: the study and the series by name, the image by number.
pub(super) fn ct(study: &str, series: &str, number: u16) -> Writer {
    Writer::new(uids::CT_IMAGE_STORAGE, &format!("2.25.3{study}.{series}.{number}"))
        .text(tags::STUDY_INSTANCE_UID, &format!("2.25.1{study}"))
        .text(tags::SERIES_INSTANCE_UID, &format!("2.25.2{study}.{series}"))
        .text(tags::STUDY_DATE, "20261120")
        .text(tags::MODALITY, "CT")
        .text(tags::SERIES_NUMBER, series)
        .text(tags::SERIES_DESCRIPTION, "brain")
        .text(tags::INSTANCE_NUMBER, &number.to_string())
        .text(tags::PATIENT_NAME, "NOBODY^ONE")
        .text(tags::PATIENT_ID, study)
        .gray_16(2, 2, true)
        .pixels(&[0; 4])
}

/// Writes an object into a folder and reads it again.
pub(super) fn read(folder: &Path, writer: Writer) -> Arc<Instance> {
    let count = std::fs::read_dir(folder).expect("the folder").count();
    let path = folder.join(count.to_string());
    writer.write_to(&path).expect("written");
    Arc::new(Instance::read(&path).expect("read"))
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

/// A key that writes something else than it does on a US keyboard.
pub(super) fn moved(key: Key, place: Key, modifiers: Modifiers) -> Event {
    Event::Key { key, physical_key: Some(place), pressed: true, repeat: false, modifiers }
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

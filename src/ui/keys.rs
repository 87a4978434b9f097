//! Keys become commands by the key map, before any widget sees them.

use egui::{Context as Egui, Event, FocusDirection, Id, Modifiers};

use crate::command::{
    AppCommand, CalibrationCommand, Command, Context, PanelName, StudiesCommand, StudyCommand,
    SupportCommand, ToolCommand, ToolName,
};
use crate::keymap::{Chord, Key, Keymap};
use crate::session::Session;

use super::scanner::Scanner;
use super::tool_key::ToolKey;
use super::{leader, panel};

/// What the keys of this frame ask for. What was used is taken from the input, so that widgets do not see it.
///
/// To be called in `logic`, after the commands of the last frame's `show` were applied. A key that opens or closes a
/// panel, or acts on text typed just before it, changes what the keys after it mean: these wait in egui's memory for the
/// next frame, so that fast hands and slow frames give the same as slow hands.
pub fn key_commands(ctx: &Egui, keymap: &Keymap, session: &Session) -> Vec<Command> {
    let waiting_id = Id::unique(("keys that wait", ctx.viewport_id()));
    let waited: Vec<Event> = ctx.data_mut(|data| data.remove_temp(waiting_id)).unwrap_or_default();
    let focused = ctx.memory(egui::Memory::focused);
    let copy_id = Id::unique(("copy key", ctx.viewport_id()));
    let context = context_of(session);
    let mut keys = Keys {
        keymap,
        context,
        leader: leader::waiting(ctx, context),
        tool: session.tool,
        tool_key: None,
        copy_key: ctx.data(|data| data.get_temp(copy_id)).unwrap_or_default(),
        panel: session.panel.as_ref().map(|panel| panel.name),
        stopped: session.stopped(),
        scanner: Scanner::of(ctx),
        types_readings: context == Context::Calibration && session.types_readings(),
        corrects_reading: session
            .calibrating
            .running
            .as_ref()
            .is_some_and(|running| !running.typed.reveal().is_empty()),
        is_control_focused: focused.is_some_and(|id| id != panel::field_id()),
        commands: Vec::new(),
        kept: Vec::new(),
        waiting: Vec::new(),
        is_text_pending: false,
        has_used: false,
    };
    ctx.input_mut(|input| {
        let fresh = std::mem::take(&mut input.events);
        keys.read(waited.into_iter().chain(fresh));
        input.events = std::mem::take(&mut keys.kept);
    });
    leader::set_waiting(ctx, keys.leader, context);
    if let Some(key) = keys.tool_key {
        key.put(ctx);
    }
    ctx.data_mut(|data| data.insert_temp(copy_id, keys.copy_key));
    keys.scanner.put(ctx);
    if !keys.waiting.is_empty() {
        ctx.data_mut(|data| data.insert_temp(waiting_id, std::mem::take(&mut keys.waiting)));
        ctx.request_repaint();
    }
    if keys.has_used {
        // egui has seen Tab and the arrows before us, and would move its focus.
        ctx.memory_mut(|memory| memory.move_focus(FocusDirection::None));
    }
    keys.commands
}

/// What a key scrolls in a panel without choices for a line of choices elsewhere, in points.
const SCROLL_STEP: f32 = 40.0;

/// Scrolls a panel without choices by the reader's keys, and takes these keys from the input.
pub(super) fn scroll_by_keys(ui: &egui::Ui, keymap: &Keymap) {
    let mut lines: i32 = 0;
    let ctx = ui.ctx();
    ctx.input_mut(|input| {
        input.events.retain(|event| {
            let command = pressed(event).and_then(|press| press.command(keymap, None, Context::Panel));
            let Some(Command::App(AppCommand::Choose(steps))) = command else { return true };
            lines += steps;
            false
        });
    });
    if lines != 0 {
        ctx.memory_mut(|memory| memory.move_focus(FocusDirection::None));
        #[expect(clippy::cast_precision_loss, reason = "a few lines")]
        ui.scroll_with_delta(egui::vec2(0.0, lines as f32 * -SCROLL_STEP));
    }
}

/// Where keys go.
pub(super) fn context_of(session: &Session) -> Context {
    if session.panel_has_keys() {
        Context::Panel
    } else if session.works_on_monitor() {
        Context::Calibration
    } else if session.studies.is_open {
        Context::Studies
    } else {
        Context::Viewport
    }
}

#[expect(clippy::struct_excessive_bools, reason = "each is so or not, in any combination")]
struct Keys<'a> {
    keymap: &'a Keymap,
    context: Context,
    /// It waits for the next key.
    leader: Option<Chord>,
    /// The active tool, commands so far included.
    tool: ToolName,
    /// The key of a tool that went down.
    tool_key: Option<ToolKey>,
    copy_key: CopyKey,
    panel: Option<PanelName>,
    /// The command that waits in the open panel until its key comes again.
    stopped: Option<&'a Command>,
    /// What was typed so fast that no hand did.
    scanner: Scanner,
    /// The operator types what a photometer shows.
    types_readings: bool,
    /// Something is typed of it.
    corrects_reading: bool,
    /// A button or the like has egui's focus: Enter and Space press it.
    is_control_focused: bool,
    commands: Vec<Command>,
    /// For the widgets.
    kept: Vec<Event>,
    /// For the next frame.
    waiting: Vec<Event>,
    /// Text goes into the panel's field this frame and is not in the session yet.
    is_text_pending: bool,
    has_used: bool,
}

/// Whether the keys that copy are held. The window system gives them as copying, and does not say that it repeats.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum CopyKey {
    #[default]
    Up,
    Down,
}

/// What is done with a key.
enum Use {
    Command(Command),
    /// It waits for the key after it.
    Lead(Chord),
    /// It ends what a leader began, and gives nothing.
    EndLeader,
    /// Bound, but held down, and its command does not repeat.
    Nothing,
    /// It is left to the widgets.
    Leave,
}

impl Keys<'_> {
    fn read(&mut self, events: impl Iterator<Item = Event>) {
        let mut events = events;
        let mut is_text_of_used_key = false;
        while let Some(event) = events.next() {
            let is_spent = std::mem::take(&mut is_text_of_used_key) && matches!(event, Event::Text(_));
            if is_spent {
                continue;
            }
            let was_copying = self.note_copy(&event) == CopyKey::Down;
            let Some(press) = pressed(&event) else {
                if matches!(event, Event::WindowFocused(false)) {
                    self.leader = None;
                }
                self.keep(event);
                continue;
            };
            let press = Press { is_repeat: press.is_repeat || was_copying, ..press };
            match self.use_of(press) {
                Use::Leave => self.keep(event),
                Use::Nothing => {
                    self.has_used = true;
                    is_text_of_used_key = press.types_text();
                }
                Use::Lead(leader) => {
                    self.has_used = true;
                    self.leader = Some(leader);
                    is_text_of_used_key = press.types_text();
                }
                Use::EndLeader => {
                    self.has_used = true;
                    self.leader = None;
                    is_text_of_used_key = press.types_text();
                }
                Use::Command(_) if self.is_text_pending => {
                    self.scanner.hold();
                    self.wait(event, events);
                    return;
                }
                Use::Command(command) => {
                    let command = self.scanned(command);
                    self.has_used = true;
                    self.leader = None;
                    is_text_of_used_key = press.types_text();
                    if let Command::Tool(ToolCommand::Choose(tool)) = command {
                        let before = std::mem::replace(&mut self.tool, tool);
                        self.tool_key = Some(ToolKey::new(press.place(), before));
                    }
                    let changes_panel = changes_panel(&command);
                    self.commands.push(command);
                    if changes_panel {
                        self.wait_for_all(events, is_text_of_used_key);
                        return;
                    }
                }
            }
        }
    }

    fn use_of(&self, press: Press) -> Use {
        if let Some(leader) = self.leader {
            return self.use_after(leader, press);
        }
        if self.is_control_focused && matches!(press.key, egui::Key::Enter | egui::Key::Space) {
            return Use::Leave;
        }
        if self.types_readings && self.edits_reading(press) {
            return Use::Leave;
        }
        let is_text = self.has_field() && press.types_text();
        let command = if is_text {
            None
        } else {
            press.command(self.keymap, None, self.context).or_else(|| self.again(press))
        };
        match command {
            // Nothing to choose there: such keys scroll.
            Some(Command::App(AppCommand::Choose(_))) if !has_choices(self.panel) => Use::Leave,
            Some(command) if press.is_repeat && !Keymap::repeats(&command) => Use::Nothing,
            Some(command) => Use::Command(command),
            None if is_text => Use::Leave,
            None => match press.leader(self.keymap, self.context) {
                Some(_) if press.is_repeat => Use::Nothing,
                Some(leader) => Use::Lead(leader),
                None => Use::Leave,
            },
        }
    }

    /// Whether a key is for the text of a reading, whatever it is bound to beside it: it moves in the text, takes back what was typed
    /// there, or, where something is typed, its last digit.
    const fn edits_reading(&self, press: Press) -> bool {
        match press.key {
            egui::Key::ArrowLeft | egui::Key::ArrowRight => true,
            egui::Key::Z => press.modifiers.command,
            egui::Key::Backspace => self.corrects_reading || self.is_text_pending,
            _ => false,
        }
    }

    /// The command that waits in the panel, by the key that it has elsewhere.
    fn again(&self, press: Press) -> Option<Command> {
        let stopped = self.stopped?;
        let mut contexts = [Context::Viewport, Context::Studies].into_iter();
        contexts.find_map(|context| {
            press.command(self.keymap, None, context).filter(|command| command == stopped)
        })
    }

    /// What a key does that comes after a leader: whatever it is, it goes nowhere else.
    fn use_after(&self, leader: Chord, press: Press) -> Use {
        if press.is_repeat {
            return Use::Nothing;
        }
        if press.is_modifier() {
            return Use::Leave;
        }
        let command = press.command(self.keymap, Some(leader), self.context);
        command.map_or(Use::EndLeader, Use::Command)
    }

    /// Follows the keys that copy; gives whether they were held when they now copy.
    fn note_copy(&mut self, event: &Event) -> CopyKey {
        match event {
            Event::Copy => std::mem::replace(&mut self.copy_key, CopyKey::Down),
            Event::Key { key: egui::Key::C, pressed: false, .. } | Event::WindowFocused(false) => {
                self.copy_key = CopyKey::Up;
                CopyKey::Up
            }
            _ => CopyKey::Up,
        }
    }

    /// Whether text has somewhere to go.
    fn has_field(&self) -> bool {
        self.context == Context::Studies || self.types_readings || has_field(self.panel)
    }

    /// What Enter means in the list after a number that came from a scanner.
    fn scanned(&mut self, command: Command) -> Command {
        let number = self.scanner.take();
        match (command, number) {
            (Command::Studies(StudiesCommand::Open), Some(number)) if self.context == Context::Studies => {
                Command::Studies(StudiesCommand::Scan(number))
            }
            (command, _) => command,
        }
    }

    /// Leaves an event to the widgets, unless it is text that has no field to go to.
    fn keep(&mut self, event: Event) {
        let edits = match &event {
            Event::Text(_) | Event::Paste(_) | Event::Cut | Event::Ime(_) => true,
            Event::Key { key, pressed: true, .. } => bindable(*key).is_some(),
            _ => false,
        };
        if self.context == Context::Studies {
            self.scanner.note(&event);
        }
        if self.has_field() {
            self.is_text_pending |= edits;
        } else if matches!(event, Event::Text(_)) {
            return;
        }
        self.kept.push(event);
    }

    fn wait(&mut self, event: Event, rest: impl Iterator<Item = Event>) {
        self.waiting.push(event);
        self.wait_for_all(rest, false);
    }

    /// Keys and text wait, everything else does not.
    fn wait_for_all(&mut self, rest: impl Iterator<Item = Event>, is_text_spent: bool) {
        let mut is_text_spent = is_text_spent;
        for event in rest {
            let is_spent = std::mem::take(&mut is_text_spent) && matches!(event, Event::Text(_));
            match event {
                _ if is_spent => {}
                Event::Key { .. }
                | Event::Text(_)
                | Event::Paste(_)
                | Event::Copy
                | Event::Cut
                | Event::Ime(_) => {
                    self.waiting.push(event);
                }
                _ => self.kept.push(event),
            }
        }
    }
}

fn has_choices(panel: Option<PanelName>) -> bool {
    use PanelName::{
        Bundle, Hanging, Menu, Palette, Priors, Recent, Resume, Series, Settings, States, Transfer, Unseen,
        Users,
    };
    matches!(
        panel,
        Some(
            Palette
                | Series
                | Menu
                | Settings
                | Recent
                | States
                | Transfer
                | Priors
                | Hanging
                | Unseen
                | Users
                | Resume
                | Bundle
        )
    )
}

fn has_field(panel: Option<PanelName>) -> bool {
    matches!(panel, Some(PanelName::Palette | PanelName::Open | PanelName::Jump))
}

/// The command may open or close a panel: only the session knows.
const fn changes_panel(command: &Command) -> bool {
    matches!(
        command,
        Command::App(
            AppCommand::Panel(_)
                | AppCommand::Begin(_)
                | AppCommand::Accept
                | AppCommand::Cancel
                | AppCommand::Macro(_)
        ) | Command::Study(StudyCommand::Study(_) | StudyCommand::Read | StudyCommand::Close)
            | Command::Support(SupportCommand::Bundle)
            | Command::Calibration(CalibrationCommand::Due)
            | Command::Studies(
                StudiesCommand::Toggle
                    | StudiesCommand::Filter(_)
                    | StudiesCommand::Saved(_)
                    | StudiesCommand::Scan(_)
                    | StudiesCommand::Open
            )
    )
}

/// A key that went down.
#[derive(Clone, Copy)]
struct Press {
    key: egui::Key,
    physical: Option<egui::Key>,
    modifiers: Modifiers,
    is_repeat: bool,
}

fn pressed(event: &Event) -> Option<Press> {
    match *event {
        Event::Key { key, physical_key, pressed: true, repeat, modifiers } => {
            Some(Press { key, physical: physical_key, modifiers, is_repeat: repeat })
        }
        // The window system's own key for copying gives no key.
        Event::Copy => {
            Some(Press { key: egui::Key::C, physical: None, modifiers: Modifiers::COMMAND, is_repeat: false })
        }
        _ => None,
    }
}

/// Whether an event is a key that went down, and not Shift or the like, nor one that is held.
pub(super) fn is_press(event: &Event) -> bool {
    pressed(event).is_some_and(|press| !press.is_repeat && !press.is_modifier())
}

impl Press {
    /// What it may be bound as, the best first: a digit by its place, whatever the layout writes there; what the layout writes; what a
    /// US keyboard has there, unless the layout writes a Latin letter; and its place by name.
    ///
    /// So `W` is the key that says W, on AZERTY as well, and the key in that place where the layout has other letters, or a sign as
    /// Hebrew has.
    fn chords(self) -> impl Iterator<Item = Chord> {
        let key = bindable(self.key);
        // Not where the number pad is used for moving: there the place of 1 is End.
        let is_writing = key.is_none_or(Key::types_text);
        let place = bindable(self.place()).filter(|_| is_writing);
        let is_letter = key.is_some_and(Key::is_letter);
        let digit = place.filter(|place| place.is_digit() && !is_letter);
        let Modifiers { alt, shift, command, .. } = self.modifiers;
        // With Shift a US keyboard has another character there.
        let in_us = place.filter(|place| !(is_letter || shift && place.is_character()));
        let chord = move |key| Chord::pressed(key, command, alt, shift);
        let placed = place.and_then(|place| Chord::placed(place, command, alt, shift));
        [digit, key, in_us].into_iter().flatten().map(chord).chain(placed)
    }

    fn command(self, keymap: &Keymap, leader: Option<Chord>, context: Context) -> Option<Command> {
        self.chords().find_map(|chord| keymap.lookup(leader, chord, context)).cloned()
    }

    /// The leader that it is.
    fn leader(self, keymap: &Keymap, context: Context) -> Option<Chord> {
        self.chords().find(|chord| !keymap.followers(*chord, context).is_empty())
    }

    /// The key where it stands, as a US keyboard calls it: its character may change while it is held, by Shift.
    fn place(self) -> egui::Key {
        self.physical.unwrap_or(self.key)
    }

    /// Shift and the like: held for the key that comes.
    const fn is_modifier(self) -> bool {
        use egui::Key;
        matches!(
            self.key,
            Key::ShiftLeft
                | Key::ShiftRight
                | Key::ControlLeft
                | Key::ControlRight
                | Key::AltLeft
                | Key::AltRight
                | Key::SuperLeft
                | Key::SuperRight
        )
    }

    fn types_text(self) -> bool {
        self.chords().any(Chord::types_text)
    }
}

/// The key map's name for a key of egui's; modifiers have none.
fn bindable(key: egui::Key) -> Option<Key> {
    Key::named(key.name())
}

//! Keys become commands by the key map, before any widget sees them.

use egui::{Context as Egui, Event, FocusDirection, Id, Modifiers};

use crate::command::{AppCommand, Command, Context, PanelName};
use crate::keymap::{Chord, Key, Keymap};
use crate::session::Session;

use super::panel;

/// What the keys of this frame ask for. What was used is taken from the input, so that widgets do not see it.
///
/// To be called in `logic`, after the commands of the last frame's `show` were applied. A key that opens or closes a
/// panel, or acts on text typed just before it, changes what the keys after it mean: these wait in egui's memory for the
/// next frame, so that fast hands and slow frames give the same as slow hands.
pub fn key_commands(ctx: &Egui, keymap: &Keymap, session: &Session) -> Vec<Command> {
    let waiting_id = Id::unique(("keys that wait", ctx.viewport_id()));
    let waited: Vec<Event> = ctx.data_mut(|data| data.remove_temp(waiting_id)).unwrap_or_default();
    let focused = ctx.memory(egui::Memory::focused);
    let mut keys = Keys {
        keymap,
        panel: session.panel.as_ref().map(|panel| panel.name),
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
            let command = pressed(event).and_then(|press| press.command(keymap, Context::Panel));
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

struct Keys<'a> {
    keymap: &'a Keymap,
    panel: Option<PanelName>,
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

/// What is done with a key.
enum Use {
    Command(Command),
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
            let Some(press) = pressed(&event) else {
                self.keep(event);
                continue;
            };
            match self.use_of(press) {
                Use::Leave => self.keep(event),
                Use::Nothing => is_text_of_used_key = press.types_text(),
                Use::Command(_) if self.is_text_pending => {
                    self.wait(event, events);
                    return;
                }
                Use::Command(command) => {
                    self.has_used = true;
                    is_text_of_used_key = press.types_text();
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
        if self.is_control_focused && matches!(press.key, egui::Key::Enter | egui::Key::Space) {
            return Use::Leave;
        }
        let context = if self.panel.is_some() { Context::Panel } else { Context::Viewport };
        let command = if has_field(self.panel) && press.types_text() {
            press.command_of_panel_alone(self.keymap)
        } else {
            press.command(self.keymap, context)
        };
        match command {
            // Nothing to choose there: such keys scroll.
            Some(Command::App(AppCommand::Choose(_))) if !has_choices(self.panel) => Use::Leave,
            Some(command) if press.is_repeat && !Keymap::repeats(&command) => Use::Nothing,
            Some(command) => Use::Command(command),
            None => Use::Leave,
        }
    }

    /// Leaves an event to the widgets, unless it is text that has no field to go to.
    fn keep(&mut self, event: Event) {
        let edits = match &event {
            Event::Text(_) | Event::Paste(_) | Event::Cut | Event::Ime(_) => true,
            Event::Key { key, pressed: true, .. } => bindable(*key).is_some(),
            _ => false,
        };
        if has_field(self.panel) {
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
    matches!(panel, Some(PanelName::Palette | PanelName::Series))
}

fn has_field(panel: Option<PanelName>) -> bool {
    matches!(panel, Some(PanelName::Palette | PanelName::Open))
}

/// The command may open or close a panel: only the session knows.
const fn changes_panel(command: &Command) -> bool {
    matches!(command, Command::App(AppCommand::Panel(_) | AppCommand::Accept | AppCommand::Cancel))
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
        _ => None,
    }
}

impl Press {
    /// What it may be bound as: a digit by its place, on layouts too where that place gives another character; then the
    /// key that the layout says.
    fn chords(self) -> impl Iterator<Item = Chord> {
        let key = bindable(self.key);
        // Not where the number pad is used for moving: there the place of 1 is End.
        let is_writing = key.is_none_or(|key| key.is_character() || is_digit(key));
        let digit = self.physical.and_then(bindable).filter(|place| is_writing && is_digit(*place));
        let Modifiers { alt, shift, command, .. } = self.modifiers;
        let chord = move |key| Chord::pressed(key, command, alt, shift);
        [digit, key].into_iter().flatten().map(chord)
    }

    fn command(self, keymap: &Keymap, context: Context) -> Option<Command> {
        self.chords().find_map(|chord| keymap.lookup(chord, context)).cloned()
    }

    /// What it is bound to for panels and not everywhere.
    fn command_of_panel_alone(self, keymap: &Keymap) -> Option<Command> {
        let is_narrow = |chord: &Chord| keymap.lookup(*chord, Context::Everywhere).is_none();
        let mut chords = self.chords().filter(is_narrow);
        chords.find_map(|chord| keymap.lookup(chord, Context::Panel)).cloned()
    }

    fn types_text(self) -> bool {
        self.chords().any(Chord::types_text)
    }
}

/// The key map's name for a key of egui's; modifiers have none.
fn bindable(key: egui::Key) -> Option<Key> {
    Key::named(key.name())
}

fn is_digit(key: Key) -> bool {
    key.text().bytes().all(|byte| byte.is_ascii_digit())
}

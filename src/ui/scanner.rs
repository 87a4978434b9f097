//! A scanner of barcodes types as a keyboard does, only faster than any hand, and ends with Enter.

use egui::{Context as Egui, Event, Id};

use crate::units::Phi;

/// The longest between two of its keys, s.
const GAP_S: f64 = 0.05;

/// What comes within this after other text may be the rest of a number that a slow frame tore, s.
const TORN_S: f64 = 1.0;

/// Fewer letters may be a fast hand.
const LETTERS_MIN: usize = 4;

/// What was typed without a pause: the state of the reader's hands.
#[derive(Debug, Clone, Default)]
pub(super) struct Scanner {
    typed: Phi<String>,
    last_s: f64,
    /// Other text came just before it: it may be the end of a number, which is another's number.
    is_torn: bool,
    /// The time of this frame's keys.
    now_s: f64,
    /// Enter came in time, and waits for what was typed before it.
    is_held: bool,
}

fn id(ctx: &Egui) -> Id {
    Id::unique(("scanner", ctx.viewport_id()))
}

impl Scanner {
    /// As the last frame left it.
    pub(super) fn of(ctx: &Egui) -> Self {
        let id = id(ctx);
        let scanner: Self = ctx.data(|data| data.get_temp(id)).unwrap_or_default();
        Self { now_s: ctx.input(|input| input.time), ..scanner }
    }

    /// Keeps it for the next frame.
    pub(super) fn put(self, ctx: &Egui) {
        let id = id(ctx);
        ctx.data_mut(|data| data.insert_temp(id, self));
    }

    /// Follows what is typed. Any other key begins anew.
    pub(super) fn note(&mut self, event: &Event) {
        match event {
            Event::Text(text) => {
                if !self.is_in_time() {
                    self.is_torn = !self.typed.reveal().is_empty() && self.now_s - self.last_s <= TORN_S;
                    self.typed = Phi::default();
                }
                self.typed = Phi::new([self.typed.reveal().as_str(), text.as_str()].concat());
                self.last_s = self.now_s;
            }
            Event::Key { key, pressed: true, .. } if edits(*key) => self.typed = Phi::default(),
            Event::Paste(_) | Event::Cut | Event::Ime(_) => self.typed = Phi::default(),
            _ => {}
        }
    }

    /// A command waits for the next frame: whether it came in time is decided now.
    pub(super) fn hold(&mut self) {
        self.is_held = self.is_in_time();
    }

    /// The number that a command ends, if it is one.
    pub(super) fn take(&mut self) -> Option<Phi<String>> {
        let is_in_time = std::mem::take(&mut self.is_held) || self.is_in_time();
        let typed = std::mem::take(&mut self.typed);
        let is_number = typed.reveal().trim().chars().count() >= LETTERS_MIN;
        let is_torn = std::mem::take(&mut self.is_torn);
        (is_in_time && is_number && !is_torn).then_some(typed)
    }

    fn is_in_time(&self) -> bool {
        self.now_s - self.last_s <= GAP_S
    }
}

/// Keys that change what is typed elsewhere than at its end. Those that choose give commands, which end a number too.
const fn edits(key: egui::Key) -> bool {
    use egui::Key;
    matches!(key, Key::Backspace | Key::Delete | Key::ArrowLeft | Key::ArrowRight | Key::Tab)
}

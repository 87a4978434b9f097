//! The key of a tool that is held: it lends the tool for what is done meanwhile, and a tap keeps it.

use egui::{Context, Event, Id, Key};

use crate::command::ToolName;

/// The key of a tool that went down; in egui's memory while it is down, like the hand on the mouse.
#[derive(Debug, Clone, Copy)]
pub(super) struct ToolKey {
    key: Key,
    /// The tool before it.
    before: ToolName,
    is_used: bool,
    is_up: bool,
}

impl ToolKey {
    pub(super) const fn new(key: Key, before: ToolName) -> Self {
        Self { key, before, is_used: false, is_up: false }
    }

    fn id(ctx: &Context) -> Id {
        Id::unique(("tool key", ctx.viewport_id()))
    }

    pub(super) fn take(ctx: &Context) -> Option<Self> {
        let id = Self::id(ctx);
        ctx.data_mut(|data| data.remove_temp::<Option<Self>>(id)).flatten()
    }

    pub(super) fn put(self, ctx: &Context) {
        let id = Self::id(ctx);
        ctx.data_mut(|data| data.insert_temp(id, Some(self)));
    }

    /// The tool was used on an image.
    pub(super) const fn note_use(&mut self) {
        self.is_used = true;
    }

    /// Notes when the key comes up. The window that loses the keys would not be told.
    pub(super) fn note_event(&mut self, event: &Event) {
        self.is_up |= match event {
            Event::Key { key, physical_key, pressed: false, .. } => physical_key.unwrap_or(*key) == self.key,
            Event::WindowFocused(false) => true,
            _ => false,
        };
    }

    pub(super) const fn is_up(self) -> bool {
        self.is_up
    }

    /// The tool to be given back.
    pub(super) fn lent_from(self) -> Option<ToolName> {
        self.is_used.then_some(self.before)
    }
}

//! The session: everything that decides what is on screen.

use crate::command::{Grid, Interpolation, ToolName};
use crate::grayscale::WindowPresets;

use super::event::FileCounts;
use super::panel::Panel;
use super::screen::Screen;
use super::tool::Gesture;
use super::viewport::Viewport;

/// The state of reading.
#[derive(Debug, Clone, PartialEq)]
pub struct Session {
    /// What does not change while reading.
    pub settings: SessionSettings,
    /// Our windows; never empty.
    pub screens: Vec<Screen>,
    /// Where keys go.
    pub focus: Focus,
    /// What dragging does.
    pub tool: ToolName,
    /// A drag in progress.
    pub gesture: Option<Gesture>,
    /// The panel over the images.
    pub panel: Option<Panel>,
    /// News for the reader, oldest first, bounded.
    pub messages: Vec<Message>,
    /// Whether the newest message has come since the reader's last command: then the status row tells it.
    pub has_news: bool,
    /// Whether files are being looked through.
    pub indexing: Indexing,
    pub(super) screens_opened: u32,
}

/// What the configuration decides for the session.
#[derive(Debug, Clone, PartialEq)]
pub struct SessionSettings {
    /// Window presets.
    pub presets: WindowPresets,
    /// What a fresh viewport interpolates with.
    pub interpolation: Interpolation,
    /// Rows and columns of a fresh window.
    pub grid: Grid,
}

impl Default for SessionSettings {
    fn default() -> Self {
        Self { presets: WindowPresets::default(), interpolation: Interpolation::default(), grid: Grid::ONE }
    }
}

/// The focused window and the focused viewport in it, as indices.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Focus {
    /// Index in [`Session::screens`].
    pub screen: usize,
    /// Index in the screen's viewports.
    pub viewport: usize,
}

/// Looking through files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Indexing {
    /// Runs under way.
    pub runs: usize,
    /// Files so far, over all runs.
    pub files: FileCounts,
    /// Whether one of them was cancelled before all was read.
    pub is_cut_short: bool,
    /// Whether any image among them was hung.
    pub has_hung: bool,
}

/// News for the reader.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// How grave.
    pub kind: MessageKind,
    /// What, why, what to do; no patient data.
    pub text: String,
}

/// How grave a message is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MessageKind {
    /// For information.
    Note,
    /// Something did not work.
    Caution,
}

impl Session {
    /// The most messages that are kept.
    pub const MESSAGES_MAX: usize = 200;

    /// A session with one empty window.
    pub fn new(settings: SessionSettings) -> Self {
        Self {
            screens: vec![Screen::new(0, &settings)],
            settings,
            focus: Focus { screen: 0, viewport: 0 },
            tool: ToolName::Scroll,
            gesture: None,
            panel: None,
            messages: Vec::new(),
            has_news: false,
            indexing: Indexing::default(),
            screens_opened: 1,
        }
    }

    /// The focused window.
    pub fn focused_screen(&self) -> Option<&Screen> {
        self.screens.get(self.focus.screen)
    }

    /// The focused viewport.
    pub fn focused_viewport(&self) -> Option<&Viewport> {
        self.focused_screen()?.viewports.get(self.focus.viewport)
    }

    pub(super) fn focused_screen_mut(&mut self) -> Option<&mut Screen> {
        self.screens.get_mut(self.focus.screen)
    }

    pub(super) fn focused_viewport_mut(&mut self) -> Option<&mut Viewport> {
        let viewport = self.focus.viewport;
        self.focused_screen_mut()?.viewports.get_mut(viewport)
    }

    /// Adds a message; the oldest go when there are too many.
    pub fn tell(&mut self, kind: MessageKind, text: impl Into<String>) {
        self.messages.push(Message { kind, text: text.into() });
        let surplus = self.messages.len().saturating_sub(Self::MESSAGES_MAX);
        self.messages.drain(..surplus);
        self.has_news = true;
    }
}

impl SessionSettings {
    pub(super) fn fresh_viewport(&self) -> Viewport {
        let mut viewport = Viewport::default();
        viewport.look.interpolation = self.interpolation;
        viewport
    }
}

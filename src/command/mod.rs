//! Everything a reader can ask for, as data.
//!
//! A command has one text form, both ways ([`Command::parse`], `Display`), and one [`Entry`] in the [`catalogue`]. Keys,
//! palette, scripts and the journal all speak it.

mod app;
mod catalogue;
mod cine;
mod layout;
mod study;
mod text;
mod tool;
mod view;
mod window;

pub use app::{AppCommand, PanelName};
pub use catalogue::{Context, Entry, Offer, catalogue};
pub use cine::CineCommand;
pub use layout::{Grid, LayoutCommand, Next, ScreenCommand};
pub use study::StudyCommand;
pub use text::{CommandError, TextCommand};
pub use tool::{PointerButton, PointerCommand, ToolCommand, ToolName};
pub use view::{Interpolation, ScrollTarget, ViewCommand, ZoomCommand};
pub use window::WindowCommand;

/// A reader's request.
#[derive(Debug, Clone, PartialEq)]
pub enum Command {
    /// Where the focused viewport looks.
    View(ViewCommand),
    /// How its gray is windowed.
    Window(WindowCommand),
    /// Its images in time.
    Cine(CineCommand),
    /// Viewports and windows on the desktop.
    Layout(LayoutCommand),
    /// The active tool and the pointer.
    Tool(ToolCommand),
    /// Which study and series.
    Study(StudyCommand),
    /// Panels and the program itself.
    App(AppCommand),
}

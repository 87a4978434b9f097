//! Everything a reader can ask for, as data.
//!
//! A command has one text form, both ways ([`Command::parse`], `Display`), and one [`Entry`] in the [`catalogue`]. Keys,
//! palette, scripts and the journal all speak it.

mod app;
mod calibration;
mod catalogue;
mod cine;
mod clip;
mod curve;
mod display;
mod drafts;
mod edit;
mod fusion;
mod key_image;
mod layout;
mod link;
mod macros;
mod mask;
mod overlay;
mod presentation;
mod prior;
mod protocol;
mod reader;
mod section;
mod studies;
mod study;
mod support;
mod switch;
mod text;
mod tool;
mod transfer;
mod view;
mod volume;
mod window;

pub use app::{AppCommand, Export, ExportTarget, PanelName};
pub use calibration::{CalibrationCommand, CalibrationTab, PatternCommand};
pub use catalogue::{Context, Entry, Offer, catalogue, form_begun_by};
pub use cine::CineCommand;
pub use clip::ClipCommand;
pub use curve::CurveCommand;
pub use display::DisplayCommand;
pub use drafts::DraftsCommand;
pub use edit::EditCommand;
pub use fusion::{BlendCommand, FusionCommand, LayerWindow};
pub use key_image::KeyImageCommand;
pub use layout::{Grid, LayoutCommand, Next, ScreenCommand, Side};
pub use link::{Link, LinkCommand};
pub use macros::{Macros, is_macro_name};
pub use mask::MaskCommand;
pub use overlay::{Detail, OverlayCommand};
pub use presentation::{LayerChoice, PresentationCommand, StatePart};
pub use prior::{CurtainCommand, PriorCommand};
pub use protocol::ProtocolCommand;
pub use reader::{Reader, ReaderError};
pub use section::{CrosshairCommand, SectionCommand, SlabCommand, Tilt};
pub use studies::{ListLine, StudiesCommand};
pub use study::{StudyCommand, UnseenGuard};
pub use support::SupportCommand;
pub use switch::Switch;
pub use text::{CommandError, TextCommand};
pub use tool::{PointerButton, PointerCommand, ToolCommand, ToolName};
pub use transfer::TransferCommand;
pub use view::{Filter, Flip, Interpolation, Rotation, ScrollTarget, ViewCommand, ZoomCommand};
pub use volume::VolumeCommand;
pub use window::{PaddingView, WindowCommand};

/// A reader's request.
#[derive(Debug, Clone, PartialEq)]
pub enum Command {
    /// Where the focused viewport looks.
    View(ViewCommand),
    /// How its gray is windowed.
    Window(WindowCommand),
    /// Sections of its volume.
    Section(SectionCommand),
    /// The whole of its volume, seen from outside.
    Volume(VolumeCommand),
    /// What of it is cut away.
    Clip(ClipCommand),
    /// What values look like in it.
    Transfer(TransferCommand),
    /// A second series over it.
    Fusion(FusionCommand),
    /// Its images in time.
    Cine(CineCommand),
    /// Viewports and windows on the desktop.
    Layout(LayoutCommand),
    /// The active tool and the pointer.
    Tool(ToolCommand),
    /// What lies over the images.
    Overlay(OverlayCommand),
    /// Which presentation state.
    Presentation(PresentationCommand),
    /// What is subtracted.
    Mask(MaskCommand),
    /// Key images.
    KeyImage(KeyImageCommand),
    /// Unsaved work of an earlier run.
    Drafts(DraftsCommand),
    /// How the panel is driven.
    Display(DisplayCommand),
    /// Links between viewports.
    Link(LinkCommand),
    /// Marks, and taking back.
    Edit(EditCommand),
    /// Which study and series.
    Study(StudyCommand),
    /// Priors of the study that is read.
    Prior(PriorCommand),
    /// Hanging protocols and their stages.
    Protocol(ProtocolCommand),
    /// The list of studies.
    Studies(StudiesCommand),
    /// The physicist's mode.
    Calibration(CalibrationCommand),
    /// Test patterns.
    Pattern(PatternCommand),
    /// What is collected for whoever is asked for help.
    Support(SupportCommand),
    /// Panels and the program itself.
    App(AppCommand),
}

impl Command {
    /// It may bring another patient on screen.
    pub const fn may_change_patient(&self) -> bool {
        matches!(
            self,
            Self::Study(
                StudyCommand::Study(_)
                    | StudyCommand::StudyAnyway(_)
                    | StudyCommand::Hang(_)
                    | StudyCommand::HangAnyway(_)
            ) | Self::Studies(StudiesCommand::Open | StudiesCommand::Scan(_))
        )
    }

    /// It only says where the pointer is: it comes with every move of the hand, and asks for nothing.
    pub const fn is_fleeting(&self) -> bool {
        matches!(self, Self::Tool(ToolCommand::Pointer(PointerCommand::Hover { .. } | PointerCommand::Leave)))
    }
}

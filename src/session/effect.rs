//! What the session asks of the world.

use std::path::PathBuf;

use crate::command::{Command, Export};
use crate::dicom::StudyUid;
use crate::units::Phi;

/// A request to the edge.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// Carry out a command that the reader chose in a panel: journal and trace shall know it.
    Run(Command),
    /// Look through these files and folders.
    Index(Vec<Phi<PathBuf>>),
    /// Stop looking through files; what was read stays.
    CancelIndex,
    /// Write a setting to the reader's own file, and apply it: its key and its value.
    SaveSetting(String, String),
    /// Read settings, keys and corner texts again.
    Reload,
    /// A look through these files and folders, which the reader asked for, has ended.
    NoteOpened(Vec<Phi<PathBuf>>),
    /// Keep what the focused viewport shows as a presentation state, with this Content Label.
    SavePresentation(Phi<String>),
    /// Keep the reader's key images of a study.
    SaveKeyImages(StudyUid),
    /// Give the focused viewport away as a picture.
    Export(Export),
    /// Show the system's file dialog.
    PickFiles,
    /// End the program.
    Quit,
}

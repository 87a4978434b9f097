//! What the session asks of the world.

use std::path::PathBuf;

use crate::command::Command;
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
    /// Show the system's file dialog.
    PickFiles,
    /// End the program.
    Quit,
}

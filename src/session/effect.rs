//! What the session asks of the world.

use std::path::PathBuf;

use crate::units::Phi;

/// A request to the edge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// Look through these files and folders.
    Index(Vec<Phi<PathBuf>>),
    /// Show the system's file dialog.
    PickFiles,
    /// End the program.
    Quit,
}

//! What the session asks of the world.

use std::path::PathBuf;

use crate::command::{Command, Export, ExportTarget};
use crate::dicom::StudyUid;
use crate::hanging::Captured;
use crate::study_list::{SavedFilter, StudyQuestion};
use crate::units::Phi;
use crate::volume::TransferFile;

use super::archive::RetrieveOrder;

/// A request to the edge.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// Carry out a command that the reader chose in a panel, or that a macro holds: journal and trace shall know it.
    Run(Command),
    /// Look through these files and folders.
    Index(Vec<Phi<PathBuf>>),
    /// Stop looking through files; what was read stays.
    CancelIndex,
    /// Write a setting to the reader's own file, and apply it: its key and its value.
    SaveSetting(String, String),
    /// Write a preset for renderings to the reader's own folder, under a name, and apply it.
    SavePreset(String, Box<TransferFile>),
    /// Write a hanging protocol to the reader's own folder, and apply it.
    SaveProtocol(Box<Captured>),
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
    /// Stop an export of frames; what was written stays.
    CancelExport,
    /// Collect what helps whoever is asked for help.
    CollectBundle,
    /// Write what was collected last.
    SaveBundle(ExportTarget),
    /// Ask the store and all archives for studies; answers carry the number. Earlier questions go on.
    FindStudies(u32, Box<StudyQuestion>),
    /// End a question; what was answered stays.
    CancelFind(u32),
    /// Fetch a study into the store: what is missing of it. In the foreground it is read as it comes, so that the library has it;
    /// [`Session::open_study`](super::Session::open_study) hangs it, too. What is fetched in the background stays in the store until it
    /// is opened.
    Retrieve(RetrieveOrder),
    /// Stop fetching a study; what was filed stays.
    CancelRetrieve(StudyUid),
    /// Read a study that the store holds, and look whether the archive that it came from still says the same.
    OpenStored(StudyUid),
    /// Write the filters of the list of studies to the reader's own file.
    SaveFilters(Vec<SavedFilter>),
    /// Show the system's file dialog.
    PickFiles,
    /// End the program.
    Quit,
}

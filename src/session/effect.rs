//! What the session asks of the world.

use std::path::PathBuf;

use crate::calibration::{AmbientTest, Check, Evaluation, Instrument, Measurement, Series, SignalPath};
use crate::command::{Command, Export, ExportTarget, Reader};
use crate::dicom::StudyUid;
use crate::grayscale::GsdfOwner;
use crate::hanging::Captured;
use crate::study_list::{SavedFilter, StudyQuestion};
use crate::units::Phi;
use crate::volume::TransferFile;

use super::archive::RetrieveOrder;
use super::calibrating::FromFile;

/// What is to be written into the book of records.
#[derive(Debug, Clone, PartialEq)]
pub struct RecordOrder {
    /// What the monitor is known by.
    pub monitor: String,
    /// Who says so.
    pub operator: String,
    /// With what it was measured.
    pub instrument: Option<Instrument>,
    /// The digest of the table that the monitor goes by.
    pub table: Option<String>,
    /// What happened.
    pub kind: RecordKind,
}

/// What happened.
#[derive(Debug, Clone, PartialEq)]
pub enum RecordKind {
    /// It was measured.
    Measured {
        /// What was measured.
        measurement: Box<Measurement>,
        /// What was found, where something could be.
        evaluation: Option<Box<Evaluation>>,
        /// Where it comes from, if it was not measured here.
        from_file: Option<Box<FromFile>>,
    },
    /// Its uniformity was measured, beside a response that is in the book, or without one.
    Uniformity {
        /// The fields, and the response beside them as the book has it.
        measurement: Box<Measurement>,
        /// The profile of limits, by name.
        profile: String,
        /// What was found in the fields; empty where nothing could be.
        checks: Vec<Check>,
    },
    /// A pattern was looked at, and its questions were answered where it has some: that is a check of image quality.
    Visual {
        /// Its name.
        pattern: String,
        /// Whether it looked as it should.
        is_passed: bool,
        /// What was seen.
        remarks: String,
    },
    /// The room's light is another than that in which a response was measured that is in the book.
    AmbientLight {
        /// The way of that response.
        path: SignalPath,
        /// What the light adds, cd/m².
        ambient_cd_m2: f64,
    },
    /// Bars were looked for in the room's light.
    AmbientTest(AmbientTest),
}

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
    /// Take such a preset away again, by its name.
    DeletePreset(String),
    /// Make such presets of a file of 3D Slicer.
    ImportPresets(Phi<PathBuf>),
    /// Write a hanging protocol to the reader's own folder, and apply it.
    SaveProtocol(Box<Captured>),
    /// Read settings, keys and corner texts again.
    Reload,
    /// Look who the users of this station are.
    FindUsers,
    /// Another reader comes: what is not saved is that one's before, settings and keys are the other's.
    SwitchUser(Reader),
    /// Open a window on each monitor that has a role and no window.
    OpenRoles,
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
    /// Tell what Hotlight is and where its files lie: [`Event::AboutTold`](super::Event::AboutTold).
    TellAbout,
    /// Give the same to the clipboard, as text.
    CopyAbout,
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
    /// Forget studies that nobody looks at: what is not saved of them stays as a draft.
    Close(Vec<StudyUid>),
    /// The reader has said whether what an earlier run left open comes back: it does, as these windows stood on these monitors, or
    /// it is given up.
    LeftDecided(Option<Vec<String>>),
    /// The machine has slept: monitors and archives are asked again.
    AskAgain,
    /// Write the filters of the list of studies to the reader's own file.
    SaveFilters(Vec<SavedFilter>),
    /// Tell what is known of a monitor: [`Event::BenchKnown`](super::Event::BenchKnown).
    OpenBench(String),
    /// The same, where checks of the monitor fall due.
    FindDue(String),
    /// Tell what the book of records has of image quality: [`Event::QualityKnown`](super::Event::QualityKnown).
    FindQuality,
    /// Read the luminance of what is shown: [`Event::LuminanceRead`](super::Event::LuminanceRead).
    ReadLuminance,
    /// Stop reading it; what comes nevertheless is not wanted.
    StopReading,
    /// Read a file of what was measured elsewhere: [`Event::MeasuredRead`](super::Event::MeasuredRead).
    ReadMeasured {
        /// What the monitor is known by that it was measured on.
        monitor: String,
        /// The file.
        path: Phi<PathBuf>,
    },
    /// Keep a series of a monitor that is not finished, or forget it.
    KeepSeries {
        /// What the monitor is known by.
        monitor: String,
        /// Where it stands.
        series: Option<Box<Series>>,
    },
    /// Write into the book of records.
    Record(RecordOrder),
    /// Let a monitor go by a table of what was measured around any.
    ActivateTable {
        /// What the monitor is known by.
        monitor: String,
        /// Who says so.
        operator: String,
        /// With what it was measured.
        instrument: Option<Instrument>,
        /// What was measured.
        measurement: Box<Measurement>,
        /// Where it comes from, if it was not measured here.
        from_file: Option<Box<FromFile>>,
    },
    /// Let a monitor go by what it went by before.
    RevertTable {
        /// What the monitor is known by.
        monitor: String,
        /// Who says so.
        operator: String,
    },
    /// Note who applies the GSDF on a monitor; none of them is Hotlight.
    SetGsdfOwner {
        /// What the monitor is known by.
        monitor: String,
        /// Who says so.
        operator: String,
        /// Who applies it.
        owner: GsdfOwner,
    },
    /// Write the certificate of what was recorded of a monitor last.
    WriteCertificate {
        /// What the monitor is known by.
        monitor: String,
        /// The file: `.pdf` or `.json`.
        path: PathBuf,
    },
    /// Show the system's file dialog.
    PickFiles,
    /// End the program.
    Quit,
}

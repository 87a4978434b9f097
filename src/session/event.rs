//! What the world tells us. The enum is closed: this is everything that can happen.

use std::ops::{AddAssign, Sub};
use std::path::PathBuf;
use std::sync::Arc;

use crate::calibration::{MeasuredFile, Measurement, Reading, Series, SignalPath};
use crate::color::ColorTransform;
use crate::command::Reader;
use crate::dicom::{Frame, FrameKey, ReadError, StudyUid};
use crate::study::{DisplaySetId, MadeCover, Studies, Unreadable};
use crate::study_list::{Answered, Day, Entry, Place, SavedFilter};
use crate::units::Phi;

use super::about::AboutLine;
use super::archive::{Check, Outgoing, Retrieval};
use super::bundle::BundleLine;
use super::calibrating::{BookLines, Unrecorded};
use super::left_open::LeftOpen;
use super::monitor::ScreenMonitor;
use super::quality::QualityTrend;
use super::recent::RecentStudy;
use super::screen::Surface;
use super::section_marks::CountedMark;
use super::setting::SettingLine;
use super::state::SessionSettings;
use super::unsaved::UnsavedWork;
use super::user::UserLine;
use super::value_counts::CountedValues;

/// News from the world.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// A window has a new size, or moved to a monitor of another scale.
    ScreenResized {
        /// [`Screen::id`](super::Screen::id).
        screen: u32,
        /// Its room for viewports.
        surface: Surface,
    },
    /// The desktop gave a window the focus.
    ScreenFocused {
        /// [`Screen::id`](super::Screen::id).
        screen: u32,
    },
    /// A window is on another monitor, or what is said of its monitor has changed.
    ScreenOnMonitor {
        /// [`Screen::id`](super::Screen::id).
        screen: u32,
        /// The monitor, or why it is not known.
        monitor: Result<ScreenMonitor, String>,
    },
    /// The desktop closed a window.
    ScreenClosed {
        /// [`Screen::id`](super::Screen::id).
        screen: u32,
    },
    /// So many further windows are to open, empty: on monitors that have a role, or where windows were before. The focus stays.
    ScreensNeeded(usize),
    /// Time has passed while something plays.
    TimePassed {
        /// Since the program began.
        now_ms: f64,
    },
    /// Some more files were looked at.
    Indexing(FileCounts),
    /// What has been found since the program started.
    Indexed {
        /// The studies, newest first.
        studies: Arc<Studies>,
        /// What could not be read.
        unreadable: Arc<Vec<Unreadable>>,
    },
    /// Objects of a study that is being opened come from the store or an archive; [`Event::IndexEnded`] tells when no more come.
    IndexBegun {
        /// Which; none for one that nobody waits for.
        study: Option<StudyUid>,
    },
    /// A run that [`Effect::Index`](super::Effect::Index) asked for or [`Event::IndexBegun`] told of ended.
    IndexEnded {
        /// It was cancelled before all was read.
        is_cut_short: bool,
    },
    /// The pixels of a frame were read, or could not be.
    FrameRead {
        /// Which frame.
        key: FrameKey,
        /// Its pixels, or why not.
        result: Result<Arc<Frame>, ReadError>,
    },
    /// What a presentation state lays over a frame was made.
    CoverMade(MadeCover),
    /// A transform from an image's colours to a monitor's was made.
    ColorTransformMade(Arc<ColorTransform>),
    /// The values of a mark on a section were counted.
    MarkCounted(Box<CountedMark>),
    /// The values of a volume were counted.
    ValuesCounted(Box<CountedValues>),
    /// The draft of a study, which an earlier run left, was looked for.
    DraftRead {
        /// Of which study.
        study: StudyUid,
        /// What is not saved in it, if there is one; or a sentence on why it cannot be read, and where it is now.
        draft: Result<Option<UnsavedWork>, String>,
    },
    /// What the reader has not saved could not be written; told once, until it can be again.
    DraftNotWritten {
        /// Why.
        why: String,
    },
    /// What the reader has not saved is written again.
    DraftsGoOn,
    /// A list that is kept for the reader could not be read or written.
    FileNotWritten {
        /// Which, why, and what comes of it: a sentence.
        why: String,
    },
    /// Studies were closed: nothing of them is here any more.
    StudiesClosed {
        /// Which.
        closed: Vec<StudyUid>,
        /// What is left, newest first.
        studies: Arc<Studies>,
        /// What of it could not be read.
        unreadable: Arc<Vec<Unreadable>>,
    },
    /// An earlier run of the program has ended without being asked to, and this was open then.
    LeftOpen(Box<LeftOpen>),
    /// The small picture of a display set was made, or could not be.
    ThumbnailRead {
        /// Of what.
        set: DisplaySetId,
        /// The image that it was made of.
        key: FrameKey,
        /// Fewer pixels than the image has, or why there are none.
        result: Result<Arc<Frame>, ReadError>,
    },
    /// An export of frames goes on: so many are written, of so many. `None` when it has ended.
    Exporting(Option<(usize, usize)>),
    /// What Hotlight is and where its files lie.
    AboutTold(Vec<AboutLine>),
    /// What helps whoever is asked for help was collected.
    BundleCollected(Vec<BundleLine>),
    /// The reader chose files in the system's dialog, or dropped them on the window. Paths may name the patient.
    FilesChosen(Vec<Phi<PathBuf>>),
    /// The settings were read.
    Configured {
        /// What they decide for the session.
        settings: Box<SessionSettings>,
        /// Each as it applies.
        lines: Vec<SettingLine>,
    },
    /// Who reads, and who the users of this station are.
    UsersFound {
        /// Who reads.
        reader: Reader,
        /// The users, by name, the one of the account first.
        users: Vec<UserLine>,
    },
    /// What was opened lately, the newest first.
    RecentRead(Vec<RecentStudy>),
    /// Some of the studies that were asked for.
    StudiesFound {
        /// The number of the question, which [`Effect::FindStudies`](super::Effect::FindStudies) carried.
        question: u32,
        /// Who answers.
        place: Place,
        /// The studies, held by that place alone.
        entries: Arc<Vec<Entry>>,
    },
    /// A place has answered all of a question, or failed.
    FindEnded {
        /// The number of the question.
        question: u32,
        /// Who answered.
        place: Place,
        /// How, or a sentence on why not.
        outcome: Result<Answered, String>,
    },
    /// Filters of the list of studies that the reader saved were read.
    FiltersRead(Vec<SavedFilter>),
    /// A day began, where the reader is; told at the start too.
    DayBegan(Day),
    /// A retrieval waits, goes on, or has ended.
    Retrieving(Box<Retrieval>),
    /// The places that studies are found in.
    PlacesKnown {
        /// The store and the archives that are searched.
        places: Vec<Place>,
        /// Why there is no store, where there should be one; a sentence.
        no_store: Option<String>,
    },
    /// A study that was opened from the store was compared with its archive.
    StudyChecked {
        /// Which.
        study: StudyUid,
        /// The archive, by its name in `peers.toml`.
        archive: String,
        /// What came of it.
        check: Check,
    },
    /// An archive answers, or a sentence on why it does not: told again with each try.
    ArchiveReached {
        /// Its name in `peers.toml`.
        archive: String,
        /// When this was found, since the program began.
        now_ms: f64,
        /// Whether it answers.
        outcome: Result<(), String>,
    },
    /// Objects that the reader saved were sent to an archive.
    ObjectsSent {
        /// Its name in `peers.toml`.
        archive: String,
        /// Of which study.
        study: StudyUid,
        /// Whether it has them all, or a sentence on why not; those it has not go on waiting.
        outcome: Result<(), String>,
    },
    /// What the reader saved and no archive has confirmed yet has changed.
    OutgoingChanged(Outgoing),
    /// What is known of a monitor, whose bench is open.
    BenchKnown {
        /// What it is known by.
        monitor: String,
        /// What is known.
        news: Box<BenchNews>,
    },
    /// The frame that [`Session::awaited_patch`](super::Session::awaited_patch) tells of is on the screen.
    PatchShown {
        /// Which frame.
        key: FrameKey,
        /// Since the program began.
        now_ms: f64,
    },
    /// What the book of records has of image quality, and what is wrong with the book, a sentence.
    QualityKnown(Vec<QualityTrend>, Option<String>),
    /// The luminance that was asked for, or why it cannot be read.
    LuminanceRead(Result<Reading, String>),
    /// A file of what was measured elsewhere was read.
    MeasuredRead {
        /// What the monitor is known by that it was measured on.
        monitor: String,
        /// What the file says, or what is wrong with it: the file, the line and the reason.
        read: Result<Box<MeasuredFile>, String>,
    },
    /// A background job comes no further; the reader goes on.
    JobStuck {
        /// Which job.
        job: &'static str,
        /// For how long, s.
        for_s: u64,
    },
    /// A job that came no further does.
    JobGoesOn {
        /// Which job.
        job: &'static str,
    },
    /// The machine has slept.
    Woke {
        /// For how long, s.
        slept_s: u64,
    },
    /// Somebody has set the clock of the machine.
    ClockSet {
        /// To an earlier time.
        is_back: bool,
        /// By how much, s.
        by_s: u64,
    },
    /// A background job stopped with a panic; the reader goes on.
    JobFailed {
        /// Which job.
        job: &'static str,
    },
}

/// What files say of a monitor.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct BenchNews {
    /// What the room's light adds, cd/m², as it was measured last.
    pub ambient_cd_m2: Option<f64>,
    /// The digest of the table that it is to go by now; none where that is none of ours.
    pub table: Option<String>,
    /// What was recorded last of what it shows around any table.
    pub around: Option<Measurement>,
    /// The same through the one that it goes by now.
    pub through: Option<Measurement>,
    /// A series that was interrupted.
    pub interrupted: Option<Series>,
    /// Recording what was measured this way was tried, and failed: what of it is not in the book.
    pub not_recorded: Option<(SignalPath, Unrecorded)>,
    /// What the book of records says.
    pub book: BookLines,
    /// The book was not asked: but for its fault, and for what is not recorded, all that was known stays.
    pub is_unasked: bool,
}

/// How many files were looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct FileCounts {
    /// Files that are known to be there, read or not.
    pub known: usize,
    /// Files that were read.
    pub read: usize,
    /// Images among them.
    pub images: usize,
    /// Objects that hold no image.
    pub no_images: usize,
    /// Spatial registrations: they show nothing by themselves.
    pub registrations: usize,
    /// What could not be read, and what a DICOMDIR lists and is not there.
    pub failed: usize,
}

impl AddAssign for FileCounts {
    fn add_assign(&mut self, more: Self) {
        self.known += more.known;
        self.read += more.read;
        self.images += more.images;
        self.no_images += more.no_images;
        self.registrations += more.registrations;
        self.failed += more.failed;
    }
}

/// What came since `earlier` counts.
impl Sub for FileCounts {
    type Output = Self;
    fn sub(self, earlier: Self) -> Self {
        Self {
            known: self.known - earlier.known,
            read: self.read - earlier.read,
            images: self.images - earlier.images,
            no_images: self.no_images - earlier.no_images,
            registrations: self.registrations - earlier.registrations,
            failed: self.failed - earlier.failed,
        }
    }
}

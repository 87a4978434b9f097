//! A hanging protocol: when it applies, which display sets it wants, and how each stage shows them.

use std::fmt;
use std::path::PathBuf;

use crate::study::DisplaySetKind;

use super::grid::Grid;
use super::pattern::Pattern;
use super::tag_rule::TagRule;

/// A hanging protocol, as its file says it.
#[derive(Debug, Clone, PartialEq)]
pub struct Protocol {
    /// The name of its file without `.toml`: by it others extend it, and one of a higher level replaces it.
    pub id: String,
    /// What readers call it.
    pub name: String,
    /// Whose it is.
    pub level: Level,
    /// Its file; none for what is built in.
    pub path: Option<PathBuf>,
    /// Among those that match equally well the higher one wins.
    pub priority: i64,
    /// For which studies it is: all of these must hold.
    pub when: Vec<Condition>,
    /// For which it is not: where all of these hold.
    pub unless: Vec<Condition>,
    /// The display sets it wants, in the order of the file.
    pub sets: Vec<SetRule>,
    /// What is shown one after another; never empty.
    pub stages: Vec<Stage>,
}

/// Whose a protocol is; a higher one wins.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// Hotlight's own.
    Shipped,
    /// The site's.
    Site,
    /// A group's, by its name.
    Group(String),
    /// The reader's.
    User,
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Shipped => f.write_str("shipped"),
            Self::Site => f.write_str("site"),
            Self::Group(name) => write!(f, "group {name}"),
            Self::User => f.write_str("user"),
        }
    }
}

/// Something that must hold of a study.
#[derive(Debug, Clone, PartialEq)]
pub enum Condition {
    /// One of its modalities is one of these.
    Modality(Vec<String>),
    /// It shows one of these parts of the body.
    BodyPart(Vec<String>),
    /// Its side is one of these: `R`, `L` or `B`.
    Laterality(Vec<String>),
    /// Its description, or a code of its procedure, is like one of these.
    Procedure(Vec<Pattern>),
    /// The reason for it, in words or as a code, is like one of these.
    Reason(Vec<Pattern>),
    /// So many display sets hang of it.
    DisplaySets(Span),
    /// There is a prior, or there is none.
    Prior(bool),
    /// Each of these holds of its first image.
    Tags(Vec<TagRule>),
}

impl Condition {
    /// The key in the file.
    pub const fn key(&self) -> &'static str {
        match self {
            Self::Modality(_) => "modality",
            Self::BodyPart(_) => "body_part",
            Self::Laterality(_) => "laterality",
            Self::Procedure(_) => "procedure",
            Self::Reason(_) => "reason",
            Self::DisplaySets(_) => "display_sets",
            Self::Prior(_) => "prior",
            Self::Tags(_) => "tag",
        }
    }
}

/// From the least to the most, both included.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Span {
    /// The least; none where anything is enough.
    pub min: Option<f64>,
    /// The most; none where nothing is too much.
    pub max: Option<f64>,
}

impl Span {
    /// Whether a number lies in it.
    pub fn holds(&self, number: f64) -> bool {
        self.min.is_none_or(|min| number >= min) && self.max.is_none_or(|max| number <= max)
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.min, self.max) {
            (Some(min), Some(max)) if min.total_cmp(&max).is_eq() => write!(f, "{min}"),
            (Some(min), Some(max)) => write!(f, "{min} to {max}"),
            (Some(min), None) => write!(f, "at least {min}"),
            (None, Some(max)) => write!(f, "at most {max}"),
            (None, None) => f.write_str("any number"),
        }
    }
}

/// A display set that a protocol wants.
#[derive(Debug, Clone, PartialEq)]
pub struct SetRule {
    /// Its name in the file.
    pub name: String,
    /// Of which study.
    pub from: FromStudy,
    /// What must hold of it: all of these.
    pub pick: Vec<PickCondition>,
    /// Sets that stand before it in the file, by name: what one of them has is not taken again.
    pub other_than: Vec<String>,
    /// Which of several is taken: the first that tells them apart decides.
    pub prefer: Vec<Prefer>,
    /// Whether its absence is worth no word.
    pub is_optional: bool,
}

/// The study that a display set is taken of.
#[derive(Debug, Clone, PartialEq)]
pub enum FromStudy {
    /// The one that is read.
    Current,
    /// An earlier one of the same patient.
    Prior(PriorRule),
}

/// Which of the earlier studies.
#[derive(Debug, Clone, PartialEq)]
pub struct PriorRule {
    /// From 1, the most relevant.
    pub nth: usize,
    /// At most so many days older.
    pub within_days: Option<i64>,
    /// At least so many days older.
    pub older_than_days: Option<i64>,
    /// What it has in common with the one that is read.
    pub same: Vec<Same>,
}

/// What a prior has in common with the study that is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Same {
    /// A modality.
    Modality,
    /// A part of the body.
    BodyPart,
    /// The side, or one of both is of both sides.
    Laterality,
}

impl Same {
    /// All of them, by their names.
    pub const NAMES: [(&'static str, Self); 3] =
        [("modality", Self::Modality), ("body_part", Self::BodyPart), ("laterality", Self::Laterality)];
}

/// Something that must hold of a display set.
#[derive(Debug, Clone, PartialEq)]
pub enum PickCondition {
    /// Its modality is one of these.
    Modality(Vec<String>),
    /// It lies in one of these planes, obliquely or not.
    Plane(Vec<Plane>),
    /// Its reconstruction kernel is of one of these classes, of `assets/series/classes.toml`.
    Kernel(Vec<String>),
    /// Its MR weighting is of one of these classes.
    Weighting(Vec<String>),
    /// Its slices are so thick, mm.
    SliceMm(Span),
    /// So many images.
    Images(Span),
    /// Its b-value, s/mm².
    BValue(Span),
    /// Its echo number.
    Echo(Span),
    /// Contrast agent was given, or none.
    Contrast(bool),
    /// Its view is one of these: `CC`, `MLO`, `PA`.
    View(Vec<String>),
    /// One of these modifies its view, PS3.16 CID 4015; or nothing does, [`PickCondition::NO_MODIFIER`].
    Modifier(Vec<String>),
    /// Its side is one of these: `R`, `L` or `B`.
    Laterality(Vec<String>),
    /// Its description is like one of these.
    Description(Vec<Pattern>),
    /// One of its image types is one of these.
    ImageType(Vec<String>),
    /// Its kind is one of these.
    Kind(Vec<DisplaySetKind>),
    /// It is a localizer, or none; without this none is taken.
    Localizer(bool),
    /// Each of these holds of its middle image.
    Tags(Vec<TagRule>),
}

impl PickCondition {
    /// The word for a plain view.
    pub const NO_MODIFIER: &'static str = "none";

    /// The key in the file.
    pub const fn key(&self) -> &'static str {
        match self {
            Self::Modality(_) => "modality",
            Self::Plane(_) => "plane",
            Self::Kernel(_) => "kernel",
            Self::Weighting(_) => "weighting",
            Self::SliceMm(_) => "slice_mm",
            Self::Images(_) => "images",
            Self::BValue(_) => "b_value",
            Self::Echo(_) => "echo",
            Self::Contrast(_) => "contrast",
            Self::View(_) => "view",
            Self::Modifier(_) => "modifier",
            Self::Laterality(_) => "laterality",
            Self::Description(_) => "description",
            Self::ImageType(_) => "image_type",
            Self::Kind(_) => "kind",
            Self::Localizer(_) => "localizer",
            Self::Tags(_) => "tag",
        }
    }
}

/// A main plane of the patient.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Plane {
    /// Across.
    Axial,
    /// Facing.
    Coronal,
    /// From the side.
    Sagittal,
}

impl Plane {
    /// All of them, by their names.
    pub const NAMES: [(&'static str, Self); 3] =
        [("axial", Self::Axial), ("coronal", Self::Coronal), ("sagittal", Self::Sagittal)];
}

/// What makes one of several display sets the better one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Prefer {
    /// Thinner slices.
    Thinnest,
    /// Thicker slices.
    Thickest,
    /// More images.
    MostImages,
    /// Fewer images.
    FewestImages,
    /// With contrast agent.
    Contrast,
    /// Without.
    NoContrast,
    /// A volume, before what is none.
    Volume,
    /// A lower series number.
    First,
    /// A higher series number.
    Last,
    /// A plain view, before one that is modified, and this before one that is more so.
    Plain,
}

impl Prefer {
    /// All of them, by their names.
    pub const NAMES: [(&'static str, Self); 10] = [
        ("thinnest", Self::Thinnest),
        ("thickest", Self::Thickest),
        ("most_images", Self::MostImages),
        ("fewest_images", Self::FewestImages),
        ("contrast", Self::Contrast),
        ("no_contrast", Self::NoContrast),
        ("volume", Self::Volume),
        ("first", Self::First),
        ("last", Self::Last),
        ("plain", Self::Plain),
    ];
}

/// What is on the screens at one time.
#[derive(Debug, Clone, PartialEq)]
pub struct Stage {
    /// What readers call it.
    pub name: String,
    /// Display sets without which it is left out.
    pub needs: Vec<String>,
    /// What becomes of the room of a set that is not there.
    pub missing: Missing,
    /// How each screen is divided, by its role, the main one first; never empty.
    pub screens: Vec<(String, Grid)>,
    /// What stands under each letter of the grids.
    pub views: Vec<(char, View)>,
    /// Which views go along with each other.
    pub sync: Vec<Sync>,
}

/// What becomes of the room of a display set that is not there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Missing {
    /// It stays, and says what is missing.
    #[default]
    Keep,
    /// Rows and columns that hold nothing else go to their neighbours.
    Adapt,
}

/// A picture of a display set.
#[derive(Debug, Clone, PartialEq)]
pub struct View {
    /// Of which, by its name in the file.
    pub set: String,
    /// In which way.
    pub mode: Mode,
    /// A preset by its name, or centre and width; none for the image's own.
    pub window: Option<ViewWindow>,
    /// Whether black is white.
    pub is_inverted: bool,
    /// A palette by its name.
    pub palette: Option<String>,
    /// How large.
    pub zoom: Zoom,
    /// Whereto the image is pushed.
    pub justify: Justify,
    /// Which image is first.
    pub start: Start,
    /// Which presentation state.
    pub state: StatePolicy,
}

/// In which way a display set is shown.
#[derive(Debug, Clone, PartialEq)]
pub enum Mode {
    /// Image by image.
    Stack,
    /// Successive images side by side: 1 to [`Mode::TILES_MAX`] rows and columns of them.
    Tile {
        /// Rows.
        rows: usize,
        /// Columns.
        columns: usize,
    },
    /// It plays.
    Cine,
    /// A section of its volume.
    Mpr {
        /// Along which plane.
        plane: Plane,
        /// How many millimetres together and how; none for a thin one.
        slab: Option<(f64, Projection)>,
    },
    /// Its volume from outside, by a preset's name.
    Volume(String),
    /// Under another display set, by that one's name in the file.
    Fusion(String),
}

impl Mode {
    /// The most rows or columns of successive images.
    pub const TILES_MAX: usize = 4;

    /// How many images are seen at once.
    pub const fn images(&self) -> usize {
        match self {
            Self::Tile { rows, columns } => *rows * *columns,
            _ => 1,
        }
    }
}

/// What a slab shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Projection {
    /// The largest value.
    Mip,
    /// The smallest value.
    MinIp,
    /// The mean.
    Mean,
}

impl Projection {
    /// All of them, by their names.
    pub const NAMES: [(&'static str, Self); 3] =
        [("mip", Self::Mip), ("minip", Self::MinIp), ("mean", Self::Mean)];
}

/// The window of a view.
#[derive(Debug, Clone, PartialEq)]
pub enum ViewWindow {
    /// A preset.
    Preset(String),
    /// Centre and width, in the image's units.
    Values(f64, f64),
}

/// How large an image is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Zoom {
    /// As large as the room allows.
    #[default]
    Fit,
    /// A pixel of the image on a pixel of the screen.
    Pixels,
    /// As large as the patient.
    TrueSize,
    /// All views of this kind on the screen at one scale, as large as the largest image allows.
    SameSize,
}

impl Zoom {
    /// All of them, by their names.
    pub const NAMES: [(&'static str, Self); 4] = [
        ("fit", Self::Fit),
        ("pixels", Self::Pixels),
        ("true_size", Self::TrueSize),
        ("same_size", Self::SameSize),
    ];
}

/// Whereto an image is pushed that leaves room.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Justify {
    /// Nowhere.
    #[default]
    Center,
    /// To the left edge.
    Left,
    /// To the right edge.
    Right,
    /// So that the chest wall of a breast is at the edge to the neighbour. PS3.3 C.8.11.7.
    ChestWall,
}

impl Justify {
    /// All of them, by their names.
    pub const NAMES: [(&'static str, Self); 4] = [
        ("center", Self::Center),
        ("left", Self::Left),
        ("right", Self::Right),
        ("chest_wall", Self::ChestWall),
    ];
}

/// Which image of a stack is first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Start {
    /// The first.
    #[default]
    First,
    /// The middle one.
    Middle,
    /// The last.
    Last,
}

impl Start {
    /// All of them, by their names.
    pub const NAMES: [(&'static str, Self); 3] =
        [("first", Self::First), ("middle", Self::Middle), ("last", Self::Last)];
}

/// Which presentation state an image is shown by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum StatePolicy {
    /// The newest that is for it.
    #[default]
    Newest,
    /// None.
    AsAcquired,
}

impl StatePolicy {
    /// All of them, by their names.
    pub const NAMES: [(&'static str, Self); 2] =
        [("newest", Self::Newest), ("as_acquired", Self::AsAcquired)];
}

/// Views that go along with each other.
#[derive(Debug, Clone, PartialEq)]
pub struct Sync {
    /// Which, by their letters.
    pub views: Vec<char>,
    /// In what.
    pub on: Vec<SyncOn>,
    /// How places are found across frames of reference.
    pub across: Across,
}

/// What goes along.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SyncOn {
    /// The image.
    Scroll,
    /// The size.
    Zoom,
    /// The place.
    Pan,
    /// The window.
    Window,
}

impl SyncOn {
    /// All of them, by their names.
    pub const NAMES: [(&'static str, Self); 4] =
        [("scroll", Self::Scroll), ("zoom", Self::Zoom), ("pan", Self::Pan), ("window", Self::Window)];
}

/// How one place is found in another display set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Across {
    /// By position, within one frame of reference alone.
    #[default]
    Frame,
    /// By the distance that both had when they were linked.
    Offset,
}

impl Across {
    /// All of them, by their names.
    pub const NAMES: [(&'static str, Self); 2] = [("frame", Self::Frame), ("offset", Self::Offset)];
}

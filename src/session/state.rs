//! The session: everything that decides what is on screen.

use std::path::PathBuf;
use std::sync::Arc;

use crate::color::{IccProfile, Palettes, ProfileId};
use crate::command::{Detail, Grid, Interpolation, Macros, Reader, ToolName, UnseenGuard};
use crate::corner_text::CornerTexts;
use crate::dicom::StudyUid;
use crate::geometry::{Point, View};
use crate::grayscale::WindowPresets;
use crate::hanging::Protocols;
use crate::priors::PriorRules;
use crate::units::Phi;
use crate::volume::Transfers;

use super::about::AboutLine;
use super::archive::Archives;
use super::bundle::BundleLine;
use super::calibrating::{Calibrating, CalibrationSettings};
use super::curve::DrawnPath;
use super::cut_away::Outline;
use super::event::FileCounts;
use super::history::History;
use super::hung::Hung;
use super::key_images::KeyImages;
use super::left_open::{LeftOpen, Resuming};
use super::link::{Links, SharedPoint};
use super::marks::{Draft, Marks};
use super::motion::Motion;
use super::panel::Panel;
use super::priors::Priors;
use super::recent::RecentStudy;
use super::saved::SavedState;
use super::screen::Screen;
use super::seen::Seen;
use super::setting::SettingLine;
use super::studies::Studies;
use super::tool::Gesture;
use super::unsaved::Unsaved;
use super::user::UserLine;
use super::value_counts::CountedValues;
use super::viewport::Viewport;

/// The state of reading.
#[derive(Debug, Clone, PartialEq)]
pub struct Session {
    /// What the configuration decides.
    pub settings: SessionSettings,
    /// Our windows; never empty.
    pub screens: Vec<Screen>,
    /// Where keys go.
    pub focus: Focus,
    /// What dragging does.
    pub tool: ToolName,
    /// A drag in progress.
    pub gesture: Option<Gesture>,
    /// Where the pointer is over an image.
    pub pointer: Option<PointerAt>,
    /// What goes along with the viewport in focus.
    pub links: Links,
    /// The point that all viewports of its frame of reference show.
    pub shared_point: Option<SharedPoint>,
    /// The path that the reader draws through the patient.
    pub path: Option<DrawnPath>,
    /// How many words stand on images.
    pub detail: Detail,
    /// Whether marks are shown.
    pub shows_marks: bool,
    /// Whether it is shown where the image in focus cuts others.
    pub shows_lines: bool,
    /// Marks on images.
    pub marks: Marks,
    /// The mark that is being drawn.
    pub draft: Option<Draft>,
    /// The outline that the scissors draw.
    pub outline: Option<Outline>,
    /// How often values occur in a volume: the one whose transfer function was changed last.
    pub(super) values: Option<CountedValues>,
    /// The mark that commands mean.
    pub selected: Option<u32>,
    /// The reader's own key images.
    pub key_images: KeyImages,
    /// What can be taken back.
    pub history: History,
    /// What was saved, and what came back from an earlier run.
    pub unsaved: Unsaved,
    /// What is in viewports now, or was.
    pub seen: Seen,
    /// Every setting as it applies.
    pub setting_lines: Vec<SettingLine>,
    /// Who reads.
    pub reader: Reader,
    /// The users of this station, by name.
    pub users: Vec<UserLine>,
    /// What was opened lately, the newest first.
    pub recent: Vec<RecentStudy>,
    /// States that the reader saved since the program started, the oldest first, bounded.
    pub(super) saved: Vec<SavedState>,
    /// What is known of archives, and of what comes from and goes to them.
    pub archives: Archives,
    /// The study that the reader opened and nothing has come of yet. It hangs once the first of it is here; the list of studies, if
    /// it is open, stays until then.
    pub awaited: Option<StudyUid>,
    /// What is being looked through for the reader.
    pub(super) opening: Vec<Phi<PathBuf>>,
    /// The priors of the study that is read.
    pub priors: Priors,
    /// How the study that the reader opened last hangs, and why.
    pub hung: Option<Hung>,
    /// What an earlier run left open, until the reader has said what becomes of it.
    pub(super) left_open: Option<Box<LeftOpen>>,
    /// What of it is on its way back.
    pub(super) resuming: Option<Resuming>,
    /// The panel over the images.
    pub panel: Option<Panel>,
    /// The panel that stands beside the images, while another one lies over them: it comes back after that.
    pub(super) beneath: Option<Panel>,
    /// News for the reader, oldest first, bounded.
    pub messages: Vec<Message>,
    /// Whether the newest message has come since the reader's last command: then the status row tells it.
    pub has_news: bool,
    /// Whether files are being looked through.
    pub indexing: Indexing,
    /// How many frames of an export are written, and of how many; `None` while none is under way.
    pub exporting: Option<(usize, usize)>,
    /// What Hotlight is and where its files lie, as it was told last.
    pub about: Vec<AboutLine>,
    /// What is in the support bundle that was collected last.
    pub bundle: Option<Vec<BundleLine>>,
    /// The list of studies.
    pub studies: Studies,
    /// The physicist's mode.
    pub calibrating: Calibrating,
    pub(super) questions_asked: u32,
    pub(super) screens_opened: u32,
    pub(super) motion: Motion,
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
    /// How many words stand on images at first.
    pub detail: Detail,
    /// The side of a pixel of the monitor, mm; not known unless the settings say.
    pub pixel_mm: Option<f64>,
    /// Words in the corners of viewports.
    pub corner_texts: CornerTexts,
    /// Palettes for gray.
    pub palettes: Palettes,
    /// What values of volumes may look like.
    pub transfers: Transfers,
    /// By what priors are found.
    pub prior_rules: PriorRules,
    /// Lists of commands by name.
    pub macros: Arc<Macros>,
    /// By what studies hang; where there are none, their first series does.
    pub protocols: Arc<Protocols>,
    /// Memory for decoded frames, bytes: volumes on screen have to fit in it whole.
    pub frame_budget_bytes: u64,
    /// Memory of the graphics card for images and volumes, bytes: for a view that is exported, as for the windows.
    pub card_budget_bytes: u64,
    /// How many days back archives are asked for studies when nobody says otherwise; 0 is without limit.
    pub study_days: u32,
    /// What happens when a study is left of which something was not seen.
    pub unseen: UnseenGuard,
    /// What the physicist's mode goes by.
    pub calibration: CalibrationSettings,
}

impl Default for SessionSettings {
    fn default() -> Self {
        Self {
            presets: WindowPresets::default(),
            interpolation: Interpolation::default(),
            grid: Grid::ONE,
            detail: Detail::default(),
            pixel_mm: None,
            corner_texts: CornerTexts::default(),
            palettes: Palettes::default(),
            transfers: Transfers::default(),
            prior_rules: PriorRules::default(),
            macros: Arc::default(),
            protocols: Arc::default(),
            frame_budget_bytes: 1 << 30,
            card_budget_bytes: 1 << 30,
            study_days: 7,
            // The settings say `ask`; without any nothing stands in the way.
            unseen: UnseenGuard::Off,
            calibration: CalibrationSettings::default(),
        }
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

/// The pointer over an image.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PointerAt {
    /// Index in [`Session::screens`].
    pub screen: usize,
    /// Index in the screen's viewports.
    pub viewport: usize,
    /// The tile of the viewport, from 0.
    pub tile: usize,
    /// Where in the tile.
    pub at: Point<View>,
    /// Whether keys moved it there: no cursor of the desktop shows it then.
    pub is_by_keys: bool,
}

/// Looking through files.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each came to pass or not, in any combination")]
pub struct Indexing {
    /// Runs under way.
    pub runs: usize,
    /// Files so far, over all runs.
    pub files: FileCounts,
    /// Whether one of them was cancelled before all was read.
    pub is_cut_short: bool,
    /// Whether one of them was of what the reader saved.
    pub has_saved: bool,
    /// Whether one of them was of a study from the store or an archive: what is missing of it is told elsewhere.
    pub has_archived: bool,
    /// The studies that these were of.
    pub(super) archived: Vec<StudyUid>,
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
            detail: settings.detail,
            settings,
            focus: Focus { screen: 0, viewport: 0 },
            tool: ToolName::Scroll,
            gesture: None,
            pointer: None,
            links: Links::default(),
            shared_point: None,
            path: None,
            shows_marks: true,
            shows_lines: true,
            marks: Marks::default(),
            draft: None,
            outline: None,
            values: None,
            selected: None,
            key_images: KeyImages::default(),
            history: History::default(),
            unsaved: Unsaved::default(),
            seen: Seen::default(),
            setting_lines: Vec::new(),
            reader: Reader::account(),
            users: Vec::new(),
            recent: Vec::new(),
            saved: Vec::new(),
            archives: Archives::default(),
            awaited: None,
            opening: Vec::new(),
            priors: Priors::default(),
            hung: None,
            left_open: None,
            resuming: None,
            panel: None,
            beneath: None,
            messages: Vec::new(),
            has_news: false,
            indexing: Indexing::default(),
            exporting: None,
            about: Vec::new(),
            bundle: None,
            studies: Studies::default(),
            calibrating: Calibrating::default(),
            questions_asked: 0,
            screens_opened: 1,
            motion: Motion::default(),
        }
    }

    /// The profile of the monitor that a window is on, by its index.
    pub fn monitor_profile(&self, screen: usize) -> ProfileId {
        let monitor = self.screens.get(screen).and_then(|screen| screen.monitor.as_ref().ok());
        ProfileId::of(monitor.and_then(|monitor| monitor.profile.as_ref()))
    }

    /// The profiles of all monitors that windows are on, each once.
    pub fn monitor_profiles(&self) -> Vec<Arc<IccProfile>> {
        let monitors = self.screens.iter().filter_map(|screen| screen.monitor.as_ref().ok());
        let mut profiles: Vec<_> = monitors.filter_map(|monitor| monitor.profile.clone()).collect();
        profiles.sort_unstable_by_key(|profile| profile.id());
        profiles.dedup_by_key(|profile| profile.id());
        profiles
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

//! The physicist's mode: what is measured on the monitor under the window, what was found, what is due.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::calibration::pattern::Pattern;
use crate::calibration::{
    Act, AmbientTest, Check, Evaluation, EvaluationContext, Instrument, LevelReading, Measurement, Profiles,
    Series, SeriesRules, SignalPath, evaluate, evaluate_fields, gsdf_deviation,
};
use crate::command::CalibrationTab;
use crate::dicom::{FrameKey, InstanceUid, SeriesUid, StudyUid};
use crate::grayscale::{CharacteristicCurve, DisplaySystem, GsdfOwner};
use crate::study::Library;
use crate::units::{CdPerM2, Ddl, Phi};

use super::effect::Effect;
use super::event::BenchNews;
use super::monitor::ScreenMonitor;
use super::played::Played;
use super::quality::QualityTrend;
use super::screen::Screen;
use super::state::Session;

/// The physicist's mode.
#[derive(Debug, Clone, PartialEq)]
pub struct Calibrating {
    /// It is in place of the images.
    pub is_open: bool,
    /// The part that is shown.
    pub tab: CalibrationTab,
    /// Whether patches and patterns go by the monitor's table: around it to characterise, through it to verify.
    pub path: SignalPath,
    /// The profiles of limits that the operator chose, by what each monitor is known by.
    pub(super) profiles: BTreeMap<String, String>,
    /// What monitors are used for that windows were on, likewise.
    pub(super) uses: BTreeMap<String, String>,
    /// Who measures; empty until somebody said.
    pub operator: String,
    /// With what.
    pub instrument: Option<Instrument>,
    /// The series under way.
    pub running: Option<RunningSeries>,
    /// The ambient test under way.
    pub ambient_test: Option<RunningTest>,
    /// How many were begun since the program started.
    pub(super) tests_begun: u32,
    /// What is known of each monitor, by what it is known by.
    pub benches: BTreeMap<String, Bench>,
    /// What the book of records has of image quality, and what is wrong with the book; none before anybody asked.
    pub quality: Option<(Vec<QualityTrend>, Option<String>)>,
    /// The chosen line of the tab.
    pub chosen: usize,
    /// The monitors of which it was looked up since the program started what is due.
    pub(super) looked_up: BTreeSet<String>,
    /// Those of them of which the reader is asked, as long as something is.
    pub(super) asked: BTreeSet<String>,
}

/// A series under way.
#[derive(Debug, Clone, PartialEq)]
pub struct RunningSeries {
    /// Of which monitor.
    pub monitor: String,
    /// In which window, by its id.
    pub screen: u32,
    /// Where it stands.
    pub series: Series,
    /// What the operator has typed of the reading.
    pub typed: Phi<String>,
    /// How long the patch settles still, s.
    pub settles_s: u32,
    /// A reading is asked for and has not come.
    pub is_reading: bool,
    /// What the operator should know of the last reading, in a sentence.
    pub news: Option<String>,
}

/// An ambient test under way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunningTest {
    /// On which monitor.
    pub monitor: String,
    /// The digest of the table through which it is looked at; none where there is none of ours.
    pub table: Option<String>,
    /// In which window, by its id.
    pub screen: u32,
    /// Where it stands.
    pub test: AmbientTest,
    /// The pattern that was on the screen last.
    pub on_screen: Option<FrameKey>,
}

/// What the configuration decides for the physicist's mode.
#[derive(Debug, Clone, PartialEq)]
pub struct CalibrationSettings {
    /// Limits by name.
    pub profiles: Arc<Profiles>,
    /// What reads luminance, in words: `typed in`, `spotread`.
    pub photometer: String,
    /// Whether a program reads it; else the operator does.
    pub is_automatic: bool,
    /// How often a patch is read, and how long it settles before.
    pub rules: SeriesRules,
    /// Whether the reader may change what a monitor goes by.
    pub is_physicist: bool,
    /// Whether the reader is asked at the start for checks that are due.
    pub asks_at_start: bool,
}

/// What is known of one monitor.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Bench {
    /// What the room's light adds, cd/m².
    pub ambient_cd_m2: Option<f64>,
    /// The operator said it, also that nobody knows it.
    pub is_ambient_said: bool,
    /// What was measured around the table.
    pub around: Option<Measured>,
    /// What was measured through it.
    pub through: Option<Measured>,
    /// A series that was interrupted.
    pub interrupted: Option<Series>,
    /// The ambient test that was done last since the program started.
    pub ambient_test: Option<AmbientTest>,
    /// A table that was made of the former and is not used yet.
    pub built: Option<BuiltTable>,
    /// What the book of records says.
    pub book: BookLines,
}

/// A measurement and what was found in it.
#[derive(Debug, Clone, PartialEq)]
pub struct Measured {
    /// What was measured.
    pub measurement: Measurement,
    /// The digest of the table that the monitor went by then; none where there was none of ours.
    pub table: Option<String>,
    /// What was found, or a sentence on why nothing can be.
    pub evaluation: Result<Evaluation, String>,
    /// What of it is not in the book.
    pub unrecorded: Unrecorded,
    /// Where it comes from, if it was not measured here.
    pub from_file: Option<Box<FromFile>>,
}

/// What a file says of how a response was measured elsewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FromFile {
    /// With what; none where the file does not say.
    pub instrument: Option<Instrument>,
    /// When: `YYYY-MM-DD`, with or without a time behind it.
    pub measured: Option<String>,
    /// By whom.
    pub operator: Option<String>,
}

/// What of a measurement is not in the book of records, the least first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Unrecorded {
    /// All of it is.
    Nothing,
    /// What is said now of the room's light, which is recorded by itself: nobody measured the response in it.
    Light,
    /// Uniform fields, which were measured after the response had been recorded, or without one.
    Fields,
    /// The response, and all that was measured with it.
    All,
}

/// What a table of what was measured would give.
#[derive(Debug, Clone, PartialEq)]
pub struct BuiltTable {
    /// How many of 256 grays stay apart.
    pub kept: usize,
    /// The largest deviation that is left, percent.
    pub left_percent: f64,
    /// What speaks against using it, a sentence each.
    pub cautions: Vec<String>,
}

/// What the book of records says of one monitor, as lines.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct BookLines {
    /// Records, the newest first, bounded.
    pub records: Vec<BookLine>,
    /// Deviations that were recorded, the oldest first: day, percent, and whether it was beyond the limit.
    pub history: Vec<(String, f64, bool)>,
    /// Tasks, the most urgent first.
    pub due: Vec<DueLine>,
    /// What is wrong with the chain, or with the book; none where it is whole.
    pub fault: Option<String>,
}

/// A record in a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BookLine {
    /// When: `2026-11-24 09:20`.
    pub at: String,
    /// What, in words.
    pub words: String,
    /// Whether it found a limit exceeded.
    pub is_fail: bool,
}

/// A task and when it is due.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DueLine {
    /// Which: `Contrast response, 18 levels`.
    pub task: String,
    /// What does it, without a photometer; none where it is measured.
    pub act: Option<Act>,
    /// When, in words: `due on 2026-12-04`, `due since 2026-11-28`, `overdue since 2026-11-01`, `never done`.
    pub words: String,
    /// Whether that is amber.
    pub is_due: bool,
    /// Whether it is past all grace.
    pub is_overdue: bool,
}

/// The test pattern that fills a window.
#[derive(Debug, Clone, PartialEq)]
pub struct ShownPattern {
    /// Its name; of one that moves, that of the frame on screen.
    pub name: String,
    /// The way of its levels to the panel.
    pub path: SignalPath,
    /// How it moves; nothing where it stands still.
    pub played: Option<Played>,
}

impl ShownPattern {
    /// A pattern, at rest.
    pub(super) fn of(pattern: Pattern, path: SignalPath) -> Self {
        Self { name: pattern.name(), path, played: Played::of(pattern) }
    }
}

impl Default for Calibrating {
    fn default() -> Self {
        Self {
            is_open: false,
            tab: CalibrationTab::default(),
            path: SignalPath::Through,
            profiles: BTreeMap::new(),
            uses: BTreeMap::new(),
            operator: String::new(),
            instrument: None,
            running: None,
            ambient_test: None,
            tests_begun: 0,
            benches: BTreeMap::new(),
            quality: None,
            chosen: 0,
            looked_up: BTreeSet::new(),
            asked: BTreeSet::new(),
        }
    }
}

impl Default for CalibrationSettings {
    fn default() -> Self {
        Self {
            profiles: Arc::default(),
            photometer: "typed in".to_owned(),
            is_automatic: false,
            rules: SeriesRules { readings: 1, settle_ms: 3000 },
            is_physicist: false,
            // The settings say that it does; without any nobody is asked.
            asks_at_start: false,
        }
    }
}

/// What the study is called that patterns are of: no UID is so.
const PATTERNS: &str = "patterns";

/// A pattern to be drawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PatternOrder {
    /// What its frame is called.
    pub key: FrameKey,
    /// The pattern's name.
    pub name: String,
    /// Columns and rows.
    pub size: (u32, u32),
}

impl PatternOrder {
    /// The pattern in so many device pixels.
    pub fn new(name: &str, size: (u32, u32)) -> Self {
        let key = FrameKey {
            study: StudyUid::new(PATTERNS),
            series: SeriesUid::new(name),
            instance: InstanceUid::new(&format!("{}x{}", size.0, size.1)),
            frame: 0,
            subtraction: None,
        };
        Self { key, name: name.to_owned(), size }
    }

    /// Whether a frame is that of a pattern.
    pub fn is_pattern(key: &FrameKey) -> bool {
        key.study.as_str() == PATTERNS
    }
}

impl Screen {
    /// The pattern that fills it; none where it has no area.
    pub fn pattern_order(&self) -> Option<PatternOrder> {
        let (width, height) = (self.surface.width, self.surface.height);
        let shown = self.pattern.as_ref().filter(|_| width > 0 && height > 0)?;
        Some(PatternOrder::new(&shown.name, (width, height)))
    }
}

impl BuiltTable {
    /// What the table of a panel gives, whose luminance was measured around any table; none of the panel's own may be at work.
    pub(super) fn of(measurement: &Measurement, ambient: f64, owner: GsdfOwner) -> Result<Self, String> {
        let levels =
            measurement.response.iter().map(|level| (Ddl(level.level), CdPerM2(level.luminance_cd_m2)));
        let curve = CharacteristicCurve::new(levels).map_err(|why| why.to_string())?;
        let system = DisplaySystem::new(&curve, CdPerM2(ambient), 8).map_err(|why| why.to_string())?;
        let steps: Vec<_> = system.steps(256).collect();
        let mut kept: Vec<u16> = steps.iter().map(|step| step.ddl.0).collect();
        kept.dedup();
        let level = |(at, step): (u16, &crate::grayscale::DisplayStep)| LevelReading {
            level: at,
            luminance_cd_m2: step.reached.0 - ambient,
            spread_cd_m2: 0.0,
            readings: 1,
            chromaticity: None,
        };
        let response = (0..).zip(&steps).step_by(15).map(level).collect();
        let through =
            Measurement { path: SignalPath::Through, response, fields: Vec::new(), ..measurement.clone() };
        let deviation = |of: &Measurement| gsdf_deviation(of).map_err(|why| why.to_string());
        let left_percent = deviation(&through)?;
        let mut cautions = Vec::new();
        if deviation(measurement).is_ok_and(|percent| percent <= FOLLOWS_PERCENT) {
            cautions.push(
                "The panel follows the GSDF by itself: a table of Hotlight would apply it twice. Set the panel to its native curve \
                 and measure again, or say that it is the owner: `calibration owner panel`."
                    .to_owned(),
            );
        }
        if matches!(owner, GsdfOwner::Panel | GsdfOwner::System) {
            cautions.push(format!(
                "The GSDF of this monitor is left to the {}: switch it off there, or it is applied twice.",
                owner.name()
            ));
        }
        Ok(Self { kept: kept.len(), left_percent, cautions })
    }
}

/// A panel whose contrast is within this of the GSDF's around any table of ours has one of its own.
const FOLLOWS_PERCENT: f64 = 20.0;

/// The profile of limits of a monitor of which nobody says a use.
const DIAGNOSTIC: &str = "diagnostic";

impl Session {
    /// What was found in a measurement of a monitor, or a sentence on why nothing can be.
    pub(super) fn evaluated(&self, monitor: &str, measurement: &Measurement) -> Result<Evaluation, String> {
        let name = self.profile_of(monitor);
        let profile = self.settings.calibration.profiles.get(name);
        let profile = profile.ok_or_else(|| format!("There is no profile of limits '{name}'."))?;
        let mut monitors = self.screens.iter().filter_map(|screen| screen.monitor.as_ref().ok());
        let pixel_mm = monitors.find(|on| on.id == monitor).and_then(|on| on.pixel_mm).map(|side| side.0);
        let benches = self.calibrating.benches.iter();
        let mut others = benches.filter(|(id, _)| *id != monitor && !self.is_of_other_use(monitor, id));
        let pair = others.find_map(|(_, bench)| bench.measured(measurement.path)).map(|of| &of.measurement);
        let context = EvaluationContext { pair, pixel_mm, table: None };
        evaluate(measurement, profile, context).map_err(|why| format!("{why}."))
    }

    /// What was found in the uniform fields of a measurement by themselves; none where nothing can be.
    pub(super) fn evaluated_fields(&self, monitor: &str, measurement: &Measurement) -> Option<Vec<Check>> {
        let profile = self.settings.calibration.profiles.get(self.profile_of(monitor))?;
        evaluate_fields(measurement, profile).ok()
    }

    /// The profile of limits of a monitor, by name: the one that the operator chose for it, else that of its use, where there is one.
    pub(super) fn profile_of(&self, monitor: &str) -> &str {
        let Calibrating { profiles: chosen, uses, .. } = &self.calibrating;
        let profiles = &self.settings.calibration.profiles;
        let of_use = || uses.get(monitor).filter(|name| profiles.get(name).is_some());
        chosen.get(monitor).or_else(of_use).map_or(DIAGNOSTIC, String::as_str)
    }

    /// The same of the monitor under the window in focus.
    pub fn bench_profile(&self) -> &str {
        self.bench_monitor().map_or(DIAGNOSTIC, |monitor| self.profile_of(&monitor.id))
    }

    /// Whether two monitors are known to be used for different things: they need not look the same.
    fn is_of_other_use(&self, one: &str, other: &str) -> bool {
        let uses = &self.calibrating.uses;
        uses.get(one).zip(uses.get(other)).is_some_and(|(one, other)| one != other)
    }

    /// Remembers what a monitor is used for, also when no window is on it any more: its limits go by that.
    pub(super) fn note_use(&mut self, monitor: &Result<ScreenMonitor, String>) {
        let Ok(ScreenMonitor { id, used_for, .. }) = monitor else { return };
        let before = match used_for {
            Some(used_for) => self.calibrating.uses.insert(id.clone(), used_for.clone()),
            None => self.calibrating.uses.remove(id),
        };
        if before != *used_for {
            self.evaluate_again();
        }
    }

    /// The patterns that windows show, or will in turn, and that are not drawn yet.
    pub fn wanted_patterns(&self, library: &Library) -> Vec<PatternOrder> {
        let shown = self.screens.iter().flat_map(Screen::pattern_orders);
        shown.filter(|order| library.frame(&order.key).is_none()).collect()
    }

    /// Whether a frame is that of a pattern that a window shows, or will in turn.
    pub fn shows_pattern(&self, key: &FrameKey) -> bool {
        self.screens.iter().flat_map(Screen::pattern_orders).any(|order| order.key == *key)
    }

    /// When the series is to be told the time, in ms since the program began: none where it waits for the operator.
    pub(super) fn series_due_ms(&self) -> Option<f64> {
        let running = self.calibrating.running.as_ref().filter(|running| !running.is_reading)?;
        let settled_ms = running.series.settled_ms()?;
        match running.settles_s {
            0 => self.settings.calibration.is_automatic.then_some(0.0),
            left_s => Some(settled_ms - f64::from(left_s - 1) * 1000.0),
        }
    }

    /// The frame of the patch that is to be read, or of the bars that are to be found, if a window, by its index, is to show it and
    /// nobody has told yet that it does.
    pub fn awaited_patch(&self, screen: usize) -> Option<FrameKey> {
        let screen = self.screens.get(screen)?;
        let order = screen.pattern_order()?;
        let Calibrating { running, ambient_test, .. } = &self.calibrating;
        let patch = running.as_ref().filter(|running| running.screen == screen.id);
        let bars = ambient_test.as_ref().filter(|test| test.screen == screen.id);
        let is_awaited = patch.is_some_and(|running| running.series.settled_ms().is_none())
            || bars.is_some_and(|test| test.on_screen.as_ref() != Some(&order.key));
        is_awaited.then_some(order.key)
    }

    /// A patch is on the screen: it settles from now on, if it is still the one that is to be read.
    pub(super) fn note_patch(&mut self, key: &FrameKey, now_ms: f64) -> Vec<Effect> {
        let is_awaited =
            (0..self.screens.len()).any(|screen| self.awaited_patch(screen).as_ref() == Some(key));
        if let Some(running) = self.calibrating.running.as_mut().filter(|_| is_awaited) {
            running.series.note_shown(now_ms);
        }
        if let Some(test) = self.calibrating.ambient_test.as_mut().filter(|_| is_awaited) {
            test.on_screen = Some(key.clone());
        }
        self.go_on_measuring(now_ms)
    }

    /// Time has passed: a patch that is on screen settles, and is then read where a program reads.
    pub(super) fn go_on_measuring(&mut self, now_ms: f64) -> Vec<Effect> {
        let is_automatic = self.settings.calibration.is_automatic;
        let Some(running) = self.calibrating.running.as_mut().filter(|running| !running.is_reading) else {
            return Vec::new();
        };
        let Some(settled_ms) = running.series.settled_ms() else { return Vec::new() };
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a few seconds")]
        let left_s = ((settled_ms - now_ms) / 1000.0).ceil().clamp(0.0, 3600.0) as u32;
        running.settles_s = left_s;
        if left_s > 0 || !is_automatic {
            return Vec::new();
        }
        running.is_reading = true;
        vec![Effect::ReadLuminance]
    }

    /// Whether a window, by its index, shows the physicist's mode in place of images.
    pub fn calibrates(&self, screen: usize) -> bool {
        self.calibrating.is_open && self.focus.screen == screen
    }

    /// Whether keys go to the physicist's mode, or to a test pattern.
    pub fn works_on_monitor(&self) -> bool {
        self.calibrates(self.focus.screen)
            || self.focused_screen().is_some_and(|screen| screen.pattern.is_some())
    }

    /// Whether the operator types what a photometer shows, in the window of the patch.
    pub fn types_readings(&self) -> bool {
        let focused = self.focused_screen().map(|screen| screen.id);
        let running = self.calibrating.running.as_ref();
        let is_here = running.is_some_and(|running| Some(running.screen) == focused);
        is_here && !self.settings.calibration.is_automatic
    }

    /// Whether a window, by its index, shows no images now: the list of studies, a test pattern or the physicist's mode.
    pub fn hides_images(&self, screen: usize) -> bool {
        let has_pattern = self.screens.get(screen).is_some_and(|screen| screen.pattern.is_some());
        has_pattern || self.lists_studies(screen) || self.calibrates(screen)
    }

    /// The monitor under the window in focus, where it is known.
    pub fn bench_monitor(&self) -> Option<&ScreenMonitor> {
        self.focused_screen()?.monitor.as_ref().ok()
    }

    /// What is known of the monitor under the window in focus.
    pub fn bench(&self) -> Option<&Bench> {
        self.calibrating.benches.get(&self.bench_monitor()?.id)
    }
}

impl Measured {
    /// Whether it is in the book.
    pub fn is_recorded(&self) -> bool {
        self.unrecorded == Unrecorded::Nothing
    }

    /// With what it was measured: what its file says, or else what is said at the bench.
    pub(super) fn instrument(&self, at_bench: Option<Instrument>) -> Option<Instrument> {
        self.from_file.as_ref().map_or(at_bench, |file| file.instrument.clone())
    }

    /// What another series is put into: uniform fields that are in the book, or in a file, may be of another day, and must not be
    /// recorded as of this one.
    pub(super) fn with_what_is_new(self) -> Measurement {
        let are_fields_new =
            self.from_file.is_none() && matches!(self.unrecorded, Unrecorded::Fields | Unrecorded::All);
        let fields = if are_fields_new { self.measurement.fields } else { Vec::new() };
        Measurement { fields, ..self.measurement }
    }
}

impl Bench {
    /// What was measured the one way or the other.
    pub const fn measured(&self, path: SignalPath) -> Option<&Measured> {
        match path {
            SignalPath::Around => self.around.as_ref(),
            SignalPath::Through => self.through.as_ref(),
        }
    }

    /// The same, to be changed.
    pub(super) const fn measured_mut(&mut self, path: SignalPath) -> &mut Option<Measured> {
        match path {
            SignalPath::Around => &mut self.around,
            SignalPath::Through => &mut self.through,
        }
    }
}

impl Session {
    /// Takes what files say of a monitor; what was measured here and is not recorded stays, unless the monitor goes by another table
    /// now.
    pub(super) fn take_bench(&mut self, monitor: &str, news: &BenchNews) {
        let mut bench = self.calibrating.benches.remove(monitor).unwrap_or_default();
        if let Some((path, what)) = news.not_recorded
            && let Some(own) = bench.measured_mut(path)
        {
            // More may have been measured since.
            own.unrecorded = own.unrecorded.max(what);
        }
        if news.is_unasked {
            bench.book.fault.clone_from(&news.book.fault);
        } else {
            self.take_book(monitor, &mut bench, news);
        }
        self.calibrating.benches.insert(monitor.to_owned(), bench);
    }

    fn take_book(&self, monitor: &str, bench: &mut Bench, news: &BenchNews) {
        let BenchNews { ambient_cd_m2, table, around, through, interrupted, book, .. } = news;
        if !bench.is_ambient_said {
            bench.ambient_cd_m2 = *ambient_cd_m2;
        }
        bench.book.clone_from(book);
        if bench.interrupted.is_none() && self.calibrating.running.is_none() {
            bench.interrupted.clone_from(interrupted);
        }
        for (path, own, told) in [
            (SignalPath::Around, &mut bench.around, around),
            (SignalPath::Through, &mut bench.through, through),
        ] {
            let is_of_another = |own: &Measured| path == SignalPath::Through && own.table != *table;
            if own.as_ref().is_none_or(|own| own.is_recorded() || is_of_another(own)) {
                let same = own.take().filter(|own| told.as_ref() == Some(&own.measurement));
                let from_file = same.and_then(|own| own.from_file);
                *own = told.clone().map(|measurement| Measured {
                    evaluation: self.evaluated(monitor, &measurement),
                    measurement,
                    table: table.clone(),
                    unrecorded: Unrecorded::Nothing,
                    from_file,
                });
            }
        }
    }
}

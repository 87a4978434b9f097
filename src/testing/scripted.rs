//! A reading session that a test drives by command text and asks for words.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::app::{
    ArchivesOptions, Clock, CommandSource, Reading, ReadingOptions, Step, Trace, Zone, parse_script,
};
use crate::command::Command;
use crate::grayscale::WindowPresets;
use crate::render::{FramePlan, Picture, ViewportPlan, plan};
use crate::session::{Event, Session, SessionSettings, Surface};

/// The longest that a test waits for files and pixels: for one that waits in vain, as a busy machine may take its time.
const WAIT_MAX: Duration = Duration::from_mins(2);

/// A reading session without a window.
pub struct Scripted {
    /// The program.
    pub reading: Reading,
}

impl Scripted {
    /// Opens a folder in a window of 800×600 device pixels and waits until its first images are there.
    ///
    /// # Panics
    /// When the program cannot start or does not settle within 2 minutes: a test may stop there.
    pub fn open(folder: &Path) -> Self {
        let mut scripted = Self::empty();
        scripted.run_command(&format!("open {}", folder.display()));
        scripted.settle();
        scripted
    }

    /// An empty program.
    ///
    /// # Panics
    /// When the program cannot start.
    pub fn empty() -> Self {
        Self::keeping(None)
    }

    /// An empty program that keeps the reader's own objects in a folder.
    ///
    /// # Panics
    /// When the program cannot start.
    pub fn keeping(kept: Option<PathBuf>) -> Self {
        Self::with_archives(kept, None)
    }

    /// The same without drafts: what is not saved ends with the program, and is in no other one's way.
    ///
    /// # Panics
    /// When the program cannot start.
    pub fn keeping_saved(kept: PathBuf) -> Self {
        Self::keeping_in(kept, Zone::UTC)
    }

    /// The same at a station of another zone.
    ///
    /// # Panics
    /// When the program cannot start.
    pub fn keeping_in(kept: PathBuf, zone: Zone) -> Self {
        Self::started(Some(kept), None, None, zone)
    }

    /// The same that also talks to archives.
    ///
    /// # Panics
    /// When the program cannot start.
    pub fn with_archives(kept: Option<PathBuf>, archives: Option<ArchivesOptions>) -> Self {
        Self::started(kept.clone(), kept, archives, Zone::UTC)
    }

    #[expect(clippy::expect_used, reason = "a test may stop at the first surprise")]
    fn started(
        kept: Option<PathBuf>,
        drafts: Option<PathBuf>,
        archives: Option<ArchivesOptions>,
        zone: Zone,
    ) -> Self {
        let presets = include_str!("../../assets/presets/window.toml");
        let options = ReadingOptions {
            session: SessionSettings {
                presets: WindowPresets::parse(presets).expect("the shipped presets"),
                frame_budget_bytes: 256 << 20,
                ..SessionSettings::default()
            },
            decode_threads: 2,
            kept,
            drafts,
            archives,
            zone,
        };
        let trace = Trace::new(Clock::start(), None).expect("a trace to nowhere");
        let mut reading = Reading::start(options, trace).expect("threads");
        let surface = Surface { width: 800, height: 600, scale: 1.0 };
        reading.event(&Event::ScreenResized { screen: 0, surface });
        Self { reading }
    }

    /// Runs commands, separated by `;` or lines, and waits until what they show is there.
    ///
    /// # Panics
    /// On text that is no command.
    pub fn run(&mut self, commands: &str) {
        #[expect(clippy::expect_used, reason = "a test may stop at the first surprise")]
        let steps = parse_script(commands).expect("commands");
        for step in steps {
            if let Step::Command(command) = step {
                self.reading.command(&command, CommandSource::Script);
            }
        }
        self.settle();
    }

    #[expect(clippy::expect_used, reason = "a test may stop at the first surprise")]
    fn run_command(&mut self, text: &str) {
        let command = Command::parse(text).expect("a command");
        self.reading.command(&command, CommandSource::Script);
    }

    /// Waits until every visible viewport shows its image and no file is being looked through.
    ///
    /// # Panics
    /// After 2 minutes.
    pub fn settle(&mut self) {
        let clock = self.reading.trace.clock();
        let end = clock.elapsed() + WAIT_MAX;
        self.reading.tick();
        while !self.reading.is_settled() {
            assert!(clock.elapsed() < end, "the program did not settle");
            let now_ms = self.reading.trace.clock().elapsed_ms();
            if self.reading.session.is_time_due(now_ms) {
                self.reading.event(&Event::TimePassed { now_ms });
            }
            let pause = if self.reading.session.is_moving() { 5 } else { 50 };
            if let Some(event) = self.reading.services().wait(Duration::from_millis(pause)) {
                self.reading.event(&event);
            }
            self.reading.tick();
        }
    }

    /// Takes news until something of the session is so.
    ///
    /// # Panics
    /// After 2 minutes.
    #[track_caller]
    pub fn wait_until(&mut self, what: &str, mut is_so: impl FnMut(&Session) -> bool) {
        self.wait_for(what, |scripted| is_so(&scripted.reading.session));
    }

    /// Takes news until something is so.
    ///
    /// # Panics
    /// After 2 minutes.
    #[track_caller]
    pub fn wait_for(&mut self, what: &str, mut is_so: impl FnMut(&Self) -> bool) {
        let clock = self.reading.trace.clock();
        let end = clock.elapsed() + WAIT_MAX;
        self.reading.tick();
        while !is_so(self) {
            assert!(clock.elapsed() < end, "it was not so: {what}");
            if let Some(event) = self.reading.services().wait(Duration::from_millis(20)) {
                self.reading.event(&event);
            }
            self.reading.tick();
        }
    }

    /// The plan of the first window.
    pub fn plan(&self) -> FramePlan {
        plan(&self.reading.session, &self.reading.library, 0)
    }

    /// The focused viewport of the focused window.
    pub fn focused(&self) -> Option<ViewportPlan> {
        let focus = self.reading.session.focus;
        let plan = plan(&self.reading.session, &self.reading.library, focus.screen);
        plan.viewports.into_iter().find(|viewport| viewport.index == focus.viewport)
    }

    /// The focused viewport in words: `viewport 2: 11/120 · W 1500 L -600 HU lung · zoom 117 %`.
    pub fn words(&self) -> String {
        let Some(viewport) = self.focused() else { return "no viewport".to_owned() };
        let mut words = format!("viewport {}: ", viewport.index + 1);
        if let Some((number, count)) = viewport.labels.number {
            // A String takes every line.
            let _infallible = write!(words, "{number}/{count}");
        }
        for line in viewport.labels.bottom_left.iter().skip(1) {
            let _infallible = write!(words, " · {line}");
        }
        match viewport.picture {
            Picture::Empty => words.push_str("empty"),
            Picture::Loading => words.push_str(" · loading"),
            Picture::Failed(why) => {
                let _infallible = write!(words, " · failed: {why}");
            }
            Picture::Slice(_)
            | Picture::Reformat(_)
            | Picture::Rendering(_)
            | Picture::Curved(_)
            | Picture::Past => {}
        }
        words
    }
}

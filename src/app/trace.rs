//! The viewer's trace: one JSON line an event, with milliseconds since the process started. Never patient data.

use std::collections::HashMap;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use serde::Serialize;

use super::clock::Clock;

/// Where a command came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum CommandSource {
    /// A key.
    Key,
    /// The mouse, over an image or on a control.
    Mouse,
    /// The palette or another panel.
    Palette,
    /// A script.
    Script,
}

/// What a hand did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum InputKind {
    /// A key went down, also one that only begins a sequence or types text.
    Key,
    /// A button of the mouse did.
    Click,
    /// The wheel turned.
    Wheel,
}

/// Something that happened in the running viewer.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "event", rename_all = "kebab-case")]
pub enum TraceEvent {
    /// The window has been drawn for the first time.
    WindowShown,
    /// The first diagnostic pixel is on the screen.
    FirstImage,
    /// Every image of the display set in a viewport is in memory.
    SeriesComplete {
        /// Index of the window.
        screen: usize,
        /// Index of the viewport in it.
        viewport: usize,
        /// How many images.
        images: usize,
    },
    /// The last patch of a series was read, on a monitor.
    SeriesMeasured,
    /// The book of records has answered, and taken what was to be written before.
    BookRead,
    /// A command was carried out.
    Command {
        /// Its text form.
        name: String,
        /// Where it came from.
        source: CommandSource,
        /// The frame whose picture it is in; for a click on a control the one after.
        frame: u64,
    },
    /// A hand did something, whatever comes of it. Not which key: it may be a letter of a name.
    Input {
        /// What.
        kind: InputKind,
    },
    /// A viewport's picture changed and was drawn.
    Frame {
        /// Counts frames.
        frame: u64,
        /// Index of the window.
        screen: usize,
        /// Index of the viewport.
        viewport: usize,
        /// Number of the image shown, from 1.
        image: usize,
        /// Work on the processor to plan this frame and lay out the interface.
        ms: f64,
    },
    /// A window is on another monitor, or another applies the GSDF to it now.
    ScreenOnMonitor {
        /// Index of the window.
        screen: usize,
        /// What the monitor is known by; none when it is not known.
        monitor: Option<String>,
        /// Who applies the GSDF, as in `displays.toml`.
        gsdf: &'static str,
    },
    /// Looking through files ended.
    IndexComplete {
        /// Images found.
        images: usize,
        /// Files that could not be read.
        unreadable: usize,
    },
    /// The fetching of a study has ended.
    Retrieve {
        /// From which archive, by its name in `peers.toml`.
        archive: String,
        /// Objects that are here.
        received: usize,
        /// Objects that the archive says there are, where it says.
        expected: Option<usize>,
        /// `whole`, `incomplete` or `cancelled`.
        outcome: &'static str,
        /// Since it was asked for.
        ms: f64,
    },
    /// A study hangs by a protocol, or by another stage of it.
    Hung {
        /// The name of the protocol's file.
        protocol: String,
        /// The stage, from 1.
        stage: usize,
        /// How many there are.
        of: usize,
    },
    /// A study was opened that had been fetched in the background, and was here.
    PrefetchHit,
    /// A study was opened that was being fetched in the background, and was not here yet.
    PrefetchMiss,
    /// The program is about to end.
    Quit,
}

impl TraceEvent {
    /// The name in the trace and in scripts.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::WindowShown => "window-shown",
            Self::FirstImage => "first-image",
            Self::SeriesComplete { .. } => "series-complete",
            Self::SeriesMeasured => "series-measured",
            Self::BookRead => "book-read",
            Self::Command { .. } => "command",
            Self::Input { .. } => "input",
            Self::Frame { .. } => "frame",
            Self::ScreenOnMonitor { .. } => "screen-on-monitor",
            Self::IndexComplete { .. } => "index-complete",
            Self::Retrieve { .. } => "retrieve",
            Self::Hung { .. } => "hung",
            Self::PrefetchHit => "prefetch-hit",
            Self::PrefetchMiss => "prefetch-miss",
            Self::Quit => "quit",
        }
    }

    /// Names that `wait` knows.
    pub const NAMES: [&'static str; 13] = [
        "window-shown",
        "first-image",
        "series-complete",
        "series-measured",
        "book-read",
        "command",
        "input",
        "frame",
        "screen-on-monitor",
        "index-complete",
        "retrieve",
        "prefetch-hit",
        "prefetch-miss",
    ];
}

#[derive(Serialize)]
struct Line<'a> {
    t_ms: f64,
    #[serde(flatten)]
    event: &'a TraceEvent,
}

/// Counts events for scripts, and writes them when a file was asked for.
#[derive(Debug)]
pub struct Trace {
    clock: Clock,
    file: Option<BufWriter<File>>,
    counts: HashMap<&'static str, u64>,
}

impl Trace {
    /// A trace into a new file, or nowhere.
    pub fn new(clock: Clock, file: Option<&Path>) -> std::io::Result<Self> {
        let file = file.map(File::create).transpose()?.map(BufWriter::new);
        Ok(Self { clock, file, counts: HashMap::new() })
    }

    /// Notes an event now.
    pub fn note(&mut self, event: &TraceEvent) {
        *self.counts.entry(event.name()).or_default() += 1;
        let Some(file) = &mut self.file else { return };
        let t_ms = (self.clock.elapsed_ms() * 1000.0).round() / 1000.0;
        let written = serde_json::to_writer(&mut *file, &Line { t_ms, event })
            .map_err(std::io::Error::from)
            .and_then(|()| file.write_all(b"\n"))
            .and_then(|()| file.flush());
        if let Err(error) = written {
            tracing::warn!(%error, "the trace file cannot be written; it ends here");
            self.file = None;
        }
    }

    /// Whether it goes to a file.
    pub const fn is_written(&self) -> bool {
        self.file.is_some()
    }

    /// How often an event of this name has happened.
    pub fn count(&self, name: &str) -> u64 {
        self.counts.get(name).copied().unwrap_or(0)
    }

    /// The clock that all times come from.
    pub const fn clock(&self) -> Clock {
        self.clock
    }
}

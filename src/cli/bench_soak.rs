//! `hotlight bench soak`: a day of reading in minutes. Studies are opened, hung, scrolled, windowed, measured and closed, some of them
//! damaged, some from an archive that drops connections; what the program takes of the machine must level off.

use std::path::{Path, PathBuf};

use clap::Args;
use serde::Serialize;
use tempfile::TempDir;

use crate::app::{
    Appearance, ArchivesOptions, Clock, Day, Desk, LiveSettings, Reading, ReadingOptions, Standing, Step,
    StorePlace, Trace, WindowPlaces, Zone, run_day, session_settings,
};
use crate::config::{Config, Sources, drafts_folder, presentations_folder};
use crate::grayscale::WindowPresets;
use crate::logging::{self, LogSettings};
use crate::render::gpu::Usage;
use crate::store::StoreOptions;

use super::Failure;
use super::bench_soak_day::{Archive, Reader};

const SIZE: (u32, u32) = (800, 600);
const MIB: u64 = 1 << 20;

/// The bounds of caches, as the settings say.
const FRAMES_MIB: u64 = 64;
const CARD_MIB: u64 = 128;

/// The settings of the day: small caches, so that they are full early, and nothing that asks.
const SETTINGS: [&str; 6] = [
    "viewer.unseen=off",
    "viewer.ledger=true",
    "memory.frames_mib=64",
    "memory.card_mib=128",
    "decode.threads=2",
    "studies.days=0",
];

/// What may be open at a time: those from archives, the one that is read, and those whose closing is on its way.
const STUDIES_MAX: u64 = 36;

/// What a connection takes of this process where it is passed on: two sockets, each twice; the viewer's own end counts as the viewer's.
const RELAY_HANDLES: u64 = 4;
const RELAY_THREADS: u64 = 2;

/// Studies of folders go by `study close` alone: the one that is read, and those whose closing is on its way.
const OF_FOLDERS_MAX: u64 = 4;

/// Arguments of `bench soak`.
#[derive(Args, Debug)]
pub(super) struct SoakArgs {
    /// How long it lasts.
    #[arg(long, value_name = "M", default_value_t = 10.0, value_parser = parse_minutes)]
    minutes: f64,
    /// Another number makes another day; the same number the same.
    #[arg(long, value_name = "S", default_value_t = 1)]
    seed: u64,
}

/// What the program takes of the machine, at the end of a study.
#[derive(Debug, Clone, Copy, Default)]
struct Sample {
    /// Memory but for pixels that are kept on purpose, within bounds of their own.
    memory: u64,
    handles: u64,
    threads: u64,
    /// Stretches of memory with code that was made while the program ran: shaders of a software rasteriser.
    compiled: u64,
    log_bytes: u64,
    frame_bytes: u64,
    texture_bytes: u64,
    studies: u64,
    /// Those of them that did not come from an archive.
    of_folders: u64,
}

/// A day as it was.
#[derive(Serialize)]
pub(super) struct Report {
    seed: u64,
    seconds: f64,
    /// Studies that were opened, and how many of these came from an archive or were damaged.
    studies: usize,
    from_archive: usize,
    damaged: usize,
    /// Connections to the archive that were dropped.
    dropped: usize,
    frames: usize,
    frame_p50_ms: f64,
    frame_p99_ms: f64,
    levels: Vec<Level>,
}

/// How much of something was taken at most.
#[derive(Serialize)]
struct Level {
    what: &'static str,
    /// In the first half of the day, and in the second.
    first_half: u64,
    second_half: u64,
    /// What the second half may come to.
    bound: u64,
    is_within: bool,
}

impl Report {
    /// A line for each that did not level off.
    pub(super) fn failures(&self) -> Vec<String> {
        let risen = self.levels.iter().filter(|level| !level.is_within);
        risen
            .map(|Level { what, first_half, second_half, bound, .. }| {
                format!("{what} did not level off: {first_half}, then {second_half}, of at most {bound}")
            })
            .collect()
    }
}

pub(super) fn soak(clock: Clock, args: &SoakArgs) -> Result<Report, Failure> {
    let failure = |error: &dyn std::fmt::Display| Failure::new(error.to_string());
    let folder = TempDir::new().map_err(|error| failure(&error))?;
    let state = folder.path().join("state");
    let _log = logging::init(&LogSettings {
        level: tracing::level_filters::LevelFilter::INFO,
        dir: Some(state.join("logs")),
        keep_days: 1,
        hash_uids: false,
    })
    .map_err(|error| failure(&error))?;
    let archive = Archive::start(&folder.path().join("archive"), args.seed)?;
    let (desk, appearance) = desk(clock, &archive, &state)?;
    let reader = Reader::new(&folder.path().join("studies"), args.seed, archive);
    let mut day = Soak {
        reader,
        state,
        clock,
        begun_ms: clock.elapsed_ms(),
        lasts_ms: args.minutes * 60_000.0,
        frames_ms: Vec::new(),
        samples: Vec::new(),
        trouble: None,
    };
    run_day(desk, appearance, SIZE, &mut day).map_err(|error| failure(&error))?;
    day.trouble.take().map_or_else(|| Ok(day.report(args.seed)), Err)
}

/// The program as it is started, with everything that a reader's has, in folders of its own.
fn desk(clock: Clock, archive: &Archive, state: &Path) -> Result<(Desk, Appearance), Failure> {
    let failure = |error: &dyn std::fmt::Display| Failure::new(error.to_string());
    let state_dir = Some(state.to_path_buf());
    let arguments = SETTINGS.map(str::to_owned).to_vec();
    let sources = Sources { config_dir: state_dir.clone(), arguments, ..Sources::default() };
    let reader = sources.reader.clone();
    let config = Config::load(&sources).map_err(|errors| {
        let lines = errors.iter().map(ToString::to_string).collect::<Vec<_>>();
        Failure::of_lines(lines)
    })?;
    let presets = WindowPresets::parse(include_str!("../../assets/presets/window.toml"))
        .map_err(|error| failure(&error))?;
    let store = StorePlace {
        folder: state.join("store"),
        options: StoreOptions { quota_bytes: 64 * MIB, free_bytes_min: 0 },
    };
    let archives = ArchivesOptions { archives: vec![archive.peer()?], store: Some(store), receive: None };
    let options = ReadingOptions {
        session: session_settings(&config, presets),
        decode_threads: config.settings.decode.threads as usize,
        kept: Some(presentations_folder(state)),
        drafts: Some(drafts_folder(state, &reader)),
        archives: Some(archives),
        zone: Zone::UTC,
    };
    let trace = Trace::new(clock, None).map_err(|error| failure(&error))?;
    let reading = Reading::start(options, trace).map_err(|error| failure(&error))?;
    let viewer = &config.settings.viewer;
    let appearance = Appearance {
        text_size: viewer.text_size,
        dim: viewer.dim,
        texture_budget_bytes: u64::from(config.settings.memory.card_mib) * MIB,
    };
    let (live, places) = (LiveSettings::new(sources, config), WindowPlaces::default());
    let mut desk = Desk::new(reading, live, state_dir.clone(), places, None);
    desk.stand(Standing::take(state_dir, &reader));
    Ok((desk, appearance))
}

/// The day while it lasts.
struct Soak {
    reader: Reader,
    state: PathBuf,
    clock: Clock,
    begun_ms: f64,
    lasts_ms: f64,
    frames_ms: Vec<f32>,
    samples: Vec<Sample>,
    trouble: Option<Failure>,
}

impl Day for Soak {
    fn note_frame(&mut self, ms: f64) {
        #[expect(clippy::cast_possible_truncation, reason = "milliseconds to be told with three digits")]
        self.frames_ms.push(ms as f32);
    }

    fn next(&mut self, reading: &mut Reading, usage: Option<Usage>) -> Option<Vec<Step>> {
        self.samples.push(sample(reading, usage, &self.state, self.reader.connections()));
        if self.clock.elapsed_ms() - self.begun_ms > self.lasts_ms {
            return None;
        }
        match self.reader.open_next(reading) {
            Ok(steps) => Some(steps),
            Err(failure) => {
                self.trouble = Some(failure);
                None
            }
        }
    }
}

impl Soak {
    fn report(self, seed: u64) -> Report {
        let levels = levels(&self.samples);
        let mut frames_ms = self.frames_ms;
        frames_ms.sort_unstable_by(f32::total_cmp);
        let share = |hundredths: usize| {
            let at = (frames_ms.len() * hundredths / 100).min(frames_ms.len().saturating_sub(1));
            (f64::from(frames_ms.get(at).copied().unwrap_or(0.0)) * 1000.0).round() / 1000.0
        };
        let (frame_p50_ms, frame_p99_ms) = (share(50), share(99));
        let seconds = ((self.clock.elapsed_ms() - self.begun_ms) / 100.0).round() / 10.0;
        let read = self.reader.counts();
        Report {
            seed,
            seconds,
            studies: read.studies,
            from_archive: read.from_archive,
            damaged: read.damaged,
            dropped: read.dropped,
            frames: frames_ms.len(),
            frame_p50_ms,
            frame_p99_ms,
            levels,
        }
    }
}

/// What was taken at most in the first half of the day, and whether the second came to much more.
fn levels(samples: &[Sample]) -> Vec<Level> {
    let (first, second) = samples.split_at(samples.len() / 2);
    let most = |samples: &[Sample], of: fn(&Sample) -> u64| samples.iter().map(of).max().unwrap_or(0);
    let level = |what, of: fn(&Sample) -> u64, bound: &dyn Fn(u64) -> u64| {
        let (first_half, second_half) = (most(first, of), most(second, of));
        let bound = bound(first_half);
        Level { what, first_half, second_half, bound, is_within: second_half <= bound }
    };
    vec![
        level("memory without pixels, bytes", |it| it.memory, &|before| before + before / 10 + 24 * MIB),
        level("open handles", |it| it.handles, &|before| before + 8),
        // Pools grow by the most that there was to do at a time, and shrink later.
        level("threads", |it| it.threads, &|before| before + 8),
        // A pipeline for each kind of picture, when the first of its kind is drawn.
        level("shaders in memory", |it| it.compiled, &|before| before + 8),
        // As much comes to a log in the second half as in the first.
        level("log, bytes", |it| it.log_bytes, &|before| before * 5 / 2 + MIB / 16),
        level("decoded frames, bytes", |it| it.frame_bytes, &|_| (FRAMES_MIB + 8) * MIB),
        level("textures, bytes", |it| it.texture_bytes, &|_| (CARD_MIB + 8) * MIB),
        level("open studies", |it| it.studies, &|_| STUDIES_MAX),
        level("open studies of folders", |it| it.of_folders, &|_| OF_FOLDERS_MAX),
    ]
}

fn sample(reading: &Reading, usage: Option<Usage>, state: &Path, connections: u64) -> Sample {
    let frame_bytes = reading.library.frame_bytes();
    let texture_bytes = usage.map_or(0, |usage| usage.frame_bytes + usage.volume_bytes + usage.staging_bytes);
    let resident = status_of("VmRSS:").unwrap_or(0) * 1024;
    let (studies, opened) = (reading.library.studies(), reading.opened());
    let of_folders = studies.iter().filter(|study| !opened.contains(&study.attributes.uid)).count() as u64;
    Sample {
        // A card made of software has its textures in the same memory.
        memory: resident.saturating_sub(frame_bytes + texture_bytes),
        // What stands before the archive takes its own.
        handles: entries("/proc/self/fd".as_ref()).0.saturating_sub(connections * RELAY_HANDLES),
        threads: status_of("Threads:").unwrap_or(0).saturating_sub(connections * RELAY_THREADS),
        compiled: compiled(),
        log_bytes: entries(&state.join("logs")).1,
        frame_bytes,
        texture_bytes,
        studies: studies.len() as u64,
        of_folders,
    }
}

/// A number of `/proc/self/status`; none where the system tells it elsewhere or not at all.
fn status_of(name: &str) -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix(name))?;
    line.trim().trim_end_matches("kB").trim().parse().ok()
}

/// How many stretches of this process's memory may be executed and come from no file.
fn compiled() -> u64 {
    let maps = std::fs::read_to_string("/proc/self/maps").unwrap_or_default();
    let is_made_here = |line: &&str| {
        let mut words = line.split_whitespace();
        words.nth(1).is_some_and(|may| may.contains('x')) && words.nth(3).is_none()
    };
    maps.lines().filter(is_made_here).count() as u64
}

/// How many entries a folder has, and the bytes of its files.
fn entries(folder: &Path) -> (u64, u64) {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    entries.fold((0, 0), |(count, bytes), entry| {
        (count + 1, bytes + entry.metadata().map_or(0, |metadata| metadata.len()))
    })
}

fn parse_minutes(text: &str) -> Result<f64, String> {
    let minutes = text.parse().ok().filter(|minutes: &f64| (0.1..=1_440.0).contains(minutes));
    minutes.ok_or_else(|| "minutes are a number from 0.1 to 1440".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Samples of a day in which everything rises by so much a study.
    fn day(by: u64) -> Vec<Sample> {
        let rising = |at: u64| Sample {
            memory: 200 * MIB + at * by * MIB,
            handles: 40 + at * by,
            threads: 12 + at * by,
            compiled: 12 + at * by,
            log_bytes: at * (1000 + at * by * 1000),
            frame_bytes: at * by * MIB,
            texture_bytes: at * by * MIB,
            studies: at * by,
            of_folders: at * by,
        };
        (0..100).map(rising).collect()
    }

    #[test]
    fn what_stays_level_passes_and_what_rises_is_named() {
        assert!(levels(&day(0)).iter().all(|level| level.is_within));
        let risen: Vec<&str> =
            levels(&day(2)).iter().filter(|level| !level.is_within).map(|level| level.what).collect();
        assert_eq!(risen.len(), 9, "{risen:?}");
        assert!(SETTINGS.contains(&"memory.frames_mib=64") && SETTINGS.contains(&"memory.card_mib=128"));
    }

    #[test]
    fn minutes_are_of_a_day() {
        assert_eq!(parse_minutes("0.5"), Ok(0.5));
        for wrong in ["0", "-1", "1441", "NaN", "long"] {
            assert!(parse_minutes(wrong).is_err(), "{wrong}");
        }
    }
}

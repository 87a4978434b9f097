//! Opening the viewer: in windows, or offscreen for scripts.

use std::path::{Path, PathBuf};

use crate::app::{
    Appearance, ArchivesOptions, Clock, CommandSource, Desk, Ledger, LiveSettings, Reading, ReadingOptions,
    Recent, Standing, Step, StorePlace, Trace, ends_with_quit, install_panic_hook, parse_script,
    run_offscreen, run_windows, session_settings,
};
use crate::command::{Command, StudiesCommand};
use crate::config::{Config, Settings, Sources, state_dir, store_folder};
use crate::grayscale::WindowPresets;
use crate::logging::{self, LogSettings};
use crate::session::{Event, LeftOpen, MessageKind};
use crate::units::Phi;

use super::demo::Demo;
use super::store::store_options;
use super::{Failure, RunArgs, SettingsArgs, complain};

const MIB: u64 = 1 << 20;

/// What to open.
pub(super) enum Inputs {
    /// Files and folders.
    Paths(Vec<PathBuf>),
    /// The studies of the demo, from its archive.
    Demo(Box<Demo>),
}

/// Opens the viewer.
pub(super) fn run(clock: Clock, inputs: Inputs, args: &RunArgs) -> Result<(), Failure> {
    let script = args.script.as_ref().map(|path| read_script(path, args.offscreen.is_some())).transpose()?;
    let sources = sources(&args.settings);
    let config = load_config(&args.settings)?;
    let settings = &config.settings;
    // Reading goes on without a log; its absence is told.
    let _log = start_log(settings).map_err(|error| complain(&format!("warning: {error}"))).ok();
    tracing::info!(version = env!("CARGO_PKG_VERSION"), "start");
    let trace = Trace::new(clock, args.trace.as_deref()).map_err(|error| {
        let path = args.trace.as_deref().unwrap_or_else(|| "trace".as_ref());
        Failure::new(format!("{}: cannot be written: {error}", path.display()))
    })?;
    let archives = match &inputs {
        Inputs::Paths(_) => archives_options(&config),
        Inputs::Demo(demo) => Some(demo.archives()),
    };
    let options = reading_options(&config, archives)?;
    let mut reading = Reading::start(options, trace).map_err(|error| Failure::new(error.to_string()))?;
    if let Some(folder) = state_dir() {
        install_panic_hook(folder, reading.journal(), complain);
    }
    // What the demo shows is gone with it, and cannot come back.
    let kept = state_dir().filter(|_| matches!(inputs, Inputs::Paths(_)));
    let standing = Standing::take(kept);
    let (recent, left) = stand(&standing, &mut reading);
    match inputs {
        Inputs::Paths(paths) if paths.is_empty() => {
            if reading.services().has_archives() {
                reading.command(&Command::Studies(StudiesCommand::Toggle), CommandSource::Script);
            }
        }
        Inputs::Paths(paths) => reading.event(&Event::FilesChosen(paths.into_iter().map(Phi::new).collect())),
        Inputs::Demo(demo) => demo.open(&mut reading),
    }
    let appearance = Appearance {
        text_size: settings.viewer.text_size,
        dim: settings.viewer.dim,
        texture_budget_bytes: u64::from(settings.memory.card_mib) * MIB,
    };
    let live = LiveSettings::new(sources, config);
    let mut desk = Desk::new(reading, live, recent, Ledger::new(state_dir()), script);
    desk.note_open(standing.open_file(), left.clone());
    let outcome = match args.offscreen {
        Some(size) => run_offscreen(desk, appearance, size, args.offscreen_scale),
        None => run_windows(desk, appearance),
    };
    // A panic does not come here, and where no window could be shown nobody was asked.
    if outcome.is_ok() {
        standing.end(left.as_ref());
    }
    tracing::info!("end");
    outcome.map_err(|error| Failure::new(error.to_string()))
}

/// Says how the program stands beside others of the reader, keeps to that, and gives what an earlier run left open.
fn stand(standing: &Standing, reading: &mut Reading) -> (Recent, Option<LeftOpen>) {
    let mut recent = Recent::new(state_dir());
    if standing.is_second() {
        reading.keep_no_drafts();
        recent = recent.read_only();
    }
    let left = standing.left_open();
    for words in standing.words().into_iter().chain(left.as_ref().err().cloned()) {
        reading.session.tell(MessageKind::Caution, words);
    }
    (recent, left.unwrap_or_default())
}

fn start_log(settings: &Settings) -> Result<logging::Guard, logging::LogError> {
    logging::init(&LogSettings {
        level: settings.logging.level,
        dir: state_dir().map(|folder| folder.join("logs")),
        keep_days: settings.logging.keep_days,
        hash_uids: settings.logging.hash_uids,
    })
}

fn read_script(path: &Path, is_offscreen: bool) -> Result<Vec<Step>, Failure> {
    let at = |why: &dyn std::fmt::Display| format!("{}: {why}", path.display());
    let text = std::fs::read_to_string(path).map_err(|error| Failure::new(at(&error)))?;
    let steps = parse_script(&text).map_err(|error| Failure::usage(at(&error)))?;
    if is_offscreen && !ends_with_quit(&steps) {
        return Err(Failure::usage(at(
            &"an offscreen script ends with quit; nobody else could end the program",
        )));
    }
    Ok(steps)
}

fn reading_options(config: &Config, archives: Option<ArchivesOptions>) -> Result<ReadingOptions, Failure> {
    let presets = WindowPresets::parse(include_str!("../../assets/presets/window.toml"))
        .map_err(|error| Failure::new(format!("the shipped window presets: {error}")))?;
    Ok(ReadingOptions {
        session: session_settings(config, presets),
        decode_threads: config.settings.decode.threads as usize,
        kept: state_dir().map(|folder| folder.join("presentations")),
        archives,
    })
}

/// The archives of `peers.toml` and the store; none where there is neither.
fn archives_options(config: &Config) -> Option<ArchivesOptions> {
    let folder = store_folder(&config.settings);
    let options = store_options(&config.settings);
    let is_needed =
        config.peers.iter().next().is_some() || folder.as_ref().is_some_and(|folder| folder.is_dir());
    let store = folder.map(|folder| StorePlace { folder, options });
    is_needed.then(|| ArchivesOptions::of(&config.peers, store))
}

/// Every layer of the configuration, or a line for each fault.
pub(super) fn load_config(args: &SettingsArgs) -> Result<Config, Failure> {
    Config::load(&sources(args))
        .map_err(|errors| Failure::of_lines(errors.iter().map(ToString::to_string).collect()))
}

pub(super) fn sources(args: &SettingsArgs) -> Sources {
    Sources::of_this_machine(args.set.clone())
}

//! Opening the viewer: in windows, or offscreen for scripts.

use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::app::{
    Appearance, Clock, CommandSource, Desk, LiveSettings, Reading, ReadingOptions, Recent, Step, Trace,
    ends_with_quit, install_panic_hook, parse_script, run_offscreen, run_windows, session_settings,
};
use crate::command::{Command, Grid, LayoutCommand};
use crate::config::{Config, Settings, Sources, state_dir};
use crate::grayscale::WindowPresets;
use crate::logging::{self, LogSettings};
use crate::phantom::Phantom;
use crate::session::Event;
use crate::units::Phi;

use super::{Failure, RunArgs, SettingsArgs, complain};

const MIB: u64 = 1 << 20;

/// Textures of images on the card, bytes: some thousand CT slices.
const TEXTURE_BUDGET_BYTES: u64 = 512 * MIB;

/// What to open.
pub(super) enum Inputs {
    /// Files and folders.
    Paths(Vec<PathBuf>),
    /// The phantom, which is written to a folder while the window opens.
    Phantom(PathBuf),
}

/// Opens the viewer on the phantom, in a temporary folder that is removed at the end.
pub(super) fn demo(clock: Clock, args: &RunArgs) -> Result<(), Failure> {
    let folder = TempDir::new().map_err(|error| Failure::new(format!("a temporary folder: {error}")))?;
    run(clock, Inputs::Phantom(folder.path().to_path_buf()), args)
}

/// Writes one study of the phantom; when it cannot be written it is missing from the demo, and the log says why.
fn write_phantom(study: &Phantom, folder: &Path) -> Vec<PathBuf> {
    let written = study.write_into(folder);
    written.map_err(|error| tracing::error!(%error, "the phantom")).unwrap_or_default()
}

/// Opens the current study, then its prior beside it, each as soon as it is made.
fn open_phantom(reading: &mut Reading, folder: &Path) {
    if let (Grid::ONE, Some(side_by_side)) = (reading.session.settings.grid, Grid::new(1, 2)) {
        // The prior's place is there from the beginning: nothing moves when it comes.
        reading.command(&Command::Layout(LayoutCommand::Grid(side_by_side)), CommandSource::Script);
    }
    let current = Phantom::chest_ct();
    for (study, name) in [(current.clone(), "current"), (current.prior(), "prior")] {
        let folder = folder.join(name);
        reading.open_made(Box::new(move || write_phantom(&study, &folder)));
    }
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
    let mut reading =
        Reading::start(reading_options(&config)?, trace).map_err(|error| Failure::new(error.to_string()))?;
    if let Some(folder) = state_dir() {
        install_panic_hook(folder, reading.journal(), complain);
    }
    match inputs {
        Inputs::Paths(paths) if paths.is_empty() => {}
        Inputs::Paths(paths) => reading.event(&Event::FilesChosen(paths.into_iter().map(Phi::new).collect())),
        Inputs::Phantom(folder) => open_phantom(&mut reading, &folder),
    }
    let appearance = Appearance {
        text_size: settings.viewer.text_size,
        dim: settings.viewer.dim,
        texture_budget_bytes: TEXTURE_BUDGET_BYTES,
    };
    let live = LiveSettings::new(sources, config);
    let desk = Desk::new(reading, live, Recent::new(state_dir()), script);
    let outcome = match args.offscreen {
        Some(size) => run_offscreen(desk, appearance, size, args.offscreen_scale),
        None => run_windows(desk, appearance),
    };
    tracing::info!("end");
    outcome.map_err(|error| Failure::new(error.to_string()))
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

fn reading_options(config: &Config) -> Result<ReadingOptions, Failure> {
    let presets = WindowPresets::parse(include_str!("../../assets/presets/window.toml"))
        .map_err(|error| Failure::new(format!("the shipped window presets: {error}")))?;
    Ok(ReadingOptions {
        session: session_settings(config, presets),
        decode_threads: config.settings.decode.threads as usize,
        kept: state_dir().map(|folder| folder.join("presentations")),
    })
}

/// Every layer of the configuration, or a line for each fault.
pub(super) fn load_config(args: &SettingsArgs) -> Result<Config, Failure> {
    Config::load(&sources(args))
        .map_err(|errors| Failure::of_lines(errors.iter().map(ToString::to_string).collect()))
}

fn sources(args: &SettingsArgs) -> Sources {
    Sources::of_this_machine(args.set.clone())
}

//! Opening the viewer: in windows, or offscreen for scripts.

use std::path::{Path, PathBuf};

use crate::app::{
    Appearance, ArchivesOptions, Auditor, AuditorOptions, Clock, CommandSource, Desk, LiveSettings, Reading,
    ReadingOptions, Standing, Step, StorePlace, Trace, WindowPlaces, Zone, ends_with_quit,
    install_panic_hook, parse_script, run_offscreen, run_windows, session_settings,
};
use crate::command::{Command, Reader, StudiesCommand};
use crate::config::{Config, Settings, Sources, drafts_folder, presentations_folder, state_dir};
use crate::grayscale::WindowPresets;
use crate::logging::{self, LogSettings};
use crate::session::{Event, MessageKind};
use crate::units::Phi;

use super::demo::Demo;
use super::link::Link;
use super::{Failure, ReaderArgs, RunArgs, SettingsArgs, complain};

const MIB: u64 = 1 << 20;

/// What to open.
pub(super) enum Inputs {
    /// Files and folders.
    Paths(Vec<PathBuf>),
    /// The studies of the demo, from its archive.
    Demo(Box<Demo>),
    /// The study of a link.
    Link(Link),
}

/// Opens the viewer.
pub(super) fn run(clock: Clock, inputs: Inputs, args: &RunArgs) -> Result<(), Failure> {
    let script = args.script.as_ref().map(|path| read_script(path, args.offscreen.is_some())).transpose()?;
    let sources = sources(&args.settings, &args.reader)?;
    let config = config_of(&sources)?;
    let settings = &config.settings;
    // Reading goes on without a log; its absence is told.
    let _log = start_log(settings).map_err(|error| complain(&format!("warning: {error}"))).ok();
    tracing::info!(version = env!("CARGO_PKG_VERSION"), "start");
    let trace = Trace::new(clock, args.trace.as_deref()).map_err(|error| {
        let path = args.trace.as_deref().unwrap_or_else(|| "trace".as_ref());
        Failure::new(format!("{}: cannot be written: {error}", path.display()))
    })?;
    let archives = match &inputs {
        Inputs::Paths(_) | Inputs::Link(_) => archives_options(&config),
        Inputs::Demo(demo) => Some(demo.archives()),
    };
    let audit = AuditorOptions::of(settings, &sources.reader, archives.as_ref());
    // Without a window nobody looks at a clock: the same is seen and saved on every machine.
    let zone = if args.offscreen.is_some() { Zone::UTC } else { Zone::Local };
    let options = reading_options(&config, &sources.reader, archives, zone)?;
    let mut reading = Reading::start(options, trace).map_err(|error| Failure::new(error.to_string()))?;
    start_audit(audit, settings, &mut reading);
    if let Some(folder) = state_dir() {
        install_panic_hook(folder, reading.journal(), complain);
    }
    // What the demo shows is gone with it, and cannot come back.
    let kept = state_dir().filter(|_| !matches!(inputs, Inputs::Demo(_)));
    let standing = Standing::take(kept, &sources.reader);
    match inputs {
        Inputs::Paths(paths) if paths.is_empty() => list_studies(&mut reading),
        Inputs::Paths(paths) => reading.event(&Event::FilesChosen(paths.into_iter().map(Phi::new).collect())),
        Inputs::Demo(demo) => demo.open(&mut reading),
        Inputs::Link(link) => {
            if let Err(why) = link.open(&mut reading, &config) {
                reading.session.tell(MessageKind::Caution, why);
                list_studies(&mut reading);
            }
        }
    }
    let appearance = Appearance {
        text_size: settings.viewer.text_size,
        dim: settings.viewer.dim,
        texture_budget_bytes: u64::from(settings.memory.card_mib) * MIB,
    };
    let places = WindowPlaces::new(state_dir(), settings.viewer.windows);
    let live = LiveSettings::new(sources, config);
    let mut desk = Desk::new(reading, live, state_dir(), places, script);
    desk.stand(standing.clone());
    let outcome = match args.offscreen {
        Some(size) => run_offscreen(desk, appearance, size, args.offscreen_scale),
        None => run_windows(desk, appearance),
    };
    // A panic does not come here, and where no window could be shown nobody was asked.
    if outcome.is_ok() {
        standing.end();
    }
    tracing::info!("end");
    outcome.map_err(|error| Failure::new(error.to_string()))
}

/// Shows the list of studies, where there are places that it can come from.
fn list_studies(reading: &mut Reading) {
    if reading.services().has_archives() {
        reading.command(&Command::Studies(StudiesCommand::Toggle), CommandSource::Script);
    }
}

fn start_log(settings: &Settings) -> Result<logging::Guard, logging::LogError> {
    logging::init(&LogSettings {
        level: settings.logging.level,
        dir: state_dir().map(|folder| folder.join("logs")),
        keep_days: settings.logging.keep_days,
        hash_uids: settings.logging.hash_uids,
    })
}

/// Begins the audit trail, where the settings ask for one. Without it reading goes on, and its absence is told.
fn start_audit(options: Option<AuditorOptions>, settings: &Settings, reading: &mut Reading) {
    let started = match options {
        None if settings.audit.is_on() => Err("the system names no folder for it".to_owned()),
        None => return,
        Some(options) => Auditor::start(options).map_err(|error| error.to_string()),
    };
    match started {
        Ok(auditor) => reading.audit_with(auditor),
        Err(why) => {
            tracing::warn!(why, "there is no audit trail");
            let text = format!("There is no audit trail: {why}. Tell whoever answers for this station.");
            reading.session.tell(MessageKind::Caution, text);
        }
    }
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

fn reading_options(
    config: &Config,
    reader: &Reader,
    archives: Option<ArchivesOptions>,
    zone: Zone,
) -> Result<ReadingOptions, Failure> {
    let presets = WindowPresets::parse(include_str!("../../assets/presets/window.toml"))
        .map_err(|error| Failure::new(format!("the shipped window presets: {error}")))?;
    let state = state_dir();
    Ok(ReadingOptions {
        session: session_settings(config, presets),
        decode_threads: config.settings.decode.threads as usize,
        kept: state.as_deref().map(presentations_folder),
        drafts: state.as_deref().map(|state| drafts_folder(state, reader)),
        archives,
        zone,
    })
}

/// The archives of `peers.toml` and the store; none where there is neither.
fn archives_options(config: &Config) -> Option<ArchivesOptions> {
    let store = StorePlace::of(&config.settings);
    let is_needed =
        config.peers.iter().next().is_some() || store.as_ref().is_some_and(|place| place.folder.is_dir());
    is_needed.then(|| ArchivesOptions::of(&config.peers, store))
}

/// Every layer of the configuration, or a line for each fault.
pub(super) fn load_config(args: &SettingsArgs, reader: &ReaderArgs) -> Result<Config, Failure> {
    config_of(&sources(args, reader)?)
}

/// The same of sources that are known.
pub(super) fn config_of(sources: &Sources) -> Result<Config, Failure> {
    Config::load(sources)
        .map_err(|errors| Failure::of_lines(errors.iter().map(ToString::to_string).collect()))
}

/// Where the configuration of a reader lies. One who has no folder is taken as a new one, and told.
pub(super) fn sources(args: &SettingsArgs, reader: &ReaderArgs) -> Result<Sources, Failure> {
    let sources = Sources::of_this_machine(args.set.clone(), reader.user.clone())
        .map_err(|error| Failure::usage(format!("HOTLIGHT_USER: {error}")))?;
    if let Some(why) = sources.unknown_user() {
        complain(&format!("warning: {why}"));
    }
    Ok(sources)
}

//! The command line: clap's definitions, one file a subcommand. The only place that prints.
//!
//! Exit codes: 0 success, 1 the work failed, 2 the arguments are wrong.

mod archive;
mod audit;
mod bench;
mod bench_archive;
mod bench_graphics;
mod bench_hanging;
mod bench_servers;
mod bench_soak;
mod bench_soak_day;
mod bench_volume;
mod blended;
mod choices;
mod config;
mod curved;
mod demo;
mod display;
mod doctor;
mod evaluate;
mod fleet;
mod hang;
mod image_file;
mod info;
mod input;
mod keys;
mod ledger;
mod link;
mod monitors;
mod over;
mod parse;
mod patterns;
mod peer;
mod picture_json;
mod presets;
mod priors;
mod protocols;
mod quality;
mod quality_trend;
mod records;
mod reformat;
mod render;
mod report;
mod schedule;
mod secret;
mod serve;
mod store;
mod support_bundle;
mod view;
mod worklist;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};

use crate::app::Clock;
use crate::command::Reader;

use self::view::Inputs;

/// A radiologist's diagnostic viewer. Not for diagnosis: this build is not a cleared medical device.
#[derive(Parser, Debug)]
#[command(name = "hotlight", version, args_conflicts_with_subcommands = true)]
struct Cli {
    #[command(subcommand)]
    command: Option<Subcommands>,
    #[command(flatten)]
    view: ViewArgs,
}

#[derive(Subcommand, Debug)]
enum Subcommands {
    /// Open the viewer on a built-in phantom: a current and a prior CT of the chest.
    Demo(DemoArgs),
    /// Open the viewer on the study that a link names.
    Link(link::LinkArgs),
    /// Print what was understood: patients, studies, series, stacks and volumes.
    Info(info::InfoArgs),
    /// Render one image with no window.
    Render(Box<render::RenderArgs>),
    /// Print the key map with where each binding comes from.
    Keys(keys::KeysArgs),
    /// What readings took, where the reader had it counted: medians by hanging protocol.
    Ledger(ledger::LedgerArgs),
    /// Check or print the configuration.
    Config(config::ConfigArgs),
    /// Say what of this installation works, and what to do about what does not.
    Doctor(doctor::DoctorArgs),
    /// Secrets in the keyring of the operating system: passcodes and tokens for archives.
    Secret(secret::SecretArgs),
    /// Presets for renderings of volumes.
    Presets(presets::PresetsArgs),
    /// Which hanging protocol is chosen and why, and what lands where.
    Hang(hang::HangArgs),
    /// Hanging protocols: check files, try them on made-up studies, list those that apply.
    Protocols(protocols::ProtocolsArgs),
    /// Monitors and their calibration, with no window.
    Display(display::DisplayArgs),
    /// Image quality of phantoms: SNR, CNR, uniformity, noise power, MTF, and what becomes of them.
    Quality(Box<quality::QualityArgs>),
    /// Ask an archive for nothing but an answer (C-ECHO).
    Echo(archive::EchoArgs),
    /// Ask an archive what it has (C-FIND).
    Find(archive::FindArgs),
    /// Fetch a study, series or instance (C-GET); a study comes over several associations.
    Get(archive::GetArgs),
    /// Let an archive send a study, series or instance here (C-MOVE).
    Move(archive::MoveArgs),
    /// Send objects to an archive (C-STORE).
    Send(archive::SendArgs),
    /// The store of this machine: what it holds, what goes into it, and whether it is whole.
    Store(store::StoreArgs),
    /// The audit trail of this account: who saw which study and when, and whether it is as it was written.
    Audit(audit::AuditArgs),
    /// Collect what helps whoever is asked for help: settings, keys, logs, facts of the machine, and no patient data.
    SupportBundle(support_bundle::SupportBundleArgs),
    /// Ask which procedure steps are scheduled (Modality Worklist).
    Worklist(worklist::WorklistArgs),
    /// Serve a folder as a small archive: storage, query, retrieval and worklist.
    Serve(serve::ServeArgs),
    /// Time reading and drawing on given or built-in data; prints JSON.
    Bench(bench::BenchArgs),
}

/// Opening the viewer.
#[derive(Args, Debug)]
struct ViewArgs {
    /// Files and folders to open.
    #[arg(value_name = "INPUT")]
    inputs: Vec<PathBuf>,
    #[command(flatten)]
    run: RunArgs,
}

#[derive(Args, Debug)]
struct DemoArgs {
    #[command(flatten)]
    run: RunArgs,
}

/// How the viewer runs.
#[derive(Args, Debug, Clone)]
struct RunArgs {
    /// Write a JSON line for each event of the viewer.
    #[arg(long, value_name = "FILE")]
    trace: Option<PathBuf>,
    /// Feed named commands to the viewer, one a line; also wait EVENT, screenshot FILE, state FILE and quit.
    #[arg(long, value_name = "FILE")]
    script: Option<PathBuf>,
    /// Run with no window, drawing into a picture of this size. Needs --script.
    #[arg(long, value_name = "WxH", requires = "script", value_parser = parse_size)]
    offscreen: Option<(u32, u32)>,
    /// Device pixels per point of an offscreen picture.
    #[arg(long, value_name = "FACTOR", requires = "offscreen", default_value_t = 1.0, value_parser = parse_scale)]
    offscreen_scale: f32,
    #[command(flatten)]
    settings: SettingsArgs,
    #[command(flatten)]
    reader: ReaderArgs,
}

/// Who reads.
#[derive(Args, Debug, Clone, Default)]
struct ReaderArgs {
    /// Read as a user of this station: by the files in `users/NAME` of the account's folder of settings, in place of the account's own.
    /// `HOTLIGHT_USER` says the same; `account` is the account's own user.
    #[arg(long, value_name = "NAME")]
    user: Option<Reader>,
}

/// Settings on the command line.
#[derive(Args, Debug, Clone, Default)]
struct SettingsArgs {
    /// Set a configuration key for this run, such as viewer.dim=0.6.
    #[arg(long = "set", value_name = "KEY=VALUE")]
    set: Vec<String>,
}

/// A subcommand's failure: the lines for stderr, or nothing when they were printed already.
#[derive(Debug)]
struct Failure {
    lines: Vec<String>,
    code: u8,
}

impl Failure {
    /// The work failed.
    fn new(line: impl Into<String>) -> Self {
        Self { lines: vec![line.into()], code: 1 }
    }

    /// Several problems.
    fn of_lines(lines: Vec<String>) -> Self {
        Self { lines, code: 1 }
    }

    /// The arguments are wrong.
    fn usage(line: impl Into<String>) -> Self {
        Self { lines: vec![line.into()], code: 2 }
    }
}

/// Runs the program; gives its exit code.
pub fn main() -> ExitCode {
    let clock = Clock::start();
    // Headers are read and phantoms made on rayon's threads; like all of ours they have names. Built once, here.
    let _built =
        rayon::ThreadPoolBuilder::new().thread_name(|number| format!("rayon-{number}")).build_global();
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // Help and version go to stdout with code 0, mistakes to stderr with code 2.
            let is_mistake = error.use_stderr();
            let _closed_pipe = error.print();
            return ExitCode::from(if is_mistake { 2 } else { 0 });
        }
    };
    let outcome = match cli.command {
        None => view::run(clock, Inputs::Paths(cli.view.inputs), &cli.view.run),
        Some(Subcommands::Demo(args)) => demo::demo(clock, &args.run),
        Some(Subcommands::Link(args)) => link::link(clock, &args),
        Some(Subcommands::Info(args)) => info::info(&args),
        Some(Subcommands::Render(args)) => render::render(clock, &args),
        Some(Subcommands::Keys(args)) => keys::keys(&args),
        Some(Subcommands::Ledger(args)) => ledger::ledger(&args),
        Some(Subcommands::Config(args)) => config::config(&args),
        Some(Subcommands::Doctor(args)) => doctor::doctor(&args),
        Some(Subcommands::Secret(args)) => secret::secret(&args),
        Some(Subcommands::Presets(args)) => presets::presets(&args),
        Some(Subcommands::Hang(args)) => hang::hang(&args),
        Some(Subcommands::Protocols(args)) => protocols::protocols(&args),
        Some(Subcommands::Display(args)) => display::display(&args),
        Some(Subcommands::Quality(args)) => quality::quality(&args),
        Some(Subcommands::Echo(args)) => archive::echo(&args),
        Some(Subcommands::Find(args)) => archive::find(&args),
        Some(Subcommands::Get(args)) => archive::get(&args),
        Some(Subcommands::Move(args)) => archive::move_here(&args),
        Some(Subcommands::Send(args)) => archive::send(&args),
        Some(Subcommands::Worklist(args)) => worklist::worklist(&args),
        Some(Subcommands::Store(args)) => store::store(&args),
        Some(Subcommands::Audit(args)) => audit::audit(&args),
        Some(Subcommands::SupportBundle(args)) => support_bundle::support_bundle(&args),
        Some(Subcommands::Serve(args)) => serve::serve(&args),
        Some(Subcommands::Bench(args)) => bench::bench(clock, &args),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            for line in &failure.lines {
                complain(&format!("error: {line}"));
            }
            ExitCode::from(failure.code)
        }
    }
}

/// Prints a line of results. A closed pipe (`| head`) is not our failure.
fn say(line: &str) {
    use std::io::Write;
    let _closed_pipe = writeln!(std::io::stdout(), "{line}");
}

/// Prints a line of problems.
fn complain(line: &str) {
    use std::io::Write;
    let _closed_pipe = writeln!(std::io::stderr(), "{line}");
}

fn parse_scale(text: &str) -> Result<f32, String> {
    let scale = text.parse().ok().filter(|scale: &f32| (0.5..=8.0).contains(scale));
    scale.ok_or_else(|| "a scale is a number from 0.5 to 8".to_owned())
}

fn parse_size(text: &str) -> Result<(u32, u32), String> {
    const SIDE_MAX: u32 = 16_384;
    let side = |text: &str| text.parse().ok().filter(|side| (1..=SIDE_MAX).contains(side));
    text.split_once('x')
        .and_then(|(width, height)| Some((side(width)?, side(height)?)))
        .ok_or_else(|| format!("a size is WIDTHxHEIGHT, each from 1 to {SIDE_MAX}"))
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use crate::session::NOTICE;

    use super::Cli;

    #[test]
    fn the_help_gives_the_notice_in_the_words_of_the_window() {
        let about = Cli::command().get_about().map(ToString::to_string).unwrap_or_default();
        assert!(about.contains(NOTICE.trim_end_matches('.')), "{about}");
    }
}

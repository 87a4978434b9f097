//! `hotlight config`: the configuration as it applies, with the origin of every value, and whether it is without a fault.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use serde::Serialize;

use crate::app::audit_server;
use crate::config::{Config, LayerFile, PROTOCOLS_FOLDER, Sources, known_names, protocol_files};
use crate::doctor::file_faults;
use crate::hanging::Protocols;

use super::view::{load_config, sources};
use super::{Failure, ReaderArgs, SettingsArgs, complain, say};

/// Arguments of `config`.
#[derive(Args, Debug)]
pub(super) struct ConfigArgs {
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand, Debug)]
enum Action {
    /// Check every file of the configuration; print one line for each fault. Exits with 1 where there is one.
    Check(CheckArgs),
    /// Print every setting with its origin, and what the site has locked.
    Show(ShowArgs),
}

#[derive(Args, Debug)]
struct CheckArgs {
    /// Check this folder as the site's, before it is rolled out: nothing of this machine's own is read but files that are named by a
    /// path from the root.
    #[arg(long, value_name = "DIR")]
    site_dir: Option<PathBuf>,
    /// Check this folder as a reader's own, or with --user as that of the account that the user is of.
    #[arg(long, value_name = "DIR")]
    user_dir: Option<PathBuf>,
    /// Print one JSON object.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    settings: SettingsArgs,
    #[command(flatten)]
    reader: ReaderArgs,
}

#[derive(Args, Debug)]
struct ShowArgs {
    /// Print one JSON array.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    settings: SettingsArgs,
    #[command(flatten)]
    reader: ReaderArgs,
}

#[derive(Serialize)]
struct EntryJson {
    /// Of a setting; or the name of a file or folder of a reader's own, which stands here where it is locked.
    key: &'static str,
    /// None of a file.
    value: Option<String>,
    origin: String,
    line: Option<usize>,
    /// Where the site has locked it.
    locked: Option<String>,
}

/// What a check found.
#[derive(Serialize, Default)]
struct CheckedJson {
    is_ok: bool,
    faults: Vec<String>,
    /// What a reader's own files say and the site has locked.
    warnings: Vec<String>,
    files: Vec<FileJson>,
}

#[derive(Serialize)]
struct FileJson {
    file: String,
    is_there: bool,
}

impl CheckArgs {
    /// No other folder is named.
    const fn is_of_this_machine(&self) -> bool {
        self.site_dir.is_none() && self.user_dir.is_none()
    }
}

pub(super) fn config(args: &ConfigArgs) -> Result<(), Failure> {
    match &args.action {
        Action::Check(args) => check(args),
        Action::Show(args) => show(args),
    }
}

fn check(args: &CheckArgs) -> Result<(), Failure> {
    let sources = sources_of(args)?;
    let mut checked = match Config::load(&sources) {
        Ok(config) => checked(&config, &sources, args.is_of_this_machine()),
        Err(errors) => {
            CheckedJson { faults: errors.iter().map(ToString::to_string).collect(), ..CheckedJson::default() }
        }
    };
    checked.is_ok = checked.faults.is_empty();
    if args.json {
        say(&serde_json::to_string(&checked).map_err(|error| Failure::new(error.to_string()))?);
    }
    for warning in &checked.warnings {
        complain(&format!("warning: {warning}"));
    }
    if !checked.is_ok {
        return Err(Failure::of_lines(checked.faults));
    }
    for FileJson { file, is_there } in checked.files.iter().filter(|_| !args.json) {
        let found = if *is_there { "ok" } else { "not there" };
        say(&format!("{file}: {found}"));
    }
    Ok(())
}

/// The folders that are named, or those of this machine and this reader.
fn sources_of(args: &CheckArgs) -> Result<Sources, Failure> {
    if args.is_of_this_machine() {
        return sources(&args.settings, &args.reader);
    }
    let (site_dir, user_dir) = (args.site_dir.clone(), args.user_dir.clone());
    if let Some(folder) = site_dir.iter().chain(&user_dir).find(|folder| !folder.is_dir()) {
        return Err(Failure::usage(format!("{}: there is no such folder", folder.display())));
    }
    let reader = args.reader.user.clone().unwrap_or_default();
    Ok(Sources { site_dir, config_dir: user_dir, reader, arguments: args.settings.set.clone() })
}

/// What is wrong with a configuration that can be read.
fn checked(config: &Config, sources: &Sources, is_of_this_machine: bool) -> CheckedJson {
    let mut faults = config.left_out.clone();
    faults.extend(config.protocols.faults.iter().cloned());
    faults.extend(
        faults_of_groups(config, sources)
            .into_iter()
            .filter(|fault| !config.protocols.faults.contains(fault)),
    );
    let of_monitors = config.displays.iter().flat_map(|(id, settings)| {
        let at = format!("{}:{}", settings.origin.path().unwrap_or(Path::new("")).display(), settings.line);
        file_faults(settings).into_iter().map(move |fault| format!("{at}: {id}: {fault}"))
    });
    faults.extend(of_monitors);
    let peers = if is_of_this_machine { config.peers.check() } else { config.peers.check_files() };
    faults.extend(peers.iter().map(ToString::to_string));
    faults.extend(fault_of_audit(config, is_of_this_machine));
    let file = |file: &LayerFile| FileJson { file: file.origin.to_string(), is_there: file.is_there };
    CheckedJson {
        faults,
        warnings: config.policy.overruled.clone(),
        files: config.files().iter().map(file).collect(),
        ..CheckedJson::default()
    }
}

/// What is wrong with the files that `[audit]` names. Their paths are those of the machine where they are used.
fn fault_of_audit(config: &Config, is_of_this_machine: bool) -> Option<String> {
    let audit = &config.settings.audit;
    let server = audit_server(audit)?;
    let (key, why) = match (audit.certificate.is_empty(), audit.key.is_empty()) {
        (false, true) => ("audit.certificate", "'audit.certificate' needs 'audit.key' too".to_owned()),
        (true, false) => ("audit.key", "'audit.key' needs 'audit.certificate' too".to_owned()),
        _ if !is_of_this_machine => return None,
        _ => ("audit.server", server.tls.check().err()?.to_string()),
    };
    let entry = config.entries().iter().find(|entry| entry.key == key)?;
    let file = entry.origin.path().map(|path| path.display().to_string());
    let line = entry.line.map_or_else(String::new, |line| format!(":{line}"));
    Some(format!("{}{line}: {why}", file.unwrap_or_else(|| entry.origin.kind().to_owned())))
}

/// What is wrong with the hanging protocols of each group of the site, whoever is in it.
fn faults_of_groups(config: &Config, sources: &Sources) -> Vec<String> {
    let folder = sources.site_dir.as_ref().map(|site| site.join(PROTOCOLS_FOLDER));
    let found = folder.and_then(|folder| std::fs::read_dir(folder).ok()).into_iter().flatten().flatten();
    let folders = found.filter(|entry| entry.path().is_dir());
    let mut groups: Vec<String> = folders.filter_map(|entry| entry.file_name().into_string().ok()).collect();
    groups.retain(|name| name != "fixtures" && !config.settings.viewer.group_names().contains(name));
    groups.sort();
    let names = known_names(sources);
    let mut faults = Vec::new();
    for group in groups {
        let (files, unreadable) = protocol_files(sources, std::slice::from_ref(&group));
        let (_, errors) = Protocols::read_checked(&files, &names);
        let told = unreadable.iter().map(ToString::to_string).chain(errors.iter().map(ToString::to_string));
        faults.extend(told);
    }
    // What is the whole site's is found with each group.
    faults.sort();
    faults.dedup();
    faults
}

fn show(args: &ShowArgs) -> Result<(), Failure> {
    let config = load_config(&args.settings, &args.reader)?;
    for warning in &config.policy.overruled {
        complain(&format!("warning: {warning}"));
    }
    let settings = config.entries().iter().map(|entry| EntryJson {
        key: entry.key,
        value: Some(entry.value.to_string()),
        origin: entry.origin.to_string(),
        line: entry.line,
        locked: entry.locked.as_ref().map(ToString::to_string),
    });
    let files = config.policy.files().map(|(name, place)| EntryJson {
        key: name,
        value: None,
        origin: format!("site {}", place.path.display()),
        line: Some(place.at.line),
        locked: Some(place.to_string()),
    });
    let entries: Vec<EntryJson> = settings.chain(files).collect();
    if args.json {
        say(&serde_json::to_string(&entries).map_err(|error| Failure::new(error.to_string()))?);
        return Ok(());
    }
    for EntryJson { key, value, origin, line, locked } in &entries {
        let line = line.map_or_else(String::new, |line| format!(":{line}"));
        let locked = locked.as_ref().map_or_else(String::new, |place| format!("  locked ({place})"));
        let value = value.as_deref().unwrap_or("the site's");
        say(&format!("{key:<24}  {value:<12}  {origin}{line}{locked}"));
    }
    Ok(())
}

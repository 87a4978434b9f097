//! `hotlight store`: the studies of this machine.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use serde::Serialize;

use crate::app::{Clock, files_of, store_options};
use crate::config::store_folder;
use crate::dicom::{ReadError, StudyUid};
use crate::store::{FilingOptions, Store, StoreError, StoredStudy};

use super::{Failure, ReaderArgs, SettingsArgs, complain, say, view::load_config};

/// Which store.
#[derive(Args, Debug)]
pub(super) struct StorePlace {
    /// The folder of the store; without it, that of the settings.
    #[arg(long, value_name = "DIR")]
    store: Option<PathBuf>,
    #[command(flatten)]
    settings: SettingsArgs,
}

impl StorePlace {
    /// Opens it; gives its folder, too.
    pub(super) fn open(&self) -> Result<(Store, PathBuf), Failure> {
        let settings = load_config(&self.settings, &ReaderArgs::default())?.settings;
        let folder = self.store.clone().or_else(|| store_folder(&settings));
        let folder = folder.ok_or_else(|| Failure::new("no folder for the store: say --store DIR"))?;
        let store = Store::open(&folder, store_options(&settings)).map_err(store_failure(&folder))?;
        Ok((store, folder))
    }
}

/// A failure of the store in a folder.
pub(super) fn store_failure(folder: &Path) -> impl Fn(StoreError) -> Failure + use<> {
    let folder = folder.display().to_string();
    move |error| Failure::new(format!("{folder}: {error}"))
}

/// Arguments of `store`.
#[derive(Args, Debug)]
pub(super) struct StoreArgs {
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand, Debug)]
enum Action {
    /// Print what it holds, a study a line.
    List(ActionArgs),
    /// File copies of objects.
    Import {
        /// Files, folders, DICOMDIRs and zip archives.
        #[arg(value_name = "INPUT", required = true)]
        inputs: Vec<PathBuf>,
        #[command(flatten)]
        args: ActionArgs,
    },
    /// Read every file, and mend the index: damaged files go into quarantine.
    Verify(ActionArgs),
    /// Keep a study from ever going by itself.
    Pin {
        /// Study Instance UID.
        #[arg(value_name = "UID")]
        study: String,
        /// Let it go again.
        #[arg(long)]
        off: bool,
        #[command(flatten)]
        args: ActionArgs,
    },
    /// Let studies go that were not read for longest; never those that are pinned, unsent or open.
    Evict {
        /// Until no more bytes are held than these; without it, those of the quota.
        #[arg(long, value_name = "BYTES")]
        to: Option<u64>,
        #[command(flatten)]
        args: ActionArgs,
    },
}

#[derive(Args, Debug)]
struct ActionArgs {
    /// Print JSON: one object, or one a line.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    place: StorePlace,
}

pub(super) fn store(args: &StoreArgs) -> Result<(), Failure> {
    let (Action::List(common)
    | Action::Verify(common)
    | Action::Import { args: common, .. }
    | Action::Pin { args: common, .. }
    | Action::Evict { args: common, .. }) = &args.action;
    let (store, folder) = common.place.open()?;
    let (failed, is_json) = (store_failure(&folder), common.json);
    match &args.action {
        Action::List(_) => list(&store, is_json).map_err(failed),
        Action::Import { inputs, .. } => import(&store, &folder, inputs, is_json),
        Action::Verify(_) => verify(&store, &folder, is_json),
        Action::Pin { study, off, .. } => {
            let line = PinnedJson { uid: study, pinned: !off };
            let pinned = store.pin(&StudyUid::new(study), line.pinned);
            pinned.map_err(|error| match error {
                StoreError::NotHere => Failure::new(format!("{study}: {error}")),
                error => failed(error),
            })?;
            let state = if line.pinned { "pinned" } else { "pinned no more" };
            print(&line, is_json, || format!("{study} is {state}"))
        }
        Action::Evict { to, .. } => {
            let evicted = store.evict(to.unwrap_or(store.options().quota_bytes)).map_err(&failed)?;
            let bytes = store.bytes().map_err(failed)?;
            let line = EvictedJson { studies: evicted.studies, freed: evicted.bytes, bytes };
            print(&line, is_json, || {
                let EvictedJson { studies, freed, bytes } = &line;
                format!("{studies} studies went, {freed} bytes; {bytes} are left")
            })
        }
    }
}

#[derive(Serialize)]
struct PinnedJson<'a> {
    uid: &'a str,
    pinned: bool,
}

#[derive(Serialize)]
struct EvictedJson {
    studies: usize,
    freed: u64,
    bytes: u64,
}

#[derive(Serialize)]
struct StudyJson {
    uid: String,
    date: String,
    description: String,
    patient: PatientJson,
    modalities: Vec<String>,
    series: usize,
    instances: usize,
    expected: Option<usize>,
    bytes: u64,
    pinned: bool,
    from: Option<String>,
}

#[derive(Serialize)]
struct PatientJson {
    id: String,
    issuer: String,
    name: String,
}

impl StudyJson {
    fn of(held: StoredStudy) -> Self {
        Self {
            uid: held.study.uid.to_string(),
            date: held.study.date,
            description: held.study.description,
            patient: PatientJson {
                id: held.patient.id.reveal().clone(),
                issuer: held.patient.issuer.reveal().clone(),
                name: held.patient.name.reveal().clone(),
            },
            modalities: held.modalities,
            series: held.series,
            instances: held.instances,
            expected: held.expected,
            bytes: held.bytes,
            pinned: held.is_pinned,
            from: held.from,
        }
    }
}

fn list(store: &Store, is_json: bool) -> Result<(), StoreError> {
    for held in store.studies()? {
        let study = StudyJson::of(held);
        if is_json {
            say(&serde_json::json!(study).to_string());
            continue;
        }
        let StudyJson { uid, date, patient, modalities, instances, expected, bytes, .. } = &study;
        let of = expected.map_or_else(String::new, |expected| format!(" of {expected}"));
        let pinned = if study.pinned { "  pinned" } else { "" };
        say(&format!(
            "{date:<8}  {}  {instances}{of} objects  {} MiB  {}  {}  {uid}{pinned}",
            modalities.join("\\"),
            bytes >> 20,
            patient.id,
            patient.name
        ));
    }
    Ok(())
}

#[derive(Serialize)]
struct ImportedJson {
    filed: usize,
    duplicates: usize,
    refused: usize,
    bytes: u64,
    seconds: f64,
}

fn import(store: &Store, folder: &Path, inputs: &[PathBuf], is_json: bool) -> Result<(), Failure> {
    let begun = Clock::start();
    let (files, unreadable) = files_of(inputs);
    for file in &unreadable {
        complain(&format!("error: {}: {}", file.source.name().reveal(), file.why));
    }
    let failed = store_failure(folder);
    let options = FilingOptions { from: None, now: Clock::now() };
    let mut filing = store.filing(options, |_| {}).map_err(&failed)?;
    let mut told = 0;
    for file in files {
        match filing.import(&file) {
            Ok(()) | Err(StoreError::Object(ReadError::NotDicom | ReadError::Empty)) => {}
            Err(
                why @ (StoreError::Disk { .. } | StoreError::NoRoom { .. } | StoreError::OverQuota { .. }),
            ) => {
                return Err(failed(why));
            }
            Err(why) => {
                told += 1;
                complain(&format!("error: {}: {why}", file.name().reveal()));
            }
        }
    }
    let tally = filing.finish();
    let seconds = begun.elapsed().as_secs_f64();
    let line = ImportedJson {
        filed: tally.filed,
        duplicates: tally.duplicates,
        refused: tally.refused,
        bytes: tally.bytes,
        seconds,
    };
    print(&line, is_json, || {
        let ImportedJson { filed, duplicates, refused, .. } = &line;
        format!("filed {filed}, there before {duplicates}, refused {refused}, {seconds:.2} s")
    })?;
    match tally.why {
        // Told above, or found when it was committed.
        Some(why) if tally.refused > told => Err(failed(why)),
        None if unreadable.is_empty() => Ok(()),
        _ => Err(Failure::of_lines(Vec::new())),
    }
}

#[derive(Serialize)]
struct VerifiedJson {
    objects: usize,
    indexed: usize,
    dropped: usize,
    unsent_lost: usize,
    quarantined: usize,
}

fn verify(store: &Store, folder: &Path, is_json: bool) -> Result<(), Failure> {
    let verified = store.verify().map_err(store_failure(folder))?;
    for file in &verified.quarantined {
        let was = file.instance.as_ref().map_or_else(String::new, |uid| format!(" (it was {uid})"));
        complain(&format!("error: {}: {}{was}", file.path.display(), file.why));
    }
    let line = VerifiedJson {
        objects: verified.objects,
        indexed: verified.indexed,
        dropped: verified.dropped,
        unsent_lost: verified.unsent_lost,
        quarantined: verified.quarantined.len(),
    };
    print(&line, is_json, || {
        let VerifiedJson { objects, indexed, dropped, unsent_lost, quarantined } = &line;
        format!(
            "{objects} objects are whole, {indexed} were not in the index and are now, {dropped} are gone and forgotten, \
             {quarantined} are damaged and in quarantine; {unsent_lost} of these were not sent yet"
        )
    })?;
    let is_whole = verified.dropped == 0 && verified.quarantined.is_empty();
    if is_whole { Ok(()) } else { Err(Failure::of_lines(Vec::new())) }
}

fn print(line: &impl Serialize, is_json: bool, words: impl FnOnce() -> String) -> Result<(), Failure> {
    let text = if is_json {
        serde_json::to_string(line).map_err(|error| Failure::new(error.to_string()))?
    } else {
        words()
    };
    say(&text);
    Ok(())
}

//! `hotlight echo`, `find`, `get`, `move` and `send`: what an archive has, and objects from and to it.

use std::collections::BTreeSet;
use std::net::IpAddr;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use clap::{Args, ValueEnum};
use serde::Serialize;
use walkdir::WalkDir;

use crate::app::Clock;
use crate::dicom::{InstanceUid, ReadError, Source, Tag, keyword_of, tag_of};
use crate::net::dimse::{self, Folder, Found, Keep, Retrieved, ScpOptions, Status, StorageScp};
use crate::net::{Known, Level, NetError, Peer, Query};
use crate::store::{Filed, FilingOptions, StoreError};

use super::peer::{PeerArgs, peers};
use super::store::{StorePlace, store_failure};
use super::{Failure, complain, say};

/// Arguments of `echo`.
#[derive(Args, Debug)]
pub(super) struct EchoArgs {
    #[command(flatten)]
    peer: PeerArgs,
}

/// Arguments of `find`.
#[derive(Args, Debug)]
pub(super) struct FindArgs {
    #[command(flatten)]
    peer: PeerArgs,
    /// What the answers are.
    #[arg(long, value_enum, default_value_t = LevelArg::Study)]
    level: LevelArg,
    /// What they must match, such as PatientID=1234 or StudyDate=20240101-.
    #[arg(long = "key", value_name = "KEYWORD=VALUE", value_parser = parse_key)]
    keys: Vec<(Tag, String)>,
    /// An attribute that is wanted of each; without any, the usual ones of the level.
    #[arg(long = "return", value_name = "KEYWORD", value_parser = parse_keyword)]
    returned: Vec<Tag>,
    /// The most answers; further ones are called off.
    #[arg(long, value_name = "N", default_value_t = 1000)]
    limit: usize,
    /// Print a DICOM JSON object a line.
    #[arg(long)]
    json: bool,
}

#[derive(ValueEnum, Debug, Clone, Copy)]
enum LevelArg {
    Patient,
    Study,
    Series,
    Image,
}

/// Arguments of `get`, and of `move` beside where to listen.
#[derive(Args, Debug)]
pub(super) struct GetArgs {
    #[command(flatten)]
    peer: PeerArgs,
    /// Study Instance UID.
    #[arg(long, value_name = "UID")]
    study: String,
    /// Series Instance UID.
    #[arg(long, value_name = "UID")]
    series: Option<String>,
    /// SOP Instance UID.
    #[arg(long, value_name = "UID", requires = "series")]
    instance: Option<String>,
    /// A folder for what arrives, in place of the store: a Part 10 file an object, called by its SOP Instance UID.
    #[arg(long, value_name = "DIR")]
    into: Option<PathBuf>,
    #[command(flatten)]
    store: StorePlace,
    /// Print one JSON object.
    #[arg(long)]
    json: bool,
}

/// Arguments of `move`.
#[derive(Args, Debug)]
pub(super) struct MoveArgs {
    #[command(flatten)]
    get: GetArgs,
    /// The address to listen on for what the archive sends: that of [receive] in peers.toml, or all.
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<IpAddr>,
    /// The port to listen on, which the archive must know beside our AE title: that of [receive], or 11112.
    #[arg(long, value_name = "PORT")]
    listen_port: Option<u16>,
}

/// Arguments of `send`.
#[derive(Args, Debug)]
pub(super) struct SendArgs {
    #[command(flatten)]
    peer: PeerArgs,
    /// Files and folders; every DICOM object in them is sent as it is.
    #[arg(value_name = "INPUT", required = true)]
    inputs: Vec<PathBuf>,
    /// Print one JSON object.
    #[arg(long)]
    json: bool,
}

pub(super) fn echo(args: &EchoArgs) -> Result<(), Failure> {
    let peer = args.peer.peer()?;
    let begun = Clock::start();
    let echoed = run(&peer, dimse::echo(&peer))?;
    say(&format!("{peer}: answered in {:.0} ms", begun.elapsed_ms()));
    if echoed.user_is_known == Some(false) {
        complain("note: the archive did not say that it knows the user: it may take no notice of who asks");
    }
    Ok(())
}

pub(super) fn find(args: &FindArgs) -> Result<(), Failure> {
    let peer = args.peer.peer()?;
    let level = match args.level {
        LevelArg::Patient => Level::Patient,
        LevelArg::Study => Level::Study,
        LevelArg::Series => Level::Series,
        LevelArg::Image => Level::Image,
    };
    let mut query = Query { level, keys: args.keys.clone() };
    let usual = level.usual().iter().copied().filter(|_| args.returned.is_empty());
    for tag in args.returned.iter().copied().chain(usual) {
        if query.keys.iter().all(|(key, _)| *key != tag) {
            query.keys.push((tag, String::new()));
        }
    }
    let tags: Vec<Tag> = query.keys.iter().map(|(tag, _)| *tag).collect();
    let found = dimse::find(&peer, &query, args.limit, |answer| {
        if args.json {
            return say(&answer.json().to_string());
        }
        let value =
            |tag: &Tag| format!("{}={}", keyword_of(*tag), answer.attributes().texts(*tag).join("\\"));
        say(&tags.iter().map(value).collect::<Vec<_>>().join("  "));
    });
    tell_limits(run(&peer, found)?);
    Ok(())
}

/// Says where answers are too many or too few.
pub(super) fn tell_limits(found: Found) {
    if found.ignored_keys {
        complain("note: the archive did not heed every key: these may be more than was asked for");
    }
    if found.is_truncated {
        complain(&format!("note: truncated: these are the first {} answers of more", found.count));
    }
}

pub(super) fn get(args: &GetArgs) -> Result<(), Failure> {
    let (name, peer) = args.peer.named()?;
    retrieve(args, name.as_deref(), &peer, async |query, mut keep, another| {
        if query.level != Level::Study {
            return dimse::get(&peer, query, &mut keep).await;
        }
        let parts = dimse::inventory(&peer, query).await?;
        let mut keeps = vec![keep];
        for _ in 1..parts.len().min(peer.places.max()) {
            keeps.push(another()?);
        }
        dimse::get_parts(&peer, &args.study, parts, keeps, |_| 0).await
    })
}

pub(super) fn move_here(args: &MoveArgs) -> Result<(), Failure> {
    let (name, peer) = args.get.peer.named()?;
    let said = peers()?.receive();
    let (address, port) = said.as_ref().map_or(([0, 0, 0, 0].into(), 11112), |said| said.address);
    let options = ScpOptions {
        title: said.as_ref().map_or(&peer.calling, |said| &said.title).clone(),
        address: (args.listen.unwrap_or(address), args.listen_port.unwrap_or(port)),
        // Whoever is asked here may answer, whatever the file says of others; nobody whom nobody knows may.
        senders: {
            let asked = Known { title: peer.called.clone(), host: peer.host.clone(), port: None };
            let named = said.iter().flat_map(|said| said.senders.iter().cloned());
            named.chain([asked]).collect()
        },
        deadlines: peer.deadlines,
        tls: said.and_then(|said| said.tls),
    };
    retrieve(&args.get, name.as_deref(), &peer, async |query, keep, _| {
        let title = options.title.to_string();
        let scp = StorageScp::listen(options).await?;
        dimse::move_to(&scp, &title, &peer, query, keep).await
    })
}

#[derive(Serialize)]
struct RetrievedJson {
    received: usize,
    total: usize,
    failed: usize,
    bytes: u64,
    seconds: f64,
}

/// Makes another place to keep what comes, for an association more.
type Another<'a> = &'a dyn Fn() -> Result<Box<dyn Keep>, NetError>;

fn retrieve(
    args: &GetArgs,
    from: Option<&str>,
    peer: &Peer,
    fetch: impl AsyncFnOnce(&Query, Box<dyn Keep>, Another<'_>) -> Result<Retrieved, NetError>,
) -> Result<(), Failure> {
    let query = Query::of(&args.study, args.series.as_deref(), args.instance.as_deref());
    let begun = Clock::start();
    let (place, retrieved) = if let Some(into) = &args.into {
        let place = into.display().to_string();
        let folder = Folder::new(into).map_err(|error| Failure::new(format!("{place}: {error}")))?;
        let another = || -> Result<Box<dyn Keep>, NetError> { Ok(Box::new(folder.beside())) };
        (place, run(peer, fetch(&query, Box::new(folder.beside()), &another))?)
    } else {
        let (store, folder) = args.store.open()?;
        let place = folder.display().to_string();
        let filed = Arc::new(Mutex::new(BTreeSet::<InstanceUid>::new()));
        let filing = || -> Result<Box<dyn Keep>, StoreError> {
            let options = FilingOptions { from: from.map(str::to_owned), now: Clock::now() };
            let filed = Arc::clone(&filed);
            let tell = move |one: Filed| {
                filed.lock().unwrap_or_else(PoisonError::into_inner).insert(one.instance);
            };
            Ok(Box::new(store.filing(options, tell)?))
        };
        let first = filing().map_err(store_failure(&folder))?;
        let another = || filing().map_err(|error| NetError::Keep { why: error.to_string() });
        // What is filed is counted when all have ended.
        let mut retrieved = run(peer, fetch(&query, first, &another))?;
        let filed = filed.lock().unwrap_or_else(PoisonError::into_inner).len();
        let lost = retrieved.received.saturating_sub(filed);
        if lost > 0 {
            retrieved.refused += lost;
            retrieved.refusal.get_or_insert_with(|| format!("{lost} objects could not be filed"));
        }
        retrieved.received = filed;
        (place, retrieved)
    };
    let seconds = begun.elapsed().as_secs_f64();
    let (received, total) = (retrieved.received, retrieved.total());
    let failed = total.saturating_sub(received);
    if args.json {
        let line = RetrievedJson { received, total, failed, bytes: retrieved.bytes, seconds };
        say(&serde_json::to_string(&line).map_err(|error| Failure::new(error.to_string()))?);
    } else {
        #[expect(clippy::cast_precision_loss, reason = "a rate of two digits")]
        let rate = retrieved.bytes as f64 / 1e6 / seconds;
        say(&format!("received {received} of {total}, failed {failed}, {seconds:.2} s, {rate:.1} MB/s"));
    }
    if let Some(why) = &retrieved.refusal {
        complain(&format!("error: {place}: {why}"));
    }
    if retrieved.is_whole() {
        return Ok(());
    }
    let why = match retrieved.failure {
        Some(failure) => failure.to_string(),
        None if retrieved.status.code != Status::SUCCESS => retrieved.status.to_string(),
        None if retrieved.refused > 0 => "the others cannot be kept".to_owned(),
        None => "the archive sent no more".to_owned(),
    };
    Err(Failure::new(format!("{peer}: {received} of {total} objects are here: {why}")))
}

#[derive(Serialize)]
struct SentJson {
    sent: usize,
    failed: usize,
    bytes: u64,
    seconds: f64,
}

pub(super) fn send(args: &SendArgs) -> Result<(), Failure> {
    let peer = args.peer.peer()?;
    let mut paths = Vec::new();
    for input in &args.inputs {
        for entry in WalkDir::new(input).sort_by_file_name() {
            let entry = entry.map_err(|error| Failure::new(error.to_string()))?;
            paths.extend(entry.file_type().is_file().then(|| entry.into_path()));
        }
    }
    let sources: Vec<Source> = paths.iter().map(|path| Source::file(path)).collect();
    let (mut sent, mut others, mut bytes) = (0, 0, 0);
    let begun = Clock::start();
    let outcome = run(
        &peer,
        dimse::send(&peer, &sources, |one| {
            let is_other = matches!(one.outcome, Err(NetError::Object(ReadError::NotDicom)));
            let grade = if is_other { "note" } else { "error" };
            others += usize::from(is_other);
            let why = match one.outcome {
                Ok(status) if status.is_done() => {
                    sent += 1;
                    bytes += one.bytes;
                    return;
                }
                Ok(status) => status.to_string(),
                Err(error) => error.to_string(),
            };
            let path = paths.get(one.index).map(|path| path.display().to_string());
            complain(&format!("{grade}: {}: {why}", path.unwrap_or_default()));
        }),
    );
    let seconds = begun.elapsed().as_secs_f64();
    let total = sources.len() - others;
    if args.json {
        let line = SentJson { sent, failed: total - sent, bytes, seconds };
        say(&serde_json::to_string(&line).map_err(|error| Failure::new(error.to_string()))?);
    } else {
        #[expect(clippy::cast_precision_loss, reason = "a rate of two digits")]
        let rate = bytes as f64 / 1e6 / seconds;
        say(&format!("sent {sent} of {total}, failed {}, {seconds:.2} s, {rate:.1} MB/s", total - sent));
    }
    outcome?;
    if sent == total { Ok(()) } else { Err(Failure::of_lines(Vec::new())) }
}

/// Runs an exchange to its end; its failure names the peer.
pub(super) fn run<T>(peer: &Peer, exchange: impl Future<Output = Result<T, NetError>>) -> Result<T, Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| Failure::new(error.to_string()))?;
    runtime.block_on(exchange).map_err(|error| Failure::new(format!("{peer}: {error}")))
}

fn parse_keyword(text: &str) -> Result<Tag, String> {
    tag_of(text).ok_or_else(|| format!("no attribute is called '{text}'"))
}

fn parse_key(text: &str) -> Result<(Tag, String), String> {
    let (keyword, value) = text.split_once('=').ok_or("a key is KEYWORD=VALUE, such as PatientID=1234")?;
    Ok((parse_keyword(keyword)?, value.to_owned()))
}

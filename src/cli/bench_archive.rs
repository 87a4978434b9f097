//! `hotlight bench archive`: one study sent, fetched and moved over the loopback device, by us and by dcmtk, to and from the
//! same archives. Clients are programs of their own on both sides, timed from start to end; all take turns in one run.

use std::collections::BTreeMap;
use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use clap::Args;
use serde::Serialize;
use tempfile::TempDir;

use crate::app::Clock;
use crate::phantom::Phantom;

use super::Failure;
use super::bench::peak_bytes_of;
use super::bench_servers::Servers;

/// Arguments of `bench archive`.
#[derive(Args, Debug)]
pub(super) struct ArchiveArgs {
    /// Runs of each measurement; the fastest counts.
    #[arg(long, value_name = "N", default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..=100))]
    runs: u32,
    /// Images of the study, of 512 × 512 words each.
    #[arg(long, value_name = "N", default_value_t = 512, value_parser = clap::value_parser!(u32).range(2..=10_000))]
    objects: u32,
    /// Only the measurements whose names hold this, such as `from_dcmqrscp`.
    #[arg(long, value_name = "TEXT", default_value = "")]
    only: String,
}

/// What is compared with what, the first object or all, and the ratio that is aimed at.
const RATIOS: [(&str, &str, Part, f64); 13] = [
    ("send_to_storescp", "storescu_to_storescp", Part::All, 1.0),
    ("send_to_dcmqrscp", "storescu_to_dcmqrscp", Part::All, 1.0),
    ("send_to_orthanc", "storescu_to_orthanc", Part::All, 1.0),
    ("get_from_dcmqrscp", "getscu_from_dcmqrscp", Part::All, 1.0),
    ("get_from_dcmqrscp", "getscu_from_dcmqrscp", Part::FirstObject, 1.0),
    ("get_from_orthanc", "getscu_from_orthanc", Part::All, 1.0),
    ("get_from_orthanc", "getscu_from_orthanc", Part::FirstObject, 1.0),
    ("move_from_dcmqrscp", "movescu_from_dcmqrscp", Part::All, 1.0),
    ("move_from_orthanc", "movescu_from_orthanc", Part::All, 1.0),
    ("send_to_serve_discarding", "storescu_to_storescp", Part::All, 1.0),
    ("send_to_serve", "storescu_to_dcmqrscp", Part::All, 1.0),
    ("get_from_serve", "getscu_from_dcmqrscp", Part::All, 0.5),
    ("get_from_serve", "getscu_from_dcmqrscp", Part::FirstObject, 1.0),
];

/// What a ratio is of.
#[derive(Serialize, Clone, Copy)]
#[serde(rename_all = "snake_case")]
enum Part {
    All,
    FirstObject,
}

#[derive(Serialize)]
pub(super) struct Report {
    objects: u32,
    bytes: u64,
    runs: u32,
    /// The same bytes through a socket, without any protocol.
    plain_tcp_ms: f64,
    timings: BTreeMap<&'static str, Timing>,
    /// Programs that are not on this machine: what needs them is not measured.
    absent: Vec<&'static str>,
    ratios: Vec<Ratio>,
    /// By how much the most memory of our archives grew in all of it.
    serve_growth_bytes: BTreeMap<&'static str, u64>,
}

/// The fastest of all runs.
#[derive(Serialize, Clone, Copy)]
struct Timing {
    ms: f64,
    /// Until the first object lay whole in its folder.
    #[serde(skip_serializing_if = "Option::is_none")]
    first_object_ms: Option<f64>,
    /// The most memory that the client had.
    #[serde(skip_serializing_if = "Option::is_none")]
    peak_bytes: Option<u64>,
}

#[derive(Serialize)]
struct Ratio {
    of: &'static str,
    to: &'static str,
    part: Part,
    #[serde(rename = "ratio")]
    value: f64,
    aim: f64,
    is_reached: bool,
}

/// A client to be timed, and the folder that it fills.
pub(super) struct Measurement {
    pub(super) name: &'static str,
    pub(super) client: Command,
    pub(super) fills: Option<PathBuf>,
}

/// What is sent.
pub(super) struct Study {
    pub(super) folder: PathBuf,
    pub(super) uid: String,
}

/// Whoever keeps an object writes the header of its file anew.
const HEADER_BYTES_MAX: u64 = 4096;

pub(super) fn archive(clock: Clock, args: &ArchiveArgs) -> Result<Report, Failure> {
    let folder = TempDir::new().map_err(|error| failure(&error))?;
    let phantom = Phantom::chest_ct().with_slices(args.objects);
    let study = Study { folder: folder.path().join("study"), uid: phantom.study_uid().as_str().to_owned() };
    phantom.write_into(&study.folder).map_err(|error| failure(&error))?;
    let files = study.folder.read_dir().map_err(|error| failure(&error))?;
    let sizes: Vec<u64> = files.filter_map(|file| Some(file.ok()?.metadata().ok()?.len())).collect();
    let bytes = sizes.iter().sum();
    let object_bytes = sizes.iter().min().map_or(0, |bytes| bytes.saturating_sub(HEADER_BYTES_MAX));

    let mut servers = Servers::start(folder.path(), &study)?;
    let measurements = &mut servers.measurements;
    measurements.retain(|measurement| measurement.name.contains(&args.only));
    let (mut timings, mut plain_tcp_ms) = (BTreeMap::new(), f64::INFINITY);
    for _ in 0..args.runs {
        plain_tcp_ms = plain_tcp_ms.min(plain_tcp(clock, bytes).map_err(|error| failure(&error))?);
        for measurement in &mut *measurements {
            let now = measured(clock, measurement, args.objects, object_bytes)
                .map_err(|why| Failure::new(format!("{}: {why}", measurement.name)))?;
            let fastest = timings.entry(measurement.name).or_insert(now);
            *fastest = fastest.or(now);
        }
    }
    let ratios = RATIOS.into_iter().filter_map(|row| ratio(&timings, row)).collect();
    let serve_growth_bytes = servers.growth();
    Ok(Report {
        objects: args.objects,
        bytes,
        runs: args.runs,
        plain_tcp_ms,
        timings,
        absent: servers.absent.clone(),
        ratios,
        serve_growth_bytes,
    })
}

pub(super) fn failure(error: &dyn std::fmt::Display) -> Failure {
    Failure::new(error.to_string())
}

/// A megabyte at a time, to a reader that forgets it.
fn plain_tcp(clock: Clock, bytes: u64) -> io::Result<f64> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    let address = listener.local_addr()?;
    let begun = clock.elapsed_ms();
    let sender = std::thread::Builder::new().name("sender".to_owned()).spawn(move || {
        let mut stream = TcpStream::connect(address)?;
        let piece = vec![1; 1 << 20];
        let mut left = bytes;
        while left > 0 {
            let length = piece.len().min(usize::try_from(left).unwrap_or(usize::MAX));
            stream.write_all(piece.get(..length).unwrap_or_default())?;
            left -= length as u64;
        }
        io::Result::Ok(())
    })?;
    let (mut stream, _) = listener.accept()?;
    let mut piece = vec![0; 1 << 20];
    while stream.read(&mut piece)? > 0 {}
    sender.join().map_err(|_panic| io::Error::other("the sender stopped"))??;
    Ok(clock.elapsed_ms() - begun)
}

/// Runs a client once; every object must have come.
fn measured(
    clock: Clock,
    measurement: &mut Measurement,
    objects: u32,
    object_bytes: u64,
) -> Result<Timing, String> {
    let Measurement { client, fills, .. } = measurement;
    let text = |error: io::Error| error.to_string();
    if let Some(folder) = fills {
        std::fs::create_dir(&*folder).map_err(text)?;
    }
    let timing = timed(clock, client, fills.as_deref(), object_bytes)?;
    if let Some(folder) = fills {
        let count = folder.read_dir().map_err(text)?.count();
        std::fs::remove_dir_all(&*folder).map_err(text)?;
        if count != objects as usize {
            return Err(format!("{count} objects came of {objects}"));
        }
    }
    Ok(timing)
}

/// Runs a program to its end, and looks at it and at its folder meanwhile.
fn timed(
    clock: Clock,
    client: &mut Command,
    folder: Option<&Path>,
    object_bytes: u64,
) -> Result<Timing, String> {
    const LOOK: Duration = Duration::from_micros(500);
    let text = |error: io::Error| error.to_string();
    client.env("TCP_NODELAY", "1").stdout(Stdio::null()).stderr(Stdio::null());
    let begun = clock.elapsed_ms();
    let mut child = client.spawn().map_err(text)?;
    let (mut first_object_ms, mut peak) = (None, None);
    let status = loop {
        if let Some(status) = child.try_wait().map_err(text)? {
            break status;
        }
        if first_object_ms.is_none() && folder.is_some_and(|folder| has_object(folder, object_bytes)) {
            first_object_ms = Some(clock.elapsed_ms() - begun);
        }
        peak = peak_bytes_of(&child.id().to_string()).or(peak);
        std::thread::sleep(LOOK);
    };
    let ms = clock.elapsed_ms() - begun;
    if status.success() {
        Ok(Timing { ms, first_object_ms, peak_bytes: peak })
    } else {
        Err(format!("it failed ({status})"))
    }
}

/// Whether an object lies whole in a folder; one that has no name yet begins with a dot.
fn has_object(folder: &Path, object_bytes: u64) -> bool {
    let Ok(files) = folder.read_dir() else { return false };
    files.filter_map(Result::ok).any(|file| {
        !file.file_name().as_encoded_bytes().starts_with(b".")
            && file.metadata().is_ok_and(|metadata| metadata.len() >= object_bytes)
    })
}

impl Timing {
    /// The shorter times of two runs, and the larger memory.
    fn or(self, other: Self) -> Self {
        let first = [self.first_object_ms, other.first_object_ms].into_iter().flatten().reduce(f64::min);
        Self {
            ms: self.ms.min(other.ms),
            first_object_ms: first,
            peak_bytes: self.peak_bytes.max(other.peak_bytes),
        }
    }
}

fn ratio(
    timings: &BTreeMap<&'static str, Timing>,
    (of, to, part, aim): (&'static str, &'static str, Part, f64),
) -> Option<Ratio> {
    let ms = |name| {
        let timing: &Timing = timings.get(name)?;
        match part {
            Part::All => Some(timing.ms),
            Part::FirstObject => timing.first_object_ms,
        }
    };
    let ratio = ms(of)? / ms(to)?;
    Some(Ratio { of, to, part, value: (ratio * 1000.0).round() / 1000.0, aim, is_reached: ratio <= aim })
}

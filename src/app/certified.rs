//! The certificate of a monitor from its records: what was evaluated last, and what is known of the monitor now.

use chrono::SecondsFormat;
use serde::de::DeserializeOwned;

use crate::calibration::{
    Certificate, CertifiedMonitor, CertifiedRecords, CertifiedUniformity, Evaluation, Measurement,
};
use crate::config::Displays;
use crate::display::{Monitor, Monitors};
use crate::grayscale::GsdfOwner;
use crate::records::{Book, Kind, Record, RecordsError, fields_beside};

use super::clock::local_now;

/// Bits of a driving level where `displays.toml` says nothing of the monitor.
const BITS: u8 = 8;

/// Why there is no certificate of a monitor.
#[derive(Debug, thiserror::Error)]
pub enum CertifiedError {
    /// The book cannot be read.
    #[error(transparent)]
    Records(#[from] RecordsError),
    /// Nothing to write.
    #[error(
        "no evaluated measurement of the monitor {monitor} is recorded; `hotlight display records` prints what is recorded"
    )]
    Nothing {
        /// What it was asked for by.
        monitor: String,
    },
    /// A record that a newer Hotlight wrote.
    #[error("record {n} is not understood: {why}")]
    Record {
        /// Its number.
        n: i64,
        /// The parser's words.
        why: String,
    },
}

/// The certificate of the newest measurement of a monitor that was evaluated. Records that do not hold are none.
pub fn newest_certificate(
    book: &Book,
    displays: &Displays,
    monitor: &str,
) -> Result<Certificate, CertifiedError> {
    let nothing = || CertifiedError::Nothing { monitor: monitor.to_owned() };
    let (records, verified) = book.evidence(monitor)?;
    // An evaluation is of the measurement recorded before it.
    let mut backward = records.iter().rev();
    let evaluated = backward.find(|record| record.what() == Some(Kind::Evaluated)).ok_or_else(nothing)?;
    let measured = backward.find(|record| record.what() == Some(Kind::Measured)).ok_or_else(nothing)?;
    let table = Some(evaluated.table.clone()).filter(|table| !table.is_empty());
    let (mut measurement, mut evaluation): (Measurement, Evaluation) = (body(measured)?, body(evaluated)?);
    let (mut head, mut uniformity) = (&evaluated.hash, None);
    if let Some((record, beside)) = fields_beside(&records, measured) {
        evaluation = evaluation.with_fields(&beside.checks_beside(&evaluation));
        measurement.fields = beside.measurement.fields;
        let (measured, operator) = (record.at.clone(), record.operator.clone());
        uniformity = Some(CertifiedUniformity { measured, operator, record: record.hash.clone() });
        head = &record.hash;
    }
    Ok(Certificate {
        format: Certificate::FORMAT.to_owned(),
        issued: local_now().to_rfc3339_opts(SecondsFormat::Secs, false),
        measured: measured.at.clone(),
        station: station(),
        monitor: certified(monitor, displays, table),
        operator: measured.operator.clone(),
        instrument: measured.photometer(),
        software: evaluated.software.clone(),
        measurement,
        evaluation,
        uniformity,
        records: CertifiedRecords { head: head.clone(), fault: verified.fault() },
    })
}

fn body<T: DeserializeOwned>(record: &Record) -> Result<T, CertifiedError> {
    record.read().map_err(|error| CertifiedError::Record { n: record.n, why: error.to_string() })
}

/// What is known of a monitor; of one that is not here, or cannot be asked, what `displays.toml` says.
fn certified(id: &str, displays: &Displays, table: Option<String>) -> CertifiedMonitor {
    let found = Monitors::default().look().unwrap_or_default();
    let here = found.iter().find(|monitor| monitor.id.as_str() == id);
    let [_, _, serial] = here.map(Monitor::device).unwrap_or_default();
    let said = displays.get(id);
    let owner = said.map_or(GsdfOwner::Nobody, |said| said.gsdf.owner());
    // A table that was made since is not the one that was evaluated.
    let owner = match (&table, owner) {
        (Some(_), _) => GsdfOwner::Viewer,
        (None, GsdfOwner::Viewer) => GsdfOwner::Nobody,
        (None, owner) => owner,
    };
    CertifiedMonitor {
        id: id.to_owned(),
        name: here.map(Monitor::name).unwrap_or_default(),
        serial,
        size: here.map_or([0, 0], |monitor| [monitor.size.0, monitor.size.1]),
        bits: said.map_or(BITS, |said| said.bits),
        gsdf: owner.name().to_owned(),
        table,
    }
}

/// The name of this workstation; empty where the system tells none.
#[cfg(unix)]
pub(super) fn station() -> String {
    rustix::system::uname().nodename().to_string_lossy().into_owned()
}

/// The name of this workstation; empty where the system tells none.
#[cfg(not(unix))]
pub(super) fn station() -> String {
    std::env::var("COMPUTERNAME").unwrap_or_default()
}

//! What is handed on of one monitor: what was measured, what was found, by whom, with what.

use serde::{Deserialize, Serialize};

use super::evaluation::Evaluation;
use super::measurement::Measurement;

/// What is handed on of one monitor, as the JSON of a certificate has it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Certificate {
    /// [`Certificate::FORMAT`].
    pub format: String,
    /// When it was written, RFC 3339 with the offset: `2026-11-24T09:20:00+01:00`.
    pub issued: String,
    /// When it was measured, likewise.
    pub measured: String,
    /// The name of the workstation.
    pub station: String,
    /// The monitor.
    pub monitor: CertifiedMonitor,
    /// Who measured.
    pub operator: String,
    /// With what; none where values were typed in and nobody said.
    pub instrument: Option<Instrument>,
    /// The version of Hotlight that evaluated it.
    pub software: String,
    /// What was measured.
    pub measurement: Measurement,
    /// What was found.
    pub evaluation: Evaluation,
    /// The uniform fields, where they were measured by themselves and not with the response.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub uniformity: Option<CertifiedUniformity>,
    /// What the book of records says of itself.
    pub records: CertifiedRecords,
}

impl Certificate {
    /// The form of the file and its version.
    pub const FORMAT: &'static str = "hotlight-display-certificate/1";
}

/// Uniform fields that were measured by themselves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CertifiedUniformity {
    /// When, RFC 3339 with the offset.
    pub measured: String,
    /// Who measured them.
    pub operator: String,
    /// The hash of their record.
    pub record: String,
}

/// The monitor of a certificate.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CertifiedMonitor {
    /// What it is known by, as `displays.toml` calls it.
    pub id: String,
    /// What its maker calls it.
    pub name: String,
    /// Its serial number; empty where it tells none.
    pub serial: String,
    /// Columns and rows.
    pub size: [u32; 2],
    /// Bits of its driving levels.
    pub bits: u8,
    /// Who applies the GSDF: `none`, `panel`, `system`, `viewer`.
    pub gsdf: String,
    /// The digest of the table that Hotlight applies; none where it applies none.
    pub table: Option<String>,
}

/// A photometer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Instrument {
    /// Maker and model, as the operator calls it.
    pub name: String,
    /// Its serial number; empty where nobody said.
    #[serde(default)]
    pub serial: String,
    /// When its own calibration ends, `YYYY-MM-DD`.
    #[serde(default)]
    pub calibrated_until: Option<String>,
}

/// What the book of records says of itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CertifiedRecords {
    /// The hash of the record that the certificate rests on; empty where it was not recorded.
    pub head: String,
    /// What is wrong with the chain; none where it is whole.
    pub fault: Option<String>,
}

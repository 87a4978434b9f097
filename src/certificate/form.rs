//! Certificates as files: which form a file has, what is read, and what is refused.

use std::path::Path;

use chrono::{DateTime, FixedOffset};
use serde::Deserialize;

use crate::calibration::{Certificate, Verdict};

use super::draw;
use super::error::CertificateError;
use super::report;

/// So many letters of what is no format are told.
const TOLD_MAX: usize = 60;

/// The brightest luminance of a certificate, cd/m²: no monitor is brighter.
const LUMINANCE_MAX: f64 = 100_000.0;

/// What a file of a certificate is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CertificateForm {
    /// For people.
    Pdf,
    /// For programs, and to make the PDF of later.
    Json,
}

impl CertificateForm {
    /// By the end of a file's name; none for any other than `.pdf` and `.json`.
    pub fn of(path: &Path) -> Option<Self> {
        let end = path.extension()?.to_str()?;
        if end.eq_ignore_ascii_case("pdf") {
            Some(Self::Pdf)
        } else {
            end.eq_ignore_ascii_case("json").then_some(Self::Json)
        }
    }

    /// The bytes of the file; the same for the same certificate.
    pub fn bytes(self, certificate: &Certificate) -> Result<Vec<u8>, CertificateError> {
        match self {
            Self::Pdf => pdf(certificate),
            Self::Json => json(certificate).map(String::into_bytes),
        }
    }
}

/// A certificate as a PDF of A4 pages.
pub fn pdf(certificate: &Certificate) -> Result<Vec<u8>, CertificateError> {
    let times = check(certificate)?;
    let pages = report::pages(certificate, &times)?;
    draw::pdf(&pages, report::metadata(certificate, &times))
}

/// Reads what [`CertificateForm::Json`] writes. Refused are other formats, unknown keys, and what no evaluation comes to.
pub fn read_certificate(text: &str) -> Result<Certificate, CertificateError> {
    #[derive(Deserialize)]
    struct Head {
        format: String,
    }
    let unreadable = |error: serde_json::Error| CertificateError::Unreadable { why: error.to_string() };
    // The format first: what a later one has beside is no fault of the file.
    let Head { format } = serde_json::from_str(text).map_err(unreadable)?;
    check_format(&format)?;
    let certificate = serde_json::from_str(text).map_err(unreadable)?;
    check(&certificate)?;
    Ok(certificate)
}

fn json(certificate: &Certificate) -> Result<String, CertificateError> {
    check(certificate)?;
    let mut text = serde_json::to_string_pretty(certificate)
        .map_err(|error| CertificateError::Unwritable { why: error.to_string() })?;
    text.push('\n');
    Ok(text)
}

/// When it was measured and written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Times {
    pub(super) measured: DateTime<FixedOffset>,
    /// Where uniform fields were measured by themselves.
    pub(super) uniformity: Option<DateTime<FixedOffset>>,
    pub(super) issued: DateTime<FixedOffset>,
}

/// What a report rests on: times, rising levels, places that are known, and a verdict that follows from the checks.
pub(super) fn check(certificate: &Certificate) -> Result<Times, CertificateError> {
    let Certificate { format, measurement, evaluation, .. } = certificate;
    check_format(format)?;
    let mut free = 0_u32;
    for reading in &measurement.response {
        let level = reading.level;
        if u32::from(level) < free || level > measurement.highest {
            return Err(CertificateError::Level { level, highest: measurement.highest });
        }
        free = u32::from(level) + 1;
        check_luminance(level, reading.luminance_cd_m2)?;
    }
    for field in &measurement.fields {
        let (level, found) = (field.level, field.points.len());
        if !matches!(found, 5 | 9) {
            return Err(CertificateError::Places { level, found });
        }
        for point in &field.points {
            check_luminance(level, point.luminance_cd_m2)?;
        }
    }
    if let Some(luminance) = measurement.ambient_cd_m2.filter(|ambient| !is_luminance(*ambient)) {
        return Err(CertificateError::Ambient { luminance });
    }
    let failing = evaluation.checks.iter().find(|check| check.verdict == Verdict::Fail);
    if let Some(failing) = failing.filter(|_| evaluation.verdict != Verdict::Fail) {
        let (verdict, quantity) = (evaluation.verdict, failing.quantity);
        return Err(CertificateError::Contradiction { verdict, quantity });
    }
    let uniformity = certificate.uniformity.as_ref();
    Ok(Times {
        uniformity: uniformity.map(|fields| time("uniformity.measured", &fields.measured)).transpose()?,
        measured: time("measured", &certificate.measured)?,
        issued: time("issued", &certificate.issued)?,
    })
}

fn check_format(format: &str) -> Result<(), CertificateError> {
    let found = || format.chars().take(TOLD_MAX).collect();
    if format == Certificate::FORMAT { Ok(()) } else { Err(CertificateError::Format { found: found() }) }
}

fn check_luminance(level: u16, luminance: f64) -> Result<(), CertificateError> {
    if is_luminance(luminance) { Ok(()) } else { Err(CertificateError::Luminance { level, luminance }) }
}

fn is_luminance(luminance: f64) -> bool {
    (0.0..=LUMINANCE_MAX).contains(&luminance)
}

fn time(key: &'static str, text: &str) -> Result<DateTime<FixedOffset>, CertificateError> {
    let read = DateTime::parse_from_rfc3339(text).ok();
    read.ok_or_else(|| CertificateError::Time { key, found: text.chars().take(TOLD_MAX).collect() })
}

//! `hotlight display report`: the certificate of a monitor as PDF or JSON, from its records or from a certificate that is there; or what
//! is recorded of image quality, as JSON.

use std::fs;
use std::path::{Path, PathBuf};

use clap::Args;

use crate::app::{QualityFile, newest_certificate};
use crate::calibration::Certificate;
use crate::certificate::{CertificateForm, read_certificate};

use super::records::open_book;
use super::{Failure, ReaderArgs, SettingsArgs, view::load_config};

/// A certificate is far smaller, bytes.
const BYTES_MAX: u64 = 16 << 20;

/// Arguments of `display report`.
#[derive(Args, Debug)]
pub(super) struct ReportArgs {
    /// A certificate as JSON, which needs no records: that of another station, or of years ago.
    #[arg(value_name = "FILE.json", required_unless_present_any = ["monitor", "quality"], conflicts_with = "monitor")]
    certificate: Option<PathBuf>,
    /// The newest measurement of this monitor that was evaluated and recorded; by what it is known by, which
    /// `display monitors` prints.
    #[arg(long, value_name = "ID")]
    monitor: Option<String>,
    /// What became of the image quality of phantoms, in place of a monitor: all that is recorded of it, as JSON.
    #[arg(long, conflicts_with_all = ["certificate", "monitor"])]
    quality: bool,
    /// Where to write it, as PDF or JSON by the end of the name; a file that is there is replaced.
    #[arg(long, value_name = "FILE.pdf|FILE.json")]
    out: PathBuf,
    #[command(flatten)]
    settings: SettingsArgs,
}

/// Writes a certificate.
pub(super) fn report(args: &ReportArgs) -> Result<(), Failure> {
    let out = args.out.display();
    let form = CertificateForm::of(&args.out).ok_or_else(|| {
        Failure::usage(format!("--out: {out}: the name of a report ends with .pdf or .json"))
    })?;
    if args.quality {
        let bytes = image_quality(form, args)?;
        return write(&args.out, &bytes);
    }
    let certificate = match (&args.certificate, &args.monitor) {
        (Some(path), _) => read(path).map_err(|why| Failure::new(format!("{}: {why}", path.display())))?,
        (None, Some(monitor)) => recorded(monitor, &args.settings)?,
        (None, None) => return Err(Failure::usage("name a certificate, or a monitor by --monitor")),
    };
    let bytes = form.bytes(&certificate).map_err(|error| Failure::new(error.to_string()))?;
    write(&args.out, &bytes)
}

fn write(out: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let failed =
        |error: std::io::Error| Failure::new(format!("{}: cannot be written: {error}", out.display()));
    fs::write(out, bytes).map_err(failed)
}

/// What the book of records has of image quality.
fn image_quality(form: CertificateForm, args: &ReportArgs) -> Result<Vec<u8>, Failure> {
    if form != CertificateForm::Json {
        let out = args.out.display();
        return Err(Failure::usage(format!(
            "--out: {out}: image quality is written as JSON: end the name with .json"
        )));
    }
    let book = open_book(&load_config(&args.settings, &ReaderArgs::default())?.settings)?;
    let file = QualityFile::of(&book).map_err(|error| Failure::new(error.to_string()))?;
    let mut text = serde_json::to_string_pretty(&file).map_err(|error| Failure::new(error.to_string()))?;
    text.push('\n');
    Ok(text.into_bytes())
}

fn read(path: &Path) -> Result<Certificate, String> {
    let bytes = fs::metadata(path).map_err(|error| error.to_string())?.len();
    if bytes > BYTES_MAX {
        return Err(format!("it has {bytes} bytes, and a certificate has {BYTES_MAX} at most"));
    }
    let text = fs::read_to_string(path).map_err(|error| error.to_string())?;
    read_certificate(&text).map_err(|error| error.to_string())
}

/// From the book of records.
fn recorded(monitor: &str, settings: &SettingsArgs) -> Result<Certificate, Failure> {
    let config = load_config(settings, &ReaderArgs::default())?;
    let book = open_book(&config.settings)?;
    newest_certificate(&book, &config.displays, monitor).map_err(|error| Failure::new(error.to_string()))
}

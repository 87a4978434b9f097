//! `hotlight display`: calibration of a display, with none attached.

use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};

use crate::app::read_display_system;
use crate::grayscale::{DisplaySystem, DisplayTable};
use crate::units::CdPerM2;

use super::Failure;
use super::evaluate::{EvaluateArgs, evaluated};
use super::fleet::{FleetArgs, fleet};
use super::monitors::{MonitorsArgs, monitors};
use super::patterns::{PatternsArgs, patterns};
use super::records::{RecordsArgs, records};
use super::report::{ReportArgs, report};
use super::schedule::{ScheduleArgs, schedule};

/// Arguments of `display`.
#[derive(Args, Debug)]
pub(super) struct DisplayArgs {
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand, Debug)]
enum Action {
    /// Make the table from P-value to driving level by the GSDF (PS3.14) from measured luminances.
    Lut(LutArgs),
    /// Hold measured luminances against the limits of a profile: contrast by the GSDF, luminance, uniformity, colour. Exits
    /// with 0 whatever the verdict.
    Evaluate(EvaluateArgs),
    /// Print the monitors of this machine, what each is known by and what displays.toml says of it.
    Monitors(MonitorsArgs),
    /// Draw a test pattern for a panel, or list the patterns that there are.
    Patterns(PatternsArgs),
    /// Print what was recorded of monitors: measurements, what was found in them, checks; or whether all is as it was written.
    Records(RecordsArgs),
    /// Print which checks of each monitor are due, and what may be said of its calibration.
    Schedule(ScheduleArgs),
    /// Sum up the certificates of many stations: a line a monitor, the worst first.
    Fleet(FleetArgs),
    /// Write the certificate of a monitor, as PDF or JSON: verdict, checks with their limits, plots, all that was measured.
    Report(ReportArgs),
}

#[derive(Args, Debug)]
struct LutArgs {
    /// Measured luminances: the header `ddl,luminance`, then a driving level from 0 to the highest and its luminance in
    /// cd/m² a line, ambient light not included. Between measured levels a monotone cubic is followed; a curve of another
    /// number of bits is stretched.
    #[arg(value_name = "LUMINANCE.csv")]
    luminance: PathBuf,
    /// Luminance that ambient light adds on the panel, cd/m².
    #[arg(long, value_name = "CD_M2", allow_hyphen_values = true, value_parser = parse_ambient)]
    ambient: f64,
    /// Bits that the panel takes, 8 to 16: as many P-values and driving levels are in the table.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(8..=16))]
    bits: u8,
    /// Where to write `pvalue,ddl,target,reached`, luminances in cd/m² with ambient light.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

/// The panel that driving levels are for.
#[derive(Args, Debug)]
pub(super) struct PanelArgs {
    /// With --values ddl, the panel's measured luminances, as `display lut` takes them. Without them P-values are spread evenly
    /// over 8 bits, as on a panel that is not calibrated here.
    #[arg(long, value_name = "LUMINANCE.csv", requires_all = ["ambient", "bits"])]
    luminance: Option<PathBuf>,
    /// Luminance that ambient light adds on the panel, cd/m².
    #[arg(long, value_name = "CD_M2", requires = "luminance", allow_hyphen_values = true, value_parser = parse_ambient)]
    ambient: Option<f64>,
    /// Bits that the panel takes, 8 to 16.
    #[arg(long, value_name = "N", requires = "luminance", value_parser = clap::value_parser!(u8).range(8..=16))]
    bits: Option<u8>,
}

impl PanelArgs {
    /// Whether a panel is named.
    pub(super) const fn is_there(&self) -> bool {
        self.luminance.is_some()
    }

    /// The driving levels of P-values.
    pub(super) fn table(&self) -> Result<DisplayTable, Failure> {
        match (&self.luminance, self.ambient, self.bits) {
            (Some(path), Some(ambient), Some(bits)) => {
                Ok(DisplayTable::calibrated(&read_system(path, ambient, bits)?))
            }
            _ => Ok(DisplayTable::identity(256)),
        }
    }
}

pub(super) fn display(args: &DisplayArgs) -> Result<(), Failure> {
    match &args.action {
        Action::Lut(args) => lut(args),
        Action::Evaluate(args) => evaluated(args),
        Action::Monitors(args) => monitors(args),
        Action::Patterns(args) => patterns(args),
        Action::Records(args) => records(args),
        Action::Schedule(args) => schedule(args),
        Action::Fleet(args) => fleet(args),
        Action::Report(args) => report(args),
    }
}

fn lut(args: &LutArgs) -> Result<(), Failure> {
    let system = read_system(&args.luminance, args.ambient, args.bits)?;
    let written = std::fs::File::create(&args.out).and_then(|file| {
        let mut file = BufWriter::new(file);
        writeln!(file, "pvalue,ddl,target,reached")?;
        for (p, step) in system.steps(1 << args.bits).enumerate() {
            writeln!(file, "{p},{},{:.9},{:.9}", step.ddl.0, step.target.0, step.reached.0)?;
        }
        file.flush()
    });
    written.map_err(|error| Failure::new(format!("{}: cannot be written: {error}", args.out.display())))
}

/// A panel of `bits` from its file of luminances, and the luminance of ambient light in cd/m².
fn read_system(path: &Path, ambient: f64, bits: u8) -> Result<DisplaySystem, Failure> {
    read_display_system(path, CdPerM2(ambient), bits).map_err(Failure::new)
}

/// Luminance of ambient light, cd/m².
pub(super) fn parse_ambient(text: &str) -> Result<f64, String> {
    let luminance = text.parse().ok().filter(|luminance| (0.0..=4000.0).contains(luminance));
    luminance.ok_or_else(|| "a luminance is a number of cd/m² from 0 to 4000".to_owned())
}

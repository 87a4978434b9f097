//! `hotlight ledger`: what readings took, as far as the reader had it counted.

use clap::Args;

use crate::app::{Ledger, Medians};
use crate::config::{reader_folder, state_dir};

use super::{Failure, ReaderArgs, SettingsArgs, say, view};

/// Arguments of `ledger`.
#[derive(Args, Debug)]
pub(super) struct LedgerArgs {
    /// Print one JSON array.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    reader: ReaderArgs,
}

pub(super) fn ledger(args: &LedgerArgs) -> Result<(), Failure> {
    let failure = |error: &dyn std::fmt::Display| Failure::new(format!("the ledger cannot be read: {error}"));
    let reader = view::sources(&SettingsArgs::default(), &args.reader)?.reader;
    let folder = state_dir().map(|state| reader_folder(&state, &reader));
    let medians = Ledger::new(folder).medians().map_err(|error| failure(&error))?;
    if args.json {
        say(&serde_json::to_string(&medians).map_err(|error| failure(&error))?);
    } else if medians.is_empty() {
        say("Nothing was counted: the setting viewer.ledger has readings counted, on this machine alone.");
    } else {
        say("Medians of a study:");
        for medians in &medians {
            say(&words(medians));
        }
    }
    Ok(())
}

/// `ct-chest: 34 keys · 5 clicks · 60 notches · 2150 mm · 143 s, of 12 studies`
fn words(medians: &Medians) -> String {
    let Medians { protocol, studies, keys, clicks, wheel, travel_mm, travel_px, seconds } = medians;
    let protocol = protocol.as_deref().unwrap_or("no protocol");
    let pixels = if *travel_px > 0.0 { format!(" · {travel_px} pixels") } else { String::new() };
    format!(
        "{protocol}: {keys} keys · {clicks} clicks · {wheel} notches · {travel_mm} mm{pixels} · {seconds} s, of {studies} studies"
    )
}

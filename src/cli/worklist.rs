//! `hotlight worklist`: which procedure steps are scheduled.

use clap::Args;

use crate::net::AeTitle;
use crate::net::dimse::{self, WorklistEntry, WorklistQuery};

use super::archive::{run, tell_limits};
use super::peer::PeerArgs;
use super::{Failure, say};

/// Arguments of `worklist`.
#[derive(Args, Debug)]
pub(super) struct WorklistArgs {
    #[command(flatten)]
    peer: PeerArgs,
    /// The day, or days such as 20240101-20240131; without it all.
    #[arg(long, value_name = "DATE", value_parser = parse_date)]
    date: Option<String>,
    /// The modality, such as CT.
    #[arg(long, value_name = "M")]
    modality: Option<String>,
    /// The AE title of the station that the step is scheduled on.
    #[arg(long, value_name = "AET")]
    aet: Option<AeTitle>,
    /// The most answers; further ones are called off.
    #[arg(long, value_name = "N", default_value_t = 1000)]
    limit: usize,
    /// Print a DICOM JSON object a line.
    #[arg(long)]
    json: bool,
}

pub(super) fn worklist(args: &WorklistArgs) -> Result<(), Failure> {
    let peer = args.peer.peer()?;
    let query = WorklistQuery {
        date: args.date.clone().unwrap_or_default(),
        modality: args.modality.clone().unwrap_or_default(),
        station: args.aet.as_ref().map(ToString::to_string).unwrap_or_default(),
    };
    let found = dimse::worklist(&peer, &query, args.limit, |answer| {
        if args.json {
            return say(&answer.json().to_string());
        }
        let WorklistEntry { step, patient_id, patient_name, accession_number, procedure, .. } =
            WorklistEntry::read(answer.attributes());
        let what = if step.description.is_empty() { procedure } else { step.description };
        let words = [&step.date, &step.time, &step.modality, &step.station, &patient_id, &patient_name];
        let mut line: Vec<&str> = words.into_iter().map(String::as_str).collect();
        line.extend([&*accession_number, &*what]);
        say(&line.join("  "));
    });
    tell_limits(run(&peer, found)?);
    Ok(())
}

/// A date, or two of which one may be left out. PS3.5 6.2, DA.
fn parse_date(text: &str) -> Result<String, String> {
    let is_date = |text: &str| text.len() == 8 && text.bytes().all(|byte| byte.is_ascii_digit());
    let is_range = |(from, to): (&str, &str)| {
        [from, to].iter().all(|date| date.is_empty() || is_date(date)) && !(from.is_empty() && to.is_empty())
    };
    let fits = is_date(text) || text.split_once('-').is_some_and(is_range);
    if fits { Ok(text.to_owned()) } else { Err("a date is YYYYMMDD or YYYYMMDD-YYYYMMDD".to_owned()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_and_ranges_are_those_of_the_standard() {
        for date in ["20240229", "20240101-20240131", "20240101-", "-20240131"] {
            assert_eq!(parse_date(date).as_deref(), Ok(date));
        }
        for wrong in ["2024-01-01", "today", "-", "202401", "20240101-2024"] {
            assert!(parse_date(wrong).is_err(), "{wrong}");
        }
    }
}

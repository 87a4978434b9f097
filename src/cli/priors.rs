//! `hotlight info --priors`: which studies are priors of which, and why.

use std::collections::BTreeSet;

use serde::Serialize;

use crate::app::today;
use crate::dicom::date_words;
use crate::priors::{PriorRules, Ranking, rank};
use crate::session::{differing, entry_of};
use crate::study::{Library, Study};
use crate::study_list::Entry;

use super::say;

#[derive(Serialize)]
pub(super) struct PriorsJson {
    current: String,
    picked: Vec<StudyJson>,
    /// The reader must say whether they are of the same patient.
    conflicting: Vec<StudyJson>,
    left_out: Vec<StudyJson>,
}

#[derive(Serialize)]
struct StudyJson {
    uid: String,
    date: String,
    reasons: Vec<String>,
}

/// The ranking of every study that is no earlier one of the same patient as another.
fn rankings(library: &Library, rules: &PriorRules) -> Vec<(Entry, Ranking)> {
    let studies = library.studies();
    let entries: Vec<Entry> = studies.iter().map(entry_of).collect();
    let today = today().text();
    let is_latest = |study: &&Study| !studies.iter().any(|other| study.is_prior_of(other));
    let ranking = |study: &Study| {
        let current = entry_of(study);
        let ranking = rank(&current, &entries, &BTreeSet::new(), rules, &today);
        (current, ranking)
    };
    studies.iter().filter(is_latest).map(ranking).collect()
}

pub(super) fn json(library: &Library, rules: &PriorRules) -> Vec<PriorsJson> {
    let study = |entry: &Entry, reasons: Vec<String>| StudyJson {
        uid: entry.study.uid.as_str().to_owned(),
        date: entry.study.date.clone(),
        reasons,
    };
    let rankings = rankings(library, rules).into_iter();
    let one = rankings.map(|(current, ranking)| PriorsJson {
        current: current.study.uid.as_str().to_owned(),
        picked: ranking.picked.iter().map(|it| study(&it.entry, it.reasons.clone())).collect(),
        conflicting: ranking.conflicting.iter().map(|(it, what)| study(it, vec![differing(what)])).collect(),
        left_out: ranking.left_out.iter().map(|it| study(&it.entry, vec![it.why.clone()])).collect(),
    });
    one.collect()
}

pub(super) fn print(library: &Library, rules: &PriorRules) {
    for (current, ranking) in rankings(library, rules) {
        let line = |entry: &Entry| {
            format!(
                "{} {} {}",
                date_words(&entry.study.date),
                entry.modalities.join("/"),
                entry.study.description
            )
        };
        say(&format!("priors of {} · {}", line(&current), current.study.uid));
        for (place, picked) in (1..).zip(&ranking.picked) {
            say(&format!("  {place}. {}: {}", line(&picked.entry), picked.reasons.join("; ")));
        }
        for (entry, what) in &ranking.conflicting {
            say(&format!("  ?  {}: the same Patient ID, but the {}", line(entry), differing(what)));
        }
        for left_out in &ranking.left_out {
            say(&format!("  –  {}: {}", line(&left_out.entry), left_out.why));
        }
    }
}

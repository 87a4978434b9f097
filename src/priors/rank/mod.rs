//! Which studies are priors of another, in which order, and why.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use crate::dicom::{Demographic, SamePatient, StudyUid};
use crate::study_list::Entry;

use super::facts::{Facts, places_of, words_of};
use super::rules::{Phrase, PriorRules};

/// What became of each study that was asked about.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Ranking {
    /// The priors, the best first.
    pub picked: Vec<Picked>,
    /// Studies with the patient's ID that would be worth a look, but for what contradicts: the reader must say whether they are
    /// of the same patient. By date, the newest first.
    pub conflicting: Vec<(Entry, Vec<Demographic>)>,
    /// All others, the newest first.
    pub left_out: Vec<LeftOut>,
}

/// A prior.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picked {
    /// The study.
    pub entry: Entry,
    /// How near it is to the one that is read.
    pub score: Score,
    /// Why it was picked, each a few words.
    pub reasons: Vec<String>,
}

/// A study that is no prior.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftOut {
    /// The study.
    pub entry: Entry,
    /// Why, in a few words.
    pub why: String,
}

/// How near a study is to another: compared part by part, the smaller is nearer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Score {
    /// What it shows.
    pub anatomy: Anatomy,
    /// Its modality.
    pub kinship: Kinship,
    /// Its side.
    pub side: Side,
}

/// What a study shows, compared with another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Anatomy {
    /// The same procedure.
    Procedure,
    /// The same region.
    Region,
    /// A region near it.
    Near,
    /// Nothing says what one of the two shows.
    Unsaid,
}

/// A modality compared with another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kinship {
    /// The same.
    Same,
    /// The rules compare them.
    Compatible,
    /// Another.
    Other,
}

/// A side compared with another; the other side is not compared at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Side {
    /// The same.
    Same,
    /// One of the two shows both.
    Both,
    /// One of the two does not say.
    Unsaid,
}

/// A study that may be picked.
struct Candidate<'a> {
    entry: &'a Entry,
    date: String,
    score: Score,
    reasons: Vec<String>,
    is_in_window: bool,
}

impl Candidate<'_> {
    /// Of the same region, and its pictures are compared.
    fn is_comparable(&self) -> bool {
        self.is_of_region() && self.score.kinship != Kinship::Other
    }

    fn is_of_region(&self) -> bool {
        self.score.anatomy <= Anatomy::Region
    }

    /// When it was made, for finding the newest and the oldest.
    fn when(&self) -> (&str, &str, &str) {
        (&self.date, &self.entry.study.time, self.entry.study.uid.as_str())
    }
}

/// The priors of `current` among studies of an archive, each of which stands there once, in any order. Rule Q-11.
///
/// `accepted` are studies whose contradictions the reader has said to be none. `today` is `YYYYMMDD`.
pub fn rank(
    current: &Entry,
    candidates: &[Entry],
    accepted: &BTreeSet<StudyUid>,
    rules: &PriorRules,
    today: &str,
) -> Ranking {
    let facts = Facts::of(current, rules);
    let window = window_of(current, &facts, rules);
    let mut ranking = Ranking::default();
    let mut eligible = Vec::new();
    for entry in candidates.iter().filter(|entry| entry.study.uid != current.study.uid) {
        let conflict = match current.patient.same_patient(&entry.patient) {
            _ if current.patient.is_nobody() || entry.patient.is_nobody() => {
                ranking.leave(entry, "without a Patient ID nobody can say whose it is");
                continue;
            }
            SamePatient::Different => {
                ranking.leave(entry, "of another patient");
                continue;
            }
            SamePatient::Conflict(what) if !accepted.contains(&entry.study.uid) => Some(what),
            SamePatient::Conflict(_) | SamePatient::Same => None,
        };
        match compare(current, &facts, entry, &window, rules, today) {
            Err(why) => ranking.leave(entry, &why),
            Ok(candidate) => match conflict {
                Some(what) => ranking.conflicting.push((entry.clone(), what)),
                None => eligible.push(candidate),
            },
        }
    }
    ranking.pick(eligible, rules.most, &window);
    let when =
        |entry: &Entry| Reverse((day(&entry.study.date), entry.study.time.clone(), entry.study.uid.clone()));
    ranking.conflicting.sort_by_key(|(entry, _)| when(entry));
    ranking.left_out.sort_by_key(|left_out| when(&left_out.entry));
    ranking
}

/// How far back priors of a study may lie.
struct Reach {
    /// `the 2 years of chest radiographs`
    words: String,
    /// The first day, `YYYYMMDD`.
    from: String,
}

fn window_of(current: &Entry, facts: &Facts, rules: &PriorRules) -> Reach {
    let words = words_of(&current.study.description);
    let applies = rules.windows.iter().find(|window| {
        let is_any = |of: &[String], fits: &dyn Fn(&String) -> bool| of.is_empty() || of.iter().any(fits);
        let is_said = |phrase: &Phrase| !places_of(phrase, &words).is_empty();
        is_any(&window.modalities, &|modality| facts.modalities.contains(modality))
            && is_any(&window.regions, &|region| facts.regions.contains_key(region))
            && (window.words.is_empty() || window.words.iter().any(is_said))
    });
    let years = applies.map_or(rules.years, |window| window.years);
    let of = applies.map_or_else(String::new, |window| format!(" of {}", window.name));
    let words = format!("the {years} {}{of}", if years == 1 { "year" } else { "years" });
    let from = day(&current.study.date).and_then(|day| {
        let (year, rest) = day.split_at_checked(4)?;
        Some(format!("{:04}{rest}", year.parse::<u32>().ok()?.saturating_sub(years)))
    });
    Reach { words, from: from.unwrap_or_default() }
}

/// What an entry has to do with the current study; or why nothing.
fn compare<'a>(
    current: &Entry,
    facts: &Facts,
    entry: &'a Entry,
    window: &Reach,
    rules: &PriorRules,
    today: &str,
) -> Result<Candidate<'a>, String> {
    let date = day(&entry.study.date).ok_or("it says no date")?;
    let reference = day(&current.study.date).unwrap_or_else(|| today.to_owned());
    if date.as_str() > today {
        return Err("its date lies in the future".to_owned());
    }
    if (date.as_str(), entry.study.time.as_str()) >= (reference.as_str(), current.study.time.as_str()) {
        return Err("not older than the study that is read".to_owned());
    }
    if date == reference && entry.study.time.is_empty() {
        return Err("of the same day, and it says no time".to_owned());
    }
    let other = Facts::of(entry, rules);
    let mut reasons = Vec::new();
    let anatomy = anatomy(current, facts, entry, &other, rules, &mut reasons)?;
    let kinship = kinship(facts, &other, rules, &mut reasons);
    let side = side(facts, &other, &mut reasons)?;
    match (anatomy, kinship) {
        (Anatomy::Unsaid, Kinship::Compatible | Kinship::Other) => {
            return Err("nothing says what it shows, and it is of another modality".to_owned());
        }
        (Anatomy::Near, Kinship::Other) => {
            return Err("only near the region, and of another modality".to_owned());
        }
        _ => {}
    }
    let is_in_window = date >= window.from;
    Ok(Candidate { entry, date, score: Score { anatomy, kinship, side }, reasons, is_in_window })
}

fn anatomy(
    current: &Entry,
    facts: &Facts,
    entry: &Entry,
    other: &Facts,
    rules: &PriorRules,
    reasons: &mut Vec<String>,
) -> Result<Anatomy, String> {
    if let Some(code) = current.study.procedures.iter().find(|code| entry.study.procedures.contains(code)) {
        let value = code.split_once('^').map_or(code.as_str(), |(value, _)| value);
        reasons.push(format!("the same procedure, {value}"));
        return Ok(Anatomy::Procedure);
    }
    let both = facts
        .regions
        .iter()
        .filter_map(|(region, evidence)| Some((evidence.max(other.regions.get(region)?), region)));
    if let Some((evidence, region)) = both.min() {
        reasons.push(format!("the same region, {} {}", in_words(region), evidence.words()));
        return Ok(Anatomy::Region);
    }
    let is_said = !facts.regions.is_empty() && !other.regions.is_empty();
    if is_said && (facts.is_everywhere || other.is_everywhere) {
        reasons.push("the same region, as one of the two shows the whole body".to_owned());
        return Ok(Anatomy::Region);
    }
    if !is_said {
        reasons.push("nothing says which part of the body one of the two shows".to_owned());
        return Ok(Anatomy::Unsaid);
    }
    let pairs = facts.regions.keys().flat_map(|region| other.regions.keys().map(move |near| (region, near)));
    let mut near = pairs.filter(|(region, near)| rules.is_near(region, near));
    match near.next() {
        Some((region, near)) => {
            reasons.push(format!("{}, which is near {}", in_words(near), in_words(region)));
            Ok(Anatomy::Near)
        }
        None => Err(format!(
            "it shows another part of the body: {}",
            listed(other.regions.keys().map(|it| in_words(it)))
        )),
    }
}

fn kinship(facts: &Facts, other: &Facts, rules: &PriorRules, reasons: &mut Vec<String>) -> Kinship {
    let mut same = facts.modalities.intersection(&other.modalities);
    if let Some(modality) = same.next() {
        reasons.push(format!("the same modality, {modality}"));
        return Kinship::Same;
    }
    let pairs = facts.modalities.iter().flat_map(|a| other.modalities.iter().map(move |b| (a, b)));
    let mut compatible = pairs.filter(|(a, b)| rules.is_compatible(a, b));
    if let Some((a, b)) = compatible.next() {
        reasons.push(format!("{b} is compared with {a}"));
        return Kinship::Compatible;
    }
    reasons.push(if other.modalities.is_empty() {
        "no modality is said".to_owned()
    } else {
        format!("another modality, {}", listed(other.modalities.iter().cloned()))
    });
    Kinship::Other
}

fn side(facts: &Facts, other: &Facts, reasons: &mut Vec<String>) -> Result<Side, String> {
    let words = |sides| match sides {
        (true, false) => "right",
        (false, true) => "left",
        _ => "both sides",
    };
    match (facts.sides, other.sides) {
        ((false, false), _) | (_, (false, false)) => Ok(Side::Unsaid),
        (a, b) if a == b => {
            reasons.push(format!("the same side, {}", words(a)));
            Ok(Side::Same)
        }
        ((true, true), _) | (_, (true, true)) => {
            reasons.push("one of the two shows both sides".to_owned());
            Ok(Side::Both)
        }
        (_, b) => Err(format!("it shows the other side: {}", words(b))),
    }
}

impl Ranking {
    fn leave(&mut self, entry: &Entry, why: &str) {
        self.left_out.push(LeftOut { entry: entry.clone(), why: why.to_owned() });
    }

    /// Those that are always picked, then the nearest, as long as there is room.
    fn pick(&mut self, mut eligible: Vec<Candidate<'_>>, most: usize, window: &Reach) {
        eligible.sort_by(|a, b| a.score.cmp(&b.score).then_with(|| b.when().cmp(&a.when())));
        let uid = |candidate: &Candidate<'_>| candidate.entry.study.uid.clone();
        let comparable = || eligible.iter().filter(|it| it.is_comparable());
        let of_region = || eligible.iter().filter(|it| it.is_of_region());
        let always = [
            ("the most recent to compare", comparable().max_by(|a, b| a.when().cmp(&b.when()))),
            ("the oldest to compare", comparable().min_by(|a, b| a.when().cmp(&b.when()))),
            (
                "the most recent of the region in whatever modality",
                of_region().max_by(|a, b| a.when().cmp(&b.when())),
            ),
        ];
        let always: Vec<(&str, StudyUid)> =
            always.into_iter().filter_map(|(role, candidate)| Some((role, uid(candidate?)))).collect();
        let mut chosen = BTreeSet::new();
        for (_, study) in &always {
            if chosen.len() < most {
                chosen.insert(study.clone());
            }
        }
        for candidate in eligible.iter().filter(|it| it.is_in_window && it.score.kinship != Kinship::Other) {
            if chosen.len() < most {
                chosen.insert(uid(candidate));
            }
        }
        for candidate in eligible {
            let Candidate { entry, score, mut reasons, is_in_window, .. } = candidate;
            let roles = always
                .iter()
                .filter(|(_, study)| *study == entry.study.uid)
                .map(|(role, _)| (*role).to_owned());
            if chosen.contains(&entry.study.uid) {
                reasons.extend(roles);
                reasons.push(if is_in_window {
                    format!("within {}", window.words)
                } else {
                    format!("picked though beyond {}", window.words)
                });
                self.picked.push(Picked { entry: entry.clone(), score, reasons });
            } else if !is_in_window {
                self.leave(entry, &format!("older than {}", window.words));
            } else if score.kinship == Kinship::Other {
                self.leave(entry, "another modality, and not the most recent of the region");
            } else {
                self.leave(entry, &format!("{most} nearer ones are picked"));
            }
        }
    }
}

/// A date that can be compared: eight digits; none for what is no date.
fn day(date: &str) -> Option<String> {
    let digits: String = date.chars().filter(|letter| !matches!(letter, '.' | ' ')).collect();
    (digits.len() == 8 && digits.bytes().all(|byte| byte.is_ascii_digit())).then_some(digits)
}

/// The name of a region, or what is written in its place, as words.
fn in_words(region: &str) -> String {
    region.split_once('^').map_or(region, |(value, _)| value).replace('-', " ").to_lowercase()
}

fn listed(words: impl Iterator<Item = String>) -> String {
    words.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests;

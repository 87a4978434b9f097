//! What was typed into the list, as conditions on rows and as a question to archives.

use crate::units::Phi;

use super::day::Day;
use super::entry::{Availability, Place, StudyQuestion};
use super::row::{Line, Row, Status};

/// What was typed: every condition must hold.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Filter {
    terms: Vec<Term>,
    /// What of it cannot be understood, and is left out.
    faults: Vec<&'static str>,
}

/// One condition.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Term {
    /// Some line holds it.
    Word(Phi<String>),
    /// A line holds it: small, and as it was typed.
    Line(Line, Phi<String>, Phi<String>),
    /// Any of these, or what begins so; in capitals.
    Modality(Vec<String>),
    /// Study Date from one to another, each `YYYYMMDD` or the beginning of one, or empty; both included, as numbers too.
    Dates { from: String, to: String, low: u64, high: u64 },
    /// A place whose name begins so, small.
    Place(String),
    /// A status.
    Is(Is),
}

/// A status that can be asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Is {
    Here,
    Partly,
    Away,
    Nearline,
    Offline,
    Conflict,
}

const IS: [(&str, Is); 6] = [
    ("here", Is::Here),
    ("partly", Is::Partly),
    ("away", Is::Away),
    ("nearline", Is::Nearline),
    ("offline", Is::Offline),
    ("conflict", Is::Conflict),
];

const DATE_FAULT: &str =
    "date: takes today, yesterday, week, month, 2026, 2026-11, 2026-11-20 or two dates with .. between";
const IS_FAULT: &str = "is: takes here, partly, away, nearline, offline or conflict";
const NO_TODAY: &str = "what day it is is not known yet";

impl Filter {
    /// Reads what was typed; `today` for what goes by it. Words are looked for everywhere; `name: id: acc: desc: mod: date:
    /// place: is:` say where. A condition without a value is not made yet.
    pub fn parse(text: &str, today: Option<Day>) -> Self {
        let mut filter = Self::default();
        for word in text.split_whitespace() {
            match Term::parse(word, today) {
                Ok(term) => filter.terms.extend(term),
                Err(fault) => filter.faults.push(fault),
            }
        }
        filter
    }

    /// What of it cannot be understood; in words.
    pub fn faults(&self) -> &[&'static str] {
        &self.faults
    }

    /// Whether a row is shown.
    pub(super) fn shows(&self, row: &Row) -> bool {
        self.terms.iter().all(|term| term.holds(row))
    }

    /// Whether it can only show what the other does: then nothing else need be looked at.
    pub(super) fn narrows(&self, other: &Self) -> bool {
        other.terms.iter().all(|old| self.terms.iter().any(|new| new.implies(old)))
    }

    /// Whether what is typed limits what archives are asked for, so that no days do.
    pub fn has_own_limit(&self) -> bool {
        let limits = |term: &Term| {
            matches!(term, Term::Dates { .. } | Term::Line(Line::Name | Line::Id | Line::Accession, ..))
        };
        self.terms.iter().any(limits)
    }

    /// What the store and archives are asked: what has a field of its own. Archives tell only of the last `days` days unless
    /// dates, a name or a number are said; 0 days are without limit.
    pub fn question(&self, days: u32, today: Option<Day>) -> StudyQuestion {
        let mut question = StudyQuestion::default();
        for term in &self.terms {
            match term {
                Term::Line(Line::Name, small, _) => {
                    question.name = Phi::new(format!("*{}*", small.reveal().to_uppercase()));
                }
                Term::Line(Line::Id, _, typed) => question.patient_id = typed.clone(),
                Term::Line(Line::Accession, _, typed) => question.accession = typed.clone(),
                Term::Modality(modalities) => question.modalities.clone_from(modalities),
                Term::Dates { from, to, .. } => question.dates = range(from, to),
                Term::Line(Line::Description, ..) | Term::Word(_) | Term::Place(_) | Term::Is(_) => {}
            }
        }
        if let (false, Some(today), 1..) = (self.has_own_limit(), today, days) {
            question.recent_from = today.earlier(days - 1).text();
        }
        question
    }
}

/// From the first day to the last of what may be the beginnings of dates.
fn range(from: &str, to: &str) -> String {
    let filled = |date: &str, with: &str| {
        let rest = with.get(date.len()..).unwrap_or_default();
        if date.is_empty() { String::new() } else { format!("{date}{rest}") }
    };
    // Archives compare digits: the 31st of every month will do.
    let (from, to) = (filled(from, "00000101"), filled(to, "99991231"));
    if from == to { from } else { format!("{from}-{to}") }
}

fn dates(value: &str, today: Option<Day>) -> Result<Term, &'static str> {
    let since = |days: u32, until: u32| {
        let today = today.ok_or(NO_TODAY)?;
        Ok(Term::dates(today.earlier(days).text(), today.earlier(until).text()))
    };
    match value {
        "today" => return since(0, 0),
        "yesterday" => return since(1, 1),
        "week" => return since(6, 0),
        "month" => return since(30, 0),
        _ => {}
    }
    let date = |text: &str| {
        let digits = text.replace('-', "");
        let is_date = digits.len() <= 8 && digits.bytes().all(|byte| byte.is_ascii_digit());
        is_date.then_some(digits).ok_or(DATE_FAULT)
    };
    let (from, to) = value.split_once("..").unwrap_or((value, value));
    let (from, to) = (date(from)?, date(to)?);
    if from.is_empty() && to.is_empty() { Err(DATE_FAULT) } else { Ok(Term::dates(from, to)) }
}

impl Term {
    /// Reads one word; none where a condition has no value yet.
    fn parse(word: &str, today: Option<Day>) -> Result<Option<Self>, &'static str> {
        let typed = |text: &str| Phi::new(text.to_owned());
        let small = |text: &str| Phi::new(text.to_lowercase());
        let (kind, value) = word.split_once(':').unwrap_or(("", word));
        let kind = kind.to_lowercase();
        let line = match kind.as_str() {
            "name" => Some(Line::Name),
            "id" => Some(Line::Id),
            "acc" => Some(Line::Accession),
            "desc" => Some(Line::Description),
            _ => None,
        };
        let is_known = line.is_some() || matches!(kind.as_str(), "mod" | "date" | "place" | "is");
        if is_known && value.is_empty() {
            return Ok(None);
        }
        if let Some(line) = line {
            return Ok(Some(Self::Line(line, small(value), typed(value))));
        }
        Ok(Some(match kind.as_str() {
            "mod" => {
                let any = value.split(',').filter(|one| !one.is_empty());
                Self::Modality(any.map(str::to_uppercase).collect())
            }
            "date" => dates(&value.to_lowercase(), today)?,
            "place" => Self::Place(value.to_lowercase()),
            "is" => {
                let value = value.to_lowercase();
                // The beginning of a word is as good as the whole.
                let found = IS.iter().find(|(name, _)| name.starts_with(&value));
                Self::Is(found.map(|(_, is)| *is).ok_or(IS_FAULT)?)
            }
            _ => Self::Word(small(word)),
        }))
    }

    fn dates(from: String, to: String) -> Self {
        // A study without a date is of no day.
        let low = format!("{from:0<8}").parse::<u64>().unwrap_or_default().max(1);
        let high = format!("{to:9<8}").parse().unwrap_or(u64::MAX);
        Self::Dates { from, to, low, high }
    }

    fn holds(&self, row: &Row) -> bool {
        match self {
            Self::Word(word) => row.holds(word.reveal()),
            Self::Line(line, word, _) => row.line_holds(*line, word.reveal()),
            Self::Modality(any) => any.iter().any(|start| row.has_modality(start)),
            Self::Dates { low, high, .. } => (low..=high).contains(&&(row.moment() / 1_000_000)),
            Self::Place(start) => row.held().any(|held| match &held.place {
                Place::Store => "store".starts_with(start.as_str()),
                Place::Archive(name) => name.to_lowercase().starts_with(start.as_str()),
            }),
            Self::Is(is) => match (is, row.status()) {
                (Is::Conflict, _) => !row.conflicts().is_empty(),
                (Is::Here, Status::Here)
                | (Is::Partly, Status::Partly(..))
                | (Is::Away, Status::Away(..)) => true,
                (Is::Nearline, Status::Away(_, availability)) => availability == Availability::Nearline,
                (Is::Offline, Status::Away(_, availability)) => {
                    matches!(availability, Availability::Offline | Availability::Unavailable)
                }
                _ => false,
            },
        }
    }

    /// Whether every row that this holds for is one that the other holds for.
    fn implies(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Word(new), Self::Word(old)) => new.reveal().contains(old.reveal()),
            (Self::Line(at, new, _), Self::Line(was, old, _)) => {
                at == was && new.reveal().contains(old.reveal())
            }
            (Self::Modality(new), Self::Modality(old)) => {
                new.iter().all(|new| old.iter().any(|old| new.starts_with(old)))
            }
            _ => self == other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn question(text: &str) -> String {
        let question = Filter::parse(text, Day::parse("20261128")).question(7, Day::parse("20261128"));
        let StudyQuestion { name, patient_id, accession, dates, recent_from, modalities, .. } = question;
        format!(
            "{} {} {} {dates} {} {recent_from}",
            name.reveal(),
            patient_id.reveal(),
            accession.reveal(),
            modalities.join("\\")
        )
    }

    #[test]
    fn what_has_a_field_of_its_own_is_asked_and_else_the_last_days() {
        assert_eq!(question(""), "     20261122");
        assert_eq!(question("chest"), "     20261122");
        assert_eq!(question("mod:ct,mr"), "    CT\\MR 20261122");
        assert_eq!(question("id:7a mod:ct"), " 7a   CT ");
        assert_eq!(question("acc:Ab1 name:doe"), "*DOE*  Ab1   ");
        assert_eq!(question("date:today"), "   20261128  ");
        assert_eq!(question("date:2026-02"), "   20260201-20260231  ");
        assert_eq!(question("date:2025..2026-03-01"), "   20250101-20260301  ");
        assert_eq!(question("date:2025.."), "   20250101-  ");
        assert_eq!(Filter::default().question(0, Day::parse("20261128")), StudyQuestion::default());
    }

    #[test]
    fn what_cannot_be_understood_is_told_and_left_out() {
        let faults = |text| Filter::parse(text, Day::parse("20261128")).faults().to_vec();
        assert_eq!(faults("date:soon chest"), [DATE_FAULT]);
        assert_eq!(faults("date:2026/11"), [DATE_FAULT]);
        assert_eq!(faults("is:lost"), [IS_FAULT]);
        assert_eq!(faults("date: is: mod: chest 10:30 date:2026-1"), [""; 0]);
        assert_eq!(Filter::parse("date:today", None).faults(), [NO_TODAY]);
    }

    #[test]
    fn going_on_typing_narrows_unless_a_word_becomes_another_condition() {
        let narrows = |new, old| Filter::parse(new, None).narrows(&Filter::parse(old, None));
        assert!(
            narrows("che", "ch")
                && narrows("ch x", "ch")
                && narrows("ch", "")
                && narrows("name:doe", "name:do")
        );
        assert!(!narrows("ch", "che") && !narrows("mod:", "mod") && !narrows("id:doe", "name:do"));
        assert!(!narrows("mod:ct,mr", "mod:ct"));
    }
}

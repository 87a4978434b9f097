//! What is due on a monitor, and what may be said of its calibration. Pure: who asks says what day it is.

use chrono::{DateTime, Days, FixedOffset, NaiveDate};

use super::schedule::{Done, Schedule, Task};

/// Luminances nearer than this are the same room's light, cd/m².
const AMBIENT_SLACK: f64 = 1e-6;

/// Where a task stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Due<'s> {
    /// The task.
    pub task: &'s Task,
    /// When it was last done; none where it never was.
    pub last: Option<DateTime<FixedOffset>>,
    /// Whether the monitor passed then.
    pub passed: bool,
    /// The day from which on it is due; today where it was never done.
    pub due_on: NaiveDate,
    /// Where it stands today.
    pub state: DueState,
}

/// Where a task stands on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum DueState {
    /// Done, and not due.
    Done,
    /// Due within the days that are said ahead.
    DueSoon,
    /// Due, within its grace.
    Due,
    /// Due beyond its grace.
    Overdue,
    /// Never done.
    NeverDone,
}

/// What a calibration rests on: when any of it changes, what was found before is void. Rule G-9.
#[derive(Debug, Clone, PartialEq)]
pub struct Conditions {
    /// What the monitor is known by.
    pub monitor: String,
    /// The digest of the table that Hotlight applies; none where it applies none.
    pub table: Option<String>,
    /// Who applies the GSDF, by the word of `displays.toml`; none where that is not known.
    pub owner: Option<String>,
    /// What the room's light adds, cd/m²; none where nobody says.
    pub ambient_cd_m2: Option<f64>,
}

/// What may be said of a monitor's calibration, the badge of reading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CalibrationStatus {
    /// All that is asked for was done and passed.
    Calibrated {
        /// The first day on which something must be measured again.
        until: NaiveDate,
    },
    /// A check is due today, or something must be measured soon.
    DueSoon {
        /// What.
        what: String,
        /// From when on.
        on: NaiveDate,
    },
    /// A check is overdue or was never done, or something must be measured now.
    Overdue {
        /// What.
        what: String,
        /// Since when it is due.
        since: NaiveDate,
    },
    /// What was measured is too old: not for primary diagnosis.
    Expired {
        /// What must be measured.
        what: String,
        /// Since when it is due.
        since: NaiveDate,
    },
    /// The monitor did not pass.
    Failed {
        /// Which check.
        what: String,
        /// On which day.
        on: NaiveDate,
    },
    /// Something that the calibration rests on is not as it was.
    Changed {
        /// What, a sentence.
        why: String,
    },
    /// Nobody has measured it.
    NotMeasured,
    /// It is not for first reading: nobody said so, or its use is another.
    ReviewOnly,
}

impl DueState {
    /// In words.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::DueSoon => "due soon",
            Self::Due => "due",
            Self::Overdue => "overdue",
            Self::NeverDone => "never done",
        }
    }
}

impl CalibrationStatus {
    /// Its name in JSON.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Calibrated { .. } => "calibrated",
            Self::DueSoon { .. } => "due-soon",
            Self::Overdue { .. } => "overdue",
            Self::Expired { .. } => "expired",
            Self::Failed { .. } => "failed",
            Self::Changed { .. } => "changed",
            Self::NotMeasured => "not-measured",
            Self::ReviewOnly => "review-only",
        }
    }

    /// In words, as a badge says it.
    pub fn words(&self) -> String {
        match self {
            Self::Calibrated { until } => format!("calibrated until {until}"),
            Self::DueSoon { what, on } => format!("due on {on}: {what}"),
            Self::Overdue { what, since } => format!("overdue since {since}: {what}"),
            Self::Expired { what, since } => {
                format!("calibration expired – not for primary diagnosis; due since {since}: {what}")
            }
            Self::Failed { what, on } => format!("failed on {on}: {what}"),
            Self::Changed { why } => format!("changed since it was evaluated: {why}"),
            Self::NotMeasured => "not measured".to_owned(),
            Self::ReviewOnly => "for review only".to_owned(),
        }
    }
}

impl Conditions {
    /// What is another now than it was; none where all is as it was.
    fn change(&self, now: &Self) -> Option<String> {
        if self.monitor != now.monitor {
            return Some(format!("it was another monitor, {}", self.monitor));
        }
        if self.table != now.table {
            let why = match (&self.table, &now.table) {
                (None, _) => "a table is applied, and none was",
                (_, None) => "no table is applied, and one was",
                _ => "another table is applied",
            };
            return Some(why.to_owned());
        }
        if let Some((then, now)) = self.owner.as_ref().zip(now.owner.as_ref())
            && then != now
        {
            return Some(format!("the GSDF is left to another: {now}, and was to {then}"));
        }
        let (then, now) = self.ambient_cd_m2.zip(now.ambient_cd_m2)?;
        let is_other = (then - now).abs() > AMBIENT_SLACK;
        is_other.then(|| format!("the room's light adds {now} cd/m², and added {then}"))
    }
}

/// Where each task of a schedule stands, in its order. What was done later than `now`, by a clock that was wrong, counts for
/// nothing.
pub fn due<'s>(schedule: &'s Schedule, done: &[Done], now: DateTime<FixedOffset>) -> Vec<Due<'s>> {
    let today = now.date_naive();
    let of_task = |task: &'s Task| {
        let times = done.iter().filter(|done| done.task == task.name && done.at <= now);
        let Some(last) = times.max_by_key(|done| done.at) else {
            return Due { task, last: None, passed: false, due_on: today, state: DueState::NeverDone };
        };
        let due_on = later(last.at.date_naive(), task.every_days);
        let state = if today > later(due_on, task.grace_days) {
            DueState::Overdue
        } else if today >= due_on {
            DueState::Due
        } else if later(today, task.soon_days) >= due_on {
            DueState::DueSoon
        } else {
            DueState::Done
        };
        Due { task, last: Some(last.at), passed: last.passed, due_on, state }
    };
    schedule.tasks.iter().map(of_task).collect()
}

/// What may be said of a monitor: the worst that is true. `schedule` is that of its use, none where nobody says a use;
/// `evaluated` what its last evaluation rests on, none where there is none.
pub fn status(
    schedule: Option<&Schedule>,
    done: &[Done],
    evaluated: Option<&Conditions>,
    current: &Conditions,
    now: DateTime<FixedOffset>,
) -> CalibrationStatus {
    let Some(schedule) = schedule else { return CalibrationStatus::ReviewOnly };
    let Some(evaluated) = evaluated else { return CalibrationStatus::NotMeasured };
    if let Some(why) = evaluated.change(current) {
        return CalibrationStatus::Changed { why };
    }
    let tasks = due(schedule, done, now);
    if let Some((failed, at)) = tasks.iter().find_map(|due| Some((due, due.last?)).filter(|_| !due.passed)) {
        return CalibrationStatus::Failed { what: failed.task.title.clone(), on: at.date_naive() };
    }
    let worst = |urgency: Urgency| {
        let such = tasks.iter().filter(|due| Urgency::of(due) == urgency);
        such.min_by_key(|due| due.due_on).map(|due| (words(due), due.due_on))
    };
    if let Some((what, since)) = worst(Urgency::Expired) {
        return CalibrationStatus::Expired { what, since };
    }
    if let Some((what, since)) = worst(Urgency::Overdue) {
        return CalibrationStatus::Overdue { what, since };
    }
    if let Some((what, on)) = worst(Urgency::Soon) {
        return CalibrationStatus::DueSoon { what, on };
    }
    let measured = tasks.iter().filter(|due| due.task.is_measured() && due.last.is_some());
    match measured.map(|due| due.due_on).min() {
        Some(until) if schedule.is_for_diagnosis => CalibrationStatus::Calibrated { until },
        _ => CalibrationStatus::ReviewOnly,
    }
}

/// What a task's state means for the monitor: what is measured counts for more than what is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Urgency {
    Nothing,
    Soon,
    Overdue,
    Expired,
}

impl Urgency {
    const fn of(due: &Due<'_>) -> Self {
        match (due.state, due.task.is_measured()) {
            (DueState::Done, _) | (DueState::DueSoon, false) => Self::Nothing,
            (DueState::NeverDone, _) if due.task.is_optional => Self::Nothing,
            (DueState::DueSoon, true) | (DueState::Due, false) => Self::Soon,
            (DueState::Due, true) | (DueState::Overdue, false) | (DueState::NeverDone, _) => Self::Overdue,
            (DueState::Overdue, true) => Self::Expired,
        }
    }
}

fn words(due: &Due<'_>) -> String {
    let never = if due.last.is_none() { ", never done" } else { "" };
    format!("{}{never}", due.task.title)
}

/// So many days later; the last day of the calendar where it ends before.
fn later(day: NaiveDate, days: u32) -> NaiveDate {
    day.checked_add_days(Days::new(days.into())).unwrap_or(NaiveDate::MAX)
}

#[cfg(test)]
mod tests {
    use super::super::schedule::{Act, Evidence};
    use super::*;

    fn at(text: &str) -> DateTime<FixedOffset> {
        DateTime::parse_from_rfc3339(text).expect("a time")
    }

    /// Nine o'clock of a day.
    fn nine(day: &str) -> DateTime<FixedOffset> {
        at(&format!("{day}T09:00:00+01:00"))
    }

    fn task(name: &str, is_measured: bool, every_days: u32, grace_days: u32, soon_days: u32) -> Task {
        let evidence = if is_measured {
            Evidence::Measured { quantities: Vec::new(), levels_min: 0 }
        } else {
            Evidence::Acts(vec![Act::VisualCheck])
        };
        Task {
            name: name.to_owned(),
            title: name.to_owned(),
            evidence,
            every_days,
            grace_days,
            soon_days,
            is_optional: false,
            source: "ours".to_owned(),
            is_confirmed: true,
        }
    }

    fn schedule(tasks: Vec<Task>) -> Schedule {
        Schedule { name: "diagnostic".to_owned(), title: String::new(), is_for_diagnosis: true, tasks }
    }

    fn done(task: &str, at: DateTime<FixedOffset>, passed: bool) -> Done {
        Done { task: task.to_owned(), at, passed }
    }

    #[track_caller]
    fn check(every_days: u32, last: &str, expected: &[(&str, &str, DueState)]) {
        let schedule = schedule(vec![task("a", true, every_days, 2, 1)]);
        for (today, due_on, state) in expected {
            let found = due(&schedule, &[done("a", nine(last), true)], nine(today));
            let found = found.first().map(|due| (due.due_on.to_string(), due.state));
            assert_eq!(found, Some(((*due_on).to_owned(), *state)), "{last} {today}");
        }
    }

    #[test]
    fn days_are_counted_over_ends_of_months_and_leap_years() {
        use DueState::{Done, Due, DueSoon, Overdue};
        // A leap day is a day like any other: every day, from the 28th to the 1st of March.
        check(1, "2024-02-28", &[("2024-02-28", "2024-02-29", DueSoon), ("2024-02-29", "2024-02-29", Due)]);
        check(1, "2023-02-28", &[("2023-03-01", "2023-03-01", Due)]);
        check(1, "2024-02-29", &[("2024-03-01", "2024-03-01", Due)]);
        check(1, "2100-02-28", &[("2100-03-01", "2100-03-01", Due)]);
        check(31, "2026-01-31", &[("2026-03-01", "2026-03-03", Done), ("2026-03-02", "2026-03-03", DueSoon)]);
        check(31, "2024-01-31", &[("2024-03-02", "2024-03-02", Due)]);
        check(
            91,
            "2026-11-30",
            &[
                ("2027-02-27", "2027-03-01", Done),
                ("2027-02-28", "2027-03-01", DueSoon),
                ("2027-03-01", "2027-03-01", Due),
                ("2027-03-03", "2027-03-01", Due),
                ("2027-03-04", "2027-03-01", Overdue),
            ],
        );
        check(365, "2023-12-31", &[("2024-12-29", "2024-12-30", DueSoon)]);
        check(365, "2024-02-29", &[("2025-02-28", "2025-02-28", Due)]);
    }

    #[test]
    fn the_day_is_that_of_where_the_check_was_done() {
        let schedule = schedule(vec![task("a", false, 1, 0, 0)]);
        // Late in the evening where it was done; at midnight there, it is the same day still further west.
        let evening = done("a", at("2026-11-24T23:30:00+01:00"), true);
        let state =
            |now: &str| due(&schedule, std::slice::from_ref(&evening), at(now)).first().map(|due| due.state);
        assert_eq!(state("2026-11-24T23:59:59+01:00"), Some(DueState::Done));
        assert_eq!(state("2026-11-25T00:00:00+01:00"), Some(DueState::Due));
        assert_eq!(state("2026-11-24T23:00:00+00:00"), Some(DueState::Done));
    }

    #[test]
    fn the_last_time_counts_and_what_was_done_in_the_future_does_not() {
        let schedule = schedule(vec![task("a", false, 1, 0, 0)]);
        let earlier = done("a", nine("2026-11-20"), true);
        let today = done("a", nine("2026-11-24"), false);
        let wrong_clock = done("a", nine("2031-01-01"), true);
        let found = due(&schedule, &[today, earlier, wrong_clock.clone()], nine("2026-11-24"));
        let found: Vec<_> = found.iter().map(|due| (due.last, due.passed, due.state)).collect();
        assert_eq!(found, [(Some(nine("2026-11-24")), false, DueState::Done)]);
        let found = due(&schedule, &[wrong_clock], nine("2026-11-24"));
        let found: Vec<_> = found.iter().map(|due| (due.last, due.due_on.to_string(), due.state)).collect();
        assert_eq!(found, [(None, "2026-11-24".to_owned(), DueState::NeverDone)]);
    }

    fn conditions(table: Option<&str>, ambient_cd_m2: Option<f64>) -> Conditions {
        let (monitor, table) = ("NIL-1".to_owned(), table.map(str::to_owned));
        Conditions { monitor, table, owner: None, ambient_cd_m2 }
    }

    /// A look a day, with three days of grace, and a measurement every 90 days with 30 days of grace, said 10 days ahead.
    fn two() -> Schedule {
        schedule(vec![task("look", false, 1, 3, 0), task("measure", true, 90, 30, 10)])
    }

    #[track_caller]
    fn check_status(schedule: &Schedule, done: &[Done], today: &str, expected: &str) {
        let (then, now) = (conditions(Some("t"), Some(0.25)), conditions(Some("t"), Some(0.25)));
        let found = status(Some(schedule), done, Some(&then), &now, nine(today));
        assert_eq!(found.words(), expected, "{found:?}");
    }

    #[test]
    fn the_status_is_the_worst_that_is_true() {
        let looked = |day: &str| [done("look", nine(day), true), done("measure", nine("2026-01-01"), true)];
        // Measured on the 1st of January, due again on the 1st of April.
        check_status(&two(), &looked("2026-01-01"), "2026-01-01", "calibrated until 2026-04-01");
        check_status(&two(), &looked("2026-01-01"), "2026-01-02", "due on 2026-01-02: look");
        check_status(&two(), &looked("2026-01-01"), "2026-01-05", "due on 2026-01-02: look");
        check_status(&two(), &looked("2026-01-01"), "2026-01-06", "overdue since 2026-01-02: look");
        check_status(&two(), &looked("2026-03-21"), "2026-03-21", "calibrated until 2026-04-01");
        check_status(&two(), &looked("2026-03-22"), "2026-03-22", "due on 2026-04-01: measure");
        check_status(&two(), &looked("2026-04-01"), "2026-04-01", "overdue since 2026-04-01: measure");
        check_status(&two(), &looked("2026-05-01"), "2026-05-01", "overdue since 2026-04-01: measure");
        check_status(
            &two(),
            &looked("2026-01-01"),
            "2026-05-02",
            "calibration expired – not for primary diagnosis; due since 2026-04-01: measure",
        );
    }

    #[test]
    fn nothing_that_was_left_out_or_failed_is_green() {
        let measured = done("measure", nine("2026-01-01"), true);
        let today = "2026-01-01";
        check_status(
            &two(),
            std::slice::from_ref(&measured),
            today,
            "overdue since 2026-01-01: look, never done",
        );
        let look = done("look", nine(today), true);
        check_status(
            &two(),
            std::slice::from_ref(&look),
            today,
            "overdue since 2026-01-01: measure, never done",
        );
        let failed = done("look", nine(today), false);
        check_status(&two(), &[measured.clone(), failed], today, "failed on 2026-01-01: look");
        // What is optional counts once it was done.
        let mut pair = two();
        pair.tasks.push(Task { is_optional: true, ..task("pair", true, 10, 0, 0) });
        let both = [measured, look];
        check_status(&pair, &both, today, "calibrated until 2026-04-01");
        let once = [both.as_slice(), &[done("pair", nine("2025-12-01"), true)]].concat();
        check_status(
            &pair,
            &once,
            today,
            "calibration expired – not for primary diagnosis; due since 2025-12-11: pair",
        );
        // A use that is not for diagnosis is never said to be calibrated, and what is overdue is said there too.
        let review = Schedule { is_for_diagnosis: false, ..two() };
        check_status(&review, &both, today, "for review only");
        check_status(&review, &both, "2026-01-09", "overdue since 2026-01-02: look");
        let only_looks = schedule(vec![task("look", false, 1, 3, 0)]);
        check_status(&only_looks, &both, today, "for review only");
    }

    #[test]
    fn without_a_use_it_is_for_review_and_without_an_evaluation_it_is_not_measured() {
        let (now, day) = (conditions(None, None), nine("2026-01-01"));
        let both = [done("look", day, true), done("measure", day, true)];
        assert_eq!(status(None, &both, Some(&now), &now, day), CalibrationStatus::ReviewOnly);
        assert_eq!(status(Some(&two()), &both, None, &now, day), CalibrationStatus::NotMeasured);
    }

    #[test]
    fn another_table_room_or_monitor_voids_what_was_found() {
        let day = nine("2026-01-01");
        let both = [done("look", day, true), done("measure", day, true)];
        let of =
            |then: &Conditions, now: &Conditions| status(Some(&two()), &both, Some(then), now, day).words();
        let table = |name| conditions(Some(name), Some(0.25));
        let other = Conditions { monitor: "NIL-2".to_owned(), ..table("t") };
        let left_to = |owner: &str| Conditions { owner: Some(owner.to_owned()), ..conditions(None, None) };
        for (then, now, why) in [
            (table("t"), table("u"), "another table is applied"),
            (conditions(None, None), table("t"), "a table is applied, and none was"),
            (table("t"), conditions(None, Some(0.25)), "no table is applied, and one was"),
            (table("t"), conditions(Some("t"), Some(0.5)), "the room's light adds 0.5 cd/m², and added 0.25"),
            (other, table("t"), "it was another monitor, NIL-2"),
            (left_to("panel"), left_to("none"), "the GSDF is left to another: none, and was to panel"),
        ] {
            assert_eq!(of(&then, &now), format!("changed since it was evaluated: {why}"));
        }
        for ambient in [None, Some(0.25)] {
            assert_eq!(of(&table("t"), &conditions(Some("t"), ambient)), "calibrated until 2026-04-01");
        }
    }
}

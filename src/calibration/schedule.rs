//! Which checks of a monitor are due how often, by what it is used for: `assets/display-schedules.toml`, and what a site or a
//! reader lays over it. Rule G-31.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use chrono::{DateTime, FixedOffset};

use crate::handwritten::{Origin, nearest};

use super::evaluation::{Check, Evaluation, Quantity, Verdict, worst};
use super::schedule_file::{self, ScheduleError};

/// The schedules of every installation. A test proves that the file can be read.
static SHIPPED: LazyLock<Schedules> = LazyLock::new(|| {
    let mut schedules = Schedules { by_use: BTreeMap::new() };
    drop(schedules.lay(Schedules::TEXT, &Origin::Shipped));
    schedules
});

/// All schedules, by the use of monitors.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Schedules {
    by_use: BTreeMap<String, Schedule>,
}

/// The checks of monitors of one use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Schedule {
    /// The use: `diagnostic`.
    pub name: String,
    /// The same for people.
    pub title: String,
    /// First readings are made on it.
    pub is_for_diagnosis: bool,
    /// The checks, in the order of the file.
    pub tasks: Vec<Task>,
}

/// One check that comes again and again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Task {
    /// Its name in the schedule: `response`.
    pub name: String,
    /// The same for people.
    pub title: String,
    /// What shows that it was done.
    pub evidence: Evidence,
    /// It is due again so many days after the day on which it was done.
    pub every_days: u32,
    /// It is overdue so many days after it was due.
    pub grace_days: u32,
    /// It is said so many days ahead.
    pub soon_days: u32,
    /// It is not due before it was done once.
    pub is_optional: bool,
    /// Who asks for it.
    pub source: String,
    /// Whether somebody has compared it with that text.
    pub is_confirmed: bool,
}

/// What shows that a task was done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Evidence {
    /// A record of any of these.
    Acts(Vec<Act>),
    /// An evaluation in which all of these were measured.
    Measured {
        /// The quantities.
        quantities: Vec<Quantity>,
        /// At how many levels at least.
        levels_min: u32,
    },
}

/// What people do without a photometer. Rule G-32.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Act {
    /// Looked at a pattern.
    VisualCheck,
    /// Confirmed that the room's light is as it was measured.
    RoomLight,
    /// Found what the ambient test hides.
    AmbientTest,
    /// Answered all questions of a pattern of image quality.
    ImageQuality,
}

/// A task that was done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Done {
    /// The task's name.
    pub task: String,
    /// When.
    pub at: DateTime<FixedOffset>,
    /// Whether the monitor passed.
    pub passed: bool,
}

impl Act {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::VisualCheck, Self::RoomLight, Self::AmbientTest, Self::ImageQuality];

    /// Its name in schedules and records.
    pub const fn name(self) -> &'static str {
        match self {
            Self::VisualCheck => "visual-check",
            Self::RoomLight => "room-light",
            Self::AmbientTest => "ambient-test",
            Self::ImageQuality => "image-quality",
        }
    }
}

/// Those of every installation.
impl Default for Schedules {
    fn default() -> Self {
        SHIPPED.clone()
    }
}

impl Schedules {
    /// The name of a site's or a reader's file, beside the settings.
    pub const FILE: &'static str = "display-schedules.toml";
    pub(super) const TEXT: &'static str = include_str!("../../assets/display-schedules.toml");

    /// Lays a file's text over what is there, use by use. A file with a fault changes nothing; all its faults are told.
    pub fn lay(&mut self, text: &str, origin: &Origin) -> Result<(), Vec<ScheduleError>> {
        let read = schedule_file::parse(text).map_err(|faults| {
            let error = |(at, fault)| ScheduleError { origin: origin.clone(), at, fault };
            faults.into_iter().map(error).collect::<Vec<_>>()
        })?;
        self.by_use.extend(read.into_iter().map(|schedule| (schedule.name.clone(), schedule)));
        Ok(())
    }

    /// The schedule of a use.
    pub fn get(&self, name: &str) -> Option<&Schedule> {
        self.by_use.get(name)
    }

    /// The use that was probably meant.
    pub fn nearest(&self, name: &str) -> Option<&str> {
        nearest(name, self.by_use.keys().map(String::as_str))
    }

    /// All of them, by name.
    pub fn iter(&self) -> impl Iterator<Item = &Schedule> {
        self.by_use.values()
    }
}

impl Schedule {
    /// The tasks that an act does.
    pub fn done_by_act(&self, act: Act, passed: bool, at: DateTime<FixedOffset>) -> Vec<Done> {
        let is_done = |task: &&Task| matches!(&task.evidence, Evidence::Acts(acts) if acts.contains(&act));
        self.done(is_done, passed, at)
    }

    /// The tasks that an evaluation does: those of which it has everything measured. None is passed where it found a fault; and a
    /// task of which it found a part at fault has failed, whatever else was measured. What is within limits that are not those of
    /// first reading does nothing where that is the use.
    pub fn done_by_evaluation(&self, evaluation: &Evaluation, at: DateTime<FixedOffset>) -> Vec<Done> {
        if self.asks_more_than(evaluation) {
            return Vec::new();
        }
        let levels = u32::try_from(evaluation.levels.len()).unwrap_or(u32::MAX);
        self.done_by_checks((&evaluation.checks, levels), evaluation.verdict, |_| true, at)
    }

    /// The tasks that uniform fields do which were measured by themselves, by their checks, together with what was found earlier in
    /// the response beside them, where something was: those that ask for uniform fields.
    pub fn done_by_fields(
        &self,
        checks: &[Check],
        beside: Option<&Evaluation>,
        at: DateTime<FixedOffset>,
    ) -> Vec<Done> {
        let asks = |quantities: &[Quantity]| quantities.iter().any(|quantity| quantity.is_of_fields());
        let Some(both) = beside.map(|found| found.with_fields(checks)) else {
            return self.done_by_checks((checks, 0), worst(checks), asks, at);
        };
        if self.asks_more_than(&both) {
            return Vec::new();
        }
        let levels = u32::try_from(both.levels.len()).unwrap_or(u32::MAX);
        self.done_by_checks((&both.checks, levels), both.verdict, asks, at)
    }

    /// Whether first readings are made here, and a monitor was within the limits of a shipped use in which none are: `secondary`.
    fn asks_more_than(&self, evaluation: &Evaluation) -> bool {
        let is_lesser = Schedules::get(&SHIPPED, &evaluation.profile)
            .is_some_and(|of_limits| !of_limits.is_for_diagnosis);
        self.is_for_diagnosis && is_lesser && evaluation.verdict != Verdict::Fail
    }

    /// Those of the tasks that measured quantities do which are asked for, by what they name.
    fn done_by_checks(
        &self,
        (checks, levels): (&[Check], u32),
        verdict: Verdict,
        is_asked: impl Fn(&[Quantity]) -> bool,
        at: DateTime<FixedOffset>,
    ) -> Vec<Done> {
        let is_measured = |quantity: &Quantity| {
            checks.iter().any(|check| check.quantity == *quantity && check.value.is_some())
        };
        let is_failed = |quantity: &Quantity| {
            let fails = |check: &Check| check.quantity == *quantity && check.verdict == Verdict::Fail;
            checks.iter().any(fails)
        };
        let is_done = |task: &&Task| match &task.evidence {
            Evidence::Acts(_) => false,
            Evidence::Measured { quantities, levels_min } => {
                is_asked(quantities)
                    && (quantities.iter().any(is_failed)
                        || (levels >= *levels_min && quantities.iter().all(is_measured)))
            }
        };
        let passed = matches!(verdict, Verdict::Pass | Verdict::Indicative);
        self.done(is_done, passed, at)
    }

    fn done(
        &self,
        is_done: impl FnMut(&&Task) -> bool,
        passed: bool,
        at: DateTime<FixedOffset>,
    ) -> Vec<Done> {
        let tasks = self.tasks.iter().filter(is_done);
        tasks.map(|task| Done { task: task.name.clone(), at, passed }).collect()
    }
}

impl Task {
    /// It needs a photometer.
    pub const fn is_measured(&self) -> bool {
        matches!(self.evidence, Evidence::Measured { .. })
    }
}

#[cfg(test)]
mod tests {
    use super::super::evaluation::Limit;
    use super::super::testing;
    use super::*;

    fn at(text: &str) -> DateTime<FixedOffset> {
        DateTime::parse_from_rfc3339(text).expect("a time")
    }

    fn evaluation(quantities: &[Quantity], levels: u16, verdict: Verdict) -> Evaluation {
        let check = |quantity: &Quantity| Check {
            quantity: *quantity,
            value: quantities.contains(quantity).then_some(1.0),
            limit: None,
            verdict: Verdict::Indicative,
        };
        testing::evaluation(levels, Quantity::ALL.iter().map(check).collect(), verdict)
    }

    fn names(done: &[Done]) -> Vec<&str> {
        done.iter().map(|done| done.task.as_str()).collect()
    }

    #[test]
    fn the_shipped_schedules_are_sound_and_none_of_them_claims_to_be_confirmed() {
        let mut schedules = Schedules::default();
        assert_eq!(schedules.lay(Schedules::TEXT, &Origin::Shipped), Ok(()));
        assert_eq!(schedules, Schedules::default());
        let uses: Vec<&str> = schedules.iter().map(|schedule| schedule.name.as_str()).collect();
        assert_eq!(uses, ["clinical", "diagnostic", "din", "mammography", "secondary"]);
        for schedule in schedules.iter() {
            assert!(schedule.tasks.iter().any(Task::is_measured), "{}", schedule.name);
            for task in &schedule.tasks {
                assert!(!task.is_confirmed && !task.source.is_empty(), "{} {}", schedule.name, task.name);
            }
        }
        let is_for_diagnosis = |name: &str| schedules.get(name).is_some_and(|found| found.is_for_diagnosis);
        assert!(is_for_diagnosis("mammography") && is_for_diagnosis("din") && !is_for_diagnosis("secondary"));
    }

    #[test]
    fn what_a_later_file_says_of_a_use_replaces_all_that_was_said_of_it() {
        let mut schedules = Schedules::default();
        let text = "[diagnostic]\ntitle = \"Ours\"\n[[diagnostic.task]]\nname = \"look\"\ntitle = \"Look\"\n\
                    done_by = [\"visual-check\"]\nevery_days = 7\nsource = \"ours\"\nis_confirmed = true\n";
        assert_eq!(schedules.lay(text, &Origin::Site("display-schedules.toml".into())), Ok(()));
        let ours = schedules.get("diagnostic").expect("it is there");
        assert_eq!((ours.title.as_str(), ours.tasks.len()), ("Ours", 1));
        assert_eq!(ours.tasks.first().map(|task| (task.every_days, task.grace_days)), Some((7, 0)));
        assert!(schedules.get("mammography").is_some());
        assert_eq!(schedules.nearest("diagnostik"), Some("diagnostic"));
    }

    #[test]
    fn an_evaluation_does_the_tasks_of_which_it_has_everything_measured() {
        let schedules = Schedules::default();
        let schedule = schedules.get("diagnostic").expect("it is there");
        let at = at("2026-11-24T09:20:00+01:00");
        let check = |quantities: &[Quantity], levels, expected: &[&str]| {
            let done = schedule.done_by_evaluation(&evaluation(quantities, levels, Verdict::Pass), at);
            assert_eq!(names(&done), expected, "{quantities:?} {levels}");
        };
        let ends = [Quantity::LMax, Quantity::LMin];
        let response = [Quantity::LMax, Quantity::LMin, Quantity::Ratio, Quantity::GsdfDeviation];
        check(&[], 18, &[]);
        check(&ends[..1], 18, &[]);
        check(&ends, 2, &["luminance"]);
        check(&response, 17, &["luminance"]);
        check(&response, 18, &["luminance", "response"]);
        check(&Quantity::ALL, 18, &["luminance", "response", "annual", "pair"]);
        for (verdict, passed) in
            [(Verdict::Indicative, true), (Verdict::Fail, false), (Verdict::NotMeasured, false)]
        {
            let done = schedule.done_by_evaluation(&evaluation(&ends, 2, verdict), at);
            assert!(done.iter().all(|done| done.passed == passed) && done.len() == 1, "{verdict:?}");
        }
    }

    #[test]
    fn limits_of_a_use_without_first_readings_make_no_monitor_fit_for_them() {
        let schedules = Schedules::default();
        let at = at("2026-11-24T09:20:00+01:00");
        let ends = [Quantity::LMax, Quantity::LMin];
        let done = |used_for: &str, limits: &str, verdict| {
            let found = Evaluation { profile: limits.to_owned(), ..evaluation(&ends, 2, verdict) };
            schedules.get(used_for).expect("it is there").done_by_evaluation(&found, at).len()
        };
        for limits in ["secondary", "clinical"] {
            assert_eq!(done("diagnostic", limits, Verdict::Pass), 0, "{limits}");
            assert_eq!(
                done("diagnostic", limits, Verdict::Fail),
                1,
                "{limits}: beyond these it is beyond all"
            );
        }
        for limits in ["mammography", "ours"] {
            assert_eq!(done("diagnostic", limits, Verdict::Indicative), 1, "{limits}");
        }
        let fields = evaluation(&Quantity::ALL, 18, Verdict::Pass);
        let lesser = Evaluation { profile: "secondary".to_owned(), ..fields.clone() };
        let diagnostic = schedules.get("diagnostic").expect("it is there");
        let by_fields = |beside| diagnostic.done_by_fields(&fields.checks, Some(beside), at).len();
        assert_eq!((by_fields(&fields), by_fields(&lesser)), (1, 0));
    }

    #[test]
    fn a_task_of_which_a_part_is_at_fault_has_failed_whatever_else_was_measured() {
        let schedules = Schedules::default();
        let schedule = schedules.get("diagnostic").expect("it is there");
        let mut found = evaluation(&[Quantity::UniformityMld], 0, Verdict::Fail);
        for check in found.checks.iter_mut().filter(|check| check.quantity == Quantity::UniformityMld) {
            check.verdict = Verdict::Fail;
        }
        let done = schedule.done_by_evaluation(&found, at("2026-11-24T09:20:00+01:00"));
        assert_eq!(names(&done), ["annual"]);
        assert!(done.iter().all(|done| !done.passed));
    }

    #[test]
    fn uniform_fields_by_themselves_do_the_tasks_that_ask_for_them_with_what_was_found_before() {
        let schedules = Schedules::default();
        let schedule = schedules.get("diagnostic").expect("it is there");
        let (response, fields): (Vec<Quantity>, Vec<Quantity>) =
            Quantity::ALL.into_iter().partition(|quantity| !quantity.is_of_fields());
        let of_fields = |verdict: Verdict| -> Vec<Check> {
            let checks = evaluation(&fields, 0, verdict).checks.into_iter();
            let limit = Limit { min: None, max: Some(2.0), source: String::new(), is_confirmed: false };
            checks
                .filter(|check| check.quantity.is_of_fields())
                .map(|check| Check { verdict, limit: Some(limit.clone()), ..check })
                .collect()
        };
        let found = evaluation(&response, 18, Verdict::Pass);
        let at = at("2026-11-24T09:20:00+01:00");
        let done = |verdict, beside| -> Vec<(String, bool)> {
            let done = schedule.done_by_fields(&of_fields(verdict), beside, at).into_iter();
            done.map(|done| (done.task, done.passed)).collect()
        };
        let annual = |passed| vec![("annual".to_owned(), passed)];
        assert_eq!(done(Verdict::Indicative, Some(&found)), annual(true), "and no response");
        assert_eq!(done(Verdict::Fail, Some(&found)), annual(false));
        assert_eq!(done(Verdict::Indicative, None), [], "no response was ever measured");
        assert_eq!(done(Verdict::Fail, None), annual(false), "a part of it is at fault");
    }

    #[test]
    fn an_act_does_the_tasks_that_name_it() {
        let schedules = Schedules::default();
        let schedule = schedules.get("diagnostic").expect("it is there");
        let at = at("2026-11-24T09:20:00+01:00");
        let of = |act| schedule.done_by_act(act, true, at);
        assert_eq!(names(&of(Act::VisualCheck)), ["visual"]);
        assert_eq!(names(&of(Act::ImageQuality)), ["visual", "image-quality"]);
        assert_eq!(names(&of(Act::AmbientTest)), ["room-light"]);
    }
}

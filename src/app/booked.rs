//! What the book of records says of a monitor.

use std::path::Path;

use crate::calibration::{
    Act, CalibrationStatus, Conditions, DueState, Evaluation, Evidence, Measurement, Schedule, SignalPath,
    Task, Verdict, due, status,
};
use crate::config::{Gsdf, MonitorSettings};
use crate::grayscale::{DisplayTable, GsdfOwner};
use crate::records::{
    AmbientLight, Book, Kind, Record, UniformityRecord, VisualCheck, ambient_since, conditions, done,
    fields_beside, in_light_since,
};
use crate::session::{BenchNews, BookLine, BookLines, DueLine};
use crate::units::CdPerM2;

use super::clock::local_now;
use super::luminance::read_display_system;

/// Records of a monitor that are listed.
const LINES_MAX: usize = 500;

/// Deviations that are drawn.
const HISTORY_MAX: usize = 24;

/// Opens the book of a folder; blocks as long as that takes.
pub(super) fn open_book(folder: Option<&Path>) -> Result<Book, String> {
    let folder = folder.ok_or("this system names no folder for records: displays.records can")?;
    Book::open(folder).map_err(|why| why.to_string())
}

/// What the book and the files say of a monitor; why not where there is no book, or it cannot be read.
pub(super) fn bench_news(
    book: Result<&Book, String>,
    monitor: &str,
    settings: Option<&MonitorSettings>,
    schedule: Option<&Schedule>,
) -> BenchNews {
    let current = current_conditions(monitor, settings);
    let evidence = book.and_then(|book| book.evidence(monitor).map_err(|why| format!("{why}.")));
    let (records, verified) = match evidence {
        Ok(evidence) => evidence,
        Err(why) => {
            let book = BookLines { fault: Some(why), ..BookLines::default() };
            let Conditions { table, ambient_cd_m2, .. } = current;
            return BenchNews { ambient_cd_m2, table, book, ..BenchNews::default() };
        }
    };
    let measured = |path: SignalPath| {
        records.iter().rev().filter(|record| record.what() == Some(Kind::Measured)).find_map(|record| {
            let measurement =
                record.read::<Measurement>().ok().filter(|measurement| measurement.path == path)?;
            let table = Some(&record.table).filter(|table| !table.is_empty());
            // Through another table says nothing of this one.
            let is_of_this = path == SignalPath::Around || table == current.table.as_ref();
            let fields = fields_beside(&records, record).map(|(_, beside)| beside.measurement.fields);
            is_of_this.then(|| Measurement { fields: fields.unwrap_or(measurement.fields), ..measurement })
        })
    };
    let (around, through) = (measured(SignalPath::Around), measured(SignalPath::Through));
    let measured_ambient = through.as_ref().or(around.as_ref()).and_then(|measured| measured.ambient_cd_m2);
    let tasks =
        schedule.map(|schedule| due(schedule, &done(&records, schedule), local_now())).unwrap_or_default();
    let task = |task: crate::calibration::Due<'_>| DueLine {
        words: match task.state {
            DueState::NeverDone => "never done".to_owned(),
            DueState::Overdue => format!("overdue since {}", task.due_on),
            DueState::Due => format!("due since {}", task.due_on),
            DueState::DueSoon | DueState::Done => format!("due on {}", task.due_on),
        },
        is_due: matches!(task.state, DueState::Due | DueState::Overdue | DueState::NeverDone)
            && !is_waived(&task),
        is_overdue: task.state == DueState::Overdue,
        act: act_of(task.task),
        task: task.task.title.clone(),
    };
    let mut due: Vec<DueLine> = tasks.into_iter().map(task).collect();
    due.sort_by_key(|line| (!line.is_overdue, !line.is_due));
    let evaluations = records.iter().filter(|record| record.what() == Some(Kind::Evaluated));
    let mut history: Vec<(String, f64, bool)> = evaluations
        .filter_map(|record| {
            let found = record.read::<Evaluation>().ok()?;
            let day = record.at.get(2..10).unwrap_or_default().to_owned();
            Some((day, found.gsdf_max_deviation_percent, found.verdict == Verdict::Fail))
        })
        .collect();
    history.drain(..history.len().saturating_sub(HISTORY_MAX));
    let lines = records.iter().rev().take(LINES_MAX).map(line).collect();
    BenchNews {
        ambient_cd_m2: ambient_since(&records).or(current.ambient_cd_m2).or(measured_ambient),
        table: current.table,
        around,
        through,
        interrupted: None,
        not_recorded: None,
        is_unasked: false,
        book: BookLines {
            records: lines,
            history,
            due,
            fault: verified.fault().map(|why| format!("{why}.")),
        },
    }
}

/// What does a task without a photometer: of several what a reader can do here.
fn act_of(task: &Task) -> Option<Act> {
    let Evidence::Acts(acts) = &task.evidence else { return None };
    let here = [Act::VisualCheck, Act::AmbientTest].into_iter().find(|act| acts.contains(act));
    here.or_else(|| acts.first().copied())
}

/// A task that need not be done, and never was.
fn is_waived(task: &crate::calibration::Due<'_>) -> bool {
    task.task.is_optional && task.last.is_none()
}

/// A record in a line.
fn line(record: &Record) -> BookLine {
    let at = record.at.get(..16).unwrap_or(&record.at).replace('T', " ");
    let evaluation = |found: &Evaluation| {
        format!(
            "{}, largest deviation {:.1} %, by {}",
            found.verdict.name(),
            found.gsdf_max_deviation_percent,
            found.profile
        )
    };
    let (what, is_fail) = match record.what() {
        Some(Kind::Evaluated) => match record.read::<Evaluation>() {
            Ok(found) => (evaluation(&found), found.verdict == Verdict::Fail),
            Err(_) => ("an evaluation that cannot be read".to_owned(), true),
        },
        Some(Kind::VisualCheck | Kind::AmbientTest | Kind::ImageQuality) => {
            match record.read::<VisualCheck>() {
                Ok(check) => {
                    let outcome = if check.passed { "pass" } else { "fail" };
                    (format!("{} looked at {}: {outcome}", record.operator, check.pattern), !check.passed)
                }
                Err(_) => (record.kind.clone(), false),
            }
        }
        Some(Kind::Measured) => {
            let levels = record.read::<Measurement>().map_or(0, |measured| measured.response.len());
            (format!("{} measured {levels} levels", record.operator), false)
        }
        Some(Kind::Uniformity) => {
            let found = record.read::<UniformityRecord>().ok();
            let is_fail = found
                .as_ref()
                .is_some_and(|found| found.checks.iter().any(|check| check.verdict == Verdict::Fail));
            let fields = found.map_or(0, |found| found.measurement.fields.len());
            (format!("{} measured uniformity, fields: {fields}", record.operator), is_fail)
        }
        Some(Kind::Imported) => (format!("{} read from a file what was measured", record.operator), false),
        Some(Kind::AmbientLight) => match record.read::<AmbientLight>() {
            Ok(AmbientLight { ambient_cd_m2 }) => {
                (format!("{} found that the room's light adds {ambient_cd_m2} cd/m²", record.operator), false)
            }
            Err(_) => (record.kind.clone(), false),
        },
        Some(Kind::Activated) => (format!("{} changed what it goes by", record.operator), false),
        Some(Kind::Reverted) => (format!("{} went back to what it went by", record.operator), false),
        _ => (record.kind.clone(), false),
    };
    BookLine { at, words: what, is_fail }
}

/// What is applied to a monitor now.
fn current_conditions(monitor: &str, settings: Option<&MonitorSettings>) -> Conditions {
    let table = |settings: &MonitorSettings| {
        let Gsdf::Viewer { luminance, ambient_cd_m2 } = &settings.gsdf else { return None };
        let system = read_display_system(luminance, CdPerM2(*ambient_cd_m2), settings.bits).ok()?;
        Some((DisplayTable::calibrated(&system).digest(), *ambient_cd_m2))
    };
    let (table, ambient_cd_m2) = settings.and_then(table).unzip();
    let owner = settings.map_or(GsdfOwner::Nobody, |settings| settings.gsdf.owner());
    Conditions { monitor: monitor.to_owned(), table, owner: Some(owner.name().to_owned()), ambient_cd_m2 }
}

/// What may be said of a monitor's calibration, by its records in the book of a folder; why not where that cannot be read.
pub(super) fn monitor_status(
    folder: Option<&Path>,
    monitor: &str,
    settings: Option<&MonitorSettings>,
    schedule: Option<&Schedule>,
) -> Result<CalibrationStatus, String> {
    let read = |folder: &Path| {
        let book = Book::open(folder).map_err(|why| why.to_string())?;
        Ok::<_, String>(book.evidence(monitor).map_err(|why| why.to_string())?.0)
    };
    let records = folder.map_or_else(|| Ok(Vec::new()), read)?;
    let done = schedule.map(|schedule| done(&records, schedule)).unwrap_or_default();
    let evaluated = conditions(&records);
    let current = in_light_since(current_conditions(monitor, settings), evaluated.as_ref(), &records);
    Ok(status(schedule, &done, evaluated.as_ref(), &current, local_now()))
}

#[cfg(test)]
mod tests {
    use crate::calibration::{PanelShape, Schedules, SimulatedPanel, testing};
    use crate::session::{RecordKind, RecordOrder};

    use super::super::recorded::record;
    use super::*;

    #[test]
    fn what_was_never_done_is_due_and_says_what_does_it() {
        let folder = tempfile::tempdir().expect("a folder");
        let book = Book::open(folder.path()).expect("a book");
        let schedules = Schedules::default();
        let news = bench_news(Ok(&book), "ZZM-1", None, schedules.get("diagnostic"));
        let due = |title: &str| {
            let line = news.book.due.iter().find(|line| line.task.starts_with(title)).expect(title);
            (line.act, line.is_due)
        };
        assert_eq!(due("Visual check"), (Some(Act::VisualCheck), true));
        assert_eq!(due("Room light"), (Some(Act::AmbientTest), true));
        assert_eq!(due("Image quality"), (Some(Act::ImageQuality), true));
        assert_eq!(due("Luminance response"), (None, true));
        assert_eq!(due("Match of paired monitors"), (None, false));
    }

    #[test]
    fn another_light_of_the_room_voids_what_was_found_whoever_applies_the_gsdf() {
        let folder = tempfile::tempdir().expect("a folder");
        let book = Book::open(folder.path()).expect("a book");
        let schedules = Schedules::default();
        let write = |kind| {
            let (monitor, operator) = ("ZZM-1".to_owned(), "A. Physicist".to_owned());
            let order = RecordOrder { monitor, operator, instrument: None, table: None, kind };
            record(&book, &order).expect("recorded");
        };
        let measure = |ambient| {
            let panel = SimulatedPanel::new(PanelShape::Gsdf, [1.0, 350.0], 8).characterise(18);
            let (path, ambient_cd_m2) = (SignalPath::Through, Some(ambient));
            let measurement = Box::new(Measurement { path, ambient_cd_m2, ..panel });
            let found = testing::evaluation(18, Vec::new(), Verdict::Indicative);
            let evaluation = Some(Box::new(found));
            write(RecordKind::Measured { measurement, evaluation, from_file: None });
        };
        let light =
            |ambient_cd_m2| write(RecordKind::AmbientLight { path: SignalPath::Through, ambient_cd_m2 });
        let is_changed = |gsdf| {
            let said = MonitorSettings { gsdf, ..MonitorSettings::default() };
            let schedule = schedules.get("diagnostic");
            let status = monitor_status(Some(folder.path()), "ZZM-1", Some(&said), schedule);
            matches!(status, Ok(CalibrationStatus::Changed { why }) if why.contains("light adds 0.5"))
        };
        measure(0.25);
        assert!(!is_changed(Gsdf::Panel));
        light(0.5);
        assert!([Gsdf::Panel, Gsdf::System, Gsdf::None].into_iter().all(is_changed));
        let news = bench_news(Ok(&book), "ZZM-1", None, None);
        assert_eq!(news.ambient_cd_m2, Some(0.5), "that is what is said of it after a start, too");
        assert!(news.book.records[0].words.contains("light adds 0.5"), "{:?}", news.book.records[0]);
        light(0.25);
        assert!(!is_changed(Gsdf::Panel), "it is as it was");
        light(0.5);
        measure(0.5);
        assert!(!is_changed(Gsdf::Panel), "it was measured in this light");
    }
}

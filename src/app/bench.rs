//! What the physicist's mode asks of the world: the book of records, a program that reads a photometer, and what a monitor goes by.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use crossbeam_channel::{Receiver, Sender, bounded};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::calibration::{
    CalibrationStatus, Conditions, DueState, Evaluation, Instrument, Measurement, Reading as Read, Schedule,
    Series, SignalPath, Verdict, due, status,
};
use crate::certificate::CertificateForm;
use crate::config::{Gsdf, MonitorSettings, monitor_toml, read_monitor_toml};
use crate::display::Photometer;
use crate::grayscale::{CharacteristicCurve, DisplaySystem, DisplayTable, GsdfOwner};
use crate::records::{Answer, Book, Kind, NewRecord, Record, VisualCheck, conditions, done};
use crate::session::{
    BenchNews, BookLine, BookLines, DueLine, Effect, Event, MessageKind, RecordKind, RecordOrder,
};
use crate::units::{CdPerM2, Ddl};

use super::certified::newest_certificate;
use super::clock::local_now;
use super::luminance::read_display_system;
use super::own_file;
use super::reading::Reading;
use super::settings::LiveSettings;
use super::trace::TraceEvent;

/// Answers that wait for a frame.
const NEWS_MAX: usize = 64;

/// How long a program may take to read a photometer.
const PATIENCE: Duration = Duration::from_mins(2);

/// Records of a monitor that are listed.
const LINES_MAX: usize = 500;

/// Deviations that are drawn.
const HISTORY_MAX: usize = 24;

/// What came of work that was done beside the frames.
enum News {
    Luminance(Result<Read, String>),
    Bench(String, Box<BenchNews>),
    Told(MessageKind, String),
}

/// The edge of the physicist's mode.
pub(super) struct Bench {
    news: (Sender<News>, Receiver<News>),
    /// Set for the program that reads now; each has its own.
    stops: Arc<AtomicBool>,
    state_dir: Option<PathBuf>,
}

/// A series that was interrupted, as the file keeps it.
#[derive(Serialize, Deserialize)]
struct KeptSeries {
    series: Series,
}

/// What is looked up in the book for a monitor.
struct Question {
    folder: Option<PathBuf>,
    state_dir: Option<PathBuf>,
    monitor: String,
    settings: Option<MonitorSettings>,
    schedule: Option<Schedule>,
}

impl Bench {
    pub(super) fn new(state_dir: Option<PathBuf>) -> Self {
        Self { news: bounded(NEWS_MAX), stops: Arc::default(), state_dir }
    }

    /// Takes what came since; whether something was recorded.
    pub(super) fn take_news(&self, reading: &mut Reading) -> bool {
        let mut is_recorded = false;
        while let Ok(news) = self.news.1.try_recv() {
            match news {
                News::Luminance(read) => reading.event(&Event::LuminanceRead(read)),
                News::Bench(monitor, news) => {
                    reading.event(&Event::BenchKnown { monitor, news });
                    reading.trace.note(&TraceEvent::BookRead);
                }
                News::Told(kind, text) => {
                    is_recorded |= kind == MessageKind::Note;
                    reading.session.tell(kind, text);
                }
            }
            reading.note_change();
        }
        is_recorded
    }

    /// Carries out what is for the bench; gives the rest back.
    pub(super) fn carry_out(
        &mut self,
        request: Effect,
        settings: &mut LiveSettings,
        reading: &mut Reading,
        ctx: &egui::Context,
    ) -> Option<Effect> {
        match request {
            Effect::OpenBench(monitor) => self.look_up(&self.question(monitor, settings), |_| Ok(None), ctx),
            Effect::ReadLuminance => self.read(&settings.settings().calibration.photometer, ctx),
            Effect::StopReading => self.stops.store(true, Ordering::Relaxed),
            Effect::KeepSeries { monitor, series } => {
                self.keep(&monitor, series.as_deref(), reading);
                if series.is_none() {
                    reading.trace.note(&TraceEvent::SeriesMeasured);
                }
            }
            Effect::Record(order) => {
                let question = self.question(order.monitor.clone(), settings);
                self.look_up(&question, move |book| record(book, &order), ctx);
            }
            Effect::ActivateTable { monitor, operator, instrument, measurement } => {
                let by = By { operator, instrument };
                let outcome =
                    self.activate(&monitor, by, &measurement, &mut World { settings, reading, ctx });
                tell_failure(outcome, "The table is not used", reading);
            }
            Effect::RevertTable { monitor, operator } => {
                let outcome = self.revert(&monitor, operator, &mut World { settings, reading, ctx });
                tell_failure(outcome, "The monitor stays as it is", reading);
            }
            Effect::SetGsdfOwner { monitor, operator, owner } => {
                let before = settings.displays().get(&monitor).cloned();
                let gsdf = match owner {
                    GsdfOwner::Panel => Gsdf::Panel,
                    GsdfOwner::System => Gsdf::System,
                    _ => Gsdf::None,
                };
                let then = MonitorSettings { gsdf, ..before.unwrap_or_default() };
                let by = By { operator, instrument: None };
                let outcome = self.change(
                    &monitor,
                    &then,
                    None,
                    (Kind::Activated, by, None),
                    &mut World { settings, reading, ctx },
                );
                tell_failure(outcome, "The monitor stays as it is", reading);
            }
            Effect::WriteCertificate { monitor, path } => {
                let question = self.question(monitor.clone(), settings);
                let displays = settings.displays().clone();
                let write = move |book: &Book| {
                    let certificate =
                        newest_certificate(book, &displays, &monitor).map_err(|why| why.to_string())?;
                    let form = CertificateForm::of(&path).ok_or("a certificate is a .pdf or a .json file")?;
                    let bytes = form.bytes(&certificate).map_err(|why| why.to_string())?;
                    std::fs::write(&path, bytes).map_err(|why| format!("{}: {why}", path.display()))?;
                    Ok(Some(format!("The certificate is written: {}.", path.display())))
                };
                self.look_up(&question, write, ctx);
            }
            other => return Some(other),
        }
        None
    }

    fn question(&self, monitor: String, settings: &LiveSettings) -> Question {
        let said = settings.displays().get(&monitor).cloned();
        let used_for = said.as_ref().and_then(|said| said.used_for.as_deref());
        Question {
            folder: settings.records_folder(),
            state_dir: self.state_dir.clone(),
            schedule: used_for.and_then(|name| settings.schedules().get(name)).cloned(),
            settings: said,
            monitor,
        }
    }

    /// Does something with the book beside the frames, and then tells what it says of the monitor.
    fn look_up(
        &self,
        question: &Question,
        job: impl FnOnce(&Book) -> Result<Option<String>, String> + Send + 'static,
        ctx: &egui::Context,
    ) {
        let (sender, ctx) = (self.news.0.clone(), ctx.clone());
        let Question { folder, state_dir, monitor, settings, schedule } = question;
        let (folder, state_dir, monitor) = (folder.clone(), state_dir.clone(), monitor.clone());
        let (settings, schedule) = (settings.clone(), schedule.clone());
        let work = move || {
            let open = || {
                let folder = folder.ok_or("this system names no folder for records: displays.records can")?;
                Book::open(&folder).map_err(|why| why.to_string())
            };
            let mut news = Vec::new();
            match open() {
                Ok(book) => {
                    match job(&book) {
                        Ok(told) => news.extend(told.map(|text| News::Told(MessageKind::Note, text))),
                        Err(why) => {
                            news.push(News::Told(MessageKind::Caution, format!("That did not work: {why}.")));
                        }
                    }
                    let told = bench_news(
                        &book,
                        &monitor,
                        settings.as_ref(),
                        schedule.as_ref(),
                        state_dir.as_deref(),
                    );
                    news.push(News::Bench(monitor, Box::new(told)));
                }
                Err(why) => {
                    let book = BookLines {
                        fault: Some(format!("There is no book of records: {why}.")),
                        ..BookLines::default()
                    };
                    news.push(News::Bench(monitor, Box::new(BenchNews { book, ..BenchNews::default() })));
                }
            }
            // Where nobody takes it the program ends.
            if news.into_iter().all(|news| sender.try_send(news).is_ok()) {
                ctx.request_repaint_of(egui::ViewportId::ROOT);
            }
        };
        spawn("book", work);
    }

    /// Has a program read the luminance of what is shown.
    fn read(&mut self, command: &str, ctx: &egui::Context) {
        self.stops = Arc::default();
        let (stops, sender, ctx) = (Arc::clone(&self.stops), self.news.0.clone(), ctx.clone());
        let photometer = Photometer::new(command);
        let work = move || {
            let read = photometer.and_then(|photometer| photometer.read(PATIENCE, &stops));
            let read =
                read.map(|(CdPerM2(luminance_cd_m2), chromaticity)| Read { luminance_cd_m2, chromaticity });
            if !stops.load(Ordering::Relaxed)
                && sender.try_send(News::Luminance(read.map_err(|why| why.to_string()))).is_ok()
            {
                ctx.request_repaint_of(egui::ViewportId::ROOT);
            }
        };
        spawn("photometer", work);
    }

    /// Keeps a series that is not finished, or forgets it.
    fn keep(&self, monitor: &str, series: Option<&Series>, reading: &mut Reading) {
        let Some(path) = series_file(self.state_dir.as_deref(), monitor) else { return };
        let outcome = match series {
            Some(series) => own_file::write(&path, &KeptSeries { series: series.clone() }),
            None => match std::fs::remove_file(&path) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error),
                _ => Ok(()),
            },
        };
        if let Err(why) = outcome {
            let text = format!("The series cannot be kept for later: {why}.");
            reading.session.tell(MessageKind::Caution, text);
        }
    }

    fn activate(
        &self,
        monitor: &str,
        by: By,
        measurement: &Measurement,
        World { settings, reading, ctx }: &mut World<'_>,
    ) -> Result<(), String> {
        let ambient_cd_m2 = measurement.ambient_cd_m2.ok_or("nobody said what the room's light adds")?;
        let levels =
            measurement.response.iter().map(|level| (Ddl(level.level), CdPerM2(level.luminance_cd_m2)));
        let curve = CharacteristicCurve::new(levels).map_err(|why| why.to_string())?;
        let system = DisplaySystem::new(&curve, CdPerM2(ambient_cd_m2), 8).map_err(|why| why.to_string())?;
        let table = DisplayTable::calibrated(&system).digest();
        let now = local_now();
        let rows =
            measurement.response.iter().map(|level| format!("{},{}\n", level.level, level.luminance_cd_m2));
        let text = format!(
            "# Measured around any table with Hotlight {} on {}; ambient light is not included.\nddl,luminance\n{}",
            env!("CARGO_PKG_VERSION"),
            now.format("%Y-%m-%d"),
            rows.collect::<String>()
        );
        let name = format!("{}-{}.csv", file_name(monitor), now.format("%Y%m%d-%H%M%S"));
        let before = settings.displays().get(monitor).cloned();
        let then = MonitorSettings {
            gsdf: Gsdf::Viewer { luminance: PathBuf::new(), ambient_cd_m2 },
            bits: 8,
            measured: Some(now.format("%Y%m%d").to_string()),
            ..before.unwrap_or_default()
        };
        let curve = Some((name.as_str(), text.as_str()));
        self.change(
            monitor,
            &then,
            curve,
            (Kind::Activated, by, Some(table)),
            &mut World { settings, reading, ctx },
        )
    }

    /// Goes back to what the monitor went by before the last change that was not taken back.
    fn revert(
        &self,
        monitor: &str,
        operator: String,
        World { settings, reading, ctx }: &mut World<'_>,
    ) -> Result<(), String> {
        let folder = settings.records_folder().ok_or("there is no book of records")?;
        let book = Book::open(&folder).map_err(|why| why.to_string())?;
        let (records, _) = book.evidence(monitor).map_err(|why| why.to_string())?;
        let mut changes: Vec<&Record> = Vec::new();
        for record in &records {
            match record.what() {
                Some(Kind::Activated) => changes.push(record),
                Some(Kind::Reverted) => drop(changes.pop()),
                _ => {}
            }
        }
        let last = changes.pop().ok_or("nothing that it went by before is recorded")?;
        let body: serde_json::Value = last.read().map_err(|why| why.to_string())?;
        let before = body.get("before").and_then(serde_json::Value::as_str).unwrap_or_default();
        let then = if before.is_empty() {
            MonitorSettings {
                gsdf: Gsdf::None,
                ..settings.displays().get(monitor).cloned().unwrap_or_default()
            }
        } else {
            read_monitor_toml(before, monitor).ok_or("what it went by before cannot be read")?
        };
        let table = match &then.gsdf {
            Gsdf::Viewer { luminance, ambient_cd_m2 } => {
                let system = read_display_system(luminance, CdPerM2(*ambient_cd_m2), then.bits)?;
                Some(DisplayTable::calibrated(&system).digest())
            }
            _ => None,
        };
        let by = By { operator, instrument: None };
        self.change(monitor, &then, None, (Kind::Reverted, by, table), &mut World { settings, reading, ctx })
    }

    /// Says something else of a monitor, and records it.
    fn change(
        &self,
        monitor: &str,
        then: &MonitorSettings,
        curve: Option<(&str, &str)>,
        (kind, by, table): (Kind, By, Option<String>),
        World { settings, reading, ctx }: &mut World<'_>,
    ) -> Result<(), String> {
        let before =
            settings.displays().get(monitor).map(|said| monitor_toml(monitor, said)).unwrap_or_default();
        let path = settings.save_monitor(monitor, then, curve, reading)?;
        let gsdf = then.gsdf.owner().name();
        let new = NewRecord {
            at: local_now(),
            monitor: monitor.to_owned(),
            kind,
            operator: by.operator,
            instrument: by.instrument,
            software: software(),
            table,
            body: json!({ "before": before, "gsdf": gsdf, "file": path.display().to_string() }),
        };
        let question = self.question(monitor.to_owned(), settings);
        let words = match kind {
            Kind::Reverted => "The monitor goes by what it went by before.",
            _ => "The monitor goes by this from now on: measure it through the table next.",
        };
        let job = move |book: &Book| {
            book.append(&new).map_err(|why| why.to_string())?;
            Ok(Some(words.to_owned()))
        };
        self.look_up(&question, job, ctx);
        Ok(())
    }
}

/// What a change is made in.
struct World<'a> {
    settings: &'a mut LiveSettings,
    reading: &'a mut Reading,
    ctx: &'a egui::Context,
}

/// Who did something, with what.
struct By {
    operator: String,
    instrument: Option<Instrument>,
}

fn spawn(name: &str, work: impl FnOnce() + Send + 'static) {
    if let Err(error) = std::thread::Builder::new().name(name.to_owned()).spawn(work) {
        tracing::warn!(%error, "no thread for the bench");
    }
}

fn tell_failure(outcome: Result<(), String>, what: &str, reading: &mut Reading) {
    if let Err(why) = outcome {
        reading.session.tell(MessageKind::Caution, format!("{what}: {why}."));
    }
}

fn software() -> String {
    format!("Hotlight {}", env!("CARGO_PKG_VERSION"))
}

/// A monitor's identity as a part of a file's name.
fn file_name(monitor: &str) -> String {
    let safe = |letter: char| if letter.is_ascii_alphanumeric() || letter == '-' { letter } else { '_' };
    monitor.chars().map(safe).collect()
}

fn series_file(state_dir: Option<&Path>, monitor: &str) -> Option<PathBuf> {
    Some(state_dir?.join("displays").join(format!("series-{}.toml", file_name(monitor))))
}

/// Writes what happened into the book.
fn record(book: &Book, order: &RecordOrder) -> Result<Option<String>, String> {
    let RecordOrder { monitor, operator, instrument, table, kind } = order;
    let append = |kind: Kind, body: serde_json::Value| {
        let new = NewRecord {
            at: local_now(),
            monitor: monitor.clone(),
            kind,
            operator: operator.clone(),
            instrument: instrument.clone(),
            software: software(),
            table: table.clone(),
            body,
        };
        book.append(&new).map_err(|why| why.to_string())
    };
    let json = |of: serde_json::Result<serde_json::Value>| of.map_err(|why| why.to_string());
    match kind {
        RecordKind::Measured { measurement, evaluation } => {
            append(Kind::Measured, json(serde_json::to_value(measurement))?)?;
            // What the panel shows around its table is no finding on what is read with.
            let found =
                evaluation.as_ref().filter(|_| measurement.path == SignalPath::Through || table.is_none());
            if let Some(evaluation) = found {
                append(Kind::Evaluated, json(serde_json::to_value(evaluation))?)?;
            }
        }
        RecordKind::Visual { pattern, is_passed, remarks } => {
            let answer = Answer {
                question: "Does it look as it should?".to_owned(),
                answer: remarks.clone(),
                passed: *is_passed,
            };
            let check = VisualCheck { pattern: pattern.clone(), answers: vec![answer], passed: *is_passed };
            append(Kind::VisualCheck, json(serde_json::to_value(check))?)?;
        }
    }
    Ok(Some("Recorded.".to_owned()))
}

/// What the book and the files say of a monitor.
fn bench_news(
    book: &Book,
    monitor: &str,
    settings: Option<&MonitorSettings>,
    schedule: Option<&Schedule>,
    state_dir: Option<&Path>,
) -> BenchNews {
    let kept = series_file(state_dir, monitor);
    let kept = kept.and_then(|path| {
        own_file::read::<KeptSeries>(&path, "The series that was interrupted").ok().flatten()
    });
    let interrupted = kept.map(|kept| kept.series);
    let (records, verified) = match book.evidence(monitor) {
        Ok(evidence) => evidence,
        Err(why) => {
            let book = BookLines { fault: Some(format!("{why}.")), ..BookLines::default() };
            return BenchNews { interrupted, book, ..BenchNews::default() };
        }
    };
    let current = current_conditions(monitor, settings);
    let measured = |path: SignalPath| {
        records.iter().rev().filter(|record| record.what() == Some(Kind::Measured)).find_map(|record| {
            let measurement =
                record.read::<Measurement>().ok().filter(|measurement| measurement.path == path)?;
            let table = Some(&record.table).filter(|table| !table.is_empty());
            // Through another table says nothing of this one.
            (path == SignalPath::Around || table == current.table.as_ref()).then_some(measurement)
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
            DueState::Due => "due today".to_owned(),
            DueState::DueSoon | DueState::Done => format!("due on {}", task.due_on),
        },
        is_due: matches!(task.state, DueState::Due | DueState::Overdue | DueState::NeverDone)
            && !is_waived(&task),
        is_overdue: task.state == DueState::Overdue,
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
        ambient_cd_m2: current.ambient_cd_m2.or(measured_ambient),
        around,
        through,
        interrupted,
        book: BookLines {
            records: lines,
            history,
            due,
            fault: verified.fault().map(|why| format!("{why}.")),
        },
    }
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
        Some(Kind::Activated) => (format!("{} changed what it goes by", record.operator), false),
        Some(Kind::Reverted) => (format!("{} went back to what it went by", record.operator), false),
        _ => (record.kind.clone(), false),
    };
    BookLine { at, words: what, is_fail }
}

/// What is applied to a monitor now.
pub(super) fn current_conditions(monitor: &str, settings: Option<&MonitorSettings>) -> Conditions {
    let table = |settings: &MonitorSettings| {
        let Gsdf::Viewer { luminance, ambient_cd_m2 } = &settings.gsdf else { return None };
        let system = read_display_system(luminance, CdPerM2(*ambient_cd_m2), settings.bits).ok()?;
        Some((DisplayTable::calibrated(&system).digest(), *ambient_cd_m2))
    };
    let (table, ambient_cd_m2) = settings.and_then(table).unzip();
    Conditions { monitor: monitor.to_owned(), table, ambient_cd_m2 }
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
    let current = current_conditions(monitor, settings);
    Ok(status(schedule, &done, conditions(&records).as_ref(), &current, local_now()))
}

//! What the physicist's mode asks of the world: the book of records, a program that reads a photometer, and what a monitor goes by.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use crossbeam_channel::{Receiver, Sender, bounded};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::calibration::{Instrument, Measurement, Reading as Read, Schedule, Series, SignalPath};
use crate::certificate::CertificateForm;
use crate::config::{Gsdf, MonitorSettings, monitor_toml, read_monitor_toml};
use crate::display::Photometer;
use crate::grayscale::{CharacteristicCurve, DisplaySystem, DisplayTable, GsdfOwner};
use crate::records::{Book, Kind, NewRecord, Record};
use crate::session::{BenchNews, Effect, Event, MessageKind, RecordKind, Unrecorded};
use crate::units::{CdPerM2, Ddl};

use super::booked::bench_news;
use super::certified::newest_certificate;
use super::clock::local_now;
use super::luminance::read_display_system;
use super::own_file;
use super::reading::Reading;
use super::recorded::{record, software};
use super::settings::LiveSettings;
use super::trace::TraceEvent;

/// Answers that wait for a frame.
const NEWS_MAX: usize = 64;

/// How long a program may take to read a photometer.
const PATIENCE: Duration = Duration::from_mins(2);

/// How long the program waits, when it ends, for a photometer's program to be ended and for the book to be written, ms.
const EXIT_PATIENCE_MS: u64 = 1500;

/// What came of work that was done beside the frames.
enum News {
    /// What a program read, and what is set where nobody wants that any more.
    Luminance(Arc<AtomicBool>, Result<Read, String>),
    Bench(String, Box<BenchNews>),
    Told(MessageKind, String),
}

/// The edge of the physicist's mode.
pub(super) struct Bench {
    news: (Sender<News>, Receiver<News>),
    /// Set for the program that reads now; each has its own.
    stops: Arc<AtomicBool>,
    /// Those who work beside the frames, and some who have ended.
    threads: Vec<JoinHandle<()>>,
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
    /// Of what was measured this way, that is to be recorded.
    records: Option<(SignalPath, Unrecorded)>,
}

impl Bench {
    pub(super) fn new(state_dir: Option<PathBuf>) -> Self {
        Self { news: bounded(NEWS_MAX), stops: Arc::default(), threads: Vec::new(), state_dir }
    }

    /// The program ends: a photometer's program ends with it, and what is being recorded is written first.
    pub(super) fn end(&mut self) {
        self.stops.store(true, Ordering::Relaxed);
        let mut patience_ms = EXIT_PATIENCE_MS;
        for thread in self.threads.drain(..) {
            while !thread.is_finished() && patience_ms > 0 {
                std::thread::sleep(Duration::from_millis(1));
                patience_ms -= 1;
            }
            if !thread.is_finished() {
                tracing::warn!(name = thread.thread().name(), "a thread was left to the end of the process");
            }
        }
    }

    /// Has something done beside the frames.
    fn spawn(&mut self, name: &str, work: impl FnOnce() + Send + 'static) {
        self.threads.retain(|thread| !thread.is_finished());
        match std::thread::Builder::new().name(name.to_owned()).spawn(work) {
            Ok(thread) => self.threads.push(thread),
            Err(error) => tracing::warn!(%error, "no thread for the bench"),
        }
    }

    /// Takes what came since; whether something was recorded.
    pub(super) fn take_news(&self, reading: &mut Reading) -> bool {
        let mut is_recorded = false;
        while let Ok(news) = self.news.1.try_recv() {
            match news {
                // Of a patch that is not on screen any more.
                News::Luminance(stops, _)
                    if stops.load(Ordering::Relaxed) || !Arc::ptr_eq(&stops, &self.stops) => {}
                News::Luminance(_, read) => reading.event(&Event::LuminanceRead(read)),
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
            Effect::OpenBench(monitor) => {
                let question = self.question(monitor, settings);
                self.look_up(&question, |_| Ok(None), ctx);
            }
            Effect::ReadLuminance => self.read(&settings.settings().calibration.photometer, ctx),
            Effect::StopReading => self.stops.store(true, Ordering::Relaxed),
            Effect::KeepSeries { monitor, series } => {
                self.keep(&monitor, series.as_deref(), reading);
                if series.is_none() {
                    reading.trace.note(&TraceEvent::SeriesMeasured);
                }
            }
            Effect::Record(order) => {
                let mut question = self.question(order.monitor.clone(), settings);
                question.records = match &order.kind {
                    RecordKind::Measured { measurement, .. } => Some((measurement.path, Unrecorded::All)),
                    RecordKind::Uniformity { measurement, .. } => {
                        Some((measurement.path, Unrecorded::Fields))
                    }
                    RecordKind::Visual { .. } => None,
                };
                self.look_up(&question, move |book| record(book?, &order), ctx);
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
                self.look_up(&question, move |book| write(book?), ctx);
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
            records: None,
        }
    }

    /// Does something with the book beside the frames, or with why there is none, and then tells what it says of the monitor.
    fn look_up(
        &mut self,
        question: &Question,
        job: impl FnOnce(Result<&Book, String>) -> Result<Option<String>, String> + Send + 'static,
        ctx: &egui::Context,
    ) {
        let (sender, ctx) = (self.news.0.clone(), ctx.clone());
        let Question { folder, state_dir, monitor, settings, schedule, records } = question;
        let (folder, state_dir, monitor) = (folder.clone(), state_dir.clone(), monitor.clone());
        let (settings, schedule, records) = (settings.clone(), schedule.clone(), *records);
        let work = move || {
            let open = || {
                let folder = folder.ok_or("this system names no folder for records: displays.records can")?;
                Book::open(&folder).map_err(|why| why.to_string())
            };
            let book = open();
            let outcome = job(book.as_ref().map_err(String::clone));
            let is_lost = outcome.is_err();
            let book = book.as_ref().map_err(|why| format!("There is no book of records: {why}."));
            let mut told = bench_news(book, &monitor, settings.as_ref(), schedule.as_ref());
            told.interrupted = kept_series(state_dir.as_deref(), &monitor);
            told.not_recorded = records.filter(|_| is_lost);
            let outcome = match outcome {
                Ok(words) => words.map(|words| News::Told(MessageKind::Note, words)),
                Err(why) => Some(News::Told(MessageKind::Caution, format!("That did not work: {why}."))),
            };
            let mut news = outcome.into_iter().chain([News::Bench(monitor, Box::new(told))]);
            // Where nobody takes it the program ends.
            if news.all(|news| sender.try_send(news).is_ok()) {
                ctx.request_repaint_of(egui::ViewportId::ROOT);
            }
        };
        self.spawn("book", work);
    }

    /// Has a program read the luminance of what is shown.
    fn read(&mut self, command: &str, ctx: &egui::Context) {
        self.stops.store(true, Ordering::Relaxed);
        self.stops = Arc::default();
        let (stops, sender, ctx) = (Arc::clone(&self.stops), self.news.0.clone(), ctx.clone());
        let photometer = Photometer::new(command);
        let work = move || {
            let read = photometer.and_then(|photometer| photometer.read(PATIENCE, &stops));
            let read =
                read.map(|(CdPerM2(luminance_cd_m2), chromaticity)| Read { luminance_cd_m2, chromaticity });
            if sender.try_send(News::Luminance(stops, read.map_err(|why| why.to_string()))).is_ok() {
                ctx.request_repaint_of(egui::ViewportId::ROOT);
            }
        };
        self.spawn("photometer", work);
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
        &mut self,
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
        &mut self,
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
        let now = settings.displays().get(monitor).cloned().unwrap_or_default();
        let then = taken_back(before, monitor, now)?;
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
        &mut self,
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
            book.append(&new).map_err(|why| {
                format!("the monitor goes by it, and the book of records does not say so: {why}")
            })?;
            Ok(Some(words.to_owned()))
        };
        self.look_up(&question, move |book| job(book?), ctx);
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

/// What a monitor goes by once it goes again by what was said of it before: what it is for, and what else was said since, stays.
fn taken_back(before: &str, monitor: &str, now: MonitorSettings) -> Result<MonitorSettings, String> {
    let before = if before.is_empty() {
        MonitorSettings::default()
    } else {
        read_monitor_toml(before, monitor).ok_or("what it went by before cannot be read")?
    };
    let MonitorSettings { gsdf, bits, measured, .. } = before;
    Ok(MonitorSettings { gsdf, bits, measured, ..now })
}

fn tell_failure(outcome: Result<(), String>, what: &str, reading: &mut Reading) {
    if let Err(why) = outcome {
        reading.session.tell(MessageKind::Caution, format!("{what}: {why}."));
    }
}

/// A monitor's identity as a part of a file's name.
fn file_name(monitor: &str) -> String {
    let safe = |letter: char| if letter.is_ascii_alphanumeric() || letter == '-' { letter } else { '_' };
    monitor.chars().map(safe).collect()
}

fn series_file(state_dir: Option<&Path>, monitor: &str) -> Option<PathBuf> {
    Some(state_dir?.join("displays").join(format!("series-{}.toml", file_name(monitor))))
}

/// A series of a monitor that was interrupted; what cannot be read is set aside.
fn kept_series(state_dir: Option<&Path>, monitor: &str) -> Option<Series> {
    let path = series_file(state_dir, monitor)?;
    let kept = own_file::read::<KeptSeries>(&path, "The series that was interrupted").ok().flatten()?;
    Some(kept.series)
}

#[cfg(test)]
mod tests {
    use crate::calibration::{SeriesKind, SeriesRules};
    use crate::command::Command;
    use crate::session::ScreenMonitor;

    use super::super::settings::tests::reading;
    use super::super::trace::CommandSource;
    use super::*;

    #[test]
    fn what_a_program_read_of_another_patch_is_not_taken() {
        let (bench, mut reading) = (Bench::new(None), reading());
        let monitor = ScreenMonitor { id: "ZZM-1".to_owned(), ..ScreenMonitor::default() };
        reading.session.screens[0].monitor = Ok(monitor);
        let measure = Command::parse("calibration measure response").expect("a command");
        reading.command(&measure, CommandSource::Script);
        let mut count = |stops: Arc<AtomicBool>| {
            let read = Read { luminance_cd_m2: 1.0, chromaticity: None };
            bench.news.0.send(News::Luminance(stops, Ok(read))).expect("sent");
            bench.take_news(&mut reading);
            reading.session.calibrating.running.as_ref().map(|running| running.series.progress().0)
        };
        assert_eq!(count(Arc::default()), Some(0));
        assert_eq!(count(Arc::clone(&bench.stops)), Some(1));
        bench.stops.store(true, Ordering::Relaxed);
        assert_eq!(count(Arc::clone(&bench.stops)), Some(1));
    }

    #[cfg(unix)]
    #[test]
    fn when_hotlight_ends_the_program_that_reads_a_photometer_has_ended() {
        let folder = tempfile::tempdir().expect("a folder");
        let (begun, ended) = (folder.path().join("begun"), folder.path().join("ended"));
        let mut bench = Bench::new(None);
        let text = format!("touch {}; sleep 2; touch {}; echo 5", begun.display(), ended.display());
        bench.read(&format!("sh -c '{text}'"), &egui::Context::default());
        let has_begun = (0..4000).any(|_| {
            std::thread::sleep(Duration::from_millis(5));
            begun.exists()
        });
        assert!(has_begun);
        bench.end();
        assert!(bench.threads.is_empty() && bench.stops.load(Ordering::Relaxed));
        let read = bench.news.1.try_recv().expect("it was waited for");
        assert!(matches!(read, News::Luminance(_, Err(_))), "it was stopped");
        std::thread::sleep(Duration::from_millis(2500));
        assert!(!ended.exists(), "it goes on");
    }

    #[test]
    fn a_series_that_was_interrupted_is_read_as_it_was_written() {
        let folder = tempfile::tempdir().expect("a folder");
        let (bench, mut reading) = (Bench::new(Some(folder.path().to_path_buf())), reading());
        let rules = SeriesRules { readings: 2, settle_ms: 3000 };
        let mut series =
            Series::new(SeriesKind::Response, SignalPath::Through, rules).under(Some("a".to_owned()));
        for _ in 0..3 {
            series.take(Read { luminance_cd_m2: 1.5, chromaticity: None }).expect("taken");
        }
        bench.keep("ZZM 1", Some(&series), &mut reading);
        assert_eq!(kept_series(Some(folder.path()), "ZZM 1"), Some(series));
        bench.keep("ZZM 1", None, &mut reading);
        assert_eq!(kept_series(Some(folder.path()), "ZZM 1"), None);
    }

    #[test]
    fn what_a_monitor_is_for_stays_when_its_table_is_taken_back() {
        let viewer = Gsdf::Viewer { luminance: "/a.csv".into(), ambient_cd_m2: 0.25 };
        let now = MonitorSettings {
            gsdf: viewer.clone(),
            measured: Some("20261128".to_owned()),
            used_for: Some("diagnostic".to_owned()),
            ..MonitorSettings::default()
        };
        let then = taken_back("", "A", now.clone()).expect("nothing was said");
        assert_eq!((then.gsdf, then.measured, then.used_for), (Gsdf::None, None, now.used_for.clone()));
        let before = MonitorSettings { gsdf: viewer.clone(), used_for: None, ..now.clone() };
        let panel = MonitorSettings { gsdf: Gsdf::Panel, ..now.clone() };
        let then = taken_back(&monitor_toml("A", &before), "A", panel).expect("read");
        assert_eq!((then.gsdf, then.used_for), (viewer, now.used_for));
    }

    #[test]
    fn without_a_book_what_was_to_be_recorded_is_told_and_who_only_looks_is_not() {
        let (mut bench, mut reading) = (Bench::new(None), reading());
        let ctx = egui::Context::default();
        let question = |records| Question {
            folder: None,
            state_dir: None,
            monitor: "ZZM-1".to_owned(),
            settings: None,
            schedule: None,
            records,
        };
        let mut told = |question: &Question, is_look: bool| {
            let before = reading.session.messages.len();
            bench.look_up(question, move |book| if is_look { Ok(None) } else { book.map(|_| None) }, &ctx);
            while reading.session.calibrating.benches.remove("ZZM-1").is_none() {
                let news = bench.news.1.recv_timeout(Duration::from_secs(20)).expect("news");
                bench.news.0.send(news).expect("sent back");
                bench.take_news(&mut reading);
            }
            reading.session.messages.len() - before
        };
        assert_eq!(told(&question(None), true), 0);
        assert_eq!(told(&question(Some((SignalPath::Through, Unrecorded::All))), false), 1);
    }
}

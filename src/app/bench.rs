//! What the physicist's mode asks of the world: the book of records, a program that reads a photometer, and what a monitor goes by.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use crossbeam_channel::{Receiver, Sender, bounded};

use crate::calibration::{MeasuredFile, Reading as Read, Schedule, Series, SignalPath};
use crate::certificate::CertificateForm;
use crate::config::{Gsdf, MonitorSettings};
use crate::display::Photometer;
use crate::grayscale::GsdfOwner;
use crate::records::{Book, Kind};
use crate::session::{
    BenchNews, BookLines, Effect, Event, MessageKind, QualityTrend, RecordKind, Unrecorded,
};
use crate::units::CdPerM2;

use super::book_thread::BookThread;
use super::booked::{bench_news, open_book};
use super::certified::newest_certificate;
use super::goes_by::{Before, Change, Made, NewTable};
use super::kept_series::{file_name, keep_series, kept_series};
use super::luminance::read_measured;
use super::quality_book::quality_lines;
use super::reading::Reading;
use super::recorded::record;
use super::services::wait_for;
use super::settings::LiveSettings;
use super::trace::TraceEvent;

/// Answers that wait for a frame: as many as come of all the questions that may wait.
const NEWS_MAX: usize = 128;

/// How long a program may take to read a photometer.
const PATIENCE: Duration = Duration::from_mins(2);

const NO_ANSWER: &str =
    "The book of records does not answer, and too much waits for it: nothing is recorded.";

/// What came of work that was done beside the frames.
enum News {
    /// What a program read, and what is set where nobody wants that any more.
    Luminance(Arc<AtomicBool>, Result<Read, String>),
    Bench(String, Box<BenchNews>),
    Told(MessageKind, String),
    /// What a file says that was measured elsewhere on a monitor.
    Measured(String, Result<Box<MeasuredFile>, String>),
    Quality(Vec<QualityTrend>, Option<String>),
    /// What a monitor went by before its last change, which this operator takes back.
    Before {
        monitor: String,
        operator: String,
        before: Box<Before>,
    },
    /// A file says something else of a monitor from now on.
    Made(String, Made),
    /// A change of what a monitor goes by is in the book, or will not be.
    Changed(String),
}

/// The edge of the physicist's mode.
pub(super) struct Bench {
    news: (Sender<News>, Receiver<News>),
    /// Set for the program that reads now; each has its own.
    stops: Arc<AtomicBool>,
    /// Those who work beside the frames, and some who have ended.
    threads: Vec<JoinHandle<()>>,
    book: BookThread,
    /// Monitors of which a change is not in the book yet: what they went by before it is not known till then.
    changing: BTreeSet<String>,
    state_dir: Option<PathBuf>,
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
    /// A change of what the monitor goes by is to be recorded.
    is_change: bool,
}

impl Bench {
    pub(super) fn new(state_dir: Option<PathBuf>) -> Self {
        Self {
            news: bounded(NEWS_MAX),
            stops: Arc::default(),
            threads: Vec::new(),
            book: BookThread::default(),
            changing: BTreeSet::new(),
            state_dir,
        }
    }

    /// The program ends: a photometer's program ends with it, and what is being recorded is written first.
    pub(super) fn end(&mut self) {
        self.stops.store(true, Ordering::Relaxed);
        wait_for(self.threads.drain(..).chain(self.book.end()), || self.book.exit_patience());
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
    pub(super) fn take_news(
        &mut self,
        settings: &mut LiveSettings,
        reading: &mut Reading,
        ctx: &egui::Context,
    ) -> bool {
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
                News::Measured(monitor, read) => reading.event(&Event::MeasuredRead { monitor, read }),
                News::Quality(trends, fault) => reading.event(&Event::QualityKnown(trends, fault)),
                News::Told(kind, text) => {
                    is_recorded |= kind == MessageKind::Note;
                    reading.session.tell(kind, text);
                }
                News::Before { monitor, operator, before } => {
                    let now = settings.displays().get(&monitor).cloned().unwrap_or_default();
                    let then = before.again(now);
                    let (kind, table) = (Kind::Reverted, before.table);
                    let change =
                        Change { monitor, then, curve: None, kind, operator, instrument: None, table };
                    self.change(change, settings, ctx);
                }
                News::Made(monitor, Made { file, recorded }) => {
                    settings.take_saved(&file, reading);
                    let question = Question { is_change: true, ..self.question(monitor, settings) };
                    self.look_up(question, move |_| recorded.map(Some), ctx);
                }
                News::Changed(monitor) => {
                    self.changing.remove(&monitor);
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
                self.look_up(question, |_| Ok(None), ctx);
            }
            Effect::FindDue(monitor) => {
                let question = self.question(monitor, settings);
                // Where nobody says what a monitor is used for, nothing falls due.
                if question.schedule.is_some() {
                    self.look_up(question, |_| Ok(None), ctx);
                }
            }
            Effect::FindQuality => {
                let folder = settings.records_folder();
                let look = move || {
                    let book = open_book(folder.as_deref());
                    let book = book.as_ref().map_err(|why| format!("There is no book of records: {why}."));
                    let (trends, fault) = quality_lines(book);
                    vec![News::Quality(trends, fault)]
                };
                // Where it is not asked, that is told.
                let _is_asked = self.ask(look, ctx);
            }
            Effect::ReadLuminance => self.read(&settings.settings().calibration.photometer, ctx),
            Effect::ReadMeasured { monitor, path } => {
                let read = move || vec![News::Measured(monitor, read_measured(path.reveal()).map(Box::new))];
                let _is_asked = self.ask(read, ctx);
            }
            Effect::StopReading => self.stops.store(true, Ordering::Relaxed),
            Effect::KeepSeries { monitor, series } => {
                if series.is_none() {
                    reading.trace.note(&TraceEvent::SeriesMeasured);
                }
                self.keep(monitor, series, ctx);
            }
            Effect::Record(order) => {
                let mut question = self.question(order.monitor.clone(), settings);
                question.records = match &order.kind {
                    RecordKind::Measured { measurement: of, .. } => Some((of.path, Unrecorded::All)),
                    RecordKind::Uniformity { measurement: of, .. } => Some((of.path, Unrecorded::Fields)),
                    RecordKind::AmbientLight { path, .. } => Some((*path, Unrecorded::Light)),
                    RecordKind::Visual { .. } | RecordKind::AmbientTest(_) => None,
                };
                let writing = self.book.writing();
                let write = move |book: Result<&Book, String>| {
                    let outcome = record(book?, &order);
                    drop(writing);
                    outcome
                };
                self.look_up(question, write, ctx);
            }
            Effect::ActivateTable { monitor, .. }
            | Effect::RevertTable { monitor, .. }
            | Effect::SetGsdfOwner { monitor, .. }
                if self.changing.contains(&monitor) =>
            {
                let text = "The monitor stays as it is: its last change is not in the book of records yet. Try again.";
                reading.session.tell(MessageKind::Note, text);
            }
            Effect::ActivateTable { monitor, operator, instrument, measurement, from_file } => {
                let before = settings.displays().get(&monitor).cloned();
                match NewTable::of(&measurement, from_file.as_deref(), &file_name(&monitor), before) {
                    Ok(NewTable { then, curve, table }) => {
                        let (curve, kind, table) = (Some(curve), Kind::Activated, Some(table));
                        let change = Change { monitor, then, curve, kind, operator, instrument, table };
                        self.change(change, settings, ctx);
                    }
                    Err(why) => {
                        let text = format!("The table is not used: {why}.");
                        reading.session.tell(MessageKind::Caution, text);
                    }
                }
            }
            Effect::RevertTable { monitor, operator } => self.take_back(monitor, operator, settings, ctx),
            Effect::SetGsdfOwner { monitor, operator, owner } => {
                let before = settings.displays().get(&monitor).cloned();
                let gsdf = match owner {
                    GsdfOwner::Panel => Gsdf::Panel,
                    GsdfOwner::System => Gsdf::System,
                    _ => Gsdf::None,
                };
                let then = MonitorSettings { gsdf, ..before.unwrap_or_default() };
                let (curve, kind, instrument, table) = (None, Kind::Activated, None, None);
                let change = Change { monitor, then, curve, kind, operator, instrument, table };
                self.change(change, settings, ctx);
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
                self.look_up(question, move |book| write(book?), ctx);
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
            is_change: false,
        }
    }

    /// Has a job done on the thread of the book, and what came of it told here; `false` where it will not be.
    fn ask(&mut self, job: impl FnOnce() -> Vec<News> + Send + 'static, ctx: &egui::Context) -> bool {
        let (sender, ctx) = (self.news.0.clone(), ctx.clone());
        let is_asked = self.book.ask(move || {
            // Where nobody takes it the program ends.
            if job().into_iter().all(|news| sender.try_send(news).is_ok()) {
                ctx.request_repaint_of(egui::ViewportId::ROOT);
            }
        });
        if !is_asked {
            drop(self.news.0.try_send(News::Told(MessageKind::Caution, NO_ANSWER.to_owned())));
        }
        is_asked
    }

    /// Does something with the book beside the frames, or with why there is none, and then tells what it says of the monitor.
    fn look_up(
        &mut self,
        question: Question,
        job: impl FnOnce(Result<&Book, String>) -> Result<Option<String>, String> + Send + 'static,
        ctx: &egui::Context,
    ) {
        let asked = question.monitor.clone();
        let Question { folder, state_dir, monitor, settings, schedule, records, is_change } = question;
        let work = move || {
            let book = open_book(folder.as_deref());
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
            let changed = is_change.then(|| News::Changed(monitor.clone()));
            let bench = News::Bench(monitor, Box::new(told));
            outcome.into_iter().chain([bench]).chain(changed).collect::<Vec<News>>()
        };
        if !self.ask(work, ctx) {
            self.changing.retain(|of| !is_change || *of != asked);
            let book = BookLines { fault: Some(NO_ANSWER.to_owned()), ..BookLines::default() };
            let news = BenchNews { not_recorded: records, book, is_unasked: true, ..BenchNews::default() };
            drop(self.news.0.try_send(News::Bench(asked, Box::new(news))));
        }
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

    /// Has looked up what the monitor went by before its last change; it goes by that again when it is known.
    fn take_back(&mut self, monitor: String, operator: String, settings: &LiveSettings, ctx: &egui::Context) {
        self.changing.insert(monitor.clone());
        let (folder, asked) = (settings.records_folder(), monitor.clone());
        let work = move || {
            let book = open_book(folder.as_deref());
            match book.and_then(|book| Before::of(&book, &monitor)) {
                Ok(before) => vec![News::Before { monitor, operator, before: Box::new(before) }],
                Err(why) => {
                    let text = format!("The monitor stays as it is: {why}.");
                    vec![News::Told(MessageKind::Caution, text), News::Changed(monitor)]
                }
            }
        };
        if !self.ask(work, ctx) {
            self.changing.remove(&asked);
        }
    }

    /// Has something else said of a monitor and recorded, after all that was asked of the book; it applies when both are done.
    fn change(&mut self, change: Change, settings: &LiveSettings, ctx: &egui::Context) {
        let (monitor, asked) = (change.monitor.clone(), change.monitor.clone());
        self.changing.insert(monitor.clone());
        let (sources, displays) = (settings.sources().clone(), settings.displays().clone());
        let (folder, writing) = (settings.records_folder(), self.book.writing());
        let work = move || {
            let made = change.make(&sources, &displays, folder.as_deref());
            drop(writing);
            match made {
                Ok(made) => vec![News::Made(monitor, made)],
                Err(why) => {
                    let text = format!("The monitor stays as it is: {why}.");
                    vec![News::Told(MessageKind::Caution, text), News::Changed(monitor)]
                }
            }
        };
        if !self.ask(work, ctx) {
            self.changing.remove(&asked);
        }
    }

    /// Has a series that is not finished kept, or forgotten: what is asked after it finds it so.
    fn keep(&mut self, monitor: String, series: Option<Box<Series>>, ctx: &egui::Context) {
        let (state_dir, writing) = (self.state_dir.clone(), self.book.writing());
        let work = move || {
            let kept = keep_series(state_dir.as_deref(), &monitor, series.as_deref());
            drop(writing);
            let told = |why: std::io::Error| {
                News::Told(MessageKind::Caution, format!("The series cannot be kept for later: {why}."))
            };
            kept.err().map(told).into_iter().collect::<Vec<News>>()
        };
        // Where it is not, that is told.
        let _is_asked = self.ask(work, ctx);
    }
}

#[cfg(test)]
mod tests {
    use crate::calibration::{SeriesKind, SeriesRules};
    use crate::command::Command;
    use crate::config::{Config, Sources};
    use crate::session::ScreenMonitor;

    use super::super::settings::tests::reading;
    use super::super::trace::CommandSource;
    use super::*;

    const MONITOR: &str = "ZZM-1";

    /// The settings of a site that keeps its book below a folder.
    fn live(folder: &std::path::Path) -> LiveSettings {
        let text = format!("[displays]\nrecords = '{}'\n", folder.join("records").display());
        std::fs::write(folder.join("config.toml"), text).expect("written");
        let sources = Sources { site_dir: Some(folder.to_path_buf()), ..Sources::default() };
        let config = Config::load(&sources).expect("no fault");
        LiveSettings::new(sources, config)
    }

    /// The disk of the book does not answer until the gate is dropped.
    fn hold(bench: &mut Bench) -> Sender<()> {
        let (gate, closed) = bounded::<()>(0);
        assert!(bench.book.ask(move || assert!(closed.recv().is_err(), "nothing is sent")));
        gate
    }

    #[test]
    fn no_frame_waits_for_the_book_and_a_change_waits_for_the_one_before() {
        let folder = tempfile::tempdir().expect("a folder");
        let (mut settings, mut reading) = (live(folder.path()), reading());
        let (mut bench, ctx) = (Bench::new(None), egui::Context::default());
        let gsdf = |settings: &LiveSettings| settings.displays().get(MONITOR).map(|said| said.gsdf.clone());
        let told = |reading: &Reading| {
            reading.session.messages.last().map(|message| message.text.clone()).unwrap_or_default()
        };
        let records = || {
            let book = Book::open(&folder.path().join("records")).expect("a book");
            book.evidence(MONITOR).expect("readable").0.len()
        };
        let settle = |bench: &mut Bench, settings: &mut LiveSettings, reading: &mut Reading| {
            let is_settled = (0..4000).any(|_| {
                std::thread::sleep(Duration::from_millis(5));
                bench.take_news(settings, reading, &ctx);
                bench.changing.is_empty()
            });
            assert!(is_settled, "the book never answers");
        };
        let (monitor, operator) = (MONITOR.to_owned(), "A. Physicist".to_owned());
        let revert = Effect::RevertTable { monitor: monitor.clone(), operator: operator.clone() };
        let owner = Effect::SetGsdfOwner { monitor, operator, owner: GsdfOwner::Panel };

        let gate = hold(&mut bench);
        assert_eq!(bench.carry_out(owner, &mut settings, &mut reading, &ctx), None);
        assert_eq!((gsdf(&settings), records()), (None, 0), "no frame writes it");
        assert_eq!(bench.carry_out(revert.clone(), &mut settings, &mut reading, &ctx), None);
        assert!(told(&reading).contains("not in the book of records yet"), "{}", told(&reading));
        drop(gate);
        settle(&mut bench, &mut settings, &mut reading);
        assert_eq!((gsdf(&settings), records()), (Some(Gsdf::Panel), 1));

        let gate = hold(&mut bench);
        assert_eq!(bench.carry_out(revert.clone(), &mut settings, &mut reading, &ctx), None);
        assert_eq!(gsdf(&settings), Some(Gsdf::Panel), "what was before is not known yet");
        drop(gate);
        settle(&mut bench, &mut settings, &mut reading);
        assert_eq!((gsdf(&settings), records()), (Some(Gsdf::None), 2));
        assert!(told(&reading).contains("what it went by before"), "{}", told(&reading));

        assert_eq!(bench.carry_out(revert, &mut settings, &mut reading, &ctx), None);
        settle(&mut bench, &mut settings, &mut reading);
        assert!(told(&reading).contains("stays as it is: nothing"), "{}", told(&reading));
        assert_eq!(records(), 2);
    }

    #[test]
    fn what_is_being_recorded_when_hotlight_ends_is_written_first() {
        let folder = tempfile::tempdir().expect("a folder");
        let (mut settings, mut reading) = (live(folder.path()), reading());
        let state_dir = folder.path().join("state");
        let (mut bench, ctx) = (Bench::new(Some(state_dir.clone())), egui::Context::default());
        let (monitor, operator) = (MONITOR.to_owned(), "A. Physicist".to_owned());
        let owner = Effect::SetGsdfOwner { monitor, operator, owner: GsdfOwner::System };
        let rules = SeriesRules { readings: 1, settle_ms: 0 };
        let mut series = Series::new(SeriesKind::Response, SignalPath::Around, rules);
        series.take(Read { luminance_cd_m2: 0.5, chromaticity: None }).expect("taken");
        let kept = Some(Box::new(series.clone()));
        let keep = Effect::KeepSeries { monitor: MONITOR.to_owned(), series: kept };
        // Another station holds the book.
        let gate = hold(&mut bench);
        std::thread::scope(|scope| {
            scope.spawn(move || {
                std::thread::sleep(Duration::from_secs(3));
                drop(gate);
            });
            for effect in [Effect::FindQuality, owner, keep] {
                assert_eq!(bench.carry_out(effect, &mut settings, &mut reading, &ctx), None);
            }
            assert_eq!(kept_series(Some(&state_dir), MONITOR), None, "no frame writes it");
            bench.end();
        });
        assert_eq!(kept_series(Some(&state_dir), MONITOR), Some(series));
        bench.take_news(&mut settings, &mut reading, &ctx);
        assert_eq!(reading.session.calibrating.quality, Some((Vec::new(), None)));
        let book = Book::open(&folder.path().join("records")).expect("a book");
        assert_eq!(book.evidence(MONITOR).expect("readable").0.len(), 1);
    }

    #[test]
    fn what_a_program_read_of_another_patch_is_not_taken() {
        let folder = tempfile::tempdir().expect("a folder");
        let (mut settings, ctx) = (live(folder.path()), egui::Context::default());
        let (mut bench, mut reading) = (Bench::new(None), reading());
        let monitor = ScreenMonitor { id: MONITOR.to_owned(), ..ScreenMonitor::default() };
        reading.session.screens[0].monitor = Ok(monitor);
        let measure = Command::parse("calibration measure response").expect("a command");
        reading.command(&measure, CommandSource::Script);
        let mut count = |bench: &mut Bench, stops: Arc<AtomicBool>| {
            let read = Read { luminance_cd_m2: 1.0, chromaticity: None };
            bench.news.0.send(News::Luminance(stops, Ok(read))).expect("sent");
            bench.take_news(&mut settings, &mut reading, &ctx);
            reading.session.calibrating.running.as_ref().map(|running| running.series.progress().0)
        };
        let stops = Arc::clone(&bench.stops);
        assert_eq!(count(&mut bench, Arc::default()), Some(0));
        assert_eq!(count(&mut bench, Arc::clone(&stops)), Some(1));
        stops.store(true, Ordering::Relaxed);
        assert_eq!(count(&mut bench, stops), Some(1));
    }

    #[cfg(unix)]
    #[test]
    fn when_hotlight_ends_the_program_that_reads_a_photometer_has_ended() {
        let folder = tempfile::tempdir().expect("a folder");
        let (begun, ended) = (folder.path().join("begun"), folder.path().join("ended"));
        let mut bench = Bench::new(None);
        let text = format!("touch {}; sleep 8; touch {}; echo 5", begun.display(), ended.display());
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
        std::thread::sleep(Duration::from_millis(8500));
        assert!(!ended.exists(), "it goes on");
    }

    #[test]
    fn without_a_book_what_was_to_be_recorded_is_told_and_who_only_looks_is_not() {
        let folder = tempfile::tempdir().expect("a folder");
        let (mut settings, ctx) = (live(folder.path()), egui::Context::default());
        let (mut bench, mut reading) = (Bench::new(None), reading());
        let question = |records| Question {
            folder: None,
            state_dir: None,
            monitor: MONITOR.to_owned(),
            settings: None,
            schedule: None,
            records,
            is_change: false,
        };
        let mut told = |question: Question, is_look: bool| {
            let before = reading.session.messages.len();
            bench.look_up(question, move |book| if is_look { Ok(None) } else { book.map(|_| None) }, &ctx);
            while reading.session.calibrating.benches.remove(MONITOR).is_none() {
                let news = bench.news.1.recv_timeout(Duration::from_mins(2)).expect("news");
                bench.news.0.send(news).expect("sent back");
                bench.take_news(&mut settings, &mut reading, &ctx);
            }
            reading.session.messages.len() - before
        };
        assert_eq!(told(question(None), true), 0);
        assert_eq!(told(question(Some((SignalPath::Through, Unrecorded::All))), false), 1);
    }
}

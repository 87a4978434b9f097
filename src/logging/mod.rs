//! Log files: one a day, none larger than a bound, none older than the site wants, nothing on standard output, and no patient in them.
//!
//! What identifies a patient is `units::Phi` and prints as a mark. Crates that know nothing of it are heard from `warn` up
//! only. Unique identifiers are replaced in every line when the site asks for it.

mod daily;
mod redact;

use std::io::Write;
use std::path::{Path, PathBuf};

use tracing::Subscriber;
use tracing::level_filters::LevelFilter;
use tracing_appender::non_blocking::{ErrorCounter, NonBlocking, NonBlockingBuilder, WorkerGuard};
use tracing_appender::rolling::{InitError, RollingFileAppender, Rotation};
use tracing_subscriber::filter::Targets;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::{SubscriberInitExt as _, TryInitError};

use crate::private::make_folder;

pub use redact::{hash_uid, hash_uids};

use daily::{DAY_BYTES_MAX, Daily};

/// The name of the file; the day is added to it.
const FILE_NAME: &str = "hotlight.log";

/// Lines that wait to be written; what comes when it is full is dropped and counted.
const WAITING_LINES_MAX: usize = 8_192;

/// How the log is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogSettings {
    /// The least serious thing that is logged.
    pub level: LevelFilter,
    /// Where the files lie; with none, nothing is logged.
    pub dir: Option<PathBuf>,
    /// How many days a file is kept.
    pub keep_days: u32,
    /// Unique identifiers are replaced by a short mark.
    pub hash_uids: bool,
}

/// Why there is no log.
#[derive(Debug, thiserror::Error)]
pub enum LogError {
    /// Its folder cannot be made.
    #[error("the folder of the log cannot be made: {error}: {}", .dir.display())]
    Folder {
        /// The folder.
        dir: PathBuf,
        /// Why.
        error: std::io::Error,
    },
    /// Its file cannot be opened.
    #[error("the log cannot be opened: {error}: {}", .dir.display())]
    File {
        /// The folder.
        dir: PathBuf,
        /// Why.
        error: InitError,
    },
    /// A log was set up before.
    #[error("the log is set up already: {0}")]
    Already(#[from] TryInitError),
}

/// Writes what still waits when it is dropped: keep it to the end of the program.
#[must_use = "the log ends when this is dropped"]
#[derive(Debug)]
pub struct Guard {
    writer: Option<(WorkerGuard, ErrorCounter)>,
}

impl Guard {
    /// How many lines were dropped because the disk was too slow.
    pub fn dropped_lines(&self) -> usize {
        self.writer.as_ref().map_or(0, |(_, dropped)| dropped.dropped_lines())
    }
}

/// Sets up the log of this program, once.
pub fn init(settings: &LogSettings) -> Result<Guard, LogError> {
    let dir = settings.dir.as_deref().filter(|_| settings.level != LevelFilter::OFF);
    let Some(dir) = dir else { return Ok(Guard { writer: None }) };
    let (subscriber, guard) = subscriber(settings, dir)?;
    subscriber.try_init()?;
    Ok(guard)
}

fn subscriber(
    settings: &LogSettings,
    dir: &Path,
) -> Result<(impl Subscriber + Send + Sync + use<>, Guard), LogError> {
    let (writer, worker) = writer(dir, settings.keep_days)?;
    let guard = Guard { writer: Some((worker, writer.error_counter())) };
    let lines = Lines { writer, hash_uids: settings.hash_uids };
    let format = tracing_subscriber::fmt::layer().with_ansi(false).with_writer(lines);
    Ok((tracing_subscriber::registry().with(targets(settings.level)).with(format), guard))
}

/// Our own code at the level asked for; any other crate, which may print what it was given, from `warn` up.
fn targets(level: LevelFilter) -> Targets {
    Targets::new().with_default(level.min(LevelFilter::WARN)).with_target("hotlight", level)
}

fn writer(dir: &Path, keep_days: u32) -> Result<(NonBlocking, WorkerGuard), LogError> {
    make_folder(dir).map_err(|error| LogError::Folder { dir: dir.to_owned(), error })?;
    // The appender removes files before it opens today's, which may be there already: one more than the days must stay.
    let keep_files = usize::try_from(keep_days).unwrap_or(usize::MAX).saturating_add(1);
    let files = RollingFileAppender::builder()
        .rotation(Rotation::DAILY)
        .filename_prefix(FILE_NAME)
        .max_log_files(keep_files)
        .build(dir)
        .map_err(|error| LogError::File { dir: dir.to_owned(), error })?;
    let files = Daily { files, dir: dir.to_owned(), bytes_max: DAY_BYTES_MAX, day: String::new() };
    let builder = NonBlockingBuilder::default().buffered_lines_limit(WAITING_LINES_MAX).lossy(true);
    Ok(builder.thread_name("log").finish(files))
}

/// Whole lines on their way to the file.
#[derive(Clone)]
struct Lines {
    writer: NonBlocking,
    hash_uids: bool,
}

impl<'a> MakeWriter<'a> for Lines {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

/// The formatter hands over one whole line in each call.
impl Write for Lines {
    fn write(&mut self, line: &[u8]) -> std::io::Result<usize> {
        match std::str::from_utf8(line) {
            Ok(text) if self.hash_uids => self.writer.write_all(redact::hash_uids(text).as_bytes())?,
            _ => self.writer.write_all(line)?,
        }
        Ok(line.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.writer.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::Phi;

    /// What the files hold after `log` has run.
    #[track_caller]
    fn logged(level: LevelFilter, hash_uids: bool, log: impl FnOnce()) -> String {
        let folder = tempfile::tempdir().unwrap_or_else(|error| panic!("{error}"));
        let dir = folder.path().join("state");
        let settings = LogSettings { level, dir: Some(dir.clone()), keep_days: 1, hash_uids };
        let (subscriber, guard) = subscriber(&settings, &dir).unwrap_or_else(|error| panic!("{error}"));
        tracing::subscriber::with_default(subscriber, log);
        assert_eq!(guard.dropped_lines(), 0);
        drop(guard);
        let files = std::fs::read_dir(&dir).unwrap_or_else(|error| panic!("{error}"));
        let read = |file: std::fs::DirEntry| {
            let text = std::fs::read_to_string(file.path()).unwrap_or_else(|error| panic!("{error}"));
            format!("{}\n{text}", file.file_name().to_string_lossy())
        };
        files.flatten().map(read).collect()
    }

    #[test]
    fn a_patient_in_a_span_or_an_event_does_not_reach_the_file() {
        let name = Phi::new("ZZCANARY^LOG");
        let text = logged(LevelFilter::TRACE, false, || {
            let _inside = tracing::info_span!("reading", patient = ?name, study = "study-1").entered();
            tracing::info!(patient = ?name, list = ?[&name], "opened {name:?}");
            tracing::trace!(?name, "again");
        });
        assert!(text.starts_with("hotlight.log."), "{text}");
        for part in ["opened ⟨phi⟩", "study-1", "again"] {
            assert!(text.contains(part), "{part} is missing: {text}");
        }
        assert!(!text.contains("ZZCANARY"), "{text}");
    }

    #[test]
    fn other_crates_are_heard_from_warn_up_and_our_own_as_asked() {
        let speak = || {
            tracing::debug!("own debug");
            tracing::trace!("own trace");
            tracing::info!(target: "wgpu_core::device", "foreign info");
            tracing::warn!(target: "naga", "foreign warn");
        };
        let text = logged(LevelFilter::DEBUG, false, speak);
        assert!(text.contains("own debug") && text.contains("foreign warn"), "{text}");
        assert!(!text.contains("own trace") && !text.contains("foreign info"), "{text}");
        let text = logged(LevelFilter::ERROR, false, speak);
        assert!(!text.contains("own") && !text.contains("foreign"), "{text}");
    }

    #[test]
    fn unique_identifiers_are_replaced_where_the_site_asks_for_it() {
        let uid = "1.2.826.0.1.3680043.8.498.77";
        let speak = || tracing::info!(study = %uid, "opened");
        assert!(logged(LevelFilter::INFO, false, speak).contains(uid));
        let text = logged(LevelFilter::INFO, true, speak);
        assert!(!text.contains("3680043") && text.contains(&format!("study={}", hash_uid(uid))), "{text}");
    }

    #[test]
    fn a_day_whose_file_is_full_takes_no_more_lines() {
        let folder = tempfile::tempdir().expect("a folder");
        let settings = LogSettings {
            level: LevelFilter::INFO,
            dir: Some(folder.path().to_owned()),
            keep_days: 1,
            hash_uids: true,
        };
        // A minute before midnight the day may end meanwhile: then there are two files.
        let files = || std::fs::read_dir(folder.path()).expect("readable").flatten().map(|file| file.path());
        drop(writer(folder.path(), 1).expect("a log"));
        let today = files().next().expect("a file");
        std::fs::File::options()
            .write(true)
            .open(&today)
            .expect("the file")
            .set_len(DAY_BYTES_MAX - 1)
            .expect("longer");
        let (subscriber, guard) = subscriber(&settings, folder.path()).expect("a log");
        tracing::subscriber::with_default(subscriber, || {
            tracing::info!("the last line");
            tracing::info!("one more");
        });
        drop(guard);
        let text: Vec<u8> =
            std::fs::read(&today).expect("readable").into_iter().filter(|&byte| byte > 0).collect();
        let text = String::from_utf8(text).expect("text");
        let is_full = text.contains("the last line") && text.contains("the rest of the day is not kept");
        assert!(files().count() == 2 || is_full && !text.contains("one more"), "{text}");
    }

    #[test]
    fn days_beyond_those_to_keep_are_removed_and_today_survives_a_restart() {
        let folder = tempfile::tempdir().expect("a folder");
        let dir = folder.path();
        for _ in 0..3 {
            let (mut writer, guard) = writer(dir, 1).expect("a log");
            writer.write_all(b"line\n").expect("written");
            drop(guard);
        }
        let files: Vec<PathBuf> =
            std::fs::read_dir(dir).expect("readable").flatten().map(|file| file.path()).collect();
        let [today] = files.as_slice() else { panic!("{files:?}") };
        assert_eq!(std::fs::read_to_string(today).expect("readable"), "line\nline\nline\n");
        for day in 1..=5 {
            std::fs::write(dir.join(format!("{FILE_NAME}.2020-01-0{day}")), "old").expect("written");
        }
        drop(writer(dir, 3).expect("a log"));
        assert_eq!(std::fs::read_dir(dir).expect("readable").count(), 4, "3 and today's");
    }

    #[test]
    fn a_folder_that_cannot_be_made_is_told_with_its_name() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("file");
        std::fs::write(&file, "").expect("written");
        let settings = LogSettings {
            level: LevelFilter::INFO,
            dir: Some(file.join("log")),
            keep_days: 1,
            hash_uids: false,
        };
        let message = init(&settings).map(drop).expect_err("a file is no folder").to_string();
        assert!(
            message.starts_with("the folder of the log cannot be made: ") && message.ends_with("log"),
            "{message}"
        );
    }

    #[test]
    fn a_file_that_cannot_be_opened_is_told_with_its_folder() {
        let folder = tempfile::tempdir().expect("a folder");
        drop(writer(folder.path(), 1).expect("a log"));
        let today =
            std::fs::read_dir(folder.path()).expect("readable").flatten().next().expect("a file").path();
        std::fs::remove_file(&today).expect("removed");
        std::fs::create_dir(&today).expect("a folder in the way");
        let message = writer(folder.path(), 1).map(drop).expect_err("a folder is no file").to_string();
        assert!(message.starts_with("the log cannot be opened: "), "{message}");
        assert!(message.ends_with(&folder.path().display().to_string()), "{message}");
    }

    #[test]
    fn the_log_is_set_up_once_and_not_at_all_without_a_folder_or_a_level() {
        let folder = tempfile::tempdir().expect("a folder");
        let there = || Some(folder.path().to_owned());
        let set_up = |level, dir| {
            init(&LogSettings { level, dir, keep_days: 1, hash_uids: false })
                .map(|guard| guard.writer.is_some())
                .map_err(|error| error.to_string())
        };
        assert_eq!(set_up(LevelFilter::TRACE, None), Ok(false));
        assert_eq!(set_up(LevelFilter::OFF, there()), Ok(false));
        assert_eq!(set_up(LevelFilter::ERROR, there()), Ok(true));
        let again = set_up(LevelFilter::ERROR, there()).expect_err("it is set up");
        assert!(again.starts_with("the log is set up already: "), "{again}");
    }
}

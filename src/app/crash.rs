//! What is left when the program stops with a panic: where it happened and the commands before it. No values: a panic
//! message may quote what it choked on, and that may be the patient.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use crate::private;
use crate::session::Journal;

/// Commands in a crash report.
const COMMANDS_MAX: usize = 200;

/// So many reports are kept, of this run of the program and of those before it.
const REPORTS_MAX: usize = 10;

/// So many a run may add: a job that fails again and again takes none of the others' places.
const REPORTS_A_RUN_MAX: usize = 5;

/// Writes a report of each panic into `folder`, of the first five of a run, and says on stderr, through `say`, where it lies.
///
/// A panic in a background job is reported too; the reader goes on.
pub fn install_panic_hook(folder: PathBuf, journal: Arc<Mutex<Journal>>, say: fn(&str)) {
    let count = AtomicUsize::new(0);
    std::panic::set_hook(Box::new(move |info| {
        let place = info.location().map_or_else(|| "an unknown place".to_owned(), ToString::to_string);
        let thread = std::thread::current().name().unwrap_or("unnamed").to_owned();
        tracing::error!(%place, %thread, "panic");
        let outcome = if count.fetch_add(1, Ordering::Relaxed) < REPORTS_A_RUN_MAX {
            match keep(&folder, &report(&place, &thread, &journal)) {
                Ok(file) => format!("the commands before it are in {}", file.display()),
                Err(error) => format!("no report could be written: {error}"),
            }
        } else {
            format!("the reports of the first {REPORTS_A_RUN_MAX} are kept")
        };
        say(&format!("error: a defect at {place} (thread {thread}): {outcome}"));
    }));
}

/// Writes a report as the newest; those before it go on by one place. The first of several defects is the one that tells most.
fn keep(folder: &Path, report: &str) -> std::io::Result<PathBuf> {
    for age in (1..REPORTS_MAX).rev() {
        // Where there is none, none goes on.
        let _gone_on = std::fs::rename(file_of(folder, age - 1), file_of(folder, age));
    }
    let file = file_of(folder, 0);
    private::write(&file, report.as_bytes())?;
    Ok(file)
}

/// The newest is `crash.txt`, the one before it `crash-1.txt`.
fn file_of(folder: &Path, age: usize) -> PathBuf {
    folder.join(if age == 0 { "crash.txt".to_owned() } else { format!("crash-{age}.txt") })
}

fn report(place: &str, thread: &str, journal: &Mutex<Journal>) -> String {
    let version = env!("CARGO_PKG_VERSION");
    let mut text = format!("Hotlight {version}: a defect at {place} in thread {thread}.\n");
    // The panic may have happened while the journal was held.
    let journal = match journal.try_lock() {
        Ok(journal) => journal,
        Err(std::sync::TryLockError::Poisoned(poisoned)) => PoisonError::into_inner(poisoned),
        Err(std::sync::TryLockError::WouldBlock) => return text,
    };
    let lines: Vec<&str> = journal.lines().collect();
    let first = lines.len().saturating_sub(COMMANDS_MAX);
    for line in lines.iter().skip(first) {
        // A String takes every line.
        let _infallible = writeln!(text, "{line}");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::Command;

    #[test]
    fn a_report_holds_the_commands_and_no_path() {
        let mut journal = Journal::default();
        for text in ["scroll +1", "open ZZCANARY^CRASH/ct", "type ZZCANARY"] {
            journal.note(&Command::parse(text).expect(text));
        }
        let text = report("src/x.rs:1", "decode-0", &Mutex::new(journal));
        assert!(text.contains("scroll +1") && text.contains("open ⟨phi⟩"), "{text}");
        assert!(!text.contains("ZZCANARY"), "{text}");
    }

    #[test]
    fn a_later_report_takes_no_earlier_ones_place_until_there_are_ten() {
        let folder = tempfile::tempdir().expect("a folder");
        for number in 0..12 {
            let file = keep(folder.path(), &number.to_string()).expect("written");
            assert_eq!(file, folder.path().join("crash.txt"));
        }
        let text = |name: &str| std::fs::read_to_string(folder.path().join(name)).expect("a report");
        assert_eq!(["crash.txt", "crash-1.txt", "crash-9.txt"].map(text), ["11", "10", "2"]);
        assert_eq!(std::fs::read_dir(folder.path()).expect("a folder").count(), REPORTS_MAX);
    }
}

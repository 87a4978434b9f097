//! What is left when the program stops with a panic: where it happened and the commands before it. No values: a panic
//! message may quote what it choked on, and that may be the patient.

use std::fmt::Write as _;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use crate::private;
use crate::session::Journal;

/// Commands in a crash report.
const COMMANDS_MAX: usize = 200;

/// Writes a report of each panic into `folder` and says on stderr, through `say`, where it lies.
///
/// A panic in a background job is reported too; the reader goes on.
pub fn install_panic_hook(folder: PathBuf, journal: Arc<Mutex<Journal>>, say: fn(&str)) {
    std::panic::set_hook(Box::new(move |info| {
        let place = info.location().map_or_else(|| "an unknown place".to_owned(), ToString::to_string);
        let thread = std::thread::current().name().unwrap_or("unnamed").to_owned();
        tracing::error!(%place, %thread, "panic");
        let report = report(&place, &thread, &journal);
        let file = folder.join("crash.txt");
        let written = private::write(&file, report.as_bytes());
        let outcome = match written {
            Ok(()) => format!("the commands before it are in {}", file.display()),
            Err(error) => format!("no report could be written: {error}"),
        };
        say(&format!("error: a defect at {place} (thread {thread}): {outcome}"));
    }));
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
}

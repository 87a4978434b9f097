//! The clock of this machine: names of days, ages of studies and certificates go by it.

use std::path::Path;
use std::time::{Duration, SystemTime};

use super::finding::{Check, Finding};

const CHECK: Check = Check::Clock;

/// Hotlight was not there before: 2026-01-01.
const FIRST: Duration = Duration::from_hours(20_454 * 24);
/// Nor is it then: 2100-01-01.
const LAST: Duration = Duration::from_hours(47_482 * 24);
/// A file may be newer than now by so much: disks of other machines have clocks of their own.
const SLACK: Duration = Duration::from_hours(1);

const REMEDY: &str = "Set the clock of this machine, and let it follow a server of time";

pub(super) fn look(now: SystemTime, state_dir: Option<&Path>) -> Finding {
    let since = now.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    if since < FIRST {
        return Finding::fail(CHECK, "it is before 2026 by the clock of this machine", REMEDY);
    }
    if since >= LAST {
        return Finding::fail(CHECK, "it is after 2099 by the clock of this machine", REMEDY);
    }
    let newest = state_dir.and_then(newest);
    match newest.and_then(|newest| newest.duration_since(now).ok()).filter(|ahead| *ahead > SLACK) {
        Some(ahead) => {
            let hours = ahead.as_secs() / 3600;
            let what = format!("what was written here last is of {hours} h from now: the clock was set back");
            Finding::warn(CHECK, what, REMEDY)
        }
        None => Finding::ok(CHECK, "nothing is known that is later than now"),
    }
}

/// When something in a folder was written last.
fn newest(folder: &Path) -> Option<SystemTime> {
    let entries = std::fs::read_dir(folder).ok()?;
    entries.filter_map(|entry| entry.ok()?.metadata().ok()?.modified().ok()).max()
}

#[cfg(test)]
mod tests {
    use super::super::finding::State;
    use super::*;

    #[test]
    fn a_clock_before_its_time_or_long_after_fails_and_one_set_back_warns() {
        let folder = tempfile::tempdir().expect("a folder");
        let at = |seconds| SystemTime::UNIX_EPOCH + FIRST + Duration::from_secs(seconds);
        let state = |now| look(now, Some(folder.path())).state;
        assert_eq!(state(at(0)), State::Ok, "nothing was written yet");
        let file = std::fs::File::create(folder.path().join("recent.toml")).expect("a file");
        file.set_modified(at(10_000)).expect("its time");
        assert_eq!(state(at(10_000)), State::Ok);
        assert_eq!(state(at(7_000)), State::Ok, "within an hour");
        assert_eq!(state(at(6_000)), State::Warn);
        assert_eq!(look(at(6_000), None).state, State::Ok);
        assert_eq!(state(SystemTime::UNIX_EPOCH), State::Fail);
        assert_eq!(state(SystemTime::UNIX_EPOCH - Duration::from_secs(1)), State::Fail);
        assert_eq!(state(SystemTime::UNIX_EPOCH + LAST), State::Fail);
    }
}

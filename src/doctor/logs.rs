//! The folder of logs.

use std::path::Path;

use tracing::level_filters::LevelFilter;

use super::disk::{can_write, there};
use super::finding::{Check, Finding};

const CHECK: Check = Check::Logs;

pub(super) fn look(level: LevelFilter, state_dir: Option<&Path>) -> Finding {
    if level == LevelFilter::OFF {
        let remedy = "Set `logging.level` to info: without logs nobody can say later what went wrong";
        return Finding::warn(CHECK, "nothing is logged", remedy);
    }
    let Some(folder) = state_dir.map(|state| state.join("logs")) else {
        let remedy = "Name a folder in HOTLIGHT_STATE_DIR";
        return Finding::fail(CHECK, "this system names no folder for logs", remedy);
    };
    let shown = folder.display();
    if let Err(error) = can_write(there(&folder)) {
        let remedy = "Let the reader's account write there";
        return Finding::fail(CHECK, format!("{shown}: nothing can be written: {error}"), remedy);
    }
    let files = std::fs::read_dir(&folder).into_iter().flatten().flatten();
    let bytes: Vec<u64> = files.filter_map(|entry| Some(entry.metadata().ok()?.len())).collect();
    let kib = bytes.iter().sum::<u64>() >> 10;
    Finding::ok(CHECK, format!("{shown}: files of logs: {}, {kib} KiB", bytes.len()))
}

#[cfg(test)]
mod tests {
    use super::super::finding::State;
    use super::*;

    #[test]
    fn logs_need_a_folder_that_can_be_written() {
        let folder = tempfile::tempdir().expect("a folder");
        let state = folder.path().join("state");
        let fine = look(LevelFilter::INFO, Some(&state));
        assert_eq!(fine.state, State::Ok, "{fine:?}");
        assert!(!state.exists(), "nothing is made");
        assert_eq!(look(LevelFilter::OFF, Some(&state)).state, State::Warn);
        assert_eq!(look(LevelFilter::INFO, None).state, State::Fail);
        std::fs::write(&state, "a file, and no folder").expect("written");
        let none = look(LevelFilter::INFO, Some(&state));
        assert_eq!(none.state, State::Fail, "{none:?}");
    }
}

//! Room on the disks, and whether anything can be written there.

use std::io;
use std::path::Path;

use crate::app::StorePlace;
use crate::store::free_bytes;

use super::finding::{Check, Finding};

const CHECK: Check = Check::Disk;

const MIB: u64 = 1 << 20;
const GIB: u64 = 1 << 30;

/// With less, drafts and logs may not find room, bytes.
const STATE_MIN: u64 = 200 * MIB;
/// With less, somebody should see to it.
const STATE_LOW: u64 = GIB;

pub(super) fn look(state_dir: Option<&Path>, store: Option<&StorePlace>) -> Vec<Finding> {
    let state = state_dir.map_or_else(
        || {
            let what = "this system names no folder for what Hotlight remembers";
            Finding::fail(CHECK, what, "Name one in HOTLIGHT_STATE_DIR")
        },
        |folder| room(folder, "marks and drafts", STATE_MIN, STATE_LOW),
    );
    let store = store.map(|place| {
        let least = place.options.free_bytes_min;
        room(&place.folder, "the store", least, least.saturating_mul(2))
    });
    std::iter::once(state).chain(store).collect()
}

/// The room where a folder is or would be: less than `least` bytes fail, less than `low` warn.
fn room(folder: &Path, what: &str, least: u64, low: u64) -> Finding {
    let (shown, place) = (folder.display(), there(folder));
    if let Err(error) = can_write(place) {
        let told = format!("{shown}: nothing can be written for {what}: {error}");
        return Finding::fail(CHECK, told, "Let the reader's account write there");
    }
    let Some(free) = free_bytes(place) else {
        let told = format!("{shown}: this system is not asked how much room there is for {what}");
        return Finding::warn(CHECK, told, "See to it with the system's own means");
    };
    let told = format!("{shown}: {} MiB are free for {what}, {} are needed", free / MIB, least / MIB);
    let remedy = "Make room on this disk, or let the folder lie on a larger one";
    match free {
        free if free < least => Finding::fail(CHECK, told, remedy),
        free if free < low => Finding::warn(CHECK, told, remedy),
        _ => Finding::ok(CHECK, told),
    }
}

/// The folder, or the nearest one above it that is there: where it would be made.
pub(super) fn there(folder: &Path) -> &Path {
    folder.ancestors().find(|place| place.exists()).unwrap_or(folder)
}

/// Whether files can be made in a folder. The one that is tried has no name.
pub(super) fn can_write(folder: &Path) -> io::Result<()> {
    tempfile::tempfile_in(folder).map(drop)
}

#[cfg(test)]
mod tests {
    use super::super::finding::State;
    use super::*;

    #[test]
    fn too_little_room_fails_and_little_warns() {
        let folder = tempfile::tempdir().expect("a folder");
        let inner = folder.path().join("not/there/yet");
        let state = |least, low| room(&inner, "it", least, low).state;
        if free_bytes(folder.path()).is_some() {
            assert_eq!(state(0, 0), State::Ok);
            assert_eq!(state(0, u64::MAX), State::Warn);
            assert_eq!(state(u64::MAX, u64::MAX), State::Fail);
        } else {
            assert_eq!(state(0, 0), State::Warn);
        }
        assert!(!folder.path().join("not").exists(), "nothing is made");
        let file = folder.path().join("file");
        std::fs::write(&file, "").expect("written");
        let told = room(&file, "it", 0, 0);
        assert!(told.state == State::Fail && told.what.contains("nothing can be written"), "{told:?}");
    }

    #[test]
    fn without_a_folder_it_fails() {
        let found = look(None, None);
        assert_eq!(found.iter().map(|finding| finding.state).collect::<Vec<_>>(), [State::Fail]);
    }
}

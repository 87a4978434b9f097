//! The studies of this machine.

use std::fs::OpenOptions;
use std::io;
use std::path::Path;

use crate::app::StorePlace;
use crate::store::{Glance, Store, StoreError};

use super::disk::{can_write, there};
use super::finding::{Check, Finding};

const CHECK: Check = Check::Store;

const MIB: u64 = 1 << 20;

pub(super) fn look(store: Option<&StorePlace>) -> Finding {
    let Some(StorePlace { folder, options }) = store else {
        let remedy = "Name a folder in `store.folder`";
        return Finding::warn(CHECK, "this system names no folder for a store", remedy);
    };
    let shown = folder.display();
    if !Store::is_in(folder) {
        return Finding::ok(CHECK, format!("{shown}: there is no store yet"));
    }
    let glance = || Store::look_into(folder, *options).and_then(|store| store.glance());
    // Where a program begins to change the index meanwhile, the second look is at what it has written.
    match glance().or_else(|_| glance()) {
        Ok(glance) => match can_file(folder) {
            Ok(()) => seen(&shown.to_string(), &glance, options.quota_bytes),
            Err(error) => {
                let remedy = "See to the disk, and let the reader's account write there";
                Finding::fail(CHECK, format!("{shown}: nothing can be filed: {error}"), remedy)
            }
        },
        Err(error) => {
            let remedy = match error {
                StoreError::Index { .. } => {
                    "End Hotlight, move `index.sqlite` out of the folder and run `hotlight store verify`, which makes it anew from the \
                     files: what was pinned or waited to be sent is then not known any more"
                }
                StoreError::Newer { .. } => "Install the newer Hotlight on this machine, too",
                _ => "See to the disk, and let the reader's account read and write there",
            };
            Finding::fail(CHECK, format!("{shown}: {error}"), remedy)
        }
    }
}

/// Whether the index and the folder of what arrives can be written. Neither is changed.
fn can_file(folder: &Path) -> io::Result<()> {
    OpenOptions::new().append(true).open(folder.join("index.sqlite"))?;
    can_write(there(&folder.join("incoming")))
}

fn seen(folder: &str, glance: &Glance, quota_bytes: u64) -> Finding {
    let Glance { studies, objects, bytes, missing } = *glance;
    if missing > 0 {
        let what = format!("{folder}: of {studies} studies {missing} are in the index and not on the disk");
        return Finding::fail(
            CHECK,
            what,
            "Run `hotlight store verify`, and fetch again what it says is gone",
        );
    }
    let what = format!(
        "{folder}: studies: {studies}, objects: {objects}, {} MiB of {} that it may hold",
        bytes / MIB,
        quota_bytes / MIB
    );
    if bytes > quota_bytes {
        let remedy =
            "Raise `store.quota_gib`, or unpin studies and see that what waits is sent: nothing new is filed";
        return Finding::warn(CHECK, what, remedy);
    }
    Finding::ok(CHECK, what)
}

#[cfg(test)]
mod tests {
    use crate::store::StoreOptions;

    use super::super::finding::State;
    use super::*;

    #[test]
    fn a_store_is_well_damaged_or_not_there_yet() {
        let folder = tempfile::tempdir().expect("a folder");
        let options = StoreOptions { quota_bytes: 1 << 30, free_bytes_min: 0 };
        let place = StorePlace { folder: folder.path().join("store"), options };
        let check = |state: State, words: &str| {
            let found = look(Some(&place));
            assert!(found.state == state && found.what.contains(words), "{found:?}");
        };
        check(State::Ok, "no store yet");
        assert!(!place.folder.exists(), "none is made");
        drop(Store::open(&place.folder, options).expect("a store"));
        check(State::Ok, "studies: 0, objects: 0, 0 MiB of 1024");
        let incoming = place.folder.join("incoming");
        std::fs::remove_dir(&incoming).expect("an empty folder");
        std::fs::write(&incoming, "a file in the way").expect("written");
        check(State::Fail, "nothing can be filed");
        for name in ["index.sqlite-wal", "index.sqlite-shm"] {
            drop(std::fs::remove_file(place.folder.join(name)));
        }
        std::fs::write(
            place.folder.join("index.sqlite"),
            "no database, and longer than a header of one".repeat(99),
        )
        .expect("written");
        check(State::Fail, "the store's index cannot be used");
        assert_eq!(look(None).state, State::Warn);
    }

    #[test]
    fn what_is_missing_fails_and_what_is_too_much_warns() {
        let glance = Glance { studies: 2, objects: 9, bytes: 5 * MIB, missing: 0 };
        assert_eq!(seen("s", &glance, 5 * MIB).state, State::Ok);
        assert_eq!(seen("s", &glance, 4 * MIB).state, State::Warn);
        let lost = seen("s", &Glance { missing: 1, ..glance }, 5 * MIB);
        assert!(lost.state == State::Fail && lost.what.contains("of 2 studies 1 are"), "{lost:?}");
    }
}

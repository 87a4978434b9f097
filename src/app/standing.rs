//! Whether this program alone keeps what the one who reads leaves behind: a file in that one's folder of state is locked as long as they
//! read, and the system lets go of it whatever ends the program.

use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::command::Reader;
use crate::config::reader_folder;
use crate::private::{make_folder, open_lock};
use crate::session::LeftOpen;

use super::open_file;

/// How the program stands beside others of the one who reads. A clone is the same standing: who ends it is not who has another reader
/// take over.
#[derive(Clone)]
pub struct Standing {
    /// The folder of state of all readers.
    state_dir: Option<PathBuf>,
    held: Arc<Mutex<Held>>,
}

/// The same of one reader.
struct Held {
    kind: Kind,
    /// What is open is noted there; nowhere where another may do so.
    open: Option<PathBuf>,
    /// What an earlier run left open, if it ended without being asked to; or a sentence on why that is not known.
    left: Result<Option<LeftOpen>, String>,
    /// Held to the end.
    _lock: Option<File>,
}

enum Kind {
    /// No other program keeps the state.
    First,
    /// Another one keeps it.
    Second,
    /// It cannot be told; why.
    Unknown(String),
}

impl Standing {
    /// Takes a reader's folder in the folder of state, if nobody has; without one nothing is kept.
    pub fn take(state_dir: Option<PathBuf>, reader: &Reader) -> Self {
        let held = Held::take(state_dir.as_deref(), reader);
        Self { state_dir, held: Arc::new(Mutex::new(held)) }
    }

    /// Another reader takes over: nothing of the one before is left open. To be called when nobody notes for that one any more.
    pub(super) fn hand_over(&self, reader: &Reader) {
        let mut held = self.held();
        held.end();
        *held = Held::take(self.state_dir.as_deref(), reader);
    }

    /// Whether another program keeps the state: this one keeps no drafts, and does not remember what is opened.
    pub fn is_second(&self) -> bool {
        matches!(self.held().kind, Kind::Second)
    }

    /// What the reader must know.
    pub fn words(&self) -> Vec<String> {
        let held = self.held();
        let stands = match &held.kind {
            Kind::First => None,
            Kind::Second => Some(
                "Hotlight runs already. This one reads and saves as ever, but keeps no drafts and does not remember what is opened: \
                 what is not saved here is lost with it."
                    .to_owned(),
            ),
            Kind::Unknown(why) => Some(format!(
                "The state folder cannot be used: {why}. What is open cannot come back if Hotlight ends without being asked to.",
            )),
        };
        stands.into_iter().chain(held.left.as_ref().err().cloned()).collect()
    }

    /// Where what is open is noted.
    pub fn open_file(&self) -> Option<PathBuf> {
        self.held().open.clone()
    }

    /// What an earlier run left open, if it ended without being asked to.
    pub fn left_open(&self) -> Option<LeftOpen> {
        self.held().left.as_ref().ok().cloned().flatten()
    }

    /// The program ends as it was asked to: nothing is left open, but what an earlier run left and the reader has said nothing to. To
    /// be called when nobody notes any more.
    pub fn end(self) {
        self.held().end();
    }

    fn held(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Held {
    fn take(state_dir: Option<&Path>, reader: &Reader) -> Self {
        let Some(folder) = state_dir.map(|state| reader_folder(state, reader)) else {
            return Self { kind: Kind::First, open: None, left: Ok(None), _lock: None };
        };
        let locked = locked(&folder);
        let open = locked.as_ref().is_ok_and(Option::is_some).then(|| folder.join("open.toml"));
        let left = open.as_deref().map_or(Ok(None), read_left);
        match locked {
            Ok(Some(lock)) => Self { kind: Kind::First, open, left, _lock: Some(lock) },
            Ok(None) => Self { kind: Kind::Second, open, left, _lock: None },
            Err(error) => Self { kind: Kind::Unknown(error.to_string()), open, left, _lock: None },
        }
    }

    fn end(&self) {
        let Some(open) = &self.open else { return };
        if self.left.as_ref().is_ok_and(Option::is_some) && read_left(open) == self.left {
            return;
        }
        if let Err(error) = std::fs::remove_file(open)
            && error.kind() != std::io::ErrorKind::NotFound
        {
            tracing::warn!(%error, "the next start will ask about what was open");
        }
    }
}

fn read_left(open: &Path) -> Result<Option<LeftOpen>, String> {
    Ok(open_file::read(open)?.filter(|left| !left.is_empty()))
}

/// The lock, which its owner alone may take; none where another program has it.
fn locked(folder: &Path) -> std::io::Result<Option<File>> {
    make_folder(folder)?;
    let file = open_lock(&folder.join("open.lock"))?;
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(error)) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::super::open_file::tests::left_open;
    use super::*;

    #[test]
    fn one_program_keeps_the_state_until_it_ends_however_it_ends() {
        let folder = tempfile::tempdir().expect("a folder");
        let state = folder.path().join("state");
        let take = || Standing::take(Some(state.clone()), &Reader::account());
        let first = take();
        assert!(!first.is_second() && first.words().is_empty());
        assert_eq!(first.left_open(), None);
        let path = first.open_file().expect("a place");
        open_file::write(&path, &left_open()).expect("written");
        let second = take();
        assert!(second.is_second() && second.words().concat().contains("keeps no drafts"));
        assert_eq!((second.open_file(), second.left_open()), (None, None), "it is not its own");
        second.end();
        // As when it is killed.
        drop(first);
        let third = take();
        assert_eq!(third.left_open(), Some(left_open()));
        third.end();
        let fourth = take();
        assert_eq!(fourth.left_open(), Some(left_open()), "nobody has said what becomes of it");
        open_file::write(&path, &LeftOpen { was_resuming: true, ..left_open() }).expect("written");
        fourth.end();
        assert_eq!(take().left_open(), None);
    }

    #[test]
    fn a_state_folder_that_cannot_be_is_told_with_its_reason() {
        let folder = tempfile::tempdir().expect("a folder");
        let in_the_way = folder.path().join("file");
        std::fs::write(&in_the_way, "").expect("written");
        let standing = Standing::take(Some(in_the_way.join("state")), &Reader::account());
        assert!(!standing.is_second() && standing.open_file().is_none());
        let words = standing.words().concat();
        assert!(words.starts_with("The state folder cannot be used: "), "{words}");
        standing.end();
        assert!(Standing::take(None, &Reader::account()).words().is_empty());
    }

    #[test]
    fn another_reader_takes_over_and_each_is_asked_about_their_own_alone() {
        let folder = tempfile::tempdir().expect("a folder");
        let [ann, bo]: [Reader; 2] = ["ann", "bo"].map(|name| name.parse().expect("a name"));
        let take = |reader: &Reader| Standing::take(Some(folder.path().to_path_buf()), reader);
        let standing = take(&ann);
        open_file::write(&standing.open_file().expect("a place"), &left_open()).expect("written");
        assert_eq!(take(&bo).left_open(), None);
        let at_the_end = standing.clone();
        standing.hand_over(&bo);
        assert!(!take(&ann).is_second() && take(&bo).is_second(), "the lock goes along");
        assert_eq!(take(&ann).left_open(), None, "nothing of hers is open any more");
        let noted = at_the_end.open_file().expect("a place");
        open_file::write(&noted, &left_open()).expect("written");
        at_the_end.end();
        assert!(!noted.exists(), "the same standing");
    }
}

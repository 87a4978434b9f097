//! Whether this program alone keeps the reader's state: a file in the state folder is locked as long as it runs, and the system lets
//! go of it whatever ends the program.

use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};

use crate::session::LeftOpen;

use super::open_file;

/// How the program stands beside others of the same reader.
pub struct Standing {
    kind: Kind,
    /// What is open is noted there; nowhere where another may do so.
    open: Option<PathBuf>,
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
    /// Takes the state folder, if nobody has; without one nothing is kept.
    pub fn take(state_dir: Option<PathBuf>) -> Self {
        let Some(folder) = state_dir else { return Self { kind: Kind::First, open: None, _lock: None } };
        let locked = locked(&folder);
        let open = locked.as_ref().is_ok_and(Option::is_some).then(|| folder.join("open.toml"));
        match locked {
            Ok(Some(lock)) => Self { kind: Kind::First, open, _lock: Some(lock) },
            Ok(None) => Self { kind: Kind::Second, open, _lock: None },
            Err(error) => Self { kind: Kind::Unknown(error.to_string()), open, _lock: None },
        }
    }

    /// Whether another program keeps the state: this one keeps no drafts, and does not remember what is opened.
    pub const fn is_second(&self) -> bool {
        matches!(self.kind, Kind::Second)
    }

    /// What the reader must know.
    pub fn words(&self) -> Option<String> {
        match &self.kind {
            Kind::First => None,
            Kind::Second => Some(
                "Hotlight runs already. This one reads and saves as ever, but keeps no drafts and does not remember what is opened: \
                 what is not saved here is lost with it."
                    .to_owned(),
            ),
            Kind::Unknown(why) => Some(format!(
                "The state folder cannot be used: {why}. What is open cannot come back if Hotlight ends without being asked to.",
            )),
        }
    }

    /// Where what is open is noted.
    pub fn open_file(&self) -> Option<PathBuf> {
        self.open.clone()
    }

    /// What an earlier run left open, if it ended without being asked to; or a sentence on why that is not known.
    pub fn left_open(&self) -> Result<Option<LeftOpen>, String> {
        let left = self.open.as_deref().map_or(Ok(None), open_file::read)?;
        Ok(left.filter(|left| !left.is_empty()))
    }

    /// The program ends as it was asked to: nothing is left open, but what an earlier run left and the reader has said nothing to. To
    /// be called when nobody notes any more.
    pub fn end(self, left: Option<&LeftOpen>) {
        let Some(open) = &self.open else { return };
        if left.is_some() && self.left_open().as_ref().map(Option::as_ref) == Ok(left) {
            return;
        }
        if let Err(error) = std::fs::remove_file(open)
            && error.kind() != std::io::ErrorKind::NotFound
        {
            tracing::warn!(%error, "the next start will ask about what was open");
        }
    }
}

/// The lock; none where another program has it.
fn locked(folder: &Path) -> std::io::Result<Option<File>> {
    std::fs::create_dir_all(folder)?;
    let file = File::options().create(true).truncate(false).write(true).open(folder.join("open.lock"))?;
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
        let take = || Standing::take(Some(state.clone()));
        let first = take();
        assert!(!first.is_second() && first.words().is_none());
        assert_eq!(first.left_open(), Ok(None));
        let path = first.open_file().expect("a place");
        open_file::write(&path, &left_open()).expect("written");
        let second = take();
        assert!(second.is_second() && second.words().is_some_and(|words| words.contains("keeps no drafts")));
        assert_eq!((second.open_file(), second.left_open()), (None, Ok(None)), "it is not its own");
        second.end(None);
        // As when it is killed.
        drop(first);
        let third = take();
        assert_eq!(third.left_open(), Ok(Some(left_open())));
        third.end(Some(&left_open()));
        let fourth = take();
        assert_eq!(fourth.left_open(), Ok(Some(left_open())), "nobody has said what becomes of it");
        open_file::write(&path, &LeftOpen { was_resuming: true, ..left_open() }).expect("written");
        fourth.end(Some(&left_open()));
        assert_eq!(take().left_open(), Ok(None));
    }

    #[test]
    fn a_state_folder_that_cannot_be_is_told_with_its_reason() {
        let folder = tempfile::tempdir().expect("a folder");
        let in_the_way = folder.path().join("file");
        std::fs::write(&in_the_way, "").expect("written");
        let standing = Standing::take(Some(in_the_way.join("state")));
        assert!(!standing.is_second() && standing.open_file().is_none());
        let words = standing.words().expect("words");
        assert!(words.starts_with("The state folder cannot be used: "), "{words}");
        standing.end(None);
        assert!(Standing::take(None).words().is_none());
    }
}

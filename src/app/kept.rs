//! What the reader made and keeps: objects in the state folder, by study, until an archive takes them. Neither folder nor
//! file is named for a patient.

use std::hash::{BuildHasher, RandomState};
use std::path::{Path, PathBuf};

use crate::dicom::{ReadError, StudyUid, WriteError, Writer};
use crate::private::make_folder;
use crate::session::{MessageKind, SavedWork};
use crate::store::StoreError;

use super::archives::Shelf;

/// Why an object was not kept.
#[derive(Debug, thiserror::Error)]
pub(super) enum KeepError {
    #[error(transparent)]
    Making(#[from] WriteError),
    #[error("those kept before cannot be read: {0}")]
    Reading(#[from] ReadError),
    #[error("it cannot be written: {0}")]
    Writing(#[from] std::io::Error),
    #[error("it cannot be put into the queue for the archive: {0}")]
    Posting(#[from] StoreError),
}

/// What became of what was to be saved.
pub(super) struct Saved {
    /// In words.
    pub(super) told: Option<(MessageKind, String)>,
    /// What is saved now.
    pub(super) work: Option<SavedWork>,
    /// The study that something was kept of.
    pub(super) study: Option<StudyUid>,
}

impl Saved {
    /// Something of a study, and what is worth a note.
    pub(super) fn of(study: StudyUid, text: Option<String>, work: Option<SavedWork>) -> Self {
        Self { told: text.map(|text| (MessageKind::Note, text)), work, study: Some(study) }
    }

    /// Nothing, and why.
    pub(super) fn none(why: String) -> Self {
        Self { told: Some((MessageKind::Caution, why)), work: None, study: None }
    }
}

/// Where objects about a study are kept.
pub(super) fn folder_of(kept: &Path, study: &StudyUid) -> PathBuf {
    kept.join(format!("{:032x}", fnv(study.as_str())))
}

/// Where the draft of what is not saved of a study is kept.
pub(super) fn draft_of(kept: &Path, study: &StudyUid) -> PathBuf {
    folder_of(kept, study).with_extension("draft.toml")
}

/// Keeps an object; where archives are to have it, it is in their queue before it counts as kept.
pub(super) fn keep(object: Writer, path: &Path, outbox: Option<&Shelf>) -> Result<(), KeepError> {
    put(path, |beside| {
        object.write_to(beside)?;
        Ok(outbox.map_or(Ok(()), |outbox| outbox.post(beside))?)
    })
}

/// Keeps a text.
pub(super) fn keep_text(text: &str, path: &Path) -> Result<(), KeepError> {
    put(path, |beside| Ok(std::fs::write(beside, text)?))
}

/// Writes a file beside its place and then puts it there: whatever happens meanwhile, it is whole or not there. On Unix it is
/// its owner's alone.
fn put(path: &Path, write: impl FnOnce(&Path) -> Result<(), KeepError>) -> Result<(), KeepError> {
    let folder = path.parent().unwrap_or(path);
    make_folder(folder)?;
    let beside = tempfile::NamedTempFile::new_in(folder)?;
    write(beside.path())?;
    beside.as_file().sync_all()?;
    beside.persist(path).map_err(std::io::Error::from)?;
    Ok(())
}

/// Removes an object, if it is there.
pub(super) fn forget(path: &Path) -> Result<(), KeepError> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error.into()),
        _ => Ok(()),
    }
}

/// A UID that nobody else has: a UUID of version 4, written in decimal. PS3.5 B.2, RFC 9562 5.4.
pub fn fresh_uid() -> String {
    // Keys that the system drew at random; each hasher has others.
    let half = || u128::from(RandomState::new().hash_one(std::process::id()));
    let uuid = half() << 64 | half();
    let uuid = uuid & !(0xF << 76) & !(0b11 << 62) | 0x4 << 76 | 0b10 << 62;
    format!("2.25.{uuid}")
}

/// FNV-1a in 128 bits: the same in every version of the program.
fn fnv(key: &str) -> u128 {
    const OFFSET: u128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d;
    const PRIME: u128 = (1 << 88) + 0x13b;
    key.bytes().fold(OFFSET, |hash, byte| (hash ^ u128::from(byte)).wrapping_mul(PRIME))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_keep_their_names_and_name_nobody() {
        let folder = folder_of(Path::new("kept"), &StudyUid::new("2.25.1"));
        // FNV-1a of "a", as its authors publish it: the last byte tells a wrong order of the two steps.
        assert_eq!(fnv("a"), 0xd228_cb69_6f1a_8caf_7891_2b70_4e4a_8964);
        assert_eq!(folder, folder_of(Path::new("kept"), &StudyUid::new("2.25.1 ")));
        assert_ne!(folder, folder_of(Path::new("kept"), &StudyUid::new("2.25.2")));
    }

    #[test]
    fn uids_are_of_the_standard_and_never_the_same() {
        let (a, b) = (fresh_uid(), fresh_uid());
        assert!(a.len() <= 64 && a != b, "{a} {b}");
        let uuid: u128 = a.trim_start_matches("2.25.").parse().expect("a number");
        assert_eq!(((uuid >> 76) & 0xF, (uuid >> 62) & 0b11), (4, 0b10));
    }

    #[test]
    fn what_is_not_written_whole_is_not_there() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("study/state.dcm");
        // Something that no file can replace stands in its place.
        std::fs::create_dir_all(path.join("in the way")).expect("a folder");
        keep(Writer::item(), &path, None).expect_err("a folder is there");
        assert!(path.is_dir());
        let left = std::fs::read_dir(folder.path().join("study")).expect("a folder");
        assert_eq!(left.count(), 1, "nothing half written is left");
    }
}

//! Where things lie in the store's folder. A UID is never a path: names are hashes of UIDs, and name nobody.

use std::fs::{File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::steps::{Step, taken};
use crate::dicom::StudyUid;
use crate::private::{Locked, make_folder};

/// The folders of a store.
#[derive(Debug, Clone)]
pub(super) struct Places {
    folder: PathBuf,
}

impl Places {
    /// Those of a folder, as they are.
    pub(super) fn of(folder: &Path) -> Self {
        Self { folder: folder.to_owned() }
    }

    /// Makes the folders that are not there. On Unix they are their owner's alone.
    pub(super) fn make(folder: &Path) -> io::Result<Self> {
        let places = Self::of(folder);
        for name in ["objects", "incoming", "quarantine", "leases"] {
            make_folder(&folder.join(name))?;
        }
        Ok(places)
    }

    /// The index, made where it is not there; what `SQLite` puts beside it is readable for nobody else, either.
    pub(super) fn index(&self) -> io::Result<PathBuf> {
        let path = self.folder.join("index.sqlite");
        let mut options = OpenOptions::new();
        options.create(true).truncate(false).write(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        options.open(&path)?;
        Ok(path)
    }

    /// The folders of studies, each in one of 256.
    pub(super) fn objects(&self) -> PathBuf {
        self.folder.join("objects")
    }

    /// Where objects are written before they are put where they stay.
    pub(super) fn incoming(&self) -> PathBuf {
        self.folder.join("incoming")
    }

    /// What was found damaged.
    pub(super) fn quarantine(&self) -> PathBuf {
        self.folder.join("quarantine")
    }

    /// The folder of a study, by the hash of its UID.
    pub(super) fn study(&self, place: &str) -> PathBuf {
        let shard = place.get(..2).unwrap_or_default();
        self.objects().join(shard).join(place)
    }

    /// The file of an object.
    pub(super) fn object(&self, place: &str, instance: &str) -> PathBuf {
        self.study(place).join(format!("{}.dcm", hash(instance)))
    }

    /// The file whose lock says that a study is open.
    pub(super) fn lease(&self, place: &str) -> PathBuf {
        self.folder.join("leases").join(place)
    }

    /// Waits until nobody else makes or sweeps folders of what arrives, and holds that right.
    pub(super) fn turn(&self) -> io::Result<Locked> {
        let file = File::create(self.folder.join("lock"))?;
        file.lock()?;
        Ok(Locked(file))
    }

    /// Makes the folder of a study, so that the disk has it.
    pub(super) fn make_study(&self, place: &str) -> io::Result<PathBuf> {
        let folder = self.study(place);
        if !folder.is_dir() {
            make_folder(&folder)?;
            let shard = folder.parent().unwrap_or(&folder);
            sync_folder(shard)?;
            sync_folder(&self.objects())?;
        }
        Ok(folder)
    }
}

/// The name of a study's folder.
pub(super) fn place_of(study: &StudyUid) -> String {
    hash(study.as_str())
}

/// The first half of SHA-256, in hexadecimal digits: nobody can make two UIDs of one name.
pub(super) fn hash(uid: &str) -> String {
    use std::fmt::Write;
    let digest = Sha256::digest(uid.as_bytes());
    digest.iter().take(16).fold(String::new(), |mut text, byte| {
        let _infallible = write!(text, "{byte:02x}");
        text
    })
}

/// Whether there is something at a path, be it readable or not.
pub(super) fn is_there(path: &Path) -> bool {
    path.symlink_metadata().is_ok()
}

/// Takes a folder away with all that is in it; another program may have been quicker.
pub(super) fn remove_folder(folder: &Path) -> io::Result<()> {
    match std::fs::remove_dir_all(folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// Waits until the disk has the names in a folder. Only Unix knows such a thing.
pub(super) fn sync_folder(folder: &Path) -> io::Result<()> {
    if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
}

/// How many bytes are free for us where a folder lies; `None` where the system is not asked.
pub fn free_bytes(folder: &Path) -> Option<u64> {
    #[cfg(unix)]
    return rustix::fs::statvfs(folder).ok().map(|disk| disk.f_bavail.saturating_mul(disk.f_frsize));
    #[cfg(not(unix))]
    {
        let _is_not_asked = folder;
        None
    }
}

/// A folder of one who writes: its lock is held as long as the writer lives, so that what a dead one left is known.
///
/// In it lie files of objects on their way, and a folder named like a study's as long as something is changed in
/// that: what the writer left there is mended when it has died.
pub(super) struct Incoming {
    pub(super) folder: PathBuf,
    is_left: bool,
    _lock: Locked,
}

/// The file in such a folder that is locked.
const LOCK: &str = "lock";

impl Incoming {
    pub(super) fn new(places: &Places) -> io::Result<Self> {
        let _turn = places.turn()?;
        let folder = tempfile::Builder::new().prefix("w").tempdir_in(places.incoming())?.keep();
        let lock = File::create_new(folder.join(LOCK))?;
        lock.lock()?;
        taken(Step::Begun);
        Ok(Self { folder, is_left: false, _lock: Locked(lock) })
    }

    /// The folder that says that a study is being changed.
    pub(super) fn mark(&self, place: &str) -> PathBuf {
        self.folder.join(place)
    }

    /// Leaves the folder as it is, for the next one who opens the store to mend.
    pub(super) fn leave(&mut self) {
        self.is_left = true;
    }
}

impl Drop for Incoming {
    fn drop(&mut self) {
        if !self.is_left {
            drop(std::fs::remove_dir_all(&self.folder));
        }
    }
}

/// The folders of writers that have died. Who asks holds the turn.
pub(super) fn left_behind(places: &Places) -> io::Result<Vec<PathBuf>> {
    let mut left = Vec::new();
    for entry in std::fs::read_dir(places.incoming())? {
        let folder = entry?.path();
        let is_dead = match File::open(folder.join(LOCK)) {
            Ok(lock) => Locked::try_of(lock).is_some(),
            Err(_none) => true,
        };
        left.extend(is_dead.then_some(folder));
    }
    Ok(left)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_hashes_and_no_uid_leads_out_of_the_store() {
        let root = tempfile::tempdir().expect("a folder");
        let places = Places::make(root.path()).expect("folders");
        for uid in ["1.2.840.1", "../../etc/passwd", "/etc/passwd", "ZZCANARY"] {
            let path = places.object(&hash(uid), uid);
            let within = path.strip_prefix(places.objects()).expect("within").to_string_lossy().into_owned();
            assert!(
                within.bytes().all(|byte| byte.is_ascii_hexdigit() || b"/.dcm".contains(&byte)),
                "{within}"
            );
        }
        // Of the empty text, as its authors publish it.
        assert_eq!(hash(""), "e3b0c44298fc1c149afbf4c8996fb924");
    }

    #[test]
    fn only_what_the_dead_left_is_left_behind() {
        let root = tempfile::tempdir().expect("a folder");
        let places = Places::make(root.path()).expect("folders");
        let left = || left_behind(&places).expect("folders").len();
        let mut writer = Incoming::new(&places).expect("a folder");
        assert_eq!(left(), 0);
        writer.leave();
        drop(writer);
        assert_eq!(left(), 1);
        drop(Incoming::new(&places).expect("a folder"));
        assert_eq!(left(), 1);
    }
}

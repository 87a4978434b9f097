//! Making room: whole studies go, those not read for longest first, and never one that is pinned, unsent or open.

use std::fs::{File, OpenOptions};
use std::io;

use super::places::{Incoming, Places, free_bytes, remove_folder};
use super::steps::{Step, taken};
use super::studies::total;
use super::{Store, StoreError};
use crate::private::Locked;

/// Keeps a study from going as long as it is there, in this program and in others.
#[derive(Debug)]
pub struct Lease {
    _locked: Locked,
}

impl Lease {
    pub(super) fn of(places: &Places, place: &str) -> io::Result<Self> {
        let locked = lease_file(places, place)?;
        locked.lock_shared()?;
        Ok(Self { _locked: Locked(locked) })
    }
}

/// The file that says that a study is open: one for all studies whose places begin alike, of 4,096, so that these need never be
/// taken away.
fn lease_file(places: &Places, place: &str) -> io::Result<File> {
    let path = places.lease(place.get(..3).unwrap_or(place));
    OpenOptions::new().create(true).truncate(false).write(true).open(path)
}

/// What went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Evicted {
    /// Studies.
    pub studies: usize,
    /// Bytes of their files.
    pub bytes: u64,
}

/// Whether a study may go.
const MAY_GO: &str = "is_pinned = 0 AND NOT EXISTS
    (SELECT 1 FROM outgoing JOIN object ON object.id = outgoing.object WHERE object.study = study.id)";

impl Store {
    /// Lets studies go until the store holds no more than so many bytes, or none may go any more.
    pub fn evict(&self, to_bytes: u64) -> Result<Evicted, StoreError> {
        let held = self.read(total)?;
        if held <= to_bytes {
            return Ok(Evicted::default());
        }
        self.let_go(|evicted| held.saturating_sub(evicted.bytes) <= to_bytes)
    }

    /// Keeps to the quota and to what is to stay free; an error where that cannot be.
    pub(super) fn make_room(&self) -> Result<(), StoreError> {
        let quota_bytes = self.options().quota_bytes;
        let _evicted = self.evict(quota_bytes)?;
        if self.check_room().is_err() {
            let objects = self.places().objects();
            let min = self.options().free_bytes_min;
            let _evicted = self.let_go(|_| free_bytes(&objects).is_none_or(|free| free >= min))?;
        }
        self.check_room()?;
        let bytes = self.read(total)?;
        if bytes > quota_bytes { Err(StoreError::OverQuota { bytes, quota_bytes }) } else { Ok(()) }
    }

    fn let_go(&self, mut is_enough: impl FnMut(&Evicted) -> bool) -> Result<Evicted, StoreError> {
        let candidates: Vec<(String, i64)> = self.read(|index| {
            let ask = format!("SELECT place, bytes FROM study WHERE {MAY_GO} ORDER BY last_read, id");
            let mut ask = index.prepare_cached(&ask)?;
            let rows = ask.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<Result<_, _>>()?;
            Ok(rows)
        })?;
        let mut evicted = Evicted::default();
        let mut incoming = None;
        for (place, bytes) in candidates {
            if is_enough(&evicted) {
                break;
            }
            // Somebody reads it where there is none.
            let Some(_lease) = Locked::try_of(lease_file(self.places(), &place)?) else {
                continue;
            };
            let incoming = match &mut incoming {
                Some(incoming) => incoming,
                none => none.insert(Incoming::new(self.places())?),
            };
            if self.let_one_go(&place, incoming)? {
                evicted.studies += 1;
                evicted.bytes += u64::try_from(bytes).unwrap_or_default();
            }
        }
        Ok(evicted)
    }

    /// Takes a study off the index and puts its folder aside, both or neither; then the folder goes.
    fn let_one_go(&self, place: &str, incoming: &mut Incoming) -> Result<bool, StoreError> {
        let aside = incoming.mark(place);
        let gone = self.write(|index| {
            let gone = index.execute(&format!("DELETE FROM study WHERE place = ?1 AND {MAY_GO}"), [place])?;
            if gone == 0 {
                return Ok(false);
            }
            taken(Step::TakenOff);
            match std::fs::rename(self.places().study(place), &aside) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error.into()),
                _ => taken(Step::PutAside),
            }
            Ok(true)
        });
        // Where it was put aside and is still in the index, the next one who opens the store puts it back.
        let gone = gone.inspect_err(|_| incoming.leave())?;
        if gone {
            taken(Step::Gone);
            remove_folder(&aside)?;
        }
        Ok(gone)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lease_ends_though_a_program_that_is_being_started_has_its_file_open() {
        let root = tempfile::tempdir().expect("a folder");
        let places = Places::make(root.path()).expect("folders");
        let file = || lease_file(&places, "abc").expect("a file");
        let (lease, inherited) = (Lease::of(&places, "abc").expect("a lease"), file());
        assert!(Locked::try_of(file()).is_none(), "somebody reads");
        drop(lease);
        let held = Locked::try_of(inherited.try_clone().expect("a file")).expect("nobody reads");
        assert!(Locked::try_of(file()).is_none());
        drop(held);
        assert!(Locked::try_of(file()).is_some(), "{inherited:?} is open still");
    }
}

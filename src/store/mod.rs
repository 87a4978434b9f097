//! The local store: objects filed whole, in a folder of their own, and an index that finds them.
//!
//! [`Store::open`] gives a handle that threads share; programs may share a store, too, and [`Store::look_into`] changes nothing. [`Filing`] files what arrives, [`Store::studies`] and
//! [`Store::objects`] find it, [`Store::evict`] makes room, [`Store::verify`] mends the index against the files, and
//! [`Store::queue`] remembers what an archive has not confirmed. A program that is killed at any step of writing leaves whole objects,
//! or none. It reads no clock: who calls says what time it is.

mod commit;
mod error;
mod eviction;
mod filing;
mod glance;
mod look;
mod outgoing;
mod places;
mod record;
mod schema;
mod steps;
mod studies;
mod verify;

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rusqlite::{Connection, Transaction, TransactionBehavior};

pub use self::error::StoreError;
pub use self::eviction::{Evicted, Lease};
pub use self::filing::{Filed, Filing, FilingOptions, Tally};
pub use self::glance::Glance;
pub use self::outgoing::{OutgoingItem, Waiting};
pub use self::places::free_bytes;
pub use self::steps::Step;
pub use self::studies::{StoredObject, StoredStudy};
pub use self::verify::{Quarantined, Verified};

use self::places::Places;

/// How long one program waits until another has changed the index.
const BUSY: Duration = Duration::from_secs(30);

/// How much a store may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StoreOptions {
    /// The most bytes of objects: beyond, the studies go that were not read for longest.
    pub quota_bytes: u64,
    /// What is kept free on its disk, in bytes: with less, nothing is filed.
    pub free_bytes_min: u64,
}

/// A store that is open. Clones are the same store.
#[derive(Clone)]
pub struct Store {
    inner: Arc<Inner>,
}

struct Inner {
    places: Places,
    options: StoreOptions,
    /// One changes at a time; questions are answered meanwhile.
    writer: Mutex<Connection>,
    reader: Mutex<Connection>,
}

impl Store {
    /// Opens the store in a folder, which is made where it is not there, and mends what a program that died in it has left.
    pub fn open(folder: &Path, options: StoreOptions) -> Result<Self, StoreError> {
        let places = Places::make(folder)?;
        let mut writer = connect(&places)?;
        schema::migrate(&mut writer)?;
        let reader = connect(&places)?;
        reader.pragma_update(None, "query_only", true)?;
        let (writer, reader) = (Mutex::new(writer), Mutex::new(reader));
        let store = Self { inner: Arc::new(Inner { places, options, writer, reader }) };
        store.sweep()?;
        Ok(store)
    }

    /// How much it may take.
    pub fn options(&self) -> StoreOptions {
        self.inner.options
    }

    fn places(&self) -> &Places {
        &self.inner.places
    }

    /// Asks the index.
    fn read<T>(&self, ask: impl FnOnce(&Connection) -> Result<T, StoreError>) -> Result<T, StoreError> {
        ask(&self.inner.reader.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Changes the index, all or nothing. Files are put and taken away within, too: nobody else changes either meanwhile.
    fn write<T>(&self, change: impl FnOnce(&Connection) -> Result<T, StoreError>) -> Result<T, StoreError> {
        let mut writer = self.inner.writer.lock().unwrap_or_else(PoisonError::into_inner);
        let transaction = Transaction::new(&mut writer, TransactionBehavior::Immediate)?;
        let outcome = change(&transaction)?;
        transaction.commit()?;
        Ok(outcome)
    }

    /// An error where the disk has less room than is to be kept free.
    fn check_room(&self) -> Result<(), StoreError> {
        let min_bytes = self.inner.options.free_bytes_min;
        match free_bytes(&self.inner.places.objects()) {
            Some(free_bytes) if free_bytes < min_bytes => Err(StoreError::NoRoom { free_bytes, min_bytes }),
            _ => Ok(()),
        }
    }
}

fn connect(places: &Places) -> Result<Connection, StoreError> {
    let connection = Connection::open(places.index()?)?;
    connection.busy_timeout(BUSY)?;
    let _mode: String = connection.pragma_update_and_check(None, "journal_mode", "wal", |row| row.get(0))?;
    // What is committed stays, even when the power fails.
    connection.pragma_update(None, "synchronous", "full")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    Ok(connection)
}

#[cfg(test)]
mod tests;

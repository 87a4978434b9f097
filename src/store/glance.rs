//! The store at a glance: what can be said of it in seconds. Nothing is mended.

use std::path::Path;
use std::time::SystemTime;

use rusqlite::{Connection, OptionalExtension};

use super::{Store, StoreError};

/// What is seen at a glance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Glance {
    /// Studies in the index.
    pub studies: usize,
    /// Their objects.
    pub objects: usize,
    /// Bytes of these.
    pub bytes: u64,
    /// Studies whose folders are not there.
    pub missing: usize,
}

impl Store {
    /// Whether there is a store in a folder. None is made.
    pub fn is_in(folder: &Path) -> bool {
        folder.join("index.sqlite").is_file()
    }

    /// Has `SQLite` look through the index, and looks whether each study has its folder. No file of an object is opened.
    pub fn glance(&self) -> Result<Glance, StoreError> {
        let places = self.read(|index| {
            let found: String = index.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
            if found != "ok" {
                return Err(StoreError::Index { why: found });
            }
            studies(index)
        })?;
        let mut glance = Glance::default();
        for (place, objects, bytes) in places {
            glance.studies += 1;
            glance.objects += usize::try_from(objects).unwrap_or_default();
            glance.bytes += u64::try_from(bytes).unwrap_or_default();
            glance.missing += usize::from(!self.places().study(&place).is_dir());
        }
        Ok(glance)
    }

    /// Since when that which waits for longest is here; none where nothing waits, or its file is gone.
    pub fn waiting_since(&self) -> Result<Option<SystemTime>, StoreError> {
        let first = self.read(|index| {
            let first = index.query_row(
                "SELECT study.place, object.uid
                 FROM outgoing JOIN object ON object.id = outgoing.object JOIN study ON study.id = object.study
                 ORDER BY outgoing.id LIMIT 1",
                [],
                |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?)),
            );
            let first = first.optional()?;
            Ok(first)
        })?;
        Ok(first.and_then(|(place, uid)| self.places().object(&place, &uid).metadata().ok()?.modified().ok()))
    }
}

/// The place of each study, how many objects it has, and their bytes.
fn studies(index: &Connection) -> Result<Vec<(String, i64, i64)>, StoreError> {
    let mut ask = index.prepare_cached("SELECT place, instances, bytes FROM study")?;
    let rows =
        ask.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?.collect::<Result<_, _>>()?;
    Ok(rows)
}

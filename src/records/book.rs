//! The book of a folder.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use rusqlite::{Connection, Transaction, TransactionBehavior, params};

use crate::private::make_folder;

use super::chain::{self, Begun, Verified};
use super::error::RecordsError;
use super::record::{COLUMNS, Kind, NewRecord, Record};
use super::schema;

/// The name of the file.
const FILE: &str = "records.sqlite";

/// The beginning of the names of files that were put aside; a number follows.
const DAMAGED: &str = "records.sqlite.damaged-";

/// So many files are put aside at most.
const DAMAGED_MAX: u32 = 100;

/// So many monitors are told at most.
const MONITORS_MAX: u32 = 1_000;

/// The book of records of a folder. It keeps no file open: each question opens it, asks and lets go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Book {
    folder: PathBuf,
}

impl Book {
    /// The book of a folder. Nothing is made before the first record; a file that is damaged is put aside, and told by
    /// [`Book::verify`] from then on.
    pub fn open(folder: &Path) -> Result<Self, RecordsError> {
        let book = Self { folder: folder.to_owned() };
        if let Some(damage) = book.damage()? {
            book.put_aside(&damage)?;
        }
        Ok(book)
    }

    /// Whether a folder holds one.
    pub fn is_in(folder: &Path) -> bool {
        folder.join(FILE).exists()
    }

    /// Its file, which need not be there yet.
    pub fn path(&self) -> PathBuf {
        self.folder.join(FILE)
    }

    /// Adds a record at the end, and gives it as it was written. The book is read whole before: where its chain is broken, another
    /// begins, with a record that says so.
    pub fn append(&self, new: &NewRecord) -> Result<Record, RecordsError> {
        let draft = new.draft()?;
        let mut connection = self.writer()?;
        self.write(&mut connection, &draft)
    }

    /// The last records of a monitor, of one kind where that is asked, the latest first.
    pub fn of_monitor(
        &self,
        monitor: &str,
        kind: Option<Kind>,
        limit: u32,
    ) -> Result<Vec<Record>, RecordsError> {
        let Some(connection) = self.reader()? else { return Ok(Vec::new()) };
        let read = || {
            let sql = format!(
                "SELECT {COLUMNS} FROM record WHERE monitor = ?1 AND (?2 IS NULL OR kind = ?2) ORDER BY n DESC LIMIT ?3"
            );
            let mut statement = connection.prepare(&sql)?;
            let rows = statement.query_map(params![monitor, kind.map(Kind::name), limit], Record::of_row)?;
            rows.map(|row| row.map(|(record, _)| record)).collect::<Result<Vec<_>, rusqlite::Error>>()
        };
        read().map_err(|error| RecordsError::reading(&self.path(), &error))
    }

    /// The last record of a monitor and kind.
    pub fn latest(&self, monitor: &str, kind: Kind) -> Result<Option<Record>, RecordsError> {
        Ok(self.of_monitor(monitor, Some(kind), 1)?.pop())
    }

    /// Every monitor of which there is a record, by what it is known by.
    pub fn monitors(&self) -> Result<BTreeSet<String>, RecordsError> {
        let Some(connection) = self.reader()? else { return Ok(BTreeSet::new()) };
        let read = || {
            let sql = "SELECT DISTINCT CAST(monitor AS BLOB) FROM record WHERE monitor <> '' LIMIT ?1";
            let mut statement = connection.prepare(sql)?;
            let rows = statement.query_map([MONITORS_MAX], |row| row.get::<_, Vec<u8>>(0))?;
            // What somebody has made of it need not be text.
            let names = rows.map(|row| row.map(|name| String::from_utf8_lossy(&name).into_owned()));
            names.collect::<Result<BTreeSet<_>, rusqlite::Error>>()
        };
        read().map_err(|error| RecordsError::reading(&self.path(), &error))
    }

    /// Reads every record, and says what is or ever was wrong with them.
    pub fn verify(&self) -> Result<Verified, RecordsError> {
        self.each(|_, _| {})
    }

    /// The same, and gives each record with whether it holds, the first one first. Nobody can write meanwhile: keep what is asked
    /// for, and do with it what is to be done when this has returned.
    pub fn each(&self, mut each: impl FnMut(&Record, bool)) -> Result<Verified, RecordsError> {
        let mut damaged = self.damaged();
        let Some(connection) = self.reader()? else { return Ok(Verified { damaged, ..Verified::default() }) };
        let walked = chain::walk(&connection, |record, holds| {
            if holds
                && record.what() == Some(Kind::ChainBegun)
                && let Ok(begun) = record.read::<Begun>()
            {
                damaged.extend(begun.damaged);
            }
            each(record, holds);
        });
        let verified = walked.map_err(|error| RecordsError::reading(&self.path(), &error))?;
        Ok(Verified { damaged, ..verified })
    }

    /// The book as lines of JSON ([`Record::line`]), of one monitor where that is asked.
    pub fn export(&self, monitor: Option<&str>) -> Result<(Vec<String>, Verified), RecordsError> {
        let mut lines = Vec::new();
        let verified = self.each(|record, _| {
            if monitor.is_none_or(|monitor| record.monitor == monitor) {
                lines.push(record.line());
            }
        })?;
        Ok((lines, verified))
    }

    fn is_there(&self) -> Result<bool, RecordsError> {
        let path = self.path();
        path.try_exists().map_err(|error| RecordsError::Unreadable { path, why: error.to_string() })
    }

    /// What is wrong with the file; none where nothing is, or there is none.
    fn damage(&self) -> Result<Option<String>, RecordsError> {
        if !self.is_there()? {
            return Ok(None);
        }
        let damage = schema::connect(&self.path()).and_then(|connection| schema::damage(&connection));
        damage.map_err(|error| RecordsError::reading(&self.path(), &error))
    }

    fn put_aside(&self, damage: &str) -> Result<(), RecordsError> {
        let path = self.path();
        let failed =
            |why: String| RecordsError::Damaged { path: path.clone(), damage: damage.to_owned(), why };
        let names = (1..=DAMAGED_MAX).map(|number| format!("{DAMAGED}{number}"));
        let mut free = names.map(|name| self.folder.join(name)).filter(|path| !path.exists());
        let aside = free.next().ok_or_else(|| failed(format!("{DAMAGED_MAX} others are")))?;
        match fs::rename(&path, aside) {
            // Another program was quicker.
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            moved => moved.map_err(|error| failed(error.to_string())),
        }
    }

    /// The files that were put aside and lie here, by name.
    fn damaged(&self) -> BTreeSet<String> {
        let names = fs::read_dir(&self.folder).into_iter().flatten();
        let names = names.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
        names.filter(|name| name.strip_prefix(DAMAGED).is_some_and(|n| n.parse::<u32>().is_ok())).collect()
    }

    /// To ask; none where there is no book yet.
    fn reader(&self) -> Result<Option<Connection>, RecordsError> {
        if !self.is_there()? {
            return Ok(None);
        }
        let path = self.path();
        let failed = |error| RecordsError::reading(&path, &error);
        let connection = schema::connect(&path).map_err(failed)?;
        self.check_form(&connection)?;
        connection.pragma_update(None, "query_only", true).map_err(failed)?;
        Ok(Some(connection))
    }

    /// To write; the book is made where there is none.
    fn writer(&self) -> Result<Connection, RecordsError> {
        let path = self.path();
        let failed = |error| RecordsError::writing(&path, &error);
        if !self.is_there()? {
            self.make()?;
        }
        let mut connection = schema::connect(&path).map_err(failed)?;
        self.check_form(&connection)?;
        schema::prepare(&mut connection).map_err(failed)?;
        Ok(connection)
    }

    fn check_form(&self, connection: &Connection) -> Result<(), RecordsError> {
        let path = self.path();
        let found = schema::form(connection).map_err(|error| RecordsError::reading(&path, &error))?;
        let known = schema::KNOWN;
        if found > known { Err(RecordsError::Newer { path, found, known }) } else { Ok(()) }
    }

    /// Makes an empty book beside its place and then puts it there, so that there is never half of one. Who was first wins.
    fn make(&self) -> Result<(), RecordsError> {
        let path = self.path();
        let failed = |error: io::Error| RecordsError::making(&path, &error);
        make_folder(&self.folder).map_err(failed)?;
        let mut name = tempfile::Builder::new();
        let file = name.prefix("records-").suffix(".new").tempfile_in(&self.folder).map_err(failed)?;
        let made = schema::connect(file.path()).and_then(|mut connection| schema::prepare(&mut connection));
        made.map_err(|error| RecordsError::writing(&path, &error))?;
        share(file.as_file(), &self.folder).and_then(|()| file.as_file().sync_all()).map_err(failed)?;
        match file.persist_noclobber(&path) {
            Err(error) if error.error.kind() != io::ErrorKind::AlreadyExists => Err(failed(error.error)),
            _ => Ok(()),
        }
    }

    /// Writes a record, all or nothing.
    pub(super) fn write(&self, connection: &mut Connection, draft: &Record) -> Result<Record, RecordsError> {
        let path = self.path();
        let failed = |error| RecordsError::writing(&path, &error);
        let change = Transaction::new(connection, TransactionBehavior::Immediate).map_err(failed)?;
        let mut chain = chain::walk(&change, |_, _| {}).map_err(failed)?;
        // A new book follows those that were put aside.
        let damaged = if chain.records == 0 { self.damaged() } else { BTreeSet::new() };
        let (mut n, mut previous) = (chain.next(), std::mem::take(&mut chain.head));
        if chain.is_broken() || !damaged.is_empty() {
            let begun = Begun { broken: chain.breaks, head: previous, damaged };
            let begun = draft.of_book(Kind::ChainBegun, &begun)?.placed(n, "");
            begun.insert(&change).map_err(failed)?;
            (n, previous) = (n.saturating_add(1), begun.hash);
        }
        let record = draft.clone().placed(n, &previous);
        record.insert(&change).map_err(failed)?;
        change.commit().map_err(failed)?;
        Ok(record)
    }
}

/// Who may write in the folder may write the book: a site's folder is for all readers of a station.
#[cfg(unix)]
fn share(file: &fs::File, folder: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = fs::metadata(folder)?.permissions().mode() & 0o666;
    file.set_permissions(fs::Permissions::from_mode(mode))
}

/// The system's own rules apply.
#[cfg(not(unix))]
fn share(_file: &fs::File, _folder: &Path) -> io::Result<()> {
    Ok(())
}

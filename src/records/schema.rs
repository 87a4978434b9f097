//! The file of the book: how it is opened, what form it has, and whether it is one at all.

use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, OpenFlags, Transaction, TransactionBehavior};

use super::record::COLUMNS;

/// How long one program waits until another has written.
pub(super) const BUSY: Duration = Duration::from_secs(10);

/// From one form to the next; the form of a book is how many of them were made.
const MIGRATIONS: [&str; 1] = [include_str!("migrations/001.sql")];

/// The newest form.
pub(super) const KNOWN: usize = MIGRATIONS.len();

/// Opens a file that is there, to write where the system lets us.
///
/// The book keeps to the rollback journal: it is written a few times a day, is then one file that can be copied, and is read where
/// nothing may be written.
pub(super) fn connect(path: &Path) -> Result<Connection, rusqlite::Error> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(BUSY)?;
    Ok(connection)
}

/// How many changes of form a file has seen; none is no book.
pub(super) fn form(connection: &Connection) -> Result<usize, rusqlite::Error> {
    let form: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    Ok(usize::try_from(form).unwrap_or(usize::MAX))
}

/// Brings a book to the newest form, and has the disk keep what is committed, even when the power fails.
pub(super) fn prepare(connection: &mut Connection) -> Result<(), rusqlite::Error> {
    connection.pragma_update(None, "synchronous", "extra")?;
    // The usual case waits for nobody.
    if form(connection)? >= KNOWN {
        return Ok(());
    }
    // Another program may do the same: it is asked again once nobody else can.
    let change = Transaction::new(connection, TransactionBehavior::Immediate)?;
    let found = form(&change)?;
    if found < KNOWN {
        for migration in MIGRATIONS.iter().skip(found) {
            change.execute_batch(migration)?;
        }
        change.pragma_update(None, "user_version", i64::try_from(KNOWN).unwrap_or_default())?;
    }
    change.commit()
}

/// What is wrong with a file; none where it is a book, of whatever form. It is read whole.
pub(super) fn damage(connection: &Connection) -> Result<Option<String>, rusqlite::Error> {
    match examined(connection) {
        Err(error) if is_damage(&error) => Ok(Some(error.to_string())),
        found => found,
    }
}

/// Whether the file is to blame, and not the disk or another program. What is asked here makes sense to every book, so that
/// what `SQLite` calls an error of logic is one of the file.
fn is_damage(error: &rusqlite::Error) -> bool {
    let code = error.sqlite_error_code();
    matches!(code, Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase | ErrorCode::Unknown))
        || matches!(error, rusqlite::Error::SqlInputError { .. })
}

fn examined(connection: &Connection) -> Result<Option<String>, rusqlite::Error> {
    let form = form(connection)?;
    if form == 0 {
        // A book is made aside and has its form when it is put here.
        return Ok(Some("it is empty".to_owned()));
    }
    let found: String = connection.pragma_query_value(None, "quick_check", |row| row.get(0))?;
    if found != "ok" {
        return Ok(Some(found));
    }
    if form == KNOWN {
        connection.prepare(&format!("SELECT {COLUMNS} FROM record"))?;
    }
    Ok(None)
}

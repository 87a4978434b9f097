//! The form of the index: numbered changes, each made once.

use rusqlite::{Connection, Transaction, TransactionBehavior};

use super::StoreError;

/// From one form to the next; the form of an index is how many of them were made.
const MIGRATIONS: [&str; 1] = [include_str!("migrations/001.sql")];

/// Brings an index to the newest form; one that is newer still is refused.
pub(super) fn migrate(connection: &mut Connection) -> Result<(), StoreError> {
    let known = MIGRATIONS.len();
    // The usual case waits for nobody.
    if form(connection)? == known {
        return Ok(());
    }
    // Another program may do the same: it is asked again once nobody else can.
    let change = Transaction::new(connection, TransactionBehavior::Immediate)?;
    let found = form(&change)?;
    let missing = MIGRATIONS.get(found..).ok_or(StoreError::Newer { found, known })?;
    for migration in missing {
        change.execute_batch(migration)?;
    }
    change.pragma_update(None, "user_version", i64::try_from(known).unwrap_or_default())?;
    Ok(change.commit()?)
}

/// Refuses an index of a newer program.
pub(super) fn check(connection: &Connection) -> Result<(), StoreError> {
    let (found, known) = (form(connection)?, MIGRATIONS.len());
    if found > known { Err(StoreError::Newer { found, known }) } else { Ok(()) }
}

fn form(connection: &Connection) -> Result<usize, StoreError> {
    let form: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    Ok(usize::try_from(form).unwrap_or(usize::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_index_of_a_newer_program_is_refused_in_words_and_left_as_it_is() {
        let mut connection = Connection::open_in_memory().expect("memory");
        migrate(&mut connection).expect("the newest form");
        migrate(&mut connection).expect("once more");
        connection.pragma_update(None, "user_version", 7).expect("a number");
        let refused = migrate(&mut connection).expect_err("newer");
        assert_eq!(refused, StoreError::Newer { found: 7, known: 1 });
        assert!(refused.to_string().contains("newer Hotlight"), "{refused}");
        assert_eq!(form(&connection), Ok(7));
    }
}

//! The store for who only looks at it: nothing in its folder is made, mended or changed.

use std::fmt::Write as _;
use std::path::Path;
use std::sync::{Arc, Mutex};

use rusqlite::{Connection, OpenFlags};

use super::places::Places;
use super::{BUSY, Inner, Store, StoreError, StoreOptions, schema};

impl Store {
    /// Opens the store of a folder to look at it, whether programs have it open or not; whatever would change it fails. Who finds a fault
    /// looks again: a program may have begun to change the index meanwhile.
    pub fn look_into(folder: &Path, options: StoreOptions) -> Result<Self, StoreError> {
        let places = Places::of(folder);
        let (writer, reader) = (Mutex::new(to_look(folder)?), Mutex::new(to_look(folder)?));
        let store = Self { inner: Arc::new(Inner { places, options, writer, reader }) };
        store.read(schema::check)?;
        Ok(store)
    }
}

fn to_look(folder: &Path) -> Result<Connection, StoreError> {
    // Without that file no program has the index open. Then it can be read alone: else `SQLite` would put files beside it.
    let is_alone = !folder.join("index.sqlite-wal").exists();
    let index = std::path::absolute(folder.join("index.sqlite"))?;
    let flags =
        OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection =
        Connection::open_with_flags(uri(&index, if is_alone { "?immutable=1" } else { "" }), flags)?;
    connection.busy_timeout(BUSY)?;
    Ok(connection)
}

/// A file as `SQLite` takes it with an option: as a URI, and what is no letter of one in hexadecimal digits. RFC 3986 2.1.
fn uri(path: &Path, option: &str) -> String {
    let bytes = path.as_os_str().as_encoded_bytes();
    // A drive of Windows has the root before it.
    let mut uri =
        if bytes.starts_with(b"/") || bytes.starts_with(b"\\") { "file://" } else { "file:///" }.to_owned();
    for &byte in bytes {
        match byte {
            b'\\' if cfg!(windows) => uri.push('/'),
            b'/' | b':' | b'-' | b'.' | b'_' | b'~' => uri.push(char::from(byte)),
            _ if byte.is_ascii_alphanumeric() => uri.push(char::from(byte)),
            // Writing to a String does not fail.
            _ => {
                let _infallible = write!(uri, "%{byte:02X}");
            }
        }
    }
    uri.push_str(option);
    uri
}

#[cfg(test)]
mod tests {
    use super::super::Glance;
    use super::*;

    #[test]
    fn who_looks_sees_what_programs_have_written_and_leaves_no_trace() {
        let root = tempfile::tempdir().expect("a folder");
        let folder = root.path().join("a b#1%20ü");
        let options = StoreOptions { quota_bytes: 1 << 30, free_bytes_min: 0 };
        let look = || Store::look_into(&folder, options);
        let names = || {
            let entries = std::fs::read_dir(&folder).expect("a folder");
            let mut names: Vec<_> = entries.map(|entry| entry.expect("an entry").file_name()).collect();
            names.sort();
            names
        };
        assert!(look().is_err());
        assert!(!folder.exists(), "none is made");

        let store = Store::open(&folder, options).expect("a store");
        let looked = look().expect("it is open elsewhere, too");
        assert_eq!(looked.glance(), Ok(Glance::default()));
        let refused = looked.write(|index| Ok(index.execute("DELETE FROM study", [])?));
        assert!(matches!(refused, Err(StoreError::Index { .. })), "{refused:?}");
        drop(looked);
        drop(store);
        let before = names();
        assert_eq!(look().expect("nobody has it open").glance(), Ok(Glance::default()));
        assert_eq!(names(), before);

        // What is not in the file itself yet is seen, too.
        let store = Store::open(&folder, options).expect("a store");
        let newer = store.write(|index| Ok(index.pragma_update(None, "user_version", 7)?));
        assert_eq!(newer, Ok(()));
        assert_eq!(look().err(), Some(StoreError::Newer { found: 7, known: 1 }));
    }
}

//! The files of a trail: `trail-NUMBER.jsonl`, each named for its first link, `sent.json` for what the server has, and two locks.

use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use crate::private::{self, Locked};

use super::chain::{Link, Tip};

/// What the names of files begin and end with.
const BEGINS: &str = "trail-";
const ENDS: &str = ".jsonl";

/// The file that says what the server has.
const SENT: &str = "sent.json";

/// A longer file says nothing that was written here.
const SENT_BYTES_MAX: u64 = 4096;

/// The files, the oldest first.
pub(super) fn files(folder: &Path) -> io::Result<Vec<(u64, PathBuf)>> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let mut files = Vec::new();
    for entry in entries {
        let entry = entry?;
        let name = entry.file_name();
        let number =
            name.to_str().and_then(|name| name.strip_prefix(BEGINS)?.strip_suffix(ENDS)?.parse().ok());
        let number = number.filter(|number: &u64| *number <= Link::NUMBER_MAX);
        files.extend(number.map(|number| (number, entry.path())));
    }
    files.sort();
    Ok(files)
}

/// The file whose first link has a number.
pub(super) fn file(folder: &Path, first: u64) -> PathBuf {
    folder.join(format!("{BEGINS}{first:012}{ENDS}"))
}

/// The last link that the server has; none where nothing was sent, or nothing that can be read says so.
pub(super) fn sent(folder: &Path) -> Option<Tip> {
    let text = private::read_text(&folder.join(SENT), SENT_BYTES_MAX).ok()?;
    serde_json::from_str(&text).ok().filter(|tip: &Tip| tip.number <= Link::NUMBER_MAX)
}

/// Notes the last link that the server has.
pub(super) fn note_sent(folder: &Path, tip: &Tip) -> io::Result<()> {
    private::write(&folder.join(SENT), serde_json::to_string(tip)?.as_bytes())
}

/// The right to change the files, which one program has at a time; waited for.
pub(super) fn turn(folder: &Path) -> io::Result<Locked> {
    private::make_folder(folder)?;
    let file = private::open_lock(&folder.join("lock"))?;
    file.lock()?;
    Ok(Locked(file))
}

/// The right to send, which one program has at a time; `None` where another has it.
pub(super) fn sender(folder: &Path) -> io::Result<Option<Locked>> {
    private::make_folder(folder)?;
    let file = private::open_lock(&folder.join("sending"))?;
    Ok(Locked::try_of(file))
}

//! Folders of mode 0700, files of mode 0600.

use std::fs::{DirBuilder, File, OpenOptions};
use std::io::{Error, ErrorKind, Read as _, Result, Write as _};
use std::path::Path;

use tempfile::NamedTempFile;

/// Makes a folder, and those above it that are missing, for their owner alone. One that is there keeps its rights: somebody chose
/// them.
pub fn make_folder(folder: &Path) -> Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// Opens a file to add to it, and makes it where there is none.
pub fn append_to(path: &Path) -> Result<File> {
    open(OpenOptions::new().append(true), path)
}

/// Opens a file that is to be locked, and makes it where there is none. Windows locks none that is open only to be added to.
pub fn open_lock(path: &Path) -> Result<File> {
    open(OpenOptions::new().write(true).truncate(false), path)
}

fn open(options: &mut OpenOptions, path: &Path) -> Result<File> {
    options.create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600);
    options.open(path)
}

/// Writes a file beside its place and then puts it there: it is whole, or as it was. Its folder is made where there is none.
pub fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    let folder = path.parent().unwrap_or(path);
    make_folder(folder)?;
    // Made with mode 0600.
    let mut beside = NamedTempFile::new_in(folder)?;
    beside.write_all(bytes)?;
    beside.as_file().sync_all()?;
    beside.persist(path)?;
    Ok(())
}

/// All of a file that has no more bytes than may be; of a larger one no more is read than tells so.
pub fn read_bounded(path: &Path, bytes_max: u64) -> Result<Vec<u8>> {
    read_open(File::open(path)?, bytes_max)
}

/// The same of one that is open: whose rights were looked at, say.
pub fn read_open(file: File, bytes_max: u64) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    file.take(bytes_max.saturating_add(1)).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > bytes_max {
        let why = format!("it has more than the {bytes_max} bytes that are read");
        return Err(Error::new(ErrorKind::InvalidData, why));
    }
    Ok(bytes)
}

/// The same of a text in UTF-8.
pub fn read_text(path: &Path, bytes_max: u64) -> Result<String> {
    let text = String::from_utf8(read_bounded(path, bytes_max)?);
    text.map_err(|error| Error::new(ErrorKind::InvalidData, error.utf8_error()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn what_is_made_is_for_its_owner_alone_and_what_is_there_keeps_its_rights() {
        use std::fs::{Permissions, metadata, set_permissions};
        use std::os::unix::fs::PermissionsExt as _;
        let root = tempfile::tempdir().expect("a folder");
        let mode = |path: &Path| metadata(path).expect("there").permissions().mode() & 0o777;
        let inner = root.path().join("a/b");
        write(&inner.join("whole"), b"1").expect("written");
        drop(append_to(&inner.join("added")).expect("opened"));
        drop(open_lock(&inner.join("lock")).expect("opened"));
        assert_eq!((mode(&root.path().join("a")), mode(&inner)), (0o700, 0o700));
        assert_eq!(["whole", "added", "lock"].map(|name| mode(&inner.join(name))), [0o600; 3]);
        set_permissions(&inner, Permissions::from_mode(0o750)).expect("ours");
        make_folder(&inner).expect("there already");
        assert_eq!(mode(&inner), 0o750);
    }

    #[test]
    fn what_is_opened_to_be_locked_can_be_by_one_at_a_time() {
        let folder = tempfile::tempdir().expect("a folder");
        let open = || open_lock(&folder.path().join("lock")).expect("opened");
        let (first, second) = (open(), open());
        first.try_lock().expect("locked");
        assert!(second.try_lock().is_err());
    }

    #[test]
    fn a_file_is_read_no_further_than_it_may_reach() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("file");
        write(&path, "nine ⅛".as_bytes()).expect("written");
        assert_eq!(read_text(&path, 8).expect("all of it"), "nine ⅛");
        // Not that its last letter is cut.
        let error = read_text(&path, 7).expect_err("too large");
        assert_eq!(error.to_string(), "it has more than the 7 bytes that are read");
        write(&path, &[0xFF]).expect("written");
        assert!(read_text(&path, 8).expect_err("no text").to_string().contains("utf-8"));
        assert_eq!(read_bounded(&path, 8).expect("bytes"), [0xFF]);
        #[cfg(target_os = "linux")]
        assert!(read_bounded(Path::new("/dev/zero"), 1 << 16).is_err(), "what never ends ends");
    }
}

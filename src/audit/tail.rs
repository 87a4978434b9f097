//! The links of a file, and the last one without reading all before it.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom};
use std::path::Path;

use super::chain::{Link, Tip};

/// A longer line is no link: a message of a few studies has some kilobytes.
pub(super) const LINE_BYTES_MAX: u64 = 1 << 20;

/// Where a file ends.
pub(super) struct Tail {
    /// After its last sound link; none where it holds none.
    pub(super) tip: Option<Tip>,
    /// Whether that is the end of the file: else what follows was cut while it was written, or changed.
    pub(super) is_whole: bool,
}

/// Looks at the end of a file.
pub(super) fn tail(path: &Path) -> io::Result<Tail> {
    let mut file = File::open(path)?;
    let length = file.metadata()?.len();
    // The last whole line and what may stand behind it.
    let from = length.saturating_sub(2 * LINE_BYTES_MAX);
    file.seek(SeekFrom::Start(from))?;
    let mut bytes = Vec::new();
    file.take(length - from).read_to_end(&mut bytes)?;
    let end = bytes.iter().rposition(|byte| *byte == b'\n');
    let whole = end.and_then(|end| bytes.get(..end)).unwrap_or_default();
    let mut lines = whole.rsplit(|byte| *byte == b'\n').map(|line| {
        std::str::from_utf8(line).ok().and_then(Link::read).filter(Link::is_sound).map(|link| link.tip())
    });
    let last = lines.next().flatten();
    let is_whole = length == 0 || (last.is_some() && bytes.ends_with(b"\n"));
    Ok(Tail { tip: last.or_else(|| lines.flatten().next()), is_whole })
}

/// Reads a file line by line, each no longer than a link can be; what is beyond is given as a line of its own, which is none.
pub(super) fn each_line(path: &Path, mut take: impl FnMut(&str, bool) -> bool) -> io::Result<()> {
    let mut reader = BufReader::new(File::open(path)?);
    let mut line = Vec::new();
    loop {
        line.clear();
        let read = reader.by_ref().take(LINE_BYTES_MAX).read_until(b'\n', &mut line)?;
        if read == 0 {
            return Ok(());
        }
        let is_ended = line.last() == Some(&b'\n');
        let text = String::from_utf8_lossy(&line);
        if !take(text.trim_end_matches('\n'), is_ended) {
            return Ok(());
        }
    }
}

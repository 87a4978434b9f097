//! No day's log grows beyond a bound.

use std::io::{Result, Write};
use std::path::PathBuf;

use super::FILE_NAME;

/// So much is kept of a day, and the line that reaches beyond it.
pub(super) const DAY_BYTES_MAX: u64 = 32 << 20;

/// Lines on their way to the file of their day, as long as that has room. What other programs wrote there counts.
pub(super) struct Daily<W> {
    pub(super) files: W,
    pub(super) dir: PathBuf,
    pub(super) bytes_max: u64,
}

impl<W> Daily<W> {
    /// How long the file of a line's day is: a line begins with its day, as the file's name ends with it.
    fn bytes_of_day(&self, line: &[u8]) -> u64 {
        let day = String::from_utf8_lossy(line.get(.."YYYY-MM-DD".len()).unwrap_or_default());
        std::fs::metadata(self.dir.join(format!("{FILE_NAME}.{day}"))).map_or(0, |file| file.len())
    }
}

/// Each call is one whole line.
impl<W: Write> Write for Daily<W> {
    fn write(&mut self, line: &[u8]) -> Result<usize> {
        let before = self.bytes_of_day(line);
        if before < self.bytes_max {
            self.files.write_all(line)?;
            if before.saturating_add(line.len() as u64) >= self.bytes_max {
                let rest = format!(
                    "This day's log has {} bytes: the rest of the day is not kept.\n",
                    self.bytes_max
                );
                self.files.write_all(rest.as_bytes())?;
            }
        }
        Ok(line.len())
    }

    fn flush(&mut self) -> Result<()> {
        self.files.flush()
    }
}

#[cfg(test)]
mod tests {
    use crate::private::append_to;

    use super::*;

    #[test]
    fn a_full_day_is_said_to_be_once_also_after_another_start_and_the_next_day_has_room() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = |day: &str| folder.path().join(format!("{FILE_NAME}.{day}"));
        let start = |day: &str, bytes_max: u64| {
            let files = append_to(&path(day)).expect("opened");
            Daily { files, dir: folder.path().to_path_buf(), bytes_max }
        };
        let text = |day: &str| std::fs::read_to_string(path(day)).expect("the file");
        let (line, next) = ("2026-11-29T08:00:00Z INFO a\n", "2026-11-30T00:00:00Z INFO b\n");
        // Two lines and one byte more.
        let room = 2 * line.len() as u64 + 1;
        let rest = format!("This day's log has {room} bytes: the rest of the day is not kept.\n");
        let mut first = start("2026-11-29", room);
        for _ in 0..2 {
            first.write_all(line.as_bytes()).expect("written");
        }
        assert_eq!(text("2026-11-29"), line.repeat(2), "there is room for a byte");
        let mut again = start("2026-11-29", room);
        for daily in [&mut again, &mut first] {
            daily.write_all(line.as_bytes()).expect("written, or left out");
        }
        assert_eq!(text("2026-11-29"), format!("{}{rest}", line.repeat(3)));
        start("2026-11-30", room).write_all(next.as_bytes()).expect("written");
        assert_eq!(text("2026-11-30"), next);
    }
}

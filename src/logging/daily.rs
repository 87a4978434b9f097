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
    /// The last day that a line was of: where the clock is set back, lines still go to the file of that one.
    pub(super) day: String,
}

impl<W> Daily<W> {
    /// How long the file is that a line goes to: a line begins with its day, as the file's name ends with it.
    fn bytes_of_day(&mut self, line: &[u8]) -> u64 {
        let day = String::from_utf8_lossy(line.get(.."YYYY-MM-DD".len()).unwrap_or_default());
        if *day > *self.day {
            self.day = day.into_owned();
        }
        let file = self.dir.join(format!("{FILE_NAME}.{}", self.day));
        std::fs::metadata(file).map_or(0, |file| file.len())
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
            Daily { files, dir: folder.path().to_path_buf(), bytes_max, day: String::new() }
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

    #[test]
    fn a_clock_that_is_set_back_makes_no_room() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join(format!("{FILE_NAME}.2026-11-29"));
        let (line, back) = ("2026-11-29T08:00:00Z INFO a\n", "2026-11-28T23:00:00Z INFO b\n");
        let bytes_max = 2 * line.len() as u64;
        let files = append_to(&path).expect("opened");
        let dir = folder.path().to_path_buf();
        let mut daily = Daily { files, dir, bytes_max, day: String::new() };
        for line in [line, back, back] {
            daily.write_all(line.as_bytes()).expect("written, or left out");
        }
        let rest = format!("This day's log has {bytes_max} bytes: the rest of the day is not kept.\n");
        assert_eq!(std::fs::read_to_string(path).expect("the file"), [line, back, &rest].concat());
    }
}

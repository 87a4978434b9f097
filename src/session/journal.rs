//! The commands so far: for crash reports, bug reports and replays.

use std::collections::VecDeque;

use crate::command::Command;

/// The last commands in text form, the oldest first. Paths and typed text are not in it.
#[derive(Debug, Clone, Default)]
pub struct Journal {
    lines: VecDeque<String>,
}

impl Journal {
    /// The most commands that are kept.
    pub const LINES_MAX: usize = 10_000;

    /// Notes a command.
    pub fn note(&mut self, command: &Command) {
        if self.lines.len() == Self::LINES_MAX {
            self.lines.pop_front();
        }
        self.lines.push_back(command.to_string());
    }

    /// The lines, the oldest first.
    pub fn lines(&self) -> impl Iterator<Item = &str> {
        self.lines.iter().map(String::as_str)
    }
}

//! The commands so far: for crash reports, bug reports and replays.

use std::collections::VecDeque;

use crate::command::{Command, PointerCommand, ToolCommand};

/// The last commands in text form, the oldest first. Paths and typed text are not in it.
#[derive(Debug, Clone, Default)]
pub struct Journal {
    lines: VecDeque<String>,
    /// Where the pointer went since the last press: of many places only the one that is pressed counts.
    fleeting: Option<Command>,
}

impl Journal {
    /// The most commands that are kept.
    pub const LINES_MAX: usize = 10_000;

    /// Notes a command.
    pub fn note(&mut self, command: &Command) {
        if command.is_fleeting() {
            self.fleeting = Some(command.clone());
            return;
        }
        let uses_the_place = matches!(
            command,
            Command::Tool(ToolCommand::Pointer(PointerCommand::Press { .. } | PointerCommand::Click))
        );
        if let Some(before) = self.fleeting.take_if(|_| uses_the_place) {
            self.push(before.to_string());
        }
        self.push(command.to_string());
    }

    fn push(&mut self, line: String) {
        if self.lines.len() == Self::LINES_MAX {
            self.lines.pop_front();
        }
        self.lines.push_back(line);
    }

    /// The lines, the oldest first.
    pub fn lines(&self) -> impl Iterator<Item = &str> {
        self.lines.iter().map(String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_the_pointers_way_only_the_place_is_kept_that_is_pressed() {
        let mut journal = Journal::default();
        for text in [
            "pointer hover 1 1 5 5",
            "tool zoom",
            "pointer hover 1 2 6 6",
            "pointer press left 6 6",
            "scroll +1",
        ] {
            journal.note(&Command::parse(text).expect(text));
        }
        journal.note(&Command::parse("pointer leave").expect("a command"));
        let lines: Vec<&str> = journal.lines().collect();
        assert_eq!(lines, ["tool zoom", "pointer hover 1 2 6 6", "pointer press left 6 6", "scroll +1"]);
    }
}

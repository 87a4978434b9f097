//! Scripts: named commands one a line, and what drives the program from outside: `wait`, `screenshot`, `state`, `quit`.

use std::path::PathBuf;

use crate::command::{AppCommand, Command, CommandError};

use super::trace::TraceEvent;

/// `wait settled` goes on when every visible viewport shows its image and nothing is under way.
pub(super) const SETTLED: &str = "settled";

/// One line of a script.
#[derive(Debug, Clone, PartialEq)]
pub enum Step {
    /// A command as in the key map.
    Command(Command),
    /// Goes on when the event has happened once more since the last `wait` for it (or since the start).
    Wait(String),
    /// Writes the window's picture as PNG.
    Screenshot(PathBuf),
    /// Writes the session and the frame plan as text, without patient data.
    State(PathBuf),
}

/// A line that cannot be understood.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("line {line}: {why}")]
pub struct ScriptError {
    /// The line, from 1.
    pub line: usize,
    /// Why.
    pub why: String,
}

/// Reads a script. Empty lines and lines that begin with `#` are left out; `;` separates commands on a line.
pub fn parse(text: &str) -> Result<Vec<Step>, ScriptError> {
    let mut steps = Vec::new();
    for (number, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.starts_with('#') {
            continue;
        }
        for part in line.split(';').map(str::trim).filter(|part| !part.is_empty()) {
            let step = parse_step(part).map_err(|why| ScriptError { line: number + 1, why })?;
            steps.push(step);
        }
    }
    Ok(steps)
}

fn parse_step(text: &str) -> Result<Step, String> {
    let (name, rest) = text.split_once(' ').unwrap_or((text, ""));
    let file = |what: &str| {
        if rest.is_empty() { Err(format!("{what} needs a file name")) } else { Ok(PathBuf::from(rest)) }
    };
    match name {
        "wait" if rest == SETTLED || TraceEvent::NAMES.contains(&rest) => Ok(Step::Wait(rest.to_owned())),
        "wait" => Err(format!("there is no event '{rest}' ({}, {SETTLED})", TraceEvent::NAMES.join(", "))),
        "screenshot" => file("screenshot").map(Step::Screenshot),
        "state" => file("state").map(Step::State),
        _ => Command::parse(text).map(Step::Command).map_err(|why: CommandError| why.to_string()),
    }
}

/// Whether a script ends the program itself.
pub fn ends_with_quit(steps: &[Step]) -> bool {
    matches!(steps.last(), Some(Step::Command(Command::App(AppCommand::Quit))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_script_is_commands_and_waits() {
        let steps = parse("# read\nwait first-image\n\nscroll +1; invert\nscreenshot out/a b.png\nquit");
        let steps = steps.expect("a good script");
        assert_eq!(steps.len(), 5);
        assert_eq!(steps.get(3), Some(&Step::Screenshot(PathBuf::from("out/a b.png"))));
        assert!(ends_with_quit(&steps));
    }

    #[test]
    fn a_bad_line_is_named() {
        let message = |text| parse(text).expect_err(text).to_string();
        assert!(
            message("invert\nwait for-ever")
                .starts_with("line 2: there is no event 'for-ever' (window-shown")
        );
        assert!(message("scrol +1").contains("did you mean 'scroll'"));
        assert_eq!(message("screenshot"), "line 1: screenshot needs a file name");
    }
}

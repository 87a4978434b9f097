//! A photometer that a program of its own reads: Argyll's `spotread`, or any command that prints cd/m².

use std::io::Read;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use crate::units::{CdPerM2, Chromaticity};

/// How often the program is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(20);

/// Of what a program prints, so much is read.
const PRINTED_MAX: u64 = 64 * 1024;

/// A program that reads a photometer once and ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Photometer {
    program: String,
    arguments: Vec<String>,
}

/// Why a photometer gives no luminance.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum PhotometerError {
    /// Not a command line.
    #[error("'{text}' is no command: a quote is not closed, or it is empty")]
    Command {
        /// The text found.
        text: String,
    },
    /// The program cannot be started.
    #[error("{program} cannot be started: {why}")]
    Start {
        /// The program.
        program: String,
        /// The system's words.
        why: String,
    },
    /// The program failed.
    #[error("{program} failed: {why}")]
    Failed {
        /// The program.
        program: String,
        /// What it said last.
        why: String,
    },
    /// The program did not end.
    #[error("{program} has not ended after {seconds} s")]
    Late {
        /// The program.
        program: String,
        /// How long it was waited for.
        seconds: u64,
    },
    /// The program printed no luminance.
    #[error("{program} printed no luminance: '{printed}'")]
    NoLuminance {
        /// The program.
        program: String,
        /// The last line that it printed.
        printed: String,
    },
    /// Nobody wants it any more.
    #[error("it was stopped")]
    Stopped,
}

impl Photometer {
    /// From a command line, as a shell would split it: `spotread -e -y l -O`. No shell runs it.
    pub fn new(command: &str) -> Result<Self, PhotometerError> {
        let words = shlex::split(command).unwrap_or_default();
        let mut words = words.into_iter();
        let program = words.next().filter(|program| !program.is_empty());
        let program = program.ok_or_else(|| PhotometerError::Command { text: command.to_owned() })?;
        Ok(Self { program, arguments: words.collect() })
    }

    /// The program without its folder: `spotread`.
    pub fn name(&self) -> &str {
        self.program.rsplit(['/', '\\']).next().unwrap_or(&self.program)
    }

    /// Runs the program and reads what it printed; blocks as long as that takes, `patience` at most.
    pub fn read(
        &self,
        patience: Duration,
        is_stopped: &AtomicBool,
    ) -> Result<(CdPerM2, Option<Chromaticity>), PhotometerError> {
        let program = || self.name().to_owned();
        let mut child = Command::new(&self.program)
            .args(&self.arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|why| PhotometerError::Start { program: program(), why: why.to_string() })?;
        let printed = child.stdout.take().and_then(read_all);
        let said = child.stderr.take().and_then(read_all);
        let status = self.wait(&mut child, patience, is_stopped);
        if status.is_err() {
            // It may have ended just now, and a program that nobody waits for stays in the system's table.
            if let Err(error) = child.kill().and_then(|()| child.wait()) {
                tracing::warn!(%error, "a photometer's program does not end");
            }
        }
        let is_success = status?;
        let text = |of: Option<JoinHandle<String>>| of.and_then(|of| of.join().ok()).unwrap_or_default();
        let (printed, said) = (text(printed), text(said));
        let last = |text: &str| {
            let line = text.lines().rev().map(str::trim).find(|line| !line.is_empty()).unwrap_or("nothing");
            line.chars().take(200).collect::<String>()
        };
        if !is_success {
            let why = if said.trim().is_empty() { last(&printed) } else { last(&said) };
            return Err(PhotometerError::Failed { program: program(), why });
        }
        let none = || PhotometerError::NoLuminance { program: program(), printed: last(&printed) };
        luminance(&printed).ok_or_else(none)
    }

    fn wait(
        &self,
        child: &mut Child,
        patience: Duration,
        is_stopped: &AtomicBool,
    ) -> Result<bool, PhotometerError> {
        let program = self.name().to_owned();
        let mut waited = Duration::ZERO;
        loop {
            match child.try_wait() {
                Ok(Some(status)) => return Ok(status.success()),
                Ok(None) if is_stopped.load(Ordering::Relaxed) => return Err(PhotometerError::Stopped),
                Ok(None) if waited >= patience => {
                    return Err(PhotometerError::Late { program, seconds: patience.as_secs() });
                }
                Ok(None) => {
                    std::thread::sleep(LOOK_EVERY);
                    waited += LOOK_EVERY;
                }
                Err(why) => return Err(PhotometerError::Failed { program, why: why.to_string() }),
            }
        }
    }
}

/// Reads a pipe beside the program: one that is full would hold it up.
fn read_all(pipe: impl Read + Send + 'static) -> Option<JoinHandle<String>> {
    let read = move || {
        let mut bytes = Vec::new();
        let mut pipe = pipe;
        // What is beyond is thrown away, so that the program can end.
        if pipe.by_ref().take(PRINTED_MAX).read_to_end(&mut bytes).is_ok() {
            drop(std::io::copy(&mut pipe, &mut std::io::sink()));
        }
        String::from_utf8_lossy(&bytes).into_owned()
    };
    // Without a thread nothing was printed, as far as anybody knows.
    std::thread::Builder::new().name("photometer pipe".to_owned()).spawn(read).ok()
}

/// The luminance in what a program printed: behind `Result is XYZ:` as `spotread` says it, the last of several; else the last line
/// that is a number of cd/m², with CIE x and y behind it or not. Rule G-33.
fn luminance(printed: &str) -> Option<(CdPerM2, Option<Chromaticity>)> {
    let numbers = |text: &str| -> Option<Vec<f64>> {
        let words = text
            .split(|letter: char| letter.is_whitespace() || letter == ',')
            .filter(|word| !word.is_empty());
        words.map(|word| word.parse().ok().filter(|number: &f64| number.is_finite())).collect()
    };
    for line in printed.lines().rev() {
        if let Some((_, rest)) = line.split_once("Result is XYZ:") {
            let [x, y, z] = numbers(rest.split(',').next()?.trim())?.try_into().ok()?;
            return Some((CdPerM2(y), Chromaticity::from_xyz([x, y, z])));
        }
    }
    let is_luminance = |number: &f64| (0.0..=4000.0).contains(number);
    printed.lines().rev().find_map(|line| match numbers(line)?.as_slice() {
        [luminance] if is_luminance(luminance) => Some((CdPerM2(*luminance), None)),
        [luminance, x, y] if is_luminance(luminance) => {
            Some((CdPerM2(*luminance), Chromaticity::from_xy(*x, *y)))
        }
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A shell stands in for the program.
    #[cfg(unix)]
    fn reads(script: &str) -> Result<(CdPerM2, Option<Chromaticity>), PhotometerError> {
        let photometer = Photometer::new(&format!("sh -c \"{script}\"")).expect("a command");
        photometer.read(Duration::from_secs(20), &AtomicBool::new(false))
    }

    #[test]
    fn what_spotread_says_is_its_luminance_and_colour() {
        let printed = "Place instrument on spot to be measured\n\n Result is XYZ: 95.047000 100.500000 108.883000, D50 Lab: 100.2 -2.4 -19.4\n\n";
        let (luminance, color) = luminance(printed).expect("a luminance");
        let color = color.expect("a colour");
        assert_eq!(luminance, CdPerM2(100.5));
        assert!((color.u - 0.1973).abs() < 1e-3 && (color.v - 0.4695).abs() < 1e-3, "{color:?}");
        assert_eq!(self::luminance("Result is XYZ: 1 2, Lab"), None, "not three numbers");
    }

    #[test]
    fn another_program_prints_a_number_or_three() {
        assert_eq!(luminance("warming up\n12.5\n"), Some((CdPerM2(12.5), None)));
        let (luminance, color) = luminance("12.5 0.3127 0.3290\n").expect("a luminance");
        assert_eq!(luminance, CdPerM2(12.5));
        assert!(color.expect("a colour").distance(Chromaticity::D65) < 5e-4);
        for printed in ["", "no sensor\n", "12,5 x\n", "1 2\n", "nan\n", "inf\n", "-1\n", "4001\n"] {
            assert_eq!(self::luminance(printed), None, "{printed}");
        }
    }

    #[test]
    fn a_command_is_split_as_a_shell_would() {
        let photometer = Photometer::new("'bin/my meter/read' --once \"a b\"").expect("a command");
        assert_eq!(
            (photometer.name(), photometer.arguments.as_slice()),
            ("read", ["--once", "a b"].map(str::to_owned).as_slice())
        );
        for text in ["", "  ", "'open"] {
            assert!(matches!(Photometer::new(text), Err(PhotometerError::Command { .. })), "{text}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_program_that_fails_or_never_ends_is_told_of() {
        assert_eq!(reads("echo 3.5"), Ok((CdPerM2(3.5), None)));
        let failed = reads("echo no instrument >&2; exit 1").expect_err("failed");
        assert_eq!(failed.to_string(), "sh failed: no instrument");
        let silent = reads("echo hello").expect_err("no luminance");
        assert_eq!(silent.to_string(), "sh printed no luminance: 'hello'");
        let much =
            reads("yes 0123456789012345678901234567890 | head -c 400000; echo; echo 7").expect_err("cut off");
        assert!(matches!(much, PhotometerError::NoLuminance { .. }), "{much}");
        let photometer = Photometer::new("sleep 600").expect("a command");
        let late = photometer.read(Duration::from_millis(60), &AtomicBool::new(false)).expect_err("late");
        assert!(matches!(late, PhotometerError::Late { .. }), "{late}");
        let stopped = photometer.read(Duration::from_mins(1), &AtomicBool::new(true)).expect_err("stopped");
        assert_eq!(stopped, PhotometerError::Stopped);
        let absent = Photometer::new("no-such-meter").expect("a command");
        let absent = absent.read(Duration::from_secs(1), &AtomicBool::new(false)).expect_err("absent");
        assert!(matches!(absent, PhotometerError::Start { .. }), "{absent}");
    }
}

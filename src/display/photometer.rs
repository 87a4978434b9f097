//! A photometer that a program of its own reads: Argyll's `spotread`, or any command that prints cd/m².
//!
//! On Unix the program leads a process group of its own, and all that it has started in it ends with it: when it has ended, when it
//! is late, and when nobody wants it any more. Elsewhere the program alone is ended.

use std::io::Read;
use std::process::{Child, Command, ExitStatus, Stdio};
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
        let mut command = Command::new(&self.program);
        command.args(&self.arguments).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        lead_group(&mut command);
        let started = command.spawn();
        let mut child =
            started.map_err(|why| PhotometerError::Start { program: program(), why: why.to_string() })?;
        let printed = child.stdout.take().and_then(read_all);
        let said = child.stderr.take().and_then(read_all);
        let waited = self.wait(&mut child, patience, is_stopped);
        let status = end(&mut child);
        waited?;
        let status =
            status.map_err(|why| PhotometerError::Failed { program: program(), why: why.to_string() })?;
        let text = |of: Option<JoinHandle<String>>| of.and_then(|of| of.join().ok()).unwrap_or_default();
        let (printed, said) = (text(printed), text(said));
        let last = |text: &str| {
            let line = text.lines().rev().map(str::trim).find(|line| !line.is_empty()).unwrap_or("nothing");
            line.chars().take(200).collect::<String>()
        };
        if !status.success() {
            let why = if said.trim().is_empty() { last(&printed) } else { last(&said) };
            return Err(PhotometerError::Failed { program: program(), why });
        }
        let none = || PhotometerError::NoLuminance { program: program(), printed: last(&printed) };
        luminance(&printed).ok_or_else(none)
    }

    /// Waits until the program has ended by itself.
    fn wait(
        &self,
        child: &mut Child,
        patience: Duration,
        is_stopped: &AtomicBool,
    ) -> Result<(), PhotometerError> {
        let program = self.name().to_owned();
        let mut waited = Duration::ZERO;
        loop {
            match has_ended(child) {
                Ok(true) => return Ok(()),
                Ok(false) if is_stopped.load(Ordering::Relaxed) => return Err(PhotometerError::Stopped),
                Ok(false) if waited >= patience => {
                    return Err(PhotometerError::Late { program, seconds: patience.as_secs() });
                }
                Ok(false) => {
                    std::thread::sleep(LOOK_EVERY);
                    waited += LOOK_EVERY;
                }
                Err(why) => return Err(PhotometerError::Failed { program, why: why.to_string() }),
            }
        }
    }
}

/// The program begins a process group, so that what it starts can be ended with it.
#[cfg(unix)]
fn lead_group(command: &mut Command) {
    use std::os::unix::process::CommandExt as _;
    command.process_group(0);
}

/// There are no process groups.
#[cfg(not(unix))]
fn lead_group(_command: &mut Command) {}

/// Whether the program has ended. Its id stays its own till it is waited for, and the group's with it.
#[cfg(unix)]
fn has_ended(child: &mut Child) -> std::io::Result<bool> {
    use rustix::process::{Pid, WaitId, WaitIdOptions, waitid};
    let options = WaitIdOptions::EXITED | WaitIdOptions::NOHANG | WaitIdOptions::NOWAIT;
    Ok(waitid(WaitId::Pid(Pid::from_child(child)), options)?.is_some())
}

/// Whether the program has ended.
#[cfg(not(unix))]
fn has_ended(child: &mut Child) -> std::io::Result<bool> {
    Ok(child.try_wait()?.is_some())
}

/// Ends the program and all of its group, where it has not ended by itself, and takes it from the system's table.
fn end(child: &mut Child) -> std::io::Result<ExitStatus> {
    end_group(child);
    child.wait()
}

#[cfg(unix)]
fn end_group(child: &mut Child) {
    use rustix::process::{Pid, Signal, kill_process_group};
    // macOS refuses where nothing is left of the group but a program that has ended.
    if let Err(error) = kill_process_group(Pid::from_child(child), Signal::KILL) {
        tracing::debug!(%error, "nothing is left of a photometer's program to be ended");
    }
}

/// The program alone.
#[cfg(not(unix))]
fn end_group(child: &mut Child) {
    if let Err(error) = child.kill() {
        tracing::debug!(%error, "a photometer's program cannot be ended");
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
        photometer.read(Duration::from_mins(2), &AtomicBool::new(false))
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

    /// Whether a process is there and has not ended: a process whose parent is gone may stay in the table for a while.
    #[cfg(target_os = "linux")]
    fn runs(id: &str) -> bool {
        let status = std::fs::read_to_string(format!("/proc/{id}/stat")).unwrap_or_default();
        // `42 (sleep) S …`
        status.rsplit_once(") ").is_some_and(|(_, state)| !state.starts_with(['Z', 'X']))
    }

    /// The patience of a reading that is stopped.
    #[cfg(target_os = "linux")]
    const STOPPED: Duration = Duration::from_mins(5);

    /// Runs a shell that starts another, which sleeps, and then does as told; gives what came of it, and the id of the sleeper if
    /// the shell has written it.
    #[cfg(target_os = "linux")]
    fn with_a_grandchild(
        then: &str,
        patience: Duration,
        is_stopped: &AtomicBool,
    ) -> (Result<CdPerM2, PhotometerError>, String) {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("sleeper");
        let script = folder.path().join("read.sh");
        let text =
            format!("sh -c 'echo $$ > {0}.new; mv {0}.new {0}; sleep 600' &\n{then}\n", path.display());
        std::fs::write(&script, text).expect("written");
        let photometer = Photometer::new(&format!("sh {}", script.display())).expect("a command");
        let read = || photometer.read(patience, is_stopped).map(|(luminance, _)| luminance);
        let read = std::thread::scope(|scope| {
            let reading = scope.spawn(read);
            // Whoever stops it does so when the sleeper is there.
            while !path.exists() && !reading.is_finished() {
                std::thread::sleep(Duration::from_millis(5));
            }
            if patience == STOPPED {
                is_stopped.store(then == "wait", Ordering::Relaxed);
            }
            reading.join().expect("no panic")
        });
        (read, std::fs::read_to_string(&path).unwrap_or_default().trim().to_owned())
    }

    /// Whether a process ends; it is given a while, as nobody waits for it here.
    #[cfg(target_os = "linux")]
    fn ends(id: &str) -> bool {
        assert_ne!(id, "", "the sleeper's id");
        (0..10_000).any(|_| {
            std::thread::sleep(Duration::from_millis(5));
            !runs(id)
        })
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn what_a_program_has_started_ends_with_it() {
        assert!(runs(&std::process::id().to_string()), "this very process");
        let (wanted, unwanted) = (AtomicBool::new(false), AtomicBool::new(false));
        // A busy machine may take longer to start a shell and another.
        let mut late = [2, 10, 50].map(Duration::from_secs).into_iter();
        let mut late = std::iter::from_fn(|| Some(with_a_grandchild("wait", late.next()?, &wanted)));
        let (late, sleeper) = late.find(|(_, sleeper)| !sleeper.is_empty()).expect("the sleeper's id");
        assert!(matches!(late, Err(PhotometerError::Late { .. })), "{late:?}");
        assert!(ends(&sleeper), "{sleeper} sleeps on after its program was late");
        let (stopped, sleeper) = with_a_grandchild("wait", STOPPED, &unwanted);
        assert_eq!(stopped, Err(PhotometerError::Stopped));
        assert!(ends(&sleeper), "{sleeper} sleeps on after its program was stopped");
        // It holds the pipe, too: nobody waits for it.
        let then = r#"while [ ! -e "${0%/*}/sleeper" ]; do sleep 0.01; done; echo 7"#;
        let (read, sleeper) = with_a_grandchild(then, Duration::from_mins(1), &wanted);
        assert_eq!(read, Ok(CdPerM2(7.0)));
        assert!(ends(&sleeper), "{sleeper} sleeps on after its program has ended");
    }
}

//! What goes wrong around a reader who reads all day: each case is handled, told and tested. `docs/reliability.md` shows the table.

#[cfg(unix)]
mod disk;
mod ends;
mod second;
#[cfg(unix)]
mod soak;
#[cfg(unix)]
mod stuck;

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::support::{assert_shown, phantom, program};

/// The case, what happens, what the reader is told, and the test.
const CASES: [(&str, &str, &str, &str); 16] = [
    (
        "the program is killed, or ends with a panic",
        "the next start asks; one key opens what was open, in the same windows and viewports, at the same images; marks, windows and \
         zoom come by drafts",
        "Hotlight ended without being asked to",
        "tests/all/survive/ends.rs::a_killed_program_asks_and_brings_back_what_was_open",
    ),
    (
        "it ends again while that comes back",
        "the next start offers to begin anew first; nothing ever comes back by itself",
        "it did so once more while what was open came back",
        "tests/all/survive/ends.rs::a_program_that_ends_while_it_resumes_offers_to_begin_anew_first",
    ),
    (
        "a monitor is missing at the start",
        "the window opens where the desktop puts it, uncalibrated where nothing is said of that monitor",
        "A window stood on …, which is not connected now",
        "src/app/noting.rs::a_monitor_that_is_not_connected_at_the_start_is_named_once",
    ),
    (
        "the disk of the state is full",
        "reading goes on; drafts are tried again every 5 s, and what is saved is refused in words",
        "What is not saved cannot be kept as a draft: … It is tried again.",
        "tests/all/survive/disk.rs::without_room_reading_goes_on_and_says_what_is_not_kept",
    ),
    (
        "there is room again",
        "what was not written is",
        "What is not saved is kept as a draft again.",
        "tests/all/survive/disk.rs::what_could_not_be_written_is_written_when_it_can_be",
    ),
    (
        "the disk of the store is full",
        "what arrives is refused, to the archive as 0xA700; what is there stays whole",
        "the store's folder cannot be used: …",
        "tests/all/survive/disk.rs::without_room_reading_goes_on_and_says_what_is_not_kept",
    ),
    (
        "the disk of the log is full, or it is too slow",
        "lines are dropped; reading goes on",
        "",
        "tests/all/survive/disk.rs::without_room_reading_goes_on_and_says_what_is_not_kept",
    ),
    (
        "the log of a day reaches 32 MiB",
        "it says so in its last line, and lines are dropped until the next day; reading goes on",
        "",
        "src/logging/daily.rs::a_full_day_is_said_to_be_once_also_after_another_start_and_the_next_day_has_room",
    ),
    (
        "the disk of the state hangs",
        "no frame waits for recent studies, places of windows, saved filters or the ledger: they are written when it answers",
        "A background job has come no further for 20 s (keeping lists and places)",
        "src/app/recent.rs::while_the_disk_hangs_no_frame_waits_and_all_that_was_opened_is_remembered_beside_what_others_wrote",
    ),
    (
        "the reader's profile cannot be written",
        "reading goes on without log, drafts and recent studies",
        "The state folder cannot be used: …",
        "tests/all/survive/disk.rs::a_profile_that_cannot_be_written_is_told_and_reading_goes_on",
    ),
    (
        "the clock is set back or forward",
        "waits, tries and what is counted in seconds go by another clock; what was put off for an archive before the clock was set back \
         is due",
        "The clock of this computer was set back by 2 h.",
        "src/store/tests.rs::what_was_put_off_before_the_clock_was_set_back_is_due",
    ),
    (
        "the machine sleeps and wakes",
        "archives and monitors are asked again, fetching goes on with what is missing, cine goes on from the image shown",
        "",
        "tests/all/net/asleep.rs::after_a_sleep_a_study_goes_on_without_waiting_for_dead_connections",
    ),
    (
        "cine plays when the machine sleeps",
        "no burst of images, and no rate that was not kept",
        "",
        "src/session/cine.rs::after_a_sleep_it_goes_on_from_the_image_that_is_shown",
    ),
    (
        "the program is started a second time",
        "it reads and saves; drafts and recent studies are the first one's",
        "Hotlight runs already.",
        "tests/all/survive/second.rs::a_second_program_reads_and_leaves_the_state_to_the_first",
    ),
    (
        "a disk hangs while an image is decoded",
        "another thread takes the place of the one that hangs; the image comes when the disk does",
        "A background job has come no further for 20 s (decoding an image)",
        "tests/all/survive/stuck.rs::a_disk_that_hangs_is_told_and_other_images_come",
    ),
    (
        "the program is ended meanwhile",
        "it ends without waiting for the disk",
        "",
        "tests/all/survive/stuck.rs::a_disk_that_hangs_does_not_hold_up_the_end",
    ),
];

/// The table, and that each test is there.
#[test]
fn every_case_is_shown_with_its_test() {
    let mut table = String::from(
        "| what happens | what comes of it | what the reader is told | test |\n| --- | --- | --- | --- |\n",
    );
    for (case, outcome, told, test) in CASES {
        let (file, name) = test.split_once("::").expect("a file and a test");
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
        let source = std::fs::read_to_string(&path).expect(file);
        assert!(source.contains(&format!("fn {name}()")), "{test}");
        let told = if told.is_empty() { "nothing".to_owned() } else { format!("*{told}*") };
        writeln!(table, "| {case} | {outcome} | {told} | `{test}` |").expect("a string");
    }
    assert_shown("docs/reliability.md", "surviving", &table);
}

/// A reader's folders, and the program as released in them, without a window.
struct Home {
    folder: TempDir,
}

impl Home {
    fn new() -> Self {
        let folder = TempDir::new().expect("a temporary folder");
        std::fs::create_dir(folder.path().join("site")).expect("a folder");
        Self { folder }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn command(&self, script: &str, arguments: &[&str]) -> Command {
        let file = self.path(&format!("script-{}.txt", script.len()));
        std::fs::write(&file, script).expect("the script");
        let mut command = Command::new(program());
        command
            .args(arguments)
            .args(["--set", "viewer.hang=series", "--offscreen", "800x600", "--script"])
            .arg(file)
            .env_remove("DISPLAY")
            .env_remove("WAYLAND_DISPLAY")
            .env("HOTLIGHT_STATE_DIR", self.path("state"))
            .env("HOTLIGHT_CONFIG_DIR", self.path("config"))
            .env("HOTLIGHT_SITE_DIR", self.path("site"));
        command
    }

    /// Starts the program; it does not end by its script.
    fn start(&self, script: &str, arguments: &[&str]) -> Child {
        // It never comes a third time: the program waits.
        let script = format!("{script}\n{}quit\n", "wait first-image\n".repeat(3));
        self.command(&script, arguments).spawn().expect("the program runs")
    }

    /// Runs a script to its end; the state of the session then, without white space.
    fn state_after(&self, script: &str, arguments: &[&str]) -> String {
        let state = self.path("state.txt");
        let script = format!("{script}\nstate {}\nquit\n", state.display());
        let output = self.command(&script, arguments).output().expect("the program runs");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let text = std::fs::read_to_string(state).expect("the state");
        let session = text.split("\nFramePlan").next().unwrap_or_default();
        session.split_whitespace().collect()
    }

    /// What is noted as open, once it is as said.
    fn wait_for_open(&self, is_so: impl Fn(&str) -> bool) -> String {
        self.wait_for_text("state/open.toml", is_so)
    }

    /// A file, once it is as said.
    fn wait_for_text(&self, name: &str, is_so: impl Fn(&str) -> bool) -> String {
        let end = Instant::now() + Duration::from_mins(3);
        loop {
            let text = std::fs::read_to_string(self.path(name)).unwrap_or_default();
            if is_so(&text) {
                return text;
            }
            assert!(Instant::now() < end, "{text}");
            std::thread::sleep(Duration::from_millis(5));
        }
    }
}

fn study() -> String {
    phantom().join("current").display().to_string()
}

/// As a crash or the system ends it.
fn kill(mut program: Child) {
    program.kill().expect("killed");
    assert!(!program.wait().expect("its end").success());
}

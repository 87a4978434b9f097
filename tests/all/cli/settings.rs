//! Settings changed while the program runs, and what it remembers of studies: in the reader's own folders.

use std::path::Path;
use std::process::{Command, Output};

use crate::support::{phantom, program, stderr};

/// Runs a script offscreen with these folders for configuration and state.
fn run(folder: &Path, script: &str, arguments: &[&str]) -> Output {
    let script_file = folder.join("script.txt");
    std::fs::write(&script_file, script).expect("the script");
    let output = Command::new(program())
        .args(["--offscreen", "640x480", "--script"])
        .arg(&script_file)
        .args(arguments)
        .env("HOTLIGHT_STATE_DIR", folder.join("state"))
        .env("HOTLIGHT_CONFIG_DIR", folder.join("config"))
        .env("HOTLIGHT_SITE_DIR", folder.join("site"))
        .output()
        .expect("the program runs");
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    output
}

/// All the light of a picture.
fn light(path: &Path) -> u64 {
    let file = std::fs::File::open(path).expect("the screenshot");
    let mut reader = png::Decoder::new(std::io::BufReader::new(file)).read_info().expect("a PNG");
    let mut bytes = vec![0; reader.output_buffer_size().expect("a small picture")];
    reader.next_frame(&mut bytes).expect("pixels");
    bytes.iter().map(|byte| u64::from(*byte)).sum()
}

#[test]
fn a_setting_is_seen_at_once_and_stands_in_the_readers_file() {
    let folder = tempfile::TempDir::new().expect("a temporary folder");
    let at = |name: &str| folder.path().join(name);
    let script = format!(
        "screenshot {}\nset viewer.dim 0.3\nscreenshot {}\nset viewer.dim 7\nset viewer.text_size 26\nscroll +1\nscroll +1\nstate {}\nquit\n",
        at("a.png").display(),
        at("b.png").display(),
        at("state.txt").display()
    );
    run(folder.path(), &script, &[]);
    let (bright, dim) = (light(&at("a.png")), light(&at("b.png")));
    assert!(dim < bright, "{dim} of {bright}");
    let written = std::fs::read_to_string(at("config/config.toml")).expect("the reader's file");
    assert_eq!(written, "[viewer]\ndim = 0.3\ntext_size = 26.0\n");
    let state = std::fs::read_to_string(at("state.txt")).expect("the state");
    // Strip and rail take 204 points, which are twice as large at 26 as at 13.
    assert!(state.contains("width: 232,") && state.contains("scale: 2.0,"), "{state}");
    assert!(state.contains("'viewer.dim' is 7; expected a number from 0.3 to 1.0"), "{state}");
}

#[test]
fn what_the_command_line_decides_is_written_and_told() {
    let folder = tempfile::TempDir::new().expect("a temporary folder");
    let state = folder.path().join("state.txt");
    let script = format!("set viewer.dim 0.4\nset viewer.layout 1x2\nstate {}\nquit\n", state.display());
    run(folder.path(), &script, &["--set", "viewer.dim=0.8"]);
    let state = std::fs::read_to_string(state).expect("the state");
    assert!(state.contains("The command line decides viewer.dim: 0.8 applies"), "{state}");
    let written =
        std::fs::read_to_string(folder.path().join("config/config.toml")).expect("the reader's file");
    assert_eq!(written, "[viewer]\ndim = 0.4\nlayout = \"1x2\"\n");
}

#[test]
fn what_was_opened_is_remembered_without_the_patient_for_the_next_start() {
    let folder = tempfile::TempDir::new().expect("a temporary folder");
    let study = phantom().join("current").display().to_string();
    run(folder.path(), "wait settled\nquit\n", &[&study]);
    let written =
        std::fs::read_to_string(folder.path().join("state/recent.toml")).expect("what is remembered");
    assert!(written.contains("modalities = \"CT\"") && !written.contains("ZZ"), "{written}");
    let state = folder.path().join("state.txt");
    let script =
        format!("panel recent\naccept\nwait index-complete\nwait settled\nstate {}\nquit\n", state.display());
    run(folder.path(), &script, &[]);
    let state = std::fs::read_to_string(state).expect("the state");
    assert!(state.contains("Slice(") && !state.contains(&study), "the study hangs, its path is not told");
}

#[test]
fn what_is_opened_is_remembered_unless_a_setting_forbids_it() {
    for (is_remembered, setting) in [(true, "viewer.recent=true"), (false, "viewer.recent=false")] {
        let folder = tempfile::TempDir::new().expect("a folder");
        let study = phantom().display().to_string();
        run(folder.path(), "wait settled\nquit\n", &[&study, "--set", setting]);
        assert_eq!(folder.path().join("state/recent.toml").exists(), is_remembered, "{setting}");
    }
}

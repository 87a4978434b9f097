//! The program is killed in mid-reading, and what was not saved is there when it is started again.

use std::path::Path;
use std::process::{Child, Command};
use std::time::{Duration, Instant};

use crate::support::{phantom, program};

/// Starts a script without a window, with the reader's folders in one.
fn start(folder: &Path, script: &str) -> Child {
    let file = folder.join("script.txt");
    std::fs::write(&file, script).expect("the script");
    Command::new(program())
        .arg(phantom().join("current"))
        .args(["--set", "viewer.hang=series", "--offscreen", "800x600", "--script"])
        .arg(file)
        .env_remove("DISPLAY")
        .env_remove("WAYLAND_DISPLAY")
        .env("HOTLIGHT_STATE_DIR", folder)
        .env("HOTLIGHT_CONFIG_DIR", folder)
        .env("HOTLIGHT_SITE_DIR", folder.join("site"))
        .spawn()
        .expect("the program runs")
}

fn draft(folder: &Path) -> Option<String> {
    let files = std::fs::read_dir(folder.join("presentations")).ok()?.flatten();
    let mut drafts =
        files.map(|file| file.path()).filter(|file| file.to_string_lossy().ends_with(".draft.toml"));
    std::fs::read_to_string(drafts.next()?).ok()
}

/// Marks and the window, of a state file.
fn state(folder: &Path) -> (usize, bool) {
    let text = std::fs::read_to_string(folder.join("state.txt")).expect("the state");
    let session = text.split("FramePlan").next().unwrap_or_default();
    (session.matches("shape: Length").count(), text.contains("width: 333.5"))
}

#[test]
fn a_killed_program_gives_back_what_was_not_saved() {
    let folder = tempfile::TempDir::new().expect("a temporary folder");
    let draw = |down: u32| {
        format!(
            "tool length\npointer press left 300 {down}\npointer move 330 220\npointer move 380 {}\npointer release\n",
            down + 80
        )
    };
    let marks: String = (0..5).map(|number| draw(200 + number * 10)).collect();
    // It never comes a second time: the program waits.
    let script =
        format!("wait settled\nwindow set 41 333.5\n{marks}wait first-image\nwait first-image\nquit\n");
    let mut killed = start(folder.path(), &script);
    let end = Instant::now() + Duration::from_mins(3);
    while draft(folder.path()).is_none_or(|text| text.matches("[[mark]]").count() != 5) {
        assert!(Instant::now() < end, "{:?}", draft(folder.path()));
        std::thread::sleep(Duration::from_millis(5));
    }
    killed.kill().expect("killed");
    assert!(!killed.wait().expect("its end").success());
    let state_file = folder.path().join("state.txt");
    let script = format!("wait settled\nstate {}\nquit\n", state_file.display());
    assert!(start(folder.path(), &script).wait().expect("its end").success());
    assert_eq!(state(folder.path()), (5, true));
}

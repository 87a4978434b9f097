//! Users who share a station: each has settings, keys, protocols and drafts of their own.

use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;
use tempfile::TempDir;

use crate::support::{phantom, program, stderr, stdout};

const PROTOCOL: &str = "schema = 1\nname = \"NAME\"\n[sets.a]\n[[stages]]\nname = \"one\"\n\
     screens.main.grid = [\"A\"]\nviews.A.set = \"a\"\n";

/// Runs the program with the folders of settings, of state and of the site in one.
fn run(folder: &Path, said: Option<&str>, arguments: &[&str]) -> Output {
    let mut command = Command::new(program());
    for name in ["DISPLAY", "WAYLAND_DISPLAY", "HOTLIGHT_USER"] {
        command.env_remove(name);
    }
    if let Some(said) = said {
        command.env("HOTLIGHT_USER", said);
    }
    command
        .args(arguments)
        .env("HOTLIGHT_STATE_DIR", folder.join("state"))
        .env("HOTLIGHT_CONFIG_DIR", folder.join("config"))
        .env("HOTLIGHT_SITE_DIR", folder.join("site"))
        .output()
        .expect("the program runs")
}

fn write(folder: &Path, name: &str, text: &str) {
    let path = folder.join(name);
    std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
    std::fs::write(path, text).expect("written");
}

#[test]
fn keys_are_the_user_s_own_and_no_one_else_s() {
    let folder = TempDir::new().expect("a temporary folder");
    write(folder.path(), "config/keymap.toml", "[viewport]\nF12 = \"link all\"\n");
    write(folder.path(), "config/users/ann/keymap.toml", "[viewport]\nF12 = \"invert\"\n");
    let own = |said: Option<&str>, arguments: &[&str]| {
        let output = run(folder.path(), said, &[&["keys", "--json"], arguments].concat());
        assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
        let keys: Value = serde_json::from_str(&stdout(&output)).expect("JSON");
        let own = keys.as_array().expect("keys").iter().filter(|key| {
            let origin = key["origin"].as_str().unwrap_or_default();
            origin.starts_with("user ")
        });
        own.map(|key| key["command"].as_str().unwrap_or_default().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(own(None, &[]), ["link all"]);
    assert_eq!(own(None, &["--user", "ann"]), ["invert"]);
    assert_eq!(own(Some("ann"), &[]), ["invert"]);
    assert_eq!(own(Some("ann"), &["--user", "account"]), ["link all"]);
    assert_eq!(own(Some("ann"), &["--user", "bo"]), [""; 0]);
    let told = stderr(&run(folder.path(), None, &["keys", "--user", "amn"]));
    let expected = "warning: 'amn' has no folder of settings (did you mean 'ann'?): ";
    assert!(told.starts_with(expected), "{told}");
}

#[test]
fn a_name_that_is_none_is_refused_and_says_why() {
    let folder = TempDir::new().expect("a temporary folder");
    for (name, why) in
        [("../ann", "and not '/'"), (".ann", "begins with a letter or a digit"), ("", "not empty")]
    {
        for command in [&["keys"][..], &["config", "show"], &["protocols", "list"], &["hang", "x"], &[]] {
            let output = run(folder.path(), None, &[command, &["--user", name]].concat());
            assert_eq!(output.status.code(), Some(2), "{command:?} {name}: {}", stderr(&output));
            assert!(stderr(&output).contains(why), "{}", stderr(&output));
        }
    }
    let output = run(folder.path(), Some("a b"), &["keys"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).starts_with("error: HOTLIGHT_USER: a user's name has"), "{}", stderr(&output));
}

#[test]
fn studies_hang_by_the_protocols_of_the_user_and_of_the_user_s_groups() {
    let folder = TempDir::new().expect("a temporary folder");
    let study = phantom().display().to_string();
    write(folder.path(), "config/users/ann/hanging-protocols/mine.toml", &PROTOCOL.replace("NAME", "Mine"));
    write(folder.path(), "site/hanging-protocols/chest/ours.toml", &PROTOCOL.replace("NAME", "Ours"));
    write(folder.path(), "config/users/bo/config.toml", "[viewer]\ngroups = \"chest\"\n");
    let hang = |arguments: &[&str]| {
        let output = run(folder.path(), None, &[&["hang", "--explain", &study], arguments].concat());
        assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
        stdout(&output)
    };
    let words = hang(&[]);
    assert!(words.starts_with("ct-chest-compare: ") && words.contains("\nread user: 0, "), "{words}");
    let words = hang(&["--user", "ann"]);
    assert!(words.starts_with("mine: Mine\n") && words.contains("\nread user ann: 1, "), "{words}");
    assert!(words.contains("\nread site: 0, ") && !words.contains("group chest"), "{words}");
    let words = hang(&["--user", "bo"]);
    assert!(words.starts_with("ours: Ours\n"), "{words}");
    assert!(words.contains("\nread user bo: 0, ") && words.contains("\nread group chest: 1, "), "{words}");
    let json: Value = serde_json::from_str(&hang(&["--user", "ann", "--json"])).expect("JSON");
    assert_eq!(json["read"][0]["whose"], "user ann", "{json:#}");
    let list = |user: &str| stdout(&run(folder.path(), None, &["protocols", "list", "--user", user]));
    let line = |words: &str, name: &str| words.lines().find(|line| line.starts_with(name)).map(str::to_owned);
    assert!(line(&list("ann"), "mine ").is_some_and(|line| line.contains(" user ")));
    assert!(line(&list("bo"), "ours ").is_some_and(|line| line.contains(" group chest ")));
    assert_eq!(line(&list("bo"), "mine "), None);
}

/// The viewer without a window, on the phantom: what a script leaves in the files that it names.
fn view(folder: &Path, user: &str, script: &str) {
    write(folder, "script.txt", script);
    let (study, script) = (phantom().join("current"), folder.join("script.txt"));
    let (study, script) = (study.display().to_string(), script.display().to_string());
    let fixed =
        ["--set", "viewer.hang=series", "--offscreen", "800x600", "--script", &script, "--user", user];
    let output = run(folder, None, &[&[study.as_str()], &fixed[..]].concat());
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
}

/// What a state file says of the session.
fn session(folder: &Path, name: &str) -> String {
    let text = std::fs::read_to_string(folder.join(name)).expect("the state");
    text.split("FramePlan").next().unwrap_or_default().to_owned()
}

fn marks(session: &str) -> usize {
    session.matches("shape: Length").count()
}

fn drafts(folder: &Path, name: &str) -> Vec<String> {
    let files = std::fs::read_dir(folder.join(name)).into_iter().flatten().flatten().map(|file| file.path());
    let drafts = files.filter(|path| path.to_string_lossy().ends_with(".draft.toml"));
    drafts.map(|path| std::fs::read_to_string(path).expect("a draft")).collect()
}

#[test]
fn another_user_takes_over_and_nothing_of_one_is_taken_for_the_other_s() {
    let folder = TempDir::new().expect("a temporary folder");
    let at = |name: &str| folder.path().join(name).display().to_string();
    write(folder.path(), "config/users/ann/keymap.toml", "[macros]\nof-ann = [\"invert\"]\n");
    write(folder.path(), "config/users/bo/keymap.toml", "[macros]\nof-bo = [\"invert\"]\n");
    let script = format!(
        "wait settled\ntool length\npointer press left 300 200\npointer move 330 220\npointer move 360 280\n\
         pointer release\nstate {}\nuser bo\nwait settled\nset viewer.dim 0.4\nstate {}\nuser ann\nwait settled\n\
         state {}\nquit\n",
        at("first"),
        at("second"),
        at("third")
    );
    view(folder.path(), "ann", &script);
    let [first, second, third] = ["first", "second", "third"].map(|name| session(folder.path(), name));
    assert_eq!([&first, &second, &third].map(|state| marks(state)), [1, 0, 1]);
    assert_eq!([&first, &second, &third].map(|state| state.contains("of-ann")), [true, false, true]);
    assert_eq!([&first, &second, &third].map(|state| state.contains("of-bo")), [false, true, false]);
    for told in ["User ann has work that is not saved: it comes back", "User bo reads. What hangs stays"] {
        assert!(second.contains(told), "{told}: {second}");
    }
    let written = |name: &str| std::fs::read_to_string(folder.path().join(name)).ok();
    assert_eq!(written("config/users/bo/config.toml").as_deref(), Some("[viewer]\ndim = 0.4\n"));
    assert_eq!((written("config/config.toml"), written("config/users/ann/config.toml")), (None, None));
    let opened = ["state/recent.toml", "state/users/bo/recent.toml", "state/users/ann/recent.toml"];
    assert_eq!(opened.map(|name| written(name).is_some()), [false, false, true]);

    // The draft is ann's and waits for her.
    let of_ann = drafts(folder.path(), "state/users/ann/drafts");
    assert_eq!(of_ann.iter().filter(|text| text.matches("[[mark]]").count() == 1).count(), 1, "{of_ann:?}");
    for other in ["state/presentations", "state/users/bo/drafts"] {
        assert_eq!(drafts(folder.path(), other), [""; 0], "{other}");
    }
    for (user, is_back) in [("bo", false), ("ann", true)] {
        view(folder.path(), user, &format!("wait settled\nstate {}\nquit\n", at(user)));
        let state = session(folder.path(), user);
        assert_eq!(state.contains("Unsaved work is back: 1 mark on 1 image"), is_back, "{user}: {state}");
        assert_eq!(marks(&state), usize::from(is_back), "{user}");
    }
}

#[test]
fn a_user_whose_settings_have_a_fault_does_not_take_over() {
    let folder = TempDir::new().expect("a temporary folder");
    write(folder.path(), "config/users/ann/keymap.toml", "[macros]\nof-ann = [\"invert\"]\n");
    write(folder.path(), "config/users/bo/config.toml", "[viewer]\ndimm = 1\n");
    let state = folder.path().join("state.txt");
    let script = format!("wait settled\nuser bo\nstate {}\nquit\n", state.display());
    view(folder.path(), "ann", &script);
    let state = session(folder.path(), "state.txt");
    for told in ["User ann still reads: the other's files have a fault.", "there is no setting 'viewer.dimm'"]
    {
        assert!(state.contains(told), "{told}: {state}");
    }
    assert!(state.contains("of-ann"));
}

//! `hotlight link`: what a link opens, and that it can do nothing else.

use std::path::Path;

use hotlight::phantom::Phantom;
use tempfile::TempDir;

use crate::support::{hotlight, hotlight_in, phantom, stderr};

/// Follows a link offscreen, with the reader's settings and store in a folder; the state when the script is done.
fn state_after(folder: &Path, link: &str, script: &str) -> String {
    let (script_file, state) = (folder.join("script.txt"), folder.join("state.txt"));
    std::fs::write(&script_file, format!("{script}state {}\nquit\n", state.display())).expect("the script");
    let script_file = script_file.display().to_string();
    let output =
        hotlight_in(folder, &["link", "--offscreen", "640x480", "--script", &script_file, "--", link]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    std::fs::read_to_string(state).expect("the state")
}

#[test]
fn a_link_opens_its_study_from_the_store_and_no_other() {
    let folder = TempDir::new().expect("a folder");
    let study = phantom().join("current").display().to_string();
    let imported = hotlight_in(folder.path(), &["store", "import", &study, "--set", "store.free_gib=0"]);
    assert_eq!(imported.status.code(), Some(0), "{}", stderr(&imported));
    let study = Phantom::chest_ct().small().study_uid();
    let state = state_after(folder.path(), &format!("hotlight://open?study={study}"), "wait first-image\n");
    assert!(state.contains("Slice(") && state.contains(study.as_str()), "{state}");
    let other = state_after(folder.path(), "hotlight://open?study=2.25.1", "");
    assert!(!other.contains("Slice(") && other.contains("The study of the link is not here"), "{other}");
}

#[test]
fn an_archive_that_this_machine_does_not_know_is_told_in_the_window() {
    let folder = TempDir::new().expect("a folder");
    let peers = "[NORTH]\nhost = \"127.0.0.1\"\nport = 1\ncalled = \"NORTH\"\n";
    std::fs::write(folder.path().join("peers.toml"), peers).expect("written");
    let state = state_after(folder.path(), "hotlight://open?study=2.25.1&from=NORHT", "");
    assert!(
        state.contains("the archive NORHT, and peers.toml has none of that name (did you mean NORTH?)"),
        "{state}"
    );
}

#[test]
fn what_is_no_link_is_refused_and_never_repeated() {
    for link in [
        "ZZCANARY",
        "hotlight://open?study=ZZCANARY",
        "hotlight://open?study=2.25.1&patient=ZZCANARY",
        "hotlight://open?study=2.25.1&from=ZZCANARY/..",
        "file:///tmp/ZZCANARY",
    ] {
        let output = hotlight(&["link", "--", link]);
        assert_eq!(output.status.code(), Some(2), "{link}");
        let words = stderr(&output);
        assert!(words.starts_with("error: the link: ") && !words.contains("ZZCANARY"), "{words}");
    }
    // A quotation mark in a link may end the argument that a system made of it: what follows is never taken for an option.
    let (folder, link) = (TempDir::new().expect("a folder"), "hotlight://open?study=2.25.1");
    let trace = folder.path().join("trace.jsonl");
    let output = hotlight(&["link", "--", link, "--trace", &trace.display().to_string()]);
    assert_eq!(output.status.code(), Some(2), "{}", stderr(&output));
    assert!(!trace.exists());
    // And one that is a link comes as far as the window.
    let output = hotlight(&["link", "--", link]);
    assert!(stderr(&output).contains("no display is attached"), "{}", stderr(&output));
}

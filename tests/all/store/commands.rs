//! `hotlight store`.

use std::path::Path;

use serde_json::Value;
use tempfile::TempDir;

use crate::support::{hotlight_in, phantom, stderr, stdout};

fn run(folder: &Path, arguments: &[&str]) -> (bool, Value, String) {
    let output =
        hotlight_in(folder, &[&["store"], arguments, &["--json", "--set", "store.free_gib=0"]].concat());
    let json = serde_json::from_str(&stdout(&output)).unwrap_or(Value::Null);
    (output.status.success(), json, stderr(&output))
}

#[test]
fn a_folder_is_imported_listed_verified_and_let_go() {
    let folder = TempDir::new().expect("a folder");
    let current = phantom().join("current");
    let files = walkdir::WalkDir::new(&current).into_iter().filter_map(Result::ok);
    let files = files.filter(|entry| entry.file_type().is_file()).count();
    let input = current.to_str().expect("a path");
    let (done, imported, words) = run(folder.path(), &["import", input]);
    assert!(done, "{words}");
    assert_eq!((&imported["filed"], &imported["duplicates"]), (&files.into(), &0.into()));
    let (done, again, _) = run(folder.path(), &["import", input]);
    assert!(done);
    assert_eq!((&again["filed"], &again["duplicates"]), (&0.into(), &files.into()));

    let (done, study, _) = run(folder.path(), &["list"]);
    assert!(done);
    assert_eq!((&study["instances"], &study["modalities"][0]), (&files.into(), &"CT".into()));
    let text = stdout(&hotlight_in(folder.path(), &["store", "list"]));
    assert!(text.contains(&format!("{files} objects")) && text.contains("ZZCANARY"), "{text}");

    let store = folder.path().join("store");
    let of_objects = walkdir::WalkDir::new(store.join("objects")).into_iter().filter_map(Result::ok);
    let object =
        of_objects.filter(|entry| entry.file_type().is_file()).last().expect("an object").into_path();
    let bytes = std::fs::read(&object).expect("its bytes");
    std::fs::write(&object, &bytes[..bytes.len() - 2]).expect("written");
    let (done, verified, words) = run(folder.path(), &["verify"]);
    assert!(!done, "something was damaged");
    assert_eq!((&verified["objects"], &verified["quarantined"]), (&(files - 1).into(), &1.into()));
    assert!(words.contains("quarantine") && words.contains("checksum"), "{words}");
    let (done, verified, _) = run(folder.path(), &["verify"]);
    assert!(done);
    assert_eq!(verified["objects"], files - 1);

    let uid = study["uid"].as_str().expect("its UID");
    let evict = |studies: usize| {
        let (done, evicted, _) = run(folder.path(), &["evict", "--to", "0"]);
        assert!(done);
        assert_eq!(evicted["studies"], studies, "{evicted}");
        evicted
    };
    let (done, pinned, words) = run(folder.path(), &["pin", uid]);
    assert!(done, "{words}");
    assert_eq!((&pinned["uid"], &pinned["pinned"]), (&uid.into(), &true.into()));
    assert_eq!(run(folder.path(), &["list"]).1["pinned"], true);
    evict(0);
    let text = stdout(&hotlight_in(folder.path(), &["store", "pin", uid, "--off"]));
    assert_eq!(text, format!("{uid} is pinned no more\n"));
    assert_eq!(evict(1)["bytes"], 0);
    let (done, _, words) = run(folder.path(), &["pin", uid]);
    assert!(!done && words.contains(&format!("error: {uid}: it is not in the store")), "{words}");
    // What is filed is elsewhere where the command line says so.
    let other = TempDir::new().expect("a folder");
    let place = other.path().to_str().expect("a path");
    let (done, imported, words) = run(folder.path(), &["import", input, "--store", place]);
    assert!(done, "{words}");
    assert_eq!(imported["filed"], files);
    assert!(other.path().join("index.sqlite").is_file());
}

#[test]
fn what_cannot_be_filed_is_named_and_a_newer_store_is_refused() {
    let folder = TempDir::new().expect("a folder");
    let input = TempDir::new().expect("a folder");
    std::fs::write(input.path().join("notes.txt"), "no object").expect("written");
    let path = input.path().to_str().expect("a path").to_owned();
    let (done, imported, words) = run(folder.path(), &["import", &path]);
    assert!(done && words.is_empty(), "{words}");
    assert_eq!((&imported["filed"], &imported["refused"]), (&0.into(), &0.into()));
    let (done, _, words) = run(folder.path(), &["import", "not-there"]);
    assert!(!done && words.contains("not-there"), "{words}");
    let output = hotlight_in(folder.path(), &["store", "import", &path, "--set", "store.free_gib=4096"]);
    assert!(!output.status.success() && stderr(&output).contains("store.free_gib"), "{}", stderr(&output));

    let index = rusqlite::Connection::open(folder.path().join("store/index.sqlite")).expect("the index");
    index.pragma_update(None, "user_version", 99).expect("a number");
    drop(index);
    let (done, _, words) = run(folder.path(), &["list"]);
    assert!(!done && words.contains("newer Hotlight"), "{words}");
}

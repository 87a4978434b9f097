//! `hotlight audit`, and where patients are named: in the audit trail alone, and there only where it is asked for.

use std::path::{Path, PathBuf};

use hotlight::phantom::Phantom;
use serde_json::Value;
use tempfile::TempDir;

use crate::support::{hotlight_in, stderr, stdout};

/// Reads a study whose folder names the patient, from start to end, with everything logged and traced.
fn read(folder: &Path, arguments: &[&str]) {
    let picture = folder.join("picture.png");
    let text =
        format!("panel palette\ntype ZZCANARY\ncancel\nexport --without-identity {}", picture.display());
    read_so(folder, &text, arguments);
}

/// The same by a script, once the study hangs.
fn read_so(folder: &Path, script: &str, arguments: &[&str]) {
    let study = folder.join("ZZCANARY^FOLDER");
    Phantom::chest_ct().small().write_into(&study).expect("a study");
    let state = folder.join("state");
    std::fs::create_dir_all(&state).expect("a folder");
    let text = format!("wait settled\n{script}\nwait settled\nquit\n");
    let script = folder.join("script.txt");
    std::fs::write(&script, text).expect("the script");
    let (study, script, trace) = (
        study.display().to_string(),
        script.display().to_string(),
        state.join("trace").display().to_string(),
    );
    let fixed = [
        study.as_str(),
        "--offscreen",
        "640x480",
        "--script",
        &script,
        "--trace",
        &trace,
        "--set",
        "logging.level=trace",
        "--set",
        "viewer.recent=false",
    ];
    let output = hotlight_in(&state, &[&fixed, arguments].concat());
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let found = walkdir::WalkDir::new(folder).into_iter().filter_map(Result::ok);
    found.filter(|entry| entry.file_type().is_file()).map(walkdir::DirEntry::into_path).collect()
}

/// The files that name the patient, below a folder.
fn naming(folder: &Path) -> Vec<PathBuf> {
    let names = |path: &PathBuf| {
        let bytes = std::fs::read(path).expect("a file");
        let text = String::from_utf8_lossy(&bytes);
        text.contains("ZZCANARY")
            || text.contains("ZZ1234567")
            || path.display().to_string().contains("ZZCANARY")
    };
    files(folder).into_iter().filter(names).collect()
}

fn audit(state: &Path, arguments: &[&str]) -> (bool, String, String) {
    let output = hotlight_in(state, &[&["audit"], arguments].concat());
    (output.status.success(), stdout(&output), stderr(&output))
}

const ON: [&str; 2] = ["--set", "audit.file=true"];

#[test]
fn without_an_audit_trail_nothing_that_is_left_behind_names_the_patient() {
    let folder = TempDir::new().expect("a folder");
    read(folder.path(), &[]);
    let state = folder.path().join("state");
    assert_eq!(naming(&state), [""; 0].map(PathBuf::from));
    assert!(files(&state).len() >= 2, "the log and the trace were looked at: {:?}", files(&state));
    assert!(!state.join("audit").exists());
}

#[test]
fn with_one_it_alone_names_the_patient_and_whoever_asks_is_told_who_saw_whom() {
    let folder = TempDir::new().expect("a folder");
    read(folder.path(), &ON);
    let state = folder.path().join("state");
    let named = naming(&state);
    assert!(!named.is_empty() && named.iter().all(|path| path.starts_with(state.join("audit"))), "{named:?}");
    let (is_done, words, errors) = audit(&state, &["verify"]);
    assert!(is_done && errors.is_empty(), "{errors}");
    assert_eq!(words, "5 messages in 1 files are as they were written\n");
    let (_, lines, _) = audit(&state, &["list", "--json", "--set", "audit.file=true"]);
    let lines: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let events: Vec<&str> = lines.iter().filter_map(|line| line["event"].as_str()).collect();
    let expected = [
        "Application Activity: Application Start",
        "DICOM Instances Accessed: Study opened",
        "Export",
        "DICOM Instances Accessed: Study closed",
        "Application Activity: Application Stop",
    ];
    assert_eq!(events, expected);
    assert!(lines[1]["patients"][0].as_str().is_some_and(|patient| patient.contains("ZZCANARY")));
    let place = lines[2]["others"][0].as_str().expect("where it went");
    assert!(place.starts_with("file://") && place.ends_with("picture.png"), "{place}");
    // That it was read is recorded; that it was only checked is not.
    let (_, text, _) = audit(&state, &["list"]);
    assert_eq!(text.lines().count(), 6, "{text}");
    assert!(text.lines().last().is_some_and(|line| line.contains("Audit Log Used")), "{text}");
    let (_, text, _) = audit(&state, &["list", "--since", "3000-01-01"]);
    assert_eq!(text, "");
    let (is_done, _, words) = audit(&state, &["list", "--since", "yesterday"]);
    assert!(!is_done && words.contains("YYYY-MM-DD"), "{words}");
}

/// The program ends while the picture is drawn, and waits for it.
#[test]
fn what_is_exported_at_the_very_end_is_recorded_before_it() {
    let folder = TempDir::new().expect("a folder");
    let picture = folder.path().join("picture.png");
    read_so(folder.path(), &format!("export --without-identity {}\nquit", picture.display()), &ON);
    assert!(picture.is_file(), "it was written");
    let (_, lines, _) = audit(&folder.path().join("state"), &["list", "--json"]);
    let lines: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let events: Vec<&str> = lines.iter().filter_map(|line| line["event"].as_str()).collect();
    let expected =
        ["Export", "DICOM Instances Accessed: Study closed", "Application Activity: Application Stop"];
    assert_eq!(events.get(2..), Some(&expected[..]), "{events:?}");
}

#[test]
fn who_takes_over_has_opened_what_hangs_and_who_read_before_has_closed_it() {
    let folder = TempDir::new().expect("a folder");
    read_so(folder.path(), "user bo", &[&ON[..], &["--user", "ann"]].concat());
    let (_, lines, _) = audit(&folder.path().join("state"), &["list", "--json"]);
    let lines: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let word = |line: &Value, name: &str| line[name].as_str().expect(name).to_owned();
    let events: Vec<(String, bool)> =
        lines.iter().map(|line| (word(line, "event"), word(line, "who").ends_with("(bo)"))).collect();
    let expected = [
        ("Application Activity: Application Start", false),
        ("DICOM Instances Accessed: Study opened", false),
        ("DICOM Instances Accessed: Study closed", false),
        ("User Authentication: Logout", false),
        ("User Authentication: Login", true),
        ("DICOM Instances Accessed: Study opened", true),
        ("DICOM Instances Accessed: Study closed", true),
        ("Application Activity: Application Stop", true),
    ];
    assert_eq!(events, expected.map(|(event, is_of_bo)| (event.to_owned(), is_of_bo)));
    assert!(word(&lines[0], "who").ends_with("(ann)"), "{}", lines[0]);
}

#[test]
fn a_trail_that_was_changed_is_told_with_file_and_line() {
    let folder = TempDir::new().expect("a folder");
    read(folder.path(), &ON);
    let state = folder.path().join("state");
    let path = state.join("audit/trail-000000000001.jsonl");
    let text = std::fs::read_to_string(&path).expect("the trail");
    std::fs::write(&path, text.replacen("Study opened", "Study closed", 1)).expect("written");
    let (is_done, words, errors) = audit(&state, &["verify"]);
    assert!(!is_done && words.contains("NOT as they were written"), "{words}");
    assert_eq!(
        errors,
        "error: trail-000000000001.jsonl:2: it was changed: it does not hold what its hash says\n"
    );
    let (_, json, _) = audit(&state, &["verify", "--json"]);
    let json: Value = serde_json::from_str(&json).expect("JSON");
    assert_eq!((json["messages"].as_u64(), json["faults"].as_array().map(Vec::len)), (Some(5), Some(1)));
}

#[test]
fn a_trail_that_was_cut_is_told_to_the_server_by_whoever_reads_it_first() {
    let folder = TempDir::new().expect("a folder");
    read(folder.path(), &ON);
    let state = folder.path().join("state");
    let path = state.join("audit/trail-000000000001.jsonl");
    let text = std::fs::read_to_string(&path).expect("the trail");
    std::fs::write(&path, &text[..text.len() - 9]).expect("written");
    let (is_done, lines, errors) = audit(&state, &[&["list"][..], &ON].concat());
    assert!(is_done, "{errors}");
    let last = lines.lines().last().expect("lines");
    assert!(last.contains("Security Alert: Audit trail changed") && last.contains("is not whole"), "{lines}");
    assert!(!lines.contains("Audit Log Used"), "that it is read now is recorded, and not listed: {lines}");
}

#[test]
fn a_trail_that_was_taken_away_after_a_server_had_it_is_told() {
    let folder = TempDir::new().expect("a folder");
    read(folder.path(), &ON);
    let place = folder.path().join("state/audit");
    std::fs::write(place.join("sent.json"), "{\"number\":5,\"hash\":\"x\"}").expect("written");
    std::fs::remove_file(place.join("trail-000000000001.jsonl")).expect("removed");
    let (is_done, words, errors) = audit(&folder.path().join("state"), &[&["verify"][..], &ON].concat());
    assert!(!is_done && words.contains("NOT as they were written"), "{words}");
    assert!(errors.contains("messages up to 5 were here, and all were taken away"), "{errors}");
}

//! `hotlight doctor`: each thing as it should be, nearly so, or broken.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Output;
use std::time::{Duration, SystemTime};

use hotlight::app::audit_source;
use hotlight::audit::{Alert, AuditEvent, Happening, Trail, TrailOptions, message};
use hotlight::command::Reader;
use hotlight::doctor::Check;
use hotlight::store::{Store, StoreOptions};
use serde_json::Value;

use crate::support::{Station, phantom, stderr, stdout};

const OPTIONS: StoreOptions = StoreOptions { quota_bytes: 1 << 40, free_bytes_min: 0 };

fn findings(output: &Output) -> Vec<Value> {
    let json: Value = serde_json::from_str(&stdout(output)).unwrap_or_else(|_| panic!("{}", stderr(output)));
    json.as_array().expect("a list").clone()
}

/// One check finds this state with these words, and exits with 1 where it fails; gives its remedy.
#[track_caller]
fn check(station: &Station, name: &str, more: &[&str], state: &str, words: &str) -> String {
    let output = station.run(&[&["doctor", "--json", "--only", name], more].concat());
    let found = findings(&output);
    assert!(found.iter().all(|finding| finding["check"] == name), "{found:?}");
    let is_it = |finding: &&Value| {
        finding["state"] == state && finding["what"].as_str().is_some_and(|what| what.contains(words))
    };
    let it = found.iter().find(is_it).unwrap_or_else(|| panic!("'{words}' is not {state}: {found:?}"));
    assert_eq!(output.status.code(), Some(i32::from(state == "fail")), "{found:?}");
    assert_eq!(it["remedy"].is_null(), state == "ok", "{it}");
    it["remedy"].as_str().unwrap_or_default().to_owned()
}

#[test]
fn everything_is_looked_at_without_a_display_a_network_or_a_file() {
    let station = Station::with(&[]);
    let output = station.run(&["doctor", "--json"]);
    let found = findings(&output);
    for check in Check::ALL {
        assert!(found.iter().any(|finding| finding["check"] == check.name()), "{}: {found:?}", check.name());
    }
    for finding in &found {
        let mut keys: Vec<&String> = finding.as_object().expect("an object").keys().collect();
        keys.sort();
        assert_eq!(keys, ["check", "remedy", "state", "what"], "{finding}");
        assert!(["ok", "warn", "fail"].map(Value::from).contains(&finding["state"]), "{finding}");
    }
    let fails = found.iter().any(|finding| finding["state"] == "fail");
    assert_eq!(output.status.code(), Some(i32::from(fails)), "{found:?}");
    let left = |name: &str| std::fs::read_dir(station.path(name)).expect("a folder").count();
    assert_eq!((left("state"), left("user"), left("site")), (0, 0, 0), "nothing is made");

    let text = stdout(&station.run(&["doctor", "--only", "store", "--only", "clock"]));
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines.len(), 2, "{text}");
    let begins = |line: &str| line.split_whitespace().take(2).map(str::to_owned).collect::<Vec<_>>();
    assert_eq!([begins(lines[0]), begins(lines[1])], [["ok", "store"], ["ok", "clock"]], "{text}");
    let help = stdout(&station.run(&["doctor", "--help"]));
    let words: Vec<&str> = help.split(|c: char| !c.is_ascii_alphabetic()).collect();
    assert!(Check::ALL.iter().all(|check| words.contains(&check.name())), "{help}");
    let wrong = station.run(&["doctor", "--only", "nonsense"]);
    assert_eq!(wrong.status.code(), Some(2));
    assert!(stderr(&wrong).contains("graphics") && stderr(&wrong).contains("secrets"), "{}", stderr(&wrong));
}

#[cfg(target_os = "linux")]
#[test]
fn without_a_driver_graphics_fail_with_what_to_do() {
    let station = Station::with(&[]);
    let mut command = station.command(&["doctor", "--json", "--only", "graphics"]);
    let nowhere = "/nonexistent.json";
    let output = command.env("VK_DRIVER_FILES", nowhere).env("VK_ICD_FILENAMES", nowhere).output();
    let output = output.expect("the program runs");
    let found = findings(&output);
    assert_eq!((found.len(), &found[0]["state"]), (1, &"fail".into()), "{found:?}");
    assert!(found[0]["what"].as_str().is_some_and(|what| what.contains("no graphics adapter")), "{found:?}");
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn the_configuration_fails_warns_or_is_well_and_with_a_fault_what_hangs_on_it_is_not_looked_at() {
    let station = Station::with(&[]);
    check(&station, "configuration", &[], "ok", "without a fault: 0");
    station.write("user/presets/volume/bad.toml", "opacity = 3\n");
    check(&station, "configuration", &[], "warn", "bad.toml");
    station.write("site/config.toml", "locked = [\"presets/volume\", \"viewer.dim\"]\n");
    station.write("user/config.toml", "[viewer]\ndim = 0.5\n");
    check(&station, "configuration", &[], "warn", "'viewer.dim' is locked by the site");
    station.write("user/config.toml", "[viewer]\ndimm = 0.5\n");
    check(&station, "configuration", &[], "fail", "there is no setting 'viewer.dimm'");
    check(&station, "peers", &[], "warn", "not looked at");
    station.write("user/config.toml", "");
    station.write("user/peers.toml", "[a]\nhost = \"h\"\ncalled = \"A\"\nretrieve = \"move\"\n");
    let remedy = check(&station, "configuration", &[], "fail", "needs '[receive]' too");
    assert!(remedy.contains("[receive]"), "{remedy}");
}

#[test]
fn what_displays_toml_says_of_monitors_that_are_not_here_is_no_failure() {
    let station = Station::with(&[("user/displays.toml", "[NIL-0x0001-ZZ1]\ngsdf = \"panel\"\n")]);
    let output = station.run(&["doctor", "--json", "--only", "displays"]);
    assert_eq!(output.status.code(), Some(0), "{}", stdout(&output));
    assert!(!findings(&output).is_empty());
}

/// A store with a study in it, beside the state.
fn with_study(station: &Station) -> Store {
    let study = phantom().join("current").display().to_string();
    let output = station.run(&["store", "import", &study, "--set", "store.free_gib=0"]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    Store::open(&station.path("state/store"), OPTIONS).expect("the store")
}

/// All files and folders below a folder, with what is in the files.
fn contents(folder: &Path, found: &mut BTreeMap<PathBuf, Vec<u8>>) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        let bytes = if path.is_dir() {
            contents(&path, found);
            Vec::new()
        } else {
            std::fs::read(&path).expect("a file")
        };
        found.insert(path, bytes);
    }
}

/// Nor does it mend what a program that died has left: that is for who reads.
#[test]
fn a_look_at_the_store_and_the_queue_changes_nothing_in_it() {
    let station = Station::with(&[]);
    drop(with_study(&station));
    station.write("state/store/incoming/wdead/half.dcm", "half an object");
    let all = || {
        let mut found = BTreeMap::new();
        contents(&station.path("state"), &mut found);
        found
    };
    let before = all();
    check(&station, "store", &[], "ok", "studies: 1");
    check(&station, "queue", &[], "ok", "nothing waits");
    assert_eq!(station.run(&["support-bundle", "--show"]).status.code(), Some(0));
    let after = all();
    assert_eq!(after.keys().collect::<Vec<_>>(), before.keys().collect::<Vec<_>>());
    assert!(after == before, "no file has other bytes");
}

#[test]
fn the_store_is_well_lacks_a_study_or_is_damaged() {
    let station = Station::with(&[]);
    check(&station, "store", &[], "ok", "no store yet");
    drop(with_study(&station));
    check(&station, "store", &[], "ok", "studies: 1");
    let output = station.run(&["doctor", "--json"]);
    assert!(!stdout(&output).contains("ZZCANARY"), "no patient is named");
    let objects = station.path("state/store/objects");
    std::fs::rename(&objects, station.path("elsewhere")).expect("moved");
    std::fs::create_dir(&objects).expect("a folder");
    let remedy = check(&station, "store", &[], "fail", "of 1 studies 1 are in the index and not on the disk");
    assert!(remedy.contains("hotlight store verify"), "{remedy}");
    for name in ["index.sqlite-wal", "index.sqlite-shm"] {
        drop(std::fs::remove_file(station.path("state/store").join(name)));
    }
    station.write("state/store/index.sqlite", &"no database, longer than a header".repeat(99));
    let remedy = check(&station, "store", &[], "fail", "index cannot be used");
    assert!(remedy.contains("move `index.sqlite`"), "{remedy}");
}

#[test]
fn the_queue_is_well_waits_too_long_or_waits_for_nobody() {
    let peers = "[pacs]\nhost = \"127.0.0.1\"\nport = 1\ncalled = \"A\"\nstore = true\n";
    let station = Station::with(&[("user/peers.toml", peers)]);
    check(&station, "queue", &[], "ok", "no store yet");
    let store = with_study(&station);
    check(&station, "queue", &[], "ok", "nothing waits");
    let study = store.studies().expect("an index")[0].study.uid.clone();
    let instance = store.objects(&study).expect("objects")[0].instance.clone();
    let now = SystemTime::now();
    store.queue(&instance, "pacs", now).expect("it waits");
    check(&station, "queue", &[], "ok", "objects that wait for pacs: 1, the first for ");
    let item = store.outgoing("pacs", now).expect("an index").remove(0);
    let path = item.source.path.reveal();
    let file = std::fs::File::options().write(true).open(path).expect("the object");
    file.set_modified(now - Duration::from_hours(5)).expect("its time");
    check(&station, "queue", &[], "warn", "the first for 5 h");
    store.note_failed(&item, "the archive is full", now).expect("an item");
    check(&station, "queue", &[], "warn", "the last try failed: the archive is full");
    station.write("user/peers.toml", &peers.replace("store = true\n", ""));
    let remedy = check(&station, "queue", &[], "fail", "objects that wait for pacs: 1");
    assert!(remedy.starts_with("Write pacs into peers.toml with store = true"), "{remedy}");
}

#[test]
fn disks_with_too_little_room_fail() {
    let station = Station::with(&[]);
    check(&station, "disk", &["--set", "store.free_gib=0"], "ok", "free for the store");
    let remedy = check(&station, "disk", &["--set", "store.free_gib=4096"], "fail", "4194304 are needed");
    assert!(remedy.starts_with("Make room"), "{remedy}");
}

#[test]
fn a_clock_that_was_set_back_warns() {
    let station = Station::with(&[("state/recent.toml", "")]);
    check(&station, "clock", &[], "ok", "later than now");
    let file = std::fs::File::options().write(true).open(station.path("state/recent.toml")).expect("a file");
    file.set_modified(SystemTime::now() + Duration::from_hours(48)).expect("its time");
    check(&station, "clock", &[], "warn", "47 h from now");
}

#[test]
fn the_audit_trail_is_whole_was_changed_or_its_server_does_not_answer() {
    let station = Station::with(&[]);
    check(&station, "audit", &[], "ok", "no audit trail is asked for");
    let on = ["--set", "audit.file=true"];
    check(&station, "audit", &on, "ok", "messages: 0");
    station.write("state/audit/trail-000000000001.jsonl", "words\n");
    let remedy = check(&station, "audit", &on, "fail", "faults in what was written: 1");
    assert!(remedy.contains("hotlight audit verify"), "{remedy}");
    std::fs::remove_dir_all(station.path("state/audit")).expect("removed");
    station.write("user/config.toml", "[audit]\nserver = \"127.0.0.1:1\"\n");
    let remedy = check(&station, "audit", &[], "fail", "127.0.0.1:1: the audit server cannot be sent to");
    assert!(remedy.starts_with("See to the server"), "{remedy}");
}

#[test]
fn what_the_audit_trail_lost_of_late_warns_with_how_much() {
    let station = Station::with(&[]);
    let folder = station.path("state/audit");
    let mut trail = Trail::new(TrailOptions { folder, bytes_max: 8 << 20, keeps_sent: true });
    let source = audit_source(&Reader::account(), Vec::new());
    let mut add = |days: u64, why: &str| {
        let at = SystemTime::now() - Duration::from_hours(24 * days);
        let (alert, subject) = (Alert::RecordingStopped, "file:///audit".to_owned());
        let what = Happening::Alert { alert, why: why.to_owned(), subject };
        trail.append(at, &message(&source, &AuditEvent { at, what })).expect("added");
    };
    let on = ["--set", "audit.file=true"];
    add(40, "7 events found no room and are not recorded.");
    check(&station, "audit", &on, "ok", "messages: 1");
    let found = findings(&station.run(&[&["doctor", "--json", "--only", "audit"], &on[..]].concat()));
    assert_eq!(found.len(), 1, "it is long ago: {found:?}");
    add(2, "5 events found no room and are not recorded.");
    add(1, "3 messages went to make room, and no server had them.");
    let remedy = check(&station, "audit", &on, "warn", "messages lost in the last 30 days: 8");
    assert!(remedy.contains("hotlight audit list"), "{remedy}");
}

#[test]
fn logs_are_written_switched_off_or_have_no_place() {
    let station = Station::with(&[("state/logs/hotlight.log.2026-11-28", "a line\n")]);
    check(&station, "logs", &[], "ok", "files of logs: 1");
    check(&station, "logs", &["--set", "logging.level=off"], "warn", "nothing is logged");
    std::fs::remove_dir_all(station.path("state/logs")).expect("removed");
    station.write("state/logs", "a file, and no folder");
    check(&station, "logs", &[], "fail", "nothing can be written");
}

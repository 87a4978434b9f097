//! `display records`, `display schedule` and `display fleet`: what a physicist asks of a station, and of many.

use std::path::Path;

use chrono::{DateTime, Days, FixedOffset};
use hotlight::app::local_now;
use hotlight::calibration::{
    Certificate, CertifiedMonitor, CertifiedRecords, Check, ContrastStep, Evaluation, JndFit, Measurement,
    Quantity, SignalPath, Verdict,
};
use hotlight::records::{Book, Kind, NewRecord};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::{hotlight_in, stderr, stdout};

const MONITOR: &str = "NIL-0x0001-ZZ1";
const DISPLAYS: &str = "[NIL-0x0001-ZZ1]\ngsdf = \"panel\"\nuse = \"diagnostic\"\n";

/// So many days ago, in this minute.
fn ago(days: u64) -> DateTime<FixedOffset> {
    local_now().checked_sub_days(Days::new(days)).expect("a day that there was")
}

fn measurement() -> Measurement {
    Measurement {
        path: SignalPath::Around,
        highest: 255,
        response: Vec::new(),
        ambient_cd_m2: Some(0.25),
        fields: Vec::new(),
    }
}

/// Everything was measured, and passed.
fn evaluation() -> Evaluation {
    let check = |quantity| Check { quantity, value: Some(1.0), limit: None, verdict: Verdict::Indicative };
    let step = ContrastStep {
        ddl: 0,
        luminance: 1.0,
        expected_contrast: 0.0,
        measured_contrast: 0.0,
        deviation_percent: 0.0,
    };
    Evaluation {
        profile: "diagnostic".to_owned(),
        l_min: 1.0,
        l_max: 412.0,
        ratio: 412.0,
        gsdf_max_deviation_percent: 4.25,
        levels: vec![step; 18],
        jnd: JndFit { mean: 2.0, slope: 0.0, rmse: 0.1 },
        checks: Quantity::ALL.map(check).to_vec(),
        verdict: Verdict::Indicative,
        findings: Vec::new(),
    }
}

/// Records where the program looks for them.
fn record(state: &Path, days: u64, kind: Kind, body: Value) {
    let book = Book::open(&state.join("displays")).expect("a book");
    let new = NewRecord {
        at: ago(days),
        monitor: MONITOR.to_owned(),
        kind,
        operator: "Physicist 1".to_owned(),
        instrument: None,
        software: "hotlight".to_owned(),
        table: None,
        body,
    };
    book.append(&new).expect("recorded");
}

/// A station whose monitor was measured so many days ago, and looked at today.
fn station(days: u64) -> TempDir {
    let state = TempDir::new().expect("a folder");
    std::fs::write(state.path().join("displays.toml"), DISPLAYS).expect("written");
    record(state.path(), days, Kind::Measured, serde_json::to_value(measurement()).expect("JSON"));
    record(state.path(), days, Kind::Evaluated, serde_json::to_value(evaluation()).expect("JSON"));
    record(
        state.path(),
        0,
        Kind::ImageQuality,
        json!({ "pattern": "TG18-OIQ", "answers": [], "passed": true }),
    );
    record(state.path(), 0, Kind::RoomLight, Value::Null);
    state
}

fn display(state: &Path, arguments: &[&str]) -> (Option<i32>, String, String) {
    let output = hotlight_in(state, &[&["display"], arguments].concat());
    (output.status.code(), stdout(&output), stderr(&output))
}

#[test]
fn records_are_listed_and_proven_and_what_was_changed_is_named() {
    let state = station(1);
    let (code, words, _) = display(state.path(), &["records"]);
    assert_eq!(code, Some(0));
    assert_eq!(words.lines().count(), 4, "{words}");
    assert!(
        words.contains("evaluated  Physicist 1  indicative, 4.2 % from the GSDF, L′max 412 cd/m²"),
        "{words}"
    );
    assert!(words.contains("image-quality  Physicist 1  TG18-OIQ, passed"), "{words}");
    let (_, json, _) = display(state.path(), &["records", "--json", "--monitor", MONITOR]);
    let second: Value = serde_json::from_str(json.lines().nth(1).expect("a line")).expect("JSON");
    assert_eq!(second["record"]["body"]["l_max"], json!(412.0));
    let (_, none, _) = display(state.path(), &["records", "--monitor", "another"]);
    assert!(none.starts_with("nothing is recorded of another: "), "{none}");

    let (code, words, _) = display(state.path(), &["records", "--verify"]);
    assert_eq!((code, words.starts_with("4 records, each as it was written")), (Some(0), true), "{words}");
    let path = state.path().join("displays/records.sqlite");
    let raw = rusqlite::Connection::open(&path).expect("a database");
    raw.execute_batch(
        "DROP TRIGGER record_stays; UPDATE record SET body = replace(body, '412', '512') WHERE n = 2",
    )
    .expect("changed");
    drop(raw);
    let (code, json, words) = display(state.path(), &["records", "--verify", "--json"]);
    let json: Value = serde_json::from_str(&json).expect("JSON");
    assert_eq!((code, &json["whole"], &json["breaks"][0]["at"]), (Some(1), &json!(false), &json!(2)));
    assert!(words.contains("records.sqlite: record 2 was changed"), "{words}");
    let (code, list, words) = display(state.path(), &["records"]);
    assert!(
        code == Some(0) && words.starts_with("warning: ") && words.contains("record 2 was changed"),
        "{words}"
    );
    let marked: Vec<&str> = list.lines().filter(|line| line.starts_with('!')).collect();
    assert!(matches!(marked.as_slice(), [one] if one.contains(" 512 cd/m²")), "{list}");
}

#[test]
fn what_is_due_is_told_for_each_monitor() {
    for (days, status, words) in [
        (0, "calibrated", "calibrated until "),
        (25, "due-soon", "due on "),
        (32, "overdue", "overdue since "),
        (46, "expired", "calibration expired – not for primary diagnosis"),
    ] {
        let state = station(days);
        let (code, json, _) = display(state.path(), &["schedule", "--json"]);
        let json: Value = serde_json::from_str(&json).expect("JSON");
        assert_eq!((code, &json[0]["status"]), (Some(0), &json!(status)), "{days}: {json}");
        let (_, text, _) = display(state.path(), &["schedule", "--monitor", MONITOR]);
        assert!(text.starts_with(&format!("{MONITOR}  {words}")), "{days}: {text}");
        assert!(
            text.contains("L′max and L′min") && text.contains("AAPM TG18 (2005): monthly, not confirmed"),
            "{text}"
        );
    }
    // What somebody wrote over proves nothing: the monitor is not measured then.
    let state = station(0);
    let raw = rusqlite::Connection::open(state.path().join("displays/records.sqlite")).expect("a database");
    raw.execute_batch("DROP TRIGGER record_stays; UPDATE record SET operator = 'Nobody' WHERE n = 2")
        .expect("changed");
    let (_, text, _) = display(state.path(), &["schedule"]);
    assert!(text.starts_with(&format!("{MONITOR}  not measured")), "{text}");
    assert!(text.contains("records: record 2 was changed"), "{text}");
}

#[test]
fn a_use_without_a_schedule_is_an_error_and_a_monitor_without_a_use_is_for_review() {
    let state = station(0);
    let write = |text: &str| std::fs::write(state.path().join("displays.toml"), text).expect("written");
    write(&DISPLAYS.replace("diagnostic", "diagnostik"));
    let (code, text, words) = display(state.path(), &["schedule"]);
    assert_eq!(code, Some(1));
    assert!(text.starts_with(&format!("{MONITOR}  for review only")), "{text}");
    assert!(
        words.contains("displays.toml:1: there is no schedule 'diagnostik' (did you mean 'diagnostic'?)"),
        "{words}"
    );
    // The record names it, and nothing else does.
    write("");
    let (code, text, _) = display(state.path(), &["schedule"]);
    assert_eq!((code, text.as_str()), (Some(0), format!("{MONITOR}  for review only\n").as_str()));
    // The panel was evaluated, and a table of ours is applied now.
    std::fs::write(state.path().join("a.csv"), "ddl,luminance\n0,1\n128,80\n255,400\n").expect("written");
    write(
        "[NIL-0x0001-ZZ1]\ngsdf = \"viewer\"\nluminance = \"a.csv\"\nambient = 0.25\nuse = \"diagnostic\"\n",
    );
    let (code, text, words) = display(state.path(), &["schedule"]);
    assert_eq!(code, Some(0), "{words}");
    assert!(text.contains("changed since it was evaluated: a table is applied, and none was"), "{text}");
}

#[test]
fn records_lie_in_the_folder_that_the_settings_name() {
    let (state, elsewhere) = (TempDir::new().expect("a folder"), station(1));
    let folder = elsewhere.path().join("displays");
    let set = format!("displays.records={}", folder.display());
    let (code, words, _) = display(state.path(), &["records", "--verify", "--set", &set]);
    assert_eq!((code, words.starts_with("4 records")), (Some(0), true), "{words}");
    let (code, words, _) = display(state.path(), &["records"]);
    assert_eq!((code, words.starts_with("nothing is recorded: ")), (Some(0), true), "{words}");
    assert!(!state.path().join("displays").exists(), "asking makes nothing");
}

#[test]
fn certificates_of_many_stations_are_summed_up_and_what_cannot_be_read_is_named() {
    let state = TempDir::new().expect("a folder");
    let folder = state.path().join("certificates");
    std::fs::create_dir_all(folder.join("older")).expect("a folder");
    let certificate = |station: &str, days: u64, verdict| Certificate {
        format: Certificate::FORMAT.to_owned(),
        issued: ago(days).to_rfc3339(),
        measured: ago(days).to_rfc3339(),
        station: station.to_owned(),
        monitor: CertifiedMonitor {
            id: MONITOR.to_owned(),
            name: "Nil".to_owned(),
            serial: "ZZ1".to_owned(),
            size: [2048, 2560],
            bits: 8,
            gsdf: "panel".to_owned(),
            table: None,
        },
        operator: "Physicist 1".to_owned(),
        instrument: None,
        software: "hotlight".to_owned(),
        measurement: measurement(),
        evaluation: Evaluation { verdict, ..evaluation() },
        uniformity: None,
        records: CertifiedRecords { head: String::new(), fault: None },
    };
    let write = |name: &str, certificate: &Certificate| {
        let text = serde_json::to_string(certificate).expect("JSON");
        std::fs::write(folder.join(name), text).expect("written");
    };
    write("a.json", &certificate("READER1", 1, Verdict::Pass));
    write("older/b.json", &certificate("READER2", 400, Verdict::Pass));
    write("c.json", &certificate("READER3", 1, Verdict::Fail));
    let folder = folder.display().to_string();
    let (code, words, _) = display(state.path(), &["fleet", &folder]);
    assert_eq!(code, Some(0));
    let begins: Vec<&str> = words.lines().map(|line| line.get(..7).unwrap_or_default()).collect();
    assert_eq!(begins, ["READER2", "READER3", "READER1"], "{words}");
    assert!(words.contains("  expired, due on ") && words.contains("  fail, 4.2 % from the GSDF"), "{words}");

    for (name, text) in [("d.json", "{"), ("e.json", "{\"format\":\"another/1\"}"), ("f.json", "[]")] {
        std::fs::write(Path::new(&folder).join(name), text).expect("written");
    }
    let (code, json, words) = display(state.path(), &["fleet", &folder, "no-such-file.json", "--json"]);
    let json: Value = serde_json::from_str(&json).expect("JSON");
    let count = |key: &str| json[key].as_array().map_or(0, Vec::len);
    assert_eq!((code, count("monitors"), count("unreadable")), (Some(1), 3, 4));
    for why in [
        "d.json: it is no JSON: ",
        "e.json: it has the form another/1, and hotlight-display-certificate/1 is read here",
        "f.json: it is no certificate of a monitor",
        "no-such-file.json: ",
    ] {
        assert!(words.contains(why), "{why}: {words}");
    }
}

//! The book on a disk of its own, and what hands and disks may do to it.

use std::sync::LazyLock;

use chrono::{DateTime, FixedOffset};
use proptest::prelude::*;
use rusqlite::{Connection, params};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tempfile::TempDir;

use super::*;
use crate::calibration::{
    Conditions, Instrument, LevelReading, Measurement, Schedules, SignalPath, Verdict, testing,
};

const MONITOR: &str = "NIL-0x0001-ZZ1";

/// How many records the sample has.
const RECORDS: i64 = 6;

/// A book of six records, as bytes: made once.
static SAMPLE: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let folder = TempDir::new().expect("a folder");
    let book = Book::open(folder.path()).expect("a book");
    let kinds = [Kind::Measured, Kind::Evaluated, Kind::Activated, Kind::VisualCheck, Kind::RoomLight];
    for (day, kind) in (20..).zip(kinds) {
        book.append(&new(day, kind, json!({ "passed": true, "value": 0.1 }))).expect("a record");
    }
    let bare = NewRecord { instrument: None, table: None, ..new(25, Kind::AmbientTest, json!({})) };
    book.append(&bare).expect("a record");
    std::fs::read(book.path()).expect("the file")
});

/// A copy of the sample in a folder of its own.
fn sample() -> (TempDir, Book) {
    let folder = TempDir::new().expect("a folder");
    std::fs::write(folder.path().join("records.sqlite"), SAMPLE.as_slice()).expect("written");
    let book = Book::open(folder.path()).expect("a book");
    (folder, book)
}

fn new(day: u32, kind: Kind, body: Value) -> NewRecord {
    NewRecord {
        at: at(day),
        monitor: MONITOR.to_owned(),
        kind,
        operator: "Physicist 1".to_owned(),
        instrument: Some(Instrument {
            name: "Photometer".to_owned(),
            serial: "7".to_owned(),
            calibrated_until: Some("2027-06-30".to_owned()),
        }),
        software: "hotlight 0.1.0".to_owned(),
        table: Some("ab12".to_owned()),
        body,
    }
}

fn at(day: u32) -> DateTime<FixedOffset> {
    DateTime::parse_from_rfc3339(&format!("2026-11-{day:02}T09:20:00+01:00")).expect("a time")
}

/// The file, as whoever has it in hand may change it.
fn raw(book: &Book) -> Connection {
    let raw = Connection::open(book.path()).expect("a database");
    for trigger in ["record_stays", "record_is_kept", "record_comes_last"] {
        raw.execute(&format!("DROP TRIGGER IF EXISTS {trigger}"), []).expect("dropped");
    }
    raw
}

fn change(book: &Book, sql: &str) {
    raw(book).execute(sql, []).expect("changed");
}

/// Where the book is broken, in words.
fn breaks(book: &Book) -> Vec<String> {
    book.verify().expect("readable").breaks.iter().map(Break::to_string).collect()
}

fn lines(book: &Book) -> Vec<String> {
    book.export(None).expect("readable").0
}

#[test]
fn what_was_recorded_is_found_and_whoever_has_the_lines_can_prove_them() {
    let (_folder, book) = sample();
    let verified = book.verify().expect("readable");
    assert!(verified.is_whole() && verified.fault().is_none(), "{verified:?}");
    assert_eq!((verified.records, verified.chains), (6, 1));
    let found = book.of_monitor(MONITOR, None, 100).expect("readable");
    assert_eq!(found.iter().map(|record| record.n).collect::<Vec<_>>(), [6, 5, 4, 3, 2, 1]);
    let latest = book.latest(MONITOR, Kind::Evaluated).expect("readable").expect("one");
    assert_eq!((latest.n, latest.what(), latest.time()), (2, Some(Kind::Evaluated), Some(at(21))));
    assert_eq!(latest.photometer().map(|with| with.serial), Some("7".to_owned()));
    assert_eq!(book.latest(MONITOR, Kind::Reverted), Ok(None));
    assert_eq!(book.of_monitor("another", None, 100), Ok(Vec::new()));
    assert_eq!(book.monitors(), Ok([MONITOR.to_owned()].into()));
    // With nothing of ours: the hash of each line is SHA-256 over the hash before and the record as it stands there.
    let mut head = String::new();
    for line in lines(&book) {
        let (hash, record) = line.split_once(",\"record\":").expect("a line");
        let record = record.strip_suffix('}').expect("its end");
        let own = format!("{:x}", Sha256::digest([head.as_str(), record].concat()));
        assert_eq!(hash, format!("{{\"hash\":\"{own}\",\"previous\":\"{head}\""));
        assert!(serde_json::from_str::<Value>(&line).is_ok(), "{line}");
        head = own;
    }
    assert_eq!(head, verified.head);
}

#[test]
fn a_measurement_comes_back_to_the_bit() {
    let folder = TempDir::new().expect("a folder");
    let book = Book::open(folder.path()).expect("a book");
    let response = (0..18_u16).map(|step| LevelReading {
        level: step * 15,
        luminance_cd_m2: 0.3 * libm::pow(1.07, f64::from(step)) + 1.0 / 3.0,
        spread_cd_m2: 0.1 + 0.2,
        readings: 3,
        chromaticity: None,
    });
    let measurement = Measurement {
        path: SignalPath::Around,
        highest: 255,
        response: response.collect(),
        ambient_cd_m2: Some(0.25),
        fields: Vec::new(),
    };
    let body = serde_json::to_value(&measurement).expect("JSON");
    let record = book.append(&new(20, Kind::Measured, body)).expect("a record");
    let found = book.latest(MONITOR, Kind::Measured).expect("readable");
    assert_eq!(found.as_ref(), Some(&record));
    assert_eq!(found.and_then(|record| record.read::<Measurement>().ok()), Some(measurement));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_byte_of_any_column_that_is_changed_breaks_the_chain_there(
        n in 1..=RECORDS,
        column in prop::sample::select(vec![
            "n", "at", "monitor", "kind", "operator", "instrument", "software", "display_table", "body", "previous", "hash",
        ]),
        place in 0..10_000_usize,
        mask in 1..=u8::MAX,
    ) {
        let (_folder, book) = sample();
        let changed = if column == "n" {
            let other = n ^ (i64::from(mask) << (8 * (place % 8)));
            raw(&book).execute("UPDATE record SET n = ?1 WHERE n = ?2", [other, n]).is_ok()
        } else {
            let raw = raw(&book);
            let sql = format!("SELECT CAST({column} AS BLOB) FROM record WHERE n = ?1");
            let mut bytes: Vec<u8> = raw.query_row(&sql, [n], |row| row.get(0)).expect("the column");
            let length = bytes.len();
            match bytes.get_mut(place % length.max(1)) {
                Some(byte) => *byte ^= mask,
                None => bytes.push(mask),
            }
            let sql = format!("UPDATE record SET {column} = CAST(?1 AS TEXT) WHERE n = ?2");
            raw.execute(&sql, params![bytes, n]).is_ok()
        };
        // The number of another record is refused by the file itself.
        prop_assume!(changed);
        let mut held = Vec::new();
        let verified = book.each(|record, holds| if holds { held.push(record.n) }).expect("readable");
        let is_named = verified.breaks.iter().any(|broken| (broken.at..=broken.through).contains(&n));
        prop_assert!(is_named, "{:?}", verified.breaks);
        prop_assert!(!held.contains(&n) && !verified.is_whole());
    }

    #[test]
    fn a_file_that_lost_a_byte_is_put_aside_or_refused_or_found_out_or_says_what_it_said(
        place in 0..1_000_000_usize,
        mask in 1..=u8::MAX,
    ) {
        let (folder, book) = sample();
        let told = lines(&book);
        let mut bytes = SAMPLE.clone();
        let length = bytes.len();
        if let Some(byte) = bytes.get_mut(place % length) {
            *byte ^= mask;
        }
        std::fs::write(book.path(), &bytes).expect("written");
        let Ok(book) = Book::open(folder.path()) else { return Ok(()) };
        let Ok((now, verified)) = book.export(None) else { return Ok(()) };
        prop_assert!(!verified.is_whole() || now == told, "{verified:?}");
        if !verified.damaged.is_empty() {
            prop_assert_eq!(std::fs::read(folder.path().join("records.sqlite.damaged-1")).expect("kept"), bytes);
        }
    }
}

#[test]
fn what_is_taken_away_or_put_in_is_found() {
    let check = |sql: &[&str], expected: &[&str]| {
        let (_folder, book) = sample();
        for sql in sql {
            change(&book, sql);
        }
        assert_eq!(breaks(&book), expected, "{sql:?}");
    };
    check(&["DELETE FROM record WHERE n = 1"], &["record 1 is missing"]);
    check(&["DELETE FROM record WHERE n IN (3, 4)"], &["records 3 to 4 are missing"]);
    check(&["DELETE FROM record WHERE n = 6"], &["record 6 is missing"]);
    check(&["DELETE FROM record"], &["records 1 to 6 are missing"]);
    check(
        &["UPDATE record SET n = 9 WHERE n = 3", "UPDATE record SET n = 3 WHERE n = 4"],
        &[
            "record 3 was changed",
            "record 4 is missing",
            "records 7 to 8 are missing",
            "record 9 was changed",
        ],
    );
    check(&["UPDATE record SET body = '[]' WHERE n > 4"], &["record 5 was changed", "record 6 was changed"]);
    check(&["UPDATE record SET hash = 'x' WHERE n = 2"], &["record 2 was changed"]);
    // Whoever knows how hashes are made can make one, and not that of the record behind.
    let (_folder, book) = sample();
    let second = book.of_monitor(MONITOR, None, 5).expect("readable").pop().expect("a record");
    let forged = Record { operator: "Nobody".to_owned(), ..second.clone() }.placed(2, &second.previous);
    raw(&book)
        .execute("UPDATE record SET operator = 'Nobody', hash = ?1 WHERE n = 2", [&forged.hash])
        .expect("changed");
    assert_eq!(breaks(&book), ["record 3 does not follow the one before"]);
    // Nor is it taken for the same where the text of two columns is that of before, and is divided elsewhere.
    let (_folder, book) = sample();
    book.append(&new(26, Kind::Imported, json!({ "a": 1, "instrument": null }))).expect("a record");
    change(
        &book,
        "UPDATE record SET body = '{\"a\":1', instrument = 'null},\"instrument\":' || instrument WHERE n = 7",
    );
    assert_eq!(breaks(&book), ["record 7 was changed"]);
}

#[test]
fn records_are_neither_changed_nor_taken_away_nor_replaced() {
    let (_folder, book) = sample();
    let open = Connection::open(book.path()).expect("a database");
    for (sql, why) in [
        ("UPDATE record SET operator = 'Nobody'", "never changed"),
        ("DELETE FROM record WHERE n = 6", "never taken away"),
        ("REPLACE INTO record SELECT * FROM record WHERE n = 2", "at the end only"),
        (
            "INSERT INTO record SELECT 0, at, monitor, kind, operator, instrument, software, display_table, body, previous, \
             hash FROM record WHERE n = 2",
            "at the end only",
        ),
    ] {
        let refused = open.execute(sql, []).expect_err("a trigger");
        assert!(refused.to_string().contains(why), "{sql}: {refused}");
    }
    assert!(book.verify().expect("readable").is_whole());
}

#[test]
fn a_broken_chain_is_kept_and_told_ever_after_and_another_begins() {
    let (folder, book) = sample();
    let body = "{\"passed\":true,\"value\":0.1}";
    change(&book, "UPDATE record SET body = '{\"passed\":true,\"value\":0.2}' WHERE n = 2");
    let before = book.verify().expect("readable");
    let record = book.append(&new(26, Kind::RoomLight, json!({}))).expect("a record");
    assert_eq!(record.n, 8);
    let begun = lines(&book).get(6).cloned().expect("a line");
    let begun: Value = serde_json::from_str(&begun).expect("JSON");
    let broken = &begun["record"]["body"]["broken"][0];
    assert_eq!((&broken["at"], &broken["fault"]), (&json!(2), &json!("changed")));
    assert_eq!(begun["record"]["body"]["head"], json!(before.head));
    assert_eq!((&begun["record"]["kind"], &begun["previous"]), (&json!("chain-begun"), &json!("")));
    let told = "record 2 was changed; a chain was broken, and another begins at record 7";
    let check = |records: u64, chains: u64, told: &str| {
        let verified = Book::open(folder.path()).expect("a book").verify().expect("readable");
        assert_eq!((verified.records, verified.chains), (records, chains));
        assert_eq!(verified.fault().as_deref(), Some(told));
    };
    check(8, 2, told);
    // What is added goes on with the new chain.
    book.append(&new(27, Kind::RoomLight, json!({}))).expect("a record");
    check(9, 2, told);
    // Putting it back as it was does not make it forgotten.
    change(&book, &format!("UPDATE record SET body = '{body}' WHERE n = 2"));
    check(9, 2, "a chain was broken, and another begins at record 7");
    book.append(&new(28, Kind::RoomLight, json!({}))).expect("a record");
    check(10, 2, "a chain was broken, and another begins at record 7");
    // So it is with the record that begins a chain, and with the last one.
    change(&book, "UPDATE record SET body = '{}' WHERE n = 7");
    change(&book, "DELETE FROM record WHERE n = 10");
    let record = book.append(&new(29, Kind::RoomLight, json!({}))).expect("a record");
    assert_eq!(record.n, 12, "the number of what is missing is not given again");
    check(
        11,
        2,
        "record 7 was changed; record 10 is missing; a chain was broken, and another begins at record 11",
    );
}

#[test]
fn a_thousand_breaks_are_told_as_a_hundred() {
    let (_folder, book) = sample();
    let raw = raw(&book);
    for n in 7..=400 {
        raw.execute(
            "INSERT INTO record SELECT ?1, at, monitor, kind, operator, instrument, software, display_table, body, '', '' \
             FROM record WHERE n = 1",
            [n],
        )
        .expect("put in");
    }
    drop(raw);
    let verified = book.verify().expect("readable");
    assert_eq!((verified.breaks.len(), verified.breaks.last().map(|last| last.through)), (100, Some(400)));
    assert!(book.append(&new(26, Kind::RoomLight, json!({}))).is_ok());
}

#[test]
fn programs_that_write_at_the_same_time_make_one_chain() {
    const EACH: i64 = 20;
    let folder = TempDir::new().expect("a folder");
    std::thread::scope(|scope| {
        for writer in 0..3 {
            let folder = folder.path().join("displays");
            scope.spawn(move || {
                let book = Book::open(&folder).expect("a book");
                for _ in 0..EACH {
                    let monitor = format!("NIL-{writer}");
                    book.append(&NewRecord { monitor, ..new(20, Kind::RoomLight, json!({})) })
                        .expect("a record");
                }
            });
        }
    });
    let book = Book::open(&folder.path().join("displays")).expect("a book");
    let verified = book.verify().expect("readable");
    assert!(verified.is_whole() && verified.records == 60, "{verified:?}");
    for writer in 0..3 {
        let own = book.of_monitor(&format!("NIL-{writer}"), None, 100).expect("readable");
        assert_eq!(own.len(), 20);
    }
    let left = std::fs::read_dir(folder.path().join("displays")).expect("a folder").count();
    assert_eq!(left, 1, "nothing else is left");
}

#[test]
fn a_damaged_file_is_kept_aside_and_named_by_the_book_that_follows() {
    let folder = TempDir::new().expect("a folder");
    let path = folder.path().join("records.sqlite");
    let aside = |number: u32| folder.path().join(format!("records.sqlite.damaged-{number}"));
    let cut = SAMPLE.get(..SAMPLE.len() - 4096).expect("half of it").to_vec();
    let mut told = Vec::new();
    for (number, damaged) in (1..).zip([b"no database at all".repeat(100), Vec::new(), cut]) {
        std::fs::write(&path, &damaged).expect("written");
        let book = Book::open(folder.path()).expect("a book");
        assert!(!path.exists());
        assert_eq!(std::fs::read(aside(number)).expect("kept"), damaged);
        told.push(format!("records.sqlite.damaged-{number} was damaged and is put aside"));
        assert_eq!(book.verify().expect("readable").fault(), Some(told.join("; ")));
        let record = book.append(&new(20, Kind::RoomLight, json!({}))).expect("a record");
        assert_eq!(record.n, 2, "the first one names what was put aside");
        assert_eq!(book.verify().expect("readable").fault(), Some(told.join("; ")));
    }
    // That the file was there is told when it is gone, too.
    for number in 1..=3 {
        std::fs::remove_file(aside(number)).expect("gone");
    }
    let verified = Book::open(folder.path()).expect("a book").verify().expect("readable");
    assert_eq!((verified.fault(), verified.records), (Some(told.join("; ")), 2));
    // A file without its table is damaged, too.
    raw(&Book::open(folder.path()).expect("a book")).execute("DROP TABLE record", []).expect("dropped");
    let verified = Book::open(folder.path()).expect("a book").verify().expect("readable");
    assert_eq!((verified.damaged.len(), verified.records), (1, 0));
}

#[test]
fn a_damaged_file_that_cannot_be_put_aside_is_an_error_and_stays() {
    let folder = TempDir::new().expect("a folder");
    for number in 1..=100 {
        std::fs::write(folder.path().join(format!("records.sqlite.damaged-{number}")), "").expect("written");
    }
    let path = folder.path().join("records.sqlite");
    std::fs::write(&path, b"no database at all".repeat(100)).expect("written");
    let refused = Book::open(folder.path()).expect_err("no room for another").to_string();
    assert!(
        refused.contains("the records are damaged (") && refused.contains("cannot be put aside"),
        "{refused}"
    );
    assert!(path.exists());
}

/// As [`RecordsError`] says it, without the folder.
fn refused(book: &Book, new: &NewRecord) -> String {
    let words = book.append(new).expect_err("refused").to_string();
    words.replace(&book.path().display().to_string(), "BOOK")
}

#[test]
fn where_nothing_may_be_written_that_is_one_clear_error_and_what_is_there_is_read() {
    let (folder, book) = sample();
    let check = || {
        let words = refused(&book, &new(26, Kind::RoomLight, json!({})));
        assert!(words.starts_with("BOOK: nothing was recorded: the file cannot be written: "), "{words}");
        assert!(words.contains("displays.records"), "{words}");
        assert_eq!(lines(&book).len(), 6);
    };
    // The file itself says that it is for reading: that binds the system's administrator, too.
    let mut bytes = SAMPLE.clone();
    *bytes.get_mut(18).expect("a header") = 3;
    std::fs::write(book.path(), bytes).expect("written");
    check();
    std::fs::write(book.path(), SAMPLE.as_slice()).expect("written");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let set = |mode| {
            std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(mode)).expect("ours");
        };
        set(0o500);
        // Who may do everything can write here all the same.
        if std::fs::write(folder.path().join("probe"), "").is_err() {
            check();
        }
        set(0o700);
    }
    assert!(book.append(&new(26, Kind::RoomLight, json!({}))).is_ok());

    let file = folder.path().join("a file");
    std::fs::write(&file, "").expect("written");
    let told = Book::open(&file.join("displays")).expect_err("no folder").to_string();
    assert!(told.contains("the records cannot be read: "), "{told}");
    // Asking makes nothing.
    let absent = folder.path().join("absent");
    let book = Book::open(&absent).expect("a book");
    assert_eq!(book.verify().map(|verified| (verified.records, verified.fault())), Ok((0, None)));
    assert_eq!((book.of_monitor(MONITOR, None, 1), book.monitors()), (Ok(Vec::new()), Ok([].into())));
    assert!(!absent.exists());
}

#[test]
fn a_full_disk_is_said_and_leaves_the_book_as_it_was() {
    let (_folder, book) = sample();
    let mut connection = Connection::open(book.path()).expect("a database");
    let pages: i64 = connection.pragma_query_value(None, "page_count", |row| row.get(0)).expect("a number");
    connection
        .pragma_update_and_check(None, "max_page_count", pages, |row| row.get::<_, i64>(0))
        .expect("a limit");
    let large = new(26, Kind::Imported, json!("x".repeat(100_000))).draft().expect("a record");
    let refused = book.write(&mut connection, &large).expect_err("no room");
    assert_eq!(refused, RecordsError::NoRoom { path: book.path() });
    assert!(refused.to_string().contains("Make room"), "{refused}");
    drop(connection);
    let verified = book.verify().expect("readable");
    assert!(verified.is_whole() && verified.records == 6, "{verified:?}");
}

#[test]
fn what_no_record_can_be_is_refused_in_words() {
    let (_folder, book) = sample();
    let fine = new(26, Kind::Imported, Value::Null);
    let of = |new: &NewRecord| refused(&book, new);
    let too_large = NewRecord { body: json!("x".repeat(BODY_MAX)), ..fine.clone() };
    assert_eq!(of(&too_large), "nothing was recorded: the body has 1048578 bytes, and 1048576 are allowed");
    assert!(book.append(&NewRecord { body: json!("x".repeat(BODY_MAX - 2)), ..fine.clone() }).is_ok());
    let nobody = NewRecord { monitor: String::new(), ..fine.clone() };
    assert_eq!(of(&nobody), "nothing was recorded: the monitor is not named");
    for operator in ["a\nb".to_owned(), "x".repeat(201)] {
        let words = of(&NewRecord { operator, ..fine.clone() });
        assert_eq!(words, "nothing was recorded: the operator is no line of 200 letters at most");
    }
    let chain = NewRecord { kind: Kind::ChainBegun, ..fine };
    assert_eq!(of(&chain), "nothing was recorded: the kind is one that only the book writes");
    assert_eq!(book.verify().map(|verified| verified.records), Ok(7));
}

#[test]
fn a_book_of_a_newer_program_is_refused_in_words_and_left_as_it_is() {
    let (folder, book) = sample();
    raw(&book).pragma_update(None, "user_version", 7).expect("a number");
    let book = Book::open(folder.path()).expect("no damage");
    let newer = RecordsError::Newer { path: book.path(), found: 7, known: 1 };
    assert!(newer.to_string().contains("newer Hotlight"), "{newer}");
    assert_eq!(book.verify(), Err(newer.clone()));
    assert_eq!(book.append(&new(26, Kind::RoomLight, Value::Null)), Err(newer));
}

#[cfg(unix)]
#[test]
fn who_may_write_in_the_folder_may_write_the_book() {
    use std::os::unix::fs::PermissionsExt as _;
    use std::path::PathBuf;
    let mode = |path: PathBuf| std::fs::metadata(path).expect("it is there").permissions().mode() & 0o777;
    for (folder_mode, expected) in [(0o700, 0o600), (0o770, 0o660), (0o755, 0o644)] {
        let folder = TempDir::new().expect("a folder");
        std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(folder_mode)).expect("ours");
        let book = Book::open(folder.path()).expect("a book");
        book.append(&new(20, Kind::RoomLight, Value::Null)).expect("a record");
        assert_eq!(mode(book.path()), expected, "{folder_mode:o}");
    }
}

#[test]
fn records_that_hold_show_what_was_done_and_what_it_rests_on() {
    let folder = TempDir::new().expect("a folder");
    let book = Book::open(folder.path()).expect("a book");
    let measurement = Measurement {
        path: SignalPath::Through,
        highest: 255,
        response: Vec::new(),
        ambient_cd_m2: Some(0.25),
        fields: Vec::new(),
    };
    let evaluation = testing::evaluation(0, Vec::new(), Verdict::Pass);
    let seen = |passed| VisualCheck {
        pattern: "TG270-sQC".to_owned(),
        answers: vec![Answer { question: "Squares".to_owned(), answer: "18 of 18".to_owned(), passed }],
        passed,
    };
    let body = |value: Result<Value, serde_json::Error>| value.expect("JSON");
    let all = [
        new(20, Kind::Measured, body(serde_json::to_value(&measurement))),
        new(20, Kind::Evaluated, body(serde_json::to_value(&evaluation))),
        new(21, Kind::VisualCheck, body(serde_json::to_value(seen(true)))),
        new(22, Kind::VisualCheck, body(serde_json::to_value(seen(false)))),
        new(22, Kind::RoomLight, Value::Null),
        new(23, Kind::ImageQuality, Value::Null),
        new(24, Kind::Activated, Value::Null),
    ];
    for new in &all {
        book.append(new).expect("a record");
    }
    book.append(&NewRecord { monitor: "NIL-2".to_owned(), ..new(25, Kind::RoomLight, Value::Null) })
        .expect("a record");
    let (records, _) = book.evidence(MONITOR).expect("readable");
    assert_eq!(records.len(), 7);
    let found = conditions(&records).expect("an evaluation");
    assert_eq!((found.table.as_deref(), found.ambient_cd_m2), (Some("ab12"), Some(0.25)));
    // The room's light as it was recorded since, unless a table of ours was made for another than that of the evaluation.
    let light = [new(24, Kind::AmbientLight, json!({ "ambient_cd_m2": 0.5 })).draft().expect("a record")];
    assert_eq!((ambient_since(&records), ambient_since(&light)), (None, Some(0.5)));
    let later = new(25, Kind::Evaluated, Value::Null).draft().expect("a record");
    assert_eq!(
        ambient_since(&[later, light[0].clone()]),
        None,
        "it comes from a file, and is of an earlier day"
    );
    for (of_table, expected) in [(None, 0.5), (Some(0.25), 0.5), (Some(0.3), 0.3)] {
        let current = Conditions { ambient_cd_m2: of_table, ..found.clone() };
        let current = in_light_since(current, Some(&found), &light);
        assert_eq!(current.ambient_cd_m2, Some(expected), "{of_table:?}");
    }
    let schedules = Schedules::default();
    let schedule = schedules.get("diagnostic").expect("it is there");
    let told = |records: &[Record]| -> Vec<(String, u32, bool)> {
        let day = |time: DateTime<FixedOffset>| (20..=25).find(|day| at(*day) == time).unwrap_or(0);
        done(records, schedule).into_iter().map(|done| (done.task, day(done.at), done.passed)).collect()
    };
    let expected = |task: &str, day, passed| (task.to_owned(), day, passed);
    assert_eq!(
        told(&records),
        [
            expected("visual", 21, true),
            expected("visual", 22, false),
            expected("room-light", 22, true),
            // Nothing says that it passed.
            expected("visual", 23, false),
            expected("image-quality", 23, false),
        ]
    );
    // What somebody wrote over shows nothing.
    change(&book, "UPDATE record SET body = '{\"passed\":true}' WHERE n = 4");
    let (records, verified) = book.evidence(MONITOR).expect("readable");
    assert_eq!((records.len(), verified.fault()), (6, Some("record 4 was changed".to_owned())));
    assert_eq!(told(&records).get(1), Some(&expected("room-light", 22, true)));
    assert_eq!(conditions(records.get(..1).unwrap_or_default()), None);
}

//! A response that was measured elsewhere, by commands: what is taken of a file, and when it is not.

use hotlight::calibration::{MeasuredFile, SignalPath};
use hotlight::command::{CalibrationTab, Command};
use hotlight::session::{Effect, Event, RecordKind};
use hotlight::testing::Scripted;
use hotlight::units::Phi;

use super::calibration::{asked, bench, gamma, heard, place, read_off, session, told};

const MONITOR: &str = "ZZM-1";

/// What a file says of 18 levels, and more above them.
fn file(head: &str) -> Box<MeasuredFile> {
    let rows = (0..=255).step_by(15).map(|level| format!("{level},{}\n", gamma(level)));
    let text = format!("{head}# unit: cd/m2\nddl,luminance\n{}", rows.collect::<String>());
    Box::new(MeasuredFile::parse(&text).expect("a file"))
}

/// It is asked for, and was read.
fn import(scripted: &mut Scripted, head: &str) {
    let effects = asked(scripted, "calibration import /a/two panels.csv");
    let path = Phi::new("/a/two panels.csv".into());
    assert!(effects.contains(&Effect::ReadMeasured { monitor: MONITOR.to_owned(), path }), "{effects:?}");
    was_read(scripted, head);
}

fn was_read(scripted: &mut Scripted, head: &str) {
    heard(scripted, &Event::MeasuredRead { monitor: MONITOR.to_owned(), read: Ok(file(head)) });
}

/// Levels of what is known of the monitor, around its table and through it.
fn levels(scripted: &Scripted) -> [Option<usize>; 2] {
    let bench = session(scripted).bench().expect("a bench");
    [&bench.around, &bench.through].map(|of| of.as_ref().map(|of| of.measurement.response.len()))
}

#[test]
fn what_a_file_says_is_found_recorded_and_made_a_table_of() {
    let mut scripted = bench(true);
    scripted.run("calibration instrument the one at the bench");
    import(
        &mut scripted,
        "# meter: CS-200\n# date: 2025-03-01\n# operator: B\n# ambient: 0.25\n# path: around\n",
    );
    assert_eq!(levels(&scripted), [Some(18), None]);
    assert_eq!(session(&scripted).calibrating.tab, CalibrationTab::Evaluate);
    assert_eq!(session(&scripted).calibrating.path, SignalPath::Around);
    assert!(
        told(&scripted).contains("18 levels around the table, measured on 2025-03-01"),
        "{}",
        told(&scripted)
    );
    let around = session(&scripted).bench().and_then(|bench| bench.around.clone()).expect("measured");
    assert!(around.evaluation.is_ok_and(|found| found.gsdf_max_deviation_percent > 40.0));
    scripted.run("calibration build");
    let effects = asked(&mut scripted, "calibration record");
    let [Effect::Record(order)] = effects.as_slice() else { panic!("{effects:?}") };
    assert_eq!(order.instrument.as_ref().map(|meter| meter.name.as_str()), Some("CS-200"));
    let RecordKind::Measured { measurement, from_file: Some(file), .. } = &order.kind else {
        panic!("{order:?}")
    };
    assert_eq!((measurement.ambient_cd_m2, measurement.response.len()), (Some(0.25), 18));
    assert_eq!((file.measured.as_deref(), file.operator.as_deref()), (Some("2025-03-01"), Some("B")));
    let effects = asked(&mut scripted, "calibration activate");
    let [Effect::ActivateTable { instrument, from_file, .. }] = effects.as_slice() else {
        panic!("{effects:?}")
    };
    assert!(from_file.is_some() && instrument.as_ref().is_some_and(|meter| meter.name == "CS-200"));
}

#[test]
fn what_the_file_does_not_say_is_what_the_bench_says() {
    let mut scripted = bench(false);
    scripted.run("calibration ambient 0.5");
    import(&mut scripted, "# ambient: 0.25\n");
    assert_eq!(levels(&scripted), [None, Some(18)], "levels go through the table at this bench");
    let through = session(&scripted).bench().and_then(|bench| bench.through.clone()).expect("measured");
    assert_eq!(through.measurement.ambient_cd_m2, Some(0.5), "the operator's word goes before the file's");
    assert!(told(&scripted).contains("recorded as of today"), "{}", told(&scripted));
    scripted.run("calibration path around");
    import(&mut scripted, "");
    assert_eq!(levels(&scripted), [Some(18), Some(18)]);
}

#[test]
fn a_file_is_not_taken_over_a_series_nor_over_what_is_not_recorded() {
    let mut scripted = bench(false);
    scripted.run("calibration measure response");
    assert_eq!(asked(&mut scripted, "calibration import /a.csv"), []);
    assert!(told(&scripted).contains("under way"), "{}", told(&scripted));
    // It was begun while the file was read.
    was_read(&mut scripted, "");
    assert_eq!(levels(&scripted), [None, None]);
    assert!(session(&scripted).calibrating.running.is_some() && told(&scripted).contains("meanwhile"));
    read_off(&mut scripted, |level| 2.0 * gamma(level));
    let measured = session(&scripted).bench().and_then(|bench| bench.through.clone());
    was_read(&mut scripted, "");
    assert!(told(&scripted).contains("not in the book"), "{}", told(&scripted));
    assert_eq!(session(&scripted).bench().and_then(|bench| bench.through.clone()), measured);
    scripted.run("calibration record");
    was_read(&mut scripted, "");
    let through = session(&scripted).bench().and_then(|bench| bench.through.clone()).expect("measured");
    assert!(through.from_file.is_some() && !through.is_recorded());
}

#[test]
fn uniformity_of_today_is_not_recorded_with_the_response_of_a_file() {
    let mut scripted = bench(false);
    import(&mut scripted, "# date: 2025-03-01\n");
    scripted.run("calibration measure uniformity");
    assert!(session(&scripted).calibrating.running.is_none());
    assert!(told(&scripted).contains("record it first"), "{}", told(&scripted));
    scripted.run("calibration record; calibration measure uniformity");
    read_off(&mut scripted, gamma);
    let effects = asked(&mut scripted, "calibration record");
    let [Effect::Record(order)] = effects.as_slice() else { panic!("{effects:?}") };
    assert!(matches!(order.kind, RecordKind::Uniformity { .. }), "{order:?}");
}

#[test]
fn a_file_that_is_wrong_or_of_a_display_that_nobody_knows_changes_nothing() {
    let mut scripted = bench(false);
    let read = Err("/a.csv:3: there are 2 levels".to_owned());
    heard(&mut scripted, &Event::MeasuredRead { monitor: MONITOR.to_owned(), read });
    assert!(told(&scripted).contains("Nothing is imported: /a.csv:3: there are 2"), "{}", told(&scripted));
    place(&mut scripted, 0, "ZZM-2", None);
    was_read(&mut scripted, "");
    assert!(told(&scripted).contains("no window is on that monitor"), "{}", told(&scripted));
    let mut monitor = session(&scripted).screens[0].monitor.clone().expect("a monitor");
    monitor.remote = Some("a session");
    heard(&mut scripted, &Event::ScreenOnMonitor { screen: 0, monitor: Ok(monitor) });
    assert_eq!(asked(&mut scripted, "calibration import /a.csv"), []);
    assert!(told(&scripted).contains("another machine (a session)"), "{}", told(&scripted));
    assert!(session(&scripted).calibrating.benches.values().all(|bench| bench.through.is_none()));
}

#[test]
fn the_path_of_the_file_is_told_to_nobody() {
    let command = Command::parse("calibration import /a/ZZCANARY.csv").expect("a command");
    assert!(!format!("{command} {command:?}").contains("ZZCANARY"), "{command}");
    assert!(Command::parse("calibration import").is_err());
}

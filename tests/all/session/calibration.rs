//! The physicist's mode by commands: series, what is found, a table, and what is refused.

use hotlight::calibration::{PanelShape, Quantity, Reading, SignalPath, SimulatedPanel, Verdict};
use hotlight::command::{CalibrationTab, Command};
use hotlight::render::{Picture, plan};
use hotlight::session::{
    BenchNews, BookLines, CalibrationSettings, Effect, Event, PatternOrder, QualityTrend, RecordKind,
    ScreenMonitor, Session, Unrecorded,
};
use hotlight::testing::Scripted;
use hotlight::units::Ddl;

use crate::support::phantom;

/// A window on a monitor, and somebody who may change what it goes by.
pub(super) fn bench(is_physicist: bool) -> Scripted {
    let mut scripted = Scripted::open(phantom());
    scripted.reading.session.settings.calibration =
        CalibrationSettings { is_physicist, ..CalibrationSettings::default() };
    place(&mut scripted, 0, "ZZM-1", None);
    scripted.run("calibration; calibration operator A. Physicist");
    scripted
}

/// A window is on a monitor that goes by a table, by its digest.
pub(super) fn place(scripted: &mut Scripted, screen: u32, id: &str, table: Option<&str>) {
    let monitor = ScreenMonitor {
        id: id.to_owned(),
        name: "ZZM".to_owned(),
        table: table.map(str::to_owned),
        ..ScreenMonitor::default()
    };
    scripted.reading.event(&Event::ScreenOnMonitor { screen, monitor: Ok(monitor) });
}

/// What a command asks of the world.
pub(super) fn asked(scripted: &mut Scripted, command: &str) -> Vec<Effect> {
    let command = Command::parse(command).expect("a command");
    scripted.reading.session.apply(&command, &scripted.reading.library)
}

/// The same of news.
pub(super) fn heard(scripted: &mut Scripted, event: &Event) -> Vec<Effect> {
    scripted.reading.session.absorb(event, &scripted.reading.library)
}

/// A program reads the photometer, and the patch that is to be read is on the screen.
fn is_read(scripted: &mut Scripted) {
    let key = session(scripted).awaited_patch(0).expect("a patch");
    assert_eq!(heard(scripted, &Event::PatchShown { key, now_ms: 10.0 }), [Effect::ReadLuminance]);
}

fn by_itself() -> Scripted {
    let mut scripted = bench(false);
    let settings = &mut scripted.reading.session.settings.calibration;
    (settings.is_automatic, settings.rules.settle_ms) = (true, 0);
    scripted.run("calibration measure response");
    scripted
}

fn progress(scripted: &Scripted) -> Option<usize> {
    session(scripted).calibrating.running.as_ref().map(|running| running.series.progress().0)
}

pub(super) fn session(scripted: &Scripted) -> &Session {
    &scripted.reading.session
}

pub(super) fn told(scripted: &Scripted) -> String {
    session(scripted).messages.last().map(|message| message.text.clone()).unwrap_or_default()
}

/// Reads off what a panel shows of the patches, till the series ends.
pub(super) fn read_off(scripted: &mut Scripted, luminance: impl Fn(u16) -> f64) {
    let mut patches = 0;
    while let Some(patch) =
        session(scripted).calibrating.running.as_ref().and_then(|running| running.series.patch())
    {
        patches += 1;
        assert!(patches < 300, "it never ends");
        scripted.run(&format!("calibration reading {}", luminance(patch.level)));
    }
}

pub(super) fn gamma(level: u16) -> f64 {
    SimulatedPanel::new(PanelShape::Gamma, [0.5, 400.0], 8).luminance(Ddl(level))
}

#[test]
fn a_series_fills_the_window_with_its_patches_and_ends_in_what_was_found() {
    let mut scripted = bench(false);
    scripted.run("calibration path around; calibration measure response");
    let shown = plan(session(&scripted), &scripted.reading.library, 0);
    assert_eq!((shown.pattern, shown.viewports.len()), (Some(SignalPath::Around), 1));
    assert!(matches!(&shown.viewports[0].picture, Picture::Slice(pass) if pass.view_size == (800, 600)));
    let seen = session(&scripted).seen.clone();
    read_off(&mut scripted, gamma);
    assert_eq!(session(&scripted).seen, seen, "no image was seen meanwhile");
    assert!(plan(session(&scripted), &scripted.reading.library, 0).pattern.is_none());
    let bench = session(&scripted).bench().expect("a bench");
    let measured = bench.around.as_ref().expect("measured");
    let found = measured.evaluation.as_ref().expect("found");
    assert_eq!((found.levels.len(), session(&scripted).calibrating.tab), (18, CalibrationTab::Evaluate));
    // A panel of gamma 2.2 is far from the GSDF, rule G-17; nobody said what the room's light adds.
    assert!(found.gsdf_max_deviation_percent > 40.0 && found.verdict == Verdict::Fail, "{found:?}");
    assert!(!measured.is_recorded() && bench.through.is_none());
}

#[test]
fn what_was_measured_makes_a_table_that_a_physicist_lets_the_monitor_go_by() {
    let mut scripted = bench(true);
    scripted.run("calibration build");
    assert!(told(&scripted).contains("calibration path around"), "{}", told(&scripted));
    scripted.run("calibration path around; calibration measure response");
    read_off(&mut scripted, gamma);
    scripted.run("calibration build");
    assert!(told(&scripted).contains("calibration ambient"), "{}", told(&scripted));
    scripted.run("calibration ambient 0.25; calibration build");
    let built = session(&scripted).bench().and_then(|bench| bench.built.as_ref()).expect("a table");
    assert!(built.left_percent < 10.0 && (200..256).contains(&built.kept), "{built:?}");
    assert!(built.cautions.is_empty(), "{built:?}");
    let activate = Command::parse("calibration activate").expect("a command");
    let effects = scripted.reading.session.apply(&activate, &scripted.reading.library);
    let [Effect::ActivateTable { monitor, operator, measurement, .. }] = effects.as_slice() else {
        panic!("{effects:?}")
    };
    assert_eq!((monitor.as_str(), operator.as_str()), ("ZZM-1", "A. Physicist"));
    assert_eq!((measurement.ambient_cd_m2, measurement.response.len()), (Some(0.25), 18));
    assert_eq!(
        session(&scripted).calibrating.path,
        SignalPath::Through,
        "what is read with is measured next"
    );
}

#[test]
fn a_panel_that_follows_the_gsdf_by_itself_is_warned_of() {
    let mut scripted = bench(true);
    scripted.run("calibration path around; calibration ambient 0; calibration measure response");
    let panel = SimulatedPanel::new(PanelShape::Gsdf, [0.5, 400.0], 8);
    read_off(&mut scripted, |level| panel.luminance(Ddl(level)));
    scripted.run("calibration build");
    let built = session(&scripted).bench().and_then(|bench| bench.built.as_ref()).expect("a table");
    assert!(built.cautions.iter().any(|words| words.contains("twice")), "{built:?}");
}

#[test]
fn a_reader_changes_nothing_that_a_monitor_goes_by() {
    let mut scripted = bench(false);
    for command in ["calibration activate", "calibration revert", "calibration owner panel"] {
        let command = Command::parse(command).expect("a command");
        let effects = scripted.reading.session.apply(&command, &scripted.reading.library);
        assert_eq!(effects, [], "{command}");
        let words = told(&scripted);
        assert!(words.contains("Only a physicist") && words.contains("`calibration.role`"), "{words}");
    }
}

#[test]
fn an_interrupted_series_goes_on_and_escape_ends_one_thing_after_the_other() {
    let mut scripted = bench(false);
    scripted.run("calibration measure response; calibration reading 0.5; calibration reading 1.5");
    scripted.run("cancel");
    assert!(session(&scripted).calibrating.running.is_none() && session(&scripted).calibrating.is_open);
    scripted.run("calibration measure uniformity; calibration stop; calibration path through; calibration measure response");
    let running = session(&scripted).calibrating.running.as_ref().expect("it runs");
    assert_eq!(running.series.progress().0, 0, "the other series took its place");
    scripted.run("calibration reading 0.5; cancel; calibration measure response");
    let running = session(&scripted).calibrating.running.as_ref().expect("it runs");
    assert_eq!(running.series.progress(), (1, 18));
    assert!(running.news.as_ref().is_some_and(|news| news.contains("1 of 18")), "{:?}", running.news);
    scripted.run("cancel; pattern TG18-OIQ");
    assert!(session(&scripted).screens[0].pattern.is_some());
    scripted.run("cancel");
    assert!(session(&scripted).screens[0].pattern.is_none() && session(&scripted).calibrating.is_open);
    scripted.run("cancel");
    assert!(!session(&scripted).calibrating.is_open);
}

#[test]
fn what_is_no_luminance_is_told_and_the_patch_stays() {
    let mut scripted = bench(false);
    scripted.run("calibration measure response");
    for (typed, words) in
        [("1,5", "comma"), ("bright", "no luminance"), ("-1", "no luminance"), ("5000", "no luminance")]
    {
        scripted.run(&format!("calibration reading {typed}"));
        let running = session(&scripted).calibrating.running.as_ref().expect("it runs");
        let news = running.news.clone().unwrap_or_default();
        assert!(news.contains(words) && running.series.progress().0 == 0, "{typed}: {news}");
    }
    scripted.run("calibration reading 0.5");
    let running = session(&scripted).calibrating.running.as_ref().expect("it runs");
    assert_eq!((running.series.progress().0, running.news.clone()), (1, None));
}

#[test]
fn what_was_found_is_recorded_once_and_by_somebody() {
    let mut scripted = bench(false);
    scripted.reading.session.calibrating.operator.clear();
    scripted.run("calibration ambient 0.25; calibration measure response");
    read_off(&mut scripted, gamma);
    let record = Command::parse("calibration record").expect("a command");
    assert_eq!(scripted.reading.session.apply(&record, &scripted.reading.library), []);
    assert!(told(&scripted).contains("Say who measures"), "{}", told(&scripted));
    scripted.run("calibration operator B");
    let effects = scripted.reading.session.apply(&record, &scripted.reading.library);
    let [Effect::Record(order)] = effects.as_slice() else { panic!("{effects:?}") };
    assert!(matches!(&order.kind, RecordKind::Measured { evaluation: Some(_), .. }) && order.operator == "B");
    assert_eq!(scripted.reading.session.apply(&record, &scripted.reading.library), [], "once");
}

#[test]
fn another_profile_of_limits_is_applied_to_what_was_measured() {
    let mut scripted = bench(false);
    scripted.run("calibration ambient 0.25; calibration measure response");
    read_off(&mut scripted, gamma);
    let profile = |scripted: &Scripted| {
        let through = session(scripted).bench().and_then(|bench| bench.through.as_ref()).expect("measured");
        through.evaluation.as_ref().expect("found").profile.clone()
    };
    assert_eq!(profile(&scripted), "diagnostic");
    scripted.run("calibration profile mammography");
    assert_eq!(profile(&scripted), "mammography");
    scripted.run("calibration profile none-such");
    assert!(
        told(&scripted).contains("mammography") && profile(&scripted) == "mammography",
        "{}",
        told(&scripted)
    );
}

#[test]
fn limits_and_partner_are_those_of_the_use_of_a_monitor() {
    let mut scripted = bench(false);
    let measure = |scripted: &mut Scripted, id: &str, used_for: &str| {
        let (id, used_for) = (id.to_owned(), Some(used_for.to_owned()));
        let monitor = ScreenMonitor { id, used_for, ..ScreenMonitor::default() };
        heard(scripted, &Event::ScreenOnMonitor { screen: 0, monitor: Ok(monitor) });
        scripted.run("calibration measure response");
        read_off(scripted, gamma);
    };
    // The limits that it was held against, and whether it was held against another monitor.
    let found = |scripted: &Scripted, id: &str| {
        let bench = session(scripted).calibrating.benches.get(id).expect("a bench");
        let found = bench.through.as_ref().expect("measured").evaluation.clone().expect("found");
        let mut checks = found.checks.iter();
        let pair = checks.find(|check| check.quantity == Quantity::PairLMax).expect("all are there");
        (found.profile, pair.value.is_some())
    };
    let of = |limits: &str, is_paired: bool| (limits.to_owned(), is_paired);
    measure(&mut scripted, "ZZM-1", "mammography");
    assert_eq!(found(&scripted, "ZZM-1"), of("mammography", false));
    measure(&mut scripted, "ZZM-0", "secondary");
    assert_eq!(found(&scripted, "ZZM-0"), of("secondary", false), "they need not look the same");
    measure(&mut scripted, "ZZM-2", "mammography");
    assert_eq!(found(&scripted, "ZZM-2"), of("mammography", true));
    scripted.run("calibration ambient 0.5");
    assert_eq!(found(&scripted, "ZZM-2"), of("mammography", true), "held against the other once more");
    assert_eq!(found(&scripted, "ZZM-1"), of("mammography", true), "no window is on it now");
    scripted.run("calibration profile diagnostic");
    assert_eq!(session(&scripted).bench_profile(), "diagnostic");
    assert_eq!(found(&scripted, "ZZM-2"), of("diagnostic", true));
    assert_eq!(found(&scripted, "ZZM-1"), of("mammography", true), "it was chosen for one monitor");
}

#[test]
fn where_the_monitor_is_not_known_nothing_is_measured() {
    let mut scripted = Scripted::open(phantom());
    scripted.run("calibration; calibration measure response");
    assert!(session(&scripted).calibrating.running.is_none());
    assert!(told(&scripted).contains("not known on which monitor"), "{}", told(&scripted));
}

#[test]
fn what_files_say_of_a_monitor_does_not_replace_what_was_measured_just_now() {
    let mut scripted = bench(false);
    scripted.run("calibration measure response");
    read_off(&mut scripted, gamma);
    let news = BenchNews { ambient_cd_m2: Some(0.5), ..BenchNews::default() };
    scripted.reading.event(&Event::BenchKnown { monitor: "ZZM-1".to_owned(), news: Box::new(news) });
    let bench = session(&scripted).bench().expect("a bench");
    assert!(bench.through.as_ref().is_some_and(|measured| !measured.is_recorded()));
    assert_eq!(bench.ambient_cd_m2, Some(0.5));
}

#[test]
fn what_the_book_is_too_busy_to_take_is_kept_and_recorded_again() {
    let mut scripted = bench(false);
    place(&mut scripted, 0, "ZZM-1", Some("a"));
    let measure = |scripted: &mut Scripted| {
        scripted.run("calibration measure response");
        read_off(scripted, gamma);
    };
    let through = |scripted: &Scripted| {
        let bench = session(scripted).bench().expect("a bench");
        bench.through.as_ref().map(|of| (of.measurement.response.len(), of.unrecorded))
    };
    let lost = |scripted: &mut Scripted, what, is_unasked: bool| {
        let book = BookLines { fault: Some("It does not answer.".to_owned()), ..BookLines::default() };
        let not_recorded = Some((SignalPath::Through, what));
        let table = (!is_unasked).then(|| "a".to_owned());
        let news = Box::new(BenchNews { not_recorded, table, is_unasked, book, ..BenchNews::default() });
        heard(scripted, &Event::BenchKnown { monitor: "ZZM-1".to_owned(), news });
    };
    measure(&mut scripted);
    scripted.run("calibration ambient 0.25; calibration record");
    lost(&mut scripted, Unrecorded::All, true);
    assert_eq!(through(&scripted), Some((18, Unrecorded::All)));
    let bench = session(&scripted).bench().expect("a bench");
    assert!(bench.ambient_cd_m2.is_some() && bench.book.fault.is_some());
    // Fields of before could not be written: a response that was measured since is as new as it was.
    measure(&mut scripted);
    lost(&mut scripted, Unrecorded::Fields, false);
    assert_eq!(through(&scripted), Some((18, Unrecorded::All)));
}

#[test]
fn a_new_response_carries_no_uniformity_along_that_is_in_the_book() {
    let mut scripted = bench(false);
    let fields = |scripted: &Scripted| {
        let through = session(scripted).bench().and_then(|bench| bench.through.clone());
        through.map_or(0, |measured| measured.measurement.fields.len())
    };
    for series in ["response", "uniformity", "response"] {
        scripted.run(&format!("calibration measure {series}"));
        read_off(&mut scripted, gamma);
    }
    assert_eq!(fields(&scripted), 3, "all of one sitting is one measurement");
    scripted.run("calibration record; calibration measure response");
    read_off(&mut scripted, gamma);
    assert_eq!(fields(&scripted), 0, "it was measured another day");
}

#[test]
fn uniformity_beside_a_response_that_is_in_the_book_is_recorded_by_itself() {
    let mut scripted = bench(false);
    let measure = |scripted: &mut Scripted, series: &str| {
        scripted.run(&format!("calibration measure {series}"));
        read_off(scripted, gamma);
    };
    measure(&mut scripted, "response");
    let effects = asked(&mut scripted, "calibration record");
    let [Effect::Record(order)] = effects.as_slice() else { panic!("{effects:?}") };
    let RecordKind::Measured { measurement: response, .. } = &order.kind else { panic!("{order:?}") };
    // What is said of the room's light since does not make the response one of today.
    scripted.run("calibration ambient 0.5");
    measure(&mut scripted, "uniformity");
    let effects = asked(&mut scripted, "calibration record");
    let [Effect::Record(order)] = effects.as_slice() else { panic!("{effects:?}") };
    let RecordKind::Uniformity { measurement, profile, checks } = &order.kind else {
        panic!("the response would be recorded as of today: {order:?}")
    };
    assert_eq!((&measurement.response, measurement.fields.len()), (&response.response, 3));
    assert_eq!((measurement.ambient_cd_m2, profile.as_str()), (Some(0.5), "diagnostic"));
    assert!(checks.len() == 3 && checks.iter().all(|check| check.quantity.is_of_fields()), "{checks:?}");
    assert_eq!(asked(&mut scripted, "calibration record"), [], "once");
    // It could not be written: the fields are recorded again, and the response is not.
    let failed = Some((SignalPath::Through, Unrecorded::Fields));
    let news = Box::new(BenchNews { not_recorded: failed, ..BenchNews::default() });
    heard(&mut scripted, &Event::BenchKnown { monitor: "ZZM-1".to_owned(), news });
    let effects = asked(&mut scripted, "calibration record");
    let [Effect::Record(order)] = effects.as_slice() else { panic!("{effects:?}") };
    assert!(matches!(order.kind, RecordKind::Uniformity { .. }), "{order:?}");
}

#[test]
fn uniformity_of_the_same_sitting_is_recorded_with_its_response_and_never_with_that_of_another_table() {
    let mut scripted = bench(false);
    for series in ["response", "uniformity"] {
        scripted.run(&format!("calibration measure {series}"));
        read_off(&mut scripted, gamma);
    }
    let effects = asked(&mut scripted, "calibration record");
    let [Effect::Record(order)] = effects.as_slice() else { panic!("{effects:?}") };
    let RecordKind::Measured { measurement, .. } = &order.kind else { panic!("{order:?}") };
    assert_eq!((measurement.response.len(), measurement.fields.len()), (18, 3));
    place(&mut scripted, 0, "ZZM-1", Some("b"));
    scripted.run("calibration measure uniformity");
    read_off(&mut scripted, gamma);
    let effects = asked(&mut scripted, "calibration record");
    let [Effect::Record(order)] = effects.as_slice() else { panic!("{effects:?}") };
    let RecordKind::Uniformity { measurement, .. } = &order.kind else { panic!("{order:?}") };
    assert_eq!((measurement.response.len(), measurement.fields.len()), (0, 3));
    assert_eq!(order.table.as_deref(), Some("b"));
}

#[test]
fn image_quality_is_looked_up_whenever_it_is_shown_and_one_of_it_is_chosen() {
    let mut scripted = bench(false);
    assert_eq!(asked(&mut scripted, "calibration tab images"), [Effect::FindQuality]);
    let trend = |title: &str| QualityTrend { title: title.to_owned(), ..QualityTrend::default() };
    let trends = vec![trend("mtf of edge 1"), trend("snr of water 1")];
    let fault = Some("record 3 was changed.".to_owned());
    heard(&mut scripted, &Event::QualityKnown(trends.clone(), fault.clone()));
    assert_eq!(session(&scripted).calibrating.quality, Some((trends, fault)));
    scripted.run("calibration line +5");
    assert_eq!(session(&scripted).calibrating.chosen, 1, "the last one");
    // Somebody may have measured meanwhile.
    scripted.run("calibration");
    let effects = asked(&mut scripted, "calibration");
    assert!(effects.contains(&Effect::FindQuality), "{effects:?}");
    assert_eq!(asked(&mut scripted, "calibration tab previous"), []);
    assert_eq!(asked(&mut scripted, "calibration tab next"), [Effect::FindQuality]);
}

#[test]
fn patterns_come_one_after_the_other_and_a_name_that_is_none_is_told() {
    let mut scripted = bench(false);
    let name =
        |scripted: &Scripted| session(scripted).screens[0].pattern.as_ref().map(|shown| shown.name.clone());
    scripted.run("pattern next");
    assert_eq!(name(&scripted).as_deref(), Some("TG18-OIQ"));
    scripted.run("pattern next");
    assert_eq!(name(&scripted).as_deref(), Some("TG270-sQC"));
    scripted.run("pattern previous; pattern previous");
    assert_eq!(name(&scripted).as_deref(), Some("uniform-128"));
    scripted.run("pattern tg18-oik");
    assert!(
        told(&scripted).contains("TG18-OIQ") && name(&scripted).as_deref() == Some("uniform-128"),
        "{}",
        told(&scripted)
    );
    scripted.run("pattern off");
    assert_eq!(name(&scripted), None);
}

#[test]
fn a_patch_is_read_once_it_is_on_the_screen_and_not_before() {
    let mut scripted = by_itself();
    assert_eq!(heard(&mut scripted, &Event::TimePassed { now_ms: 1e6 }), []);
    let other = PatternOrder::new("TG18-OIQ", (800, 600)).key;
    assert_eq!(heard(&mut scripted, &Event::PatchShown { key: other, now_ms: 1e6 }), []);
    is_read(&mut scripted);
    assert!(session(&scripted).awaited_patch(0).is_none(), "once");
    // One that was interrupted is not on the screen any more.
    scripted.run("calibration reading 0.5; calibration stop; calibration measure response");
    assert_eq!(heard(&mut scripted, &Event::TimePassed { now_ms: 2e6 }), []);
    is_read(&mut scripted);
}

#[test]
fn what_is_being_read_of_a_patch_is_not_taken_for_another() {
    let mut scripted = by_itself();
    is_read(&mut scripted);
    assert_eq!(asked(&mut scripted, "calibration back"), [Effect::StopReading]);
    is_read(&mut scripted);
    assert_eq!(asked(&mut scripted, "calibration reading 0.5").first(), Some(&Effect::StopReading));
    assert_eq!(progress(&scripted), Some(1));
    // A second series does not begin over the first.
    is_read(&mut scripted);
    scripted.run("calibration measure fine");
    assert!(told(&scripted).contains("under way") && progress(&scripted) == Some(1), "{}", told(&scripted));
}

#[test]
fn a_program_that_reads_no_luminance_ends_the_series_and_is_not_asked_for_ever() {
    let mut scripted = by_itself();
    is_read(&mut scripted);
    let read = Ok(Reading { luminance_cd_m2: -0.01, chromaticity: None });
    heard(&mut scripted, &Event::LuminanceRead(read));
    assert_eq!(progress(&scripted), None);
    let words = told(&scripted);
    assert!(words.contains("-0.01 is no luminance") && !words.contains("kept"), "{words}");
}

#[test]
fn a_series_ends_where_its_window_goes_to_another_monitor_or_another_table_is_used() {
    let mut scripted = bench(false);
    scripted.run("calibration measure response");
    place(&mut scripted, 0, "ZZM-1", Some("a"));
    let running = session(&scripted).calibrating.running.as_ref().expect("nothing was read yet");
    assert_eq!(running.series.table(), Some("a"));
    scripted.run("calibration reading 0.5");
    place(&mut scripted, 0, "ZZM-1", Some("b"));
    assert!(progress(&scripted).is_none() && told(&scripted).contains("table"), "{}", told(&scripted));
    scripted.run("calibration measure response");
    assert_eq!(progress(&scripted), Some(0), "half of it would be of the table before");
    scripted.run("calibration reading 0.5");
    place(&mut scripted, 0, "ZZM-2", Some("b"));
    assert!(progress(&scripted).is_none() && told(&scripted).contains("monitor"), "{}", told(&scripted));
    assert!(session(&scripted).screens[0].pattern.is_none());
    let bench = &session(&scripted).calibrating.benches["ZZM-1"];
    assert!(bench.interrupted.is_some() && bench.through.is_none());
}

#[test]
fn what_was_measured_is_recorded_with_the_table_that_it_went_through() {
    let mut scripted = bench(false);
    place(&mut scripted, 0, "ZZM-1", Some("a"));
    scripted.run("calibration ambient 0.25; calibration measure response");
    read_off(&mut scripted, gamma);
    // Its files are being read once more.
    place(&mut scripted, 0, "ZZM-1", None);
    let effects = asked(&mut scripted, "calibration record");
    let [Effect::Record(order)] = effects.as_slice() else { panic!("{effects:?}") };
    assert_eq!(order.table.as_deref(), Some("a"));
    // The book could not be written.
    let news = |table: &str| BenchNews {
        table: Some(table.to_owned()),
        not_recorded: Some((SignalPath::Through, Unrecorded::All)),
        ..BenchNews::default()
    };
    let monitor = "ZZM-1".to_owned();
    heard(&mut scripted, &Event::BenchKnown { monitor: monitor.clone(), news: Box::new(news("a")) });
    assert_eq!(asked(&mut scripted, "calibration record").len(), 1, "it is still there");
    heard(&mut scripted, &Event::BenchKnown { monitor, news: Box::new(news("b")) });
    assert!(session(&scripted).bench().is_some_and(|bench| bench.through.is_none()), "of another table");
}

#[test]
fn a_look_is_recorded_of_a_pattern_that_is_seen_as_images_are() {
    let mut scripted = bench(false);
    place(&mut scripted, 0, "ZZM-1", Some("a"));
    for (before, is_recorded) in [
        ("pattern off", false),
        ("calibration path around; pattern TG270-sQC", false),
        ("calibration path through; pattern TG270-sQC", true),
    ] {
        scripted.run(before);
        let effects = asked(&mut scripted, "calibration visual pass");
        assert_eq!(!effects.is_empty(), is_recorded, "{before}: {effects:?}");
        assert!(is_recorded || told(&scripted).contains("Nothing is looked at"), "{}", told(&scripted));
    }
}

#[test]
fn nobody_takes_a_table_back_without_a_name() {
    let mut scripted = bench(true);
    assert_eq!(asked(&mut scripted, "calibration revert").len(), 1);
    scripted.reading.session.calibrating.operator.clear();
    assert_eq!(asked(&mut scripted, "calibration revert"), []);
    assert!(told(&scripted).contains("Say who measures"), "{}", told(&scripted));
}

#[test]
fn each_window_has_its_own_monitor_and_its_own_pattern() {
    let mut scripted = bench(false);
    scripted.run("screen open");
    let second = session(&scripted).screens[1].id;
    place(&mut scripted, second, "ZZM-1", None);
    scripted.reading.session.screens[1].surface = session(&scripted).screens[0].surface;
    scripted.run("pattern SMPTE; screen 1; calibration measure response");
    let patterns = |scripted: &Scripted| -> Vec<bool> {
        session(scripted).screens.iter().map(|screen| screen.pattern.is_some()).collect()
    };
    assert_eq!((patterns(&scripted), session(&scripted).types_readings()), (vec![true, true], true));
    scripted.run("screen 2");
    assert!(!session(&scripted).types_readings(), "the field is in the other window");
    scripted.run("calibration stop");
    assert_eq!(patterns(&scripted), [false, true], "the one that nobody measures stays");
    // The patch stands in the window in focus, and not in the first one on that monitor.
    scripted.run("pattern off; calibration measure response");
    assert_eq!(patterns(&scripted), [false, true]);
    scripted.run("calibration stop");
    place(&mut scripted, 0, "ZZM-2", None);
    let effects = asked(&mut scripted, "screen 1");
    let open = Effect::OpenBench("ZZM-2".to_owned());
    assert!(effects.contains(&open), "its book is not known yet: {effects:?}");
    scripted.run("calibration measure response; studies");
    assert!(progress(&scripted).is_none() && session(&scripted).screens[0].pattern.is_none());
}

//! The room's light by commands: what is said of it, and what of it is recorded.

use hotlight::calibration::SignalPath;
use hotlight::session::{BenchNews, Effect, Event, RecordKind, Unrecorded};
use hotlight::testing::Scripted;

use super::calibration::{asked, bench, gamma, heard, read_off, session, told};

#[test]
fn the_rooms_light_is_what_the_operator_says_of_it() {
    let mut scripted = bench(false);
    scripted.run("calibration ambient 0.25; calibration measure response");
    read_off(&mut scripted, gamma);
    scripted.run("calibration record; calibration ambient 0.25");
    let through = |scripted: &Scripted| session(scripted).bench().and_then(|bench| bench.through.clone());
    assert!(through(&scripted).is_some_and(|measured| measured.is_recorded()), "that is what was recorded");
    scripted.run("calibration ambient none");
    let news = BenchNews { ambient_cd_m2: Some(0.5), ..BenchNews::default() };
    heard(&mut scripted, &Event::BenchKnown { monitor: "ZZM-1".to_owned(), news: Box::new(news) });
    assert_eq!(session(&scripted).bench().expect("a bench").ambient_cd_m2, None);
    assert!(through(&scripted).is_some_and(|measured| measured.measurement.ambient_cd_m2.is_none()));
}

#[test]
fn another_light_of_the_room_is_recorded_and_makes_no_response_of_today() {
    for (word, path) in [("through", SignalPath::Through), ("around", SignalPath::Around)] {
        let mut scripted = bench(false);
        scripted
            .run(&format!("calibration path {word}; calibration ambient 0.25; calibration measure response"));
        read_off(&mut scripted, gamma);
        assert_eq!(asked(&mut scripted, "calibration record").len(), 1);
        // The second one takes the first one back.
        for ambient_cd_m2 in [0.5, 0.25] {
            scripted.run(&format!("calibration ambient {ambient_cd_m2}"));
            let effects = asked(&mut scripted, "calibration record");
            let [Effect::Record(order)] = effects.as_slice() else { panic!("{effects:?}") };
            assert_eq!(order.kind, RecordKind::AmbientLight { path, ambient_cd_m2 }, "nobody measured again");
            assert_eq!(asked(&mut scripted, "calibration record"), [], "{word}: once");
        }
        scripted.run("calibration ambient none");
        assert_eq!(asked(&mut scripted, "calibration record"), [], "{word}: nobody says which light");
        assert!(told(&scripted).contains("measure the response again"), "{}", told(&scripted));
        scripted.run("calibration measure response");
        read_off(&mut scripted, gamma);
        assert_eq!(asked(&mut scripted, "calibration record").len(), 1, "{word}: it is of today now");
    }
}

#[test]
fn a_light_that_the_book_could_not_take_is_recorded_again() {
    let mut scripted = bench(false);
    scripted.run("calibration ambient 0.25; calibration measure response");
    read_off(&mut scripted, gamma);
    scripted.run("calibration record; calibration ambient 0.5");
    let recorded = asked(&mut scripted, "calibration record");
    let not_recorded = Some((SignalPath::Through, Unrecorded::Light));
    let news = Box::new(BenchNews { not_recorded, ..BenchNews::default() });
    heard(&mut scripted, &Event::BenchKnown { monitor: "ZZM-1".to_owned(), news });
    assert_eq!((asked(&mut scripted, "calibration record"), recorded.len()), (recorded.clone(), 1));
}

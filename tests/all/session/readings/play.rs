//! Scripts are played to the program without a window, from the list of studies on.

use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use hotlight::app::ArchivesOptions;
use hotlight::command::{PanelName, UnseenGuard};
use hotlight::hanging::{Protocols, shipped};
use hotlight::render::{FramePlan, ViewportPlan};
use hotlight::session::PriorState;
use hotlight::testing::Scripted;
use tempfile::TempDir;

use super::made::{SERIES, Series, Study, filed};

/// The longest that a screen is waited for: studies and priors come from a store.
const WAIT_MAX: Duration = Duration::from_mins(2);

/// No news for so long: nothing more comes. Only where what is seen is written down.
const QUIET: Duration = Duration::from_millis(700);

/// What a badge must begin with to be told; the others are the business of other tests.
const BADGES: [&str; 7] = ["axial", "coronal", "sagittal", "MIP", "fused", "palette", "linked"];

/// A step of a reading.
struct Step<'t> {
    commands: &'t str,
    /// The line of the file that it stands in.
    line: usize,
    screen: Vec<&'t str>,
}

fn steps(script: &str) -> Vec<Step<'_>> {
    let mut steps: Vec<Step<'_>> = Vec::new();
    for (number, line) in script.lines().enumerate() {
        if let Some(commands) = line.strip_prefix("> ") {
            steps.push(Step { commands, line: number + 1, screen: Vec::new() });
        } else if !line.is_empty() && !line.starts_with('#') {
            steps.last_mut().expect("a step before what is on screen").screen.push(line);
        }
    }
    steps
}

/// The program with the shipped protocols and its store.
fn start(store: &Path, studies: &[Study]) -> Scripted {
    let place = filed(store, studies);
    let options = ArchivesOptions { archives: Vec::new(), store: Some(place), receive: None };
    let mut scripted = Scripted::with_archives(None, Some(options));
    let (protocols, errors) = Protocols::read(&shipped());
    assert!(errors.is_empty(), "{errors:#?}");
    let settings = &mut scripted.reading.session.settings;
    (settings.protocols, settings.study_days, settings.unseen) = (Arc::new(protocols), 0, UnseenGuard::Ask);
    scripted.wait_until("the store is known", |session| !session.archives.places.is_empty());
    scripted
}

/// Plays a script; after each step the screen comes to be as it says.
#[track_caller]
fn check(name: &str, studies: &[Study]) {
    let path = format!("{}/tests/all/session/readings/{name}.txt", env!("CARGO_MANIFEST_DIR"));
    let script = std::fs::read_to_string(&path).expect("a script");
    let folder = TempDir::new().expect("a folder");
    let mut scripted = start(folder.path(), studies);
    let is_update = std::env::var_os("UPDATE").is_some();
    let mut seen = Vec::new();
    for step in steps(&script) {
        scripted.run(step.commands);
        let expected = (!is_update).then_some(step.screen.as_slice());
        let found = settled(&mut scripted, expected);
        if let Some(expected) = expected {
            let told = scripted.reading.session.messages.last();
            assert_eq!(found, expected, "{name}.txt:{}: after '{}', told {told:?}", step.line, step.commands);
        }
        seen.push(found);
    }
    assert!(seen.len() > 3, "{name}: a reading has steps");
    if is_update {
        std::fs::write(&path, written(&script, &seen)).expect("written");
    }
}

/// Lets news come until the screen is as expected, or too long; where nothing is expected, until none comes.
fn settled(scripted: &mut Scripted, expected: Option<&[&str]>) -> Vec<String> {
    let started = Instant::now();
    let mut quiet_since = started;
    loop {
        scripted.settle();
        let found = screen(scripted);
        let is_it = match expected {
            // What is seen may be the same before the priors are found and open, but the stages beside them are passed over until then.
            Some(expected) => found == expected && are_priors_here(scripted),
            None => quiet_since.elapsed() > QUIET,
        };
        if is_it || started.elapsed() > WAIT_MAX {
            return found;
        }
        if let Some(event) = scripted.reading.services().wait(Duration::from_millis(20)) {
            scripted.reading.event(&event);
            quiet_since = Instant::now();
        }
        scripted.reading.tick();
    }
}

/// Whether it is known which priors there are, and the one that hangs first is open, where there is one.
fn are_priors_here(scripted: &Scripted) -> bool {
    let reading = &scripted.reading;
    if !reading.session.are_priors_known() {
        return false;
    }
    let mut lines = reading.session.prior_lines(&reading.library);
    let first = lines.find(|line| line.picked == Some(0));
    first.is_none_or(|line| {
        matches!(reading.session.prior_state(line.entry, &reading.library), PriorState::Here)
    })
}

/// The script with what was seen in place of what was expected.
fn written(script: &str, seen: &[Vec<String>]) -> String {
    let mut text = String::new();
    let mut seen = seen.iter();
    let mut is_in_step = false;
    for line in script.lines() {
        let begins = line.starts_with("> ");
        is_in_step |= begins;
        // What stood between steps and comments was what was expected.
        if begins || !is_in_step || line.is_empty() || line.starts_with('#') {
            text.push_str(line);
            text.push('\n');
        }
        for line in begins.then(|| seen.next()).flatten().into_iter().flatten() {
            text.push_str(line);
            text.push('\n');
        }
    }
    text
}

/// What is on the screen, a viewport a line; or what lies over it or is in its place.
fn screen(scripted: &Scripted) -> Vec<String> {
    let session = &scripted.reading.session;
    if session.studies.is_open {
        let list = &session.studies.list;
        let chosen = session.studies.chosen_place().and_then(|place| list.at(place));
        let chosen = chosen.map_or_else(String::new, |row| format!(", {} chosen", row.description()));
        return vec![format!("list of {}{chosen}", list.shown_count())];
    }
    if session.panel.as_ref().is_some_and(|panel| panel.name == PanelName::Unseen) {
        let lines = session.unseen_lines(&scripted.reading.library).into_iter();
        return std::iter::once("not seen:".to_owned()).chain(lines.map(|line| line.title)).collect();
    }
    let plan = scripted.plan();
    plan.viewports.iter().filter(|shown| shown.tile == 0).map(|shown| line(scripted, &plan, shown)).collect()
}

/// `1* prior 2 lung · 3/9 · W 1500 L -600 HU lung · linked`
fn line(scripted: &Scripted, plan: &FramePlan, shown: &ViewportPlan) -> String {
    let (session, library) = (&scripted.reading.session, &scripted.reading.library);
    let mut line = format!("{}{} ", shown.index + 1, if shown.is_focused { "*" } else { " " });
    let source = session.screens[0].viewports[shown.index].source.as_ref();
    let Some((_, series, _)) = source.and_then(|source| library.find(&source.display_set)) else {
        return line + session.why_empty(0, shown.index).unwrap_or("nothing");
    };
    if shown.labels.is_prior {
        line.push_str("prior ");
    }
    let number = series.attributes.number.unwrap_or_default();
    let (of_images, words) = (numbers(plan, shown), words(shown));
    // A String takes every word.
    let _infallible = write!(line, "{number} {} · {of_images}", series.attributes.description);
    for word in words {
        let _infallible = write!(line, " · {word}");
    }
    line
}

/// `3/9`, and of tiles `3,4,5,-/9`.
fn numbers(plan: &FramePlan, shown: &ViewportPlan) -> String {
    let tiles = plan.viewports.iter().filter(|tile| tile.index == shown.index);
    let numbers: Vec<String> = tiles
        .map(|tile| tile.labels.number.map_or_else(|| "-".to_owned(), |(number, _)| number.to_string()))
        .collect();
    let count = shown.labels.number.map_or(0, |(_, count)| count);
    format!("{}/{count}", numbers.join(","))
}

/// The window and how the picture is turned, without how large it is; and what the reader must know.
fn words(shown: &ViewportPlan) -> Vec<String> {
    let look = shown.labels.bottom_left.get(1).map_or("", String::as_str);
    let look = look.split(" · ").filter(|word| !word.is_empty() && !word.starts_with("zoom "));
    let badges = shown.labels.badges.iter().map(|badge| badge.text.as_str());
    let told = badges.filter(|text| BADGES.iter().any(|start| text.starts_with(start)));
    look.chain(told).map(str::to_owned).collect()
}

const CHEST: [Series; 2] = [
    Series { number: 2, what: "lung", images: 9, kernel: "B70f", ..SERIES },
    Series { number: 3, what: "soft", images: 9, kernel: "B30f", ..SERIES },
];

const CHEST_BEFORE: [Series; 2] = [Series { images: 5, ..CHEST[0] }, Series { images: 5, ..CHEST[1] }];

const FOOT: [Series; 1] = [Series { what: "bone", ..SERIES }];

#[test]
fn a_chest_ct_beside_its_prior() {
    let chest = Study {
        number: 1,
        patient: "4711",
        date: "20261120",
        what: "CT chest",
        body_part: "CHEST",
        series: &CHEST,
    };
    let before = Study { number: 2, date: "20240211", series: &CHEST_BEFORE, ..chest };
    let foot = Study {
        number: 3,
        patient: "4712",
        date: "20261101",
        what: "CT foot",
        body_part: "FOOT",
        series: &FOOT,
    };
    check("chest-ct", &[chest, before, foot]);
}

const fn breast(number: u16, what: &'static str, letters: &'static str) -> Series {
    let (side, view) = what.split_at(1);
    // A blank between the two.
    let (_, view) = view.split_at(1);
    Series { number, modality: "MG", what, side, view, letters, ..SERIES }
}

const BREASTS: [Series; 4] = [
    breast(1, "R CC", "P\\L"),
    breast(2, "L CC", "A\\R"),
    breast(3, "R MLO", "P\\FL"),
    breast(4, "L MLO", "A\\FR"),
];

#[test]
fn a_mammogram_beside_its_prior() {
    let now = Study {
        number: 1,
        patient: "4711",
        date: "20261120",
        what: "Mammography",
        body_part: "BREAST",
        series: &BREASTS,
    };
    let before = Study { number: 2, date: "20240211", ..now };
    check("mammography", &[now, before]);
}

const fn mr(number: u16, what: &'static str) -> Series {
    Series { number, modality: "MR", what, images: 5, ..SERIES }
}

const BRAIN: [Series; 6] = [
    mr(2, "AX T2 FLAIR"),
    mr(3, "AX DWI b1000"),
    mr(4, "AX ADC"),
    mr(5, "t2_tse_tra"),
    mr(6, "t1_se_tra"),
    Series { agent: "Gadolinium", ..mr(7, "t1_se_tra KM") },
];

#[test]
fn an_mr_of_the_brain() {
    let brain = Study {
        number: 1,
        patient: "4711",
        date: "20261120",
        what: "MR brain",
        body_part: "BRAIN",
        series: &BRAIN,
    };
    check("mr-brain", &[brain]);
}

const FUSED: [Series; 2] = [
    Series { number: 2, what: "CT WB", images: 5, kernel: "B30f", ..SERIES },
    Series { number: 3, modality: "PT", what: "PET WB", images: 5, ..SERIES },
];

#[test]
fn a_pet_over_its_ct() {
    let fused = Study {
        number: 1,
        patient: "4711",
        date: "20261120",
        what: "PET/CT whole body",
        body_part: "WHOLEBODY",
        series: &FUSED,
    };
    check("pet-ct", &[fused]);
}

const STILLS: [Series; 2] = [
    Series { number: 1, modality: "US", what: "liver", images: 8, ..SERIES },
    Series { number: 2, modality: "US", what: "kidneys", images: 3, ..SERIES },
];

#[test]
fn an_ultrasound_in_tiles() {
    let stills = Study {
        number: 1,
        patient: "4711",
        date: "20261120",
        what: "US abdomen",
        body_part: "ABDOMEN",
        series: &STILLS,
    };
    check("ultrasound", &[stills]);
}

const FILMS: [Series; 2] = [
    Series { number: 1, modality: "DX", what: "pa", view: "PA", letters: "L\\F", ..SERIES },
    Series { number: 2, modality: "DX", what: "lateral", view: "LL", letters: "A\\F", ..SERIES },
];

#[test]
fn plain_films_beside_their_priors() {
    let films = Study {
        number: 1,
        patient: "4711",
        date: "20261120",
        what: "Chest in two planes",
        body_part: "CHEST",
        series: &FILMS,
    };
    let before = Study { number: 2, date: "20250211", ..films };
    check("plain-films", &[films, before]);
}

#[test]
fn a_script_that_is_written_anew_has_what_was_seen_and_keeps_its_comments() {
    let script = "# A reading.\n\n> stage next\nold\n# Why.\n\n> invert\nolder\n";
    let seen = [vec!["1* a".to_owned(), "2  b".to_owned()], vec!["1* c".to_owned()]];
    assert_eq!(
        written(script, &seen),
        "# A reading.\n\n> stage next\n1* a\n2  b\n# Why.\n\n> invert\n1* c\n"
    );
    let found = steps(script);
    let found: Vec<_> = found.iter().map(|step| (step.line, step.commands, step.screen.as_slice())).collect();
    assert_eq!(found, [(3, "stage next", &["old"][..]), (7, "invert", &["older"])]);
}

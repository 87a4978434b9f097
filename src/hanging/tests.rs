//! Files are read with every fault's place, and studies hang with every reason.

use proptest::prelude::*;

use crate::dicom::{Hints, PatientAttributes, SeriesUid, StudyUid};
use crate::study::{DisplaySetId, DisplaySetKind};
use crate::units::Phi;

use super::*;

pub(super) fn file(id: &str, level: Level, text: &str) -> ProtocolFile {
    ProtocolFile { id: id.to_owned(), level, path: Some(format!("{id}.toml").into()), text: text.to_owned() }
}

pub(super) fn read(files: &[ProtocolFile]) -> Protocols {
    let (protocols, errors) = Protocols::read(files);
    assert!(errors.is_empty(), "{errors:#?}");
    protocols
}

/// The faults of one file, a line each.
#[track_caller]
fn check(text: &str, expected: &[&str]) {
    let (_, errors) = Protocols::read(&[file("p", Level::User, text)]);
    let messages: Vec<String> = errors.iter().map(ToString::to_string).collect();
    assert_eq!(messages, expected);
}

pub(super) const SMALL: &str = "schema = 1\nname = \"small\"\n[sets.a]\n[[stages]]\nname = \"one\"\nscreens.main.grid = [\"A\"]\nviews.A.set = \"a\"\n";

#[test]
fn every_shipped_protocol_can_be_read() {
    let protocols = read(&shipped());
    assert_eq!(protocols.iter().count(), shipped().len());
    let folder =
        std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/hanging-protocols")).expect("the folder");
    let mut names: Vec<String> = folder
        .filter_map(|entry| {
            entry.ok()?.path().file_name()?.to_str()?.strip_suffix(".toml").map(str::to_owned)
        })
        .collect();
    names.sort();
    assert_eq!(shipped().into_iter().map(|file| file.id).collect::<Vec<_>>(), names);
}

#[test]
fn every_fault_of_a_file_is_told_with_its_place() {
    check(
        "schema = 1\nname = \"x\"\npriorty = 2\n[when]\nmodalty = \"CT\"\nprior = \"yes\"\n\
         [sets.a]\npick = { plane = \"axal\", kernel = \"lungs\", slice_mm = { max = \"1\" } }\nprefer = [\"thinest\"]\n\
         [[stages]]\nname = \"one\"\nscreens.main.grid = [\"A B\"]\nviews.A = { set = \"b\", zom = 1 }\nviews.C.set = \"a\"\n",
        &[
            "p.toml:3:1: a protocol has no 'priorty' (did you mean 'priority'?)",
            "p.toml:5:1: 'when' has no 'modalty' (did you mean 'modality'?)",
            "p.toml:6:9: 'prior' is \"yes\"; expected true or false",
            "p.toml:8:18: 'plane' is \"axal\"; expected one of axial, coronal, sagittal (did you mean 'axial'?)",
            "p.toml:8:35: 'kernel' is \"lungs\"; expected one of lung, bone, soft (did you mean 'lung'?)",
            "p.toml:8:63: 'max' is \"1\"; expected a number from 0 to 1000000000",
            "p.toml:9:11: 'prefer' is \"thinest\"; expected one of thinnest, thickest, most_images, fewest_images, contrast, \
             no_contrast, volume, first, last, plain (did you mean 'thinnest'?)",
            "p.toml:12:21: the grid shows B, and the stage has no view B",
            "p.toml:13:24: a view has no 'zom' (did you mean 'zoom'?)",
            "p.toml:14:7: the stage has a view C, and no grid of it shows C",
        ],
    );
}

#[test]
fn names_that_nobody_has_are_told() {
    check(
        &SMALL.replace("set = \"a\"", "set = \"aa\""),
        &["p.toml:7:15: there is no set 'aa' (did you mean 'a'?)"],
    );
    check(
        &SMALL.replace("name = \"one\"", "name = \"one\"\nneeds = \"lung\""),
        &["p.toml:6:9: there is no set 'lung'"],
    );
    check(
        &SMALL.replace("schema = 1", "schema = 2"),
        &["p.toml:1:10: schema 2 is not known here: this Hotlight reads schema 1"],
    );
    check(&SMALL.replace("[sets.a]", "[sets.a]\nlike = \"b\""), &["p.toml:4:8: there is no set 'b'"]);
    check("schema = 1\nname = \"x\"\n", &["p.toml:1:1: a protocol shows something: write a [[stages]]"]);
    check(
        "schema = 1\nname = \"x\"\nextends = \"ct-chst\"\n",
        &["p.toml:3:11: there is no protocol 'ct-chst' to extend"],
    );
}

#[test]
fn presets_and_palettes_that_nobody_has_are_told_where_names_are_known() {
    let views = "views.A = { set = \"a\", window = \"lnug\", palette = \"hot-irn\" }\nviews.B = { set = \"a\", mode = \"volume\", preset = \"wood\" }";
    let text = SMALL.replace("views.A.set = \"a\"", views).replace("[\"A\"]", "[\"A B\"]");
    let files = [file("p", Level::User, &text)];
    read(&files);
    let names = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect();
    let vocabulary = Vocabulary {
        windows: names(&["soft", "lung"]),
        palettes: names(&["hot-iron"]),
        volumes: names(&["bone"]),
    };
    let (protocols, errors) = Protocols::read_checked(&files, &vocabulary);
    assert!(protocols.is_empty());
    let told: Vec<String> = errors.iter().map(ToString::to_string).collect();
    let expected = [
        "p.toml:7:33: there is no window preset 'lnug' (did you mean 'lung'?)",
        "p.toml:7:51: there is no palette 'hot-irn' (did you mean 'hot-iron'?)",
        "p.toml:8:50: there is no volume preset 'wood'",
    ];
    assert_eq!(told, expected);
}

#[test]
fn a_stage_that_is_never_reached_is_told() {
    let text = SMALL
        .replace("[sets.a]", "[when]\nprior = false\n[sets.a]\nfrom = \"prior\"")
        .replace("name = \"one\"", "name = \"one\"\nneeds = \"a\"");
    check(
        &text,
        &["p.toml:7:1: stage 'one' is never reached: it needs 'a' of a prior, and 'when' says prior = false"],
    );
    let twice =
        format!("{SMALL}[[stages]]\nname = \"one\"\nscreens.main.grid = [\"A\"]\nviews.A.set = \"a\"\n");
    check(&twice, &["p.toml:8:1: stage 'one' is never reached: an earlier one has its name"]);
}

#[test]
fn a_protocol_extends_another_and_says_only_what_differs() {
    let own = "schema = 1\nname = \"mine\"\nextends = \"small\"\n[when]\nmodality = \"CT\"\n[sets.a]\nprefer = \"last\"\n";
    let protocols = read(&[file("small", Level::Shipped, SMALL), file("mine", Level::User, own)]);
    let mine = protocols.get("mine").expect("it is there");
    assert_eq!(mine.stages, protocols.get("small").expect("it is there").stages);
    assert_eq!(mine.sets[0].prefer, [Prefer::Last]);
    // One of the same name takes the place of the one below, and may extend it.
    let own = own.replace("mine", "small");
    let protocols = read(&[file("small", Level::Shipped, SMALL), file("small", Level::User, &own)]);
    assert_eq!(protocols.iter().count(), 1);
    assert_eq!(protocols.get("small").map(|protocol| protocol.level.clone()), Some(Level::User));
    let circle = own.replace("\"small\"\n[when]", "\"other\"\n[when]");
    let other = circle.replace("\"other\"\n[when]", "\"p\"\n[when]");
    let (_, errors) = Protocols::read(&[file("p", Level::User, &circle), file("other", Level::User, &other)]);
    assert!(errors.iter().all(|error| error.to_string().contains("comes back to itself")), "{errors:?}");
    assert_eq!(errors.len(), 2);
}

#[test]
fn sets_are_like_others_whatever_the_order_and_whoever_says_more() {
    let text = SMALL.replace(
        "[sets.a]",
        "[sets.a]\nlike = \"b\"\nfrom = \"prior\"\n[sets.b]\nlike = \"c\"\n[sets.c]\nprefer = \"last\"",
    );
    let own = "schema = 1\nname = \"mine\"\nextends = \"p\"\n[sets.c]\nprefer = \"first\"\n";
    let protocols = read(&[file("p", Level::Site, &text), file("mine", Level::User, own)]);
    let preferred = |id| {
        let protocol = protocols.get(id).expect("it is there");
        let sets = protocol.sets.iter().map(|set| (set.name.as_str(), set.prefer.clone()));
        sets.collect::<Vec<_>>()
    };
    assert_eq!(preferred("p"), ["a", "b", "c"].map(|name| (name, vec![Prefer::Last])));
    assert_eq!(preferred("mine"), ["a", "b", "c"].map(|name| (name, vec![Prefer::First])));
    assert!(matches!(protocols.get("mine").expect("it").sets[0].from, FromStudy::Prior(_)));
    check(
        &SMALL.replace("[sets.a]", "[sets.a]\nlike = \"b\"\n[sets.b]\nlike = \"a\""),
        &["p.toml:4:8: 'a' comes back to itself, by way of others or at once"],
    );
}

#[test]
fn a_set_is_other_than_those_before_it_alone() {
    let two = "[sets.a]\nprefer = \"first\"\n[sets.b]\nother_than = \"a\"\nprefer = \"last\"";
    let text = SMALL.replace("[sets.a]", two).replace("[\"A\"]", "[\"A B\"]") + "views.B.set = \"b\"\n";
    let protocols = read(&[file("p", Level::User, &text)]);
    let shown = |sets: Vec<SetFacts>| {
        let current = study("2.25.1", "20261128", "", sets);
        let situation = Situation { current: &current, priors: &[], screens: 1, chosen: None };
        tiles(&hang(&protocols, situation).winner.expect("it fits").stages[0])
    };
    let plain = |number| set(number, |_| {});
    assert_eq!(shown(vec![plain(3), plain(5)]), "A3 B5");
    assert_eq!(shown(vec![plain(3)]), "A3 B-");
    check(
        &text.replace("other_than = \"a\"", "other_than = \"b\""),
        &["p.toml:6:14: no set 'b' stands before this one"],
    );
    // What extends another names its sets.
    let own = "schema = 1\nname = \"mine\"\nextends = \"p\"\n[sets.c]\nother_than = [\"a\", \"b\"]\n";
    read(&[file("p", Level::Site, &text), file("mine", Level::User, own)]);
}

#[test]
fn tiles_are_rows_and_columns_of_images() {
    let of =
        |view: &str| SMALL.replace("views.A.set = \"a\"", &format!("views.A = {{ set = \"a\", {view} }}"));
    let protocols = read(&[file("p", Level::User, &of("mode = \"tile\", tiles = \"2x3\""))]);
    let mode = &protocols.get("p").expect("it is there").stages[0].views[0].1.mode;
    assert_eq!((mode, mode.images()), (&Mode::Tile { rows: 2, columns: 3 }, 6));
    check(
        &of("mode = \"tile\", tiles = \"2x5\""),
        &["p.toml:7:47: 'tiles' is \"2x5\"; expected rows and columns from 1 to 4, as in \"2x3\""],
    );
    check(
        &of("mode = \"tile\""),
        &["p.toml:7:11: a view needs 'tiles': rows and columns of successive images, such as \"2x3\""],
    );
}

#[test]
fn what_must_be_there_and_a_window_that_is_none_are_told() {
    let text =
        SMALL.replace("views.A.set = \"a\"", "views.A = { mode = \"mpr\", window = \"40/x\", slab = {} }");
    check(
        &text,
        &[
            "p.toml:7:11: a view needs 'set': the set that it shows",
            "p.toml:7:11: a view needs 'plane': \"axial\", \"coronal\" or \"sagittal\"",
            "p.toml:7:36: 'window' is \"40/x\"; expected a preset's name, or centre and width, as in \"40/400\"",
            "p.toml:7:51: a slab needs 'mm': how thick it is",
        ],
    );
    let narrow =
        text.replace("40/x", "40/0.5").replace("mode = \"mpr\"", "set = \"a\"").replace(", slab = {}", "");
    check(
        &narrow,
        &[
            "p.toml:7:33: 'window' is \"40/0.5\"; expected a preset's name, or centre and width, as in \"40/400\"",
        ],
    );
    let twice = SMALL.replace("views.A", "screens.right.grid = [\"A\"]\nviews.A");
    check(&twice, &["p.toml:7:22: A stands in the grids of two screens: a view is on one"]);
    check(&SMALL.replace("schema = 1\n", ""), &["p.toml:1:1: a protocol needs 'schema': schema = 1"]);
}

pub(super) fn set(number: i64, change: impl FnOnce(&mut SetFacts)) -> SetFacts {
    let series = SeriesUid::new(&format!("2.25.{number}"));
    let mut set = SetFacts {
        id: DisplaySetId { study: StudyUid::new("2.25.1"), series, index: 0 },
        number: Some(number),
        description: String::new(),
        modality: "CT".to_owned(),
        kind: DisplaySetKind::Volume,
        images: 100,
        plane: Some(Plane::Axial),
        slice_mm: Some(1.0),
        kernel: None,
        weighting: None,
        echo: None,
        b_value: None,
        has_contrast: false,
        view: String::new(),
        modifiers: Vec::new(),
        laterality: String::new(),
        body_part: "CHEST".to_owned(),
        image_type: vec!["ORIGINAL".to_owned(), "PRIMARY".to_owned()],
        hints: Hints::default(),
    };
    change(&mut set);
    set
}

fn patient(id: &str) -> PatientAttributes {
    let name = format!("NOBODY^{id}");
    PatientAttributes { id: Phi::new(id.to_owned()), name: Phi::new(name), ..PatientAttributes::default() }
}

pub(super) fn study(uid: &str, date: &str, description: &str, mut sets: Vec<SetFacts>) -> StudyFacts {
    for set in &mut sets {
        set.id.study = StudyUid::new(uid);
    }
    StudyFacts {
        uid: StudyUid::new(uid),
        patient: patient("1"),
        date: date.to_owned(),
        description: description.to_owned(),
        procedures: Vec::new(),
        hints: Hints::default(),
        sets,
        coming: None,
    }
}

pub(super) fn chest(uid: &str, date: &str, first: i64) -> StudyFacts {
    let sets = vec![
        set(first, |set| set.image_type.push("LOCALIZER".to_owned())),
        set(first + 1, |set| set.kernel = Some("lung")),
        set(first + 2, |set| set.kernel = Some("soft")),
        set(first + 3, |set| {
            set.kernel = Some("lung");
            set.slice_mm = Some(5.0);
        }),
    ];
    study(uid, date, "CT Chest", sets)
}

fn hung(current: &StudyFacts, priors: &[StudyFacts]) -> Hanging {
    hang(&read(&shipped()), Situation { current, priors, screens: 1, chosen: None })
}

/// What each tile of a stage shows: letter and series number, or `-`.
pub(super) fn tiles(stage: &HungStage) -> String {
    let words = stage.screens.iter().flat_map(|screen| &screen.tiles).map(|tile| {
        let number = tile.shown.as_ref().map_or("-", |set| set.series.as_str().trim_start_matches("2.25."));
        format!("{}{number}", tile.letter)
    });
    words.collect::<Vec<_>>().join(" ")
}

#[test]
fn a_chest_hangs_beside_its_prior_and_says_why() {
    let (current, prior) = (chest("2.25.1", "20261128", 10), chest("2.25.2", "20250101", 20));
    let hanging = hung(&current, std::slice::from_ref(&prior));
    let winner = hanging.winner.expect("one fits");
    assert_eq!(winner.id, "ct-chest-compare");
    assert_eq!(winner.held, ["modality is CT", "procedure is like /chest|thorax|lung/i", "there is a prior"]);
    let stages: Vec<String> = winner.stages.iter().map(tiles).collect();
    assert_eq!(stages, ["A11 B21", "A12 B22", "A11 B21", "A11 B21"]);
    let why = |id: &str| hanging.losers.iter().find(|loser| loser.id == id).map(|loser| loser.why.as_str());
    assert_eq!(
        why("ct-chest"),
        Some("it fits, and ct-chest-compare fits more closely: 3 conditions, and not 2")
    );
    assert_eq!(why("mr-brain"), Some("modality is CT, and not MR"));
    let lung = winner.sets.iter().find(|(name, _)| name == "lung").map(|(_, picked)| picked.clone());
    assert_eq!(
        lung.map(|picked| picked.map(|picked| picked.why)),
        Some(Ok("one of 2 of the study that fit, preferred as thinnest".to_owned()))
    );
    assert_eq!(hung(&current, &[]).winner.map(|winner| winner.id), Some("ct-chest".to_owned()));
    let same_day = StudyFacts { date: current.date.clone(), ..prior };
    assert_eq!(hung(&current, &[same_day]).winner.map(|winner| winner.id), Some("ct-chest".to_owned()));
    let coronary = StudyFacts { description: "CT Chest, coronary".to_owned(), ..current };
    assert_ne!(hung(&coronary, &[]).winner.map(|winner| winner.id), Some("ct-chest".to_owned()));
}

#[test]
fn a_procedure_is_known_by_its_code() {
    let text = SMALL.replace("[sets.a]", "[when]\nprocedure = \"code:CTCHEST@99LOCAL\"\n[sets.a]");
    let protocols = read(&[file("p", Level::User, &text)]);
    let mut current = chest("2.25.1", "20261128", 10);
    let wins = |current: &StudyFacts| {
        hang(&protocols, Situation { current, priors: &[], screens: 1, chosen: None }).winner.is_some()
    };
    assert!(!wins(&current));
    current.procedures = vec!["CTHEAD^99LOCAL".to_owned(), "CTCHEST^99LOCAL".to_owned()];
    assert!(wins(&current));
}

#[test]
fn a_reason_is_known_by_its_words_and_by_its_code() {
    let held = |current: &StudyFacts, reason: &str| {
        let text = SMALL.replace("[sets.a]", &format!("[when]\nreason = \"{reason}\"\n[sets.a]"));
        let protocols = read(&[file("p", Level::User, &text)]);
        let hanging = hang(&protocols, Situation { current, priors: &[], screens: 1, chosen: None });
        hanging.winner.map_or_else(|| hanging.losers[0].why.clone(), |winner| winner.held.join(", "))
    };
    let mut current = chest("2.25.1", "20261128", 10);
    assert_eq!(held(&current, "/stag/i"), "reason is not like /stag/i");
    current.hints.reasons = vec!["Fever".to_owned(), "Staging of lymphoma".to_owned()];
    current.hints.reason_codes = vec!["118600007^SCT".to_owned()];
    assert_eq!(held(&current, "/stag/i"), "reason is like /stag/i");
    assert_eq!(held(&current, "fever"), "reason is like fever");
    assert_eq!(held(&current, "code:118600007@SCT"), "reason is like code:118600007@SCT");
    assert_eq!(held(&current, "code:118600007@LN"), "reason is not like code:118600007@LN");
}

#[test]
fn a_part_of_the_body_is_known_by_its_synonyms_and_codes() {
    let text = SMALL.replace("[sets.a]", "[when]\nbody_part = [\"HEAD\", \"CHEST\"]\n[sets.a]");
    let protocols = read(&[file("p", Level::User, &text)]);
    let held = |part: &str, codes: &[&str]| {
        let mut current = chest("2.25.1", "20261128", 10);
        for set in &mut current.sets {
            part.clone_into(&mut set.body_part);
            set.hints.region_codes = codes.iter().map(|&code| code.to_owned()).collect();
        }
        let situation = Situation { current: &current, priors: &[], screens: 1, chosen: None };
        let hanging = hang(&protocols, situation);
        hanging.winner.map_or_else(|| hanging.losers[0].why.clone(), |winner| winner.held.join(", "))
    };
    assert_eq!(held("CHEST", &[]), "body_part is CHEST");
    assert_eq!(held("THORAX", &[]), "body_part is THORAX, which is CHEST");
    assert_eq!(held("", &["T-D3000^SRT"]), "body_part is T-D3000^SRT, which is CHEST");
    assert_eq!(held("KNEE", &[]), "body_part is KNEE, and not HEAD or CHEST");
    assert_eq!(held("", &[]), "body_part is not stated, and not HEAD or CHEST");
}

#[test]
fn localizers_are_not_counted() {
    let text = SMALL.replace("[sets.a]", "[when]\ndisplay_sets = 3\n[sets.a]");
    let (protocols, current) = (read(&[file("p", Level::User, &text)]), chest("2.25.1", "20261128", 10));
    assert_eq!(current.sets.len(), 4);
    assert!(
        hang(&protocols, Situation { current: &current, priors: &[], screens: 1, chosen: None })
            .winner
            .is_some()
    );
}

#[test]
fn priors_are_taken_by_age_number_and_what_they_share() {
    let rule = "[sets.a]\nfrom = { prior = { nth = 2, within = \"2y\", older_than = \"10d\", same = \"body_part\" } }";
    let protocols = read(&[file("p", Level::User, &SMALL.replace("[sets.a]", rule))]);
    let current = chest("2.25.1", "20261128", 10);
    let mut head = chest("2.25.5", "20260101", 50);
    head.sets.iter_mut().for_each(|set| set.body_part = "HEAD".to_owned());
    let priors = [
        chest("2.25.2", "20261120", 20),
        head,
        chest("2.25.3", "20260101", 30),
        chest("2.25.6", "20200101", 60),
        chest("2.25.4", "20250101", 40),
    ];
    let picked = |priors: &[StudyFacts]| {
        let hanging = hang(&protocols, Situation { current: &current, priors, screens: 1, chosen: None });
        hanging.winner.map(|winner| winner.sets[0].1.clone().expect("picked").id.study)
    };
    assert_eq!(picked(&priors), Some(StudyUid::new("2.25.4")));
    assert_eq!(picked(&priors[..4]), None);
}

#[test]
fn another_patient_is_no_prior_nor_is_what_came_later() {
    let current = chest("2.25.1", "20261128", 10);
    let mut other = chest("2.25.2", "20250101", 20);
    other.patient = patient("2");
    let later = chest("2.25.3", "20261129", 30);
    let hanging = hung(&current, &[other, later, current.clone()]);
    assert_eq!(hanging.winner.map(|winner| winner.id), Some("ct-chest".to_owned()));
}

#[test]
fn four_views_of_breasts_stand_with_their_sides() {
    let view = |number, view: &str, side: &str| {
        set(number, |set| {
            set.modality = "MG".to_owned();
            set.view = view.to_owned();
            set.laterality = side.to_owned();
        })
    };
    let sets = vec![view(1, "MLO", "L"), view(2, "CC", "R"), view(3, "CC", "L"), view(4, "MLO", "R")];
    let winner = hung(&study("2.25.1", "20261128", "", sets), &[]).winner.expect("one fits");
    assert_eq!((winner.id.as_str(), tiles(&winner.stages[0]).as_str()), ("mammo-screening", "A2 B3 C4 D1"));
}

#[test]
fn room_of_what_is_missing_stays_or_goes() {
    let brain = |number, weighting| {
        set(number, |set| {
            set.modality = "MR".to_owned();
            set.weighting = Some(weighting);
        })
    };
    let sets = vec![brain(1, "flair"), brain(2, "t2"), brain(3, "dwi")];
    let winner = hung(&study("2.25.1", "20261128", "MR Brain", sets), &[]).winner.expect("one fits");
    let screen = &winner.stages[0].screens[0];
    assert_eq!(tiles(&winner.stages[0]), "A1 B3 D2 E-", "ADC and T1 with contrast made a column that goes");
    assert_eq!(format!("{:?}", screen.tiles[0].rectangle), "[0.0, 0.0, 0.5, 0.5]");
    let without: Vec<&str> = winner.left_out.iter().map(|(stage, _)| stage.as_str()).collect();
    assert_eq!(without, ["Diffusion", "Without and with contrast"]);
    let why = screen.tiles[3].shown.as_ref().expect_err("nothing");
    assert_eq!(why, "none of the 3 series of the study fits");
}

#[test]
fn a_higher_level_wins_then_more_conditions_then_priority_then_the_name() {
    let of = |id: &str, level: Level, rest: &str| {
        file(id, level, &SMALL.replace("[sets.a]", &format!("{rest}\n[sets.a]")))
    };
    let current = chest("2.25.1", "20261128", 10);
    let winner = |files: &[ProtocolFile]| {
        let hanging =
            hang(&read(files), Situation { current: &current, priors: &[], screens: 1, chosen: None });
        hanging.winner.expect("one fits").id
    };
    let close = of("close", Level::Shipped, "[when]\nmodality = \"CT\"\nbody_part = \"CHEST\"");
    let high = of("z-high", Level::Shipped, "priority = 5\n[when]\nmodality = \"CT\"");
    let site = of("site", Level::Site, "");
    let group = of("group", Level::Group("chest".to_owned()), "");
    let user = of("user", Level::User, "");
    let low = of("low", Level::Shipped, "[when]\nmodality = \"CT\"");
    let all = [low, high, close, site, group, user];
    for (count, id) in [(1, "low"), (2, "z-high"), (3, "close"), (4, "site"), (5, "group"), (6, "user")] {
        assert_eq!(winner(&all[..count]), id);
    }
    let twins = [of("b", Level::Site, ""), of("a", Level::Site, "")];
    assert_eq!(winner(&twins), "a");
}

#[test]
fn with_fewer_screens_nothing_is_left_out() {
    let text = SMALL.replace(
        "screens.main.grid = [\"A\"]",
        "screens.main.grid = [\"A\"]\nscreens.right.grid = [\"B\", \"C\"]",
    ) + "views.B.set = \"a\"\nviews.C.set = \"a\"\n";
    let current = chest("2.25.1", "20261128", 10);
    let protocols = read(&[file("p", Level::User, &text)]);
    let roles = |screens| {
        let hanging = hang(&protocols, Situation { current: &current, priors: &[], screens, chosen: None });
        let stage = hanging.winner.expect("it fits").stages.remove(0);
        stage
            .screens
            .iter()
            .map(|screen| format!("{} {}", screen.role, screen.tiles.len()))
            .collect::<Vec<_>>()
    };
    assert_eq!(roles(3), ["main 1", "right 2"]);
    assert_eq!(roles(2), ["main 1", "right 2"]);
    assert_eq!(roles(1), ["main 3"]);
}

fn any_set() -> impl Strategy<Value = SetFacts> {
    let words = prop::sample::select(vec!["CT", "MR", "MG", "PT", "US", "CR"]);
    let planes =
        prop::sample::select(vec![None, Some(Plane::Axial), Some(Plane::Coronal), Some(Plane::Sagittal)]);
    let classes =
        prop::sample::select(vec![None, Some("lung"), Some("soft"), Some("flair"), Some("t1"), Some("t2")]);
    let views = prop::sample::select(vec!["", "CC", "MLO", "PA", "LL"]);
    let sides = prop::sample::select(vec!["", "R", "L", "B"]);
    let numbers = (0_i64..40, 1_usize..500, any::<bool>(), any::<bool>());
    (words, planes, classes, views, sides, numbers).prop_map(
        |(modality, plane, class, view, side, numbers)| {
            let (number, images, has_contrast, is_localizer) = numbers;
            set(number, |set| {
                set.modality = modality.to_owned();
                set.plane = plane;
                (set.kernel, set.weighting) = (class, class);
                set.view = view.to_owned();
                set.laterality = side.to_owned();
                (set.images, set.has_contrast) = (images, has_contrast);
                if is_localizer {
                    set.image_type.push("LOCALIZER".to_owned());
                }
            })
        },
    )
}

pub(super) fn any_study(uid: &'static str) -> impl Strategy<Value = StudyFacts> {
    let words =
        prop::sample::select(vec!["", "CT Chest", "MR Brain", "Knee", "CTA aorta", "Spine", "Abdomen"]);
    let patients = prop::sample::select(vec!["", "1", "2"]);
    let dates = prop::sample::select(vec!["", "20200101", "20250101", "20261128"]);
    (words, patients, dates, prop::collection::vec(any_set(), 0..12)).prop_map(
        move |(words, patient, date, sets)| {
            let mut study = study(uid, date, words, sets);
            study.patient = self::patient(patient);
            study
        },
    )
}

proptest! {
    /// Whatever the studies, the screens and the order of files: what hangs is of one patient, of the study it says, inside
    /// its screen, and the same again.
    #[test]
    fn whatever_the_studies_nothing_of_another_patient_hangs(
        current in any_study("2.25.1"),
        first in any_study("2.25.2"),
        second in any_study("2.25.3"),
        screens in 1_usize..4,
    ) {
        let protocols = read(&shipped());
        let priors = [first, second];
        let situation = Situation { current: &current, priors: &priors, screens, chosen: None };
        let hanging = hang(&protocols, situation);
        prop_assert_eq!(&hanging, &hang(&protocols, situation));
        prop_assert_eq!(hanging.losers.len() + usize::from(hanging.winner.is_some()), protocols.iter().count());
        for stage in hanging.winner.iter().flat_map(|winner| &winner.stages) {
            prop_assert!(stage.screens.len() <= screens);
            for tile in stage.screens.iter().flat_map(|screen| &screen.tiles) {
                let [x, y, width, height] = tile.rectangle;
                prop_assert!(x >= 0.0 && y >= 0.0 && x + width < 1.0 + 1e-9 && y + height < 1.0 + 1e-9);
                let Ok(id) = &tile.shown else { continue };
                let study = priors.iter().chain([&current]).find(|study| study.uid == id.study).expect("one of them");
                prop_assert_eq!(&study.patient, &current.patient);
                prop_assert!(study.sets.iter().any(|set| set.id == *id));
            }
        }
    }
}

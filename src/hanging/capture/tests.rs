//! What is on screen comes back by the protocol that was written of it, and nothing of the patient is in that.

use proptest::prelude::*;

use crate::dicom::{PatientAttributes, StudyUid};
use crate::hanging::facts::{SetFacts, StudyFacts};
use crate::hanging::grid::Cells;
use crate::hanging::hang::{Situation, Winner, hang};
use crate::hanging::protocol::{
    Across, Justify, Level, Mode, Start, StatePolicy, Sync, SyncOn, View, ViewWindow, Zoom,
};
use crate::hanging::tests::{SMALL, any_study, chest, file, read, set, study, tiles};
use crate::hanging::{ProtocolFile, classes, shipped};
use crate::units::Phi;

use super::{CaptureError, Captured, CapturedScreen, CapturedTile, capture};

fn tile(column: usize, row: usize, set: &SetFacts) -> CapturedTile {
    let view = View {
        set: String::new(),
        mode: Mode::Stack,
        window: None,
        is_inverted: false,
        palette: None,
        zoom: Zoom::Fit,
        justify: Justify::Center,
        start: Start::First,
        state: StatePolicy::Newest,
    };
    CapturedTile { cells: Cells { column, row, columns: 1, rows: 1 }, set: set.id.clone(), view, fused: None }
}

fn screen(rows: usize, columns: usize, tiles: Vec<CapturedTile>) -> CapturedScreen {
    CapturedScreen { role: "main".to_owned(), rows, columns, tiles }
}

/// What hangs with the captured protocol beside the shipped ones.
fn hung(captured: &Captured, current: &StudyFacts, priors: &[StudyFacts], screens: usize) -> Winner {
    let own =
        ProtocolFile { id: captured.id.clone(), level: Level::User, path: None, text: captured.text.clone() };
    let protocols = read(&[shipped(), vec![own]].concat());
    hang(&protocols, Situation { current, priors, screens, chosen: None }).winner.expect("one fits")
}

/// Captures, and hangs the same again.
#[track_caller]
fn check(current: &StudyFacts, priors: &[StudyFacts], screens: &[CapturedScreen], sync: &[Sync]) -> Captured {
    let protocols = read(&shipped());
    let captured =
        capture("Mine, 1", current, priors, screens, sync, &protocols).expect("what is on screen can hang");
    assert!(captured.notices.is_empty(), "{:?}", captured.notices);
    let winner = hung(&captured, current, priors, screens.len());
    assert_eq!(winner.id, "mine-1", "{}", captured.text);
    let shown = winner.stages[0].screens.iter().flat_map(|screen| &screen.tiles);
    let shown: Vec<_> = shown.map(|tile| tile.shown.clone().expect("it is there")).collect();
    let wanted = screens.iter().flat_map(|screen| &screen.tiles).map(|tile| tile.set.clone());
    assert_eq!(shown, wanted.collect::<Vec<_>>(), "{}", captured.text);
    captured
}

#[track_caller]
fn assert_lines(captured: &Captured, lines: &[&str]) {
    for line in lines {
        assert!(captured.text.lines().any(|found| found == *line), "no {line} in\n{}", captured.text);
    }
}

fn mr(number: i64, weighting: &'static str) -> SetFacts {
    set(number, |set| {
        set.modality = "MR".to_owned();
        set.weighting = Some(weighting);
        set.body_part = "BRAIN".to_owned();
    })
}

#[test]
fn a_chest_beside_its_prior_comes_back() {
    let (mut current, prior) = (chest("2.25.1", "20261128", 10), chest("2.25.2", "20250101", 20));
    current.description = "CT Chest 20261128 Nobody low dose 2".to_owned();
    let mut shown = vec![tile(0, 0, &current.sets[1]), tile(1, 0, &prior.sets[1])];
    shown[0].view.window = Some(ViewWindow::Preset("lung".to_owned()));
    shown[1].view.window = Some(ViewWindow::Values(-600.0, 1500.0));
    let on = vec![SyncOn::Scroll, SyncOn::Zoom];
    let sync = [Sync { views: vec!['A', 'B', 'C'], on, across: Across::Offset }];
    let captured = check(&current, &[prior], &[screen(1, 2, shown)], &sync);
    assert_lines(
        &captured,
        &[
            "modality = \"CT\"",
            "body_part = \"CHEST\"",
            "procedure = \"/chest.*low.*dose/i\"",
            "prior = true",
            "[sets.lung]",
            "pick = { modality = \"CT\", plane = \"axial\", kernel = \"lung\", slice_mm = { max = 3 } }",
            "[sets.prior_lung]",
            "from = { prior = { same = \"modality\" } }",
            "optional = true",
            "screens.main.grid = [\"A B\"]",
            "views.A = { set = \"lung\", window = \"lung\" }",
            "views.B = { set = \"prior_lung\", window = \"-600/1500\" }",
            "sync = [{ views = [\"A\", \"B\"], on = [\"scroll\", \"zoom\"], across = \"offset\" }]",
        ],
    );
    assert_eq!(
        captured.overrides,
        [
            "ct-chest (shipped): CT chest",
            "ct-chest-compare (shipped): CT chest, beside the prior",
            "generic (shipped): One series",
            "generic-prior (shipped): Beside the prior",
        ]
    );
}

#[test]
fn nothing_of_the_patient_is_written() {
    let mut current = chest("2.25.1", "20261128", 10);
    current.patient = PatientAttributes {
        id: Phi::new("QX-4711".to_owned()),
        name: Phi::new("NOBODY^Zoe".to_owned()),
        ..PatientAttributes::default()
    };
    current.description = "Nobody Zoe 28.11.2026 QX-4711".to_owned();
    current.sets[1].description = "Zoe thin QX 20261128".to_owned();
    current.sets[2].description = "Zoe thin".to_owned();
    current.sets[2].kernel = Some("lung");
    let captured = check(&current, &[], &[screen(1, 1, vec![tile(0, 0, &current.sets[1])])], &[]);
    let text = captured.text.to_lowercase();
    for private in ["nobody", "zoe", "qx", "4711", "2026", "2.25"] {
        assert!(!text.contains(private), "{private} in {text}");
    }
}

#[test]
fn a_brain_in_four_views_comes_back() {
    let contrast = |number| SetFacts { has_contrast: true, ..mr(number, "t1") };
    let sets = vec![mr(1, "flair"), mr(2, "t2"), mr(3, "t1"), contrast(4)];
    let current = study("2.25.1", "20261128", "MRI Brain W WO", sets);
    let shown = current.sets.iter().enumerate().map(|(at, set)| tile(at % 2, at / 2, set)).collect();
    let captured = check(&current, &[], &[screen(2, 2, shown)], &[]);
    assert_lines(
        &captured,
        &[
            "[sets.t1_2]",
            "pick = { modality = \"MR\", plane = \"axial\", weighting = \"flair\" }",
            "pick = { modality = \"MR\", plane = \"axial\", weighting = \"t1\", contrast = false }",
            "screens.main.grid = [\"A B\", \"C D\"]",
        ],
    );
}

#[test]
fn four_views_of_breasts_come_back() {
    let view = |number, view: &str, side: &str| {
        set(number, |set| {
            (set.modality, set.view, set.laterality) = ("MG".to_owned(), view.to_owned(), side.to_owned());
            (set.plane, set.slice_mm, set.kind) = (None, None, crate::study::DisplaySetKind::Single);
        })
    };
    let sets = vec![view(1, "CC", "R"), view(2, "CC", "L"), view(3, "MLO", "R"), view(4, "MLO", "L")];
    let current = study("2.25.1", "20261128", "Mammography", sets);
    let tiled = current.sets.iter().enumerate().map(|(at, set)| {
        let mut tile = tile(at % 2, at / 2, set);
        (tile.view.zoom, tile.view.justify) = (Zoom::SameSize, Justify::ChestWall);
        tile
    });
    let captured = check(&current, &[], &[screen(2, 2, tiled.collect())], &[]);
    assert_lines(
        &captured,
        &[
            "[sets.r_cc]",
            "pick = { modality = \"MG\", view = \"CC\", laterality = \"R\", modifier = \"none\" }",
            "views.D = { set = \"l_mlo\", zoom = \"same_size\", justify = \"chest_wall\" }",
        ],
    );
    assert!(!captured.text.contains("laterality = \"R\"\n"), "both sides are no condition");
}

#[test]
fn pet_over_ct_comes_back() {
    let pet = |number, description: &str| {
        set(number, |set| {
            (set.modality, set.description) = ("PT".to_owned(), description.to_owned());
        })
    };
    let sets = vec![set(2, |_| {}), pet(3, "PET uncorrected"), pet(4, "PET corrected")];
    let current = study("2.25.1", "20261128", "PET/CT whole body", sets);
    let mut shown =
        vec![tile(0, 0, &current.sets[0]), tile(1, 0, &current.sets[2]), tile(2, 0, &current.sets[0])];
    shown[1].view.is_inverted = true;
    shown[2].fused = Some(current.sets[2].id.clone());
    let captured = check(&current, &[], &[screen(1, 3, shown)], &[]);
    assert_lines(
        &captured,
        &[
            "modality = \"PT\"",
            "pick = { modality = \"PT\", plane = \"axial\", description = \"corrected\" }",
            "views.B = { set = \"pt\", invert = true }",
            "views.C = { set = \"ct\", mode = \"fusion\", with = \"pt\" }",
        ],
    );
    let winner = hung(&captured, &current, &[], 1);
    let over = winner.sets.iter().find(|(name, _)| name == "pt").expect("it is there").1.clone();
    assert_eq!(over.expect("picked").id, current.sets[2].id);
}

#[test]
fn two_screens_and_larger_views_come_back() {
    let current = chest("2.25.1", "20261128", 10);
    let mut large = tile(0, 0, &current.sets[1]);
    large.cells = Cells { column: 0, row: 0, columns: 1, rows: 2 };
    let right =
        CapturedScreen { role: "right".to_owned(), ..screen(1, 1, vec![tile(0, 0, &current.sets[3])]) };
    let main = screen(2, 2, vec![large, tile(1, 0, &current.sets[2])]);
    let captured = check(&current, &[], &[main, right], &[]);
    assert_lines(&captured, &["screens.main.grid = [\"A B\", \"A .\"]", "screens.right.grid = [\"C\"]"]);
}

#[test]
fn what_nothing_tells_apart_is_said() {
    let mut current = study("2.25.1", "20261128", "CT", vec![set(5, |_| {}), set(5, |_| {})]);
    current.sets[1].id.index = 1;
    let screens = [screen(1, 1, vec![tile(0, 0, &current.sets[1])])];
    let captured = capture("x", &current, &[], &screens, &[], &read(&shipped())).expect("captured");
    assert_eq!(
        captured.notices,
        ["nothing tells set ct from 1 more series of its study: another one may hang in its place"]
    );
    assert!(captured.text.contains("# A series of the study that is read: nothing tells it from 1 more"));
    assert_eq!(tiles(&hung(&captured, &current, &[], 1).stages[0]), "A5");
}

#[test]
fn it_is_taken_before_the_reader_s_own_unless_these_fit_more_closely() {
    let current = chest("2.25.1", "20261128", 10);
    let screens = [screen(1, 1, vec![tile(0, 0, &current.sets[1])])];
    let with = |when: &str| {
        let own = SMALL.replace("[sets.a]", &format!("priority = 7\n[when]\n{when}\n[sets.a]"));
        let protocols = read(&[file("mine", Level::User, &own)]);
        capture("x", &current, &[], &screens, &[], &protocols).expect("captured")
    };
    let alike = with("modality = \"CT\"\nbody_part = \"CHEST\"\nprior = false");
    assert!(alike.text.contains("\npriority = 8\n") && alike.notices.is_empty(), "{alike:?}");
    assert_eq!(alike.overrides, ["mine (user): small"]);
    let closer = with(
        "modality = \"CT\"\nbody_part = \"CHEST\"\nprior = false\nprocedure = \"chest\"\ndisplay_sets = 3",
    );
    assert_eq!(closer.notices, ["mine is taken before it: it is yours, too, and fits more closely"]);
    assert!(closer.overrides.is_empty());
}

#[test]
fn what_cannot_be_captured_says_why() {
    let current = chest("2.25.1", "20261128", 10);
    let error = |name: &str, screens: &[CapturedScreen]| {
        let priors = [chest("2.25.2", "20261129", 20)];
        capture(name, &current, &priors, screens, &[], &read(&shipped())).expect_err("none")
    };
    let one = screen(1, 1, vec![tile(0, 0, &current.sets[1])]);
    assert_eq!(error(" ^", &[one]), CaptureError::Name);
    assert_eq!(error("x", &[screen(1, 1, Vec::new())]), CaptureError::Nothing);
    let over = screen(1, 2, vec![tile(0, 0, &current.sets[1]), tile(0, 0, &current.sets[2])]);
    assert_eq!(error("x", &[over]), CaptureError::Place('B'));
    assert_eq!(error("x", &[screen(1, 1, vec![tile(1, 0, &current.sets[1])])]), CaptureError::Place('A'));
    let mut later = tile(0, 0, &current.sets[1]);
    later.set.study = StudyUid::new("2.25.2");
    assert_eq!(error("x", &[screen(1, 1, vec![later])]), CaptureError::Stranger('A'));
    let many = (0..27).map(|at| tile(at % 9, at / 9, &current.sets[1])).collect();
    assert_eq!(error("x", &[screen(3, 9, many)]), CaptureError::TooMany);
}

proptest! {
    /// Whatever the studies and whatever is shown of them: the protocol can be read, is taken, and shows the same again, or says
    /// that it may not.
    #[test]
    fn whatever_is_on_screen_comes_back(
        current in any_study("2.25.1"),
        first in any_study("2.25.2"),
        second in any_study("2.25.3"),
        shown in prop::collection::vec(any::<prop::sample::Index>(), 1..6),
    ) {
        let mut studies = [current, first, second];
        for (index, set) in studies.iter_mut().flat_map(|study| study.sets.iter_mut().enumerate()) {
            set.id.index = u32::try_from(index).expect("a few");
            set.kernel = set.kernel.filter(|class| classes().kernel_names().any(|known| known == *class));
            set.weighting = set.weighting.filter(|class| classes().weighting_names().any(|known| known == *class));
        }
        let [current, priors @ ..] = studies;
        let is_earlier = |prior: &&StudyFacts| prior.is_same_patient(&current) && prior.date < current.date;
        let hanging = std::iter::once(&current).chain(priors.iter().filter(is_earlier));
        let sets: Vec<&SetFacts> = hanging.flat_map(|study| &study.sets).collect();
        prop_assume!(!sets.is_empty());
        let shown: Vec<CapturedTile> =
            shown.iter().enumerate().map(|(column, index)| tile(column, 0, index.get::<&SetFacts>(&sets))).collect();
        let wanted: Vec<_> = shown.iter().map(|tile| tile.set.clone()).collect();
        let screens = [screen(1, shown.len(), shown)];
        let captured = capture("x", &current, &priors, &screens, &[], &read(&shipped()));
        let captured = captured.expect("what is on screen can hang");
        let winner = hung(&captured, &current, &priors, 1);
        prop_assert_eq!(&winner.id, "x");
        if captured.notices.is_empty() {
            let found = winner.stages[0].screens[0].tiles.iter().map(|tile| tile.shown.clone());
            let found: Result<Vec<_>, String> = found.collect();
            prop_assert_eq!(found, Ok(wanted), "{}", captured.text);
        }
    }
}

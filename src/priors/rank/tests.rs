//! What is picked, what is left out, and why.

use proptest::prelude::*;

use super::*;
use crate::dicom::{PatientAttributes, StudyAttributes};
use crate::units::Phi;

const TODAY: &str = "20261128";

fn study(uid: &str, date: &str, modality: &str, description: &str) -> Entry {
    Entry {
        patient: PatientAttributes {
            id: Phi::new("7".to_owned()),
            name: Phi::new("NOBODY^JANE".to_owned()),
            ..PatientAttributes::default()
        },
        study: StudyAttributes {
            uid: StudyUid::new(uid),
            date: date.to_owned(),
            time: "120000".to_owned(),
            description: description.to_owned(),
            accession: Phi::default(),
            procedures: Vec::new(),
        },
        modalities: modality.split('/').map(str::to_owned).collect(),
        body_parts: Vec::new(),
        laterality: String::new(),
        held: Vec::new(),
    }
}

fn ranked(current: &Entry, candidates: &[Entry]) -> Ranking {
    rank(current, candidates, &BTreeSet::new(), &PriorRules::default(), TODAY)
}

/// The UIDs of those that are picked, in their order, and of each other one why it is left out, the newest first.
#[track_caller]
fn check(current: &Entry, candidates: &[Entry], picked: &[&str], left_out: &[&str]) {
    let ranking = ranked(current, candidates);
    let uids: Vec<&str> = ranking.picked.iter().map(|picked| picked.entry.study.uid.as_str()).collect();
    let why = |out: &LeftOut| format!("{}: {}", out.entry.study.uid.as_str(), out.why);
    let whys: Vec<String> = ranking.left_out.iter().map(why).collect();
    assert_eq!(
        (uids.as_slice(), whys.iter().map(String::as_str).collect::<Vec<_>>().as_slice()),
        (picked, left_out)
    );
    assert!(ranking.picked.iter().all(|picked| !picked.reasons.is_empty()));
}

fn with(mut entry: Entry, change: impl FnOnce(&mut Entry)) -> Entry {
    change(&mut entry);
    entry
}

fn coded(entry: Entry, code: &str) -> Entry {
    with(entry, |entry| entry.study.procedures = vec![code.to_owned()])
}

fn part(entry: Entry, part: &str) -> Entry {
    with(entry, |entry| entry.body_parts = vec![part.to_owned()])
}

#[test]
fn what_it_shows_decides_before_the_modality_and_that_before_the_date() {
    let current = coded(study("0", "20261120", "CT", "CT chest"), "CTCHEST^99LOCAL");
    check(
        &current,
        &[
            study("ct", "20250101", "CT", "Thorax"),
            study("mr", "20260101", "MR", "Chest MR"),
            coded(study("same", "20230101", "CT", "Lung"), "CTCHEST^99LOCAL"),
            study("near", "20260601", "CT", "CT abdomen"),
            study("head", "20260801", "CT", "CT head"),
        ],
        &["same", "ct", "mr", "near"],
        &["head: it shows another part of the body: head"],
    );
}

#[test]
fn codes_tell_the_region_before_body_parts_and_descriptions() {
    let current = part(study("0", "20261120", "CT", ""), "816094009^SCT");
    let candidates = [
        part(study("code", "20250101", "CT", "CT head"), "T-D3000^SRT"),
        part(study("part", "20240101", "CT", ""), "chest"),
        study("words", "20230101", "CT", "CT THÓRAX nativ"),
        part(study("other", "20260101", "CT", "CT chest"), "69536005^SCT"),
    ];
    check(
        &current,
        &candidates,
        &["code", "part", "words"],
        &["other: it shows another part of the body: head"],
    );
    let reasons = |uid: &str| {
        let ranking = ranked(&current, &candidates);
        let of = ranking.picked.iter().find(|picked| picked.entry.study.uid.as_str() == uid);
        of.map(|picked| picked.reasons.join("; ")).unwrap_or_default()
    };
    assert_eq!(
        reasons("code"),
        "the same region, chest by its code; the same modality, CT; the most recent to compare; \
         the most recent of the region in whatever modality; within the 5 years"
    );
    assert_eq!(
        reasons("words"),
        "the same region, chest by its description; the same modality, CT; the oldest to compare; within the 5 years"
    );
}

#[test]
fn the_matrix_of_modalities_says_what_is_compared() {
    let of_breast = |uid: &str, date: &str, modality: &str| part(study(uid, date, modality, ""), "BREAST");
    check(
        &of_breast("0", "20261120", "MG"),
        &[
            of_breast("ct", "20260901", "CT"),
            of_breast("nm", "20260301", "NM"),
            of_breast("us", "20260201", "US"),
            of_breast("mr", "20250601", "MR"),
            of_breast("mg", "20241101", "MG/SR"),
        ],
        &["mg", "us", "mr", "ct"],
        &["nm: another modality, and not the most recent of the region"],
    );
    check(
        &study("0", "20261120", "DX", "Chest pa"),
        &[study("cr", "20251120", "CR", "Chest"), study("sr", "20260101", "SR/PR", "Chest")],
        &["cr", "sr"],
        &[],
    );
}

#[test]
fn the_other_side_is_never_a_prior() {
    let knee = |uid: &str, date: &str, side: &str| {
        with(study(uid, date, "MR", "MR knee"), |entry| entry.laterality = side.to_owned())
    };
    check(
        &knee("0", "20261120", "R"),
        &[
            knee("left", "20261001", "L"),
            knee("unsaid", "20260901", ""),
            knee("both", "20260801", "B"),
            knee("right", "20260701", "R"),
            study("words", "20260601", "MR", "Knie links"),
        ],
        &["right", "both", "unsaid"],
        &["left: it shows the other side: left", "words: it shows the other side: left"],
    );
}

#[test]
fn never_the_same_study_a_later_one_or_one_of_another_patient() {
    let current = study("0", "20261120", "CT", "CT chest");
    check(
        &current,
        &[
            study("0", "20261120", "CT", "CT chest"),
            study("later", "20261121", "CT", "CT chest"),
            study("future", "20270101", "CT", "CT chest"),
            with(study("hour", "20261120", "CT", "CT chest"), |it| it.study.time = "120001".to_owned()),
            with(study("same day", "20261120", "CT", "CT chest"), |it| it.study.time = String::new()),
            with(study("morning", "20261120", "CT", "CT chest"), |it| it.study.time = "080000".to_owned()),
            with(study("undated", "", "CT", "CT chest"), |it| it.study.time = String::new()),
            with(study("stranger", "20250101", "CT", "CT chest"), |it| {
                it.patient.id = Phi::new("8".to_owned());
            }),
            with(study("nobody", "20250102", "CT", "CT chest"), |it| it.patient.id = Phi::default()),
        ],
        &["morning"],
        &[
            "future: its date lies in the future",
            "later: not older than the study that is read",
            "hour: not older than the study that is read",
            "same day: of the same day, and it says no time",
            "nobody: without a Patient ID nobody can say whose it is",
            "stranger: of another patient",
            "undated: it says no date",
        ],
    );
}

#[test]
fn the_time_window_goes_by_what_is_read_and_the_newest_and_oldest_are_kept_beyond_it() {
    let mg = |uid: &str, date: &str| part(study(uid, date, "MG", ""), "BREAST");
    check(
        &mg("0", "20261120"),
        &[mg("5 years", "20211119"), mg("6 years", "20201119"), mg("9 years", "20171119")],
        &["5 years", "9 years"],
        &["6 years: older than the 4 years of mammography"],
    );
    check(
        &mg("0", "20261120"),
        &[
            mg("to the day", "20221120"),
            mg("a day before", "20221119"),
            mg("b", "20250101"),
            mg("c", "20100101"),
        ],
        &["b", "to the day", "c"],
        &["a day before: older than the 4 years of mammography"],
    );
    let chest = |uid: &str, date: &str| study(uid, date, "CR", "Thorax");
    check(
        &chest("0", "20261120"),
        &[chest("a", "20260101"), chest("b", "20241119"), chest("c", "20200101")],
        &["a", "c"],
        &["b: older than the 2 years of chest radiographs"],
    );
}

#[test]
fn no_more_are_picked_than_the_rules_say_the_newest_and_the_oldest_first() {
    let years = ["20260101", "20250101", "20240101", "20230101", "20220101"];
    let candidates: Vec<Entry> = years.iter().map(|date| study(date, date, "CT", "CT chest")).collect();
    check(
        &study("0", "20261120", "CT", "CT chest"),
        &candidates,
        &["20260101", "20250101", "20240101", "20220101"],
        &["20230101: 4 nearer ones are picked"],
    );
    let rules = PriorRules { most: 1, ..PriorRules::default() };
    let ranking =
        rank(&study("0", "20261120", "CT", "CT chest"), &candidates, &BTreeSet::new(), &rules, TODAY);
    let uids: Vec<&str> = ranking.picked.iter().map(|picked| picked.entry.study.uid.as_str()).collect();
    assert_eq!(uids, ["20260101"]);
}

#[test]
fn a_contradiction_asks_first_and_only_where_the_study_would_be_worth_it() {
    let of_man = |entry: Entry| with(entry, |entry| entry.patient.sex = "M".to_owned());
    let current = with(study("0", "20261120", "CT", "CT chest"), |entry| entry.patient.sex = "F".to_owned());
    let candidates = [
        of_man(study("chest", "20250101", "CT", "CT chest")),
        of_man(study("foot", "20250101", "CT", "CT foot")),
    ];
    let ranking = ranked(&current, &candidates);
    let asked: Vec<_> =
        ranking.conflicting.iter().map(|(it, what)| (it.study.uid.as_str(), what.as_slice())).collect();
    assert_eq!(asked, [("chest", [Demographic::Sex].as_slice())]);
    assert_eq!((ranking.picked.len(), ranking.left_out.len()), (0, 1));
    let accepted = BTreeSet::from([StudyUid::new("chest")]);
    let ranking = rank(&current, &candidates, &accepted, &PriorRules::default(), TODAY);
    assert_eq!((ranking.picked.len(), ranking.conflicting.len()), (1, 0));
}

#[test]
fn of_words_that_overlap_the_longest_names_the_region() {
    let current = study("0", "20261120", "MR", "MR lumbar spine");
    check(
        &current,
        &[
            study("neck", "20260101", "MR", "MR cervical spine"),
            study("lws", "20250101", "MR", "LWS nativ"),
            study("belly", "20240101", "CT", "CT Abdomen/Becken"),
            study("body", "20230101", "PT/CT", "PET skull base to thigh"),
        ],
        &["lws", "body", "belly"],
        &["neck: it shows another part of the body: cervical spine"],
    );
}

fn any_study() -> impl Strategy<Value = Entry> {
    let dates = prop_oneof![
        Just(""),
        Just("20200101"),
        Just("20250101"),
        Just("20261120"),
        Just("20261121"),
        Just("20290101")
    ];
    let texts =
        prop_oneof![Just(""), Just("CT chest"), Just("Abdomen"), Just("knee left"), Just("whole body")];
    let modalities = prop_oneof![Just("CT"), Just("MR"), Just("PT/CT"), Just("US"), Just("SR")];
    let sides = prop_oneof![Just(""), Just("R"), Just("L"), Just("B")];
    let times = prop_oneof![Just(""), Just("080000"), Just("120000"), Just("200000")];
    let people = prop_oneof![Just(("7", "F")), Just(("7", "M")), Just(("8", "F")), Just(("", "F"))];
    (dates, texts, modalities, sides, times, people).prop_map(
        |(date, text, modality, side, time, (id, sex))| {
            with(study("0", date, modality, text), |entry| {
                entry.laterality = side.to_owned();
                entry.study.time = time.to_owned();
                entry.patient.id = Phi::new(id.to_owned());
                entry.patient.sex = sex.to_owned();
            })
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn the_order_of_candidates_means_nothing_and_every_one_has_its_reason(
        current in any_study(),
        candidates in prop::collection::vec(any_study(), 0..12),
        turn in 0..12_usize,
    ) {
        let mut numbered: Vec<Entry> = (1..).zip(candidates)
            .map(|(number, entry): (usize, Entry)| with(entry, |it| it.study.uid = StudyUid::new(&number.to_string())))
            .collect();
        let ranking = ranked(&current, &numbered);
        let told = ranking.picked.len() + ranking.conflicting.len() + ranking.left_out.len();
        prop_assert_eq!(told, numbered.len());
        let turn = turn.min(numbered.len());
        numbered.rotate_left(turn);
        numbered.reverse();
        prop_assert_eq!(&ranked(&current, &numbered), &ranking);
        prop_assert!(ranking.picked.len() <= PriorRules::default().most);
        prop_assert!(ranking.picked.windows(2).all(|pair| pair[0].score <= pair[1].score));
        for picked in &ranking.picked {
            let entry = &picked.entry;
            prop_assert!(current.patient.is_same_person(&entry.patient) && !current.patient.is_nobody());
            prop_assert!(entry.study.date.as_str() <= TODAY && !entry.study.date.is_empty());
            let reference = if current.study.date.is_empty() { TODAY } else { &current.study.date };
            prop_assert!(entry.study.date.as_str() <= reference);
            prop_assert!(!picked.reasons.is_empty());
            prop_assert!(!(current.laterality == "R" && entry.laterality == "L"));
        }
    }
}

//! The store on a disk of its own.

use std::io::ErrorKind;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use dicom_dictionary_std::{tags, uids};
use rusqlite::params;
use tempfile::TempDir;

use super::*;
use crate::dicom::{InstanceUid, ReadError, Source, StudyUid, Writer};
use crate::net::dimse::{Arrival, Keep};

const ROOMY: StoreOptions = StoreOptions { quota_bytes: 1 << 40, free_bytes_min: 0 };

/// An object with what the store asks of one.
struct Object {
    study: &'static str,
    series: &'static str,
    instance: &'static str,
    patient: &'static str,
    laterality: &'static str,
    /// How much it holds beside.
    words: u16,
}

const FIRST: Object =
    Object { study: "1.1", series: "1.1.1", instance: "1.1.1.1", patient: "ID1", laterality: "", words: 8 };
const SECOND: Object = Object { series: "1.1.2", instance: "1.1.2.1", laterality: "R", ..FIRST };
const OTHER: Object = Object { study: "1.2", series: "1.2.1", instance: "1.2.1.1", patient: "ID2", ..FIRST };

/// Where objects come from, and the store that they go to.
struct Scene {
    root: TempDir,
    store: Store,
}

impl Scene {
    fn new(options: StoreOptions) -> Self {
        let root = TempDir::new().expect("a folder");
        let store = Store::open(&root.path().join("store"), options).expect("a store");
        Self { root, store }
    }

    fn folder(&self) -> PathBuf {
        self.root.path().join("store")
    }

    fn again(&self) -> Store {
        Store::open(&self.folder(), self.store.options()).expect("the store")
    }

    fn write(&self, object: &Object) -> Source {
        let path = self.root.path().join("object.dcm");
        Writer::new(uids::MR_IMAGE_STORAGE, object.instance)
            .text(tags::STUDY_INSTANCE_UID, object.study)
            .text(tags::SERIES_INSTANCE_UID, object.series)
            .text(tags::PATIENT_NAME, "ZZCANARY^STORE")
            .text(tags::PATIENT_ID, object.patient)
            .text(tags::STUDY_DATE, "20240229")
            .text(tags::MODALITY, if object.series.ends_with('1') { "MR" } else { "SR" })
            .text(tags::BODY_PART_EXAMINED, "KNEE")
            .text(tags::IMAGE_LATERALITY, object.laterality)
            .sequence(
                tags::PROCEDURE_CODE_SEQUENCE,
                [
                    Writer::item()
                        .text(tags::CODE_VALUE, "MRKNEE")
                        .text(tags::CODING_SCHEME_DESIGNATOR, "99LOCAL"),
                    Writer::item()
                        .text(tags::LONG_CODE_VALUE, "MR-KNEE-WITH-CONTRAST")
                        .text(tags::CODING_SCHEME_DESIGNATOR, "99LOCAL"),
                    Writer::item().text(tags::URN_CODE_VALUE, "urn:oid:1.2.3"),
                ],
            )
            .gray_16(1, object.words, true)
            .pixels(&vec![7; object.words.into()])
            .write_to(&path)
            .expect("an object");
        Source::file(&path)
    }

    /// Files objects at a second of 1970.
    fn file(&self, seconds: u64, objects: &[&Object]) -> Tally {
        let options = FilingOptions { from: Some("pacs".to_owned()), now: at(seconds) };
        let mut filing = self.store.filing(options, |_| {}).expect("room");
        for object in objects {
            let _told_in_the_tally = filing.import(&self.write(object));
        }
        filing.finish()
    }

    fn study(&self, object: &Object) -> Option<StoredStudy> {
        self.store.study(&StudyUid::new(object.study)).expect("an index")
    }

    /// Every file of the store but the index.
    fn files(&self) -> Vec<PathBuf> {
        let all = walkdir::WalkDir::new(self.folder()).into_iter().filter_map(Result::ok);
        let files = all.filter(|entry| entry.file_type().is_file()).map(walkdir::DirEntry::into_path);
        files.filter(|path| path.extension().is_some_and(|extension| extension == "dcm")).collect()
    }

    fn path(&self, object: &Object) -> PathBuf {
        let objects = self.store.objects(&StudyUid::new(object.study)).expect("an index");
        let found = objects.iter().find(|found| found.instance.as_str() == object.instance);
        found.expect("the object").source.path.reveal().to_path_buf()
    }
}

fn at(seconds: u64) -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(seconds)
}

#[test]
fn what_was_filed_is_found_with_all_that_the_list_shows() {
    let scene = Scene::new(ROOMY);
    let told = Arc::new(Mutex::new(Vec::new()));
    let teller = Arc::clone(&told);
    let options = FilingOptions { from: Some("pacs".to_owned()), now: at(7) };
    let mut filing =
        scene.store.filing(options, move |one| teller.lock().expect("a list").push(one)).expect("room");
    for object in [&FIRST, &SECOND, &OTHER] {
        filing.import(&scene.write(object)).expect("an object");
    }
    let tally = filing.finish();
    let bytes: u64 = scene.files().iter().map(|path| path.metadata().expect("a file").len()).sum();
    assert_eq!(tally, Tally { filed: 3, bytes, ..Tally::default() });
    let told = told.lock().expect("a list");
    assert_eq!(
        told.iter().map(|one| one.instance.as_str()).collect::<Vec<_>>(),
        ["1.1.1.1", "1.1.2.1", "1.2.1.1"]
    );
    assert!(told.iter().all(|one| one.is_new && one.source.path.reveal().is_file()));

    let study = scene.study(&FIRST).expect("a study");
    assert_eq!(
        scene.store.studies().map(|studies| (studies.len(), studies.first().cloned())),
        Ok((2, Some(study.clone())))
    );
    assert_eq!((study.series, study.instances), (2, 2));
    assert_eq!(study.patient.name.reveal(), "ZZCANARY^STORE");
    assert_eq!(
        (study.modalities.join(" "), study.body_parts.join(" ")),
        ("MR SR".to_owned(), "KNEE".to_owned())
    );
    assert_eq!(
        (study.laterality.as_str(), study.study.procedures.join(" ")),
        ("R", "MRKNEE^99LOCAL MR-KNEE-WITH-CONTRAST^99LOCAL urn:oid:1.2.3^".to_owned())
    );
    assert_eq!((study.last_read, study.from.as_deref(), study.expected), (at(7), Some("pacs"), None));
    assert_eq!(scene.store.bytes(), Ok(bytes));
    let objects = scene.store.objects(&StudyUid::new("1.1")).expect("an index");
    assert_eq!(
        objects.iter().map(|object| object.instance.as_str()).collect::<Vec<_>>(),
        ["1.1.1.1", "1.1.2.1"]
    );
    assert_eq!(filing::are_equal(&objects[1].source, &scene.write(&SECOND)), Ok(true));
    assert_eq!(scene.store.objects(&StudyUid::new("9")), Ok(Vec::new()));

    scene.store.note_archive(&study.study.uid, "pacs", Some(5)).expect("a study");
    scene.file(3, &[&Object { instance: "1.1.1.2", laterality: "L", ..FIRST }]);
    let study = scene.study(&FIRST).expect("a study");
    assert_eq!((study.instances, study.expected), (3, Some(5)));
    assert_eq!((study.laterality.as_str(), study.last_read), ("B", at(7)), "the later of the two");
    assert_eq!(scene.again().studies(), scene.store.studies());
    assert_eq!(scene.store.note_archive(&StudyUid::new("9"), "pacs", None), Err(StoreError::NotHere));
}

#[test]
fn an_object_that_comes_again_is_counted_and_another_of_its_uid_is_refused() {
    let scene = Scene::new(ROOMY);
    let other = Object { words: 9, ..FIRST };
    // Within one batch, and when the first has long been here.
    let first = scene.file(1, &[&FIRST, &FIRST, &other]);
    assert_eq!((first.filed, first.duplicates, first.refused), (1, 1, 1));
    let later = scene.file(2, &[&other, &FIRST]);
    assert_eq!((later.filed, later.duplicates, later.refused), (0, 1, 1));
    assert_eq!(later.why, Some(StoreError::Differs));
    assert_eq!(filing::are_equal(&Source::file(&scene.path(&FIRST)), &scene.write(&FIRST)), Ok(true));
    assert_eq!(scene.files().len(), 1);
}

#[test]
fn a_wrong_patient_inside_a_study_is_refused() {
    let scene = Scene::new(ROOMY);
    let wrong = Object { patient: "ID9", ..SECOND };
    for _ in 0..2 {
        let tally = scene.file(1, &[&FIRST, &wrong]);
        assert_eq!((tally.refused, tally.why), (1, Some(StoreError::WrongPatient)));
    }
    // Whoever is first is committed; two who file at once meet there.
    let options = FilingOptions { from: None, now: at(1) };
    let mut one = scene.store.filing(options.clone(), |_| {}).expect("room");
    let mut two = scene.store.filing(options, |_| {}).expect("room");
    one.import(&scene.write(&OTHER)).expect("an object");
    let twin = Object { instance: "1.2.1.2", patient: "ID9", ..OTHER };
    let _early_or_late = two.import(&scene.write(&twin));
    let (one, two) = (one.finish(), two.finish());
    assert_eq!((one.filed + two.filed, one.refused + two.refused), (1, 1));
    assert_eq!(one.why.or(two.why), Some(StoreError::WrongPatient));
    assert_eq!(scene.files().len(), 2);
}

#[test]
fn patients_are_one_by_id_and_issuer_or_by_name_where_an_id_lacks() {
    use super::record::Identity;
    let is_same = |a: [&str; 3], b: [&str; 3]| Identity::new(a).is_same(&Identity::new(b));
    assert!(is_same(["1", "", "A"], ["1", "", "B"]));
    assert!(is_same(["1", "X", "A"], ["1", "", "A"]));
    assert!(!is_same(["1", "X", "A"], ["1", "Y", "A"]));
    assert!(!is_same(["1", "X", "A"], ["2", "X", "A"]));
    assert!(is_same(["", "", "A^B"], ["1", "", "A^B^^"]));
    assert!(!is_same(["", "", "A^B"], ["", "", "A^C"]));
}

/// What an archive sends, piece by piece.
fn arrive(scene: &Scene, announced: &str, object: &Object, to: usize) -> std::io::Result<()> {
    let mut stored = crate::dicom::Stored::open(&scene.write(object)).expect("an object");
    let mut bytes = Vec::new();
    std::io::Read::read_to_end(&mut stored.data_set, &mut bytes).expect("its bytes");
    let arrival = Arrival {
        sop_class: stored.sop_class,
        instance: announced.to_owned(),
        transfer_syntax: stored.transfer_syntax,
        sender: "ARCHIVE".to_owned(),
    };
    let mut filing =
        scene.store.filing(FilingOptions { from: None, now: at(1) }, |_| {}).map_err(std::io::Error::from)?;
    filing.begin(&arrival)?;
    filing.take(&bytes[..to.min(bytes.len())])?;
    filing.keep()?;
    filing.finish();
    Ok(())
}

#[track_caller]
fn check_refused(scene: &Scene, announced: &str, object: &Object, to: usize, words: &str) {
    let error = arrive(scene, announced, object, to).expect_err("refused");
    assert_eq!(error.kind(), ErrorKind::Other);
    assert!(error.to_string().contains(words), "{error}");
    assert_eq!(scene.files().len(), 0);
    assert_eq!(std::fs::read_dir(scene.folder().join("incoming")).expect("a folder").count(), 0);
}

#[test]
fn what_is_not_as_announced_or_cut_is_refused_and_leaves_nothing() {
    let scene = Scene::new(ROOMY);
    check_refused(&scene, "1.1.1.9", &FIRST, usize::MAX, "SOP Instance UID (0008,0018) is another");
    check_refused(&scene, "1.1.1.1", &FIRST, 300, "the data end within");
    check_refused(&scene, "1.1.1.1", &Object { series: "", ..FIRST }, usize::MAX, "Series Instance UID");
    check_refused(&scene, "../../1", &FIRST, usize::MAX, "SOP Instance UID (0008,0018) is another");
    arrive(&scene, "1.1.1.1", &FIRST, usize::MAX).expect("a whole object");
    assert_eq!(scene.files().len(), 1);
}

#[test]
fn names_in_the_store_name_nobody() {
    let scene = Scene::new(ROOMY);
    scene.file(1, &[&FIRST]);
    for entry in walkdir::WalkDir::new(scene.folder()).into_iter().filter_map(Result::ok) {
        let name = entry.path().strip_prefix(scene.folder()).expect("within").to_string_lossy().into_owned();
        assert!(!name.contains("ZZCANARY") && !name.contains("ID1") && !name.contains("1.1"), "{name}");
    }
}

#[test]
fn the_study_goes_that_was_not_read_for_longest_unless_it_is_pinned_unsent_or_open() {
    let scene = Scene::new(ROOMY);
    let studies = ["2.1", "2.2", "2.3", "2.4", "2.5"].map(|uid| Object {
        study: uid,
        series: uid,
        instance: uid,
        ..FIRST
    });
    for (second, study) in (1..).zip(&studies) {
        scene.file(second, &[study]);
    }
    let [pinned, unsent, open, last, oldest] = &studies;
    let uid = |object: &Object| StudyUid::new(object.study);
    scene.store.pin(&uid(pinned), true).expect("a study");
    scene.store.queue(&InstanceUid::new(unsent.instance), "pacs", at(1)).expect("an object");
    let lease = scene.store.note_read(&uid(open), at(3)).expect("a study");
    drop(scene.store.note_read(&uid(last), at(9)).expect("a study"));
    let here = || studies.each_ref().map(|study| scene.study(study).is_some() && scene.path(study).is_file());
    let one = scene.store.bytes().expect("an index") / 5;

    assert_eq!(scene.store.evict(one * 5), Ok(Evicted::default()));
    assert_eq!(scene.store.evict(one * 5 - 1), Ok(Evicted { studies: 1, bytes: one }));
    assert_eq!(here(), [true, true, true, true, false], "{}", oldest.study);
    // Another handle, as another program has one, sees the lease.
    assert_eq!(scene.again().evict(0), Ok(Evicted { studies: 1, bytes: one }));
    assert_eq!(here(), [true, true, true, false, false]);
    drop(lease);
    scene.store.pin(&uid(pinned), false).expect("a study");
    assert_eq!(scene.store.evict(0).map(|evicted| evicted.studies), Ok(2));
    assert_eq!(here(), [false, true, false, false, false]);
    let item = scene.store.outgoing("pacs", at(1)).expect("an index").remove(0);
    scene.store.note_confirmed(&item).expect("an item");
    assert_eq!(scene.store.evict(0).map(|evicted| evicted.studies), Ok(1));
    assert_eq!((scene.store.bytes(), scene.files().len()), (Ok(0), 0));
}

#[test]
fn a_store_that_is_full_makes_room_or_refuses_in_words() {
    let scene = Scene::new(StoreOptions { quota_bytes: 1, ..ROOMY });
    // What arrives stays as long as it arrives, and goes when the next one begins.
    assert_eq!(scene.file(1, &[&FIRST]).filed, 1);
    assert_eq!(scene.file(2, &[&OTHER]).filed, 1);
    assert_eq!((scene.study(&FIRST), scene.files().len()), (None, 1));
    scene.store.pin(&StudyUid::new(OTHER.study), true).expect("a study");
    let refused = arrive(&scene, FIRST.instance, &FIRST, usize::MAX).expect_err("full");
    assert_eq!(refused.kind(), ErrorKind::StorageFull, "0xA700");
    assert!(refused.to_string().contains("nothing in it may go"), "{refused}");

    let scene = Scene::new(StoreOptions { free_bytes_min: u64::MAX, ..ROOMY });
    let refused = arrive(&scene, FIRST.instance, &FIRST, usize::MAX).expect_err("no room");
    assert_eq!(refused.kind(), ErrorKind::StorageFull);
    assert!(refused.to_string().contains("are kept free"), "{refused}");
}

#[test]
fn what_waits_for_an_archive_waits_until_it_is_confirmed() {
    let scene = Scene::new(ROOMY);
    scene.file(1, &[&FIRST, &SECOND]);
    let queue = |object: &Object, peer| scene.store.queue(&InstanceUid::new(object.instance), peer, at(10));
    for (object, peer) in [(&FIRST, "pacs"), (&SECOND, "pacs"), (&FIRST, "vna"), (&FIRST, "pacs")] {
        queue(object, peer).expect("an object");
    }
    assert_eq!(queue(&OTHER, "pacs"), Err(StoreError::NotHere));
    let due = |seconds| {
        let store = scene.again();
        let items = ["pacs", "vna"].map(|peer| store.outgoing(peer, at(seconds)).expect("an index")).concat();
        items.iter().map(|item| format!("{} {} {}", item.instance, item.peer, item.tries)).collect::<Vec<_>>()
    };
    assert_eq!(due(9), Vec::<String>::new());
    assert_eq!(due(10), ["1.1.1.1 pacs 0", "1.1.2.1 pacs 0", "1.1.1.1 vna 0"]);
    let items = scene.store.outgoing("pacs", at(10)).expect("an index");
    assert_eq!(items[0].source.path.reveal().as_ref(), scene.path(&FIRST));
    scene.store.note_failed(&items[0], "the archive is full", at(20)).expect("an item");
    scene.store.note_confirmed(&items[1]).expect("an item");
    assert_eq!(due(19), ["1.1.1.1 vna 0"]);
    assert_eq!(due(20), ["1.1.1.1 pacs 1", "1.1.1.1 vna 0"]);
    let peers = ["pacs", "vna"].map(str::to_owned).into();
    let waiting = Waiting { count: 2, peers, why: Some("the archive is full".to_owned()) };
    assert_eq!(scene.again().waiting(), Ok(waiting));
    assert_eq!(scene.store.note_confirmed(&items[1]), Err(StoreError::NotHere));
}

#[test]
fn what_was_put_off_before_the_clock_was_set_back_is_due() {
    let scene = Scene::new(ROOMY);
    scene.file(1, &[&FIRST]);
    scene.store.queue(&InstanceUid::new(FIRST.instance), "pacs", at(100_000)).expect("an object");
    let due = |seconds| scene.store.outgoing("pacs", at(seconds)).map(|due| due.len());
    assert_eq!([due(100_000), due(99_990), due(10)], [Ok(1), Ok(0), Ok(1)]);
}

#[test]
fn what_waits_for_other_archives_hides_nothing_that_is_due() {
    let scene = Scene::new(ROOMY);
    scene.file(1, &[&FIRST]);
    let gone = (0..256).map(|number| format!("gone{number}"));
    for peer in gone.chain(["pacs".to_owned()]) {
        scene.store.queue(&InstanceUid::new(FIRST.instance), &peer, at(1)).expect("an object");
    }
    assert_eq!(scene.store.outgoing("pacs", at(1)).map(|due| due.len()), Ok(1));
}

#[test]
fn verify_mends_the_index_by_the_files() {
    let scene = Scene::new(ROOMY);
    let third = Object { instance: "1.1.1.2", ..FIRST };
    scene.file(1, &[&FIRST, &SECOND, &third, &OTHER]);
    assert_eq!(scene.store.verify(), Ok(Verified { objects: 4, ..Verified::default() }));
    // One is gone, one is damaged, one is unknown to the index, one lies there that is none.
    scene.store.queue(&InstanceUid::new(SECOND.instance), "pacs", at(1)).expect("an object");
    std::fs::remove_file(scene.path(&SECOND)).expect("a file");
    let damaged = scene.path(&third);
    let mut bytes = std::fs::read(&damaged).expect("a file");
    *bytes.last_mut().expect("bytes") ^= 1;
    std::fs::write(&damaged, bytes).expect("written");
    std::fs::write(damaged.with_file_name("0.dcm"), "no object").expect("written");
    let unknown = scene.path(&OTHER);
    scene.store.change("DELETE FROM study WHERE uid = '1.2'", []).expect("a study");
    assert!(unknown.is_file());

    let verified = scene.store.verify().expect("an index");
    assert_eq!((verified.objects, verified.indexed, verified.dropped, verified.unsent_lost), (1, 1, 1, 1));
    let mut quarantined: Vec<_> =
        verified.quarantined.iter().map(|one| (one.instance.clone(), one.why.as_str())).collect();
    quarantined.sort();
    assert_eq!(
        quarantined,
        [
            (None, "the object is not kept: not a DICOM file"),
            (Some(InstanceUid::new("1.1.1.2")), "the object's checksum is another than was announced"),
        ]
    );
    assert!(verified.quarantined.iter().all(|one| one.path.is_file()));
    assert_eq!(scene.store.verify(), Ok(Verified { objects: 2, ..Verified::default() }));
    let study = scene.study(&FIRST).expect("a study");
    assert_eq!((study.series, study.instances, study.modalities.join(" ")), (1, 1, "MR".to_owned()));
    assert_eq!(scene.study(&OTHER).expect("a study").instances, 1);
    // What is gone may come again.
    assert_eq!(scene.file(2, &[&third, &SECOND]).filed, 2);
}

#[test]
fn an_object_whose_file_is_lost_is_filed_again() {
    let scene = Scene::new(ROOMY);
    scene.file(1, &[&FIRST]);
    std::fs::remove_file(scene.path(&FIRST)).expect("a file");
    scene.store.queue(&InstanceUid::new(FIRST.instance), "pacs", at(1)).expect("an object");
    assert_eq!(scene.file(2, &[&FIRST]).filed, 1);
    assert_eq!(scene.store.verify(), Ok(Verified { objects: 1, ..Verified::default() }));
    let due = scene.store.outgoing("pacs", at(2)).expect("an index");
    assert_eq!(due.iter().map(|item| item.instance.as_str()).collect::<Vec<_>>(), [FIRST.instance]);
    let study = scene.study(&FIRST).expect("a study");
    assert_eq!((study.instances, study.bytes), (1, scene.path(&FIRST).metadata().expect("a file").len()));
}

/// What cannot be opened now may be whole: it is neither put aside nor taken for lost.
#[cfg(unix)]
#[test]
fn a_file_that_cannot_be_opened_stays_and_is_told() {
    let scene = Scene::new(ROOMY);
    scene.file(1, &[&FIRST]);
    let path = scene.path(&FIRST);
    std::fs::remove_file(&path).expect("a file");
    // Nobody opens it, whatever his rights.
    std::os::unix::fs::symlink(&path, &path).expect("a link to itself");
    let told = scene.store.verify().expect_err("it cannot be known");
    assert!(told.to_string().contains(&format!("{}: ", path.display())), "{told}");
    let tally = scene.file(2, &[&FIRST]);
    assert!(matches!(tally.why, Some(StoreError::Object(ReadError::Open { .. }))), "{tally:?}");
    assert!(path.is_symlink());
    assert_eq!(scene.study(&FIRST).map(|study| study.instances), Some(1));
}

#[cfg(unix)]
#[test]
fn the_index_is_its_owners_alone_whoever_made_the_folder() {
    use std::os::unix::fs::PermissionsExt;
    let root = TempDir::new().expect("a folder");
    std::fs::set_permissions(root.path(), std::fs::Permissions::from_mode(0o755)).expect("ours");
    let _store = Store::open(root.path(), ROOMY).expect("a store");
    for entry in std::fs::read_dir(root.path()).expect("a folder").map(|entry| entry.expect("an entry")) {
        let path = entry.path();
        if path.extension().is_some() {
            assert_eq!(
                path.metadata().expect("a file").permissions().mode() & 0o077,
                0,
                "{}",
                path.display()
            );
        }
    }
}

#[test]
fn what_is_not_dicom_is_no_refusal() {
    let scene = Scene::new(ROOMY);
    let path = scene.root.path().join("notes.txt");
    std::fs::write(&path, "no object").expect("written");
    let mut filing = scene.store.filing(FilingOptions { from: None, now: at(1) }, |_| {}).expect("room");
    assert_eq!(filing.import(&Source::file(&path)), Err(ReadError::NotDicom.into()));
    assert_eq!(filing.finish(), Tally::default());
}

/// The list with all its columns: in a release build within a fifth of a second.
#[test]
#[expect(clippy::disallowed_methods, reason = "it is timed")]
fn fifty_thousand_studies_are_listed_at_once() {
    const STUDIES: usize = 50_000;
    let scene = Scene::new(ROOMY);
    scene.file(1, &[&FIRST]);
    scene
        .store
        .write(|index| {
            let columns = "patient_name, patient_id, issuer, birth_date, sex, age, date, time, description, accession, procedures, last_read";
            let mut copy = index.prepare(&format!(
                "INSERT INTO study (uid, place, {columns}) SELECT ?1, ?1, {columns} FROM study WHERE id = 1 RETURNING id"
            ))?;
            let mut series = index.prepare(
                "INSERT INTO series (study, uid, modality, description, body_part) VALUES (?1, ?2, ?2, '', 'CHEST')",
            )?;
            for number in 1..STUDIES {
                let study: i64 = copy.query_row([number.to_string()], |row| row.get(0))?;
                for modality in ["CT", "SR"] {
                    series.execute(params![study, modality])?;
                }
            }
            Ok(())
        })
        .expect("rows");
    let begun = std::time::Instant::now();
    let studies = scene.store.studies().expect("an index");
    let lasted = begun.elapsed();
    assert_eq!((studies.len(), studies[STUDIES - 1].modalities.join(" ")), (STUDIES, "CT SR".to_owned()));
    // A debug build says nothing of speed.
    assert!(cfg!(debug_assertions) || lasted < Duration::from_millis(200), "{lasted:?}");
}

//! The program and archives: a study is found, fetched and read while it comes, and nothing that is missing passes for whole.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use hotlight::app::{Archive, ArchivesOptions, CommandSource, StorePlace};
use hotlight::command::Command;
use hotlight::config::Retrieve;
use hotlight::dicom::StudyUid;
use hotlight::net::dimse::ScpOptions;
use hotlight::phantom::Phantom;
use hotlight::session::{Effect, Event, Retrieval, RetrievalState, RetrieveOrder, Session, Urgency};
use hotlight::store::StoreOptions;
use hotlight::study_list::{Place, StudyQuestion};
use hotlight::testing::Scripted;
use tempfile::TempDir;

use super::proxy::{self, Harm};
use super::support::*;

/// A program beside an archive over a folder.
pub(super) struct Reader {
    pub(super) program: Scripted,
    _state: TempDir,
}

impl Reader {
    pub(super) fn beside(archives: Vec<Archive>, store: &Path, store_port: Option<u16>) -> Self {
        let state = TempDir::new().expect("a folder");
        let receive = store_port.map(|port| ScpOptions {
            title: title(US),
            address: (std::net::Ipv4Addr::LOCALHOST.into(), port),
            senders: Vec::new(),
            tls: None,
            deadlines: DEADLINES,
        });
        let options = StoreOptions { quota_bytes: 1 << 30, free_bytes_min: 0 };
        let place = StorePlace { folder: store.to_owned(), options };
        let options = ArchivesOptions { archives, store: Some(place), receive };
        let program = Scripted::with_archives(Some(state.path().join("kept")), Some(options));
        Self { program, _state: state }
    }

    fn does(&mut self, effect: Effect) {
        self.program.reading.dispatch(vec![effect]);
    }

    pub(super) fn fetch(&mut self, study: &str, urgency: Urgency) {
        let order = RetrieveOrder { study: StudyUid::new(study), archive: ARCHIVE.to_owned(), urgency };
        self.does(Effect::Retrieve(order));
    }

    /// Waits until the fetching of a study has come to an end; how.
    pub(super) fn end_of(&mut self, study: &str) -> RetrievalState {
        let study = StudyUid::new(study);
        let ended = |session: &Session| {
            session.archives.retrieval(&study).is_some_and(|retrieval| !retrieval.is_under_way())
        };
        self.program.wait_until("the fetching ends", ended);
        self.program.settle();
        self.program.reading.session.archives.retrieval(&study).expect("it is known").state.clone()
    }

    /// The words of the badges of the viewport in focus.
    fn badges(&self) -> String {
        let badges = self.program.focused().map(|viewport| viewport.labels.badges).unwrap_or_default();
        badges.iter().map(|badge| badge.text.as_str()).collect::<Vec<_>>().join(" · ")
    }

    pub(super) fn runs(&mut self, command: &str) {
        let command = Command::parse(command).expect("a command");
        self.program.reading.command(&command, CommandSource::Script);
    }

    /// Waits until an image hangs.
    fn first_image(&mut self) {
        self.program.wait_until("an image hangs", |session| {
            session.focused_viewport().is_some_and(|viewport| viewport.source.is_some())
        });
    }

    /// Images in the library.
    pub(super) fn images(&self) -> usize {
        self.program.reading.library.display_sets().map(|(.., set)| set.images.len()).sum()
    }
}

pub(super) fn archive(port: u16, retrieve: Retrieve) -> Archive {
    let peer = hotlight::net::Peer { deadlines: DEADLINES, ..peer(port) };
    Archive { name: ARCHIVE.to_owned(), peer, query: true, retrieve: Some(retrieve), store: true }
}

/// A proxy that does harm to connections that begin while it is told to.
fn start_while(archive: u16, harm: Harm, is_harmful: &Arc<AtomicBool>) -> u16 {
    let is_harmful = Arc::clone(is_harmful);
    proxy::start_with(archive, move |_| if is_harmful.load(Ordering::Acquire) { harm } else { Harm::None })
}

/// From an archive of ours and from dcmqrscp, by both ways.
#[test]
fn a_study_is_fetched_and_hangs() {
    let held = TempDir::new().expect("a folder");
    let study = study(held.path());
    let store_port = free_port();
    let ours = serve(held.path(), vec![known(US, Some(store_port))]);
    let dcmtk = Dcmqrscp::start();
    send_all(&peer(dcmtk.port), held.path());
    for (port, retrieve, store_port) in [
        (ours, Retrieve::Get, None),
        (ours, Retrieve::Move, Some(store_port)),
        (dcmtk.port, Retrieve::Get, None),
        (dcmtk.port, Retrieve::Move, Some(dcmtk.store_port)),
    ] {
        let store = TempDir::new().expect("a folder");
        let mut reader = Reader::beside(vec![archive(port, retrieve)], store.path(), store_port);
        reader.fetch(&study, Urgency::Foreground);
        assert_eq!(reader.end_of(&study), RetrievalState::Whole, "{retrieve:?}");
        assert_eq!(reader.images(), 6);
        let words = reader.program.words();
        assert!(words.contains("/6"), "it hangs: {words}");
        assert!(!reader.badges().contains("partial"), "{}", reader.badges());
        let messages: Vec<_> =
            reader.program.reading.session.messages.iter().map(|told| &told.text).collect();
        assert!(messages.is_empty(), "{messages:?}");
    }
}

#[test]
fn every_place_answers_a_question_by_itself() {
    let held = TempDir::new().expect("a folder");
    let current = Phantom::chest_ct().small().with_slices(3);
    let prior = current.prior();
    current.write_into(&held.path().join("current")).expect("written");
    prior.write_into(&held.path().join("prior")).expect("written");
    let ours = serve(held.path(), vec![known(US, None)]);
    let nobody = Archive { name: "NOBODY".to_owned(), ..archive(free_port(), Retrieve::Get) };
    let store = TempDir::new().expect("a folder");
    let mut reader = Reader::beside(vec![archive(ours, Retrieve::Get), nobody], store.path(), None);
    let ask = |modalities: &[&str]| {
        let modalities = modalities.iter().map(|text| (*text).to_owned()).collect();
        Box::new(StudyQuestion { modalities, ..StudyQuestion::default() })
    };
    reader.does(Effect::FindStudies(7, ask(&[])));
    reader.does(Effect::FindStudies(8, ask(&["MR", "US"])));
    let (mut found, mut ended) = (Vec::new(), Vec::new());
    while ended.len() < 6 {
        let event =
            reader.program.reading.services().wait(Duration::from_mins(2)).expect("an answer in time");
        match &event {
            Event::StudiesFound { question: 7, entries, .. } => found.extend(entries.iter().cloned()),
            Event::FindEnded { question, place, outcome } => {
                ended.push((*question, place.clone(), outcome.clone()));
            }
            _ => {}
        }
        reader.program.reading.event(&event);
    }
    let mut dates: Vec<_> = found.iter().map(|entry| entry.study.date.as_str()).collect();
    dates.sort_unstable();
    assert_eq!(dates, ["20240211", "20261120"]);
    assert!(found.iter().all(|entry| entry.modalities == ["CT"] && entry.patient == found[0].patient));
    let mut counts: Vec<_> = found.iter().map(|entry| entry.held[0].instances).collect();
    counts.sort_unstable();
    assert_eq!(counts, [Some(2), Some(3)]);
    for (question, place, outcome) in ended {
        match (place, outcome) {
            (Place::Archive(name), Ok(answered)) if name == ARCHIVE => {
                assert_eq!(answered.count, if question == 7 { 2 } else { 0 });
            }
            (Place::Archive(name), Err(why)) if name == "NOBODY" => {
                assert!(why.contains("cannot connect"), "{why}");
            }
            (Place::Store, Ok(answered)) => assert_eq!(answered.count, 0),
            other => panic!("{other:?}"),
        }
    }
    let silent = &reader.program.reading.session.archives.silent;
    assert_eq!(silent.keys().collect::<Vec<_>>(), ["NOBODY"]);
}

/// What the archive says that there is counts, from the first image on, and to the end.
#[test]
fn what_is_missing_is_said_while_it_comes_and_when_it_ends() {
    let held = TempDir::new().expect("a folder");
    let study = study(held.path());
    let port = serve(held.path(), vec![known(US, None)]);
    // The archive knows of six, and has lost the file of one.
    std::fs::remove_file(&files(held.path())[2]).expect("it was there");
    let store = TempDir::new().expect("a folder");
    let mut reader = Reader::beside(vec![archive(port, Retrieve::Get)], store.path(), None);
    reader.fetch(&study, Urgency::Foreground);
    let RetrievalState::Incomplete(why) = reader.end_of(&study) else { panic!("it is not whole") };
    assert!(why.contains("the archive"), "{why}");
    let retrieval = reader.program.reading.session.archives.retrieval(&StudyUid::new(&study)).expect("known");
    assert_eq!((retrieval.received, retrieval.expected), (5, Some(6)));
    assert!(reader.badges().contains("partial 5 of 6"), "{}", reader.badges());
    let told = reader.program.reading.session.messages.last().expect("a message").text.clone();
    assert!(told.contains("5 of 6") && told.contains("retrieve"), "{told}");
    drop(reader);
    // The store remembers it when nobody can be asked any more.
    let mut reader = Reader::beside(Vec::new(), store.path(), None);
    reader.does(Effect::OpenStored(StudyUid::new(&study)));
    let why = "peers.toml does not name its archive any more".to_owned();
    assert_eq!(reader.end_of(&study), RetrievalState::Incomplete(why));
    reader.first_image();
    let retrieval = reader.program.reading.session.archives.retrieval(&StudyUid::new(&study)).expect("known");
    assert_eq!((retrieval.received, retrieval.expected), (5, Some(6)));
}

/// The proxy lets nothing through, then it does: nothing is asked for twice that is here.
#[test]
fn a_study_whose_archive_was_gone_comes_when_it_is_back() {
    let held = TempDir::new().expect("a folder");
    let study = study(held.path());
    let archive_port = serve(held.path(), vec![known(US, None)]);
    let is_harmful = Arc::new(AtomicBool::new(true));
    let port = start_while(archive_port, Harm::CloseAtOnce, &is_harmful);
    let store = TempDir::new().expect("a folder");
    let mut reader = Reader::beside(vec![archive(port, Retrieve::Get)], store.path(), None);
    reader.fetch(&study, Urgency::Foreground);
    let uid = StudyUid::new(&study);
    reader.program.wait_until("it is tried again", |session| {
        let retrieval = session.archives.retrieval(&uid);
        retrieval.is_some_and(|retrieval| matches!(retrieval.state, RetrievalState::TriedAgain(_)))
    });
    assert!(reader.program.reading.session.archives.silent.contains_key(ARCHIVE));
    is_harmful.store(false, Ordering::Release);
    assert_eq!(reader.end_of(&study), RetrievalState::Whole);
    assert!(reader.program.reading.session.archives.silent.is_empty());
    assert_eq!(reader.images(), 6);
}

/// The connection is cut in the middle of an object, again and again: what came whole stays, and is not asked for again.
#[test]
fn a_study_that_is_cut_off_goes_on_where_it_was() {
    let held = TempDir::new().expect("a folder");
    let study = study(held.path());
    let archive_port = serve(held.path(), vec![known(US, None)]);
    let is_harmful = Arc::new(AtomicBool::new(false));
    let port = start_while(archive_port, Harm::CutLater, &is_harmful);
    let store = TempDir::new().expect("a folder");
    is_harmful.store(true, Ordering::Release);
    let mut reader = Reader::beside(vec![archive(port, Retrieve::Get)], store.path(), None);
    reader.fetch(&study, Urgency::Foreground);
    reader.first_image();
    assert!(reader.badges().contains("partial"), "{}", reader.badges());
    is_harmful.store(false, Ordering::Release);
    assert_eq!(reader.end_of(&study), RetrievalState::Whole);
    assert_eq!(reader.images(), 6);
}

#[test]
fn what_is_fetched_in_the_background_is_here_and_not_shown_until_it_is_opened() {
    let held = TempDir::new().expect("a folder");
    let study = study(held.path());
    let port = serve(held.path(), vec![known(US, None)]);
    let store = TempDir::new().expect("a folder");
    let mut reader = Reader::beside(vec![archive(port, Retrieve::Get)], store.path(), None);
    reader.fetch(&study, Urgency::Background);
    assert_eq!(reader.end_of(&study), RetrievalState::Whole);
    assert_eq!(reader.images(), 0);
    // The archive is not needed any more.
    std::fs::remove_dir_all(held.path()).expect("it was there");
    let effects = reader
        .program
        .reading
        .session
        .open_study(StudyUid::new(&study), Effect::OpenStored(StudyUid::new(&study)));
    reader.program.reading.dispatch(effects);
    reader.first_image();
    reader.program.settle();
    assert_eq!(reader.images(), 6);
}

#[test]
fn a_cancelled_study_stays_partial_and_the_rest_is_fetched_when_it_is_asked_for() {
    let held = TempDir::new().expect("a folder");
    let study = study(held.path());
    let archive_port = serve(held.path(), vec![known(US, None)]);
    let is_harmful = Arc::new(AtomicBool::new(true));
    let port = start_while(archive_port, Harm::StallLater, &is_harmful);
    let store = TempDir::new().expect("a folder");
    let mut reader = Reader::beside(vec![archive(port, Retrieve::Get)], store.path(), None);
    reader.fetch(&study, Urgency::Foreground);
    reader.first_image();
    reader.runs("cancel");
    assert_eq!(reader.end_of(&study), RetrievalState::Cancelled);
    let here = reader.images();
    assert!((1..6).contains(&here), "{here} of 6");
    is_harmful.store(false, Ordering::Release);
    reader.runs("retrieve");
    reader
        .program
        .wait_until("it goes on", |session| session.archives.retrievals.iter().any(Retrieval::is_under_way));
    assert_eq!(reader.end_of(&study), RetrievalState::Whole);
    assert_eq!(reader.images(), 6);
    // What was here before is compared with what the archive says of it.
    let uid = StudyUid::new(&study);
    reader.program.wait_until("it is compared", |session| session.archives.checks.contains_key(&uid));
}

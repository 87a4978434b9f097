//! Drafts of what the reader has not saved: written all the time, a file a study, and read when the study is opened again. Each
//! reader of a station has a folder of them. The same thread notes what is open.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::time::Duration;

use crossbeam_channel::{Receiver, RecvTimeoutError, Sender, bounded};

use crate::dicom::StudyUid;
use crate::session::{Event, LeftOpen, Session, UnsavedWork};
use crate::study::Library;

use super::clock::Clock;
use super::kept::{draft_of, forget, keep_text};
use super::open_file;
use super::services::Services;
use super::watch::Seat;

/// What was not written that long is lost when the program is killed.
const PAUSE: Duration = Duration::from_millis(500);

/// What is open changes with each step through a stack, and is worth a write only now and then.
const NOTE_PAUSE: Duration = Duration::from_secs(2);

/// What could not be written is tried again so often.
const RETRY_PAUSE: Duration = Duration::from_secs(5);

/// So long another reader waits for the drafts of the one before to be on the disk.
const PATIENCE: Duration = Duration::from_secs(5);

/// A draft is a few kilobytes; a file beyond this is none.
const BYTES_MAX: u64 = 64 << 20;

/// What the thread of drafts is asked for.
#[derive(Debug)]
pub enum DraftOrder {
    /// Look for the draft of a study.
    Read(StudyUid),
    /// This is the draft of a study now; an empty one is removed.
    Write(StudyUid, Box<UnsavedWork>),
    /// This is open now: it stands in that file.
    Note(PathBuf, Box<LeftOpen>),
    /// These are the last drafts of a reader; those of the next one lie in another folder, unless one cannot be written or nobody takes
    /// the answer.
    HandOver {
        /// The drafts.
        last: Vec<(StudyUid, UnsavedWork)>,
        /// The other folder.
        next: PathBuf,
        /// Takes how it went: without room, so that it is known whether anybody did.
        done: Sender<Result<(), String>>,
    },
}

/// What was written of each study, seen from where the frames are drawn.
#[derive(Debug, Default)]
pub(super) struct Drafts {
    asked: BTreeSet<StudyUid>,
    /// The draft as it is or will be on the disk, of studies whose draft was looked for.
    known: BTreeMap<StudyUid, UnsavedWork>,
    is_stale: bool,
    /// Another program of the reader keeps them, or nobody does.
    is_off: bool,
    /// They cannot be written now.
    is_failing: bool,
}

impl Drafts {
    /// Something may have changed.
    pub(super) const fn note_change(&mut self) {
        self.is_stale = true;
    }

    /// Another program of the reader keeps them: none is read, none is written.
    pub(super) const fn turn_off(&mut self) {
        self.is_off = true;
    }

    /// They can be written, or not.
    pub(super) const fn note_failing(&mut self, is_failing: bool) {
        self.is_failing = is_failing;
    }

    /// Whether closing a study loses nothing: what is not saved of it is on its way to the disk.
    pub(super) fn have_all_of(&self, study: &StudyUid, session: &Session, library: &Library) -> bool {
        let work = session.unsaved_work(library).remove(study).unwrap_or_default();
        work.is_empty() || !self.is_off && !self.is_failing && self.known.get(study) == Some(&work)
    }

    /// Studies were closed: their drafts stay as they are, and are read when these are opened again.
    pub(super) fn forget(&mut self, closed: &[StudyUid]) {
        self.asked.retain(|study| !closed.contains(study));
        self.known.retain(|study, _| !closed.contains(study));
    }

    /// Asks for the drafts of studies that have come; `false` where there was no room for all: without its draft nothing of a study is
    /// written.
    #[must_use]
    pub(super) fn ask(&mut self, library: &Library, services: &Services) -> bool {
        if self.is_off || !services.keeps_drafts() {
            return true;
        }
        library.studies().iter().map(|study| &study.attributes.uid).all(|study| {
            let is_asked = self.asked.contains(study) || services.draft(DraftOrder::Read(study.clone()));
            if is_asked {
                self.asked.insert(study.clone());
            }
            is_asked
        })
    }

    /// Takes note of what was found: from now on the draft may be replaced.
    pub(super) fn note_read(&mut self, study: &StudyUid, draft: Option<&UnsavedWork>) {
        self.known.insert(study.clone(), draft.cloned().unwrap_or_default());
    }

    /// Whether a draft was asked for and has not come.
    pub(super) fn is_waiting(&self) -> bool {
        self.asked.len() > self.known.len()
    }

    /// Sends what has changed; a drag is waited for.
    pub(super) fn follow(&mut self, session: &Session, library: &Library, services: &Services) {
        if session.gesture.is_some() || !std::mem::take(&mut self.is_stale) {
            return;
        }
        let now = session.unsaved_work(library);
        for (study, known) in &mut self.known {
            let work = now.get(study).cloned().unwrap_or_default();
            if work == *known {
                continue;
            }
            if services.draft(DraftOrder::Write(study.clone(), Box::new(work.clone()))) {
                *known = work;
            } else {
                self.is_stale = true;
            }
        }
    }

    /// Another reader comes, whose drafts lie in a folder: when this returns, what the one before has not saved is on the disk. Whether
    /// there was something; or why not, and then all is as before. Views are not worth coming back; key images stay with their study.
    pub(super) fn hand_over(
        &mut self,
        next: Option<PathBuf>,
        session: &Session,
        library: &Library,
        services: &Services,
    ) -> Result<bool, String> {
        if session.gesture.is_some() {
            return Err("a drag is under way".to_owned());
        }
        let mut work = session.unsaved_work(library);
        for work in work.values_mut() {
            (work.looks, work.key_images) = (Vec::new(), None);
        }
        work.retain(|_, work| !work.is_empty());
        let has_work = !work.is_empty();
        if self.is_off && has_work {
            let kept =
                "marks are not saved, and another Hotlight keeps the drafts: save or delete them first";
            return Err(kept.to_owned());
        }
        let Some(next) = next.filter(|_| services.keeps_drafts()) else {
            let nowhere = "marks are not saved, and there is no folder to keep them in as drafts: save or delete them first";
            return if has_work { Err(nowhere.to_owned()) } else { Ok(false) };
        };
        if self.is_waiting() || work.keys().any(|study| !self.known.contains_key(study)) {
            return Err("drafts are being looked for; try again in a moment".to_owned());
        }
        let last = self.known.iter().map(|(study, known)| {
            let work = work.remove(study).unwrap_or_default();
            (study.clone(), work, known)
        });
        let last = last.filter(|(_, work, known)| !work.is_empty() || work != *known);
        let last: Vec<(StudyUid, UnsavedWork)> = last.map(|(study, work, _)| (study, work)).collect();
        let (done, outcome) = bounded(0);
        if !services.draft(DraftOrder::HandOver { last: last.clone(), next, done }) {
            return Err("too many drafts wait to be written; try again in a moment".to_owned());
        }
        // If nobody takes over, views are written again.
        self.known.extend(last);
        self.is_stale = true;
        match outcome.recv_timeout(PATIENCE) {
            Ok(Ok(())) => {
                *self = Self { is_stale: true, ..Self::default() };
                Ok(has_work)
            }
            Ok(Err(why)) => Err(format!("what is not saved cannot be kept as a draft: {why}")),
            Err(_) => Err("what is not saved cannot be kept as a draft: the disk does not answer".to_owned()),
        }
    }

    /// The program ends as the reader wished: views are not worth coming back.
    pub(super) fn end(&mut self, services: &Services) {
        for (study, work) in &mut self.known {
            if !work.looks.is_empty() {
                work.looks.clear();
                // Where no room is left, they come back.
                let _is_sent = services.draft(DraftOrder::Write(study.clone(), Box::new(work.clone())));
            }
        }
    }
}

/// Reads and writes drafts in a folder until the other end is gone; gives the news to `tell`.
pub(super) fn serve(
    orders: &Receiver<DraftOrder>,
    mut folder: PathBuf,
    seat: &Seat,
    tell: impl Fn(Event) -> bool,
) {
    let mut writing = Writing::default();
    let clock = Clock::start();
    loop {
        seat.rest();
        let order = match writing.next_due() {
            None => orders.recv().map_err(|_gone| RecvTimeoutError::Disconnected),
            Some(due) => orders.recv_timeout(due.saturating_sub(clock.elapsed())),
        };
        seat.beat();
        match order {
            Ok(DraftOrder::Read(study)) => {
                // It may have been closed a moment ago: what waits to be written is newer than the file.
                let draft = match writing.waiting.get(&study) {
                    Some(work) => Ok(Some(work.clone()).filter(|work| !work.is_empty())),
                    None => read(&draft_of(&folder, &study), &study),
                };
                seat.rest();
                tell(Event::DraftRead { study, draft });
                continue;
            }
            Ok(DraftOrder::Write(study, work)) => {
                writing.waiting.insert(study, *work);
                writing.due.get_or_insert(clock.elapsed() + PAUSE);
                continue;
            }
            Ok(DraftOrder::Note(path, open)) => {
                writing.open = Some((path, open));
                writing.note_due.get_or_insert(clock.elapsed() + NOTE_PAUSE);
                continue;
            }
            Ok(DraftOrder::HandOver { last, next, done }) => {
                writing.waiting.extend(last);
                let (outcome, news) = writing.write_all(&folder);
                let is_written = outcome.is_ok();
                seat.rest();
                // Who has given up waiting is the reader still; what cannot be written is theirs and waits on.
                if done.send(outcome).is_ok() && is_written {
                    folder = next;
                    // Whoever hands over notes that nothing is left open.
                    (writing.open, writing.note_due) = (None, None);
                }
                if !writing.waiting.is_empty() {
                    writing.due.get_or_insert(clock.elapsed() + RETRY_PAUSE);
                }
                // Not before the answer: who waits for that takes no news.
                if let Some(news) = news {
                    tell(news);
                }
                continue;
            }
            Err(_) => {}
        }
        let is_over = order.is_err_and(|error| error == RecvTimeoutError::Disconnected);
        let is_due = |due: Option<Duration>| is_over || due.is_some_and(|due| due <= clock.elapsed());
        if is_due(writing.note_due) {
            writing.note_open();
        }
        if is_due(writing.due) {
            let (_outcome, news) = writing.write_all(&folder);
            writing.due = (!writing.failing.is_empty()).then(|| clock.elapsed() + RETRY_PAUSE);
            if let Some(news) = news {
                tell(news);
            }
        }
        if is_over {
            return;
        }
    }
}

/// What is to be written, and when.
#[derive(Default)]
struct Writing {
    waiting: BTreeMap<StudyUid, UnsavedWork>,
    /// What is open, and the file for it.
    open: Option<(PathBuf, Box<LeftOpen>)>,
    /// When drafts are written.
    due: Option<Duration>,
    /// When it is noted what is open.
    note_due: Option<Duration>,
    /// The studies whose drafts could not be written at the last try: the reader knows that there are some.
    failing: BTreeSet<StudyUid>,
}

impl Writing {
    /// When there is something to write.
    fn next_due(&self) -> Option<Duration> {
        self.due.into_iter().chain(self.note_due).min()
    }

    /// Notes what is open. Where that fails the next change is another try, and drafts tell the reader.
    fn note_open(&mut self) {
        self.note_due = None;
        if let Some((path, open)) = self.open.take()
            && let Err(error) = open_file::write(&path, &open)
        {
            tracing::warn!(%error, "what is open is not noted");
        }
    }

    /// Writes all drafts that wait; what cannot be written waits on. Why the first cannot, and for the reader whether it is otherwise
    /// than at the last try: as long as one cannot be written, not all is kept.
    fn write_all(&mut self, folder: &Path) -> (Result<(), String>, Option<Event>) {
        let mut outcome = Ok(());
        let before = std::mem::take(&mut self.failing);
        for (study, work) in std::mem::take(&mut self.waiting) {
            if let Err(why) = write(&draft_of(folder, &study), &study, &work) {
                outcome = outcome.and(Err(why));
                self.failing.insert(study.clone());
                self.waiting.insert(study, work);
            }
        }
        let news = match (&outcome, before.is_empty()) {
            (Err(why), true) => Some(Event::DraftNotWritten { why: why.clone() }),
            (Ok(()), false) => Some(Event::DraftsGoOn),
            _ => None,
        };
        (outcome, news)
    }
}

fn write(path: &Path, study: &StudyUid, work: &UnsavedWork) -> Result<(), String> {
    if work.is_empty() {
        return forget(path).map_err(|error| error.to_string());
    }
    let text = work.to_text(study).ok_or("a number in it cannot be written")?;
    keep_text(&text, path).map_err(|error| error.to_string())
}

/// The draft, if there is one. What cannot be read is set aside, under another name.
fn read(path: &Path, study: &StudyUid) -> Result<Option<UnsavedWork>, String> {
    let text = match std::fs::metadata(path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Ok(metadata) if metadata.len() > BYTES_MAX => Err("it is too large".to_owned()),
        _ => std::fs::read_to_string(path).map_err(|error| error.to_string()),
    };
    let work = text.and_then(|text| UnsavedWork::from_text(&text, study).map_err(|why| why.to_string()));
    work.map(Some).map_err(|why| {
        let aside = path.with_extension("broken");
        let where_now = match std::fs::rename(path, &aside) {
            Ok(()) => format!("It is kept as {}", name_of(&aside)),
            Err(_) => format!("It stays as {}", name_of(path)),
        };
        format!("A draft of unsaved work cannot be read: {why}. {where_now}.")
    })
}

/// Named for a hash: it tells nobody's name.
fn name_of(path: &Path) -> String {
    path.file_name().map(|name| PathBuf::from(name).display().to_string()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::super::watch::Watched;
    use super::*;

    /// Key images, none of them: what is kept of a study all the same.
    fn work() -> UnsavedWork {
        UnsavedWork { key_images: Some(BTreeMap::new()), ..UnsavedWork::default() }
    }

    /// Runs the thread of drafts on orders; gives the numbers of studies with a draft in each of the two readers' folders.
    fn check(orders: Vec<DraftOrder>, root: &Path, studies: [&StudyUid; 2]) -> [[bool; 2]; 2] {
        let (sender, receiver) = bounded(orders.len());
        for order in orders {
            sender.send(order).expect("room");
        }
        drop(sender);
        serve(&receiver, root.join("ann"), &Watched::new().seat("drafts"), |_| true);
        ["ann", "bo"].map(|reader| studies.map(|study| draft_of(&root.join(reader), study).exists()))
    }

    #[test]
    fn drafts_before_another_reader_comes_are_that_one_s_and_those_after_the_other_s() {
        let root = tempfile::tempdir().expect("a folder");
        let [one, two] = ["2.25.1", "2.25.2"].map(StudyUid::new);
        let write = |study: &StudyUid| DraftOrder::Write(study.clone(), Box::new(work()));
        let (done, outcome) = bounded(0);
        let taken = std::thread::Builder::new().name("taker".to_owned()).spawn(move || outcome.recv());
        let next = root.path().join("bo");
        // The last word of a study counts, and what waits is written too.
        let gone = (two.clone(), UnsavedWork::default());
        let hand_over = DraftOrder::HandOver { last: vec![gone], next, done };
        let orders = vec![write(&one), write(&two), hand_over, write(&two)];
        assert_eq!(check(orders, root.path(), [&one, &two]), [[true, false], [false, true]]);
        assert_eq!(taken.expect("a thread").join().expect("no panic"), Ok(Ok(())));
    }

    #[test]
    fn where_nobody_takes_the_answer_or_a_draft_cannot_be_written_the_reader_is_the_one_before() {
        let root = tempfile::tempdir().expect("a folder");
        let [one, two] = ["2.25.1", "2.25.2"].map(StudyUid::new);
        let hand_over = |done| DraftOrder::HandOver {
            last: vec![(one.clone(), work())],
            next: root.path().join("bo"),
            done,
        };
        let after = || DraftOrder::Write(two.clone(), Box::new(work()));
        let (done, given_up) = bounded(0);
        drop(given_up);
        assert_eq!(
            check(vec![hand_over(done), after()], root.path(), [&one, &two]),
            [[true, true], [false, false]]
        );
        // Something that no file can replace stands in its place.
        let place = draft_of(&root.path().join("ann"), &one);
        std::fs::remove_file(&place).expect("removed");
        std::fs::create_dir_all(place.join("in the way")).expect("a folder");
        let (done, outcome) = bounded(0);
        let taken = std::thread::Builder::new().name("taker".to_owned()).spawn(move || outcome.recv());
        assert_eq!(check(vec![hand_over(done), after()], root.path(), [&one, &two])[1], [false, false]);
        assert!(matches!(taken.expect("a thread").join().expect("no panic"), Ok(Err(_))));
    }

    /// The disk has room for a small draft and not for a large one.
    #[test]
    fn as_long_as_one_draft_cannot_be_written_that_is_so_and_it_is_read_as_it_was_to_be() {
        let root = tempfile::tempdir().expect("a folder");
        let [one, two] = ["2.25.1", "2.25.2"].map(StudyUid::new);
        let mut writing = Writing::default();
        // Whichever of them is written first.
        for (fails, other) in [(&one, &two), (&two, &one)] {
            let folder = root.path().join(fails.as_str());
            let in_the_way = draft_of(&folder, fails);
            std::fs::create_dir_all(in_the_way.join("full")).expect("a folder");
            writing.waiting = [fails, other].map(|study| (study.clone(), work())).into();
            let (outcome, news) = writing.write_all(&folder);
            assert!(outcome.is_err() && matches!(news, Some(Event::DraftNotWritten { .. })), "{news:?}");
            assert_eq!(writing.waiting.keys().collect::<Vec<_>>(), [fails], "the other is written");
            // The other is written once more: the reader hears nothing that is not so.
            writing.waiting.insert(other.clone(), work());
            let (outcome, news) = writing.write_all(&folder);
            assert_eq!((outcome.is_err(), news), (true, None), "it is as it was");
            std::fs::remove_dir_all(&in_the_way).expect("removed");
            assert_eq!(writing.write_all(&folder), (Ok(()), Some(Event::DraftsGoOn)));
        }
        // What waits is what is read, though nothing of it is on the disk.
        let in_the_way = draft_of(&root.path().join("ann"), &one);
        std::fs::create_dir_all(in_the_way.join("full")).expect("a folder");
        let (orders, receiver) = bounded(2);
        orders.send(DraftOrder::Write(one.clone(), Box::new(work()))).expect("room");
        orders.send(DraftOrder::Read(one.clone())).expect("room");
        drop(orders);
        let told = std::sync::Mutex::new(Vec::new());
        serve(&receiver, root.path().join("ann"), &Watched::new().seat("drafts"), |event| {
            told.lock().expect("nobody panics").push(event);
            true
        });
        let told = told.into_inner().expect("nobody panics");
        let read = Event::DraftRead { study: one, draft: Ok(Some(work())) };
        assert_eq!(told.first(), Some(&read));
        assert!(matches!(told.get(1), Some(Event::DraftNotWritten { .. })), "{told:?}");
    }

    #[test]
    fn a_draft_that_could_not_be_written_stays_with_its_reader_and_is_the_next_one_s_never() {
        let root = tempfile::tempdir().expect("a folder");
        let [one, two] = ["2.25.1", "2.25.2"].map(StudyUid::new);
        let ann = root.path().join("ann");
        let in_the_way = draft_of(&ann, &one);
        std::fs::create_dir_all(in_the_way.join("full")).expect("a folder");
        let (orders, receiver) = bounded(1);
        let folder = ann.clone();
        let serving = std::thread::Builder::new().name("drafts".to_owned()).spawn(move || {
            serve(&receiver, folder, &Watched::new().seat("drafts"), |_| true);
        });
        let hand_over = |last| {
            let (done, outcome) = bounded(0);
            let next = root.path().join("bo");
            orders.send(DraftOrder::HandOver { last, next, done }).expect("taken");
            outcome.recv().expect("answered")
        };
        assert!(hand_over(vec![(one.clone(), work())]).is_err());
        std::fs::remove_dir_all(&in_the_way).expect("removed");
        assert_eq!(hand_over(Vec::new()), Ok(()));
        orders.send(DraftOrder::Write(two.clone(), Box::new(work()))).expect("taken");
        drop(orders);
        serving.expect("a thread").join().expect("no panic");
        let bo = root.path().join("bo");
        let there = [&ann, &bo].map(|folder| [&one, &two].map(|study| draft_of(folder, study).is_file()));
        assert_eq!(there, [[true, false], [false, true]]);
    }
}

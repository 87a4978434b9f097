//! Drafts of what the reader has not saved: written all the time, a file a study, and read when the study is opened again. Each
//! reader of a station has a folder of them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::time::Duration;

use crossbeam_channel::{Receiver, RecvTimeoutError, Sender, bounded};

use crate::dicom::StudyUid;
use crate::session::{Event, Session, UnsavedWork};
use crate::study::Library;

use super::clock::Clock;
use super::kept::{draft_of, forget, keep_text};
use super::services::Services;

/// What was not written that long is lost when the program is killed.
const PAUSE: Duration = Duration::from_millis(500);

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
}

impl Drafts {
    /// Something may have changed.
    pub(super) const fn note_change(&mut self) {
        self.is_stale = true;
    }

    /// Asks for the drafts of studies that have come.
    pub(super) fn ask(&mut self, library: &Library, services: &Services) {
        for study in library.studies().iter().map(|study| &study.attributes.uid) {
            if !self.asked.contains(study) && services.draft(DraftOrder::Read(study.clone())) {
                self.asked.insert(study.clone());
            }
        }
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
pub(super) fn serve(orders: &Receiver<DraftOrder>, mut folder: PathBuf, tell: impl Fn(Event) -> bool) {
    let mut waiting: BTreeMap<StudyUid, UnsavedWork> = BTreeMap::new();
    let clock = Clock::start();
    let mut due: Option<Duration> = None;
    loop {
        let order = match due {
            None => orders.recv().map_err(|_gone| RecvTimeoutError::Disconnected),
            Some(due) => orders.recv_timeout(due.saturating_sub(clock.elapsed())),
        };
        match order {
            Ok(DraftOrder::Read(study)) => {
                let draft = read(&draft_of(&folder, &study), &study);
                tell(Event::DraftRead { study, draft });
                continue;
            }
            Ok(DraftOrder::Write(study, work)) => {
                waiting.insert(study, *work);
                due.get_or_insert(clock.elapsed() + PAUSE);
                continue;
            }
            Ok(DraftOrder::HandOver { last, next, done }) => {
                waiting.extend(last);
                let mut outcome = Ok(());
                for (study, work) in std::mem::take(&mut waiting) {
                    outcome = outcome.and(write(&draft_of(&folder, &study), &study, &work));
                }
                due = None;
                let is_written = outcome.is_ok();
                // Who has given up waiting is the reader still.
                if done.send(outcome).is_ok() && is_written {
                    folder = next;
                }
                continue;
            }
            Err(_) => {}
        }
        for (study, work) in std::mem::take(&mut waiting) {
            if let Err(why) = write(&draft_of(&folder, &study), &study, &work) {
                tell(Event::DraftNotWritten { why });
            }
        }
        due = None;
        if order.is_err_and(|error| error == RecvTimeoutError::Disconnected) {
            return;
        }
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
        serve(&receiver, root.join("ann"), |_| true);
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
}

//! Drafts of what the reader has not saved: written all the time, a file a study, and read when the study is opened again. The same
//! thread notes what is open.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::time::Duration;

use crossbeam_channel::{Receiver, RecvTimeoutError};

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

/// What could not be written is tried again so often.
const RETRY_PAUSE: Duration = Duration::from_secs(5);

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

    /// Asks for the drafts of studies that have come.
    pub(super) fn ask(&mut self, library: &Library, services: &Services) {
        if self.is_off {
            return;
        }
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
pub(super) fn serve(orders: &Receiver<DraftOrder>, kept: &Path, seat: &Seat, tell: impl Fn(Event) -> bool) {
    let mut writing = Writing::default();
    let clock = Clock::start();
    loop {
        seat.rest();
        let order = match writing.due {
            None => orders.recv().map_err(|_gone| RecvTimeoutError::Disconnected),
            Some(due) => orders.recv_timeout(due.saturating_sub(clock.elapsed())),
        };
        seat.beat();
        match order {
            Ok(DraftOrder::Read(study)) => {
                // It may have been closed a moment ago.
                writing.write(std::slice::from_ref(&study), kept, &tell);
                let draft = read(&draft_of(kept, &study), &study);
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
                writing.due.get_or_insert(clock.elapsed() + PAUSE);
                continue;
            }
            Err(_) => {}
        }
        let all: Vec<StudyUid> = writing.waiting.keys().cloned().collect();
        writing.write(&all, kept, &tell);
        writing.note_open();
        writing.due = writing.is_failing.then(|| clock.elapsed() + RETRY_PAUSE);
        if order.is_err_and(|error| error == RecvTimeoutError::Disconnected) {
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
    due: Option<Duration>,
    /// The last try failed, and the reader knows.
    is_failing: bool,
}

impl Writing {
    /// Notes what is open. Where that fails the next change is another try, and drafts tell the reader.
    fn note_open(&mut self) {
        if let Some((path, open)) = self.open.take()
            && let Err(error) = open_file::write(&path, &open)
        {
            tracing::warn!(%error, "what is open is not noted");
        }
    }

    /// Writes drafts that wait; what cannot be written waits on. A change between the two is told.
    fn write(&mut self, studies: &[StudyUid], kept: &Path, tell: &impl Fn(Event) -> bool) {
        for study in studies {
            let Some(work) = self.waiting.get(study) else { continue };
            match write(&draft_of(kept, study), study, work) {
                Ok(()) => {
                    self.waiting.remove(study);
                    if std::mem::take(&mut self.is_failing) {
                        tell(Event::DraftsGoOn);
                    }
                }
                Err(why) => {
                    if !std::mem::replace(&mut self.is_failing, true) {
                        tell(Event::DraftNotWritten { why });
                    }
                }
            }
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

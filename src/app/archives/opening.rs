//! A study is to be fetched or shown: in which order, and whether what is here of it is what its archive has.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use crate::dicom::StudyUid;
use crate::net::NetError;
use crate::session::{Check, Event, Retrieval, RetrievalState, RetrieveOrder, Urgency};
use crate::store::StoredStudy;
use crate::study_list::Entry;

use super::job::Job;
use super::network::{Done, Network};
use super::{Archive, checking};

/// Studies that are fetched or wait for it.
const JOBS_MAX: usize = 64;

/// Studies that are kept from going, those that were opened or had something come last.
const OPEN_MAX: usize = 256;

impl Network {
    /// What the reader wants now goes to the front. What is here of it is compared with what the archive says.
    pub(super) fn retrieve_asked(&mut self, order: RetrieveOrder) {
        if order.urgency == Urgency::Background {
            return self.retrieve(order);
        }
        let study = order.study.clone();
        let has_some = self.shelf.as_ref().is_some_and(|shelf| shelf.study(&study).is_some());
        if let Some(archive) = self.archive(&order.archive).filter(|archive| has_some && archive.query) {
            self.check(&study, archive);
        }
        self.retrieve(order);
        if let Some(place) = self.jobs.iter().position(|job| *job.study() == study) {
            self.jobs.get_mut(..=place).unwrap_or_default().rotate_right(1);
        }
    }

    fn archive(&self, name: &str) -> Option<Arc<Archive>> {
        self.archives.iter().map(|known| &known.archive).find(|archive| archive.name == name).cloned()
    }

    pub(super) fn retrieve(&mut self, order: RetrieveOrder) {
        let now = self.clock.elapsed();
        if let Some(place) = self.jobs.iter().position(|job| *job.study() == order.study) {
            // What was fetched in the background is waited for now.
            if order.urgency == Urgency::Foreground
                && let Some(job) = self.jobs.get_mut(place)
            {
                job.retrieval.order.urgency = Urgency::Foreground;
                job.not_before = now;
                if !job.progress.is_open.swap(true, Ordering::AcqRel) {
                    self.open(&order.study);
                    self.arrivals.declare(self.jobs.get(place).map(Job::declared).unwrap_or_default());
                }
            }
            return;
        }
        let known = self.archives.iter().find(|known| known.archive.name == order.archive);
        let refused = match (known, &self.shelf) {
            (None, _) => Some(format!("no archive is called {}; peers.toml names them", order.archive)),
            (_, None) => Some("the system names no folder to keep studies in".to_owned()),
            (Some(known), _) if known.archive.retrieve.is_none() => {
                Some(format!("{} sends no studies here, as peers.toml says", order.archive))
            }
            _ if self.jobs.len() >= JOBS_MAX => Some("too many studies wait to be fetched".to_owned()),
            _ => None,
        };
        let (Some(known), None) = (known, &refused) else {
            let state = RetrievalState::Incomplete(refused.unwrap_or_default());
            let retrieval = Retrieval { order, received: 0, expected: None, state };
            self.answers.send(Event::Retrieving(Box::new(retrieval)));
            return;
        };
        let job = Job::new(order, Arc::clone(&known.archive), now);
        let (study, is_open) = (job.study().clone(), job.is_open());
        self.tell(&job.retrieval);
        self.jobs.push(job);
        if is_open {
            self.open(&study);
        }
    }

    /// Shows what is here of a study; more may come.
    fn open(&mut self, study: &StudyUid) {
        self.hold(study);
        self.answers.send(Event::IndexBegun { study: Some(study.clone()) });
        self.arrivals.begin();
        if let Some(shelf) = &self.shelf {
            self.arrivals.add(shelf.held(study).into_values());
        }
    }

    /// It stays in the store while the program is open; where nothing of it is there yet, once something is.
    pub(super) fn hold(&mut self, study: &StudyUid) {
        let Some(studies) = &self.shelf else { return };
        let known = self.open.iter().position(|(open, _)| open == study);
        let lease = known.and_then(|place| self.open.remove(place).1).or_else(|| studies.hold(study));
        self.open.push((study.clone(), lease));
        if self.open.len() > OPEN_MAX {
            self.open.remove(0);
        }
    }

    pub(super) fn open_stored(&mut self, study: &StudyUid) {
        if let Some(job) = self.jobs.iter().find(|job| job.study() == study) {
            // It is on its way: now it is waited for.
            let order = RetrieveOrder { urgency: Urgency::Foreground, ..job.retrieval.order.clone() };
            return self.retrieve_asked(order);
        }
        self.open(study);
        self.arrivals.end();
        let here = self.shelf.as_ref().and_then(|shelf| shelf.study(study));
        // What came from no archive has nobody to be compared with.
        let Some((here, from)) = here.and_then(|here| here.from.clone().map(|from| (here, from))) else {
            return;
        };
        match self.archive(&from) {
            Some(archive) if archive.query => self.check(study, archive),
            Some(_) => self.tell_missing(&here, from, "peers.toml does not let its archive be asked"),
            None => self.tell_missing(&here, from, "peers.toml does not name its archive any more"),
        }
    }

    /// What is missing was known before, and must be said without the archive, too.
    fn tell_missing(&self, here: &StoredStudy, archive: String, why: &str) {
        if here.expected > Some(here.instances) {
            let order =
                RetrieveOrder { study: here.study.uid.clone(), archive, urgency: Urgency::Foreground };
            let state = RetrievalState::Incomplete(why.to_owned());
            self.tell(&Retrieval { order, received: here.instances, expected: here.expected, state });
        }
    }

    /// Asks an archive what it has of a study now.
    fn check(&mut self, study: &StudyUid, archive: Arc<Archive>) {
        let study = study.clone();
        self.tasks.spawn(async move {
            let outcome = checking::ask(&archive, &study).await;
            Done::Checked { study, archive: archive.name.clone(), outcome: Box::new(outcome) }
        });
    }

    /// An archive has said what it has of a study of which something was here when it was opened.
    pub(super) fn take_check(
        &mut self,
        study: StudyUid,
        archive: String,
        outcome: Result<Option<Entry>, NetError>,
    ) {
        let Some(here) = self.shelf.as_ref().and_then(|shelf| shelf.study(&study)) else { return };
        let (check, missing) = match &outcome {
            Ok(Some(entry)) => (checking::compare(&here, entry), None),
            Ok(None) => (Check::Gone, Some("the archive does not have it any more")),
            Err(error) => (Check::NotAsked(error.to_string()), Some("the archive does not answer")),
        };
        // Archives need not count.
        let said = outcome.iter().flatten().find_map(|entry| entry.held.first()?.instances);
        self.answers.send(Event::StudyChecked { study: study.clone(), archive: archive.clone(), check });
        if outcome.is_ok()
            && let Some(shelf) = &self.shelf
        {
            shelf.note_archive(&study, &archive, said);
        }
        self.note_reached(&archive, outcome.err());
        if self.jobs.iter().any(|job| *job.study() == study) {
            return;
        }
        match missing {
            Some(why) => self.tell_missing(&here, archive, why),
            None if said.or(here.expected) > Some(here.instances) => {
                self.retrieve(RetrieveOrder { study, archive, urgency: Urgency::Foreground });
            }
            None => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{ArchivesOptions, Arrivals, StorePlace};
    use super::*;
    use crate::app::services::Answers;
    use crate::config::Retrieve;
    use crate::net::Peer;
    use crate::store::StoreOptions;

    #[test]
    fn what_is_opened_is_fetched_before_all_that_waits() {
        let folder = tempfile::TempDir::new().expect("a folder");
        let title = |title: &str| title.parse().expect("a title");
        let archive = Archive {
            name: "NORTH".to_owned(),
            peer: Peer::new("127.0.0.1", 104, title("NORTH"), title("HOTLIGHT")),
            query: true,
            retrieve: Some(Retrieve::Get),
            store: false,
        };
        let options = StoreOptions { quota_bytes: 1 << 30, free_bytes_min: 0 };
        let store = StorePlace { folder: folder.path().join("store"), options };
        let options = ArchivesOptions { archives: vec![archive], store: Some(store), receive: None };
        let ((events, _news), (index, _requests)) =
            (crossbeam_channel::bounded(64), crossbeam_channel::bounded(1));
        let shelf = options.shelf();
        let mut network = Network::new(options, shelf, Answers::new(events), Arc::new(Arrivals::new(index)));
        let mut queue_after = |study: &str, urgency| {
            let (study, archive) = (StudyUid::new(study), "NORTH".to_owned());
            network.retrieve_asked(RetrieveOrder { study, archive, urgency });
            network.jobs.iter().map(|job| job.study().as_str().to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(queue_after("1", Urgency::Foreground), ["1"]);
        assert_eq!(queue_after("2", Urgency::Background), ["1", "2"]);
        assert_eq!(queue_after("3", Urgency::Foreground), ["3", "1", "2"]);
        // What was fetched in the background already is waited for now.
        assert_eq!(queue_after("2", Urgency::Foreground), ["2", "3", "1"]);
    }
}

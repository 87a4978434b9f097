//! What the reader saved, on its way to archives: it leaves the queue when an archive has confirmed it. PS3.4 B.2.3.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::app::clock::Clock;
use crate::dicom::{Source, StudyUid};
use crate::net::NetError;
use crate::net::dimse::{Sent, send};
use crate::store::{OutgoingItem, StoreError};

use super::{Archive, Shelf, backoff};

/// Tries after which the wait grows no more.
const TRIES_COUNTED_MAX: u32 = 8;

/// Until what is still due is sent again, since it could not be noted what became of it.
const UNNOTED_PAUSE: Duration = Duration::from_mins(1);

/// What is due for an archive.
pub(super) fn due(shelf: &Shelf, archive: &str) -> Result<Vec<OutgoingItem>, StoreError> {
    shelf.store()?.outgoing(archive, Clock::now())
}

/// What became of what was due.
pub(super) struct Delivered {
    /// How long until it is worth looking again, where something failed.
    pub(super) next: Option<Duration>,
    pub(super) outcome: Result<(), NetError>,
    /// Of each study: whether the archive has all of its objects that were sent, or a sentence on why not.
    pub(super) studies: BTreeMap<StudyUid, Result<(), String>>,
}

/// Sends what is due, and notes what became of each.
pub(super) async fn deliver(shelf: &Shelf, archive: &Archive, items: Vec<OutgoingItem>) -> Delivered {
    let sources: Vec<Source> = items.iter().map(|item| item.source.clone()).collect();
    let mut told: Vec<Option<Result<(), String>>> = vec![None; items.len()];
    let sent = send(&archive.peer, &sources, |Sent { index, outcome, .. }| {
        let outcome = match outcome {
            Ok(status) if status.is_done() => Ok(()),
            Ok(status) => Err(status.to_string()),
            Err(error) => Err(error.to_string()),
        };
        if let Some(place) = told.get_mut(index) {
            *place = Some(outcome);
        }
    });
    let sent = sent.await;
    let of_all = sent.as_ref().map_or_else(ToString::to_string, |()| "it was not sent".to_owned());
    let (mut next, mut are_noted) = (None, true);
    let mut studies: BTreeMap<StudyUid, Result<(), String>> = BTreeMap::new();
    for (item, told) in items.iter().zip(told) {
        let told = told.unwrap_or_else(|| Err(of_all.clone()));
        let of_study = studies.entry(item.study.clone()).or_insert(Ok(()));
        if of_study.is_ok() {
            of_study.clone_from(&told);
        }
        let noted = shelf.store().and_then(|store| match told {
            Ok(()) => store.note_confirmed(item),
            Err(why) => {
                let mut backoff = backoff();
                let pause =
                    (0..=item.tries.min(TRIES_COUNTED_MAX)).fold(Duration::ZERO, |_, _| backoff.wait());
                next = Some(next.map_or(pause, |next: Duration| next.min(pause)));
                store.note_failed(item, &why, Clock::now() + pause)
            }
        });
        if let Err(error) = noted {
            // It stays in the queue and is sent twice, which archives take.
            tracing::warn!(%error, "what became of an object that was sent is not noted");
            are_noted = false;
        }
    }
    Delivered { next: if are_noted { next } else { Some(UNNOTED_PAUSE) }, outcome: sent, studies }
}

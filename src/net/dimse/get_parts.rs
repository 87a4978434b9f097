//! C-GET of a study over several associations: series by series, each over the next one that is free.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::task::JoinSet;

use super::association::Association;
use super::get::{Noting, fetch, instances, proposed};
use super::storage::{Keep, Retrieved};
use crate::net::{NetError, Peer, Query};

/// A series of what is to come, as the archive counts it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// Series Instance UID.
    pub series: String,
    /// Series Number, where the archive says it.
    pub number: Option<i64>,
    /// SOP Instance UIDs, in the archive's order; one at least.
    pub instances: Vec<String>,
    /// Their SOP Class UIDs, as far as the archive says them.
    pub sop_classes: BTreeSet<String>,
}

/// Which of those that wait is next.
type Next = Box<dyn FnMut(&[Part]) -> usize + Send>;

/// Series that wait, and who says which is next.
struct Queue {
    parts: Vec<Part>,
    next: Next,
}

impl Queue {
    fn take(queue: &Mutex<Self>) -> Option<Part> {
        let mut queue = queue.lock().unwrap_or_else(PoisonError::into_inner);
        let Self { parts, next } = &mut *queue;
        let last = parts.len().checked_sub(1)?;
        Some(parts.remove(next(parts).min(last)))
    }
}

/// Fetches parts of a study, over as many associations as there are places to keep what comes and the archive has for us now, but one.
/// `next` says which of those that wait is most wanted, whenever an association is free. A part that fails takes no other with
/// it, and is told as `failure`; an error is one of all parts.
///
/// Ends at once when the future is dropped.
pub async fn get_parts<K: Keep + 'static>(
    peer: &Peer,
    study: &str,
    parts: Vec<Part>,
    keeps: Vec<K>,
    next: impl FnMut(&[Part]) -> usize + Send + 'static,
) -> Result<Retrieved, NetError> {
    let listed = instances(&parts);
    // One place is left for whoever has a question meanwhile.
    let associations = keeps.len().min(parts.len()).min(peer.places.free().saturating_sub(1).max(1));
    let proposals = Arc::new(proposed(parts.iter().flat_map(|part| &part.sop_classes)));
    let queue = Arc::new(Mutex::new(Queue { parts, next: Box::new(next) }));
    let mut workers = JoinSet::new();
    let mut all_kept = Vec::new();
    for keep in keeps.into_iter().take(associations) {
        let mut keep = Noting::new(Box::new(keep));
        all_kept.push(keep.kept.clone());
        let (peer, study) = (peer.clone(), study.to_owned());
        let (proposals, queue) = (Arc::clone(&proposals), Arc::clone(&queue));
        workers.spawn(async move {
            let mut so_far = Retrieved::default();
            let opened = Association::request(&peer, &proposals).await;
            let outcome = match opened {
                Ok(mut association) => {
                    let outcome = take_parts(&mut association, &study, &queue, &mut keep, &mut so_far).await;
                    association.close(outcome).await
                }
                Err(error) => Err(error),
            };
            if let Err(error) = outcome {
                so_far.failure.get_or_insert(error);
            }
            so_far
        });
    }
    let mut all = Retrieved::default();
    while let Some(ended) = workers.join_next().await {
        all.add(ended.map_err(|error| NetError::Lost { why: error.to_string() })?);
    }
    all.count(&all_kept.iter().flat_map(|kept| kept.all().clone()).collect(), &listed);
    match all.failure {
        Some(error) if all.received == 0 && all.refused == 0 => Err(error),
        // Whoever was turned away at the door has lost nothing, where others had room for all.
        _ if all.expected == Some(all.received) => Ok(Retrieved { failure: None, ..all }),
        _ => Ok(all),
    }
}

/// Takes part after part; an archive that refuses one may have the next.
async fn take_parts(
    association: &mut Association,
    study: &str,
    queue: &Mutex<Queue>,
    keep: &mut impl Keep,
    so_far: &mut Retrieved,
) -> Result<(), NetError> {
    while let Some(part) = Queue::take(queue) {
        let query = Query::of(study, Some(&part.series), None);
        match fetch(association, &query, keep, so_far).await {
            Err(error @ NetError::Failed { .. }) => {
                so_far.failure.get_or_insert(error);
            }
            outcome => outcome?,
        }
    }
    Ok(())
}

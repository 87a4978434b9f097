//! What the trace is told of studies: how they are fetched, and how they hang.

use crate::dicom::StudyUid;
use crate::session::{Retrieval, RetrievalState, Urgency};

use super::reading::Reading;
use super::trace::TraceEvent;

impl Reading {
    /// The end of a retrieval goes to the trace.
    pub(super) fn trace_retrieval(&mut self, retrieval: &Retrieval) {
        let now_ms = self.trace.clock().elapsed_ms();
        let study = &retrieval.order.study;
        let outcome = match retrieval.state {
            RetrievalState::Waiting | RetrievalState::Running | RetrievalState::TriedAgain(_) => {
                self.fetching.entry(study.clone()).or_insert(now_ms);
                return;
            }
            RetrievalState::Whole => "whole",
            RetrievalState::Incomplete(_) => "incomplete",
            RetrievalState::Cancelled => "cancelled",
        };
        let began_ms = self.fetching.remove(study).unwrap_or(now_ms);
        self.trace.note(&TraceEvent::Retrieve {
            archive: retrieval.order.archive.clone(),
            received: retrieval.received,
            expected: retrieval.expected,
            outcome,
            ms: ((now_ms - began_ms) * 1000.0).round() / 1000.0,
        });
    }

    /// Takes note of how the study that is read hangs now, where that is new.
    pub(super) fn trace_hanging(&mut self) {
        let hung = self.session.hung.as_ref().and_then(|hung| Some((hung, hung.winner()?)));
        let hung = hung.map(|(hung, winner)| (winner.id.clone(), hung.stage + 1, winner.stages.len()));
        if hung == self.hung {
            return;
        }
        if let Some((protocol, stage, of)) = hung.clone() {
            self.trace.note(&TraceEvent::Hung { protocol, stage, of });
        }
        self.hung = hung;
    }

    /// Whether a study that was fetched in the background is here when it is opened goes to the trace.
    pub(super) fn trace_prefetch(&mut self, study: &StudyUid) {
        let fetched = self.session.archives.retrieval(study);
        let Some(fetched) = fetched.filter(|fetched| fetched.order.urgency == Urgency::Background) else {
            return;
        };
        let is_here = fetched.state == RetrievalState::Whole;
        self.trace.note(if is_here { &TraceEvent::PrefetchHit } else { &TraceEvent::PrefetchMiss });
    }
}

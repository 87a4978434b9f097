//! C-FIND: what an archive has. PS3.4 C.4.1.

use dicom_dictionary_std::uids;

use super::association::{Association, Proposal};
use super::command::{Command, Field};
use super::status::Status;
use crate::dicom::DataSet;
use crate::net::{Level, NetError, Peer, Query};

/// An answer is shorter: attributes of a study, no pixels.
const ANSWER_BYTES_MAX: usize = 1 << 20;

/// Answers that still come after C-CANCEL; a peer that never stops is cut off.
const LATE_ANSWERS_MAX: usize = 10_000;

/// How a question ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Found {
    /// How many answers were given on.
    pub count: usize,
    /// Whether there are more, which were called off.
    pub is_truncated: bool,
    /// Whether the archive heeded less than all keys: its answers may be too many.
    pub ignored_keys: bool,
}

/// Asks an archive, and gives on each answer, `limit` at most; a question with more answers is called off.
pub async fn find(
    peer: &Peer,
    query: &Query,
    limit: usize,
    answer: impl FnMut(DataSet),
) -> Result<Found, NetError> {
    find_until(peer, query, limit, || false, answer).await
}

/// The same until `is_enough`, which is looked at with each answer: then the question is called off (C-CANCEL). PS3.7 9.3.2.3.
pub async fn find_until(
    peer: &Peer,
    query: &Query,
    limit: usize,
    is_enough: impl Fn() -> bool,
    answer: impl FnMut(DataSet),
) -> Result<Found, NetError> {
    let mut association = Association::request(peer, &[proposal(query.level)]).await?;
    let outcome = ask(&mut association, query, limit, is_enough, answer).await;
    association.close(outcome).await
}

/// What is asked for to put such a question.
pub(super) fn proposal(level: Level) -> Proposal {
    Proposal::of_queries(model(level))
}

/// The information model that is asked. PS3.4 C.6.
const fn model(level: Level) -> &'static str {
    match level {
        Level::Patient => uids::PATIENT_ROOT_QUERY_RETRIEVE_INFORMATION_MODEL_FIND,
        Level::Study | Level::Series | Level::Image => uids::STUDY_ROOT_QUERY_RETRIEVE_INFORMATION_MODEL_FIND,
    }
}

/// Puts one question on an association.
pub(super) async fn ask(
    association: &mut Association,
    query: &Query,
    limit: usize,
    is_enough: impl Fn() -> bool,
    answer: impl FnMut(DataSet),
) -> Result<Found, NetError> {
    let what = format!("queries of the {} level (C-FIND)", query.level.value().to_lowercase());
    let identifier = |syntax: &str| query.identifier(syntax);
    put(association, model(query.level), &what, identifier, limit, is_enough, answer).await
}

/// Puts one question of an information model; `what` says which in words, `identifier` what, in a transfer syntax.
pub(super) async fn put(
    association: &mut Association,
    model: &str,
    what: &str,
    identifier: impl Fn(&str) -> Vec<u8>,
    limit: usize,
    is_enough: impl Fn() -> bool,
    mut answer: impl FnMut(DataSet),
) -> Result<Found, NetError> {
    let context = association.context_of(model).cloned();
    let context = context.ok_or_else(|| NetError::NotAccepted { what: what.to_owned() })?;
    let message = association.next_message();
    let request = Command::request(Field::FindRequest, message, &context.sop_class);
    association.send(context.id, &request, Some(&identifier(&context.transfer_syntax))).await?;
    let mut found = Found::default();
    let mut late = 0;
    loop {
        let (id, response) = association.expect("answer to C-FIND", &[Field::FindResponse]).await?;
        if response.message != message {
            return Err(NetError::protocol("an answer to a question that was not put"));
        }
        let data =
            if response.has_data { association.short_data(id, ANSWER_BYTES_MAX).await? } else { Vec::new() };
        if !response.status.is_pending() {
            let code = response.status.code;
            return match code {
                Status::SUCCESS => Ok(found),
                Status::CANCELLED if found.is_truncated => Ok(found),
                _ => Err(NetError::Failed { operation: "C-FIND", status: response.status }),
            };
        }
        found.ignored_keys |= response.status.code == 0xFF01;
        if found.count < limit && !found.is_truncated && !is_enough() {
            found.count += 1;
            answer(DataSet::parse(&data, &context.transfer_syntax)?);
            continue;
        }
        if !found.is_truncated {
            found.is_truncated = true;
            association.send(context.id, &Command::request(Field::CancelRequest, message, ""), None).await?;
        }
        late += 1;
        if late > LATE_ANSWERS_MAX {
            return Err(NetError::protocol("it goes on answering a question that was called off"));
        }
    }
}

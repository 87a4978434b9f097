//! C-MOVE: an archive sends what is asked for to a storage SCP that it knows by its title. PS3.4 C.4.2.

use std::sync::Arc;
use std::time::Duration;

use dicom_dictionary_std::uids;

use super::association::{Association, Proposal};
use super::command::{Command, Field, SubOperations};
use super::get::{FAILED_BYTES_MAX, Noting, instances, inventory};
use super::storage::{Keep, Retrieved};
use super::storage_scp::StorageScp;
use crate::net::{NetError, Peer, Query};

/// An archive may say that it is done a little before the last object is here.
const LAST_OBJECTS: Duration = Duration::from_secs(2);

const MODEL: &str = uids::STUDY_ROOT_QUERY_RETRIEVE_INFORMATION_MODEL_MOVE;

/// Lets an archive send what a query names to our own storage SCP, whose title the archive must know; each object is kept as it
/// comes. Several may share the SCP: each object says by which it comes. What there is is asked over a second association, as soon as
/// something has come, so that it is not waited for.
pub async fn move_to(
    scp: &StorageScp,
    destination: &str,
    peer: &Peer,
    query: &Query,
    keep: impl Keep + 'static,
) -> Result<Retrieved, NetError> {
    let keep = Noting::new(Box::new(keep));
    let (has_begun, kept) = (Arc::clone(&keep.has_begun), keep.kept.clone());
    let ask = async {
        has_begun.notified().await;
        Ok(inventory(peer, query).await)
    };
    let retrieve = async {
        match move_known(scp, destination, peer, query, keep).await {
            // Where it failed, it may be that there is nothing.
            Err(error) if !matches!(error, NetError::Failed { .. }) => Err(error),
            outcome => {
                has_begun.notify_one();
                Ok(outcome)
            }
        }
    };
    let (there, moved) = tokio::try_join!(ask, retrieve)?;
    let parts = match there {
        // It had no place for a second association: now the first has gone.
        Err(NetError::Rejected { is_transient: true, .. }) => inventory(peer, query).await?,
        there => there?,
    };
    let mut moved = moved?;
    moved.count(&kept.all(), &instances(&parts));
    Ok(moved)
}

/// The same where it is known already what there is.
pub async fn move_known(
    scp: &StorageScp,
    destination: &str,
    peer: &Peer,
    query: &Query,
    keep: impl Keep + 'static,
) -> Result<Retrieved, NetError> {
    let service = Proposal::of_queries(MODEL);
    let mut association = Association::request(peer, &[service]).await?;
    let asked = scp.await_objects(Box::new(keep));
    let outcome = ask(&mut association, asked.message, destination, query).await;
    let Retrieved { operations, status, .. } = association.close(outcome).await?;
    // Where no count was told, whatever comes is waited for.
    let told = operations.completed.saturating_add(operations.warnings);
    let sent = if operations == SubOperations::default() { usize::MAX } else { told.into() };
    let arrived = asked.arrived(sent, LAST_OBJECTS).await;
    Ok(Retrieved { operations, status, ..arrived })
}

async fn ask(
    association: &mut Association,
    message: u16,
    destination: &str,
    query: &Query,
) -> Result<Retrieved, NetError> {
    let context = association.context_of(MODEL).cloned();
    let context = context.ok_or_else(|| NetError::NotAccepted { what: "C-MOVE".to_owned() })?;
    let request = Command {
        destination: destination.to_owned(),
        ..Command::request(Field::MoveRequest, message, MODEL)
    };
    association.send(context.id, &request, Some(&query.identifier(&context.transfer_syntax))).await?;
    let mut told = SubOperations::default();
    loop {
        let (id, answer) = association.expect("answer to C-MOVE", &[Field::MoveResponse]).await?;
        if answer.message != message {
            return Err(NetError::protocol("an answer to a retrieval that was not asked for"));
        }
        if answer.has_data {
            let _failed_instances = association.short_data(id, FAILED_BYTES_MAX).await?;
        }
        // The last answer need not count again what those before it have.
        let operations = SubOperations {
            remaining: answer.operations.remaining,
            completed: told.completed.max(answer.operations.completed),
            failed: told.failed.max(answer.operations.failed),
            warnings: told.warnings.max(answer.operations.warnings),
        };
        told = operations;
        if !answer.status.is_pending() {
            let is_answer = answer.status.is_done() || operations.completed > 0;
            return if is_answer {
                Ok(Retrieved { operations, status: answer.status, ..Retrieved::default() })
            } else {
                Err(NetError::Failed { operation: "C-MOVE", status: answer.status })
            };
        }
    }
}

//! C-ECHO: whether a peer is there and takes us. PS3.4 A.

use dicom_dictionary_std::uids;

use super::association::{Association, Proposal};
use super::command::{Command, Field};
use crate::net::{NetError, Peer};

/// An answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Echoed {
    /// Whether the peer says that it knows the user, where one was named: many take no notice, and say nothing.
    pub user_is_known: Option<bool>,
}

/// Asks a peer for nothing but an answer.
pub async fn echo(peer: &Peer) -> Result<Echoed, NetError> {
    let proposal = Proposal {
        sop_class: uids::VERIFICATION.to_owned(),
        transfer_syntaxes: vec![uids::IMPLICIT_VR_LITTLE_ENDIAN.to_owned()],
        as_provider: false,
    };
    let mut association = Association::request(peer, &[proposal]).await?;
    let user_is_known = association.user_is_known;
    let outcome = ask(&mut association).await;
    association.close(outcome.map(|()| Echoed { user_is_known })).await
}

async fn ask(association: &mut Association) -> Result<(), NetError> {
    let context = association.context_of(uids::VERIFICATION).map(|context| context.id);
    let context =
        context.ok_or_else(|| NetError::NotAccepted { what: "verification (C-ECHO)".to_owned() })?;
    let message = association.next_message();
    let request = Command::request(Field::EchoRequest, message, uids::VERIFICATION);
    association.send(context, &request, None).await?;
    let (_, answer) = association.expect("answer to C-ECHO", &[Field::EchoResponse]).await?;
    if answer.message != message {
        return Err(NetError::protocol("an answer to a question that was not put"));
    }
    if answer.status.is_done() {
        Ok(())
    } else {
        Err(NetError::Failed { operation: "C-ECHO", status: answer.status })
    }
}

//! C-STORE: objects from here to an archive. PS3.4 B.

use std::collections::BTreeSet;
use std::io::Read;

use dicom_dictionary_std::uids;

use super::association::{Association, CONTEXTS_MAX, Outgoing, Proposal};
use super::command::{Command, Field};
use super::status::Status;
use crate::dicom::{Source, Stored};
use crate::net::{NetError, Peer};

/// What became of one object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sent {
    /// Which of those to send.
    pub index: usize,
    /// Bytes of its data set.
    pub bytes: u64,
    /// What the archive answered, or why it was not sent.
    pub outcome: Result<Status, NetError>,
}

/// Sends objects as they are, one after the other, and tells of each. An error is one of the whole: what was told as sent is sent.
pub async fn send(peer: &Peer, sources: &[Source], mut tell: impl FnMut(Sent)) -> Result<(), NetError> {
    let mut waiting = Vec::new();
    for (index, source) in sources.iter().enumerate() {
        match Stored::open(source) {
            Ok(stored) => waiting.push((index, source, (stored.sop_class, stored.transfer_syntax))),
            Err(error) => tell(Sent { index, bytes: 0, outcome: Err(error.into()) }),
        }
    }
    // As many kinds of objects as one association can agree on.
    while !waiting.is_empty() {
        let mut kinds = Vec::new();
        let (these, others) = waiting.into_iter().partition::<Vec<_>, _>(|(_, _, kind)| {
            if !kinds.contains(kind) && kinds.len() < CONTEXTS_MAX {
                kinds.push(kind.clone());
            }
            kinds.contains(kind)
        });
        waiting = others;
        let proposals = contexts(kinds);
        let mut association = Association::request(peer, &proposals).await?;
        let outcome = send_all(&mut association, these, &mut tell).await;
        association.close(outcome).await?;
    }
    Ok(())
}

/// An object that waits: its index, where it lies, its class and syntax.
type Waiting<'a> = (usize, &'a Source, (String, String));

/// Sends objects over one association. Each is made ready while the peer still keeps the one before.
async fn send_all(
    association: &mut Association,
    these: Vec<Waiting<'_>>,
    tell: &mut impl FnMut(Sent),
) -> Result<(), NetError> {
    let mut before: Option<(usize, Store)> = None;
    let mut outgoing = Outgoing::default();
    for (index, source, (sop_class, syntax)) in these {
        let ready = if let Some(context) = association.context_in(&sop_class, &syntax) {
            Store::prepare(association, &mut outgoing, context, source, None)
        } else {
            let what = format!("objects of the class {sop_class} in the transfer syntax {syntax}");
            Err(NetError::NotAccepted { what })
        };
        if let Some((index, mut store)) = before.take() {
            let status = store.answer(association).await?;
            tell(Sent { index, bytes: store.bytes, outcome: Ok(status) });
        }
        match ready {
            Err(error) => tell(Sent { index, bytes: 0, outcome: Err(error) }),
            Ok(mut store) => {
                if let Err(error) = store.send(association, &mut outgoing).await {
                    if matches!(error, NetError::Object(_)) {
                        // Within a message nothing else can be said.
                        tell(Sent { index, bytes: 0, outcome: Err(error.clone()) });
                    }
                    return Err(error);
                }
                before = Some((index, store));
            }
        }
    }
    if let Some((index, mut store)) = before {
        let status = store.answer(association).await?;
        tell(Sent { index, bytes: store.bytes, outcome: Ok(status) });
    }
    Ok(())
}

/// A context for each kind of objects, once, as many as there may be.
pub(in crate::net) fn contexts(kinds: impl IntoIterator<Item = (String, String)>) -> Vec<Proposal> {
    let distinct: BTreeSet<_> = kinds.into_iter().collect();
    let proposal = |(sop_class, transfer_syntax)| Proposal {
        sop_class,
        transfer_syntaxes: vec![transfer_syntax],
        as_provider: false,
    };
    distinct.into_iter().take(CONTEXTS_MAX).map(proposal).collect()
}

/// A C-STORE of one object, first made ready, then sent, then answered.
pub(in crate::net) struct Store {
    pub(in crate::net) message: u16,
    data_set: Box<dyn Read + Send>,
    /// Of its data set.
    bytes: u64,
}

impl Store {
    /// Opens an object, and makes ready as much of it as is sent at once; `origin` is whose C-MOVE caused it.
    pub(in crate::net) fn prepare(
        association: &mut Association,
        outgoing: &mut Outgoing,
        context: u8,
        source: &Source,
        origin: Option<(String, u16)>,
    ) -> Result<Self, NetError> {
        let Stored { sop_class, instance, data_set, bytes, .. } = Stored::open(source)?;
        let message = association.next_message();
        let request =
            Command { instance, origin, ..Command::request(Field::StoreRequest, message, &sop_class) };
        let mut data = (data_set, bytes);
        association.prepare(outgoing, context, &request, Some((&mut data.0, data.1)))?;
        Ok(Self { message, data_set: data.0, bytes })
    }

    /// Sends it.
    pub(in crate::net) async fn send(
        &mut self,
        association: &mut Association,
        outgoing: &mut Outgoing,
    ) -> Result<(), NetError> {
        association.send_prepared(outgoing, &mut self.data_set).await
    }

    async fn answer(&mut self, association: &mut Association) -> Result<Status, NetError> {
        let (_, answer) = association.expect("answer to C-STORE", &[Field::StoreResponse]).await?;
        if answer.message != self.message {
            return Err(NetError::protocol("an answer to an object that was not sent"));
        }
        Ok(answer.status)
    }
}

/// Whether a class is one of objects that are stored, and not a service. PS3.4 B.5.
pub(in crate::net) fn is_storage(sop_class: &str) -> bool {
    const STORAGE: &str = "1.2.840.10008.5.1.4.1.1.";
    sop_class.starts_with(STORAGE)
        || !sop_class.starts_with("1.2.840.10008.") && sop_class != uids::VERIFICATION
}

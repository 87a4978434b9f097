//! C-GET and C-MOVE: objects to the caller, or to where it says. PS3.4 C.4.2.3, C.4.3.3.

use std::sync::Arc;

use super::callers::Caller;
use super::holding::Object;
use crate::net::dimse::serving::{
    Association, Command, Context, Field, Outgoing, Proposal, Store, storage_contexts,
};
use crate::net::dimse::{Status, SubOperations};
use crate::net::{Known, NetError, Peer};

impl Caller<'_> {
    /// C-GET: sends over the same association.
    pub(super) async fn get(&mut self, context: &Context, command: &Command) -> Result<(), NetError> {
        let all = self.named(context, command).await?;
        let mut counts = SubOperations { remaining: Some(count(all.len())), ..SubOperations::default() };
        let mut is_called_off = false;
        let mut convoy = Convoy::new(&mut self.association, &all, None);
        while let Some(outcome) = convoy.send_next(&mut self.association).await? {
            match outcome {
                Outcome::Cancelled => is_called_off = true,
                outcome => outcome.count_into(&mut counts),
            }
            if is_called_off {
                break;
            }
            let status = Status::of(Status::PENDING);
            let pending =
                Command { operations: counts, ..Command::response(Field::GetResponse, command, status) };
            self.association.send(context.id, &pending, None).await?;
        }
        self.conclude(Field::GetResponse, context, command, counts, is_called_off).await
    }

    /// C-MOVE: sends to an application entity that is known by its title.
    pub(super) async fn move_away(&mut self, context: &Context, command: &Command) -> Result<(), NetError> {
        let all = self.named(context, command).await?;
        let known = self.archive.known(&command.destination).cloned();
        let Some((Known { title: called, host, .. }, port)) =
            known.and_then(|known| Some((known.clone(), known.port?)))
        else {
            const UNKNOWN_DESTINATION: u16 = 0xA801;
            let status = Status::of(UNKNOWN_DESTINATION);
            let response = Command::response(Field::MoveResponse, command, status);
            return self.association.send(context.id, &response, None).await;
        };
        let options = &self.archive.options;
        let peer = Peer {
            deadlines: options.deadlines,
            tls: options.tls.clone(),
            ..Peer::new(&host, port, called, options.title.clone())
        };
        let mut counts = SubOperations { remaining: Some(count(all.len())), ..SubOperations::default() };
        let proposals: Vec<Proposal> = storage_contexts(
            all.iter().map(|object| (object.sop_class.to_string(), object.transfer_syntax.to_string())),
        );
        match Association::request(&peer, &proposals).await {
            Ok(mut there) => {
                let mut outcome = Ok(());
                let origin = (self.association.peer.clone(), command.message);
                let mut convoy = Convoy::new(&mut there, &all, Some(origin));
                loop {
                    match convoy.send_next(&mut there).await {
                        Ok(None) => break,
                        Ok(Some(stored)) => stored.count_into(&mut counts),
                        Err(error) => {
                            outcome = Err(error);
                            break;
                        }
                    }
                    let status = Status::of(Status::PENDING);
                    let pending = Command {
                        operations: counts,
                        ..Command::response(Field::MoveResponse, command, status)
                    };
                    self.association.send(context.id, &pending, None).await?;
                }
                if let Err(error) = there.close(outcome).await {
                    tracing::info!(%error, "a destination was left");
                }
            }
            Err(error) => tracing::info!(%error, "a destination cannot be reached"),
        }
        // What was not sent has failed.
        counts.failed = counts.failed.saturating_add(counts.remaining.take().unwrap_or_default());
        self.conclude(Field::MoveResponse, context, command, counts, false).await
    }

    async fn conclude(
        &mut self,
        field: Field,
        context: &Context,
        command: &Command,
        counts: SubOperations,
        is_called_off: bool,
    ) -> Result<(), NetError> {
        let code = if is_called_off {
            Status::CANCELLED
        } else if counts.failed == 0 {
            Status::SUCCESS
        } else if counts.completed > 0 {
            Status::WARNING
        } else {
            const CANNOT_SEND: u16 = 0xA702;
            CANNOT_SEND
        };
        let operations = SubOperations { remaining: counts.remaining.filter(|_| is_called_off), ..counts };
        let last = Command { operations, ..Command::response(field, command, Status::of(code)) };
        self.association.send(context.id, &last, None).await
    }

    /// What the request names.
    async fn named(&mut self, context: &Context, command: &Command) -> Result<Vec<Arc<Object>>, NetError> {
        let identifier = self.identifier(context, command).await?;
        Ok(self.archive.read(|holding| holding.named(identifier.attributes())))
    }
}

/// What became of an object.
enum Outcome {
    Completed,
    Warned,
    Failed,
    Cancelled,
}

impl Outcome {
    fn count_into(self, counts: &mut SubOperations) {
        let count = match self {
            Self::Completed => &mut counts.completed,
            Self::Warned => &mut counts.warnings,
            Self::Failed => &mut counts.failed,
            Self::Cancelled => return,
        };
        *count = count.saturating_add(1);
        counts.remaining = counts.remaining.map(|remaining| remaining.saturating_sub(1));
    }
}

/// Objects on their way to a peer: each is made ready while the peer keeps the one before.
struct Convoy<'a> {
    objects: std::slice::Iter<'a, Arc<Object>>,
    origin: Option<(String, u16)>,
    outgoing: Outgoing,
    /// The next one, unless that was the last.
    next: Option<Ready>,
}

/// The next object.
enum Ready {
    Made(Store),
    /// Its syntax was not agreed on, or its file is gone.
    Unsendable,
}

impl<'a> Convoy<'a> {
    fn new(association: &mut Association, objects: &'a [Arc<Object>], origin: Option<(String, u16)>) -> Self {
        let mut convoy = Self { objects: objects.iter(), origin, outgoing: Outgoing::default(), next: None };
        convoy.make_ready(association);
        convoy
    }

    fn make_ready(&mut self, association: &mut Association) {
        self.next = self.objects.next().map(|object| {
            let origin = self.origin.clone();
            let store = association
                .context_in(&object.sop_class, &object.transfer_syntax)
                .map(|at| Store::prepare(association, &mut self.outgoing, at, &object.source, origin));
            if let Some(Ok(store)) = store { Ready::Made(store) } else { Ready::Unsendable }
        });
    }

    /// Sends one; none where all were sent.
    async fn send_next(&mut self, association: &mut Association) -> Result<Option<Outcome>, NetError> {
        let Some(next) = self.next.take() else { return Ok(None) };
        let Ready::Made(mut store) = next else {
            self.make_ready(association);
            return Ok(Some(Outcome::Failed));
        };
        store.send(association, &mut self.outgoing).await?;
        self.make_ready(association);
        let mut is_called_off = false;
        loop {
            let awaited = [Field::StoreResponse, Field::CancelRequest];
            let (_, answer) = association.expect("answer to C-STORE", &awaited).await?;
            if answer.field == Field::CancelRequest {
                is_called_off = true;
                continue;
            }
            if answer.message != store.message {
                return Err(NetError::protocol("an answer to an object that was not sent"));
            }
            return Ok(Some(match answer.status.code {
                _ if is_called_off => Outcome::Cancelled,
                Status::SUCCESS => Outcome::Completed,
                _ if answer.status.is_done() => Outcome::Warned,
                _ => Outcome::Failed,
            }));
        }
    }
}

/// Counts of a message are of 16 bits.
fn count(objects: usize) -> u16 {
    u16::try_from(objects).unwrap_or(u16::MAX)
}

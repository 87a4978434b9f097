//! An association: what two application entities agree on, and the messages that they then exchange. PS3.7 D, PS3.8 9.
//!
//! The upper layer's own messages are dicom-ul's. Data are taken from their PDUs as they lie, and
//! sent as they are read: of an object some PDUs are in memory.

mod agreement;
mod inbox;
mod outgoing;

use std::io::Read;
use std::task::Poll;
use std::time::Duration;

use dicom_ul::pdu::{AbortRQSource, Pdu, read_pdu, write_pdu};
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt};
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::timeout;

use super::command::{Command, Field};
use crate::net::{Deadlines, NetError, tls};

use inbox::Inbox;

pub(in crate::net) use agreement::{Context, Proposal, Reception};
pub(in crate::net) use outgoing::Outgoing;

/// The longest PDU that we take, and send where the peer takes as much.
const PDU_BYTES_MAX: u32 = 1 << 18;

/// What is no data is shorter: 128 contexts with all their syntaxes.
const AGREEMENT_BYTES_MAX: u32 = 1 << 18;

/// A command set is shorter.
const COMMAND_BYTES_MAX: usize = 1 << 14;

/// Type of P-DATA-TF. PS3.8 9.3.5.
const P_DATA: u8 = 0x04;
/// What a record of TLS begins with, where a PDU should: an alert or a handshake, and the version. RFC 8446 5.1.
const TLS_RECORDS: [[u8; 2]; 2] = [[0x15, 3], [0x16, 3]];
/// Before the value of a PDU: its type and length.
const PDU_HEADER: usize = 6;
/// Before the data of a presentation data value: its length, context and control header.
const PDV_HEADER: usize = 6;

/// The most contexts of an association: their numbers are odd and of a byte.
pub(in crate::net) const CONTEXTS_MAX: usize = 128;

/// A connection, plain or secured.
pub(in crate::net) trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

/// Two application entities that agreed.
pub(in crate::net) struct Association {
    stream: Box<dyn Stream>,
    contexts: Vec<Context>,
    /// The longest value of a P-DATA-TF that the peer takes.
    send_bytes_max: usize,
    deadlines: Deadlines,
    last_message: u16,
    /// It begins with the PDU that is being read: of so many bytes, and taken so far.
    inbox: Inbox,
    pdu_bytes: usize,
    at: usize,
    /// What short messages are made ready in.
    outgoing: Outgoing,
    /// How the peer is called.
    pub(in crate::net) peer: String,
    /// Whether the peer says that it knows the user, where one was named.
    pub(in crate::net) user_is_known: Option<bool>,
    /// One of those that the peer has for us, as long as this lasts.
    _place: Option<OwnedSemaphorePermit>,
}

/// A piece of a message: where in the PDU it lies.
struct Fragment {
    context: u8,
    is_command: bool,
    is_last: bool,
    from: usize,
    to: usize,
}

/// What came.
pub(in crate::net) enum Incoming {
    /// A message; its data set, if it has one, is still to be taken.
    Message(u8, Command),
    /// The peer wants to end.
    Release,
}

impl Association {
    fn over(
        stream: Box<dyn Stream>,
        deadlines: Deadlines,
        peer: &str,
        place: Option<OwnedSemaphorePermit>,
    ) -> Self {
        Self {
            stream,
            contexts: Vec::new(),
            send_bytes_max: 0,
            deadlines,
            last_message: 0,
            inbox: Inbox::new(),
            pdu_bytes: 0,
            at: 0,
            outgoing: Outgoing::default(),
            peer: peer.to_owned(),
            user_is_known: None,
            _place: place,
        }
    }

    /// The contexts that were agreed on.
    pub(in crate::net) fn contexts(&self) -> &[Context] {
        &self.contexts
    }

    /// The context of a service.
    pub(in crate::net) fn context_of(&self, sop_class: &str) -> Option<&Context> {
        self.contexts.iter().find(|context| context.sop_class == sop_class)
    }

    /// The context for objects of a class in a transfer syntax.
    pub(in crate::net) fn context_in(&self, sop_class: &str, transfer_syntax: &str) -> Option<u8> {
        let fits =
            |context: &&Context| context.sop_class == sop_class && context.transfer_syntax == transfer_syntax;
        self.contexts.iter().find(fits).map(|context| context.id)
    }

    /// The context of a number.
    pub(in crate::net) fn context(&self, id: u8) -> Result<&Context, NetError> {
        let found = self.contexts.iter().find(|context| context.id == id);
        found.ok_or_else(|| NetError::protocol(format!("a message in context {id}, which was not agreed on")))
    }

    /// A number for the next message.
    pub(in crate::net) fn next_message(&mut self) -> u16 {
        self.last_message = self.last_message.checked_add(1).unwrap_or(1);
        self.last_message
    }

    /// Sends a message that ends with its command set or has a short data set.
    pub(in crate::net) async fn send(
        &mut self,
        context: u8,
        command: &Command,
        data: Option<&[u8]>,
    ) -> Result<(), NetError> {
        let mut outgoing = std::mem::take(&mut self.outgoing);
        let mut data = data.map(|data| (data, data.len() as u64));
        self.prepare(&mut outgoing, context, command, data.as_mut().map(|(data, bytes)| (data, *bytes)))?;
        let sent = self.send_prepared(&mut outgoing, data.unwrap_or_default().0).await;
        self.outgoing = outgoing;
        sent
    }

    /// Makes a message ready, and reads as much of its data set as is sent at once: the next one may be made ready while the
    /// peer still keeps the last.
    pub(in crate::net) fn prepare(
        &self,
        outgoing: &mut Outgoing,
        context: u8,
        command: &Command,
        data: Option<(impl Read, u64)>,
    ) -> Result<(), NetError> {
        let encoded = Command { has_data: data.is_some(), ..command.clone() }.encode();
        let fragment_max = self.send_bytes_max - PDV_HEADER;
        outgoing.begin(context, &encoded, fragment_max, data.as_ref().map(|(_, bytes)| *bytes));
        match data {
            Some((mut data, _)) => outgoing.fill(fragment_max, &mut data).map_err(|error| unreadable(&error)),
            None => Ok(()),
        }
    }

    /// Sends what is ready, and reads and sends the rest of its data set.
    pub(in crate::net) async fn send_prepared(
        &mut self,
        outgoing: &mut Outgoing,
        mut data: impl Read,
    ) -> Result<(), NetError> {
        loop {
            self.flush(outgoing.ready()).await?;
            if outgoing.is_whole() {
                return Ok(());
            }
            outgoing.written();
            outgoing.fill(self.send_bytes_max - PDV_HEADER, &mut data).map_err(|error| unreadable(&error))?;
        }
    }

    async fn flush(&mut self, bytes: &[u8]) -> Result<(), NetError> {
        // The deadline is that of one PDU, several short ones counting as one.
        for piece in bytes.chunks(PDU_BYTES_MAX as usize) {
            let written = async {
                self.stream.write_all(piece).await?;
                // Ciphers keep the end of it otherwise.
                self.stream.flush().await
            };
            let written = within(self.deadlines.silence, "progress of what is sent", written).await?;
            written.map_err(|error| lost(&error))?;
        }
        Ok(())
    }

    /// The next message.
    pub(in crate::net) async fn receive(&mut self, what: &'static str) -> Result<Incoming, NetError> {
        let answer = self.deadlines.answer;
        let mut bytes = Vec::new();
        loop {
            let Some(fragment) = self.fragment(answer, what).await? else { return Ok(Incoming::Release) };
            if !fragment.is_command {
                return Err(NetError::protocol("data without a command before them"));
            }
            bytes.extend_from_slice(self.pdu().get(fragment.from..fragment.to).unwrap_or_default());
            if bytes.len() > COMMAND_BYTES_MAX {
                return Err(NetError::protocol("a command set that does not end"));
            }
            if fragment.is_last {
                let context = self.context(fragment.context)?.id;
                return Ok(Incoming::Message(context, Command::decode(&bytes)?));
            }
        }
    }

    /// The next message, if some of it has come already.
    pub(in crate::net) async fn receive_if_there(
        &mut self,
        what: &'static str,
    ) -> Result<Option<Incoming>, NetError> {
        let has_more = self.at < self.pdu_bytes || {
            // Behind the PDU that was taken. The runtime looks what has come; a timeout would take a millisecond, even of none.
            tokio::task::yield_now().await;
            let mut reaching = std::pin::pin!(self.inbox.reach(&mut self.stream, self.pdu_bytes + 1));
            match std::future::poll_fn(|cx| Poll::Ready(reaching.as_mut().poll(cx))).await {
                Poll::Pending => false,
                Poll::Ready(reached) => reached.map(|()| true).map_err(|error| lost(&error))?,
            }
        };
        if has_more { self.receive(what).await.map(Some) } else { Ok(None) }
    }

    /// The next message, which must be one of these.
    pub(in crate::net) async fn expect(
        &mut self,
        what: &'static str,
        fields: &[Field],
    ) -> Result<(u8, Command), NetError> {
        match self.receive(what).await? {
            Incoming::Message(context, command) if fields.contains(&command.field) => Ok((context, command)),
            Incoming::Message(_, command) => {
                Err(NetError::protocol(format!("it sent {:?} instead of the {what}", command.field)))
            }
            Incoming::Release => {
                Err(NetError::protocol(format!("it ended the association before the {what}")))
            }
        }
    }

    /// Takes the data set of the message that came last, a piece at a time. What `take` cannot keep is read to its end.
    pub(in crate::net) async fn data(
        &mut self,
        context: u8,
        mut take: impl FnMut(&[u8]) -> std::io::Result<()>,
    ) -> Result<std::io::Result<()>, NetError> {
        let mut kept = Ok(());
        loop {
            let silence = self.deadlines.silence;
            let fragment = self.fragment(silence, "data").await?;
            let fragment =
                fragment.ok_or_else(|| NetError::protocol("it ended the association within data"))?;
            if fragment.is_command || fragment.context != context {
                return Err(NetError::protocol("a message within the data of another"));
            }
            if kept.is_ok() {
                kept = take(self.pdu().get(fragment.from..fragment.to).unwrap_or_default());
            }
            if fragment.is_last {
                return Ok(kept);
            }
        }
    }

    /// The data set of the message that came last, of so many bytes at most.
    pub(in crate::net) async fn short_data(
        &mut self,
        context: u8,
        bytes_max: usize,
    ) -> Result<Vec<u8>, NetError> {
        let mut bytes = Vec::new();
        let kept = self.data(context, |piece| {
            let fits = bytes.len() + piece.len() <= bytes_max;
            bytes.extend_from_slice(if fits { piece } else { &[] });
            if fits { Ok(()) } else { Err(std::io::ErrorKind::FileTooLarge.into()) }
        });
        kept.await?
            .map_err(|_too_large| NetError::protocol(format!("a data set of more than {bytes_max} bytes")))?;
        Ok(bytes)
    }

    /// The next piece of a message; `None` when the peer wants to end.
    async fn fragment(
        &mut self,
        patience: Duration,
        what: &'static str,
    ) -> Result<Option<Fragment>, NetError> {
        if self.at == self.pdu_bytes && !self.next_pdu(patience, what).await? {
            return Ok(None);
        }
        let rest = self.pdu().get(self.at..).unwrap_or_default();
        let header = rest.first_chunk::<PDV_HEADER>().copied();
        let [l0, l1, l2, l3, context, control] =
            header.ok_or_else(|| NetError::protocol("data that end within their header"))?;
        let length = u32::from_be_bytes([l0, l1, l2, l3]) as usize;
        let from = self.at + PDV_HEADER;
        let to = length.checked_sub(2).and_then(|length| from.checked_add(length));
        let to = to.filter(|to| *to <= self.pdu_bytes);
        let to = to.ok_or_else(|| NetError::protocol("data that are longer than what holds them"))?;
        self.at = to;
        let (is_command, is_last) = (control & 1 != 0, control & 2 != 0);
        // Nobody is waited for who says nothing, however often.
        if from == to && !is_last {
            return Err(NetError::protocol("a piece of a message with nothing in it"));
        }
        Ok(Some(Fragment { context, is_command, is_last, from, to }))
    }

    /// Reads the next P-DATA-TF; `false` when the peer wants to end.
    async fn next_pdu(&mut self, patience: Duration, what: &'static str) -> Result<bool, NetError> {
        let kind = self.read_pdu(patience, what).await?;
        if kind == P_DATA {
            self.at = PDU_HEADER;
            return Ok(true);
        }
        match self.parsed()? {
            Pdu::ReleaseRQ => Ok(false),
            other => Err(unexpected(&other)),
        }
    }

    /// The PDU that was read last, its header with it.
    fn pdu(&self) -> &[u8] {
        self.inbox.bytes().get(..self.pdu_bytes).unwrap_or_default()
    }

    /// Reads one PDU; gives its type.
    async fn read_pdu(&mut self, patience: Duration, what: &'static str) -> Result<u8, NetError> {
        self.inbox.forget(std::mem::take(&mut self.pdu_bytes));
        self.at = 0;
        // The peer may take its time before an answer, but not within one.
        let first = within(patience, what, self.inbox.reach(&mut self.stream, 1)).await?;
        first.map_err(|error| lost(&error))?;
        let silence = self.deadlines.silence;
        let rest = async {
            self.inbox.reach(&mut self.stream, PDU_HEADER).await?;
            let header = self.inbox.bytes().first_chunk::<PDU_HEADER>().copied().unwrap_or_default();
            let [kind, version, l0, l1, l2, l3] = header;
            if TLS_RECORDS.contains(&[kind, version]) {
                let why = "there is TLS at this port, and none was meant. Turn TLS on, or check the port"
                    .to_owned();
                return Ok(Err(NetError::Tls { why }));
            }
            let length = u32::from_be_bytes([l0, l1, l2, l3]);
            let length_max = if kind == P_DATA { PDU_BYTES_MAX } else { AGREEMENT_BYTES_MAX };
            if length > length_max {
                return Ok(Err(NetError::protocol(format!(
                    "a PDU of {length} bytes, {length_max} were agreed on"
                ))));
            }
            let bytes = PDU_HEADER + length as usize;
            self.inbox.reach(&mut self.stream, bytes).await?;
            Ok(Ok((kind, bytes)))
        };
        let read =
            within(silence, "rest of a PDU", rest).await?.map_err(|error: std::io::Error| lost(&error))?;
        let (kind, bytes) = read?;
        (self.pdu_bytes, self.at) = (bytes, bytes);
        Ok(kind)
    }

    /// Reads a PDU that is no data.
    async fn agreement(&mut self, what: &'static str) -> Result<Pdu, NetError> {
        let silence = self.deadlines.silence;
        if self.read_pdu(silence, what).await? == P_DATA {
            return Err(NetError::protocol(format!("data instead of the {what}")));
        }
        self.parsed()
    }

    fn parsed(&self) -> Result<Pdu, NetError> {
        let parsed = read_pdu(self.pdu(), AGREEMENT_BYTES_MAX, true);
        let garbage =
            |why: &dyn std::fmt::Display| NetError::protocol(format!("a PDU that cannot be read: {why}"));
        parsed.map_err(|error| garbage(&error))?.ok_or_else(|| garbage(&"it ends too early"))
    }

    async fn write(&mut self, pdu: &Pdu) -> Result<(), NetError> {
        let mut bytes = Vec::new();
        write_pdu(&mut bytes, pdu).map_err(|error| NetError::protocol(error.to_string()))?;
        self.flush(&bytes).await
    }

    /// Ends it in good order. PS3.8 7.2.
    pub(in crate::net) async fn release(mut self) -> Result<(), NetError> {
        self.write(&Pdu::ReleaseRQ).await?;
        match self.agreement("answer to the release").await? {
            Pdu::ReleaseRP => {
                self.hang_up().await;
                Ok(())
            }
            other => Err(unexpected(&other)),
        }
    }

    /// Agrees that the peer ends it.
    pub(in crate::net) async fn released(mut self) -> Result<(), NetError> {
        self.write(&Pdu::ReleaseRP).await?;
        self.hang_up().await;
        Ok(())
    }

    /// Tells the other side of a secured connection that nothing was cut off.
    async fn hang_up(&mut self) {
        let _all_was_said = timeout(self.deadlines.silence, self.stream.shutdown()).await;
    }

    /// Breaks it off: for whoever failed here, and lets the peer know.
    pub(in crate::net) async fn abort(mut self) {
        let told = self.write(&Pdu::AbortRQ { source: AbortRQSource::ServiceUser }).await;
        if let Err(error) = told {
            tracing::debug!(%error, "the peer was not told of an abort");
        }
    }

    /// Ends it, in good order where all went well.
    pub(in crate::net) async fn close<T>(self, outcome: Result<T, NetError>) -> Result<T, NetError> {
        match outcome {
            Ok(value) => {
                // What was asked for is here: a peer that stumbles at the end takes nothing of it.
                if let Err(error) = self.release().await {
                    tracing::debug!(%error, "an association did not end in good order");
                }
                Ok(value)
            }
            Err(error) => {
                self.abort().await;
                Err(error)
            }
        }
    }
}

fn unexpected(pdu: &Pdu) -> NetError {
    match pdu {
        Pdu::AbortRQ { source: AbortRQSource::ServiceProvider(reason) } => {
            NetError::Aborted { why: reason.to_string() }
        }
        Pdu::AbortRQ { .. } => NetError::Aborted { why: "without a reason".to_owned() },
        Pdu::Unknown { pdu_type, .. } => {
            NetError::protocol(format!("a PDU of the unknown type 0x{pdu_type:02X}"))
        }
        _ => NetError::protocol("a PDU that has no place here"),
    }
}

fn lost(error: &std::io::Error) -> NetError {
    if let Some(fault) = tls::fault(error) {
        return fault;
    }
    let why = match error.kind() {
        std::io::ErrorKind::UnexpectedEof => "the archive closed it".to_owned(),
        _ => error.to_string(),
    };
    NetError::Lost { why }
}

/// A file here that cannot be read to its end.
fn unreadable(error: &std::io::Error) -> NetError {
    crate::dicom::ReadError::Open { why: error.to_string() }.into()
}

/// What comes in time.
async fn within<T>(
    after: Duration,
    what: &'static str,
    work: impl Future<Output = T>,
) -> Result<T, NetError> {
    timeout(after, work).await.map_err(|_late| NetError::Deadline { what, after })
}

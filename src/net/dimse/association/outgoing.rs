//! A message on its way out: the beginning of it ready to be written at once, the rest read as it goes.

use std::io::{self, Read};

use super::{P_DATA, PDV_HEADER};

/// So much of a message is made ready at once, a slice of a CT, and a PDU at most above.
const READY_BYTES: usize = 3 << 18;

/// PDUs that are ready. It is used for one message after the other, so that memory is asked for once.
#[derive(Default)]
pub(in crate::net) struct Outgoing {
    /// What was ever needed; `ready` bytes of it count.
    bytes: Vec<u8>,
    ready: usize,
    context: u8,
    /// Bytes of the data set that are not in PDUs yet.
    left: u64,
}

impl Outgoing {
    /// What is to be written.
    pub(super) fn ready(&self) -> &[u8] {
        self.bytes.get(..self.ready).unwrap_or_default()
    }

    /// Whether all of the message is ready.
    pub(super) const fn is_whole(&self) -> bool {
        self.left == 0
    }

    /// Begins a message with its command set; the data set has so many bytes.
    pub(super) fn begin(&mut self, context: u8, command: &[u8], fragment_max: usize, data: Option<u64>) {
        self.ready = 0;
        self.context = context;
        self.left = data.unwrap_or_default();
        let mut rest = command;
        loop {
            let (fragment, behind) = rest.split_at_checked(fragment_max).unwrap_or((rest, &[]));
            self.fragment(true, behind.is_empty(), fragment.len()).copy_from_slice(fragment);
            rest = behind;
            if rest.is_empty() {
                break;
            }
        }
        if data == Some(0) {
            self.fragment(false, true, 0);
        }
    }

    /// Reads on, as much as is made ready at once.
    pub(super) fn fill(&mut self, fragment_max: usize, mut data: impl Read) -> io::Result<()> {
        while self.left > 0 && self.ready < READY_BYTES {
            let bytes = self.left.min(fragment_max as u64);
            let is_last = bytes == self.left;
            #[expect(clippy::cast_possible_truncation, reason = "no more than a fragment")]
            data.read_exact(self.fragment(false, is_last, bytes as usize))?;
            self.left -= bytes;
        }
        Ok(())
    }

    /// All that was ready has been written.
    pub(super) const fn written(&mut self) {
        self.ready = 0;
    }

    /// Puts the head of a PDU of one fragment; gives the place for that.
    fn fragment(&mut self, is_command: bool, is_last: bool, bytes: usize) -> &mut [u8] {
        let length = |bytes: usize| u32::try_from(bytes).unwrap_or(u32::MAX).to_be_bytes();
        let [p0, p1, p2, p3] = length(bytes + PDV_HEADER);
        let [f0, f1, f2, f3] = length(bytes + 2);
        let control = u8::from(is_command) | u8::from(is_last) << 1;
        let head = [P_DATA, 0, p0, p1, p2, p3, f0, f1, f2, f3, self.context, control];
        let from = self.ready;
        self.ready += head.len() + bytes;
        if self.bytes.len() < self.ready {
            self.bytes.resize(self.ready, 0);
        }
        let all = self.bytes.get_mut(from..self.ready).unwrap_or_default();
        let (place, fragment) = all.split_at_mut(head.len().min(all.len()));
        place.copy_from_slice(&head);
        fragment
    }
}

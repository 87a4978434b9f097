//! What came from a peer and was not taken yet: as much as there is with each call, so that PDUs are read where they lie.

use std::io;

use tokio::io::{AsyncRead, AsyncReadExt};

/// Two of the longest PDUs.
const BYTES: usize = 2 << 18;

/// Bytes in the order in which they came.
pub(super) struct Inbox {
    bytes: Vec<u8>,
    from: usize,
    to: usize,
}

impl Inbox {
    pub(super) fn new() -> Self {
        Self { bytes: vec![0; BYTES], from: 0, to: 0 }
    }

    /// All that is here.
    pub(super) fn bytes(&self) -> &[u8] {
        self.bytes.get(self.from..self.to).unwrap_or_default()
    }

    /// Forgets the first so many.
    pub(super) fn forget(&mut self, count: usize) {
        self.from = self.to.min(self.from + count);
    }

    /// Reads until so many are here; whoever stops waiting loses nothing.
    pub(super) async fn reach(
        &mut self,
        stream: &mut (impl AsyncRead + Unpin + ?Sized),
        count: usize,
    ) -> io::Result<()> {
        while self.to - self.from < count {
            if self.bytes.len() - self.from < count || self.from == self.to {
                self.bytes.copy_within(self.from..self.to, 0);
                (self.from, self.to) = (0, self.to - self.from);
                self.bytes.resize(self.bytes.len().max(count), 0);
            }
            let free = self.bytes.get_mut(self.to..).unwrap_or_default();
            match stream.read(free).await? {
                0 => return Err(io::ErrorKind::UnexpectedEof.into()),
                read => self.to += read,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_comes_in_pieces_is_read_in_order() {
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
        let sent: Vec<u8> = (0..5 * BYTES).map(|at| u8::try_from(at % 251).expect("a byte")).collect();
        let (mut far, mut near) = tokio::io::duplex(70_001);
        let (taken, end) = runtime.block_on(async {
            let sender = async {
                tokio::io::AsyncWriteExt::write_all(&mut far, &sent).await.expect("sent");
                drop(far);
            };
            let take = async {
                let (mut inbox, mut taken) = (Inbox::new(), Vec::new());
                for count in [6, 1, BYTES - 3, 40_000, BYTES + 9, 2].into_iter().cycle() {
                    let count = count.min(sent.len() - taken.len());
                    if count == 0 {
                        return (taken, inbox.reach(&mut near, 1).await);
                    }
                    inbox.reach(&mut near, count).await.expect("it is there");
                    taken.extend_from_slice(&inbox.bytes()[..count]);
                    inbox.forget(count);
                }
                unreachable!("the cycle has no end")
            };
            tokio::join!(sender, take).1
        });
        assert!(taken == sent, "other bytes");
        assert_eq!(end.map_err(|error| error.kind()), Err(io::ErrorKind::UnexpectedEof));
    }
}

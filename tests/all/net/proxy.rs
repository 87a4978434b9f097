//! A proxy that does harm: between a client and an archive, to what the archive sends.

use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, Shutdown, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

/// How long a connection stays that says nothing any more: longer than any test waits.
pub(super) const SILENT_FOR: Duration = Duration::from_mins(10);

/// What is done.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Harm {
    /// Nothing.
    None,
    /// The connection is closed as soon as it is there.
    CloseAtOnce,
    /// Nothing is ever answered.
    Silence,
    /// What is no PDU comes in place of the answer to the request for an association.
    Garbage,
    /// After the association is there: it is aborted.
    Abort,
    /// Half of a PDU comes, and then the connection is closed.
    Cut,
    /// So many PDUs of data come, over all connections together, and then half of each: two objects are whole, and of the next one there
    /// is a part, however often it is tried.
    CutLater,
    /// Half of a PDU comes, and then nothing.
    Stall,
    /// As many come as before a later cut, and then half of one and nothing.
    StallLater,
    /// A byte comes now and then.
    Drip,
    /// A PDU that says it is of 4 GB.
    Huge,
    /// A piece of data that is longer than the PDU around it.
    LongPiece,
    /// Everything comes in a context that was not agreed on.
    OtherContext,
    /// The answer is to a message that was not sent.
    OtherMessage,
    /// So is the answer to a retrieval, and no other.
    OtherRetrieval,
    /// The answer has no status.
    NoStatus,
    /// The archive says that it has no room or time.
    OutOfResources,
    /// The archive says that it failed.
    Failure,
    /// Every PDU comes twice.
    Twice,
    /// PDUs of data come for ever, with nothing in them.
    Nothing,
    /// Pieces of a message that are empty and not the last.
    EmptyPieces,
}

impl Harm {
    pub(super) const ALL: [Self; 18] = [
        Self::CloseAtOnce,
        Self::Silence,
        Self::Garbage,
        Self::Abort,
        Self::Cut,
        Self::Stall,
        Self::Drip,
        Self::Huge,
        Self::LongPiece,
        Self::OtherContext,
        Self::OtherMessage,
        Self::OtherRetrieval,
        Self::NoStatus,
        Self::OutOfResources,
        Self::Failure,
        Self::Twice,
        Self::Nothing,
        Self::EmptyPieces,
    ];

    pub(super) const fn words(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::CloseAtOnce => "closes at once",
            Self::Silence => "says nothing",
            Self::Garbage => "sends no DICOM",
            Self::Abort => "aborts midway",
            Self::Cut => "is cut within a PDU",
            Self::CutLater => "is cut within a later object",
            Self::Stall => "stops within a PDU",
            Self::StallLater => "stops within a later object",
            Self::Drip => "drips a byte now and then",
            Self::Huge => "announces a PDU of 4 GB",
            Self::LongPiece => "sends data longer than their PDU",
            Self::OtherContext => "uses a context not agreed on",
            Self::OtherMessage => "answers another message",
            Self::OtherRetrieval => "answers another retrieval",
            Self::NoStatus => "answers without a status",
            Self::OutOfResources => "is out of resources (0xA702)",
            Self::Failure => "fails (0x0110)",
            Self::Twice => "sends everything twice",
            Self::Nothing => "sends data with nothing in them",
            Self::EmptyPieces => "sends pieces with nothing in them",
        }
    }
}

/// Starts a proxy before an archive; its port. What it does it does to every connection.
pub(super) fn start(archive: u16, harm: Harm) -> u16 {
    start_with(archive, move |_| harm)
}

/// The same, by the number of a connection.
pub(super) fn start_with(archive: u16, harm: impl Fn(usize) -> Harm + Send + 'static) -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
    let port = listener.local_addr().expect("its address").port();
    let large = Arc::new(AtomicUsize::new(0));
    std::thread::spawn(move || {
        for (number, client) in listener.incoming().flatten().enumerate() {
            let (harm, large) = (harm(number), Arc::clone(&large));
            std::thread::spawn(move || between(&client, archive, harm, &large));
        }
    });
    port
}

fn between(client: &TcpStream, archive: u16, harm: Harm, large: &AtomicUsize) {
    if harm == Harm::CloseAtOnce {
        return;
    }
    let archive = TcpStream::connect((Ipv4Addr::LOCALHOST, archive)).expect("the archive");
    for stream in [client, &archive] {
        stream.set_nodelay(true).expect("a socket");
    }
    let (mut from_client, mut to_archive) =
        (client.try_clone().expect("a socket"), archive.try_clone().expect("one"));
    std::thread::spawn(move || {
        let _ended = io::copy(&mut from_client, &mut to_archive);
        let _closed = to_archive.shutdown(Shutdown::Both);
    });
    let _ended = answers(&archive, client, harm, large);
    if matches!(harm, Harm::Silence | Harm::Stall | Harm::StallLater) {
        // The connection stays, and says nothing.
        std::thread::sleep(SILENT_FOR);
    }
    let _closed = client.shutdown(Shutdown::Both);
    let _closed = archive.shutdown(Shutdown::Both);
}

/// Passes on what the archive sends, PDU by PDU, as long as no harm ends it; `large` counts pieces of images over all connections.
fn answers(
    mut archive: &TcpStream,
    mut client: &TcpStream,
    harm: Harm,
    large: &AtomicUsize,
) -> io::Result<()> {
    const P_DATA: u8 = 4;
    const ABORT: [u8; 10] = [7, 0, 0, 0, 0, 4, 0, 0, 0, 0];
    /// Pieces larger than this are of images.
    const LARGE: usize = 2_000;
    loop {
        let mut pdu = vec![0; 6];
        archive.read_exact(&mut pdu)?;
        let length = u32::from_be_bytes([pdu[2], pdu[3], pdu[4], pdu[5]]) as usize;
        pdu.resize(6 + length, 0);
        archive.read_exact(&mut pdu[6..])?;
        let is_data = pdu[0] == P_DATA;
        match harm {
            Harm::Silence => return Ok(()),
            Harm::Garbage => return client.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n"),
            _ if !is_data => {}
            Harm::CutLater | Harm::StallLater => {
                let is_large = pdu.len() > LARGE;
                if is_large && large.fetch_add(1, Ordering::AcqRel) >= 2 {
                    return client.write_all(&pdu[..pdu.len() / 2]);
                }
            }
            Harm::Abort => return client.write_all(&ABORT),
            Harm::Cut | Harm::Stall => return client.write_all(&pdu[..pdu.len() / 2]),
            Harm::Drip => {
                for byte in &pdu {
                    client.write_all(&[*byte])?;
                    std::thread::sleep(Duration::from_millis(60));
                }
                continue;
            }
            Harm::Huge => return client.write_all(&[P_DATA, 0, 0xFF, 0xFF, 0xFF, 0xFF]),
            Harm::LongPiece => pdu[6..10].copy_from_slice(&u32::MAX.to_be_bytes()),
            Harm::OtherContext => pdu[10] = 99,
            Harm::OtherMessage => patch(&mut pdu, 0x0120, 4711),
            Harm::OtherRetrieval => {
                let field = place(&pdu, 0x0100).map(|at| u16::from_le_bytes([pdu[at], pdu[at + 1]]));
                if matches!(field, Some(0x8010 | 0x8021)) {
                    patch(&mut pdu, 0x0120, 4711);
                }
            }
            Harm::NoStatus => patch_tag(&mut pdu, 0x0900, 0x09FF),
            Harm::OutOfResources => patch(&mut pdu, 0x0900, 0xA702),
            Harm::Failure => patch(&mut pdu, 0x0900, 0x0110),
            Harm::Twice => client.write_all(&pdu)?,
            Harm::Nothing | Harm::EmptyPieces => {
                let empty: &[u8] = match harm {
                    Harm::Nothing => &[P_DATA, 0, 0, 0, 0, 0],
                    _ => &[P_DATA, 0, 0, 0, 0, 6, 0, 0, 0, 2, pdu[10], pdu[11] & 1],
                };
                for _ in 0..200 {
                    client.write_all(empty)?;
                    std::thread::sleep(Duration::from_millis(100));
                }
                return Ok(());
            }
            Harm::None | Harm::CloseAtOnce => {}
        }
        client.write_all(&pdu)?;
    }
}

/// Where the value of a short number of group 0000 stands in a PDU that begins with a command set.
fn place(pdu: &[u8], element: u16) -> Option<usize> {
    let is_command = pdu.get(11).is_some_and(|control| control & 1 != 0);
    let [low, high] = element.to_le_bytes();
    let head = [0, 0, low, high, 2, 0, 0, 0];
    let at = pdu.windows(head.len()).position(|bytes| bytes == head)?;
    is_command.then_some(at + head.len())
}

fn patch(pdu: &mut [u8], element: u16, value: u16) {
    if let Some(at) = place(pdu, element) {
        pdu[at..at + 2].copy_from_slice(&value.to_le_bytes());
    }
}

fn patch_tag(pdu: &mut [u8], element: u16, other: u16) {
    if let Some(at) = place(pdu, element) {
        pdu[at - 6..at - 4].copy_from_slice(&other.to_le_bytes());
    }
}

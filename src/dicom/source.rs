//! Where the bytes of an object lie: in a file, or in a member of a zip archive.

use std::collections::VecDeque;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::SystemTime;

use flate2::Crc;
use flate2::read::DeflateDecoder;

use super::error::ReadError;
use crate::units::Phi;

/// No object is larger when unpacked: a native image cannot be. PS3.5 7.1.
const UNPACKED_BYTES_MAX: u64 = 4 << 30;

/// Objects that are larger when unpacked are unpacked one after the other.
const LARGE_BYTES: u64 = 256 << 20;

/// Deflate comes to 1032:1 at most, so a packed size bounds the unpacked one.
const DEFLATE_RATIO_MAX: u64 = 1032;

/// Unpacked objects that are kept: the frames of one are asked for one by one.
const KEPT_OBJECTS_MAX: usize = 16;

/// The bytes of all of them; the last one is kept whatever its size.
const KEPT_BYTES_MAX: u64 = 1 << 30;

/// What a member's own header begins with, and how long it is at least. APPNOTE 4.3.7.
const LOCAL_HEADER_MARK: [u8; 4] = *b"PK\x03\x04";
const LOCAL_HEADER_BYTES: usize = 30;

/// What an archive begins with that has no members. APPNOTE 4.3.16.
const EMPTY_ARCHIVE_MARK: [u8; 4] = *b"PK\x05\x06";

/// Where an object was found. It may name the patient.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Source {
    /// The file, or the archive.
    pub path: Phi<Arc<Path>>,
    /// The member of the archive.
    pub member: Option<Arc<ZipMember>>,
}

/// One member of a zip archive, as its central directory states it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ZipMember {
    /// Its name with its folders. It is never a path on this machine.
    pub name: Phi<String>,
    /// Where its own header begins in the archive.
    pub at: u64,
    /// How many bytes it takes there.
    pub packed_bytes: u64,
    /// How many bytes it unpacks to.
    pub bytes: u64,
    /// CRC-32 of those.
    pub checksum: u32,
    /// Deflated, or stored as it is.
    pub is_deflated: bool,
}

impl Source {
    /// A file.
    pub fn file(path: &Path) -> Self {
        Self { path: Phi::new(Arc::from(path)), member: None }
    }

    /// What to call it in a list: the path, and the member behind it.
    pub fn name(&self) -> Phi<String> {
        let path = self.path.reveal().display();
        Phi::new(match &self.member {
            Some(member) => format!("{path}: {}", member.name.reveal()),
            None => path.to_string(),
        })
    }

    /// Whether it is a zip archive, by its first bytes.
    pub fn is_archive(&self) -> bool {
        let start = self.open().and_then(|mut bytes| bytes.read_at(0, 4)).unwrap_or_default();
        [LOCAL_HEADER_MARK, EMPTY_ARCHIVE_MARK].iter().any(|mark| start == mark)
    }

    /// The bytes, for reading a header: a member is unpacked only as far as it is read.
    pub(super) fn open(&self) -> Result<Bytes, ReadError> {
        let mut file = File::open(self.path.reveal()).map_err(|e| open_error(&e))?;
        let file_bytes = file.metadata().map_err(|e| open_error(&e))?.len();
        let Some(member) = &self.member else {
            return Ok(Bytes::File { file, begin: 0, length: file_bytes });
        };
        let begin = member.find(&mut file)?;
        let is_cut = begin.checked_add(member.packed_bytes).is_none_or(|end| end > file_bytes);
        let is_possible = if member.is_deflated {
            member.bytes <= member.packed_bytes.saturating_mul(DEFLATE_RATIO_MAX).min(UNPACKED_BYTES_MAX)
        } else {
            member.bytes == member.packed_bytes
        };
        if is_cut || !is_possible {
            let why = format!("{} bytes cannot come of {} in its archive", member.bytes, member.packed_bytes);
            return Err(ReadError::Damaged { why });
        }
        if !member.is_deflated {
            return Ok(Bytes::File { file, begin, length: member.bytes });
        }
        file.seek(SeekFrom::Start(begin)).map_err(|e| open_error(&e))?;
        Ok(Bytes::Unpacking(Box::new(Unpacking {
            packed: DeflateDecoder::new(file.take(member.packed_bytes)),
            unpacked: Vec::new(),
            length: member.bytes,
            _turn: (member.bytes > LARGE_BYTES).then(turn),
        })))
    }

    /// The bytes, for reading pixels: a member is read whole, so that its checksum vouches for it, and kept for the
    /// next frame.
    pub(super) fn open_whole(&self) -> Result<Bytes, ReadError> {
        if self.member.is_some() { self.kept(|| self.whole()) } else { self.open() }
    }

    /// All bytes, into memory.
    pub(super) fn whole(&self) -> Result<Vec<u8>, ReadError> {
        let bytes = match self.open()? {
            Bytes::Unpacking(mut unpacking) => {
                unpacking.reach(unpacking.length)?;
                unpacking.unpacked
            }
            mut bytes => bytes.read_at(0, u64::MAX)?,
        };
        if let Some(member) = &self.member {
            let mut checksum = Crc::new();
            checksum.update(&bytes);
            if checksum.sum() != member.checksum {
                return Err(ReadError::Damaged { why: "its checksum in the archive is another".to_owned() });
            }
        }
        Ok(bytes)
    }

    /// What `unpack` makes of the object, unless it was made a short while ago: others who ask meanwhile wait for it.
    pub(super) fn kept(
        &self,
        unpack: impl FnOnce() -> Result<Vec<u8>, ReadError>,
    ) -> Result<Bytes, ReadError> {
        static KEPT: Mutex<VecDeque<(Version, Unpacked)>> = Mutex::new(VecDeque::new());
        let kept = || KEPT.lock().unwrap_or_else(PoisonError::into_inner);
        let state = std::fs::metadata(self.path.reveal()).map_err(|e| open_error(&e))?;
        let version = Version { source: self.clone(), length: state.len(), changed: state.modified().ok() };
        let unpacked = {
            let mut kept = kept();
            let place = kept.iter().position(|(known, _)| *known == version);
            let entry = place.and_then(|place| kept.remove(place));
            let entry = entry.unwrap_or_else(|| (version, Unpacked::default()));
            let unpacked = Arc::clone(&entry.1);
            kept.push_back(entry);
            unpacked
        };
        let outcome = unpacked.get_or_init(|| unpack().map(Arc::new)).clone();
        let mut kept = kept();
        // What failed may succeed the next time: a disk comes back.
        kept.retain(|(_, unpacked)| !matches!(unpacked.get(), Some(Err(_))));
        drop_surplus(&mut kept, KEPT_BYTES_MAX);
        outcome.map(Bytes::Memory)
    }
}

/// A file may be replaced by another of the same name.
#[derive(PartialEq)]
struct Version {
    source: Source,
    length: u64,
    changed: Option<SystemTime>,
}

/// The bytes of an object, once they are there.
type Unpacked = Arc<OnceLock<Result<Arc<Vec<u8>>, ReadError>>>;

/// Keeps the latest.
fn drop_surplus(kept: &mut VecDeque<(Version, Unpacked)>, bytes_max: u64) {
    let bytes = |unpacked: &Unpacked| match unpacked.get() {
        Some(Ok(bytes)) => bytes.len() as u64,
        _ => 0,
    };
    let mut sum: u64 = kept.iter().map(|(_, unpacked)| bytes(unpacked)).sum();
    while kept.len() > KEPT_OBJECTS_MAX || kept.len() > 1 && sum > bytes_max {
        sum -= kept.pop_front().map_or(0, |(_, unpacked)| bytes(&unpacked));
    }
}

impl ZipMember {
    /// Where its bytes begin: behind its own header, whose length only that header states.
    fn find(&self, archive: &mut File) -> Result<u64, ReadError> {
        let mut header = [0; LOCAL_HEADER_BYTES];
        let read = archive.seek(SeekFrom::Start(self.at)).and_then(|_place| archive.read_exact(&mut header));
        let cut = || ReadError::Damaged { why: "its archive has no such member".to_owned() };
        read.map_err(|_short| cut())?;
        match header {
            [m0, m1, m2, m3, .., n0, n1, x0, x1] if [m0, m1, m2, m3] == LOCAL_HEADER_MARK => {
                let (name, extra) = (u16::from_le_bytes([n0, n1]), u16::from_le_bytes([x0, x1]));
                Ok(self.at + LOCAL_HEADER_BYTES as u64 + u64::from(name) + u64::from(extra))
            }
            _ => Err(cut()),
        }
    }
}

/// Waits until nobody else unpacks a large object.
fn turn() -> MutexGuard<'static, ()> {
    static TURN: Mutex<()> = Mutex::new(());
    TURN.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Unpacks raw deflate data of so many packed bytes.
pub(super) fn inflate(packed: impl Read, packed_bytes: u64) -> Result<Vec<u8>, ReadError> {
    let limit = packed_bytes.saturating_mul(DEFLATE_RATIO_MAX).min(UNPACKED_BYTES_MAX);
    let mut bytes = Vec::new();
    DeflateDecoder::new(packed).take(limit).read_to_end(&mut bytes).map_err(|e| unpack_error(&e))?;
    Ok(bytes)
}

fn open_error(error: &std::io::Error) -> ReadError {
    ReadError::Open { why: error.to_string() }
}

fn unpack_error(error: &std::io::Error) -> ReadError {
    ReadError::Damaged { why: format!("it cannot be unpacked: {error}") }
}

/// The bytes of an object.
#[derive(Debug)]
pub(super) enum Bytes {
    /// On the disk.
    File { file: File, begin: u64, length: u64 },
    /// Unpacked.
    Memory(Arc<Vec<u8>>),
    /// Being unpacked.
    Unpacking(Box<Unpacking>),
}

/// A deflated member, unpacked so far.
#[derive(Debug)]
pub(super) struct Unpacking {
    packed: DeflateDecoder<std::io::Take<File>>,
    unpacked: Vec<u8>,
    length: u64,
    _turn: Option<MutexGuard<'static, ()>>,
}

impl Unpacking {
    /// Goes on until there are `count` bytes.
    fn reach(&mut self, count: u64) -> Result<&[u8], ReadError> {
        let missing = count.saturating_sub(self.unpacked.len() as u64);
        let unpacked = self.packed.by_ref().take(missing).read_to_end(&mut self.unpacked);
        unpacked.map_err(|e| unpack_error(&e))?;
        let found = self.unpacked.len();
        if (found as u64) < count {
            let why = format!("its archive holds {found} of {} bytes", self.length);
            return Err(ReadError::Damaged { why });
        }
        Ok(&self.unpacked)
    }
}

impl Bytes {
    pub(super) fn memory(bytes: Vec<u8>) -> Self {
        Self::Memory(Arc::new(bytes))
    }

    /// How many there are.
    pub(super) fn length(&self) -> u64 {
        match self {
            Self::File { length, .. } => *length,
            Self::Unpacking(unpacking) => unpacking.length,
            Self::Memory(bytes) => bytes.len() as u64,
        }
    }

    /// All of them from `at`, to be read once.
    pub(super) fn into_reader(self, at: u64) -> Result<Box<dyn Read + Send>, ReadError> {
        let mut bytes = self;
        Ok(match bytes {
            Self::File { mut file, begin, length } => {
                file.seek(SeekFrom::Start(begin + at)).map_err(|e| open_error(&e))?;
                Box::new(file.take(length.saturating_sub(at)))
            }
            Self::Memory(_) | Self::Unpacking(_) => {
                Box::new(std::io::Cursor::new(bytes.read_at(at, u64::MAX)?))
            }
        })
    }

    /// `count` little endian words from `at`, without a copy where they lie in a file.
    pub(super) fn words_at(&mut self, at: u64, count: u64) -> Result<Vec<u16>, ReadError> {
        let expected = count * 2;
        let found = expected.min(self.length().saturating_sub(at));
        if found < expected {
            return Err(ReadError::Truncated { expected, found });
        }
        let Self::File { file, begin, .. } = self else {
            let bytes = self.read_at(at, expected)?;
            return Ok(bytes.as_chunks::<2>().0.iter().map(|&word| u16::from_le_bytes(word)).collect());
        };
        let mut words = vec![0_u16; usize::try_from(count).unwrap_or(0)];
        file.seek(SeekFrom::Start(*begin + at)).map_err(|e| open_error(&e))?;
        file.read_exact(bytemuck::cast_slice_mut(&mut words)).map_err(|e| open_error(&e))?;
        if cfg!(target_endian = "big") {
            for word in &mut words {
                *word = word.swap_bytes();
            }
        }
        Ok(words)
    }

    /// At most `count` bytes from `at`; fewer at the end. Allocates no more than there is.
    pub(super) fn read_at(&mut self, at: u64, count: u64) -> Result<Vec<u8>, ReadError> {
        let mut bytes = Vec::new();
        self.append_at(at, count, &mut bytes)?;
        Ok(bytes)
    }

    /// The same, behind what is in `bytes`.
    pub(super) fn append_at(&mut self, at: u64, count: u64, bytes: &mut Vec<u8>) -> Result<(), ReadError> {
        let count = count.min(self.length().saturating_sub(at));
        let unpacked = match self {
            Self::File { file, begin, .. } => {
                bytes.reserve_exact(usize::try_from(count).unwrap_or(0));
                let place = SeekFrom::Start(*begin + at);
                let read = file.seek(place).and_then(|_place| file.take(count).read_to_end(bytes));
                return read.map(|_count| ()).map_err(|e| open_error(&e));
            }
            Self::Memory(memory) => memory.as_slice(),
            Self::Unpacking(unpacking) => unpacking.reach(at + count)?,
        };
        let place = |at| usize::try_from(at).unwrap_or(usize::MAX);
        bytes.extend_from_slice(unpacked.get(place(at)..place(at + count)).unwrap_or_default());
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_unpacked_is_kept_until_its_file_changes_and_failures_are_not() {
        let folder = tempfile::TempDir::new().expect("a temporary folder");
        let path = folder.path().join("object");
        std::fs::write(&path, "as it was").expect("a file");
        let source = Source::file(&path);
        let unpacked = |outcome: Result<Vec<u8>, ReadError>| {
            let mut is_asked = false;
            let bytes = source.kept(|| {
                is_asked = true;
                outcome
            });
            (is_asked, bytes.and_then(|mut bytes| bytes.read_at(1, 2)))
        };
        assert_eq!(unpacked(Err(ReadError::Empty)), (true, Err(ReadError::Empty)));
        assert_eq!(unpacked(Ok(vec![1, 2, 3, 4])), (true, Ok(vec![2, 3])));
        assert_eq!(unpacked(Ok(vec![])), (false, Ok(vec![2, 3])));
        std::fs::write(&path, "another").expect("a file");
        assert_eq!(unpacked(Ok(vec![5, 6, 7])), (true, Ok(vec![6, 7])));
    }

    #[test]
    fn few_are_kept_and_the_last_whatever_its_size() {
        let version = |length| Version { source: Source::file(Path::new("object")), length, changed: None };
        let bytes = |count: usize| {
            let unpacked = Unpacked::default();
            unpacked.get_or_init(|| Ok(Arc::new(vec![0; count])));
            unpacked
        };
        let mut kept: VecDeque<_> = (0..20).map(|at| (version(at), bytes(8))).collect();
        drop_surplus(&mut kept, 100);
        assert_eq!(
            kept.iter().map(|(version, _)| version.length).collect::<Vec<_>>(),
            (8..20).collect::<Vec<_>>()
        );
        drop_surplus(&mut kept, 7);
        assert_eq!(kept.len(), 1);
    }
}

//! Filing what arrives: each object is written aside, read and checked, and handed to the thread that commits.

use std::collections::VecDeque;
use std::io::{self, BufWriter, Read, Write};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::SystemTime;

use crossbeam_channel::{Sender, bounded};
use flate2::Crc;
use tempfile::NamedTempFile;

use super::commit::{Committer, Held, Ready, file_of};
use super::places::{Incoming, place_of};
use super::record::{Identity, Record};
use super::steps::{Step, taken};
use super::{Lease, Store, StoreError};
use crate::dicom::{InstanceUid, ReadError, SeriesUid, Source, Stored, StudyUid, part_10_header};
use crate::net::dimse::{Arrival, Keep};

/// Objects that wait for the thread that commits; whoever sends more waits with them.
const READY_MAX: usize = 32;

/// Studies that do not go while objects of them arrive: the last ones.
const LEASES_MAX: usize = 8;

/// Bytes of one object after which it is looked again whether there is room for more.
const ROOM_BYTES: u64 = 64 << 20;

/// Bytes written at a time: few enough that memory for them is at hand.
const PIECE_BYTES: usize = 1 << 17;

/// About what is filed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FilingOptions {
    /// The archive that it comes from, by its name among the peers.
    pub from: Option<String>,
    /// What time it is: what arrives counts as read now.
    pub now: SystemTime,
}

/// An object that the store has, whatever happens from now on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filed {
    /// Its study.
    pub study: StudyUid,
    /// Its series.
    pub series: SeriesUid,
    /// Its SOP Instance UID.
    pub instance: InstanceUid,
    /// Its file.
    pub source: Source,
    /// Whether it has just come; else it was there before.
    pub is_new: bool,
}

/// What has become of all objects.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Tally {
    /// Filed.
    pub filed: usize,
    /// There before, the same to the byte.
    pub duplicates: usize,
    /// Not kept.
    pub refused: usize,
    /// Bytes of the files that were filed.
    pub bytes: u64,
    /// Why the first was not kept.
    pub why: Option<StoreError>,
}

impl Tally {
    pub(super) fn refuse(&mut self, why: &StoreError) {
        self.refused += 1;
        self.why.get_or_insert_with(|| why.clone());
    }
}

/// What the thread that commits shares with who files.
#[derive(Default)]
pub(super) struct Progress {
    pub(super) tally: Tally,
    /// Why nothing more can be filed.
    pub(super) stopped: Option<StoreError>,
}

/// Files objects as they arrive, from one sender after the other. What was kept is safe when [`Filed`] says so, or when it has
/// finished.
pub struct Filing {
    store: Store,
    folder: PathBuf,
    open: Option<Open>,
    /// Whom the last object named, of which study: its siblings are checked against it before it is committed.
    last: Option<(StudyUid, Identity)>,
    leases: VecDeque<(String, Arc<Lease>)>,
    progress: Arc<Mutex<Progress>>,
    ready: Option<Sender<Ready>>,
    thread: Option<JoinHandle<()>>,
}

/// An object on its way.
struct Open {
    file: BufWriter<NamedTempFile>,
    sop_class: String,
    instance: String,
    transfer_syntax: String,
    checksum: Crc,
    /// So far, and after how many there must still be room.
    bytes: u64,
    room_at: u64,
}

impl Store {
    /// Begins to file. `tell` hears of each object once the store has it, on a thread of its own.
    pub fn filing(
        &self,
        options: FilingOptions,
        tell: impl FnMut(Filed) + Send + 'static,
    ) -> Result<Filing, StoreError> {
        self.make_room()?;
        let incoming = Incoming::new(self.places())?;
        let folder = incoming.folder.clone();
        let progress = Arc::default();
        let committer =
            Committer::new(self.clone(), incoming, options, Box::new(tell), Arc::clone(&progress));
        let (sender, receiver) = bounded(READY_MAX);
        let thread =
            std::thread::Builder::new().name("store".to_owned()).spawn(move || committer.run(&receiver))?;
        let store = self.clone();
        let (ready, thread) = (Some(sender), Some(thread));
        let leases = VecDeque::new();
        Ok(Filing { store, folder, open: None, last: None, leases, progress, ready, thread })
    }
}

impl Filing {
    /// Files an object that lies somewhere else, as it is. What is no object is told, and not counted.
    pub fn import(&mut self, source: &Source) -> Result<(), StoreError> {
        let mut stored = match Stored::open(source) {
            Err(other @ (ReadError::NotDicom | ReadError::Empty)) => return Err(other.into()),
            opened => opened.map_err(|why| self.refuse(why.into()))?,
        };
        let arrival = Arrival {
            sop_class: stored.sop_class,
            instance: stored.instance,
            transfer_syntax: stored.transfer_syntax,
            sender: "HOTLIGHT".to_owned(),
        };
        let outcome = self.begin_object(&arrival).and_then(|()| {
            let mut piece = vec![0; PIECE_BYTES];
            loop {
                // It is this object that cannot be read; others can.
                let unreadable = |error: io::Error| ReadError::Open { why: error.to_string() };
                match stored.data_set.read(&mut piece).map_err(unreadable)? {
                    0 => return self.keep_object(),
                    count => self.take_piece(piece.get(..count).unwrap_or_default())?,
                }
            }
        });
        outcome.map_err(|why| self.refuse(why))
    }

    /// Waits until all that was kept is committed, and says what has become of it.
    pub fn finish(mut self) -> Tally {
        self.close();
        std::mem::take(&mut self.progress().tally)
    }

    fn close(&mut self) {
        self.open = None;
        self.ready = None;
        if let Some(thread) = self.thread.take() {
            // It catches nothing and ends with its channel; what it has not told was not filed.
            let _ended = thread.join();
        }
    }

    fn progress(&self) -> std::sync::MutexGuard<'_, Progress> {
        self.progress.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn refuse(&mut self, why: StoreError) -> StoreError {
        self.open = None;
        self.progress().tally.refuse(&why);
        why
    }

    fn begin_object(&mut self, arrival: &Arrival) -> Result<(), StoreError> {
        if let Some(why) = &self.progress().stopped {
            return Err(why.clone());
        }
        self.store.check_room()?;
        let Arrival { sop_class, instance, transfer_syntax, sender } = arrival;
        let header = part_10_header(sop_class, instance, transfer_syntax, sender);
        let header = header.map_err(|error| io::Error::other(error.to_string()))?;
        let file = NamedTempFile::new_in(&self.folder)?;
        taken(Step::Made);
        let mut file = BufWriter::with_capacity(PIECE_BYTES, file);
        file.write_all(&header)?;
        self.open = Some(Open {
            file,
            sop_class: sop_class.clone(),
            instance: instance.clone(),
            transfer_syntax: transfer_syntax.clone(),
            checksum: Crc::new(),
            bytes: header.len() as u64,
            room_at: ROOM_BYTES,
        });
        Ok(())
    }

    fn take_piece(&mut self, bytes: &[u8]) -> Result<(), StoreError> {
        let open = self.open.as_mut().ok_or(StoreError::NotHere)?;
        open.bytes += bytes.len() as u64;
        if open.bytes >= open.room_at {
            self.store.check_room()?;
            open.room_at = open.bytes + ROOM_BYTES;
        }
        open.checksum.update(bytes);
        open.file.write_all(bytes)?;
        taken(Step::Written);
        Ok(())
    }

    fn keep_object(&mut self) -> Result<(), StoreError> {
        let open = self.open.take().ok_or(StoreError::NotHere)?;
        let file = open.file.into_inner().map_err(io::IntoInnerError::into_error)?;
        let source = Source::file(file.path());
        let record = Record::read(&source, &open.transfer_syntax, open.bytes, open.checksum.sum())?;
        for (what, announced, found) in [
            ("SOP Instance UID (0008,0018)", &open.instance, &record.instance),
            ("SOP Class UID (0008,0016)", &open.sop_class, &record.sop_class),
        ] {
            if announced != found {
                return Err(StoreError::NotAsAnnounced { what });
            }
        }
        // Those before it may not be committed yet; who commits looks again.
        match &self.last {
            Some((study, patient)) if *study == record.study.uid => {
                if !patient.is_same(&record.identity()) {
                    return Err(StoreError::WrongPatient);
                }
            }
            _ => {
                self.store.read(|index| record.check_patient(index))?;
                self.last = Some((record.study.uid.clone(), record.identity()));
            }
        }
        // What the store has already must not go before that is said.
        let lease = self.lease(&place_of(&record.study.uid))?;
        let held = self.store.read(|index| file_of(self.store.places(), index, &record))?;
        // Nobody else who asks the index waits for the two to be read.
        let held = Held::of(held.as_deref(), file.path())?;
        taken(Step::Checked);
        let file = (held != Held::Same).then_some(file);
        let ready = self.ready.as_ref().ok_or(StoreError::NotHere)?;
        // It takes until it is closed here.
        let sent = ready.send(Ready { file, record, lease });
        sent.map_err(|_ended| io::Error::other("the thread that files has ended").into())
    }
}

impl Filing {
    /// Sees to it that a study stays while objects of it arrive.
    fn lease(&mut self, place: &str) -> Result<Arc<Lease>, StoreError> {
        if let Some((_, lease)) = self.leases.iter().find(|(known, _)| known == place) {
            return Ok(Arc::clone(lease));
        }
        let lease = Arc::new(Lease::of(self.store.places(), place)?);
        self.leases.truncate(LEASES_MAX - 1);
        self.leases.push_front((place.to_owned(), Arc::clone(&lease)));
        Ok(lease)
    }
}

impl Keep for Filing {
    fn begin(&mut self, arrival: &Arrival) -> io::Result<()> {
        self.begin_object(arrival).map_err(|why| self.refuse(why).into())
    }

    fn take(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.take_piece(bytes).map_err(|why| self.refuse(why).into())
    }

    fn keep(&mut self) -> io::Result<()> {
        self.keep_object().map_err(|why| self.refuse(why).into())
    }

    fn drop_it(&mut self) {
        self.open = None;
    }
}

impl Drop for Filing {
    fn drop(&mut self) {
        self.close();
    }
}

/// Whether two files hold the same object: the same data set in the same transfer syntax, whoever wrote the header.
pub(super) fn are_equal(a: &Source, b: &Source) -> Result<bool, StoreError> {
    let (mut a, mut b) = (Stored::open(a)?, Stored::open(b)?);
    if (a.bytes, &a.transfer_syntax) != (b.bytes, &b.transfer_syntax) {
        return Ok(false);
    }
    let (mut of_a, mut of_b) = (vec![0; PIECE_BYTES], vec![0; PIECE_BYTES]);
    loop {
        let count = a.data_set.read(&mut of_a)?;
        let (of_a, of_b) = (of_a.get(..count).unwrap_or_default(), of_b.get_mut(..count).unwrap_or_default());
        b.data_set.read_exact(of_b)?;
        if of_a != of_b {
            return Ok(false);
        }
        if count == 0 {
            return Ok(true);
        }
    }
}

/// CRC-32 of a file's data set, and how long the file is.
pub(super) fn checksum(source: &Source) -> Result<(String, u32, u64), StoreError> {
    let mut stored = Stored::open(source)?;
    let (mut checksum, mut piece) = (Crc::new(), vec![0; PIECE_BYTES]);
    loop {
        let damaged = |error: io::Error| ReadError::Damaged { why: error.to_string() };
        match stored.data_set.read(&mut piece).map_err(damaged)? {
            0 => break,
            count => checksum.update(piece.get(..count).unwrap_or_default()),
        }
    }
    let bytes = std::fs::metadata(source.path.reveal())?.len();
    Ok((stored.transfer_syntax, checksum.sum(), bytes))
}

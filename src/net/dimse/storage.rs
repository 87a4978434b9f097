//! Objects that arrive: in which services and syntaxes, and where they are kept. PS3.4 B.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use dicom_dictionary_std::uids;
use tempfile::NamedTempFile;

use super::association::{Association, Proposal};
use super::command::{Command, Field, SubOperations};
use super::status::Status;
use crate::dicom::{is_uid, part_10_header};
use crate::net::NetError;

/// The transfer syntaxes that we ask for, those first that keep an object small and as it is. PS3.5 10, A.
pub(in crate::net) const TRANSFER_SYNTAXES: [&str; 23] = [
    uids::JPEGLS_LOSSLESS,
    uids::JPEG2000_LOSSLESS,
    uids::HTJ2K_LOSSLESS,
    uids::HTJ2K_LOSSLESS_RPCL,
    uids::JPEG_LOSSLESS_SV1,
    uids::JPEG_LOSSLESS,
    uids::RLE_LOSSLESS,
    uids::JPEGLS_NEAR_LOSSLESS,
    uids::JPEG2000,
    uids::HTJ2K,
    uids::JPEG_BASELINE8_BIT,
    uids::JPEG_EXTENDED12_BIT,
    uids::DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN,
    uids::DEFLATED_IMAGE_FRAME_COMPRESSION,
    uids::MPEG2MPML,
    uids::MPEG4HP41,
    uids::MPEG4HP41BD,
    uids::HEVCMP51,
    uids::EXPLICIT_VR_LITTLE_ENDIAN,
    uids::IMPLICIT_VR_LITTLE_ENDIAN,
    // Retired, and still found in archives: big endian, and two more processes of JPEG.
    BIG_ENDIAN,
    "1.2.840.10008.1.2.4.53",
    "1.2.840.10008.1.2.4.55",
];

/// Explicit VR Big Endian. PS3.5 A.3.
const BIG_ENDIAN: &str = "1.2.840.10008.1.2.2";

/// In which of the transfer syntaxes offered an object comes here: one of ours, or whatever it is in, since it is filed as it is.
pub(in crate::net) fn taken(offered: &[String]) -> Option<String> {
    let preferred = TRANSFER_SYNTAXES.iter().find_map(|uid| offered.iter().find(|offer| offer == uid));
    preferred.or(offered.first()).cloned()
}

/// An object on its way here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arrival {
    /// SOP Class UID.
    pub sop_class: String,
    /// SOP Instance UID, as it was sent: never a path.
    pub instance: String,
    /// Transfer Syntax UID of its data set.
    pub transfer_syntax: String,
    /// The AE title of who sent it.
    pub sender: String,
}

/// Where objects are kept as they arrive: each is begun, written, and kept or dropped as a whole.
pub trait Keep: Send {
    /// Begins an object.
    fn begin(&mut self, arrival: &Arrival) -> io::Result<()>;
    /// Takes a piece of its data set.
    fn take(&mut self, bytes: &[u8]) -> io::Result<()>;
    /// It is whole.
    fn keep(&mut self) -> io::Result<()>;
    /// It will not become whole.
    fn drop_it(&mut self);
}

impl Keep for Box<dyn Keep> {
    fn begin(&mut self, arrival: &Arrival) -> io::Result<()> {
        (**self).begin(arrival)
    }

    fn take(&mut self, bytes: &[u8]) -> io::Result<()> {
        (**self).take(bytes)
    }

    fn keep(&mut self) -> io::Result<()> {
        (**self).keep()
    }

    fn drop_it(&mut self) {
        (**self).drop_it();
    }
}

/// How many objects arrived, and how many there should be.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Retrieved {
    /// Kept here; each counts once where it was asked what there is.
    pub received: usize,
    /// Refused here, as they could not be kept.
    pub refused: usize,
    /// Bytes of the data sets kept.
    pub bytes: u64,
    /// As the archive counts its own sending.
    pub operations: SubOperations,
    /// How many objects there are, where the archive was asked: those that it listed, and what came beside them.
    pub expected: Option<usize>,
    /// What the archive answered at the end.
    pub status: Status,
    /// Why an object could not be kept, the first time.
    pub refusal: Option<String>,
    /// Why some of it did not come, where other parts did.
    pub failure: Option<NetError>,
}

impl Retrieved {
    /// How many objects there should be.
    pub fn total(&self) -> usize {
        let counts = &self.operations;
        let counted = [Some(counts.completed), Some(counts.failed), Some(counts.warnings), counts.remaining];
        let counted = counted.into_iter().flatten().map(usize::from).sum();
        self.expected.unwrap_or_default().max(counted).max(self.received + self.refused)
    }

    /// Whether nothing is missing.
    pub fn is_whole(&self) -> bool {
        self.failure.is_none() && self.status.is_done() && self.received == self.total()
    }

    /// An archive's count and status at the end of one retrieval of several; the first that is no success stays.
    pub(super) fn conclude(&mut self, operations: SubOperations, status: Status) {
        let SubOperations { remaining, completed, failed, warnings } = operations;
        let counts = &mut self.operations;
        counts.remaining = counts.remaining.into_iter().chain(remaining).reduce(u16::saturating_add);
        counts.completed = counts.completed.saturating_add(completed);
        counts.failed = counts.failed.saturating_add(failed);
        counts.warnings = counts.warnings.saturating_add(warnings);
        if self.status.code == Status::SUCCESS {
            self.status = status;
        }
    }

    /// Counts what was kept against what the archive listed: what came twice is one object, and what is not listed stands for none
    /// that is.
    pub(super) fn count(&mut self, kept: &BTreeSet<String>, listed: &BTreeSet<String>) {
        let twice = u16::try_from(self.received.saturating_sub(kept.len())).unwrap_or(u16::MAX);
        self.operations.completed = self.operations.completed.saturating_sub(twice);
        self.received = kept.len();
        self.expected = Some(kept.union(listed).count());
    }

    /// What came by another way of the same.
    pub(super) fn add(&mut self, other: Self) {
        let Self { received, refused, bytes, operations, expected: _, status, refusal, failure } = other;
        self.received += received;
        self.refused += refused;
        self.bytes += bytes;
        self.conclude(operations, status);
        self.refusal = self.refusal.take().or(refusal);
        self.failure = self.failure.take().or(failure);
    }
}

/// What the names of files begin with that are still written; a program that was killed leaves one.
const UNFINISHED: &str = ".tmp";

/// Whether a file in such a folder is none that was kept.
pub(in crate::net) fn is_unfinished(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(UNFINISHED.as_bytes()))
}

/// A folder of Part 10 files, each named by its SOP Instance UID.
pub struct Folder {
    folder: PathBuf,
    open: Option<(NamedTempFile, PathBuf)>,
}

impl Folder {
    /// Keeps objects in a folder, which is made where it is not there.
    pub fn new(folder: &Path) -> io::Result<Self> {
        std::fs::create_dir_all(folder)?;
        Ok(Self { folder: folder.to_owned(), open: None })
    }

    /// Another that keeps in the same folder, for objects that arrive at the same time.
    #[must_use]
    pub fn beside(&self) -> Self {
        Self { folder: self.folder.clone(), open: None }
    }

    /// The file of the object on its way here, as far as it has come.
    pub(in crate::net) fn written(&self) -> io::Result<&Path> {
        let (file, _) = self.open.as_ref().ok_or_else(|| io::Error::other("no object was begun"))?;
        Ok(file.path())
    }

    /// Where the object of a UID is kept.
    pub(in crate::net) fn path_of(&self, instance: &str) -> PathBuf {
        self.folder.join(format!("{instance}.dcm"))
    }
}

impl Keep for Folder {
    fn begin(&mut self, arrival: &Arrival) -> io::Result<()> {
        let instance = &arrival.instance;
        if !is_uid(instance) {
            return Err(io::Error::other("its SOP Instance UID is none"));
        }
        // Written beside its place and then named: half of one is never found.
        let mut file = tempfile::Builder::new().prefix(UNFINISHED).tempfile_in(&self.folder)?;
        let header = part_10_header(&arrival.sop_class, instance, &arrival.transfer_syntax, &arrival.sender);
        file.write_all(&header.map_err(io::Error::other)?)?;
        self.open = Some((file, self.path_of(instance)));
        Ok(())
    }

    fn take(&mut self, bytes: &[u8]) -> io::Result<()> {
        let (file, _) = self.open.as_mut().ok_or_else(|| io::Error::other("no object was begun"))?;
        file.write_all(bytes)
    }

    fn keep(&mut self) -> io::Result<()> {
        let (file, path) = self.open.take().ok_or_else(|| io::Error::other("no object was begun"))?;
        let _kept: File = file.persist(path)?;
        Ok(())
    }

    fn drop_it(&mut self) {
        self.open = None;
    }
}

/// Objects of a class that we propose to take, though it is us who ask.
fn provided(sop_class: &str, transfer_syntaxes: Vec<String>) -> Proposal {
    Proposal { sop_class: sop_class.to_owned(), transfer_syntaxes, as_provider: true }
}

/// What we propose to provide, so that an archive may send us these SOP classes: each syntax in a context of its own as long as
/// there is room, and else in as many as there are, those first in the list apart: of a context an archive settles on one, and
/// cannot send what it holds in another.
pub(in crate::net) fn proposals(sop_classes: &[String], contexts_max: usize) -> Vec<Proposal> {
    let each = (contexts_max / sop_classes.len().max(1)).clamp(1, TRANSFER_SYNTAXES.len());
    let is_alone = each == TRANSFER_SYNTAXES.len();
    let (spread, beside): (Vec<&str>, Vec<&str>) =
        TRANSFER_SYNTAXES.into_iter().partition(|uid| is_alone || *uid != BIG_ENDIAN);
    let of_class = |class: &String| -> Vec<Proposal> {
        let of_context = |first| {
            let mut syntaxes: Vec<&str> = spread.iter().skip(first).step_by(each).copied().collect();
            // An archive that sends by the first context that it accepts would turn all round into big endian.
            if syntaxes.contains(&uids::EXPLICIT_VR_LITTLE_ENDIAN) {
                syntaxes.extend(&beside);
            }
            provided(class, syntaxes.into_iter().map(str::to_owned).collect())
        };
        (0..each).map(of_context).collect()
    };
    sop_classes.iter().take(contexts_max).flat_map(of_class).collect()
}

/// Takes an object that a peer stores here, and answers.
pub(in crate::net) async fn store_here(
    association: &mut Association,
    context: u8,
    request: &Command,
    keep: &mut (impl Keep + ?Sized),
    so_far: &mut Retrieved,
) -> Result<(), NetError> {
    if !request.has_data {
        return Err(NetError::protocol("a C-STORE without an object"));
    }
    let agreed = association.context(context)?.clone();
    let arrival = Arrival {
        sop_class: request.sop_class.clone(),
        instance: request.instance.clone(),
        transfer_syntax: agreed.transfer_syntax,
        sender: association.peer.clone(),
    };
    let mut bytes = 0;
    let begun = keep.begin(&arrival);
    let is_begun = begun.is_ok();
    let taken = association.data(context, |piece| {
        bytes += piece.len() as u64;
        if is_begun { keep.take(piece) } else { Ok(()) }
    });
    let kept = match taken.await {
        Ok(taken) => begun.and(taken).and_then(|()| keep.keep()),
        Err(error) => {
            keep.drop_it();
            return Err(error);
        }
    };
    let status = match kept {
        Ok(()) => {
            so_far.received += 1;
            so_far.bytes += bytes;
            Status::of(Status::SUCCESS)
        }
        Err(error) => {
            keep.drop_it();
            so_far.refused += 1;
            let is_full = matches!(
                error.kind(),
                io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge
            );
            so_far.refusal.get_or_insert_with(|| error.to_string());
            Status::of(match error.kind() {
                _ if is_full => Status::OUT_OF_RESOURCES,
                io::ErrorKind::PermissionDenied => Status::NOT_AUTHORISED,
                _ => Status::CANNOT_UNDERSTAND,
            })
        }
    };
    association.send(context, &Command::response(Field::StoreResponse, request, status), None).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn syntaxes_are_spread_over_as_many_contexts_as_there_are() {
        for (classes, contexts) in [(1, 23), (5, 23), (6, 21), (40, 3), (127, 1), (200, 1)] {
            let classes: Vec<String> = (0..classes).map(|class| format!("1.{class}")).collect();
            let proposals = proposals(&classes, 127);
            assert_eq!(proposals.len(), classes.len().min(127) * contexts);
            let little = |proposal: &Proposal| {
                proposal.transfer_syntaxes.iter().any(|uid| uid == uids::EXPLICIT_VR_LITTLE_ENDIAN)
            };
            let big =
                proposals.iter().position(|it| it.transfer_syntaxes.iter().any(|uid| uid == BIG_ENDIAN));
            assert!(proposals.iter().position(little) <= big, "it is not the first that is accepted");
            let of_first = proposals.iter().filter(|proposal| proposal.sop_class == "1.0");
            let mut offered: Vec<&str> =
                of_first.flat_map(|proposal| &proposal.transfer_syntaxes).map(String::as_str).collect();
            offered.sort_unstable();
            let mut all = TRANSFER_SYNTAXES;
            all.sort_unstable();
            assert_eq!(offered, all);
        }
    }

    #[test]
    fn what_is_not_whole_is_nowhere() {
        let folder = tempfile::tempdir().expect("a folder");
        let arrival = Arrival {
            sop_class: uids::CT_IMAGE_STORAGE.to_owned(),
            instance: "1.2.3".to_owned(),
            transfer_syntax: uids::EXPLICIT_VR_LITTLE_ENDIAN.to_owned(),
            sender: "ARCHIVE".to_owned(),
        };
        let mut keep = Folder::new(folder.path()).expect("a folder");
        keep.begin(&arrival).expect("begun");
        keep.take(b"half").expect("taken");
        keep.drop_it();
        let files = || std::fs::read_dir(folder.path()).expect("a folder").count();
        assert_eq!(files(), 0);
        keep.begin(&arrival).expect("begun");
        keep.take(b"whole").expect("taken");
        keep.keep().expect("kept");
        let file = std::fs::read(folder.path().join("1.2.3.dcm")).expect("the file");
        assert!(file.ends_with(b"whole") && file.get(128..132) == Some(b"DICM"));
    }
}

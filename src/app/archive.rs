//! Zip archives: what they hold, as sources. Nothing is unpacked to the disk, so no name in one is ever a path here.

use std::fs::File;
use std::io::BufReader;
use std::path::Path;
use std::sync::Arc;

use zip::{CompressionMethod, ZipArchive};

use crate::dicom::{ReadError, Source, ZipMember};
use crate::study::Unreadable;
use crate::units::Phi;

/// An archive with more files is refused.
const MEMBERS_MAX: usize = 200_000;

/// The bytes of a member's own header, less its name.
const HEADER_BYTES: u64 = 30;

/// What an archive holds.
#[derive(Debug, Default)]
pub(super) struct Archive {
    /// Files, by where they lie.
    pub(super) members: Vec<Source>,
    /// Those that cannot be opened.
    pub(super) refused: Vec<Unreadable>,
}

impl Archive {
    /// Reads the central directory.
    ///
    /// Of members whose bytes overlap only the first is taken: together they unpack to no more than the archive's size
    /// allows.
    pub(super) fn read(path: &Path) -> Result<Self, ReadError> {
        let damaged = |why: String| ReadError::Damaged { why };
        let file = File::open(path).map_err(|error| ReadError::Open { why: error.to_string() })?;
        let archive = ZipArchive::new(BufReader::new(file)).map_err(|error| damaged(error.to_string()))?;
        if archive.len() > MEMBERS_MAX {
            let count = archive.len();
            return Err(damaged(format!("an archive of {count} files; {MEMBERS_MAX} are the most")));
        }
        let mut contents = Self::default();
        let path: Arc<Path> = Arc::from(path);
        if archive.has_duplicate_names() {
            let source = Source { path: Phi::new(Arc::clone(&path)), member: None };
            let why = damaged("some files share a name; one of each was read".to_owned());
            contents.refused.push(Unreadable { source, why });
        }
        let entries = (0..archive.len()).filter_map(|index| archive.by_index_data(index).ok());
        let mut entries: Vec<_> = entries.filter(|entry| !entry.is_dir()).collect();
        entries.sort_by_key(|entry| (entry.header_start(), entry.central_header_start()));
        let mut taken_to = 0;
        for entry in entries {
            let name = entry.name().unwrap_or_else(|_other| String::from_utf8_lossy(entry.name_raw()));
            let member = ZipMember {
                name: Phi::new(name.into_owned()),
                at: entry.header_start(),
                packed_bytes: entry.compressed_size(),
                bytes: entry.size(),
                checksum: entry.crc32(),
                is_deflated: entry.compression() == CompressionMethod::Deflated,
            };
            let end = member.at.saturating_add(HEADER_BYTES + entry.name_raw().len() as u64);
            let end = end.saturating_add(member.packed_bytes);
            let why = if entry.encrypted() {
                Some("it is encrypted".to_owned())
            } else if !member.is_deflated && entry.compression() != CompressionMethod::Stored {
                Some(format!("it is packed by {}, which is not read", entry.compression()))
            } else if member.at < taken_to {
                Some("its bytes are those of another file in the archive".to_owned())
            } else {
                taken_to = end;
                None
            };
            let source = Source { path: Phi::new(Arc::clone(&path)), member: Some(Arc::new(member)) };
            match why {
                Some(why) => contents.refused.push(Unreadable { source, why: ReadError::Open { why } }),
                None => contents.members.push(source),
            }
        }
        Ok(contents)
    }
}

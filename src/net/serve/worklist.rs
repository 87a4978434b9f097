//! A worklist over a folder of files, as dcmtk's `wlmscpfs` reads them: each `.wl` is the data set of one entry. PS3.4 K.

use std::path::{Path, PathBuf};

use dicom_dictionary_std::tags;
use walkdir::WalkDir;

use super::matching::matches;
use crate::dicom::{Attributes, DataSet, Source, Tag, VR, Writer, vr_of};

/// More files are not looked at.
const FILES_MAX: usize = 10_000;

/// The files of a worklist, in order of their names: those in the folder, or in the one within that is called as the archive is.
pub(super) fn files(folder: &Path, title: &str) -> impl Iterator<Item = PathBuf> + use<> {
    let own = folder.join(title);
    let folder = if own.is_dir() { own } else { folder.to_owned() };
    let files = WalkDir::new(folder).max_depth(1).sort_by_file_name().into_iter().filter_map(Result::ok);
    let files = files.filter(|entry| entry.file_type().is_file()).map(walkdir::DirEntry::into_path);
    files.filter(|path| path.extension().is_some_and(|end| end.eq_ignore_ascii_case("wl"))).take(FILES_MAX)
}

/// What a file answers to a question, as a data set in a transfer syntax; none where it does not match.
pub(super) fn answer(file: &Path, identifier: Attributes<'_>, transfer_syntax: &str) -> Option<Vec<u8>> {
    let entry = match DataSet::read(&Source::file(file)) {
        Ok(entry) => entry,
        Err(error) => {
            tracing::warn!(%error, "a file of the worklist is left out");
            return None;
        }
    };
    if !fits(identifier, entry.attributes()) {
        return None;
    }
    let head = Writer::item().text(tags::SPECIFIC_CHARACTER_SET, "ISO_IR 192");
    Some(asked_for(head, identifier, entry.attributes()).data_set(transfer_syntax))
}

/// Whether an entry, or an item of it, has what the keys say; of a sequence one item must. PS3.4 C.2.2.2.6.
fn fits(keys: Attributes<'_>, entry: Attributes<'_>) -> bool {
    names(keys).all(|tag| {
        if vr_of(tag) == VR::SQ {
            keys.item(tag).is_none_or(|key| is_open(key) || entry.items(tag).any(|item| fits(key, item)))
        } else {
            let key = keys.texts(tag).join("\\");
            matches(vr_of(tag), &key, &entry.texts(tag))
        }
    })
}

/// Whether keys leave all open.
fn is_open(keys: Attributes<'_>) -> bool {
    keys.tags().all(|tag| keys.items(tag).all(is_open) && keys.text(tag).is_none())
}

/// Puts what was asked for: of sequences the items that match, with all that they have where the question has no item.
fn asked_for(into: Writer, keys: Attributes<'_>, entry: Attributes<'_>) -> Writer {
    names(keys).fold(into, |into, tag| {
        if vr_of(tag) != VR::SQ {
            return into.copied(tag, entry);
        }
        let key = keys.item(tag).filter(|key| key.tags().next().is_some());
        let items = entry.items(tag).filter(|item| key.is_none_or(|key| fits(key, *item)));
        let items = items.map(|item| asked_for(Writer::item(), key.unwrap_or(item), item));
        into.sequence(tag, items.collect::<Vec<_>>())
    })
}

/// The keys of an identifier or an item of it.
fn names(keys: Attributes<'_>) -> impl Iterator<Item = Tag> {
    keys.tags().filter(|tag| *tag != tags::SPECIFIC_CHARACTER_SET).collect::<Vec<_>>().into_iter()
}

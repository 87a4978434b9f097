//! DICOMDIR: what a medium says it holds. PS3.3 F.
//!
//! It is believed in what it lists, and in nothing else: files are looked for by name in the folders that are there, so
//! no entry leads out of them, and no link that lies there either.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ffi::OsString;
use std::fs::DirEntry;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use dicom_dictionary_std::{tags, uids};

use super::attribute::Attributes;
use super::charset::CharacterSets;
use super::error::ReadError;
use super::layout::Layout;
use super::source::{Source, ZipMember};
use super::uid::{SeriesUid, StudyUid};
use crate::units::Phi;

/// What a DICOMDIR lists.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Directory {
    /// How many images each series has. A series is absent when the records do not hang together.
    pub images: BTreeMap<(StudyUid, SeriesUid), u32>,
    /// The parts of each Referenced File ID. PS3.10 8.5.
    files: Vec<Phi<Vec<String>>>,
}

impl Directory {
    /// Reads the records; `None` when the object is no DICOMDIR.
    pub fn read(source: &Source) -> Result<Option<Self>, ReadError> {
        let layout = Layout::find(source)?;
        let object = layout.elements.parse(layout.encoding);
        let sets = CharacterSets::new(&[]);
        let at = Attributes { object: &object, sets: &sets };
        let is_directory = layout.sop_class == uids::MEDIA_STORAGE_DIRECTORY_STORAGE
            || at.has(tags::DIRECTORY_RECORD_SEQUENCE);
        Ok(is_directory.then(|| {
            let records: Vec<Record> = at.items(tags::DIRECTORY_RECORD_SEQUENCE).map(Record::of).collect();
            let first = at
                .integer(tags::OFFSET_OF_THE_FIRST_DIRECTORY_RECORD_OF_THE_ROOT_DIRECTORY_ENTITY)
                .unwrap_or(0);
            Self { images: images(&records, first), files: files(records) }
        }))
    }

    /// The files it lists that lie in `folder`, where it lies itself, and those that do not.
    pub fn find_in_folder(&self, folder: &Path) -> (Vec<PathBuf>, Vec<Source>) {
        let mut listings = HashMap::new();
        let (mut there, mut missing) = (Vec::new(), Vec::new());
        for file in &self.files {
            let parts = file.reveal();
            let found = parts.iter().try_fold((folder.to_path_buf(), false), |(at, is_linked), part| {
                let names = listings.entry(at.clone()).or_insert_with(|| listing(&at));
                let (name, is_link) = names.get(part).or_else(|| names.get(&usual(part)))?;
                Some((at.join(name), is_linked || *is_link))
            });
            let is_there = |(path, is_linked): &(PathBuf, bool)| {
                path.is_file() && (!is_linked || is_within(path, folder))
            };
            match found.filter(is_there) {
                Some((path, _)) => there.push(path),
                None => missing.push(Source::file(&folder.join(parts.join("/")))),
            }
        }
        (there, missing)
    }

    /// The files it lists that are not among the members of its archive; `source` is itself.
    pub fn missing_from(&self, source: &Source, members: &[Source]) -> Vec<Source> {
        let name_of = |source: &Source| source.member.as_ref().map(|member| member.name.reveal().clone());
        let own = name_of(source).unwrap_or_default();
        let folder = own.rfind(['/', '\\']).and_then(|end| own.get(..=end)).unwrap_or_default();
        let known: BTreeSet<String> =
            members.iter().filter_map(name_of).map(|name| usual(&name.replace('\\', "/"))).collect();
        let name = |parts: &[String]| format!("{folder}{}", parts.join("/"));
        let is_missing = |name: &String| !known.contains(&usual(&name.replace('\\', "/")));
        let missing = self.files.iter().map(|file| name(file.reveal())).filter(is_missing);
        let source = |name| {
            let member = source.member.as_deref()?.clone();
            let name = Phi::new(name);
            Some(Source { member: Some(Arc::new(ZipMember { name, ..member })), ..source.clone() })
        };
        missing.filter_map(source).collect()
    }
}

/// Whether links on the way lead nowhere else.
fn is_within(path: &Path, folder: &Path) -> bool {
    let places = std::fs::canonicalize(path).ok().zip(std::fs::canonicalize(folder).ok());
    places.is_some_and(|(path, folder)| path.starts_with(folder))
}

/// Names in a folder as they may be written in a DICOMDIR, with the names that they have, and whether those are links.
fn listing(folder: &Path) -> HashMap<String, (OsString, bool)> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let is_link = |entry: &DirEntry| entry.file_type().is_ok_and(|kind| kind.is_symlink());
    let mut names: Vec<(OsString, bool)> =
        entries.map(|entry| (entry.file_name(), is_link(&entry))).collect();
    names.sort();
    let text = |name: &OsString| name.to_string_lossy().into_owned();
    let usual_names = names.iter().map(|named| (usual(&text(&named.0)), named.clone()));
    // The very name goes before one that only looks like it.
    usual_names.chain(names.iter().map(|named| (text(&named.0), named.clone()))).collect()
}

/// A name as media write it: capitals, no version number, no final dot. ISO 9660 7.5 and 7.6.
fn usual(name: &str) -> String {
    let name = name.strip_suffix(";1").unwrap_or(name);
    name.strip_suffix('.').unwrap_or(name).to_uppercase()
}

/// A directory record. PS3.3 F.3.2.2.
struct Record {
    kind: String,
    /// Offset of the Next Directory Record.
    next: i64,
    /// Offset of Referenced Lower-Level Directory Entity.
    lower: i64,
    is_in_use: bool,
    file: Vec<String>,
    study: Option<StudyUid>,
    series: Option<SeriesUid>,
}

impl Record {
    fn of(at: Attributes<'_>) -> Self {
        let file = at.texts(tags::REFERENCED_FILE_ID);
        // Some writers separate folders as their system does.
        let parts = file.iter().flat_map(|part| part.split(['/', '\\'])).filter(|part| !part.is_empty());
        Self {
            kind: at.text(tags::DIRECTORY_RECORD_TYPE).unwrap_or_default(),
            next: at.integer(tags::OFFSET_OF_THE_NEXT_DIRECTORY_RECORD).unwrap_or(0),
            lower: at.integer(tags::OFFSET_OF_REFERENCED_LOWER_LEVEL_DIRECTORY_ENTITY).unwrap_or(0),
            is_in_use: at.integer(tags::RECORD_IN_USE_FLAG) != Some(0),
            file: parts.map(str::to_owned).collect(),
            study: at.text(tags::STUDY_INSTANCE_UID).map(|uid| StudyUid::new(&uid)),
            series: at.text(tags::SERIES_INSTANCE_UID).map(|uid| SeriesUid::new(&uid)),
        }
    }
}

fn files(records: Vec<Record>) -> Vec<Phi<Vec<String>>> {
    let listed = records.into_iter().filter(|record| record.is_in_use && !record.file.is_empty());
    listed.map(|record| Phi::new(record.file)).collect()
}

/// Counts the images of each series.
fn images(records: &[Record], first: i64) -> BTreeMap<(StudyUid, SeriesUid), u32> {
    let mut images = BTreeMap::new();
    let order = linked(records, first).or_else(|| in_order(records)).unwrap_or_default();
    let (mut study, mut series) = (None, None);
    for record in order {
        match record.kind.as_str() {
            "PATIENT" => (study, series) = (None, None),
            "STUDY" => (study, series) = (record.study.as_ref(), None),
            "SERIES" => series = record.series.as_ref(),
            "IMAGE" | "RT DOSE" if record.is_in_use => {
                let (Some(study), Some(series)) = (study, series) else { continue };
                *images.entry((study.clone(), series.clone())).or_default() += 1;
            }
            _ => {}
        }
    }
    images
}

/// Records from the top down, as their offsets link them; `None` when those cannot be right.
///
/// Each record is linked to once, and records follow one another in the file, so the order of the offsets is the order
/// of the records: no offset is followed into the file.
fn linked(records: &[Record], first: i64) -> Option<Vec<&Record>> {
    let links = records.iter().flat_map(|record| [record.next, record.lower]).chain([first]);
    let offsets: Vec<i64> = links.filter(|offset| *offset != 0).collect();
    let sorted: BTreeSet<i64> = offsets.iter().copied().collect();
    if offsets.len() != records.len() || sorted.len() != records.len() {
        return None;
    }
    let by_offset: HashMap<i64, &Record> = sorted.into_iter().zip(records).collect();
    let mut order = Vec::with_capacity(records.len());
    let mut waiting = vec![(first, 0)];
    while let Some((offset, depth)) = waiting.pop() {
        let Some(record) = by_offset.get(&offset) else { continue };
        if level(&record.kind).is_some_and(|level| level != depth) {
            return None;
        }
        order.push(*record);
        waiting.push((record.next, depth));
        waiting.push((record.lower, depth + 1));
    }
    (order.len() == records.len()).then_some(order)
}

/// Records as they stand in the file; `None` when that is not from the top down.
fn in_order(records: &[Record]) -> Option<Vec<&Record>> {
    let mut depth = 0;
    for record in records {
        let Some(level) = level(&record.kind) else { continue };
        if level > depth {
            return None;
        }
        depth = level + 1;
    }
    Some(records.iter().collect())
}

/// How deep a record of this kind stands, where that is known.
fn level(kind: &str) -> Option<u32> {
    ["PATIENT", "STUDY", "SERIES", "IMAGE"]
        .iter()
        .zip(0..)
        .find(|(known, _)| **known == kind)
        .map(|(_, level)| level)
}

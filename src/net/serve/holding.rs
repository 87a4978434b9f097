//! What the archive holds: the objects of a folder, by study, series and instance. Of each only what retrievals and counting need
//! is in memory; its header is read when a query asks for more.

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use dicom_dictionary_std::tags;
use rayon::prelude::*;
use walkdir::WalkDir;

use super::matching::matches;
use crate::dicom::{Attributes, DataSet, ReadError, Source, Stored, Tag, Writer, vr_of};
use crate::net::Level;
use crate::net::dimse::serving::is_unfinished;

/// More objects are not held.
const OBJECTS_MAX: usize = 200_000;

/// One object.
pub(super) struct Object {
    pub(super) source: Source,
    pub(super) sop_class: Arc<str>,
    pub(super) transfer_syntax: Arc<str>,
    instance: String,
    series: Arc<str>,
    study: Arc<str>,
    patient: Arc<str>,
    modality: Arc<str>,
}

impl Object {
    /// Reads what is needed of a file.
    pub(super) fn read(source: &Source) -> Result<Self, ReadError> {
        let stored = Stored::open(source)?;
        let header = DataSet::read(source)?;
        let text = |tag| Arc::<str>::from(header.attributes().text(tag).unwrap_or_default());
        let (study, series) = (text(tags::STUDY_INSTANCE_UID), text(tags::SERIES_INSTANCE_UID));
        // What no query could lead to, a DICOMDIR for one, is no object of the archive.
        if study.is_empty() || series.is_empty() {
            return Err(ReadError::Missing { name: "Study or Series Instance UID" });
        }
        Ok(Self {
            source: source.clone(),
            sop_class: stored.sop_class.into(),
            transfer_syntax: stored.transfer_syntax.into(),
            instance: stored.instance,
            series,
            study,
            patient: text(tags::PATIENT_ID),
            modality: text(tags::MODALITY),
        })
    }
}

/// All of them, by SOP Instance UID.
#[derive(Default)]
pub(super) struct Holding {
    objects: BTreeMap<String, Arc<Object>>,
    /// Texts that many objects share are in memory once.
    texts: BTreeSet<Arc<str>>,
    /// The transfer syntaxes in which objects of a class are held, or were.
    syntaxes: BTreeMap<Arc<str>, BTreeSet<Arc<str>>>,
}

impl Holding {
    /// Reads a folder; gives the holding, and how many files were left out with the first reason.
    pub(super) fn read(folder: &Path) -> (Self, usize, Option<ReadError>) {
        let mut holding = Self::default();
        let (mut left_out, mut why) = (0, None);
        let files = WalkDir::new(folder).sort_by_file_name().into_iter().filter_map(Result::ok);
        let files: Vec<Source> = files
            .filter(|entry| entry.file_type().is_file() && !is_unfinished(entry.path()))
            .take(OBJECTS_MAX)
            .map(|entry| Source::file(entry.path()))
            .collect();
        let objects: Vec<_> = files.par_iter().map(Object::read).collect();
        for object in objects {
            match object {
                Ok(object) => holding.insert(object),
                Err(ReadError::NotDicom) => {}
                Err(error) => {
                    left_out += 1;
                    why = why.or(Some(error));
                }
            }
        }
        (holding, left_out, why)
    }

    /// Adds an object, in place of that of the same UID; whether there was a place for it.
    pub(super) fn add(&mut self, object: Object) -> bool {
        let has_place = self.has_place(&object.instance);
        if has_place {
            self.insert(object);
        }
        has_place
    }

    /// Whether there is a place for an object of a UID.
    pub(super) fn has_place(&self, instance: &str) -> bool {
        self.objects.len() < OBJECTS_MAX || self.objects.contains_key(instance)
    }

    fn insert(&mut self, mut object: Object) {
        let shared = [
            &mut object.sop_class,
            &mut object.transfer_syntax,
            &mut object.series,
            &mut object.study,
            &mut object.patient,
            &mut object.modality,
        ];
        for text in shared {
            match self.texts.get(text) {
                Some(known) => *text = Arc::clone(known),
                None => drop(self.texts.insert(Arc::clone(text))),
            }
        }
        let syntaxes = self.syntaxes.entry(Arc::clone(&object.sop_class)).or_default();
        syntaxes.insert(Arc::clone(&object.transfer_syntax));
        self.objects.insert(object.instance.clone(), Arc::new(object));
    }

    /// How many objects there are.
    pub(super) fn count(&self) -> usize {
        self.objects.len()
    }

    /// Whether objects of a class are held in a transfer syntax.
    pub(super) fn has(&self, sop_class: &str, transfer_syntax: &str) -> bool {
        self.syntaxes.get(sop_class).is_some_and(|syntaxes| syntaxes.contains(transfer_syntax))
    }

    /// What an identifier names, in order of the files, which is most often that of the images: everything below it that matches its unique keys. PS3.4 C.4.2.2.1.
    pub(super) fn named(&self, identifier: Attributes<'_>) -> Vec<Arc<Object>> {
        // Without any key it would be all that there is.
        if !UNIQUE.into_iter().any(|tag| identifier.text(tag).is_some()) {
            return Vec::new();
        }
        let mut named: Vec<_> = self.with_keys(identifier, |_| false).cloned().collect();
        named.sort_by(|a, b| a.source.cmp(&b.source));
        named
    }

    /// The objects with the unique keys of an identifier; those that are `open` fit all.
    fn with_keys(
        &self,
        identifier: Attributes<'_>,
        is_open: fn(&str) -> bool,
    ) -> impl Iterator<Item = &Arc<Object>> {
        let keys = UNIQUE.map(|tag| identifier.texts(tag));
        self.objects.values().filter(move |object| {
            let values = [&*object.study, &*object.series, &*object.instance, &*object.patient];
            let fits = |key: &str, value: &str| key == value || is_open(key);
            keys.iter()
                .zip(values)
                .all(|(keys, value)| keys.is_empty() || keys.iter().any(|key| fits(key, value)))
        })
    }

    /// What a query may be about: the objects of each patient, study, series or instance.
    pub(super) fn groups(&self, identifier: Attributes<'_>) -> Vec<Group> {
        let level = identifier.text(tags::QUERY_RETRIEVE_LEVEL);
        let level = [Level::Patient, Level::Study, Level::Series, Level::Image]
            .into_iter()
            .find(|known| Some(known.value()) == level.as_deref());
        let Some(level) = level else { return Vec::new() };
        let mut groups: BTreeMap<&str, Group> = BTreeMap::new();
        // Wild cards are looked at later.
        for object in self.with_keys(identifier, |key| key.is_empty() || key.contains(['*', '?'])) {
            let unit: &str = match level {
                Level::Patient => &object.patient,
                Level::Study => &object.study,
                Level::Series => &object.series,
                Level::Image => &object.instance,
            };
            let group = groups.entry(unit).or_insert_with(|| Group::new(level));
            group.objects.push(Arc::clone(object));
        }
        groups.into_values().collect()
    }
}

/// What names one patient, study, series or instance.
const UNIQUE: [Tag; 4] =
    [tags::STUDY_INSTANCE_UID, tags::SERIES_INSTANCE_UID, tags::SOP_INSTANCE_UID, tags::PATIENT_ID];

/// The objects of a patient, study or series, or an instance alone.
pub(super) struct Group {
    level: Level,
    objects: Vec<Arc<Object>>,
    /// Of its first object; none where its file cannot be read any more.
    header: OnceCell<Option<DataSet>>,
}

impl Group {
    const fn new(level: Level) -> Self {
        Self { level, objects: Vec::new(), header: OnceCell::new() }
    }

    fn header(&self) -> Option<Attributes<'_>> {
        let read = || DataSet::read(&self.objects.first()?.source).ok();
        self.header.get_or_init(read).as_ref().map(DataSet::attributes)
    }

    /// Its answer to a query, as a data set in a transfer syntax; none where it does not match.
    pub(super) fn answer(
        &self,
        identifier: Attributes<'_>,
        title: &str,
        transfer_syntax: &str,
    ) -> Option<Vec<u8>> {
        let keys: Vec<Tag> = identifier.tags().filter(|tag| !is_about_the_query(*tag)).collect();
        let is_match = keys.iter().all(|tag| {
            let key = identifier.texts(*tag).join("\\");
            key.is_empty() || matches(vr_of(*tag), &key, &self.values(*tag))
        });
        if !is_match {
            return None;
        }
        let head = Writer::item()
            .text(tags::SPECIFIC_CHARACTER_SET, "ISO_IR 192")
            .text(tags::QUERY_RETRIEVE_LEVEL, self.level.value())
            .text(tags::RETRIEVE_AE_TITLE, title);
        let item = keys.iter().fold(head, |item, tag| match self.known(*tag) {
            Some(values) => item.text(*tag, &values.join("\\")),
            None => match self.header() {
                Some(header) => item.copied(*tag, header),
                None => item,
            },
        });
        Some(item.data_set(transfer_syntax))
    }

    /// The values of an attribute: of the first object, unless they are known without it.
    fn values(&self, tag: Tag) -> Vec<String> {
        let of_first = || self.header().map(|header| header.texts(tag));
        self.known(tag).or_else(of_first).unwrap_or_default()
    }

    /// What is in memory, and what stands in no object and is found by looking at all of them. PS3.4 C.6.1.1, C.6.2.1.
    fn known(&self, tag: Tag) -> Option<Vec<String>> {
        let distinct = |of: fn(&Object) -> &str| -> BTreeSet<&str> {
            self.objects.iter().map(|object| of(object)).collect()
        };
        let all = |of| Some(distinct(of).into_iter().map(str::to_owned).collect());
        let number = |count: usize| Some(vec![count.to_string()]);
        let first = |of: fn(&Object) -> &str| Some(vec![of(self.objects.first()?).to_owned()]);
        match tag {
            tags::MODALITIES_IN_STUDY => all(|object| &object.modality),
            tags::SOP_CLASSES_IN_STUDY => all(|object| &object.sop_class),
            tags::SOP_CLASS_UID => first(|object| &object.sop_class),
            tags::SOP_INSTANCE_UID => first(|object| &object.instance),
            tags::SERIES_INSTANCE_UID => first(|object| &object.series),
            tags::STUDY_INSTANCE_UID => first(|object| &object.study),
            tags::PATIENT_ID => first(|object| &object.patient),
            tags::MODALITY => first(|object| &object.modality),
            tags::NUMBER_OF_PATIENT_RELATED_STUDIES => number(distinct(|object| &object.study).len()),
            tags::NUMBER_OF_STUDY_RELATED_SERIES | tags::NUMBER_OF_PATIENT_RELATED_SERIES => {
                number(distinct(|object| &object.series).len())
            }
            tags::NUMBER_OF_STUDY_RELATED_INSTANCES
            | tags::NUMBER_OF_SERIES_RELATED_INSTANCES
            | tags::NUMBER_OF_PATIENT_RELATED_INSTANCES => number(self.objects.len()),
            tags::INSTANCE_AVAILABILITY => Some(vec!["ONLINE".to_owned()]),
            _ => None,
        }
    }
}

/// Attributes of an identifier that are no keys.
const fn is_about_the_query(tag: Tag) -> bool {
    matches!(tag, tags::QUERY_RETRIEVE_LEVEL | tags::SPECIFIC_CHARACTER_SET | tags::RETRIEVE_AE_TITLE)
}

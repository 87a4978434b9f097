//! Key objects: images that somebody found worth a second look, under a title. PS3.3 A.35.4, PS3.16 TID 2010, CID 7010.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use dicom_dictionary_std::{tags, uids};

use super::document::begin;
use super::state::{ReferencedImage, ReferencedSeries};
use crate::dicom::{
    Attributes, Creation, DataSet, FrameKey, Instance, InstanceUid, ReadError, SeriesUid, Source, StudyUid,
    Writer,
};
use crate::units::Phi;

/// Code Value of Key Object Description, of the scheme DCM. TID 2010.
const DESCRIPTION: &str = "113012";

/// Items within items are followed so far down.
const DEPTH_MAX: usize = 8;

/// Why images are key images: a code and its meaning. CID 7010.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct KeyTitle {
    /// Code Value; of the scheme DCM where it is one of [`KeyTitle::OFFERED`].
    pub code: String,
    /// Code Meaning.
    pub meaning: String,
}

impl KeyTitle {
    /// Codes and meanings that a reader can choose: those of CID 7010 that need no reason beside them.
    pub const OFFERED: [(&'static str, &'static str); 12] = [
        ("113000", "Of Interest"),
        ("113002", "For Referring Provider"),
        ("113003", "For Surgery"),
        ("113004", "For Teaching"),
        ("113005", "For Conference"),
        ("113006", "For Therapy"),
        ("113007", "For Patient"),
        ("113008", "For Peer Review"),
        ("113009", "For Research"),
        ("113018", "For Printing"),
        ("113020", "For Report Attachment"),
        ("113021", "For Litigation"),
    ];

    /// Codes of titles under which images are withdrawn: rejected for quality or for the patient's safety, of a wrong worklist
    /// entry, or past their time. CID 7010; IHE RAD, Imaging Object Change Management.
    const REJECTIONS: [&str; 4] = ["113001", "113037", "113038", "113039"];

    /// Codes of titles under which all that there is is listed: manifests, whole studies, whole acquisitions, signed or not.
    /// CID 7010.
    const LISTS: [&str; 6] = ["113030", "113031", "113032", "113033", "113034", "113035"];

    /// Whether images under it are key images.
    pub fn is_of_key_images(&self) -> bool {
        !self.is_rejection() && !Self::LISTS.contains(&self.code.as_str())
    }

    /// Whether images under it are not to be used.
    pub fn is_rejection(&self) -> bool {
        Self::REJECTIONS.contains(&self.code.as_str())
    }

    /// One of those offered, from 1.
    pub fn offered(number: usize) -> Option<Self> {
        let (code, meaning) = Self::OFFERED.get(number.checked_sub(1)?)?;
        Some(Self { code: (*code).to_owned(), meaning: (*meaning).to_owned() })
    }
}

/// A Key Object Selection Document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyObjects {
    /// Where it came from.
    pub source: Source,
    /// SOP Instance UID.
    pub uid: InstanceUid,
    /// Study Instance UID.
    pub study: StudyUid,
    /// Series Instance UID: of the document, not of its images.
    pub series: SeriesUid,
    /// Its title.
    pub title: KeyTitle,
    /// Key Object Description: what its author wrote, in one line, or empty. Ours have none.
    pub description: Phi<String>,
    /// Content Date and Time.
    pub created: Creation,
    /// The images.
    pub references: Vec<ReferencedSeries>,
    /// How many images its content names besides, of which its evidence does not say in which series they are: they are left out. An
    /// object of which all frames are meant counts as one. Ours have none.
    pub unplaced: usize,
    /// Whether it lies among what this reader made.
    pub is_own: bool,
}

impl KeyObjects {
    /// Reads a document; nothing where the object is none. Images that no series is named for are left out, and counted.
    pub fn read(source: &Source) -> Result<Option<Self>, ReadError> {
        let data_set = DataSet::read(source)?;
        if data_set.sop_class != uids::KEY_OBJECT_SELECTION_DOCUMENT_STORAGE {
            return Ok(None);
        }
        let at = &data_set.attributes();
        let required = |tag, name| at.text(tag).ok_or(ReadError::Missing { name });
        let title = at.items(tags::CONCEPT_NAME_CODE_SEQUENCE).next();
        let title_text = |tag| title.as_ref().and_then(|title| title.text(tag)).unwrap_or_default();
        let mut images = BTreeMap::new();
        read_images(at, DEPTH_MAX, &mut images);
        let references = by_series(at, &images);
        let is_placed = |uid: &InstanceUid| references.iter().any(|series| series.images.contains_key(uid));
        let unplaced = images.iter().filter(|(uid, _)| !is_placed(uid));
        let unplaced = unplaced.map(|(_, image)| image.count()).sum();
        Ok(Some(Self {
            source: source.clone(),
            uid: InstanceUid::new(&data_set.instance),
            study: StudyUid::new(&required(tags::STUDY_INSTANCE_UID, "Study Instance UID (0020,000D)")?),
            series: SeriesUid::new(&required(tags::SERIES_INSTANCE_UID, "Series Instance UID (0020,000E)")?),
            title: KeyTitle { code: title_text(tags::CODE_VALUE), meaning: title_text(tags::CODE_MEANING) },
            description: Phi::new(read_description(at)),
            created: Creation::read(at, tags::CONTENT_DATE, tags::CONTENT_TIME),
            references,
            unplaced,
            is_own: false,
        }))
    }

    /// The document as an object of the study and patient of one of its images.
    pub fn to_object(&self, image: &Instance) -> Writer {
        let evidence = self.references.iter().map(|series| {
            let images = series.images.iter().map(|(uid, image)| sop_reference(uid, image));
            Writer::item()
                .text(tags::SERIES_INSTANCE_UID, series.series.as_str())
                .sequence(tags::REFERENCED_SOP_SEQUENCE, images)
        });
        let evidence = Writer::item()
            .text(tags::STUDY_INSTANCE_UID, self.study.as_str())
            .sequence(tags::REFERENCED_SERIES_SEQUENCE, evidence);
        let template =
            Writer::item().text(tags::MAPPING_RESOURCE, "DCMR").text(tags::TEMPLATE_IDENTIFIER, "2010");
        let content = self.references.iter().flat_map(|series| &series.images).map(|(uid, image)| {
            let mut reference = sop_reference(uid, image);
            if let Some(frames) = &image.frames {
                let frames: Vec<String> = frames.iter().map(|frame| (frame + 1).to_string()).collect();
                reference = reference.text(tags::REFERENCED_FRAME_NUMBER, &frames.join("\\"));
            }
            Writer::item()
                .text(tags::RELATIONSHIP_TYPE, "CONTAINS")
                .text(tags::VALUE_TYPE, "IMAGE")
                .sequence(tags::REFERENCED_SOP_SEQUENCE, [reference])
        });
        let class = uids::KEY_OBJECT_SELECTION_DOCUMENT_STORAGE;
        let (object, created) = begin(class, &self.uid, &self.series, "KO", &self.created, image);
        object
            .sequence(tags::REFERENCED_PERFORMED_PROCEDURE_STEP_SEQUENCE, [])
            .text(tags::INSTANCE_NUMBER, "1")
            .text(tags::CONTENT_DATE, &created.date)
            .text(tags::CONTENT_TIME, &created.time)
            .sequence(tags::CURRENT_REQUESTED_PROCEDURE_EVIDENCE_SEQUENCE, [evidence])
            .text(tags::VALUE_TYPE, "CONTAINER")
            .sequence(tags::CONCEPT_NAME_CODE_SEQUENCE, [code(&self.title)])
            .text(tags::CONTINUITY_OF_CONTENT, "SEPARATE")
            .sequence(tags::CONTENT_TEMPLATE_SEQUENCE, [template])
            .sequence(tags::CONTENT_SEQUENCE, content)
    }

    /// Goes on to name what an earlier document names, frame by frame as far as that is to stay. Where all frames of an object are meant,
    /// the first one tells.
    pub fn go_on_from(&mut self, earlier: &Self, is_to_stay: impl Fn(&FrameKey) -> bool) {
        for of_series in &earlier.references {
            for (uid, image) in &of_series.images {
                let stays = |frame: u32| {
                    let (study, series) = (earlier.study.clone(), of_series.series.clone());
                    is_to_stay(&FrameKey { study, series, instance: uid.clone(), frame, subtraction: None })
                };
                let of_frames = |frames: &Vec<u32>| -> Vec<u32> {
                    frames.iter().copied().filter(|frame| stays(*frame)).collect()
                };
                let frames = image.frames.as_ref().map(of_frames);
                if frames.as_ref().map_or_else(|| stays(0), |frames| !frames.is_empty()) {
                    let sop_class = image.sop_class.clone();
                    self.name(&of_series.series, uid, ReferencedImage { sop_class, frames });
                }
            }
        }
    }

    fn name(&mut self, series: &SeriesUid, uid: &InstanceUid, image: ReferencedImage) {
        let known = self.references.iter().position(|known| known.series == *series);
        let at = known.unwrap_or_else(|| {
            self.references.push(ReferencedSeries { series: series.clone(), images: BTreeMap::new() });
            self.references.len() - 1
        });
        let Some(of_series) = self.references.get_mut(at) else { return };
        match of_series.images.entry(uid.clone()) {
            Entry::Vacant(place) => drop(place.insert(image)),
            Entry::Occupied(place) => place.into_mut().add(image.frames),
        }
    }

    /// Whether it names a frame, counted from 0.
    pub fn has(&self, series: &SeriesUid, instance: &InstanceUid, frame: u32) -> bool {
        let mut of_series = self.references.iter().filter(|known| known.series == *series);
        of_series.any(|known| known.images.get(instance).is_some_and(|image| image.has(frame)))
    }
}

fn code(title: &KeyTitle) -> Writer {
    Writer::item()
        .text(tags::CODE_VALUE, &title.code)
        .text(tags::CODING_SCHEME_DESIGNATOR, "DCM")
        .text(tags::CODE_MEANING, &title.meaning)
}

fn sop_reference(uid: &InstanceUid, image: &ReferencedImage) -> Writer {
    Writer::item()
        .text(tags::REFERENCED_SOP_CLASS_UID, &image.sop_class)
        .text(tags::REFERENCED_SOP_INSTANCE_UID, uid.as_str())
}

/// What the author wrote to the images.
fn read_description(at: &Attributes<'_>) -> String {
    let is_it = |item: &Attributes<'_>| {
        let mut names = item.items(tags::CONCEPT_NAME_CODE_SEQUENCE);
        item.text(tags::VALUE_TYPE).as_deref() == Some("TEXT")
            && names.any(|name| name.text(tags::CODE_VALUE).as_deref() == Some(DESCRIPTION))
    };
    let texts = at.items(tags::CONTENT_SEQUENCE).filter(is_it).filter_map(|item| item.text(tags::TEXT_VALUE));
    let texts: Vec<String> = texts.collect();
    texts.iter().flat_map(|text| text.split_whitespace()).collect::<Vec<_>>().join(" ")
}

/// The images that the content names.
fn read_images(at: &Attributes<'_>, depth: usize, images: &mut BTreeMap<InstanceUid, ReferencedImage>) {
    for item in at.items(tags::CONTENT_SEQUENCE) {
        if item.text(tags::VALUE_TYPE).as_deref() == Some("IMAGE") {
            for reference in item.items(tags::REFERENCED_SOP_SEQUENCE) {
                let Some(uid) = reference.text(tags::REFERENCED_SOP_INSTANCE_UID) else { continue };
                // What is not named rightly is not meant: never all frames.
                #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "saturates")]
                let frames = reference.has(tags::REFERENCED_FRAME_NUMBER).then(|| {
                    let frames = reference.decimals(tags::REFERENCED_FRAME_NUMBER).unwrap_or_default();
                    frames.into_iter().filter(|frame| *frame >= 1.0).map(|frame| frame as u32 - 1).collect()
                });
                let sop_class = reference.text(tags::REFERENCED_SOP_CLASS_UID).unwrap_or_default();
                // Most programs name each frame of an object by an item of its own.
                match images.entry(InstanceUid::new(&uid)) {
                    Entry::Vacant(place) => drop(place.insert(ReferencedImage { sop_class, frames })),
                    Entry::Occupied(place) => place.into_mut().add(frames),
                }
            }
        }
        if depth > 0 {
            read_images(&item, depth - 1, images);
        }
    }
}

/// The images in the series that the evidence says they are of.
fn by_series(at: &Attributes<'_>, images: &BTreeMap<InstanceUid, ReferencedImage>) -> Vec<ReferencedSeries> {
    let studies = at.items(tags::CURRENT_REQUESTED_PROCEDURE_EVIDENCE_SEQUENCE);
    let series = studies.flat_map(|study| study.items(tags::REFERENCED_SERIES_SEQUENCE).collect::<Vec<_>>());
    let of_series = series.filter_map(|item| {
        let uids = item.items(tags::REFERENCED_SOP_SEQUENCE);
        let uids = uids.filter_map(|image| image.text(tags::REFERENCED_SOP_INSTANCE_UID));
        let images: BTreeMap<_, _> = uids
            .filter_map(|uid| images.get_key_value(&InstanceUid::new(&uid)))
            .map(|(uid, image)| (uid.clone(), image.clone()))
            .collect();
        let series = SeriesUid::new(&item.text(tags::SERIES_INSTANCE_UID)?);
        (!images.is_empty()).then_some(ReferencedSeries { series, images })
    });
    of_series.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A content item that names frames from 1 of the one object that there is, or none for all of them.
    fn image(frames: &str) -> Writer {
        let image = Writer::item()
            .text(tags::REFERENCED_SOP_CLASS_UID, uids::ENHANCED_MR_IMAGE_STORAGE)
            .text(tags::REFERENCED_SOP_INSTANCE_UID, "2.25.3");
        let image = if frames.is_empty() { image } else { image.text(tags::REFERENCED_FRAME_NUMBER, frames) };
        Writer::item().text(tags::VALUE_TYPE, "IMAGE").sequence(tags::REFERENCED_SOP_SEQUENCE, [image])
    }

    fn document(content: impl IntoIterator<Item = Writer>) -> KeyObjects {
        let evidence = Writer::item().text(tags::SERIES_INSTANCE_UID, "2.25.2").sequence(
            tags::REFERENCED_SOP_SEQUENCE,
            [Writer::item().text(tags::REFERENCED_SOP_INSTANCE_UID, "2.25.3")],
        );
        let evidence = Writer::item().sequence(tags::REFERENCED_SERIES_SEQUENCE, [evidence]);
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("document");
        Writer::new(uids::KEY_OBJECT_SELECTION_DOCUMENT_STORAGE, "2.25.4")
            .text(tags::STUDY_INSTANCE_UID, "2.25.1")
            .text(tags::SERIES_INSTANCE_UID, "2.25.5")
            .sequence(tags::CURRENT_REQUESTED_PROCEDURE_EVIDENCE_SEQUENCE, [evidence])
            .sequence(tags::CONTENT_SEQUENCE, content)
            .write_to(&path)
            .expect("written");
        KeyObjects::read(&Source::file(&path)).expect("it is whole").expect("a document")
    }

    fn frames_of(items: &[&str]) -> Option<Vec<u32>> {
        let document = document(items.iter().map(|frames| image(frames)));
        let [series] = document.references.as_slice() else { panic!("one series") };
        let mut images = series.images.values();
        images.next().expect("an image").frames.clone()
    }

    /// Each item was taken in place of the one before.
    #[test]
    fn all_items_for_frames_of_one_object_count() {
        assert_eq!(frames_of(&["3", "7", "9\\10"]), Some(vec![2, 6, 8, 9]));
        assert_eq!(frames_of(&["3", ""]), None, "all frames");
        assert_eq!(frames_of(&["", "3"]), None, "all frames");
        assert_eq!(frames_of(&["0", "3"]), Some(vec![2]));
        assert_eq!(frames_of(&["x"]), Some(vec![]), "never all frames");
    }

    /// They were left out in silence.
    #[test]
    fn images_that_the_evidence_does_not_name_are_counted() {
        let stray = |frames: &str| {
            let image = Writer::item()
                .text(tags::REFERENCED_SOP_CLASS_UID, uids::ENHANCED_MR_IMAGE_STORAGE)
                .text(tags::REFERENCED_SOP_INSTANCE_UID, "2.25.9");
            let image =
                if frames.is_empty() { image } else { image.text(tags::REFERENCED_FRAME_NUMBER, frames) };
            Writer::item().text(tags::VALUE_TYPE, "IMAGE").sequence(tags::REFERENCED_SOP_SEQUENCE, [image])
        };
        assert_eq!(document([image("3")]).unplaced, 0);
        let written = document([image("3"), stray("")]);
        assert_eq!((written.unplaced, written.references.len()), (1, 1));
        assert_eq!(document([stray("2\\5")]).unplaced, 2, "each frame");
    }

    /// They were lost when the reader's document was written anew without them.
    #[test]
    fn what_an_earlier_document_names_stays_frame_by_frame() {
        let earlier = document([image("3\\7\\9")]);
        let went_on = |mut document: KeyObjects, gone: u32| {
            document.go_on_from(&earlier, |key| key.frame != gone);
            assert!(document.references.len() <= 1, "a series once");
            let images = document.references.iter().flat_map(|of_series| of_series.images.values());
            images.map(|image| image.frames.clone()).collect::<Vec<_>>()
        };
        assert_eq!(went_on(document([]), 6), [Some(vec![2, 8])]);
        assert_eq!(went_on(document([image("5")]), 6), [Some(vec![4, 2, 8])]);
        assert_eq!(went_on(document([image("")]), 6), [None], "all frames");
        let mut none = document([]);
        none.go_on_from(&earlier, |_| false);
        assert!(none.references.is_empty(), "an object without frames is not named");
        let whole = document([image("")]);
        none.go_on_from(&whole, |key| key.frame == 0);
        assert_eq!(none.references, whole.references);
    }

    #[test]
    fn what_the_author_wrote_is_read() {
        let text = |code: &str, text: &str| {
            Writer::item()
                .text(tags::VALUE_TYPE, "TEXT")
                .sequence(
                    tags::CONCEPT_NAME_CODE_SEQUENCE,
                    [Writer::item().text(tags::CODE_VALUE, code).text(tags::CODING_SCHEME_DESIGNATOR, "DCM")],
                )
                .text(tags::TEXT_VALUE, text)
        };
        let written =
            document([text("113012", "segment VI,\r\n12 mm"), text("121106", "another"), image("")]);
        assert_eq!(written.description.reveal(), "segment VI, 12 mm");
        assert_eq!(document([image("")]).description.reveal(), "");
    }
}

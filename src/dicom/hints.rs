//! What an object says besides its modules: why it was made, of what region, and the attributes that somebody asked for.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use dicom_core::Tag;
use dicom_dictionary_std::tags;

use super::attribute::Attributes;
use super::header::codes;
use super::instance::Instance;

/// Reason for Study: retired, and still what many orders come with.
const REASON_FOR_STUDY: Tag = Tag(0x0032, 0x1030);

/// A text is cut after so many letters.
const LETTERS_MAX: usize = 256;

/// So many items of a sequence are read.
const ITEMS_MAX: usize = 16;

/// What hanging protocols ask of an object beyond its modules. Texts are somebody's own words, and may name a patient.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Hints {
    /// Why it was asked for and made, in words: Reason for the Requested Procedure (0040,1002), Reason for Study (0032,1030),
    /// and the meanings of codes.
    pub reasons: Vec<String>,
    /// The same as codes, `VALUE^SCHEME`: Reason for Requested and for Performed Procedure Code Sequence (0040,100A), (0040,1012).
    pub reason_codes: Vec<String>,
    /// Codes of Anatomic Region Sequence (0008,2218): `51185008^SCT`.
    pub region_codes: Vec<String>,
    /// Attributes that were asked for when it was read, as texts with a backslash between values.
    pub attributes: BTreeMap<Tag, String>,
}

/// How much there is: logs travel.
impl fmt::Debug for Hints {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hints")
            .field("reasons", &self.reasons.len())
            .field("reason_codes", &self.reason_codes)
            .field("region_codes", &self.region_codes)
            .field("attributes", &self.attributes.len())
            .finish()
    }
}

impl Hints {
    /// What an object says; nothing where it says nothing. PS3.3 C.7.2.1, C.7.3.1, 10.6.
    pub(super) fn read(at: &Attributes<'_>, asked: &[Tag]) -> Option<Arc<Self>> {
        let mut hints = Self::default();
        let requests = at.items(tags::REQUEST_ATTRIBUTES_SEQUENCE).take(ITEMS_MAX);
        for place in std::iter::once(*at).chain(requests) {
            let texts = [tags::REASON_FOR_THE_REQUESTED_PROCEDURE, REASON_FOR_STUDY];
            hints.reasons.extend(texts.into_iter().filter_map(|tag| place.text(tag)));
            for tag in [
                tags::REASON_FOR_REQUESTED_PROCEDURE_CODE_SEQUENCE,
                tags::REASON_FOR_PERFORMED_PROCEDURE_CODE_SEQUENCE,
            ] {
                let meanings = place.items(tag).filter_map(|item| item.text(tags::CODE_MEANING));
                hints.reasons.extend(meanings.take(ITEMS_MAX));
                hints.reason_codes.extend(codes(&place, tag).into_iter().take(ITEMS_MAX));
            }
        }
        // An enhanced object says it of its frames.
        let shared = at.item(tags::SHARED_FUNCTIONAL_GROUPS_SEQUENCE);
        let of_frames = shared.and_then(|shared| shared.item(tags::FRAME_ANATOMY_SEQUENCE));
        for place in std::iter::once(*at).chain(of_frames) {
            let regions = codes(&place, tags::ANATOMIC_REGION_SEQUENCE);
            hints.region_codes.extend(regions.into_iter().take(ITEMS_MAX));
        }
        for tag in asked {
            let text = at.texts(*tag).join("\\");
            if !text.is_empty() {
                hints.attributes.insert(*tag, text);
            }
        }
        for texts in [&mut hints.reasons, &mut hints.reason_codes, &mut hints.region_codes] {
            texts.iter_mut().for_each(cut);
            texts.sort_unstable();
            texts.dedup();
        }
        hints.attributes.values_mut().for_each(cut);
        (hints != Self::default()).then(|| Arc::new(hints))
    }
}

/// Leaves the letters away that are too many.
fn cut(text: &mut String) {
    if let Some((end, _)) = text.char_indices().nth(LETTERS_MAX) {
        text.truncate(end);
    }
}

impl Instance {
    /// What it says besides its modules.
    pub fn hints(&self) -> Hints {
        self.hints.as_deref().cloned().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use dicom_dictionary_std::uids;

    use super::super::attribute::DataSet;
    use super::super::write::Writer;
    use super::*;

    fn read(writer: Writer, asked: &[Tag]) -> Option<Arc<Hints>> {
        let syntax = uids::EXPLICIT_VR_LITTLE_ENDIAN;
        let object = DataSet::parse(&writer.data_set(syntax), syntax).expect("a data set");
        Hints::read(&object.attributes(), asked)
    }

    fn code(value: &str, scheme: &str, meaning: &str) -> Writer {
        Writer::item()
            .text(tags::CODE_VALUE, value)
            .text(tags::CODING_SCHEME_DESIGNATOR, scheme)
            .text(tags::CODE_MEANING, meaning)
    }

    #[test]
    fn reasons_and_regions_are_read_where_they_stand_and_logs_do_not_tell_them() {
        let fever = || code("386661006", "SCT", "Fever");
        let request = Writer::item()
            .text(tags::REASON_FOR_THE_REQUESTED_PROCEDURE, "Cough of NOBODY^HERE")
            .sequence(tags::REASON_FOR_REQUESTED_PROCEDURE_CODE_SEQUENCE, [fever()]);
        let object = Writer::new(uids::CT_IMAGE_STORAGE, "2.25.1")
            .text(REASON_FOR_STUDY, "Staging")
            .text(tags::PROTOCOL_NAME, "Chest dynamic")
            .sequence(tags::REASON_FOR_PERFORMED_PROCEDURE_CODE_SEQUENCE, [fever()])
            .sequence(tags::ANATOMIC_REGION_SEQUENCE, [code("51185008", "SCT", "Chest")])
            .sequence(tags::REQUEST_ATTRIBUTES_SEQUENCE, [request]);
        let hints = read(object, &[tags::PROTOCOL_NAME, tags::STATION_NAME]).expect("it says something");
        assert_eq!(hints.reasons, ["Cough of NOBODY^HERE", "Fever", "Staging"]);
        assert_eq!(hints.reason_codes, ["386661006^SCT"]);
        assert_eq!(hints.region_codes, ["51185008^SCT"]);
        let asked: Vec<(Tag, &str)> =
            hints.attributes.iter().map(|(tag, text)| (*tag, text.as_str())).collect();
        assert_eq!(asked, [(tags::PROTOCOL_NAME, "Chest dynamic")]);
        let logged = format!("{hints:?}");
        assert!(!logged.contains("NOBODY") && !logged.contains("dynamic"), "{logged}");
    }

    #[test]
    fn what_says_nothing_takes_no_room_and_a_long_text_is_cut() {
        assert_eq!(read(Writer::new(uids::CT_IMAGE_STORAGE, "2.25.1"), &[tags::PROTOCOL_NAME]), None);
        let long = Writer::new(uids::CT_IMAGE_STORAGE, "2.25.1").text(REASON_FOR_STUDY, &"x".repeat(300));
        let hints = read(long, &[]).expect("it says something");
        assert_eq!(hints.reasons, ["x".repeat(LETTERS_MAX)]);
    }
}

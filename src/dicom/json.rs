//! A data set as DICOM JSON, for other programs. PS3.18 F.2.

use dicom_core::dictionary::{DataDictionary, DataDictionaryEntry};
use dicom_core::{Tag, VR};
use dicom_dictionary_std::StandardDataDictionary;
use serde_json::{Map, Value, json};

use super::attribute::{Attributes, DataSet};

/// The tag of an attribute by its keyword, such as `StudyDate`. PS3.6 6.
pub fn tag_of(keyword: &str) -> Option<Tag> {
    Some(StandardDataDictionary.by_name(keyword)?.tag())
}

/// The keyword of an attribute, or `(gggg,eeee)` where it has none.
pub fn keyword_of(tag: Tag) -> String {
    let entry = StandardDataDictionary.by_tag(tag);
    entry.map_or_else(|| tag.to_string(), |entry| entry.alias().to_owned())
}

/// The value representation of an attribute; LO for one that nobody knows.
pub fn vr_of(tag: Tag) -> VR {
    StandardDataDictionary.by_tag(tag).map_or(VR::LO, |entry| entry.vr().relaxed())
}

impl DataSet {
    /// As a JSON object: texts in UTF-8, numbers as numbers, sequences as arrays. What is bytes without a meaning is left out.
    pub fn json(&self) -> Value {
        object(self.attributes())
    }
}

fn object(at: Attributes<'_>) -> Value {
    let element = |element: &dicom_object::mem::InMemElement| {
        let tag = element.header().tag;
        let vr = element.vr();
        let values = match vr {
            VR::SQ => at.items(tag).map(object).collect(),
            VR::OB | VR::OD | VR::OF | VR::OL | VR::OV | VR::OW | VR::UN => return None,
            VR::US | VR::SS | VR::UL | VR::SL | VR::FL | VR::FD | VR::UV | VR::SV => {
                at.decimals(tag).unwrap_or_default().into_iter().map(number).collect()
            }
            VR::IS | VR::DS => {
                at.texts(tag).into_iter().map(|text| text.parse().map_or(json!(text), number)).collect()
            }
            VR::PN => at.texts(tag).iter().map(|text| person_name(text)).collect(),
            VR::ST | VR::LT | VR::UT | VR::UR => at.text(tag).map(Value::from).into_iter().collect(),
            _ => at
                .texts(tag)
                .into_iter()
                .map(|text| if text.is_empty() { Value::Null } else { text.into() })
                .collect(),
        };
        let values: Vec<Value> = values;
        let mut member = Map::from_iter([("vr".to_owned(), vr.to_string().into())]);
        if !values.is_empty() {
            member.insert("Value".to_owned(), values.into());
        }
        Some((format!("{:04X}{:04X}", tag.group(), tag.element()), Value::Object(member)))
    };
    Value::Object(at.object.iter().filter_map(element).collect())
}

/// A whole number without a fraction.
fn number(value: f64) -> Value {
    const WHOLE: f64 = 9_007_199_254_740_992.0;
    #[expect(clippy::cast_possible_truncation, reason = "a whole number that a double holds exactly")]
    if value.fract() == 0.0 && value.abs() < WHOLE { json!(value as i64) } else { json!(value) }
}

/// The groups of a name. PS3.5 6.2.1, PS3.18 F.2.2.
fn person_name(text: &str) -> Value {
    let groups = ["Alphabetic", "Ideographic", "Phonetic"].into_iter().zip(text.split('='));
    groups
        .filter(|(_, group)| !group.is_empty())
        .map(|(name, group)| (name.to_owned(), Value::from(group)))
        .collect()
}

#[cfg(test)]
mod tests {
    use dicom_dictionary_std::{tags, uids};

    use super::super::write::Writer;
    use super::*;

    #[test]
    fn a_data_set_is_that_of_the_standard() {
        let item = Writer::item().text(tags::CODE_VALUE, "T1");
        let bytes = Writer::item()
            .text(tags::STUDY_DATE, "20240229")
            .text(tags::MODALITIES_IN_STUDY, "CT\\PT")
            .text(tags::PATIENT_NAME, "ZZCANARY^A=山田^太郎")
            .text(tags::SPECIFIC_CHARACTER_SET, "ISO_IR 192")
            .text(tags::NUMBER_OF_STUDY_RELATED_INSTANCES, "230")
            .text(tags::ACCESSION_NUMBER, "")
            .number(tags::ROWS, 512)
            .sequence(tags::PROCEDURE_CODE_SEQUENCE, [item])
            .data_set(uids::EXPLICIT_VR_LITTLE_ENDIAN);
        let data_set = DataSet::parse(&bytes, uids::EXPLICIT_VR_LITTLE_ENDIAN).expect("a data set");
        let expected = json!({
            "00080020": {"vr": "DA", "Value": ["20240229"]},
            "00080050": {"vr": "SH"},
            "00080061": {"vr": "CS", "Value": ["CT", "PT"]},
            "00081032": {"vr": "SQ", "Value": [{"00080100": {"vr": "SH", "Value": ["T1"]}}]},
            "00100010": {"vr": "PN", "Value": [{"Alphabetic": "ZZCANARY^A", "Ideographic": "山田^太郎"}]},
            "00201208": {"vr": "IS", "Value": [230]},
            "00280010": {"vr": "US", "Value": [512]},
        });
        assert_eq!(data_set.json(), expected);
    }

    #[test]
    fn attributes_are_known_by_their_keywords() {
        assert_eq!(tag_of("StudyDate"), Some(tags::STUDY_DATE));
        assert_eq!(tag_of("StudyDat"), None);
        assert_eq!(keyword_of(tags::PATIENT_ID), "PatientID");
        assert_eq!(keyword_of(Tag(0x0009, 0x1001)), "(0009,1001)");
    }
}

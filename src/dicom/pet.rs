//! What a PET image says of the activity that was given, and of when. PS3.3 C.8.9.1, C.8.9.2, C.8.9.4; rule X-14.

use dicom_core::VR;
use dicom_core::value::Value;
use dicom_core::{PrimitiveValue, Tag};
use dicom_dictionary_std::tags;

use super::attribute::Attributes;
use super::functional::private_decimal;

/// Tracers beyond this number are not read: one is needed, and a second is already one too many.
const TRACERS_MAX: usize = 2;

/// The attributes from which a standardized uptake value follows, as they are written.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Pet {
    /// Units, such as `BQML`; empty where they are not stated.
    pub units: String,
    /// SUV Type, or empty.
    pub suv_type: String,
    /// Corrected Image.
    pub corrections: Vec<String>,
    /// Decay Correction, or empty.
    pub decay_correction: String,
    /// Patient's Weight, kg.
    pub weight_kg: Option<f64>,
    /// Series Date and Series Time.
    pub series: [String; 2],
    /// Acquisition Date and Acquisition Time.
    pub acquisition: [String; 2],
    /// Frame Reference Time, ms.
    pub frame_reference_ms: Option<f64>,
    /// Actual Frame Duration, ms.
    pub frame_duration_ms: Option<f64>,
    /// Timezone Offset From UTC, or empty.
    pub utc_offset: String,
    /// Radiopharmaceutical Information Sequence: the first two.
    pub tracers: Vec<Tracer>,
    /// What GE says that decay was corrected to, as DT. Private.
    pub ge_scan_date_time: String,
    /// From counts to SUV, by Philips. Private.
    pub philips_suv: Option<f64>,
    /// From counts to Bq/ml, by Philips. Private.
    pub philips_activity: Option<f64>,
}

/// What was given to the patient.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Tracer {
    /// Radionuclide Total Dose, which is to be in Bq.
    pub dose: Option<f64>,
    /// Radionuclide Half Life, s.
    pub half_life_s: Option<f64>,
    /// Radiopharmaceutical Start `DateTime`, or empty.
    pub start_date_time: String,
    /// Radiopharmaceutical Start Time, or empty.
    pub start_time: String,
}

impl Pet {
    /// `None` of an image of another modality.
    pub(super) fn read(at: &Attributes<'_>) -> Option<Self> {
        if at.text(tags::MODALITY).as_deref() != Some("PT") {
            return None;
        }
        let text = |tag: Tag| at.text(tag).unwrap_or_default();
        let philips = |element| private_decimal(at, 0x7053, "Philips PET Private Group", element, VR::DS);
        let tracers = at.items(tags::RADIOPHARMACEUTICAL_INFORMATION_SEQUENCE).take(TRACERS_MAX);
        Some(Self {
            units: text(tags::UNITS),
            suv_type: text(tags::SUV_TYPE),
            corrections: at.texts(tags::CORRECTED_IMAGE),
            decay_correction: text(tags::DECAY_CORRECTION),
            weight_kg: at.decimal(tags::PATIENT_WEIGHT),
            series: [text(tags::SERIES_DATE), text(tags::SERIES_TIME)],
            acquisition: [text(tags::ACQUISITION_DATE), text(tags::ACQUISITION_TIME)],
            frame_reference_ms: at.decimal(tags::FRAME_REFERENCE_TIME),
            frame_duration_ms: at.decimal(tags::ACTUAL_FRAME_DURATION),
            utc_offset: text(tags::TIMEZONE_OFFSET_FROM_UTC),
            tracers: tracers.map(|item| Tracer::read(&item)).collect(),
            ge_scan_date_time: private_text(at, 0x0009, "GEMS_PETD_01", 0x0D).unwrap_or_default(),
            philips_suv: philips(0x00),
            philips_activity: philips(0x09),
        })
    }
}

impl Tracer {
    fn read(at: &Attributes<'_>) -> Self {
        let text = |tag: Tag| at.text(tag).unwrap_or_default();
        Self {
            dose: at.decimal(tags::RADIONUCLIDE_TOTAL_DOSE),
            half_life_s: at.decimal(tags::RADIONUCLIDE_HALF_LIFE),
            start_date_time: text(tags::RADIOPHARMACEUTICAL_START_DATE_TIME),
            start_time: text(tags::RADIOPHARMACEUTICAL_START_TIME),
        }
    }
}

/// A private text, which a file may hold as bytes of an unknown representation. PS3.5 7.8.1.
fn private_text(at: &Attributes<'_>, group: u16, creator: &str, element: u8) -> Option<String> {
    let element = at.object.private_element(group, creator, element).ok()?;
    let text = match element.value() {
        Value::Primitive(PrimitiveValue::U8(bytes)) => str::from_utf8(bytes).ok()?.to_owned(),
        _ => element.to_str().ok()?.into_owned(),
    };
    Some(text.trim_matches([' ', '\0']).to_owned())
}

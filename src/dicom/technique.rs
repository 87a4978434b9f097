//! How an image was made, in short texts: kV, TR, kernel, maker. They are read for the words beside an image.
//!
//! PS3.3 C.7.3.1, C.7.5.1, C.7.6, C.8; of an enhanced object the groups that all frames share, PS3.3 C.7.6.16.

use std::fmt;

use chrono::NaiveDate;
use dicom_core::Tag;
use dicom_dictionary_std::tags;

use super::attribute::Attributes;
use super::instance::Instance;
use super::mammography::{modifiers_of, view_of};

/// A text is cut after so many letters: the most that a Long String holds. PS3.5 6.2.
const LETTERS_MAX: usize = 64;

/// A larger number is none that a device could have meant.
const NUMBER_MAX: f64 = 1.0e9;

/// How an attribute becomes a text.
#[derive(Clone, Copy)]
enum Form {
    /// Its values, with `/` between them.
    Text,
    /// A number in the unit of the item, of which 0 is one.
    Number,
    /// A number of what cannot be 0: a device that writes 0 does not know it.
    Positive,
    /// The same in thousandths of the unit: µA for mA, ms for s.
    Thousandths,
    /// The same in becquerels, for an item in megabecquerels.
    Becquerel,
    /// The same in dGy, for an item in mGy.
    Decigray,
    /// `2026-11-20`
    Date,
    /// `14:03:22`
    Time,
    /// R, L or B; nothing for what has no sides.
    Side,
    /// The meaning of the first code of a sequence.
    Meaning,
    /// The short name of a view of mammography, by its code.
    View,
    /// The short names of what modifies it, by their codes.
    Modifiers,
    /// Degrees to the patient's left (LAO) or right (RAO).
    Oblique,
    /// Degrees to the head (CRA) or the feet (CAU).
    Cranial,
}

/// Declares the items: variant, name, what it is, and the attributes that may say it, the best first. What each frame
/// says has no attribute here: [`Instance::technique`] asks the frame.
macro_rules! items {
    ($($item:ident $name:literal $help:literal [$($form:ident $tag:ident),*])*) => {
        /// Something that is known of how an image was made.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum TechniqueItem {
            $(#[doc = $help] $item,)*
        }

        impl TechniqueItem {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$item),*];

            /// The name in the files of corner texts.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$item => $name,)*
                }
            }

            /// What it is, with its unit.
            pub const fn help(self) -> &'static str {
                match self {
                    $(Self::$item => $help,)*
                }
            }

            /// The attributes that may say it, the best first.
            const fn attributes(self) -> &'static [(Form, Tag)] {
                match self {
                    $(Self::$item => &[$((Form::$form, tags::$tag)),*],)*
                }
            }
        }
    };
}

items! {
    Manufacturer "manufacturer" "Maker of the device." [Text MANUFACTURER]
    Model "model" "Model of the device." [Text MANUFACTURER_MODEL_NAME]
    Station "station" "Name of the device in its department." [Text STATION_NAME]
    Institution "institution" "Where the image was made." [Text INSTITUTION_NAME]
    AcquisitionDate "acquisition_date" "Day on which the image was made."
        [Date ACQUISITION_DATE, Date ACQUISITION_DATE_TIME]
    AcquisitionTime "acquisition_time" "Time at which the image was made." []
    Protocol "protocol" "Protocol of the acquisition."
        [Text PROTOCOL_NAME, Text ACQUISITION_PROTOCOL_NAME]
    BodyPart "body_part" "Part of the body."
        [Text BODY_PART_EXAMINED, Meaning ANATOMIC_REGION_SEQUENCE]
    Laterality "laterality" "Side of a paired part: R, L, or B for both."
        [Side FRAME_LATERALITY, Side IMAGE_LATERALITY, Side LATERALITY]
    ViewPosition "view_position" "View of a projection: PA, LL, MLO."
        [View VIEW_CODE_SEQUENCE, Text VIEW_POSITION, Meaning VIEW_CODE_SEQUENCE]
    ViewModifier "view_modifier" "What modifies the view of a mammogram: S spot, M magnification, ID implant displaced."
        [Modifiers VIEW_CODE_SEQUENCE]
    PatientPosition "patient_position" "How the patient lay in the device: HFS, FFP."
        [Text PATIENT_POSITION]
    ContrastAgent "contrast_agent" "Contrast agent."
        [Text CONTRAST_BOLUS_AGENT, Meaning CONTRAST_BOLUS_AGENT_SEQUENCE]
    Kvp "kvp" "Peak tube voltage, kV." []
    TubeCurrent "tube_current" "Tube current, mA."
        [Positive X_RAY_TUBE_CURRENT_INM_A, Thousandths X_RAY_TUBE_CURRENT_INU_A, Positive X_RAY_TUBE_CURRENT]
    ExposureTime "exposure_time" "Time of exposure, ms."
        [Positive EXPOSURE_TIME_INMS, Thousandths EXPOSURE_TIME_INU_S, Positive EXPOSURE_TIME]
    Exposure "exposure" "Exposure, mAs."
        [Positive EXPOSURE_INM_AS, Thousandths EXPOSURE_INU_AS, Positive EXPOSURE]
    ExposureIndex "exposure_index" "Exposure index of the detector, IEC 62494-1." [Positive EXPOSURE_INDEX]
    DeviationIndex "deviation_index" "Deviation from the target exposure index, IEC 62494-1."
        [Number DEVIATION_INDEX]
    Grid "grid" "Antiscatter grid." [Text GRID]
    AreaDose "area_dose" "Dose area product, dGy·cm²." [Positive IMAGE_AND_FLUOROSCOPY_AREA_DOSE_PRODUCT]
    Kernel "kernel" "Convolution kernel." []
    CtdiVol "ctdi_vol" "CT dose index of the volume, mGy." [Positive CTD_IVOL]
    Pitch "pitch" "Pitch of a spiral." [Positive SPIRAL_PITCH_FACTOR]
    RotationTime "rotation_time" "Time of one rotation, s." [Positive REVOLUTION_TIME]
    Collimation "collimation" "Width of all detector rows in use, mm." [Positive TOTAL_COLLIMATION_WIDTH]
    GantryTilt "gantry_tilt" "Tilt of the gantry, degrees." [Number GANTRY_DETECTOR_TILT]
    FieldOfView "field_of_view" "Diameter of the reconstructed region, mm."
        [Positive RECONSTRUCTION_DIAMETER]
    RepetitionTime "repetition_time" "TR, ms." [Positive REPETITION_TIME]
    EchoTime "echo_time" "TE, ms." []
    InversionTime "inversion_time" "TI, ms." []
    FlipAngle "flip_angle" "Flip angle, degrees." [Positive FLIP_ANGLE]
    EchoTrain "echo_train" "Echo train length." [Positive ECHO_TRAIN_LENGTH, Positive RF_ECHO_TRAIN_LENGTH]
    Averages "averages" "Number of averages." [Positive NUMBER_OF_AVERAGES]
    Bandwidth "bandwidth" "Bandwidth of a pixel, Hz." [Positive PIXEL_BANDWIDTH]
    FieldStrength "field_strength" "Magnetic field, T." [Positive MAGNETIC_FIELD_STRENGTH]
    SequenceName "sequence_name" "Name of the pulse sequence."
        [Text SEQUENCE_NAME, Text PULSE_SEQUENCE_NAME]
    ScanningSequence "scanning_sequence" "Kind of sequence: SE, IR, GR, EP." [Text SCANNING_SEQUENCE]
    Coil "coil" "Receiving coil." [Text RECEIVE_COIL_NAME]
    BValue "b_value" "Diffusion b-value, s/mm²." []
    TriggerTime "trigger_time" "Time from the R wave, ms." []
    CardiacPhase "cardiac_phase" "Phase of the heart, % of the cycle." []
    AnodeTarget "anode_target" "Material of the anode." [Text ANODE_TARGET_MATERIAL]
    FilterMaterial "filter_material" "Material of the X-ray filter." [Text FILTER_MATERIAL]
    CompressionForce "compression_force" "Compression, N." [Positive COMPRESSION_FORCE]
    BodyPartThickness "body_part_thickness" "Thickness of the compressed part, mm."
        [Positive BODY_PART_THICKNESS]
    OrganDose "organ_dose" "Mean glandular dose, mGy." [Decigray ORGAN_DOSE]
    EntranceDose "entrance_dose" "Dose at the skin, mGy." [Positive ENTRANCE_DOSE_INM_GY]
    PrimaryAngle "primary_angle" "Direction of the beam to the patient's left or right: LAO 30°."
        [Oblique POSITIONER_PRIMARY_ANGLE]
    SecondaryAngle "secondary_angle" "Direction of the beam to head or feet: CRA 20°."
        [Cranial POSITIONER_SECONDARY_ANGLE]
    Transducer "transducer" "Ultrasound transducer." [Text TRANSDUCER_DATA, Text TRANSDUCER_TYPE]
    ScanDepth "scan_depth" "Depth of an ultrasound scan, mm." [Positive DEPTH_OF_SCAN_FIELD]
    MechanicalIndex "mechanical_index" "MI." [Number MECHANICAL_INDEX]
    ThermalIndexSoft "thermal_index_soft" "TIS, thermal index of soft tissue."
        [Number SOFT_TISSUE_THERMAL_INDEX]
    ThermalIndexBone "thermal_index_bone" "TIB, thermal index of bone." [Number BONE_THERMAL_INDEX]
    ThermalIndexCranial "thermal_index_cranial" "TIC, thermal index of the skull."
        [Number CRANIAL_THERMAL_INDEX]
    HeartRate "heart_rate" "Heart rate, beats a minute." [Positive HEART_RATE]
    Radiopharmaceutical "radiopharmaceutical" "Radiopharmaceutical."
        [Text RADIOPHARMACEUTICAL, Meaning RADIOPHARMACEUTICAL_CODE_SEQUENCE]
    Radionuclide "radionuclide" "Radionuclide." [Meaning RADIONUCLIDE_CODE_SEQUENCE]
    InjectedActivity "injected_activity" "Activity that was given, megabecquerels."
        [Becquerel RADIONUCLIDE_TOTAL_DOSE]
    InjectionTime "injection_time" "Time at which it was given."
        [Time RADIOPHARMACEUTICAL_START_TIME, Time RADIOPHARMACEUTICAL_START_DATE_TIME]
    PixelUnits "pixel_units" "What PET pixels count: BQML, CNTS." [Text UNITS]
    Corrections "corrections" "Corrections that PET or nuclear medicine applied: DECY/ATTN/SCAT."
        [Text CORRECTED_IMAGE]
    FrameDuration "frame_duration" "How long a frame was counted, s." [Thousandths ACTUAL_FRAME_DURATION]
    Counts "counts" "Counts of a frame." [Positive COUNTS_ACCUMULATED]
    Reconstruction "reconstruction" "Method of reconstruction of PET." [Text RECONSTRUCTION_METHOD]
}

/// The functional groups that say how an image was made. PS3.3 C.7.6.16.2.8, C.8.13.5, C.8.15.3, and of converted objects
/// C.7.6.16.2.27.
const GROUPS: [Tag; 15] = [
    tags::MR_TIMING_AND_RELATED_PARAMETERS_SEQUENCE,
    tags::MR_AVERAGES_SEQUENCE,
    tags::MR_IMAGING_MODIFIER_SEQUENCE,
    tags::MR_RECEIVE_COIL_SEQUENCE,
    tags::CT_ACQUISITION_DETAILS_SEQUENCE,
    tags::CT_EXPOSURE_SEQUENCE,
    tags::CT_TABLE_DYNAMICS_SEQUENCE,
    tags::CT_GEOMETRY_SEQUENCE,
    tags::CT_RECONSTRUCTION_SEQUENCE,
    tags::CTX_RAY_DETAILS_SEQUENCE,
    tags::FRAME_ANATOMY_SEQUENCE,
    tags::X_RAY_GRID_SEQUENCE,
    tags::POSITIONER_POSITION_SEQUENCE,
    tags::UNASSIGNED_SHARED_CONVERTED_ATTRIBUTES_SEQUENCE,
    tags::UNASSIGNED_PER_FRAME_CONVERTED_ATTRIBUTES_SEQUENCE,
];

/// What an object says of how its frames were made: only what it says, a few hundred bytes.
#[derive(Clone, PartialEq, Eq, Default)]
pub(super) struct Technique {
    items: Box<[TechniqueItem]>,
    /// Their texts in the same order, a line each.
    texts: Box<str>,
}

/// The items alone: a text may name an institution, and logs travel.
impl fmt::Debug for Technique {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Technique").field(&self.items).finish()
    }
}

impl Technique {
    pub(super) fn read(at: &Attributes<'_>) -> Self {
        let of_frames = agreed(at.items(tags::PER_FRAME_FUNCTIONAL_GROUPS_SEQUENCE));
        let shared = at.item(tags::SHARED_FUNCTIONAL_GROUPS_SEQUENCE);
        let injected = at.item(tags::RADIOPHARMACEUTICAL_INFORMATION_SEQUENCE);
        let mut places: Vec<Attributes<'_>> = shared.as_ref().map(groups_of).unwrap_or_default();
        places.push(*at);
        places.extend(injected);
        let (mut items, mut texts) = (Vec::new(), String::new());
        for &item in TechniqueItem::ALL {
            let of_frames = of_frames.iter().find(|(own, _)| *own == item).map(|(_, text)| text.clone());
            if let Some(text) = of_frames.or_else(|| item.read(&places)) {
                items.push(item);
                texts.push_str(&text);
                texts.push('\n');
            }
        }
        Self { items: items.into(), texts: texts.into() }
    }

    fn get(&self, item: TechniqueItem) -> Option<&str> {
        let at = self.items.iter().position(|&own| own == item)?;
        self.texts.split('\n').nth(at)
    }
}

impl Instance {
    /// How a frame, counted from 0, was made; in words or in the item's unit, which is not part of the text.
    pub fn technique(&self, frame: u32, item: TechniqueItem) -> Option<String> {
        let acquisition = &self.frame(frame).acquisition;
        let number = |value: Option<f64>| value.and_then(number_words);
        let positive = |value: Option<f64>| value.and_then(positive_words);
        match item {
            TechniqueItem::Kvp => positive(acquisition.kvp),
            TechniqueItem::EchoTime => positive(acquisition.echo_time_ms),
            TechniqueItem::InversionTime => positive(acquisition.inversion_time_ms),
            TechniqueItem::BValue => number(acquisition.b_value),
            TechniqueItem::TriggerTime => number(acquisition.trigger_time_ms),
            TechniqueItem::CardiacPhase => number(acquisition.cardiac_phase_percent),
            TechniqueItem::Kernel => acquisition.kernel.as_deref().and_then(clean),
            TechniqueItem::AcquisitionTime => clean(&time_words(acquisition.time.as_deref()?)),
            _ => self.technique.get(item).map(str::to_owned),
        }
    }
}

impl TechniqueItem {
    /// What the first attribute that has a value says.
    fn read(self, places: &[Attributes<'_>]) -> Option<String> {
        let mut attributes = self.attributes().iter();
        attributes.find_map(|&(form, tag)| places.iter().find_map(|at| form.read(at, tag)))
    }
}

impl Form {
    fn read(self, at: &Attributes<'_>, tag: Tag) -> Option<String> {
        let scaled = |factor: f64| positive_words(at.decimal(tag)? * factor);
        let toward = |positive: &str, negative: &str| {
            let degrees = at.decimal(tag)?;
            let way = if degrees < 0.0 { negative } else { positive };
            Some(format!("{way} {}°", number_words(degrees.abs())?))
        };
        match self {
            Self::Text => clean(&at.texts(tag).join("\\")),
            Self::Meaning => clean(&at.item(tag)?.text(tags::CODE_MEANING)?),
            Self::View => view_of(&at.item(tag)?),
            Self::Modifiers => clean(&modifiers_of(&at.item(tag)?).join("\\")),
            Self::Date => clean(&date_words(&at.text(tag)?)),
            Self::Time => clean(&time_words(&at.text(tag)?)),
            Self::Side => clean(&at.text(tag).filter(|side| side != "U")?),
            Self::Number => number_words(at.decimal(tag)?),
            Self::Positive => scaled(1.0),
            Self::Thousandths => scaled(1.0e-3),
            Self::Becquerel => scaled(1.0e-6),
            Self::Decigray => scaled(100.0),
            // PS3.3 C.8.7.5.1.2
            Self::Oblique => toward("LAO", "RAO"),
            Self::Cranial => toward("CRA", "CAU"),
        }
    }
}

/// What every frame says in its own groups: one frame must not speak for another.
fn agreed<'a>(mut frames: impl Iterator<Item = Attributes<'a>>) -> Vec<(TechniqueItem, String)> {
    let Some(first) = frames.next() else { return Vec::new() };
    let groups = groups_of(&first);
    let said = |&item: &TechniqueItem| Some((item, item.read(&groups)?));
    let mut agreed: Vec<_> = TechniqueItem::ALL.iter().filter_map(said).collect();
    for frame in frames {
        if agreed.is_empty() {
            break;
        }
        let groups = groups_of(&frame);
        agreed.retain(|(item, text)| item.read(&groups).as_ref() == Some(text));
    }
    agreed
}

/// The groups of an item that say how an image was made.
fn groups_of<'a>(groups: &Attributes<'a>) -> Vec<Attributes<'a>> {
    GROUPS.into_iter().filter_map(|tag| groups.item(tag)).collect()
}

/// A number with at most three decimals, as few as it has.
fn number_words(value: f64) -> Option<String> {
    let is_sound = value.is_finite() && value.abs() < NUMBER_MAX;
    // Adding 0 takes the sign from -0.
    let rounded = (value * 1000.0).round() / 1000.0 + 0.0;
    is_sound.then(|| rounded.to_string())
}

/// The same of what cannot be 0.
fn positive_words(value: f64) -> Option<String> {
    number_words(value).filter(|_| value > 0.0)
}

/// One line of at most so many letters, its values with `/` between them; none when nothing is left.
fn clean(text: &str) -> Option<String> {
    let letters = text.chars().filter(|letter| !letter.is_control());
    let text: String =
        letters.map(|letter| if letter == '\\' { '/' } else { letter }).take(LETTERS_MAX).collect();
    let text = text.trim_matches([' ', '/']);
    (!text.is_empty()).then(|| text.to_owned())
}

/// `20261120` as `2026-11-20`, also where a time follows; anything else as it stands. PS3.5 6.2, DA and DT.
pub fn date_words(date: &str) -> String {
    let (year, month, day) = (date.get(..4), date.get(4..6), date.get(6..8));
    let is_date = date.len() >= 8 && date.bytes().take(8).all(|byte| byte.is_ascii_digit());
    match (is_date, year, month, day) {
        (true, Some(year), Some(month), Some(day)) => format!("{year}-{month}-{day}"),
        _ => date.to_owned(),
    }
}

/// The days from 1 January 1970 to a day, written as DA; old files write `2026.01.31`. `None` for what is no day. PS3.5 6.2.
pub fn day_number(date: &str) -> Option<i32> {
    let digits = date.replace('.', "");
    let number = |range: std::ops::Range<usize>| digits.get(range)?.parse::<u32>().ok();
    if digits.len() != 8 || !digits.bytes().all(|digit| digit.is_ascii_digit()) {
        return None;
    }
    let year = i32::try_from(number(0..4)?).ok()?;
    Some(NaiveDate::from_ymd_opt(year, number(4..6)?, number(6..8)?)?.to_epoch_days())
}

/// `140322.5` as `14:03:22`, also behind a date; anything else as it stands. PS3.5 6.2, TM and DT.
pub fn time_words(time: &str) -> String {
    // Before 1993 colons stood between the parts.
    let whole = time.split(['.', '+', '-']).next().unwrap_or_default().replace(':', "");
    let clock = if whole.len() >= 8 { whole.get(8..).unwrap_or_default() } else { &whole };
    let is_clock = matches!(clock.len(), 4 | 6) && whole.bytes().all(|byte| byte.is_ascii_digit());
    match (is_clock, clock.get(..2), clock.get(2..4), clock.get(4..)) {
        (true, Some(hour), Some(minute), Some("")) => format!("{hour}:{minute}"),
        (true, Some(hour), Some(minute), Some(second)) => format!("{hour}:{minute}:{second}"),
        _ => time.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use dicom_core::value::DataSetSequence;
    use dicom_core::{DataElement, PrimitiveValue, VR};
    use dicom_object::InMemDicomObject;
    use dicom_object::mem::InMemElement;

    use super::super::charset::CharacterSets;
    use super::*;

    fn number(tag: Tag, value: f64) -> InMemElement {
        DataElement::new(tag, VR::FD, PrimitiveValue::from(value))
    }

    fn text(tag: Tag, text: &str) -> InMemElement {
        DataElement::new(tag, VR::LO, PrimitiveValue::Strs(text.split('\\').map(str::to_owned).collect()))
    }

    fn group(tag: Tag, items: Vec<Vec<InMemElement>>) -> InMemElement {
        let items: Vec<_> = items.into_iter().map(InMemDicomObject::from_element_iter).collect();
        DataElement::new(tag, VR::SQ, DataSetSequence::from(items))
    }

    fn read(elements: Vec<InMemElement>) -> Technique {
        let object = InMemDicomObject::from_element_iter(elements);
        Technique::read(&Attributes { object: &object, sets: &CharacterSets::new(&[]) })
    }

    #[track_caller]
    fn check(technique: &Technique, expected: &[(TechniqueItem, &str)]) {
        let found: Vec<_> = technique.items.iter().map(|&item| (item, technique.get(item))).collect();
        let expected: Vec<_> = expected.iter().map(|&(item, text)| (item, Some(text))).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn numbers_come_in_the_unit_of_the_item_and_the_finer_attribute_wins() {
        let technique = read(vec![
            number(tags::EXPOSURE, 2.0),
            number(tags::EXPOSURE_INU_AS, 2540.0),
            number(tags::X_RAY_TUBE_CURRENT, 320.0),
            number(tags::ORGAN_DOSE, 0.0133),
            number(tags::ACTUAL_FRAME_DURATION, 180_000.0),
            number(tags::SPIRAL_PITCH_FACTOR, f64::NAN),
            number(tags::REPETITION_TIME, 1.0e300),
            number(tags::POSITIONER_PRIMARY_ANGLE, -30.5),
            number(tags::POSITIONER_SECONDARY_ANGLE, 20.0),
            group(
                tags::RADIOPHARMACEUTICAL_INFORMATION_SEQUENCE,
                vec![vec![
                    number(tags::RADIONUCLIDE_TOTAL_DOSE, 370_500_000.0),
                    group(tags::RADIONUCLIDE_CODE_SEQUENCE, vec![vec![text(tags::CODE_MEANING, "^18^F")]]),
                ]],
            ),
        ]);
        check(
            &technique,
            &[
                (TechniqueItem::TubeCurrent, "320"),
                (TechniqueItem::Exposure, "2.54"),
                (TechniqueItem::OrganDose, "1.33"),
                (TechniqueItem::PrimaryAngle, "RAO 30.5°"),
                (TechniqueItem::SecondaryAngle, "CRA 20°"),
                (TechniqueItem::Radionuclide, "^18^F"),
                (TechniqueItem::InjectedActivity, "370.5"),
                (TechniqueItem::FrameDuration, "180"),
            ],
        );
    }

    #[test]
    fn texts_are_one_line_and_not_long() {
        let technique = read(vec![
            text(tags::MANUFACTURER, " Maker\r\nOne "),
            text(tags::STATION_NAME, "\\"),
            text(tags::PROTOCOL_NAME, &"x".repeat(1000)),
            text(tags::SCANNING_SEQUENCE, "SE\\IR"),
        ]);
        check(
            &technique,
            &[
                (TechniqueItem::Manufacturer, "MakerOne"),
                (TechniqueItem::Protocol, &"x".repeat(LETTERS_MAX)),
                (TechniqueItem::ScanningSequence, "SE/IR"),
            ],
        );
    }

    #[test]
    fn what_all_frames_share_is_read_and_what_only_some_say_is_not() {
        let timing = |repetition_time: f64, flip_angle: f64| {
            let inside = [(tags::REPETITION_TIME, repetition_time), (tags::FLIP_ANGLE, flip_angle)];
            let inside = inside.into_iter().map(|(tag, value)| number(tag, value)).collect();
            vec![group(tags::MR_TIMING_AND_RELATED_PARAMETERS_SEQUENCE, vec![inside])]
        };
        let exposure = group(tags::CT_EXPOSURE_SEQUENCE, vec![vec![number(tags::EXPOSURE_INM_AS, 90.25)]]);
        let shared = group(tags::SHARED_FUNCTIONAL_GROUPS_SEQUENCE, vec![vec![exposure]]);
        let frames = |frames| group(tags::PER_FRAME_FUNCTIONAL_GROUPS_SEQUENCE, frames);
        let technique = read(vec![shared.clone(), frames(vec![timing(500.0, 90.0), timing(600.0, 90.0)])]);
        check(&technique, &[(TechniqueItem::Exposure, "90.25"), (TechniqueItem::FlipAngle, "90")]);
        let technique = read(vec![shared, frames(vec![timing(500.0, 90.0), Vec::new()])]);
        check(&technique, &[(TechniqueItem::Exposure, "90.25")]);
    }

    #[test]
    fn nothing_is_said_of_0_where_0_cannot_be_and_of_no_side() {
        let technique = read(vec![
            number(tags::EXPOSURE_INU_AS, 0.0),
            number(tags::EXPOSURE, 3.0),
            number(tags::X_RAY_TUBE_CURRENT, 0.0),
            number(tags::GANTRY_DETECTOR_TILT, -0.0),
            text(tags::IMAGE_LATERALITY, "U"),
        ]);
        check(&technique, &[(TechniqueItem::Exposure, "3"), (TechniqueItem::GantryTilt, "0")]);
    }

    /// PS3.3 C.8.11.7: the code is what counts, and View Position may be there beside it.
    #[test]
    fn a_view_is_told_by_its_code_then_by_its_position_then_by_what_the_code_means() {
        for (scheme, code, position, expected) in [
            ("SCT", "399162004", "", "CC"),
            ("SRT", "R-10242", "MLO", "CC"),
            ("SNM3", "R-10226", "", "MLO"),
            ("SCT", "399368009", "CC", "MLO"),
            ("99ONE", "399162004", "XCCL", "XCCL"),
            ("SCT", "R-10242", "", "as coded"),
        ] {
            let coded = vec![
                text(tags::CODE_VALUE, code),
                text(tags::CODING_SCHEME_DESIGNATOR, scheme),
                text(tags::CODE_MEANING, "as coded"),
            ];
            let technique =
                read(vec![group(tags::VIEW_CODE_SEQUENCE, vec![coded]), text(tags::VIEW_POSITION, position)]);
            assert_eq!(technique.get(TechniqueItem::ViewPosition), Some(expected), "{scheme} {code}");
        }
    }

    /// PS3.3 C.8.11.7: the modifiers stand within the item of the view; a plain view has none.
    #[test]
    fn what_modifies_a_view_is_told_by_its_codes_and_another_code_by_what_it_means() {
        let coded = |(scheme, code): &(&str, &str)| {
            vec![
                text(tags::CODE_VALUE, code),
                text(tags::CODING_SCHEME_DESIGNATOR, scheme),
                text(tags::CODE_MEANING, "as coded"),
            ]
        };
        for (codes, expected) in [
            (vec![("SCT", "399055006"), ("SRT", "R-102D6")], Some("S/M")),
            (vec![("SNM3", "R-102D5"), ("SCT", "399209000")], Some("ID")),
            (vec![("SCT", "R-102D5"), ("99ONE", "399209000")], Some("as coded")),
            (vec![("SRT", "P2-00161")], Some("AC")),
            (Vec::new(), None),
        ] {
            let modifiers = codes.iter().map(coded).collect();
            let view = vec![
                text(tags::CODE_VALUE, "399162004"),
                text(tags::CODING_SCHEME_DESIGNATOR, "SCT"),
                group(tags::VIEW_MODIFIER_CODE_SEQUENCE, modifiers),
            ];
            let technique = read(vec![group(tags::VIEW_CODE_SEQUENCE, vec![view])]);
            assert_eq!(technique.get(TechniqueItem::ViewPosition), Some("CC"), "{codes:?}");
            assert_eq!(technique.get(TechniqueItem::ViewModifier), expected, "{codes:?}");
        }
    }

    #[test]
    fn the_texts_stay_out_of_logs() {
        let technique = read(vec![text(tags::INSTITUTION_NAME, "Hospital One")]);
        assert_eq!(format!("{technique:?}"), "Technique([Institution])");
    }

    #[test]
    fn dates_and_times_are_words_and_nonsense_stays_as_it_is() {
        let dates = ["20261120", "20261120140322.5+0100", "2026", "2026.11.20", ""].map(date_words);
        assert_eq!(dates, ["2026-11-20", "2026-11-20", "2026", "2026.11.20", ""]);
        let times = ["140322.500", "1403", "14", "14:03:22.50", "20261120140322.5-0500", "20261120", "?", ""];
        let words = ["14:03:22", "14:03", "14", "14:03:22", "14:03:22", "20261120", "?", ""];
        assert_eq!(times.map(time_words), words);
    }

    #[test]
    fn every_item_has_a_name_of_its_own_and_a_help() {
        for (index, item) in TechniqueItem::ALL.iter().enumerate() {
            let name = item.name();
            assert!(name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_'), "{name}");
            assert!(item.help().ends_with('.'), "{name}");
            assert!(TechniqueItem::ALL[..index].iter().all(|other| other.name() != name), "{name}");
        }
    }

    #[test]
    fn days_follow_one_another_over_months_and_leap_years() {
        let apart = |a: &str, b: &str| day_number(b).zip(day_number(a)).map(|(b, a)| b - a);
        for (a, b, days) in [
            ("20231231", "20240101", 1),
            ("20240228", "20240301", 2),
            ("20230228", "20230301", 1),
            ("20000228", "20000301", 2),
            ("19000228", "19000301", 1),
            ("20240101", "20250101", 366),
            ("2024.01.31", "20240201", 1),
            ("20000301", "20000302", 1),
        ] {
            assert_eq!(apart(a, b), Some(days), "{a} {b}");
        }
        assert_eq!(day_number("19700101"), Some(0));
        for nonsense in ["", "2024", "20241301", "20240100", "20230229", "0000010100", "2024013x", "äöüß"]
        {
            assert_eq!(day_number(nonsense), None, "{nonsense}");
        }
    }
}

//! What an image says of distances beyond Pixel Spacing: how a projection was calibrated, where an ultrasound image shows
//! what. PS3.3 10.7, C.8.5.5, C.8.19.6.9.

use dicom_core::Tag;
use dicom_dictionary_std::tags;

use super::attribute::Attributes;
use crate::units::MmPerPixel;

/// Regions beyond this number are left out: no screen of a scanner has as many.
const REGIONS_MAX: usize = 64;

/// Spacing at the centre of an oblique beam is not to be relied on beyond this. PS3.3 C.8.19.6.9.2.
const BEAM_ANGLE_MAX_DEGREES: f64 = 60.0;

/// The code of centimetres in Physical Units X Direction. PS3.3 C.8.5.5.1.15.
const CENTIMETRES: i64 = 3;

/// Spacings other than Pixel Spacing, and what tells them apart.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Calibration {
    /// Imager Pixel Spacing: at the front of the detector's housing.
    pub imager_spacing: Option<MmPerPixel>,
    /// Nominal Scanned Pixel Spacing: on the film or paper that was scanned.
    pub scanned_spacing: Option<MmPerPixel>,
    /// Object Pixel Spacing in Center of Beam, where the beam is not too oblique for it.
    pub object_spacing: Option<MmPerPixel>,
    /// Pixel Spacing Calibration Type.
    pub method: Option<CalibrationMethod>,
    /// Pixel Spacing Calibration Description, or empty.
    pub description: String,
    /// Estimated Radiographic Magnification Factor.
    pub magnification: Option<f64>,
    /// Distance Source to Detector, mm.
    pub source_to_detector_mm: Option<f64>,
    /// Distance Source to Patient, mm.
    pub source_to_patient_mm: Option<f64>,
    /// Sequence of Ultrasound Regions.
    pub regions: Vec<UltrasoundRegion>,
}

/// How Pixel Spacing was corrected. PS3.3 10.7.1.2, Pixel Spacing Calibration Type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CalibrationMethod {
    /// For the magnification that follows from assumed or known distances.
    Geometry,
    /// By an object of known size in the image.
    Fiducial,
}

impl CalibrationMethod {
    /// The attribute's text.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Geometry => "GEOMETRY",
            Self::Fiducial => "FIDUCIAL",
        }
    }
}

/// A rectangle of an ultrasound image with a scale of its own. PS3.3 C.8.5.5.1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct UltrasoundRegion {
    /// Its first column, from 0.
    pub left: u32,
    /// Its first row, from 0.
    pub top: u32,
    /// Its last column.
    pub right: u32,
    /// Its last row.
    pub bottom: u32,
    /// What it shows.
    pub format: RegionFormat,
    /// Whether it lies over regions of low priority: bit 0 of Region Flags.
    pub is_high_priority: bool,
    /// Size of its pixels, where both of its directions are lengths.
    pub mm_per_pixel: Option<MmPerPixel>,
}

/// Region Spatial Format. PS3.3 C.8.5.5.1.1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RegionFormat {
    /// Tissue or flow in a plane.
    TwoDimensional,
    /// Depth over time.
    MMode,
    /// Velocity or frequency over time.
    Spectral,
    /// A physiological signal over time.
    Waveform,
    /// Drawings and text.
    Graphics,
    /// Not stated, or not known.
    Other,
}

impl RegionFormat {
    /// Its name for the reader.
    pub const fn name(self) -> &'static str {
        match self {
            Self::TwoDimensional => "2D",
            Self::MMode => "M-mode",
            Self::Spectral => "spectrum",
            Self::Waveform => "waveform",
            Self::Graphics => "graphics",
            Self::Other => "unknown region",
        }
    }

    const fn of(code: Option<i64>) -> Self {
        match code {
            Some(1) => Self::TwoDimensional,
            Some(2) => Self::MMode,
            Some(3) => Self::Spectral,
            Some(4) => Self::Waveform,
            Some(5) => Self::Graphics,
            _ => Self::Other,
        }
    }
}

impl Calibration {
    /// What the object says; `None` when it says nothing. What is damaged is as if absent.
    ///
    /// Of enhanced objects, what their frames share: what frames say each for itself is not read.
    pub(super) fn read(at: &Attributes<'_>) -> Option<Self> {
        let shared = at.item(tags::SHARED_FUNCTIONAL_GROUPS_SEQUENCE);
        let group = |tag: Tag| shared.and_then(|groups| groups.item(tag));
        let frame_pixels = group(tags::FRAME_PIXEL_DATA_PROPERTIES_SEQUENCE);
        let beam = group(tags::PROJECTION_PIXEL_CALIBRATION_SEQUENCE).filter(is_usable_beam);
        let imager = |at: &Attributes<'_>| spacing(at, tags::IMAGER_PIXEL_SPACING);
        let positive = |tag| at.decimal(tag).filter(|value| value.is_finite() && *value > 0.0);
        let method = match at.text(tags::PIXEL_SPACING_CALIBRATION_TYPE).as_deref() {
            Some("GEOMETRY") => Some(CalibrationMethod::Geometry),
            Some("FIDUCIAL") => Some(CalibrationMethod::Fiducial),
            _ => None,
        };
        let regions = at.items(tags::SEQUENCE_OF_ULTRASOUND_REGIONS).take(REGIONS_MAX);
        let stated = Self {
            imager_spacing: imager(at).or_else(|| imager(&frame_pixels?)),
            scanned_spacing: spacing(at, tags::NOMINAL_SCANNED_PIXEL_SPACING),
            object_spacing: beam
                .and_then(|beam| spacing(&beam, tags::OBJECT_PIXEL_SPACING_IN_CENTER_OF_BEAM)),
            method,
            description: at.text(tags::PIXEL_SPACING_CALIBRATION_DESCRIPTION).unwrap_or_default(),
            magnification: positive(tags::ESTIMATED_RADIOGRAPHIC_MAGNIFICATION_FACTOR),
            source_to_detector_mm: positive(tags::DISTANCE_SOURCE_TO_DETECTOR),
            source_to_patient_mm: positive(tags::DISTANCE_SOURCE_TO_PATIENT),
            regions: regions.filter_map(|item| UltrasoundRegion::read(&item)).collect(),
        };
        (stated != Self::default()).then_some(stated)
    }
}

impl UltrasoundRegion {
    /// The region of one item; `None` where it does not say what rectangle it is.
    fn read(at: &Attributes<'_>) -> Option<Self> {
        let place = |tag| at.integer(tag).and_then(|value| u32::try_from(value).ok());
        let (left, right) = (place(tags::REGION_LOCATION_MIN_X0)?, place(tags::REGION_LOCATION_MAX_X1)?);
        let (top, bottom) = (place(tags::REGION_LOCATION_MIN_Y0)?, place(tags::REGION_LOCATION_MAX_Y1)?);
        // Deltas point up or left where the values grow that way.
        let mm = |units: Tag, delta: Tag| {
            let mm = at.decimal(delta)?.abs() * 10.0;
            (at.integer(units) == Some(CENTIMETRES) && mm.is_finite() && mm > 0.0).then_some(mm)
        };
        let column = mm(tags::PHYSICAL_UNITS_X_DIRECTION, tags::PHYSICAL_DELTA_X);
        let row = mm(tags::PHYSICAL_UNITS_Y_DIRECTION, tags::PHYSICAL_DELTA_Y);
        (left <= right && top <= bottom).then(|| Self {
            left,
            top,
            right,
            bottom,
            format: RegionFormat::of(at.integer(tags::REGION_SPATIAL_FORMAT)),
            is_high_priority: at.integer(tags::REGION_FLAGS).is_some_and(|flags| flags & 1 == 1),
            mm_per_pixel: row.zip(column).map(|(row, column)| MmPerPixel { row, column }),
        })
    }
}

fn is_usable_beam(beam: &Attributes<'_>) -> bool {
    beam.decimal(tags::BEAM_ANGLE).is_none_or(|degrees| degrees.abs() <= BEAM_ANGLE_MAX_DEGREES)
}

/// Two positive numbers, between rows first. PS3.3 10.7.1.3.
fn spacing(at: &Attributes<'_>, tag: Tag) -> Option<MmPerPixel> {
    let [row, column]: [f64; 2] = at.decimals(tag)?.try_into().ok()?;
    let is_length = |mm: f64| mm.is_finite() && mm > 0.0;
    (is_length(row) && is_length(column)).then_some(MmPerPixel { row, column })
}

#[cfg(test)]
mod tests {
    use dicom_core::value::DataSetSequence;
    use dicom_core::{DataElement, PrimitiveValue, VR};
    use dicom_object::InMemDicomObject;
    use dicom_object::mem::InMemElement;

    use super::super::charset::CharacterSets;
    use super::*;

    fn element(tag: Tag, vr: VR, value: impl Into<PrimitiveValue>) -> InMemElement {
        DataElement::new(tag, vr, value.into())
    }

    fn texts(tag: Tag, vr: VR, values: &str) -> InMemElement {
        element(tag, vr, PrimitiveValue::Strs(values.split('\\').map(str::to_owned).collect()))
    }

    fn sequence(tag: Tag, items: Vec<InMemDicomObject>) -> InMemElement {
        DataElement::new(tag, VR::SQ, DataSetSequence::from(items))
    }

    fn item(elements: impl IntoIterator<Item = InMemElement>) -> InMemDicomObject {
        InMemDicomObject::from_element_iter(elements)
    }

    fn read(elements: impl IntoIterator<Item = InMemElement>) -> Option<Calibration> {
        let object = item(elements);
        Calibration::read(&Attributes { object: &object, sets: &CharacterSets::new(&[]) })
    }

    /// A region of 100 columns and 50 rows.
    fn region(format: u16, flags: u32, units: [u16; 2], delta_x: f64) -> InMemDicomObject {
        let [x, y] = units;
        item([
            element(tags::REGION_SPATIAL_FORMAT, VR::US, format),
            element(tags::REGION_FLAGS, VR::UL, flags),
            element(tags::REGION_LOCATION_MIN_X0, VR::UL, 10_u32),
            element(tags::REGION_LOCATION_MIN_Y0, VR::UL, 20_u32),
            element(tags::REGION_LOCATION_MAX_X1, VR::UL, 109_u32),
            element(tags::REGION_LOCATION_MAX_Y1, VR::UL, 69_u32),
            element(tags::PHYSICAL_UNITS_X_DIRECTION, VR::US, x),
            element(tags::PHYSICAL_UNITS_Y_DIRECTION, VR::US, y),
            element(tags::PHYSICAL_DELTA_X, VR::FD, delta_x),
            element(tags::PHYSICAL_DELTA_Y, VR::FD, 0.03),
        ])
    }

    #[test]
    fn an_object_that_states_nothing_has_no_calibration() {
        assert_eq!(read([texts(tags::PIXEL_SPACING, VR::DS, "1\\1")]), None);
        assert_eq!(read([texts(tags::IMAGER_PIXEL_SPACING, VR::DS, "0\\0.1")]), None, "a spacing of 0");
        assert_eq!(read([texts(tags::IMAGER_PIXEL_SPACING, VR::DS, "0.1")]), None, "one number");
    }

    #[test]
    fn spacings_distances_and_method_of_a_projection_are_read() {
        let found = read([
            texts(tags::IMAGER_PIXEL_SPACING, VR::DS, "0.2\\0.1"),
            texts(tags::NOMINAL_SCANNED_PIXEL_SPACING, VR::DS, "0.4\\0.3"),
            texts(tags::PIXEL_SPACING_CALIBRATION_TYPE, VR::CS, "FIDUCIAL"),
            texts(tags::PIXEL_SPACING_CALIBRATION_DESCRIPTION, VR::LO, "ball of 25 mm"),
            texts(tags::ESTIMATED_RADIOGRAPHIC_MAGNIFICATION_FACTOR, VR::DS, "1.25"),
            texts(tags::DISTANCE_SOURCE_TO_DETECTOR, VR::DS, "1000"),
            texts(tags::DISTANCE_SOURCE_TO_PATIENT, VR::DS, "800"),
        ]);
        let expected = Calibration {
            imager_spacing: Some(MmPerPixel { row: 0.2, column: 0.1 }),
            scanned_spacing: Some(MmPerPixel { row: 0.4, column: 0.3 }),
            object_spacing: None,
            method: Some(CalibrationMethod::Fiducial),
            description: "ball of 25 mm".to_owned(),
            magnification: Some(1.25),
            source_to_detector_mm: Some(1000.0),
            source_to_patient_mm: Some(800.0),
            regions: Vec::new(),
        };
        assert_eq!(found, Some(expected));
    }

    #[test]
    fn spacing_in_the_centre_of_the_beam_counts_up_to_an_angle_of_60_degrees() {
        let at_angle = |degrees: f32| {
            let beam = item([
                element(
                    tags::OBJECT_PIXEL_SPACING_IN_CENTER_OF_BEAM,
                    VR::FL,
                    PrimitiveValue::F32([0.25, 0.5].into_iter().collect()),
                ),
                element(tags::BEAM_ANGLE, VR::FL, degrees),
            ]);
            let shared = item([sequence(tags::PROJECTION_PIXEL_CALIBRATION_SEQUENCE, vec![beam])]);
            read([sequence(tags::SHARED_FUNCTIONAL_GROUPS_SEQUENCE, vec![shared])])
                .and_then(|calibration| calibration.object_spacing)
        };
        assert_eq!(at_angle(-60.0), Some(MmPerPixel { row: 0.25, column: 0.5 }));
        assert_eq!(at_angle(61.0), None);
    }

    #[test]
    fn regions_have_a_scale_where_both_directions_are_centimetres() {
        let regions = |items: Vec<InMemDicomObject>| {
            let found = read([sequence(tags::SEQUENCE_OF_ULTRASOUND_REGIONS, items)]);
            found.map(|calibration| calibration.regions).unwrap_or_default()
        };
        let tissue = UltrasoundRegion {
            left: 10,
            top: 20,
            right: 109,
            bottom: 69,
            format: RegionFormat::TwoDimensional,
            is_high_priority: true,
            mm_per_pixel: Some(MmPerPixel { row: 0.3, column: 0.25 }),
        };
        let found = regions(vec![region(1, 3, [3, 3], -0.025), region(3, 2, [4, 7], 0.025)]);
        let spectrum = UltrasoundRegion {
            format: RegionFormat::Spectral,
            is_high_priority: false,
            mm_per_pixel: None,
            ..tissue
        };
        assert_eq!(found, [tissue, spectrum]);
        let flat = regions(vec![region(1, 1, [3, 3], 0.0)]);
        assert_eq!(flat, [UltrasoundRegion { mm_per_pixel: None, ..tissue }], "a delta of 0");
        let mut nowhere = region(1, 1, [3, 3], 0.1);
        nowhere.remove_element(tags::REGION_LOCATION_MAX_Y1);
        assert_eq!(regions(vec![nowhere]), []);
        assert_eq!(regions(vec![region(1, 1, [3, 3], 0.1); 1000]).len(), REGIONS_MAX);
    }
}

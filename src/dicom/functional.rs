//! What each frame of an object says of itself: functional groups, and the older vectors of dose grids and nuclear
//! medicine. PS3.3 C.7.6.16, C.8.8.3, C.8.4.15; rules X-7, P-20.

use dicom_core::value::Value;
use dicom_core::{PrimitiveValue, Tag, VR};
use dicom_dictionary_std::tags;

use super::attribute::Attributes;
use super::error::ReadError;
use super::header::{read_gray, read_shutter, read_spacing};
use super::instance::{FrameAttributes, GrayAttributes, PixelFormat};
use super::real_world::RealWorldMap;

/// Multi-frame Secondary Capture: of the objects with functional groups, these alone put their rescale and window
/// outside them. PS3.3 C.8.6.3.
const MULTI_FRAME_SECONDARY_CAPTURE: &str = "1.2.840.10008.5.1.4.1.1.7.";

/// So many frames more than are described still have an entry each: a file cannot ask for more memory than it has frames
/// described, times this.
const UNDESCRIBED_SHARE_MAX: usize = 8;

/// Frame Type lies in a sequence of the modality.
const FRAME_TYPES: [Tag; 9] = [
    tags::MR_IMAGE_FRAME_TYPE_SEQUENCE,
    tags::CT_IMAGE_FRAME_TYPE_SEQUENCE,
    tags::PET_FRAME_TYPE_SEQUENCE,
    tags::X_RAY3_D_FRAME_TYPE_SEQUENCE,
    tags::PARAMETRIC_MAP_FRAME_TYPE_SEQUENCE,
    tags::INTRAVASCULAR_OCT_FRAME_TYPE_SEQUENCE,
    tags::PHOTOACOUSTIC_IMAGE_FRAME_TYPE_SEQUENCE,
    tags::CONFOCAL_MICROSCOPY_IMAGE_FRAME_TYPE_SEQUENCE,
    tags::WHOLE_SLIDE_MICROSCOPY_IMAGE_FRAME_TYPE_SEQUENCE,
];

/// What each frame says: one entry for all when frames are not told apart. `plain` is what the object says.
pub(super) fn read_frames(
    at: &Attributes<'_>,
    mut plain: FrameAttributes,
    format: PixelFormat,
    frames: u32,
) -> Result<Vec<FrameAttributes>, ReadError> {
    let shared = at.item(tags::SHARED_FUNCTIONAL_GROUPS_SEQUENCE);
    let described: Vec<_> =
        at.items(tags::PER_FRAME_FUNCTIONAL_GROUPS_SEQUENCE).take(frames as usize).collect();
    if shared.is_none() && described.is_empty() {
        read_dose(at, &mut plain);
        return Ok(placed_by_vector(at, &plain).unwrap_or_else(|| {
            // One position is no place for many frames.
            plain.position = plain.position.filter(|_| frames == 1);
            vec![plain]
        }));
    }
    let own_gray_counts =
        at.text(tags::SOP_CLASS_UID).is_some_and(|class| class.starts_with(MULTI_FRAME_SECONDARY_CAPTURE));
    if !own_gray_counts {
        drop_gray(&mut plain.gray);
        if !plain.real_world.is_empty() {
            plain.real_world = vec![Err("the map stands outside the functional groups".to_owned())];
        }
    }
    (plain.position, plain.orientation) = (None, None);
    let of_all = match shared {
        Some(groups) => described_by(&groups, &plain, format)?,
        None => plain,
    };
    if described.is_empty() {
        return Ok(vec![of_all]);
    }
    let undescribed = (frames as usize).saturating_sub(described.len());
    if undescribed > described.len() * UNDESCRIBED_SHARE_MAX {
        let why = format!("{} items for {frames} frames", described.len());
        return Err(ReadError::Wrong { name: "Per-frame Functional Groups Sequence (5200,9230)", why });
    }
    let mut all = Vec::with_capacity(described.len() + undescribed);
    for groups in &described {
        all.push(described_by(groups, &of_all, format)?);
    }
    let mut unknown = of_all;
    unknown.gray.not_applied.push("functional groups".into());
    all.resize(described.len() + undescribed, unknown);
    Ok(all)
}

/// Rescale and window outside the functional groups are against the standard and may contradict them. Rule P-20.
fn drop_gray(gray: &mut GrayAttributes) {
    let had_lut = gray.modality_lut.take().is_some();
    if gray.rescale.take().is_some() || had_lut {
        gray.not_applied.push("rescale outside the functional groups".into());
    }
    let had_luts = !std::mem::take(&mut gray.voi_luts).is_empty();
    if !std::mem::take(&mut gray.windows).is_empty() || had_luts {
        gray.not_applied.push("window outside the functional groups".into());
    }
    gray.voi_function.clear();
    gray.rescale_type.clear();
}

/// What the functional groups of an item say, over what was known before.
fn described_by(
    groups: &Attributes<'_>,
    before: &FrameAttributes,
    format: PixelFormat,
) -> Result<FrameAttributes, ReadError> {
    let mut frame = before.clone();
    read_geometry(groups, &mut frame)?;
    read_gray_groups(groups, &mut frame.gray, format)?;
    if groups.has(tags::REAL_WORLD_VALUE_MAPPING_SEQUENCE) {
        frame.real_world = RealWorldMap::read_all(groups, format);
    }
    if let Some(group) = FRAME_TYPES.iter().find_map(|&tag| groups.item(tag)) {
        frame.image_type = group.texts(tags::FRAME_TYPE);
        // Magnitude and phase of one echo differ in nothing else.
        let component = group.text(tags::COMPLEX_IMAGE_COMPONENT);
        frame.image_type.extend(component.filter(|component| !frame.image_type.contains(component)));
    }
    // PS3.3 C.7.6.16.2.16.
    if let Some(group) = groups.item(tags::FRAME_DISPLAY_SHUTTER_SEQUENCE) {
        frame.shutter = read_shutter(&group, &mut frame.gray);
    }
    read_acquisition_groups(groups, &mut frame);
    Ok(frame)
}

/// Plane Position, Plane Orientation and Pixel Measures. What is damaged is as if absent: a frame without a place can be
/// shown. PS3.3 C.7.6.16.2.1, C.7.6.16.2.3, C.7.6.16.2.4.
fn read_geometry(groups: &Attributes<'_>, frame: &mut FrameAttributes) -> Result<(), ReadError> {
    if let Some(group) = groups.item(tags::PLANE_POSITION_SEQUENCE) {
        frame.position = numbers(&group, tags::IMAGE_POSITION_PATIENT);
    }
    if let Some(group) = groups.item(tags::PLANE_ORIENTATION_SEQUENCE) {
        frame.orientation = numbers(&group, tags::IMAGE_ORIENTATION_PATIENT);
    }
    if let Some(group) = groups.item(tags::PIXEL_MEASURES_SEQUENCE) {
        frame.spacing = read_spacing(&group)?;
        frame.thickness_mm = group.decimal(tags::SLICE_THICKNESS);
    }
    Ok(())
}

/// Pixel Value Transformation and Frame VOI LUT. PS3.3 C.7.6.16.2.9, C.7.6.16.2.10.
fn read_gray_groups(
    groups: &Attributes<'_>,
    gray: &mut GrayAttributes,
    format: PixelFormat,
) -> Result<(), ReadError> {
    if let Some(group) = groups.item(tags::PIXEL_VALUE_TRANSFORMATION_SEQUENCE) {
        let stated = read_gray(&group, format)?;
        (gray.rescale, gray.rescale_type) = (stated.rescale, stated.rescale_type);
        gray.not_applied.extend(stated.not_applied);
    }
    if let Some(group) = groups.item(tags::FRAME_VOILUT_SEQUENCE) {
        let stated = read_gray(&group, format)?;
        (gray.windows, gray.voi_function) = (stated.windows, stated.voi_function);
        gray.not_applied.extend(stated.not_applied);
    }
    Ok(())
}

/// What tells frames of one place apart. PS3.3 C.7.6.16.2.2, C.7.6.16.2.7, C.8.13.5, C.8.15.3, C.8.20.3.1.
fn read_acquisition_groups(groups: &Attributes<'_>, frame: &mut FrameAttributes) {
    let acquisition = &mut frame.acquisition;
    if let Some(group) = groups.item(tags::FRAME_CONTENT_SEQUENCE) {
        set(&mut acquisition.number, group.integer(tags::FRAME_ACQUISITION_NUMBER));
        set(&mut acquisition.time, group.text(tags::FRAME_ACQUISITION_DATE_TIME));
        set(&mut acquisition.stack, group.text(tags::STACK_ID));
        set(&mut acquisition.in_stack, group.integer(tags::IN_STACK_POSITION_NUMBER));
        set(&mut acquisition.temporal_position, group.integer(tags::TEMPORAL_POSITION_INDEX));
        let indices = group.decimals(tags::DIMENSION_INDEX_VALUES).unwrap_or_default();
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "UL values; saturates")]
        let indices = indices.into_iter().map(|index| index as u32).collect();
        acquisition.dimensions = indices;
    }
    if let Some(group) = groups.item(tags::MR_ECHO_SEQUENCE) {
        set(&mut acquisition.echo_time_ms, group.decimal(tags::EFFECTIVE_ECHO_TIME));
    }
    if let Some(group) = groups.item(tags::MR_MODIFIER_SEQUENCE) {
        set(&mut acquisition.inversion_time_ms, group.decimal(tags::INVERSION_TIMES));
    }
    if let Some(group) = groups.item(tags::MR_DIFFUSION_SEQUENCE) {
        acquisition.b_value = b_value(&group);
        let direction = group.item(tags::DIFFUSION_GRADIENT_DIRECTION_SEQUENCE);
        acquisition.gradient = direction.and_then(|at| numbers(&at, tags::DIFFUSION_GRADIENT_ORIENTATION));
    }
    if let Some(group) = groups.item(tags::CARDIAC_SYNCHRONIZATION_SEQUENCE) {
        set(&mut acquisition.trigger_time_ms, group.decimal(tags::NOMINAL_CARDIAC_TRIGGER_DELAY_TIME));
        let percent = group.decimal(tags::NOMINAL_PERCENTAGE_OF_CARDIAC_PHASE);
        set(&mut acquisition.cardiac_phase_percent, percent);
    }
    if let Some(group) = groups.item(tags::CTX_RAY_DETAILS_SEQUENCE) {
        set(&mut acquisition.kvp, group.decimal(tags::KVP));
    }
    if let Some(group) = groups.item(tags::CT_RECONSTRUCTION_SEQUENCE) {
        set(&mut acquisition.kernel, group.text(tags::CONVOLUTION_KERNEL));
    }
    if let Some(group) = groups.item(tags::SEGMENT_IDENTIFICATION_SEQUENCE) {
        set(&mut acquisition.segment, group.integer(tags::REFERENCED_SEGMENT_NUMBER));
    }
    // Of objects converted from single frames: what has no group of its own.
    let unassigned = [
        tags::UNASSIGNED_SHARED_CONVERTED_ATTRIBUTES_SEQUENCE,
        tags::UNASSIGNED_PER_FRAME_CONVERTED_ATTRIBUTES_SEQUENCE,
    ];
    for group in unassigned.into_iter().filter_map(|tag| groups.item(tag)) {
        set(&mut acquisition.number, group.integer(tags::ACQUISITION_NUMBER));
        set(&mut acquisition.echo_number, group.integer(tags::ECHO_NUMBERS));
        set(&mut acquisition.echo_time_ms, group.decimal(tags::ECHO_TIME));
        set(&mut acquisition.trigger_time_ms, group.decimal(tags::TRIGGER_TIME));
        set(&mut acquisition.temporal_position, group.integer(tags::TEMPORAL_POSITION_IDENTIFIER));
        set(&mut acquisition.kernel, group.text(tags::CONVOLUTION_KERNEL));
        set(&mut acquisition.b_value, b_value(&group));
    }
}

/// What is said replaces what was known.
fn set<T>(known: &mut Option<T>, said: Option<T>) {
    if said.is_some() {
        *known = said;
    }
}

/// Dose Grid Scaling is a dose's rescale. PS3.3 C.8.8.3.
fn read_dose(at: &Attributes<'_>, plain: &mut FrameAttributes) {
    let scaling =
        at.decimal(tags::DOSE_GRID_SCALING).filter(|scaling| scaling.is_finite() && *scaling != 0.0);
    let Some(scaling) = scaling else { return };
    plain.gray.rescale = Some((scaling, 0.0));
    plain.gray.rescale_type = match at.text(tags::DOSE_UNITS) {
        Some(units) if units == "GY" => "Gy".to_owned(),
        units => units.unwrap_or_default().to_lowercase(),
    };
}

/// A dose grid or a reconstructed volume of nuclear medicine: one position, and how far each frame is from it.
fn placed_by_vector(at: &Attributes<'_>, plain: &FrameAttributes) -> Option<Vec<FrameAttributes>> {
    let detector = at.item(tags::DETECTOR_INFORMATION_SEQUENCE);
    let position = plain.position.or_else(|| numbers(&detector?, tags::IMAGE_POSITION_PATIENT))?;
    let orientation = plain.orientation.or_else(|| numbers(&detector?, tags::IMAGE_ORIENTATION_PATIENT))?;
    let [a, b, c, d, e, f] = orientation;
    let normal = [b * f - c * e, c * d - a * f, a * e - b * d];
    let (direction, offsets_mm) = match at.decimals(tags::GRID_FRAME_OFFSET_VECTOR) {
        // Offsets that do not begin with 0 are places along the patient's axis. PS3.3 C.8.8.3.2.
        Some(vector) if vector.first().is_some_and(|first| *first != 0.0) => ([0.0, 0.0, 1.0], vector),
        Some(vector) => (normal, vector),
        None => {
            // Positive spacing: behind the first slice. PS3.3 C.8.4.15.
            let spacing_mm = at.decimal(tags::SPACING_BETWEEN_SLICES)?;
            let slices = at.decimals(tags::SLICE_VECTOR)?;
            (normal, slices.into_iter().map(|slice| (slice - 1.0) * spacing_mm).collect())
        }
    };
    let first_mm = *offsets_mm.first()?;
    let time_slots = at.decimals(tags::TIME_SLOT_VECTOR).unwrap_or_default();
    let frame_at = |(frame, offset_mm): (usize, &f64)| {
        let mut placed = FrameAttributes { orientation: Some(orientation), ..plain.clone() };
        let moved = |axis: usize| -> Option<f64> {
            Some(position.get(axis)? + direction.get(axis)? * (offset_mm - first_mm))
        };
        placed.position = moved(0).zip(moved(1)).zip(moved(2)).map(|((x, y), z)| [x, y, z]);
        #[expect(clippy::cast_possible_truncation, reason = "US values")]
        let slot = time_slots.get(frame).map(|slot| *slot as i64);
        set(&mut placed.acquisition.temporal_position, slot);
        placed
    };
    Some(offsets_mm.iter().enumerate().map(frame_at).collect())
}

/// Exactly `N` finite numbers, or none.
fn numbers<const N: usize>(at: &Attributes<'_>, tag: Tag) -> Option<[f64; N]> {
    let values: [f64; N] = at.decimals(tag)?.try_into().ok()?;
    values.iter().all(|value| value.is_finite()).then_some(values)
}

/// Diffusion b-value, s/mm²: the standard's, else that of a maker whose private block it is. Rule X-8.
pub(super) fn b_value(at: &Attributes<'_>) -> Option<f64> {
    /// GE marks directional images by adding a thousand million.
    const GE_MARK: f64 = 100_000.0;
    let siemens = || private_decimal(at, 0x0019, "SIEMENS MR HEADER", 0x0C, VR::IS);
    let ge = || private_decimal(at, 0x0043, "GEMS_PARM_01", 0x39, VR::IS).map(|b| b % GE_MARK);
    let philips = || private_decimal(at, 0x2001, "Philips Imaging DD 001", 0x03, VR::FL);
    at.decimal(tags::DIFFUSION_B_VALUE)
        .or_else(siemens)
        .or_else(ge)
        .or_else(philips)
        .filter(|b| b.is_finite() && *b >= 0.0)
}

/// The first number of a private element of that representation, which a file may hold as bytes of an unknown one.
/// PS3.5 7.8.1.
pub(super) fn private_decimal(
    at: &Attributes<'_>,
    group: u16,
    creator: &str,
    element: u8,
    vr: VR,
) -> Option<f64> {
    let element = at.object.private_element(group, creator, element).ok()?;
    match (element.value(), vr) {
        (Value::Primitive(PrimitiveValue::U8(bytes)), VR::FL) => {
            bytes.first_chunk().map(|&bytes| f32::from_le_bytes(bytes).into())
        }
        (Value::Primitive(PrimitiveValue::U8(bytes)), _) => {
            str::from_utf8(bytes).ok()?.split('\\').next()?.trim_matches([' ', '\0']).parse().ok()
        }
        _ => element.to_multi_float64().ok()?.first().copied(),
    }
}

#[cfg(test)]
mod tests {
    use dicom_core::DataElement;
    use dicom_core::value::DataSetSequence;
    use dicom_object::InMemDicomObject;
    use dicom_object::mem::InMemElement;

    use super::super::charset::CharacterSets;
    use super::super::instance::Photometric;
    use super::*;

    fn decimals(tag: Tag, values: &[f64]) -> InMemElement {
        DataElement::new(tag, VR::DS, PrimitiveValue::Strs(values.iter().map(f64::to_string).collect()))
    }

    fn text(tag: Tag, text: &str) -> InMemElement {
        DataElement::new(tag, VR::CS, PrimitiveValue::Strs(text.split('\\').map(str::to_owned).collect()))
    }

    fn item(elements: impl IntoIterator<Item = InMemElement>) -> InMemDicomObject {
        InMemDicomObject::from_element_iter(elements)
    }

    fn sequence(tag: Tag, items: Vec<InMemDicomObject>) -> InMemElement {
        DataElement::new(tag, VR::SQ, DataSetSequence::from(items))
    }

    fn group(tag: Tag, elements: impl IntoIterator<Item = InMemElement>) -> InMemElement {
        sequence(tag, vec![item(elements)])
    }

    fn position(z: f64) -> InMemElement {
        group(tags::PLANE_POSITION_SEQUENCE, [decimals(tags::IMAGE_POSITION_PATIENT, &[0.0, 0.0, z])])
    }

    fn rescale(slope: f64) -> InMemElement {
        let elements =
            [decimals(tags::RESCALE_SLOPE, &[slope]), decimals(tags::RESCALE_INTERCEPT, &[-1000.0])];
        group(tags::PIXEL_VALUE_TRANSFORMATION_SEQUENCE, elements)
    }

    const GRAY: PixelFormat = PixelFormat {
        bits_allocated: 16,
        bits_stored: 12,
        high_bit: 11,
        is_signed: false,
        samples_per_pixel: 1,
        is_planar: false,
        photometric: Photometric::Monochrome2,
        is_float: false,
    };

    /// What `frames` frames say in an object of these elements that says `plain` itself.
    fn read_of(
        elements: Vec<InMemElement>,
        plain: FrameAttributes,
        frames: u32,
    ) -> Result<Vec<FrameAttributes>, ReadError> {
        let object = item(elements);
        let at = Attributes { object: &object, sets: &CharacterSets::new(&[]) };
        read_frames(&at, plain, GRAY, frames)
    }

    fn read(elements: Vec<InMemElement>, frames: u32) -> Vec<FrameAttributes> {
        read_of(elements, FrameAttributes::default(), frames).expect("frames")
    }

    fn enhanced(shared: Vec<InMemElement>, frames: Vec<Vec<InMemElement>>) -> Vec<InMemElement> {
        let frames = frames.into_iter().map(item).collect();
        vec![
            sequence(tags::SHARED_FUNCTIONAL_GROUPS_SEQUENCE, vec![item(shared)]),
            sequence(tags::PER_FRAME_FUNCTIONAL_GROUPS_SEQUENCE, frames),
        ]
    }

    #[test]
    fn what_a_frame_says_wins_over_what_all_share() {
        let frames = vec![
            vec![position(1.0)],
            vec![position(2.0), rescale(3.0)],
            vec![position(f64::NAN), rescale(4.0)],
        ];
        let frames = read(enhanced(vec![rescale(2.0)], frames), 3);
        let slopes: Vec<_> = frames.iter().filter_map(|frame| frame.gray.rescale).collect();
        assert_eq!(slopes, [(2.0, -1000.0), (3.0, -1000.0), (4.0, -1000.0)]);
        let positions: Vec<_> = frames.iter().map(|frame| frame.position).collect();
        assert_eq!(positions, [Some([0.0, 0.0, 1.0]), Some([0.0, 0.0, 2.0]), None]);
    }

    #[test]
    fn every_group_that_tells_frames_apart_is_read() {
        let groups = vec![
            group(
                tags::FRAME_CONTENT_SEQUENCE,
                [
                    text(tags::STACK_ID, "A"),
                    DataElement::new(
                        tags::DIMENSION_INDEX_VALUES,
                        VR::UL,
                        PrimitiveValue::U32([1, 70_000].as_slice().into()),
                    ),
                    DataElement::new(tags::TEMPORAL_POSITION_INDEX, VR::UL, PrimitiveValue::from(4_u32)),
                ],
            ),
            group(tags::MR_ECHO_SEQUENCE, [decimals(tags::EFFECTIVE_ECHO_TIME, &[80.0])]),
            group(
                tags::MR_DIFFUSION_SEQUENCE,
                [
                    decimals(tags::DIFFUSION_B_VALUE, &[1000.0]),
                    group(
                        tags::DIFFUSION_GRADIENT_DIRECTION_SEQUENCE,
                        [decimals(tags::DIFFUSION_GRADIENT_ORIENTATION, &[1.0, 0.0, 0.0])],
                    ),
                ],
            ),
            group(
                tags::CARDIAC_SYNCHRONIZATION_SEQUENCE,
                [decimals(tags::NOMINAL_CARDIAC_TRIGGER_DELAY_TIME, &[120.5])],
            ),
            group(tags::SEGMENT_IDENTIFICATION_SEQUENCE, [decimals(tags::REFERENCED_SEGMENT_NUMBER, &[3.0])]),
            group(
                tags::MR_IMAGE_FRAME_TYPE_SEQUENCE,
                [text(tags::FRAME_TYPE, "ORIGINAL\\PRIMARY"), text(tags::COMPLEX_IMAGE_COMPONENT, "PHASE")],
            ),
            group(
                tags::FRAME_VOILUT_SEQUENCE,
                [
                    decimals(tags::WINDOW_CENTER, &[40.0, 50.0]),
                    decimals(tags::WINDOW_WIDTH, &[400.0, 500.0]),
                    text(tags::VOILUT_FUNCTION, "SIGMOID"),
                    text(tags::WINDOW_CENTER_WIDTH_EXPLANATION, "SOFT\\HARD"),
                ],
            ),
        ];
        let frames = read(enhanced(Vec::new(), vec![groups]), 1);
        let [frame] = frames.as_slice() else { panic!("one frame") };
        let acquisition = &frame.acquisition;
        assert_eq!((acquisition.stack.as_deref(), acquisition.temporal_position), (Some("A"), Some(4)));
        assert_eq!(acquisition.dimensions, [1, 70_000]);
        assert_eq!((acquisition.echo_time_ms, acquisition.b_value), (Some(80.0), Some(1000.0)));
        assert_eq!((acquisition.gradient, acquisition.segment), (Some([1.0, 0.0, 0.0]), Some(3)));
        assert_eq!(acquisition.trigger_time_ms, Some(120.5));
        assert_eq!(frame.image_type, ["ORIGINAL", "PRIMARY", "PHASE"]);
        assert_eq!(frame.gray.voi_function, "SIGMOID");
        assert_eq!(frame.gray.windows.last().expect("two windows").explanation, "HARD");
    }

    #[test]
    fn rescale_and_window_outside_the_groups_are_told_and_not_used() {
        let plain = || FrameAttributes {
            position: Some([1.0; 3]),
            gray: GrayAttributes { rescale: Some((2.0, 0.0)), ..GrayAttributes::default() },
            ..FrameAttributes::default()
        };
        let read = |class| {
            let mut elements = enhanced(Vec::new(), vec![vec![position(3.0)]]);
            elements.push(text(tags::SOP_CLASS_UID, class));
            read_of(elements, plain(), 1).expect("frames").pop().expect("a frame")
        };
        let of_ct = read("1.2.840.10008.5.1.4.1.1.2.1");
        assert_eq!((of_ct.gray.rescale, of_ct.position), (None, Some([0.0, 0.0, 3.0])));
        assert_eq!(of_ct.gray.not_applied, ["rescale outside the functional groups"]);
        let of_capture = read("1.2.840.10008.5.1.4.1.1.7.3");
        assert_eq!(of_capture.gray.rescale, Some((2.0, 0.0)));
        assert!(of_capture.gray.not_applied.is_empty());
    }

    /// PS3.3 C.7.6.16.2.16: the first frame has its own shutter, the second that of all.
    #[test]
    fn a_frame_has_the_shutter_of_its_group() {
        let shutter = |right: f64| {
            let edges = [
                text(tags::SHUTTER_SHAPE, "RECTANGULAR"),
                decimals(tags::SHUTTER_LEFT_VERTICAL_EDGE, &[1.0]),
                decimals(tags::SHUTTER_RIGHT_VERTICAL_EDGE, &[right]),
                decimals(tags::SHUTTER_UPPER_HORIZONTAL_EDGE, &[1.0]),
                decimals(tags::SHUTTER_LOWER_HORIZONTAL_EDGE, &[1.0]),
            ];
            group(tags::FRAME_DISPLAY_SHUTTER_SEQUENCE, edges)
        };
        let frames = read(enhanced(vec![shutter(3.0)], vec![vec![shutter(1.0)], vec![position(2.0)]]), 2);
        let visible =
            frames.iter().map(|frame| frame.shutter.as_ref().expect("a shutter").visible(0, 4, 1.0));
        let expected = [[true, false, false, false], [true, true, true, false]];
        assert_eq!(visible.collect::<Vec<_>>(), expected);
    }

    #[test]
    fn frames_that_are_not_described_have_no_place_and_say_so() {
        let three =
            || enhanced(Vec::new(), vec![vec![position(1.0)], vec![position(2.0)], vec![position(3.0)]]);
        assert_eq!(read(three(), 2).len(), 2);
        let frames = read(three(), 5);
        assert_eq!(frames.len(), 5);
        let last = frames.last().expect("a frame");
        assert_eq!(last.position, None);
        assert_eq!(last.gray.not_applied, ["functional groups"]);
        let error = read_of(three(), FrameAttributes::default(), u32::MAX).expect_err("too many");
        assert!(error.to_string().contains("(5200,9230)"), "{error}");
    }

    /// PS3.3 C.8.8.3.2: offsets from the first plane, or places along the patient's axis when they do not begin with 0.
    #[test]
    fn a_dose_grid_lies_where_its_offsets_say() {
        let plain = FrameAttributes {
            position: Some([10.0, 20.0, -30.0]),
            orientation: Some([1.0, 0.0, 0.0, 0.0, -1.0, 0.0]),
            ..FrameAttributes::default()
        };
        let heights = |offsets: &[f64]| -> Vec<f64> {
            let elements = vec![
                decimals(tags::GRID_FRAME_OFFSET_VECTOR, offsets),
                decimals(tags::DOSE_GRID_SCALING, &[0.5]),
                text(tags::DOSE_UNITS, "GY"),
            ];
            let frames = read_of(elements, plain.clone(), 3).expect("frames");
            assert!(frames.iter().all(|frame| frame.gray.rescale == Some((0.5, 0.0))));
            assert!(frames.iter().all(|frame| frame.gray.rescale_type == "Gy"));
            frames.iter().filter_map(|frame| frame.position.map(|[_, _, z]| z)).collect()
        };
        assert_eq!(heights(&[0.0, 5.0, 10.0]), [-30.0, -35.0, -40.0]);
        assert_eq!(heights(&[-30.0, -25.0, -20.0]), [-30.0, -25.0, -20.0]);
    }

    #[test]
    fn a_reconstruction_of_nuclear_medicine_lies_by_slice_and_time_slot() {
        let us = |tag, values: &[u16]| DataElement::new(tag, VR::US, PrimitiveValue::U16(values.into()));
        let elements = vec![
            group(
                tags::DETECTOR_INFORMATION_SEQUENCE,
                [
                    decimals(tags::IMAGE_POSITION_PATIENT, &[0.0, 0.0, 7.0]),
                    decimals(tags::IMAGE_ORIENTATION_PATIENT, &[1.0, 0.0, 0.0, 0.0, 1.0, 0.0]),
                ],
            ),
            us(tags::SLICE_VECTOR, &[1, 2, 1, 2]),
            us(tags::TIME_SLOT_VECTOR, &[1, 1, 2, 2]),
            decimals(tags::SPACING_BETWEEN_SLICES, &[-4.0]),
        ];
        let frames = read(elements, 4);
        let heights: Vec<_> = frames.iter().filter_map(|frame| frame.position.map(|[_, _, z]| z)).collect();
        assert_eq!(heights, [7.0, 3.0, 7.0, 3.0]);
        let slots: Vec<_> = frames.iter().filter_map(|frame| frame.acquisition.temporal_position).collect();
        assert_eq!(slots, [1, 1, 2, 2]);
    }

    #[test]
    fn b_values_of_each_maker_are_read_from_their_own_blocks() {
        let check = |group: u16, creator: &str, element: u16, vr, value: PrimitiveValue, b: Option<f64>| {
            let object = item([
                DataElement::new(Tag(group, 0x0011), VR::LO, PrimitiveValue::from(creator)),
                DataElement::new(Tag(group, 0x1100 | element), vr, value),
            ]);
            let at = Attributes { object: &object, sets: &CharacterSets::new(&[]) };
            assert_eq!(b_value(&at), b, "{creator}");
        };
        let bytes = |bytes: &[u8]| PrimitiveValue::U8(bytes.into());
        check(0x0019, "SIEMENS MR HEADER", 0x0C, VR::IS, PrimitiveValue::from("800"), Some(800.0));
        check(0x0019, "SIEMENS MR HEADER", 0x0C, VR::UN, bytes(b"800 "), Some(800.0));
        check(0x0043, "GEMS_PARM_01", 0x39, VR::UN, bytes(b"1000000700\\8\\0\\0"), Some(700.0));
        check(0x2001, "Philips Imaging DD 001", 0x03, VR::UN, bytes(&1300_f32.to_le_bytes()), Some(1300.0));
        check(0x2001, "Philips Imaging DD 001", 0x03, VR::UN, bytes(&[0; 4]), Some(0.0));
        check(0x2001, "Philips Imaging DD 001", 0x03, VR::FL, PrimitiveValue::from(50_f32), Some(50.0));
        check(0x0019, "GEMS_ACQU_01", 0x0C, VR::IS, PrimitiveValue::from("800"), None);
        check(0x0043, "SOMEBODY ELSE", 0x39, VR::IS, PrimitiveValue::from("700"), None);
    }
}

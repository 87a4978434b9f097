//! From the elements of a file to the header of an object.

use std::borrow::Cow;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::Path;
use std::sync::Arc;

use dicom_core::Tag;
use dicom_core::dictionary::UidDictionary;
use dicom_dictionary_std::sop_class::StandardSopClassDictionary;
use dicom_dictionary_std::tags;

use super::attribute::{Attribute, Attributes};
use super::calibration::Calibration;
use super::charset::{CharacterSets, UNDECODABLE};
use super::error::ReadError;
use super::fragments::PIXEL_DATA;
use super::functional;
use super::hints::Hints;
use super::instance::{
    Acquisition, FrameAttributes, FrameTiming, GrayAttributes, ImageAttributes, Instance, Lossy,
    ModalityLutAttribute, Photometric, PixelFormat, SeriesAttributes, StudyAttributes, VoiLutAttribute,
    WindowAttribute,
};
use super::layout::Layout;
use super::lookup_table::LookupTable;
use super::mask::Mask;
use super::overlay;
use super::padding::Padding;
use super::palette::Palette;
use super::patient::PatientAttributes;
use super::pet::Pet;
use super::place::PixelPlace;
use super::real_world::RealWorldMap;
use super::shutter::Shutter;
use super::source::Source;
use super::technique::Technique;
use super::uid::{FrameOfReferenceUid, InstanceUid, SeriesUid, StudyUid};
use crate::color::{IccProfile, ProfileError};
use crate::units::{MmPerPixel, Phi};

/// JPEG baseline, extended and their retired kin, near-lossless JPEG-LS.
const LOSSY_SYNTAXES: [&str; 5] = [
    "1.2.840.10008.1.2.4.50",
    "1.2.840.10008.1.2.4.51",
    "1.2.840.10008.1.2.4.53",
    "1.2.840.10008.1.2.4.55",
    "1.2.840.10008.1.2.4.81",
];

const ROWS: Attribute = Attribute { name: "Rows (0028,0010)", tag: tags::ROWS };
const COLUMNS: Attribute = Attribute { name: "Columns (0028,0011)", tag: tags::COLUMNS };
const BITS_ALLOCATED: Attribute = Attribute { name: "Bits Allocated (0028,0100)", tag: tags::BITS_ALLOCATED };
const BITS_STORED: Attribute = Attribute { name: "Bits Stored (0028,0101)", tag: tags::BITS_STORED };
const POSITION: Attribute =
    Attribute { name: "Image Position (Patient) (0020,0032)", tag: tags::IMAGE_POSITION_PATIENT };
const ORIENTATION: Attribute =
    Attribute { name: "Image Orientation (Patient) (0020,0037)", tag: tags::IMAGE_ORIENTATION_PATIENT };
const SPACING: Attribute = Attribute { name: "Pixel Spacing (0028,0030)", tag: tags::PIXEL_SPACING };
const SLOPE: Attribute = Attribute { name: "Rescale Slope (0028,1053)", tag: tags::RESCALE_SLOPE };
const INTERCEPT: Attribute =
    Attribute { name: "Rescale Intercept (0028,1052)", tag: tags::RESCALE_INTERCEPT };
const PHOTOMETRIC: Attribute =
    Attribute { name: "Photometric Interpretation (0028,0004)", tag: tags::PHOTOMETRIC_INTERPRETATION };
const GRADIENT: Attribute = Attribute {
    name: "Diffusion Gradient Orientation (0018,9089)",
    tag: tags::DIFFUSION_GRADIENT_ORIENTATION,
};

impl Instance {
    /// Reads the header of the file at `path`, and checks that the pixels it promises are there.
    pub fn read(path: &Path) -> Result<Self, ReadError> {
        Self::read_from(&Source::file(path))
    }

    /// The same from a file or a member of an archive.
    pub fn read_from(source: &Source) -> Result<Self, ReadError> {
        Self::read_asked(source, &[])
    }

    /// The same, with these attributes among its [`Hints`], whatever they are.
    pub fn read_asked(source: &Source, asked: &[Tag]) -> Result<Self, ReadError> {
        let mut layout = Layout::find(source)?;
        let object = layout.elements.parse(layout.encoding);
        let sets: Vec<&str> = layout.character_sets.split('\\').collect();
        let sets = CharacterSets::new(&sets);
        let at = Attributes { object: &object, sets: &sets };
        let sop_class = at.text(tags::SOP_CLASS_UID).unwrap_or_else(|| layout.sop_class.clone());
        check_is_image(&at, &layout, &sop_class)?;
        // An object that does not say where it belongs is shown alone.
        let own = stand_in_uid(source);
        let stated_uid = at
            .text(tags::SOP_INSTANCE_UID)
            .or_else(|| Some(layout.instance.clone()).filter(|uid| !uid.is_empty()));
        let patient = PatientAttributes::read(&at);
        let study = StudyAttributes::read(&at, &own);
        let series = SeriesAttributes::read(&at, &own);
        let has_stand_in_uid =
            [study.uid.as_str(), series.uid.as_str()].contains(&own.as_str()) || stated_uid.is_none();
        let uid = InstanceUid::new(&stated_uid.unwrap_or(own));
        let pixels = read_pixel_format(&at, &layout)?;
        let mut image = read_image(&at, &layout.transfer_syntax)?;
        let (place, present) = PixelPlace::find(&mut layout, &image, &pixels, &extended_offsets(&at))?;
        image.frames_present = present;
        let plain = read_frame_attributes(&at, pixels)?;
        let mut frames = functional::read_frames(&at, plain, pixels, image.frames)?;
        let first = frames.first().and_then(|frame| frame.spacing);
        let calibration = Calibration::read(&at);
        let of_shadow = || calibration.as_ref().and_then(|at| at.imager_spacing.or(at.scanned_spacing));
        let spacing = first.or_else(of_shadow);
        image.pixel_aspect = spacing.map_or(image.pixel_aspect, |mm| mm.row / mm.column);
        drop_shutters_over_all(&mut frames, &image);
        let (overlays, refused) = overlay::image_planes(&at, &image, &pixels);
        for frame in &mut frames {
            frame.gray.not_applied.extend(refused.iter().cloned().map(Cow::Owned));
        }
        let supplement = read_supplement(&at, &pixels, &mut frames);
        let mask = read_mask(&at, &pixels, supplement.is_some(), &mut frames, image.frames_present);
        let palette = match pixels.photometric {
            Photometric::PaletteColor => Some(
                Palette::read(&at, pixels.is_signed)?
                    .ok_or(ReadError::Missing { name: "Red Palette Color Lookup Table Data (0028,1201)" })?,
            ),
            _ => None,
        };
        Ok(Self {
            source: source.clone(),
            uid,
            has_stand_in_uid,
            is_for_processing: is_for_processing(&at, &sop_class),
            unreadable_text: unreadable_text(&sets, &patient, &study, &series),
            sop_class,
            patient,
            study,
            series,
            image,
            pixels,
            mask,
            icc_profile: read_icc_profile(&at, &pixels),
            calibration: calibration.map(Arc::new),
            pet: Pet::read(&at).map(Arc::new),
            technique: Technique::read(&at),
            hints: Hints::read(&at, asked),
            frames: frames.into(),
            palette: palette.map(Arc::new),
            supplement: supplement.map(Arc::new),
            overlays: overlays.into(),
            blank_overlays: overlay::blank_groups(&at).into(),
            place: Arc::new(place),
            transfer_syntax: layout.transfer_syntax,
        })
    }
}

/// The ICC Profile of a colour image; of gray none counts. PS3.3 C.11.15.
fn read_icc_profile(
    at: &Attributes<'_>,
    pixels: &PixelFormat,
) -> Option<Result<Arc<IccProfile>, ProfileError>> {
    let bytes = at.bytes(tags::ICC_PROFILE).filter(|bytes| pixels.is_color() && !bytes.is_empty())?;
    Some(IccProfile::of_image(&bytes))
}

fn check_is_image(at: &Attributes<'_>, layout: &Layout, sop_class: &str) -> Result<(), ReadError> {
    if at.has(ROWS.tag) || at.has(BITS_ALLOCATED.tag) || layout.pixels.is_some() {
        return Ok(());
    }
    match StandardSopClassDictionary.by_uid(sop_class).map(|class| class.name) {
        Some(name) if name.contains("Image Storage") => Err(ReadError::Missing { name: PIXEL_DATA }),
        name => Err(ReadError::NoImage { what: name.unwrap_or("unknown SOP class").to_owned() }),
    }
}

/// Digital radiographs, mammograms, intra-oral radiographs and projections of breasts as the detector gave them.
const FOR_PROCESSING: [&str; 4] = [
    "1.2.840.10008.5.1.4.1.1.1.1.1",
    "1.2.840.10008.5.1.4.1.1.1.2.1",
    "1.2.840.10008.5.1.4.1.1.1.3.1",
    "1.2.840.10008.5.1.4.1.1.13.1.5",
];

/// By Presentation Intent Type or by SOP class: where the two disagree, the careful one counts. PS3.3 C.8.11.1.1.
fn is_for_processing(at: &Attributes<'_>, sop_class: &str) -> bool {
    at.text(tags::PRESENTATION_INTENT_TYPE).as_deref() == Some("FOR PROCESSING")
        || FOR_PROCESSING.contains(&sop_class)
}

/// Why letters in what is shown could not be read; nothing when all could.
fn unreadable_text(
    sets: &CharacterSets,
    patient: &PatientAttributes,
    study: &StudyAttributes,
    series: &SeriesAttributes,
) -> Option<String> {
    if let [unknown, ..] = sets.unusable() {
        return Some(format!("the character set {unknown} is not known"));
    }
    let shown = [patient.name.reveal(), patient.id.reveal(), &study.description, &series.description];
    let is_undecodable = shown.iter().any(|text| text.contains(UNDECODABLE));
    is_undecodable.then(|| "they are not of the character set that is stated".to_owned())
}

impl PatientAttributes {
    /// What an object says of its patient. PS3.3 C.7.1.1, C.7.2.2.
    pub fn read(at: &Attributes<'_>) -> Self {
        Self {
            name: Phi::new(at.text(tags::PATIENT_NAME).unwrap_or_default()),
            id: Phi::new(at.text(tags::PATIENT_ID).unwrap_or_default()),
            issuer: Phi::new(at.text(tags::ISSUER_OF_PATIENT_ID).unwrap_or_default()),
            birth_date: Phi::new(at.text(tags::PATIENT_BIRTH_DATE).unwrap_or_default()),
            sex: at.text(tags::PATIENT_SEX).unwrap_or_default(),
            age: at.text(tags::PATIENT_AGE).unwrap_or_default(),
        }
    }
}

/// A UID for an object that lacks one: always the same for the same file, and never that of another. PS3.5 B.2.
fn stand_in_uid(source: &Source) -> String {
    let hash = |salt: u8| {
        let mut hasher = DefaultHasher::new();
        (salt, source).hash(&mut hasher);
        u128::from(hasher.finish())
    };
    format!("2.25.{}", hash(0) << 64 | hash(1))
}

impl StudyAttributes {
    /// What an object says of its study; `own` is its UID where it says none. PS3.3 C.7.2.1.
    pub fn read(at: &Attributes<'_>, own: &str) -> Self {
        Self {
            uid: StudyUid::new(at.text(tags::STUDY_INSTANCE_UID).as_deref().unwrap_or(own)),
            date: at.text(tags::STUDY_DATE).unwrap_or_default(),
            time: at.text(tags::STUDY_TIME).unwrap_or_default(),
            description: at.text(tags::STUDY_DESCRIPTION).unwrap_or_default(),
            accession: Phi::new(at.text(tags::ACCESSION_NUMBER).unwrap_or_default()),
            procedures: codes(at, tags::PROCEDURE_CODE_SEQUENCE),
        }
    }
}

/// The codes of a sequence as `VALUE^SCHEME`. PS3.3 8.8.
pub(super) fn codes(at: &Attributes<'_>, sequence: Tag) -> Vec<String> {
    let code = |item: Attributes<'_>| {
        Some(format!("{}^{}", item.code()?, item.text(tags::CODING_SCHEME_DESIGNATOR).unwrap_or_default()))
    };
    at.items(sequence).filter_map(code).collect()
}

impl SeriesAttributes {
    /// What an object says of its series; `own` is its UID where it says none. PS3.3 C.7.3.1.
    pub fn read(at: &Attributes<'_>, own: &str) -> Self {
        let declared = at.integer(tags::NUMBER_OF_SERIES_RELATED_INSTANCES);
        Self {
            uid: SeriesUid::new(at.text(tags::SERIES_INSTANCE_UID).as_deref().unwrap_or(own)),
            modality: at.text(tags::MODALITY).unwrap_or_default(),
            number: at.integer(tags::SERIES_NUMBER),
            description: at.text(tags::SERIES_DESCRIPTION).unwrap_or_default(),
            declared_images: declared.and_then(|count| u32::try_from(count).ok()).filter(|count| *count > 0),
        }
    }
}

fn read_pixel_format(at: &Attributes<'_>, layout: &Layout) -> Result<PixelFormat, ReadError> {
    let unsupported = |what: String| Err(ReadError::Unsupported { what });
    let samples_per_pixel = at.integer(tags::SAMPLES_PER_PIXEL).unwrap_or(1);
    let text = at.required_text(PHOTOMETRIC)?;
    let known = Photometric::ALL.into_iter().find(|photometric| photometric.name() == text);
    let samples_of = |photometric: &Photometric| match photometric {
        Photometric::Monochrome1 | Photometric::Monochrome2 | Photometric::PaletteColor => 1,
        _ => 3,
    };
    let Some(photometric) = known.filter(|known| samples_of(known) == samples_per_pixel) else {
        return unsupported(format!("{text} with {samples_per_pixel} samples a pixel"));
    };
    let bits_allocated: u16 = at.required_integer(BITS_ALLOCATED)?;
    let is_float = layout.pixels.is_some_and(|pixels| pixels.tag != tags::PIXEL_DATA);
    let is_known =
        if is_float { matches!(bits_allocated, 32 | 64) } else { matches!(bits_allocated, 1 | 8 | 16 | 32) };
    if !is_known || bits_allocated == 1 && samples_per_pixel != 1 {
        return unsupported(format!("an image with {bits_allocated} bits allocated"));
    }
    let bits_stored = if is_float { bits_allocated } else { at.required_integer(BITS_STORED)? };
    if bits_stored == 0 || bits_stored > bits_allocated {
        return Err(ReadError::Wrong {
            name: BITS_STORED.name,
            why: format!("{bits_stored} with {bits_allocated} allocated"),
        });
    }
    let high_bit = at.integer(tags::HIGH_BIT).and_then(|bit| u16::try_from(bit).ok());
    let high_bit =
        high_bit.filter(|bit| (bits_stored - 1..bits_allocated).contains(bit)).unwrap_or(bits_stored - 1);
    Ok(PixelFormat {
        bits_allocated,
        bits_stored,
        high_bit,
        is_signed: at.integer(tags::PIXEL_REPRESENTATION).unwrap_or(0) == 1,
        samples_per_pixel: if samples_per_pixel == 3 { 3 } else { 1 },
        is_planar: at.integer(tags::PLANAR_CONFIGURATION) == Some(1),
        photometric,
        is_float,
    })
}

fn read_image(at: &Attributes<'_>, transfer_syntax: &str) -> Result<ImageAttributes, ReadError> {
    let rows: u16 = at.required_integer(ROWS)?;
    let columns: u16 = at.required_integer(COLUMNS)?;
    if rows == 0 || columns == 0 {
        return Err(ReadError::Wrong { name: ROWS.name, why: format!("{rows} rows of {columns} columns") });
    }
    let frames = at.integer(tags::NUMBER_OF_FRAMES).unwrap_or(1).max(1);
    let frames = u32::try_from(frames).map_err(|_too_many| ReadError::Wrong {
        name: "Number of Frames (0028,0008)",
        why: frames.to_string(),
    })?;
    let stated_aspect = || {
        let [vertical, horizontal] = at.decimals(tags::PIXEL_ASPECT_RATIO)?.try_into().ok()?;
        Some(vertical / horizontal)
    };
    let pixel_aspect = stated_aspect().filter(|aspect| aspect.is_finite() && *aspect > 0.0).unwrap_or(1.0);
    // The attribute may be missing; the syntax cannot lie.
    let is_lossy = at.text(tags::LOSSY_IMAGE_COMPRESSION).as_deref() == Some("01")
        || LOSSY_SYNTAXES.contains(&transfer_syntax);
    Ok(ImageAttributes {
        rows: u32::from(rows),
        columns: u32::from(columns),
        frames,
        frames_present: frames,
        number: at.integer(tags::INSTANCE_NUMBER),
        patient_orientation: at.texts(tags::PATIENT_ORIENTATION).try_into().ok(),
        frame_of_reference: at.text(tags::FRAME_OF_REFERENCE_UID).map(|uid| FrameOfReferenceUid::new(&uid)),
        pixel_aspect,
        lossy: is_lossy.then(|| Lossy { ratio: at.decimal(tags::LOSSY_IMAGE_COMPRESSION_RATIO) }),
        timing: read_timing(at),
    })
}

/// How long frames stand: Frame Time Vector or Frame Time as Frame Increment Pointer says, else a rate. PS3.3 C.7.6.5.
fn read_timing(at: &Attributes<'_>) -> Option<FrameTiming> {
    let is_duration = |ms: &f64| ms.is_finite() && *ms > 0.0;
    let vector = || {
        // The first entry is the time before the first frame: each frame stands until the next one begins.
        let vector = at.decimals(tags::FRAME_TIME_VECTOR)?;
        let mut durations: Vec<f64> = vector.get(1..)?.to_vec();
        durations.push(*durations.last()?);
        durations.iter().all(is_duration).then_some(durations)
    };
    let of_rate = |tag| at.decimal(tag).filter(|rate| *rate > 0.0).map(|rate| vec![1000.0 / rate]);
    let durations = of_rate(tags::RECOMMENDED_DISPLAY_FRAME_RATE)
        .or_else(vector)
        .or_else(|| of_rate(tags::CINE_RATE))
        .or_else(|| at.decimal(tags::FRAME_TIME).map(|ms| vec![ms]))
        .or_else(|| at.decimal(tags::ACTUAL_FRAME_DURATION).map(|ms| vec![ms]))?;
    durations.iter().all(is_duration).then(|| FrameTiming { durations_ms: durations.into() })
}

/// What the object itself says of its frames.
fn read_frame_attributes(at: &Attributes<'_>, format: PixelFormat) -> Result<FrameAttributes, ReadError> {
    let mut gray = read_gray(at, format)?;
    let shutter = read_shutter(at, &mut gray);
    Ok(FrameAttributes {
        position: at.exactly(POSITION)?,
        orientation: at.exactly(ORIENTATION)?,
        spacing: read_spacing(at)?,
        thickness_mm: at.decimal(tags::SLICE_THICKNESS),
        image_type: at.texts(tags::IMAGE_TYPE),
        gray,
        shutter,
        real_world: RealWorldMap::read_all(at, format),
        acquisition: read_acquisition(at),
    })
}

/// The shutter of an image or a frame; what cannot be applied of it is told.
pub(super) fn read_shutter(at: &Attributes<'_>, gray: &mut GrayAttributes) -> Option<Arc<Shutter>> {
    let (shutter, refused) = Shutter::read(at);
    gray.not_applied.extend(refused.into_iter().map(Cow::Owned));
    shutter.map(Arc::new)
}

/// A shutter that leaves nothing of its image to see is a mistake, and not applied.
fn drop_shutters_over_all(frames: &mut [FrameAttributes], image: &ImageAttributes) {
    // Frames mostly share one.
    let mut last: Option<(Arc<Shutter>, bool)> = None;
    for frame in frames {
        let Some(shutter) = &frame.shutter else { continue };
        let hides_all = match &last {
            Some((known, hides_all)) if Arc::ptr_eq(known, shutter) => *hides_all,
            _ => shutter.hides_all((image.rows, image.columns), image.pixel_aspect),
        };
        last = Some((Arc::clone(shutter), hides_all));
        if hides_all {
            frame.shutter = None;
            frame.gray.not_applied.push("shutter: it hides the whole image".into());
        }
    }
}

/// The colours of high stored values of a gray image. Those values are no gray, as if they were padding. PS3.3 C.7.6.19;
/// rule P-18.
fn read_supplement(
    at: &Attributes<'_>,
    format: &PixelFormat,
    frames: &mut [FrameAttributes],
) -> Option<Palette> {
    if format.is_color() || !at.has(tags::RED_PALETTE_COLOR_LOOKUP_TABLE_DESCRIPTOR) {
        return None;
    }
    let mut tell = |what: &str| {
        for frame in &mut *frames {
            frame.gray.not_applied.push(format!("supplemental palette: {what}").into());
        }
    };
    let presentation = at.text(tags::PIXEL_PRESENTATION);
    match presentation.as_deref() {
        Some("COLOR" | "MIXED") => {}
        Some("MONOCHROME") => return None,
        _ => {
            tell("Pixel Presentation (0008,9205) does not ask for it");
            return None;
        }
    }
    let Some((_, highest)) = format.stored_range() else {
        tell("the pixels have more than 16 bits");
        return None;
    };
    let palette = Palette::read(at, format.is_signed).map_err(|why| tell(&why.to_string())).ok()??;
    for frame in frames {
        let colored = Padding { low: palette.first().into(), high: highest };
        if frame.gray.padding.replace(colored).is_some() {
            frame.gray.not_applied.push("pixel padding beside a supplemental palette".into());
        }
    }
    Some(palette)
}

/// The mask of a gray image; what is wrong with it is told. PS3.3 C.7.6.10; rule S-12.
fn read_mask(
    at: &Attributes<'_>,
    format: &PixelFormat,
    has_supplement: bool,
    described: &mut [FrameAttributes],
    frames: u32,
) -> Option<Arc<Mask>> {
    let mut refused = Vec::new();
    let mask = Mask::read(at, &mut refused);
    if let Some(mask) = &mask {
        refused.extend(mask.contradictions(frames));
        // Differences are meant to be those of logarithms. PS3.4 N.2.1.2, PS3.3 C.8.7.1.1.2.
        let is_linear = at.text(tags::PIXEL_INTENSITY_RELATIONSHIP).as_deref() == Some("LIN");
        if is_linear && described.iter().any(|frame| frame.gray.modality_lut.is_none()) {
            refused.push("mask subtraction: no table to the logarithm of linear intensities".to_owned());
        }
        let groups = [tags::SHARED_FUNCTIONAL_GROUPS_SEQUENCE, tags::PER_FRAME_FUNCTIONAL_GROUPS_SEQUENCE];
        let mut groups = groups.into_iter().flat_map(|tag| at.items(tag));
        if groups.any(|group| group.has(tags::FRAME_PIXEL_SHIFT_SEQUENCE)) {
            refused.push("mask subtraction: the pixel shift of single frames".to_owned());
        }
        if format.is_color() || has_supplement {
            refused.push("mask subtraction: of colours".to_owned());
        }
    }
    for frame in described {
        frame.gray.not_applied.extend(refused.iter().cloned().map(Cow::Owned));
    }
    mask.filter(|_| !format.is_color() && !has_supplement).map(Arc::new)
}

pub(super) fn read_spacing(at: &Attributes<'_>) -> Result<Option<MmPerPixel>, ReadError> {
    let spacing = at.exactly(SPACING)?.map(|[row, column]: [f64; 2]| MmPerPixel { row, column });
    Ok(spacing.filter(|mm| mm.row > 0.0 && mm.column > 0.0))
}

fn read_acquisition(at: &Attributes<'_>) -> Acquisition {
    Acquisition {
        number: at.integer(tags::ACQUISITION_NUMBER),
        time: at.text(tags::ACQUISITION_TIME),
        content_time: at.text(tags::CONTENT_TIME),
        echo_number: at.integer(tags::ECHO_NUMBERS),
        echo_time_ms: at.decimal(tags::ECHO_TIME),
        inversion_time_ms: at.decimal(tags::INVERSION_TIME),
        b_value: functional::b_value(at),
        gradient: at.exactly(GRADIENT).unwrap_or_default(),
        temporal_position: at.integer(tags::TEMPORAL_POSITION_IDENTIFIER),
        trigger_time_ms: at.decimal(tags::TRIGGER_TIME),
        cardiac_phase_percent: at.decimal(tags::NOMINAL_PERCENTAGE_OF_CARDIAC_PHASE),
        kvp: at.decimal(tags::KVP),
        kernel: at.text(tags::CONVOLUTION_KERNEL),
        ..Acquisition::default()
    }
}

/// X-ray angiography and radiofluoroscopy: their modality LUT may lead back to the X-rays' intensity and away from the
/// picture. PS3.3 C.8.7.1.1.2.
const ANGIOGRAPHY: &str = "1.2.840.10008.5.1.4.1.1.12.";

/// What turns stored values into gray.
pub(super) fn read_gray(at: &Attributes<'_>, format: PixelFormat) -> Result<GrayAttributes, ReadError> {
    let slope = at.exactly(SLOPE)?.map(|[slope]: [f64; 1]| slope);
    let intercept = at.exactly(INTERCEPT)?.map(|[intercept]: [f64; 1]| intercept);
    if slope == Some(0.0) {
        return Err(ReadError::Wrong { name: SLOPE.name, why: "0 makes every pixel equal".to_owned() });
    }
    let mut gray = GrayAttributes {
        // One of the two alone is not allowed, and what it says still counts.
        rescale: (slope.is_some() || intercept.is_some())
            .then(|| (slope.unwrap_or(1.0), intercept.unwrap_or(0.0))),
        rescale_type: at.text(tags::RESCALE_TYPE).or_else(|| at.text(tags::UNITS)).unwrap_or_default(),
        windows: read_windows(at),
        voi_function: at.text(tags::VOILUT_FUNCTION).unwrap_or_default(),
        not_applied: parts_not_applied(at, format.photometric),
        ..GrayAttributes::default()
    };
    match Padding::read(at, format) {
        Ok(padding) => gray.padding = padding,
        Err(why) => gray.not_applied.push(format!("padding: {why}").into()),
    }
    if slope.is_some() != intercept.is_some() {
        gray.not_applied.push("half a rescale".into());
    }
    if !matches!(gray.voi_function.as_str(), "" | "LINEAR" | "LINEAR_EXACT" | "SIGMOID") {
        gray.not_applied.push("VOI LUT function".into());
    }
    read_tables(at, format, &mut gray);
    gray.shows_stored = at.text(tags::SOP_CLASS_UID).is_some_and(|class| class.starts_with(ANGIOGRAPHY))
        && matches!(at.text(tags::PIXEL_INTENSITY_RELATIONSHIP).as_deref(), Some("LOG" | "DISP"));
    Ok(gray)
}

fn read_windows(at: &Attributes<'_>) -> Vec<WindowAttribute> {
    let centers = at.decimals(tags::WINDOW_CENTER).unwrap_or_default();
    let widths = at.decimals(tags::WINDOW_WIDTH).unwrap_or_default();
    let mut explanations = at.texts(tags::WINDOW_CENTER_WIDTH_EXPLANATION).into_iter();
    let windows = centers.into_iter().zip(widths);
    let of = |(center, width)| WindowAttribute {
        center,
        width,
        explanation: explanations.next().unwrap_or_default(),
    };
    windows.map(of).collect()
}

/// The tables of the grayscale chain. One that cannot be is left out, and told. Rules P-3, P-9, P-11.
fn read_tables(at: &Attributes<'_>, format: PixelFormat, gray: &mut GrayAttributes) {
    let table = |item: &Attributes<'_>, is_signed, name: &str, not_applied: &mut Vec<Cow<'static, str>>| {
        let read = LookupTable::read(item, is_signed).map(Arc::new);
        read.map_err(|why| not_applied.push(format!("{name}: {why}").into())).ok()
    };
    let not_applied = &mut gray.not_applied;
    if let Some(item) = at.item(tags::MODALITY_LUT_SEQUENCE) {
        gray.modality_lut = table(&item, format.is_signed, "modality LUT", not_applied).map(|table| {
            ModalityLutAttribute { table, kind: item.text(tags::MODALITY_LUT_TYPE).unwrap_or_default() }
        });
    }
    if gray.modality_lut.is_some() && gray.rescale.take().is_some() {
        not_applied.push("rescale beside a modality LUT".into());
    }
    let is_signed = match (&gray.modality_lut, gray.rescale) {
        // Outputs of a table have no sign.
        (Some(_), _) => false,
        (None, None) => format.is_signed,
        (None, Some((slope, intercept))) => {
            let range = format.stored_range().unwrap_or((-1.0, 1.0));
            (slope * range.0 + intercept).min(slope * range.1 + intercept) < 0.0
        }
    };
    for item in at.items(tags::VOILUT_SEQUENCE) {
        let Some(table) = table(&item, is_signed, "VOI LUT", not_applied) else { continue };
        let explanation = item.text(tags::LUT_EXPLANATION).unwrap_or_default();
        gray.voi_luts.push(VoiLutAttribute { table, explanation });
    }
    if let Some(item) = at.item(tags::PRESENTATION_LUT_SEQUENCE) {
        gray.presentation_lut = table(&item, false, "presentation LUT", not_applied);
    }
}

/// What the image asks for, and what cannot be done.
fn parts_not_applied(at: &Attributes<'_>, photometric: Photometric) -> Vec<Cow<'static, str>> {
    let mut not_applied: Vec<Cow<'static, str>> = Vec::new();
    // The image's own shape says again what its photometric interpretation says. Rule P-15.
    let contradiction = match photometric {
        Photometric::Monochrome1 => Some("IDENTITY"),
        Photometric::Monochrome2 => Some("INVERSE"),
        _ => None,
    };
    if contradiction.is_some() && at.text(tags::PRESENTATION_LUT_SHAPE).as_deref() == contradiction {
        not_applied.push("presentation LUT shape".into());
    }
    not_applied
}

/// Extended Offset Table, bytes from the first fragment. PS3.5 A.4.
fn extended_offsets(at: &Attributes<'_>) -> Vec<u64> {
    let bytes = at.bytes(tags::EXTENDED_OFFSET_TABLE).unwrap_or_default();
    bytes.as_chunks::<8>().0.iter().map(|&offset| u64::from_le_bytes(offset)).collect()
}

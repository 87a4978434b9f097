//! The header of one object: what the index keeps of a file.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;
use std::sync::Arc;

use dicom_dictionary_std::{tags, uids};
use dicom_encoding::TransferSyntax;
use dicom_encoding::transfer_syntax::TransferSyntaxIndex;
use dicom_object::file::ReadPreamble;
use dicom_object::{DefaultDicomObject, OpenFileOptions};
use dicom_transfer_syntax_registry::TransferSyntaxRegistry;

use super::attribute::{Attribute, Attributes};
use super::codestream::jpeg_size;
use super::error::ReadError;
use super::uid::{FrameOfReferenceUid, InstanceUid, SeriesUid, StudyUid};
use crate::units::{MmPerPixel, Phi};

/// One image object, header only.
#[derive(Debug, Clone, PartialEq)]
pub struct Instance {
    /// Where it came from. A path may name the patient.
    pub path: Phi<Arc<Path>>,
    /// SOP Instance UID.
    pub uid: InstanceUid,
    /// SOP Class UID.
    pub sop_class: String,
    /// Transfer Syntax UID.
    pub transfer_syntax: String,
    /// Whom it shows.
    pub patient: PatientAttributes,
    /// The study it belongs to.
    pub study: StudyAttributes,
    /// The series it belongs to.
    pub series: SeriesAttributes,
    /// Size, number and place.
    pub image: ImageAttributes,
    /// How pixels are stored.
    pub pixels: PixelFormat,
    /// What turns stored values into gray.
    pub gray: GrayAttributes,
    /// Where the pixel bytes lie in the file; `None` when only the whole parser can tell.
    pub(super) native_pixels_at: Option<u64>,
}

/// Patient module. PS3.3 C.7.1.1.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PatientAttributes {
    /// Patient's Name.
    pub name: Phi<String>,
    /// Patient ID.
    pub id: Phi<String>,
    /// Patient's Birth Date, `YYYYMMDD`.
    pub birth_date: Phi<String>,
    /// Patient's Sex.
    pub sex: String,
    /// Patient's Age, such as `062Y`.
    pub age: String,
}

impl PatientAttributes {
    /// Whether both name the same person: the same identity and name.
    pub fn is_same_person(&self, other: &Self) -> bool {
        self.id == other.id && self.name == other.name
    }

    /// Whether nothing tells who it is.
    pub fn is_nobody(&self) -> bool {
        self.id.reveal().is_empty()
    }
}

/// General Study module. PS3.3 C.7.2.1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StudyAttributes {
    /// Study Instance UID.
    pub uid: StudyUid,
    /// Study Date, `YYYYMMDD`, or empty.
    pub date: String,
    /// Study Time, `HHMMSS`, or empty.
    pub time: String,
    /// Study Description.
    pub description: String,
    /// Accession Number.
    pub accession: Phi<String>,
}

/// General Series module. PS3.3 C.7.3.1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeriesAttributes {
    /// Series Instance UID.
    pub uid: SeriesUid,
    /// Modality.
    pub modality: String,
    /// Series Number.
    pub number: Option<i64>,
    /// Series Description.
    pub description: String,
}

/// Size, number and place of an image. PS3.3 C.7.6.1 to C.7.6.3.
#[derive(Debug, Clone, PartialEq)]
pub struct ImageAttributes {
    /// Rows.
    pub rows: u32,
    /// Columns.
    pub columns: u32,
    /// Number of Frames.
    pub frames: u32,
    /// Instance Number.
    pub number: Option<i64>,
    /// Frame of Reference UID.
    pub frame_of_reference: Option<FrameOfReferenceUid>,
    /// Image Position (Patient), mm.
    pub position: Option<[f64; 3]>,
    /// Image Orientation (Patient).
    pub orientation: Option<[f64; 6]>,
    /// Pixel Spacing.
    pub spacing: Option<MmPerPixel>,
    /// Height of a pixel over its width, from the spacing or Pixel Aspect Ratio; 1 when neither is stated. Rule P-24.
    pub pixel_aspect: f64,
    /// Slice Thickness, mm.
    pub thickness_mm: Option<f64>,
    /// Image Type.
    pub image_type: Vec<String>,
    /// What was lost in compression.
    pub lossy: Option<Lossy>,
}

/// Lossy compression that the image has been through. PS3.3 C.7.6.1.1.5.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Lossy {
    /// Lossy Image Compression Ratio, 12.0 for 12:1.
    pub ratio: Option<f64>,
}

/// How stored values lie in the pixel data. PS3.3 C.7.6.3.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PixelFormat {
    /// Bits Allocated: 8 or 16.
    pub bits_allocated: u16,
    /// Bits Stored.
    pub bits_stored: u16,
    /// High Bit.
    pub high_bit: u16,
    /// Pixel Representation 1.
    pub is_signed: bool,
    /// Photometric Interpretation.
    pub photometric: Photometric,
}

/// Which end of the range is dark. PS3.3 C.7.6.3.1.2.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Photometric {
    /// The smallest value is white.
    Monochrome1,
    /// The smallest value is black.
    Monochrome2,
}

impl Photometric {
    /// The attribute's text.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Monochrome1 => "MONOCHROME1",
            Self::Monochrome2 => "MONOCHROME2",
        }
    }
}

/// What the image says of its gray. PS3.3 C.11.1 and C.11.2.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct GrayAttributes {
    /// Rescale Slope and Rescale Intercept.
    pub rescale: Option<(f64, f64)>,
    /// Rescale Type, or the type that the SOP class implies.
    pub rescale_type: String,
    /// Window Center, Window Width and their explanations.
    pub windows: Vec<WindowAttribute>,
    /// VOI LUT Function, empty for LINEAR.
    pub voi_function: String,
    /// Pixel Padding Value, as the file states it.
    pub padding: Option<i64>,
    /// Parts of the grayscale chain that the image asks for and that are not applied yet.
    pub not_applied: Vec<&'static str>,
}

/// One of the image's own windows. PS3.3 C.11.2.1.2.
#[derive(Debug, Clone, PartialEq)]
pub struct WindowAttribute {
    /// Window Center.
    pub center: f64,
    /// Window Width.
    pub width: f64,
    /// Window Center & Width Explanation, or empty.
    pub explanation: String,
}

/// Retired, and still found in archives. PS3.5 A.3.
const EXPLICIT_VR_BIG_ENDIAN: &str = "1.2.840.10008.1.2.2";

/// No image is compressed further: a flat one by JPEG comes to some 250:1, by RLE to 64:1. It bounds what a small file can
/// make us allocate.
const COMPRESSION_RATIO_MAX: u64 = 1024;

/// JPEG baseline, extended and their retired kin.
const LOSSY_SYNTAXES: [&str; 4] =
    ["1.2.840.10008.1.2.4.50", "1.2.840.10008.1.2.4.51", "1.2.840.10008.1.2.4.53", "1.2.840.10008.1.2.4.55"];

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
const STUDY_UID: Attribute =
    Attribute { name: "Study Instance UID (0020,000D)", tag: tags::STUDY_INSTANCE_UID };
const SERIES_UID: Attribute =
    Attribute { name: "Series Instance UID (0020,000E)", tag: tags::SERIES_INSTANCE_UID };
const INSTANCE_UID: Attribute =
    Attribute { name: "SOP Instance UID (0008,0018)", tag: tags::SOP_INSTANCE_UID };
const PHOTOMETRIC: Attribute =
    Attribute { name: "Photometric Interpretation (0028,0004)", tag: tags::PHOTOMETRIC_INTERPRETATION };

impl Instance {
    /// Reads the header of the file at `path`, and checks that the pixels it promises are there.
    pub fn read(path: &Path) -> Result<Self, ReadError> {
        let mut file = open(path)?;
        let file_bytes = check_part_10(&mut file)?;
        let object = OpenFileOptions::new()
            .read_preamble(ReadPreamble::Always)
            .read_until(tags::PIXEL_DATA)
            .from_reader(&file)
            .map_err(|e| damaged(&e))?;
        let mut instance = Self::from_object(path, &object)?;
        instance.native_pixels_at = instance.find_native_pixels(&mut file, file_bytes);
        if instance.native_pixels_at.is_none() {
            instance.check_pixels_are_there()?;
        }
        Ok(instance)
    }

    /// Whether another object has the same header; where the two lie does not count.
    pub fn has_same_header(&self, other: &Self) -> bool {
        let other = Self { path: self.path.clone(), ..other.clone() };
        *self == other
    }

    /// Bytes of pixel data that the header promises when they are not compressed.
    pub(super) fn native_bytes(&self) -> u64 {
        self.frame_bytes().saturating_mul(u64::from(self.image.frames))
    }

    /// Bytes of one frame when not compressed.
    pub(super) fn frame_bytes(&self) -> u64 {
        u64::from(self.image.rows) * u64::from(self.image.columns) * u64::from(self.pixels.bits_allocated / 8)
    }

    /// Whether pixel data are compressed.
    pub(super) fn is_encapsulated(&self) -> bool {
        !matches!(
            self.transfer_syntax.as_str(),
            uids::IMPLICIT_VR_LITTLE_ENDIAN
                | uids::EXPLICIT_VR_LITTLE_ENDIAN
                | EXPLICIT_VR_BIG_ENDIAN
                | uids::DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN
        )
    }

    fn from_object(path: &Path, object: &DefaultDicomObject) -> Result<Self, ReadError> {
        let at = Attributes(object);
        let sop_class = at
            .text(tags::SOP_CLASS_UID)
            .unwrap_or_else(|| object.meta().media_storage_sop_class_uid().to_owned());
        let transfer_syntax = object.meta().transfer_syntax().to_owned();
        let pixels = read_pixel_format(&at, &sop_class)?;
        let modality = at.text(tags::MODALITY).unwrap_or_default();
        Ok(Self {
            path: Phi::new(Arc::from(path)),
            uid: InstanceUid::new(&at.required_text(INSTANCE_UID)?),
            patient: PatientAttributes {
                name: Phi::new(at.text(tags::PATIENT_NAME).unwrap_or_default()),
                id: Phi::new(at.text(tags::PATIENT_ID).unwrap_or_default()),
                birth_date: Phi::new(at.text(tags::PATIENT_BIRTH_DATE).unwrap_or_default()),
                sex: at.text(tags::PATIENT_SEX).unwrap_or_default(),
                age: at.text(tags::PATIENT_AGE).unwrap_or_default(),
            },
            study: StudyAttributes {
                uid: StudyUid::new(&at.required_text(STUDY_UID)?),
                date: at.text(tags::STUDY_DATE).unwrap_or_default(),
                time: at.text(tags::STUDY_TIME).unwrap_or_default(),
                description: at.text(tags::STUDY_DESCRIPTION).unwrap_or_default(),
                accession: Phi::new(at.text(tags::ACCESSION_NUMBER).unwrap_or_default()),
            },
            series: SeriesAttributes {
                uid: SeriesUid::new(&at.required_text(SERIES_UID)?),
                number: at.integer(tags::SERIES_NUMBER),
                description: at.text(tags::SERIES_DESCRIPTION).unwrap_or_default(),
                modality,
            },
            image: read_image(&at, &transfer_syntax)?,
            pixels,
            gray: read_gray(&at, pixels.photometric)?,
            sop_class,
            transfer_syntax,
            native_pixels_at: None,
        })
    }

    /// Looks for the Pixel Data element where it must stand when it is the last one of a little endian file.
    ///
    /// Found there, the file is whole and its pixels can be read without parsing. Otherwise the whole parser decides.
    fn find_native_pixels(&self, file: &mut File, file_bytes: u64) -> Option<u64> {
        let value_bytes = self.native_bytes().checked_next_multiple_of(2)?;
        let length = u32::try_from(value_bytes).ok()?.to_le_bytes();
        let [l0, l1, l2, l3] = length;
        let header: &[u8] = match self.transfer_syntax.as_str() {
            uids::EXPLICIT_VR_LITTLE_ENDIAN => &[0xE0, 0x7F, 0x10, 0, b'O', 0, 0, 0, l0, l1, l2, l3],
            uids::IMPLICIT_VR_LITTLE_ENDIAN => &[0xE0, 0x7F, 0x10, 0, l0, l1, l2, l3],
            _ => return None,
        };
        let value_at = file_bytes.checked_sub(value_bytes)?;
        let header_bytes = u64::try_from(header.len()).ok()?;
        file.seek(SeekFrom::Start(value_at.checked_sub(header_bytes)?)).ok()?;
        let mut found = [0; 12];
        let found = found.get_mut(..header.len())?;
        file.read_exact(found).ok()?;
        if header.len() == 12 {
            // The VR is OB or OW.
            *found.get_mut(5)? = 0;
        }
        (found == header).then_some(value_at)
    }

    /// Compressed pixels: can they be decoded at all, is there a fragment for every frame, and does the codestream agree
    /// with the header?
    fn check_fragments(&self, fragments: &[Vec<u8>]) -> Result<(), ReadError> {
        let is_decodable =
            TransferSyntaxRegistry.get(&self.transfer_syntax).is_some_and(TransferSyntax::can_decode_all);
        if !is_decodable {
            return Err(ReadError::Unsupported { what: format!("transfer syntax {}", self.transfer_syntax) });
        }
        if (fragments.len() as u64) < u64::from(self.image.frames) {
            let (frames, found) = (self.image.frames, fragments.len());
            return Err(ReadError::Wrong {
                name: "Number of Frames (0028,0008)",
                why: format!("{frames} stated, {found} compressed fragments found"),
            });
        }
        let compressed: u64 = fragments.iter().map(|fragment| fragment.len() as u64).sum();
        if self.native_bytes() / COMPRESSION_RATIO_MAX > compressed {
            return Err(ReadError::Truncated { expected: self.native_bytes(), found: compressed });
        }
        let Some(size) = fragments.first().and_then(|fragment| jpeg_size(fragment)) else { return Ok(()) };
        if (size.rows, size.columns) != (self.image.rows, self.image.columns) {
            return Err(ReadError::Wrong {
                name: ROWS.name,
                why: format!(
                    "{} of {} columns, but the compressed image has {} of {}",
                    self.image.rows, self.image.columns, size.rows, size.columns
                ),
            });
        }
        if (size.precision > 8) != (self.pixels.bits_allocated > 8) {
            return Err(ReadError::Wrong {
                name: BITS_ALLOCATED.name,
                why: format!(
                    "{}, but the compressed image has {} bits",
                    self.pixels.bits_allocated, size.precision
                ),
            });
        }
        Ok(())
    }

    /// The slow check: parses the file to its end and measures what is there.
    fn check_pixels_are_there(&self) -> Result<(), ReadError> {
        let path: &Path = self.path.reveal();
        let object = OpenFileOptions::new().read_preamble(ReadPreamble::Always).open_file(path).map_err(
            |_parser_words| ReadError::Damaged {
                why: "the pixel data end early or are malformed".to_owned(),
            },
        )?;
        let element =
            object.get(tags::PIXEL_DATA).ok_or(ReadError::Missing { name: "Pixel Data (7FE0,0010)" })?;
        if self.is_encapsulated() {
            return self.check_fragments(element.fragments().unwrap_or_default());
        }
        let expected = self.native_bytes();
        let bytes = element.to_bytes().map_err(|e| damaged(&e))?;
        let found = bytes.len() as u64;
        if found < expected {
            return Err(ReadError::Truncated { expected, found });
        }
        Ok(())
    }
}

/// Opens a file, in the reader's words when it cannot be.
pub(super) fn open(path: &Path) -> Result<File, ReadError> {
    File::open(path).map_err(|e| ReadError::Open { why: e.to_string() })
}

/// The error of a data set that the parser refuses: what it was at, and what stopped it.
pub(super) fn damaged(error: &(dyn std::error::Error + 'static)) -> ReadError {
    let cause = root_cause(error).to_string();
    let at = error.to_string();
    ReadError::Damaged { why: if at == cause { at } else { format!("{at} ({cause})") } }
}

fn root_cause<'a>(error: &'a (dyn std::error::Error + 'static)) -> &'a (dyn std::error::Error + 'static) {
    let mut cause = error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    cause
}

/// Checks the mark of DICOM Part 10 and leaves the file at its start; gives its size in bytes.
fn check_part_10(file: &mut File) -> Result<u64, ReadError> {
    let io = |e: std::io::Error| ReadError::Open { why: e.to_string() };
    let file_bytes = file.metadata().map_err(io)?.len();
    if file_bytes == 0 {
        return Err(ReadError::Empty);
    }
    let mut start = [0; 132];
    let has_mark = file.read_exact(&mut start).is_ok() && start.ends_with(b"DICM");
    if !has_mark {
        return Err(ReadError::NotDicom);
    }
    file.seek(SeekFrom::Start(0)).map_err(io)?;
    Ok(file_bytes)
}

fn read_pixel_format(at: &Attributes<'_>, sop_class: &str) -> Result<PixelFormat, ReadError> {
    let unsupported = |what: String| Err(ReadError::Unsupported { what });
    if !at.has(ROWS.tag) && !at.has(BITS_ALLOCATED.tag) {
        let class = dicom_dictionary_std::sop_class::StandardSopClassDictionary;
        let known = dicom_core::dictionary::UidDictionary::by_uid(&class, sop_class);
        let what = known.map_or_else(|| "unknown SOP class".to_owned(), |entry| entry.name.to_owned());
        return Err(ReadError::NoImage { what });
    }
    let samples = at.integer(tags::SAMPLES_PER_PIXEL).unwrap_or(1);
    let text = at.required_text(PHOTOMETRIC)?;
    let photometric = match text.as_str() {
        "MONOCHROME1" if samples == 1 => Photometric::Monochrome1,
        "MONOCHROME2" if samples == 1 => Photometric::Monochrome2,
        _ => return unsupported(format!("colour ({text}, {samples} samples a pixel)")),
    };
    let bits_allocated: u16 = at.required_integer(BITS_ALLOCATED)?;
    if !matches!(bits_allocated, 8 | 16) {
        return unsupported(format!("an image with {bits_allocated} bits allocated"));
    }
    if at.has(tags::SHARED_FUNCTIONAL_GROUPS_SEQUENCE) || at.has(tags::PER_FRAME_FUNCTIONAL_GROUPS_SEQUENCE) {
        return unsupported("an enhanced multi-frame object".to_owned());
    }
    let bits_stored: u16 = at.required_integer(BITS_STORED)?;
    if bits_stored == 0 || bits_stored > bits_allocated {
        return Err(ReadError::Wrong {
            name: BITS_STORED.name,
            why: format!("{bits_stored} with {bits_allocated} allocated"),
        });
    }
    let high_bit = at.integer(tags::HIGH_BIT).and_then(|bit| u16::try_from(bit).ok());
    let high_bit =
        high_bit.filter(|bit| (bits_stored - 1..bits_allocated).contains(bit)).unwrap_or(bits_stored - 1);
    let is_signed = at.integer(tags::PIXEL_REPRESENTATION).unwrap_or(0) == 1;
    Ok(PixelFormat { bits_allocated, bits_stored, high_bit, is_signed, photometric })
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
    let spacing = at
        .exactly(SPACING)?
        .map(|[row, column]: [f64; 2]| MmPerPixel { row, column })
        .filter(|mm| mm.row > 0.0 && mm.column > 0.0);
    let stated_aspect = || {
        let [vertical, horizontal] = at.decimals(tags::PIXEL_ASPECT_RATIO)?.try_into().ok()?;
        Some(vertical / horizontal)
    };
    let pixel_aspect = spacing
        .map(|mm| mm.row / mm.column)
        .or_else(stated_aspect)
        .filter(|aspect| aspect.is_finite() && *aspect > 0.0)
        .unwrap_or(1.0);
    // The attribute may be missing; the syntax cannot lie.
    let is_lossy = at.text(tags::LOSSY_IMAGE_COMPRESSION).as_deref() == Some("01")
        || LOSSY_SYNTAXES.contains(&transfer_syntax);
    Ok(ImageAttributes {
        rows: u32::from(rows),
        columns: u32::from(columns),
        frames,
        number: at.integer(tags::INSTANCE_NUMBER),
        frame_of_reference: at.text(tags::FRAME_OF_REFERENCE_UID).map(|uid| FrameOfReferenceUid::new(&uid)),
        position: at.exactly(POSITION)?,
        orientation: at.exactly(ORIENTATION)?,
        spacing,
        pixel_aspect,
        thickness_mm: at.decimal(tags::SLICE_THICKNESS),
        image_type: at.texts(tags::IMAGE_TYPE),
        lossy: is_lossy.then(|| Lossy { ratio: at.decimal(tags::LOSSY_IMAGE_COMPRESSION_RATIO) }),
    })
}

fn read_gray(at: &Attributes<'_>, photometric: Photometric) -> Result<GrayAttributes, ReadError> {
    let slope = at.exactly(SLOPE)?.map(|[slope]: [f64; 1]| slope);
    let intercept = at.exactly(INTERCEPT)?.map(|[intercept]: [f64; 1]| intercept);
    if slope == Some(0.0) {
        return Err(ReadError::Wrong { name: SLOPE.name, why: "0 makes every pixel equal".to_owned() });
    }
    // One of the two alone is not allowed, and what it says still counts.
    let rescale =
        (slope.is_some() || intercept.is_some()).then(|| (slope.unwrap_or(1.0), intercept.unwrap_or(0.0)));
    let voi_function = at.text(tags::VOILUT_FUNCTION).unwrap_or_default();
    let centers = at.decimals(tags::WINDOW_CENTER).unwrap_or_default();
    let widths = at.decimals(tags::WINDOW_WIDTH).unwrap_or_default();
    let explanations = at.texts(tags::WINDOW_CENTER_WIDTH_EXPLANATION);
    let windows = centers
        .iter()
        .zip(&widths)
        .enumerate()
        .map(|(i, (&center, &width))| WindowAttribute {
            center,
            width,
            explanation: explanations.get(i).cloned().unwrap_or_default(),
        })
        .collect();
    let applied_if_present = [
        (tags::MODALITY_LUT_SEQUENCE, "modality LUT"),
        (tags::VOILUT_SEQUENCE, "VOI LUT"),
        (tags::PIXEL_PADDING_VALUE, "pixel padding"),
        (tags::SHUTTER_SHAPE, "shutter"),
        (tags::MASK_SUBTRACTION_SEQUENCE, "mask subtraction"),
        (tags::PRESENTATION_LUT_SEQUENCE, "presentation LUT"),
    ];
    let mut not_applied: Vec<&'static str> =
        applied_if_present.iter().filter(|(tag, _)| at.has(*tag)).map(|(_, name)| *name).collect();
    if at.has_overlay() {
        not_applied.push("overlay");
    }
    if !matches!(voi_function.as_str(), "" | "LINEAR" | "LINEAR_EXACT" | "SIGMOID") {
        not_applied.push("VOI LUT function");
    }
    // The image's own shape says again what its photometric interpretation says. Rule P-15.
    let contradiction = match photometric {
        Photometric::Monochrome1 => "IDENTITY",
        Photometric::Monochrome2 => "INVERSE",
    };
    if at.text(tags::PRESENTATION_LUT_SHAPE).as_deref() == Some(contradiction) {
        not_applied.push("presentation LUT shape");
    }
    if slope.is_some() != intercept.is_some() {
        not_applied.push("half a rescale");
    }
    Ok(GrayAttributes {
        rescale,
        rescale_type: at.text(tags::RESCALE_TYPE).unwrap_or_default(),
        windows,
        padding: at.integer(tags::PIXEL_PADDING_VALUE),
        voi_function,
        not_applied,
    })
}

//! The header of one object: what the index keeps of a file.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use super::calibration::Calibration;
use super::hints::Hints;
use super::lookup_table::LookupTable;
use super::mask::Mask;
use super::overlay::OverlayPlane;
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

/// One image object, header only.
#[derive(Debug, Clone, PartialEq)]
pub struct Instance {
    /// Where it came from.
    pub source: Source,
    /// SOP Instance UID.
    pub uid: InstanceUid,
    /// Whether the object lacks one of its three UIDs, and is shown alone.
    pub has_stand_in_uid: bool,
    /// Whether it is raw material for a picture, and not a picture to read. Rule P-21.
    pub is_for_processing: bool,
    /// Why some letters of its texts could not be read.
    pub unreadable_text: Option<String>,
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
    /// What it says of distances beyond Pixel Spacing, if anything.
    pub calibration: Option<Arc<Calibration>>,
    /// What a PET image says of the activity given.
    pub pet: Option<Arc<Pet>>,
    /// Which frames it wants subtracted from which. PS3.3 C.7.6.10.
    pub mask: Option<Arc<Mask>>,
    /// ICC Profile of a colour image, or why it is not applied. PS3.3 C.11.15.
    pub icc_profile: Option<Result<Arc<IccProfile>, ProfileError>>,
    /// What a frame says of itself: one for all frames, or one a frame.
    pub(super) frames: Arc<[FrameAttributes]>,
    /// What it says besides its modules; none where that is nothing.
    pub(super) hints: Option<Arc<Hints>>,
    /// How its frames were made, as far as all were made alike.
    pub(super) technique: Technique,
    /// The colours of PALETTE COLOR.
    pub(super) palette: Option<Arc<Palette>>,
    /// The colours of the highest stored values of a gray image. PS3.3 C.7.6.19.
    pub(super) supplement: Option<Arc<Palette>>,
    /// Overlay planes that hold anything. PS3.3 C.9.2.
    pub overlays: Arc<[OverlayPlane]>,
    /// Groups of its overlay planes that hold nothing.
    pub blank_overlays: Arc<[u16]>,
    /// Where the pixel bytes lie.
    pub(super) place: Arc<PixelPlace>,
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
    /// Codes of Procedure Code Sequence (0008,1032): `CTCHEST^99LOCAL`.
    pub procedures: Vec<String>,
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
    /// How many images the series has, where the object says: Number of Series Related Instances.
    pub declared_images: Option<u32>,
}

/// Size, number and place of an image. PS3.3 C.7.6.1 to C.7.6.3.
#[derive(Debug, Clone, PartialEq)]
pub struct ImageAttributes {
    /// Rows.
    pub rows: u32,
    /// Columns.
    pub columns: u32,
    /// Number of Frames that the object states.
    pub frames: u32,
    /// Frames whose pixels are in the file; fewer when it was cut.
    pub frames_present: u32,
    /// Instance Number.
    pub number: Option<i64>,
    /// Patient Orientation: whereto rows and columns lead, in letters. PS3.3 C.7.6.1.1.1.
    pub patient_orientation: Option<[String; 2]>,
    /// Frame of Reference UID.
    pub frame_of_reference: Option<FrameOfReferenceUid>,
    /// Height of a pixel over its width: of Pixel Spacing, else of the spacing on detector or film, else Pixel Aspect Ratio;
    /// 1 when none is stated. Rule P-24.
    pub pixel_aspect: f64,
    /// What was lost in compression.
    pub lossy: Option<Lossy>,
    /// How long frames stand, where the object is a movie.
    pub timing: Option<FrameTiming>,
}

/// What one frame says of itself; in an object that is not enhanced, what the object says. PS3.3 C.7.6.16.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct FrameAttributes {
    /// Image Position (Patient), mm.
    pub position: Option<[f64; 3]>,
    /// Image Orientation (Patient).
    pub orientation: Option<[f64; 6]>,
    /// Pixel Spacing.
    pub spacing: Option<MmPerPixel>,
    /// Slice Thickness, mm.
    pub thickness_mm: Option<f64>,
    /// Image Type or Frame Type.
    pub image_type: Vec<String>,
    /// What turns stored values into gray.
    pub gray: GrayAttributes,
    /// What it hides of itself. PS3.3 C.7.6.11.
    pub shutter: Option<Arc<Shutter>>,
    /// What stored values stand for, whatever is shown; or why a map cannot be applied.
    pub real_world: Vec<Result<Arc<RealWorldMap>, String>>,
    /// What tells it apart from frames of the same place.
    pub acquisition: Acquisition,
}

/// What tells images of one place apart. Rule X-8.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Acquisition {
    /// Acquisition Number.
    pub number: Option<i64>,
    /// Acquisition Time or Frame Acquisition `DateTime`, as written.
    pub time: Option<String>,
    /// Content Time, as written.
    pub content_time: Option<String>,
    /// Echo Number(s).
    pub echo_number: Option<i64>,
    /// Echo Time or Effective Echo Time, ms.
    pub echo_time_ms: Option<f64>,
    /// Inversion Time, ms.
    pub inversion_time_ms: Option<f64>,
    /// Diffusion b-value, s/mm².
    pub b_value: Option<f64>,
    /// Diffusion Gradient Orientation.
    pub gradient: Option<[f64; 3]>,
    /// Temporal Position Identifier or Temporal Position Index.
    pub temporal_position: Option<i64>,
    /// Trigger Time or Nominal Cardiac Trigger Delay Time, ms.
    pub trigger_time_ms: Option<f64>,
    /// Nominal Percentage of Cardiac Phase.
    pub cardiac_phase_percent: Option<f64>,
    /// KVP.
    pub kvp: Option<f64>,
    /// Convolution Kernel.
    pub kernel: Option<String>,
    /// Stack ID.
    pub stack: Option<String>,
    /// In-Stack Position Number.
    pub in_stack: Option<i64>,
    /// Referenced Segment Number.
    pub segment: Option<i64>,
    /// Dimension Index Values.
    pub dimensions: Vec<u32>,
}

/// How long each frame of a movie stands. PS3.3 C.7.6.5.
#[derive(Debug, Clone, PartialEq)]
pub struct FrameTiming {
    /// Milliseconds: one for all frames, or one a frame.
    pub durations_ms: Arc<[f64]>,
}

impl FrameTiming {
    /// How long a frame stands, counted from 0.
    pub fn duration_ms(&self, frame: usize) -> f64 {
        self.durations_ms.get(frame).or_else(|| self.durations_ms.last()).copied().unwrap_or_default()
    }
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
    /// Bits Allocated: 1, 8, 16, 32 or 64.
    pub bits_allocated: u16,
    /// Bits Stored.
    pub bits_stored: u16,
    /// High Bit.
    pub high_bit: u16,
    /// Pixel Representation 1.
    pub is_signed: bool,
    /// Samples per Pixel.
    pub samples_per_pixel: u16,
    /// Planar Configuration 1.
    pub is_planar: bool,
    /// Photometric Interpretation.
    pub photometric: Photometric,
    /// Whether the samples are IEEE numbers: Float or Double Float Pixel Data.
    pub is_float: bool,
}

impl PixelFormat {
    /// Whether pixels are shown in colour.
    pub const fn is_color(&self) -> bool {
        !matches!(self.photometric, Photometric::Monochrome1 | Photometric::Monochrome2)
    }

    /// The smallest and the largest stored value that Bits Stored and Pixel Representation allow; `None` beyond 16 bits,
    /// where no image comes near its ends. PS3.3 C.7.6.3.1.
    pub fn stored_range(&self) -> Option<(f64, f64)> {
        if self.is_float || self.bits_stored > 16 {
            return None;
        }
        let count = f64::from(1_i32 << self.bits_stored);
        Some(if self.is_signed { (-count / 2.0, count / 2.0 - 1.0) } else { (0.0, count - 1.0) })
    }
}

/// What samples mean. PS3.3 C.7.6.3.1.2.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Photometric {
    /// The smallest value is white.
    Monochrome1,
    /// The smallest value is black.
    Monochrome2,
    /// Values are places in a table of colours.
    PaletteColor,
    /// Red, green, blue.
    Rgb,
    /// Luminance and two colour differences.
    YbrFull,
    /// The same, with one pair of differences for two pixels.
    YbrFull422,
    /// The same, with one pair of differences for four pixels.
    YbrPartial420,
    /// JPEG 2000's irreversible colour transform.
    YbrIct,
    /// JPEG 2000's reversible colour transform.
    YbrRct,
}

impl Photometric {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::Monochrome1,
        Self::Monochrome2,
        Self::PaletteColor,
        Self::Rgb,
        Self::YbrFull,
        Self::YbrFull422,
        Self::YbrPartial420,
        Self::YbrIct,
        Self::YbrRct,
    ];

    /// The attribute's text.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Monochrome1 => "MONOCHROME1",
            Self::Monochrome2 => "MONOCHROME2",
            Self::PaletteColor => "PALETTE COLOR",
            Self::Rgb => "RGB",
            Self::YbrFull => "YBR_FULL",
            Self::YbrFull422 => "YBR_FULL_422",
            Self::YbrPartial420 => "YBR_PARTIAL_420",
            Self::YbrIct => "YBR_ICT",
            Self::YbrRct => "YBR_RCT",
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
    /// Modality LUT Sequence.
    pub modality_lut: Option<ModalityLutAttribute>,
    /// Whether stored values and not modality values are to be shown. PS3.3 C.8.7.1.1.2; rule P-5.
    pub shows_stored: bool,
    /// Window Center, Window Width and their explanations.
    pub windows: Vec<WindowAttribute>,
    /// VOI LUT Function, empty for LINEAR.
    pub voi_function: String,
    /// VOI LUT Sequence.
    pub voi_luts: Vec<VoiLutAttribute>,
    /// The table of Presentation LUT Sequence.
    pub presentation_lut: Option<Arc<LookupTable>>,
    /// Pixel Padding Value and Pixel Padding Range Limit.
    pub padding: Option<Padding>,
    /// Parts of the grayscale chain that the image asks for and that are not applied.
    pub not_applied: Vec<Cow<'static, str>>,
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

/// A table of modality values. PS3.3 C.11.1.1.1.
#[derive(Debug, Clone, PartialEq)]
pub struct ModalityLutAttribute {
    /// The table.
    pub table: Arc<LookupTable>,
    /// Modality LUT Type: the unit of its outputs.
    pub kind: String,
}

/// One of the image's own VOI tables. PS3.3 C.11.2.1.1.
#[derive(Debug, Clone, PartialEq)]
pub struct VoiLutAttribute {
    /// The table.
    pub table: Arc<LookupTable>,
    /// LUT Explanation, or empty.
    pub explanation: String,
}

impl Instance {
    /// What a frame, counted from 0, says of itself.
    pub fn frame(&self, frame: u32) -> &FrameAttributes {
        static NOTHING: LazyLock<FrameAttributes> = LazyLock::new(FrameAttributes::default);
        self.frames.get(frame as usize).or_else(|| self.frames.first()).unwrap_or(&NOTHING)
    }

    /// Whether every pixel is gray: something can be subtracted from it.
    pub const fn is_plain_gray(&self) -> bool {
        !self.pixels.is_color() && self.supplement.is_none()
    }

    /// What its overlay planes are called, on whichever frames they lie.
    pub fn overlay_names(&self) -> impl Iterator<Item = String> {
        self.overlays.iter().map(OverlayPlane::name)
    }

    /// The groups of its overlay planes, on whichever frames they lie.
    pub fn overlay_groups(&self) -> impl Iterator<Item = u16> {
        self.overlays.iter().map(|plane| plane.group)
    }

    /// The profile of its colours, if it has one that can be applied.
    pub fn usable_profile(&self) -> Option<&Arc<IccProfile>> {
        self.icc_profile.as_ref()?.as_ref().ok()
    }

    /// Whether another object has the same header; where the two lie does not count, nor with which attributes each was read besides.
    pub fn has_same_header(&self, other: &Self) -> bool {
        let modules = |hints: Hints| Hints { attributes: BTreeMap::new(), ..hints };
        let there = Self {
            source: self.source.clone(),
            place: Arc::clone(&self.place),
            hints: self.hints.clone(),
            ..other.clone()
        };
        *self == there && modules(self.hints()) == modules(other.hints())
    }

    /// Bytes that one decoded frame takes.
    pub fn decoded_frame_bytes(&self) -> u64 {
        let cover = match self.supplement {
            Some(_) => 5,
            None => u64::from(!self.overlays.is_empty() || self.frame(0).shutter.is_some()),
        };
        let bytes = if self.pixels.is_color() {
            4
        } else if self.pixels.bits_allocated > 16 {
            8
        } else {
            2
        };
        u64::from(self.image.rows) * u64::from(self.image.columns) * (bytes + cover)
    }

    /// Bytes of a frame less its mask, and of the frame itself, which comes with it.
    pub fn subtracted_frame_bytes(&self) -> u64 {
        let pixels = u64::from(self.image.rows) * u64::from(self.image.columns);
        // Real numbers and their cover.
        self.decoded_frame_bytes() + pixels * 9
    }
}

//! Reading and writing DICOM objects. The only module that names dicom-rs object types.
//!
//! A file is read twice: [`Instance::read`] takes the header when a folder is indexed, [`read_frame`] the pixels when
//! the reader comes near them. What cannot be read says why in one line ([`ReadError`]); nothing panics.

mod attribute;
mod calibration;
mod charset;
mod codec;
mod color;
mod cover;
mod creation;
mod dicomdir;
mod elements;
mod error;
mod fragments;
mod frame;
mod functional;
mod header;
mod hints;
mod instance;
mod json;
mod layout;
mod lookup_table;
mod mammography;
mod mask;
mod overlay;
mod padding;
mod palette;
mod patient;
mod person_name;
mod pet;
mod place;
mod real_world;
mod samples;
mod shutter;
mod source;
mod subtraction;
mod syntax;
mod technique;
mod uid;
mod walk;
mod write;

pub use attribute::{Attributes, DataSet};
pub use calibration::{Calibration, CalibrationMethod, RegionFormat, UltrasoundRegion};
pub use cover::Cover;
pub use creation::{Creation, offset_seconds, time_seconds};
pub use dicom_core::{Tag, VR};
pub use dicomdir::Directory;
pub use error::ReadError;
pub use frame::{Frame, FrameKey, Pixels, Reals, read_frame};
pub use hints::Hints;
pub use instance::{
    Acquisition, FrameAttributes, FrameTiming, GrayAttributes, ImageAttributes, Instance, Lossy,
    ModalityLutAttribute, Photometric, PixelFormat, SeriesAttributes, StudyAttributes, VoiLutAttribute,
    WindowAttribute,
};
pub use json::{keyword_of, tag_of, vr_of};
pub use layout::Stored;
pub use lookup_table::LookupTable;
pub use mammography::{view_modifier_names, view_modifiers_in};
pub use mask::{Mask, MaskItem, MaskOperation};
pub use overlay::{OverlayPlane, overlay_activations, state_planes};
pub use padding::Padding;
pub use palette::state_palette;
pub use patient::{Demographic, PatientAttributes, SamePatient, folded, is_same_name};
pub use person_name::PersonName;
pub use pet::{Pet, Tracer};
pub use real_world::RealWorldMap;
pub use shutter::Shutter;
pub use source::{Source, ZipMember};
pub use subtraction::{Exact, FrameMask, MaskScale, MaskShift, Subtraction, read_subtracted};
pub use technique::{TechniqueItem, date_words, day_number, time_words};
pub use uid::{FrameOfReferenceUid, InstanceUid, SeriesUid, StudyUid, is_uid};
pub use write::{IMPLEMENTATION_CLASS_UID, IMPLEMENTATION_VERSION, WriteError, Writer, part_10_header};

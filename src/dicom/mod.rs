//! Reading and writing DICOM objects. The only module that names dicom-rs object types.
//!
//! A file is read twice: [`Instance::read`] takes the header when a folder is indexed, [`read_frame`] the pixels when
//! the reader comes near them. What cannot be read says why in one line ([`ReadError`]); nothing panics.

mod attribute;
mod codestream;
mod error;
mod frame;
mod instance;
mod uid;
mod write;

pub use error::ReadError;
pub use frame::{Frame, FrameKey, read_frame};
pub use instance::{
    GrayAttributes, ImageAttributes, Instance, Lossy, PatientAttributes, Photometric, PixelFormat,
    SeriesAttributes, StudyAttributes, WindowAttribute,
};
pub use uid::{FrameOfReferenceUid, InstanceUid, SeriesUid, StudyUid};
pub use write::{WriteError, Writer};

//! What millimetres rest on: the words beside a number, and the sentence that explains them. PS3.3 10.7.1.2.

use std::fmt;

use crate::dicom::CalibrationMethod;

/// What a size in millimetres rests on.
#[derive(Debug, Clone, PartialEq)]
pub enum Basis {
    /// Pixel Spacing of a cross-section: the size in the patient.
    Section,
    /// Pixel Spacing of a projection, corrected by a stated method. Rule X-10 a.
    Corrected {
        /// How.
        method: CalibrationMethod,
        /// In the words of who corrected it, or empty.
        description: String,
    },
    /// Pixel Spacing that differs from that of the detector, for no stated reason. Rule X-10 b.
    CorrectedSomehow,
    /// Imager Pixel Spacing: the size of the shadow on the detector. Rule X-10 c.
    Detector,
    /// Nominal Scanned Pixel Spacing: the size on the film that was scanned. Rule X-10 c.
    ScannedFilm,
    /// Imager Pixel Spacing over a magnification. Rule X-10 d.
    Estimated(Magnification),
    /// Object Pixel Spacing in Center of Beam. PS3.3 C.8.19.6.9.2.
    BeamCentre,
    /// Pixel Spacing, and nothing that tells what of. Rule X-10 e.
    Unknown,
    /// The ultrasound region that the points lie in. Rule X-11.
    UltrasoundRegion,
    /// Points in the patient, on a section of a volume: a picture that was resampled.
    Reformat,
    /// Presentation Pixel Spacing of the presentation state, of an image that states no size. PS3.3 C.10.4.
    Presentation,
    /// The reader's own calibration. Rule X-10 g.
    Reader,
    /// No millimetres are known. Rule X-10 f.
    Pixels,
}

/// Where an estimated magnification comes from.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Magnification {
    /// Estimated Radiographic Magnification Factor.
    Stated {
        /// How many times larger the shadow is.
        factor: f64,
    },
    /// Distance Source to Detector over Distance Source to Patient.
    Distances {
        /// How many times larger the shadow is.
        factor: f64,
    },
}

/// The words beside a number; none for a cross-section.
impl fmt::Display for Basis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Section => "",
            Self::Corrected { method, .. } => return write!(f, "corrected, {}", method.name()),
            Self::CorrectedSomehow => "corrected, method unknown",
            Self::Detector => "at detector plane",
            Self::ScannedFilm => "on scanned film",
            Self::Estimated(_) => "est. ERMF",
            Self::BeamCentre => "at beam centre",
            Self::Unknown => "calibration unknown",
            Self::UltrasoundRegion => "ultrasound region",
            Self::Reformat => "reformat",
            Self::Presentation => "presentation state",
            Self::Reader => "user-calibrated",
            Self::Pixels => "pixels",
        })
    }
}

impl Basis {
    /// What it means for the reader, in a sentence or two.
    pub fn meaning(&self) -> String {
        match self {
            Self::Section => "The image is a cross-section: this is the size in the patient.".to_owned(),
            Self::Corrected { method, description } => {
                let how = match method {
                    CalibrationMethod::Geometry => "for an assumed or known geometry (GEOMETRY)",
                    CalibrationMethod::Fiducial => "by an object of known size (FIDUCIAL)",
                };
                let description =
                    if description.is_empty() { String::new() } else { format!(": {description}") };
                format!(
                    "The image states a pixel size that was corrected {how}{description}. It holds at the depth that was \
                     corrected for."
                )
            }
            Self::CorrectedSomehow => {
                "The image states another pixel size than the detector has, and does not say how it was corrected.".to_owned()
            }
            Self::Detector => {
                "The size of the shadow on the detector, not corrected for magnification: what casts it is smaller."
                    .to_owned()
            }
            Self::ScannedFilm => {
                "The size on the film or paper that was scanned: what it shows may have been larger or smaller.".to_owned()
            }
            Self::Estimated(Magnification::Stated { factor }) => format!(
                "The size on the detector, divided by the estimated magnification of {factor:.3} that the image states."
            ),
            Self::Estimated(Magnification::Distances { factor }) => format!(
                "The size on the detector, divided by a magnification of {factor:.3} that is estimated from the distances of \
                 tube, patient and detector."
            ),
            Self::BeamCentre => {
                "The size at the centre of the beam and at the stated height above the table; elsewhere it differs.".to_owned()
            }
            Self::Unknown => {
                "The image states a pixel size, and not whether it is that in the patient, on the detector or on paper."
                    .to_owned()
            }
            Self::UltrasoundRegion => "The scale of the ultrasound region that the mark lies in.".to_owned(),
            Self::Reformat => {
                "Measured on a section of a volume, by places in the patient: sizes are those in the patient, and values lie \
                 between voxels (linearly), not on pixels that were acquired."
                    .to_owned()
            }
            Self::Presentation => {
                "The image states no pixel size; its presentation state does, and not whether it is that in the patient.".to_owned()
            }
            Self::Reader => "The scale that the reader set by a length known in the image.".to_owned(),
            Self::Pixels => "The image states no pixel size: there are no millimetres.".to_owned(),
        }
    }
}

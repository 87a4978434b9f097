//! Study, series, display set and image: immutable, shared.

use std::sync::Arc;

use crate::dicom::{FrameKey, Instance, PatientAttributes, Photometric, SeriesAttributes, StudyAttributes};
use crate::geometry::{ImagePlane, StackAxis};
use crate::grayscale::{Polarity, Rescale, StoredRange, Window};

use super::finding::Finding;

/// One study of one patient.
#[derive(Debug, Clone, PartialEq)]
pub struct Study {
    /// Whom it shows.
    pub patient: PatientAttributes,
    /// Its attributes.
    pub attributes: StudyAttributes,
    /// Its series, by number.
    pub series: Vec<Series>,
}

impl Study {
    /// Whether this is an earlier study of the same person. Nobody is not a person: two studies without a Patient ID are
    /// not compared.
    pub fn is_prior_of(&self, other: &Self) -> bool {
        !self.patient.is_nobody()
            && self.patient.is_same_person(&other.patient)
            && self.attributes.uid != other.attributes.uid
            && self.attributes.date < other.attributes.date
    }
}

/// One series: the DICOM entity.
#[derive(Debug, Clone, PartialEq)]
pub struct Series {
    /// Its attributes.
    pub attributes: SeriesAttributes,
    /// What hangs of it: one display set where all images belong together.
    pub display_sets: Vec<Arc<DisplaySet>>,
}

/// A display set's place in the library: `series uid#n`, n from 0 within the series.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DisplaySetId {
    /// The study it is part of.
    pub study: crate::dicom::StudyUid,
    /// The series it is part of.
    pub series: crate::dicom::SeriesUid,
    /// Which of the series' display sets, from 0.
    pub index: u32,
}

/// What kind of display set it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DisplaySetKind {
    /// Parallel, evenly spaced planes without gaps.
    Volume,
    /// Several images that do not make a volume.
    Stack,
    /// One image.
    Single,
    /// Frames of one object in time.
    Cine,
}

impl DisplaySetKind {
    /// The name in `info --json`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Volume => "volume",
            Self::Stack => "stack",
            Self::Single => "single",
            Self::Cine => "cine",
        }
    }
}

/// What hangs in a viewport: images that are scrolled through together, in order.
#[derive(Debug, Clone, PartialEq)]
pub struct DisplaySet {
    /// Its identity.
    pub id: DisplaySetId,
    /// Kind.
    pub kind: DisplaySetKind,
    /// The images in scrolling order; never empty.
    pub images: Vec<Image>,
    /// How the stack advances, where its images have places.
    pub axis: Option<StackAxis>,
    /// What the reader must know of it.
    pub findings: Vec<Finding>,
}

/// One frame of one object, as part of a display set.
#[derive(Debug, Clone, PartialEq)]
pub struct Image {
    /// The object's header.
    pub instance: Arc<Instance>,
    /// The frame in it, from 0.
    pub frame: u32,
    /// Where it lies in the patient, if it says.
    pub plane: Option<ImagePlane>,
}

impl Image {
    /// The key of its pixels.
    pub fn key(&self) -> FrameKey {
        FrameKey {
            study: self.instance.study.uid.clone(),
            series: self.instance.series.uid.clone(),
            instance: self.instance.uid.clone(),
            frame: self.frame,
        }
    }

    /// Modality LUT.
    pub fn rescale(&self) -> Rescale {
        self.instance
            .gray
            .rescale
            .map_or(Rescale::IDENTITY, |(slope, intercept)| Rescale { slope, intercept })
    }

    /// What stored values can be.
    pub fn stored_range(&self) -> StoredRange {
        StoredRange::of(self.instance.pixels)
    }

    /// MONOCHROME1 shows the smallest value white. Rule P-15.
    pub fn polarity(&self) -> Polarity {
        match self.instance.pixels.photometric {
            Photometric::Monochrome1 => Polarity::Inverse,
            Photometric::Monochrome2 => Polarity::Identity,
        }
    }

    /// The image's own windows that can be applied, with their explanations. Rule P-9.
    pub fn own_windows(&self) -> impl Iterator<Item = (Window, &str)> {
        let gray = &self.instance.gray;
        let function = gray.voi_function.parse().unwrap_or_default();
        gray.windows.iter().filter_map(move |stated| {
            let window = Window::with_function(stated.center, stated.width, function).ok()?;
            Some((window, stated.explanation.as_str()))
        })
    }

    /// The window over everything the image could hold, for an image that states none. Rule P-10.
    pub fn full_range_window(&self) -> Option<Window> {
        let range = self.stored_range();
        let rescale = self.rescale();
        let a = rescale.to_modality(crate::units::StoredValue(range.low)).0;
        let b = rescale.to_modality(crate::units::StoredValue(range.high)).0;
        Window::spanning(a.min(b), a.max(b)).ok()
    }

    /// The unit of modality values: the Rescale Type, or HU for CT.
    pub fn unit(&self) -> &str {
        match (self.instance.gray.rescale_type.as_str(), self.instance.series.modality.as_str()) {
            ("", "CT") if self.instance.gray.rescale.is_some() => "HU",
            ("US", _) => "",
            (stated, _) => stated,
        }
    }
}

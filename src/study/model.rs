//! Study, series, display set and image: immutable, shared.

use std::sync::Arc;

use crate::dicom::{
    Frame, FrameAttributes, FrameKey, Instance, InstanceUid, Padding, PatientAttributes, Photometric,
    SeriesAttributes, SeriesUid, StudyAttributes, StudyUid,
};
use crate::geometry::{ImagePlane, StackAxis};
use crate::grayscale::{ModalityLut, Polarity, Rescale, Voi, Window};
use crate::presentation::{KeyObjects, PresentationState};

use super::completeness::{Basis, Completeness, Gap};
use super::finding::Finding;
use super::suv::{NoSuv, Suv};

/// One study of one patient.
#[derive(Debug, Clone, PartialEq)]
pub struct Study {
    /// Whom it shows.
    pub patient: PatientAttributes,
    /// Its attributes.
    pub attributes: StudyAttributes,
    /// Its series, by number.
    pub series: Vec<Arc<Series>>,
    /// Its presentation states, the newest first.
    pub states: Vec<Arc<PresentationState>>,
    /// Key Object Selections: its key images.
    pub key_objects: Vec<Arc<KeyObjects>>,
}

impl Study {
    /// What is shown first of it: the first display set to read, and one for processing only where there is no other.
    /// Rule P-21.
    pub fn first_set(&self) -> Option<&Arc<DisplaySet>> {
        let mut sets = self.series.iter().flat_map(|series| &series.display_sets);
        let first = sets.clone().next();
        sets.find(|set| !set.is_for_processing()).or(first)
    }

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
    /// How many of its objects are here.
    pub completeness: Completeness,
    /// Display set and image of every frame, by object and frame.
    places: Vec<(u32, u32)>,
}

impl Series {
    pub(super) fn new(
        attributes: SeriesAttributes,
        display_sets: Vec<Arc<DisplaySet>>,
        completeness: Completeness,
    ) -> Self {
        let of_set = |(at, set): (u32, &Arc<DisplaySet>)| {
            let images = 0..u32::try_from(set.images.len()).unwrap_or(u32::MAX);
            images.map(move |image| (at, image))
        };
        let mut places: Vec<_> = (0..).zip(&display_sets).flat_map(of_set).collect();
        places.sort_by(|&a, &b| frame_at(&display_sets, a).cmp(&frame_at(&display_sets, b)));
        Self { attributes, display_sets, completeness, places }
    }

    /// Whether any frame of an object is in it.
    pub fn has(&self, instance: &InstanceUid) -> bool {
        let at = self.places.partition_point(|&place| {
            frame_at(&self.display_sets, place).is_some_and(|(uid, _)| uid < instance)
        });
        let found = self.places.get(at).and_then(|&place| frame_at(&self.display_sets, place));
        found.is_some_and(|(uid, _)| uid == instance)
    }

    /// Where a frame is: which display set, which image in it.
    pub fn locate(&self, instance: &InstanceUid, frame: u32) -> Option<(usize, usize)> {
        let wanted = Some((instance, frame));
        let at =
            self.places.binary_search_by(|&place| frame_at(&self.display_sets, place).cmp(&wanted)).ok()?;
        self.places.get(at).map(|&(set, image)| (set as usize, image as usize))
    }
}

fn frame_at(sets: &[Arc<DisplaySet>], (set, image): (u32, u32)) -> Option<(&InstanceUid, u32)> {
    let image = sets.get(set as usize)?.images.get(image as usize)?;
    Some((&image.instance.uid, image.frame))
}

/// A display set's place in the library: `series uid#n`, n being a number that the set keeps while files arrive.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DisplaySetId {
    /// The study it is part of.
    pub study: StudyUid,
    /// The series it is part of.
    pub series: SeriesUid,
    /// Which of the series' display sets.
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
    /// What distinguishes it from its siblings: `TE 80 ms`; empty where it has none.
    pub label: String,
    /// The images in scrolling order; never empty.
    pub images: Vec<Image>,
    /// How the stack advances, where its images have places.
    pub axis: Option<StackAxis>,
    /// What the reader must know of it.
    pub findings: Vec<Finding>,
    /// How many of its images are here; of the series' images where only those are known to be missing.
    pub completeness: Completeness,
    /// Where slices are missing, in stack order.
    pub gaps: Vec<Gap>,
}

impl DisplaySet {
    /// Whether it holds raw material for pictures, and not pictures to read. Rule P-21.
    pub fn is_for_processing(&self) -> bool {
        self.images.iter().any(|image| image.instance.is_for_processing)
    }

    /// Whether it only shows where others lie.
    pub fn is_localizer(&self) -> bool {
        let first = self.images.first();
        first.is_some_and(|image| image.attributes().image_type.iter().any(|kind| kind == "LOCALIZER"))
    }

    /// The names of everything that is odd about it, for `info --json`.
    pub fn problems(&self) -> Vec<&'static str> {
        let is_told = matches!(self.completeness.basis, Basis::Geometry | Basis::Frames);
        let incomplete = (self.completeness.is_partial() && !is_told).then_some("incomplete");
        self.findings.iter().map(Finding::name).chain(incomplete).collect()
    }
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
    /// How its values become standardized uptake values, of a PET image.
    pub suv: Option<Result<Suv, NoSuv>>,
}

impl Image {
    /// The key of its pixels.
    pub fn key(&self) -> FrameKey {
        FrameKey {
            study: self.instance.study.uid.clone(),
            series: self.instance.series.uid.clone(),
            instance: self.instance.uid.clone(),
            frame: self.frame,
            subtraction: None,
        }
    }

    /// What the frame says of itself.
    pub fn attributes(&self) -> &FrameAttributes {
        self.instance.frame(self.frame)
    }

    /// Whether a Key Object Selection names it.
    pub fn is_key_of(&self, document: &KeyObjects) -> bool {
        document.has(&self.instance.series.uid, &self.instance.uid, self.frame)
    }

    /// Whether a presentation state is for it: one of another study never is.
    pub fn is_of(&self, state: &PresentationState) -> bool {
        state.study == self.instance.study.uid
            && state.is_for(&self.instance.series.uid, &self.instance.uid, self.frame)
    }

    /// Whether it has overlay planes. PS3.3 C.9.2.
    pub fn has_planes(&self) -> bool {
        self.instance.overlay_names().next().is_some()
    }

    /// Whether it has a display shutter. PS3.3 C.7.6.11.
    pub fn has_shutter(&self) -> bool {
        self.attributes().shutter.is_some()
    }

    /// From stored values to the image's units.
    pub fn modality_lut(&self) -> ModalityLut {
        let gray = &self.attributes().gray;
        match (&gray.modality_lut, gray.rescale) {
            (Some(lut), _) => ModalityLut::Table(Arc::clone(&lut.table)),
            (None, Some((slope, intercept))) => Rescale { slope, intercept }.into(),
            (None, None) => ModalityLut::IDENTITY,
        }
    }

    /// From stored values to what the VOI takes: the image's units, unless they lead away from the picture. Rule P-5.
    pub fn shown_lut(&self) -> ModalityLut {
        if self.attributes().gray.shows_stored { ModalityLut::IDENTITY } else { self.modality_lut() }
    }

    /// What makes the image's units of the values of a frame: differences are in them already.
    pub fn units_of(&self, frame: &Frame, lut: ModalityLut) -> ModalityLut {
        if frame.is_difference() { ModalityLut::IDENTITY } else { lut }
    }

    /// The values of a frame that stand for no tissue: none among differences.
    pub fn padding_of(&self, frame: &Frame) -> Option<Padding> {
        self.attributes().gray.padding.filter(|_| !frame.is_difference())
    }

    /// MONOCHROME1 shows the smallest value white. Rule P-15.
    pub fn polarity(&self) -> Polarity {
        match self.instance.pixels.photometric {
            Photometric::Monochrome1 => Polarity::Inverse,
            _ => Polarity::Identity,
        }
    }

    /// The image's own windows and VOI tables that can be applied, with their explanations: one of them is chosen. Windows
    /// come first. Rule P-9.
    pub fn own_voi(&self) -> impl Iterator<Item = (Voi, &str)> {
        let gray = &self.attributes().gray;
        let function = gray.voi_function.parse().unwrap_or_default();
        let windows = gray.windows.iter().filter_map(move |stated| {
            let window = Window::with_function(stated.center, stated.width, function).ok()?;
            Some((Voi::of_window(window), stated.explanation.as_str()))
        });
        let tables = gray.voi_luts.iter().map(|stated| {
            let name = if stated.explanation.is_empty() { "VOI LUT" } else { &stated.explanation };
            (Voi::of_table(Arc::clone(&stated.table)), name)
        });
        windows.chain(tables)
    }

    /// The window over everything the image could hold, for an image that states none. Rule P-10.
    pub fn full_range_window(&self) -> Option<Window> {
        let (low, high) = self.instance.pixels.stored_range()?;
        let (low, high) = self.shown_lut().range(low, high);
        Window::spanning(low, high).ok()
    }

    /// The unit of modality values: the Rescale Type, the Units of PET, or HU for CT.
    pub fn unit(&self) -> &str {
        let gray = &self.attributes().gray;
        let stated = gray.modality_lut.as_ref().map_or(&gray.rescale_type, |lut| &lut.kind);
        match (stated.as_str(), self.instance.series.modality.as_str()) {
            ("", "CT") if gray.rescale.is_some() => "HU",
            ("US" | "NONE", _) => "",
            ("BQML", _) => "Bq/ml",
            ("CNTS", _) => "counts",
            ("GML", _) => "g/ml",
            (stated, _) => stated,
        }
    }
}

//! The path through the patient, as a draft keeps it.

use serde::{Deserialize, Serialize};

use crate::dicom::{FrameKey, StudyUid};
use crate::geometry::{Curve, Patient, Point, Section};
use crate::study::Library;

use super::super::curve::DrawnPath;
use super::super::history::Change;
use super::super::state::Session;
use super::text::{DraftError, ImageName, is_near, key_of, name_of, section_of};

/// A path that the reader drew through the patient.
#[derive(Debug, Clone, PartialEq)]
pub struct UnsavedPath {
    /// The first image of what it was begun on.
    pub image: FrameKey,
    /// The plane in which it was begun.
    pub plane: Section,
    /// What it goes through, in order.
    pub points: Vec<Point<Patient>>,
    /// The shortest distance between voxels there, mm.
    pub step_mm: f64,
}

impl UnsavedPath {
    /// `None` of one without points, which is none yet.
    pub(super) fn of(path: Option<&DrawnPath>, library: &Library) -> Option<Self> {
        let path = path.filter(|path| !path.points.is_empty())?;
        let (.., set) = library.find(&path.display_set)?;
        let image = set.images.first()?.key();
        Some(Self { image, plane: path.plane, points: path.points.clone(), step_mm: path.step_mm() })
    }

    /// `None` where the images are not here.
    pub(super) fn drawn(&self, library: &Library) -> Option<DrawnPath> {
        let (set, _) = library.locate(&self.image)?;
        Some(DrawnPath::new(set, self.plane, self.step_mm).through(self.points.clone()))
    }
}

impl Session {
    /// What the reader has drawn since comes back by `undo`.
    pub(super) fn restore_path(&mut self, path: DrawnPath) {
        if let Some(since) = self.path.replace(path) {
            self.history.note(Change::Path(Some(Box::new(since))));
        }
        self.gather_curves();
    }
}

/// Places in the patient, mm.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PathLine {
    /// One of what it was begun on.
    image: ImageName,
    center: [f64; 3],
    right: [f64; 3],
    down: [f64; 3],
    points: Vec<[f64; 3]>,
    step_mm: f64,
}

impl PathLine {
    pub(super) fn of(path: &UnsavedPath) -> Self {
        Self {
            image: name_of(&path.image),
            center: path.plane.center().xyz.to_array(),
            right: path.plane.right().xyz.to_array(),
            down: path.plane.down().xyz.to_array(),
            points: path.points.iter().map(|point| point.xyz.to_array()).collect(),
            step_mm: path.step_mm,
        }
    }

    pub(super) fn path(self, study: &StudyUid) -> Result<UnsavedPath, DraftError> {
        let has_room = (1..=Curve::POINTS_MAX).contains(&self.points.len());
        if !has_room || !self.points.as_flattened().iter().all(|position| is_near(*position)) {
            return Err(DraftError::Value("points of a path"));
        }
        if !(0.001..=1000.0).contains(&self.step_mm) {
            return Err(DraftError::Value("distance along a path"));
        }
        Ok(UnsavedPath {
            image: key_of(study, self.image),
            plane: section_of(self.center, self.right, self.down)
                .ok_or(DraftError::Value("plane of a path"))?,
            points: self.points.iter().map(|point| Point::from_xyz((*point).into())).collect(),
            step_mm: self.step_mm,
        })
    }
}

//! Marks on sections of volumes: which of them a section shows, and whose values are to be counted.

use std::sync::Arc;

use crate::annotation::{Measurement, SectionGround, Shape, VolumeUnits};
use crate::dicom::FrameKey;
use crate::geometry::{Image as ImageSpace, ImagePlane, Map, Point, Section, Vector};
use crate::study::{DisplaySet, Library};
use crate::volume::Volume;

use super::marks::{Mark, MarkGround, MarkPlace};
use super::reformat::Reformat;
use super::state::Session;

/// Regions lie in a section whose normal encloses less than 1° with theirs: the cosine.
const PARALLEL_COSINE: f64 = 0.999_85;

/// Two planes are one within so many millimetres, and within the angle of this cosine.
const SAME_PLANE_MM: f64 = 1e-6;
const SAME_PLANE_COSINE: f64 = 1.0 - 1e-12;

/// A mark on a section that is shown.
#[derive(Debug, Clone, Copy)]
pub struct SectionMark<'a> {
    /// The mark.
    pub mark: &'a Mark,
    /// Its own plane.
    pub section: Section,
    /// Whether it lies in the plane of the section, within half the way to the next; else in its slab.
    pub is_in_plane: bool,
}

/// A mark whose values are to be counted, with all that takes.
#[derive(Debug, Clone, PartialEq)]
pub struct CountOrder {
    /// Where the mark is kept.
    pub place: MarkPlace,
    /// The mark.
    pub id: u32,
    shape: Shape,
    section: Reformat,
    ground: SectionGround,
}

/// A mark whose values were counted.
#[derive(Debug, Clone, PartialEq)]
pub struct CountedMark {
    /// What was asked for.
    pub order: CountOrder,
    /// What it measures; nothing where the count stopped with a panic.
    pub measurement: Option<Measurement>,
}

impl CountOrder {
    /// Counts: some seconds at most.
    pub fn count(&self) -> Measurement {
        self.ground.measure(&self.shape, true)
    }
}

impl Reformat {
    /// Whether a mark on another section is to be seen on this one: all of it lies in this plane, within half the way to the
    /// next (then `true`), or in the slab. At a right angle or obliquely it is not, even where it lies on the line of both.
    pub(super) fn shows(&self, mark: &Mark, volume: &Volume) -> Option<(Section, bool)> {
        let section = mark.section?.section;
        let normal = self.section.normal();
        if normal.dot(section.normal()).abs() < PARALLEL_COSINE {
            return None;
        }
        let patient_from_mark = section.patient_from_plane();
        let away =
            |point: Point<ImageSpace>| (patient_from_mark * point - self.section.center()).dot(normal).abs();
        let furthest_mm = mark.shape.handles().into_iter().map(away).fold(0.0, f64::max);
        let is_in_plane = furthest_mm <= self.travel(volume).step_mm / 2.0 + SAME_PLANE_MM;
        (is_in_plane || furthest_mm <= self.slab_mm / 2.0).then_some((section, is_in_plane))
    }

    /// Whether it goes through the very plane of another.
    pub(super) fn is_in_plane_of(&self, other: &Self) -> bool {
        let (section, normal) = (&other.section, self.section.normal());
        normal.dot(section.normal()).abs() >= SAME_PLANE_COSINE
            && (section.center() - self.section.center()).dot(normal).abs() <= SAME_PLANE_MM
    }
}

/// From positions of a sheet to those of marks on a section, straight through the slab.
pub fn mark_from_sheet(section: &Section, sheet: &ImagePlane) -> Option<Map<ImageSpace, ImageSpace>> {
    let map = section.patient_from_plane().inverse()? * sheet.patient_from_image();
    let flat = |vector: Vector<ImageSpace>| Vector::flat(vector.xyz.x, vector.xyz.y);
    let origin = Point::flat(map.origin().xyz.x, map.origin().xyz.y);
    Some(Map::from_axes(flat(map.x_axis()), flat(map.y_axis()), Vector::new(0.0, 0.0, 1.0), origin))
}

/// Whether every image of a display set was read, or cannot be.
fn is_read(set: &DisplaySet, library: &Library) -> bool {
    set.images.iter().all(|image| library.frame(&image.key()).is_some())
}

/// A section of a display set's volume, to measure on.
pub(super) fn section_ground(
    reformat: Reformat,
    set: &Arc<DisplaySet>,
    library: &Library,
) -> Option<MarkGround<'static>> {
    let volume = library.volume(set).ok()?;
    let is_whole = volume.slices().iter().all(Option::is_some) || is_read(set, library);
    let units = VolumeUnits::of(set.images.first()?, set);
    let slab = reformat.slab(&volume);
    let ground = Box::new(SectionGround { volume, section: reformat.section, slab, units });
    Some(MarkGround::Section { reformat, ground, is_whole })
}

impl Session {
    /// The marks on a section of a display set's volume, in the order in which they were drawn.
    pub fn marks_on_section<'a>(
        &'a self,
        reformat: &Reformat,
        volume: &Volume,
        set: &DisplaySet,
        library: &Library,
    ) -> Vec<SectionMark<'a>> {
        let mut seen: Vec<SectionMark<'a>> = self
            .marks_of_volume(set, library)
            .filter_map(|mark| {
                let (section, is_in_plane) = reformat.shows(mark, volume)?;
                Some(SectionMark { mark, section, is_in_plane })
            })
            .collect();
        seen.sort_by_key(|seen| seen.mark.id);
        seen
    }

    /// The mark that is being drawn on a section of a display set, and its own plane.
    pub fn draft_on_section(
        &self,
        reformat: &Reformat,
        set: &DisplaySet,
        library: &Library,
    ) -> Option<(Section, &Mark)> {
        let draft = self.draft.as_ref()?;
        let section = draft.section.filter(|section| section.is_in_plane_of(reformat))?;
        let is_its = Some(&draft.place) == self.volume_place(set, library).as_ref();
        Some((section.section, draft.mark.as_ref().filter(|_| is_its)?))
    }

    /// The marks on all sections of a display set's volume.
    pub fn marks_of_volume<'a>(
        &'a self,
        set: &DisplaySet,
        library: &Library,
    ) -> impl Iterator<Item = &'a Mark> {
        self.volume_places(set, library)
            .flat_map(|key| self.marks.on_sections().get(key).into_iter().flatten())
    }

    /// By which images of it marks on sections of a display set are kept: one, unless display sets became one.
    fn volume_places<'a>(
        &'a self,
        set: &DisplaySet,
        library: &Library,
    ) -> impl Iterator<Item = &'a FrameKey> {
        let is_its = |key: &&FrameKey| library.locate(key).is_some_and(|(id, _)| id == set.id);
        self.marks.on_sections().keys().filter(is_its)
    }

    /// Where all marks on sections are kept.
    pub(super) fn section_places(&self) -> Vec<MarkPlace> {
        self.marks.on_sections().keys().cloned().map(MarkPlace::Volume).collect()
    }

    /// Where a new mark on a section of a display set is kept.
    pub(super) fn volume_place(&self, set: &DisplaySet, library: &Library) -> Option<MarkPlace> {
        let known = self.volume_places(set, library).next().cloned();
        known.or_else(|| Some(set.images.first()?.key())).map(MarkPlace::Volume)
    }

    /// The marks whose values are to be counted, where all images of their volume have come.
    pub fn wanted_counts(&self, library: &Library) -> Vec<CountOrder> {
        let mut orders = Vec::new();
        for (key, marks) in self.marks.on_sections() {
            if !marks.iter().any(|mark| mark.is_pending) {
                continue;
            }
            let set = library.locate(key).and_then(|(id, _)| Some(library.find(&id)?.2));
            let Some(set) = set.filter(|set| is_read(set, library)) else { continue };
            for mark in marks.iter().filter(|mark| mark.is_pending) {
                let ground = mark.section.and_then(|section| section_ground(section, set, library));
                if let (Some(section), Some(MarkGround::Section { ground, .. })) = (mark.section, ground) {
                    let (place, id, shape) = (MarkPlace::Volume(key.clone()), mark.id, mark.shape);
                    orders.push(CountOrder { place, id, shape, section, ground: *ground });
                }
            }
        }
        orders
    }

    /// Takes the numbers of a mark, unless it was changed since.
    pub(super) fn take_count(&mut self, CountedMark { order, measurement }: &CountedMark) {
        let mark = self.marks.get_mut(&order.place, order.id);
        if let Some(mark) =
            mark.filter(|mark| (mark.shape, mark.section) == (order.shape, Some(order.section)))
        {
            mark.is_pending = false;
            match measurement {
                Some(measurement) => mark.measurement.clone_from(measurement),
                None => mark.measurement.lines = vec!["its values could not be counted".to_owned()],
            }
        }
    }

    /// After more files have come: what is not whole yet is counted once more when it is.
    pub(super) fn count_growing_volumes(&mut self, library: &Library) {
        self.marks.count_anew(|key| {
            let set = library.locate(key).and_then(|(id, _)| Some(library.find(&id)?.2));
            set.is_some_and(|set| !is_read(set, library))
        });
    }
}

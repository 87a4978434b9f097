//! Headers to studies: grouping, splitting and order. Rules.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::sync::Arc;

use crate::dicom::{Instance, InstanceUid, SeriesUid, StudyUid};
use crate::geometry::{ImagePlane, SAME_POSITION_MM, StackAxis};

use super::finding::Finding;
use super::model::{DisplaySet, DisplaySetId, DisplaySetKind, Image, Series, Study};
use super::regular::irregularities;

/// Groups instances into studies, newest first, with series by number.
///
/// An instance that was found twice (same SOP Instance UID in one series) counts once; when the two differ, that is a
/// finding. Damaged geometry is a finding, not an error.
pub fn assemble(instances: impl IntoIterator<Item = Arc<Instance>>) -> Vec<Study> {
    let mut by_study: BTreeMap<StudyUid, BTreeMap<SeriesUid, Found>> = BTreeMap::new();
    for instance in instances {
        by_study
            .entry(instance.study.uid.clone())
            .or_default()
            .entry(instance.series.uid.clone())
            .or_default()
            .add(instance);
    }
    let mut studies: Vec<Study> = by_study.into_values().filter_map(study_of).collect();
    let newest_first =
        |study: &Study| std::cmp::Reverse((study.attributes.date.clone(), study.attributes.time.clone()));
    studies.sort_by_key(newest_first);
    studies
}

/// What was found of one series.
#[derive(Default)]
struct Found {
    instances: BTreeMap<InstanceUid, Arc<Instance>>,
    /// Objects that share their UID with a different one, and are left out.
    conflicts: usize,
}

impl Found {
    fn add(&mut self, instance: Arc<Instance>) {
        match self.instances.entry(instance.uid.clone()) {
            Entry::Vacant(place) => {
                place.insert(instance);
            }
            Entry::Occupied(known) if !known.get().has_same_header(&instance) => self.conflicts += 1,
            Entry::Occupied(_the_same_again) => {}
        }
    }
}

fn study_of(by_series: BTreeMap<SeriesUid, Found>) -> Option<Study> {
    let first = by_series.values().next()?.instances.values().next()?.clone();
    let mut series: Vec<Series> = by_series.into_values().filter_map(series_of).collect();
    series
        .sort_by_key(|series| (series.attributes.number.unwrap_or(i64::MAX), series.attributes.uid.clone()));
    Some(Study { patient: first.patient.clone(), attributes: first.study.clone(), series })
}

fn series_of(Found { instances, conflicts }: Found) -> Option<Series> {
    let first = instances.values().next()?;
    let (study, attributes) = (first.study.uid.clone(), first.series.clone());
    let mut groups: Vec<Vec<Image>> = Vec::new();
    for instance in instances.into_values() {
        let images = images_of(&instance);
        let Some(first) = images.first() else { continue };
        let place =
            groups.iter().position(|group| group.first().is_some_and(|other| belong_together(first, other)));
        match place.and_then(|at| groups.get_mut(at)) {
            Some(group) => group.extend(images),
            None => groups.push(images),
        }
    }
    for group in &mut groups {
        sort_images(group);
    }
    groups.sort_by_key(|group| group.first().and_then(|image| image.instance.image.number));
    let parts = groups.len();
    let display_sets = groups
        .into_iter()
        .zip(0..)
        .map(|(images, index)| {
            let id = DisplaySetId { study: study.clone(), series: attributes.uid.clone(), index };
            let mut set = display_set_of(id, images, parts);
            if conflicts > 0 {
                set.findings.push(Finding::ConflictingDuplicates { count: conflicts });
            }
            Arc::new(set)
        })
        .collect();
    Some(Series { attributes, display_sets })
}

fn images_of(instance: &Arc<Instance>) -> Vec<Image> {
    let image = &instance.image;
    let plane = match (image.position, image.orientation, image.spacing) {
        (Some(position), Some(orientation), Some(spacing)) if image.frames == 1 => {
            ImagePlane::new(position, orientation, spacing).ok()
        }
        _ => None,
    };
    (0..image.frames).map(|frame| Image { instance: Arc::clone(instance), frame, plane }).collect()
}

/// Whether two images may be scrolled through as one: of one patient, the same size, frame of reference and direction,
/// both of one frame. A multi-frame object is a set of its own.
fn belong_together(a: &Image, b: &Image) -> bool {
    let (x, y) = (&a.instance.image, &b.instance.image);
    let is_same_direction = match (&a.plane, &b.plane) {
        (Some(p), Some(q)) => p.is_parallel_to(q) && p.spacing == q.spacing,
        (None, None) => true,
        _ => false,
    };
    x.frames == 1
        && y.frames == 1
        && a.instance.patient.is_same_person(&b.instance.patient)
        && (x.rows, x.columns) == (y.rows, y.columns)
        && x.frame_of_reference == y.frame_of_reference
        && is_same_direction
}

/// Along the normal where there are places, else by Instance Number. Never by Slice Location.
fn sort_images(images: &mut [Image]) {
    let normal = images.first().and_then(|image| image.plane).map(|plane| plane.normal());
    // Positions that differ by less count as one, or noise in the last digit would shuffle phases and echoes.
    let place = |plane: &ImagePlane, normal| (plane.distance_along(normal) / SAME_POSITION_MM).round();
    let number = |image: &Image| (image.instance.image.number, image.instance.uid.clone(), image.frame);
    images.sort_by(|a, b| {
        let along = match (normal, &a.plane, &b.plane) {
            (Some(normal), Some(p), Some(q)) => place(p, normal).total_cmp(&place(q, normal)),
            _ => std::cmp::Ordering::Equal,
        };
        along.then_with(|| number(a).cmp(&number(b)))
    });
}

fn display_set_of(id: DisplaySetId, images: Vec<Image>, parts: usize) -> DisplaySet {
    let planes: Vec<ImagePlane> = images.iter().filter_map(|image| image.plane).collect();
    let axis = if planes.len() == images.len() { StackAxis::of(&planes) } else { None };
    let is_one_position = axis.is_none() && planes.len() == images.len() && planes.len() > 1;
    let mut findings = axis.as_ref().map_or_else(Vec::new, |axis| irregularities(&planes, axis));
    if is_one_position {
        findings.push(Finding::DuplicatePositions { count: planes.len() - 1 });
    }
    let is_even = findings.iter().all(|finding| matches!(finding, Finding::GantryTilt { .. }));
    let first_image = images.first().map(|image| &image.instance.image);
    let kind = match (images.len(), &axis) {
        (0 | 1, _) => DisplaySetKind::Single,
        _ if first_image.is_some_and(|image| image.frames > 1) => DisplaySetKind::Cine,
        (_, Some(_)) if is_even && images.len() > 2 => DisplaySetKind::Volume,
        _ => DisplaySetKind::Stack,
    };
    let states_a_place = |image: &&Image| image.instance.image.position.is_some();
    let unplaced = images.iter().filter(|image| image.plane.is_none()).filter(states_a_place).count();
    if unplaced > 0 && kind != DisplaySetKind::Cine {
        findings.push(Finding::BadGeometry { count: unplaced });
    }
    if parts > 1 {
        findings.push(Finding::MixedOrientations { parts });
    }
    if let Some(lossy) = images.iter().find_map(|image| image.instance.image.lossy) {
        findings.push(Finding::Lossy { ratio: lossy.ratio });
    }
    let mut what: Vec<_> =
        images.iter().flat_map(|image| &image.instance.gray.not_applied).copied().collect();
    what.sort_unstable();
    what.dedup();
    if !what.is_empty() {
        findings.push(Finding::GrayNotApplied { what });
    }
    DisplaySet { id, kind, images, axis, findings }
}

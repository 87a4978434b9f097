//! The objects of a series to display sets: splitting, order, findings. Rules.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use crate::dicom::{Instance, InstanceUid};
use crate::geometry::{ImagePlane, StackAxis};

use super::catalogue::Found;
use super::completeness::{Basis, Completeness, Gap};
use super::finding::Finding;
use super::model::{DisplaySet, DisplaySetId, DisplaySetKind, Image, Series};
use super::regular::irregularities;
use super::split::{Group, are_told_apart, is_movie, places, split};
use super::suv::{SeriesTime, Suv};

/// Modalities whose images lie in space, even where they do not say where.
const SECTIONAL: [&str; 8] = ["CT", "MR", "NM", "OPT", "PT", "RTDOSE", "SEG", "SM"];

/// Sorts what was found of a series into display sets; `None` for a series without images.
///
/// Of objects that share their UID the first counts; when another differs from it, that is a finding. Damaged geometry
/// is a finding, not an error. A display set keeps the number that it had before more came.
pub(super) fn assemble(found: &Found) -> Option<Series> {
    let (mut instances, mut conflicts) = (Vec::new(), 0);
    for copies in found.instances.values() {
        let [first, others @ ..] = copies.as_slice() else { continue };
        conflicts += others.iter().filter(|other| !first.has_same_header(other)).count();
        instances.push(Arc::clone(first));
    }
    instances.sort_by_key(|instance| instance.image.number);
    let attributes = instances.first()?.series.clone();
    let declared = instances.iter().filter_map(|instance| instance.series.declared_images).max();
    // Of exposures and clips some are deleted at the machine as a matter of course.
    let are_counted = SECTIONAL.contains(&attributes.modality.as_str());
    let numbers = instances.iter().filter(|_| are_counted).map(|instance| instance.image.number);
    let completeness = Completeness::of_series(
        u32::try_from(instances.len()).unwrap_or(u32::MAX),
        declared.max(found.listed),
        numbers.collect(),
    );
    let time = SeriesTime::of(instances.iter().map(Arc::as_ref));
    let groups = split(instances.iter().flat_map(|instance| images_of(instance, &time)).collect());
    let indices = indices(&groups, found.series.as_deref());
    let mut of_series = Vec::new();
    if conflicts > 0 {
        of_series.push(Finding::ConflictingDuplicates { count: conflicts });
    }
    if found.is_cut_short {
        of_series.push(Finding::ReadingCancelled);
    }
    let (study, series) = (&instances.first()?.study.uid, &attributes.uid);
    let set_of = |(group, index)| {
        let id = DisplaySetId { study: study.clone(), series: series.clone(), index };
        Arc::new(display_set_of(id, group, &of_series, completeness))
    };
    let display_sets = groups.into_iter().zip(indices).map(set_of).collect();
    Some(Series::new(attributes, display_sets, completeness))
}

/// Frames of which the pixels are here.
fn images_of(instance: &Arc<Instance>, series: &SeriesTime<'_>) -> impl Iterator<Item = Image> {
    let suv = Suv::of(instance, series);
    (0..instance.image.frames_present).map(move |frame| {
        let at = instance.frame(frame);
        let plane = match (at.position, at.orientation, at.spacing) {
            (Some(position), Some(orientation), Some(spacing)) => {
                ImagePlane::new(position, orientation, spacing).ok()
            }
            _ => None,
        };
        Image { instance: Arc::clone(instance), frame, plane, suv: suv.clone() }
    })
}

/// The number of each group: that of the set which its images were in before, else a new one.
fn indices(groups: &[Group], before: Option<&Series>) -> Vec<u32> {
    let sets_before = before.map_or(&[][..], |series| series.display_sets.as_slice());
    // A set goes where its first image goes.
    let first_of = |set: &Arc<DisplaySet>| {
        let image = set.images.first()?;
        Some(((image.instance.uid.clone(), image.frame), set.id.index))
    };
    let firsts: HashMap<(InstanceUid, u32), u32> = sets_before.iter().filter_map(first_of).collect();
    let mut next = sets_before.iter().map(|set| set.id.index + 1).max().unwrap_or(0);
    let index_of = |group: &Group| {
        let known = |image: &Image| firsts.get(&(image.instance.uid.clone(), image.frame)).copied();
        group.images.iter().filter_map(known).min().unwrap_or_else(|| {
            next += 1;
            next - 1
        })
    };
    groups.iter().map(index_of).collect()
}

/// Along the normal where there are places, else by Instance Number; never by Slice Location. Images of one place in
/// the order of time.
fn sorted(images: Vec<Image>) -> Vec<Image> {
    let of_each = places(&images).unwrap_or_else(|| vec![0; images.len()]);
    let mut placed: Vec<(usize, Image)> = of_each.into_iter().zip(images).collect();
    let phase = |image: &Image| image.attributes().acquisition.temporal_position;
    let time_ms = |image: &Image| image.attributes().acquisition.trigger_time_ms.unwrap_or_default();
    placed.sort_by(|(place, a), (other, b)| {
        let by_phase = || phase(a).cmp(&phase(b));
        let by_time = || time_ms(a).total_cmp(&time_ms(b));
        let object = |image: &Image| (image.instance.image.number, image.instance.uid.clone(), image.frame);
        place.cmp(other).then_with(by_phase).then_with(by_time).then_with(|| object(a).cmp(&object(b)))
    });
    placed.into_iter().map(|(_, image)| image).collect()
}

fn display_set_of(id: DisplaySetId, group: Group, of_series: &[Finding], series: Completeness) -> DisplaySet {
    let Group { images, labels, findings: splits } = group;
    let images = sorted(images);
    let planes: Vec<ImagePlane> = images.iter().filter_map(|image| image.plane).collect();
    let is_placed = planes.len() == images.len();
    let axis = if is_placed { StackAxis::of(&planes) } else { None };
    let (mut findings, mut gaps) =
        axis.as_ref().map_or_else(Default::default, |axis| irregularities(&planes, axis));
    let is_even = findings.iter().all(|finding| matches!(finding, Finding::GantryTilt { .. }));
    let kind = match (images.as_slice(), &axis) {
        ([] | [_], _) => DisplaySetKind::Single,
        (_, Some(_)) if is_even && images.len() > 2 => DisplaySetKind::Volume,
        (images, None) if is_cine(images) => DisplaySetKind::Cine,
        _ => DisplaySetKind::Stack,
    };
    if images.iter().all(|image| image.attributes().acquisition.segment.is_some()) {
        // A segmentation leaves out the frames in which nothing is marked. PS3.3 C.8.20.2.
        findings.retain(|finding| !matches!(finding, Finding::MissingSlices { .. }));
        gaps.clear();
    }
    let is_one_place = is_placed && axis.is_none() && kind == DisplaySetKind::Stack;
    if is_one_place && !are_told_apart(&images) {
        findings.push(Finding::DuplicatePositions { count: images.len() - 1 });
    }
    let states_a_place = |image: &&Image| {
        let at = image.attributes();
        image.plane.is_none() && (at.position.is_some() || at.orientation.is_some())
    };
    let unplaced = images.iter().filter(states_a_place).count();
    if unplaced > 0 && kind != DisplaySetKind::Cine {
        findings.push(Finding::BadGeometry { count: unplaced });
    }
    let (present, stated) = frames_of(&images);
    if present < stated {
        findings.push(Finding::Truncated { present, stated });
    }
    findings.extend(splits);
    findings.extend(of_series.iter().cloned());
    findings.extend(image_findings(&images));
    let completeness = completeness(&images, &gaps, (present, stated), series);
    let label = labels.into_iter().filter(|label| !label.is_empty()).collect::<Vec<_>>().join(" · ");
    DisplaySet { id, kind, label, images, axis, findings, completeness, gaps }
}

/// Whether these are frames of one object in time: at no place, or all at one.
fn is_cine(images: &[Image]) -> bool {
    let [first, .., last] = images else { return false };
    let object = &first.instance.image;
    if is_movie(images) {
        return object.timing.is_some() || !SECTIONAL.contains(&first.instance.series.modality.as_str());
    }
    let time = |image: &Image| {
        let acquisition = &image.attributes().acquisition;
        (acquisition.temporal_position, acquisition.trigger_time_ms)
    };
    let is_one_object = images.iter().all(|image| image.instance.uid == first.instance.uid);
    is_one_object && (object.timing.is_some() || time(first) != time(last))
}

/// Frames that are here, and frames that the objects state.
fn frames_of(images: &[Image]) -> (u32, u32) {
    let objects: BTreeMap<&InstanceUid, &Instance> =
        images.iter().map(|image| (&image.instance.uid, &*image.instance)).collect();
    objects.values().fold((0, 0), |(present, stated): (u32, u32), object| {
        let image = &object.image;
        (present.saturating_add(image.frames_present), stated.saturating_add(image.frames))
    })
}

fn image_findings(images: &[Image]) -> Vec<Finding> {
    let mut findings = Vec::new();
    if images.iter().any(|image| image.instance.is_for_processing) {
        findings.push(Finding::ForProcessing);
    }
    let lossy = || images.iter().filter_map(|image| image.instance.image.lossy);
    if lossy().next().is_some() {
        let ratio = lossy().filter_map(|lossy| lossy.ratio).max_by(f64::total_cmp);
        findings.push(Finding::Lossy { ratio });
    }
    if images.iter().any(|image| image.instance.has_stand_in_uid) {
        findings.push(Finding::NoUid);
    }
    if let Some(why) = images.iter().find_map(|image| image.instance.unreadable_text.clone()) {
        findings.push(Finding::UnreadableText { why });
    }
    let mut no_suv = images.iter().filter(|image| !image.has_suv_map());
    if let Some(why) = no_suv.find_map(|image| image.suv.as_ref()?.as_ref().err()) {
        findings.push(Finding::NoSuv { why: why.clone() });
    }
    let mut refused = images.iter().flat_map(|image| &image.attributes().real_world);
    if let Some(why) = refused.find_map(|map| map.as_ref().err()) {
        findings.push(Finding::BadRealWorldMap { why: why.clone() });
    }
    let why = images.iter().find_map(|image| image.instance.icc_profile.as_ref()?.as_ref().err());
    findings.extend(why.map(|why| Finding::ProfileNotApplied { why: why.clone() }));
    let not_applied = images.iter().flat_map(|image| &image.attributes().gray.not_applied);
    let mut what: Vec<_> = not_applied.cloned().collect();
    what.sort_unstable();
    what.dedup();
    if !what.is_empty() {
        findings.push(Finding::GrayNotApplied { what });
    }
    findings
}

/// What is known of the set itself; of its series where only that is known to miss images, or more of them.
fn completeness(images: &[Image], gaps: &[Gap], frames: (u32, u32), series: Completeness) -> Completeness {
    let present = u32::try_from(images.len()).unwrap_or(u32::MAX);
    let missing = gaps.iter().fold(0_u32, |sum, gap| sum.saturating_add(gap.missing));
    let own = match frames {
        (here, stated) if here < stated => {
            Completeness { present: here, expected: Some(stated), basis: Basis::Frames }
        }
        _ if missing > 0 => {
            Completeness { present, expected: Some(present.saturating_add(missing)), basis: Basis::Geometry }
        }
        _ => Completeness { present, expected: series.expected.map(|_| present), basis: series.basis },
    };
    let is_whole_series = series.present == own.present;
    if series.is_partial() && (!own.is_partial() || is_whole_series && series.expected > own.expected) {
        series
    } else {
        own
    }
}

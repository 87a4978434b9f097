//! A series into display sets, by the rules of `assets/series/splitting.toml`. Rules.

use crate::geometry::SAME_POSITION_MM;

use super::finding::Finding;
use super::model::Image;
use super::rule::{By, RULES, SplitRule, When};

/// Images that may be scrolled through together, and how they were parted from the others.
#[derive(Debug, Default)]
pub(super) struct Group {
    /// In the order in which they came.
    pub(super) images: Vec<Image>,
    /// What distinguishes them, a part a split.
    pub(super) labels: Vec<String>,
    /// What the splits tell the reader.
    pub(super) findings: Vec<Finding>,
}

/// Splits the images of a series. They come by number; so do the groups, where their rule has no order of its own.
pub(super) fn split(images: Vec<Image>) -> Vec<Group> {
    let mut groups = vec![Group { images, ..Group::default() }];
    for rule in RULES.iter().filter(|rule| rule.when == When::Always) {
        groups = groups.into_iter().flat_map(|group| split_always(rule, group)).collect();
    }
    groups.into_iter().flat_map(split_repeats).collect()
}

fn split_always(rule: &'static SplitRule, group: Group) -> Vec<Group> {
    // The frames of a movie stay together, whatever else they say.
    if !matches!(rule.by, By::Patient | By::Object | By::Placement) && is_movie(&group.images) {
        return vec![group];
    }
    match rule.parts(&group.images, usize::MAX) {
        Some(parts) => split_into(rule, group, &parts),
        None => vec![group],
    }
}

/// Whether these are frames of one object that have no place.
pub(super) fn is_movie(images: &[Image]) -> bool {
    let [first, ..] = images else { return false };
    first.instance.image.frames > 1
        && images.iter().all(|image| image.plane.is_none() && image.instance.uid == first.instance.uid)
}

/// Splits images that lie at the same places, until no rule leaves fewer of them there.
fn split_repeats(group: Group) -> Vec<Group> {
    let Some(places) = places(&group.images) else { return vec![group] };
    let positions = places.iter().max().map_or(0, |last| last + 1);
    let repeats = most_at_one_place(places.iter().map(|place| (0, *place)));
    // Images at one place alone are a series in time or of echoes: scrolled through, not split.
    if positions < 2 || repeats < 2 {
        return vec![group];
    }
    let half_repeat = group.images.len() * 2 >= positions * 3;
    let rules = RULES.iter().filter(|rule| match rule.when {
        When::Always => false,
        When::PositionsRepeat => true,
        When::StackRepeats => half_repeat,
    });
    for rule in rules {
        let Some(parts) = rule.parts(&group.images, repeats) else { continue };
        if most_at_one_place(parts.iter().copied().zip(places.iter().copied())) < repeats {
            return split_into(rule, group, &parts).into_iter().flat_map(split_repeats).collect();
        }
    }
    vec![group]
}

/// Whether a rule tells all these images apart.
pub(super) fn are_told_apart(images: &[Image]) -> bool {
    let is_unique = |mut parts: Vec<usize>| {
        parts.sort_unstable();
        parts.dedup();
        parts.len() == images.len()
    };
    let mut rules = RULES.iter().filter(|rule| rule.when != When::Always);
    rules.any(|rule| rule.parts(images, images.len()).is_some_and(is_unique))
}

/// The position of each image along the normal, counted from 0; `None` when an image has no place.
pub(super) fn places(images: &[Image]) -> Option<Vec<usize>> {
    let normal = images.first()?.plane?.normal();
    let along = |image: &Image| image.plane.map(|plane| plane.distance_along(normal));
    let mut by_place: Vec<(f64, usize)> =
        images.iter().enumerate().map(|(at, image)| Some((along(image)?, at))).collect::<Option<_>>()?;
    by_place.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut places = vec![0; images.len()];
    let mut place = 0;
    let mut before_mm = by_place.first()?.0;
    for (along_mm, at) in by_place {
        place += usize::from(along_mm - before_mm >= SAME_POSITION_MM);
        before_mm = along_mm;
        if let Some(of_image) = places.get_mut(at) {
            *of_image = place;
        }
    }
    Some(places)
}

/// The largest number of images of one part at one place.
fn most_at_one_place(places: impl Iterator<Item = (usize, usize)>) -> usize {
    let mut places: Vec<_> = places.collect();
    places.sort_unstable();
    places.chunk_by(|a, b| a == b).map(<[_]>::len).max().unwrap_or(0)
}

fn split_into(rule: &'static SplitRule, group: Group, parts: &[usize]) -> Vec<Group> {
    let count = parts.iter().max().map_or(0, |last| last + 1);
    if count < 2 {
        return vec![group];
    }
    let Group { images, labels, findings } = group;
    let mut split: Vec<Vec<Image>> = (0..count).map(|_| Vec::new()).collect();
    for (image, part) in images.into_iter().zip(parts) {
        if let Some(images) = split.get_mut(*part) {
            images.push(image);
        }
    }
    let firsts: Vec<&Image> = split.iter().filter_map(|images| images.first()).collect();
    let names = rule.labels(&firsts);
    let told = rule.finding.is_some().then_some(Finding::Split { by: rule, parts: count });
    let group_of = |(images, name)| Group {
        images,
        labels: labels.iter().cloned().chain([name]).collect(),
        findings: findings.iter().cloned().chain(told.clone()).collect(),
    };
    split.into_iter().zip(names).map(group_of).collect()
}

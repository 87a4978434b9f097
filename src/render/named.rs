//! Images as presentation states and key objects name them. PS3.3 C.11.11, C.17.2.

use std::collections::BTreeMap;

use crate::dicom::{InstanceUid, SeriesUid};
use crate::presentation::{ReferencedImage, ReferencedSeries, SoftcopyVoi, StateVoi, Subset};
use crate::study::Image;

/// Images by their UIDs; of an object of several frames those that are here, unless they are all.
pub(super) fn named<'a>(images: impl Iterator<Item = &'a Image>) -> BTreeMap<InstanceUid, ReferencedImage> {
    let mut named: BTreeMap<InstanceUid, ReferencedImage> = BTreeMap::new();
    let mut frames: BTreeMap<InstanceUid, u32> = BTreeMap::new();
    for image in images {
        let header = &image.instance;
        let of_image = named.entry(header.uid.clone()).or_insert_with(|| ReferencedImage {
            sop_class: header.sop_class.clone(),
            frames: Some(Vec::new()),
        });
        of_image.frames.get_or_insert_default().push(image.frame);
        frames.insert(header.uid.clone(), header.image.frames);
    }
    for (uid, image) in &mut named {
        let count = image.frames.as_ref().map_or(0, Vec::len);
        if frames.get(uid).is_some_and(|all| *all as usize == count) {
            image.frames = None;
        } else if let Some(frames) = &mut image.frames {
            frames.sort_unstable();
        }
    }
    named
}

/// Images by their series.
pub fn by_series(images: &[&Image]) -> Vec<ReferencedSeries> {
    let mut of_series: BTreeMap<&SeriesUid, Vec<&Image>> = BTreeMap::new();
    for image in images {
        of_series.entry(&image.instance.series.uid).or_default().push(image);
    }
    let series = |(series, images): (&SeriesUid, Vec<&Image>)| ReferencedSeries {
        series: series.clone(),
        images: named(images.into_iter()),
    };
    of_series.into_iter().map(series).collect()
}

/// One item for all images where they have the same, else one for all that do.
pub(super) fn by_images<'a>(images: impl Iterator<Item = (&'a Image, StateVoi)>) -> Vec<SoftcopyVoi> {
    let mut kinds: Vec<(StateVoi, Vec<&Image>)> = Vec::new();
    for (image, voi) in images {
        match kinds.iter_mut().rev().find(|(known, _)| *known == voi) {
            Some((_, alike)) => alike.push(image),
            None => kinds.push((voi, vec![image])),
        }
    }
    if let [(voi, _)] = kinds.as_slice() {
        return vec![SoftcopyVoi { images: Subset(None), voi: voi.clone() }];
    }
    let item = |(voi, alike): (StateVoi, Vec<&Image>)| SoftcopyVoi {
        images: Subset(Some(named(alike.into_iter()))),
        voi,
    };
    kinds.into_iter().map(item).collect()
}

//! From a file to a presentation state. What contradicts itself is named and left out; nothing else is lost. PS3.3 A.33.

mod area;
mod blending;
mod color;
mod compound;
mod graphic;
mod gray;
mod style;

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use dicom_dictionary_std::{tags, uids};

use super::passport::DisplayPassport;
use super::state::{
    OverlayActivation, PresentationState, ReferencedImage, ReferencedSeries, StateKind, StateShutter, Subset,
};
use crate::dicom::{
    Attributes, Creation, DataSet, InstanceUid, ReadError, SeriesUid, Shutter, Source, StudyUid,
    overlay_activations, state_planes,
};
use crate::geometry::Turn;
use crate::units::Phi;

/// So many things that are not applied are named one by one.
const REFUSED_MAX: usize = 32;

impl PresentationState {
    /// Reads the state in a file; nothing where the object is none of the four kinds.
    pub fn read(source: &Source) -> Result<Option<Self>, ReadError> {
        let data_set = DataSet::read(source)?;
        let Some(kind) = kind_of(&data_set.sop_class) else { return Ok(None) };
        let at = &data_set.attributes();
        let missing = |name| ReadError::Missing { name };
        let uid = |tag, name| at.text(tag).ok_or_else(|| missing(name));
        let mut refused = Vec::new();
        let parts = blending::Parts::find(at, kind, &mut refused);
        // A blending state says of two sets of images what others say of theirs.
        let images = &parts.underlying.unwrap_or(*at);
        let study = parts.study().map_or_else(
            || Ok(StudyUid::new(&uid(tags::STUDY_INSTANCE_UID, "Study Instance UID (0020,000D)")?)),
            Ok::<_, ReadError>,
        )?;
        let state = Self {
            source: source.clone(),
            uid: InstanceUid::new(
                Some(data_set.instance.as_str())
                    .filter(|uid| !uid.is_empty())
                    .ok_or_else(|| missing("SOP Instance UID (0008,0018)"))?,
            ),
            study,
            series: SeriesUid::new(&uid(tags::SERIES_INSTANCE_UID, "Series Instance UID (0020,000E)")?),
            kind,
            label: at.text(tags::CONTENT_LABEL).unwrap_or_default(),
            description: at.text(tags::CONTENT_DESCRIPTION).unwrap_or_default(),
            creator: Phi::new(at.text(tags::CONTENT_CREATOR_NAME).unwrap_or_default()),
            created: Creation::read(at, tags::PRESENTATION_CREATION_DATE, tags::PRESENTATION_CREATION_TIME),
            passport: DisplayPassport::read(at),
            references: read_references(images, &mut refused),
            modality: gray::read_modality(images, &mut refused),
            mask: gray::read_mask(at, &mut refused),
            voi: gray::read_voi(images, &mut refused),
            presentation: gray::read_presentation(at, kind, &mut refused),
            colors: color::read_colors(at, kind, &mut refused),
            blending: parts.blending(at, &mut refused),
            shutter: read_shutter(at, &mut refused),
            overlays: read_overlays(at, &mut refused),
            activations: read_activations(at),
            turn: read_turn(at, &mut refused),
            areas: area::read_areas(at, read_turn(at, &mut Vec::new()), &mut refused),
            layers: graphic::read_layers(at, &mut refused),
            annotations: graphic::read_annotations(at, read_turn(at, &mut Vec::new()), &mut refused),
            not_applied: Vec::new(),
        };
        graphic::check_layers(&state, &mut refused);
        check_once(state.voi.iter().map(|item| &item.images), "VOI LUT", &mut refused);
        check_once(state.areas.iter().map(|area| &area.images), "displayed area", &mut refused);
        graphic::check_references(&state, &mut refused);
        refused.sort_unstable();
        refused.dedup();
        if refused.len() > REFUSED_MAX {
            let rest = refused.len() - REFUSED_MAX;
            refused.truncate(REFUSED_MAX);
            refused.push(format!("and {rest} more"));
        }
        Ok(Some(Self { not_applied: refused, ..state }))
    }
}

fn kind_of(sop_class: &str) -> Option<StateKind> {
    Some(match sop_class {
        uids::GRAYSCALE_SOFTCOPY_PRESENTATION_STATE_STORAGE => StateKind::Grayscale,
        uids::COLOR_SOFTCOPY_PRESENTATION_STATE_STORAGE => StateKind::Color,
        uids::PSEUDO_COLOR_SOFTCOPY_PRESENTATION_STATE_STORAGE => StateKind::PseudoColor,
        uids::BLENDING_SOFTCOPY_PRESENTATION_STATE_STORAGE => StateKind::Blending,
        _ => return None,
    })
}

/// The images that the state is for.
fn read_references(at: &Attributes<'_>, refused: &mut Vec<String>) -> Vec<ReferencedSeries> {
    let references = of_series(at, refused);
    if references.is_empty() {
        refused.push("references: it names no image".to_owned());
    }
    references
}

fn of_series(at: &Attributes<'_>, refused: &mut Vec<String>) -> Vec<ReferencedSeries> {
    let series = at.items(tags::REFERENCED_SERIES_SEQUENCE).filter_map(|item| {
        let Some(series) = item.text(tags::SERIES_INSTANCE_UID) else {
            refused.push("references: a series without Series Instance UID (0020,000E)".to_owned());
            return None;
        };
        let (series, images) = (SeriesUid::new(&series), read_images(&item, refused));
        (!images.is_empty()).then_some(ReferencedSeries { series, images })
    });
    series.collect()
}

/// What is not named rightly is not meant: never all frames, and never all images.
fn read_images(at: &Attributes<'_>, refused: &mut Vec<String>) -> BTreeMap<InstanceUid, ReferencedImage> {
    let mut images: BTreeMap<InstanceUid, ReferencedImage> = BTreeMap::new();
    for item in at.items(tags::REFERENCED_IMAGE_SEQUENCE) {
        let Some(uid) = item.text(tags::REFERENCED_SOP_INSTANCE_UID) else {
            let name = "Referenced SOP Instance UID (0008,1155)";
            refused.push(format!("references: an image without {name}"));
            continue;
        };
        let sop_class = item.text(tags::REFERENCED_SOP_CLASS_UID).unwrap_or_default();
        let frames = read_frames(&item, refused);
        match images.entry(InstanceUid::new(&uid)) {
            Entry::Vacant(place) => drop(place.insert(ReferencedImage { sop_class, frames })),
            Entry::Occupied(place) => place.into_mut().add(frames),
        }
    }
    images
}

/// Frames from 0; `None` for all of them.
fn read_frames(item: &Attributes<'_>, refused: &mut Vec<String>) -> Option<Vec<u32>> {
    if !item.has(tags::REFERENCED_FRAME_NUMBER) {
        return None;
    }
    let mut frames = item.decimals(tags::REFERENCED_FRAME_NUMBER).unwrap_or_default();
    let stated = frames.len();
    frames.retain(|frame| *frame >= 1.0);
    if frames.is_empty() || frames.len() < stated {
        refused.push("references: Referenced Frame Number (0008,1160) is no frame".to_owned());
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "saturates")]
    let from_zero = frames.into_iter().map(|frame| frame as u32 - 1);
    Some(from_zero.collect())
}

/// The images of an item: those that it names, or all of the state's.
fn read_subset(at: &Attributes<'_>, refused: &mut Vec<String>) -> Subset {
    let images = read_images(at, refused);
    Subset(at.has(tags::REFERENCED_IMAGE_SEQUENCE).then_some(images))
}

/// Names items of which two are for one frame. The first counts.
fn check_once<'a>(subsets: impl Iterator<Item = &'a Subset>, what: &str, refused: &mut Vec<String>) {
    let mut seen: BTreeMap<&InstanceUid, Vec<&ReferencedImage>> = BTreeMap::new();
    let (mut items, mut is_for_all, mut is_twice) = (0, false, false);
    for Subset(images) in subsets {
        items += 1;
        is_for_all |= images.is_none();
        for (uid, image) in images.iter().flatten() {
            let known = seen.entry(uid).or_default();
            is_twice |= known.iter().any(|known| known.meets(image));
            known.push(image);
        }
    }
    if is_twice || (is_for_all && items > 1) {
        refused.push(format!("{what}: two items for one image"));
    }
}

/// Bits of an overlay plane, or shapes; never both. PS3.3 C.7.6.15.
fn read_shutter(at: &Attributes<'_>, refused: &mut Vec<String>) -> StateShutter {
    let shapes = at.texts(tags::SHUTTER_SHAPE);
    if !shapes.iter().any(|shape| shape == "BITMAP") {
        let (shutter, why) = Shutter::read(at);
        refused.extend(why);
        return shutter.map_or(StateShutter::None, |shutter| StateShutter::Shapes(shutter.into()));
    }
    if shapes.len() > 1 {
        refused.push("shutter: shapes beside a bitmap".to_owned());
    }
    let group = at.integer(tags::SHUTTER_OVERLAY_GROUP).and_then(|group| u16::try_from(group).ok());
    let Some(group) = group else {
        refused.push("shutter: Shutter Overlay Group (0018,1623) is missing".to_owned());
        return StateShutter::None;
    };
    StateShutter::Bitmap { group, presentation: Shutter::presentation(at) }
}

fn read_overlays(
    at: &Attributes<'_>,
    refused: &mut Vec<String>,
) -> std::sync::Arc<[crate::dicom::OverlayPlane]> {
    let (planes, why) = state_planes(at);
    refused.extend(why);
    planes.into()
}

fn read_activations(at: &Attributes<'_>) -> Vec<OverlayActivation> {
    let activation = |(group, layer)| OverlayActivation { group, layer };
    overlay_activations(at).into_iter().map(activation).collect()
}

/// Image Rotation, then Image Horizontal Flip. PS3.3 C.10.6.
fn read_turn(at: &Attributes<'_>, refused: &mut Vec<String>) -> Turn {
    let quarters = match at.integer(tags::IMAGE_ROTATION) {
        None | Some(0) => 0,
        Some(90) => 1,
        Some(180) => 2,
        Some(270) => 3,
        Some(other) => {
            refused.push(format!("rotation: Image Rotation (0070,0042) is {other}"));
            0
        }
    };
    Turn::new(quarters, at.text(tags::IMAGE_HORIZONTAL_FLIP).as_deref() == Some("Y"))
}

//! The two sets of images that a blending state blends. PS3.3 C.11.14; rule S-11.

use std::sync::Arc;

use dicom_dictionary_std::tags;

use super::super::state::{Blending, StateKind};
use super::{color, gray, of_series};
use crate::dicom::{Attributes, InstanceUid, StudyUid};
use crate::units::Opacity;

/// The two items of Blending Sequence by their Blending Position.
#[derive(Clone, Copy)]
pub(super) struct Parts<'a> {
    /// The images that the state is for.
    pub(super) underlying: Option<Attributes<'a>>,
    /// Those that lie over them in colours.
    superimposed: Option<Attributes<'a>>,
}

impl<'a> Parts<'a> {
    /// Of a state that is none of blending there are none.
    pub(super) fn find(at: &Attributes<'a>, kind: StateKind, refused: &mut Vec<String>) -> Self {
        let mut parts = Self { underlying: None, superimposed: None };
        if kind != StateKind::Blending {
            return parts;
        }
        for item in at.items(tags::BLENDING_SEQUENCE) {
            let place = match item.text(tags::BLENDING_POSITION).as_deref() {
                Some("UNDERLYING") => &mut parts.underlying,
                Some("SUPERIMPOSED") => &mut parts.superimposed,
                other => {
                    let position = other.unwrap_or_default();
                    refused.push(format!("blending: Blending Position (0070,0405) is {position:?}"));
                    continue;
                }
            };
            if place.is_some() {
                refused.push("blending: more than two sets of images".to_owned());
            } else {
                *place = Some(item);
            }
        }
        for (part, name) in [(parts.underlying, "underlying"), (parts.superimposed, "superimposed")] {
            if part.is_none() {
                refused.push(format!("blending: no {name} images are named"));
            }
        }
        parts
    }

    /// The study of the underlying images, which need not be the state's.
    pub(super) fn study(self) -> Option<StudyUid> {
        study_of(&self.underlying?)
    }

    /// What is laid over the underlying images; nothing where not all of it can be said.
    pub(super) fn blending(self, at: &Attributes<'_>, refused: &mut Vec<String>) -> Option<Arc<Blending>> {
        let item = self.superimposed?;
        let palette = color::read_palette(at, refused);
        let stated = at.decimal(tags::RELATIVE_OPACITY);
        let opacity = stated.and_then(Opacity::new);
        if opacity.is_none() {
            let stated = stated.map_or_else(|| "missing".to_owned(), |stated| stated.to_string());
            refused.push(format!("blending: Relative Opacity (0070,0403) is {stated}"));
        }
        let study = study_of(&item);
        if study.is_none() {
            refused.push("blending: Study Instance UID of the superimposed images is missing".to_owned());
        }
        let images = of_series(&item, refused);
        let registrations = at.items(tags::REFERENCED_SPATIAL_REGISTRATION_SEQUENCE);
        let uid = |item: Attributes<'_>| item.text(tags::REFERENCED_SOP_INSTANCE_UID);
        Some(Arc::new(Blending {
            study: study?,
            images,
            modality: gray::read_modality(&item, refused),
            voi: gray::read_voi(&item, refused),
            palette: palette?,
            opacity: opacity?,
            registrations: registrations.filter_map(uid).map(|uid| InstanceUid::new(&uid)).collect(),
        }))
    }
}

fn study_of(item: &Attributes<'_>) -> Option<StudyUid> {
    item.text(tags::STUDY_INSTANCE_UID).map(|uid| StudyUid::new(&uid))
}

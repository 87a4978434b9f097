//! Where the images of one display set lie among those of another: by their frame of reference, or by a registration.

use std::sync::Arc;

use crate::dicom::InstanceUid;
use crate::geometry::{Map, Patient};

use super::library::Library;
use super::model::{DisplaySet, Image};
use super::registration::Registration;

/// Where the points of one display set lie in another.
#[derive(Debug, Clone, PartialEq)]
pub struct Alignment {
    /// From the points of the one that is looked at to those of the one laid over it.
    pub layer_from_base: Map<Patient, Patient>,
    /// The registration that says so; none where both have one frame of reference.
    pub registration: Option<Arc<Registration>>,
    /// Why another that counts before it is not applied, in words.
    pub passed_over: Option<String>,
}

impl Alignment {
    /// Known without a registration.
    pub const fn of_map(layer_from_base: Map<Patient, Patient>) -> Self {
        Self { layer_from_base, registration: None, passed_over: None }
    }

    /// Which registration says so, and which does not though it counts before that; nothing where none is needed.
    pub fn words(&self) -> Option<String> {
        let label = &self.registration.as_ref()?.label;
        let which = match label.as_str() {
            "" => "A spatial registration".to_owned(),
            label => format!("The spatial registration {label}"),
        };
        let passed_over = self.passed_over.as_ref();
        let other = passed_over.map(|why| format!(" Another that counts before it is left out: {why}."));
        Some(format!("{which} says where it lies.{}", other.unwrap_or_default()))
    }
}

/// Why it is not known where one display set lies in another, for a reader.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotAligned {
    /// They show two people.
    #[error("it is of another patient")]
    OtherPatient,
    /// One of them does not say.
    #[error("the images do not say in which frame of reference they lie")]
    NoFrame,
    /// Two frames of reference.
    #[error("it lies in another frame of reference, and no registration relates the two")]
    NotRegistered,
    /// A registration relates them, and cannot be applied.
    #[error(
        "it lies in another frame of reference, and the registration that relates the two is not applied: {why}"
    )]
    NotApplied {
        /// Why.
        why: String,
    },
}

impl Library {
    /// Spatial registrations, the newest first.
    pub fn registrations(&self) -> &[Arc<Registration>] {
        self.all_studies().registrations()
    }

    /// Where the points of one display set lie in another, by frame of reference or registration, as a fused series lies over it:
    /// by this all goes that links two views.
    pub fn between(&self, from: &DisplaySet, to: &DisplaySet) -> Option<Map<Patient, Patient>> {
        self.alignment(from, to, &[]).ok().map(|alignment| alignment.layer_from_base)
    }

    /// Where the points of `base` lie in `layer`: the same where both have one frame of reference, else as the newest
    /// registration of the patient says that can be applied; of those that are named, where any are.
    pub fn alignment(
        &self,
        base: &DisplaySet,
        layer: &DisplaySet,
        named: &[InstanceUid],
    ) -> Result<Alignment, NotAligned> {
        let (Some(base), Some(layer)) = (base.images.first(), layer.images.first()) else {
            return Err(NotAligned::NoFrame);
        };
        let patient = &base.instance.patient;
        if !patient.is_same_person(&layer.instance.patient) {
            return Err(NotAligned::OtherPatient);
        }
        let frame = |image: &Image| image.instance.image.frame_of_reference.clone();
        let (Some(from), Some(to)) = (frame(base), frame(layer)) else { return Err(NotAligned::NoFrame) };
        if from == to {
            return Ok(Alignment::of_map(Map::IDENTITY));
        }
        let mut passed_over = None;
        let is_named = |of: &&Arc<Registration>| named.is_empty() || named.contains(&of.uid);
        for registration in self.registrations().iter().filter(is_named) {
            // Most speak of other frames, which is sooner seen than whom they are about.
            let Some(map) = registration.map(&from, &to) else { continue };
            if !registration.patient.is_same_person(patient) {
                continue;
            }
            match map {
                Ok(layer_from_base) => {
                    let registration = Some(Arc::clone(registration));
                    return Ok(Alignment { layer_from_base, registration, passed_over });
                }
                Err(why) => passed_over = passed_over.or(Some(why)),
            }
        }
        Err(passed_over.map_or(NotAligned::NotRegistered, |why| NotAligned::NotApplied { why }))
    }
}

//! What protocols can ask of studies and display sets: plain data, from what is loaded.

use crate::dicom::{Hints, PatientAttributes, StudyUid, TechniqueItem, view_modifiers_in};
use crate::geometry::plane_name;
use crate::study::{DisplaySet, DisplaySetId, DisplaySetKind, Series, Study};

use super::classes::classes;
use super::protocol::Plane;

/// A study, as protocols see it.
#[derive(Debug, Clone, PartialEq)]
pub struct StudyFacts {
    /// Study Instance UID.
    pub uid: StudyUid,
    /// Whom it shows: what hangs together is of one patient.
    pub patient: PatientAttributes,
    /// Study Date, `YYYYMMDD`, or empty.
    pub date: String,
    /// Study Description.
    pub description: String,
    /// Codes of its procedure: `VALUE^SCHEME`.
    pub procedures: Vec<String>,
    /// Why it was made, as far as any of its images says; attributes and regions are those of its first image.
    pub hints: Hints,
    /// What can hang of it.
    pub sets: Vec<SetFacts>,
    /// What is known of it as long as its images are not here; none where they are.
    pub coming: Option<Coming>,
}

/// A study that is known, and whose images are not here yet: its place is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Coming {
    /// Where it is: words for the place that is kept.
    pub why: String,
    /// Its modalities.
    pub modalities: Vec<String>,
    /// The parts of the body that it shows, as far as that is known.
    pub body_parts: Vec<String>,
    /// `R`, `L`, `B`, or empty.
    pub laterality: String,
}

/// A display set, as protocols see it.
#[derive(Debug, Clone, PartialEq)]
pub struct SetFacts {
    /// Which it is.
    pub id: DisplaySetId,
    /// Series Number.
    pub number: Option<i64>,
    /// Series Description, and what tells the set apart in its series.
    pub description: String,
    /// Modality.
    pub modality: String,
    /// Kind.
    pub kind: DisplaySetKind,
    /// How many images.
    pub images: usize,
    /// The nearest main plane, where its images have places.
    pub plane: Option<Plane>,
    /// Slice Thickness, mm.
    pub slice_mm: Option<f64>,
    /// The class of its kernel, of `assets/series/classes.toml`.
    pub kernel: Option<&'static str>,
    /// The class of its MR weighting.
    pub weighting: Option<&'static str>,
    /// Echo Number.
    pub echo: Option<f64>,
    /// Diffusion b-value, s/mm².
    pub b_value: Option<f64>,
    /// Whether a contrast agent is named.
    pub has_contrast: bool,
    /// View of a projection: `CC`, `PA`; or empty.
    pub view: String,
    /// What modifies the view, by names: `spot_compression`; nothing of a plain one.
    pub modifiers: Vec<&'static str>,
    /// `R`, `L`, `B`, or empty.
    pub laterality: String,
    /// Body Part Examined, or empty.
    pub body_part: String,
    /// Image Type.
    pub image_type: Vec<String>,
    /// What its middle image says besides.
    pub hints: Hints,
}

impl SetFacts {
    /// Of a display set.
    pub fn of(series: &Series, set: &DisplaySet) -> Self {
        let middle = set.images.get(set.images.len() / 2);
        let technique = |item: TechniqueItem| {
            let text = middle.and_then(|image| image.instance.technique(image.frame, item));
            text.unwrap_or_default()
        };
        let frame = middle.map(crate::study::Image::attributes);
        let description = [series.attributes.description.as_str(), set.label.as_str()];
        let description =
            description.into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join(" ");
        let said = format!("{description} {}", technique(TechniqueItem::Protocol));
        let modality = series.attributes.modality.clone();
        let agent = technique(TechniqueItem::ContrastAgent).to_uppercase();
        let normal = middle.and_then(|image| image.plane).map(|plane| plane_name(plane.normal()));
        #[expect(clippy::cast_precision_loss, reason = "an echo's number is small")]
        let echo = frame.and_then(|frame| frame.acquisition.echo_number).map(|number| number as f64);
        Self {
            id: set.id.clone(),
            number: series.attributes.number,
            kind: set.kind,
            images: set.images.len(),
            plane: normal
                .and_then(|name| Plane::NAMES.iter().find(|(plane, _)| name.ends_with(plane)))
                .map(|(_, plane)| *plane),
            slice_mm: frame.and_then(|frame| frame.thickness_mm),
            kernel: classes().kernel(&technique(TechniqueItem::Kernel)),
            weighting: (modality == "MR").then(|| classes().weighting(&said)).flatten(),
            echo,
            b_value: frame.and_then(|frame| frame.acquisition.b_value),
            has_contrast: !agent.is_empty() && !agent.starts_with("NO"),
            view: technique(TechniqueItem::ViewPosition).to_uppercase(),
            modifiers: view_modifiers_in(&technique(TechniqueItem::ViewModifier)),
            laterality: technique(TechniqueItem::Laterality),
            body_part: technique(TechniqueItem::BodyPart).to_uppercase(),
            image_type: frame.map(|frame| frame.image_type.clone()).unwrap_or_default(),
            hints: middle.map(|image| image.instance.hints()).unwrap_or_default(),
            description,
            modality,
        }
    }

    /// Whether it only shows where others lie.
    pub fn is_localizer(&self) -> bool {
        self.image_type.iter().any(|kind| kind == "LOCALIZER")
    }
}

impl StudyFacts {
    /// Of a study.
    pub fn of(study: &Study) -> Self {
        let sets = study.series.iter().flat_map(|series| {
            let hung = series.display_sets.iter().filter(|set| !set.is_for_processing());
            hung.map(|set| SetFacts::of(series, set))
        });
        Self {
            uid: study.attributes.uid.clone(),
            patient: study.patient.clone(),
            date: study.attributes.date.clone(),
            description: study.attributes.description.clone(),
            procedures: study.attributes.procedures.clone(),
            hints: hints_of(study),
            sets: sets.collect(),
            coming: None,
        }
    }

    /// Its modalities, each once.
    pub fn modalities(&self) -> Vec<&str> {
        let coming = self.coming.iter().flat_map(|coming| &coming.modalities);
        each_once(self.sets.iter().map(|set| &set.modality).chain(coming))
    }

    /// The parts of the body that it shows, each once: words, and codes as `VALUE^SCHEME`.
    pub fn body_parts(&self) -> Vec<&str> {
        let coming = self.coming.iter().flat_map(|coming| &coming.body_parts);
        let codes = self.sets.iter().flat_map(|set| &set.hints.region_codes);
        each_once(self.sets.iter().map(|set| &set.body_part).chain(codes).chain(coming))
    }

    /// The sides that it shows, each once.
    pub fn lateralities(&self) -> Vec<&str> {
        let coming = self.coming.iter().map(|coming| &coming.laterality);
        each_once(self.sets.iter().map(|set| &set.laterality).chain(coming))
    }

    /// Those of others that can hang as its priors: earlier ones of the same patient, in their order.
    pub(super) fn earlier<'a>(&self, others: &'a [Self]) -> Vec<&'a Self> {
        others.iter().filter(|other| other.is_same_patient(self) && other.date < self.date).collect()
    }

    /// Whether both are of one patient; nobody is not a patient.
    pub fn is_same_patient(&self, other: &Self) -> bool {
        !self.patient.is_nobody() && self.patient.is_same_person(&other.patient)
    }
}

/// The reasons that the first images of its display sets give, and what else the very first one says.
fn hints_of(study: &Study) -> Hints {
    let add = |known: &mut Vec<String>, more: Vec<String>| {
        for text in more {
            if !known.contains(&text) {
                known.push(text);
            }
        }
    };
    let sets = study.series.iter().flat_map(|series| &series.display_sets);
    let mut said = sets.filter_map(|set| Some(set.images.first()?.instance.hints()));
    let mut all = said.next().unwrap_or_default();
    for hints in said {
        add(&mut all.reasons, hints.reasons);
        add(&mut all.reason_codes, hints.reason_codes);
    }
    all
}

fn each_once<'a>(words: impl Iterator<Item = &'a String>) -> Vec<&'a str> {
    let mut once: Vec<&str> = words.map(String::as_str).filter(|word| !word.is_empty()).collect();
    once.sort_unstable();
    once.dedup();
    once
}

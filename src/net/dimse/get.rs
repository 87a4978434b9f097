//! C-GET: an archive sends what is asked for over the same association. PS3.4 C.4.3.

use std::collections::BTreeSet;
use std::io;
use std::ops::DerefMut;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use dicom_dictionary_std::{tags, uids};
use tokio::sync::Notify;

use super::association::{Association, CONTEXTS_MAX, Proposal};
use super::command::{Command, Field};
use super::find;
use super::get_parts::Part;
use super::storage::{Arrival, Keep, Retrieved, proposals, store_here};
use crate::net::{Level, NetError, Peer, Query};

/// An identifier that lists what failed is shorter.
pub(super) const FAILED_BYTES_MAX: usize = 1 << 20;

/// More series or images than a study has.
const ANSWERS_MAX: usize = 100_000;

/// Asks what a study, series or instance consists of, level by level, as an archive without relational queries wants it: the
/// series, each with how many instances there are. PS3.4 C.4.1.2.1.
pub async fn inventory(peer: &Peer, wanted: &Query) -> Result<Vec<Part>, NetError> {
    let mut association = Association::request(peer, &[find::proposal(Level::Image)]).await?;
    let outcome = take_inventory(&mut association, wanted).await;
    let parts = association.close(outcome).await?;
    if parts.is_empty() { Err(NetError::NothingThere) } else { Ok(parts) }
}

async fn take_inventory(association: &mut Association, wanted: &Query) -> Result<Vec<Part>, NetError> {
    let study = wanted.value(tags::STUDY_INSTANCE_UID).unwrap_or_default();
    let mut all_series = Vec::new();
    if let Some(series) = wanted.value(tags::SERIES_INSTANCE_UID) {
        all_series.push((series.to_owned(), None));
    } else {
        let mut series = Query::of(study, None, None);
        series.level = Level::Series;
        series.keys.push((tags::SERIES_INSTANCE_UID, String::new()));
        series.keys.push((tags::SERIES_NUMBER, String::new()));
        let found = find::ask(
            association,
            &series,
            ANSWERS_MAX,
            || false,
            |answer| {
                let at = answer.attributes();
                let number = at.integer(tags::SERIES_NUMBER);
                all_series.extend(at.text(tags::SERIES_INSTANCE_UID).map(|uid| (uid, number)));
            },
        );
        found.await?;
    }
    let mut parts = Vec::new();
    for (series, number) in all_series {
        let mut images =
            Query::of(study, Some(&series), Some(wanted.value(tags::SOP_INSTANCE_UID).unwrap_or_default()));
        images.keys.push((tags::SOP_CLASS_UID, String::new()));
        let mut part = Part { series, number, instances: Vec::new(), sop_classes: BTreeSet::new() };
        let found = find::ask(
            association,
            &images,
            ANSWERS_MAX,
            || false,
            |answer| {
                let at = answer.attributes();
                part.instances.extend(at.text(tags::SOP_INSTANCE_UID));
                part.sop_classes.extend(at.text(tags::SOP_CLASS_UID));
            },
        );
        found.await?;
        parts.extend(Some(part).filter(|part| !part.instances.is_empty()));
    }
    Ok(parts)
}

/// Fetches what a query names; each object is kept as it comes. The archive is asked first what there is: it sends only objects of
/// the SOP classes that are proposed.
pub async fn get(peer: &Peer, query: &Query, keep: &mut (impl Keep + ?Sized)) -> Result<Retrieved, NetError> {
    let parts = inventory(peer, query).await?;
    let sop_classes: BTreeSet<String> =
        parts.iter().flat_map(|part| part.sop_classes.iter().cloned()).collect();
    let mut keep = Noting::new(keep);
    let mut retrieved = get_classes(peer, query, &sop_classes, &mut keep).await?;
    retrieved.count(&keep.kept.all(), &instances(&parts));
    Ok(retrieved)
}

/// The same where it is known already of which SOP classes the objects are; none where the archive does not say.
pub async fn get_classes(
    peer: &Peer,
    query: &Query,
    sop_classes: &BTreeSet<String>,
    keep: &mut (impl Keep + ?Sized),
) -> Result<Retrieved, NetError> {
    let mut retrieved = Retrieved::default();
    let mut association = Association::request(peer, &proposed(sop_classes.iter())).await?;
    let outcome = fetch(&mut association, query, keep, &mut retrieved).await;
    association.close(outcome).await?;
    Ok(retrieved)
}

/// The SOP Instance UIDs of all parts.
pub(super) fn instances(parts: &[Part]) -> BTreeSet<String> {
    parts.iter().flat_map(|part| part.instances.iter().cloned()).collect()
}

/// What is asked for to fetch objects of these classes; of what studies consist of where an archive does not say which it holds.
pub(super) fn proposed<'a>(sop_classes: impl Iterator<Item = &'a String>) -> Vec<Proposal> {
    let distinct: BTreeSet<&String> = sop_classes.collect();
    let contexts_max = CONTEXTS_MAX - 1;
    let storage = if distinct.is_empty() {
        let mut common = proposals(&COMMON_CLASSES.map(str::to_owned), contexts_max - OTHER_CLASSES.len());
        common.extend(proposals(&OTHER_CLASSES.map(str::to_owned), OTHER_CLASSES.len()));
        common
    } else {
        proposals(&distinct.into_iter().cloned().collect::<Vec<_>>(), contexts_max)
    };
    std::iter::once(Proposal::of_queries(MODEL)).chain(storage).collect()
}

const MODEL: &str = uids::STUDY_ROOT_QUERY_RETRIEVE_INFORMATION_MODEL_GET;

/// What most studies consist of.
const COMMON_CLASSES: [&str; 12] = [
    uids::CT_IMAGE_STORAGE,
    uids::ENHANCED_CT_IMAGE_STORAGE,
    uids::MR_IMAGE_STORAGE,
    uids::ENHANCED_MR_IMAGE_STORAGE,
    uids::COMPUTED_RADIOGRAPHY_IMAGE_STORAGE,
    uids::DIGITAL_X_RAY_IMAGE_STORAGE_FOR_PRESENTATION,
    uids::DIGITAL_MAMMOGRAPHY_X_RAY_IMAGE_STORAGE_FOR_PRESENTATION,
    uids::ULTRASOUND_IMAGE_STORAGE,
    uids::ULTRASOUND_MULTI_FRAME_IMAGE_STORAGE,
    uids::POSITRON_EMISSION_TOMOGRAPHY_IMAGE_STORAGE,
    uids::SECONDARY_CAPTURE_IMAGE_STORAGE,
    uids::GRAYSCALE_SOFTCOPY_PRESENTATION_STATE_STORAGE,
];

/// What else a reader may find in a study.
const OTHER_CLASSES: [&str; 52] = [
    uids::X_RAY_ANGIOGRAPHIC_IMAGE_STORAGE,
    uids::ENHANCED_XA_IMAGE_STORAGE,
    uids::X_RAY_RADIOFLUOROSCOPIC_IMAGE_STORAGE,
    uids::ENHANCED_XRF_IMAGE_STORAGE,
    uids::X_RAY3_D_ANGIOGRAPHIC_IMAGE_STORAGE,
    uids::X_RAY3_D_CRANIOFACIAL_IMAGE_STORAGE,
    uids::BREAST_TOMOSYNTHESIS_IMAGE_STORAGE,
    uids::DIGITAL_MAMMOGRAPHY_X_RAY_IMAGE_STORAGE_FOR_PROCESSING,
    uids::DIGITAL_X_RAY_IMAGE_STORAGE_FOR_PROCESSING,
    uids::DIGITAL_INTRA_ORAL_X_RAY_IMAGE_STORAGE_FOR_PRESENTATION,
    uids::NUCLEAR_MEDICINE_IMAGE_STORAGE,
    uids::ENHANCED_PET_IMAGE_STORAGE,
    uids::LEGACY_CONVERTED_ENHANCED_CT_IMAGE_STORAGE,
    uids::LEGACY_CONVERTED_ENHANCED_MR_IMAGE_STORAGE,
    uids::LEGACY_CONVERTED_ENHANCED_PET_IMAGE_STORAGE,
    uids::ENHANCED_MR_COLOR_IMAGE_STORAGE,
    uids::MR_SPECTROSCOPY_STORAGE,
    uids::ENHANCED_US_VOLUME_STORAGE,
    uids::PARAMETRIC_MAP_STORAGE,
    uids::SEGMENTATION_STORAGE,
    uids::SURFACE_SEGMENTATION_STORAGE,
    uids::REAL_WORLD_VALUE_MAPPING_STORAGE,
    uids::SPATIAL_REGISTRATION_STORAGE,
    uids::DEFORMABLE_SPATIAL_REGISTRATION_STORAGE,
    uids::SPATIAL_FIDUCIALS_STORAGE,
    uids::RT_IMAGE_STORAGE,
    uids::RT_DOSE_STORAGE,
    uids::RT_STRUCTURE_SET_STORAGE,
    uids::RT_PLAN_STORAGE,
    uids::RT_ION_PLAN_STORAGE,
    uids::MULTI_FRAME_SINGLE_BIT_SECONDARY_CAPTURE_IMAGE_STORAGE,
    uids::MULTI_FRAME_GRAYSCALE_BYTE_SECONDARY_CAPTURE_IMAGE_STORAGE,
    uids::MULTI_FRAME_GRAYSCALE_WORD_SECONDARY_CAPTURE_IMAGE_STORAGE,
    uids::MULTI_FRAME_TRUE_COLOR_SECONDARY_CAPTURE_IMAGE_STORAGE,
    uids::VL_ENDOSCOPIC_IMAGE_STORAGE,
    uids::VL_PHOTOGRAPHIC_IMAGE_STORAGE,
    uids::OPHTHALMIC_PHOTOGRAPHY8_BIT_IMAGE_STORAGE,
    uids::OPHTHALMIC_TOMOGRAPHY_IMAGE_STORAGE,
    uids::COLOR_SOFTCOPY_PRESENTATION_STATE_STORAGE,
    uids::PSEUDO_COLOR_SOFTCOPY_PRESENTATION_STATE_STORAGE,
    uids::BLENDING_SOFTCOPY_PRESENTATION_STATE_STORAGE,
    uids::XAXRF_GRAYSCALE_SOFTCOPY_PRESENTATION_STATE_STORAGE,
    uids::KEY_OBJECT_SELECTION_DOCUMENT_STORAGE,
    uids::BASIC_TEXT_SR_STORAGE,
    uids::ENHANCED_SR_STORAGE,
    uids::COMPREHENSIVE_SR_STORAGE,
    uids::COMPREHENSIVE3_DSR_STORAGE,
    uids::MAMMOGRAPHY_CADSR_STORAGE,
    uids::X_RAY_RADIATION_DOSE_SR_STORAGE,
    uids::RADIOPHARMACEUTICAL_RADIATION_DOSE_SR_STORAGE,
    uids::ENCAPSULATED_PDF_STORAGE,
    uids::RAW_DATA_STORAGE,
];

/// The SOP Instance UIDs of what was kept; clones are the same.
#[derive(Clone, Default)]
pub(super) struct Kept(Arc<Mutex<BTreeSet<String>>>);

impl Kept {
    pub(super) fn all(&self) -> MutexGuard<'_, BTreeSet<String>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Remembers which instances were kept, and tells of the first.
pub(super) struct Noting<K> {
    keep: K,
    instance: String,
    pub(super) kept: Kept,
    pub(super) has_begun: Arc<Notify>,
}

impl<K: DerefMut<Target: Keep> + Send> Noting<K> {
    pub(super) fn new(keep: K) -> Self {
        let has_begun = Arc::new(Notify::new());
        Self { keep, instance: String::new(), kept: Kept::default(), has_begun }
    }
}

impl<K: DerefMut<Target: Keep> + Send> Keep for Noting<K> {
    fn begin(&mut self, arrival: &Arrival) -> io::Result<()> {
        self.instance.clone_from(&arrival.instance);
        self.keep.begin(arrival)
    }

    fn take(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.keep.take(bytes)
    }

    fn keep(&mut self) -> io::Result<()> {
        self.keep.keep()?;
        let mut kept = self.kept.all();
        if kept.is_empty() {
            self.has_begun.notify_one();
        }
        kept.insert(std::mem::take(&mut self.instance));
        Ok(())
    }

    fn drop_it(&mut self) {
        self.keep.drop_it();
    }
}

/// Fetches what a query names, and adds it to what has come so far.
pub(super) async fn fetch(
    association: &mut Association,
    query: &Query,
    keep: &mut (impl Keep + ?Sized),
    so_far: &mut Retrieved,
) -> Result<(), NetError> {
    let context = association.context_of(MODEL).cloned();
    let context = context.ok_or_else(|| NetError::NotAccepted { what: "C-GET. Try C-MOVE".to_owned() })?;
    if association.contexts().len() < 2 {
        return Err(NetError::NotAccepted { what: "sending of these objects by C-GET".to_owned() });
    }
    let message = association.next_message();
    let request = Command::request(Field::GetRequest, message, MODEL);
    association.send(context.id, &request, Some(&query.identifier(&context.transfer_syntax))).await?;
    let before = so_far.received + so_far.refused;
    loop {
        let awaited = [Field::GetResponse, Field::StoreRequest];
        let (id, command) = association.expect("answer to C-GET", &awaited).await?;
        if command.field == Field::StoreRequest {
            store_here(association, id, &command, keep, so_far).await?;
            continue;
        }
        if command.message != message {
            return Err(NetError::protocol("an answer to a retrieval that was not asked for"));
        }
        if command.has_data {
            let _failed_instances = association.short_data(id, FAILED_BYTES_MAX).await?;
        }
        if !command.status.is_pending() {
            if !command.status.is_done() && so_far.received + so_far.refused == before {
                return Err(NetError::Failed { operation: "C-GET", status: command.status });
            }
            so_far.conclude(command.operations, command.status);
            return Ok(());
        }
    }
}

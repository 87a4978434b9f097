//! From what lies over an image or a section to the pass that draws it. PS3.4 N.2.4.

use std::sync::Arc;

use crate::color::ColorTransform;
use crate::geometry::{Map, Patient, Sampling, View};
use crate::session::{Layer, Reformat};
use crate::volume::Slab;

use super::fused::LayerPass;

/// The pass that draws a layer where each device pixel looks into the patient, its third axis a millimetre along the normal of
/// the plane; as thick as the section below, and over an image a plane. `monitor` turns the layer's colours into those of the
/// monitor.
pub fn layer_pass(
    layer: &Layer,
    patient_from_view: Map<Patient, View>,
    section: Option<&Reformat>,
    sampling: Sampling,
    monitor: Option<&Arc<ColorTransform>>,
) -> LayerPass {
    let volume = &layer.volume;
    LayerPass {
        volume: Arc::clone(volume),
        voxel_from_view: *volume.voxel_from_patient() * (layer.alignment.layer_from_base * patient_from_view),
        slab: section.map_or(Slab::PLANE, |reformat| reformat.slab(volume)),
        sampling,
        transform: layer.transform.clone(),
        palette: Arc::clone(&layer.palette),
        monitor: monitor.filter(|transform| !transform.is_identity()).cloned(),
        opacity: layer.opacity,
        is_floor_clear: layer.is_floor_clear,
    }
}

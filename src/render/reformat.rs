//! A plane or a slab through a volume, as plain data. PS3.4 N.2; PS3.3 C.7.6.2.

use std::sync::Arc;

use crate::color::{ColorPalette, ColorTransform};
use crate::geometry::{Map, Patient, Sampling, Section, Vector, View, Voxel};
use crate::grayscale::GrayTransform;
use crate::units::PValue;
use crate::volume::{Cuts, Slab, Volume};

use super::fused::LayerPass;
use super::pace::Coarseness;

/// A plane or a slab through a volume, drawn into a viewport.
#[derive(Debug, Clone, PartialEq)]
pub struct ReformatPass {
    /// The voxels: shared, and equal where they are of the same pixels.
    pub volume: Arc<Volume>,
    /// Width and height of the picture in device pixels.
    pub view_size: (u32, u32),
    /// From device pixels to indices of voxels; the third axis is a millimetre along the normal of the plane.
    pub voxel_from_view: Map<Voxel, View>,
    /// How much around the plane is seen.
    pub slab: Slab,
    /// What is cut away.
    pub cuts: Cuts,
    /// How values between voxels are found.
    pub sampling: Sampling,
    /// Whether it changes from frame to frame: then it may be drawn more coarsely, and says so.
    pub is_moving: bool,
    /// From the volume's values to P-values.
    pub transform: GrayTransform,
    /// The colours that gray is shown in; none for gray.
    pub palette: Option<Arc<ColorPalette>>,
    /// From the palette's colours to the monitor's; none where they stay as they are.
    pub monitor: Option<Arc<ColorTransform>>,
    /// A second volume over it.
    pub layer: Option<Box<LayerPass>>,
}

impl ReformatPass {
    /// The side of a device pixel in the patient, mm.
    pub fn mm_per_pixel(&self) -> f64 {
        let right: Vector<Patient> = *self.volume.patient_from_voxel() * self.voxel_from_view.x_axis();
        right.length()
    }

    /// A section of a volume at so many millimetres a device pixel, in gray, at rest. Of `transform` counts what follows the
    /// modality LUT.
    pub fn new(
        volume: Arc<Volume>,
        section: &Section,
        mm_per_pixel: f64,
        view_size: (u32, u32),
        slab: Slab,
        transform: GrayTransform,
    ) -> Self {
        let room = (f64::from(view_size.0), f64::from(view_size.1));
        let transform = GrayTransform { modality: volume.rescale().into(), padding: None, ..transform };
        let voxel_from_view = *volume.voxel_from_patient() * section.patient_from_view(mm_per_pixel, room);
        Self {
            volume,
            view_size,
            voxel_from_view,
            slab,
            cuts: Cuts::default(),
            sampling: Sampling::Linear,
            is_moving: false,
            transform,
            palette: None,
            monitor: None,
            layer: None,
        }
    }

    /// Whether it may be drawn less exactly than at rest: of what moves, slabs and what is cubic. A thin plane is where a card is too
    /// slow even for that, which is told over the picture.
    pub fn may_be_coarse(&self) -> bool {
        self.is_moving && (self.slab.planes > 1 || self.sampling == Sampling::Cubic)
    }

    /// What the card draws of it, so coarsely: fewer pixels, each of them over several, fewer planes of a slab, and no cubic.
    #[must_use]
    pub fn drawn(&self, coarseness: Coarseness) -> Self {
        Self {
            view_size: coarseness.view_size(self.view_size),
            voxel_from_view: coarseness.map(&self.voxel_from_view),
            slab: coarseness.slab(self.slab),
            sampling: coarseness.sampling(self.sampling),
            is_moving: false,
            ..self.clone()
        }
    }

    /// The same of a coarse copy of the volume, which lies on a grid of its own.
    #[must_use]
    pub(super) fn on(&self, grid: &Arc<Volume>) -> Self {
        let grid_from_voxel = *grid.voxel_from_patient() * *self.volume.patient_from_voxel();
        Self {
            volume: Arc::clone(grid),
            voxel_from_view: grid_from_voxel * self.voxel_from_view,
            cuts: self.cuts.on(&self.volume, grid),
            ..self.clone()
        }
    }

    /// How many values between voxels are asked for, where nothing is skipped.
    pub fn samples(&self) -> f64 {
        f64::from(self.view_size.0) * f64::from(self.view_size.1) * f64::from(self.slab.planes)
    }
}

/// The gray of a device pixel that shows a plane which was not received: stripes, which no anatomy has.
///
/// GPU twin: `shaders/reformat.wgsl`.
pub const fn hatching(column: u32, row: u32) -> PValue {
    const PERIOD: u32 = 8;
    const STRIPE: u32 = 2;
    if column.wrapping_add(row) % PERIOD < STRIPE { PValue(0x5000) } else { PValue(0x1000) }
}

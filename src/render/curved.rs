//! A picture along a curve through a volume, as plain data.

use std::sync::Arc;

use crate::color::{ColorPalette, ColorTransform};
use crate::geometry::{Curve, Map, Point, Sampling, Unrolled, Vector, View, Voxel};
use crate::grayscale::GrayTransform;
use crate::volume::{Slab, Volume};

use super::pace::Coarseness;

/// A curve through a volume made straight, drawn into a viewport: down the picture, or across it, runs the curve.
#[derive(Debug, Clone, PartialEq)]
pub struct CurvedPass {
    /// The voxels: shared, and equal where they are of the same pixels.
    pub volume: Arc<Volume>,
    /// What the picture runs along.
    pub curve: Arc<Curve>,
    /// How far the picture is turned about the curve, degrees.
    pub turn_degrees: f64,
    /// Width and height of the picture in device pixels.
    pub view_size: (u32, u32),
    /// From device pixels to millimetres across the curve and along it: quarter turns, flips and scale.
    pub unrolled_from_view: Map<Unrolled, View>,
    /// How much in front of the picture and behind it is seen.
    pub slab: Slab,
    /// How values between voxels are found.
    pub sampling: Sampling,
    /// Whether it changes from frame to frame, as [`ReformatPass::is_moving`](super::ReformatPass::is_moving).
    pub is_moving: bool,
    /// From the volume's values to P-values.
    pub transform: GrayTransform,
    /// The colours that gray is shown in; none for gray.
    pub palette: Option<Arc<ColorPalette>>,
    /// From the palette's colours to the monitor's; none where they stay as they are.
    pub monitor: Option<Arc<ColorTransform>>,
}

impl CurvedPass {
    /// All of a curve upright, so many millimetres a device pixel and as wide as is asked for, with the curve in its middle; in
    /// gray, at rest. Of `transform` counts what follows the modality LUT.
    pub fn new(
        volume: Arc<Volume>,
        curve: Arc<Curve>,
        mm_per_pixel: f64,
        view_size: (u32, u32),
        slab: Slab,
        transform: GrayTransform,
    ) -> Self {
        let transform = GrayTransform { modality: volume.rescale().into(), padding: None, ..transform };
        let (right, down) = (Vector::flat(mm_per_pixel, 0.0), Vector::flat(0.0, mm_per_pixel));
        let corner = Point::flat(-f64::from(view_size.0) / 2.0 * mm_per_pixel, 0.0);
        Self {
            volume,
            curve,
            turn_degrees: 0.0,
            view_size,
            unrolled_from_view: Map::from_axes(right, down, Vector::new(0.0, 0.0, 1.0), corner),
            slab,
            sampling: Sampling::Linear,
            is_moving: false,
            transform,
            palette: None,
            monitor: None,
        }
    }

    /// Whether the curve runs down the picture: then each of its rows has one place on the curve, and else each column.
    pub fn is_upright(&self) -> bool {
        let right = self.unrolled_from_view.x_axis().xyz;
        right.x.abs() >= right.y.abs()
    }

    /// How many rows or columns have a place on the curve each, and of how many device pixels they are.
    pub fn lines(&self) -> (u32, u32) {
        let (width, height) = self.view_size;
        if self.is_upright() { (height, width) } else { (width, height) }
    }

    /// A row or a column as a picture of its own, one device pixel high: from its device pixels to indices of voxels; the third
    /// axis is a millimetre of the slab. `None` beyond the ends of the curve.
    pub fn line(&self, number: u32) -> Option<Map<Voxel, View>> {
        let map = &self.unrolled_from_view;
        let middle = f64::from(number) + 0.5;
        let (start, step) = if self.is_upright() {
            (Point::flat(0.0, middle), map.x_axis())
        } else {
            (Point::flat(middle, 0.0), map.y_axis())
        };
        let start = (*map * start).xyz;
        let frame = self.curve.at(start.y)?.turned(self.turn_degrees);
        let voxel_from_patient = self.volume.voxel_from_patient();
        Some(Map::from_axes(
            *voxel_from_patient * (frame.across * step.xyz.x),
            Vector::new(0.0, 0.0, 0.0),
            *voxel_from_patient * frame.normal,
            *voxel_from_patient * (frame.at + frame.across * start.x),
        ))
    }

    /// Whether it may be drawn less exactly than at rest, as [`ReformatPass::may_be_coarse`](super::ReformatPass::may_be_coarse).
    pub fn may_be_coarse(&self) -> bool {
        self.is_moving && (self.slab.planes > 1 || self.sampling == Sampling::Cubic)
    }

    /// What the card draws of it, so coarsely, as [`ReformatPass::drawn`](super::ReformatPass::drawn).
    #[must_use]
    pub fn drawn(&self, coarseness: Coarseness) -> Self {
        Self {
            view_size: coarseness.view_size(self.view_size),
            unrolled_from_view: coarseness.map(&self.unrolled_from_view),
            slab: coarseness.slab(self.slab),
            sampling: coarseness.sampling(self.sampling),
            is_moving: false,
            ..self.clone()
        }
    }

    /// How many values between voxels are asked for, where nothing is skipped.
    pub fn samples(&self) -> f64 {
        f64::from(self.view_size.0) * f64::from(self.view_size.1) * f64::from(self.slab.planes)
    }
}

//! A section of the volume of a display set in place of its images.
//!
//! A section is a virtual image: a sheet with a plane and square pixels, as large as the volume is in that plane. So zoom, pan,
//! turn, ruler, letters, lines and point are those of any image.

use std::sync::Arc;

use crate::geometry::{ImagePlane, Patient, Point, Section, Slice, Vector};
use crate::study::Library;
use crate::units::MmPerPixel;
use crate::volume::{Projection, Slab, Volume};

use super::viewport::Viewport;

/// How thick a slab becomes, step by step, mm.
const SLABS_MM: [f64; 16] =
    [1.0, 2.0, 3.0, 5.0, 7.0, 10.0, 15.0, 20.0, 25.0, 30.0, 40.0, 50.0, 75.0, 100.0, 150.0, 200.0];

/// A section of a volume, or a slab around it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Reformat {
    /// The plane. Its centre is the point that it was last led through.
    pub section: Section,
    /// How much around the plane is seen, mm; 0 where it is thin.
    pub slab_mm: f64,
    /// What of a slab is shown.
    pub projection: Projection,
}

/// The parallel planes that a section is scrolled through, mm along its normal from the patient's origin.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Travel {
    /// The first of them.
    pub first_mm: f64,
    /// From one to the next: a voxel.
    pub step_mm: f64,
    /// How many there are.
    pub count: usize,
    /// Where the section is.
    pub here_mm: f64,
}

impl Reformat {
    /// The thickest slab, mm.
    pub const SLAB_MM_MAX: f64 = 500.0;

    /// A sheet of more pixels a side is made of larger ones.
    pub(super) const SHEET_SIDE_MAX: f64 = 65_536.0;

    /// A thin section.
    pub const fn new(section: Section) -> Self {
        Self { section, slab_mm: 0.0, projection: Projection::Maximum }
    }

    /// The slab in planes no further apart than the finest voxels.
    pub fn slab(&self, volume: &Volume) -> Slab {
        if self.slab_mm > 0.0 {
            Slab::new(self.slab_mm, self.projection, volume.finest_mm())
        } else {
            Slab::PLANE
        }
    }

    /// So many steps thicker, or thinner when negative; below the thinnest slab it is a plane.
    #[must_use]
    pub fn thickened(self, steps: i32) -> Self {
        let next = |mm: f64| SLABS_MM.into_iter().find(|step| *step > mm).unwrap_or(mm);
        let before = |mm: f64| SLABS_MM.into_iter().rev().find(|step| *step < mm).unwrap_or_default();
        let steps_taken = 0..(steps.unsigned_abs() as usize).min(SLABS_MM.len());
        let slab_mm = steps_taken.fold(self.slab_mm, |mm, _| if steps > 0 { next(mm) } else { before(mm) });
        Self { slab_mm, ..self }
    }

    /// The virtual image: the whole of the volume in this plane, in pixels as fine as its finest voxels.
    pub fn sheet(&self, volume: &Volume) -> Slice {
        let (right, down, normal) = (self.section.right(), self.section.down(), self.section.normal());
        let outside = |index: u32| [-0.5, f64::from(index) - 0.5];
        let (left, width) = span(volume, outside, right);
        let (top, height) = span(volume, outside, down);
        let mm = volume.finest_mm().max(width.max(height) / Self::SHEET_SIDE_MAX);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "limited above")]
        let pixels = |length: f64| (length / mm - 1e-6).ceil().max(1.0) as u32;
        let (columns, rows) = (pixels(width), pixels(height));
        // What is more than the volume lies evenly around it.
        let first =
            |start: f64, length: f64, count: u32| start + length / 2.0 - (f64::from(count) - 1.0) * mm / 2.0;
        let origin = right.xyz * first(left, width, columns)
            + down.xyz * first(top, height, rows)
            + normal.xyz * normal.xyz.dot(self.section.center().xyz);
        let plane = ImagePlane {
            origin: Point::from_xyz(origin),
            row_direction: right,
            column_direction: down,
            spacing: MmPerPixel { row: mm, column: mm },
        };
        Slice { plane, columns, rows }
    }

    /// The planes that it is scrolled through: from the volume's first voxels to its last, a voxel at a time.
    pub fn travel(&self, volume: &Volume) -> Travel {
        let normal = self.section.normal();
        let centres = |index: u32| [0.0, f64::from(index) - 1.0];
        let (first_mm, length_mm) = span(volume, centres, normal);
        let a_millimetre = (*volume.voxel_from_patient() * normal).xyz.abs().max_element();
        let step_mm = 1.0 / a_millimetre;
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "at most some 10⁵ voxels"
        )]
        let count = (length_mm / step_mm + 1e-6).floor() as usize + 1;
        Travel { first_mm, step_mm, count, here_mm: normal.xyz.dot(self.section.center().xyz) }
    }
}

impl Viewport {
    /// The section that it shows, and the volume that this is of; `None` where it shows images, or where there is no volume
    /// any more.
    pub fn section(&self, library: &Library) -> Option<(Reformat, Arc<Volume>)> {
        let (reformat, source) = (self.reformat?, self.source.as_ref()?);
        let (.., set) = library.find(&source.display_set)?;
        Some((reformat, library.volume(set).ok()?))
    }
}

impl Travel {
    /// The number of the plane, from 1.
    pub fn number(&self) -> usize {
        let steps = ((self.here_mm - self.first_mm) / self.step_mm).round().max(0.0);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "not negative")]
        let steps = steps as usize;
        (steps + 1).min(self.count)
    }

    /// Where a plane lies by its number.
    pub fn at(&self, number: usize) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "at most some 10⁵ voxels")]
        let steps = (number.clamp(1, self.count) - 1) as f64;
        self.first_mm + steps * self.step_mm
    }

    /// Whether the section goes through voxels, which reach half a step beyond the last centres.
    pub fn is_inside(&self) -> bool {
        let beyond = self.step_mm / 2.0 + 1e-6;
        (self.first_mm - beyond..=self.at(self.count) + beyond).contains(&self.here_mm)
    }

    /// So many steps on, but not out of the volume.
    pub fn by(&self, steps: i32) -> f64 {
        let (low, high) = (self.first_mm, self.at(self.count));
        (self.here_mm + f64::from(steps) * self.step_mm).clamp(low.min(self.here_mm), high.max(self.here_mm))
    }
}

/// From where to how far a volume reaches in a direction, mm; `ends` gives the ends of an axis of so many voxels.
fn span(volume: &Volume, ends: impl Fn(u32) -> [f64; 2], direction: Vector<Patient>) -> (f64, f64) {
    let map = volume.patient_from_voxel();
    let along = |axis: Vector<Patient>| axis.dot(direction);
    // Each axis reaches from one end to the other, whichever of them is nearer.
    let axes = [map.x_axis(), map.y_axis(), map.z_axis()].map(along).into_iter();
    let reaches = axes.zip(volume.size().map(ends)).map(|(step, [from, to])| {
        let (a, b) = (step * from, step * to);
        (a.min(b), a.max(b))
    });
    let start = direction.xyz.dot(map.origin().xyz);
    let (low, high) = reaches.fold((start, start), |(low, high), (a, b)| (low + a, high + b));
    (low, high - low)
}

//! One CT study of the phantom: how it is sliced, how it is stored, and the truth about it.

use std::sync::Arc;

use glam::DMat3;

use super::chest;
use super::hash;
use super::scene::Scene;
use super::shape::Body;
use crate::dicom::{FrameOfReferenceUid, InstanceUid, Photometric, SeriesUid, StudyUid};
use crate::geometry::{ImagePlane, Map, Patient, Point, Vector};
use crate::units::MmPerPixel;

/// Lesions and beads are put no further from the middle of the chest than this.
const REACH_MAX_MM: f64 = 150.0;

/// A CT study that can be made: a description, from which everything else follows.
///
/// Equal descriptions make equal files; any difference makes other UIDs. The patient is the same in all of them.
#[derive(Debug, Clone)]
pub struct Phantom {
    description: Description,
    scene: Arc<Scene>,
}

/// Everything that decides about the files.
#[derive(Debug, Clone)]
pub(super) struct Description {
    pub(super) visit: Visit,
    pub(super) rows: u16,
    pub(super) columns: u16,
    pub(super) spacing: MmPerPixel,
    pub(super) slices: u32,
    /// From one slice to the next along the table; also the thickness.
    pub(super) step_mm: f64,
    /// How far from the middle the lesions may lie: half the length of the current study, so that both visits agree.
    reach_mm: f64,
    pub(super) tilt_degrees: f64,
    oblique_degrees: [f64; 3],
    missing: Vec<u32>,
    pub(super) photometric: Photometric,
    pub(super) is_signed: bool,
    pub(super) bits_stored: u16,
    pub(super) slope: f64,
    pub(super) intercept: f64,
    pub(super) windows: Vec<(f64, f64, String)>,
    noise_hu: f64,
    seed: u64,
}

/// When the patient came, and what was different then.
#[derive(Debug, Clone, Copy)]
pub(super) struct Visit {
    pub(super) date: &'static str,
    pub(super) time: &'static str,
    pub(super) age: &'static str,
    pub(super) accession: &'static str,
    pub(super) study_id: &'static str,
    pub(super) lesion_radius_mm: f64,
    /// How she lies, compared with the current study.
    pub(super) shift_mm: [f64; 3],
}

const CURRENT: Visit = Visit {
    date: "20261120",
    time: "093000",
    age: "062Y",
    accession: "ZZ20261120",
    study_id: "2",
    lesion_radius_mm: 9.0,
    shift_mm: [0.0, 0.0, 0.0],
};

const PRIOR: Visit = Visit {
    date: "20240211",
    time: "141500",
    age: "059Y",
    accession: "ZZ20240211",
    study_id: "1",
    lesion_radius_mm: 5.5,
    shift_mm: [4.0, -3.0, 6.0],
};

/// What is known about a phantom without looking at its pixels.
#[derive(Debug, Clone, PartialEq)]
pub struct Truth {
    /// Round objects by name: `lesion`, `nodule_10mm`, `nodule_6mm`, `calcification`, `cyst`, `aorta`, `bead_L`, `bead_A1`,
    /// `bead_A2`, `bead_H1` to `bead_H3`, `rod`.
    pub objects: Vec<TruthObject>,
    /// The ends of a rod of 100.0 mm in the table, parallel to the x axis.
    pub rod_ends: [Point<Patient>; 2],
}

/// A ball, or a cylinder seen across.
#[derive(Debug, Clone, PartialEq)]
pub struct TruthObject {
    /// What it is.
    pub name: &'static str,
    /// Its centre; of the aorta and the rod, a point on the axis.
    pub centre: Point<Patient>,
    /// Its radius.
    pub radius_mm: f64,
    /// Its value.
    pub hu: f64,
}

impl Truth {
    /// The object of that name.
    pub fn object(&self, name: &str) -> Option<&TruthObject> {
        self.objects.iter().find(|object| object.name == name)
    }
}

impl Phantom {
    /// The current study: 61 slices of 5 mm with 512 × 512 pixels of 0.7 mm. The middle slice is at z = 0.
    pub fn chest_ct() -> Self {
        const SLICES: u32 = 61;
        const STEP_MM: f64 = 5.0;
        Self::new(Description {
            visit: CURRENT,
            rows: 512,
            columns: 512,
            spacing: MmPerPixel { row: 0.7, column: 0.7 },
            slices: SLICES,
            step_mm: STEP_MM,
            reach_mm: reach_mm(SLICES, STEP_MM),
            tilt_degrees: 0.0,
            oblique_degrees: [0.0; 3],
            missing: Vec::new(),
            photometric: Photometric::Monochrome2,
            is_signed: true,
            bits_stored: 16,
            slope: 1.0,
            intercept: -1024.0,
            windows: vec![(40.0, 400.0, "SOFT".to_owned()), (-600.0, 1500.0, "LUNG".to_owned())],
            noise_hu: 8.0,
            seed: 1,
        })
    }

    fn new(description: Description) -> Self {
        let scene = chest::scene(description.reach_mm, description.visit.lesion_radius_mm);
        Self { description, scene: Arc::new(scene) }
    }

    fn with(self, change: impl FnOnce(&mut Description)) -> Self {
        let Self { mut description, scene } = self;
        let made_of = |d: &Description| (d.reach_mm, d.visit.lesion_radius_mm);
        let before = made_of(&description);
        change(&mut description);
        if made_of(&description) == before { Self { description, scene } } else { Self::new(description) }
    }

    /// The same patient 33 months before: slices twice as thick, a smaller lesion, lying slightly elsewhere.
    ///
    /// No slice of it is missing.
    #[must_use]
    pub fn prior(&self) -> Self {
        const THICKER: f64 = 2.0;
        self.clone().with(|d| {
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "fewer slices than there were"
            )]
            let slices = (f64::from(d.slices) / THICKER).round() as u32;
            d.visit = PRIOR;
            d.slices = slices.max(1);
            d.step_mm *= THICKER;
            d.missing.clear();
        })
    }

    /// The same chest in 9 slices of 64 × 64 pixels: made in milliseconds, for tests.
    #[must_use]
    pub fn small(self) -> Self {
        let few = self.with_matrix(64, 64, MmPerPixel { row: 5.6, column: 5.6 });
        few.with_slices(9)
    }

    /// Another number of slices, around the same middle. Lesions and beads move together to stay within them.
    #[must_use]
    pub fn with_slices(self, slices: u32) -> Self {
        self.with(|d| {
            d.slices = slices;
            d.reach_mm = reach_mm(slices, d.step_mm);
        })
    }

    /// Another distance between slices, which is also their thickness. Lesions and beads move with it.
    #[must_use]
    pub fn with_slice_spacing_mm(self, step_mm: f64) -> Self {
        self.with(|d| {
            d.step_mm = step_mm;
            d.reach_mm = reach_mm(d.slices, step_mm);
        })
    }

    /// Another number and size of pixels, around the same middle.
    #[must_use]
    pub fn with_matrix(self, rows: u16, columns: u16, spacing: MmPerPixel) -> Self {
        self.with(|d| (d.rows, d.columns, d.spacing) = (rows, columns, spacing))
    }

    /// The gantry tilted: slices turn about the x axis while the table still moves along z, so the stack is sheared.
    #[must_use]
    pub fn with_tilt_degrees(self, degrees: f64) -> Self {
        self.with(|d| d.tilt_degrees = degrees)
    }

    /// The whole stack turned about x, then y, then z.
    #[must_use]
    pub fn with_oblique_degrees(self, x: f64, y: f64, z: f64) -> Self {
        self.with(|d| d.oblique_degrees = [x, y, z])
    }

    /// Slices, counted from 0 at the feet, for which no file is written.
    #[must_use]
    pub fn with_missing(self, slices: &[u32]) -> Self {
        self.with(|d| d.missing = slices.to_vec())
    }

    /// MONOCHROME1: the same stored values, the small ones white.
    #[must_use]
    pub fn with_photometric_monochrome1(self) -> Self {
        self.with(|d| d.photometric = Photometric::Monochrome1)
    }

    /// 12 unsigned bits instead of 16 signed ones.
    #[must_use]
    pub fn with_unsigned_12_bits(self) -> Self {
        self.with(|d| (d.is_signed, d.bits_stored) = (false, 12))
    }

    /// Rescale Slope, which must not be 0, and Rescale Intercept.
    #[must_use]
    pub fn with_rescale(self, slope: f64, intercept: f64) -> Self {
        self.with(|d| (d.slope, d.intercept) = (slope, intercept))
    }

    /// The image's own windows as (center, width, explanation); none for an image without.
    #[must_use]
    pub fn with_windows(self, windows: &[(f64, f64, &str)]) -> Self {
        let owned = |&(center, width, text): &(f64, f64, &str)| (center, width, text.to_owned());
        self.with(|d| d.windows = windows.iter().map(owned).collect())
    }

    /// The standard deviation of the noise; 0 for an image that equals the truth.
    #[must_use]
    pub fn with_noise_hu(self, deviation: f64) -> Self {
        self.with(|d| d.noise_hu = deviation)
    }

    /// Other noise and other UIDs.
    #[must_use]
    pub fn with_seed(self, seed: u64) -> Self {
        self.with(|d| d.seed = seed)
    }

    /// How many slices the stack has, missing ones included.
    pub const fn slice_count(&self) -> u32 {
        self.description.slices
    }

    /// Study Instance UID.
    pub fn study_uid(&self) -> StudyUid {
        StudyUid::new(&self.uid("study"))
    }

    /// Series Instance UID.
    pub fn series_uid(&self) -> SeriesUid {
        SeriesUid::new(&self.uid("series"))
    }

    /// Frame of Reference UID.
    pub fn frame_of_reference_uid(&self) -> FrameOfReferenceUid {
        FrameOfReferenceUid::new(&self.uid("frame of reference"))
    }

    /// SOP Instance UID of a slice, counted from 0 at the feet.
    pub fn instance_uid(&self, slice: u32) -> InstanceUid {
        InstanceUid::new(&self.uid(&format!("slice {slice}")))
    }

    /// Where a slice, counted from 0 at the feet, lies in the patient.
    pub fn plane(&self, slice: u32) -> ImagePlane {
        let d = &self.description;
        let [x, y, z] = d.oblique_degrees;
        let turn = about_z(z) * about_y(y) * about_x(x);
        let direction = |m: DMat3, axis| Vector::<Patient>::from_xyz(m * axis);
        let tilted = turn * about_x(d.tilt_degrees);
        let row_direction = direction(tilted, glam::DVec3::X);
        let column_direction = direction(tilted, glam::DVec3::Y);
        let along_table = direction(turn, glam::DVec3::Z);
        let slices_from_middle = f64::from(slice) - (f64::from(d.slices) - 1.0) / 2.0;
        let half_row = (f64::from(d.columns) - 1.0) / 2.0 * d.spacing.column;
        let half_column = (f64::from(d.rows) - 1.0) / 2.0 * d.spacing.row;
        let origin = Point::new(0.0, 0.0, 0.0)
            + along_table * (slices_from_middle * d.step_mm)
            + row_direction * -half_row
            + column_direction * -half_column;
        ImagePlane { origin, row_direction, column_direction, spacing: d.spacing }
    }

    /// The true value at a point: without noise, an edge being a ramp one pixel wide.
    pub fn hu_at(&self, point: Point<Patient>) -> f64 {
        self.scene.hu_at(self.body_from_patient() * point, self.edge_mm())
    }

    /// Where the named objects are.
    pub fn truth(&self) -> Truth {
        let in_patient = |point: Point<Body>| Point::from_xyz(point.xyz + self.shift().xyz);
        let objects = self.scene.named.iter().map(|named| TruthObject {
            name: named.name,
            centre: in_patient(named.centre),
            radius_mm: named.radius_mm,
            hu: named.hu,
        });
        Truth {
            objects: objects.collect(),
            rod_ends: chest::ROD_ENDS.map(|[x, y, z]| in_patient(Point::new(x, y, z))),
        }
    }

    pub(super) const fn description(&self) -> &Description {
        &self.description
    }

    /// The slices that are written.
    pub(super) fn slices(&self) -> Vec<u32> {
        (0..self.description.slices).filter(|slice| !self.description.missing.contains(slice)).collect()
    }

    /// The stored values of a slice, row by row, as they stand in the file.
    pub(super) fn stored(&self, slice: u32) -> Vec<i16> {
        let d = &self.description;
        let body_from_voxel = self.body_from_patient() * self.plane(slice).patient_from_voxel();
        let picture = self.scene.picture(body_from_voxel, d.rows, d.columns, self.edge_mm());
        let store = Store::new(d);
        let seed = hash::seed(&self.uid(&format!("noise {slice}")));
        let mut words = Vec::with_capacity(picture.len());
        for (pixels, piece) in picture.chunks(hash::NOISE_PIECE).zip(0_u32..) {
            let noise = hash::noise(seed.wrapping_add(piece));
            words.extend(pixels.iter().zip(noise).map(|(&hu, &noise)| store.stored(hu, noise)));
        }
        words
    }

    /// A UID that follows from the whole description, so that files which differ never share one.
    fn uid(&self, what: &str) -> String {
        hash::uid(&format!("{:?} {what}", self.description))
    }

    fn shift(&self) -> Vector<Patient> {
        let [x, y, z] = self.description.visit.shift_mm;
        Vector::new(x, y, z)
    }

    fn body_from_patient(&self) -> Map<Body, Patient> {
        Map::from_axes(
            Vector::new(1.0, 0.0, 0.0),
            Vector::new(0.0, 1.0, 0.0),
            Vector::new(0.0, 0.0, 1.0),
            Point::from_xyz(-self.shift().xyz),
        )
    }

    fn edge_mm(&self) -> f64 {
        let MmPerPixel { row, column } = self.description.spacing;
        f64::midpoint(row, column)
    }
}

/// From Hounsfield units to the words in the file.
struct Store {
    noise_hu: f32,
    per_hu: f32,
    offset: f32,
    least: f32,
    most: f32,
}

impl Store {
    #[expect(clippy::cast_possible_truncation, reason = "16-bit results need no more than an f32 holds")]
    fn new(d: &Description) -> Self {
        let span = f32::from(u16::MAX >> (16 - d.bits_stored));
        let least = if d.is_signed { -(span + 1.0) / 2.0 } else { 0.0 };
        Self {
            noise_hu: d.noise_hu as f32,
            per_hu: (1.0 / d.slope) as f32,
            offset: (-d.intercept / d.slope) as f32,
            least,
            most: least + span,
        }
    }

    /// The nearest value that can be stored. An unsigned one is given as its bit pattern.
    #[expect(clippy::cast_possible_truncation, reason = "clamped to 16 bits just before")]
    fn stored(&self, hu: f32, noise: f32) -> i16 {
        let value = (hu + noise * self.noise_hu) * self.per_hu + self.offset;
        // Counted from the least, so that dropping the fraction rounds down.
        let from_least = (value.clamp(self.least, self.most) - self.least + 0.5) as i32;
        (from_least + self.least as i32) as i16
    }
}

fn reach_mm(slices: u32, step_mm: f64) -> f64 {
    (f64::from(slices) * step_mm / 2.0).min(REACH_MAX_MM)
}

fn about_x(degrees: f64) -> DMat3 {
    let (sin, cos) = libm::sincos(degrees.to_radians());
    DMat3::from_cols_array(&[1.0, 0.0, 0.0, 0.0, cos, sin, 0.0, -sin, cos])
}

fn about_y(degrees: f64) -> DMat3 {
    let (sin, cos) = libm::sincos(degrees.to_radians());
    DMat3::from_cols_array(&[cos, 0.0, -sin, 0.0, 1.0, 0.0, sin, 0.0, cos])
}

fn about_z(degrees: f64) -> DMat3 {
    let (sin, cos) = libm::sincos(degrees.to_radians());
    DMat3::from_cols_array(&[cos, sin, 0.0, -sin, cos, 0.0, 0.0, 0.0, 1.0])
}

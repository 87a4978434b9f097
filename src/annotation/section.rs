//! What a mark on a section or a slab of a volume measures.
//!
//! Positions of such a mark are millimetres right and down of its section's centre, and a section is an image that was never
//! acquired: its pixels are squares as fine as the finest voxels, counted from that centre. So neither zoom nor turn nor a
//! picture that moves changes a number.

use std::sync::Arc;

use super::basis::Basis;
use super::measure::{
    Measurement, Sample, Values, angle, area_words, length, plain, quantity_words, statistics_words,
};
use super::region::{Inside, Region, Statistics, pixels_inside};
use super::shape::Shape;
use super::spacing::Scale;
use crate::geometry::{Image, Map, Patient, Point, Sampling, Section, Vector, Voxel};
use crate::study::{self, DisplaySet, Suv};
use crate::units::{MmPerPixel, ModalityValue, StoredValue};
use crate::volume::{Found, Slab, Volume};

/// Values of a region that take longer to count are not counted at all: some seconds.
const COUNTED_MAX: f64 = 50_000_000.0;

/// A section or a slab of a volume, as something to measure on.
#[derive(Debug, Clone, PartialEq)]
pub struct SectionGround {
    /// The voxels.
    pub volume: Arc<Volume>,
    /// The plane.
    pub section: Section,
    /// How much around it is seen as one.
    pub slab: Slab,
    /// What its values are.
    pub units: VolumeUnits,
}

/// What the modality values of a volume are.
#[derive(Debug, Clone, PartialEq)]
pub struct VolumeUnits {
    unit: String,
    suv: Option<Suv>,
}

impl VolumeUnits {
    /// Of the volume of a display set; `image` is one of it.
    pub fn of(image: &study::Image, set: &DisplaySet) -> Self {
        // What is shown as it was stored has no unit.
        let is_own_unit = image.shown_lut() == image.modality_lut();
        // Of one factor for all of the volume, unless the image's own map gives it.
        let is_one = set.images.iter().all(|other| other.suv == image.suv);
        let is_given = |suv: &&Suv| image.quantities().iter().any(|quantity| quantity.name == suv.name);
        let suv = image.suv.as_ref().and_then(|suv| suv.as_ref().ok());
        Self {
            unit: if is_own_unit { image.unit().to_owned() } else { String::new() },
            suv: suv.filter(|_| is_own_unit && is_one).filter(is_given).copied(),
        }
    }

    /// A value, a quantity a line.
    pub fn value_words(&self, ModalityValue(value): ModalityValue) -> Vec<String> {
        let suv = self.suv.map(|suv| format!("{} {:.3}", suv.name, value * suv.factor));
        std::iter::once(format!("{value:.1} {}", self.unit).trim_end().to_owned()).chain(suv).collect()
    }

    /// What was found at a place, a quantity a line; `None` outside of the volume.
    pub fn words(&self, found: Found, volume: &Volume) -> Option<Vec<String>> {
        Some(match found {
            Found::Value(value) => self.value_words(volume.rescale().to_modality(StoredValue(value))),
            Found::Missing => vec!["not received".to_owned()],
            Found::Hole => vec!["no tissue".to_owned()],
            Found::Outside => return None,
        })
    }
}

/// Of values one after another: neither the sum nor the squares grow beyond what they are the mean of.
#[derive(Default)]
struct Count {
    values: u64,
    number: f64,
    mean: f64,
    squares: f64,
    ends: Option<(f64, f64)>,
    has_fractions: bool,
    holes: u64,
    not_received: u64,
}

impl Count {
    fn take(&mut self, found: Found, volume: &Volume) {
        match found {
            Found::Value(value) => {
                let value = volume.rescale().to_modality(StoredValue(value)).0;
                self.values += 1;
                self.number += 1.0;
                let away = value - self.mean;
                self.mean += away / self.number;
                self.squares += away * (value - self.mean);
                let (min, max) = self.ends.unwrap_or((value, value));
                self.ends = Some((min.min(value), max.max(value)));
                self.has_fractions |= value.fract() != 0.0;
            }
            Found::Hole => self.holes += 1,
            Found::Missing => self.not_received += 1,
            Found::Outside => {}
        }
    }

    fn pixels(&self) -> u64 {
        self.values + self.holes + self.not_received
    }

    fn statistics(&self) -> Option<Statistics> {
        let (min, max) = self.ends?;
        Some(Statistics {
            mean: self.mean,
            deviation: (self.squares / self.number).sqrt(),
            min,
            max,
            count: self.values,
            not_numbers: 0,
            padding: self.holes,
            not_received: self.not_received,
            are_whole: !self.has_fractions,
        })
    }
}

impl SectionGround {
    /// How many values of the volume a mark rests on, about: how long they take to count follows from it.
    pub fn values_in(&self, shape: &Shape) -> f64 {
        let mm = self.volume.finest_mm();
        let pixels = if matches!(shape, Shape::Probe(_)) { 1.0 } else { pixels_inside(shape) / (mm * mm) };
        pixels * f64::from(self.slab.planes)
    }

    /// Measures a mark: lengths, angles and areas by its points in the patient; values between voxels linearly, whatever the
    /// screen shows, through all of the slab. Without `counts`, what can be said before the values are counted.
    pub fn measure(&self, shape: &Shape, counts: bool) -> Measurement {
        let mm_per_pixel = Some(MmPerPixel { row: 1.0, column: 1.0 });
        let scale = Scale { mm_per_pixel, basis: Basis::Reformat, aspect: 1.0 };
        match *shape {
            Shape::Length([a, b]) => length(scale, a, b),
            Shape::Angle(points) => {
                let found = angle(&scale, points);
                let lines = found.lines.iter().map(|line| format!("{line} {}", scale.basis)).collect();
                Measurement { lines, basis: Some(scale.basis), ..found }
            }
            Shape::Ellipse(_) | Shape::Rectangle(_) => self.region(shape, counts),
            Shape::Probe(at) => self.probe(at),
        }
    }

    /// From positions of marks to voxels; the third axis is a millimetre along the normal.
    fn voxel_from_mark(&self) -> Map<Voxel, Image> {
        *self.volume.voxel_from_patient() * self.section.patient_from_plane()
    }

    fn found(&self, voxel_from_mark: &Map<Voxel, Image>, at: Point<Image>) -> Found {
        self.volume.project(*voxel_from_mark * at, voxel_from_mark.z_axis(), self.slab, Sampling::Linear)
    }

    fn probe(&self, at: Point<Image>) -> Measurement {
        let found = self.found(&self.voxel_from_mark(), at);
        let value = match found {
            Found::Value(value) => {
                Values::Sample(Sample::Value(self.volume.rescale().to_modality(StoredValue(value)).0))
            }
            Found::Hole | Found::Missing | Found::Outside => Values::Nothing,
        };
        let outside = || vec!["outside the volume".to_owned()];
        let mut lines = self.units.words(found, &self.volume).unwrap_or_else(outside);
        lines.push(place_words(self.section.patient_from_plane() * at));
        let of = self.slab_words().map(|slab| format!("{slab}, "));
        lines.push(of.unwrap_or_default() + &Basis::Reformat.to_string());
        Measurement { basis: Some(Basis::Reformat), ..plain(lines, value) }
    }

    /// `10 mm MIP`; nothing of a plane.
    fn slab_words(&self) -> Option<String> {
        (self.slab.thickness_mm > 0.0).then(|| self.slab.to_string())
    }

    fn region(&self, shape: &Shape, counts: bool) -> Measurement {
        let mm = self.volume.finest_mm();
        let area_mm2 = pixels_inside(shape);
        let (inside, first) = self.pixels_of(shape, mm);
        #[expect(clippy::cast_precision_loss, reason = "far below 2^53")]
        let is_too_large = inside.count() as f64 * f64::from(self.slab.planes) > COUNTED_MAX;
        let mut count = Count::default();
        if counts && !is_too_large {
            let voxel_from_mark = self.voxel_from_mark();
            for (column, row) in inside.pixels() {
                let at = first + Vector::flat(f64::from(column) + 0.5, f64::from(row) + 0.5) * mm;
                count.take(self.found(&voxel_from_mark, at), &self.volume);
            }
        }
        let statistics = count.statistics();
        let words = |found: &Statistics| {
            let of = self.slab_words().map(|slab| format!("of {slab} ")).unwrap_or_default();
            let mut lines = statistics_words(found, &of, &self.units.unit);
            lines.extend(self.units.suv.map(|suv| {
                let scaled = Statistics {
                    mean: found.mean * suv.factor,
                    min: found.min * suv.factor,
                    max: found.max * suv.factor,
                    are_whole: false,
                    ..*found
                };
                quantity_words(suv.name, "", &scaled, found.count)
            }));
            lines
        };
        let mut lines = statistics.as_ref().map(words).unwrap_or_default();
        let pixels = if counts && !is_too_large { count.pixels() } else { inside.count() };
        lines.push(area_words(area_mm2, &Basis::Reformat, pixels));
        let why = match (statistics, pixels) {
            (Some(_), _) => None,
            (None, 0) => Some("outside the volume"),
            _ if is_too_large => Some("too large: its values are not counted"),
            _ if !counts => Some("counting its values"),
            _ => Some("no value: not received, or no tissue"),
        };
        lines.extend(why.map(ToOwned::to_owned));
        let region = Region { area_mm2: Some(area_mm2), area_px: area_mm2 / (mm * mm), pixels, statistics };
        Measurement { basis: Some(Basis::Reformat), ..plain(lines, Values::Region(region)) }
    }

    /// The pixels inside a region, where the volume may be below them, and the corner of the first one. Pixels are counted from
    /// the section's centre.
    fn pixels_of(&self, shape: &Shape, mm: f64) -> (Inside, Point<Image>) {
        let nothing = (Inside::of(shape, 0, 0), Point::flat(0.0, 0.0));
        let (Shape::Ellipse(corners) | Shape::Rectangle(corners)) = shape else { return nothing };
        let Some(mark_from_patient) = self.section.patient_from_plane().inverse() else { return nothing };
        let below = self.volume.corners().map(|corner| (mark_from_patient * corner).xyz.truncate());
        let ends = |points: &[glam::DVec2]| {
            let far = glam::DVec2::INFINITY;
            points.iter().fold((far, -far), |(low, high), point| (low.min(*point), high.max(*point)))
        };
        let (low, high) = ends(&corners.map(|corner| corner.xyz.truncate()));
        let (lowest, highest) = ends(&below);
        let (first, end) = ((low.max(lowest) / mm).floor(), (high.min(highest) / mm).ceil());
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "no more than the volume has"
        )]
        let [columns, rows] = (end - first).to_array().map(|count| count.max(0.0) as u32);
        let in_pixels = corners.map(|corner| {
            let at = corner.xyz.truncate() / mm - first;
            Point::flat(at.x, at.y)
        });
        let moved = if matches!(shape, Shape::Ellipse(_)) {
            Shape::Ellipse(in_pixels)
        } else {
            Shape::Rectangle(in_pixels)
        };
        (Inside::of(&moved, rows, columns), Point::flat(first.x * mm, first.y * mm))
    }
}

/// `x 12.0 y 15.0 z 8.0 mm`: a place in the patient.
pub fn place_words(at: Point<Patient>) -> String {
    let [x, y, z] = at.xyz.to_array();
    format!("x {x:.1} y {y:.1} z {z:.1} mm")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dicom::{Frame, Pixels};
    use crate::geometry::{CardinalPlane, Vector as AnyVector};
    use crate::grayscale::ModalityLut;
    use crate::volume::{Layer, Projection, Slice};

    /// Four slices of a millimetre, `side` columns and rows of half a millimetre, and a value everywhere.
    fn block(side: u32, value: u16) -> SectionGround {
        let words = vec![value; side as usize * side as usize];
        let pixels = Pixels::Words { is_signed: false, words };
        let frame = Arc::new(Frame { rows: side, columns: side, pixels, cover: None });
        let layer = Layer { frame, modality: ModalityLut::IDENTITY, padding: None };
        let slices = (0..4).map(|_| Some(Slice::Acquired(layer.clone()))).collect();
        let axes = Map::from_axes(
            AnyVector::new(0.5, 0.0, 0.0),
            AnyVector::new(0.0, 0.5, 0.0),
            AnyVector::new(0.0, 0.0, 1.0),
            Point::new(0.0, 0.0, 0.0),
        );
        SectionGround {
            volume: Arc::new(Volume::new((side, side), slices, axes).expect("a volume")),
            section: Section::cardinal(CardinalPlane::Axial, Point::new(0.0, 0.0, 1.0)),
            slab: Slab::PLANE,
            units: VolumeUnits { unit: "Bq/ml".to_owned(), suv: Some(Suv { name: "SUVbw", factor: 0.25 }) },
        }
    }

    fn rectangle([left, top]: [f64; 2], [right, bottom]: [f64; 2]) -> Shape {
        Shape::Rectangle([Point::flat(left, top), Point::flat(right, bottom)])
    }

    #[test]
    fn a_region_has_the_pixels_of_the_volume_alone() {
        let ground = block(20, 6);
        let found = ground.measure(&rectangle([-1e6, -3.0], [1e6, 2.0]), true);
        // It begins half a voxel before its first centre: five rows of twenty.
        assert_eq!(found.lines.last().map(String::as_str), Some("area 10000000.0 mm² reformat (100 px)"));
        let nowhere = ground.measure(&rectangle([30.0, 30.0], [40.0, 40.0]), true);
        assert_eq!(nowhere.lines, ["area 100.0 mm² reformat (0 px)", "outside the volume"]);
        let nothing = ground.measure(&rectangle([f64::NAN, 30.0], [40.0, 40.0]), true);
        assert!(matches!(nothing.values, Values::Region(Region { pixels: 0, statistics: None, .. })));
    }

    #[test]
    fn uptake_stands_beside_activity() {
        let ground = block(20, 6);
        let region = ground.measure(&rectangle([1.0, 1.0], [3.0, 3.0]), true);
        let lines = [
            "mean 6.0 Bq/ml",
            "SD 0.0",
            "min 6 · max 6",
            "SUVbw mean 1.500 · max 1.500",
            "area 4.00 mm² reformat (16 px)",
        ];
        assert_eq!(region.lines, lines);
        let probe = ground.measure(&Shape::Probe(Point::flat(1.0, 2.0)), true);
        assert_eq!(probe.lines, ["6.0 Bq/ml", "SUVbw 1.500", "x 1.0 y 2.0 z 1.0 mm", "reformat"]);
        assert_eq!(probe.values, Values::Sample(Sample::Value(6.0)));
        let beside = ground.measure(&Shape::Probe(Point::flat(-1.0, 2.0)), true);
        assert_eq!(beside.lines, ["outside the volume", "x -1.0 y 2.0 z 1.0 mm", "reformat"]);
    }

    #[test]
    fn too_many_values_are_not_counted_and_that_is_said() {
        let ground = SectionGround { slab: Slab::new(500.0, Projection::Mean, 0.5), ..block(400, 6) };
        let found = ground.measure(&rectangle([0.0, 0.0], [180.0, 180.0]), true);
        assert_eq!(
            found.lines,
            ["area 32400.0 mm² reformat (129\u{2009}600 px)", "too large: its values are not counted"]
        );
    }
}

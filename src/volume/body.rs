//! A regular grid of voxels whose planes are those of frames.

use std::sync::Arc;

use crate::dicom::{Frame, Padding, Pixels};
use crate::geometry::{Map, Patient, Point, Vector, Voxel};
use crate::grayscale::{ModalityLut, Rescale};
use crate::units::StoredValue;

/// A regular grid of voxels in the patient. Planes that were not received are gaps in it.
#[derive(Debug, Clone)]
pub struct Volume {
    columns: u32,
    rows: u32,
    /// By place along the third axis.
    slices: Vec<Option<Slice>>,
    patient_from_voxel: Map<Patient, Voxel>,
    voxel_from_patient: Map<Voxel, Patient>,
    encoding: Encoding,
}

/// What the voxels of a volume are.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Encoding {
    /// Stored values of up to 16 bits, which one line turns into modality values in all slices.
    Stored {
        /// Whether a word is a two's complement number.
        is_signed: bool,
        /// Modality LUT of all slices.
        rescale: Rescale,
        /// Stored values of all slices that stand for no tissue.
        padding: Option<Padding>,
    },
    /// Modality values: each slice has its own way from stored values, as in PET, or they are real numbers.
    Modality,
}

/// One plane of voxels.
#[derive(Debug, Clone)]
pub enum Slice {
    /// As it was acquired.
    Acquired(Layer),
    /// Between two that were acquired, not further from one another than the rules allow: linearly by their distance.
    Between {
        /// The one before.
        below: Layer,
        /// The one after.
        above: Layer,
        /// The share of the way from `below` to `above`: between 0 and 1.
        share: f64,
    },
}

/// The pixels of one image in a volume.
#[derive(Debug, Clone)]
pub struct Layer {
    /// The pixels, which are gray.
    pub frame: Arc<Frame>,
    /// From its stored values to modality values.
    pub modality: ModalityLut,
    /// Its stored values that stand for no tissue. Rule P-16.
    pub padding: Option<Padding>,
}

impl Layer {
    /// The value of a pixel by its place in the row-by-row order, as the encoding has it; `None` where there is no tissue.
    fn value(&self, index: usize, encoding: Encoding) -> Option<f64> {
        let stored = self.frame.stored(index)?;
        let is_tissue =
            stored.0.is_finite() && !self.padding.is_some_and(|padding| padding.contains(stored.0));
        let StoredValue(raw) = stored;
        let value = match encoding {
            Encoding::Stored { .. } => raw,
            Encoding::Modality => self.modality.to_modality(stored).0,
        };
        (is_tissue && value.is_finite()).then_some(value)
    }

    fn is_same(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.frame, &other.frame)
            && self.modality == other.modality
            && self.padding == other.padding
    }
}

impl Slice {
    /// The images that it is made of.
    pub fn layers(&self) -> impl Iterator<Item = &Layer> {
        let (first, second) = match self {
            Self::Acquired(layer) => (layer, None),
            Self::Between { below, above, .. } => (below, Some(above)),
        };
        std::iter::once(first).chain(second)
    }

    /// Whether it is made of the same pixels in the same way.
    pub fn is_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Acquired(a), Self::Acquired(b)) => a.is_same(b),
            (
                Self::Between { below, above, share },
                Self::Between { below: other_below, above: other_above, share: other_share },
            ) => {
                below.is_same(other_below)
                    && above.is_same(other_above)
                    && share.to_bits() == other_share.to_bits()
            }
            _ => false,
        }
    }

    /// The value of a pixel by its place in the row-by-row order, as the encoding of its volume has it; `None` where there is
    /// no tissue.
    pub fn value(&self, index: usize, encoding: Encoding) -> Option<f64> {
        match self {
            Self::Acquired(layer) => layer.value(index, encoding),
            Self::Between { below, above, share } => {
                let (below, above) = (below.value(index, encoding)?, above.value(index, encoding)?);
                Some(below * (1.0 - share) + above * share)
            }
        }
    }
}

impl Volume {
    /// The most voxels along an axis: what the largest 3-D textures hold is far below it.
    pub const SIDE_MAX: u32 = 1 << 16;

    /// Of slices along the third axis of `patient_from_voxel`, each of so many columns and rows. `None` where nothing could be
    /// drawn of it: no voxels, a map that flattens space, or a slice of another size or in colour.
    pub fn new(
        (columns, rows): (u32, u32),
        slices: Vec<Option<Slice>>,
        patient_from_voxel: Map<Patient, Voxel>,
    ) -> Option<Self> {
        let voxel_from_patient = patient_from_voxel.inverse()?;
        let fits_axis = |side: u32| (1..=Self::SIDE_MAX).contains(&side);
        let is_size =
            fits_axis(columns) && fits_axis(rows) && u32::try_from(slices.len()).is_ok_and(fits_axis);
        let pixels = columns as usize * rows as usize;
        let fits = |layer: &Layer| {
            let frame = &layer.frame;
            let is_gray = !matches!(frame.pixels, Pixels::Color(_));
            (frame.columns, frame.rows, frame.pixels.count()) == (columns, rows, pixels) && is_gray
        };
        if !is_size || !slices.iter().flatten().flat_map(Slice::layers).all(fits) {
            return None;
        }
        let encoding = encoding_of(&slices);
        Some(Self { columns, rows, slices, patient_from_voxel, voxel_from_patient, encoding })
    }

    /// Voxels along the three axes: columns, rows, slices.
    pub fn size(&self) -> [u32; 3] {
        [self.columns, self.rows, u32::try_from(self.slices.len()).unwrap_or(u32::MAX)]
    }

    /// The planes, in order; `None` where none was received.
    pub fn slices(&self) -> &[Option<Slice>] {
        &self.slices
    }

    /// From indices of voxels to the patient. The axes need not be at right angles: a tilted gantry shears.
    pub const fn patient_from_voxel(&self) -> &Map<Patient, Voxel> {
        &self.patient_from_voxel
    }

    /// From the patient to indices of voxels.
    pub const fn voxel_from_patient(&self) -> &Map<Voxel, Patient> {
        &self.voxel_from_patient
    }

    /// What its voxels are.
    pub const fn encoding(&self) -> Encoding {
        self.encoding
    }

    /// From what [`Volume::value`] gives to modality values.
    pub const fn rescale(&self) -> Rescale {
        match self.encoding {
            Encoding::Stored { rescale, .. } => rescale,
            Encoding::Modality => Rescale::IDENTITY,
        }
    }

    /// The value of a voxel, as the encoding has it; `None` where there is no tissue, nothing was received, or no voxel is.
    pub fn value(&self, [column, row, slice]: [u32; 3]) -> Option<f64> {
        let is_inside = column < self.columns && row < self.rows;
        let slice = self.slices.get(slice as usize).filter(|_| is_inside)?.as_ref()?;
        slice.value(row as usize * self.columns as usize + column as usize, self.encoding)
    }

    /// The grid on which one voxel of each cube of so many a side lies, the one in its middle; no planes of it are received. `None` of
    /// single voxels.
    pub fn coarse(&self, stride: u32) -> Option<Self> {
        if stride < 2 {
            return None;
        }
        let (side, first) = (f64::from(stride), f64::from(stride / 2));
        let voxel_from_coarse: Map<Voxel, Voxel> = Map::from_axes(
            Vector::new(side, 0.0, 0.0),
            Vector::new(0.0, side, 0.0),
            Vector::new(0.0, 0.0, side),
            Point::new(first, first, first),
        );
        let [columns, rows, planes] = self.size().map(|count| count.div_ceil(stride));
        let slices = vec![None; planes as usize];
        let grid = Self::new((columns, rows), slices, self.patient_from_voxel * voxel_from_coarse)?;
        Some(Self { encoding: self.encoding, ..grid })
    }

    /// The eight outer corners of its voxels, in the patient.
    pub fn corners(&self) -> [Point<Patient>; 8] {
        let [xs, ys, zs] = self.size().map(|count| [-0.5, f64::from(count) - 0.5]);
        let end = |[low, high]: [f64; 2], is_high: bool| if is_high { high } else { low };
        std::array::from_fn(|corner| {
            let (x, y, z) = (end(xs, corner & 1 != 0), end(ys, corner & 2 != 0), end(zs, corner & 4 != 0));
            self.patient_from_voxel * Point::new(x, y, z)
        })
    }

    /// The middle of all its voxels.
    pub fn middle(&self) -> Point<Patient> {
        let [x, y, z] = self.size().map(|count| (f64::from(count) - 1.0) / 2.0);
        self.patient_from_voxel * Point::new(x, y, z)
    }

    /// How far its furthest corner lies from a point, mm.
    pub fn reach_mm(&self, from: Point<Patient>) -> f64 {
        self.corners().into_iter().map(|corner| (corner - from).length()).fold(0.0, f64::max)
    }

    /// How far a point lies outside of all voxels, mm: exactly where the axes are at right angles, and 0 inside of all.
    pub fn outside_mm(&self, at: Point<Patient>) -> f64 {
        let voxel = (self.voxel_from_patient * at).xyz;
        let [x, y, z] = self.size().map(|count| f64::from(count) - 0.5);
        let nearest = voxel.clamp(glam::DVec3::splat(-0.5), glam::DVec3::new(x, y, z));
        (at - self.patient_from_voxel * Point::from_xyz(nearest)).length()
    }

    /// The shortest distance between neighbouring voxels, along rows, columns or from slice to slice, mm.
    pub fn finest_mm(&self) -> f64 {
        let map = &self.patient_from_voxel;
        [map.x_axis(), map.y_axis(), map.z_axis()]
            .map(Vector::length)
            .into_iter()
            .fold(f64::INFINITY, f64::min)
    }
}

/// By the pixels in the same places of the patient.
impl PartialEq for Volume {
    fn eq(&self, other: &Self) -> bool {
        let is_same = |(a, b): (&Option<Slice>, &Option<Slice>)| match (a, b) {
            (Some(a), Some(b)) => a.is_same(b),
            (None, None) => true,
            _ => false,
        };
        self.size() == other.size()
            && self.patient_from_voxel == other.patient_from_voxel
            && self.slices.iter().zip(&other.slices).all(is_same)
    }
}

/// Stored words where one rising line and one padding hold for all slices, and modality values otherwise: what is the largest of
/// words is then the largest of values too.
fn encoding_of(slices: &[Option<Slice>]) -> Encoding {
    let stored_of = |slice: &Slice| match slice {
        Slice::Acquired(Layer { frame, modality: ModalityLut::Rescale(rescale), padding }) => {
            match &frame.pixels {
                Pixels::Words { is_signed, .. } if rescale.slope > 0.0 => {
                    Some(Encoding::Stored { is_signed: *is_signed, rescale: *rescale, padding: *padding })
                }
                Pixels::Words { .. } | Pixels::Reals(_) | Pixels::Color(_) => None,
            }
        }
        // What lies between words is none.
        Slice::Acquired(_) | Slice::Between { .. } => None,
    };
    let mut encodings = slices.iter().flatten().map(stored_of);
    let Some(Some(first)) = encodings.next() else { return Encoding::Modality };
    if encodings.all(|encoding| encoding == Some(first)) { first } else { Encoding::Modality }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    const SIDE: u32 = 4;

    pub(crate) fn layer(words: Vec<u16>, is_signed: bool) -> Layer {
        let pixels = Pixels::Words { is_signed, words };
        let frame = Arc::new(Frame { rows: SIDE, columns: SIDE, pixels, cover: None });
        Layer { frame, modality: ModalityLut::IDENTITY, padding: None }
    }

    fn plane(slice: u16) -> Layer {
        let words = (0..SIDE * SIDE)
            .map(|index| {
                let index = u16::try_from(index).expect("a small number");
                10 * (index % 4) + 100 * (index / 4) + 1000 * slice
            })
            .collect();
        layer(words, false)
    }

    fn of(slices: Vec<Option<Slice>>) -> Option<Volume> {
        let axes = Map::from_axes(
            Vector::new(1.0, 0.0, 0.0),
            Vector::new(0.0, 1.0, 0.0),
            Vector::new(0.0, 0.0, 2.0),
            Point::new(0.0, 0.0, 0.0),
        );
        Volume::new((SIDE, SIDE), slices, axes)
    }

    /// One value everywhere, four planes of so many millimetres.
    pub(crate) fn block(value: u16, voxel_mm: f64) -> Volume {
        let axes = Map::from_axes(
            Vector::new(1.0, 0.0, 0.0),
            Vector::new(0.0, 1.0, 0.0),
            Vector::new(0.0, 0.0, voxel_mm),
            Point::new(0.0, 0.0, 0.0),
        );
        let slice = || Some(Slice::Acquired(layer(vec![value; 16], false)));
        Volume::new((SIDE, SIDE), (0..4).map(|_| slice()).collect(), axes).expect("a volume")
    }

    /// 10 × column + 100 × row + 1000 × slice, four of each.
    pub(crate) fn ramp() -> Volume {
        of((0..4).map(|slice| Some(Slice::Acquired(plane(slice)))).collect()).expect("a volume")
    }

    /// The same without slice 2, and with padding in its first voxel.
    pub(crate) fn with_gaps() -> Volume {
        let padding = Some(Padding { low: 0.0, high: 0.0 });
        let slice = |slice| Some(Slice::Acquired(Layer { padding, ..plane(slice) }));
        of(vec![slice(0), slice(1), None, slice(3)]).expect("a volume")
    }

    /// Five columns, four rows and six planes of words in no order, along axes that are neither equal nor at right angles.
    pub(crate) fn uneven() -> Volume {
        let slice = |plane: u32| {
            let words =
                (0..20).map(|index| u16::try_from((index + 20 * plane) * 7919 % 1009).expect("small"));
            let pixels = Pixels::Words { is_signed: false, words: words.collect() };
            let frame = Arc::new(Frame { rows: 4, columns: 5, pixels, cover: None });
            Some(Slice::Acquired(Layer { frame, modality: ModalityLut::IDENTITY, padding: None }))
        };
        let axes = Map::from_axes(
            Vector::new(0.7, 0.1, 0.0),
            Vector::new(-0.2, 0.9, 0.3),
            Vector::new(0.1, -0.4, 2.5),
            Point::new(-8.0, 5.0, 40.0),
        );
        Volume::new((5, 4), (0..6).map(slice).collect(), axes).expect("a volume")
    }

    #[test]
    fn one_line_for_all_slices_keeps_words() {
        assert!(matches!(ramp().encoding(), Encoding::Stored { is_signed: false, .. }));
        let steep = Rescale { slope: 2.0, intercept: 1.0 };
        let of_two = |second: Layer| {
            of(vec![Some(Slice::Acquired(plane(0))), None, Some(Slice::Acquired(second))]).expect("a volume")
        };
        let own_line = of_two(Layer { modality: steep.into(), ..plane(1) });
        assert_eq!(own_line.encoding(), Encoding::Modality);
        assert_eq!(own_line.value([1, 0, 0]), Some(10.0));
        assert_eq!(own_line.value([1, 0, 2]), Some(2021.0));
        assert_eq!(of_two(layer(vec![0; 16], true)).encoding(), Encoding::Modality);
    }

    /// The largest of words is the smallest of values where the line falls.
    #[test]
    fn a_falling_line_is_applied_first() {
        let falling = Rescale { slope: -1.0, intercept: 0.0 };
        let slice = |number| Some(Slice::Acquired(Layer { modality: falling.into(), ..plane(number) }));
        let volume = of(vec![slice(0), slice(1)]).expect("a volume");
        assert_eq!(volume.encoding(), Encoding::Modality);
        assert_eq!(volume.value([1, 0, 1]), Some(-1010.0));
    }

    #[test]
    fn a_slice_between_two_lies_at_its_share() {
        let between = Slice::Between { below: plane(1), above: plane(3), share: 0.25 };
        let volume = of(vec![Some(between)]).expect("a volume");
        assert_eq!(volume.encoding(), Encoding::Modality);
        assert_eq!(volume.value([2, 1, 0]), Some(1620.0));
    }

    #[test]
    fn what_cannot_be_drawn_is_no_volume() {
        let small = Layer {
            frame: Arc::new(Frame {
                rows: 2,
                columns: 2,
                pixels: Pixels::Words { is_signed: false, words: vec![0; 4] },
                cover: None,
            }),
            ..plane(0)
        };
        assert!(of(vec![Some(Slice::Acquired(plane(0))), Some(Slice::Acquired(small))]).is_none());
        assert!(of(Vec::new()).is_none());
        let flat = Map::from_axes(
            Vector::new(1.0, 0.0, 0.0),
            Vector::new(0.0, 1.0, 0.0),
            Vector::new(0.0, 1.0, 0.0),
            Point::new(0.0, 0.0, 0.0),
        );
        assert!(Volume::new((SIDE, SIDE), vec![Some(Slice::Acquired(plane(0)))], flat).is_none());
    }

    #[test]
    fn all_voxels_lie_between_the_corners() {
        let volume = uneven();
        let (middle, from) = (volume.middle(), Point::new(3.0, -9.0, 31.0));
        let mut furthest = [0.0_f64; 2];
        let mut sum = glam::DVec3::ZERO;
        for corner in 0..8_u32 {
            let end = |axis: u32, side: f64| if corner >> axis & 1 == 1 { side - 0.5 } else { -0.5 };
            let at = *volume.patient_from_voxel() * Point::new(end(0, 5.0), end(1, 4.0), end(2, 6.0));
            assert!(volume.corners().iter().any(|corner| (*corner - at).length() < 1e-12), "{at:?}");
            furthest = [furthest[0].max((at - middle).length()), furthest[1].max((at - from).length())];
            sum += at.xyz / 8.0;
        }
        assert!((sum - middle.xyz).length() < 1e-12);
        assert!((volume.reach_mm(middle) - furthest[0]).abs() < 1e-12);
        assert!((volume.reach_mm(from) - furthest[1]).abs() < 1e-12);
    }

    #[test]
    fn a_place_outside_is_as_far_as_the_nearest_face_edge_or_corner() {
        // From -0.5 to 3.5 mm, and from -1 to 7 mm along z.
        for (at, away) in [
            ([3.4, -0.4, 6.9], 0.0),
            ([5.5, 1.0, 1.0], 2.0),
            ([1.0, -3.5, 1.0], 3.0),
            ([1.0, 1.0, 8.5], 1.5),
            ([-2.5, 1.0, -2.5], 2.5),
            ([4.5, 5.5, 9.0], 3.0),
        ] {
            let found = ramp().outside_mm(Point::from_xyz(at.into()));
            assert!((found - away).abs() < 1e-12, "{at:?}: {found} for {away}");
        }
    }

    #[test]
    fn the_finest_distance_is_found_along_any_axis() {
        for [x, y, z] in [[0.4, 0.9, 2.0], [0.9, 0.4, 2.0], [2.0, 0.9, 0.4]] {
            let axes = Map::from_axes(
                Vector::new(0.0, x, 0.0),
                Vector::new(y, 0.0, 0.0),
                Vector::new(0.0, 0.0, z),
                Point::new(0.0, 0.0, 0.0),
            );
            let slice = Some(Slice::Acquired(plane(0)));
            let volume = Volume::new((SIDE, SIDE), vec![slice], axes).expect("a volume");
            assert!((volume.finest_mm() - 0.4).abs() < 1e-12);
        }
    }

    /// What is the same is not sent to the card again: so nothing else may be.
    #[test]
    fn volumes_are_the_same_by_pixels_places_and_what_is_made_of_them() {
        let (a, b) = (plane(1), plane(2));
        let between = |below: &Layer, above: &Layer, share| {
            Some(Slice::Between { below: below.clone(), above: above.clone(), share })
        };
        let acquired = |layer: Layer| Some(Slice::Acquired(layer));
        let whole = |second: Option<Slice>| of(vec![acquired(a.clone()), second]).expect("a volume");
        let steep = Layer { modality: Rescale { slope: 2.0, intercept: 0.0 }.into(), ..b.clone() };
        let padded = Layer { padding: Some(Padding { low: 0.0, high: 0.0 }), ..b.clone() };
        let all = [
            whole(None),
            whole(acquired(b.clone())),
            whole(acquired(plane(2))),
            whole(acquired(steep)),
            whole(acquired(padded)),
            whole(between(&a, &b, 0.25)),
            whole(between(&b, &a, 0.25)),
            whole(between(&a, &a, 0.25)),
            whole(between(&a, &b, 0.5)),
            of(vec![acquired(b.clone()), acquired(a.clone())]).expect("a volume"),
            of(vec![acquired(a.clone())]).expect("a volume"),
        ];
        for (number, one) in all.iter().enumerate() {
            for (other, another) in all.iter().enumerate() {
                assert_eq!(one == another, number == other, "{number} {other}");
            }
        }
    }
}

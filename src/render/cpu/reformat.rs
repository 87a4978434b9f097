//! Executes a [`ReformatPass`] exactly and slowly, in `f64`.

use crate::geometry::{Point, Vector, Voxel};
use crate::grayscale::GrayTransform;
use crate::units::{PValue, StoredValue};
use crate::volume::Found;

use super::super::frame::Raster;
use super::super::reformat::{ReformatPass, hatching};

/// The picture of a reformat in P-values. Outside the volume, and where there is no tissue, it is black; planes that were not
/// received are hatched.
pub fn reformat_p_values(pass: &ReformatPass) -> Raster<PValue> {
    raster(pass, |column, row, found| p_value_of(&pass.transform, (column, row), found))
}

/// The picture of a reformat in modality values, with no window. Where there is no tissue it is not a number.
pub fn reformat_modality_values(pass: &ReformatPass) -> Raster<f32> {
    raster(pass, |_, _, found| modality_of(&pass.transform, found))
}

/// The gray of what is found in a volume.
pub(super) fn p_value_of(transform: &GrayTransform, (column, row): (u32, u32), found: Found) -> PValue {
    match found {
        Found::Value(value) => transform.present(transform.modality.to_modality(StoredValue(value))),
        Found::Missing => hatching(column, row),
        Found::Hole | Found::Outside => PValue::BLACK,
    }
}

/// The modality value of what is found in a volume.
#[expect(clippy::cast_possible_truncation, reason = "the result is single precision by promise")]
pub(super) fn modality_of(transform: &GrayTransform, found: Found) -> f32 {
    match found {
        Found::Value(value) => transform.modality.to_modality(StoredValue(value)).0 as f32,
        Found::Missing | Found::Hole | Found::Outside => f32::NAN,
    }
}

/// Calls `show` with what is found under each device pixel's centre.
pub(super) fn raster<T>(pass: &ReformatPass, show: impl Fn(u32, u32, Found) -> T) -> Raster<T> {
    let (width, height) = pass.view_size;
    let normal: Vector<Voxel> = pass.voxel_from_view.z_axis();
    let found = |column: u32, row: u32| {
        let center = Point::flat(f64::from(column) + 0.5, f64::from(row) + 0.5);
        let middle = pass.voxel_from_view * center;
        pass.volume.project_kept(middle, normal, pass.slab, pass.sampling, &pass.cuts)
    };
    let pixels = (0..height).flat_map(|row| (0..width).map(move |column| (column, row)));
    Raster {
        width,
        height,
        values: pixels.map(|(column, row)| show(column, row, found(column, row))).collect(),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::dicom::{Frame, Pixels};
    use crate::geometry::{CardinalPlane, Map, Section};
    use crate::grayscale::{GrayTransform, ModalityLut, Polarity, Rescale, Window};
    use crate::volume::{Layer, Slab, Slice, Volume};

    /// Three planes of 2 × 2 words, 3 mm apart; the middle one is not there.
    fn volume() -> Arc<Volume> {
        let rescale = Rescale { slope: 2.0, intercept: -100.0 };
        let slice = |first: u16| {
            let words = vec![first, first + 1, first + 2, first + 3];
            let frame =
                Frame { rows: 2, columns: 2, pixels: Pixels::Words { is_signed: false, words }, cover: None };
            Some(Slice::Acquired(Layer { frame: Arc::new(frame), modality: rescale.into(), padding: None }))
        };
        let axes = Map::from_axes(
            Vector::new(1.0, 0.0, 0.0),
            Vector::new(0.0, 1.0, 0.0),
            Vector::new(0.0, 0.0, 3.0),
            Point::new(0.0, 0.0, 0.0),
        );
        Arc::new(Volume::new((2, 2), vec![slice(10), None, slice(50)], axes).expect("a volume"))
    }

    #[test]
    fn a_coronal_section_stands_on_its_feet_and_hatches_what_is_not_there() {
        let window = Window::spanning(-100.0, 10.0).expect("a window");
        let transform = GrayTransform::new(ModalityLut::IDENTITY, window, Polarity::Identity);
        let section = Section::cardinal(CardinalPlane::Coronal, Point::new(0.5, 0.0, 3.0));
        let pass = ReformatPass::new(volume(), &section, 1.0, (4, 9), Slab::PLANE, transform);
        let values = reformat_modality_values(&pass);
        // Row 0 lies at 7 mm, which is the top plane's; columns 1 and 2 at 0 and 1 mm.
        assert_eq!(values.values.get(..4).map(|row| row[1..3].to_vec()), Some(vec![0.0, 2.0]));
        assert!(values.values.first().is_some_and(|value| value.is_nan()), "outside");
        // Row 8 lies at -1 mm: the first plane's.
        assert_eq!(values.values.get(32..36).map(|row| row[1..3].to_vec()), Some(vec![-80.0, -78.0]));
        let picture = reformat_p_values(&pass);
        let middle = picture.values.get(17..19).map(<[PValue]>::to_vec);
        assert_eq!(middle, Some(vec![hatching(1, 4), hatching(2, 4)]));
    }
}

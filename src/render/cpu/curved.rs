//! Executes a [`CurvedPass`] exactly and slowly, in `f64`.

use crate::geometry::Point;
use crate::units::PValue;
use crate::volume::Found;

use super::super::curved::CurvedPass;
use super::super::frame::Raster;
use super::reformat::{modality_of, p_value_of};

/// The picture along a curve in P-values, as that of a reformat; black beyond the ends of the curve.
pub fn curved_p_values(pass: &CurvedPass) -> Raster<PValue> {
    raster(pass, |column, row, found| p_value_of(&pass.transform, (column, row), found))
}

/// The picture along a curve in modality values, as that of a reformat.
pub fn curved_modality_values(pass: &CurvedPass) -> Raster<f32> {
    raster(pass, |_, _, found| modality_of(&pass.transform, found))
}

/// Calls `show` with what is found under each device pixel's centre.
fn raster<T>(pass: &CurvedPass, show: impl Fn(u32, u32, Found) -> T) -> Raster<T> {
    let (width, height) = pass.view_size;
    let lines: Vec<_> = (0..pass.lines().0).map(|number| pass.line(number)).collect();
    let found = |column: u32, row: u32| {
        let (line, place) = if pass.is_upright() { (row, column) } else { (column, row) };
        let Some(map) = lines.get(line as usize).copied().flatten() else { return Found::Outside };
        let center = Point::flat(f64::from(place) + 0.5, 0.5);
        pass.volume.project(map * center, map.z_axis(), pass.slab, pass.sampling)
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

    use super::super::{reformat_modality_values, reformat_p_values};
    use super::*;
    use crate::dicom::{Frame, Pixels};
    use crate::geometry::{CardinalPlane, Curve, CurveMode, Map, Section, Vector};
    use crate::grayscale::{GrayTransform, ModalityLut, Polarity, Rescale, Window};
    use crate::render::ReformatPass;
    use crate::volume::{Layer, Projection, Slab, Slice, Volume};

    /// Voxels of 1 × 1 × 2 mm, neighbours unlike each other.
    fn volume(value: impl Fn(u16, u16, u16) -> u16) -> Arc<Volume> {
        let slice = |z: u16| {
            let words = (0..32_u16).flat_map(|y| (0..32_u16).map(move |x| (x, y)));
            let words = words.map(|(x, y)| value(x, y, z)).collect();
            let pixels = Pixels::Words { is_signed: false, words };
            let frame = Arc::new(Frame { rows: 32, columns: 32, pixels, cover: None });
            let modality = Rescale { slope: 0.5, intercept: -100.0 }.into();
            Some(Slice::Acquired(Layer { frame, modality, padding: None }))
        };
        let axes = Map::from_axes(
            Vector::new(1.0, 0.0, 0.0),
            Vector::new(0.0, 1.0, 0.0),
            Vector::new(0.0, 0.0, 2.0),
            Point::new(0.0, 0.0, 0.0),
        );
        Arc::new(Volume::new((32, 32), (0..16).map(slice).collect(), axes).expect("a volume"))
    }

    fn scattered(x: u16, y: u16, z: u16) -> u16 {
        (x.wrapping_mul(7919) ^ y.wrapping_mul(104) ^ z.wrapping_mul(31_337)) % 4096
    }

    fn transform() -> GrayTransform {
        let window = Window::spanning(-100.0, 2000.0).expect("a window");
        GrayTransform::new(ModalityLut::IDENTITY, window, Polarity::Identity)
    }

    /// A straight path down a plane shows that plane, to the bit: in gray and in values, thin and thick. All places are sums of
    /// powers of two, so that nothing is rounded on either way.
    #[test]
    fn along_a_straight_path_is_the_plane_that_it_was_drawn_in() {
        let volume = volume(scattered);
        for plane in CardinalPlane::ALL {
            // In a coronal and a sagittal plane down is to the feet.
            let section = Section::cardinal(plane, Point::new(15.25, 14.5, 13.75));
            let start = section.center() + section.down() * -8.0;
            let points = [start, section.center() + section.down() * 8.0];
            let curve = Curve::through(&points, &section, CurveMode::Straightened, 1.0).expect("a curve");
            for slab in [Slab::PLANE, Slab::new(4.0, Projection::Maximum, 1.0)] {
                let flat = ReformatPass::new(volume.clone(), &section, 0.5, (40, 32), slab, transform());
                let curved = CurvedPass::new(
                    volume.clone(),
                    Arc::new(curve.clone()),
                    0.5,
                    (40, 32),
                    slab,
                    transform(),
                );
                assert!(curved_p_values(&curved) == reformat_p_values(&flat), "{plane:?} {slab:?}");
                let (values, truth) = (curved_modality_values(&curved), reformat_modality_values(&flat));
                let bits = |raster: &Raster<f32>| -> Vec<u32> {
                    raster.values.iter().map(|value| value.to_bits()).collect()
                };
                assert!(bits(&values) == bits(&truth), "{plane:?} {slab:?}");
                assert!(truth.values.iter().filter(|value| value.is_finite()).count() > 600, "{plane:?}");
            }
        }
    }

    /// Along an arc through a volume that rises with x and y, each value is that of its place on the arc.
    #[test]
    fn along_an_arc_each_value_is_that_of_its_place() {
        let volume = volume(|x, y, z| 20 * x + 30 * y + 100 * z);
        let (middle, radius) = (Point::new(15.0, 15.0, 14.0), 10.0);
        let on = |degrees: f64, radius: f64| {
            let (sin, cos) = degrees.to_radians().sin_cos();
            middle + Vector::new(radius * cos, radius * sin, 0.0)
        };
        let points: Vec<_> = (-2..=20).map(|place| on(9.0 * f64::from(place), radius)).collect();
        let section = Section::cardinal(CardinalPlane::Axial, middle);
        let curve = Arc::new(Curve::through(&points, &section, CurveMode::Straightened, 0.5).expect("one"));
        let height = 68;
        let pass = CurvedPass::new(volume.clone(), curve.clone(), 0.5, (9, height), Slab::PLANE, transform());
        let values = curved_modality_values(&pass);
        // The two end pieces know no further point and are a little shorter than their arcs.
        let lacking_mm = (198_f64.to_radians() * radius - curve.length_mm()) / 2.0;
        for (row, values) in (0..).zip(values.values.chunks(9)).skip(4).take(60) {
            let along_mm = (f64::from(row) + 0.5) * 0.5 + lacking_mm;
            let degrees = (along_mm / radius).to_degrees() - 18.0;
            for (column, value) in (0..).zip(values) {
                let at = on(degrees, radius + (f64::from(column) + 0.5 - 4.5) * 0.5).xyz;
                let truth = 0.5 * (20.0 * at.x + 30.0 * at.y + 50.0 * at.z) - 100.0;
                // The spline is a hundredth of a millimetre off the circle at most, where values rise by 18 a millimetre.
                assert!((f64::from(*value) - truth).abs() < 0.3, "{row} {column}: {value} for {truth}");
            }
        }
        // A quarter turn shows the axis of the circle in place of its radius, and lying down the same values.
        let turned = CurvedPass { turn_degrees: 90.0, ..pass.clone() };
        let value = |pass: &CurvedPass, index: usize| curved_modality_values(pass).values[index];
        let rise = value(&turned, 9 * 20 + 6) - value(&turned, 9 * 20 + 4);
        assert!((f64::from(rise) - 25.0).abs() < 1e-3, "{rise}");
        let (right, down) = (pass.unrolled_from_view.x_axis(), pass.unrolled_from_view.y_axis());
        let map = Map::from_axes(down, right, Vector::new(0.0, 0.0, 1.0), pass.unrolled_from_view.origin());
        let lying = CurvedPass { view_size: (height, 9), unrolled_from_view: map, ..pass.clone() };
        let lying = curved_modality_values(&lying);
        let there = curved_modality_values(&pass);
        for (index, value) in there.values.iter().enumerate() {
            let (row, column) = (index / 9, index % 9);
            assert_eq!(lying.values[column * height as usize + row].to_bits(), value.to_bits());
        }
    }
}

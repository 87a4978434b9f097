//! The volume that a display set makes, or why it makes none. PS3.3 C.7.6.2; rules.

use std::sync::Arc;

use crate::dicom::{Frame, FrameKey};
use crate::geometry::{
    ImagePlane, Map, Patient, SAME_POSITION_MM, SPACING_TOLERANCE_SHARE, StackAxis, Voxel,
};
use crate::grayscale::ModalityLut;
use crate::volume::{Layer, Slice, Volume};

use super::finding::Finding;
use super::model::{DisplaySet, Image};

/// Nothing is interpolated between images further apart than so many times the distance of the others.
const GAP_SHARE_MAX: f64 = 1.5;

/// Why a display set makes no volume, for a reader.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum NoVolume {
    /// Colours are not projected.
    #[error("its images are in colour")]
    Color,
    /// An image has no plane.
    #[error("an image does not say where it lies in the patient")]
    NoPlace,
    /// There is one position.
    #[error("its images do not lie side by side")]
    OnePlane,
    /// Images are not of one size.
    #[error("its images differ in columns and rows, or in the size of their pixels")]
    Sizes,
    /// Images lie beside the line of the others.
    #[error("its images are shifted against one another by up to {most_mm:.1} mm")]
    Shifted {
        /// How far one lies beside the line.
        most_mm: f64,
    },
    /// Far more positions would be empty than are there, or there are too many.
    #[error("its images lie too far apart")]
    TooSparse,
}

/// Positions of a grid and what lies there, before there are pixels.
struct Grid {
    patient_from_voxel: Map<Patient, Voxel>,
    places: Vec<Place>,
}

/// What lies at one position of the grid: images by their places in the display set.
enum Place {
    Nothing,
    Image(usize),
    Between(usize, usize, f64),
}

impl DisplaySet {
    /// Its volume, with the pixels that `frame_of` has by now; what it lacks is a gap as what was never received.
    ///
    /// Its values are those that a VOI takes ([`Image::shown_lut`]). Where images are unevenly spaced, values at even distances lie between those of the two images around, within half a
    /// distance of the last image they are its own, and in a gap wider than 1.5 times the usual distance nothing lies. Of images at one position the first counts.
    pub fn volume(&self, frame_of: impl Fn(&FrameKey) -> Option<Arc<Frame>>) -> Result<Volume, NoVolume> {
        self.filled(&self.grid()?, frame_of, Image::shown_lut)
    }

    /// Its volume to be laid over another picture. Images that make none because they lie at one place are seen there, the first of
    /// them, as thick as its slice is; where Slice Thickness is not stated, as thick as a pixel is wide.
    pub fn layer_volume(
        &self,
        frame_of: impl Fn(&FrameKey) -> Option<Arc<Frame>>,
    ) -> Result<Volume, NoVolume> {
        self.layer_volume_by(frame_of, Image::shown_lut)
    }

    /// The same of the values that `lut_of` makes of stored ones.
    pub(super) fn layer_volume_by(
        &self,
        frame_of: impl Fn(&FrameKey) -> Option<Arc<Frame>>,
        lut_of: impl Fn(&Image) -> ModalityLut,
    ) -> Result<Volume, NoVolume> {
        let grid = match self.grid() {
            Err(NoVolume::OnePlane) => self.one_plane()?,
            grid => grid?,
        };
        self.filled(&grid, frame_of, lut_of)
    }

    fn one_plane(&self) -> Result<Grid, NoVolume> {
        let first = self.images.first().ok_or(NoVolume::OnePlane)?;
        let plane = first.plane.ok_or(NoVolume::NoPlace)?;
        let map = plane.patient_from_voxel();
        let thickness_mm = first.attributes().thickness_mm.filter(|mm| mm.is_finite() && *mm > 0.0);
        let deep = plane.normal() * thickness_mm.unwrap_or(plane.spacing.column);
        let patient_from_voxel = Map::from_axes(map.x_axis(), map.y_axis(), deep, map.origin());
        Ok(Grid { patient_from_voxel, places: vec![Place::Image(0)] })
    }

    /// The voxels of a grid.
    fn filled(
        &self,
        grid: &Grid,
        frame_of: impl Fn(&FrameKey) -> Option<Arc<Frame>>,
        lut_of: impl Fn(&Image) -> ModalityLut,
    ) -> Result<Volume, NoVolume> {
        let header = &self.images.first().ok_or(NoVolume::OnePlane)?.instance.image;
        let layer = |index: &usize| {
            let image = self.images.get(*index)?;
            Some(Layer {
                frame: frame_of(&image.key())?,
                modality: lut_of(image),
                padding: image.attributes().gray.padding,
            })
        };
        let slice = |place: &Place| match place {
            Place::Nothing => None,
            Place::Image(index) => layer(index).map(Slice::Acquired),
            Place::Between(below, above, share) => {
                Some(Slice::Between { below: layer(below)?, above: layer(above)?, share: *share })
            }
        };
        let slices = grid.places.iter().map(slice).collect();
        Volume::new((header.columns, header.rows), slices, grid.patient_from_voxel).ok_or(NoVolume::Sizes)
    }

    /// Why it makes no volume, without pixels; nothing where it does.
    pub fn no_volume(&self) -> Option<NoVolume> {
        self.grid().err()
    }

    fn grid(&self) -> Result<Grid, NoVolume> {
        if self.images.iter().any(|image| image.instance.pixels.is_color()) {
            return Err(NoVolume::Color);
        }
        let plane = |image: &Image| image.plane.ok_or(NoVolume::NoPlace);
        let planes = self.images.iter().map(plane).collect::<Result<Vec<ImagePlane>, _>>()?;
        let axis = self.axis.as_ref().ok_or(NoVolume::OnePlane)?;
        let shift = self.findings.iter().find_map(|finding| match finding {
            Finding::LateralShift { most_mm } => Some(*most_mm),
            _ => None,
        });
        if let Some(most_mm) = shift {
            return Err(NoVolume::Shifted { most_mm });
        }
        if !are_alike(&self.images, &planes) {
            return Err(NoVolume::Sizes);
        }
        grid_of(&planes, axis)
    }
}

/// Whether images have the same columns, rows and Pixel Spacing, and lie alike.
fn are_alike(images: &[Image], planes: &[ImagePlane]) -> bool {
    let side = |image: &Image| (image.instance.image.columns, image.instance.image.rows);
    let are_near = |a: f64, b: f64| (a - b).abs() <= a * SPACING_TOLERANCE_SHARE;
    let (Some(first), Some(plane)) = (images.first(), planes.first()) else { return false };
    images.iter().all(|image| side(image) == side(first))
        && planes.iter().all(|other| {
            other.is_parallel_to(plane)
                && are_near(plane.spacing.row, other.spacing.row)
                && are_near(plane.spacing.column, other.spacing.column)
        })
}

/// Of planes sorted along their normal.
fn grid_of(stack: &[ImagePlane], axis: &StackAxis) -> Result<Grid, NoVolume> {
    let (Some(first), Some(last)) = (stack.first(), stack.last()) else { return Err(NoVolume::OnePlane) };
    let start_mm = first.distance_along(axis.normal);
    let length_mm = last.distance_along(axis.normal) - start_mm;
    let tolerance_mm = (axis.spacing_mm * SPACING_TOLERANCE_SHARE).max(SAME_POSITION_MM);
    let even_steps = (length_mm / axis.spacing_mm).round();
    let is_even = (length_mm - even_steps * axis.spacing_mm).abs() <= tolerance_mm * even_steps;
    // Spacings are written with few digits, which must not add up. Of an uneven stack as many planes as can be keep their places, and
    // the grid ends within half a distance of the last image, which reaches as far.
    let step_mm = if is_even { length_mm / even_steps } else { axis.spacing_mm };
    if !(even_steps >= 1.0 && step_mm > 0.0) {
        return Err(NoVolume::OnePlane);
    }
    if even_steps + 1.0 > f64::from(Volume::SIDE_MAX) {
        return Err(NoVolume::TooSparse);
    }
    let mut positions: Vec<(usize, f64)> = Vec::with_capacity(stack.len());
    for (index, plane) in stack.iter().enumerate() {
        let mm = plane.distance_along(axis.normal) - start_mm;
        if positions.last().is_none_or(|(_, before)| mm - before >= SAME_POSITION_MM) {
            positions.push((index, mm));
        }
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked above")]
    let count = even_steps as u32 + 1;
    let places = (0..count)
        .map(|place| place_at(f64::from(place) * step_mm, &positions, tolerance_mm, axis.spacing_mm))
        .collect();
    let map = first.patient_from_voxel();
    let step = (last.origin - first.origin) * (step_mm / length_mm);
    let patient_from_voxel = Map::from_axes(map.x_axis(), map.y_axis(), step, first.origin);
    Ok(Grid { patient_from_voxel, places })
}

/// What lies so many millimetres from the first of the sorted positions.
fn place_at(mm: f64, positions: &[(usize, f64)], tolerance_mm: f64, spacing_mm: f64) -> Place {
    let after = positions.partition_point(|(_, position)| *position < mm);
    let (below, above) =
        (after.checked_sub(1).and_then(|before| positions.get(before)), positions.get(after));
    let near = |place: Option<&(usize, f64)>| {
        place.filter(|(_, position)| (position - mm).abs() <= tolerance_mm).copied()
    };
    let nearest = match (near(below), near(above)) {
        (Some(below), Some(above)) if mm - below.1 > above.1 - mm => Some(above),
        (below, above) => below.or(above),
    };
    match (nearest, below, above) {
        (Some((index, _)), ..) => Place::Image(index),
        (None, Some((below, low)), Some((above, high))) if high - low <= spacing_mm * GAP_SHARE_MAX => {
            Place::Between(*below, *above, (mm - low) / (high - low))
        }
        // Beyond the last image it is continued, as beyond the outermost voxels.
        (None, Some((index, _)), None) => Place::Image(*index),
        _ => Place::Nothing,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geometry::Point;
    use crate::units::MmPerPixel;

    const SQUARE: MmPerPixel = MmPerPixel { row: 1.0, column: 1.0 };

    /// Axial planes at these heights, as words: `#` an image, `-` between two, `.` nothing.
    fn check(heights_mm: &[f64], expected: &str) -> Grid {
        let plane = |&z: &f64| {
            ImagePlane::new([0.0, 0.0, z], [1.0, 0.0, 0.0, 0.0, 1.0, 0.0], SQUARE).expect("an axial plane")
        };
        let planes: Vec<_> = heights_mm.iter().map(plane).collect();
        let axis = StackAxis::of(&planes).expect("an axis");
        let grid = grid_of(&planes, &axis).expect("a grid");
        let words: String = grid
            .places
            .iter()
            .map(|place| match place {
                Place::Image(_) => '#',
                Place::Between(..) => '-',
                Place::Nothing => '.',
            })
            .collect();
        assert_eq!(words, expected, "{heights_mm:?}");
        grid
    }

    #[test]
    fn even_planes_are_the_grid_and_missing_ones_gaps_in_it() {
        check(&[0.0, 2.0, 4.0, 6.0], "####");
        check(&[0.0, 2.0, 4.0, 4.0, 6.0], "####");
        check(&[0.0, 2.0, 4.0, 8.0, 10.0, 12.0], "###.###");
    }

    #[test]
    fn uneven_planes_are_met_by_their_true_positions() {
        let grid = check(&[0.0, 2.0, 4.0, 6.0, 8.6, 11.2, 14.0], "####---#");
        let Some(Place::Between(3, 4, share)) = grid.places.get(4) else { panic!("between 3 and 4") };
        assert!((share - 2.0 / 2.6).abs() < 1e-9, "{share}");
        // A gap of 1.6 times the distance is no place for anatomy.
        check(&[0.0, 2.0, 4.0, 6.0, 9.2, 11.2], "####.-#");
    }

    /// The last image of an uneven stack was received, wherever the grid ends: nothing beyond it counts as lacking.
    #[test]
    fn an_uneven_stack_ends_with_its_last_image() {
        let grid = check(&[0.0, 2.0, 4.0, 6.0, 8.6, 11.2, 13.6], "####---#");
        assert!(matches!(grid.places.last(), Some(Place::Image(6))), "the last one, not a copy");
        // Here it lies in the last voxel.
        check(&[0.0, 2.0, 4.0, 6.0, 8.6, 11.2, 12.9], "####---");
    }

    /// Spacings written with few digits add up to no drift: the last plane is where it is.
    #[test]
    fn the_last_plane_lies_where_it_says() {
        let heights: Vec<f64> = (0..1000).map(|slice| f64::from(slice) * 0.6254).collect();
        let grid = check(&heights, &"#".repeat(1000));
        let last = grid.patient_from_voxel * Point::new(0.0, 0.0, 999.0);
        assert!((last.xyz.z - 999.0 * 0.6254).abs() < 1e-9, "{last:?}");
    }

    #[test]
    fn a_tilted_stack_is_sheared() {
        let (sin, cos) = 20_f64.to_radians().sin_cos();
        let planes = [0.0, 5.0, 10.0].map(|z| {
            ImagePlane::new([0.0, 0.0, z], [1.0, 0.0, 0.0, 0.0, cos, sin], SQUARE).expect("a tilted plane")
        });
        let axis = StackAxis::of(&planes).expect("three planes");
        let grid = grid_of(&planes, &axis).expect("a grid");
        let at = grid.patient_from_voxel * Point::new(2.0, 3.0, 1.0);
        let truth = [2.0, 3.0 * cos, 5.0 + 3.0 * sin];
        assert!((at.xyz - glam::DVec3::from_array(truth)).length() < 1e-12, "{at:?}");
    }
}

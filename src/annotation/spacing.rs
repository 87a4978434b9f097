//! Which millimetres may be used, and what they are called. PS3.3 10.7; rules.

use super::basis::{Basis, Magnification};
use crate::dicom::{Calibration, Instance, RegionFormat, UltrasoundRegion};
use crate::geometry::{Image, Point, Vector};
use crate::study;
use crate::units::MmPerPixel;

/// Modalities whose images are cross-sections, places stated or not.
const SECTIONAL: [&str; 7] = ["CT", "MR", "PT", "OPT", "RTDOSE", "SEG", "SM"];

/// Modalities of projections; of those that also make cross-sections see [`RECONSTRUCTED`].
const PROJECTED: [&str; 9] = ["CR", "DX", "MG", "XA", "RF", "IO", "PX", "RG", "RTIMAGE"];

/// X-Ray 3D Angiographic, X-Ray 3D Craniofacial and Breast Tomosynthesis Image Storage.
const RECONSTRUCTED: [&str; 3] =
    ["1.2.840.10008.5.1.4.1.1.13.1.1", "1.2.840.10008.5.1.4.1.1.13.1.2", "1.2.840.10008.5.1.4.1.1.13.1.3"];

/// The secondary captures: pictures of something, which are what they say only where they have a place in the patient.
const SECONDARY_CAPTURE: &str = "1.2.840.10008.5.1.4.1.1.7";

/// Spacings that differ by a smaller share are one spacing, written with fewer digits.
const SAME_SPACING_SHARE: f64 = 1e-3;

/// What the distance of two pixels is worth.
#[derive(Debug, Clone, PartialEq)]
pub struct Scale {
    /// Size of a pixel, where millimetres may be used.
    pub mm_per_pixel: Option<MmPerPixel>,
    /// What the size rests on.
    pub basis: Basis,
    /// Height of a pixel over its width.
    pub aspect: f64,
}

/// Why no distance may be given at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The points lie in ultrasound regions with different scales, or in two pictures beside each other.
    #[error("crosses ultrasound regions")]
    Crossing,
    /// A point lies in no ultrasound region.
    #[error("outside the ultrasound regions")]
    Outside,
    /// The region shows something over time, or drawings.
    #[error("no distances here: {}", .0.name())]
    NotTissue(RegionFormat),
    /// The region shows tissue and does not say how large it is.
    #[error("ultrasound region without centimetres")]
    Uncalibrated,
}

impl Scale {
    fn millimetres(mm: MmPerPixel, basis: Basis) -> Self {
        Self { mm_per_pixel: Some(mm), basis, aspect: mm.row / mm.column }
    }

    /// The scale by which the line between two points is `known_mm` long: the reader's own calibration, rule X-10 g.
    ///
    /// `None` where the points coincide or the length is none.
    pub fn calibrated([a, b]: [Point<Image>; 2], known_mm: f64, aspect: f64) -> Option<Self> {
        let plain = Self { mm_per_pixel: None, basis: Basis::Pixels, aspect };
        let column = known_mm / plain.vector(a, b).length();
        let is_length = column.is_finite() && column > 0.0;
        is_length.then(|| Self::millimetres(MmPerPixel { row: column * aspect, column }, Basis::Reader))
    }

    /// From one point to another, in millimetres; in widths of a pixel where there are none. Rule X-12.
    pub(super) fn vector(&self, from: Point<Image>, to: Point<Image>) -> Vector<Image> {
        let (row, column) = self.mm_per_pixel.map_or((self.aspect, 1.0), |mm| (mm.row, mm.column));
        let pixels = (to - from).xyz;
        Vector::flat(pixels.x * column, pixels.y * row)
    }
}

/// The scale for a mark with these points.
pub fn scale_for(image: &study::Image, points: &[Point<Image>]) -> Result<Scale, Refusal> {
    let instance = &*image.instance;
    let nothing = Calibration::default();
    let calibration = instance.calibration.as_deref().unwrap_or(&nothing);
    if !calibration.regions.is_empty() {
        return in_region(&calibration.regions, points);
    }
    let spacing = image.attributes().spacing;
    let pixels = Scale { mm_per_pixel: None, basis: Basis::Pixels, aspect: instance.image.pixel_aspect };
    let scale = if is_section(image) {
        spacing.map(|mm| Scale::millimetres(mm, Basis::Section))
    } else {
        projected(spacing, calibration)
    };
    Ok(scale.unwrap_or(pixels))
}

/// The same where a presentation state gives the image a size of its pixels: it counts where the image has none. PS3.3 C.10.4.
pub fn scale_by_state(
    image: &study::Image,
    points: &[Point<Image>],
    stated: Option<MmPerPixel>,
) -> Result<Scale, Refusal> {
    let scale = scale_for(image, points)?;
    let stated = stated.filter(|_| scale.basis == Basis::Pixels);
    Ok(stated.map_or(scale, |mm| Scale::millimetres(mm, Basis::Presentation)))
}

/// Whether an image states a size of its pixels, in whatever sense, and none is that which a presentation state gives it.
pub fn contradicts(image: &study::Image, stated: MmPerPixel) -> bool {
    let calibration = image.instance.calibration.as_deref();
    let own = calibration.into_iter().flat_map(|of| {
        let flat = [of.imager_spacing, of.scanned_spacing, of.object_spacing];
        flat.into_iter().chain(of.regions.iter().map(|region| region.mm_per_pixel))
    });
    // What is measured by may be none of these: the detector's over a magnification.
    let measured = scale_for(image, &[]).ok().and_then(|scale| scale.mm_per_pixel);
    let own = own.chain([measured, image.attributes().spacing]).flatten().collect::<Vec<_>>();
    !own.is_empty() && !own.into_iter().any(|own| are_same(own, stated))
}

/// Whether the image shows a plane in the patient, or another where Pixel Spacing is the size of what is seen.
fn is_section(image: &study::Image) -> bool {
    let Instance { sop_class, series, .. } = &*image.instance;
    let modality = series.modality.as_str();
    if RECONSTRUCTED.contains(&sop_class.as_str()) {
        return true;
    }
    // The scanogram of a CT has a place, and is a projection all the same. PS3.3 C.8.2.1.1.1.
    let is_scanogram = modality == "CT" && image.attributes().image_type.iter().any(|of| of == "LOCALIZER");
    if is_scanogram || PROJECTED.contains(&modality) {
        return false;
    }
    let kind = sop_class.strip_prefix(SECONDARY_CAPTURE);
    let is_capture = kind.is_some_and(|kind| kind.is_empty() || kind.starts_with('.'));
    image.plane.is_some() || SECTIONAL.contains(&modality) && !is_capture
}

/// Rule X-10 a to e, for projections and for pictures of which nothing is known.
fn projected(spacing: Option<MmPerPixel>, calibration: &Calibration) -> Option<Scale> {
    let Calibration { imager_spacing, scanned_spacing, object_spacing, method, .. } = calibration;
    let flat = imager_spacing.or(*scanned_spacing);
    match (spacing, *method, flat) {
        (Some(mm), Some(method), _) => {
            let description = calibration.description.clone();
            return Some(Scale::millimetres(mm, Basis::Corrected { method, description }));
        }
        (Some(mm), None, Some(flat)) if !are_same(mm, flat) => {
            return Some(Scale::millimetres(mm, Basis::CorrectedSomehow));
        }
        _ => {}
    }
    if let Some(mm) = *object_spacing {
        return Some(Scale::millimetres(mm, Basis::BeamCentre));
    }
    if let Some(mm) = *imager_spacing {
        let Some((factor, magnification)) = magnification(calibration) else {
            return Some(Scale::millimetres(mm, Basis::Detector));
        };
        let mm = MmPerPixel { row: mm.row / factor, column: mm.column / factor };
        return Some(Scale::millimetres(mm, Basis::Estimated(magnification)));
    }
    let scanned = scanned_spacing.map(|mm| Scale::millimetres(mm, Basis::ScannedFilm));
    scanned.or_else(|| spacing.map(|mm| Scale::millimetres(mm, Basis::Unknown)))
}

/// How many times larger the shadow on the detector is than what casts it: as stated, or by the distances.
fn magnification(calibration: &Calibration) -> Option<(f64, Magnification)> {
    let by_distances = || {
        let factor = calibration.source_to_detector_mm? / calibration.source_to_patient_mm?;
        Some((factor, Magnification::Distances { factor }))
    };
    let stated = calibration.magnification.map(|factor| (factor, Magnification::Stated { factor }));
    // No patient is behind the detector, and none inside the tube.
    stated.or_else(by_distances).filter(|(factor, _)| (1.0..10.0).contains(factor))
}

fn are_same(a: MmPerPixel, b: MmPerPixel) -> bool {
    let are_near = |a: f64, b: f64| (a - b).abs() <= SAME_SPACING_SHARE * b;
    are_near(a.row, b.row) && are_near(a.column, b.column)
}

/// Rule X-11: the region that holds all points. Where regions overlap, one of high priority lies above, then the smaller.
fn in_region(regions: &[UltrasoundRegion], points: &[Point<Image>]) -> Result<Scale, Refusal> {
    let topmost = |points: &[Point<Image>]| {
        let around = regions.iter().filter(|region| points.iter().all(|point| holds(region, *point)));
        around.min_by_key(|region| (!region.is_high_priority, pixels_of(region)))
    };
    let Some(region) = topmost(points) else {
        let is_out = points.iter().any(|point| topmost(&[*point]).is_none());
        return Err(if is_out { Refusal::Outside } else { Refusal::Crossing });
    };
    // One end may lie in an inset above this region. Flow over tissue has the same scale and does no harm.
    let is_alike =
        |other: &UltrasoundRegion| (other.format, other.mm_per_pixel) == (region.format, region.mm_per_pixel);
    if !points.iter().all(|point| topmost(&[*point]).is_none_or(is_alike)) {
        return Err(Refusal::Crossing);
    }
    if region.format != RegionFormat::TwoDimensional {
        return Err(Refusal::NotTissue(region.format));
    }
    let mm = region.mm_per_pixel.ok_or(Refusal::Uncalibrated)?;
    Ok(Scale::millimetres(mm, Basis::UltrasoundRegion))
}

/// Whether a position lies in a pixel of the region, edges included.
fn holds(region: &UltrasoundRegion, point: Point<Image>) -> bool {
    let UltrasoundRegion { left, top, right, bottom, .. } = *region;
    (f64::from(left)..=f64::from(right) + 1.0).contains(&point.xyz.x)
        && (f64::from(top)..=f64::from(bottom) + 1.0).contains(&point.xyz.y)
}

fn pixels_of(region: &UltrasoundRegion) -> u64 {
    let side = |first: u32, last: u32| u64::from(last.saturating_sub(first)) + 1;
    side(region.left, region.right).saturating_mul(side(region.top, region.bottom))
}

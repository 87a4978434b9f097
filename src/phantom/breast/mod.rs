//! Mammograms: four views of two breasts as a unit with a flat detector writes them, and the truth about them.
//!
//! [`Body`] is here the breast as it is pressed for a view, in millimetres: +x from the chest wall, +y down the image, the origin at
//! the chest wall, halfway down. Right is left mirrored, but for what only one of them has: a mass on the left, a cluster on the right.

mod anatomy;
#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use dicom_dictionary_std::{tags, uids};
use rayon::iter::{IntoParallelIterator, ParallelIterator};

use super::hash;
use super::scene::{AIR_HU, Scene};
use super::shape::Body;
use super::study::Visit;
use super::write::{PhantomError, patient_and_study};
use crate::dicom::{InstanceUid, SeriesUid, StudyUid, Writer};
use crate::geometry::{Map, Point, Vector, Voxel};

use self::anatomy::scene;

/// The largest value of 12 bits.
const VALUE_MAX: f32 = 4095.0;
/// The standard deviation of the noise within the breast.
const NOISE: f32 = 12.0;

const CURRENT: Visit = Visit {
    date: "20261118",
    time: "101500",
    age: "062Y",
    accession: "ZZ20261118",
    study_id: "4",
    lesion_radius_mm: 8.0,
    shift_mm: [0.0, 0.0, 0.0],
};

const PRIOR: Visit = Visit {
    date: "20241114",
    time: "095000",
    age: "060Y",
    accession: "ZZ20241114",
    study_id: "3",
    lesion_radius_mm: 5.0,
    shift_mm: [0.0, 4.0, 0.0],
};

/// A screening study of both breasts that can be made. Its patient is that of [`Phantom`](super::Phantom).
///
/// Each view is a series of its own, as most units write it. Equal studies make equal files.
#[derive(Debug, Clone)]
pub struct BreastPhantom {
    description: Description,
    scenes: Arc<[Scene; 4]>,
}

/// Everything that decides about the files.
#[derive(Debug, Clone)]
struct Description {
    visit: Visit,
    rows: u16,
    columns: u16,
    /// The side of a pixel at the detector, which is also that in the breast.
    pixel_mm: f64,
}

/// A view of a breast.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BreastView {
    /// Right, from above.
    RightCc,
    /// Left, from above.
    LeftCc,
    /// Right, obliquely from the middle.
    RightMlo,
    /// Left, obliquely from the middle.
    LeftMlo,
}

/// Something whose place is promised.
#[derive(Debug, Clone, PartialEq)]
pub struct BreastObject {
    /// In which view.
    pub view: BreastView,
    /// `mass` or `cluster`.
    pub name: &'static str,
    /// Its centre: mm to the right and down from the outer corner of the first pixel.
    pub centre_mm: [f64; 2],
    /// Its radius.
    pub radius_mm: f64,
    /// The stored value at its centre; of the cluster, that of its speck there.
    pub value: f64,
}

impl BreastView {
    /// All of them, in the order in which they are read and written.
    pub const ALL: [Self; 4] = [Self::RightCc, Self::LeftCc, Self::RightMlo, Self::LeftMlo];

    /// Image Laterality: `R` or `L`.
    pub const fn laterality(self) -> &'static str {
        if self.is_left() { "L" } else { "R" }
    }

    /// View Position: `CC` or `MLO`.
    pub const fn position(self) -> &'static str {
        if self.is_oblique() { "MLO" } else { "CC" }
    }

    const fn is_left(self) -> bool {
        matches!(self, Self::LeftCc | Self::LeftMlo)
    }

    const fn is_oblique(self) -> bool {
        matches!(self, Self::RightMlo | Self::LeftMlo)
    }

    /// Patient Orientation with the chest wall of the right breast at the right, of the left one at the left. PS3.3 C.7.6.1.1.1.
    const fn orientation(self) -> &'static str {
        match self {
            Self::RightCc => "P\\L",
            Self::LeftCc => "A\\R",
            Self::RightMlo => "P\\FL",
            Self::LeftMlo => "A\\FR",
        }
    }

    /// From the chest wall to the nipple, mm.
    const fn length_mm(self) -> f64 {
        if self.is_oblique() { 100.0 } else { 92.0 }
    }

    /// How far the breast hangs down in the image.
    const fn tilt_degrees(self) -> f64 {
        if self.is_oblique() { 14.0 } else { 0.0 }
    }

    /// A place so far before the nipple, and so far below the line from there to the chest wall.
    fn place(self, to_nipple_mm: f64, below_mm: f64) -> Point<Body> {
        let (sin, cos) = libm::sincos(self.tilt_degrees().to_radians());
        let along_mm = self.length_mm() - to_nipple_mm;
        Point::flat(along_mm * cos - below_mm * sin, along_mm * sin + below_mm * cos)
    }
}

impl BreastPhantom {
    /// The current study: images of 800 × 1000 pixels of 0.2 mm.
    pub fn screening() -> Self {
        Self::new(Description { visit: CURRENT, rows: 1000, columns: 800, pixel_mm: 0.2 })
    }

    fn new(description: Description) -> Self {
        let scenes = BreastView::ALL.map(|view| scene(view, description.visit.lesion_radius_mm));
        Self { description, scenes: Arc::new(scenes) }
    }

    /// The same patient two years before, on a larger detector with larger pixels: a smaller mass, a breast slightly further down.
    #[must_use]
    pub fn prior(&self) -> Self {
        let Description { rows, columns, pixel_mm, .. } = self.description;
        Self::new(Description {
            visit: PRIOR,
            rows: rows / 25 * 24,
            columns: columns / 20 * 19,
            pixel_mm: pixel_mm * 1.25,
        })
    }

    /// The same breasts in images of 80 × 100 pixels of 2 mm: made in milliseconds, for tests.
    #[must_use]
    pub fn small(mut self) -> Self {
        self.description.rows /= 10;
        self.description.columns /= 10;
        self.description.pixel_mm *= 10.0;
        self
    }

    /// The side of a pixel, mm.
    pub const fn pixel_mm(&self) -> f64 {
        self.description.pixel_mm
    }

    /// Study Instance UID.
    pub fn study_uid(&self) -> StudyUid {
        StudyUid::new(&self.uid("study"))
    }

    /// Series Instance UID of a view.
    pub fn series_uid(&self, view: BreastView) -> SeriesUid {
        SeriesUid::new(&self.uid(&format!("series {view:?}")))
    }

    /// SOP Instance UID of a view.
    pub fn instance_uid(&self, view: BreastView) -> InstanceUid {
        InstanceUid::new(&self.uid(&format!("image {view:?}")))
    }

    /// The true stored value of a view, mm to the right and down from the outer corner of its first pixel: without noise, an edge
    /// being a ramp one pixel wide.
    pub fn value_at(&self, view: BreastView, [right_mm, down_mm]: [f64; 2]) -> f64 {
        let point = Point::flat(self.mirrored(view, right_mm), down_mm - self.middle_mm());
        self.scene(view).hu_at(point, self.pixel_mm()) - AIR_HU
    }

    /// Where the mass and the cluster are, in each view that shows them.
    pub fn truth(&self) -> Vec<BreastObject> {
        let of_view = |view: BreastView| {
            self.scene(view).named.iter().map(move |named| BreastObject {
                view,
                name: named.name,
                centre_mm: [self.mirrored(view, named.centre.xyz.x), named.centre.xyz.y + self.middle_mm()],
                radius_mm: named.radius_mm,
                value: named.hu - AIR_HU,
            })
        };
        BreastView::ALL.into_iter().flat_map(of_view).collect()
    }

    /// Makes the folder where it is missing and writes a file a view: `R_CC.dcm`, `L_CC.dcm`, `R_MLO.dcm`, `L_MLO.dcm`. Gives them in
    /// that order.
    pub fn write_into(&self, folder: &Path) -> Result<Vec<PathBuf>, PhantomError> {
        std::fs::create_dir_all(folder)?;
        let write = |view: BreastView| {
            let path = folder.join(format!("{}_{}.dcm", view.laterality(), view.position()));
            self.writer(view).write_to(&path)?;
            Ok(path)
        };
        BreastView::ALL.into_par_iter().map(write).collect()
    }

    fn scene(&self, view: BreastView) -> &Scene {
        &self.scenes[view as usize]
    }

    /// From the left edge of the image to the chest wall's, or the other way round.
    fn mirrored(&self, view: BreastView, x_mm: f64) -> f64 {
        if view.is_left() { x_mm } else { f64::from(self.description.columns) * self.pixel_mm() - x_mm }
    }

    /// How far down the image the breast has its middle.
    fn middle_mm(&self) -> f64 {
        let [_, down_mm, _] = self.description.visit.shift_mm;
        f64::from(self.description.rows) * self.pixel_mm() / 2.0 + down_mm
    }

    /// The stored values of a view, row by row.
    fn stored(&self, view: BreastView) -> Vec<i16> {
        let Description { rows, columns, pixel_mm, .. } = self.description;
        let away_from_wall = if view.is_left() { pixel_mm } else { -pixel_mm };
        let body_from_voxel: Map<Body, Voxel> = Map::from_axes(
            Vector::new(away_from_wall, 0.0, 0.0),
            Vector::new(0.0, pixel_mm, 0.0),
            Vector::new(0.0, 0.0, 1.0),
            Point::flat(self.mirrored(view, pixel_mm / 2.0), pixel_mm / 2.0 - self.middle_mm()),
        );
        let picture = self.scene(view).picture(body_from_voxel, rows, columns, pixel_mm);
        let seed = hash::seed(&self.uid(&format!("noise {view:?}")));
        let pieces = picture.chunks(hash::NOISE_PIECE).zip(0_u32..);
        let words = pieces.flat_map(|(pixels, piece)| {
            let noise = hash::noise(seed.wrapping_add(piece));
            pixels.iter().zip(noise).map(|(&hu, &noise)| stored(hu, noise))
        });
        words.collect()
    }

    /// A UID that follows from the whole description, so that files which differ never share one.
    fn uid(&self, what: &str) -> String {
        hash::uid(&format!("breasts {:?} {what}", self.description))
    }

    fn writer(&self, view: BreastView) -> Writer {
        let Description { visit, rows, columns, pixel_mm } = self.description;
        let writer = Writer::new(
            uids::DIGITAL_MAMMOGRAPHY_X_RAY_IMAGE_STORAGE_FOR_PRESENTATION,
            self.instance_uid(view).as_str(),
        );
        let writer = writer
            .text(tags::SPECIFIC_CHARACTER_SET, "ISO_IR 192")
            .text(tags::STUDY_INSTANCE_UID, self.study_uid().as_str())
            .text(tags::SERIES_INSTANCE_UID, self.series_uid(view).as_str())
            .decimals(tags::IMAGER_PIXEL_SPACING, &[pixel_mm, pixel_mm]);
        let writer = patient_and_study(writer, &visit, "Mammography screening phantom");
        let writer = mammography(series(writer, &visit, view), view);
        let writer = writer.gray_16(rows, columns, false);
        writer.number(tags::BITS_STORED, 12).number(tags::HIGH_BIT, 11).pixels(&self.stored(view))
    }
}

/// The nearest value that can be stored; air stays 0.
#[expect(clippy::cast_possible_truncation, reason = "clamped to 12 bits just before")]
fn stored(hu: f32, noise: f32) -> i16 {
    let value = hu - AIR_HU as f32;
    if value > 0.0 { (value + noise * NOISE).round().clamp(0.0, VALUE_MAX) as i16 } else { 0 }
}

/// Mammography Series, General Equipment, General Image and VOI LUT modules. PS3.3 C.8.11.6, C.7.5.1, C.7.6.1, C.11.2.
fn series(writer: Writer, visit: &Visit, view: BreastView) -> Writer {
    writer
        .text(tags::MODALITY, "MG")
        .text(tags::SERIES_NUMBER, &(view as u8 + 1).to_string())
        .text(tags::SERIES_DESCRIPTION, &format!("{} {}", view.laterality(), view.position()))
        .text(tags::SERIES_DATE, visit.date)
        .text(tags::SERIES_TIME, visit.time)
        .text(tags::MANUFACTURER, "Hotlight phantom")
        .text(tags::PRESENTATION_INTENT_TYPE, "FOR PRESENTATION")
        .text(tags::INSTANCE_NUMBER, "1")
        .text(tags::IMAGE_TYPE, "ORIGINAL\\PRIMARY")
        .text(tags::PATIENT_ORIENTATION, view.orientation())
        .text(tags::ACQUISITION_DATE, visit.date)
        .text(tags::ACQUISITION_TIME, visit.time)
        .text(tags::CONTENT_DATE, visit.date)
        .text(tags::CONTENT_TIME, visit.time)
        .text(tags::BURNED_IN_ANNOTATION, "NO")
        .text(tags::LOSSY_IMAGE_COMPRESSION, "00")
        .decimals(tags::WINDOW_CENTER, &[1900.0])
        .decimals(tags::WINDOW_WIDTH, &[3200.0])
        .text(tags::WINDOW_CENTER_WIDTH_EXPLANATION, "NORMAL")
}

/// DX Anatomy Imaged, DX Image, DX Detector, Mammography Image and Acquisition Context modules. PS3.3 C.8.11.2 to C.8.11.4, C.8.11.7,
/// C.7.6.14.
fn mammography(writer: Writer, view: BreastView) -> Writer {
    let code = |value: &str, meaning: &str| {
        let item = Writer::item().text(tags::CODE_VALUE, value).text(tags::CODING_SCHEME_DESIGNATOR, "SCT");
        item.text(tags::CODE_MEANING, meaning)
    };
    let coded_view = if view.is_oblique() {
        code("399368009", "medio-lateral oblique")
    } else {
        code("399162004", "cranio-caudal")
    };
    writer
        .text(tags::BODY_PART_EXAMINED, "BREAST")
        .sequence(tags::ANATOMIC_REGION_SEQUENCE, [code("76752008", "Breast")])
        .text(tags::IMAGE_LATERALITY, view.laterality())
        .text(tags::VIEW_POSITION, view.position())
        .sequence(
            tags::VIEW_CODE_SEQUENCE,
            [coded_view.sequence(tags::VIEW_MODIFIER_CODE_SEQUENCE, Vec::new())],
        )
        .text(tags::POSITIONER_TYPE, "MAMMOGRAPHIC")
        .text(tags::ORGAN_EXPOSED, "BREAST")
        .text(tags::DETECTOR_TYPE, "DIRECT")
        .decimals(tags::ESTIMATED_RADIOGRAPHIC_MAGNIFICATION_FACTOR, &[1.0])
        .text(tags::PIXEL_INTENSITY_RELATIONSHIP, "LOG")
        .shorts(tags::PIXEL_INTENSITY_RELATIONSHIP_SIGN, &[-1])
        .decimals(tags::RESCALE_INTERCEPT, &[0.0])
        .decimals(tags::RESCALE_SLOPE, &[1.0])
        .text(tags::RESCALE_TYPE, "US")
        .text(tags::PRESENTATION_LUT_SHAPE, "IDENTITY")
        .sequence(tags::ACQUISITION_CONTEXT_SEQUENCE, Vec::new())
}

//! The files of a phantom: CT Image Storage with every attribute that a scanner must write. PS3.3 A.3.

use std::path::{Path, PathBuf};

use dicom_dictionary_std::{tags, uids};
use rayon::iter::{IntoParallelIterator, ParallelIterator};

use super::study::{Description, Phantom, Visit};
use crate::dicom::{WriteError, Writer};

/// Why a phantom could not be written.
#[derive(Debug, thiserror::Error)]
pub enum PhantomError {
    /// The folder cannot be made.
    #[error("cannot make the folder for the phantom: {0}")]
    Folder(#[from] std::io::Error),
    /// A file cannot be written.
    #[error(transparent)]
    File(#[from] WriteError),
}

impl Phantom {
    /// Makes the folder where it is missing and writes a file a slice, `IM00001.dcm` being the one nearest the feet.
    ///
    /// A missing slice leaves out its number. Gives the files in that order.
    pub fn write_into(&self, folder: &Path) -> Result<Vec<PathBuf>, PhantomError> {
        std::fs::create_dir_all(folder)?;
        let write = |slice: u32| {
            let path = folder.join(format!("IM{:05}.dcm", slice + 1));
            self.writer(slice).write_to(&path)?;
            Ok(path)
        };
        self.slices().into_par_iter().map(write).collect()
    }

    fn writer(&self, slice: u32) -> Writer {
        let d = self.description();
        let writer = Writer::new(uids::CT_IMAGE_STORAGE, self.instance_uid(slice).as_str())
            .text(tags::SPECIFIC_CHARACTER_SET, "ISO_IR 192")
            .text(tags::STUDY_INSTANCE_UID, self.study_uid().as_str())
            .text(tags::SERIES_INSTANCE_UID, self.series_uid().as_str())
            .text(tags::FRAME_OF_REFERENCE_UID, self.frame_of_reference_uid().as_str())
            .text(tags::INSTANCE_NUMBER, &(slice + 1).to_string());
        let writer = patient_and_study(writer, &d.visit, "CT chest phantom");
        let writer = series(writer, d);
        let writer = self.place(writer, slice);
        pixel_format(writer, d).pixels(&self.stored(slice))
    }

    /// Image Plane module. PS3.3 C.7.6.2.
    fn place(&self, writer: Writer, slice: u32) -> Writer {
        let d = self.description();
        let plane = self.plane(slice);
        let (row, column) = (plane.row_direction.xyz, plane.column_direction.xyz);
        let orientation: Vec<f64> = row.to_array().into_iter().chain(column.to_array()).collect();
        writer
            .decimals(tags::IMAGE_POSITION_PATIENT, &plane.origin.xyz.to_array())
            .decimals(tags::IMAGE_ORIENTATION_PATIENT, &orientation)
            .decimals(tags::PIXEL_SPACING, &[d.spacing.row, d.spacing.column])
            .decimals(tags::SLICE_THICKNESS, &[d.step_mm])
            .decimals(tags::SLICE_LOCATION, &[plane.distance_along(plane.normal())])
            .text(tags::POSITION_REFERENCE_INDICATOR, "SN")
    }
}

/// Patient, General Study and Patient Study modules. PS3.3 C.7.1.1, C.7.2.1, C.7.2.2.
pub(super) fn patient_and_study(writer: Writer, visit: &Visit, description: &str) -> Writer {
    writer
        .text(tags::PATIENT_NAME, "ZZCANARY^PHANTOM")
        .text(tags::PATIENT_ID, "ZZ1234567")
        .text(tags::PATIENT_BIRTH_DATE, "19640312")
        .text(tags::PATIENT_SEX, "F")
        .text(tags::PATIENT_AGE, visit.age)
        .text(tags::STUDY_DATE, visit.date)
        .text(tags::STUDY_TIME, visit.time)
        .text(tags::STUDY_ID, visit.study_id)
        .text(tags::ACCESSION_NUMBER, visit.accession)
        .text(tags::REFERRING_PHYSICIAN_NAME, "ZZCANARY^REFERRER")
        .text(tags::STUDY_DESCRIPTION, description)
}

/// General Series, General Equipment, Contrast/Bolus and CT Image modules. PS3.3 C.7.3.1, C.7.5.1, C.7.6.4, C.8.2.1.
fn series(writer: Writer, d: &Description) -> Writer {
    let reconstruction_mm = d.spacing.column * f64::from(d.columns);
    writer
        .text(tags::MODALITY, "CT")
        .text(tags::SERIES_NUMBER, "2")
        .text(tags::SERIES_DESCRIPTION, &format!("soft {:.1} mm", d.step_mm))
        .text(tags::SERIES_DATE, d.visit.date)
        .text(tags::SERIES_TIME, d.visit.time)
        .text(tags::BODY_PART_EXAMINED, "CHEST")
        .text(tags::PATIENT_POSITION, "HFS")
        .text(tags::MANUFACTURER, "Hotlight phantom")
        .text(tags::CONTRAST_BOLUS_AGENT, "phantom contrast")
        .text(tags::IMAGE_TYPE, "ORIGINAL\\PRIMARY\\AXIAL")
        .text(tags::ACQUISITION_NUMBER, "1")
        .text(tags::ACQUISITION_DATE, d.visit.date)
        .text(tags::ACQUISITION_TIME, d.visit.time)
        .text(tags::CONTENT_DATE, d.visit.date)
        .text(tags::CONTENT_TIME, d.visit.time)
        .text(tags::KVP, "120")
        .text(tags::CONVOLUTION_KERNEL, "SOFT")
        .decimals(tags::RECONSTRUCTION_DIAMETER, &[reconstruction_mm])
        .decimals(tags::GANTRY_DETECTOR_TILT, &[d.tilt_degrees])
}

/// Image Pixel and VOI LUT modules, and the rescale of the CT Image module. PS3.3 C.7.6.3, C.11.2, C.8.2.1.
fn pixel_format(writer: Writer, d: &Description) -> Writer {
    let writer = writer
        .number(tags::SAMPLES_PER_PIXEL, 1)
        .text(tags::PHOTOMETRIC_INTERPRETATION, d.photometric.name())
        .number(tags::ROWS, d.rows)
        .number(tags::COLUMNS, d.columns)
        .number(tags::BITS_ALLOCATED, 16)
        .number(tags::BITS_STORED, d.bits_stored)
        .number(tags::HIGH_BIT, d.bits_stored - 1)
        .number(tags::PIXEL_REPRESENTATION, u16::from(d.is_signed))
        .decimals(tags::RESCALE_INTERCEPT, &[d.intercept])
        .decimals(tags::RESCALE_SLOPE, &[d.slope])
        .text(tags::RESCALE_TYPE, "HU");
    if d.windows.is_empty() {
        return writer;
    }
    let centers: Vec<f64> = d.windows.iter().map(|(center, ..)| *center).collect();
    let widths: Vec<f64> = d.windows.iter().map(|(_, width, _)| *width).collect();
    let explanations: Vec<&str> = d.windows.iter().map(|(.., text)| text.as_str()).collect();
    writer
        .decimals(tags::WINDOW_CENTER, &centers)
        .decimals(tags::WINDOW_WIDTH, &widths)
        .text(tags::WINDOW_CENTER_WIDTH_EXPLANATION, &explanations.join("\\"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dicom::{Instance, Photometric, read_frame};
    use crate::geometry::{ImagePlane, Patient, Point, StackAxis};
    use crate::units::MmPerPixel;

    /// A slice as the program reads it.
    struct Read {
        instance: Instance,
        plane: ImagePlane,
        hu: Vec<f64>,
    }

    fn write(phantom: &Phantom) -> (tempfile::TempDir, Vec<PathBuf>) {
        let folder = tempfile::tempdir().expect("a folder");
        let files = phantom.write_into(&folder.path().join("study")).expect("files");
        (folder, files)
    }

    fn read(path: &Path) -> Read {
        let instance = Instance::read(path).expect("a header");
        let frame = read_frame(&instance, 0).expect("pixels");
        let image = instance.frame(0);
        let (position, orientation) =
            (image.position.expect("a place"), image.orientation.expect("a direction"));
        let plane =
            ImagePlane::new(position, orientation, image.spacing.expect("a spacing")).expect("a plane");
        let (slope, intercept) = image.gray.rescale.expect("a rescale");
        let hu = (0..frame.pixels.count()).filter_map(|i| frame.stored(i)).map(|s| s.0 * slope + intercept);
        Read { hu: hu.collect(), plane, instance }
    }

    fn read_all(phantom: &Phantom) -> Vec<Read> {
        let (_folder, files) = write(phantom);
        files.iter().map(|path| read(path)).collect()
    }

    impl Read {
        fn points(&self) -> impl Iterator<Item = (Point<Patient>, f64)> + '_ {
            let columns = self.instance.image.columns;
            let patient_from_voxel = self.plane.patient_from_voxel();
            self.hu.iter().zip(0_u32..).map(move |(&hu, i)| {
                let voxel = Point::flat(f64::from(i % columns), f64::from(i / columns));
                (patient_from_voxel * voxel, hu)
            })
        }

        /// The value of the pixel whose centre is nearest to `point`, and how far that is.
        fn nearest(&self, point: Point<Patient>) -> (f64, f64) {
            let away = self.points().map(|(at, hu)| (hu, (at - point).length()));
            away.min_by(|a, b| a.1.total_cmp(&b.1)).expect("a pixel")
        }
    }

    /// Pixels equal the truth at their centres as the file states them, to within `most` HU: half a stored step and a little.
    ///
    /// One in eleven is looked at, in all columns by turns.
    fn check_pixels(phantom: &Phantom, most: f64) {
        for slice in read_all(phantom) {
            for (point, hu) in slice.points().step_by(11) {
                let truth = phantom.hu_at(point);
                assert!((hu - truth).abs() <= most, "{point:?}: {hu} for {truth}");
            }
        }
    }

    #[test]
    fn pixels_read_back_are_the_truth_within_the_noise() {
        check_pixels(&Phantom::chest_ct().small(), 8.0 * 3.5 + 0.51);
    }

    #[test]
    fn pixels_read_back_are_the_truth_however_they_are_sliced_and_stored() {
        let spacing = MmPerPixel { row: 7.0, column: 4.0 };
        let exact = Phantom::chest_ct().small().with_slices(2).with_noise_hu(0.0);
        check_pixels(&exact.clone().prior(), 0.505);
        check_pixels(&exact.clone().with_tilt_degrees(20.0), 0.505);
        check_pixels(&exact.clone().with_oblique_degrees(10.0, -20.0, 30.0), 0.505);
        check_pixels(&exact.clone().with_matrix(40, 90, spacing), 0.505);
        check_pixels(&exact.clone().with_unsigned_12_bits(), 0.505);
        check_pixels(&exact.with_rescale(0.5, -2048.0), 0.253);
    }

    #[test]
    fn values_beyond_the_stored_range_are_clipped() {
        let phantom = Phantom::chest_ct().small().with_slices(1).with_noise_hu(0.0);
        let clipped = phantom.with_unsigned_12_bits().with_rescale(0.1, -100.0);
        let slices = read_all(&clipped);
        let most = slices.iter().flat_map(|slice| &slice.hu).copied().fold(f64::MIN, f64::max);
        let least = slices.iter().flat_map(|slice| &slice.hu).copied().fold(f64::MAX, f64::min);
        assert!((least + 100.0).abs() < 1e-9 && (most - 309.5).abs() < 1e-9, "{least} {most}");
    }

    #[test]
    fn named_objects_are_where_the_truth_says() {
        for phantom in [Phantom::chest_ct(), Phantom::chest_ct().prior(), Phantom::chest_ct().small()] {
            for object in phantom.truth().objects {
                let hu = phantom.hu_at(object.centre);
                assert!((hu - object.hu).abs() < 1e-6, "{object:?}: {hu}");
            }
        }
    }

    /// At full resolution, in the pixel nearest to the centre, as read from the file.
    #[test]
    fn named_objects_are_seen_in_the_pixels() {
        let phantom = Phantom::chest_ct().with_slices(3);
        let slices = read_all(&phantom);
        for object in phantom.truth().objects {
            let seen = slices.iter().map(|slice| slice.nearest(object.centre));
            let (hu, away) = seen.min_by(|a, b| a.1.total_cmp(&b.1)).expect("a slice");
            assert!(
                away < object.radius_mm - 0.35 && (hu - object.hu).abs() < 8.0 * 3.5 + 0.51,
                "{object:?}: {hu}"
            );
        }
    }

    #[test]
    fn beads_tell_the_sides_apart() {
        let truth = Phantom::chest_ct().truth();
        let at = |name| truth.object(name).expect("a bead").centre.xyz;
        assert!(at("bead_L").x > 160.0, "+x is left");
        assert!(at("bead_A1").y < -100.0 && at("bead_A2").y < -100.0, "−y is anterior");
        assert!(["bead_H1", "bead_H2", "bead_H3"].iter().all(|name| at(name).z > 100.0), "+z is head");
        // The mirrored places are empty.
        let phantom = Phantom::chest_ct();
        for (x, y, z) in [(-166.5, 8.0, 0.0), (8.0, 128.0, 0.0), (0.0, -109.0, -120.0)] {
            assert!(phantom.hu_at(Point::new(x, y, z)) < 100.0, "{x} {y} {z}");
        }
    }

    #[test]
    fn the_rod_is_a_hundred_millimetres_long() {
        let phantom = Phantom::chest_ct().with_slices(1).with_noise_hu(0.0);
        let [from, to] = phantom.truth().rod_ends;
        assert!(((to - from).length() - 100.0).abs() < 1e-12);
        let mut slices = read_all(&phantom);
        let slice = slices.pop().expect("a slice");
        let is_on_axis = |at: Point<Patient>| (at.xyz.y - from.xyz.y).abs() < 0.35 && at.xyz.x.abs() < 90.0;
        let on_axis = slice.points().filter(|(at, _)| is_on_axis(*at));
        // Over foam of −930 HU, each pixel counts by its share of the rod.
        let long: f64 = on_axis.map(|(_, hu)| ((hu + 930.0) / 2930.0).clamp(0.0, 1.0) * 0.7).sum();
        assert!((long - 100.0).abs() < 0.5, "{long}");
    }

    #[test]
    fn equal_descriptions_give_equal_bytes_and_any_change_gives_other_identifiers() {
        let bytes = |phantom: &Phantom| -> Vec<Vec<u8>> {
            let (_folder, files) = write(phantom);
            files.iter().map(|path| std::fs::read(path).expect("a file")).collect()
        };
        let phantom = Phantom::chest_ct().small();
        assert_eq!(bytes(&phantom), bytes(&Phantom::chest_ct().small()));
        let other = phantom.clone().with_seed(2);
        assert_ne!(phantom.study_uid(), other.study_uid());
        assert_ne!(phantom.stored(0), other.stored(0));
        assert_ne!(phantom.instance_uid(0), phantom.instance_uid(1));
    }

    #[test]
    fn the_prior_is_an_earlier_study_of_the_same_patient() {
        let current = Phantom::chest_ct().small();
        let prior = current.prior();
        let (now, then) = (read_all(&current), read_all(&prior));
        let (now, then) = (&now.first().expect("a slice").instance, &then.first().expect("a slice").instance);
        assert_eq!((&now.patient.name, &now.patient.id), (&then.patient.name, &then.patient.id));
        assert_eq!(now.patient.birth_date, then.patient.birth_date);
        assert!(then.study.date < now.study.date);
        assert_ne!(now.study.uid, then.study.uid);
        assert_ne!(now.series.uid, then.series.uid);
        assert_ne!(now.image.frame_of_reference, then.image.frame_of_reference);
        assert_ne!(now.frame(0).thickness_mm, then.frame(0).thickness_mm);
        let radius = |phantom: &Phantom| phantom.truth().object("lesion").map(|lesion| lesion.radius_mm);
        assert!(radius(&prior) < radius(&current));
    }

    #[test]
    fn the_header_says_what_was_asked_for() {
        let slices =
            read_all(&Phantom::chest_ct().small().with_missing(&[3, 4]).with_photometric_monochrome1());
        let numbers: Vec<_> = slices.iter().filter_map(|slice| slice.instance.image.number).collect();
        assert_eq!(numbers, [1, 2, 3, 6, 7, 8, 9]);
        let first = &slices.first().expect("a slice").instance;
        assert_eq!(first.patient.name.reveal(), "ZZCANARY^PHANTOM");
        assert_eq!(first.pixels.photometric, Photometric::Monochrome1);
        assert_eq!(first.frame(0).gray.windows.len(), 2);
        assert_eq!(first.series.description, "soft 5.0 mm");
        let tilted = read_all(&Phantom::chest_ct().small().with_tilt_degrees(-15.0));
        let planes: Vec<ImagePlane> = tilted.iter().map(|slice| slice.plane).collect();
        let tilt = StackAxis::of(&planes).expect("a stack").tilt_degrees();
        assert!((tilt - 15.0).abs() < 1e-6, "{tilt}");
    }
}

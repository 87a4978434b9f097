//! The studies of the readings, in a store of their own: images of a few pixels, with all that a hanging protocol asks of them.

use std::path::Path;
use std::time::UNIX_EPOCH;

use dicom_dictionary_std::{tags, uids};
use hotlight::app::StorePlace;
use hotlight::dicom::{Source, Writer};
use hotlight::store::{FilingOptions, Store, StoreOptions};
use tempfile::TempDir;

/// More than the readings need.
const ROOMY: StoreOptions = StoreOptions { quota_bytes: 1 << 30, free_bytes_min: 0 };

/// Rows and columns of an image: an odd number, so that one of them is in the middle.
const SIDE: u16 = 5;
const PIXELS: [i16; 25] = [7; 25];

/// A study: its UID ends with the number.
pub(super) struct Study {
    pub(super) number: u16,
    pub(super) patient: &'static str,
    /// `YYYYMMDD`
    pub(super) date: &'static str,
    pub(super) what: &'static str,
    pub(super) body_part: &'static str,
    pub(super) series: &'static [Series],
}

/// A series of it; what is empty is not stated.
#[derive(Clone, Copy)]
pub(super) struct Series {
    pub(super) number: u16,
    pub(super) modality: &'static str,
    pub(super) what: &'static str,
    /// 5 mm apart where they have a place.
    pub(super) images: u16,
    pub(super) kernel: &'static str,
    pub(super) agent: &'static str,
    pub(super) view: &'static str,
    pub(super) side: &'static str,
    /// What rows and columns lead to.
    pub(super) letters: &'static str,
}

/// Nothing is said of it yet.
pub(super) const SERIES: Series = Series {
    number: 1,
    modality: "CT",
    what: "",
    images: 1,
    kernel: "",
    agent: "",
    view: "",
    side: "",
    letters: "",
};

impl Series {
    fn class(&self) -> &'static str {
        match self.modality {
            "MR" => uids::MR_IMAGE_STORAGE,
            "PT" => uids::POSITRON_EMISSION_TOMOGRAPHY_IMAGE_STORAGE,
            "US" => uids::ULTRASOUND_IMAGE_STORAGE,
            "DX" => uids::DIGITAL_X_RAY_IMAGE_STORAGE_FOR_PRESENTATION,
            "MG" => uids::DIGITAL_MAMMOGRAPHY_X_RAY_IMAGE_STORAGE_FOR_PRESENTATION,
            _ => uids::CT_IMAGE_STORAGE,
        }
    }

    /// Center and width of the window that each image states.
    fn window(&self) -> [f64; 2] {
        match self.modality {
            "CT" => [40.0, 400.0],
            "PT" => [5.0, 10.0],
            "US" => [128.0, 256.0],
            "MR" => [300.0, 600.0],
            _ => [2000.0, 4000.0],
        }
    }
}

impl Study {
    fn write(&self, folder: &Path) {
        for series in self.series {
            for image in 0..series.images {
                let path = folder.join(format!("{}-{}-{image}", self.number, series.number));
                self.image(series, image).write_to(&path).expect("a file");
            }
        }
    }

    fn image(&self, series: &Series, image: u16) -> Writer {
        let (study, number) = (self.number, series.number);
        let [center, width] = series.window();
        let writer = Writer::new(series.class(), &format!("2.25.{study}.{number}.{image}"))
            .text(tags::STUDY_INSTANCE_UID, &format!("2.25.{study}"))
            .text(tags::SERIES_INSTANCE_UID, &format!("2.25.{study}.{number}"))
            .text(tags::PATIENT_NAME, &format!("ZZCANARY^{}", self.patient))
            .text(tags::PATIENT_ID, self.patient)
            .text(tags::STUDY_DATE, self.date)
            .text(tags::STUDY_TIME, "120000")
            .text(tags::STUDY_DESCRIPTION, self.what)
            .text(tags::BODY_PART_EXAMINED, self.body_part)
            .text(tags::MODALITY, series.modality)
            .text(tags::SERIES_DESCRIPTION, series.what)
            .number(tags::SERIES_NUMBER, number)
            .number(tags::INSTANCE_NUMBER, image + 1)
            .decimals(tags::WINDOW_CENTER, &[center])
            .decimals(tags::WINDOW_WIDTH, &[width])
            .gray_16(SIDE, SIDE, false)
            .pixels(&PIXELS);
        match series.modality {
            "CT" | "MR" | "PT" => self.in_place(writer, series, image),
            "DX" | "MG" => writer
                .text(tags::VIEW_POSITION, series.view)
                .text(tags::IMAGE_LATERALITY, series.side)
                .text(tags::PATIENT_ORIENTATION, series.letters)
                .text(tags::PRESENTATION_INTENT_TYPE, "FOR PRESENTATION")
                .decimals(tags::IMAGER_PIXEL_SPACING, &[0.1, 0.1]),
            _ => writer,
        }
    }

    /// An axial plane of a body.
    fn in_place(&self, writer: Writer, series: &Series, image: u16) -> Writer {
        let writer = writer
            .text(tags::FRAME_OF_REFERENCE_UID, &format!("2.25.{}.8", self.number))
            .text(tags::CONTRAST_BOLUS_AGENT, series.agent)
            .decimals(tags::SLICE_THICKNESS, &[5.0])
            .decimals(tags::IMAGE_POSITION_PATIENT, &[0.0, 0.0, 5.0 * f64::from(image)])
            .decimals(tags::IMAGE_ORIENTATION_PATIENT, &[1.0, 0.0, 0.0, 0.0, 1.0, 0.0])
            .decimals(tags::PIXEL_SPACING, &[1.0, 1.0]);
        if series.modality != "CT" {
            return writer;
        }
        let kernel = writer.text(tags::CONVOLUTION_KERNEL, series.kernel);
        kernel.decimals(tags::RESCALE_INTERCEPT, &[-1024.0]).decimals(tags::RESCALE_SLOPE, &[1.0])
    }
}

/// Files studies into a store in a folder.
pub(super) fn filed(folder: &Path, studies: &[Study]) -> StorePlace {
    let files = TempDir::new().expect("a folder");
    for study in studies {
        study.write(files.path());
    }
    let store = Store::open(folder, ROOMY).expect("a store");
    let mut filing = store.filing(FilingOptions { from: None, now: UNIX_EPOCH }, |_| {}).expect("room");
    for entry in std::fs::read_dir(files.path()).expect("the files") {
        filing.import(&Source::file(&entry.expect("a file").path())).expect("an object");
    }
    let tally = filing.finish();
    assert_eq!((tally.refused, tally.why), (0, None));
    StorePlace { folder: folder.to_owned(), options: ROOMY }
}

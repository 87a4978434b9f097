//! The store of this machine: killed while it writes, shared by programs, and from the command line.

mod commands;
mod kill;
mod programs;

use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use hotlight::dicom::{Source, Writer};
use hotlight::store::{FilingOptions, Store, StoreOptions, Tally};

/// More than the tests need.
const ROOMY: StoreOptions = StoreOptions { quota_bytes: 1 << 40, free_bytes_min: 0 };

/// Writes an object of a study beside others; gives its file.
fn object(folder: &Path, study: &str, number: usize) -> PathBuf {
    let path = folder.join(format!("{study}.{number}.dcm"));
    Writer::new("1.2.840.10008.5.1.4.1.1.4", &format!("{study}.1.{number}"))
        .text(hotlight::dicom::tag_of("StudyInstanceUID").expect("a tag"), study)
        .text(hotlight::dicom::tag_of("SeriesInstanceUID").expect("a tag"), &format!("{study}.1"))
        .text(hotlight::dicom::tag_of("PatientName").expect("a tag"), "ZZCANARY^STORE")
        .text(hotlight::dicom::tag_of("PatientID").expect("a tag"), "ZZ1")
        .text(hotlight::dicom::tag_of("Modality").expect("a tag"), "MR")
        .gray_16(16, 16, true)
        .pixels(&[7; 256])
        .write_to(&path)
        .expect("an object");
    path
}

/// Files objects, each by itself: then steps come in one order.
fn file_one_by_one(store: &Store, objects: &[PathBuf]) -> Tally {
    let mut sum = Tally::default();
    for path in objects {
        let options = FilingOptions { from: None, now: UNIX_EPOCH };
        let mut filing = store.filing(options, |_| {}).expect("room");
        filing.import(&Source::file(path)).expect("an object");
        let tally = filing.finish();
        sum.filed += tally.filed;
        sum.duplicates += tally.duplicates;
        sum.refused += tally.refused;
    }
    sum
}

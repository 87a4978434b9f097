//! Our client against Orthanc, and Orthanc as a client of ours.

use hotlight::dicom::Tag;
use hotlight::net::dimse;
use hotlight::net::{Level, Query};
use tempfile::TempDir;

use super::support::*;

/// Sent, found at every level, fetched, and sent by it to our storage SCP: what comes back is what went, byte for byte.
#[test]
fn a_study_goes_to_orthanc_and_comes_back_as_it_was() {
    let archive = Orthanc::start();
    let here = TempDir::new().expect("a temporary folder");
    let uid = study(here.path());
    let peer = peer(archive.port);
    send_all(&peer, here.path());

    let find = |level, keys: &[(Tag, &str)], wanted: Tag| {
        let wanted_too = [(wanted, "")];
        let keys = keys.iter().chain(&wanted_too).map(|(tag, value)| (*tag, (*value).to_owned()));
        let mut values = Vec::new();
        let found = wait(dimse::find(&peer, &Query { level, keys: keys.collect() }, 100, |answer| {
            values.extend(answer.attributes().text(wanted));
        }));
        assert_eq!(found.expect("found").count, values.len(), "{level:?}");
        values
    };
    let in_study = (tag("StudyInstanceUID"), uid.as_str());
    let names = find(Level::Patient, &[(tag("PatientName"), "ZZCANARY*")], tag("PatientID"));
    assert_eq!(names.len(), 1);
    assert_eq!(find(Level::Study, &[in_study], tag("NumberOfStudyRelatedInstances")), ["6"]);
    let series = find(Level::Series, &[in_study], tag("SeriesInstanceUID"));
    assert_eq!(series.len(), 1);
    let images = [in_study, (tag("SeriesInstanceUID"), series[0].as_str())];
    assert_eq!(find(Level::Image, &images, tag("SOPInstanceUID")).len(), 6);

    check_comes_back(&peer, archive.store_port, &uid, here.path());
}

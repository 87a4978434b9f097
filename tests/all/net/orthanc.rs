//! Our client against Orthanc, and Orthanc as a client of ours.

use hotlight::dicom::{Source, Tag, tag_of};
use hotlight::net::dimse::{self, Folder};
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
    let sources: Vec<_> = files(here.path()).iter().map(|path| Source::file(path)).collect();
    let mut outcomes = Vec::new();
    wait(dimse::send(&peer, &sources, |sent| outcomes.push(sent.outcome))).expect("sent");
    assert_eq!(outcomes.len(), 6);
    assert!(
        outcomes.iter().all(|outcome| outcome.as_ref().is_ok_and(dimse::Status::is_done)),
        "{outcomes:?}"
    );

    let tag = |keyword| tag_of(keyword).expect("an attribute");
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

    let sent = data_sets(here.path());
    let query = Query::of(&uid, None, None);
    for (name, is_move) in [("got", false), ("moved", true)] {
        let there = TempDir::new().expect("a temporary folder");
        let mut keep = Folder::new(there.path()).expect("a folder");
        let retrieved = if is_move {
            wait(move_here(&peer, archive.store_port, &query, keep))
        } else {
            wait(dimse::get(&peer, &query, &mut keep))
        };
        let retrieved = retrieved.expect(name);
        assert!(retrieved.is_whole(), "{name}: {retrieved:?}");
        assert_eq!((retrieved.received, retrieved.expected), (6, Some(6)), "{name}");
        assert!(data_sets(there.path()) == sent, "{name}: other data sets");
    }
}

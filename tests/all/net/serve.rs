//! What an archive of ours bounds, and what it does when there is no place.

use std::io;
use std::path::Path;

use hotlight::dicom::Source;
use hotlight::net::dimse::{self, Arrival, Folder, Keep, Status};
use hotlight::net::serve::ServeOptions;
use hotlight::net::{Level, NetError, Query};
use tempfile::TempDir;

use super::support::*;

#[test]
fn an_object_that_is_too_long_is_refused_and_the_next_is_taken() {
    let (held, here) = (TempDir::new().expect("a folder"), TempDir::new().expect("another"));
    let _uid = study(here.path());
    let of = |path: &std::path::Path| std::fs::metadata(path).expect("a file").len();
    let longest = files(here.path()).iter().map(|path| of(path)).max().expect("files");
    let options =
        |object_bytes_max| ServeOptions { object_bytes_max, ..options(held.path(), vec![known(US, None)]) };
    let refused = answers(&peer(serve_by(options(1000))), here.path());
    assert_eq!(refused.len(), 6);
    for answer in refused {
        assert_eq!(answer.map(|status| status.code), Ok(Status::OUT_OF_RESOURCES));
    }
    assert!(files(held.path()).is_empty(), "something is left of what was refused");
    send_all(&peer(serve_by(options(longest))), here.path());
    assert!(data_sets(held.path()) == data_sets(here.path()), "stored otherwise");
}

/// A place that is full from its second object on.
struct Full {
    folder: Folder,
    count: usize,
}

impl Keep for Full {
    fn begin(&mut self, arrival: &Arrival) -> io::Result<()> {
        self.count += 1;
        self.folder.begin(arrival)
    }
    fn take(&mut self, bytes: &[u8]) -> io::Result<()> {
        if self.count > 1 { Err(io::ErrorKind::StorageFull.into()) } else { self.folder.take(bytes) }
    }
    fn keep(&mut self) -> io::Result<()> {
        self.folder.keep()
    }
    fn drop_it(&mut self) {
        self.folder.drop_it();
    }
}

#[test]
fn a_full_disk_is_answered_as_out_of_resources_and_what_came_before_is_kept() {
    let (held, there) = (TempDir::new().expect("a folder"), TempDir::new().expect("another"));
    let uid = study(held.path());
    let port = serve(held.path(), vec![known(US, None)]);
    let mut keep = Full { folder: Folder::new(there.path()).expect("a folder"), count: 0 };
    let retrieved = wait(dimse::get(&peer(port), &Query::of(&uid, None, None), &mut keep)).expect("answered");
    assert!(!retrieved.is_whole(), "{retrieved:?}");
    assert_eq!((retrieved.received, retrieved.refused, retrieved.expected), (1, 5, Some(6)));
    // The archive was told.
    assert_eq!((retrieved.operations.completed, retrieved.operations.failed), (1, 5));
    assert_eq!(data_sets(there.path()).len(), 1);
}

#[test]
fn what_is_forgotten_is_answered_and_not_found() {
    let (held, here) = (TempDir::new().expect("a folder"), TempDir::new().expect("another"));
    let uid = study(here.path());
    let port = serve_by(ServeOptions { discards: true, ..options(held.path(), vec![known(US, None)]) });
    send_all(&peer(port), here.path());
    assert!(files(held.path()).is_empty());
    let found = wait(dimse::find(&peer(port), &Query::of(&uid, None, None), 10, |_| {}));
    assert_eq!(found.expect("asked").count, 0);
}

/// The archive's own list says which classes there are; whatever is in it comes.
#[test]
fn objects_of_rare_classes_come_with_the_others() {
    let here = TempDir::new().expect("a folder");
    let uid = study(here.path());
    let first = hotlight::dicom::DataSet::read(&Source::file(&files(here.path())[0])).expect("a header");
    // An encapsulated PDF in the same series, and a basic text report in another.
    for (number, sop_class, series) in [
        ("1", "1.2.840.10008.5.1.4.1.1.104.1", None),
        ("2", "1.2.840.10008.5.1.4.1.1.88.11", Some("1.2.3.4")),
    ] {
        let of_first = |keyword| first.attributes().text(tag(keyword)).expect("a text");
        let series = series.map_or_else(|| of_first("SeriesInstanceUID"), str::to_owned);
        [
            "PatientID",
            "PatientName",
            "StudyInstanceUID",
            "StudyDate",
            "StudyTime",
            "StudyID",
            "AccessionNumber",
        ]
        .into_iter()
        .fold(hotlight::dicom::Writer::new(sop_class, &format!("1.2.3.4.{number}")), |object, keyword| {
            object.copied(tag(keyword), first.attributes())
        })
        .text(tag("SeriesInstanceUID"), &series)
        .text(tag("Modality"), "OT")
        .write_to(&here.path().join(number))
        .expect("written");
    }
    let held = TempDir::new().expect("another");
    let (dcmtk, orthanc) = (Dcmqrscp::start(), Orthanc::start());
    for port in [serve(held.path(), vec![known(US, None)]), dcmtk.port, orthanc.port] {
        send_all(&peer(port), here.path());
        let there = TempDir::new().expect("a third");
        let mut keep =
            Ordered { folder: Folder::new(there.path()).expect("a folder"), instances: Vec::new() };
        let retrieved =
            wait(dimse::get(&peer(port), &Query::of(&uid, None, None), &mut keep)).expect("fetched");
        assert!(retrieved.is_whole(), "{retrieved:?}");
        assert_eq!((retrieved.received, retrieved.expected, keep.instances.len()), (8, Some(8), 8));
        assert!(data_sets(there.path()) == data_sets(here.path()), "other data sets");
    }
}

/// What makes no sense takes the place of nothing that does, and what a program that was killed had half written is not served.
#[test]
fn a_damaged_object_of_a_known_uid_takes_the_place_of_none() {
    let (held, here) = (TempDir::new().expect("a folder"), TempDir::new().expect("another"));
    let uid = study(here.path());
    let one = files(here.path()).remove(0);
    std::fs::copy(&one, held.path().join(".tmpAbCdEf")).expect("copied");
    let port = serve(held.path(), vec![known(US, None)]);
    let count = || match wait(dimse::inventory(&peer(port), &Query::of(&uid, None, None))) {
        Err(NetError::NothingThere) => 0,
        parts => parts.expect("an inventory").iter().map(|part| part.instances.len()).sum(),
    };
    assert_eq!(count(), 0);
    send_all(&peer(port), here.path());
    let before = data_sets(held.path());
    let good = hotlight::dicom::Stored::open(&Source::file(&one)).expect("an object");
    let damaged = TempDir::new().expect("a third");
    hotlight::dicom::Writer::new(&good.sop_class, &good.instance)
        .text(tag("Modality"), "CT")
        .write_to(&damaged.path().join("1"))
        .expect("written");
    let refused = answers(&peer(port), damaged.path());
    assert_eq!(refused[0].as_ref().map(|status| status.code), Ok(Status::CANNOT_UNDERSTAND));
    assert!(data_sets(held.path()) == before, "what was there is no more");
    assert_eq!(count(), 6);
}

/// Most readers begin with the image that comes first.
#[test]
fn objects_come_in_the_order_of_their_files() {
    let (held, there) = (TempDir::new().expect("a folder"), TempDir::new().expect("another"));
    for number in 0..12 {
        ct(held.path(), number, 100 - number);
    }
    let port = serve(held.path(), vec![known(US, None)]);
    let mut keep = Ordered { folder: Folder::new(there.path()).expect("a folder"), instances: Vec::new() };
    let got = wait(dimse::get(&peer(port), &Query::of("1.2.3", None, None), &mut keep)).expect("fetched");
    assert!(got.is_whole(), "{got:?}");
    assert_eq!(keep.instances, (0..12).map(|number| format!("1.2.3.4.{}", 100 - number)).collect::<Vec<_>>());
}

/// Who has had enough is not sent the rest.
#[test]
fn a_question_that_is_called_off_ends() {
    let held = TempDir::new().expect("a folder");
    // More than what is on its way can hold: the archive cannot have answered all before it hears of it.
    let count = 1_800;
    for number in 0..count {
        ct(held.path(), number, number);
    }
    let port = serve(held.path(), vec![known(US, None)]);
    let output = std::process::Command::new("findscu")
        .args(["-v", "-S", "--cancel", "2", "-aet", US, "-aec", ARCHIVE, "127.0.0.1", &port.to_string()])
        .args(["-k", "QueryRetrieveLevel=IMAGE", "-k", "StudyInstanceUID=1.2.3", "-k", "SOPInstanceUID="])
        .args(["-k", "SeriesInstanceUID=1.2.3.4", "-k", "ImageComments="])
        .output()
        .expect("findscu runs");
    let words =
        [output.stdout, output.stderr].map(|text| String::from_utf8_lossy(&text).into_owned()).concat();
    let answers = words.matches("Pending").count();
    assert!(words.contains("MatchingTerminatedDueToCancelRequest"), "{words}");
    assert!((2..count).contains(&answers), "{answers} answers");
}

/// A small CT of one series.
fn ct(folder: &Path, file: usize, instance: usize) {
    hotlight::dicom::Writer::new("1.2.840.10008.5.1.4.1.1.2", &format!("1.2.3.4.{instance}"))
        .text(tag("PatientID"), "4711")
        .text(tag("PatientName"), "ZZCANARY^ORDER")
        .text(tag("StudyInstanceUID"), "1.2.3")
        .text(tag("SeriesInstanceUID"), "1.2.3.4")
        .text(tag("Modality"), "CT")
        .text(tag("ImageComments"), &"a word ".repeat(1_400))
        .write_to(&folder.join(format!("{file:04}")))
        .expect("written");
}

/// A folder that remembers what was begun, in order.
struct Ordered {
    folder: Folder,
    instances: Vec<String>,
}

impl Keep for Ordered {
    fn begin(&mut self, arrival: &Arrival) -> io::Result<()> {
        self.instances.push(arrival.instance.clone());
        self.folder.begin(arrival)
    }
    fn take(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.folder.take(bytes)
    }
    fn keep(&mut self) -> io::Result<()> {
        self.folder.keep()
    }
    fn drop_it(&mut self) {
        self.folder.drop_it();
    }
}

/// Headers are read when they are asked for: an object whose file has gone is no answer, and the others are.
#[test]
fn attributes_come_from_the_files_when_they_are_asked_for() {
    let held = TempDir::new().expect("a folder");
    let uid = study(held.path());
    let port = serve(held.path(), vec![known(US, None)]);
    let find = |key: &str, value: &str| {
        let keys = [("StudyInstanceUID", uid.as_str()), (key, value)];
        let keys = keys.map(|(keyword, value)| (tag(keyword), value.to_owned())).into();
        let mut answers = Vec::new();
        let found = wait(dimse::find(&peer(port), &Query { level: Level::Image, keys }, 100, |answer| {
            answers.extend(answer.attributes().text(tag(key)));
        }));
        assert!(found.expect("found").count >= answers.len());
        answers
    };
    assert_eq!(find("InstanceNumber", "").len(), 6);
    assert_eq!(find("InstanceNumber", "3"), ["3"]);
    assert_eq!(find("PatientName", "zzcanary*").len(), 6);
    let gone = files(held.path()).into_iter().find(|path| {
        let header = hotlight::dicom::DataSet::read(&Source::file(path)).expect("a header");
        header.attributes().text(tag("InstanceNumber")).as_deref() == Some("3")
    });
    std::fs::remove_file(gone.expect("the third")).expect("removed");
    assert!(find("InstanceNumber", "3").is_empty());
    assert_eq!(find("PatientName", "ZZCANARY*").len(), 5);
    // And it cannot be sent: that is said.
    let there = TempDir::new().expect("another");
    let mut keep = Folder::new(there.path()).expect("a folder");
    let retrieved = wait(dimse::get(&peer(port), &Query::of(&uid, None, None), &mut keep)).expect("answered");
    assert!(!retrieved.is_whole(), "{retrieved:?}");
    assert_eq!((retrieved.received, retrieved.expected), (5, Some(6)));
}

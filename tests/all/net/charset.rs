//! Names in every character set, asked for and answered.

use hotlight::dicom::{DataSet, Source};
use hotlight::net::dimse;
use hotlight::net::{Level, Query};
use tempfile::TempDir;

use super::support::*;
use crate::support::data;

/// Ours answers in UTF-8, dcmtk's in what each object was in: both are read as the objects themselves are.
#[test]
fn names_of_answers_are_read_in_whatever_character_set_they_come() {
    let [name, uid] = ["PatientName", "StudyInstanceUID"].map(tag);
    let held = TempDir::new().expect("a folder");
    let mut expected = Vec::new();
    for file in ["Arab", "Fren", "Germ", "Greek", "H31", "H32", "Hbrw", "I2", "Russ", "X1", "X2"] {
        let path = held.path().join(file);
        std::fs::copy(data().join(format!("charset/chr{file}.dcm")), &path).expect("copied");
        let header = DataSet::read(&Source::file(&path)).expect("a header");
        let text = |tag| header.attributes().text(tag).expect("a text");
        expected.push((text(uid), text(name)));
    }
    assert!(expected.iter().all(|(_, name)| !name.is_ascii()));
    let dcmtk = Dcmqrscp::start();
    send_all(&peer(dcmtk.port), held.path());
    let ours = serve(held.path(), vec![known(US, None)]);
    let ask = |port, keys| {
        let mut names = Vec::new();
        let query = Query { level: Level::Study, keys };
        let peer = peer(port);
        let take = |answer: DataSet| names.extend(answer.attributes().text(name));
        wait(dimse::find(&peer, &query, 20, take)).expect("found");
        names
    };
    for port in [ours, dcmtk.port] {
        for (study, expected) in &expected {
            let names = ask(port, vec![(uid, study.clone()), (name, String::new())]);
            assert_eq!(names, [expected.as_str()], "{study}");
        }
    }
    // And by a name beyond ASCII, in whatever character set the archive has it.
    for wanted in ["Äneas*", "Люк*", "*山田*"] {
        let names = ask(ours, vec![(name, wanted.to_owned()), (uid, String::new())]);
        let bare = wanted.trim_matches('*');
        assert!(!names.is_empty() && names.iter().all(|name| name.contains(bare)), "{wanted}: {names:?}");
    }
}

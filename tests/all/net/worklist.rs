//! Scheduled steps: our client against dcmtk's `wlmscpfs`, dcmtk's `findscu` against us, over the same files.

use std::path::Path;
use std::process::Command;

use hotlight::dicom::Writer;
use hotlight::net::dimse::{self, WorklistEntry, WorklistQuery};
use hotlight::net::serve::ServeOptions;
use tempfile::TempDir;

use super::support::*;
use crate::support::{hotlight, stderr, stdout};

/// Three steps in a folder that is called as the archive is; what stands there beside them is no entry.
fn entries(folder: &Path) {
    let own = folder.join(ARCHIVE);
    std::fs::create_dir(&own).expect("a folder");
    std::fs::write(own.join("lockfile"), "").expect("written");
    std::fs::write(own.join("notes.txt"), "no entry").expect("written");
    for (number, name, modality, station, date) in [
        ("1", "ZZCANARY^ÄRZTIN", "CT", "SCANNER1", "20240615"),
        ("2", "ZZCANARY^TWO", "MR", "SCANNER2", "20240616"),
        ("3", "ZZCANARY^THREE", "CT", "SCANNER2", "20240701"),
    ] {
        let step = Writer::item()
            .text(tag("Modality"), modality)
            .text(tag("ScheduledStationAETitle"), station)
            .text(tag("ScheduledProcedureStepStartDate"), date)
            .text(tag("ScheduledProcedureStepStartTime"), "093000")
            .text(tag("ScheduledProcedureStepDescription"), "CHEST")
            .text(tag("ScheduledProcedureStepID"), number);
        Writer::new("1.2.840.10008.5.1.4.31", &format!("1.2.3.{number}"))
            .text(tag("SpecificCharacterSet"), "ISO_IR 192")
            .text(tag("AccessionNumber"), &format!("ACC{number}"))
            .text(tag("PatientName"), name)
            .text(tag("PatientID"), &format!("P{number}"))
            .text(tag("PatientBirthDate"), "19600101")
            .text(tag("PatientSex"), "F")
            .text(tag("StudyInstanceUID"), &format!("1.2.4.{number}"))
            .text(tag("RequestedProcedureDescription"), "CT of the chest")
            .text(tag("RequestedProcedureID"), &format!("RP{number}"))
            .sequence(tag("ScheduledProcedureStepSequence"), [step])
            .write_to(&own.join(format!("{number}.wl")))
            .expect("written");
    }
}

fn serve_worklist(folder: &Path, held: &Path) -> u16 {
    serve_by(ServeOptions {
        worklist: Some(folder.to_owned()),
        ..options(held, vec![known(US, None), known("DCMTK", None)])
    })
}

/// The same answers come from dcmtk's worklist and from ours.
#[test]
fn steps_are_found_by_day_modality_and_station() {
    let (folder, held) = (TempDir::new().expect("a folder"), TempDir::new().expect("another"));
    entries(folder.path());
    let theirs = Wlmscpfs::start(folder.path());
    for port in [theirs.port, serve_worklist(folder.path(), held.path())] {
        let ask = |date: &str, modality: &str, station: &str, limit| {
            let query = WorklistQuery {
                date: date.to_owned(),
                modality: modality.to_owned(),
                station: station.to_owned(),
            };
            let mut entries = Vec::new();
            let found = wait(dimse::worklist(&peer(port), &query, limit, |answer| {
                entries.push(WorklistEntry::read(answer.attributes()));
            }));
            entries.sort_by(|a, b| a.step.id.cmp(&b.step.id));
            (entries, found.expect("found").is_truncated)
        };
        let numbers = |date, modality, station| {
            let (entries, _) = ask(date, modality, station, 10);
            entries.into_iter().map(|entry| entry.step.id).collect::<Vec<_>>()
        };
        assert_eq!(numbers("", "", ""), ["1", "2", "3"]);
        assert_eq!(numbers("20240615", "", ""), ["1"]);
        assert_eq!(numbers("20240616-", "", ""), ["2", "3"]);
        assert_eq!(numbers("20240601-20240630", "CT", ""), ["1"]);
        assert_eq!(numbers("", "", "SCANNER2"), ["2", "3"]);
        assert!(numbers("", "US", "").is_empty());
        let (entries, is_truncated) = ask("", "", "", 2);
        assert_eq!((entries.len(), is_truncated), (2, true));
        let (entries, _) = ask("20240615", "", "", 10);
        let first = entries.first().expect("an entry");
        assert!(first.patient_name == "ZZCANARY^ÄRZTIN", "another name");
        let told = [&first.patient_id, &first.accession_number, &first.study, &first.procedure_id];
        assert_eq!(told, ["P1", "ACC1", "1.2.4.1", "RP1"]);
        assert_eq!(
            (&*first.birth_date, &*first.sex, &*first.procedure),
            ("19600101", "F", "CT of the chest")
        );
        assert_eq!(
            (&*first.step.time, &*first.step.station, &*first.step.description),
            ("093000", "SCANNER1", "CHEST")
        );
    }
}

/// A question of dcmtk's: keys within the sequence, wild cards in a name, and a sequence wanted whole.
#[test]
fn findscu_is_answered_from_our_worklist() {
    let (folder, held) = (TempDir::new().expect("a folder"), TempDir::new().expect("another"));
    entries(folder.path());
    let port = serve_worklist(folder.path(), held.path()).to_string();
    let find = |keys: &[&str]| {
        let keys = keys.iter().flat_map(|key| ["-k", key]);
        let at = ["-W", "-aet", "DCMTK", "-aec", ARCHIVE, "127.0.0.1", &port];
        let output = Command::new("findscu").args(at).args(keys).output().expect("findscu runs");
        assert!(output.status.success(), "{}", stderr(&output));
        stdout(&output) + &stderr(&output)
    };
    let step = "ScheduledProcedureStepSequence[0].";
    let told = find(&[
        "PatientName=ZZCANARY*",
        &format!("{step}Modality=MR"),
        &format!("{step}ScheduledProcedureStepStartDate"),
    ]);
    assert!(told.contains("ZZCANARY^TWO") && told.contains("20240616"), "{told}");
    assert!(!told.contains("ÄRZTIN") && !told.contains("THREE"), "{told}");
    // Not asked for, not told.
    assert!(!told.contains("SCANNER2") && !told.contains("ACC2"), "{told}");
    let told = find(&["AccessionNumber=ACC3", "ScheduledProcedureStepSequence"]);
    assert!(told.contains("SCANNER2") && told.contains("20240701") && !told.contains("20240615"), "{told}");
}

/// On the command line; where it fails no patient is named.
#[test]
fn the_worklist_is_printed() {
    let (folder, held) = (TempDir::new().expect("a folder"), TempDir::new().expect("another"));
    entries(folder.path());
    let port = serve_worklist(folder.path(), held.path()).to_string();
    let at = ["worklist", "--host", "127.0.0.1", "--called", ARCHIVE, "--port"];
    let told = hotlight(&[&at[..], &[&port, "--date", "20240615"]].concat());
    assert_eq!(
        stdout(&told).trim_end(),
        "20240615  093000  CT  SCANNER1  P1  ZZCANARY^ÄRZTIN  ACC1  CHEST",
        "{}",
        stderr(&told)
    );
    let told = hotlight(&[&at[..], &[&port, "--json", "--modality", "MR", "--limit", "5"]].concat());
    let json: serde_json::Value = serde_json::from_str(&stdout(&told)).expect("one object");
    assert_eq!(json["00400100"]["Value"][0]["00400001"]["Value"][0], "SCANNER2");
    // An archive without a worklist.
    let other = serve(held.path(), vec![known(US, None)]).to_string();
    let told = hotlight(&[&at[..], &[&other]].concat());
    assert!(!told.status.success());
    assert!(stderr(&told).contains("accepts no queries of a worklist"), "{}", stderr(&told));
    assert!(!stderr(&told).contains("ZZCANARY"), "{}", stderr(&told));
}

//! What we write as hanging protocols, as `dciodvfy`, which shares no code with ours, understands it.

use std::process::Command;

use hotlight::dicom::InstanceUid;
use hotlight::hanging::{Made, Protocols, export, shipped};

/// Where `dciodvfy` contradicts the standard: what is *required if …, may be present otherwise* (PS3.3 C.23.1, C.23.3) it refuses
/// otherwise, and of Filter-by Operator and Filter-by Attribute Presence, one of which there is, it asks for the other one: the
/// examples of PS3.17 V have what ours have.
const MISTAKEN: [&str; 4] = [
    "Element=<Modality> Module=<HangingProtocolDefinition>",
    "Element=<AnatomicRegionSequence> Module=<HangingProtocolDefinition>",
    "Element=<FilterByOperator> Module=<HangingProtocolDisplay>",
    "Element=<ReformattingOperationInitialViewDirection> Module=<HangingProtocolDisplay>",
];

#[test]
fn dciodvfy_takes_every_shipped_protocol() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let files = shipped();
    let (protocols, _) = Protocols::read(&files);
    for file in &files {
        let protocol = protocols.get(&file.id).expect("it can be read");
        let made = Made { uid: InstanceUid::new("2.25.7"), created: "20261128120000+0000".to_owned() };
        let path = folder.path().join(format!("{}.dcm", file.id));
        let (object, _) = export(protocol, Some(&file.text), &made);
        object.write_to(&path).expect("written");
        let output = Command::new("dciodvfy").arg(&path).output();
        let output = output.expect("dciodvfy runs (make test installs dicom3tools)");
        let text = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
        assert!(text.lines().any(|line| line == "HangingProtocol"), "{}: {text}", file.id);
        let is_fault = |line: &&str| {
            line.starts_with("Error") && !MISTAKEN.iter().any(|mistaken| line.contains(mistaken))
        };
        assert_eq!(text.lines().find(is_fault), None, "{}: {text}", file.id);
    }
}

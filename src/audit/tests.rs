//! Every message against the schema and against its table in PS3.15 A.5.3.

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};

use roxmltree::{Document, Node};

use crate::dicom::{PatientAttributes, StudyUid};
use crate::units::Phi;

use super::xml::base64;
use super::{
    Access, Alert, AuditEvent, AuditNode, AuditSource, AuditStudy, Direction, Happening, Summary, check,
    message,
};

const NAME: &str = "ZZCANARY^\"A & B\" <C>";

fn source() -> AuditSource {
    AuditSource {
        account: "reader".to_owned(),
        user: Some("ann".to_owned()),
        host: "station7".to_owned(),
        process: 4711,
        titles: vec!["HOTLIGHT".to_owned(), "READER7".to_owned()],
    }
}

fn study() -> AuditStudy {
    AuditStudy {
        uid: StudyUid::new("2.25.1"),
        patient: PatientAttributes {
            name: Phi::new(NAME.to_owned()),
            id: Phi::new("ZZ1".to_owned()),
            issuer: Phi::new("HOSPITAL".to_owned()),
            ..PatientAttributes::default()
        },
        description: "CT chest".to_owned(),
        accession: Phi::new("A1".to_owned()),
        objects: BTreeMap::from([("1.2.840.10008.5.1.4.1.1.2".to_owned(), 230)]),
    }
}

/// Of which nothing is known but its UID.
fn unknown() -> AuditStudy {
    AuditStudy {
        uid: StudyUid::new("2.25.2"),
        patient: PatientAttributes::default(),
        description: String::new(),
        accession: Phi::new(String::new()),
        objects: BTreeMap::new(),
    }
}

fn archive(host: &str) -> AuditNode {
    AuditNode { name: "pacs".to_owned(), title: "PACS".to_owned(), host: host.to_owned() }
}

/// One of every kind.
fn all() -> Vec<Happening> {
    let query = Phi::new(vec![8, 0, 5, 0]);
    let transfer_syntax = "1.2.840.10008.1.2.1".to_owned();
    let uri = || "file:///a/audit".to_owned();
    let begun =
        |direction, study| Happening::TransferBegun { archive: archive("10.0.0.1"), direction, study };
    let ended = |direction, study, outcome| Happening::Transferred {
        archive: archive("pacs.example"),
        direction,
        study,
        outcome,
    };
    let accessed = |access| Happening::Accessed { study: study(), access };
    let alert = |alert| Happening::Alert { alert, why: "it was <so>".to_owned(), subject: uri() };
    vec![
        Happening::Started,
        Happening::Ended,
        Happening::TrailRead { uri: uri() },
        begun(Direction::Received, study()),
        begun(Direction::Sent, unknown()),
        ended(Direction::Received, study(), Ok(())),
        ended(Direction::Sent, study(), Err("the archive refused it".to_owned())),
        Happening::Exported {
            user: Some("bo".to_owned()),
            studies: vec![study(), unknown(), study()],
            to: Phi::new("file:///a/ZZCANARY.png".to_owned()),
            has_identity: false,
            pictures: 3,
        },
        accessed(Access::Opened),
        accessed(Access::ShownBeside),
        accessed(Access::Closed),
        accessed(Access::Saved),
        Happening::Queried { archive: archive(""), query, transfer_syntax },
        alert(Alert::NodeAuthentication),
        alert(Alert::RecordingStopped),
        alert(Alert::TrailChanged),
        Happening::LoggedIn { user: Some("bo".to_owned()) },
        Happening::LoggedOut { user: None },
    ]
}

fn xml(what: Happening) -> String {
    let at = SystemTime::UNIX_EPOCH + Duration::from_hours(498_848);
    message(&source(), &AuditEvent { at, what })
}

/// What a table of A.5.3 asks for: the code of the event, its action, whether it has a kind, the roles that each take part once
/// at least, and the objects, by type, role and code.
struct Table {
    event: &'static str,
    actions: &'static [&'static str],
    has_kind: bool,
    roles: &'static [&'static str],
    objects: &'static [(&'static str, &'static str, &'static str)],
}

const STUDY: (&str, &str, &str) = ("2", "3", "110180");
const PATIENT: (&str, &str, &str) = ("1", "1", "2");

const fn row(
    event: &'static str,
    actions: &'static [&'static str],
    has_kind: bool,
    roles: &'static [&'static str],
    objects: &'static [(&'static str, &'static str, &'static str)],
) -> Table {
    Table { event, actions, has_kind, roles, objects }
}

fn table(event: &str) -> Table {
    let rows = [
        row("110100", &["E"], true, &["110150", "110151"], &[]),
        row("110101", &["R"], false, &[], &[("2", "13", "12")]),
        row("110102", &["E"], false, &["110153", "110152"], &[STUDY, PATIENT]),
        row("110103", &["C", "R", "U", "D"], true, &[], &[STUDY, PATIENT]),
        row("110104", &["C", "R", "U"], false, &["110153", "110152"], &[STUDY, PATIENT]),
        row("110106", &["R"], false, &["110153", "110154"], &[STUDY, PATIENT]),
        row("110112", &["E"], false, &["110153", "110152"], &[("2", "3", "110181")]),
        row("110113", &["E"], true, &[], &[("2", "13", "12")]),
        row("110114", &["E"], true, &[], &[]),
    ];
    let found = rows.into_iter().find(|row| row.event == event);
    found.unwrap_or_else(|| panic!("no table for {event}"))
}

fn named<'a, 'input>(node: Node<'a, 'input>, name: &'static str) -> Vec<Node<'a, 'input>> {
    node.children().filter(|child| child.has_tag_name(name)).collect()
}

fn code<'a>(node: Node<'a, '_>, name: &'static str) -> &'a str {
    named(node, name).first().and_then(|node| node.attribute("csd-code")).unwrap_or_default()
}

#[test]
fn every_message_is_one_by_the_schema() {
    for what in all() {
        let text = xml(what.clone());
        assert_eq!(check(&text), Ok(()), "{what:?}: {text}");
        assert_eq!(text.lines().count(), 1, "{what:?} is a line");
    }
}

#[test]
fn every_message_has_what_its_table_asks_for() {
    for what in all() {
        let text = xml(what.clone());
        let document = Document::parse(&text).expect("XML");
        let root = document.root_element();
        let event = named(root, "EventIdentification")[0];
        let table = table(code(event, "EventID"));
        let action = event.attribute("EventActionCode").unwrap_or_default();
        assert!(table.actions.contains(&action), "{what:?}: {action}");
        assert_eq!(!named(event, "EventTypeCode").is_empty(), table.has_kind, "{what:?}");
        assert_eq!(event.attribute("EventDateTime"), Some("2026-11-28T08:00:00.000Z"));
        let participants = named(root, "ActiveParticipant");
        let roles: Vec<&str> = participants.iter().map(|node| code(*node, "RoleIDCode")).collect();
        for role in table.roles {
            assert!(roles.contains(role), "{what:?}: {role} in {roles:?}");
        }
        let requestors = participants.iter().filter(|node| node.attribute("UserIsRequestor") == Some("true"));
        let is_alert = table.event == "110113";
        assert_eq!(requestors.count(), usize::from(!is_alert), "{what:?}: one wanted it, and no more");
        let person = participants.iter().find(|node| node.attribute("UserID") == Some("reader@station7"));
        let person = person.unwrap_or_else(|| panic!("{what:?}: no person"));
        assert_eq!(person.attribute("NetworkAccessPointID"), Some("station7"));
        let objects: Vec<_> = named(root, "ParticipantObjectIdentification")
            .into_iter()
            .map(|node| {
                let of = |name: &'static str| node.attribute(name).unwrap_or_default();
                let id_type = code(node, "ParticipantObjectIDTypeCode");
                (of("ParticipantObjectTypeCode"), of("ParticipantObjectTypeCodeRole"), id_type)
            })
            .collect();
        for object in table.objects {
            assert!(objects.contains(object), "{what:?}: {object:?} in {objects:?}");
        }
        for object in &objects {
            assert!(table.objects.contains(object), "{what:?}: {object:?} is of no table");
        }
        for object in named(root, "ParticipantObjectDescription") {
            let says_more = !named(object, "Accession").is_empty();
            assert!(!says_more || !named(object, "SOPClass").is_empty(), "{what:?}: A.5.2, SOPClass");
        }
    }
}

#[test]
fn a_study_is_named_with_its_patient_whatever_stands_in_the_name() {
    let text = xml(Happening::Accessed { study: study(), access: Access::Opened });
    let document = Document::parse(&text).expect("XML");
    let objects = named(document.root_element(), "ParticipantObjectIdentification");
    let ids: Vec<_> = objects.iter().filter_map(|node| node.attribute("ParticipantObjectID")).collect();
    assert_eq!(ids, ["2.25.1", "ZZ1^^^HOSPITAL"]);
    let names: Vec<_> = objects
        .iter()
        .flat_map(|node| named(*node, "ParticipantObjectName"))
        .filter_map(|node| node.text())
        .collect();
    assert_eq!(names, ["CT chest", NAME]);
    let summary = Summary::of(&text).expect("a summary");
    assert_eq!(summary.event, "DICOM Instances Accessed: Study opened");
    assert_eq!((summary.who.as_str(), summary.failure.as_str()), ("reader@station7 (ann)", ""));
    assert_eq!(
        (summary.studies.len(), summary.patients[0].reveal().as_str()),
        (1, &*format!("ZZ1^^^HOSPITAL {NAME}"))
    );
    assert!(!format!("{summary:?} {:?}", study()).contains("ZZCANARY"), "not in what logs could print");
}

#[test]
fn each_patient_of_an_export_is_named_once_and_where_it_went() {
    let exported = all().into_iter().find(|what| matches!(what, Happening::Exported { .. })).expect("one");
    let text = xml(exported);
    assert_eq!(text.matches("ParticipantObjectTypeCodeRole=\"1\"").count(), 2);
    assert!(text.contains(&base64(b"without identity")), "{text}");
    let summary = Summary::of(&text).expect("a summary");
    assert_eq!(summary.who, "reader@station7 (bo)", "who asked for it, and not who reads now");
    assert_eq!(
        summary.others.iter().map(|other| other.reveal().as_str()).collect::<Vec<_>>(),
        ["file:///a/ZZCANARY.png"]
    );
}

#[test]
fn what_failed_says_why_and_an_alert_how_grave_it_is() {
    let outcome = |what| {
        let text = xml(what);
        let document = Document::parse(&text).expect("XML");
        let event = named(document.root_element(), "EventIdentification")[0];
        let why = named(event, "EventOutcomeDescription").first().and_then(Node::text).map(str::to_owned);
        (event.attribute("EventOutcomeIndicator").unwrap_or_default().to_owned(), why.unwrap_or_default())
    };
    let transferred = |outcome| Happening::Transferred {
        archive: archive("a"),
        direction: Direction::Received,
        study: study(),
        outcome,
    };
    assert_eq!(outcome(transferred(Ok(()))), ("0".to_owned(), String::new()));
    assert_eq!(outcome(transferred(Err("no <room>".to_owned()))), ("4".to_owned(), "no <room>".to_owned()));
    let alert = |alert| Happening::Alert { alert, why: "why".to_owned(), subject: "file:///a".to_owned() };
    let grades =
        [Alert::NodeAuthentication, Alert::RecordingStopped, Alert::TrailChanged].map(alert).map(outcome);
    assert_eq!(grades.map(|(grade, _)| grade), ["4", "8", "12"]);
}

#[test]
fn a_question_is_recorded_as_the_archive_gets_it() {
    let queried = all().into_iter().find(|what| matches!(what, Happening::Queried { .. })).expect("one");
    let text = xml(queried);
    assert!(text.contains(&format!("<ParticipantObjectQuery>{}<", base64(&[8, 0, 5, 0]))), "{text}");
    let syntax = base64(b"1.2.840.10008.1.2.1");
    assert!(text.contains(&format!("type=\"TransferSyntax\" value=\"{syntax}\"")), "{text}");
}

//! An event as an audit message: the tables of PS3.15 A.5.3, in the schema of A.5.1.

use chrono::{DateTime, SecondsFormat, Utc};
use dicom_dictionary_std::uids;

use crate::dicom::PatientAttributes;
use crate::units::Phi;

use super::event::{Access, Alert, AuditEvent, AuditNode, AuditStudy, Direction, Happening};
use super::xml::{base64, element, escaped};

/// Our own coding scheme, for what the standard has no code for.
const OWN: &str = "99HOTLIGHT";

/// Where nobody says whom or what.
const NOT_KNOWN: &str = "not known";

/// A code: value, scheme, meaning.
type Code = (&'static str, &'static str, &'static str);

const APPLICATION: Code = ("110150", "DCM", "Application");
const LAUNCHER: Code = ("110151", "DCM", "Application Launcher");
const DESTINATION: Code = ("110152", "DCM", "Destination Role ID");
const SOURCE: Code = ("110153", "DCM", "Source Role ID");
const DESTINATION_MEDIA: Code = ("110154", "DCM", "Destination Media");
const STUDY_UID: Code = ("110180", "DCM", "Study Instance UID");
const CLASS_UID: Code = ("110181", "DCM", "SOP Class UID");
const PATIENT_NUMBER: Code = ("2", "RFC-3881", "Patient Number");
const URI: Code = ("12", "RFC-3881", "URI");
/// CID 405.
const URI_MEDIA: Code = ("110037", "DCM", "URI");

/// Who reports: this program, and who sits before it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditSource {
    /// The account of the operating system that it runs in.
    pub account: String,
    /// The user of the station, by the name here; none is the user of the account.
    pub user: Option<String>,
    /// The name of this machine.
    pub host: String,
    /// The number of the process.
    pub process: u32,
    /// What we are called by archives.
    pub titles: Vec<String>,
}

/// Somebody or something that took part. A.5.2.
#[derive(Default)]
struct Participant {
    id: String,
    alternative: Option<String>,
    name: Option<String>,
    is_requestor: bool,
    role: Option<Code>,
    /// The type of the access point, and the access point.
    access: Option<(&'static str, String)>,
    media: Option<Code>,
}

/// Something that it was about.
struct Object {
    id: String,
    kind: &'static str,
    role: &'static str,
    id_type: Code,
    /// A name, or a query.
    called: Called,
    details: Vec<(&'static str, Vec<u8>)>,
    description: String,
}

enum Called {
    Name(String),
    Query(Vec<u8>),
}

/// A message in its parts.
struct Message {
    event: Code,
    kind: Option<Code>,
    action: &'static str,
    /// A sentence on why not.
    failure: Option<(&'static str, String)>,
    participants: Vec<Participant>,
    objects: Vec<Object>,
}

/// The message of an event, as a document of XML on one line.
pub fn message(source: &AuditSource, event: &AuditEvent) -> String {
    let Message { event: id, kind, action, failure, participants, objects } = of(source, &event.what);
    let at = DateTime::<Utc>::from(event.at).to_rfc3339_opts(SecondsFormat::Millis, true);
    let (outcome, why) = failure.unwrap_or_else(|| ("0", String::new()));
    let mut inside = coded("EventID", id);
    inside.extend(kind.map(|kind| coded("EventTypeCode", kind)));
    if !why.is_empty() {
        inside.push_str(&element("EventOutcomeDescription", &[], &escaped(&why)));
    }
    let attributes = [
        ("EventActionCode", Some(action)),
        ("EventDateTime", Some(at.as_str())),
        ("EventOutcomeIndicator", Some(outcome)),
    ];
    let mut body = element("EventIdentification", &attributes, &inside);
    body.extend(participants.iter().map(Participant::xml));
    // 1 is a device that its user sits before. A.5.1.2.1.
    let kind = element("AuditSourceTypeCode", &[("csd-code", Some("1"))], "");
    body.push_str(&element(
        "AuditSourceIdentification",
        &[("AuditSourceID", Some(source.host.as_str()))],
        &kind,
    ));
    body.extend(objects.iter().map(Object::xml));
    format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>{}", element("AuditMessage", &[], &body))
}

fn of(source: &AuditSource, what: &Happening) -> Message {
    let plain = |event, kind, action, participants, objects| Message {
        event,
        kind,
        action,
        failure: None,
        participants,
        objects,
    };
    let (person, process) = (source.person(), source.process());
    match what {
        Happening::Started | Happening::Ended => {
            let (start, stop) =
                (("110120", "DCM", "Application Start"), ("110121", "DCM", "Application Stop"));
            let kind = if *what == Happening::Started { start } else { stop };
            let participants = vec![
                Participant { role: Some(APPLICATION), ..process },
                Participant { role: Some(LAUNCHER), ..person },
            ];
            plain(("110100", "DCM", "Application Activity"), Some(kind), "E", participants, Vec::new())
        }
        Happening::TrailRead { uri } => {
            let trail = resource(uri, "Security Audit Log", Vec::new());
            plain(("110101", "DCM", "Audit Log Used"), None, "R", vec![person, process], vec![trail])
        }
        Happening::TransferBegun { archive, direction, study } => {
            let event = ("110102", "DCM", "Begin Transferring DICOM Instances");
            plain(event, None, "E", between(source, archive, *direction), about(&[study]))
        }
        Happening::Transferred { archive, direction, study, outcome } => {
            let action = match direction {
                Direction::Received => "C",
                // Whether the archive had them is its own affair. A.5.3.7.
                Direction::Sent => "R",
            };
            let failure = outcome.as_ref().err().map(|why| ("4", why.clone()));
            let event = ("110104", "DCM", "DICOM Instances Transferred");
            let participants = between(source, archive, *direction);
            Message { failure, ..plain(event, None, action, participants, about(&[study])) }
        }
        Happening::Exported { user, studies, to, has_identity, pictures } => {
            exported(&source.of_user(user.as_deref()), studies, to, *has_identity, *pictures)
        }
        Happening::Accessed { study, access } => {
            let (kind, action) = match access {
                Access::Opened => (("opened", OWN, "Study opened"), "R"),
                Access::ShownBeside => (("shown-beside", OWN, "Study shown beside another"), "R"),
                Access::Closed => (("closed", OWN, "Study closed"), "R"),
                Access::Saved => (("saved", OWN, "Object of the reader's saved"), "C"),
            };
            let event = ("110103", "DCM", "DICOM Instances Accessed");
            plain(event, Some(kind), action, vec![person, process], about(&[study]))
        }
        Happening::Queried { archive, query, transfer_syntax } => {
            let object = Object {
                id: uids::STUDY_ROOT_QUERY_RETRIEVE_INFORMATION_MODEL_FIND.to_owned(),
                kind: "2",
                role: "3",
                id_type: CLASS_UID,
                called: Called::Query(query.reveal().clone()),
                details: vec![("TransferSyntax", transfer_syntax.clone().into_bytes())],
                description: String::new(),
            };
            let participants = between(source, archive, Direction::Sent);
            plain(("110112", "DCM", "Query"), None, "E", participants, vec![object])
        }
        Happening::Alert { alert, why, subject } => alerted(source, *alert, why, subject),
        Happening::LoggedIn { user } => logged(source, user.as_deref(), ("110122", "DCM", "Login")),
        Happening::LoggedOut { user } => logged(source, user.as_deref(), ("110123", "DCM", "Logout")),
    }
}

/// A.5.3.4.
fn exported(
    source: &AuditSource,
    studies: &[AuditStudy],
    to: &Phi<String>,
    has_identity: bool,
    pictures: usize,
) -> Message {
    let media = Participant {
        id: to.reveal().clone(),
        name: Some(format!("{pictures} pictures")),
        role: Some(DESTINATION_MEDIA),
        access: Some(("5", to.reveal().clone())),
        media: Some(URI_MEDIA),
        ..Participant::default()
    };
    let mut objects = about(&studies.iter().collect::<Vec<_>>());
    for object in objects.iter_mut().filter(|object| object.kind == "2") {
        let whose: &[u8] = if has_identity { b"with identity" } else { b"without identity" };
        object.details.push(("Pictures", whose.to_vec()));
    }
    let by = |participant| Participant { role: Some(SOURCE), ..participant };
    Message {
        event: ("110106", "DCM", "Export"),
        kind: None,
        action: "R",
        failure: None,
        participants: vec![by(source.person()), by(source.process()), media],
        objects,
    }
}

/// A.5.3.11.
fn alerted(source: &AuditSource, alert: Alert, why: &str, subject: &str) -> Message {
    let (kind, grade) = match alert {
        Alert::NodeAuthentication => (("110126", "DCM", "Node Authentication"), "4"),
        Alert::RecordingStopped => (("110133", "DCM", "Audit Recording Stopped"), "8"),
        Alert::TrailChanged => (("trail-changed", OWN, "Audit trail changed"), "12"),
    };
    let details = vec![("Alert Description", why.as_bytes().to_vec())];
    Message {
        event: ("110113", "DCM", "Security Alert"),
        kind: Some(kind),
        action: "E",
        failure: Some((grade, why.to_owned())),
        participants: vec![source.process(), Participant { is_requestor: false, ..source.person() }],
        objects: vec![resource(subject, "Subject of the alert", details)],
    }
}

/// A.5.3.12.
fn logged(source: &AuditSource, user: Option<&str>, kind: Code) -> Message {
    let source = source.of_user(user);
    Message {
        event: ("110114", "DCM", "User Authentication"),
        kind: Some(kind),
        action: "E",
        failure: None,
        participants: vec![source.person(), source.process()],
        objects: Vec::new(),
    }
}

/// Whoever sends, whoever receives, and who wanted it.
fn between(source: &AuditSource, archive: &AuditNode, direction: Direction) -> Vec<Participant> {
    let (ours, theirs) = match direction {
        Direction::Received => (DESTINATION, SOURCE),
        Direction::Sent => (SOURCE, DESTINATION),
    };
    let ours = Participant { role: Some(ours), ..source.process() };
    let theirs = Participant { role: Some(theirs), ..archive.participant() };
    let (first, second) = if direction == Direction::Received { (theirs, ours) } else { (ours, theirs) };
    vec![first, second, source.person()]
}

/// The studies, and each patient once.
fn about(studies: &[&AuditStudy]) -> Vec<Object> {
    let mut objects: Vec<Object> = studies.iter().map(|study| study.object()).collect();
    let mut known: Vec<&PatientAttributes> = Vec::new();
    for patient in studies.iter().map(|study| &study.patient) {
        if known.iter().all(|known| (&known.id, &known.name) != (&patient.id, &patient.name)) {
            known.push(patient);
            objects.push(of_patient(patient));
        }
    }
    objects
}

fn of_patient(patient: &PatientAttributes) -> Object {
    // The issuer makes an ID one that nobody else has.
    let id = match (patient.id.reveal().as_str(), patient.issuer.reveal().as_str()) {
        ("", _) => NOT_KNOWN.to_owned(),
        (id, "") => id.to_owned(),
        (id, issuer) => format!("{id}^^^{issuer}"),
    };
    Object {
        id,
        kind: "1",
        role: "1",
        id_type: PATIENT_NUMBER,
        called: Called::Name(or_not_known(patient.name.reveal())),
        details: Vec::new(),
        description: String::new(),
    }
}

/// A file or folder.
fn resource(uri: &str, name: &str, details: Vec<(&'static str, Vec<u8>)>) -> Object {
    Object {
        id: uri.to_owned(),
        kind: "2",
        role: "13",
        id_type: URI,
        called: Called::Name(name.to_owned()),
        details,
        description: String::new(),
    }
}

fn or_not_known(text: &str) -> String {
    if text.trim().is_empty() { NOT_KNOWN.to_owned() } else { text.to_owned() }
}

impl AuditSource {
    fn of_user(&self, user: Option<&str>) -> Self {
        Self { user: user.map(str::to_owned), ..self.clone() }
    }

    /// Who sits before the program: `account@machine`, and the user of the station beside it. A.5.2.1.
    fn person(&self) -> Participant {
        Participant {
            id: format!("{}@{}", or_not_known(&self.account), or_not_known(&self.host)),
            alternative: self.user.clone(),
            name: self.user.clone(),
            is_requestor: true,
            access: Some(("1", or_not_known(&self.host))),
            ..Participant::default()
        }
    }

    fn process(&self) -> Participant {
        let titles = self.titles.join(";");
        Participant {
            id: self.process.to_string(),
            alternative: (!titles.is_empty()).then(|| format!("AETITLES={titles}")),
            name: Some("hotlight".to_owned()),
            access: Some(("1", or_not_known(&self.host))),
            ..Participant::default()
        }
    }
}

impl AuditNode {
    fn participant(&self) -> Participant {
        Participant {
            id: or_not_known(&self.name),
            alternative: (!self.title.is_empty()).then(|| format!("AETITLES={}", self.title)),
            // An address is of figures, or has colons.
            access: (!self.host.is_empty()).then(|| {
                let is_address = self.host.parse::<std::net::IpAddr>().is_ok();
                (if is_address { "2" } else { "1" }, self.host.clone())
            }),
            ..Participant::default()
        }
    }
}

impl AuditStudy {
    fn object(&self) -> Object {
        let mut description = String::new();
        // Whoever says anything of a study's content says its classes. Table A.5.2-1.
        if !self.objects.is_empty() {
            let accession = Some(self.accession.reveal().as_str()).filter(|number| !number.trim().is_empty());
            description.extend(accession.map(|number| element("Accession", &[("Number", Some(number))], "")));
            for (class, count) in &self.objects {
                let count = count.to_string();
                let attributes = [("UID", Some(class.as_str())), ("NumberOfInstances", Some(count.as_str()))];
                description.push_str(&element("SOPClass", &attributes, ""));
            }
        }
        Object {
            id: self.uid.to_string(),
            kind: "2",
            role: "3",
            id_type: STUDY_UID,
            called: Called::Name(or_not_known(&self.description)),
            details: Vec::new(),
            description,
        }
    }
}

impl Participant {
    fn xml(&self) -> String {
        let mut inside = self.role.map_or_else(String::new, |role| coded("RoleIDCode", role));
        inside.extend(self.media.map(|media| element("MediaIdentifier", &[], &coded("MediaType", media))));
        let access = self.access.as_ref();
        let attributes = [
            ("UserID", Some(self.id.as_str())),
            ("AlternativeUserID", self.alternative.as_deref()),
            ("UserName", self.name.as_deref()),
            ("UserIsRequestor", Some(if self.is_requestor { "true" } else { "false" })),
            ("NetworkAccessPointID", access.map(|(_, point)| point.as_str())),
            ("NetworkAccessPointTypeCode", access.map(|(kind, _)| *kind)),
        ];
        element("ActiveParticipant", &attributes, &inside)
    }
}

impl Object {
    fn xml(&self) -> String {
        let mut inside = coded("ParticipantObjectIDTypeCode", self.id_type);
        inside.push_str(&match &self.called {
            Called::Name(name) => element("ParticipantObjectName", &[], &escaped(name)),
            Called::Query(query) => element("ParticipantObjectQuery", &[], &base64(query)),
        });
        for (kind, value) in &self.details {
            let value = base64(value);
            let attributes = [("type", Some(*kind)), ("value", Some(value.as_str()))];
            inside.push_str(&element("ParticipantObjectDetail", &attributes, ""));
        }
        if !self.description.is_empty() {
            inside.push_str(&element("ParticipantObjectDescription", &[], &self.description));
        }
        let attributes = [
            ("ParticipantObjectID", Some(self.id.as_str())),
            ("ParticipantObjectTypeCode", Some(self.kind)),
            ("ParticipantObjectTypeCodeRole", Some(self.role)),
        ];
        element("ParticipantObjectIdentification", &attributes, &inside)
    }
}

fn coded(name: &str, (value, scheme, meaning): Code) -> String {
    let attributes =
        [("csd-code", Some(value)), ("codeSystemName", Some(scheme)), ("originalText", Some(meaning))];
    element(name, &attributes, "")
}

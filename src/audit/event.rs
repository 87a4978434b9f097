//! What must be found again by whoever answers for a site.

use std::collections::BTreeMap;
use std::time::SystemTime;

use crate::dicom::{PatientAttributes, StudyUid};
use crate::units::Phi;

/// Something that happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditEvent {
    /// When.
    pub at: SystemTime,
    /// What.
    pub what: Happening,
}

/// What happened. Each is a message of its own in PS3.15 A.5.3.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Happening {
    /// The program was started. A.5.3.1.
    Started,
    /// It ends.
    Ended,
    /// The trail was read. A.5.3.2.
    TrailRead {
        /// Its folder, as a URI.
        uri: String,
    },
    /// Objects of a study begin to come or go. A.5.3.3.
    TransferBegun {
        /// The archive.
        archive: AuditNode,
        /// Which way.
        direction: Direction,
        /// The study.
        study: AuditStudy,
    },
    /// They have come or gone, or not. A.5.3.7.
    Transferred {
        /// The archive.
        archive: AuditNode,
        /// Which way.
        direction: Direction,
        /// The study.
        study: AuditStudy,
        /// All of it, or a sentence on why not.
        outcome: Result<(), String>,
    },
    /// Pictures of a study left the program. A.5.3.4.
    Exported {
        /// Who asked for it, by the name on this station: another may read once it is done. None is the user of the account.
        user: Option<String>,
        /// The studies that they show.
        studies: Vec<AuditStudy>,
        /// Where they went, as a URI. It may name the patient.
        to: Phi<String>,
        /// Whether the patient's identity is on them.
        has_identity: bool,
        /// How many.
        pictures: usize,
    },
    /// A study was on screen, or something was made of it. A.5.3.6.
    Accessed {
        /// The study.
        study: AuditStudy,
        /// How.
        access: Access,
    },
    /// An archive was asked for studies. A.5.3.10.
    Queried {
        /// The archive.
        archive: AuditNode,
        /// The identifier of the question, as the archive gets it. It may name a patient.
        query: Phi<Vec<u8>>,
        /// Its transfer syntax.
        transfer_syntax: String,
    },
    /// Somebody should look at something. A.5.3.11.
    Alert {
        /// What kind.
        alert: Alert,
        /// A sentence.
        why: String,
        /// What it is about, as a URI.
        subject: String,
    },
    /// A user of the station begins to read. A.5.3.12.
    LoggedIn {
        /// Who, by the name on this station; none is the user of the account.
        user: Option<String>,
    },
    /// A user of the station reads no more.
    LoggedOut {
        /// Who.
        user: Option<String>,
    },
}

/// What was done with a study.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// It came on screen, to be read.
    Opened,
    /// It came on screen beside another, as its prior or for any other reason.
    ShownBeside,
    /// It left the screen.
    Closed,
    /// Something of the reader's was added to it: a presentation state, key images.
    Saved,
}

/// What kind of alert. CID 403, extended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Alert {
    /// Another machine is not whom it should be.
    NodeAuthentication,
    /// Events were not recorded.
    RecordingStopped,
    /// What was recorded is not as it was.
    TrailChanged,
}

/// Which way objects go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// From the archive to here.
    Received,
    /// From here to the archive.
    Sent,
}

/// An archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditNode {
    /// Its name in `peers.toml`.
    pub name: String,
    /// Its AE title; empty where it is not known.
    pub title: String,
    /// Its machine; empty where it is not known.
    pub host: String,
}

/// A study, and whom it shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditStudy {
    /// Study Instance UID.
    pub uid: StudyUid,
    /// Whom it shows.
    pub patient: PatientAttributes,
    /// Study Description; empty where it is not known.
    pub description: String,
    /// Accession Number; empty where there is none.
    pub accession: Phi<String>,
    /// How many objects of each SOP class are here.
    pub objects: BTreeMap<String, usize>,
}

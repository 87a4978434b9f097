//! A study as the list shows it, and where it is held.

use crate::dicom::{PatientAttributes, StudyAttributes};
use crate::units::Phi;

/// One study, whatever it is held by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Whom it shows.
    pub patient: PatientAttributes,
    /// Its attributes.
    pub study: StudyAttributes,
    /// Modalities in Study (0008,0061), each once.
    pub modalities: Vec<String>,
    /// Body parts, as its series say them (0018,0015) or Anatomic Regions in Study (0008,0063); empty where nobody says.
    pub body_parts: Vec<String>,
    /// Laterality (0020,0060) or Image Laterality (0020,0062): `R`, `L`, `B`, or empty.
    pub laterality: String,
    /// Where it is held; empty for a study that is only open, as from a folder.
    pub held: Vec<Held>,
}

/// One place that holds a study, and how much of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// Where.
    pub place: Place,
    /// Number of Study Related Series (0020,1206), where the place says.
    pub series: Option<usize>,
    /// Number of Study Related Instances (0020,1208), where the place says.
    pub instances: Option<usize>,
    /// How many instances the study should have, where the place knows it from elsewhere: the store from the archive that it came from.
    pub of: Option<usize>,
    /// How soon it can be had.
    pub availability: Availability,
}

impl Held {
    /// The archive that a study is best fetched from: the soonest, then the one that has most of it.
    pub fn best_archive<'a>(all: impl Iterator<Item = &'a Self>) -> Option<(&'a str, Availability)> {
        let archives = all.filter_map(|held| match &held.place {
            Place::Archive(name) => Some((held, name.as_str())),
            Place::Store => None,
        });
        let best = archives.min_by_key(|(held, name)| {
            (held.availability, std::cmp::Reverse(held.instances.unwrap_or_default()), *name)
        });
        best.map(|(held, name)| (name, held.availability))
    }

    /// How many instances there are, as far as any place says.
    pub fn most<'a>(all: impl Iterator<Item = &'a Self>) -> Option<usize> {
        all.filter_map(|held| held.instances.max(held.of)).max()
    }
}

/// A place that studies are held in.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Place {
    /// The store of this machine.
    Store,
    /// An archive, by its name in `peers.toml`.
    Archive(String),
}

impl Place {
    /// What it is called.
    pub fn name(&self) -> &str {
        match self {
            Self::Store => "store",
            Self::Archive(name) => name,
        }
    }
}

/// Instance Availability (0008,0056), the soonest first. PS3.4 C.4.1.1.3.2.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Availability {
    /// At once, or nobody says.
    #[default]
    Online,
    /// After a while, as from tape.
    Nearline,
    /// Somebody must fetch it by hand.
    Offline,
    /// Not at all.
    Unavailable,
}

/// What is asked of the store and of archives; all that is said must match. PS3.4 C.2.2.2.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct StudyQuestion {
    /// Patient's Name, with `*` and `?`; or empty.
    pub name: Phi<String>,
    /// Patient ID, or empty.
    pub patient_id: Phi<String>,
    /// Accession Number, or empty.
    pub accession: Phi<String>,
    /// Study Date: `YYYYMMDD`, `FROM-TO`, `FROM-`, `-TO`, or empty.
    pub dates: String,
    /// Archives are asked for studies from this day on where no dates are said, `YYYYMMDD`; or empty. The store tells of all.
    pub recent_from: String,
    /// Modalities in Study: any of these; empty for all.
    pub modalities: Vec<String>,
    /// Study Instance UIDs: any of these; empty for all.
    pub studies: Vec<String>,
}

/// How a place has answered a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Answered {
    /// So many studies.
    pub count: usize,
    /// There are more, which were called off.
    pub is_truncated: bool,
}

//! By which column the list is ordered.

use std::cmp::{Ordering, Reverse};

/// A column of the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Column {
    /// Whether it is here.
    Status,
    /// Patient's Name.
    Name,
    /// Patient ID.
    Id,
    /// Patient's Birth Date and Sex.
    Born,
    /// Study Description.
    Study,
    /// Study Date and Time.
    Date,
    /// Modalities in Study.
    Modality,
    /// Number of Study Related Instances.
    Images,
    /// How many other studies of the patient are here.
    Priors,
    /// Accession Number.
    Accession,
    /// Which places hold it.
    Place,
}

impl Column {
    /// All of them, from left to right.
    pub const ALL: [Self; 11] = [
        Self::Status,
        Self::Name,
        Self::Id,
        Self::Born,
        Self::Study,
        Self::Date,
        Self::Modality,
        Self::Images,
        Self::Priors,
        Self::Accession,
        Self::Place,
    ];

    /// The name in commands and files.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Status => "status",
            Self::Name => "name",
            Self::Id => "id",
            Self::Born => "born",
            Self::Study => "study",
            Self::Date => "date",
            Self::Modality => "modality",
            Self::Images => "images",
            Self::Priors => "priors",
            Self::Accession => "accession",
            Self::Place => "place",
        }
    }

    /// The column of a name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|column| column.name() == name)
    }
}

/// The order of the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Order {
    /// By what.
    pub column: Column,
    /// The greatest first.
    pub is_descending: bool,
}

/// The newest first.
impl Default for Order {
    fn default() -> Self {
        Self { column: Column::Date, is_descending: true }
    }
}

impl Order {
    /// What it is once the reader asks for a column: the same again turns it round; dates and numbers begin with the greatest.
    #[must_use]
    pub fn by(self, column: Column) -> Self {
        let is_descending = if self.column == column {
            !self.is_descending
        } else {
            matches!(column, Column::Date | Column::Images | Column::Priors)
        };
        Self { column, is_descending }
    }
}

/// What a row is ordered by: what the column says, then the newest first, then as they came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Key {
    pub(super) main: Main,
    pub(super) moment: u64,
    pub(super) index: u32,
}

/// What a column says.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Main {
    Number(u64),
    Text(String),
}

impl Key {
    pub(super) fn compare(&self, other: &Self, is_descending: bool) -> Ordering {
        let main = self.main.cmp(&other.main);
        let main = if is_descending { main.reverse() } else { main };
        main.then_with(|| Reverse(self.moment).cmp(&Reverse(other.moment)))
            .then_with(|| self.index.cmp(&other.index))
    }
}

//! What the cells of a row say, and how wide they are.

use egui::Color32;

use crate::dicom::{Demographic, date_words, time_words};
use crate::session::{RetrievalState, Session};
use crate::study_list::{Column, Row, Status};

use super::super::bidi::for_display;
use super::super::theme::Colors;
use super::super::words;

/// The share of the table that each column has, in the order of [`Column::ALL`].
pub(super) const SHARES: [f32; 11] = [1.15, 1.9, 0.95, 1.1, 1.75, 1.3, 0.6, 0.75, 1.05, 1.2, 1.05];

/// How a status is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tone {
    Plain,
    Quiet,
    Caution,
}

impl Tone {
    pub(super) const fn color(self, colors: &Colors, is_chosen: bool) -> Color32 {
        match (self, is_chosen) {
            // On the selected line amber has too little contrast; the words say it too.
            (Self::Plain | Self::Caution, true) => colors.strong,
            (Self::Plain, false) | (Self::Quiet, true) => colors.text,
            (Self::Quiet, false) => colors.dim,
            (Self::Caution, false) => colors.caution,
        }
    }
}

/// How a study stands: what arrives, then what is here, then where it is.
pub(super) fn status(session: &Session, row: &Row) -> (String, Tone) {
    let retrieval = row.uid().and_then(|uid| session.archives.retrieval(uid));
    if let Some(retrieval) = retrieval {
        let counts = words::arrived(retrieval.received, retrieval.expected);
        match &retrieval.state {
            RetrievalState::Waiting => return (words::LIST_WAITING.to_owned(), Tone::Plain),
            RetrievalState::Running => return (format!("{} {counts}", words::LIST_ARRIVING), Tone::Plain),
            RetrievalState::TriedAgain(_) => {
                return (format!("{} {counts}", words::LIST_TRIED_AGAIN), Tone::Caution);
            }
            RetrievalState::Incomplete(_) => {
                return (format!("{} {counts}", words::LIST_INCOMPLETE), Tone::Caution);
            }
            RetrievalState::Whole | RetrievalState::Cancelled => {}
        }
    }
    match row.status() {
        Status::Here if row.uid().is_some_and(|study| session.seen.is_read(study)) => {
            (words::LIST_READ.to_owned(), Tone::Quiet)
        }
        Status::Here => (words::LIST_HERE.to_owned(), Tone::Plain),
        Status::Partly(here, of) => {
            (format!("{} {}", words::LIST_PARTLY, words::arrived(here, Some(of))), Tone::Caution)
        }
        Status::Away(archive, availability) => (words::away(archive, availability), Tone::Quiet),
    }
}

/// The words of a cell.
pub(super) fn cell(session: &Session, row: &Row, column: Column) -> (String, Tone) {
    let plain = |text: &str| (for_display(text).into_owned(), Tone::Plain);
    let differs = |what: Demographic| row.conflicts().contains(&what);
    match column {
        Column::Status => status(session, row),
        Column::Name => {
            let name = row.name_line();
            let name =
                if name.is_empty() { words::NO_NAME.to_owned() } else { for_display(&name).into_owned() };
            if differs(Demographic::Name) {
                (format!("⚠ {name}, {}", words::LIST_DIFFERS), Tone::Caution)
            } else {
                (name, Tone::Plain)
            }
        }
        Column::Id => plain(row.id()),
        Column::Born => {
            let born = words::joined(&[&date_words(row.birth_date()), row.sex()], " ");
            if differs(Demographic::BirthDate) || differs(Demographic::Sex) {
                (format!("⚠ {born}"), Tone::Caution)
            } else {
                (born, Tone::Plain)
            }
        }
        Column::Study => plain(row.description()),
        Column::Date => {
            let time = time_words(row.time());
            let time = time.get(..5).unwrap_or(&time);
            (format!("{} {time}", date_words(row.date())).trim().to_owned(), Tone::Plain)
        }
        Column::Modality => plain(row.modalities()),
        Column::Images => (row.objects().map_or_else(String::new, |count| count.to_string()), Tone::Plain),
        Column::Priors => {
            let others = session.studies.list.other_studies(row);
            match others.of {
                0 => (words::LIST_NO_PRIORS.to_owned(), Tone::Quiet),
                of => (format!("{} of {of}", others.here), Tone::Plain),
            }
        }
        Column::Accession => plain(row.accession()),
        Column::Place => {
            let places: Vec<&str> = row.held().map(|held| words::place(&held.place)).collect();
            (places.join(", "), Tone::Quiet)
        }
    }
}

/// What a screen reader is told of a row. The number makes it one of its own.
pub(super) fn name(session: &Session, row: &Row, number: usize) -> String {
    let cells = [
        Column::Name,
        Column::Id,
        Column::Study,
        Column::Date,
        Column::Modality,
        Column::Images,
        Column::Status,
        Column::Accession,
    ];
    let mut said: Vec<String> = cells.into_iter().map(|column| cell(session, row, column).0).collect();
    if let Some(images) = said.get_mut(5).filter(|images| !images.is_empty()) {
        *images = words::images(images);
    }
    said.retain(|text| !text.is_empty());
    format!("{number}. {}", said.join(", "))
}

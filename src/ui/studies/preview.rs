//! What is known of the study that the reader means.

use egui::{Label, Rect, RichText, ScrollArea, Stroke, Ui, UiBuilder, vec2};

use crate::dicom::{Demographic, PersonName, date_words};
use crate::session::RetrievalState;
use crate::study_list::{Column, Entry, Row};

use super::super::bidi::for_display;
use super::super::shell::ScreenView;
use super::super::theme::{Colors, colors, regular, strong};
use super::super::viewport::fill;
use super::super::words;
use super::row::{self, Tone};

/// The width of what a value is of, in points.
const HEADINGS: f32 = 92.0;

/// The most other studies of the patient that are listed.
const OTHERS_MAX: usize = 12;

/// Shows it.
pub(super) fn show(ui: &mut Ui, rect: Rect, view: &ScreenView<'_>) {
    let colors = colors(ui.ctx());
    fill(ui.painter(), rect, colors.panel);
    ui.painter().vline(rect.left(), rect.y_range(), Stroke::new(1.0 / ui.pixels_per_point(), colors.line));
    let list = &view.session.studies.list;
    ui.scope_builder(UiBuilder::new().max_rect(rect.shrink2(vec2(14.0, 12.0))), |ui| {
        let Some(study) = view.session.studies.meant().and_then(|study| list.row(study)) else {
            ui.label(RichText::new(words::LIST_CHOOSE).color(colors.dim));
            return;
        };
        ScrollArea::vertical().id_salt("preview").auto_shrink(false).show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = 5.0;
            about(ui, view, study, &colors);
            held(ui, study, &colors);
            others(ui, view, study, &colors);
        });
    });
}

fn about(ui: &mut Ui, view: &ScreenView<'_>, study: &Row, colors: &Colors) {
    let said = |text: &str, none: &str| for_display(if text.is_empty() { none } else { text }).into_owned();
    let title = said(study.description(), words::LIST_NO_DESCRIPTION);
    ui.label(RichText::new(title).font(strong(14.0)).color(colors.strong));
    ui.add_space(4.0);
    let name = study.name_line();
    ui.label(RichText::new(said(&name, words::NO_NAME)).font(strong(13.0)).color(colors.strong));
    for column in [
        Column::Id,
        Column::Born,
        Column::Date,
        Column::Modality,
        Column::Accession,
        Column::Images,
        Column::Status,
    ] {
        let (text, tone) = row::cell(view.session, study, column);
        if !text.is_empty() {
            line(ui, words::column(column), &text, tone, colors);
        }
    }
    let retrieval = study.uid().and_then(|uid| view.session.archives.retrieval(uid));
    if let Some(retrieval) = retrieval.filter(|retrieval| retrieval.state != RetrievalState::Whole) {
        let why = words::retrieval_why(retrieval);
        ui.add(Label::new(RichText::new(why).color(colors.text)).wrap());
    }
    for what in study.conflicts() {
        ui.add(Label::new(RichText::new(words::places_differ(*what)).color(colors.caution)).wrap());
        for entry in study.entries() {
            let place = entry.held.first().map_or("", |held| words::place(&held.place));
            line(ui, place, &for_display(&said_by(entry, *what)), Tone::Caution, colors);
        }
    }
}

/// What one place says of the patient.
fn said_by(entry: &Entry, what: Demographic) -> String {
    let text = match what {
        Demographic::Name => PersonName::parse(entry.patient.name.reveal()).lines().join("  "),
        Demographic::BirthDate => date_words(entry.patient.birth_date.reveal()),
        Demographic::Sex => entry.patient.sex.clone(),
    };
    if text.is_empty() { words::LIST_SAYS_NOTHING.to_owned() } else { text }
}

/// Where it is held, and how much of it.
fn held(ui: &mut Ui, study: &Row, colors: &Colors) {
    heading(ui, words::LIST_HELD, colors);
    for held in study.held() {
        line(ui, words::place(&held.place), &words::held(held), Tone::Plain, colors);
    }
}

/// The other studies of the patient, as far as they are in the list.
fn others(ui: &mut Ui, view: &ScreenView<'_>, study: &Row, colors: &Colors) {
    let others = view.session.studies.list.others_of(study);
    heading(ui, words::LIST_OTHERS, colors);
    if others.is_empty() {
        ui.label(RichText::new(words::LIST_NO_OTHERS).color(colors.dim));
    }
    for other in others.iter().take(OTHERS_MAX) {
        let (status, tone) = row::status(view.session, other);
        let text = format!("{} · {status}", for_display(other.description()));
        line(ui, &date_words(other.date()), &text, tone, colors);
    }
    if others.len() > OTHERS_MAX {
        ui.label(RichText::new(words::more(others.len() - OTHERS_MAX)).color(colors.dim));
    }
}

fn heading(ui: &mut Ui, words: &str, colors: &Colors) {
    ui.add_space(12.0);
    ui.label(RichText::new(words).font(strong(13.0)).color(colors.strong));
}

fn line(ui: &mut Ui, of: &str, text: &str, tone: Tone, colors: &Colors) {
    ui.horizontal_top(|ui| {
        ui.spacing_mut().item_spacing.x = 0.0;
        let heading = RichText::new(for_display(of)).font(regular(13.0)).color(colors.dim);
        ui.allocate_ui(vec2(HEADINGS, 16.0), |ui| {
            ui.set_min_width(HEADINGS);
            ui.add(Label::new(heading).truncate());
        });
        ui.add(Label::new(RichText::new(text).color(tone.color(colors, false))).wrap());
    });
}

//! A study in the strip: current or prior, when, and what; whose, where there is more than one patient.

use egui::{Rect, Role, Sense, Ui, WidgetInfo, vec2};

use crate::dicom::{PersonName, date_words};
use crate::study::Study;

use super::super::bidi::for_display;
use super::super::shell::ScreenView;
use super::super::theme::{colors, regular, strong};
use super::super::{text, words};

const LINE: f32 = 17.0;
const ABOVE: f32 = 10.0;
const BELOW: f32 = 6.0;

pub(super) fn height(study: &Study, has_name: bool, has_reason: bool) -> f32 {
    let lines = [true, has_name, !study.attributes.description.is_empty(), has_reason];
    ABOVE + BELOW + lines.into_iter().map(|is_there| if is_there { LINE } else { 0.0 }).sum::<f32>()
}

/// Shows a heading.
pub(super) fn show(
    ui: &Ui,
    rect: Rect,
    view: &ScreenView<'_>,
    study: &Study,
    has_name: bool,
    why: Option<&str>,
) {
    let colors = colors(ui.ctx());
    let painter = ui.painter();
    let attributes = &study.attributes;
    let is_prior = view.session.is_prior(study, view.library);
    let kind = if is_prior { words::STUDY_PRIOR } else { words::STUDY_CURRENT };
    let read = if view.session.seen.is_read(&attributes.uid) { words::STUDY_READ } else { "" };
    let date = words::joined(&[&date_words(&attributes.date), read], ", ");
    let left = rect.left() + 2.0;
    let mut at = egui::pos2(left, rect.top() + ABOVE);
    let patient = PersonName::parse(study.patient.name.reveal()).lines();
    let patient = patient.first().map_or(words::NO_NAME, String::as_str);
    if has_name {
        let name = text::elided(painter, &for_display(patient), strong(12.5), colors.strong, rect.width());
        painter.galley(at, name, colors.strong);
        at.y += LINE;
    }
    let kind_line = text::line(painter, kind, strong(12.5), colors.strong);
    let date_at = at + vec2(kind_line.size().x + 6.0, 0.0);
    painter.galley(at, kind_line, colors.strong);
    let date_line = text::elided(painter, &date, regular(12.5), colors.dim, rect.right() - date_at.x);
    painter.galley(date_at, date_line, colors.dim);
    at.y += LINE;
    let what = for_display(&attributes.description);
    let what = text::elided(painter, &what, regular(12.0), colors.dim, rect.width());
    painter.galley(at, what, colors.dim);
    if let Some(why) = why {
        if !attributes.description.is_empty() {
            at.y += LINE;
        }
        painter.galley(at, text::elided(painter, why, regular(12.0), colors.dim, rect.width()), colors.dim);
    }
    let id = ui.scope_id().with(("study", &attributes.uid));
    let response = ui.interact(rect, id, Sense::hover());
    // Without the patient: names are on the images and in the title.
    let name = words::study(kind, &date, &attributes.description);
    response.widget_info(|| WidgetInfo::labeled(Role::Heading, true, &name));
    let whose = if has_name { format!("{patient}\n{name}") } else { name };
    response.on_hover_text(why.map_or_else(|| whose.clone(), |why| format!("{whose}\n{why}")));
}

//! The title row: whose images, which study, and what the reader must know of this window.

use std::collections::BTreeSet;

use egui::{Align, Label, Layout, Rect, RichText, Sense, Ui, UiBuilder};

use crate::command::{AppCommand, Command, PanelName};

use super::icon::Icon;
use super::shell::ScreenView;
use super::theme::{Colors, colors, regular, strong};
use super::words;

/// Shows the row.
pub(super) fn show(ui: &mut Ui, row: Rect, view: &ScreenView<'_>, commands: &mut Vec<Command>) {
    let colors = colors(ui.ctx());
    ui.painter().rect_filled(row, 0.0, colors.panel);
    let hairline = 1.0 / ui.pixels_per_point();
    let line = Rect::from_min_max(egui::pos2(row.left(), row.bottom() - hairline), row.max);
    ui.painter().rect_filled(line, 0.0, colors.line);
    let inner = row.shrink2(egui::vec2(12.0, 0.0));
    let from_right = UiBuilder::new().max_rect(inner).layout(Layout::right_to_left(Align::Center));
    ui.scope_builder(from_right, |ui| {
        ui.set_clip_rect(row);
        ui.spacing_mut().item_spacing.x = 6.0;
        states(ui, view, &colors, commands);
        // What is left over belongs to the patient and the study.
        ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
            ui.spacing_mut().item_spacing.x = 18.0;
            identity(ui, view, &colors);
        });
    });
}

fn identity(ui: &mut Ui, view: &ScreenView<'_>, colors: &Colors) {
    let size = if view.screen == 0 { 14.0 } else { 12.5 };
    let name = |words: &str| RichText::new(words).font(strong(size)).color(colors.strong);
    let labels = view.viewport().map(|viewport| &viewport.labels);
    let Some((first, rest)) = labels.and_then(|labels| labels.identity.split_first()) else {
        ui.add(Label::new(name(words::PRODUCT)).extend());
        ui.add(Label::new(RichText::new(words::NO_STUDY).color(colors.dim)).truncate());
        return;
    };
    ui.add(Label::new(name(first.reveal())).extend());
    for line in rest {
        ui.add(Label::new(RichText::new(line.reveal()).color(colors.text)).extend());
    }
    if let Some(labels) = labels {
        if labels.is_prior {
            ui.add(Label::new(RichText::new(words::PRIOR).color(colors.caution)).extend());
        }
        ui.add(Label::new(RichText::new(&labels.study).color(colors.dim)).truncate());
    }
}

/// From the right: what the reader must know of this window.
fn states(ui: &mut Ui, view: &ScreenView<'_>, colors: &Colors, commands: &mut Vec<Command>) {
    state(ui, Icon::Display, words::DISPLAY_NOT_MEASURED, words::DISPLAY_NOT_MEASURED_WHY, colors);
    let unreadable = view.library.unreadable().len();
    if unreadable > 0 {
        ui.add_space(12.0);
        let text = RichText::new(words::unreadable(unreadable)).font(regular(13.0)).color(colors.caution);
        let panel = Command::App(AppCommand::Panel(PanelName::Messages));
        let why = words::with_key(words::UNREADABLE_WHY, view.key(&panel).as_deref());
        if ui.add(egui::Button::new(text).frame_when_inactive(false)).on_hover_text(why).clicked() {
            commands.push(panel);
        }
        Icon::Caution.show(ui, colors.caution);
    }
    if view.session.indexing.runs > 0 {
        ui.add_space(12.0);
        let files = view.session.indexing.files;
        ui.add(Label::new(RichText::new(words::indexing(files)).color(colors.text)).extend());
        Icon::Working.show(ui, colors.focus);
    }
    let patients = patients(view);
    if patients > 1 {
        ui.add_space(12.0);
        state(ui, Icon::Caution, &words::several_patients(patients), words::SEVERAL_PATIENTS_WHY, colors);
    }
}

fn state(ui: &mut Ui, icon: Icon, what: &str, why: &str, colors: &Colors) {
    let text = RichText::new(what).color(colors.caution);
    ui.add(Label::new(text).extend().sense(Sense::hover())).on_hover_text(why);
    icon.show(ui, colors.caution);
}

/// How many patients the window shows. The name counts as well as the number: either alone may be wrong.
fn patients(view: &ScreenView<'_>) -> usize {
    let Some(screen) = view.session.screens.get(view.screen) else { return 0 };
    let sources = screen.visible().iter().filter_map(|viewport| viewport.source.as_ref());
    let studies = sources.filter_map(|source| view.library.find(&source.display_set));
    let patients: BTreeSet<(String, String)> = studies
        .map(|(study, ..)| {
            let name = study.patient.name.reveal().trim_matches(['^', ' ']).to_lowercase();
            (study.patient.id.reveal().trim().to_owned(), name)
        })
        .collect();
    patients.len()
}

//! The support bundle before it is saved: its parts, and all of the chosen one.

use egui::{Align, Label, Layout, RichText, ScrollArea, Ui, vec2};

use crate::command::Command;

use super::super::bidi::for_display;
use super::super::shell::ScreenView;
use super::super::support_words as words;
use super::super::theme::regular;
use super::settings::step_by_keys;
use super::two_lines::{self, List, TwoLines};

/// The room for the text of the chosen part, and a line of it, in points.
const TEXT: f32 = 180.0;
const LINE: f32 = 15.0;

/// Shows the list.
pub(super) fn show(ui: &mut Ui, view: &ScreenView<'_>, commands: &mut Vec<Command>) {
    let list = List {
        title: words::BUNDLE_TITLE,
        hint: Some(words::BUNDLE_HINT),
        none: words::BUNDLE_COLLECTING,
        foot: 220.0,
    };
    let lines = view.session.bundle.as_deref().unwrap_or_default();
    let chosen = view.session.panel.as_ref().map_or(0, |panel| panel.chosen);
    two_lines::list(
        ui,
        &list,
        lines,
        (chosen, commands),
        |ui, line, place, colors| {
            let bytes = words::bundle_bytes(line);
            let shown = TwoLines {
                name: &format!("{}. {}, {bytes}", place + 1, line.name),
                what: &line.name,
                state: &bytes,
                is_caution: false,
                why: line.about,
                is_quiet: false,
            };
            two_lines::row(ui, &shown, place == chosen, colors)
        },
        |ui, line, colors| {
            ui.label(RichText::new(words::BUNDLE_SAVE).color(colors.text));
            let page = step_by_keys(ui);
            let area = ScrollArea::both().id_salt(&line.name).max_height(TEXT).auto_shrink(false);
            area.show_rows(ui, LINE, line.lines.len(), |ui, in_sight| {
                ui.spacing_mut().item_spacing.y = 0.0;
                if let Some(is_next) = page {
                    ui.scroll_with_delta(vec2(0.0, if is_next { LINE - TEXT } else { TEXT - LINE }));
                }
                for text in line.lines.get(in_sight).unwrap_or_default() {
                    let text = RichText::new(for_display(text)).font(regular(11.0)).color(colors.dim);
                    let line = vec2(ui.available_width(), LINE);
                    let from_left = Layout::left_to_right(Align::Center);
                    ui.allocate_ui_with_layout(line, from_left, |ui| ui.add(Label::new(text).extend()));
                }
            });
        },
    );
}

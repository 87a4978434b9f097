//! Priors: which studies of the patient are picked, which wait for the reader's word, which are left out, and why.

use egui::{RichText, Ui};

use crate::command::Command;
use crate::dicom::date_words;

use super::super::shell::ScreenView;
use super::super::words;
use super::two_lines::{self, List, TwoLines};

/// Shows the list.
pub(super) fn show(ui: &mut Ui, view: &ScreenView<'_>, commands: &mut Vec<Command>) {
    let list = List {
        title: words::PRIORS_TITLE,
        hint: Some(words::PRIORS_HINT),
        none: words::NO_PRIORS,
        foot: 104.0,
    };
    let lines: Vec<_> = view.session.prior_lines(view.library).collect();
    let chosen = view.session.panel.as_ref().map_or(0, |panel| panel.chosen);
    two_lines::list(
        ui,
        &list,
        &lines,
        (chosen, commands),
        |ui, line, place, colors| {
            let (state, is_caution) = words::prior_state(line);
            let what = format!("{} · {}", date_words(&line.entry.study.date), words::prior_what(line.entry));
            let shown = TwoLines {
                name: &format!("{}. {what}, {state}", place + 1),
                what: &what,
                state: &state,
                is_caution,
                why: &words::prior_reasons(line),
                is_quiet: line.picked.is_none() && !line.is_conflicting(),
            };
            two_lines::row(ui, &shown, place == chosen, colors)
        },
        |ui, line, colors| {
            let (state, is_caution) = words::prior_state(line);
            let color = if is_caution { colors.caution } else { colors.text };
            ui.label(RichText::new(words::prior_reasons(line)).color(colors.text));
            ui.label(RichText::new(words::prior_next_step(line, &state)).color(color));
        },
    );
}

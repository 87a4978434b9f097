//! Who reads: the users of this station, each with what is theirs.

use egui::{RichText, Ui};

use crate::command::Command;

use super::super::shell::ScreenView;
use super::super::words;
use super::two_lines::{self, List, TwoLines};

/// Shows the list.
pub(super) fn show(ui: &mut Ui, view: &ScreenView<'_>, commands: &mut Vec<Command>) {
    let list =
        List { title: words::USERS_TITLE, hint: Some(words::USERS_HINT), none: words::NO_USERS, foot: 60.0 };
    let session = view.session;
    let chosen = session.panel.as_ref().map_or(0, |panel| panel.chosen);
    two_lines::list(
        ui,
        &list,
        &session.users,
        (chosen, commands),
        |ui, line, place, colors| {
            let state = if line.reader == session.reader { words::USER_READS } else { "" };
            let (who, own) = (words::user(&line.reader), words::user_own(line));
            let shown = TwoLines {
                name: &format!("{}. {}: {own}", place + 1, words::joined(&[&who, state], ", ")),
                what: &who,
                state,
                is_caution: false,
                why: &own,
                is_quiet: line.own.is_empty(),
            };
            two_lines::row(ui, &shown, place == chosen, colors)
        },
        |ui, line, colors| {
            let next_step = words::user_next_step(line.reader == session.reader);
            ui.label(RichText::new(next_step).color(colors.dim));
        },
    );
}

//! A prior that is not open, in the strip: when, what, why, and where it is. A click hangs it beside the study that is read.

use egui::{Rect, Role, Sense, Ui, WidgetInfo, pos2, vec2};

use crate::command::{AppCommand, Command, Next, PanelName, PriorCommand};
use crate::dicom::date_words;
use crate::session::PriorLine;

use super::super::bidi::for_display;
use super::super::shell::ScreenView;
use super::super::theme::{colors, regular, strong};
use super::super::{text, words};

const LINE: f32 = 17.0;
const ABOVE: f32 = 10.0;
const BELOW: f32 = 6.0;

/// In points, whatever it says.
pub(super) const HEIGHT: f32 = ABOVE + 4.0 * LINE + BELOW;

/// Shows a prior, or a study that may be one, by its place in the panel.
pub(super) fn show(
    ui: &Ui,
    rect: Rect,
    view: &ScreenView<'_>,
    line: &PriorLine<'_>,
    commands: &mut Vec<Command>,
) {
    let colors = colors(ui.ctx());
    let id = ui.scope_id().with(("prior", &line.entry.study.uid));
    let response = ui.interact(rect, id, Sense::click());
    let (kind, kind_color) = if line.is_conflicting() {
        (words::STUDY_UNSURE, colors.caution)
    } else {
        (words::STUDY_PRIOR, colors.strong)
    };
    let date = date_words(&line.entry.study.date);
    let (state, is_caution) = words::prior_state(line);
    let name = format!("{kind} {date}, {}, {state}", words::prior_what(line.entry));
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, &name));
    if response.hovered() || response.has_focus() {
        ui.painter().rect_filled(rect, 4.0, colors.raised);
    }
    let painter = ui.painter();
    let mut at = pos2(rect.left() + 2.0, rect.top() + ABOVE);
    let kind_line = text::line(painter, kind, strong(12.5), kind_color);
    let date_at = at + vec2(kind_line.size().x + 6.0, 0.0);
    painter.galley(at, kind_line, kind_color);
    let date_line = text::elided(painter, &date, regular(12.5), colors.dim, rect.right() - date_at.x);
    painter.galley(date_at, date_line, colors.dim);
    let state_color = if is_caution { colors.caution } else { colors.text };
    let why = line.reasons.first().map_or("", String::as_str);
    for (words, color) in [
        (for_display(&words::prior_what(line.entry)), colors.dim),
        (why.into(), colors.dim),
        (state.into(), state_color),
    ] {
        at.y += LINE;
        painter.galley(at, text::elided(painter, &words, regular(12.0), color, rect.width()), color);
    }
    let is_clicked = response.clicked();
    response
        .on_hover_text(words::prior_tip(line, view.key(&Command::Prior(PriorCommand::Toggle)).as_deref()));
    if is_clicked {
        commands.push(match line.picked {
            Some(place) => Command::Prior(PriorCommand::Show(Next::Number(place + 1))),
            None => Command::App(AppCommand::Panel(PanelName::Priors)),
        });
    }
}

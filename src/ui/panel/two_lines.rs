//! A panel with a list whose lines are two lines high: what, how it stands, and below why.

use egui::{Rect, RichText, Role, ScrollArea, Sense, Ui, WidgetInfo, pos2, vec2};

use crate::command::Command;

use super::super::bidi::for_display;
use super::super::text;
use super::super::theme::{Colors, colors, regular, strong};
use super::palette::take;

/// Its height, in points.
const HEIGHT: f32 = 44.0;

/// What it says.
pub(super) struct TwoLines<'a> {
    /// Its accessible name.
    pub(super) name: &'a str,
    /// What.
    pub(super) what: &'a str,
    /// How it stands, at the right.
    pub(super) state: &'a str,
    /// Whether that is a caution.
    pub(super) is_caution: bool,
    /// Why.
    pub(super) why: &'a str,
    /// Whether it is of less interest.
    pub(super) is_quiet: bool,
}

/// A panel of such lines.
pub(super) struct List<'a> {
    /// What it is.
    pub(super) title: &'a str,
    /// What one does with it.
    pub(super) hint: Option<&'a str>,
    /// What it says where there is no line.
    pub(super) none: &'a str,
    /// The room below for the chosen line, in points.
    pub(super) foot: f32,
}

/// Shows a list; `row` shows the line of a place and says whether it was clicked, `foot` what is to be known of the chosen one.
pub(super) fn list<T>(
    ui: &mut Ui,
    list: &List<'_>,
    lines: &[T],
    (chosen, commands): (usize, &mut Vec<Command>),
    row: impl Fn(&mut Ui, &T, usize, &Colors) -> bool,
    foot: impl FnOnce(&mut Ui, &T, &Colors),
) {
    let colors = colors(ui.ctx());
    ui.horizontal(|ui| {
        ui.label(RichText::new(list.title).font(strong(14.0)).color(colors.strong));
        ui.add_space(8.0);
        if let Some(hint) = list.hint {
            ui.label(RichText::new(hint).font(regular(12.0)).color(colors.dim));
        }
    });
    ui.add_space(6.0);
    if lines.is_empty() {
        ui.label(RichText::new(list.none).color(colors.text));
        return;
    }
    let height = ((ui.available_height() - list.foot) / HEIGHT).floor().max(2.0) * HEIGHT;
    let area = ScrollArea::vertical().max_height(height).auto_shrink([false, true]);
    // There may be hundreds: only those in sight are laid out.
    area.show_rows(ui, HEIGHT, lines.len(), |ui, in_sight| {
        ui.spacing_mut().item_spacing.y = 0.0;
        for place in in_sight {
            if lines.get(place).is_some_and(|line| row(ui, line, place, &colors)) {
                commands.extend(take(place, chosen));
            }
        }
    });
    if let Some(line) = lines.get(chosen) {
        ui.add_space(8.0);
        foot(ui, line, &colors);
    }
}

/// Shows one; `true` when it was clicked.
pub(super) fn row(ui: &mut Ui, lines: &TwoLines<'_>, is_chosen: bool, colors: &Colors) -> bool {
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), HEIGHT), Sense::CLICK);
    response.widget_info(|| WidgetInfo::selected(Role::ListBoxOption, true, is_chosen, lines.name));
    let seen = ui.clip_rect().y_range();
    if is_chosen && (rect.top() < seen.min - 0.5 || rect.bottom() > seen.max + 0.5) {
        response.scroll_to_me(None);
    }
    let painter = ui.painter();
    let (main, quiet) = match (is_chosen, lines.is_quiet) {
        (true, _) => (colors.strong, colors.text),
        (false, false) => (colors.text, colors.dim),
        (false, true) => (colors.dim, colors.dim),
    };
    if is_chosen {
        painter.rect_filled(rect, 4.0, colors.selected);
    } else if response.hovered() {
        painter.rect_filled(rect, 4.0, colors.raised);
    }
    let inner = Rect::from_min_max(pos2(rect.left() + 10.0, rect.top() + 4.0), rect.max - vec2(10.0, 4.0));
    let color = if lines.is_caution { colors.caution } else { quiet };
    let state = text::line(painter, lines.state, regular(12.0), color);
    let room = inner.width() - state.size().x - 12.0;
    painter.galley(pos2(inner.right() - state.size().x, inner.top() + 1.0), state, color);
    painter.galley(
        inner.min,
        text::elided(painter, &for_display(lines.what), regular(13.5), main, room),
        main,
    );
    let why = text::elided(painter, lines.why, regular(12.0), quiet, inner.width());
    painter.galley(pos2(inner.left(), inner.bottom() - why.size().y), why, quiet);
    response.clicked()
}

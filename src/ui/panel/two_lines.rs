//! A line of a panel that is two lines high: what, how it stands, and below why.

use egui::{Rect, Role, Sense, Ui, WidgetInfo, pos2, vec2};

use super::super::bidi::for_display;
use super::super::text;
use super::super::theme::{Colors, regular};

/// Its height, in points.
pub(super) const HEIGHT: f32 = 44.0;

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

/// Shows one; `true` when it was clicked.
pub(super) fn show(ui: &mut Ui, lines: &TwoLines<'_>, is_chosen: bool, colors: &Colors) -> bool {
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

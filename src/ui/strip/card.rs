//! A display set in the strip: its thumbnail, and words over it.

use std::sync::Arc;

use egui::{
    Align2, Color32, Galley, Painter, Pos2, Rect, Role, Sense, Stroke, StrokeKind, Ui, Vec2, WidgetInfo,
    pos2, vec2,
};

use crate::command::Command;
use crate::session::{Screen, Viewport};
use crate::study::{DisplaySetId, Image};

use super::super::bidi::for_display;
use super::super::icon::{self, Icon};
use super::super::shell::ScreenView;
use super::super::theme::{Colors, colors, regular, strong};
use super::super::{loaded, text, words};
use super::{Entry, carry, thumbnail};

/// In points, whatever it says.
pub(super) const HEIGHT: f32 = 92.0;

const LINE: f32 = 16.0;
const PADDING: f32 = 7.0;
/// The same above and below.
const PADDING_Y: f32 = 4.0;

/// The bar at the left of what hangs.
const BAR: f32 = 3.0;

/// So many images are asked whether they are loaded.
const LOADED_PLACES: usize = 64;

/// Shows a card; a click hangs what it stands for, and so does a drag onto a viewport.
pub(super) fn show(
    ui: &Ui,
    rect: Rect,
    view: &ScreenView<'_>,
    entry: Entry<'_>,
    is_chosen: bool,
    commands: &mut Vec<Command>,
) {
    let Entry { place, set, .. } = entry;
    let response = ui.interact(rect, ui.scope_id().with(("set", &set.id)), Sense::click_and_drag());
    let places = places(view, &set.id);
    let is_in_focus = view
        .shown()
        .and_then(|shown| shown.source.as_ref())
        .is_some_and(|source| source.display_set == set.id);
    let loaded = (!places.is_empty()).then(|| share_loaded(view, entry)).filter(|share| *share < 1.0);
    let is_seen = view.session.seen.contains(&set.id);
    let words = words::Card::of(entry.series, set);
    let name = words.name(&places, is_seen, loaded.is_some());
    response.widget_info(|| WidgetInfo::labeled(Role::ListBoxOption, true, &name));
    ui.ctx().accesskit_node_builder(response.id, |node| node.set_selected(is_in_focus));
    let look = Look {
        is_chosen: is_chosen || response.has_focus(),
        is_hovered: response.hovered(),
        is_hung: !places.is_empty(),
        is_in_focus,
        is_seen,
        loaded,
    };
    let colors = colors(ui.ctx());
    ui.painter().rect_filled(rect, 0.0, colors.panel);
    thumbnail::show(ui, rect.shrink(1.0), view, entry, &colors);
    write(ui.painter(), rect, &words, &look, &colors);
    mark(ui.painter(), rect, &look, &colors);
    carry::take(&response, place, &words.title);
    if response.clicked() {
        carry::hang(view, None, place, commands);
    }
    response.on_hover_text(name);
}

/// Where a set hangs: the viewports of this window, then the other windows, in words.
fn places(view: &ScreenView<'_>, set: &DisplaySetId) -> Vec<String> {
    let shows =
        |viewport: &Viewport| viewport.source.as_ref().is_some_and(|source| source.display_set == *set);
    let screens = &view.session.screens;
    let here = screens.get(view.screen).into_iter().flat_map(Screen::visible);
    let here = here.filter(|(_, viewport)| shows(viewport)).map(|(index, _)| words::in_viewport(index + 1));
    let others = screens.iter().zip(0..).filter(|(_, place)| *place != view.screen);
    let others = others.filter(|(screen, _)| screen.visible().any(|(_, viewport)| shows(viewport)));
    here.chain(others.map(|(_, place)| words::in_window(place + 1))).collect()
}

fn share_loaded(view: &ScreenView<'_>, entry: Entry<'_>) -> f32 {
    let places = loaded::spread(view.library, entry.set, Image::key, LOADED_PLACES);
    #[expect(clippy::cast_precision_loss, reason = "a small count")]
    let share = places.iter().filter(|is_here| **is_here).count() as f32 / places.len().max(1) as f32;
    share
}

/// How a card differs from others.
#[expect(clippy::struct_excessive_bools, reason = "each is a mark of its own, in any combination")]
struct Look {
    /// By keys.
    is_chosen: bool,
    is_hovered: bool,
    is_hung: bool,
    /// It hangs where keys go.
    is_in_focus: bool,
    /// It hangs, or did.
    is_seen: bool,
    /// The share of images that is here, while some are not.
    loaded: Option<f32>,
}

/// The words, in the four corners: what it is, and how many images of what. And whether it was seen.
fn write(painter: &Painter, rect: Rect, words: &words::Card, look: &Look, colors: &Colors) {
    let inner = rect.shrink2(vec2(PADDING, PADDING_Y));
    let sign =
        Rect::from_min_size(pos2(inner.right() - icon::SIDE, inner.top() + 3.0), Vec2::splat(icon::SIDE));
    if look.loaded.is_some() {
        plate(painter, sign, colors);
        Icon::Working.paint(painter, sign, colors.label);
    } else if look.is_seen {
        plate(painter, sign, colors);
        tick(painter, sign, colors.label);
    }
    let width = sign.left() - inner.left() - 8.0;
    let title = text::elided(painter, &words.title, strong(12.0), colors.name, width);
    let after_title = inner.left() + title.size().x + 6.0;
    on_plate(painter, inner.min, title, colors.name, colors);
    let thickness = text::line(painter, &words.thickness, regular(12.0), colors.label);
    if !words.thickness.is_empty() && after_title + thickness.size().x <= inner.left() + width {
        on_plate(painter, pos2(after_title, inner.top()), thickness, colors.label, colors);
    }
    let count_color = if words.is_partial { colors.warning } else { colors.label };
    let count = text::line(painter, &words.count, regular(11.5), count_color);
    let corner = Align2::RIGHT_BOTTOM.anchor_size(inner.right_bottom(), count.size()).min;
    on_plate(painter, corner, count, count_color, colors);
    let mut bottom = inner.bottom();
    let mut width = corner.x - 8.0 - inner.left();
    let lines =
        [(words.what.as_str(), colors.label), (&words.label, colors.label), (words.caution, colors.warning)];
    for (line, color) in lines {
        if !line.is_empty() {
            let line = text::elided(painter, &for_display(line), regular(12.0), color, width);
            on_plate(painter, pos2(inner.left(), bottom - line.size().y), line, color, colors);
            bottom -= LINE;
            width = inner.width();
        }
    }
}

/// Words with a dark plate behind them, so that they can be read on white bone.
fn on_plate(painter: &Painter, at: Pos2, words: Arc<Galley>, color: Color32, colors: &Colors) {
    plate(painter, Rect::from_min_size(at, words.size()), colors);
    painter.galley(at, words, color);
}

fn plate(painter: &Painter, rect: Rect, colors: &Colors) {
    painter.rect_filled(rect.expand2(vec2(3.0, 0.0)), 2.0, behind_words(colors));
}

/// Darker than behind badges: what is under it may be white all over.
const fn behind_words(colors: &Colors) -> Color32 {
    colors.halo
}

/// Seen: a quiet tick.
fn tick(painter: &Painter, square: Rect, color: Color32) {
    let at = |x: f32, y: f32| square.min + vec2(x, y) * square.width();
    painter.line(vec![at(0.12, 0.55), at(0.38, 0.82), at(0.88, 0.2)], Stroke::new(1.2, color));
}

/// The frame, the bar of what hangs, and how much of it is loaded.
fn mark(painter: &Painter, rect: Rect, look: &Look, colors: &Colors) {
    let border = match look {
        Look { is_chosen: true, .. } => colors.strong,
        Look { is_in_focus: true, .. } => colors.focus,
        Look { is_hovered: true, .. } => colors.dim,
        _ => colors.line,
    };
    painter.rect_stroke(rect, 0.0, Stroke::new(1.0, border), StrokeKind::Inside);
    if look.is_hung {
        let bar = rect.with_max_x(rect.left() + BAR);
        painter.rect_filled(bar, 0.0, if look.is_in_focus { colors.focus } else { colors.dim });
    }
    if let Some(share) = look.loaded {
        let line = Rect::from_min_max(pos2(rect.left(), rect.bottom() - 2.0), rect.max);
        painter.rect_filled(line.with_max_x(rect.left() + share * rect.width()), 0.0, colors.focus);
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::contrast::{CONTRAST_MIN, contrast};
    use super::super::super::theme;
    use super::*;

    #[test]
    fn words_can_be_read_on_white_bone() {
        let ctx = egui::Context::default();
        for brightness in [1.0, 0.3] {
            theme::install(&ctx, theme::TEXT_SIZE, brightness);
            let colors = colors(&ctx);
            let behind = Color32::WHITE.blend(behind_words(&colors));
            for color in [colors.name, colors.label, colors.warning] {
                assert!(contrast(color, behind) >= CONTRAST_MIN, "{color:?} on {behind:?}");
            }
        }
    }
}

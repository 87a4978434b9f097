//! A display set in the strip.

use egui::{Align2, Painter, Rect, Role, Sense, Stroke, StrokeKind, Ui, Vec2, WidgetInfo, pos2, vec2};

use crate::command::{AppCommand, Command, LayoutCommand, Next, ScreenCommand, StudyCommand};
use crate::session::{Screen, Viewport};
use crate::study::{DisplaySet, DisplaySetId, Series};

use super::super::bidi::for_display;
use super::super::icon::{self, Icon};
use super::super::shell::ScreenView;
use super::super::theme::{Colors, colors, regular, strong};
use super::super::{loaded, text, words};
use super::Entry;

const LINE: f32 = 16.0;
const PADDING: f32 = 8.0;
/// The same above and below.
const PADDING_Y: f32 = 6.0;

/// The bar at the left of what hangs.
const BAR: f32 = 3.0;

/// So many images are asked whether they are loaded.
const LOADED_PLACES: usize = 64;

/// As many lines as it has words for.
pub(super) fn height(series: &Series, set: &DisplaySet) -> f32 {
    let lines = [true, !series.attributes.description.is_empty(), !set.label.is_empty()];
    2.0 * PADDING_Y + lines.into_iter().map(|is_there| if is_there { LINE } else { 0.0 }).sum::<f32>()
}

/// Shows a card; a click hangs what it stands for.
pub(super) fn show(
    ui: &Ui,
    rect: Rect,
    view: &ScreenView<'_>,
    entry: Entry<'_>,
    is_chosen: bool,
    commands: &mut Vec<Command>,
) {
    let Entry { place, set, .. } = entry;
    let response = ui.interact(rect, ui.scope_id().with(("set", &set.id)), Sense::click());
    let places = places(view, &set.id);
    let is_in_focus = view
        .shown()
        .and_then(|shown| shown.source.as_ref())
        .is_some_and(|source| source.display_set == set.id);
    let loaded = (!places.is_empty()).then(|| share_loaded(view, entry)).filter(|share| *share < 1.0);
    let words = words::Card::of(entry.series, set);
    let name = words.name(&places, loaded.is_some());
    response.widget_info(|| WidgetInfo::labeled(Role::ListBoxOption, true, &name));
    ui.ctx().accesskit_node_builder(response.id, |node| node.set_selected(is_in_focus));
    let look = Look {
        is_chosen: is_chosen || response.has_focus(),
        is_hovered: response.hovered(),
        is_hung: !places.is_empty(),
        is_in_focus,
        loaded,
    };
    paint(ui.painter(), rect, &words, &look, &colors(ui.ctx()));
    if response.clicked() {
        if view.session.is_in_strip() {
            commands.push(Command::App(AppCommand::Cancel));
        }
        if !view.is_focused() {
            let to_this_window = LayoutCommand::Screen(ScreenCommand::Focus(Next::Number(view.screen + 1)));
            commands.push(Command::Layout(to_this_window));
        }
        commands.push(Command::Study(StudyCommand::Hang(place + 1)));
    }
    response.on_hover_text(name);
}

/// Where a set hangs: the viewports of this window, then the other windows, in words.
fn places(view: &ScreenView<'_>, set: &DisplaySetId) -> Vec<String> {
    let shows =
        |viewport: &Viewport| viewport.source.as_ref().is_some_and(|source| source.display_set == *set);
    let screens = &view.session.screens;
    let here = screens.get(view.screen).into_iter().flat_map(Screen::visible);
    let here =
        here.filter(|(_, viewport)| shows(viewport)).map(|(index, _)| words::in_viewport(index + 1));
    let others = screens.iter().zip(0..).filter(|(_, place)| *place != view.screen);
    let others = others.filter(|(screen, _)| screen.visible().any(|(_, viewport)| shows(viewport)));
    here.chain(others.map(|(_, place)| words::in_window(place + 1))).collect()
}

fn share_loaded(view: &ScreenView<'_>, entry: Entry<'_>) -> f32 {
    let places = loaded::spread(view.library, entry.set, LOADED_PLACES);
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
    /// The share of images that is here, while some are not.
    loaded: Option<f32>,
}

fn paint(painter: &Painter, rect: Rect, words: &words::Card, look: &Look, colors: &Colors) {
    let fill = match look {
        Look { is_hovered: true, .. } | Look { is_chosen: true, .. } => colors.hovered,
        Look { is_hung: true, .. } => colors.raised,
        _ => colors.panel,
    };
    painter.rect_filled(rect, 4.0, fill);
    let border = match look {
        Look { is_chosen: true, .. } => Some(colors.strong),
        Look { is_in_focus: true, .. } => Some(colors.focus),
        _ => None,
    };
    if let Some(color) = border {
        painter.rect_stroke(rect, 4.0, Stroke::new(1.0, color), StrokeKind::Inside);
    }
    if look.is_hung {
        let bar = Rect::from_min_size(rect.min + vec2(0.0, 6.0), vec2(BAR, rect.height() - 12.0));
        painter.rect_filled(bar, 1.5, if look.is_in_focus { colors.focus } else { colors.dim });
    }
    let inner = rect.shrink2(vec2(PADDING, PADDING_Y));
    let quiet = if look.is_hovered || look.is_chosen { colors.text } else { colors.dim };
    let count_color = if words.is_partial { colors.caution } else { quiet };
    let count = text::line(painter, &words.count, regular(11.5), count_color);
    let corner = Align2::RIGHT_TOP.anchor_size(inner.right_top(), count.size()).min;
    let mut right = corner.x - 6.0;
    painter.galley(corner, count, count_color);
    if let Some(share) = look.loaded {
        right -= icon::SIDE;
        let sign = Rect::from_min_size(pos2(right, corner.y + 2.0), Vec2::splat(icon::SIDE));
        Icon::Working.paint(painter, sign, quiet);
        right -= 4.0;
        let line =
            Rect::from_min_size(pos2(inner.left(), rect.bottom() - 3.0), vec2(share * inner.width(), 2.0));
        painter.rect_filled(line, 1.0, quiet);
    }
    let title = text::elided(painter, &words.title, strong(12.0), colors.strong, right - inner.left());
    let thickness = text::line(painter, &words.thickness, regular(12.0), quiet);
    let thickness_at = inner.left() + title.size().x + 6.0;
    painter.galley(inner.min, title, colors.strong);
    if thickness_at + thickness.size().x <= right {
        painter.galley(pos2(thickness_at, inner.top()), thickness, quiet);
    }
    let mut at = inner.min;
    for (line, color) in [(&words.what, colors.text), (&words.label, quiet)] {
        if !line.is_empty() {
            at.y += LINE;
            let line = text::elided(painter, &for_display(line), regular(12.0), color, inner.width());
            painter.galley(at, line, color);
        }
    }
}

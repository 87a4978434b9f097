//! Badges: what the reader must know of the image, in a bordered word. The words alone say it; the colour only helps.
//! Under the pointer a badge says why, and a click lists them all with their reasons.

use std::sync::Arc;

use egui::{
    Color32, Context, Galley, Id, Painter, Pos2, Rect, Role, Sense, Stroke, StrokeKind, Ui, Vec2, WidgetInfo,
    pos2, vec2,
};

use crate::command::{AppCommand, Command, LayoutCommand, Next, PanelName};
use crate::render::{Badge, Tone, ViewportPlan};

use super::super::icon::{self, Icon};
use super::super::shell::ScreenView;
use super::super::theme::{Colors, regular};
use super::super::{text, words};

/// The height of a badge, in points.
pub(in super::super) const HEIGHT: f32 = 18.0;
const PADDING: f32 = 6.0;
const GAP: f32 = 5.0;

/// A badge, laid out.
pub(in super::super) struct Laid {
    words: Arc<Galley>,
    color: Color32,
    has_icon: bool,
}

impl Laid {
    pub(in super::super) fn of(painter: &Painter, badge: &Badge, width: f32, colors: &Colors) -> Self {
        let (color, has_icon) = match badge.tone {
            Tone::Quiet => (colors.letter, false),
            Tone::Caution => (colors.warning, true),
        };
        let icon = if has_icon { icon::SIDE + 4.0 } else { 0.0 };
        let words = text::elided(painter, &badge.text, regular(11.0), color, width - 2.0 * PADDING - icon);
        Self { words, color, has_icon }
    }

    pub(in super::super) fn width(&self) -> f32 {
        let icon = if self.has_icon { icon::SIDE + 4.0 } else { 0.0 };
        self.words.size().x + 2.0 * PADDING + icon
    }

    pub(in super::super) fn paint(&self, painter: &Painter, rect: Rect, is_hovered: bool, colors: &Colors) {
        let plate = if is_hovered { colors.hovered } else { colors.plate };
        painter.rect(rect, 3.0, plate, Stroke::new(1.0, self.color), StrokeKind::Inside);
        let mut x = rect.left() + PADDING;
        if self.has_icon {
            let corner = pos2(x, rect.center().y - icon::SIDE / 2.0);
            Icon::Caution.paint(painter, Rect::from_min_size(corner, Vec2::splat(icon::SIDE)), self.color);
            x += icon::SIDE + 4.0;
        }
        let y = rect.center().y - self.words.size().y / 2.0;
        painter.galley(pos2(x, y), Arc::clone(&self.words), self.color);
    }
}

/// Shows the badges with their corner at the lower right of `within`, in as many rows as it takes; gives their height.
pub(super) fn show(
    ui: &Ui,
    within: Rect,
    view: &ScreenView<'_>,
    plan: &ViewportPlan,
    colors: &Colors,
    commands: &mut Vec<Command>,
) -> f32 {
    let painter = ui.painter_at(within);
    let badges = &plan.labels.badges;
    let laid: Vec<(usize, Laid)> =
        badges.iter().map(|badge| Laid::of(&painter, badge, within.width(), colors)).enumerate().collect();
    let rows = rows(&laid, within.width());
    let mut bottom = within.bottom();
    for row in rows.iter().rev() {
        let mut x = within.right();
        for (place, badge) in row.iter().rev() {
            let rect =
                Rect::from_min_size(pos2(x - badge.width(), bottom - HEIGHT), vec2(badge.width(), HEIGHT));
            let response = ui.interact(rect, id(ui.ctx(), (plan.index, plan.tile), *place), Sense::click());
            badge.paint(&painter, rect, response.hovered() || response.has_focus(), colors);
            x = rect.left() - GAP;
            let Some(badge) = badges.get(*place) else { continue };
            let name = words::badge(&badge.text, plan, view.plan.viewports.len());
            response.widget_info(|| WidgetInfo::labeled(Role::Button, true, &name));
            if response.clicked() {
                commands.extend(explain(view, plan));
            }
            response.on_hover_text(&badge.why);
        }
        bottom -= HEIGHT + GAP;
    }
    within.bottom() - bottom
}

/// A tile has no more badges than are looked at here.
const BADGES_MAX: usize = 64;

fn id(ctx: &Context, tile: (usize, usize), place: usize) -> Id {
    Id::unique(("badge", ctx.viewport_id(), tile, place))
}

/// Whether a badge of the viewport's tile stood there when it was last drawn.
pub(super) fn is_at(ctx: &Context, tile: (usize, usize), at: Pos2) -> bool {
    let responses = (0..BADGES_MAX).map_while(|place| ctx.read_response(id(ctx, tile, place)));
    responses.into_iter().any(|response| response.rect.contains(at))
}

/// Lists the badges of a viewport with their reasons.
fn explain(view: &ScreenView<'_>, plan: &ViewportPlan) -> impl Iterator<Item = Command> {
    let focus = (!plan.is_focused && view.is_focused())
        .then_some(Command::Layout(LayoutCommand::Focus(Next::Number(plan.index + 1))));
    focus.into_iter().chain([Command::App(AppCommand::Panel(PanelName::Badges))])
}

fn rows(badges: &[(usize, Laid)], width: f32) -> Vec<Vec<&(usize, Laid)>> {
    let mut rows: Vec<Vec<&(usize, Laid)>> = Vec::new();
    let mut used = 0.0;
    for entry in badges {
        let (_, badge) = entry;
        match rows.last_mut() {
            Some(row) if used + GAP + badge.width() <= width => {
                used += GAP + badge.width();
                row.push(entry);
            }
            _ => {
                used = badge.width();
                rows.push(vec![entry]);
            }
        }
    }
    rows
}

//! The frame of a panel, which one is shown, and the one that stands beside the images.

use egui::{
    Align2, Area, Context, CornerRadius, Frame, Id, Margin, Modal, Order, Pos2, Rect, Stroke, Ui, UiBuilder,
    UiKind, pos2,
};

use crate::command::{AppCommand, Command, PanelName};

use super::super::shell::ScreenView;
use super::super::theme::colors;
use super::super::viewport::fill;
use super::super::words;
use super::{
    about, badges, bundle, hanging, jump, keys, menu, messages, open, palette, priors, recent, resume,
    settings, states, transfer, unseen, users,
};

/// The least that stays free between a panel and the window, in points.
const MARGIN: f32 = 24.0;

/// Between the edge of a panel and what it holds.
const PADDING: i8 = 14;

/// Where a panel stands, in points.
pub(super) struct Place {
    /// The point that it is hung from.
    pub(super) at: Pos2,
    /// By which of its corners.
    pub(super) align: Align2,
    /// Its width.
    pub(super) width: f32,
    /// The most height.
    pub(super) height: f32,
    /// Between its edge and what it holds.
    pub(super) margin: i8,
}

impl Place {
    /// Of a panel in the middle of the window, so far down.
    fn below_top(ctx: &Context, width: f32, top: f32) -> Self {
        let window = ctx.content_rect();
        let width = width.min(window.width() - 2.0 * MARGIN).max(120.0);
        let height = (window.height() - top - 2.0 * MARGIN).max(80.0);
        let at = pos2(window.center().x - width / 2.0, window.top() + top);
        Self { at, align: Align2::LEFT_TOP, width, height, margin: PADDING }
    }
}

impl Place {
    /// Low on the right, where most of the picture stays in sight, and the badges below.
    fn in_corner(ctx: &Context, width: f32) -> Self {
        let window = ctx.content_rect();
        let width = width.min(window.width() - 2.0 * MARGIN).max(120.0);
        let at = window.right_bottom() - egui::vec2(MARGIN, 3.5 * MARGIN);
        let height = (window.height() - 5.0 * MARGIN).max(80.0);
        Self { at, align: Align2::RIGHT_BOTTOM, width, height, margin: PADDING }
    }
}

/// Shows the open panel, if there is one. A click beside it closes it.
pub(in super::super) fn show(ctx: &Context, view: &ScreenView<'_>, commands: &mut Vec<Command>) {
    let Some(panel) = &view.session.panel else { return };
    let name = panel.name;
    if name == PanelName::Transfer && view.session.shows_transfer(view.screen) {
        // It stands beside the images.
        return;
    }
    let window = ctx.content_rect();
    let place = match name {
        PanelName::Palette => Place::below_top(ctx, 640.0, window.height() * 0.12),
        PanelName::Open => Place::below_top(ctx, 640.0, window.height() * 0.2),
        PanelName::Jump => jump::place(ctx, view),
        PanelName::Menu => menu::place(ctx, view),
        PanelName::Messages
        | PanelName::Badges
        | PanelName::Settings
        | PanelName::Recent
        | PanelName::States
        | PanelName::Priors
        | PanelName::Hanging
        | PanelName::Unseen
        | PanelName::Users
        | PanelName::Resume
        | PanelName::About
        | PanelName::Bundle => Place::below_top(ctx, 820.0, window.height() * 0.1),
        PanelName::Transfer => Place::in_corner(ctx, 560.0),
        PanelName::Keys => Place::below_top(ctx, 1860.0, 44.0),
        // The strip shows it.
        PanelName::Series => return,
    };
    let frame_width = 2.0 * (f32::from(place.margin) + 1.0);
    let colors = colors(ctx);
    let id = Id::unique(("panel", words::panel(name)));
    let area = Area::new(id)
        .kind(UiKind::Modal)
        .order(Order::Foreground)
        .fixed_pos(place.at)
        .pivot(place.align)
        .fade_in(false)
        .accessible_name(words::panel(name));
    let frame = Frame::new()
        .fill(colors.panel)
        .stroke(Stroke::new(1.0, colors.thumb))
        .corner_radius(CornerRadius::same(6))
        .inner_margin(Margin::same(place.margin));
    let modal = Modal::new(id).area(area).frame(frame).backdrop_color(egui::Color32::TRANSPARENT);
    let shown = modal.show(ctx, |ui| {
        ui.set_width(place.width - frame_width);
        ui.set_max_height(place.height - frame_width);
        content(ui, view, name, commands);
    });
    if shown.backdrop_response.clicked() || shown.backdrop_response.secondary_clicked() {
        commands.push(Command::App(AppCommand::Cancel));
    }
}

/// Shows the panel that stands beside the images.
pub(in super::super) fn show_beside(
    ui: &mut Ui,
    side: Rect,
    view: &ScreenView<'_>,
    commands: &mut Vec<Command>,
) {
    let colors = colors(ui.ctx());
    fill(ui.painter(), side, colors.panel);
    let hairline = 1.0 / ui.pixels_per_point();
    ui.painter().rect_filled(side.with_max_x(side.left() + hairline), 0.0, colors.line);
    let inner = side.shrink(f32::from(PADDING));
    ui.scope_builder(UiBuilder::new().max_rect(inner), |ui| {
        ui.set_clip_rect(side.intersect(ui.clip_rect()));
        transfer::show(ui, view, commands);
    });
}

fn content(ui: &mut Ui, view: &ScreenView<'_>, name: PanelName, commands: &mut Vec<Command>) {
    match name {
        PanelName::Palette => palette::show(ui, view, commands),
        PanelName::Keys => keys::show(ui, view),
        PanelName::Messages => messages::show(ui, view),
        PanelName::Open => open::show(ui, view, commands),
        PanelName::Badges => badges::show(ui, view),
        PanelName::Settings => settings::show(ui, view, commands),
        PanelName::Recent => recent::show(ui, view, commands),
        PanelName::States => states::show(ui, view, commands),
        PanelName::Transfer => transfer::show(ui, view, commands),
        PanelName::Priors => priors::show(ui, view, commands),
        PanelName::Hanging => hanging::show(ui, view, commands),
        PanelName::Unseen => unseen::show(ui, view, commands),
        PanelName::Users => users::show(ui, view, commands),
        PanelName::Resume => resume::show(ui, view, commands),
        PanelName::About => about::show(ui, view, commands),
        PanelName::Bundle => bundle::show(ui, view, commands),
        PanelName::Jump => jump::show(ui, view, commands),
        PanelName::Menu => menu::show(ui, view, commands),
        PanelName::Series => {}
    }
}

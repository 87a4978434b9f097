//! The frame of a panel, and which one is shown.

use egui::{Align2, Area, Context, CornerRadius, Frame, Id, Margin, Modal, Order, Stroke, Ui, UiKind, vec2};

use crate::command::{AppCommand, Command, PanelName};

use super::super::shell::ScreenView;
use super::super::theme::colors;
use super::super::words;
use super::{badges, keys, messages, open, palette};

/// The least that stays free between a panel and the window, in points.
const MARGIN: f32 = 24.0;

/// Shows the open panel, if there is one. A click beside it closes it.
pub(in super::super) fn show(ctx: &Context, view: &ScreenView<'_>, commands: &mut Vec<Command>) {
    let Some(panel) = &view.session.panel else { return };
    let name = panel.name;
    let window = ctx.content_rect();
    let (width, top): (f32, f32) = match name {
        PanelName::Palette => (640.0, window.height() * 0.12),
        PanelName::Open => (640.0, window.height() * 0.2),
        PanelName::Jump | PanelName::Menu => (360.0, window.height() * 0.2),
        PanelName::Messages | PanelName::Badges | PanelName::Settings | PanelName::Recent => (820.0, window.height() * 0.1),
        PanelName::Keys => (1320.0, 44.0),
        // The strip shows it.
        PanelName::Series => return,
    };
    let width = width.min(window.width() - 2.0 * MARGIN).max(120.0);
    let height = (window.height() - top - 2.0 * MARGIN).max(80.0);
    let colors = colors(ctx);
    let id = Id::unique(("panel", words::panel(name)));
    let area = Area::new(id)
        .kind(UiKind::Modal)
        .order(Order::Foreground)
        .anchor(Align2::CENTER_TOP, vec2(0.0, top))
        .fade_in(false)
        .accessible_name(words::panel(name));
    let frame = Frame::new()
        .fill(colors.panel)
        .stroke(Stroke::new(1.0, colors.thumb))
        .corner_radius(CornerRadius::same(6))
        .inner_margin(Margin::same(14));
    let modal = Modal::new(id).area(area).frame(frame).backdrop_color(egui::Color32::TRANSPARENT);
    let shown = modal.show(ctx, |ui| {
        ui.set_width(width - 28.0);
        ui.set_max_height(height - 28.0);
        content(ui, view, name, commands);
    });
    if shown.backdrop_response.clicked() {
        commands.push(Command::App(AppCommand::Cancel));
    }
}

fn content(ui: &mut Ui, view: &ScreenView<'_>, name: PanelName, commands: &mut Vec<Command>) {
    match name {
        PanelName::Palette => palette::show(ui, view, commands),
        PanelName::Keys => keys::show(ui, view),
        PanelName::Messages => messages::show(ui, view),
        PanelName::Open => open::show(ui, view, commands),
        PanelName::Badges => badges::show(ui, view),
        PanelName::Series | PanelName::Jump | PanelName::Menu | PanelName::Settings | PanelName::Recent => {}
    }
}

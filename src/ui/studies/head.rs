//! Above the table: how each place stands, the field, and the filters that were saved.

use egui::{
    Align, Label, Layout, Rect, RichText, Role, Sense, Stroke, StrokeKind, Ui, UiBuilder, WidgetInfo, vec2,
};

use crate::command::{Command, StudiesCommand};
use crate::session::ScanState;
use crate::study_list::PlaceState;

use super::super::bidi::for_display;
use super::super::icon::Icon;
use super::super::shell::ScreenView;
use super::super::theme::{Colors, colors, regular, strong};
use super::super::viewport::fill;
use super::super::{panel, text, words};

/// The width of the field, in points.
const FIELD: f32 = 300.0;
/// The height of a saved filter.
const CHIP: f32 = 22.0;
/// Chips stand only where so much is left for the count, in points.
const COUNT: f32 = 170.0;

/// The title, and from the right how each place stands.
pub(super) fn title(ui: &mut Ui, row: Rect, view: &ScreenView<'_>) {
    let colors = colors(ui.ctx());
    fill(ui.painter(), row, colors.panel);
    ui.painter().hline(row.x_range(), row.bottom(), Stroke::new(1.0 / ui.pixels_per_point(), colors.line));
    let from_right =
        UiBuilder::new().max_rect(row.shrink2(vec2(12.0, 0.0))).layout(Layout::right_to_left(Align::Center));
    ui.scope_builder(from_right, |ui| {
        ui.set_clip_rect(row);
        ui.spacing_mut().item_spacing.x = 20.0;
        for (place, state) in view.session.studies.list.places().iter().rev() {
            let name = words::place(place);
            let (icon, color) = match state {
                PlaceState::Asking(_) => (Icon::Working, colors.text),
                PlaceState::Answered(answered) if answered.is_truncated => (Icon::Caution, colors.caution),
                PlaceState::Answered(_) => (Icon::Tick, colors.text),
                PlaceState::Failed(_) => (Icon::Caution, colors.caution),
            };
            ui.scope(|ui| {
                ui.spacing_mut().item_spacing.x = 6.0;
                let (short, why) = words::place_state(name, state);
                ui.add(Label::new(RichText::new(&short).color(color)).truncate()).on_hover_text(why);
                icon.show(ui, color);
            });
        }
        ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
            ui.add(
                Label::new(RichText::new(words::LIST_TITLE).font(strong(14.0)).color(colors.strong)).extend(),
            );
            let asked = words::asked(view.session.studies.list.typed(), view.session.settings.study_days);
            ui.add(Label::new(RichText::new(asked).color(colors.dim)).truncate());
        });
    });
}

/// The field, the saved filters, and how many studies are shown.
pub(super) fn field(ui: &mut Ui, row: Rect, view: &ScreenView<'_>, commands: &mut Vec<Command>) {
    let colors = colors(ui.ctx());
    ui.painter().hline(row.x_range(), row.bottom(), Stroke::new(1.0 / ui.pixels_per_point(), colors.line));
    let from_left =
        UiBuilder::new().max_rect(row.shrink2(vec2(12.0, 6.0))).layout(Layout::left_to_right(Align::Center));
    ui.scope_builder(from_left, |ui| {
        ui.set_clip_rect(row);
        // A panel above has the only field.
        if view.session.panel.is_none() {
            ui.allocate_ui_with_layout(vec2(FIELD, 34.0), Layout::left_to_right(Align::Center), |ui| {
                panel::show_field(ui, view, words::LIST_FIELD, words::LIST_HINT, commands);
            });
        } else {
            ui.add_space(FIELD);
        }
        let studies = &view.session.studies;
        for number in 1..=studies.saved.len() {
            chip(ui, view, number, &colors, commands);
        }
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let list = &studies.list;
            let count = words::of_count(list.shown_count(), list.count(), list.left_out());
            ui.add(Label::new(RichText::new(count).color(colors.text)).extend());
            if let Some(told) = told(view) {
                ui.add(Label::new(RichText::new(told).color(colors.caution)).truncate());
            }
        });
    });
}

/// What must be known of what was typed or scanned.
fn told(view: &ScreenView<'_>) -> Option<String> {
    let studies = &view.session.studies;
    match &studies.scan {
        Some(scan) => {
            let number = for_display(scan.number.reveal());
            Some(match &scan.state {
                ScanState::Waiting | ScanState::Asking(_) => words::scan_looked_for(&number),
                ScanState::Several(count) => words::scan_several(&number, *count),
                ScanState::Conflict => words::scan_conflict(&number),
                ScanState::Nothing => words::scan_nothing(&number, &scan.silent),
            })
        }
        None => studies.list.typed().faults().first().map(|fault| words::sentence(fault)),
    }
}

/// A saved filter, where there is room for it.
fn chip(ui: &mut Ui, view: &ScreenView<'_>, number: usize, colors: &Colors, commands: &mut Vec<Command>) {
    let studies = &view.session.studies;
    let Some(saved) = number.checked_sub(1).and_then(|place| studies.saved.get(place)) else { return };
    let is_used = studies.is_in_use(saved);
    let color = if is_used { colors.strong } else { colors.text };
    let name = for_display(saved.name.reveal());
    let shown = text::line(ui.painter(), &name, regular(12.5), color);
    let width = shown.size().x + 22.0;
    if ui.available_width() < width + COUNT {
        return;
    }
    let (rect, response) = ui.allocate_exact_size(vec2(width, CHIP), Sense::click());
    let said = words::saved_filter(number, &name);
    response.widget_info(|| WidgetInfo::selected(Role::Button, true, is_used, &said));
    let fill = if is_used {
        colors.selected
    } else if response.hovered() || response.has_focus() {
        colors.raised
    } else {
        colors.ground
    };
    let stroke = Stroke::new(1.0, if is_used { colors.focus } else { colors.line });
    ui.painter().rect(rect, CHIP / 2.0, fill, stroke, StrokeKind::Inside);
    ui.painter().galley(rect.center() - shown.size() / 2.0, shown, color);
    let command = Command::Studies(StudiesCommand::Saved(number));
    if response.on_hover_text(words::with_key(&said, view.key(&command).as_deref())).clicked() {
        commands.push(command);
    }
}

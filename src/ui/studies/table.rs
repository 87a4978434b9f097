//! The table: a heading that orders, and the rows in sight.

use egui::{Id, Rect, Role, ScrollArea, Sense, Stroke, Ui, UiBuilder, WidgetInfo, pos2, vec2};

use crate::command::{Command, ListLine, StudiesCommand};
use crate::dicom::StudyUid;
use crate::study_list::{Column, Row};

use super::super::shell::ScreenView;
use super::super::theme::{Colors, colors, regular, strong};
use super::super::{text, words};
use super::row;

/// The height of the heading, in points.
const HEADING: f32 = 29.0;
/// The height of a row.
const ROW: f32 = 28.75;
/// Between the edge and the first column.
const MARGIN: f32 = 10.0;
/// Between columns.
const GAP: f32 = 10.0;
/// The bar of priors.
const BAR: f32 = 54.0;
const BAR_HEIGHT: f32 = 5.0;
const FONT_SIZE: f32 = 13.0;

/// Where each column stands from the left edge: its start and its width.
fn columns(width: f32) -> Vec<(Column, f32, f32)> {
    let all: f32 = row::SHARES.iter().sum();
    let width = width - 2.0 * MARGIN;
    let mut x = MARGIN;
    let place = |(column, share): (Column, &f32)| {
        let start = x;
        x += width * share / all;
        (column, start, (width * share / all - GAP).max(0.0))
    };
    Column::ALL.into_iter().zip(&row::SHARES).map(place).collect()
}

/// Shows heading and rows.
pub(super) fn show(ui: &mut Ui, rect: Rect, view: &ScreenView<'_>, commands: &mut Vec<Command>) {
    let columns = columns(rect.width());
    let heading = Rect::from_min_max(rect.min, pos2(rect.right(), rect.top() + HEADING));
    show_heading(ui, heading, view, &columns, commands);
    let body = Rect::from_min_max(pos2(rect.left(), heading.bottom()), rect.max);
    ui.scope_builder(UiBuilder::new().max_rect(body), |ui| {
        ui.set_clip_rect(body);
        rows(ui, view, &columns, commands);
    });
}

fn show_heading(
    ui: &Ui,
    rect: Rect,
    view: &ScreenView<'_>,
    columns: &[(Column, f32, f32)],
    commands: &mut Vec<Command>,
) {
    let colors = colors(ui.ctx());
    let painter = ui.painter();
    painter.hline(rect.x_range(), rect.bottom(), Stroke::new(1.0 / ui.pixels_per_point(), colors.line));
    let order = view.session.studies.list.order();
    for &(column, start, width) in columns {
        let cell =
            Rect::from_min_size(pos2(rect.left() + start - 4.0, rect.top()), vec2(width + 8.0, HEADING));
        let command = Command::Studies(StudiesCommand::Sort(column));
        let name = words::order_by(column);
        let response = ui.interact(cell, Id::unique(("heading", column.name())), Sense::click());
        response.widget_info(|| WidgetInfo::labeled(Role::Button, true, name.clone()));
        if response.hovered() || response.has_focus() {
            painter.rect_filled(cell.shrink2(vec2(0.0, 3.0)), 3.0, colors.raised);
        }
        let is_used = order.column == column;
        let arrow = match (is_used, order.is_descending) {
            (false, _) => "",
            (true, true) => " ↓",
            (true, false) => " ↑",
        };
        let color = if is_used { colors.strong } else { colors.dim };
        let heading = format!("{}{arrow}", words::column(column));
        let heading = text::elided(painter, &heading, strong(12.0), color, width);
        painter.galley(pos2(cell.left() + 4.0, cell.center().y - heading.size().y / 2.0), heading, color);
        if response.on_hover_text(words::with_key(&name, view.key(&command).as_deref())).clicked() {
            commands.push(command);
        }
    }
}

/// The rows, of which only those in sight are made: there may be fifty thousand.
fn rows(ui: &mut Ui, view: &ScreenView<'_>, columns: &[(Column, f32, f32)], commands: &mut Vec<Command>) {
    let studies = &view.session.studies;
    let chosen = studies.chosen_place();
    let follows = follows(ui, view, chosen);
    ui.spacing_mut().item_spacing.y = 0.0;
    let area = ScrollArea::vertical().id_salt("studies").auto_shrink(false);
    area.show_rows(ui, ROW, studies.list.shown_count(), |ui, range| {
        let top = ui.min_rect().top();
        let first = range.start;
        for place in range {
            let Some(study) = studies.list.at(place) else { break };
            show_row(ui, view, study, place, Some(place) == chosen, columns, commands);
        }
        if let Some(place) = chosen.filter(|_| follows) {
            #[expect(clippy::cast_precision_loss, reason = "a position on the screen")]
            let y = top + (place as f32 - first as f32) * ROW;
            let rect = Rect::from_min_size(pos2(ui.min_rect().left(), y), vec2(1.0, ROW));
            ui.scroll_to_rect(rect, None);
        }
    });
}

/// Whether the chosen row must be brought in sight: when it is another, or stands elsewhere, and not when the reader scrolls.
fn follows(ui: &Ui, view: &ScreenView<'_>, chosen: Option<usize>) -> bool {
    let id = Id::unique("the row that was chosen");
    let now: (Option<StudyUid>, Option<usize>) = (view.session.studies.meant().cloned(), chosen);
    let before = ui.ctx().data(|data| data.get_temp(id));
    let follows = before.as_ref() != Some(&now);
    ui.ctx().data_mut(|data| data.insert_temp(id, now));
    follows
}

fn show_row(
    ui: &mut Ui,
    view: &ScreenView<'_>,
    study: &Row,
    place: usize,
    is_chosen: bool,
    columns: &[(Column, f32, f32)],
    commands: &mut Vec<Command>,
) {
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), ROW), Sense::CLICK);
    let name = row::name(view.session, study, place + 1);
    response.widget_info(|| WidgetInfo::selected(Role::ListBoxOption, true, is_chosen, &name));
    let colors = colors(ui.ctx());
    let painter = ui.painter();
    if is_chosen {
        painter.rect_filled(rect, 0.0, colors.selected);
    } else if response.hovered() {
        painter.rect_filled(rect, 0.0, colors.raised);
    }
    painter.hline(rect.x_range(), rect.bottom(), Stroke::new(1.0 / ui.pixels_per_point(), colors.cell));
    for &(column, start, width) in columns {
        let (words, tone) = row::cell(view.session, study, column);
        let color = tone.color(&colors, is_chosen);
        let bar = if column == Column::Priors {
            bar(ui, view, study, rect, start, is_chosen, &colors)
        } else {
            0.0
        };
        let cell = text::elided(painter, &words, regular(FONT_SIZE), color, width - bar);
        painter.galley(pos2(rect.left() + start + bar, rect.center().y - cell.size().y / 2.0), cell, color);
    }
    let line = Command::Studies(StudiesCommand::Line(ListLine::Number(place + 1)));
    if response.double_clicked() {
        commands.extend([line, Command::Studies(StudiesCommand::Open)]);
    } else if response.clicked() {
        commands.push(line);
    }
}

/// How many priors are here, as a bar before the words; gives its width.
fn bar(
    ui: &Ui,
    view: &ScreenView<'_>,
    study: &Row,
    rect: Rect,
    start: f32,
    is_chosen: bool,
    colors: &Colors,
) -> f32 {
    let others = view.session.studies.list.other_studies(study);
    if others.of == 0 {
        return 0.0;
    }
    let at = pos2(rect.left() + start, rect.center().y - BAR_HEIGHT / 2.0);
    let whole = Rect::from_min_size(at, vec2(BAR, BAR_HEIGHT));
    ui.painter().rect_filled(whole, 2.0, if is_chosen { colors.ground } else { colors.line });
    #[expect(clippy::cast_precision_loss, reason = "a share of a bar")]
    let share = others.here as f32 / others.of as f32;
    let here = Rect::from_min_size(at, vec2(BAR * share, BAR_HEIGHT));
    ui.painter().rect_filled(here, 2.0, colors.focus);
    BAR + 8.0
}

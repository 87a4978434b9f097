//! In place of the table where no study is shown: what happened, what still works, and the next step.

use egui::{Align, Align2, Layout, Rect, RichText, Sense, Ui, UiBuilder, vec2};

use crate::command::{AppCommand, Command, PanelName, StudiesCommand, StudyCommand};
use crate::study_list::PlaceState;
use crate::units::Phi;

use super::super::keycap::{Line, Piece};
use super::super::shell::ScreenView;
use super::super::theme::{colors, regular, strong};
use super::super::words;

/// The most width of what is said, in points.
const WIDTH_MAX: f32 = 760.0;

/// Shows it.
pub(super) fn show(ui: &mut Ui, rect: Rect, view: &ScreenView<'_>) {
    let colors = colors(ui.ctx());
    let list = &view.session.studies.list;
    let places = &view.session.archives.places;
    let failed: Vec<String> = list
        .places()
        .iter()
        .filter_map(|(place, state)| match state {
            PlaceState::Failed(why) => Some(words::place_failed(words::place(place), why)),
            _ => None,
        })
        .collect();
    let title = if list.count() > 0 {
        words::none_holds(list.count())
    } else if places.is_empty() {
        words::LIST_NO_PLACE.to_owned()
    } else if list.is_asking() {
        words::LIST_ASKING.to_owned()
    } else if !failed.is_empty() && failed.len() == list.places().len() {
        words::LIST_NOBODY_ANSWERS.to_owned()
    } else {
        words::LIST_NONE.to_owned()
    };
    let quiet = if list.count() > 0 {
        words::LIST_NONE_HOLDS_WHY
    } else if places.is_empty() {
        words::LIST_NO_PLACE_WHY
    } else if list.is_asking() {
        words::LIST_ASKING_WHY
    } else {
        words::LIST_NONE_WHY
    };
    let open = |name| Command::App(AppCommand::Panel(name));
    let offers: Vec<(Command, &str)> = if list.count() > 0 {
        vec![
            (Command::Studies(StudiesCommand::Ask), words::LIST_ASK_FOR_IT),
            (Command::Studies(StudiesCommand::Filter(Phi::default())), words::LIST_ALL),
        ]
    } else if places.is_empty() {
        vec![
            (open(PanelName::Open), words::TYPE_A_PATH),
            (Command::Study(StudyCommand::OpenDialog), words::CHOOSE_IN_DIALOG),
            (Command::App(AppCommand::Cancel), words::STRIP_BACK),
        ]
    } else if list.is_asking() {
        Vec::new()
    } else {
        vec![(Command::Studies(StudiesCommand::Ask), words::LIST_ASK_AGAIN)]
    };
    let width = WIDTH_MAX.min(rect.width() - 60.0).max(0.0);
    let middle = Rect::from_center_size(rect.center(), vec2(width, 120.0 + 22.0 * 3.0));
    let builder = UiBuilder::new().max_rect(middle).layout(Layout::top_down(Align::Center));
    ui.scope_builder(builder, |ui| {
        ui.set_clip_rect(rect);
        ui.spacing_mut().item_spacing.y = 10.0;
        ui.label(RichText::new(title).font(strong(16.0)).color(colors.strong));
        ui.label(RichText::new(quiet).color(colors.text));
        for why in failed {
            ui.label(RichText::new(why).color(colors.caution));
        }
        let mut pieces = Vec::new();
        let keys: Vec<(String, &str)> =
            offers.into_iter().filter_map(|(command, what)| Some((view.key(&command)?, what))).collect();
        for (key, what) in &keys {
            pieces.extend([Piece::Key(key), Piece::Words(what, colors.dim)]);
        }
        let line = Line::new(ui.painter(), &pieces, &regular(13.0), &colors);
        let (rect, _) = ui.allocate_exact_size(line.size(), Sense::hover());
        line.paint(ui.painter(), rect.center(), Align2::CENTER_CENTER, &colors);
    });
}

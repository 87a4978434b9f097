//! The presets of renderings: which there are, which is shown, and what becomes of the reader's own.

use egui::{Id, Key, Modifiers, RichText, Role, ScrollArea, Sense, Ui, WidgetInfo, pos2, vec2};

use crate::command::{AppCommand, Command, TransferCommand, VolumeCommand};
use crate::volume::Transfer;

use super::super::bidi::for_display;
use super::super::shell::ScreenView;
use super::super::theme::{Colors, colors, regular, strong};
use super::super::words::with_key;
use super::super::{text, transfer_words as words};

/// The height of a preset in the list, in points.
const ROW: f32 = 26.0;

/// What may be done with the preset that is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Deed {
    Save,
    Import,
    Reset,
    Delete,
}

impl Deed {
    const ALL: [Self; 4] = [Self::Save, Self::Import, Self::Reset, Self::Delete];

    /// What its button says, why, and its key.
    const fn words(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::Save => (words::SAVE, words::SAVE_WHY, "S"),
            Self::Import => (words::IMPORT, words::IMPORT_WHY, "I"),
            Self::Reset => (words::RESET, words::RESET_WHY, "Backspace"),
            Self::Delete => (words::DELETE, words::DELETE_WHY, "Ctrl+Delete"),
        }
    }

    const fn of_key(key: Key, modifiers: Modifiers) -> Option<Self> {
        match (key, modifiers) {
            (Key::S, Modifiers::NONE) => Some(Self::Save),
            (Key::I, Modifiers::NONE) => Some(Self::Import),
            (Key::Backspace, Modifiers::NONE) => Some(Self::Reset),
            (Key::Delete, _) if modifiers.command => Some(Self::Delete),
            _ => None,
        }
    }

    /// The command; nothing of a preset that every installation has is deleted. A file that goes does not come back: Enter in the palette
    /// has to follow.
    fn command(self, transfer: &Transfer) -> Option<Command> {
        let begin = |text: &str| Command::App(AppCommand::Begin(text.to_owned()));
        match self {
            Self::Save => Some(begin("transfer save")),
            Self::Import => Some(begin("transfer import")),
            Self::Reset => Some(Command::Transfer(TransferCommand::Reset)),
            Self::Delete if Transfer::named(&transfer.name).is_some() => None,
            Self::Delete => Some(begin(&format!("transfer delete {}", transfer.name))),
        }
    }
}

/// What a key does with the preset that is shown.
pub(super) fn keyed(key: Key, modifiers: Modifiers, transfer: &Transfer) -> Option<Command> {
    Deed::of_key(key, modifiers)?.command(transfer)
}

/// Shows the list, and what may be done.
pub(super) fn show(ui: &mut Ui, view: &ScreenView<'_>, transfer: &Transfer, commands: &mut Vec<Command>) {
    let colors = colors(ui.ctx());
    ui.horizontal_wrapped(|ui| {
        for deed in Deed::ALL {
            let Some(command) = deed.command(transfer) else { continue };
            let (label, why, key) = deed.words();
            if ui.button(label).on_hover_text(with_key(why, Some(key))).clicked() {
                commands.push(command);
            }
        }
    });
    ui.add_space(8.0);
    ui.horizontal(|ui| {
        ui.label(RichText::new(words::PRESETS).font(strong(13.0)).color(colors.strong));
        ui.label(RichText::new(words::PRESETS_HINT).font(regular(12.0)).color(colors.dim));
    });
    let is_news = is_news(ui, &transfer.name);
    ScrollArea::vertical().id_salt("presets").auto_shrink([false, false]).show(ui, |ui| {
        ui.spacing_mut().item_spacing.y = 0.0;
        for preset in view.session.settings.transfers.all() {
            let is_shown = preset.name == transfer.name;
            if row(ui, preset, (is_shown, is_shown && is_news), &colors) {
                commands.push(Command::Volume(VolumeCommand::Preset(preset.name.clone())));
            }
        }
    });
}

/// Whether another preset is shown than in the last frame: then the list goes there, and is the hand's after that.
fn is_news(ui: &Ui, name: &str) -> bool {
    let id = Id::unique("the preset that is shown in the list");
    ui.ctx().data_mut(|data| {
        let before: Option<String> = data.get_temp(id);
        data.insert_temp(id, name.to_owned());
        before.as_deref() != Some(name)
    })
}

/// Shows a preset; `true` when it was clicked.
fn row(ui: &mut Ui, preset: &Transfer, (is_shown, is_called): (bool, bool), colors: &Colors) -> bool {
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), ROW), Sense::CLICK);
    let name = words::preset(&preset.title, &preset.name);
    response.widget_info(|| WidgetInfo::selected(Role::ListBoxOption, true, is_shown, &name));
    if is_called {
        response.scroll_to_me(None);
    }
    if ui.is_rect_visible(rect) {
        let painter = ui.painter();
        let (main, quiet) = if is_shown { (colors.strong, colors.text) } else { (colors.text, colors.dim) };
        if is_shown {
            painter.rect_filled(rect, 4.0, colors.selected);
        } else if response.hovered() {
            painter.rect_filled(rect, 4.0, colors.raised);
        }
        let inner = rect.shrink2(vec2(8.0, 0.0));
        let name = text::elided(painter, &preset.name, regular(12.0), quiet, inner.width() / 2.0);
        let room = inner.width() - name.size().x - 10.0;
        let title = text::elided(painter, &for_display(&preset.title), regular(13.5), main, room);
        painter.galley(pos2(inner.left(), inner.center().y - title.size().y / 2.0), title, main);
        let at = pos2(inner.right() - name.size().x, inner.center().y - name.size().y / 2.0);
        painter.galley(at, name, quiet);
    }
    response.clicked()
}

//! The key sheet: every binding, by context, in columns.

use egui::{Align2, Rect, RichText, Role, ScrollArea, Sense, Ui, WidgetInfo, pos2, vec2};

use crate::command::{Command, Context, WindowCommand};

use super::super::keycap::{Line, Piece};
use super::super::shell::ScreenView;
use super::super::theme::{Colors, colors, regular, strong};
use super::super::{keys, text, words};

const ROW: f32 = 23.0;
const HEADING: f32 = 34.0;
/// The least width of a column, in points.
const COLUMN: f32 = 300.0;
const GAP: f32 = 28.0;

/// A line of the sheet.
enum Entry {
    Heading(&'static str),
    Keys { keys: Vec<String>, title: String, command: Command },
}

impl Entry {
    const fn height(&self) -> f32 {
        match self {
            Self::Heading(_) => HEADING,
            Self::Keys { .. } => ROW,
        }
    }
}

/// Shows the sheet.
pub(super) fn show(ui: &mut Ui, view: &ScreenView<'_>) {
    let colors = colors(ui.ctx());
    ui.horizontal(|ui| {
        ui.label(RichText::new(words::KEYS_TITLE).font(strong(14.0)).color(colors.strong));
        ui.add_space(8.0);
        ui.label(RichText::new(words::KEYS_MOUSE).font(regular(12.0)).color(colors.dim));
    });
    let entries = entries(view);
    ScrollArea::vertical().auto_shrink([false, true]).show(ui, |ui| {
        keys::scroll_by_keys(ui, view.keymap);
        let width = ui.available_width();
        let columns = columns(&entries, width);
        #[expect(clippy::cast_precision_loss, reason = "a few columns")]
        let column_width = (width + GAP) / columns.len().max(1) as f32 - GAP;
        let heights = columns.iter().map(|column| column.iter().map(Entry::height).sum::<f32>() + HEADING);
        let (all, _) = ui.allocate_exact_size(vec2(width, heights.fold(0.0, f32::max)), Sense::hover());
        let mut left = all.left();
        for column in columns {
            // A column that goes on with the one before has its lines level with that one's.
            let mut top =
                all.top() + if matches!(column.first(), Some(Entry::Keys { .. })) { HEADING } else { 0.0 };
            for entry in column {
                let rect = Rect::from_min_size(pos2(left, top), vec2(column_width, entry.height()));
                show_entry(ui, entry, rect, &colors);
                top += entry.height();
            }
            left += column_width + GAP;
        }
    });
}

/// The bindings by context; several keys of one command share a line.
fn entries(view: &ScreenView<'_>) -> Vec<Entry> {
    let mut entries = Vec::new();
    for context in [Context::Viewport, Context::Studies, Context::Everywhere, Context::Panel] {
        entries.push(Entry::Heading(words::context(context)));
        let start = entries.len();
        for binding in view.keymap.bindings().into_iter().filter(|binding| binding.context == context) {
            let Some(title) = title(view, &binding.command) else { continue };
            let key = binding.chord.label();
            let same = entries.iter_mut().skip(start).find_map(|entry| match entry {
                Entry::Keys { keys, command, .. } if *command == binding.command => Some(keys),
                _ => None,
            });
            match same {
                Some(keys) => keys.push(key),
                None => {
                    entries.push(Entry::Keys { keys: vec![key], title, command: binding.command.clone() });
                }
            }
        }
    }
    entries
}

/// What a line calls its command. A digit is called by the preset that it gives here; one that gives none is left out.
fn title(view: &ScreenView<'_>, command: &Command) -> Option<String> {
    let presets = view.presets();
    match command {
        Command::Window(WindowCommand::Slot(place)) if !presets.is_empty() => {
            let preset = place.checked_sub(1).and_then(|place| presets.get(place));
            preset.map(|preset| words::preset(&preset.name))
        }
        _ => Some(words::command(command)),
    }
}

/// As many columns as fit, about equally high; a heading is never the last of its column.
fn columns(entries: &[Entry], width: f32) -> Vec<&[Entry]> {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a small count, not negative"
    )]
    let count = (((width + GAP) / (COLUMN + GAP)).floor() as usize).clamp(1, 4);
    let total: f32 = entries.iter().map(Entry::height).sum();
    #[expect(clippy::cast_precision_loss, reason = "a small count")]
    let target = total / count as f32;
    let mut columns = Vec::new();
    let (mut start, mut height) = (0, 0.0);
    for (place, entry) in entries.iter().enumerate() {
        let is_full = height + entry.height() / 2.0 > target && columns.len() + 1 < count;
        let follows_heading = place > 0 && matches!(entries.get(place - 1), Some(Entry::Heading(_)));
        if is_full && !follows_heading {
            columns.push(entries.get(start..place).unwrap_or_default());
            (start, height) = (place, 0.0);
        }
        height += entry.height();
    }
    columns.push(entries.get(start..).unwrap_or_default());
    columns
}

fn show_entry(ui: &Ui, entry: &Entry, rect: Rect, colors: &Colors) {
    let painter = ui.painter();
    match entry {
        Entry::Heading(words) => {
            let heading = text::line(painter, words, strong(12.5), colors.strong);
            painter.galley(pos2(rect.left(), rect.bottom() - heading.size().y - 4.0), heading, colors.strong);
        }
        Entry::Keys { keys, title, command } => {
            let id = ui.scope_id().with(("key", keys));
            let response = ui.interact(rect, id, Sense::hover());
            let name = words::with_key(title, Some(&keys.join(", ")));
            response.widget_info(|| WidgetInfo::labeled(Role::ListItem, true, &name));
            let pieces: Vec<Piece<'_>> = keys.iter().map(|key| Piece::Key(key)).collect();
            let caps = Line::new(painter, &pieces, &regular(11.0), colors);
            caps.paint(painter, rect.right_center(), Align2::RIGHT_CENTER, colors);
            let room = rect.width() - caps.size().x - 12.0;
            let title = text::elided(painter, title, regular(13.0), colors.text, room);
            painter.galley(pos2(rect.left(), rect.center().y - title.size().y / 2.0), title, colors.text);
            response.on_hover_text(format!("{}\n{}", command.entry().help, command.entry().usage));
        }
    }
}

//! The text field of a panel. Its text is the session's; egui keeps only the cursor.

use egui::{CornerRadius, Frame, Id, Margin, Stroke, TextEdit, Ui};

use crate::command::{AppCommand, Command};
use crate::units::Phi;

use super::super::shell::ScreenView;
use super::super::theme::{colors, regular};

/// The field's identity: there is one at most.
pub(in super::super) fn field_id() -> Id {
    Id::unique("the field of the open panel")
}

/// What is typed: in the panel that is open, else of a photometer's reading or into the list of studies.
fn typed<'a>(view: &ScreenView<'a>) -> Option<&'a Phi<String>> {
    let studies = &view.session.studies;
    let in_list = || studies.is_open.then(|| studies.typed());
    let reading = || view.session.calibrating.running.as_ref().map(|running| &running.typed);
    view.session.panel.as_ref().map(|panel| &panel.text).or_else(reading).or_else(in_list)
}

/// Shows the field, which has the keyboard from the first frame on; what was typed becomes a command.
pub(in super::super) fn show(
    ui: &mut Ui,
    view: &ScreenView<'_>,
    name: &str,
    hint: &str,
    commands: &mut Vec<Command>,
) {
    let Some(typed) = typed(view) else { return };
    let id = field_id();
    let is_fresh = ui.ctx().read_response(id).is_none();
    if is_fresh || ui.memory(|memory| memory.focused().is_none()) {
        // Before the field is shown, so that keys of this very frame reach it.
        ui.memory_mut(|memory| memory.request_focus(id));
    }
    let colors = colors(ui.ctx());
    let frame = Frame::new()
        .fill(colors.ground)
        .stroke(Stroke::new(1.0, colors.focus))
        .corner_radius(CornerRadius::same(4))
        .inner_margin(Margin::symmetric(10, 7));
    let mut text = typed.reveal().clone();
    let field = TextEdit::singleline(&mut text)
        .id(id)
        .hint_text(hint)
        .font(regular(15.0))
        .frame(frame)
        .desired_width(f32::INFINITY)
        // Enter is the key map's.
        .return_key(None);
    let response = ui.add(field);
    ui.ctx().accesskit_node_builder(id, |node| node.set_label(name));
    if response.changed() {
        commands.push(Command::App(AppCommand::Type(Phi::new(text))));
    }
}

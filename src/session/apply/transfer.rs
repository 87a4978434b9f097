//! The transfer function of the rendering in focus, point by point.

use std::sync::Arc;

use crate::command::{PanelName, TransferCommand};
use crate::volume::{Transfer, TransferFile, Transfers};

use super::super::effect::Effect;
use super::super::rendering::{Rendering, RenderingLook};
use super::super::state::{MessageKind, Session};

impl Session {
    pub(super) fn apply_transfer(&mut self, command: &TransferCommand) -> Vec<Effect> {
        match command {
            TransferCommand::Delete(name) => return self.delete_preset(name),
            TransferCommand::Import(path) => return vec![Effect::ImportPresets(path.clone())],
            _ => {}
        }
        let Some(transfer) = self.edited_transfer().map(Arc::clone) else {
            self.tell(MessageKind::Note, "There is no rendering in colours in this viewport.");
            return Vec::new();
        };
        let share = |level: u8| f64::from(level) / 255.0;
        let mut file = transfer.file();
        let is_there = match command {
            TransferCommand::Point { number, value, opacity } => {
                move_point(&mut file.opacity, *number, [*value, opacity.clamp(0.0, 1.0)])
            }
            TransferCommand::Add { value, opacity } => {
                add_point(&mut file.opacity, [*value, opacity.clamp(0.0, 1.0)])
            }
            TransferCommand::Remove(number) => remove_point(&mut file.opacity, *number),
            TransferCommand::Color { number, value, color: [red, green, blue] } => {
                move_point(&mut file.color, *number, [*value, share(*red), share(*green), share(*blue)])
            }
            TransferCommand::AddColor { value, color: [red, green, blue] } => {
                add_point(&mut file.color, [*value, share(*red), share(*green), share(*blue)])
            }
            TransferCommand::RemoveColor(number) => remove_point(&mut file.color, *number),
            TransferCommand::Reset => {
                if let Some(preset) = self.settings.transfers.named(&transfer.name).map(Arc::clone) {
                    self.put_transfer(preset);
                }
                return Vec::new();
            }
            TransferCommand::Next => {
                self.step_preset(&transfer, 1);
                return Vec::new();
            }
            TransferCommand::Previous => {
                self.step_preset(&transfer, -1);
                return Vec::new();
            }
            TransferCommand::Save(name) => return self.save_transfer(name, file),
            TransferCommand::Delete(_) | TransferCommand::Import(_) => return Vec::new(),
        };
        match Transfer::new(&transfer.name, file) {
            Ok(changed) if is_there => {
                self.put_transfer(Arc::new(changed));
                self.keep_choice(command, &transfer);
            }
            Ok(_) => self.tell(MessageKind::Note, "The curve has no such point."),
            Err(fault) => self.tell(MessageKind::Note, format!("Not changed: {fault}.")),
        }
        Vec::new()
    }

    /// The transfer function of the rendering in focus.
    pub fn edited_transfer(&self) -> Option<&Arc<Transfer>> {
        match &self.focused_viewport()?.rendering.as_ref()?.look {
            RenderingLook::Light(transfer) => Some(transfer),
            RenderingLook::Maximum => None,
        }
    }

    /// Whether the transfer function of the rendering in focus is another than the preset of its name, or that is gone.
    pub fn is_transfer_changed(&self) -> bool {
        self.edited_transfer().is_some_and(|edited| {
            let preset = self.settings.transfers.named(&edited.name);
            preset.is_none_or(|preset| !edited.looks_like(preset))
        })
    }

    /// A preset was saved: the rendering in focus, if it was made of that, goes by its name from now on.
    pub fn take_saved_preset(&mut self, name: &str) {
        let saved = self.settings.transfers.named(name).map(Arc::clone);
        let is_its =
            self.edited_transfer().zip(saved.as_ref()).is_some_and(|(edited, it)| edited.looks_like(it));
        if let Some(saved) = saved.filter(|_| is_its) {
            self.put_transfer(saved);
        }
    }

    /// So many presets further; from one that is gone to the first.
    fn step_preset(&mut self, transfer: &Transfer, by: isize) {
        let all = self.settings.transfers.all();
        let place = all.iter().position(|preset| preset.name == transfer.name);
        let next = place.map_or(Some(0), |place| place.checked_add_signed(by));
        if let Some(preset) = next.and_then(|next| all.get(next)).map(Arc::clone) {
            self.put_transfer(preset);
        }
    }

    /// Where the last point of a curve goes that was chosen, the one before it is.
    fn keep_choice(&mut self, command: &TransferCommand, before: &Transfer) {
        let gone = match command {
            TransferCommand::Remove(number) if *number == before.opacity.len() => number - 1,
            TransferCommand::RemoveColor(number) if *number == before.color.len() => {
                before.opacity.len() + number - 1
            }
            _ => return,
        };
        if let Some(panel) = self.panel.as_mut().filter(|panel| panel.name == PanelName::Transfer)
            && panel.chosen == gone
        {
            panel.chosen = gone.saturating_sub(1);
        }
    }

    fn delete_preset(&mut self, name: &str) -> Vec<Effect> {
        let why = match (Transfers::check_name(name), self.settings.transfers.named(name)) {
            (Err(fault), _) => fault.to_string(),
            (Ok(()), None) => format!("there is no volume preset '{name}'"),
            (Ok(()), Some(_)) => return vec![Effect::DeletePreset(name.to_owned())],
        };
        self.tell(MessageKind::Note, format!("Not deleted: {why}."));
        Vec::new()
    }

    fn put_transfer(&mut self, changed: Arc<Transfer>) {
        let rendering = self.focused_viewport_mut().and_then(|viewport| viewport.rendering.as_mut());
        if let Some(Rendering { look: RenderingLook::Light(transfer), .. }) = rendering {
            *transfer = changed;
        }
    }

    fn save_transfer(&mut self, name: &str, file: TransferFile) -> Vec<Effect> {
        if let Err(fault) = Transfers::check_name(name) {
            self.tell(MessageKind::Note, format!("Not saved: {fault}."));
            return Vec::new();
        }
        if self.settings.transfers.named(name).is_some() {
            self.tell(MessageKind::Note, format!("Not saved: there is a volume preset '{name}' already."));
            return Vec::new();
        }
        vec![Effect::SavePreset(name.to_owned(), Box::new(TransferFile { title: name.to_owned(), ..file }))]
    }
}

/// Between its neighbours; whether there is one.
fn move_point<const N: usize>(points: &mut [[f64; N]], number: usize, mut to: [f64; N]) -> bool {
    let place = number.wrapping_sub(1);
    let value_of = |place: usize| points.get(place).and_then(|point| point.first()).copied();
    let low = place.checked_sub(1).and_then(value_of).map_or(f64::MIN, f64::next_up);
    let high = value_of(number).map_or(f64::MAX, f64::next_down);
    if let Some(value) = to.first_mut() {
        *value = value.max(low).min(high);
    }
    points.get_mut(place).map(|point| *point = to).is_some()
}

/// Behind those of lower values.
fn add_point<const N: usize>(points: &mut Vec<[f64; N]>, point: [f64; N]) -> bool {
    let place = points.partition_point(|there| there.first() < point.first());
    points.insert(place, point);
    true
}

/// Whether there was one.
fn remove_point<const N: usize>(points: &mut Vec<[f64; N]>, number: usize) -> bool {
    let is_there = (1..=points.len()).contains(&number);
    if is_there {
        points.remove(number - 1);
    }
    is_there
}

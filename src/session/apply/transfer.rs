//! The transfer function of the rendering in focus, point by point.

use std::sync::Arc;

use crate::command::TransferCommand;
use crate::volume::{Transfer, TransferFile, Transfers};

use super::super::effect::Effect;
use super::super::rendering::{Rendering, RenderingLook};
use super::super::state::{MessageKind, Session};

impl Session {
    pub(super) fn apply_transfer(&mut self, command: &TransferCommand) -> Vec<Effect> {
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
            TransferCommand::Save(name) => return self.save_transfer(name, file),
        };
        match Transfer::new(&transfer.name, file) {
            Ok(changed) if is_there => self.put_transfer(Arc::new(changed)),
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

//! What is subtracted, as the reader has it.

use crate::command::MaskCommand;
use crate::dicom::MaskShift;
use crate::study::Library;

use super::super::masked::Masked;
use super::super::state::{MessageKind, Session};

impl Session {
    pub(super) fn apply_mask(&mut self, command: MaskCommand, library: &Library) {
        let (Some((_, image)), Some(viewport)) = (self.shown(library), self.focused_viewport()) else {
            return self.tell(MessageKind::Note, "Nothing hangs in this viewport.");
        };
        let instance = &image.instance;
        if !instance.is_plain_gray() {
            return self.tell(MessageKind::Note, "A colour image has no mask.");
        }
        let before = viewport.presented.masked.clone();
        let is_recommended = self.applied(viewport, image, library).is_mask_recommended(image);
        let is_on = |masked: &Masked| masked.is_on.unwrap_or(is_recommended || masked.own.is_some());
        let was_on = is_on(&before);
        let has_mask =
            before.own.is_some() || self.is_any_shown(library, |applied, image| applied.has_mask(image));
        let mut masked = Masked { before: None, ..before.clone() };
        match command {
            MaskCommand::Frame(number) => {
                let count = instance.image.frames_present as usize;
                let frame = number.map_or(image.frame as usize, |number| number - 1);
                let Some(frame) = u32::try_from(frame).ok().filter(|_| frame < count && count > 1) else {
                    let text = if count > 1 {
                        format!("This object has {count} frames.")
                    } else {
                        "An object of one frame has no frame that could be its mask.".to_owned()
                    };
                    return self.tell(MessageKind::Note, text);
                };
                (masked.own, masked.is_on) = (Some((instance.uid.clone(), frame)), Some(true));
                self.tell(MessageKind::Note, format!("Frame {} is subtracted.", frame + 1));
            }
            _ if !has_mask => {
                let text = "These images state no mask; `mask frame` makes the frame shown their mask.";
                return self.tell(MessageKind::Note, text);
            }
            MaskCommand::Switch(switch) => masked.is_on = Some(switch.applied_to(was_on)),
            MaskCommand::Shift { .. } | MaskCommand::ResetShift if !was_on => {
                return self.tell(MessageKind::Note, "No mask is subtracted here.");
            }
            MaskCommand::Shift { right, down } => {
                let Some(by) = MaskShift::of(down, right) else { return };
                masked.moved = masked.moved.further(by);
            }
            MaskCommand::ResetShift => masked.moved = MaskShift::NONE,
            MaskCommand::Reset => {
                masked = Masked { other_voi: masked.other_voi, ..Masked::default() };
            }
        }
        let is_on = is_on(&masked);
        let Some(viewport) = self.focused_viewport_mut() else { return };
        if is_on == was_on {
            masked.before = Some(Box::new(Masked { before: None, ..before }));
        } else {
            std::mem::swap(&mut viewport.look.voi, &mut masked.other_voi);
        }
        viewport.presented.masked = masked;
    }
}

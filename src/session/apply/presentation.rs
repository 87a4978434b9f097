//! Which presentation state, and what of it.

use crate::command::{PresentationCommand, StatePart};
use crate::study::Library;

use super::super::masked::Masked;
use super::super::presented::{StateChoice, state_words};
use super::super::state::{MessageKind, Session};
use super::super::viewport::{View, VoiChoice};

impl Session {
    pub(super) fn apply_presentation(&mut self, command: &PresentationCommand, library: &Library) {
        let (Some((_, image)), Some(viewport)) = (self.shown(library), self.focused_viewport()) else {
            return self.tell(MessageKind::Note, "Nothing hangs in this viewport.");
        };
        let states: Vec<_> = library.states_of(image).collect();
        if states.is_empty() {
            return self.tell(MessageKind::Note, "There is no presentation state for this image.");
        }
        let shown = viewport.state(image, library);
        let place = states.iter().position(|state| shown.is_some_and(|shown| shown.uid == state.uid));
        let last = states.len() - 1;
        let place = match command {
            PresentationCommand::Next => {
                Some(place.map_or(0, |place| if place == last { 0 } else { place + 1 }))
            }
            PresentationCommand::Previous => Some(place.unwrap_or(0).checked_sub(1).unwrap_or(last)),
            PresentationCommand::Number(number) if *number > states.len() => {
                let count = states.len();
                return self.tell(MessageKind::Note, format!("This image has {count} presentation states."));
            }
            PresentationCommand::Number(number) => Some(number - 1),
            // What is saved is chosen once it is there.
            PresentationCommand::AsAcquired | PresentationCommand::Save(_) => None,
            PresentationCommand::Toggle => {
                if place.is_some() {
                    None
                } else {
                    Some(0)
                }
            }
            PresentationCommand::Part(part, switch) => {
                let Some(viewport) = self.focused_viewport_mut() else { return };
                let parts = &mut viewport.presented.parts;
                let is_on = match part {
                    StatePart::Gray => &mut parts.gray,
                    StatePart::Geometry => &mut parts.geometry,
                    StatePart::Graphics => &mut parts.graphics,
                };
                *is_on = switch.applied_to(*is_on);
                return;
            }
        };
        let chosen = place.and_then(|place| states.get(place));
        let text = chosen.map_or_else(
            || "As acquired, without a presentation state.".to_owned(),
            |state| {
                let number = place.map_or(0, |place| place + 1);
                format!("Presentation state {number} of {}: {}.", states.len(), state_words(state))
            },
        );
        let choice = chosen.map_or(StateChoice::AsAcquired, |state| StateChoice::One(state.uid.clone()));
        self.tell(MessageKind::Note, text);
        if let Some(viewport) = self.focused_viewport_mut() {
            viewport.presented.choice = choice;
            viewport.presented.masked = Masked::default();
            // A state is seen as its creator saw it, and not through what the reader made of another.
            viewport.view = View::default();
            viewport.look.voi = VoiChoice::default();
            viewport.look.is_inverted = false;
        }
    }
}

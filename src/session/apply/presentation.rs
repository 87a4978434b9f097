//! Which presentation state, and what of it.

use std::sync::Arc;

use crate::command::{LayerChoice, PresentationCommand, StatePart, Switch};
use crate::presentation::PresentationState;
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
            PresentationCommand::Layer(choice, switch) => {
                let shown = shown.map(Arc::clone);
                return self.switch_layer(shown.as_deref(), choice, *switch);
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
            viewport.presented.hidden_layers.clear();
            viewport.fused = None;
            // A state is seen as its creator saw it, and not through what the reader made of another.
            viewport.view = View::default();
            viewport.look.voi = VoiChoice::default();
            viewport.look.is_inverted = false;
        }
    }

    /// Shows a layer of the state that is shown, or does not.
    fn switch_layer(&mut self, state: Option<&PresentationState>, choice: &LayerChoice, switch: Switch) {
        let Some(state) = state else {
            return self
                .tell(MessageKind::Note, "The image is shown as acquired, without a presentation state.");
        };
        let names = state.layer_names();
        let name = match choice {
            LayerChoice::Number(number) => names.get(number - 1),
            LayerChoice::Named(wanted) => names.iter().find(|name| **name == wanted.reveal()),
        };
        let Some(name) = name else {
            let names = if names.is_empty() { "none".to_owned() } else { names.join(", ") };
            return self
                .tell(MessageKind::Note, format!("This presentation state has no such layer: {names}."));
        };
        let Some(viewport) = self.focused_viewport_mut() else { return };
        let hidden = &mut viewport.presented.hidden_layers;
        if switch.applied_to(!hidden.contains(*name)) {
            hidden.remove(*name);
            return;
        }
        hidden.insert((*name).to_owned());
        let is_in = |name: &str| state.activations.iter().any(|activation| activation.layer == name);
        if is_in(name) && state.activations.iter().any(|activation| !hidden.contains(&activation.layer)) {
            let text = "Overlay planes of this layer stay as long as those of another are shown.";
            self.tell(MessageKind::Note, text);
        }
    }
}

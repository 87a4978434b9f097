//! Images in time.

use crate::command::CineCommand;
use crate::study::Library;

use super::super::cine::durations_ms;
use super::super::state::{MessageKind, Session};
use super::super::viewport::Viewport;

impl Session {
    pub(super) fn apply_cine(&mut self, command: CineCommand, library: &Library) {
        if let Some(rendering) = self.focused_viewport_mut().and_then(|viewport| viewport.rendering.as_mut())
        {
            let turntable = &mut rendering.turntable;
            return match command {
                CineCommand::Toggle => turntable.switch(!turntable.is_turning),
                CineCommand::Faster => turntable.step_speed(true),
                CineCommand::Slower => turntable.step_speed(false),
                CineCommand::Reverse => turntable.is_reversed = !turntable.is_reversed,
            };
        }
        let Some((set, _)) = self.shown(library) else {
            return self.tell(MessageKind::Note, "Nothing hangs in this viewport.");
        };
        let Some(viewport) = self.focused_viewport() else { return };
        if viewport.count_of(set.images.len()) < 2 {
            return self.tell(MessageKind::Note, "There is only one image here: nothing to play.");
        }
        let Some(place) = viewport.place() else { return };
        let durations_ms = durations_ms(viewport, set);
        let Some(Viewport { cine, .. }) = self.focused_viewport_mut() else { return };
        match command {
            CineCommand::Toggle if cine.is_playing => cine.stop(),
            CineCommand::Toggle => cine.play(place, &durations_ms),
            CineCommand::Faster => cine.step_speed(true),
            CineCommand::Slower => cine.step_speed(false),
            CineCommand::Reverse => cine.reverse(),
        }
    }
}

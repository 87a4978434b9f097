//! What the reader's hands did in a frame: to be counted, and not to be carried out.

use egui::{Context as Egui, Event, Vec2};

use super::keys::is_press;
use super::viewport::notches;

/// Something that a hand did.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Input {
    /// A key went down; Shift and the like are part of the key that they are held for, and a key that is held counts once.
    Key,
    /// A button of the mouse went down.
    Click,
    /// The wheel turned by so many notches, either way.
    Wheel(f32),
    /// The pointer went so far, in device pixels.
    Travel(f32),
}

/// What the hands did over a window since the last frame.
///
/// To be called before [`key_commands`](super::key_commands), which takes the keys that it uses.
pub fn inputs(ctx: &Egui) -> Vec<Input> {
    let pixels_per_point = ctx.pixels_per_point();
    ctx.input(|input| {
        let events = input.events.iter().filter_map(|event| match event {
            Event::PointerButton { pressed: true, .. } => Some(Input::Click),
            Event::MouseWheel { unit, delta, .. } => {
                // With Shift some desktops turn it sideways.
                let farther = Vec2::new(0.0, delta.x.abs().max(delta.y.abs()));
                Some(Input::Wheel(notches(*unit, farther)))
            }
            // The window system gives no key for these.
            Event::Cut | Event::Paste(_) => Some(Input::Key),
            event => is_press(event).then_some(Input::Key),
        });
        let travel = input.pointer.delta().length() * pixels_per_point;
        let travel = (travel > 0.0).then_some(Input::Travel(travel));
        events.chain(travel).collect()
    })
}

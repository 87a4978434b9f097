//! What the interface says of presentation states and key images.

use crate::presentation::StateKind;
use crate::session::{ShownBy, ShownByLine};

use super::words::joined;

pub(super) const STATES_TITLE: &str = "Presentation states and key images";
pub(super) const STATES_HINT: &str = "Dates and times by the clocks of this station.";
pub(super) const NO_STATES: &str = "There is no presentation state and no key image here.";
pub(super) const NO_STATES_WHY: &str =
    "“presentation save” keeps what is shown as a state, “key-image mark” marks the image.";
pub(super) const STATE_ABSENT: &str = "Its images are not here.";
const STATE_PARTLY: &str = "partly applied";
const KEYS_PARTLY: &str = "partly here";

/// What a line of the panel of states is, below its title: `grayscale · Tester^One · this image`.
pub(super) fn shown_by_what(line: &ShownByLine) -> String {
    let kind = match line.kind {
        ShownBy::State(StateKind::Grayscale) => "grayscale",
        ShownBy::State(StateKind::Color) => "colour",
        ShownBy::State(StateKind::PseudoColor) => "pseudo-colour",
        ShownBy::State(StateKind::Blending) => "blending",
        ShownBy::AsAcquired => "",
        ShownBy::KeyImage => "key image",
        ShownBy::NoKeyImage => "no key image",
    };
    joined(&[kind, &line.creator, &line.images], " · ")
}

/// The accessible name of a line of the panel of states.
pub(super) fn shown_by(line: &ShownByLine) -> String {
    let partly = partly(line).unwrap_or_default();
    let is_shown = if line.is_current { "shown now" } else { "" };
    joined(&[&line.title, &shown_by_what(line), &line.created, partly, is_shown], ", ")
}

/// That something of a line is left out, where something is there.
pub(super) fn partly(line: &ShownByLine) -> Option<&'static str> {
    match line.kind {
        _ if line.not_applied.is_empty() => None,
        ShownBy::State(_) | ShownBy::AsAcquired => Some(STATE_PARTLY),
        ShownBy::KeyImage | ShownBy::NoKeyImage => (!line.commands.is_empty()).then_some(KEYS_PARTLY),
    }
}

/// What choosing a line of the panel of states means.
pub(super) const fn chosen_state(line: &ShownByLine) -> &'static str {
    match line.kind {
        ShownBy::State(_) => "Nothing of it is left out.",
        ShownBy::AsAcquired => "The image says by itself how it is shown.",
        ShownBy::KeyImage | ShownBy::NoKeyImage => "Goes to the image.",
    }
}

/// What of a presentation state is not done, or which key images are left out.
pub(super) fn not_applied(line: &ShownByLine) -> String {
    let what = line.not_applied.join("; ");
    match line.kind {
        ShownBy::State(_) | ShownBy::AsAcquired => format!("Not applied: {what}."),
        ShownBy::KeyImage | ShownBy::NoKeyImage => format!("Left out: {what}."),
    }
}

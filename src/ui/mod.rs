//! What the reader sees around and on the images: reads the session, sends commands, keeps nothing.
//!
//! The order of a frame, for each window:
//!
//! ```text
//! App::logic  key_commands, pointer_commands ─► Session::apply ─► render::plan
//! App::ui     show(ScreenView) ─► picture, words, controls ─► commands, applied before the next frame's keys
//! ```
//!
//! The room for viewports is [`shell::room`], so that the plan is made for the pixels that it will get. Colours live in
//! [`theme`] alone, words in `words` and the files that end in `_words` alone, and `wgpu` is named in `viewport::paint` alone.

mod archive_words;
mod archives;
mod bidi;
mod calibration;
mod calibration_words;
mod card_words;
mod contrast;
mod due;
mod fonts;
mod hanging_words;
mod icon;
mod inputs;
mod keycap;
mod keys;
mod leader;
mod list_words;
mod loaded;
mod panel;
mod patients;
mod prior_words;
mod priors;
mod rail;
mod scanner;
pub mod shell;
mod state_words;
mod status;
mod strip;
mod studies;
mod support_words;
#[cfg(test)]
mod tests;
mod text;
pub mod theme;
mod title;
mod tool_key;
mod transfer_words;
mod user_words;
mod viewport;
mod words;

pub use fonts::{font_news, is_looking_for_fonts};
pub use inputs::{Input, inputs};
pub use keys::key_commands;
pub use shell::{ScreenView, show};
pub use viewport::{
    engine_failure, install_engine, is_drawing_volume, pointer_commands, set_display,
    show_alone as show_viewports_alone,
};

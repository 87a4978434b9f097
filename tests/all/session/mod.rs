//! Reading, driven by command text against files and no window.

pub(crate) mod audit;
mod bad_input;
mod breasts;
mod calibration;
mod calibration_ambient;
mod calibration_due;
mod calibration_import;
mod calibration_light;
mod calibration_played;
mod closing;
mod covers;
mod crosshair;
mod curtain;
mod curves;
mod cuts;
mod display;
mod drafts;
mod fusion;
mod graphics;
mod hanging;
mod hostile;
mod inputs;
mod key_images;
mod links;
mod looks;
mod marks;
mod mask;
mod patients;
mod phases;
mod pointer;
mod presentation;
mod priors;
mod properties;
mod protocols;
mod readers;
mod reading;
mod readings;
mod registered;
mod renderings;
mod saved_states;
mod saved_whole;
mod screen;
mod section_marks;
mod sections;
mod series;
mod state_covers;
mod state_switch;
mod state_targets;
mod studies;
mod thumbnails;
mod tiles;
mod unseen;
mod wanted;
mod windows;

use hotlight::testing::Scripted;

/// Opens the phantom with its prior, runs commands, and compares the focused viewport's words.
fn check(commands: &str, words: &str) {
    let mut scripted = Scripted::open(crate::support::phantom());
    scripted.run(commands);
    let found = scripted.words();
    assert!(found.contains(words), "after '{commands}': {found} (expected {words})");
}

pub(crate) use saved_states::{Desk, saved_image};
pub(crate) use saved_whole::{color_image, drawing_state, gray_monitor, stated_image, with_tables};

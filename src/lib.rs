//! Hotlight: a radiologist's diagnostic viewer.
//!
//! ```text
//! file ─► dicom ─► study::Library ─┐
//!                     │ Event      ├─► render::plan ─► FramePlan ─► gpu or cpu engine ─► P-values ─► display ─► panel
//!                     ▼            │
//! keys, mouse, palette, script ─► Command ─► session::Session
//! ```
//!
//! Who may import whom is the table in `ARCHITECTURE.md`; a test enforces it.

pub mod annotation;
pub mod app;
pub mod audit;
pub mod calibration;
pub mod certificate;
pub mod cli;
pub mod color;
pub mod command;
pub mod config;
pub mod corner_text;
pub mod dicom;
pub mod display;
pub mod doctor;
pub mod geometry;
pub mod grayscale;
pub mod handwritten;
pub mod hanging;
pub mod keymap;
pub mod logging;
pub mod net;
pub mod phantom;
pub mod presentation;
pub mod priors;
pub mod private;
pub mod quality;
pub mod records;
pub mod render;
pub mod session;
pub mod store;
pub mod study;
pub mod study_list;
#[cfg(feature = "testing")]
pub mod testing;
pub mod ui;
pub mod units;
pub mod volume;

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

pub mod units;
pub mod geometry;
pub mod dicom;
pub mod grayscale;
pub mod study;
pub mod command;
pub mod session;
pub mod render;
pub mod logging;
pub mod keymap;
pub mod config;
pub mod phantom;
pub mod ui;
pub mod app;
pub mod cli;
#[cfg(feature = "testing")]
pub mod testing;

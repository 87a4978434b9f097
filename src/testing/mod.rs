//! The test harness: the program without a window, driven by command text. Feature `testing`; never in a release.

pub mod fuzz;
mod scripted;

pub use scripted::Scripted;

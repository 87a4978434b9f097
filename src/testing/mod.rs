//! The test harness: the program without a window, driven by command text. Feature `testing`; never in a release.

mod scripted;

pub use scripted::Scripted;

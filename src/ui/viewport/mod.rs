//! Viewports: the picture, the words on it, and the pointer over it.

mod badges;
mod cell;
mod gesture;
mod labels;
mod notice;
mod paint;

pub(super) use cell::show_all;
pub use gesture::pointer_commands;
pub use paint::{engine_failure, install_engine};

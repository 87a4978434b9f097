//! Viewports: the picture, the words on it, and the pointer over it.

mod badges;
mod cell;
mod gesture;
mod graphics;
mod labels;
mod notice;
mod overlay;
mod paint;
mod slider;

pub(super) use badges::{HEIGHT as BADGE_HEIGHT, Laid as LaidBadge};
pub use cell::show_alone;
pub(super) use cell::{THUMBNAILS, place, screen_id, show_all};
pub use gesture::pointer_commands;
pub(super) use paint::{Drawn, failure_of, fill, keep_failures, picture};
pub use paint::{engine_failure, install_engine, is_sending_volume, set_display};

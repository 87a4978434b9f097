//! Viewports: the picture, the words on it, and the pointer over it.

mod badges;
mod blend;
mod cell;
mod curtain;
mod gesture;
mod graphics;
mod kept;
mod labels;
mod notice;
mod overlay;
mod paint;
mod raster;
mod slider;

pub(super) use badges::{HEIGHT as BADGE_HEIGHT, Laid as LaidBadge};
pub use cell::show_alone;
pub(super) use cell::{THUMBNAILS, place, screen_id, show_all, show_pattern};
pub(super) use gesture::notches;
pub use gesture::pointer_commands;
pub(super) use kept::forget_closed;
pub(super) use paint::{Drawn, failure_of, fill, keep_failures, picture};
pub use paint::{engine_failure, install_engine, is_drawing_volume, set_display};

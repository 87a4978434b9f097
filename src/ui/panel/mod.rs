//! Panels over the images, on request only: every command, the key sheet, messages, the field for a path.

mod badges;
mod field;
mod frame;
mod keys;
mod messages;
mod open;
mod palette;

pub(super) use field::field_id;
pub(super) use frame::show;

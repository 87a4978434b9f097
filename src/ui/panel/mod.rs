//! Panels over the images, on request only: every command, the key sheet, messages, the field for a path, the settings,
//! what was opened lately, presentation states, priors, how the study hangs, what of it was not seen, the users of the station, what an
//! earlier run left open, what Hotlight is, the support bundle, the menu of the image, the number of an image.

mod about;
mod badges;
mod bundle;
mod field;
mod frame;
mod hanging;
mod jump;
mod keys;
mod menu;
mod messages;
mod open;
mod palette;
mod priors;
mod recent;
mod resume;
mod settings;
mod states;
mod transfer;
mod transfer_presets;
mod two_lines;
mod unseen;
mod users;

pub(super) use field::{field_id, show as show_field};
pub(super) use frame::{show, show_beside};

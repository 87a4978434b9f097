//! What the reader sees, in one value; nothing else remembers it.
//!
//! [`Session::apply`] takes a reader's [`Command`](crate::command::Command), [`Session::absorb`] news from the world
//! ([`Event`]). Both answer with [`Effect`]s for the edge to carry out. The session does no IO, reads no clock and knows
//! neither egui nor wgpu.

mod absorb;
mod apply;
mod cine;
mod covers;
mod crosshair;
mod effect;
mod event;
mod history;
mod journal;
mod key_images;
mod link;
mod marks;
mod masked;
mod menu;
mod monitor;
mod motion;
mod panel;
mod presented;
mod recent;
mod reformat;
mod saved;
mod screen;
mod seen;
mod setting;
mod shown_by;
mod state;
mod tool;
mod unsaved;
mod viewport;
mod wanted;

pub use cine::{Cine, Rate, own_rate, states_timing};
pub use covers::CoverOrder;
pub use crosshair::{Crosshair, CrosshairLine};
pub use effect::Effect;
pub use event::{Event, FileCounts};
pub use history::History;
pub use journal::Journal;
pub use key_images::KeyImages;
pub use link::{Links, SharedPoint, is_same_space, nearest_image};
pub use marks::{Draft, Mark, Marks};
pub use masked::Masked;
pub use menu::MenuLine;
pub use monitor::ScreenMonitor;
pub use motion::Motion;
pub use panel::{Choice, Panel};
pub use presented::{Applied, Framing, Presented, StateChoice, StateParts};
pub use recent::RecentStudy;
pub use reformat::{Reformat, Travel};
pub use screen::{DeviceRect, Place, Screen, Surface};
pub use setting::SettingLine;
pub use shown_by::{ShownBy, ShownByLine};
pub use state::{Focus, Indexing, Message, MessageKind, PointerAt, Session, SessionSettings};
pub use tool::Gesture;
pub use unsaved::{DraftError, SavedWork, Unsaved, UnsavedLook, UnsavedWork};
pub use viewport::{Hidden, Look, Source, View, Viewport, VoiChoice, Zoom, is_one_to_one};
pub use wanted::Wanted;

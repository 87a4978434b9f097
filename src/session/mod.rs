//! What the reader sees, in one value; nothing else remembers it.
//!
//! [`Session::apply`] takes a reader's [`Command`](crate::command::Command), [`Session::absorb`] news from the world
//! ([`Event`]). Both answer with [`Effect`]s for the edge to carry out. The session does no IO, reads no clock and knows
//! neither egui nor wgpu.

mod absorb;
mod apply;
mod archive;
mod beside;
mod calibrating;
mod captured;
mod cine;
mod compare;
mod covers;
mod crosshair;
mod curtain;
mod curve;
mod cut_away;
mod effect;
mod event;
mod fused;
mod hanging_lines;
mod history;
mod hung;
mod journal;
mod justified;
mod key_images;
mod layer;
mod link;
mod marks;
mod masked;
mod menu;
mod monitor;
mod motion;
mod panel;
mod patients;
mod presented;
mod priors;
mod recent;
mod reformat;
mod rendering;
mod saved;
mod scan;
mod screen;
mod screens;
mod section_marks;
mod seen;
mod setting;
mod shown_by;
mod state;
mod studies;
mod tool;
mod unsaved;
mod unseen;
mod upcoming;
mod user;
mod viewport;
mod wanted;

pub use archive::{Archives, Check, Outgoing, Retrieval, RetrievalState, RetrieveOrder, Silence, Urgency};
pub use calibrating::{
    Bench, BookLine, BookLines, BuiltTable, Calibrating, CalibrationSettings, DueLine, Measured,
    PatternOrder, RunningSeries, ShownPattern,
};
pub use cine::{Cine, Rate, own_rate, states_timing};
pub use covers::CoverOrder;
pub use crosshair::{Crosshair, CrosshairLine};
pub use curtain::Curtain;
pub use curve::{Along, CurvedSheet, DrawnPath};
pub use cut_away::{BoxHandle, CutAway, Outline, box_edges, box_handles};
pub use effect::{Effect, RecordKind, RecordOrder};
pub use event::{BenchNews, Event, FileCounts};
pub use fused::{Fused, FusedSeries, FusedWith, modality_words, percent, series_words};
pub use hanging_lines::HangingLine;
pub use history::History;
pub use hung::Hung;
pub use journal::Journal;
pub use key_images::KeyImages;
pub use layer::{Layer, NoLayer};
pub use link::{Links, SharedPoint, is_same_space, nearest_image};
pub use marks::{Draft, Mark, MarkPlace, Marks};
pub use masked::Masked;
pub use menu::MenuLine;
pub use monitor::ScreenMonitor;
pub use motion::Motion;
pub use panel::{Choice, Panel};
pub use presented::{Applied, Framing, Presented, StateChoice, StateParts};
pub use priors::{PriorLine, PriorState, Priors, differing, entry_of};
pub use recent::RecentStudy;
pub use reformat::{Reformat, Travel};
pub use rendering::{Rendering, RenderingLook, Turntable, VolumeView};
pub use scan::{Scan, ScanQuestion, ScanState};
pub use screen::{Areas, DeviceRect, Division, Place, Screen, Surface};
pub use section_marks::{CountOrder, CountedMark, SectionMark, mark_from_sheet};
pub use seen::Seen;
pub use setting::SettingLine;
pub use shown_by::{ShownBy, ShownByLine};
pub use state::{Focus, Indexing, Message, MessageKind, PointerAt, Session, SessionSettings};
pub use studies::Studies;
pub use tool::Gesture;
pub use unsaved::{DraftError, SavedWork, Unsaved, UnsavedFused, UnsavedLook, UnsavedPath, UnsavedWork};
pub use unseen::UnseenLine;
pub use upcoming::Upcoming;
pub use user::UserLine;
pub use viewport::{Hidden, Justify, Look, Source, View, Viewport, VoiChoice, Zoom, is_one_to_one};
pub use wanted::Wanted;

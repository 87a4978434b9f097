//! The composition root: the one place that knows everything.
//!
//! [`Reading`] is the program without a window: session, library, services. A window (or the offscreen runner) takes
//! input before each frame, applies it, plans and draws, so that a key press is in the picture of the same frame.

mod archive;
mod archives;
mod audited;
mod auditor;
mod bundle;
mod bundler;
mod clock;
mod colors;
mod crash;
mod desk;
mod drafts;
mod export;
mod files;
mod filters;
mod frames;
mod index;
mod kept;
mod ledger;
mod luminance;
mod monitors;
mod offscreen;
mod operands;
mod own_file;
mod picture_file;
mod reading;
mod recent;
mod script;
mod services;
mod settings;
mod trace;
mod traced;
mod walk;
mod window;

pub use archives::{Archive, ArchivesOptions, MakeOrders, StorePlace};
pub use auditor::{Auditor, AuditorOptions, audit_source, trail_options, uri_of};
pub use bundle::{Bundle, BundleError, BundlePart};
pub use clock::{Clock, date_and_time, today};
pub use crash::install_panic_hook;
pub use desk::Desk;
pub use files::files_of;
pub use index::{Index, read_headers};
pub use kept::fresh_uid;
pub use ledger::{Ledger, Medians};
pub use luminance::read_display_system;
pub use monitors::FoundMonitors;
pub use offscreen::{OFFSCREEN_REST, run_offscreen};
pub use reading::{Reading, ReadingOptions};
pub use recent::Recent;
pub use script::{ScriptError, Step, ends_with_quit, parse as parse_script};
pub use services::{MakePaths, Services, ThreadError, Waker};
pub use settings::{LiveSettings, session_settings};
pub use trace::{CommandSource, InputKind, Trace, TraceEvent};
pub use window::{Appearance, Viewer, WindowError, run_windows};

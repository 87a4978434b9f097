//! The monitors of this machine: what each says of itself, what it is known by, and where it stands on the desktop.
//!
//! [`Monitors`] asks: `RandR` where there is an X server, and the Linux kernel (`drm`). Windows and macOS are not asked yet.
//! [`Edid`] is our own reader of the 128 bytes that a monitor gives. [`MonitorId`] is remembered in `displays.toml`.
//! [`Photometer`] runs the program that reads one.

#[cfg(all(unix, not(target_os = "macos")))]
mod drm;
mod edid;
mod look;
mod monitor;
mod photometer;
mod remote;
#[cfg(all(unix, not(target_os = "macos")))]
mod x11;

pub use edid::{Edid, EdidError, Made};
pub use look::{Monitors, MonitorsError};
pub use monitor::{DesktopRect, IdBasis, Monitor, MonitorId, under};
pub use photometer::{Photometer, PhotometerError};
pub use remote::remote_session;

//! Monitors as the X server knows them: by `RandR` 1.5, with their places on the desktop and their EDIDs.

use x11rb::connection::Connection;
use x11rb::protocol::randr::{ConnectionExt as _, MonitorInfo};
use x11rb::protocol::xproto::{AtomEnum, ConnectionExt as _};
use x11rb::rust_connection::RustConnection;

use super::drm;
use super::edid::{Edid, EdidError};
use super::look::MonitorsError;
use super::monitor::Monitor;

/// The version of `RandR` that knows monitors.
const RANDR: (u32, u32) = (1, 5);

/// Monitors that are asked about; the others are left out.
const MONITORS_MAX: usize = 64;

/// The base block of an EDID, in the units of four bytes that the protocol counts in.
const EDID_WORDS: u32 = 32;

/// A connection of our own, so that no answer waits behind the windows'.
pub(super) struct X11 {
    connection: RustConnection,
    root: u32,
    edid: u32,
}

impl X11 {
    /// Connects to the server that `DISPLAY` names.
    pub(super) fn connect() -> Result<Self, MonitorsError> {
        let (connection, screen) = x11rb::connect(None).map_err(server)?;
        let root = connection.setup().roots.get(screen).map(|screen| screen.root);
        let root = root.ok_or_else(|| MonitorsError::Server("it has no screen".to_owned()))?;
        let version =
            connection.randr_query_version(RANDR.0, RANDR.1).map_err(server)?.reply().map_err(server)?;
        if (version.major_version, version.minor_version) < RANDR {
            let found =
                format!("it has RandR {}.{}, 1.5 is needed", version.major_version, version.minor_version);
            return Err(MonitorsError::Server(found));
        }
        let edid = connection.intern_atom(false, b"EDID").map_err(server)?.reply().map_err(server)?.atom;
        Ok(Self { connection, root, edid })
    }

    /// What is shown on now. The server knows; no cable is asked. A monitor without an EDID has what the kernel knows of
    /// its connector: a server inside another desktop passes none on.
    pub(super) fn monitors(&self, kernel: &[Monitor]) -> Result<Vec<Monitor>, MonitorsError> {
        let asked = self.connection.randr_get_monitors(self.root, true).map_err(server)?;
        let found = asked.reply().map_err(server)?.monitors;
        found.iter().take(MONITORS_MAX).map(|info| self.monitor(info, kernel)).collect()
    }

    fn monitor(&self, info: &MonitorInfo, kernel: &[Monitor]) -> Result<Monitor, MonitorsError> {
        let name = self.connection.get_atom_name(info.name).map_err(server)?.reply().map_err(server)?.name;
        let connector = String::from_utf8_lossy(&name).into_owned();
        let size = (u32::from(info.width), u32::from(info.height));
        let edid = match self.edid(info)? {
            Err(EdidError::Absent) => drm::edid_on(kernel, &connector, size),
            edid => edid,
        };
        let corner = Some((i32::from(info.x), i32::from(info.y)));
        Ok(Monitor::new(connector, edid, size, corner, info.primary))
    }

    /// Of a monitor that takes several outputs, all belong to it, and the first serves.
    fn edid(&self, info: &MonitorInfo) -> Result<Result<Edid, EdidError>, MonitorsError> {
        let Some(output) = info.outputs.first() else { return Ok(Err(EdidError::Absent)) };
        let asked = self.connection.randr_get_output_property(
            *output,
            self.edid,
            AtomEnum::ANY,
            0,
            EDID_WORDS,
            false,
            false,
        );
        let found = asked.map_err(server)?.reply().map_err(server)?;
        Ok(if found.format == 8 { Edid::parse(&found.data) } else { Err(EdidError::Absent) })
    }
}

fn server(error: impl std::fmt::Display) -> MonitorsError {
    MonitorsError::Server(error.to_string())
}

//! Messages on their way to a syslog server. The trail is the queue: what the server has not had is sent, in order, and again where
//! the connection was lost before the server can have read it.

use std::io;
use std::path::PathBuf;
use std::time::SystemTime;

use chrono::DateTime;

use crate::net::{NetError, SyslogConnection, SyslogMessage, SyslogServer};

use super::chain::Link;
use super::places;
use super::trail::{TrailOptions, forget_sent, links_from};

/// Messages that are sent before it is looked whether the server is still there.
const TOGETHER: usize = 100;

/// PS3.15 A.6.
const MESSAGE_ID: &str = "DICOM+RFC3881";

/// How a message that somebody should look at says so.
const ALERT: &str = "<EventID csd-code=\"110113\"";

/// Sends a trail to a server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// The server.
    pub server: SyslogServer,
    /// The trail.
    pub trail: TrailOptions,
    /// The name of this machine.
    pub host: String,
    /// The number of the process.
    pub process: u32,
}

/// What came of sending.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Delivered {
    /// Messages that were sent.
    pub count: usize,
    /// Messages that were to be sent too, and are not there, or not as they were written.
    pub missing: u64,
}

/// What was not sent stays.
#[derive(Debug, thiserror::Error)]
pub enum DeliveryError {
    /// The server.
    #[error("the audit server cannot be sent to: {why}")]
    Server {
        /// Why, and what to do.
        why: String,
        /// Whether it is not whom it should be.
        is_certificate: bool,
    },
    /// The trail.
    #[error("the audit trail cannot be read: {}: {error}", .folder.display())]
    Disk {
        /// Its folder.
        folder: PathBuf,
        /// As the system says it.
        error: io::Error,
    },
}

impl Delivery {
    /// Sends all that the server has not had, and says what that was; nothing while another program sends. It waits for the network:
    /// not for a thread that draws.
    pub fn deliver(&self) -> Result<Delivered, DeliveryError> {
        let folder = &self.trail.folder;
        let disk = |error| DeliveryError::Disk { folder: folder.clone(), error };
        let Some(_turn) = places::sender(folder).map_err(disk)? else { return Ok(Delivered::default()) };
        let mut connection: Option<SyslogConnection> = None;
        let mut delivered = Delivered::default();
        loop {
            let from = places::sent(folder).map_or(0, |tip| tip.number) + 1;
            let links = links_from(folder, from, TOGETHER).map_err(disk)?;
            let Some(last) = links.last() else { break };
            let mut open = match connection.take() {
                Some(open) => open,
                None => self.server.connect().map_err(|error| of_server(&error))?,
            };
            for link in &links {
                open.send(&self.frame(link)).map_err(|error| of_server(&error))?;
            }
            open.check().map_err(|error| of_server(&error))?;
            places::note_sent(folder, &last.tip()).map_err(disk)?;
            delivered.count += links.len();
            delivered.missing += (last.number + 1 - from).saturating_sub(links.len() as u64);
            connection = Some(open);
        }
        if let Some(open) = connection {
            open.end();
        }
        if !self.trail.keeps_sent {
            forget_sent(folder).map_err(disk)?;
        }
        Ok(delivered)
    }

    fn frame(&self, link: &Link) -> Vec<u8> {
        let at = DateTime::parse_from_rfc3339(&link.written).map_or(SystemTime::UNIX_EPOCH, SystemTime::from);
        let severity = if link.message.contains(ALERT) { 4 } else { 5 };
        SyslogMessage {
            at,
            severity,
            host: &self.host,
            program: "hotlight",
            process: self.process,
            id: MESSAGE_ID,
            text: &link.message,
        }
        .frame()
    }
}

impl DeliveryError {
    /// Why a server cannot be called, in its own words.
    pub fn of_server(error: &NetError) -> Self {
        of_server(error)
    }
}

/// What an archive's fault is called here.
fn of_server(error: &NetError) -> DeliveryError {
    let why = error.to_string();
    let why = why
        .replace("the archive", "the server")
        .replace("(--tls-ca, 'ca' in peers.toml)", "(audit.authorities)")
        .replace(" (--tls-name, 'name' in peers.toml)", "");
    DeliveryError::Server { why, is_certificate: matches!(error, NetError::Certificate { .. }) }
}

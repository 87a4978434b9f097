//! The audit trail: whether it is as it was written, and whether its server takes it.

use std::path::Path;
use std::time::{Duration, SystemTime};

use chrono::DateTime;

use crate::app::audit_server;
use crate::audit::{DeliveryError, Summary, each_link, verify};
use crate::config::{Settings, audit_folder};
use crate::net::{ServerAddress, SyslogServer};

use super::finding::{Check, Finding};

const CHECK: Check = Check::Audit;

/// How an alert says that events were not recorded. CID 403.
const STOPPED: &str = "<EventTypeCode csd-code=\"110133\"";

/// What was lost before is not told any more: the trail has it for good.
const TOLD: Duration = Duration::from_hours(30 * 24);

pub(super) fn look(settings: &Settings, now: SystemTime) -> Vec<Finding> {
    if !settings.audit.is_on() {
        return vec![Finding::ok(CHECK, "no audit trail is asked for")];
    }
    let Some(folder) = audit_folder(settings) else {
        let what = "the system names no folder for the audit trail";
        return vec![Finding::fail(CHECK, what, "Name one in audit.folder")];
    };
    let server = audit_server(&settings.audit);
    let mut found = vec![of_trail(&folder, server.is_some())];
    found.extend(of_losses(&folder, now));
    found.extend(server.map(|server| of_server(&server)));
    found
}

/// What found no room in the trail, or went before a server had it, as its own alerts count it.
fn of_losses(folder: &Path, now: SystemTime) -> Option<Finding> {
    let is_recent = |written: &str| {
        DateTime::parse_from_rfc3339(written).is_ok_and(|at| SystemTime::from(at) + TOLD >= now)
    };
    let mut lost = 0_u64;
    let read = each_link(folder, |link| {
        if link.message.contains(STOPPED) && is_recent(&link.written) {
            let why = Summary::of(&link.message).map(|summary| summary.failure).unwrap_or_default();
            let count = why.split(' ').next().and_then(|count| count.parse().ok());
            lost = lost.saturating_add(count.unwrap_or(1));
        }
    });
    let what = format!("{}: messages lost in the last 30 days: {lost}", folder.display());
    let remedy =
        "See when by `hotlight audit list`, and to the disk of the trail: it was full, hung or too slow";
    (read.is_ok() && lost > 0).then(|| Finding::warn(CHECK, what, remedy))
}

/// Whether it can be read, is whole, and waits for nobody.
fn of_trail(folder: &Path, is_sent: bool) -> Finding {
    let name = folder.display();
    let found = match verify(folder) {
        Ok(found) => found,
        Err(error) => {
            let remedy = "See to the rights of the folder: the reader's account must read and write there";
            return Finding::fail(CHECK, format!("{name}: {error}"), remedy);
        }
    };
    if !found.faults.is_empty() {
        let what = format!("{name}: faults in what was written: {}", found.faults.len());
        return Finding::fail(CHECK, what, "See what `hotlight audit verify` says");
    }
    let waits = found.last.unwrap_or_default().saturating_sub(found.sent.unwrap_or_default());
    if is_sent && waits > 0 {
        let what = format!("{name}: messages that wait for the server: {waits}");
        let remedy = "Leave Hotlight open until all are sent; where they stay, see to the server";
        return Finding::warn(CHECK, what, remedy);
    }
    Finding::ok(CHECK, format!("{name}: messages: {}", found.links))
}

/// Whether it answers and is whom it should be. Nothing is sent.
fn of_server(server: &SyslogServer) -> Finding {
    let ServerAddress { host, port } = &server.address;
    match server.connect() {
        Ok(connection) => {
            connection.end();
            Finding::ok(CHECK, format!("{host}:{port} answers"))
        }
        Err(error) => {
            let why = DeliveryError::of_server(&error);
            let remedy =
                "See to the server and to the files that [audit] names: messages wait until it answers";
            Finding::fail(CHECK, format!("{host}:{port}: {why}"), remedy)
        }
    }
}

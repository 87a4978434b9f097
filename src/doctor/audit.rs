//! The audit trail: whether it is as it was written, and whether its server takes it.

use std::path::Path;

use crate::app::audit_server;
use crate::audit::{DeliveryError, verify};
use crate::config::{Settings, audit_folder};
use crate::net::{ServerAddress, SyslogServer};

use super::finding::{Check, Finding};

const CHECK: Check = Check::Audit;

pub(super) fn look(settings: &Settings) -> Vec<Finding> {
    if !settings.audit.is_on() {
        return vec![Finding::ok(CHECK, "no audit trail is asked for")];
    }
    let Some(folder) = audit_folder(settings) else {
        let what = "the system names no folder for the audit trail";
        return vec![Finding::fail(CHECK, what, "Name one in audit.folder")];
    };
    let server = audit_server(&settings.audit);
    let mut found = vec![of_trail(&folder, server.is_some())];
    found.extend(server.map(|server| of_server(&server)));
    found
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

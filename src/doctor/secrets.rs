//! Passcodes and tokens: whether they are where `peers.toml` says.

use crate::config::Peers;

use super::finding::{Check, Finding};

const CHECK: Check = Check::Secrets;

pub(super) fn look(peers: &Peers) -> Vec<Finding> {
    let named = peers.iter().filter_map(|(name, archive)| Some((name, archive.secret()?)));
    let found: Vec<Finding> = named
        .map(|(name, secret)| match secret.check() {
            Ok(()) => Finding::ok(CHECK, format!("{name}: {secret} is there")),
            Err(error) => {
                let remedy =
                    "Put the secret where peers.toml says that it is, for the reader's account alone";
                Finding::fail(CHECK, format!("{name}: {error}"), remedy)
            }
        })
        .collect();
    if found.is_empty() {
        vec![Finding::ok(CHECK, "no archive asks for a passcode or a token")]
    } else {
        found
    }
}

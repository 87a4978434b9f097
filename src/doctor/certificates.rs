//! Certificates: whether they can be read, and until when they count.

use std::time::{Duration, SystemTime};

use crate::app::audit_server;
use crate::config::Config;
use crate::net::{NetError, Tls, Validity};

use super::finding::{Check, Finding};

const CHECK: Check = Check::Certificates;

const DAY: Duration = Duration::from_hours(24);
/// How long before its end a certificate is to be renewed.
const AHEAD: Duration = DAY.saturating_mul(30);

pub(super) fn look(config: &Config, now: SystemTime) -> Vec<Finding> {
    let peers = &config.peers;
    let called = peers.iter().filter_map(|(name, archive)| {
        let tls = archive.peer.tls.as_ref()?;
        Some(of(name, tls, tls.check(), now))
    });
    let receive = peers.receive().and_then(|options| options.tls);
    let own = receive.map(|tls| of("[receive]", &tls, tls.check_called(), now));
    let audit = audit_server(&config.settings.audit);
    let audit = audit.map(|server| of("audit.server", &server.tls, server.tls.check(), now));
    let found: Vec<Finding> = called.chain(own).chain(audit).flatten().collect();
    if found.is_empty() { vec![Finding::ok(CHECK, "no connection is by TLS")] } else { found }
}

/// Those of the files that an archive or the audit server needs.
fn of(name: &str, tls: &Tls, checked: Result<(), NetError>, now: SystemTime) -> Vec<Finding> {
    match checked.and_then(|()| tls.validities()) {
        Err(error) => {
            let remedy = "See to the files that `tls` names in peers.toml, or [audit] in config.toml";
            vec![Finding::fail(CHECK, format!("{name}: {error}"), remedy)]
        }
        Ok(found) if found.is_empty() => {
            vec![Finding::ok(CHECK, format!("{name}: what this system trusts counts, and no file is named"))]
        }
        Ok(found) => {
            // While authorities follow one another their file holds the one that was, that is and that will be.
            let counts = |validity: &Validity| (validity.from..=validity.until).contains(&now);
            let has_authority = found.iter().any(|validity| validity.is_authority && counts(validity));
            let is_spare = |validity: &Validity| validity.is_authority && has_authority;
            found.iter().map(|validity| judged(name, validity, is_spare(validity), now)).collect()
        }
    }
}

/// A spare one does not count, or not for long, and another does.
fn judged(name: &str, validity: &Validity, is_spare: bool, now: SystemTime) -> Finding {
    let file = validity.file.display();
    let lost = |what: String, remedy: &str| {
        if is_spare { Finding::warn(CHECK, what, remedy) } else { Finding::fail(CHECK, what, remedy) }
    };
    let renew = "Have the certificate renewed, and put it in the place of this file";
    if now < validity.from {
        let what = format!("{name}: {file}: a certificate does not count yet");
        return lost(what, "See to the clock of this machine, or to whoever issued it");
    }
    match validity.until.duration_since(now) {
        Err(_over) => lost(format!("{name}: {file}: a certificate has expired"), renew),
        Ok(left) => {
            let days = left.as_secs() / DAY.as_secs();
            let what = format!("{name}: {file}: a certificate counts for {days} more days");
            if left < AHEAD { Finding::warn(CHECK, what, renew) } else { Finding::ok(CHECK, what) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::finding::State;
    use super::*;

    #[test]
    fn certificates_warn_a_month_before_their_end() {
        let at = |days: u32| SystemTime::UNIX_EPOCH + DAY * days;
        let validity = Validity { file: "us.pem".into(), is_authority: false, from: at(100), until: at(200) };
        let state = |days| judged("pacs", &validity, false, at(days)).state;
        assert_eq!([state(99), state(100)], [State::Fail, State::Ok]);
        assert_eq!([state(170), state(171)], [State::Ok, State::Warn]);
        assert_eq!([state(200), state(201)], [State::Warn, State::Fail]);
        assert_eq!(
            judged("pacs", &validity, false, at(171)).what,
            "pacs: us.pem: a certificate counts for 29 more days"
        );
        let spare = |days| judged("pacs", &validity, true, at(days)).state;
        assert_eq!([spare(99), spare(150), spare(201)], [State::Warn, State::Ok, State::Warn]);
    }
}

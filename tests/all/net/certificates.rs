//! An authority that lasts as long as a test, and certificates of its making.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use chrono::{Datelike, Days, Utc};
use hotlight::net::{Certificate, Tls};
use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, date_time_ymd};
use tempfile::TempDir;

/// What is wrong with a certificate.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Flaw {
    None,
    Expired,
    NotYet,
    /// It counts for ten more days.
    EndsSoon,
    OtherName,
    /// It was signed by its own key.
    OwnAuthority,
}

pub(super) struct Authority {
    issuer: Issuer<'static, KeyPair>,
    pub(super) folder: TempDir,
}

impl Authority {
    pub(super) fn new() -> Self {
        // Each has a name of its own: by that others look for who issued a certificate.
        static MADE: AtomicUsize = AtomicUsize::new(0);
        let mut params = CertificateParams::new(Vec::new()).expect("no names");
        let number = MADE.fetch_add(1, Ordering::Relaxed);
        params.distinguished_name.push(DnType::CommonName, format!("Authority {number}"));
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().expect("a key");
        let folder = TempDir::new().expect("a folder");
        let own = params.self_signed(&key).expect("a certificate");
        std::fs::write(folder.path().join("ca.pem"), own.pem()).expect("written");
        Self { issuer: Issuer::new(params, key), folder }
    }

    /// The file of its own certificate.
    pub(super) fn file(&self) -> PathBuf {
        self.folder.path().join("ca.pem")
    }

    /// A certificate for this machine, and its key, in files of a name.
    pub(super) fn issue(&self, name: &str, flaw: Flaw) -> Certificate {
        let host = if flaw == Flaw::OtherName { "other.example" } else { "127.0.0.1" };
        let mut params = CertificateParams::new(vec![host.to_owned()]).expect("a name");
        params.distinguished_name.push(DnType::CommonName, name);
        match flaw {
            Flaw::Expired => params.not_after = date_time_ymd(2020, 1, 1),
            Flaw::NotYet => params.not_before = date_time_ymd(3000, 1, 1),
            Flaw::EndsSoon => {
                let end = Utc::now() + Days::new(10);
                let [month, day] =
                    [end.month(), end.day()].map(|number| u8::try_from(number).expect("small"));
                params.not_after = date_time_ymd(end.year(), month, day);
            }
            Flaw::None | Flaw::OtherName | Flaw::OwnAuthority => {}
        }
        let key = KeyPair::generate().expect("a key");
        let made = if flaw == Flaw::OwnAuthority {
            params.self_signed(&key)
        } else {
            params.signed_by(&key, &self.issuer)
        };
        let chain = self.folder.path().join(format!("{name}.pem"));
        let key_file = self.folder.path().join(format!("{name}.key"));
        std::fs::write(&chain, made.expect("a certificate").pem()).expect("written");
        write_private(&key_file, &key.serialize_pem());
        Certificate { chain, key: key_file }
    }

    /// Trust in this authority, with a certificate of ours or none.
    pub(super) fn tls(&self, identity: Option<Certificate>) -> Tls {
        Tls { authorities: vec![self.file()], identity, name: None }
    }
}

/// A file that only its owner reads.
pub(super) fn write_private(path: &Path, text: &str) {
    std::fs::write(path, text).expect("written");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600)).expect("ours");
    }
}

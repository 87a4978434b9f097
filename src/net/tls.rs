//! Connections that nobody on the way can read or change, as BCP 195 wants them: TLS 1.2 and 1.3, ECDHE with AEAD ciphers,
//! keys of RSA 2048 or of 256 bits on a curve at least. PS3.15 B.
//!
//! Files are read for each association, so that a certificate that was renewed counts from the next one on.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustls::client::WebPkiServerVerifier;
use rustls::crypto::CryptoProvider;
use rustls::server::WebPkiClientVerifier;
use rustls::{
    AlertDescription, CertificateError, ClientConfig, Error as TlsError, RootCertStore, ServerConfig,
    SupportedProtocolVersion,
};
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use tokio_rustls::{TlsAcceptor, TlsConnector};

use crate::private::read_bounded;

use super::NetError;
use super::secret::{OUTSIDERS, read_private};

/// How a connection is secured, for whoever calls and whoever is called.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Tls {
    /// PEM files of the authorities whose certificates count. None: those that the system trusts, and a caller needs no
    /// certificate.
    pub authorities: Vec<PathBuf>,
    /// Our own certificate.
    pub identity: Option<Certificate>,
    /// To whom the other side's certificate must be made out, where that is not the host.
    pub name: Option<String>,
}

/// Our own certificate, and the key that proves it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Certificate {
    /// A PEM file: the certificate first, then those of authorities between it and the root.
    pub chain: PathBuf,
    /// A PEM file that nobody outside its group may read, without a passphrase.
    pub key: PathBuf,
}

/// A file of certificates is far shorter.
const PEM_BYTES_MAX: u64 = 4 << 20;

const VERSIONS: [&SupportedProtocolVersion; 2] = [&rustls::version::TLS13, &rustls::version::TLS12];

impl Tls {
    /// Whether all its files are there and make sense for whoever calls, in words where they do not.
    pub fn check(&self) -> Result<(), NetError> {
        self.connector().map(drop)
    }

    /// For calling a host: how, and to whom its certificate must be made out.
    pub(super) fn calling(&self, host: &str) -> Result<(TlsConnector, ServerName<'static>), NetError> {
        Ok((self.connector()?, self.server_name(host)?))
    }

    /// To whom a host's certificate must be made out.
    pub(super) fn server_name(&self, host: &str) -> Result<ServerName<'static>, NetError> {
        let name = self.name.as_deref().unwrap_or(host);
        let wrong = |_| NetError::setup(format!("'{name}' is no name that a certificate can be made out to"));
        ServerName::try_from(name.to_owned()).map_err(wrong)
    }

    fn connector(&self) -> Result<TlsConnector, NetError> {
        self.client().map(TlsConnector::from)
    }

    /// How we call, for who waits for each byte himself.
    pub(super) fn client(&self) -> Result<Arc<ClientConfig>, NetError> {
        let provider = provider();
        let roots = Arc::new(self.roots()?);
        let verifier = WebPkiServerVerifier::builder_with_provider(roots, Arc::clone(&provider)).build();
        let verifier = verifier.map_err(|error| NetError::setup(error.to_string()))?;
        let builder = ClientConfig::builder_with_provider(provider).with_protocol_versions(&VERSIONS);
        let builder = builder.map_err(|error| of_ours(&error))?.with_webpki_verifier(verifier);
        let config = match &self.identity {
            None => builder.with_no_client_auth(),
            Some(identity) => {
                let (chain, key) = identity.read()?;
                builder.with_client_auth_cert(chain, key).map_err(|error| of_ours(&error))?
            }
        };
        Ok(Arc::new(config))
    }

    /// The same for whoever is called.
    pub fn check_called(&self) -> Result<(), NetError> {
        self.acceptor().map(drop)
    }

    /// For being called; with authorities, only by whoever has a certificate of theirs.
    pub(super) fn acceptor(&self) -> Result<TlsAcceptor, NetError> {
        let identity = self.identity.as_ref();
        let identity = identity
            .ok_or_else(|| NetError::setup("whoever is called by TLS needs a certificate and its key"))?;
        let (chain, key) = identity.read()?;
        let provider = provider();
        let builder =
            ServerConfig::builder_with_provider(Arc::clone(&provider)).with_protocol_versions(&VERSIONS);
        let builder = builder.map_err(|error| of_ours(&error))?;
        let builder = if self.authorities.is_empty() {
            builder.with_no_client_auth()
        } else {
            let roots = Arc::new(self.roots()?);
            let verifier = WebPkiClientVerifier::builder_with_provider(roots, provider).build();
            builder.with_client_cert_verifier(verifier.map_err(|error| NetError::setup(error.to_string()))?)
        };
        let config = builder.with_single_cert(chain, key).map_err(|error| of_ours(&error))?;
        Ok(TlsAcceptor::from(Arc::new(config)))
    }

    fn roots(&self) -> Result<RootCertStore, NetError> {
        let mut roots = RootCertStore::empty();
        for path in &self.authorities {
            for certificate in certificates(path)? {
                roots.add(certificate).map_err(|error| {
                    NetError::setup(format!("{}: a certificate in it is damaged: {error}", path.display()))
                })?;
            }
        }
        if self.authorities.is_empty() {
            let (_taken, _odd) =
                roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        }
        if roots.is_empty() {
            return Err(NetError::setup(
                "this system trusts no authority. Name the file of the one that issues the archive's certificates",
            ));
        }
        Ok(roots)
    }
}

impl Certificate {
    fn read(&self) -> Result<(Vec<CertificateDer<'static>>, PrivateKeyDer<'static>), NetError> {
        let chain = certificates(&self.chain)?;
        let pem = read_private(&self.key, OUTSIDERS)?;
        let key = PrivateKeyDer::from_pem_slice(&pem).map_err(|error| {
            let is_locked = String::from_utf8_lossy(&pem).contains("ENCRYPTED");
            let what = if is_locked {
                "is locked by a passphrase, which is not asked for: keep it without one, readable by its owner alone".to_owned()
            } else {
                format!("holds no private key ({error})")
            };
            NetError::setup(format!("{} {what}", self.key.display()))
        });
        Ok((chain, key?))
    }
}

/// Those of a file, one at least.
pub(super) fn certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, NetError> {
    let told = |why: String| NetError::setup(format!("{} {why}", path.display()));
    let pem = read_bounded(path, PEM_BYTES_MAX).map_err(|error| told(format!("cannot be read: {error}")))?;
    let read: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&pem).collect();
    let read = read.map_err(|error| told(format!("is damaged: {error}")))?;
    if read.is_empty() { Err(told("holds no certificate in PEM form".to_owned())) } else { Ok(read) }
}

fn provider() -> Arc<CryptoProvider> {
    Arc::new(rustls::crypto::ring::default_provider())
}

/// What rustls finds wrong with our own files.
fn of_ours(error: &TlsError) -> NetError {
    NetError::setup(format!("our certificate and key cannot be used: {error}"))
}

/// What went wrong between the two sides, where it was about TLS.
pub(super) fn fault(error: &std::io::Error) -> Option<NetError> {
    let error = error.get_ref()?.downcast_ref::<TlsError>()?;
    let certificate = |why: String| Some(NetError::Certificate { why });
    match error {
        TlsError::InvalidCertificate(why) => certificate(of_theirs(why)),
        TlsError::NoCertificatesPresented => certificate("the other side has none".to_owned()),
        TlsError::AlertReceived(alert) if is_about_ours(*alert) => {
            let word = match alert {
                AlertDescription::CertificateRequired => "the archive wants one of us",
                AlertDescription::CertificateExpired => "ours has expired",
                AlertDescription::CertificateRevoked => "ours is revoked",
                AlertDescription::UnknownCA => "the archive does not trust the authority that issued ours",
                _ => "the archive does not take ours, or wants one",
            };
            certificate(format!(
                "{word} ({alert:?}). See to our certificate and key, and to whom the archive trusts"
            ))
        }
        TlsError::InvalidMessage(_) => Some(NetError::Tls {
            why: "there is no TLS at this port. Check the port, or leave TLS off".to_owned(),
        }),
        TlsError::AlertReceived(alert) => {
            Some(NetError::Tls { why: format!("the archive gave up ({alert:?})") })
        }
        TlsError::PeerIncompatible(why) => Some(NetError::Tls {
            why: format!(
                "the two have no version or cipher in common ({why:?}); TLS 1.2 with ECDHE or TLS 1.3 is needed"
            ),
        }),
        other => Some(NetError::Tls { why: other.to_string() }),
    }
}

/// What is said of a certificate of ours, or of none.
const fn is_about_ours(alert: AlertDescription) -> bool {
    matches!(
        alert,
        AlertDescription::NoCertificate
            | AlertDescription::BadCertificate
            | AlertDescription::UnsupportedCertificate
            | AlertDescription::CertificateRevoked
            | AlertDescription::CertificateExpired
            | AlertDescription::CertificateUnknown
            | AlertDescription::UnknownCA
            | AlertDescription::AccessDenied
            | AlertDescription::DecryptError
            | AlertDescription::CertificateRequired
    )
}

/// Names without what kind each is of: `DnsName("pacs.example")`.
fn names(presented: &[String]) -> String {
    let bare = |name: &String| {
        let bare = name.split_once('(').map_or(name.as_str(), |(_, rest)| rest.trim_end_matches(')'));
        bare.trim_matches('"').to_owned()
    };
    let names: Vec<String> = presented.iter().map(bare).collect();
    if names.is_empty() { "no name".to_owned() } else { names.join(", ") }
}

/// What is wrong with the other side's certificate, and what to do about it.
fn of_theirs(error: &CertificateError) -> String {
    match error {
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
            "that of the archive has expired. It must be renewed there; check this machine's clock, too"
                .to_owned()
        }
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            "that of the archive is not valid yet. Check the clocks of both machines".to_owned()
        }
        CertificateError::UnknownIssuer => {
            "that of the archive was issued by nobody who is trusted here. Name the file \
             of its authority (--tls-ca, 'ca' in peers.toml)"
                .to_owned()
        }
        CertificateError::NotValidForNameContext { expected, presented } => format!(
            "that of the archive is made out to {}, not to {}. Call it by that name (--tls-name, 'name' in peers.toml), or \
             have another one made",
            names(presented),
            expected.to_str(),
        ),
        CertificateError::Revoked => "that of the archive is revoked".to_owned(),
        CertificateError::InvalidPurpose | CertificateError::InvalidPurposeContext { .. } => {
            "that of the other side is not made for its side of a connection (extended key usage)".to_owned()
        }
        // So are keys of RSA that are too short.
        CertificateError::BadSignature => {
            "that of the archive is not signed by the authority that it names, as it is known \
             here, or its key is too weak to count: RSA of 2048 bits, or a curve of 256, is the least"
                .to_owned()
        }
        CertificateError::UnsupportedSignatureAlgorithmContext { .. }
        | CertificateError::UnsupportedSignatureAlgorithmForPublicKeyContext { .. } => {
            "that of the archive is signed in a way that does not count here".to_owned()
        }
        CertificateError::Other(other) if format!("{other:?}").contains("CaUsedAsEndEntity") => {
            "that of the archive is an authority's own. Have the authority issue one for the archive"
                .to_owned()
        }
        other => format!("that of the archive makes no sense ({other})"),
    }
}

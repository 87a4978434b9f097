//! Reading the sections of `peers.toml`.

use std::net::IpAddr;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::Duration;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::handwritten::{Toml, nearest, value_kind};
use crate::net::dimse::ScpOptions;
use crate::net::{AeTitle, Certificate, Deadlines, Peer, Places, Secret, Tls, User};

use super::key::Key;
use super::layer::found;
use super::peers::{Archive, Place, Retrieve};
use super::peers_error::PeersFault;
use super::peers_keys::{ARCHIVE, RECEIVE, TLS};

/// What we are called where nothing is said.
const TITLE: &str = "HOTLIGHT";
/// Where DICOM is spoken in clear, and by TLS. PS3.8 9.1.1, PS3.15 B.
const PORTS: (u16, u16) = (104, 2762);
/// Where we listen.
const RECEIVE_PORT: u16 = 11112;

/// Reads sections, and notes what is wrong in them.
pub(super) struct Reader<'t> {
    pub(super) toml: &'t Toml<'t>,
    pub(super) text: &'t str,
    pub(super) path: &'t Path,
    /// With their offsets in the text, in bytes.
    pub(super) faults: Vec<(usize, PeersFault)>,
}

/// What stands in the section of an archive, before it is known whether it fits together.
struct Said {
    host: Option<String>,
    called: Option<AeTitle>,
    calling: Option<AeTitle>,
    port: Option<u16>,
    tls: Option<(usize, Tls)>,
    user: Option<(usize, String)>,
    passcode: Option<(usize, Secret)>,
    token: Option<(usize, Secret)>,
    query: bool,
    retrieve: Option<Retrieve>,
    store: bool,
    default_at: Option<usize>,
    associations: Option<u16>,
    timeout_s: Option<u16>,
}

impl Reader<'_> {
    /// An archive, and where it says that it is the usual one.
    pub(super) fn archive(&mut self, at: usize, table: &DeTable<'_>) -> Option<(Archive, Option<usize>)> {
        let mut said = Said {
            host: None,
            called: None,
            calling: None,
            port: None,
            tls: None,
            user: None,
            passcode: None,
            token: None,
            query: true,
            retrieve: Some(Retrieve::Get),
            store: false,
            default_at: None,
            associations: None,
            timeout_s: None,
        };
        self.keys("an archive", &ARCHIVE, table, |reader, name, at, value| {
            match name {
                "host" => said.host = Some(text(value)?),
                "called" => said.called = Some(parsed(value)?),
                "calling" => said.calling = Some(parsed(value)?),
                "port" => said.port = Some(whole(value, 1..=u16::MAX)?),
                "tls" => said.tls = reader.secured(at, value)?,
                "user" => said.user = Some((at, text(value)?)),
                "passcode" | "passcode_file" | "passcode_variable" => {
                    reader.secret("passcode", name, at, value, &mut said.passcode)?;
                }
                "token" | "token_file" => reader.secret("token", name, at, value, &mut said.token)?,
                "query" => said.query = value.as_bool()?,
                "retrieve" => {
                    said.retrieve = match value.as_str()? {
                        "get" => Some(Retrieve::Get),
                        "move" => Some(Retrieve::Move),
                        "no" => None,
                        _ => return None,
                    }
                }
                "store" => said.store = value.as_bool()?,
                "is_default" => said.default_at = value.as_bool()?.then_some(at),
                "associations_max" => said.associations = Some(whole(value, 1..=16)?),
                _ => said.timeout_s = Some(whole(value, 1..=3600)?),
            }
            Some(())
        });
        let missing = |key| (at, PeersFault::Missing { what: "an archive", key });
        self.faults.extend(said.host.is_none().then(|| missing("host")));
        self.faults.extend(said.called.is_none().then(|| missing("called")));
        let secret = said.passcode.as_ref().or(said.token.as_ref()).map(|(at, _)| *at);
        let user = self.user(&mut said);
        let Said { host, called, calling, port, tls, query, retrieve, store, .. } = said;
        let tls_at = tls.as_ref().map(|(at, _)| *at);
        let tls = tls.map(|(_, tls)| tls);
        let port = port.unwrap_or(if tls.is_some() { PORTS.1 } else { PORTS.0 });
        let deadlines = said
            .timeout_s
            .map_or_else(Deadlines::default, |s| Deadlines::of_answer(Duration::from_secs(s.into())));
        let places = said.associations.map_or_else(Places::default, |max| Places::new(max.into()));
        let calling = calling.or_else(|| TITLE.parse().ok())?;
        let peer = Peer { deadlines, tls, user, places, ..Peer::new(&host?, port, called?, calling) };
        let [at, tls, secret] = [at, tls_at.unwrap_or(at), secret.unwrap_or(at)].map(|at| self.place(at));
        let archive = Archive { peer, query, retrieve, store, at, tls, secret };
        Some((archive, said.default_at))
    }

    pub(super) fn receive(&mut self, at: usize, table: &DeTable<'_>) -> Option<(ScpOptions, Place)> {
        let any = IpAddr::from([0, 0, 0, 0]);
        let mut options = ScpOptions {
            title: TITLE.parse().ok()?,
            address: (any, RECEIVE_PORT),
            senders: Vec::new(),
            deadlines: Deadlines::default(),
            tls: None,
        };
        let mut tls = None;
        self.keys("receiving", &RECEIVE, table, |reader, name, at, value| {
            match name {
                "title" => options.title = parsed(value)?,
                "address" => options.address.0 = parsed(value)?,
                "port" => options.address.1 = whole(value, 1..=u16::MAX)?,
                "tls" => tls = reader.secured(at, value)?,
                _ => options.senders = list(value).into_iter().map(parsed).collect::<Option<_>>()?,
            }
            Some(())
        });
        let mut place = self.place(at);
        if let Some((at, tls)) = tls {
            let missing = || (at, PeersFault::Missing { what: "receiving by TLS", key: "cert" });
            self.faults.extend(tls.identity.is_none().then(missing));
            options.tls = Some(tls);
            place = self.place(at);
        }
        Some((options, place))
    }

    /// `true`, `false`, or a table that says more.
    #[expect(clippy::option_option, reason = "not allowed; off; on, and where it stands")]
    fn secured(&mut self, at: usize, value: &DeValue<'_>) -> Option<Option<(usize, Tls)>> {
        let table = match value {
            DeValue::Boolean(is_on) => return Some(is_on.then(|| (at, Tls::default()))),
            DeValue::Table(table) => table,
            _ => return None,
        };
        let (mut tls, mut chain, mut key) = (Tls::default(), None, None);
        self.keys("'tls'", &TLS, table, |reader, name, at, value| {
            match name {
                // The key itself, where the name of its file belongs.
                "key" if value.as_str().is_some_and(|text| text.contains("PRIVATE KEY")) => {
                    reader.faults.push((at, PeersFault::Secret { name: name.to_owned() }));
                }
                "ca" => {
                    let files = list(value).into_iter().map(|value| reader.file(value));
                    tls.authorities = files.collect::<Option<_>>()?;
                }
                "cert" => chain = Some(reader.file(value)?),
                "key" => key = Some(reader.file(value)?),
                _ => tls.name = Some(text(value)?),
            }
            Some(())
        });
        let missing = |key| (at, PeersFault::Missing { what: "a certificate of ours", key });
        match (chain, key) {
            (Some(chain), Some(key)) => tls.identity = Some(Certificate { chain, key }),
            (Some(_), None) => self.faults.push(missing("key")),
            (None, Some(_)) => self.faults.push(missing("cert")),
            (None, None) => {}
        }
        Some(Some((at, tls)))
    }

    /// Where a passcode or a token lies: in the keyring, a file or a variable. It is none of them in clear, and then it is not repeated.
    fn secret(
        &mut self,
        what: &'static str,
        name: &str,
        at: usize,
        value: &DeValue<'_>,
        said: &mut Option<(usize, Secret)>,
    ) -> Option<()> {
        let secret = if name.ends_with("_file") {
            Secret::File(self.file(value)?)
        } else if name.ends_with("_variable") {
            Secret::Variable(text(value)?)
        } else if let Some(secret) = value.as_str().and_then(Secret::in_keyring) {
            secret
        } else {
            self.faults.push((at, PeersFault::Secret { name: name.to_owned() }));
            return Some(());
        };
        if let Some((other_at, _)) = said.replace((at, secret)) {
            self.faults.push((at.max(other_at), PeersFault::TwoPlaces { what }));
        }
        Some(())
    }

    /// Who the reader is; a secret goes over TLS alone.
    fn user(&mut self, said: &mut Said) -> Option<User> {
        let user = said.user.take();
        let secret_at = said.passcode.as_ref().or(said.token.as_ref()).map(|(at, _)| *at);
        if let Some(at) = secret_at.filter(|_| said.tls.is_none()) {
            self.faults.push((at, PeersFault::InClear));
        }
        match (user, said.passcode.take(), said.token.take()) {
            (None, None, None) => None,
            (Some((_, name)), None, None) => Some(User::Name(name)),
            (Some((_, name)), Some((_, passcode)), None) => Some(User::Passcode { name, passcode }),
            (None, None, Some((_, token))) => Some(User::Token(token)),
            (None, Some((at, _)), None) => {
                self.faults.push((at, PeersFault::Missing { what: "a passcode", key: "user" }));
                None
            }
            (_, _, Some((at, _))) => {
                self.faults.push((at, PeersFault::TwoIdentities));
                None
            }
        }
    }

    /// Has each key of a table taken, unless there is none of its name or its value is not allowed.
    fn keys<'v, 't>(
        &mut self,
        what: &'static str,
        known: &'static [Key],
        table: &'v DeTable<'t>,
        mut take: impl FnMut(&mut Self, &'static str, usize, &'v DeValue<'t>) -> Option<()>,
    ) {
        for (name, value) in table {
            let (at, written) = (name.span().start, name.get_ref().as_ref());
            let Some(key) = known.iter().find(|key| key.name == written) else {
                let nearest = nearest(written, known.iter().map(|key| key.name));
                let name = written.to_owned();
                let is_secret =
                    ["passcode", "password", "passphrase", "private_key", "token"].contains(&written);
                let fault = if is_secret {
                    PeersFault::Secret { name }
                } else {
                    PeersFault::UnknownKey { what, name, nearest }
                };
                self.faults.push((at, fault));
                continue;
            };
            let value_at = value.span().start;
            if take(self, key.name, value_at, value.get_ref()).is_none() {
                // What stands where a secret belongs may be the secret.
                let is_of_secret = ["passcode", "token"].iter().any(|name| key.name.starts_with(name));
                let found = if is_of_secret {
                    value_kind(value.get_ref()).to_owned()
                } else {
                    found(value.get_ref(), self.text.get(value.span()).unwrap_or_default())
                };
                let nearest = key.nearest(value.get_ref());
                let fault = PeersFault::WrongValue { key: key.name, found, expected: key.allowed, nearest };
                self.faults.push((value_at, fault));
            }
        }
    }

    fn place(&self, at: usize) -> Place {
        Place { path: self.path.to_owned(), at: self.toml.line_column(at) }
    }

    /// A file beside the one that names it.
    fn file(&self, value: &DeValue<'_>) -> Option<PathBuf> {
        Some(self.path.parent().unwrap_or(Path::new("")).join(text(value)?))
    }
}

fn text(value: &DeValue<'_>) -> Option<String> {
    value.as_str().filter(|text| !text.is_empty()).map(str::to_owned)
}

fn parsed<T: FromStr>(value: &DeValue<'_>) -> Option<T> {
    value.as_str()?.parse().ok()
}

fn whole(value: &DeValue<'_>, allowed: RangeInclusive<u16>) -> Option<u16> {
    let DeValue::Integer(integer) = value else { return None };
    u16::from_str_radix(integer.as_str(), integer.radix()).ok().filter(|number| allowed.contains(number))
}

/// One value, or a list of them.
fn list<'v, 't>(value: &'v DeValue<'t>) -> Vec<&'v DeValue<'t>> {
    match value {
        DeValue::Array(values) => values.iter().map(Spanned::get_ref).collect(),
        one => vec![one],
    }
}

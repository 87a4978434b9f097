//! `peers.toml`: the archives by name, what each is used for, and where objects are received.
//!
//! ```toml
//! [pacs]
//! host = "pacs.example"
//! called = "PACS"
//! tls = { ca = "hospital-ca.pem" }
//! is_default = true
//! ```

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use toml::de::DeValue;

use crate::handwritten::{LineColumn, Origin, Toml, nearest, value_kind};
use crate::net::dimse::ScpOptions;
use crate::net::{Known, NetError, Peer, Secret, User};

use super::peers_error::{PeersError, PeersFault};
use super::peers_read::Reader;

/// The name of the file.
pub(super) const FILE: &str = "peers.toml";

/// The section that is no archive.
const RECEIVE_SECTION: &str = "receive";

/// The archives, by name.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Peers {
    archives: BTreeMap<String, Archive>,
    receive: Option<(ScpOptions, Place)>,
    default: Option<String>,
}

/// An archive, and what it is used for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Archive {
    /// How it is called; clones share its places.
    pub peer: Peer,
    /// Whether it is searched.
    pub query: bool,
    /// How objects come from it, if they do.
    pub retrieve: Option<Retrieve>,
    /// Whether what the reader saves is sent there.
    pub store: bool,
    /// Where its section begins, and where it says how it is secured and what the reader's secret is.
    pub(super) at: Place,
    pub(super) tls: Place,
    pub(super) secret: Place,
}

/// How objects come from an archive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Retrieve {
    /// Over the association that asks: C-GET.
    Get,
    /// To where we listen: C-MOVE.
    Move,
}

/// A file and a place in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) path: PathBuf,
    pub(super) at: LineColumn,
}

impl Place {
    fn fault(&self, fault: PeersFault) -> PeersError {
        PeersError { path: self.path.clone(), at: self.at, fault }
    }
}

impl Archive {
    /// Where what proves the reader there is kept.
    pub const fn secret(&self) -> Option<&Secret> {
        match &self.peer.user {
            Some(User::Passcode { passcode: secret, .. } | User::Token(secret)) => Some(secret),
            Some(User::Name(_)) | None => None,
        }
    }
}

impl Peers {
    /// An archive.
    pub fn get(&self, name: &str) -> Option<&Archive> {
        self.archives.get(name)
    }

    /// Every archive with its name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Archive)> {
        self.archives.iter().map(|(name, archive)| (name.as_str(), archive))
    }

    /// The name that was probably meant.
    pub fn nearest(&self, name: &str) -> Option<&str> {
        nearest(name, self.archives.keys().map(String::as_str))
    }

    /// The archive that is meant where none is named: the one that says so, or the only one.
    pub fn usual(&self) -> Option<(&str, &Archive)> {
        let said = self.default.as_deref().and_then(|name| self.archives.get_key_value(name));
        let only = || self.archives.iter().next().filter(|_| self.archives.len() == 1);
        said.or_else(only).map(|(name, archive)| (name.as_str(), archive))
    }

    /// Where objects are received that archives are asked to move here; whoever may send is named, or is one of those archives.
    pub fn receive(&self) -> Option<ScpOptions> {
        let (mut options, _) = self.receive.clone()?;
        if options.senders.is_empty() {
            let moving = self.archives.values().filter(|archive| archive.retrieve == Some(Retrieve::Move));
            let sender = |Archive { peer, .. }: &Archive| Known {
                title: peer.called.clone(),
                host: peer.host.clone(),
                port: None,
            };
            options.senders = moving.map(sender).collect();
        }
        Some(options)
    }

    /// What is wrong with the files and secrets that are named, which nothing reads before they are needed, and what does not fit
    /// together once all files are read.
    pub fn check(&self) -> Vec<PeersError> {
        self.check_where(|_| true)
    }

    /// The same but for the secrets that lie in no file: a keyring and an environment are those of who asks.
    pub fn check_files(&self) -> Vec<PeersError> {
        self.check_where(|secret| matches!(secret, Secret::File(_)))
    }

    fn check_where(&self, is_asked: impl Fn(&Secret) -> bool) -> Vec<PeersError> {
        let mut faults = Vec::new();
        let mut told = |place: &Place, outcome: Result<(), NetError>| {
            if let Err(error) = outcome {
                faults.push(place.fault(PeersFault::Files(error.to_string())));
            }
        };
        for archive in self.archives.values() {
            if let Some(tls) = &archive.peer.tls {
                told(&archive.tls, tls.check());
            }
            if let Some(secret) = archive.secret().filter(|secret| is_asked(secret)) {
                told(&archive.secret, secret.check());
            }
        }
        if let Some((ScpOptions { tls: Some(tls), .. }, place)) = &self.receive {
            told(place, tls.check_called());
        }
        faults.extend(self.misfits());
        faults
    }

    /// What does not fit together once all files are read.
    pub fn misfits(&self) -> Vec<PeersError> {
        let moving = self.archives.values().filter(|archive| archive.retrieve == Some(Retrieve::Move));
        let lost = moving.filter(|_| self.receive.is_none());
        let missing = || PeersFault::Missing { what: "retrieve = \"move\"", key: "[receive]" };
        lost.map(|archive| archive.at.fault(missing())).collect()
    }

    /// Lays a file over what is there, archive by archive: what it says of one replaces all that was said of it. Of a file
    /// with a fault nothing is taken.
    pub(super) fn lay(&mut self, text: &str, origin: &Origin) -> Result<(), Vec<PeersError>> {
        let path = origin.path().unwrap_or(Path::new(FILE));
        let toml = Toml::read(text);
        let mut reader = Reader { toml: &toml, text, path, faults: Vec::new() };
        let mut read = Self::default();
        for (name, value) in &toml.table {
            let (at, name) = (name.span().start, name.get_ref().as_ref());
            let DeValue::Table(table) = value.get_ref() else {
                let found = value_kind(value.get_ref());
                reader.faults.push((at, PeersFault::NotASection { name: name.to_owned(), found }));
                continue;
            };
            if name == RECEIVE_SECTION {
                read.receive = reader.receive(at, table);
                continue;
            }
            let Some((archive, default_at)) = reader.archive(at, table) else { continue };
            match (default_at, &read.default) {
                (Some(at), Some(other)) => {
                    reader.faults.push((at, PeersFault::TwoDefaults { other: other.clone() }));
                }
                (Some(_), None) => read.default = Some(name.to_owned()),
                (None, _) => {}
            }
            read.archives.insert(name.to_owned(), archive);
        }
        let faults = toml.told(reader.faults, PeersFault::Syntax);
        if faults.is_empty() {
            let earlier = self.default.take().filter(|name| !read.archives.contains_key(name));
            self.default = read.default.or(earlier);
            self.archives.extend(read.archives);
            self.receive = read.receive.or(self.receive.take());
            return Ok(());
        }
        let error = |(at, fault)| PeersError { path: path.to_path_buf(), at, fault };
        Err(faults.into_iter().map(error).collect())
    }
}

#[cfg(test)]
mod tests {
    use std::net::IpAddr;
    use std::time::Duration;

    use super::*;
    use crate::net::{AeTitle, Certificate, Deadlines, Places, Tls};

    fn user() -> Origin {
        Origin::User("/a/peers.toml".into())
    }

    fn laid(text: &str) -> Peers {
        let mut peers = Peers::default();
        peers.lay(text, &user()).unwrap_or_else(|errors| panic!("{errors:?}"));
        peers
    }

    #[track_caller]
    fn faults(text: &str, expected: &[&str]) {
        let mut peers = Peers::default();
        let errors = peers.lay(text, &user()).expect_err("a fault");
        let told: Vec<String> = errors.iter().map(ToString::to_string).collect();
        let expected: Vec<String> = expected.iter().map(|line| format!("/a/peers.toml:{line}")).collect();
        assert_eq!(told, expected);
        assert_eq!(peers, Peers::default(), "of a file with a fault nothing is taken");
    }

    fn title(text: &str) -> AeTitle {
        text.parse().expect("a title")
    }

    #[test]
    fn an_archive_has_all_its_settings_and_files_lie_beside_the_file() {
        let peers = laid(
            "[pacs]\nhost = \"pacs.example\"\nport = 2763\ncalled = \"PACS\"\ncalling = \"READER7\"\n\
             tls = { ca = [\"a.pem\", \"/b.pem\"], cert = \"us.pem\", key = \"us.key\", name = \"pacs\" }\n\
             user = \"reader7\"\npasscode_file = \"passcode\"\nquery = false\nretrieve = \"move\"\nstore = true\n\
             associations_max = 5\ntimeout = 20\n\
             [receive]\ntitle = \"READER7\"\naddress = \"127.0.0.1\"\nport = 104\nsenders = [\"STORE@10.0.0.2\"]\n",
        );
        let archive = peers.get("pacs").expect("it");
        let identity = Some(Certificate { chain: "/a/us.pem".into(), key: "/a/us.key".into() });
        let authorities = vec!["/a/a.pem".into(), "/b.pem".into()];
        let expected = Peer {
            tls: Some(Tls { authorities, identity, name: Some("pacs".to_owned()) }),
            user: Some(User::Passcode {
                name: "reader7".to_owned(),
                passcode: Secret::File("/a/passcode".into()),
            }),
            places: Places::new(5),
            deadlines: Deadlines::of_answer(Duration::from_secs(20)),
            ..Peer::new("pacs.example", 2763, title("PACS"), title("READER7"))
        };
        assert_eq!(archive.peer, expected);
        assert_eq!((archive.query, archive.retrieve), (false, Some(Retrieve::Move)));
        assert!(archive.store);
        let receive = peers.receive().expect("it");
        assert_eq!(
            (receive.title.as_str(), receive.address),
            ("READER7", (IpAddr::from([127, 0, 0, 1]), 104))
        );
        let sender = Known { title: title("STORE"), host: "10.0.0.2".to_owned(), port: None };
        assert_eq!((receive.senders, receive.tls), (vec![sender], None));
    }

    #[test]
    fn an_archive_of_which_little_is_said_is_searched_and_fetched_from_in_clear() {
        let peers =
            laid("[a]\nhost = \"h\"\ncalled = \"A\"\n[b]\nhost = \"h\"\ncalled = \"B\"\ntls = true\n");
        let of = |name| {
            let archive = peers.get(name).expect("it");
            let peer = &archive.peer;
            (peer.port, peer.tls.is_some(), archive.query, archive.retrieve, archive.store)
        };
        assert_eq!(of("a"), (104, false, true, Some(Retrieve::Get), false));
        assert_eq!(of("b"), (2762, true, true, Some(Retrieve::Get), false));
        assert_eq!(peers.receive(), None, "no socket listens unless a file says so");
        assert_eq!(peers.usual(), None, "of two, none is meant");
        assert_eq!(peers.nearest("bb"), Some("b"));
    }

    #[test]
    fn whoever_is_asked_to_move_objects_here_may_send_them() {
        let peers = laid(
            "[a]\nhost = \"h\"\ncalled = \"A\"\n[b]\nhost = \"i\"\ncalled = \"B\"\nretrieve = \"move\"\n[receive]\n",
        );
        let senders = peers.receive().map(|receive| receive.senders);
        assert_eq!(senders, Some(vec![Known { title: title("B"), host: "i".to_owned(), port: None }]));
    }

    #[test]
    fn the_archive_that_is_meant_is_the_one_that_says_so_or_the_only_one() {
        let usual = |peers: &Peers| peers.usual().map(|(name, _)| name.to_owned());
        let archive = |name: &str, more: &str| format!("[{name}]\nhost = \"h\"\ncalled = \"A\"\n{more}");
        let only = laid(&archive("a", ""));
        assert_eq!(usual(&only).as_deref(), Some("a"));
        let mut two = laid(&(archive("a", "") + &archive("b", "is_default = true\n")));
        assert_eq!(usual(&two).as_deref(), Some("b"));
        two.lay(&archive("c", "is_default = true\n"), &user()).expect("no fault");
        assert_eq!(usual(&two).as_deref(), Some("c"), "the reader's file comes last");
        two.lay(&archive("c", ""), &user()).expect("no fault");
        assert_eq!(usual(&two), None, "what is said of one replaces all that was said of it");
    }

    #[test]
    fn what_does_not_fit_together_is_refused_where_it_stands() {
        let archive = "host = \"h\"\ncalled = \"A\"\n";
        faults(
            &format!(
                "[a]\n{archive}user = \"u\"\npasscode_file = \"p\"\n\
                 [b]\n{archive}tls = true\npasscode_variable = \"P\"\n\
                 [c]\n{archive}tls = true\nuser = \"u\"\ntoken_file = \"t\"\n\
                 [d]\n{archive}tls = {{ cert = \"c\" }}\n\
                 [e]\n{archive}is_default = true\n[f]\n{archive}is_default = true\n\
                 [g]\n[receive]\ntls = true\n\
                 [h]\n{archive}tls = true\nuser = \"u\"\npasscode_file = \"p\"\npasscode_variable = \"P\"\n"
            ),
            &[
                "5:17: a passcode or token is never sent in clear: write tls = true, or more of it",
                "10:21: a passcode needs 'user' too",
                "16:14: a token says who the reader is: leave 'user' and its passcode out",
                "20:7: a certificate of ours needs 'key' too",
                "28:14: 'e' is the default already",
                "29:2: an archive needs 'host' too",
                "29:2: an archive needs 'called' too",
                "31:7: receiving by TLS needs 'cert' too",
                "38:21: the passcode has a place already: leave one out",
            ],
        );
    }

    #[test]
    fn secrets_lie_in_the_keyring_by_their_names() {
        let archive = "host = \"h\"\ncalled = \"A\"\ntls = true\n";
        let peers = laid(&format!(
            "[a]\n{archive}user = \"u\"\npasscode = \"keyring:pacs\"\n[b]\n{archive}token = \"keyring:pacs.token\"\n[c]\n{archive}"
        ));
        let of = |name| peers.get(name).and_then(Archive::secret).map(ToString::to_string);
        assert_eq!(of("a").as_deref(), Some("keyring:pacs"));
        assert_eq!(of("b").as_deref(), Some("keyring:pacs.token"));
        assert_eq!(of("c"), None);
        faults(
            &format!("[a]\n{archive}token = \"keyring:t\"\ntoken_file = \"t\"\n"),
            &["6:14: the token has a place already: leave one out"],
        );
    }

    #[test]
    fn a_secret_in_place_of_where_it_lies_is_not_repeated() {
        let archive = "[a]\nhost = \"h\"\ncalled = \"A\"\n";
        for name in ["passcode_file", "passcode_variable", "token_file"] {
            let mut peers = Peers::default();
            let errors = peers.lay(&format!("{archive}{name} = 4711\n"), &user()).expect_err("a fault");
            let told: Vec<String> = errors.iter().map(ToString::to_string).collect();
            assert!(
                told.len() == 1 && told[0].contains(&format!("'{name}' is a number; expected the name")),
                "{told:?}"
            );
            assert!(!told[0].contains("4711"), "{told:?}");
        }
    }

    #[test]
    fn a_secret_in_the_file_is_refused_and_not_repeated() {
        let archive = "[a]\nhost = \"h\"\ncalled = \"A\"\n";
        for (written, place, name) in [
            ("passcode = \"sesame\"", "4:12", "passcode"),
            ("token = 123", "4:9", "token"),
            ("token = \"keyring:open sesame\"", "4:9", "token"),
            ("password = \"sesame\"", "4:1", "password"),
            ("tls = { private_key = \"sesame\" }", "4:9", "private_key"),
            ("tls = { cert = \"c\", key = \"-----BEGIN PRIVATE KEY-----\" }", "4:27", "key"),
        ] {
            let mut peers = Peers::default();
            let errors = peers.lay(&format!("{archive}{written}\n"), &user()).expect_err("a fault");
            let expected = format!(
                "/a/peers.toml:{place}: '{name}' is never written here: put it into the keyring (hotlight secret set NAME) and \
                 write \"keyring:NAME\", or name a file of your own with it"
            );
            let told: Vec<String> = errors.iter().map(ToString::to_string).collect();
            assert!(told.contains(&expected), "{told:?}");
            assert!(told.iter().all(|line| !line.contains("sesame") && !line.contains("BEGIN")), "{told:?}");
        }
    }

    #[test]
    fn what_is_called_nothing_or_has_a_wrong_value_is_refused_in_words() {
        faults(
            "a = 1\n[b]\nhots = \"h\"\nhost = \"\"\ncalled = \"A\\\\B\"\nport = 0\nretrieve = \"mvoe\"\nstore = 1\n\
             associations_max = 17\ntls = \"yes\"\ntimeout = 0\n[receive]\ntitel = \"T\"\naddress = \"here\"\n\
             senders = [\"STORE\"]\n[c]\nhost = \"h\"\ncalled = \"C\"\ntls = { caa = \"x\" }\n[e\n",
            &[
                "1:1: 'a' is a number, where an archive with its settings below is expected: [pacs]",
                "2:2: an archive needs 'host' too",
                "2:2: an archive needs 'called' too",
                "3:1: an archive has no setting 'hots' (did you mean 'host'?)",
                "4:8: 'host' is \"\"; expected a name or an address",
                "5:10: 'called' is \"A\\\\B\"; expected an AE title: 1 to 16 letters, digits or signs, no backslash",
                "6:8: 'port' is 0; expected a whole number from 1 to 65535",
                "7:12: 'retrieve' is \"mvoe\"; expected get, move or no (did you mean 'move'?)",
                "8:9: 'store' is 1; expected true or false",
                "9:20: 'associations_max' is 17; expected a whole number from 1 to 16",
                "10:7: 'tls' is \"yes\"; expected true, false, or { ca = …, cert = …, key = …, name = … }",
                "11:11: 'timeout' is 0; expected a whole number from 1 to 3600",
                "13:1: receiving has no setting 'titel' (did you mean 'title'?)",
                "14:11: 'address' is \"here\"; expected an address of this machine",
                "15:11: 'senders' is a list; expected callers, each AET@HOST",
                "19:9: 'tls' has no setting 'caa' (did you mean 'ca'?)",
                "20:3: unclosed table, expected `]`",
            ],
        );
    }

    #[test]
    fn files_and_secrets_that_are_not_there_are_told_where_they_are_named() {
        let peers = laid(
            "[a]\nhost = \"h\"\ncalled = \"A\"\ntls = { ca = \"no-ca.pem\" }\nuser = \"u\"\n\
             passcode_file = \"no-passcode\"\n[b]\nhost = \"h\"\ncalled = \"B\"\nretrieve = \"move\"\n",
        );
        let told: Vec<String> = peers.check().iter().map(ToString::to_string).collect();
        assert_eq!(told.len(), 3, "{told:?}");
        for (line, start) in told.iter().zip([
            "/a/peers.toml:4:7: not connected: /a/no-ca.pem cannot be read: ",
            "/a/peers.toml:6:17: not connected: /a/no-passcode cannot be read: ",
            "/a/peers.toml:7:2: retrieve = \"move\" needs '[receive]' too",
        ]) {
            assert!(line.starts_with(start), "{line}");
        }
    }
}

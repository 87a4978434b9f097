//! Which archive a command talks to: one of `peers.toml` by its name, or one that the command line describes.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;

use crate::config::Peers;
use crate::net::{AeTitle, Certificate, Deadlines, Peer, Secret, Tls, User};

use super::{Failure, ReaderArgs, SettingsArgs, view::load_config};

/// Which archive.
#[derive(Args, Debug)]
pub(super) struct PeerArgs {
    /// The archive by its name in peers.toml; without any, the usual one there, or the only one.
    #[arg(long, value_name = "NAME", conflicts_with_all = ["host", "port", "called", "calling", "timeout", "tls", "user", "token_file"])]
    peer: Option<String>,
    /// The machine that the archive runs on.
    #[arg(long, requires = "called")]
    host: Option<String>,
    /// The port that it listens on.
    #[arg(long, requires = "host", default_value_t = 104, default_value_if("tls", "true", "2762"))]
    port: u16,
    /// The AE title of the archive.
    #[arg(long, value_name = "AET", requires = "host")]
    called: Option<AeTitle>,
    /// Our own AE title.
    #[arg(long, value_name = "AET", requires = "host", default_value = "HOTLIGHT")]
    calling: AeTitle,
    /// How long to wait for an answer, s.
    #[arg(long, value_name = "SECONDS", requires = "host", default_value_t = 60, value_parser = clap::value_parser!(u64).range(1..=3600))]
    timeout: u64,
    #[command(flatten)]
    tls: TlsArgs,
    /// To whom the archive's certificate is made out, where that is not the host.
    #[arg(long, value_name = "NAME", requires = "tls")]
    tls_name: Option<String>,
    #[command(flatten)]
    user: UserArgs,
    /// A file that only its owner can read, with a JSON Web Token in place of a user. Only by TLS.
    #[arg(long, value_name = "FILE", requires = "tls", conflicts_with = "user")]
    token_file: Option<PathBuf>,
}

/// How connections are secured.
#[derive(Args, Debug)]
pub(super) struct TlsArgs {
    /// Talk by TLS.
    #[arg(long)]
    tls: bool,
    /// A PEM file of an authority whose certificates count; without any, those that the system trusts.
    #[arg(long, value_name = "FILE", requires = "tls")]
    tls_ca: Vec<PathBuf>,
    /// A PEM file with our own certificate.
    #[arg(long, value_name = "FILE", requires_all = ["tls", "tls_key"])]
    tls_cert: Option<PathBuf>,
    /// A PEM file with its private key.
    #[arg(long, value_name = "FILE", requires_all = ["tls", "tls_cert"])]
    tls_key: Option<PathBuf>,
}

/// Who is asking.
#[derive(Args, Debug)]
pub(super) struct UserArgs {
    /// The name of the user.
    #[arg(long, value_name = "NAME")]
    user: Option<String>,
    /// A file that only its owner can read, with the user's passcode in its first line. Only by TLS.
    #[arg(long, value_name = "FILE", requires_all = ["tls", "user"])]
    passcode_file: Option<PathBuf>,
}

impl TlsArgs {
    /// What was said, if anything.
    pub(super) fn tls(&self, name: Option<&str>) -> Option<Tls> {
        let identity = self.tls_cert.clone().zip(self.tls_key.clone());
        let identity = identity.map(|(chain, key)| Certificate { chain, key });
        self.tls.then(|| Tls { authorities: self.tls_ca.clone(), identity, name: name.map(str::to_owned) })
    }
}

impl UserArgs {
    /// Who was named, if anybody.
    pub(super) fn user(&self) -> Option<User> {
        let name = self.user.clone()?;
        Some(match &self.passcode_file {
            None => User::Name(name),
            Some(file) => User::Passcode { name, passcode: Secret::File(file.clone()) },
        })
    }
}

impl PeerArgs {
    /// The archive that is meant.
    pub(super) fn peer(&self) -> Result<Peer, Failure> {
        Ok(self.named()?.1)
    }

    /// The same with its name in peers.toml, if it has one.
    pub(super) fn named(&self) -> Result<(Option<String>, Peer), Failure> {
        let Some((host, called)) = self.host.as_ref().zip(self.called.as_ref()) else {
            let (name, peer) = self.of_configuration()?;
            return Ok((Some(name), peer));
        };
        let token = self.token_file.clone().map(|file| User::Token(Secret::File(file)));
        let peer = Peer {
            deadlines: Deadlines::of_answer(Duration::from_secs(self.timeout)),
            tls: self.tls.tls(self.tls_name.as_deref()),
            user: self.user.user().or(token),
            ..Peer::new(host, self.port, called.clone(), self.calling.clone())
        };
        Ok((None, peer))
    }

    /// An archive of peers.toml: the one that is named, or the usual one.
    fn of_configuration(&self) -> Result<(String, Peer), Failure> {
        // These two are of `serve`, too, which has no host for clap to ask for.
        if self.tls.tls || self.user.user.is_some() {
            return Err(Failure::usage("--tls and --user need --host; peers.toml says them of its archives"));
        }
        let peers = peers()?;
        let Some(name) = &self.peer else {
            let usual = peers.usual().map(|(name, archive)| (name.to_owned(), archive.peer.clone()));
            let none = "an archive is --peer NAME, --host and --called, or in peers.toml is_default = true";
            return usual.ok_or_else(|| Failure::usage(none));
        };
        let meant =
            || peers.nearest(name).map_or_else(String::new, |near| format!(" (did you mean '{near}'?)"));
        let archive = peers.get(name);
        let archive = archive
            .ok_or_else(|| Failure::new(format!("peers.toml names no archive '{name}'{}", meant())))?;
        Ok((name.clone(), archive.peer.clone()))
    }
}

/// The archives of the configuration.
pub(super) fn peers() -> Result<Peers, Failure> {
    Ok(load_config(&SettingsArgs::default(), &ReaderArgs::default())?.peers)
}

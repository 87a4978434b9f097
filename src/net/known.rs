//! Whom we know by title and machine.

use std::net::IpAddr;
use std::str::FromStr;

use tokio::net::lookup_host;

use super::AeTitle;

/// An application entity that may call, and to which objects may be moved: `AET@HOST` or `AET@HOST:PORT`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// Its title.
    pub title: AeTitle,
    /// Its machine: a name or an address.
    pub host: String,
    /// Where it listens for what is moved to it, if it does.
    pub port: Option<u16>,
}

impl Known {
    /// The titles of those whose machine has this address: a title is easily said, and counts only from there. A socket that
    /// listens for both versions tells an address of version 4 as one of version 6.
    pub(super) async fn titles_at(all: &[Self], address: IpAddr) -> Vec<&AeTitle> {
        let mut titles = Vec::new();
        for known in all {
            let places = lookup_host((known.host.as_str(), 0)).await;
            let is_there = places
                .is_ok_and(|mut all| all.any(|place| place.ip().to_canonical() == address.to_canonical()));
            titles.extend(is_there.then_some(&known.title));
        }
        titles
    }
}

impl FromStr for Known {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const FORM: &str = "a caller is AET@HOST or AET@HOST:PORT";
        let (title, place) = text.split_once('@').ok_or(FORM)?;
        let title = title.parse().map_err(|error: super::AeTitleError| error.to_string())?;
        // An address of version 6 stands in brackets before a port.
        let (host, port) = match place.rsplit_once(':') {
            Some((host, port)) if !host.contains(':') || host.ends_with(']') => {
                let port = port.parse().map_err(|_not_a_port| format!("'{port}' is no port"))?;
                (host.trim_matches(['[', ']']), Some(port))
            }
            _ => (place.trim_matches(['[', ']']), None),
        };
        if host.is_empty() { Err(FORM.to_owned()) } else { Ok(Self { title, host: host.to_owned(), port }) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_of_version_4_counts_as_such_whatever_the_socket_makes_of_it() {
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
        let known: Known = "READER@10.0.0.2".parse().expect("a caller");
        let at = |address: &str| {
            let all = [known.clone()];
            runtime.block_on(async { Known::titles_at(&all, address.parse().expect("it")).await.len() })
        };
        assert_eq!([at("10.0.0.2"), at("::ffff:10.0.0.2"), at("::ffff:10.0.0.3"), at("::1")], [1, 1, 0, 0]);
    }

    #[test]
    fn callers_are_named_by_title_host_and_port() {
        let of =
            |text: &str| text.parse().map(|known: Known| (known.title.to_string(), known.host, known.port));
        let known = |title: &str, host: &str, port| Ok((title.to_owned(), host.to_owned(), port));
        assert_eq!(of("READER@10.0.0.2"), known("READER", "10.0.0.2", None));
        assert_eq!(of("READER@ws7.example:11112"), known("READER", "ws7.example", Some(11112)));
        assert_eq!(of("READER@[::1]:104"), known("READER", "::1", Some(104)));
        assert_eq!(of("READER@::1"), known("READER", "::1", None));
        for wrong in ["READER", "@10.0.0.2", "READER@", "READER@a:b", "TOO-LONG-A-TITLE-BY-FAR@a"] {
            assert!(of(wrong).is_err(), "{wrong}");
        }
    }
}

//! `hotlight link`: what a link in a RIS or on a page opens, `hotlight://open?study=UID[&from=NAME]`.
//!
//! A link comes from anybody. It names a study, and an archive of this machine's own `peers.toml`; no host, no path, no command and
//! no patient. What is not exactly so is refused, and never repeated: it may hold anything.

use std::str::FromStr;

use clap::Args;

use crate::app::{Clock, Reading, StorePlace};
use crate::config::{Config, Peers};
use crate::dicom::{StudyUid, is_uid};
use crate::session::{Effect, RetrieveOrder, Urgency};
use crate::store::Store;

use super::view::{self, Inputs};
use super::{Failure, RunArgs};

/// Arguments of `link`.
#[derive(Args, Debug)]
pub(super) struct LinkArgs {
    #[arg(
        value_name = "LINK",
        help = "hotlight://open?study=UID, and &from=NAME for an archive of peers.toml. Write -- before a link that comes from elsewhere"
    )]
    link: String,
    #[command(flatten)]
    run: RunArgs,
}

/// The study that a link opens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Link {
    study: StudyUid,
    /// An archive, by its name in `peers.toml`.
    from: Option<String>,
}

/// Why a link is none. It says nothing of what the link holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum LinkError {
    #[error("it is not hotlight://open?study=UID, with &from=NAME behind it or without")]
    Form,
    #[error("its study is not a UID: digits and dots, 64 at most")]
    Study,
    #[error("its archive is not a name of letters, digits, - and _, 64 at most")]
    Archive,
}

/// Opens the viewer on the study of a link.
pub(super) fn link(clock: Clock, args: &LinkArgs) -> Result<(), Failure> {
    let link = args.link.parse::<Link>().map_err(|error| Failure::usage(format!("the link: {error}")))?;
    view::run(clock, Inputs::Link(link), &args.run)
}

impl FromStr for Link {
    type Err = LinkError;

    fn from_str(text: &str) -> Result<Self, LinkError> {
        let (scheme, rest) = text.split_once("://").ok_or(LinkError::Form)?;
        if !scheme.eq_ignore_ascii_case("hotlight") {
            return Err(LinkError::Form);
        }
        // Some systems put a slash behind what they take for a host.
        let query = rest.strip_prefix("open?").or_else(|| rest.strip_prefix("open/?"));
        let (mut study, mut from) = (None, None);
        for part in query.ok_or(LinkError::Form)?.split('&') {
            let before = match part.split_once('=') {
                Some(("study", uid)) => study.replace(uid),
                Some(("from", name)) => from.replace(name),
                _ => return Err(LinkError::Form),
            };
            if before.is_some() {
                return Err(LinkError::Form);
            }
        }
        let study = study.ok_or(LinkError::Form)?;
        if !is_uid(study) {
            return Err(LinkError::Study);
        }
        if from.is_some_and(|name| !is_name(name)) {
            return Err(LinkError::Archive);
        }
        Ok(Self { study: StudyUid::new(study), from: from.map(str::to_owned) })
    }
}

/// A name that `peers.toml` can hold without quotes.
fn is_name(text: &str) -> bool {
    (1..=64).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
}

impl Link {
    /// Opens the study; or a sentence on why nobody can be asked for it.
    pub(super) fn open(self, reading: &mut Reading, config: &Config) -> Result<(), String> {
        let is_here = self.from.is_none() && self.is_here(config);
        let effect = self.effect(&config.peers, is_here)?;
        let effects = reading.session.open_study(self.study, effect);
        reading.dispatch(effects);
        Ok(())
    }

    /// Whether the store has anything of it. A store that cannot be read is told of by whoever opens it next.
    fn is_here(&self, config: &Config) -> bool {
        let place = StorePlace::of(&config.settings).filter(|place| place.folder.is_dir());
        let store = place.and_then(|place| Store::open(&place.folder, place.options).ok());
        store.is_some_and(|store| store.study(&self.study).is_ok_and(|study| study.is_some()))
    }

    /// From the archive that the link names; from the store, which compares it with its own archive; or from the usual archive.
    fn effect(&self, peers: &Peers, is_here: bool) -> Result<Effect, String> {
        let archive = match (&self.from, peers.usual()) {
            (None, _) if is_here => return Ok(Effect::OpenStored(self.study.clone())),
            (None, Some((usual, _))) => usual,
            (None, None) => {
                return Err("The study of the link is not here, and the link names no archive; is_default = true in peers.toml says \
                            which is asked then."
                    .to_owned());
            }
            (Some(name), _) if peers.get(name).is_some() => name.as_str(),
            (Some(name), _) => {
                let meant =
                    peers.nearest(name).map_or_else(String::new, |near| format!(" (did you mean {near}?)"));
                return Err(format!(
                    "The link names the archive {name}, and peers.toml has none of that name{meant}."
                ));
            }
        };
        let order = RetrieveOrder {
            study: self.study.clone(),
            archive: archive.to_owned(),
            urgency: Urgency::Foreground,
        };
        Ok(Effect::Retrieve(order))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What comes of a link, said without its scheme.
    fn check(rest: &str, expected: Result<(&str, Option<&str>), LinkError>) {
        let link = |(study, from): (&str, Option<&str>)| Link {
            study: StudyUid::new(study),
            from: from.map(str::to_owned),
        };
        assert_eq!(format!("hotlight://{rest}").parse::<Link>(), expected.map(link), "{rest}");
    }

    #[test]
    fn a_link_names_a_study_and_perhaps_an_archive() {
        check("open?study=2.25.1", Ok(("2.25.1", None)));
        check("open/?study=1.2.840&from=North-2_b", Ok(("1.2.840", Some("North-2_b"))));
        check("open?from=N&study=1", Ok(("1", Some("N"))));
        let loud = "hotlight://open?study=1".replace("hotlight", "HOTLIGHT");
        assert!(loud.parse::<Link>().is_ok(), "{loud}");
    }

    #[test]
    fn what_is_not_exactly_a_link_is_none() {
        for rest in [
            "",
            "open",
            "open?",
            "open?study",
            "open?from=N",
            "open//?study=1",
            "run?study=1",
            "open:104?study=1",
            "user@open?study=1",
            "open?study=1&study=2",
            "open?study=1&from=N&from=N",
            "open?study=1&path=a",
            "open?study=1&",
            "open?Study=1",
        ] {
            check(rest, Err(LinkError::Form));
        }
        for text in
            ["", "2.25.1", "hotlight:open?study=1", "file:///tmp/a?study=1", " hotlight://open?study=1"]
        {
            assert_eq!(text.parse::<Link>(), Err(LinkError::Form), "{text}");
        }
        let long = "1".repeat(65);
        for uid in ["", ".", "1..2", "1.2.", "1/2", "../1", "%31", "1 ", "1#", "1\\2", "--trace", &long] {
            check(&format!("open?study={uid}"), Err(LinkError::Study));
        }
        for name in ["", "a.b", "a b", "a%20b", "../a", "a/b", "ä", &long] {
            check(&format!("open?study=1&from={name}"), Err(LinkError::Archive));
        }
    }

    #[test]
    fn a_study_comes_from_where_the_link_says_else_from_the_store_else_from_the_usual_archive() {
        let link = |from: Option<&str>| Link { study: StudyUid::new("1"), from: from.map(str::to_owned) };
        let nobody = Peers::default();
        assert_eq!(link(None).effect(&nobody, true), Ok(Effect::OpenStored(StudyUid::new("1"))));
        let none = link(None).effect(&nobody, false).expect_err("nobody to ask");
        assert!(none.contains("is_default = true"), "{none}");
        let unknown = link(Some("NORTH")).effect(&nobody, true).expect_err("nobody of that name");
        assert!(unknown.contains("the archive NORTH, and peers.toml has none of that name."), "{unknown}");
    }
}

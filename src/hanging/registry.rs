//! All protocols there are: each file read, what it extends put beneath it, and what it names looked up.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::PathBuf;

use crate::dicom::Tag;
use crate::handwritten::{LineColumn, nearest};

use super::fault::{ProtocolError, ProtocolFault};
use super::parse::{Like, ParsedProtocol, Placed, parse};
use super::protocol::{Condition, FromStudy, Level, PickCondition, Protocol, SetRule};
use super::vocabulary::Vocabulary;

/// A file of a protocol.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProtocolFile {
    /// Its name without `.toml`.
    pub id: String,
    /// Whose it is.
    pub level: Level,
    /// Where it lies; none for what is built in.
    pub path: Option<PathBuf>,
    /// What stands in it.
    pub text: String,
}

impl ProtocolFile {
    fn shown_path(&self) -> PathBuf {
        self.path.clone().unwrap_or_else(|| PathBuf::from(format!("hanging-protocols/{}.toml", self.id)))
    }
}

/// The protocols that can be hung by.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Protocols {
    list: Vec<Protocol>,
}

/// Extending goes so deep; deeper is a mistake.
const DEPTH_MAX: usize = 16;

impl Protocols {
    /// Reads files. Of a file with a fault nothing is taken; all others stand. One of a higher level takes the place of those
    /// of its name below, which it may extend.
    pub fn read(files: &[ProtocolFile]) -> (Self, Vec<ProtocolError>) {
        Self::read_by(files, None)
    }

    /// The same, where a name of a preset or a palette that is not among these is a fault, too.
    pub fn read_checked(files: &[ProtocolFile], names: &Vocabulary) -> (Self, Vec<ProtocolError>) {
        Self::read_by(files, Some(names))
    }

    fn read_by(files: &[ProtocolFile], names: Option<&Vocabulary>) -> (Self, Vec<ProtocolError>) {
        let mut errors = Vec::new();
        let mut parsed = Vec::new();
        for file in files {
            match parse(&file.text, &file.id, &file.level, file.path.clone()) {
                Ok(read) => parsed.push((file, read)),
                Err(faults) => {
                    errors.extend(faults.into_iter().map(|(at, fault)| error(file, at, fault)));
                }
            }
        }
        let mut list: Vec<Protocol> = Vec::new();
        for (file, read) in &parsed {
            match whole(read, &parsed).and_then(|whole| checked(read, whole, names)) {
                Ok(protocol) => list.push(protocol),
                Err(faults) => errors.extend(faults.into_iter().map(|(at, fault)| error(file, at, fault))),
            }
        }
        let mut highest: HashMap<String, Level> = HashMap::new();
        for protocol in &list {
            let level = highest.entry(protocol.id.clone()).or_insert_with(|| protocol.level.clone());
            if protocol.level > *level {
                *level = protocol.level.clone();
            }
        }
        list.retain(|protocol| highest.get(&protocol.id) == Some(&protocol.level));
        list.sort_by(|a, b| (&b.level, &a.id).cmp(&(&a.level, &b.id)));
        (Self { list }, errors)
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// All of them: those of a higher level first, then by name.
    pub fn iter(&self) -> impl Iterator<Item = &Protocol> {
        self.list.iter()
    }

    /// The attributes that they ask for by tag, in order, each once: images are to be read with these.
    pub fn tags(&self) -> Vec<Tag> {
        let whens = self.list.iter().flat_map(|protocol| protocol.when.iter().chain(&protocol.unless));
        let of_studies = whens.filter_map(|condition| match condition {
            Condition::Tags(rules) => Some(rules),
            _ => None,
        });
        let picks = self.list.iter().flat_map(|protocol| &protocol.sets).flat_map(|set| &set.pick);
        let of_sets = picks.filter_map(|condition| match condition {
            PickCondition::Tags(rules) => Some(rules),
            _ => None,
        });
        let tags: BTreeSet<Tag> = of_studies.chain(of_sets).flatten().map(|rule| rule.tag).collect();
        tags.into_iter().collect()
    }

    /// The one that was probably meant.
    pub fn nearest(&self, name: &str) -> Option<&str> {
        nearest(name, self.list.iter().map(|protocol| protocol.id.as_str()))
    }

    /// The same with one more of the highest level, in place of what has its name.
    pub(super) fn with(&self, protocol: Protocol) -> Self {
        let mut list = self.list.clone();
        list.retain(|other| other.id != protocol.id);
        list.insert(0, protocol);
        Self { list }
    }

    /// One by its name.
    pub fn get(&self, id: &str) -> Option<&Protocol> {
        self.list.iter().find(|protocol| protocol.id == id)
    }
}

type PlacedFault = (LineColumn, ProtocolFault);

fn error(file: &ProtocolFile, at: LineColumn, fault: ProtocolFault) -> ProtocolError {
    ProtocolError { path: file.shown_path(), at, fault }
}

/// A protocol with all that it extends beneath it, and which of its sets are like others.
fn merged(
    read: &ParsedProtocol,
    all: &[(&ProtocolFile, ParsedProtocol)],
    depth: usize,
) -> Result<(Protocol, BTreeMap<String, Like>), Vec<PlacedFault>> {
    let (own, mut likes) = (read.protocol.clone(), read.likes.clone());
    let Some(Placed { name, at }) = &read.extends else { return Ok((own, likes)) };
    if depth >= DEPTH_MAX {
        return Err(vec![(*at, ProtocolFault::Circle(own.id))]);
    }
    // The nearest below: of its own level only another one.
    let below = all.iter().map(|(_, parsed)| parsed).filter(|other| {
        other.protocol.id == *name
            && (other.protocol.level < own.level || (other.protocol.level == own.level && *name != own.id))
    });
    let Some(parent) = below.max_by(|a, b| a.protocol.level.cmp(&b.protocol.level)) else {
        let names = all.iter().map(|(file, _)| file.id.as_str());
        let nearest = nearest(name, names).map(str::to_owned);
        return Err(vec![(*at, ProtocolFault::NoParent { name: name.clone(), nearest })]);
    };
    let (parent, parents_likes) =
        merged(parent, all, depth + 1).map_err(|faults| match faults.as_slice() {
            [(_, ProtocolFault::Circle(_))] => vec![(*at, ProtocolFault::Circle(own.id.clone()))],
            _ => faults.into_iter().map(|(_, fault)| (*at, fault)).collect(),
        })?;
    for (set, like) in parents_likes {
        if own.sets.iter().all(|own| own.name != set) {
            // What is wrong with it is told where it is taken over.
            likes.insert(set, Like { of: Placed { at: *at, ..like.of }, ..like });
        }
    }
    let kept = parent.when.into_iter().filter(|below| own.when.iter().all(|said| said.key() != below.key()));
    let mut sets = parent.sets;
    for set in own.sets {
        match sets.iter_mut().find(|below| below.name == set.name) {
            Some(below) => *below = set,
            None => sets.push(set),
        }
    }
    let protocol = Protocol {
        when: kept.chain(own.when.iter().cloned()).collect(),
        unless: if own.unless.is_empty() { parent.unless } else { own.unless },
        sets,
        stages: if own.stages.is_empty() { parent.stages } else { own.stages },
        ..own
    };
    Ok((protocol, likes))
}

/// The same with what sets that are like others leave out: it is as of those, which may be like others themselves.
fn whole(
    read: &ParsedProtocol,
    all: &[(&ProtocolFile, ParsedProtocol)],
) -> Result<Protocol, Vec<PlacedFault>> {
    let (mut protocol, likes) = merged(read, all, 0)?;
    let sets = protocol.sets.iter().map(|set| alike(set, &protocol, &likes, 0).map_err(|fault| vec![fault]));
    protocol.sets = sets.collect::<Result<_, _>>()?;
    Ok(protocol)
}

fn alike(
    set: &SetRule,
    protocol: &Protocol,
    likes: &BTreeMap<String, Like>,
    depth: usize,
) -> Result<SetRule, PlacedFault> {
    let Some(Like { of, says_from, says_pick, says_prefer }) = likes.get(&set.name) else {
        return Ok(set.clone());
    };
    if depth >= DEPTH_MAX {
        return Err((of.at, ProtocolFault::Circle(set.name.clone())));
    }
    let other = protocol.sets.iter().find(|other| other.name == of.name);
    let other = other.ok_or_else(|| (of.at, no_set(protocol, &of.name)))?;
    let other = alike(other, protocol, likes, depth + 1)?;
    let set = set.clone();
    Ok(SetRule {
        from: if *says_from { set.from } else { other.from },
        pick: if *says_pick { set.pick } else { other.pick },
        prefer: if *says_prefer { set.prefer } else { other.prefer },
        ..set
    })
}

fn no_set(protocol: &Protocol, name: &str) -> ProtocolFault {
    let nearest = nearest(name, protocol.sets.iter().map(|set| set.name.as_str())).map(str::to_owned);
    ProtocolFault::NoSet { name: name.to_owned(), nearest }
}

/// Every set and every other name that is used is there, and every stage can be reached.
fn checked(
    read: &ParsedProtocol,
    protocol: Protocol,
    names: Option<&Vocabulary>,
) -> Result<Protocol, Vec<PlacedFault>> {
    let find = |name: &str| protocol.sets.iter().find(|set| set.name == name);
    let unknown = read.names.iter().filter(|placed| find(&placed.name).is_none());
    let mut faults: Vec<PlacedFault> =
        unknown.map(|placed| (placed.at, no_set(&protocol, &placed.name))).collect();
    if let Some(names) = names {
        let used = read.used.iter();
        faults.extend(used.filter_map(|(of, placed)| Some((placed.at, names.fault(*of, &placed.name)?))));
    }
    // One that stands before it: none waits for itself.
    let place = |name: &str| protocol.sets.iter().position(|set| set.name == name);
    for (set, other) in &read.others {
        if place(&other.name).is_none_or(|before| place(set) <= Some(before)) {
            let before = protocol.sets.iter().take(place(set).unwrap_or_default());
            let nearest = nearest(&other.name, before.map(|set| set.name.as_str())).map(str::to_owned);
            faults.push((other.at, ProtocolFault::NoSetBefore { name: other.name.clone(), nearest }));
        }
    }
    let never_has_prior = protocol.when.contains(&Condition::Prior(false));
    for (stage, at) in protocol.stages.iter().zip(&read.stages_at) {
        let of_prior = |name: &&String| find(name).is_some_and(|set| matches!(set.from, FromStudy::Prior(_)));
        if let Some(name) = stage.needs.iter().find(of_prior).filter(|_| never_has_prior) {
            let why = format!("it needs '{name}' of a prior, and 'when' says prior = false");
            faults.push((*at, ProtocolFault::Unreachable { stage: stage.name.clone(), why }));
        }
    }
    for (index, stage) in protocol.stages.iter().enumerate() {
        let twin = protocol.stages[..index].iter().any(|earlier| earlier.name == stage.name);
        if let Some(at) = read.stages_at.get(index).filter(|_| twin) {
            let why = "an earlier one has its name".to_owned();
            faults.push((*at, ProtocolFault::Unreachable { stage: stage.name.clone(), why }));
        }
    }
    faults.sort_by_key(|(at, _)| *at);
    if faults.is_empty() { Ok(protocol) } else { Err(faults) }
}

//! What hangs where, and why: a pure function of protocols, studies and screens.

use std::collections::BTreeMap;

use crate::dicom::StudyUid;
use crate::study::DisplaySetId;

use super::choose::matches;
use super::facts::StudyFacts;
use super::grid::Grid;
use super::pick::{NotPicked, Picked, pick};
use super::protocol::{Missing, Mode, Protocol, Stage, Sync, View};
use super::registry::Protocols;

/// What is to be hung, and on what.
#[derive(Debug, Clone, Copy)]
pub struct Situation<'a> {
    /// The study that is read.
    pub current: &'a StudyFacts,
    /// Earlier ones, the most relevant first. Those of another patient, and those that are not earlier, are left out.
    pub priors: &'a [StudyFacts],
    /// How many screens there are for images, at least one.
    pub screens: usize,
    /// The protocol that the reader wants, whatever it is for; none where the best one is wanted.
    pub chosen: Option<&'a str>,
}

/// How studies hang.
#[derive(Debug, Clone, PartialEq)]
pub struct Hanging {
    /// By which protocol; none where no one fits.
    pub winner: Option<Winner>,
    /// Why each other protocol was not taken, in the order of their ranks.
    pub losers: Vec<Loser>,
}

/// The protocol that was taken, and what it makes of the studies.
#[derive(Debug, Clone, PartialEq)]
pub struct Winner {
    /// Which.
    pub id: String,
    /// What readers call it.
    pub name: String,
    /// What of `when` held, in words.
    pub held: Vec<String>,
    /// Each of its sets, and what was picked for it, or a sentence on why nothing was.
    pub sets: Vec<(String, Result<PickedSet, String>)>,
    /// What is shown one after another; never empty.
    pub stages: Vec<HungStage>,
    /// Stages that are left out, each with a sentence on why.
    pub left_out: Vec<(String, String)>,
    /// Studies whose images it waits for.
    pub awaited: Vec<StudyUid>,
}

/// A display set that was picked for a set of a protocol.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PickedSet {
    /// Which.
    pub id: DisplaySetId,
    /// Whether it is of an earlier study.
    pub is_prior: bool,
    /// Why.
    pub why: String,
}

/// A protocol that was not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Loser {
    /// Which.
    pub id: String,
    /// Why.
    pub why: String,
}

/// What is on the screens at one time.
#[derive(Debug, Clone, PartialEq)]
pub struct HungStage {
    /// What readers call it.
    pub name: String,
    /// The screens that are used, the main one first; never empty.
    pub screens: Vec<HungScreen>,
    /// Which tiles go along with each other.
    pub sync: Vec<Sync>,
}

/// What is on one screen.
#[derive(Debug, Clone, PartialEq)]
pub struct HungScreen {
    /// Its role.
    pub role: String,
    /// How it is divided.
    pub grid: Grid,
    /// Its tiles, by their letters.
    pub tiles: Vec<Tile>,
}

/// A part of a screen.
#[derive(Debug, Clone, PartialEq)]
pub struct Tile {
    /// Its letter.
    pub letter: char,
    /// Left, top, width and height, as shares of the screen.
    pub rectangle: [f64; 4],
    /// How it shows its set.
    pub view: View,
    /// The display set, or a sentence on why there is none.
    pub shown: Result<DisplaySetId, String>,
    /// The display set that lies over it, in a view of that kind.
    pub over: Option<DisplaySetId>,
}

/// Hangs studies: the protocol of the highest level wins, then the one with more conditions that hold, then the higher priority,
/// then the first by name.
pub fn hang(protocols: &Protocols, situation: Situation<'_>) -> Hanging {
    let current = situation.current;
    let priors = current.earlier(situation.priors);
    let mut losers = Vec::new();
    let mut fitting: Vec<(&Protocol, Vec<String>)> = Vec::new();
    for protocol in protocols.iter() {
        let fits = match situation.chosen {
            None => matches(protocol, current, !priors.is_empty()),
            Some(chosen) if protocol.id == chosen => Ok(vec!["you chose it".to_owned()]),
            Some(_) => Err("you chose another one".to_owned()),
        };
        match fits {
            Ok(held) => fitting.push((protocol, held)),
            Err(why) => losers.push(Loser { id: protocol.id.clone(), why }),
        }
    }
    fitting.sort_by(|(a, a_held), (b, b_held)| {
        (&b.level, b_held.len(), b.priority).cmp(&(&a.level, a_held.len(), a.priority)).then(a.id.cmp(&b.id))
    });
    let mut winner: Option<(Winner, &Protocol, usize)> = None;
    let mut beaten = Vec::new();
    for (protocol, held) in fitting {
        match &winner {
            Some((_, won, count)) => {
                let why = beaten_by(protocol, held.len(), won, *count);
                beaten.push(Loser { id: protocol.id.clone(), why });
            }
            None => match shown(protocol, &held, current, &priors, situation.screens.max(1)) {
                Ok(won) => winner = Some((won, protocol, held.len())),
                Err(why) => beaten.push(Loser { id: protocol.id.clone(), why }),
            },
        }
    }
    beaten.extend(losers);
    Hanging { winner: winner.map(|(winner, ..)| winner), losers: beaten }
}

/// Why one that fits was not taken.
fn beaten_by(protocol: &Protocol, held: usize, won: &Protocol, won_held: usize) -> String {
    let by = &won.id;
    if protocol.level != won.level {
        format!("it fits, and {by} is of a higher level: {}", won.level)
    } else if held != won_held {
        format!("it fits, and {by} fits more closely: {won_held} conditions, and not {held}")
    } else if protocol.priority != won.priority {
        format!("it fits, and {by} has a higher priority: {}, and not {}", won.priority, protocol.priority)
    } else {
        format!("it fits as well as {by}, whose name comes first")
    }
}

/// What a protocol makes of studies, or a sentence on why it shows nothing.
fn shown(
    protocol: &Protocol,
    held: &[String],
    current: &StudyFacts,
    priors: &[&StudyFacts],
    screens: usize,
) -> Result<Winner, String> {
    let mut picked: BTreeMap<&str, Picked<'_>> = BTreeMap::new();
    for rule in &protocol.sets {
        let id = |name: &String| Some(&picked.get(name.as_str())?.as_ref().ok()?.1.id);
        let taken: Vec<&DisplaySetId> = rule.other_than.iter().filter_map(id).collect();
        let found = pick(rule, current, priors, &taken);
        picked.insert(&rule.name, found);
    }
    let find = |name: &str| match picked.get(name) {
        Some(Ok((_, set, _))) => Ok(set.id.clone()),
        Some(Err(not)) => Err(not.clone()),
        None => Err("there is no such set".to_owned().into()),
    };
    // What is coming counts as if it were here: its room is kept, and nothing moves when it comes.
    let never = |name: &str| find(name).err().filter(|not| not.coming.is_none());
    let mut left_out = Vec::new();
    let mut stages = Vec::new();
    for stage in &protocol.stages {
        let unmet = stage.needs.iter().find_map(|name| Some((name, never(name)?)));
        if let Some((name, NotPicked { why, .. })) = unmet {
            left_out.push((stage.name.clone(), format!("it needs {name}: {why}")));
            continue;
        }
        if stage.views.iter().all(|(_, view)| find(&view.set).is_err()) {
            left_out.push((stage.name.clone(), "none of its sets is there".to_owned()));
            continue;
        }
        stages.push(hung(stage, screens, &find));
    }
    if stages.is_empty() {
        let why = left_out.first().map_or_else(String::new, |(stage, why)| format!(": {stage}: {why}"));
        return Err(format!("it fits, and none of its stages can be shown{why}"));
    }
    let sets = protocol.sets.iter().filter_map(|rule| {
        let found = match picked.get(rule.name.as_str())? {
            Ok((study, set, why)) => {
                let is_prior = study.uid != current.uid;
                Ok(PickedSet { id: set.id.clone(), is_prior, why: why.clone() })
            }
            Err(not) => Err(not.why.clone()),
        };
        Some((rule.name.clone(), found))
    });
    let mut awaited: Vec<StudyUid> =
        picked.values().filter_map(|found| found.as_ref().err()?.coming.clone()).collect();
    awaited.sort_unstable();
    awaited.dedup();
    let (sets, id, name) = (sets.collect(), protocol.id.clone(), protocol.name.clone());
    Ok(Winner { id, name, held: held.to_vec(), sets, stages, left_out, awaited })
}

fn hung(stage: &Stage, screens: usize, find: &impl Fn(&str) -> Result<DisplaySetId, NotPicked>) -> HungStage {
    let view_of =
        |letter: char| stage.views.iter().find(|(viewed, _)| *viewed == letter).map(|(_, view)| view);
    let has_room = |letter: char| {
        view_of(letter).is_some_and(|view| find(&view.set).map_or_else(|not| not.coming.is_some(), |_| true))
    };
    let fitted = fitted(&stage.screens, screens).into_iter().map(|(role, grid)| {
        let grid = if stage.missing == Missing::Adapt { grid.without(has_room) } else { grid };
        let tiles = grid.rectangles().into_iter().filter_map(|(letter, rectangle)| {
            let view = view_of(letter)?.clone();
            let over = match &view.mode {
                Mode::Fusion(with) => find(with).ok(),
                _ => None,
            };
            Some(Tile { letter, rectangle, shown: find(&view.set).map_err(|not| not.why), view, over })
        });
        HungScreen { role, tiles: tiles.collect(), grid }
    });
    HungStage { name: stage.name.clone(), screens: fitted.collect(), sync: stage.sync.clone() }
}

/// As many grids as there are screens: those of screens that are not there stand beside the last one.
fn fitted(grids: &[(String, Grid)], screens: usize) -> Vec<(String, Grid)> {
    let mut fitted = grids[..screens.min(grids.len())].to_vec();
    if let Some((_, last)) = fitted.last_mut() {
        for (_, grid) in &grids[screens.min(grids.len())..] {
            *last = last.beside(grid);
        }
    }
    fitted
}

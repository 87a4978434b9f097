//! What is on screen as the file of a protocol: a pure function. What it writes is read and hung before it is given.
//!
//! Nothing of the patient is written: no name, ID, UID, date or number. The only words that are nobody's code are those of letters
//! in the descriptions of the study and of its series, without what names the patient.

mod rule;
#[cfg(test)]
mod tests;
mod text;

use crate::study::DisplaySetId;

use super::choose::matches;
use super::facts::{SetFacts, StudyFacts};
use super::grid::{Cells, Grid, GridError, SIDE_MAX};
use super::hang::{Situation, hang};
use super::parse::SLAB_MM_MAX;
use super::pattern::Pattern;
use super::protocol::{
    Condition, FromStudy, Level, Missing, Mode, PriorRule, Protocol, Same, SetRule, Stage, Sync, View,
    ViewWindow,
};
use super::registry::{ProtocolFile, Protocols};

use self::rule::{Found, found, is_word, private_words, words};

/// A priority that is written may be so high.
const PRIORITY_MAX: i64 = 1000;

/// A view on screen that shows something.
#[derive(Debug, Clone, PartialEq)]
pub struct CapturedTile {
    /// The cells of its screen that it fills.
    pub cells: Cells,
    /// What it shows.
    pub set: DisplaySetId,
    /// How it shows it; the name of its set, and of one that lies over it, are found here.
    pub view: View,
    /// What lies over it: then it is a fusion, whatever its mode says, and otherwise none.
    pub fused: Option<DisplaySetId>,
}

/// A screen with its views.
#[derive(Debug, Clone, PartialEq)]
pub struct CapturedScreen {
    /// Its role: `main` for the main one.
    pub role: String,
    /// How many rows of cells.
    pub rows: usize,
    /// How many columns of cells.
    pub columns: usize,
    /// What is on it; cells without a view are empty places.
    pub tiles: Vec<CapturedTile>,
}

/// The file of a protocol.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Captured {
    /// The name of the file, without `.toml`.
    pub id: String,
    /// What stands in it.
    pub text: String,
    /// The protocols that are for this study, too, and that this one is taken before, each in a few words.
    pub overrides: Vec<String>,
    /// What the protocol cannot say, a sentence each: empty where it shows the same again.
    pub notices: Vec<String>,
}

/// Why what is on screen makes no protocol.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CaptureError {
    /// No name.
    #[error("the protocol needs a name with a letter or a digit")]
    Name,
    /// No view shows anything.
    #[error("nothing is on screen")]
    Nothing,
    /// More views than letters.
    #[error("there are more than 26 views on the screens, and a letter stands for each")]
    TooMany,
    /// A study that cannot hang.
    #[error("view {0} shows a study that is neither the one that is read nor an earlier one of its patient")]
    Stranger(char),
    /// Cells that are not there, or are another view's.
    #[error("view {0} lies over another, or beyond its screen")]
    Place(char),
    /// Too many cells.
    #[error(transparent)]
    Grid(#[from] GridError),
    /// The text is no protocol: a fault of ours.
    #[error("the protocol that was written cannot be read: {0}")]
    Unreadable(String),
}

/// A display set that is shown, and how it is found again.
struct NamedSet<'a> {
    facts: &'a SetFacts,
    rule: SetRule,
    twins: usize,
}

/// The letter of a view: A for the first of the first screen, and so on through all screens.
pub fn captured_letter(index: usize) -> Option<char> {
    ('A'..='Z').nth(index)
}

/// What is on screen as a protocol of the reader's: of the study that is read and of its priors, given the most relevant first.
/// `sync` names views by their letters ([`captured_letter`]); `protocols` are those it will stand beside. Errors: nothing is on
/// screen, or what is there cannot hang.
pub fn capture(
    name: &str,
    current: &StudyFacts,
    priors: &[StudyFacts],
    screens: &[CapturedScreen],
    sync: &[Sync],
    protocols: &Protocols,
) -> Result<Captured, CaptureError> {
    let id = file_name(name).ok_or(CaptureError::Name)?;
    let screens: Vec<&CapturedScreen> = screens.iter().filter(|screen| !screen.tiles.is_empty()).collect();
    let tiles: Vec<&CapturedTile> = screens.iter().flat_map(|screen| &screen.tiles).collect();
    let letters: Vec<char> = (0..tiles.len()).map_while(captured_letter).collect();
    match tiles.len() {
        0 => return Err(CaptureError::Nothing),
        count if count > letters.len() => return Err(CaptureError::TooMany),
        _ => {}
    }
    let earlier = current.earlier(priors);
    let mut sets: Vec<NamedSet<'_>> = Vec::new();
    for (tile, letter) in tiles.iter().zip(&letters) {
        for shown in std::iter::once(&tile.set).chain(&tile.fused) {
            if sets.iter().all(|set| set.facts.id != *shown) {
                let set = named(shown, current, &earlier, &sets);
                sets.push(set.ok_or(CaptureError::Stranger(*letter))?);
            }
        }
    }
    let mut notices: Vec<String> = sets.iter().filter_map(untold).collect();
    let (mut grids, mut views) = (Vec::new(), Vec::new());
    for screen in &screens {
        let own = &letters[views.len()..][..screen.tiles.len()];
        grids.push((screen.role.clone(), grid(screen, own)?));
        for (tile, letter) in screen.tiles.iter().zip(own) {
            views.push((*letter, view(tile, *letter, &sets, &mut notices)));
        }
    }
    let has_prior = !earlier.is_empty();
    let rivals =
        protocols.iter().filter(|other| other.id != id && matches(other, current, has_prior).is_ok());
    let rivals: Vec<&Protocol> = rivals.collect();
    let own_rivals = rivals.iter().filter(|other| other.level == Level::User);
    let priority =
        own_rivals.map(|other| other.priority + 1).max().map_or(0, |above| above.clamp(0, PRIORITY_MAX));
    let stage = Stage {
        name: name.to_owned(),
        needs: Vec::new(),
        missing: Missing::Keep,
        screens: grids,
        views,
        sync: synced(sync, &letters),
    };
    let protocol = Protocol {
        id: id.clone(),
        name: name.to_owned(),
        level: Level::User,
        path: None,
        priority,
        when: when(current, &sets),
        unless: Vec::new(),
        sets: sets.iter().map(|set| set.rule.clone()).collect(),
        stages: vec![stage],
    };
    let twins: Vec<usize> = sets.iter().map(|set| set.twins).collect();
    let text = text::commented(&protocol, &twins);
    let file = ProtocolFile { id: id.clone(), level: Level::User, path: None, text };
    let (read, errors) = Protocols::read(std::slice::from_ref(&file));
    let Some(own) = read.get(&id) else {
        let errors = errors.iter().map(ToString::to_string).collect::<Vec<_>>();
        return Err(CaptureError::Unreadable(errors.join("; ")));
    };
    let situation = Situation { current, priors, screens: screens.len(), chosen: None };
    let winner = hang(&protocols.with(own.clone()), situation).winner.map(|winner| winner.id);
    if let Some(other) = winner.as_ref().filter(|winner| **winner != id) {
        notices.push(format!("{other} is taken before it: it is yours, too, and fits more closely"));
    }
    let in_words = |other: &Protocol, is_replaced: bool| {
        let what = if is_replaced { ", whose place it takes" } else { "" };
        format!("{} ({}): {}{what}", other.id, other.level, other.name)
    };
    let replaced = protocols.get(&id).map(|other| in_words(other, true));
    let beaten =
        rivals.iter().filter(|other| winner.as_ref() != Some(&other.id)).map(|other| in_words(other, false));
    Ok(Captured { overrides: replaced.into_iter().chain(beaten).collect(), id, text: file.text, notices })
}

/// `CT Chest, mine` is `ct-chest-mine`.
fn file_name(name: &str) -> Option<String> {
    let words = name.split(|sign: char| !sign.is_alphanumeric()).filter(|word| !word.is_empty());
    let id = words.map(str::to_lowercase).collect::<Vec<_>>().join("-");
    let id: String = id.chars().take(60).collect();
    Some(id.trim_end_matches('-').to_owned()).filter(|id| !id.is_empty())
}

/// A display set with a name and a rule; none where it is of a study that does not hang.
fn named<'a>(
    shown: &DisplaySetId,
    current: &'a StudyFacts,
    earlier: &[&'a StudyFacts],
    sets: &[NamedSet<'_>],
) -> Option<NamedSet<'a>> {
    let (study, from) = if shown.study == current.uid {
        (current, FromStudy::Current)
    } else {
        let study = *earlier.iter().find(|prior| prior.uid == shown.study)?;
        (study, FromStudy::Prior(prior_rule(study, current, earlier)?))
    };
    let facts = study.sets.iter().find(|set| set.id == *shown)?;
    let Found { pick, prefer, twins } = found(facts, study);
    let plain = match &from {
        FromStudy::Current => set_name(facts),
        FromStudy::Prior(PriorRule { nth: 1, .. }) => format!("prior_{}", set_name(facts)),
        FromStudy::Prior(PriorRule { nth, .. }) => format!("prior_{nth}_{}", set_name(facts)),
    };
    let is_free = |name: &String| sets.iter().all(|set| set.rule.name != *name);
    let numbered = (2..).map(|number| format!("{plain}_{number}"));
    let name = std::iter::once(plain.clone()).chain(numbered).find(is_free)?;
    let is_optional = from != FromStudy::Current;
    let (other_than, prefer) = (Vec::new(), prefer.into_iter().collect());
    let rule = SetRule { name, from, pick, other_than, prefer, is_optional };
    Some(NamedSet { facts, rule, twins })
}

/// Which of the priors a study is: of those of the same modality where it is one.
fn prior_rule(study: &StudyFacts, current: &StudyFacts, earlier: &[&StudyFacts]) -> Option<PriorRule> {
    let is_alike = |prior: &StudyFacts| {
        let modalities = current.modalities();
        prior.modalities().iter().any(|modality| modalities.contains(modality))
    };
    let same = if is_alike(study) { vec![Same::Modality] } else { Vec::new() };
    let mut fitting = earlier.iter().filter(|prior| same.is_empty() || is_alike(prior));
    let nth = fitting.position(|prior| prior.uid == study.uid)? + 1;
    Some(PriorRule { nth, within_days: None, older_than_days: None, same })
}

/// A word for a display set: `lung`, `flair`, `r_cc`, `ct`.
fn set_name(set: &SetFacts) -> String {
    let name = match (set.kernel, set.weighting, set.view.as_str()) {
        (Some(class), ..) | (_, Some(class), _) => class.to_owned(),
        (_, _, "") => set.modality.clone(),
        (_, _, view) => format!("{}_{view}", set.laterality),
    };
    let signs = name.chars().filter(|sign| sign.is_ascii_alphanumeric() || *sign == '_');
    let name = signs.collect::<String>().to_lowercase();
    let name = name.trim_matches('_');
    if name.is_empty() { "series".to_owned() } else { name.to_owned() }
}

fn untold(set: &NamedSet<'_>) -> Option<String> {
    let (name, twins) = (&set.rule.name, set.twins);
    let why = format!(
        "nothing tells set {name} from {twins} more series of its study: another one may hang in its place"
    );
    (twins > 0).then_some(why)
}

/// How a screen is divided.
fn grid(screen: &CapturedScreen, letters: &[char]) -> Result<Grid, CaptureError> {
    if screen.rows > SIDE_MAX || screen.columns > SIDE_MAX {
        return Err(GridError::TooLarge.into());
    }
    let mut rows = vec![vec!['.'; screen.columns]; screen.rows];
    for (tile, letter) in screen.tiles.iter().zip(letters) {
        let Cells { column, row, columns, rows: height } = tile.cells;
        let mut filled = 0;
        let covered = rows.iter_mut().skip(row).take(height);
        for cell in covered.flat_map(|cells| cells.iter_mut().skip(column).take(columns)) {
            if *cell != '.' {
                return Err(CaptureError::Place(*letter));
            }
            *cell = *letter;
            filled += 1;
        }
        if filled == 0 || Some(filled) != height.checked_mul(columns) {
            return Err(CaptureError::Place(*letter));
        }
    }
    let spaced = |row: &Vec<char>| row.iter().map(char::to_string).collect::<Vec<_>>().join(" ");
    let rows: Vec<String> = rows.iter().map(spaced).collect();
    let written: Vec<&str> = rows.iter().map(String::as_str).collect();
    Ok(Grid::parse(&written)?)
}

/// Links between views that are there, at least two, in at least one thing.
fn synced(sync: &[Sync], letters: &[char]) -> Vec<Sync> {
    let there = sync.iter().map(|sync| {
        let views = sync.views.iter().copied().filter(|letter| letters.contains(letter)).collect();
        Sync { views, ..sync.clone() }
    });
    there.filter(|sync| sync.views.len() > 1 && !sync.on.is_empty()).collect()
}

/// How a view shows its set, as far as a protocol can say.
fn view(tile: &CapturedTile, letter: char, sets: &[NamedSet<'_>], notices: &mut Vec<String>) -> View {
    let name_of = |id: &DisplaySetId| {
        let set = sets.iter().find(|set| set.facts.id == *id);
        set.map_or_else(String::new, |set| set.rule.name.clone())
    };
    let mode = match (&tile.fused, tile.view.mode.clone()) {
        (Some(over), _) => Mode::Fusion(name_of(over)),
        (None, Mode::Fusion(_)) => Mode::Stack,
        (None, Mode::Mpr { plane, slab }) => {
            Mode::Mpr { plane, slab: slab.map(|(mm, how)| (mm.clamp(0.1, SLAB_MM_MAX), how)) }
        }
        (None, mode) => mode,
    };
    let is_written = |window: &ViewWindow| match window {
        ViewWindow::Preset(name) => !name.trim().is_empty() && !name.contains('/'),
        ViewWindow::Values(center, width) => center.is_finite() && width.is_finite() && *width >= 1.0,
    };
    let window = tile.view.window.clone().filter(is_written);
    if window.is_none() && tile.view.window.is_some() {
        notices.push(format!("the window of view {letter} is none that a protocol can say, and is left out"));
    }
    let palette = tile.view.palette.clone().filter(|palette| !palette.trim().is_empty());
    View { set: name_of(&tile.set), mode, window, palette, ..tile.view.clone() }
}

/// For which studies: the narrowest that is sensible.
fn when(current: &StudyFacts, sets: &[NamedSet<'_>]) -> Vec<Condition> {
    let shown = || sets.iter().filter(|set| set.rule.from == FromStudy::Current).map(|set| set.facts);
    let each_once = |words: Vec<&str>| -> Vec<String> {
        let mut once: Vec<String> =
            words.into_iter().filter(|word| is_word(word)).map(str::to_owned).collect();
        once.sort();
        once.dedup();
        once
    };
    let mut modalities = each_once(shown().map(|set| set.modality.as_str()).collect());
    // A CT comes with each of these; they tell more than it does.
    let nuclear: Vec<String> =
        modalities.iter().filter(|modality| matches!(modality.as_str(), "PT" | "NM")).cloned().collect();
    if !nuclear.is_empty() {
        modalities = nuclear;
    }
    if modalities.is_empty() {
        modalities = each_once(current.modalities());
    }
    let parts = each_once(shown().map(|set| set.body_part.as_str()).collect());
    let sides = each_once(shown().map(|set| set.laterality.as_str()).collect());
    let some = |words: Vec<String>| Some(words).filter(|words| !words.is_empty());
    let shows_prior = sets.iter().any(|set| set.rule.from != FromStudy::Current);
    let conditions = [
        some(modalities).map(Condition::Modality),
        some(parts).map(Condition::BodyPart),
        // Both sides are no side.
        some(sides).filter(|sides| sides.len() == 1).map(Condition::Laterality),
        procedure(current).map(|pattern| Condition::Procedure(vec![pattern])),
        shows_prior.then_some(Condition::Prior(true)),
    ];
    conditions.into_iter().flatten().collect()
}

/// The words of a study's description in their order, but for its modality; without words, a code of its procedure.
fn procedure(current: &StudyFacts) -> Option<Pattern> {
    let modalities: Vec<String> =
        current.modalities().iter().map(|modality| modality.to_lowercase()).collect();
    let words = words(&current.description, &private_words(current));
    let words = words.iter().filter(|word| !modalities.contains(word)).take(8);
    let words: Vec<String> = words.map(|word| regex::escape(word)).collect();
    let described = Pattern::parse(&format!("/{}/i", words.join(".*"))).ok();
    let described = described.filter(|pattern| pattern.is_in(&current.description));
    described.or_else(|| {
        current.procedures.iter().find_map(|code| {
            let (value, scheme) = code.split_once('^')?;
            Pattern::parse(&format!("code:{value}@{scheme}")).ok().filter(|pattern| pattern.is_code(code))
        })
    })
}

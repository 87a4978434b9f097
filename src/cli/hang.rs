//! `hotlight hang`: which protocol is chosen and why, and which series lands where.

use std::path::PathBuf;

use clap::Args;
use serde::Serialize;

use crate::config::{protocol_files, read_protocols};
use crate::hanging::{
    HungStage, Level, Mode, Protocols, Situation, StudyFacts, Tile, View, ViewWindow, Winner, hang as hung,
};

use super::{Failure, SettingsArgs, complain, input, say, view};

/// Arguments of `hang`.
#[derive(Args, Debug)]
pub(super) struct HangArgs {
    /// Files and folders of the study; of several studies the newest is hung, and the others of its patient are its priors.
    #[arg(value_name = "INPUT", required = true)]
    inputs: Vec<PathBuf>,
    /// Files and folders of priors.
    #[arg(long = "prior", value_name = "INPUT")]
    priors: Vec<PathBuf>,
    /// Further protocols: files or folders, over all others.
    #[arg(long, value_name = "DIR")]
    protocols: Vec<PathBuf>,
    /// The groups that the reader is in.
    #[arg(long = "group", value_name = "NAME")]
    groups: Vec<String>,
    /// How many screens there are for images.
    #[arg(long, value_name = "COUNT", default_value_t = 1, value_parser = clap::value_parser!(u8).range(1..=8))]
    screens: u8,
    /// Say why: of the winner, each loser, each set and each empty view.
    #[arg(long)]
    explain: bool,
    /// Print one JSON object.
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct HangJson<'a> {
    protocol: Option<NamedJson<'a>>,
    stages: Vec<StageJson<'a>>,
    losers: Vec<LoserJson<'a>>,
}

#[derive(Serialize)]
struct NamedJson<'a> {
    id: &'a str,
    name: &'a str,
    file: Option<PathBuf>,
    level: String,
    why: &'a [String],
}

#[derive(Serialize)]
struct StageJson<'a> {
    name: &'a str,
    screens: Vec<ScreenJson<'a>>,
    sync: Vec<String>,
}

#[derive(Serialize)]
struct ScreenJson<'a> {
    role: &'a str,
    tiles: Vec<TileJson<'a>>,
}

#[derive(Serialize)]
struct TileJson<'a> {
    letter: char,
    rect: [f64; 4],
    set: &'a str,
    study_uid: Option<&'a str>,
    series_uid: Option<&'a str>,
    mode: String,
    window: Option<String>,
    missing: Option<&'a str>,
}

#[derive(Serialize)]
struct LoserJson<'a> {
    id: &'a str,
    why: &'a str,
}

pub(super) fn hang(args: &HangArgs) -> Result<(), Failure> {
    let (mut files, mut faults) =
        protocol_files(&view::sources(&SettingsArgs { set: Vec::new() }), &args.groups);
    for path in &args.protocols {
        let (more, wrong) = read_protocols(path, &Level::User);
        files.extend(more);
        faults.extend(wrong);
    }
    let (protocols, errors) = Protocols::read(&files);
    for fault in faults.iter().map(ToString::to_string).chain(errors.iter().map(ToString::to_string)) {
        complain(&format!("error: {fault}"));
    }
    let (library, whole) = input::read_asked(&args.inputs, protocols.tags());
    let (earlier, whole_priors) = input::read_asked(&args.priors, protocols.tags());
    let whole = whole.and(whole_priors);
    let studies = library.studies().iter().chain(earlier.studies());
    let studies: Vec<StudyFacts> = studies.map(StudyFacts::of).collect();
    // A library has the newest first.
    let Some((current, priors)) = studies.split_first().filter(|_| !library.studies().is_empty()) else {
        return whole;
    };
    let hanging = hung(&protocols, Situation { current, priors, screens: args.screens.into(), chosen: None });
    let losers: Vec<LoserJson<'_>> =
        hanging.losers.iter().map(|loser| LoserJson { id: &loser.id, why: &loser.why }).collect();
    if args.json {
        let protocol = hanging.winner.as_ref().map(|winner| named(winner, &protocols));
        let stages = hanging.winner.iter().flat_map(|winner| &winner.stages).map(stage).collect();
        let json = HangJson { protocol, stages, losers };
        say(&serde_json::to_string(&json).map_err(|error| Failure::new(error.to_string()))?);
    } else {
        match &hanging.winner {
            Some(winner) => tell(winner, args.explain),
            None => say("no protocol fits"),
        }
        if args.explain {
            for LoserJson { id, why } in losers {
                say(&format!("not {id}: {why}"));
            }
        }
    }
    whole
}

fn named<'a>(winner: &'a Winner, protocols: &Protocols) -> NamedJson<'a> {
    let protocol = protocols.get(&winner.id);
    NamedJson {
        id: &winner.id,
        name: &winner.name,
        file: protocol.and_then(|protocol| protocol.path.clone()),
        level: protocol.map_or_else(String::new, |protocol| protocol.level.to_string()),
        why: &winner.held,
    }
}

fn stage(stage: &HungStage) -> StageJson<'_> {
    let screens = stage
        .screens
        .iter()
        .map(|screen| ScreenJson { role: &screen.role, tiles: screen.tiles.iter().map(tile).collect() });
    let sync = stage.sync.iter().map(|sync| sync.views.iter().collect()).collect();
    StageJson { name: &stage.name, screens: screens.collect(), sync }
}

fn tile(tile: &Tile) -> TileJson<'_> {
    let shown = tile.shown.as_ref().ok();
    TileJson {
        letter: tile.letter,
        rect: tile.rectangle,
        set: &tile.view.set,
        study_uid: shown.map(|set| set.study.as_str()),
        series_uid: shown.map(|set| set.series.as_str()),
        mode: mode(&tile.view),
        window: tile.view.window.as_ref().map(|window| match window {
            ViewWindow::Preset(name) => name.clone(),
            ViewWindow::Values(center, width) => format!("{center}/{width}"),
        }),
        missing: tile.shown.as_ref().err().map(String::as_str),
    }
}

fn mode(view: &View) -> String {
    match &view.mode {
        Mode::Stack => "stack".to_owned(),
        Mode::Tile { rows, columns } => format!("tile {rows}x{columns}"),
        Mode::Cine => "cine".to_owned(),
        Mode::Mpr { plane, slab: None } => format!("mpr {}", plane.name()),
        Mode::Mpr { plane, slab: Some((mm, _)) } => format!("mpr {}, slab {mm} mm", plane.name()),
        Mode::Volume(preset) => format!("volume {preset}"),
        Mode::Fusion(with) => format!("fusion with {with}"),
    }
}

/// In words: the protocol, and each stage with its views.
fn tell(winner: &Winner, explains: bool) {
    say(&format!("{}: {}", winner.id, winner.name));
    if explains {
        for held in &winner.held {
            say(&format!("  since {held}"));
        }
        for (name, picked) in &winner.sets {
            match picked {
                Ok(picked) => say(&format!("  set {name}: {}: {}", picked.id.series.as_str(), picked.why)),
                Err(why) => say(&format!("  set {name}: none: {why}")),
            }
        }
        for (stage, why) in &winner.left_out {
            say(&format!("  without stage {stage}: {why}"));
        }
    }
    for stage in &winner.stages {
        say(&format!("  {}", stage.name));
        for tile in stage.screens.iter().flat_map(|screen| &screen.tiles) {
            let shown = match &tile.shown {
                Ok(set) => set.series.as_str().to_owned(),
                Err(why) => format!("empty: {why}"),
            };
            say(&format!("    {} {} {}: {shown}", tile.letter, tile.view.set, mode(&tile.view)));
        }
    }
}

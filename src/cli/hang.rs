//! `hotlight hang`: which protocol is chosen and why, and which series lands where.

use std::path::PathBuf;

use clap::Args;
use serde::Serialize;

use crate::config::{
    Sources, groups_or_known, known_names, protocol_files, protocol_folders, read_protocols,
};
use crate::handwritten::did_you_mean;
use crate::hanging::{
    HungStage, Level, Mode, ProtocolFile, Protocols, Situation, StudyFacts, Tile, View, ViewWindow, Winner,
    hang as hung,
};

use super::{Failure, ReaderArgs, SettingsArgs, complain, input, say, view};

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
    /// The groups that the reader is in; without any, those of the settings.
    #[arg(long = "group", value_name = "NAME")]
    groups: Vec<String>,
    /// The protocol to hang by, whatever it is for, by its name; without it the one that fits best.
    #[arg(long, value_name = "NAME")]
    protocol: Option<String>,
    /// The screens that there are for images: how many, or each as `WIDTHxHEIGHT`, in pixels, with `:BITS` behind it if you like, and
    /// commas between.
    #[arg(long, value_name = "COUNT|WxH[:BITS],…", default_value = "1", value_parser = screens)]
    screens: Screens,
    /// Say why: of the winner, each loser, each set and each empty view; and whose protocols were read.
    #[arg(long)]
    explain: bool,
    /// Print one JSON object.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    reader: ReaderArgs,
}

/// So many screens, and so many pixels a side, at most.
const SCREENS_MAX: usize = 8;
const PIXELS_MAX: u32 = 65_536;

/// Screens for images, each with its size where that is said.
#[derive(Debug, Clone)]
struct Screens(Vec<Option<ScreenSize>>);

#[derive(Debug, Clone, Copy)]
struct ScreenSize {
    /// Width and height, pixels.
    pixels: [u32; 2],
    bits: Option<u8>,
}

fn screens(text: &str) -> Result<Screens, String> {
    let screen = |text: &str| {
        let (area, bits) = text.split_once(':').map_or((text, None), |(area, bits)| (area, Some(bits)));
        let (width, height) = area.split_once('x')?;
        let pixels = |text: &str| text.parse::<u32>().ok().filter(|count| (1..=PIXELS_MAX).contains(count));
        let bits = match bits {
            Some(bits) => Some(bits.parse::<u8>().ok().filter(|bits| (1..=16).contains(bits))?),
            None => None,
        };
        Some(Some(ScreenSize { pixels: [pixels(width)?, pixels(height)?], bits }))
    };
    let screens = match text.parse::<usize>() {
        Ok(count) if count <= SCREENS_MAX => Some(vec![None; count]),
        Ok(_) => None,
        Err(_) => text.split(',').map(screen).collect(),
    };
    let screens = screens.filter(|screens| (1..=SCREENS_MAX).contains(&screens.len()));
    screens.map(Screens).ok_or_else(|| {
        format!("write how many, 1 to {SCREENS_MAX}, or their sizes, such as 2560x1440:10,1920x1080")
    })
}

#[derive(Serialize)]
struct HangJson<'a> {
    protocol: Option<NamedJson<'a>>,
    stages: Vec<StageJson<'a>>,
    losers: Vec<LoserJson<'a>>,
    read: Vec<ReadJson>,
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
    /// Pixels, and bits a channel, where they were named.
    size: Option<[u32; 2]>,
    bits: Option<u8>,
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

/// Protocols that were read.
#[derive(Serialize)]
struct ReadJson {
    /// `user ann`, `group chest`, `site`, `shipped`.
    whose: String,
    folder: Option<PathBuf>,
    files: usize,
}

/// Whose protocols were read, from those that count most on.
fn read_of(sources: &Sources, groups: &[String], files: &[ProtocolFile]) -> Vec<ReadJson> {
    let of = |level: &Level, folder: Option<PathBuf>| {
        let whose = match (level, sources.reader.name()) {
            (Level::User, Some(name)) => format!("{level} {name}"),
            _ => level.to_string(),
        };
        ReadJson { whose, folder, files: files.iter().filter(|file| file.level == *level).count() }
    };
    let folders = protocol_folders(sources, groups).into_iter().rev();
    let read = folders.map(|(level, folder)| of(&level, Some(folder)));
    read.chain(std::iter::once_with(|| of(&Level::Shipped, None))).collect()
}

pub(super) fn hang(args: &HangArgs) -> Result<(), Failure> {
    let sources = view::sources(&SettingsArgs::default(), &args.reader)?;
    let groups = groups_or_known(&args.groups, &sources);
    let (mut files, mut faults) = protocol_files(&sources, &groups);
    let read = read_of(&sources, &groups, &files);
    for path in &args.protocols {
        let (more, wrong) = read_protocols(path, &Level::User);
        files.extend(more);
        faults.extend(wrong);
    }
    let (protocols, errors) = Protocols::read_checked(&files, &known_names(&sources));
    for fault in faults.iter().map(ToString::to_string).chain(errors.iter().map(ToString::to_string)) {
        complain(&format!("error: {fault}"));
    }
    let chosen = args.protocol.as_deref();
    if let Some(name) = chosen.filter(|name| protocols.get(name).is_none()) {
        let near = did_you_mean(protocols.nearest(name));
        return Err(Failure::usage(format!("--protocol: there is no hanging protocol '{name}'{near}")));
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
    let screens = args.screens.0.len();
    let hanging = hung(&protocols, Situation { current, priors, screens, chosen });
    let losers: Vec<LoserJson<'_>> =
        hanging.losers.iter().map(|loser| LoserJson { id: &loser.id, why: &loser.why }).collect();
    if args.json {
        let protocol = hanging.winner.as_ref().map(|winner| named(winner, &protocols));
        let stages = hanging.winner.iter().flat_map(|winner| &winner.stages);
        let stages = stages.map(|hung| stage(hung, &args.screens)).collect();
        let json = HangJson { protocol, stages, losers, read };
        say(&serde_json::to_string(&json).map_err(|error| Failure::new(error.to_string()))?);
    } else {
        match &hanging.winner {
            Some(winner) => tell(winner, args.explain),
            None => match losers.iter().find(|loser| Some(loser.id) == chosen) {
                Some(LoserJson { id, why }) => say(&format!("nothing hangs by {id}: {why}")),
                None => say("no protocol fits"),
            },
        }
        if args.explain {
            for LoserJson { id, why } in losers {
                say(&format!("not {id}: {why}"));
            }
            for ReadJson { whose, folder, files } in read {
                let folder = folder.map_or_else(String::new, |folder| format!(", {}", folder.display()));
                say(&format!("read {whose}: {files}{folder}"));
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

fn stage<'a>(stage: &'a HungStage, on: &Screens) -> StageJson<'a> {
    let screens = stage.screens.iter().enumerate().map(|(index, screen)| {
        let size = on.0.get(index).copied().flatten();
        ScreenJson {
            role: &screen.role,
            size: size.map(|size| size.pixels),
            bits: size.and_then(|size| size.bits),
            tiles: screen.tiles.iter().map(tile).collect(),
        }
    });
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

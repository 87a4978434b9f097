//! `hotlight presets`: what values of volumes look like, made of the presets of another program.

use std::fs;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};

use crate::config::save_new;
use crate::volume::{SLICER_BYTES_MAX, Transfers, read_slicer};

use super::{Failure, ReaderArgs, SettingsArgs, complain, say, view};

/// Arguments of `presets`.
#[derive(Args, Debug)]
pub(super) struct PresetsArgs {
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand, Debug)]
enum Action {
    /// Make presets for renderings of those of 3D Slicer: a file NAME.toml each, and no file that is there is written over.
    Import(ImportArgs),
}

#[derive(Args, Debug)]
struct ImportArgs {
    /// presets.xml, another scene in MRML, or files .vp.
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
    /// The folder to write to; your own folder of presets without it.
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    #[command(flatten)]
    reader: ReaderArgs,
}

pub(super) fn presets(args: &PresetsArgs) -> Result<(), Failure> {
    let Action::Import(args) = &args.action;
    let out = if let Some(out) = &args.out {
        Some(out.clone())
    } else {
        let sources = view::sources(&SettingsArgs::default(), &args.reader)?;
        if let Some(why) = sources.refusal(Transfers::FOLDER) {
            return Err(Failure::new(format!("presets: {why}: name another folder with --out")));
        }
        sources.user_dir().map(|folder| folder.join(Transfers::FOLDER))
    };
    let out = out.ok_or_else(|| {
        Failure::usage("--out: this system names no folder for your settings; name one to write to")
    })?;
    let mut faults = Vec::new();
    for path in &args.files {
        let text = match read(path) {
            Ok(text) => text,
            Err(why) => {
                faults.push(format!("{}: {why}", path.display()));
                continue;
            }
        };
        let stem = path.file_stem().unwrap_or_default().to_string_lossy();
        let (presets, wrong) = read_slicer(&stem, &text);
        faults.extend(wrong.iter().map(|fault| format!("{}:{fault}", path.display())));
        for preset in &presets {
            match save_new(&out, &preset.name, &preset.file.to_toml()) {
                Ok(written) => say(&written.display().to_string()),
                Err(why) => faults.push(why.to_string()),
            }
            for left_out in &preset.left_out {
                complain(&format!("note: {}: {left_out}", preset.name));
            }
        }
    }
    if faults.is_empty() { Ok(()) } else { Err(Failure::of_lines(faults)) }
}

fn read(path: &Path) -> Result<String, String> {
    let bytes = fs::metadata(path).map_err(|error| error.to_string())?.len();
    if bytes > SLICER_BYTES_MAX {
        return Err(format!("{bytes} bytes; files of presets have {SLICER_BYTES_MAX} at most"));
    }
    fs::read_to_string(path).map_err(|error| error.to_string())
}

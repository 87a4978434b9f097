//! `hotlight display patterns`: test patterns as files.

use std::path::PathBuf;

use clap::Args;
use serde::Serialize;

use crate::calibration::pattern::{Levels, Pattern, PatternPicture, draw};
use crate::render::Raster;

use super::image_file::{Format, write_colors, write_gray};
use super::{Failure, parse_size, say};

/// Arguments of `display patterns`.
#[derive(Args, Debug)]
pub(super) struct PatternsArgs {
    /// The pattern, by a name of --list; n and N stand for numbers: TG18-LN8-01, uniform-153.
    #[arg(value_name = "NAME", required_unless_present = "list", conflicts_with = "list")]
    name: Option<String>,
    /// List the patterns with what each is for.
    #[arg(long)]
    list: bool,
    /// With --list, print one JSON array.
    #[arg(long, requires = "list")]
    json: bool,
    /// Pixels of the panel, 64 to 16384 a side: one of the pattern is one of the panel.
    #[arg(long, value_name = "WxH", required_unless_present = "list", value_parser = parse_size)]
    size: Option<(u32, u32)>,
    /// Bits that the panel takes, 8 to 16: 8, 10 or 12 as a rule.
    #[arg(long, value_name = "N", default_value_t = 8, value_parser = clap::value_parser!(u8).range(8..=16))]
    bits: u8,
    /// Where to write: a .png holds levels of 8 bits as they are, of more bits as round(level · 65535 / (2^N − 1)) in 16; a .pgm
    /// holds all as they are. The fields red, green and blue are a .png of 8 bits a colour.
    #[arg(long, value_name = "FILE", required_unless_present = "list")]
    out: Option<PathBuf>,
}

#[derive(Serialize)]
struct EntryJson {
    name: &'static str,
    help: &'static str,
    source: &'static str,
}

pub(super) fn patterns(args: &PatternsArgs) -> Result<(), Failure> {
    let (Some(name), Some((columns, rows)), Some(out)) = (&args.name, args.size, &args.out) else {
        return list(args.json);
    };
    let pattern = Pattern::parse(name).map_err(|error| Failure::usage(error.to_string()))?;
    let format = Format::of(out).filter(|format| *format != Format::Npy);
    let format = format
        .ok_or_else(|| Failure::usage(format!("{}: a pattern is written as .png or .pgm", out.display())))?;
    let picture =
        draw(&pattern, columns, rows, args.bits).map_err(|error| Failure::usage(error.to_string()))?;
    let highest = picture.highest();
    let PatternPicture { columns: width, rows: height, levels, .. } = picture;
    let written = match levels {
        Levels::Color(_) if format == Format::Pgm => {
            return Err(Failure::usage(format!("{}: colours are written as .png", out.display())));
        }
        Levels::Color(colors) => {
            let values = colors.iter().map(|color| color.map(|level| byte(level, highest))).collect();
            write_colors(out, &Raster { width, height, values })
        }
        Levels::Gray(values) if format == Format::Pgm || highest == u16::from(u8::MAX) => {
            write_gray(out, format, &Raster { width, height, values }, highest)
        }
        Levels::Gray(levels) => {
            let values = levels.iter().map(|level| scaled(*level, highest, u16::MAX)).collect();
            write_gray(out, format, &Raster { width, height, values }, u16::MAX)
        }
    };
    written.map_err(Failure::new)
}

fn list(as_json: bool) -> Result<(), Failure> {
    let entries: Vec<EntryJson> = Pattern::list()
        .iter()
        .map(|entry| EntryJson { name: entry.name, help: entry.help, source: entry.source })
        .collect();
    if as_json {
        say(&serde_json::to_string(&entries).map_err(|error| Failure::new(error.to_string()))?);
    } else {
        for EntryJson { name, help, source } in &entries {
            say(&format!("{name:<16} {help} ({source})"));
        }
    }
    Ok(())
}

/// A level of one depth as that of another: the nearest, of two the higher.
fn scaled(level: u16, highest: u16, white: u16) -> u16 {
    let (level, highest) = (u64::from(level), u64::from(highest));
    let scaled = (2 * level * u64::from(white) + highest) / (2 * highest);
    u16::try_from(scaled).unwrap_or(white)
}

/// A level as one of 8 bits.
fn byte(level: u16, highest: u16) -> u8 {
    u8::try_from(scaled(level, highest, u8::MAX.into())).unwrap_or(u8::MAX)
}

//! `hotlight display evaluate`: what is found in measured luminances, held against named limits.

use std::path::{Path, PathBuf};

use clap::Args;
use serde::Serialize;

use crate::app::read_measured;
use crate::calibration::{
    Check, Evaluation, EvaluationContext, Instrument, Limit, MeasuredFile, Profile, Profiles, Quantity,
    evaluate, grays_kept,
};
use crate::handwritten::did_you_mean;

use super::display::parse_ambient;
use super::{Failure, ReaderArgs, SettingsArgs, say, view::load_config};

/// Arguments of `display evaluate`.
#[derive(Args, Debug)]
pub(super) struct EvaluateArgs {
    /// Measured luminances: the header `ddl,luminance`, then a level and its luminance in cd/m² a line, ambient light not
    /// included; 18 levels at least, or the 11 of SMPTE. `docs/display-evaluation.md` has what else may stand there.
    #[arg(value_name = "LUMINANCE.csv", required_unless_present = "profiles")]
    luminance: Option<PathBuf>,
    /// Luminance that ambient light adds on the panel, cd/m², whatever the file says; where neither says it, nothing passes
    /// that rests on it.
    #[arg(long, value_name = "CD_M2", allow_hyphen_values = true, value_parser = parse_ambient)]
    ambient: Option<f64>,
    /// The limits, by the name that --profiles prints.
    #[arg(long, value_name = "NAME", required_unless_present = "profiles")]
    profile: Option<String>,
    /// Measured luminances of the monitor beside, which shall look the same.
    #[arg(long, value_name = "LUMINANCE.csv")]
    pair: Option<PathBuf>,
    /// The side of a pixel, mm.
    #[arg(long, value_name = "MM", allow_hyphen_values = true, value_parser = parse_pixel)]
    pixel_mm: Option<f64>,
    /// Print the profiles of limits that there are, and evaluate nothing.
    #[arg(long, conflicts_with_all = ["luminance", "ambient", "profile", "pair", "pixel_mm"])]
    profiles: bool,
    /// Print one JSON object; of --profiles, an array.
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct EvaluationJson<'a> {
    #[serde(flatten)]
    evaluation: &'a Evaluation,
    /// Of 256, by the table that Hotlight would make; none of levels that went through a table.
    grays_kept: Option<u16>,
    /// None where nobody measured it.
    ambient: Option<f64>,
    instrument: Option<&'a Instrument>,
    measured: Option<&'a str>,
    operator: Option<&'a str>,
}

#[derive(Serialize)]
struct ProfileJson<'a> {
    name: &'a str,
    title: &'a str,
    origin: &'static str,
    file: Option<&'a Path>,
    limits: Vec<LimitJson>,
}

#[derive(Serialize)]
struct LimitJson {
    quantity: &'static str,
    unit: &'static str,
    min: Option<f64>,
    max: Option<f64>,
    source: String,
    confirmed: bool,
}

/// Evaluates a file. A monitor that fails is an evaluation that succeeded.
pub(super) fn evaluated(args: &EvaluateArgs) -> Result<(), Failure> {
    let profiles = load_config(&SettingsArgs::default(), &ReaderArgs::default())?.display_profiles;
    let (Some(path), Some(name)) = (&args.luminance, &args.profile) else {
        return list(&profiles, args.json);
    };
    let profile = profiles.get(name).ok_or_else(|| {
        let nearest = did_you_mean(profiles.nearest(name));
        Failure::usage(format!(
            "--profile: there is no profile '{name}'{nearest}; `hotlight display evaluate --profiles` prints those there are"
        ))
    })?;
    let mut file = read(path)?;
    if args.ambient.is_some() {
        file.measurement.ambient_cd_m2 = args.ambient;
    }
    let pair = args.pair.as_deref().map(read).transpose()?;
    let context = EvaluationContext {
        pair: pair.as_ref().map(|pair| &pair.measurement),
        pixel_mm: args.pixel_mm,
        table: None,
    };
    let evaluation = evaluate(&file.measurement, profile, context)
        .map_err(|why| Failure::new(format!("{}: {why}", path.display())))?;
    if args.json {
        let json = EvaluationJson {
            evaluation: &evaluation,
            grays_kept: grays_kept(&file.measurement, None),
            ambient: file.measurement.ambient_cd_m2,
            instrument: file.instrument.as_ref(),
            measured: file.measured.as_deref(),
            operator: file.operator.as_deref(),
        };
        return say_json(&json);
    }
    for line in lines(&evaluation) {
        say(line.trim_end());
    }
    Ok(())
}

fn list(profiles: &Profiles, is_json: bool) -> Result<(), Failure> {
    if is_json {
        let list: Vec<ProfileJson<'_>> = profiles.iter().map(profile_json).collect();
        return say_json(&list);
    }
    for profile in profiles.iter() {
        say(&format!("{:<28}  {:<8}  {}", profile.name, profile.origin.kind(), profile.title));
    }
    Ok(())
}

fn profile_json(profile: &Profile) -> ProfileJson<'_> {
    let limit = |(quantity, limit): (Quantity, &Limit)| LimitJson {
        quantity: quantity.key(),
        unit: quantity.unit(),
        min: limit.min,
        max: limit.max,
        source: limit.source.clone(),
        confirmed: limit.is_confirmed,
    };
    ProfileJson {
        name: &profile.name,
        title: &profile.title,
        origin: profile.origin.kind(),
        file: profile.origin.path(),
        limits: profile.limits().map(limit).collect(),
    }
}

fn say_json(value: &impl Serialize) -> Result<(), Failure> {
    say(&serde_json::to_string(value).map_err(|error| Failure::new(error.to_string()))?);
    Ok(())
}

/// The evaluation as a person reads it.
fn lines(evaluation: &Evaluation) -> Vec<String> {
    let Evaluation { profile, l_min, l_max, ratio, levels, jnd, checks, verdict, findings, .. } = evaluation;
    let mut lines = vec![
        format!("{profile}: {}", verdict.name()),
        format!("L′min {l_min:.3} cd/m², L′max {l_max:.1} cd/m², ratio {ratio:.0}"),
        format!(
            "JNDs a level: mean {:.3}, slope (FIT) {:.5}, spread (LUM) {:.3}",
            jnd.mean, jnd.slope, jnd.rmse
        ),
        String::new(),
        format!("{:>6}  {:>10}  {:>9}  {:>9}  {:>9}", "level", "cd/m²", "expected", "measured", "deviation"),
    ];
    for (at, step) in levels.iter().enumerate() {
        let contrast = format!(
            "  {:>9.6}  {:>9.6}  {:>+7.1} %",
            step.expected_contrast, step.measured_contrast, step.deviation_percent
        );
        // No contrast leads to the first level.
        let contrast = if at == 0 { "" } else { contrast.as_str() };
        lines.push(format!("{:>6}  {:>10.4}{contrast}", step.ddl, step.luminance));
    }
    lines.push(String::new());
    lines.extend(checks.iter().map(check_line));
    lines.extend((!findings.is_empty()).then(String::new));
    lines.extend(findings.iter().cloned());
    lines
}

fn check_line(check: &Check) -> String {
    let decimals = match check.quantity {
        Quantity::Ratio => 1,
        Quantity::PixelPitch => 3,
        quantity if quantity.unit().is_empty() => 4,
        _ => 2,
    };
    let value = check.value.map_or_else(
        || "–".to_owned(),
        |value| format!("{value:.decimals$} {}", check.quantity.unit()).trim_end().to_owned(),
    );
    let limit = check.limit.as_ref().map_or_else(String::new, |limit| match (limit.min, limit.max) {
        (Some(min), Some(max)) => format!("{min} to {max}"),
        (Some(min), None) => format!("≥ {min}"),
        (None, Some(max)) => format!("≤ {max}"),
        (None, None) => String::new(),
    });
    let source = check.limit.as_ref().map_or("", |limit| limit.source.as_str());
    let (name, verdict) = (check.quantity.name(), check.verdict.name());
    format!("{name:<30}  {value:>14}  {limit:<10}  {verdict:<12}  {source}")
}

fn read(path: &Path) -> Result<MeasuredFile, Failure> {
    read_measured(path).map_err(Failure::new)
}

/// The side of a pixel, mm.
fn parse_pixel(text: &str) -> Result<f64, String> {
    let side = text.parse().ok().filter(|side| (0.01..=1.0).contains(side));
    side.ok_or_else(|| "the side of a pixel is a number of mm from 0.01 to 1".to_owned())
}

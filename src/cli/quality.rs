//! `hotlight quality`: what images of a phantom are worth, by a physicist's numbers.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use clap::builder::NonEmptyStringValueParser;
use clap::{Args, Subcommand, ValueEnum};
use sha2::{Digest, Sha256};

use crate::annotation::{Scale, scale_for};
use crate::app::record_quality;
use crate::dicom::{Pixels, TechniqueItem, date_words, read_frame};
use crate::geometry::Point;
use crate::quality::{Asked, Grid, Metric, NamedValue, QualityReport, Rect, Region, measure};
use crate::study::{DisplaySet, Image};

use super::quality_trend::{TrendArgs, trend};
use super::records::open_book;
use super::{Failure, ReaderArgs, SettingsArgs, complain, input, say, view::load_config};

/// So many regions are measured at most, and so many pixels in all.
const REGIONS_MAX: usize = 1_000;
const PIXELS_MAX: u64 = 1 << 25;

/// What is kept of how the images were made: what numbers of one phantom depend on. Free text is left out, since it may name somebody.
const TECHNIQUE: [TechniqueItem; 22] = [
    TechniqueItem::Manufacturer,
    TechniqueItem::Model,
    TechniqueItem::Station,
    TechniqueItem::Kvp,
    TechniqueItem::TubeCurrent,
    TechniqueItem::ExposureTime,
    TechniqueItem::Exposure,
    TechniqueItem::CtdiVol,
    TechniqueItem::Kernel,
    TechniqueItem::Pitch,
    TechniqueItem::Collimation,
    TechniqueItem::FieldOfView,
    TechniqueItem::AnodeTarget,
    TechniqueItem::FilterMaterial,
    TechniqueItem::RepetitionTime,
    TechniqueItem::EchoTime,
    TechniqueItem::FlipAngle,
    TechniqueItem::Averages,
    TechniqueItem::Bandwidth,
    TechniqueItem::FieldStrength,
    TechniqueItem::ScanningSequence,
    TechniqueItem::Coil,
];

/// Arguments of `quality`.
#[derive(Args, Debug)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub(super) struct QualityArgs {
    #[command(subcommand)]
    part: Option<Part>,
    #[command(flatten)]
    measure: MeasureArgs,
}

#[derive(Subcommand, Debug)]
enum Part {
    /// What became of the same numbers of the same phantom: a table over the days, with change and slope.
    Trend(TrendArgs),
}

#[derive(Args, Debug)]
struct MeasureArgs {
    /// Files and folders.
    #[arg(value_name = "INPUT", required = true)]
    inputs: Vec<PathBuf>,
    /// What is counted.
    #[arg(long, value_enum, required = true)]
    metric: Option<MetricArg>,
    /// A rectangle of the image: its first column and row, from 0, and how many; behind @ the image by its place in the stack,
    /// from 1, or the first and last of several. Without @ the image in the middle. May be given several times.
    #[arg(long = "region", value_name = "X,Y,W,H[@N[-M]]", required = true, value_parser = parse_region)]
    regions: Vec<RegionArg>,
    /// The background of cnr.
    #[arg(long, value_name = "X,Y,W,H[@N]", value_parser = parse_region)]
    background: Option<RegionArg>,
    /// Side of the squares of nps in pixels, 16 to 256: they overlap by half. Without it 64, or less where the region is smaller.
    #[arg(long, value_name = "PIXELS", value_parser = clap::value_parser!(u32).range(16..=256))]
    side: Option<u32>,
    /// Series Instance UID; the first series without it.
    #[arg(long, value_name = "UID")]
    series: Option<String>,
    /// The stack of the series, from 1 in the order of `info`; the first without it.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    stack: Option<u32>,
    /// What you call the phantom, for --json: a trend compares only reports of one phantom. No patient's name.
    #[arg(long, value_name = "NAME", default_value = "")]
    phantom: String,
    /// Print one JSON object: a report that `quality trend` reads.
    #[arg(long)]
    json: bool,
    /// Add the report to the book of records, too, which `quality trend --recorded` reads; --phantom has to name the phantom.
    #[arg(long, requires = "operator")]
    record: bool,
    /// Who measured, for --record.
    #[arg(long, value_name = "NAME", requires = "record", value_parser = NonEmptyStringValueParser::new())]
    operator: Option<String>,
    #[command(flatten)]
    settings: SettingsArgs,
}

/// What is counted.
#[derive(ValueEnum, Debug, Clone, Copy)]
enum MetricArg {
    /// Mean over noise, of each region.
    Snr,
    /// Contrast of each region to the background over the noise of the background.
    Cnr,
    /// Of a water phantom: five regions, the centre first, then four at the edge (IEC 61223-3-5).
    Uniformity,
    /// Percent image uniformity of MR (ACR), in the ellipse in one region.
    Piu,
    /// Noise power spectrum, in squares in all regions.
    Nps,
    /// Modulation transfer across a slanted straight edge that goes through one region.
    Mtf,
    /// Modulation transfer across the edge of a disc in the middle of one region.
    MtfDisc,
}

/// A region as it was asked for.
#[derive(Debug, Clone, Copy)]
struct RegionArg {
    rect: Rect,
    /// The first and the last image, from 1; none for that in the middle.
    images: Option<(u32, u32)>,
}

/// What is known of all images that are measured in, once one was looked at.
struct Setting<'a> {
    scale: Scale,
    size: [u32; 2],
    unit: &'a str,
}

pub(super) fn quality(args: &QualityArgs) -> Result<(), Failure> {
    match &args.part {
        Some(Part::Trend(args)) => trend(args),
        None => measure_regions(&args.measure),
    }
}

fn measure_regions(args: &MeasureArgs) -> Result<(), Failure> {
    let metric = args.metric.map(Metric::from).ok_or_else(|| Failure::usage("--metric: name one"))?;
    if args.phantom.chars().count() > 64 || args.phantom.chars().any(char::is_control) {
        return Err(Failure::usage("--phantom: a name is a line of 64 letters at most"));
    }
    if args.record && args.phantom.trim().is_empty() {
        return Err(Failure::usage(
            "--record: name the phantom with --phantom, so that a trend knows it again",
        ));
    }
    let (library, outcome) = input::read(&args.inputs);
    outcome?;
    let sets = input::stacks(&library, args.series.as_deref(), args.stack)?;
    let set = *sets.first().ok_or_else(|| Failure::new("the series has no images"))?;
    let regions = placed(&args.regions, set)?;
    let background = args.background.map(|region| one_of(region, set)).transpose()?;
    let all: Vec<Region> = regions.iter().copied().chain(background).collect();
    let pixels: u64 =
        all.iter().map(|region| u64::from(region.rect.width) * u64::from(region.rect.height)).sum();
    if pixels > PIXELS_MAX {
        return Err(Failure::usage(format!(
            "--region: {pixels} pixels in all, and {PIXELS_MAX} are allowed"
        )));
    }
    let (mut parts, setting) = cut(&all, set)?;
    let background = background.and_then(|_| parts.pop()).map(|(_, grid)| grid);
    let Setting { scale, size, unit } = setting;
    let found = measure(&Asked {
        metric,
        regions: &parts,
        background: background.as_ref(),
        mm: scale.mm_per_pixel,
        side: args.side,
        unit,
    });
    let found = found.map_err(|why| Failure::new(why.to_string()))?;
    let used: BTreeSet<u32> = all.iter().map(|region| region.image).collect();
    let images: Vec<&Image> = used.iter().filter_map(|number| image_of(set, *number)).collect();
    let first = *images.first().ok_or_else(|| Failure::new("the stack has no images"))?;
    let report = QualityReport {
        form: QualityReport::FORM,
        metric,
        phantom: args.phantom.clone(),
        date: day_of(first),
        modality: first.instance.series.modality.clone(),
        sop_class: first.instance.sop_class.clone(),
        unit: unit.to_owned(),
        size,
        spacing_mm: scale.mm_per_pixel.map(|mm| [mm.row, mm.column]),
        spacing_basis: scale.basis.to_string(),
        technique: technique_of(first),
        images: images.iter().map(|image| mark_of(image)).collect(),
        regions,
        background: all.get(parts.len()).copied(),
        side: None,
        values: Vec::new(),
        curve: None,
        software: format!("Hotlight {}", env!("CARGO_PKG_VERSION")),
    }
    .with(found);
    if args.json {
        say(&serde_json::to_string(&report).map_err(|error| Failure::new(error.to_string()))?);
    } else {
        print(&report);
    }
    if images.iter().any(|image| image.instance.image.lossy.is_some()) {
        complain("note: the image was compressed with loss, which changes its noise and its edges");
    }
    args.operator.as_deref().map_or(Ok(()), |operator| record(&report, operator, args))
}

/// Adds a report to the book of records.
fn record(report: &QualityReport, operator: &str, args: &MeasureArgs) -> Result<(), Failure> {
    let book = open_book(&load_config(&args.settings, &ReaderArgs::default())?.settings)?;
    let written = record_quality(&book, report, operator).map_err(Failure::new)?;
    let words = format!("recorded as record {} of {}", written.n, book.path().display());
    if args.json {
        complain(&words);
    } else {
        say(&words);
    }
    Ok(())
}

/// The regions that were asked for, image by image.
fn placed(asked: &[RegionArg], set: &DisplaySet) -> Result<Vec<Region>, Failure> {
    let mut regions = Vec::new();
    for RegionArg { rect, images } in asked {
        let middle = u32::try_from(set.images.len() / 2).unwrap_or(u32::MAX).saturating_add(1);
        let (first, last) = images.unwrap_or((middle, middle));
        for number in [first, last] {
            if image_of(set, number).is_none() {
                let count = set.images.len();
                return Err(Failure::new(format!("there is no image {number} in a stack of {count}")));
            }
        }
        regions.extend((first..=last).map(|image| Region { rect: *rect, image }));
        if regions.len() > REGIONS_MAX {
            return Err(Failure::usage(format!("--region: {REGIONS_MAX} regions are measured at most")));
        }
    }
    Ok(regions)
}

/// A region of one image.
fn one_of(asked: RegionArg, set: &DisplaySet) -> Result<Region, Failure> {
    match placed(&[asked], set)?.as_slice() {
        [region] => Ok(*region),
        _ => Err(Failure::usage("--background: it is of one image")),
    }
}

fn image_of(set: &DisplaySet, number: u32) -> Option<&Image> {
    set.images.get((number as usize).checked_sub(1)?)
}

/// The values of the regions, and what all their images have in common. One image is in memory at a time.
fn cut<'a>(regions: &[Region], set: &'a DisplaySet) -> Result<(Vec<(Region, Grid)>, Setting<'a>), Failure> {
    let mut parts: BTreeMap<usize, Grid> = BTreeMap::new();
    let mut setting: Option<Setting<'a>> = None;
    let numbers: BTreeSet<u32> = regions.iter().map(|region| region.image).collect();
    for number in numbers {
        let at = |why: String| Failure::new(format!("image {number} of the stack: {why}"));
        let image = image_of(set, number).ok_or_else(|| at("it is not there".to_owned()))?;
        let grid = grid_of(image).map_err(at)?;
        for (place, region) in regions.iter().enumerate().filter(|(_, region)| region.image == number) {
            parts.insert(place, grid.cut(region.rect).map_err(|why| at(why.to_string()))?);
            let scale = scale_for(image, &corners(region.rect)).map_err(|why| at(why.to_string()))?;
            let own = Setting { scale, size: [grid.columns(), grid.rows()], unit: image.unit() };
            match &setting {
                None => setting = Some(own),
                Some(first) if !own.is_like(first) => {
                    return Err(at(
                        "its size, pixels or unit are not those of the first region's image".to_owned()
                    ));
                }
                Some(_) => {}
            }
        }
    }
    let setting = setting.ok_or_else(|| Failure::usage("--region: name one"))?;
    Ok((regions.iter().copied().zip(parts.into_values()).collect(), setting))
}

impl Setting<'_> {
    fn is_like(&self, other: &Self) -> bool {
        (&self.scale, self.size, self.unit) == (&other.scale, other.size, other.unit)
    }
}

/// The outer corners of a region, as positions of the image.
fn corners(rect: Rect) -> [Point<crate::geometry::Image>; 2] {
    let (x, y) = (f64::from(rect.x), f64::from(rect.y));
    [Point::flat(x, y), Point::flat(x + f64::from(rect.width), y + f64::from(rect.height))]
}

/// Modality values; what is padding is no number.
fn grid_of(image: &Image) -> Result<Grid, String> {
    let frame = read_frame(&image.instance, image.frame).map_err(|why| why.to_string())?;
    if matches!(frame.pixels, Pixels::Color(_)) {
        return Err("it is in colour, and these numbers are of gray values".to_owned());
    }
    let (modality, padding) = (image.modality_lut(), image.padding_of(&frame));
    let value = |at: usize| {
        let stored =
            frame.stored(at).filter(|stored| !padding.is_some_and(|padding| padding.contains(stored.0)));
        stored.map_or(f64::NAN, |stored| modality.to_modality(stored).0)
    };
    let values = (0..frame.pixels.count()).map(value).collect();
    Grid::new(frame.columns, frame.rows, values).ok_or_else(|| "it has no pixels".to_owned())
}

/// The day on which an image was made, or its study.
fn day_of(image: &Image) -> String {
    let own = image.instance.technique(image.frame, TechniqueItem::AcquisitionDate);
    own.unwrap_or_else(|| date_words(&image.instance.study.date))
}

fn technique_of(image: &Image) -> BTreeMap<String, String> {
    let said =
        |item: TechniqueItem| Some((item.name().to_owned(), image.instance.technique(image.frame, item)?));
    let thickness = image.attributes().thickness_mm.map(|mm| ("slice_thickness".to_owned(), mm.to_string()));
    let lossy = image.instance.image.lossy.is_some().then(|| ("lossy".to_owned(), "yes".to_owned()));
    TECHNIQUE.into_iter().filter_map(said).chain(thickness).chain(lossy).collect()
}

/// What tells an image from others without naming it.
fn mark_of(image: &Image) -> String {
    format!("{:x}#{}", Sha256::digest(image.instance.uid.as_str().as_bytes()), image.frame + 1)
}

fn print(report: &QualityReport) {
    let QualityReport { metric, phantom, date, modality, regions, .. } = report;
    let what: [&str; 4] = [metric.name(), phantom, modality, date];
    say(&what.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · "));
    if let Some([row, column]) = report.spacing_mm {
        let basis = Some(report.spacing_basis.as_str()).filter(|basis| !basis.is_empty());
        say(&format!("pixels {row} × {column} mm ({})", basis.unwrap_or("in the section")));
    }
    let technique: Vec<String> =
        report.technique.iter().map(|(name, text)| format!("{name} {text}")).collect();
    if !technique.is_empty() {
        say(&technique.join(" · "));
    }
    for (at, region) in (1_u32..).zip(regions) {
        say(&format!("region {at}: {region}"));
    }
    if let Some(region) = report.background {
        say(&format!("background: {region}"));
    }
    if let Some(side) = report.side {
        say(&format!(
            "squares of {side} × {side} pixels, half overlapping, a trend of second order taken away"
        ));
    }
    for NamedValue { name, value, unit } in &report.values {
        say(format!("{name:<18} {} {unit}", digits(*value)).trim_end());
    }
    if let Some(curve) = &report.curve {
        let unit = if curve.unit.is_empty() { String::new() } else { format!(", {}", curve.unit) };
        say(&format!("{:<18} {metric}{unit}", "mm⁻¹"));
        for point in &curve.points {
            say(&format!("{:<18} {}", digits(point.per_mm), digits(point.value)));
        }
    }
}

/// A number in five digits.
pub(super) fn digits(value: f64) -> String {
    let size = value.abs();
    let decimals = [10_000.0, 1_000.0, 100.0, 10.0, 1.0].iter().take_while(|least| size < **least).count();
    match decimals {
        _ if size > 0.0 && !(1e-3..1e7).contains(&size) => format!("{value:.4e}"),
        5 if size > 0.0 => format!("{value:.6}"),
        _ => format!("{value:.decimals$}"),
    }
}

fn parse_region(text: &str) -> Result<RegionArg, String> {
    let wanted =
        || "a region is X,Y,W,H in whole pixels, with @N or @N-M behind it for the images".to_owned();
    let number = |text: &str| text.trim().parse::<u32>().ok();
    let (rect, images) = match text.split_once('@') {
        Some((rect, images)) => {
            let (first, last) = images.split_once('-').unwrap_or((images, images));
            let ends = number(first).zip(number(last)).filter(|(first, last)| *first >= 1 && first <= last);
            (rect, Some(ends.ok_or_else(wanted)?))
        }
        None => (text, None),
    };
    let sides: Option<Vec<u32>> = rect.split(',').map(number).collect();
    let [x, y, width, height] = <[u32; 4]>::try_from(sides.unwrap_or_default()).map_err(|_other| wanted())?;
    Ok(RegionArg { rect: Rect { x, y, width, height }, images })
}

impl From<MetricArg> for Metric {
    fn from(arg: MetricArg) -> Self {
        match arg {
            MetricArg::Snr => Self::Snr,
            MetricArg::Cnr => Self::Cnr,
            MetricArg::Uniformity => Self::Uniformity,
            MetricArg::Piu => Self::Piu,
            MetricArg::Nps => Self::Nps,
            MetricArg::Mtf => Self::Mtf,
            MetricArg::MtfDisc => Self::MtfDisc,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn regions_are_read_and_what_is_none_is_refused() {
        let rect = Rect { x: 1, y: 2, width: 30, height: 40 };
        for (text, images) in
            [("1,2,30,40", None), (" 1, 2,30,40@7", Some((7, 7))), ("1,2,30,40@7-19", Some((7, 19)))]
        {
            let found = parse_region(text).expect(text);
            assert_eq!((found.rect, found.images), (rect, images), "{text}");
        }
        for text in [
            "",
            "1,2,3",
            "1,2,3,4,5",
            "-1,2,3,4",
            "1,2,3.5,4",
            "1,2,3,4@0",
            "1,2,3,4@9-7",
            "1,2,3,4@",
            "1,2,3,99999999999",
        ] {
            assert!(parse_region(text).is_err(), "{text}");
        }
    }

    #[test]
    fn numbers_have_five_digits() {
        let told = [0.0, 12.345_678, -1_234.56, 0.123_456_7, 54_321.4, 7.0e-9, 3.0e12].map(digits);
        assert_eq!(told, ["0.00000", "12.346", "-1234.6", "0.123457", "54321", "7.0000e-9", "3.0000e12"]);
    }
}

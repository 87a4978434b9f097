//! `hotlight render`: one image with no window.

use std::path::PathBuf;
use std::sync::Arc;

use clap::{Args, ValueEnum};
use serde::Serialize;

use crate::command::Interpolation;
use crate::dicom::{Frame, SeriesUid, read_frame};
use crate::geometry::{Point, Vector};
use crate::grayscale::{VoiFunction, Window};
use crate::render::gpu::{Engine, Gpu, GpuError};
use crate::render::{Raster, Sampling, SlicePass, cpu, slice_pass};
use crate::session::{Look, View, VoiChoice, Zoom};
use crate::study::{DisplaySet, DisplaySetKind, Image, Library};
use crate::units::PValue;

use super::image_file::{Format, write_npy, write_p_values};
use super::{Failure, input, parse_size, say};

/// Arguments of `render`.
#[derive(Args, Debug)]
pub(super) struct RenderArgs {
    /// Files and folders.
    #[arg(value_name = "INPUT", required = true)]
    inputs: Vec<PathBuf>,
    /// Where to write: .png or .pgm for P-values, .npy for modality values.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// Series Instance UID; the first series without it.
    #[arg(long, value_name = "UID")]
    series: Option<String>,
    /// The frame of a multi-frame object, from 1.
    #[arg(long, value_name = "N", conflicts_with = "slice", value_parser = clap::value_parser!(u32).range(1..))]
    frame: Option<u32>,
    /// The image of the stack, from 1; the middle one without it.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    slice: Option<u32>,
    /// Window center and width, and a function other than `linear`: `linear_exact` or `sigmoid`.
    #[arg(long, value_name = "CENTER,WIDTH[,FUNCTION]", value_parser = parse_voi, allow_hyphen_values = true)]
    voi: Option<Window>,
    /// Which of the image's own windows, from 1.
    #[arg(long, value_name = "N", conflicts_with = "voi", value_parser = clap::value_parser!(u32).range(1..))]
    voi_index: Option<u32>,
    /// Black for white.
    #[arg(long)]
    invert: bool,
    /// Size of the picture; one pixel per image pixel without it.
    #[arg(long, value_name = "WxH", value_parser = parse_size)]
    size: Option<(u32, u32)>,
    /// Picture pixels per image pixel; fits the size without it.
    #[arg(long, value_name = "FACTOR", value_parser = parse_zoom)]
    zoom: Option<f64>,
    /// Moves the image right and down by picture pixels.
    #[arg(long, value_name = "RIGHT,DOWN", value_parser = parse_pair, allow_hyphen_values = true)]
    pan: Option<(f64, f64)>,
    /// What stands between image pixels.
    #[arg(long, value_enum, default_value_t = InterpolationArg::Linear)]
    interpolation: InterpolationArg,
    /// What is written.
    #[arg(long, value_enum, default_value_t = Values::Pvalue)]
    values: Values,
    /// Which engine draws; the graphics card where there is one, without it.
    #[arg(long, value_enum)]
    backend: Option<Backend>,
    /// Also print a JSON line with the picture's geometry, window and fidelity.
    #[arg(long)]
    json: bool,
}

#[derive(ValueEnum, Debug, Clone, Copy, PartialEq, Eq)]
enum Values {
    /// 16-bit gray P-values.
    Pvalue,
    /// float32 modality values, with no window.
    Modality,
}

#[derive(ValueEnum, Debug, Clone, Copy, PartialEq, Eq)]
enum Backend {
    /// The graphics card.
    Gpu,
    /// The exact reference on the processor.
    Cpu,
}

#[derive(ValueEnum, Debug, Clone, Copy)]
enum InterpolationArg {
    /// The nearest pixel.
    Nearest,
    /// Linear.
    Linear,
    /// Cubic.
    Cubic,
}

impl From<InterpolationArg> for Interpolation {
    fn from(arg: InterpolationArg) -> Self {
        match arg {
            InterpolationArg::Nearest => Self::Nearest,
            InterpolationArg::Linear => Self::Linear,
            InterpolationArg::Cubic => Self::Cubic,
        }
    }
}

/// The JSON line: geometry of the picture, window and fidelity.
#[derive(Serialize)]
struct PictureJson<'a> {
    instance: &'a str,
    frame: u32,
    columns: u32,
    rows: u32,
    /// Centre of the picture's first pixel, LPS mm.
    origin_mm: Option<[f64; 3]>,
    row_direction: Option<[f64; 3]>,
    column_direction: Option<[f64; 3]>,
    /// Between rows, between columns of the picture.
    spacing_mm: Option<[f64; 2]>,
    voi: VoiJson,
    inverted: bool,
    presentation_state: Option<()>,
    padding: Option<i64>,
    unit: &'a str,
    fidelity: FidelityJson,
    backend: &'static str,
    problems: Vec<&'static str>,
}

#[derive(Serialize)]
struct VoiJson {
    center: f64,
    width: f64,
    function: &'static str,
}

#[derive(Serialize)]
struct FidelityJson {
    lossy: bool,
    interpolated: bool,
}

/// What was drawn.
enum Picture {
    PValues(Raster<PValue>),
    Modality(Raster<f32>),
}

pub(super) fn render(args: &RenderArgs) -> Result<(), Failure> {
    let format = check_format(args)?;
    let (library, outcome) = input::read(&args.inputs);
    outcome?;
    let (set, image) = choose_image(args, &library)?;
    let at = |why: &dyn std::fmt::Display| {
        Failure::new(format!("{}: {why}", image.instance.path.reveal().display()))
    };
    let pass = slice_pass(image, &view_of(args), &look_of(args, image)?, size_of(args, image))
        .ok_or_else(|| at(&"the image makes no picture of this size"))?;
    let frame = Arc::new(read_frame(&image.instance, image.frame).map_err(|why| at(&why))?);
    let (picture, backend) = draw(args, &pass, &frame)?;
    match &picture {
        Picture::PValues(picture) => write_p_values(&args.out, format, picture),
        Picture::Modality(picture) => write_npy(&args.out, picture),
    }
    .map_err(Failure::new)?;
    if args.json {
        let json = serde_json::to_string(&describe(set, image, &pass, args.invert, backend));
        say(&json.map_err(|error| Failure::new(error.to_string()))?);
    }
    Ok(())
}

fn check_format(args: &RenderArgs) -> Result<Format, Failure> {
    let wanted = match args.values {
        Values::Pvalue => "--values pvalue writes .png or .pgm",
        Values::Modality => "--values modality writes .npy",
    };
    Format::of(&args.out)
        .filter(|format| (*format == Format::Npy) == (args.values == Values::Modality))
        .ok_or_else(|| Failure::usage(format!("{}: {wanted}", args.out.display())))
}

fn choose_image<'a>(args: &RenderArgs, library: &'a Library) -> Result<(&'a DisplaySet, &'a Image), Failure> {
    let uid = args.series.as_deref().map(SeriesUid::new);
    let set = library
        .display_sets()
        .filter(|(_, series, _)| uid.as_ref().is_none_or(|uid| series.attributes.uid == *uid))
        .map(|(_, _, set)| set.as_ref())
        .find(|set| args.frame.is_none() || set.kind == DisplaySetKind::Cine)
        .ok_or_else(|| {
            let what = if args.frame.is_some() { "multi-frame object of a series" } else { "series" };
            Failure::new(format!("no {what} {} in the inputs", args.series.as_deref().unwrap_or("")))
        })?;
    let number = args.slice.or(args.frame).map(|number| number as usize);
    let index = number.map_or(set.images.len() / 2, |number| number - 1);
    let image = set.images.get(index).ok_or_else(|| {
        Failure::new(format!("there is no image {} in a stack of {}", index + 1, set.images.len()))
    })?;
    Ok((set, image))
}

fn size_of(args: &RenderArgs, image: &Image) -> (u32, u32) {
    let header = &image.instance.image;
    args.size.unwrap_or((header.columns, header.rows))
}

/// Without a size or a zoom each picture pixel is an image pixel, whatever the shape of a pixel.
fn view_of(args: &RenderArgs) -> View {
    let zoom = match (args.zoom, args.size) {
        (Some(factor), _) => Zoom::DevicePixels(factor),
        (None, Some(_)) => Zoom::Fit,
        (None, None) => Zoom::Stored,
    };
    let (right, down) = args.pan.unwrap_or((0.0, 0.0));
    let scale = args.zoom.unwrap_or(1.0);
    View { zoom, center_offset: Vector::flat(-right / scale, -down / scale) }
}

fn look_of(args: &RenderArgs, image: &Image) -> Result<Look, Failure> {
    let own = image.own_windows().count();
    let voi = match (args.voi, args.voi_index) {
        (Some(window), _) => VoiChoice::Hand(window),
        (None, Some(place)) if place as usize > own => {
            return Err(Failure::new(format!("--voi-index {place}: the image states {own} windows")));
        }
        (None, Some(place)) => VoiChoice::Own(place as usize - 1),
        (None, None) => VoiChoice::Own(0),
    };
    Ok(Look { voi, is_inverted: args.invert, interpolation: args.interpolation.into() })
}

fn draw(args: &RenderArgs, pass: &SlicePass, frame: &Arc<Frame>) -> Result<(Picture, &'static str), Failure> {
    let gpu = match args.backend {
        Some(Backend::Cpu) => None,
        Some(Backend::Gpu) => Some(Gpu::headless().map_err(|error| Failure::new(error.to_string()))?),
        // Both engines agree; the card is only faster.
        None => Gpu::headless().ok(),
    };
    let failed = |error: GpuError| Failure::new(error.to_string());
    let picture = match (&gpu, args.values) {
        (None, Values::Pvalue) => Picture::PValues(cpu::p_values(pass, frame)),
        (None, Values::Modality) => Picture::Modality(cpu::modality_values(pass, frame)),
        (Some(gpu), Values::Pvalue) => Picture::PValues(
            Engine::headless(gpu).and_then(|mut engine| engine.p_values(pass, frame)).map_err(failed)?,
        ),
        (Some(gpu), Values::Modality) => Picture::Modality(
            Engine::headless(gpu)
                .and_then(|mut engine| engine.modality_values(pass, frame))
                .map_err(failed)?,
        ),
    };
    Ok((picture, if gpu.is_some() { "gpu" } else { "cpu" }))
}

fn describe<'a>(
    set: &'a DisplaySet,
    image: &'a Image,
    pass: &SlicePass,
    is_inverted: bool,
    backend: &'static str,
) -> PictureJson<'a> {
    let patient_from_view = image.plane.map(|plane| plane.patient_from_image() * pass.image_from_view);
    let (columns, rows) = pass.view_size;
    let window = pass.gray.window;
    PictureJson {
        instance: image.instance.uid.as_str(),
        frame: image.frame + 1,
        columns,
        rows,
        origin_mm: patient_from_view.map(|map| (map * Point::flat(0.5, 0.5)).xyz.to_array()),
        row_direction: image.plane.map(|plane| plane.row_direction.xyz.to_array()),
        column_direction: image.plane.map(|plane| plane.column_direction.xyz.to_array()),
        spacing_mm: patient_from_view.map(|map| [map.y_axis().length(), map.x_axis().length()]),
        voi: VoiJson { center: window.center(), width: window.width(), function: window.function().name() },
        inverted: is_inverted,
        presentation_state: None,
        padding: image.instance.gray.padding,
        unit: image.unit(),
        fidelity: FidelityJson {
            lossy: image.instance.image.lossy.is_some(),
            interpolated: pass.sampling != Sampling::Nearest,
        },
        backend,
        problems: set.findings.iter().map(crate::study::Finding::name).collect(),
    }
}

fn parse_voi(text: &str) -> Result<Window, String> {
    let parts: Vec<&str> = text.split(',').map(str::trim).collect();
    let (center, width, function) = match *parts.as_slice() {
        [center, width] => (center, width, VoiFunction::Linear),
        [center, width, name] => {
            (center, width, name.parse().map_err(|error: crate::grayscale::WindowError| error.to_string())?)
        }
        _ => return Err("a window is CENTER,WIDTH[,FUNCTION]".to_owned()),
    };
    let number =
        |text: &str| text.parse::<f64>().map_err(|_not_a_number| format!("'{text}' is not a number"));
    Window::with_function(number(center)?, number(width)?, function).map_err(|error| error.to_string())
}

fn parse_zoom(text: &str) -> Result<f64, String> {
    let factor = text.parse::<f64>().ok().filter(|factor| factor.is_finite() && *factor > 0.0);
    factor.ok_or_else(|| "a zoom is a number above 0".to_owned())
}

fn parse_pair(text: &str) -> Result<(f64, f64), String> {
    let number = |text: &str| text.trim().parse::<f64>().ok().filter(|number| number.is_finite());
    text.split_once(',')
        .and_then(|(right, down)| Some((number(right)?, number(down)?)))
        .ok_or_else(|| "two numbers are RIGHT,DOWN".to_owned())
}

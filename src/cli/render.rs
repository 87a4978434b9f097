//! `hotlight render`: one image, or one reformat, with no window.

use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
use serde::Serialize;

use crate::app::{Clock, Still};
use crate::color::ColorTransform;
use crate::dicom::{Frame, ReadError, Source, read_frame, read_subtracted};
use crate::geometry::Vector;
use crate::grayscale::{DisplayTable, Window};
use crate::presentation::PresentationState;
use crate::render::gpu::{Engine, Gpu, GpuError};
use crate::render::{
    CurvedPass, LayerPass, PixelTransform, Raster, ReformatPass, SlicePass, cpu, gray_transform, sampling_of,
    slice_pass,
};
use crate::session::{Applied, DeviceRect, Hidden, Look, View, VoiChoice, Zoom};
use crate::study::{DisplaySet, Image, Library};
use crate::units::PValue;
use crate::volume::Slab;

use super::blended::Blended;
use super::choices::{Backend, InterpolationArg, MaskArg, OverlayArg, Values};
use super::curved::CurveArgs;
use super::display::PanelArgs;
use super::image_file::{Format, write_colors, write_gray, write_npy};
use super::over::{LayerJson, Over, OverArgs, laid_over};
use super::parse::{parse_pair, parse_voi, parse_zoom};
use super::picture_json::{describe, not_in_picture};
use super::reformat::{ReformatArgs, describe_reformat, read_volume};
use super::{Failure, complain, input, parse_size, say};

/// Arguments of `render`.
#[derive(Args, Debug)]
pub(super) struct RenderArgs {
    /// Files and folders.
    #[arg(value_name = "INPUT", required = true)]
    inputs: Vec<PathBuf>,
    /// Where to write: .png or .pgm for P-values and driving levels, .png for colours, .npy for modality values.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// Series Instance UID; the first series without it.
    #[arg(long, value_name = "UID")]
    series: Option<String>,
    /// The stack of the series, from 1 in the order of `info`; the first without it.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    stack: Option<u32>,
    /// The frame by its place in the file, from 1: of the series' first multi-frame object, in whichever stack it lies.
    #[arg(long, value_name = "N", conflicts_with = "slice", value_parser = clap::value_parser!(u32).range(1..))]
    frame: Option<u32>,
    /// The image by its place in the stack, from 1; the middle one without it.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    slice: Option<u32>,
    /// A presentation state; without a series, frame or slice the first image that it is for is drawn.
    #[arg(long, value_name = "FILE")]
    presentation: Option<PathBuf>,
    /// Window center and width, and a function other than `linear`: `linear_exact` or `sigmoid`.
    #[arg(long, value_name = "CENTER,WIDTH[,FUNCTION]", value_parser = parse_voi, allow_hyphen_values = true)]
    voi: Option<Window>,
    /// Which of the image's own windows, from 1.
    #[arg(long, value_name = "N", conflicts_with = "voi", value_parser = clap::value_parser!(u32).range(1..))]
    voi_index: Option<u32>,
    /// Whether the mask of an angiogram is subtracted, before any window.
    #[arg(long, value_enum, default_value_t = MaskArg::Stated)]
    mask: MaskArg,
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
    /// What lies over the image.
    #[arg(long, value_enum, default_value_t = OverlayArg::None)]
    overlay: OverlayArg,
    /// What is written.
    #[arg(long, value_enum, default_value_t = Values::Pvalue)]
    values: Values,
    #[command(flatten)]
    reformat: ReformatArgs,
    #[command(flatten)]
    over: OverArgs,
    #[command(flatten)]
    curve: CurveArgs,
    #[command(flatten)]
    panel: PanelArgs,
    /// Which engine draws; without it the graphics card where there is one, and the processor for modality values.
    #[arg(long, value_enum)]
    backend: Option<Backend>,
    /// Also print a JSON line with the picture's geometry, window and fidelity.
    #[arg(long)]
    json: bool,
}

/// What was drawn.
enum Picture {
    /// P-values or driving levels, and which of them is white.
    Gray(Raster<u16>, u16),
    Colors(Raster<[u8; 3]>),
    Modality(Raster<f32>),
}

pub(super) fn render(clock: Clock, args: &RenderArgs) -> Result<(), Failure> {
    let format = check_format(args)?;
    check_words(args, format)?;
    // What the screen would show is planned with the state among the images.
    let beside = args.presentation.as_deref().filter(|_| args.overlay == OverlayArg::All);
    let (library, outcome) = input::read_beside(&args.inputs, beside);
    outcome?;
    let state = read_state(args)?;
    let (set, image) = match state.as_ref().and_then(|state| first_image_of(args, &library, state)) {
        Some(found) => found,
        None => choose_image(args, &library)?,
    };
    let at = |why: &dyn std::fmt::Display| {
        Failure::new(format!("{}: {why}", image.instance.source.name().reveal()))
    };
    let look = look_of(args, image)?;
    let layer = args.over.read(&library, (set, image), complain_of)?;
    if args.curve.is_there() || args.reformat.is_there()? {
        return render_reformat(args, set, image, &look, layer.as_ref(), format);
    }
    if state.as_ref().is_some_and(|state| !image.is_of(state)) {
        return Err(at(&"the presentation state is not for this image"));
    }
    let applied = Applied::of_state(state.as_ref()).subtracting(image, &args.mask.into());
    let frame = Arc::new(read(image, &applied).map_err(|why| at(&why))?);
    let applied = applied.covering(image, &frame);
    let not_applied = not_in_picture(&applied, &look, image, args.overlay);
    for why in &not_applied {
        complain_partly(why);
    }
    let (size, view) = (size_of(args, image, &applied), view_of(args, image, &applied));
    let pass = slice_pass(image, &frame, &view, &look, &applied, size)
        .ok_or_else(|| at(&"the image makes no picture of this size"))?;
    if args.overlay == OverlayArg::All {
        if state.as_ref().is_some_and(|state| state.blending.is_some()) {
            return Err(at(&"--overlay all draws nothing of a blending state; use --overlay burned"));
        }
        let still = Still {
            library: &library,
            image,
            frame,
            state: state.as_deref(),
            masked: args.mask.into(),
            view,
            look: look.clone(),
            size,
        };
        let picture = still.draw(clock).map_err(|why| at(&why))?;
        write(args, format, &Picture::Colors(picture))?;
        return say_json(args, || describe(set, image, &pass, (&applied, not_applied), None, &look, "gpu"));
    }
    let pass = match &layer {
        Some(layer) => {
            let plane = image
                .plane
                .ok_or_else(|| at(&"it does not say where it lies, so that nothing lies over it"))?;
            let patient_from_view = plane.patient_from_image() * pass.image_from_view;
            pass.under(layer.pass(patient_from_view, Slab::PLANE, sampling_of(look.interpolation)))
        }
        None => pass,
    };
    // What the reader of the command wants comes before what a state superimposes.
    let blended = state.as_ref().filter(|_| layer.is_none());
    let blended =
        blended.map(|state| Blended::read(state, set, image, &library, complain_of)).transpose()?.flatten();
    let pass = match blended.as_ref().zip(image.plane) {
        Some((blended, plane)) => {
            let patient_from_view = plane.patient_from_image() * pass.image_from_view;
            pass.under(blended.pass(patient_from_view, sampling_of(look.interpolation)))
        }
        None => pass,
    };
    if !pass.is_gray() && format == Format::Pgm {
        return Err(at(&"colours are written as .png, not as .pgm"));
    }
    let (mut picture, backend) = draw(args, &pass, &frame)?;
    let over = cpu::tints(&pass, &frame).filter(|_| args.values != Values::Modality);
    if let (Picture::Colors(picture), Values::Pvalue | Values::Ddl) = (&mut picture, args.values) {
        let transform = ColorTransform::between(applied.profile(&look, image), None);
        to_srgb(picture, &transform.map_err(|why| at(&why))?);
    }
    if let Some(layer) = &pass.layer {
        picture = under(args, layer, picture, (size, pass.covered()))?;
    }
    if let (Picture::Colors(picture), Values::Pvalue | Values::Ddl) = (&mut picture, args.values) {
        lay_over(picture, over);
    } else if over.is_some() {
        complain("warning: the colours over the gray picture are not written, only their gray");
    }
    write(args, format, &picture)?;
    let layer = layer.as_ref().map(Over::describe);
    let layer = layer.or_else(|| LayerJson::of(&blended.as_ref()?.layer));
    say_json(args, || describe(set, image, &pass, (&applied, not_applied), layer, &look, backend))
}

/// Tells of an image that cannot be read.
fn complain_of(image: &Image, why: &ReadError) {
    complain(&format!("error: {}: {why}", image.instance.source.name().reveal()));
}

/// Tells what a presentation state asks for and is not in the picture.
pub(super) fn complain_partly(why: &dyn std::fmt::Display) {
    complain(&format!("warning: the presentation state is applied in part: {why}"));
}

/// A plane, a slab or a curve through the volume of a display set, with the window of an image in its middle.
fn render_reformat(
    args: &RenderArgs,
    set: &DisplaySet,
    image: &Image,
    look: &Look,
    layer: Option<&Over<'_>>,
    format: Format,
) -> Result<(), Failure> {
    let transfer = args.reformat.transfer()?;
    let volume = read_volume(set, complain_of)?;
    if let Some(transfer) = transfer {
        let pass = args.reformat.rendering(transfer, &volume, args.size)?;
        if args.values == Values::Modality {
            return Err(Failure::usage("--values modality: a rendering has no modality values"));
        }
        if format == Format::Pgm {
            return Err(Failure::usage("a rendering is written as .png, not as .pgm"));
        }
        let by_card = |engine: &mut Engine| engine.rendering_colors(&pass);
        let (colors, backend) = drawn(args, by_card, || cpu::rendering_colors(&pass))?;
        write(args, format, &Picture::Colors(colors))?;
        return say_json(args, || args.reformat.describe_rendering(set, image, &pass, backend));
    }
    let frame = read_frame(&image.instance, image.frame).map_err(|why| Failure::new(why.to_string()))?;
    let transform = gray_transform(image, Some(&frame), look, &Applied::NONE);
    let transform = transform.ok_or_else(|| Failure::new("the stack has no window"))?;
    let sampling = sampling_of(look.interpolation);
    if args.curve.is_there() && layer.is_some() {
        return Err(Failure::usage("--over lays nothing over a picture along a --curve"));
    }
    if let Some(pass) = args.curve.pass(&args.reformat, &volume, args.size, &transform)? {
        let pass = CurvedPass { sampling, ..pass };
        let (picture, backend) = draw_curved(args, &pass)?;
        write(args, format, &picture)?;
        return say_json(args, || args.curve.describe(set, image, &pass, look.is_inverted, backend));
    }
    let pass = ReformatPass { sampling, ..args.reformat.pass(&volume, args.size, transform)? };
    let (mut picture, backend) = draw_reformat(args, &pass)?;
    if let Some(layer) = layer {
        let patient_from_view = *volume.patient_from_voxel() * pass.voxel_from_view;
        let layer = layer.pass(patient_from_view, pass.slab, pass.sampling);
        let (width, height) = pass.view_size;
        picture =
            under(args, &layer, picture, (pass.view_size, Some(DeviceRect { x: 0, y: 0, width, height })))?;
    }
    write(args, format, &picture)?;
    let layer = layer.map(Over::describe);
    say_json(args, || describe_reformat(set, image, &pass, layer, look.is_inverted, backend))
}

/// A picture under a layer: in colours, as of sRGB.
fn under(
    args: &RenderArgs,
    layer: &LayerPass,
    picture: Picture,
    (size, covered): ((u32, u32), Option<DeviceRect>),
) -> Result<Picture, Failure> {
    let by_card = |engine: &mut Engine| engine.layer_p_values(layer, size);
    let (over, _) = drawn(args, by_card, || cpu::layer_p_values(layer, size))?;
    Ok(Picture::Colors(match picture {
        Picture::Gray(gray, white) => {
            let level = |value: u16| f64::from(value) * 255.0 / f64::from(white);
            laid_over(layer, &over, covered, gray.values.into_iter().map(|value| [level(value); 3]))
        }
        Picture::Colors(colors) => {
            laid_over(layer, &over, covered, colors.values.into_iter().map(|color| color.map(f64::from)))
        }
        Picture::Modality(_) => return Ok(picture),
    }))
}

fn draw_reformat(args: &RenderArgs, pass: &ReformatPass) -> Result<(Picture, &'static str), Failure> {
    let panel = panel(args)?;
    let by_card = |engine: &mut Engine| match args.values {
        Values::Modality => engine.reformat_modality_values(pass).map(Picture::Modality),
        Values::Pvalue | Values::Ddl => engine.reformat_p_values(pass).map(|picture| panel.gray(picture)),
    };
    drawn(args, by_card, || match args.values {
        Values::Modality => Picture::Modality(cpu::reformat_modality_values(pass)),
        Values::Pvalue | Values::Ddl => panel.gray(cpu::reformat_p_values(pass)),
    })
}

fn draw_curved(args: &RenderArgs, pass: &CurvedPass) -> Result<(Picture, &'static str), Failure> {
    let panel = panel(args)?;
    let by_card = |engine: &mut Engine| match args.values {
        Values::Modality => engine.curved_modality_values(pass).map(Picture::Modality),
        Values::Pvalue | Values::Ddl => engine.curved_p_values(pass).map(|picture| panel.gray(picture)),
    };
    drawn(args, by_card, || match args.values {
        Values::Modality => Picture::Modality(cpu::curved_modality_values(pass)),
        Values::Pvalue | Values::Ddl => panel.gray(cpu::curved_p_values(pass)),
    })
}

/// The card that is asked for; nothing where the processor draws.
fn card(args: &RenderArgs) -> Result<Option<Gpu>, Failure> {
    match (args.backend, args.values) {
        // Numbers for measuring are those of double precision.
        (Some(Backend::Cpu), _) | (None, Values::Modality) => Ok(None),
        (Some(Backend::Gpu), _) => Gpu::headless().map(Some).map_err(|error| Failure::new(error.to_string())),
        // Both engines agree; the card is only faster.
        (None, Values::Pvalue | Values::Ddl) => Ok(Gpu::headless().ok()),
    }
}

/// What is drawn, and by which engine: by the processor what the card cannot, unless the card is asked for.
fn drawn<T>(
    args: &RenderArgs,
    by_card: impl FnOnce(&mut Engine) -> Result<T, GpuError>,
    by_processor: impl FnOnce() -> T,
) -> Result<(T, &'static str), Failure> {
    let Some(gpu) = card(args)? else { return Ok((by_processor(), "cpu")) };
    match Engine::headless(&gpu).and_then(|mut engine| by_card(&mut engine)) {
        Ok(picture) => Ok((picture, "gpu")),
        Err(why) if args.backend.is_none() => {
            complain(&format!("warning: {why}: the processor draws"));
            Ok((by_processor(), "cpu"))
        }
        Err(why) => Err(Failure::new(why.to_string())),
    }
}

fn write(args: &RenderArgs, format: Format, picture: &Picture) -> Result<(), Failure> {
    let shape = |width: u32, height: u32| [height, width, 3];
    match (picture, format) {
        (Picture::Gray(picture, white), _) => write_gray(&args.out, format, picture, *white),
        (Picture::Modality(picture), _) => {
            let shape = shape(picture.width, picture.height);
            write_npy(&args.out, &shape[..2], picture.values.iter().copied())
        }
        (Picture::Colors(picture), Format::Npy) => {
            let levels = picture.values.as_flattened().iter().copied().map(f32::from);
            write_npy(&args.out, &shape(picture.width, picture.height), levels)
        }
        (Picture::Colors(picture), _) => write_colors(&args.out, picture),
    }
    .map_err(Failure::new)
}

fn say_json<T: Serialize>(args: &RenderArgs, describe: impl FnOnce() -> T) -> Result<(), Failure> {
    if args.json {
        let json = serde_json::to_string(&describe());
        say(&json.map_err(|error| Failure::new(error.to_string()))?);
    }
    Ok(())
}

/// From P-values to what is written.
struct Panel(Option<DisplayTable>);

impl Panel {
    fn gray(&self, Raster { width, height, values }: Raster<PValue>) -> Picture {
        let white = self.0.as_ref().map_or(PValue::WHITE.0, |table| table.highest().0);
        let value = |p: PValue| self.0.as_ref().map_or(p.0, |table| table.at(p).0);
        Picture::Gray(Raster { width, height, values: values.into_iter().map(value).collect() }, white)
    }
}

/// Driving levels are looked up here, in the table that the card's last pass would take.
fn panel(args: &RenderArgs) -> Result<Panel, Failure> {
    Ok(Panel(if args.values == Values::Ddl { Some(args.panel.table()?) } else { None }))
}

/// The frame that is drawn: less its mask where that is subtracted.
fn read(image: &Image, applied: &Applied<'_>) -> Result<Frame, ReadError> {
    let stored = |frame| read_frame(&image.instance, frame);
    applied.subtraction.as_ref().map_or_else(
        || stored(image.frame),
        |mask| read_subtracted(&image.instance, image.frame, mask, |frame| stored(frame).map(Arc::new)),
    )
}

fn check_format(args: &RenderArgs) -> Result<Format, Failure> {
    let wanted = match args.values {
        Values::Pvalue => "--values pvalue writes .png or .pgm",
        Values::Modality => "--values modality writes .npy",
        Values::Ddl => "--values ddl writes .png or .pgm",
    };
    if args.over.is_there() && args.values == Values::Modality {
        return Err(Failure::usage("--over: what lies over a picture changes no modality values"));
    }
    if args.over.is_there() && Format::of(&args.out) == Some(Format::Pgm) {
        return Err(Failure::usage("--over: colours are written as .png, not as .pgm"));
    }
    if args.panel.is_there() && args.values != Values::Ddl {
        return Err(Failure::usage("--luminance: driving levels are what --values ddl writes"));
    }
    Format::of(&args.out)
        .filter(|format| (*format == Format::Npy) == (args.values == Values::Modality))
        .ok_or_else(|| Failure::usage(format!("{}: {wanted}", args.out.display())))
}

/// Words need letters, which the card draws, and colours.
fn check_words(args: &RenderArgs, format: Format) -> Result<(), Failure> {
    let faults = [
        (args.values != Values::Pvalue, "a picture of the screen is written with --values pvalue"),
        (format != Format::Png, "colours are written as .png, not as .pgm"),
        (args.backend == Some(Backend::Cpu), "letters are drawn by the graphics card alone"),
        (args.over.is_there(), "nothing is laid under words; leave out --over"),
    ];
    match faults.into_iter().find(|(is_so, _)| *is_so) {
        Some((_, why)) if args.overlay == OverlayArg::All => {
            Err(Failure::usage(format!("--overlay all: {why}")))
        }
        _ => Ok(()),
    }
}

fn choose_image<'a>(args: &RenderArgs, library: &'a Library) -> Result<(&'a DisplaySet, &'a Image), Failure> {
    let sets = input::stacks(library, args.series.as_deref(), args.stack)?;
    match args.frame {
        Some(number) => choose_frame(&sets, number),
        None => choose_slice(&sets, args.slice),
    }
}

fn choose_slice<'a>(
    sets: &[&'a DisplaySet],
    slice: Option<u32>,
) -> Result<(&'a DisplaySet, &'a Image), Failure> {
    let set = *sets.first().ok_or_else(|| Failure::new("the series has no images"))?;
    let index = slice.map_or(set.images.len() / 2, |number| number as usize - 1);
    let image = set.images.get(index).ok_or_else(|| {
        Failure::new(format!("there is no image {} in a stack of {}", index + 1, set.images.len()))
    })?;
    Ok((set, image))
}

fn choose_frame<'a>(sets: &[&'a DisplaySet], number: u32) -> Result<(&'a DisplaySet, &'a Image), Failure> {
    let images = || sets.iter().flat_map(|set| set.images.iter().map(move |image| (*set, image)));
    let first = images().find(|(_, image)| image.instance.image.frames > 1);
    let (_, first) = first.ok_or_else(|| Failure::new("--frame: the series has no multi-frame object"))?;
    let is_it = |image: &Image| image.frame + 1 == number && Arc::ptr_eq(&image.instance, &first.instance);
    images().find(|(_, image)| is_it(image)).ok_or_else(|| {
        let count = first.instance.image.frames_present;
        Failure::new(format!("there is no frame {number} here of the object's {count}"))
    })
}

/// The state of `--presentation`.
fn read_state(args: &RenderArgs) -> Result<Option<Arc<PresentationState>>, Failure> {
    let Some(path) = &args.presentation else { return Ok(None) };
    let at = |why: &dyn std::fmt::Display| Failure::new(format!("{}: {why}", path.display()));
    let state = PresentationState::read(&Source::file(path)).map_err(|why| at(&why))?;
    state.map(|state| Some(Arc::new(state))).ok_or_else(|| at(&"not a presentation state"))
}

/// The first image that a state is for; nothing where the arguments name another way to choose.
fn first_image_of<'a>(
    args: &RenderArgs,
    library: &'a Library,
    state: &PresentationState,
) -> Option<(&'a DisplaySet, &'a Image)> {
    if args.series.is_some() || args.stack.is_some() || args.frame.is_some() || args.slice.is_some() {
        return None;
    }
    let sets = library.display_sets().map(|(.., set)| set.as_ref());
    let mut images = sets.flat_map(|set: &DisplaySet| set.images.iter().map(move |image| (set, image)));
    images.find(|(_, image)| image.is_of(state))
}

/// The longest side of a picture whose size nobody states.
const SIDE_MAX: f64 = 16_384.0;

/// Without a size as many picture pixels as there are image pixels in what is shown.
fn size_of(args: &RenderArgs, image: &Image, applied: &Applied<'_>) -> (u32, u32) {
    let framing = applied.framing(image);
    let (columns, rows) = framing.size;
    let scale = framing.magnification.unwrap_or(1.0);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to a side")]
    let [columns, rows] =
        [columns * scale, rows * scale].map(|side| side.round().clamp(1.0, SIDE_MAX) as u32);
    let size = if framing.turn.swaps_sides() { (rows, columns) } else { (columns, rows) };
    args.size.unwrap_or(size)
}

/// Without a size or a zoom each picture pixel is an image pixel, whatever the shape of a pixel, unless a presentation state
/// says how many there are.
fn view_of(args: &RenderArgs, image: &Image, applied: &Applied<'_>) -> View {
    let zoom = match (args.zoom, args.size, applied.framing(image).magnification) {
        (Some(factor), ..) => Zoom::DevicePixels(factor),
        (None, Some(_), _) | (None, None, Some(_)) => Zoom::Fit,
        (None, None, None) => Zoom::Stored,
    };
    let (right, down) = args.pan.unwrap_or((0.0, 0.0));
    let scale = args.zoom.unwrap_or(1.0);
    View { zoom, center_offset: Vector::flat(-right / scale, -down / scale), ..View::default() }
}

fn look_of(args: &RenderArgs, image: &Image) -> Result<Look, Failure> {
    if image.instance.pixels.is_color() && (args.voi.is_some() || args.voi_index.is_some()) {
        return Err(Failure::new("a colour image has no window"));
    }
    let own = image.own_voi().count();
    let voi = match (args.voi, args.voi_index) {
        (Some(window), _) => VoiChoice::Hand(window),
        (None, Some(place)) if place as usize > own => {
            return Err(Failure::new(format!(
                "--voi-index {place}: the image states {own} windows and tables"
            )));
        }
        (None, Some(place)) => VoiChoice::Own(place as usize - 1),
        (None, None) => VoiChoice::Own(0),
    };
    // Modality values come before the polarity, of gray and of colour.
    let is_inverted = args.invert && args.values != Values::Modality;
    let is_bare = args.overlay == OverlayArg::None || args.values == Values::Modality;
    let hidden = Hidden { planes: is_bare, shutter: is_bare };
    Ok(Look { voi, is_inverted, interpolation: args.interpolation.into(), hidden, ..Look::default() })
}

fn draw(args: &RenderArgs, pass: &SlicePass, frame: &Arc<Frame>) -> Result<(Picture, &'static str), Failure> {
    let panel = panel(args)?;
    let gray = |picture: Raster<PValue>| match &pass.palette {
        None => panel.gray(picture),
        Some(palette) => Picture::Colors(Raster {
            width: picture.width,
            height: picture.height,
            values: picture.values.into_iter().map(|p| palette.at(p)).collect(),
        }),
    };
    let by_card = |engine: &mut Engine| match (&pass.transform, args.values) {
        (PixelTransform::Color { .. }, _) => engine.colors(pass, frame).map(Picture::Colors),
        (PixelTransform::Gray(_), Values::Modality) => {
            engine.modality_values(pass, frame).map(Picture::Modality)
        }
        (PixelTransform::Gray(_), Values::Pvalue | Values::Ddl) => engine.p_values(pass, frame).map(gray),
    };
    drawn(args, by_card, || match (&pass.transform, args.values) {
        (PixelTransform::Color { .. }, _) => Picture::Colors(cpu::colors(pass, frame)),
        (PixelTransform::Gray(_), Values::Modality) => Picture::Modality(cpu::modality_values(pass, frame)),
        (PixelTransform::Gray(_), Values::Pvalue | Values::Ddl) => gray(cpu::p_values(pass, frame)),
    })
}

/// Applies the ICC profile; what has none that can be applied is taken to be of sRGB.
fn to_srgb(picture: &mut Raster<[u8; 3]>, transform: &ColorTransform) {
    for color in &mut picture.values {
        *color = transform.at(*color);
    }
}

/// Puts the colours that lie over a picture onto it.
fn lay_over(picture: &mut Raster<[u8; 3]>, over: Option<Raster<[u8; 4]>>) {
    let over = over.into_iter().flat_map(|over| over.values);
    for (color, [red, green, blue, is_there]) in picture.values.iter_mut().zip(over) {
        if is_there == u8::MAX {
            *color = [red, green, blue];
        }
    }
}

//! What graphics of presentation states cost: scrolling with 500 of them on every image, the same or its own, and switching
//! the state.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::Serialize;

use crate::app::{
    Appearance, Clock, Desk, LiveSettings, OFFSCREEN_REST, Reading, ReadingOptions, Trace, WindowPlaces,
    Zone, parse_script, run_offscreen, session_settings,
};
use crate::config::{Config, Sources};
use crate::dicom::{Creation, Instance, InstanceUid, SeriesUid, Source};
use crate::geometry::Turn;
use crate::grayscale::{Polarity, WindowPresets};
use crate::phantom::Phantom;
use crate::presentation::{
    Anchor, CompoundKind, CompoundObject, GraphicAnnotation, GraphicKind, GraphicLayer, GraphicObject,
    GraphicUnits, LineStyle, PresentationLut, PresentationState, ReferencedImage, ReferencedSeries,
    StateColors, StateKind, StateModality, StateShutter, Subset, TextObject, Ticks, Tint,
};
use crate::session::Event;
use crate::study::Image;
use crate::units::{PValue, Phi};

use super::{Failure, input};

/// Graphic objects on every image.
const OBJECTS: u32 = 500;
const SLICES: u32 = 40;
const SIZE: (u32, u32) = (1920, 1080);

/// The states' numbers in the list.
const SAME: &str = "1";
const OWN: &str = "2";

/// Milliseconds a picture, window and all, on a screen of 1920 × 1080; the fastest of all runs, which take turns.
#[derive(Serialize)]
pub(super) struct Graphics {
    objects: u32,
    scroll_ms: f64,
    /// The same graphics on every image.
    scroll_with_graphics_ms: f64,
    scroll_over_scroll: f64,
    /// Each image has its own, and none of them was seen before: there is one such run.
    scroll_first_time_ms: f64,
    first_time_over_scroll: f64,
    /// Those once more.
    scroll_again_ms: f64,
    again_over_scroll: f64,
    /// From the command that applies the state, or takes it away, to the next one: its picture is drawn then.
    switch_ms: f64,
}

/// Measures; there has to be a graphics adapter.
pub(super) fn graphics(clock: Clock, runs: u32) -> Result<Graphics, Failure> {
    let failure = |error: &dyn std::fmt::Display| Failure::new(error.to_string());
    let folder = tempfile::TempDir::new().map_err(|error| failure(&error))?;
    let study = folder.path().join("study");
    Phantom::chest_ct().with_slices(SLICES).write_into(&study).map_err(|error| failure(&error))?;
    let (library, outcome) = input::read(std::slice::from_ref(&study));
    outcome?;
    let images: Vec<&Image> = library.display_sets().flat_map(|(_, _, set)| &set.images).collect();
    let image = images.first().ok_or_else(|| Failure::new("there is no image"))?;
    for (name, state) in [("same", same(&images, &image.instance)), ("own", own(&images, &image.instance))] {
        state.to_object(&image.instance).write_to(&study.join(name)).map_err(|error| failure(&error))?;
    }
    let scroll = "scroll first\n".to_owned() + &"scroll +1\n".repeat(SLICES as usize - 1);
    // A picture whose image was not drawn before sends its pixels to the card: the first run warms up.
    let warm_up = format!("presentation none\n{scroll}");
    let own = format!("presentation {OWN}\n{scroll}");
    let run = format!("presentation none\n{scroll}presentation {SAME}\n{scroll}{own}");
    let script =
        format!("wait series-complete\n{warm_up}{own}{}presentation none\nquit\n", run.repeat(runs as usize));
    let trace = folder.path().join("trace");
    show(clock, study, &script, &trace)?;
    let text = std::fs::read_to_string(&trace).map_err(|error| failure(&error))?;
    Ok(measured(&text))
}

/// Runs a script offscreen, by the shipped settings.
fn show(clock: Clock, study: PathBuf, script: &str, trace: &Path) -> Result<(), Failure> {
    let failure = |error: &dyn std::fmt::Display| Failure::new(error.to_string());
    let sources = Sources::default();
    let config = Config::load(&sources).map_err(|_errors| Failure::new("the shipped settings"))?;
    let presets = WindowPresets::parse(include_str!("../../assets/presets/window.toml"))
        .map_err(|error| failure(&error))?;
    let options = ReadingOptions {
        session: session_settings(&config, presets),
        decode_threads: 2,
        kept: None,
        drafts: None,
        archives: None,
        zone: Zone::UTC,
    };
    let trace = Trace::new(clock, Some(trace)).map_err(|error| failure(&error))?;
    let mut reading = Reading::start(options, trace).map_err(|error| failure(&error))?;
    reading.event(&Event::FilesChosen(vec![Phi::new(study)]));
    let viewer = &config.settings.viewer;
    let appearance =
        Appearance { text_size: viewer.text_size, dim: viewer.dim, texture_budget_bytes: 512 << 20 };
    let steps = parse_script(script).map_err(|error| failure(&error))?;
    let desk =
        Desk::new(reading, LiveSettings::new(sources, config), None, WindowPlaces::default(), Some(steps));
    run_offscreen(desk, appearance, SIZE, 1.0).map_err(|error| failure(&error))
}

/// From command to command a picture is drawn.
fn measured(trace: &str) -> Graphics {
    let events = trace.lines().filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok());
    let commands: Vec<(String, f64)> = events
        .filter(|event| event["event"] == "command")
        .filter_map(|event| Some((event["name"].as_str()?.to_owned(), event["t_ms"].as_f64()?)))
        .collect();
    let rest_ms = OFFSCREEN_REST.as_secs_f64() * 1000.0;
    let switches: Vec<usize> =
        (0..commands.len()).filter(|at| commands[*at].0.starts_with("presentation")).collect();
    let (mut none, mut same, mut own) = (Vec::new(), Vec::new(), Vec::new());
    let mut switch_ms = f64::INFINITY;
    for pair in switches.windows(2) {
        let &[from, to] = pair else { continue };
        let block = &commands[from..to];
        let times: Vec<f64> =
            block.iter().filter(|(name, _)| name == "scroll +1").map(|(_, at)| *at).collect();
        let ([(name, at), (_, next), ..], [first, .., last]) = (block, times.as_slice()) else { continue };
        let ms = (last - first) / f64::from(SLICES - 2) - rest_ms;
        match name.strip_prefix("presentation ") {
            Some(SAME) => same.push(ms),
            Some(OWN) => own.push(ms),
            _ => none.push(ms),
        }
        switch_ms = switch_ms.min(next - at - rest_ms);
    }
    let rounded = |ms: f64| (ms * 1000.0).round() / 1000.0;
    let fastest = |all: &[f64]| all.iter().copied().fold(f64::INFINITY, f64::min);
    let (none, same) = (fastest(&none), fastest(&same));
    let (first_time, again) =
        own.split_first().map_or((f64::NAN, f64::NAN), |(first, again)| (*first, fastest(again)));
    Graphics {
        objects: OBJECTS,
        scroll_ms: rounded(none),
        scroll_with_graphics_ms: rounded(same),
        scroll_over_scroll: rounded(same / none),
        scroll_first_time_ms: rounded(first_time),
        first_time_over_scroll: rounded(first_time / none),
        scroll_again_ms: rounded(again),
        again_over_scroll: rounded(again / none),
        switch_ms: rounded(switch_ms),
    }
}

/// The same graphics on every image.
fn same(images: &[&Image], instance: &Arc<Instance>) -> PresentationState {
    let graphics = annotation(Subset(None), [0.0; 2]);
    state(images, instance, SAME, vec![graphics])
}

/// Graphics that are elsewhere on every image.
fn own(images: &[&Image], instance: &Arc<Instance>) -> PresentationState {
    let of = |(number, image): (u32, &&Image)| {
        let subset = Subset(Some(BTreeMap::from([referenced(image)])));
        annotation(subset, [f64::from(number) * 0.37, f64::from(number) * 0.21])
    };
    state(images, instance, OWN, (0..).zip(images).map(of).collect())
}

fn referenced(image: &Image) -> (InstanceUid, ReferencedImage) {
    let referenced = ReferencedImage { sop_class: image.instance.sop_class.clone(), frames: None };
    (image.instance.uid.clone(), referenced)
}

/// Graphics of all kinds, spread over the image.
fn annotation(images: Subset, [right, down]: [f64; 2]) -> GraphicAnnotation {
    let (mut graphics, mut texts, mut compounds) = (Vec::new(), Vec::new(), Vec::new());
    for number in 0..OBJECTS {
        // Far from each other, and everywhere in the image.
        let [x, y] = [197, 331].map(|step| f64::from(40 + number * step % 430));
        let at = [x + right, y + down];
        match number % 10 {
            0 | 1 => texts.push(text(number, at)),
            2 => compounds.push(compound(number, CompoundKind::Arrow, at)),
            3 => compounds.push(compound(number, CompoundKind::Axis, at)),
            kind => graphics.push(graphic(kind, at)),
        }
    }
    GraphicAnnotation { images, layer: "MARKS".to_owned(), graphics, texts, compounds }
}

/// A state, the `number`th in the list.
fn state(
    images: &[&Image],
    instance: &Arc<Instance>,
    number: &str,
    annotations: Vec<GraphicAnnotation>,
) -> PresentationState {
    PresentationState {
        source: Source::file(Path::new("state")),
        uid: InstanceUid::new(&format!("2.25.901.{number}")),
        study: instance.study.uid.clone(),
        series: SeriesUid::new("2.25.900"),
        kind: StateKind::Grayscale,
        label: format!("BENCH {number}"),
        description: String::new(),
        creator: Phi::new(String::new()),
        // The newest is the first.
        created: Creation {
            date: "20260101".to_owned(),
            time: if number == SAME { "120000" } else { "000000" }.to_owned(),
            ..Creation::default()
        },
        passport: None,
        references: vec![ReferencedSeries {
            series: instance.series.uid.clone(),
            images: images.iter().map(|image| referenced(image)).collect(),
        }],
        modality: StateModality::Rescale(crate::grayscale::Rescale::IDENTITY),
        voi: Vec::new(),
        presentation: PresentationLut::Shape(Polarity::Identity),
        mask: None,
        colors: StateColors::default(),
        blending: None,
        shutter: StateShutter::None,
        overlays: Arc::default(),
        activations: Vec::new(),
        areas: Vec::new(),
        turn: Turn::default(),
        layers: vec![GraphicLayer {
            name: "MARKS".to_owned(),
            order: 1,
            gray: Some(PValue::WHITE),
            color: None,
            description: String::new(),
        }],
        annotations,
        not_applied: Vec::new(),
    }
}

fn graphic(kind: u32, [x, y]: [f64; 2]) -> GraphicObject {
    let around = |count: u32| {
        let point = |place: u32| {
            let (sin, cos) = libm::sincos(f64::from(place % count) * 0.4);
            [x + 14.0 * cos, y + 9.0 * sin]
        };
        (0..=count).map(point).collect()
    };
    let (kind, points, is_filled, dashes) = match kind {
        4 => (GraphicKind::Circle, vec![[x, y], [x + 12.0, y]], false, None),
        5 => {
            (GraphicKind::Ellipse, vec![[x - 14.0, y], [x + 14.0, y], [x, y - 8.0], [x, y + 8.0]], true, None)
        }
        6 => (GraphicKind::Interpolated, around(12), false, None),
        7 => (GraphicKind::Polyline, around(40), true, None),
        8 => (GraphicKind::Polyline, around(12), false, Some(0xF0F0)),
        _ => (GraphicKind::Polyline, around(20), false, None),
    };
    let line = dashes.map(|dashes| LineStyle {
        on: Tint { color: None, opacity: 1.0 },
        off: None,
        thickness: None,
        dashes: Some(dashes),
        shadow: None,
    });
    GraphicObject { kind, units: GraphicUnits::Pixel, points, is_filled, line, fill: None, compound: None }
}

fn text(number: u32, at: [f64; 2]) -> TextObject {
    TextObject {
        text: Phi::new(format!("{number} mm")),
        bounding_box: None,
        anchor: Some(Anchor { units: GraphicUnits::Pixel, at, is_visible: false }),
        style: None,
        compound: None,
    }
}

fn compound(id: u32, kind: CompoundKind, [x, y]: [f64; 2]) -> CompoundObject {
    let major = [(0.0, "0"), (0.5, "1"), (1.0, "2")].map(|(at, label)| (at, Phi::new(label.to_owned())));
    CompoundObject {
        kind,
        id,
        units: GraphicUnits::Pixel,
        points: vec![[x, y], [x + 20.0, y + 12.0]],
        is_filled: false,
        line: None,
        fill: None,
        text: None,
        rotation_degrees: 0.0,
        rotation_point: None,
        gap: 0.0,
        visible_diameter: None,
        ticks: Ticks { major: major.to_vec(), has_labels: true, ..Ticks::default() },
    }
}

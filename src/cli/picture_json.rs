//! The JSON line of a picture: where it lies, its window, and how true it is.

use serde::Serialize;

use crate::geometry::Point;
use crate::grayscale::GrayTransform;
use crate::presentation::GraphicAnnotation;
use crate::render::{Sampling, SlicePass};
use crate::session::{Applied, Look};
use crate::study::{DisplaySet, Image};

use super::choices::OverlayArg;
use super::over::LayerJson;

/// The JSON line: geometry of the picture, window and fidelity.
#[derive(Serialize)]
pub(super) struct PictureJson<'a> {
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
    /// `null` for a colour image.
    voi: Option<VoiJson>,
    inverted: bool,
    /// Frames, from 1, whose mean is subtracted.
    mask: Option<Vec<u32>>,
    presentation_state: Option<StateJson<'a>>,
    /// Smallest and largest stored value that stand for no tissue.
    padding: Option<[f64; 2]>,
    unit: &'a str,
    /// What lies over it.
    layer: Option<LayerJson<'a>>,
    fidelity: FidelityJson,
    backend: &'static str,
    problems: Vec<&'static str>,
}

#[derive(Serialize)]
struct StateJson<'a> {
    uid: &'a str,
    label: &'a str,
    /// What it asks for and is not done.
    not_applied: Vec<String>,
}

#[derive(Serialize)]
pub(super) struct VoiJson {
    center: f64,
    width: f64,
    function: &'static str,
}

impl VoiJson {
    pub(super) fn of(GrayTransform { window, .. }: &GrayTransform) -> Self {
        Self { center: window.center(), width: window.width(), function: window.function().name() }
    }
}

#[derive(Serialize)]
pub(super) struct FidelityJson {
    pub(super) lossy: bool,
    pub(super) interpolated: bool,
}

/// What a presentation state asks for and is not in a picture of an image, in words.
pub(super) fn not_in_picture(
    applied: &Applied<'_>,
    look: &Look,
    image: &Image,
    overlay: OverlayArg,
) -> Vec<String> {
    let mut words = applied.not_applied(image);
    let Some(state) = applied.graphics() else { return words };
    let is_cover_left_out = (look.hidden.shutter && applied.has_shutter(image))
        || (look.hidden.planes && applied.has_planes(image));
    if is_cover_left_out {
        words.push("shutter and overlay planes: left out without --overlay burned".to_owned());
    }
    let draws = |of: &GraphicAnnotation| {
        let is_empty = of.graphics.is_empty() && of.texts.is_empty() && of.compounds.is_empty();
        !is_empty && of.images.has(&image.instance.uid, image.frame)
    };
    if overlay != OverlayArg::All && state.annotations.iter().any(draws) {
        words.push("graphics and texts: left out without --overlay all".to_owned());
    }
    words
}

/// What is told of a picture of an image, and what its state asks for and is not in it.
pub(super) fn describe<'a>(
    set: &'a DisplaySet,
    image: &'a Image,
    pass: &SlicePass,
    (applied, not_applied): (&Applied<'a>, Vec<String>),
    layer: Option<LayerJson<'a>>,
    look: &Look,
    backend: &'static str,
) -> PictureJson<'a> {
    let patient_from_view = image.plane.map(|plane| plane.patient_from_image() * pass.image_from_view);
    let (columns, rows) = pass.view_size;
    let voi = pass.gray().map(VoiJson::of);
    PictureJson {
        instance: image.instance.uid.as_str(),
        frame: image.frame + 1,
        columns,
        rows,
        origin_mm: patient_from_view.map(|map| (map * Point::flat(0.5, 0.5)).xyz.to_array()),
        row_direction: image.plane.map(|plane| plane.row_direction.xyz.to_array()),
        column_direction: image.plane.map(|plane| plane.column_direction.xyz.to_array()),
        spacing_mm: patient_from_view.map(|map| [map.y_axis().length(), map.x_axis().length()]),
        voi,
        inverted: look.is_inverted,
        mask: applied
            .subtraction
            .as_ref()
            .map(|subtraction| subtraction.of.mask.iter().map(|frame| frame + 1).collect()),
        presentation_state: applied.state.map(|state| StateJson {
            uid: state.uid.as_str(),
            label: &state.label,
            not_applied,
        }),
        padding: image.attributes().gray.padding.map(|padding| [padding.low, padding.high]),
        unit: image.unit(),
        layer,
        fidelity: FidelityJson {
            lossy: image.instance.image.lossy.is_some(),
            interpolated: pass.sampling != Sampling::Nearest,
        },
        backend,
        problems: set.findings.iter().map(crate::study::Finding::name).collect(),
    }
}

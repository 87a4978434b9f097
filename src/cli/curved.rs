//! `hotlight render --curve …`: a curve through the volume of a display set, made straight.

use std::sync::Arc;

use clap::{Args, ValueEnum};
use serde::Serialize;

use crate::geometry::{Curve, CurveMode, Point};
use crate::grayscale::GrayTransform;
use crate::render::{CurvedPass, Sampling};
use crate::study::{DisplaySet, Image};
use crate::volume::Volume;

use super::Failure;
use super::parse::{Points, parse_points};
use super::picture_json::{FidelityJson, VoiJson};
use super::reformat::{ReformatArgs, SlabJson};

/// The longest side of a picture whose size nobody states.
const SIDE_MAX: f64 = 16_384.0;

/// Arguments of `render` for a picture along a curve; plane, pixel and slab are those of a reformat.
#[derive(Args, Debug)]
pub(super) struct CurveArgs {
    /// A smooth curve through points of the patient in mm, made straight: it runs down the picture, and the picture lies in the
    /// plane of --plane or --plane-normal, axial without one.
    #[arg(long, value_name = "X,Y,Z;…", value_parser = parse_points, allow_hyphen_values = true, help_heading = "Curve",
        conflicts_with_all = ["frame", "slice", "presentation", "zoom", "pan", "overlay", "volume", "center"])]
    curve: Option<Points>,
    /// How far the picture is turned about the curve, in degrees: what is right goes away from the viewer.
    #[arg(
        long,
        value_name = "DEGREES",
        allow_hyphen_values = true,
        default_value_t = 0.0,
        help_heading = "Curve",
        requires = "curve"
    )]
    curve_turn: f64,
    /// What lies across the curve.
    #[arg(long, value_enum, default_value_t = CurveModeArg::Straightened, help_heading = "Curve", requires = "curve")]
    curve_mode: CurveModeArg,
}

#[derive(ValueEnum, Debug, Clone, Copy)]
enum CurveModeArg {
    /// What is at right angles to it.
    Straightened,
    /// The normal of the plane: the curve is seen along it.
    Stretched,
}

/// The JSON line of a picture along a curve.
#[derive(Serialize)]
pub(super) struct CurvedJson<'a> {
    series: &'a str,
    columns: u32,
    rows: u32,
    mode: &'static str,
    points: usize,
    /// How long the curve is.
    length_mm: f64,
    turn_degrees: f64,
    /// Between rows, between columns of the picture.
    spacing_mm: [f64; 2],
    slab: SlabJson,
    voi: VoiJson,
    inverted: bool,
    unit: &'a str,
    /// Positions of the volume, and how many of them hold no image.
    positions: usize,
    missing: usize,
    fidelity: FidelityJson,
    backend: &'static str,
    problems: Vec<&'static str>,
}

impl CurveArgs {
    pub(super) const fn is_there(&self) -> bool {
        self.curve.is_some()
    }

    const fn mode(&self) -> CurveMode {
        match self.curve_mode {
            CurveModeArg::Straightened => CurveMode::Straightened,
            CurveModeArg::Stretched => CurveMode::Stretched,
        }
    }

    /// The pass that draws it, as long as the curve unless a size is given; nothing where none is asked for.
    pub(super) fn pass(
        &self,
        reformat: &ReformatArgs,
        volume: &Arc<Volume>,
        size: Option<(u32, u32)>,
        transform: &GrayTransform,
    ) -> Result<Option<CurvedPass>, Failure> {
        let Some(Points(points)) = &self.curve else { return Ok(None) };
        let points: Vec<_> = points.iter().map(|[x, y, z]| Point::new(*x, *y, *z)).collect();
        let plane = reformat.section(volume)?;
        let curve = Curve::through(&points, &plane, self.mode(), volume.finest_mm())
            .map_err(|why| Failure::usage(format!("--curve: {why}")))?;
        let mm = reformat.pixel_mm(volume);
        // What rounding adds is no pixel.
        let pixels = |length_mm: f64| (length_mm / mm - 1e-6).ceil().clamp(1.0, SIDE_MAX);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to a side")]
        let whole = (pixels(Curve::WIDTH_MM) as u32, pixels(curve.length_mm()) as u32);
        let (curve, slab) = (Arc::new(curve), reformat.slab(volume));
        let pass =
            CurvedPass::new(Arc::clone(volume), curve, mm, size.unwrap_or(whole), slab, transform.clone());
        Ok(Some(CurvedPass { turn_degrees: self.curve_turn, ..pass }))
    }

    pub(super) fn describe<'a>(
        &self,
        set: &'a DisplaySet,
        image: &'a Image,
        pass: &CurvedPass,
        inverted: bool,
        backend: &'static str,
    ) -> CurvedJson<'a> {
        let (columns, rows) = pass.view_size;
        let map = &pass.unrolled_from_view;
        let slices = pass.volume.slices();
        CurvedJson {
            series: image.instance.series.uid.as_str(),
            columns,
            rows,
            mode: self.mode().name(),
            points: self.curve.as_ref().map_or(0, |Points(points)| points.len()),
            length_mm: pass.curve.length_mm(),
            turn_degrees: pass.turn_degrees,
            spacing_mm: [map.y_axis().length(), map.x_axis().length()],
            slab: SlabJson::of(pass.slab),
            voi: VoiJson::of(&pass.transform),
            inverted,
            unit: image.unit(),
            positions: slices.len(),
            missing: slices.iter().filter(|slice| slice.is_none()).count(),
            fidelity: FidelityJson {
                lossy: set.images.iter().any(|image| image.instance.image.lossy.is_some()),
                interpolated: pass.sampling != Sampling::Nearest,
            },
            backend,
            problems: set.problems(),
        }
    }
}

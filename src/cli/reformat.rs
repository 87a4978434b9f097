//! `hotlight render --plane …`: a plane or a slab through the volume of a display set.

use std::collections::HashMap;
use std::sync::Arc;

use clap::{Args, ValueEnum};
use rayon::prelude::*;
use serde::Serialize;

use crate::dicom::{Frame, FrameKey, ReadError, read_frame};
use crate::geometry::{CardinalPlane, Patient, Point, Section, Vector, Voxel};
use crate::grayscale::GrayTransform;
use crate::render::{ReformatPass, Sampling};
use crate::study::{DisplaySet, Image};
use crate::volume::{Projection, Slab, Volume};

use super::Failure;
use super::render::{FidelityJson, VoiJson};

/// The longest side of a picture whose size nobody states.
const SIDE_MAX: f64 = 16_384.0;

/// Arguments of `render` for a reformat.
#[derive(Args, Debug)]
pub(super) struct ReformatArgs {
    /// A plane through the volume that the stack makes.
    #[arg(long, value_enum, help_heading = "Reformat", conflicts_with_all = ["plane_normal", "frame", "slice", "presentation", "zoom", "pan"])]
    plane: Option<PlaneArg>,
    /// A plane by its normal, away from the viewer: x,y,z of the patient (left, posterior, head).
    #[arg(long, value_name = "X,Y,Z", value_parser = parse_triple, allow_hyphen_values = true, help_heading = "Reformat",
        requires = "plane_up", conflicts_with_all = ["frame", "slice", "presentation", "zoom", "pan"])]
    plane_normal: Option<[f64; 3]>,
    /// What is up in it: x,y,z.
    #[arg(long, value_name = "X,Y,Z", value_parser = parse_triple, allow_hyphen_values = true, help_heading = "Reformat", requires = "plane_normal")]
    plane_up: Option<[f64; 3]>,
    /// The point in the middle of the picture, x,y,z in mm; the middle of the volume without it.
    #[arg(long, value_name = "X,Y,Z", value_parser = parse_triple, allow_hyphen_values = true, help_heading = "Reformat")]
    center: Option<[f64; 3]>,
    /// Millimetres a picture pixel; the shortest distance between voxels without it.
    #[arg(long, value_name = "MM", value_parser = parse_mm, help_heading = "Reformat")]
    pixel_mm: Option<f64>,
    /// How thick a slab is seen; the plane alone without it.
    #[arg(long, value_name = "MM", value_parser = parse_mm, help_heading = "Reformat")]
    slab: Option<f64>,
    /// What of the slab is shown.
    #[arg(long, value_enum, default_value_t = ProjectionArg::Mean, help_heading = "Reformat", requires = "slab")]
    projection: ProjectionArg,
}

#[derive(ValueEnum, Debug, Clone, Copy)]
enum PlaneArg {
    /// From the feet: the patient's left is right.
    Axial,
    /// From the front.
    Coronal,
    /// From the left: posterior is right.
    Sagittal,
}

#[derive(ValueEnum, Debug, Clone, Copy)]
enum ProjectionArg {
    /// The largest value.
    Mip,
    /// The smallest value.
    Minip,
    /// The mean.
    Mean,
}

/// The JSON line of a reformat.
#[derive(Serialize)]
pub(super) struct ReformatJson<'a> {
    series: &'a str,
    columns: u32,
    rows: u32,
    /// Centre of the picture's first pixel, LPS mm.
    origin_mm: [f64; 3],
    row_direction: [f64; 3],
    column_direction: [f64; 3],
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

#[derive(Serialize)]
struct SlabJson {
    thickness_mm: f64,
    planes: u32,
    projection: &'static str,
}

impl ReformatArgs {
    /// Whether a reformat is asked for. An option that means nothing without a plane is an error.
    pub(super) fn is_there(&self) -> Result<bool, Failure> {
        let is_there = self.plane.is_some() || self.plane_normal.is_some();
        let alone = [
            (self.center.is_some(), "--center"),
            (self.pixel_mm.is_some(), "--pixel-mm"),
            (self.slab.is_some(), "--slab"),
        ];
        match alone.into_iter().find(|(is_given, _)| *is_given && !is_there) {
            Some((_, name)) => Err(Failure::usage(format!("{name}: only with --plane or --plane-normal"))),
            None => Ok(is_there),
        }
    }

    /// The section of a volume that is asked for.
    pub(super) fn section(&self, volume: &Volume) -> Result<Section, Failure> {
        let center = self.center.map_or_else(|| middle(volume), |[x, y, z]| Point::new(x, y, z));
        let named = |plane| Section::cardinal(plane, center);
        match (self.plane, self.plane_normal, self.plane_up) {
            (Some(PlaneArg::Coronal), ..) => Ok(named(CardinalPlane::Coronal)),
            (Some(PlaneArg::Sagittal), ..) => Ok(named(CardinalPlane::Sagittal)),
            (None, Some(normal), Some(up)) => {
                let vector = |[x, y, z]: [f64; 3]| Vector::<Patient>::new(x, y, z);
                let (normal, down) = (vector(normal), vector(up) * -1.0);
                Section::new(center, down.cross(normal), normal.cross(down.cross(normal)))
                    .ok_or_else(|| Failure::usage("--plane-normal and --plane-up span no plane"))
            }
            (Some(PlaneArg::Axial) | None, ..) => Ok(named(CardinalPlane::Axial)),
        }
    }

    /// The pass that draws it, as large as the volume seen in it unless a size is given.
    pub(super) fn pass(
        &self,
        volume: Volume,
        size: Option<(u32, u32)>,
        transform: GrayTransform,
    ) -> Result<ReformatPass, Failure> {
        let section = self.section(&volume)?;
        let mm = self.pixel_mm.unwrap_or_else(|| volume.finest_mm());
        let size = size.unwrap_or_else(|| seen_size(&volume, &section, mm));
        let projection = match self.projection {
            ProjectionArg::Mip => Projection::Maximum,
            ProjectionArg::Minip => Projection::Minimum,
            ProjectionArg::Mean => Projection::Mean,
        };
        let slab = self.slab.map_or(Slab::PLANE, |thick| Slab::new(thick, projection, volume.finest_mm()));
        Ok(ReformatPass::new(Arc::new(volume), &section, mm, size, slab, transform))
    }
}

/// Reads the pixels of a display set and makes a volume of them. Images that cannot be read are told and are gaps in it.
pub(super) fn read_volume(
    set: &DisplaySet,
    complain: impl Fn(&Image, &ReadError),
) -> Result<Volume, Failure> {
    let read = |image: &Image| (image.key(), read_frame(&image.instance, image.frame));
    let frames: Vec<(FrameKey, Result<Frame, ReadError>)> = set.images.par_iter().map(read).collect();
    let mut ready = HashMap::new();
    for ((key, frame), image) in frames.into_iter().zip(&set.images) {
        match frame {
            Ok(frame) => {
                ready.insert(key, Arc::new(frame));
            }
            Err(why) => complain(image, &why),
        }
    }
    set.volume(|key| ready.get(key).map(Arc::clone))
        .map_err(|why| Failure::new(format!("the stack makes no volume: {why}")))
}

/// The middle of all voxels.
fn middle(volume: &Volume) -> Point<Patient> {
    let [x, y, z] = volume.size().map(|count| (f64::from(count) - 1.0) / 2.0);
    *volume.patient_from_voxel() * Point::<Voxel>::new(x, y, z)
}

/// How many pixels a section must have around its middle to show all voxels.
fn seen_size(volume: &Volume, section: &Section, mm: f64) -> (u32, u32) {
    let [xs, ys, zs] = volume.size().map(|count| [-0.5, f64::from(count) - 0.5]);
    let corners = (0..8_u8).map(|corner| {
        let end = |[low, high]: [f64; 2], axis: u8| if corner & axis == 0 { low } else { high };
        Point::<Voxel>::new(end(xs, 1), end(ys, 2), end(zs, 4))
    });
    let away = corners.map(|corner| *volume.patient_from_voxel() * corner - section.center());
    let (width, height) = away.fold((0.0_f64, 0.0_f64), |(width, height), away| {
        (width.max(away.dot(section.right()).abs()), height.max(away.dot(section.down()).abs()))
    });
    // What rounding adds is no pixel.
    let pixels = |half_mm: f64| (2.0 * half_mm / mm - 1e-6).ceil().clamp(1.0, SIDE_MAX);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to a side")]
    let size = (pixels(width) as u32, pixels(height) as u32);
    size
}

pub(super) fn describe_reformat<'a>(
    set: &'a DisplaySet,
    image: &'a Image,
    pass: &ReformatPass,
    inverted: bool,
    backend: &'static str,
) -> ReformatJson<'a> {
    let map = *pass.volume.patient_from_voxel() * pass.voxel_from_view;
    let (columns, rows) = pass.view_size;
    let direction = |axis: Vector<Patient>| axis.normalized().unwrap_or(axis).xyz.to_array();
    let slices = pass.volume.slices();
    let Slab { thickness_mm, planes, projection } = pass.slab;
    ReformatJson {
        series: image.instance.series.uid.as_str(),
        columns,
        rows,
        origin_mm: (map * Point::flat(0.5, 0.5)).xyz.to_array(),
        row_direction: direction(map.x_axis()),
        column_direction: direction(map.y_axis()),
        spacing_mm: [map.y_axis().length(), map.x_axis().length()],
        slab: SlabJson { thickness_mm, planes, projection: projection.name() },
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

fn parse_triple(text: &str) -> Result<[f64; 3], String> {
    let number = |text: &str| text.trim().parse::<f64>().ok().filter(|number| number.is_finite());
    let numbers: Option<Vec<f64>> = text.split(',').map(number).collect();
    numbers
        .and_then(|numbers| <[f64; 3]>::try_from(numbers).ok())
        .ok_or_else(|| "three numbers are X,Y,Z".to_owned())
}

fn parse_mm(text: &str) -> Result<f64, String> {
    let mm = text.parse::<f64>().ok().filter(|mm| mm.is_finite() && *mm > 0.0);
    mm.ok_or_else(|| "a length is a number above 0".to_owned())
}

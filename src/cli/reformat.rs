//! `hotlight render --plane …`: a plane or a slab through the volume of a display set.

use std::collections::HashMap;
use std::sync::Arc;

use clap::{Args, ValueEnum};
use rayon::prelude::*;
use serde::Serialize;

use crate::dicom::{Frame, FrameKey, ReadError, read_frame};
use crate::geometry::{CardinalPlane, Patient, Point, Section, Vector};
use crate::grayscale::GrayTransform;
use crate::render::{Camera, ReformatPass, RenderingPass, Sampling};
use crate::study::{DisplaySet, Image};
use crate::volume::{Projection, Slab, Transfer, Volume};

use super::Failure;
use super::parse::{parse_angles, parse_mm, parse_triple};
use super::picture_json::{FidelityJson, VoiJson};

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
    /// A rendering of the volume in place of a plane, by what its values look like.
    #[arg(long, value_name = "PRESET", value_parser = parse_transfer, help_heading = "Rendering",
        conflicts_with_all = ["plane", "plane_normal", "slab", "frame", "slice", "presentation", "zoom", "pan", "voi", "voi_index", "invert"])]
    volume: Option<Arc<Transfer>>,
    /// From where it is looked at, in degrees: around the patient, 0 from the front and 90 from the left, and above the horizon.
    #[arg(long, value_name = "AZ,EL", value_parser = parse_angles, allow_hyphen_values = true, default_value = "0,0", help_heading = "Rendering", requires = "volume")]
    camera: (f64, f64),
    /// Where light comes from, seen from the viewer, in degrees: to the right and above; the viewer's own place without it.
    #[arg(long, value_name = "AZ,EL", value_parser = parse_angles, allow_hyphen_values = true, default_value = "0,0", help_heading = "Rendering", requires = "volume")]
    light: (f64, f64),
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
        let is_there = self.plane.is_some() || self.plane_normal.is_some() || self.volume.is_some();
        let alone = [
            (self.center.is_some(), "--center"),
            (self.pixel_mm.is_some(), "--pixel-mm"),
            (self.slab.is_some(), "--slab"),
        ];
        match alone.into_iter().find(|(is_given, _)| *is_given && !is_there) {
            Some((_, name)) => {
                Err(Failure::usage(format!("{name}: only with --plane, --plane-normal or --volume")))
            }
            None => Ok(is_there),
        }
    }

    /// The section of a volume that is asked for.
    pub(super) fn section(&self, volume: &Volume) -> Result<Section, Failure> {
        let center = self.center.map_or_else(|| volume.middle(), |[x, y, z]| Point::new(x, y, z));
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

    /// The pass that renders the volume, as large as it is seen unless a size is given; nothing where no rendering is asked for.
    pub(super) fn rendering(&self, volume: &Arc<Volume>, size: Option<(u32, u32)>) -> Option<RenderingPass> {
        let transfer = self.volume.as_ref()?;
        let center = self.center.map_or_else(|| volume.middle(), |[x, y, z]| Point::new(x, y, z));
        let (azimuth_degrees, elevation_degrees) = self.camera;
        let section = Camera { azimuth_degrees, elevation_degrees }.section(center);
        let mm = self.pixel_mm.unwrap_or_else(|| volume.finest_mm());
        let size = size.unwrap_or_else(|| seen_size(volume, &section, mm));
        let (azimuth, elevation) = (self.light.0.to_radians(), self.light.1.to_radians());
        let (sin, cos) = elevation.sin_cos();
        let shine = [-azimuth.sin() * cos, sin, azimuth.cos() * cos];
        Some(RenderingPass::new(Arc::clone(volume), &section, mm, size, Arc::clone(transfer), shine))
    }

    /// The pass that draws it, as large as the volume seen in it unless a size is given.
    pub(super) fn pass(
        &self,
        volume: &Arc<Volume>,
        size: Option<(u32, u32)>,
        transform: GrayTransform,
    ) -> Result<ReformatPass, Failure> {
        let section = self.section(volume)?;
        let mm = self.pixel_mm.unwrap_or_else(|| volume.finest_mm());
        let size = size.unwrap_or_else(|| seen_size(volume, &section, mm));
        let projection = match self.projection {
            ProjectionArg::Mip => Projection::Maximum,
            ProjectionArg::Minip => Projection::Minimum,
            ProjectionArg::Mean => Projection::Mean,
        };
        let slab = self.slab.map_or(Slab::PLANE, |thick| Slab::new(thick, projection, volume.finest_mm()));
        Ok(ReformatPass::new(Arc::clone(volume), &section, mm, size, slab, transform))
    }
}

/// Reads the pixels of a display set and makes a volume of them. Images that cannot be read are told and are gaps in it.
pub(super) fn read_volume(
    set: &DisplaySet,
    complain: impl Fn(&Image, &ReadError),
) -> Result<Arc<Volume>, Failure> {
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
        .map(Arc::new)
        .map_err(|why| Failure::new(format!("the stack makes no volume: {why}")))
}

/// How many pixels a section must have around its middle to show all voxels.
fn seen_size(volume: &Volume, section: &Section, mm: f64) -> (u32, u32) {
    let away = volume.corners().map(|corner| corner - section.center());
    let (width, height) = away.into_iter().fold((0.0_f64, 0.0_f64), |(width, height), away| {
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

fn parse_transfer(name: &str) -> Result<Arc<Transfer>, String> {
    let all = Transfer::shipped();
    all.iter().find(|transfer| transfer.name == name).map(Arc::clone).ok_or_else(|| {
        let names: Vec<&str> = all.iter().map(|transfer| transfer.name.as_str()).collect();
        format!("there are {}", names.join(", "))
    })
}

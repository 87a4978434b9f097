//! `hotlight render --plane …`: a plane or a slab through the volume of a display set.

use std::collections::HashMap;
use std::sync::Arc;

use clap::{Args, ValueEnum};
use rayon::prelude::*;
use serde::Serialize;

use crate::dicom::{Frame, FrameKey, ReadError, read_frame};
use crate::geometry::{Camera, CardinalPlane, Patient, Point, Section, Vector, shine};
use crate::grayscale::GrayTransform;
use crate::render::{ReformatPass, RenderingPass, Sampling};
use crate::study::{DisplaySet, Image};
use crate::volume::{
    ClipBox, ClipPlane, CutFault, Cuts, Projection, ScissorCut, Slab, Transfer, Transfers, Volume,
};

use super::over::LayerJson;
use super::parse::{parse_angles, parse_list, parse_mm, parse_numbers};
use super::picture_json::{FidelityJson, VoiJson};
use super::view::load_config;
use super::{Failure, ReaderArgs, SettingsArgs, complain};

/// The longest side of a picture whose size nobody states.
const SIDE_MAX: f64 = 16_384.0;

/// Arguments of `render` for a reformat.
#[derive(Args, Debug)]
pub(super) struct ReformatArgs {
    /// A plane through the volume that the stack makes.
    #[arg(long, value_enum, help_heading = "Reformat", conflicts_with_all = ["plane_normal", "frame", "slice", "presentation", "zoom", "pan", "overlay"])]
    plane: Option<PlaneArg>,
    /// A plane by its normal, away from the viewer: x,y,z of the patient (left, posterior, head).
    #[arg(long, value_name = "X,Y,Z", value_parser = parse_numbers::<3>, allow_hyphen_values = true, help_heading = "Reformat",
        requires = "plane_up", conflicts_with_all = ["frame", "slice", "presentation", "zoom", "pan", "overlay"])]
    plane_normal: Option<[f64; 3]>,
    /// What is up in it: x,y,z.
    #[arg(long, value_name = "X,Y,Z", value_parser = parse_numbers::<3>, allow_hyphen_values = true, help_heading = "Reformat", requires = "plane_normal")]
    plane_up: Option<[f64; 3]>,
    /// The point in the middle of the picture, x,y,z in mm; the middle of the volume without it.
    #[arg(long, value_name = "X,Y,Z", value_parser = parse_numbers::<3>, allow_hyphen_values = true, help_heading = "Reformat")]
    center: Option<[f64; 3]>,
    /// Millimetres a picture pixel; the shortest distance between voxels without it.
    #[arg(long, value_name = "MM", value_parser = parse_mm, help_heading = "Reformat")]
    pixel_mm: Option<f64>,
    /// How thick a slab is seen; the plane alone without it.
    #[arg(long, value_name = "MM", value_parser = parse_mm, help_heading = "Reformat")]
    slab: Option<f64>,
    /// A rendering of the volume in place of a plane, by what its values look like.
    #[arg(long, value_name = "PRESET", help_heading = "Rendering",
        conflicts_with_all = ["plane", "plane_normal", "slab", "frame", "slice", "presentation", "zoom", "pan", "voi", "voi_index", "invert",
            "interpolation", "overlay"])]
    volume: Option<String>,
    /// From where it is looked at, in degrees: around the patient, 0 from the front and 90 from the left, and above the horizon.
    #[arg(long, value_name = "AZ,EL", value_parser = parse_angles, allow_hyphen_values = true, default_value = "0,0", help_heading = "Rendering", requires = "volume")]
    camera: (f64, f64),
    /// Where light comes from, seen from the viewer, in degrees: to the right and above; the viewer's own place without it.
    #[arg(long, value_name = "AZ,EL", value_parser = parse_angles, allow_hyphen_values = true, default_value = "0,0", help_heading = "Rendering", requires = "volume")]
    light: (f64, f64),
    /// Only what lies in a box along the axes of the patient is rendered: its ends in mm, to the left, posterior and head.
    #[arg(long, value_name = "X0,X1,Y0,Y1,Z0,Z1", value_parser = parse_numbers::<6>, allow_hyphen_values = true, help_heading = "Rendering", requires = "volume")]
    clip_box: Option<[f64; 6]>,
    /// Only what lies on one side of a plane: a point of it, and the direction to what is kept. With a box two at most, without eight.
    #[arg(long, value_name = "X,Y,Z,NX,NY,NZ", value_parser = parse_numbers::<6>, allow_hyphen_values = true, help_heading = "Rendering", requires = "volume")]
    clip_plane: Vec<[f64; 6]>,
    /// Cuts away what lies inside an outline, along the direction of view: its points in pixels of the picture. Eight outlines at most.
    #[arg(long, value_name = "X,Y,X,Y,X,Y,…", value_parser = parse_outline, allow_hyphen_values = true, help_heading = "Rendering", requires = "volume")]
    cut_inside: Vec<Outline>,
    /// Cuts away what lies outside an outline.
    #[arg(long, value_name = "X,Y,X,Y,X,Y,…", value_parser = parse_outline, allow_hyphen_values = true, help_heading = "Rendering", requires = "volume")]
    cut_outside: Vec<Outline>,
    /// What of the slab is shown.
    #[arg(long, value_enum, default_value_t = ProjectionArg::Mean, help_heading = "Reformat", requires = "slab")]
    projection: ProjectionArg,
}

/// Points of an outline, in pixels of the picture.
#[derive(Debug, Clone)]
struct Outline(Vec<[f64; 2]>);

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
    /// What lies over it.
    layer: Option<LayerJson<'a>>,
    fidelity: FidelityJson,
    backend: &'static str,
    problems: Vec<&'static str>,
}

#[derive(Serialize)]
pub(super) struct SlabJson {
    thickness_mm: f64,
    planes: u32,
    projection: &'static str,
}

impl SlabJson {
    pub(super) const fn of(Slab { thickness_mm, planes, projection }: Slab) -> Self {
        Self { thickness_mm, planes, projection: projection.name() }
    }
}

/// The JSON line of a rendering.
#[derive(Serialize)]
pub(super) struct RenderingJson<'a> {
    series: &'a str,
    columns: u32,
    rows: u32,
    /// Centre of the picture's first pixel in the plane that is looked at, LPS mm.
    origin_mm: [f64; 3],
    row_direction: [f64; 3],
    column_direction: [f64; 3],
    /// Between rows, between columns of the picture.
    spacing_mm: [f64; 2],
    /// What values look like.
    preset: &'a str,
    camera: CameraJson,
    /// To the right of the viewer and above, where light comes from.
    light_degrees: [f64; 2],
    /// From one sample of a ray to the next.
    step_mm: f64,
    /// Planes and outlines that cut something away.
    cuts: usize,
    /// Positions of the volume, and how many of them hold no image.
    positions: usize,
    missing: usize,
    fidelity: FidelityJson,
    backend: &'static str,
    problems: Vec<&'static str>,
}

#[derive(Serialize)]
struct CameraJson {
    azimuth_degrees: f64,
    elevation_degrees: f64,
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
                Err(Failure::usage(format!("{name}: only with --plane, --plane-normal, --curve or --volume")))
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

    /// What values look like in the rendering that is asked for, if one is.
    pub(super) fn transfer(&self) -> Result<Option<Arc<Transfer>>, Failure> {
        self.volume.as_deref().map(named_transfer).transpose()
    }

    /// The plane across the view of a rendering, through the point that is looked at.
    fn looked_at(&self, volume: &Volume) -> Section {
        let center = self.center.map_or_else(|| volume.middle(), |[x, y, z]| Point::new(x, y, z));
        let (azimuth_degrees, elevation_degrees) = self.camera;
        Camera { azimuth_degrees, elevation_degrees }.section(center)
    }

    /// What is told of a rendering.
    pub(super) fn describe_rendering<'a>(
        &self,
        set: &DisplaySet,
        image: &'a Image,
        pass: &'a RenderingPass,
        backend: &'static str,
    ) -> RenderingJson<'a> {
        let section = self.looked_at(&pass.volume);
        let (columns, rows) = pass.view_size;
        let mm = self.pixel_mm(&pass.volume);
        let map = section.patient_from_view(mm, (f64::from(columns), f64::from(rows)));
        let (azimuth_degrees, elevation_degrees) = self.camera;
        let slices = pass.volume.slices();
        RenderingJson {
            series: image.instance.series.uid.as_str(),
            columns,
            rows,
            origin_mm: (map * Point::flat(0.5, 0.5)).xyz.to_array(),
            row_direction: section.right().xyz.to_array(),
            column_direction: section.down().xyz.to_array(),
            spacing_mm: [mm, mm],
            preset: &pass.transfer.name,
            camera: CameraJson { azimuth_degrees, elevation_degrees },
            light_degrees: [self.light.0, self.light.1],
            step_mm: pass.step_mm,
            cuts: pass.cuts.planes().len() + pass.cuts.scissors().len(),
            positions: slices.len(),
            missing: slices.iter().filter(|slice| slice.is_none()).count(),
            fidelity: FidelityJson {
                lossy: set.images.iter().any(|image| image.instance.image.lossy.is_some()),
                interpolated: true,
            },
            backend,
            problems: set.problems(),
        }
    }

    /// The pass that renders the volume, as large as it is seen unless a size is given.
    pub(super) fn rendering(
        &self,
        transfer: Arc<Transfer>,
        volume: &Arc<Volume>,
        size: Option<(u32, u32)>,
    ) -> Result<RenderingPass, Failure> {
        let section = self.looked_at(volume);
        let mm = self.pixel_mm(volume);
        let size = size.unwrap_or_else(|| seen_size(volume, &section, mm));
        let light = shine([self.light.0, self.light.1]);
        let cuts = self.cuts(volume, &section, mm, size)?;
        Ok(RenderingPass {
            cuts,
            ..RenderingPass::new(Arc::clone(volume), &section, mm, size, transfer, light)
        })
    }

    /// What is cut away from it.
    fn cuts(
        &self,
        volume: &Volume,
        section: &Section,
        mm: f64,
        (width, height): (u32, u32),
    ) -> Result<Cuts, Failure> {
        let at = |option: &str| {
            let option = option.to_owned();
            move |fault: CutFault| Failure::usage(format!("--{option}: {fault}"))
        };
        let mut cuts = Cuts::default();
        if let Some([x0, x1, y0, y1, z0, z1]) = self.clip_box {
            let room = ClipBox::new(Point::new(x0, y0, z0), Point::new(x1, y1, z1));
            let faces = room.and_then(|room| room.planes(volume)).map_err(at("clip-box"))?;
            cuts.add_planes(&faces).map_err(at("clip-box"))?;
        }
        for &[x, y, z, normal_x, normal_y, normal_z] in &self.clip_plane {
            let normal = Vector::new(normal_x, normal_y, normal_z);
            let plane = ClipPlane::new(volume, Point::new(x, y, z), normal);
            plane.and_then(|plane| cuts.add_planes(&[plane])).map_err(at("clip-plane"))?;
        }
        let mut outlines = |outlines: &[Outline], keeps_inside, option: &str| {
            let middle = [width, height].map(|side| f64::from(side) / 2.0);
            outlines.iter().try_for_each(|Outline(points)| {
                let in_mm = |&[x, y]: &[f64; 2]| [(x - middle[0]) * mm, (y - middle[1]) * mm];
                let points: Vec<[f64; 2]> = points.iter().map(in_mm).collect();
                let cut = ScissorCut::new(section, &points, keeps_inside);
                cut.and_then(|cut| cuts.add_scissor(Arc::new(cut))).map_err(at(option))
            })
        };
        outlines(&self.cut_inside, false, "cut-inside")?;
        outlines(&self.cut_outside, true, "cut-outside")?;
        Ok(cuts)
    }

    /// Millimetres a picture pixel.
    pub(super) fn pixel_mm(&self, volume: &Volume) -> f64 {
        self.pixel_mm.unwrap_or_else(|| volume.finest_mm())
    }

    /// How much is seen of what lies around the picture.
    pub(super) fn slab(&self, volume: &Volume) -> Slab {
        let projection = match self.projection {
            ProjectionArg::Mip => Projection::Maximum,
            ProjectionArg::Minip => Projection::Minimum,
            ProjectionArg::Mean => Projection::Mean,
        };
        self.slab.map_or(Slab::PLANE, |thick| Slab::new(thick, projection, volume.finest_mm()))
    }

    /// The pass that draws it, as large as the volume seen in it unless a size is given.
    pub(super) fn pass(
        &self,
        volume: &Arc<Volume>,
        size: Option<(u32, u32)>,
        transform: GrayTransform,
    ) -> Result<ReformatPass, Failure> {
        let section = self.section(volume)?;
        let mm = self.pixel_mm(volume);
        let size = size.unwrap_or_else(|| seen_size(volume, &section, mm));
        let slab = self.slab(volume);
        Ok(ReformatPass::new(Arc::clone(volume), &section, mm, size, slab, transform))
    }
}

/// Reads the pixels of a display set and makes a volume of them. Images that cannot be read are told and are gaps in it.
pub(super) fn read_volume(
    set: &DisplaySet,
    complain: impl Fn(&Image, &ReadError),
) -> Result<Arc<Volume>, Failure> {
    let frames = read_frames(set, complain);
    set.volume(|key| frames.get(key).cloned())
        .map(Arc::new)
        .map_err(|why| Failure::new(format!("the stack makes no volume: {why}")))
}

/// Reads the pixels of a display set. Images that cannot be read are told.
pub(super) fn read_frames(
    set: &DisplaySet,
    complain: impl Fn(&Image, &ReadError),
) -> HashMap<FrameKey, Arc<Frame>> {
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
    ready
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
    layer: Option<LayerJson<'a>>,
    inverted: bool,
    backend: &'static str,
) -> ReformatJson<'a> {
    let map = *pass.volume.patient_from_voxel() * pass.voxel_from_view;
    let (columns, rows) = pass.view_size;
    let direction = |axis: Vector<Patient>| axis.normalized().unwrap_or(axis).xyz.to_array();
    let slices = pass.volume.slices();
    ReformatJson {
        series: image.instance.series.uid.as_str(),
        columns,
        rows,
        origin_mm: (map * Point::flat(0.5, 0.5)).xyz.to_array(),
        row_direction: direction(map.x_axis()),
        column_direction: direction(map.y_axis()),
        spacing_mm: [map.y_axis().length(), map.x_axis().length()],
        slab: SlabJson::of(pass.slab),
        voi: VoiJson::of(&pass.transform),
        inverted,
        unit: image.unit(),
        positions: slices.len(),
        missing: slices.iter().filter(|slice| slice.is_none()).count(),
        layer,
        fidelity: FidelityJson {
            lossy: set.images.iter().any(|image| image.instance.image.lossy.is_some()),
            interpolated: pass.sampling != Sampling::Nearest,
        },
        backend,
        problems: set.problems(),
    }
}

fn parse_outline(text: &str) -> Result<Outline, String> {
    let numbers = parse_list(text).ok_or("an outline is X,Y,X,Y,X,Y and more")?;
    let (points, rest) = numbers.as_chunks();
    if rest.is_empty() { Ok(Outline(points.to_vec())) } else { Err("a last X has no Y".to_owned()) }
}

/// One of every installation, of the site or of the reader.
fn named_transfer(name: &str) -> Result<Arc<Transfer>, Failure> {
    let shipped = Transfers::default();
    if let Some(transfer) = shipped.named(name) {
        return Ok(Arc::clone(transfer));
    }
    let config = load_config(&SettingsArgs::default(), &ReaderArgs::default())?;
    config.transfers.named(name).map(Arc::clone).ok_or_else(|| {
        for left_out in &config.left_out {
            complain(&format!("warning: {left_out}"));
        }
        let names: Vec<&str> = config.transfers.all().iter().map(|transfer| transfer.name.as_str()).collect();
        Failure::usage(format!("--volume {name}: there are {}", names.join(", ")))
    })
}

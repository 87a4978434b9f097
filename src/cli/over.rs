//! `hotlight render --over …`: a second series laid over the picture. PS3.4 N.2.4.

use std::sync::Arc;

use clap::Args;
use serde::Serialize;

use crate::color::{ColorPalette, Palettes};
use crate::dicom::{ReadError, SeriesUid};
use crate::geometry::{Map, Patient, Point, Sampling, Vector, View};
use crate::grayscale::{GrayTransform, Window};
use crate::render::{LayerPass, Raster, gray_transform};
use crate::session::{Applied, DeviceRect, Layer, Look, VoiChoice};
use crate::study::{Alignment, DisplaySet, Image, Library, NotAligned};
use crate::units::{Opacity, PValue};
use crate::volume::{Slab, Volume};

use super::Failure;
use super::parse::{parse_numbers, parse_opacity, parse_voi};
use super::picture_json::VoiJson;
use super::reformat::read_frames;

/// Arguments of `render` for what is laid over the picture.
#[derive(Args, Debug)]
pub(super) struct OverArgs {
    /// Series Instance UID of a second series that is laid over the picture in colours: PET over CT, a map over anatomy.
    #[arg(long, value_name = "UID", help_heading = "Fusion", conflicts_with = "volume")]
    over: Option<String>,
    /// How much of it is seen, from 0 to 1.
    #[arg(long, value_name = "SHARE", value_parser = parse_opacity, default_value = "0.5", help_heading = "Fusion", requires = "over")]
    opacity: Opacity,
    /// Its colours: hot-iron, pet, hot-metal-blue, pet-20-step, spring, summer, fall or winter.
    #[arg(long, value_name = "NAME", value_parser = parse_palette, default_value = "hot-iron", help_heading = "Fusion", requires = "over")]
    palette: Arc<ColorPalette>,
    /// Its window, as --voi; its own without it.
    #[arg(long, value_name = "CENTER,WIDTH[,FUNCTION]", value_parser = parse_voi, allow_hyphen_values = true, help_heading = "Fusion", requires = "over")]
    over_voi: Option<Window>,
    /// From its frame of reference to that of the picture: a 4 × 4 matrix, row by row. Without it both are the same, or a spatial
    /// registration among the inputs relates them.
    #[arg(long, value_name = "M11,M12,…,M44", value_parser = parse_numbers::<16>, allow_hyphen_values = true, help_heading = "Fusion", requires = "over")]
    over_matrix: Option<[f64; 16]>,
    /// Where its values lie at the window's lower end or beneath, the picture below is seen as it is.
    #[arg(long, help_heading = "Fusion", requires = "over")]
    clear_floor: bool,
}

/// A series to lay over pictures.
pub(super) struct Over<'a> {
    args: &'a OverArgs,
    image: &'a Image,
    volume: Arc<Volume>,
    transform: GrayTransform,
    alignment: Alignment,
}

/// What is told of it.
#[derive(Serialize)]
pub(super) struct LayerJson<'a> {
    series: &'a str,
    opacity: f64,
    palette: &'a str,
    voi: VoiJson,
    clear_floor: bool,
    unit: &'a str,
    /// Positions of its volume, and how many of them hold no image.
    positions: usize,
    missing: usize,
    /// SOP Instance UID of the spatial registration that says where it lies.
    registration: Option<&'a str>,
}

impl OverArgs {
    /// Whether a series is to be laid over the picture.
    pub(super) const fn is_there(&self) -> bool {
        self.over.is_some()
    }

    /// Reads the series that is to be laid over a picture of an image, if one is. Images that cannot be read are told.
    pub(super) fn read<'a>(
        &'a self,
        library: &'a Library,
        (base, below): (&DisplaySet, &Image),
        complain: impl Fn(&Image, &ReadError),
    ) -> Result<Option<Over<'a>>, Failure> {
        let Some(uid) = &self.over else { return Ok(None) };
        let wanted = SeriesUid::new(uid);
        let mut sets = library.display_sets().map(|(.., set)| set.as_ref());
        let set = sets.find(|set: &&DisplaySet| set.id.series == wanted);
        let set = set.ok_or_else(|| Failure::new(format!("--over: no series {uid} in the inputs")))?;
        let image = set.images.get(set.images.len() / 2);
        let image = image.ok_or_else(|| Failure::new("--over: the series has no images"))?;
        let frame_of_reference = |image: &Image| image.instance.image.frame_of_reference.clone();
        let is_same = frame_of_reference(image).is_some_and(|of| frame_of_reference(below) == Some(of));
        let alignment = if is_same || self.over_matrix.is_some() {
            Alignment::of_map(self.layer_from_picture()?)
        } else {
            registered(library, base, set)?
        };
        let frames = read_frames(set, complain);
        let volume = set.layer_volume(|key| frames.get(key).cloned());
        let volume = volume.map_err(|why| Failure::new(format!("--over: {why}")))?;
        let look = Look { voi: self.over_voi.map_or(VoiChoice::Own(0), VoiChoice::Hand), ..Look::default() };
        let of_image =
            gray_transform(image, frames.get(&image.key()).map(AsRef::as_ref), &look, &Applied::NONE);
        let of_image = of_image.ok_or_else(|| Failure::new("--over: the series has no window"))?;
        let transform = GrayTransform { modality: volume.rescale().into(), padding: None, ..of_image };
        Ok(Some(Over { args: self, image, volume: Arc::new(volume), transform, alignment }))
    }

    fn layer_from_picture(&self) -> Result<Map<Patient, Patient>, Failure> {
        let Some(matrix) = self.over_matrix else { return Ok(same_place()) };
        let [xx, yx, zx, ox, xy, yy, zy, oy, xz, yz, zz, oz, bottom @ ..] = matrix;
        let picture_from_layer: Map<Patient, Patient> = Map::from_axes(
            Vector::new(xx, xy, xz),
            Vector::new(yx, yy, yz),
            Vector::new(zx, zy, zz),
            Point::new(ox, oy, oz),
        );
        let inverse =
            picture_from_layer.inverse().filter(|_| bottom.map(f64::to_bits) == LAST_ROW.map(f64::to_bits));
        inverse
            .ok_or_else(|| Failure::usage("--over-matrix: it flattens space, or its last row is not 0,0,0,1"))
    }
}

/// Where a series of another frame of reference lies, as a registration among the inputs says.
fn registered(library: &Library, base: &DisplaySet, set: &DisplaySet) -> Result<Alignment, Failure> {
    library.alignment(base, set, &[]).map_err(|why| {
        let why = match why {
            NotAligned::NotApplied { why } => {
                format!("the registration that relates it is not applied: {why}")
            }
            _ => "the series has not the picture's frame of reference".to_owned(),
        };
        Failure::new(format!("--over: {why}; --over-matrix says how it lies"))
    })
}

/// The last row of an affine matrix.
const LAST_ROW: [f64; 4] = [0.0, 0.0, 0.0, 1.0];

const fn same_place() -> Map<Patient, Patient> {
    let (x, y, z) = (Vector::new(1.0, 0.0, 0.0), Vector::new(0.0, 1.0, 0.0), Vector::new(0.0, 0.0, 1.0));
    Map::from_axes(x, y, z, Point::new(0.0, 0.0, 0.0))
}

impl Over<'_> {
    /// The layer over a picture, by where its device pixels lie and how thick it is.
    pub(super) fn pass(
        &self,
        patient_from_view: Map<Patient, View>,
        slab: Slab,
        sampling: Sampling,
    ) -> LayerPass {
        let to_layer = *self.volume.voxel_from_patient() * self.alignment.layer_from_base;
        let slab = if slab.planes > 1 {
            Slab::new(slab.thickness_mm, slab.projection, self.volume.finest_mm())
        } else {
            Slab::PLANE
        };
        LayerPass {
            volume: Arc::clone(&self.volume),
            voxel_from_view: to_layer * patient_from_view,
            slab,
            sampling,
            transform: self.transform.clone(),
            palette: Arc::clone(&self.args.palette),
            monitor: None,
            opacity: self.args.opacity,
            is_floor_clear: self.args.clear_floor,
        }
    }

    /// What is told of it.
    pub(super) fn describe(&self) -> LayerJson<'_> {
        let slices = self.volume.slices();
        LayerJson {
            series: self.image.instance.series.uid.as_str(),
            opacity: self.args.opacity.share(),
            palette: self.args.palette.name(),
            voi: VoiJson::of(&self.transform),
            clear_floor: self.args.clear_floor,
            unit: self.image.unit(),
            positions: slices.len(),
            missing: slices.iter().filter(|slice| slice.is_none()).count(),
            registration: registration_of(&self.alignment),
        }
    }
}

/// By its UID.
fn registration_of(alignment: &Alignment) -> Option<&str> {
    alignment.registration.as_ref().map(|registration| registration.uid.as_str())
}

impl<'a> LayerJson<'a> {
    /// What is told of a layer that a presentation state asks for.
    pub(super) fn of(layer: &'a Layer) -> Option<Self> {
        let (image, slices) = (layer.image()?, layer.volume.slices());
        Some(Self {
            series: image.instance.series.uid.as_str(),
            opacity: layer.opacity.share(),
            palette: layer.palette.name(),
            voi: VoiJson::of(&layer.transform),
            clear_floor: layer.is_floor_clear,
            unit: image.unit(),
            positions: slices.len(),
            missing: slices.iter().filter(|slice| slice.is_none()).count(),
            registration: registration_of(&layer.alignment),
        })
    }
}

/// A picture in levels, white being `white`, with a layer over it where it is covered.
pub(super) fn laid_over(
    layer: &LayerPass,
    over: &Raster<Option<PValue>>,
    covered: Option<DeviceRect>,
    below: impl Iterator<Item = [f64; 3]>,
) -> Raster<[u8; 3]> {
    let places = (0..over.height).flat_map(|row| (0..over.width).map(move |column| (column, row)));
    let is_covered = |(column, row): (u32, u32)| {
        covered.is_some_and(|DeviceRect { x, y, width, height }| {
            (x..x + width).contains(&column) && (y..y + height).contains(&row)
        })
    };
    let pixels = places.zip(&over.values).zip(below);
    let values = pixels.map(|((place, p), below)| match p.filter(|_| is_covered(place)) {
        Some(p) => layer.over(p, below),
        None => rounded(below),
    });
    Raster { width: over.width, height: over.height, values: values.collect() }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "levels of 8 bits")]
fn rounded(levels: [f64; 3]) -> [u8; 3] {
    levels.map(|level| (level + 0.5) as u8)
}

fn parse_palette(name: &str) -> Result<Arc<ColorPalette>, String> {
    let palettes = Palettes::default();
    palettes.named(name).cloned().ok_or_else(|| {
        let names: Vec<&str> = palettes.all().iter().map(|palette| palette.name()).collect();
        format!("there are {}", names.join(", "))
    })
}

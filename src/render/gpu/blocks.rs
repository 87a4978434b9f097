//! Uniform blocks: declared once here, in the order and with the names of the WGSL; a test compares both.

use bytemuck::Zeroable as _;
use glam::DVec3;

use crate::dicom::{Cover, Pixels};
use crate::grayscale::{Curve, GrayTransform, Polarity, SplitReal};
use crate::volume::{Shading, Slab, Transfer};

use super::super::curved::CurvedPass;
use super::super::frame::{Over, PixelTransform, SlicePass};
use super::super::reformat::ReformatPass;
use super::super::rendering::RenderingPass;
use super::engine::Values;
use super::walk::{Rays, WalkBlock, four, padding_of};

macro_rules! block {
    ($(#[$doc:meta])* $name:ident { $($(#[$about:meta])* $member:ident: $kind:ty,)+ }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, bytemuck::Pod, bytemuck::Zeroable)]
        #[repr(C)]
        pub struct $name {
            $($(#[$about])* pub(super) $member: $kind,)+
        }

        impl $name {
            /// Name and offset of each member.
            pub const MEMBERS: &[(&str, usize)] =
                &[$((stringify!($member), std::mem::offset_of!($name, $member))),+];
        }
    };
}

pub(super) use block;

block! {
    /// What `shaders/slice.wgsl` is told.
    SliceBlock {
        /// Step in the image from one device pixel to the next on the right.
        x_axis: [f32; 2],
        /// Step in the image from one device pixel to the next below.
        y_axis: [f32; 2],
        /// Image position of the viewport's outer corner.
        origin: [f32; 2],
        /// The stored value from which real ones count, in two parts.
        zero: [f32; 2],
        /// The smallest and the largest stored value that is padding, in two parts each.
        padding: [f32; 4],
        /// Rescale Slope.
        slope: f32,
        /// Rescale Intercept.
        intercept: f32,
        /// Window Center.
        center: f32,
        /// Window Width.
        width: f32,
        /// Whether low values are light, or colours their complements.
        is_inverse: u32,
        /// The place of a curve's last entry.
        curve_last: f32,
        /// Up to a multiple of 16 bytes.
        unused: [u32; 2],
    }
}

block! {
    /// What `shaders/cover.wgsl` is told.
    CoverBlock {
        /// Step in the image from one device pixel to the next on the right.
        x_axis: [f32; 2],
        /// Step in the image from one device pixel to the next below.
        y_axis: [f32; 2],
        /// Image position of the viewport's outer corner.
        origin: [f32; 2],
        /// Columns and rows of the image.
        size: [f32; 2],
        /// What each cell is drawn as: a P-value, or red, green and blue; nothing where the last is 0.
        values: [[u32; 4]; Cover::KINDS],
    }
}

block! {
    /// What `shaders/display.wgsl` is told.
    DisplayBlock {
        /// Left edge of the viewport on its surface; it may stand outside.
        left: i32,
        /// Top edge of the viewport on its surface; it may stand outside.
        top: i32,
        /// The driving level that is the panel's white.
        highest: u32,
    }
}

block! {
    /// What `shaders/layer.wgsl` is told.
    LayerBlock {
        /// Left edge of the viewport on its surface; it may stand outside.
        left: i32,
        /// Top edge of the viewport on its surface; it may stand outside.
        top: i32,
        /// The driving level that is the panel's white.
        highest: u32,
        /// Whether the picture below is seen as it is where values lie at the window's lower end or beneath.
        is_floor_clear: u32,
        /// The share of the layer's colour.
        opacity: f32,
    }
}

block! {
    /// What `shaders/lib/slab.wgsl` is told: a part of the blocks of planes and slabs, flat or along a curve.
    SlabBlock {
        /// Rescale Slope.
        slope: f32,
        /// Rescale Intercept.
        intercept: f32,
        /// Window Center.
        center: f32,
        /// Window Width.
        width: f32,
        /// Whether low values are light.
        is_inverse: u32,
        /// How many planes stand for the slab.
        planes: i32,
        /// The place of a curve's last entry.
        curve_last: f32,
        /// Up to a multiple of 16 bytes.
        unused: u32,
    }
}

block! {
    /// What `shaders/reformat.wgsl` is told.
    ReformatBlock {
        /// From the first plane of the slab to the last.
        walk: WalkBlock,
        /// What is shown of it.
        slab: SlabBlock,
    }
}

block! {
    /// What `shaders/curved.wgsl` is told, beside its table of lines.
    CurvedBlock {
        /// Columns, rows and planes of the volume.
        size: [i32; 4],
        /// As in `WalkBlock`.
        part: [i32; 4],
        /// What is shown of the slab.
        slab: SlabBlock,
        /// The smallest and the largest stored value that is padding.
        padding: [f32; 2],
        /// The device pixel of a line that steps count from.
        anchor: i32,
        /// Whether lines are rows of the picture, or columns.
        is_upright: u32,
    }
}

block! {
    /// What `shaders/rendering.wgsl` is told.
    RenderingBlock {
        /// From one sample of a ray to the next.
        walk: WalkBlock,
        /// How modality values rise along x of the patient, by how stored values rise along the axes of the voxels.
        rise_x: [f32; 4],
        /// Along y.
        rise_y: [f32; 4],
        /// Along z.
        rise_z: [f32; 4],
        /// Towards the light.
        light: [f32; 4],
        /// Half the way from there to the viewer.
        half_way: [f32; 4],
        /// Ambient, diffuse, specular, shininess.
        shading: [f32; 4],
        /// From one sample of a ray to the next, mm.
        step_mm: f32,
        /// The stored value of the first entry of the transfer function.
        first: f32,
        /// Entries a stored value.
        entries: f32,
        /// The place of the last entry.
        entry_last: f32,
    }
}

impl SliceBlock {
    #[expect(clippy::cast_possible_truncation, reason = "single precision is what the card computes in")]
    pub(super) fn of(pass: &SlicePass, texels: Texels, values: Values) -> Self {
        let map = &pass.image_from_view;
        let pair = |xyz: glam::DVec3| [xyz.x as f32, xyz.y as f32];
        let place = Self {
            x_axis: pair(map.x_axis().xyz),
            y_axis: pair(map.y_axis().xyz),
            origin: pair(map.origin().xyz),
            padding: NO_PADDING,
            ..Self::zeroed()
        };
        match &pass.transform {
            PixelTransform::Gray(gray) => {
                let block = place.with_gray(gray, texels == Texels::Real && values == Values::Picture);
                match gray.padding {
                    // Where a table was applied before, padding is no number any more.
                    Some(padding) if gray.modality.table().is_none() && values == Values::Picture => {
                        let [low, high] = [padding.low, padding.high].map(SplitReal::of);
                        Self { padding: [low.high, low.low, high.high, high.low], ..block }
                    }
                    _ => block,
                }
            }
            PixelTransform::Color { is_inverted } => Self { is_inverse: u32::from(*is_inverted), ..place },
        }
    }

    /// Real values count from the window's center when they are drawn: single precision then serves the width that is
    /// shown, however far from 0 it lies.
    #[expect(clippy::cast_possible_truncation, reason = "single precision is what the card computes in")]
    fn with_gray(self, gray: &GrayTransform, counts_from_center: bool) -> Self {
        let GrayTransform { modality, window, curve, polarity, .. } = gray;
        let rescale = modality.rescale();
        let (zero, intercept, center) = if counts_from_center {
            (SplitReal::of((window.center() - rescale.intercept) / rescale.slope), 0.0, 0.0)
        } else {
            (SplitReal::of(0.0), rescale.intercept, window.center())
        };
        Self {
            zero: [zero.high, zero.low],
            slope: rescale.slope as f32,
            intercept: intercept as f32,
            center: center as f32,
            width: window.width() as f32,
            is_inverse: u32::from(*polarity == Polarity::Inverse),
            curve_last: curve.as_ref().map_or(0.0, curve_last),
            ..self
        }
    }
}

impl CoverBlock {
    #[expect(clippy::cast_possible_truncation, reason = "single precision is what the card computes in")]
    #[expect(clippy::cast_precision_loss, reason = "sides of an image")]
    fn with(pass: &SlicePass, value: impl Fn(Over) -> [u32; 4]) -> Self {
        let map = &pass.image_from_view;
        let pair = |xyz: glam::DVec3| [xyz.x as f32, xyz.y as f32];
        let mut values = [[0; 4]; Cover::KINDS];
        for (cell, drawn) in (0..).zip(&mut values) {
            if let Some(over) = pass.cover.as_ref().and_then(|cover| cover.over(cell)) {
                *drawn = value(over);
            }
        }
        Self {
            x_axis: pair(map.x_axis().xyz),
            y_axis: pair(map.y_axis().xyz),
            origin: pair(map.origin().xyz),
            size: [pass.image_size.0 as f32, pass.image_size.1 as f32],
            values,
        }
    }

    /// Over a picture of gray.
    pub(super) fn of(pass: &SlicePass) -> Self {
        Self::with(pass, |over| [u32::from(over.gray.0), 0, 0, 1])
    }

    /// Over the colours that lie over a picture. What has none takes them away: what is not 255 at last is not painted.
    pub(super) fn over_tints(pass: &SlicePass) -> Self {
        let opaque = |[red, green, blue]: [u8; 3]| [red, green, blue, u8::MAX].map(u32::from);
        Self::with(pass, |over| over.color.map_or([0, 0, 0, 1], opaque))
    }
}

impl SlabBlock {
    #[expect(clippy::cast_possible_truncation, reason = "single precision is what the card computes in")]
    #[expect(clippy::cast_possible_wrap, reason = "planes of a slab are few")]
    fn of(transform: &GrayTransform, slab: Slab) -> Self {
        let GrayTransform { modality, window, curve, polarity, .. } = transform;
        let rescale = modality.rescale();
        Self {
            slope: rescale.slope as f32,
            intercept: rescale.intercept as f32,
            center: window.center() as f32,
            width: window.width() as f32,
            is_inverse: u32::from(*polarity == Polarity::Inverse),
            planes: slab.planes as i32,
            curve_last: curve.as_ref().map_or(0.0, curve_last),
            unused: 0,
        }
    }

    /// As far as it decides what is found along a line, and not what is made of that.
    pub(super) fn of_found(self) -> Self {
        Self { planes: self.planes, ..Self::zeroed() }
    }
}

impl ReformatBlock {
    /// Of a pass that is drawn pixel for pixel, by a part of its volume.
    pub(super) fn of(pass: &ReformatPass, part: [i32; 4]) -> Self {
        let walk = WalkBlock { part, ..WalkBlock::of(Rays::of_slab(pass)) };
        Self { walk, slab: SlabBlock::of(&pass.transform, pass.slab) }
    }
}

impl CurvedBlock {
    /// Texels of a line in the table.
    pub(super) const LINE_TEXELS: usize = 6;

    /// Of a pass that is drawn pixel for pixel, and the table of its lines: of each the voxel that its steps count from and
    /// whether there is one, the rest, and the steps along it and into the slab, each as its leading digits and what they lack.
    #[expect(clippy::cast_precision_loss, reason = "no voxel is further than single precision tells")]
    #[expect(clippy::cast_possible_wrap, reason = "sides of volumes and pictures are small")]
    pub(super) fn of(pass: &CurvedPass, part: [i32; 4]) -> (Self, Vec<[f32; 4]>) {
        let (count, length) = pass.lines();
        let lines = (0..count).flat_map(|number| {
            let Some(line) = pass.line(number) else { return [[0.0; 4]; Self::LINE_TEXELS] };
            let walk = WalkBlock::of(Rays::through(&pass.volume, &line, (length, 1), pass.slab));
            let [x, y, z, _] = walk.base.map(|voxel| voxel as f32);
            let is_there = if walk.size[0] > 0 { 1.0 } else { 0.0 };
            let start = [x, y, z, is_there];
            [start, walk.rest, walk.right_coarse, walk.right_fine, walk.deep_coarse, walk.deep_fine]
        });
        let [columns, rows, slices] = pass.volume.size().map(|side| side as i32);
        let block = Self {
            size: [columns, rows, slices, 0],
            part,
            slab: SlabBlock::of(&pass.transform, pass.slab),
            padding: padding_of(&pass.volume),
            anchor: (length / 2) as i32,
            is_upright: u32::from(pass.is_upright()),
        };
        (block, lines.collect())
    }
}

impl RenderingBlock {
    #[expect(clippy::cast_possible_truncation, reason = "single precision is what the card computes in")]
    #[expect(clippy::cast_precision_loss, reason = "4096 entries")]
    pub(super) fn of(pass: &RenderingPass, part: [i32; 4]) -> Self {
        let rescale = pass.volume.rescale();
        // A gradient goes by the transpose of the map that points go by.
        let map = pass.volume.voxel_from_patient();
        let [rise_x, rise_y, rise_z] =
            [map.x_axis(), map.y_axis(), map.z_axis()].map(|axis| four(axis.xyz * rescale.slope));
        let RenderingPass { lighting, transfer, .. } = pass;
        let half_way = (lighting.light + lighting.viewer).normalized().map_or(DVec3::ZERO, |half| half.xyz);
        let Shading { ambient, diffuse, specular, shininess } = transfer.shading;
        let entry_last = (Transfer::LENGTH - 1) as f64;
        Self {
            walk: WalkBlock { part, ..WalkBlock::of(Rays::of_light(pass)) },
            rise_x,
            rise_y,
            rise_z,
            light: four(lighting.light.xyz),
            half_way: four(half_way),
            shading: [ambient, diffuse, specular, shininess].map(|part| part as f32),
            step_mm: pass.step_mm as f32,
            first: ((transfer.low - rescale.intercept) / rescale.slope) as f32,
            entries: (rescale.slope * entry_last / (transfer.high - transfer.low)) as f32,
            entry_last: entry_last as f32,
        }
    }
}

/// The place of a curve's last entry.
#[expect(clippy::cast_precision_loss, reason = "a curve has at most 65,536 entries")]
fn curve_last(curve: &Curve) -> f32 {
    (curve.count() - 1) as f32
}

/// No value lies between these.
const NO_PADDING: [f32; 4] = [1.0, 0.0, -1.0, 0.0];

/// What texels stand for: `ENCODING_…` in `shaders/lib/modality.wgsl`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Texels {
    Unsigned = 0,
    Signed = 1,
    Real = 2,
    Color = 3,
}

impl Texels {
    pub(super) const fn of(pixels: &Pixels) -> Self {
        match pixels {
            Pixels::Words { is_signed: false, .. } => Self::Unsigned,
            Pixels::Words { is_signed: true, .. } => Self::Signed,
            Pixels::Reals(_) => Self::Real,
            Pixels::Color(_) => Self::Color,
        }
    }
}

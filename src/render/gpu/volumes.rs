//! Volumes on the card: voxels in layers of a texture, what their bricks hold, and which planes are there.
//!
//! A plane is sent when it comes, and no plane twice. Until all are there, those that are lacking count as not received.

use std::sync::{Arc, Weak};

use crate::dicom::{Frame, Padding};
use crate::grayscale::ModalityLut;
use crate::volume::{Encoding, Layer, Slice, Volume};

use super::blocks::Texels;
use super::bricks::Bricks;
use super::device::{Gpu, GpuError};
use super::of_volume::Seen;
use super::parts::{Division, Held};
use super::pipelines::VoxelKind;
use super::planes::{Pick, Planes, Ready, Wanted};
use super::residency::is_same;
use super::tiles::{Tile, Tiles};

/// Bytes of a volume that one picture may send, and bytes that it may see the first time: some milliseconds of a frame.
pub(super) const BYTES_A_PICTURE: u64 = 16 << 20;
const MIB: u64 = 1 << 20;
/// Planes in a row of the table of planes: `lib/voxel.wgsl`.
const PLANES_A_ROW: u32 = 256;

/// A volume on the card, or as much of it as is there.
#[derive(Debug)]
pub(super) struct OnCard {
    pub(super) id: u64,
    /// Goes up whenever something else is seen of it.
    revision: u64,
    held: Held,
    /// Of the volume.
    size: [u32; 3],
    /// Of what is held of it.
    held_size: [u32; 3],
    /// What a coarse copy lies on.
    grid: Option<Arc<Volume>>,
    encoding: Encoding,
    tiles: Tiles,
    /// How many layers of the texture pictures see.
    in_view: u32,
    /// Whether each texel holds the next voxel of its row too.
    has_pairs: bool,
    voxels: wgpu::Texture,
    bricks: Bricks,
    ranges_size: [usize; 3],
    ranges: wgpu::Texture,
    received: wgpu::Texture,
    /// By plane of the volume: what is in the texture, or is to be.
    sources: Vec<Option<Source>>,
    /// Of a coarse copy, by plane of the volume: what pictures at rest are of, whether the copy has it or not.
    known: Vec<Option<Source>>,
    /// By plane that is held: whether it was sent.
    sent: Vec<bool>,
    /// By plane that is held: whether it is seen.
    flags: Vec<u8>,
    pub(super) bytes: u64,
    /// What a sheaf of it needs beside a coarse copy.
    pub(super) reserve: u64,
    pub(super) used: u64,
}

/// What a volume takes on the card.
#[derive(Debug, Clone, Copy)]
pub(super) struct Room {
    pub(super) bytes: u64,
    pub(super) reserve: u64,
    held: Held,
    tiles: Tiles,
    has_pairs: bool,
}

/// What a plane in the texture was made of.
#[derive(Debug)]
struct Source {
    layers: Vec<(Weak<Frame>, ModalityLut, Option<Padding>)>,
    share: Option<f64>,
}

impl Source {
    fn of(slice: &Slice) -> Self {
        let of_layer = |layer: &Layer| (Arc::downgrade(&layer.frame), layer.modality.clone(), layer.padding);
        Self { layers: slice.layers().map(of_layer).collect(), share: share_of(slice) }
    }

    fn is_of(&self, slice: &Slice) -> bool {
        self.layers.len() == slice.layers().count()
            && self.share.map(f64::to_bits) == share_of(slice).map(f64::to_bits)
            && self.layers.iter().zip(slice.layers()).all(|((frame, modality, padding), layer)| {
                is_same(frame, &layer.frame) && *modality == layer.modality && *padding == layer.padding
            })
    }
}

const fn share_of(slice: &Slice) -> Option<f64> {
    match slice {
        Slice::Acquired(_) => None,
        Slice::Between { share, .. } => Some(*share),
    }
}

impl OnCard {
    /// What all of it takes on the card, of so many bytes at most, beside volumes of so many; or why it cannot be there.
    pub(super) fn room(gpu: &Gpu, volume: &Volume, budget: u64, beside: u64) -> Result<Room, GpuError> {
        let limits = gpu.device.limits();
        let (side, deep) = (gpu.side_max(), limits.max_texture_array_layers);
        let most = bricked_most(&limits);
        if volume.size().iter().any(|side| *side > most) {
            return Err(too_large(volume, format!("{most} voxels a side")));
        }
        let Some((tiles, bytes)) = fitted(gpu, volume, volume.size()) else {
            return Err(too_large(volume, format!("{side} × {side} voxels in {deep} layers")));
        };
        if bytes + beside > budget {
            let [needed, others, allowed] = [bytes.div_ceil(MIB), beside.div_ceil(MIB), budget / MIB];
            let others = if beside > 0 {
                format!(", volumes that are shown beside it {others} MiB")
            } else {
                String::new()
            };
            let limit = format!("it takes {needed} MiB{others}; memory.card_mib allows {allowed} MiB");
            return Err(too_large(volume, limit));
        }
        // Half as many loads are worth twice the memory where the processor plays the card: a load costs it the same whatever
        // it brings.
        let with_pairs = bytes + voxel_bytes(volume, tiles);
        let has_pairs = gpu.adapter.is_software && with_pairs + beside <= budget;
        let bytes = if has_pairs { with_pairs } else { bytes };
        Ok(Room { bytes, reserve: 0, held: Held::Whole, tiles, has_pairs })
    }

    /// What a coarse copy of it takes, so that there is room for one and for a sheaf of planes in so many bytes; nothing where there
    /// is none.
    pub(super) fn coarse_room(gpu: &Gpu, volume: &Volume, budget: u64) -> Option<Room> {
        let bytes = |size| fitted(gpu, volume, size).map(|(_, bytes)| bytes);
        let (division, reserve) = Division::of(volume.size(), budget, bytes)?;
        Some(Room { reserve, ..Self::part_room(gpu, volume, Held::Coarse(division))? })
    }

    /// What a part of it takes.
    pub(super) fn part_room(gpu: &Gpu, volume: &Volume, held: Held) -> Option<Room> {
        let (tiles, bytes) = fitted(gpu, volume, held.size(volume.size()))?;
        Some(Room { bytes, reserve: 0, held, tiles, has_pairs: false })
    }

    /// Room for a volume, empty.
    pub(super) fn new(gpu: &Gpu, volume: &Volume, id: u64, room: Room) -> Self {
        let Room { bytes, reserve, held, tiles, has_pairs } = room;
        let held_size = held.size(volume.size());
        let [.., slices] = held_size;
        let format = match (volume.encoding(), has_pairs) {
            (Encoding::Stored { .. }, false) => wgpu::TextureFormat::R16Uint,
            (Encoding::Stored { .. }, true) => wgpu::TextureFormat::Rg16Uint,
            (Encoding::Modality, false) => wgpu::TextureFormat::R32Uint,
            (Encoding::Modality, true) => wgpu::TextureFormat::Rg32Uint,
        };
        let bricks = Bricks::new(held_size);
        #[expect(clippy::cast_possible_truncation, reason = "no more than the sides of the volume")]
        let [brick_columns, brick_rows, brick_layers] = bricks.size().map(|side| side as u32);
        let (flat, deep) = (wgpu::TextureDimension::D2, wgpu::TextureDimension::D3);
        let room = if is_empty(volume) { [1; 3] } else { tiles.texture() };
        let ranges = [brick_columns, brick_rows, brick_layers];
        let sources = || volume.slices().iter().map(|slice| slice.as_ref().map(Source::of));
        let planes = [PLANES_A_ROW, slices.div_ceil(PLANES_A_ROW), 1];
        Self {
            id,
            revision: 0,
            held,
            size: volume.size(),
            held_size,
            grid: volume.coarse(held.stride()).map(Arc::new),
            encoding: volume.encoding(),
            tiles,
            in_view: 0,
            has_pairs,
            voxels: texture(gpu, "volume", flat, room, format),
            ranges: texture(gpu, "bricks", deep, ranges, wgpu::TextureFormat::Rg32Float),
            received: texture(gpu, "planes", flat, planes, wgpu::TextureFormat::R8Uint),
            ranges_size: bricks.size(),
            bricks,
            sources: sources().collect(),
            known: if matches!(held, Held::Coarse(_)) { sources().collect() } else { Vec::new() },
            sent: vec![false; slices as usize],
            flags: vec![0; planes.iter().map(|side| *side as usize).product()],
            bytes,
            reserve,
            used: 0,
        }
    }

    /// Whether it is a coarse copy.
    pub(super) const fn is_coarse(&self) -> bool {
        matches!(self.held, Held::Coarse(_))
    }

    /// Whether it holds so much of a volume.
    pub(super) fn holds(&self, held: Held, volume: &Volume) -> bool {
        self.held == held && self.is_of(volume)
    }

    /// Whether it is of the same images, as many of them as there are: what one lacks may have come since.
    pub(super) fn is_of(&self, volume: &Volume) -> bool {
        let mut pairs = self.sources.iter().zip(volume.slices()).filter_map(|(source, slice)| {
            let (Some(source), Some(slice)) = (source, slice) else { return None };
            Some(source.is_of(slice))
        });
        let are_empty = is_empty(volume) && self.sources.iter().all(Option::is_none);
        (self.size == volume.size() && self.encoding == volume.encoding())
            && (are_empty || pairs.any(|is_same| is_same))
    }

    /// Has planes made that are not there yet, and hides what the volume does not have.
    pub(super) fn want(&mut self, gpu: &Gpu, volume: &Volume, planes: &mut Planes) {
        let [columns, rows, _] = self.held_size.map(|side| side as usize);
        let [of_columns, of_rows, count] = self.size;
        let mut is_changed = false;
        // A picture of all planes is another one when any of them is.
        for (known, slice) in self.known.iter_mut().zip(volume.slices()) {
            if !is_of(known.as_ref(), slice.as_ref()) {
                *known = slice.as_ref().map(Source::of);
                is_changed = true;
            }
        }
        for (plane, of) in self.held.slices(count).enumerate() {
            let (Some(source), Some(sent)) = (self.sources.get_mut(of), self.sent.get_mut(plane)) else {
                continue;
            };
            let slice = slice_at(volume, self.held, plane, of);
            let is_there = *sent && slice.is_some() && is_of(source.as_ref(), slice);
            if let Some(slice) = slice.filter(|_| !is_there)
                && self
                    .tiles
                    .in_plane(plane, [columns, rows])
                    .all(|tile| tile.corner[2] < self.in_view as usize)
                && !planes.is_in_hand(self.id, plane)
            {
                let wanted = Wanted {
                    volume: self.id,
                    plane,
                    slice: slice.clone(),
                    encoding: self.encoding,
                    columns,
                    rows,
                    pick: Pick { stride: self.held.stride(), of: [of_columns, of_rows] },
                    has_pairs: self.has_pairs,
                };
                if planes.has_room(wanted.bytes()) {
                    (*source, *sent) = (Some(Source::of(slice)), false);
                    planes.want(wanted);
                }
            }
            if let Some(flag) = self.flags.get_mut(plane) {
                is_changed |= *flag != u8::from(is_there);
                *flag = u8::from(is_there);
            }
        }
        for (layer, ranges) in self.bricks.changed() {
            let [columns, rows, _] = self.ranges_size;
            write(gpu, &self.ranges, [0, 0, layer], [columns, rows], bytemuck::cast_slice(ranges));
            is_changed = true;
        }
        if is_changed {
            let rows = self.flags.len() / PLANES_A_ROW as usize;
            write(gpu, &self.received, [0; 3], [PLANES_A_ROW as usize, rows], &self.flags);
        }
        self.revision += u64::from(is_changed);
    }

    /// Sends a plane.
    pub(super) fn put(&mut self, gpu: &Gpu, ready: &Ready) {
        let [columns, rows, _] = self.held_size.map(|side| side as usize);
        let texel_bytes = self.voxels.format().block_copy_size(None).unwrap_or_default() as usize;
        for Tile { first: [x, y], size, corner } in self.tiles.in_plane(ready.plane, [columns, rows]) {
            let texels = ready.texels.get((y * columns + x) * texel_bytes..).unwrap_or_default();
            write_rows(gpu, &self.voxels, corner, size, (texels, columns));
        }
        self.bricks.take(ready.plane, &ready.ranges);
        if let Some(sent) = self.sent.get_mut(ready.plane) {
            *sent = true;
        }
    }

    /// Lets pictures see some layers more. A card clears what it sees and was not written: not all of a volume in one picture.
    pub(super) fn see_more(&mut self) {
        let layers = self.voxels.depth_or_array_layers();
        let layer_bytes = (self.bytes / u64::from(layers.max(1))).max(1);
        let more = u32::try_from(BYTES_A_PICTURE / layer_bytes).unwrap_or(u32::MAX).max(1);
        self.in_view = self.in_view.saturating_add(more).min(layers);
    }

    /// What pictures may read of it.
    pub(super) fn seen(&self, volume: &Volume) -> Seen {
        let count = |planes: usize| u32::try_from(planes).unwrap_or(u32::MAX);
        let slices = self.held.slices(self.size[2]).enumerate();
        let slices = slices.filter_map(|(plane, of)| slice_at(volume, self.held, plane, of));
        Seen {
            volume: (self.id, self.revision),
            held: self.held,
            grid: self.grid.clone(),
            voxels: self.kind(),
            views: [
                self.voxels.create_view(&wgpu::TextureViewDescriptor {
                    dimension: Some(wgpu::TextureViewDimension::D2Array),
                    array_layer_count: Some(self.in_view.max(1)),
                    ..wgpu::TextureViewDescriptor::default()
                }),
                self.ranges.create_view(&wgpu::TextureViewDescriptor::default()),
                self.received.create_view(&wgpu::TextureViewDescriptor::default()),
            ],
            planes: count(self.flags.iter().filter(|flag| **flag != 0).count()),
            planes_received: count(slices.count()),
        }
    }

    /// What its voxels are.
    fn kind(&self) -> VoxelKind {
        VoxelKind {
            texels: match self.encoding {
                Encoding::Stored { is_signed: false, .. } => Texels::Unsigned,
                Encoding::Stored { is_signed: true, .. } => Texels::Signed,
                Encoding::Modality => Texels::Real,
            },
            has_holes: !matches!(self.encoding, Encoding::Stored { padding: None, .. }),
            has_missing: self.flags.iter().take(self.held_size[2] as usize).any(|flag| *flag == 0),
            has_pairs: self.has_pairs,
            is_part: matches!(self.held, Held::Sheaf(_)),
            tiles: (!self.tiles.is_plain()).then_some(self.tiles),
        }
    }
}

/// The plane of a volume that one of a texture is made of. Of a coarse copy there is none where any of those that it stands for is
/// lacking: nothing is interpolated over a gap.
fn slice_at(volume: &Volume, held: Held, plane: usize, of: usize) -> Option<&Slice> {
    let stride = held.stride() as usize;
    let mut beside = volume.slices().iter().skip(plane * stride).take(stride);
    let is_whole = stride == 1 || beside.all(Option::is_some);
    volume.slices().get(of).and_then(Option::as_ref).filter(|_| is_whole)
}

/// Whether a plane is there as it is to be.
fn is_of(source: Option<&Source>, slice: Option<&Slice>) -> bool {
    match (source, slice) {
        (Some(source), Some(slice)) => source.is_of(slice),
        (None, None) => true,
        _ => false,
    }
}

/// Voxels a side at most: bricks lie in a texture of three dimensions, a texel each.
const fn bricked_most(limits: &wgpu::Limits) -> u32 {
    limits.max_texture_dimension_3d.saturating_mul(Bricks::SIDE)
}

/// How so many columns, rows and planes of a volume lie in a texture, and their bytes with what is told of them; nothing where no
/// texture has room for them.
fn fitted(gpu: &Gpu, volume: &Volume, size: [u32; 3]) -> Option<(Tiles, u64)> {
    let limits = gpu.device.limits();
    if size.iter().any(|side| *side > bricked_most(&limits)) {
        return None;
    }
    let tiles = Tiles::of(size, gpu.side_max(), limits.max_texture_array_layers)?;
    let bricks = size.map(|side| u64::from(side.div_ceil(Bricks::SIDE))).into_iter().product::<u64>() * 8;
    let planes = u64::from(size[2].next_multiple_of(PLANES_A_ROW));
    Some((tiles, voxel_bytes(volume, tiles) + bricks + planes))
}

/// Of the voxels alone.
fn voxel_bytes(volume: &Volume, tiles: Tiles) -> u64 {
    let voxels = if is_empty(volume) { 1 } else { tiles.texture().map(u64::from).iter().product() };
    let bytes = match volume.encoding() {
        Encoding::Stored { .. } => 2,
        Encoding::Modality => 4,
    };
    voxels * bytes
}

/// Whether nothing of it was received: then its voxels take no room.
fn is_empty(volume: &Volume) -> bool {
    volume.slices().iter().all(Option::is_none)
}

/// Of a volume that the card cannot hold.
fn too_large(volume: &Volume, limit: String) -> GpuError {
    let [columns, rows, slices] = volume.size();
    GpuError::VolumeTooLarge { columns, rows, slices, limit }
}

pub(super) fn texture(
    gpu: &Gpu,
    label: &str,
    dimension: wgpu::TextureDimension,
    [width, height, depth_or_array_layers]: [u32; 3],
    format: wgpu::TextureFormat,
) -> wgpu::Texture {
    gpu.device.create_texture(&wgpu::TextureDescriptor {
        label: Some(label),
        size: wgpu::Extent3d { width, height, depth_or_array_layers },
        mip_level_count: 1,
        sample_count: 1,
        dimension,
        format,
        usage: wgpu::TextureUsages::TEXTURE_BINDING | wgpu::TextureUsages::COPY_DST,
        view_formats: &[],
    })
}

/// Puts rows of texels into one layer of a texture.
pub(super) fn write(gpu: &Gpu, texture: &wgpu::Texture, corner: [usize; 3], size: [usize; 2], bytes: &[u8]) {
    write_rows(gpu, texture, corner, size, (bytes, size[0]));
}

/// The same from rows of so many texels, of which the first ones go there.
#[expect(clippy::cast_possible_truncation, reason = "places in a texture")]
fn write_rows(
    gpu: &Gpu,
    texture: &wgpu::Texture,
    corner: [usize; 3],
    size: [usize; 2],
    (bytes, texels_a_row): (&[u8], usize),
) {
    let [x, y, z] = corner.map(|side| side as u32);
    let [width, height] = size.map(|side| side as u32);
    let texel_bytes = texture.format().block_copy_size(None).unwrap_or_default();
    gpu.queue.write_texture(
        wgpu::TexelCopyTextureInfo { origin: wgpu::Origin3d { x, y, z }, ..texture.as_image_copy() },
        bytes,
        wgpu::TexelCopyBufferLayout {
            offset: 0,
            bytes_per_row: Some(texels_a_row as u32 * texel_bytes),
            rows_per_image: None,
        },
        wgpu::Extent3d { width, height, depth_or_array_layers: 1 },
    );
}

//! Volumes on the card: voxels in a 3-D texture, what their bricks hold, and which planes are there.
//!
//! A plane is sent when it comes, and no plane twice. Until all are there, those that are lacking count as not received.

use std::sync::{Arc, Weak};

use crate::dicom::{Frame, Padding, Pixels};
use crate::grayscale::ModalityLut;
use crate::volume::{Encoding, Layer, Slice, Volume};

use super::blocks::Texels;
use super::bricks::Bricks;
use super::device::{Gpu, GpuError};
use super::pipelines::VoxelKind;
use super::residency::is_same;

/// Voxels that one picture may send: 16 MiB of words, some milliseconds of a frame.
const WORDS_A_PICTURE: u64 = 8 << 20;
/// The same where each is worked out first.
const REALS_A_PICTURE: u64 = 1 << 20;
/// Planes in a row of the table of planes: `lib/voxel.wgsl`.
const PLANES_A_ROW: u32 = 256;

/// A volume on the card, or as much of it as is there.
#[derive(Debug)]
pub(super) struct OnCard {
    pub(super) id: u64,
    /// Goes up whenever something else is seen of it.
    pub(super) revision: u64,
    size: [u32; 3],
    encoding: Encoding,
    /// How many planes lie behind one another in the texture.
    layers: u32,
    /// Whether each texel holds the next voxel of its row too.
    has_pairs: bool,
    voxels: wgpu::Texture,
    bricks: Bricks,
    ranges: wgpu::Texture,
    received: wgpu::Texture,
    /// By plane: what is in the texture.
    sources: Vec<Option<Source>>,
    /// By plane: whether it is seen.
    flags: Vec<u8>,
    pub(super) bytes: u64,
    pub(super) used: u64,
}

/// What a volume takes on the card.
#[derive(Debug, Clone, Copy)]
pub(super) struct Room {
    pub(super) bytes: u64,
    layers: u32,
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
    /// What it takes on the card, of so many bytes at most; or why it cannot be there.
    pub(super) fn room(gpu: &Gpu, volume: &Volume, budget: u64) -> Result<Room, GpuError> {
        let [columns, rows, slices] = volume.size();
        let side = gpu.device.limits().max_texture_dimension_3d;
        // What is too deep goes on below.
        let layers = slices.min(side);
        let folds = slices.div_ceil(layers.max(1));
        if columns > side || u64::from(rows) * u64::from(folds) > u64::from(side) {
            return Err(too_large(volume, format!("{side} voxels a side")));
        }
        let voxels = if is_empty(volume) {
            1
        } else {
            u64::from(columns) * u64::from(rows) * u64::from(folds) * u64::from(layers)
        };
        let brick = |side: u32| u64::from(side.div_ceil(8));
        let bricks = brick(columns) * brick(rows) * brick(slices) * 8;
        let planes = u64::from(slices.next_multiple_of(PLANES_A_ROW));
        let voxel_bytes = match volume.encoding() {
            Encoding::Stored { .. } => 2,
            Encoding::Modality => 4,
        };
        let bytes = voxels * voxel_bytes + bricks + planes;
        if bytes > budget {
            return Err(too_large(volume, format!("{budget} bytes for all images")));
        }
        // Half as many loads are worth twice the memory where the processor plays the card: a load costs it the same whatever
        // it brings.
        let with_pairs = bytes + voxels * voxel_bytes;
        let has_pairs = gpu.adapter.is_software && with_pairs <= budget;
        Ok(Room { bytes: if has_pairs { with_pairs } else { bytes }, layers, has_pairs })
    }

    /// Room for a volume, empty.
    pub(super) fn new(gpu: &Gpu, volume: &Volume, id: u64, room: Room) -> Self {
        let Room { bytes, layers, has_pairs } = room;
        let [columns, rows, slices] = volume.size();
        let format = match (volume.encoding(), has_pairs) {
            (Encoding::Stored { .. }, false) => wgpu::TextureFormat::R16Uint,
            (Encoding::Stored { .. }, true) => wgpu::TextureFormat::Rg16Uint,
            (Encoding::Modality, false) => wgpu::TextureFormat::R32Uint,
            (Encoding::Modality, true) => wgpu::TextureFormat::Rg32Uint,
        };
        let bricks = Bricks::new(volume.size());
        #[expect(clippy::cast_possible_truncation, reason = "no more than the sides of the volume")]
        let [brick_columns, brick_rows, brick_layers] = bricks.size().map(|side| side as u32);
        let deep = wgpu::TextureDimension::D3;
        let whole = [columns, rows * slices.div_ceil(layers.max(1)), layers];
        let room = if is_empty(volume) { [1; 3] } else { whole };
        let ranges = [brick_columns, brick_rows, brick_layers];
        let planes = [PLANES_A_ROW, slices.div_ceil(PLANES_A_ROW), 1];
        Self {
            id,
            revision: 0,
            size: volume.size(),
            encoding: volume.encoding(),
            layers,
            has_pairs,
            voxels: texture(gpu, "volume", deep, room, format),
            ranges: texture(gpu, "bricks", deep, ranges, wgpu::TextureFormat::Rg32Float),
            received: texture(gpu, "planes", wgpu::TextureDimension::D2, planes, wgpu::TextureFormat::R8Uint),
            bricks,
            sources: (0..slices).map(|_| None).collect(),
            flags: vec![0; planes.iter().map(|side| *side as usize).product()],
            bytes,
            used: 0,
        }
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

    /// Sends what is not there yet, as much as one picture may, and hides what the volume does not have. Gives how many
    /// planes were sent, and whether all are there.
    pub(super) fn update(&mut self, gpu: &Gpu, volume: &Volume) -> (u64, bool) {
        let mut left = match self.encoding {
            Encoding::Stored { .. } => WORDS_A_PICTURE,
            Encoding::Modality => REALS_A_PICTURE,
        };
        let plane_voxels = u64::from(self.size[0]) * u64::from(self.size[1]);
        let (mut sent, mut is_complete, mut is_changed) = (0, true, false);
        for (plane, slice) in volume.slices().iter().enumerate() {
            let source = self.sources.get(plane).and_then(Option::as_ref);
            let is_there = match slice {
                None => false,
                Some(slice) if source.is_some_and(|source| source.is_of(slice)) => true,
                Some(slice) if left > 0 => {
                    self.send(gpu, plane, slice);
                    left = left.saturating_sub(plane_voxels);
                    sent += 1;
                    true
                }
                Some(_) => {
                    is_complete = false;
                    false
                }
            };
            if let Some(flag) = self.flags.get_mut(plane) {
                is_changed |= *flag != u8::from(is_there);
                *flag = u8::from(is_there);
            }
        }
        if sent > 0 {
            let [columns, rows, _] = self.bricks.size();
            for (layer, ranges) in self.bricks.changed() {
                write(gpu, &self.ranges, [0, 0, layer], [columns, rows], bytemuck::cast_slice(ranges));
            }
        }
        if is_changed {
            let rows = self.flags.len() / PLANES_A_ROW as usize;
            write(gpu, &self.received, [0; 3], [PLANES_A_ROW as usize, rows], &self.flags);
        }
        self.revision += u64::from(is_changed || sent > 0);
        (sent, is_complete)
    }

    fn send(&mut self, gpu: &Gpu, plane: usize, slice: &Slice) {
        let [columns, rows, _] = self.size.map(|side| side as usize);
        let layers = (self.layers as usize).max(1);
        let corner = [0, plane / layers * rows, plane % layers];
        if let (Encoding::Stored { is_signed, padding, .. }, Slice::Acquired(layer)) = (self.encoding, slice)
        {
            let Pixels::Words { words, .. } = &layer.frame.pixels else { return };
            let number = |word: &u16| {
                if is_signed { f32::from(word.cast_signed()) } else { f32::from(*word) }
            };
            let is_tissue = |value: &f32| !padding.is_some_and(|padding| padding.contains(f64::from(*value)));
            match padding {
                None => self.bricks.take(plane, columns, words, |words| range(words.iter().map(number))),
                Some(_) => self
                    .bricks
                    .take(plane, columns, words, |words| range(words.iter().map(number).filter(is_tissue))),
            }
            self.write_voxels(gpu, corner, words);
        } else {
            let reals: Vec<f32> =
                (0..columns * rows).map(|index| real(slice.value(index, self.encoding))).collect();
            self.bricks.take(plane, columns, &reals, |reals| {
                range(reals.iter().copied().filter(|value| !value.is_nan()))
            });
            self.write_voxels(gpu, corner, &reals);
        }
        if let Some(source) = self.sources.get_mut(plane) {
            *source = Some(Source::of(slice));
        }
    }

    fn write_voxels<T: bytemuck::Pod>(&self, gpu: &Gpu, corner: [usize; 3], voxels: &[T])
    where
        [T; 2]: bytemuck::Pod,
    {
        let [columns, rows, _] = self.size.map(|side| side as usize);
        if !self.has_pairs {
            return write(gpu, &self.voxels, corner, [columns, rows], bytemuck::cast_slice(voxels));
        }
        // Beyond the last of a row, the last.
        let pairs = voxels.chunks(columns.max(1)).flat_map(|row| {
            let next = row.iter().skip(1).chain(row.last());
            row.iter().zip(next).map(|(voxel, next)| [*voxel, *next])
        });
        let pairs: Vec<[T; 2]> = pairs.collect();
        write(gpu, &self.voxels, corner, [columns, rows], bytemuck::cast_slice(&pairs));
    }

    /// What shaders read, in the order of the bindings from 1.
    pub(super) fn views(&self) -> [wgpu::TextureView; 3] {
        [&self.voxels, &self.ranges, &self.received]
            .map(|texture| texture.create_view(&wgpu::TextureViewDescriptor::default()))
    }

    /// What its voxels are.
    pub(super) fn kind(&self) -> VoxelKind {
        VoxelKind {
            texels: match self.encoding {
                Encoding::Stored { is_signed: false, .. } => Texels::Unsigned,
                Encoding::Stored { is_signed: true, .. } => Texels::Signed,
                Encoding::Modality => Texels::Real,
            },
            has_holes: !matches!(self.encoding, Encoding::Stored { padding: None, .. }),
            has_missing: self.flags.iter().take(self.size[2] as usize).any(|flag| *flag == 0),
            has_pairs: self.has_pairs,
            // What is too deep goes on below.
            layers: (self.layers < self.size[2]).then_some(self.layers),
        }
    }
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

/// In single precision; what is beyond it is its end, and no number a hole.
#[expect(clippy::cast_possible_truncation, reason = "single precision is what the card computes in")]
fn real(value: Option<f64>) -> f32 {
    value.map_or(f32::NAN, |value| value.clamp(f32::MIN.into(), f32::MAX.into()) as f32)
}

fn range(values: impl Iterator<Item = f32>) -> [f32; 2] {
    values.fold([f32::MAX, f32::MIN], |[low, high], value| [low.min(value), high.max(value)])
}

fn texture(
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
#[expect(clippy::cast_possible_truncation, reason = "places in a texture")]
fn write(gpu: &Gpu, texture: &wgpu::Texture, corner: [usize; 3], size: [usize; 2], bytes: &[u8]) {
    let [x, y, z] = corner.map(|side| side as u32);
    let [width, height] = size.map(|side| side as u32);
    let texel_bytes = texture.format().block_copy_size(None).unwrap_or_default();
    gpu.queue.write_texture(
        wgpu::TexelCopyTextureInfo { origin: wgpu::Origin3d { x, y, z }, ..texture.as_image_copy() },
        bytes,
        wgpu::TexelCopyBufferLayout {
            offset: 0,
            bytes_per_row: Some(width * texel_bytes),
            rows_per_image: None,
        },
        wgpu::Extent3d { width, height, depth_or_array_layers: 1 },
    );
}

//! What goes to the card at once: frames, tables and masks as textures of their own.

use std::sync::Arc;

use crate::dicom::{Frame, LookupTable, Padding, Pixels};
use crate::grayscale::{ModalityLut, SplitReal};
use crate::volume::Appearance;

use super::device::Gpu;

/// A table of 65,536 entries lies in a texture of 256 rows.
pub(super) const TABLE_SIDE: u32 = 256;

#[expect(clippy::cast_possible_truncation, reason = "single precision is what the card computes in")]
pub(super) fn transfer_texels(entries: &[Appearance]) -> Vec<[f32; 4]> {
    let looks = entries.iter().map(|Appearance { opacity_per_mm, color: [red, green, blue] }| {
        [red, green, blue, opacity_per_mm].map(|share| *share as f32)
    });
    let mut texels: Vec<[f32; 4]> = looks.collect();
    let mut count = 0.0;
    let counts: Vec<[f32; 4]> = texels
        .iter()
        .map(|[.., opacity]| {
            let before = count;
            count += f32::from(u8::from(*opacity > 0.0));
            [before, count, 0.0, 0.0]
        })
        .collect();
    texels.extend(counts);
    texels
}

/// A table of 65,536 entries, addressed by row and column of the index's two bytes.
pub(super) fn upload_table(gpu: &Gpu, label: &str, entries: &[u16]) -> wgpu::TextureView {
    upload(gpu, label, (TABLE_SIDE, TABLE_SIDE), wgpu::TextureFormat::R16Uint, bytemuck::cast_slice(entries))
}

/// A frame in its own kind of texel, all of them integers: a word, a real number in two parts, a colour.
pub(super) fn upload_frame(gpu: &Gpu, frame: &Frame) -> wgpu::TextureView {
    use wgpu::TextureFormat::{R16Uint, Rgba8Uint};
    let of = |format, bytes: &[u8]| upload(gpu, "frame", (frame.columns, frame.rows), format, bytes);
    match &frame.pixels {
        Pixels::Words { words, .. } => of(R16Uint, bytemuck::cast_slice(words)),
        Pixels::Reals(reals) => upload_reals(gpu, frame, reals.values().iter().copied()),
        Pixels::Color(colors) => of(Rgba8Uint, bytemuck::cast_slice(colors)),
    }
}

/// What a modality table makes of the pixels; padding is no number.
pub(super) fn upload_applied(
    gpu: &Gpu,
    frame: &Frame,
    table: &Arc<LookupTable>,
    padding: Option<Padding>,
) -> wgpu::TextureView {
    let modality = ModalityLut::Table(Arc::clone(table));
    let stored = (0..frame.pixels.count()).filter_map(|index| frame.stored(index));
    let values = stored.map(|stored| match padding {
        Some(padding) if padding.contains(stored.0) => f64::NAN,
        _ => modality.to_modality(stored).0,
    });
    upload_reals(gpu, frame, values)
}

fn upload_reals(gpu: &Gpu, frame: &Frame, values: impl Iterator<Item = f64>) -> wgpu::TextureView {
    let parts = |value: f64| {
        let SplitReal { high, low } = SplitReal::of(value);
        [high, low]
    };
    let split: Vec<[f32; 2]> = values.map(parts).collect();
    let size = (frame.columns, frame.rows);
    upload(gpu, "frame", size, wgpu::TextureFormat::Rg32Uint, bytemuck::cast_slice(&split))
}

pub(super) fn upload(
    gpu: &Gpu,
    label: &str,
    (width, height): (u32, u32),
    format: wgpu::TextureFormat,
    bytes: &[u8],
) -> wgpu::TextureView {
    let texel_bytes = format.block_copy_size(None).unwrap_or_default();
    let size = wgpu::Extent3d { width, height, depth_or_array_layers: 1 };
    let texture = gpu.device.create_texture(&wgpu::TextureDescriptor {
        label: Some(label),
        size,
        mip_level_count: 1,
        sample_count: 1,
        dimension: wgpu::TextureDimension::D2,
        format,
        usage: wgpu::TextureUsages::TEXTURE_BINDING | wgpu::TextureUsages::COPY_DST,
        view_formats: &[],
    });
    let layout = wgpu::TexelCopyBufferLayout {
        offset: 0,
        bytes_per_row: Some(width * texel_bytes),
        rows_per_image: None,
    };
    gpu.queue.write_texture(texture.as_image_copy(), bytes, layout, size);
    texture.create_view(&wgpu::TextureViewDescriptor::default())
}

//! Pictures back in memory: `render`, the tests. Each draws anew, into a target of its own.

use std::sync::Arc;

use crate::dicom::Frame;
use crate::units::PValue;

use super::super::curved::CurvedPass;
use super::super::frame::{Raster, SlicePass};
use super::super::fused::LayerPass;
use super::super::reformat::ReformatPass;
use super::super::rendering::RenderingPass;
use super::device::{Gpu, GpuError, PATIENCE};
use super::engine::{Branch, Engine, Values};
use super::layer::{Laid, is_seen};
use super::of_volume::VolumePass;
use super::target::{Target, render, target_texture};

/// Bytes of the largest texel that is read back.
const TEXEL_MAX: u32 = 4;

impl Engine {
    /// The picture of a gray pass in P-values. Outside the image, and where there is no number, it is black.
    pub fn p_values(&mut self, pass: &SlicePass, frame: &Arc<Frame>) -> Result<Raster<PValue>, GpuError> {
        self.raster(pass.view_size, |engine| Ok(p_values(&engine.texels(pass, frame, Values::Picture)?)))
    }

    /// The picture of a reformat in P-values. Outside the volume, and where there is no tissue, it is black; planes that were
    /// not received are hatched. All of the volume is sent to the card, however long it takes.
    pub fn reformat_p_values(&mut self, pass: &ReformatPass) -> Result<Raster<PValue>, GpuError> {
        self.raster(pass.view_size, |engine| Ok(p_values(&engine.reformat_texels(pass, Values::Picture)?)))
    }

    /// The picture of a reformat in modality values, with no window. Where there is no tissue it is not a number.
    pub fn reformat_modality_values(&mut self, pass: &ReformatPass) -> Result<Raster<f32>, GpuError> {
        self.raster(pass.view_size, |engine| Ok(reals(&engine.reformat_texels(pass, Values::Modality)?)))
    }

    /// The picture of a reformat in driving levels, as [`Engine::driving_levels`].
    pub fn reformat_driving_levels(
        &mut self,
        screen: u32,
        is_dithered: bool,
        pass: &ReformatPass,
    ) -> Result<Raster<[u8; 3]>, GpuError> {
        self.raster(pass.view_size, |engine| {
            let (target, picture) = engine.draw_whole(VolumePass::Reformat(pass, Values::Picture))?;
            let branch = engine.branch_of_volume(&picture);
            let laid = engine.laid_whole((&target, &branch), pass.layer.as_deref(), pass.is_moving)?;
            engine.levels(screen, is_dithered, (&target, &branch, laid.as_ref()), None)
        })
    }

    /// The P-values of a layer over a picture of so many device pixels; `None` where the picture is seen as it is. All of the
    /// volume is sent to the card, however long it takes.
    pub fn layer_p_values(
        &mut self,
        pass: &LayerPass,
        view_size: (u32, u32),
    ) -> Result<Raster<Option<PValue>>, GpuError> {
        self.raster(view_size, |engine| {
            let texels = engine.reformat_texels(&pass.section(view_size, false), Values::Layer)?;
            let words = p_values(&texels);
            let (pairs, _) = words.as_chunks();
            Ok(pairs.iter().map(|&[p, what]| is_seen(what.0, pass.is_floor_clear).then_some(p)).collect())
        })
    }

    /// The picture along a curve in P-values, as [`Engine::reformat_p_values`]; black beyond the ends of the curve.
    pub fn curved_p_values(&mut self, pass: &CurvedPass) -> Result<Raster<PValue>, GpuError> {
        self.raster(pass.view_size, |engine| Ok(p_values(&engine.curved_texels(pass, Values::Picture)?)))
    }

    /// The picture along a curve in modality values, as [`Engine::reformat_modality_values`].
    pub fn curved_modality_values(&mut self, pass: &CurvedPass) -> Result<Raster<f32>, GpuError> {
        self.raster(pass.view_size, |engine| Ok(reals(&engine.curved_texels(pass, Values::Modality)?)))
    }

    /// The picture of a rendering in colours of sRGB. All of the volume is sent to the card, however long it takes.
    pub fn rendering_colors(&mut self, pass: &RenderingPass) -> Result<Raster<[u8; 3]>, GpuError> {
        self.raster(pass.view_size, |engine| {
            let (target, _) = engine.draw_whole(VolumePass::Rendering(pass))?;
            Ok(rgb(&read(&engine.gpu.device, &engine.gpu.queue, &target.texture)?))
        })
    }

    /// The picture of a rendering in driving levels, in the monitor's colours where the pass names any.
    pub fn rendering_driving_levels(
        &mut self,
        screen: u32,
        pass: &RenderingPass,
    ) -> Result<Raster<[u8; 3]>, GpuError> {
        self.raster(pass.view_size, |engine| {
            let (target, picture) = engine.draw_whole(VolumePass::Rendering(pass))?;
            let branch = engine.branch_of_volume(&picture);
            engine.levels(screen, false, (&target, &branch, None), None)
        })
    }

    /// The picture of a colour pass: red, green and blue, without what lies over it. Outside the image it is black.
    pub fn colors(&mut self, pass: &SlicePass, frame: &Arc<Frame>) -> Result<Raster<[u8; 3]>, GpuError> {
        self.raster(pass.view_size, |engine| Ok(rgb(&engine.texels(pass, frame, Values::Picture)?)))
    }

    /// The picture of a gray pass in modality values, with no window. Outside the image it is not a number, and where the
    /// image is infinite.
    pub fn modality_values(&mut self, pass: &SlicePass, frame: &Arc<Frame>) -> Result<Raster<f32>, GpuError> {
        self.raster(pass.view_size, |engine| Ok(reals(&engine.texels(pass, frame, Values::Modality)?)))
    }

    /// The picture in driving levels of a screen's 8-bit surface, through the pass that draws there, gray dithered or not:
    /// red, green and blue.
    pub fn driving_levels(
        &mut self,
        screen: u32,
        is_dithered: bool,
        pass: &SlicePass,
        frame: &Arc<Frame>,
    ) -> Result<Raster<[u8; 3]>, GpuError> {
        self.raster(pass.view_size, |engine| {
            let target = engine.draw(None, pass, frame, Values::Picture)?;
            let branch = engine.branch(pass);
            let laid = engine.laid_whole((&target, &branch), pass.layer.as_deref(), false)?;
            let tints = engine.draw_tints(None, pass, frame)?;
            engine.levels(screen, is_dithered, (&target, &branch, laid.as_ref()), tints.as_ref())
        })
    }

    fn levels(
        &self,
        screen: u32,
        is_dithered: bool,
        picture: (&Target, &Branch, Option<&Laid>),
        tints: Option<&Target>,
    ) -> Result<Vec<[u8; 3]>, GpuError> {
        let panel = target_texture(&self.gpu, picture.0.size, self.target_format)?;
        render(&self.gpu, &panel, |render_pass| {
            self.paint_target(picture, screen, (0, 0), is_dithered, None, render_pass);
            if let Some(tints) = tints {
                self.paint_tints(tints, screen, (0, 0), render_pass);
            }
        });
        Ok(rgb(&read_rgba(&self.gpu.device, &self.gpu.queue, &panel)?))
    }

    fn reformat_texels(&mut self, pass: &ReformatPass, values: Values) -> Result<Vec<u8>, GpuError> {
        let (target, _) = self.draw_whole(VolumePass::Reformat(pass, values))?;
        read(&self.gpu.device, &self.gpu.queue, &target.texture)
    }

    fn curved_texels(&mut self, pass: &CurvedPass, values: Values) -> Result<Vec<u8>, GpuError> {
        let (target, _) = self.draw_whole(VolumePass::Curved(pass, values))?;
        read(&self.gpu.device, &self.gpu.queue, &target.texture)
    }

    fn texels(&mut self, pass: &SlicePass, frame: &Arc<Frame>, values: Values) -> Result<Vec<u8>, GpuError> {
        let target = self.draw(None, pass, frame, values)?;
        read(&self.gpu.device, &self.gpu.queue, &target.texture)
    }

    fn raster<T>(
        &mut self,
        (width, height): (u32, u32),
        values: impl FnOnce(&mut Self) -> Result<Vec<T>, GpuError>,
    ) -> Result<Raster<T>, GpuError> {
        if width == 0 || height == 0 {
            return Ok(Raster { width, height, values: Vec::new() });
        }
        check_size(&self.gpu.device, (width, height), TEXEL_MAX)?;
        Ok(Raster { width, height, values: self.try_to_draw(values)? })
    }
}

fn p_values(bytes: &[u8]) -> Vec<PValue> {
    bytes.as_chunks().0.iter().map(|&pair| PValue(u16::from_le_bytes(pair))).collect()
}

fn reals(bytes: &[u8]) -> Vec<f32> {
    bytes.as_chunks().0.iter().map(|&word| f32::from_le_bytes(word)).collect()
}

fn rgb(rgba: &[u8]) -> Vec<[u8; 3]> {
    rgba.as_chunks().0.iter().map(|&[red, green, blue, _]| [red, green, blue]).collect()
}

/// The pixels of an 8-bit surface, row by row: red, green, blue, alpha.
pub fn read_rgba(
    device: &wgpu::Device,
    queue: &wgpu::Queue,
    texture: &wgpu::Texture,
) -> Result<Vec<u8>, GpuError> {
    let mut bytes = read(device, queue, texture)?;
    if texture.format() == wgpu::TextureFormat::Bgra8Unorm {
        for pixel in bytes.as_chunks_mut::<4>().0 {
            pixel.swap(0, 2);
        }
    }
    Ok(bytes)
}

/// Bytes of a row in a buffer that a texture is copied to.
fn padded_row(width: u32, texel_bytes: u32) -> u32 {
    (width * texel_bytes).next_multiple_of(wgpu::COPY_BYTES_PER_ROW_ALIGNMENT)
}

/// Whether a buffer holds the texture, before anything is made.
fn check_size(device: &wgpu::Device, (width, height): (u32, u32), texel_bytes: u32) -> Result<u64, GpuError> {
    let limits = device.limits();
    let too_large = |limit| Err(GpuError::TooLarge { what: "picture", width, height, limit });
    let side_max = limits.max_texture_dimension_2d;
    if width.max(height) > side_max {
        return too_large(format!("{side_max} pixels a side"));
    }
    let bytes = u64::from(padded_row(width, texel_bytes)) * u64::from(height);
    if bytes > limits.max_buffer_size {
        return too_large(format!("{} bytes to read back", limits.max_buffer_size));
    }
    Ok(bytes)
}

/// The texels of a texture, row by row without gaps, once the card has drawn them.
fn read(device: &wgpu::Device, queue: &wgpu::Queue, texture: &wgpu::Texture) -> Result<Vec<u8>, GpuError> {
    let (width, height) = (texture.width(), texture.height());
    let texel_bytes = texture.format().block_copy_size(None).unwrap_or(TEXEL_MAX);
    let size = check_size(device, (width, height), texel_bytes)?;
    let padded = padded_row(width, texel_bytes);
    let buffer = device.create_buffer(&wgpu::BufferDescriptor {
        label: Some("readback"),
        size,
        usage: wgpu::BufferUsages::COPY_DST | wgpu::BufferUsages::MAP_READ,
        mapped_at_creation: false,
    });
    let mut encoder = device.create_command_encoder(&wgpu::CommandEncoderDescriptor::default());
    encoder.copy_texture_to_buffer(
        texture.as_image_copy(),
        wgpu::TexelCopyBufferInfo {
            buffer: &buffer,
            layout: wgpu::TexelCopyBufferLayout {
                offset: 0,
                bytes_per_row: Some(padded),
                rows_per_image: None,
            },
        },
        texture.size(),
    );
    queue.submit([encoder.finish()]);
    let copy = mapped(device, &buffer, size)?;
    let rows = copy.chunks_exact(padded as usize);
    Ok(rows.flat_map(|bytes| bytes.iter().take((width * texel_bytes) as usize).copied()).collect())
}

/// The first bytes of a buffer, once the card has written them.
pub(super) fn mapped(
    device: &wgpu::Device,
    buffer: &wgpu::Buffer,
    bytes: u64,
) -> Result<wgpu::BufferView, GpuError> {
    let (answer, mapped) = crossbeam_channel::bounded(1);
    buffer.map_async(wgpu::MapMode::Read, ..bytes, move |result| {
        answer.send(result.is_ok()).ok();
    });
    Gpu::wait(device)?;
    // Another thread's wait may have taken the call-back along and be about to make it.
    if !mapped.recv_timeout(PATIENCE).ok().ok_or(GpuError::Timeout)? {
        return Err(GpuError::Lost);
    }
    buffer.get_mapped_range(..bytes).ok().ok_or(GpuError::Lost)
}

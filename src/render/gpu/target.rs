//! Room for pictures, and the one way to draw into it.

use crate::session::DeviceRect;

use super::blocks::{CoverBlock, DisplayBlock, ReformatBlock, RenderingBlock, SliceBlock};
use super::cuts::CutsBlock;
use super::device::{Gpu, GpuError};
use super::pipelines::{Pipelines, block_buffer, group};

/// Room for one picture, and what its passes are told.
#[derive(Debug)]
pub(super) struct Target {
    pub(super) size: (u32, u32),
    pub(super) texture: wgpu::Texture,
    pub(super) slice_block: wgpu::Buffer,
    pub(super) reformat_block: wgpu::Buffer,
    pub(super) rendering_block: wgpu::Buffer,
    pub(super) cuts_block: wgpu::Buffer,
    pub(super) cover_block: wgpu::Buffer,
    pub(super) display_block: wgpu::Buffer,
    pub(super) display_group: wgpu::BindGroup,
}

impl Target {
    pub(super) fn new(
        gpu: &Gpu,
        pipelines: &Pipelines,
        (width, height): (u32, u32),
        format: wgpu::TextureFormat,
    ) -> Result<Self, GpuError> {
        let texture = target_texture(gpu, (width, height), format)?;
        let view = texture.create_view(&wgpu::TextureViewDescriptor::default());
        let slice_block = block_buffer::<SliceBlock>(gpu, "slice");
        let reformat_block = block_buffer::<ReformatBlock>(gpu, "reformat");
        let rendering_block = block_buffer::<RenderingBlock>(gpu, "rendering");
        let cuts_block = block_buffer::<CutsBlock>(gpu, "cuts");
        let cover_block = block_buffer::<CoverBlock>(gpu, "cover");
        let display_block = block_buffer::<DisplayBlock>(gpu, "display");
        let inputs = [display_block.as_entire_binding(), wgpu::BindingResource::TextureView(&view)];
        let display_group = group(gpu, &pipelines.display_layout, &inputs);
        let size = (width, height);
        Ok(Self {
            size,
            texture,
            slice_block,
            reformat_block,
            rendering_block,
            cuts_block,
            cover_block,
            display_block,
            display_group,
        })
    }

    /// The same, or what is there already where it fits.
    pub(super) fn again(
        old: Option<Self>,
        gpu: &Gpu,
        pipelines: &Pipelines,
        size: (u32, u32),
        format: wgpu::TextureFormat,
    ) -> Result<Self, GpuError> {
        match old {
            Some(target) if target.size == size && target.texture.format() == format => Ok(target),
            _ => Self::new(gpu, pipelines, size, format),
        }
    }
}

/// Room for a picture that is drawn, shown and read back.
pub(super) fn target_texture(
    gpu: &Gpu,
    (width, height): (u32, u32),
    format: wgpu::TextureFormat,
) -> Result<wgpu::Texture, GpuError> {
    let side = gpu.side_max();
    if width.max(height) > side {
        let limit = format!("{side} pixels a side");
        return Err(GpuError::TooLarge { what: "picture", width, height, limit });
    }
    Ok(gpu.device.create_texture(&wgpu::TextureDescriptor {
        label: Some("picture"),
        size: wgpu::Extent3d { width, height, depth_or_array_layers: 1 },
        mip_level_count: 1,
        sample_count: 1,
        dimension: wgpu::TextureDimension::D2,
        format,
        usage: wgpu::TextureUsages::RENDER_ATTACHMENT
            | wgpu::TextureUsages::TEXTURE_BINDING
            | wgpu::TextureUsages::COPY_SRC,
        view_formats: &[],
    }))
}

/// Runs one render pass over a whole texture.
pub(super) fn render(gpu: &Gpu, texture: &wgpu::Texture, draw: impl FnOnce(&mut wgpu::RenderPass<'_>)) {
    render_onto(gpu, texture, wgpu::LoadOp::Clear(wgpu::Color::BLACK), None, draw);
}

/// The same onto what is there, or onto a colour, and timed by the card or not.
pub(super) fn render_onto(
    gpu: &Gpu,
    texture: &wgpu::Texture,
    load: wgpu::LoadOp<wgpu::Color>,
    timestamp_writes: Option<wgpu::RenderPassTimestampWrites<'_>>,
    draw: impl FnOnce(&mut wgpu::RenderPass<'_>),
) {
    let view = texture.create_view(&wgpu::TextureViewDescriptor::default());
    let mut encoder = gpu.device.create_command_encoder(&wgpu::CommandEncoderDescriptor::default());
    let mut render_pass = encoder.begin_render_pass(&wgpu::RenderPassDescriptor {
        color_attachments: &[Some(wgpu::RenderPassColorAttachment {
            view: &view,
            depth_slice: None,
            resolve_target: None,
            ops: wgpu::Operations { load, store: wgpu::StoreOp::Store },
        })],
        timestamp_writes,
        ..wgpu::RenderPassDescriptor::default()
    });
    draw(&mut render_pass);
    drop(render_pass);
    gpu.queue.submit([encoder.finish()]);
}

/// A part of a picture whose corner stands at `origin`, cut to `clip`; `None` where nothing is left.
pub(super) fn cut(part: DeviceRect, origin: (i32, i32), clip: DeviceRect) -> Option<DeviceRect> {
    let side = |start: u32, length: u32, origin: i32, clip: u32, clip_length: u32| {
        let start = i64::from(start) + i64::from(origin);
        let low = start.max(i64::from(clip));
        let high = (start + i64::from(length)).min(i64::from(clip) + i64::from(clip_length));
        Some((u32::try_from(low).ok()?, u32::try_from(high - low).ok().filter(|length| *length > 0)?))
    };
    let (x, width) = side(part.x, part.width, origin.0, clip.x, clip.width)?;
    let (y, height) = side(part.y, part.height, origin.1, clip.y, clip.height)?;
    Some(DeviceRect { x, y, width, height })
}

/// A part of a surface without what of another lies in it: above that, on its left and right, and below.
pub(super) fn without(part: DeviceRect, other: Option<DeviceRect>) -> impl Iterator<Item = DeviceRect> {
    let hole = other.and_then(|other| cut(other, (0, 0), part));
    // Without a hole all of it lies above.
    let hole = hole.unwrap_or(DeviceRect { y: part.y + part.height, height: 0, ..part });
    let rows = |y: u32, end: u32| DeviceRect { y, height: end - y, ..part };
    let columns = |x: u32, end: u32| DeviceRect { x, width: end - x, ..hole };
    let (right, bottom) = (hole.x + hole.width, hole.y + hole.height);
    let parts = [
        rows(part.y, hole.y),
        columns(part.x, hole.x),
        columns(right, part.x + part.width),
        rows(bottom, part.y + part.height),
    ];
    parts.into_iter().filter(|part| part.width > 0 && part.height > 0)
}

/// Draws what is set in each of some parts of the surface.
pub(super) fn draw_in(render_pass: &mut wgpu::RenderPass<'_>, parts: impl IntoIterator<Item = DeviceRect>) {
    for DeviceRect { x, y, width, height } in parts {
        render_pass.set_scissor_rect(x, y, width, height);
        render_pass.draw(0..3, 0..1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn rect([x, y, width, height]: [u32; 4]) -> DeviceRect {
        DeviceRect { x, y, width, height }
    }

    /// Each pixel of the part that is not in the other lies in one of the rest, and no other does.
    #[test]
    fn what_is_left_of_a_part_is_all_of_it_once() {
        let part = rect([3, 4, 9, 7]);
        let holds = |rect: DeviceRect, (x, y): (u32, u32)| {
            (rect.x..rect.x + rect.width).contains(&x) && (rect.y..rect.y + rect.height).contains(&y)
        };
        for other in [
            None,
            Some([3, 4, 9, 7]),
            Some([0, 0, 20, 20]),
            Some([5, 6, 2, 2]),
            Some([0, 6, 5, 2]),
            Some([10, 0, 9, 6]),
            Some([3, 4, 1, 1]),
            Some([12, 4, 5, 7]),
        ] {
            let other = other.map(rect);
            let rest: Vec<DeviceRect> = without(part, other).collect();
            for place in (0..20).flat_map(|y| (0..20).map(move |x| (x, y))) {
                let is_left = holds(part, place) && !other.is_some_and(|other| holds(other, place));
                let count = rest.iter().filter(|rest| holds(**rest, place)).count();
                assert_eq!(count, usize::from(is_left), "{place:?} without {other:?}: {rest:?}");
            }
        }
    }
}

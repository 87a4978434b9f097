//! Painting as egui-wgpu has it painted: into a part of a larger surface, after preparing. And a card that goes away.

use std::sync::Arc;

use hotlight::dicom::Frame;
use hotlight::render::gpu::{DisplayTable, Engine, Gpu, GpuError, Slot, read_rgba};
use hotlight::render::{PixelTransform, SlicePass, cpu};
use hotlight::units::Ddl;

use super::harness::{colors, gpu, noise, one_to_one, soft_tissue};

const SLOT: Slot = Slot { screen: 1, viewport: 2 };
const SURFACE: (u32, u32) = (64, 48);

/// Paints the slot at `origin` of a surface that is red before; whether there was a picture, and the surface's pixels.
fn painted(
    engine: &Engine,
    gpu: &Gpu,
    format: wgpu::TextureFormat,
    origin: (u32, u32),
    size: (u32, u32),
) -> (bool, Vec<u8>) {
    let surface = gpu.device.create_texture(&wgpu::TextureDescriptor {
        label: None,
        size: wgpu::Extent3d { width: SURFACE.0, height: SURFACE.1, depth_or_array_layers: 1 },
        mip_level_count: 1,
        sample_count: 1,
        dimension: wgpu::TextureDimension::D2,
        format,
        usage: wgpu::TextureUsages::RENDER_ATTACHMENT | wgpu::TextureUsages::COPY_SRC,
        view_formats: &[],
    });
    let view = surface.create_view(&wgpu::TextureViewDescriptor::default());
    let mut encoder = gpu.device.create_command_encoder(&wgpu::CommandEncoderDescriptor::default());
    let mut render_pass = encoder
        .begin_render_pass(&wgpu::RenderPassDescriptor {
            color_attachments: &[Some(wgpu::RenderPassColorAttachment {
                view: &view,
                depth_slice: None,
                resolve_target: None,
                ops: wgpu::Operations {
                    load: wgpu::LoadOp::Clear(wgpu::Color::RED),
                    store: wgpu::StoreOp::Store,
                },
            })],
            ..wgpu::RenderPassDescriptor::default()
        })
        .forget_lifetime();
    let float = |pixels: u32| f32::from(u16::try_from(pixels).expect("small"));
    render_pass.set_viewport(float(origin.0), float(origin.1), float(size.0), float(size.1), 0.0, 1.0);
    let was_there = engine.paint(SLOT, origin, &mut render_pass);
    drop(render_pass);
    gpu.queue.submit([encoder.finish()]);
    (was_there, read_rgba(&gpu.device, &gpu.queue, &surface).expect("pixels"))
}

/// What the surface holds: the reference's levels in the viewport, red around it.
fn expected(pass: &SlicePass, frame: &Frame, (left, top): (u32, u32)) -> Vec<u8> {
    let table = DisplayTable::identity(256);
    let level = |p| {
        let Ddl(level) = table.at(p);
        u8::try_from(level).expect("8 bits")
    };
    let shown: Vec<[u8; 3]> = match pass.transform {
        PixelTransform::Gray(_) => cpu::p_values(pass, frame).values.iter().map(|p| [level(*p); 3]).collect(),
        PixelTransform::Color { .. } => cpu::colors(pass, frame).values,
    };
    let (width, height) = pass.view_size;
    let pixel = |column: u32, row: u32| {
        let inside = column.checked_sub(left).zip(row.checked_sub(top));
        let inside = inside.filter(|(x, y)| *x < width && *y < height);
        match inside.and_then(|(x, y)| shown.get((y * width + x) as usize)) {
            Some(&[red, green, blue]) => [red, green, blue, 255],
            None => [255, 0, 0, 255],
        }
    };
    let places = (0..SURFACE.1).flat_map(|row| (0..SURFACE.0).map(move |column| (column, row)));
    places.flat_map(|(column, row)| pixel(column, row)).collect()
}

#[test]
fn a_viewport_is_painted_where_it_stands_and_nowhere_else() {
    let Some(gpu) = gpu("surface") else { return };
    let frame = noise(23, 19, true);
    let pass = one_to_one(&frame, soft_tissue());
    for format in [wgpu::TextureFormat::Rgba8Unorm, wgpu::TextureFormat::Bgra8Unorm] {
        let mut engine = Engine::new(gpu, format, 1 << 20).expect("an engine");
        let smaller = SlicePass { view_size: (9, 11), ..pass.clone() };
        engine.prepare(SLOT, &smaller, &frame).expect("drawn");
        engine.prepare(SLOT, &pass, &frame).expect("drawn again, in the new size");
        for origin in [(0, 0), (13, 7), (41, 29)] {
            let (was_there, pixels) = painted(&engine, gpu, format, origin, pass.view_size);
            assert!(was_there);
            assert!(pixels == expected(&pass, &frame, origin), "{format:?} at {origin:?}");
        }
    }
}

/// Targets of gray and of colour differ, though the viewport is the same.
#[test]
fn a_viewport_may_change_from_gray_to_colour_and_back() {
    let Some(gpu) = gpu("surface") else { return };
    for format in [wgpu::TextureFormat::Rgba8Unorm, wgpu::TextureFormat::Bgra8Unorm] {
        let mut engine = Engine::new(gpu, format, 1 << 20).expect("an engine");
        let (gray, color) = (noise(23, 19, true), colors(23, 19));
        let passes = [
            (one_to_one(&gray, soft_tissue()), &gray),
            (one_to_one(&color, PixelTransform::Color { is_inverted: false }), &color),
        ];
        for (pass, frame) in passes.iter().chain(&passes) {
            engine.prepare(SLOT, pass, frame).expect("drawn");
            let (_, pixels) = painted(&engine, gpu, format, (13, 7), pass.view_size);
            assert!(pixels == expected(pass, frame, (13, 7)), "{format:?} {:?}", pass.transform);
        }
    }
}

/// An old picture under new labels is the worst that a viewer can show.
#[test]
fn after_an_error_there_is_no_picture() {
    let Some(gpu) = gpu("surface") else { return };
    let format = wgpu::TextureFormat::Rgba8Unorm;
    let mut engine = Engine::new(gpu, format, 1 << 20).expect("an engine");
    let frame = noise(23, 19, true);
    let pass = one_to_one(&frame, soft_tissue());
    engine.prepare(SLOT, &pass, &frame).expect("drawn");
    assert!(engine.prepare(SLOT, &pass, &noise(5, 5, true)).is_err());
    let (was_there, pixels) = painted(&engine, gpu, format, (0, 0), pass.view_size);
    assert!(!was_there);
    assert!(pixels.as_chunks::<4>().0.iter().all(|pixel| *pixel == [255, 0, 0, 255]));
}

#[test]
fn a_picture_without_area_is_none() {
    let Some(gpu) = gpu("surface") else { return };
    let mut engine = Engine::headless(gpu).expect("an engine");
    let frame = noise(23, 19, true);
    let flat = SlicePass { view_size: (0, 19), ..one_to_one(&frame, soft_tissue()) };
    assert!(!engine.prepare(SLOT, &flat, &frame).expect("nothing to draw"));
    assert_eq!(engine.p_values(&flat, &frame).expect("empty"), cpu::p_values(&flat, &frame));
}

#[test]
fn a_surface_that_bends_levels_is_refused() {
    let Some(gpu) = gpu("surface") else { return };
    let error = Engine::new(gpu, wgpu::TextureFormat::Bgra8UnormSrgb, 1).expect_err("bends");
    assert_eq!(
        error.to_string(),
        "a surface of format Bgra8UnormSrgb does not take driving levels as they are"
    );
}

#[test]
fn a_card_that_goes_away_is_an_error_and_leaves_no_picture() {
    if gpu("surface").is_none() {
        return;
    }
    let gpu = Gpu::headless().expect("a card of its own");
    let mut engine = Engine::headless(&gpu).expect("an engine");
    let frame = noise(23, 19, true);
    let pass = one_to_one(&frame, soft_tissue());
    engine.prepare(SLOT, &pass, &frame).expect("drawn");
    gpu.device.destroy();
    assert_eq!(engine.p_values(&pass, &frame), Err(GpuError::Lost));
    let moved = SlicePass { view_size: (20, 20), ..pass };
    assert_eq!(engine.prepare(SLOT, &moved, &Arc::clone(&frame)), Err(GpuError::Lost));
    assert!(gpu.is_lost());
}

/// It lives in egui-wgpu's resources, which threads share.
#[test]
fn the_engine_may_be_shared_by_threads() {
    fn check<T: Send + Sync + 'static>() {}
    check::<Engine>();
}

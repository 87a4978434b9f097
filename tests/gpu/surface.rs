//! Painting as egui-wgpu has it painted: into a part of a larger surface, after preparing. And a card that goes away.

use std::sync::Arc;

use hotlight::color::Palettes;
use hotlight::dicom::{Cover, Frame};
use hotlight::geometry::{Map, Point, Vector};
use hotlight::grayscale::DisplayTable;
use hotlight::render::gpu::{Engine, Gpu, GpuError, Pane, Slot, read_rgba};
use hotlight::render::{CoverPass, Over, PixelTransform, Sampling, SlicePass, cpu};
use hotlight::session::DeviceRect;
use hotlight::units::{Ddl, PValue};

use super::harness::{colors, gpu, noise, one_to_one, pass, soft_tissue};
use super::monitor_colors::monitor;

const SLOT: Slot = Slot { screen: 1, viewport: 2 };
pub(crate) const SURFACE: (u32, u32) = (64, 48);

/// Paints the slot at `origin` of a surface that is red before; whether there was a picture, and the surface's pixels.
pub(crate) fn painted(
    engine: &Engine,
    gpu: &Gpu,
    format: wgpu::TextureFormat,
    origin: (i32, i32),
    size: (u32, u32),
) -> (bool, Vec<u8>) {
    // What lies on the surface: egui-wgpu ends the viewport at its edges.
    let part = |from: i32, length: u32, surface: u32| {
        let edges = [from, from + signed(length)].map(|edge| edge.clamp(0, signed(surface)));
        edges.map(|edge| f32::from(u16::try_from(edge).expect("small")))
    };
    let [left, right] = part(origin.0, size.0, SURFACE.0);
    let [top, bottom] = part(origin.1, size.1, SURFACE.1);
    painted_by(gpu, format, |render_pass| {
        render_pass.set_viewport(left, top, right - left, bottom - top, 0.0, 1.0);
        engine.paint(SLOT, origin, whole_surface(), false, render_pass)
    })
}

/// The pixels of a surface that is red before, after something was drawn on it.
pub(crate) fn painted_by(
    gpu: &Gpu,
    format: wgpu::TextureFormat,
    draw: impl FnOnce(&mut wgpu::RenderPass<'_>) -> bool,
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
    let was_there = draw(&mut render_pass);
    drop(render_pass);
    gpu.queue.submit([encoder.finish()]);
    (was_there, read_rgba(&gpu.device, &gpu.queue, &surface).expect("pixels"))
}

fn signed(pixels: u32) -> i32 {
    i32::try_from(pixels).expect("small")
}

pub(crate) const fn whole_surface() -> DeviceRect {
    DeviceRect { x: 0, y: 0, width: SURFACE.0, height: SURFACE.1 }
}

/// What the surface holds: the reference's levels where the image is, red around it.
fn expected(pass: &SlicePass, frame: &Frame, (left, top): (i32, i32)) -> Vec<u8> {
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
        let from = |at: u32, edge: i32| u32::try_from(signed(at) - edge).ok();
        let inside = from(column, left).zip(from(row, top));
        let is_covered = |(x, y): &(u32, u32)| {
            let DeviceRect { x: left, y: top, width, height } = pass.covered().expect("an image in the view");
            (left..left + width).contains(x) && (top..top + height).contains(y)
        };
        let inside = inside.filter(|(x, y)| *x < width && *y < height).filter(is_covered);
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
        // As it is scrolled out at the last three.
        for origin in [(0, 0), (13, 7), (41, 29), (-5, -7), (3, -18), (50, 40)] {
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
    assert!(!engine.prepare(SLOT, &flat, &frame).expect("nothing to draw").is_drawn);
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

/// Around the image nothing is drawn, so what is called covered must hold every pixel that looks into the image, and be
/// no larger than it needs to be.
#[test]
fn what_an_image_covers_holds_every_pixel_that_looks_into_it() {
    let frame = noise(23, 19, true);
    let upright = one_to_one(&frame, soft_tissue());
    let maps = [
        ((1.0, 0.0), (0.0, 1.0), (-7.3, -4.6)),
        ((0.0, 0.37), (-0.37, 0.0), (20.2, -1.0)),
        ((-2.5, 0.0), (0.0, 2.5), (60.0, -30.0)),
        ((0.0, -0.9), (-0.9, 0.0), (40.0, 19.0)),
    ];
    for (right, down, origin) in maps {
        let map = Map::from_axes(
            Vector::flat(right.0, right.1),
            Vector::flat(down.0, down.1),
            Vector::new(0.0, 0.0, 1.0),
            Point::flat(origin.0, origin.1),
        );
        let pass = SlicePass { image_from_view: map, view_size: (61, 47), ..upright.clone() };
        let covered = pass.covered().expect("it meets the view");
        let looks_into = |x: u32, y: u32| {
            let at = (map * Point::flat(f64::from(x) + 0.5, f64::from(y) + 0.5)).xyz;
            at.x >= 0.0 && at.y >= 0.0 && at.x < 23.0 && at.y < 19.0
        };
        let all = (0..47).flat_map(|y| (0..61).map(move |x| (x, y)));
        let inside: Vec<(u32, u32)> = all.filter(|(x, y)| looks_into(*x, *y)).collect();
        let columns = inside.iter().map(|(x, _)| *x);
        let rows = inside.iter().map(|(_, y)| *y);
        let (left, right) = (columns.clone().min().expect("some"), columns.max().expect("some"));
        let (top, bottom) = (rows.clone().min().expect("some"), rows.max().expect("some"));
        let fits = |from: u32, length: u32, low: u32, high: u32| {
            from <= low && low - from <= 1 && from + length > high && from + length - high <= 2
        };
        assert!(fits(covered.x, covered.width, left, right), "{covered:?} for columns {left} to {right}");
        assert!(fits(covered.y, covered.height, top, bottom), "{covered:?} for rows {top} to {bottom}");
    }
    let away = Map::scale_then_move(1.0, 1.0, Point::flat(500.0, 0.0));
    assert_eq!(SlicePass { image_from_view: away, ..upright }.covered(), None);
}

#[test]
fn a_fill_is_its_colour_in_its_rectangle_and_the_clip() {
    let Some(gpu) = gpu("fill") else { return };
    let mut engine = Engine::new(gpu, wgpu::TextureFormat::Rgba8Unorm, 1 << 20).expect("an engine");
    let frame = noise(8, 8, true);
    engine.prepare(SLOT, &one_to_one(&frame, soft_tissue()), &frame).expect("drawn");
    for color in [[18, 21, 24], [0, 255, 1]] {
        engine.prepare_fill(color).expect("a pipeline");
        let rect = DeviceRect { x: 5, y: 7, width: 20, height: 3 };
        let clip = DeviceRect { x: 0, y: 8, width: 15, height: 30 };
        let (_, pixels) = painted_by(gpu, wgpu::TextureFormat::Rgba8Unorm, |render_pass| {
            engine.fill(color, rect, clip, render_pass);
            let beside = DeviceRect { x: 15, ..rect };
            engine.fill(color, beside, clip, render_pass);
            true
        });
        let [red, green, blue] = color;
        let places = (0..SURFACE.1).flat_map(|y| (0..SURFACE.0).map(move |x| (x, y)));
        let expected: Vec<u8> = places
            .flat_map(|(x, y)| {
                let is_inside = (5..15).contains(&x) && (8..10).contains(&y);
                if is_inside { [red, green, blue, 255] } else { [255, 0, 0, 255] }
            })
            .collect();
        assert!(pixels == expected, "{color:?}");
    }
}

/// However many others there were before.
#[test]
fn a_colour_of_this_frame_is_there() {
    let Some(gpu) = gpu("fill") else { return };
    let format = wgpu::TextureFormat::Rgba8Unorm;
    let mut engine = Engine::new(gpu, format, 1 << 20).expect("an engine");
    let (color, whole) = ([18, 21, 24], whole_surface());
    for other in 0..40 {
        for color in [color, [other, 0, 0]] {
            engine.prepare_fill(color).expect("a pipeline");
        }
        let (_, pixels) = painted_by(gpu, format, |render_pass| {
            engine.fill(color, whole, whole, render_pass);
            true
        });
        assert!(pixels.as_chunks::<4>().0.iter().all(|pixel| *pixel == [18, 21, 24, 255]), "{other}");
    }
}

/// Each pixel tells where it is, and is clear, half clear or not at all.
fn texel(x: u32, y: u32) -> [u32; 4] {
    let opacity = [0, 128, 255][usize::try_from((x + y) % 3).expect("small")];
    [(4 * x).min(opacity), (8 * y).min(opacity), opacity / 2, opacity]
}

fn pane_in(place: DeviceRect) -> Arc<Pane> {
    let all = (0..place.height).flat_map(|y| (0..place.width).map(move |x| (x, y)));
    let rgba = all.flat_map(|(x, y)| texel(x, y)).map(|part| u8::try_from(part).expect("a byte")).collect();
    Arc::new(Pane::new(place, rgba))
}

/// Also where egui-wgpu ends the viewport at an edge of the surface.
#[test]
fn a_pane_lies_where_it_is_told_and_what_is_below_shows_through() {
    let Some(gpu) = gpu("pane") else { return };
    let mut engine = Engine::new(gpu, wgpu::TextureFormat::Rgba8Unorm, 1 << 20).expect("an engine");
    let size = (30, 20);
    let place = DeviceRect { x: 0, y: 0, width: size.0, height: size.1 };
    let pane = pane_in(place);
    engine.prepare_pane(SLOT, &pane).expect("on the card");
    let small = DeviceRect { x: 10, y: 9, width: 12, height: 8 };
    for (origin, clip) in
        [((5, 7), whole_surface()), ((5, 7), small), ((-9, -4), whole_surface()), ((50, 40), whole_surface())]
    {
        let span = |from: i32, length: u32, surface: u32| {
            let edges = [from, from + signed(length)].map(|edge| edge.clamp(0, signed(surface)));
            edges.map(|edge| u32::try_from(edge).expect("on the surface"))
        };
        let [left, right] = span(origin.0, size.0, SURFACE.0);
        let [top, bottom] = span(origin.1, size.1, SURFACE.1);
        let (is_there, pixels) = painted_by(gpu, wgpu::TextureFormat::Rgba8Unorm, |render_pass| {
            let [x, y, width, height] = [left, top, right - left, bottom - top]
                .map(|edge| f32::from(u16::try_from(edge).expect("small")));
            render_pass.set_viewport(x, y, width, height, 0.0, 1.0);
            engine.lay_pane(SLOT, &pane, origin, clip, render_pass)
        });
        assert!(is_there);
        for y in 0..SURFACE.1 {
            for x in 0..SURFACE.0 {
                let inside = |at: u32, start: u32, length: u32| (start..start + length).contains(&at);
                let is_seen = inside(x, clip.x, clip.width) && inside(y, clip.y, clip.height);
                let place = [signed(x) - origin.0, signed(y) - origin.1].map(u32::try_from);
                let over = match place {
                    [Ok(x), Ok(y)] if is_seen && x < size.0 && y < size.1 => texel(x, y),
                    _ => [0; 4],
                };
                let at = usize::try_from(4 * (y * SURFACE.0 + x)).expect("small");
                for ((found, over_it), below) in pixels[at..at + 4].iter().zip(over).zip([255, 0, 0, 255]) {
                    let expected = over_it + (below * (255 - over[3]) + 127) / 255;
                    let is_near = expected.abs_diff(u32::from(*found)) <= u32::from(over[3] == 128);
                    assert!(is_near, "{x}, {y} at {origin:?}: {found} for {expected}");
                }
            }
        }
    }
    let away = Pane::new(place, Vec::new());
    let (is_there, _) = painted_by(gpu, wgpu::TextureFormat::Rgba8Unorm, |render_pass| {
        engine.lay_pane(SLOT, &away, (0, 0), whole_surface(), render_pass)
    });
    assert!(!is_there, "it was not made ready");
}

/// In one with its picture a pane looks as it does when it is laid over that afterwards, within a level where it is half clear: a card
/// that blends rounds twice. Colours that lie over the picture stay below it.
#[test]
fn a_pane_is_drawn_in_one_with_its_picture_as_if_it_were_laid_over_it() {
    let Some(gpu) = gpu("pane") else { return };
    let format = wgpu::TextureFormat::Bgra8Unorm;
    let mut engine = Engine::new(gpu, format, 1 << 20).expect("an engine");
    let (gray, color) = (noise(40, 30, true), colors(40, 30));
    let cells = (0..40 * 30).map(|at| if at % 5 == 0 { Cover::PLANES } else { 0 }).collect();
    let covered = Arc::new(Frame { cover: Some(Cover::new(cells)), ..Frame::clone(&gray) });
    // The image stands from 7, 4 to 47, 34 of the view; the pane looks out of it on all sides but the right.
    let place = DeviceRect { x: 3, y: 2, width: 30, height: 36 };
    let pane = pane_in(place);
    let view = |frame: &Frame, transform| {
        pass(frame, (50, 40), (1.0, 1.0), (-7.0, -4.0), Sampling::Nearest, transform)
    };
    let plain = view(&gray, soft_tissue());
    let of_color = view(&color, PixelTransform::Color { is_inverted: false });
    let palettes = Palettes::default();
    let palette = palettes.all().first().cloned();
    assert!(palette.is_some(), "a palette");
    let in_colors = SlicePass { palette, ..plain.clone() };
    let on_monitor = SlicePass { monitor: Some(monitor("wide.icc")), ..of_color.clone() };
    let planes = vec![Over { gray: PValue::WHITE, color: Some([9, 200, 30]) }];
    let tinted = SlicePass { cover: Some(CoverPass { planes, shutter: None }), ..plain.clone() };
    let paint =
        |engine: &Engine, origin: (i32, i32), clip: DeviceRect, is_dithered: bool, pane: Option<&Pane>| {
            let (was_there, pixels) = painted_by(gpu, format, |render_pass| {
                let is_there = engine.paint(SLOT, origin, clip, is_dithered, render_pass);
                is_there && pane.is_none_or(|pane| engine.lay_pane(SLOT, pane, origin, clip, render_pass))
            });
            assert!(was_there);
            pixels
        };
    let small = DeviceRect { x: 10, y: 9, width: 12, height: 8 };
    for (what, frame, shown, is_dithered, is_in_one) in [
        ("gray", &gray, &plain, false, true),
        ("dithered gray", &gray, &plain, true, true),
        ("colours", &color, &of_color, false, true),
        ("a palette", &gray, &in_colors, false, true),
        ("a monitor's colours", &color, &on_monitor, false, true),
        ("planes in colour", &covered, &tinted, false, false),
    ] {
        for (origin, clip) in [((5, 3), whole_surface()), ((-9, -6), whole_surface()), ((5, 3), small)] {
            engine.prepare(SLOT, shown, frame).expect("drawn");
            let bare = paint(&engine, origin, clip, is_dithered, None);
            // It is sent to the card for a slot without a picture.
            engine.prepare_pane(Slot { viewport: 7, ..SLOT }, &pane).expect("on the card");
            let afterwards = paint(&engine, origin, clip, is_dithered, Some(&pane));
            engine.prepare_pane(SLOT, &pane).expect("in one with the picture");
            let in_one = paint(&engine, origin, clip, is_dithered, Some(&pane));
            let alone = paint(&engine, origin, clip, is_dithered, None);
            assert_eq!(alone != bare, is_in_one, "{what} at {origin:?}: what the picture's own pass drew");
            let pixels_at = (0..SURFACE.1).flat_map(|y| (0..SURFACE.0).map(move |x| (x, y)));
            let (found, expected) = (in_one.as_chunks::<4>().0, afterwards.as_chunks::<4>().0);
            for ((x, y), (found, expected)) in pixels_at.zip(found.iter().zip(expected)) {
                let at = [signed(x) - origin.0 - signed(place.x), signed(y) - origin.1 - signed(place.y)];
                let is_half_clear = match at.map(u32::try_from) {
                    [Ok(x), Ok(y)] => x < place.width && y < place.height && texel(x, y)[3] == 128,
                    _ => false,
                };
                let differs = found.iter().zip(expected).map(|(a, b)| a.abs_diff(*b)).max();
                let differs = differs.expect("four parts");
                assert!(
                    differs <= u8::from(is_half_clear),
                    "{what} at {origin:?}: {found:?} for {expected:?} at {x}, {y}"
                );
            }
            engine.prepare(SLOT, shown, frame).expect("there");
            assert!(paint(&engine, origin, clip, is_dithered, None) == bare, "{what}: the pane is gone");
        }
    }
}

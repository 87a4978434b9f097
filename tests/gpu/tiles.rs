//! Volumes that are too wide, too high or too deep for a texture: in tiles, and to the bit the picture of a card that has room.

use std::sync::Arc;

use hotlight::geometry::{CardinalPlane, Point, Sampling, Section, Vector};
use hotlight::render::gpu::{BACKENDS, Engine, Gpu, device_descriptor};
use hotlight::render::{ReformatPass, RenderingPass};
use hotlight::volume::{Layer, Projection, Slab, Transfer, Volume};

use super::harness::gpu;
use super::reformat::layer;
use super::volumes::{pass, volume};

/// A card of textures of so many texels a side, and so many layers.
fn card(side: u32, layers: u32) -> Gpu {
    let descriptor = wgpu::InstanceDescriptor {
        backends: BACKENDS,
        ..wgpu::InstanceDescriptor::new_without_display_handle()
    };
    let options = wgpu::RequestAdapterOptions::default();
    let adapter = pollster::block_on(wgpu::Instance::new(descriptor).request_adapter(&options));
    let adapter = adapter.expect("an adapter");
    let mut descriptor = device_descriptor(&adapter);
    descriptor.required_limits.max_texture_dimension_2d = side;
    descriptor.required_limits.max_texture_array_layers = layers;
    let (device, queue) = pollster::block_on(adapter.request_device(&descriptor)).expect("a card");
    Gpu::of(&adapter, device, queue)
}

/// Noise with a plane that was not received.
fn noise(columns: u32, rows: u32, planes: u32) -> Arc<Volume> {
    let layers: Vec<Layer> = (0..planes).map(|plane| layer((columns, rows), plane, 4096, true)).collect();
    volume(&layers, |plane| plane != 1)
}

/// On a card that has room, on a small one, and on a small one of so little memory that each texel holds one voxel.
fn engines(small: &Gpu, volume: &Arc<Volume>) -> [Engine; 3] {
    let mut first = Engine::headless(small).expect("an engine");
    first.reformat_p_values(&pass(volume, Slab::PLANE)).expect("a picture");
    let bytes = first.usage().volume_bytes;
    let large = Engine::headless(gpu("tiles").expect("a card")).expect("an engine");
    let alone = Engine::headless_within(small, bytes - u64::from(small.adapter.is_software));
    [large, first, alone.expect("an engine")]
}

fn section(volume: &Volume, turn: f64) -> Section {
    Section::cardinal(CardinalPlane::Axial, volume.middle()).turned(Vector::new(0.3, 0.5, 0.8), turn)
}

#[test]
fn planes_and_slabs_of_tiles_are_those_of_one_texture() {
    if gpu("tiles").is_none() {
        return;
    }
    let small = card(256, 32);
    // Too wide, too high, too deep; and nearly as large as such a texture.
    for (columns, rows, planes) in [(300, 9, 6), (7, 301, 40), (16, 15, 700), (300, 280, 20)] {
        let volume = noise(columns, rows, planes);
        let mut engines = engines(&small, &volume);
        // From end to end, as few pixels as that takes, and the middle pixel by pixel.
        let whole_mm = 2.0 * volume.reach_mm(volume.middle()) / 200.0;
        for (mm_per_pixel, turn) in [(whole_mm, 0.0), (whole_mm, 61.0), (0.31, 13.0)] {
            for (sampling, slab) in [
                (Sampling::Nearest, Slab::PLANE),
                (Sampling::Linear, Slab::PLANE),
                (Sampling::Cubic, Slab::PLANE),
                (Sampling::Linear, Slab::new(9.0, Projection::Maximum, 0.7)),
                (Sampling::Linear, Slab::new(9.0, Projection::Mean, 0.7)),
            ] {
                let gray = pass(&volume, slab).transform;
                let section = section(&volume, turn);
                let pass =
                    ReformatPass::new(Arc::clone(&volume), &section, mm_per_pixel, (200, 90), slab, gray);
                let pass = ReformatPass { sampling, ..pass };
                let [large, tiles, alone] = engines.each_mut().map(|engine| {
                    let values = engine.reformat_modality_values(&pass).expect("values").values;
                    values.into_iter().map(f32::to_bits).collect::<Vec<_>>()
                });
                let name = format!("{columns} × {rows} × {planes}, {sampling:?}, {slab:?}, {turn}");
                let values = large.iter().filter(|bits| !f32::from_bits(**bits).is_nan()).count();
                let least = if mm_per_pixel < whole_mm { 1000 } else { 3 };
                assert!(values > least, "{name}: a picture of nothing, {values}");
                assert!(large == tiles && large == alone, "{name}");
            }
        }
        let [large, tiles, alone] = engines.each_ref().map(|engine| engine.usage().volume_bytes);
        assert!(tiles < 2 * large && alone < 2 * large, "{large} {tiles} {alone}");
    }
}

#[test]
fn renderings_of_tiles_are_those_of_one_texture() {
    if gpu("tiles").is_none() {
        return;
    }
    // As wide as a transfer function.
    let small = card(4096, 8);
    let lung = Transfer::shipped().iter().find(|transfer| transfer.name == "lung").expect("lung");
    // Looked at where one tile ends.
    for (columns, rows, planes, end) in
        [(4100, 6, 20, Point::new(4095.0, 3.0, 10.0)), (5, 4100, 12, Point::new(2.0, 4095.0, 6.0))]
    {
        let volume = noise(columns, rows, planes);
        let mut engines = engines(&small, &volume);
        let end = *volume.patient_from_voxel() * end;
        for turn in [0.0, 40.0] {
            let section = section(&volume, turn).through(end);
            let mm_per_pixel = 0.31;
            let light = [0.2, -0.3, 1.0];
            let pass = RenderingPass::new(
                Arc::clone(&volume),
                &section,
                mm_per_pixel,
                (250, 120),
                Arc::clone(lung),
                light,
            );
            let [large, tiles, alone] =
                engines.each_mut().map(|engine| engine.rendering_colors(&pass).expect("a picture").values);
            let seen = large.iter().filter(|color| **color != [0; 3]).count();
            assert!(seen > 100, "a picture of nothing, {seen}");
            assert!(large == tiles && large == alone, "{columns} × {rows} × {planes}, {turn}");
        }
    }
}

//! Volumes on the card: planes are sent once, within the budget; precision far from the first voxel; what is skipped.

use std::sync::Arc;

use hotlight::dicom::Pixels;
use hotlight::geometry::{CardinalPlane, Map, Patient, Point, Sampling, Section, Vector, Voxel};
use hotlight::grayscale::{GrayTransform, ModalityLut, Polarity, VoiFunction};
use hotlight::render::gpu::{Engine, Gpu, GpuError, Prepared, Progress, Slot};
use hotlight::render::{Coarseness, ReformatPass, cpu};
use hotlight::volume::{Layer, Projection, Slab, Slice, Volume};

use super::harness::{gpu, key, noise, one_to_one, scatter, soft_tissue, window};
use super::reformat::{check, layer, lying, without_ties};

pub(crate) const SLOT: Slot = Slot { screen: 0, viewport: 0 };
const RGBA: wgpu::TextureFormat = wgpu::TextureFormat::Rgba8Unorm;
const SIDE: u32 = 16;

/// Planes of noise, of which `is_received` tells the ones that are there.
pub(crate) fn volume(layers: &[Layer], is_received: impl Fn(usize) -> bool) -> Arc<Volume> {
    let slices = layers.iter().enumerate();
    let slices =
        slices.map(|(plane, layer)| is_received(plane).then(|| Slice::Acquired(layer.clone()))).collect();
    let first = &layers.first().expect("a plane").frame;
    let [(_, axes), ..] = lying();
    Arc::new(Volume::new((first.columns, first.rows), slices, axes).expect("a volume"))
}

pub(crate) fn layers(first: u32) -> Vec<Layer> {
    (0..SIDE).map(|plane| layer((SIDE, SIDE), first + plane, 4096, true)).collect()
}

pub(crate) fn pass(volume: &Arc<Volume>, slab: Slab) -> ReformatPass {
    let section = Section::cardinal(CardinalPlane::Coronal, volume.middle());
    let window = window(0.0, 4096.0, VoiFunction::Linear);
    let gray = GrayTransform::new(ModalityLut::IDENTITY, window, Polarity::Identity);
    ReformatPass::new(Arc::clone(volume), &section, 0.81, (20, 24), slab, gray)
}

fn prepare(engine: &mut Engine, pass: &ReformatPass) -> Prepared {
    engine.prepare_reformat(SLOT, pass).expect("drawn")
}

#[test]
fn a_plane_that_comes_is_sent_and_no_other() {
    let Some(gpu) = gpu("volumes") else { return };
    let mut engine = Engine::headless(gpu).expect("an engine");
    let layers = layers(0);
    let without = volume(&layers, |plane| plane != 5);
    let drawn = Prepared { is_drawn: true, is_complete: true };
    assert_eq!(prepare(&mut engine, &pass(&without, Slab::PLANE)), drawn);
    assert_eq!((engine.usage().volumes, engine.usage().plane_uploads), (1, 15));
    let hatched = engine.reformat_p_values(&pass(&without, Slab::PLANE)).expect("a picture");
    assert_eq!(engine.usage().plane_uploads, 15, "all of it is there");
    // Another volume of the same planes is the same.
    let again = volume(&layers, |plane| plane != 5);
    assert!(!prepare(&mut engine, &pass(&again, Slab::PLANE)).is_drawn);
    let whole = volume(&layers, |_| true);
    assert_eq!(prepare(&mut engine, &pass(&whole, Slab::PLANE)), drawn, "another picture");
    assert_eq!((engine.usage().volumes, engine.usage().plane_uploads), (1, 16));
    let complete = engine.reformat_p_values(&pass(&whole, Slab::PLANE)).expect("a picture");
    assert_ne!(complete, hatched);
    assert_eq!(cpu::reformat_p_values(&pass(&whole, Slab::PLANE)).values.len(), complete.values.len());
    // Back to fewer: it is hidden, and nothing is sent.
    assert_eq!(engine.reformat_p_values(&pass(&without, Slab::PLANE)).expect("a picture"), hatched);
    assert_eq!(engine.usage().plane_uploads, 16);
    // A plane that was read again is another.
    let mut other = layers.clone();
    other[3] = layer((SIDE, SIDE), 99, 4096, true);
    let other = volume(&other, |_| true);
    assert!(prepare(&mut engine, &pass(&other, Slab::PLANE)).is_drawn);
    assert_eq!((engine.usage().volumes, engine.usage().plane_uploads), (1, 17));
    // Nothing received yet: all of it is hatched, and takes no room to speak of.
    let nothing = volume(&layers, |_| false);
    let picture = engine.reformat_p_values(&pass(&nothing, Slab::PLANE)).expect("a picture");
    assert_eq!(picture, cpu::reformat_p_values(&pass(&nothing, Slab::PLANE)));
}

#[test]
fn nothing_is_drawn_twice() {
    let Some(gpu) = gpu("volumes") else { return };
    let mut engine = Engine::headless(gpu).expect("an engine");
    let volume = volume(&layers(0), |_| true);
    let plane = pass(&volume, Slab::PLANE);
    let slab = pass(&volume, Slab::new(4.0, Projection::Maximum, 0.7));
    let moved = ReformatPass { is_moving: true, ..slab.clone() };
    let cubic = ReformatPass { sampling: Sampling::Cubic, ..plane.clone() };
    for pass in [&plane, &moved, &slab, &cubic, &plane] {
        assert!(prepare(&mut engine, pass).is_drawn, "{pass:?}");
        assert!(!prepare(&mut engine, pass).is_drawn, "{pass:?}");
    }
    // What was exact when the motion began stays.
    assert!(!prepare(&mut engine, &ReformatPass { is_moving: true, ..plane.clone() }).is_drawn);
    // A viewport holds a slice or a reformat.
    let frame = noise(8, 8, false);
    let slice = one_to_one(&frame, soft_tissue());
    assert!(engine.prepare(SLOT, &slice, &frame).expect("drawn").is_drawn);
    assert!(prepare(&mut engine, &plane).is_drawn);
    assert!(engine.prepare(SLOT, &slice, &frame).expect("drawn").is_drawn);
    assert_eq!(engine.usage().pictures, 1);
}

/// Without a clock a slab that moves is drawn with a quarter of the pixels and half of the planes.
#[test]
fn a_moving_picture_is_what_it_says() {
    let Some(gpu) = gpu("volumes") else { return };
    let mut engine = Engine::headless(gpu).expect("an engine");
    let volume = volume(&layers(0), |plane| plane != 4);
    for (millimetres, planes) in [(4.0, 3), (200.0, 143)] {
        let slab = Slab::new(millimetres, Projection::Mean, 0.7);
        let moving = ReformatPass { is_moving: true, view_size: (21, 24), ..pass(&volume, slab) };
        let drawn = moving.drawn(Coarseness::FIRST);
        assert_eq!((drawn.slab, drawn.view_size), (Slab { planes, ..slab }, (11, 12)));
        // The middle of each four lies where it did.
        let corner = moving.voxel_from_view * Point::flat(2.0, 4.0);
        assert!((drawn.voxel_from_view * Point::flat(1.0, 2.0) - corner).length() < 1e-9);
        let large = engine.reformat_p_values(&moving).expect("a picture");
        let small = engine.reformat_p_values(&drawn).expect("a picture");
        assert_eq!((large.width, large.height), (21, 24));
        let pixels = (0..24).flat_map(|row| (0..21).map(move |column| row / 2 * 11 + column / 2));
        let expected: Vec<_> = pixels.map(|index| small.values[index]).collect();
        assert_eq!(large.values, expected);
        let at_rest = engine.reformat_modality_values(&ReformatPass { is_moving: false, ..moving.clone() });
        assert_eq!(
            format!("{:?}", engine.reformat_modality_values(&moving)),
            format!("{at_rest:?}"),
            "numbers are those at rest"
        );
    }
    let cubic = ReformatPass { sampling: Sampling::Cubic, ..pass(&volume, Slab::PLANE) };
    assert_eq!(cubic.drawn(Coarseness::EXACT), cubic);
    assert_eq!(cubic.drawn(Coarseness::FIRST).sampling, Sampling::Linear);
}

/// No frame is held, in bytes: of 20 million voxels, each picture sends some and lets the card see some more, and no more than
/// some wait in main memory.
#[test]
fn a_large_volume_comes_in_parts() {
    const MIB: u64 = 1 << 20;
    let Some(gpu) = gpu("volumes") else { return };
    let mut engine = Engine::headless(gpu).expect("an engine");
    let plane = layer((1024, 1024), 0, 4096, true);
    let layers: Vec<Layer> = (0..20).map(|_| plane.clone()).collect();
    let volume = volume(&layers, |_| true);
    let pass = pass(&volume, Slab::PLANE);
    let (mut pictures, mut percents) = (0, Vec::new());
    loop {
        let before = engine.usage();
        let prepared = prepare(&mut engine, &pass);
        let after = engine.usage();
        pictures += 1;
        assert!(after.plane_bytes - before.plane_bytes <= 16 * MIB, "{after:?}");
        assert!(after.staging_bytes <= 32 * MIB, "{after:?}");
        if prepared.is_complete {
            break;
        }
        let Some(Progress::Loading(percent)) = engine.progress(SLOT) else { panic!("it says so") };
        percents.push(percent);
        std::thread::sleep(std::time::Duration::from_millis(1));
    }
    assert_eq!(engine.progress(SLOT), None);
    assert!(
        percents.is_sorted() && percents.first() < Some(&50),
        "{} pictures, {:?}",
        percents.len(),
        percents.first()
    );
    assert_eq!(engine.usage().volumes, 1);
    // Voxels once, in texels of one or two; the rest is what bricks hold and which planes are there.
    let usage = engine.usage();
    assert_eq!((usage.plane_uploads, usage.staging_bytes), (20, 0));
    assert!([40 * MIB, 80 * MIB].contains(&usage.plane_bytes), "{usage:?}");
    assert!(pictures >= usage.plane_bytes / (16 * MIB), "{pictures}");
    assert_eq!(usage.volume_bytes, usage.plane_bytes + 128 * 128 * 3 * 8 + 256);
    assert_eq!(prepare(&mut engine, &pass), Prepared { is_drawn: false, is_complete: true });
    let drawn = engine.reformat_modality_values(&pass).expect("values");
    let exact = cpu::reformat_modality_values(&pass);
    let is_near = |(a, b): (&f32, &f32)| (a.is_nan() && b.is_nan()) || (a - b).abs() < 0.05;
    assert!(drawn.values.iter().zip(&exact.values).all(is_near));
}

/// The bytes of one volume of noise.
fn bytes_of_one(gpu: &Gpu) -> u64 {
    let mut engine = Engine::headless(gpu).expect("an engine");
    prepare(&mut engine, &pass(&volume(&layers(0), |_| true), Slab::PLANE));
    engine.usage().volume_bytes
}

#[test]
fn volumes_and_frames_share_a_budget_and_the_longest_unused_goes() {
    let Some(gpu) = gpu("volumes") else { return };
    let budget = 2 * bytes_of_one(gpu);
    let mut engine = Engine::new(gpu, RGBA, budget).expect("an engine");
    let volumes: Vec<_> = (0..3).map(|number| volume(&layers(100 * number), |_| true)).collect();
    let sent = |engine: &mut Engine, number: usize| {
        let before = engine.usage().plane_uploads;
        prepare(engine, &pass(&volumes[number], Slab::PLANE));
        let usage = engine.usage();
        assert!(usage.volume_bytes + usage.frame_bytes <= budget, "{usage:?}");
        usage.plane_uploads - before
    };
    assert_eq!([0, 1, 0, 2].map(|number| sent(&mut engine, number)), [16, 16, 0, 16]);
    assert_eq!(sent(&mut engine, 0), 0, "of three, the second went");
    assert_eq!(sent(&mut engine, 1), 16, "it comes again");
    // A frame takes the place of the longest unused volume, and a volume that of the frame.
    let frame = noise(16, 16, false);
    let slice = hotlight::render::SlicePass { frame: key(0), ..one_to_one(&frame, soft_tissue()) };
    engine.prepare(SLOT, &slice, &frame).expect("drawn");
    assert_eq!((engine.usage().frames, engine.usage().volumes), (1, 1));
    assert_eq!(sent(&mut engine, 1), 0);
    assert_eq!(sent(&mut engine, 2), 16);
    assert_eq!((engine.usage().frames, engine.usage().volumes), (0, 2));
}

/// Two volumes on screen that have no room beside each other: one is whole and stays, the other is refused in words.
#[test]
fn what_is_on_screen_is_not_sent_to_and_fro() {
    let Some(gpu) = gpu("volumes") else { return };
    let mut engine = Engine::new(gpu, RGBA, bytes_of_one(gpu)).expect("an engine");
    let [first, second] = [0, 50].map(|number| pass(&volume(&layers(number), |_| true), Slab::PLANE));
    let beside = Slot { viewport: 1, ..SLOT };
    // What is sent away may just have gone from the screen.
    for _ in 0..2 {
        prepare(&mut engine, &first);
        engine.prepare_reformat(beside, &second).ok();
    }
    let sent = engine.usage().plane_uploads;
    for _ in 0..3 {
        assert!(prepare(&mut engine, &first).is_complete);
        let refused = engine.prepare_reformat(beside, &second).expect_err("no room").to_string();
        assert!(refused.contains("volumes that are shown beside it"), "{refused}");
    }
    assert_eq!(engine.usage().plane_uploads, sent);
    // The first viewport goes on to the other volume, which both show then.
    for slot in [SLOT, beside] {
        assert!(engine.prepare_reformat(slot, &second).expect("drawn").is_complete, "{slot:?}");
    }
    assert_eq!(engine.usage().plane_uploads, sent + 16);
}

#[test]
fn what_the_card_cannot_hold_is_refused_in_words() {
    let Some(gpu) = gpu("volumes") else { return };
    let volume_of = |layers: &[Layer]| volume(layers, |_| true);
    let small = volume_of(&layers(0));
    let mut engine = Engine::new(gpu, RGBA, 4096).expect("an engine");
    let error = engine.prepare_reformat(SLOT, &pass(&small, Slab::PLANE)).expect_err("too large");
    assert_eq!(
        error.to_string(),
        "a volume of 16 × 16 × 16 voxels is too large for the graphics adapter (it takes 1 MiB; memory.card_mib allows 0 MiB)"
    );
    // More bricks than a texture holds, along the sides that parts have too.
    let side = 8 * gpu.device.limits().max_texture_dimension_3d;
    let wide = volume_of(&[layer((side + 1, 1), 0, 4096, true)]);
    let mut engine = Engine::headless(gpu).expect("an engine");
    let error = engine.prepare_reformat(SLOT, &pass(&wide, Slab::PLANE)).expect_err("too large");
    assert_eq!(
        error.to_string(),
        format!(
            "a volume of {} × 1 × 1 voxels is too large for the graphics adapter ({side} voxels a side)",
            side + 1
        )
    );
    assert_eq!((engine.usage().volumes, engine.usage().pictures), (0, 0));
}

/// Deeper than a texture: the planes go on below the first ones, and none is left out.
#[test]
fn a_volume_deeper_than_a_texture_is_whole() {
    let Some(gpu) = gpu("volumes") else { return };
    let mut engine = Engine::headless(gpu).expect("an engine");
    let side = gpu.device.limits().max_texture_array_layers;
    let layers: Vec<Layer> = (0..side + 9).map(|plane| layer((4, 3), plane, 4096, true)).collect();
    let deep = volume(&layers, |plane| plane != side as usize + 2);
    let end = *deep.patient_from_voxel() * Point::new(1.4, 1.3, f64::from(side));
    let section = Section::cardinal(CardinalPlane::Coronal, end);
    for sampling in [Sampling::Nearest, Sampling::Linear] {
        let gray = pass(&deep, Slab::PLANE).transform;
        let pass = ReformatPass::new(deep.clone(), &section, 0.37, (16, 160), Slab::PLANE, gray);
        let pass = ReformatPass { sampling, ..pass };
        let (drawn, exact) = (engine.reformat_modality_values(&pass), cpu::reformat_modality_values(&pass));
        let drawn = drawn.expect("values");
        let pairs = drawn.values.iter().zip(&exact.values);
        let is_near = |(a, b): (&f32, &f32)| (a.is_nan() && b.is_nan()) || (a - b).abs() < 0.01;
        assert!(pairs.clone().all(is_near), "{sampling:?}");
        assert!(pairs.filter(|(value, _)| !value.is_nan()).count() > 500);
    }
}

/// Each voxel alone in its texel, or with the next of its row: where the memory does not suffice for both.
#[test]
fn pairs_of_voxels_change_nothing() {
    let Some(gpu) = gpu("volumes") else { return };
    let bytes = bytes_of_one(gpu);
    let mut engines = [bytes, bytes - 1].map(|budget| Engine::new(gpu, RGBA, budget).expect("an engine"));
    let volume = volume(&layers(0), |plane| plane != 9);
    for sampling in [Sampling::Nearest, Sampling::Linear, Sampling::Cubic] {
        for slab in [Slab::PLANE, Slab::new(9.0, Projection::Maximum, 0.7)] {
            let pass = ReformatPass { sampling, ..pass(&volume, slab) };
            let [pairs, alone] = engines
                .each_mut()
                .map(|engine| engine.reformat_modality_values(&pass).expect("values").values);
            assert!(pairs.iter().zip(&alone).all(|(a, b)| a.to_bits() == b.to_bits()), "{sampling:?}");
        }
    }
    let [pairs, alone] = engines.each_mut().map(|engine| engine.usage().volume_bytes);
    assert!(alone < pairs || !gpu.adapter.is_software, "{alone} {pairs}");
}

/// 1,000 planes of noise as high as a CT can bring, seen whole and enlarged at the far end: within 0.05 HU. Measured on lavapipe:
/// 0.0006.
#[test]
fn a_thousand_planes_are_found_within_a_twentieth_of_a_unit() {
    let Some(gpu) = gpu("volumes") else { return };
    let mut engine = Engine::headless(gpu).expect("an engine");
    let steep = |plane| Layer { modality: ModalityLut::IDENTITY, ..layer((24, 20), plane, 4096, true) };
    let slices = (0..1000).map(|plane| Some(Slice::Acquired(steep(plane)))).collect();
    let axes = Map::from_axes(
        Vector::new(0.71, 0.0, 0.0),
        Vector::new(0.0, 0.73, 0.05),
        Vector::new(0.0, 0.01, 0.62),
        Point::new(-250.3, -180.7, 1204.9),
    );
    let volume = Arc::new(Volume::new((24, 20), slices, axes).expect("a volume"));
    let gray = pass(&volume, Slab::PLANE).transform;
    let turned = |center| {
        Section::cardinal(CardinalPlane::Coronal, center)
            .turned(Vector::new(1.0, 0.0, 0.0), 1.03)
            .turned(Vector::new(0.0, 1.0, 0.0), 0.77)
    };
    let far = *volume.patient_from_voxel() * Point::new(12.3, 9.8, 987.1);
    for (center, mm_per_pixel, view_size) in
        [(volume.middle(), 0.61, (40, 1024)), (far, 0.037, (300, 200)), (far, 0.0021, (200, 200))]
    {
        let section = turned(center);
        let pass =
            ReformatPass::new(volume.clone(), &section, mm_per_pixel, view_size, Slab::PLANE, gray.clone());
        let drawn = engine.reformat_modality_values(&pass).expect("values");
        let exact = cpu::reformat_modality_values(&pass);
        let pairs = drawn.values.iter().zip(&exact.values).filter(|(a, b)| !(a.is_nan() || b.is_nan()));
        assert!(pairs.clone().count() > 10_000, "a picture of nothing");
        let most = pairs.map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
        assert!(most <= 0.05, "{mm_per_pixel} mm a pixel: {most} units apart");
    }
}

/// Every brick at a level of its own, with noise.
pub(crate) fn of_bricks(axes: Map<Patient, Voxel>) -> Arc<Volume> {
    let (columns, rows) = (41, 37);
    let slice = |plane: u32| {
        let mut layer = layer((columns, rows), plane, 60, true);
        let mut frame = (*layer.frame).clone();
        if let Pixels::Words { words, .. } = &mut frame.pixels {
            for (index, word) in (0_u32..).zip(words) {
                let brick = index % columns / 8 + index / columns / 8 * 8;
                *word = word.wrapping_add(scatter(brick, plane / 8 + 77) / 32);
            }
        }
        layer.frame = Arc::new(frame);
        (plane != 21).then_some(Slice::Acquired(layer))
    };
    Arc::new(Volume::new((columns, rows), (0..45).map(slice).collect(), axes).expect("a volume"))
}

/// The brightest brick on a line makes those before and behind it needless, and none of its own samples.
#[test]
fn whole_projections_skip_nothing_that_counts() {
    let Some(gpu) = gpu("volumes") else { return };
    let mut engine = Engine::headless(gpu).expect("an engine");
    for (lies, axes) in lying() {
        let volume = of_bricks(axes);
        for (projection, sampling, turn) in [
            (Projection::Maximum, Sampling::Linear, 33.7),
            (Projection::Maximum, Sampling::Nearest, 0.0),
            (Projection::Minimum, Sampling::Linear, 0.0),
            (Projection::Minimum, Sampling::Nearest, -71.0),
        ] {
            let section = Section::cardinal(CardinalPlane::Sagittal, volume.middle())
                .turned(Vector::new(0.3, 0.5, 0.8), turn);
            let pass = without_ties(&section, |section| {
                let slab = Slab::new(150.0, projection, 0.9);
                let gray = pass(&volume, slab).transform;
                let pass = ReformatPass::new(volume.clone(), section, 2.1, (31, 37), slab, gray);
                ReformatPass { sampling, ..pass }
            });
            check(&mut engine, &format!("{lies} {projection:?} {sampling:?} {turn}"), &pass);
        }
    }
}

#[test]
fn a_lost_card_is_told_and_another_takes_over() {
    let Some(_) = gpu("volumes") else { return };
    let volume = volume(&layers(0), |_| true);
    let pass = pass(&volume, Slab::PLANE);
    let card = || Gpu::headless().expect("a card");
    let gpu = card();
    let mut engine = Engine::headless(&gpu).expect("an engine");
    prepare(&mut engine, &pass);
    gpu.device.destroy();
    Gpu::wait(&gpu.device).ok();
    assert_eq!(engine.prepare_reformat(SLOT, &pass), Err(GpuError::Lost));
    assert_eq!(engine.usage().pictures, 0, "no picture from before");
    let mut engine = Engine::headless(&card()).expect("an engine");
    assert!(prepare(&mut engine, &pass).is_drawn);
}

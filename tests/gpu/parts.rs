//! Volumes that the card has no room for: to the bit the picture of a card that has, drawn sheaf by sheaf, and coarse while it moves.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use hotlight::geometry::{Camera, CardinalPlane, Curve, CurveMode, Point, Sampling, Section, Vector};
use hotlight::render::gpu::{Engine, Gpu, GpuError, Prepared, Progress, Slot, Timer};
use hotlight::render::{CurvedPass, Raster, ReformatPass, RenderingPass};
use hotlight::units::PValue;
use hotlight::volume::{Layer, Projection, Slab, Slice, Volume};

use super::cuts::ways;
use super::harness::gpu;
use super::layers::of_section;
use super::reformat::{kinds_of, layer, lying, transform};
use super::rendering::shipped;
use super::surface::{SURFACE, painted_by, whole_surface};
use super::volumes::{SLOT, layers, pass, volume};

const PLANES: u32 = 61;

/// So few bytes that a volume of two or four a voxel is divided into sheaves of eight planes, which are nine of this one.
fn budget(volume: &Volume) -> u64 {
    let voxels = volume.size().map(u64::from).iter().product::<u64>();
    let bytes = if matches!(volume.encoding(), hotlight::volume::Encoding::Modality) { 4 } else { 2 };
    voxels * bytes * 65 / 100
}

fn engines(gpu: &Gpu, volume: &Volume) -> [Engine; 2] {
    let small = Engine::headless_within(gpu, budget(volume)).expect("an engine");
    [Engine::headless(gpu).expect("an engine"), small]
}

fn bits(values: Raster<f32>) -> Vec<u32> {
    values.values.into_iter().map(f32::to_bits).collect()
}

/// Along the planes, across them and oblique, from before and from behind.
fn sections(middle: Point<hotlight::geometry::Patient>) -> [(&'static str, Section); 4] {
    let coronal = Section::cardinal(CardinalPlane::Coronal, middle);
    let axial = Section::cardinal(CardinalPlane::Axial, middle);
    [
        ("axial", axial.turned(Vector::new(0.0, 1.0, 0.0), 1.3)),
        ("coronal", coronal),
        ("oblique", coronal.turned(Vector::new(0.3, 0.5, 0.8), 41.0)),
        ("oblique from behind", axial.turned(Vector::new(0.9, 0.5, 0.1), 151.0)),
    ]
}

#[test]
fn planes_and_slabs_of_parts_are_those_of_the_whole() {
    let Some(gpu) = gpu("parts") else { return };
    let slabs = [
        Slab::PLANE,
        Slab::new(40.0, Projection::Maximum, 0.9),
        Slab::new(40.0, Projection::Minimum, 0.9),
        Slab::new(40.0, Projection::Mean, 0.9),
        Slab::new(160.0, Projection::Mean, 1.7),
    ];
    let samplings = [Sampling::Linear, Sampling::Cubic, Sampling::Nearest];
    let mut turn = 0;
    for (lies, map) in lying() {
        for (kind, volume) in kinds_of(PLANES, &map) {
            let [mut whole, mut small] = engines(gpu, &volume);
            for (section_name, section) in sections(volume.middle()) {
                // All meet.
                let slab = slabs[turn % slabs.len()];
                let sampling = samplings[turn % samplings.len()];
                turn += 1;
                let pass =
                    ReformatPass::new(volume.clone(), &section, 0.61, (53, 141), slab, transform(&volume));
                let pass = ReformatPass { sampling, ..pass };
                let name = format!("{lies} {kind} {section_name} {sampling:?} {slab:?}");
                let values =
                    |engine: &mut Engine| bits(engine.reformat_modality_values(&pass).expect("values"));
                let [expected, found] = [values(&mut whole), values(&mut small)];
                let seen = expected.iter().filter(|bits| !f32::from_bits(**bits).is_nan()).count();
                assert!(seen > 600, "{name}: a picture of nothing, {seen}");
                assert!(expected == found, "{name}");
                let picture = |engine: &mut Engine| engine.reformat_p_values(&pass).expect("a picture");
                assert!(picture(&mut whole) == picture(&mut small), "{name}");
            }
            let used = small.usage();
            assert!(used.volume_bytes <= budget(&volume) && used.volumes > 1, "{lies} {kind}: {used:?}");
        }
    }
}

#[test]
fn what_is_cut_away_is_cut_away_in_all_parts() {
    let Some(gpu) = gpu("parts") else { return };
    let [(_, map), ..] = lying();
    let Some((_, volume)) = kinds_of(PLANES, &map).into_iter().nth(1) else { panic!("a volume") };
    let [mut whole, mut small] = engines(gpu, &volume);
    for (way, cuts) in ways(&volume) {
        for (name, section) in sections(volume.middle()) {
            let slab = Slab::new(160.0, Projection::Maximum, 1.1);
            let pass = ReformatPass::new(volume.clone(), &section, 1.3, (37, 121), slab, transform(&volume));
            let pass = ReformatPass { cuts: cuts.clone(), ..pass };
            let [expected, found] = [&mut whole, &mut small].map(|engine| engine.reformat_p_values(&pass));
            assert!(expected.is_ok() && expected == found, "{way}, {name}");
        }
    }
}

/// What moves is drawn from the copy, on a grid of its own.
#[test]
fn what_is_cut_away_at_rest_is_cut_away_while_it_moves() {
    let Some(gpu) = gpu("parts") else { return };
    let layers: Vec<_> = (0..PLANES).map(|plane| layer((64, 48), plane, 4096, true)).collect();
    let volume = volume(&layers, |_| true);
    let [mut whole, mut small] = engines(gpu, &volume);
    let [(way, cuts), ..] = ways(&volume);
    for (name, section) in sections(volume.middle()) {
        let slab = Slab::new(160.0, Projection::Maximum, 1.1);
        let pass = ReformatPass::new(volume.clone(), &section, 1.3, (37, 121), slab, transform(&volume));
        let pass = ReformatPass { cuts: cuts.clone(), is_moving: true, ..pass };
        let [of_whole, of_copy] =
            [&mut whole, &mut small].map(|engine| engine.reformat_p_values(&pass).expect("a picture").values);
        let is_seen = |PValue(value): PValue| value > 0;
        let seen = of_whole.iter().filter(|value| is_seen(**value)).count();
        let pairs = of_whole.iter().zip(&of_copy);
        let differ = pairs.filter(|(one, other)| is_seen(**one) != is_seen(**other)).count();
        assert!(of_whole != of_copy, "{way}, {name}: no copy");
        assert!(seen > 100 && differ * 10 < seen, "{way}, {name}: {differ} of {seen}");
    }
}

#[test]
fn pictures_along_curves_of_parts_are_those_of_the_whole() {
    let Some(gpu) = gpu("parts") else { return };
    let [_, _, (_, map)] = lying();
    for (kind, volume) in kinds_of(PLANES, &map) {
        let [mut whole, mut small] = engines(gpu, &volume);
        let middle = volume.middle();
        let way = [[-7.0, -5.0, -64.0], [3.0, -6.0, -20.0], [5.0, 3.0, 20.0], [-4.0, 5.0, 57.0]];
        let points = way.map(|[x, y, z]| middle + Vector::new(x, y, z));
        let plane = Section::cardinal(CardinalPlane::Coronal, middle);
        let curve = Arc::new(Curve::through(&points, &plane, CurveMode::Straightened, 0.7).expect("a curve"));
        for (slab, sampling) in [
            (Slab::PLANE, Sampling::Linear),
            (Slab::PLANE, Sampling::Cubic),
            (Slab::new(17.3, Projection::Maximum, 0.9), Sampling::Linear),
            (Slab::new(17.3, Projection::Minimum, 0.9), Sampling::Nearest),
        ] {
            let gray = transform(&volume);
            let pass = CurvedPass::new(volume.clone(), curve.clone(), 0.71, (31, 190), slab, gray);
            let pass = CurvedPass { sampling, ..pass };
            let values = |engine: &mut Engine| bits(engine.curved_modality_values(&pass).expect("values"));
            let [expected, found] = [values(&mut whole), values(&mut small)];
            let seen = expected.iter().filter(|bits| !f32::from_bits(**bits).is_nan()).count();
            assert!(seen > 500, "{kind}: a picture of nothing, {seen}");
            assert!(expected == found, "{kind} {slab:?} {sampling:?}");
        }
    }
}

#[test]
fn renderings_of_parts_are_those_of_the_whole() {
    let Some(gpu) = gpu("parts") else { return };
    let (mut pictures, mut seen_pictures) = (0, 0);
    for (lies, map) in lying() {
        for (kind, volume) in kinds_of(PLANES, &map) {
            let [mut whole, mut small] = engines(gpu, &volume);
            for (transfer, azimuth, elevation) in
                [("bone", 0.0, 0.0), ("lung", 33.0, 81.0), ("skin", 140.0, -77.0), ("bone", 210.0, 20.0)]
            {
                let camera = Camera { azimuth_degrees: azimuth, elevation_degrees: elevation };
                let section = camera.section(volume.middle());
                let light = [0.2, -0.3, 1.0];
                let pass =
                    RenderingPass::new(volume.clone(), &section, 0.9, (61, 97), shipped(transfer), light);
                let colors = |engine: &mut Engine| engine.rendering_colors(&pass).expect("a picture").values;
                let [expected, found] = [colors(&mut whole), colors(&mut small)];
                let name = format!("{lies} {kind} {transfer} {azimuth}");
                let seen = expected.iter().filter(|color| **color != [0; 3]).count();
                (pictures, seen_pictures) = (pictures + 1, seen_pictures + usize::from(seen > 200));
                let differ = expected.iter().zip(&found).filter(|(a, b)| a != b).count();
                assert_eq!(differ, 0, "{name}");
            }
        }
    }
    // Not all values are seen in all looks.
    assert!(seen_pictures * 2 > pictures, "{seen_pictures} of {pictures}");
}

/// A volume of noise that has no room, and an engine with a clock that goes on by so much whenever it is looked at.
pub(crate) fn on_screen(gpu: &Gpu, look_ms: u64) -> (Vec<Layer>, Engine, Arc<AtomicU64>) {
    on_screen_of(gpu, (64, 48), look_ms)
}

fn on_screen_of(gpu: &Gpu, size: (u32, u32), look_ms: u64) -> (Vec<Layer>, Engine, Arc<AtomicU64>) {
    let layers: Vec<_> = (0..PLANES).map(|plane| layer(size, plane, 4096, true)).collect();
    let mut engine = Engine::headless_within(gpu, budget(&volume(&layers, |_| true))).expect("an engine");
    let (now, look) = (AtomicU64::new(7), Arc::new(AtomicU64::new(look_ms)));
    let by = Arc::clone(&look);
    #[expect(clippy::cast_precision_loss, reason = "small")]
    engine.set_timer(Some(Timer::new(move || {
        now.fetch_add(by.load(Ordering::Relaxed), Ordering::Relaxed) as f64
    })));
    (layers, engine, look)
}

pub(crate) fn seen(gpu: &Gpu, engine: &Engine, slot: Slot) -> Vec<u8> {
    let rgba = wgpu::TextureFormat::Rgba8Unorm;
    let (is_there, pixels) =
        painted_by(gpu, rgba, |render_pass| engine.paint(slot, (0, 0), whole_surface(), false, render_pass));
    assert!(is_there);
    pixels
}

/// What is seen of a pass on a card that has room.
pub(crate) fn levels(whole: &mut Engine, pass: &ReformatPass) -> Vec<u8> {
    let levels = whole.reformat_driving_levels(0, false, pass).expect("a picture");
    levels.values.iter().flat_map(|&[red, green, blue]| [red, green, blue, 255]).collect()
}

/// Frames until the picture is there; how often the engine said what it lacks.
pub(crate) fn frames(engine: &mut Engine, slot: Slot, pass: &ReformatPass) -> Vec<Progress> {
    let mut progress = Vec::new();
    for _ in 0..10_000 {
        if engine.prepare_reformat(slot, pass).expect("drawn").is_complete {
            assert_eq!(engine.progress(slot), None);
            return progress;
        }
        progress.extend(engine.progress(slot));
    }
    panic!("it does not end: {:?}", progress.last());
}

#[test]
fn on_screen_it_is_coarse_first_and_then_exact() {
    let Some(gpu) = gpu("parts") else { return };
    let (layers, mut engine, _) = on_screen(gpu, 70);
    let volume = volume(&layers, |_| true);
    let section = Section::cardinal(CardinalPlane::Coronal, volume.middle());
    let of = |slab, is_moving| {
        let pass = ReformatPass::new(volume.clone(), &section, 1.7, SURFACE, slab, transform(&volume));
        ReformatPass { is_moving, ..pass }
    };
    let mut whole = Engine::headless(gpu).expect("an engine");
    for slab in [Slab::PLANE, Slab::new(20.0, Projection::Maximum, 0.8)] {
        // It moves: all that is sent is the copy, and nothing is waited for.
        let moving = of(slab, true);
        while !engine.prepare_reformat(SLOT, &moving).expect("drawn").is_complete {}
        assert_eq!(engine.progress(SLOT), Some(Progress::Moving));
        let uploads = engine.usage().plane_uploads;
        let aside = section.moved(0.4);
        let moved = ReformatPass {
            voxel_from_view: ReformatPass::new(
                volume.clone(),
                &aside,
                1.7,
                SURFACE,
                slab,
                transform(&volume),
            )
            .voxel_from_view,
            ..moving.clone()
        };
        let prepared = engine.prepare_reformat(SLOT, &moved).expect("drawn");
        assert_eq!(prepared, Prepared { is_drawn: true, is_complete: true });
        assert_eq!(engine.usage().plane_uploads, uploads, "nothing more is sent while it moves");
        assert!(engine.prepare_reformat(SLOT, &moving).expect("drawn").is_drawn);
        let coarse = seen(gpu, &engine, SLOT);
        // It rests: a sheaf after another, and until all are there the coarse picture.
        let at_rest = of(slab, false);
        let progress = frames(&mut engine, SLOT, &at_rest);
        let percents: Vec<u32> = progress
            .iter()
            .filter_map(|progress| match progress {
                Progress::Drawing(percent) => Some(*percent),
                _ => None,
            })
            .collect();
        assert!(
            percents.len() == progress.len() && percents.is_sorted() && percents.len() > 4,
            "{progress:?}"
        );
        let exact = levels(&mut whole, &at_rest);
        assert!(coarse != exact);
        assert!(seen(gpu, &engine, SLOT) == exact, "{slab:?}");
        // It stays, and what begins to move from there is not drawn more coarsely.
        let uploads = engine.usage().plane_uploads;
        for pass in [&at_rest, &moving] {
            assert!(!engine.prepare_reformat(SLOT, pass).expect("drawn").is_drawn);
        }
        assert_eq!(engine.usage().plane_uploads, uploads);
    }
}

#[test]
fn what_lies_over_a_picture_is_that_of_the_whole() {
    let Some(gpu) = gpu("parts") else { return };
    let [_, (_, map), _] = lying();
    for (kind, volume) in kinds_of(PLANES, &map) {
        let [mut whole, mut small] = engines(gpu, &volume);
        for (section_name, section) in sections(volume.middle()) {
            for slab in [Slab::PLANE, Slab::new(40.0, Projection::Mean, 0.9)] {
                let size = (53, 141);
                let pass = ReformatPass::new(volume.clone(), &section, 0.61, size, slab, transform(&volume));
                let layer = of_section(&pass);
                let p_values = |engine: &mut Engine| engine.layer_p_values(&layer, size).expect("P-values");
                let [expected, found] = [p_values(&mut whole), p_values(&mut small)];
                let seen = expected.values.iter().flatten().count();
                assert!(seen > 300, "{kind} {section_name} {slab:?}: a picture of nothing, {seen}");
                assert!(expected == found, "{kind} {section_name} {slab:?}");
            }
        }
        let used = small.usage();
        assert!(used.volume_bytes <= budget(&volume) && used.volumes > 1, "{kind}: {used:?}");
    }
}

/// A volume that has no room, over one that has.
#[test]
fn on_screen_what_lies_over_a_picture_comes_in_parts_too() {
    let Some(gpu) = gpu("parts") else { return };
    let (large_layers, mut engine, _) = on_screen(gpu, 70);
    let (large, small) = (volume(&large_layers, |_| true), volume(&layers(70), |_| true));
    let section = Section::cardinal(CardinalPlane::Coronal, small.middle());
    let mut whole = Engine::headless(gpu).expect("an engine");
    for slab in [Slab::PLANE, Slab::new(20.0, Projection::Maximum, 0.8)] {
        let of = |volume: &Arc<Volume>| {
            ReformatPass::new(volume.clone(), &section, 1.7, SURFACE, slab, transform(volume))
        };
        let at_rest = ReformatPass { layer: Some(Box::new(of_section(&of(&large)))), ..of(&small) };
        let moving = ReformatPass { is_moving: true, ..at_rest.clone() };
        while !engine.prepare_reformat(SLOT, &moving).expect("drawn").is_complete {}
        assert_eq!(engine.progress(SLOT), Some(Progress::Moving));
        let coarse = seen(gpu, &engine, SLOT);
        let progress = frames(&mut engine, SLOT, &at_rest);
        let is_drawing = |progress: &Progress| matches!(progress, Progress::Drawing(_));
        assert!(!progress.is_empty() && progress.iter().all(is_drawing), "{progress:?}");
        let exact = levels(&mut whole, &at_rest);
        assert!(coarse != exact, "{slab:?}");
        assert!(seen(gpu, &engine, SLOT) == exact, "{slab:?}");
        let usage = engine.usage();
        assert!(usage.volume_bytes <= budget(&large), "{usage:?}");
        // It stays, and so does what is below.
        assert!(!engine.prepare_reformat(SLOT, &at_rest).expect("drawn").is_drawn);
        assert_eq!(engine.usage().plane_uploads, usage.plane_uploads);
    }
}

/// Neither of two has room, and parts of one take no room from the other.
#[test]
fn both_of_two_may_come_in_parts() {
    let Some(gpu) = gpu("parts") else { return };
    let tall = |first: u32| {
        let layers: Vec<_> = (0..400).map(|plane| layer((16, 16), first + plane, 4096, true)).collect();
        volume(&layers, |_| true)
    };
    let [below, above] = [tall(0), tall(1000)];
    let allowed = 16 * 16 * 400 * 2 * 6 / 10;
    let mut whole = Engine::headless(gpu).expect("an engine");
    let mut small = Engine::headless_within(gpu, allowed).expect("an engine");
    for (_, section) in sections(below.middle()) {
        let slab = Slab::new(9.0, Projection::Maximum, 0.8);
        let of = |volume: &Arc<Volume>| {
            ReformatPass::new(volume.clone(), &section, 16.0, SURFACE, slab, transform(volume))
        };
        let pass = ReformatPass { layer: Some(Box::new(of_section(&of(&above)))), ..of(&below) };
        frames(&mut small, SLOT, &pass);
        assert!(seen(gpu, &small, SLOT) == levels(&mut whole, &pass));
        let usage = small.usage();
        assert!(usage.volume_bytes <= allowed, "{usage:?}");
        // The copies of both are still there: nothing is sent for what moves from here.
        let moved = ReformatPass { is_moving: true, slab: Slab::PLANE, ..pass };
        assert!(small.prepare_reformat(SLOT, &moved).expect("drawn").is_complete);
        assert_eq!(small.usage().plane_uploads, usage.plane_uploads);
    }
}

/// A plane that comes, and one that is read again, is in the picture, whether the coarse copy has it or not.
#[test]
fn what_comes_later_is_drawn_too() {
    let Some(gpu) = gpu("parts") else { return };
    let (mut layers, mut engine, look) = on_screen(gpu, 0);
    look.store(1, Ordering::Relaxed);
    let mut whole = Engine::headless(gpu).expect("an engine");
    let mut pictures = Vec::new();
    for step in 0..4 {
        if step > 1 {
            // Of a copy of every other, one is a plane and one is not.
            layers[28 + step] = layer((64, 48), 900, 4096, true);
        }
        let volume = volume(&layers, |plane| step > 0 || plane != 33);
        let section = Section::cardinal(CardinalPlane::Coronal, volume.middle());
        let slab = Slab::new(20.0, Projection::Maximum, 0.8);
        let pass = ReformatPass::new(volume.clone(), &section, 1.7, SURFACE, slab, transform(&volume));
        let pass = ReformatPass { slab: Slab::PLANE, ..pass };
        frames(&mut engine, SLOT, &pass);
        let exact = levels(&mut whole, &pass);
        assert!(seen(gpu, &engine, SLOT) == exact, "{step}");
        assert!(!pictures.contains(&exact), "{step}: the same picture");
        pictures.push(exact);
    }
}

/// A plane of the copy that is read again is sent again: what moves is that of a card which never had the plane before.
#[test]
fn what_moves_shows_no_plane_as_it_was() {
    let Some(gpu) = gpu("parts") else { return };
    let (mut layers, mut engine, _) = on_screen(gpu, 0);
    let mut pictures = Vec::new();
    for step in 0..3 {
        if step > 0 {
            // Of every other plane, which the copy has.
            layers[27 + 2 * step] = layer((64, 48), 900, 4096, true);
        }
        let volume = volume(&layers, |_| true);
        let section = Section::cardinal(CardinalPlane::Coronal, volume.middle());
        let pass =
            ReformatPass::new(volume.clone(), &section, 1.3, (37, 121), Slab::PLANE, transform(&volume));
        let pass = ReformatPass { is_moving: true, ..pass };
        let [_, mut fresh] = engines(gpu, &volume);
        let [found, expected] =
            [&mut engine, &mut fresh].map(|engine| engine.reformat_p_values(&pass).expect("a picture"));
        assert!(engine.usage().volumes == 1 && found == expected, "{step}");
        assert!(!pictures.contains(&found), "{step}: the same picture");
        pictures.push(found);
    }
}

/// A plane that the copy would not have anyway is no less lacking.
#[test]
fn what_moves_is_not_interpolated_over_a_gap() {
    let Some(gpu) = gpu("parts") else { return };
    let (layers, mut engine, _) = on_screen(gpu, 0);
    for lacking in [33, 34] {
        let volume = volume(&layers, |plane| plane != lacking);
        let section = Section::cardinal(CardinalPlane::Coronal, volume.middle());
        let gray = transform(&volume);
        let pass = ReformatPass::new(volume.clone(), &section, 1.3, (37, 121), Slab::PLANE, gray);
        let pass = ReformatPass { is_moving: true, ..pass };
        let found = engine.reformat_p_values(&pass).expect("a picture");
        let hatched = (0..121).flat_map(|y| (0..37).map(move |x| (x, y)));
        let hatched = hatched.zip(&found.values).filter(|((x, y), p)| {
            // What moves has a pixel for four.
            **p == hotlight::render::hatching(x / 2, y / 2)
        });
        assert!(hatched.count() > 100, "{lacking}");
    }
}

/// Each goes through the sheaves the other way, a sheaf takes some frames, and there is room for one: none is sent away before it was
/// drawn from.
#[test]
fn viewports_take_turns_where_there_is_room_for_one_sheaf() {
    let Some(gpu) = gpu("parts") else { return };
    let (layers, mut engine, _) = on_screen_of(gpu, (320, 320), 200);
    let volume = volume(&layers, |_| true);
    let mut whole = Engine::headless(gpu).expect("an engine");
    let coronal = Section::cardinal(CardinalPlane::Coronal, volume.middle());
    let views: Vec<(Slot, ReformatPass)> = (0..)
        .zip([10.0, -10.0])
        .map(|(viewport, degrees)| {
            let section = coronal.turned(Vector::new(1.0, 0.0, 0.0), degrees);
            let gray = transform(&volume);
            let pass = ReformatPass::new(volume.clone(), &section, 3.3, SURFACE, Slab::PLANE, gray);
            (Slot { viewport, ..SLOT }, pass)
        })
        .collect();
    let mut lacking = usize::MAX;
    for _ in 0..2500 {
        let prepared = views.iter().map(|(slot, pass)| engine.prepare_reformat(*slot, pass).expect("drawn"));
        lacking = prepared.filter(|prepared| !prepared.is_complete).count();
        let usage = engine.usage();
        assert!(usage.volume_bytes <= budget(&volume), "{usage:?}");
        if lacking == 0 {
            break;
        }
    }
    assert_eq!(lacking, 0, "it comes to its end");
    for (slot, pass) in &views {
        let levels = whole.reformat_driving_levels(0, false, pass).expect("a picture");
        let exact: Vec<u8> = levels.values.iter().flat_map(|&[r, g, b]| [r, g, b, 255]).collect();
        assert!(seen(gpu, &engine, *slot) == exact, "{slot:?}");
    }
}

/// The copy of the one has room beside the other, and its sheaves have none: one of the two is refused, and nothing goes to and fro.
#[test]
fn what_has_no_room_beside_another_comes_to_rest() {
    let Some(gpu) = gpu("parts") else { return };
    let (large_layers, mut engine, _) = on_screen(gpu, 20);
    let large = volume(&large_layers, |_| true);
    let small_layers: Vec<_> = (0..15).map(|plane| layer((64, 48), 200 + plane, 4096, true)).collect();
    let small = volume(&small_layers, |_| true);
    let [of_small, of_large] = [&small, &large].map(|volume| pass(volume, Slab::PLANE));
    let beside = Slot { viewport: 9, ..SLOT };
    let mut uploads = 0;
    for frame in 0..240 {
        if frame == 200 {
            uploads = engine.usage().plane_uploads;
        }
        let outcomes = [(beside, &of_small), (SLOT, &of_large)]
            .map(|(slot, pass)| engine.prepare_reformat(slot, pass).is_ok_and(|drawn| drawn.is_complete));
        assert!(frame < 200 || outcomes.contains(&true), "{frame}: {outcomes:?}");
    }
    assert_eq!(engine.usage().plane_uploads, uploads, "it goes on for ever");
}

/// Four viewports of one volume share its sheaves, and each comes to its end; a small volume beside it stays where it is.
#[test]
fn viewports_share_what_is_there() {
    let Some(gpu) = gpu("parts") else { return };
    let (large_layers, mut engine, _) = on_screen(gpu, 20);
    let large = volume(&large_layers, |_| true);
    let small = volume(&layers(70), |_| true);
    let beside = Slot { viewport: 9, ..SLOT };
    let mut whole = Engine::headless(gpu).expect("an engine");
    let of_small = pass(&small, Slab::PLANE);
    let views: Vec<(Slot, ReformatPass)> = (0..)
        .zip(sections(large.middle()))
        .map(|(viewport, (_, section))| {
            let slab = Slab::new(9.0, Projection::Maximum, 0.8);
            let pass = ReformatPass::new(large.clone(), &section, 1.7, SURFACE, slab, transform(&large));
            (Slot { viewport, ..SLOT }, pass)
        })
        .collect();
    let mut lacking = usize::MAX;
    for _ in 0..2000 {
        assert!(engine.prepare_reformat(beside, &of_small).is_ok());
        let prepared = views.iter().map(|(slot, pass)| engine.prepare_reformat(*slot, pass).expect("drawn"));
        lacking = prepared.filter(|prepared| !prepared.is_complete).count();
        let usage = engine.usage();
        assert!(usage.volume_bytes <= budget(&large), "{usage:?}");
        if lacking == 0 {
            break;
        }
    }
    assert_eq!(lacking, 0, "it comes to its end");
    for (slot, pass) in &views {
        let exact = levels(&mut whole, pass);
        assert!(seen(gpu, &engine, *slot) == exact, "{slot:?}");
    }
    let small_planes = u64::try_from(small.slices().len()).expect("few");
    let before = engine.usage().plane_uploads;
    assert!(!engine.prepare_reformat(beside, &of_small).expect("drawn").is_drawn);
    assert_eq!(engine.usage().plane_uploads, before);
    assert!(before >= small_planes + u64::from(PLANES));
}

/// What not even a few planes of have room, alone or over another picture.
#[test]
fn what_is_refused_is_refused_in_words() {
    let Some(gpu) = gpu("parts") else { return };
    let planes: Vec<_> = (0..PLANES).map(|plane| layer((64, 48), plane, 4096, true)).collect();
    let large = volume(&planes, |_| true);
    let mut tiny = Engine::headless_within(gpu, budget(&large) / 3).expect("an engine");
    let refused = tiny.prepare_reformat(SLOT, &pass(&large, Slab::PLANE));
    assert!(matches!(refused, Err(GpuError::VolumeTooLarge { .. })), "{refused:?}");
    let small = volume(&layers(70), |_| true);
    let below = pass(&small, Slab::PLANE);
    let over = of_section(&pass(&large, Slab::PLANE));
    let fused = ReformatPass { layer: Some(Box::new(over)), ..below.clone() };
    assert!(tiny.prepare_reformat(SLOT, &below).is_ok());
    let refused = tiny.prepare_reformat(SLOT, &fused);
    assert!(matches!(refused, Err(GpuError::VolumeTooLarge { .. })), "{refused:?}");
    assert_eq!(tiny.usage().pictures, 0, "not without what is to lie there");
    assert!(large.slices().iter().all(|slice| matches!(slice, Some(Slice::Acquired(_)))));
}

//! Pictures of volumes by a clock: what moves is as coarse as the card is slow, and what rests comes part by part and is seen whole.
//! So it is with what lies over a picture, which is always of the same place.
//!
//! The clock is made up: it goes on only where a test says so, and then as if the card had taken so long.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use hotlight::geometry::{Map, Sampling};
use hotlight::render::gpu::{Engine, Gpu, Prepared, Progress, Timer};
use hotlight::render::{Coarseness, LayerPass, ReformatPass};
use hotlight::volume::{Projection, Slab, Volume};

use super::harness::{gpu, noise, one_to_one, soft_tissue};
use super::layers::of_section;
use super::surface::{SURFACE, painted_by, whole_surface};
use super::volumes::{SLOT, layers, pass, volume};

struct Timed<'a> {
    gpu: &'a Gpu,
    engine: Engine,
    now_ms: Arc<AtomicU64>,
    /// The clock goes on so far whenever it is looked at.
    look_ms: Arc<AtomicU64>,
}

impl<'a> Timed<'a> {
    fn new(gpu: &'a Gpu) -> Self {
        let mut engine = Engine::headless(gpu).expect("an engine");
        let now_ms = Arc::new(AtomicU64::new(7));
        let look_ms = Arc::new(AtomicU64::new(0));
        let (clock, look) = (Arc::clone(&now_ms), Arc::clone(&look_ms));
        #[expect(clippy::cast_precision_loss, reason = "small")]
        engine.set_timer(Some(Timer::new(move || {
            clock.fetch_add(look.load(Ordering::Relaxed), Ordering::Relaxed) as f64
        })));
        Self { gpu, engine, now_ms, look_ms }
    }

    /// One frame, for which the card takes so long.
    fn frame(&mut self, pass: &ReformatPass, takes_ms: u64) -> (Prepared, Option<Progress>) {
        let prepared = self.engine.prepare_reformat(SLOT, pass).expect("drawn");
        self.now_ms.fetch_add(takes_ms, Ordering::Relaxed);
        Gpu::wait(&self.gpu.device).expect("done");
        (prepared, self.engine.progress(SLOT))
    }

    fn seen(&self) -> Vec<u8> {
        let rgba = wgpu::TextureFormat::Rgba8Unorm;
        let (is_there, pixels) = painted_by(self.gpu, rgba, |render_pass| {
            self.engine.paint(SLOT, (0, 0), whole_surface(), false, render_pass)
        });
        assert!(is_there);
        pixels
    }

    /// What is seen of a pass that is drawn so coarsely.
    fn expected(&mut self, pass: &ReformatPass, coarseness: Coarseness) -> Vec<u8> {
        let small = pass.drawn(coarseness);
        let levels = self.engine.reformat_driving_levels(0, false, &small).expect("a picture");
        let side = coarseness.pixels;
        let pixels = (0..SURFACE.1).flat_map(|y| (0..SURFACE.0).map(move |x| (x / side, y / side)));
        let at = |(x, y)| levels.values[(y * levels.width + x) as usize];
        pixels.map(at).flat_map(|[red, green, blue]| [red, green, blue, 255]).collect()
    }

    /// The same of a pass and of what lies over it.
    fn expected_over(&mut self, pass: &ReformatPass, below: Coarseness, above: Coarseness) -> Vec<u8> {
        let layer = pass.layer.as_deref().expect("a layer");
        let below = self.expected(&ReformatPass { layer: None, ..pass.clone() }, below);
        self.laid(&below, layer, above)
    }

    /// What is seen where a layer that is drawn so coarsely lies over a picture.
    fn laid(&mut self, below: &[u8], layer: &LayerPass, coarseness: Coarseness) -> Vec<u8> {
        let small = LayerPass {
            voxel_from_view: coarseness.map(&layer.voxel_from_view),
            slab: coarseness.slab(layer.slab),
            ..layer.clone()
        };
        let drawn = self.engine.layer_p_values(&small, coarseness.view_size(SURFACE)).expect("P-values");
        let side = coarseness.pixels;
        let pixels = (0..SURFACE.1).flat_map(|y| (0..SURFACE.0).map(move |x| (x / side, y / side)));
        let p_values = pixels.map(|(x, y)| drawn.values[(y * drawn.width + x) as usize]);
        let both = p_values.zip(below.as_chunks::<4>().0);
        let mixed = both.flat_map(|(p, &[red, green, blue, opaque])| {
            let under = [red, green, blue];
            let [red, green, blue] = p.map_or(under, |p| layer.over(p, under.map(f64::from)));
            [red, green, blue, opaque]
        });
        mixed.collect()
    }

    /// Frames until all of a picture is there, of which the reader does something in every other; what was seen, one after
    /// another.
    fn until_whole(&mut self, mut prepare: impl FnMut(&mut Engine) -> Prepared) -> Vec<Vec<u8>> {
        let mut pictures = vec![self.seen()];
        for frame in 0..400 {
            let is_hurried = frame % 2 == 1;
            self.engine.set_hurried(is_hurried);
            let before_ms = self.now_ms.load(Ordering::Relaxed);
            let prepared = prepare(&mut self.engine);
            let took_ms = self.now_ms.load(Ordering::Relaxed) - before_ms;
            assert!(took_ms <= if is_hurried { 180 } else { 420 }, "{took_ms}");
            let seen = self.seen();
            if pictures.last() != Some(&seen) {
                pictures.push(seen);
            }
            let progress = self.engine.progress(SLOT);
            if prepared.is_complete {
                assert_eq!(progress, None);
                return pictures;
            }
            assert!(matches!(progress, Some(Progress::Drawing(0..100))), "{progress:?}");
        }
        panic!("it does not end");
    }
}

const DRAWN: Prepared = Prepared { is_drawn: true, is_complete: true };
const UNDER_WAY: Prepared = Prepared { is_drawn: false, is_complete: false };

/// 64 × 48 device pixels and 4096 planes.
fn slab(volume: &Arc<Volume>) -> ReformatPass {
    let slab = Slab::new(4096.0 * 0.01, Projection::Maximum, 0.01);
    ReformatPass { view_size: SURFACE, ..pass(volume, slab) }
}

/// The same, so many tenths of a device pixel aside.
fn aside(pass: &ReformatPass, step: f64) -> ReformatPass {
    let map = pass.voxel_from_view;
    let origin = map.origin() + map.x_axis() * (step * 0.1);
    let voxel_from_view = Map::from_axes(map.x_axis(), map.y_axis(), map.z_axis(), origin);
    ReformatPass { voxel_from_view, ..pass.clone() }
}

/// A slab of one volume over that of another, so many tenths of a device pixel aside.
fn fused([below, above]: &[Arc<Volume>; 2], step: f64, is_moving: bool) -> ReformatPass {
    let layer = of_section(&aside(&slab(above), step));
    ReformatPass { is_moving, layer: Some(Box::new(layer)), ..aside(&slab(below), step) }
}

#[test]
fn what_moves_is_as_coarse_as_the_card_is_slow() {
    let Some(gpu) = gpu("pace") else { return };
    let volume = volume(&layers(0), |_| true);
    let moving = |step: f64| ReformatPass { is_moving: true, ..aside(&slab(&volume), step) };
    let mut timed = Timed::new(gpu);
    let slowest = *Coarseness::LEVELS.last().expect("levels");
    // Of a card that takes a second for whatever it is given.
    for step in 0..9 {
        let (prepared, progress) = timed.frame(&moving(f64::from(step)), 1000);
        assert_eq!((prepared, progress), (DRAWN, Some(Progress::Moving)), "{step}");
    }
    assert_eq!(timed.seen(), timed.expected(&moving(8.0), slowest));
    // Of one that takes a moment it is soon that at rest, which then need not be drawn again.
    for step in 9..30 {
        timed.frame(&moving(f64::from(step)), 1);
    }
    assert_eq!(timed.seen(), timed.expected(&moving(29.0), Coarseness::EXACT));
    let at_rest = ReformatPass { is_moving: false, ..moving(29.0) };
    assert_eq!(timed.frame(&at_rest, 1), (Prepared { is_drawn: false, is_complete: true }, None));
}

/// Never a mixture of two pictures, and never one of before.
#[test]
fn a_long_picture_comes_part_by_part_and_is_seen_whole() {
    let Some(gpu) = gpu("pace") else { return };
    let volume = volume(&layers(0), |_| true);
    let first = slab(&volume);
    let second = ReformatPass { slab: Slab { projection: Projection::Mean, ..first.slab }, ..first.clone() };
    let mut timed = Timed::new(gpu);
    // It moves on a card that takes a second for it, and comes to rest.
    let moving = ReformatPass { is_moving: true, ..first.clone() };
    timed.frame(&moving, 1000);
    timed.frame(&ReformatPass { slab: second.slab, ..moving.clone() }, 1000);
    let (prepared, progress) = timed.frame(&moving, 100);
    assert_eq!((prepared, progress), (DRAWN, Some(Progress::Moving)));
    let coarse = timed.seen();
    let exact = timed.expected(&first, Coarseness::EXACT);
    assert_ne!(coarse, exact);
    // Each band takes as long as it may: four fit into a frame that nobody waits for, one into any other.
    timed.look_ms.store(60, Ordering::Relaxed);
    let (mut frames, mut parts) = (0, 0);
    loop {
        let is_hurried = frames % 2 == 1;
        timed.engine.set_hurried(is_hurried);
        let before_ms = timed.now_ms.load(Ordering::Relaxed);
        let (prepared, progress) = timed.frame(&first, 1000);
        let took_ms = timed.now_ms.load(Ordering::Relaxed) - before_ms - 1000;
        assert!(took_ms <= if is_hurried { 180 } else { 420 }, "{took_ms}");
        frames += 1;
        parts += took_ms / 60 - 1;
        if prepared == DRAWN {
            assert_eq!(progress, None);
            break;
        }
        assert!(matches!(progress, Some(Progress::Drawing(1..100))), "{progress:?}");
        assert_eq!(prepared, UNDER_WAY);
        assert_eq!(timed.seen(), coarse);
    }
    // However long the rest of a frame takes, it is not the bands that are slow.
    assert!((6..=48).contains(&parts) && frames * 2 <= parts, "{frames}: {parts}");
    timed.engine.set_hurried(true);
    assert_eq!(timed.seen(), exact);
    assert_eq!(timed.frame(&first, 1), (Prepared { is_drawn: false, is_complete: true }, None));
    // Another that is asked for at rest, with no motion before: seen at once, coarsely. A third one takes its place.
    timed.frame(&second, 500);
    let coarse = timed.seen();
    assert_ne!(coarse, exact);
    assert_eq!(timed.engine.progress(SLOT), Some(Progress::Drawing(0)));
    assert_eq!(timed.frame(&second, 200).0, UNDER_WAY);
    assert_eq!(timed.seen(), coarse);
    assert!(timed.frame(&first, 200).0.is_drawn);
    while timed.frame(&first, 30).0 == UNDER_WAY {
        assert_ne!(timed.seen(), coarse);
    }
    assert_eq!(timed.seen(), exact);
    assert_eq!(timed.engine.usage().pictures, 1);
    timed.engine.forget(SLOT);
    assert_eq!((timed.engine.progress(SLOT), timed.engine.usage().pictures), (None, 0));
}

#[test]
fn what_lies_over_a_picture_that_moves_is_as_coarse() {
    let Some(gpu) = gpu("pace") else { return };
    let volumes = [0, 50].map(|first| volume(&layers(first), |_| true));
    let moving = |step| fused(&volumes, step, true);
    let mut timed = Timed::new(gpu);
    let slowest = *Coarseness::LEVELS.last().expect("levels");
    for step in 0..9 {
        let (prepared, progress) = timed.frame(&moving(f64::from(step)), 1000);
        assert_eq!((prepared, progress), (DRAWN, Some(Progress::Moving)), "{step}");
        // Both are of one place in every frame, whatever the card is at.
        let level = timed.engine.coarseness(SLOT).expect("one");
        assert!(timed.seen() == timed.expected_over(&moving(f64::from(step)), level, level), "{step}");
    }
    assert_eq!(timed.engine.coarseness(SLOT), Some(slowest));
    for step in 9..30 {
        timed.frame(&moving(f64::from(step)), 1);
    }
    assert!(timed.seen() == timed.expected_over(&moving(29.0), Coarseness::EXACT, Coarseness::EXACT));
    let at_rest = fused(&volumes, 29.0, false);
    assert_eq!(timed.frame(&at_rest, 1), (Prepared { is_drawn: false, is_complete: true }, None));
}

/// The picture below becomes exact and then the one over it, each band by band and seen whole, and neither over another place.
#[test]
fn what_lies_over_a_long_picture_comes_after_it() {
    let Some(gpu) = gpu("pace") else { return };
    let volumes = [0, 50].map(|first| volume(&layers(first), |_| true));
    let mut timed = Timed::new(gpu);
    for step in [3.0, 2.0, 0.0] {
        timed.frame(&fused(&volumes, step, true), 1000);
    }
    let first = fused(&volumes, 0.0, false);
    let level = timed.engine.coarseness(SLOT).expect("one");
    let exact = Coarseness::EXACT;
    let expected = [(level, level), (exact, level), (exact, exact)]
        .map(|(below, above)| timed.expected_over(&first, below, above));
    timed.look_ms.store(60, Ordering::Relaxed);
    let pictures = timed.until_whole(|engine| engine.prepare_reformat(SLOT, &first).expect("drawn"));
    assert!(pictures == expected, "{} pictures", pictures.len());
    assert_eq!(timed.frame(&first, 1), (Prepared { is_drawn: false, is_complete: true }, None));
    // All at once elsewhere, with no motion: both are there in that frame, coarsely; and so it is on the way back.
    let second = fused(&volumes, 30.0, false);
    for pass in [&second, &first, &second] {
        let (prepared, progress) = timed.frame(pass, 1000);
        assert_eq!((prepared.is_drawn, prepared.is_complete), (true, false));
        assert_eq!(progress, Some(Progress::Drawing(0)));
        let level = timed.engine.coarseness(SLOT).expect("one");
        assert!(timed.seen() == timed.expected_over(pass, level, level));
    }
    timed.until_whole(|engine| engine.prepare_reformat(SLOT, &second).expect("drawn"));
    assert!(timed.seen() == timed.expected_over(&second, exact, exact));
    // Of a picture that becomes another one below, what lies over it stays as it is.
    let mut other = second.clone();
    other.slab.projection = Projection::Mean;
    timed.frame(&other, 1000);
    let level = timed.engine.coarseness(SLOT).expect("one");
    assert!(timed.seen() == timed.expected_over(&other, level, exact));
    // And what is taken away is gone at once, with what was begun of it.
    let bare = ReformatPass { layer: None, ..other };
    timed.frame(&bare, 1000);
    assert!(timed.seen() == timed.expected(&bare, level));
    timed.engine.forget(SLOT);
    assert_eq!((timed.engine.progress(SLOT), timed.engine.usage().pictures), (None, 0));
}

/// An image is drawn at once, what lies over it when there is time.
#[test]
fn what_lies_over_an_image_is_coarse_first_and_then_exact() {
    let Some(gpu) = gpu("pace") else { return };
    let volume = volume(&layers(50), |_| true);
    let frame = noise(SURFACE.0, SURFACE.1, true);
    let image = one_to_one(&frame, soft_tissue());
    let mut timed = Timed::new(gpu);
    let levels = timed.engine.driving_levels(0, false, &image, &frame).expect("levels").values;
    let below: Vec<u8> = levels.iter().flat_map(|&[red, green, blue]| [red, green, blue, 255]).collect();
    let layer = |step| of_section(&aside(&slab(&volume), step));
    // From image to image, on a card that takes a second for it.
    for step in [9.0, 5.0, 0.0] {
        let pass = image.clone().under(layer(step));
        timed.engine.prepare(SLOT, &pass, &frame).expect("drawn");
        timed.now_ms.fetch_add(1000, Ordering::Relaxed);
        Gpu::wait(&gpu.device).expect("done");
    }
    assert_eq!(timed.engine.progress(SLOT), Some(Progress::Drawing(0)));
    let level = timed.engine.coarseness(SLOT).expect("one");
    let expected = [level, Coarseness::EXACT].map(|above| timed.laid(&below, &layer(0.0), above));
    timed.look_ms.store(60, Ordering::Relaxed);
    let pass = image.clone().under(layer(0.0));
    let pictures = timed.until_whole(|engine| engine.prepare(SLOT, &pass, &frame).expect("drawn"));
    assert!(pictures == expected, "{} pictures", pictures.len());
    // Without it nothing is left of it.
    timed.engine.prepare(SLOT, &image, &frame).expect("drawn");
    assert_eq!((timed.engine.progress(SLOT), timed.engine.coarseness(SLOT)), (None, None));
    assert!(timed.seen() == below);
}

/// What is sent and waited for is no part of it, and each picture counts once.
#[test]
fn the_card_tells_how_long_it_worked() {
    let Some(gpu) = gpu("pace") else { return };
    let mut engine = Engine::headless(gpu).expect("an engine");
    let volume = volume(&layers(0), |_| true);
    let pass = slab(&volume);
    assert!(engine.prepare_reformat(SLOT, &pass).expect("drawn").is_drawn);
    assert_eq!(engine.take_card_time(), Ok(None), "nobody asked");
    if !engine.time_by_card() {
        assert!(!gpu.adapter.is_software, "the software rasteriser has a clock");
        return;
    }
    #[expect(clippy::disallowed_methods, reason = "by another clock than the card's")]
    let begun = Instant::now();
    for is_moving in [false, true] {
        let slab = Slab { planes: pass.slab.planes - 1, ..pass.slab };
        let pass = ReformatPass { is_moving, slab, ..pass.clone() };
        let pass = if is_moving { ReformatPass { sampling: Sampling::Cubic, ..pass } } else { pass };
        assert!(engine.prepare_reformat(SLOT, &pass).expect("drawn").is_drawn);
        let worked = engine.take_card_time().expect("a time").expect("a picture");
        assert!(worked > Duration::from_micros(20) && worked < begun.elapsed(), "{worked:?}");
        assert!(!engine.prepare_reformat(SLOT, &pass).expect("drawn").is_drawn);
        assert_eq!(engine.take_card_time(), Ok(None), "nothing was drawn");
    }
}

//! What was found in a volume that the card has no room for: kept for other windows, and let go with the viewport.

use std::sync::Arc;

use hotlight::geometry::{CardinalPlane, Section};
use hotlight::grayscale::{GrayTransform, VoiFunction};
use hotlight::render::ReformatPass;
use hotlight::render::gpu::{Engine, Prepared, Progress, Slot};
use hotlight::volume::{Projection, Slab, Volume};

use super::harness::{gpu, noise, one_to_one, soft_tissue, window};
use super::layers::of_section;
use super::parts::{frames, levels, on_screen, seen};
use super::reformat::transform;
use super::surface::SURFACE;
use super::volumes::{SLOT, layers, volume};

const DRAWN: Prepared = Prepared { is_drawn: true, is_complete: true };

/// A slab through a volume, through such a share of the window that shows all of it.
fn through(volume: &Arc<Volume>, share: f64) -> ReformatPass {
    let all = transform(volume);
    let narrow = window(all.window.center(), all.window.width() * share, VoiFunction::LinearExact);
    let section = Section::cardinal(CardinalPlane::Coronal, volume.middle());
    let slab = Slab::new(20.0, Projection::Mean, 0.8);
    let gray = GrayTransform { window: narrow, ..all };
    ReformatPass::new(volume.clone(), &section, 1.7, SURFACE, slab, gray)
}

/// How much of a viewport's picture is drawn, once it is a part of it.
fn begin(engine: &mut Engine, slot: Slot, pass: &ReformatPass) -> u32 {
    for _ in 0..1000 {
        assert!(!engine.prepare_reformat(slot, pass).expect("drawn").is_complete);
        if let Some(Progress::Drawing(percent @ 20..)) = engine.progress(slot) {
            return percent;
        }
    }
    panic!("it does not begin")
}

/// At rest and while it is dragged: nothing is sent again, and nothing is coarse.
#[test]
fn through_another_window_a_picture_is_exact_at_once() {
    let Some(gpu) = gpu("found") else { return };
    let (planes, mut engine, _) = on_screen(gpu, 70);
    let divided = volume(&planes, |_| true);
    let mut whole = Engine::headless(gpu).expect("an engine");
    frames(&mut engine, SLOT, &through(&divided, 1.0));
    let uploads = engine.usage().plane_uploads;
    for (share, is_moving) in [(0.7, true), (0.5, true), (0.6, false), (1.0, false)] {
        let at_rest = through(&divided, share);
        let pass = ReformatPass { is_moving, ..at_rest.clone() };
        assert_eq!(engine.prepare_reformat(SLOT, &pass), Ok(DRAWN), "{share}");
        assert_eq!((engine.progress(SLOT), engine.usage().plane_uploads), (None, uploads), "{share}");
        assert!(seen(gpu, &engine, SLOT) == levels(&mut whole, &at_rest), "{share}");
    }
    // Of another slab nothing is known.
    let pass = through(&divided, 1.0);
    let slab = Slab { projection: Projection::Maximum, ..pass.slab };
    let moving = ReformatPass { slab, is_moving: true, ..pass };
    assert_eq!(engine.prepare_reformat(SLOT, &moving), Ok(DRAWN));
    assert_eq!(engine.progress(SLOT), Some(Progress::Moving));
    let at_rest = ReformatPass { is_moving: false, ..moving };
    frames(&mut engine, SLOT, &at_rest);
    assert!(seen(gpu, &engine, SLOT) == levels(&mut whole, &at_rest));
}

#[test]
fn what_lies_over_a_picture_is_exact_at_once_through_another_window() {
    let Some(gpu) = gpu("found") else { return };
    let (planes, mut engine, _) = on_screen(gpu, 70);
    let (divided, small) = (volume(&planes, |_| true), volume(&layers(70), |_| true));
    let mut whole = Engine::headless(gpu).expect("an engine");
    let pass = |share| {
        let layer = of_section(&through(&divided, share));
        ReformatPass { layer: Some(Box::new(layer)), ..through(&small, 1.0) }
    };
    frames(&mut engine, SLOT, &pass(1.0));
    for share in [0.7, 0.4] {
        assert_eq!(engine.prepare_reformat(SLOT, &pass(share)), Ok(DRAWN), "{share}");
        assert!(seen(gpu, &engine, SLOT) == levels(&mut whole, &pass(share)), "{share}");
    }
}

/// It is seen through the window that is asked for in each frame, and goes on from where it was.
#[test]
fn a_picture_that_is_begun_goes_on_through_another_window() {
    let Some(gpu) = gpu("found") else { return };
    let (planes, mut engine, _) = on_screen(gpu, 70);
    let divided = volume(&planes, |_| true);
    let mut whole = Engine::headless(gpu).expect("an engine");
    let begun = begin(&mut engine, SLOT, &through(&divided, 1.0));
    let mut before = seen(gpu, &engine, SLOT);
    for share in [0.5, 1.0, 0.5] {
        let prepared = engine.prepare_reformat(SLOT, &through(&divided, share)).expect("drawn");
        assert_eq!(prepared, Prepared { is_drawn: true, is_complete: false }, "{share}");
        let coarse = seen(gpu, &engine, SLOT);
        assert!(coarse != before, "{share}");
        before = coarse;
    }
    let pass = through(&divided, 0.5);
    let progress = frames(&mut engine, SLOT, &pass);
    assert!(
        matches!(progress.first(), Some(Progress::Drawing(percent)) if *percent >= begun),
        "{progress:?}"
    );
    assert!(seen(gpu, &engine, SLOT) == levels(&mut whole, &pass));
}

/// Of two viewports of a window one goes; another window does not draw meanwhile, and keeps what it has.
#[test]
fn what_is_begun_is_let_go_with_its_viewport() {
    let Some(gpu) = gpu("found") else { return };
    let (planes, mut engine, _) = on_screen(gpu, 70);
    let divided = volume(&planes, |_| true);
    let mut whole = Engine::headless(gpu).expect("an engine");
    let pass = through(&divided, 1.0);
    let (gone, elsewhere) = (Slot { viewport: 1, ..SLOT }, Slot { screen: 5, ..SLOT });
    for slot in [gone, elsewhere] {
        begin(&mut engine, slot, &pass);
    }
    let frame = noise(8, 8, true);
    for _ in 0..3 {
        assert!(engine.progress(gone).is_some());
        engine.prepare(SLOT, &one_to_one(&frame, soft_tissue()), &frame).expect("drawn");
    }
    assert_eq!(engine.progress(gone), None);
    assert!(engine.progress(elsewhere).is_some());
    for slot in [gone, elsewhere] {
        frames(&mut engine, slot, &pass);
        assert!(seen(gpu, &engine, slot) == levels(&mut whole, &pass), "{slot:?}");
    }
}

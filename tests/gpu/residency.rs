//! Memory on the card is bounded, and nothing is drawn twice.

use std::sync::Arc;

use hotlight::command::Filter;
use hotlight::dicom::{Frame, LookupTable, Pixels};
use hotlight::grayscale::{Curve, GrayTransform, ModalityLut, Polarity, Voi, VoiFunction};
use hotlight::render::gpu::{Engine, GpuError, Slot};
use hotlight::render::{PixelTransform, Sampling, SlicePass};

use super::harness::{
    colors, every_word, gpu, gray, key, noise, one_to_one, pass, real_noise, soft_tissue, window,
};

const SLOT: Slot = Slot { screen: 0, viewport: 0 };
const RGBA: wgpu::TextureFormat = wgpu::TextureFormat::Rgba8Unorm;

#[test]
fn a_hundred_frames_pass_through_a_budget_of_ten() {
    let Some(gpu) = gpu("residency") else { return };
    let frame = noise(64, 64, false);
    let budget = frame.bytes() * 10;
    let mut engine = Engine::new(gpu, RGBA, budget).expect("an engine");
    let show = |engine: &mut Engine, number| {
        let pass = SlicePass { frame: key(number), ..one_to_one(&frame, soft_tissue()) };
        assert!(engine.prepare(SLOT, &pass, &frame).expect("drawn").is_drawn, "frame {number}");
        assert!(engine.usage().frame_bytes <= budget, "{:?}", engine.usage());
    };
    for number in 0..100 {
        show(&mut engine, number);
    }
    assert_eq!((engine.usage().frames, engine.usage().uploads), (10, 100));
    // Back through the ten that are left, then to one that is gone.
    for number in (90..99).rev() {
        show(&mut engine, number);
    }
    assert_eq!(engine.usage().uploads, 100, "what is there is not sent again");
    show(&mut engine, 0);
    assert_eq!((engine.usage().frames, engine.usage().uploads), (10, 101));
    // 99 was the longest unused.
    show(&mut engine, 98);
    assert_eq!(engine.usage().uploads, 101);
    show(&mut engine, 99);
    assert_eq!(engine.usage().uploads, 102);
}

/// Through windows, tables and both, at pixels and between: a picture each, and the pixels of the first.
#[test]
fn a_change_of_window_draws_once_and_sends_no_pixels() {
    let Some(gpu) = gpu("residency") else { return };
    let frame = noise(64, 64, false);
    let mut engine = Engine::new(gpu, RGBA, 1 << 20).expect("an engine");
    let table = LookupTable::new(0, (0..=u16::MAX).rev().collect(), 16).map(Arc::new).expect("a table");
    let voi = Voi::of_table(Arc::clone(&table));
    for step in [1.0, 0.5] {
        let mut uploads = None;
        for width in [100.0, 200.0, 300.0] {
            let window = window(500.0, width, VoiFunction::Linear);
            for curve in [None, Curve::of(&voi, None), Curve::of(&voi, Some(&table))] {
                let gray = GrayTransform { curve, ..gray(window, Polarity::Identity) };
                let sampling = if step < 1.0 { Sampling::Linear } else { Sampling::Nearest };
                let pass =
                    pass(&frame, (64, 64), (step, step), (0.0, 0.0), sampling, PixelTransform::Gray(gray));
                assert!(
                    engine.prepare(SLOT, &pass, &frame).expect("drawn").is_drawn,
                    "another window is drawn"
                );
                assert!(!engine.prepare(SLOT, &pass, &frame).expect("there").is_drawn, "and only once");
                let sent = engine.usage().uploads;
                assert_eq!(*uploads.get_or_insert(sent), sent, "{width} at {step}");
            }
        }
        assert_eq!(uploads, Some(1), "words are the same at pixels and between");
    }
}

/// A word takes 2 bytes, a colour 4, a real value 8.
#[test]
fn frames_of_every_kind_count_with_their_own_bytes() {
    let Some(gpu) = gpu("residency") else { return };
    let frames = [noise(64, 64, false), colors(64, 64), real_noise(64, 64, 0.0, 1.0)];
    let mut engine = Engine::new(gpu, RGBA, 64 * 64 * (2 + 4 + 8)).expect("an engine");
    let show = |engine: &mut Engine, number, frame: &Arc<Frame>| {
        let transform = match number {
            1 => PixelTransform::Color { is_inverted: false },
            _ => soft_tissue(),
        };
        let pass = SlicePass { frame: key(number), ..one_to_one(frame, transform) };
        engine.prepare(SLOT, &pass, frame).expect("drawn");
        (engine.usage().frames, engine.usage().frame_bytes)
    };
    let used: Vec<_> = (0..).zip(&frames).map(|(number, frame)| show(&mut engine, number, frame)).collect();
    assert_eq!(used, [(1, 8192), (2, 8192 + 16_384), (3, 8192 + 16_384 + 32_768)]);
    // One more word frame drives out the first, and no more.
    let [words, ..] = &frames;
    assert_eq!(show(&mut engine, 3, words), (3, 8192 + 16_384 + 32_768));
}

#[test]
fn gray_tables_are_bounded_and_kept() {
    let Some(gpu) = gpu("residency") else { return };
    let mut engine = Engine::headless(gpu).expect("an engine");
    let frame = noise(8, 8, false);
    for center in 0..40 {
        let window = window(f64::from(center), 400.0, VoiFunction::Linear);
        let pass = one_to_one(&frame, PixelTransform::Gray(gray(window, Polarity::Identity)));
        engine.prepare(SLOT, &pass, &frame).expect("drawn");
    }
    assert_eq!(engine.usage().tables, 32);
}

#[test]
fn viewports_that_nobody_forgets_are_bounded() {
    let Some(gpu) = gpu("residency") else { return };
    let mut engine = Engine::headless(gpu).expect("an engine");
    let frame = noise(4, 4, false);
    let pass = one_to_one(&frame, soft_tissue());
    for viewport in 0..600 {
        engine.prepare(Slot { viewport, ..SLOT }, &pass, &frame).expect("drawn");
    }
    assert_eq!(engine.usage().pictures, 512);
    assert!(
        !engine.prepare(Slot { viewport: 599, ..SLOT }, &pass, &frame).expect("there").is_drawn,
        "the latest"
    );
    assert!(
        engine.prepare(Slot { viewport: 0, ..SLOT }, &pass, &frame).expect("drawn").is_drawn,
        "the first"
    );
}

#[test]
fn nothing_is_drawn_twice() {
    let Some(gpu) = gpu("residency") else { return };
    let mut engine = Engine::headless(gpu).expect("an engine");
    let frame = noise(32, 32, false);
    let pass = one_to_one(&frame, soft_tissue());
    assert!(engine.prepare(SLOT, &pass, &frame).expect("drawn").is_drawn);
    assert!(!engine.prepare(SLOT, &pass, &frame).expect("there").is_drawn);
    let other = Slot { viewport: 1, ..SLOT };
    assert!(engine.prepare(other, &pass, &frame).expect("drawn").is_drawn, "another viewport");
    let sharpened = SlicePass { filter: Filter::Sharpen, ..pass.clone() };
    assert!(engine.prepare(SLOT, &sharpened, &frame).expect("drawn").is_drawn, "filtered");
    let moved = SlicePass { view_size: (31, 32), ..pass.clone() };
    assert!(engine.prepare(SLOT, &moved, &frame).expect("drawn").is_drawn, "another size");
    assert!(engine.prepare(SLOT, &pass, &frame).expect("drawn").is_drawn, "back again");
    engine.forget(SLOT);
    assert!(engine.prepare(SLOT, &pass, &frame).expect("drawn").is_drawn, "forgotten");
}

/// A file that was read again, as when it was copied while it was opened: the same key, other pixels.
#[test]
fn other_pixels_under_the_same_key_are_sent_again() {
    let Some(gpu) = gpu("residency") else { return };
    let mut engine = Engine::headless(gpu).expect("an engine");
    let (before, after) = (noise(256, 256, false), every_word(false));
    let pass = one_to_one(&before, soft_tissue());
    assert!(engine.prepare(SLOT, &pass, &before).expect("drawn").is_drawn);
    assert!(engine.prepare(SLOT, &pass, &after).expect("drawn").is_drawn);
    assert_eq!((engine.usage().frames, engine.usage().uploads), (1, 2));
    let shown = engine.p_values(&pass, &after).expect("a picture");
    assert_eq!(shown, hotlight::render::cpu::p_values(&pass, &after));
}

/// A thumbnail's pixels beside those of its image, both on screen, drawn anew by turns: each is sent once.
#[test]
fn a_reduced_copy_does_not_drive_out_its_frame() {
    let Some(gpu) = gpu("residency") else { return };
    let mut engine = Engine::headless(gpu).expect("an engine");
    let (whole, reduced) = (noise(64, 48, false), noise(16, 12, false));
    let turned = noise(48, 64, false);
    for center in 0..4 {
        let window = window(f64::from(center), 400.0, VoiFunction::Linear);
        let transform = PixelTransform::Gray(gray(window, Polarity::Identity));
        for (viewport, frame) in [(0, &whole), (1000, &reduced), (1001, &turned)] {
            let slot = Slot { viewport, ..SLOT };
            assert!(
                engine.prepare(slot, &one_to_one(frame, transform.clone()), frame).expect("drawn").is_drawn
            );
        }
    }
    assert_eq!((engine.usage().frames, engine.usage().uploads), (3, 3));
    let bytes = [&whole, &reduced, &turned].map(|frame| frame.bytes());
    assert_eq!(engine.usage().frame_bytes, bytes.iter().sum::<u64>());
}

#[test]
fn a_frame_beyond_the_budget_is_refused_in_words() {
    let Some(gpu) = gpu("residency") else { return };
    let frame = noise(64, 64, false);
    let mut engine = Engine::new(gpu, RGBA, frame.bytes() - 1).expect("an engine");
    let pass = one_to_one(&frame, soft_tissue());
    let error = engine.prepare(SLOT, &pass, &frame).expect_err("too large");
    assert_eq!(
        error.to_string(),
        "a frame of 64 × 64 is too large for the graphics adapter (8191 bytes for all frames)"
    );
    assert_eq!(engine.usage().frames, 0);
}

#[test]
fn what_no_texture_holds_is_refused_in_words() {
    let Some(gpu) = gpu("residency") else { return };
    let mut engine = Engine::headless(gpu).expect("an engine");
    let side = gpu.device.limits().max_texture_dimension_2d;
    let frame = noise(side + 1, 1, false);
    let wide = one_to_one(&frame, soft_tissue());
    let is_too_large = |result| matches!(result, Err(GpuError::TooLarge { .. }));
    assert!(is_too_large(engine.p_values(&wide, &frame).map(drop)), "picture and frame");
    let small = SlicePass { view_size: (8, 8), ..wide.clone() };
    assert!(is_too_large(engine.p_values(&small, &frame).map(drop)), "frame");
    assert!(is_too_large(engine.prepare(SLOT, &wide, &frame).map(drop)), "on screen");
    let all = SlicePass { view_size: (side, side), ..wide };
    assert!(is_too_large(engine.modality_values(&all, &noise(8, 8, false)).map(drop)), "to read back");
}

#[test]
fn a_frame_that_is_not_the_planned_one_is_refused() {
    let Some(gpu) = gpu("residency") else { return };
    let mut engine = Engine::headless(gpu).expect("an engine");
    let frame = noise(16, 16, false);
    let pass = one_to_one(&frame, soft_tissue());
    let mut short = (*frame).clone();
    let Pixels::Words { words, .. } = &mut short.pixels else { panic!("words") };
    words.pop();
    for wrong in [Arc::new(short), noise(16, 15, false)] {
        assert!(matches!(engine.p_values(&pass, &wrong), Err(GpuError::Frame { .. })));
    }
}

/// What a picture of one device pixel needs, as `ahead` plans them.
fn soon(number: u32, frame: &Arc<Frame>, transform: PixelTransform) -> (SlicePass, Arc<Frame>) {
    let pass = SlicePass { frame: key(number), view_size: (1, 1), ..one_to_one(frame, transform) };
    (pass, Arc::clone(frame))
}

#[test]
fn what_was_sent_ahead_is_drawn_and_nothing_is_sent() {
    let Some(gpu) = gpu("residency") else { return };
    let mut engine = Engine::headless(gpu).expect("an engine");
    let table = LookupTable::new(0, (0..=u16::MAX).rev().collect(), 16).map(Arc::new).expect("a table");
    let words = gray(window(40.0, 400.0, VoiFunction::Linear), Polarity::Identity);
    let applied = GrayTransform { modality: ModalityLut::Table(table), ..words.clone() };
    let ahead = [
        soon(0, &noise(64, 64, false), PixelTransform::Gray(words)),
        soon(1, &colors(64, 64), PixelTransform::Color { is_inverted: false }),
        soon(2, &real_noise(64, 64, 0.0, 1.0), soft_tissue()),
        soon(3, &noise(48, 64, false), PixelTransform::Gray(applied)),
    ];
    // One of them is drawn between pixels, where the modality table is applied first.
    let ahead = ahead.map(|(pass, frame)| {
        let sampling = if pass.frame == key(3) { Sampling::Linear } else { pass.sampling };
        (SlicePass { sampling, ..pass }, frame)
    });
    assert_eq!(engine.upload_ahead(&ahead), Ok(false), "all goes at once");
    let sent = engine.usage();
    assert_eq!((sent.frames, sent.uploads, sent.pictures), (4, 4, 0));
    for (pass, frame) in &ahead {
        let pass = SlicePass { view_size: (64, 64), ..pass.clone() };
        assert!(engine.prepare(SLOT, &pass, frame).expect("drawn").is_drawn);
    }
    let drawn = engine.usage();
    assert_eq!(
        (drawn.uploads, drawn.frame_bytes, drawn.tables),
        (sent.uploads, sent.frame_bytes, sent.tables)
    );
    assert_eq!(engine.upload_ahead(&ahead), Ok(false), "and not once more");
    assert_eq!(engine.usage().uploads, 4);
}

#[test]
fn what_is_on_screen_never_gives_way_to_what_is_sent_ahead() {
    let Some(gpu) = gpu("residency") else { return };
    let frame = noise(64, 64, false);
    let mut engine = Engine::new(gpu, RGBA, frame.bytes() * 4).expect("an engine");
    let pass = |number, center| {
        let window = window(center, 400.0, VoiFunction::Linear);
        let transform = PixelTransform::Gray(gray(window, Polarity::Identity));
        SlicePass { frame: key(number), ..one_to_one(&frame, transform) }
    };
    let show = |engine: &mut Engine, viewport, number, center: f64| {
        let slot = Slot { viewport, ..SLOT };
        assert!(engine.prepare(slot, &pass(number, center), &frame).expect("drawn").is_drawn);
        engine.usage().uploads
    };
    // The longest unused are on screen: 0 and 1; 2 and 3 are there, and seen no more.
    for (viewport, number) in [(0, 0), (1, 1), (2, 2), (2, 3)] {
        show(&mut engine, viewport, number, 40.0);
    }
    engine.forget(Slot { viewport: 2, ..SLOT });
    let ahead = [10, 11, 12].map(|number| soon(number, &frame, soft_tissue()));
    assert_eq!(engine.upload_ahead(&ahead), Ok(true), "the screen sends its own");
    assert_eq!(engine.usage().uploads, 4);
    assert_eq!(engine.upload_ahead(&ahead), Ok(false), "there is no room for the third");
    assert_eq!((engine.usage().frames, engine.usage().uploads), (4, 6));
    assert_eq!(engine.upload_ahead(&ahead), Ok(false), "and none is made by those that were sent");
    for (viewport, number) in [(0, 0), (1, 1), (2, 10), (3, 11)] {
        assert_eq!(show(&mut engine, viewport, number, 50.0), 6, "{number}");
    }
    assert_eq!(show(&mut engine, 4, 12, 50.0), 7, "the third is sent when it is drawn");
    // A frame that has no room at all drives nothing out.
    let large = soon(13, &noise(1024, 64, false), soft_tissue());
    engine.upload_ahead(std::slice::from_ref(&large)).expect("asked");
    assert_eq!(engine.upload_ahead(std::slice::from_ref(&large)), Ok(false));
    assert_eq!((engine.usage().frames, engine.usage().uploads), (4, 7));
}

#[test]
fn little_is_sent_ahead_at_a_time_and_nothing_under_a_hand() {
    let Some(gpu) = gpu("residency") else { return };
    let mut engine = Engine::headless(gpu).expect("an engine");
    // 8 MiB each.
    let frame = noise(2048, 2048, false);
    let ahead = [0, 1, 2].map(|number| soon(number, &frame, soft_tissue()));
    engine.set_hurried(true);
    assert_eq!(engine.upload_ahead(&ahead), Ok(true), "the reader does something");
    assert_eq!(engine.usage().uploads, 0);
    engine.set_hurried(false);
    assert_eq!(engine.upload_ahead(&ahead), Ok(true), "16 MiB in a frame");
    assert_eq!(engine.usage().uploads, 2);
    assert_eq!(engine.upload_ahead(&ahead), Ok(false));
    assert_eq!(engine.usage().uploads, 3);
}

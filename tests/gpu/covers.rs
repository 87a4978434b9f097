//! What lies over a picture, on the card as in the reference: in its place in every position of the image, never between
//! two values, and sent to the card once.

use std::sync::Arc;

use hotlight::dicom::{Cover, Frame, Pixels};
use hotlight::geometry::{Map, Point, Vector};
use hotlight::grayscale::DisplayTable;
use hotlight::render::gpu::{Engine, Slot};
use hotlight::render::{CoverPass, PixelTransform, Raster, Sampling, SlicePass, cpu};
use hotlight::units::PValue;

use super::golden::BETWEEN_STEPS;
use super::harness::{
    PValueSteps, body, colors, every_word, gpu, noise, one_to_one, pass, real_noise, soft_tissue, words_of,
};

const SHUTTER: PValue = PValue(0x1234);

/// Planes and shutter each on and off.
const LOOKS: [CoverPass; 4] = [
    CoverPass { planes: Some(PValue::WHITE), shutter: Some(SHUTTER) },
    CoverPass { planes: Some(PValue::WHITE), shutter: None },
    CoverPass { planes: None, shutter: Some(PValue::BLACK) },
    CoverPass { planes: None, shutter: None },
];

/// The frame under cells unlike their neighbours.
fn covered(frame: &Frame) -> Arc<Frame> {
    let cells = noise(frame.columns, frame.rows, false);
    let cells = words_of(&cells).iter().map(|word| word.to_le_bytes()[0] & 3).collect();
    Arc::new(Frame { cover: Some(Cover::new(cells)), ..frame.clone() })
}

fn engine() -> Option<Engine> {
    gpu("covers").map(|gpu| Engine::headless(gpu).expect("an engine"))
}

fn check(engine: &mut Engine, pass: &SlicePass, frame: &Arc<Frame>, allowed: PValueSteps) {
    let drawn = engine.p_values(pass, frame).expect("a picture");
    let found = PValueSteps::between(&drawn, &cpu::p_values(pass, frame));
    assert!(allowed.holds(found), "{:?}: {found}; allowed are {allowed}", pass.cover);
}

/// Words by the one table, and real values by the formula.
#[test]
fn pixel_for_pixel_each_cell_is_drawn_as_it_should() {
    let Some(mut engine) = engine() else { return };
    for frame in
        [every_word(false), noise(17, 31, true), noise(1, 1, true), real_noise(33, 20, -200.0, 300.0)]
    {
        let frame = covered(&frame);
        for cover in LOOKS {
            let pass = SlicePass { cover: Some(cover), ..one_to_one(&frame, soft_tissue()) };
            check(&mut engine, &pass, &frame, PValueSteps::NONE);
        }
    }
}

/// Cells of one presentation state after those of another, and of none, over the same frame.
#[test]
fn each_presentation_state_has_its_own_cells_over_one_frame() {
    let Some(mut engine) = engine() else { return };
    let frame = covered(&noise(17, 31, true));
    let cells = |seed: u8| {
        let cells = (0..17 * 31_u16).map(|index| (index.to_le_bytes()[0] ^ seed) & 3);
        Some(Arc::new(Cover::new(cells.collect())))
    };
    let cover = CoverPass { planes: Some(PValue(0x4321)), shutter: Some(SHUTTER) };
    for state_cells in [cells(0), cells(1), None, cells(2), cells(0)] {
        let pass = SlicePass { cover: Some(cover), state_cells, ..one_to_one(&frame, soft_tissue()) };
        check(&mut engine, &pass, &frame, PValueSteps::NONE);
    }
}

/// By hand, without the reference: nothing, a plane, the shutter, a plane over the shutter.
#[test]
fn planes_are_white_and_lie_over_the_shutter() {
    let Some(mut engine) = engine() else { return };
    let plain = noise(4, 1, true);
    let frame = Arc::new(Frame { cover: Some(Cover::new(vec![0, 1, 2, 3])), ..Frame::clone(&plain) });
    let bare = engine.p_values(&one_to_one(&plain, soft_tissue()), &plain).expect("a picture").values;
    let expected = [
        [bare[0], PValue::WHITE, SHUTTER, PValue::WHITE],
        [bare[0], PValue::WHITE, bare[2], PValue::WHITE],
        [bare[0], bare[1], PValue::BLACK, PValue::BLACK],
        [bare[0], bare[1], bare[2], bare[3]],
    ];
    for (cover, expected) in LOOKS.into_iter().zip(expected) {
        let pass = SlicePass { cover: Some(cover), ..one_to_one(&frame, soft_tissue()) };
        assert_eq!(engine.p_values(&pass, &frame).expect("a picture").values, expected, "{cover:?}");
        assert_eq!(cpu::p_values(&pass, &frame).values, expected, "{cover:?}, reference");
    }
}

/// Turned, mirrored, moved beyond the edges: centres of device pixels on centres of image pixels.
#[test]
fn a_cover_follows_every_turn() {
    let Some(mut engine) = engine() else { return };
    let frame = covered(&noise(40, 30, true));
    let along = [Vector::new(1.0, 0.0, 0.0), Vector::new(-1.0, 0.0, 0.0)];
    let across = [Vector::new(0.0, 1.0, 0.0), Vector::new(0.0, -1.0, 0.0)];
    for (x, y) in along.into_iter().flat_map(|x| across.map(|y| [(x, y), (y, x)])).flatten() {
        for origin in [(20.0, 15.0), (0.0, 0.0), (40.0, 30.0), (3.0, 27.0)] {
            let map = Map::from_axes(x, y, Vector::new(0.0, 0.0, 1.0), Point::flat(origin.0, origin.1));
            let upright = pass(&frame, (50, 50), (1.0, 1.0), (0.0, 0.0), Sampling::Nearest, soft_tissue());
            let pass = SlicePass { image_from_view: map, cover: Some(LOOKS[0]), ..upright };
            check(&mut engine, &pass, &frame, PValueSteps::NONE);
        }
    }
}

/// The picture is interpolated and the cover is not: whatever lies between white and what is beside it would be off by
/// thousands of steps.
#[test]
fn a_cover_has_hard_edges_however_the_picture_is_enlarged() {
    let Some(mut engine) = engine() else { return };
    let frame = covered(&body(64, 64));
    for sampling in [Sampling::Nearest, Sampling::Linear, Sampling::Cubic] {
        for step in [0.25, 0.5, 1.0, 2.0] {
            let pass = pass(&frame, (120, 90), (step, step), (0.125, 0.125), sampling, soft_tissue());
            let pass = SlicePass { cover: Some(LOOKS[0]), ..pass };
            check(&mut engine, &pass, &frame, BETWEEN_STEPS);
        }
    }
}

/// The gray of the shutter in 8 bits, inverted or not.
#[test]
fn a_colour_image_is_covered_in_white_and_gray() {
    let Some(mut engine) = engine() else { return };
    let plain = colors(4, 1);
    let frame = Arc::new(Frame { cover: Some(Cover::new(vec![0, 1, 2, 3])), ..Frame::clone(&plain) });
    for is_inverted in [false, true] {
        let transform = PixelTransform::Color { is_inverted };
        let bare: Raster<_> = engine.colors(&one_to_one(&plain, transform.clone()), &plain).expect("colours");
        let pass = SlicePass { cover: Some(LOOKS[0]), ..one_to_one(&frame, transform) };
        let expected = [bare.values[0], [255; 3], [0x12; 3], [255; 3]];
        assert_eq!(engine.colors(&pass, &frame).expect("colours").values, expected);
        assert_eq!(cpu::colors(&pass, &frame).values, expected, "reference");
    }
}

/// What is measured is the image.
#[test]
fn modality_values_are_those_under_the_cover() {
    let Some(mut engine) = engine() else { return };
    let plain = noise(20, 10, true);
    let frame = covered(&plain);
    let bare = one_to_one(&plain, soft_tissue());
    let pass = SlicePass { cover: Some(LOOKS[0]), ..bare.clone() };
    let values = engine.modality_values(&pass, &frame).expect("values");
    assert!(values == engine.modality_values(&bare, &plain).expect("values"));
    assert!(cpu::modality_values(&pass, &frame) == values, "reference");
}

/// Switched on and off, nothing is sent again; hidden, nothing is sent at all.
#[test]
fn a_cover_is_sent_to_the_card_once_and_counted() {
    let Some(mut engine) = engine() else { return };
    let frame = covered(&noise(64, 48, false));
    let slot = Slot { screen: 0, viewport: 0 };
    let bare = one_to_one(&frame, soft_tissue());
    let mut show = |cover| {
        let pass = SlicePass { cover, ..bare.clone() };
        assert!(engine.prepare(slot, &pass, &frame).expect("drawn"));
        (engine.usage().uploads, engine.usage().frame_bytes)
    };
    assert_eq!(show(None), (1, 64 * 48 * 2));
    assert_eq!(show(Some(LOOKS[0])), (2, 64 * 48 * 3));
    assert_eq!(show(Some(LOOKS[1])), (2, 64 * 48 * 3));
    assert_eq!(show(None), (2, 64 * 48 * 3));
    assert_eq!(frame.bytes(), 64 * 48 * 3);
}

/// One that is not of its frame's size, which none that we read is.
#[test]
fn a_cover_of_another_size_is_not_drawn() {
    let Some(mut engine) = engine() else { return };
    let plain = noise(8, 8, true);
    let frame = Arc::new(Frame { cover: Some(Cover::new(vec![1; 5])), ..Frame::clone(&plain) });
    let pass = SlicePass { cover: Some(LOOKS[0]), ..one_to_one(&frame, soft_tissue()) };
    let bare = engine.p_values(&one_to_one(&plain, soft_tissue()), &plain).expect("a picture");
    assert!(engine.p_values(&pass, &frame).expect("a picture") == bare);
}

/// A supplemental palette's colours go to the panel as they are, over gray that goes through the monitor's table; planes and
/// shutter lie over both.
#[test]
fn colours_of_a_supplemental_palette_stand_beside_gray() {
    let Some(mut engine) = engine() else { return };
    let table = DisplayTable::identity(256);
    let plain = noise(31, 17, true);
    let cells = covered(&plain).cover.as_ref().expect("a cover").cells().to_vec();
    let colored = colors(31, 17);
    let Pixels::Color(colored) = &colored.pixels else { panic!("colours") };
    // Every third pixel has a colour.
    let tints = (0..).zip(colored).map(|(place, color)| if place % 3 == 0 { *color } else { [0; 4] });
    let cover = Cover::new(cells).with_tints(tints.collect());
    let frame = Arc::new(Frame { cover: Some(cover), ..Frame::clone(&plain) });
    for (cover, step) in
        LOOKS.map(Some).into_iter().chain([None]).flat_map(|cover| [(cover, 1.0), (cover, 0.5)])
    {
        let pass = pass(&frame, (60, 40), (step, step), (0.0, 0.0), Sampling::Nearest, soft_tissue());
        let pass = SlicePass { cover, ..pass };
        let grays = cpu::p_values(&pass, &frame).values;
        let tints = cpu::tints(&pass, &frame).expect("colours").values;
        let of = |(gray, [red, green, blue, is_there]): (&PValue, &[u8; 4])| match is_there {
            255 => [*red, *green, *blue],
            _ => [u8::try_from(table.at(*gray).0).expect("8 bits"); 3],
        };
        let expected: Vec<_> = grays.iter().zip(&tints).map(of).collect();
        assert!(
            tints.iter().any(|tint| tint[3] == 255) && tints.iter().any(|tint| tint[3] == 0),
            "{cover:?}"
        );
        assert!(
            engine.driving_levels(0, false, &pass, &frame).expect("levels").values == expected,
            "{cover:?} step {step}"
        );
    }
}

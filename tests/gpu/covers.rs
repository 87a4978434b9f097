//! What lies over a picture, on the card as in the reference: in its place in every position of the image, never between
//! two values, and sent to the card once.

use std::sync::Arc;

use hotlight::dicom::{Cover, Frame, Pixels};
use hotlight::geometry::{Map, Point, Vector};
use hotlight::grayscale::DisplayTable;
use hotlight::render::gpu::{Engine, Slot};
use hotlight::render::{CoverPass, Over, PixelTransform, Sampling, SlicePass, cpu};
use hotlight::units::PValue;

use super::golden::BETWEEN_STEPS;
use super::harness::{
    PValueSteps, body, colors, every_word, gpu, noise, one_to_one, pass, real_noise, soft_tissue, words_of,
};

const SHUTTER: PValue = PValue(0x1234);

fn cover(planes: &[PValue], shutter: Option<PValue>) -> CoverPass {
    CoverPass { planes: planes.iter().copied().map(Over::gray).collect(), shutter: shutter.map(Over::gray) }
}

/// Planes and shutter each on and off.
fn looks() -> [CoverPass; 4] {
    [
        cover(&[PValue::WHITE], Some(SHUTTER)),
        cover(&[PValue::WHITE], None),
        cover(&[], Some(PValue::BLACK)),
        cover(&[], None),
    ]
}

/// Sixteen layers of planes and a shutter, every third in a colour: all that a frame can have.
fn sixteen_layers() -> CoverPass {
    let over = |number: u16| {
        let level = number.to_le_bytes()[0];
        let color = number.is_multiple_of(3).then_some([level, 255 - level, level * 3]);
        Over { gray: PValue(number * 3000), color }
    };
    CoverPass { planes: (1..=16).map(over).collect(), shutter: Some(over(18)) }
}

/// The bits of cells of one layer and a shutter.
const ONE_LAYER: u8 = Cover::PLANES | Cover::SHUTTER;

/// The frame under cells unlike their neighbours, of one layer of planes and a shutter.
fn covered(frame: &Frame) -> Arc<Frame> {
    let cells = noise(frame.columns, frame.rows, false);
    let cells = words_of(&cells).iter().map(|word| word.to_le_bytes()[0] & ONE_LAYER).collect();
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
        for cover in looks() {
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
        let cells = (0..17 * 31_u16).map(|index| (index.to_le_bytes()[0] ^ seed) & ONE_LAYER);
        Some(Arc::new(Cover::new(cells.collect())))
    };
    let cover = cover(&[PValue(0x4321)], Some(SHUTTER));
    for state_cells in [cells(0), cells(1), None, cells(32), cells(0)] {
        let pass = SlicePass { cover: Some(cover.clone()), state_cells, ..one_to_one(&frame, soft_tissue()) };
        check(&mut engine, &pass, &frame, PValueSteps::NONE);
    }
}

/// By hand, without the reference: nothing, a plane, the shutter, a plane over the shutter.
#[test]
fn planes_are_white_and_lie_over_the_shutter() {
    let Some(mut engine) = engine() else { return };
    let plain = noise(4, 1, true);
    let frame = Arc::new(Frame { cover: Some(Cover::new(vec![0, 1, 32, 33])), ..Frame::clone(&plain) });
    let bare = engine.p_values(&one_to_one(&plain, soft_tissue()), &plain).expect("a picture").values;
    let expected = [
        [bare[0], PValue::WHITE, SHUTTER, PValue::WHITE],
        [bare[0], PValue::WHITE, bare[2], PValue::WHITE],
        [bare[0], bare[1], PValue::BLACK, PValue::BLACK],
        [bare[0], bare[1], bare[2], bare[3]],
    ];
    for (cover, expected) in looks().into_iter().zip(expected) {
        let pass = SlicePass { cover: Some(cover), ..one_to_one(&frame, soft_tissue()) };
        let told = format!("{:?}", pass.cover);
        assert_eq!(engine.p_values(&pass, &frame).expect("a picture").values, expected, "{told}");
        assert_eq!(cpu::p_values(&pass, &frame).values, expected, "{told}, reference");
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
            let pass = SlicePass { image_from_view: map, cover: Some(looks()[0].clone()), ..upright };
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
            let pass = SlicePass { cover: Some(looks()[0].clone()), ..pass };
            check(&mut engine, &pass, &frame, BETWEEN_STEPS);
        }
    }
}

/// Every cell that there can be, at 1:1 and not: grays in the picture and colours over it, each cell the topmost layer's.
#[test]
fn sixteen_layers_each_have_their_gray_or_colour() {
    let Some(mut engine) = engine() else { return };
    let pixel = |index: u16| index.to_le_bytes()[0] & 63;
    let cells = Arc::new(Cover::new((0..32 * 20).map(pixel).collect()));
    for frame in [noise(32, 20, true), real_noise(32, 20, -200.0, 300.0), colors(32, 20)] {
        let transform = match &frame.pixels {
            Pixels::Color(_) => PixelTransform::Color { is_inverted: true },
            _ => soft_tissue(),
        };
        for (size, step) in [((32, 20), 1.0), ((70, 50), 0.5)] {
            let plain = pass(&frame, size, (step, step), (0.0, 0.0), Sampling::Nearest, transform.clone());
            let (cover, state_cells) = (Some(sixteen_layers()), Some(Arc::clone(&cells)));
            let pass = SlicePass { cover, state_cells, ..plain };
            let picture: Vec<[u8; 3]> = match pass.gray() {
                Some(_) => {
                    check(&mut engine, &pass, &frame, PValueSteps::NONE);
                    let level =
                        |p: &PValue| [u8::try_from(DisplayTable::identity(256).at(*p).0).expect("8 bits"); 3];
                    cpu::p_values(&pass, &frame).values.iter().map(level).collect()
                }
                None => cpu::colors(&pass, &frame).values,
            };
            let over = cpu::tints(&pass, &frame).expect("colours").values;
            let laid = |(picture, [red, green, blue, is_there]): (&[u8; 3], &[u8; 4])| match is_there {
                255 => [*red, *green, *blue],
                _ => *picture,
            };
            let expected: Vec<_> = picture.iter().zip(&over).map(laid).collect();
            let drawn = engine.driving_levels(0, false, &pass, &frame).expect("levels").values;
            assert!(drawn == expected, "{size:?}");
        }
    }
}

/// By hand, without the reference: nothing, two layers, the shutter, a layer of which nothing is known, layers over the shutter.
#[test]
fn colours_lie_over_gray_and_over_colours() {
    let Some(mut engine) = engine() else { return };
    let (red, blue) = (Over { gray: PValue(9), color: Some([255, 0, 1]) }, Some([0, 2, 255]));
    let cover = CoverPass {
        planes: vec![Over::gray(PValue::WHITE), red],
        shutter: Some(Over { gray: PValue(7), color: blue }),
    };
    let cells = Some(Cover::new(vec![0, 1, 2, 32, 3, 33, 34]));
    let table = DisplayTable::identity(256);
    for (plain, is_gray) in [(noise(7, 1, true), true), (colors(7, 1), false)] {
        let frame = Arc::new(Frame { cover: cells.clone(), ..Frame::clone(&plain) });
        let transform = if is_gray { soft_tissue() } else { PixelTransform::Color { is_inverted: false } };
        let pass = SlicePass { cover: Some(cover.clone()), ..one_to_one(&frame, transform) };
        let bare = SlicePass { cover: None, ..pass.clone() };
        let bare = engine.driving_levels(0, false, &bare, &plain).expect("levels").values;
        let drawn = engine.driving_levels(0, false, &pass, &frame).expect("levels").values;
        // Over colours a gray without a colour is seen through: none is planned.
        let white = |at: usize| if is_gray { [255; 3] } else { bare[at] };
        let expected = [bare[0], white(1), [255, 0, 1], [0, 2, 255], bare[4], white(5), [255, 0, 1]];
        assert_eq!(drawn, expected, "gray {is_gray}");
        if is_gray {
            let gray = engine.p_values(&pass, &frame).expect("a picture").values;
            assert_eq!([gray[1], gray[2], gray[3]], [PValue::WHITE, PValue(9), PValue(7)]);
            assert_eq!(u8::try_from(table.at(gray[0]).0), Ok(bare[0][0]));
        } else {
            assert_eq!(engine.colors(&pass, &frame).expect("colours").values, bare, "the picture itself");
        }
    }
}

/// What is measured is the image.
#[test]
fn modality_values_are_those_under_the_cover() {
    let Some(mut engine) = engine() else { return };
    let plain = noise(20, 10, true);
    let frame = covered(&plain);
    let bare = one_to_one(&plain, soft_tissue());
    let pass = SlicePass { cover: Some(looks()[0].clone()), ..bare.clone() };
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
        assert!(engine.prepare(slot, &pass, &frame).expect("drawn").is_drawn);
        (engine.usage().uploads, engine.usage().frame_bytes)
    };
    assert_eq!(show(None), (1, 64 * 48 * 2));
    assert_eq!(show(Some(looks()[0].clone())), (2, 64 * 48 * 3));
    assert_eq!(show(Some(looks()[1].clone())), (2, 64 * 48 * 3));
    assert_eq!(show(None), (2, 64 * 48 * 3));
    assert_eq!(frame.bytes(), 64 * 48 * 3);
}

/// One that is not of its frame's size, which none that we read is.
#[test]
fn a_cover_of_another_size_is_not_drawn() {
    let Some(mut engine) = engine() else { return };
    let plain = noise(8, 8, true);
    let frame = Arc::new(Frame { cover: Some(Cover::new(vec![1; 5])), ..Frame::clone(&plain) });
    let pass = SlicePass { cover: Some(looks()[0].clone()), ..one_to_one(&frame, soft_tissue()) };
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
        looks().map(Some).into_iter().chain([None]).flat_map(|cover| [(cover.clone(), 1.0), (cover, 0.5)])
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
        let told = format!("{:?} step {step}", pass.cover);
        assert!(tints.iter().any(|tint| tint[3] == 255) && tints.iter().any(|tint| tint[3] == 0), "{told}");
        let drawn = engine.driving_levels(0, false, &pass, &frame).expect("levels").values;
        assert!(drawn == expected, "{told}");
    }
}

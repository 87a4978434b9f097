//! Overlay planes, PS3.3 C.9.2: an example by hand, then `dcm2pnm`, live, on random planes.
//!
//! `dcm2pnm` differs in three things, which the cases leave out. A plane of one frame that names no frame of a multi-frame image
//! it draws on the first frame; we draw it on all. Where it turns a multi-frame image, planes of later frames do not turn
//! along (its source calls them untested): those are compared upright. It turns an image one pixel wide the other way.

use std::path::Path;
use std::process::Command;

use dicom_core::Tag;
use dicom_dictionary_std::tags;
use hotlight::geometry::Turn;
use hotlight::grayscale::Window;
use hotlight::session::{Hidden, Look, VoiChoice};
use tempfile::TempDir;

use super::made::Random;
use super::{Object, shown};

const WINDOW: (f64, f64) = (2000.0, 3000.0);

fn look() -> Look {
    let window = Window::new(WINDOW.0, WINDOW.1).expect("a window");
    Look { voi: VoiChoice::Hand(window), ..Look::default() }
}

/// Three rows of four columns, black; a plane of 2 × 2 whose first bit lies on row 2, column 3.
#[test]
fn a_plane_of_four_bits_lies_where_its_origin_says() {
    let folder = TempDir::new().expect("a temporary folder");
    let path = folder.path().join("plane");
    let object = Object::gray(3, 4, 12, &[0; 12]);
    plane(object, 0x6000, (2, 2), (2, 3), "G").bytes(Tag(0x6000, 0x3000), "OB", &[0b0111]).write_to(&path);
    let values: Vec<u16> = shown(&path, 0, Turn::default(), &look()).values.iter().map(|p| p.0).collect();
    let white = u16::MAX;
    assert_eq!(values, [0, 0, 0, 0, 0, 0, white, white, 0, 0, white, 0]);
}

fn plane(object: Object, group: u16, size: (u16, u16), origin: (i16, i16), kind: &str) -> Object {
    object
        .words(Tag(group, 0x0010), "US", &[size.0])
        .words(Tag(group, 0x0011), "US", &[size.1])
        .text(Tag(group, 0x0040), "CS", kind)
        .words(Tag(group, 0x0050), "SS", &[origin.0.cast_unsigned(), origin.1.cast_unsigned()])
        .words(Tag(group, 0x0100), "US", &[1])
        .words(Tag(group, 0x0102), "US", &[0])
}

/// What dcm2pnm makes of a frame: all planes, in white whatever their type.
fn dcm2pnm(path: &Path, frame: u32, options: &[&str]) -> (Vec<u16>, String) {
    let (center, width) = (WINDOW.0.to_string(), WINDOW.1.to_string());
    let output = Command::new("dcm2pnm")
        .args(["-q", "+opw", "+Omr", "+F", &(frame + 1).to_string(), "+Ww", &center, &width])
        .args(options)
        .arg(path)
        .output()
        .expect("dcm2pnm runs (make test installs dcmtk)");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let words = text.lines().filter(|line| !line.starts_with('#')).flat_map(str::split_whitespace);
    (words.skip(4).map(|word| word.parse().expect("a number")).collect(), text)
}

/// Each way to turn a picture, and what dcm2pnm calls it.
const TURNS: [(Turn, &[&str]); 6] = [
    (Turn::new(0, false), &[]),
    (Turn::new(1, false), &["+Rr"]),
    (Turn::new(3, false), &["+Rl"]),
    (Turn::new(2, false), &["+Rtd"]),
    (Turn::new(0, true), &["+Lh"]),
    (Turn::new(2, true), &["+Lv"]),
];

/// An image of one to three frames with one to four planes in any groups: packed or embedded, inside, across and beyond the
/// edges. Says whether anything is drawn.
fn random(seed: u64) -> (Object, u32) {
    let mut dice = Random::seeded(seed);
    let (rows, columns) = (dice.of(2..=40), dice.of(2..=40));
    let frames = if dice.of(0..=2) == 0 { dice.of(2..=3) } else { 1 };
    let is_embedded = frames == 1 && dice.of(0..=2) == 0;
    let words: Vec<u16> = (0..rows * columns * frames)
        .map(|_| if is_embedded { dice.word() } else { dice.word() & 0x0FFF })
        .collect();
    let size = |value: i64| u16::try_from(value).expect("small");
    let mut object = Object::gray(size(rows), size(columns), 12, &words);
    if frames > 1 {
        object = object.text(tags::NUMBER_OF_FRAMES, "IS", &frames.to_string());
    }
    for number in 0..dice.of(1..=4) {
        let group = 0x6000 + 8 * size(number) + 2 * size(dice.of(0..=3));
        let kind = if dice.coin() { "G" } else { "R" };
        if is_embedded && dice.coin() {
            let bit = size(dice.of(12..=15));
            object = plane(object, group, (size(rows), size(columns)), (1, 1), kind)
                .words(Tag(group, 0x0100), "US", &[16])
                .words(Tag(group, 0x0102), "US", &[bit]);
            continue;
        }
        let (own_rows, own_columns) = (dice.of(1..=50), dice.of(1..=50));
        let origin = (dice.of(-20..=30) as i16, dice.of(-20..=30) as i16);
        object = plane(object, group, (size(own_rows), size(own_columns)), origin, kind);
        let mut own_frames = 1;
        if frames > 1 {
            let first = dice.of(1..=frames);
            own_frames = dice.of(1..=frames - first + 1);
            object = object.text(Tag(group, 0x0015), "IS", &own_frames.to_string()).words(
                Tag(group, 0x0051),
                "US",
                &[size(first)],
            );
        }
        let count = own_rows * own_columns * own_frames;
        let data: Vec<u16> = (0..(count + 15) / 16).map(|_| dice.word()).collect();
        let vr = if dice.coin() { "OB" } else { "OW" };
        object = object.words(Tag(group, 0x3000), vr, &data);
    }
    (object, frames as u32)
}

#[test]
fn random_planes_equal_dcm2pnm_to_the_bit() {
    let folder = TempDir::new().expect("a temporary folder");
    let path = folder.path().join("planes");
    let (mut pictures, mut covered) = (0, 0);
    for seed in 0..160 {
        let (object, frames) = random(seed);
        object.write_to(&path);
        let (turn, options) = TURNS[if frames > 1 { 0 } else { seed as usize % TURNS.len() }];
        for frame in 0..frames {
            let (theirs, text) = dcm2pnm(&path, frame, options);
            let ours: Vec<u16> = shown(&path, frame, turn, &look()).values.iter().map(|p| p.0).collect();
            let differ = ours.iter().zip(&theirs).filter(|(a, b)| a != b).count();
            assert_eq!((differ, ours.len()), (0, theirs.len()), "seed {seed} frame {frame} {turn:?}\n{text}");
            let hidden = Look { hidden: Hidden { planes: true, ..Hidden::default() }, ..look() };
            let bare = shown(&path, frame, turn, &hidden);
            let is_covered = bare.values.iter().zip(&ours).any(|(bare, ours)| bare.0 != *ours);
            covered += u32::from(is_covered);
            pictures += 1;
            if seed % 4 > 0 {
                continue;
            }
            // Without them it is dcm2pnm's picture without them.
            let (theirs, _) = dcm2pnm(&path, frame, &[&["-O"], options].concat());
            assert!(bare.values.iter().map(|p| p.0).eq(theirs), "seed {seed} frame {frame}");
        }
    }
    assert!((pictures, covered) > (200, 0) && covered * 2 > pictures, "{covered} of {pictures}");
}

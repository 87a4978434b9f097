//! Supplemental palettes, PS3.3 C.7.6.19: stored values from the first mapped one on are colours, those below are gray.
//!
//! Gray is compared with `dcm2pnm`, live, which knows nothing of such palettes and shows all of the image in gray.

use std::path::Path;
use std::process::Command;

use dicom_core::Tag;
use dicom_dictionary_std::tags;
use hotlight::dicom::Instance;
use hotlight::geometry::{Map, Point, Turn};
use hotlight::grayscale::Window;
use hotlight::render::{Sampling, SlicePass, cpu};
use hotlight::session::{Look, VoiChoice};
use hotlight::units::PValue;
use tempfile::TempDir;

use super::made::Random;
use super::{Object, pass};

const WINDOW: (f64, f64) = (1000.0, 1900.0);
/// The last entry is not the last stored value: what lies behind has its colour.
const COLORS: [[u8; 3]; 3] = [[250, 10, 20], [0, 255, 0], [30, 40, 200]];

fn look() -> Look {
    let window = Window::new(WINDOW.0, WINDOW.1).expect("a window");
    Look { voi: VoiChoice::Hand(window), ..Look::default() }
}

/// An image of 12 bits whose colours begin at `first`.
fn image(rows: u16, columns: u16, first: u16, words: &[u16]) -> Object {
    let mut object = Object::gray(rows, columns, 12, words).text(tags::PIXEL_PRESENTATION, "CS", "MIXED");
    for (element, channel) in (0..).zip(0..3) {
        let entries = COLORS.map(|color| u16::from(color[channel]) << 8);
        object = object.words(Tag(0x0028, 0x1101 + element), "US", &[3, first, 16]).words(
            Tag(0x0028, 0x1201 + element),
            "OW",
            &entries,
        );
    }
    object
}

fn tint(stored: u16, first: u16) -> [u8; 4] {
    let Some(place) = stored.checked_sub(first) else { return [0; 4] };
    let [red, green, blue] = COLORS[usize::from(place).min(2)];
    [red, green, blue, 255]
}

fn dcm2pnm(path: &Path) -> Vec<u16> {
    let (center, width) = (WINDOW.0.to_string(), WINDOW.1.to_string());
    let output = Command::new("dcm2pnm").args(["-q", "+opw", "+Ww", &center, &width]).arg(path).output();
    let output = output.expect("dcm2pnm runs (make test installs dcmtk)");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8_lossy(&output.stdout);
    let words = text.lines().filter(|line| !line.starts_with('#')).flat_map(str::split_whitespace);
    words.skip(4).map(|word| word.parse().expect("a number")).collect()
}

#[test]
fn values_from_the_first_mapped_on_have_its_colours_and_no_gray() {
    let folder = TempDir::new().expect("a temporary folder");
    let path = folder.path().join("object");
    for seed in 0..120 {
        let mut random = Random::seeded(seed);
        let (rows, columns) = (random.of(1..=20) as u16, random.of(1..=20) as u16);
        let first = random.of(1..=4095) as u16;
        // Many near the border, where a step too far shows.
        let words: Vec<u16> = (0..rows * columns)
            .map(|_| {
                if random.coin() {
                    (i64::from(first) + random.of(-2..=4)).clamp(0, 4095) as u16
                } else {
                    random.word() & 0x0FFF
                }
            })
            .collect();
        image(rows, columns, first, &words).write_to(&path);
        let (pass, frame) = pass(&path, 0, Turn::default(), &look());
        let tints = cpu::tints(&pass, &frame).expect("colours").values;
        let expected: Vec<_> = words.iter().map(|&word| tint(word, first)).collect();
        assert_eq!(tints, expected, "seed {seed}");
        let grays = cpu::p_values(&pass, &frame).values;
        for ((gray, theirs), word) in grays.iter().zip(dcm2pnm(&path)).zip(words) {
            let expected = if word < first { theirs } else { 0 };
            assert_eq!(gray.0, expected, "seed {seed}: {word} with colours from {first}");
        }
    }
}

/// A place in a table of colours is no gray value: nothing is mixed with it.
#[test]
fn between_pixels_gray_is_not_mixed_with_places_in_the_palette() {
    let folder = TempDir::new().expect("a temporary folder");
    let path = folder.path().join("object");
    image(1, 4, 4000, &[500, 500, 4001, 500]).write_to(&path);
    let (one, frame) = pass(&path, 0, Turn::default(), &look());
    let flat = cpu::p_values(&one, &frame).values[0];
    for sampling in [Sampling::Linear, Sampling::Cubic] {
        let image_from_view = Map::scale_then_move(0.25, 0.25, Point::flat(0.0, 0.0));
        let larger = SlicePass { view_size: (16, 4), image_from_view, sampling, ..one.clone() };
        let grays = cpu::p_values(&larger, &frame).values;
        let expected = [[flat; 8].as_slice(), &[PValue::BLACK; 4], &[flat; 4]].concat().repeat(4);
        assert_eq!(grays, expected, "{sampling:?}");
        let tints = cpu::tints(&larger, &frame).expect("colours").values;
        let green = tint(4001, 4000);
        assert_eq!(tints, [[[0; 4]; 8].as_slice(), &[green; 4], &[[0; 4]; 4]].concat().repeat(4));
    }
}

#[test]
fn a_palette_that_is_not_applied_is_told_unless_the_image_is_to_be_gray() {
    let folder = TempDir::new().expect("a temporary folder");
    let path = folder.path().join("object");
    let check = |object: Object, told: &[&str]| {
        object.write_to(&path);
        let instance = Instance::read(&path).expect("an image");
        assert_eq!(instance.frame(0).gray.not_applied, told);
        instance.frame(0).gray.padding
    };
    let plain = || image(1, 2, 4000, &[1, 2]);
    let of = |presentation| plain().text(tags::PIXEL_PRESENTATION, "CS", presentation);
    assert!(
        check(of("COLOR"), &[]).is_some_and(|colored| colored.contains(4000.0) && !colored.contains(3999.0))
    );
    assert_eq!(check(of("MONOCHROME"), &[]), None);
    check(of(""), &["supplemental palette: Pixel Presentation (0008,9205) does not ask for it"]);
    let cut = plain().words(Tag(0x0028, 0x1203), "OW", &[1]);
    let why = "supplemental palette: Blue Palette Color Lookup Table Data (0028,1203) is wrong: 1 entries of the 3 announced";
    check(cut, &[why]);
    let padded = plain().words(tags::PIXEL_PADDING_VALUE, "US", &[0]);
    check(padded, &["pixel padding beside a supplemental palette"]);
}

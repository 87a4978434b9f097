//! What a presentation state's layers and shutter are drawn in, gray or colour, over gray, gray in a palette and colours. PS3.3
//! C.7.6.11, C.10.7.1.1; rules S-5, S-9.
//!
//! `CIELab` is littlecms's (`tests/oracle/state_colors`). What lies over an image is put there by formulas over matrices.

use dicom_core::Tag;
use dicom_dictionary_std::{tags, uids};
use hotlight::color::{ColorTransform, IccProfile, Ink};
use hotlight::dicom::Writer;
use hotlight::render::CoverPass;
use hotlight::testing::Scripted;
use hotlight::units::PValue;

use crate::support::{hotlight, stderr};

use super::color::{colors, distance, expected, icc, on_monitor, pass as pass_of};
use super::made::{Matrix, Random, lain};
use super::presentation_state::state;
use super::state_colors::{
    Files, adobe, bytes, color_image, gray_image, pseudo_color, rendered, window, with_palette, with_profile,
};

const RED: [u16; 3] = [0x8000, 0xC000, 0xB000];
const BLUE: [u16; 3] = [0x4BB1, 0xC44C, 0x0FF8];

/// Within a level, in sRGB and beyond: both cut what it cannot show, channel by channel.
#[test]
fn cielab_is_that_of_littlecms() {
    let expected = &expected("state_colors/expected.json")["lab"];
    let (before, after) = (bytes(&expected["before"]), colors(&expected["after"]));
    let before = before.as_chunks::<3>().0;
    let ours = before.iter().map(|lab| Ink::of_lab(lab.map(|part| u16::from(part) * 257)).srgb());
    let distances: Vec<u8> = ours.zip(&after).map(|(ours, theirs)| distance(ours, *theirs)).collect();
    let differ = distances.iter().filter(|distance| **distance > 0).count();
    eprintln!(
        "C.10.7.1.1: {} colours, {differ} differ, by {:?} at most",
        distances.len(),
        distances.iter().max()
    );
    assert_eq!((distances.len(), before.len()), (1200, 1200));
    assert!(distances.iter().all(|distance| *distance <= 1), "{distances:?}");
}

/// An ink, as it is written and as it is to be seen.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Stated {
    gray: Option<u16>,
    /// Of 8 bits a part, and what littlecms makes of it.
    lab: Option<([u8; 3], [u8; 3])>,
}

impl Stated {
    fn random(dice: &mut Random, known: &[([u8; 3], [u8; 3])]) -> Self {
        let lab = known[dice.bits() as usize % known.len()];
        Self { gray: dice.coin().then(|| dice.word()), lab: dice.coin().then_some(lab) }
    }

    fn put(self, item: Writer, gray: Tag, lab: Tag) -> Writer {
        let item = match self.gray {
            Some(value) => item.number(gray, value),
            None => item,
        };
        match self.lab {
            Some((value, _)) => item.words(lab, &value.map(|part| u16::from(part) * 257)),
            None => item,
        }
    }

    /// In gray, where nothing is stated `default`.
    fn gray(self, default: u16) -> u16 {
        self.gray.or(self.lab.map(|([lightness, ..], _)| u16::from(lightness) * 257)).unwrap_or(default)
    }

    /// In colour.
    fn color(self, default: u16) -> [u8; 3] {
        self.lab.map_or([(self.gray(default) >> 8) as u8; 3], |(_, srgb)| srgb)
    }

    fn is_colored(self) -> bool {
        self.lab.is_some_and(|([_, a, b], _)| (a, b) != (128, 128))
    }
}

/// A picture without what lies over a pixel, and what does: gray and colour.
type Pixel = ([u8; 3], Option<(u16, Option<[u8; 3]>)>);

/// What an image is of.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Kind {
    Gray,
    Palette,
    Color,
}

/// An image under a state with overlay planes in layers, and a shutter below them.
struct Case {
    kind: Kind,
    rows: usize,
    columns: usize,
    stored: Vec<[u8; 3]>,
    /// Bits of each plane, and its layer: two may lie in one.
    planes: Vec<(Vec<u16>, usize)>,
    /// Ink and order of each layer.
    layers: Vec<(Stated, i64)>,
    shutter: Stated,
    /// The first column and row, from 1, that the shutter lets see; the last row is 7.
    corner: [usize; 2],
    quarters: i64,
    is_flipped: bool,
}

impl Case {
    fn random(seed: u64, known: &[([u8; 3], [u8; 3])]) -> Self {
        let mut dice = Random::seeded(seed);
        let (rows, columns) = (dice.of(8..=24) as usize, dice.of(8..=24) as usize);
        let count = dice.of(1..=5);
        let layers = dice.of(1..=count);
        // Not in the order of the file.
        let order = |layer: i64, dice: &mut Random| (layer * 7 + dice.of(0..=6)) * [1, -1][seed as usize % 2];
        let bits = |dice: &mut Random| {
            (0..(rows * columns).div_ceil(16)).map(|_| dice.word() & dice.word()).collect()
        };
        Self {
            kind: [Kind::Gray, Kind::Palette, Kind::Color][seed as usize % 3],
            rows,
            columns,
            stored: (0..rows * columns).map(|_| [0; 3].map(|_| dice.word().to_be_bytes()[0])).collect(),
            planes: (0..count).map(|plane| (bits(&mut dice), (plane % layers) as usize)).collect(),
            layers: (0..layers)
                .map(|layer| (Stated::random(&mut dice, known), order(layer, &mut dice)))
                .collect(),
            shutter: Stated::random(&mut dice, known),
            corner: [0; 2].map(|_| dice.of(1..=4) as usize),
            quarters: dice.of(0..=3),
            is_flipped: dice.coin(),
        }
    }

    fn image(&self) -> Writer {
        let grays: Vec<u16> = self.stored.iter().map(|[red, ..]| u16::from(*red)).collect();
        match self.kind {
            Kind::Color => color_image(self.rows, self.columns, &self.stored),
            _ => gray_image(self.rows, self.columns, 8, "MONOCHROME2", &grays),
        }
    }

    fn state(&self) -> Writer {
        let state = match self.kind {
            Kind::Gray => window(state(), 128.0, 256.0).text(tags::PRESENTATION_LUT_SHAPE, "IDENTITY"),
            Kind::Palette => {
                let two = [vec![0x0100, 0xFF00], vec![0, 0], vec![0, 0x8000]];
                let state = with_palette(pseudo_color(), [2, 0, 16], &two, false);
                with_profile(window(state, 128.0, 256.0), &icc("adobe.icc"))
            }
            Kind::Color => with_profile(state(), &icc("adobe.icc"))
                .text(tags::SOP_CLASS_UID, uids::COLOR_SOFTCOPY_PRESENTATION_STATE_STORAGE),
        };
        let groups = (0x6000_u16..).step_by(2);
        let state = groups.zip(&self.planes).fold(state, |state, (group, (bits, layer))| {
            state
                .words(Tag(group, 0x0010), &[self.rows as u16])
                .words(Tag(group, 0x0011), &[self.columns as u16])
                .text(Tag(group, 0x0040), "G")
                .words(Tag(group, 0x0050), &[1, 1])
                .words(Tag(group, 0x0100), &[1])
                .words(Tag(group, 0x0102), &[0])
                .words(Tag(group, 0x3000), bits)
                .text(Tag(group, 0x1001), &format!("LAYER{layer}"))
        });
        let layers = self.layers.iter().enumerate().map(|(number, (ink, order))| {
            let item = Writer::item()
                .text(tags::GRAPHIC_LAYER, &format!("LAYER{number}"))
                .text(tags::GRAPHIC_LAYER_ORDER, &order.to_string());
            let gray = tags::GRAPHIC_LAYER_RECOMMENDED_DISPLAY_GRAYSCALE_VALUE;
            ink.put(item, gray, tags::GRAPHIC_LAYER_RECOMMENDED_DISPLAY_CIE_LAB_VALUE)
        });
        let state = state
            .sequence(tags::GRAPHIC_LAYER_SEQUENCE, layers)
            .text(tags::SHUTTER_SHAPE, "RECTANGULAR")
            .text(tags::SHUTTER_LEFT_VERTICAL_EDGE, &self.corner[0].to_string())
            .text(tags::SHUTTER_UPPER_HORIZONTAL_EDGE, &self.corner[1].to_string())
            .text(tags::SHUTTER_RIGHT_VERTICAL_EDGE, "99")
            .text(tags::SHUTTER_LOWER_HORIZONTAL_EDGE, "7")
            .number(tags::IMAGE_ROTATION, 90 * self.quarters as u16)
            .text(tags::IMAGE_HORIZONTAL_FLIP, if self.is_flipped { "Y" } else { "N" });
        let gray = tags::SHUTTER_PRESENTATION_VALUE;
        self.shutter.put(state, gray, tags::SHUTTER_PRESENTATION_COLOR_CIE_LAB_VALUE)
    }

    fn pixel(&self, row: usize, column: usize) -> Pixel {
        let index = row * self.columns + column;
        let color = match self.kind {
            Kind::Gray => [self.stored[index][0]; 3],
            Kind::Palette => adobe().at(if self.stored[index][0] < 128 { [1, 0, 0] } else { [255, 0, 128] }),
            Kind::Color => adobe().at(self.stored[index]),
        };
        let is_set = |bits: &[u16]| bits[index / 16] >> (index % 16) & 1 == 1;
        let planes = self.planes.iter().filter(|(bits, _)| is_set(bits));
        let top = planes.map(|(_, layer)| self.layers[*layer]).max_by_key(|(_, order)| *order);
        let is_hidden = column + 1 < self.corner[0] || row + 1 < self.corner[1] || row + 1 > 7;
        let shutter = is_hidden.then_some((self.shutter, 0));
        let over = top.map(|(ink, _)| (ink, 0xFFFF)).or(shutter).map(|(ink, default)| {
            let has_color = self.kind != Kind::Gray || ink.is_colored();
            (ink.gray(default), has_color.then(|| ink.color(default)))
        });
        (color, over)
    }

    /// Turned, as it is to be seen.
    fn expected(&self) -> Vec<Pixel> {
        let row = |row: usize| (0..self.columns).map(|column| self.pixel(row, column)).collect();
        let matrix: Matrix<Pixel> = (0..self.rows).map(row).collect();
        lain(matrix, self.quarters, self.is_flipped).concat()
    }
}

/// Overlay planes in up to five layers, in any order, over a shutter and an image of gray, gray in a palette, or colours: each
/// pixel is the topmost layer's.
#[test]
fn layers_of_planes_and_shutters_have_each_their_gray_or_colour_in_every_picture() {
    let oracle = expected("state_colors/expected.json");
    let lab = bytes(&oracle["lab"]["before"]);
    let mut known: Vec<([u8; 3], [u8; 3])> =
        lab.as_chunks::<3>().0.iter().copied().zip(colors(&oracle["lab"]["after"])).collect();
    known.truncate(20);
    // A gray in CIELab: a light of 50 % is 119 or 120 in sRGB.
    known.extend([([128, 128, 128], [120; 3]); 5]);
    let (mut pixels, mut covered, mut colored) = (0, 0, 0);
    for seed in 0..240 {
        let case = Case::random(seed, &known);
        let shown = Files::new(case.image(), case.state()).shown();
        assert!(shown.not_applied.is_empty(), "seed {seed}: {:?}", shown.not_applied);
        let expected = case.expected();
        assert_eq!(expected.len(), shown.over.len());
        for (index, (picture, over)) in expected.iter().enumerate() {
            let told = || format!("seed {seed}, {:?}, pixel {index}: {over:?} over {picture:?}", case.kind);
            let [red, green, blue, is_there] = shown.over[index];
            let color = over.and_then(|(_, color)| color);
            assert_eq!(is_there == 255, color.is_some(), "{}", told());
            // A level, by which littlecms and ours differ.
            assert!(color.is_none_or(|color| distance(color, [red, green, blue]) <= 1), "{}", told());
            match (case.kind, over) {
                (Kind::Gray, Some((gray, _))) => assert_eq!(shown.grays[index], *gray, "{}", told()),
                (Kind::Gray, None) => {
                    assert_eq!(shown.grays[index], u16::from(picture[0]) * 257, "{}", told());
                }
                (Kind::Palette, Some(_)) => {}
                _ => assert_eq!(shown.colors[index], *picture, "{}", told()),
            }
            pixels += 1;
            covered += usize::from(over.is_some());
            colored += usize::from(color.is_some());
        }
    }
    eprintln!("C.10.7, C.7.6.11: 240 states, {pixels} pixels, {covered} covered, {colored} in colour");
    assert!(covered * 2 > pixels && colored * 3 > covered, "{pixels} {covered} {colored}");
}

/// A shutter of blue over a palette, over colours and over gray: what a file of P-values cannot hold is its gray, and told.
#[test]
fn render_burns_colours_into_colours_and_their_gray_into_gray() {
    let shuttered = |state: Writer| {
        state
            .text(tags::SHUTTER_SHAPE, "RECTANGULAR")
            .text(tags::SHUTTER_LEFT_VERTICAL_EDGE, "2")
            .text(tags::SHUTTER_RIGHT_VERTICAL_EDGE, "4")
            .text(tags::SHUTTER_UPPER_HORIZONTAL_EDGE, "1")
            .text(tags::SHUTTER_LOWER_HORIZONTAL_EDGE, "1")
            .words(tags::SHUTTER_PRESENTATION_COLOR_CIE_LAB_VALUE, &BLUE)
    };
    let two = [vec![0xFF00, 0x1000], vec![0, 0x2000], vec![0, 0x3000]];
    let blue = Ink::of_lab(BLUE).srgb();
    let image = || gray_image(1, 4, 8, "MONOCHROME2", &[255, 0, 200, 7]);
    let pseudo = window(with_palette(pseudo_color(), [2, 0, 16], &two, false), 128.0, 256.0);
    let files = Files::new(image(), shuttered(pseudo));
    let burned = &["--overlay", "burned"][..];
    let of = |files: &Files, more: &[&str]| rendered(files.folder.path(), &files.image, &files.state, more);
    let [red, dark] = [[255, 0, 0], [16, 32, 48]];
    assert_eq!(of(&files, burned), [blue, red, dark, red]);
    assert_eq!(of(&files, &[]), [dark, red, dark, red]);
    assert_eq!(of(&files, &["--values", "ddl"]), [dark, red, dark, red]);
    let color = [[1, 2, 3], [4, 5, 6], [7, 8, 9], [10, 11, 12]];
    let of_color = state().text(tags::SOP_CLASS_UID, uids::COLOR_SOFTCOPY_PRESENTATION_STATE_STORAGE);
    let files = Files::new(color_image(1, 4, &color), shuttered(of_color));
    assert_eq!(of(&files, burned), [blue, color[1], color[2], color[3]]);
    let gray = window(state().text(tags::PRESENTATION_LUT_SHAPE, "IDENTITY"), 128.0, 256.0);
    let files = Files::new(image(), shuttered(gray));
    let out = files.folder.path().join("x.pgm");
    let [image, state, path] = [&files.image, &files.state, &out].map(|path| path.display().to_string());
    let output =
        hotlight(&[&["render", &image, "--presentation", &state, "--out", &path][..], burned].concat());
    assert!(stderr(&output).contains("colours over the gray picture are not written"), "{}", stderr(&output));
    let bytes = std::fs::read(&out).expect("a picture");
    assert!(bytes.ends_with(&[0x4B, 0xB1, 0, 0, 0xC8, 0xC8, 7, 7]), "{bytes:?}");
}

/// A plane of one row in red over a shutter of blue, which hides all but the second column.
fn red_over_blue() -> Files {
    let layer = Writer::item()
        .text(tags::GRAPHIC_LAYER, "RED")
        .text(tags::GRAPHIC_LAYER_ORDER, "1")
        .words(tags::GRAPHIC_LAYER_RECOMMENDED_DISPLAY_CIE_LAB_VALUE, &RED);
    let state = window(state().text(tags::PRESENTATION_LUT_SHAPE, "IDENTITY"), 128.0, 256.0)
        .words(Tag(0x6000, 0x0010), &[1])
        .words(Tag(0x6000, 0x0011), &[2])
        .text(Tag(0x6000, 0x0040), "G")
        .words(Tag(0x6000, 0x0050), &[1, 1])
        .words(Tag(0x6000, 0x0100), &[1])
        .words(Tag(0x6000, 0x0102), &[0])
        .words(Tag(0x6000, 0x3000), &[0b11])
        .text(Tag(0x6000, 0x1001), "RED")
        .sequence(tags::GRAPHIC_LAYER_SEQUENCE, [layer])
        .text(tags::SHUTTER_SHAPE, "RECTANGULAR")
        .text(tags::SHUTTER_LEFT_VERTICAL_EDGE, "2")
        .text(tags::SHUTTER_RIGHT_VERTICAL_EDGE, "2")
        .text(tags::SHUTTER_UPPER_HORIZONTAL_EDGE, "1")
        .text(tags::SHUTTER_LOWER_HORIZONTAL_EDGE, "2")
        .words(tags::SHUTTER_PRESENTATION_COLOR_CIE_LAB_VALUE, &BLUE);
    Files::new(gray_image(2, 3, 8, "MONOCHROME2", &[10, 20, 30, 40, 50, 60]), state)
}

#[test]
fn colours_that_lie_over_a_picture_go_through_the_profile_of_the_monitor_and_gray_does_not() {
    let files = red_over_blue();
    let mut scripted = Scripted::open(files.folder.path());
    let cover = |scripted: &Scripted| pass_of(scripted).cover.expect("a cover");
    let colors = |map: &dyn Fn([u8; 3]) -> [u8; 3]| [RED, BLUE].map(|lab| Some(map(Ink::of_lab(lab).srgb())));
    let of = |cover: &CoverPass| [cover.planes[0].color, cover.shutter.and_then(|over| over.color)];
    assert_eq!(of(&cover(&scripted)), colors(&|color| color));
    on_monitor(&mut scripted, &icc("wide.icc"));
    let wide = IccProfile::of_monitor(&icc("wide.icc")).expect("usable");
    let transform = ColorTransform::between(None, Some(&wide)).expect("a transform");
    let expected = colors(&|color| transform.at(color));
    assert_ne!(expected, colors(&|color| color));
    let end = std::time::Instant::now() + std::time::Duration::from_mins(2);
    while of(&cover(&scripted)) != expected {
        assert!(std::time::Instant::now() < end, "{:?}", of(&cover(&scripted)));
        if let Some(event) = scripted.reading.services().wait(std::time::Duration::from_millis(50)) {
            scripted.reading.event(&event);
        }
    }
    assert_eq!(cover(&scripted).planes[0].gray, PValue(RED[0]));
    assert_eq!(pass_of(&scripted).monitor, None, "gray has no profile");
}

/// Never unshuttered because a plane lay there.
#[test]
fn where_planes_are_switched_off_the_shutter_below_them_stays() {
    let files = red_over_blue();
    let mut scripted = Scripted::open(files.folder.path());
    let drawn = |scripted: &Scripted| {
        let pass = pass_of(scripted);
        let (cover, cells) = (pass.cover.expect("a cover"), pass.state_cells.expect("cells"));
        let gray = |cell: &u8| cover.over(*cell).map(|over| over.gray.0);
        cells.cells().iter().map(gray).collect::<Vec<_>>()
    };
    let (red, blue) = (Some(RED[0]), Some(BLUE[0]));
    assert_eq!(drawn(&scripted), [red, red, blue, blue, None, blue]);
    scripted.run("overlay planes off");
    assert_eq!(drawn(&scripted), [blue, None, blue, blue, None, blue]);
    scripted.run("overlay shutter off; overlay planes on");
    assert_eq!(drawn(&scripted), [red, red, None, None, None, None]);
}

/// Planes in bits 12 and 13 of the pixels.
#[test]
fn planes_in_the_pixels_all_lie_in_the_topmost_layer_and_it_is_told() {
    let in_pixels = |image: Writer, group: u16, bit: u16| {
        image
            .words(Tag(group, 0x0010), &[1])
            .words(Tag(group, 0x0011), &[4])
            .text(Tag(group, 0x0040), "G")
            .words(Tag(group, 0x0050), &[1, 1])
            .words(Tag(group, 0x0100), &[16])
            .words(Tag(group, 0x0102), &[bit])
    };
    let image = || {
        let image = gray_image(1, 4, 12, "MONOCHROME2", &[0x0001, 0x1000, 0x2000, 0x3000]);
        in_pixels(in_pixels(image, 0x6000, 12), 0x6002, 13)
    };
    let check = |layers: [&str; 2], grays: [u16; 4], told: &[&str]| {
        let layer = |name: &str, order: &str, gray: u16| {
            Writer::item()
                .text(tags::GRAPHIC_LAYER, name)
                .text(tags::GRAPHIC_LAYER_ORDER, order)
                .number(tags::GRAPHIC_LAYER_RECOMMENDED_DISPLAY_GRAYSCALE_VALUE, gray)
        };
        let state = window(state().text(tags::PRESENTATION_LUT_SHAPE, "IDENTITY"), 9000.0, 2.0)
            .text(Tag(0x6000, 0x1001), layers[0])
            .text(Tag(0x6002, 0x1001), layers[1])
            .sequence(tags::GRAPHIC_LAYER_SEQUENCE, [layer("TOP", "9", 500), layer("LOW", "-9", 700)]);
        let shown = Files::new(image(), state).shown();
        assert_eq!(
            (shown.grays.as_slice(), shown.not_applied),
            (&grays[..], told.iter().map(|told| (*told).to_owned()).collect())
        );
    };
    check(["LOW", "LOW"], [0, 700, 700, 700], &[]);
    check(["LOW", "TOP"], [0, 500, 500, 500], &["overlay: planes in the pixel data lie in one layer"]);
    check(["TOP", "LOW"], [0, 500, 500, 500], &["overlay: planes in the pixel data lie in one layer"]);
}

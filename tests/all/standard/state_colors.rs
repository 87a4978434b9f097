//! The colours of presentation states: palettes of pseudo-colour states, profiles of those and of colour states. PS3.3 A.33.2,
//! A.33.3, C.7.9, C.11.15; rule S-11.
//!
//! Palettes are pydicom's, profiles littlecms's, two states highdicom's (`tests/oracle/state_colors`).

use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};

use dicom_core::Tag;
use dicom_dictionary_std::{tags, uids};
use hotlight::color::{ColorTransform, IccProfile, Palettes, ProfileId};
use hotlight::dicom::{Source, Writer, read_frame};
use hotlight::presentation::PresentationState;
use hotlight::render::{SlicePass, cpu, slice_pass};
use hotlight::session::{Applied, Look, View, Zoom};
use hotlight::testing::Scripted;
use serde_json::Value;
use tempfile::TempDir;

use crate::support::{data, hotlight, stderr};

use super::color::{
    badges, colors, distance, expected, icc, on_monitor, pass as pass_of, profile, wait_for_transform, why,
};
use super::made::{Random, lut, read};
use super::presentation_state::state;

const NO_PROFILE: &str = "colours: ICC Profile (0028,2000) is missing";

/// Red, green and blue: descriptors, tables, tables in segments.
const CHANNELS: [[Tag; 3]; 3] = [
    [
        tags::RED_PALETTE_COLOR_LOOKUP_TABLE_DESCRIPTOR,
        tags::RED_PALETTE_COLOR_LOOKUP_TABLE_DATA,
        tags::SEGMENTED_RED_PALETTE_COLOR_LOOKUP_TABLE_DATA,
    ],
    [
        tags::GREEN_PALETTE_COLOR_LOOKUP_TABLE_DESCRIPTOR,
        tags::GREEN_PALETTE_COLOR_LOOKUP_TABLE_DATA,
        tags::SEGMENTED_GREEN_PALETTE_COLOR_LOOKUP_TABLE_DATA,
    ],
    [
        tags::BLUE_PALETTE_COLOR_LOOKUP_TABLE_DESCRIPTOR,
        tags::BLUE_PALETTE_COLOR_LOOKUP_TABLE_DATA,
        tags::SEGMENTED_BLUE_PALETTE_COLOR_LOOKUP_TABLE_DATA,
    ],
];

pub(super) fn pseudo_color() -> Writer {
    state().text(tags::SOP_CLASS_UID, uids::PSEUDO_COLOR_SOFTCOPY_PRESENTATION_STATE_STORAGE)
}

fn words_of(bytes: &[u8]) -> Vec<u16> {
    bytes.chunks(2).map(|pair| u16::from_le_bytes([pair[0], pair.get(1).copied().unwrap_or(0)])).collect()
}

pub(super) fn with_profile(state: Writer, profile: &[u8]) -> Writer {
    state.words(tags::ICC_PROFILE, &words_of(profile))
}

pub(super) fn with_palette(
    state: Writer,
    descriptor: [u16; 3],
    tables: &[Vec<u16>; 3],
    is_segmented: bool,
) -> Writer {
    CHANNELS.iter().zip(tables).fold(state, |state, ([described, whole, in_segments], table)| {
        let place = if is_segmented { in_segments } else { whole };
        state.words(*described, &descriptor).words(*place, table)
    })
}

pub(super) fn window(state: Writer, center: f64, width: f64) -> Writer {
    let item = Writer::item().decimals(tags::WINDOW_CENTER, &[center]);
    state.sequence(tags::SOFTCOPY_VOILUT_SEQUENCE, [item.decimals(tags::WINDOW_WIDTH, &[width])])
}

/// An image of so many bits. What it says of its gray does not count.
pub(super) fn gray_image(rows: usize, columns: usize, bits: u16, photometric: &str, words: &[u16]) -> Writer {
    Writer::new("1.2.840.10008.5.1.4.1.1.7", "2.25.7")
        .text(tags::STUDY_INSTANCE_UID, "2.25.1")
        .text(tags::SERIES_INSTANCE_UID, "2.25.2")
        .text(tags::PATIENT_NAME, "ZZCANARY^STATE")
        .text(tags::MODALITY, "OT")
        .gray_16(rows as u16, columns as u16, false)
        .text(tags::PHOTOMETRIC_INTERPRETATION, photometric)
        .number(tags::BITS_STORED, bits)
        .number(tags::HIGH_BIT, bits - 1)
        .decimals(tags::RESCALE_SLOPE, &[3.0])
        .decimals(tags::RESCALE_INTERCEPT, &[-77.0])
        .decimals(tags::WINDOW_CENTER, &[10.0])
        .decimals(tags::WINDOW_WIDTH, &[20.0])
        .words(tags::PIXEL_DATA, words)
}

pub(super) fn color_image(rows: usize, columns: usize, colors: &[[u8; 3]]) -> Writer {
    gray_image(rows, columns, 8, "RGB", &words_of(colors.as_flattened()))
        .number(tags::SAMPLES_PER_PIXEL, 3)
        .number(tags::PLANAR_CONFIGURATION, 0)
        .number(tags::BITS_ALLOCATED, 8)
}

/// Both as files in a folder.
pub(super) struct Files {
    pub(super) image: PathBuf,
    pub(super) state: PathBuf,
    pub(super) folder: TempDir,
}

impl Files {
    pub(super) fn new(image: Writer, state: Writer) -> Self {
        let folder = TempDir::new().expect("a temporary folder");
        let files =
            Self { image: folder.path().join("image.dcm"), state: folder.path().join("state.dcm"), folder };
        image.write_to(&files.image).expect("an image");
        state.write_to(&files.state).expect("a state");
        files
    }

    pub(super) fn shown(&self) -> Shown {
        Shown::of(&self.image, &self.state)
    }
}

/// A picture by a state, pixel for pixel, as a monitor of sRGB has it.
pub(super) struct Shown {
    /// Of gray, its P-values.
    pub(super) grays: Vec<u16>,
    /// Of a colour image or through a palette, what lies over it left out.
    pub(super) colors: Vec<[u8; 3]>,
    /// Over it: red, green, blue and 255, or four zeros.
    pub(super) over: Vec<[u8; 4]>,
    pub(super) not_applied: Vec<String>,
}

impl Shown {
    fn of(image_path: &Path, state_path: &Path) -> Self {
        let state = PresentationState::read(&Source::file(state_path)).expect("read").expect("a state");
        let (state, image) = (Arc::new(state), read(image_path));
        let frame = Arc::new(read_frame(&image.instance, 0).expect("pixels"));
        assert!(image.is_of(&state));
        let applied = Applied::whole(&state, &image, &frame);
        let (view, look) = (View { zoom: Zoom::Stored, ..View::default() }, Look::default());
        let header = &image.instance.image;
        let turn = applied.framing(&image).turn;
        let size = (header.columns, header.rows);
        let size = if turn.swaps_sides() { (size.1, size.0) } else { size };
        let pass = slice_pass(&image, &frame, &view, &look, &applied, size).expect("a picture");
        let source = applied.profile(&look, &image);
        assert_eq!(pass.colors, ProfileId::of(source));
        let transform = if pass.colors == adobe().profiles().0 {
            Arc::clone(adobe())
        } else {
            Arc::new(ColorTransform::between(source, None).expect("a transform"))
        };
        let pass = SlicePass { monitor: Some(transform), ..pass };
        let grays = cpu::p_values(&pass, &frame).values;
        let colors = match &pass.palette {
            Some(_) => grays.iter().filter_map(|p| pass.palette_color(*p)).collect(),
            None => {
                cpu::colors(&pass, &frame).values.iter().map(|color| pass.monitor_color(*color)).collect()
            }
        };
        let none = || vec![[0; 4]; grays.len()];
        Self {
            colors: if pass.is_gray() { Vec::new() } else { colors },
            over: cpu::tints(&pass, &frame).map_or_else(none, |over| over.values),
            grays: grays.iter().map(|p| p.0).collect(),
            not_applied: applied.not_applied(&image),
        }
    }
}

pub(super) fn bytes(value: &Value) -> Vec<u8> {
    let digits = value.as_str().expect("digits").as_bytes();
    let byte = |pair: &[u8; 2]| {
        u8::from_str_radix(std::str::from_utf8(pair).expect("ASCII"), 16).expect("hexadecimal")
    };
    digits.as_chunks().0.iter().map(byte).collect()
}

/// Each input of each table: 8 and 16 bits, whole and in segments. Half a level on a line goes up here, and to the even level
/// there: PS3.3 C.7.9.2 leaves it open. Photometric Interpretation does not count.
#[test]
fn a_palette_of_a_state_is_that_of_pydicom_in_every_entry() {
    let expected = expected("state_colors/expected.json");
    let mut compared = 0;
    for case in expected["palettes"].as_array().expect("palettes") {
        let number = |name: &str| u16::try_from(case[name].as_u64().expect(name)).expect("16 bits");
        let (count, bits) = (number("count"), number("bits"));
        let tables = [0, 1, 2].map(|channel| words_of(&bytes(&case["tables"][channel])));
        let is_segmented = case["is_segmented"].as_bool().expect("whether");
        let state = with_palette(pseudo_color(), [count, 0, bits], &tables, is_segmented);
        let state = window(state, f64::from(count) / 2.0, f64::from(count));
        let stored_bits = count.trailing_zeros() as u16;
        let columns = usize::from(count) / 8;
        let photometric = ["MONOCHROME1", "MONOCHROME2"][usize::from(compared % 16 == 0)];
        let inputs: Vec<u16> = (0..count).collect();
        let shown = Files::new(gray_image(8, columns, stored_bits, photometric, &inputs), state).shown();
        let theirs = colors(&case["colors"]);
        assert_eq!(shown.colors.len(), theirs.len());
        let apart = shown.colors.iter().zip(&theirs).map(|(ours, theirs)| distance(*ours, *theirs));
        let apart: Vec<u8> = apart.filter(|apart| *apart > 0).collect();
        assert!(
            if is_segmented {
                apart.len() * 20 <= theirs.len() && apart.iter().all(|apart| *apart == 1)
            } else {
                apart.is_empty()
            },
            "{count} entries of {bits} bits: {apart:?}"
        );
        assert_eq!(shown.not_applied, [NO_PROFILE]);
        compared += usize::from(count);
    }
    assert_eq!(compared, 3904);
}

/// The state's modality and VOI LUT, by their formulas, and behind them the palette, of any length; at a step of the palette
/// either side of it.
#[test]
fn gray_goes_through_the_palette_behind_the_voi_lut() {
    let (mut pixels, mut steps) = (0, 0);
    for seed in 0..150 {
        let mut dice = Random::seeded(seed);
        let words: Vec<u16> = (0..20 * 30).map(|_| dice.word() & 0x0FFF).collect();
        let (slope, intercept) = (dice.of(1..=4) as f64, dice.of(-2000..=2000) as f64);
        let state = pseudo_color()
            .decimals(tags::RESCALE_SLOPE, &[slope])
            .decimals(tags::RESCALE_INTERCEPT, &[intercept])
            .text(tags::RESCALE_TYPE, "US");
        let range = (intercept, intercept + slope * 4095.0);
        let has_table = dice.coin();
        let (center, width) = (dice.of(range.0 as i64..=range.1 as i64) as f64, dice.of(2..=9000) as f64);
        let first = dice.of(range.0 as i64..=range.1 as i64 - 1);
        let length = dice.of(2..=999);
        let table: Vec<u16> = (0..length).map(|_| dice.word() >> 4).collect();
        let state = if has_table {
            let item = Writer::item().sequence(tags::VOILUT_SEQUENCE, [lut(first, &table, 12)]);
            state.sequence(tags::SOFTCOPY_VOILUT_SEQUENCE, [item])
        } else {
            window(state, center, width)
        };
        let count = dice.of(1..=700);
        let entries = [0; 3].map(|_| (0..count).map(|_| dice.word() | 0x0100).collect::<Vec<u16>>());
        let state = with_palette(state, [count as u16, 0, 16], &entries, false);
        let shown = Files::new(gray_image(20, 30, 12, "MONOCHROME1", &words), state).shown();
        for (word, color) in words.iter().zip(shown.colors) {
            let value = f64::from(*word) * slope + intercept;
            let share = if has_table {
                let place = (value as i64 - first).clamp(0, length - 1);
                f64::from(table[place as usize]) / 4095.0
            } else {
                ((value - (center - 0.5)) / (width - 1.0) + 0.5).clamp(0.0, 1.0)
            };
            let place = share * count as f64;
            // Not finer than P-values, the last of which is white and not beyond.
            let step = 2.0 * count as f64 / 65_536.0;
            let near = [place - step, place].map(|place| (place as i64).clamp(0, count - 1) as usize);
            let of = |place: usize| [0, 1, 2].map(|channel: usize| (entries[channel][place] >> 8) as u8);
            assert!(near.map(of).contains(&color), "seed {seed}: {word} at {place} of {count}: {color:?}");
            pixels += 1;
            steps += usize::from(near[0] != near[1]);
        }
    }
    eprintln!("C.7.9: 150 states, {pixels} pixels, {steps} at a step of the palette");
    assert!(steps * 20 < pixels, "{steps} of {pixels}");
}

#[test]
fn a_palette_is_known_by_its_uid_and_tables_come_before_it() {
    let ramp: Vec<u16> = (0..256).collect();
    let check = |state: Writer, expected: &[[u8; 3]], told: &[&str]| {
        let files = Files::new(gray_image(16, 16, 8, "MONOCHROME2", &ramp), window(state, 128.0, 256.0));
        let shown = files.shown();
        let told: Vec<String> = told.iter().map(|told| (*told).to_owned()).collect();
        assert_eq!((shown.colors.as_slice(), shown.not_applied), (expected, told));
    };
    let of_uid = |uid: &str| pseudo_color().text(tags::PALETTE_COLOR_LOOKUP_TABLE_UID, uid);
    for palette in ["hot-iron", "fall", "winter", "pet-20-step"] {
        let palettes = Palettes::default();
        let palette = palettes.named(palette).expect("a palette");
        let uid = (1..=8).map(|last| format!("1.2.840.10008.1.5.{last}"));
        let uid = uid.into_iter().find(|uid| palettes.named(uid) == Some(palette)).expect("a UID");
        check(of_uid(&uid), palette.colors(), &[NO_PROFILE]);
    }
    let two = [vec![0xFF00, 0x1000], vec![0, 0x2000], vec![0, 0x3000]];
    let tables = with_palette(of_uid("1.2.840.10008.1.5.1"), [2, 0, 16], &two, false);
    let halves = [[[255, 0, 0]; 128], [[16, 32, 48]; 128]].concat();
    check(tables, &halves, &[NO_PROFILE]);
    // What cannot be applied is named, and the image is gray.
    check(pseudo_color(), &[], &[NO_PROFILE, "palette: it has none"]);
    check(of_uid("1.2.3"), &[], &[NO_PROFILE, "palette: 1.2.3, which is not known"]);
    let first = with_palette(pseudo_color(), [2, 9, 16], &two, false);
    let name = "Red Palette Color Lookup Table Descriptor (0028,1101)";
    check(first, &[], &[NO_PROFILE, &format!("palette: {name} is wrong: it begins at 9 instead of 0")]);
    let cut = with_palette(pseudo_color(), [5, 0, 16], &two, false);
    let name = "Red Palette Color Lookup Table Data (0028,1201)";
    check(cut, &[], &[NO_PROFILE, &format!("palette: {name} is wrong: 2 entries of the 5 announced")]);
    let whole = || with_palette(pseudo_color(), [2, 0, 16], &two, false);
    let shaped = whole().text(tags::PRESENTATION_LUT_SHAPE, "INVERSE");
    check(shaped, &halves, &[NO_PROFILE, "presentation LUT of a state that is not grayscale"]);
    let damaged = with_profile(whole(), b"no profile");
    check(damaged, &halves, &["colours: the ICC profile cannot be used: Invalid ICC profile"]);
    check(
        with_profile(whole(), &icc("adobe.icc")),
        &halves.iter().map(|color| adobe().at(*color)).collect::<Vec<_>>(),
        &[],
    );
}

/// From the colours of Adobe RGB to sRGB.
pub(super) fn adobe() -> &'static Arc<ColorTransform> {
    static ADOBE: LazyLock<Arc<ColorTransform>> = LazyLock::new(|| {
        Arc::new(ColorTransform::between(profile("adobe").as_ref(), None).expect("a transform"))
    });
    &ADOBE
}

/// A pseudo-colour and a colour state of highdicom: its palette by pydicom, its profile by littlecms, in the file that `render`
/// writes.
#[test]
fn states_of_highdicom_are_shown_as_its_tools_have_them() {
    let expected = expected("state_colors/expected.json");
    let folder = TempDir::new().expect("a temporary folder");
    let mut compared = 0;
    for case in expected["states"].as_array().expect("states") {
        let path = |name: &str| data().join("states").join(case[name].as_str().expect(name));
        let (image, state) = (path("image"), path("state"));
        let theirs = colors(&case["colors"]);
        let shown = Shown::of(&image, &state);
        assert!(shown.not_applied.is_empty(), "{:?}", shown.not_applied);
        let apart = shown.colors.iter().zip(&theirs).map(|(ours, theirs)| distance(*ours, *theirs));
        let apart: Vec<u8> = apart.collect();
        let far = apart.iter().filter(|apart| **apart > 1).count();
        eprintln!(
            "{state:?}: {} pixels, {far} off by more than a level, by {:?} at most",
            apart.len(),
            apart.iter().max()
        );
        // As `color.rs` has it: where sRGB cannot show a colour, the lattice rounds the edge of the cut off.
        assert!(
            far * 20 <= apart.len() && apart.iter().all(|apart| *apart <= 17),
            "{far} of {}",
            apart.len()
        );
        for backend in ["cpu", "gpu"] {
            if backend == "gpu" && std::env::var_os("HOTLIGHT_NO_GPU").is_some() {
                continue;
            }
            assert_eq!(
                rendered(folder.path(), &image, &state, &["--backend", backend]),
                shown.colors,
                "{backend}"
            );
        }
        compared += apart.len();
    }
    assert_eq!(compared, 768);
}

/// The file that `render` writes by a state.
pub(super) fn rendered(folder: &Path, image: &Path, state: &Path, more: &[&str]) -> Vec<[u8; 3]> {
    let out = folder.join("x.png");
    let [image, state, path] = [image, state, &out].map(|path| path.display().to_string());
    let fixed = ["render", &image, "--presentation", &state, "--out", &path];
    let output = hotlight(&[&fixed, more].concat());
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let mut reader =
        png::Decoder::new(std::io::BufReader::new(std::fs::File::open(&out).expect("the picture")))
            .read_info()
            .expect("a PNG");
    let mut bytes = vec![0; reader.output_buffer_size().expect("a size")];
    let info = reader.next_frame(&mut bytes).expect("its pixels");
    assert_eq!((info.color_type, info.bit_depth), (png::ColorType::Rgb, png::BitDepth::Eight));
    bytes.as_chunks::<3>().0.to_vec()
}

/// A folder with a pseudo-colour state of Adobe RGB, of two colours, and its image of 255 and 0.
fn pseudo_folder() -> Files {
    let two = [vec![0xFF00, 0x1000], vec![0, 0xE000], vec![0, 0x3000]];
    let state = window(with_palette(pseudo_color(), [2, 0, 16], &two, false), 128.0, 256.0);
    let words: Vec<u16> = (0..64).map(|index| if index % 2 == 0 { 255 } else { 0 }).collect();
    Files::new(gray_image(8, 8, 8, "MONOCHROME2", &words), with_profile(state, &icc("adobe.icc")))
}

/// The transform comes before the picture, on every monitor; the reader's palette is of sRGB.
#[test]
fn a_pseudo_colour_state_is_shown_through_its_profile_until_the_reader_takes_another_palette() {
    let files = pseudo_folder();
    let mut scripted = Scripted::open(files.folder.path());
    let adobe = profile("adobe").expect("a profile").id();
    let of = |scripted: &Scripted| {
        let pass = pass_of(scripted);
        let palette = pass.palette.as_ref().map(|palette| palette.title().to_owned());
        (palette, pass.monitor.map(|transform| transform.profiles()))
    };
    let own = Some("of the presentation state".to_owned());
    assert_eq!(of(&scripted), (own.clone(), Some((adobe, ProfileId::SRGB))));
    assert!(badges(&scripted).contains(&"! palette of the presentation state".to_owned()));
    let told = why(&scripted, "colour uncalibrated").expect("a badge");
    assert!(told.starts_with("The monitor has no ICC profile"), "{told}");
    on_monitor(&mut scripted, &icc("wide.icc"));
    wait_for_transform(&mut scripted);
    let wide = IccProfile::of_monitor(&icc("wide.icc")).expect("usable").id();
    assert_eq!(of(&scripted), (own.clone(), Some((adobe, wide))));
    assert_eq!(why(&scripted, "colour uncalibrated"), None);
    scripted.run("window palette hot-iron");
    wait_for_transform(&mut scripted);
    assert_eq!(of(&scripted), (Some("Hot Iron".to_owned()), Some((ProfileId::SRGB, wide))));
    assert_eq!(why(&scripted, "colour uncalibrated"), None, "it tells of itself");
    scripted.run("window palette none");
    assert_eq!(of(&scripted).0, own);
    scripted.run("presentation gray off");
    assert_eq!(of(&scripted), (None, None));
    scripted.run("presentation gray on; presentation none");
    assert_eq!(of(&scripted), (None, None));
    scripted.run("presentation 1");
    assert_eq!(of(&scripted).0, own);
}

/// The reader's inversion turns the gray before the palette.
#[test]
fn inverted_gray_goes_through_the_palette_of_a_state() {
    let files = pseudo_folder();
    let mut scripted = Scripted::open(files.folder.path());
    let place = |scripted: &Scripted| {
        let pass = pass_of(scripted);
        let gray = pass.gray().expect("gray");
        let p = gray.present(gray.modality.to_modality(hotlight::units::StoredValue(255.0)));
        pass.palette.as_ref().expect("a palette").place(p)
    };
    assert_eq!(place(&scripted), 1);
    scripted.run("invert");
    assert_eq!(place(&scripted), 0);
}

/// The state's profile rules in place of the image's, with the state's gray and not without.
#[test]
fn the_profile_of_a_colour_state_takes_the_place_of_the_images() {
    let image = with_profile(color_image(2, 2, &[[200, 10, 20]; 4]), &icc("wide.icc"));
    let state = state().text(tags::SOP_CLASS_UID, uids::COLOR_SOFTCOPY_PRESENTATION_STATE_STORAGE);
    let files = Files::new(image, with_profile(state, &icc("adobe.icc")));
    let mut scripted = Scripted::open(files.folder.path());
    let source = |scripted: &Scripted| pass_of(scripted).monitor.map(|transform| transform.profiles().0);
    let ids = ["adobe", "wide"].map(|name| profile(name).map(|profile| profile.id()));
    assert_eq!(source(&scripted), ids[0]);
    assert!(!badges(&scripted).iter().any(|badge| badge.contains("partly")), "{:?}", badges(&scripted));
    scripted.run("presentation gray off");
    assert_eq!(source(&scripted), ids[1]);
    scripted.run("presentation none");
    assert_eq!(source(&scripted), ids[1]);
}

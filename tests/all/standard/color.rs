//! Colours: ICC profiles against littlecms, the well-known palettes against pydicom, and both in a session. PS3.4 N.2.2, PS3.6 B.

use std::path::Path;
use std::sync::Arc;

use hotlight::color::{ColorTransform, IccProfile, Palettes, ProfileId};
use hotlight::render::{Picture, SlicePass, Tone};
use hotlight::session::{Event, ScreenMonitor};
use hotlight::testing::Scripted;
use serde_json::Value;
use tempfile::TempDir;

use crate::support::{data, hotlight, phantom, stderr};

pub(super) fn expected(file: &str) -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/oracle").join(file);
    serde_json::from_str(&std::fs::read_to_string(path).expect(file)).expect(file)
}

/// Colours that are written in hexadecimal.
pub(super) fn colors(value: &Value) -> Vec<[u8; 3]> {
    let digits = value.as_str().expect("digits").as_bytes();
    let byte = |pair: &[u8; 2]| {
        u8::from_str_radix(std::str::from_utf8(pair).expect("ASCII"), 16).expect("hexadecimal")
    };
    let bytes: Vec<u8> = digits.as_chunks().0.iter().map(byte).collect();
    bytes.as_chunks().0.to_vec()
}

/// `None` for sRGB, which is assumed.
pub(super) fn profile(name: &str) -> Option<Arc<IccProfile>> {
    let bytes = (name != "srgb").then(|| std::fs::read(data().join(format!("icc/{name}.icc"))).expect(name));
    bytes.map(|bytes| IccProfile::of_image(&bytes).expect(name))
}

pub(super) fn distance(one: [u8; 3], other: [u8; 3]) -> u8 {
    one.iter().zip(other).map(|(one, other)| one.abs_diff(other)).max().unwrap_or(0)
}

/// Within a level where the monitor can show the colour and those around it. Where it cannot, the colour is cut, and the
/// lattice rounds the edge of the cut off: by 17 levels in the worst of all colours (from Adobe RGB to sRGB, whose curve is
/// steep in the dark; computed by formula over 200,000 of them), and by more than 1 on one in fifty. Of profiles that are
/// tables it is up to one in eight: moxcms makes a table of 33 nodes from theirs first, which rounds the edge by itself.
#[test]
fn colours_are_those_of_littlecms() {
    let expected = expected("icc/expected.json");
    let before = colors(&expected["colors"]);
    let mut compared = 0;
    for pair in expected["pairs"].as_array().expect("pairs") {
        let [source, monitor] = [0, 1].map(|at| pair["from_to"][at].as_str().expect("a name"));
        let transform =
            ColorTransform::between(profile(source).as_ref(), profile(monitor).as_ref()).expect(source);
        let after = colors(&pair["colors"]);
        let are_shown = pair["is_shown"].as_str().expect("a digit each").bytes().map(|digit| digit == b'1');
        let distances: Vec<(u8, bool)> = before
            .iter()
            .zip(&after)
            .map(|(&before, &after)| distance(transform.at(before), after))
            .zip(are_shown)
            .collect();
        assert_eq!(distances.len(), 1_200, "{source} to {monitor}");
        let most = |is_shown: bool| {
            let those = distances.iter().filter(|(_, shown)| *shown == is_shown);
            those.map(|(distance, _)| *distance).max().unwrap_or(0)
        };
        let shown = distances.iter().filter(|(_, is_shown)| *is_shown).count();
        let apart = distances.iter().filter(|(distance, _)| *distance > 1).count();
        let told = format!(
            "{source} to {monitor}: {shown} shown, off by {} at most; the others by {}; {apart} by more than 1",
            most(true),
            most(false)
        );
        eprintln!("standard::color: {told}");
        let has_table = [source, monitor].contains(&"table");
        let apart_at_most = if has_table { 150 } else { 30 };
        assert!(shown >= 300 && most(true) <= 1 && most(false) <= 17 && apart <= apart_at_most, "{told}");
        compared += distances.len();
    }
    assert_eq!(compared, 9_600);
}

#[test]
fn the_well_known_palettes_are_those_of_pydicom_in_every_entry() {
    let expected = expected("palette/expected.json");
    let palettes = Palettes::default();
    let theirs = expected["palettes"].as_array().expect("palettes");
    assert_eq!(theirs.len(), 8);
    for theirs in theirs {
        let uid = theirs["uid"].as_str().expect("a UID");
        let ours = palettes.named(uid).expect(uid);
        let label = ours.title().to_uppercase().replace(' ', "_");
        // Theirs sometimes adds what it is.
        let theirs_label = theirs["label"].as_str().expect("a label").trim_end_matches(" LUT");
        assert_eq!(theirs_label, label, "{uid}");
        assert!(ours.colors() == colors(&theirs["colors"]), "{uid}");
    }
}

pub(super) fn pass(scripted: &Scripted) -> SlicePass {
    match scripted.focused().map(|viewport| viewport.picture) {
        Some(Picture::Slice(pass)) => *pass,
        other => panic!("no slice: {other:?}"),
    }
}

/// The badges, a caution with `!` before it.
pub(super) fn badges(scripted: &Scripted) -> Vec<String> {
    let badges = scripted.focused().expect("a viewport").labels.badges;
    let text = |badge: &hotlight::render::Badge| match badge.tone {
        Tone::Caution => format!("! {}", badge.text),
        Tone::Quiet => badge.text.clone(),
    };
    badges.iter().map(text).collect()
}

pub(super) fn why(scripted: &Scripted, text: &str) -> Option<String> {
    let badges = scripted.focused().expect("a viewport").labels.badges;
    badges.into_iter().find(|badge| badge.text == text).map(|badge| badge.why)
}

/// A colour image of the test data with an ICC Profile, in a folder of its own.
fn image_with(profile: &[u8]) -> TempDir {
    let folder = TempDir::new().expect("a folder");
    let mut bytes = std::fs::read(data().join("color/rgb-planar.dcm")).expect("an image");
    let pixels = bytes.windows(4).rposition(|tag| tag == [0xE0, 0x7F, 0x10, 0x00]).expect("pixels");
    let mut element = vec![0x28, 0x00, 0x00, 0x20, b'O', b'B', 0, 0];
    let padded: Vec<u8> = profile.iter().copied().chain((profile.len() % 2 == 1).then_some(0)).collect();
    element.extend(u32::try_from(padded.len()).expect("short").to_le_bytes());
    element.extend(padded);
    bytes.splice(pixels..pixels, element);
    std::fs::write(folder.path().join("image.dcm"), bytes).expect("written");
    folder
}

pub(super) fn icc(name: &str) -> Vec<u8> {
    std::fs::read(data().join("icc").join(name)).expect(name)
}

#[test]
fn a_colour_image_is_shown_through_its_profile() {
    let folder = image_with(&icc("adobe.icc"));
    let scripted = Scripted::open(folder.path());
    let profile = profile("adobe").expect("a profile");
    let pass = pass(&scripted);
    let transform = pass.monitor.as_ref().expect("a transform");
    assert_eq!(transform.profiles(), (profile.id(), ProfileId::SRGB));
    assert!(badges(&scripted).contains(&"colour uncalibrated".to_owned()), "{:?}", badges(&scripted));
    let why = why(&scripted, "colour uncalibrated").expect("a badge");
    assert!(why.starts_with("The monitor has no ICC profile"), "{why}");
}

/// The window comes to a monitor with a profile.
pub(super) fn on_monitor(scripted: &mut Scripted, profile: &[u8]) {
    let profile = Some(IccProfile::of_monitor(profile).expect("usable"));
    let monitor = Ok(ScreenMonitor { profile, ..ScreenMonitor::default() });
    let screen = scripted.reading.session.screens[0].id;
    scripted.reading.event(&Event::ScreenOnMonitor { screen, monitor });
}

/// Waits for the transform of the picture in focus.
pub(super) fn wait_for_transform(scripted: &mut Scripted) {
    scripted.wait_for("a transform comes", |scripted| pass(scripted).monitor.is_some());
}

#[test]
fn with_a_profile_of_both_image_and_monitor_colour_is_calibrated() {
    let folder = image_with(&icc("adobe.icc"));
    let mut scripted = Scripted::open(folder.path());
    on_monitor(&mut scripted, &icc("wide.icc"));
    // Until the transform to the new monitor is made, the picture is not one of another monitor.
    wait_for_transform(&mut scripted);
    let ids = [profile("adobe"), profile("wide")].map(|profile| ProfileId::of(profile.as_ref()));
    assert_eq!(pass(&scripted).monitor.map(|transform| transform.profiles()), Some((ids[0], ids[1])));
    assert_eq!(why(&scripted, "colour uncalibrated"), None);
}

/// An image without a profile is taken for sRGB, on a monitor that has one too.
#[test]
fn without_a_profile_srgb_is_assumed_and_said() {
    let mut scripted = Scripted::open(&data().join("color/rgb-planar.dcm"));
    assert_eq!(pass(&scripted).monitor, None);
    let told = why(&scripted, "colour uncalibrated").expect("a badge");
    assert!(told.starts_with("Neither image nor monitor has an ICC profile"), "{told}");
    on_monitor(&mut scripted, &icc("table.icc"));
    wait_for_transform(&mut scripted);
    let told = why(&scripted, "colour uncalibrated").expect("a badge");
    assert!(told.starts_with("The image has no ICC profile"), "{told}");
}

#[test]
fn a_profile_that_cannot_be_used_is_told_and_the_image_shown() {
    for (profile, words) in [
        (b"no profile at all".to_vec(), "the ICC profile cannot be used: Invalid ICC profile"),
        (vec![0; (4 << 20) + 2], "the ICC profile has 4194306 bytes; at most 4194304 are read"),
    ] {
        let folder = image_with(&profile);
        let scripted = Scripted::open(folder.path());
        assert_eq!(pass(&scripted).monitor, None);
        let told = why(&scripted, "colour profile not applied").expect("a finding");
        assert!(told.contains(words), "{told}");
        assert!(
            badges(&scripted).contains(&"! colour profile not applied".to_owned()),
            "{:?}",
            badges(&scripted)
        );
    }
}

/// Gray has neither profile nor badge of colour.
#[test]
fn gray_says_nothing_of_colour() {
    let mut scripted = Scripted::open(&phantom().join("current"));
    on_monitor(&mut scripted, &icc("wide.icc"));
    assert_eq!((pass(&scripted).monitor, pass(&scripted).palette), (None, None));
    assert!(badges(&scripted).iter().all(|badge| !badge.contains("colour")), "{:?}", badges(&scripted));
}

#[test]
fn a_palette_shows_gray_in_colours_and_says_so() {
    let mut scripted = Scripted::open(&phantom().join("current"));
    let gray = pass(&scripted);
    scripted.run("window palette hot-iron");
    let shown = pass(&scripted);
    assert_eq!(shown.palette.as_ref().map(|palette| palette.title()), Some("Hot Iron"));
    assert_eq!(SlicePass { palette: None, ..shown }, gray, "the gray before it is the same");
    assert!(badges(&scripted).contains(&"! palette Hot Iron".to_owned()), "{:?}", badges(&scripted));
    scripted.run("window palette no-such; scroll +1");
    assert_eq!(pass(&scripted).palette.as_ref().map(|palette| palette.name()), Some("hot-iron"));
    let told = &scripted.reading.session.messages.last().expect("a message").text;
    assert!(told.starts_with("There is no palette 'no-such'; there are hot-iron, pet, "), "{told}");
    scripted.run("window palette none");
    assert_eq!(pass(&scripted).palette, None);
}

/// Rule NM-4: where colours are usual, they are at hand.
#[test]
fn the_menu_of_pet_offers_palettes_and_that_of_ct_does_not() {
    let folder = TempDir::new().expect("a folder");
    let mut bytes = std::fs::read(data().join("pydicom/CT_small.dcm")).expect("an image");
    let modality = b"\x08\0\x60\0CS\x02\0CT";
    let at = bytes.windows(modality.len()).position(|window| window == modality).expect("a modality");
    let offered = |bytes: &[u8]| {
        std::fs::write(folder.path().join("image.dcm"), bytes).expect("written");
        let mut scripted = Scripted::open(folder.path());
        scripted.run("window palette pet-20-step");
        let lines = scripted.reading.session.menu_lines(&scripted.reading.library);
        let palettes =
            lines.into_iter().filter(|line| line.command.to_string().starts_with("window palette "));
        palettes.map(|line| (line.title, line.is_current)).collect::<Vec<_>>()
    };
    assert_eq!(offered(&bytes), []);
    bytes[at + modality.len() - 2] = b'P';
    bytes[at + modality.len() - 1] = b'T';
    let lines = offered(&bytes);
    assert_eq!(lines.len(), 9);
    let chosen: Vec<&str> = lines.iter().filter(|line| line.1).map(|line| line.0.as_str()).collect();
    assert_eq!(chosen, ["Palette PET 20 Step"]);
}

#[test]
fn a_colour_image_takes_no_palette() {
    let mut scripted = Scripted::open(&data().join("color/rgb-planar.dcm"));
    scripted.run("window palette pet");
    assert_eq!(pass(&scripted).palette, None);
}

/// What `render` writes is of sRGB.
#[test]
fn render_applies_the_profile_of_the_image() {
    let folder = image_with(&icc("adobe.icc"));
    let transform = ColorTransform::between(profile("adobe").as_ref(), None).expect("a transform");
    let out = folder.path().join("x.png");
    let render = |input: &Path| {
        let (input, out) = (input.display().to_string(), out.display().to_string());
        let output = hotlight(&["render", &input, "--out", &out]);
        assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
        let file = std::io::BufReader::new(std::fs::File::open(&out).expect("the picture"));
        let mut reader = png::Decoder::new(file).read_info().expect("a PNG");
        let mut bytes = vec![0; reader.output_buffer_size().expect("a size")];
        reader.next_frame(&mut bytes).expect("its pixels");
        bytes.as_chunks::<3>().0.to_vec()
    };
    let stored = render(&data().join("color/rgb-planar.dcm"));
    let applied = render(&folder.path().join("image.dcm"));
    assert_eq!(applied, stored.iter().map(|&color| transform.at(color)).collect::<Vec<_>>());
    assert_ne!(applied, stored);
}

//! What the header says of pixels: padding, frames that differ, raw material, the shape of a pixel. Rules P-16, P-20, P-21, P-24.

use dicom_core::Tag;
use dicom_dictionary_std::tags;
use hotlight::dicom::{Instance, Padding, Writer};
use hotlight::render::{Picture, cpu};
use hotlight::study::FrameState;
use hotlight::testing::Scripted;
use tempfile::TempDir;

const CAPTURE: &str = "1.2.840.10008.5.1.4.1.1.7";
const ENHANCED_MR: &str = "1.2.840.10008.5.1.4.1.1.4.1";

fn object(sop_class: &str, series: &str, number: u16) -> Writer {
    Writer::new(sop_class, &format!("{series}.{number}"))
        .text(tags::STUDY_INSTANCE_UID, "2.25.1")
        .text(tags::SERIES_INSTANCE_UID, series)
        .text(tags::PATIENT_NAME, "ZZCANARY^HEADER")
        .text(tags::PATIENT_ID, "ZZCANARY")
        .number(tags::INSTANCE_NUMBER, number)
}

/// 4 × 1 pixels of 0 (padding), 0, 100 and 200.
fn padded(change: impl FnOnce(Writer) -> Writer) -> Writer {
    let plain = object(CAPTURE, "2.25.5", 1)
        .text(tags::MODALITY, "OT")
        .gray_16(1, 4, false)
        .decimals(tags::WINDOW_CENTER, &[100.5])
        .decimals(tags::WINDOW_WIDTH, &[201.0])
        .number(tags::PIXEL_PADDING_VALUE, 0)
        .pixels(&[0, 0, 100, 200]);
    change(plain)
}

fn read(writer: Writer) -> Instance {
    let folder = TempDir::new().expect("a folder");
    let path = folder.path().join("image");
    writer.write_to(&path).expect("a file");
    Instance::read(&path).expect("an image")
}

fn open(writers: impl IntoIterator<Item = Writer>) -> (Scripted, TempDir) {
    let folder = TempDir::new().expect("a folder");
    for (number, writer) in writers.into_iter().enumerate() {
        writer.write_to(&folder.path().join(number.to_string())).expect("a file");
    }
    (Scripted::open(folder.path()), folder)
}

/// The P-values of the focused viewport, pixel by pixel.
fn p_values(scripted: &Scripted) -> Vec<u16> {
    let Some(Picture::Slice(mut pass)) = scripted.focused().map(|viewport| viewport.picture) else {
        panic!("no slice")
    };
    let Some(FrameState::Ready(frame)) = scripted.reading.library.frame(&pass.frame) else {
        panic!("no pixels")
    };
    pass.view_size = pass.image_size;
    pass.image_from_view =
        hotlight::geometry::Map::scale_then_move(1.0, 1.0, hotlight::geometry::Point::flat(0.0, 0.0));
    pass.sampling = hotlight::render::Sampling::Nearest;
    cpu::p_values(&pass, frame).values.iter().map(|value| value.0).collect()
}

fn badges(scripted: &Scripted) -> Vec<String> {
    let labels = scripted.focused().expect("a viewport").labels;
    labels.badges.into_iter().map(|badge| badge.text).collect()
}

fn not_applied(instance: &Instance) -> Vec<String> {
    instance.frame(0).gray.not_applied.iter().map(ToString::to_string).collect()
}

/// Rule P-16: black in either polarity. A value of anatomy that is that of padding can be shown, with a badge.
#[test]
fn padding_is_black_until_it_is_asked_for() {
    for (photometric, ends) in [("MONOCHROME1", [65_535, 0]), ("MONOCHROME2", [0, 65_535])] {
        let (mut scripted, _folder) =
            open([padded(|writer| writer.text(tags::PHOTOMETRIC_INTERPRETATION, photometric))]);
        let [zero, white] = [ends[0], ends[1]];
        assert_eq!(p_values(&scripted)[..2], [0, 0], "{photometric}");
        assert_eq!(p_values(&scripted)[3], white, "{photometric}");
        scripted.run("window padding show");
        assert_eq!(p_values(&scripted)[..2], [zero, zero], "{photometric}");
        assert!(badges(&scripted).contains(&"padding shown".to_owned()), "{:?}", badges(&scripted));
        scripted.run("undo");
        assert_eq!(p_values(&scripted)[..2], [0, 0], "{photometric}");
        scripted.run("window padding toggle; window padding toggle");
        assert!(!badges(&scripted).contains(&"padding shown".to_owned()));
        scripted.run("window padding toggle; window padding black");
        assert_eq!(p_values(&scripted)[..2], [0, 0], "{photometric}");
    }
}

#[test]
fn padding_of_an_image_that_states_none_is_a_note() {
    let (mut scripted, _folder) =
        open([object(CAPTURE, "2.25.5", 1).gray_16(1, 4, false).pixels(&[0, 0, 100, 200])]);
    scripted.run("window padding show");
    let message = scripted.reading.session.messages.last().expect("a note");
    assert_eq!(message.text, "This image states no padding.");
    assert!(!badges(&scripted).contains(&"padding shown".to_owned()));
}

#[test]
fn a_window_that_fits_leaves_padding_out() {
    let (mut scripted, _folder) = open([padded(|writer| writer.pixels(&[0, 50, 100, 200]))]);
    scripted.run("window auto");
    assert!(scripted.words().contains("W 151 L 125.5"), "{}", scripted.words());
}

/// A window made of real values spans all of them but padding.
#[test]
fn a_window_made_of_real_values_leaves_padding_out() {
    let real = object(CAPTURE, "2.25.5", 1)
        .text(tags::MODALITY, "OT")
        .gray_16(1, 4, false)
        .number(tags::BITS_ALLOCATED, 32)
        .number(tags::BITS_STORED, 32)
        .number(tags::HIGH_BIT, 31)
        .number(tags::PIXEL_PADDING_VALUE, 0)
        // 32 bits each: 0, 70,000, 65,536 and 131,072.
        .pixels(&[0, 0, 4464, 1, 0, 1, 0, 2]);
    let (scripted, _folder) = open([real]);
    assert!(scripted.words().contains("W 65536 L 98304"), "{}", scripted.words());
}

/// Each file says its own, and what cannot be is told and not applied.
#[test]
fn padding_is_of_each_file_and_contradictions_are_findings() {
    let range = |low, high| Some(Padding { low, high });
    assert_eq!(read(padded(|writer| writer)).frame(0).gray.padding, range(0.0, 0.0));
    let limit = |value| padded(|writer| writer.number(tags::PIXEL_PADDING_RANGE_LIMIT, value));
    assert_eq!(read(limit(10)).frame(0).gray.padding, range(0.0, 10.0));
    let everything = read(limit(65_535));
    assert_eq!(everything.frame(0).gray.padding, None);
    let why = "padding: Pixel Padding Value (0028,0120) and its limit cover every value";
    assert_eq!(not_applied(&everything), [why]);
    let (scripted, _folder) = open([limit(65_535)]);
    assert!(badges(&scripted).contains(&format!("not applied: {why}")), "{:?}", badges(&scripted));
}

fn rescale(slope: f64) -> Writer {
    let of = Writer::item().decimals(tags::RESCALE_SLOPE, &[slope]).decimals(tags::RESCALE_INTERCEPT, &[0.0]);
    Writer::item().sequence(tags::PIXEL_VALUE_TRANSFORMATION_SEQUENCE, [of])
}

fn map(label: &str, slope: f64) -> Writer {
    let unit = Writer::item()
        .text(tags::CODE_VALUE, "ms")
        .text(tags::CODING_SCHEME_DESIGNATOR, "UCUM")
        .text(tags::CODE_MEANING, "milliseconds");
    Writer::item()
        .text(tags::LUT_LABEL, label)
        .sequence(tags::MEASUREMENT_UNITS_CODE_SEQUENCE, [unit])
        .number(tags::REAL_WORLD_VALUE_FIRST_VALUE_MAPPED, 0)
        .number(tags::REAL_WORLD_VALUE_LAST_VALUE_MAPPED, 4095)
        .doubles(tags::REAL_WORLD_VALUE_SLOPE, &[slope])
        .doubles(tags::REAL_WORLD_VALUE_INTERCEPT, &[0.0])
}

fn enhanced(shared: Writer, frames: [Writer; 2]) -> Writer {
    object(ENHANCED_MR, "2.25.6", 1)
        .text(tags::MODALITY, "MR")
        .number(tags::NUMBER_OF_FRAMES, 2)
        .gray_16(1, 2, false)
        .pixels(&[1, 2, 3, 4])
        .sequence(tags::SHARED_FUNCTIONAL_GROUPS_SEQUENCE, [shared])
        .sequence(tags::PER_FRAME_FUNCTIONAL_GROUPS_SEQUENCE, frames)
}

fn slopes(instance: &Instance) -> [Option<f64>; 2] {
    [0, 1].map(|frame| instance.frame(frame).gray.rescale.map(|(slope, _)| slope))
}

fn labels(instance: &Instance) -> [Vec<Result<String, String>>; 2] {
    [0, 1].map(|frame| {
        let maps = instance.frame(frame).real_world.iter();
        maps.map(|map| map.as_ref().map(|map| map.label.clone()).map_err(Clone::clone)).collect()
    })
}

/// Rule P-20: malformed objects say a thing for all frames and for one; that of the frame counts.
#[test]
fn what_a_frame_says_counts_before_what_all_share() {
    let shared = rescale(2.0).sequence(tags::REAL_WORLD_VALUE_MAPPING_SEQUENCE, [map("all", 1.0)]);
    let second =
        rescale(3.0).sequence(tags::REAL_WORLD_VALUE_MAPPING_SEQUENCE, [map("own", 1.0), map("too", 2.0)]);
    let instance = read(enhanced(shared, [Writer::item(), second]));
    assert_eq!(slopes(&instance), [Some(2.0), Some(3.0)]);
    let named = |names: &[&str]| -> Vec<Result<String, String>> {
        names.iter().map(|name| Ok((*name).to_owned())).collect()
    };
    assert_eq!(labels(&instance), [named(&["all"]), named(&["own", "too"])]);
}

#[test]
fn what_an_enhanced_object_says_outside_its_groups_is_told_and_not_used() {
    let writer = enhanced(Writer::item(), [Writer::item(), Writer::item()])
        .decimals(tags::RESCALE_SLOPE, &[7.0])
        .decimals(tags::RESCALE_INTERCEPT, &[0.0])
        .decimals(tags::WINDOW_CENTER, &[40.0])
        .decimals(tags::WINDOW_WIDTH, &[400.0])
        .number(tags::PIXEL_PADDING_VALUE, 3)
        .sequence(tags::REAL_WORLD_VALUE_MAPPING_SEQUENCE, [map("astray", 1.0)]);
    let (scripted, folder) = open([writer]);
    let instance = Instance::read(&folder.path().join("0")).expect("an image");
    assert_eq!((slopes(&instance), instance.frame(1).gray.windows.len()), ([None, None], 0));
    assert_eq!(
        not_applied(&instance),
        ["rescale outside the functional groups", "window outside the functional groups"]
    );
    let astray = Err("the map stands outside the functional groups".to_owned());
    assert_eq!(labels(&instance)[1], [astray]);
    // Padding belongs to the object.
    assert_eq!(instance.frame(1).gray.padding, Some(Padding { low: 3.0, high: 3.0 }));
    let badges = badges(&scripted);
    let told = ["not applied: rescale outside the functional groups", "a real-world value is left out"];
    assert!(told.iter().all(|told| badges.iter().any(|badge| badge.starts_with(told))), "{badges:?}");
}

#[test]
fn a_pet_image_says_why_it_has_no_uptake() {
    let writer = object("1.2.840.10008.5.1.4.1.1.128", "2.25.7", 1)
        .text(tags::MODALITY, "PT")
        .text(tags::UNITS, "BQML")
        .text(tags::CORRECTED_IMAGE, "DECY\\ATTN")
        .text(tags::DECAY_CORRECTION, "START")
        .gray_16(1, 2, false)
        .pixels(&[1, 2]);
    let (scripted, _folder) = open([writer]);
    let labels = scripted.focused().expect("a viewport").labels;
    let badge = labels.badges.iter().find(|badge| badge.text == "no SUV").expect("a badge");
    assert!(badge.why.contains("Patient's Weight (0010,1030) is not stated"), "{}", badge.why);
}

const DX: &str = "1.2.840.10008.5.1.4.1.1.1.1";
const DX_FOR_PROCESSING: &str = "1.2.840.10008.5.1.4.1.1.1.1.1";

fn radiograph(sop_class: &str, series: u16, intent: &str) -> Writer {
    object(sop_class, &format!("2.25.{series}"), 1)
        .text(tags::MODALITY, "DX")
        .number(tags::SERIES_NUMBER, series)
        .text(tags::PRESENTATION_INTENT_TYPE, intent)
        .gray_16(1, 2, false)
        .pixels(&[1, 2])
}

/// The number of the series in focus.
fn series(scripted: &Scripted) -> Option<i64> {
    let source = scripted.reading.session.focused_viewport()?.source.clone()?;
    scripted.reading.library.find(&source.display_set)?.1.attributes.number
}

const BANNER: &str = "FOR PROCESSING – not for diagnosis";

/// Rule P-21, MG-1: raw material comes after what is made of it, whichever is read first, and says what it is.
#[test]
fn images_for_presentation_hang_before_those_for_processing() {
    let raw = || radiograph(DX_FOR_PROCESSING, 1, "FOR PROCESSING");
    let (mut scripted, _folder) = open([raw(), radiograph(DX, 2, "FOR PRESENTATION")]);
    assert_eq!(series(&scripted), Some(2));
    assert!(!badges(&scripted).contains(&BANNER.to_owned()));
    scripted.run("series previous");
    assert_eq!(series(&scripted), Some(1));
    assert_eq!(badges(&scripted).first().map(String::as_str), Some(BANNER));
    let (scripted, _folder) = open([raw()]);
    assert_eq!(series(&scripted), Some(1), "where there is nothing else");
}

/// Raw material that is read first does not hang while better may come.
#[test]
fn raw_material_waits_until_everything_is_read() {
    let folders = [radiograph(DX_FOR_PROCESSING, 1, "FOR PROCESSING"), radiograph(DX, 2, "FOR PRESENTATION")];
    let folders = folders.map(|writer| open([writer]).1);
    let mut scripted = Scripted::empty();
    let opened = folders.each_ref().map(|folder| format!("open {}", folder.path().display()));
    scripted.run(&opened.join("\n"));
    assert_eq!(series(&scripted), Some(2));
}

#[test]
fn intent_or_class_alone_make_raw_material() {
    for (class, intent, is_raw) in [
        (DX, "FOR PRESENTATION", false),
        (DX, "", false),
        (DX, "FOR PROCESSING", true),
        (DX_FOR_PROCESSING, "", true),
        (DX_FOR_PROCESSING, "FOR PRESENTATION", true),
    ] {
        assert_eq!(read(radiograph(class, 1, intent)).is_for_processing, is_raw, "{class} {intent}");
    }
}

#[test]
fn every_tile_of_raw_material_says_so() {
    let raw = |number| object(DX_FOR_PROCESSING, "2.25.1", number).gray_16(1, 2, false).pixels(&[1, 2]);
    let (mut scripted, _folder) = open([raw(1), raw(2)]);
    scripted.run("tiles 1x2; scroll to 1");
    let says = |plan: &hotlight::render::ViewportPlan| {
        plan.labels.badges.iter().filter(|badge| badge.text == BANNER).count()
    };
    assert_eq!(scripted.plan().viewports.iter().map(says).collect::<Vec<_>>(), [1, 1]);
}

fn aspect(stated: &[(Tag, &str)]) -> f64 {
    let plain = object(CAPTURE, "2.25.5", 1).text(tags::MODALITY, "DX").gray_16(1, 4, false).pixels(&[0; 4]);
    let put = |writer: Writer, (tag, text): &(Tag, &str)| writer.text(*tag, text);
    read(stated.iter().fold(plain, put)).image.pixel_aspect
}

/// Rule P-24. All ratios are exact in binary.
#[test]
fn pixel_spacing_shapes_a_pixel_before_the_spacing_of_its_shadow_and_a_bare_ratio() {
    let pixel = (tags::PIXEL_SPACING, "0.5\\0.25");
    let imager = (tags::IMAGER_PIXEL_SPACING, "0.25\\1");
    let scanned = (tags::NOMINAL_SCANNED_PIXEL_SPACING, "0.5\\1");
    let ratio = (tags::PIXEL_ASPECT_RATIO, "4\\1");
    for (stated, expected) in [
        (&[pixel, imager, scanned, ratio][..], 2.0),
        (&[imager, scanned, ratio], 0.25),
        (&[scanned, ratio], 0.5),
        (&[ratio], 4.0),
        (&[], 1.0),
        (&[(tags::PIXEL_ASPECT_RATIO, "0\\1")], 1.0),
        (&[(tags::PIXEL_ASPECT_RATIO, "1\\0")], 1.0),
        (&[(tags::PIXEL_SPACING, "0\\0"), ratio], 4.0),
    ] {
        assert_eq!(aspect(stated).to_bits(), f64::to_bits(expected), "{stated:?}");
    }
}

/// PS3.3 C.7.1.1, C.7.2.1: the same ID of another issuer is another patient, and the same procedure makes a prior.
#[test]
fn the_issuer_of_an_id_and_the_codes_of_a_procedure_are_read() {
    let code = |value: &str| {
        Writer::item().text(tags::CODE_VALUE, value).text(tags::CODING_SCHEME_DESIGNATOR, "99LOCAL")
    };
    let image = read(padded(|writer| {
        writer
            .text(tags::ISSUER_OF_PATIENT_ID, "NORTH ")
            .sequence(tags::PROCEDURE_CODE_SEQUENCE, vec![code("CTCHEST"), code("CTABDOMEN")])
    }));
    assert_eq!(image.patient.issuer.reveal(), "NORTH");
    assert_eq!(image.study.procedures, ["CTCHEST^99LOCAL", "CTABDOMEN^99LOCAL"]);
    let silent = read(padded(|writer| writer));
    assert_eq!((silent.patient.issuer.reveal().as_str(), silent.study.procedures.len()), ("", 0));
}

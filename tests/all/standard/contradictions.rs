//! What is wrong in a presentation state is named, and the rest of it is applied as far as is safe. PS3.3 A.33.1; rules S-2 to S-10.

use dicom_dictionary_std::tags;
use hotlight::dicom::{Source, Writer};
use hotlight::geometry::Turn;
use hotlight::grayscale::{Polarity, Rescale, VoiFunction};
use hotlight::presentation::{
    AreaSize, GraphicUnits, PresentationLut, PresentationState, StateModality, StateShutter, StateVoi,
};
use hotlight::units::PValue;
use tempfile::TempDir;

use super::made::lut;
use super::state;

fn read(object: Writer) -> PresentationState {
    let folder = TempDir::new().expect("a temporary folder");
    let path = folder.path().join("state");
    object.write_to(&path).expect("a state");
    PresentationState::read(&Source::file(&path)).expect("it is whole").expect("a state")
}

/// Without anything wrong.
fn sound() -> Writer {
    state().text(tags::PRESENTATION_LUT_SHAPE, "IDENTITY")
}

/// One thing is wrong, and named so.
fn check(object: Writer, words: &str) -> PresentationState {
    let state = read(object);
    assert_eq!(state.not_applied, [words]);
    state
}

fn with_area(change: impl Fn(Writer) -> Writer) -> Writer {
    let area = Writer::item()
        .integers(tags::DISPLAYED_AREA_TOP_LEFT_HAND_CORNER, &[2, 3])
        .integers(tags::DISPLAYED_AREA_BOTTOM_RIGHT_HAND_CORNER, &[9, 8])
        .text(tags::PRESENTATION_SIZE_MODE, "SCALE TO FIT")
        .text(tags::PRESENTATION_PIXEL_ASPECT_RATIO, "2\\1");
    sound().sequence(tags::DISPLAYED_AREA_SELECTION_SEQUENCE, [change(area)])
}

#[test]
fn a_sound_state_has_nothing_to_say() {
    assert_eq!(read(with_area(|area| area)).not_applied, [""; 0]);
}

#[test]
fn references_that_name_nothing() {
    check(sound().sequence(tags::REFERENCED_SERIES_SEQUENCE, []), "references: it names no image");
    let series = Writer::item().text(tags::SERIES_INSTANCE_UID, "2.25.2");
    let state =
        check(sound().sequence(tags::REFERENCED_SERIES_SEQUENCE, [series]), "references: it names no image");
    assert_eq!(state.references, []);
    let image = Writer::item().text(tags::REFERENCED_SOP_INSTANCE_UID, "2.25.7");
    let series = |uid: &str| {
        let image = Writer::item().text(tags::REFERENCED_SOP_INSTANCE_UID, "2.25.7");
        Writer::item().text(tags::SERIES_INSTANCE_UID, uid).sequence(tags::REFERENCED_IMAGE_SEQUENCE, [image])
    };
    let nameless = Writer::item().sequence(tags::REFERENCED_IMAGE_SEQUENCE, [image]);
    let two = sound().sequence(tags::REFERENCED_SERIES_SEQUENCE, [nameless, series("2.25.2")]);
    let state = check(two, "references: a series without Series Instance UID (0020,000E)");
    assert_eq!(state.references.len(), 1);
}

#[test]
fn turns() {
    let turn = |angle: u16, flip: &str| {
        sound().number(tags::IMAGE_ROTATION, angle).text(tags::IMAGE_HORIZONTAL_FLIP, flip)
    };
    let state = check(turn(45, "Y"), "rotation: Image Rotation (0070,0042) is 45");
    assert_eq!(state.turn, Turn::new(0, true));
    for (angle, quarters) in [(0, 0), (90, 1), (180, 2), (270, 3)] {
        assert_eq!(read(turn(angle, "N")).turn, Turn::new(quarters, false));
    }
}

#[test]
fn shutters() {
    let bitmap = |shape: &str| sound().text(tags::SHUTTER_SHAPE, shape);
    let with_group = |shape: &str| bitmap(shape).number(tags::SHUTTER_OVERLAY_GROUP, 0x6002);
    let state = check(with_group("BITMAP\\CIRCULAR"), "shutter: shapes beside a bitmap");
    assert!(matches!(state.shutter, StateShutter::Bitmap { group: 0x6002, .. }));
    let state = check(bitmap("BITMAP"), "shutter: Shutter Overlay Group (0018,1623) is missing");
    assert_eq!(state.shutter, StateShutter::None);
    assert_eq!(read(with_group("BITMAP")).not_applied, [""; 0]);
}

#[test]
fn displayed_areas() {
    let mode = |mode: &'static str| with_area(move |area| area.text(tags::PRESENTATION_SIZE_MODE, mode));
    let size = |state: &PresentationState| state.areas[0].size;
    let fit = AreaSize::ScaleToFit;
    let missing = "true size: Presentation Pixel Spacing (0070,0101) is missing";
    assert_eq!(size(&check(mode("TRUE SIZE"), missing)), fit);
    assert_eq!(size(&check(mode("LARGE"), "displayed area: size mode \"LARGE\"")), fit);
    let missing = "magnification: Presentation Pixel Magnification Ratio (0070,0103) is missing";
    assert_eq!(size(&check(mode("MAGNIFY"), missing)), fit);
    for ratio in [0.0, -1.0, 1e9, f64::NAN] {
        let state = with_area(|area| {
            area.text(tags::PRESENTATION_SIZE_MODE, "MAGNIFY")
                .floats(tags::PRESENTATION_PIXEL_MAGNIFICATION_RATIO, &[ratio])
        });
        assert_eq!(size(&check(state, missing)), fit, "{ratio}");
    }
    let corner = |corner: &'static [i32]| {
        with_area(move |area| area.integers(tags::DISPLAYED_AREA_TOP_LEFT_HAND_CORNER, corner))
    };
    let one = "displayed area: Displayed Area Top Left Hand Corner (0070,0052) has not two values";
    assert_eq!(check(corner(&[5]), one).areas, []);
    // To the left of the other, below it, or both.
    for reversed in [&[10, 3], &[2, 9], &[10, 9]] {
        check(corner(reversed), "displayed area: its corners are not those of the turned image");
    }
    let aspect = |state: Writer| read(state).areas[0].pixel_aspect;
    assert_eq!(aspect(with_area(|area| area)), Some(2.0));
    let both = with_area(|area| area.decimals(tags::PRESENTATION_PIXEL_SPACING, &[0.75, 0.5]));
    assert_eq!(aspect(both), Some(1.5), "spacing before the ratio");
    let ratio =
        |ratio: &'static str| with_area(move |area| area.text(tags::PRESENTATION_PIXEL_ASPECT_RATIO, ratio));
    assert_eq!(aspect(ratio("1435678\\1498765")), Some(1_435_678.0 / 1_498_765.0));
    let wrong = "displayed area: Presentation Pixel Aspect Ratio (0070,0102) is not that of any pixel";
    for odd in ["0\\1", "1\\0", "-1\\1", "1", "2147483647\\1"] {
        assert_eq!(check(ratio(odd), wrong).areas[0].pixel_aspect, None, "{odd}");
    }
    let flat = with_area(|area| area.decimals(tags::PRESENTATION_PIXEL_SPACING, &[0.5, 0.0]));
    let wrong = "displayed area: Presentation Pixel Spacing (0070,0101) is not that of any pixel";
    assert_eq!(check(flat, wrong).areas[0].pixel_aspect, Some(2.0));
    let area = || {
        Writer::item()
            .integers(tags::DISPLAYED_AREA_TOP_LEFT_HAND_CORNER, &[1, 1])
            .integers(tags::DISPLAYED_AREA_BOTTOM_RIGHT_HAND_CORNER, &[9, 9])
            .text(tags::PRESENTATION_SIZE_MODE, "SCALE TO FIT")
    };
    let two = sound().sequence(tags::DISPLAYED_AREA_SELECTION_SEQUENCE, [area(), area()]);
    check(two, "displayed area: two items for one image");
}

#[test]
fn modality_luts() {
    let rescale = |slope: &[f64], intercept: &[f64]| {
        sound().decimals(tags::RESCALE_SLOPE, slope).decimals(tags::RESCALE_INTERCEPT, intercept)
    };
    let state = check(rescale(&[0.0], &[5.0]), "rescale: Rescale Slope (0028,1053) is 0");
    assert_eq!(state.modality, StateModality::Rescale(Rescale::IDENTITY));
    let half = sound().decimals(tags::RESCALE_SLOPE, &[2.0]);
    let state = check(half, "half a rescale");
    assert_eq!(state.modality, StateModality::Rescale(Rescale { slope: 2.0, intercept: 0.0 }));
    let both = rescale(&[2.0], &[5.0]).sequence(tags::MODALITY_LUT_SEQUENCE, [lut(-3, &[1, 2], 16)]);
    let StateModality::Table(table) = check(both, "rescale beside a modality LUT").modality else {
        panic!("the table counts")
    };
    // Only the image says whether its values have a sign.
    assert_eq!((table.of(true).first(), table.of(false).first()), (-3, 65_533));
}

#[test]
fn voi_luts() {
    let voi = |item: Writer| sound().sequence(tags::SOFTCOPY_VOILUT_SEQUENCE, [item]);
    let window = |width: f64| {
        Writer::item().decimals(tags::WINDOW_CENTER, &[40.0]).decimals(tags::WINDOW_WIDTH, &[width])
    };
    let nothing = "VOI LUT: an item has neither a window nor a table";
    assert_eq!(check(voi(Writer::item()), nothing).voi, []);
    check(voi(window(0.0)), "VOI LUT: a linear window cannot have width 0");
    check(voi(window(9.0).text(tags::VOILUT_FUNCTION, "CUBIC")), "VOI LUT: function \"CUBIC\"");
    let several = "VOI LUT: several windows or tables in one item";
    check(voi(window(9.0).sequence(tags::VOILUT_SEQUENCE, [lut(0, &[1, 2], 16)])), several);
    let tables = [lut(0, &[1, 2], 16), lut(0, &[2, 1], 16)];
    check(voi(Writer::item().sequence(tags::VOILUT_SEQUENCE, tables)), several);
    let windows = Writer::item()
        .decimals(tags::WINDOW_CENTER, &[40.0, 60.0])
        .decimals(tags::WINDOW_WIDTH, &[9.0, 11.0]);
    let state = check(voi(windows), several);
    let StateVoi::Window(first) = &state.voi[0].voi else { panic!("a window") };
    assert_eq!((first.center(), first.width()), (40.0, 9.0), "the first");
    let state = read(voi(window(9.0).text(tags::VOILUT_FUNCTION, "SIGMOID")));
    let [voi] = state.voi.as_slice() else { panic!("one item") };
    let StateVoi::Window(window) = &voi.voi else { panic!("a window") };
    assert_eq!(window.function(), VoiFunction::Sigmoid);
}

/// By frames, and not by images alone.
#[test]
fn two_windows_for_one_frame() {
    let item = |uid: &str, frames: &str| {
        let image = Writer::item().text(tags::REFERENCED_SOP_INSTANCE_UID, uid);
        let image = if frames.is_empty() { image } else { image.text(tags::REFERENCED_FRAME_NUMBER, frames) };
        Writer::item()
            .decimals(tags::WINDOW_CENTER, &[40.0])
            .decimals(tags::WINDOW_WIDTH, &[9.0])
            .sequence(tags::REFERENCED_IMAGE_SEQUENCE, [image])
    };
    let two = |a, b| sound().sequence(tags::SOFTCOPY_VOILUT_SEQUENCE, [a, b]);
    let words = "VOI LUT: two items for one image";
    check(two(item("2.25.7", "1\\2"), item("2.25.7", "2\\3")), words);
    check(two(item("2.25.7", "3"), item("2.25.7", "")), words);
    check(two(item("2.25.7", ""), item("2.25.7", "")), words);
    assert_eq!(read(two(item("2.25.7", "1"), item("2.25.7", "2"))).not_applied, [""; 0]);
    let stray = "VOI LUT: for images that the state does not refer to";
    assert_eq!(read(two(item("2.25.7", ""), item("2.25.8", ""))).not_applied, [stray]);
}

/// Order, gray and name of a layer are those of the first: the last one had won for graphics, and the first for planes.
#[test]
fn graphic_layers() {
    let layer = |name: &str, order: i32, gray: u16| {
        Writer::item()
            .text(tags::GRAPHIC_LAYER, name)
            .text(tags::GRAPHIC_LAYER_ORDER, &order.to_string())
            .number(tags::GRAPHIC_LAYER_RECOMMENDED_DISPLAY_GRAYSCALE_VALUE, gray)
    };
    let of = |layers: [Writer; 3]| sound().sequence(tags::GRAPHIC_LAYER_SEQUENCE, layers);
    let whole = read(of([layer("TWICE", 3, 100), layer("ONCE", 2, 300), layer("OTHER", 1, 200)]));
    assert_eq!((whole.not_applied.len(), whole.layers.len()), (0, 3));
    let state = check(
        of([layer("TWICE", 3, 100), layer("ONCE", 2, 300), layer("TWICE", 1, 200)]),
        "graphic layer \"TWICE\", which is defined twice: the first counts",
    );
    let [first, once] = state.layers.as_slice() else { panic!("two layers: {:?}", state.layers) };
    assert_eq!((first.name.as_str(), first.order, first.gray), ("TWICE", 3, Some(PValue(100))));
    assert_eq!(once.name, "ONCE");
    assert_eq!(state.layer_names(), ["ONCE", "TWICE"], "the first lies on top");
}

#[test]
fn presentation_luts() {
    let identity = PresentationLut::Shape(Polarity::Identity);
    let none = check(state(), "presentation LUT: neither a shape nor a table is stated");
    assert_eq!(none.presentation, identity);
    let other = state().text(tags::PRESENTATION_LUT_SHAPE, "LIN OD");
    assert_eq!(check(other, "presentation LUT: shape \"LIN OD\"").presentation, identity);
    let both = sound().sequence(tags::PRESENTATION_LUT_SEQUENCE, [lut(0, &[1, 2], 16)]);
    let both = check(both, "presentation LUT: a shape beside a table").presentation;
    assert!(matches!(both, PresentationLut::Table(_)), "the table counts");
    let inverse = read(state().text(tags::PRESENTATION_LUT_SHAPE, "INVERSE"));
    assert_eq!(inverse.presentation, PresentationLut::Shape(Polarity::Inverse));
}

/// The points of one that is filled where it should not be, and what is said.
fn graphic(units: &str, kind: &str, count: u16, values: &[f64]) -> Writer {
    let graphic = Writer::item()
        .text(tags::GRAPHIC_ANNOTATION_UNITS, units)
        .number(tags::GRAPHIC_DIMENSIONS, 2)
        .number(tags::NUMBER_OF_GRAPHIC_POINTS, count)
        .floats(tags::GRAPHIC_DATA, values)
        .text(tags::GRAPHIC_TYPE, kind)
        .text(tags::GRAPHIC_FILLED, "Y");
    let annotation =
        Writer::item().text(tags::GRAPHIC_LAYER, "MARKS").sequence(tags::GRAPHIC_OBJECT_SEQUENCE, [graphic]);
    sound()
        .sequence(tags::GRAPHIC_LAYER_SEQUENCE, [Writer::item().text(tags::GRAPHIC_LAYER, "MARKS")])
        .sequence(tags::GRAPHIC_ANNOTATION_SEQUENCE, [annotation])
}

#[test]
fn graphics() {
    let line = [1.0, 2.0, 3.0, 4.0, 5.0, 7.0];
    let state = read(graphic("PIXEL", "POLYLINE", 3, &line));
    assert_eq!(state.not_applied, [""; 0]);
    let [annotation] = state.annotations.as_slice() else { panic!("one annotation") };
    let [open] = annotation.graphics.as_slice() else { panic!("one graphic") };
    assert_eq!((open.is_filled, open.units), (false, GraphicUnits::Pixel), "only what is closed is filled");
    let lying = check(
        graphic("DISPLAY", "POLYLINE", 9, &line),
        "graphic: Number of Graphic Points (0070,0021) is not that of its data",
    );
    assert_eq!(lying.annotations[0].graphics.len(), 1);
    for wrong in [1e30, f64::NAN, f64::INFINITY] {
        let state = check(
            graphic("PIXEL", "POLYLINE", 2, &[1.0, wrong, 3.0, 4.0]),
            "graphic: its coordinates are no place in an image",
        );
        assert_eq!(state.annotations[0].graphics, []);
    }
    check(graphic("METRE", "POINT", 1, &[1.0, 1.0]), "graphic: units \"METRE\"");
    let elsewhere = Writer::item().text(tags::GRAPHIC_LAYER, "OTHER");
    check(
        graphic("PIXEL", "POINT", 1, &[1.0, 1.0]).sequence(tags::GRAPHIC_LAYER_SEQUENCE, [elsewhere]),
        "graphic layer \"MARKS\", which is not defined",
    );
}

#[test]
fn texts_without_a_place() {
    let text = Writer::item().text(tags::UNFORMATTED_TEXT_VALUE, "nowhere");
    let annotation =
        Writer::item().text(tags::GRAPHIC_LAYER, "MARKS").sequence(tags::TEXT_OBJECT_SEQUENCE, [text]);
    let state = sound()
        .sequence(tags::GRAPHIC_LAYER_SEQUENCE, [Writer::item().text(tags::GRAPHIC_LAYER, "MARKS")])
        .sequence(tags::GRAPHIC_ANNOTATION_SEQUENCE, [annotation]);
    assert_eq!(check(state, "text: it has no place").annotations[0].texts, []);
    let half = Writer::item()
        .text(tags::UNFORMATTED_TEXT_VALUE, "half a box")
        .text(tags::BOUNDING_BOX_ANNOTATION_UNITS, "PIXEL")
        .floats(tags::BOUNDING_BOX_TOP_LEFT_HAND_CORNER, &[1.0, 1.0])
        .text(tags::ANCHOR_POINT_ANNOTATION_UNITS, "PIXEL")
        .floats(tags::ANCHOR_POINT, &[2.0, 2.0]);
    let annotation =
        Writer::item().text(tags::GRAPHIC_LAYER, "MARKS").sequence(tags::TEXT_OBJECT_SEQUENCE, [half]);
    let state = sound()
        .sequence(tags::GRAPHIC_LAYER_SEQUENCE, [Writer::item().text(tags::GRAPHIC_LAYER, "MARKS")])
        .sequence(tags::GRAPHIC_ANNOTATION_SEQUENCE, [annotation]);
    assert_eq!(check(state, "text: its box has one corner").annotations[0].texts.len(), 1);
}

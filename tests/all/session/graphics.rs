//! Graphics of presentation states under the reader's hands: layers, damage, and switching in one frame. PS3.3 C.10.5, C.10.7;
//! rules S-7, S-9.

use std::path::Path;

use dicom_core::Tag;
use dicom_dictionary_std::tags;
use hotlight::app::CommandSource;
use hotlight::command::Command;
use hotlight::dicom::Writer;
use hotlight::render::{GraphicPlan, ViewportPlan};
use hotlight::testing::Scripted;
use tempfile::TempDir;

use crate::standard::made::Random;
use crate::standard::{Object, state};

fn image() -> Object {
    Object::gray(48, 64, 12, &[700; 64 * 48])
        .text(tags::SOP_INSTANCE_UID, "UI", "2.25.7")
        .text(tags::STUDY_INSTANCE_UID, "UI", "2.25.1")
        .text(tags::SERIES_INSTANCE_UID, "UI", "2.25.2")
        .text(tags::PATIENT_NAME, "PN", "ZZCANARY^STATE")
}

fn open(folder: &Path, states: impl IntoIterator<Item = Writer>) -> Scripted {
    image().write_to(&folder.join("image"));
    for (number, state) in states.into_iter().enumerate() {
        let state = state
            .text(tags::SOP_INSTANCE_UID, &format!("2.25.8{number:04}"))
            .text(tags::PRESENTATION_CREATION_TIME, &format!("{:06}", 9999 - number))
            .text(tags::PRESENTATION_LUT_SHAPE, "IDENTITY");
        state.write_to(&folder.join(format!("state {number}"))).expect("a state");
    }
    Scripted::open(folder)
}

fn layer(name: &str, order: i32) -> Writer {
    Writer::item().text(tags::GRAPHIC_LAYER, name).text(tags::GRAPHIC_LAYER_ORDER, &order.to_string())
}

fn graphic(kind: &str, values: &[f64]) -> Writer {
    Writer::item()
        .text(tags::GRAPHIC_ANNOTATION_UNITS, "PIXEL")
        .number(tags::GRAPHIC_DIMENSIONS, 2)
        .number(tags::NUMBER_OF_GRAPHIC_POINTS, u16::try_from(values.len() / 2).expect("a few"))
        .floats(tags::GRAPHIC_DATA, values)
        .text(tags::GRAPHIC_TYPE, kind)
}

fn compound(kind: &str, id: u32, values: &[f64]) -> Writer {
    Writer::item()
        .longs(tags::COMPOUND_GRAPHIC_INSTANCE_ID, &[id])
        .text(tags::COMPOUND_GRAPHIC_UNITS, "PIXEL")
        .number(tags::NUMBER_OF_GRAPHIC_POINTS, u16::try_from(values.len() / 2).expect("a few"))
        .floats(tags::GRAPHIC_DATA, values)
        .text(tags::COMPOUND_GRAPHIC_TYPE, kind)
}

fn annotation(layer: &str, graphics: impl IntoIterator<Item = Writer>) -> Writer {
    Writer::item().text(tags::GRAPHIC_LAYER, layer).sequence(tags::GRAPHIC_OBJECT_SEQUENCE, graphics)
}

fn focused(scripted: &Scripted) -> ViewportPlan {
    scripted.focused().expect("a viewport")
}

/// The first points of all lines.
fn starts(scripted: &Scripted) -> usize {
    let shape = |plan: &GraphicPlan| match plan {
        GraphicPlan::Shape(shape) => shape.lines.len(),
        GraphicPlan::Text(_) => 1,
    };
    focused(scripted).overlay.graphics.iter().map(shape).sum()
}

fn badge(scripted: &Scripted, begins: &str) -> Option<(String, String)> {
    let badges = focused(scripted).labels.badges.into_iter();
    badges.map(|badge| (badge.text, badge.why)).find(|(text, _)| text.starts_with(begins))
}

/// Rule S-9.
#[test]
fn layers_are_switched_by_name_and_number_and_hidden_ones_are_told() {
    let folder = TempDir::new().expect("a temporary folder");
    let point = |x| graphic("POINT", &[x, 4.0]);
    let with_layers = |state: Writer| {
        state.sequence(tags::GRAPHIC_LAYER_SEQUENCE, [layer("UPPER ONE", 7), layer("LOWER", -2)]).sequence(
            tags::GRAPHIC_ANNOTATION_SEQUENCE,
            [annotation("UPPER ONE", [point(9.0), point(12.0)]), annotation("LOWER", [point(5.0)])],
        )
    };
    let mut scripted = open(folder.path(), [with_layers(state()), state()]);
    assert_eq!(starts(&scripted), 3);
    let text = |scripted: &Scripted| badge(scripted, "PS RANDOM").expect("a badge").0;
    assert_eq!(text(&scripted), "PS RANDOM · Tester^One");
    for (command, shown, hidden) in [
        ("presentation layer UPPER ONE off", 1, " without layer UPPER ONE"),
        ("presentation layer 1 toggle", 0, " without layer LOWER and layer UPPER ONE"),
        ("presentation layer 2 on", 2, " without layer LOWER"),
        ("presentation layer NOWHERE off", 2, " without layer LOWER"),
        ("undo", 0, " without layer LOWER and layer UPPER ONE"),
        ("presentation graphics off", 0, " without graphics"),
        ("presentation graphics on", 0, " without layer LOWER and layer UPPER ONE"),
        // Another state has layers of its own.
        ("presentation 2; presentation 1", 3, ""),
    ] {
        scripted.run(command);
        assert_eq!(
            (starts(&scripted), text(&scripted)),
            (shown, format!("PS RANDOM · Tester^One{hidden}")),
            "{command}"
        );
    }
    scripted.run("presentation layer LOWER off");
    let session = &scripted.reading.session;
    let lines = session.menu_lines(&scripted.reading.library);
    let of_layers: Vec<(String, String, bool)> = lines
        .into_iter()
        .filter(|line| line.title.starts_with("Layer "))
        .map(|line| (line.title, line.command.to_string(), line.is_current))
        .collect();
    let line = |title: &str, command: &str, is_shown| (title.to_owned(), command.to_owned(), is_shown);
    assert_eq!(
        of_layers,
        [
            line("Layer LOWER", "presentation layer 1 toggle", false),
            line("Layer UPPER ONE", "presentation layer 2 toggle", true),
        ]
    );
}

/// What is seen at once is what is seen at last: nothing comes later that would need another frame.
#[test]
fn a_state_is_applied_and_switched_in_one_frame() {
    let folder = TempDir::new().expect("a temporary folder");
    let shuttered = state()
        .text(tags::SHUTTER_SHAPE, "CIRCULAR")
        .text(tags::CENTER_OF_CIRCULAR_SHUTTER, "20\\30")
        .text(tags::RADIUS_OF_CIRCULAR_SHUTTER, "12")
        .number(tags::IMAGE_ROTATION, 90)
        .sequence(tags::GRAPHIC_LAYER_SEQUENCE, [layer("A", 1)])
        .sequence(tags::GRAPHIC_ANNOTATION_SEQUENCE, [annotation("A", [graphic("POINT", &[3.0, 4.0])])]);
    let mut scripted = open(folder.path(), [shuttered, state()]);
    let mut seen = Vec::new();
    for command in ["presentation next", "presentation next", "presentation none", "presentation toggle"] {
        let command = Command::parse(command).expect("a command");
        scripted.reading.command(&command, CommandSource::Script);
        let at_once = focused(&scripted);
        scripted.settle();
        assert!(at_once == focused(&scripted), "{command}");
        seen.push((at_once.picture, at_once.overlay.graphics));
    }
    assert_ne!(seen[0], seen[1], "two states");
    assert_ne!(seen[1], seen[2], "and none");
    assert_eq!(seen[1], seen[3]);
}

/// PS3.3 C.10.5.1.3.1: one of the two is drawn, never both, never neither.
#[test]
fn a_compound_graphic_that_cannot_be_drawn_is_drawn_by_its_plain_form_and_named_without_one() {
    let folder = TempDir::new().expect("a temporary folder");
    let plain = |id: u32| graphic("POINT", &[8.0, 8.0]).longs(tags::COMPOUND_GRAPHIC_INSTANCE_ID, &[id]);
    let with = |of_plain: Vec<Writer>, compounds: Vec<Writer>| {
        state().sequence(tags::GRAPHIC_LAYER_SEQUENCE, [layer("A", 1)]).sequence(
            tags::GRAPHIC_ANNOTATION_SEQUENCE,
            [annotation("A", of_plain).sequence(tags::COMPOUND_GRAPHIC_SEQUENCE, compounds)],
        )
    };
    let arrow = [4.0, 4.0, 20.0, 20.0];
    let unnamed = Writer::item()
        .text(tags::COMPOUND_GRAPHIC_UNITS, "PIXEL")
        .floats(tags::GRAPHIC_DATA, &arrow)
        .text(tags::COMPOUND_GRAPHIC_TYPE, "ARROW");
    let cases = [
        (with(vec![plain(1)], vec![compound("ARROW", 1, &arrow)]), 2, None),
        (with(vec![plain(2)], vec![compound("ARROW", 1, &arrow)]), 3, None),
        (with(vec![plain(1)], vec![compound("SPIRAL", 1, &arrow)]), 1, None),
        (with(vec![], vec![compound("SPIRAL", 1, &arrow)]), 0, Some("type \"SPIRAL\" without a plain form")),
        (with(vec![plain(1)], vec![compound("ARROW", 1, &arrow[..2])]), 1, Some("ARROW: 1 points")),
        (with(vec![plain(1)], vec![compound("RULER", 1, &[4.0; 4])]), 1, Some("RULER: it has no length")),
        (with(vec![plain(1)], vec![unnamed]), 1, Some("Compound Graphic Instance ID (0070,0226) is missing")),
        (
            with(vec![], vec![compound("ARROW", 1, &arrow), compound("ARROW", 1, &arrow)]),
            2,
            Some("another has the same"),
        ),
        (
            with(vec![plain(1)], vec![compound("ARROW", 1, &arrow).doubles(tags::ROTATION_ANGLE, &[9.0])]),
            1,
            Some("Rotation Point (0070,0273) is missing"),
        ),
    ];
    let (states, expected): (Vec<_>, Vec<_>) =
        cases.into_iter().map(|(state, lines, why)| (state, (lines, why))).unzip();
    let mut scripted = open(folder.path(), states);
    for (number, (lines, why)) in expected.into_iter().enumerate() {
        scripted.run(&format!("presentation {}", number + 1));
        let found = badge(&scripted, "PS partly").map(|(_, why)| why);
        assert_eq!(starts(&scripted), lines, "state {number}: {found:?}");
        match why {
            None => assert_eq!(found, None, "state {number}"),
            Some(why) => assert!(found.as_ref().is_some_and(|found| found.contains(why)), "{found:?} {why}"),
        }
    }
}

/// What contradicts itself or lies nowhere is named in one clause each, and the rest is drawn.
#[test]
fn bad_graphics_are_named_and_good_ones_beside_them_drawn() {
    let check = |bad: Writer, why: &str| {
        let folder = TempDir::new().expect("a temporary folder");
        let good = annotation("A", [graphic("POINT", &[8.0, 8.0])]);
        let state = state()
            .sequence(tags::GRAPHIC_LAYER_SEQUENCE, [layer("A", 1)])
            .sequence(tags::GRAPHIC_ANNOTATION_SEQUENCE, [bad, good]);
        let scripted = open(folder.path(), [state]);
        let found = badge(&scripted, "PS partly").expect(why).1;
        assert!(found.contains(why), "{found} ({why})");
        assert!(starts(&scripted) >= 1, "{why}");
    };
    let line = [4.0, 4.0, 20.0, 20.0];
    check(annotation("A", [graphic("POLYLINE", &[1.0, 1.0])]), "POLYLINE of 1 points");
    check(annotation("A", [graphic("POLYLINE", &[1.0, 1e30, 2.0, 2.0])]), "no place in an image");
    check(annotation("A", [graphic("CIRCLE", &[1.0, f64::NAN, 2.0, 2.0])]), "no place in an image");
    check(annotation("A", [graphic("CIRCLE", &[1.0, f64::INFINITY, 2.0, 2.0])]), "no place in an image");
    check(annotation("A", [graphic("POLYLINE", &[1.0, 1.0, 2.0])]), "Graphic Data (0070,0022) has 3 values");
    check(annotation("B", [graphic("POLYLINE", &line)]), "layer \"B\", which is not defined");
    let lying = graphic("POLYLINE", &line).number(tags::NUMBER_OF_GRAPHIC_POINTS, 9);
    check(annotation("A", [lying]), "Number of Graphic Points (0070,0021) is not that of its data");
    let text = Writer::item()
        .text(tags::UNFORMATTED_TEXT_VALUE, "upside down")
        .text(tags::BOUNDING_BOX_ANNOTATION_UNITS, "PIXEL")
        .floats(tags::BOUNDING_BOX_TOP_LEFT_HAND_CORNER, &[20.0, 20.0])
        .floats(tags::BOUNDING_BOX_BOTTOM_RIGHT_HAND_CORNER, &[10.0, 10.0]);
    check(annotation("A", []).sequence(tags::TEXT_OBJECT_SEQUENCE, [text]), "text: its box is inverted");
    let other = Writer::item().text(tags::REFERENCED_SOP_INSTANCE_UID, "2.25.99");
    let stray =
        annotation("A", [graphic("POLYLINE", &line)]).sequence(tags::REFERENCED_IMAGE_SEQUENCE, [other]);
    check(stray, "graphics: for images that the state does not refer to");
    let styled = |style: Writer| {
        annotation("A", [graphic("POLYLINE", &line).sequence(tags::LINE_STYLE_SEQUENCE, [style])])
    };
    check(
        styled(Writer::item().text(tags::LINE_DASHING_STYLE, "DOTTED")),
        "Line Dashing Style (0070,0254) is",
    );
    check(
        styled(Writer::item().text(tags::LINE_DASHING_STYLE, "DASHED")),
        "Line Pattern (0070,0255) is missing",
    );
    check(styled(Writer::item().floats(tags::LINE_THICKNESS, &[-1.0])), "Line Thickness (0070,0253) is -1");
    check(styled(Writer::item().floats(tags::PATTERN_ON_OPACITY, &[7.0])), "an opacity of 7");
}

/// A number as a hostile or broken program might write it: mostly a place in the image, or far from it.
fn any_value(dice: &mut Random) -> f64 {
    match dice.of(0..=149) {
        0 => f64::NAN,
        1 => f64::INFINITY,
        2 => 1e30,
        3 => -1e30,
        4..=9 => 9.9e5,
        10..=15 => -9.9e5,
        16..=20 => 0.0,
        21 => f64::from(f32::MIN_POSITIVE),
        _ => dice.of(-400..=900) as f64 / 8.0,
    }
}

fn any_values(dice: &mut Random, most: i64) -> Vec<f64> {
    (0..dice.of(0..=most)).map(|_| any_value(dice)).collect()
}

fn pick<'a>(dice: &mut Random, of: &[&'a str]) -> &'a str {
    of[dice.bits() as usize % of.len()]
}

fn any_style(dice: &mut Random, item: Writer) -> Writer {
    let colors = |dice: &mut Random| [(); 3].map(|()| dice.bits() as u16);
    let shadow = |dice: &mut Random, of: Writer| {
        of.text(tags::SHADOW_STYLE, pick(dice, &["OFF", "NORMAL", "OUTLINED", "?"]))
            .floats(tags::SHADOW_OFFSET_X, &[any_value(dice)])
            .floats(tags::SHADOW_OFFSET_Y, &[any_value(dice)])
            .words(tags::SHADOW_COLOR_CIE_LAB_VALUE, &colors(dice))
            .floats(tags::SHADOW_OPACITY, &[any_value(dice)])
    };
    let mut on_and_off = |of: Writer| {
        of.words(tags::PATTERN_ON_COLOR_CIE_LAB_VALUE, &colors(dice))
            .floats(tags::PATTERN_ON_OPACITY, &[any_value(dice)])
            .words(tags::PATTERN_OFF_COLOR_CIE_LAB_VALUE, &colors(dice))
            .floats(tags::PATTERN_OFF_OPACITY, &[any_value(dice)])
    };
    let (line, fill) = (on_and_off(Writer::item()), on_and_off(Writer::item()));
    let line = line
        .floats(tags::LINE_THICKNESS, &[any_value(dice)])
        .text(tags::LINE_DASHING_STYLE, pick(dice, &["SOLID", "DASHED", "?"]))
        .longs(tags::LINE_PATTERN, &[dice.bits() as u32]);
    let line = shadow(dice, line);
    let count = dice.of(126..=130) as usize;
    let bits: Vec<u8> = (0..count).map(|_| dice.bits() as u8).collect();
    let fill =
        fill.text(tags::FILL_MODE, pick(dice, &["SOLID", "STIPPELED", "?"])).bytes(tags::FILL_PATTERN, &bits);
    let text = Writer::item().text(tags::BOLD, "Y").text(tags::CSS_FONT_NAME, pick(dice, &["serif", ""]));
    let text = shadow(dice, text);
    let styles: [(Tag, Writer); 3] = [
        (tags::LINE_STYLE_SEQUENCE, line),
        (tags::FILL_STYLE_SEQUENCE, fill),
        (tags::TEXT_STYLE_SEQUENCE, text),
    ];
    styles.into_iter().fold(
        item,
        |item, (tag, style)| {
            if dice.coin() { item.sequence(tag, [style]) } else { item }
        },
    )
}

fn any_graphic(dice: &mut Random) -> Writer {
    let most = if dice.of(0..=9) == 0 { 1500 } else { 5 };
    let is_odd = dice.of(0..=9) == 0;
    let count = 2 * dice.of(1..=most) + i64::from(is_odd);
    let values: Vec<f64> = (0..count).map(|_| any_value(dice)).collect();
    let item = Writer::item()
        .text(tags::GRAPHIC_ANNOTATION_UNITS, pick(dice, &["PIXEL", "PIXEL", "PIXEL", "DISPLAY", "MATRIX"]))
        .number(tags::NUMBER_OF_GRAPHIC_POINTS, dice.of(0..=9) as u16)
        .floats(tags::GRAPHIC_DATA, &values)
        .text(
            tags::GRAPHIC_TYPE,
            pick(dice, &["POINT", "POLYLINE", "POLYLINE", "INTERPOLATED", "CIRCLE", "ELLIPSE", "?"]),
        )
        .text(tags::GRAPHIC_FILLED, pick(dice, &["Y", "N"]))
        .longs(tags::COMPOUND_GRAPHIC_INSTANCE_ID, &[dice.of(0..=4) as u32]);
    any_style(dice, item)
}

fn any_text(dice: &mut Random) -> Writer {
    let units = pick(dice, &["PIXEL", "DISPLAY", "?"]);
    let item = Writer::item()
        .text(tags::UNFORMATTED_TEXT_VALUE, pick(dice, &["a\r\nb", "", "\r\n\r\n", "one"]))
        .text(tags::BOUNDING_BOX_ANNOTATION_UNITS, units)
        .text(tags::ANCHOR_POINT_ANNOTATION_UNITS, units)
        .text(tags::ANCHOR_POINT_VISIBILITY, "Y")
        .floats(tags::BOUNDING_BOX_TOP_LEFT_HAND_CORNER, &any_values(dice, 2))
        .floats(tags::BOUNDING_BOX_BOTTOM_RIGHT_HAND_CORNER, &any_values(dice, 3))
        .floats(tags::ANCHOR_POINT, &any_values(dice, 2));
    any_style(dice, item)
}

fn any_compound(dice: &mut Random) -> Writer {
    let kinds = [
        "MULTILINE",
        "INFINITELINE",
        "CUTLINE",
        "RANGELINE",
        "RULER",
        "AXIS",
        "CROSSHAIR",
        "ARROW",
        "RECTANGLE",
        "ELLIPSE",
        "SPIRAL",
    ];
    let values: Vec<f64> = (0..2 * dice.of(0..=3)).map(|_| any_value(dice)).collect();
    let tick = |dice: &mut Random| {
        Writer::item().floats(tags::TICK_POSITION, &[any_value(dice)]).text(tags::TICK_LABEL, "9")
    };
    let item = compound(pick(dice, &kinds), dice.of(0..=4) as u32, &values)
        .text(tags::COMPOUND_GRAPHIC_UNITS, pick(dice, &["PIXEL", "DISPLAY", "?"]))
        .text(tags::GRAPHIC_FILLED, "Y")
        .doubles(tags::ROTATION_ANGLE, &[any_value(dice)])
        .floats(tags::ROTATION_POINT, &any_values(dice, 3))
        .floats(tags::GAP_LENGTH, &[any_value(dice) / 100.0])
        .floats(tags::DIAMETER_OF_VISIBILITY, &[any_value(dice) / 100.0])
        .text(tags::SHOW_TICK_LABEL, "Y")
        .sequence(tags::MAJOR_TICKS_SEQUENCE, (0..dice.of(0..=4)).map(|_| tick(dice)).collect::<Vec<_>>());
    any_style(dice, item)
}

/// A thousand states of random damage: none stops the program, none draws outside of the picture or more than a picture may
/// hold, whatever the reader turns and magnifies.
#[test]
fn damaged_graphics_stay_within_the_picture_and_its_work() {
    let mut dice = Random::seeded(61);
    let (mut drawn, mut partly) = (0, 0);
    for _ in 0..25 {
        let folder = TempDir::new().expect("a temporary folder");
        let any_state = |dice: &mut Random| {
            let some = |dice: &mut Random, of: fn(&mut Random) -> Writer| -> Vec<Writer> {
                (0..dice.of(0..=9)).map(|_| of(dice)).collect()
            };
            let annotation = annotation(pick(dice, &["A", "B", ""]), some(dice, any_graphic))
                .sequence(tags::TEXT_OBJECT_SEQUENCE, some(dice, any_text))
                .sequence(tags::COMPOUND_GRAPHIC_SEQUENCE, some(dice, any_compound));
            state()
                .number(tags::IMAGE_ROTATION, 90 * dice.of(0..=4) as u16)
                .sequence(tags::GRAPHIC_LAYER_SEQUENCE, [layer("A", 1)])
                .sequence(tags::GRAPHIC_ANNOTATION_SEQUENCE, [annotation])
        };
        let states: Vec<Writer> = (0..40).map(|_| any_state(&mut dice)).collect();
        let mut scripted = open(folder.path(), states);
        for number in 1..=40 {
            scripted.run(&format!("presentation {number}"));
            for command in ["flip horizontal", "zoom 1:1", "zoom by 32"] {
                let plan = focused(&scripted);
                let (width, height) = (f64::from(plan.rect.width), f64::from(plan.rect.height));
                let is_near = |x: f64, y: f64| {
                    // Shadows may lie further out.
                    (-100.0..=width + 100.0).contains(&x) && (-100.0..=height + 100.0).contains(&y)
                };
                let (mut points, mut spans) = (0, 0);
                for graphic in &*plan.overlay.graphics {
                    let GraphicPlan::Shape(shape) = graphic else { continue };
                    points += shape.lines.iter().map(Vec::len).sum::<usize>();
                    spans += shape.fill.len();
                    let thickness = shape.thickness.unwrap_or(1.0);
                    assert!((1.0..=100.0).contains(&thickness), "state {number}: {thickness}");
                    assert!((0.0..=1.0).contains(&shape.paint.opacity), "state {number}");
                    let at = shape.lines.iter().flatten().map(|at| (at.xyz.x, at.xyz.y));
                    let outside: Vec<_> = at.filter(|&(x, y)| !is_near(x, y)).collect();
                    assert!(outside.is_empty(), "state {number}, {command}: {outside:?}");
                    assert!(shape.fill.iter().all(|span| f64::from(span.row) < height), "state {number}");
                }
                // A line and its shadow, an inside and its pattern.
                assert!(
                    points <= 3 << 17 && spans <= 2 << 19,
                    "state {number}: {points} points, {spans} spans"
                );
                drawn += usize::from(points > 0);
                scripted.run(command);
            }
            partly += usize::from(badge(&scripted, "PS partly").is_some());
        }
    }
    assert!(drawn > 1000 && partly > 900, "{drawn} pictures with lines, {partly} states partly applied");
}

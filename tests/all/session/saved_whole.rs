//! What is saved is all that is on the screen: of several images, of colours, of what an applied state draws; and reading goes
//! on from the state that was saved. Rules S-1, S-2, S-11, S-14.

use std::path::Path;

use dicom_core::Tag;
use dicom_dictionary_std::tags;
use hotlight::dicom::{Source, Writer};
use hotlight::grayscale::{GsdfOwner, Polarity};
use hotlight::presentation::{
    DisplayPassport, PresentationLut, PresentationState, StateKind, StateShutter, StateVoi,
};
use hotlight::render::{GraphicPlan, Picture, SlicePass};
use hotlight::session::{Event, ScreenMonitor, StateChoice, Surface, View};
use hotlight::testing::Scripted;

use super::saved_states::{
    Desk, image, lines, looks, pass, pixels, pixels_of, told, validate, with_plane, with_shutter,
};
use crate::standard::{Object, state};
use crate::support::data;

/// The images of a viewport's tiles.
pub(super) fn passes(scripted: &Scripted) -> Vec<SlicePass> {
    let plan = scripted.plan();
    let slices = plan.viewports.into_iter().filter_map(|viewport| match viewport.picture {
        Picture::Slice(pass) => Some(*pass),
        _ => None,
    });
    slices.collect()
}

/// The program with the study, in a small window: the reference draws each pixel of it.
pub(super) fn open(desk: &Desk) -> Scripted {
    let mut scripted = desk.open();
    let surface = Surface { width: 240, height: 180, scale: 1.0 };
    scripted.reading.event(&Event::ScreenResized { screen: 0, surface });
    scripted
}

/// Commands before saving, and that the study opened anew looks the same; gives the state, and the program as it is then.
#[track_caller]
fn check(desk: &Desk, commands: &str) -> (PresentationState, Scripted) {
    let mut scripted = open(desk);
    scripted.run(commands);
    let seen = |scripted: &Scripted| -> Vec<_> {
        let passes = passes(scripted);
        passes.iter().map(|pass| (looks(pass), pixels_of(scripted, pass))).collect()
    };
    let before = seen(&scripted);
    scripted.run("presentation save whole");
    assert_eq!(told(&scripted), "Saved as presentation state WHOLE.", "{commands}");
    assert!(seen(&scripted) == before, "another picture after saving: {commands}");
    for file in desk.files() {
        validate(&file);
    }
    let mut again = open(desk);
    // What no state has is the reader's own: how many images hang, and which is in the middle.
    let arranged =
        commands.split(';').filter(|command| command.contains("tiles") || command.contains("scroll"));
    again.run(&arranged.collect::<Vec<_>>().join(";"));
    assert_eq!(seen(&again).len(), before.len());
    assert!(seen(&again) == before, "another picture after reopening: {commands}");
    let files = desk.files();
    let newest = files.last().expect("a file");
    let of_newest = PresentationState::read(&Source::file(newest)).expect("it is whole").expect("a state");
    (of_newest, scripted)
}

/// Images of one series, each with a window of its own.
pub(super) fn series(study: &Path, count: u16) {
    for number in 0..count {
        image("MONOCHROME1")
            .text(tags::SOP_INSTANCE_UID, "UI", &format!("2.25.70{number}"))
            .text(tags::INSTANCE_NUMBER, "IS", &number.to_string())
            .text(tags::WINDOW_CENTER, "DS", &(500 + 300 * number).to_string())
            .text(tags::WINDOW_WIDTH, "DS", &(700 + 100 * number).to_string())
            .write_to(&study.join(format!("{number}.dcm")));
    }
}

#[test]
fn each_image_of_a_series_comes_back_with_its_own_window_and_marks() {
    let desk = Desk::with(|study| series(study, 4));
    let mut scripted = desk.open();
    scripted.run(
        "scroll to 3; tool probe; pointer press left 300 300; pointer release; scroll to 1; rotate right",
    );
    let all = |scripted: &mut Scripted| -> Vec<_> {
        let one = |number: usize| {
            scripted.run(&format!("scroll to {number}"));
            (looks(&pass(scripted)), pixels(scripted))
        };
        (1..=4).map(one).collect()
    };
    let before = all(&mut scripted);
    scripted.run("scroll to 1; presentation save series");
    assert!(all(&mut scripted) == before);
    let state = desk.state();
    validate(&desk.files()[0]);
    assert_eq!(state.voi.len(), 4, "a window an image");
    assert_eq!(state.references[0].images.len(), 4);
    let [annotation] = state.annotations.as_slice() else { panic!("{:?}", state.annotations) };
    assert_eq!(annotation.images.0.as_ref().map(std::collections::BTreeMap::len), Some(1));
    let mut again = desk.open();
    assert!(all(&mut again) == before);
    let graphics = |scripted: &mut Scripted, number: usize| {
        scripted.run(&format!("scroll to {number}"));
        lines(scripted).1.len()
    };
    assert_eq!([1, 2, 3, 4].map(|number| graphics(&mut again, number)), [0, 0, 1, 0]);
}

#[test]
fn a_hand_window_is_for_all_images_and_tiles_look_the_same() {
    let desk = Desk::with(|study| series(study, 4));
    let (state, _) = check(&desk, "scroll to 1; tiles 2x2; window set 900 1500; flip horizontal; invert");
    assert_eq!(state.voi.len(), 1);
    assert_eq!(state.references[0].images.len(), 4);
    assert_eq!(state.presentation, PresentationLut::Shape(Polarity::Identity), "MONOCHROME1, inverted");
}

#[test]
fn frames_of_one_object_come_back_as_they_were() {
    for photometric in ["MONOCHROME1", "MONOCHROME2"] {
        let words: Vec<u16> = (0..3 * 48 * 40).map(|index| index % 4096).collect();
        let object = Object::gray(40, 48, 12, &words)
            .text(tags::PHOTOMETRIC_INTERPRETATION, "CS", photometric)
            .text(tags::NUMBER_OF_FRAMES, "IS", "3")
            .text(tags::PATIENT_NAME, "PN", "ZZCANARY^FRAMES");
        let desk = Desk::new(&with_shutter(object));
        let (state, _) = check(&desk, "scroll to 3; window set 1000 900; rotate left");
        let (_, image) = state.references[0].images.first_key_value().expect("an image");
        assert_eq!(image.frames, None, "all frames");
        let mut again = desk.open();
        for number in 1..=3 {
            again.run(&format!("scroll to {number}"));
            let badges = again.focused().expect("a viewport").labels.badges;
            assert!(badges.iter().any(|badge| badge.text.starts_with("PS WHOLE")), "frame {number}");
        }
    }
}

/// A gray image of 12 bits, with or without a sign, with a VOI LUT, and perhaps a table behind it.
pub(crate) fn with_tables(bits: u16, is_signed: bool, has_presentation: bool) -> Writer {
    let words: Vec<i16> = (0..48 * 40).map(|index| index % 48 * 80 + index / 48).collect();
    let words: Vec<i16> = words.iter().map(|word| if is_signed { word - 2000 } else { *word }).collect();
    let lut = |count: u16, first: i16, bits: u16| {
        let highest = u64::from(u16::MAX >> (16 - bits));
        let last = u64::from(count) - 1;
        let entry = |index: u16| u64::from(index) * u64::from(index) * highest / last / last;
        let entries: Vec<u16> =
            (0..count).map(|index| u16::try_from(entry(index)).unwrap_or(u16::MAX)).collect();
        Writer::item()
            .words(tags::LUT_DESCRIPTOR, &[count, first.cast_unsigned(), bits])
            .words(tags::LUT_DATA, &entries)
    };
    let image = Writer::new("1.2.840.10008.5.1.4.1.1.7", "2.25.7")
        .text(tags::STUDY_INSTANCE_UID, "2.25.5")
        .text(tags::SERIES_INSTANCE_UID, "2.25.6")
        .text(tags::PATIENT_NAME, "ZZCANARY^TABLES")
        .text(tags::MODALITY, "OT")
        .gray_16(40, 48, is_signed)
        .number(tags::BITS_STORED, 12)
        .number(tags::HIGH_BIT, 11)
        .text(tags::RESCALE_SLOPE, "0.5")
        .text(tags::RESCALE_INTERCEPT, "-3")
        .sequence(tags::VOILUT_SEQUENCE, [lut(900, if is_signed { -400 } else { 100 }, bits)])
        .pixels(&words.iter().map(|word| word & 0xFFF).collect::<Vec<_>>());
    if has_presentation {
        image.sequence(tags::PRESENTATION_LUT_SEQUENCE, [lut(256, 0, 12)])
    } else {
        image.text(tags::PRESENTATION_LUT_SHAPE, "IDENTITY")
    }
}

/// A window that is drawn over a VOI LUT, with fractions of values between its inputs.
#[test]
fn a_table_under_a_window_by_hand_is_saved_as_what_follows_the_window() {
    let drag =
        "tool window; pointer press left 120 90; pointer move 110 105; pointer move 75 120; pointer release";
    for (bits, is_signed, has_presentation) in
        [(8, false, false), (12, true, false), (16, false, true), (10, true, true)]
    {
        let case = format!("{bits} bits, signed {is_signed}, presentation LUT {has_presentation}");
        let write = |study: &Path| {
            let image = with_tables(bits, is_signed, has_presentation);
            image.write_to(&study.join("image.dcm")).expect("an image");
        };
        let (whole, _) = check(&Desk::with(write), "window own 1");
        assert_eq!(matches!(whole.voi[0].voi, StateVoi::Table(_)), !has_presentation, "{case}");
        for commands in [drag.to_owned(), format!("{drag}; invert; rotate right")] {
            let (state, scripted) = check(&Desk::with(write), &commands);
            assert!(matches!(state.voi[0].voi, StateVoi::Window(_)), "{case}");
            assert!(matches!(state.presentation, PresentationLut::Table(_)), "{case}");
            assert_eq!(chosen(&scripted), Some(state.uid.as_str().to_owned()), "{case}");
        }
    }
}

/// Images of the series of [`state`].
pub(crate) fn stated_image() -> Object {
    with_shutter(with_plane(image("MONOCHROME2"))).text(tags::STUDY_INSTANCE_UID, "UI", "2.25.1").text(
        tags::SERIES_INSTANCE_UID,
        "UI",
        "2.25.2",
    )
}

/// A state with a plane of its own in a layer of its own, a bitmap that hides, and graphics in both units.
pub(crate) fn drawing_state(shutter_group: Option<u16>) -> Writer {
    let plane = |state: Writer, group: u16, origin: [i16; 2], bits: &[u8]| {
        state
            .number(Tag(group, 0x0010), 5)
            .number(Tag(group, 0x0011), 7)
            .text(Tag(group, 0x0040), "R")
            .shorts(Tag(group, 0x0050), &origin)
            .number(Tag(group, 0x0100), 1)
            .number(Tag(group, 0x0102), 0)
            .text(Tag(group, 0x1500), "LESION")
            .bytes(Tag(group, 0x3000), bits)
    };
    let graphic = |units: &str, points: &[f64]| {
        Writer::item()
            .text(tags::GRAPHIC_ANNOTATION_UNITS, units)
            .number(tags::GRAPHIC_DIMENSIONS, 2)
            .number(tags::NUMBER_OF_GRAPHIC_POINTS, 2)
            .floats(tags::GRAPHIC_DATA, points)
            .text(tags::GRAPHIC_TYPE, "POLYLINE")
    };
    let text = Writer::item()
        .text(tags::UNFORMATTED_TEXT_VALUE, "here")
        .text(tags::BOUNDING_BOX_ANNOTATION_UNITS, "DISPLAY")
        .floats(tags::BOUNDING_BOX_TOP_LEFT_HAND_CORNER, &[0.5, 0.5])
        .floats(tags::BOUNDING_BOX_BOTTOM_RIGHT_HAND_CORNER, &[0.75, 0.625])
        .text(tags::BOUNDING_BOX_TEXT_HORIZONTAL_JUSTIFICATION, "LEFT");
    let annotation = Writer::item()
        .text(tags::GRAPHIC_LAYER, "NOTES")
        .sequence(tags::TEXT_OBJECT_SEQUENCE, [text])
        .sequence(
            tags::GRAPHIC_OBJECT_SEQUENCE,
            [graphic("PIXEL", &[20.0, 12.0, 30.0, 25.0]), graphic("DISPLAY", &[0.25, 0.25, 0.75, 0.5])],
        );
    let layer = |name: &str, order: &str, gray: u16| {
        Writer::item()
            .text(tags::GRAPHIC_LAYER, name)
            .text(tags::GRAPHIC_LAYER_ORDER, order)
            .number(tags::GRAPHIC_LAYER_RECOMMENDED_DISPLAY_GRAYSCALE_VALUE, gray)
    };
    let area = Writer::item()
        .integers(tags::DISPLAYED_AREA_TOP_LEFT_HAND_CORNER, &[5, 40])
        .integers(tags::DISPLAYED_AREA_BOTTOM_RIGHT_HAND_CORNER, &[40, 3])
        .text(tags::PRESENTATION_SIZE_MODE, "SCALE TO FIT")
        .text(tags::PRESENTATION_PIXEL_ASPECT_RATIO, "2\\1");
    let state = state()
        .text(tags::PRESENTATION_LUT_SHAPE, "IDENTITY")
        .number(tags::IMAGE_ROTATION, 90)
        .text(tags::IMAGE_HORIZONTAL_FLIP, "N")
        .sequence(tags::DISPLAYED_AREA_SELECTION_SEQUENCE, [area])
        // The name that ours would have, in another gray.
        .sequence(tags::GRAPHIC_LAYER_SEQUENCE, [layer("MARKS", "5", 30_000), layer("NOTES", "2", 50_000)])
        .sequence(tags::GRAPHIC_ANNOTATION_SEQUENCE, [annotation])
        .overlay_activation(0x6000, "MARKS")
        .overlay_activation(0x6004, "MARKS");
    let state = plane(state, 0x6004, [14, 20], &[0b0110_1101, 0b1011, 0xFF, 0, 0b101]);
    match shutter_group {
        None => state,
        Some(group) => plane(state, group, [20, 10], &[0xFF; 5])
            .text(tags::SHUTTER_SHAPE, "BITMAP")
            .number(tags::SHUTTER_OVERLAY_GROUP, group)
            .number(tags::SHUTTER_PRESENTATION_VALUE, 12_345),
    }
}

fn with_state(state: impl FnOnce() -> Writer) -> Desk {
    Desk::with(|study| {
        stated_image().write_to(&study.join("image.dcm"));
        state().write_to(&study.join("state.dcm")).expect("a state");
    })
}

/// Where graphics stand on the screen, and in which gray.
fn drawn(scripted: &Scripted) -> Vec<(String, Vec<[f64; 2]>)> {
    let overlay = scripted.focused().expect("a viewport").overlay;
    let graphic = |graphic: GraphicPlan| match graphic {
        GraphicPlan::Shape(shape) => (
            format!("{:?}", shape.paint.ink),
            shape.lines.into_iter().flatten().map(|point| [point.xyz.x, point.xyz.y]).collect(),
        ),
        GraphicPlan::Text(text) => {
            let corners = text.in_box.into_iter().flat_map(|(corners, ..)| corners);
            (
                format!("{:?} {:?}", text.paint.ink, text.lines),
                corners.map(|point| [point.xyz.x, point.xyz.y]).collect(),
            )
        }
    };
    overlay.graphics.iter().cloned().map(graphic).collect()
}

#[track_caller]
fn is_near(a: &[(String, Vec<[f64; 2]>)], b: &[(String, Vec<[f64; 2]>)], tolerance: f64) {
    assert_eq!(a.len(), b.len());
    for ((ink_a, a), (ink_b, b)) in a.iter().zip(b) {
        assert_eq!((ink_a, a.len()), (ink_b, b.len()));
        let far = |(a, b): (&[f64; 2], &[f64; 2])| (a[0] - b[0]).abs().max((a[1] - b[1]).abs());
        let farthest = a.iter().zip(b).map(far).fold(0.0, f64::max);
        assert!(farthest <= tolerance, "{farthest}: {a:?} {b:?}");
    }
}

#[test]
fn what_an_applied_state_draws_goes_into_the_new_one() {
    for shutter in [None, Some(0x6006)] {
        for commands in
            ["invert", "overlay shutter off; rotate right", "overlay planes off", "presentation geometry off"]
        {
            let desk = with_state(|| drawing_state(shutter));
            let mut scripted = open(&desk);
            scripted.run(commands);
            let before = drawn(&scripted);
            assert_eq!(before.len(), 3);
            let (state, scripted) = check(&desk, commands);
            // Numbers of single precision.
            is_near(&drawn(&scripted), &before, 1e-3);
            is_near(&drawn(&open(&desk)), &before, 1e-3);
            let has_planes = !commands.contains("planes off");
            let has_shutter = shutter.is_some() && !commands.contains("shutter off");
            let groups: Vec<u16> = state.overlays.iter().map(|plane| plane.group).collect();
            let expected = [has_planes.then_some(0x6004), has_shutter.then_some(0x6006)];
            assert_eq!(groups, expected.into_iter().flatten().collect::<Vec<_>>(), "{commands}");
            assert_eq!(state.activations.len(), if has_planes { 2 } else { 0 });
            assert_eq!(matches!(state.shutter, StateShutter::Bitmap { .. }), has_shutter);
        }
    }
}

/// They are shares of the displayed area, which is another in the new state.
#[test]
fn graphics_in_shares_of_the_area_stay_where_they_are_in_a_moved_view() {
    let desk = with_state(|| drawing_state(None));
    let mut scripted = desk.open();
    scripted.run("zoom by 1.5; rotate left; flip vertical; pan 20 10");
    let before = (drawn(&scripted), looks(&pass(&scripted)));
    scripted.run("presentation save moved");
    is_near(&drawn(&scripted), &before.0, 1e-3);
    assert!(chosen(&scripted).is_some() && looks(&pass(&scripted)) == before.1, "the picture stays");
    // The area counts whole pixels: here one is 25 device pixels at most.
    is_near(&drawn(&desk.open()), &before.0, 25.0);
}

/// The state that the focused viewport shows by choice.
fn chosen(scripted: &Scripted) -> Option<String> {
    match &scripted.reading.session.focused_viewport()?.presented.choice {
        StateChoice::One(uid) => Some(uid.as_str().to_owned()),
        StateChoice::Newest | StateChoice::AsAcquired => None,
    }
}

#[test]
fn reading_goes_on_from_the_state_that_was_saved_and_reset_returns_to_it() {
    let desk = Desk::new(&with_shutter(image("MONOCHROME2")));
    let mut scripted = desk.open();
    scripted.run(
        "rotate right; window set 700 1200; invert; overlay shutter off; \
         tool length; pointer press left 300 200; pointer move 330 220; pointer move 360 280; pointer release",
    );
    let (before, marks) = (pixels(&scripted), lines(&scripted));
    scripted.run("presentation save first");
    assert_eq!(chosen(&scripted), Some(desk.state().uid.as_str().to_owned()));
    assert_eq!(
        (pixels(&scripted), lines(&scripted)),
        (before.clone(), marks.clone()),
        "marks are drawn once"
    );
    let viewport = scripted.reading.session.focused_viewport().expect("a viewport").clone();
    assert_eq!((viewport.view, viewport.look.is_inverted), (View::default(), false));
    let badges = scripted.focused().expect("a viewport").labels.badges;
    assert!(badges.iter().any(|badge| badge.text == "PS FIRST"), "{badges:?}");
    // On top of it, and back.
    scripted.run("window set 100 50; rotate right; zoom by 2");
    assert_ne!(pixels(&scripted), before);
    scripted.run("reset");
    assert_eq!((pixels(&scripted), lines(&scripted)), (before.clone(), marks.clone()));
    // Saved again: what is a mark still is in it once.
    scripted.run("invert; presentation save second");
    let of = |label: &str| {
        let states =
            desk.files().into_iter().filter_map(|file| PresentationState::read(&Source::file(&file)).ok()?);
        states.into_iter().find(|state| state.label == label).expect("it is kept")
    };
    assert_eq!((of("FIRST").annotations.len(), of("SECOND").annotations.len()), (1, 1));
    assert_eq!(of("SECOND").presentation, PresentationLut::Shape(Polarity::Identity));
    // Opened anew, the graphics are drawn.
    assert_eq!(lines(&desk.open()).1.len(), 1);
    scripted.run("presentation none");
    assert!(lines(&scripted).1.is_empty() && !lines(&scripted).0.is_empty());
}

#[test]
fn what_the_disk_refuses_is_told_and_nothing_changes() {
    let desk = Desk::new(&image("MONOCHROME2"));
    let mut scripted = desk.open();
    scripted.run("rotate right; window set 700 1200; zoom by 2");
    let before = (
        looks(&pass(&scripted)),
        scripted.reading.session.focused_viewport().map(|it| (it.view, it.look.clone())),
    );
    let after = |scripted: &Scripted| {
        (
            looks(&pass(scripted)),
            scripted.reading.session.focused_viewport().map(|it| (it.view, it.look.clone())),
        )
    };
    std::fs::write(desk.kept(), "in the way").expect("written");
    scripted.run("presentation save lost");
    assert!(told(&scripted).starts_with("Not saved: it cannot be written"), "{}", told(&scripted));
    assert!(after(&scripted) == before);
    std::fs::remove_file(desk.kept()).expect("removed");
    scripted.run("presentation save kept");
    assert_eq!(told(&scripted), "Saved as presentation state KEPT.");
    assert_eq!(desk.state().label, "KEPT");
    assert!(looks(&pass(&scripted)) == before.0);
}

/// An image of red, green and blue, with a profile.
pub(crate) fn color_image(profile: &[u8]) -> Writer {
    let levels: Vec<u8> = (0..40_u32 * 48 * 3).map(|index| (index * 7 % 251).to_le_bytes()[0]).collect();
    let image = Writer::new("1.2.840.10008.5.1.4.1.1.7", "2.25.7")
        .text(tags::STUDY_INSTANCE_UID, "2.25.5")
        .text(tags::SERIES_INSTANCE_UID, "2.25.6")
        .text(tags::PATIENT_NAME, "ZZCANARY^COLOR")
        .text(tags::MODALITY, "OT")
        .text(tags::PHOTOMETRIC_INTERPRETATION, "RGB")
        .number(tags::SAMPLES_PER_PIXEL, 3)
        .number(tags::PLANAR_CONFIGURATION, 0)
        .number(tags::ROWS, 40)
        .number(tags::COLUMNS, 48)
        .number(tags::BITS_ALLOCATED, 8)
        .number(tags::BITS_STORED, 8)
        .number(tags::HIGH_BIT, 7)
        .number(tags::PIXEL_REPRESENTATION, 0)
        .text(tags::SHUTTER_SHAPE, "RECTANGULAR")
        .integers(tags::SHUTTER_LEFT_VERTICAL_EDGE, &[3])
        .integers(tags::SHUTTER_RIGHT_VERTICAL_EDGE, &[44])
        .integers(tags::SHUTTER_UPPER_HORIZONTAL_EDGE, &[4])
        .integers(tags::SHUTTER_LOWER_HORIZONTAL_EDGE, &[36])
        .number(tags::SHUTTER_PRESENTATION_VALUE, 30_000)
        .bytes(tags::PIXEL_DATA, &levels);
    if profile.is_empty() { image } else { image.bytes(tags::ICC_PROFILE, profile) }
}

/// The value of an attribute at the top of a file.
fn value(file: &Path, tag: Tag) -> Vec<u8> {
    let object = dicom_object::open_file(file).expect("a file");
    object.element(tag).map(|element| element.to_bytes().expect("bytes").into_owned()).unwrap_or_default()
}

#[test]
fn colours_are_saved_as_a_colour_state_with_the_profile_that_they_are_of() {
    let adobe = std::fs::read(data().join("icc/adobe.icc")).expect("a profile");
    for profile in [&adobe[..], &[]] {
        for commands in ["", "rotate right", "flip horizontal; overlay shutter off"] {
            let desk = Desk::with(|study| {
                color_image(profile).write_to(&study.join("image.dcm")).expect("an image");
            });
            let (state, _) = check(&desk, commands);
            assert_eq!((state.kind, state.voi.len()), (StateKind::Color, 0));
            let bytes = value(&desk.files()[0], tags::ICC_PROFILE);
            if profile.is_empty() {
                assert_eq!(&bytes[36..40], b"acsp", "a profile of sRGB");
            } else {
                assert_eq!(&bytes[..profile.len()], profile);
            }
        }
    }
    let desk = Desk::with(|study| color_image(&[]).write_to(&study.join("image.dcm")).expect("an image"));
    let mut scripted = desk.open();
    scripted.run("invert; presentation save");
    assert_eq!(
        told(&scripted),
        "Not saved: colours that are inverted cannot be said in a presentation state."
    );
}

#[test]
fn gray_in_the_colours_of_a_palette_is_saved_as_a_pseudo_colour_state() {
    for (commands, is_reversed) in [("window palette pet", false), ("window palette pet; invert", true)] {
        let desk = Desk::new(&image("MONOCHROME2"));
        let mut scripted = desk.open();
        scripted.run(commands);
        let before = (looks(&pass(&scripted)), pass(&scripted).palette);
        scripted.run("presentation save colours");
        assert_eq!(told(&scripted), "Saved as presentation state COLOURS.");
        let palette = pass(&scripted).palette;
        if desk.state().not_applied.is_empty() {
            assert!(palette.is_some(), "its colours are the state's now");
        } else {
            assert!(
                (looks(&pass(&scripted)), palette) == before,
                "it is not chosen where its palette is not applied"
            );
        }
        let (file, state) = (desk.files().remove(0), desk.state());
        validate(&file);
        assert_eq!(state.kind, StateKind::PseudoColor);
        let uid = value(&file, tags::PALETTE_COLOR_LOOKUP_TABLE_UID);
        assert_eq!(uid.starts_with(b"1.2.840.10008.1.5.2"), !is_reversed);
        let red = value(&file, tags::RED_PALETTE_COLOR_LOOKUP_TABLE_DATA);
        let mut expected: Vec<u8> =
            before.1.expect("a palette").colors().iter().flat_map(|color| [color[0]; 2]).collect();
        if is_reversed {
            expected.reverse();
        }
        assert_eq!(red, expected);
    }
    let write = |study: &Path| {
        with_tables(12, false, true).write_to(&study.join("image.dcm")).expect("an image");
    };
    let mut scripted = Desk::with(write).open();
    scripted.run("window palette pet; presentation save");
    assert!(
        told(&scripted).starts_with("Not saved: a palette over a presentation LUT"),
        "{}",
        told(&scripted)
    );
}

#[test]
fn what_no_state_can_say_is_told() {
    let desk = Desk::new(&image("MONOCHROME2").text(tags::PIXEL_PADDING_VALUE, "US", "\u{1}\u{0}"));
    let mut scripted = desk.open();
    scripted.run("filter smooth; window padding show; presentation save");
    let text = "Saved as presentation state HOTLIGHT. It cannot say all that is seen; left out: the filter, padding as values.";
    assert_eq!(told(&scripted), text);
}

/// A monitor that says all of itself, with a table of ours.
pub(crate) fn gray_monitor() -> ScreenMonitor {
    ScreenMonitor {
        device: ["ZZM", "GRAY 5MP", "00204321"].map(str::to_owned),
        gsdf: GsdfOwner::Viewer,
        table: Some("0123abcd".repeat(8)),
        measured: Some("20261101".to_owned()),
        ..ScreenMonitor::default()
    }
}

/// Which monitor, by which table, measured when; and words where the monitor is another now.
#[test]
fn a_saved_state_tells_on_which_monitor_it_was_seen() {
    let monitor = gray_monitor();
    let on = |scripted: &mut Scripted, monitor: Result<ScreenMonitor, String>| {
        scripted.reading.event(&Event::ScreenOnMonitor { screen: 0, monitor });
    };
    let why = |scripted: &Scripted| {
        let badges = scripted.focused().expect("a viewport").labels.badges.into_iter();
        badges.filter(|badge| badge.text.starts_with("PS ")).map(|badge| badge.why).collect::<String>()
    };
    let desk = Desk::new(&image("MONOCHROME2"));
    let mut scripted = desk.open();
    on(&mut scripted, Ok(monitor.clone()));
    scripted.run("presentation save");
    let state = desk.state();
    let software = format!("Hotlight {}", env!("CARGO_PKG_VERSION"));
    let expected = DisplayPassport {
        manufacturer: "ZZM".to_owned(),
        model: "GRAY 5MP".to_owned(),
        serial: "00204321".to_owned(),
        calibration: format!("GSDF by Hotlight, table {}", "0123abcd".repeat(8)),
        measured: "20261101".to_owned(),
        software,
    };
    assert_eq!(state.passport, Some(expected));
    assert_eq!(state.description, "Shown on ZZM GRAY 5MP 00204321, GSDF by Hotlight");
    validate(&desk.files()[0]);
    assert!(why(&scripted).contains("on ZZM GRAY 5MP 00204321") && !why(&scripted).contains("otherwise"));
    let mut again = desk.open();
    let otherwise = "otherwise: an unknown monitor, uncalibrated, luminance not measured.";
    assert!(why(&again).contains(otherwise), "{}", why(&again));
    on(&mut again, Ok(ScreenMonitor { table: Some("f".repeat(64)), ..monitor }));
    assert!(why(&again).contains(&format!("otherwise: GSDF by Hotlight, table {}", "f".repeat(64))));
    // Nothing is known of this one.
    let desk = Desk::new(&image("MONOCHROME2"));
    desk.open().run("presentation save");
    validate(&desk.files()[0]);
    assert_eq!(desk.state().description, "Shown on an unknown monitor, uncalibrated");
    let passport = desk.state().passport.expect("a passport");
    assert_eq!((passport.manufacturer.as_str(), passport.calibration.as_str()), ("", "uncalibrated"));
}

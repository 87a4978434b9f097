//! Colour and real-valued images in a session: windows where there are any, and commands that do no harm.

use hotlight::dicom::{Frame, Instance, Pixels, Reals};
use hotlight::grayscale::VoiFunction;
use hotlight::render::{Picture, PixelTransform};
use hotlight::session::VoiChoice;
use hotlight::study::Image;
use hotlight::testing::Scripted;

use crate::support::data;

fn open(file: &str) -> Scripted {
    Scripted::open(&data().join("formats").join(file))
}

fn transform(scripted: &Scripted) -> PixelTransform {
    match scripted.focused().map(|viewport| viewport.picture) {
        Some(Picture::Slice(pass)) => pass.transform,
        other => panic!("no slice: {other:?}"),
    }
}

/// The words about window, zoom and place.
fn state(scripted: &Scripted) -> String {
    scripted.focused().expect("a viewport").labels.bottom_left.join(" · ")
}

/// Rule G-34.
#[test]
fn a_colour_image_has_no_window_whatever_is_asked_for() {
    let mut scripted = open("pydicom-data/color-pl.dcm");
    let as_it_is = PixelTransform::Color { is_inverted: false };
    assert_eq!(transform(&scripted), as_it_is);
    assert!(!state(&scripted).contains("W "), "{}", state(&scripted));
    for command in ["window set 40 400", "window own 1", "pointer press right 100 100; pointer move 140 90"] {
        scripted.run(command);
        assert_eq!(transform(&scripted), as_it_is, "{command}");
        assert!(!state(&scripted).contains("W "), "{command}: {}", state(&scripted));
    }
    scripted.run("invert");
    assert_eq!(transform(&scripted), PixelTransform::Color { is_inverted: true });
    assert!(state(&scripted).contains("inverted"), "{}", state(&scripted));
}

/// Rule P-10: a window that the program made says so.
#[test]
fn a_window_made_of_the_pixels_is_called_auto() {
    let mut scripted = open("pydicom/rtdose.dcm");
    scripted.run("scroll to 3");
    assert!(state(&scripted).contains("W 0.457 L 1.026"), "{}", state(&scripted));
    assert!(state(&scripted).contains("auto"), "{}", state(&scripted));
    scripted.run("scroll to 4");
    assert!(state(&scripted).contains("W 0.456 L 1.026"), "each frame has its own: {}", state(&scripted));
    scripted.run("window set 1 2");
    assert!(
        state(&scripted).contains("W 2 L 1") && !state(&scripted).contains("auto"),
        "{}",
        state(&scripted)
    );
}

#[test]
fn every_frame_of_real_values_makes_a_window() {
    let instance = Instance::read(&data().join("formats/pydicom/rtdose.dcm")).expect("an image");
    let slope = instance.frame(0).gray.rescale.expect("a scaling").0;
    let image = Image { instance: instance.into(), frame: 0, plane: None, suv: None };
    let check = |pixels: Pixels, low: f64, high: f64| {
        let shown = format!("{pixels:?}");
        let frame = Frame { rows: 1, columns: 3, pixels, cover: None };
        let voi = VoiChoice::default();
        let (voi, name) = voi.resolve(&image, Some(&frame)).expect("a window");
        let window = voi.window;
        let half_step = if window.function() == VoiFunction::Linear { 0.5 } else { 0.0 };
        let ends =
            [-1.0, 1.0].map(|side| window.center() - half_step + side * (window.width() / 2.0 - half_step));
        assert_eq!((ends.map(|end| (end / slope).round()), name), ([low, high], "auto"), "{shown}: {window}");
    };
    let reals = |values: [f64; 3]| Pixels::Reals(Reals::new(values.to_vec()));
    check(reals([f64::NAN, 20.0, 70.0]), 20.0, 70.0);
    check(reals([f64::NEG_INFINITY, f64::INFINITY, -4.0e9]), -4.0e9, -4.0e9);
    check(reals([5.0; 3]), 5.0, 5.0);
    check(reals([f64::NAN; 3]), 0.0, 0.0);
    // A codestream of 16 bits in an object of 32.
    let words = |is_signed| Pixels::Words { is_signed, words: vec![1, 2, 3] };
    check(words(true), -32_768.0, 32_767.0);
    check(words(false), 0.0, 65_535.0);
    let voi = VoiChoice::default();
    assert_eq!(voi.resolve(&image, None), None, "not before the pixels are here");
}

/// Doses and maps lie in fractions of their unit: no hand may be held at a width of 1.
#[test]
fn real_values_are_windowed_below_a_width_of_one() {
    let mut scripted = open("pydicom/rtdose.dcm");
    scripted.run("window set 0.5 0.2");
    let window = |scripted: &Scripted| match transform(scripted) {
        PixelTransform::Gray(gray) => gray.window,
        PixelTransform::Color { .. } => panic!("a gray image"),
    };
    let set = window(&scripted);
    assert_eq!((set.center(), set.width(), set.function()), (0.5, 0.2, VoiFunction::LinearExact));
    // 40 device pixels are a tenth of the width.
    scripted.run("pointer press right 100 100; pointer move 60 100; pointer release");
    let dragged = window(&scripted);
    assert!((dragged.width() - 0.18).abs() < 1e-9, "{dragged:?}");
    assert!((dragged.center() - 0.5).abs() < 1e-9, "{dragged:?}");
    scripted.run("undo; window auto");
    assert!(window(&scripted).width() > 0.0);
    // Words keep their least width.
    let mut words = Scripted::open(&data().join("pydicom/CT_small.dcm"));
    words.run("window set 40 0.5");
    let told = words.reading.session.messages.last().map(|message| message.text.clone());
    assert_eq!(told.as_deref(), Some("a linear window cannot have width 0.5"));
}

//! Colour and real-valued images in a session: windows where there are any, and commands that do no harm.

use hotlight::render::{Picture, PixelTransform};
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
    scripted.focused().expect("a viewport").labels.state.join(" · ")
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

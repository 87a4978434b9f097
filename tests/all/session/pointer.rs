//! Drags, as the tools understand them.

use hotlight::testing::Scripted;

use super::check;
use crate::support::phantom;

#[test]
fn the_left_button_is_the_tool() {
    check("scroll first; tool scroll; pointer press left 10 10; pointer move 10 26", "viewport 1: 3/");
    check("zoom 1:1; tool zoom; pointer press left 50 50; pointer move 50 -150", "zoom 200 %");
}

#[test]
fn the_right_button_windows_in_proportion_to_the_width() {
    // 400 wide: one unit a pixel. Right is wider, down a higher center.
    check("pointer press right 100 100; pointer move 140 90", "W 440 L 30 HU");
    check("pointer press right 100 100; pointer move 140 100 fine", "W 404 L 40 HU");
    check("window set 0 4000; pointer press right 0 0; pointer move 10 10", "W 4100 L 100 HU");
    check("pointer press right 100 100; pointer move -9000 100", "W 1 L 40 HU");
}

#[test]
fn slow_scroll_drags_add_up() {
    check(
        "scroll first; pointer press left 0 0; pointer move 0 5; pointer move 0 10; pointer move 0 15; pointer move 0 16",
        "viewport 1: 3/",
    );
}

#[test]
fn a_released_or_cancelled_drag_does_nothing_more() {
    check("scroll first; pointer press left 0 0; pointer release; pointer move 0 80", "viewport 1: 1/");
    check("scroll first; pointer press left 0 0; cancel; pointer move 0 80", "viewport 1: 1/");
}

/// The image position under the pointer, before and after.
#[test]
fn zoom_at_the_pointer_keeps_the_point_under_it() {
    use hotlight::geometry::Point;
    use hotlight::render::Picture;
    let at = Point::flat(300.0, 120.0);
    let under = |scripted: &Scripted| {
        let Picture::Slice(pass) = scripted.focused().expect("a viewport").picture else {
            panic!("an image");
        };
        (pass.image_from_view * at).xyz
    };
    let mut scripted = Scripted::open(phantom());
    let before = under(&scripted);
    scripted.run("pointer zoom 1.7 300 120; pointer zoom 1.3 300 120");
    assert!(before.distance(under(&scripted)) < 1e-9, "{before} {}", under(&scripted));
    scripted.run("pan 20 0");
    assert!(before.distance(under(&scripted)) > 1.0, "a pan moves what is under the pointer");
}

#[test]
fn where_the_pointer_rests_is_neither_traced_nor_in_the_journal() {
    let mut scripted = Scripted::empty();
    scripted.run("pointer hover 1 1 20 30; tool zoom; pointer leave");
    assert_eq!(scripted.reading.trace.count("command"), 1);
    let journal = scripted.reading.journal();
    let journal = journal.lock().expect("nobody panicked");
    assert_eq!(journal.lines().collect::<Vec<_>>(), ["tool zoom"]);
}

/// The desktop shows no cursor where keys moved the pointer; a picture that leaves the program shows none at all.
#[test]
fn the_pointer_is_drawn_where_keys_moved_it() {
    use hotlight::geometry::Point;
    let caret = |scripted: &Scripted| scripted.focused().expect("a viewport").overlay.caret;
    let mut scripted = Scripted::open(phantom());
    scripted.run("pointer hover 1 1 20 30");
    assert_eq!(caret(&scripted), None);
    scripted.run("viewport 1; zoom 1:1; pointer step 2 1");
    assert_eq!(caret(&scripted), Some(Point::flat(22.0, 31.0)));
    scripted.run("tool magnifier");
    assert_eq!(caret(&scripted), None, "the magnifier shows the place");
    scripted.run("tool scroll; pointer hover 1 1 20 30");
    assert_eq!(caret(&scripted), None);
}

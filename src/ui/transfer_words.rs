//! Words of the panel of a rendering's colours and opacities.

pub(super) const TITLE: &str = "Colours and opacities";
pub(super) const COUNTING: &str = "counting…";
pub(super) const HINT: &str = "Up and down choose a point, left and right move it, with Shift its opacity; Enter types its numbers. Insert or a \
                               double click adds one, Delete or a right click removes it. R, G and B add red, green and blue to a \
                               colour, with Alt they take away.";
pub(super) const CURVE: &str = "Curve of opacity and colours by value";
pub(super) const COLOR: &str = "Colour of the point";
pub(super) const NONE: &str = "There is no rendering in colours in this viewport: “volume bone” shows one.";
pub(super) const PRESETS: &str = "Presets";
pub(super) const PRESETS_HINT: &str = "N next, Shift+N previous";
pub(super) const SAVE: &str = "Save as a preset…";
pub(super) const SAVE_WHY: &str = "Keeps it as a preset of your own, under a name";
pub(super) const IMPORT: &str = "Import presets…";
pub(super) const IMPORT_WHY: &str =
    "Makes presets of your own of those of 3D Slicer: presets.xml or a file .vp";
pub(super) const RESET: &str = "Take changes back";
pub(super) const RESET_WHY: &str = "As the preset has it";
pub(super) const DELETE: &str = "Delete this preset…";
pub(super) const DELETE_WHY: &str =
    "Takes this preset of your own away, once Enter says so; the picture stays";

/// The preset that is shown: `Bone, changed`.
pub(super) fn present(title: &str, is_changed: bool) -> String {
    if is_changed { format!("{title}, changed") } else { title.to_owned() }
}

/// The accessible name of a preset in the list.
pub(super) fn preset(title: &str, name: &str) -> String {
    format!("Preset {name}: {title}")
}

/// The accessible name of a point's handle on the curve.
pub(super) fn handle(number: usize, is_color: bool) -> String {
    format!("Point {number} of the {}", if is_color { "colours" } else { "opacity" })
}

/// A point of an opacity in numbers.
pub(super) fn point(number: usize, count: usize, value: f64, opacity: f64) -> String {
    format!("Opacity {number} of {count}: {:.1} % of a millimetre's light at {value:.1}", opacity * 100.0)
}

/// A point of the colours in numbers.
pub(super) fn color(number: usize, count: usize, value: f64, [red, green, blue]: [u8; 3]) -> String {
    format!("Colour {number} of {count}: {red}, {green}, {blue} at {value:.1}")
}

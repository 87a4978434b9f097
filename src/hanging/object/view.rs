//! How a view shows its set: layout type, reformatting and presentation intent of a display set. PS3.3 C.23.3.

use dicom_dictionary_std::tags;

use crate::dicom::{Attributes, Tag, Writer};

use super::super::protocol::{Justify, Mode, Plane, Projection, Start, StatePolicy, View, ViewWindow, Zoom};
use super::terms::{PALETTES, WINDOWS, ours, plane_of, plane_term, term};
use super::{ImportError, Notes, flag, items, optional_items, required, required_integer};

/// A plane without a slab, and thinner slabs, are so thick there, mm: DICOM asks for a number.
const THIN_MM: f64 = 1.0;

/// How thick a slab may be, mm.
const SLAB_MM: std::ops::RangeInclusive<f64> = 0.1..=500.0;

/// The preset of a rendering where an object names none.
const PRESET: &str = "bone";

/// An image box may have so many siblings.
const BOXES_MAX: usize = 100;

/// What display sets can say and views cannot, each with why.
const NOT_HERE: [(Tag, &str); 6] = [
    (tags::BLENDING_OPERATION_TYPE, "it does not say what lies over what: the set is shown alone"),
    (tags::DISPLAY_SET_PATIENT_ORIENTATION, "images are turned as their planes usually are"),
    (tags::PSEUDO_COLOR_PALETTE_INSTANCE_REFERENCE_SEQUENCE, "palettes have names here"),
    (tags::SHOW_GRAPHIC_ANNOTATION_FLAG, "the reader switches graphics on and off"),
    (tags::SHOW_PATIENT_DEMOGRAPHICS_FLAG, "the identity is always shown"),
    (tags::SHOW_ACQUISITION_TECHNIQUES_FLAG, "corner texts are arranged by files of their own"),
];

/// An image box at a position, and what of the view goes into its display set.
pub(super) fn put(
    item: Writer,
    view: &View,
    position: [f64; 4],
    path: &[&str; 4],
    notes: &mut Notes,
) -> Writer {
    let mut not_said = |key: &str, why: &str| {
        let [stages, stage, views, letter] = *path;
        notes.key(&[stages, stage, views, letter, key], why);
    };
    let image_box = Writer::item()
        .number(tags::IMAGE_BOX_NUMBER, 1)
        .doubles(tags::DISPLAY_ENVIRONMENT_SPATIAL_POSITION, &position);
    let image_box = match &view.mode {
        Mode::Stack | Mode::Fusion(_) | Mode::Mpr { .. } => {
            image_box.text(tags::IMAGE_BOX_LAYOUT_TYPE, "STACK")
        }
        Mode::Tile { rows, columns } => put_tiles(image_box, *rows, *columns),
        Mode::Volume(_) => image_box.text(tags::IMAGE_BOX_LAYOUT_TYPE, "PROCESSED"),
        // Round and round, in real time.
        Mode::Cine => image_box
            .text(tags::IMAGE_BOX_LAYOUT_TYPE, "CINE")
            .number(tags::PREFERRED_PLAYBACK_SEQUENCING, 0)
            .doubles(tags::CINE_RELATIVE_TO_REAL_TIME, &[1.0]),
    };
    let mut item = item.sequence(tags::IMAGE_BOXES_SEQUENCE, [image_box]);
    match &view.mode {
        Mode::Stack | Mode::Tile { .. } | Mode::Cine => {}
        Mode::Mpr { plane, slab } => {
            let kind = if slab.is_some() { "SLAB" } else { "MPR" };
            let mm = slab.map_or(THIN_MM, |(mm, _)| mm);
            item = item
                .text(tags::REFORMATTING_OPERATION_TYPE, kind)
                .doubles(tags::REFORMATTING_THICKNESS, &[mm])
                .doubles(tags::REFORMATTING_INTERVAL, &[mm])
                .text(tags::REFORMATTING_OPERATION_INITIAL_VIEW_DIRECTION, plane_term(*plane));
            if slab.is_some_and(|(_, projection)| projection != Projection::Mean) {
                not_said("slab", "DICOM does not say what a slab shows: it comes back as the mean");
            }
        }
        Mode::Volume(_) => {
            item = item
                .text(tags::REFORMATTING_OPERATION_TYPE, "3D_RENDERING")
                .text(tags::REFORMATTING_OPERATION_INITIAL_VIEW_DIRECTION, plane_term(Plane::Coronal))
                .text(tags::THREE_D_RENDERING_TYPE, "VOLUME");
            not_said("preset", "DICOM has no transfer functions by name");
        }
        Mode::Fusion(_) => {
            not_said("mode", "DICOM does not say which set lies over which: the lower one is shown");
        }
    }
    put_intent(item, view, &mut not_said)
}

/// Rows and columns of successive images; the next image moves all of them by one. PS3.3 C.23.3.
fn put_tiles(image_box: Writer, rows: usize, columns: usize) -> Writer {
    let count = |side: usize| u16::try_from(side).unwrap_or(1);
    let image_box = image_box
        .text(tags::IMAGE_BOX_LAYOUT_TYPE, "TILED")
        .number(tags::IMAGE_BOX_TILE_HORIZONTAL_DIMENSION, count(columns))
        .number(tags::IMAGE_BOX_TILE_VERTICAL_DIMENSION, count(rows));
    if rows * columns == 1 {
        return image_box;
    }
    image_box
        .text(tags::IMAGE_BOX_SCROLL_DIRECTION, "VERTICAL")
        .text(tags::IMAGE_BOX_SMALL_SCROLL_TYPE, "IMAGE")
        .number(tags::IMAGE_BOX_SMALL_SCROLL_AMOUNT, 1)
        .text(tags::IMAGE_BOX_LARGE_SCROLL_TYPE, "PAGE")
        .number(tags::IMAGE_BOX_LARGE_SCROLL_AMOUNT, 1)
}

/// Presentation intent. PS3.3 C.23.3.1.4.
fn put_intent(mut item: Writer, view: &View, not_said: &mut impl FnMut(&str, &str)) -> Writer {
    let window = match &view.window {
        None => None,
        Some(ViewWindow::Preset(preset)) => term(&WINDOWS, preset).or_else(|| {
            not_said("window", "DICOM's windows are lung, mediastinum, liver, soft, bone and brain");
            None
        }),
        Some(ViewWindow::Values(..)) => {
            not_said("window", "DICOM names windows, and has no centre and width");
            None
        }
    };
    if let Some(window) = window {
        item = item.text(tags::VOI_TYPE, window);
    }
    match view.palette.as_deref().map(|palette| term(&PALETTES, palette)) {
        None => {}
        Some(Some(palette)) => item = item.text(tags::PSEUDO_COLOR_TYPE, palette),
        Some(None) => not_said("palette", "DICOM has the well-known palettes alone"),
    }
    if view.is_inverted {
        item = item.text(tags::SHOW_GRAYSCALE_INVERTED, "YES");
    }
    match view.zoom {
        Zoom::Fit => {}
        Zoom::TrueSize => item = item.text(tags::SHOW_IMAGE_TRUE_SIZE_FLAG, "YES"),
        Zoom::Pixels => not_said("zoom", "DICOM does not map pixels to pixels"),
        Zoom::SameSize => not_said("zoom", "DICOM does not compare the sizes of views"),
    }
    match view.justify {
        Justify::Center => {}
        Justify::Left => item = item.text(tags::DISPLAY_SET_HORIZONTAL_JUSTIFICATION, "LEFT"),
        Justify::Right => item = item.text(tags::DISPLAY_SET_HORIZONTAL_JUSTIFICATION, "RIGHT"),
        Justify::ChestWall => not_said("justify", "DICOM does not know where the chest wall is"),
    }
    if view.start != Start::First {
        not_said("start", "DICOM begins with the first image");
    }
    if view.state != StatePolicy::Newest {
        not_said("state", "DICOM applies the presentation state that is closest to the intent");
    }
    item
}

/// How a display set shows a set, and where: the position of its image box.
pub(super) fn read<'a>(
    item: &Attributes<'a>,
    set: String,
    notes: &mut Notes,
) -> Result<(View, Attributes<'a>), ImportError> {
    let boxes = items(item, tags::IMAGE_BOXES_SEQUENCE, BOXES_MAX)?;
    if boxes.len() > 1 {
        notes.attribute(tags::IMAGE_BOXES_SEQUENCE, "a view is one box here: the first is taken");
    }
    let first = *boxes.first().ok_or_else(|| ImportError::missing(tags::IMAGE_BOXES_SEQUENCE))?;
    for (tag, why) in NOT_HERE {
        if item.has(tag) {
            notes.attribute(tag, why);
        }
    }
    for sorting in optional_items(item, tags::SORTING_OPERATIONS_SEQUENCE, BOXES_MAX)? {
        let category = sorting.text(tags::SORT_BY_CATEGORY);
        let direction = sorting.text(tags::SORTING_DIRECTION);
        if (category.as_deref(), direction.as_deref()) != (Some("ALONG_AXIS"), Some("INCREASING")) {
            let why = "images lie along their axis, or in the order of their numbers";
            notes.attribute(tags::SORTING_OPERATIONS_SEQUENCE, why);
        }
    }
    let zoom = match flag(item, tags::SHOW_IMAGE_TRUE_SIZE_FLAG)? {
        Some(true) => Zoom::TrueSize,
        Some(false) | None => Zoom::Fit,
    };
    let view = View {
        set,
        mode: read_mode(item, &first, notes)?,
        window: read_window(item, notes),
        is_inverted: flag(item, tags::SHOW_GRAYSCALE_INVERTED)?.unwrap_or_default(),
        palette: read_palette(item, notes),
        zoom,
        justify: read_justify(item, notes)?,
        start: Start::First,
        state: StatePolicy::Newest,
    };
    Ok((view, first))
}

fn read_mode(item: &Attributes<'_>, first: &Attributes<'_>, notes: &mut Notes) -> Result<Mode, ImportError> {
    let layout = required(first, tags::IMAGE_BOX_LAYOUT_TYPE)?;
    let reformatting = item.text(tags::REFORMATTING_OPERATION_TYPE);
    match reformatting.as_deref() {
        None => {}
        Some("MPR" | "SLAB") => return Ok(read_section(item, notes)),
        Some("3D_RENDERING") => return Ok(read_rendering(item, notes)),
        Some(other) => {
            notes.attribute(tags::REFORMATTING_OPERATION_TYPE, format!("{other} is not known here"));
        }
    }
    if layout == "CINE" {
        let is_as_here = first.integer(tags::PREFERRED_PLAYBACK_SEQUENCING).is_none_or(|number| number == 0)
            && first.decimal(tags::CINE_RELATIVE_TO_REAL_TIME).is_none_or(|speed| (speed - 1.0).abs() < 1e-6)
            && !first.has(tags::RECOMMENDED_DISPLAY_FRAME_RATE);
        if !is_as_here {
            notes.attribute(
                tags::IMAGE_BOX_LAYOUT_TYPE,
                "CINE: films play round and round at their own speed",
            );
        }
        return Ok(Mode::Cine);
    }
    if layout == "TILED" {
        return read_tiles(first, notes);
    }
    if layout != "STACK" {
        notes.attribute(tags::IMAGE_BOX_LAYOUT_TYPE, format!("{layout} is shown as a stack"));
    }
    Ok(Mode::Stack)
}

/// Rows and columns of successive images, as many as there may be here.
fn read_tiles(first: &Attributes<'_>, notes: &mut Notes) -> Result<Mode, ImportError> {
    let mut side = |tag: Tag| -> Result<usize, ImportError> {
        let stated = required_integer(first, tag)?;
        let side = usize::try_from(stated).ok().filter(|side| *side > 0);
        let side = side.ok_or_else(|| ImportError::wrong(tag, &stated.to_string(), "a number of images"))?;
        if side > Mode::TILES_MAX {
            notes.attribute(tag, format!("{side}: {} are shown at most", Mode::TILES_MAX));
        }
        Ok(side.min(Mode::TILES_MAX))
    };
    let columns = side(tags::IMAGE_BOX_TILE_HORIZONTAL_DIMENSION)?;
    let rows = side(tags::IMAGE_BOX_TILE_VERTICAL_DIMENSION)?;
    Ok(Mode::Tile { rows, columns })
}

/// A plane through a volume, or a stack where its direction is none of the three.
fn read_section(item: &Attributes<'_>, notes: &mut Notes) -> Mode {
    let direction = item.text(tags::REFORMATTING_OPERATION_INITIAL_VIEW_DIRECTION);
    let Some(plane) = direction.as_deref().and_then(plane_of) else {
        let tag = tags::REFORMATTING_OPERATION_INITIAL_VIEW_DIRECTION;
        notes.attribute(tag, "a plane is axial, coronal or sagittal here: the images are shown as a stack");
        return Mode::Stack;
    };
    let is_slab = item.text(tags::REFORMATTING_OPERATION_TYPE).as_deref() == Some("SLAB");
    let mm = item.decimal(tags::REFORMATTING_THICKNESS);
    if let Some(interval) = item.decimal(tags::REFORMATTING_INTERVAL)
        && mm.is_none_or(|mm| (mm - interval).abs() > 1e-6)
    {
        notes.attribute(
            tags::REFORMATTING_INTERVAL,
            "the reader goes from plane to plane in steps of the images",
        );
    }
    let slab = mm.filter(|mm| is_slab || *mm > THIN_MM).and_then(|mm| {
        if !SLAB_MM.contains(&mm) {
            notes.attribute(tags::REFORMATTING_THICKNESS, format!("{mm}: slabs have 0.1 to 500 mm here"));
            return None;
        }
        Some((mm, Projection::Mean))
    });
    Mode::Mpr { plane, slab }
}

/// A volume from outside; a maximum intensity projection of all of it is the thickest slab.
fn read_rendering(item: &Attributes<'_>, notes: &mut Notes) -> Mode {
    let kind = item.text(tags::THREE_D_RENDERING_TYPE).unwrap_or_default();
    if kind == "MIP" {
        let direction = item.text(tags::REFORMATTING_OPERATION_INITIAL_VIEW_DIRECTION);
        let plane = direction.as_deref().and_then(plane_of).unwrap_or(Plane::Coronal);
        let mm = *SLAB_MM.end();
        notes.attribute(tags::THREE_D_RENDERING_TYPE, format!("MIP is a slab of {mm} mm here"));
        return Mode::Mpr { plane, slab: Some((mm, Projection::Mip)) };
    }
    let why = format!("{kind} is shown by the preset {PRESET}, from the front");
    notes.attribute(tags::THREE_D_RENDERING_TYPE, why);
    Mode::Volume(PRESET.to_owned())
}

fn read_window(item: &Attributes<'_>, notes: &mut Notes) -> Option<ViewWindow> {
    let kind = item.text(tags::VOI_TYPE)?;
    let preset = ours(&WINDOWS, &kind);
    if preset.is_none() {
        notes.attribute(tags::VOI_TYPE, format!("there is no window {kind} here: the images' own is taken"));
    }
    preset.map(|preset| ViewWindow::Preset(preset.to_owned()))
}

fn read_palette(item: &Attributes<'_>, notes: &mut Notes) -> Option<String> {
    let kind = item.text(tags::PSEUDO_COLOR_TYPE)?;
    let palette = ours(&PALETTES, &kind);
    if palette.is_none() {
        notes.attribute(tags::PSEUDO_COLOR_TYPE, format!("there is no palette {kind} here"));
    }
    palette.map(str::to_owned)
}

fn read_justify(item: &Attributes<'_>, notes: &mut Notes) -> Result<Justify, ImportError> {
    if item.text(tags::DISPLAY_SET_VERTICAL_JUSTIFICATION).is_some_and(|text| text != "CENTER") {
        notes.attribute(tags::DISPLAY_SET_VERTICAL_JUSTIFICATION, "images are pushed to the sides alone");
    }
    let tag = tags::DISPLAY_SET_HORIZONTAL_JUSTIFICATION;
    match item.text(tag).as_deref() {
        None | Some("CENTER") => Ok(Justify::Center),
        Some("LEFT") => Ok(Justify::Left),
        Some("RIGHT") => Ok(Justify::Right),
        Some(other) => Err(ImportError::wrong(tag, other, "LEFT, CENTER or RIGHT")),
    }
}

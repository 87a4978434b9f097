//! What is written is read as it was: random states, and of each kind.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use proptest::prelude::*;

use super::compound::tests::any_compound;
use super::style::tests::{any_fill, any_line, any_text_style};
use super::*;
use crate::color::Ink;
use crate::dicom::{Creation, DataSet, OverlayPlane, SeriesUid, Shutter, Source, StudyUid, state_planes};
use crate::geometry::Turn;
use crate::grayscale::Window;
use crate::presentation::graphic::{Anchor, Justification, TextBox};
use crate::presentation::passport::DisplayPassport;
use crate::presentation::state::{OverlayActivation, ReferencedSeries, StateColors};
use crate::units::{MmPerPixel, PValue, Phi};

fn image(folder: &Path) -> Instance {
    let path = folder.join("image.dcm");
    Writer::new(uids::CT_IMAGE_STORAGE, "2.25.3")
        .text(tags::SPECIFIC_CHARACTER_SET, "ISO_IR 192")
        .text(tags::STUDY_INSTANCE_UID, "2.25.1")
        .text(tags::SERIES_INSTANCE_UID, "2.25.2")
        .text(tags::PATIENT_NAME, "NOBODY^J\u{fc}rgen")
        .gray_16(4, 4, true)
        .pixels(&[0; 16])
        .write_to(&path)
        .expect("written");
    Instance::read(&path).expect("an image")
}

fn any_subset() -> impl Strategy<Value = Subset> {
    let frames = prop::option::of(prop::collection::btree_set(0_u32..20, 1..4));
    let one = frames.prop_map(|frames| ReferencedImage {
        sop_class: uids::CT_IMAGE_STORAGE.to_owned(),
        frames: frames.map(|frames| frames.into_iter().collect()),
    });
    let of_one = |one| BTreeMap::from([(InstanceUid::new("2.25.3"), one)]);
    prop::option::of(one).prop_map(move |one| Subset(one.map(of_one)))
}

/// Single precision is what the file holds.
pub(super) fn any_point() -> impl Strategy<Value = [f64; 2]> {
    [-900_i32..9000, -900_i32..9000].prop_map(|[x, y]| [f64::from(x) / 8.0, f64::from(y) / 8.0])
}

pub(super) fn any_units() -> impl Strategy<Value = GraphicUnits> {
    prop_oneof![Just(GraphicUnits::Pixel), Just(GraphicUnits::Display)]
}

fn any_graphic() -> impl Strategy<Value = GraphicObject> {
    let points = prop::collection::vec(any_point(), 4..9);
    let looks = (prop::option::of(any_line()), prop::option::of(any_fill()), prop::option::of(0_u32..9));
    let what = (any_units(), points, 0..5_usize, any::<bool>(), looks);
    what.prop_map(|(units, mut points, kind, is_filled, (line, fill, compound))| {
        let (kind, count) = [
            (GraphicKind::Point, 1),
            (GraphicKind::Circle, 2),
            (GraphicKind::Ellipse, 4),
            (GraphicKind::Polyline, points.len()),
            (GraphicKind::Interpolated, points.len()),
        ][kind];
        points.truncate(count);
        let is_filled = is_filled && kind != GraphicKind::Point;
        if is_filled && matches!(kind, GraphicKind::Polyline | GraphicKind::Interpolated) {
            points.push(points[0]);
        }
        GraphicObject { kind, units, points, is_filled, line, fill, compound }
    })
    .boxed()
}

fn any_text() -> impl Strategy<Value = TextObject> {
    let sides =
        prop_oneof![Just(Justification::Left), Just(Justification::Center), Just(Justification::Right)];
    let in_box = (any_units(), any_point(), any_point(), sides);
    let in_box = in_box.prop_map(|(units, top_left, [width, height], justification)| TextBox {
        units,
        top_left,
        bottom_right: [top_left[0] + width.abs() + 1.0, top_left[1] + height.abs() + 1.0],
        justification,
    });
    let anchor = (any_units(), any_point(), any::<bool>());
    let anchor = anchor.prop_map(|(units, at, is_visible)| Anchor { units, at, is_visible });
    let lines = ("[a-zA-Z0-9\u{fc}\u{e9}]{1,9}", "[a-z]{1,9}");
    (lines, prop::option::of(in_box), anchor, any::<bool>(), any_text_style())
        .prop_map(|((first, second), bounding_box, anchor, has_anchor, style)| TextObject {
            text: Phi::new(format!("{first}\r\n{second}")),
            anchor: (has_anchor || bounding_box.is_none()).then_some(anchor),
            bounding_box,
            style,
            compound: None,
        })
        .boxed()
}

fn any_window() -> impl Strategy<Value = Window> {
    let functions = [VoiFunction::Linear, VoiFunction::LinearExact, VoiFunction::Sigmoid];
    (-4000_i32..4000, 1_u16..5000, 0_usize..3).prop_map(move |(center, width, function)| {
        Window::with_function(f64::from(center) / 2.0, width.into(), functions[function]).expect("a window")
    })
}

fn any_area() -> impl Strategy<Value = DisplayedArea> {
    let sizes = prop_oneof![
        Just(AreaSize::ScaleToFit),
        Just(AreaSize::TrueSize),
        (1_u16..64).prop_map(|eighths| AreaSize::Magnify(f64::from(eighths) / 8.0)),
    ];
    let corners = (-50_i32..0, -50_i32..0, 1_i32..90, 1_i32..90);
    (corners, sizes, any::<bool>())
        .prop_map(|((left, top, right, bottom), size, has_spacing)| {
            let has_spacing = has_spacing || size == AreaSize::TrueSize;
            DisplayedArea {
                images: Subset(None),
                top_left: [left, top],
                bottom_right: [right, bottom],
                size,
                spacing: has_spacing.then_some(MmPerPixel { row: 0.75, column: 0.5 }),
                pixel_aspect: Some(if has_spacing { 1.5 } else { 0.25 }),
            }
        })
        .boxed()
}

/// The area as a picture that is turned names it. Rule S-2.
fn as_seen(area: &DisplayedArea, turn: Turn) -> DisplayedArea {
    let ([left, top], [right, bottom]) = (area.top_left, area.bottom_right);
    let (row, column) = turn.axes();
    // A step along a row of the image leads to the left, or up: then the last column comes first.
    let is_backwards = |axis: [f64; 2]| axis[0] + axis[1] < 0.0;
    let (x, y) = (is_backwards(row), is_backwards(column));
    let ordered = |is_backwards: bool, low, high| if is_backwards { (high, low) } else { (low, high) };
    let ((x0, x1), (y0, y1)) = (ordered(x, left, right), ordered(y, top, bottom));
    DisplayedArea { top_left: [x0, y0], bottom_right: [x1, y1], ..area.clone() }
}

/// What a file of these attributes says of shutter and planes.
fn said(attributes: Writer) -> (StateShutter, Arc<[OverlayPlane]>) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("said.dcm");
    attributes.write_to(&path).expect("written");
    let data_set = DataSet::read(&Source::file(&path)).expect("an object");
    let at = data_set.attributes();
    let (planes, refused) = state_planes(&at);
    assert_eq!(refused, [""; 0]);
    let (shutter, refused) = Shutter::read(&at);
    assert_eq!(refused, [""; 0]);
    let shutter = shutter.map_or(StateShutter::None, |shutter| StateShutter::Shapes(shutter.into()));
    (shutter, planes.into())
}

#[derive(Debug)]
struct Plane {
    size: (u16, u16),
    origin: [i16; 2],
    /// The first of how many frames.
    frames: Option<(u16, u16)>,
    is_region: bool,
    label: Option<String>,
    bits: Vec<u8>,
}

impl Plane {
    fn object(&self) -> Writer {
        let tag = |element| {
            let mut tag = tags::ROWS;
            (tag.0, tag.1) = (0x6002, element);
            tag
        };
        let object = Writer::new(uids::GRAYSCALE_SOFTCOPY_PRESENTATION_STATE_STORAGE, "2.25.9")
            .text(tags::SPECIFIC_CHARACTER_SET, "ISO_IR 192")
            .number(tag(0x0010), self.size.0)
            .number(tag(0x0011), self.size.1)
            .text(tag(0x0040), if self.is_region { "R" } else { "G" })
            .shorts(tag(0x0050), &self.origin)
            .text(tag(0x1500), self.label.as_deref().unwrap_or_default())
            .bytes(tag(0x3000), &self.bits);
        let Some((first, count)) = self.frames else { return object };
        object.text(tag(0x0015), &count.to_string()).number(tag(0x0051), first)
    }
}

prop_compose! {
    fn any_plane()(
        size in (1_u16..9, 1_u16..9),
        origin in [-40_i16..40, -40_i16..40],
        frames in prop::option::of((1_u16..9, 1_u16..4)),
        is_region in any::<bool>(),
        label in prop::option::of("[a-z\u{fc}]{1,9}"),
        bits in prop::collection::vec(any::<u8>(), 33),
    ) -> Plane {
        Plane { size, origin, frames, is_region, label, bits }
    }
}

prop_compose! {
    /// A plane, and shapes or a bitmap or nothing that hides.
    fn any_cover()(
        plane in any_plane(),
        shapes in 0_usize..5,
        gray in any::<u16>(),
        place in [-9_i32..9, 9_i32..40, 1_i32..30],
    ) -> (StateShutter, Arc<[OverlayPlane]>) {
        let [low, high, radius] = place;
        let shape = ["", "RECTANGULAR", "CIRCULAR", "POLYGONAL\\RECTANGULAR", ""][shapes];
        let object = plane.object()
            .text(tags::SHUTTER_SHAPE, shape)
            .number(tags::SHUTTER_PRESENTATION_VALUE, gray)
            .integers(tags::SHUTTER_LEFT_VERTICAL_EDGE, &[low])
            .integers(tags::SHUTTER_RIGHT_VERTICAL_EDGE, &[high])
            .integers(tags::SHUTTER_UPPER_HORIZONTAL_EDGE, &[low - 1])
            .integers(tags::SHUTTER_LOWER_HORIZONTAL_EDGE, &[high + 2])
            .integers(tags::CENTER_OF_CIRCULAR_SHUTTER, &[low, high])
            .integers(tags::RADIUS_OF_CIRCULAR_SHUTTER, &[radius])
            .integers(tags::VERTICES_OF_THE_POLYGONAL_SHUTTER, &[low, low, high, radius, 5, high]);
        let (shutter, planes) = said(object);
        let bitmap = StateShutter::Bitmap { group: 0x6002, presentation: Ink::of_gray(PValue(gray)) };
        (if shapes == 4 { bitmap } else { shutter }, planes)
    }
}

fn any_passport() -> impl Strategy<Value = DisplayPassport> {
    let word = || prop_oneof![Just(String::new()), "[A-Z\u{fc}]{1,9} [a-z0-9]{1,9}"];
    let measured = prop_oneof![Just(String::new()), Just("20261101".to_owned())];
    (word(), word(), word(), "[a-z]{1,9}, [a-f0-9]{64}", measured).prop_map(
        |(manufacturer, model, serial, calibration, measured)| DisplayPassport {
            manufacturer,
            model,
            serial,
            calibration,
            measured,
            software: "Hotlight 1.2.3".to_owned(),
        },
    )
}

prop_compose! {
    fn any_state()(
        (shutter, overlays) in any_cover(),
        (passport, offset) in (prop::option::of(any_passport()), prop::sample::select(vec!["", "+0100", "-0330"])),
        turn in (0_u8..4, any::<bool>()),
        rescale in (1_u8..9, -2000_i16..2000),
        is_inverse in any::<bool>(),
        voi in prop::option::of((any_subset(), any_window())),
        area in any_area(),
        images in any_subset(),
        graphics in prop::collection::vec(any_graphic(), 0..4),
        (texts, compounds) in (prop::collection::vec(any_text(), 1..3), (any_compound(1), any_compound(2))),
        gray in any::<u16>(),
        order in -9_i64..9,
        table in prop::option::of(prop::collection::vec(0_u16..4096, 2..40)),
    ) -> PresentationState {
        let whole = ReferencedImage { sop_class: uids::CT_IMAGE_STORAGE.to_owned(), frames: None };
        let all = BTreeMap::from([(InstanceUid::new("2.25.3"), whole)]);
        let polarity = if is_inverse { Polarity::Inverse } else { Polarity::Identity };
        let table = table.and_then(|entries| LookupTable::new(0, entries, 12)).map(Arc::new);
        let rescale = Rescale { slope: f64::from(rescale.0) / 4.0, intercept: f64::from(rescale.1) };
        let turn = Turn::new(turn.0, turn.1);
        let voi = voi.map(|(images, window)| SoftcopyVoi { images, voi: StateVoi::Window(window) });
        PresentationState {
            source: Source::file(Path::new("nowhere")),
            uid: InstanceUid::new("2.25.9"),
            study: StudyUid::new("2.25.1"),
            series: SeriesUid::new("2.25.8"),
            kind: StateKind::Grayscale,
            label: "ANY".to_owned(),
            description: "of a test".to_owned(),
            creator: Phi::new("NOBODY^J\u{fc}rgen".to_owned()),
            created: Creation {
                date: "20261128".to_owned(),
                time: "091500".to_owned(),
                utc_offset: offset.to_owned(),
                station_s: 0,
            },
            passport,
            references: vec![ReferencedSeries { series: SeriesUid::new("2.25.2"), images: all }],
            modality: StateModality::Rescale(rescale),
            voi: voi.into_iter().collect(),
            presentation: table.map_or(PresentationLut::Shape(polarity), PresentationLut::Table),
            mask: None,
            colors: StateColors::default(),
 blending: None,
            shutter,
            overlays,
            activations: vec![OverlayActivation { group: 0x6002, layer: "MARKS".to_owned() }],
            areas: vec![as_seen(&area, turn)],
            turn,
            layers: vec![GraphicLayer {
                name: "MARKS".to_owned(),
                order,
                gray: Some(PValue(gray)),
                color: Some([gray, 32_896, 7]),
                description: "what was drawn".to_owned(),
            }],
            annotations: vec![GraphicAnnotation {
                images,
                layer: "MARKS".to_owned(),
                graphics,
                texts,
                compounds: <[_; 2]>::from(compounds).into(),
            }],
            not_applied: Vec::new(),
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn what_is_written_is_read_as_it_was(state in any_state().boxed()) {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("state.dcm");
        let object = state.to_object(&image(folder.path()));
        object.write_to(&path).expect("written");
        let source = Source::file(&path);
        let read = PresentationState::read(&source).expect("it is whole").expect("a state");
        prop_assert_eq!(read, PresentationState { source, ..state });
    }

    /// Such states have no presentation LUT, and of colours no gray at all.
    #[test]
    fn states_of_colours_are_read_as_they_were_written(state in any_state().boxed(), is_palette in any::<bool>()) {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("state.dcm");
        let kind = if is_palette { StateKind::PseudoColor } else { StateKind::Color };
        let palette = is_palette.then(|| Arc::clone(&crate::color::Palettes::default().all()[3]));
        let colors = StateColors { profile: None, palette };
        let written = PresentationState { kind, colors, ..state };
        written.to_object(&image(folder.path())).write_to(&path).expect("written");
        let source = Source::file(&path);
        let read = PresentationState::read(&source).expect("it is whole").expect("a state");
        let expected = PresentationState {
            source,
            presentation: PresentationLut::Shape(Polarity::Identity),
            modality: if is_palette { written.modality.clone() } else { StateModality::Rescale(Rescale::IDENTITY) },
            voi: if is_palette { written.voi.clone() } else { Vec::new() },
            // Told as colours too, and the palette by its entries.
            shutter: read.shutter.clone(),
            colors: read.colors.clone(),
 blending: read.blending.clone(),
            not_applied: read.not_applied.clone(),
            ..written.clone()
        };
        let grays = [&read, &written].map(|state| gray_of(&state.shutter));
        prop_assert_eq!(grays[0], grays[1]);
        let entries = [&read, &written].map(|state| state.colors.palette.as_ref().map(|palette| palette.colors()));
        prop_assert_eq!(entries[0], entries[1]);
        prop_assert!(read.colors.profile.is_some());
        prop_assert_eq!(read, expected);
    }
}

fn gray_of(shutter: &StateShutter) -> Option<PValue> {
    match shutter {
        StateShutter::None => None,
        StateShutter::Shapes(shutter) => Some(shutter.presentation.gray),
        StateShutter::Bitmap { presentation, .. } => Some(presentation.gray),
    }
}

/// To the last digit of a number that is a ratio of small ones, and as near as such a string comes to any other.
#[test]
fn the_shape_of_a_pixel_is_a_ratio_of_whole_numbers() {
    let texts = [1.0, 0.5, 1.25, 4.0 / 3.0, 0.488_281 / 0.512, 1e-6].map(aspect_ratio);
    assert_eq!(texts, ["1\\1", "1\\2", "5\\4", "4\\3", "488281\\512000", "1\\1000000"]);
    for aspect in [std::f64::consts::PI, std::f64::consts::SQRT_2 / 3.0] {
        let text = aspect_ratio(aspect);
        let (height, width) = text.split_once('\\').expect("two numbers");
        let of = |text: &str| f64::from(text.parse::<i32>().expect("an integer string"));
        assert!((of(height) / of(width) - aspect).abs() < 1e-15, "{text}");
    }
}

#[test]
fn colours_come_with_their_profile_and_palettes_with_their_uid() {
    use crate::dicom::Attributes;
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("state.dcm");
    let palettes = crate::color::Palettes::default();
    let pet = palettes.named("pet").expect("a palette");
    let uid_of = |palette: &Arc<ColorPalette>| {
        put_palette(Writer::new("2.25.1", "2.25.2"), palette)
            .bytes(tags::ICC_PROFILE, &profile_bytes(None))
            .write_to(&path)
            .expect("written");
        let data_set = DataSet::read(&Source::file(&path)).expect("an object");
        let at: Attributes<'_> = data_set.attributes();
        at.text(tags::PALETTE_COLOR_LOOKUP_TABLE_UID)
    };
    assert_eq!(uid_of(pet).as_deref(), Some("1.2.840.10008.1.5.2"));
    // The colours are others.
    assert_eq!(uid_of(&Arc::new(pet.reversed())), None);
    let usable = IccProfile::of_image(&IccProfile::srgb_bytes());
    assert!(usable.is_ok(), "{usable:?}");
}

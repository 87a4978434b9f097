//! Writing a grayscale presentation state. PS3.3 A.33.1; rule S-1.

use dicom_dictionary_std::{tags, uids};

use super::document::begin;
use super::graphic::{GraphicAnnotation, GraphicKind, GraphicLayer, GraphicObject, GraphicUnits, TextObject};
use super::state::{
    AreaSize, DisplayedArea, PresentationLut, PresentationState, ReferencedImage, SoftcopyVoi, StateModality,
    StateShutter, StateTable, StateVoi, Subset,
};
use crate::dicom::{Instance, InstanceUid, LookupTable, Writer};
use crate::grayscale::{Polarity, Rescale, VoiFunction};

impl PresentationState {
    /// The state as an object of the study and patient of one of its images. Overlay planes of its own are not among what
    /// is written, nor is a shutter that consists of one.
    pub fn to_object(&self, image: &Instance) -> Writer {
        let (date, time) = &self.created;
        let class = uids::GRAYSCALE_SOFTCOPY_PRESENTATION_STATE_STORAGE;
        let mut object = begin(class, &self.uid, &self.series, "PR", image)
            .text(tags::LATERALITY, "")
            .text(tags::INSTANCE_NUMBER, "1")
            .text(tags::CONTENT_LABEL, &self.label)
            .text(tags::CONTENT_DESCRIPTION, &self.description)
            .text(tags::PRESENTATION_CREATION_DATE, date)
            .text(tags::PRESENTATION_CREATION_TIME, time)
            .text(tags::CONTENT_CREATOR_NAME, self.creator.reveal());
        let series = self.references.iter().map(|series| {
            let images = series.images.iter().map(|(uid, image)| reference(uid, image));
            Writer::item()
                .text(tags::SERIES_INSTANCE_UID, series.series.as_str())
                .sequence(tags::REFERENCED_IMAGE_SEQUENCE, images)
        });
        object = object.sequence(tags::REFERENCED_SERIES_SEQUENCE, series);
        object = match &self.modality {
            StateModality::Rescale(rescale) if *rescale == Rescale::IDENTITY => object,
            StateModality::Rescale(Rescale { slope, intercept }) => object
                .decimals(tags::RESCALE_INTERCEPT, &[*intercept])
                .decimals(tags::RESCALE_SLOPE, &[*slope])
                // Unspecified: the unit is the image's to tell.
                .text(tags::RESCALE_TYPE, "US"),
            StateModality::Table(table) => {
                let kind = if table.explanation.is_empty() { "US" } else { &table.explanation };
                let item = lut(Writer::item(), &table.unsigned).text(tags::MODALITY_LUT_TYPE, kind);
                object.sequence(tags::MODALITY_LUT_SEQUENCE, [item])
            }
        };
        if !self.voi.is_empty() {
            object = object.sequence(tags::SOFTCOPY_VOILUT_SEQUENCE, self.voi.iter().map(voi));
        }
        object = match &self.presentation {
            PresentationLut::Shape(Polarity::Identity) => {
                object.text(tags::PRESENTATION_LUT_SHAPE, "IDENTITY")
            }
            PresentationLut::Shape(Polarity::Inverse) => object.text(tags::PRESENTATION_LUT_SHAPE, "INVERSE"),
            PresentationLut::Table(table) => {
                object.sequence(tags::PRESENTATION_LUT_SEQUENCE, [lut(Writer::item(), table)])
            }
        };
        if let StateShutter::Shapes(shutter) = &self.shutter {
            object = shutter.put_into(object);
        }
        for activation in &self.activations {
            object = object.overlay_activation(activation.group, &activation.layer);
        }
        object
            .sequence(tags::DISPLAYED_AREA_SELECTION_SEQUENCE, self.areas.iter().map(area))
            .number(tags::IMAGE_ROTATION, u16::from(self.turn.quarters()) * 90)
            .text(tags::IMAGE_HORIZONTAL_FLIP, yes_or_no(self.turn.is_flipped()))
            .sequence_unless_empty(tags::GRAPHIC_LAYER_SEQUENCE, self.layers.iter().map(layer).collect())
            .sequence_unless_empty(
                tags::GRAPHIC_ANNOTATION_SEQUENCE,
                self.annotations.iter().map(annotation).collect(),
            )
    }
}

/// An item of Referenced Image Sequence. Frames count from 1.
fn reference(uid: &InstanceUid, image: &ReferencedImage) -> Writer {
    let item = Writer::item()
        .text(tags::REFERENCED_SOP_CLASS_UID, &image.sop_class)
        .text(tags::REFERENCED_SOP_INSTANCE_UID, uid.as_str());
    let Some(frames) = &image.frames else { return item };
    let frames: Vec<String> = frames.iter().map(|frame| (frame + 1).to_string()).collect();
    item.text(tags::REFERENCED_FRAME_NUMBER, &frames.join("\\"))
}

/// An item that is for some images.
fn for_images(Subset(images): &Subset) -> Writer {
    let Some(images) = images else { return Writer::item() };
    let images = images.iter().map(|(uid, image)| reference(uid, image));
    Writer::item().sequence(tags::REFERENCED_IMAGE_SEQUENCE, images)
}

/// LUT Descriptor and LUT Data. A first input below 0 is written as the word that it is. PS3.3 C.11.1.1.1.
fn lut(item: Writer, table: &LookupTable) -> Writer {
    let entries = table.entries();
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a word; 65,536 is written as 0"
    )]
    let (count, first) = (entries.len() as u16, table.first() as u16);
    let bits = u16::try_from(16 - table.highest().leading_zeros()).unwrap_or(16).max(8);
    item.words(tags::LUT_DESCRIPTOR, &[count, first, bits]).words(tags::LUT_DATA, entries)
}

fn voi(of: &SoftcopyVoi) -> Writer {
    let item = for_images(&of.images);
    match &of.voi {
        StateVoi::Window(window) => {
            let function = match window.function() {
                VoiFunction::Linear => "LINEAR",
                VoiFunction::LinearExact => "LINEAR_EXACT",
                VoiFunction::Sigmoid => "SIGMOID",
            };
            item.decimals(tags::WINDOW_CENTER, &[window.center()])
                .decimals(tags::WINDOW_WIDTH, &[window.width()])
                .text(tags::VOILUT_FUNCTION, function)
        }
        StateVoi::Table(StateTable { unsigned, explanation, .. }) => {
            let table = lut(Writer::item(), unsigned);
            let table =
                if explanation.is_empty() { table } else { table.text(tags::LUT_EXPLANATION, explanation) };
            item.sequence(tags::VOILUT_SEQUENCE, [table])
        }
    }
}

fn area(area: &DisplayedArea) -> Writer {
    let item = for_images(&area.images)
        .integers(tags::DISPLAYED_AREA_TOP_LEFT_HAND_CORNER, &area.top_left)
        .integers(tags::DISPLAYED_AREA_BOTTOM_RIGHT_HAND_CORNER, &area.bottom_right);
    let item = match area.size {
        AreaSize::ScaleToFit => item.text(tags::PRESENTATION_SIZE_MODE, "SCALE TO FIT"),
        AreaSize::TrueSize => item.text(tags::PRESENTATION_SIZE_MODE, "TRUE SIZE"),
        AreaSize::Magnify(ratio) => item
            .text(tags::PRESENTATION_SIZE_MODE, "MAGNIFY")
            .floats(tags::PRESENTATION_PIXEL_MAGNIFICATION_RATIO, &[ratio]),
    };
    if let Some(mm) = area.spacing {
        return item.decimals(tags::PRESENTATION_PIXEL_SPACING, &[mm.row, mm.column]);
    }
    item.text(tags::PRESENTATION_PIXEL_ASPECT_RATIO, &aspect_ratio(area.pixel_aspect.unwrap_or(1.0)))
}

/// Height and width of a pixel as whole numbers, as near as four digits come.
fn aspect_ratio(aspect: f64) -> String {
    let near = |width: &f64| {
        let height = (aspect * width).round();
        (height / width - aspect).abs() <= 1e-4 * aspect
    };
    let width = (1..=1000).map(f64::from).find(near).unwrap_or(1000.0);
    format!("{:.0}\\{width:.0}", (aspect * width).round().max(1.0))
}

fn layer(layer: &GraphicLayer) -> Writer {
    let mut item = Writer::item()
        .text(tags::GRAPHIC_LAYER, &layer.name)
        .text(tags::GRAPHIC_LAYER_ORDER, &layer.order.to_string());
    if let Some(gray) = layer.gray {
        item = item.number(tags::GRAPHIC_LAYER_RECOMMENDED_DISPLAY_GRAYSCALE_VALUE, gray.0);
    }
    if let Some(color) = &layer.color {
        item = item.words(tags::GRAPHIC_LAYER_RECOMMENDED_DISPLAY_CIE_LAB_VALUE, color);
    }
    if layer.description.is_empty() {
        return item;
    }
    item.text(tags::GRAPHIC_LAYER_DESCRIPTION, &layer.description)
}

fn annotation(annotation: &GraphicAnnotation) -> Writer {
    for_images(&annotation.images)
        .text(tags::GRAPHIC_LAYER, &annotation.layer)
        .sequence_unless_empty(tags::TEXT_OBJECT_SEQUENCE, annotation.texts.iter().map(text).collect())
        .sequence_unless_empty(
            tags::GRAPHIC_OBJECT_SEQUENCE,
            annotation.graphics.iter().map(graphic).collect(),
        )
}

fn graphic(graphic: &GraphicObject) -> Writer {
    let kind = match graphic.kind {
        GraphicKind::Point => "POINT",
        GraphicKind::Polyline => "POLYLINE",
        GraphicKind::Interpolated => "INTERPOLATED",
        GraphicKind::Circle => "CIRCLE",
        GraphicKind::Ellipse => "ELLIPSE",
    };
    let item = Writer::item()
        .text(tags::GRAPHIC_ANNOTATION_UNITS, units(graphic.units))
        .number(tags::GRAPHIC_DIMENSIONS, 2)
        .number(tags::NUMBER_OF_GRAPHIC_POINTS, u16::try_from(graphic.points.len()).unwrap_or(u16::MAX))
        .floats(tags::GRAPHIC_DATA, graphic.points.as_flattened())
        .text(tags::GRAPHIC_TYPE, kind);
    if graphic.kind == GraphicKind::Point {
        return item;
    }
    item.text(tags::GRAPHIC_FILLED, yes_or_no(graphic.is_filled))
}

fn text(text: &TextObject) -> Writer {
    // PS3.5 6.2: lines end with CR LF.
    let lines: Vec<&str> = text.text.reveal().lines().collect();
    let mut item = Writer::item().text(tags::UNFORMATTED_TEXT_VALUE, &lines.join("\r\n"));
    if let Some(at) = &text.bounding_box {
        let justification = match at.justification {
            super::Justification::Left => "LEFT",
            super::Justification::Center => "CENTER",
            super::Justification::Right => "RIGHT",
        };
        item = item
            .text(tags::BOUNDING_BOX_ANNOTATION_UNITS, units(at.units))
            .floats(tags::BOUNDING_BOX_TOP_LEFT_HAND_CORNER, &at.top_left)
            .floats(tags::BOUNDING_BOX_BOTTOM_RIGHT_HAND_CORNER, &at.bottom_right)
            .text(tags::BOUNDING_BOX_TEXT_HORIZONTAL_JUSTIFICATION, justification);
    }
    if let Some(anchor) = &text.anchor {
        item = item
            .text(tags::ANCHOR_POINT_ANNOTATION_UNITS, units(anchor.units))
            .floats(tags::ANCHOR_POINT, &anchor.at)
            .text(tags::ANCHOR_POINT_VISIBILITY, yes_or_no(anchor.is_visible));
    }
    item
}

const fn units(units: GraphicUnits) -> &'static str {
    match units {
        GraphicUnits::Pixel => "PIXEL",
        GraphicUnits::Display => "DISPLAY",
    }
}

const fn yes_or_no(is: bool) -> &'static str {
    if is { "Y" } else { "N" }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::path::Path;
    use std::sync::Arc;

    use proptest::prelude::*;

    use super::super::graphic::{Anchor, Justification, TextBox};
    use super::super::state::{OverlayActivation, ReferencedSeries, StateKind};
    use super::*;
    use crate::dicom::{SeriesUid, Source, StudyUid};
    use crate::geometry::Turn;
    use crate::grayscale::Window;
    use crate::units::{MmPerPixel, PValue, Phi};

    fn image(folder: &Path) -> Instance {
        let path = folder.join("image.dcm");
        Writer::new(uids::CT_IMAGE_STORAGE, "2.25.3")
            .text(tags::SPECIFIC_CHARACTER_SET, "ISO_IR 192")
            .text(tags::STUDY_INSTANCE_UID, "2.25.1")
            .text(tags::SERIES_INSTANCE_UID, "2.25.2")
            .text(tags::PATIENT_NAME, "ZZCANARY^J\u{fc}rgen")
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
    fn any_point() -> impl Strategy<Value = [f64; 2]> {
        [-900_i32..9000, -900_i32..9000].prop_map(|[x, y]| [f64::from(x) / 8.0, f64::from(y) / 8.0])
    }

    fn any_units() -> impl Strategy<Value = GraphicUnits> {
        prop_oneof![Just(GraphicUnits::Pixel), Just(GraphicUnits::Display)]
    }

    fn any_graphic() -> impl Strategy<Value = GraphicObject> {
        let points = prop::collection::vec(any_point(), 4..9);
        (any_units(), points, 0..5_usize, any::<bool>()).prop_map(|(units, mut points, kind, is_filled)| {
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
            GraphicObject { kind, units, points, is_filled, compound: None }
        })
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
        (lines, prop::option::of(in_box), anchor, any::<bool>()).prop_map(
            |((first, second), bounding_box, anchor, has_anchor)| TextObject {
                text: Phi::new(format!("{first}\r\n{second}")),
                anchor: (has_anchor || bounding_box.is_none()).then_some(anchor),
                bounding_box,
                compound: None,
            },
        )
    }

    fn any_window() -> impl Strategy<Value = Window> {
        let functions = [VoiFunction::Linear, VoiFunction::LinearExact, VoiFunction::Sigmoid];
        (-4000_i32..4000, 1_u16..5000, 0_usize..3).prop_map(move |(center, width, function)| {
            Window::with_function(f64::from(center) / 2.0, width.into(), functions[function])
                .expect("a window")
        })
    }

    fn any_area() -> impl Strategy<Value = DisplayedArea> {
        let sizes = prop_oneof![
            Just(AreaSize::ScaleToFit),
            Just(AreaSize::TrueSize),
            (1_u16..64).prop_map(|eighths| AreaSize::Magnify(f64::from(eighths) / 8.0)),
        ];
        let corners = (-50_i32..0, -50_i32..0, 1_i32..90, 1_i32..90);
        (corners, sizes, any::<bool>()).prop_map(|((left, top, right, bottom), size, has_spacing)| {
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

    prop_compose! {
        fn any_state()(
            turn in (0_u8..4, any::<bool>()),
            rescale in (1_u8..9, -2000_i16..2000),
            is_inverse in any::<bool>(),
            voi in prop::option::of((any_subset(), any_window())),
            area in any_area(),
            images in any_subset(),
            graphics in prop::collection::vec(any_graphic(), 0..4),
            texts in prop::collection::vec(any_text(), 1..3),
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
                creator: Phi::new("ZZCANARY^J\u{fc}rgen".to_owned()),
                created: ("20261128".to_owned(), "091500".to_owned()),
                references: vec![ReferencedSeries { series: SeriesUid::new("2.25.2"), images: all }],
                modality: StateModality::Rescale(rescale),
                voi: voi.into_iter().collect(),
                presentation: table.map_or(PresentationLut::Shape(polarity), PresentationLut::Table),
                shutter: StateShutter::None,
                overlays: Arc::default(),
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
                    compounds: Vec::new(),
                }],
                not_applied: Vec::new(),
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(200))]

        #[test]
        fn what_is_written_is_read_as_it_was(state in any_state()) {
            let folder = tempfile::tempdir().expect("a folder");
            let path = folder.path().join("state.dcm");
            state.to_object(&image(folder.path())).write_to(&path).expect("written");
            let source = Source::file(&path);
            let read = PresentationState::read(&source).expect("it is whole").expect("a state");
            prop_assert_eq!(read, PresentationState { source, ..state });
        }
    }
}

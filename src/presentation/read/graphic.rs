//! Layers, graphics and texts. PS3.3 C.10.5, C.10.7; rules S-7 to S-9.

use dicom_dictionary_std::tags;

use super::super::graphic::{
    Anchor, GraphicAnnotation, GraphicKind, GraphicLayer, GraphicObject, GraphicUnits, Justification,
    TextBox, TextObject,
};
use super::super::state::{PresentationState, Subset};
use super::area::is_reversed;
use super::{compound, read_subset, style};
use crate::dicom::{Attributes, InstanceUid, Tag};
use crate::geometry::Turn;
use crate::units::{PValue, Phi};

/// Coordinates beyond it are no place in an image.
const COORDINATE_MAX: f64 = 1e6;

/// The layers. Of several of one name the first counts, as its graphics and planes have but one.
pub(super) fn read_layers(at: &Attributes<'_>, refused: &mut Vec<String>) -> Vec<GraphicLayer> {
    let layer = |item: Attributes<'_>| {
        let gray = item.integer(tags::GRAPHIC_LAYER_RECOMMENDED_DISPLAY_GRAYSCALE_VALUE);
        Some(GraphicLayer {
            name: item.text(tags::GRAPHIC_LAYER)?,
            order: item.integer(tags::GRAPHIC_LAYER_ORDER).unwrap_or_default(),
            gray: gray.and_then(|gray| u16::try_from(gray).ok()).map(PValue),
            color: item.lab(tags::GRAPHIC_LAYER_RECOMMENDED_DISPLAY_CIE_LAB_VALUE),
            description: item.text(tags::GRAPHIC_LAYER_DESCRIPTION).unwrap_or_default(),
        })
    };
    let mut layers: Vec<GraphicLayer> = Vec::new();
    for layer in at.items(tags::GRAPHIC_LAYER_SEQUENCE).filter_map(layer) {
        if layers.iter().any(|known| known.name == layer.name) {
            refused.push(format!("graphic layer {:?}, which is defined twice: the first counts", layer.name));
        } else {
            layers.push(layer);
        }
    }
    layers
}

/// The graphics of a state that turns its images so.
pub(super) fn read_annotations(
    at: &Attributes<'_>,
    turn: Turn,
    refused: &mut Vec<String>,
) -> Vec<GraphicAnnotation> {
    at.items(tags::GRAPHIC_ANNOTATION_SEQUENCE).map(|item| read_annotation(&item, turn, refused)).collect()
}

fn read_annotation(at: &Attributes<'_>, turn: Turn, refused: &mut Vec<String>) -> GraphicAnnotation {
    let mut annotation = GraphicAnnotation {
        images: read_subset(at, refused),
        layer: at.text(tags::GRAPHIC_LAYER).unwrap_or_default(),
        graphics: Vec::new(),
        texts: Vec::new(),
        compounds: Vec::new(),
    };
    for item in at.items(tags::GRAPHIC_OBJECT_SEQUENCE) {
        match read_graphic(&item, refused) {
            Ok(graphic) => annotation.graphics.push(graphic),
            Err(why) => refused.push(format!("graphic: {why}")),
        }
    }
    for item in at.items(tags::TEXT_OBJECT_SEQUENCE) {
        match read_text(&item, turn, refused) {
            Ok(text) => annotation.texts.push(text),
            Err(why) => refused.push(format!("text: {why}")),
        }
    }
    compound::read_compounds(at, &mut annotation, refused);
    annotation
}

/// Names the layers that are drawn in and not there.
pub(super) fn check_layers(state: &PresentationState, refused: &mut Vec<String>) {
    let of_annotations = state.annotations.iter().map(|annotation| annotation.layer.as_str());
    let of_overlays = state.activations.iter().map(|activation| activation.layer.as_str());
    let is_there = |name: &str| state.layers.iter().any(|layer| layer.name == name);
    let undefined = of_annotations.chain(of_overlays).filter(|name| !is_there(name));
    refused.extend(undefined.map(|name| format!("graphic layer {name:?}, which is not defined")));
}

/// Names what is said of images that the state is not for.
pub(super) fn check_references(state: &PresentationState, refused: &mut Vec<String>) {
    let is_referenced =
        |uid: &InstanceUid| state.references.iter().any(|series| series.images.contains_key(uid));
    let is_stray = |Subset(images): &Subset| images.iter().flatten().any(|(uid, _)| !is_referenced(uid));
    let mut check = |what: &str, mut of: &mut dyn Iterator<Item = &Subset>| {
        if (&mut of).any(is_stray) {
            refused.push(format!("{what}: for images that the state does not refer to"));
        }
    };
    check("graphics", &mut state.annotations.iter().map(|annotation| &annotation.images));
    check("displayed area", &mut state.areas.iter().map(|area| &area.images));
    check("VOI LUT", &mut state.voi.iter().map(|voi| &voi.images));
}

/// By the text of one of the attributes for units.
pub(super) fn units(text: Option<&str>) -> Result<GraphicUnits, String> {
    match text {
        Some("PIXEL") => Ok(GraphicUnits::Pixel),
        Some("DISPLAY") => Ok(GraphicUnits::Display),
        other => Err(format!("units {:?}", other.unwrap_or_default())),
    }
}

/// Pairs of Graphic Data.
pub(super) fn points(at: &Attributes<'_>) -> Result<Vec<[f64; 2]>, String> {
    let values = at.decimals(tags::GRAPHIC_DATA).ok_or("Graphic Data (0070,0022) is missing")?;
    let (pairs, rest) = values.as_chunks::<2>();
    if !rest.is_empty() {
        return Err(format!("Graphic Data (0070,0022) has {} values", values.len()));
    }
    check_coordinates(&values)?;
    Ok(pairs.to_vec())
}

/// Not a number is no place either.
pub(super) fn is_place(value: f64) -> bool {
    value.abs() <= COORDINATE_MAX
}

/// Two numbers, where there are any.
pub(super) fn pair(at: &Attributes<'_>, tag: Tag) -> Result<Option<[f64; 2]>, String> {
    let Some(values) = at.decimals(tag) else { return Ok(None) };
    check_coordinates(&values)?;
    <[f64; 2]>::try_from(values).map(Some).map_err(|_count| "a point has not two values".to_owned())
}

/// Names a number of points that is not that of the data.
pub(super) fn check_count(at: &Attributes<'_>, count: usize, refused: &mut Vec<String>) {
    let stated = at.integer(tags::NUMBER_OF_GRAPHIC_POINTS);
    if stated.is_some_and(|stated| usize::try_from(stated) != Ok(count)) {
        refused.push("graphic: Number of Graphic Points (0070,0021) is not that of its data".to_owned());
    }
}

fn check_coordinates(values: &[f64]) -> Result<(), String> {
    if values.iter().copied().all(is_place) {
        Ok(())
    } else {
        Err("its coordinates are no place in an image".to_owned())
    }
}

pub(super) fn compound_id(at: &Attributes<'_>) -> Option<u32> {
    u32::try_from(at.integer(tags::COMPOUND_GRAPHIC_INSTANCE_ID)?).ok()
}

fn read_graphic(at: &Attributes<'_>, refused: &mut Vec<String>) -> Result<GraphicObject, String> {
    let points = points(at)?;
    let name = at.text(tags::GRAPHIC_TYPE).unwrap_or_default();
    let (kind, counts) = match name.as_str() {
        "POINT" => (GraphicKind::Point, 1..=1),
        "POLYLINE" => (GraphicKind::Polyline, 2..=usize::MAX),
        "INTERPOLATED" => (GraphicKind::Interpolated, 2..=usize::MAX),
        "CIRCLE" => (GraphicKind::Circle, 2..=2),
        "ELLIPSE" => (GraphicKind::Ellipse, 4..=4),
        other => return Err(format!("type {other:?}")),
    };
    if !counts.contains(&points.len()) {
        return Err(format!("{name} of {} points", points.len()));
    }
    check_count(at, points.len(), refused);
    let is_closed = match kind {
        GraphicKind::Point => false,
        GraphicKind::Polyline | GraphicKind::Interpolated => {
            points.len() > 2 && points.first() == points.last()
        }
        GraphicKind::Circle | GraphicKind::Ellipse => true,
    };
    Ok(GraphicObject {
        kind,
        units: units(at.text(tags::GRAPHIC_ANNOTATION_UNITS).as_deref())?,
        is_filled: is_closed && at.text(tags::GRAPHIC_FILLED).as_deref() == Some("Y"),
        points,
        line: style::read_line(at, refused),
        fill: style::read_fill(at, refused),
        compound: compound_id(at),
    })
}

fn read_text(at: &Attributes<'_>, turn: Turn, refused: &mut Vec<String>) -> Result<TextObject, String> {
    let top_left = pair(at, tags::BOUNDING_BOX_TOP_LEFT_HAND_CORNER)?;
    let bottom_right = pair(at, tags::BOUNDING_BOX_BOTTOM_RIGHT_HAND_CORNER)?;
    if top_left.is_some() != bottom_right.is_some() {
        refused.push("text: its box has one corner".to_owned());
    }
    let bounding_box = match (top_left, bottom_right) {
        (Some(top_left), Some(bottom_right)) => Some(TextBox {
            units: units(at.text(tags::BOUNDING_BOX_ANNOTATION_UNITS).as_deref())?,
            top_left,
            bottom_right,
            justification: at
                .text(tags::BOUNDING_BOX_TEXT_HORIZONTAL_JUSTIFICATION)
                .as_deref()
                .and_then(Justification::named)
                .unwrap_or_default(),
        }),
        _ => None,
    };
    let anchor = match pair(at, tags::ANCHOR_POINT)? {
        Some(place) => Some(Anchor {
            units: units(at.text(tags::ANCHOR_POINT_ANNOTATION_UNITS).as_deref())?,
            at: place,
            is_visible: at.text(tags::ANCHOR_POINT_VISIBILITY).as_deref() == Some("Y"),
        }),
        None => None,
    };
    if bounding_box.is_none() && anchor.is_none() {
        return Err("it has no place".to_owned());
    }
    if bounding_box.as_ref().is_some_and(|text_box| is_inverted(text_box, turn)) {
        // The rectangle between its corners is the same.
        refused.push("text: its box is inverted".to_owned());
    }
    let text = Phi::new(at.text(tags::UNFORMATTED_TEXT_VALUE).unwrap_or_default());
    let style = style::read_text(at, refused);
    Ok(TextObject { text, bounding_box, anchor, style, compound: compound_id(at) })
}

/// Whether the corners are neither those of the image nor those of what is seen.
fn is_inverted(at: &TextBox, turn: Turn) -> bool {
    let reversed = |turn| is_reversed(at.top_left, at.bottom_right, turn);
    reversed(Turn::default()) && (at.units == GraphicUnits::Display || reversed(turn))
}

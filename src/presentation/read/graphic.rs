//! Layers, graphics and texts. PS3.3 C.10.5, C.10.7; rules S-7 to S-9.

use dicom_dictionary_std::tags;

use super::super::graphic::{
    Anchor, CompoundObject, GraphicAnnotation, GraphicKind, GraphicLayer, GraphicObject, GraphicUnits,
    Justification, TextBox, TextObject,
};
use super::super::state::PresentationState;
use super::read_subset;
use crate::dicom::Attributes;
use crate::units::{PValue, Phi};

/// Coordinates beyond it are no place in an image.
const COORDINATE_MAX: f64 = 1e6;

pub(super) fn read_layers(at: &Attributes<'_>) -> Vec<GraphicLayer> {
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
    at.items(tags::GRAPHIC_LAYER_SEQUENCE).filter_map(layer).collect()
}

pub(super) fn read_annotations(at: &Attributes<'_>, refused: &mut Vec<String>) -> Vec<GraphicAnnotation> {
    at.items(tags::GRAPHIC_ANNOTATION_SEQUENCE).map(|item| read_annotation(&item, refused)).collect()
}

fn read_annotation(at: &Attributes<'_>, refused: &mut Vec<String>) -> GraphicAnnotation {
    let mut annotation = GraphicAnnotation {
        images: read_subset(at, refused),
        layer: at.text(tags::GRAPHIC_LAYER).unwrap_or_default(),
        graphics: Vec::new(),
        texts: Vec::new(),
        compounds: Vec::new(),
    };
    for item in at.items(tags::GRAPHIC_OBJECT_SEQUENCE) {
        if item.has(tags::LINE_STYLE_SEQUENCE) || item.has(tags::FILL_STYLE_SEQUENCE) {
            refused.push("line styles".to_owned());
        }
        match read_graphic(&item, refused) {
            Ok(graphic) => annotation.graphics.push(graphic),
            Err(why) => refused.push(format!("graphic: {why}")),
        }
    }
    for item in at.items(tags::TEXT_OBJECT_SEQUENCE) {
        if item.has(tags::TEXT_STYLE_SEQUENCE) {
            refused.push("text styles".to_owned());
        }
        match read_text(&item) {
            Ok(text) => annotation.texts.push(text),
            Err(why) => refused.push(format!("text: {why}")),
        }
    }
    for item in at.items(tags::COMPOUND_GRAPHIC_SEQUENCE) {
        match read_compound(&item) {
            Ok(compound) => {
                if !annotation.stands_for(&compound) {
                    refused.push(format!("compound graphic {} without a plain form", compound.kind));
                }
                annotation.compounds.push(compound);
            }
            Err(why) => refused.push(format!("compound graphic: {why}")),
        }
    }
    annotation
}

impl GraphicAnnotation {
    /// Whether plain graphics or texts stand for a compound one.
    fn stands_for(&self, compound: &CompoundObject) -> bool {
        let graphics = self.graphics.iter().map(|graphic| graphic.compound);
        let mut plain = graphics.chain(self.texts.iter().map(|text| text.compound));
        compound.id.is_some() && plain.any(|id| id == compound.id)
    }
}

/// Names the layers that are drawn in and not there.
pub(super) fn check_layers(state: &PresentationState, refused: &mut Vec<String>) {
    let of_annotations = state.annotations.iter().map(|annotation| annotation.layer.as_str());
    let of_overlays = state.activations.iter().map(|activation| activation.layer.as_str());
    let is_there = |name: &str| state.layers.iter().any(|layer| layer.name == name);
    let undefined = of_annotations.chain(of_overlays).filter(|name| !is_there(name));
    refused.extend(undefined.map(|name| format!("graphic layer {name:?}, which is not defined")));
}

/// By the text of one of the attributes for units.
fn units(text: Option<&str>) -> Result<GraphicUnits, String> {
    match text {
        Some("PIXEL") => Ok(GraphicUnits::Pixel),
        Some("DISPLAY") => Ok(GraphicUnits::Display),
        other => Err(format!("units {:?}", other.unwrap_or_default())),
    }
}

/// Pairs of Graphic Data.
fn points(at: &Attributes<'_>) -> Result<Vec<[f64; 2]>, String> {
    let values = at.decimals(tags::GRAPHIC_DATA).ok_or("Graphic Data (0070,0022) is missing")?;
    let (pairs, rest) = values.as_chunks::<2>();
    if !rest.is_empty() {
        return Err(format!("Graphic Data (0070,0022) has {} values", values.len()));
    }
    check_coordinates(&values)?;
    Ok(pairs.to_vec())
}

fn check_coordinates(values: &[f64]) -> Result<(), String> {
    // Not a number is no place either.
    let is_place = |value: &f64| value.abs() <= COORDINATE_MAX;
    if values.iter().all(is_place) {
        Ok(())
    } else {
        Err("its coordinates are no place in an image".to_owned())
    }
}

fn compound_id(at: &Attributes<'_>) -> Option<u32> {
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
    let stated = at.integer(tags::NUMBER_OF_GRAPHIC_POINTS);
    if stated.is_some_and(|stated| usize::try_from(stated) != Ok(points.len())) {
        refused.push("graphic: Number of Graphic Points (0070,0021) is not that of its data".to_owned());
    }
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
        compound: compound_id(at),
    })
}

fn read_text(at: &Attributes<'_>) -> Result<TextObject, String> {
    let pair = |tag| -> Result<Option<[f64; 2]>, String> {
        let Some(values) = at.decimals(tag) else { return Ok(None) };
        check_coordinates(&values)?;
        <[f64; 2]>::try_from(values).map(Some).map_err(|_count| "a corner has not two values".to_owned())
    };
    let top_left = pair(tags::BOUNDING_BOX_TOP_LEFT_HAND_CORNER)?;
    let bounding_box = match (top_left, pair(tags::BOUNDING_BOX_BOTTOM_RIGHT_HAND_CORNER)?) {
        (Some(top_left), Some(bottom_right)) => Some(TextBox {
            units: units(at.text(tags::BOUNDING_BOX_ANNOTATION_UNITS).as_deref())?,
            top_left,
            bottom_right,
            justification: match at.text(tags::BOUNDING_BOX_TEXT_HORIZONTAL_JUSTIFICATION).as_deref() {
                Some("CENTER") => Justification::Center,
                Some("RIGHT") => Justification::Right,
                _ => Justification::Left,
            },
        }),
        _ => None,
    };
    let anchor = match pair(tags::ANCHOR_POINT)? {
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
    let text = Phi::new(at.text(tags::UNFORMATTED_TEXT_VALUE).unwrap_or_default());
    Ok(TextObject { text, bounding_box, anchor, compound: compound_id(at) })
}

fn read_compound(at: &Attributes<'_>) -> Result<CompoundObject, String> {
    Ok(CompoundObject {
        kind: at.text(tags::COMPOUND_GRAPHIC_TYPE).unwrap_or_default(),
        id: compound_id(at),
        units: units(at.text(tags::COMPOUND_GRAPHIC_UNITS).as_deref())?,
        points: points(at)?,
        is_filled: at.text(tags::GRAPHIC_FILLED).as_deref() == Some("Y"),
    })
}

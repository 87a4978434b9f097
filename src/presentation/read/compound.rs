//! Compound graphics. PS3.3 C.10.5.1.3; rule S-7.

use dicom_dictionary_std::tags;

use super::super::graphic::{CompoundKind, CompoundObject, GraphicAnnotation, TickSide, Ticks};
use super::graphic::{check_count, compound_id, is_place, pair, points, units};
use super::style;
use crate::dicom::Attributes;
use crate::units::Phi;

/// A scale of more ticks is not read.
const TICKS_MAX: usize = 1000;

/// Adds those that can be drawn to an annotation whose plain graphics are read, and names what cannot.
pub(super) fn read_compounds(
    at: &Attributes<'_>,
    annotation: &mut GraphicAnnotation,
    refused: &mut Vec<String>,
) {
    for item in at.items(tags::COMPOUND_GRAPHIC_SEQUENCE) {
        let name = item.text(tags::COMPOUND_GRAPHIC_TYPE).unwrap_or_default();
        let id = compound_id(&item);
        let Some(kind) = CompoundKind::ALL.into_iter().find(|kind| kind.name() == name) else {
            // Types may be private: what stands for one is all that there is to draw.
            if !stands_for(annotation, id) {
                refused.push(format!("compound graphic: type {name:?} without a plain form"));
            }
            continue;
        };
        let is_taken = |id| annotation.compounds.iter().any(|other: &CompoundObject| other.id == id);
        match id {
            None => {
                let tag = "Compound Graphic Instance ID (0070,0226)";
                refused.push(format!("compound graphic {name}: {tag} is missing"));
            }
            Some(id) if is_taken(id) => {
                refused.push(format!(
                    "compound graphic {name}: another has the same Compound Graphic Instance ID"
                ));
            }
            Some(id) => match read_compound(&item, kind, id, refused) {
                Ok(compound) => annotation.compounds.push(compound),
                Err(why) => refused.push(format!("compound graphic {name}: {why}")),
            },
        }
    }
}

/// Whether plain graphics or texts stand for the compound one of this identity.
fn stands_for(annotation: &GraphicAnnotation, id: Option<u32>) -> bool {
    let graphics = annotation.graphics.iter().map(|graphic| graphic.compound);
    let mut plain = graphics.chain(annotation.texts.iter().map(|text| text.compound));
    id.is_some() && plain.any(|of| of == id)
}

fn read_compound(
    at: &Attributes<'_>,
    kind: CompoundKind,
    id: u32,
    refused: &mut Vec<String>,
) -> Result<CompoundObject, String> {
    let points = points(at)?;
    let is_right_count = match kind {
        CompoundKind::Crosshair => points.len() == 1,
        CompoundKind::MultiLine => !points.is_empty() && points.len().is_multiple_of(2),
        _ => points.len() == 2,
    };
    if !is_right_count {
        return Err(format!("{} points", points.len()));
    }
    let has_direction = !kind.is_closed() && kind != CompoundKind::MultiLine;
    if let ([a, b], true) = (points.as_slice(), has_direction)
        && a.map(f64::to_bits) == b.map(f64::to_bits)
    {
        return Err("it has no length".to_owned());
    }
    check_count(at, points.len(), refused);
    let rotation_degrees = at.decimal(tags::ROTATION_ANGLE).unwrap_or_default();
    if !is_place(rotation_degrees) {
        return Err("its Rotation Angle (0070,0230) is no angle".to_owned());
    }
    let rotation_point = pair(at, tags::ROTATION_POINT)?;
    if rotation_point.is_none() && rotation_degrees != 0.0 {
        return Err("its Rotation Point (0070,0273) is missing".to_owned());
    }
    let length = |tag| match at.decimal(tag) {
        Some(length) if (0.0..=16.0).contains(&length) => Ok(Some(length)),
        Some(length) => Err(format!("a gap or diameter of {length}")),
        None => Ok(None),
    };
    let is_filled = kind.is_closed() && at.text(tags::GRAPHIC_FILLED).as_deref() == Some("Y");
    Ok(CompoundObject {
        kind,
        id,
        units: units(at.text(tags::COMPOUND_GRAPHIC_UNITS).as_deref())?,
        points,
        is_filled,
        line: style::read_line(at, refused),
        fill: style::read_fill(at, refused),
        text: style::read_text(at, refused),
        rotation_degrees,
        rotation_point,
        gap: length(tags::GAP_LENGTH)?.unwrap_or_default(),
        visible_diameter: length(tags::DIAMETER_OF_VISIBILITY)?.filter(|diameter| *diameter > 0.0),
        ticks: read_ticks(at, kind, refused)?,
    })
}

fn read_ticks(at: &Attributes<'_>, kind: CompoundKind, refused: &mut Vec<String>) -> Result<Ticks, String> {
    if !matches!(kind, CompoundKind::Ruler | CompoundKind::Axis) {
        return Ok(Ticks::default());
    }
    let mut major = Vec::new();
    for item in at.items(tags::MAJOR_TICKS_SEQUENCE).take(TICKS_MAX + 1) {
        match item.decimal(tags::TICK_POSITION) {
            Some(place) if (0.0..=1.0).contains(&place) => {
                major.push((place, Phi::new(item.text(tags::TICK_LABEL).unwrap_or_default())));
            }
            place => refused.push(format!("compound graphic {}: a tick at {place:?}", kind.name())),
        }
    }
    if major.len() > TICKS_MAX {
        return Err(format!("more than {TICKS_MAX} ticks"));
    }
    Ok(Ticks {
        major,
        side: match at.text(tags::TICK_ALIGNMENT).as_deref() {
            Some("TOP") => TickSide::Top,
            Some("BOTTOM") => TickSide::Bottom,
            _ => TickSide::Center,
        },
        has_labels: at.text(tags::SHOW_TICK_LABEL).as_deref() == Some("Y"),
        are_labels_above: at.text(tags::TICK_LABEL_ALIGNMENT).as_deref() == Some("TOP"),
    })
}

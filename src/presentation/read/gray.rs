//! The grayscale chain that a state asks for. PS3.3 C.11.1, C.11.6, C.11.8; rules P-3, P-14, P-22, S-10.

use std::sync::Arc;

use dicom_dictionary_std::tags;

use super::super::state::{PresentationLut, SoftcopyVoi, StateKind, StateModality, StateTable, StateVoi};
use super::read_subset;
use crate::dicom::{Attributes, LookupTable, Mask};
use crate::grayscale::{Polarity, Rescale, VoiFunction, Window};

/// The identity where the state has no Modality LUT.
pub(super) fn read_modality(at: &Attributes<'_>, refused: &mut Vec<String>) -> StateModality {
    let (slope, intercept) = (at.decimal(tags::RESCALE_SLOPE), at.decimal(tags::RESCALE_INTERCEPT));
    if let Some(item) = at.item(tags::MODALITY_LUT_SEQUENCE) {
        if slope.is_some() || intercept.is_some() {
            refused.push("rescale beside a modality LUT".to_owned());
        }
        match read_table(&item, item.text(tags::MODALITY_LUT_TYPE).unwrap_or_default()) {
            Ok(table) => return StateModality::Table(table),
            Err(why) => refused.push(format!("modality LUT: {why}")),
        }
        return StateModality::Rescale(Rescale::IDENTITY);
    }
    if slope.is_some() != intercept.is_some() {
        refused.push("half a rescale".to_owned());
    }
    let rescale = Rescale { slope: slope.unwrap_or(1.0), intercept: intercept.unwrap_or(0.0) };
    if rescale.slope == 0.0 || !rescale.slope.is_finite() || !rescale.intercept.is_finite() {
        refused.push(format!("rescale: Rescale Slope (0028,1053) is {}", rescale.slope));
        return StateModality::Rescale(Rescale::IDENTITY);
    }
    StateModality::Rescale(rescale)
}

fn read_table(item: &Attributes<'_>, explanation: String) -> Result<StateTable, String> {
    let unsigned = Arc::new(LookupTable::read(item, false)?);
    let signed = LookupTable::read(item, true)?;
    let signed = if signed == *unsigned { Arc::clone(&unsigned) } else { Arc::new(signed) };
    Ok(StateTable { unsigned, signed, explanation })
}

/// What is subtracted from the frames that the state references: they alone say which. PS3.3 C.11.13.
pub(super) fn read_mask(at: &Attributes<'_>, refused: &mut Vec<String>) -> Option<Arc<Mask>> {
    let mask = Mask::read(at, refused)?;
    if mask.items.len() > 1 || mask.items.iter().any(|item| !item.ranges.is_empty()) {
        refused.push("mask subtraction: several items, or a frame range of its own".to_owned());
    }
    let is_recommended = at.text(tags::RECOMMENDED_VIEWING_MODE).as_deref() != Some("NAT");
    Some(Arc::new(Mask { is_recommended, ..mask }))
}

/// Items with a window or a table that can be applied. Of several in one item, which PS3.3 C.11.8 rules out, the first counts, and
/// windows come before tables.
pub(super) fn read_voi(at: &Attributes<'_>, refused: &mut Vec<String>) -> Vec<SoftcopyVoi> {
    let mut items = Vec::new();
    for item in at.items(tags::SOFTCOPY_VOILUT_SEQUENCE) {
        let windows = item.decimals(tags::WINDOW_CENTER).into_iter().flatten().count();
        if windows + item.items(tags::VOILUT_SEQUENCE).count() > 1 {
            refused.push("VOI LUT: several windows or tables in one item".to_owned());
        }
        match read_one_voi(&item) {
            Ok(voi) => items.push(SoftcopyVoi { images: read_subset(&item, refused), voi }),
            Err(why) => refused.push(format!("VOI LUT: {why}")),
        }
    }
    items
}

fn read_one_voi(item: &Attributes<'_>) -> Result<StateVoi, String> {
    let first = |tag| item.decimal(tag);
    if let (Some(center), Some(width)) = (first(tags::WINDOW_CENTER), first(tags::WINDOW_WIDTH)) {
        let function = item.text(tags::VOILUT_FUNCTION).unwrap_or_default();
        let function: VoiFunction = function.parse().map_err(|_unknown| format!("function {function:?}"))?;
        let window = Window::with_function(center, width, function).map_err(|why| why.to_string())?;
        return Ok(StateVoi::Window(window));
    }
    let table = item.item(tags::VOILUT_SEQUENCE).ok_or("an item has neither a window nor a table")?;
    let explanation = table.text(tags::LUT_EXPLANATION).unwrap_or_default();
    read_table(&table, explanation).map(StateVoi::Table)
}

/// A shape or a table; the identity where a state has neither. Only a grayscale state may have one: in colours there are no
/// P-values.
pub(super) fn read_presentation(
    at: &Attributes<'_>,
    kind: StateKind,
    refused: &mut Vec<String>,
) -> PresentationLut {
    if kind != StateKind::Grayscale {
        let has = at.has(tags::PRESENTATION_LUT_SEQUENCE) || at.has(tags::PRESENTATION_LUT_SHAPE);
        refused.extend(has.then(|| "presentation LUT of a state that is not grayscale".to_owned()));
        return PresentationLut::Shape(Polarity::Identity);
    }
    if let Some(item) = at.item(tags::PRESENTATION_LUT_SEQUENCE) {
        if at.has(tags::PRESENTATION_LUT_SHAPE) {
            refused.push("presentation LUT: a shape beside a table".to_owned());
        }
        match LookupTable::read(&item, false) {
            Ok(table) => return PresentationLut::Table(table.into()),
            Err(why) => refused.push(format!("presentation LUT: {why}")),
        }
        return PresentationLut::Shape(Polarity::Identity);
    }
    match at.text(tags::PRESENTATION_LUT_SHAPE).as_deref() {
        Some("IDENTITY") => PresentationLut::Shape(Polarity::Identity),
        Some("INVERSE") => PresentationLut::Shape(Polarity::Inverse),
        Some(other) => {
            refused.push(format!("presentation LUT: shape {other:?}"));
            PresentationLut::Shape(Polarity::Identity)
        }
        None => {
            refused.push("presentation LUT: neither a shape nor a table is stated".to_owned());
            PresentationLut::Shape(Polarity::Identity)
        }
    }
}

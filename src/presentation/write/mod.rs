//! Writing a presentation state of gray, of colours, or of gray in the colours of a palette. PS3.3 A.33.1 to A.33.3; rule S-1.

mod compound;
mod style;

use dicom_dictionary_std::{tags, uids};

use super::document::begin;
use super::graphic::{GraphicAnnotation, GraphicKind, GraphicLayer, GraphicObject, GraphicUnits, TextObject};
use super::state::{
    AreaSize, DisplayedArea, PresentationLut, PresentationState, ReferencedImage, SoftcopyVoi, StateKind,
    StateModality, StateShutter, StateTable, StateVoi, Subset,
};
use crate::color::{ColorPalette, IccProfile};
use crate::dicom::{Instance, InstanceUid, LookupTable, Writer};
use crate::grayscale::{Polarity, Rescale, VoiFunction};

impl PresentationState {
    /// The state as an object of the study and patient of one of its images. States of two images that are
    /// blended are written as if of gray.
    pub fn to_object(&self, image: &Instance) -> Writer {
        let class = match self.kind {
            StateKind::Color => uids::COLOR_SOFTCOPY_PRESENTATION_STATE_STORAGE,
            StateKind::PseudoColor => uids::PSEUDO_COLOR_SOFTCOPY_PRESENTATION_STATE_STORAGE,
            StateKind::Grayscale | StateKind::Blending => uids::GRAYSCALE_SOFTCOPY_PRESENTATION_STATE_STORAGE,
        };
        let (object, created) = begin(class, &self.uid, &self.series, "PR", &self.created, image);
        let mut object = object
            .text(tags::LATERALITY, "")
            .text(tags::INSTANCE_NUMBER, "1")
            .text(tags::CONTENT_LABEL, &self.label)
            .text(tags::CONTENT_DESCRIPTION, &self.description)
            .text(tags::PRESENTATION_CREATION_DATE, &created.date)
            .text(tags::PRESENTATION_CREATION_TIME, &created.time)
            .text(tags::CONTENT_CREATOR_NAME, self.creator.reveal());
        let series = self.references.iter().map(|series| {
            let images = series.images.iter().map(|(uid, image)| reference(uid, image));
            Writer::item()
                .text(tags::SERIES_INSTANCE_UID, series.series.as_str())
                .sequence(tags::REFERENCED_IMAGE_SEQUENCE, images)
        });
        object = object.sequence(tags::REFERENCED_SERIES_SEQUENCE, series);
        if self.kind != StateKind::Color {
            object = self.put_gray(object);
        }
        if matches!(self.kind, StateKind::Color | StateKind::PseudoColor) {
            object = object.bytes(tags::ICC_PROFILE, &profile_bytes(self.colors.profile.as_deref()));
        }
        if let Some(mask) = &self.mask {
            object = mask.put_into(object);
        }
        if let Some(palette) = &self.colors.palette {
            object = put_palette(object, palette);
        }
        if let Some(passport) = &self.passport {
            object = object.sequence(tags::CONTRIBUTING_EQUIPMENT_SEQUENCE, [passport.to_item()]);
        }
        object = self.put_shutter(object);
        object = self.overlays.iter().fold(object, |object, plane| plane.put_into(object));
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

    /// Modality LUT, VOI LUT, presentation LUT.
    fn put_gray(&self, object: Writer) -> Writer {
        let mut object = match &self.modality {
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
        if self.kind == StateKind::PseudoColor {
            // Its palette stands in that place.
            return object;
        }
        match &self.presentation {
            PresentationLut::Shape(Polarity::Identity) => {
                object.text(tags::PRESENTATION_LUT_SHAPE, "IDENTITY")
            }
            PresentationLut::Shape(Polarity::Inverse) => object.text(tags::PRESENTATION_LUT_SHAPE, "INVERSE"),
            PresentationLut::Table(table) => {
                object.sequence(tags::PRESENTATION_LUT_SEQUENCE, [lut(Writer::item(), table)])
            }
        }
    }

    /// The shutter, and what is drawn over what it hides: in colour states as a colour too. PS3.3 C.7.6.11, C.7.6.15, C.11.12.
    fn put_shutter(&self, object: Writer) -> Writer {
        let (object, ink) = match &self.shutter {
            StateShutter::None => return object,
            StateShutter::Shapes(shutter) => (shutter.put_into(object), shutter.presentation),
            StateShutter::Bitmap { group, presentation } => {
                let object = object.text(tags::SHUTTER_SHAPE, "BITMAP");
                let object = object.number(tags::SHUTTER_OVERLAY_GROUP, *group);
                (object.number(tags::SHUTTER_PRESENTATION_VALUE, presentation.gray.0), *presentation)
            }
        };
        if self.kind == StateKind::Grayscale && ink.lab.is_none() {
            return object;
        }
        object.words(tags::SHUTTER_PRESENTATION_COLOR_CIE_LAB_VALUE, &ink.as_lab())
    }
}

/// The bytes of a profile, or of one of sRGB.
fn profile_bytes(profile: Option<&IccProfile>) -> Vec<u8> {
    profile.map_or_else(IccProfile::srgb_bytes, |profile| profile.bytes().to_vec())
}

/// Palette Color Lookup Table. PS3.3 C.7.9.
fn put_palette(object: Writer, palette: &ColorPalette) -> Writer {
    let object = match palette.uid() {
        Some(uid) => object.text(tags::PALETTE_COLOR_LOOKUP_TABLE_UID, uid),
        None => object,
    };
    let colors = palette.colors();
    let count = u16::try_from(colors.len()).unwrap_or(0);
    let parts = [
        (tags::RED_PALETTE_COLOR_LOOKUP_TABLE_DESCRIPTOR, tags::RED_PALETTE_COLOR_LOOKUP_TABLE_DATA),
        (tags::GREEN_PALETTE_COLOR_LOOKUP_TABLE_DESCRIPTOR, tags::GREEN_PALETTE_COLOR_LOOKUP_TABLE_DATA),
        (tags::BLUE_PALETTE_COLOR_LOOKUP_TABLE_DESCRIPTOR, tags::BLUE_PALETTE_COLOR_LOOKUP_TABLE_DATA),
    ];
    parts.into_iter().enumerate().fold(object, |object, (part, (descriptor, data))| {
        // 16 bits, as these states have them: a level of 8 twice.
        let level = |color: &[u8; 3]| color.get(part).map(|level| u16::from(*level) * 257);
        let levels: Vec<u16> = colors.iter().filter_map(level).collect();
        object.words(descriptor, &[count, 0, 16]).words(data, &levels)
    })
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

/// LUT Descriptor and LUT Data: as words with a sign where the first input is below 0, outputs of 8 bits two to a word.
/// PS3.3 C.11.1.1.1.
fn lut(item: Writer, table: &LookupTable) -> Writer {
    let entries = table.entries();
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a word; 65,536 is written as 0"
    )]
    let (count, first) = (entries.len() as u16, table.first() as u16);
    let bits = u16::try_from(16 - table.highest().leading_zeros()).unwrap_or(16).max(8);
    let descriptor = [count, first, bits];
    let item = if table.first() < 0 {
        item.shorts(tags::LUT_DESCRIPTOR, &descriptor.map(u16::cast_signed))
    } else {
        item.words(tags::LUT_DESCRIPTOR, &descriptor)
    };
    if bits > 8 {
        return item.words(tags::LUT_DATA, entries);
    }
    let bytes: Vec<u8> = entries.iter().map(|entry| entry.to_le_bytes()[0]).collect();
    item.bytes(tags::LUT_DATA, &bytes)
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

/// Height and width of a pixel as whole numbers, as near as an integer string comes: convergents of a continued fraction.
fn aspect_ratio(aspect: f64) -> String {
    // PS3.5 6.2, IS.
    const MAX: f64 = 2_147_483_647.0;
    let (mut before, mut best, mut rest) = ((0.0, 1.0), (1.0, 0.0), aspect);
    loop {
        let whole = f64::floor(rest);
        let next = (whole * best.0 + before.0, whole * best.1 + before.1);
        if next.0 > MAX || next.1 > MAX {
            break;
        }
        (before, best) = (best, next);
        let is_it = (best.0 / best.1 - aspect).abs() <= f64::EPSILON * aspect;
        if is_it || rest - whole <= 0.0 {
            break;
        }
        rest = 1.0 / (rest - whole);
    }
    let (height, width) = best;
    if height < 1.0 || width < 1.0 { "1\\1".to_owned() } else { format!("{height:.0}\\{width:.0}") }
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
        .sequence_unless_empty(
            tags::COMPOUND_GRAPHIC_SEQUENCE,
            annotation.compounds.iter().map(compound::compound).collect(),
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
    let item = style::line_and_fill(item, graphic.line.as_ref(), graphic.fill.as_ref());
    let item = plain_form_of(item, graphic.compound);
    if graphic.kind == GraphicKind::Point {
        return item;
    }
    item.text(tags::GRAPHIC_FILLED, yes_or_no(graphic.is_filled))
}

fn plain_form_of(item: Writer, compound: Option<u32>) -> Writer {
    match compound {
        Some(id) => item.longs(tags::COMPOUND_GRAPHIC_INSTANCE_ID, &[id]),
        None => item,
    }
}

fn text(text: &TextObject) -> Writer {
    // PS3.5 6.2: lines end with CR LF.
    let lines: Vec<&str> = text.text.reveal().lines().collect();
    let mut item = Writer::item().text(tags::UNFORMATTED_TEXT_VALUE, &lines.join("\r\n"));
    if let Some(at) = &text.bounding_box {
        item = item
            .text(tags::BOUNDING_BOX_ANNOTATION_UNITS, units(at.units))
            .floats(tags::BOUNDING_BOX_TOP_LEFT_HAND_CORNER, &at.top_left)
            .floats(tags::BOUNDING_BOX_BOTTOM_RIGHT_HAND_CORNER, &at.bottom_right)
            .text(tags::BOUNDING_BOX_TEXT_HORIZONTAL_JUSTIFICATION, at.justification.name());
    }
    if let Some(anchor) = &text.anchor {
        item = item
            .text(tags::ANCHOR_POINT_ANNOTATION_UNITS, units(anchor.units))
            .floats(tags::ANCHOR_POINT, &anchor.at)
            .text(tags::ANCHOR_POINT_VISIBILITY, yes_or_no(anchor.is_visible));
    }
    plain_form_of(style::text(item, text.style.as_ref()), text.compound)
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
mod tests;

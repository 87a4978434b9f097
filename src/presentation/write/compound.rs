//! Writing compound graphics. PS3.3 C.10.5.1.3.

use dicom_dictionary_std::tags;

use super::super::graphic::{CompoundKind, CompoundObject, TickSide};
use super::{style, units, yes_or_no};
use crate::dicom::Writer;
use crate::units::Phi;

/// An item of Compound Graphic Sequence. PS3.3 C.10.5.1.3.
pub(super) fn compound(compound: &CompoundObject) -> Writer {
    let mut item = Writer::item()
        .longs(tags::COMPOUND_GRAPHIC_INSTANCE_ID, &[compound.id])
        .text(tags::COMPOUND_GRAPHIC_UNITS, units(compound.units))
        .number(tags::GRAPHIC_DIMENSIONS, 2)
        .number(tags::NUMBER_OF_GRAPHIC_POINTS, u16::try_from(compound.points.len()).unwrap_or(u16::MAX))
        .floats(tags::GRAPHIC_DATA, compound.points.as_flattened())
        .text(tags::COMPOUND_GRAPHIC_TYPE, compound.kind.name());
    item = style::line_and_fill(item, compound.line.as_ref(), compound.fill.as_ref());
    item = style::text(item, compound.text.as_ref());
    if let Some(at) = &compound.rotation_point {
        item =
            item.doubles(tags::ROTATION_ANGLE, &[compound.rotation_degrees]).floats(tags::ROTATION_POINT, at);
    }
    if matches!(compound.kind, CompoundKind::CutLine | CompoundKind::InfiniteLine | CompoundKind::Crosshair) {
        item = item.floats(tags::GAP_LENGTH, &[compound.gap]);
    }
    if compound.kind == CompoundKind::Crosshair {
        item = item.floats(tags::DIAMETER_OF_VISIBILITY, &[compound.visible_diameter.unwrap_or_default()]);
    }
    let has_ticks = matches!(compound.kind, CompoundKind::Ruler | CompoundKind::Axis);
    if has_ticks || compound.kind == CompoundKind::Crosshair {
        let ticks = &compound.ticks;
        let side = match ticks.side {
            TickSide::Bottom => "BOTTOM",
            TickSide::Center => "CENTER",
            TickSide::Top => "TOP",
        };
        let tick = |(place, label): &(f64, Phi<String>)| {
            Writer::item().floats(tags::TICK_POSITION, &[*place]).text(tags::TICK_LABEL, label.reveal())
        };
        item = item
            .sequence_unless_empty(tags::MAJOR_TICKS_SEQUENCE, ticks.major.iter().map(tick).collect())
            .text(tags::TICK_ALIGNMENT, side)
            .text(tags::TICK_LABEL_ALIGNMENT, if ticks.are_labels_above { "TOP" } else { "BOTTOM" })
            .text(tags::SHOW_TICK_LABEL, yes_or_no(ticks.has_labels));
    }
    if compound.kind.is_closed() {
        return item.text(tags::GRAPHIC_FILLED, yes_or_no(compound.is_filled));
    }
    item
}

#[cfg(test)]
pub(super) mod tests {
    use proptest::prelude::*;

    use super::super::style::tests::{any_fill, any_line, any_text_style};
    use super::super::tests::{any_point, any_units};
    use super::*;
    use crate::presentation::graphic::Ticks;

    fn any_ticks() -> impl Strategy<Value = Ticks> {
        let sides = [TickSide::Bottom, TickSide::Center, TickSide::Top];
        let tick = (0_u8..=8, "[a-z0-9]{1,9}")
            .prop_map(|(eighths, label)| (f64::from(eighths) / 8.0, Phi::new(label)));
        (prop::collection::vec(tick, 0..4), 0_usize..3, any::<bool>(), any::<bool>()).prop_map(
            move |(major, side, has_labels, are_labels_above)| Ticks {
                major,
                side: sides[side],
                has_labels,
                are_labels_above,
            },
        )
    }

    /// Of any kind, with what that kind takes.
    pub(in crate::presentation) fn any_compound(id: u32) -> impl Strategy<Value = CompoundObject> {
        let looks = (prop::option::of(any_line()), prop::option::of(any_fill()), any_text_style());
        let turn = prop::option::of((any_point(), 0_i32..720));
        let points = (any_point(), any_point());
        let lengths = (0_u8..16, prop::option::of(1_u8..16));
        (0_usize..10, any_units(), points, looks, turn, lengths, any_ticks(), any::<bool>())
            .prop_map(
                move |(kind, units, (a, b), (line, fill, text), turn, (gap, diameter), ticks, is_filled)| {
                    let kind = CompoundKind::ALL[kind];
                    let is_crosshair = kind == CompoundKind::Crosshair;
                    let has_gap =
                        matches!(kind, CompoundKind::InfiniteLine | CompoundKind::CutLine) || is_crosshair;
                    let has_ticks = matches!(kind, CompoundKind::Ruler | CompoundKind::Axis);
                    let share = |sixteenths: u8| f64::from(sixteenths) / 16.0;
                    // Never of no length.
                    let b = [b[0], b[1] + 0.0625];
                    CompoundObject {
                        kind,
                        id,
                        units,
                        points: if is_crosshair { vec![a] } else { vec![a, b] },
                        is_filled: is_filled && kind.is_closed(),
                        line,
                        fill,
                        text,
                        rotation_degrees: turn.map_or(0.0, |(_, halves)| f64::from(halves) / 2.0),
                        rotation_point: turn.map(|(point, _)| point),
                        gap: if has_gap { share(gap) } else { 0.0 },
                        visible_diameter: diameter.map(share).filter(|_| is_crosshair),
                        ticks: if has_ticks { ticks } else { Ticks::default() },
                    }
                },
            )
            .boxed()
    }
}

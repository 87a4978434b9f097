//! What tables make of the share that a window gives: VOI LUT, presentation LUT, or one after the other. PS3.3 C.11.2.1.1, C.11.6.
//!
//! GPU twin: `shaders/lib/gray.wgsl`, `present_curve`.

use std::sync::Arc;

use super::voi::Voi;
use crate::dicom::LookupTable;
use crate::units::PValue;

/// P-values at evenly spaced shares of the window, from 0 to 1; between two of them the straight line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Curve {
    /// The table that stands in the VOI's place.
    voi: Option<Arc<LookupTable>>,
    /// The table behind it.
    presentation: Option<Arc<LookupTable>>,
}

/// A position this close to an entry is on it: the window's arithmetic must not push a whole input off its entry.
const ON_ENTRY: f64 = 1e-6;

impl Curve {
    /// The curve of a VOI and a presentation LUT; `None` where neither is a table, and the share itself counts.
    pub fn of(voi: &Voi, presentation: Option<&Arc<LookupTable>>) -> Option<Self> {
        let (voi, presentation) = (voi.table.clone(), presentation.cloned());
        (voi.is_some() || presentation.is_some()).then_some(Self { voi, presentation })
    }

    /// The P-value of every entry, in order; never empty.
    pub fn entries(&self) -> Vec<PValue> {
        (0..self.count()).map(|index| self.entry(index)).collect()
    }

    /// How many entries there are.
    pub fn count(&self) -> usize {
        self.voi.as_ref().or(self.presentation.as_ref()).map_or(1, |table| table.entries().len())
    }

    /// The P-value of an entry. An output of as many bits as the table states is spread over all P-values: the largest is
    /// white, whether or not it occurs. Fractions are cut.
    fn entry(&self, index: usize) -> PValue {
        let output = |table: &LookupTable, index: usize| -> (u32, u32) {
            let entry = table.entries().get(index).or(table.entries().last()).copied().unwrap_or(0);
            (entry.into(), table.highest().into())
        };
        let (entry, highest) = match (&self.voi, &self.presentation) {
            (Some(voi), None) => output(voi, index),
            (None, Some(presentation)) => output(presentation, index),
            (Some(voi), Some(presentation)) => {
                // The VOI's output, over the inputs of the presentation LUT. PS3.3 C.11.6.1.1.
                let (entry, highest) = output(voi, index);
                let last = u32::try_from(presentation.entries().len()).map_or(0, |count| count - 1);
                output(presentation, usize::try_from(spread(entry, highest, last)).unwrap_or(usize::MAX))
            }
            (None, None) => (0, 1),
        };
        let p = spread(entry, highest, PValue::WHITE.0.into());
        PValue(u16::try_from(p).unwrap_or(PValue::WHITE.0))
    }

    /// The P-value of a share, not cut; not a number where the share is none.
    pub fn at(&self, share: f64) -> f64 {
        between(self.count(), share, |index| self.entry(index))
    }
}

/// A number of 0 to `highest`, both of 16 bits, on a scale of 0 to `other`; cut.
const fn spread(value: u32, highest: u32, other: u32) -> u32 {
    // A division costs more than all the rest.
    if highest == other { value } else { value * other / highest }
}

/// What lies at a share of so many entries, of which there is at least one; not a number where the share is none.
pub(super) fn between(count: usize, share: f64, entry: impl Fn(usize) -> PValue) -> f64 {
    if share.is_nan() {
        return f64::NAN;
    }
    #[expect(clippy::cast_precision_loss, reason = "at most 65,536 entries")]
    let position = share.clamp(0.0, 1.0) * (count - 1) as f64;
    let low = (position + ON_ENTRY).floor();
    let part = position - low;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to the entries")]
    let index = low as usize;
    let of = |index: usize| f64::from(entry(index.min(count - 1)).0);
    if part < ON_ENTRY { of(index) } else { of(index) + (of(index + 1) - of(index)) * part }
}

/// The same in the card's arithmetic, not cut: what `shaders/lib/gray.wgsl` computes, bit for bit.
pub fn curve_f32(entries: &[PValue], share: f32) -> f32 {
    #[expect(clippy::cast_precision_loss, reason = "at most 65,536 entries")]
    let position = share.clamp(0.0, 1.0) * (entries.len().saturating_sub(1)) as f32;
    let low = position.floor();
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to the entries")]
    let index = low as usize;
    let of = |index: usize| entries.get(index).or(entries.last()).map_or(0.0, |p| f32::from(p.0));
    of(index) + (of(index + 1) - of(index)) * (position - low)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(entries: &[u16], bits: u8) -> Arc<LookupTable> {
        Arc::new(LookupTable::new(0, entries.to_vec(), bits).expect("a table"))
    }

    fn curve(voi: Option<Arc<LookupTable>>, presentation: Option<Arc<LookupTable>>) -> Curve {
        Curve { voi, presentation }
    }

    #[test]
    fn the_largest_output_of_the_stated_bits_is_white() {
        let entries = curve(Some(table(&[0, 2048, 4095], 12)), None).entries();
        assert_eq!(entries, [PValue(0), PValue(32_775), PValue::WHITE]);
        // 16 bits stated, 12 used: the picture stays dark, as the standard says.
        let entries = curve(Some(table(&[0, 4095], 16)), None).entries();
        assert_eq!(entries, [PValue(0), PValue(4095)]);
    }

    #[test]
    fn between_entries_lies_the_straight_line() {
        let curve = curve(Some(table(&[0, 1000, 500], 16)), None);
        for (share, p) in [(-1.0, 0.0), (0.0, 0.0), (0.25, 500.0), (0.5, 1000.0), (0.75, 750.0), (2.0, 500.0)]
        {
            assert!((curve.at(share) - p).abs() < 1e-9, "{share}: {}", curve.at(share));
        }
        assert!(curve.at(f64::NAN).is_nan());
    }

    #[test]
    fn a_presentation_table_follows_a_voi_table() {
        // The VOI's outputs 0, 1, 3 of 2 bits over the four inputs of the second table.
        let curve = curve(Some(table(&[0, 1, 3], 2)), Some(table(&[10, 20, 30, 40], 16)));
        assert_eq!(curve.entries(), [PValue(10), PValue(20), PValue(40)]);
    }

    #[test]
    fn rounding_does_not_push_a_whole_input_off_its_entry() {
        let entries: Vec<u16> = (0..4096).map(|index| index * 7 % 4096).collect();
        let curve = curve(Some(table(&entries, 16)), None);
        for (index, entry) in entries.iter().enumerate() {
            #[expect(clippy::cast_precision_loss, reason = "a small number")]
            let share = index as f64 / 4095.0;
            for share in [share, share + 1e-12, share - 1e-12] {
                assert!((curve.at(share) - f64::from(*entry)).abs() < 1e-12, "{index}");
            }
        }
    }
}

//! A frame less its mask, as values of its own: the difference of modality values, with a sign. PS3.4 N.2.1.2; rule S-12.

use std::ops::Range;
use std::sync::Arc;

use super::error::ReadError;
use super::frame::{Frame, Pixels, Reals};
use super::instance::Instance;
use super::lookup_table::LookupTable;
use super::padding::Padding;

/// What is subtracted from a frame. It is part of the name of the frame that results.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Subtraction {
    /// Which frames, and how they lie.
    pub of: FrameMask,
    /// What stored values become first.
    pub scale: MaskScale,
}

/// The frames that a subtraction takes, beside the one shown.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FrameMask {
    /// Their mean is the mask; frames counted from 0, never empty.
    pub mask: Vec<u32>,
    /// The mean of so many frames, the one shown first, is what the mask is subtracted from; at least 1.
    pub averaged: u32,
    /// How the mask is moved before.
    pub shift: MaskShift,
}

/// What stored values become before they are subtracted: what Modality LUT makes of them. The intercept of a line cancels.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MaskScale {
    /// They are multiplied, and that can as well be done afterwards.
    Slope(Exact),
    /// They go through a table, such as one from intensities to their logarithms.
    Table(Arc<LookupTable>),
}

/// A finite number that can be part of a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Exact(u64);

impl Exact {
    /// The number.
    pub const fn of(value: f64) -> Self {
        // No two names for nothing.
        Self(if value == 0.0 { 0 } else { value.to_bits() })
    }

    /// The number.
    pub const fn value(self) -> f64 {
        f64::from_bits(self.0)
    }
}

/// How far a mask is moved, in pixels. PS3.3 C.7.6.10.1.2.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct MaskShift {
    down: Exact,
    right: Exact,
}

impl MaskShift {
    /// Not at all.
    pub const NONE: Self = Self { down: Exact(0), right: Exact(0) };

    /// Towards higher rows and towards higher columns; `None` where one is not finite.
    pub fn of(down: f64, right: f64) -> Option<Self> {
        let is_finite = down.is_finite() && right.is_finite();
        is_finite.then(|| Self { down: Exact::of(down), right: Exact::of(right) })
    }

    /// So much further, rounded to thousandths, in which a hand's steps are whole; as it was where that is no number.
    #[must_use]
    pub fn further(self, by: Self) -> Self {
        if by == Self::NONE {
            return self;
        }
        let sum = |a: f64, b: f64| ((a + b) * 1000.0).round() / 1000.0;
        Self::of(sum(self.down(), by.down()), sum(self.right(), by.right())).unwrap_or(self)
    }

    /// Towards higher rows.
    pub const fn down(self) -> f64 {
        self.down.value()
    }

    /// Towards higher columns.
    pub const fn right(self) -> f64 {
        self.right.value()
    }
}

/// A frame of an object, counted from 0, less its mask. `read` gives the object's frames.
pub fn read_subtracted(
    instance: &Instance,
    frame: u32,
    subtraction: &Subtraction,
    mut read: impl FnMut(u32) -> Result<Arc<Frame>, ReadError>,
) -> Result<Frame, ReadError> {
    let Subtraction { of: FrameMask { mask, averaged, shift }, scale } = subtraction;
    let shown = read(frame)?;
    let columns = shown.columns as usize;
    let padding = instance.frame(frame).gray.padding;
    let mut mean_of = |frames: &mut dyn Iterator<Item = u32>| -> Result<Mean<'_>, ReadError> {
        let frames: Vec<Arc<Frame>> = frames.map(&mut read).collect::<Result<_, _>>()?;
        if frames.iter().any(|frame| frame.pixels.count() != shown.pixels.count()) {
            return Err(ReadError::Damaged { why: "its frames differ in size".to_owned() });
        }
        if frames.iter().any(|frame| matches!(frame.pixels, Pixels::Color(_))) {
            return Err(ReadError::Damaged { why: "a colour has no mask".to_owned() });
        }
        Ok(Mean { frames, columns, scale, padding })
    };
    let contrast = mean_of(&mut (frame..frame.saturating_add(*averaged)))?;
    let mask = mean_of(&mut mask.iter().copied())?;
    let slope = match scale {
        MaskScale::Slope(slope) => slope.value(),
        MaskScale::Table(_) => 1.0,
    };
    // A row at a time stays in the nearest memory of the processor.
    let mut values = Vec::with_capacity(shown.pixels.count());
    let [mut of_contrast, mut of_mask, mut next, mut between] = [(); 4].map(|()| vec![0.0; columns]);
    let (whole, share) = parts(-shift.down());
    mask.row(whole, &mut next);
    for row in 1..=i64::from(shown.rows) {
        contrast.row(row - 1, &mut of_contrast);
        between.copy_from_slice(&next);
        mask.row(row.saturating_add(whole), &mut next);
        if share > 0.0 {
            blend(&mut between, &next, share);
        }
        along(&mut of_mask, &between, -shift.right());
        values.extend(of_contrast.iter().zip(&of_mask).map(|(value, mask)| (value - mask) * slope));
    }
    let (rows, columns, cover) = (shown.rows, shown.columns, shown.cover.clone());
    Ok(Frame { rows, columns, cover, pixels: Pixels::Reals(Reals::differences(values)) })
}

/// The mean of frames of one size, none of them of colours.
struct Mean<'a> {
    frames: Vec<Arc<Frame>>,
    columns: usize,
    scale: &'a MaskScale,
    padding: Option<Padding>,
}

impl Mean<'_> {
    /// A row of it. Of padding, and outside the image, it is not a number.
    fn row(&self, row: i64, into: &mut [f64]) {
        let place = usize::try_from(row).ok().and_then(|row| {
            let start = row.checked_mul(self.columns)?;
            Some(start..start.checked_add(self.columns)?)
        });
        into.fill(0.0);
        for frame in &self.frames {
            let is_there = place.clone().is_some_and(|place| self.add(frame, place, into));
            if !is_there {
                return into.fill(f64::NAN);
            }
        }
        if let count @ 2.. = self.frames.len() {
            #[expect(clippy::cast_precision_loss, reason = "a few frames")]
            let count = count as f64;
            for sum in into {
                *sum /= count;
            }
        }
    }

    /// Adds what some pixels of a frame are worth; whether the frame has them.
    fn add(&self, frame: &Frame, place: Range<usize>, sums: &mut [f64]) -> bool {
        let of_stored = |stored: f64| match self.scale {
            _ if self.padding.is_some_and(|padding| padding.contains(stored)) => f64::NAN,
            MaskScale::Slope(_) => stored,
            #[expect(clippy::cast_possible_truncation, reason = "beyond the table its ends count")]
            MaskScale::Table(table) => table.at(stored as i32).into(),
        };
        let is_plain = self.padding.is_none() && matches!(self.scale, MaskScale::Slope(_));
        match &frame.pixels {
            Pixels::Words { is_signed, words } => {
                let Some(words) = words.get(place) else { return false };
                let pairs = sums.iter_mut().zip(words);
                match (is_signed, is_plain) {
                    // Nearly all frames there are.
                    (false, true) => pairs.for_each(|(sum, word)| *sum += f64::from(*word)),
                    (false, false) => pairs.for_each(|(sum, word)| *sum += of_stored(f64::from(*word))),
                    (true, _) => {
                        pairs.for_each(|(sum, word)| *sum += of_stored(f64::from(word.cast_signed())));
                    }
                }
            }
            Pixels::Reals(reals) => {
                let Some(values) = reals.values().get(place) else { return false };
                sums.iter_mut().zip(values).for_each(|(sum, value)| *sum += of_stored(*value));
            }
            Pixels::Color(_) => return false,
        }
        true
    }
}

/// The whole pixels and the share of the next in a distance.
#[expect(clippy::cast_possible_truncation, reason = "saturates far outside every image")]
fn parts(distance: f64) -> (i64, f64) {
    (distance.floor() as i64, distance - distance.floor())
}

/// What lies between a row and the next one.
fn blend(row: &mut [f64], next: &[f64], share: f64) {
    for (value, next) in row.iter_mut().zip(next) {
        *value = *value * (1.0 - share) + next * share;
    }
}

/// What lies between the pixels of a row; not a number where one that counts lies outside.
fn along(target: &mut [f64], row: &[f64], left: f64) {
    target.fill(f64::NAN);
    let (whole, share) = parts(left);
    let skipped = usize::try_from(whole.saturating_neg()).unwrap_or(0).min(target.len());
    let first = usize::try_from(whole).unwrap_or(0).min(row.len());
    let (near, target) =
        (row.get(first..).unwrap_or_default(), target.get_mut(skipped..).unwrap_or_default());
    if share == 0.0 {
        target.iter_mut().zip(near).for_each(|(target, near)| *target = *near);
        return;
    }
    for (target, pair) in target.iter_mut().zip(near.windows(2)) {
        if let [near, next] = pair {
            *target = near * (1.0 - share) + next * share;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_that_is_moved_beyond_its_ends_has_no_value() {
        for left in [3.0, -3.0, 1e300, -1e300] {
            let mut moved = [0.0; 3];
            along(&mut moved, &[1.0, 2.0, 4.0], left);
            assert!(moved.iter().all(|value| value.is_nan()), "{left}: {moved:?}");
        }
        let mut moved = [0.0; 3];
        along(&mut moved, &[1.0, 2.0, 4.0], 0.5);
        assert!(moved[..2] == [1.5, 3.0] && moved[2].is_nan(), "{moved:?}");
    }
}

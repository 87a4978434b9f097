//! How often values occur in a volume, of a bounded number of its voxels.
//!
//! Counting takes some milliseconds: it is for the decode threads, and not for the one that draws.

use super::body::Volume;
use crate::units::StoredValue;

/// How often values occur, in bins of equal width.
#[derive(Debug, Clone, PartialEq)]
pub struct Histogram {
    /// The lowest modality value.
    pub low: f64,
    /// The highest, above it.
    pub high: f64,
    /// Voxels a bin, from the lowest on.
    pub counts: Vec<u32>,
}

/// Nobody wants it any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Uncounted;

impl Histogram {
    /// Bins.
    pub const BINS: usize = 256;
    /// Places that are looked at along each axis, at most: 262,144 of a volume, however large.
    const PLACES: u32 = 64;

    /// Of the values at places that are spread evenly over a volume; `None` where nothing was received, or all is alike.
    /// Before each plane `is_wanted` is asked.
    pub fn of(volume: &Volume, is_wanted: impl Fn() -> bool) -> Result<Option<Self>, Uncounted> {
        let [columns, rows, slices] = volume.size();
        let places = |count: u32| {
            let places = count.min(Self::PLACES);
            // The middles of even shares.
            (0..places).map(move |place| (2 * place + 1) * count / (2 * places))
        };
        let rescale = volume.rescale();
        let mut values: Vec<f64> = Vec::new();
        for slice in places(slices) {
            if !is_wanted() {
                return Err(Uncounted);
            }
            let voxels = places(rows).flat_map(|row| places(columns).map(move |column| [column, row, slice]));
            let found = voxels
                .filter_map(|voxel| Some(rescale.to_modality(StoredValue(volume.value(voxel)?)).0))
                .filter(|value| value.is_finite());
            values.extend(found);
        }
        let (low, high) = values.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| {
            (low.min(*value), high.max(*value))
        });
        if low >= high {
            return Ok(None);
        }
        let mut counts = vec![0_u32; Self::BINS];
        for value in values {
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a bin")]
            #[expect(clippy::cast_precision_loss, reason = "256 bins")]
            let bin = ((value - low) / (high - low) * Self::BINS as f64) as usize;
            if let Some(count) = counts.get_mut(bin.min(Self::BINS - 1)) {
                *count += 1;
            }
        }
        Ok(Some(Self { low, high, counts }))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::super::body::tests::{block, ramp};
    use super::super::body::{Layer, Slice};
    use super::*;
    use crate::dicom::{Frame, Pixels};
    use crate::grayscale::ModalityLut;

    #[test]
    fn every_voxel_of_a_small_volume_counts() {
        let histogram = Histogram::of(&ramp(), || true).expect("wanted").expect("values");
        // 10 × column + 100 × row + 1000 × slice, four of each.
        assert_eq!((histogram.low, histogram.high), (0.0, 3330.0));
        assert_eq!(histogram.counts.iter().sum::<u32>(), 64);
        assert_eq!(histogram.counts[0], 2, "0 and 10");
        assert_eq!(histogram.counts[255], 2, "3320 and 3330");
        assert_eq!(Histogram::of(&block(5, 1.0), || true), Ok(None), "all alike");
    }

    #[test]
    fn a_count_that_nobody_wants_ends_at_the_next_plane() {
        let asked = std::cell::Cell::new(0);
        let is_wanted = || {
            asked.set(asked.get() + 1);
            asked.get() < 3
        };
        assert_eq!(Histogram::of(&ramp(), is_wanted), Err(Uncounted));
        assert_eq!(asked.get(), 3, "of four planes");
    }

    /// Of many voxels the middles of 64 even shares along the axis.
    #[test]
    fn a_large_volume_is_looked_at_evenly() {
        let words = (0..100).collect();
        let pixels = Pixels::Words { is_signed: false, words };
        let frame = Arc::new(Frame { rows: 1, columns: 100, pixels, cover: None });
        let layer = Layer { frame, modality: ModalityLut::IDENTITY, padding: None };
        let axes = *block(5, 1.0).patient_from_voxel();
        let volume = Volume::new((100, 1), vec![Some(Slice::Acquired(layer))], axes).expect("a volume");
        let histogram = Histogram::of(&volume, || true).expect("wanted").expect("values");
        let looked_at: Vec<f64> =
            (0..64).map(|share| ((f64::from(share) + 0.5) * 100.0 / 64.0).floor()).collect();
        assert_eq!((histogram.low, histogram.high), (looked_at[0], looked_at[63]));
        for (bin, count) in (0_u32..).zip(&histogram.counts) {
            let is_in = |value: &&f64| {
                let place = (**value - histogram.low) / (histogram.high - histogram.low) * 256.0;
                (f64::from(bin)..f64::from(bin + 1)).contains(&place.min(255.5))
            };
            assert_eq!(*count as usize, looked_at.iter().filter(is_in).count(), "{bin}");
        }
    }
}

//! Planes of volumes, made ready for the card on a thread of their own: what their bricks hold, and their texels.
//!
//! What is being made and what waits to be sent is bounded: no more than [`Planes::BYTES_MOST`] of main memory.

use std::borrow::Cow;
use std::collections::{BTreeSet, VecDeque};
use std::thread::JoinHandle;
use std::time::Duration;

use crossbeam_channel::{Receiver, Sender, bounded};

use crate::dicom::Pixels;
use crate::volume::{Encoding, Slice};

use super::bricks::Bricks;
use super::parts::Division;

/// Bytes of planes that are made at once for one picture: what comes alone is seen at once.
const BYTES_AT_ONCE: u64 = 1 << 20;
/// Planes that are made or wait, at most, however small.
const PLANES_MOST: usize = 256;

/// A plane that is to be made.
#[derive(Debug)]
pub(super) struct Wanted {
    /// Of which volume on the card.
    pub(super) volume: u64,
    pub(super) plane: usize,
    pub(super) slice: Slice,
    pub(super) encoding: Encoding,
    /// Of its texels.
    pub(super) columns: usize,
    pub(super) rows: usize,
    /// Which pixels these are of the slice.
    pub(super) pick: Pick,
    /// Whether each texel holds the next voxel of its row too.
    pub(super) has_pairs: bool,
}

/// Which pixels of a slice a plane is made of: all, or one of each square.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pick {
    /// Pixels along the side of a square.
    pub(super) stride: u32,
    /// Columns and rows of the slice.
    pub(super) of: [u32; 2],
}

impl Pick {
    /// Of so many columns of a plane the places of its pixels among those of the slice, row by row.
    fn places(self) -> impl Iterator<Item = usize> {
        let Self { stride, of: [columns, rows] } = self;
        let voxels = move |count: u32| {
            (0..count.div_ceil(stride)).map(move |place| Division::voxel(place, stride, count) as usize)
        };
        voxels(rows).flat_map(move |row| voxels(columns).map(move |column| row * columns as usize + column))
    }
}

/// A plane that is ready.
#[derive(Debug)]
pub(super) struct Ready {
    pub(super) volume: u64,
    pub(super) plane: usize,
    /// What each of its bricks holds at least and at most, row by row.
    pub(super) ranges: Vec<[f32; 2]>,
    pub(super) texels: Vec<u8>,
}

impl Wanted {
    /// Of its texels.
    pub(super) const fn bytes(&self) -> u64 {
        let voxel_bytes = match self.encoding {
            Encoding::Stored { .. } => 2,
            Encoding::Modality => 4,
        };
        (self.columns * self.rows * voxel_bytes * if self.has_pairs { 2 } else { 1 }) as u64
    }

    pub(super) fn make(self) -> Ready {
        let (ranges, texels) = match (self.encoding, &self.slice) {
            (Encoding::Stored { is_signed, padding, .. }, Slice::Acquired(layer)) => {
                let number = |word: &u16| {
                    if is_signed { f32::from(word.cast_signed()) } else { f32::from(*word) }
                };
                let is_tissue =
                    |value: &f32| !padding.is_some_and(|padding| padding.contains(f64::from(*value)));
                let words: &[u16] = match &layer.frame.pixels {
                    Pixels::Words { words, .. } => words,
                    _ => &[],
                };
                let words = if self.pick.stride > 1 {
                    Cow::Owned(self.pick.places().filter_map(|place| words.get(place).copied()).collect())
                } else {
                    Cow::Borrowed(words)
                };
                let ranges = match padding {
                    None => self.ranges(&words, |words| range(words.iter().map(number))),
                    Some(_) => self.ranges(&words, |words| range(words.iter().map(number).filter(is_tissue))),
                };
                (ranges, self.texels(&words))
            }
            (_, slice) => {
                let value = |index| real(slice.value(index, self.encoding));
                let reals: Vec<f32> = self.pick.places().map(value).collect();
                let ranges =
                    self.ranges(&reals, |reals| range(reals.iter().copied().filter(|value| !value.is_nan())));
                (ranges, self.texels(&reals))
            }
        };
        Ready { volume: self.volume, plane: self.plane, ranges, texels }
    }

    fn ranges<T>(&self, values: &[T], range_of: impl Fn(&[T]) -> [f32; 2]) -> Vec<[f32; 2]> {
        Bricks::of_plane(self.columns, self.rows, values, range_of)
    }

    fn texels<T: bytemuck::Pod>(&self, voxels: &[T]) -> Vec<u8>
    where
        [T; 2]: bytemuck::Pod,
    {
        if !self.has_pairs {
            return bytemuck::cast_slice(voxels).to_vec();
        }
        // Beyond the last of a row, the last.
        let pairs = voxels.chunks(self.columns.max(1)).flat_map(|row| {
            let next = row.iter().skip(1).chain(row.last());
            row.iter().zip(next).map(|(voxel, next)| [*voxel, *next])
        });
        let pairs: Vec<[T; 2]> = pairs.collect();
        bytemuck::cast_slice(&pairs).to_vec()
    }
}

/// In single precision; what is beyond it is its end, and no number a hole.
#[expect(clippy::cast_possible_truncation, reason = "single precision is what the card computes in")]
fn real(value: Option<f64>) -> f32 {
    value.map_or(f32::NAN, |value| value.clamp(f32::MIN.into(), f32::MAX.into()) as f32)
}

fn range(values: impl Iterator<Item = f32>) -> [f32; 2] {
    values.fold([f32::MAX, f32::MIN], |[low, high], value| [low.min(value), high.max(value)])
}

/// The thread, and what it has in hand.
#[derive(Debug)]
pub(super) struct Planes {
    /// Nothing where there is no thread: then planes are made where they are wanted.
    thread: Option<(Sender<Wanted>, JoinHandle<()>)>,
    from_thread: Receiver<Ready>,
    ready: VecDeque<Ready>,
    in_hand: BTreeSet<(u64, usize)>,
    bytes: u64,
    /// Of the picture that is being drawn.
    at_once: u64,
}

impl Planes {
    /// Bytes of planes that are made or wait to be sent.
    pub(super) const BYTES_MOST: u64 = 32 << 20;

    pub(super) fn new() -> Self {
        let (to_thread, wanted) = bounded::<Wanted>(PLANES_MOST);
        let (sender, from_thread) = bounded(PLANES_MOST);
        let work = move || {
            for plane in wanted {
                if sender.send(plane.make()).is_err() {
                    break;
                }
            }
        };
        let thread = std::thread::Builder::new().name("voxels".to_owned()).spawn(work);
        let thread = thread.ok().map(|handle| (to_thread, handle));
        Self { thread, from_thread, ready: VecDeque::new(), in_hand: BTreeSet::new(), bytes: 0, at_once: 0 }
    }

    /// Begins a picture.
    pub(super) const fn begin(&mut self) {
        self.at_once = BYTES_AT_ONCE;
    }

    /// Bytes of planes that are made or wait now.
    pub(super) const fn bytes(&self) -> u64 {
        self.bytes
    }

    pub(super) fn is_in_hand(&self, volume: u64, plane: usize) -> bool {
        self.in_hand.contains(&(volume, plane))
    }

    /// Whether there is room for one more; always for one.
    pub(super) fn has_room(&self, bytes: u64) -> bool {
        self.in_hand.is_empty()
            || (self.bytes + bytes <= Self::BYTES_MOST && self.in_hand.len() < PLANES_MOST)
    }

    /// Has a plane made, by the thread where it is not one of the first of a picture.
    pub(super) fn want(&mut self, wanted: Wanted) {
        let bytes = wanted.bytes();
        self.bytes += bytes;
        self.in_hand.insert((wanted.volume, wanted.plane));
        let is_at_once = bytes <= self.at_once;
        self.at_once = self.at_once.saturating_sub(bytes);
        let refused = match self.thread.as_ref().filter(|_| !is_at_once) {
            Some((to_thread, _)) => {
                to_thread.try_send(wanted).err().map(crossbeam_channel::TrySendError::into_inner)
            }
            None => Some(wanted),
        };
        self.ready.extend(refused.map(Wanted::make));
    }

    /// The next plane that is ready.
    pub(super) fn take(&mut self) -> Option<Ready> {
        self.ready.extend(self.from_thread.try_iter());
        let ready = self.ready.pop_front()?;
        self.in_hand.remove(&(ready.volume, ready.plane));
        self.bytes = self.bytes.saturating_sub(ready.texels.len() as u64);
        Some(ready)
    }

    /// Waits until a plane is ready, if any is in hand; no longer than so, and then says that none is.
    pub(super) fn wait(&mut self, patience: Duration) -> bool {
        if self.ready.is_empty() && !self.in_hand.is_empty() {
            self.ready.extend(self.from_thread.recv_timeout(patience));
            return !self.ready.is_empty();
        }
        true
    }
}

impl Drop for Planes {
    fn drop(&mut self) {
        if let Some((to_thread, handle)) = self.thread.take() {
            drop(to_thread);
            // A thread that stopped by a mistake has said so itself.
            handle.join().ok();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::super::device::PATIENCE;
    use super::*;
    use crate::dicom::Frame;
    use crate::grayscale::ModalityLut;
    use crate::volume::Layer;

    fn wanted(plane: usize, has_pairs: bool) -> Wanted {
        let pixels = Pixels::Words { is_signed: true, words: vec![1, 2, 0xFFFD, 4, 5, 6] };
        let frame = Arc::new(Frame { rows: 2, columns: 3, pixels, cover: None });
        let layer = Layer { frame, modality: ModalityLut::IDENTITY, padding: None };
        let rescale = crate::grayscale::Rescale::IDENTITY;
        Wanted {
            volume: 1,
            plane,
            slice: Slice::Acquired(layer),
            encoding: Encoding::Stored { is_signed: true, rescale, padding: None },
            columns: 3,
            rows: 2,
            pick: Pick { stride: 1, of: [3, 2] },
            has_pairs,
        }
    }

    #[test]
    fn a_texel_holds_the_next_voxel_of_its_row() {
        let ready = wanted(0, true).make();
        let words: Vec<u16> =
            ready.texels.as_chunks().0.iter().map(|&pair| u16::from_le_bytes(pair)).collect();
        assert_eq!(words, [1, 2, 2, 0xFFFD, 0xFFFD, 0xFFFD, 4, 5, 5, 6, 6, 6]);
        assert_eq!(ready.ranges, [[-3.0, 6.0]]);
        assert_eq!(ready.texels.len() as u64, wanted(0, true).bytes());
        assert_eq!(wanted(0, false).make().texels.len() as u64, wanted(0, false).bytes());
    }

    /// Of words and of real numbers alike.
    #[test]
    fn a_coarse_plane_has_a_pixel_of_each_square() {
        let pick = Pick { stride: 2, of: [3, 2] };
        let coarse = |encoding| Wanted { columns: 2, rows: 1, pick, encoding, ..wanted(0, false) };
        let ready = coarse(wanted(0, false).encoding).make();
        assert_eq!((ready.texels, ready.ranges), (vec![5, 0, 6, 0], vec![[5.0, 6.0]]));
        let reals = coarse(Encoding::Modality).make();
        assert_eq!(bytemuck::pod_collect_to_vec::<u8, f32>(&reals.texels), [5.0, 6.0]);
        assert_eq!(reals.ranges, [[5.0, 6.0]]);
    }

    #[test]
    fn what_is_in_hand_is_counted_and_bounded() {
        let mut planes = Planes::new();
        let bytes = wanted(0, true).bytes();
        assert!(planes.has_room(Planes::BYTES_MOST + 1), "one alone, however large");
        for plane in 0..PLANES_MOST {
            assert!(planes.has_room(bytes));
            planes.want(wanted(plane, true));
        }
        assert!(!planes.has_room(bytes), "so many planes, however small");
        assert_eq!(planes.bytes(), bytes * PLANES_MOST as u64);
        let mut taken = 0;
        while planes.bytes() > 0 {
            assert!(planes.wait(PATIENCE), "in time");
            while let Some(ready) = planes.take() {
                assert!(ready.plane == taken && !planes.is_in_hand(1, taken));
                taken += 1;
                assert!(!planes.has_room(Planes::BYTES_MOST) || planes.bytes() == 0);
            }
        }
        assert_eq!(taken, PLANES_MOST);
        assert!(planes.wait(PATIENCE), "nothing is in hand: nothing is waited for");
        planes.in_hand.insert((1, 0));
        assert!(!planes.wait(Duration::ZERO), "and no longer than is said");
    }
}

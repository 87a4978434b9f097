//! Which frames an image or a presentation state wants subtracted from which. PS3.3 C.7.6.10, C.11.13; rule S-12.

use std::ops::RangeInclusive;

use dicom_core::Tag;
use dicom_dictionary_std::tags;

use super::attribute::Attributes;
use super::subtraction::{FrameMask, MaskShift};
use super::write::Writer;

/// The most frames whose mean is taken: all of them are in memory at once.
const AVERAGED_MAX: usize = 64;

/// The most items, the most ranges of one, and the most frames that are looked at for contradictions: a header is read quickly
/// whatever it says.
const ITEMS_MAX: usize = 32;
const RANGES_MAX: usize = 1024;
const FRAMES_CHECKED_MAX: u32 = 4096;

/// Mask module. PS3.3 C.7.6.10.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mask {
    /// Whether images are meant to be seen subtracted: Recommended Viewing Mode SUB.
    pub is_recommended: bool,
    /// What is done with which frames: for each the first that is for it. At least one subtracts.
    pub items: Vec<MaskItem>,
}

/// One mask operation. PS3.3 C.7.6.10.1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MaskItem {
    /// What is subtracted.
    pub operation: MaskOperation,
    /// Applicable Frame Range, frames counted from 0; empty for every frame for which all that is needed is there.
    pub ranges: Vec<RangeInclusive<u32>>,
    /// Contrast Frame Averaging: so many frames from the one shown on make the mean that is subtracted from; at least 1.
    pub averaged: u32,
    /// Mask Sub-pixel Shift.
    pub shift: MaskShift,
}

/// Mask Operation. PS3.3 C.7.6.10.1.1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MaskOperation {
    /// NONE: frames stay as they are.
    None,
    /// `AVG_SUB`: the mean of these frames, counted from 0; never empty.
    Average(Vec<u32>),
    /// TID: the frame so many before.
    Interval(i64),
    /// `REV_TID`: so many before the first frame of the range, and for each further frame one before that.
    ReversedInterval(i64),
}

impl Mask {
    /// Reads the module; nothing where nothing is subtracted. What cannot be is left out, and told.
    pub fn read(at: &Attributes<'_>, refused: &mut Vec<String>) -> Option<Self> {
        let mut items = Vec::new();
        if at.items(tags::MASK_SUBTRACTION_SEQUENCE).nth(ITEMS_MAX).is_some() {
            refused.push(format!("mask subtraction: more than {ITEMS_MAX} items"));
        }
        for item in at.items(tags::MASK_SUBTRACTION_SEQUENCE).take(ITEMS_MAX) {
            match MaskItem::read(&item) {
                Ok(item) => items.push(item),
                Err(why) => refused.push(format!("mask subtraction: {why}")),
            }
        }
        let is_recommended = at.text(tags::RECOMMENDED_VIEWING_MODE).as_deref() == Some("SUB");
        let subtracts = items.iter().any(|item| item.operation != MaskOperation::None);
        subtracts.then_some(Self { is_recommended, items })
    }

    /// What contradicts itself for an object of so many frames, in words.
    pub fn contradictions(&self, frames: u32) -> Vec<String> {
        // The first of each kind stands for all: a whole run may ask for one frame.
        let mut ends = self.items.iter().flat_map(|item| &item.ranges).map(RangeInclusive::end);
        let beyond = ends.find(|end| **end >= frames).map(|end| format!("frame {} of {frames}", end + 1));
        let mut checked = 0..frames.min(FRAMES_CHECKED_MAX);
        let is_claimed_twice =
            |frame: &u32| self.items.iter().filter(|item| item.is_for(*frame)).nth(1).is_some();
        let twice = checked.clone().find(is_claimed_twice);
        let twice = twice.map(|frame| format!("several items for frame {}", frame + 1));
        let wrong = checked.find_map(|frame| self.of_frame(frame, frames).err());
        let all = beyond.into_iter().chain(twice).chain(wrong);
        all.map(|why| format!("mask subtraction: {why}")).collect()
    }

    /// What is subtracted from a frame, counted from 0, of an object of so many; nothing where the frame stays as it is, and
    /// why where frames are asked for that are not there.
    pub fn of_frame(&self, frame: u32, frames: u32) -> Result<Option<FrameMask>, String> {
        self.item_for(frame).map_or(Ok(None), |item| item.of_frame(frame, frames))
    }

    /// The item that is for a frame, counted from 0.
    pub fn item_for(&self, frame: u32) -> Option<&MaskItem> {
        self.items.iter().find(|item| item.is_for(frame))
    }

    /// Puts the module into a presentation state, whose references say which frames it is for. PS3.3 C.11.13.
    pub fn put_into(&self, object: Writer) -> Writer {
        object
            .sequence(tags::MASK_SUBTRACTION_SEQUENCE, self.items.iter().map(MaskItem::to_item))
            .text(tags::RECOMMENDED_VIEWING_MODE, if self.is_recommended { "SUB" } else { "NAT" })
    }
}

impl MaskItem {
    /// The mean of some frames, for all others.
    pub fn average(mask: Vec<u32>) -> Self {
        let operation = MaskOperation::Average(mask);
        Self { operation, ranges: Vec::new(), averaged: 1, shift: MaskShift::NONE }
    }

    fn read(at: &Attributes<'_>) -> Result<Self, String> {
        let offset = i16::try_from(at.integer(tags::TID_OFFSET).unwrap_or(1));
        let offset = i64::from(offset.map_err(|_large| "TID Offset (0028,6120) is out of range")?);
        let operation = match at.text(tags::MASK_OPERATION).as_deref() {
            Some("NONE") => MaskOperation::None,
            Some("AVG_SUB") => {
                let frames = read_frames(at, tags::MASK_FRAME_NUMBERS)?;
                if frames.is_empty() {
                    return Err("AVG_SUB without Mask Frame Numbers (0028,6110)".to_owned());
                }
                MaskOperation::Average(frames)
            }
            Some("TID") => MaskOperation::Interval(offset),
            Some("REV_TID") => MaskOperation::ReversedInterval(offset),
            other => return Err(format!("Mask Operation (0028,6101) is {:?}", other.unwrap_or(""))),
        };
        let ranges = read_ranges(at)?;
        if ranges.is_empty() && matches!(operation, MaskOperation::ReversedInterval(_)) {
            return Err("REV_TID without Applicable Frame Range (0028,6102)".to_owned());
        }
        let averaged = at.integer(tags::CONTRAST_FRAME_AVERAGING).unwrap_or(1);
        let averaged = u32::try_from(averaged).ok().filter(|count| *count > 0);
        let averaged = averaged.ok_or("Contrast Frame Averaging (0028,6112) is no count")?;
        let shift = match at.decimals(tags::MASK_SUB_PIXEL_SHIFT).as_deref() {
            None => MaskShift::NONE,
            Some(&[down, right]) => MaskShift::of(down, right).ok_or("Mask Sub-pixel Shift is no number")?,
            Some(_) => return Err("Mask Sub-pixel Shift (0028,6114) is not a pair".to_owned()),
        };
        Ok(Self { operation, ranges, averaged, shift })
    }

    fn is_for(&self, frame: u32) -> bool {
        self.ranges.is_empty() || self.ranges.iter().any(|range| range.contains(&frame))
    }

    fn of_frame(&self, frame: u32, frames: u32) -> Result<Option<FrameMask>, String> {
        let before = |by: i64| vec![i64::from(frame) - by];
        let mask = match &self.operation {
            MaskOperation::None => return Ok(None),
            MaskOperation::Average(mask) => mask.iter().copied().map(i64::from).collect(),
            MaskOperation::Interval(offset) => before(*offset),
            MaskOperation::ReversedInterval(offset) => before(offset + 2 * self.place_of(frame)),
        };
        if mask.len().max(self.averaged as usize) > AVERAGED_MAX {
            return Err(format!("a mean of more than {AVERAGED_MAX} frames"));
        }
        let last = i64::from(frame) + i64::from(self.averaged) - 1;
        let absent = mask.iter().chain([&last]).find(|number| !(0..i64::from(frames)).contains(*number));
        match absent {
            // Without a range those frames are meant that have what they need. C.7.6.10.1.1.
            Some(_) if self.ranges.is_empty() && !matches!(self.operation, MaskOperation::Average(_)) => {
                Ok(None)
            }
            Some(number) if *number == last && self.ranges.is_empty() => Ok(None),
            Some(number) => Err(format!("frame {} asks for frame {} of {frames}", frame + 1, number + 1)),
            None => Ok(Some(FrameMask {
                mask: mask.into_iter().filter_map(|number| u32::try_from(number).ok()).collect(),
                averaged: self.averaged,
                shift: self.shift,
            })),
        }
    }

    /// Which of the frames of its ranges a frame is, from 0.
    fn place_of(&self, frame: u32) -> i64 {
        let mut place = 0;
        for range in &self.ranges {
            if range.contains(&frame) {
                return place + i64::from(frame - range.start());
            }
            place += i64::from(range.end() - range.start()) + 1;
        }
        place
    }

    fn to_item(&self) -> Writer {
        let numbers = |frames: &[u32]| -> Vec<u16> {
            frames.iter().map(|frame| u16::try_from(frame + 1).unwrap_or(u16::MAX)).collect()
        };
        let offset = |item: Writer, offset: i64| {
            item.words(tags::TID_OFFSET, &[i16::try_from(offset).unwrap_or(i16::MAX).cast_unsigned()])
        };
        let item = Writer::item();
        let item = match &self.operation {
            MaskOperation::None => item.text(tags::MASK_OPERATION, "NONE"),
            MaskOperation::Average(mask) => {
                item.text(tags::MASK_OPERATION, "AVG_SUB").words(tags::MASK_FRAME_NUMBERS, &numbers(mask))
            }
            MaskOperation::Interval(by) => offset(item.text(tags::MASK_OPERATION, "TID"), *by),
            MaskOperation::ReversedInterval(by) => offset(item.text(tags::MASK_OPERATION, "REV_TID"), *by),
        };
        let ends: Vec<u32> = self.ranges.iter().flat_map(|range| [*range.start(), *range.end()]).collect();
        let item =
            if ends.is_empty() { item } else { item.words(tags::APPLICABLE_FRAME_RANGE, &numbers(&ends)) };
        item.number(tags::CONTRAST_FRAME_AVERAGING, u16::try_from(self.averaged).unwrap_or(u16::MAX))
            .floats(tags::MASK_SUB_PIXEL_SHIFT, &[self.shift.down(), self.shift.right()])
    }
}

/// Frame numbers, which a file counts from 1.
fn read_frames(at: &Attributes<'_>, tag: Tag) -> Result<Vec<u32>, String> {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "saturates")]
    let frame = |number: f64| (number as u32).checked_sub(1).ok_or_else(|| "it names frame 0".to_owned());
    at.decimals(tag).unwrap_or_default().into_iter().map(frame).collect()
}

fn read_ranges(at: &Attributes<'_>) -> Result<Vec<RangeInclusive<u32>>, String> {
    let ends = read_frames(at, tags::APPLICABLE_FRAME_RANGE)?;
    let (pairs, rest) = ends.as_chunks::<2>();
    if pairs.len() > RANGES_MAX {
        return Err(format!("Applicable Frame Range (0028,6102) has more than {RANGES_MAX} parts"));
    }
    if !rest.is_empty() {
        return Err("Applicable Frame Range (0028,6102) has an odd number of ends".to_owned());
    }
    if pairs.iter().any(|[first, last]| first > last) {
        return Err("Applicable Frame Range (0028,6102) ends before it begins".to_owned());
    }
    Ok(pairs.iter().map(|[first, last]| *first..=*last).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(operation: MaskOperation, ranges: &[RangeInclusive<u32>]) -> MaskItem {
        MaskItem { operation, ranges: ranges.to_vec(), averaged: 1, shift: MaskShift::NONE }
    }

    fn masks(items: Vec<MaskItem>, frames: u32) -> Vec<Option<Vec<u32>>> {
        let mask = Mask { is_recommended: true, items };
        let of = |frame| mask.of_frame(frame, frames).expect("frames that are there");
        (0..frames).map(|frame| of(frame).map(|of| of.mask)).collect()
    }

    #[test]
    fn an_interval_without_a_range_is_for_the_frames_that_have_one_before() {
        let found = masks(vec![item(MaskOperation::Interval(2), &[])], 4);
        assert_eq!(found, [None, None, Some(vec![0]), Some(vec![1])]);
        let ahead = masks(vec![item(MaskOperation::Interval(-1), &[])], 3);
        assert_eq!(ahead, [Some(vec![1]), Some(vec![2]), None]);
    }

    /// PS3.3 C.7.6.10.1.1: the offset from the first frame, two more from each further one.
    #[test]
    fn a_reversed_interval_goes_back_while_its_frames_go_on() {
        let found = masks(vec![item(MaskOperation::ReversedInterval(1), &[4..=5, 7..=7])], 8);
        let none = None;
        assert_eq!(
            found,
            [
                none.clone(),
                none.clone(),
                none.clone(),
                none.clone(),
                Some(vec![3]),
                Some(vec![2]),
                none,
                Some(vec![2])
            ]
        );
    }

    #[test]
    fn averaged_contrast_ends_with_the_object_and_the_first_item_counts() {
        let averaged = MaskItem { averaged: 2, ..MaskItem::average(vec![0]) };
        assert_eq!(masks(vec![averaged], 3), [Some(vec![0]), Some(vec![0]), None]);
        let items = vec![item(MaskOperation::None, &[0..=0]), MaskItem::average(vec![0, 1])];
        assert_eq!(masks(items, 2), [None, Some(vec![0, 1])]);
    }

    #[test]
    fn contradictions_are_named() {
        let mask = |items| Mask { is_recommended: false, items };
        let absent = mask(vec![MaskItem::average(vec![8])]).contradictions(2);
        assert_eq!(
            absent.first().map(String::as_str),
            Some("mask subtraction: frame 1 asks for frame 9 of 2")
        );
        let none = mask(vec![item(MaskOperation::None, &[0..=0]), item(MaskOperation::None, &[0..=5])]);
        let words = ["mask subtraction: frame 6 of 2", "mask subtraction: several items for frame 1"];
        assert_eq!(none.contradictions(2), words);
    }
}

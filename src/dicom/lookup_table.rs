//! One lookup table: modality, VOI or presentation. Rules P-4, P-11, P-12, P-14.
//!
//! PS3.3 C.11.1.1.1, C.11.2.1.1 and C.11.6.1.1.

use std::fmt;
use std::hash::{DefaultHasher, Hash, Hasher};

use dicom_dictionary_std::tags;

use super::attribute::{Attribute, Attributes};

const DESCRIPTOR: Attribute = Attribute { name: "LUT Descriptor (0028,3002)", tag: tags::LUT_DESCRIPTOR };
const DATA: Attribute = Attribute { name: "LUT Data (0028,3006)", tag: tags::LUT_DATA };

/// An output for each whole input from a first one on; inputs before and behind have that of the nearest end.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct LookupTable {
    first: i32,
    /// 1 to 65,536 of them.
    entries: Box<[u16]>,
    bits: u8,
}

/// By what differs between most tables: a whole one would take longer than all that it is part of.
impl Hash for LookupTable {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (self.first, self.entries.len(), self.bits).hash(state);
    }
}

impl LookupTable {
    /// A table of outputs of so many bits, 1 to 16; `None` without entries, and with more than 65,536. An output that takes
    /// more bits becomes the largest that does not.
    pub fn new(first: i32, entries: Vec<u16>, bits: u8) -> Option<Self> {
        if entries.is_empty() || entries.len() > 1 << 16 || !(1..=16).contains(&bits) {
            return None;
        }
        let highest = u16::MAX >> (16 - bits);
        let entries = entries.into_iter().map(|entry| entry.min(highest)).collect();
        Some(Self { first, entries, bits })
    }

    /// The first input mapped.
    pub const fn first(&self) -> i32 {
        self.first
    }

    /// The last input mapped.
    pub fn last(&self) -> i32 {
        self.first.saturating_add(i32::try_from(self.entries.len() - 1).unwrap_or(i32::MAX))
    }

    /// The outputs, that of the first input first; never empty.
    pub fn entries(&self) -> &[u16] {
        &self.entries
    }

    /// The largest output that the stated bits allow, whether or not it occurs.
    pub const fn highest(&self) -> u16 {
        u16::MAX >> (16 - self.bits)
    }

    /// The output of a whole input.
    pub fn at(&self, input: i32) -> u16 {
        let index = usize::try_from(input.saturating_sub(self.first)).unwrap_or(0);
        self.entries.get(index).or(self.entries.last()).copied().unwrap_or(0)
    }

    /// The table of an item of a LUT sequence, or why there is none, naming the attribute.
    ///
    /// `is_signed` says whether inputs may be negative: by that, and not by its VR, the first input mapped has a sign.
    pub fn read(at: &Attributes<'_>, is_signed: bool) -> Result<Self, String> {
        let missing = |attribute: Attribute| format!("{} is missing", attribute.name);
        let descriptor = at.bytes(DESCRIPTOR.tag).ok_or_else(|| missing(DESCRIPTOR))?;
        let [count, first, bits] = words(&descriptor)[..] else {
            return Err(format!("{} has {} bytes instead of 6", DESCRIPTOR.name, descriptor.len()));
        };
        let count = if count == 0 { 1 << 16 } else { usize::from(count) };
        let first = if is_signed { i32::from(first.cast_signed()) } else { i32::from(first) };
        let bits = u8::try_from(bits).ok().filter(|bits| (8..=16).contains(bits));
        let bits =
            bits.ok_or_else(|| format!("{} states a number of bits beyond 8 to 16", DESCRIPTOR.name))?;
        let data = at.bytes(DATA.tag).ok_or_else(|| missing(DATA))?;
        let mut entries = entries(&data, count, bits);
        if entries.len() < count {
            return Err(format!("{} has {} entries of {count} announced", DATA.name, entries.len()));
        }
        entries.truncate(count);
        Self::new(first, entries, bits).ok_or_else(|| missing(DATA))
    }
}

/// Short, and enough to tell two tables apart: a plan is printed.
impl fmt::Debug for LookupTable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut hasher = DefaultHasher::new();
        self.entries.hash(&mut hasher);
        let (first, last, mark) = (self.first, self.last(), hasher.finish() >> 32);
        write!(f, "LookupTable({first}..={last} to {} bits, {mark:08x})", self.bits)
    }
}

/// As many entries as lie in the data, which may be US, OW or OB. Those of 8 bits lie two or one to a word, which only
/// the length tells. Rule P-12.
pub(super) fn entries(data: &[u8], count: usize, bits: u8) -> Vec<u16> {
    let is_packed = match data.len() {
        length if length == 2 * count => false,
        length if length == count.next_multiple_of(2) => true,
        _ => bits <= 8,
    };
    if is_packed { data.iter().copied().map(u16::from).collect() } else { words(data) }
}

fn words(bytes: &[u8]) -> Vec<u16> {
    bytes.as_chunks::<2>().0.iter().copied().map(u16::from_le_bytes).collect()
}

#[cfg(test)]
mod tests {
    use dicom_core::{DataElement, PrimitiveValue, VR};
    use dicom_object::InMemDicomObject;

    use super::super::charset::CharacterSets;
    use super::*;

    fn read(
        descriptor: &[u16],
        is_signed: bool,
        data: impl Into<Option<PrimitiveValue>>,
    ) -> Result<LookupTable, String> {
        let mut object = InMemDicomObject::new_empty();
        object.put(DataElement::new(DESCRIPTOR.tag, VR::US, PrimitiveValue::U16(descriptor.into())));
        if let Some(data) = data.into() {
            object.put(DataElement::new(DATA.tag, VR::OW, data));
        }
        LookupTable::read(&Attributes { object: &object, sets: &CharacterSets::new(&[]) }, is_signed)
    }

    fn words(words: &[u16]) -> PrimitiveValue {
        PrimitiveValue::U16(words.into())
    }

    #[test]
    fn inputs_before_and_behind_have_the_output_of_the_nearest_end() {
        let table = read(&[3, 10, 12], false, words(&[7, 4095, 100])).expect("a table");
        for (input, output) in
            [(i32::MIN, 7), (9, 7), (10, 7), (11, 4095), (12, 100), (13, 100), (i32::MAX, 100)]
        {
            assert_eq!(table.at(input), output, "{input}");
        }
        assert_eq!((table.first(), table.last(), table.highest()), (10, 12, 4095));
    }

    /// A first input of 65486 is −50 where inputs may be negative, whatever the file's VR says: dcmtk reads it so.
    #[test]
    fn what_comes_before_decides_the_sign_of_the_first_input() {
        for (is_signed, first) in [(true, -50), (false, 65_486)] {
            assert_eq!(read(&[1, 65_486, 16], is_signed, words(&[1])).expect("a table").first(), first);
        }
    }

    #[test]
    fn a_count_of_0_is_65536() {
        let all: Vec<u16> = (0..=u16::MAX).collect();
        let table = read(&[0, 0x8000, 16], true, words(&all)).expect("a table");
        assert_eq!((table.entries().len(), table.first(), table.last()), (65_536, -32_768, 32_767));
    }

    #[test]
    fn entries_of_8_bits_lie_two_or_one_to_a_word() {
        for data in [
            words(&[0x0201, 0x0403]),
            words(&[1, 2, 3, 4]),
            PrimitiveValue::U8([1, 2, 3, 4].as_slice().into()),
        ] {
            let table = read(&[4, 0, 8], false, data).expect("a table");
            assert_eq!(table.entries(), [1, 2, 3, 4]);
        }
        assert_eq!(read(&[3, 0, 8], false, words(&[0x0201, 0x0003])).expect("odd").entries(), [1, 2, 3]);
    }

    #[test]
    fn tables_that_cannot_be_are_refused_in_words() {
        let refusals = [
            (
                read(&[4, 0, 16], false, words(&[1, 2, 3])),
                "LUT Data (0028,3006) has 3 entries of 4 announced",
            ),
            (read(&[0, 0, 16], false, words(&[1])), "LUT Data (0028,3006) has 1 entries of 65536 announced"),
            (read(&[4, 0, 16], false, None), "LUT Data (0028,3006) is missing"),
            (read(&[4, 0], false, words(&[1])), "LUT Descriptor (0028,3002) has 4 bytes instead of 6"),
            (
                read(&[1, 0, 17], false, words(&[1])),
                "LUT Descriptor (0028,3002) states a number of bits beyond 8 to 16",
            ),
        ];
        for (found, why) in refusals {
            assert_eq!(found, Err(why.to_owned()));
        }
    }

    #[test]
    fn an_output_beyond_the_stated_bits_is_the_largest_of_them() {
        let table = read(&[2, 0, 10], false, words(&[1024, 1023])).expect("a table");
        assert_eq!(table.entries(), [1023, 1023]);
    }
}

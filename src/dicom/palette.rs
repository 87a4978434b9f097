//! Palette color lookup tables: the colour that a stored value stands for.
//!
//! Rule P-17. The tables of an Image Pixel module, whole or in segments. PS3.3 C.7.6.3.1.5, C.7.6.3.1.6 and C.7.9.

use std::borrow::Cow;

use dicom_dictionary_std::tags;

use super::attribute::{Attribute, Attributes};
use super::error::ReadError;

/// One colour for each stored value from a first one on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Palette {
    /// First stored value mapped.
    first: i32,
    /// 1 to 65,536 colours: red, green, blue, 255.
    entries: Vec<[u8; 4]>,
}

/// The attributes of one colour.
struct Channel {
    descriptor: Attribute,
    table: Attribute,
    segments: Attribute,
}

const RED: Channel = Channel {
    descriptor: Attribute {
        name: "Red Palette Color Lookup Table Descriptor (0028,1101)",
        tag: tags::RED_PALETTE_COLOR_LOOKUP_TABLE_DESCRIPTOR,
    },
    table: Attribute {
        name: "Red Palette Color Lookup Table Data (0028,1201)",
        tag: tags::RED_PALETTE_COLOR_LOOKUP_TABLE_DATA,
    },
    segments: Attribute {
        name: "Segmented Red Palette Color Lookup Table Data (0028,1221)",
        tag: tags::SEGMENTED_RED_PALETTE_COLOR_LOOKUP_TABLE_DATA,
    },
};
const GREEN: Channel = Channel {
    descriptor: Attribute {
        name: "Green Palette Color Lookup Table Descriptor (0028,1102)",
        tag: tags::GREEN_PALETTE_COLOR_LOOKUP_TABLE_DESCRIPTOR,
    },
    table: Attribute {
        name: "Green Palette Color Lookup Table Data (0028,1202)",
        tag: tags::GREEN_PALETTE_COLOR_LOOKUP_TABLE_DATA,
    },
    segments: Attribute {
        name: "Segmented Green Palette Color Lookup Table Data (0028,1222)",
        tag: tags::SEGMENTED_GREEN_PALETTE_COLOR_LOOKUP_TABLE_DATA,
    },
};
const BLUE: Channel = Channel {
    descriptor: Attribute {
        name: "Blue Palette Color Lookup Table Descriptor (0028,1103)",
        tag: tags::BLUE_PALETTE_COLOR_LOOKUP_TABLE_DESCRIPTOR,
    },
    table: Attribute {
        name: "Blue Palette Color Lookup Table Data (0028,1203)",
        tag: tags::BLUE_PALETTE_COLOR_LOOKUP_TABLE_DATA,
    },
    segments: Attribute {
        name: "Segmented Blue Palette Color Lookup Table Data (0028,1223)",
        tag: tags::SEGMENTED_BLUE_PALETTE_COLOR_LOOKUP_TABLE_DATA,
    },
};

/// The three numbers that all tables of a palette share. PS3.3 C.7.6.3.1.5.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Descriptor {
    count: usize,
    first: u16,
    bytes_per_entry: usize,
}

impl Palette {
    /// The palette of a data set; `None` when no descriptor announces one.
    ///
    /// `is_signed` is Pixel Representation: by it, and not by its VR, the first stored value mapped has a sign.
    pub(super) fn read(at: &Attributes<'_>, is_signed: bool) -> Result<Option<Self>, ReadError> {
        if !at.has(RED.descriptor.tag) {
            return Ok(None);
        }
        let descriptor = RED.descriptor(at)?;
        for channel in [GREEN, BLUE] {
            if channel.descriptor(at)? != descriptor {
                return Err(wrong(channel.descriptor, "it differs from that of red".to_owned()));
            }
        }
        let [red, green, blue] =
            [RED.entries(at, descriptor)?, GREEN.entries(at, descriptor)?, BLUE.entries(at, descriptor)?];
        // Whatever is declared, values that all fit 8 bits are of 8 bits: as 16 they would all be black.
        let is_wide = [&red, &green, &blue].into_iter().flatten().any(|&value| value > 0xFF);
        let shown = |value: u16| {
            let [top, low] = value.to_be_bytes();
            if is_wide { top } else { low }
        };
        let entries = red
            .iter()
            .zip(&green)
            .zip(&blue)
            .map(|((&red, &green), &blue)| [shown(red), shown(green), shown(blue), 255])
            .collect();
        let first = descriptor.first;
        Ok(Some(Self {
            first: if is_signed { i32::from(first.cast_signed()) } else { i32::from(first) },
            entries,
        }))
    }

    /// The first stored value that has a colour.
    pub(super) const fn first(&self) -> i32 {
        self.first
    }

    /// The colour of a stored value: red, green, blue, 255. Values outside the tables have that of the nearest end.
    pub(super) fn rgb(&self, stored: i32) -> [u8; 4] {
        let index = usize::try_from(stored.saturating_sub(self.first)).unwrap_or(0);
        self.entries.get(index).or(self.entries.last()).copied().unwrap_or([0, 0, 0, 255])
    }
}

/// The colours of a presentation state's palette, for as many inputs from 0 on; `None` when no descriptor announces one.
/// PS3.3 C.7.9.
pub fn state_palette(at: &Attributes<'_>) -> Result<Option<Vec<[u8; 3]>>, ReadError> {
    let Some(palette) = Palette::read(at, false)? else { return Ok(None) };
    if palette.first != 0 {
        // What goes in is all that comes from the VOI LUT, spread over the table.
        return Err(wrong(RED.descriptor, format!("it begins at {} instead of 0", palette.first)));
    }
    Ok(Some(palette.entries.iter().map(|&[red, green, blue, _]| [red, green, blue]).collect()))
}

impl Channel {
    fn descriptor(&self, at: &Attributes<'_>) -> Result<Descriptor, ReadError> {
        let bytes = bytes(at, self.descriptor)?;
        let &[count, first, bits] = units(&bytes, 2).as_slice() else {
            return Err(wrong(self.descriptor, format!("{} bytes instead of 6", bytes.len())));
        };
        let bytes_per_entry = match bits {
            8 => 1,
            16 => 2,
            _ => return Err(wrong(self.descriptor, format!("{bits} bits an entry instead of 8 or 16"))),
        };
        let count = if count == 0 { 1 << 16 } else { usize::from(count) };
        Ok(Descriptor { count, first, bytes_per_entry })
    }

    /// As many entries as the descriptor says.
    fn entries(&self, at: &Attributes<'_>, descriptor: Descriptor) -> Result<Vec<u16>, ReadError> {
        if at.has(self.segments.tag) && !at.has(self.table.tag) {
            let units = units(&bytes(at, self.segments)?, descriptor.bytes_per_entry);
            return expand(&units, descriptor).map_err(|why| wrong(self.segments, why));
        }
        let bytes = bytes(at, self.table)?;
        // Entries of 8 bits lie two or one to a word, which only the length tells.
        let bytes_per_entry = match bytes.len() {
            length if length == 2 * descriptor.count => 2,
            length if length == descriptor.count.next_multiple_of(2) => 1,
            _ => descriptor.bytes_per_entry,
        };
        let mut entries = units(&bytes, bytes_per_entry);
        if entries.len() < descriptor.count {
            let why = format!("{} entries of the {} announced", entries.len(), descriptor.count);
            return Err(wrong(self.table, why));
        }
        entries.truncate(descriptor.count);
        Ok(entries)
    }
}

fn wrong(attribute: Attribute, why: String) -> ReadError {
    ReadError::Wrong { name: attribute.name, why }
}

/// The value of an element, words with the low byte first, whatever its VR.
fn bytes<'a>(at: &Attributes<'a>, attribute: Attribute) -> Result<Cow<'a, [u8]>, ReadError> {
    at.bytes(attribute.tag).ok_or(ReadError::Missing { name: attribute.name })
}

fn units(bytes: &[u8], bytes_per_unit: usize) -> Vec<u16> {
    if bytes_per_unit == 1 {
        bytes.iter().copied().map(u16::from).collect()
    } else {
        bytes.as_chunks::<2>().0.iter().copied().map(u16::from_le_bytes).collect()
    }
}

/// The table that segments describe; what follows its last entry is padding. PS3.3 C.7.9.2.
fn expand(units: &[u16], descriptor: Descriptor) -> Result<Vec<u16>, String> {
    let Descriptor { count, bytes_per_entry, .. } = descriptor;
    let mut entries = Vec::new();
    let mut rest = units;
    while entries.len() < count {
        let [2, segments, after @ ..] = rest else {
            rest = append(rest, count, &mut entries)?;
            continue;
        };
        // Indirect: segments from a byte offset of 32 bits on, once more. Its low bits come first.
        let (offset, after) = after.split_at_checked(4 / bytes_per_entry).unwrap_or_default();
        let offset =
            offset.iter().rev().fold(0, |high, &unit| (high << (8 * bytes_per_entry)) | usize::from(unit));
        let mut copied = units.get(offset / bytes_per_entry..).unwrap_or_default();
        for _ in 0..*segments {
            copied = append(copied, count, &mut entries)?;
        }
        rest = after;
    }
    Ok(entries)
}

/// Appends the entries of one discrete or linear segment, and gives what follows it.
///
/// No segment is empty and none goes past `count`, so that work and memory stay bounded whatever the segments say.
fn append<'a>(units: &'a [u16], count: usize, entries: &mut Vec<u16>) -> Result<&'a [u16], String> {
    let cut = || format!("the segments end after {} of {count} entries", entries.len());
    let &[opcode, length, ref after @ ..] = units else { return Err(cut()) };
    let entry_count = usize::from(length);
    match opcode {
        0 | 1 if !(1..=count - entries.len()).contains(&entry_count) => {
            Err(format!("a segment of {length} entries after {} of {count}", entries.len()))
        }
        0 => {
            let (discrete, after) = after.split_at_checked(entry_count).ok_or_else(cut)?;
            entries.extend(discrete);
            Ok(after)
        }
        1 => {
            let (&end, after) = after.split_first().ok_or_else(cut)?;
            let start = *entries.last().ok_or("a linear segment comes first")?;
            entries.extend((1..=length).map(|step| between(start, end, step, length)));
            Ok(after)
        }
        2 => Err("an indirect segment leads to another".to_owned()),
        _ => Err(format!("a segment of unknown type {opcode}")),
    }
}

/// The point `step` of `length` on the line from `start` to `end`, rounded to the nearest.
fn between(start: u16, end: u16, step: u16, length: u16) -> u16 {
    let [start, end, step, length] = [start, end, step, length].map(u64::from);
    let rounded = (start * (length - step) + end * step + length / 2) / length;
    u16::try_from(rounded).unwrap_or(u16::MAX)
}

#[cfg(test)]
mod tests {
    use dicom_core::{DataElement, PrimitiveValue, VR};
    use dicom_object::InMemDicomObject;
    use proptest::prelude::*;

    use super::super::charset::CharacterSets;
    use super::*;

    const CHANNELS: [Channel; 3] = [RED, GREEN, BLUE];

    /// Reads a palette of one descriptor, whose three tables lie where `place` says.
    fn read(
        descriptor: [u16; 3],
        is_signed: bool,
        place: fn(&Channel) -> Attribute,
        tables: [PrimitiveValue; 3],
    ) -> Result<Palette, ReadError> {
        let mut object = InMemDicomObject::new_empty();
        for (channel, table) in CHANNELS.iter().zip(tables) {
            let descriptor = PrimitiveValue::U16(descriptor.into_iter().collect());
            object.put(DataElement::new(channel.descriptor.tag, VR::US, descriptor));
            object.put(DataElement::new(place(channel).tag, VR::OW, table));
        }
        let at = Attributes { object: &object, sets: &CharacterSets::new(&[]) };
        Palette::read(&at, is_signed).map(|palette| palette.expect("a descriptor"))
    }

    fn words(words: &[u16]) -> PrimitiveValue {
        PrimitiveValue::U16(words.iter().copied().collect())
    }

    /// All three tables hold `table`: the red of each entry.
    fn grays(descriptor: [u16; 3], table: &PrimitiveValue) -> Result<Vec<u8>, ReadError> {
        let palette = read(descriptor, false, |channel| channel.table, [0; 3].map(|_| table.clone()))?;
        Ok(palette.entries.iter().map(|&[red, ..]| red).collect())
    }

    fn check_grays(descriptor: [u16; 3], table: &PrimitiveValue, shown: &[u8]) {
        assert_eq!(grays(descriptor, table).as_deref(), Ok(shown), "{descriptor:?} {table:?}");
    }

    fn check_segments(bits: u16, segments: &PrimitiveValue, shown: Result<&[u8], &str>) {
        let count = shown.map_or(9, |shown| u16::try_from(shown.len()).expect("a small table"));
        let tables = [0; 3].map(|_| segments.clone());
        let palette = read([count, 0, bits], false, |channel| channel.segments, tables);
        let reds = palette.map(|palette| palette.entries.iter().map(|&[red, ..]| red).collect::<Vec<_>>());
        let why = |why: &str| ReadError::Wrong { name: RED.segments.name, why: why.to_owned() };
        assert_eq!(reds.as_deref(), shown.map_err(why).as_ref().copied());
    }

    #[test]
    fn values_before_and_behind_the_tables_have_the_colour_of_the_nearest_end() {
        let tables =
            [[0x1100, 0x2200, 0x3300], [0x4400, 0x5500, 0x6600], [0x7700, 0x8800, 0x99FF]].map(|t| words(&t));
        let palette = read([3, 10, 16], false, |channel| channel.table, tables).expect("a palette");
        for (stored, rgb) in [
            (i32::MIN, [0x11, 0x44, 0x77, 255]),
            (10, [0x11, 0x44, 0x77, 255]),
            (11, [0x22, 0x55, 0x88, 255]),
            (12, [0x33, 0x66, 0x99, 255]),
            (i32::MAX, [0x33, 0x66, 0x99, 255]),
        ] {
            assert_eq!(palette.rgb(stored), rgb, "{stored}");
        }
    }

    #[test]
    fn pixel_representation_gives_the_first_value_its_sign() {
        let first = |is_signed| {
            let tables = [0; 3].map(|_| words(&[0x1000, 0x2000]));
            read([2, 0xFFFE, 16], is_signed, |channel| channel.table, tables).expect("a palette").first
        };
        assert_eq!((first(true), first(false)), (-2, 65_534));
    }

    #[test]
    fn the_length_tells_how_entries_of_8_bits_lie() {
        check_grays([4, 0, 8], &words(&[0x0201, 0x0403]), &[1, 2, 3, 4]);
        check_grays([3, 0, 8], &words(&[0x0201, 0x0003]), &[1, 2, 3]);
        check_grays([3, 0, 8], &words(&[1, 2, 3]), &[1, 2, 3]);
        check_grays([1, 0, 8], &words(&[7]), &[7]);
        // OB and UN come as bytes.
        check_grays([4, 0, 8], &PrimitiveValue::U8([1, 2, 3, 4].into_iter().collect()), &[1, 2, 3, 4]);
        check_grays([2, 0, 16], &PrimitiveValue::U8([0, 1, 0xFF, 2].into_iter().collect()), &[1, 2]);
        // Declared as 16.
        check_grays([4, 0, 16], &words(&[0x0201, 0x0403]), &[1, 2, 3, 4]);
    }

    #[test]
    fn entries_of_8_bits_declared_as_16_are_not_black() {
        let tables = [words(&[0, 255]), words(&[0, 128]), words(&[0, 1])];
        let palette = read([2, 0, 16], false, |channel| channel.table, tables).expect("a palette");
        assert_eq!(palette.rgb(1), [255, 128, 1, 255]);
        // One value of 16 bits in one table, and all are.
        let tables = [words(&[0, 255]), words(&[0, 128]), words(&[0, 256])];
        let palette = read([2, 0, 16], false, |channel| channel.table, tables).expect("a palette");
        assert_eq!(palette.rgb(1), [0, 0, 1, 255]);
    }

    #[test]
    fn a_count_of_0_is_65536() {
        let ramp: Vec<u16> = (0..=u16::MAX).collect();
        let shown = grays([0, 0, 16], &words(&ramp)).expect("a palette");
        assert_eq!((shown.len(), shown.first(), shown.last()), (65_536, Some(&0), Some(&255)));
    }

    #[test]
    fn segments_are_runs_lines_and_repetitions() {
        // A run of 2, a line of 4 to 0x6000, the line once more from there on, a run of 1; then padding.
        let segments = words(&[0, 2, 0x1000, 0x2000, 1, 4, 0x6000, 2, 1, 8, 0, 0, 1, 0xFF00, 0]);
        let shown = [0x10, 0x20, 0x30, 0x40, 0x50, 0x60, 0x60, 0x60, 0x60, 0x60, 0xFF];
        check_segments(16, &segments, Ok(&shown));
        // Falling to the nearest value, halves up: 10, 7.5, 5, 2.5, 0. Both segments once more.
        let bytes = [0, 1, 10, 1, 4, 0, 2, 2, 0, 0, 0, 0, 0, 0];
        let shown = [10, 8, 5, 3, 0, 10, 8, 5, 3, 0];
        check_segments(8, &PrimitiveValue::U8(bytes.into_iter().collect()), Ok(&shown));
        let pairs: Vec<u16> = bytes.as_chunks::<2>().0.iter().map(|&pair| u16::from_le_bytes(pair)).collect();
        check_segments(8, &words(&pairs), Ok(&shown));
    }

    /// PS3.6 B.1.6; the colours are pydicom's.
    #[test]
    fn the_summer_palette_of_the_standard_has_its_colours() {
        let red = &[0, 1, 0, 1, 255, 0][..];
        let green = &[0, 1, 255, 1, 255, 128];
        let blue = &[0, 1, 0, 1, 127, 0, 1, 128, 254, 0];
        let tables = [red, green, blue].map(|bytes| PrimitiveValue::U8(bytes.iter().copied().collect()));
        let palette = read([256, 0, 8], false, |channel| channel.segments, tables).expect("a palette");
        for (stored, rgb) in [
            (0, [0, 255, 0, 255]),
            (2, [0, 254, 0, 255]),
            (127, [0, 192, 0, 255]),
            (128, [0, 191, 2, 255]),
            (200, [0, 155, 145, 255]),
            (255, [0, 128, 254, 255]),
        ] {
            assert_eq!(palette.rgb(stored), rgb, "{stored}");
        }
    }

    #[test]
    fn segments_that_cannot_be_followed_say_why() {
        check_segments(16, &words(&[1, 2, 5]), Err("a linear segment comes first"));
        check_segments(16, &words(&[0, 2, 5]), Err("the segments end after 0 of 9 entries"));
        check_segments(16, &words(&[0, 1, 5]), Err("the segments end after 1 of 9 entries"));
        check_segments(16, &words(&[0, 1, 5, 1, 3]), Err("the segments end after 1 of 9 entries"));
        check_segments(16, &words(&[0, 0]), Err("a segment of 0 entries after 0 of 9"));
        check_segments(16, &words(&[0, 1, 5, 1, 0xFFFF, 0]), Err("a segment of 65535 entries after 1 of 9"));
        check_segments(16, &words(&[0, 1, 5, 1, 9, 0]), Err("a segment of 9 entries after 1 of 9"));
        check_segments(16, &words(&[7, 1, 5]), Err("a segment of unknown type 7"));
        // To itself, behind the end, from the start without an end.
        check_segments(16, &words(&[2, 1, 0, 0]), Err("an indirect segment leads to another"));
        check_segments(16, &words(&[2, 1, 0, 0x8000]), Err("the segments end after 0 of 9 entries"));
        check_segments(16, &words(&[0, 1, 5, 2, 0xFFFF, 0, 0]), Err("an indirect segment leads to another"));
    }

    proptest! {
        #[test]
        fn whatever_segments_say_no_more_entries_come_than_announced(
            units in prop::collection::vec(prop_oneof![9 => 0..4_u16, 1 => any::<u16>()], 0..64),
            count in 1..=16_usize,
            bytes_per_entry in 1..=2_usize,
        ) {
            if let Ok(entries) = expand(&units, Descriptor { count, first: 0, bytes_per_entry }) {
                prop_assert_eq!(entries.len(), count);
            }
        }
    }

    fn check_wrong(descriptor: [u16; 3], table: &[u16], why: &str) {
        assert_eq!(grays(descriptor, &words(table)).expect_err("wrong").to_string(), why);
    }

    #[test]
    fn a_palette_that_cannot_be_used_names_the_attribute() {
        let descriptor = "Red Palette Color Lookup Table Descriptor (0028,1101)";
        let data = "Red Palette Color Lookup Table Data (0028,1201)";
        check_wrong(
            [4, 0, 12],
            &[1; 4],
            &format!("{descriptor} is wrong: 12 bits an entry instead of 8 or 16"),
        );
        check_wrong([4, 0, 16], &[1; 3], &format!("{data} is wrong: 3 entries of the 4 announced"));
        check_wrong([0, 0, 16], &[], &format!("{data} is wrong: 0 entries of the 65536 announced"));

        let mut object = InMemDicomObject::new_empty();
        let sets = CharacterSets::new(&[]);
        let read = |object: &InMemDicomObject| Palette::read(&Attributes { object, sets: &sets }, false);
        assert_eq!(read(&object), Ok(None));
        let mut put = |channel: &Channel, descriptor: &[u16]| {
            object.put(DataElement::new(channel.descriptor.tag, VR::US, words(descriptor)));
            read(&object).expect_err("wrong").to_string()
        };
        assert_eq!(put(&RED, &[4, 0]), format!("{descriptor} is wrong: 4 bytes instead of 6"));
        assert_eq!(put(&RED, &[4, 0, 8]), format!("{} is missing", GREEN.descriptor.name));
        assert_eq!(put(&GREEN, &[4, 0, 8]), format!("{} is missing", BLUE.descriptor.name));
        assert_eq!(
            put(&BLUE, &[4, 1, 8]),
            format!("{} is wrong: it differs from that of red", BLUE.descriptor.name)
        );
        assert_eq!(put(&BLUE, &[4, 0, 8]), format!("{data} is missing"));
    }
}

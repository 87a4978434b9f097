//! Overlay planes: graphics and regions over an image, a bit a pixel. PS3.3 C.9.2; rules P-1, S-6.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use dicom_core::Tag;

use super::attribute::Attributes;
use super::instance::{ImageAttributes, PixelFormat};
use super::samples::SampleData;
use super::write::Writer;

/// The groups of overlay planes.
const GROUPS: std::ops::RangeInclusive<u16> = 0x6000..=0x601E;

const ROWS: u16 = 0x0010;
const COLUMNS: u16 = 0x0011;
const FRAMES: u16 = 0x0015;
const DESCRIPTION: u16 = 0x0022;
const TYPE: u16 = 0x0040;
const ORIGIN: u16 = 0x0050;
const FRAME_ORIGIN: u16 = 0x0051;
const BITS_ALLOCATED: u16 = 0x0100;
const BIT_POSITION: u16 = 0x0102;
const ACTIVATION_LAYER: u16 = 0x1001;
const LABEL: u16 = 0x1500;
const DATA: u16 = 0x3000;

/// One plane of an image or a presentation state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OverlayPlane {
    /// Its group: 6000H to 601EH.
    pub group: u16,
    /// Overlay Type R: a region of interest, and no graphics.
    is_region: bool,
    /// Overlay Label or Overlay Description, or empty.
    label: String,
    rows: u32,
    columns: u32,
    /// Row and column of the image, from 0, that its first bit lies on; both may be outside.
    origin: (i64, i64),
    /// The frames of the image that its own lie on, from 0; `None` where it has one, which lies on all.
    frames: Option<Range<u32>>,
    bits: Bits,
}

#[derive(Clone, PartialEq, Eq)]
enum Bits {
    /// Overlay Data: row by row and frame by frame, the lowest bit of a byte first. PS3.5 8.1.2.
    Packed(Arc<[u8]>),
    /// This bit of each pixel's word, counted from the lowest. Retired.
    Embedded(u16),
}

/// What is drawn over an image may name its patient.
impl fmt::Debug for Bits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Packed(bytes) => write!(f, "Packed({} bytes)", bytes.len()),
            Self::Embedded(bit) => write!(f, "Embedded({bit})"),
        }
    }
}

/// The planes of a presentation state, those too that hold nothing, and why others cannot be shown.
pub fn state_planes(at: &Attributes<'_>) -> (Vec<OverlayPlane>, Vec<String>) {
    planes(at, None)
}

/// Groups of planes, and the graphic layer that a presentation state has each drawn in. PS3.3 C.11.7.
pub fn overlay_activations(at: &Attributes<'_>) -> Vec<(u16, String)> {
    let layer = |group: u16| Some((group, at.text(Tag(group, ACTIVATION_LAYER))?));
    GROUPS.step_by(2).filter_map(layer).collect()
}

/// The planes of an image that hold anything, and why others cannot be shown.
pub(super) fn image_planes(
    at: &Attributes<'_>,
    image: &ImageAttributes,
    format: &PixelFormat,
) -> (Vec<OverlayPlane>, Vec<String>) {
    planes(at, Some((image, format)))
}

/// The groups of an image's planes that mark nothing, which are no planes to show or to switch.
pub(super) fn blank_groups(at: &Attributes<'_>) -> Vec<u16> {
    let is_blank = |group: &u16| {
        let data = at.bytes(Tag(*group, DATA)).filter(|data| !data.is_empty());
        data.is_some_and(|data| data.iter().all(|byte| *byte == 0))
    };
    GROUPS.step_by(2).filter(is_blank).collect()
}

fn planes(
    at: &Attributes<'_>,
    image: Option<(&ImageAttributes, &PixelFormat)>,
) -> (Vec<OverlayPlane>, Vec<String>) {
    let (mut planes, mut refused) = (Vec::new(), Vec::new());
    for group in GROUPS.step_by(2) {
        let group = Group { at, group };
        if ![ROWS, COLUMNS, DATA].into_iter().any(|element| at.has(group.tag(element))) {
            continue;
        }
        match OverlayPlane::read(&group, image) {
            Ok(plane) => planes.extend(plane),
            Err(why) => refused.push(format!("overlay: {why}")),
        }
    }
    (planes, refused)
}

/// The attributes of one plane.
struct Group<'a> {
    at: &'a Attributes<'a>,
    group: u16,
}

impl Group<'_> {
    const fn tag(&self, element: u16) -> Tag {
        Tag(self.group, element)
    }

    /// A whole number that must be there, from 1.
    fn count(&self, name: &str, element: u16) -> Result<u32, String> {
        let stated = self.at.integer(self.tag(element)).ok_or_else(|| self.missing(name, element))?;
        let count = u32::try_from(stated).ok().filter(|count| *count > 0);
        count.ok_or_else(|| format!("{} is {stated}", self.name(name, element)))
    }

    fn missing(&self, name: &str, element: u16) -> String {
        format!("{} is missing", self.name(name, element))
    }

    fn name(&self, name: &str, element: u16) -> String {
        format!("{name} ({:04X},{element:04X})", self.group)
    }
}

impl OverlayPlane {
    /// Nothing when no bit of an image's plane is set.
    fn read(
        group: &Group<'_>,
        image: Option<(&ImageAttributes, &PixelFormat)>,
    ) -> Result<Option<Self>, String> {
        let at = group.at;
        let rows = group.count("Overlay Rows", ROWS)?;
        let columns = group.count("Overlay Columns", COLUMNS)?;
        let [row, column] = at.decimals(group.tag(ORIGIN)).unwrap_or_default()[..] else {
            return Err(group.missing("Overlay Origin", ORIGIN));
        };
        let origin = (signed(row) - 1, signed(column) - 1);
        let count =
            |name, element| at.has(group.tag(element)).then(|| group.count(name, element)).transpose();
        let first = count("Image Frame Origin", FRAME_ORIGIN)?.map(|frame| frame - 1);
        let count = count("Number of Frames in Overlay", FRAMES)?.unwrap_or(1);
        let (bits, frames) = if let Some(data) = at.bytes(group.tag(DATA)).filter(|data| !data.is_empty()) {
            let needed = u64::from(rows) * u64::from(columns) * u64::from(count);
            let found = data.len() as u64 * 8;
            if found < needed {
                let data = group.name("Overlay Data", DATA);
                return Err(format!("{data} has {found} bits instead of {needed}"));
            }
            if image.is_some() && data.iter().all(|byte| *byte == 0) {
                return Ok(None);
            }
            let frames = match (first, count) {
                // One plane that names no frame lies on all of them.
                (None, 1) => None,
                (first, count) => Some(first.unwrap_or(0)..first.unwrap_or(0).saturating_add(count)),
            };
            // What stands behind the last bit is no part of it.
            let used = usize::try_from(needed.div_ceil(8)).unwrap_or(usize::MAX).min(data.len());
            (Bits::Packed(data.get(..used).unwrap_or_default().into()), frames)
        } else {
            let (image, format) = image.ok_or_else(|| group.missing("Overlay Data", DATA))?;
            (embedded(group, (rows, columns), image, format)?, None)
        };
        let is_region = at.text(group.tag(TYPE)).as_deref() == Some("R");
        let label = at.text(group.tag(LABEL)).or_else(|| at.text(group.tag(DESCRIPTION)));
        let label = label.unwrap_or_default();
        Ok(Some(Self { group: group.group, is_region, label, rows, columns, origin, frames, bits }))
    }

    /// What it is called, and whether it is a region of interest.
    pub fn name(&self) -> String {
        let kind = if self.is_region { "region of interest" } else { "graphics" };
        if self.label.is_empty() { kind.to_owned() } else { format!("{kind} “{}”", self.label) }
    }

    /// Puts a plane of Overlay Data into an object. PS3.3 C.9.2.
    #[must_use]
    pub fn put_into(&self, object: Writer) -> Writer {
        let Bits::Packed(bytes) = &self.bits else { return object };
        let tag = |element| Tag(self.group, element);
        let short =
            |place: i64| i16::try_from(place + 1).unwrap_or(if place < 0 { i16::MIN } else { i16::MAX });
        let side = |length: u32| u16::try_from(length).unwrap_or(u16::MAX);
        let mut object = object
            .number(tag(ROWS), side(self.rows))
            .number(tag(COLUMNS), side(self.columns))
            .text(tag(TYPE), if self.is_region { "R" } else { "G" })
            .shorts(tag(ORIGIN), &[short(self.origin.0), short(self.origin.1)])
            .number(tag(BITS_ALLOCATED), 1)
            .number(tag(BIT_POSITION), 0)
            .bytes(tag(DATA), bytes);
        if let Some(frames) = &self.frames {
            object = object
                .text(tag(FRAMES), &frames.len().to_string())
                .number(tag(FRAME_ORIGIN), side(frames.start.saturating_add(1)));
        }
        if self.label.is_empty() { object } else { object.text(tag(LABEL), &self.label) }
    }

    /// Whether it lies in bits of the pixels, and not in Overlay Data.
    pub const fn is_embedded(&self) -> bool {
        matches!(self.bits, Bits::Embedded(_))
    }

    /// Calls `set` with each pixel of a frame of so many rows and columns, by row and column, that a plane of Overlay Data
    /// marks.
    pub fn draw_packed(&self, frame: u32, size: (u32, u32), set: impl FnMut(u32, u32)) {
        self.draw(frame, size, None, set);
    }

    /// The same of any plane; `samples` are the frame's, before any bit was taken away.
    pub(super) fn draw(
        &self,
        frame: u32,
        (image_rows, image_columns): (u32, u32),
        samples: Option<&SampleData>,
        mut set: impl FnMut(u32, u32),
    ) {
        let own_frame = match &self.frames {
            None => 0,
            Some(frames) if frames.contains(&frame) => frame - frames.start,
            Some(_) => return,
        };
        let (top, left) = self.origin;
        let skipped = u64::from(own_frame) * u64::from(self.rows) * u64::from(self.columns);
        for row in inside(top, self.rows, image_rows) {
            for column in inside(left, self.columns, image_columns) {
                let (own_row, own_column) = (i64::from(row) - top, i64::from(column) - left);
                let index = own_row.unsigned_abs() * u64::from(self.columns) + own_column.unsigned_abs();
                if self.bits.at(skipped + index, samples) {
                    set(row, column);
                }
            }
        }
    }
}

/// A number of 16 bits with a sign, though the file may call it one without.
fn signed(value: f64) -> i64 {
    #[expect(clippy::cast_possible_truncation, reason = "saturates")]
    let value = value as i64;
    if value > i64::from(i16::MAX) { value - (1 << 16) } else { value }
}

/// The rows or columns of an image of so many that a plane covers.
fn inside(origin: i64, length: u32, room: u32) -> Range<u32> {
    let clamped = |place: i64| u32::try_from(place.clamp(0, i64::from(room))).unwrap_or(0);
    clamped(origin)..clamped(origin + i64::from(length))
}

impl Bits {
    fn at(&self, index: u64, samples: Option<&SampleData>) -> bool {
        let Ok(place) = usize::try_from(index) else { return false };
        match self {
            Self::Packed(bytes) => bytes.get(place / 8).is_some_and(|byte| byte >> (place % 8) & 1 == 1),
            Self::Embedded(bit) => {
                samples.is_some_and(|samples| samples.bits_at(place).unbounded_shr(u32::from(*bit)) & 1 == 1)
            }
        }
    }
}

/// A plane in bits of the pixels that hold no value. Its bits lie as the pixels do.
fn embedded(
    group: &Group<'_>,
    size: (u32, u32),
    image: &ImageAttributes,
    format: &PixelFormat,
) -> Result<Bits, String> {
    let allocated = group.at.integer(group.tag(BITS_ALLOCATED)).unwrap_or(1);
    if allocated != i64::from(format.bits_allocated) || allocated == 1 {
        return Err(group.missing("Overlay Data", DATA));
    }
    let position = group.at.integer(group.tag(BIT_POSITION)).unwrap_or(0);
    let is_value = i64::from(format.high_bit + 1 - format.bits_stored)..=i64::from(format.high_bit);
    let is_free = (0..allocated).contains(&position) && !is_value.contains(&position);
    if !is_free || format.samples_per_pixel != 1 || format.is_float {
        let name = group.name("Overlay Bit Position", BIT_POSITION);
        return Err(format!("{name} is {position}, which is no unused bit of a pixel"));
    }
    if size != (image.rows, image.columns) {
        let name = group.name("Overlay Rows", ROWS);
        return Err(format!("{name} and columns are not those of the pixels that hold the plane"));
    }
    Ok(Bits::Embedded(u16::try_from(position).unwrap_or(0)))
}

#[cfg(test)]
mod tests {
    use dicom_core::{DataElement, PrimitiveValue, VR};
    use dicom_object::InMemDicomObject;

    use super::super::charset::CharacterSets;
    use super::super::instance::Photometric;
    use super::*;

    /// An image of 3 rows of 4 columns, 12 bits in 16.
    fn image() -> (ImageAttributes, PixelFormat) {
        let image = ImageAttributes {
            rows: 3,
            columns: 4,
            frames: 3,
            frames_present: 3,
            number: None,
            patient_orientation: None,
            frame_of_reference: None,
            pixel_aspect: 1.0,
            lossy: None,
            timing: None,
        };
        let format = PixelFormat {
            bits_allocated: 16,
            bits_stored: 12,
            high_bit: 11,
            is_signed: false,
            samples_per_pixel: 1,
            is_planar: false,
            photometric: Photometric::Monochrome2,
            is_float: false,
        };
        (image, format)
    }

    /// Rows, columns, origin and data of one plane of group 6002.
    struct Stated {
        rows: u16,
        columns: u16,
        origin: Vec<i16>,
        more: Vec<(u16, VR, PrimitiveValue)>,
    }

    impl Stated {
        fn new(rows: u16, columns: u16, origin: [i16; 2]) -> Self {
            Self { rows, columns, origin: origin.to_vec(), more: Vec::new() }
        }

        fn with(mut self, element: u16, vr: VR, value: impl Into<PrimitiveValue>) -> Self {
            self.more.push((element, vr, value.into()));
            self
        }

        fn read(self) -> (Vec<OverlayPlane>, Vec<String>) {
            let mut object = InMemDicomObject::new_empty();
            let mut put = |element, vr, value| {
                object.put(DataElement::new(Tag(0x6002, element), vr, value));
            };
            put(ROWS, VR::US, self.rows.into());
            put(COLUMNS, VR::US, self.columns.into());
            put(ORIGIN, VR::SS, PrimitiveValue::I16(self.origin.into()));
            for (element, vr, value) in self.more {
                put(element, vr, value);
            }
            let (image, format) = image();
            image_planes(&Attributes { object: &object, sets: &CharacterSets::new(&[]) }, &image, &format)
        }

        fn refused(self) -> Vec<String> {
            let (planes, refused) = self.read();
            assert_eq!(planes, []);
            refused
        }
    }

    /// The pixels of a frame that a plane marks, as rows of dots and hashes.
    fn drawn((planes, refused): &(Vec<OverlayPlane>, Vec<String>), frame: u32, words: &[u16]) -> Vec<String> {
        assert!(refused.is_empty(), "{refused:?}");
        let mut rows = vec!["....".to_owned(); 3];
        let samples = SampleData::Bits16(words.to_vec());
        for plane in planes {
            plane.draw(frame, (3, 4), Some(&samples), |row, column| {
                let (row, column) = (row as usize, column as usize);
                rows[row].replace_range(column..=column, "#");
            });
        }
        rows
    }

    fn bytes(bytes: &[u8]) -> PrimitiveValue {
        PrimitiveValue::U8(bytes.into())
    }

    /// Bits run on from row to row: 3 × 4 of them are one byte and a half.
    #[test]
    fn the_lowest_bit_comes_first_and_rows_have_no_padding() {
        for (vr, data) in [
            (VR::OB, bytes(&[0b0010_0001, 0b1000])),
            (VR::OW, PrimitiveValue::U16([0b1000_0010_0001].as_slice().into())),
        ] {
            let planes = Stated::new(3, 4, [1, 1]).with(DATA, vr, data).read();
            assert_eq!(drawn(&planes, 0, &[]), ["#...", ".#..", "...#"]);
            assert_eq!(drawn(&planes, 2, &[]), ["#...", ".#..", "...#"], "no frame is named");
        }
    }

    #[test]
    fn a_plane_reaches_beyond_the_image_and_the_part_inside_is_drawn() {
        let all = || bytes(&[0xFF, 0xFF]);
        let at = |origin| Stated::new(2, 2, origin).with(DATA, VR::OB, all()).read();
        assert_eq!(drawn(&at([0, 4]), 0, &[]), ["...#", "....", "...."]);
        assert_eq!(drawn(&at([3, -1]), 0, &[]), ["....", "....", "...."]);
        assert_eq!(drawn(&at([3, 0]), 0, &[]), ["....", "....", "#..."]);
        assert_eq!(drawn(&at([i16::MIN, i16::MAX]), 0, &[]), ["....", "....", "...."]);
        let unsigned = PrimitiveValue::U16([0, 0xFFFF].as_slice().into());
        let of_unsigned = Stated::new(2, 3, [1, 1]).with(DATA, VR::OB, all()).with(ORIGIN, VR::US, unsigned);
        assert_eq!(drawn(&of_unsigned.read(), 0, &[]), ["#...", "....", "...."], "-1 as 65535");
    }

    #[test]
    fn frames_of_a_plane_lie_on_frames_of_the_image() {
        let planes = Stated::new(1, 4, [1, 1])
            .with(FRAMES, VR::IS, "2")
            .with(FRAME_ORIGIN, VR::US, 2_u16)
            .with(DATA, VR::OB, bytes(&[0b1000_0001, 0]))
            .read();
        let first_rows = [0, 1, 2, 3].map(|frame| drawn(&planes, frame, &[])[0].clone());
        assert_eq!(first_rows, ["....", "#...", "...#", "...."]);
        let one = Stated::new(1, 4, [1, 1])
            .with(FRAME_ORIGIN, VR::US, 3_u16)
            .with(DATA, VR::OB, bytes(&[1, 0]))
            .read();
        assert_eq!([0, 1, 2].map(|frame| drawn(&one, frame, &[])[0].clone()), ["....", "....", "#..."]);
    }

    /// Bit 13 of words whose values take 12.
    #[test]
    fn an_embedded_plane_is_a_bit_of_each_word() {
        let planes = Stated::new(3, 4, [1, 1])
            .with(BITS_ALLOCATED, VR::US, 16_u16)
            .with(BIT_POSITION, VR::US, 13_u16)
            .read();
        let mut words = [0x1FFF; 12];
        words[5] = 0x2000;
        assert_eq!(drawn(&planes, 0, &words), ["....", ".#..", "...."]);
    }

    #[test]
    fn a_plane_without_a_bit_is_none() {
        let nothing = Stated::new(3, 4, [1, 1]).with(DATA, VR::OB, bytes(&[0, 0])).read();
        assert_eq!(nothing, (vec![], vec![]));
    }

    #[test]
    fn planes_that_cannot_be_are_refused_in_words() {
        let data = || bytes(&[1, 0]);
        let size = |rows, columns| Stated::new(rows, columns, [1, 1]).with(DATA, VR::OB, data());
        let embedded = |rows, bit: u16| {
            let stated = Stated::new(rows, 4, [1, 1]).with(BITS_ALLOCATED, VR::US, 16_u16);
            stated.with(BIT_POSITION, VR::US, bit)
        };
        let no_origin = Stated { origin: vec![1], ..size(3, 4) };
        for (stated, why) in [
            (size(5, 4), "overlay: Overlay Data (6002,3000) has 16 bits instead of 20"),
            (size(u16::MAX, u16::MAX), "overlay: Overlay Data (6002,3000) has 16 bits instead of 4294836225"),
            (size(0, 4), "overlay: Overlay Rows (6002,0010) is 0"),
            (no_origin, "overlay: Overlay Origin (6002,0050) is missing"),
            (Stated::new(3, 4, [1, 1]), "overlay: Overlay Data (6002,3000) is missing"),
            (
                size(3, 4).with(FRAMES, VR::IS, "2147483647"),
                "overlay: Overlay Data (6002,3000) has 16 bits instead of 25769803764",
            ),
            (size(3, 4).with(FRAME_ORIGIN, VR::US, 0_u16), "overlay: Image Frame Origin (6002,0051) is 0"),
            (
                embedded(3, 11),
                "overlay: Overlay Bit Position (6002,0102) is 11, which is no unused bit of a pixel",
            ),
            (
                embedded(3, 16),
                "overlay: Overlay Bit Position (6002,0102) is 16, which is no unused bit of a pixel",
            ),
            (
                embedded(2, 12),
                "overlay: Overlay Rows (6002,0010) and columns are not those of the pixels that hold the plane",
            ),
        ] {
            assert_eq!(stated.refused(), [why]);
        }
    }

    #[test]
    fn a_plane_is_called_by_its_label_or_its_description() {
        let name_of = |stated: Stated| stated.with(DATA, VR::OB, bytes(&[1, 0])).read().0[0].name();
        let plain = || Stated::new(3, 4, [1, 1]);
        assert_eq!(name_of(plain()), "graphics");
        let region = plain().with(TYPE, VR::CS, "R").with(DESCRIPTION, VR::LO, "seen");
        assert_eq!(name_of(region), "region of interest “seen”");
        let labelled = plain().with(DESCRIPTION, VR::LO, "seen").with(LABEL, VR::LO, "scale");
        assert_eq!(name_of(labelled), "graphics “scale”");
    }
}

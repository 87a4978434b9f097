//! EDID: what a monitor says of itself. The base block of VESA E-EDID 1.3 and 1.4, 128 bytes; extensions are not read.

use std::fmt;

use crate::units::Mm;

/// The length of the base block, bytes.
const BLOCK: usize = 128;
const HEADER: [u8; 8] = [0, 255, 255, 255, 255, 255, 255, 0];
/// Where the four descriptors begin, and how long each is.
const DESCRIPTORS: [usize; 4] = [54, 72, 90, 108];
const DESCRIPTOR: usize = 18;
/// The kinds of descriptor that hold a text: the serial number, the name.
const SERIAL: u8 = 0xFF;
const NAME: u8 = 0xFC;
/// What makers write who give no number: none, and the filler of the standard timings.
const NO_SERIAL: [u32; 2] = [0, 0x0101_0101];
const FIRST_YEAR: u16 = 1990;
const MM_A_CM: u16 = 10;

/// What a monitor says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edid {
    /// Three capital letters, registered: `EIZ`.
    pub manufacturer: String,
    /// The maker's number of the model.
    pub product: u16,
    /// Of this one device: the text that stands on its label, or else the number; none when it tells neither.
    pub serial: Option<String>,
    /// What the maker calls it.
    pub name: Option<String>,
    /// When it was made.
    pub made: Option<Made>,
    /// Width and height of the picture in whole millimetres, as the panel stands.
    pub size_mm: Option<(u16, u16)>,
    /// Columns and rows of the panel.
    pub native: Option<(u16, u16)>,
    /// Bits a colour that it takes; only EDID 1.4 tells it.
    pub bits: Option<u8>,
}

/// When a monitor was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Made {
    /// A week, from 1, and the year.
    Week(u8, u16),
    /// A year.
    Year(u16),
    /// No date, but the year of the model.
    Model(u16),
}

/// Why an EDID says nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum EdidError {
    /// There is none.
    #[error("the monitor gives no EDID")]
    Absent,
    /// It ends early.
    #[error("the EDID of the monitor has {0} bytes of {BLOCK}")]
    Truncated(usize),
    /// It begins with something else.
    #[error("what the monitor gives as its EDID has no EDID header")]
    NoHeader,
    /// A byte was lost on the way.
    #[error("the checksum of the monitor's EDID is wrong")]
    Checksum,
    /// Another structure.
    #[error("the monitor's EDID is of version {0}.{1}; 1.3 and 1.4 are read")]
    Version(u8, u8),
    /// Not three letters.
    #[error("the monitor's EDID names no manufacturer")]
    NoManufacturer,
}

impl Edid {
    /// Reads the base block; what follows it is left alone.
    pub fn parse(bytes: &[u8]) -> Result<Self, EdidError> {
        if bytes.is_empty() {
            return Err(EdidError::Absent);
        }
        let block = bytes.first_chunk::<BLOCK>().ok_or(EdidError::Truncated(bytes.len()))?;
        if !block.starts_with(&HEADER) {
            return Err(EdidError::NoHeader);
        }
        if block.iter().fold(0_u8, |sum, byte| sum.wrapping_add(*byte)) != 0 {
            return Err(EdidError::Checksum);
        }
        let (version, revision) = (block[18], block[19]);
        if version != 1 || !matches!(revision, 3 | 4) {
            return Err(EdidError::Version(version, revision));
        }
        let manufacturer = letters(u16::from_be_bytes([block[8], block[9]]));
        let number = u32::from_le_bytes([block[12], block[13], block[14], block[15]]);
        let number = Some(number).filter(|number| !NO_SERIAL.contains(number));
        let serial = text(block, SERIAL).filter(|text| text.chars().any(|c| c != '0'));
        let timing = DESCRIPTORS.iter().find_map(|at| Timing::read(block.get(*at..at + DESCRIPTOR)?));
        let is_native = revision == 3 || block[24] & 0b10 != 0;
        Ok(Self {
            manufacturer: manufacturer.ok_or(EdidError::NoManufacturer)?,
            product: u16::from_le_bytes([block[10], block[11]]),
            serial: serial.or_else(|| number.map(|number| number.to_string())),
            name: text(block, NAME),
            made: made(block[16], block[17]),
            size_mm: size_mm(timing.and_then(|timing| timing.size_mm), (block[21], block[22])),
            native: timing.filter(|_| is_native).map(|timing| timing.active),
            bits: bits(revision, block[20]),
        })
    }

    /// The side of a pixel where `columns` and `rows` of them fill the picture, whichever way the panel stands; none when
    /// the monitor does not say how large it is, or says what pixels that are square cannot be.
    pub fn pixel_mm(&self, columns: u32, rows: u32) -> Option<Mm> {
        /// Millimetres are whole, and makers round them.
        const SQUARE: f64 = 0.02;
        let (width, height) = self.size_mm.filter(|_| columns > 0 && rows > 0)?;
        let is_upright = |a: u32, b: u32| a < b;
        let is_turned = is_upright(width.into(), height.into()) != is_upright(columns, rows);
        let (width, height) = if is_turned { (height, width) } else { (width, height) };
        let across = f64::from(width) / f64::from(columns);
        let down = f64::from(height) / f64::from(rows);
        ((across - down).abs() <= SQUARE * across).then_some(Mm(across.midpoint(down)))
    }
}

/// `week 12 of 2025`, `2019`, `model of 2024`.
impl fmt::Display for Made {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Week(week, year) => write!(f, "week {week} of {year}"),
            Self::Year(year) => year.fmt(f),
            Self::Model(year) => write!(f, "model of {year}"),
        }
    }
}

/// Five bits a letter, the first in the highest; 1 is A.
fn letters(packed: u16) -> Option<String> {
    let letter = |shift: u16| {
        let place = u8::try_from(packed >> shift & 0b1_1111).ok()?;
        (1..=26).contains(&place).then(|| char::from(b'A' + place - 1))
    };
    [10, 5, 0].into_iter().map(letter).collect()
}

fn made(week: u8, year: u8) -> Option<Made> {
    let year = FIRST_YEAR + u16::from(year);
    match week {
        0xFF => Some(Made::Model(year)),
        1..=54 => Some(Made::Week(week, year)),
        // 1990 without a week is what stands in fields that nobody filled.
        _ => (year > FIRST_YEAR).then_some(Made::Year(year)),
    }
}

const fn bits(revision: u8, video: u8) -> Option<u8> {
    let is_digital = video & 0x80 != 0;
    match (video >> 4) & 0b111 {
        depth @ 1..=6 if is_digital && revision >= 4 => Some(depth * 2 + 4),
        _ => None,
    }
}

/// The millimetres of the timing, unless they are another size than the centimetres of the header: some makers write a
/// ratio there. The centimetres alone serve where there is nothing else.
fn size_mm(timing: Option<(u16, u16)>, (width_cm, height_cm): (u8, u8)) -> Option<(u16, u16)> {
    // One of the two alone is a ratio, and both 0 mean that there is no size: a projector.
    let header = (width_cm > 0 && height_cm > 0)
        .then(|| (u16::from(width_cm) * MM_A_CM, u16::from(height_cm) * MM_A_CM));
    match (timing, header) {
        (Some(timing), Some(header)) => {
            let is_near = |mm: u16, rounded: u16| mm.abs_diff(rounded) <= MM_A_CM;
            Some(timing).filter(|mm| is_near(mm.0, header.0) && is_near(mm.1, header.1))
        }
        (timing, header) => timing.or(header),
    }
}

/// The text of a descriptor: up to 13 characters, ended by a line feed.
fn text(block: &[u8; BLOCK], kind: u8) -> Option<String> {
    let descriptors = DESCRIPTORS.iter().filter_map(|at| block.get(*at..at + DESCRIPTOR));
    let bytes = descriptors.into_iter().find_map(|descriptor| match descriptor {
        [0, 0, 0, found, _, text @ ..] if *found == kind => Some(text),
        _ => None,
    })?;
    let written = bytes.iter().take_while(|byte| **byte != b'\n');
    let readable = written.map(|byte| char::from(*byte)).filter(|c| c.is_ascii_graphic() || *c == ' ');
    let text = readable.collect::<String>().trim().to_owned();
    (!text.is_empty()).then_some(text)
}

/// A detailed timing.
#[derive(Debug, Clone, Copy)]
struct Timing {
    active: (u16, u16),
    size_mm: Option<(u16, u16)>,
}

impl Timing {
    /// A descriptor that begins with a pixel clock; the others begin with zeros.
    fn read(bytes: &[u8]) -> Option<Self> {
        let &[
            clock_low,
            clock_high,
            width,
            _,
            widths,
            height,
            _,
            heights,
            _,
            _,
            _,
            _,
            mm_across,
            mm_down,
            mms,
            ..,
            flags,
        ] = bytes
        else {
            return None;
        };
        if (clock_low, clock_high) == (0, 0) {
            return None;
        }
        let joined = |low: u8, high: u8| u16::from(high) << 8 | u16::from(low);
        // Interlaced, the rows are those of one of two fields.
        let fields = if flags & 0x80 == 0 { 1 } else { 2 };
        let active = (joined(width, widths >> 4), joined(height, heights >> 4) * fields);
        let size = (joined(mm_across, mms >> 4), joined(mm_down, mms & 0xF));
        let has = |(a, b): (u16, u16)| a > 0 && b > 0;
        has(active).then_some(Self { active, size_mm: Some(size).filter(|size| has(*size)) })
    }
}

#[cfg(test)]
pub(super) mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The bytes of an invented monitor in `tests/data/edid`.
    pub(in super::super) fn bytes(written: &str) -> Vec<u8> {
        let lines = written.lines().map(|line| line.split('#').next().unwrap_or_default());
        let words = lines.flat_map(str::split_whitespace);
        words.map(|word| u8::from_str_radix(word, 16).expect("a byte")).collect()
    }

    pub(in super::super) const GRAY: &str = include_str!("../../tests/data/edid/gray-5mp.hex");
    pub(in super::super) const COLOR: &str = include_str!("../../tests/data/edid/color-8mp.hex");
    pub(in super::super) const OFFICE: &str = include_str!("../../tests/data/edid/office.hex");

    fn read(written: &str) -> Edid {
        Edid::parse(&bytes(written)).expect("an EDID")
    }

    /// With the checksum set right again.
    fn changed(written: &str, changes: &[(usize, u8)]) -> Result<Edid, EdidError> {
        parse_changed(bytes(written), changes)
    }

    fn parse_changed(mut bytes: Vec<u8>, changes: &[(usize, u8)]) -> Result<Edid, EdidError> {
        for (at, byte) in changes {
            bytes[*at] = *byte;
        }
        bytes[127] = bytes[..127].iter().fold(0_u8, |sum, byte| sum.wrapping_sub(*byte));
        Edid::parse(&bytes)
    }

    #[test]
    fn a_grayscale_monitor_tells_its_serial_number_as_text() {
        let expected = Edid {
            manufacturer: "ZZM".to_owned(),
            product: 0x1234,
            serial: Some("00204321".to_owned()),
            name: Some("GRAY 5MP".to_owned()),
            made: Some(Made::Week(12, 2025)),
            size_mm: Some((337, 422)),
            native: Some((2048, 2560)),
            bits: Some(10),
        };
        assert_eq!(read(GRAY), expected);
    }

    #[test]
    fn a_monitor_without_a_text_has_a_serial_number_that_is_a_number() {
        let expected = Edid {
            manufacturer: "ZZM".to_owned(),
            product: 0xC008,
            serial: Some("123456789".to_owned()),
            name: Some("COLOR 8MP".to_owned()),
            made: Some(Made::Model(2024)),
            size_mm: Some((697, 392)),
            native: Some((3840, 2160)),
            bits: Some(10),
        };
        assert_eq!(read(COLOR), expected);
    }

    #[test]
    fn a_filler_is_no_serial_number_and_centimetres_serve_where_there_are_no_millimetres() {
        let expected = Edid {
            manufacturer: "ABC".to_owned(),
            product: 1,
            serial: None,
            name: Some("Office 24".to_owned()),
            made: Some(Made::Year(2019)),
            size_mm: Some((530, 300)),
            native: Some((1920, 1080)),
            bits: None,
        };
        assert_eq!(read(OFFICE), expected);
        assert_eq!(changed(OFFICE, &[(12, 0), (13, 0), (14, 0), (15, 0)]).map(|edid| edid.serial), Ok(None));
    }

    #[test]
    fn what_is_no_edid_is_refused_in_words() {
        let bytes = bytes(GRAY);
        let refusal = |bytes: &[u8]| Edid::parse(bytes).expect_err("refused").to_string();
        assert_eq!(refusal(&[]), "the monitor gives no EDID");
        assert_eq!(refusal(&bytes[..127]), "the EDID of the monitor has 127 bytes of 128");
        assert_eq!(refusal(&[7; 128]), "what the monitor gives as its EDID has no EDID header");
        let mut wrong = bytes.clone();
        wrong[60] ^= 1;
        assert_eq!(refusal(&wrong), "the checksum of the monitor's EDID is wrong");
        assert_eq!(changed(GRAY, &[(19, 2)]), Err(EdidError::Version(1, 2)));
        assert_eq!(changed(GRAY, &[(18, 2), (19, 0)]), Err(EdidError::Version(2, 0)));
        assert_eq!(changed(GRAY, &[(8, 0), (9, 0)]), Err(EdidError::NoManufacturer));
        // Extensions may follow.
        assert!(Edid::parse(&[bytes, vec![9; 128]].concat()).is_ok());
    }

    #[test]
    fn a_ratio_in_place_of_millimetres_is_no_size() {
        let size = |changes: &[(usize, u8)]| changed(COLOR, changes).expect("an EDID").size_mm;
        // 16 mm by 9 mm, where the header has 70 cm by 40 cm.
        assert_eq!(size(&[(66, 16), (67, 9), (68, 0)]), None);
        // No size in either.
        assert_eq!(size(&[(66, 0), (67, 0), (68, 0), (21, 0), (22, 0)]), None);
        // A ratio in the header, a size in the timing.
        assert_eq!(size(&[(21, 79), (22, 0)]), Some((697, 392)));
    }

    #[test]
    fn a_timing_that_is_not_native_is_no_resolution_and_interlaced_rows_are_two_fields() {
        assert_eq!(changed(COLOR, &[(24, 0x04)]).map(|edid| edid.native), Ok(None));
        assert_eq!(changed(OFFICE, &[(24, 0x08)]).map(|edid| edid.native), Ok(Some((1920, 1080))));
        assert_eq!(changed(OFFICE, &[(71, 0x9E)]).map(|edid| edid.native), Ok(Some((1920, 2160))));
    }

    #[test]
    fn depths_are_told_by_edid_1_4_and_digital_monitors_alone() {
        let bits = |written, video| changed(written, &[(20, video)]).expect("an EDID").bits;
        let depths = [0x80, 0x90, 0xA0, 0xB0, 0xC0, 0xD0, 0xE0, 0xF0].map(|video| bits(GRAY, video));
        assert_eq!(depths, [None, Some(6), Some(8), Some(10), Some(12), Some(14), Some(16), None]);
        assert_eq!(bits(GRAY, 0x30), None);
        assert_eq!(bits(OFFICE, 0xB0), None);
    }

    #[test]
    fn the_side_of_a_pixel_follows_the_panel_when_it_is_turned_and_is_not_guessed() {
        let mm = |edid: &Edid, columns, rows| edid.pixel_mm(columns, rows).map(|mm| (mm.0 * 1e4).round());
        let gray = read(GRAY);
        assert_eq!(mm(&gray, 2048, 2560), Some(1647.0));
        assert_eq!(mm(&gray, 2560, 2048), Some(1647.0));
        // Scaled by the desktop: fewer, larger pixels.
        assert_eq!(mm(&gray, 1024, 1280), Some(3294.0));
        // Stretched: pixels that are not square have no side.
        assert_eq!(mm(&gray, 1080, 1920), None);
        assert_eq!(mm(&gray, 0, 0), None);
    }

    #[test]
    fn every_part_and_every_single_change_is_read_or_refused() {
        for written in [GRAY, COLOR, OFFICE] {
            let whole = bytes(written);
            for end in 0..whole.len() {
                assert!(Edid::parse(&whole[..end]).is_err(), "{end}");
            }
            for at in 0..127 {
                for byte in 0..=u8::MAX {
                    let mut wrong = whole.clone();
                    wrong[at] = byte;
                    assert_eq!(Edid::parse(&wrong).is_ok(), byte == whole[at], "{at} {byte}");
                    // Whole again, it must not stop with a panic either.
                    if let Ok(edid) = parse_changed(whole.clone(), &[(at, byte)]) {
                        assert_eq!(edid.pixel_mm(0, u32::from(byte)), None);
                    }
                }
            }
        }
    }

    proptest! {
        #[test]
        fn anything_is_read_or_refused(mut bytes in proptest::collection::vec(any::<u8>(), 128)) {
            bytes[..8].copy_from_slice(&HEADER);
            bytes[18..20].copy_from_slice(&[1, 4]);
            bytes[127] = bytes[..127].iter().fold(0_u8, |sum, byte| sum.wrapping_sub(*byte));
            if let Ok(edid) = Edid::parse(&bytes) {
                prop_assert!(edid.manufacturer.chars().all(|c| c.is_ascii_uppercase()));
                prop_assert!(edid.serial.is_none_or(|serial| !serial.is_empty()));
            }
        }
    }
}

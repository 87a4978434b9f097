//! Marker segments of JPEG (ITU-T T.81 Annex B) and JPEG-LS (ITU-T T.87 Annex C).

use super::{Stated, damaged};
use crate::dicom::error::ReadError;

pub(super) const SOI: [u8; 2] = [0xFF, 0xD8];
pub(super) const EOI: [u8; 2] = [0xFF, 0xD9];
/// Start of scan.
pub(super) const SOS: u8 = 0xDA;

/// What stands before the first scan.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Header {
    pub(super) stated: Stated,
    /// The last byte of the frame header's marker `SOFn`, which names the process.
    pub(super) process: u8,
    pub(super) component_ids: Vec<u8>,
    pub(super) has_jfif: bool,
    /// The colour transform of Adobe's segment.
    pub(super) adobe_transform: Option<u8>,
    /// Components in the first scan; 0 when the header ends before it.
    pub(super) scan_components: u8,
}

/// Reads the header; `None` when `stream` ends before the frame header does.
pub(super) fn read(stream: &[u8]) -> Result<Option<Header>, ReadError> {
    if stream.len() < SOI.len() {
        return Ok(None);
    }
    if !stream.starts_with(&SOI) {
        return Err(damaged("JPEG", "the codestream has no start"));
    }
    let (mut has_jfif, mut adobe_transform, mut header) = (false, None, None);
    for (marker, segment) in Segments(stream) {
        let body = segment.get(4..).unwrap_or_default();
        match (marker, body) {
            (0xE0, [b'J', b'F', b'I', b'F', 0, ..]) => has_jfif = true,
            (0xEE, [b'A', b'd', b'o', b'b', b'e', _, _, _, _, _, _, transform, ..]) => {
                adobe_transform = Some(*transform);
            }
            // DHT, JPG and DAC stand among the `SOFn`; the last is that of JPEG-LS.
            (0xC0..=0xCF | 0xF7, [precision, r1, r0, c1, c0, count, components @ ..])
                if !matches!(marker, 0xC4 | 0xC8 | 0xCC) =>
            {
                header = Some(Header {
                    stated: Stated {
                        rows: u16::from_be_bytes([*r1, *r0]).into(),
                        columns: u16::from_be_bytes([*c1, *c0]).into(),
                        samples_per_pixel: u16::from(*count),
                        precision: *precision,
                    },
                    process: marker,
                    component_ids: components.iter().step_by(3).copied().collect(),
                    has_jfif: false,
                    adobe_transform: None,
                    scan_components: 0,
                });
            }
            (SOS, body) => {
                let count = body.first().copied().unwrap_or(0);
                return Ok(header.map(|header| Header {
                    has_jfif,
                    adobe_transform,
                    scan_components: count,
                    ..header
                }));
            }
            _ => {}
        }
    }
    Ok(header)
}

/// The segments of a codestream, each with its marker and from its marker on. What follows a start of scan are no segments.
pub(super) struct Segments<'a>(pub(super) &'a [u8]);

impl<'a> Iterator for Segments<'a> {
    type Item = (u8, &'a [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        // Any number of fill bytes may stand before a marker.
        while self.0.starts_with(&[0xFF, 0xFF]) {
            self.0 = self.0.get(1..)?;
        }
        let &[0xFF, marker, ref after @ ..] = self.0 else { return None };
        let bytes = match marker {
            // TEM, RSTm and SOI stand alone.
            0x01 | 0xD0..=0xD8 => 2,
            _ => 2 + usize::from(u16::from_be_bytes(*after.first_chunk()?)),
        };
        let (segment, rest) = self.0.split_at_checked(bytes)?;
        self.0 = rest;
        Some((marker, segment))
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::hex;
    use super::*;

    /// JFIF, Adobe's segment, two tables, a fill byte, `SOF0` and a scan.
    const STREAM: &str = "ffd8 ffe000074a46494600 ffee000e 41646f626500640000000001
        ffc400031f ffdb000300 ff ffc0001108 0100 0200 03 011100 021101 031101
        ffda000c03 010002110311003f00 1234";

    #[test]
    fn the_frame_header_is_found_behind_other_segments() {
        let stream = hex(STREAM);
        let whole = Header {
            stated: Stated { rows: 256, columns: 512, samples_per_pixel: 3, precision: 8 },
            process: 0xC0,
            component_ids: vec![1, 2, 3],
            has_jfif: true,
            adobe_transform: Some(1),
            scan_components: 3,
        };
        assert_eq!(read(&stream), Ok(Some(whole)));
        let frame_header_end = stream.len() - 16;
        for length in 0..stream.len() {
            let found = read(stream.get(..length).expect("a prefix")).expect("a codestream");
            assert_eq!(found.map(|header| header.stated.rows), (length >= frame_header_end).then_some(256));
        }
        assert!(read(b"no codestream").is_err());
    }
}

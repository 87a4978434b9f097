//! What a JPEG codestream says of itself: codecs fit their output to the header, so a mismatch must be found before.

/// Size and depth of an image as its codestream states them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct CodestreamSize {
    pub(super) rows: u32,
    pub(super) columns: u32,
    /// Bits of one sample.
    pub(super) precision: u8,
}

/// Reads the frame header (`SOFn`) of a JPEG or JPEG Lossless codestream; `None` when it is not one. ITU-T T.81 B.2.2.
pub(super) fn jpeg_size(bytes: &[u8]) -> Option<CodestreamSize> {
    let mut rest = bytes.strip_prefix(&[0xFF, 0xD8])?;
    loop {
        let [0xFF, marker, after @ ..] = rest else { return None };
        match marker {
            // Fill bytes and markers without a segment.
            0xFF => rest = rest.get(1..)?,
            0x01 | 0xD0..=0xD7 => rest = after,
            // DHT, JPG and DAC stand among the `SOFn`.
            0xC0..=0xCF if !matches!(marker, 0xC4 | 0xC8 | 0xCC) => {
                let [_, _, precision, r1, r0, c1, c0, ..] = *after else { return None };
                return Some(CodestreamSize {
                    rows: u32::from(u16::from_be_bytes([r1, r0])),
                    columns: u32::from(u16::from_be_bytes([c1, c0])),
                    precision,
                });
            }
            _ => {
                let [l1, l0, ..] = *after else { return None };
                rest = after.get(usize::from(u16::from_be_bytes([l1, l0]))..)?;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_frame_header_is_found_behind_other_segments() {
        let bytes = [
            0xFF, 0xD8, 0xFF, 0xE0, 0, 4, 1, 2, 0xFF, 0xC4, 0, 3, 9, 0xFF, 0xFF, 0xC3, 0, 11, 16, 1, 0, 2, 0,
            1,
        ];
        let size = jpeg_size(&bytes).expect("a frame header");
        assert_eq!((size.rows, size.columns, size.precision), (256, 512, 16));
        for cut in 0..bytes.len() - 1 {
            // No prefix panics.
            let _size = jpeg_size(bytes.get(..cut).unwrap_or_default());
        }
        assert_eq!(jpeg_size(b"not a codestream"), None);
    }
}

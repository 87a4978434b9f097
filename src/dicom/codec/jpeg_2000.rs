//! JPEG 2000 and High-Throughput JPEG 2000 by `OpenJPEG`. ITU-T T.800, T.814.

use jpeg2k::{DecodeParameters, Image};

use super::marker::Segments;
use super::{Expected, Stated, damaged};
use crate::dicom::error::ReadError;
use crate::dicom::samples::{CodestreamColor, SampleData, Samples};

const NAME: &str = "JPEG 2000";

/// Start of codestream.
const SOC: [u8; 2] = [0xFF, 0x4F];
/// End of codestream.
const EOC: [u8; 2] = [0xFF, 0xD9];

/// Bytes of the shortest tile-part: its marker segment and the start of its data. T.800 A.4.2, A.4.3.
const TILE_PART_BYTES: usize = 14;

/// What the main header says. T.800 A.5, A.6.
#[derive(Debug)]
pub(super) struct Header<'a> {
    pub(super) stated: Stated,
    /// Components have one depth and sign, and a sample for each pixel.
    is_uniform: bool,
    tiles: u64,
    /// At least so many packets; each is a byte or more. T.800 B.9.
    packets: u64,
    /// Colours were transformed, so that decoding gives red, green and blue. T.800 Annex G.
    is_transformed: bool,
    /// What follows the main header.
    tile_parts: &'a [u8],
}

/// Decodes one frame.
pub(super) fn decode(stream: &[u8], expected: &Expected) -> Result<Samples, ReadError> {
    let stream = codestream(stream);
    let header = read(stream)?.ok_or_else(early_end)?;
    expected.check(header.stated)?;
    if !header.is_uniform {
        return Err(ReadError::Unsupported {
            what: "JPEG 2000 with colours of unequal size or depth".to_owned(),
        });
    }
    let count = expected.bounded_count(stream.len())?;
    let padding = header.after_tile_parts()?.len();
    let stream = stream.get(..stream.len() - padding).unwrap_or_default();
    let image =
        Image::from_bytes_with(stream, DecodeParameters::new().strict(true)).map_err(|e| damaged(NAME, e))?;
    let precision = header.stated.precision.into();
    let data = match precision {
        0..=8 => SampleData::Bits8(converted(&image, count, |[low, ..]| low)),
        9..=16 => {
            SampleData::Bits16(converted(&image, count, |[low, high, ..]| u16::from_le_bytes([low, high])))
        }
        _ => SampleData::Bits32(converted(&image, count, u32::from_le_bytes)),
    };
    let samples = expected.planes(precision, data)?;
    let color = if header.is_transformed { CodestreamColor::Rgb } else { CodestreamColor::Unstated };
    Ok(Samples { color, ..samples })
}

/// The components one after the other, each sample made of its little endian bytes.
fn converted<T>(image: &Image, count: usize, of: impl Fn([u8; 4]) -> T) -> Vec<T> {
    let mut samples = Vec::with_capacity(count);
    for component in image.components() {
        samples.extend(component.data().iter().map(|sample| of(sample.to_le_bytes())));
    }
    samples
}

/// The codestream itself where it lies in a JP2 file: DICOM forbids its boxes, and some write them. T.800 Annex I.
pub(super) fn codestream(stream: &[u8]) -> &[u8] {
    if !stream.starts_with(b"\0\0\0\x0CjP  ") {
        return stream;
    }
    let mut rest = stream;
    while let Some((&[l3, l2, l1, l0, ref kind @ ..], content)) = rest.split_first_chunk::<8>() {
        if kind == b"jp2c" {
            return content;
        }
        let length = u32::from_be_bytes([l3, l2, l1, l0]).max(8);
        rest = rest.get(length as usize..).unwrap_or_default();
    }
    &[]
}

/// Reads the main header; `None` when `stream` ends before the size does.
pub(super) fn read(stream: &[u8]) -> Result<Option<Header<'_>>, ReadError> {
    if stream.len() < SOC.len() {
        return Ok(None);
    }
    let Some(segments) = stream.strip_prefix(&SOC) else {
        return Err(damaged(NAME, "the codestream has no start"));
    };
    let mut segments = Segments(segments);
    let Some((0x51, size)) = segments.next() else { return Ok(None) };
    let mut header = read_size(size).ok_or_else(|| damaged(NAME, "its size is not stated"))?;
    loop {
        header.tile_parts = segments.0;
        match segments.next() {
            Some((0x52, coding)) => read_coding_style(coding, &mut header),
            // The first tile-part.
            Some((0x90, _)) | None => return Ok(Some(header)),
            Some(_) => {}
        }
    }
}

/// `SIZ`. T.800 A.5.1.
fn read_size(segment: &[u8]) -> Option<Header<'_>> {
    let sizes = segment.get(6..38)?.as_chunks().0.iter().map(|&word| u32::from_be_bytes(word));
    let &[x1, y1, x0, y0, tile_width, tile_height, tiles_left, tiles_top] =
        sizes.collect::<Vec<_>>().first_chunk()?;
    let tiles_along = |end: u32, start: u32, each: u32| match each {
        0 => None,
        _ => Some(u64::from(end.checked_sub(start)?.div_ceil(each))),
    };
    let (&[c1, c0], components) = segment.get(38..)?.split_first_chunk()?;
    let components = components.as_chunks::<3>().0;
    let &[depth, ..] = components.first()?;
    Some(Header {
        stated: Stated {
            rows: y1.checked_sub(y0)?,
            columns: x1.checked_sub(x0)?,
            samples_per_pixel: u16::from_be_bytes([c1, c0]),
            precision: (depth & 0x7F) + 1,
        },
        is_uniform: components.iter().all(|component| *component == [depth, 1, 1]),
        tiles: tiles_along(x1, tiles_left, tile_width)? * tiles_along(y1, tiles_top, tile_height)?,
        packets: 0,
        is_transformed: false,
        tile_parts: &[],
    })
}

/// `COD`. T.800 A.6.1.
fn read_coding_style(segment: &[u8], header: &mut Header<'_>) {
    let &[_, _, _, _, style, _order, l1, l0, transform, levels, _, _, _, _, ref precincts @ ..] = segment
    else {
        return;
    };
    header.is_transformed = transform == 1;
    let Stated { rows, columns, samples_per_pixel, .. } = header.stated;
    let along = |size: u32, halvings: u8, exponent: u8| {
        u64::from(size).div_ceil(1 << halvings.min(32)).div_ceil(1 << exponent)
    };
    // Largest precincts where none are stated.
    let stated = precincts.iter().copied().filter(|_| style & 1 == 1).chain(std::iter::repeat(0xFF));
    let of_one_layer = (0..=levels)
        .rev()
        .zip(stated)
        .map(|(halvings, precinct)| {
            along(columns, halvings, precinct & 15) * along(rows, halvings, precinct >> 4)
        })
        .fold(0, u64::saturating_add);
    let layers = u64::from(u16::from_be_bytes([l1, l0]));
    header.packets = of_one_layer.saturating_mul(layers * u64::from(samples_per_pixel));
}

impl<'a> Header<'a> {
    /// What follows the end of the codestream, when every tile is there to its end. T.800 A.4.2.
    fn after_tile_parts(&self) -> Result<&'a [u8], ReadError> {
        let bytes = self.tile_parts.len() as u64;
        // What the decoder makes of each tile and packet is then bounded by what is there.
        if self.tiles.max(1).saturating_mul(TILE_PART_BYTES as u64) > bytes || self.packets > bytes {
            return Err(early_end());
        }
        let mut is_missing = vec![true; usize::try_from(self.tiles).unwrap_or(0)];
        let mut rest = self.tile_parts;
        while let Some(&[0xFF, 0x90, _, _, t1, t0, l3, l2, l1, l0]) = rest.first_chunk() {
            let tile = usize::from(u16::from_be_bytes([t1, t0]));
            *is_missing.get_mut(tile).ok_or_else(|| damaged(NAME, "a tile too many"))? = false;
            rest = match u32::from_be_bytes([l3, l2, l1, l0]) as usize {
                // To the end of the codestream, of which zeros may follow.
                0 => {
                    let padding = rest.iter().rev().take_while(|&&byte| byte == 0).count();
                    rest.get(rest.len().saturating_sub(padding + EOC.len()).max(TILE_PART_BYTES)..)
                }
                length => rest.get(length.max(TILE_PART_BYTES)..),
            }
            .unwrap_or_default();
        }
        let rest = rest.strip_prefix(&EOC).ok_or_else(early_end)?;
        if is_missing.contains(&true) { Err(damaged(NAME, "tiles are missing")) } else { Ok(rest) }
    }
}

fn early_end() -> ReadError {
    damaged(NAME, "the codestream ends early")
}

#[cfg(test)]
mod tests {
    use super::super::tests::{check_cuts, colors, expected, hex, words};
    use super::super::{Codec, decode};
    use super::*;

    /// The words of the tests, reversible.
    const GRAY_16: &str = "
        ff4fff5100290000000000070000000500000000000000000000000700000005000000000000000000010f0101ff5200
        0c00000001000004040001ff5c00044080ff90000a0000000000540001ff93dff89210121d816a17a2740d5133d984e9
        4303ca83394ae4bb89532f845c462cc0cfbd3ef9f87096bca2bdfabb56b9542e1134594f7077498790e15e0a892130b4
        9aecfb944affd9";

    /// The same in tiles of 4 × 4.
    const TILES: &str = "
        ff4fff5100290000000000070000000500000000000000000000000400000004000000000000000000010f0101ff5200
        0c00000001000004040001ff5c00044080ff90000a0000000000310001ff93dff890f8120a4b89c4f8aef65b6f02fd2d
        60d8bb2b4e39d2e57ec78b60802c8e73669fff90000a00010000002b0001ff93cffc3064111df475e1d29b260d7c639b
        3d7f673193c96c06c8bffa5d3fff90000a00020000001a0001ff93c1fe020005aa2be0f75c98c7ff90000a0003000000
        180001ff93c7fe0c0c0cff06ab186bffd9";

    /// The same, high throughput.
    const HIGH_THROUGHPUT: &str = "
        ff4fff5100294000000000070000000500000000000000000000000700000005000000000000000000010f0101ff5000
        08000200000009ff52000c00020001000104044001ff5c00072088888888ff90000a0000000000580001ff93c0002df0
        37075bcde305d7bb3f0203a84bfcdf912fa23d80e1483bf90167252000b700c0002be000168849329924493249fe044b
        cf90f9b700294ef1144f718a539ce21400210031b600ffd9";

    /// 12 signed bits: the words of the tests, their low 12 bits less 2048.
    const SIGNED_12: &str = "
        ff4fff5100290000000000070000000500000000000000000000000700000005000000000000000000018b0101ff5200
        0c00000001000004040001ff5c00044060ff90000a0000000000470001ff93dfe0d81224c0c93a67c40807902d434ecd
        d49437fe5a19d1cd91e0b6829c44c0afdaaf37e989a008d02515d4eb1111f9320d58373217075ccaffd9";

    /// The colours of the tests, transformed.
    const COLORS: &str = "
        ff4fff51002f000000000007000000050000000000000000000000070000000500000000000000000003070101070101
        070101ff52000c00000001010004040001ff5c00044040ff90000a0000000000740001ff93c7d42e483804c67fa8cda3
        cf8c98ef17448b8dec4eee0d0d255fdf812010dc41d34a2f704e73d4eb3c0c2e337fa1e887869663527b8513a1a8a73b
        ac2453e6ff7fdf811010dc21db9d4a2c131a0f87a8dcd3d61647a63774138f64473c38c6249dd71ee347a7ffd9";

    fn check(stream: &[u8], expected: &Expected, samples: SampleData, color: CodestreamColor) {
        let decoded = decode(Codec::Jpeg2000, stream, expected).expect("a whole frame");
        assert_eq!((decoded.data, decoded.color), (samples, color));
        check_cuts(Codec::Jpeg2000, stream, expected);
    }

    /// The codestream with other bytes at `at`.
    fn altered(stream: &str, at: usize, bytes: &[u8]) -> Vec<u8> {
        let mut stream = hex(stream);
        stream.splice(at..at + bytes.len(), bytes.iter().copied());
        stream
    }

    #[test]
    fn every_form_is_decoded_and_none_of_its_parts_passes_as_the_whole() {
        let (gray, plain) = (expected(1, 16), CodestreamColor::Unstated);
        for stream in [GRAY_16, TILES, HIGH_THROUGHPUT] {
            check(&hex(stream), &gray, SampleData::Bits16(words()), plain);
        }
        let signed = words().iter().map(|word| (word % 4096).wrapping_sub(2048)).collect();
        check(&hex(SIGNED_12), &gray, SampleData::Bits16(signed), plain);
        check(&hex(COLORS), &expected(3, 8), SampleData::Bits8(colors()), CodestreamColor::Rgb);
        // `Psot` 0: the tile-part goes on to the end.
        let open_end = altered(GRAY_16, 71, &[0; 4]);
        check(&open_end, &gray, SampleData::Bits16(words()), plain);
    }

    #[test]
    fn a_missing_tile_is_no_black_one() {
        let whole = hex(TILES);
        let last = whole.len() - 24 - EOC.len();
        let without_last = [whole.get(..last).expect("three tiles"), &EOC].concat();
        let decoded = decode(Codec::Jpeg2000, &without_last, &expected(1, 16));
        assert_eq!(decoded, Err(damaged(NAME, "tiles are missing")));
    }

    #[test]
    fn boxes_around_the_codestream_are_passed_over() {
        let inner = hex(GRAY_16);
        let boxes: [&[u8]; 4] = [b"\0\0\0\x0CjP  \r\n\x87\n", b"\0\0\0\x09jp2hx", b"\0\0\0\0jp2c", &inner];
        check(&boxes.concat(), &expected(1, 16), SampleData::Bits16(words()), CodestreamColor::Unstated);
    }

    #[test]
    fn unequal_colours_are_named() {
        for (at, byte) in [(46, 2), (45, 11)] {
            let stream = altered(COLORS, at, &[byte]);
            let decoded = decode(Codec::Jpeg2000, &stream, &expected(3, 16));
            assert!(matches!(decoded, Err(ReadError::Unsupported { .. })), "{decoded:?}");
        }
    }

    #[test]
    fn a_header_cannot_ask_for_more_than_the_codestream_holds() {
        for (at, bytes) in [
            // Tiles of one pixel.
            (24, &[0, 0, 0, 1, 0, 0, 0, 1][..]),
            // As many layers as there can be.
            (51, &[0xFF, 0xFF]),
        ] {
            let stream = altered(GRAY_16, at, bytes);
            let header = read(&stream).expect("a codestream").expect("its size");
            assert_eq!(header.after_tile_parts(), Err(early_end()), "{at}");
        }
        let stream = hex(GRAY_16);
        let mut header = read_size(stream.get(2..45).expect("SIZ")).expect("a size");
        // Precincts of 2 × 4 at the first of two resolutions, of 2 × 1 at the second; two layers.
        let coding = b"\xFF\x52\0\x0E\x01\0\0\x02\0\x01\x04\x04\0\x01\x21\x01";
        read_coding_style(coding, &mut header);
        assert_eq!(header.packets, 2 * (2 + 4 * 5));
    }
}

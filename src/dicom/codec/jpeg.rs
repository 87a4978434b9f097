//! JPEG by libjpeg-turbo: baseline, extended of 8 and 12 bits, progressive, lossless of up to 16 bits. ITU-T T.81.

use std::ffi::{CStr, c_int};

use turbojpeg_sys as tj;

use super::marker::{Header, SOI, SOS, Segments};
use super::{Expected, Stated, damaged, marker};
use crate::dicom::error::ReadError;
use crate::dicom::samples::{CodestreamColor, SampleData, Samples};

/// The process `SOF3`: lossless, Huffman.
const LOSSLESS: u8 = 0xC3;

/// Application segments, which tell decoders of colour.
const APP0: u8 = 0xE0;
const APP15: u8 = 0xEF;

/// No encoder writes so many; each costs a pass over the whole image.
const SCANS_MAX: c_int = 500;

/// Decodes one frame.
pub(super) fn decode(stream: &[u8], expected: &Expected) -> Result<Samples, ReadError> {
    let header = marker::read(stream)?.ok_or_else(|| damaged("JPEG", "the codestream ends early"))?;
    expected.check(header.stated)?;
    let count = expected.bounded_count(stream.len())?;
    let (is_transformed, color) = color(&header, expected.is_rgb);
    let data = decompress(&prepared(stream, is_transformed), header.stated, count)?;
    expected.samples(header.stated.precision.into(), color, data)
}

/// Whether the decoder is to turn luminance and colour differences into red, green and blue, and what comes out.
///
/// What the codestream says counts more than Photometric Interpretation (rule P-19). Lossless decoding changes no sample,
/// and a JFIF mark says nothing there: JFIF knows no lossless images.
fn color(header: &Header, is_rgb: bool) -> (bool, CodestreamColor) {
    let names_rgb = header.component_ids == b"RGB";
    match (header.process, header.adobe_transform) {
        _ if header.component_ids.len() == 1 => (false, CodestreamColor::Unstated),
        (LOSSLESS, Some(0)) => (false, CodestreamColor::Rgb),
        (LOSSLESS, Some(_)) => (false, CodestreamColor::Ybr),
        (LOSSLESS, None) if names_rgb => (false, CodestreamColor::Rgb),
        (LOSSLESS, None) => (false, CodestreamColor::Unstated),
        _ if header.has_jfif => (true, CodestreamColor::Rgb),
        (_, Some(transform)) => (transform != 0, CodestreamColor::Rgb),
        (_, None) => (!names_rgb && !is_rgb, CodestreamColor::Rgb),
    }
}

/// The codestream with one word on its colour, Adobe's, in place of all others.
fn prepared(stream: &[u8], is_transformed: bool) -> Vec<u8> {
    let mut prepared = Vec::with_capacity(stream.len() + 18);
    prepared.extend_from_slice(&SOI);
    prepared.extend_from_slice(b"\xFF\xEE\0\x0EAdobe\0\x64\0\0\0\0");
    prepared.push(is_transformed.into());
    let mut segments = Segments(stream.get(SOI.len()..).unwrap_or_default());
    for (marker, segment) in segments.by_ref() {
        if !(APP0..=APP15).contains(&marker) {
            prepared.extend_from_slice(segment);
        }
        if marker == SOS {
            break;
        }
    }
    prepared.extend_from_slice(segments.0);
    prepared
}

/// An instance of the library.
struct Decompressor(tj::tjhandle);

impl Drop for Decompressor {
    #[expect(unsafe_code, reason = "libjpeg-turbo is a C library")]
    fn drop(&mut self) {
        // SAFETY: the handle is what `tj3Init` gave, or null, which is allowed; nobody else has it.
        unsafe { tj::tj3Destroy(self.0) };
    }
}

/// Decodes to `count` samples, gray or red, green and blue.
#[expect(unsafe_code, reason = "libjpeg-turbo is a C library")]
fn decompress(stream: &[u8], stated: Stated, count: usize) -> Result<SampleData, ReadError> {
    // SAFETY: it takes a number.
    let decompressor = Decompressor(unsafe { tj::tj3Init(tj::TJINIT_TJINIT_DECOMPRESS.cast_signed()) });
    let handle = decompressor.0;
    if handle.is_null() {
        return Err(damaged("JPEG", "no memory"));
    }
    let check = |status: c_int| {
        if status == 0 {
            return Ok(());
        }
        // SAFETY: the handle is valid, and its message ends with a zero and lives until the next call.
        let message = unsafe { CStr::from_ptr(tj::tj3GetErrorStr(handle)) };
        Err(damaged("JPEG", message.to_string_lossy()))
    };
    let bytes = stream.as_ptr();
    let length = tj::size_t::try_from(stream.len()).map_err(|_length| damaged("JPEG", "too long"))?;
    // SAFETY: the handle is valid, and `bytes` are `length` bytes; they are only read.
    unsafe {
        // Every warning is an error here: it says that something was made up.
        check(tj::tj3Set(handle, tj::TJPARAM_TJPARAM_STOPONWARNING.cast_signed(), 1))?;
        check(tj::tj3Set(handle, tj::TJPARAM_TJPARAM_SCANLIMIT.cast_signed(), SCANS_MAX))?;
        check(tj::tj3DecompressHeader(handle, bytes, length))?;
    }
    // SAFETY: the handle is valid.
    let get = |parameter: tj::TJPARAM| unsafe { tj::tj3Get(handle, parameter.cast_signed()) };
    let (width, height) = (get(tj::TJPARAM_TJPARAM_JPEGWIDTH), get(tj::TJPARAM_TJPARAM_JPEGHEIGHT));
    let (per_pixel, format) = match stated.samples_per_pixel {
        1 => (1, tj::TJPF_TJPF_GRAY),
        3 => (3, tj::TJPF_TJPF_RGB),
        other => return Err(ReadError::Unsupported { what: format!("JPEG of {other} samples a pixel") }),
    };
    let output = i64::from(width) * i64::from(height) * per_pixel;
    if usize::try_from(output) != Ok(count) {
        return Err(damaged("JPEG", "its size is stated twice"));
    }
    // SAFETY: the handle and `bytes` as above; the library writes height rows of width pixels of the format's samples,
    // which are the `count` that `samples` holds.
    unsafe {
        match stated.precision {
            0..=8 => {
                let mut samples = vec![0; count];
                check(tj::tj3Decompress8(handle, bytes, length, samples.as_mut_ptr(), 0, format))?;
                Ok(SampleData::Bits8(samples))
            }
            9..=12 => {
                let mut samples = vec![0; count];
                check(tj::tj3Decompress12(handle, bytes, length, samples.as_mut_ptr().cast(), 0, format))?;
                Ok(SampleData::Bits16(samples))
            }
            _ => {
                let mut samples = vec![0; count];
                check(tj::tj3Decompress16(handle, bytes, length, samples.as_mut_ptr(), 0, format))?;
                Ok(SampleData::Bits16(samples))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{bytes, check_cuts, colors, expected, hex, words};
    use super::super::{Codec, decode};
    use super::*;

    /// 0, 7, 14 … in 8 bits, baseline.
    const BASELINE: &str = "
        ffd8ffe000104a46494600010100000100010000ffdb0043000201010101010201010102020202020403020202020504
        040304060506060605060606070908060709070606080b08090a0a0a0a0a06080b0c0b0a0c090a0a0affc0000b080005
        000701011100ffc40014000100000000000000000000000000000007ffc4001e10000101090000000000000000000000
        00020007080a142543515572ffda0008010100003f007a6130f43924b053edeb831d2fffd9";

    /// The same, progressive.
    const PROGRESSIVE: &str = "
        ffd8ffe000104a46494600010100000100010000ffdb0043000201010101010201010102020202020403020202020504
        040304060506060605060606070908060709070606080b08090a0a0a0a0a06080b0c0b0a0c090a0a0affc2000b080005
        000701011100ffc40014000100000000000000000000000000000006ffda00080101000000017bffc400171000030100
        00000000000000000000000005060812ffda0008010100010502053d24e7ffc400171000030100000000000000000000
        00000000334153ffda0008010100063f025cccffc4001710000301000000000000000000000000000011b1d1ffda0008
        010100013f215d069fffda00080101000000107fffc4001610000300000000000000000000000000000011f0ffda0008
        010100013f109e687fffd9";

    /// 0, 100, 200 … in 12 bits, extended sequential.
    const EXTENDED_12: &str = "
        ffd8ffe000104a46494600010100000100010000ffdb0043000101010101010101010101010101010101010101010101
        0101010101010101010101010101010101010101010101010101010101010101010101010101010101ffc1000b0c0005
        000701011100ffc4001400010000000000000000000000000000000bffc40021100000010d0000000000000000000000
        0000040507080b0c0d182847495668ffda0008010100003f006b462d7022173cc97c46d44366ced80e521d24b7b287ff
        d9";

    /// The words of the tests, lossless.
    const LOSSLESS_16: &str = "
        ffd8ffe000104a46494600010100000100010000ffc3000b100005000701011100ffc4001d0000020201050000000000
        0000000000000a0b090c0e0607080d10ffda0008010100010000f6b0dfae624874ac4d13d888d8a00b28c50d78ea3b58
        c61e32199a0d1a6b236bb23b67213a31dacf207b53ed331e0b091624ac6e5926b2e166ebffd9";

    /// The colours of the tests, baseline, marked by JFIF.
    const COLORS: &str = "
        ffd8ffe000104a46494600010100000100010000ffdb0043000101010101010101010101010101010101010101010101
        0101010101010101010101010101010101010101010101010101010101010101010101010101010101ffdb0043010101
        010101010101010101010101010101010101010101010101010101010101010101010101010101010101010101010101
        0101010101010101010101010101ffc00011080005000703011100021101031101ffc400140001000000000000000000
        00000000000008ffc40020100001020505000000000000000000000001031100050608121431425261ffc40015010101
        00000000000000000000000000000809ffc4002b11000001080807000000000000000000000100030407081113310206
        09142123243435435173a1c1f0ffda000c03010002110311003f003ecf2e02b4cc80a7367d429e1e9b981c55363555b0
        e88c1e5bf6467a777d79c4a85297b0998f851cce86660478020b832c4657dfa65fffd9";

    /// The colours of the tests, lossless, marked by Adobe.
    const LOSSLESS_COLORS: &str = "
        ffd8ffee000e41646f626500640000000000ffc30011080005000703521100471100421100ffc4001900010101010101
        00000000000000000000030206050807ffda000c03520047004200010000f3ff00dffcfee16e16e16e16e16e17b1c775
        5c2dc2dc2dc2dc2dc2f638eeab85b85b85b85b85b85ec71dd570b70b70b70b70b70bd8e3baae16e16e16e16e16e17fff
        d9";

    fn decoded(stream: &str, bits: u16) -> Samples {
        let stream = hex(stream);
        check_cuts(Codec::Jpeg, &stream, &expected(1, bits));
        decode(Codec::Jpeg, &stream, &expected(1, bits)).expect("a whole frame")
    }

    fn is_near(samples: &SampleData, bytes: &[u8]) -> bool {
        let SampleData::Bits8(samples) = samples else { return false };
        samples.len() == bytes.len() && samples.iter().zip(bytes).all(|(a, b)| a.abs_diff(*b) <= 2)
    }

    #[test]
    fn every_process_is_decoded_and_none_of_its_parts_passes_as_the_whole() {
        assert!(is_near(&decoded(BASELINE, 8).data, &bytes()));
        assert!(is_near(&decoded(BASELINE, 16).data, &bytes()), "8 bits in words of 16");
        assert!(is_near(&decoded(PROGRESSIVE, 8).data, &bytes()));
        let ramp = (0..35).map(|i| i * 100).collect();
        let extended = decoded(EXTENDED_12, 16);
        assert_eq!((extended.data, extended.precision), (SampleData::Bits16(ramp), 12));
        let lossless = decoded(LOSSLESS_16, 16);
        assert_eq!((lossless.data, lossless.precision), (SampleData::Bits16(words()), 16));
    }

    #[test]
    fn colours_are_transformed_unless_the_codestream_or_the_header_says_rgb() {
        let marked = hex(COLORS);
        // Without the segment of JFIF.
        let bare = [&SOI[..], marked.get(20..).expect("a JFIF segment")].concat();
        let (header, rgb) = (expected(3, 8), Expected { is_rgb: true, ..expected(3, 8) });
        let check = |stream: &[u8], expected: &Expected, is_transformed: bool| {
            let decoded = decode(Codec::Jpeg, stream, expected).expect("a whole frame");
            assert_eq!(decoded.color, CodestreamColor::Rgb);
            assert_eq!(is_near(&decoded.data, &colors()), is_transformed);
        };
        check(&marked, &header, true);
        check(&marked, &rgb, true);
        check(&bare, &header, true);
        check(&bare, &rgb, false);
        check_cuts(Codec::Jpeg, &bare, &header);
        let lossless = hex(LOSSLESS_COLORS);
        // JFIF would have them transformed.
        let marked_twice = [marked.get(..20), lossless.get(2..)].map(Option::unwrap_or_default).concat();
        let decoded = decode(Codec::Jpeg, &marked_twice, &header).expect("a whole frame");
        assert_eq!((decoded.data, decoded.color), (SampleData::Bits8(colors()), CodestreamColor::Rgb));
    }

    #[test]
    fn evidence_of_colour_is_weighed() {
        let header = |process, component_ids: &[u8], has_jfif, adobe_transform| Header {
            stated: Stated { rows: 5, columns: 7, samples_per_pixel: 3, precision: 8 },
            process,
            component_ids: component_ids.to_vec(),
            has_jfif,
            adobe_transform,
            scan_components: 3,
        };
        let numbers = b"\x01\x02\x03";
        for (found, is_rgb, is_transformed, becomes) in [
            (header(0xC0, numbers, true, None), true, true, CodestreamColor::Rgb),
            (header(0xC0, numbers, false, Some(1)), true, true, CodestreamColor::Rgb),
            (header(0xC0, numbers, false, Some(0)), false, false, CodestreamColor::Rgb),
            (header(0xC0, b"RGB", false, None), false, false, CodestreamColor::Rgb),
            (header(0xC2, numbers, false, None), false, true, CodestreamColor::Rgb),
            (header(LOSSLESS, numbers, true, None), false, false, CodestreamColor::Unstated),
            (header(LOSSLESS, b"RGB", false, None), false, false, CodestreamColor::Rgb),
            (header(LOSSLESS, numbers, false, Some(0)), false, false, CodestreamColor::Rgb),
            (header(LOSSLESS, numbers, false, Some(1)), true, false, CodestreamColor::Ybr),
            (header(0xC0, b"\x01", true, None), false, false, CodestreamColor::Unstated),
        ] {
            assert_eq!(color(&found, is_rgb), (is_transformed, becomes), "{found:?}");
        }
    }
}

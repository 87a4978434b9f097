//! Colour of three samples a pixel, brought to 8 bits of red, green and blue. Rule P-19.

use super::error::ReadError;
use super::instance::{Photometric, PixelFormat};
use super::samples::{CodestreamColor, SampleData, Samples};

/// Pixels ready for the screen, row by row: red, green, blue, 255. PS3.3 C.7.6.3.1.2.
///
/// Of samples with more than 8 bits the top 8 count.
pub(super) fn to_rgb(samples: &Samples, format: &PixelFormat) -> Result<Vec<[u8; 4]>, ReadError> {
    let unsupported = |what: String| Err(ReadError::Unsupported { what });
    let name = format.photometric.name();
    if samples.per_pixel != 3 {
        return unsupported(format!("colour ({name}, {} samples a pixel)", samples.per_pixel));
    }
    let is_ybr = match samples.color {
        CodestreamColor::Rgb => false,
        CodestreamColor::Ybr => true,
        CodestreamColor::Unstated => match format.photometric {
            // The decoder of JPEG 2000 has undone its own transforms.
            Photometric::Rgb | Photometric::YbrIct | Photometric::YbrRct => false,
            Photometric::YbrFull | Photometric::YbrFull422 => true,
            _ => return unsupported(format!("colour ({name}, 3 samples a pixel)")),
        },
    };
    // Decoded samples end at their own precision, native ones at High Bit.
    let top = u32::from(samples.precision).min(u32::from(format.high_bit) + 1);
    match &samples.data {
        SampleData::Bits8(data) => Ok(pixels(data, top, is_ybr)),
        SampleData::Bits16(data) => Ok(pixels(data, top, is_ybr)),
        SampleData::Bits32(data) => Ok(pixels(data, top, is_ybr)),
        SampleData::Float(_) | SampleData::Double(_) => unsupported("colour in floating point".to_owned()),
    }
}

fn pixels<T: Copy + Into<u32>>(data: &[T], top: u32, is_ybr: bool) -> Vec<[u8; 4]> {
    let shown = |sample: T| {
        let [shown, ..] = sample.into().unbounded_shl(32u32.saturating_sub(top)).to_be_bytes();
        shown
    };
    let pixels = data.as_chunks::<3>().0.iter().map(|pixel| pixel.map(shown));
    if is_ybr {
        pixels.map(rgb_from_ybr).collect()
    } else {
        pixels.map(|[red, green, blue]| [red, green, blue, 255]).collect()
    }
}

/// Undoes the equations of PS3.3 C.7.6.3.1.2, of which luminance is 0.299 red, 0.587 green and 0.114 blue; the rest
/// follows from it exactly (ITU-T T.871 7). Rounds to the nearest, halves up.
fn rgb_from_ybr([y, cb, cr]: [u8; 3]) -> [u8; 4] {
    let [y, cb, cr] = [i32::from(y), i32::from(cb) - 128, i32::from(cr) - 128];
    let shown = |value: i32| u8::try_from(value.clamp(0, 255)).unwrap_or_default();
    [
        shown(y + (1402 * cr + 500).div_euclid(1000)),
        shown(y + (293_500 - 114 * 1772 * cb - 299 * 1402 * cr).div_euclid(587_000)),
        shown(y + (1772 * cb + 500).div_euclid(1000)),
        255,
    ]
}

/// Native `YBR_FULL_422` to a Cb and a Cr for each pixel. PS3.3 C.7.6.3.1.2: two Y, then the Cb and Cr of both.
///
/// Pairs run on from row to row, so that an odd number of columns does no harm.
pub(super) fn expand_422(bytes: &[u8], rows: u32, columns: u32) -> Result<Samples, ReadError> {
    let pixels = (rows as usize).saturating_mul(columns as usize);
    let expected = pixels.div_ceil(2).saturating_mul(4);
    let Some(pairs) = bytes.get(..expected) else {
        return Err(ReadError::Truncated { expected: expected as u64, found: bytes.len() as u64 });
    };
    let pairs = pairs.as_chunks::<4>().0.iter();
    let pixel_pairs: Vec<_> = pairs.map(|&[y1, y2, cb, cr]| [y1, cb, cr, y2, cb, cr]).collect();
    let mut data = pixel_pairs.into_flattened();
    data.truncate(pixels * 3);
    Ok(Samples {
        rows,
        columns,
        per_pixel: 3,
        precision: 8,
        color: CodestreamColor::Ybr,
        data: SampleData::Bits8(data),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn format(high_bit: u16, photometric: Photometric) -> PixelFormat {
        PixelFormat {
            bits_allocated: (high_bit + 1).next_multiple_of(8),
            bits_stored: high_bit + 1,
            high_bit,
            is_signed: false,
            samples_per_pixel: 3,
            is_planar: false,
            photometric,
            is_float: false,
        }
    }

    fn samples(precision: u8, color: CodestreamColor, data: SampleData) -> Samples {
        Samples { rows: 1, columns: 1, per_pixel: 3, precision, color, data }
    }

    fn check_ybr(ybr: [u8; 3], rgb: [u8; 3]) {
        let samples = samples(8, CodestreamColor::Unstated, SampleData::Bits8(ybr.to_vec()));
        let [red, green, blue] = rgb;
        for photometric in [Photometric::YbrFull, Photometric::YbrFull422] {
            assert_eq!(
                to_rgb(&samples, &format(7, photometric)),
                Ok(vec![[red, green, blue, 255]]),
                "{ybr:?}"
            );
        }
    }

    /// The left side is what the equations of PS3.3 C.7.6.3.1.2 make of the pure colours.
    #[test]
    fn luminance_and_colour_differences_become_red_green_and_blue() {
        check_ybr([76, 85, 255], [254, 0, 0]);
        check_ybr([150, 44, 21], [0, 255, 1]);
        check_ybr([29, 255, 107], [0, 0, 254]);
        check_ybr([255, 128, 128], [255, 255, 255]);
        check_ybr([100, 128, 128], [100, 100, 100]);
        check_ybr([100, 128, 130], [103, 99, 100]);
        // Exactly halves, as pydicom rounds them: 230 - 221.5 and 20 + 221.5.
        check_ybr([230, 3, 128], [230, 255, 9]);
        check_ybr([20, 253, 128], [20, 0, 242]);
    }

    fn check_color(color: CodestreamColor, photometric: Photometric, is_ybr: bool) {
        let samples = samples(8, color, SampleData::Bits8(vec![76, 85, 255]));
        let expected = if is_ybr { [254, 0, 0, 255] } else { [76, 85, 255, 255] };
        assert_eq!(
            to_rgb(&samples, &format(7, photometric)),
            Ok(vec![expected]),
            "{color:?} {photometric:?}"
        );
    }

    #[test]
    fn what_the_codestream_says_of_its_colour_beats_what_the_header_says() {
        for photometric in [Photometric::Rgb, Photometric::YbrIct, Photometric::YbrRct] {
            check_color(CodestreamColor::Unstated, photometric, false);
        }
        for photometric in Photometric::ALL {
            check_color(CodestreamColor::Rgb, photometric, false);
            check_color(CodestreamColor::Ybr, photometric, true);
        }
    }

    fn check_top(precision: u8, high_bit: u16, data: SampleData) {
        let rgb =
            to_rgb(&samples(precision, CodestreamColor::Rgb, data), &format(high_bit, Photometric::Rgb));
        assert_eq!(rgb, Ok(vec![[0x12, 0xAB, 0xFF, 255]]), "{precision} bits, high bit {high_bit}");
    }

    #[test]
    fn the_top_8_bits_are_shown() {
        check_top(8, 7, SampleData::Bits8(vec![0x12, 0xAB, 0xFF]));
        check_top(16, 15, SampleData::Bits16(vec![0x12FF, 0xAB00, 0xFFFF]));
        check_top(16, 11, SampleData::Bits16(vec![0xF12F, 0x0AB0, 0x0FFF]));
        check_top(12, 15, SampleData::Bits16(vec![0x012F, 0x0AB0, 0x0FFF]));
        check_top(32, 31, SampleData::Bits32(vec![0x1234_5678, 0xAB00_0000, 0xFFFF_FFFF]));
    }

    fn check_refused(samples: &Samples, photometric: Photometric, why: &str) {
        let refused = to_rgb(samples, &format(7, photometric)).expect_err("refused");
        assert_eq!(refused.to_string(), why);
    }

    #[test]
    fn what_is_not_colour_of_three_samples_is_refused_in_words() {
        let three = samples(8, CodestreamColor::Unstated, SampleData::Bits8(vec![1, 2, 3]));
        let floats = samples(32, CodestreamColor::Unstated, SampleData::Float(vec![1.0, 2.0, 3.0]));
        let four = Samples { per_pixel: 4, data: SampleData::Bits8(vec![1, 2, 3, 4]), ..three.clone() };
        check_refused(
            &three,
            Photometric::YbrPartial420,
            "colour (YBR_PARTIAL_420, 3 samples a pixel) is not shown yet",
        );
        check_refused(
            &three,
            Photometric::PaletteColor,
            "colour (PALETTE COLOR, 3 samples a pixel) is not shown yet",
        );
        check_refused(&four, Photometric::Rgb, "colour (RGB, 4 samples a pixel) is not shown yet");
        check_refused(&floats, Photometric::Rgb, "colour in floating point is not shown yet");
    }

    /// 2 rows of 3 columns: a pair lies across the end of the first row.
    #[test]
    fn two_pixels_share_their_colour_differences() {
        let samples =
            expand_422(&[1, 2, 101, 201, 3, 4, 102, 202, 5, 6, 103, 203], 2, 3).expect("six pixels");
        assert_eq!((samples.rows, samples.columns, samples.per_pixel, samples.precision), (2, 3, 3, 8));
        assert_eq!(
            samples.data,
            SampleData::Bits8(vec![
                1, 101, 201, 2, 101, 201, 3, 102, 202, 4, 102, 202, 5, 103, 203, 6, 103, 203
            ])
        );
        // The second half of the last pair is no pixel.
        let samples = expand_422(&[1, 2, 101, 201, 3, 4, 102, 202], 1, 3).expect("three pixels");
        assert_eq!(samples.data, SampleData::Bits8(vec![1, 101, 201, 2, 101, 201, 3, 102, 202]));
    }

    #[test]
    fn pairs_that_are_not_there_are_not_allocated() {
        assert_eq!(expand_422(&[0; 6], 2, 2), Err(ReadError::Truncated { expected: 8, found: 6 }));
        assert!(expand_422(&[0; 6], u32::MAX, u32::MAX).is_err());
    }
}

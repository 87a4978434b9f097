//! The samples of one frame between the bytes of a file and what they mean: not yet masked, signed or coloured.

/// The samples of one frame, row by row, those of one pixel together (R G B R G B …).
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Samples {
    /// Rows.
    pub(super) rows: u32,
    /// Columns.
    pub(super) columns: u32,
    /// Samples per pixel.
    pub(super) per_pixel: u16,
    /// Bits of one sample: what the codestream states, or Bits Allocated of native data.
    pub(super) precision: u8,
    /// What the codestream says of its colour.
    pub(super) color: CodestreamColor,
    /// `rows * columns * per_pixel` of them.
    pub(super) data: SampleData,
}

/// Sample values. Negative ones of a signed codestream are two's complements of the whole word.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum SampleData {
    /// Up to 8 bits.
    Bits8(Vec<u8>),
    /// Up to 16 bits.
    Bits16(Vec<u16>),
    /// Up to 32 bits.
    Bits32(Vec<u32>),
    /// Float Pixel Data.
    Float(Vec<f32>),
    /// Double Float Pixel Data.
    Double(Vec<f64>),
}

/// Colour of the samples, as far as the codestream tells or its decoder has made it. Rule P-19.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum CodestreamColor {
    /// It does not say: Photometric Interpretation decides.
    Unstated,
    /// Red, green, blue, whatever Photometric Interpretation says.
    Rgb,
    /// Luminance and two colour differences, whatever Photometric Interpretation says.
    Ybr,
}

impl SampleData {
    /// How many there are.
    pub(super) const fn count(&self) -> usize {
        match self {
            Self::Bits8(samples) => samples.len(),
            Self::Bits16(samples) => samples.len(),
            Self::Bits32(samples) => samples.len(),
            Self::Float(samples) => samples.len(),
            Self::Double(samples) => samples.len(),
        }
    }

    /// The bits of one sample as they lie in its word; none of numbers that are not whole, and past the end.
    pub(super) fn bits_at(&self, index: usize) -> u32 {
        match self {
            Self::Bits8(samples) => samples.get(index).map_or(0, |&sample| sample.into()),
            Self::Bits16(samples) => samples.get(index).map_or(0, |&sample| sample.into()),
            Self::Bits32(samples) => samples.get(index).copied().unwrap_or(0),
            Self::Float(_) | Self::Double(_) => 0,
        }
    }
}

impl Samples {
    /// Puts the samples of a pixel together that lay plane after plane (Planar Configuration 1).
    pub(super) fn interleaved(mut self) -> Self {
        let planes = usize::from(self.per_pixel);
        self.data = match self.data {
            SampleData::Bits8(samples) => SampleData::Bits8(interleaved(&samples, planes)),
            SampleData::Bits16(samples) => SampleData::Bits16(interleaved(&samples, planes)),
            SampleData::Bits32(samples) => SampleData::Bits32(interleaved(&samples, planes)),
            SampleData::Float(samples) => SampleData::Float(interleaved(&samples, planes)),
            SampleData::Double(samples) => SampleData::Double(interleaved(&samples, planes)),
        };
        self
    }
}

fn interleaved<T: Copy>(samples: &[T], planes: usize) -> Vec<T> {
    let mut together = samples.to_vec();
    let pixels = samples.len() / planes.max(1);
    for (plane, values) in samples.chunks_exact(pixels.max(1)).enumerate() {
        for (sample, &value) in together.iter_mut().skip(plane).step_by(planes.max(1)).zip(values) {
            *sample = value;
        }
    }
    together
}

/// One sample for each of `count` bits behind the first `skip`, the lowest bit of a byte first. PS3.5 8.1.1.
pub(super) fn unpack_bits(bytes: &[u8], skip: usize, count: usize) -> Vec<u8> {
    let mut samples = Vec::with_capacity(bytes.len() * 8);
    for &byte in bytes {
        samples.extend_from_slice(&[0, 1, 2, 3, 4, 5, 6, 7].map(|bit| byte >> bit & 1));
    }
    samples.drain(..skip.min(samples.len()));
    samples.truncate(count);
    samples
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The first pixel is the lowest bit, and frames follow one another without a gap.
    #[test]
    fn bits_are_unpacked_from_the_lowest() {
        assert_eq!(unpack_bits(&[0b0000_0101, 0b1000_0000], 0, 10), [1, 0, 1, 0, 0, 0, 0, 0, 0, 0]);
        assert_eq!(unpack_bits(&[0b1000_0000, 0b0000_0001], 7, 3), [1, 1, 0]);
    }

    #[test]
    fn planes_become_pixels() {
        assert_eq!(interleaved(&[1, 2, 3, 4, 5, 6], 3), [1, 3, 5, 2, 4, 6]);
    }
}

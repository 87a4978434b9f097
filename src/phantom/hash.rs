//! Deterministic disorder: identifiers and noise from text and numbers, the same on every system.

use std::sync::LazyLock;

/// A DICOM UID under 2.25 for `key`: a UUID of version 8, written in decimal. PS3.5 B.2, RFC 9562 5.8.
pub(super) fn uid(key: &str) -> String {
    const VERSION_8: u128 = 0x8 << 76;
    const VERSION_MASK: u128 = 0xF << 76;
    const VARIANT: u128 = 0b10 << 62;
    const VARIANT_MASK: u128 = 0b11 << 62;
    let uuid = fnv(key) & !VERSION_MASK & !VARIANT_MASK | VERSION_8 | VARIANT;
    format!("2.25.{uuid}")
}

/// A number to start noise from, for `key`.
pub(super) fn seed(key: &str) -> u32 {
    fnv(key).to_le_bytes().as_chunks::<4>().0.iter().fold(0, |sum, &word| mix(sum ^ u32::from_le_bytes(word)))
}

/// FNV-1a in 128 bits.
fn fnv(key: &str) -> u128 {
    const OFFSET: u128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d;
    const PRIME: u128 = (1 << 88) + 0x13b;
    key.bytes().fold(OFFSET, |hash, byte| (hash ^ u128::from(byte)).wrapping_mul(PRIME))
}

/// Scatters the bits of `x`; different numbers stay different.
pub(super) const fn mix(mut x: u32) -> u32 {
    x ^= x >> 16;
    x = x.wrapping_mul(0x7feb_352d);
    x ^= x >> 15;
    x = x.wrapping_mul(0x846c_a68b);
    x ^ (x >> 16)
}

/// A number in −1…1.
pub(super) fn signed_unit(x: u32) -> f64 {
    f64::from(mix(x)) / f64::from(u32::MAX) * 2.0 - 1.0
}

/// How many values of noise are taken together.
pub(super) const NOISE_PIECE: usize = 256;

/// [`NOISE_PIECE`] values of noise with mean 0 and standard deviation 1: a piece of a long tape, from a place that `x` decides.
///
/// Each value is the sum of four even chances, so never beyond ±3.5.
pub(super) fn noise(x: u32) -> &'static [f32] {
    const PLACES: usize = 1 << 15;
    /// Of the sum of four bytes: √(4 · (256² − 1) / 12).
    const DEVIATION: f32 = 147.801;
    static TAPE: LazyLock<Vec<f32>> = LazyLock::new(|| {
        let sums = (0_u32..).map(|x| mix(x).to_le_bytes().map(u16::from).iter().sum::<u16>());
        sums.map(|sum| (f32::from(sum) - 510.0) / DEVIATION).take(PLACES + NOISE_PIECE).collect()
    });
    let place = mix(x) as usize % PLACES;
    TAPE.get(place..place + NOISE_PIECE).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_uid_is_a_uuid_in_decimal() {
        let text = uid("study");
        assert!(text.len() <= 44 && text.bytes().all(|b| b == b'.' || b.is_ascii_digit()), "{text}");
        let uuid: u128 = text.trim_start_matches("2.25.").parse().expect("a number");
        assert_eq!(((uuid >> 76) & 0xF, (uuid >> 62) & 0b11), (8, 0b10));
        assert_ne!(text, uid("series"));
    }

    #[test]
    fn noise_has_mean_0_and_deviation_1() {
        let values: Vec<f64> = (0..1000).flat_map(noise).copied().map(f64::from).collect();
        assert_eq!(values.len(), 1000 * NOISE_PIECE);
        let mean = values.iter().sum::<f64>() / 256e3;
        let variance = values.iter().map(|v| (v - mean) * (v - mean)).sum::<f64>() / 256e3;
        assert!(mean.abs() < 0.01 && (variance - 1.0).abs() < 0.02, "{mean} {variance}");
    }
}

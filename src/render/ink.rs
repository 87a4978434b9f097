//! The colours of a presentation state's layers. PS3.3 C.10.7.1.1; rule S-9.

use crate::presentation::GraphicLayer;
use crate::units::PValue;

/// The colour of a layer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ink {
    /// Graphic Layer Recommended Display Grayscale Value.
    Gray(PValue),
    /// Graphic Layer Recommended Display `CIELab` Value. PS3.3 C.10.7.1.1.
    Lab([u16; 3]),
}

impl Ink {
    /// Red, green and blue of sRGB; what lies beyond it comes as near as it can.
    pub fn srgb(self) -> [u8; 3] {
        match self {
            // A P-value is even to the eye, as an sRGB value nearly is.
            Self::Gray(PValue(value)) => [u8::try_from(value >> 8).unwrap_or(u8::MAX); 3],
            Self::Lab(lab) => srgb_of_lab(lab),
        }
    }

    pub(super) fn of(layer: &GraphicLayer) -> Option<Self> {
        layer.color.map(Self::Lab).or_else(|| layer.gray.map(Self::Gray))
    }
}

/// From PCS `CIELab` (D50) to sRGB: IEC 61966-2-1, adapted by Bradford's matrix.
fn srgb_of_lab([lightness, a, b]: [u16; 3]) -> [u8; 3] {
    let lightness = f64::from(lightness) * 100.0 / 65535.0;
    let [a, b] = [a, b].map(|part| f64::from(part) / 257.0 - 128.0);
    let middle = (lightness + 16.0) / 116.0;
    let linear = |f: f64| if f > 6.0 / 29.0 { f * f * f } else { (f - 4.0 / 29.0) * 108.0 / 841.0 };
    let (x, y, z) =
        (0.964_22 * linear(middle + a / 500.0), linear(middle), 0.825_21 * linear(middle - b / 200.0));
    let rows = [
        [3.133_856_1, -1.616_866_7, -0.490_614_6],
        [-0.978_768_4, 1.916_141_5, 0.033_454_0],
        [0.071_945_3, -0.228_991_4, 1.405_242_7],
    ];
    rows.map(|[of_x, of_y, of_z]| {
        let light = of_x * x + of_y * y + of_z * z;
        let value =
            if light <= 0.003_130_8 { 12.92 * light } else { 1.055 * libm::pow(light, 1.0 / 2.4) - 0.055 };
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to a byte")]
        let byte = (value.clamp(0.0, 1.0) * 255.0).round() as u8;
        byte
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The published colours of sRGB's corners in D50 `CIELab`.
    #[test]
    fn colours_of_layers_are_those_of_srgb() {
        let check = |lab: [f64; 3], expected: [u8; 3]| {
            let [lightness, a, b] = lab;
            let encoded = [lightness * 655.35, (a + 128.0) * 257.0, (b + 128.0) * 257.0];
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "in range")]
            let found = Ink::Lab(encoded.map(|part| part.round() as u16)).srgb();
            // Near black a step of 16 bits of L*, a* and b* is half a step of sRGB.
            assert!(found.iter().zip(expected).all(|(a, b)| a.abs_diff(b) <= 1), "{lab:?}: {found:?}");
        };
        check([100.0, 0.0, 0.0], [255, 255, 255]);
        check([0.0, 0.0, 0.0], [0, 0, 0]);
        check([54.2917, 80.8125, 69.8851], [255, 0, 0]);
        check([87.8185, -79.2711, 80.9946], [0, 255, 0]);
        check([29.5676, 68.2986, -112.0294], [0, 0, 255]);
        check([53.3889, 0.0, 0.0], [127, 127, 127]);
        assert_eq!(Ink::Gray(PValue::WHITE).srgb(), [255; 3]);
    }
}

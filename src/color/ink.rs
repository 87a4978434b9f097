//! What a state or an image says that is to be drawn in: a gray, or a colour in `CIELab`. PS3.3 C.10.7.1.1; rules S-5, S-9.

use crate::units::PValue;

/// The value of a\* and b\* that is no colour.
const NEUTRAL: u16 = 0x8080;

/// What a layer or what a shutter hides is drawn in: a gray, and the colour that stands in its place where colours are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ink {
    /// A grayscale value; of a colour without one its lightness, which is even to the eye as P-values are.
    pub gray: PValue,
    /// A `CIELab` value, 16 bits each: L\* from 0 to FFFFH is 0 to 100, a\* and b\* are −128 to 127, and 8080H is 0; against
    /// D50, as in the profile connection space.
    pub lab: Option<[u16; 3]>,
}

impl Ink {
    /// Black.
    pub const BLACK: Self = Self::of_gray(PValue::BLACK);
    /// White.
    pub const WHITE: Self = Self::of_gray(PValue::WHITE);

    /// Of a gray alone.
    pub const fn of_gray(gray: PValue) -> Self {
        Self { gray, lab: None }
    }

    /// Of a colour alone.
    pub const fn of_lab(lab: [u16; 3]) -> Self {
        Self { gray: PValue(lab[0]), lab: Some(lab) }
    }

    /// Of what is stated; nothing where neither is.
    pub fn stated(gray: Option<PValue>, lab: Option<[u16; 3]>) -> Option<Self> {
        let gray = gray.or(lab.map(|[lightness, ..]| PValue(lightness)))?;
        Some(Self { gray, lab })
    }

    /// Whether its gray is not all of it.
    pub fn is_colored(self) -> bool {
        self.lab.is_some_and(|[_, a, b]| [a, b] != [NEUTRAL; 2])
    }

    /// The `CIELab` value that is drawn as it is where colours are shown: its own, or the lightness of its gray.
    pub fn as_lab(self) -> [u16; 3] {
        self.lab.unwrap_or_else(|| {
            let level = f64::from(self.gray.0.to_be_bytes()[0]) / 255.0;
            let light =
                if level <= 0.040_45 { level / 12.92 } else { libm::pow((level + 0.055) / 1.055, 2.4) };
            let f =
                if light > 216.0 / 24389.0 { libm::cbrt(light) } else { light * 841.0 / 108.0 + 4.0 / 29.0 };
            let lightness = (116.0 * f - 16.0) / 100.0 * 65535.0;
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to a word")]
            let lightness = lightness.round().clamp(0.0, 65535.0) as u16;
            [lightness, NEUTRAL, NEUTRAL]
        })
    }

    /// Red, green and blue of sRGB; what lies beyond it comes as near as it can.
    pub fn srgb(self) -> [u8; 3] {
        // A P-value is even to the eye, as an sRGB value nearly is.
        self.lab.map_or([self.gray.0.to_be_bytes()[0]; 3], srgb_of_lab)
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
            let found = Ink::of_lab(encoded.map(|part| part.round() as u16)).srgb();
            // Near black a step of 16 bits of L*, a* and b* is half a step of sRGB.
            assert!(found.iter().zip(expected).all(|(a, b)| a.abs_diff(b) <= 1), "{lab:?}: {found:?}");
        };
        check([100.0, 0.0, 0.0], [255, 255, 255]);
        check([0.0, 0.0, 0.0], [0, 0, 0]);
        check([54.2917, 80.8125, 69.8851], [255, 0, 0]);
        check([87.8185, -79.2711, 80.9946], [0, 255, 0]);
        check([29.5676, 68.2986, -112.0294], [0, 0, 255]);
        check([53.3889, 0.0, 0.0], [127, 127, 127]);
        assert_eq!([Ink::WHITE, Ink::BLACK].map(Ink::srgb), [[255; 3], [0; 3]]);
        for gray in (0..=u16::MAX).step_by(257).map(|gray| Ink::of_gray(PValue(gray))) {
            assert_eq!(Ink::of_lab(gray.as_lab()).srgb(), gray.srgb(), "{gray:?}");
        }
    }
}

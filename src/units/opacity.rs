//! How much of what lies above is seen.

/// The share of the colour above in the colour that is seen, from 0 to 1; the rest is that of what lies below. Relative Opacity,
/// PS3.3 C.11.14.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub struct Opacity(f64);

impl Opacity {
    /// Nothing of it.
    pub const CLEAR: Self = Self(0.0);
    /// As much as of what lies below.
    pub const HALF: Self = Self(0.5);
    /// Nothing else.
    pub const FULL: Self = Self(1.0);

    /// `None` where the share is not one from 0 to 1.
    pub fn new(share: f64) -> Option<Self> {
        (0.0..=1.0).contains(&share).then_some(Self(share))
    }

    /// The share.
    pub const fn share(self) -> f64 {
        self.0
    }

    /// A level of one above another of as many steps, as both are seen.
    pub fn mix(self, above: f64, below: f64) -> f64 {
        self.0 * above + (1.0 - self.0) * below
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_a_share() {
        assert_eq!(Opacity::new(0.25).map(Opacity::share), Some(0.25));
        assert_eq!([-0.1, 1.1, f64::NAN].map(Opacity::new), [None; 3]);
        let mixed = [Opacity::CLEAR, Opacity::HALF, Opacity::FULL].map(|opacity| opacity.mix(200.0, 100.0));
        assert_eq!(mixed.map(f64::to_bits), [100.0, 150.0, 200.0].map(f64::to_bits));
    }
}

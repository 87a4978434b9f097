//! Pixels that are no part of the picture. PS3.3 C.7.5.1.1.2; rule P-16.

/// Stored values that stand for no tissue, both ends included.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Padding {
    /// The smallest.
    pub low: f64,
    /// The largest.
    pub high: f64,
}

impl Padding {
    /// Whether a stored value is padding.
    pub fn contains(&self, stored: f64) -> bool {
        (self.low..=self.high).contains(&stored)
    }
}

//! P-value to driving level, as one table a monitor. PS3.14 7.
//!
//! GPU twin: `shaders/lib/display.wgsl`. Only the identity yet; the curve of a calibrated monitor will come from
//! `calibration`, and this type moves to `grayscale` with it.

use crate::units::{Ddl, PValue};

/// The driving level of every P-value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DisplayTable {
    entries: Vec<u16>,
    highest: u16,
}

impl DisplayTable {
    /// Evenly spread over so many driving levels, 256 for an 8-bit surface; at least 2.
    ///
    /// Not calibrated: it says nothing about the luminance of the panel.
    pub fn identity(levels: u16) -> Self {
        let highest = levels.max(2) - 1;
        let white = u64::from(u16::MAX);
        // Rounded in integers. A half never occurs: 2·p·highest is even, an odd multiple of white is odd.
        let entry = |p: u16| (u64::from(p) * u64::from(highest) * 2 + white) / (white * 2);
        let entries = (0..=u16::MAX).map(|p| u16::try_from(entry(p)).unwrap_or(highest)).collect();
        Self { entries, highest }
    }

    /// The driving level of a P-value.
    pub fn at(&self, p: PValue) -> Ddl {
        Ddl(self.entries.get(usize::from(p.0)).copied().unwrap_or(0))
    }

    /// The driving level of white.
    pub const fn highest(&self) -> Ddl {
        Ddl(self.highest)
    }

    /// All entries, from P-value 0 to 65535.
    pub fn entries(&self) -> &[u16] {
        &self.entries
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_are_even_and_reach_both_ends() {
        let table = DisplayTable::identity(256);
        for (p, level) in [(0, 0), (128, 0), (129, 1), (257, 1), (32_767, 127), (32_768, 128), (65_535, 255)]
        {
            assert_eq!(table.at(PValue(p)), Ddl(level), "{p}");
        }
        for p in 0..=u16::MAX {
            let rounded = (f64::from(p) * 255.0 / 65_535.0).round();
            assert!((f64::from(table.at(PValue(p)).0) - rounded).abs() < 0.5, "{p}");
        }
    }

    #[test]
    fn there_are_always_two_levels() {
        assert_eq!(DisplayTable::identity(0).at(PValue::WHITE), Ddl(1));
    }
}

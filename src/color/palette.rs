//! Palettes that show gray in colours, from black to white P-values. PS3.3 C.7.9, rule S-11.

use std::fmt;

use crate::units::PValue;

/// A palette.
#[derive(Clone, PartialEq, Eq)]
pub struct ColorPalette {
    name: String,
    title: String,
    colors: Vec<[u8; 3]>,
}

/// Its name says enough.
impl fmt::Debug for ColorPalette {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ColorPalette({})", self.name)
    }
}

/// What is wrong with a palette file: `LINE: WHAT`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{line}: {what}")]
pub struct PaletteFault {
    /// Line, from 1.
    pub line: usize,
    /// What is wrong there.
    pub what: String,
}

impl ColorPalette {
    /// Colours of a palette from a file.
    pub const LENGTH: usize = 256;

    /// One of these colours, from that of black on.
    pub fn new(name: &str, title: &str, colors: Vec<[u8; 3]>) -> Self {
        Self { name: name.to_owned(), title: title.to_owned(), colors }
    }

    /// Reads a palette file: a line `RED,GREEN,BLUE` from 0 to 255 for each colour, 2 to 256 of them, from that of black on;
    /// lines that begin with `#` are left out. Fewer than 256 colours are spread in even steps.
    pub fn parse(name: &str, title: &str, text: &str) -> Result<Self, PaletteFault> {
        let mut rows = Vec::new();
        for (line, text) in (1..).zip(text.lines()) {
            let text = text.trim();
            if text.is_empty() || text.starts_with('#') {
                continue;
            }
            if rows.len() == Self::LENGTH {
                let what = format!("more than {} colours", Self::LENGTH);
                return Err(PaletteFault { line, what });
            }
            rows.push(color(text).ok_or_else(|| PaletteFault {
                line,
                what: format!("'{text}' is no colour; write RED,GREEN,BLUE from 0 to 255"),
            })?);
        }
        if rows.len() < 2 {
            let what = format!("{} colours; a palette has 2 to {}", rows.len(), Self::LENGTH);
            return Err(PaletteFault { line: text.lines().count().max(1), what });
        }
        let spread = |index: usize| rows.get(index * rows.len() / Self::LENGTH).copied().unwrap_or_default();
        let colors = (0..Self::LENGTH).map(spread).collect();
        Ok(Self::new(name, title, colors))
    }

    /// Its name in commands: `hot-iron`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its name for the reader: `Hot Iron`.
    pub fn title(&self) -> &str {
        &self.title
    }

    /// Its colours, from that of black on.
    pub fn colors(&self) -> &[[u8; 3]] {
        &self.colors
    }

    /// The same colours, that of white first.
    #[must_use]
    pub fn reversed(&self) -> Self {
        let (name, title) = (format!("{}-reversed", self.name), format!("{} reversed", self.title));
        Self { name, title, colors: self.colors.iter().rev().copied().collect() }
    }

    /// The colour of a P-value: each takes as large a part of them as any other.
    pub fn at(&self, p: PValue) -> [u8; 3] {
        self.colors.get(self.place(p)).copied().unwrap_or_default()
    }

    /// Which of its colours a P-value has.
    pub fn place(&self, p: PValue) -> usize {
        (usize::from(p.0) * self.colors.len()) >> 16
    }
}

fn color(text: &str) -> Option<[u8; 3]> {
    let levels: Vec<u8> = text.split(',').map(|level| level.trim().parse().ok()).collect::<Option<_>>()?;
    levels.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<ColorPalette, String> {
        ColorPalette::parse("mine", "Mine", text).map_err(|fault| fault.to_string())
    }

    #[test]
    fn few_colours_are_spread_in_even_steps() {
        let palette = parse("# three\n0,0,0\n 1, 2 ,3\n\n255,255,255\n").expect("a palette");
        let colors = palette.colors();
        assert_eq!(colors.len(), 256);
        assert_eq!([colors[0], colors[85], colors[86]], [[0; 3], [0; 3], [1, 2, 3]]);
        assert_eq!([colors[170], colors[171], colors[255]], [[1, 2, 3], [255; 3], [255; 3]]);
        assert_eq!(palette.at(PValue(0xAAFF)), [1, 2, 3]);
        assert_eq!(palette.at(PValue(0xAB00)), [255; 3]);
        assert_eq!(palette.at(PValue::WHITE), [255; 3]);
    }

    #[test]
    fn faults_say_where_and_what() {
        let fault = |text| parse(text).expect_err("refused");
        assert_eq!(fault("0,0,0\n1,2\n"), "2: '1,2' is no colour; write RED,GREEN,BLUE from 0 to 255");
        assert_eq!(
            fault("0,0,0\n1,2,256\n"),
            "2: '1,2,256' is no colour; write RED,GREEN,BLUE from 0 to 255"
        );
        assert_eq!(fault("# nothing\n1,2,3\n"), "2: 1 colours; a palette has 2 to 256");
        assert_eq!(fault(""), "1: 0 colours; a palette has 2 to 256");
        assert_eq!(fault(&"1,2,3\n".repeat(257)), "257: more than 256 colours");
    }
}

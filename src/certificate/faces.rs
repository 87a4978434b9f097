//! The two faces of a report: how wide a text is in them, and what of it has room.
//!
//! Texts are shaped as krilla shapes them when it draws, so that what was measured is what is drawn. The faces are Inter's, with
//! Latin, Greek and Cyrillic letters; any other letter is a question mark on paper.

use std::iter;

use rustybuzz::{Direction, Face, UnicodeBuffer};

use super::error::CertificateError;

/// The bytes of the plain face.
pub(super) const REGULAR: &[u8] = include_bytes!("../../assets/fonts/Inter-Regular.ttf");

/// The bytes of the bold face.
pub(super) const STRONG: &[u8] = include_bytes!("../../assets/fonts/Inter-SemiBold.ttf");

/// So many letters of a text are set at most; the JSON has the others.
const LETTERS_MAX: usize = 1_000;

/// How heavy letters are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Weight {
    Regular,
    Strong,
}

/// The colours of a report, on white paper.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ink {
    Black,
    White,
    /// What is said of other words.
    Gray,
    /// Lines of tables and axes.
    Hair,
    /// What may be.
    Band,
    /// What should be.
    Target,
    /// What was measured.
    Measured,
    Pass,
    Indicative,
    Fail,
    /// A gray of a map.
    Shade(u8),
}

/// How a text is set: points of size.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Style {
    pub(super) weight: Weight,
    pub(super) size: f64,
    pub(super) ink: Ink,
}

impl Style {
    pub(super) const fn new(weight: Weight, size: f64, ink: Ink) -> Self {
        Self { weight, size, ink }
    }

    /// From a line to the next.
    pub(super) fn leading(self) -> f64 {
        1.35 * self.size
    }
}

/// Both faces, to measure with.
pub(super) struct Faces {
    regular: Face<'static>,
    strong: Face<'static>,
}

impl Faces {
    /// The faces that the program carries.
    pub(super) fn new() -> Result<Self, CertificateError> {
        let face = |bytes| {
            let why = || CertificateError::Unwritable { why: "its font cannot be read".to_owned() };
            Face::from_slice(bytes, 0).ok_or_else(why)
        };
        Ok(Self { regular: face(REGULAR)?, strong: face(STRONG)? })
    }

    /// Points from the first letter's left to the last one's right.
    pub(super) fn width(&self, style: Style, text: &str) -> f64 {
        if text.is_empty() {
            return 0.0;
        }
        let face = match style.weight {
            Weight::Regular => &self.regular,
            Weight::Strong => &self.strong,
        };
        let mut buffer = UnicodeBuffer::new();
        buffer.push_str(text);
        buffer.guess_segment_properties();
        buffer.set_direction(Direction::LeftToRight);
        let shaped = rustybuzz::shape(face, &[], buffer);
        let units: f64 = shaped.glyph_positions().iter().map(|glyph| f64::from(glyph.x_advance)).sum();
        units / f64::from(face.units_per_em()) * style.size
    }

    /// Whether a letter can be shown, or is one that nobody sees.
    pub(super) fn has(&self, letter: char) -> bool {
        let is_drawn =
            self.regular.glyph_index(letter).is_some() && self.strong.glyph_index(letter).is_some();
        is_drawn || letter.is_whitespace() || is_silent(letter)
    }

    /// A text as it can be set in one line: any white space is a blank, and what the faces lack a question mark.
    pub(super) fn plain(&self, text: &str) -> String {
        let seen = text.chars().filter(|letter| !is_silent(*letter));
        let letters = seen.map(|letter| {
            if letter.is_whitespace() || letter.is_control() {
                ' '
            } else if self.has(letter) {
                letter
            } else {
                '?'
            }
        });
        let mut plain: String = letters.take(LETTERS_MAX).collect();
        if text.chars().nth(LETTERS_MAX).is_some() {
            plain.push('…');
        }
        plain
    }

    /// A text in one line of so many points; what has no room ends in `…`.
    pub(super) fn elide(&self, style: Style, text: &str, room: f64) -> String {
        let text = self.plain(text);
        if self.width(style, &text) <= room {
            return text;
        }
        let cut = |end: usize| format!("{}…", text.get(..end).unwrap_or_default().trim_end());
        let ends: Vec<usize> = iter::once(0).chain(letter_ends(&text)).collect();
        let fits = ends.partition_point(|end| self.width(style, &cut(*end)) <= room);
        fits.checked_sub(1).and_then(|at| ends.get(at)).map_or_else(String::new, |end| cut(*end))
    }

    /// A text in lines of so many points, at most so many; what has no room ends in `…`.
    pub(super) fn wrap(&self, style: Style, text: &str, room: f64, lines_max: usize) -> Vec<String> {
        let text = self.plain(text);
        let mut lines = Vec::new();
        let mut line = String::new();
        for word in text.split_whitespace() {
            let longer = if line.is_empty() { word.to_owned() } else { format!("{line} {word}") };
            if self.width(style, &longer) <= room {
                line = longer;
                continue;
            }
            if !line.is_empty() {
                lines.push(std::mem::take(&mut line));
            }
            line = self.break_word(style, word, room, &mut lines);
        }
        if !line.is_empty() {
            lines.push(line);
        }
        if lines.len() > lines_max {
            lines.truncate(lines_max);
            if let Some(last) = lines.last_mut() {
                last.push('…');
                *last = self.elide(style, last, room);
            }
        }
        lines
    }

    /// Puts full lines of a word among lines; gives the rest of it.
    fn break_word(&self, style: Style, word: &str, room: f64, lines: &mut Vec<String>) -> String {
        let mut rest = word;
        while self.width(style, rest) > room {
            let ends: Vec<usize> = letter_ends(rest).collect();
            let fits =
                ends.partition_point(|end| self.width(style, rest.get(..*end).unwrap_or(rest)) <= room);
            // One letter at least, so that there is an end.
            let end = ends.get(fits.max(1) - 1).copied().unwrap_or(rest.len());
            let (head, tail) = rest.split_at(end);
            lines.push(head.to_owned());
            rest = tail;
        }
        rest.to_owned()
    }
}

/// Where each letter of a text ends, bytes.
fn letter_ends(text: &str) -> impl Iterator<Item = usize> {
    text.char_indices().map(|(at, letter)| at + letter.len_utf8())
}

/// Whether nobody sees a letter: marks of direction, joiners, selectors.
fn is_silent(letter: char) -> bool {
    matches!(
        letter,
        '\u{AD}'
            | '\u{200B}'..='\u{200F}'
            | '\u{202A}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}'
            | '\u{FE00}'..='\u{FE0F}'
            | '\u{FEFF}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    const STYLE: Style = Style::new(Weight::Regular, 8.0, Ink::Black);

    fn faces() -> Faces {
        Faces::new().expect("the fonts")
    }

    #[test]
    fn letters_that_the_faces_lack_are_question_marks_and_others_stay() {
        let faces = faces();
        assert_eq!(
            faces.plain("Größe L′max ≥ 350 cd/m², Δu′v′ – Ж Ω"),
            "Größe L′max ≥ 350 cd/m², Δu′v′ – Ж Ω"
        );
        assert_eq!(faces.plain("山田\ttwo\nlines"), "?? two lines");
        assert_eq!(faces.plain("a\u{202E}b\u{200B}c\u{FEFF}"), "abc");
        assert!(faces.has('ж') && !faces.has('山') && faces.has('\n'));
    }

    #[test]
    fn what_was_cut_ends_in_dots_and_has_room() {
        let faces = faces();
        let long = "A monitor of a very long name ".repeat(10);
        let cut = faces.elide(STYLE, &long, 60.0);
        assert!(cut.ends_with('…') && cut.starts_with("A monitor"), "{cut}");
        assert!(faces.width(STYLE, &cut) <= 60.0);
        assert_eq!(faces.elide(STYLE, "short", 60.0), "short");
        assert_eq!(faces.elide(STYLE, "short", 0.5), "");
        let letters = faces.plain(&"a".repeat(5_000));
        assert_eq!((letters.chars().count(), letters.ends_with('…')), (LETTERS_MAX + 1, true));
        assert_eq!(faces.plain(&letters), letters);
    }

    #[test]
    fn lines_have_all_words_and_words_without_room_are_broken() {
        let faces = faces();
        let text = "Technical Standard, Electronic Practice of Medical Imaging (2012, amended 2014)";
        let lines = faces.wrap(STYLE, text, 90.0, 9);
        assert_eq!(lines.join(" "), text);
        assert!(lines.len() > 2 && lines.iter().all(|line| faces.width(STYLE, line) <= 90.0), "{lines:?}");
        let digest = "0123456789abcdef".repeat(4);
        let lines = faces.wrap(STYLE, &digest, 90.0, 9);
        assert!(lines.len() > 1 && lines.concat() == digest, "{lines:?}");
        let few = faces.wrap(STYLE, text, 90.0, 2);
        assert!(few.len() == 2 && few.iter().all(|line| faces.width(STYLE, line) <= 90.0), "{few:?}");
        assert!(few.last().is_some_and(|line| line.ends_with('…')), "{few:?}");
        assert!(faces.wrap(STYLE, " \n ", 90.0, 2).is_empty());
    }

    #[test]
    fn digits_are_equally_wide() {
        let faces = faces();
        let widths = ["1111", "8888", "0417"].map(|digits| faces.width(STYLE, digits));
        assert!(widths.iter().all(|width| (width - widths[0]).abs() < 1e-9), "{widths:?}");
    }
}

//! One line: words and fields, in parts that are left out when they say nothing.

use crate::handwritten::nearest;

use super::error::CornerTextFault;
use super::field::Field;

/// What stands between the parts of a line.
const BETWEEN: &str = " · ";

/// One line, in parts.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Line {
    parts: Vec<Vec<Piece>>,
}

#[derive(Debug, Clone, PartialEq)]
enum Piece {
    Words(String),
    Field(Field),
}

/// A fault with its offset in the text, in bytes.
type Fault = (usize, CornerTextFault);

impl Line {
    /// Reads what a file says; every fault is told.
    pub(super) fn parse(text: &str) -> Result<Self, Vec<Fault>> {
        let mut faults = Vec::new();
        faults.extend(text.find(char::is_control).map(|at| (at, CornerTextFault::NotOneLine)));
        let mut parts = Vec::new();
        let mut at = 0;
        for part in text.split(BETWEEN) {
            parts.push(pieces(part, at, &mut faults));
            at += part.len() + BETWEEN.len();
        }
        if faults.is_empty() { Ok(Self { parts }) } else { Err(faults) }
    }

    /// The line with its fields filled; none when it says nothing.
    pub(super) fn fill(&self, value: &impl Fn(Field) -> Option<String>) -> Option<String> {
        let parts: Vec<String> = self.parts.iter().filter_map(|part| fill(part, value)).collect();
        (!parts.is_empty()).then(|| parts.join(BETWEEN))
    }

    /// The fields in it.
    #[cfg(test)]
    pub(super) fn fields(&self) -> impl Iterator<Item = Field> {
        self.parts.iter().flatten().filter_map(|piece| match piece {
            Piece::Field(field) => Some(*field),
            Piece::Words(_) => None,
        })
    }
}

/// A part that begins at so many bytes of its line.
fn pieces(part: &str, mut at: usize, faults: &mut Vec<Fault>) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let words = |text: &str, at: usize, faults: &mut Vec<Fault>| {
        faults.extend(text.find('}').map(|brace| (at + brace, CornerTextFault::LoneBrace)));
        (!text.is_empty()).then(|| Piece::Words(text.to_owned()))
    };
    let mut chunks = part.split('{');
    let first = chunks.next().unwrap_or_default();
    pieces.extend(words(first, at, faults));
    at += first.len();
    for chunk in chunks {
        if let Some((name, rest)) = chunk.split_once('}') {
            match Field::named(name) {
                Some(field) => pieces.push(Piece::Field(field)),
                None => faults.push((at, unknown(name))),
            }
            pieces.extend(words(rest, at + "{".len() + name.len() + "}".len(), faults));
        } else {
            faults.push((at, CornerTextFault::LoneBrace));
        }
        at += "{".len() + chunk.len();
    }
    pieces
}

fn unknown(name: &str) -> CornerTextFault {
    let nearest = nearest(name, Field::all().map(Field::name));
    CornerTextFault::UnknownField { name: name.to_owned(), nearest }
}

/// A part with its fields filled; none when it has fields and all are empty.
fn fill(part: &[Piece], value: &impl Fn(Field) -> Option<String>) -> Option<String> {
    let mut text = String::new();
    let mut says_something = !part.iter().any(|piece| matches!(piece, Piece::Field(_)));
    for piece in part {
        match piece {
            Piece::Words(words) => text.push_str(words),
            Piece::Field(field) => match value(*field).filter(|value| !value.is_empty()) {
                Some(value) => {
                    says_something = true;
                    text.push_str(&value);
                }
                // What is missing takes the space before it along.
                None => text.truncate(text.trim_end().len()),
            },
        }
    }
    let text = text.trim();
    (says_something && !text.is_empty()).then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The line where some fields have values.
    #[track_caller]
    fn check(line: &str, values: &[(&str, &str)], expected: Option<&str>) {
        let read = Line::parse(line).expect(line);
        let value = |field: Field| {
            let found = values.iter().find(|(name, _)| *name == field.name());
            found.map(|(_, value)| (*value).to_owned())
        };
        assert_eq!(read.fill(&value).as_deref(), expected, "{line}");
    }

    #[test]
    fn a_part_without_a_value_goes_with_its_words_and_an_empty_line_goes() {
        let line = "series {series_number} · {slice_thickness} mm · {kernel}";
        let number = ("series_number", "4");
        check(
            line,
            &[number, ("slice_thickness", "5"), ("kernel", "I30f/2")],
            Some("series 4 · 5 mm · I30f/2"),
        );
        check(line, &[number, ("kernel", "I30f/2")], Some("series 4 · I30f/2"));
        check(line, &[("slice_thickness", "5")], Some("5 mm"));
        check(line, &[number, ("slice_thickness", "")], Some("series 4"));
        check(line, &[], None);
        check("", &[], None);
    }

    #[test]
    fn a_part_stays_while_one_of_its_fields_has_a_value() {
        let line = "{image_of}   {position}";
        check(
            line,
            &[("image_of", "3 / 9"), ("position", "position 4.0 mm")],
            Some("3 / 9   position 4.0 mm"),
        );
        check(line, &[("image_of", "3 / 9")], Some("3 / 9"));
        check(line, &[("position", "position 4.0 mm")], Some("position 4.0 mm"));
        let three = "{manufacturer} {model} {station}";
        check(three, &[("manufacturer", "A"), ("station", "C")], Some("A C"));
    }

    #[test]
    fn words_without_a_field_always_stand() {
        check("Hospital One · {kvp} kV", &[], Some("Hospital One"));
    }

    #[track_caller]
    fn refused(line: &str, expected: &[(usize, &str)]) {
        let faults = Line::parse(line).expect_err(line);
        let found: Vec<_> = faults.iter().map(|(at, fault)| (*at, fault.to_string())).collect();
        let expected: Vec<_> = expected.iter().map(|&(at, words)| (at, words.to_owned())).collect();
        assert_eq!(found, expected, "{line}");
    }

    #[test]
    fn every_fault_of_a_line_is_told_where_it_stands() {
        let lone = "a brace stands alone: a field is written {name}, within one part of a line";
        refused("{kvp} kV · {kernl}", &[(12, "there is no field 'kernl' (did you mean 'kernel'?)")]);
        refused("{xyzzy}{}", &[(0, "there is no field 'xyzzy'"), (7, "there is no field ''")]);
        refused("a {kvp · {kvp}", &[(2, lone)]);
        refused("kvp} {kvp} }", &[(3, lone), (11, lone)]);
        refused(
            "{kvp}\n",
            &[(5, "a line break or another control character stands in the line: write a line of its own")],
        );
    }
}

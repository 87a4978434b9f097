//! TOML text with a line and a column for everything in it.

use std::fmt;

use ::toml::de::{DeTable, Error};

/// Where something stands in a text; both count from 1, columns in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LineColumn {
    /// The line.
    pub line: usize,
    /// The character in it.
    pub column: usize,
}

impl LineColumn {
    /// The start of a text.
    pub const START: Self = Self { line: 1, column: 1 };

    /// From an offset in bytes.
    pub fn of(text: &str, offset: usize) -> Self {
        let before = text.get(..offset).unwrap_or(text);
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        let in_line = before.get(line_start..).unwrap_or_default();
        Self { line: before.matches('\n').count() + 1, column: in_line.chars().count() + 1 }
    }
}

impl fmt::Display for LineColumn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.line, self.column)
    }
}

/// A text read as TOML as far as it goes.
pub(crate) struct Toml<'t> {
    text: &'t str,
    /// What could be read.
    pub(crate) table: DeTable<'t>,
    /// Where it is not TOML, and what is wrong there.
    pub(crate) faults: Vec<(LineColumn, String)>,
}

impl<'t> Toml<'t> {
    pub(crate) fn read(text: &'t str) -> Self {
        let (table, errors) = DeTable::parse_recoverable(text);
        let mut faults: Vec<(LineColumn, String)> = errors.iter().map(|error| fault(text, error)).collect();
        // A second fault in a line only follows from the first.
        faults.sort();
        faults.dedup_by_key(|(place, _)| place.line);
        Self { text, table: table.into_inner(), faults }
    }

    pub(crate) fn line_column(&self, offset: usize) -> LineColumn {
        LineColumn::of(self.text, offset)
    }

    /// What seems wrong here only follows from the text not being TOML: in the same line, or below a broken `[header]`.
    pub(crate) fn is_doubtful(&self, at: LineColumn) -> bool {
        self.faults
            .iter()
            .any(|(place, _)| place.line == at.line || (*place < at && self.is_header(place.line)))
    }

    /// All that is wrong, in the order of the text: what a reader `found`, with offsets in bytes, but for what only follows from
    /// the text not being TOML; and that, which `syntax` makes a fault of.
    pub(crate) fn told<F>(
        &self,
        found: impl IntoIterator<Item = (usize, F)>,
        syntax: impl Fn(String) -> F,
    ) -> Vec<(LineColumn, F)> {
        let placed = found.into_iter().map(|(offset, fault)| (self.line_column(offset), fault));
        let mut told: Vec<_> = placed.filter(|(at, _)| !self.is_doubtful(*at)).collect();
        told.extend(self.faults.iter().map(|(at, what)| (*at, syntax(what.clone()))));
        told.sort_by_key(|(at, _)| *at);
        told
    }

    fn is_header(&self, line: usize) -> bool {
        self.text.lines().nth(line - 1).is_some_and(|text| text.trim_start().starts_with('['))
    }
}

fn fault(text: &str, error: &Error) -> (LineColumn, String) {
    let span = error.span().unwrap_or(0..0);
    let place = LineColumn::of(text, span.start);
    let rest_of_line = text.get(span.start..).and_then(|rest| rest.lines().next()).unwrap_or_default().trim();
    let message = error.message();
    let is = |start: &str| message.starts_with(start);
    let words = if is("duplicate key") {
        let key = text.get(span).unwrap_or_default();
        format!("'{}' is written twice", key.trim_matches(['"', '\'']))
    } else if is("invalid unquoted key") {
        "a name with other signs than letters, digits, - and _ must stand in quotes".to_owned()
    } else if is("string values must be quoted") && rest_of_line.is_empty() {
        "the value is missing".to_owned()
    } else if is("string values must be quoted")
        || (is("invalid ") && rest_of_line.starts_with(char::is_alphabetic))
    {
        // A bare word is taken for `inf` or `true` by its first letter.
        "text must stand in quotes".to_owned()
    } else {
        message.to_owned()
    };
    (place, words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters_and_lines_count_from_one() {
        let text = "a\r\nμμ = 1\n";
        assert_eq!(LineColumn::of(text, 0).to_string(), "1:1");
        assert_eq!(LineColumn::of(text, text.find('=').expect("it has one")).to_string(), "2:4");
        assert_eq!(LineColumn::of(text, 10_000).to_string(), "3:1");
    }

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let faults: Vec<String> =
            Toml::read(text).faults.iter().map(|(place, what)| format!("{place} {what}")).collect();
        assert_eq!(faults, expected, "{text}");
    }

    #[test]
    fn every_line_that_is_not_toml_is_told_in_words() {
        check(
            "[a]\n\"x\" = 1\n\"x\" = 2\ny = \nz = 3\n",
            &["3:1 'x' is written twice", "4:5 the value is missing"],
        );
        check("I = invert", &["1:5 text must stand in quotes"]);
        check("I = tool", &["1:5 text must stand in quotes"]);
        check(
            "Ctrl+K = 1",
            &["1:5 a name with other signs than letters, digits, - and _ must stand in quotes"],
        );
        check("[a", &["1:3 unclosed table, expected `]`"]);
    }

    #[test]
    fn below_a_broken_header_and_in_a_broken_line_nothing_else_is_certain() {
        let doubtful = |text, line| Toml::read(text).is_doubtful(LineColumn { line, column: 1 });
        assert!(doubtful("[a\nb = 1\nc = 2", 3));
        assert!(doubtful("[a]\nb =\nc = 2", 2));
        assert!(!doubtful("[a]\nb =\nc = 2", 3));
        assert!(!doubtful("b = 1\n[a\n", 1));
    }
}

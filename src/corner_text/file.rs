//! One file of corner texts, checked as far as it can be by itself.

use std::collections::BTreeMap;
use std::ops::Range;

use toml::Spanned;
use toml::de::{DeString, DeValue};

use crate::command::Detail;
use crate::handwritten::{LineColumn, Toml, nearest, value_kind};

use super::corner::Corner;
use super::error::CornerTextFault;
use super::line::Line;

/// The levels of detail that a file describes; at the third there is only the identity.
const DETAILS: [Detail; 2] = [Detail::Full, Detail::Short];

/// What one sound file says.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct CornerText {
    full: BTreeMap<Corner, Vec<Line>>,
    short: BTreeMap<Corner, Vec<Line>>,
}

impl CornerText {
    /// Reads one file; every fault in it is told, in the order of the file.
    pub(super) fn parse(text: &str) -> Result<Self, Vec<(LineColumn, CornerTextFault)>> {
        let toml = Toml::read(text);
        let mut reader = Reader { text, said: Self::default(), faults: Vec::new() };
        for (name, value) in &toml.table {
            reader.section(name, value);
        }
        let Reader { said, faults, .. } = reader;
        let faults = toml.told(faults, CornerTextFault::Syntax);
        if faults.is_empty() { Ok(said) } else { Err(faults) }
    }

    /// The lines of a corner; a corner that the file leaves out is empty.
    pub(super) fn lines(&self, detail: Detail, corner: Corner) -> &[Line] {
        let corners = match detail {
            Detail::Full => &self.full,
            Detail::Short => &self.short,
            Detail::Identity => return &[],
        };
        corners.get(&corner).map_or(&[], Vec::as_slice)
    }
}

struct Reader<'t> {
    text: &'t str,
    said: CornerText,
    /// With their offsets in the text, in bytes.
    faults: Vec<(usize, CornerTextFault)>,
}

impl Reader<'_> {
    fn section(&mut self, name: &Spanned<DeString<'_>>, value: &Spanned<DeValue<'_>>) {
        let (at, written) = (name.span().start, name.get_ref().as_ref());
        let Some(detail) = DETAILS.into_iter().find(|detail| detail.name() == written) else {
            let nearest = nearest(written, DETAILS.map(Detail::name));
            self.faults.push((at, CornerTextFault::UnknownSection { name: written.to_owned(), nearest }));
            return;
        };
        let DeValue::Table(corners) = value.get_ref() else {
            let found = value_kind(value.get_ref());
            self.faults.push((at, CornerTextFault::NotASection { detail, found }));
            return;
        };
        let read = corners.iter().filter_map(|(name, lines)| self.corner(name, lines)).collect();
        match detail {
            Detail::Full => self.said.full = read,
            Detail::Short | Detail::Identity => self.said.short = read,
        }
    }

    fn corner(
        &mut self,
        name: &Spanned<DeString<'_>>,
        value: &Spanned<DeValue<'_>>,
    ) -> Option<(Corner, Vec<Line>)> {
        let written = name.get_ref().as_ref();
        let Some(corner) = Corner::ALL.into_iter().find(|corner| corner.name() == written) else {
            let nearest = nearest(written, Corner::ALL.map(Corner::name));
            let fault = CornerTextFault::UnknownCorner { name: written.to_owned(), nearest };
            self.faults.push((name.span().start, fault));
            return None;
        };
        let DeValue::Array(lines) = value.get_ref() else {
            let found = value_kind(value.get_ref());
            self.faults.push((value.span().start, CornerTextFault::NotAList { corner, found }));
            return None;
        };
        Some((corner, lines.iter().filter_map(|line| self.line(corner, line)).collect()))
    }

    fn line(&mut self, corner: Corner, value: &Spanned<DeValue<'_>>) -> Option<Line> {
        let DeValue::String(line) = value.get_ref() else {
            let found = value_kind(value.get_ref());
            self.faults.push((value.span().start, CornerTextFault::NotText { corner, found }));
            return None;
        };
        match Line::parse(line) {
            Ok(line) => Some(line),
            Err(faults) => {
                let place = |at| offset_in_file(self.text, value.span(), line, at);
                self.faults.extend(faults.into_iter().map(|(at, fault)| (place(at), fault)));
                None
            }
        }
    }
}

/// Where a brace of a line stands in its file, in which the line has quotes and perhaps escapes: it is the same brace of
/// as many. What is no brace stands at the quotes.
fn offset_in_file(file: &str, span: Range<usize>, line: &str, at: usize) -> usize {
    const BRACES: [char; 2] = ['{', '}'];
    let written = file.get(span.clone()).unwrap_or_default();
    let (before, from) = line.split_at_checked(at).unwrap_or_default();
    let nth = before.matches(BRACES).count();
    let brace = written.match_indices(BRACES).nth(nth).filter(|_| from.starts_with(BRACES));
    span.start + brace.map_or(0, |(at, _)| at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let faults = CornerText::parse(text).expect_err("it is faulty");
        let found: Vec<String> = faults.iter().map(|(at, fault)| format!("{at} {fault}")).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn what_a_file_leaves_out_is_empty() {
        let file =
            CornerText::parse("[short]\ntop_left = [\"{study}\", \"{window}\"]\n").expect("it is sound");
        assert_eq!(file.lines(Detail::Short, Corner::TopLeft).len(), 2);
        assert!(file.lines(Detail::Short, Corner::TopRight).is_empty());
        assert!(file.lines(Detail::Full, Corner::TopLeft).is_empty());
        assert!(file.lines(Detail::Identity, Corner::TopLeft).is_empty());
        assert_eq!(CornerText::parse("# nothing\n"), Ok(CornerText::default()));
    }

    #[test]
    fn every_fault_of_a_file_is_told_with_its_place() {
        check(
            "[ful]\n[short]\ntop_lft = []\nmiddle = []\n\
             top_left = \"{study}\"\ntop_right = [\n  \"a · {windw} · {zoom}\",\n  3,\n]\n",
            &[
                "1:2 there is no section 'ful' (did you mean 'full'?)",
                "3:1 there is no corner 'top_lft' (did you mean 'top_left'?)",
                "4:1 there is no corner 'middle'",
                "5:12 'top_left' is text, where a list of lines is expected: [\"…\", \"…\"]",
                "7:8 there is no field 'windw' (did you mean 'window'?)",
                "8:3 a line of 'top_right' is a number, where text in quotes is expected",
            ],
        );
        check(
            "full = 1\n[identity]\n",
            &[
                "1:1 'full' is a number, where a section with corners below is expected: [full]",
                "2:2 there is no section 'identity'",
            ],
        );
    }

    #[test]
    fn the_column_counts_what_is_written_escapes_included() {
        check(
            "full.top_left = [\"\\u00b7\\u00b7 {zoom} {zom}\"]",
            &["1:39 there is no field 'zom' (did you mean 'zoom'?)"],
        );
        check(
            "full.top_left = [\"{zoom}\\n\"]",
            &["1:18 a line break or another control character stands in the line: write a line of its own"],
        );
    }

    #[test]
    fn what_is_not_toml_is_told_and_the_rest_is_still_read() {
        check(
            "[full]\ntop_left = study\n[short]\ntop_lef = []\n",
            &[
                "2:12 text must stand in quotes",
                "4:1 there is no corner 'top_lef' (did you mean 'top_left'?)",
            ],
        );
        check("[full]\ntop_left = []\ntop_left = []\n", &["3:1 'top_left' is written twice"]);
    }
}

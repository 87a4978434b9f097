//! Bytes of text to characters, as Specific Character Set (0008,0005) says. PS3.3 C.12.1.1.2, PS3.5 6.1.
//!
//! Most sets are code tables in two halves: G0 for bytes below 0x80, G1 for those above. Escape sequences put another
//! table into a half; a delimiter brings the first ones back. The tables are those of the web, which know more than
//! their standards: 0x80 to 0x9F in Latin 1, 5 and Thai are the signs of Windows, where ISO has controls that no text
//! holds, and a few signs of JIS X 0208, such as the wave dash, come as Windows writes them.

use encoding_rs::{
    EUC_JP, EUC_KR, Encoding, GBK, ISO_8859_2, ISO_8859_3, ISO_8859_4, ISO_8859_5, ISO_8859_6, ISO_8859_7,
    ISO_8859_8, ISO_8859_15, SHIFT_JIS, UTF_8, WINDOWS_874, WINDOWS_1252, WINDOWS_1254,
};

const ESCAPE: u8 = 0x1B;

/// Stands for bytes that the character sets do not define: a text that contains it was not decoded without errors.
pub(super) const UNDECODABLE: char = char::REPLACEMENT_CHARACTER;

/// What the bytes are, since delimiters end the reach of an escape sequence. PS3.5 6.1.2.5.3.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TextKind {
    /// One value, in which a backslash is a character.
    Plain,
    /// Values with backslashes between them: LO, SH, UC.
    Values,
    /// Names, in each `^` and `=`, and between several backslashes: PN.
    PersonName,
}

impl TextKind {
    const fn is_delimiter(self, byte: u8) -> bool {
        match self {
            Self::Plain => false,
            Self::Values => byte == b'\\',
            Self::PersonName => matches!(byte, b'\\' | b'^' | b'='),
        }
    }
}

/// The character sets of one data set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct CharacterSets {
    /// An encoding that knows no escape sequences.
    whole: Option<&'static Encoding>,
    /// Where every value begins.
    initial: Tables,
    /// Values of Specific Character Set that are not obeyed.
    unusable: Vec<String>,
}

impl CharacterSets {
    /// The sets that the values of Specific Character Set name. None, or a first one that is empty, is ISO IR 6.
    pub(super) fn new(values: &[&str]) -> Self {
        let whole = values.first().and_then(|first| whole(first));
        let extensions = values.get(usize::from(whole.is_some())..).unwrap_or_default();
        let known: Vec<Option<&Repertoire>> = extensions.iter().map(|term| Repertoire::named(term)).collect();
        let g0 = known.first().copied().flatten().and_then(|first| first.g0);
        let g1 = known.iter().flatten().find_map(|repertoire| repertoire.g1);
        let unusable =
            extensions.iter().zip(&known).filter(|(_, repertoire)| whole.is_some() || repertoire.is_none());
        Self {
            whole,
            initial: Tables {
                g0: g0.map_or(G0::Ascii, |(g0, _)| if g0.is_double_byte() { G0::Ascii } else { g0 }),
                // Korean devices leave out the escape sequence of the one set that they use. And where none is named,
                // bytes above 0x80 that are UTF-8 by all its rules are nothing else.
                g1: g1.map_or(UTF_8, |(encoding, _)| encoding),
            },
            unusable: unusable.map(|(term, _)| (*term).to_owned()).collect(),
        }
    }

    /// Values that are no defined term, or must not stand beside the first one; text is read without them.
    pub(super) fn unusable(&self) -> &[String] {
        &self.unusable
    }

    /// The text of a value's bytes; [`UNDECODABLE`] stands for what the sets do not define.
    pub(super) fn decode(&self, bytes: &[u8], kind: TextKind) -> String {
        if let Some(encoding) = self.whole {
            return encoding.decode_without_bom_handling(bytes).0.into_owned();
        }
        let mut text = String::with_capacity(bytes.len());
        let mut tables = self.initial;
        let mut rest = bytes;
        loop {
            let is_end = |byte: &u8| {
                byte.is_ascii_control() || (!tables.g0.is_double_byte() && kind.is_delimiter(*byte))
            };
            let (run, after) = rest.split_at(rest.iter().position(is_end).unwrap_or(rest.len()));
            tables.decode(run, kind, &mut text);
            let Some((&end, after)) = after.split_first() else { return text };
            rest = after;
            if end != ESCAPE {
                text.push(char::from(end));
                tables = self.initial;
            } else if let Some((escaped, after)) = tables.escape(after) {
                (tables, rest) = (escaped, after);
            } else {
                text.push(UNDECODABLE);
            }
        }
    }

    /// The same for text that was read as if it were Latin 1, a character for each byte. Values that were split are to
    /// be joined by backslashes first: one of them can be half of a Japanese or Chinese character.
    pub(super) fn redecode(&self, latin1: &str, kind: TextKind) -> String {
        let bytes: Result<Vec<u8>, _> = latin1.chars().map(u8::try_from).collect();
        bytes.map_or_else(|_decoded_already| latin1.to_owned(), |bytes| self.decode(&bytes, kind))
    }
}

/// What the lower half of the code table holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum G0 {
    /// ISO IR 6.
    Ascii,
    /// ISO IR 14, JIS X 0201: as ASCII, but for the yen and the overline.
    Romaji,
    /// ISO IR 87, JIS X 0208, two bytes a character.
    Kanji,
    /// ISO IR 159, JIS X 0212, two bytes a character.
    SupplementaryKanji,
}

impl G0 {
    const fn is_double_byte(self) -> bool {
        matches!(self, Self::Kanji | Self::SupplementaryKanji)
    }
}

/// Both halves of the code table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Tables {
    g0: G0,
    /// An encoding whose lower half is ASCII, so that it reads a mixed run.
    g1: &'static Encoding,
}

impl Tables {
    fn decode(self, run: &[u8], kind: TextKind, text: &mut String) {
        let mixed = |bytes| self.g1.decode_without_bom_handling(bytes).0;
        match self.g0 {
            G0::Ascii => text.push_str(&mixed(run)),
            G0::Romaji => text.extend(mixed(run).chars().map(|c| match c {
                '~' => '‾',
                // Where it does not delimit.
                '\\' if kind == TextKind::Plain => '¥',
                _ => c,
            })),
            G0::Kanji | G0::SupplementaryKanji => {
                for half in run.chunk_by(|a, b| a.is_ascii() == b.is_ascii()) {
                    if half.iter().all(u8::is_ascii) {
                        text.push_str(&EUC_JP.decode_without_bom_handling(&self.as_euc_jp(half)).0);
                    } else {
                        text.push_str(&mixed(half));
                    }
                }
            }
        }
    }

    /// The same characters of two bytes as EUC-JP writes them; spaces stay spaces.
    fn as_euc_jp(self, pairs: &[u8]) -> Vec<u8> {
        const SUPPLEMENTARY: u8 = 0x8F;
        let mut euc = Vec::with_capacity(pairs.len() + pairs.len() / 2);
        let mut bytes = pairs.iter();
        while let Some(&lead) = bytes.next() {
            if lead == b' ' {
                euc.push(lead);
                continue;
            }
            if self.g0 == G0::SupplementaryKanji {
                euc.push(SUPPLEMENTARY);
            }
            euc.push(lead | 0x80);
            euc.extend(bytes.next().map(|trail| trail | 0x80));
        }
        euc
    }

    /// After an escape: the tables that it asks for, and what follows it. PS3.3 tables C.12-3 and C.12-4.
    fn escape(self, after: &[u8]) -> Option<(Self, &[u8])> {
        REPERTOIRES.iter().find_map(|repertoire| {
            let to_g0 = repertoire
                .g0
                .and_then(|(g0, sequence)| Some((Self { g0, ..self }, after.strip_prefix(sequence)?)));
            let to_g1 = || {
                repertoire
                    .g1
                    .and_then(|(g1, sequence)| Some((Self { g1, ..self }, after.strip_prefix(sequence)?)))
            };
            to_g0.or_else(to_g1)
        })
    }
}

/// A set of the ISO register, and the escape sequences that bring it, each without its first byte.
struct Repertoire {
    registration: u16,
    g0: Option<(G0, &'static [u8])>,
    g1: Option<(&'static Encoding, &'static [u8])>,
}

impl Repertoire {
    /// The set that a defined term names, however it spells spaces and underscores.
    fn named(term: &str) -> Option<&'static Self> {
        let number = registration(term)?;
        REPERTOIRES.iter().find(|repertoire| repertoire.registration == number)
    }

    const fn lower(registration: u16, g0: G0, sequence: &'static [u8]) -> Self {
        Self { registration, g0: Some((g0, sequence)), g1: None }
    }

    const fn upper(registration: u16, g1: &'static Encoding, sequence: &'static [u8]) -> Self {
        Self { registration, g0: None, g1: Some((g1, sequence)) }
    }
}

/// PS3.3 tables C.12-2 to C.12-4.
static REPERTOIRES: [Repertoire; 17] = [
    Repertoire::lower(6, G0::Ascii, b"(B"),
    Repertoire {
        registration: 13,
        g0: Some((G0::Romaji, b"(J")),
        // Half-width kana stand there as in JIS X 0201.
        g1: Some((SHIFT_JIS, b")I")),
    },
    Repertoire::upper(58, GBK, b"$)A"),
    Repertoire::lower(87, G0::Kanji, b"$B"),
    Repertoire::upper(100, WINDOWS_1252, b"-A"),
    Repertoire::upper(101, ISO_8859_2, b"-B"),
    Repertoire::upper(109, ISO_8859_3, b"-C"),
    Repertoire::upper(110, ISO_8859_4, b"-D"),
    Repertoire::upper(126, ISO_8859_7, b"-F"),
    Repertoire::upper(127, ISO_8859_6, b"-G"),
    Repertoire::upper(138, ISO_8859_8, b"-H"),
    Repertoire::upper(144, ISO_8859_5, b"-L"),
    Repertoire::upper(148, WINDOWS_1254, b"-M"),
    Repertoire::upper(149, EUC_KR, b"$)C"),
    Repertoire::lower(159, G0::SupplementaryKanji, b"$(D"),
    Repertoire::upper(166, WINDOWS_874, b"-T"),
    Repertoire::upper(203, ISO_8859_15, b"-b"),
];

/// UTF-8 by its number in the register.
const UNICODE: u16 = 192;

/// The number in `ISO_IR 100`, `ISO 2022 IR 100` and their misspellings; 6 for an empty term.
fn registration(term: &str) -> Option<u16> {
    let spelled: String = term.chars().filter(char::is_ascii_alphanumeric).collect();
    if spelled.is_empty() {
        return Some(6);
    }
    let spelled = spelled.to_ascii_uppercase();
    let number = spelled.strip_prefix("ISO")?;
    let number = number.strip_prefix("2022").unwrap_or(number);
    number.strip_prefix("IR").unwrap_or(number).parse().ok()
}

/// The encoding of a term that allows no escape sequences: `ISO_IR 192`, `GB18030`, `GBK`, and names from outside DICOM such
/// as `UTF-8`.
fn whole(term: &str) -> Option<&'static Encoding> {
    let number = registration(term);
    if number == Some(UNICODE) {
        return Some(UTF_8);
    }
    let label = term.trim().strip_prefix("ISO 2022 ").unwrap_or(term);
    Encoding::for_label(label.as_bytes())
        .filter(|encoding| encoding.is_ascii_compatible() && Repertoire::named(term).is_none())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn check(sets: &[&str], kind: TextKind, bytes: &[u8], expected: &str) {
        let text = CharacterSets::new(sets).decode(bytes, kind);
        assert_eq!(text, expected, "{sets:?} {kind:?} {bytes:X?}");
    }

    #[test]
    fn a_delimiter_brings_the_first_tables_back() {
        use TextKind::{Plain, Values};
        let sets = ["ISO 2022 IR 100", "ISO 2022 IR 144"];
        check(&sets, TextKind::PersonName, b"\x1B-L\xBF=\xBF^\xBF\\\xBF", "П=¿^¿\\¿");
        check(&sets, Values, b"\x1B-L\xBF=\xBF^\xBF\\\xBF", "П=П^П\\¿");
        check(&sets, Plain, b"\x1B-L\xBF=\xBF^\xBF\\\xBF\r\n\xBF", "П=П^П\\П\r\n¿");
    }

    #[test]
    fn half_a_kanji_is_no_delimiter() {
        let sets = ["", "ISO 2022 IR 87"];
        let spring = b"ZZCANARY=\x1B$B=U;R\x1B(B^\x1B$B\\(\x1B(B";
        check(&sets, TextKind::PersonName, spring, "ZZCANARY=春子^棣");
        check(&sets, TextKind::Values, b"\x1B$B=U\x1B(B\\\x1B$B\\(\x1B(B", "春\\棣");
        check(&["GBK"], TextKind::Values, b"\x81\x5C\\\x81\x5E", "乗\\乛");
    }

    #[test]
    fn both_halves_of_a_table_stand_side_by_side() {
        let sets = ["ISO 2022 IR 13", "ISO 2022 IR 87", "ISO 2022 IR 159"];
        let kana = b"\xD4\xCF\xC0\xDE~\\";
        check(&sets, TextKind::Plain, kana, "ﾔﾏﾀﾞ‾¥");
        check(&sets, TextKind::Values, kana, "ﾔﾏﾀﾞ‾\\");
        check(&sets, TextKind::Plain, b"\x1B$B;3\xD4 ED\x1B$(D\x30\x21\x1B(BA~", "山ﾔ 田丂A~");
    }

    #[test]
    fn a_term_is_understood_however_it_is_spelled() {
        for term in
            ["ISO_IR 144", "ISO-IR 144", "ISO IR 144 ", "iso_ir_144", "ISO 2022-IR 144", "ISO2022IR144"]
        {
            check(&[term], TextKind::Plain, b"A\xBF", "AП");
        }
        for term in ["ISO_IR 192", "ISO-IR-192 ", "UTF-8", "utf8"] {
            check(&[term], TextKind::Plain, "Aé".as_bytes(), "Aé");
        }
        for term in ["GBK", "GB18030", "GB2312", "ISO 2022 GBK", "ISO 2022 IR 58", "ISO 2022 58"] {
            check(&[term], TextKind::Plain, b"A\xCD\xF5", "A王");
        }
    }

    #[test]
    fn a_set_that_is_declared_needs_no_escape() {
        check(&["", "ISO 2022 IR 149"], TextKind::PersonName, b"\xB1\xE8^\xC8\xF1", "김^희");
        check(&["ISO 2022 IR 149"], TextKind::PersonName, b"\xB1\xE8^\xC8\xF1", "김^희");
        check(&[], TextKind::PersonName, "Jérôme".as_bytes(), "Jérôme");
    }

    #[test]
    fn what_is_not_defined_leaves_a_mark() {
        check(&[], TextKind::Plain, b"J\xE9r\xF4me", "J\u{FFFD}r\u{FFFD}me");
        check(&["ISO_IR 138"], TextKind::Plain, b"\xF9\xFF", "ש\u{FFFD}");
        check(&["", "ISO 2022 IR 87"], TextKind::Plain, b"\x1B$B;", "\u{FFFD}");
        check(&["", "ISO 2022 IR 87"], TextKind::Plain, b"A\x1B$XB\x1B", "A\u{FFFD}$XB\u{FFFD}");
        check(&["ISO_IR 192"], TextKind::Plain, b"A\xC3", "A\u{FFFD}");
    }

    #[test]
    fn terms_that_are_not_obeyed_are_named() {
        let unusable = |sets: &[&str]| CharacterSets::new(sets).unusable().to_vec();
        assert!(unusable(&["", "ISO 2022 IR 87", "ISO 2022 IR 203"]).is_empty());
        assert_eq!(unusable(&["ISO_IR 99", "ISO 2022 IR 87", "KLINGON"]), ["ISO_IR 99", "KLINGON"]);
        assert_eq!(unusable(&["ISO_IR 100", "ISO_IR 192"]), ["ISO_IR 192"]);
        assert_eq!(unusable(&["GB18030", "ISO 2022 IR 87"]), ["ISO 2022 IR 87"]);
    }

    #[test]
    fn text_that_was_read_as_latin_1_is_read_again() {
        let sets = CharacterSets::new(&["ISO_IR 126"]);
        assert_eq!(sets.redecode("\u{C4}\u{E9}\u{EF}", TextKind::Plain), "Διο");
        assert_eq!(sets.redecode("Διο", TextKind::Plain), "Διο");
    }

    proptest! {
        #[test]
        fn no_bytes_are_too_strange(
            sets in prop::collection::vec("(ISO 2022 IR (6|13|58|87|100|149|159|166)|GB18030|ISO_IR 192|)", 0..4),
            pieces in prop::collection::vec(prop_oneof![
                prop::collection::vec(any::<u8>(), 0..6),
                "\u{1B}(\\$B|\\$\\(D|\\(J|\\)I|\\$\\)C|-L)[!-~]{0,3}".prop_map(String::into_bytes),
            ], 0..8),
        ) {
            let sets: Vec<&str> = sets.iter().map(String::as_str).collect();
            let bytes = pieces.concat();
            for kind in [TextKind::Plain, TextKind::Values, TextKind::PersonName] {
                let text = CharacterSets::new(&sets).decode(&bytes, kind);
                prop_assert!(text.len() <= 3 * bytes.len());
            }
        }
    }
}

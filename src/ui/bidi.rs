//! Right to left: text in the order in which it is seen, for egui, which shapes each run in its own direction but puts
//! the runs from left to right. Unicode Standard Annex 9.

use std::borrow::Cow;

use unicode_bidi::{BidiClass, BidiDataSource, ParagraphBidiInfo, bidi_class};

/// The text as egui must be given it; the same text where nothing in it runs from right to left.
///
/// For words that are drawn, not for words that are searched, copied or told to a screen reader.
pub(super) fn for_display(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_right_to_left) {
        return Cow::Borrowed(text);
    }
    let lines: Vec<String> = text.split('\n').map(line_for_display).collect();
    Cow::Owned(lines.join("\n"))
}

fn line_for_display(line: &str) -> String {
    // A leading number does not decide where the line begins.
    let base = ParagraphBidiInfo::new(line, None).paragraph_level;
    let bidi = ParagraphBidiInfo::new_with_data_source(&Classes, line, Some(base));
    let levels = bidi.reordered_levels_per_char(0..line.len());
    let letters: Vec<_> = line.chars().zip(&levels).collect();
    let seen = ParagraphBidiInfo::reorder_visual(&levels).into_iter().filter_map(|place| letters.get(place));
    let seen: Vec<char> = seen
        .filter(|(letter, _)| !is_direction_mark(*letter))
        .map(|&(letter, level)| if level.is_rtl() { mirrored(letter) } else { letter })
        .collect();
    let mut text = String::with_capacity(line.len());
    for run in seen.chunk_by(|a, b| has_own_font(*a) == has_own_font(*b)) {
        // The shaper takes such a run in the order of reading, and turns it round itself.
        if run.iter().any(|letter| has_own_font(*letter) && is_right_to_left(*letter)) {
            text.extend(run.iter().rev());
        } else {
            text.extend(run);
        }
    }
    text
}

/// The classes of Unicode, but digits go along with Latin letters: Arabic words would turn an ISO date round, day first,
/// and part a number from its unit. Rules W2 and HL2.
struct Classes;

impl BidiDataSource for Classes {
    fn bidi_class(&self, letter: char) -> BidiClass {
        if letter.is_ascii_digit() { BidiClass::L } else { bidi_class(letter) }
    }
}

fn is_right_to_left(letter: char) -> bool {
    matches!(bidi_class(letter), BidiClass::R | BidiClass::AL)
}

/// Whether the letter comes from a font for Hebrew, Arabic and their kin, since the interface's own font lacks it:
/// letters of one font are shaped together. Joiners stay with the letters that they join.
const fn has_own_font(letter: char) -> bool {
    matches!(letter, '\u{590}'..='\u{8FF}' | '\u{200C}'..='\u{200D}' | '\u{FB1D}'..='\u{FDFF}' | '\u{FE70}'..='\u{FEFE}')
}

/// Marks that have done their work once the order is known.
fn is_direction_mark(letter: char) -> bool {
    matches!(letter, '\u{200E}' | '\u{200F}' | '\u{61C}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// A bracket that opens to the right opens to the left in text from right to left.
const fn mirrored(letter: char) -> char {
    match letter {
        '(' => ')',
        ')' => '(',
        '[' => ']',
        ']' => '[',
        '{' => '}',
        '}' => '{',
        '<' => '>',
        '>' => '<',
        '«' => '»',
        '»' => '«',
        _ => letter,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The pixels' order is the shaper's: a run of Hebrew or Arabic is given in the order of reading, runs from the left.
    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(for_display(text), expected, "{text}");
    }

    #[test]
    fn text_from_left_to_right_stays_as_it_is() {
        for text in ["", "ZZCANARY^JANE", "Люкceмбypг 2026-11-20", "山田^太郎 (やまだ^たろう)", "٢٠", "สมชาย"]
        {
            assert!(matches!(for_display(text), Cow::Borrowed(same) if same == text), "{text}");
        }
    }

    #[test]
    fn names_have_the_family_on_the_right() {
        check("שרון^דבורה", "דבורה^שרון");
        check("قباني^لنزار", "لنزار^قباني");
        check("זז=ZZCANARY", "ZZCANARY=זז");
        check("ZZCANARY (שרון^דבורה)", "ZZCANARY (דבורה^שרון)");
    }

    #[test]
    fn brackets_and_numbers_keep_their_sense() {
        check("שלום (עולם) abc", "abc (עולם) שלום");
        check("CT رأس (صدر) 2026-11-20", "CT (صدر) رأس 2026-11-20");
        check("رأس 5.0 mm 12:30 صدر", "صدر 5.0 mm 12:30 رأس");
        check("3 رأس", "رأس 3");
        check("ג-10", "10-ג");
    }

    #[test]
    fn what_the_shaper_turns_round_is_turned_before() {
        check("محمد٢٠", "محمد٠٢");
        check("أ، ب", "ب أ،");
        check("שִׁיר", "שִׁיר");
        check("می\u{200C}خواهم", "می\u{200C}خواهم");
    }

    #[test]
    fn lines_stay_where_they_are_and_marks_are_not_drawn() {
        check("א ב\nג ד", "ב א\nד ג");
        check("CT \u{200F}א ב\u{200E}", "CT ב א");
    }
}

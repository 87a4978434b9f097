//! The word that was probably meant.

/// The nearest of the known words: at most two letters are wrong, and of a short word at most one in three.
pub(crate) fn nearest<'k>(word: &str, known: impl IntoIterator<Item = &'k str>) -> Option<&'k str> {
    let folded = word.to_lowercase();
    let wrong_most = folded.chars().count().saturating_add(1).div_euclid(3).min(2);
    known
        .into_iter()
        .map(|known| (strsim::damerau_levenshtein(&known.to_lowercase(), &folded), known))
        .min_by_key(|(wrong, _)| *wrong)
        .filter(|(wrong, _)| *wrong <= wrong_most)
        .map(|(_, known)| known)
}

/// The end of a message: ` (did you mean 'viewport'?)`, or nothing.
pub(crate) fn did_you_mean(nearest: Option<&str>) -> String {
    nearest.map_or_else(String::new, |nearest| format!(" (did you mean '{nearest}'?)"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(word: &str, expected: Option<&str>) {
        assert_eq!(nearest(word, ["W", "Up", "PageDown", "PageUp"]), expected, "{word}");
    }

    #[test]
    fn two_letters_may_be_wrong_and_fewer_in_a_short_word() {
        check("PageDwon", Some("PageDown"));
        check("pageup", Some("PageUp"));
        check("Uo", Some("Up"));
        check("§", None);
        check("Turn", None);
        check("Wup1", None);
        check("", None);
    }

    #[test]
    fn the_message_ends_with_a_question_or_not_at_all() {
        assert_eq!(did_you_mean(Some("Up")), " (did you mean 'Up'?)");
        assert_eq!(did_you_mean(None), "");
    }
}

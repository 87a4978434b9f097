//! Whether an attribute matches a key. PS3.4 C.2.2.2.

use crate::dicom::VR;

/// Whether one of the values matches the key, for an attribute of such a value representation.
pub fn matches(vr: VR, key: &str, values: &[String]) -> bool {
    // Universal: everything matches, and so does what has no value. PS3.4 C.2.2.2.3.
    if key.is_empty() || key.bytes().all(|byte| byte == b'*') {
        return true;
    }
    let is_any = |wanted: &str| values.iter().any(|value| matches_one(vr, wanted, value));
    // A list, PS3.4 C.2.2.2.2; of what is no UID archives take one, too.
    key.split('\\').any(is_any)
}

fn matches_one(vr: VR, key: &str, value: &str) -> bool {
    match vr {
        VR::DA | VR::TM | VR::DT => match key.split_once('-') {
            // Times in their shortest form are ordered as texts are. PS3.4 C.2.2.2.5.
            Some((from, to)) => {
                let value = plain(value);
                let (from, to) = (plain(from), plain(to));
                let is_after = from.is_empty() || value >= from;
                // Up to the end of what is given: 2024 is all of 2024.
                let is_before = to.is_empty()
                    || value.get(..to.len().min(value.len())).is_some_and(|start| start <= &*to);
                !value.is_empty() && is_after && is_before
            }
            None => plain(key) == plain(value),
        },
        VR::UI | VR::IS | VR::DS | VR::US | VR::SS | VR::UL | VR::SL => key == value,
        VR::PN => value.split('=').any(|group| is_like(&key.to_lowercase(), &group.to_lowercase())),
        _ => is_like(key, value),
    }
}

/// A date or time without what old files write between its parts.
fn plain(text: &str) -> String {
    text.chars().filter(|letter| !matches!(letter, ':' | '.' | ' ')).collect()
}

/// Wild cards: `*` is anything, `?` one letter. PS3.4 C.2.2.2.4.
fn is_like(key: &str, value: &str) -> bool {
    let (key, value): (Vec<char>, Vec<char>) = (key.chars().collect(), value.chars().collect());
    let (mut at, mut here) = (0, 0);
    // Behind the last star, and what it stood for so far: on a mismatch it stands for one letter more.
    let mut star: Option<(usize, usize)> = None;
    while let Some(letter) = value.get(here) {
        match key.get(at) {
            Some('*') => {
                star = Some((at + 1, here));
                at += 1;
            }
            Some(wanted) if *wanted == '?' || wanted == letter => {
                at += 1;
                here += 1;
            }
            _ => match &mut star {
                Some((behind, from)) => {
                    *from += 1;
                    (at, here) = (*behind, *from);
                }
                None => return false,
            },
        }
    }
    key.get(at..).unwrap_or_default().iter().all(|letter| *letter == '*')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(vr: VR, key: &str, value: &str, expected: bool) {
        assert_eq!(matches(vr, key, &[value.to_owned()]), expected, "{key} {value}");
    }

    #[test]
    fn wild_cards_lists_ranges_and_single_values() {
        for (key, value, expected) in [
            ("CT*", "CT HEAD", true),
            ("*HEAD", "CT HEAD", true),
            ("C?", "CT", true),
            ("C?", "C", false),
            ("*A*B", "xAyAzB", true),
            ("*A*B", "xAyAzC", false),
            ("ct", "CT", false),
            ("", "", true),
            ("A", "", false),
        ] {
            check(VR::LO, key, value, expected);
        }
        check(VR::PN, "doe^j*", "DOE^JOHN", true);
        check(VR::PN, "山*", "YAMADA^TAROU=山田^太郎", true);
        check(VR::UI, "1.2\\1.3", "1.3", true);
        check(VR::UI, "1.*", "1.3", false);
        for (key, value, expected) in [
            ("20240101-20241231", "20240101", true),
            ("20240101-20241231", "20241231", true),
            ("20240101-20241231", "20250101", false),
            ("-20240101", "20231231", true),
            ("20240102-", "20240101", false),
            ("20240102-", "", false),
            ("20240102", "20240102", true),
        ] {
            check(VR::DA, key, value, expected);
        }
        check(VR::TM, "0900-10", "100000.000", true);
        check(VR::TM, "0900-10", "110000", false);
    }

    #[test]
    fn many_stars_take_no_time() {
        let key = "*a".repeat(60);
        check(VR::LO, &key, &"a".repeat(59), false);
    }
}

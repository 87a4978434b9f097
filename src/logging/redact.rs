//! Unique identifiers out of the log, for sites that want it so. PS3.5 section 9 says what one looks like.

/// A run of digits and points this long is a unique identifier, however few parts it has (`2.25.…`).
const LENGTH_MIN: usize = 20;

/// So many points make a shorter run one too: more than a version or a network address has.
const POINTS_MIN: usize = 5;

/// The root of what the standard itself names: transfer syntaxes and kinds of objects, which identify nobody.
const STANDARD_ROOT: &str = "1.2.840.10008.";

/// A short mark in place of a unique identifier: the same for the same one, on every machine and in every version, so
/// that lines can be matched. It is no secret: who holds a list of identifiers can find which one it was.
pub fn hash_uid(uid: &str) -> String {
    // FNV-1a, 64 bits.
    let hash = uid.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    });
    format!("uid-{hash:016x}")
}

/// The text with every unique identifier replaced by its mark.
pub fn hash_uids(text: &str) -> String {
    let is_part = |c: char| c.is_ascii_digit() || c == '.';
    let mut marked = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find(is_part) {
        let (before, from) = rest.split_at(start);
        let (run, after) = from.split_at(from.find(|c| !is_part(c)).unwrap_or(from.len()));
        let uid = run.trim_matches('.');
        marked.push_str(before);
        if is_uid(uid) {
            marked.push_str(&run.replace(uid, &hash_uid(uid)));
        } else {
            marked.push_str(run);
        }
        rest = after;
    }
    marked + rest
}

fn is_uid(run: &str) -> bool {
    let points = run.matches('.').count();
    ["0.", "1.", "2."].iter().any(|root| run.starts_with(root))
        && points >= 2
        && (points >= POINTS_MIN || run.len() >= LENGTH_MIN)
        && !run.starts_with(STANDARD_ROOT)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_is_short_and_the_same_for_ever() {
        // The published check value of FNV-1a for "a".
        assert_eq!(hash_uid("a"), "uid-af63dc4c8601ec8c");
        assert_ne!(hash_uid("1.2.3"), hash_uid("1.2.4"));
    }

    #[track_caller]
    fn check(text: &str, uids: &[&str]) {
        let expected = uids.iter().fold(text.to_owned(), |text, uid| text.replace(uid, &hash_uid(uid)));
        assert_eq!(hash_uids(text), expected);
    }

    #[test]
    fn identifiers_are_found_wherever_they_stand() {
        check("study=1.2.826.0.1.3680043.8.498.1 opened", &["1.2.826.0.1.3680043.8.498.1"]);
        check(
            "2.25.329800735698586629295641978511506172918",
            &["2.25.329800735698586629295641978511506172918"],
        );
        check(
            "\"1.3.6.1.4.1.14519.5.2.1\", ends with 1.3.12.2.1107.5.",
            &["1.3.6.1.4.1.14519.5.2.1", "1.3.12.2.1107.5"],
        );
        check("/data/1.3.6.1.4.1.9590/2.dcm µ", &["1.3.6.1.4.1.9590"]);
    }

    #[test]
    fn other_numbers_and_what_the_standard_names_stay() {
        check(
            "2026-11-24T11:18:43.123456Z took 1.234567890123456789 s on 2.168.100.100 v1.95.0 ... 3.14",
            &[],
        );
        check("transfer syntax 1.2.840.10008.1.2.4.90", &[]);
        check("", &[]);
    }
}

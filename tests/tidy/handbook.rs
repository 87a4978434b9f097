//! Every key that the handbook names is bound: what a page says to press does something.

use std::collections::BTreeSet;

use crate::markdown::code_spans;
use crate::tree::{Tree, assert_none, assert_one, here};

/// The page of all keys, which a test writes from the key map.
const KEYS: &str = "docs/keys.md";

/// The pages that say what to press.
const HANDBOOK: &str = "docs/handbook";

/// Keys that have names, as that page writes them.
const NAMED: &[&str] =
    &["Home", "End", "PgUp", "PgDn", "Space", "Tab", "Enter", "Esc", "Backspace", "Del", "Insert"];

fn unbound_keys(tree: &Tree) -> Vec<String> {
    let page = tree.text(KEYS).unwrap_or_default();
    let rows = page.lines().filter_map(|line| line.strip_prefix("| ")?.split_once(" | "));
    let bound: BTreeSet<&str> = rows.flat_map(|(keys, _)| code_spans(keys)).collect();
    let leaders: BTreeSet<&str> = bound.iter().filter_map(|keys| Some(keys.split_once(' ')?.0)).collect();
    let mut problems = Vec::new();
    for (path, page) in tree.sources(HANDBOOK, "md") {
        for (index, line) in page.lines().enumerate() {
            let named = code_spans(line).filter(|span| are_keys(span));
            let unbound = named.filter(|keys| !bound.contains(keys) && !leaders.contains(keys));
            problems.extend(unbound.map(|keys| {
                format!("{path}:{}: {KEYS} has no {keys}: name the key that does it", index + 1)
            }));
        }
    }
    problems
}

/// Whether a span of code is a key, or a leader and the key after it.
fn are_keys(span: &str) -> bool {
    let chords: Vec<&str> = span.split(' ').collect();
    chords.len() <= 2 && chords.iter().all(|chord| is_chord(chord))
}

fn is_chord(chord: &str) -> bool {
    let mut key = chord;
    while let Some(rest) = ["Ctrl+", "Alt+", "Shift+"].iter().find_map(|held| key.strip_prefix(*held)) {
        key = rest;
    }
    let is_sign = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || "=-?,.[]{}+↓↑←→".contains(c);
    let mut letters = key.chars();
    let is_one = matches!((letters.next(), letters.next()), (Some(c), None) if is_sign(c));
    let number = key.strip_prefix('F').and_then(|number| number.parse::<u8>().ok());
    let is_function = number.is_some_and(|number| (1..=12).contains(&number));
    let place = key.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    is_one || is_function || NAMED.contains(&key) || place.is_some_and(|place| place.len() == 1)
}

#[test]
fn every_key_in_the_handbook_is_bound() {
    assert_none(&unbound_keys(here()));
}

#[test]
fn a_key_that_is_bound_to_nothing_is_refused() {
    let keys = "| keys | command |\n| --- | --- |\n| `D 4` | `layout 2x2` |\n| `Ctrl+PgDn`, `Alt+[A]` | `study next` |\n";
    let check = |page: &str| {
        unbound_keys(&Tree::made_up(&[
            ("docs/keys.md", keys),
            ("docs/handbook/a.md", page),
            ("docs/b.md", "`Q`"),
        ]))
    };
    assert_none(&check("Press `D 4`, `D`, `Ctrl+PgDn` or `Alt+[A]`; type `zoom fit`, `FORM` or `hang N`."));
    for key in ["W", "D 5", "Ctrl+PgUp", "F7", "Shift+→", "Alt+[D]", "Ctrl++"] {
        assert_one(
            &check(&format!("\nPress `{key}`.")),
            &format!("docs/handbook/a.md:2: docs/keys.md has no {key}"),
        );
    }
}

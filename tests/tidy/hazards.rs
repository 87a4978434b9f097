//! Hazards and threats are traceable: each test that `docs/hazards.md` or `docs/security.md` names exists.

use crate::code::{is_word, reads, tokens};
use crate::markdown::code_spans;
use crate::tree::{Tree, assert_none, assert_one, here};

const HAZARDS: &str = "docs/hazards.md";
const SECURITY: &str = "docs/security.md";

fn problems(tree: &Tree) -> Vec<String> {
    [HAZARDS, SECURITY].into_iter().flat_map(|name| problems_of(tree, name)).collect()
}

fn problems_of(tree: &Tree, name: &str) -> Vec<String> {
    let Some(document) = tree.text(name) else { return Vec::new() };
    let mut problems = Vec::new();
    let mut named = 0;
    for (index, line) in document.lines().enumerate() {
        for (path, test) in code_spans(line).filter_map(test) {
            named += 1;
            let place = format!("{name}:{}", index + 1);
            match tree.text(path) {
                None => problems
                    .push(format!("{place}: {path} does not exist: name the test's file from the root")),
                Some(source) if !has_function(source, test) => {
                    problems.push(format!(
                        "{place}: {path} has no test {test}: name the one that stands against this now"
                    ));
                }
                Some(_) => {}
            }
        }
    }
    if named == 0 {
        problems.push(format!("{name}:1: no test is named: write them as `tests/all/….rs::name`"));
    }
    problems
}

/// A file and the test in it, from `tests/all/session/scroll.rs::name`; modules between the two are skipped.
pub(crate) fn test(span: &str) -> Option<(&str, &str)> {
    let (path, rest) = span.split_once(".rs::")?;
    let name = rest.rsplit("::").next().filter(|name| !name.is_empty() && name.chars().all(is_word))?;
    Some((&span[..path.len() + ".rs".len()], name))
}

pub(crate) fn has_function(source: &str, name: &str) -> bool {
    let tokens = tokens(source);
    (0..tokens.len()).any(|at| reads(&tokens, at, &["fn", name]))
}

#[test]
fn every_test_that_a_hazard_or_a_threat_names_exists() {
    assert_none(&problems(here()));
}

#[test]
fn a_hazard_that_names_no_test_is_refused() {
    let check = |line: &str| {
        let scroll = "#[test]\nfn stops_at_the_ends() {}\n// fn gone() {}";
        problems(&Tree::made_up(&[
            (HAZARDS, &format!("# Hazards\n{line}\n")),
            ("tests/all/scroll.rs", scroll),
        ]))
    };
    assert_none(&check("| wrong order | `tests/all/scroll.rs::stops_at_the_ends` |"));
    assert_none(&check("- wrong order: `tests/all/scroll.rs::tests::stops_at_the_ends`, see `src/a.rs`"));
    assert_one(
        &check("- `tests/all/scroll.rs::gone`"),
        "docs/hazards.md:2: tests/all/scroll.rs has no test gone",
    );
    assert_one(&check("- `tests/all/gone.rs::stops`"), "docs/hazards.md:2: tests/all/gone.rs does not exist");
    assert_one(&check("- wrong order"), "no test is named");
    assert_none(&problems(&Tree::made_up(&[])));
    assert_one(
        &problems(&Tree::made_up(&[(SECURITY, "| a thief | `tests/all/gone.rs::stops` |")])),
        "docs/security.md:1: tests/all/gone.rs does not exist",
    );
}

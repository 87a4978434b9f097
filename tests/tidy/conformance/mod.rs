//! What of the standards is done, and which test shows it: writes `docs/conformance.md`. Each test that is named exists.
//! The modules below hold the rows of one section each.

mod archives;
mod audit;
mod gsdf;
mod hanging;
mod states;
mod values;

use crate::hazards::{has_function, test};
use crate::tree::{Tree, assert_none, assert_one, here};

const PAGE: &str = "docs/conformance.md";

/// How far a requirement is met.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Status {
    Supported,
    Partly,
    Not,
}

use Status::{Not, Partly, Supported};

/// One requirement.
struct Row {
    id: &'static str,
    what: &'static str,
    status: Status,
    /// What is lacking, or how it is read.
    note: &'static str,
    tests: &'static [&'static str],
}

const fn row(
    id: &'static str,
    what: &'static str,
    status: Status,
    note: &'static str,
    tests: &'static [&'static str],
) -> Row {
    Row { id, what, status, note, tests }
}

const SECTIONS: &[(&str, &[Row])] = &[
    ("From P-value to panel: PS3.14", gsdf::ROWS),
    ("From stored value to P-value: PS3.3 C.7.6.3 and C.11, PS3.4 N", values::ROWS),
    ("Presentation states: PS3.3 A.33, C.10 and C.11, PS3.4 N", states::ROWS),
    ("Hanging protocols: PS3.3 A.44 and C.23", hanging::ROWS),
    ("Archives: PS3.4 A, B and C, PS3.7, PS3.8", archives::ROWS),
    ("Audit trail: PS3.15 A.5", audit::ROWS),
];

fn page() -> String {
    let mut page = "# Conformance\n\nWhat of the standards Hotlight does: each requirement, how far it is met, and the test that shows it. \
        `tests/tidy/conformance` writes this page (`make update`) and checks that each test exists.\n"
        .to_owned();
    for (section, rows) in SECTIONS {
        page.push_str(
            &["\n## ", section, "\n\n| | requirement | | shown by |\n| --- | --- | --- | --- |\n"].concat(),
        );
        for Row { id, what, status, note, tests } in *rows {
            let status = match status {
                Supported => "supported",
                Partly => "partly",
                Not => "not",
            };
            let status = if note.is_empty() { status.to_owned() } else { format!("{status}: {note}") };
            let tests: Vec<String> = tests.iter().map(|test| format!("`{test}`")).collect();
            let cells = [*id, *what, &status, &tests.join(", ")].join(" | ");
            page.push_str(&["| ", &cells, " |\n"].concat());
        }
    }
    page
}

fn problems(tree: &Tree, sections: &[(&str, &[Row])]) -> Vec<String> {
    let mut problems = Vec::new();
    for Row { id, status, note, tests, .. } in sections.iter().flat_map(|(_, rows)| *rows) {
        if (*status == Not) != tests.is_empty() {
            problems.push(format!("{id}: what is met at all is shown by a test, what is not by none"));
        }
        if *status != Supported && note.is_empty() {
            problems.push(format!("{id}: say what is lacking"));
        }
        for span in *tests {
            let is_there = test(span)
                .is_some_and(|(path, name)| tree.text(path).is_some_and(|source| has_function(source, name)));
            if !is_there {
                problems.push(format!("{id}: there is no {span}: name the test that shows this now"));
            }
        }
    }
    problems
}

#[test]
fn every_requirement_is_shown_by_a_test_that_exists_or_says_what_is_lacking() {
    assert_none(&problems(here(), SECTIONS));
}

#[test]
fn the_page_is_as_written_here() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(PAGE);
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, page()).unwrap_or_else(|error| panic!("{PAGE}: {error}"));
    }
    let found = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(found == page(), "{PAGE} is not what tests/tidy/conformance says: run `make update`");
}

#[test]
fn a_claim_without_proof_is_refused() {
    let tree = Tree::made_up(&[("tests/all/a.rs", "#[test]\nfn shown() {}\n")]);
    let check = |status, note, tests| problems(&tree, &[("", &[row("P-0", "", status, note, tests)])]);
    assert_none(&check(Supported, "", &["tests/all/a.rs::shown"]));
    assert_none(&check(Not, "later", &[]));
    assert_one(&check(Supported, "", &[]), "shown by a test");
    assert_one(&check(Supported, "", &["tests/all/a.rs::gone"]), "there is no tests/all/a.rs::gone");
    assert_one(&check(Partly, "", &["tests/all/a.rs::shown"]), "say what is lacking");
}

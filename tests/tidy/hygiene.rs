//! Files are small, open with what they are, and carry no litter.

use crate::code::{closing, reads, text, tokens};
use crate::tree::{Tree, assert_none, assert_one, has_extension, here, is_under};

const LINES_MAX: usize = 600;
const KIB: u64 = 1024;
const FILE_BYTES_MAX: u64 = 200 * KIB;

/// Folders with limits of their own: the most bytes of one file, and of all together.
const FOLDERS: &[(&str, u64, u64)] =
    &[("docs/images", 400 * KIB, 2560 * KIB), ("tests/data", 1024 * KIB, 15 * 1024 * KIB)];

fn long_files(tree: &Tree) -> Vec<String> {
    let says_why = |source: &str| {
        let reason = |line: &str| {
            line.trim().strip_prefix("// tidy: long because ").map(|reason| !reason.trim().is_empty())
        };
        source.lines().any(|line| reason(line) == Some(true))
    };
    let long = tree
        .sources("src", "rs")
        .filter(|(_, source)| source.lines().count() > LINES_MAX && !says_why(source));
    let lines = long.map(|(path, source)| {
        format!(
            "{path}:{}: more than {LINES_MAX} lines: look for the second idea in it, or say `// tidy: long because …`",
            source.lines().count()
        )
    });
    lines.collect()
}

fn large_files(tree: &Tree) -> Vec<String> {
    let mut problems = Vec::new();
    let mut complain = |path: &str, bytes: u64, most: u64, what: &str| {
        if bytes > most {
            let (is, most) = (bytes.div_ceil(KIB), most / KIB);
            problems.push(format!(
                "{path}:1: {is} KiB{what}, {most} are allowed: make it smaller, or make it at run time"
            ));
        }
    };
    for (path, file) in tree.files() {
        let folder = FOLDERS.iter().find(|(folder, ..)| is_under(path, folder));
        let is_free = is_under(path, "assets/fonts") || path == "Cargo.lock" || path.ends_with("/Cargo.lock");
        if !is_free {
            complain(path, file.bytes, folder.map_or(FILE_BYTES_MAX, |&(_, most, _)| most), "");
        }
    }
    for &(folder, _, most) in FOLDERS {
        let files = tree.files().filter(|(path, _)| is_under(path, folder));
        complain(folder, files.map(|(_, file)| file.bytes).sum(), most, " in all");
    }
    problems
}

fn files_without_a_story(tree: &Tree) -> Vec<String> {
    let without = tree.sources("src", "rs").filter(|(_, source)| !source.starts_with("//!"));
    without.map(|(path, _)| format!("{path}:1: does not open with `//!`: say what the module is")).collect()
}

fn stray_white_space(tree: &Tree) -> Vec<String> {
    let mut problems = Vec::new();
    let is_checked =
        |path: &str| ["rs", "wgsl", "toml", "md"].iter().any(|extension| has_extension(path, extension));
    for (path, text) in tree.texts().filter(|(path, _)| is_checked(path)) {
        for (index, line) in text.lines().enumerate() {
            let number = index + 1;
            if line.ends_with(char::is_whitespace) {
                problems.push(format!("{path}:{number}: white space at the end: delete it"));
            }
            if line.contains('\t') {
                problems.push(format!("{path}:{number}: a tab: write spaces, or `\\t` in a literal"));
            }
        }
    }
    problems
}

fn silenced_lints(tree: &Tree) -> Vec<String> {
    let mut problems = Vec::new();
    for (path, source) in tree.sources("", "rs") {
        let tokens = tokens(source);
        let opens = |at: usize| reads(&tokens, at, &["#", "["]) || reads(&tokens, at, &["#", "!", "["]);
        for start in (0..tokens.len()).filter(|&at| opens(at)) {
            let open = if text(&tokens, start + 1) == "!" { start + 2 } else { start + 1 };
            for at in open..closing(&tokens, open) {
                let line = tokens[at].line;
                let is_silencer = |word: &str| reads(&tokens, at, &[word, "("]);
                if is_silencer("allow") {
                    problems.push(format!(
                        "{path}:{line}: `allow` outlives its cause: write `#[expect(…, reason = \"…\")]`"
                    ));
                }
                let says_why =
                    || (at..closing(&tokens, at + 1)).any(|at| reads(&tokens, at, &["reason", "="]));
                if is_silencer("expect") && !says_why() {
                    problems.push(format!("{path}:{line}: `expect` without a reason: add `reason = \"…\"`"));
                }
            }
        }
    }
    problems
}

#[test]
fn no_source_file_is_longer_than_one_idea() {
    assert_none(&long_files(here()));
}

#[test]
fn no_large_file_is_tracked() {
    assert_none(&large_files(here()));
}

#[test]
fn every_module_opens_with_its_story() {
    assert_none(&files_without_a_story(here()));
}

#[test]
fn no_line_ends_in_white_space_and_none_holds_a_tab() {
    assert_none(&stray_white_space(here()));
}

#[test]
fn lints_are_expected_with_a_reason_and_never_allowed() {
    assert_none(&silenced_lints(here()));
}

#[test]
fn a_long_file_is_refused_unless_it_says_why() {
    let check = |path: &str, source: &str| long_files(&Tree::made_up(&[(path, source)]));
    let long = "\n".repeat(LINES_MAX + 1);
    assert_one(&check("src/a.rs", &long), "src/a.rs:601: more than 600 lines");
    assert_one(&check("src/a.rs", &format!("// tidy: long because \n{long}")), "more than 600 lines");
    assert_none(&check("src/a.rs", &format!("// tidy: long because it is a table\n{long}")));
    assert_none(&check("src/a.rs", &long[1..]));
}

#[test]
fn a_large_file_and_a_full_folder_are_refused() {
    let check = |files: &[(&str, u64)]| {
        large_files(
            &files.iter().fold(Tree::made_up(&[]), |tree, &(path, kib)| tree.with_bytes(path, kib * KIB)),
        )
    };
    assert_one(&check(&[("tests/all/a.png", 201)]), "tests/all/a.png:1: 201 KiB, 200 are allowed");
    assert_one(&check(&[("docs/images/a.png", 401)]), "docs/images/a.png:1: 401 KiB, 400 are allowed");
    let pictures: Vec<String> = (0..7).map(|index| format!("docs/images/{index}.png")).collect();
    let pictures: Vec<(&str, u64)> = pictures.iter().map(|path| (path.as_str(), 400)).collect();
    assert_one(&check(&pictures), "docs/images:1: 2800 KiB in all, 2560 are allowed");
    assert_one(&check(&[("tests/data/a.dcm", 1025)]), "tests/data/a.dcm:1: 1025 KiB, 1024 are allowed");
    assert_none(&check(&[
        ("assets/fonts/a.ttf", 900),
        ("Cargo.lock", 900),
        ("fuzz/Cargo.lock", 900),
        ("a", 200),
    ]));
}

#[test]
fn a_module_without_a_story_is_refused() {
    let check = |source: &str| files_without_a_story(&Tree::made_up(&[("src/a.rs", source)]));
    assert_one(&check("use std::fmt;\n//! Late."), "src/a.rs:1: does not open with");
    assert_none(&check("//! A story."));
}

#[test]
fn stray_white_space_is_refused() {
    let check = |path: &str, text: &str| stray_white_space(&Tree::made_up(&[(path, text)]));
    for (path, text) in
        [("a.rs", "\nfn f() {} \n"), ("b.md", "\na  \n"), ("c.toml", "\na\u{a0}"), ("d.wgsl", "\n\n \n")]
    {
        assert_one(&check(path, text), "white space at the end");
    }
    assert_one(&check("a.rs", "\n\tfn f() {}\n"), "a.rs:2: a tab");
    assert_none(&check("Makefile", "a:\n\tb \n"));
    assert_none(&check("a.rs", "fn f() {}\r\n"));
}

#[test]
fn a_silenced_lint_is_refused() {
    let check = |source: &str| silenced_lints(&Tree::made_up(&[("src/a.rs", source)]));
    for attribute in
        ["#[allow(dead_code)]", "\n#![allow(a, reason = \"b\")]", "#[cfg_attr(test, allow(dead_code))]"]
    {
        assert_one(&check(attribute), "`allow` outlives its cause");
    }
    assert_one(&check("\n#[expect(dead_code)]"), "src/a.rs:2: `expect` without a reason");
    assert_none(&check(
        "#[expect(dead_code, reason = \"b\")]\n// #[allow(a)]\nfn allow() { allow(1); a.expect(2); \"#[allow(a)]\" }",
    ));
}

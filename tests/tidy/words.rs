//! Words that no file of ours contains: unfinished work, somebody's own folders, a registry's address.

use crate::code::{is_word, reads, tokens};
use crate::tree::{Tree, assert_none, assert_one, has_extension, here};

/// This file spells the words out and is the only one that may.
const SELF: &str = "tests/tidy/words.rs";

const UNFINISHED_MACROS: &[&str] = &["todo", "unimplemented", "dbg"];
const UNFINISHED_WORDS: &[&str] = &["FIXME", "XXX"];
const FOLDERS: &[&str] = &["/work/", "/root/", "/home/"];
const REGISTRIES: &[&str] = &[
    "://crates.io",
    "crates.io-index",
    "index.crates.io",
    "static.crates.io",
    "pypi.org",
    "pythonhosted.org",
    "npmjs.org",
    "npmjs.com",
    "proxy.golang.org",
    "deb.debian.org",
    "archive.ubuntu.com",
];

/// Cargo writes the registry into its lock, and the policy on registries has to name the one it allows.
fn may_name_a_registry(path: &str) -> bool {
    path == "Cargo.lock" || path.ends_with("/Cargo.lock") || path == "deny.toml"
}

fn problems(tree: &Tree) -> Vec<String> {
    let mut problems = Vec::new();
    for (path, text) in tree.texts().filter(|(path, _)| *path != SELF) {
        if has_extension(path, "rs") {
            let tokens = tokens(text);
            for (at, token) in tokens
                .iter()
                .enumerate()
                .filter(|(_, token)| UNFINISHED_MACROS.contains(&token.text.as_str()))
            {
                if reads(&tokens, at + 1, &["!"]) {
                    problems.push(format!(
                        "{path}:{}: `{}!` is unfinished work: finish it",
                        token.line, token.text
                    ));
                }
            }
        }
        for (index, line) in text.lines().enumerate() {
            let place = format!("{path}:{}", index + 1);
            for word in UNFINISHED_WORDS.iter().filter(|word| stands_alone(line, word)) {
                problems.push(format!("{place}: {word}: do it now, or open an issue and name it"));
            }
            for folder in FOLDERS.iter().filter(|folder| starts_a_path(line, folder)) {
                problems.push(format!(
                    "{place}: {folder}… is a folder of one machine: write a path relative to the repository"
                ));
            }
            for registry in
                REGISTRIES.iter().filter(|registry| line.contains(**registry) && !may_name_a_registry(path))
            {
                problems.push(format!(
                    "{place}: {registry} is a registry's address: leave it to the machine's own settings"
                ));
            }
        }
    }
    problems
}

fn stands_alone(line: &str, word: &str) -> bool {
    let is_free = |neighbour: Option<char>| !neighbour.is_some_and(is_word);
    let mut places = line.match_indices(word);
    places.any(|(at, _)| {
        is_free(line[..at].chars().next_back()) && is_free(line[at + word.len()..].chars().next())
    })
}

/// Whether `folder` begins a path here, and is not the middle of a longer or relative one.
fn starts_a_path(line: &str, folder: &str) -> bool {
    let goes_on = |c: char| is_word(c) || ".~*-)}>".contains(c);
    line.match_indices(folder).any(|(at, _)| !line[..at].chars().next_back().is_some_and(goes_on))
}

#[test]
fn no_file_holds_unfinished_work_or_a_folder_of_one_machine_or_a_registry() {
    assert_none(&problems(here()));
}

#[test]
fn each_word_is_refused() {
    for (path, text, part) in [
        ("src/a.rs", "\nfn f() { todo!() }", "src/a.rs:2: `todo!` is unfinished work"),
        ("src/a.rs", "fn f() { unimplemented!() }", "`unimplemented!`"),
        ("tests/all/a.rs", "fn f() { dbg!(1); }", "`dbg!`"),
        ("README.md", "\nFIXME: later", "README.md:2: FIXME"),
        ("shaders/a.wgsl", "// (XXX)", "XXX"),
        ("src/a.rs", "const A: &str = \"/home/me/a\";", "/home/… is a folder of one machine"),
        ("docs/a.md", "`cd /work/x`", "/work/"),
        (".ci/run", "HOME=/root/ make", "/root/"),
        ("docs/a.md", "see file:///root/a", "/root/"),
        ("docs/a.md", "https://crates.io/crates/a", "://crates.io is a registry's address"),
        ("Makefile", "pip install -i https://pypi.org/simple", "pypi.org"),
    ] {
        assert_one(&problems(&Tree::made_up(&[(path, text)])), part);
    }
}

#[test]
fn what_only_looks_like_it_passes() {
    for (path, text) in [
        ("src/a.rs", "// todo!\nfn todo() { todo(); \"dbg!\" }"),
        ("a.md", "mktemp XXXXXX, https://example.org/home/a, ../work/a, $(HOME)/work/a, MY_FIXME"),
        ("Cargo.lock", "source = \"registry+https://github.com/rust-lang/crates.io-index\""),
        (SELF, "FIXME"),
    ] {
        assert_none(&problems(&Tree::made_up(&[(path, text)])));
    }
}

//! Words that no file of ours contains: unfinished work, somebody's own folders, a registry's address.

use crate::code::{is_word, reads, tokens};
use crate::tree::{Tree, assert_none, assert_one, has_extension, here, is_under};

/// This file spells the words out and is the only one that may.
const SELF: &str = "tests/tidy/words.rs";

const UNFINISHED_MACROS: &[&str] = &["todo", "unimplemented", "dbg"];
const UNFINISHED_WORDS: &[&str] = &["FIXME", "XXX"];
/// Folders at the root of a file system that files may name: a system's own, those of the fresh machine that
/// `prove-fresh-machine.sh` makes, and made-up ones. Any other is somebody's own.
const ROOT_FOLDERS: &[&str] = &[
    "Applications",
    "Library",
    "bin",
    "dev",
    "etc",
    "proc",
    "sbin",
    "sys",
    "tmp",
    "usr",
    "var", // a system's
    "build",
    "cargo",
    "hotlight",
    "rust", // the fresh machine's
    "a",
    "data",
    "docs", // made up, or the end of a longer path
];

/// Hosts that files may name: licences, forms, the toolchain, the origins of data. Any other, a registry's above all, is
/// left to the machine's own settings.
const HOSTS: &[&str] = &[
    "example.org",
    "github.com",
    "keepachangelog.com",
    "rustup.rs",
    "schemas.microsoft.com", // the name of a form
    "scripts.sil.org",
    "semver.org",
    "sh.rustup.rs",
    "www.apache.org",
    "www.eclipse.org",
    "www.w3.org", // the name of a form
];

/// How the name of a host on the internet ends.
const HOST_ENDS: &[&str] = &["com", "io", "net", "org"];

/// Cargo writes the registry into its lock, the policy on registries has to name the one it allows, and licences are
/// quoted as they are.
fn may_name_any_host(path: &str) -> bool {
    is_under(path, "tests/data/licences")
        || path == "Cargo.lock"
        || path.ends_with("/Cargo.lock")
        || path == "deny.toml"
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
            for folder in absolute_folders(line).filter(|folder| !ROOT_FOLDERS.contains(folder)) {
                problems.push(format!(
                    "{place}: /{folder}/… is a folder of one machine: write a path relative to the repository"
                ));
            }
            for host in hosts(line).filter(|host| !HOSTS.contains(host) && !may_name_any_host(path)) {
                problems.push(format!(
                    "{place}: {host} is a host that files do not name: leave registries to the machine's settings"
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

/// The first folder of each absolute path in a line; what is the middle of a longer or relative path is none, nor is an
/// expression of a hanging protocol, as in `"/chest/i"`.
fn absolute_folders(line: &str) -> impl Iterator<Item = &str> {
    let goes_on = |c: char| is_word(c) || ".~*-)}>".contains(c);
    line.match_indices('/').filter_map(move |(at, _)| {
        let (folder, rest) = line[at + 1..].split_once('/')?;
        let behind = rest.strip_prefix('i').map(|rest| rest.chars().next());
        let is_expression = behind.is_some_and(|next| !next.is_some_and(|c| goes_on(c) || c == '/'));
        let is_folder = !folder.is_empty() && folder.chars().all(|c| is_word(c) || c == '-');
        (is_folder && !is_expression && !line[..at].chars().next_back().is_some_and(goes_on))
            .then_some(folder)
    })
}

/// The names of hosts in a line: behind `://`, or bare with an end that hosts have. Behind `hotlight://` none is.
fn hosts(line: &str) -> impl Iterator<Item = &str> {
    // An underscore is in no host: `error.io_error` is one word, and not of the internet.
    let is_part = |c: char| c.is_ascii_alphanumeric() || ".-_".contains(c);
    let words = line.split(move |c| !is_part(c)).map(|word| word.trim_matches(['.', '-']));
    words.filter(move |word| {
        let at = word.as_ptr().addr() - line.as_ptr().addr();
        let has_end = word.rsplit_once('.').is_some_and(|(_, end)| HOST_ENDS.contains(&end));
        let is_behind = line[..at].strip_suffix("://").is_some_and(|scheme| !scheme.ends_with("hotlight"));
        !word.is_empty() && (has_end || is_behind)
    })
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
        ("src/a.rs", "const A: &str = \"/somebody/a\";", "/somebody/… is a folder of one machine"),
        ("docs/a.md", "`cd /some-body/x`", "/some-body/"),
        (".ci/run", "A=/somebody/ make", "/somebody/"),
        ("docs/a.md", "see file:///somebody/a", "/somebody/"),
        ("docs/a.md", "https://registry.invalid/a", "registry.invalid is a host"),
        ("Makefile", "pip install -i registry.net/simple", "registry.net"),
        ("a.sh", "echo deb mirror.some-body.org", "mirror.some-body.org"),
    ] {
        assert_one(&problems(&Tree::made_up(&[(path, text)])), part);
    }
}

/// Whatever machine this is: its own folders are refused by the rule, without being written down.
#[test]
fn the_folders_of_this_very_machine_are_refused() {
    let home = std::env::var("HOME").unwrap_or_default();
    for folder in [env!("CARGO_MANIFEST_DIR"), &home] {
        let path = format!("{folder}/a/b");
        let top = path.split('/').nth(1).expect("an absolute path");
        if !ROOT_FOLDERS.contains(&top) {
            assert_one(&problems(&Tree::made_up(&[("a.md", &path)])), "is a folder of one machine");
        }
    }
}

#[test]
fn what_only_looks_like_it_passes() {
    for (path, text) in [
        ("src/a.rs", "// todo!\nfn todo() { todo(); \"dbg!\" }"),
        (
            "a.md",
            "procedure is like /chest/i, mktemp XXXXXX, https://example.org/b/a, hotlight://open?a, ../b/a, $(HOME)/b/a, MY_FIXME",
        ),
        ("Cargo.lock", "source = \"registry+https://registry.invalid/index\""),
        (SELF, "FIXME"),
    ] {
        assert_none(&problems(&Tree::made_up(&[(path, text)])));
    }
}

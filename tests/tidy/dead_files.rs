//! No dead file: every source of the library and of the tests is reached by a `mod` line. A test file that nobody names
//! would compile nothing and fail never.

use std::collections::BTreeSet;

use crate::code::{inline_modules, text, tokens};
use crate::tree::{Tree, assert_none, assert_one, has_extension, here, is_under};

fn problems(tree: &Tree) -> Vec<String> {
    let mut reached = BTreeSet::new();
    let mut waiting = roots(tree);
    while let Some((path, folder)) = waiting.pop() {
        let Some(source) = tree.text(&path) else { continue };
        for module in modules(source) {
            let base = join(&folder, &module);
            let children = [format!("{base}.rs"), format!("{base}/mod.rs")];
            waiting.extend(children.map(|child| (child, base.clone())));
        }
        reached.insert(path);
    }
    let sources = tree
        .sources("", "rs")
        .map(|(path, _)| path)
        .filter(|path| is_under(path, "src") || is_under(path, "tests"));
    let dead = sources.filter(|path| !reached.contains(*path));
    dead.map(|path| format!("{path}:1: no `mod` line reaches this file: add one, or delete the file"))
        .collect()
}

/// The roots of the crates, each with the folder of its modules: `src/lib.rs`, and each `path` in `Cargo.toml`.
fn roots(tree: &Tree) -> Vec<(String, String)> {
    let manifest = tree.text("Cargo.toml").unwrap_or_default();
    let named = manifest.lines().filter_map(|line| line.trim().strip_prefix("path = \"")?.split('"').next());
    let paths = named.filter(|path| has_extension(path, "rs")).chain(["src/lib.rs"]);
    let folder = |path: &str| path.rsplit_once('/').map_or(String::new(), |(folder, _)| folder.to_owned());
    paths.map(|path| (path.to_owned(), folder(path))).collect()
}

/// The modules that `source` asks for by `mod name;`, with the inline modules around them.
fn modules(source: &str) -> Vec<String> {
    let tokens = tokens(source);
    let inline = inline_modules(&tokens);
    let lines = (0..tokens.len()).filter(|&at| text(&tokens, at) == "mod" && text(&tokens, at + 2) == ";");
    let paths = lines.map(|at| {
        let around =
            inline.iter().filter(|module| module.tokens.contains(&at)).map(|module| module.name.as_str());
        around.chain([text(&tokens, at + 1)]).collect::<Vec<_>>().join("/")
    });
    paths.collect()
}

fn join(folder: &str, module: &str) -> String {
    if folder.is_empty() { module.to_owned() } else { format!("{folder}/{module}") }
}

#[test]
fn every_source_file_is_reached_by_a_mod_line() {
    assert_none(&problems(here()));
}

#[test]
fn a_file_that_no_mod_line_reaches_is_refused() {
    let files = [
        ("Cargo.toml", "[[test]]\nname = \"all\"\npath = \"tests/all/main.rs\"\n"),
        ("src/lib.rs", "pub mod ui;\n// mod forgotten;\nmod a { mod b; }"),
        ("src/ui/mod.rs", "mod panel;"),
        ("src/ui/panel.rs", "mod deep;"),
        ("src/ui/panel/deep.rs", ""),
        ("src/a/b.rs", ""),
        ("tests/all/main.rs", "mod session;"),
        ("tests/all/session/mod.rs", ""),
    ];
    assert_none(&problems(&Tree::made_up(&files)));
    for path in ["src/forgotten.rs", "src/ui/forgotten.rs", "tests/all/session/forgotten.rs", "tests/soak.rs"]
    {
        let with = Tree::made_up(&[files.as_slice(), &[(path, "")]].concat());
        assert_one(&problems(&with), &format!("{path}:1: no `mod` line reaches"));
    }
}

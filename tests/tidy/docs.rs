//! The documents are in step with the tree.

use crate::code::is_word;
use crate::markdown::section;
use crate::tree::{Tree, assert_none, assert_one, here};

const MAP: &str = "ARCHITECTURE.md";

fn modules_off_the_map(tree: &Tree) -> Vec<String> {
    let map = tree.text(MAP).unwrap_or_default();
    let Some(lines) = section(map, "`ls src`").or_else(|| section(map, "code map")) else {
        return vec![format!(
            "{MAP}:1: no heading with `ls src`: write one, with a line for each module in that order"
        )];
    };
    let mapped: Vec<&str> = lines.iter().filter_map(|(_, line)| first_name(line)).collect();
    let missing = tree.modules().into_iter().filter(|module| !mapped.contains(module));
    missing
        .map(|module| format!("{MAP}:1: {module} has no line in the code map: say in one what it is"))
        .collect()
}

/// The name that an entry of the map begins with: in a list, in a table, or in a listing with `/` after its folders.
fn first_name(line: &str) -> Option<&str> {
    let text = line.trim_start_matches(|c: char| !is_word(c));
    let is_marked = line[..line.len() - text.len()].contains(['-', '*', '|']);
    let text = text.strip_prefix("src/").unwrap_or(text);
    let name = text.split(|c| !is_word(c)).next()?;
    (is_marked || text[name.len()..].starts_with('/')).then_some(name)
}

fn missing_commands(tree: &Tree) -> Vec<String> {
    let readme = tree.text("README.md").unwrap_or_default();
    let missing = ["make demo", "make test"].into_iter().filter(|command| !readme.contains(command));
    missing
        .map(|command| {
            format!("README.md:1: `{command}` is not named: it is one of the two commands a newcomer needs")
        })
        .collect()
}

fn toolchain(tree: &Tree) -> Vec<String> {
    let value = |path: &str, key: &str| {
        let text = tree.text(path).unwrap_or_default();
        let lines =
            text.lines().enumerate().filter_map(|(index, line)| Some((index + 1, line.split_once('=')?)));
        let mut values = lines.filter(|(_, (own, _))| own.trim() == key);
        values.next().map(|(line, (_, value))| (line, value.trim().trim_matches('"').to_owned()))
    };
    let full = |version: &str| {
        format!("{version}{}", ".0".repeat(2_usize.saturating_sub(version.matches('.').count())))
    };
    match (value("Cargo.toml", "rust-version"), value("rust-toolchain.toml", "channel")) {
        (Some((_, needed)), Some((_, used))) if full(&needed) == full(&used) => Vec::new(),
        (Some((line, needed)), Some((_, used))) => vec![format!(
            "Cargo.toml:{line}: rust-version is {needed}, but rust-toolchain.toml has {used}: raise both together"
        )],
        (None, _) => {
            vec!["Cargo.toml:1: no rust-version: name the Rust that rust-toolchain.toml has".to_owned()]
        }
        (_, None) => vec!["rust-toolchain.toml:1: no channel: name the Rust that Cargo.toml has".to_owned()],
    }
}

fn missing_files(tree: &Tree) -> Vec<String> {
    let mut problems = Vec::new();
    for path in
        ["LICENSE-APACHE", "LICENSE-MIT", "README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md"]
    {
        if tree.text(path).is_none_or(|text| text.trim().is_empty()) {
            problems.push(format!("{path}:1: is missing or empty: write it"));
        }
    }
    problems
}

fn changelog(tree: &Tree) -> Vec<String> {
    let mut lines = tree.text("CHANGELOG.md").unwrap_or_default().lines();
    let is_there = lines.any(|line| line.starts_with("## ") && line.contains("Unreleased"));
    if is_there {
        Vec::new()
    } else {
        vec!["CHANGELOG.md:1: no heading `## [Unreleased]`: add it at the top".to_owned()]
    }
}

/// Where the book of all pages says what is in it.
const SUMMARY: &str = "docs/SUMMARY.md";

fn pages_off_the_book(tree: &Tree) -> Vec<String> {
    let summary = tree.text(SUMMARY).unwrap_or_default();
    let pages = tree.sources("docs", "md").filter(|(path, _)| *path != SUMMARY);
    let missing = pages.filter(|(path, _)| {
        let page = path.strip_prefix("docs/").unwrap_or(path);
        !summary.contains(&format!("]({page})"))
    });
    missing.map(|(path, _)| format!("{path}:1: {SUMMARY} does not name it: it is in no handbook")).collect()
}

#[test]
fn every_page_is_in_the_handbook() {
    assert_none(&pages_off_the_book(here()));
    for page in ["reading", "calibration", "developing"] {
        assert!(here().exists(&format!("docs/handbook/{page}.md")), "{page}");
    }
}

#[test]
fn a_page_off_the_handbook_is_refused() {
    let check = |summary: &str| {
        let files = [(SUMMARY, summary), ("docs/a.md", ""), ("docs/handbook/b.md", ""), ("src/c.md", "")];
        pages_off_the_book(&Tree::made_up(&files))
    };
    assert_none(&check("- [A](a.md)\n- [B](handbook/b.md)\n"));
    assert_one(
        &check("- [A](a.md)\n- [B](b.md)\n"),
        "docs/handbook/b.md:1: docs/SUMMARY.md does not name it",
    );
}

#[test]
fn every_module_has_a_line_in_the_code_map() {
    assert_none(&modules_off_the_map(here()));
}

#[test]
fn the_readme_names_the_two_commands() {
    assert_none(&missing_commands(here()));
}

#[test]
fn the_toolchain_is_the_one_that_the_package_asks_for() {
    assert_none(&toolchain(here()));
}

#[test]
fn the_files_that_every_project_has_are_here() {
    assert_none(&missing_files(here()));
}

#[test]
fn the_changelog_has_a_place_for_the_next_change() {
    assert_none(&changelog(here()));
}

#[test]
fn a_module_off_the_map_is_refused() {
    let check = |map: &str| {
        modules_off_the_map(&Tree::made_up(&[(MAP, map), ("src/ui/mod.rs", ""), ("src/units/mod.rs", "")]))
    };
    for map in [
        "## Code map\n```\nunits/   quantities\nui/      egui\n```",
        "## The code map\n- `units`: quantities\n- **`src/ui/`**: egui",
        "## The modules, in the order of `ls src`\n| `units` | a |\n| `ui` | b |",
    ] {
        assert_none(&check(map));
    }
    assert_one(&check("## Code map\n- `units`: not `ui`\n## Else\n- `ui`"), "ui has no line in the code map");
    assert_one(&check("## Code map\n- `units`: for\n  ui and others"), "ui has no line in the code map");
    assert_one(&check("# A\n"), "no heading with `ls src`");
}

#[test]
fn a_readme_without_its_commands_is_refused() {
    assert_one(
        &missing_commands(&Tree::made_up(&[("README.md", "`make test`")])),
        "README.md:1: `make demo` is not named",
    );
    assert_none(&missing_commands(&Tree::made_up(&[("README.md", "make demo, make test")])));
}

#[test]
fn two_toolchains_are_refused() {
    let check = |needed: &str, used: &str| {
        let manifest = format!("[package]\nrust-version = \"{needed}\"\n");
        toolchain(&Tree::made_up(&[
            ("Cargo.toml", &manifest),
            ("rust-toolchain.toml", &format!("channel = \"{used}\"\n")),
        ]))
    };
    assert_none(&check("1.95", "1.95.0"));
    assert_none(&check("1.95.1", "1.95.1"));
    assert_one(&check("1.95", "1.95.1"), "Cargo.toml:2: rust-version is 1.95, but");
    assert_one(&check("1.94", "1.95.0"), "raise both together");
    assert_one(&toolchain(&Tree::made_up(&[])), "no rust-version");
    assert_one(&toolchain(&Tree::made_up(&[("Cargo.toml", "rust-version = \"1.95\"")])), "no channel");
}

#[test]
fn a_missing_or_empty_file_is_refused() {
    let texts = ["LICENSE-APACHE", "README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md"]
        .map(|path| (path, "a"));
    assert_one(&missing_files(&Tree::made_up(&texts)), "LICENSE-MIT:1: is missing or empty");
    assert_one(
        &missing_files(&Tree::made_up(&[texts.as_slice(), &[("LICENSE-MIT", "\n")]].concat())),
        "LICENSE-MIT:1",
    );
    assert_none(&missing_files(&Tree::made_up(&[texts.as_slice(), &[("LICENSE-MIT", "a")]].concat())));
}

#[test]
fn a_changelog_without_its_place_is_refused() {
    let check = |text: &str| changelog(&Tree::made_up(&[("CHANGELOG.md", text)]));
    assert_none(&check("# Changelog\n\n## [Unreleased]\n"));
    assert_one(&check("# Unreleased\nUnreleased\n"), "CHANGELOG.md:1: no heading");
}

//! The table *Who may import whom* in `ARCHITECTURE.md` is the law: a module imports only what its row names.

use crate::code::{Token, closing, inline_modules, is_word, reads, text, tokens};
use crate::markdown::{section, table};
use crate::tree::{Tree, assert_none, assert_one, here};

const LAW: &str = "ARCHITECTURE.md";
const HEADING: &str = "Who may import whom";

/// A row of the table: a module, and what it may import.
struct Row {
    line: usize,
    module: String,
    may: Vec<String>,
}

/// What a path starts from.
#[derive(Debug, PartialEq)]
enum Import {
    /// `crate::name`.
    Name(String),
    /// The crate's root itself, by `super::`, a glob or an alias: whatever lies in it could follow.
    Root,
}

fn problems(tree: &Tree) -> Vec<String> {
    let rows = match rows(tree.text(LAW).unwrap_or_default()) {
        Ok(rows) => rows,
        Err(problem) => return vec![problem],
    };
    let mut problems = Vec::new();
    for (index, row) in rows.iter().enumerate() {
        let (line, module) = (row.line, &row.module);
        if !tree.modules().contains(module.as_str()) {
            problems.push(format!(
                "{LAW}:{line}: there is no module {module}: take its row out until its first code is written"
            ));
        }
        if rows[..index].iter().any(|above| above.module == *module) {
            problems.push(format!("{LAW}:{line}: {module} has a row already: make one of the two"));
        }
        for import in
            row.may.iter().filter(|import| !rows[..index].iter().any(|above| above.module == **import))
        {
            problems.push(format!(
                "{LAW}:{line}: {module} may not look down at {import}: a row names only modules with rows above it"
            ));
        }
    }
    for (path, source) in
        tree.sources("src", "rs").filter(|(path, _)| !matches!(*path, "src/lib.rs" | "src/main.rs"))
    {
        let module = module_path(path)[0];
        let Some(row) = rows.iter().find(|row| row.module == module) else {
            problems.push(format!("{path}:1: {module} has no row in {LAW} under “{HEADING}”: give it one"));
            continue;
        };
        for (line, import) in imports(path, source) {
            problems.extend(refusal(row, &rows, &import).map(|why| format!("{path}:{line}: {why}")));
        }
    }
    problems
}

fn refusal(row: &Row, rows: &[Row], import: &Import) -> Option<String> {
    let module = &row.module;
    match import {
        Import::Root => {
            Some(format!("{module} reaches the crate's root here: write `crate::` and the module's name"))
        }
        Import::Name(name) if name == module || row.may.contains(name) => None,
        Import::Name(name) if rows.iter().any(|row| row.module == *name) => Some(format!(
            "{module} may not import {name}: move the code to where its row allows it, or change the table in {LAW} \
             and say why in docs/decisions.md"
        )),
        Import::Name(name) => {
            Some(format!("crate::{name} is no module of the table in {LAW}: name the module it lives in"))
        }
    }
}

/// Reads the table.
fn rows(document: &str) -> Result<Vec<Row>, String> {
    let lines = section(document, HEADING).unwrap_or_default();
    let mut rows = Vec::new();
    for row in table(&lines).iter().skip(1) {
        let mut cells = row.cells.iter().map(|cell| cell.replace('`', ""));
        let module = cells.next().unwrap_or_default();
        let may: Vec<String> =
            cells.next().unwrap_or_default().split(',').map(|name| name.trim().to_owned()).collect();
        let may: Vec<String> =
            may.into_iter().filter(|name| !matches!(name.as_str(), "" | "—" | "-")).collect();
        if let Some(name) =
            may.iter().chain([&module]).find(|name| name.is_empty() || !name.chars().all(is_word))
        {
            return Err(format!(
                "{LAW}:{}: “{name}” is no module's name: write names with commas between",
                row.line
            ));
        }
        rows.push(Row { line: row.line, module, may });
    }
    if rows.is_empty() {
        return Err(format!("{LAW}:1: no table under a heading “{HEADING}”: write it, one row a module"));
    }
    Ok(rows)
}

/// The modules that the file `path` lies in, its own name last: `src/ui/panel/mod.rs` is `[ui, panel]`.
fn module_path(path: &str) -> Vec<&str> {
    let path = path.strip_prefix("src/").unwrap_or(path);
    let path = path.strip_suffix(".rs").unwrap_or(path);
    path.strip_suffix("/mod").unwrap_or(path).split('/').collect()
}

/// Every path in `source` that starts from the root of the crate, with its line.
fn imports(path: &str, source: &str) -> Vec<(usize, Import)> {
    let tokens = tokens(source);
    let inline = inline_modules(&tokens);
    let mut found = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let depth =
            module_path(path).len() + inline.iter().filter(|module| module.tokens.contains(&at)).count();
        let is_visibility =
            at > 0 && (text(&tokens, at - 1) == "in" || reads(&tokens, at.saturating_sub(2), &["pub", "("]));
        at = match text(&tokens, at) {
            "crate" if reads(&tokens, at + 1, &["::"]) => names(&tokens, at + 2, &mut found),
            // `use crate as root` and `extern crate self as root`
            "crate" if matches!(text(&tokens, at + 1), "as" | "self") => {
                found.push((tokens[at].line, Import::Root));
                at + 1
            }
            "super" if !is_visibility => climb(&tokens, at, depth, &mut found),
            _ => at + 1,
        };
    }
    found
}

/// Notes the first name of each path from `at` on, where a name or a group of them follows `crate::`.
fn names(tokens: &[Token], at: usize, found: &mut Vec<(usize, Import)>) -> usize {
    let line = tokens.get(at).map_or(0, |token| token.line);
    match text(tokens, at) {
        "{" => return each(tokens, at, |at| names(tokens, at, found)),
        "*" | "self" => found.push((line, Import::Root)),
        "super" | "" | "}" => {}
        name => found.push((line, Import::Name(name.to_owned()))),
    }
    at + 1
}

/// Follows `super::super::…` from `at`, `levels` modules below the root, into groups as well.
fn climb(tokens: &[Token], at: usize, levels: usize, found: &mut Vec<(usize, Import)>) -> usize {
    match text(tokens, at) {
        "super" if levels <= 1 => {
            found.push((tokens[at].line, Import::Root));
            at + 1
        }
        "super" if text(tokens, at + 1) == "::" => climb(tokens, at + 2, levels - 1, found),
        "{" => each(tokens, at, |at| climb(tokens, at, levels, found)),
        _ => at + 1,
    }
}

/// Calls `visit` at the start of each part of the group that opens at `open`; answers with the index after it.
fn each(tokens: &[Token], open: usize, mut visit: impl FnMut(usize) -> usize) -> usize {
    let end = closing(tokens, open);
    let mut at = open + 1;
    while at < end - 1 {
        at = visit(at);
        while at < end && text(tokens, at) != "," {
            at = if text(tokens, at) == "{" { closing(tokens, at) } else { at + 1 };
        }
        at += 1;
    }
    end
}

#[test]
fn every_module_imports_only_what_its_row_allows() {
    assert_none(&problems(here()));
}

#[cfg(test)]
const TABLE: &str =
    "# A\n## Who may import whom\n| module | may import |\n| --- | --- |\n| units | |\n| `ui` | `units` |\n";

/// Checks `source` as `path`, beside the modules `units` and `ui`.
#[cfg(test)]
fn check(path: &str, source: &str) -> Vec<String> {
    problems(&Tree::made_up(&[(LAW, TABLE), ("src/ui/mod.rs", ""), ("src/units/mod.rs", ""), (path, source)]))
}

#[test]
fn an_import_that_the_row_lacks_is_refused_in_every_spelling() {
    assert_one(
        &check("src/units/mod.rs", "\nuse crate::ui;"),
        "src/units/mod.rs:2: units may not import ui: move",
    );
    for source in [
        "use crate::{\n    units::A,\n    ui::{B, C},\n};",
        "use crate::{{units}, {units::X, ui}};",
        "fn f() -> crate::ui::A { todo() }",
        "macro_rules! m { () => { $crate::ui::A } }",
        "#[cfg(test)] mod tests { use crate::ui::A; }",
        "pub(in crate::ui) fn f() {}",
    ] {
        assert_one(&check("src/units/light.rs", source), "units may not import ui");
    }
    assert_one(&check("src/units/mod.rs", "use crate::Root;"), "crate::Root is no module");
}

#[test]
fn what_the_row_allows_passes_and_so_do_words_that_are_no_code() {
    let source = "//! [`crate::ui`]\nuse crate::{units::A};\npub(crate) fn f(a: crate::units::B) { g(\"crate::ui\"); }";
    assert_none(&check("src/ui/mod.rs", source));
    assert_none(&check(
        "src/units/mod.rs",
        "/* use crate::ui; */ use crate::units::phi;\nconst A: &str = r#\"crate::ui\"#;",
    ));
}

#[test]
fn the_root_is_not_reached_by_super_nor_by_an_alias() {
    for (path, source) in [
        ("src/units/mod.rs", "use super::ui;"),
        ("src/units/mod.rs", "use self::super::ui;"),
        ("src/units/phi.rs", "use super::super::ui;"),
        ("src/units/phi.rs", "use super::{length::A, super::{ui}};"),
        ("src/units/a/mod.rs", "fn f() { super::super::ui::g() }"),
        ("src/units/mod.rs", "mod tests { use super::super::ui; }"),
        ("src/units/mod.rs", "mod tests { use super::*; }\nuse super::*;"),
        ("src/units/mod.rs", "use crate::*;"),
        ("src/units/mod.rs", "use crate::{self as root};"),
        ("src/units/mod.rs", "use crate as root;"),
        ("src/units/mod.rs", "extern crate self as root;"),
    ] {
        assert_one(&check(path, source), "units reaches the crate's root");
    }
}

#[test]
fn super_within_a_module_passes() {
    assert_none(&check(
        "src/units/mod.rs",
        "pub(super) fn f() {}\nmod tests { use super::*; mod deep { use super::super::f; } }",
    ));
    assert_none(&check(
        "src/units/a/b.rs",
        "use super::super::{c, d::super_e};\npub(in super::super) struct A;",
    ));
}

#[test]
fn a_row_that_looks_down_or_stands_twice_or_names_nothing_is_refused() {
    let check = |rows: &str| {
        let law = format!("## Who may import whom\n| module | may import |\n| --- | --- |\n{rows}");
        problems(&Tree::made_up(&[(LAW, &law), ("src/ui/mod.rs", ""), ("src/units/mod.rs", "")]))
    };
    assert_none(&check("| units | — |\n| ui | units |"));
    assert_one(&check("| units | ui |\n| ui | units |"), "ARCHITECTURE.md:4: units may not look down at ui");
    assert_one(&check("| units | units |\n| ui | |"), "may not look down at units");
    assert_one(&check("| units | |\n| ui | |\n| ui | units |"), "ui has a row already");
    assert_one(&check("| units | |"), "src/ui/mod.rs:1: ui has no row");
    assert_one(&check("| units | |\n| ui | |\n| net | |"), "ARCHITECTURE.md:6: there is no module net");
    assert_one(
        &check("| units | |\n| ui | everything that it likes |"),
        "“everything that it likes” is no module's name",
    );
    assert_one(&problems(&Tree::made_up(&[])), "no table under a heading");
}

//! The table in `shaders/README.md` is complete: every shader has a row, every row names files that exist.

use crate::code::{is_word, text, tokens};
use crate::markdown::{Row, code_spans, table};
use crate::tree::{Tree, assert_none, assert_one, here, is_under};

const TABLE: &str = "shaders/README.md";

fn problems(tree: &Tree) -> Vec<String> {
    let shaders: Vec<&str> = tree
        .files()
        .map(|(path, _)| path)
        .filter(|path| is_under(path, "shaders") && *path != TABLE)
        .collect();
    if shaders.is_empty() && tree.text(TABLE).is_none() {
        return Vec::new();
    }
    let lines: Vec<(usize, &str)> = tree
        .text(TABLE)
        .unwrap_or_default()
        .lines()
        .enumerate()
        .map(|(index, line)| (index + 1, line))
        .collect();
    let rows = table(&lines);
    let Some((twin, rows)) = rows.split_first().and_then(|(head, rows)| Some((twin_column(head)?, rows)))
    else {
        return vec![format!(
            "{TABLE}:1: no table with a column “twin”: write one, one row a shader, its file first"
        )];
    };
    let mut problems = Vec::new();
    for row in rows {
        let complain = |what: String| format!("{TABLE}:{}: {what}", row.line);
        let file = shader(row).unwrap_or_default();
        if !shaders.contains(&file.as_str()) {
            problems.push(complain(format!(
                "{file} is no shader: name the file as in shaders/, between backticks"
            )));
        }
        let cell = row.cells.get(twin).copied().unwrap_or_default();
        let has_reason = cell.strip_prefix("none: ").is_some_and(|reason| !reason.trim().is_empty());
        let twins: Vec<&str> = code_spans(cell).collect();
        if twins.is_empty() && !has_reason {
            problems.push(complain(format!(
                "{file} has no twin: name it between backticks, or say “none: ” and why"
            )));
        }
        for name in twins.iter().filter(|name| !is_defined(tree, name)) {
            problems.push(complain(format!(
                "{name} is not in src/: name the twin as `src/…/file.rs` or `Type::function`"
            )));
        }
    }
    let listed: Vec<String> = rows.iter().filter_map(shader).collect();
    let unlisted = shaders.iter().filter(|path| !listed.iter().any(|file| file == *path));
    problems.extend(unlisted.map(|path| format!("{path}:1: no row in the table of {TABLE}: add one")));
    problems
}

fn twin_column(head: &Row<'_>) -> Option<usize> {
    head.cells.iter().position(|cell| cell.to_lowercase().contains("twin"))
}

/// The path of the shader that a row is about.
fn shader(row: &Row<'_>) -> Option<String> {
    let name = code_spans(row.cells.first()?).next()?;
    Some(format!("shaders/{}", name.trim_start_matches("shaders/")))
}

/// Whether `name` leads to code of ours: `src/voi.rs`, `grayscale::voi`, `Window::apply` or `render::cpu::{one, two}`.
/// What it names beside modules must be defined together, in one file.
fn is_defined(tree: &Tree, name: &str) -> bool {
    let (file, name) = match name.split_once(".rs") {
        Some((file, rest)) => (Some(format!("{file}.rs")), rest),
        None => (None, name),
    };
    let words: Vec<&str> = name.split(|c| !is_word(c)).filter(|word| !word.is_empty()).collect();
    let mut sources =
        tree.sources("src", "rs").filter(|(path, _)| file.as_ref().is_none_or(|file| file == path));
    (file.is_some() || !words.is_empty()) && sources.any(|(path, source)| defines(path, source, &words))
}

fn defines(path: &str, source: &str, words: &[&str]) -> bool {
    if !words.iter().all(|word| source.contains(word) || path.contains(word)) {
        return false;
    }
    let tokens = tokens(source);
    let is_item = |at: usize| {
        matches!(text(&tokens, at), "const" | "enum" | "fn" | "mod" | "struct" | "trait" | "type")
    };
    let is_defined = |word: &str| (1..tokens.len()).any(|at| text(&tokens, at) == word && is_item(at - 1));
    let modules: Vec<&str> = path.trim_end_matches(".rs").split('/').collect();
    words.iter().all(|word| modules.contains(word) || is_defined(word))
}

#[test]
fn every_shader_has_a_row_and_every_row_is_true() {
    assert_none(&problems(here()));
}

#[test]
fn a_row_that_is_missing_or_names_nothing_is_refused() {
    let check = |rows: &str| {
        let table = format!("# Shaders\n\n| file | entry points | CPU twin |\n| --- | --- | --- |\n{rows}");
        let voi = "struct Window; impl Window { fn apply() {} }\n// fn gone() {}";
        problems(&Tree::made_up(&[
            (TABLE, &table),
            ("shaders/lib/voi.wgsl", ""),
            ("src/grayscale/voi.rs", voi),
        ]))
    };
    let there = [
        "src/grayscale/voi.rs",
        "src/grayscale/voi.rs::apply",
        "Window::apply",
        "grayscale::voi::{Window, apply}",
    ];
    for twin in there {
        assert_none(&check(&format!("| `lib/voi.wgsl` | | `{twin}` |")));
    }
    assert_none(&check("| `shaders/lib/voi.wgsl` | | none: no arithmetic |"));
    assert_one(&check(""), "shaders/lib/voi.wgsl:1: no row in the table");
    for twin in [
        "grayscale/voi.rs",
        "src/grayscale/voi.rs::gone",
        "Window::gone",
        "render::Window",
        "src/gone.rs",
        "::",
    ] {
        let part = format!("shaders/README.md:5: {twin} is not in src/");
        assert_one(&check(&format!("| `lib/voi.wgsl` | | `{twin}` |")), &part);
    }
    for cell in ["", "none", "none: ", "some day"] {
        assert_one(&check(&format!("| `lib/voi.wgsl` | | {cell} |")), "shaders/lib/voi.wgsl has no twin");
    }
    let gone = "| `lib/voi.wgsl` | | none: a |\n| `gone.wgsl` | | `Window` |";
    assert_one(&check(gone), "shaders/README.md:6: shaders/gone.wgsl is no shader");
    assert_one(&problems(&Tree::made_up(&[("shaders/a.wgsl", "")])), "no table with a column “twin”");
    assert_none(&problems(&Tree::made_up(&[])));
}

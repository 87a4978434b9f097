//! Every relative link in the documents leads to a file of the repository.

use crate::markdown::prose;
use crate::tree::{Tree, assert_none, assert_one, here};

fn problems(tree: &Tree) -> Vec<String> {
    let mut problems = Vec::new();
    for (path, document) in tree.sources("", "md") {
        for (number, line) in prose(document) {
            for target in targets(&line) {
                let file = target.split(['#', '?']).next().unwrap_or_default();
                let is_elsewhere = file.contains("://") || file.starts_with("mailto:");
                if !is_elsewhere && !resolved(path, file).is_some_and(|file| tree.exists(&file)) {
                    problems.push(format!(
                        "{path}:{number}: the link to {target} leads nowhere: mend it or take it out"
                    ));
                }
            }
        }
    }
    problems
}

/// Where the links of a line lead: `[text](target "title")`, `[name]: target`, and `src` or `href` of HTML.
fn targets(line: &str) -> Vec<&str> {
    let mut targets = Vec::new();
    let after =
        |opening: &'static str| line.match_indices(opening).map(move |(at, _)| &line[at + opening.len()..]);
    for rest in after("](") {
        targets.extend(rest.split(')').next());
    }
    for rest in after("src=\"").chain(after("href=\"")) {
        targets.extend(rest.split('"').next());
    }
    if let Some((_, rest)) = line.strip_prefix('[').and_then(|rest| rest.split_once("]: ")) {
        targets.push(rest);
    }
    let bare = targets.into_iter().filter_map(|target| target.split_whitespace().next());
    bare.map(|target| target.trim_start_matches('<').trim_end_matches('>')).collect()
}

/// `link` as seen from the document at `path`, as a path from the root. `None` where it leads out of the repository.
fn resolved(path: &str, link: &str) -> Option<String> {
    if link.is_empty() {
        return Some(path.to_owned());
    }
    let (folder, link) = match link.strip_prefix('/') {
        Some(link) => ("", link),
        None => (path.rsplit_once('/').map_or("", |(folder, _)| folder), link),
    };
    let mut parts = Vec::new();
    for part in folder.split('/').chain(link.split('/')) {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

#[test]
fn every_relative_link_leads_to_a_file() {
    assert_none(&problems(here()));
}

#[test]
fn a_link_that_leads_nowhere_is_refused() {
    let check = |line: &str| {
        let files = [("docs/a.md", line), ("docs/b.md", ""), ("docs/images/c.png", ""), ("README.md", "")];
        problems(&Tree::made_up(&files))
    };
    for line in [
        "[a](gone.md)",
        "![a](images/gone.png)",
        "[b](b.md) and [a](../gone.md#part)",
        "[a]: gone.md \"A title\"",
        "<img src=\"images/gone.png\">",
        "[out](../../gone.md)",
        "[out](../../README.md)",
    ] {
        assert_one(&check(&format!("# A\n\n{line}\n")), "docs/a.md:3: the link to ");
    }
    for line in [
        "[b](b.md) [b](./b.md#part) [b](<b.md>) [b](b.md \"Title\") [top](#a) [folder](images) [folder](images/)",
        "[r](../README.md) [r](/README.md) [w](https://example.org/gone.md) [m](mailto:a@example.org)",
        "`[a](gone.md)`",
        "```\n[a](gone.md)\n```",
    ] {
        assert_none(&check(line));
    }
}

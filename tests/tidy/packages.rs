//! Packages have the version of `Cargo.toml` and no other, are one product for ever, and take nothing of a link for an option.

use std::collections::BTreeMap;

use crate::tree::{Tree, assert_none, assert_one, here, is_under};

/// Where packages are made.
const FOLDERS: &[&str] = &["packaging", ".github"];

/// What Windows knows the product by: with another it would stand beside the one that is installed.
const UPGRADE_CODE: &str = "UpgradeCode=\"C7B1D5C5-26F8-542D-9F58-B8C62D70498A\"";

/// What each file that a system reads must say, and why.
const SAID: &[(&str, &str, &str)] = &[
    ("packaging/linux/hotlight.metainfo.xml", "version=\"@VERSION@\"", "deb.sh puts the version there"),
    ("packaging/macos/Info.plist", "<string>@VERSION@</string>", "bundle.sh puts the version there"),
    ("packaging/windows/hotlight.wxs", "Version=\"$(var.Version)\"", "msi.py puts the version there"),
    ("packaging/windows/hotlight.wxs", UPGRADE_CODE, "it never changes"),
    (
        "packaging/windows/hotlight.manifest",
        ">detached</consoleAllocationPolicy>",
        "no console opens beside it",
    ),
    ("packaging/windows/hotlight.rc", "1 24 \"hotlight.manifest\"", "the program has its manifest"),
    ("packaging/windows/cross.sh", "packaging/windows/hotlight.rc", "the program has its icon"),
    (".github/workflows/release.yml", "packaging/windows/hotlight.rc", "the program has its icon"),
    ("packaging/linux/hotlight.desktop", "Exec=hotlight -- %F\n", "a file's name is no option"),
    ("packaging/linux/hotlight-link.desktop", "Exec=hotlight link -- %u\n", "nothing of a link is an option"),
    (
        "packaging/windows/hotlight.wxs",
        "&quot;[#HotlightExe]&quot; -- &quot;%1&quot;",
        "a file's name is no option",
    ),
    (
        "packaging/windows/hotlight.wxs",
        "&quot;[#HotlightExe]&quot; link -- &quot;%1&quot;",
        "nothing of a link is an option",
    ),
];

fn problems(tree: &Tree) -> Vec<String> {
    let manifest = tree.text("Cargo.toml").unwrap_or_default();
    let version = manifest.lines().find_map(|line| line.strip_prefix("version = \"")?.strip_suffix('"'));
    let Some(version) = version else {
        return vec!["Cargo.toml:1: no version: packages take theirs from there".to_owned()];
    };
    let mut problems = Vec::new();
    let ours = tree.texts().filter(|(path, _)| FOLDERS.iter().any(|folder| is_under(path, folder)));
    for (path, text) in ours {
        let lines = text.lines().enumerate().filter(|(_, line)| holds(line, version));
        problems.extend(lines.map(|(index, _)| {
            format!("{path}:{}: the version is written down: take it from Cargo.toml", index + 1)
        }));
    }
    for (path, said, why) in SAID {
        if !tree.text(path).is_some_and(|text| text.contains(said)) {
            problems.push(format!("{path}:1: does not say {}: {why}", said.trim_end()));
        }
    }
    problems
}

/// Whether a line holds a version, and not as a part of another number.
fn holds(line: &str, version: &str) -> bool {
    let is_number = |neighbour: Option<char>| neighbour.is_some_and(|c| c.is_ascii_digit() || c == '.');
    let mut places = line.match_indices(version);
    places.any(|(at, _)| {
        let (before, after) = (&line[..at], &line[at + version.len()..]);
        !is_number(before.chars().next_back()) && !is_number(after.chars().next())
    })
}

#[test]
fn packages_have_the_version_of_the_manifest_and_handlers_that_take_no_options() {
    assert_none(&problems(here()));
}

#[test]
fn a_version_that_is_written_down_and_a_handler_that_takes_options_are_refused() {
    let mut files = BTreeMap::from([("Cargo.toml", "[package]\nversion = \"1.2.3\"\n".to_owned())]);
    for &(path, said, _) in SAID {
        files.entry(path).or_default().push_str(said);
    }
    let check = |path: &str, from: &str, to: &str| {
        let mut changed = files.clone();
        if let Some(text) = changed.get_mut(path) {
            *text = text.replacen(from, to, 1);
        }
        let texts: Vec<(&str, &str)> = changed.iter().map(|(path, text)| (*path, text.as_str())).collect();
        problems(&Tree::made_up(&texts))
    };
    assert_none(&check("", "", ""));
    let desktop = "packaging/linux/hotlight-link.desktop";
    assert_one(&check(desktop, "link -- %u", "link %u"), "nothing of a link is an option");
    assert_one(&check("packaging/windows/hotlight.wxs", "C7B1", "C7B2"), "it never changes");
    assert_one(
        &check(desktop, "Exec", "Version=1.2.3\nExec"),
        "hotlight-link.desktop:1: the version is written down",
    );
    assert_none(&check(desktop, "Exec", "# 11.2.3 and 1.2.3.4\nExec"));
    assert_one(&check("Cargo.toml", "version", "versions"), "no version");
}

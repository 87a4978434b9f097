//! Patients stay where they belong: the phantom's name is a canary, and `Phi<T>` is revealed only where it must be.

use crate::code::{inline_modules, is_in_unit_tests, text, tokens};
use crate::tree::{Tree, assert_none, assert_one, has_extension, here, is_under};

/// The family name of every phantom patient. The suites look for it in logs, reports and file names.
const CANARY: &str = "ZZCANARY";

/// Where the canary may be written. Unit tests may as well, in a `mod tests`.
const CANARY_HOMES: &[&str] = &[
    "src/phantom",
    "src/audit/tests.rs",
    "src/store/tests.rs",
    "tests",
    "docs",
    "README.md",
    "ARCHITECTURE.md",
    "CONTRIBUTING.md",
];

/// Where `reveal()` may be called, and why. `tests/` and each `mod tests` may as well.
const REVEAL_HOMES: &[(&str, &str)] = &[
    (
        "src/app/archives",
        "asks archives for whom the reader looks for, and compares what they say of a study",
    ),
    ("src/app/audited", "says in the audit trail where a picture went"),
    ("src/app/bench", "reads the file of luminances that the physicist named"),
    ("src/app/bundler", "writes the support bundle to the file that the reader named"),
    ("src/app/export", "writes the view to the file that the reader named"),
    ("src/app/archives", "asks archives for what the reader typed"),
    ("src/app/filters", "keeps the filters that the reader saved, for the reader alone"),
    ("src/app/index", "tells the reader's own objects by the folder that they lie in"),
    ("src/app/noting", "tells which of the paths that the reader opened still hold what is open"),
    ("src/app/open_file", "notes the paths that the reader opened, for the reader alone"),
    ("src/app/presets", "reads the file of presets that the reader named"),
    ("src/app/reading", "gives a presentation state the label that the reader typed"),
    ("src/app/recent", "remembers the paths that the reader opened, for the reader alone"),
    ("src/app/services", "hands the reader's paths to the thread that opens them"),
    ("src/audit", "names patients in the audit trail, which is its owner's and the site's alone"),
    ("src/cli/audit", "the person who asks for the audit trail is shown whom it names"),
    ("src/cli/bench", "opens the files it was given"),
    ("src/session/apply/calibration", "reads the luminance that the operator typed"),
    ("src/cli/info", "the person who asks for a file's particulars is shown them"),
    ("src/cli/input", "tells the person who named a folder which of its files cannot be read"),
    ("src/cli/store", "the person who asks for the store's list is shown whose studies they are"),
    ("src/cli/render", "names the file that cannot be drawn to the person who asked for it"),
    ("src/dicom", "reads patients from objects, opens their files, and writes both"),
    ("src/hanging/capture", "keeps what names the patient out of the protocol that the reader saves"),
    ("src/phantom", "makes patients up"),
    ("src/command/presentation", "tells the label that every state has from one that the reader typed"),
    ("src/presentation", "writes objects about the patient's images, with the texts that are in them"),
    ("src/render/compound", "leaves ticks without a label out"),
    ("src/render/graphic_plan", "counts the letters that a presentation state draws"),
    ("src/render/graphics", "divides a presentation state's text into lines"),
    ("src/render/labels", "corner text names the patient, lest images be taken for another's"),
    ("src/session/apply/presentation", "finds the layer that the reader typed"),
    ("src/session/apply/app", "takes the path or the command that the reader typed"),
    ("src/session/apply/studies", "bounds the filter that the reader saves"),
    ("src/session/scan", "takes a scanned number out of what was typed"),
    ("src/session/panel", "finds commands by what the reader typed"),
    ("src/session/presented", "lists presentation states by who made them"),
    ("src/session/shown_by", "lists key images with what their author wrote to them"),
    ("src/store", "tells patients apart, and lists studies by them in its index"),
    ("src/study", "tells patients apart"),
    ("src/study_list", "finds studies by what the reader typed"),
    ("src/testing", "compares what the reader would see; never in a release"),
    ("src/ui", "shows the reader whose study it is"),
];

fn canaries(tree: &Tree) -> Vec<String> {
    let named = tree.files().filter(|(path, _)| path.contains(CANARY));
    let mut problems: Vec<String> = named
        .map(|(path, _)| format!("{path}:1: a file is named after a patient: name it by what it holds"))
        .collect();
    for (path, text) in tree.texts().filter(|(path, _)| !CANARY_HOMES.iter().any(|home| is_under(path, home)))
    {
        let inline = if has_extension(path, "rs") { inline_modules(&tokens(text)) } else { Vec::new() };
        let lines =
            text.lines().enumerate().filter(|(_, line)| line.contains(CANARY)).map(|(index, _)| index + 1);
        problems.extend(lines.filter(|&line| !is_in_unit_tests(&inline, line)).map(|line| {
            format!(
                "{path}:{line}: {CANARY} outside {}: take the name from the phantom",
                CANARY_HOMES.join(", ")
            )
        }));
    }
    problems
}

fn revelations(tree: &Tree) -> Vec<String> {
    let mut problems = Vec::new();
    let is_home = |path: &str, home: &str| is_under(path, home) || path.strip_suffix(".rs") == Some(home);
    for (path, source) in tree.sources("", "rs") {
        if is_under(path, "tests") || REVEAL_HOMES.iter().any(|(home, _)| is_home(path, home)) {
            continue;
        }
        let tokens = tokens(source);
        let inline = inline_modules(&tokens);
        for at in 1..tokens.len() {
            let line = tokens[at].line;
            let is_named = text(&tokens, at) == "reveal" && matches!(text(&tokens, at - 1), "." | "::");
            if is_named && !is_in_unit_tests(&inline, line) {
                problems.push(format!(
                    "{path}:{line}: a patient is revealed here: pass the Phi<T> on, or add this module to REVEAL_HOMES in \
                     tests/tidy/canary.rs with the reason"
                ));
            }
        }
    }
    problems
}

#[test]
fn the_canary_is_written_only_where_it_belongs() {
    assert_none(&canaries(here()));
}

#[test]
fn patients_are_revealed_only_where_they_must_be() {
    assert_none(&revelations(here()));
}

#[test]
fn a_canary_elsewhere_is_refused() {
    let check = |path: &str, text: &str| canaries(&Tree::made_up(&[(path, text)]));
    assert_one(
        &check("src/app/mod.rs", "\nconst A: &str = \"ZZCANARY^CT\";"),
        "src/app/mod.rs:2: ZZCANARY outside",
    );
    assert_one(&check("assets/a.toml", "# ZZCANARY"), "assets/a.toml:1");
    assert_one(&check("src/app/mod.rs", "mod tests { }\n// ZZCANARY"), "src/app/mod.rs:2");
    assert_one(&check("tests/data/ZZCANARY^CT.dcm", ""), "a file is named after a patient");
    assert_none(&check("src/units/phi.rs", "mod tests {\n    const A: &str = \"ZZCANARY\";\n}"));
    for path in ["src/phantom/ct.rs", "tests/all/a.rs", "docs/a/b.md", "README.md"] {
        assert_none(&check(path, "ZZCANARY"));
    }
}

#[test]
fn a_revelation_elsewhere_is_refused() {
    let check = |path: &str, text: &str| revelations(&Tree::made_up(&[(path, text)]));
    for call in ["a.reveal()", "a\n.reveal ()", "a.map(Phi::reveal)", "Phi::<A>::reveal(a)"] {
        assert_one(
            &check("src/session/mod.rs", &format!("fn f() {{ {call}; }}")),
            "a patient is revealed here",
        );
    }
    assert_one(&check("src/render/gpu/engine.rs", "\nfn f() { a.reveal(); }"), "src/render/gpu/engine.rs:2");
    assert_one(&check("src/cli/mod.rs", "fn f() { a.reveal(); }"), "src/cli/mod.rs:1");
    assert_none(&check(
        "src/units/phi.rs",
        "fn reveal() {}\n// .reveal()\nmod tests { fn f() { a.reveal(); } }",
    ));
    for path in [
        "src/ui/panel/studies.rs",
        "src/render/labels.rs",
        "src/render/labels/text.rs",
        "src/cli/info.rs",
        "tests/all/a.rs",
    ] {
        assert_none(&check(path, "fn f() { a.reveal(); }"));
    }
}

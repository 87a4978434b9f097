//! Outside crates, printing and `unsafe` stay where they belong.

use crate::code::{Token, closing, text, tokens};
use crate::tree::{Tree, assert_none, assert_one, here, is_under};

/// What a rule looks for.
enum Kind {
    /// Paths through a crate of this name.
    Crate,
    /// Calls of a macro of this name.
    Macro,
    /// The bare word.
    Word,
}

struct Rule {
    kind: Kind,
    names: &'static [&'static str],
    /// Files, and folders with all below them.
    homes: &'static [&'static str],
    why: &'static str,
}

/// Who may name what. Tag constants (`dicom_dictionary_std`) may be named anywhere.
const RULES: &[Rule] = &[
    Rule {
        kind: Kind::Crate,
        names: &[
            "dicom_core",
            "dicom_encoding",
            "dicom_object",
            "dicom_parser",
            "dicom_pixeldata",
            "dicom_transfer_syntax_registry",
        ],
        homes: &["src/dicom"],
        why: "objects travel as types of our own `dicom` module, which alone knows how they are read",
    },
    Rule {
        kind: Kind::Crate,
        names: &["dicom_ul"],
        homes: &["src/net/dimse"],
        why: "one module speaks the upper layer protocol",
    },
    Rule {
        kind: Kind::Crate,
        names: &["wgpu", "egui_wgpu"],
        homes: &["src/render/gpu", "src/ui/viewport", "src/app"],
        why: "one engine drives the card; the viewport has the paint callback, and app opens the window or the offscreen device",
    },
    Rule {
        kind: Kind::Crate,
        names: &["eframe", "egui", "egui_extras", "egui_tiles", "emath", "epaint", "winit"],
        homes: &["src/ui", "src/app"],
        why: "what the reader sees is decided without a widget, and tested without a window",
    },
    Rule {
        kind: Kind::Crate,
        names: &["x11rb"],
        homes: &["src/display"],
        why: "one module asks the X server; windows are egui's",
    },
    Rule {
        kind: Kind::Crate,
        names: &["krilla", "rustybuzz"],
        homes: &["src/certificate"],
        why: "one module typesets, and measures with what it draws with",
    },
    Rule {
        kind: Kind::Crate,
        names: &[
            "keyring_core",
            "apple_native_keyring_store",
            "windows_native_keyring_store",
            "zbus_secret_service_keyring_store",
        ],
        homes: &["src/net/keyring"],
        why: "one module asks the keyring, on a thread of its own: it need not answer",
    },
    Rule {
        kind: Kind::Crate,
        names: &["clap"],
        homes: &["src/cli", "src/main.rs"],
        why: "the command line is one caller of the library among several",
    },
    Rule {
        kind: Kind::Macro,
        names: &["eprint", "eprintln", "print", "println"],
        homes: &["src/cli", "src/main.rs"],
        why: "elsewhere news is an event or a log line, where no patient can appear",
    },
    Rule {
        kind: Kind::Word,
        names: &["unsafe"],
        homes: &["src/dicom/codec"],
        why: "codecs in C are called there, and nothing else needs it",
    },
];

fn problems(tree: &Tree) -> Vec<String> {
    let mut problems = Vec::new();
    for (path, source) in tree.sources("", "rs") {
        let tokens = tokens(source);
        let in_use = use_items(&tokens);
        for rule in RULES.iter().filter(|rule| applies(rule, path)) {
            let hits = (0..tokens.len()).filter(|&at| {
                rule.names.contains(&text(&tokens, at))
                    && match rule.kind {
                        Kind::Crate => in_use[at] || is_in_path(&tokens, at),
                        Kind::Macro => text(&tokens, at + 1) == "!",
                        Kind::Word => true,
                    }
            });
            problems.extend(hits.map(|at| {
                let Token { text, line } = &tokens[at];
                let homes = if rule.homes.is_empty() {
                    "nowhere".to_owned()
                } else {
                    format!("only in {}", rule.homes.join(", "))
                };
                format!("{path}:{line}: {text} belongs {homes} ({}): move this code", rule.why)
            }));
        }
    }
    problems
}

/// Tests and examples may name any crate and may print; `unsafe` binds them too.
fn applies(rule: &Rule, path: &str) -> bool {
    let is_bound = is_under(path, "src") || matches!(rule.kind, Kind::Word);
    let is_home = |home: &&str| is_under(path, home) || path.strip_suffix(".rs") == Some(home);
    is_bound && !rule.homes.iter().any(is_home)
}

/// Whether the token at `at` is followed by `::` or comes after it.
fn is_in_path(tokens: &[Token], at: usize) -> bool {
    text(tokens, at + 1) == "::" || (at > 0 && text(tokens, at - 1) == "::")
}

/// For each token, whether it lies in `use …;` or `extern crate …;`.
fn use_items(tokens: &[Token]) -> Vec<bool> {
    let mut in_use = vec![false; tokens.len()];
    for at in 0..tokens.len() {
        let is_start = match text(tokens, at) {
            // `impl Trait + use<'a>` is no import.
            "use" => text(tokens, at + 1) != "<",
            "crate" => at > 0 && text(tokens, at - 1) == "extern",
            _ => false,
        };
        let mut end = at;
        while is_start && end < tokens.len() && text(tokens, end) != ";" {
            end = if text(tokens, end) == "{" { closing(tokens, end) } else { end + 1 };
        }
        in_use[at..end].fill(true);
    }
    in_use
}

#[test]
fn outside_crates_printing_and_unsafe_stay_at_home() {
    assert_none(&problems(here()));
}

#[test]
fn each_refusal_fires_on_a_small_source() {
    for (path, source, part) in [
        (
            "src/study/mod.rs",
            "use dicom_object::open_file;",
            "src/study/mod.rs:1: dicom_object belongs only in src/dicom (",
        ),
        ("src/study/mod.rs", "\nfn f(a: &dicom_core::Tag) {}", "src/study/mod.rs:2: dicom_core"),
        ("src/study/mod.rs", "use dicom_pixeldata as pixels;", "dicom_pixeldata"),
        ("src/net/archive.rs", "use dicom_ul::pdu::Pdu;", "only in src/net/dimse"),
        (
            "src/ui/panel/mod.rs",
            "use eframe::{\n    egui,\n    wgpu::Device,\n};",
            "src/ui/panel/mod.rs:3: wgpu",
        ),
        ("src/render/plan.rs", "struct A(::wgpu::Buffer);", "wgpu"),
        ("src/ui/palette.rs", "use eframe::wgpu as card;", "wgpu"),
        ("src/session/mod.rs", "fn f(p: egui::Pos2) {}", "only in src/ui, src/app"),
        ("src/net/secret.rs", "use keyring_core::Entry;", "only in src/net/keyring"),
        ("src/session/mod.rs", "extern crate egui;", "egui"),
        ("src/app/mod.rs", "#[derive(clap::Parser)] struct A;", "only in src/cli, src/main.rs"),
        ("src/app/mod.rs", "fn f() { println!(\"a\"); }", "println"),
        ("src/app/mod.rs", "fn f() { std::eprint!(\"a\"); }", "eprint"),
        ("src/display/mod.rs", "fn f() { unsafe { g() } }", "unsafe belongs only in src/dicom/codec"),
        ("tests/all/main.rs", "unsafe fn f() {}", "unsafe"),
    ] {
        assert_one(&problems(&Tree::made_up(&[(path, source)])), part);
    }
}

#[test]
fn what_is_at_home_or_only_looks_like_it_passes() {
    for (path, source) in [
        ("src/dicom/read.rs", "use dicom_object::open_file;"),
        ("src/study/mod.rs", "use dicom_dictionary_std::tags;"),
        ("src/render/gpu/device.rs", "fn f(d: &wgpu::Device) {}"),
        ("src/render/gpu.rs", "fn f(d: &wgpu::Device) {}"),
        ("src/ui/viewport/paint.rs", "use eframe::{egui, egui_wgpu, wgpu};"),
        (
            "src/session/mod.rs",
            "//! Knows neither egui nor wgpu.\nfn f(egui: u8) -> impl A + use<'a> { \"egui::\"; egui }",
        ),
        ("src/cli/mod.rs", "use clap::Parser; fn f() { println!(); }"),
        ("src/app/mod.rs", "#![deny(unsafe_code)]\nfn println() { println(); }"),
        ("examples/phantom.rs", "use dicom_core::Tag; fn main() { println!(); }"),
    ] {
        assert_none(&problems(&Tree::made_up(&[(path, source)])));
    }
}

//! The handbook's page of keys, written from the shipped map.

use std::fmt::Write as _;

use crate::command::Context;

use super::error::KeymapError;
use super::layer::{Binding, Keymap};

/// `docs/keys.md`: the shipped key map, a table for each context.
pub fn keys_markdown() -> Result<String, Vec<KeymapError>> {
    let keymap = Keymap::layer(Keymap::shipped()?, [])?;
    let mut page = "# Keys\n\n\
        Written by a test from `assets/keymaps/default.toml` (`UPDATE=1 cargo test` rewrites it). Your own keys stand in\n\
        `keymap.toml` beside your `config.toml`; the shipped file teaches the format, and `hotlight keys` shows what applies.\n\n\
        The setting `keys.profile` lays keys of another viewer over them, as far as they are known and Hotlight has the command:\n\
        `hotlight keys --profile weasis` (or `ohif`, `horos`) shows them, and `--check` what has no key then. No key alone brings\n\
        another patient, in your own files neither: Ctrl, Alt or a leader is part of it.\n\n\
        A letter is the key that says so, on AZERTY and QWERTZ as well, and a digit the key in its place. Where a layout has no Latin letters, or\n\
        writes a sign there that is bound to nothing, the key counts that is in the same place on a US keyboard. A name in brackets is a place\n\
        on every layout: `Alt+[A]` is Alt with the key left of S in the US, whatever it writes. `hotlight keys --check` tells what is bound both\n\
        by a place and by what a US keyboard writes there.\n\n\
        `[macros]` gives lists of commands a name: `lung = [\"stage 1\", \"window preset lung\", \"link all\"]`; `macro lung` carries them\n\
        out, and is bound to a key like any command.\n"
        .to_owned();
    for context in Context::ALL {
        page.push_str(section(&keymap, context).as_str());
    }
    Ok(page)
}

fn section(keymap: &Keymap, context: Context) -> String {
    let (title, when) = match context {
        Context::Everywhere => ("Everywhere", "At any time; keys that write text do so where text is typed."),
        Context::Viewport => ("Viewports", "While the images have the focus."),
        Context::Studies => ("Studies", "While the list of studies is open; what writes text filters it."),
        Context::Calibration => ("Calibration", "In the physicist's mode, and over a test pattern."),
        Context::Panel => ("Panels", "While a panel is open."),
    };
    let mut text =
        format!("\n## {title}\n\n{when}\n\n| keys | command | what it does |\n| --- | --- | --- |\n");
    let bindings = keymap.bindings();
    let mut listed: Vec<&Binding> =
        bindings.into_iter().filter(|binding| binding.context == context).collect();
    while let Some(&first) = listed.first() {
        let (same, rest): (Vec<&Binding>, Vec<&Binding>) =
            listed.into_iter().partition(|other| other.command == first.command);
        let chords: Vec<String> = same.iter().map(|binding| key_mark(&binding.chord.label())).collect();
        let help = title_of(first).unwrap_or_else(|| first.command.entry().help);
        // Writing to a String does not fail.
        let _infallible = writeln!(text, "| {} | `{}` | {help} |", chords.join(", "), first.command);
        listed = rest;
    }
    text
}

/// The reader's words for exactly this command, where the palette has them.
fn title_of(binding: &Binding) -> Option<&'static str> {
    let text = binding.command.to_string();
    let offer = binding.command.entry().offers.iter().find(|offer| offer.text == text)?;
    Some(offer.title)
}

/// The chord in Markdown, where a bar would end the cell.
fn key_mark(label: &str) -> String {
    format!("`{}`", label.replace('|', "\\|"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Run with `UPDATE=1` to rewrite the page.
    #[test]
    fn the_page_of_keys_is_in_step_with_the_shipped_map() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/keys.md");
        let page = keys_markdown().unwrap_or_else(|errors| panic!("{errors:?}"));
        if std::env::var_os("UPDATE").is_some() {
            std::fs::write(path, &page).expect("docs/keys.md is writable");
        }
        let committed = std::fs::read_to_string(path).unwrap_or_default();
        assert_eq!(committed, page, "docs/keys.md is stale: UPDATE=1 cargo test rewrites it");
    }

    #[test]
    fn keys_of_one_command_share_a_line() {
        let page = keys_markdown().unwrap_or_else(|errors| panic!("{errors:?}"));
        assert!(page.contains("| `?`, `F1` | `panel keys` | Key sheet |"), "{page}");
        assert!(page.contains("| `Ctrl+PgDn` | `study next` | Next study |"), "{page}");
    }
}

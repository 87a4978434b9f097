//! Shaders, embedded, and their composition: `#import lib/voi` stands for that file's text, once.

use std::collections::BTreeSet;

macro_rules! sources {
    ($($name:literal),+ $(,)?) => {
        &[$(($name, include_str!(concat!("../../../shaders/", $name, ".wgsl")))),+]
    };
}

/// Every file: its path under `shaders/` without the ending, and its text.
pub const ALL: &[(&str, &str)] = sources![
    "cover",
    "curved",
    "display",
    "enlarge",
    "layer",
    "lib/color",
    "lib/cut",
    "lib/display",
    "lib/dither",
    "lib/filter",
    "lib/fullscreen",
    "lib/gray",
    "lib/modality",
    "lib/panel",
    "lib/sample",
    "lib/slab",
    "lib/voi",
    "lib/voxel",
    "lib/walk",
    "pane",
    "plain",
    "reformat",
    "rendering",
    "slice",
];

/// Why a shader cannot be composed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ShaderError {
    /// There is no such file.
    #[error("there is no shader '{name}'")]
    Unknown {
        /// The name asked for.
        name: String,
    },
}

/// A file with its imports, each in front of its first use.
pub fn resolve(name: &str) -> Result<String, ShaderError> {
    resolve_text(&format!("#import {name}\n"))
}

/// The same for a text that is not a file.
pub fn resolve_text(text: &str) -> Result<String, ShaderError> {
    let mut resolved = String::new();
    append(text, &mut BTreeSet::new(), &mut resolved)?;
    Ok(resolved)
}

fn append(text: &str, seen: &mut BTreeSet<String>, resolved: &mut String) -> Result<(), ShaderError> {
    for line in text.lines() {
        match line.strip_prefix("#import ") {
            None => {
                resolved.push_str(line);
                resolved.push('\n');
            }
            Some(name) => {
                let name = name.trim();
                if seen.insert(name.to_owned()) {
                    append(source(name)?, seen, resolved)?;
                }
            }
        }
    }
    Ok(())
}

fn source(name: &str) -> Result<&'static str, ShaderError> {
    let found = ALL.iter().find(|(known, _)| *known == name);
    found.map(|(_, text)| *text).ok_or_else(|| ShaderError::Unknown { name: name.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_import_is_taken_once() {
        let text = resolve_text("#import lib/voi\n#import lib/voi\nfn last() {}\n").expect("known");
        assert_eq!(text.matches("fn voi_linear(").count(), 1);
        assert!(text.ends_with("fn last() {}\n"));
    }

    #[test]
    fn an_unknown_import_is_named() {
        let error = resolve_text("#import lib/nowhere\n").expect_err("unknown");
        assert_eq!(error.to_string(), "there is no shader 'lib/nowhere'");
    }
}

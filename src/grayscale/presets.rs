//! Window presets by modality, from `assets/presets/window.toml`.

use serde::Deserialize;

use super::voi::{Window, WindowError};

/// A named window.
#[derive(Debug, Clone, PartialEq)]
pub struct WindowPreset {
    /// The name in commands: `lung`.
    pub name: String,
    /// The window.
    pub window: Window,
}

/// The presets of each modality, in the order of the digits that choose them.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct WindowPresets {
    modalities: Vec<(String, Vec<WindowPreset>)>,
}

/// Why a preset file is refused.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum PresetError {
    /// Not the format of the file.
    #[error("{0}")]
    Format(String),
    /// A preset cannot be applied.
    #[error("preset '{name}' of {modality}: {error}")]
    Window {
        /// The modality's table.
        modality: String,
        /// The preset.
        name: String,
        /// Why.
        error: WindowError,
    },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    name: String,
    center: f64,
    width: f64,
}

impl WindowPresets {
    /// Reads the file's text: one array of tables a modality.
    pub fn parse(text: &str) -> Result<Self, PresetError> {
        let file: std::collections::BTreeMap<String, Vec<Entry>> =
            toml::from_str(text).map_err(|e| PresetError::Format(e.to_string()))?;
        let mut modalities = Vec::new();
        for (modality, entries) in file {
            let presets = entries
                .into_iter()
                .map(|Entry { name, center, width }| match Window::new(center, width) {
                    Ok(window) => Ok(WindowPreset { name, window }),
                    Err(error) => Err(PresetError::Window { modality: modality.clone(), name, error }),
                })
                .collect::<Result<_, _>>()?;
            modalities.push((modality, presets));
        }
        Ok(Self { modalities })
    }

    /// The presets of a modality; none for an unknown one.
    pub fn of(&self, modality: &str) -> &[WindowPreset] {
        let found = self.modalities.iter().find(|(name, _)| name == modality);
        found.map_or(&[], |(_, presets)| presets)
    }

    /// A modality's preset by name.
    pub fn named(&self, modality: &str, name: &str) -> Option<&WindowPreset> {
        self.of(modality).iter().find(|preset| preset.name == name)
    }

    /// Every name, once, in order of first appearance.
    pub fn names(&self) -> Vec<&str> {
        let mut names: Vec<&str> = Vec::new();
        for preset in self.modalities.iter().flat_map(|(_, presets)| presets) {
            if !names.contains(&preset.name.as_str()) {
                names.push(&preset.name);
            }
        }
        names
    }
}

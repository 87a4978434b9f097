//! Names that protocols use and do not make: window presets, palettes and presets of volumes.

use crate::handwritten::nearest;

use super::fault::ProtocolFault;

/// The names that there are. Whoever has none at hand reads protocols unchecked, by [`super::Protocols::read`].
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Vocabulary {
    /// Window presets, of whichever modality.
    pub windows: Vec<String>,
    /// Palettes.
    pub palettes: Vec<String>,
    /// What volumes look like.
    pub volumes: Vec<String>,
}

/// What a name is the name of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NameOf {
    Window,
    Palette,
    Volume,
}

impl Vocabulary {
    /// What is wrong with a name; nothing where it is there.
    pub(super) fn fault(&self, of: NameOf, name: &str) -> Option<ProtocolFault> {
        let (what, names) = match of {
            NameOf::Window => ("window preset", &self.windows),
            NameOf::Palette => ("palette", &self.palettes),
            NameOf::Volume => ("volume preset", &self.volumes),
        };
        if names.iter().any(|known| known == name) {
            return None;
        }
        let nearest = nearest(name, names.iter().map(String::as_str)).map(str::to_owned);
        Some(ProtocolFault::NoName { what, name: name.to_owned(), nearest })
    }
}

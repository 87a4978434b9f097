//! Keys to commands, by context. A key bound twice where both would answer is an error, not a matter of luck.
//!
//! A binding is a chord, or a leader and a chord after it ([`Sequence`]); a key goes by what it writes, or in brackets by its place.
//! A [`KeymapFile`] is one TOML file, read by [`Keymap::parse`]; [`Keymap::layer`] puts a [`Profile`], the site's
//! and the user's file over the shipped one. `assets/keymaps/default.toml` teaches the format.

mod chord;
mod error;
mod file;
mod handbook;
mod key;
mod layer;
mod macros;
mod profile;
mod sequence;

pub use chord::{Chord, ChordError};
pub use error::{KeymapError, KeymapFault};
pub use file::KeymapFile;
pub use handbook::keys_markdown;
pub use key::Key;
pub use layer::{Binding, Keymap};
pub use profile::Profile;
pub use sequence::Sequence;

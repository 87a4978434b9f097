//! The words in the corners of a viewport: which of them, from one TOML file a modality.
//!
//! A line is text with [`Field`]s in it. [`CornerTexts`] holds the files of all layers and fills their lines; who draws says
//! what each field is worth, and [`technique_value`] what the image itself says. The patient's identity is no field: it
//! stands in its corner always. `assets/corner-text/default.toml` teaches the form of a file.

mod corner;
mod error;
mod field;
mod file;
mod handbook;
mod line;
mod texts;

pub use corner::Corner;
pub use error::{CornerTextError, CornerTextFault};
pub use field::{Field, technique_value};
pub use handbook::corner_text_markdown;
pub use texts::{CornerTexts, FOLDER};

//! Files that people write: TOML with a place for everything in it, whose file it is, and the word that was probably meant.

mod nearest;
mod origin;
mod toml;
mod value;

pub use origin::Origin;
pub use toml::LineColumn;

pub(crate) use nearest::{did_you_mean, nearest};
pub(crate) use toml::Toml;
pub(crate) use value::{decimal, shortened, value_kind};

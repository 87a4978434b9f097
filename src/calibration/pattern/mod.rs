//! Test patterns, drawn from their geometry for any size and depth, one pixel of a pattern a pixel of the panel.
//!
//! [`Pattern::parse`] reads a name of [`Pattern::list`], [`draw`] makes the picture. A pattern of 1024 × 1024 is laid out in the
//! middle, enlarged by whole factors; bars and 1-pixel lines stay in pixels of the panel (`grid`). Shades are shares of white, so
//! that each depth has the driving level that is nearest to it (`canvas`). Letters are drawn here too: no picture and no font is
//! copied.
//!
//! Sources: AAPM TG18 (OR-03) and TG270, IEC 62563-1, SMPTE RP 133. What they leave open is said where it is drawn.

mod ambient;
mod area;
mod canvas;
mod catalogue;
mod fields;
mod grid;
mod letters;
mod picture;
mod smpte;
mod temporal;
mod tg18;
mod tg270;

pub use ambient::PatternObject;
pub use catalogue::{FieldColor, Pattern, PatternEntry};
pub use picture::{Levels, PatternError, PatternPicture, SIDE_MAX, SIDE_MIN, draw};
pub use temporal::PatternFrame;

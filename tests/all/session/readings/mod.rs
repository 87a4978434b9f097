//! Whole readings as command text: what is on screen after each step is written beside it.
//!
//! A reading is a text file here. A line that begins with `>` is a step, commands as in scripts; the lines below it say what is on
//! screen then, a viewport a line: its number, `*` where the focus is, `prior`, the number and the description of the series, the image or
//! the section of how many, the window, and what the reader must know. `UPDATE=1 cargo test` writes what is seen; read the difference.

mod made;
mod play;

//! The command line: other people's scripts stand on it.

mod info;
mod render;
mod script;
mod words;

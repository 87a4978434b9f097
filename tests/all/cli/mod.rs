//! The command line: other people's scripts stand on it.

mod drafts;
mod export;
mod info;
mod monitors;
mod render;
mod script;
mod settings;
mod words;

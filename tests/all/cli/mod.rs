//! The command line: other people's scripts stand on it.

mod drafts;
mod export;
mod hang;
mod info;
mod monitors;
mod over;
mod quality;
mod render;
mod script;
mod settings;
mod words;

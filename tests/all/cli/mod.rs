//! The command line: other people's scripts stand on it.

mod drafts;
mod export;
mod hang;
mod info;
mod link;
mod monitors;
mod over;
mod render;
mod script;
mod settings;
mod words;

//! The command line: other people's scripts stand on it.

mod audit;
mod drafts;
mod export;
mod hang;
mod info;
mod monitors;
mod over;
mod render;
mod script;
mod security;
mod settings;
mod words;

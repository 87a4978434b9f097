//! The command line: other people's scripts stand on it.

mod doctor;
mod drafts;
mod export;
mod hang;
mod info;
mod monitors;
mod over;
mod policy;
mod render;
mod script;
mod secret;
mod settings;
mod words;

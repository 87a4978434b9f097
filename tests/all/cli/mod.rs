//! The command line: other people's scripts stand on it.

mod audit;
mod doctor;
mod drafts;
mod evaluate;
mod export;
mod hang;
mod info;
mod link;
mod monitors;
mod over;
mod patterns;
mod policy;
mod quality;
mod records;
mod render;
mod rendering;
mod report;
mod script;
mod secret;
mod security;
mod settings;
mod still;
mod users;
mod words;

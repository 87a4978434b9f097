//! Tidy: the rules of the house that can be read off the tree itself. The standard library only, and under a second.
//!
//! A checker is a function from a [`tree::Tree`] to complaints; each file ends with made-up trees that prove it fires.

mod canary;
mod code;
mod conformance;
mod dead_files;
mod docs;
mod handbook;
mod hazards;
mod hygiene;
mod layers;
mod links;
mod markdown;
mod outside;
mod packages;
mod shaders;
mod tree;
mod words;

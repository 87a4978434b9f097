//! The card against the reference: shaders, twins, pictures, memory.
//!
//! Any adapter will do, a software one too. Without one the suite fails and says what to install;
//! `HOTLIGHT_NO_GPU=1` skips it, aloud.

#![expect(clippy::expect_used, reason = "a test may stop at the first surprise")]

mod chest;
mod colors;
mod compute;
mod covers;
mod curtain;
mod curved;
mod cuts;
mod displays;
mod equivalent;
mod filters;
mod found;
mod golden;
mod harness;
mod layers;
mod monitor_colors;
mod mutants;
mod pace;
mod parts;
mod reals;
mod reformat;
mod rendering;
mod residency;
mod shaders;
mod surface;
mod tables;
mod tiles;
mod turns;
mod twins;
mod volumes;
mod voxels;

//! The grayscale chain as the standards word it, one file a section: worked examples first, then seeded random images and
//! settings against programs and arithmetic that are not ours, every pixel compared.
//!
//! What `dcm2pnm` does otherwise than the standard says stands beside the test, and in `tests/oracle/dcmtk/README.md`.

mod calibration;
mod color;
mod contradictions;
mod gsdf;
mod header;
pub(crate) mod made;
mod mask;
mod modality;
mod object;
mod overlay;
mod patterns;
mod presentation;
mod presentation_state;
mod shutter;
mod state_colors;
mod state_inks;
mod states;
mod supplement;
mod voi;
mod volume;

pub(crate) use made::{Random, read};
pub(crate) use object::{Object, pass, shown};
pub(crate) use presentation_state::{shown_by, state, with_plane};

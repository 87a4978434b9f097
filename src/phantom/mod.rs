//! Studies with known truth, made at run time: what `hotlight demo` opens and what the tests read.
//!
//! A [`Phantom`] describes a CT study of a chest that never lived: how it is sliced, how it is stored, which visit it is.
//! [`Phantom::write_into`] makes the files; [`Phantom::hu_at`] and [`Phantom::truth`] say what must be found in them. A
//! [`BreastPhantom`] is the same for mammograms in four views.
//!
//! ```text
//! shape ─► scene ─► chest (the anatomy, in body space) ─► study (slices, pixels, identifiers) ─► write (DICOM files)
//!                └► breast (the same, all in one)
//! ```
//!
//! Everything is computed from the description alone: equal descriptions give equal bytes, on every system. The patient
//! is `ZZCANARY^PHANTOM`, so that a leak into a log or a file name is found by the canary tests.
//!
//! Beads break every symmetry: one at the patient's Left, two Anterior, three towards the Head.

mod breast;
mod chest;
mod hash;
mod scene;
mod shape;
mod study;
mod write;

pub use breast::{BreastObject, BreastPhantom, BreastView};
pub use study::{Phantom, Truth, TruthObject};
pub use write::PhantomError;

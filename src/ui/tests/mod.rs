//! The interface as a reader uses it: by keys, by mouse and by the names of its controls.

mod controls;
mod desk;
mod keys;
mod pointer;

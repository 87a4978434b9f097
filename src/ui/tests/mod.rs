//! The interface as a reader uses it: by keys, by mouse and by the names of its controls.

mod badges;
mod controls;
mod desk;
mod keys;
mod pointer;
mod slider;
mod status;
mod strip;

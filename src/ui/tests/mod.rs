//! The interface as a reader uses it: by keys, by mouse and by the names of its controls.

mod about;
mod access;
mod access_plots;
mod badges;
mod bundle;
mod calibration;
mod controls;
mod curtain;
mod desk;
mod jump;
mod keys;
mod menu;
mod monitor;
mod pointer;
mod resume;
mod settings;
mod slider;
mod states;
mod status;
mod strip;
mod studies;
mod transfer;
mod users;

//! Reading, driven by command text against files and no window.

mod bad_input;
mod hostile;
mod pointer;
mod properties;
mod reading;
mod windows;

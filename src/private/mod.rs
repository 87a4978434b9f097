//! Files and folders that are their owner's alone on Unix, and files that are read no further than they may reach. Elsewhere the
//! rights that the system gives by itself hold.

mod file;
mod locked;

pub use file::{append_to, make_folder, open_lock, read_bounded, read_open, read_text, write};
pub use locked::Locked;

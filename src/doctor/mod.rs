//! What of this installation works, and what to do about what does not: for whoever looks after it.
//!
//! [`examine`] looks at one [`Check`] in a [`Situation`] and gives [`Finding`]s, a sentence each with its remedy. It changes nothing
//! but what opening a store mends, needs no display and no network, waits for nobody for long, and names no patient.

mod audit;
mod certificates;
mod clock;
mod configuration;
mod disk;
mod displays;
mod examine;
mod finding;
mod graphics;
mod logs;
mod peers;
mod queue;
mod secrets;
mod storage;

pub use displays::file_faults;
pub use examine::{Situation, examine};
pub use finding::{Check, Finding, State};

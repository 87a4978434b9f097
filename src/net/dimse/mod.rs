//! DIMSE services over `dicom-ul`, the only module that names it. PS3.7, PS3.8.
//!
//! A `command` says what a message asks or answers, an `association` carries messages. On them stand [`echo`], [`find`],
//! [`worklist`], [`get`], [`move_to`] with its [`StorageScp`], and [`send`].

mod association;
mod command;
mod echo;
mod find;
mod get;
mod get_parts;
mod move_to;
mod status;
mod storage;
mod storage_scp;
mod store;
mod worklist;

pub use command::SubOperations;
pub use echo::{Echoed, echo};
pub use find::{Found, find, find_until};
pub use get::{get, get_classes, inventory};
pub use get_parts::{Part, get_parts};
pub use move_to::{move_known, move_to};
pub use status::Status;
pub use storage::{Arrival, Folder, Keep, Retrieved};
pub use storage_scp::{ScpOptions, StorageScp};
pub use store::{Sent, send};
pub use worklist::{ScheduledStep, WorklistEntry, WorklistQuery, worklist};

/// What an archive is built of, for `net::serve`.
pub(super) mod serving {
    pub(in crate::net) use super::association::{
        Association, Context, Incoming, Outgoing, Proposal, Reception,
    };
    pub(in crate::net) use super::command::{Command, Field};
    pub(in crate::net) use super::storage::{is_unfinished, store_here, taken};
    pub(in crate::net) use super::store::{Store, contexts as storage_contexts, is_storage};
    pub(in crate::net) use super::worklist::WORKLIST;
}

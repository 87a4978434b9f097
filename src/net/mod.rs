//! Talking to archives. It speaks of DICOM identifiers and has never heard of the session.
//!
//! [`Peer`] says whom to talk to, [`dimse`] how; [`serve`] is an archive itself, [`SyslogServer`] whoever collects audit messages. [`keyring`]
//! keeps secrets. Everything that can go wrong on the way is a [`NetError`], one sentence that an
//! administrator can act on.

pub mod dimse;
mod error;
pub mod keyring;
mod known;
mod peer;
mod places;
mod query;
mod retry;
mod secret;
pub mod serve;
mod syslog;
mod tls;
mod user;
mod validity;

pub use error::NetError;
pub use known::Known;
pub use peer::{AeTitle, AeTitleError, Deadlines, Peer};
pub use places::Places;
pub use query::{Level, Query};
pub use retry::Backoff;
pub use secret::Secret;
pub use syslog::{ServerAddress, ServerAddressError, SyslogConnection, SyslogMessage, SyslogServer};
pub use tls::{Certificate, Tls};
pub use user::User;
pub use validity::Validity;

//! Who saw which study, and when: the messages of PS3.15 A.5 in files that can only grow, each chained to the one before, and on
//! their way to a syslog server.
//!
//! [`AuditEvent`] is what happened, `message` says it in XML, `schema` checks that as PS3.15 A.5.1 asks. A [`Trail`] keeps messages, each
//! a `chain` link, and [`verify`] finds what was changed in it; a [`Delivery`] sends what the server has not had. It names patients, by its
//! nature: none of it goes to a log. It reads no clock: who calls says what time it is.

mod chain;
mod delivery;
mod event;
mod message;
mod places;
mod schema;
mod summary;
mod tail;
mod trail;
mod verify;
mod xml;

pub use chain::Link;
pub use delivery::{Delivered, Delivery, DeliveryError};
pub use event::{Access, Alert, AuditEvent, AuditNode, AuditStudy, Direction, Happening};
pub use message::{AuditSource, message};
pub use schema::check;
pub use summary::Summary;
pub use trail::{Appended, Trail, TrailError, TrailOptions, each_link};
pub use verify::{Verified, verify};

#[cfg(test)]
mod tests;

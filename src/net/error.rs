//! What can go wrong between two application entities.

use std::time::Duration;

use crate::dicom::ReadError;

use super::dimse::Status;

/// Why an exchange failed: one sentence that an administrator can act on. None of them names a patient.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NetError {
    /// The name of the machine leads nowhere, or nothing listens there.
    #[error(
        "cannot connect to {address}: {why}. Check that the archive runs, its port, and the firewall between"
    )]
    Connect {
        /// Host and port.
        address: String,
        /// As the system says it.
        why: String,
    },
    /// Nothing came in time.
    #[error("no {what} within {} s", .after.as_secs_f64())]
    Deadline {
        /// What was waited for.
        what: &'static str,
        /// How long.
        after: Duration,
    },
    /// The peer does not want to talk to us.
    #[error("the archive rejected the association: {why}")]
    Rejected {
        /// Its reason, and what to do about it.
        why: String,
        /// Whether it may say otherwise later.
        is_transient: bool,
    },
    /// The peer does not do what we ask for.
    #[error("the archive accepts no {what}")]
    NotAccepted {
        /// The service, in words.
        what: String,
    },
    /// The peer broke off.
    #[error("the archive aborted the association ({why})")]
    Aborted {
        /// As it says.
        why: String,
    },
    /// The connection is gone.
    #[error("the connection was lost: {why}")]
    Lost {
        /// As the system says it.
        why: String,
    },
    /// What came makes no sense.
    #[error("the archive does not keep to the protocol: {why}")]
    Protocol {
        /// What was wrong.
        why: String,
    },
    /// The peer answered that it failed.
    #[error("the archive refused the {operation}: {status}")]
    Failed {
        /// What was asked for.
        operation: &'static str,
        /// Its answer.
        status: Status,
    },
    /// The archive has nothing of what was asked for.
    #[error("the archive has no such study, series or instance")]
    NothingThere,
    /// An object here cannot be read.
    #[error(transparent)]
    Object(#[from] ReadError),
    /// One of the two sides does not take the other's certificate.
    #[error("no secure connection, for want of a certificate: {why}")]
    Certificate {
        /// Whose, what is wrong with it, and what to do.
        why: String,
    },
    /// The two sides find no TLS in common.
    #[error("no secure connection: {why}")]
    Tls {
        /// Why, and what to do.
        why: String,
    },
    /// What is needed here first is missing, or would give a secret away; nothing was sent.
    #[error("not connected: {why}")]
    Setup {
        /// What, and what to do.
        why: String,
    },
    /// What came cannot be kept.
    #[error("cannot write what arrives: {why}")]
    Keep {
        /// As the system says it.
        why: String,
    },
}

impl NetError {
    /// What makes no sense.
    pub(super) fn protocol(why: impl Into<String>) -> Self {
        Self::Protocol { why: why.into() }
    }

    /// What is missing here.
    pub(super) fn setup(why: impl Into<String>) -> Self {
        Self::Setup { why: why.into() }
    }

    /// Whether the archive gave no answer at all, or none that it could be known by.
    pub const fn is_unreachable(&self) -> bool {
        matches!(
            self,
            Self::Connect { .. } | Self::Deadline { .. } | Self::Lost { .. } | Self::Certificate { .. }
        )
    }

    /// Whether the same may succeed later without anybody doing something about it.
    pub const fn is_transient(&self) -> bool {
        match self {
            Self::Connect { .. } | Self::Deadline { .. } | Self::Aborted { .. } | Self::Lost { .. } => true,
            Self::Rejected { is_transient, .. } => *is_transient,
            Self::Failed { status, .. } => status.is_out_of_resources(),
            Self::NotAccepted { .. }
            | Self::NothingThere
            | Self::Protocol { .. }
            | Self::Certificate { .. }
            | Self::Tls { .. }
            | Self::Setup { .. }
            | Self::Object(_)
            | Self::Keep { .. } => false,
        }
    }
}

//! Who the reader is to an archive: user identity negotiation. PS3.7 D.3.3.7.

use super::{NetError, Secret};

/// What an archive is told of who asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum User {
    /// A name (type 1).
    Name(String),
    /// A name with a passcode (type 2), over TLS alone.
    Passcode {
        /// The name.
        name: String,
        /// Its passcode.
        passcode: Secret,
    },
    /// A JSON Web Token (type 5), over TLS alone.
    Token(Secret),
}

/// An identity as it is sent: its type, and its two fields.
#[derive(PartialEq, Eq)]
pub(super) struct Identity {
    /// User-Identity-Type: 1, 2 or 5.
    pub(super) kind: u8,
    pub(super) primary: String,
    pub(super) secondary: String,
}

impl User {
    /// Whether it holds what must never go in clear.
    const fn is_secret(&self) -> bool {
        !matches!(self, Self::Name(_))
    }

    /// As it is sent. What is secret is refused where it could be read on the way.
    pub(super) fn identity(&self, is_secured: bool) -> Result<Identity, NetError> {
        if self.is_secret() && !is_secured {
            return Err(NetError::setup(
                "a passcode or token is never sent in clear. Use TLS to this archive",
            ));
        }
        Ok(match self {
            Self::Name(name) => Identity { kind: 1, primary: name.clone(), secondary: String::new() },
            Self::Passcode { name, passcode } => {
                Identity { kind: 2, primary: name.clone(), secondary: passcode.read()? }
            }
            Self::Token(token) => Identity { kind: 5, primary: token.read()?, secondary: String::new() },
        })
    }
}

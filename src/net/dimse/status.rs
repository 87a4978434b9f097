//! What an answer says of its request. PS3.7 C; PS3.4 B.2.3, C.4.

use std::fmt;

/// A status, with the comment of whoever gives it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Status {
    /// Status (0000,0900).
    pub code: u16,
    /// Error Comment (0000,0902), or empty.
    pub comment: String,
}

impl Status {
    /// It was done.
    pub const SUCCESS: u16 = 0x0000;
    /// More answers follow.
    pub const PENDING: u16 = 0xFF00;
    /// It was called off.
    pub const CANCELLED: u16 = 0xFE00;
    /// Some of it failed.
    pub const WARNING: u16 = 0xB000;
    /// No place for it.
    pub const OUT_OF_RESOURCES: u16 = 0xA700;
    /// The object makes no sense.
    pub const CANNOT_UNDERSTAND: u16 = 0xC000;
    /// Whoever asks may not.
    pub const NOT_AUTHORISED: u16 = 0x0124;

    /// A bare code.
    pub const fn of(code: u16) -> Self {
        Self { code, comment: String::new() }
    }

    /// Whether more answers follow.
    pub const fn is_pending(&self) -> bool {
        matches!(self.code, 0xFF00 | 0xFF01)
    }

    /// Whether it was done, if not quite as asked.
    pub const fn is_done(&self) -> bool {
        matches!(self.code, 0x0000 | 0x0001 | 0x0107 | 0x0116 | 0xB000..=0xBFFF)
    }

    /// Whether the peer lacks room or time now.
    pub const fn is_out_of_resources(&self) -> bool {
        matches!(self.code, 0xA700..=0xA702)
    }

    /// What the code means, where the standard says so.
    const fn words(&self) -> Option<&'static str> {
        Some(match self.code {
            0x0000 => "success",
            0x0110 => "processing failure",
            0x0112 => "no such object instance",
            0x0122 => "no such service there",
            0x0124 => "not authorised",
            0x0210 => "a message number that is in use",
            0x0211 => "unrecognised operation",
            0x0212 => "mistyped argument",
            0xA700 => "out of resources",
            0xA701 => "out of resources: it cannot count the matches",
            0xA702 => "out of resources: it cannot send the objects",
            0xA801 => {
                "it does not know the destination. Add our AE title, host and port to its configuration"
            }
            0xA900..=0xA9FF => "the identifier or object does not match the service",
            0xB000..=0xB0FF => "done with failures",
            0xC000..=0xCFFF => "unable to process",
            0xFE00 => "cancelled",
            0xFF00 | 0xFF01 => "pending",
            _ => return None,
        })
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.words() {
            Some(words) => write!(f, "{words} (0x{:04X}", self.code)?,
            None => write!(f, "status (0x{:04X}", self.code)?,
        }
        if !self.comment.is_empty() {
            write!(f, ": {}", self.comment)?;
        }
        f.write_str(")")
    }
}

//! Unique identifiers, a type for each entity they identify. PS3.5 9.

use std::fmt;
use std::sync::Arc;

use serde::Serialize;

macro_rules! uid {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
        #[serde(transparent)]
        pub struct $name(Arc<str>);

        impl $name {
            /// From the text of the attribute, padding removed.
            pub fn new(text: &str) -> Self {
                Self(Arc::from(text.trim_end_matches(['\0', ' ']).trim_start()))
            }

            /// The text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

/// Digits and dots, 64 at most, no part empty: what may be part of a file's name. PS3.5 9.1.
pub fn is_uid(text: &str) -> bool {
    (1..=64).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
        && text.split('.').all(|part| !part.is_empty())
}

uid! {
    /// Study Instance UID (0020,000D).
    StudyUid
}
uid! {
    /// Series Instance UID (0020,000E).
    SeriesUid
}
uid! {
    /// SOP Instance UID (0008,0018).
    InstanceUid
}
uid! {
    /// Frame of Reference UID (0020,0052).
    FrameOfReferenceUid
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_uid_that_is_a_path_is_refused() {
        assert!(is_uid("1.2.840.10008.1"));
        for wrong in ["", "..", "../1.2", "1..2", "/1", "1.2/3", "1.2\\3", ".1", "1.", "1.a", &"1".repeat(65)]
        {
            assert!(!is_uid(wrong), "{wrong}");
        }
    }
}

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

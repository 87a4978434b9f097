//! Why an object could not be read: one line each, meaning first, no patient in it. The caller adds the file.

/// Why a file, or one frame of it, could not be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// The operating system refused.
    #[error("cannot be opened: {why}")]
    Open {
        /// The system's words.
        why: String,
    },
    /// The file has no bytes.
    #[error("the file is empty")]
    Empty,
    /// No DICOM Part 10 header.
    #[error("not a DICOM file")]
    NotDicom,
    /// The data set is damaged.
    #[error("damaged DICOM data: {why}")]
    Damaged {
        /// The parser's words.
        why: String,
    },
    /// A required attribute is absent or empty.
    #[error("{name} is missing")]
    Missing {
        /// Keyword and tag.
        name: &'static str,
    },
    /// An attribute holds what cannot be used.
    #[error("{name} is wrong: {why}")]
    Wrong {
        /// Keyword and tag.
        name: &'static str,
        /// What was found.
        why: String,
    },
    /// The pixels end before the image does.
    #[error("truncated: {found} of {expected} bytes of pixel data")]
    Truncated {
        /// Bytes that the header asks for.
        expected: u64,
        /// Bytes that are there.
        found: u64,
    },
    /// A valid object with nothing to show.
    #[error("holds no image ({what})")]
    NoImage {
        /// The kind of object.
        what: String,
    },
    /// A valid image of a kind that is not shown yet.
    #[error("{what} is not shown yet")]
    Unsupported {
        /// The kind, in the field's words.
        what: String,
    },
}

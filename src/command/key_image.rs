//! Key images: marked, and gone through.

use std::fmt;

use super::catalogue::{Context, Entry, offer};
use super::text::{TextCommand, ordinal};

/// Key images of the study in focus. PS3.3 A.35.4.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyImageCommand {
    /// The image in focus becomes one, of interest.
    Mark,
    /// The image in focus is none any more.
    Unmark,
    /// One of the two.
    Toggle,
    /// The image in focus becomes one, with this of the titles, from 1.
    Title(usize),
    /// The next one of the study.
    Next,
    /// The one before.
    Previous,
    /// The viewport in focus goes through the key images of its series alone, or through all its images again.
    Only,
}

static KEY_IMAGE: Entry = Entry {
    usage: "key-image mark | unmark | toggle | title N | next | previous | only",
    help: "Marks the image in focus as a key image, of interest or with another title, or goes to the next one of the study. \
           `only` goes through the key images of the series alone, until it is given again. \
           Marks are saved as Key Object Selections beside the study. Titles: 1 of interest, 2 for the referring provider, \
           3 surgery, 4 teaching, 5 conference, 6 therapy, 7 patient, 8 peer review, 9 research, 10 printing, 11 report \
           attachment, 12 litigation.",
    context: Context::Viewport,
    offers: &[
        offer("Key image or none", "key-image toggle"),
        offer("Next key image", "key-image next"),
        offer("Previous key image", "key-image previous"),
        offer("Key images only, or all images", "key-image only"),
        offer("Key image for the referring provider", "key-image title 2"),
        offer("Key image for surgery", "key-image title 3"),
        offer("Key image for teaching", "key-image title 4"),
        offer("Key image for a conference", "key-image title 5"),
    ],
};

pub(super) static ENTRIES: &[&Entry] = &[&KEY_IMAGE];

impl TextCommand for KeyImageCommand {
    fn from_words(words: &[&str]) -> Option<Self> {
        Some(match *words {
            ["key-image", "mark"] => Self::Mark,
            ["key-image", "unmark"] => Self::Unmark,
            ["key-image", "toggle"] => Self::Toggle,
            ["key-image", "title", number] => Self::Title(ordinal(number)?),
            ["key-image", "next"] => Self::Next,
            ["key-image", "previous"] => Self::Previous,
            ["key-image", "only"] => Self::Only,
            _ => return None,
        })
    }

    fn entry(&self) -> &'static Entry {
        &KEY_IMAGE
    }
}

impl fmt::Display for KeyImageCommand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Mark => f.write_str("key-image mark"),
            Self::Unmark => f.write_str("key-image unmark"),
            Self::Toggle => f.write_str("key-image toggle"),
            Self::Title(number) => write!(f, "key-image title {number}"),
            Self::Next => f.write_str("key-image next"),
            Self::Previous => f.write_str("key-image previous"),
            Self::Only => f.write_str("key-image only"),
        }
    }
}

//! Where words stand.

/// A corner of a viewport.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Corner {
    /// Below the identity.
    TopLeft,
    /// The series, as a rule.
    TopRight,
    /// The image and how it is shown, as a rule.
    BottomLeft,
    /// Above the badges.
    BottomRight,
}

impl Corner {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::TopLeft, Self::TopRight, Self::BottomLeft, Self::BottomRight];

    /// The name in files.
    pub const fn name(self) -> &'static str {
        match self {
            Self::TopLeft => "top_left",
            Self::TopRight => "top_right",
            Self::BottomLeft => "bottom_left",
            Self::BottomRight => "bottom_right",
        }
    }
}

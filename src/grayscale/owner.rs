//! Who applies the standard display function on the way to a panel. PS3.14.

/// Who makes the luminance of a monitor follow the grayscale standard display function (GSDF): one, or nobody. Applied
/// twice it is as wrong as not at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum GsdfOwner {
    /// Nobody: the monitor is uncalibrated.
    #[default]
    Nobody,
    /// The panel, by a table of its own; it is sent P-values.
    Panel,
    /// The system, by a table of the graphics card; it is sent P-values.
    System,
    /// Hotlight, by a table made from the measured luminance of the monitor; the panel is sent its driving levels.
    Viewer,
}

impl GsdfOwner {
    /// All, in the order of the handbook.
    pub const ALL: [Self; 4] = [Self::Nobody, Self::Panel, Self::System, Self::Viewer];

    /// The word in `displays.toml`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Nobody => "none",
            Self::Panel => "panel",
            Self::System => "system",
            Self::Viewer => "viewer",
        }
    }
}

//! The monitor under a window, as far as the reader must know it.

use std::sync::Arc;

use crate::color::IccProfile;
use crate::grayscale::GsdfOwner;
use crate::units::Mm;

/// The monitor under a window, as far as the reader must know it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ScreenMonitor {
    /// What its maker calls it, or where it is plugged in: `EIZ RX560`.
    pub name: String,
    /// What it is known by, as `displays.toml` calls it.
    pub id: String,
    /// The side of a pixel, if anybody says it.
    pub pixel_mm: Option<Mm>,
    /// Who applies the grayscale standard display function here, now. PS3.14.
    pub gsdf: GsdfOwner,
    /// Whether gray between two driving levels is shown by a pattern of both, until the reader chooses.
    pub is_dithered: bool,
    /// The ICC profile of its colours; sRGB without one.
    pub profile: Option<Arc<IccProfile>>,
    /// What the reader should know beside that, a sentence each.
    pub cautions: Vec<String>,
}

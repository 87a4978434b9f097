//! The monitor under a window, as far as the reader must know it.

use std::sync::Arc;

use crate::calibration::CalibrationStatus;
use crate::color::IccProfile;
use crate::grayscale::GsdfOwner;
use crate::presentation::DisplayPassport;
use crate::units::Mm;

use super::screen::Screen;

/// The monitor under a window, as far as the reader must know it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ScreenMonitor {
    /// What its maker calls it, or where it is plugged in: `EIZ RX560`.
    pub name: String,
    /// What it is known by, as `displays.toml` calls it.
    pub id: String,
    /// Manufacturer, model and serial number as it tells them; empty where it does not.
    pub device: [String; 3],
    /// The side of a pixel, if anybody says it.
    pub pixel_mm: Option<Mm>,
    /// Who applies the grayscale standard display function here, now. PS3.14.
    pub gsdf: GsdfOwner,
    /// What tells the table that Hotlight puts before its driving levels from others; none where there is no such table.
    pub table: Option<String>,
    /// When its luminance was last measured, `YYYYMMDD`, as `displays.toml` says.
    pub measured: Option<String>,
    /// Whether gray between two driving levels is shown by a pattern of both, until the reader chooses.
    pub is_dithered: bool,
    /// What it is for, as `displays.toml` says: hanging protocols call their screens so.
    pub role: Option<String>,
    /// What is read on it, as `displays.toml` says: its limits are called so, until the operator chooses others.
    pub used_for: Option<String>,
    /// The ICC profile of its colours; sRGB without one.
    pub profile: Option<Arc<IccProfile>>,
    /// What records say of its calibration; none where nobody says what it is used for and nothing is recorded.
    pub status: Option<CalibrationStatus>,
    /// What brings the picture to another machine, whose display is not known; none where nothing does.
    pub remote: Option<&'static str>,
    /// What the reader should know beside that, a sentence each.
    pub cautions: Vec<String>,
}

impl Screen {
    /// What the monitor under it is for, if `displays.toml` says so.
    pub fn role(&self) -> Option<&str> {
        self.monitor.as_ref().ok()?.role.as_deref()
    }

    /// The side of a pixel of the monitor under it, in millimetres: what is said of that monitor, else `of_all` of them.
    pub(super) fn pixel_mm(&self, of_all: Option<f64>) -> Option<f64> {
        let own = self.monitor.as_ref().ok().and_then(|monitor| monitor.pixel_mm);
        own.map(|side| side.0).or(of_all)
    }

    /// What a state that is saved in this window tells of the monitor.
    pub fn passport(&self) -> DisplayPassport {
        let monitor = self.monitor.as_ref().ok();
        let [manufacturer, model, serial] = monitor.map(|monitor| monitor.device.clone()).unwrap_or_default();
        let table = monitor.and_then(|monitor| monitor.table.as_deref());
        let calibration = match monitor.map_or(GsdfOwner::Nobody, |monitor| monitor.gsdf) {
            GsdfOwner::Nobody => "uncalibrated".to_owned(),
            GsdfOwner::Panel => "GSDF by the panel".to_owned(),
            GsdfOwner::System => "GSDF by the system".to_owned(),
            GsdfOwner::Viewer => format!("GSDF by Hotlight, table {}", table.unwrap_or("unknown")),
        };
        let measured = monitor.and_then(|monitor| monitor.measured.clone()).unwrap_or_default();
        let software = format!("Hotlight {}", env!("CARGO_PKG_VERSION"));
        DisplayPassport { manufacturer, model, serial, calibration, measured, software }
    }
}

//! Asking the system for its monitors.

use super::monitor::Monitor;

/// Why it is not known which monitors there are.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MonitorsError {
    /// The X server does not tell.
    #[error("the X server does not tell its monitors: {0}")]
    Server(String),
    /// Nobody has written the call for this system.
    #[error("this system is not asked for its monitors yet")]
    NotAsked,
}

/// Asks for the monitors, as often as one likes.
#[derive(Default)]
pub struct Monitors {
    #[cfg(all(unix, not(target_os = "macos")))]
    server: Option<super::x11::X11>,
}

impl Monitors {
    /// The monitors as they are now; it may wait for the system, so no frame waits for it.
    ///
    /// With an X server (`DISPLAY`) they have their places; without one only the kernel is asked, and they have none.
    #[cfg(all(unix, not(target_os = "macos")))]
    pub fn look(&mut self) -> Result<Vec<Monitor>, MonitorsError> {
        let kernel = super::drm::monitors(std::path::Path::new("/sys/class/drm"));
        let mut found = if std::env::var_os("DISPLAY").is_some_and(|display| !display.is_empty()) {
            let server = match self.server.take() {
                Some(server) => server,
                None => super::x11::X11::connect()?,
            };
            let found = server.monitors(&kernel)?;
            // After a failure it is connected anew.
            self.server = Some(server);
            found
        } else {
            kernel
        };
        super::monitor::tell_twins_apart(&mut found);
        Ok(found)
    }

    /// Windows and macOS: nothing is asked yet.
    #[cfg(not(all(unix, not(target_os = "macos"))))]
    pub fn look(&mut self) -> Result<Vec<Monitor>, MonitorsError> {
        Err(MonitorsError::NotAsked)
    }
}

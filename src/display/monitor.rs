//! A monitor, and what it is known by.

use std::fmt;

use crate::units::Mm;

use super::edid::{Edid, EdidError};

/// A monitor of this machine.
#[derive(Debug, Clone, PartialEq)]
pub struct Monitor {
    /// What it is known by.
    pub id: MonitorId,
    /// Where it is plugged in, as the system calls it: `DP-1`.
    pub connector: String,
    /// What it says of itself, or why it says nothing.
    pub edid: Result<Edid, EdidError>,
    /// Columns and rows that the desktop gives it.
    pub size: (u32, u32),
    /// Its upper left corner on the desktop, in device pixels; none where the system does not tell.
    pub corner: Option<(i32, i32)>,
    /// Whether the desktop puts there what has no other place.
    pub is_primary: bool,
}

/// What a monitor is known by, from one start of the program to the next: `EIZ-0x1234-56789`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct MonitorId {
    text: String,
    /// What it rests on.
    pub basis: IdBasis,
}

/// What the identity of a monitor rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum IdBasis {
    /// Manufacturer, product and serial number: this one device, wherever it is plugged in.
    Serial,
    /// Manufacturer, product and connector: another of its kind on the same connector is taken for it.
    Model,
    /// Connector and size: any monitor there is taken for it.
    Connector,
}

/// A rectangle of the desktop, in device pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DesktopRect {
    /// Left edge.
    pub x: i32,
    /// Top edge.
    pub y: i32,
    /// Width.
    pub width: u32,
    /// Height.
    pub height: u32,
}

impl Monitor {
    /// A monitor with its own identity.
    pub fn new(
        connector: String,
        edid: Result<Edid, EdidError>,
        size: (u32, u32),
        corner: Option<(i32, i32)>,
        is_primary: bool,
    ) -> Self {
        let id = MonitorId::of(&connector, edid.as_ref().ok(), size);
        Self { id, connector, edid, size, corner, is_primary }
    }

    /// For the reader: `ZZM GRAY 5MP`, or the connector of one that says nothing.
    pub fn name(&self) -> String {
        match &self.edid {
            Ok(Edid { manufacturer, name: Some(name), .. }) => format!("{manufacturer} {name}"),
            Ok(Edid { manufacturer, product, .. }) => format!("{manufacturer} 0x{product:04X}"),
            Err(_) => self.connector.clone(),
        }
    }

    /// Manufacturer, model and serial number as it tells them; empty where it does not.
    pub fn device(&self) -> [String; 3] {
        let Ok(edid) = &self.edid else { return Default::default() };
        let model = edid.name.clone().unwrap_or_else(|| format!("0x{:04X}", edid.product));
        [edid.manufacturer.clone(), model, edid.serial.clone().unwrap_or_default()]
    }

    /// The side of one of the desktop's pixels on it, from what it says of its size.
    pub fn pixel_mm(&self) -> Option<Mm> {
        self.edid.as_ref().ok()?.pixel_mm(self.size.0, self.size.1)
    }

    /// Whether each of the desktop's pixels is one of the panel's; none when it does not say how many it has.
    pub fn is_native(&self) -> Option<bool> {
        let (columns, rows) = self.edid.as_ref().ok()?.native?;
        let native = (u32::from(columns), u32::from(rows));
        Some(self.size == native || self.size == (native.1, native.0))
    }

    /// Its part of the desktop; none where the system does not tell.
    pub fn rect(&self) -> Option<DesktopRect> {
        let ((x, y), (width, height)) = (self.corner?, self.size);
        Some(DesktopRect { x, y, width, height })
    }
}

impl MonitorId {
    fn of(connector: &str, edid: Option<&Edid>, (width, height): (u32, u32)) -> Self {
        let Some(Edid { manufacturer, product, serial, .. }) = edid else {
            return Self { text: word(&format!("{connector}-{width}x{height}")), basis: IdBasis::Connector };
        };
        match serial {
            Some(serial) => Self {
                text: word(&format!("{manufacturer}-0x{product:04X}-{serial}")),
                basis: IdBasis::Serial,
            },
            None => Self {
                text: word(&format!("{manufacturer}-0x{product:04X}@{connector}")),
                basis: IdBasis::Model,
            },
        }
    }

    /// As `displays.toml` calls it.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

impl fmt::Display for MonitorId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl IdBasis {
    /// In words, for lists.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Serial => "serial number",
            Self::Model => "model and connector",
            Self::Connector => "connector and size",
        }
    }
}

/// One word that can be typed: what monitors write in their texts may be anything.
fn word(text: &str) -> String {
    text.chars().map(|c| if c.is_ascii_alphanumeric() || "-_.@+".contains(c) { c } else { '_' }).collect()
}

/// Two that say the same of themselves are told apart by their connectors: some makers give all devices one number.
#[cfg(any(test, all(unix, not(target_os = "macos"))))]
pub(super) fn tell_twins_apart(monitors: &mut [Monitor]) {
    let mut count = std::collections::BTreeMap::<String, usize>::new();
    for monitor in monitors.iter() {
        *count.entry(monitor.id.text.clone()).or_default() += 1;
    }
    for monitor in monitors.iter_mut().filter(|monitor| count.get(&monitor.id.text).is_some_and(|n| *n > 1)) {
        let text = word(&format!("{}@{}", monitor.id.text, monitor.connector));
        monitor.id = MonitorId { text, basis: monitor.id.basis.max(IdBasis::Model) };
    }
}

/// The monitor that shows the most of a window; of several that show the same the first. Where the system does not tell
/// where a window is, a monitor that is alone has it.
pub fn under(monitors: &[Monitor], window: Option<DesktopRect>) -> Option<&Monitor> {
    let area = |monitor: &Monitor| match (window, monitor.rect()) {
        (Some(window), Some(rect)) => window.common_area(rect),
        _ => 0,
    };
    let is_told = window.is_some() && monitors.iter().any(|monitor| monitor.corner.is_some());
    match monitors {
        [only] if !is_told => Some(only),
        // Of equals `max_by_key` takes the last.
        _ => monitors.iter().rev().filter(|monitor| area(monitor) > 0).max_by_key(|monitor| area(monitor)),
    }
}

impl DesktopRect {
    /// In pixels.
    fn common_area(self, other: Self) -> i64 {
        let common = |a: i32, a_length: u32, b: i32, b_length: u32| {
            let end = (i64::from(a) + i64::from(a_length)).min(i64::from(b) + i64::from(b_length));
            (end - i64::from(a.max(b))).max(0)
        };
        common(self.x, self.width, other.x, other.width) * common(self.y, self.height, other.y, other.height)
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::super::edid::tests::{COLOR, GRAY, OFFICE, bytes};
    use super::*;

    pub(in super::super) fn monitor(connector: &str, written: Option<&str>, size: (u32, u32)) -> Monitor {
        let edid = written.map_or(Err(EdidError::Absent), |written| Edid::parse(&bytes(written)));
        Monitor::new(connector.to_owned(), edid, size, None, false)
    }

    fn at(x: i32, y: i32, mut monitor: Monitor) -> Monitor {
        monitor.corner = Some((x, y));
        monitor
    }

    #[track_caller]
    fn check_id(monitor: &Monitor, id: &str, basis: IdBasis, name: &str) {
        let (found, found_name) = (&monitor.id, monitor.name());
        assert_eq!((found.as_str(), found.basis, found_name.as_str()), (id, basis, name));
    }

    #[test]
    fn a_monitor_is_known_by_its_serial_number_or_by_where_it_is_plugged_in() {
        let size = (1920, 1080);
        let gray = monitor("DP-1", Some(GRAY), size);
        check_id(&gray, "ZZM-0x1234-00204321", IdBasis::Serial, "ZZM GRAY 5MP");
        let office = monitor("HDMI-1", Some(OFFICE), size);
        check_id(&office, "ABC-0x0001@HDMI-1", IdBasis::Model, "ABC Office 24");
        check_id(&monitor("screen", None, size), "screen-1920x1080", IdBasis::Connector, "screen");
    }

    #[test]
    fn an_identity_is_one_word_whatever_the_monitor_writes() {
        let mut edid = Edid::parse(&bytes(GRAY)).expect("an EDID");
        edid.serial = Some("A 1\"]#2".to_owned());
        edid.name = None;
        let monitor = Monitor::new("DP-1".to_owned(), Ok(edid), (1, 1), None, false);
        check_id(&monitor, "ZZM-0x1234-A_1___2", IdBasis::Serial, "ZZM 0x1234");
    }

    #[test]
    fn twins_are_told_apart_by_their_connectors() {
        let size = (2048, 2560);
        let mut monitors = [("DP-1", GRAY), ("DP-2", GRAY), ("DP-3", COLOR)]
            .map(|(connector, written)| monitor(connector, Some(written), size));
        tell_twins_apart(&mut monitors);
        let [first, second, other] = monitors;
        check_id(&first, "ZZM-0x1234-00204321@DP-1", IdBasis::Model, "ZZM GRAY 5MP");
        check_id(&second, "ZZM-0x1234-00204321@DP-2", IdBasis::Model, "ZZM GRAY 5MP");
        check_id(&other, "ZZM-0xC008-123456789", IdBasis::Serial, "ZZM COLOR 8MP");
    }

    #[test]
    fn a_monitor_knows_whether_it_shows_pixel_for_pixel() {
        assert_eq!(monitor("DP-1", Some(COLOR), (3840, 2160)).is_native(), Some(true));
        assert_eq!(monitor("DP-1", Some(GRAY), (2560, 2048)).is_native(), Some(true));
        assert_eq!(monitor("DP-1", Some(COLOR), (1920, 1080)).is_native(), Some(false));
        assert_eq!(monitor("DP-1", None, (1920, 1080)).is_native(), None);
    }

    #[test]
    fn a_window_is_on_the_monitor_that_shows_the_most_of_it() {
        let pair =
            [at(0, 0, monitor("left", None, (1000, 800))), at(1000, 0, monitor("right", None, (1000, 800)))];
        let found = |x, y, width, height| {
            under(&pair, Some(DesktopRect { x, y, width, height })).map(|monitor| monitor.connector.as_str())
        };
        assert_eq!(found(100, 100, 500, 500), Some("left"));
        assert_eq!(found(600, 100, 900, 500), Some("right"));
        assert_eq!(found(750, 0, 500, 500), Some("left"), "half and half");
        assert_eq!(found(-200, -200, 300, 300), Some("left"), "partly off the desktop");
        assert_eq!(found(0, 900, 500, 500), None, "off the desktop");
        assert_eq!(found(i32::MAX, i32::MAX, u32::MAX, u32::MAX), None);
        assert_eq!(found(i32::MIN, i32::MIN, u32::MAX, u32::MAX), Some("left"));
        assert_eq!(under(&pair, None), None, "which of two is not guessed");
    }

    #[test]
    fn a_monitor_that_is_alone_has_every_window_that_is_somewhere() {
        let alone = [monitor("DP-1", None, (1000, 800))];
        let window = DesktopRect { x: 0, y: 0, width: 10, height: 10 };
        assert!(under(&alone, None).is_some() && under(&alone, Some(window)).is_some());
        let placed = [at(0, 0, monitor("DP-1", None, (1000, 800)))];
        let away = DesktopRect { x: 5000, ..window };
        assert!(under(&placed, None).is_some() && under(&placed, Some(window)).is_some());
        assert_eq!(under(&placed, Some(away)), None);
        assert_eq!(under(&[], None), None);
    }
}

//! The settings, typed.

use tracing::level_filters::LevelFilter;

use crate::command::{Detail, Grid, Interpolation, UnseenGuard};
use crate::keymap::Profile;

use super::schema;

/// Every setting; each field is a section of the file.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// Log files.
    pub logging: Logging,
    /// What is kept in memory.
    pub memory: Memory,
    /// Turning files into pixels.
    pub decode: Decode,
    /// How images and interface are shown.
    pub viewer: Viewer,
    /// The keyboard.
    pub keys: Keys,
    /// The monitor.
    pub display: Display,
    /// The physicist's mode.
    pub calibration: Calibration,
    /// What is kept of the monitors.
    pub displays: DisplaysSettings,
    /// The list of studies.
    pub studies: Studies,
    /// Studies that are kept here.
    pub store: StoreSettings,
    /// Who saw which study, and when.
    pub audit: AuditSettings,
}

/// `[logging]`
#[derive(Debug, Clone, PartialEq)]
pub struct Logging {
    /// The least serious thing that is logged.
    pub level: LevelFilter,
    /// How many days a log is kept.
    pub keep_days: u32,
    /// Unique identifiers are replaced by a short mark.
    pub hash_uids: bool,
}

/// `[memory]`
#[derive(Debug, Clone, PartialEq)]
pub struct Memory {
    /// The most memory for decoded images, in MiB.
    pub frames_mib: u32,
    /// The most memory of the graphics card for images and volumes, in MiB.
    pub card_mib: u32,
}

/// `[decode]`
#[derive(Debug, Clone, PartialEq)]
pub struct Decode {
    /// How many threads decode; 0 is as many as the machine has cores.
    pub threads: u32,
}

/// `[viewer]`
#[derive(Debug, Clone, PartialEq)]
pub struct Viewer {
    /// The height of text, in points.
    pub text_size: f32,
    /// How many images one notch of the wheel scrolls.
    pub wheel_images: u32,
    /// What stands between image pixels at first.
    pub interpolation: Interpolation,
    /// The viewports at first.
    pub layout: Grid,
    /// Which windows open at the start.
    pub windows: WindowsAtStart,
    /// A study hangs by the hanging protocol that fits, and not its first series alone.
    pub hangs_by_protocol: bool,
    /// The groups of the reader, whose hanging protocols apply: names with commas between them.
    pub groups: String,
    /// How many words stand on images at first.
    pub detail: Detail,
    /// How bright everything but the images is.
    pub dim: f32,
    /// What is opened is remembered.
    pub recent: bool,
    /// What happens when a study is left of which something was not seen.
    pub unseen: UnseenGuard,
    /// What readings take is counted.
    pub ledger: bool,
}

impl Viewer {
    /// The groups of the reader, each by its name.
    pub fn group_names(&self) -> Vec<String> {
        self.groups.split(',').map(|name| name.trim().to_owned()).filter(|name| !name.is_empty()).collect()
    }
}

/// Which windows open at the start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WindowsAtStart {
    /// Those that were open last, and one on each monitor that has a role.
    Roles,
    /// A single one.
    One,
}

/// `[keys]`
#[derive(Debug, Clone, PartialEq)]
pub struct Keys {
    /// Whose keys lie over the shipped ones.
    pub profile: Profile,
}

/// `[display]`
#[derive(Debug, Clone, PartialEq)]
pub struct Display {
    /// The side of a pixel of the monitor, mm; 0 is not known.
    pub pixel_mm: f32,
}

/// `[calibration]`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Calibration {
    /// The reader may change what a monitor goes by.
    pub is_physicist: bool,
    /// The command that reads a photometer; empty where readings are typed in.
    pub photometer: String,
    /// How often a patch is read.
    pub readings: u32,
    /// How long it settles before, s.
    pub settle_s: u32,
    /// The reader is asked at the start for checks that are due.
    pub asks_at_start: bool,
}

/// `[displays]`
#[derive(Debug, Clone, PartialEq)]
pub struct DisplaysSettings {
    /// The folder of their records; empty for the usual one. `records_folder` says which it is.
    pub records: String,
}

/// `[studies]`
#[derive(Debug, Clone, PartialEq)]
pub struct Studies {
    /// How many days back archives are asked; 0 is without limit.
    pub days: u32,
}

/// `[store]`
#[derive(Debug, Clone, PartialEq)]
pub struct StoreSettings {
    /// Its folder; empty for the usual one. `store_folder` says which it is.
    pub folder: String,
    /// The most that it holds, GiB.
    pub quota_gib: u32,
    /// What is kept free on its disk, GiB.
    pub free_gib: u32,
}

/// `[audit]`
#[derive(Debug, Clone, PartialEq)]
pub struct AuditSettings {
    /// The trail is kept in files.
    pub file: bool,
    /// Its folder; empty for the usual one. `audit_folder` says which it is.
    pub folder: String,
    /// The most that it takes, MiB.
    pub keep_mib: u32,
    /// The server that messages are sent to; empty for none.
    pub server: String,
    /// The file of the authorities that count for it; empty for those of the system.
    pub authorities: String,
    /// The file of our own certificate; empty for none.
    pub certificate: String,
    /// The file of its key.
    pub key: String,
}

impl AuditSettings {
    /// Whether anything is recorded.
    pub fn is_on(&self) -> bool {
        self.file || !self.server.is_empty()
    }
}

/// The defaults of the schema.
impl Default for Settings {
    fn default() -> Self {
        // Every field has a row in the schema, and a test says so; nothing of this is left.
        let mut settings = Self {
            logging: Logging { level: LevelFilter::OFF, keep_days: 0, hash_uids: false },
            memory: Memory { frames_mib: 0, card_mib: 0 },
            decode: Decode { threads: u32::MAX },
            viewer: Viewer {
                text_size: 0.0,
                wheel_images: 0,
                interpolation: Interpolation::Nearest,
                layout: Grid { rows: 0, columns: 0 },
                windows: WindowsAtStart::One,
                hangs_by_protocol: false,
                groups: "none".to_owned(),
                detail: Detail::Identity,
                dim: 0.0,
                recent: false,
                unseen: UnseenGuard::Off,
                ledger: true,
            },
            keys: Keys { profile: Profile::Horos },
            display: Display { pixel_mm: -1.0 },
            calibration: Calibration {
                is_physicist: true,
                photometer: "none".to_owned(),
                readings: 0,
                settle_s: u32::MAX,
                asks_at_start: false,
            },
            displays: DisplaysSettings { records: "none".to_owned() },
            studies: Studies { days: u32::MAX },
            store: StoreSettings { folder: "none".to_owned(), quota_gib: 0, free_gib: u32::MAX },
            audit: AuditSettings {
                file: true,
                folder: "none".to_owned(),
                keep_mib: 0,
                server: "none".to_owned(),
                authorities: "none".to_owned(),
                certificate: "none".to_owned(),
                key: "none".to_owned(),
            },
        };
        for setting in schema::SETTINGS {
            setting.put(&setting.default, &mut settings);
        }
        settings
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_defaults_are_the_schemas() {
        let expected = Settings {
            logging: Logging { level: LevelFilter::INFO, keep_days: 14, hash_uids: false },
            memory: Memory { frames_mib: 2048, card_mib: 1024 },
            decode: Decode { threads: 0 },
            viewer: Viewer {
                text_size: 13.0,
                wheel_images: 1,
                interpolation: Interpolation::Linear,
                layout: Grid::ONE,
                windows: WindowsAtStart::Roles,
                hangs_by_protocol: true,
                groups: String::new(),
                detail: Detail::Full,
                dim: 1.0,
                recent: true,
                unseen: UnseenGuard::Ask,
                ledger: false,
            },
            keys: Keys { profile: Profile::Hotlight },
            display: Display { pixel_mm: 0.0 },
            calibration: Calibration {
                is_physicist: false,
                photometer: String::new(),
                readings: 1,
                settle_s: 3,
                asks_at_start: true,
            },
            displays: DisplaysSettings { records: String::new() },
            studies: Studies { days: 7 },
            store: StoreSettings { folder: String::new(), quota_gib: 100, free_gib: 2 },
            audit: AuditSettings {
                file: false,
                folder: String::new(),
                keep_mib: 256,
                server: String::new(),
                authorities: String::new(),
                certificate: String::new(),
                key: String::new(),
            },
        };
        assert_eq!(Settings::default(), expected);
    }
}

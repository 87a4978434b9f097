//! `displays.toml`: what the site and the reader say of each monitor, by what it is known by.
//!
//! ```toml
//! ["EIZ-0x1234-56789"]
//! gsdf = "viewer"
//! luminance = "left.csv"
//! ambient = 0.25
//! ```

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use toml::Spanned;
use toml::de::{DeString, DeValue};
use toml::value::Datetime;

use crate::grayscale::GsdfOwner;
use crate::handwritten::{LineColumn, Origin, Toml, decimal, did_you_mean, nearest, value_kind};

use super::key::{Key, key};
use super::layer;

/// The name of the file.
pub(super) const FILE: &str = "displays.toml";

/// Bits of a driving level where nothing is said.
const BITS: u8 = 8;

/// What is said of the monitors.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Displays {
    monitors: BTreeMap<String, MonitorSettings>,
}

/// What is said of one monitor.
#[derive(Debug, Clone, PartialEq)]
pub struct MonitorSettings {
    /// Who applies the GSDF, and from what.
    pub gsdf: Gsdf,
    /// Bits of its driving levels.
    pub bits: u8,
    /// The ICC profile of its colours.
    pub profile: Option<PathBuf>,
    /// Whether levels between two driving levels are shown by both, side by side.
    pub dither: bool,
    /// The side of a pixel, mm.
    pub pixel_mm: Option<f64>,
    /// When its luminance was last measured: `YYYYMMDD`.
    pub measured: Option<String>,
    /// What it is for: hanging protocols call their screens so.
    pub role: Option<String>,
    /// What is read on it: the schedule of its checks is called so.
    pub used_for: Option<String>,
    /// Whose file says it.
    pub origin: Origin,
    /// In which line.
    pub line: usize,
}

/// Of one of which nothing is said.
impl Default for MonitorSettings {
    fn default() -> Self {
        Self {
            gsdf: Gsdf::None,
            bits: BITS,
            profile: None,
            dither: false,
            pixel_mm: None,
            measured: None,
            role: None,
            used_for: None,
            origin: Origin::Shipped,
            line: 0,
        }
    }
}

/// Who applies the grayscale standard display function, and from what. PS3.14.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Gsdf {
    /// Nobody.
    #[default]
    None,
    /// The panel.
    Panel,
    /// The system.
    System,
    /// Hotlight.
    Viewer {
        /// The file of measured luminances, a driving level a line.
        luminance: PathBuf,
        /// What the room's light adds to each, cd/m².
        ambient_cd_m2: f64,
    },
}

/// What is wrong with a file of monitors, and where: `FILE:LINE:COLUMN: WHAT`.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("{}:{at}: {fault}", .path.display())]
pub struct DisplaysError {
    /// The file.
    pub path: PathBuf,
    /// Where in it.
    pub at: LineColumn,
    /// What.
    pub fault: DisplaysFault,
}

/// What is wrong with a file of monitors.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DisplaysFault {
    /// Not TOML.
    #[error("{0}")]
    Syntax(String),
    /// A monitor that is not a section.
    #[error("'{id}' is {found}, where a monitor with its settings below is expected: [\"EIZ-0x1234-56789\"]")]
    NotAMonitor {
        /// What is written in place of a monitor.
        id: String,
        /// What stands there.
        found: &'static str,
    },
    /// No setting of that name.
    #[error("a monitor has no setting '{name}'{}", did_you_mean(.nearest.as_deref()))]
    UnknownKey {
        /// What is written.
        name: String,
        /// What was probably meant.
        nearest: Option<&'static str>,
    },
    /// The wrong type, or out of range.
    #[error("'{key}' is {found}; expected {expected}{}", did_you_mean(.nearest.as_deref()))]
    WrongValue {
        /// The setting.
        key: &'static str,
        /// What is written.
        found: String,
        /// What is allowed.
        expected: &'static str,
        /// The word that was probably meant.
        nearest: Option<&'static str>,
    },
    /// A table of ours on top of somebody else's.
    #[error(
        "'{key}' is given, and gsdf = \"{}\": the GSDF would be applied twice. Leave '{key}' out, or write gsdf = \"viewer\"",
        .owner.name()
    )]
    Twice {
        /// The setting that only a table of ours needs.
        key: &'static str,
        /// Who applies the GSDF already.
        owner: GsdfOwner,
    },
    /// Measurements that nobody uses.
    #[error("'{key}' is given, and nobody applies the GSDF: write gsdf = \"viewer\", or leave '{key}' out")]
    Unused {
        /// The setting that only a table of ours needs.
        key: &'static str,
    },
    /// Nothing to make a table from.
    #[error("gsdf = \"viewer\" needs '{key}' too: {what}")]
    Needed {
        /// The setting.
        key: &'static str,
        /// What it is.
        what: &'static str,
    },
}

impl Displays {
    /// What is said of a monitor.
    pub fn get(&self, id: &str) -> Option<&MonitorSettings> {
        self.monitors.get(id)
    }

    /// Every monitor of which something is said, by what it is known by.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &MonitorSettings)> {
        self.monitors.iter().map(|(id, settings)| (id.as_str(), settings))
    }

    /// Lays a file over what is there, monitor by monitor: what it says of one replaces all that was said of it, so that no
    /// two files make a calibration between them. Of a file with a fault nothing is taken.
    pub(super) fn lay(&mut self, text: &str, origin: &Origin) -> Result<(), Vec<DisplaysError>> {
        let path = origin.path().unwrap_or(Path::new(FILE));
        let toml = Toml::read(text);
        let mut reader = Reader { toml: &toml, text, origin, faults: Vec::new() };
        let read: Vec<_> =
            toml.table.iter().filter_map(|(name, value)| reader.monitor(name, value)).collect();
        let faults = toml.told(reader.faults, DisplaysFault::Syntax);
        if faults.is_empty() {
            self.monitors.extend(read);
            return Ok(());
        }
        let error = |(at, fault)| DisplaysError { path: path.to_path_buf(), at, fault };
        Err(faults.into_iter().map(error).collect())
    }
}

impl Gsdf {
    /// Who it is.
    pub const fn owner(&self) -> GsdfOwner {
        match self {
            Self::None => GsdfOwner::Nobody,
            Self::Panel => GsdfOwner::Panel,
            Self::System => GsdfOwner::System,
            Self::Viewer { .. } => GsdfOwner::Viewer,
        }
    }
}

const GSDF: Key = Key {
    name: "gsdf",
    default: "`\"none\"`",
    allowed: "none, panel, system or viewer",
    words: &["none", "panel", "system", "viewer"],
    help: "Who makes its luminance follow the grayscale standard display function (GSDF, PS3.14): nobody, the panel by a \
           table of its own, the system by a table of the graphics card, or Hotlight.",
};
const LUMINANCE: Key = key(
    "luminance",
    "",
    "the name of a file",
    "Its measured luminance without the room's light, in cd/m², as CSV with the header `ddl,luminance`; only with \
     `gsdf = \"viewer\"`, which needs it.",
);
const AMBIENT: Key = key(
    "ambient",
    "",
    "a number from 0.0 to 100.0",
    "What it reflects of the room's light, in cd/m²; only with `gsdf = \"viewer\"`, which needs it.",
);
const BITS_KEY: Key = key("bits", "`8`", "a whole number from 8 to 16", "The bits of its driving levels.");
const PROFILE: Key =
    key("profile", "", "the name of a file", "The ICC profile of its colours; gray never goes through it.");
const DITHER: Key = key(
    "dither",
    "`false`",
    "true or false",
    "Whether a level between two driving levels is shown by both, side by side.",
);
const PIXEL_MM: Key = key(
    "pixel_mm",
    "",
    "a number from 0.01 to 1.0",
    "The side of one of its pixels, in millimetres; where it is left out the monitor says it itself, and where that \
     does not, `display.pixel_mm` does.",
);
const MEASURED: Key = key(
    "measured",
    "",
    "a date, as in 2026-11-28",
    "When its luminance was last measured; presentation states that are saved on it tell it.",
);

const ROLE: Key = key(
    "role",
    "",
    "a word, as in \"main\"",
    "What it is for: the screen of this name in a hanging protocol hangs in the window that is on it, and where two or more monitors \
     have a role, each has a window from the start (`viewer.windows`).",
);
const USE: Key = key(
    "use",
    "",
    "a word, as in \"diagnostic\"",
    "What is read on it: its checks are due by the schedule of this name. Where it is left out it is for review only.",
);

/// All settings of a monitor, in the order of the handbook.
pub(super) const KEYS: [Key; 10] =
    [GSDF, LUMINANCE, AMBIENT, BITS_KEY, PROFILE, DITHER, PIXEL_MM, MEASURED, ROLE, USE];

struct Reader<'t> {
    toml: &'t Toml<'t>,
    text: &'t str,
    origin: &'t Origin,
    /// With their offsets in the text, in bytes.
    faults: Vec<(usize, DisplaysFault)>,
}

/// What stands in the section of a monitor, each with where it stands.
#[derive(Default)]
struct Said {
    owner: GsdfOwner,
    luminance: Option<(usize, PathBuf)>,
    ambient: Option<(usize, f64)>,
    bits: Option<u8>,
    profile: Option<PathBuf>,
    dither: bool,
    pixel_mm: Option<f64>,
    measured: Option<String>,
    role: Option<String>,
    used_for: Option<String>,
}

impl Reader<'_> {
    fn monitor(
        &mut self,
        name: &Spanned<DeString<'_>>,
        value: &Spanned<DeValue<'_>>,
    ) -> Option<(String, MonitorSettings)> {
        let (at, id) = (name.span().start, name.get_ref().to_string());
        let DeValue::Table(keys) = value.get_ref() else {
            self.faults.push((at, DisplaysFault::NotAMonitor { id, found: value_kind(value.get_ref()) }));
            return None;
        };
        let mut said = Said::default();
        for (name, value) in keys {
            if let Err(fault) = self.key(name, value, &mut said) {
                self.faults.push(fault);
            }
        }
        let Said { owner, luminance, ambient, bits, profile, dither, pixel_mm, measured, role, used_for } =
            said;
        let gsdf = self.gsdf(at, owner, luminance, ambient)?;
        let (bits, origin, line) =
            (bits.unwrap_or(BITS), self.origin.clone(), self.toml.line_column(at).line);
        let settings =
            MonitorSettings { gsdf, bits, profile, dither, pixel_mm, measured, role, used_for, origin, line };
        Some((id, settings))
    }

    fn key(
        &self,
        name: &Spanned<DeString<'_>>,
        value: &Spanned<DeValue<'_>>,
        said: &mut Said,
    ) -> Result<(), (usize, DisplaysFault)> {
        let (at, written) = (name.span().start, name.get_ref().as_ref());
        let Some(key) = KEYS.iter().find(|key| key.name == written) else {
            let nearest = nearest(written, KEYS.iter().map(|key| key.name));
            return Err((at, DisplaysFault::UnknownKey { name: written.to_owned(), nearest }));
        };
        let found = value.get_ref();
        let is_taken = match key.name {
            "gsdf" => owner(found).map(|owner| said.owner = owner),
            "luminance" => self.file(found).map(|file| said.luminance = Some((at, file))),
            "ambient" => number(found, 0.0, 100.0).map(|number| said.ambient = Some((at, number))),
            "bits" => bits(found).map(|bits| said.bits = Some(bits)),
            "profile" => self.file(found).map(|file| said.profile = Some(file)),
            "dither" => found.as_bool().map(|is_on| said.dither = is_on),
            "pixel_mm" => number(found, 0.01, 1.0).map(|number| said.pixel_mm = Some(number)),
            "role" => word(found).map(|word| said.role = Some(word)),
            "use" => word(found).map(|word| said.used_for = Some(word)),
            _ => date(found).map(|date| said.measured = Some(date)),
        };
        let wrong = || DisplaysFault::WrongValue {
            key: key.name,
            found: layer::found(found, self.text.get(value.span()).unwrap_or_default()),
            expected: key.allowed,
            nearest: key.nearest(found),
        };
        is_taken.ok_or_else(|| (value.span().start, wrong()))
    }

    /// Exactly one applies the GSDF, and has what it needs.
    fn gsdf(
        &mut self,
        at: usize,
        owner: GsdfOwner,
        luminance: Option<(usize, PathBuf)>,
        ambient: Option<(usize, f64)>,
    ) -> Option<Gsdf> {
        let given = [
            luminance.as_ref().map(|(at, _)| (*at, LUMINANCE.name)),
            ambient.as_ref().map(|(at, _)| (*at, AMBIENT.name)),
        ];
        let gsdf = match owner {
            GsdfOwner::Nobody => Gsdf::None,
            GsdfOwner::Panel => Gsdf::Panel,
            GsdfOwner::System => Gsdf::System,
            GsdfOwner::Viewer => {
                let needed = |key: &Key, what| (at, DisplaysFault::Needed { key: key.name, what });
                if luminance.is_none() {
                    self.faults.push(needed(&LUMINANCE, "the file of its measured luminances"));
                }
                if ambient.is_none() {
                    self.faults.push(needed(&AMBIENT, "what it reflects of the room's light, in cd/m²"));
                }
                let ((_, luminance), (_, ambient_cd_m2)) = luminance.zip(ambient)?;
                return Some(Gsdf::Viewer { luminance, ambient_cd_m2 });
            }
        };
        for (at, key) in given.into_iter().flatten() {
            let fault = match owner {
                GsdfOwner::Nobody => DisplaysFault::Unused { key },
                owner => DisplaysFault::Twice { key, owner },
            };
            self.faults.push((at, fault));
        }
        Some(gsdf)
    }

    /// A file beside the one that names it.
    fn file(&self, value: &DeValue<'_>) -> Option<PathBuf> {
        let name = value.as_str().filter(|name| !name.is_empty())?;
        let folder = self.origin.path().and_then(Path::parent).unwrap_or(Path::new(""));
        Some(folder.join(name))
    }
}

fn owner(value: &DeValue<'_>) -> Option<GsdfOwner> {
    let word = value.as_str()?;
    GsdfOwner::ALL.into_iter().find(|owner| owner.name() == word)
}

/// A word of letters, digits and hyphens, as names of screens are.
fn word(found: &DeValue<'_>) -> Option<String> {
    let text = found.as_str()?;
    let is_word = (1..=40).contains(&text.len())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_');
    is_word.then(|| text.to_owned())
}

fn bits(value: &DeValue<'_>) -> Option<u8> {
    let DeValue::Integer(integer) = value else { return None };
    let bits = u8::from_str_radix(integer.as_str(), integer.radix()).ok()?;
    (8..=16).contains(&bits).then_some(bits)
}

/// A day without a time, as `YYYYMMDD`.
fn date(value: &DeValue<'_>) -> Option<String> {
    let DeValue::Datetime(Datetime { date: Some(date), time: None, offset: None }) = value else {
        return None;
    };
    Some(format!("{:04}{:02}{:02}", date.year, date.month, date.day))
}

fn number(value: &DeValue<'_>, least: f64, most: f64) -> Option<f64> {
    decimal(value).filter(|number| (least..=most).contains(number))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn user() -> Origin {
        Origin::User("/a/displays.toml".into())
    }

    fn laid(text: &str) -> Displays {
        let mut displays = Displays::default();
        displays.lay(text, &user()).unwrap_or_else(|errors| panic!("{errors:?}"));
        displays
    }

    #[track_caller]
    fn faults(text: &str, expected: &[&str]) {
        let mut displays = Displays::default();
        let errors = displays.lay(text, &user()).expect_err("a fault");
        let told: Vec<String> = errors.iter().map(ToString::to_string).collect();
        let expected: Vec<String> = expected.iter().map(|line| format!("/a/displays.toml:{line}")).collect();
        assert_eq!(told, expected);
        assert_eq!(displays, Displays::default(), "of a file with a fault nothing is taken");
    }

    #[test]
    fn a_monitor_has_all_its_settings_and_files_lie_beside_the_file() {
        let displays = laid(
            "# Reading room 2.\n[\"ZZM-0x1234-00204321\"]\ngsdf = \"viewer\"\nluminance = \"left.csv\"\nambient = 0.25\n\
             bits = 10\nprofile = \"/etc/hotlight/left.icc\"\ndither = true\npixel_mm = 0.1647\n\
             measured = 2026-11-01\nrole = \"second\"\nuse = \"diagnostic\"\n",
        );
        let expected = MonitorSettings {
            gsdf: Gsdf::Viewer { luminance: "/a/left.csv".into(), ambient_cd_m2: 0.25 },
            bits: 10,
            profile: Some("/etc/hotlight/left.icc".into()),
            dither: true,
            pixel_mm: Some(0.1647),
            measured: Some("20261101".to_owned()),
            role: Some("second".to_owned()),
            used_for: Some("diagnostic".to_owned()),
            origin: user(),
            line: 2,
        };
        assert_eq!(displays.get("ZZM-0x1234-00204321"), Some(&expected));
        assert_eq!(displays.get("ZZM-0x1234-00204322"), None);
    }

    #[test]
    fn a_monitor_of_which_little_is_said_is_uncalibrated() {
        let displays = laid("[DP-1-1920x1080]\n[\"ABC-0x0001@HDMI-1\"]\ngsdf = \"panel\"\n");
        let of =
            |id| displays.get(id).map(|settings| (settings.gsdf.owner(), settings.bits, settings.dither));
        assert_eq!(of("DP-1-1920x1080"), Some((GsdfOwner::Nobody, 8, false)));
        assert_eq!(of("ABC-0x0001@HDMI-1"), Some((GsdfOwner::Panel, 8, false)));
        assert_eq!(displays.iter().count(), 2);
    }

    #[test]
    fn the_gsdf_is_never_applied_twice() {
        let file = |owner: &str| format!("[a]\ngsdf = \"{owner}\"\nluminance = \"a.csv\"\nambient = 0.2\n");
        for owner in ["panel", "system"] {
            let twice = |line: usize, key: &str| {
                format!(
                    "{line}:1: '{key}' is given, and gsdf = \"{owner}\": the GSDF would be applied twice. Leave '{key}' \
                     out, or write gsdf = \"viewer\""
                )
            };
            faults(&file(owner), &[&twice(3, "luminance"), &twice(4, "ambient")]);
        }
        let unused = "is given, and nobody applies the GSDF: write gsdf = \"viewer\", or leave";
        faults(
            "[a]\nluminance = \"a.csv\"\nambient = 0.2\n",
            &[
                &format!("2:1: 'luminance' {unused} 'luminance' out"),
                &format!("3:1: 'ambient' {unused} 'ambient' out"),
            ],
        );
        assert_eq!(laid(&file("viewer")).get("a").map(|a| a.gsdf.owner()), Some(GsdfOwner::Viewer));
    }

    #[test]
    fn a_table_needs_what_it_is_made_from() {
        faults(
            "[a]\ngsdf = \"viewer\"\n[b]\ngsdf = \"viewer\"\nambient = 0.2\n",
            &[
                "1:2: gsdf = \"viewer\" needs 'luminance' too: the file of its measured luminances",
                "1:2: gsdf = \"viewer\" needs 'ambient' too: what it reflects of the room's light, in cd/m²",
                "3:2: gsdf = \"viewer\" needs 'luminance' too: the file of its measured luminances",
            ],
        );
    }

    #[test]
    fn what_is_called_nothing_or_has_a_wrong_value_is_refused_in_words() {
        faults(
            "a = 1\n[b]\ngdsf = \"panel\"\n[c]\ngsdf = \"pannel\"\nbits = 7\ndither = 1\npixel_mm = 0\nprofile = \"\"\n\
             [d]\nambient = nan\nluminance = [1]\nmeasured = 2026-11-01T08:00:00\n[e\n",
            &[
                "1:1: 'a' is a number, where a monitor with its settings below is expected: [\"EIZ-0x1234-56789\"]",
                "3:1: a monitor has no setting 'gdsf' (did you mean 'gsdf'?)",
                "5:8: 'gsdf' is \"pannel\"; expected none, panel, system or viewer (did you mean 'panel'?)",
                "6:8: 'bits' is 7; expected a whole number from 8 to 16",
                "7:10: 'dither' is 1; expected true or false",
                "8:12: 'pixel_mm' is 0; expected a number from 0.01 to 1.0",
                "9:11: 'profile' is \"\"; expected the name of a file",
                "11:11: 'ambient' is nan; expected a number from 0.0 to 100.0",
                "12:13: 'luminance' is a list; expected the name of a file",
                "13:12: 'measured' is 2026-11-01T08:00:00; expected a date, as in 2026-11-28",
                "14:3: unclosed table, expected `]`",
            ],
        );
    }

    #[test]
    fn what_a_later_file_says_of_a_monitor_replaces_all_that_was_said_of_it() {
        let mut displays = laid("[a]\ngsdf = \"panel\"\ndither = true\n[b]\ngsdf = \"system\"\n");
        displays.lay("[a]\npixel_mm = 0.2\n", &user()).expect("no fault");
        let a = displays.get("a").expect("a");
        assert_eq!((a.gsdf.owner(), a.dither, a.pixel_mm), (GsdfOwner::Nobody, false, Some(0.2)));
        assert_eq!(displays.get("b").map(|b| b.gsdf.owner()), Some(GsdfOwner::System));
    }
}

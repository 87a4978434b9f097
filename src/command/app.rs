//! Panels and the program itself.

use std::fmt;
use std::path::PathBuf;

use crate::units::Phi;

use super::catalogue::{Context, Entry, offer};
use super::macros::is_macro_name;
use super::reader::Reader;
use super::text::ordinal;

/// Panels and the program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AppCommand {
    /// Opens a panel, or closes it when it is open.
    Panel(PanelName),
    /// What was typed into the open panel. It may be a path that names the patient.
    Type(Phi<String>),
    /// Opens the palette with the beginning of a command in it; the reader types the rest.
    Begin(String),
    /// Moves the choice in the open panel.
    Choose(i32),
    /// Takes the choice, or what was typed.
    Accept,
    /// Changes a setting, and writes it to the reader's own file: the key and the value as in that file.
    Set(String, String),
    /// Carries out the commands of a macro, one after the other.
    Macro(String),
    /// Reads settings, keys and corner texts again.
    Reload,
    /// Another user of this station reads from now on.
    User(Reader),
    /// Gives the view in focus away as a picture.
    Export(Export),
    /// Ends a drag, closes the open panel, drops a mark that is being drawn or the shared point, puts the tool away, stops an
    /// export of frames, or looking through files: the first of these that applies.
    Cancel,
    /// Ends the program.
    Quit,
}

/// A picture of the view in focus.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Export {
    /// Where to.
    pub target: ExportTarget,
    /// Whether the patient's identity is on it.
    pub has_identity: bool,
    /// So many views around a rendering, each a picture; `None` for the one that is seen.
    pub frames: Option<usize>,
}

/// Where a picture goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ExportTarget {
    /// The system's clipboard.
    Clipboard,
    /// A file that the reader names in the system's dialog; of frames a folder.
    Dialog,
    /// A file; of frames a folder. A path may name the patient.
    File(Phi<PathBuf>),
}

/// A panel over the images.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PanelName {
    /// Every command, found by typing.
    Palette,
    /// The key sheet.
    Keys,
    /// What could not be read, and other news.
    Messages,
    /// A field for the path of a file or folder.
    Open,
    /// The strip of series, by keys.
    Series,
    /// What the badges of the focused viewport mean.
    Badges,
    /// A field for the number of an image.
    Jump,
    /// What can be done with the image in focus.
    Menu,
    /// The settings.
    Settings,
    /// What was opened lately.
    Recent,
    /// Presentation states and key images.
    States,
    /// What values look like in a rendering.
    Transfer,
    /// Which studies are priors, and why.
    Priors,
    /// By which protocol the study hangs, and why.
    Hanging,
    /// What of the study that is read was not seen.
    Unseen,
    /// The users of this station.
    Users,
    /// What was open when the program ended without being asked to.
    Resume,
    /// What Hotlight is, what draws it and where its files lie.
    About,
    /// What is in the support bundle; `support bundle` opens it.
    Bundle,
}

impl PanelName {
    /// Those that `panel` opens.
    const ALL: [Self; 18] = [
        Self::Palette,
        Self::Keys,
        Self::Messages,
        Self::Open,
        Self::Series,
        Self::Badges,
        Self::Jump,
        Self::Menu,
        Self::Settings,
        Self::Recent,
        Self::States,
        Self::Transfer,
        Self::Priors,
        Self::Hanging,
        Self::Unseen,
        Self::Users,
        Self::Resume,
        Self::About,
    ];

    const fn name(self) -> &'static str {
        match self {
            Self::Palette => "palette",
            Self::Keys => "keys",
            Self::Messages => "messages",
            Self::Open => "open",
            Self::Series => "series",
            Self::Badges => "badges",
            Self::Jump => "jump",
            Self::Menu => "menu",
            Self::Settings => "settings",
            Self::Recent => "recent",
            Self::States => "states",
            Self::Transfer => "transfer",
            Self::Priors => "priors",
            Self::Hanging => "hanging",
            Self::Unseen => "unseen",
            Self::Users => "users",
            Self::Resume => "resume",
            Self::About => "about",
            Self::Bundle => "bundle",
        }
    }
}

static PANEL: Entry = Entry {
    usage: "panel palette | keys | messages | open | series | badges | jump | menu | settings | recent | states | transfer | priors | hanging | unseen | users | resume | about",
    help: "Opens a panel: every command, the key sheet, messages, the field for a path, the strip of series by keys, \
           what the badges mean, the field for an image's number, the menu of the image, the settings, what was opened lately, \
           presentation states and key images, what values look like in a rendering, which studies are priors and why, why the study hangs as it does, what of it was not seen, the users of this station, what was open when Hotlight ended, or what Hotlight is and where its files lie.",
    context: Context::Everywhere,
    offers: &[
        offer("Every command", "panel palette"),
        offer("Key sheet", "panel keys"),
        offer("Messages and unreadable files", "panel messages"),
        offer("Open a file or folder by its path", "panel open"),
        offer("Choose a series by keys", "panel series"),
        offer("What the badges mean", "panel badges"),
        offer("Jump to an image by its number", "panel jump"),
        offer("Menu of the image", "panel menu"),
        offer("Settings", "panel settings"),
        offer("Recent studies", "panel recent"),
        offer("Presentation states and key images", "panel states"),
        offer("Colours and opacities of the rendering", "panel transfer"),
        offer("Priors, and why", "panel priors"),
        offer("Why did this hang so?", "panel hanging"),
        offer("What of this study was not seen", "panel unseen"),
        offer("Who reads: the users of this station", "panel users"),
        offer("What was open when Hotlight ended", "panel resume"),
        offer("About Hotlight", "panel about"),
    ],
};
static TYPE: Entry = Entry {
    usage: "type TEXT",
    help: "Replaces the text of the open panel.",
    context: Context::Panel,
    offers: &[],
};
static CHOOSE: Entry = Entry {
    usage: "choose +N | -N",
    help: "Moves the choice in the open panel.",
    context: Context::Panel,
    offers: &[],
};
static ACCEPT: Entry = Entry {
    usage: "accept",
    help: "Takes the choice of the open panel, or what was typed.",
    context: Context::Panel,
    offers: &[],
};
static SET: Entry = Entry {
    usage: "set KEY VALUE",
    help: "Changes a setting, such as viewer.dim 0.6, and writes it to your own config.toml.",
    context: Context::Everywhere,
    offers: &[],
};
static MACRO: Entry = Entry {
    usage: "macro NAME",
    help: "Carries out the commands of a macro of keymap.toml, one after the other.",
    context: Context::Viewport,
    offers: &[],
};
static RELOAD: Entry = Entry {
    usage: "reload",
    help: "Reads settings, keys and corner texts again; what has a fault keeps what was before.",
    context: Context::Everywhere,
    offers: &[offer("Read settings and keys again", "reload")],
};
static USER: Entry = Entry {
    usage: "user | user NAME | user account",
    help: "Another user of this station reads: settings, keys, presets and hanging protocols are that user's. `account` is the user of \
           this computer's account; without a name the panel of users opens. What hangs stays.",
    context: Context::Everywhere,
    offers: &[],
};
static EXPORT: Entry = Entry {
    usage: "export [--without-identity] clipboard | [--frames N] --dialog | [--frames N] PATH",
    help: "Gives the view in focus away as a picture, with the patient's identity or without: to the clipboard or a PNG file; or N views around a rendering as PNG files in a folder.",
    context: Context::Everywhere,
    offers: &[
        offer("Copy the view without identity", "export --without-identity clipboard"),
        offer("Copy the view with the patient's identity", "export clipboard"),
        offer("Save the view as PNG without identity", "export --without-identity --dialog"),
        offer("Save the view as PNG with the patient's identity", "export --dialog"),
        offer(
            "Save 72 views around the rendering as PNG without identity",
            "export --without-identity --frames 72 --dialog",
        ),
    ],
};
static BEGIN: Entry = Entry {
    usage: "begin TEXT",
    help: "Opens the palette with the beginning of a command; the rest is typed.",
    context: Context::Everywhere,
    offers: &[offer("Calibration: read a response that was measured elsewhere", "begin calibration import")],
};
static CANCEL: Entry = Entry {
    usage: "cancel",
    help: "Ends a drag, closes the open panel, drops an unfinished mark, puts the tool away, stops an export of frames, or looking through files: the first of these that applies.",
    context: Context::Everywhere,
    offers: &[],
};
static QUIT: Entry = Entry {
    usage: "quit",
    help: "Ends Hotlight.",
    context: Context::Everywhere,
    offers: &[offer("Quit", "quit")],
};

pub(super) static ENTRIES: &[&Entry] =
    &[&PANEL, &TYPE, &BEGIN, &CHOOSE, &ACCEPT, &SET, &MACRO, &RELOAD, &USER, &EXPORT, &CANCEL, &QUIT];

impl Export {
    /// The most views around a rendering.
    pub const FRAMES_MAX: usize = 360;

    fn from_text(text: &str) -> Option<Self> {
        let text = text.trim();
        let without = text.strip_prefix("--without-identity ");
        let rest = without.unwrap_or(text).trim();
        let (frames, rest) = match rest.strip_prefix("--frames ") {
            Some(counted) => {
                let (count, rest) = counted.trim_start().split_once(' ')?;
                (Some(ordinal(count).filter(|count| *count <= Self::FRAMES_MAX)?), rest.trim())
            }
            None => (None, rest),
        };
        let target = match rest {
            "" | "--without-identity" | "--frames" => return None,
            "clipboard" if frames.is_some() => return None,
            "clipboard" => ExportTarget::Clipboard,
            "--dialog" => ExportTarget::Dialog,
            path => ExportTarget::File(Phi::new(PathBuf::from(path))),
        };
        Some(Self { target, has_identity: without.is_none(), frames })
    }
}

impl AppCommand {
    /// From the whole text: what is typed may hold spaces.
    pub(super) fn from_text(text: &str) -> Option<Self> {
        let (name, rest) = text.split_once(' ').unwrap_or((text, ""));
        Some(match (name, rest) {
            ("panel", rest) => Self::Panel(PanelName::ALL.into_iter().find(|panel| panel.name() == rest)?),
            ("type", rest) => Self::Type(Phi::new(rest.to_owned())),
            ("begin", rest) if !rest.trim().is_empty() => Self::Begin(rest.trim().to_owned()),
            ("choose", steps) if steps.starts_with(['+', '-']) => Self::Choose(steps.parse().ok()?),
            ("accept", "") => Self::Accept,
            ("set", rest) => {
                let (key, value) = rest.split_once(' ')?;
                Self::Set(key.to_owned(), value.trim().to_owned())
            }
            ("macro", name) if is_macro_name(name.trim()) => Self::Macro(name.trim().to_owned()),
            ("reload", "") => Self::Reload,
            ("user", "") => Self::Panel(PanelName::Users),
            ("user", name) => Self::User(name.trim().parse().ok()?),
            ("export", rest) => Self::Export(Export::from_text(rest)?),
            ("cancel", "") => Self::Cancel,
            ("quit", "") => Self::Quit,
            _ => return None,
        })
    }

    pub(super) fn entry(&self) -> &'static Entry {
        match self {
            Self::Panel(_) => &PANEL,
            Self::Type(_) => &TYPE,
            Self::Begin(_) => &BEGIN,
            Self::Choose(_) => &CHOOSE,
            Self::Accept => &ACCEPT,
            Self::Set(..) => &SET,
            Self::Macro(_) => &MACRO,
            Self::Reload => &RELOAD,
            Self::User(_) => &USER,
            Self::Export(_) => &EXPORT,
            Self::Cancel => &CANCEL,
            Self::Quit => &QUIT,
        }
    }
}

/// The text form, without what was typed: it may be a path that names the patient.
impl fmt::Display for AppCommand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Panel(panel) => write!(f, "panel {}", panel.name()),
            Self::Type(text) => write!(f, "type {text:?}"),
            Self::Begin(text) => write!(f, "begin {text}"),
            Self::Choose(steps) => write!(f, "choose {steps:+}"),
            Self::Accept => f.write_str("accept"),
            Self::Set(key, value) => write!(f, "set {key} {value}"),
            Self::Macro(name) => write!(f, "macro {name}"),
            Self::Reload => f.write_str("reload"),
            Self::User(reader) => write!(f, "user {reader}"),
            Self::Export(Export { target, has_identity, frames }) => {
                let without = if *has_identity { "" } else { "--without-identity " };
                let frames = frames.map_or_else(String::new, |frames| format!("--frames {frames} "));
                let without = format!("{without}{frames}");
                match target {
                    ExportTarget::Clipboard => write!(f, "export {without}clipboard"),
                    ExportTarget::Dialog => write!(f, "export {without}--dialog"),
                    ExportTarget::File(path) => write!(f, "export {without}{path:?}"),
                }
            }
            Self::Cancel => f.write_str("cancel"),
            Self::Quit => f.write_str("quit"),
        }
    }
}

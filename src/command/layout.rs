//! Viewports in a window, and windows on the desktop.

use std::fmt;

use super::catalogue::{Context, Entry, offer};
use super::text::{TextCommand, ordinal};

/// Viewports and windows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LayoutCommand {
    /// Rows and columns of viewports in the focused window.
    Grid(Grid),
    /// Axial, coronal and sagittal sections of what the focused viewport shows, and its images.
    Mpr,
    /// Moves the focus to another viewport of the window.
    Focus(Next),
    /// Moves the focus to the viewport that lies on a side of it.
    Toward(Side),
    /// Exchanges what the focused viewport shows with what it is compared with, or with the next viewport.
    Swap,
    /// Rows and columns of successive images in the focused viewport.
    Tiles(Grid),
    /// The focused viewport fills the window, or takes its place again.
    Full,
    /// Opens or closes the strip of series.
    Strip,
    /// Hides everything but the images, or shows it again.
    Chrome,
    /// Opens or closes a window of its own for more viewports.
    Screen(ScreenCommand),
}

/// Rows and columns of viewports.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Grid {
    /// 1 to [`Grid::SIDE_MAX`].
    pub rows: usize,
    /// 1 to [`Grid::SIDE_MAX`].
    pub columns: usize,
}

impl Grid {
    /// The most rows or columns.
    pub const SIDE_MAX: usize = 4;

    /// One viewport.
    pub const ONE: Self = Self { rows: 1, columns: 1 };

    /// A grid within the limits.
    pub fn new(rows: usize, columns: usize) -> Option<Self> {
        let fits = |side| (1..=Self::SIDE_MAX).contains(&side);
        (fits(rows) && fits(columns)).then_some(Self { rows, columns })
    }

    fn from_word(word: &str) -> Option<Self> {
        let (rows, columns) = word.split_once('x')?;
        Self::new(ordinal(rows)?, ordinal(columns)?)
    }

    /// How many viewports.
    pub const fn count(self) -> usize {
        self.rows * self.columns
    }
}

/// One of several.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// The next; after the last comes the first.
    Next,
    /// The one before.
    Previous,
    /// By number, from 1.
    Number(usize),
}

impl Next {
    pub(super) fn from_word(word: &str) -> Option<Self> {
        match word {
            "next" => Some(Self::Next),
            "previous" => Some(Self::Previous),
            number => ordinal(number).map(Self::Number),
        }
    }

    /// The index reached from `current` among `count`; `None` when there is none such.
    pub fn index_from(self, current: usize, count: usize) -> Option<usize> {
        match self {
            _ if count == 0 => None,
            Self::Next => Some((current + 1) % count),
            Self::Previous => Some((current + count - 1) % count),
            Self::Number(number) => number.checked_sub(1).filter(|index| *index < count),
        }
    }
}

impl fmt::Display for Next {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Next => f.write_str("next"),
            Self::Previous => f.write_str("previous"),
            Self::Number(number) => write!(f, "{number}"),
        }
    }
}

/// A side on the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// To the left.
    Left,
    /// To the right.
    Right,
    /// Above.
    Up,
    /// Below.
    Down,
}

impl Side {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Left, Self::Right, Self::Up, Self::Down];

    /// The name in commands.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Left => "left",
            Self::Right => "right",
            Self::Up => "up",
            Self::Down => "down",
        }
    }

    fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|side| side.name() == word)
    }
}

/// Windows on the desktop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ScreenCommand {
    /// Opens one more window.
    Open,
    /// Opens a window on each monitor that has a role and no window.
    Roles,
    /// Closes the focused window, unless it is the first.
    Close,
    /// Moves the focus to another window.
    Focus(Next),
}

static LAYOUT: Entry = Entry {
    usage: "layout ROWSxCOLUMNS | mpr",
    help: "Arranges the viewports of the window in rows and columns, up to 4x4, or for sections of one volume.",
    context: Context::Viewport,
    offers: &[
        offer("One viewport", "layout 1x1"),
        offer("Two viewports side by side", "layout 1x2"),
        offer("Two viewports above each other", "layout 2x1"),
        offer("Four viewports", "layout 2x2"),
        offer("Six viewports", "layout 2x3"),
        offer("Nine viewports", "layout 3x3"),
        offer("Sixteen viewports", "layout 4x4"),
        offer("Axial, coronal, sagittal (MPR)", "layout mpr"),
    ],
};
static VIEWPORT: Entry = Entry {
    usage: "viewport next | previous | N | left | right | up | down | swap",
    help: "Moves the focus to another viewport: the next, by number, or the one that lies on a side. Or exchanges what the focused \
           viewport shows with the prior or current study beside it, or else with the next viewport.",
    context: Context::Viewport,
    offers: &[
        offer("Next viewport", "viewport next"),
        offer("Previous viewport", "viewport previous"),
        offer("Viewport to the left", "viewport left"),
        offer("Viewport to the right", "viewport right"),
        offer("Viewport above", "viewport up"),
        offer("Viewport below", "viewport down"),
        offer("Exchange the viewport with the one it is compared with", "viewport swap"),
    ],
};
static TILES: Entry = Entry {
    usage: "tiles ROWSxCOLUMNS",
    help: "Shows successive images of the series side by side in the focused viewport, up to 4x4; 1x1 shows one.",
    context: Context::Viewport,
    offers: &[
        offer("One image", "tiles 1x1"),
        offer("Two images side by side", "tiles 1x2"),
        offer("Tiles of four images", "tiles 2x2"),
        offer("Tiles of six images", "tiles 2x3"),
        offer("Tiles of nine images", "tiles 3x3"),
        offer("Tiles of sixteen images", "tiles 4x4"),
    ],
};
static FULL: Entry = Entry {
    usage: "full",
    help: "Lets the focused viewport fill the window, or take its place among the others again.",
    context: Context::Viewport,
    offers: &[offer("This viewport full size, or back", "full")],
};
static CHROME: Entry = Entry {
    usage: "chrome",
    help: "Hides title, strip, tools and status of the window, or shows them again; the identity stays on the images.",
    context: Context::Viewport,
    offers: &[offer("Images only, or everything", "chrome")],
};
static STRIP: Entry = Entry {
    usage: "strip",
    help: "Opens or closes the strip of studies and series at the left of the window.",
    context: Context::Viewport,
    offers: &[offer("Strip of series", "strip")],
};
static SCREEN: Entry = Entry {
    usage: "screen open | roles | close | next | previous | N",
    help: "Opens a second window on the same session, or one on each monitor that has a role, closes it, or moves the focus between windows.",
    context: Context::Everywhere,
    offers: &[
        offer("Open another window", "screen open"),
        offer("Open a window on each monitor with a role", "screen roles"),
        offer("Close this window", "screen close"),
        offer("Next window", "screen next"),
    ],
};

pub(super) static ENTRIES: &[&Entry] = &[&LAYOUT, &TILES, &VIEWPORT, &FULL, &STRIP, &CHROME, &SCREEN];

impl TextCommand for LayoutCommand {
    fn from_words(words: &[&str]) -> Option<Self> {
        Some(match *words {
            ["layout", "mpr"] => Self::Mpr,
            ["layout", grid] => Self::Grid(Grid::from_word(grid)?),
            ["tiles", grid] => Self::Tiles(Grid::from_word(grid)?),
            ["full"] => Self::Full,
            ["chrome"] => Self::Chrome,
            ["viewport", "swap"] => Self::Swap,
            ["viewport", word] => match Side::from_word(word) {
                Some(side) => Self::Toward(side),
                None => Self::Focus(Next::from_word(word)?),
            },
            ["strip"] => Self::Strip,
            ["screen", "open"] => Self::Screen(ScreenCommand::Open),
            ["screen", "roles"] => Self::Screen(ScreenCommand::Roles),
            ["screen", "close"] => Self::Screen(ScreenCommand::Close),
            ["screen", next] => Self::Screen(ScreenCommand::Focus(Next::from_word(next)?)),
            _ => return None,
        })
    }

    fn entry(&self) -> &'static Entry {
        match self {
            Self::Grid(_) | Self::Mpr => &LAYOUT,
            Self::Focus(_) | Self::Toward(_) | Self::Swap => &VIEWPORT,
            Self::Tiles(_) => &TILES,
            Self::Full => &FULL,
            Self::Chrome => &CHROME,
            Self::Strip => &STRIP,
            Self::Screen(_) => &SCREEN,
        }
    }
}

impl fmt::Display for LayoutCommand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Grid(Grid { rows, columns }) => write!(f, "layout {rows}x{columns}"),
            Self::Tiles(Grid { rows, columns }) => write!(f, "tiles {rows}x{columns}"),
            Self::Mpr => f.write_str("layout mpr"),
            Self::Full => f.write_str("full"),
            Self::Chrome => f.write_str("chrome"),
            Self::Focus(next) => write!(f, "viewport {next}"),
            Self::Toward(side) => write!(f, "viewport {}", side.name()),
            Self::Swap => f.write_str("viewport swap"),
            Self::Strip => f.write_str("strip"),
            Self::Screen(ScreenCommand::Open) => f.write_str("screen open"),
            Self::Screen(ScreenCommand::Roles) => f.write_str("screen roles"),
            Self::Screen(ScreenCommand::Close) => f.write_str("screen close"),
            Self::Screen(ScreenCommand::Focus(next)) => write!(f, "screen {next}"),
        }
    }
}

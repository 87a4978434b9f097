//! On, off, or the other of the two.

/// How something is switched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Switch {
    /// On.
    On,
    /// Off.
    Off,
    /// The other of the two.
    Toggle,
}

impl Switch {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::On, Self::Off, Self::Toggle];

    /// The name in commands.
    pub const fn name(self) -> &'static str {
        match self {
            Self::On => "on",
            Self::Off => "off",
            Self::Toggle => "toggle",
        }
    }

    pub(super) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|switch| switch.name() == name)
    }

    /// What it makes of what is there.
    #[must_use]
    pub const fn applied_to(self, is_on: bool) -> bool {
        match self {
            Self::On => true,
            Self::Off => false,
            Self::Toggle => !is_on,
        }
    }
}

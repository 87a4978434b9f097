//! Every command's name, help and context: one table for palette, key sheet, handbook and error messages.

use super::{
    app, calibration, cine, clip, display, drafts, edit, fusion, key_image, layout, link, mask, overlay,
    presentation, prior, protocol, section, studies, study, support, tool, transfer, view, volume, window,
};

/// Where a key may be bound to a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Context {
    /// Anywhere, unless the reader types text.
    Everywhere,
    /// While images have the focus.
    Viewport,
    /// While the list of studies is open.
    Studies,
    /// While the physicist's mode is open.
    Calibration,
    /// While a panel with choices or text is open.
    Panel,
}

impl Context {
    /// All of them, the widest first.
    pub const ALL: [Self; 5] =
        [Self::Everywhere, Self::Viewport, Self::Studies, Self::Calibration, Self::Panel];

    /// The name in key map files.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Everywhere => "everywhere",
            Self::Viewport => "viewport",
            Self::Studies => "studies",
            Self::Calibration => "calibration",
            Self::Panel => "panel",
        }
    }
}

/// One kind of command.
#[derive(Debug, PartialEq, Eq)]
pub struct Entry {
    /// The text form with its arguments: `scroll +N | -N | first | last | to N`.
    pub usage: &'static str,
    /// What it does, in a sentence.
    pub help: &'static str,
    /// Where keys may be bound to it.
    pub context: Context,
    /// Complete commands that the palette offers.
    pub offers: &'static [Offer],
}

/// A complete command as the palette shows it.
#[derive(Debug, PartialEq, Eq)]
pub struct Offer {
    /// The reader's words.
    pub title: &'static str,
    /// The text form.
    pub text: &'static str,
}

impl Entry {
    /// The first word of its text form.
    pub fn name(&self) -> &'static str {
        self.usage.split_once(' ').map_or(self.usage, |(name, _)| name)
    }
}

/// Every command there is, in the order of the handbook.
pub fn catalogue() -> &'static [&'static Entry] {
    static ALL: std::sync::LazyLock<Vec<&'static Entry>> = std::sync::LazyLock::new(|| {
        let nouns = [
            view::ENTRIES,
            window::ENTRIES,
            section::ENTRIES,
            volume::ENTRIES,
            clip::ENTRIES,
            transfer::ENTRIES,
            fusion::ENTRIES,
            cine::ENTRIES,
            layout::ENTRIES,
            link::ENTRIES,
            overlay::ENTRIES,
            presentation::ENTRIES,
            mask::ENTRIES,
            key_image::ENTRIES,
            drafts::ENTRIES,
            display::ENTRIES,
            tool::ENTRIES,
            edit::ENTRIES,
            study::ENTRIES,
            prior::ENTRIES,
            protocol::ENTRIES,
            studies::ENTRIES,
            calibration::ENTRIES,
            support::ENTRIES,
            app::ENTRIES,
        ];
        nouns.into_iter().flatten().copied().collect()
    });
    ALL.as_slice()
}

/// The form of the command that a text begins, such as `window preset NAME` of `window preset`; none where there is no such, or several
/// forms are possible still.
pub fn form_begun_by(text: &str) -> Option<String> {
    let mut words = text.split_whitespace();
    let (name, next) = (words.next()?, words.next()?);
    catalogue().iter().filter(|entry| entry.name() == name).find_map(|entry| {
        let (_, forms) = entry.usage.split_once(' ')?;
        let mut forms = forms.trim_matches(['[', ']']).split(" | ").map(str::trim);
        let form = forms.find(|form| form.split_whitespace().next() == Some(next))?;
        Some(format!("{name} {form}"))
    })
}

/// Makes an offer: the reader's words, the text form.
pub(super) const fn offer(title: &'static str, text: &'static str) -> Offer {
    Offer { title, text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_that_is_begun_says_how_it_goes_on() {
        let form = |text: &str| form_begun_by(text);
        assert_eq!(form("calibration operator ").as_deref(), Some("calibration operator NAME"));
        assert_eq!(form("calibration operator A. Phys").as_deref(), Some("calibration operator NAME"));
        assert_eq!(form("user").as_deref(), None, "all its forms are possible");
        assert_eq!(form("calibration nonsense"), None);
        assert_eq!(form("nonsense operator"), None);
    }
}

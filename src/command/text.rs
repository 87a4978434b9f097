//! Text to command and back: `window preset lung` is `Command::Window(Preset("lung"))`.

use std::fmt;

use super::{
    AppCommand, CalibrationCommand, CineCommand, ClipCommand, Command, DisplayCommand, DraftsCommand,
    EditCommand, Entry, FusionCommand, KeyImageCommand, LayoutCommand, LinkCommand, MaskCommand,
    OverlayCommand, PatternCommand, PresentationCommand, PriorCommand, ProtocolCommand, SectionCommand,
    StudiesCommand, StudyCommand, SupportCommand, ToolCommand, TransferCommand, ViewCommand, VolumeCommand,
    WindowCommand, catalogue,
};

/// Why a text is not a command.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CommandError {
    /// No text.
    #[error("an empty command")]
    Empty,
    /// The first word is not a command.
    #[error("there is no command '{name}'{}", did_you_mean(.nearest.as_deref()))]
    Unknown {
        /// The word found.
        name: String,
        /// The nearest word that is one.
        nearest: Option<String>,
    },
    /// The words after the first are wrong.
    #[error("'{text}' is not complete or not right: {usage}")]
    Arguments {
        /// The whole text.
        text: String,
        /// What it may be.
        usage: &'static str,
    },
}

fn did_you_mean(nearest: Option<&str>) -> String {
    nearest.map_or_else(String::new, |nearest| format!(" (did you mean '{nearest}'?)"))
}

/// A noun's part of the text form.
pub trait TextCommand: Sized + fmt::Display {
    /// From the words of a command, the first included; `None` when they are not of this noun or not complete.
    fn from_words(words: &[&str]) -> Option<Self>;

    /// Its entry in the catalogue.
    fn entry(&self) -> &'static Entry;
}

impl Command {
    /// Reads the text form.
    pub fn parse(text: &str) -> Result<Self, CommandError> {
        let words: Vec<&str> = text.split_whitespace().collect();
        let Some(&name) = words.first() else { return Err(CommandError::Empty) };
        let parsed = ViewCommand::from_words(&words)
            .map(Self::View)
            .or_else(|| WindowCommand::from_words(&words).map(Self::Window))
            .or_else(|| SectionCommand::from_words(&words).map(Self::Section))
            .or_else(|| VolumeCommand::from_words(&words).map(Self::Volume))
            .or_else(|| ClipCommand::from_words(&words).map(Self::Clip))
            .or_else(|| TransferCommand::from_words(&words).map(Self::Transfer))
            .or_else(|| TransferCommand::from_text(text.trim()).map(Self::Transfer))
            .or_else(|| FusionCommand::from_words(&words).map(Self::Fusion))
            .or_else(|| CineCommand::from_words(&words).map(Self::Cine))
            .or_else(|| LayoutCommand::from_words(&words).map(Self::Layout))
            .or_else(|| ToolCommand::from_words(&words).map(Self::Tool))
            .or_else(|| OverlayCommand::from_words(&words).map(Self::Overlay))
            .or_else(|| PresentationCommand::from_words(&words).map(Self::Presentation))
            .or_else(|| MaskCommand::from_words(&words).map(Self::Mask))
            .or_else(|| KeyImageCommand::from_words(&words).map(Self::KeyImage))
            .or_else(|| DraftsCommand::from_words(&words).map(Self::Drafts))
            .or_else(|| DisplayCommand::from_words(&words).map(Self::Display))
            .or_else(|| LinkCommand::from_words(&words).map(Self::Link))
            .or_else(|| EditCommand::from_words(&words).map(Self::Edit))
            .or_else(|| PriorCommand::from_words(&words).map(Self::Prior))
            .or_else(|| ProtocolCommand::from_words(&words).map(Self::Protocol))
            .or_else(|| StudyCommand::from_text(text.trim()).map(Self::Study))
            .or_else(|| StudiesCommand::from_text(text.trim()).map(Self::Studies))
            .or_else(|| PatternCommand::from_words(&words).map(Self::Pattern))
            .or_else(|| CalibrationCommand::from_text(text.trim()).map(Self::Calibration))
            .or_else(|| SupportCommand::from_text(text.trim()).map(Self::Support))
            .or_else(|| AppCommand::from_text(text.trim()).map(Self::App));
        if let Some(command) = parsed {
            return Ok(command);
        }
        match catalogue().iter().find(|entry| entry.name() == name) {
            Some(entry) => Err(CommandError::Arguments { text: words.join(" "), usage: entry.usage }),
            None => Err(CommandError::Unknown { name: name.to_owned(), nearest: nearest_name(name) }),
        }
    }

    /// Its entry in the catalogue.
    pub fn entry(&self) -> &'static Entry {
        match self {
            Self::View(command) => command.entry(),
            Self::Window(command) => command.entry(),
            Self::Section(command) => command.entry(),
            Self::Volume(command) => command.entry(),
            Self::Clip(command) => command.entry(),
            Self::Transfer(command) => command.entry(),
            Self::Fusion(command) => command.entry(),
            Self::Cine(command) => command.entry(),
            Self::Layout(command) => command.entry(),
            Self::Tool(command) => command.entry(),
            Self::Overlay(command) => command.entry(),
            Self::Presentation(command) => command.entry(),
            Self::Mask(command) => command.entry(),
            Self::KeyImage(command) => command.entry(),
            Self::Drafts(command) => command.entry(),
            Self::Display(command) => command.entry(),
            Self::Link(command) => command.entry(),
            Self::Edit(command) => command.entry(),
            Self::Study(command) => command.entry(),
            Self::Prior(command) => command.entry(),
            Self::Protocol(command) => command.entry(),
            Self::Studies(_) => StudiesCommand::entry(),
            Self::Calibration(_) => CalibrationCommand::entry(),
            Self::Pattern(_) => PatternCommand::entry(),
            Self::Support(_) => SupportCommand::entry(),
            Self::App(command) => command.entry(),
        }
    }
}

impl fmt::Display for Command {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::View(command) => command.fmt(f),
            Self::Window(command) => command.fmt(f),
            Self::Section(command) => command.fmt(f),
            Self::Volume(command) => command.fmt(f),
            Self::Clip(command) => command.fmt(f),
            Self::Transfer(command) => command.fmt(f),
            Self::Fusion(command) => command.fmt(f),
            Self::Cine(command) => command.fmt(f),
            Self::Layout(command) => command.fmt(f),
            Self::Tool(command) => command.fmt(f),
            Self::Overlay(command) => command.fmt(f),
            Self::Presentation(command) => command.fmt(f),
            Self::Mask(command) => command.fmt(f),
            Self::KeyImage(command) => command.fmt(f),
            Self::Drafts(command) => command.fmt(f),
            Self::Display(command) => command.fmt(f),
            Self::Link(command) => command.fmt(f),
            Self::Edit(command) => command.fmt(f),
            Self::Study(command) => command.fmt(f),
            Self::Prior(command) => command.fmt(f),
            Self::Protocol(command) => command.fmt(f),
            Self::Studies(command) => command.fmt(f),
            Self::Calibration(command) => command.fmt(f),
            Self::Pattern(command) => command.fmt(f),
            Self::Support(command) => command.fmt(f),
            Self::App(command) => command.fmt(f),
        }
    }
}

fn nearest_name(name: &str) -> Option<String> {
    catalogue()
        .iter()
        .map(|entry| (strsim::damerau_levenshtein(entry.name(), name), entry.name()))
        .min()
        .filter(|(distance, _)| *distance <= 2)
        .map(|(_, nearest)| nearest.to_owned())
}

/// A number from a word; refused when it is not finite.
pub(super) fn finite(word: &str) -> Option<f64> {
    word.parse::<f64>().ok().filter(|number| number.is_finite())
}

/// A number counted from 1.
pub(super) fn ordinal(word: &str) -> Option<usize> {
    word.parse::<usize>().ok().filter(|number| *number > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_offer_of_the_catalogue_parses_to_its_own_entry_and_back() {
        for entry in catalogue() {
            for offer in entry.offers {
                let command = Command::parse(offer.text).expect(offer.text);
                assert_eq!(command.to_string(), offer.text);
                assert!(std::ptr::eq(command.entry(), *entry), "{}", offer.text);
            }
        }
    }

    #[test]
    fn a_wrong_command_says_what_would_be_right() {
        let message = |text| Command::parse(text).expect_err(text).to_string();
        assert_eq!(message("scrol +1"), "there is no command 'scrol' (did you mean 'scroll'?)");
        assert!(message("scroll sideways").contains("scroll +N"), "{}", message("scroll sideways"));
        assert_eq!(message("  "), "an empty command");
        assert_eq!(message("xyzzy"), "there is no command 'xyzzy'");
    }
}

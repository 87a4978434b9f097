//! Priors of the study that is read.

use std::fmt;
use std::ops::RangeInclusive;

use super::catalogue::{Context, Entry, offer};
use super::layout::Next;
use super::text::{TextCommand, ordinal};

/// Priors of the study that is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PriorCommand {
    /// Hangs the best one beside the study that is read, or takes the one away that hangs there.
    Toggle,
    /// Hangs another one there.
    Show(Next),
    /// Exchanges in the focused viewport the study that is read and its prior at the same place.
    Blink,
    /// Shows both in one place, on the two sides of an edge.
    Curtain(CurtainCommand),
    /// Takes the Nth study with contradicting demographics for the same patient's.
    Accept(usize),
}

/// The curtain: of two pictures in one place one is seen left of an edge, and the other right of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CurtainCommand {
    /// Draws it, or takes it away.
    Toggle,
    /// Moves the edge a step to the left.
    Left,
    /// Moves it a step to the right.
    Right,
    /// Moves it so many thousandths of the width from the left, within [`CurtainCommand::EDGE`].
    To(u16),
}

impl CurtainCommand {
    /// Where the edge may be, in thousandths of the width: on both sides there is room for the words that say whose picture it is.
    pub const EDGE: RangeInclusive<u16> = 100..=900;
}

static PRIOR: Entry = Entry {
    usage: "prior toggle | blink | curtain | curtain left | curtain right | curtain PERCENT | next | previous | N | accept N",
    help: "Hangs a prior beside the study that is read, linked, and takes it away again; exchanges the two in the focused viewport \
           at the same place, back and forth; shows both in one place, on the two sides of an edge, which is moved from 10 to 90 \
           percent of the width; or says that a study whose name, birth date or sex contradicts is of the same patient.",
    context: Context::Viewport,
    offers: &[
        offer("Prior beside this study", "prior toggle"),
        offer("Current and prior in turn, in one place", "prior blink"),
        offer("Curtain: current and prior on two sides of an edge, in one place", "prior curtain"),
        offer("Edge of the curtain to the left", "prior curtain left"),
        offer("Edge of the curtain to the right", "prior curtain right"),
        offer("Edge of the curtain in the middle", "prior curtain 50"),
        offer("Next prior", "prior next"),
        offer("Previous prior", "prior previous"),
        offer("Take a study for the same patient's", "prior accept 1"),
    ],
};

pub(super) static ENTRIES: &[&Entry] = &[&PRIOR];

impl TextCommand for PriorCommand {
    fn from_words(words: &[&str]) -> Option<Self> {
        match *words {
            ["prior", "toggle"] => Some(Self::Toggle),
            ["prior", "blink"] => Some(Self::Blink),
            ["prior", "curtain"] => Some(Self::Curtain(CurtainCommand::Toggle)),
            ["prior", "curtain", "left"] => Some(Self::Curtain(CurtainCommand::Left)),
            ["prior", "curtain", "right"] => Some(Self::Curtain(CurtainCommand::Right)),
            ["prior", "curtain", percent] => {
                thousandths(percent).map(|edge| Self::Curtain(CurtainCommand::To(edge)))
            }
            ["prior", "accept", number] => ordinal(number).map(Self::Accept),
            ["prior", next] => Next::from_word(next).map(Self::Show),
            _ => None,
        }
    }

    fn entry(&self) -> &'static Entry {
        &PRIOR
    }
}

impl fmt::Display for PriorCommand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Toggle => f.write_str("prior toggle"),
            Self::Blink => f.write_str("prior blink"),
            Self::Curtain(CurtainCommand::Toggle) => f.write_str("prior curtain"),
            Self::Curtain(CurtainCommand::Left) => f.write_str("prior curtain left"),
            Self::Curtain(CurtainCommand::Right) => f.write_str("prior curtain right"),
            Self::Curtain(CurtainCommand::To(edge)) => match (edge / 10, edge % 10) {
                (percent, 0) => write!(f, "prior curtain {percent}"),
                (percent, tenths) => write!(f, "prior curtain {percent}.{tenths}"),
            },
            Self::Show(next) => write!(f, "prior {next}"),
            Self::Accept(number) => write!(f, "prior accept {number}"),
        }
    }
}

/// From percent with at most one decimal place; refused where no edge may be.
fn thousandths(word: &str) -> Option<u16> {
    let (percent, tenths) = word.split_once('.').unwrap_or((word, "0"));
    let number = |digits: &str, most: usize| {
        let is_number =
            (1..=most).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
        digits.parse::<u16>().ok().filter(|_| is_number)
    };
    let edge = number(percent, 2)? * 10 + number(tenths, 1)?;
    CurtainCommand::EDGE.contains(&edge).then_some(edge)
}

#[cfg(test)]
mod tests {
    use super::super::Command;

    #[test]
    fn the_edge_of_the_curtain_is_a_percentage_with_a_decimal_place_within_its_bounds() {
        for text in ["prior curtain 10", "prior curtain 42.5", "prior curtain 90"] {
            assert_eq!(Command::parse(text).expect(text).to_string(), text);
        }
        assert_eq!(Command::parse("prior curtain 50.0"), Command::parse("prior curtain 50"));
        for text in ["9.9", "90.1", "100", "-50", "+50", "42.55", "42.", ".5", "42.+5", "middle"] {
            assert!(Command::parse(&format!("prior curtain {text}")).is_err(), "{text}");
        }
    }
}

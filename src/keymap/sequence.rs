//! One chord, or a leader and the chord that follows it: `D 4`.

use std::fmt;
use std::str::FromStr;

use super::chord::{Chord, ChordError};
use super::key::Key;

/// What is pressed for a command: a chord, or a leader and then a chord. Its text form goes both ways (`FromStr`,
/// `Display`): `Ctrl+K`, `D 4`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Sequence {
    /// What is pressed first, if anything.
    pub leader: Option<Chord>,
    /// What is pressed last.
    pub chord: Chord,
}

impl Sequence {
    /// It is pressed by accident more easily than others: one key, with Shift at most.
    pub(super) fn is_bare(self) -> bool {
        self.leader.is_none() && !self.chord.ctrl() && !self.chord.alt()
    }

    /// Whether both cannot answer where both are bound: one stroke, or the same two, is both of them on a US keyboard, or one of them
    /// leads to the other.
    pub(super) fn excludes(self, other: Self) -> bool {
        match (self.leader, other.leader) {
            (None, None) => self.chord.is_one_stroke_with(other.chord),
            (None, Some(leader)) => self.chord.is_one_stroke_with(leader),
            (Some(leader), None) => leader.is_one_stroke_with(other.chord),
            (Some(one), Some(two)) if one == two => self.chord.is_one_stroke_with(other.chord),
            // A leader waits as one of both, and what follows the other is never reached.
            (Some(one), Some(two)) => one.is_one_stroke_with(two),
        }
    }

    /// How the key sheet shows it: `Ctrl+PgDn`, `D 4`.
    pub fn label(self) -> String {
        match self.leader {
            Some(leader) => format!("{} {}", leader.label(), self.chord.label()),
            None => self.chord.label(),
        }
    }
}

impl From<Chord> for Sequence {
    fn from(chord: Chord) -> Self {
        Self { leader: None, chord }
    }
}

impl fmt::Display for Sequence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.leader {
            Some(leader) => f.pad(&format!("{leader} {}", self.chord)),
            None => fmt::Display::fmt(&self.chord, f),
        }
    }
}

impl FromStr for Sequence {
    type Err = ChordError;

    fn from_str(text: &str) -> Result<Self, ChordError> {
        let whole = text.parse::<Chord>();
        let words: Vec<&str> = text.split_whitespace().collect();
        match (whole, words.as_slice()) {
            // Blanks around a + do not divide.
            (Ok(chord), _) => Ok(Self::from(chord)),
            (Err(_), &[leader, chord]) => {
                let (leader, chord): (Chord, Chord) = (leader.parse()?, chord.parse()?);
                if [leader, chord].iter().any(|chord| chord.key() == Key::Escape) {
                    return Err(ChordError::EscapeInSequence);
                }
                Ok(Self { leader: Some(leader), chord })
            }
            (Err(_), words) if words.len() > 2 && words.iter().all(|word| word.parse::<Chord>().is_ok()) => {
                Err(ChordError::TooLong)
            }
            (Err(error), _) => Err(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, written: &str, label: &str) {
        let sequence: Sequence = text.parse().expect(text);
        assert_eq!((sequence.to_string().as_str(), sequence.label().as_str()), (written, label));
        assert_eq!(written.parse(), Ok(sequence), "{written} reads back");
    }

    #[test]
    fn a_leader_stands_before_its_chord_and_blanks_around_a_plus_do_not_divide() {
        check("d 4", "D 4", "D 4");
        check("Shift+D  Ctrl+PgDn", "Shift+D Ctrl+PageDown", "Shift+D Ctrl+PgDn");
        check("G ?", "G ?", "G ?");
        check("D +", "D +", "D +");
        check("Ctrl + K", "Ctrl+K", "Ctrl+K");
        check("Down", "Down", "↓");
        check("[d] [4]", "[D] [4]", "[D] [4]");
        check("G Alt+[;]", "G Alt+[;]", "G Alt+[;]");
    }

    #[test]
    fn sequences_exclude_each_other_by_their_first_stroke_and_then_by_the_second() {
        let excludes = |a: &str, b: &str| {
            let [a, b]: [Sequence; 2] = [a, b].map(|text| text.parse().expect(text));
            assert_eq!(a.excludes(b), b.excludes(a), "{a} {b}");
            a.excludes(b)
        };
        for (a, b) in [("[D]", "D"), ("[D]", "D 4"), ("D", "[D] 4"), ("D [4]", "D 4"), ("D 4", "[D] 5")] {
            assert!(excludes(a, b), "{a} {b}");
        }
        for (a, b) in [("[D]", "F"), ("D 4", "D 5"), ("D [4]", "D 5"), ("D 4", "4"), ("[D] 4", "F 4")] {
            assert!(!excludes(a, b), "{a} {b}");
        }
    }

    #[test]
    fn a_wrong_sequence_says_what_is_wrong() {
        let message = |text: &str| text.parse::<Sequence>().expect_err(text).to_string();
        assert_eq!(message("G PagDown"), "there is no key 'PagDown' (did you mean 'PageDown'?)");
        assert_eq!(message("G P A"), "a leader and one more key can be bound, not three keys");
        let escape = "Esc takes a leader back, so it is bound alone";
        assert_eq!([message("G Esc"), message("Escape 4")], [escape, escape]);
        assert_eq!(
            message("Cmd+K"),
            "there is no modifier 'Cmd': Ctrl, Alt and Shift may stand before a key"
        );
    }
}

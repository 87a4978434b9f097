//! What any attribute of an image must be: the way out where no key of a protocol says it.

use std::fmt;

use crate::dicom::{Hints, Tag, keyword_of};

use super::pattern::Pattern;
use super::protocol::Span;

/// What an attribute of an image must be.
#[derive(Debug, Clone, PartialEq)]
pub struct TagRule {
    /// Which attribute: one of texts or numbers, of the object itself and no item of it.
    pub tag: Tag,
    /// What one of its values must be.
    pub value: TagValue,
}

/// What a value of an attribute must be.
#[derive(Debug, Clone, PartialEq)]
pub enum TagValue {
    /// Like one of these; none is a code.
    Like(Vec<Pattern>),
    /// A number in here.
    Number(Span),
}

impl TagRule {
    /// Whether it holds; an image that lacks the attribute is none. Attributes must have been asked for when it was read.
    pub fn holds(&self, hints: &Hints) -> bool {
        let Some(text) = hints.attributes.get(&self.tag) else { return false };
        let mut values = text.split('\\').map(str::trim);
        match &self.value {
            TagValue::Like(patterns) => {
                values.any(|value| patterns.iter().any(|pattern| pattern.is_in(value)))
            }
            TagValue::Number(span) => {
                values.any(|value| value.parse::<f64>().is_ok_and(|number| span.holds(number)))
            }
        }
    }

    /// The attribute as a file names it: `ProtocolName`, or `0019,100C` where it has no keyword.
    pub fn name(&self) -> String {
        keyword_of(self.tag).trim_matches(['(', ')']).to_owned()
    }
}

/// `ProtocolName is like chest`.
impl fmt::Display for TagRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.value {
            TagValue::Like(patterns) => {
                let patterns: Vec<String> = patterns.iter().map(ToString::to_string).collect();
                write!(f, "{} is like {}", self.name(), patterns.join(" or "))
            }
            TagValue::Number(span) => write!(f, "{} is {span}", self.name()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::protocol::{Condition, Level, PickCondition};
    use super::super::tests::{SMALL, chest, file, read, set};
    use super::super::{Protocols, Situation, hang};
    use super::*;

    const PROTOCOL_NAME: Tag = Tag(0x0018, 0x1030);
    const ECHOES: Tag = Tag(0x0018, 0x0086);

    fn hints(text: &str) -> Hints {
        Hints { attributes: [(PROTOCOL_NAME, text.to_owned())].into(), ..Hints::default() }
    }

    #[test]
    fn any_attribute_is_asked_for_by_tag_or_keyword() {
        let pick = "[when]\ntag = { ProtocolName = \"/chest/i\" }\n[sets.a]\npick = { tag = { \"0018,1030\" = [\"lung\", \"/dynamic/i\"], EchoNumbers = { min = 2 } } }";
        let protocols = read(&[file("p", Level::User, &SMALL.replace("[sets.a]", pick))]);
        let protocol = protocols.get("p").expect("it is there");
        assert_eq!(protocols.tags(), [ECHOES, PROTOCOL_NAME]);
        assert!(matches!(&protocol.when[..], [Condition::Tags(rules)] if rules.len() == 1));
        assert!(matches!(&protocol.sets[0].pick[..], [PickCondition::Tags(rules)] if rules.len() == 2));
        let mut current = chest("2.25.1", "20261128", 10);
        let why = |current: &_| {
            let hanging = hang(&protocols, Situation { current, priors: &[], screens: 1, chosen: None });
            hanging.winner.map_or_else(|| hanging.losers[0].why.clone(), |winner| winner.held.join(", "))
        };
        assert_eq!(why(&current), "it is not so that ProtocolName is like /chest/i");
        current.hints = hints("Chest");
        assert_eq!(
            why(&current),
            "it fits, and none of its stages can be shown: one: none of its sets is there"
        );
        current.sets[2].hints = hints("Chest DYNAMIC");
        current.sets[2].hints.attributes.insert(ECHOES, "1\\2".to_owned());
        assert_eq!(why(&current), "ProtocolName is like /chest/i");
    }

    #[test]
    fn numbers_and_texts_are_compared_value_by_value() {
        let holds = |text: &str, value: TagValue| TagRule { tag: PROTOCOL_NAME, value }.holds(&hints(text));
        let number = |min, max| TagValue::Number(Span { min, max });
        let like = |text: &str| TagValue::Like(vec![Pattern::parse(text).expect("a pattern")]);
        assert!(holds("1.5", number(Some(1.0), Some(2.0))) && !holds("2.5", number(Some(1.0), Some(2.0))));
        assert!(holds("9\\3 ", number(None, Some(3.0))) && !holds("three", number(None, None)));
        assert!(holds("A\\B", like("/^B$/")) && !holds("AB", like("/^B$/")));
        let empty = set(1, |_| {}).hints;
        assert!(!TagRule { tag: PROTOCOL_NAME, value: like("/.*/") }.holds(&empty));
    }

    #[test]
    fn what_is_no_attribute_is_told_with_its_place() {
        let pick = "[sets.a]\npick = { tag = { ProtocolNam = \"a\", \"0018,zz\" = \"a\", PixelData = \"a\", ProtocolName = \"code:1@LN\" } }";
        let (_, errors) = Protocols::read(&[file("p", Level::User, &SMALL.replace("[sets.a]", pick))]);
        let told: Vec<String> = errors.iter().map(ToString::to_string).collect();
        let expected = [
            "p.toml:4:18: 'ProtocolNam' is no attribute of texts or numbers: write a keyword such as ProtocolName, or \"0018,1030\"",
            "p.toml:4:37: '0018,zz' is no attribute of texts or numbers: write a keyword such as ProtocolName, or \"0018,1030\"",
            "p.toml:4:54: 'PixelData' is no attribute of texts or numbers: write a keyword such as ProtocolName, or \"0018,1030\"",
            "p.toml:4:86: 'ProtocolName' is \"code:1@LN\"; expected words, an expression between slashes, a number, or { min = NUMBER, max = NUMBER }",
        ];
        assert_eq!(told, expected);
    }
}

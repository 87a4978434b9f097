//! The text of a protocol, with a line for the reader over each part.

use crate::hanging::protocol::{FromStudy, PriorRule, Protocol, SetRule};

/// The whole file. `twins` is of each set the number of series that nothing tells it from.
pub(super) fn commented(protocol: &Protocol, twins: &[usize]) -> String {
    let mut sets = protocol.sets.iter().zip(twins).map(|(rule, twins)| told(rule, *twins));
    let (mut text, mut has_views) = (String::new(), false);
    for line in protocol.to_toml().lines() {
        let set: String;
        // No value runs over a line, so each part is known by the first word of one.
        let comment = match line.split(['.', ' ']).next() {
            Some("schema") => {
                "What was on screen, kept as a hanging protocol. Change what you like; hanging-protocols/README.md says how."
            }
            Some("priority") => "Before others of yours that are for the same studies.",
            Some("[when]") => {
                "For which studies: all lines must hold. Take one away, and it is for more of them."
            }
            Some("[sets") => {
                set = sets.next().unwrap_or_default();
                set.as_str()
            }
            Some("[[stages]]") => {
                "What stands where: a letter is a view, a repeated letter a larger one, a dot an empty place.\n\
                 # The place of what a study does not have stays empty; missing = \"adapt\" gives it to the others."
            }
            Some("views") if !has_views => {
                has_views = true;
                "What each letter shows, and how."
            }
            Some("sync") => "Which views go along with each other, and in what.",
            _ => "",
        };
        if !comment.is_empty() {
            text.extend(["# ", comment, "\n"]);
        }
        text.extend([line, "\n"]);
    }
    text
}

/// A set in words.
fn told(rule: &SetRule, twins: usize) -> String {
    let of = match &rule.from {
        FromStudy::Current => "the study that is read".to_owned(),
        FromStudy::Prior(PriorRule { nth: 1, .. }) => "the prior".to_owned(),
        FromStudy::Prior(PriorRule { nth, .. }) => format!("prior number {nth}"),
    };
    let which = match (twins, rule.prefer.first()) {
        (0, None) => "the only one for which all of this holds".to_owned(),
        (0, Some(_)) => "of several like it, the one that is preferred".to_owned(),
        (twins, _) => {
            format!("nothing tells it from {twins} more, so that another one may hang in its place")
        }
    };
    format!("A series of {of}: {which}.")
}

//! `[macros]`: lists of commands under a name, which a key or the palette carries out.

use std::collections::{BTreeMap, BTreeSet};

use toml::Spanned;
use toml::de::{DeString, DeValue};

use crate::command::{AppCommand, Command, Macros, is_macro_name};

use super::error::{KeymapError, KeymapFault};
use super::file::NONE;
use crate::handwritten::Origin;
use crate::handwritten::nearest;
use crate::handwritten::value_kind;
use crate::handwritten::{LineColumn, Toml};

/// The name of the table.
pub(super) const TABLE: &str = "macros";

/// The most commands of a macro, those of macros in it included.
const COMMANDS_MAX: usize = 50;

/// What a file says of one macro.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct MacroRule {
    name: String,
    at: LineColumn,
    /// Each with its place; none takes away what an earlier layer has under the name.
    steps: Option<Vec<(LineColumn, Command)>>,
}

/// The macros of all layers: whose file each stands in, and what that says.
pub(super) type Named = BTreeMap<String, (Origin, MacroRule)>;

type Fault = (LineColumn, KeymapFault);

impl MacroRule {
    fn steps(&self) -> &[(LineColumn, Command)] {
        self.steps.as_deref().unwrap_or_default()
    }
}

/// Reads the table of a file.
pub(super) fn read(toml: &Toml<'_>, value: &Spanned<DeValue<'_>>, faults: &mut Vec<Fault>) -> Vec<MacroRule> {
    let DeValue::Table(table) = value.get_ref() else {
        let found = value_kind(value.get_ref());
        faults.push((toml.line_column(value.span().start), KeymapFault::NotMacros(found)));
        return Vec::new();
    };
    let mut rules = Vec::new();
    for (name, value) in table {
        match rule(toml, name, value) {
            Ok(rule) => rules.push(rule),
            Err(more) => faults.extend(more),
        }
    }
    rules
}

fn rule(
    toml: &Toml<'_>,
    name: &Spanned<DeString<'_>>,
    value: &Spanned<DeValue<'_>>,
) -> Result<MacroRule, Vec<Fault>> {
    let at = toml.line_column(name.span().start);
    let name = name.get_ref().clone().into_owned();
    if !is_macro_name(&name) {
        return Err(vec![(at, KeymapFault::MacroName(name))]);
    }
    let steps = match value.get_ref() {
        DeValue::String(text) if text == NONE => None,
        DeValue::Array(list) => {
            let (mut steps, mut faults) = (Vec::new(), Vec::new());
            for (offset, step) in list.iter().map(|step| (step.span().start, step.get_ref())) {
                let at = toml.line_column(offset);
                let command = match step {
                    DeValue::String(text) => Command::parse(text)
                        .map_err(|error| KeymapFault::MacroCommand { name: name.clone(), error }),
                    other => Err(KeymapFault::MacroStep { name: name.clone(), found: value_kind(other) }),
                };
                match command {
                    Ok(command) => steps.push((at, command)),
                    Err(fault) => faults.push((at, fault)),
                }
            }
            if !faults.is_empty() {
                return Err(faults);
            }
            Some(steps)
        }
        other => {
            let at = toml.line_column(value.span().start);
            return Err(vec![(at, KeymapFault::MacroList { name, found: value_kind(other) })]);
        }
    };
    Ok(MacroRule { name, at, steps })
}

/// Lays the macros of a file over those of earlier ones.
pub(super) fn lay(named: &mut Named, origin: &Origin, rules: Vec<MacroRule>) {
    for rule in rules {
        if rule.steps.is_some() {
            named.insert(rule.name.clone(), (origin.clone(), rule));
        } else {
            named.remove(&rule.name);
        }
    }
}

/// Each macro with plain commands in place of the macros in it; and what is wrong, since such a one is left out.
pub(super) fn plain(named: &Named) -> (Macros, Vec<KeymapError>) {
    let mut faults = Vec::new();
    for (origin, rule) in named.values() {
        for (at, command) in rule.steps() {
            let Some(other) = name_of(command) else { continue };
            let fault = match way(named, other, &rule.name) {
                _ if !named.contains_key(other) => unknown(named, other),
                Some(way) => KeymapFault::MacroCircle(format!("{} → {}", rule.name, way.join(" → "))),
                None => continue,
            };
            faults.push(KeymapError { origin: origin.clone(), at: *at, fault });
        }
    }
    let mut macros = Macros::new();
    // What runs itself has no end.
    if !faults.is_empty() {
        return (macros, faults);
    }
    for (origin, rule) in named.values() {
        let (mut room, mut commands) = (COMMANDS_MAX, Vec::new());
        if expand(named, rule, &mut room, &mut commands) {
            macros.insert(rule.name.clone(), commands);
        } else {
            let fault = KeymapFault::MacroTooLong { name: rule.name.clone(), most: COMMANDS_MAX };
            faults.push(KeymapError { origin: origin.clone(), at: rule.at, fault });
        }
    }
    (macros, faults)
}

/// The macro that a command carries out.
pub(super) fn name_of(command: &Command) -> Option<&str> {
    match command {
        Command::App(AppCommand::Macro(name)) => Some(name),
        _ => None,
    }
}

/// There is no macro of a name.
pub(super) fn unknown(named: &Named, name: &str) -> KeymapFault {
    let nearest = nearest(name, named.keys().map(String::as_str)).map(str::to_owned);
    KeymapFault::UnknownMacro { name: name.to_owned(), nearest }
}

/// The macros from one to another, both included, if the first carries out the other.
fn way(named: &Named, from: &str, to: &str) -> Option<Vec<String>> {
    let mut seen = BTreeSet::new();
    let mut open = vec![vec![from.to_owned()]];
    while let Some(path) = open.pop() {
        let last = path.last()?.clone();
        if last == to {
            return Some(path);
        }
        let steps = named.get(&last).map_or(&[][..], |(_, rule)| rule.steps());
        if seen.insert(last) {
            let inner = steps.iter().filter_map(|(_, command)| name_of(command));
            let longer =
                |next: &str| -> Vec<String> { path.iter().cloned().chain([next.to_owned()]).collect() };
            open.extend(inner.map(longer));
        }
    }
    None
}

/// Puts the plain commands of a macro behind others; whether there was room for all of its steps.
fn expand(named: &Named, rule: &MacroRule, room: &mut usize, commands: &mut Vec<Command>) -> bool {
    for (_, command) in rule.steps() {
        let Some(left) = room.checked_sub(1) else { return false };
        *room = left;
        match name_of(command).and_then(|name| named.get(name)) {
            None => commands.push(command.clone()),
            Some((_, inner)) => {
                if !expand(named, inner, room, commands) {
                    return false;
                }
            }
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::super::layer::Keymap;
    use super::*;

    /// Each macro of a site's and a reader's file in words, or the faults, a line each.
    fn layered(site: &str, user: &str) -> Result<Vec<String>, Vec<String>> {
        let words =
            |errors: Vec<KeymapError>| -> Vec<String> { errors.iter().map(ToString::to_string).collect() };
        let parse = |text: &str, origin| Keymap::parse(text, origin).map_err(words);
        let shipped = parse("", Origin::Shipped)?;
        let over = [parse(site, Origin::Site("s.toml".into()))?, parse(user, Origin::User("k.toml".into()))?];
        let keymap = Keymap::layer(shipped, over).map_err(words)?;
        let line = |(name, commands): (&String, &Vec<Command>)| {
            let commands: Vec<String> = commands.iter().map(ToString::to_string).collect();
            format!("{name}: {}", commands.join("; "))
        };
        Ok(keymap.macros().iter().map(line).collect())
    }

    #[track_caller]
    fn check(site: &str, user: &str, expected: &[&str]) {
        assert_eq!(layered(site, user).unwrap_or_else(|faults| faults), expected);
    }

    #[test]
    fn macros_are_layered_by_name_and_may_hold_each_other() {
        let site = "[macros]\nlung = [\"window preset lung\", \"filter sharpen\"]\nold = [\"invert\"]\n";
        let user = "[macros]\nold = \"none\"\nchest-compare = [\"stage 1\", \"macro lung\", \"link all\"]\n\
                    [viewport]\nN = \"macro chest-compare\"\n";
        check(
            site,
            user,
            &[
                "chest-compare: stage 1; window preset lung; filter sharpen; link all",
                "lung: window preset lung; filter sharpen",
            ],
        );
        // The site's macro has the reader's command in it.
        check(
            "[macros]\na = [\"macro b\"]\nb = [\"invert\"]",
            "[macros]\nb = [\"undo\"]",
            &["a: undo", "b: undo"],
        );
    }

    #[test]
    fn what_is_wrong_with_a_macro_is_told_with_its_place() {
        check(
            "",
            "macros = 3",
            &["k.toml:1:10: 'macros' is a number, where lists of commands by name are expected: [macros]"],
        );
        check("", "[macos]\n", &["k.toml:1:2: there is no context 'macos' (did you mean 'macros'?)"]);
        check(
            "",
            "[macros]\n\"a b\" = []\nc = \"invert\"\nd = [3, \"invrt\"]\n",
            &[
                "k.toml:2:1: 'a b' is no name for a macro: letters, digits, - and _, at most 40 of them",
                "k.toml:3:5: 'c' is text, where a list of commands in quotes is expected, or \"none\"",
                "k.toml:4:6: 'd' holds a number, where a command in quotes is expected",
                "k.toml:4:9: 'd': there is no command 'invrt' (did you mean 'invert'?)",
            ],
        );
        check(
            "",
            "[macros]\nlung = [\"macro lnug\"]\n[viewport]\nN = \"macro lug\"\n",
            &[
                "k.toml:2:9: there is no macro 'lnug' (did you mean 'lung'?)",
                "k.toml:4:1: there is no macro 'lug' (did you mean 'lung'?)",
            ],
        );
    }

    #[test]
    fn a_macro_does_not_run_itself_and_has_an_end() {
        check(
            "",
            "[macros]\na = [\"invert\", \"macro a\"]",
            &["k.toml:2:16: a macro carries itself out: a → a"],
        );
        check(
            "[macros]\na = [\"macro b\"]\n",
            "[macros]\nb = [\"macro c\"]\nc = [\"macro a\"]\n",
            &[
                "s.toml:2:6: a macro carries itself out: a → b → c → a",
                "k.toml:2:6: a macro carries itself out: b → c → a → b",
                "k.toml:3:6: a macro carries itself out: c → a → b → c",
            ],
        );
        let ten = ["\"invert\""; 10].join(", ");
        let of = |count| {
            format!("[macros]\nten = [{ten}]\nmany = [{}]\n", vec!["\"macro ten\""; count].join(", "))
        };
        assert!(layered("", &of(4)).is_ok_and(|lines| lines.len() == 2));
        check(
            "",
            &of(5),
            &["k.toml:3:1: 'many' comes to more than 50 commands, those of macros in it included"],
        );
        let plain = |count| format!("[macros]\na = [{}]\n", vec!["\"invert\""; count].join(", "));
        assert!(layered("", &plain(50)).is_ok_and(|lines| lines[0].matches("invert").count() == 50));
        let told = "k.toml:2:1: 'a' comes to more than 50 commands, those of macros in it included";
        check("", &plain(51), &[told]);
    }

    #[test]
    fn a_key_alone_brings_another_patient_by_no_macro_either() {
        let keyed = |key: &str| {
            format!("[macros]\non = [\"macro go\"]\ngo = [\"study next\"]\n[viewport]\n{key} = \"macro on\"")
        };
        check(
            "",
            &keyed("N"),
            &[
                "k.toml:5:1: 'N': no key alone brings another patient, as 'macro on' may: hold Ctrl or Alt with it, or put a \
               leader before it",
            ],
        );
        check("", &keyed("\"Ctrl+N\""), &["go: study next", "on: study next"]);
    }
}

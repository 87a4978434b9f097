//! One key map file, checked as far as it can be by itself.

use std::collections::BTreeMap;

use toml::Spanned;
use toml::de::{DeString, DeValue};

use crate::command::{Command, Context};

use super::error::{KeymapError, KeymapFault};
use super::layer::Keymap;
use super::macros::{self, MacroRule};
use super::sequence::Sequence;
use crate::handwritten::nearest;
use crate::handwritten::{LineColumn, Toml};
use crate::handwritten::{Origin, value_kind};

/// The value that takes a binding away.
pub(super) const NONE: &str = "none";

/// One key map file: sound in itself, not yet layered.
#[derive(Debug, Clone, PartialEq)]
pub struct KeymapFile {
    /// Whose.
    pub(super) origin: Origin,
    /// What it says, in the order of the file.
    pub(super) rules: Vec<Rule>,
    /// Its macros.
    pub(super) macros: Vec<MacroRule>,
}

/// What a file says of one chord or sequence in one context.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Rule {
    pub(super) context: Context,
    pub(super) chord: Sequence,
    /// None takes away what an earlier layer bound.
    pub(super) command: Option<Command>,
    pub(super) at: LineColumn,
}

impl Keymap {
    /// Reads one file; every fault in it is told, in the order of the file.
    pub fn parse(text: &str, origin: Origin) -> Result<KeymapFile, Vec<KeymapError>> {
        let toml = Toml::read(text);
        let mut reader = Reader { toml: &toml, rules: Vec::new(), faults: Vec::new() };
        let mut macros = Vec::new();
        for (name, value) in &toml.table {
            if name.get_ref() == macros::TABLE {
                macros = macros::read(&toml, value, &mut reader.faults);
            } else {
                reader.context(name, value);
            }
        }
        let Reader { mut rules, mut faults, .. } = reader;
        rules.sort_by_key(|rule| rule.at);
        faults.extend(twice(&rules));
        faults.retain(|(at, _)| !toml.is_doubtful(*at));
        faults.extend(toml.faults.into_iter().map(|(at, what)| (at, KeymapFault::Syntax(what))));
        if faults.is_empty() {
            return Ok(KeymapFile { origin, rules, macros });
        }
        faults.sort_by_key(|(at, _)| *at);
        let errors = faults.into_iter().map(|(at, fault)| KeymapError { origin: origin.clone(), at, fault });
        Err(errors.collect())
    }
}

/// Chords bound again in their context.
fn twice(rules: &[Rule]) -> Vec<(LineColumn, KeymapFault)> {
    let mut first = BTreeMap::new();
    let mut faults = Vec::new();
    for &Rule { context, chord, at, .. } in rules {
        let first = *first.entry((context, chord)).or_insert(at);
        if first != at {
            faults.push((at, KeymapFault::Twice { chord, context, first }));
        }
    }
    faults
}

struct Reader<'t> {
    toml: &'t Toml<'t>,
    rules: Vec<Rule>,
    faults: Vec<(LineColumn, KeymapFault)>,
}

impl Reader<'_> {
    fn context(&mut self, name: &Spanned<DeString<'_>>, value: &Spanned<DeValue<'_>>) {
        let at = self.toml.line_column(name.span().start);
        let text = name.get_ref().as_ref();
        let Some(context) = Context::ALL.into_iter().find(|context| context.name() == text) else {
            let tables = Context::ALL.map(Context::name).into_iter().chain([macros::TABLE]);
            let nearest = nearest(text, tables);
            self.faults.push((at, KeymapFault::UnknownContext { name: text.to_owned(), nearest }));
            return;
        };
        let DeValue::Table(bindings) = value.get_ref() else {
            let found = value_kind(value.get_ref());
            self.faults.push((at, KeymapFault::NotATable { context, found }));
            return;
        };
        for (chord, command) in bindings {
            if let Err((offset, fault)) = self.binding(context, chord, command) {
                self.faults.push((self.toml.line_column(offset), fault));
            }
        }
    }

    fn binding(
        &mut self,
        context: Context,
        chord: &Spanned<DeString<'_>>,
        value: &Spanned<DeValue<'_>>,
    ) -> Result<(), (usize, KeymapFault)> {
        let at = self.toml.line_column(chord.span().start);
        let key_fault = |error| (chord.span().start, KeymapFault::Chord(error));
        let chord: Sequence = chord.get_ref().parse().map_err(key_fault)?;
        let wrong = |fault| (value.span().start, fault);
        let DeValue::String(text) = value.get_ref() else {
            return Err(wrong(KeymapFault::NotText { chord, found: value_kind(value.get_ref()) }));
        };
        let command = if text == NONE {
            None
        } else {
            let command = Command::parse(text);
            Some(command.map_err(|error| wrong(KeymapFault::Command { chord, error }))?)
        };
        if let Some(entry) = command.as_ref().map(Command::entry)
            && ![context, Context::Everywhere].contains(&entry.context)
        {
            let (command, belongs) = (entry.name(), entry.context);
            return Err(wrong(KeymapFault::WrongContext { chord, command, context, belongs }));
        }
        self.rules.push(Rule { context, chord, command, at });
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The faults of a user's file, a line each.
    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let errors = Keymap::parse(text, Origin::User("k.toml".into())).expect_err("it is faulty");
        let messages: Vec<String> = errors.iter().map(ToString::to_string).collect();
        assert_eq!(messages, expected);
    }

    #[test]
    fn a_sound_file_says_what_it_binds_and_what_it_takes_away() {
        let text = "[viewport]\nW = \"tool window\"\n\"Ctrl+K\" = \"none\"\n";
        let file = Keymap::parse(text, Origin::Shipped).expect("it is sound");
        let said: Vec<_> = file
            .rules
            .iter()
            .map(|rule| {
                (rule.chord.to_string(), rule.command.as_ref().map(ToString::to_string), rule.at.line)
            })
            .collect();
        assert_eq!(
            said,
            [("W".to_owned(), Some("tool window".to_owned()), 2), ("Ctrl+K".to_owned(), None, 3)]
        );
    }

    #[test]
    fn an_empty_file_binds_nothing() {
        assert_eq!(Keymap::parse("# nothing\n", Origin::Shipped).map(|file| file.rules.len()), Ok(0));
    }

    #[test]
    fn an_unknown_context_is_refused_with_a_suggestion() {
        check(
            "[veiwport]\nI = 1\n",
            &["k.toml:1:2: there is no context 'veiwport' (did you mean 'viewport'?)"],
        );
        check("[leader]\n", &["k.toml:1:2: there is no context 'leader'"]);
    }

    #[test]
    fn a_context_that_is_no_table_is_refused() {
        check(
            "panel = 3",
            &["k.toml:1:1: 'panel' is a number, where a table of keys and commands is expected: [panel]"],
        );
        check(
            "[[panel]]\n",
            &["k.toml:1:3: 'panel' is a list, where a table of keys and commands is expected: [panel]"],
        );
    }

    #[test]
    fn an_unknown_key_is_refused_with_a_suggestion() {
        check(
            "[viewport]\n  \"Ctrl+PageDwon\" = \"study next\"\n",
            &["k.toml:2:3: there is no key 'PageDwon' (did you mean 'PageDown'?)"],
        );
    }

    #[test]
    fn a_value_that_is_no_command_is_refused_where_it_stands() {
        check(
            "[viewport]\nI = \"invrt\"\nW = true\nS = \"tool scrol\"",
            &[
                "k.toml:2:5: 'I': there is no command 'invrt' (did you mean 'invert'?)",
                "k.toml:3:5: 'W' is bound to true or false, where a command in quotes is expected, or \"none\"",
                "k.toml:4:5: 'S': 'tool scrol' is not complete or not right: tool scroll | window | zoom | pan | length | angle | ellipse | rectangle | probe | magnifier | point | curve",
            ],
        );
    }

    #[test]
    fn a_command_outside_its_context_is_refused_and_a_wide_one_is_not() {
        check(
            "[everywhere]\nI = \"invert\"\n[viewport]\nEnter = \"accept\"\nF1 = \"panel keys\"",
            &[
                "k.toml:2:5: 'I': 'invert' works in [viewport] only, not in [everywhere]",
                "k.toml:4:9: 'Enter': 'accept' works in [panel] only, not in [viewport]",
            ],
        );
    }

    #[test]
    fn a_chord_bound_twice_in_one_context_is_refused_however_it_is_written() {
        check(
            "[everywhere]\n\"Ctrl+K\" = \"panel palette\"\n\"ctrl+k\" = \"quit\"\n",
            &["k.toml:3:1: 'Ctrl+K' is bound twice in [everywhere], first at 2:1"],
        );
        check(
            "[everywhere]\n\"Ctrl+K\" = \"panel palette\"\n\"Ctrl+K\" = \"quit\"\n",
            &["k.toml:3:1: 'Ctrl+K' is written twice"],
        );
    }

    #[test]
    fn what_is_not_toml_is_told_and_the_rest_is_still_read() {
        check(
            "[viewport]\nCtrl+K = \"reset\"\nI = \"invrt\"\n",
            &[
                "k.toml:2:5: a name with other signs than letters, digits, - and _ must stand in quotes",
                "k.toml:3:5: 'I': there is no command 'invrt' (did you mean 'invert'?)",
            ],
        );
        check("[viewport\nI = 1\n", &["k.toml:1:10: unclosed table, expected `]`"]);
    }

    #[test]
    fn a_fault_of_the_shipped_file_goes_by_its_name_in_the_source() {
        let errors = Keymap::parse("[x]", Origin::Shipped).expect_err("it is faulty");
        let [error] = errors.as_slice() else { panic!("{errors:?}") };
        assert_eq!(error.to_string(), "assets/keymaps/default.toml:1:2: there is no context 'x'");
    }
}

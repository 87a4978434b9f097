//! The user's file over the site's over the shipped one.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::command::{
    AppCommand, BlendCommand, Command, Context, CrosshairCommand, CurtainCommand, FusionCommand, Macros,
    PointerCommand, PriorCommand, SectionCommand, StudiesCommand, ToolCommand, ViewCommand, catalogue,
};

use super::chord::Chord;
use super::error::{KeymapError, KeymapFault};
use super::file::{KeymapFile, Rule};
use super::macros::{self, Named};
use super::sequence::Sequence;
use crate::handwritten::LineColumn;
use crate::handwritten::Origin;

/// The shipped file.
const SHIPPED: &str = include_str!("../../assets/keymaps/default.toml");

/// Which chord or sequence gives which command, in each context.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Keymap {
    bindings: BTreeMap<(Context, Sequence), Binding>,
    macros: Arc<Macros>,
}

/// A chord or sequence that gives a command in a context.
#[derive(Debug, Clone, PartialEq)]
pub struct Binding {
    /// Where it applies.
    pub context: Context,
    /// What is pressed.
    pub chord: Sequence,
    /// What it gives.
    pub command: Command,
    /// Whose file says so.
    pub origin: Origin,
    /// Where in that file.
    pub at: LineColumn,
}

impl Keymap {
    /// The file that Hotlight ships.
    pub fn shipped() -> Result<KeymapFile, Vec<KeymapError>> {
        Self::parse(SHIPPED, Origin::Shipped)
    }

    /// Lays files over the shipped one, in their order: a later one replaces the same chord of the same context, or takes it away
    /// with `"none"`. A chord that is then bound both in `everywhere` and in a narrower context is an error, and so is one that
    /// is bound alone and leads others, a key that is bound by its place and, as a US keyboard has it, by what it writes, or one that
    /// brings another patient without a second key.
    pub fn layer(
        shipped: KeymapFile,
        over: impl IntoIterator<Item = KeymapFile>,
    ) -> Result<Self, Vec<KeymapError>> {
        let (mut bindings, mut named) = (BTreeMap::new(), Named::new());
        for KeymapFile { origin, rules, macros } in std::iter::once(shipped).chain(over) {
            macros::lay(&mut named, &origin, macros);
            for Rule { context, chord, command, at } in rules {
                let place = (context, chord);
                match command {
                    Some(command) => {
                        let origin = origin.clone();
                        bindings.insert(place, Binding { context, chord, command, origin, at });
                    }
                    None => {
                        bindings.remove(&place);
                    }
                }
            }
        }
        let (macros, mut faults) = macros::plain(&named);
        let keymap = Self { bindings, macros: Arc::new(macros) };
        faults.extend(keymap.conflicts().chain(keymap.alone()));
        faults.extend(keymap.bindings.values().filter_map(|binding| {
            let name = macros::name_of(&binding.command).filter(|name| !named.contains_key(*name))?;
            Some(binding.fault(macros::unknown(&named, name)))
        }));
        faults.sort_by(|a, b| (&a.origin, a.at).cmp(&(&b.origin, b.at)));
        if faults.is_empty() { Ok(keymap) } else { Err(faults) }
    }

    fn conflicts(&self) -> impl Iterator<Item = KeymapError> {
        // The later of the two is the one that surprised, so it is the one named first.
        self.pairs()
            .map(|(one, other)| if one.place() > other.place() { (one, other) } else { (other, one) })
            .map(|(here, other)| here.fault(here.conflict_with(other)))
    }

    /// Keys alone that may bring another patient. In the list of studies the reader has chosen one.
    fn alone(&self) -> impl Iterator<Item = KeymapError> {
        let lists = &*self.macros;
        let may = move |command: &Command| match macros::name_of(command).map(|name| lists.get(name)) {
            None => command.may_change_patient(),
            Some(commands) => commands.is_some_and(|it| it.iter().any(Command::may_change_patient)),
        };
        let is_it = move |binding: &&Binding| {
            [Context::Everywhere, Context::Viewport].contains(&binding.context)
                && binding.chord.is_bare()
                && may(&binding.command)
        };
        self.bindings.values().filter(is_it).map(|binding| {
            let (chord, command) = (binding.chord, binding.command.to_string());
            binding.fault(KeymapFault::Alone { chord, command })
        })
    }

    /// The lists of commands by name, without macros in them.
    pub const fn macros(&self) -> &Arc<Macros> {
        &self.macros
    }

    /// What the shipped map gives a key and this one none, each with the first of its keys there.
    pub fn without_key(&self) -> Vec<(Sequence, Command)> {
        let shipped = Self::shipped().map(|file| file.rules).unwrap_or_default();
        let mut without: Vec<(Sequence, Command)> = Vec::new();
        for Rule { chord, command, .. } in shipped {
            if let Some(command) = command
                && self.chord_for(&command).is_none()
                && without.iter().all(|(_, known)| *known != command)
            {
                without.push((chord, command));
            }
        }
        without
    }

    /// Bindings that cannot both answer: of one stroke in contexts that hold at once, or of a leader and of what follows it.
    fn pairs(&self) -> impl Iterator<Item = (&Binding, &Binding)> {
        self.bindings.values().zip(1..).flat_map(move |(one, next)| {
            let others = self.bindings.values().skip(next);
            others.filter(move |other| one.excludes(other)).map(move |other| (one, other))
        })
    }

    /// What a chord gives in a context, or everywhere; with a leader, what it gives after it.
    pub fn lookup(&self, leader: Option<Chord>, chord: Chord, context: Context) -> Option<&Command> {
        let binding = |context| self.bindings.get(&(context, Sequence { leader, chord }));
        binding(context).or_else(|| binding(Context::Everywhere)).map(|binding| &binding.command)
    }

    /// What may follow a leader in a context, as the files have it; nothing, where the chord leads to nothing.
    pub fn followers(&self, leader: Chord, context: Context) -> Vec<&Binding> {
        let answers = |binding: &&Binding| [context, Context::Everywhere].contains(&binding.context);
        let follows = |binding: &&Binding| binding.chord.leader == Some(leader);
        let mut followers: Vec<&Binding> = self.bindings.values().filter(answers).filter(follows).collect();
        followers.sort_by_key(|binding| binding.place());
        followers
    }

    /// A key that is held gives the command again and again: moving through images or choices, moving the pointer, the
    /// crosshair or the edge of the curtain, blending, and nothing else.
    pub const fn repeats(command: &Command) -> bool {
        matches!(
            command,
            Command::View(ViewCommand::Scroll(_))
                | Command::App(AppCommand::Choose(_))
                | Command::Studies(StudiesCommand::Line(_))
                | Command::Tool(ToolCommand::Pointer(PointerCommand::Step { .. }))
                | Command::Section(SectionCommand::Crosshair(CrosshairCommand::By { .. }))
                | Command::Fusion(FusionCommand::Blend(BlendCommand::By(_)))
                | Command::Prior(PriorCommand::Curtain(CurtainCommand::Left | CurtainCommand::Right))
        )
    }

    /// Every binding, by context, then by command in the order of the catalogue, then as the files have them.
    pub fn bindings(&self) -> Vec<&Binding> {
        let order = |binding: &Binding| {
            let entry = binding.command.entry();
            catalogue().iter().position(|known| std::ptr::eq(*known, entry))
        };
        let mut bindings: Vec<&Binding> = self.bindings.values().collect();
        bindings.sort_by_cached_key(|binding| {
            (binding.context, order(binding), binding.origin.clone(), binding.at)
        });
        bindings
    }

    /// The chord to name beside a command: the user's before the site's before the shipped one, then the first in the file.
    pub fn chord_for(&self, command: &Command) -> Option<Sequence> {
        let found = self.bindings.values().filter(|binding| binding.command == *command);
        let best = found.min_by_key(|binding| (std::cmp::Reverse(&binding.origin), binding.at));
        best.map(|binding| binding.chord)
    }
}

impl Binding {
    /// Where it is bound: later files are greater, and later lines.
    const fn place(&self) -> (&Origin, LineColumn) {
        (&self.origin, self.at)
    }

    /// The fault that it is, with its place.
    fn fault(&self, fault: KeymapFault) -> KeymapError {
        KeymapError { origin: self.origin.clone(), at: self.at, fault }
    }

    /// Whether this binding and another cannot both answer.
    fn excludes(&self, other: &Self) -> bool {
        let contexts = [self.context, other.context];
        let meets = self.context == other.context || contexts.contains(&Context::Everywhere);
        meets && self.chord.excludes(other.chord)
    }

    /// What is wrong with this binding beside another.
    fn conflict_with(&self, other: &Self) -> KeymapFault {
        let Self { context, chord, .. } = *self;
        let (other_origin, other_at) = (other.origin.clone(), other.at);
        let other_chord = other.chord;
        if chord == other_chord {
            KeymapFault::Conflict { chord, context, other: other.context, other_origin, other_at }
        } else if chord.leader.is_some() == other_chord.leader.is_some() {
            KeymapFault::Stroke { chord, context, other_chord, other: other.context, other_origin, other_at }
        } else {
            KeymapFault::Leader { chord, context, other_chord, other: other.context, other_origin, other_at }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(text: &str, origin: Origin) -> KeymapFile {
        Keymap::parse(text, origin).unwrap_or_else(|errors| panic!("{errors:?}"))
    }

    fn layered(shipped: &str, site: &str, user: &str) -> Result<Keymap, String> {
        let site = file(site, Origin::Site("site.toml".into()));
        let user = file(user, Origin::User("user.toml".into()));
        Keymap::layer(file(shipped, Origin::Shipped), [site, user])
            .map_err(|errors| errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))
    }

    #[track_caller]
    fn given(keymap: &Keymap, chord: &str, context: Context) -> Option<String> {
        let Sequence { leader, chord } = chord.parse().expect(chord);
        keymap.lookup(leader, chord, context).map(ToString::to_string)
    }

    #[track_caller]
    fn shipped() -> Keymap {
        let file = Keymap::shipped().unwrap_or_else(|errors| panic!("{errors:?}"));
        Keymap::layer(file, []).unwrap_or_else(|errors| panic!("{errors:?}"))
    }

    #[test]
    fn the_shipped_map_binds_the_hands_of_the_design() {
        let keymap = shipped();
        for (chord, command) in [
            ("Down", "scroll +1"),
            ("PageUp", "scroll -10"),
            ("End", "scroll last"),
            ("Right", "series next"),
            ("Ctrl+PageDown", "study next"),
            ("3", "window slot 3"),
            ("=", "zoom 1:1"),
            ("?", "panel keys"),
            ("Ctrl+K", "panel palette"),
            ("Ctrl+0", "reset"),
            ("0", "window auto"),
            ("L", "tool length"),
            ("A", "tool angle"),
            ("E", "tool ellipse"),
            ("R", "rotate right"),
            ("Shift+R", "rotate left"),
            ("F", "flip horizontal"),
            ("Shift+F", "flip vertical"),
            ("O", "overlay text next"),
            ("Y", "link all"),
            ("J", "panel jump"),
            ("Ctrl+Z", "undo"),
            ("Ctrl+Shift+Z", "redo"),
            ("Delete", "mark delete"),
            ("D 4", "layout 2x2"),
            ("N 6", "tiles 2x3"),
            ("U", "full"),
            ("F11", "chrome"),
            ("Ctrl+9", "viewport 9"),
            ("Enter", "pointer click"),
            ("Ctrl+Shift+Left", "pointer step -10 0"),
            ("Ctrl+C", "export --without-identity clipboard"),
            ("Ctrl+Shift+S", "export --dialog"),
        ] {
            assert_eq!(given(&keymap, chord, Context::Viewport).as_deref(), Some(command), "{chord}");
        }
        assert_eq!(given(&keymap, "Down", Context::Panel).as_deref(), Some("choose +1"));
        assert_eq!(given(&keymap, "Ctrl+Q", Context::Panel).as_deref(), Some("quit"));
        assert_eq!(given(&keymap, "Down", Context::Everywhere), None);
    }

    #[test]
    fn no_key_alone_brings_another_patient_and_the_place_is_told() {
        let alone = |line: &str| layered("", "", &format!("[viewport]\n{line}")).map(drop);
        let refused = |chord: &str, command: &str| {
            Err(format!(
                "user.toml:2:1: '{chord}': no key alone brings another patient, as '{command}' may: hold Ctrl or Alt with \
                 it, or put a leader before it"
            ))
        };
        assert_eq!(alone("N = \"study next\""), refused("N", "study next"));
        assert_eq!(alone("\"Shift+F5\" = \"hang 2\""), refused("Shift+F5", "hang 2"));
        for line in [
            "\"Ctrl+N\" = \"study next\"",
            "\"Alt+N\" = \"hang 2\"",
            "\"G N\" = \"study 1\"",
            "N = \"series next\"",
        ] {
            assert_eq!(alone(line), Ok(()), "{line}");
        }
        assert_eq!(layered("", "", "[studies]\nEnter = \"studies open\"").map(drop), Ok(()));
    }

    #[test]
    fn what_has_no_key_any_more_is_told_with_the_key_that_it_had() {
        let shipped = shipped();
        assert!(shipped.without_key().is_empty());
        let file = Keymap::shipped().expect("sound");
        let user = file_of("[everywhere]\nF1 = \"none\"\n[viewport]\nI = \"none\"");
        let told = Keymap::layer(file, [user]).expect("no conflict").without_key();
        let told: Vec<String> = told.iter().map(|(chord, command)| format!("{chord} {command}")).collect();
        assert_eq!(told, ["I invert"], "`?` shows the keys still");
    }

    fn file_of(text: &str) -> KeymapFile {
        file(text, Origin::User("user.toml".into()))
    }

    #[test]
    fn a_later_file_replaces_and_takes_away() {
        let shipped = "[viewport]\nW = \"tool window\"\nS = \"tool scroll\"\nI = \"invert\"";
        let keymap =
            layered(shipped, "[viewport]\nW = \"tool zoom\"\nI = \"none\"", "[viewport]\nS = \"tool pan\"");
        let keymap = keymap.expect("no conflict");
        assert_eq!(given(&keymap, "W", Context::Viewport).as_deref(), Some("tool zoom"));
        assert_eq!(given(&keymap, "S", Context::Viewport).as_deref(), Some("tool pan"));
        assert_eq!(given(&keymap, "I", Context::Viewport), None);
        let listed: Vec<String> = keymap
            .bindings()
            .iter()
            .map(|binding| format!("{} {} {}", binding.chord, binding.origin.kind(), binding.at))
            .collect();
        assert_eq!(listed, ["W site 2:1", "S user 2:1"]);
    }

    #[test]
    fn a_chord_both_everywhere_and_narrower_is_a_conflict_that_names_both_places() {
        let shipped = "[everywhere]\n\"Ctrl+K\" = \"panel palette\"\n[panel]\nF2 = \"accept\"";
        assert_eq!(
            layered(shipped, "", "[viewport]\n\"Ctrl+K\" = \"invert\"\n[everywhere]\nF2 = \"quit\"")
                .map(drop),
            Err("user.toml:2:1: 'Ctrl+K' is bound in [viewport] here and in [everywhere] at \
                 assets/keymaps/default.toml:2:1: bind it to \"none\" in one of them\n\
                 user.toml:4:1: 'F2' is bound in [everywhere] here and in [panel] at \
                 assets/keymaps/default.toml:4:1: bind it to \"none\" in one of them"
                .to_owned())
        );
        let settled = "[viewport]\n\"Ctrl+K\" = \"invert\"\n[everywhere]\n\"Ctrl+K\" = \"none\"";
        let keymap = layered(shipped, "", settled).expect("settled");
        assert_eq!(given(&keymap, "Ctrl+K", Context::Viewport).as_deref(), Some("invert"));
        assert_eq!(given(&keymap, "Ctrl+K", Context::Panel), None);
    }

    #[test]
    fn the_same_chord_in_viewport_and_panel_is_no_conflict() {
        let keymap =
            layered("[viewport]\nUp = \"scroll -1\"\n[panel]\nUp = \"choose -1\"", "", "").expect("none");
        assert_eq!(given(&keymap, "Up", Context::Panel).as_deref(), Some("choose -1"));
    }

    #[test]
    fn a_hint_names_the_readers_own_chord_and_else_the_first_of_the_file() {
        let shipped = "[everywhere]\nF1 = \"panel keys\"\n\"?\" = \"panel keys\"";
        let command = Command::parse("panel keys").expect("a command");
        let hint =
            |user| layered(shipped, "", user).expect("no conflict").chord_for(&command).map(Sequence::label);
        assert_eq!(hint(""), Some("F1".to_owned()));
        assert_eq!(hint("[everywhere]\nF12 = \"panel keys\""), Some("F12".to_owned()));
        assert_eq!(Keymap::default().chord_for(&command), None);
    }

    #[test]
    fn a_leader_leads_to_what_is_bound_after_it_and_gives_nothing_alone() {
        let shipped =
            "[viewport]\n\"D 4\" = \"layout 2x2\"\nW = \"tool window\"\n[everywhere]\n\"D Q\" = \"quit\"";
        let keymap = layered(shipped, "", "[viewport]\n\"D 1\" = \"layout 1x1\"").expect("no conflict");
        assert_eq!(given(&keymap, "D 4", Context::Viewport).as_deref(), Some("layout 2x2"));
        assert_eq!(given(&keymap, "D Q", Context::Panel).as_deref(), Some("quit"));
        assert_eq!(given(&keymap, "D", Context::Viewport), None);
        assert_eq!(given(&keymap, "4", Context::Viewport), None);
        let labels = |leader: &str, context| {
            let followers = keymap.followers(leader.parse().expect(leader), context);
            followers.into_iter().map(|binding| binding.chord.label()).collect::<Vec<_>>()
        };
        assert_eq!(labels("D", Context::Viewport), ["D 4", "D Q", "D 1"]);
        assert_eq!(labels("D", Context::Panel), ["D Q"]);
        assert_eq!(labels("W", Context::Viewport), Vec::<String>::new());
        let command = Command::parse("layout 2x2").expect("a command");
        assert_eq!(keymap.chord_for(&command).map(Sequence::label).as_deref(), Some("D 4"));
    }

    #[test]
    fn a_leader_bound_alone_where_both_would_answer_is_a_conflict_that_names_both_places() {
        let shipped = "[viewport]\n\"D 4\" = \"layout 2x2\"\n\"D 1\" = \"layout 1x1\"";
        let conflicts = |user| layered(shipped, "", user).map(drop);
        let message = |line, context, other, other_line| {
            format!(
                "user.toml:{line}:1: 'D' in [{context}] and '{other}' in [viewport] at \
                 assets/keymaps/default.toml:{other_line}:1 exclude each other, since a leader does nothing alone: \
                 bind one of them to \"none\""
            )
        };
        let both = |context| [message(2, context, "D 1", 3), message(2, context, "D 4", 2)].join("\n");
        assert_eq!(conflicts("[viewport]\nD = \"invert\""), Err(both("viewport")));
        assert_eq!(conflicts("[everywhere]\nD = \"quit\""), Err(both("everywhere")));
        assert_eq!(conflicts("[panel]\nD = \"accept\""), Ok(()));
        let later = layered("[everywhere]\nD = \"quit\"", "", "[panel]\n\"D 4\" = \"accept\"").map(drop);
        assert_eq!(
            later,
            Err(
                "user.toml:2:1: 'D 4' in [panel] and 'D' in [everywhere] at assets/keymaps/default.toml:2:1 \
                 exclude each other, since a leader does nothing alone: bind one of them to \"none\""
                    .to_owned()
            )
        );
        let settled = "[viewport]\nD = \"invert\"\n\"D 4\" = \"none\"\n\"D 1\" = \"none\"";
        assert_eq!(conflicts(settled), Ok(()));
    }

    #[test]
    fn a_key_bound_by_its_place_and_by_what_it_writes_in_the_us_is_a_conflict_that_names_both_places() {
        let shipped =
            "[viewport]\nQ = \"tool rectangle\"\n\"D 4\" = \"layout 2x2\"\n[panel]\nF2 = \"accept\"";
        let conflict = |user: &str| layered(shipped, "", user).map(drop);
        let message = |line, chord, context, other, other_line| {
            Err(format!(
                "user.toml:{line}:1: '{chord}' in [{context}] and '{other}' in [viewport] at \
                 assets/keymaps/default.toml:{other_line}:1 are one key on a US keyboard: bind one of them to \"none\""
            ))
        };
        assert_eq!(conflict("[viewport]\n\"[Q]\" = \"invert\""), message(2, "[Q]", "viewport", "Q", 2));
        assert_eq!(conflict("[everywhere]\n\"[Q]\" = \"quit\""), message(2, "[Q]", "everywhere", "Q", 2));
        // Of a leader that is written in two ways only one waits.
        let second = "[viewport]\n\"[D] 5\" = \"layout 1x1\"";
        assert_eq!(conflict(second), message(2, "[D] 5", "viewport", "D 4", 3));
        let led = "user.toml:2:1: '[D]' in [viewport] and 'D 4' in [viewport] at assets/keymaps/default.toml:3:1 \
                   exclude each other, since a leader does nothing alone: bind one of them to \"none\"";
        assert_eq!(conflict("[viewport]\n\"[D]\" = \"invert\""), Err(led.to_owned()));
        let settled = "[viewport]\n\"[Q]\" = \"invert\"\nQ = \"none\"\n\"Shift+[Q]\" = \"undo\"";
        assert_eq!(conflict(settled), Ok(()));
        assert_eq!(conflict("[panel]\n\"[Q]\" = \"choose +1\""), Ok(()), "not at once");
    }

    #[test]
    fn only_scrolling_choosing_blending_and_steps_of_pointer_crosshair_and_curtain_repeat() {
        let repeating: Vec<String> = shipped()
            .bindings()
            .iter()
            .filter(|binding| Keymap::repeats(&binding.command))
            .map(|binding| binding.command.to_string())
            .collect();
        let moves = [
            "scroll ",
            "choose ",
            "studies line ",
            "pointer step ",
            "crosshair by ",
            "fusion blend ",
            "prior curtain ",
        ];
        assert!(repeating.iter().all(|text| moves.iter().any(|start| text.starts_with(start))));
        assert!(moves.iter().all(|start| repeating.iter().any(|text| text.starts_with(start))));
    }
}

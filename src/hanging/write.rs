//! A protocol as the text of a file: what is read of it is the same protocol again.

use super::protocol::{
    Across, Condition, FromStudy, Justify, Missing, Mode, PickCondition, Plane, Prefer, PriorRule,
    Projection, Protocol, Same, SetRule, Span, Stage, Start, StatePolicy, Sync, SyncOn, View, ViewWindow,
    Zoom,
};
use super::tag_rule::{TagRule, TagValue};

/// How many days a unit of time has, the longest first.
const UNITS: [(&str, i64); 4] = [("y", 365), ("m", 30), ("w", 7), ("d", 1)];

/// So many of a unit can be written.
const COUNT_MAX: i64 = 36_500;

impl Protocol {
    /// The text of a file that says the same: without comments, and with what it extends written out.
    pub fn to_toml(&self) -> String {
        let mut lines = vec!["schema = 1".to_owned(), format!("name = {}", quoted(&self.name))];
        if self.priority != 0 {
            lines.push(format!("priority = {}", self.priority));
        }
        let mut when: Vec<String> = self.when.iter().map(condition).collect();
        if !self.unless.is_empty() {
            when.push(format!("unless = {}", table(&self.unless.iter().map(condition).collect::<Vec<_>>())));
        }
        if !when.is_empty() {
            lines.extend([String::new(), "[when]".to_owned()]);
            lines.extend(when);
        }
        for set in &self.sets {
            lines.extend([String::new(), format!("[sets.{}]", key(&set.name))]);
            lines.extend(set_lines(set));
        }
        for stage in &self.stages {
            lines.extend([String::new(), "[[stages]]".to_owned()]);
            lines.extend(stage_lines(stage));
        }
        lines.push(String::new());
        lines.join("\n")
    }
}

/// A key as it is written: bare where it may be.
pub(super) fn key(name: &str) -> String {
    let is_bare = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '_' | '-');
    if !name.is_empty() && name.chars().all(is_bare) { name.to_owned() } else { quoted(name) }
}

fn quoted(text: &str) -> String {
    let letters = text.chars().map(|letter| match letter {
        '"' | '\\' => format!("\\{letter}"),
        letter if letter.is_control() => format!("\\u{:04X}", u32::from(letter)),
        letter => letter.to_string(),
    });
    format!("\"{}\"", letters.collect::<String>())
}

/// One text, or several in brackets.
fn list<T: ToString>(items: &[T]) -> String {
    let texts: Vec<String> = items.iter().map(|item| quoted(&item.to_string())).collect();
    if texts.len() == 1 { texts.concat() } else { format!("[{}]", texts.join(", ")) }
}

fn names<T: PartialEq>(known: &[(&'static str, T)], values: &[T]) -> String {
    list(&values.iter().map(|value| name(known, value)).collect::<Vec<_>>())
}

fn name<T: PartialEq>(known: &[(&'static str, T)], value: &T) -> &'static str {
    known.iter().find(|(_, known)| known == value).map_or("", |(name, _)| name)
}

fn table(parts: &[String]) -> String {
    format!("{{ {} }}", parts.join(", "))
}

fn span(span: &Span) -> String {
    match (span.min, span.max) {
        (Some(min), Some(max)) if min.total_cmp(&max).is_eq() => min.to_string(),
        (min, max) => {
            let min = min.map(|min| format!("min = {min}"));
            table(&min.into_iter().chain(max.map(|max| format!("max = {max}"))).collect::<Vec<_>>())
        }
    }
}

/// A table of attributes and what each must be.
fn tags(rules: &[TagRule]) -> String {
    let rule = |rule: &TagRule| match &rule.value {
        TagValue::Like(patterns) => format!("{} = {}", key(&rule.name()), list(patterns)),
        TagValue::Number(number) => format!("{} = {}", key(&rule.name()), span(number)),
    };
    table(&rules.iter().map(rule).collect::<Vec<_>>())
}

/// In the longest unit that says it exactly.
fn days(days: i64) -> String {
    let fits = |(_, length): &&(&str, i64)| days % length == 0 && days / length <= COUNT_MAX;
    let (unit, length) = UNITS.iter().find(fits).copied().unwrap_or(("d", 1));
    quoted(&format!("{}{unit}", (days / length).min(COUNT_MAX)))
}

fn condition(condition: &Condition) -> String {
    let value = match condition {
        Condition::Modality(words) | Condition::BodyPart(words) | Condition::Laterality(words) => list(words),
        Condition::Procedure(patterns) | Condition::Reason(patterns) => list(patterns),
        Condition::DisplaySets(count) => span(count),
        Condition::Prior(is_there) => is_there.to_string(),
        Condition::Tags(rules) => tags(rules),
    };
    format!("{} = {value}", condition.key())
}

fn set_lines(set: &SetRule) -> Vec<String> {
    let mut lines = Vec::new();
    if let FromStudy::Prior(rule) = &set.from {
        lines.push(prior(rule));
    }
    if !set.pick.is_empty() {
        lines.push(format!("pick = {}", table(&set.pick.iter().map(pick).collect::<Vec<_>>())));
    }
    if !set.other_than.is_empty() {
        lines.push(format!("other_than = {}", list(&set.other_than)));
    }
    if !set.prefer.is_empty() {
        lines.push(format!("prefer = {}", names(&Prefer::NAMES, &set.prefer)));
    }
    if set.is_optional {
        lines.push("optional = true".to_owned());
    }
    lines
}

fn prior(rule: &PriorRule) -> String {
    let nth = (rule.nth != 1).then(|| format!("nth = {}", rule.nth));
    let within = rule.within_days.map(|within| format!("within = {}", days(within)));
    let older = rule.older_than_days.map(|older| format!("older_than = {}", days(older)));
    let same = (!rule.same.is_empty()).then(|| format!("same = {}", names(&Same::NAMES, &rule.same)));
    let parts: Vec<String> = [nth, within, older, same].into_iter().flatten().collect();
    if parts.is_empty() {
        return "from = \"prior\"".to_owned();
    }
    format!("from = {{ prior = {} }}", table(&parts))
}

fn pick(condition: &PickCondition) -> String {
    let value = match condition {
        PickCondition::Modality(words)
        | PickCondition::Kernel(words)
        | PickCondition::Weighting(words)
        | PickCondition::View(words)
        | PickCondition::Modifier(words)
        | PickCondition::Laterality(words)
        | PickCondition::ImageType(words) => list(words),
        PickCondition::Plane(planes) => names(&Plane::NAMES, planes),
        PickCondition::SliceMm(number)
        | PickCondition::Images(number)
        | PickCondition::BValue(number)
        | PickCondition::Echo(number) => span(number),
        PickCondition::Contrast(is) | PickCondition::Localizer(is) => is.to_string(),
        PickCondition::Tags(rules) => tags(rules),
        PickCondition::Description(patterns) => list(patterns),
        PickCondition::Kind(kinds) => list(&kinds.iter().map(|kind| kind.name()).collect::<Vec<_>>()),
    };
    format!("{} = {value}", condition.key())
}

fn stage_lines(stage: &Stage) -> Vec<String> {
    let mut lines = vec![format!("name = {}", quoted(&stage.name))];
    if !stage.needs.is_empty() {
        lines.push(format!("needs = {}", list(&stage.needs)));
    }
    if stage.missing == Missing::Adapt {
        lines.push("missing = \"adapt\"".to_owned());
    }
    for (role, grid) in &stage.screens {
        let rows: Vec<String> = grid.lines().map(|row| quoted(&row)).collect();
        lines.push(format!("screens.{}.grid = [{}]", key(role), rows.join(", ")));
    }
    for (letter, shown) in &stage.views {
        lines.push(format!("views.{letter} = {}", table(&view(shown))));
    }
    if !stage.sync.is_empty() {
        let sync: Vec<String> = stage.sync.iter().map(synced).collect();
        lines.push(format!("sync = [{}]", sync.join(", ")));
    }
    lines
}

fn synced(sync: &Sync) -> String {
    let views = (!sync.views.is_empty()).then(|| format!("views = {}", list(&sync.views)));
    let on = format!("on = {}", names(&SyncOn::NAMES, &sync.on));
    let across = (sync.across != Across::default())
        .then(|| format!("across = \"{}\"", name(&Across::NAMES, &sync.across)));
    table(&views.into_iter().chain([on]).chain(across).collect::<Vec<_>>())
}

fn view(view: &View) -> Vec<String> {
    let said = |key: &str, value: &str| format!("{key} = {}", quoted(value));
    let mut parts = vec![said("set", &view.set)];
    parts.extend(mode(&view.mode));
    match &view.window {
        Some(ViewWindow::Preset(preset)) => parts.push(said("window", preset)),
        Some(ViewWindow::Values(center, width)) => parts.push(said("window", &format!("{center}/{width}"))),
        None => {}
    }
    if view.is_inverted {
        parts.push("invert = true".to_owned());
    }
    parts.extend(view.palette.as_ref().map(|palette| said("palette", palette)));
    if view.zoom != Zoom::default() {
        parts.push(said("zoom", name(&Zoom::NAMES, &view.zoom)));
    }
    if view.justify != Justify::default() {
        parts.push(said("justify", name(&Justify::NAMES, &view.justify)));
    }
    if view.start != Start::default() {
        parts.push(said("start", name(&Start::NAMES, &view.start)));
    }
    if view.state != StatePolicy::default() {
        parts.push(said("state", name(&StatePolicy::NAMES, &view.state)));
    }
    parts
}

fn mode(mode: &Mode) -> Vec<String> {
    match mode {
        Mode::Stack => Vec::new(),
        Mode::Tile { rows, columns } => {
            vec!["mode = \"tile\"".to_owned(), format!("tiles = \"{rows}x{columns}\"")]
        }
        Mode::Cine => vec!["mode = \"cine\"".to_owned()],
        Mode::Mpr { plane, slab } => {
            let slab = slab.map(|(mm, projection)| {
                format!("slab = {{ mm = {mm}, projection = \"{}\" }}", name(&Projection::NAMES, &projection))
            });
            let plane = format!("plane = \"{}\"", plane.name());
            ["mode = \"mpr\"".to_owned(), plane].into_iter().chain(slab).collect()
        }
        Mode::Volume(preset) => {
            vec!["mode = \"volume\"".to_owned(), format!("preset = {}", quoted(preset))]
        }
        Mode::Fusion(over) => vec!["mode = \"fusion\"".to_owned(), format!("with = {}", quoted(over))],
    }
}

#[cfg(test)]
mod tests {
    use super::super::protocol::Level;
    use super::super::registry::{ProtocolFile, Protocols};
    use super::super::shipped::shipped;

    /// What is written says what was read, and says it again when it is read.
    #[track_caller]
    fn check(file: ProtocolFile) {
        let read = |file: ProtocolFile| {
            let (protocols, errors) = Protocols::read(std::slice::from_ref(&file));
            assert!(errors.is_empty(), "{errors:?}: {}", file.text);
            protocols.get(&file.id).expect("it is there").clone()
        };
        let protocol = read(file.clone());
        assert_eq!(read(ProtocolFile { text: protocol.to_toml(), ..file }), protocol);
    }

    #[test]
    fn every_shipped_protocol_comes_back_from_what_is_written() {
        for file in shipped() {
            check(file);
        }
    }

    #[test]
    fn all_that_can_be_said_is_written() {
        let text = r#"
schema = 1
name = 'A "name" \ with all'
priority = -3
[when]
modality = ["CT", "PT"]
body_part = "CHEST"
laterality = ["R", "B"]
procedure = ["chest", '/a"b\d+/i', "code:24627-2@LN"]
reason = ["fever", "code:386661006@SCT"]
display_sets = { min = 2 }
prior = true
tag = { StationName = "one" }
unless = { procedure = "/x|y/i", display_sets = 3 }
[sets."a set"]
pick = { modality = "CT", plane = ["axial", "coronal"], kernel = "lung", weighting = ["t1", "t2"], slice_mm = { max = 1.5 }, images = { min = 3, max = 9 }, b_value = 1000, echo = { min = 2 }, contrast = true, view = "PA", modifier = ["none", "magnification"], laterality = "L", description = "thin", image_type = ["ORIGINAL"], kind = ["volume", "cine"], localizer = false, tag = { ProtocolName = ["a", "/b/i"], "0019,100C" = { min = 2 }, EchoTime = 80 } }
prefer = ["thinnest", "plain", "last"]
[sets.b]
from = { prior = { nth = 2, within = "3y", older_than = "10d", same = ["modality", "laterality"] } }
optional = true
[sets.c]
from = "prior"
other_than = ["a set", "b"]
[sets.d]
from = { prior = { within = "6m" } }
[[stages]]
name = "One, \"all\""
needs = ["a set", "b"]
missing = "adapt"
screens.main.grid = ["A B", "A ."]
screens."right one".grid = ["C D E F"]
views.A = { set = "a set", mode = "mpr", plane = "coronal", slab = { mm = 2.5, projection = "minip" }, window = "-40.5/400" }
views.B = { set = "b", mode = "fusion", with = "c", window = "lung", invert = true, palette = "hot-iron" }
views.C = { set = "c", mode = "volume", preset = "bone", zoom = "pixels", justify = "left" }
views.D = { set = "d", mode = "cine", start = "last", state = "as_acquired" }
views.E = { set = "d", mode = "mpr", plane = "sagittal" }
views.F = { set = "d", mode = "tile", tiles = "2x3" }
sync = [{ views = ["A", "B"], on = ["scroll", "window"], across = "offset" }, { views = "C", on = "zoom" }]
"#;
        check(ProtocolFile { id: "all".to_owned(), level: Level::User, path: None, text: text.to_owned() });
    }
}

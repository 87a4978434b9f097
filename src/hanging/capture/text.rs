//! The text of a protocol, with a line for the reader over each part.

use crate::hanging::parse::KINDS;
use crate::hanging::protocol::{
    Across, Condition, FromStudy, Justify, Mode, PickCondition, Plane, Prefer, PriorRule, Projection,
    SetRule, Span, Start, StatePolicy, Sync, SyncOn, View, ViewWindow, Zoom,
};
use crate::hanging::write::tags;

/// The whole file. A set comes with the number of series that nothing tells it from.
pub(super) fn protocol(
    name: &str,
    priority: i64,
    when: &[Condition],
    sets: &[(&SetRule, usize)],
    grids: &[(&str, Vec<String>)],
    views: &[(char, View)],
    sync: &[Sync],
) -> String {
    let mut lines = vec![
        "# What was on screen, kept as a hanging protocol. Change what you like; hanging-protocols/README.md says how.".to_owned(),
        "schema = 1".to_owned(),
        format!("name = {}", quoted(name)),
    ];
    if priority != 0 {
        lines.push("# Before others of yours that are for the same studies.".to_owned());
        lines.push(format!("priority = {priority}"));
    }
    lines.push(
        "\n# For which studies: all lines must hold. Take one away, and it is for more of them.".to_owned(),
    );
    lines.push("[when]".to_owned());
    lines.extend(when.iter().map(condition));
    for (rule, twins) in sets {
        lines.push(format!("\n# {}", told(rule, *twins)));
        lines.push(format!("[sets.{}]", rule.name));
        lines.extend(set(rule));
    }
    lines.push(
        "\n# What stands where: a letter is a view, a repeated letter a larger one, a dot an empty place."
            .to_owned(),
    );
    lines.push("[[stages]]".to_owned());
    lines.push(format!("name = {}", quoted(name)));
    lines.push(
        "# The place of what a study does not have stays empty; \"adapt\" gives it to the others.".to_owned(),
    );
    lines.push("missing = \"keep\"".to_owned());
    for (role, rows) in grids {
        lines.push(format!("screens.{}.grid = {}", key(role), in_brackets(rows)));
    }
    lines.push("# What each letter shows, and how.".to_owned());
    lines.extend(views.iter().map(|(letter, view)| format!("views.{letter} = {}", shown(view))));
    if !sync.is_empty() {
        lines.push("# Which views go along with each other, and in what.".to_owned());
        lines.push(format!("sync = [{}]", sync.iter().map(linked).collect::<Vec<_>>().join(", ")));
    }
    lines.join("\n") + "\n"
}

/// Links between views that are there, at least two, in at least one thing.
pub(super) fn synced(sync: &[Sync], letters: &[char]) -> Vec<Sync> {
    let there = sync.iter().map(|sync| {
        let views = sync.views.iter().copied().filter(|letter| letters.contains(letter)).collect();
        Sync { views, ..sync.clone() }
    });
    there.filter(|sync| sync.views.len() > 1 && !sync.on.is_empty()).collect()
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

fn condition(condition: &Condition) -> String {
    let value = match condition {
        Condition::Modality(words) | Condition::BodyPart(words) | Condition::Laterality(words) => list(words),
        Condition::Procedure(patterns) | Condition::Reason(patterns) => list(patterns),
        Condition::DisplaySets(numbers) => span(numbers),
        Condition::Prior(wanted) => wanted.to_string(),
        Condition::Tags(rules) => tags(rules),
    };
    format!("{} = {value}", condition.key())
}

/// The lines of a set.
fn set(rule: &SetRule) -> Vec<String> {
    let from = match &rule.from {
        FromStudy::Current => None,
        FromStudy::Prior(prior) => {
            // The same modality is all that is ever asked for.
            let same = if prior.same.is_empty() { "" } else { ", same = \"modality\"" };
            Some(format!("from = {{ prior = {{ nth = {}{same} }} }}", prior.nth))
        }
    };
    let pick = rule.pick.iter().map(picked).collect::<Vec<_>>().join(", ");
    let prefer = rule.prefer.iter().map(|prefer| name_of(&Prefer::NAMES, prefer)).collect::<Vec<_>>();
    let lines = [
        from,
        (!pick.is_empty()).then(|| format!("pick = {{ {pick} }}")),
        (!prefer.is_empty()).then(|| format!("prefer = {}", list(&prefer))),
        rule.is_optional.then(|| "optional = true".to_owned()),
    ];
    lines.into_iter().flatten().collect()
}

fn picked(condition: &PickCondition) -> String {
    let named = |names: Vec<&'static str>| list(&names);
    let (key, value) = match condition {
        PickCondition::Modality(words) => ("modality", list(words)),
        PickCondition::Plane(planes) => {
            ("plane", named(planes.iter().map(|plane| name_of(&Plane::NAMES, plane)).collect()))
        }
        PickCondition::Kernel(words) => ("kernel", list(words)),
        PickCondition::Weighting(words) => ("weighting", list(words)),
        PickCondition::SliceMm(numbers) => ("slice_mm", span(numbers)),
        PickCondition::Images(numbers) => ("images", span(numbers)),
        PickCondition::BValue(numbers) => ("b_value", span(numbers)),
        PickCondition::Echo(numbers) => ("echo", span(numbers)),
        PickCondition::Contrast(wanted) => ("contrast", wanted.to_string()),
        PickCondition::View(words) => ("view", list(words)),
        PickCondition::Laterality(words) => ("laterality", list(words)),
        PickCondition::Description(patterns) => ("description", list(patterns)),
        PickCondition::ImageType(words) => ("image_type", list(words)),
        PickCondition::Kind(kinds) => {
            ("kind", named(kinds.iter().map(|kind| name_of(&KINDS, kind)).collect()))
        }
        PickCondition::Localizer(wanted) => ("localizer", wanted.to_string()),
        PickCondition::Tags(rules) => ("tag", tags(rules)),
    };
    format!("{key} = {value}")
}

fn shown(view: &View) -> String {
    let mode = match &view.mode {
        Mode::Stack => None,
        Mode::Tile { rows, columns } => Some(format!("mode = \"tile\", tiles = \"{rows}x{columns}\"")),
        Mode::Cine => Some("mode = \"cine\"".to_owned()),
        Mode::Mpr { plane, slab } => {
            let slab = slab.map(|(mm, how)| {
                let how = name_of(&Projection::NAMES, &how);
                format!(", slab = {{ mm = {mm}, projection = \"{how}\" }}")
            });
            let plane = name_of(&Plane::NAMES, plane);
            Some(format!("mode = \"mpr\", plane = \"{plane}\"{}", slab.unwrap_or_default()))
        }
        Mode::Volume(preset) => Some(format!("mode = \"volume\", preset = {}", quoted(preset))),
        Mode::Fusion(over) => Some(format!("mode = \"fusion\", with = {}", quoted(over))),
    };
    let window = view.window.as_ref().map(|window| match window {
        ViewWindow::Preset(name) => format!("window = {}", quoted(name)),
        ViewWindow::Values(center, width) => format!("window = \"{center}/{width}\""),
    });
    let palette = view.palette.as_ref().filter(|palette| !palette.trim().is_empty());
    let said = [
        Some(format!("set = {}", quoted(&view.set))),
        mode,
        window,
        view.is_inverted.then(|| "invert = true".to_owned()),
        palette.map(|palette| format!("palette = {}", quoted(palette))),
        unusual("zoom", &Zoom::NAMES, &view.zoom),
        unusual("justify", &Justify::NAMES, &view.justify),
        unusual("start", &Start::NAMES, &view.start),
        unusual("state", &StatePolicy::NAMES, &view.state),
    ];
    format!("{{ {} }}", said.into_iter().flatten().collect::<Vec<_>>().join(", "))
}

fn linked(sync: &Sync) -> String {
    let views: Vec<String> = sync.views.iter().map(char::to_string).collect();
    let on: Vec<&str> = sync.on.iter().map(|on| name_of(&SyncOn::NAMES, on)).collect();
    let across = unusual("across", &Across::NAMES, &sync.across);
    let across = across.map_or_else(String::new, |across| format!(", {across}"));
    format!("{{ views = {}, on = {}{across} }}", in_brackets(&views), list(&on))
}

/// A key with its word, where it is not what is meant without it.
fn unusual<T: PartialEq + Default>(key: &str, names: &[(&'static str, T)], value: &T) -> Option<String> {
    (*value != T::default()).then(|| format!("{key} = \"{}\"", name_of(names, value)))
}

fn name_of<T: PartialEq>(names: &[(&'static str, T)], value: &T) -> &'static str {
    names.iter().find(|(_, known)| known == value).map_or("", |(name, _)| name)
}

/// One word, or several in brackets.
fn list<T: ToString>(words: &[T]) -> String {
    match words {
        [word] => quoted(&word.to_string()),
        words => in_brackets(words),
    }
}

fn in_brackets<T: ToString>(words: &[T]) -> String {
    let words: Vec<String> = words.iter().map(|word| quoted(&word.to_string())).collect();
    format!("[{}]", words.join(", "))
}

fn span(numbers: &Span) -> String {
    match (numbers.min, numbers.max) {
        (Some(min), Some(max)) if min.total_cmp(&max).is_eq() => min.to_string(),
        (min, max) => {
            let min = min.map(|min| format!("min = {min}"));
            let max = max.map(|max| format!("max = {max}"));
            format!("{{ {} }}", min.into_iter().chain(max).collect::<Vec<_>>().join(", "))
        }
    }
}

/// A key that may need quotes.
fn key(name: &str) -> String {
    let is_bare = !name.is_empty()
        && name.bytes().all(|sign| sign.is_ascii_alphanumeric() || matches!(sign, b'_' | b'-'));
    if is_bare { name.to_owned() } else { quoted(name) }
}

fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

//! One file of TOML as a protocol, as far as it can be checked by itself.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::PathBuf;

use crate::dicom::view_modifier_names;
use crate::handwritten::{LineColumn, Toml};
use crate::study::DisplaySetKind;

use super::classes::classes;
use super::fault::ProtocolFault;
use super::grid::Grid;
use super::protocol::{
    Across, Condition, FromStudy, Justify, Level, Missing, Mode, PickCondition, Plane, Prefer, PriorRule,
    Projection, Protocol, Same, SetRule, Stage, Start, StatePolicy, Sync, SyncOn, View, ViewWindow, Zoom,
};
use super::section::{Faults, Section};
use super::vocabulary::NameOf;

/// The format that is read.
pub(super) const SCHEMA: i64 = 1;

/// A slab may be so thick, mm.
pub(super) const SLAB_MM_MAX: f64 = 500.0;

pub(super) const KINDS: [(&str, DisplaySetKind); 4] = [
    ("volume", DisplaySetKind::Volume),
    ("stack", DisplaySetKind::Stack),
    ("single", DisplaySetKind::Single),
    ("cine", DisplaySetKind::Cine),
];

/// A file that was read: what it names is not looked up yet, since it may be in the protocol that it extends.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct ParsedProtocol {
    pub(super) protocol: Protocol,
    /// The protocol that it extends.
    pub(super) extends: Option<Placed>,
    /// Sets that are like another.
    pub(super) likes: BTreeMap<String, Like>,
    /// Sets, each with one that it is other than.
    pub(super) others: Vec<(String, Placed)>,
    /// Every place where a set is named.
    pub(super) names: Vec<Placed>,
    /// Every window preset, palette and volume preset that is named.
    pub(super) used: Vec<(NameOf, Placed)>,
    /// Where each stage stands.
    pub(super) stages_at: Vec<LineColumn>,
}

/// A set that is like another, but for what it says itself.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Like {
    /// That one's name.
    pub(super) of: Placed,
    pub(super) says_from: bool,
    pub(super) says_pick: bool,
    pub(super) says_prefer: bool,
}

/// A name in the file, and where.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Placed {
    pub(super) name: String,
    pub(super) at: LineColumn,
}

/// Reads one file; every fault in it is told, in the order of the file.
pub(super) fn parse(
    text: &str,
    id: &str,
    level: &Level,
    path: Option<PathBuf>,
) -> Result<ParsedProtocol, Vec<(LineColumn, ProtocolFault)>> {
    let toml = Toml::read(text);
    let faults = Faults::default();
    let reader = Reader { toml: &toml, names: Names::default(), used: RefCell::default() };
    let file = Section::new("a protocol", &toml.table, 0, &faults);
    let parsed = reader.file(&file, id, level, path);
    let faults = toml.told(faults.into_inner(), ProtocolFault::Syntax);
    if faults.is_empty() { Ok(parsed) } else { Err(faults) }
}

/// Every place where a set is named.
type Names = RefCell<Vec<Placed>>;

struct Reader<'t> {
    toml: &'t Toml<'t>,
    names: Names,
    /// Every other name that is used and not made here.
    used: RefCell<Vec<(NameOf, Placed)>>,
}

impl Reader<'_> {
    fn placed(&self, (name, at): (&str, usize)) -> Placed {
        Placed { name: name.to_owned(), at: self.toml.line_column(at) }
    }

    /// A set that is named: whether there is one is seen later.
    fn named(&self, name: (&str, usize)) -> String {
        self.names.borrow_mut().push(self.placed(name));
        name.0.to_owned()
    }

    /// A name that is used: whether there is one is seen by whoever knows them.
    fn used(&self, of: NameOf, name: (&str, usize)) -> String {
        self.used.borrow_mut().push((of, self.placed(name)));
        name.0.to_owned()
    }

    fn file(&self, file: &Section<'_>, id: &str, level: &Level, path: Option<PathBuf>) -> ParsedProtocol {
        file.need("schema", "schema = 1");
        let at = file.value("schema").map_or(0, |(_, at)| at);
        let schema = file.integer("schema", i64::MIN, i64::MAX);
        if let Some(schema) = schema.filter(|schema| *schema != SCHEMA) {
            file.note(at, ProtocolFault::Schema(schema));
        }
        let name = file.needed_text("name", "what readers call it").map_or("", |(name, _)| name);
        let extends = file.text("extends").map(|name| self.placed(name));
        let priority = file.integer("priority", -1000, 1000).unwrap_or_default();
        let when = file.section("when", "'when'");
        let (when, unless) = when.map(|when| conditions(&when, true)).unwrap_or_default();
        let (mut sets, mut likes, mut others) = (Vec::new(), BTreeMap::new(), Vec::new());
        if let Some(section) = file.section("sets", "'sets'") {
            for (name, _, value) in section.entries() {
                let Some(set) = section.below(name, value.get_ref(), value.span().start, "a set") else {
                    continue;
                };
                let of = set.text("like").map(|other| self.placed(other));
                let others_of_set = set.texts("other_than").unwrap_or_default();
                let other_than = others_of_set.iter().map(|(other, _)| (*other).to_owned()).collect();
                others.extend(others_of_set.into_iter().map(|other| (name.to_owned(), self.placed(other))));
                let (rule, [says_from, says_pick, says_prefer]) = set_rule(&set, name);
                sets.push(SetRule { other_than, ..rule });
                if let Some(of) = of {
                    likes.insert(name.to_owned(), Like { of, says_from, says_pick, says_prefer });
                }
            }
        }
        let mut stages_at = Vec::new();
        let mut stages = Vec::new();
        for stage in file.sections("stages", "a stage") {
            stages_at.push(self.toml.line_column(stage.at()));
            stages.push(self.stage(&stage));
        }
        if stages.is_empty() && extends.is_none() {
            file.note(file.at(), ProtocolFault::NoStage);
        }
        file.finish();
        let (id, name) = (id.to_owned(), name.to_owned());
        let protocol =
            Protocol { id, name, level: level.clone(), path, priority, when, unless, sets, stages };
        let (names, used) = (self.names.take(), self.used.take());
        ParsedProtocol { protocol, extends, likes, others, names, used, stages_at }
    }

    fn stage(&self, stage: &Section<'_>) -> Stage {
        let name = stage.needed_text("name", "what readers call it").map_or("", |(name, _)| name).to_owned();
        let needs = stage.texts("needs").unwrap_or_default();
        let needs = needs.into_iter().map(|name| self.named(name)).collect();
        let missing =
            stage.word("missing", &[("keep", Missing::Keep), ("adapt", Missing::Adapt)]).unwrap_or_default();
        let mut screens = Vec::new();
        let mut places = Vec::new();
        stage.need("screens", "[stages.screens.main] with a grid");
        if let Some(section) = stage.section("screens", "'screens'") {
            for (role, at, value) in section.entries() {
                let Some(screen) = section.below(role, value.get_ref(), value.span().start, "a screen")
                else {
                    continue;
                };
                if let Some((grid, letters_at)) = grid(&screen) {
                    for letter in grid.places().into_keys() {
                        if places.iter().any(|(other, _)| *other == letter) {
                            screen.note(letters_at, ProtocolFault::OnTwoScreens(letter));
                        }
                        places.push((letter, letters_at));
                    }
                    screens.push((role.to_owned(), at, grid));
                }
                screen.finish();
            }
        }
        // The order of the file, and the main screen before all.
        screens.sort_by_key(|(role, at, _)| (role != "main", *at));
        let views = self.views(stage, &places);
        let sync = stage.sections("sync", "'sync'").iter().map(|sync| synced(sync, &views)).collect();
        stage.finish();
        let screens = screens.into_iter().map(|(role, _, grid)| (role, grid)).collect();
        Stage { name, needs, missing, screens, views, sync }
    }

    /// The views of a stage; every letter of its grids has one, and every one has a letter.
    fn views(&self, stage: &Section<'_>, letters: &[(char, usize)]) -> Vec<(char, View)> {
        let mut views = Vec::new();
        if let Some(section) = stage.section("views", "'views'") {
            for (name, at, value) in section.entries() {
                let Some(view) = section.below(name, value.get_ref(), value.span().start, "a view") else {
                    continue;
                };
                let read = self.view(&view);
                let letter = name.chars().next().filter(|_| name.chars().count() == 1);
                match letter.filter(|letter| letters.iter().any(|(found, _)| found == letter)) {
                    Some(letter) => views.push((letter, read)),
                    None if letter.is_some_and(|letter| letter.is_ascii_uppercase()) => {
                        section.note(at, ProtocolFault::UnseenView(letter.unwrap_or_default()));
                    }
                    None => section.note(at, super::grid::GridError::NoLetter(name.to_owned()).into()),
                }
            }
        }
        for &(letter, at) in letters {
            if !views.iter().any(|(viewed, _)| *viewed == letter) {
                stage.note(at, ProtocolFault::NoView(letter));
            }
        }
        views
    }

    fn view(&self, view: &Section<'_>) -> View {
        let set = view.needed_text("set", "the set that it shows");
        let set = set.map(|name| self.named(name)).unwrap_or_default();
        let mode = self.mode(view);
        let window = self.window(view);
        let read = View {
            set,
            mode,
            window,
            is_inverted: view.flag("invert").unwrap_or_default(),
            palette: view.text("palette").map(|name| self.used(NameOf::Palette, name)),
            zoom: view.word("zoom", &Zoom::NAMES).unwrap_or_default(),
            justify: view.word("justify", &Justify::NAMES).unwrap_or_default(),
            start: view.word("start", &Start::NAMES).unwrap_or_default(),
            state: view.word("state", &StatePolicy::NAMES).unwrap_or_default(),
        };
        view.finish();
        read
    }

    /// A preset's name, or centre and width.
    fn window(&self, view: &Section<'_>) -> Option<ViewWindow> {
        let (text, at) = view.text("window")?;
        let Some((center, width)) = text.split_once('/') else {
            return Some(ViewWindow::Preset(self.used(NameOf::Window, (text, at))));
        };
        let number = |text: &str| text.trim().parse::<f64>().ok().filter(|number| number.is_finite());
        let values = number(center).zip(number(width).filter(|width| *width >= 1.0));
        if values.is_none() {
            let (value, _) = view.value("window")?;
            view.wrong("window", value, at, "a preset's name, or centre and width, as in \"40/400\"", None);
        }
        values.map(|(center, width)| ViewWindow::Values(center, width))
    }

    fn mode(&self, view: &Section<'_>) -> Mode {
        #[derive(Clone, Copy)]
        enum Named {
            Stack,
            Tile,
            Cine,
            Mpr,
            Volume,
            Fusion,
        }
        const NAMED: [(&str, Named); 6] = [
            ("stack", Named::Stack),
            ("tile", Named::Tile),
            ("cine", Named::Cine),
            ("mpr", Named::Mpr),
            ("volume", Named::Volume),
            ("fusion", Named::Fusion),
        ];
        match view.word("mode", &NAMED).unwrap_or(Named::Stack) {
            Named::Stack => Mode::Stack,
            Named::Tile => tiles(view),
            Named::Cine => Mode::Cine,
            Named::Mpr => {
                let plane = view.word("plane", &Plane::NAMES);
                view.need("plane", "\"axial\", \"coronal\" or \"sagittal\"");
                let slab = view.section("slab", "a slab").and_then(|slab| {
                    let (mm, projection) =
                        (slab.number("mm", 0.1, SLAB_MM_MAX), slab.word("projection", &Projection::NAMES));
                    slab.need("mm", "how thick it is");
                    slab.finish();
                    Some((mm?, projection.unwrap_or(Projection::Mean)))
                });
                Mode::Mpr { plane: plane.unwrap_or(Plane::Axial), slab }
            }
            Named::Volume => {
                let preset = view.needed_text("preset", "a preset for renderings");
                Mode::Volume(preset.map(|name| self.used(NameOf::Volume, name)).unwrap_or_default())
            }
            Named::Fusion => {
                let over = view.needed_text("with", "the set that lies over it");
                Mode::Fusion(over.map(|name| self.named(name)).unwrap_or_default())
            }
        }
    }
}

/// Rows and columns of successive images: `2x3`.
fn tiles(view: &Section<'_>) -> Mode {
    let text = view.needed_text("tiles", "rows and columns of successive images, such as \"2x3\"");
    let side = |text: &str| text.parse::<usize>().ok().filter(|side| (1..=Mode::TILES_MAX).contains(side));
    let sides = text.and_then(|(text, _)| {
        let (rows, columns) = text.split_once('x')?;
        side(rows).zip(side(columns))
    });
    if let (Some((_, at)), None) = (text, sides)
        && let Some((value, _)) = view.value("tiles")
    {
        let expected = format!("rows and columns from 1 to {}, as in \"2x3\"", Mode::TILES_MAX);
        view.wrong("tiles", value, at, &expected, None);
    }
    sides.map_or(Mode::Stack, |(rows, columns)| Mode::Tile { rows, columns })
}

fn grid(screen: &Section<'_>) -> Option<(Grid, usize)> {
    screen.need("grid", "rows of letters, such as [\"A B\", \"A C\"]");
    let (_, at) = screen.value("grid")?;
    let rows = screen.texts("grid")?;
    let rows: Vec<&str> = rows.into_iter().map(|(row, _)| row).collect();
    match Grid::parse(&rows) {
        Ok(grid) => Some((grid, at)),
        Err(error) => {
            screen.note(at, error.into());
            None
        }
    }
}

fn synced(sync: &Section<'_>, views: &[(char, View)]) -> Sync {
    let letters = sync.texts("views").unwrap_or_default();
    let views = letters.into_iter().filter_map(|(text, at)| {
        let letter = text.chars().next().filter(|_| text.chars().count() == 1)?;
        let is_there = views.iter().any(|(viewed, _)| *viewed == letter);
        if !is_there {
            sync.note(at, ProtocolFault::NoView(letter));
        }
        is_there.then_some(letter)
    });
    let read = Sync {
        views: views.collect(),
        on: sync.words("on", &SyncOn::NAMES).unwrap_or_else(|| vec![SyncOn::Scroll]),
        across: sync.word("across", &Across::NAMES).unwrap_or_default(),
    };
    sync.finish();
    read
}

fn conditions(when: &Section<'_>, may_exclude: bool) -> (Vec<Condition>, Vec<Condition>) {
    let read = [
        when.capitals("modality").map(Condition::Modality),
        when.capitals("body_part").map(Condition::BodyPart),
        when.capitals("laterality").map(Condition::Laterality),
        when.patterns("procedure").map(Condition::Procedure),
        when.patterns("reason").map(Condition::Reason),
        when.span("display_sets").map(Condition::DisplaySets),
        when.flag("prior").map(Condition::Prior),
        when.tags("tag").map(Condition::Tags),
    ];
    let unless = if may_exclude { when.section("unless", "'unless'") } else { None };
    let unless = unless.map(|unless| conditions(&unless, false).0).unwrap_or_default();
    when.finish();
    (read.into_iter().flatten().collect(), unless)
}

fn set_rule(set: &Section<'_>, name: &str) -> (SetRule, [bool; 3]) {
    let from = from(set);
    let pick = set.section("pick", "'pick'").map(|pick| pick_conditions(&pick));
    let prefer = set.words("prefer", &Prefer::NAMES);
    let is_optional = set.flag("optional").unwrap_or_default();
    set.finish();
    let said = [from.is_some(), pick.is_some(), prefer.is_some()];
    let rule = SetRule {
        name: name.to_owned(),
        from: from.unwrap_or(FromStudy::Current),
        pick: pick.unwrap_or_default(),
        other_than: Vec::new(),
        prefer: prefer.unwrap_or_default(),
        is_optional,
    };
    (rule, said)
}

/// `"current"`, `"prior"`, or `{ prior = { nth = 2, within = "3y" } }`.
fn from(set: &Section<'_>) -> Option<FromStudy> {
    let (value, _) = set.value("from")?;
    let any_prior =
        || FromStudy::Prior(PriorRule { nth: 1, within_days: None, older_than_days: None, same: Vec::new() });
    if value.as_str().is_some() {
        let is_prior = set.word("from", &[("current", false), ("prior", true)])?;
        return Some(if is_prior { any_prior() } else { FromStudy::Current });
    }
    let section = set.section("from", "'from'")?;
    let prior = section.section("prior", "'prior'").map(|prior| {
        let nth = prior.integer("nth", 1, 50).and_then(|nth| usize::try_from(nth).ok());
        let rule = PriorRule {
            nth: nth.unwrap_or(1),
            within_days: prior.days("within"),
            older_than_days: prior.days("older_than"),
            same: prior.words("same", &Same::NAMES).unwrap_or_default(),
        };
        prior.finish();
        FromStudy::Prior(rule)
    });
    section.finish();
    prior
}

fn pick_conditions(pick: &Section<'_>) -> Vec<PickCondition> {
    let modifiers = view_modifier_names().chain([PickCondition::NO_MODIFIER]);
    let read = [
        pick.capitals("modality").map(PickCondition::Modality),
        pick.words("plane", &Plane::NAMES).map(PickCondition::Plane),
        pick.words("kernel", &class_names(classes().kernel_names())).map(owned).map(PickCondition::Kernel),
        pick.words("weighting", &class_names(classes().weighting_names()))
            .map(owned)
            .map(PickCondition::Weighting),
        pick.span("slice_mm").map(PickCondition::SliceMm),
        pick.span("images").map(PickCondition::Images),
        pick.span("b_value").map(PickCondition::BValue),
        pick.span("echo").map(PickCondition::Echo),
        pick.flag("contrast").map(PickCondition::Contrast),
        pick.capitals("view").map(PickCondition::View),
        pick.words("modifier", &class_names(modifiers)).map(owned).map(PickCondition::Modifier),
        pick.capitals("laterality").map(PickCondition::Laterality),
        pick.patterns("description").map(PickCondition::Description),
        pick.capitals("image_type").map(PickCondition::ImageType),
        pick.words("kind", &KINDS).map(PickCondition::Kind),
        pick.flag("localizer").map(PickCondition::Localizer),
        pick.tags("tag").map(PickCondition::Tags),
    ];
    pick.finish();
    read.into_iter().flatten().collect()
}

pub(super) fn class_names(names: impl Iterator<Item = &'static str>) -> Vec<(&'static str, &'static str)> {
    names.map(|name| (name, name)).collect()
}

fn owned(names: Vec<&'static str>) -> Vec<String> {
    names.into_iter().map(str::to_owned).collect()
}

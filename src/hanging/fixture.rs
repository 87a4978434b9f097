//! Fixtures: made-up studies that a protocol must be taken for, and others that it must not, in a file beside its own.

use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;

use crate::dicom::{Hints, PatientAttributes, SeriesUid, StudyUid, Tag, day_number, view_modifier_names};
use crate::handwritten::{LineColumn, Toml, decimal, shortened};
use crate::study::{DisplaySetId, DisplaySetKind};
use crate::units::Phi;

use super::classes::classes;
use super::facts::{SetFacts, StudyFacts};
use super::fault::{ProtocolError, ProtocolFault};
use super::hang::{Hanging, HungStage, Situation, hang};
use super::parse::{KINDS, SCHEMA, class_names};
use super::pattern::{Pattern, PatternError};
use super::protocol::{Level, Plane};
use super::registry::{ProtocolFile, Protocols};
use super::section::{Faults, Section, attribute};

/// So many situations of a kind, series of a study and priors may be in a file: more is a mistake.
const TABLES_MAX: usize = 100;

/// How a place is written.
const PLACE: &str = "a letter with what stands under it: A = \"series 3\", \"prior series 3\", \"prior 2 series 3\" or \"nothing\"";

/// The situations that one protocol is tried in.
#[derive(Debug, Clone, PartialEq)]
pub struct Fixture {
    /// The protocol, by the name of its file without `.toml`.
    pub id: String,
    /// Whose it is.
    pub level: Level,
    /// Its file.
    pub path: PathBuf,
    /// What it is tried in: first where it must be taken, then where it must not.
    pub cases: Vec<FixtureCase>,
}

/// A made-up study with its priors, and what must come of it.
#[derive(Debug, Clone, PartialEq)]
pub struct FixtureCase {
    /// What it is, in words.
    pub name: String,
    /// Where it stands in the file.
    pub at: LineColumn,
    /// Whether the protocol must be taken; else it must not.
    pub must_win: bool,
    /// The study that is read.
    pub current: StudyFacts,
    /// Earlier ones, the most relevant first.
    pub priors: Vec<StudyFacts>,
    /// How many screens there are for images.
    pub screens: usize,
    /// The stage that must come first; none where any may.
    pub stage: Option<String>,
    /// What must stand under letters of that stage.
    pub tiles: Vec<(char, ExpectedSet)>,
}

/// What must stand under a letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExpectedSet {
    /// An empty place.
    Nothing,
    /// A series, by its number.
    Series {
        /// Of which study: 0 is the one that is read, 1 the most relevant prior.
        prior: usize,
        /// Series Number.
        number: i64,
    },
}

impl ExpectedSet {
    /// `nothing`, `series 3`, `prior series 2`, `prior 2 series 5`.
    fn parse(text: &str) -> Option<Self> {
        let words: Vec<&str> = text.split_whitespace().collect();
        let (prior, number) = match words[..] {
            ["nothing"] => return Some(Self::Nothing),
            ["series", number] => (0, number),
            ["prior", "series", number] => (1, number),
            ["prior", nth, "series", number] => (nth.parse::<usize>().ok().filter(|nth| *nth > 0)?, number),
            _ => return None,
        };
        Some(Self::Series { prior, number: number.parse().ok()? })
    }
}

impl fmt::Display for ExpectedSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Nothing => f.write_str("nothing"),
            Self::Series { prior: 0, number } => write!(f, "series {number}"),
            Self::Series { prior: 1, number } => write!(f, "prior series {number}"),
            Self::Series { prior, number } => write!(f, "prior {prior} series {number}"),
        }
    }
}

impl Fixture {
    /// Reads a file; every fault in it is told, in the order of the file.
    pub fn read(file: &ProtocolFile) -> Result<Self, Vec<ProtocolError>> {
        let shown = || PathBuf::from(format!("hanging-protocols/fixtures/{}.toml", file.id));
        let path = file.path.clone().unwrap_or_else(shown);
        let toml = Toml::read(&file.text);
        let faults = Faults::default();
        let section = Section::new("a fixture", &toml.table, 0, &faults);
        section.need("schema", "schema = 1");
        let schema_at = section.value("schema").map_or(0, |(_, at)| at);
        let schema = section.integer("schema", i64::MIN, i64::MAX);
        if let Some(schema) = schema.filter(|schema| *schema != SCHEMA) {
            section.note(schema_at, ProtocolFault::Schema(schema));
        }
        let mut cases = Vec::new();
        for (key, must_win) in [("matches", true), ("must_not_match", false)] {
            let tables = tables(&section, key, "a situation");
            cases.extend(tables.iter().map(|table| case(table, must_win, &toml)));
        }
        section.finish();
        let faults = toml.told(faults.into_inner(), ProtocolFault::Syntax);
        if faults.is_empty() {
            return Ok(Self { id: file.id.clone(), level: file.level.clone(), path, cases });
        }
        Err(faults.into_iter().map(|(at, fault)| ProtocolError { path: path.clone(), at, fault }).collect())
    }

    /// The situations in which something else comes of these protocols, each with a sentence on what.
    pub fn failures(&self, protocols: &Protocols) -> Vec<(&FixtureCase, String)> {
        self.cases.iter().filter_map(|case| Some((case, case.failure(&self.id, protocols)?))).collect()
    }
}

impl FixtureCase {
    /// What comes of it that must not; none where it holds.
    fn failure(&self, id: &str, protocols: &Protocols) -> Option<String> {
        let situation =
            Situation { current: &self.current, priors: &self.priors, screens: self.screens, chosen: None };
        let hanging = hang(protocols, situation);
        match &hanging.winner {
            Some(winner) if winner.id == id && self.must_win => self.misplaced(winner.stages.first()?),
            Some(winner) if winner.id == id => Some(format!("{id} is taken, since {}", since(&winner.held))),
            _ if !self.must_win => None,
            Some(winner) => {
                let (other, since) = (&winner.id, since(&winner.held));
                Some(format!("{other} is taken, since {since}; {id} is not: {}", why_not(id, &hanging)))
            }
            None => Some(format!("no protocol is taken; {id} is not: {}", why_not(id, &hanging))),
        }
    }

    /// What stands in another place than it must.
    fn misplaced(&self, first: &HungStage) -> Option<String> {
        if let Some(stage) = self.stage.as_ref().filter(|stage| **stage != first.name) {
            return Some(format!("its first stage is '{}', and not '{stage}'", first.name));
        }
        let tiles = first.screens.iter().flat_map(|screen| &screen.tiles);
        self.tiles.iter().find_map(|(letter, expected)| {
            let Some(tile) = tiles.clone().find(|tile| tile.letter == *letter) else {
                return Some(format!("stage '{}' has no {letter}", first.name));
            };
            let found = tile.shown.as_ref().map_or(ExpectedSet::Nothing, |id| self.place(id));
            let why = tile.shown.as_ref().err().map_or_else(String::new, |why| format!(": {why}"));
            (found != *expected).then(|| format!("{letter} shows {found}, and not {expected}{why}"))
        })
    }

    /// What a display set is called in the file.
    fn place(&self, id: &DisplaySetId) -> ExpectedSet {
        let mut studies = std::iter::once(&self.current).chain(&self.priors).enumerate();
        let number_in = |study: &StudyFacts| study.sets.iter().find(|set| set.id == *id)?.number;
        let found = studies.find_map(|(prior, study)| Some((prior, number_in(study)?)));
        found.map_or(ExpectedSet::Nothing, |(prior, number)| ExpectedSet::Series { prior, number })
    }
}

fn since(held: &[String]) -> String {
    if held.is_empty() { "it is for every study".to_owned() } else { held.join(", ") }
}

fn why_not(id: &str, hanging: &Hanging) -> String {
    let loser = hanging.losers.iter().find(|loser| loser.id == id);
    loser.map_or_else(|| "there is no such protocol".to_owned(), |loser| loser.why.clone())
}

/// Tables below a key, of which there are not too many.
fn tables<'a>(section: &Section<'a>, key: &'static str, what: &'static str) -> Vec<Section<'a>> {
    let Some((value, at)) = section.value(key) else { return Vec::new() };
    let tables = section.sections(key, what);
    if tables.len() > TABLES_MAX {
        section.wrong(key, value, at, &format!("at most {TABLES_MAX} tables"), None);
        return Vec::new();
    }
    tables
}

fn case(section: &Section<'_>, must_win: bool, toml: &Toml<'_>) -> FixtureCase {
    let name = section.needed_text("name", "what it is, in words").map_or("", |(name, _)| name).to_owned();
    let current = study(section, 0);
    let priors = tables(section, "priors", "a prior");
    let priors = priors.iter().enumerate().map(|(index, prior)| {
        let facts = study(prior, index + 1);
        prior.finish();
        facts
    });
    let priors = priors.collect();
    let screens = section.integer("screens", 1, 8).and_then(|screens| usize::try_from(screens).ok());
    // What must not be taken has no places.
    let expect = if must_win { section.section("expect", "'expect'") } else { None };
    let (stage, tiles) = expect.map(|expect| expected(&expect)).unwrap_or_default();
    section.finish();
    let at = toml.line_column(section.at());
    FixtureCase { name, at, must_win, current, priors, screens: screens.unwrap_or(1), stage, tiles }
}

/// The first stage, and what stands under its letters.
fn expected(expect: &Section<'_>) -> (Option<String>, Vec<(char, ExpectedSet)>) {
    let stage = expect.text("stage").map(|(name, _)| name.to_owned());
    let mut tiles = Vec::new();
    for (key, _, value) in expect.entries().into_iter().filter(|(key, ..)| *key != "stage") {
        let letter = key.chars().next().filter(|letter| key.len() == 1 && letter.is_ascii_uppercase());
        let set = value.get_ref().as_str().and_then(ExpectedSet::parse);
        match letter.zip(set) {
            Some(tile) => tiles.push(tile),
            None => expect.wrong(key, value.get_ref(), value.span().start, PLACE, None),
        }
    }
    (stage, tiles)
}

/// A study of nobody; 0 is the one that is read.
fn study(section: &Section<'_>, place: usize) -> StudyFacts {
    let uid = StudyUid::new(&format!("2.25.{}", place + 1));
    section.need("date", "Study Date, YYYYMMDD");
    let date = section.text("date");
    let is_day = date.is_none_or(|(text, _)| day_number(text).is_some());
    if let Some((value, at)) = section.value("date").filter(|_| !is_day) {
        section.wrong("date", value, at, "a day, YYYYMMDD", None);
    }
    let mut procedures = Vec::new();
    for (text, at) in section.texts("procedures").unwrap_or_default() {
        if let Ok(Pattern::Code { value, scheme }) = Pattern::parse(text) {
            procedures.push(format!("{value}^{scheme}"));
        } else {
            let (key, written) = ("procedures".to_owned(), shortened(text));
            section.note(at, ProtocolFault::Pattern { key, written, error: PatternError::Code });
        }
    }
    let mut hints = Hints::default();
    for (text, _) in section.texts("reason").unwrap_or_default() {
        match Pattern::parse(text) {
            Ok(Pattern::Code { value, scheme }) => hints.reason_codes.push(format!("{value}^{scheme}")),
            _ => hints.reasons.push(text.to_owned()),
        }
    }
    hints.attributes = attributes(section);
    section.need("series", "[[series]]");
    let series = tables(section, "series", "a series");
    let sets = series.iter().enumerate().map(|(index, series)| {
        let series_uid = SeriesUid::new(&format!("{}.{index}", uid.as_str()));
        set(series, DisplaySetId { study: uid.clone(), series: series_uid, index: 0 })
    });
    StudyFacts {
        sets: sets.collect(),
        patient: PatientAttributes { id: Phi::new("1".to_owned()), ..PatientAttributes::default() },
        date: date.map_or("", |(date, _)| date).to_owned(),
        description: section.text("description").map_or("", |(text, _)| text).to_owned(),
        procedures,
        hints,
        uid,
        coming: None,
    }
}

/// A display set that is a whole series, from headers: classes are found as those of a file's headers are.
fn set(series: &Section<'_>, id: DisplaySetId) -> SetFacts {
    let text = |key: &'static str| series.text(key).map_or("", |(text, _)| text);
    let modality = series.needed_text("modality", "such as \"CT\"");
    let modality = modality.map_or("", |(modality, _)| modality).to_uppercase();
    let description = text("description").to_owned();
    let said = format!("{description} {}", text("protocol"));
    let images = series.integer("images", 1, 100_000).and_then(|images| usize::try_from(images).ok());
    let images = images.unwrap_or(1);
    let plane = series.word("plane", &Plane::NAMES);
    let usual = match (images, plane) {
        (1, _) => DisplaySetKind::Single,
        (_, Some(_)) => DisplaySetKind::Volume,
        (_, None) => DisplaySetKind::Stack,
    };
    let image_type = series.texts("image_type").unwrap_or_default();
    let facts = SetFacts {
        id,
        number: series.integer("number", 0, 1_000_000),
        kind: series.word("kind", &KINDS).unwrap_or(usual),
        images,
        plane,
        slice_mm: series.number("slice_mm", 0.01, 1000.0),
        kernel: classes().kernel(text("kernel")),
        weighting: (modality == "MR").then(|| classes().weighting(&said)).flatten(),
        echo: series.number("echo", 0.0, 1000.0),
        b_value: series.number("b_value", 0.0, 100_000.0),
        has_contrast: series.flag("contrast").unwrap_or_default(),
        view: text("view").to_uppercase(),
        modifiers: series.words("modifier", &class_names(view_modifier_names())).unwrap_or_default(),
        laterality: text("laterality").to_owned(),
        body_part: text("body_part").to_uppercase(),
        image_type: image_type.into_iter().map(|(word, _)| word.to_owned()).collect(),
        hints: Hints { attributes: attributes(series), ..Hints::default() },
        description,
        modality,
    };
    series.finish();
    facts
}

/// What attributes are, by tag or keyword: a text, or a number.
fn attributes(section: &Section<'_>) -> BTreeMap<Tag, String> {
    let Some(rules) = section.section("tag", "'tag'") else { return BTreeMap::new() };
    let stated = rules.entries().into_iter().filter_map(|(name, at, value)| {
        let Some(tag) = attribute(name) else {
            section.note(at, ProtocolFault::NoAttribute(shortened(name)));
            return None;
        };
        let value = value.get_ref();
        let text = value.as_str().map(str::to_owned).or_else(|| Some(decimal(value)?.to_string()));
        if text.is_none() {
            section.wrong(name, value, at, "text in quotes, or a number", None);
        }
        Some((tag, text?))
    });
    stated.collect()
}

#[cfg(test)]
mod tests {
    use super::super::shipped::{shipped, shipped_fixtures};
    use super::*;

    fn file(text: &str) -> ProtocolFile {
        let (id, path) = ("ct-chest".to_owned(), Some("fixtures/ct-chest.toml".into()));
        ProtocolFile { id, level: Level::Shipped, path, text: text.to_owned() }
    }

    fn protocols() -> Protocols {
        let (protocols, errors) = Protocols::read(&shipped());
        assert!(errors.is_empty(), "{errors:#?}");
        protocols
    }

    #[test]
    fn every_shipped_protocol_is_taken_for_what_it_must_and_for_nothing_else() {
        let protocols = protocols();
        let fixtures = shipped_fixtures();
        let ids = |files: &[ProtocolFile]| files.iter().map(|file| file.id.clone()).collect::<Vec<_>>();
        assert_eq!(ids(&fixtures), ids(&shipped()));
        for file in &fixtures {
            let fixture = Fixture::read(file).expect("it can be read");
            for must_win in [true, false] {
                assert!(fixture.cases.iter().any(|case| case.must_win == must_win), "{}", file.id);
            }
            let failures = fixture.failures(&protocols);
            let failures: Vec<_> =
                failures.iter().map(|(case, why)| format!("{}: {why}", case.name)).collect();
            assert!(failures.is_empty(), "{}: {failures:#?}", file.id);
        }
    }

    const CHEST: &str = "schema = 1\n[[matches]]\nname = \"a chest\"\ndate = \"20260302\"\ndescription = \"CT Chest\"\n\
         series = [{ number = 3, modality = \"CT\", plane = \"axial\", images = 9 }]\nexpect = { A = \"series 3\" }\n";

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let fixture = Fixture::read(&file(text)).expect("it can be read");
        let failures = fixture.failures(&protocols());
        let failures: Vec<_> = failures.iter().map(|(case, why)| format!("{}: {why}", case.at)).collect();
        assert_eq!(failures, expected);
    }

    #[test]
    fn what_does_not_hold_says_who_is_taken_instead_and_why() {
        check(CHEST, &[]);
        check(
            &CHEST.replace("CT Chest", "CT Head"),
            &["2:1: ct-head is taken, since modality is CT, procedure is like \
                 /head|brain|cerebr|skull|sch(ä|ae)del|cranial/i; ct-chest is not: procedure is not like /chest|thorax|lung/i"],
        );
        let not = CHEST.replace("matches", "must_not_match").replace("expect", "# expect");
        check(
            &not,
            &["2:1: ct-chest is taken, since modality is CT, procedure is like /chest|thorax|lung/i"],
        );
        check(&not.replace("CT Chest", "CT Neck"), &[]);
    }

    #[test]
    fn what_stands_in_another_place_is_told() {
        check(&CHEST.replace("series 3\"", "series 4\""), &["2:1: A shows series 3, and not series 4"]);
        check(&CHEST.replace("A = \"series 3\"", "B = \"nothing\""), &["2:1: stage 'Lung' has no B"]);
        check(
            &CHEST.replace("A = \"series 3\"", "stage = \"Coronal\""),
            &["2:1: its first stage is 'Lung', and not 'Coronal'"],
        );
    }

    /// A protocol that asks for what no shipped one does, and a situation in which all of it is so.
    const ASKS: &str = "schema = 1\nname = \"All\"\n[when]\nprocedure = [\"code:24627-2@LN\"]\n\
         reason = [\"/fever/i\", \"code:386661006@SCT\"]\ntag = { StationName = \"CT1\" }\n[sets.a]\n\
         pick = { echo = 2, b_value = 1000, laterality = \"R\", tag = { ProtocolName = \"lung\" } }\n\
         [sets.b]\npick = { modality = \"MR\" }\noptional = true\n[[stages]]\nname = \"one\"\n\
         screens.main.grid = [\"A B\"]\nviews.A.set = \"a\"\nviews.B.set = \"b\"\n";
    const SAYS: &str = "schema = 1\n[[matches]]\nname = \"all\"\ndate = \"20260302\"\nprocedures = [\"code:24627-2@LN\"]\n\
         reason = [\"Fever\"]\ntag = { StationName = \"CT1\" }\nseries = [{ number = 7, modality = \"CT\", echo = 2, \
         b_value = 1000, laterality = \"R\", tag = { ProtocolName = \"lung\" } }]\nexpect = { A = \"series 7\", B = \"nothing\" }\n";

    #[test]
    fn a_fixture_says_all_that_a_protocol_can_ask_for() {
        let (protocols, errors) = Protocols::read(&[ProtocolFile { path: None, ..file(ASKS) }]);
        assert!(errors.is_empty(), "{errors:#?}");
        let failures = |text: &str| -> Vec<String> {
            let fixture = Fixture::read(&file(text)).expect("it can be read");
            fixture.failures(&protocols).into_iter().map(|(_, why)| why).collect()
        };
        assert_eq!(failures(SAYS), [""; 0]);
        assert_eq!(failures(&SAYS.replace("\"Fever\"", "\"code:386661006@SCT\"")), [""; 0]);
        for (said, other) in [
            ("24627-2", "24628-2"),
            ("Fever", "Cough"),
            ("CT1", "CT2"),
            ("echo = 2", "echo = 1"),
            ("b_value = 1000", "b_value = 0"),
            ("\"R\"", "\"L\""),
            ("\"lung\"", "\"bone\""),
        ] {
            let told = failures(&SAYS.replace(said, other));
            assert!(
                matches!(&told[..], [one] if one.starts_with("no protocol is taken")),
                "{said}: {told:?}"
            );
        }
        let told = failures(&SAYS.replace("B = \"nothing\"", "B = \"series 7\""));
        assert!(
            matches!(&told[..], [one] if one.starts_with("B shows nothing, and not series 7: ")),
            "{told:?}"
        );
    }

    #[test]
    fn more_than_a_hundred_situations_are_a_mistake() {
        let one = "[[matches]]\nname = \"a\"\ndate = \"20260302\"\nseries = [{ modality = \"CT\" }]\n";
        let read = |count| Fixture::read(&file(&format!("schema = 1\n{}", one.repeat(count))));
        assert_eq!(read(100).map(|fixture| fixture.cases.len()), Ok(100));
        let faults = read(101).expect_err("too many");
        assert!(faults.iter().any(|fault| fault.to_string().contains("at most 100 tables")), "{faults:?}");
    }

    #[test]
    fn every_fault_of_a_fixture_is_told_with_its_place() {
        let text = "schema = 1\n[[matches]]\nname = \"a\"\ndate = \"2026-03-02\"\nprocedures = \"chest\"\n\
             series = [{ modalty = \"CT\", plane = \"axal\" }]\nexpect = { AB = \"series 3\", B = \"serie 3\" }\n\
             [[must_not_match]]\nname = \"b\"\nexpect = { A = \"series 3\" }\n[[must_match]]\n";
        let faults = Fixture::read(&file(text)).expect_err("faults");
        let faults: Vec<String> = faults.iter().map(ToString::to_string).collect();
        let place = |key, found| format!("'{key}' is \"{found}\"; expected {PLACE}");
        let expected = [
            "4:8: 'date' is \"2026-03-02\"; expected a day, YYYYMMDD".to_owned(),
            "5:14: 'procedures' \"chest\": a code is written code:VALUE@SCHEME, as in code:24627-2@LN"
                .to_owned(),
            "6:11: a series needs 'modality': such as \"CT\"".to_owned(),
            "6:13: a series has no 'modalty' (did you mean 'modality'?)".to_owned(),
            "6:37: 'plane' is \"axal\"; expected one of axial, coronal, sagittal (did you mean 'axial'?)"
                .to_owned(),
            format!("7:17: {}", place("AB", "series 3")),
            format!("7:33: {}", place("B", "serie 3")),
            "8:1: a situation needs 'date': Study Date, YYYYMMDD".to_owned(),
            "8:1: a situation needs 'series': [[series]]".to_owned(),
            "10:1: a situation has no 'expect'".to_owned(),
            "11:3: a fixture has no 'must_match'".to_owned(),
        ];
        assert_eq!(faults, expected.map(|fault| format!("fixtures/ct-chest.toml:{fault}")));
    }
}

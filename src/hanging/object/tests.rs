//! There and back, others' objects, and broken ones.

use std::collections::BTreeSet;

use dicom_dictionary_std::{tags, uids};

use crate::dicom::{DataSet, InstanceUid, Tag, Writer};

use super::super::pattern::Pattern;
use super::super::protocol::{
    Across, Condition, FromStudy, Justify, Level, Missing, Mode, PickCondition, Projection, Protocol,
    SetRule, Start, StatePolicy, SyncOn, View, Zoom,
};
use super::super::registry::{ProtocolFile, Protocols};
use super::super::shipped::shipped;
use super::{Imported, Made, NotSaid, Unsaid, export, import};

const EXPLICIT: &str = uids::EXPLICIT_VR_LITTLE_ENDIAN;

fn made() -> Made {
    Made { uid: InstanceUid::new("2.25.7"), created: "20261128120000+0000".to_owned() }
}

fn parsed(object: Writer) -> DataSet {
    DataSet::parse(&object.data_set(EXPLICIT), EXPLICIT).expect("a data set")
}

#[track_caller]
fn protocol_of(file: &ProtocolFile) -> Protocol {
    let (protocols, errors) = Protocols::read(std::slice::from_ref(file));
    assert!(errors.is_empty(), "{errors:?}");
    protocols.get(&file.id).expect("it is there").clone()
}

fn file_of(imported: &Imported) -> ProtocolFile {
    let Imported { id, level, text, .. } = imported.clone();
    ProtocolFile { id, level, path: None, text }
}

/// A protocol without what an object could not say of it.
fn without(mut protocol: Protocol, not_said: &[NotSaid]) -> Protocol {
    for note in not_said {
        match &note.what {
            Unsaid::Key(path) => {
                forget(&mut protocol, &path.iter().map(String::as_str).collect::<Vec<_>>());
            }
            // Only the name of the file.
            Unsaid::Attribute(tag) => assert_eq!(*tag, tags::HANGING_PROTOCOL_NAME),
        }
    }
    protocol
}

fn forget(protocol: &mut Protocol, path: &[&str]) {
    match path {
        ["priority"] => protocol.priority = 0,
        ["when", "unless"] => protocol.unless.clear(),
        ["when", key @ ("procedure" | "reason")] => {
            for condition in protocol.when.iter_mut().filter(|condition| condition.key() == *key) {
                if let Condition::Procedure(patterns) | Condition::Reason(patterns) = condition {
                    patterns.retain(|pattern| matches!(pattern, Pattern::Code { .. }));
                }
            }
            protocol.when.retain(|condition| {
                !matches!(condition, Condition::Procedure(none) | Condition::Reason(none) if none.is_empty())
            });
        }
        ["when", key] => protocol.when.retain(|condition| condition.key() != *key),
        ["sets", name] => protocol.sets.retain(|set| set.name != *name),
        ["sets", name, rest @ ..] => {
            for set in protocol.sets.iter_mut().filter(|set| set.name == *name) {
                forget_of_set(set, rest);
            }
        }
        ["stages", name, rest @ ..] => {
            for stage in protocol.stages.iter_mut().filter(|stage| stage.name == *name) {
                match rest {
                    ["needs"] => stage.needs.clear(),
                    ["missing"] => stage.missing = Missing::Keep,
                    ["sync"] => {
                        for sync in &mut stage.sync {
                            sync.across = Across::Frame;
                            sync.on.retain(|on| *on == SyncOn::Scroll);
                        }
                        stage.sync.retain(|sync| !sync.on.is_empty() && sync.views.len() > 1);
                    }
                    ["views", letter, key] => {
                        for (_, view) in stage.views.iter_mut().filter(|(of, _)| of.to_string() == *letter) {
                            forget_of_view(view, key);
                        }
                    }
                    other => panic!("{other:?}"),
                }
            }
        }
        other => panic!("{other:?}"),
    }
}

fn forget_of_set(set: &mut SetRule, path: &[&str]) {
    match (path, &mut set.from) {
        (["prefer"], _) => set.prefer.clear(),
        (["optional"], _) => set.is_optional = false,
        (["other_than"], _) => set.other_than.clear(),
        (["pick", key], _) => set.pick.retain(|condition| condition.key() != *key),
        (["from", "prior", "same"], FromStudy::Prior(rule)) => rule.same.clear(),
        (["from", "prior", "nth"], FromStudy::Prior(rule)) => rule.nth = 1,
        other => panic!("{other:?}"),
    }
}

fn forget_of_view(view: &mut View, key: &str) {
    match (key, &mut view.mode) {
        ("mode", mode) => *mode = Mode::Stack,
        ("preset", Mode::Volume(preset)) => "bone".clone_into(preset),
        ("slab", Mode::Mpr { slab: Some((_, projection)), .. }) => *projection = Projection::Mean,
        ("window", _) => view.window = None,
        ("palette", _) => view.palette = None,
        ("zoom", _) => view.zoom = Zoom::Fit,
        ("justify", _) => view.justify = Justify::Center,
        ("start", _) => view.start = Start::First,
        ("state", _) => view.state = StatePolicy::Newest,
        other => panic!("{other:?}"),
    }
}

/// What comes back of a protocol through the attributes of the standard alone is all but what was named.
#[track_caller]
fn check_there_and_back(file: &ProtocolFile) -> Vec<NotSaid> {
    let protocol = protocol_of(file);
    let (object, not_said) = export(&protocol, None, &made());
    let imported = import(&parsed(object)).expect("what we write can be read");
    for note in &imported.not_said {
        let is_expected =
            matches!(note.what, Unsaid::Attribute(tags::IMAGE_SETS_SEQUENCE | tags::THREE_D_RENDERING_TYPE));
        assert!(is_expected, "{note}");
    }
    assert_eq!(imported.level, file.level);
    let expected = Protocol { id: imported.id.clone(), ..without(protocol, &not_said) };
    let found = protocol_of(&file_of(&imported));
    assert_eq!(found, Protocol { path: None, ..expected }, "{}", file.id);
    not_said
}

#[test]
fn every_shipped_protocol_comes_back_in_all_that_both_can_say() {
    for file in shipped() {
        check_there_and_back(&file);
    }
}

/// What is named need not come back: so nothing may be named but what an object cannot say.
#[test]
fn no_more_is_left_out_than_an_object_cannot_say() {
    let check = |id: &str, expected: &str| {
        let file = shipped().into_iter().find(|file| file.id == id).expect("it is shipped");
        let said = check_there_and_back(&file).into_iter().map(|note| note.to_string());
        let key = |said: String| said.split(": ").next().map(str::to_owned);
        let keys: BTreeSet<String> = said.filter_map(key).collect();
        assert_eq!(keys.into_iter().collect::<Vec<_>>().join(" "), expected, "{id}");
    };
    check(
        "ct-chest-compare",
        "sets.any.prefer sets.lung.pick.kernel sets.lung.prefer sets.prior.from.prior.same sets.prior.prefer \
         sets.prior_lung.from.prior.same sets.prior_lung.optional sets.prior_lung.pick.kernel sets.prior_lung.prefer \
         sets.prior_soft.from.prior.same sets.prior_soft.optional sets.prior_soft.pick.kernel sets.prior_soft.prefer \
         sets.soft.pick.kernel sets.soft.prefer stages.\"Beside the prior\".needs stages.\"Beside the prior\".sync \
         stages.\"Coronal, beside the prior\".missing stages.\"Coronal, beside the prior\".needs \
         stages.\"Lung, beside the prior\".needs stages.\"Lung, beside the prior\".sync \
         stages.\"Soft tissue, beside the prior\".needs stages.\"Soft tissue, beside the prior\".sync \
         when.prior when.procedure when.unless",
    );
    check(
        "pet-ct",
        "priority sets.ct.prefer sets.pet.prefer stages.\"CT, PET, and both\".needs \
         stages.\"CT, PET, and both\".views.C.mode stages.\"CT, PET, and both\".views.D.slab \
         stages.PET.needs when.display_sets when.unless",
    );
}

/// As the shipped ones, with all that a protocol can say besides.
#[test]
fn what_no_shipped_protocol_says_comes_back_too() {
    let text = r#"
schema = 1
name = "All, in order"
priority = 7
[when]
modality = ["CT", "PT"]
body_part = ["CHEST", "ABDOMEN"]
laterality = ["R", "B"]
procedure = ["chest", "code:24627-2@LN"]
reason = ["fever", "code:386661006@SCT"]
[sets."a set"]
pick = { modality = "CT", plane = ["axial", "coronal"], slice_mm = { max = 1.5 }, b_value = 1000, echo = { min = 2, max = 4 }, contrast = false, view = "PA", laterality = ["L", "R"], image_type = ["ORIGINAL", "AXIAL"], localizer = true }
[sets.b]
from = { prior = { nth = 2 } }
[sets.c]
from = { prior = { nth = 2, within = "3y", older_than = "10d", same = "laterality" } }
optional = true
[sets.d]
pick = { slice_mm = { min = 1, max = 3 }, images = { min = 3 }, kind = "volume", description = "thin", tag = { ProtocolName = "lung" } }
[[stages]]
name = "One, \"all\""
missing = "adapt"
screens.main.grid = ["C B", "C ."]
screens.screen2.grid = ["A D E"]
views.A = { set = "a set", mode = "mpr", plane = "coronal", slab = { mm = 2.5 }, window = "40/400", invert = true }
views.B = { set = "b", window = "mediastinum", palette = "hot-metal-blue", zoom = "true_size", justify = "right" }
views.C = { set = "c", mode = "cine", palette = "my-own", state = "as_acquired" }
views.D = { set = "d", mode = "mpr", plane = "sagittal", zoom = "pixels" }
views.E = { set = "d", mode = "volume", preset = "cta" }
sync = [{ views = ["A", "C"], on = ["scroll", "window"] }, { views = ["B", "D"], on = "zoom" }]
[[stages]]
name = "Two"
missing = "adapt"
screens.main.grid = ["A"]
views.A = { set = "a set", mode = "tile", tiles = "4x3" }
"#;
    let level = Level::Group("Chest".to_owned());
    let file = ProtocolFile { id: "all".to_owned(), level, path: None, text: text.to_owned() };
    let not_said: Vec<String> = check_there_and_back(&file).iter().map(ToString::to_string).collect();
    for expected in [
        "priority: DICOM has no priorities",
        "when.procedure: DICOM knows procedures by their short codes alone",
        "when.reason: DICOM knows reasons by their short codes alone",
        "sets.c.from.prior.nth: DICOM counts priors or asks for their age, not both",
        "sets.d.pick.images: DICOM does not count the images of a set",
        "sets.d.pick.tag: DICOM compares whole texts, and attributes one by one",
        "stages.\"One, \\\"all\\\"\".views.A.window: DICOM names windows, and has no centre and width",
    ] {
        assert!(not_said.iter().any(|said| said == expected), "{expected}: {not_said:#?}");
    }
}

#[test]
fn what_hotlight_wrote_comes_back_letter_by_letter_until_somebody_changes_it() {
    for file in shipped() {
        let protocol = protocol_of(&file);
        let written = || export(&protocol, Some(&file.text), &made()).0;
        let expected = Imported {
            id: file.id.clone(),
            level: file.level.clone(),
            text: file.text.clone(),
            not_said: Vec::new(),
        };
        assert_eq!(import(&parsed(written())), Ok(expected.clone()));
        // Through an archive that keeps objects in implicit VR.
        let implicit = uids::IMPLICIT_VR_LITTLE_ENDIAN;
        let kept = DataSet::parse(&written().data_set(implicit), implicit).expect("a data set");
        assert_eq!(import(&kept), Ok(expected));
        let changed = written().text(tags::HANGING_PROTOCOL_DESCRIPTION, "Changed elsewhere");
        let imported = import(&parsed(changed)).expect("it is an object");
        assert!(imported.text.contains("name = \"Changed elsewhere\""), "{}", imported.text);
        let first = imported.not_said.first().expect("it is told").to_string();
        assert!(first.starts_with("(7777,1010): the object was changed"), "{first}");
    }
    // A long one goes in pieces, and its letters may lie across two.
    let file = shipped().remove(0);
    let text = format!("# {}é\n{}", "ü".repeat(5000), file.text);
    let (object, _) = export(&protocol_of(&file), Some(&text), &made());
    assert_eq!(import(&parsed(object)).map(|imported| imported.text), Ok(text));
}

/// The name in a block is no path.
#[test]
fn a_name_that_is_a_path_becomes_a_file_s_name() {
    let file = shipped().remove(0);
    let protocol = Protocol { id: "../../etc/x y".to_owned(), ..protocol_of(&file) };
    let (object, _) = export(&protocol, Some(&file.text), &made());
    assert_eq!(import(&parsed(object)).map(|imported| imported.id), Ok("etc-x-y".to_owned()));
}

fn code(value: &str, scheme: &str, meaning: &str) -> Writer {
    Writer::item()
        .text(tags::CODE_VALUE, value)
        .text(tags::CODING_SCHEME_DESIGNATOR, scheme)
        .text(tags::CODE_MEANING, meaning)
}

fn words(tag: Tag, words: &str) -> Writer {
    Writer::item()
        .named_tag(tags::SELECTOR_ATTRIBUTE, tag)
        .text(tags::SELECTOR_ATTRIBUTE_VR, "CS")
        .text(tags::SELECTOR_CS_VALUE, words)
        .number(tags::SELECTOR_VALUE_NUMBER, 1)
}

fn current(number: u16, label: &str) -> Writer {
    Writer::item()
        .number(tags::IMAGE_SET_NUMBER, number)
        .text(tags::IMAGE_SET_SELECTOR_CATEGORY, "RELATIVE_TIME")
        .words(tags::RELATIVE_TIME, &[0, 0])
        .text(tags::RELATIVE_TIME_UNITS, "MINUTES")
        .text(tags::IMAGE_SET_LABEL, label)
}

fn prior(number: u16, label: &str) -> Writer {
    Writer::item()
        .number(tags::IMAGE_SET_NUMBER, number)
        .text(tags::IMAGE_SET_SELECTOR_CATEGORY, "ABSTRACT_PRIOR")
        .shorts(tags::ABSTRACT_PRIOR_VALUE, &[1, 1])
        .text(tags::IMAGE_SET_LABEL, label)
}

fn display_set(
    number: u16,
    group: u16,
    set: u16,
    layout: &str,
    position: [f64; 4],
    filter: Writer,
) -> Writer {
    let image_box = Writer::item()
        .number(tags::IMAGE_BOX_NUMBER, 1)
        .doubles(tags::DISPLAY_ENVIRONMENT_SPATIAL_POSITION, &position)
        .text(tags::IMAGE_BOX_LAYOUT_TYPE, layout);
    Writer::item()
        .number(tags::DISPLAY_SET_NUMBER, number)
        .number(tags::DISPLAY_SET_PRESENTATION_GROUP, group)
        .number(tags::IMAGE_SET_NUMBER, set)
        .sequence(tags::IMAGE_BOXES_SEQUENCE, [image_box])
        .sequence(tags::FILTER_OPERATIONS_SEQUENCE, [filter])
        .sequence(tags::SORTING_OPERATIONS_SEQUENCE, [])
}

fn begun(name: &str, description: &str) -> Writer {
    Writer::new(uids::HANGING_PROTOCOL_STORAGE, "2.25.8")
        .text(tags::HANGING_PROTOCOL_NAME, name)
        .text(tags::HANGING_PROTOCOL_DESCRIPTION, description)
        .text(tags::HANGING_PROTOCOL_LEVEL, "SITE")
        .text(tags::HANGING_PROTOCOL_CREATOR, "NOBODY^Nowhere")
        .text(tags::HANGING_PROTOCOL_CREATION_DATE_TIME, "20020823133455")
        .number(tags::NUMBER_OF_PRIORS_REFERENCED, 1)
        .sequence(tags::HANGING_PROTOCOL_USER_IDENTIFICATION_CODE_SEQUENCE, [])
}

fn axial() -> Writer {
    Writer::item()
        .text(tags::FILTER_BY_CATEGORY, "IMAGE_PLANE")
        .text(tags::SELECTOR_ATTRIBUTE_VR, "CS")
        .text(tags::SELECTOR_CS_VALUE, "TRANSVERSE")
        .text(tags::FILTER_BY_OPERATOR, "MEMBER_OF")
}

/// A CT of the chest beside its prior, then in another plane: as somebody else would write it.
fn ct_chest() -> Writer {
    let definition = Writer::item()
        .text(tags::MODALITY, "CT")
        .sequence(tags::ANATOMIC_REGION_SEQUENCE, [code("T-D3000", "SRT", "Chest")])
        .text(tags::LATERALITY, "")
        .sequence(tags::PROCEDURE_CODE_SEQUENCE, [code("24627-2", "LN", "CT Chest")])
        .sequence(tags::REASON_FOR_REQUESTED_PROCEDURE_CODE_SEQUENCE, []);
    let selector = words(tags::MODALITY, "CT").text(tags::IMAGE_SET_SELECTOR_USAGE_FLAG, "NO_MATCH");
    let image_set = Writer::item().sequence(tags::IMAGE_SET_SELECTOR_SEQUENCE, [selector]).sequence(
        tags::TIME_BASED_IMAGE_SETS_SEQUENCE,
        [current(1, "Current chest"), prior(2, "Prior chest")],
    );
    let screen = Writer::item()
        .number(tags::NUMBER_OF_VERTICAL_PIXELS, 1200)
        .number(tags::NUMBER_OF_HORIZONTAL_PIXELS, 1600)
        .doubles(tags::DISPLAY_ENVIRONMENT_SPATIAL_POSITION, &[0.0, 1.0, 1.0, 0.0])
        .number(tags::SCREEN_MINIMUM_GRAYSCALE_BIT_DEPTH, 8);
    let (left, right) = ([0.0, 1.0, 0.5, 0.0], [0.5, 1.0, 1.0, 0.0]);
    let sorting = || {
        Writer::item().text(tags::SORT_BY_CATEGORY, "ALONG_AXIS").text(tags::SORTING_DIRECTION, "INCREASING")
    };
    let lung = |item: Writer| {
        item.text(tags::VOI_TYPE, "LUNG")
            .text(tags::DISPLAY_SET_PRESENTATION_GROUP_DESCRIPTION, "Side by side")
            .sequence(tags::SORTING_OPERATIONS_SEQUENCE, [sorting()])
    };
    let coronal = display_set(3, 2, 1, "STACK", [0.0, 1.0, 1.0, 0.0], axial())
        .text(tags::REFORMATTING_OPERATION_TYPE, "MPR")
        .doubles(tags::REFORMATTING_THICKNESS, &[5.0])
        .doubles(tags::REFORMATTING_INTERVAL, &[5.0])
        .text(tags::REFORMATTING_OPERATION_INITIAL_VIEW_DIRECTION, "CORONAL")
        .text(tags::DISPLAY_SET_PATIENT_ORIENTATION, "L\\F")
        .text(tags::VOI_TYPE, "MEDIASTINUM");
    let display_sets = [
        lung(display_set(1, 1, 1, "STACK", left, axial())),
        lung(display_set(2, 1, 2, "STACK", right, axial())),
        coronal,
    ];
    begun("CT Chest", "CT of the chest, beside the prior")
        .sequence(tags::HANGING_PROTOCOL_DEFINITION_SEQUENCE, [definition])
        .sequence(tags::IMAGE_SETS_SEQUENCE, [image_set])
        .number(tags::NUMBER_OF_SCREENS, 1)
        .sequence(tags::NOMINAL_SCREEN_DEFINITION_SEQUENCE, [screen])
        .sequence(tags::DISPLAY_SETS_SEQUENCE, display_sets)
        .text(tags::PARTIAL_DATA_DISPLAY_HANDLING, "ADAPT_LAYOUT")
        .sequence(
            tags::SYNCHRONIZED_SCROLLING_SEQUENCE,
            [Writer::item().words(tags::DISPLAY_SET_SCROLLING_GROUP, &[1, 2])],
        )
}

#[test]
fn anothers_object_is_the_protocol_that_it_says() {
    let imported = import(&parsed(ct_chest())).expect("a protocol");
    assert_eq!(imported.id, "CT-Chest");
    let expected = r#"schema = 1
name = "CT of the chest, beside the prior"

[when]
modality = "CT"
body_part = "CHEST"
procedure = "code:24627-2@LN"

[sets."Current chest"]
pick = { modality = "CT", plane = "axial" }

[sets."Prior chest"]
from = "prior"
pick = { modality = "CT", plane = "axial" }

[[stages]]
name = "Side by side"
missing = "adapt"
screens.main.grid = ["A B"]
views.A = { set = "Current chest", window = "lung" }
views.B = { set = "Prior chest", window = "lung" }
sync = [{ views = ["A", "B"], on = "scroll" }]

[[stages]]
name = "Stage 2"
missing = "adapt"
screens.main.grid = ["A"]
views.A = { set = "Current chest", mode = "mpr", plane = "coronal", slab = { mm = 5, projection = "mean" }, window = "mediastinum" }
"#;
    assert_eq!(imported.text, expected);
    let named: Vec<Unsaid> = imported.not_said.into_iter().map(|note| note.what).collect();
    let expected = [
        tags::DISPLAY_SET_PATIENT_ORIENTATION,
        tags::NOMINAL_SCREEN_DEFINITION_SEQUENCE,
        tags::IMAGE_SETS_SEQUENCE,
    ];
    assert_eq!(named, expected.map(Unsaid::Attribute));
}

/// The example of PS3.17 V.3: two screens, and two views of each of two studies.
#[test]
fn the_standards_chest_radiographs_hang_as_its_example_says() {
    let definition = Writer::item()
        .sequence(tags::ANATOMIC_REGION_SEQUENCE, [code("51185008", "SCT", "Chest")])
        .text(tags::LATERALITY, "")
        .sequence(tags::PROCEDURE_CODE_SEQUENCE, [])
        .sequence(tags::REASON_FOR_REQUESTED_PROCEDURE_CODE_SEQUENCE, []);
    let no_match = |item: Writer| item.text(tags::IMAGE_SET_SELECTOR_USAGE_FLAG, "NO_MATCH");
    let region = Writer::item()
        .named_tag(tags::SELECTOR_ATTRIBUTE, tags::ANATOMIC_REGION_SEQUENCE)
        .text(tags::SELECTOR_ATTRIBUTE_VR, "SQ")
        .sequence(tags::SELECTOR_CODE_SEQUENCE_VALUE, [code("51185008", "SCT", "Chest")])
        .number(tags::SELECTOR_VALUE_NUMBER, 1);
    let selectors = [no_match(region), no_match(words(tags::MODALITY, "CR\\DX"))];
    let image_set = Writer::item().sequence(tags::IMAGE_SET_SELECTOR_SEQUENCE, selectors).sequence(
        tags::TIME_BASED_IMAGE_SETS_SEQUENCE,
        [current(1, "Current Chest X-ray"), prior(2, "Prior Chest X-ray")],
    );
    let screen = |left: f64, right: f64| {
        Writer::item()
            .number(tags::NUMBER_OF_VERTICAL_PIXELS, 2560)
            .number(tags::NUMBER_OF_HORIZONTAL_PIXELS, 2048)
            .doubles(tags::DISPLAY_ENVIRONMENT_SPATIAL_POSITION, &[left, 1.0, right, 0.0])
            .number(tags::SCREEN_MINIMUM_GRAYSCALE_BIT_DEPTH, 8)
            .number(tags::APPLICATION_MAXIMUM_REPAINT_TIME, 100)
    };
    let shown = |number: u16, set: u16, left: f64, views: &str| {
        let filter = words(tags::VIEW_POSITION, views).text(tags::FILTER_BY_OPERATOR, "MEMBER_OF");
        display_set(number, 1, set, "SINGLE", [left, 1.0, left + 0.25, 0.0], filter)
            .text(tags::SHOW_IMAGE_TRUE_SIZE_FLAG, "NO")
            .text(tags::SHOW_GRAPHIC_ANNOTATION_FLAG, "NO")
    };
    let object = begun("Chest X-ray", "Current and Prior Chest PA and Lateral")
        .sequence(tags::HANGING_PROTOCOL_DEFINITION_SEQUENCE, [definition])
        .sequence(tags::IMAGE_SETS_SEQUENCE, [image_set])
        .text(tags::HANGING_PROTOCOL_USER_GROUP_NAME, "ABC Hospital")
        .number(tags::NUMBER_OF_SCREENS, 2)
        .sequence(tags::NOMINAL_SCREEN_DEFINITION_SEQUENCE, [screen(0.0, 0.5), screen(0.5, 1.0)])
        .sequence(
            tags::DISPLAY_SETS_SEQUENCE,
            [
                shown(1, 2, 0.0, "RL\\LL"),
                shown(2, 2, 0.25, "PA"),
                shown(3, 1, 0.5, "PA"),
                shown(4, 1, 0.75, "RL\\LL"),
            ],
        )
        .text(tags::PARTIAL_DATA_DISPLAY_HANDLING, "MAINTAIN_LAYOUT");
    let imported = import(&parsed(object)).expect("a protocol");
    let protocol = protocol_of(&file_of(&imported));
    assert_eq!(protocol.when, [Condition::BodyPart(vec!["CHEST".to_owned()])]);
    let sets: Vec<(&str, bool)> = protocol
        .sets
        .iter()
        .map(|set| (set.name.as_str(), matches!(set.from, FromStudy::Prior(_))))
        .collect();
    let expected = [
        ("Current Chest X-ray", false),
        ("Current Chest X-ray 2", false),
        ("Prior Chest X-ray", true),
        ("Prior Chest X-ray 2", true),
    ];
    assert_eq!(sets, expected);
    let lateral = PickCondition::View(vec!["RL".to_owned(), "LL".to_owned()]);
    assert!(protocol.sets[1].pick.contains(&lateral) && protocol.sets[2].pick.contains(&lateral));
    let screens: Vec<(&str, Vec<String>)> = protocol.stages[0]
        .screens
        .iter()
        .map(|(role, grid)| (role.as_str(), grid.lines().collect()))
        .collect();
    assert_eq!(screens, [("main", vec!["A B".to_owned()]), ("screen2", vec!["C D".to_owned()])]);
    let said: Vec<String> = imported.not_said.iter().map(ToString::to_string).collect();
    for expected in [
        "Hanging Protocol User Group Name (0072,0010): ABC Hospital: the folder that a file lies in says whose it is",
        "Anatomic Region Sequence (0008,2218): no set asks for it",
        "Image Box Layout Type (0072,0304): SINGLE is shown as a stack",
        "Show Graphic Annotation Flag (0072,0712): the reader switches graphics on and off",
    ] {
        assert!(said.iter().any(|said| said == expected), "{expected}: {said:#?}");
    }
}

#[track_caller]
fn check_refused(object: Writer, expected: &str) {
    let refused = import(&parsed(object)).map(|imported| imported.text);
    assert_eq!(refused.map_err(|error| error.to_string()), Err(expected.to_owned()));
}

#[test]
fn a_broken_object_is_refused_with_the_attribute_at_fault() {
    import(&parsed(ct_chest())).expect("what is broken below is sound here");
    check_refused(
        Writer::new(uids::CT_IMAGE_STORAGE, "2.25.9"),
        "SOP Class UID (0008,0016) is 1.2.840.10008.5.1.4.1.1.2: the object is no hanging protocol",
    );
    for (tag, expected) in [
        (tags::IMAGE_SETS_SEQUENCE, "Image Sets Sequence (0072,0020) is missing"),
        (tags::DISPLAY_SETS_SEQUENCE, "Display Sets Sequence (0072,0200) is missing"),
        (
            tags::HANGING_PROTOCOL_DEFINITION_SEQUENCE,
            "Hanging Protocol Definition Sequence (0072,000C) is missing",
        ),
    ] {
        check_refused(ct_chest().sequence(tag, []), expected);
    }
    check_refused(
        ct_chest().text(tags::HANGING_PROTOCOL_NAME, ""),
        "Hanging Protocol Name (0072,0002) is missing",
    );
    check_refused(
        ct_chest().text(tags::HANGING_PROTOCOL_LEVEL, "EVERYBODY"),
        "Hanging Protocol Level (0072,0006) is EVERYBODY; expected MANUFACTURER, SITE, USER_GROUP or SINGLE_USER",
    );
    check_refused(
        ct_chest().text(tags::PARTIAL_DATA_DISPLAY_HANDLING, "FILL"),
        "Partial Data Display Handling (0072,0208) is FILL; expected MAINTAIN_LAYOUT or ADAPT_LAYOUT",
    );
    let whole = [0.0, 1.0, 1.0, 0.0];
    let with = |item: Writer| ct_chest().sequence(tags::DISPLAY_SETS_SEQUENCE, [item]);
    check_refused(
        with(display_set(1, 1, 9, "STACK", whole, axial())),
        "Image Set Number (0072,0032) is 9; expected the number of an image set",
    );
    check_refused(
        with(display_set(1, 1, 1, "STACK", [0.5, 1.0, 0.75, 1.0], axial())),
        "Display Environment Spatial Position (0072,0108) is 0.5\\1\\0.75\\1; expected left, top, right and bottom from 0 to 1, \
         where 0 is at the left and at the bottom",
    );
    let filter = words(tags::VIEW_POSITION, "PA").text(tags::FILTER_BY_OPERATOR, "LIKE");
    check_refused(
        with(display_set(1, 1, 1, "STACK", whole, filter)),
        "Filter By Operator (0072,0406) is LIKE; expected one of RANGE_INCL, RANGE_EXCL, GREATER_OR_EQUAL, LESS_OR_EQUAL, \
         GREATER_THAN, LESS_THAN, MEMBER_OF, NOT_MEMBER_OF",
    );
    let many = (1..=1001).map(|number| display_set(number, number, 1, "STACK", whole, axial()));
    check_refused(
        ct_chest().sequence(tags::DISPLAY_SETS_SEQUENCE, many),
        "Display Sets Sequence (0072,0200) has 1001 items; 1000 at most are read",
    );
    let many = (1..=27).map(|number| display_set(number, 1, 1, "STACK", whole, axial()));
    check_refused(
        ct_chest().sequence(tags::DISPLAY_SETS_SEQUENCE, many),
        "one presentation group of Display Sets Sequence (0072,0200) has 27 items; 26 at most are read",
    );
}

/// Cut anywhere, or with a byte changed, an object is refused in words or read; nothing else happens.
#[test]
fn no_damage_stops_the_program() {
    let bytes = ct_chest().data_set(EXPLICIT);
    let is_read = |bytes: &[u8]| DataSet::parse(bytes, EXPLICIT).is_ok_and(|object| import(&object).is_ok());
    let mut read = 0;
    for at in (0..bytes.len()).step_by(7) {
        let mut changed = bytes.clone();
        changed[at] ^= 0xFF;
        read += usize::from(is_read(&changed)) + usize::from(is_read(bytes.get(..at).expect("a prefix")));
    }
    assert!(is_read(&bytes) && read < bytes.len() / 7, "{read}");
}

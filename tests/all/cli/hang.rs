//! `hang` and `protocols` on the phantom.

use std::path::Path;

use dicom_dictionary_std::{tags, uids};
use hotlight::dicom::Writer;
use serde_json::Value;
use tempfile::TempDir;

use crate::support::{hotlight, hotlight_in, phantom, stderr, stdout};

#[test]
fn the_phantom_hangs_beside_its_prior_and_says_why() {
    let folder = phantom().display().to_string();
    let output = hotlight(&["hang", "--json", &folder]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let json: Value = serde_json::from_str(&stdout(&output)).expect("JSON");
    assert_eq!(json["protocol"]["id"], "ct-chest-compare", "{json:#}");
    let tiles = json["stages"][0]["screens"][0]["tiles"].as_array().expect("tiles");
    let studies: Vec<&Value> = tiles.iter().map(|tile| &tile["study_uid"]).collect();
    assert_eq!(studies.len(), 2);
    assert_ne!(studies[0], studies[1]);
    assert_eq!(tiles[0]["rect"], serde_json::json!([0.0, 0.0, 0.5, 1.0]));
    assert_eq!(tiles[1]["missing"], Value::Null);
    let words = stdout(&hotlight(&["hang", "--explain", &folder]));
    assert!(
        words.starts_with("ct-chest-compare: CT chest, beside the prior\n  since modality is CT\n"),
        "{words}"
    );
    assert!(words.contains("not ct-chest: it fits, and ct-chest-compare fits more closely"), "{words}");
    let alone = stdout(&hotlight(&["hang", &phantom().join("current").display().to_string()]));
    assert!(alone.starts_with("ct-chest: CT chest\n"), "{alone}");
}

#[test]
fn a_protocol_is_chosen_and_screens_have_sizes() {
    let folder = phantom().display().to_string();
    let output = hotlight(&[
        "hang",
        "--json",
        "--protocol",
        "generic",
        "--screens",
        "2560x1440:10,1920x1080",
        &folder,
    ]);
    let json: Value = serde_json::from_str(&stdout(&output)).expect("JSON");
    assert_eq!(json["protocol"]["id"], "generic", "{json:#}");
    let screen = &json["stages"][0]["screens"][0];
    assert_eq!(screen["size"], serde_json::json!([2560, 1440]));
    assert_eq!(screen["bits"], 10);
    let words = stdout(&hotlight(&["hang", "--protocol", "mr-knee", &folder]));
    assert!(words.starts_with("nothing hangs by mr-knee: it fits, and none of its stages"), "{words}");
    let output = hotlight(&["hang", "--protocol", "genric", &folder]);
    assert_eq!(output.status.code(), Some(2));
    let told = stderr(&output);
    assert!(told.contains("there is no hanging protocol 'genric' (did you mean 'generic'?)"), "{told}");
    for screens in ["0", "9", "10x", "1920x1080:40", "x"] {
        let output = hotlight(&["hang", "--screens", screens, &folder]);
        assert_eq!(output.status.code(), Some(2), "{screens}");
    }
}

#[test]
fn a_reader_s_own_protocol_wins_and_a_faulty_one_is_told_with_its_place() {
    let folder = TempDir::new().expect("a temporary folder");
    let own = folder.path().join("mine.toml");
    let text = "schema = 1\nname = \"Mine\"\n[sets.a]\n[[stages]]\nname = \"one\"\nscreens.main.grid = [\"A\"]\nviews.A.set = \"a\"\n";
    std::fs::write(&own, text).expect("written");
    let own_path = own.display().to_string();
    let output = hotlight(&["hang", &phantom().display().to_string(), "--protocols", &own_path]);
    assert!(stdout(&output).starts_with("mine: Mine\n"), "{}", stdout(&output));
    let output = hotlight(&["protocols", "check", &own_path]);
    assert_eq!((output.status.code(), stdout(&output)), (Some(0), format!("{own_path}: ok\n")));
    std::fs::write(&own, text.replace("views.A", "views.B")).expect("written");
    let output = hotlight(&["protocols", "check", &own_path]);
    assert_eq!(output.status.code(), Some(1));
    let told = stderr(&output);
    assert!(told.contains("mine.toml:6:21: the grid shows A, and the stage has no view A"), "{told}");
    let shown = "views.A = { set = \"a\", window = \"lnug\" }";
    std::fs::write(&own, text.replace("views.A.set = \"a\"", shown)).expect("written");
    let told = stderr(&hotlight(&["protocols", "check", &own_path]));
    let expected = "mine.toml:7:33: there is no window preset 'lnug' (did you mean 'lung'?)";
    assert!(told.contains(expected), "{told}");
    let empty = folder.path().join("empty");
    std::fs::create_dir(&empty).expect("a folder");
    let output = hotlight(&["protocols", "check", &empty.display().to_string()]);
    assert!(stderr(&output).contains("empty: no protocol is in it"), "{}", stderr(&output));
}

#[test]
fn reasons_regions_and_any_attribute_are_read_from_files() {
    let folder = TempDir::new().expect("a temporary folder");
    let (image, own) = (folder.path().join("image.dcm"), folder.path().join("mine.toml"));
    let request = Writer::item().text(tags::REASON_FOR_THE_REQUESTED_PROCEDURE, "Staging");
    Writer::new(uids::CT_IMAGE_STORAGE, "2.25.1.2.3")
        .text(tags::STUDY_INSTANCE_UID, "2.25.1")
        .text(tags::SERIES_INSTANCE_UID, "2.25.1.2")
        .text(tags::MODALITY, "CT")
        .text(tags::BODY_PART_EXAMINED, "THORAX")
        .text(tags::PROTOCOL_NAME, "Chest dynamic")
        .number(tags::SERIES_NUMBER, 2)
        .sequence(tags::REQUEST_ATTRIBUTES_SEQUENCE, [request])
        .gray_16(4, 4, false)
        .pixels(&[7; 16])
        .write_to(&image)
        .expect("a file");
    let text = "schema = 1\nname = \"Mine\"\n[when]\nbody_part = \"CHEST\"\nreason = \"staging\"\n\
         tag = { ProtocolName = \"/Dynamic/i\" }\n[sets.a]\npick = { tag = { \"0020,0011\" = 2 } }\n[[stages]]\nname = \"one\"\n\
         screens.main.grid = [\"A\"]\nviews.A.set = \"a\"\n";
    std::fs::write(&own, text).expect("written");
    let (image, own) = (image.display().to_string(), own.display().to_string());
    let output = hotlight(&["hang", &image, "--protocols", &own, "--explain"]);
    let words = stdout(&output);
    let expected = "mine: Mine\n  since body_part is THORAX, which is CHEST\n  since reason is like staging\n  \
         since ProtocolName is like /Dynamic/i\n";
    assert!(words.starts_with(expected), "{words}{}", stderr(&output));
    assert!(words.contains("A a stack: 2.25.1.2\n"), "{words}");
}

#[test]
fn protocols_are_tried_on_their_fixtures() {
    let output = hotlight(&["protocols", "test"]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let words = stdout(&output);
    assert!(words.contains("hanging-protocols/fixtures/ct-chest.toml: ok, 8 situations\n"), "{words}");
    let folder = TempDir::new().expect("a temporary folder");
    let (own, fixtures) = (folder.path().join("mine.toml"), folder.path().join("fixtures"));
    let text = "schema = 1\nname = \"Mine\"\n[when]\nmodality = \"CT\"\n[sets.a]\n[[stages]]\nname = \"one\"\n\
         screens.main.grid = [\"A\"]\nviews.A.set = \"a\"\n";
    std::fs::write(&own, text).expect("written");
    let here = folder.path().display().to_string();
    let words = stdout(&hotlight(&["protocols", "test", &here]));
    assert!(words.contains("mine.toml: no fixture is beside it\n"), "{words}");
    std::fs::create_dir(&fixtures).expect("a folder");
    let fixture = "schema = 1\n[[matches]]\nname = \"a chest\"\ndate = \"20260302\"\n\
         series = [{ modality = \"CT\", number = 3 }]\nexpect = { A = \"series 3\" }\n\
         [[must_not_match]]\nname = \"MR\"\ndate = \"20260302\"\nseries = [{ modality = \"MR\" }]\n";
    std::fs::write(fixtures.join("mine.toml"), fixture).expect("written");
    let output = hotlight(&["protocols", "test", &own.display().to_string()]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert!(stdout(&output).contains("mine.toml: ok, 2 situations\n"), "{}", stdout(&output));
    std::fs::write(fixtures.join("mine.toml"), fixture.replace("\"MR\" }", "\"CT\" }")).expect("written");
    let output = hotlight(&["protocols", "test", &here]);
    assert_eq!(output.status.code(), Some(1));
    let told = stderr(&output);
    assert!(told.contains("mine.toml:7:1: \"MR\": mine is taken, since modality is CT\n"), "{told}");
    let json: Value =
        serde_json::from_str(&stdout(&hotlight(&["protocols", "test", "--json", &here]))).expect("JSON");
    let own = json.as_array().expect("a list").last().expect("one");
    assert_eq!(own["protocol"], "mine", "{json:#}");
    assert_eq!(own["failures"][0]["situation"], "MR", "{json:#}");
}

/// The manual's examples can be read, and what it says of keys is what there is.
#[test]
fn the_manual_s_example_is_sound() {
    let manual =
        std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("hanging-protocols/README.md"))
            .expect("read");
    let examples: Vec<&str> =
        manual.split("```toml\n").skip(1).filter_map(|part| part.split("```").next()).collect();
    assert!(!examples.is_empty());
    let folder = TempDir::new().expect("a temporary folder");
    for (number, example) in examples.iter().enumerate() {
        let path = folder.path().join(format!("example-{number}.toml"));
        std::fs::write(&path, example).expect("written");
        let output = hotlight(&["protocols", "check", &path.display().to_string()]);
        assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    }
    let words = stdout(&hotlight(&["protocols", "list"]));
    assert!(words.lines().any(|line| line.starts_with("mammo-screening")), "{words}");
}

#[test]
fn a_protocol_goes_out_as_an_object_and_comes_back_letter_by_letter() {
    let folder = TempDir::new().expect("a temporary folder");
    let object = folder.path().join("chest.dcm").display().to_string();
    let output = hotlight(&["protocols", "export", "ct-chest", &object]);
    assert_eq!(
        (output.status.code(), stdout(&output)),
        (Some(0), format!("{object}\n")),
        "{}",
        stderr(&output)
    );
    let told = stderr(&output);
    assert!(told.contains("note: sets.lung.pick.kernel: DICOM has no classes of kernels\n"), "{told}");
    assert!(told.contains("note: when.unless: DICOM says what a protocol is for"), "{told}");
    let again = hotlight(&["protocols", "export", "ct-chest", &object]);
    assert_eq!(again.status.code(), Some(1));
    assert!(
        stderr(&again).contains("chest.dcm: is there already, and is not written over"),
        "{}",
        stderr(&again)
    );
    let output = hotlight(&["protocols", "export", "ct-chst", &object]);
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr(&output).contains("ct-chst: no protocol has this name"), "{}", stderr(&output));

    // Into the reader's own folder, where it takes the place of the shipped one.
    let settings = TempDir::new().expect("a temporary folder");
    let output = hotlight_in(settings.path(), &["protocols", "import", &object]);
    let own = settings.path().join("hanging-protocols/ct-chest.toml");
    assert_eq!((output.status.code(), stdout(&output)), (Some(0), format!("{}\n", own.display())));
    let shipped = Path::new(env!("CARGO_MANIFEST_DIR")).join("hanging-protocols/ct-chest.toml");
    let text = |path: &Path| std::fs::read_to_string(path).expect("a file");
    assert_eq!(text(&own), text(&shipped));
    let listed = stdout(&hotlight_in(settings.path(), &["protocols", "list"]));
    assert!(listed.lines().any(|line| line.starts_with("ct-chest ") && line.contains(" user ")), "{listed}");
    let again = hotlight_in(settings.path(), &["protocols", "import", &object]);
    assert_eq!(again.status.code(), Some(1));
    assert!(stderr(&again).contains("ct-chest.toml: is there already"), "{}", stderr(&again));
    let into = folder.path().join("here");
    let output = hotlight(&["protocols", "import", &object, "--into", &into.display().to_string()]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert!(into.join("ct-chest.toml").is_file());
}

#[test]
fn what_is_no_protocol_is_told_in_a_sentence() {
    let folder = TempDir::new().expect("a temporary folder");
    let into = folder.path().display().to_string();
    let image = crate::support::data().join("pydicom/CT_small.dcm").display().to_string();
    let output = hotlight(&["protocols", "import", &image, "--into", &into]);
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr(&output).contains("the object is no hanging protocol"), "{}", stderr(&output));
    let absent = folder.path().join("absent.dcm").display().to_string();
    let output = hotlight(&["protocols", "import", &absent, "--into", &into]);
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr(&output).contains("absent.dcm: cannot be opened"), "{}", stderr(&output));
}

//! `display evaluate`: what a physicist's script asks.

use serde_json::Value;
use tempfile::TempDir;

use crate::support::{hotlight_in, stderr, stdout};

/// A folder with the reader's settings and files.
struct Folder(TempDir);

impl Folder {
    fn new(files: &[(&str, &str)]) -> Self {
        let folder = TempDir::new().expect("a temporary folder");
        for (name, text) in files {
            let path = folder.path().join(name);
            std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
            std::fs::write(path, text).expect("written");
        }
        Self(folder)
    }

    /// Evaluates `panel.csv` in the folder; gives the exit code, what is said and what is complained of.
    fn evaluate(&self, arguments: &[&str]) -> (Option<i32>, String, String) {
        let panel = self.0.path().join("panel.csv").display().to_string();
        self.run(&[&[panel.as_str()][..], arguments].concat())
    }

    fn run(&self, arguments: &[&str]) -> (Option<i32>, String, String) {
        let output = hotlight_in(self.0.path(), &[&["display", "evaluate"][..], arguments].concat());
        (output.status.code(), stdout(&output), stderr(&output))
    }

    fn json(&self, arguments: &[&str]) -> Value {
        let (code, said, complaint) = self.evaluate(&[arguments, &["--json"]].concat());
        assert_eq!(code, Some(0), "{complaint}");
        serde_json::from_str(&said).expect("JSON")
    }
}

/// A panel of gamma 2.2 from 1 to 350 cd/m² at 18 levels.
fn gamma() -> String {
    let luminance = |level: u16| 1.0 + 349.0 * (f64::from(level) / 255.0).powf(2.2);
    let rows = (0..=255).step_by(15).map(|level| format!("{level},{}\n", luminance(level)));
    format!("ddl,luminance\n{}", rows.collect::<String>())
}

const DIAGNOSTIC: [&str; 4] = ["--ambient", "0", "--profile", "diagnostic"];

#[test]
fn the_object_has_the_keys_that_scripts_stand_on() {
    let json = Folder::new(&[("panel.csv", &gamma())]).json(&DIAGNOSTIC);
    let number = |value: &Value| value.as_f64().expect("a number");
    assert!((number(&json["l_min"]) - 1.0).abs() < 1e-9 && (number(&json["l_max"]) - 350.0).abs() < 1e-9);
    assert!((number(&json["ratio"]) - 350.0).abs() < 1e-6);
    // Rule G-17; by `eval18` in Python.
    assert!((number(&json["gsdf_max_deviation_percent"]) - 50.931_459).abs() < 1e-5, "{json}");
    let levels = json["levels"].as_array().expect("levels");
    assert_eq!((levels.len(), &levels[17]["ddl"]), (18, &Value::from(255)));
    assert!((number(&levels[1]["luminance"]) - 1.685_232).abs() < 1e-5, "{}", levels[1]);
    assert!((number(&levels[1]["expected_contrast"]) - 0.020_278_5).abs() < 1e-6, "{}", levels[1]);
    assert!((number(&levels[1]["measured_contrast"]) - 0.014_917_6).abs() < 1e-6, "{}", levels[1]);
    assert!((number(&levels[1]["deviation_percent"]) + 26.436_7).abs() < 1e-3, "{}", levels[1]);
    // A monitor that fails is an evaluation that succeeded.
    assert_eq!(json["verdict"], "fail");
    assert!(json["findings"].as_array().is_some_and(|findings| findings.len() > 2), "{json}");
    assert_eq!(json["profile"], "diagnostic");
    assert!(json["grays_kept"].as_u64().is_some_and(|kept| (210..=220).contains(&kept)), "{json}");
    let checks = json["checks"].as_array().expect("checks");
    let mld = checks.iter().find(|check| check["quantity"] == "uniformity-mld").expect("a check");
    assert_eq!((&mld["verdict"], &mld["value"]), (&Value::from("not-measured"), &Value::Null));
}

#[test]
fn luminances_are_with_the_rooms_light_and_the_argument_goes_before_the_file() {
    let said = format!("# ambient: 0.5\n# meter: CS-200\n# unit: cd/m2\n{}", gamma());
    let folder = Folder::new(&[("panel.csv", &said)]);
    let l_min = |arguments: &[&str]| folder.json(arguments)["l_min"].as_f64().expect("a number");
    assert!((l_min(&["--profile", "clinical"]) - 1.5).abs() < 1e-9);
    assert!((l_min(&["--profile", "clinical", "--ambient", "2"]) - 3.0).abs() < 1e-9);
    assert_eq!(folder.json(&["--profile", "clinical"])["instrument"]["name"], "CS-200");
    let unsaid = Folder::new(&[("panel.csv", &gamma())]).json(&["--profile", "clinical"]);
    assert_eq!(unsaid["ambient"], Value::Null);
    let checks = unsaid["checks"].as_array().expect("checks");
    let ambient = checks.iter().find(|check| check["quantity"] == "ambient-ratio").expect("a check");
    assert_eq!(ambient["verdict"], "not-measured");
}

#[test]
fn a_person_reads_a_table() {
    let (code, said, complaint) = Folder::new(&[("panel.csv", &gamma())]).evaluate(&DIAGNOSTIC);
    assert_eq!((code, complaint.as_str()), (Some(0), ""));
    let line =
        |start: &str| said.lines().find(|line| line.trim_start().starts_with(start)).unwrap_or_default();
    assert_eq!(said.lines().next(), Some("diagnostic: fail"));
    assert!(line("30 ").ends_with("+50.9 %"), "{said}");
    assert!(
        line("Largest deviation").contains("50.93 %") && line("Largest deviation").contains("≤ 10"),
        "{said}"
    );
    assert!(line("Uniformity (MLD)").contains("not measured"), "{said}");
    assert!(line("Contrast deviates").contains("from level 15 to 30: +51 %"), "{said}");
    let column = |start: &str, word: &str| {
        let line = line(start);
        line.find(word).map(|at| line[..at].chars().count())
    };
    assert_eq!(column("Largest deviation", "fail"), column("Uniformity (MLD)", "not measured"), "{said}");
}

#[test]
fn the_monitor_beside_and_its_pixels_are_judged_where_they_are_named() {
    let brighter = gamma().replace("255,350", "255,420");
    let folder = Folder::new(&[("panel.csv", &gamma()), ("pair.csv", &brighter)]);
    let pair = folder.0.path().join("pair.csv").display().to_string();
    let json = folder.json(&[&DIAGNOSTIC[..], &["--pair", &pair, "--pixel-mm", "0.3"]].concat());
    let of = |quantity: &str| {
        let checks = json["checks"].as_array().expect("checks");
        checks.iter().find(|check| check["quantity"] == quantity).cloned().expect("a check")
    };
    // 200 · 70 / 770.
    assert!((of("pair-l-max")["value"].as_f64().expect("a number") - 18.1818).abs() < 1e-3);
    assert_eq!(
        (&of("pair-l-max")["verdict"], &of("pixel-pitch")["verdict"]),
        (&Value::from("fail"), &Value::from("fail"))
    );
    let (code, _, complaint) = folder.evaluate(&[&DIAGNOSTIC[..], &["--pixel-mm", "3"]].concat());
    assert!(code == Some(2) && complaint.contains("--pixel-mm"), "{complaint}");
}

const HOUSE: &str = "title = \"House\"\n[ratio]\nmin = 300\nsource = \"we\"\nconfirmed = true\n";

#[test]
fn limits_of_the_house_lie_over_those_that_ship() {
    let panel = gamma();
    let files = [("panel.csv", panel.as_str()), ("display-profiles/diagnostic.toml", HOUSE)];
    let json = Folder::new(&files).json(&DIAGNOSTIC);
    assert_eq!(json["verdict"], "pass", "{json}");
    let told = json["findings"].as_array().expect("findings");
    assert!(
        told.iter().any(|told| told.as_str().is_some_and(|told| told.contains("a file of the user"))),
        "{json}"
    );
    let (code, said, _) = Folder::new(&files).run(&["--profiles"]);
    assert_eq!(code, Some(0));
    assert!(said.lines().any(|line| line.starts_with("diagnostic ") && line.ends_with("House")), "{said}");
    assert!(said.contains("din-6868-157-mammography"), "{said}");
    let (_, said, _) = Folder::new(&files).run(&["--profiles", "--json"]);
    let list: Value = serde_json::from_str(&said).expect("JSON");
    let own = list.as_array().expect("a list").iter().find(|profile| profile["name"] == "diagnostic");
    assert_eq!(own.expect("the profile")["limits"][0]["min"], 300.0);
}

#[test]
fn what_is_wrong_is_told_with_its_place() {
    let check = |files: &[(&str, &str)], arguments: &[&str], code: i32, words: &str| {
        let (found, said, complaint) = Folder::new(files).evaluate(arguments);
        assert_eq!((found, said.as_str()), (Some(code), ""), "{complaint}");
        assert!(complaint.starts_with("error: ") && complaint.contains(words), "{complaint}");
    };
    let good = gamma();
    let good = good.as_str();
    check(&[("panel.csv", "ddl;luminance\n0;1,5\n")], &DIAGNOSTIC, 1, "panel.csv:1: semicolons stand here");
    check(&[("panel.csv", "# unit: fL\nddl,luminance\n")], &DIAGNOSTIC, 1, "panel.csv:1: the unit is 'fL'");
    check(
        &[("panel.csv", "ddl,luminance\n0,1\n255,350\n")],
        &DIAGNOSTIC,
        1,
        "panel.csv:3: there are 2 levels",
    );
    check(&[("panel.csv", good)], &["--ambient", "-1", "--profile", "clinical"], 2, "--ambient");
    check(
        &[("panel.csv", good)],
        &["--ambient", "3900", "--profile", "clinical"],
        1,
        "panel.csv: with ambient light, level",
    );
    check(
        &[("panel.csv", good)],
        &["--profile", "diagnostik"],
        2,
        "'diagnostik' (did you mean 'diagnostic'?)",
    );
    check(&[("panel.csv", good)], &["--ambient", "0"], 2, "--profile");
    check(&[], &DIAGNOSTIC, 1, "panel.csv: No such file");
    let wrong = HOUSE.replace("min", "mni");
    check(
        &[("panel.csv", good), ("display-profiles/house.toml", &wrong)],
        &DIAGNOSTIC,
        1,
        "house.toml:3:1: a limit has no 'mni' (did you mean 'min'?)",
    );
}

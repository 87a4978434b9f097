//! What a site locks, and checking what is to be rolled out.

use serde_json::Value;

use crate::support::{Station, stderr};

const LOCKED: &str = "locked = [\"viewer.unseen\", \"keymap.toml\"]\n[viewer]\nunseen = \"tell\"\n";

#[test]
fn what_the_site_has_locked_is_shown_as_such_and_nobody_changes_it() {
    let own = "[viewer]\nunseen = \"off\"\ndim = 0.5\n";
    let station = Station::with(&[("site/config.toml", LOCKED), ("user/config.toml", own)]);
    let output = station.run(&["config", "show", "--json"]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let entries: Value = serde_json::from_str(&station.told(&output.stdout)).expect("JSON");
    let of =
        |key: &str| entries.as_array().expect("a list").iter().find(|entry| entry["key"] == key).expect(key);
    let unseen = of("viewer.unseen");
    assert_eq!((&unseen["value"], &unseen["origin"]), (&"\"tell\"".into(), &"site site/config.toml".into()));
    assert_eq!(unseen["locked"], "site/config.toml:1:11");
    assert_eq!((&of("viewer.dim")["value"], &of("viewer.dim")["locked"]), (&"0.5".into(), &Value::Null));
    let keys = of("keymap.toml");
    assert_eq!((&keys["value"], &keys["locked"]), (&Value::Null, &"site/config.toml:1:28".into()));
    let place = "'viewer.unseen' is locked by the site (site/config.toml:1:11)";
    assert_eq!(station.told(&output.stderr), format!("warning: user/config.toml:2:1: {place}\n"));
    let text = station.told(&station.run(&["config", "show"]).stdout);
    assert!(text.contains("site site/config.toml:3  locked (site/config.toml:1:11)"), "{text}");

    let refused = station.run(&["config", "show", "--set", "viewer.unseen=off"]);
    assert_eq!(refused.status.code(), Some(1));
    assert_eq!(station.told(&refused.stderr), format!("error: command line: {place}\n"));

    let state = station.path("state.txt");
    station.write("script.txt", &format!("set viewer.unseen off\nstate {}\nquit\n", state.display()));
    let script = station.path("script.txt").display().to_string();
    let output = station.run(&["--offscreen", "320x240", "--script", &script]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let state = station.told(&std::fs::read(&state).expect("the state"));
    assert!(state.contains(&format!("{place}. What applied before still does.")), "{state}");
    assert!(
        state.contains(&format!("user/config.toml:2:1: {place}. What yours says does not apply.")),
        "{state}"
    );
    assert_eq!(std::fs::read_to_string(station.path("user/config.toml")).expect("the file"), own);
}

#[test]
fn files_of_a_readers_own_that_are_locked_are_not_even_read() {
    let station = Station::with(&[
        ("site/config.toml", "locked = [\"keymap.toml\", \"hanging-protocols\", \"peers.toml\"]\n"),
        ("user/keymap.toml", "[viewport]\nI = \"invrt\"\n"),
        ("user/hanging-protocols/mine.toml", "no protocol"),
    ]);
    let output = station.run(&["config", "check"]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let told = station.told(&output.stderr);
    assert_eq!(
        told,
        "warning: user/keymap.toml: 'keymap.toml' is locked by the site (site/config.toml:1:11)\n\
         warning: user/hanging-protocols: 'hanging-protocols' is locked by the site (site/config.toml:1:26)\n"
    );
    let listed = station.run(&["protocols", "list"]);
    assert_eq!(listed.status.code(), Some(0), "{}", stderr(&listed));
    // Nor is anything put there that nobody would read.
    station
        .write("site/config.toml", "locked = [\"keymap.toml\", \"hanging-protocols\", \"presets/volume\"]\n");
    for (command, locked) in [("protocols", "hanging-protocols"), ("presets", "presets/volume")] {
        let output = station.run(&[command, "import", "absent"]);
        assert_eq!(output.status.code(), Some(1));
        let told = station.told(&output.stderr);
        assert!(told.contains(&format!("'{locked}' is locked by the site (site/config.toml:1:")), "{told}");
    }
    station.write("site/config.toml", "");
    let output = station.run(&["config", "check"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(station.told(&output.stderr).contains("error: user/keymap.toml:2:5: 'I': there is no command"));
}

#[test]
fn the_limits_of_monitors_are_locked_with_what_is_due() {
    let station = Station::with(&[
        ("site/config.toml", "locked = [\"display-profiles\", \"display-schedules.toml\"]\n"),
        ("user/display-profiles/mine.toml", "no limits"),
        ("user/display-schedules.toml", "no schedule"),
    ]);
    let output = station.run(&["config", "check"]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let told = station.told(&output.stderr);
    assert!(told.contains("user/display-profiles: 'display-profiles' is locked by the site"), "{told}");
    assert!(told.contains("user/display-schedules.toml: 'display-schedules.toml' is locked"), "{told}");
}

fn check(station: &Station, arguments: &[&str]) -> (Option<i32>, Value, String) {
    let folders = ["site", "user"].map(|name| station.path(&format!("new/{name}")).display().to_string());
    let [site, user] = folders.each_ref().map(String::as_str);
    let all = [&["config", "check", "--site-dir", site, "--user-dir", user, "--json"], arguments].concat();
    let output = station.run(&all);
    let json = serde_json::from_str(&station.told(&output.stdout)).unwrap_or(Value::Null);
    (output.status.code(), json, station.told(&output.stderr))
}

#[test]
fn folders_are_checked_before_they_are_rolled_out_and_nothing_of_this_machine_counts() {
    let broken = "[viewer]\ndimm = 1\n";
    let station = Station::with(&[("site/config.toml", broken), ("user/config.toml", broken)]);
    station.write("new/site/config.toml", "[viewer]\ndim = 0.5\n");
    station.write("new/user/config.toml", "[viewer]\ndim = 0.6\n");
    let (code, json, told) = check(&station, &[]);
    assert_eq!((code, told.as_str()), (Some(0), ""));
    assert_eq!((&json["is_ok"], &json["faults"]), (&true.into(), &serde_json::json!([])));
    let file = serde_json::json!({ "file": "site new/site/config.toml", "is_there": true });
    assert_eq!(json["files"][0], file, "{json}");
    assert!(!json["files"].to_string().contains("\"user user/"), "{json}");

    let nowhere = station.path("nowhere").display().to_string();
    let output = station.run(&["config", "check", "--site-dir", &nowhere]);
    assert_eq!(output.status.code(), Some(2), "a slip of the hand is no fault of the files");
}

#[test]
fn a_roll_out_asks_no_keyring_and_reads_as_the_user_that_is_named() {
    let station = Station::with(&[]);
    let peer =
        |secret: &str| format!("[a]\nhost = \"h\"\ncalled = \"A\"\ntls = true\nuser = \"u\"\n{secret}\n");
    std::fs::create_dir_all(station.path("new/user")).expect("a folder");
    for secret in ["passcode = \"keyring:pacs\"", "passcode_variable = \"HOTLIGHT_TEST_NO_SUCH_VARIABLE\""] {
        station.write("new/site/peers.toml", &peer(secret));
        let (_, json, told) = check(&station, &[]);
        let is_silent = !["keyring", "VARIABLE"].iter().any(|word| told.contains(word));
        assert!(json.is_object() && is_silent, "{secret}: {told}");
    }
    station.write("new/site/peers.toml", &peer("passcode_file = \"absent\""));
    assert_eq!(check(&station, &[]).0, Some(1), "a file that is rolled out with it is looked at");
    std::fs::remove_file(station.path("new/site/peers.toml")).expect("removed");

    station.write("new/user/users/ann/config.toml", "[viewer]\ndimm = 1\n");
    assert_eq!(check(&station, &[]).0, Some(0), "ann does not read");
    let (code, _, told) = check(&station, &["--user", "ann"]);
    assert_eq!(code, Some(1));
    assert!(told.contains("new/user/users/ann/config.toml:2:1: there is no setting"), "{told}");
}

#[test]
fn the_files_of_the_audit_server_are_checked_where_they_are_used() {
    let station = Station::with(&[]);
    let told = |text: &str| {
        station.write("site/config.toml", &format!("[audit]\nserver = \"audit.example\"\n{text}\n"));
        let output = station.run(&["config", "check"]);
        (output.status.code(), station.told(&output.stderr))
    };
    let absent = station.path("absent.pem").display().to_string();
    let (code, lone) = told(&format!("certificate = '{absent}'"));
    assert_eq!(code, Some(1));
    assert_eq!(lone, "error: site/config.toml:3: 'audit.certificate' needs 'audit.key' too\n");
    let (code, none) = told(&format!("authorities = '{absent}'"));
    assert_eq!(code, Some(1));
    assert!(
        none.starts_with("error: site/config.toml:2: ") && none.contains("absent.pem cannot be read"),
        "{none}"
    );
}

#[test]
fn a_fault_in_each_companion_file_is_found() {
    let station = Station::with(&[]);
    for folder in ["new/site", "new/user"] {
        std::fs::create_dir_all(station.path(folder)).expect("a folder");
    }
    assert_eq!(check(&station, &[]).0, Some(0), "nothing is a configuration too");
    let faulty: [(&str, &str, &str); 9] = [
        ("new/site/keymap.toml", "[viewport]\nI = \"invrt\"\n", "new/site/keymap.toml:2:5: "),
        ("new/site/displays.toml", "[a]\ngsdf = \"pannel\"\n", "new/site/displays.toml:2:8: "),
        ("new/site/peers.toml", "[a]\nhost = \"h\"\n", "new/site/peers.toml:1:2: "),
        ("new/user/corner-text/us.toml", "", "new/user/corner-text/us.toml:1:1: "),
        ("new/user/palettes/mine.csv", "0,0,0\n1,1\n", "new/user/palettes/mine.csv:2: "),
        ("new/site/presets/volume/bad.toml", "opacity = 3\n", "new/site/presets/volume/bad.toml: "),
        ("new/site/priors.toml", "nonsense = 1\n", "new/site/priors.toml:1:1: "),
        ("new/site/hanging-protocols/bad.toml", "nonsense = 1\n", "new/site/hanging-protocols/bad.toml:"),
        (
            "new/site/hanging-protocols/chest/bad.toml",
            "nonsense = 1\n",
            "new/site/hanging-protocols/chest/bad.toml:",
        ),
    ];
    for (name, text, place) in faulty {
        station.write(name, text);
        let (code, json, told) = check(&station, &[]);
        assert_eq!((code, &json["is_ok"]), (Some(1), &false.into()), "{name}: {told}");
        let mut found = json["faults"].as_array().expect("a list").iter();
        let is_told = found.any(|fault| fault.as_str().is_some_and(|fault| fault.starts_with(place)));
        assert!(is_told, "{name}: {json}");
        assert!(told.contains(&format!("error: {place}")), "{told}");
        std::fs::remove_file(station.path(name)).expect("removed");
    }
    station
        .write("new/site/displays.toml", "[a]\ngsdf = \"viewer\"\nluminance = \"none.csv\"\nambient = 0.2\n");
    station.write("new/site/peers.toml", "[a]\nhost = \"h\"\ncalled = \"A\"\ntls = { ca = \"none.pem\" }\n");
    let (code, json, _) = check(&station, &[]);
    let found = json["faults"].to_string();
    assert_eq!(code, Some(1), "{found}");
    assert!(found.contains("new/site/displays.toml:1: a: ") && found.contains("none.csv"), "{found}");
    assert!(found.contains("new/site/peers.toml:4:7: ") && found.contains("none.pem"), "{found}");
}

//! Exit codes, help, and errors in words.

use crate::support::{hotlight, hotlight_with, phantom, stderr, stdout};

#[test]
fn wrong_arguments_exit_with_2_and_failed_work_with_1() {
    for arguments in [&["render"][..], &["--offscreen", "1x"], &["info", "--nonsense"]] {
        let output = hotlight(arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {}", stderr(&output));
        assert!(stderr(&output).starts_with("error: "), "{}", stderr(&output));
    }
    let output = hotlight(&["info", "no-such-folder"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr(&output).contains("error: no-such-folder: "), "{}", stderr(&output));
}

#[test]
fn every_subcommand_has_help() {
    for name in [
        "demo",
        "info",
        "render",
        "keys",
        "config",
        "display",
        "bench",
        "presets",
        "echo",
        "find",
        "get",
        "move",
        "send",
        "serve",
        "hang",
        "protocols",
        "worklist",
        "store",
        "ledger",
        "quality",
        "link",
        "audit",
        "support-bundle",
        "doctor",
        "secret",
    ] {
        let output = hotlight(&[name, "--help"]);
        assert_eq!(output.status.code(), Some(0), "{name}");
        assert!(stdout(&output).contains("Usage: hotlight"), "{name}");
    }
    assert!(stdout(&hotlight(&["--version"])).contains(env!("CARGO_PKG_VERSION")));
}

#[test]
fn without_a_display_the_viewer_says_so_and_names_what_needs_none() {
    let output = hotlight(&[&phantom().display().to_string()]);
    assert_eq!(output.status.code(), Some(1));
    let words = stderr(&output);
    assert!(words.contains("no display is attached") && words.contains("--offscreen"), "{words}");
    assert!(words.contains("info, render"), "{words}");
}

#[test]
fn without_a_graphics_adapter_it_says_what_to_install() {
    // An empty driver list hides the software driver.
    let out = tempfile::TempDir::new().expect("a temporary folder");
    let output = std::process::Command::new(crate::support::program())
        .args(["render", "--backend", "gpu", "--out"])
        .arg(out.path().join("x.png"))
        .arg(phantom().join("current"))
        .env("VK_DRIVER_FILES", "/nonexistent.json")
        .env("VK_ICD_FILENAMES", "/nonexistent.json")
        .output()
        .expect("the program runs");
    assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
    assert!(stderr(&output).contains("mesa-vulkan-drivers"), "{}", stderr(&output));
}

#[test]
fn keys_and_config_print_origins() {
    let keys = stdout(&hotlight(&["keys"]));
    assert!(keys.contains("panel palette") && keys.contains("Ctrl+K"), "{keys}");
    let check = hotlight(&["keys", "--check"]);
    assert_eq!((check.status.code(), stdout(&check).as_str()), (Some(0), ""), "{}", stderr(&check));
    let keys = stdout(&hotlight(&["keys", "--profile", "weasis"]));
    assert!(keys.contains("profile weasis:") && keys.contains("shipped:"), "{keys}");
    for name in ["ohif", "horos"] {
        let keys = stdout(&hotlight(&["keys", "--profile", name]));
        assert!(keys.contains(&format!("profile {name}:")), "{keys}");
    }
    let lost = stdout(&hotlight(&["keys", "--profile", "weasis", "--check"]));
    assert!(lost.contains("tool magnifier: no key; shipped: H"), "{lost}");
    let unknown = hotlight(&["keys", "--profile", "weasi"]);
    assert!(stderr(&unknown).contains("did you mean 'weasis'?"), "{}", stderr(&unknown));
    let config = stdout(&hotlight(&["config", "show"]));
    assert!(config.contains("viewer.text_size") && config.contains("shipped"), "{config}");
    let json: serde_json::Value =
        serde_json::from_str(&stdout(&hotlight(&["config", "show", "--json"]))).expect("JSON");
    assert!(json.as_array().is_some_and(|entries| entries.len() > 5));
}

#[test]
fn a_key_that_is_bound_by_its_place_as_well_is_told_by_the_check() {
    let own = |line: &str| {
        let text = format!("[viewport]\n{line}\n");
        let output = hotlight_with(&[("keymap.toml", &text)], &["keys", "--check"]);
        (output.status.code(), stderr(&output))
    };
    let (code, told) = own("\"[Q]\" = \"invert\"");
    assert_eq!(code, Some(1), "{told}");
    assert!(told.contains("keymap.toml:2:1: '[Q]' in [viewport] and 'Q' in [viewport] at"), "{told}");
    let (code, told) = own("\"Alt+[Q]\" = \"invert\"");
    assert_eq!(code, Some(0), "{told}");
}

#[test]
fn the_ledger_tells_medians_of_each_protocol() {
    let line = |protocol: &str, keys: u32, pixels: u32| {
        format!(
            "{{\"day\":\"20261128\",\"protocol\":{protocol},\"modality\":\"CT\",\"keys\":{keys},\"clicks\":5,\"wheel\":60.0,\
             \"travel_mm\":2150.0,\"travel_px\":{pixels}.0,\"seconds\":143.0}}\n"
        )
    };
    let chest = "\"ct-chest\"";
    let text = [line(chest, 30, 0), line(chest, 34, 0), line("null", 2, 7)].concat();
    let told = stdout(&hotlight_with(&[("ledger.jsonl", &text)], &["ledger"]));
    let expected = "Medians of a study:\n\
        no protocol: 2 keys · 5 clicks · 60 notches · 2150 mm · 7 pixels · 143 s, of 1 studies\n\
        ct-chest: 32 keys · 5 clicks · 60 notches · 2150 mm · 143 s, of 2 studies\n";
    assert_eq!(told, expected);
    let told = stdout(&hotlight_with(&[("ledger.jsonl", &text)], &["ledger", "--json"]));
    let json: serde_json::Value = serde_json::from_str(&told).expect("JSON");
    assert_eq!((&json[1]["protocol"], &json[1]["keys"]), (&"ct-chest".into(), &32.0.into()), "{json}");
    assert!(stdout(&hotlight(&["ledger"])).starts_with("Nothing was counted: "));
}

#[test]
fn an_unknown_setting_is_refused_with_a_suggestion() {
    let output = hotlight(&["config", "show", "--set", "viewer.text_sise=20"]);
    assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
    assert!(stderr(&output).contains("viewer.text_size"), "{}", stderr(&output));
}

#[test]
fn bench_prints_one_json_object() {
    let folder = phantom().join("current").display().to_string();
    let output = hotlight(&["bench", "--runs", "1", &folder]);
    let json: serde_json::Value = serde_json::from_str(&stdout(&output)).expect("JSON");
    for key in ["cat_ms", "index_ms", "read_ms", "first_image_ms"] {
        assert!(json[key].as_f64().is_some_and(|ms| ms > 0.0), "{key}: {json}");
    }
}

#[test]
fn bench_volume_prints_a_time_for_each_picture() {
    if std::env::var_os("HOTLIGHT_NO_GPU").is_some_and(|value| value == "1") {
        return;
    }
    let output = hotlight(&["bench", "volume", "--runs", "1", "--side", "24"]);
    let json: serde_json::Value = serde_json::from_str(&stdout(&output)).expect("JSON");
    assert_eq!(json["voxel_bytes"].as_u64(), Some(24 * 24 * 24 * 2), "{json}");
    let pictures = json["pictures"].as_array().expect("pictures");
    assert_eq!(pictures.len(), 9);
    for picture in pictures {
        for key in ["settled_ms", "moving_ms"] {
            assert!(picture[key].as_f64().is_some_and(|ms| ms > 0.0), "{key}: {picture}");
        }
    }
}

//! A monitor calibrated from end to end: the program shows patches on a real server, a program that stands in for a photometer
//! looks at the pixels that are there, and what it tells makes a table that passes when it is measured again.

use std::path::Path;
use std::process::Command;

use serde_json::Value;

use super::desktop::Desktop;
use crate::support::program;

/// What a panel of gamma 2.2 shows of the pixel in the middle of the screen, with noise of up to 0.1 %.
fn photometer(folder: &Path) -> String {
    let script = r#"#!/bin/sh
level=$(import -silent -window root -crop 1x1+960+540 -depth 8 gray:- | od -An -tu1 | tr -d ' ')
awk -v level="$level" 'BEGIN { srand(level); print (0.5 + 399.5 * (level / 255) ^ 2.2) * (0.999 + 0.002 * rand()) }'
"#;
    let path = folder.join("photometer.sh");
    std::fs::write(&path, script).expect("written");
    format!("sh {}", path.display())
}

#[test]
fn a_monitor_is_measured_calibrated_and_passes_when_it_is_measured_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let settings = format!(
        "[calibration]\nrole = \"physicist\"\nphotometer = \"{}\"\nreadings = 2\nsettle_s = 0\n",
        photometer(folder.path())
    );
    let (certificate, picture) = (folder.path().join("c.json"), folder.path().join("evaluate.png"));
    let script = format!(
        "wait screen-on-monitor\ncalibration\nwait book-read\ncalibration operator A. Physicist\ncalibration ambient 0.25\n\
         calibration path around\ncalibration measure response\nwait series-measured\ncalibration record\nwait book-read\n\
         calibration build\ncalibration activate\nwait book-read\nwait screen-on-monitor\n\
         calibration measure response\nwait series-measured\nscreenshot {}\ncalibration record\nwait book-read\n\
         calibration certificate {}\nwait book-read\nquit\n",
        picture.display(),
        certificate.display()
    );
    let path = folder.path().join("script");
    std::fs::write(&path, script).expect("written");
    let desktop = Desktop::start();
    let running = desktop.run_with(&[("config.toml", &settings)], &["--script", &path.display().to_string()]);
    running.wait_for(|event| event["event"] == "quit");
    let read = std::fs::read_to_string(&certificate).expect("a certificate");
    let certificate: Value = serde_json::from_str(&read).expect("JSON");
    let evaluation = &certificate["evaluation"];
    let deviation = evaluation["gsdf_max_deviation_percent"].as_f64().expect("a number");
    assert!(deviation < 10.0, "{deviation} %");
    let checks = evaluation["checks"].as_array().expect("checks");
    let response = checks.iter().find(|check| check["quantity"] == "gsdf-deviation").expect("a check");
    assert_eq!(response["verdict"], "pass");
    assert_eq!(certificate["measurement"]["path"], "through");
    assert!(certificate["monitor"]["table"].is_string(), "{}", certificate["monitor"]);
    // The book says all of it, in a chain.
    let records = Command::new(program())
        .args(["display", "records", "--verify"])
        .env("HOTLIGHT_STATE_DIR", running.folder().join("state"))
        .env("HOTLIGHT_CONFIG_DIR", running.folder().join("config"))
        .env("HOTLIGHT_SITE_DIR", running.folder().join("site"))
        .output()
        .expect("the program");
    assert!(records.status.success(), "{}", String::from_utf8_lossy(&records.stderr));
    let site = std::fs::read_to_string(running.folder().join("site/displays.toml")).expect("written");
    assert!(site.contains("gsdf = \"viewer\"") && site.contains("ambient = 0.25"), "{site}");
}

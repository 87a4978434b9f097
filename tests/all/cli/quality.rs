//! `quality`: numbers of phantoms from files to reports, and from reports to a trend.

use std::path::Path;

use dicom_dictionary_std::tags;
use serde_json::Value;

use crate::standard::{Object, Random};
use crate::support::{data, hotlight, hotlight_in, stderr, stdout};

/// A CT of 64 × 64 pixels of 0.5 mm, of values in HU.
fn write_ct(path: &Path, uid: &str, date: &str, hu: impl Fn(f64, f64) -> f64) {
    let places = (0..64).flat_map(|y| (0..64).map(move |x| (f64::from(x), f64::from(y))));
    let words: Vec<u16> = places.map(|(x, y)| (hu(x, y) + 1024.0).round() as u16).collect();
    Object::gray(64, 64, 16, &words)
        .text(tags::SOP_CLASS_UID, "UI", "1.2.840.10008.5.1.4.1.1.2")
        .text(tags::SOP_INSTANCE_UID, "UI", uid)
        .text(tags::MODALITY, "CS", "CT")
        .text(tags::SERIES_DESCRIPTION, "LO", "ZZCANARY^SERIES")
        .text(tags::ACQUISITION_DATE, "DA", date)
        .text(tags::KVP, "DS", "120")
        .text(tags::PIXEL_SPACING, "DS", "0.5\\0.5")
        .text(tags::RESCALE_SLOPE, "DS", "1")
        .text(tags::RESCALE_INTERCEPT, "DS", "-1024")
        .write_to(path);
}

fn noisy(seed: u64, mean: f64) -> impl Fn(f64, f64) -> f64 {
    let mut random = Random::seeded(seed);
    let values: Vec<f64> = (0..64 * 64).map(|_| mean + random.of(-20..=20) as f64).collect();
    move |x, y| values[(y * 64.0 + x) as usize]
}

fn quality(input: &Path, arguments: &[&str]) -> std::process::Output {
    let input = input.display().to_string();
    hotlight(&[&["quality", &input], arguments].concat())
}

fn report(input: &Path, arguments: &[&str]) -> Value {
    let output = quality(input, &[arguments, &["--json"]].concat());
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    serde_json::from_str(&stdout(&output)).expect("JSON")
}

fn value(report: &Value, name: &str) -> f64 {
    let values = report["values"].as_array().expect("values");
    let found =
        values.iter().find(|value| value["name"] == name).unwrap_or_else(|| panic!("{name}: {report}"));
    found["value"].as_f64().expect("a number")
}

#[test]
fn an_edge_in_a_file_has_the_transfer_of_its_blur_and_the_report_names_nobody() {
    let folder = tempfile::TempDir::new().expect("a temporary folder");
    let path = folder.path().join("edge");
    write_ct(&path, "2.25.71", "20261120", |x, y| {
        let across = (x - 31.3 - 0.08 * (y - 31.5)) * 0.5 / (1.0_f64 + 0.08 * 0.08).sqrt();
        500.0 * libm::erf(across / 0.6 / std::f64::consts::SQRT_2)
    });
    let arguments = ["--metric", "mtf", "--region", "4,4,56,56", "--phantom", "edge block"];
    let found = report(&path, &arguments);
    assert!((value(&found, "mtf50") / (0.187_39 / 0.6) - 1.0).abs() < 0.02, "{found}");
    assert!(
        (value(&found, "nyquist") - 1.0).abs() < 1e-9 && (value(&found, "contrast") - 1000.0).abs() < 2.0
    );
    assert_eq!(found["curve"]["points"].as_array().map(Vec::len), Some(101));
    let rest = [&found["unit"], &found["date"], &found["technique"]["kvp"], &found["spacing_basis"]];
    assert_eq!(rest, ["HU", "2026-11-20", "120", ""]);
    assert_eq!(
        found["regions"][0],
        serde_json::json!({"x": 4, "y": 4, "width": 56, "height": 56, "image": 1})
    );
    let words = stdout(&quality(&path, &arguments));
    assert!(words.starts_with("mtf · edge block · CT · 2026-11-20\n"), "{words}");
    assert!(words.contains("\nregion 1: 4,4,56,56@1\n") && words.contains("lp/mm"), "{words}");
    for text in [words, found.to_string()] {
        assert!(!text.contains("ZZCANARY") && !text.contains("2.25."), "{text}");
    }
}

#[test]
fn values_are_those_of_the_file_in_its_unit() {
    let folder = tempfile::TempDir::new().expect("a temporary folder");
    let path = folder.path().join("water");
    write_ct(&path, "2.25.72", "20261120", |x, y| match (x < 32.0, y < 32.0) {
        (true, true) => 100.0 + f64::from(i8::from((x + y) % 2.0 > 0.5)) * 10.0,
        (false, true) => 135.0,
        (true, false) => -7.0,
        (false, false) => 90.0,
    });
    let regions = ["--region", "40,8,10,10", "--region", "8,40,10,10"];
    let found = report(&path, &[&["--metric", "cnr", "--background", "8,8,10,10"], &regions[..]].concat());
    for (name, expected) in [
        ("background", 105.0),
        ("background noise", 5.0),
        ("mean 1", 135.0),
        ("cnr 1", 6.0),
        ("contrast 2", -112.0),
        ("cnr 2", 22.4),
    ] {
        assert!((value(&found, name) - expected).abs() < 1e-9, "{name}: {found}");
    }
    let five =
        ["28,28,8,8", "2,2,8,8", "50,2,8,8", "2,50,8,8", "50,50,8,8"].map(|region| ["--region", region]);
    let found = report(&path, &[&["--metric", "uniformity"], five.as_flattened()].concat());
    let centre = (105.0 + 135.0 - 7.0 + 90.0) / 4.0;
    assert!((value(&found, "uniformity") - (centre + 7.0)).abs() < 1e-9, "{found}");
    let noise = folder.path().join("noise");
    write_ct(&noise, "2.25.73", "20261120", noisy(5, 40.0));
    let found = report(&noise, &["--metric", "nps", "--region", "0,0,64,64", "--side", "32"]);
    // Whole numbers from −20 to 20 have a variance of (41² − 1) ÷ 12.
    assert!((value(&found, "variance") / 140.0 - 1.0).abs() < 0.1, "{found}");
    assert!((value(&found, "integral") / value(&found, "variance") - 1.0).abs() < 1e-9, "{found}");
    assert_eq!((found["side"].as_u64(), &found["curve"]["unit"]), (Some(32), &"HU²·mm²".into()));
}

#[test]
fn a_trend_tells_change_and_slope_and_compares_only_what_is_the_same() {
    let folder = tempfile::TempDir::new().expect("a temporary folder");
    let mut files = Vec::new();
    for (seed, date, mean) in [(1, "20260101", 400.0), (2, "20260702", 410.0), (3, "20270101", 420.0)] {
        let image = folder.path().join(format!("image-{seed}"));
        write_ct(&image, &format!("2.25.8{seed}"), date, noisy(seed, mean));
        let arguments = ["--metric", "snr", "--region", "8,8,40,40", "--phantom", "water 1", "--json"];
        let output = quality(&image, &arguments);
        let file = folder.path().join(format!("{seed}.json")).display().to_string();
        std::fs::write(&file, &output.stdout).expect("written");
        files.push(file);
    }
    let trend = |files: &[String], more: &[&str]| {
        let files: Vec<&str> = files.iter().map(String::as_str).collect();
        hotlight(&[&["quality", "trend"], files.as_slice(), more].concat())
    };
    let output = trend(&files, &["--json"]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let found: Value = serde_json::from_str(&stdout(&output)).expect("JSON");
    let mean = &found["drifts"][0];
    assert_eq!((&mean["name"], &mean["unit"]), (&"mean 1".into(), &"HU".into()));
    assert!(mean["per_year"].as_f64().is_some_and(|slope| (slope - 20.0).abs() < 1.5), "{mean}");
    assert!(mean["change"].as_f64().is_some_and(|change| (change - 20.0).abs() < 1.5), "{mean}");
    let words = stdout(&trend(&files, &[]));
    let lines: Vec<&str> = words.lines().map(str::trim).collect();
    assert_eq!(lines[0], "snr of water 1, 3 reports");
    assert!(lines[1].starts_with("day  mean 1 [HU]") && lines[2].starts_with("2026-01-01"), "{words}");
    let last: Vec<&str> =
        lines.iter().skip(5).map(|line| line.split("  ").next().unwrap_or_default()).collect();
    assert_eq!(last, ["change", "change, %", "a year", "a year, ±"]);
    let refused = |files: &[String], words: &str| {
        let output = trend(files, &[]);
        assert_eq!(output.status.code(), Some(1));
        assert!(stderr(&output).contains(words), "{}", stderr(&output));
    };
    refused(&files[..1], "a trend takes two reports at least");
    refused(&[files[0].clone(), files[0].clone()], "is of the same images as");
    let text = std::fs::read_to_string(&files[1]).expect("a report");
    std::fs::write(&files[1], text.replace("water 1", "water 2")).expect("written");
    refused(&files, "2.json: the phantom is 'water 2', and in ");
    std::fs::write(&files[1], "{}").expect("written");
    refused(&files, "2.json: no report of hotlight quality --json");
}

#[test]
fn what_gives_no_number_is_told() {
    let folder = tempfile::TempDir::new().expect("a temporary folder");
    let path = folder.path().join("edge");
    write_ct(&path, "2.25.74", "20261120", |x, _| if x < 31.5 { 0.0 } else { 500.0 });
    let color = data().join("formats/pydicom-data/color-pl.dcm");
    let bare = folder.path().join("bare");
    Object::gray(32, 32, 16, &[7; 32 * 32]).write_to(&bare);
    for (input, arguments, words) in [
        (&path, ["--metric", "mtf", "--region", "4,4,56,56"], "the edge lies at 0.0° to the pixels"),
        (
            &path,
            ["--metric", "snr", "--region", "60,0,8,8"],
            "60,0,8,8 lies outside the image, which has 64 × 64 pixels",
        ),
        (&path, ["--metric", "snr", "--region", "0,0,4,4"], "a region of 4 × 4 pixels is too small for snr"),
        (&path, ["--metric", "snr", "--region", "0,0,8,8"], "not above 0"),
        (&path, ["--metric", "snr", "--region", "40,0,8,8"], "there is no noise in it"),
        (&path, ["--metric", "cnr", "--region", "40,0,8,8"], "cnr takes a background"),
        (&path, ["--metric", "uniformity", "--region", "40,0,8,8"], "uniformity takes five regions"),
        (&path, ["--metric", "snr", "--region", "0,0,8,8@2"], "there is no image 2 in a stack of 1"),
        (&bare, ["--metric", "nps", "--region", "0,0,32,32"], "the image states no size of its pixels"),
        (&color, ["--metric", "snr", "--region", "0,0,8,8"], "it is in colour"),
    ] {
        let output = quality(input, &arguments);
        assert_eq!(output.status.code(), Some(1), "{arguments:?}: {}", stdout(&output));
        assert!(stderr(&output).contains(words), "{arguments:?}: {}", stderr(&output));
    }
    for (arguments, words) in [
        (&["--metric", "snr"][..], "--region"),
        (&["--region", "0,0,8,8"], "--metric"),
        (&["--metric", "snr", "--region", "0,0,8"], "a region is X,Y,W,H in whole pixels"),
        (&["--metric", "sharpness", "--region", "0,0,8,8"], "possible values"),
        (&["--metric", "nps", "--region", "0,0,32,32", "--side", "8"], "16..=256"),
        (&["--metric", "snr", "--region", "0,0,8,8", "--phantom", "a\nb"], "--phantom"),
    ] {
        let output = quality(&path, arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {}", stdout(&output));
        assert!(stderr(&output).contains(words), "{arguments:?}: {}", stderr(&output));
    }
}

#[test]
fn what_is_recorded_is_in_the_chain_makes_trends_and_names_nobody() {
    let folder = tempfile::TempDir::new().expect("a temporary folder");
    let state = folder.path().join("state");
    std::fs::create_dir(&state).expect("a folder");
    let run = |arguments: &[&str]| hotlight_in(&state, arguments);
    let told = |output: &std::process::Output| {
        assert_eq!(output.status.code(), Some(0), "{}", stderr(output));
        stdout(output)
    };
    for (seed, date, mean) in [(1, "20260101", 400.0), (2, "20260702", 410.0)] {
        let image = folder.path().join(format!("image-{seed}"));
        write_ct(&image, &format!("2.25.9{seed}"), date, noisy(seed, mean));
        let image = image.display().to_string();
        let measure = ["quality", &image, "--metric", "snr", "--region", "8,8,40,40"];
        let record = ["--record", "--operator", "A. Physicist"];
        let nameless = run(&[&measure[..], &record[..]].concat());
        assert_eq!(nameless.status.code(), Some(2), "{}", stdout(&nameless));
        assert!(stderr(&nameless).contains("--phantom"), "{}", stderr(&nameless));
        let phantom = ["--phantom", "water 1"];
        let words = told(&run(&[&measure[..], &record[..], &phantom[..]].concat()));
        assert!(words.contains(&format!("recorded as record {seed} of ")), "{words}");
        if seed == 1 {
            let words = told(&run(&["quality", "trend", "--recorded"]));
            assert!(words.starts_with("CT\nsnr of water 1, 1 report\n"), "{words}");
        }
    }
    let words = told(&run(&["quality", "trend", "--recorded"]));
    assert!(words.contains("snr of water 1, 2 reports") && words.contains("2026-07-02"), "{words}");
    let found = told(&run(&["quality", "trend", "--recorded", "--json", "--phantom", "water 1"]));
    let found: Value = serde_json::from_str(&found).expect("JSON");
    assert_eq!(found.as_array().map(Vec::len), Some(1), "{found}");
    assert_eq!(found[0]["operators"]["record 2"], "A. Physicist");
    assert_eq!(found[0]["sop_class"], "1.2.840.10008.5.1.4.1.1.2");
    assert!(found[0]["drifts"][0]["change"].as_f64().is_some_and(|change| (change - 10.0).abs() < 2.0));
    let none = told(&run(&["quality", "trend", "--recorded", "--phantom", "water 2"]));
    assert!(none.starts_with("nothing is recorded of image quality: "), "{none}");

    let out = state.join("quality.json").display().to_string();
    told(&run(&["display", "report", "--quality", "--out", &out]));
    let written = std::fs::read_to_string(&out).expect("the report");
    let written: Value = serde_json::from_str(&written).expect("JSON");
    assert_eq!((&written["format"], &written["trends"]), (&"hotlight-image-quality/1".into(), &found));
    assert!(written["records"]["head"].as_str().is_some_and(|head| head.len() == 64), "{written}");
    let pdf = run(&["display", "report", "--quality", "--out", "quality.pdf"]);
    assert_eq!(pdf.status.code(), Some(2), "{}", stdout(&pdf));
    assert!(stderr(&pdf).contains("as JSON"), "{}", stderr(&pdf));

    let lines = told(&run(&["display", "records"]));
    assert!(lines.contains("phantom-quality  A. Physicist  snr of water 1, CT, 2026-01-01"), "{lines}");
    let verified = told(&run(&["display", "records", "--verify"]));
    assert!(verified.starts_with("2 records, each as it was written"), "{verified}");
    let schedule = told(&run(&["display", "schedule"]));
    assert!(schedule.starts_with("displays.toml names no monitor"), "they are of no monitor: {schedule}");
    let book = std::fs::read(state.join("displays/records.sqlite")).expect("the book");
    let book = String::from_utf8_lossy(&book);
    assert!(book.contains("water 1") && !book.contains("ZZCANARY") && !book.contains("2.25."));
}

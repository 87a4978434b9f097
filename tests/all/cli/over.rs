//! `render --over`: a second series over the picture. What it looks like is in `oracle::fusion`.

use hotlight::app::read_headers;
use hotlight::study::DisplaySet;

use crate::support::{data, hotlight, phantom, stderr, stdout};

const CT: &str = "2.25.20261128.1";
const PET: &str = "2.25.20261128.2";
const MAP: &str = "2.25.20261128.3";

fn run(inputs: &[&str], name: &str, arguments: &[&str]) -> (std::process::Output, Option<Vec<u8>>) {
    let folder = tempfile::TempDir::new().expect("a temporary folder");
    let out = folder.path().join(name);
    let out_text = out.display().to_string();
    let output = hotlight(&[&["render"], inputs, &["--out", &out_text], arguments].concat());
    (output, std::fs::read(out).ok())
}

fn json(arguments: &[&str]) -> serde_json::Value {
    let input = data().join("fusion").display().to_string();
    let (output, _) = run(&[&input], "x.png", &[arguments, &["--json"]].concat());
    assert_eq!(output.status.code(), Some(0), "{arguments:?}: {}", stderr(&output));
    serde_json::from_str(&stdout(&output)).expect("JSON")
}

/// The samples of a PNG.
fn samples(bytes: Option<Vec<u8>>) -> Vec<u8> {
    let bytes = bytes.expect("a picture");
    let mut reader = png::Decoder::new(std::io::Cursor::new(bytes)).read_info().expect("a PNG");
    let mut samples = vec![0; reader.output_buffer_size().expect("a size")];
    reader.next_frame(&mut samples).expect("a picture");
    samples
}

#[test]
fn the_json_line_tells_the_layer() {
    let plain = json(&["--series", CT]);
    assert_eq!(plain["layer"], serde_json::Value::Null);
    let pet = json(&["--series", CT, "--over", PET]);
    let expected = serde_json::json!({
        "series": PET, "opacity": 0.5, "palette": "hot-iron", "clear_floor": false, "unit": "Bq/ml",
        "voi": {"center": 4000.0, "width": 8000.0, "function": "linear"}, "positions": 7, "missing": 0,
        "registration": null,
    });
    assert_eq!(pet["layer"], expected);
    let look =
        ["--over", MAP, "--opacity", "0.8", "--palette", "pet", "--over-voi", "300,600", "--clear-floor"];
    let map = json(&[&["--series", CT, "--plane", "axial"], &look[..]].concat());
    let layer = &map["layer"];
    assert_eq!([&layer["positions"], &layer["missing"]], [1, 0], "a plane as thick as its slice");
    assert_eq!([&layer["opacity"], &layer["voi"]["center"]], [0.8, 300.0]);
    assert_eq!([&layer["palette"], &layer["clear_floor"]], [&serde_json::json!("pet"), &true.into()]);
    assert_eq!(map["voi"]["center"], 40.0, "the picture's own");
}

/// Driving levels are those of the panel below and mixed there.
#[test]
fn driving_levels_below_are_the_panels() {
    let input = data().join("fusion").display().to_string();
    let folder = tempfile::TempDir::new().expect("a temporary folder");
    let panel = folder.path().join("panel.csv").display().to_string();
    let rows = (0..=255_u16).map(|ddl| format!("{ddl},{}\n", 0.5 + 400.0 * (f64::from(ddl) / 255.0).powi(2)));
    std::fs::write(&panel, format!("ddl,luminance\n{}", rows.collect::<String>())).expect("a file");
    let panel = ["--values", "ddl", "--luminance", &panel, "--ambient", "0.3", "--bits", "8"];
    let picture = |more: &[&str]| {
        let (output, bytes) = run(&[&input], "x.png", &[&["--series", CT], more].concat());
        assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
        samples(bytes)
    };
    let gray = picture(&panel);
    let over = ["--over", PET, "--opacity", "0"];
    let clear = picture(&[&panel[..], &over].concat());
    assert!(clear.as_chunks().0.iter().zip(&gray).all(|(pixel, level)| *pixel == [*level; 3]));
    assert_ne!(clear, picture(&over), "another panel");
}

/// A registration among the inputs says where a series of another frame of reference lies, as its matrix does.
#[test]
fn a_registration_among_the_inputs_is_applied_and_named() {
    let all = data().join("blending");
    let library = read_headers(std::slice::from_ref(&all));
    let set = |modality: &str| -> DisplaySet {
        let mut sets = library.display_sets();
        let found = sets.find(|(_, series, _)| series.attributes.modality == modality);
        found.map(|(.., set)| (**set).clone()).expect(modality)
    };
    let (ct, mr) = (set("CT"), set("MR"));
    let apart = tempfile::TempDir::new().expect("a temporary folder");
    for name in
        (1..=4).map(|slice| format!("ct-{slice}.dcm")).chain((1..=5).map(|slice| format!("mr-{slice}.dcm")))
    {
        std::fs::copy(all.join(&name), apart.path().join(&name)).expect("copied");
    }
    let [apart, all] = [apart.path(), all.as_path()].map(|folder| folder.display().to_string());
    let series = ["--series", ct.id.series.as_str(), "--over", mr.id.series.as_str(), "--json"];
    let of = |input: &str, more: &[&str]| run(&[input], "x.png", &[&series[..], more].concat());
    let told = |output: &std::process::Output| -> serde_json::Value {
        assert_eq!(output.status.code(), Some(0), "{}", stderr(output));
        serde_json::from_str(&stdout(output)).expect("JSON")
    };

    let (refused, _) = of(&apart, &[]);
    assert_eq!(refused.status.code(), Some(1), "{}", stderr(&refused));
    assert!(stderr(&refused).contains("has not the picture's frame of reference"), "{}", stderr(&refused));

    let (output, registered) = of(&all, &[]);
    let uid = library.registrations().first().expect("a registration").uid.as_str();
    assert_eq!(told(&output)["layer"]["registration"], uid);

    let to_ct = library.alignment(&mr, &ct, &[]).expect("registered").layer_from_base;
    let [x, y, z, at] = [to_ct.x_axis().xyz, to_ct.y_axis().xyz, to_ct.z_axis().xyz, to_ct.origin().xyz];
    let row = |axis: usize| format!("{},{},{},{}", x[axis], y[axis], z[axis], at[axis]);
    let matrix = format!("{},{},{},0,0,0,1", row(0), row(1), row(2));
    let (output, by_matrix) = of(&apart, &["--over-matrix", &matrix]);
    assert_eq!(told(&output)["layer"]["registration"], serde_json::Value::Null);
    let (output, elsewhere) = of(&apart, &["--over-matrix", "1,0,0,0,0,1,0,0,0,0,1,0,0,0,0,1"]);
    told(&output);
    let [registered, by_matrix, elsewhere] = [registered, by_matrix, elsewhere].map(samples);
    // A matrix that is inverted twice is nearly what it was.
    assert!(registered.iter().zip(&by_matrix).all(|(level, other)| level.abs_diff(*other) <= 1));
    assert_ne!(registered, elsewhere, "the registration moves it");
}

#[test]
fn what_makes_no_layer_is_told() {
    let fusion = data().join("fusion").display().to_string();
    let color = data().join("formats/pydicom-data/color-pl.dcm").display().to_string();
    let current = phantom().join("current").display().to_string();
    let check = |inputs: &[&str], name: &str, arguments: &[&str], code: i32, words: &str| {
        let (output, picture) = run(inputs, name, arguments);
        assert_eq!(output.status.code(), Some(code), "{arguments:?}: {}", stderr(&output));
        assert!(stderr(&output).contains(words), "{arguments:?}: {}", stderr(&output));
        assert!(picture.is_none(), "{arguments:?}");
    };
    let ct_under = |more: &[&'static str]| [&["--series", CT, "--over", PET], more].concat();
    check(&[&fusion], "x.png", &["--over", "1.2.3"], 1, "--over: no series 1.2.3 in the inputs");
    check(&[&fusion, &current], "x.png", &["--series", CT, "--opacity", "0.5"], 2, "--over <UID>");
    check(&[&fusion], "x.pgm", &ct_under(&[]), 2, "colours are written as .png");
    check(&[&fusion], "x.npy", &ct_under(&["--values", "modality"]), 2, "changes no modality values");
    check(&[&fusion], "x.png", &ct_under(&["--opacity", "1.2"]), 2, "an opacity is a number from 0 to 1");
    check(&[&fusion], "x.png", &ct_under(&["--palette", "rainbow"]), 2, "there are hot-iron, pet");
    check(
        &[&fusion],
        "x.png",
        &ct_under(&["--over-matrix", "1,0,0"]),
        2,
        "16 numbers with commas between them",
    );
    let flat = "1,0,0,0,0,1,0,0,0,0,0,0,0,0,0,1";
    check(&[&fusion], "x.png", &ct_under(&["--over-matrix", flat]), 2, "it flattens space");
    let wild = "1,0,0,0,0,1,0,0,0,0,1,0,5,0,0,1";
    check(&[&fusion], "x.png", &ct_under(&["--over-matrix", wild]), 2, "its last row is not 0,0,0,1");
    check(&[&fusion], "x.png", &ct_under(&["--volume", "bone"]), 2, "cannot be used with");
    let elsewhere =
        "--over: the series has not the picture's frame of reference; --over-matrix says how it lies";
    let [of_color, of_current] = [&color, &current].map(|input| first_series(input));
    check(&[&current, &fusion], "x.png", &["--series", &of_current, "--over", PET], 1, elsewhere);
    let matrix = ["--over-matrix", "1,0,0,0,0,1,0,0,0,0,1,0,0,0,0,1"];
    let over_ct = [&["--series", CT, "--over", &of_color], &matrix[..]].concat();
    check(&[&color, &fusion], "x.png", &over_ct, 1, "--over: its images are in colour");
    let over_color = [&["--series", &of_color, "--over", PET], &matrix[..]].concat();
    check(&[&color, &fusion], "x.png", &over_color, 1, "it does not say where it lies");
}

fn first_series(input: &str) -> String {
    let output = hotlight(&["info", input, "--json"]);
    let json: serde_json::Value = serde_json::from_str(&stdout(&output)).expect("JSON");
    json["studies"][0]["series"][0]["uid"].as_str().expect("a series").to_owned()
}

//! `render --volume`: renderings, what is cut away of them, and presets.

use std::path::Path;

use dicom_dictionary_std::{tags, uids};
use hotlight::dicom::Writer;

use crate::support::{data, hotlight, hotlight_in, stderr, stdout};

use super::render::{json_of, png, render_of};

/// A block of bone seen from the front and from the left; what is no preset is told.
#[test]
fn a_rendering_is_drawn_from_where_the_camera_stands() {
    let folder = data().join("ct-gantry-tilt").display().to_string();
    let size_of = |camera: &str| {
        let arguments = ["--volume", "bone", "--camera", camera, "--pixel-mm", "4", "--center", "0,0,729"];
        let (color, depth, samples) = png(&render_of(Path::new(&folder), "x.png", &arguments).0);
        assert_eq!((color, depth), (png::ColorType::Rgb, png::BitDepth::Eight));
        assert!(samples.iter().any(|&level| level > 60), "something is seen from {camera}");
        samples.len()
    };
    // From the front 208 mm are seen across, from the left 199 mm, tilted; both about 60 mm up.
    assert_ne!(size_of("0,0"), size_of("90,0"));
    for (arguments, why) in [
        (&["--volume", "wood"][..], "--volume wood: there are bone, cta, lung, mr-angio, skin"),
        (&["--volume", "bone", "--plane", "axial"], "cannot be used with"),
        (&["--volume", "bone", "--interpolation", "cubic"], "cannot be used with"),
        (&["--camera", "90,0"], "--volume"),
        (&["--volume", "bone", "--camera", "up"], "two angles are AZ,EL"),
    ] {
        let output = hotlight(&[&["render", &folder, "--out", "x.png"], arguments].concat());
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(stderr(&output).contains(why), "{arguments:?}: {}", stderr(&output));
    }
}

/// As of any picture: where it lies, how true it is and what is missing; and from where it is looked at.
#[test]
fn the_json_line_tells_how_a_rendering_is_seen() {
    let folder = data().join("mr-oblique");
    let view =
        ["--volume", "skin", "--size", "40x30", "--pixel-mm", "5", "--center", "1,2,3", "--camera", "90,0"];
    let cut = ["--light", "20,30", "--clip-plane", "0,0,0,0,0,1", "--backend", "cpu"];
    let json = json_of(&folder, &[&view[..], &cut].concat());
    assert_eq!([&json["columns"], &json["rows"]], [40, 30]);
    assert_eq!(json["spacing_mm"], serde_json::json!([5.0, 5.0]));
    // From the patient's left posterior is right; the first pixel's centre lies 19.5 and 14.5 pixels from the middle.
    let near = |key: &str, truth: [f64; 3]| {
        let found: Vec<f64> = serde_json::from_value(json[key].clone()).expect("numbers");
        assert!(
            found.iter().zip(truth).all(|(found, truth)| (found - truth).abs() < 1e-9),
            "{key}: {found:?}"
        );
    };
    near("origin_mm", [1.0, 2.0 - 97.5, 3.0 + 72.5]);
    near("row_direction", [0.0, 1.0, 0.0]);
    near("column_direction", [0.0, 0.0, -1.0]);
    assert_eq!(json["camera"], serde_json::json!({"azimuth_degrees": 90.0, "elevation_degrees": 0.0}));
    assert_eq!(json["light_degrees"], serde_json::json!([20.0, 30.0]));
    assert_eq!([&json["preset"], &json["backend"]], ["skin", "cpu"]);
    assert_eq!([&json["positions"], &json["missing"], &json["cuts"]], [5, 0, 1]);
    assert_eq!(json["fidelity"]["interpolated"], true);
}

/// A volume that the card cannot hold is drawn by the processor, unless the card was asked for.
#[test]
fn what_is_too_large_for_the_card_is_drawn_by_the_processor() {
    let folder = tempfile::TempDir::new().expect("a temporary folder");
    // Wider than the bricks of a volume may be on a card.
    for (slice, mm) in [0.0, 1.0, 2.0].into_iter().enumerate() {
        Writer::new(uids::CT_IMAGE_STORAGE, &format!("2.25.3.{slice}"))
            .text(tags::STUDY_INSTANCE_UID, "2.25.1")
            .text(tags::SERIES_INSTANCE_UID, "2.25.2")
            .text(tags::MODALITY, "CT")
            .text(tags::PATIENT_NAME, "ZZCANARY^WIDE")
            .text(tags::INSTANCE_NUMBER, &slice.to_string())
            .text(tags::FRAME_OF_REFERENCE_UID, "2.25.9")
            .decimals(tags::IMAGE_POSITION_PATIENT, &[0.0, 0.0, mm])
            .decimals(tags::IMAGE_ORIENTATION_PATIENT, &[1.0, 0.0, 0.0, 0.0, 1.0, 0.0])
            .decimals(tags::PIXEL_SPACING, &[1.0, 1.0])
            .decimals(tags::WINDOW_CENTER, &[50.0])
            .decimals(tags::WINDOW_WIDTH, &[100.0])
            .gray_16(4, 16_400, true)
            .pixels(&vec![77; 4 * 16_400])
            .write_to(&folder.path().join(slice.to_string()))
            .expect("written");
    }
    let input = folder.path().display().to_string();
    let out_folder = tempfile::TempDir::new().expect("a temporary folder");
    let out = out_folder.path().join("x.png").display().to_string();
    let view =
        ["--plane", "coronal", "--center", "8000,1.5,1", "--size", "4x3", "--pixel-mm", "0.5", "--json"];
    let run = |more: &[&str]| hotlight(&[&["render", &input, "--out", &out][..], &view, more].concat());
    let output = run(&[]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert!(stderr(&output).contains("too large for the graphics adapter"), "{}", stderr(&output));
    let json: serde_json::Value = serde_json::from_str(&stdout(&output)).expect("JSON");
    assert_eq!([&json["positions"], &json["missing"]], [3, 0]);
    assert_eq!(json["backend"], "cpu");
    let (.., samples) = png(&std::fs::read(&out).expect("the picture"));
    assert!(samples.as_chunks().0.iter().all(|&pair| u16::from_be_bytes(pair) > 50_000), "{samples:?}");
    let refused = run(&["--backend", "gpu"]);
    assert_eq!(refused.status.code(), Some(1), "{}", stderr(&refused));
}

/// What a box, a plane and outlines leave is less than all; what they cannot be is told.
#[test]
fn a_rendering_is_cut() {
    let folder = data().join("ct-gantry-tilt").display().to_string();
    let lit = |arguments: &[&str]| {
        let view = ["--volume", "bone", "--size", "40x30", "--pixel-mm", "5", "--backend", "cpu"];
        let (.., samples) = png(&render_of(Path::new(&folder), "x.png", &[&view[..], arguments].concat()).0);
        samples.as_chunks::<3>().0.iter().filter(|color| **color != [0; 3]).count()
    };
    let whole = lit(&[]);
    let left_half = lit(&["--cut-inside", "0,0,20,0,20,30,0,30"]);
    let right_half = lit(&["--cut-outside", "0,0,20,0,20,30,0,30"]);
    assert!(left_half > 0 && right_half > 0);
    assert_eq!(left_half + right_half, whole, "each column is in one of the two");
    assert_eq!(lit(&["--cut-inside", "0,0,40,0,40,30,0,30"]), 0);
    let boxed = lit(&["--clip-box", "-900,900,-900,900,-900,740"]);
    let below = lit(&["--clip-plane", "0,0,740,0,0,-1"]);
    assert!(boxed == below && boxed < whole && boxed > 0, "{boxed} {below} {whole}");
    let plane = ["--clip-plane", "0,0,0,0,0,1"];
    for (arguments, why) in [
        (
            ["--clip-box", "9,0,0,1,0,1"].to_vec(),
            "--clip-box: a box that cuts has its lower end before its upper",
        ),
        (["--clip-plane", "0,0,0,0,0,0"].to_vec(), "--clip-plane: a plane that cuts has a direction"),
        (
            [&["--clip-box", "0,1,0,1,0,1"][..], &plane, &plane, &plane].concat(),
            "--clip-plane: 8 planes cut at most",
        ),
        (["--cut-inside", "0,0,1,1"].to_vec(), "--cut-inside: an outline that cuts has 3 to 256 points"),
        (["--cut-inside", "0,0,1,1,2"].to_vec(), "a last X has no Y"),
        (["--clip-box", "0,1,2"].to_vec(), "6 numbers with commas between them are wanted"),
    ] {
        let view = ["render", &folder, "--out", "x.png", "--volume", "bone"];
        let output = hotlight(&[&view[..], &arguments].concat());
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(stderr(&output).contains(why), "{arguments:?}: {}", stderr(&output));
    }
}

/// Presets of 3D Slicer become files, which are then rendered by name; what is wrong with one leaves the others.
#[test]
fn presets_of_slicer_become_presets() {
    let folder = tempfile::TempDir::new().expect("a temporary folder");
    let xml = r#"<MRML>
 <VolumeProperty name="CT-Ours" shade="1" scalarOpacity="4 -100 0 900 1" colorTransfer="8 -100 0 0 0 900 0 1 0" gradientOpacity="4 0 0 255 1"/>
 <VolumeProperty name="CT-Bad" scalarOpacity="5 -100 0 900 1" colorTransfer="8 -100 0 0 0 900 0 1 0"/>
</MRML>"#;
    let file = folder.path().join("presets.xml");
    std::fs::write(&file, xml).expect("written");
    let file = file.to_str().expect("plain");
    let config = folder.path().join("config");
    let run = |arguments: &[&str]| hotlight_in(&config, arguments);
    let output = run(&["presets", "import", file]);
    assert_eq!(output.status.code(), Some(1));
    let told = stderr(&output);
    assert!(told.contains("note: ct-ours: opacity by gradient is not carried over"), "{told}");
    assert!(
        told.contains("presets.xml:3: CT-Bad: scalarOpacity says 5 numbers, in groups of 2, and has 4"),
        "{told}"
    );
    let written = config.join("presets/volume/ct-ours.toml");
    assert_eq!(stdout(&output).trim_end(), written.display().to_string());
    let again = run(&["presets", "import", file]);
    assert!(stderr(&again).contains("ct-ours.toml: is there already, and is not written over"));
    let (data, picture) = (data().join("ct-gantry-tilt"), folder.path().join("x.png"));
    let (data, picture) = (data.to_str().expect("plain"), picture.to_str().expect("plain"));
    let render = |name| {
        run(&["render", data, "--out", picture, "--volume", name, "--size", "40x40", "--pixel-mm", "6"])
    };
    let rendered = render("ct-ours");
    assert!(rendered.status.success(), "{}", stderr(&rendered));
    let bytes = png(&std::fs::read(picture).expect("a picture")).2;
    assert!(bytes.as_chunks::<3>().0.iter().any(|[red, green, _]| *green > red + 20), "it is green");
    std::fs::write(config.join("presets/volume/torn.toml"), "title = ").expect("written");
    assert!(render("ct-ours").status.success());
    let refused = render("torn");
    assert_eq!(refused.status.code(), Some(2));
    assert!(stderr(&refused).contains("torn.toml: line 1: "), "{}", stderr(&refused));
    let check = run(&["config", "check"]);
    assert_eq!(check.status.code(), Some(1));
    assert!(stderr(&check).contains("torn.toml: line 1: "), "{}", stderr(&check));
}

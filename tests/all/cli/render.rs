//! `render`: the oracle's door.

use std::path::Path;

use dicom_core::Tag;
use dicom_dictionary_std::{tags, uids};
use hotlight::dicom::Writer;
use hotlight::phantom::Phantom;
use hotlight::units::MmPerPixel;

use crate::standard::{Object, state};
use crate::support::{data, hotlight, npy, phantom, stderr, stdout};

/// Renders the current phantom study; gives the file's bytes and standard output.
fn render(name: &str, arguments: &[&str]) -> (Vec<u8>, String) {
    render_of(&phantom().join("current"), name, arguments)
}

pub(super) fn render_of(input: &Path, name: &str, arguments: &[&str]) -> (Vec<u8>, String) {
    let folder = tempfile::TempDir::new().expect("a temporary folder");
    let out = folder.path().join(name);
    let (input, out_text) = (input.display().to_string(), out.display().to_string());
    let output = hotlight(&[&["render", &input, "--out", &out_text], arguments].concat());
    assert_eq!(output.status.code(), Some(0), "{arguments:?}: {}", stderr(&output));
    (std::fs::read(&out).expect("the picture"), stdout(&output))
}

pub(super) fn json_of(input: &Path, arguments: &[&str]) -> serde_json::Value {
    let (_, text) = render_of(input, "x.png", &[arguments, &["--json"]].concat());
    serde_json::from_str(&text).expect("JSON")
}

/// The samples of a PNG and their kind.
pub(super) fn png(bytes: &[u8]) -> (png::ColorType, png::BitDepth, Vec<u8>) {
    let decoder = png::Decoder::new(std::io::Cursor::new(bytes));
    let mut reader = decoder.read_info().expect("a PNG");
    let mut samples = vec![0; reader.output_buffer_size().expect("a size")];
    let info = reader.next_frame(&mut samples).expect("a picture");
    (info.color_type, info.bit_depth, samples)
}

#[test]
fn gpu_and_cpu_write_equal_pictures_at_one_to_one() {
    for arguments in [&[][..], &["--voi", "-600,1500"], &["--invert", "--slice", "1"], &["--voi-index", "2"]]
    {
        let of = |backend: &str| render("x.pgm", &[arguments, &["--backend", backend]].concat()).0;
        assert_eq!(of("gpu"), of("cpu"), "{arguments:?}");
    }
}

/// Driving levels of the P-values, by the rule of the standard's table and by the even one.
#[test]
fn driving_levels_are_those_of_the_panel_that_was_measured() {
    let p_values = |bytes: &[u8]| -> Vec<u16> {
        bytes[bytes.len() - 64 * 64 * 2..]
            .as_chunks()
            .0
            .iter()
            .map(|&pair| u16::from_be_bytes(pair))
            .collect()
    };
    let (p, _) = render("x.pgm", &[]);
    let p = p_values(&p);
    let folder = tempfile::TempDir::new().expect("a temporary folder");
    let at = |name: &str| folder.path().join(name).display().to_string();
    let rows = (0..=255_u16).map(|ddl| format!("{ddl},{}\n", 0.5 + 400.0 * (f64::from(ddl) / 255.0).powi(2)));
    std::fs::write(at("panel.csv"), format!("ddl,luminance\n{}", rows.collect::<String>())).expect("a file");
    for backend in ["cpu", "gpu"] {
        let arguments = ["--values", "ddl", "--backend", backend];
        let (kind, depth, even) = png(&render("x.png", &arguments).0);
        assert_eq!((kind, depth), (png::ColorType::Grayscale, png::BitDepth::Eight));
        let rounded = p.iter().map(|&p| (f64::from(p) * 255.0 / 65_535.0).round() as u8);
        assert!(even.iter().copied().eq(rounded), "{backend}");

        let panel = |bits: &'static str| {
            let file = at("panel.csv");
            let panel = ["--luminance", &file, "--ambient", "0.3", "--bits", bits];
            render("x.pgm", &[&arguments[..], &panel].concat()).0
        };
        for bits in [8, 16] {
            let lut = at("lut.csv");
            let text = bits.to_string();
            let output = hotlight(&[
                "display",
                "lut",
                &at("panel.csv"),
                "--ambient",
                "0.3",
                "--bits",
                &text,
                "--out",
                &lut,
            ]);
            assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
            let lut = std::fs::read_to_string(lut).expect("the table");
            let lut: Vec<u16> = lut
                .lines()
                .skip(1)
                .map(|row| row.split(',').nth(1).expect("a level").parse().expect("a level"))
                .collect();
            if bits == 16 {
                let levels = p_values(&panel("16"));
                assert!(levels.iter().eq(p.iter().map(|p| &lut[usize::from(*p)])), "{backend}");
            } else {
                let bytes = panel("8");
                assert!(bytes.starts_with(b"P5\n64 64\n255\n"));
                // Where the P-value is one of the 256 of the file.
                let found = bytes[bytes.len() - 64 * 64..].iter().zip(&p).filter(|(_, p)| **p % 257 == 0);
                let (mut count, mut differ) = (0, 0);
                for (level, p) in found {
                    count += 1;
                    differ += u32::from(u16::from(*level) != lut[usize::from(*p / 257)]);
                }
                assert!(count > 100 && differ == 0, "{backend}: {differ} of {count}");
            }
        }
    }
    let color = data().join("formats/pydicom-data/color-pl.dcm");
    let of = |values: &str| render_of(&color, "x.png", &["--values", values]).0;
    assert_eq!(of("ddl"), of("pvalue"), "colours pass by the table of gray");
}

#[test]
fn modality_values_are_the_same_from_both_engines_and_in_hounsfield_units() {
    let of = |backend: &str| render("x.npy", &["--values", "modality", "--backend", backend]).0;
    let bytes = of("cpu");
    assert_eq!(bytes, of("gpu"));
    let (header, values) = npy(&bytes);
    assert!(header.contains("'shape': (64, 64)"), "{header}");
    assert_eq!(values.len(), 64 * 64);
    let least = values.iter().copied().fold(f32::INFINITY, f32::min);
    assert!((-1024.0..-900.0).contains(&least), "air is about −1000 HU, found {least}");
}

#[test]
fn the_json_line_tells_the_geometry_of_the_picture() {
    let (_, text) = render("x.png", &["--json", "--size", "128x128", "--slice", "1"]);
    let json: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    let (_, plain) = render("x.png", &["--json", "--slice", "1"]);
    let plain: serde_json::Value = serde_json::from_str(&plain).expect("JSON");
    let spacing = |json: &serde_json::Value| json["spacing_mm"][0].as_f64().expect("a spacing");
    assert!((spacing(&json) * 2.0 - spacing(&plain)).abs() < 1e-9, "twice as large, half the spacing");
    let x = |json: &serde_json::Value| json["origin_mm"][0].as_f64().expect("an origin");
    assert!(
        (x(&plain) - x(&json) - spacing(&json) / 2.0).abs() < 1e-9,
        "the corner stays, its first pixel is smaller"
    );
    assert_eq!(json["fidelity"], serde_json::json!({"lossy": false, "interpolated": true}));
    assert_eq!(plain["fidelity"]["interpolated"], false);
    assert_eq!(plain["voi"], serde_json::json!({"center": 40.0, "width": 400.0, "function": "linear"}));
}

#[test]
fn a_colour_image_is_written_as_it_is_by_both_engines() {
    let file = data().join("formats/pydicom-data/color-pl.dcm");
    let of = |name: &str, arguments: &[&str]| render_of(&file, name, arguments).0;
    let (header, values) = npy(&of("x.npy", &["--values", "modality", "--invert"]));
    assert!(header.contains("'shape': (120, 256, 3)"), "{header}");
    let bytes: Vec<u8> = values.iter().map(|&value| value as u8).collect();
    for backend in ["cpu", "gpu"] {
        let picture = png(&of("x.png", &["--backend", backend]));
        assert!(picture == (png::ColorType::Rgb, png::BitDepth::Eight, bytes.clone()), "{backend}");
        let (.., inverted) = png(&of("x.png", &["--backend", backend, "--invert"]));
        assert!(
            inverted.iter().eq(bytes.iter().map(|byte| 255 - byte).collect::<Vec<_>>().iter()),
            "{backend}"
        );
    }
    assert_eq!(json_of(&file, &[])["voi"], serde_json::Value::Null, "colour has no window");
}

/// Rule P-10: 32 bits say nothing of what the values are, so the window comes of the frame's own.
#[test]
fn real_values_without_a_window_are_shown_from_the_smallest_to_the_largest() {
    let file = data().join("formats/pydicom/rtdose.dcm");
    let (_, values) = npy(&render_of(&file, "x.npy", &["--values", "modality", "--frame", "3"]).0);
    let end = |better: fn(f32, f32) -> f32| values.iter().copied().reduce(better).expect("a value");
    let (low, high) = (f64::from(end(f32::min)), f64::from(end(f32::max)));
    let voi = &json_of(&file, &["--frame", "3"])["voi"];
    let number = |key: &str| voi[key].as_f64().expect(key);
    let (center, width) = (number("center"), number("width"));
    assert!((center - width / 2.0 - low).abs() < 1e-6 && (center + width / 2.0 - high).abs() < 1e-6, "{voi}");
    assert_eq!(voi["function"], "linear_exact");
    for backend in ["cpu", "gpu"] {
        let (.., picture) = png(&render_of(&file, "x.png", &["--frame", "3", "--backend", backend]).0);
        let p_values: Vec<u16> = picture.as_chunks().0.iter().map(|&pair| u16::from_be_bytes(pair)).collect();
        let ends = (p_values.iter().min(), p_values.iter().max());
        // The largest may be cut from a hair below white.
        assert!(matches!(ends, (Some(0), Some(65_534..))), "{backend}: {ends:?}");
    }
}

#[test]
fn every_frame_and_every_stack_is_reached() {
    let dose = data().join("formats/pydicom/rtdose.dcm");
    let frame =
        |number: &str| npy(&render_of(&dose, "x.npy", &["--values", "modality", "--frame", number]).0);
    let least = |number| (frame(number).1.into_iter().fold(f32::INFINITY, f32::min) * 1000.0).round() as u32;
    // Thousandths, as pydicom reads them.
    assert_eq!(["1", "3", "4", "15"].map(least), [795, 797, 798, 796]);
    // Two objects of one series that differ in size.
    let folder = tempfile::TempDir::new().expect("a temporary folder");
    for name in ["liver_expb.dcm", "liver_nonbyte_aligned.dcm"] {
        let file = data().join("formats/pydicom-data").join(name);
        std::fs::copy(file, folder.path().join(name)).expect("a copy");
    }
    let of = |stack: &str, frame: &str| {
        let json = json_of(folder.path(), &["--stack", stack, "--frame", frame]);
        ["columns", "frame"].map(|key| json[key].as_u64().expect(key))
    };
    let mut found = [of("1", "3"), of("2", "3")];
    found.sort_unstable();
    assert_eq!(found, [[510, 3], [512, 3]]);
}

/// Traps X-1 and P-24: the first value of Pixel Spacing is between rows.
#[test]
fn pixels_that_are_not_square_keep_their_shape_and_size() {
    let folder = tempfile::TempDir::new().expect("a temporary folder");
    let spacing = MmPerPixel { row: 3.0, column: 1.5 };
    Phantom::chest_ct().small().with_matrix(32, 64, spacing).write_into(folder.path()).expect("a study");
    let (study, out) =
        (folder.path().display().to_string(), folder.path().join("x.png").display().to_string());
    let json = |arguments: &[&str]| -> serde_json::Value {
        let output = hotlight(&[&["render", &study, "--out", &out, "--json"], arguments].concat());
        assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
        serde_json::from_str(&stdout(&output)).expect("JSON")
    };
    let stored = json(&[]);
    assert_eq!(stored["spacing_mm"], serde_json::json!([3.0, 1.5]), "one picture pixel a stored pixel");
    assert_eq!([&stored["rows"], &stored["columns"]], [32, 64]);
    let fitted = json(&["--size", "128x128"]);
    assert_eq!(fitted["spacing_mm"], serde_json::json!([0.75, 0.75]), "as wide as high on the screen");
}

#[test]
fn the_wrong_ending_series_or_image_is_refused_in_words() {
    let study = phantom().join("current").display().to_string();
    let check = |arguments: &[&str], code: i32, words: &str| {
        let output = hotlight(&[&["render", &study], arguments].concat());
        assert_eq!(output.status.code(), Some(code), "{arguments:?}: {}", stderr(&output));
        assert!(stderr(&output).contains(words), "{arguments:?}: {}", stderr(&output));
        assert!(!Path::new("x.npy").exists());
    };
    check(&["--out", "x.npy"], 2, "--values pvalue writes .png or .pgm");
    check(&["--out", "x.npy", "--values", "ddl"], 2, "--values ddl writes .png or .pgm");
    let panel = ["--out", "x.png", "--luminance", "no-such.csv", "--ambient", "0", "--bits", "8"];
    check(&panel, 2, "driving levels are what --values ddl writes");
    check(&[&panel[..], &["--values", "ddl"]].concat(), 1, "no-such.csv: ");
    check(&panel[..6], 2, "--bits");
    check(&["--out", "x.png", "--series", "1.2.3"], 1, "no series 1.2.3");
    check(&["--out", "x.png", "--slice", "9999"], 1, "there is no image 9999");
    check(&["--out", "x.png", "--slice", "0"], 2, "--slice");
    check(&["--out", "x.png", "--voi", "40,0.5"], 2, "width 0.5");
    check(&["--out", "x.png", "--stack", "2"], 1, "there is no stack 2 in a series of 1");
    check(&["--out", "x.png", "--frame", "1"], 1, "the series has no multi-frame object");
    check(&["--out", "no-such-folder/x.png"], 1, "cannot be written");
    let all = ["--overlay", "all", "--out"];
    check(&[&all[..], &["x.pgm"]].concat(), 2, "--overlay all: colours are written as .png, not as .pgm");
    let cpu = ["x.png", "--backend", "cpu"];
    check(&[&all[..], &cpu].concat(), 2, "--overlay all: letters are drawn by the graphics card alone");
    let levels = ["x.png", "--values", "ddl"];
    check(
        &[&all[..], &levels].concat(),
        2,
        "--overlay all: a picture of the screen is written with --values pvalue",
    );
    let color = "formats/pydicom-data/color-pl.dcm";
    check_file(color, &["--out", "x.pgm"], "colours are written as .png, not as .pgm");
    check_file(color, &["--out", "x.png", "--voi", "40,400"], "a colour image has no window");
    check_file(
        "formats/pydicom/rtdose.dcm",
        &["--out", "x.png", "--frame", "16"],
        "there is no frame 16 here of the object's 15",
    );
}

/// The pixels alone unless asked for more, and never more in modality values.
#[test]
fn overlay_planes_and_the_shutter_are_burned_in_when_asked_for() {
    let folder = tempfile::TempDir::new().expect("a temporary folder");
    let path = folder.path().join("object");
    Object::gray(2, 3, 16, &[100; 6])
        .words(Tag(0x6000, 0x0010), "US", &[1])
        .words(Tag(0x6000, 0x0011), "US", &[1])
        .words(Tag(0x6000, 0x0050), "SS", &[1, 1])
        .bytes(Tag(0x6000, 0x3000), "OB", &[1])
        .text(tags::SHUTTER_SHAPE, "CS", "RECTANGULAR")
        .text(tags::SHUTTER_LEFT_VERTICAL_EDGE, "IS", "1")
        .text(tags::SHUTTER_RIGHT_VERTICAL_EDGE, "IS", "2")
        .text(tags::SHUTTER_UPPER_HORIZONTAL_EDGE, "IS", "1")
        .text(tags::SHUTTER_LOWER_HORIZONTAL_EDGE, "IS", "2")
        .words(tags::SHUTTER_PRESENTATION_VALUE, "US", &[7])
        .write_to(&path);
    for backend in ["cpu", "gpu"] {
        let of =
            |name: &str, more: &[&str]| render_of(&path, name, &[&["--backend", backend], more].concat()).0;
        let bare = of("x.pgm", &[]);
        assert_eq!(bare[bare.len() - 12..], [0, 100].repeat(6), "{backend}");
        let burned = of("x.pgm", &["--overlay", "burned"]);
        assert_eq!(burned[burned.len() - 12..], [255, 255, 0, 100, 0, 7, 0, 100, 0, 100, 0, 7], "{backend}");
        let (_, values) = npy(&of("x.npy", &["--overlay", "burned", "--values", "modality"]));
        assert_eq!(values, [100.0; 6], "{backend}");
    }
}

/// The first image that the state is for, as large as its displayed area; what it is not for is refused.
#[test]
fn a_presentation_state_is_applied_and_named() {
    let folder = data().join("weasis");
    let [luts, overlay] = ["prLUTs.dcm", "prOverlay.dcm"].map(|name| folder.join(name).display().to_string());
    let json = json_of(&folder, &["--presentation", &luts]);
    assert_eq!(json["instance"], "1.2.276.0.7230010.3.200.6.3.1");
    let state = &json["presentation_state"];
    assert_eq!((&state["label"], &state["not_applied"]), (&"XLUT_P03".into(), &serde_json::json!([])));
    let image = folder.join("overlay.dcm").display().to_string();
    let of = |arguments: &[&str]| hotlight(&[&["render", &image, "--out", "x.png"], arguments].concat());
    let refused = of(&["--presentation", &luts]);
    assert_eq!(refused.status.code(), Some(1), "{}", stderr(&refused));
    assert!(
        stderr(&refused).contains("the presentation state is not for this image"),
        "{}",
        stderr(&refused)
    );
    let refused = of(&["--presentation", &image]);
    assert!(stderr(&refused).contains("not a presentation state"), "{}", stderr(&refused));
    let bare = render_of(&folder, "x.pgm", &["--presentation", &overlay]).0;
    let burned = render_of(&folder, "x.pgm", &["--presentation", &overlay, "--overlay", "burned"]).0;
    assert!(bare != burned && bare.len() == burned.len());
}

/// Lines and letters come with the words of the screen alone, and bare pixels have no shutter: both are told, beside the picture and in its JSON line.
#[test]
fn what_a_presentation_state_asks_for_and_is_not_in_the_picture_is_told() {
    let folder = tempfile::TempDir::new().expect("a temporary folder");
    let [image, state_path, out] = ["image", "state", "x.pgm"].map(|name| folder.path().join(name));
    Object::gray(8, 8, 12, &[700; 64])
        .text(tags::SOP_INSTANCE_UID, "UI", "2.25.7")
        .text(tags::STUDY_INSTANCE_UID, "UI", "2.25.1")
        .text(tags::SERIES_INSTANCE_UID, "UI", "2.25.2")
        .write_to(&image);
    let text = Writer::item()
        .text(tags::UNFORMATTED_TEXT_VALUE, "seen")
        .text(tags::ANCHOR_POINT_ANNOTATION_UNITS, "PIXEL")
        .floats(tags::ANCHOR_POINT, &[2.0, 2.0])
        .text(tags::ANCHOR_POINT_VISIBILITY, "N");
    let annotation =
        Writer::item().text(tags::GRAPHIC_LAYER, "MARKS").sequence(tags::TEXT_OBJECT_SEQUENCE, [text]);
    state()
        .text(tags::PRESENTATION_LUT_SHAPE, "IDENTITY")
        .text(tags::SHUTTER_SHAPE, "CIRCULAR")
        .text(tags::CENTER_OF_CIRCULAR_SHUTTER, "4\\4")
        .text(tags::RADIUS_OF_CIRCULAR_SHUTTER, "2")
        .number(tags::SHUTTER_PRESENTATION_VALUE, 0)
        .sequence(tags::GRAPHIC_LAYER_SEQUENCE, [Writer::item().text(tags::GRAPHIC_LAYER, "MARKS")])
        .sequence(tags::GRAPHIC_ANNOTATION_SEQUENCE, [annotation])
        .write_to(&state_path)
        .expect("a state");
    let [image, state_path, out] = [image, state_path, out].map(|path| path.display().to_string());
    let fixed =
        ["render", &image, "--presentation", &state_path, "--out", &out, "--backend", "cpu", "--json"];
    let check = |more: &[&str], expected: &[&str]| {
        let output = hotlight(&[&fixed, more].concat());
        assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
        let json: serde_json::Value = serde_json::from_str(&stdout(&output)).expect("JSON");
        assert_eq!(json["presentation_state"]["not_applied"], serde_json::json!(expected));
        let warnings = expected.iter().map(|why| format!("the presentation state is applied in part: {why}"));
        for warning in warnings {
            assert!(stderr(&output).contains(&warning), "{}", stderr(&output));
        }
    };
    let words = "graphics and texts: left out without --overlay all";
    check(&[], &["shutter and overlay planes: left out without --overlay burned", words]);
    check(&["--overlay", "burned"], &[words]);
}

/// The acquired plane through an image's middle is that image; what has no meaning for a reformat is refused in words.
#[test]
fn a_reformat_is_drawn_and_what_makes_none_is_told() {
    let folder = data().join("mr-oblique");
    let json = json_of(&folder, &["--plane", "sagittal", "--slab", "3", "--projection", "mip"]);
    assert_eq!(json["slab"], serde_json::json!({"thickness_mm": 3.0, "planes": 4, "projection": "mip"}));
    assert_eq!((&json["positions"], &json["missing"]), (&5.into(), &0.into()));
    let plain = json_of(&folder, &["--slice", "3"]);
    let numbers = |key: &str| -> Vec<f64> { serde_json::from_value(plain[key].clone()).expect("numbers") };
    let (right, down, first) = (numbers("row_direction"), numbers("column_direction"), numbers("origin_mm"));
    let words = |of: &dyn Fn(usize) -> f64| format!("{},{},{}", of(0), of(1), of(2));
    let normal = words(&|axis| {
        let (one, two) = ((axis + 1) % 3, (axis + 2) % 3);
        right[one] * down[two] - right[two] * down[one]
    });
    let middle = words(&|axis| first[axis] + 127.5 * 0.9375 * (right[axis] + down[axis]));
    let up = words(&|axis| -down[axis]);
    let acquired = [
        &["--plane-normal", normal.as_str(), "--plane-up", up.as_str()][..],
        &["--center", middle.as_str(), "--pixel-mm", "0.9375", "--size", "256x256", "--values", "modality"],
    ]
    .concat();
    let (_, reformat) = npy(&render_of(&folder, "x.npy", &acquired).0);
    let (_, image) = npy(&render_of(&folder, "x.npy", &["--slice", "3", "--values", "modality"]).0);
    // Directions are written with 10 decimals, and the stack's step is the mean of all.
    let off = reformat.iter().zip(&image).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
    assert!(off < 0.05, "{off}");

    check_file("color/rgb-planar.dcm", &["--out", "x.png", "--plane", "axial"], "its images are in colour");
    let one = "mr-oblique/i248.MRDC.64";
    check_file(one, &["--out", "x.png", "--plane", "axial"], "its images do not lie side by side");
    for (arguments, why) in [
        (&["--slab", "3"][..], "--slab: only with --plane, --plane-normal, --curve or --volume"),
        (&["--plane-normal", "0,0,1", "--plane-up", "0,0,2"], "span no plane"),
        (&["--plane", "axial", "--slice", "2"], "cannot be used with"),
        (&["--plane", "axial", "--overlay", "burned"], "cannot be used with"),
        (&["--plane", "axial", "--slab", "0"], "above 0"),
        (&["--curve", "1,2,3;4,5"], "3 numbers with commas between them are wanted"),
        (&["--curve", "1,2,3;1,2,3"], "--curve: a curve needs two points that are apart"),
        (&["--curve", "1,2,3;1,2,4", "--plane", "axial", "--curve-mode", "stretched"], "behind one another"),
        (&["--curve", "1,2,3;4,5,6", "--center", "1,2,3"], "cannot be used with"),
        (&["--curve-turn", "5"], "--curve"),
    ] {
        let input = folder.display().to_string();
        let output = hotlight(&[&["render", &input, "--out", "x.png"], arguments].concat());
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(stderr(&output).contains(why), "{arguments:?}: {}", stderr(&output));
    }
}

fn check_file(name: &str, arguments: &[&str], words: &str) {
    let path = data().join(name).display().to_string();
    let output = hotlight(&[&["render", &path], arguments].concat());
    assert_eq!(output.status.code(), Some(1), "{arguments:?}");
    assert!(stderr(&output).contains(words), "{arguments:?}: {}", stderr(&output));
}

/// Rule S-12: as it is recommended, or as asked; differences go through the window.
#[test]
fn a_mask_is_subtracted_where_that_is_recommended_or_asked_for() {
    let folder = tempfile::TempDir::new().expect("a temporary folder");
    let file = folder.path().join("run");
    let item = Writer::item().text(tags::MASK_OPERATION, "AVG_SUB").words(tags::MASK_FRAME_NUMBERS, &[1]);
    Writer::new(uids::MULTI_FRAME_GRAYSCALE_WORD_SECONDARY_CAPTURE_IMAGE_STORAGE, "2.25.7")
        .text(tags::STUDY_INSTANCE_UID, "2.25.1")
        .text(tags::SERIES_INSTANCE_UID, "2.25.2")
        .text(tags::PATIENT_NAME, "ZZCANARY^MASK")
        .text(tags::NUMBER_OF_FRAMES, "2")
        .gray_16(1, 3, false)
        .pixels(&[500, 500, 500, 500, 400, 600])
        .decimals(tags::WINDOW_CENTER, &[0.5])
        .decimals(tags::WINDOW_WIDTH, &[201.0])
        .sequence(tags::MASK_SUBTRACTION_SEQUENCE, [item])
        .text(tags::RECOMMENDED_VIEWING_MODE, "SUB")
        .write_to(&file)
        .expect("written");
    let values = |mask: &[&str]| {
        let arguments = [&["--frame", "2", "--values", "modality"], mask].concat();
        npy(&render_of(&file, "x.npy", &arguments).0).1
    };
    assert_eq!(values(&[]), [0.0, -100.0, 100.0]);
    assert_eq!(values(&["--mask", "on"]), [0.0, -100.0, 100.0]);
    assert_eq!(values(&["--mask", "off"]), [500.0, 400.0, 600.0]);
    for backend in ["cpu", "gpu"] {
        let (picture, json) = render_of(&file, "x.png", &["--frame", "2", "--backend", backend, "--json"]);
        let (.., samples) = png(&picture);
        let gray: Vec<u16> = samples.as_chunks().0.iter().map(|&pair| u16::from_be_bytes(pair)).collect();
        assert_eq!(gray, [32767, 0, 65535], "{backend}");
        let json: serde_json::Value = serde_json::from_str(&json).expect("JSON");
        assert_eq!(json["mask"], serde_json::json!([1]));
    }
}

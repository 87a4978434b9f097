//! Pixels and places of every form against pydicom, dcmtk and `SimpleITK` (`tests/oracle/formats/make.py`).

mod page;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use hotlight::dicom::{Frame, Instance, Pixels, read_frame};
use hotlight::grayscale::Rescale;
use hotlight::study::{Catalogue, Image};
use rayon::prelude::*;
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::{are_near, expected, numbers};
use crate::support::{data, more_data};

/// How a file compares.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Agreement {
    /// Every value of every frame compared is the oracle's.
    Equal,
    /// Rounded otherwise: no value is further off than one stored unit, or one of 255 of a colour.
    WithinOne,
    /// Not shown, with the reason.
    Refused(String),
    /// Shown otherwise than by the oracle.
    Differs(String),
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().expect(key)
}

fn list<'a>(value: &'a Value, key: &str) -> &'a [Value] {
    value[key].as_array().expect(key)
}

fn compare(folder: &Path, file: &Value) -> Agreement {
    let instance = match Instance::read(&folder.join(text(file, "path"))) {
        Ok(instance) => instance,
        Err(why) => return Agreement::Refused(why.to_string()),
    };
    let image = &instance.image;
    let size = [image.rows, image.columns, image.frames].map(u64::from);
    if size != ["rows", "columns", "count"].map(|key| file[key].as_u64().expect(key)) {
        return Agreement::Differs(format!("rows, columns, frames: {size:?}"));
    }
    let frames = list(file, "frames").iter().map(|frame| compare_frame(&instance, file, frame));
    frames.max().expect("a frame")
}

fn compare_frame(instance: &Instance, file: &Value, expected: &Value) -> Agreement {
    let n = expected["n"].as_u64().expect("a frame") as u32;
    let attributes = instance.frame(n);
    if let Some(plane) = expected.get("plane").map(numbers) {
        let spacing = attributes.spacing.map(|mm| [mm.row, mm.column]);
        let ours = [
            attributes.position.as_ref().map_or(&[][..], |values| &values[..]),
            attributes.orientation.as_ref().map_or(&[][..], |values| &values[..]),
            spacing.as_ref().map_or(&[][..], |values| &values[..]),
        ];
        if !are_near(&ours.concat(), &plane, 1e-9) {
            return Agreement::Differs(format!("frame {n} lies at {ours:?}"));
        }
    }
    let (slope, intercept) = attributes.gray.rescale.unwrap_or((1.0, 0.0));
    if expected.get("rescale").is_some_and(|rescale| !are_near(&[slope, intercept], &numbers(rescale), 0.0)) {
        return Agreement::Differs(format!("frame {n} is rescaled by {slope} and {intercept}"));
    }
    let frame = match read_frame(instance, n) {
        Ok(frame) => frame,
        Err(why) => return Agreement::Refused(why.to_string()),
    };
    let is_color = matches!(frame.pixels, Pixels::Color(_));
    if is_color != (text(file, "kind") == "color") {
        return Agreement::Differs(format!("frame {n}: is it colour? {is_color}"));
    }
    compare_values(&values(&frame, Rescale { slope, intercept }), is_color, slope, file, expected)
}

/// The samples as `make.py` hashes them: modality values, or red, green and blue.
fn values(frame: &Frame, rescale: Rescale) -> Vec<f32> {
    let stored = |index| frame.stored(index).expect("a pixel");
    match &frame.pixels {
        Pixels::Color(pixels) => {
            pixels.iter().flat_map(|&[red, green, blue, _]| [red, green, blue].map(f32::from)).collect()
        }
        gray => (0..gray.count()).map(|index| rescale.to_modality(stored(index)).0 as f32).collect(),
    }
}

fn compare_values(values: &[f32], is_color: bool, slope: f64, file: &Value, expected: &Value) -> Agreement {
    let bytes: Vec<u8> = if is_color {
        values.iter().map(|&value| value as u8).collect()
    } else {
        values.iter().flat_map(|value| value.to_le_bytes()).collect()
    };
    let hash = Sha256::digest(bytes).iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"));
    if hash == text(expected, "sha256") {
        return Agreement::Equal;
    }
    let n = &expected["n"];
    let Some(grid) = expected.get("grid").map(numbers) else {
        return Agreement::Differs(format!("values of frame {n}"));
    };
    let samples = if is_color { 3 } else { 1 };
    let step = file["step"].as_u64().expect("a step") as usize;
    let ours: Vec<f64> =
        values.chunks_exact(samples).step_by(step).flatten().map(|&value| f64::from(value)).collect();
    let unit = if is_color { 1.0 } else { slope.abs() };
    if are_near(&ours, &grid, unit * 1.000_001) {
        return Agreement::WithinOne;
    }
    let largest = ours.iter().zip(&grid).map(|(a, b)| (a - b).abs() / unit).fold(0.0, f64::max);
    Agreement::Differs(format!("values of frame {n}, by up to {largest}"))
}

/// Compares all files, says how many agree, and gives those that do not.
fn compare_all(folder: &Path, expected: &Value) -> Vec<(String, Agreement)> {
    let compare_one = |file: &Value| (text(file, "path").to_owned(), compare(folder, file));
    let results: Vec<_> = list(expected, "files").par_iter().map(compare_one).collect();
    let all = results.len();
    let (agree, others): (Vec<_>, Vec<_>) =
        results.into_iter().partition(|(_, result)| *result <= Agreement::WithinOne);
    let rounded: Vec<_> = agree.iter().filter(|(_, result)| *result == Agreement::WithinOne).collect();
    eprintln!(
        "{all} files compared: {} equal, {} within one, {} refused or different; {} not comparable",
        agree.len() - rounded.len(),
        rounded.len(),
        others.len(),
        list(expected, "left_out").len(),
    );
    for (path, _) in rounded {
        eprintln!("within one: {path}");
    }
    others
}

/// What holds no pixels, or video, is refused in one line.
fn check_left_out(folder: &Path, expected: &Value) {
    let is_broken = |file: &&Value| text(file, "why").starts_with("broken");
    for file in list(expected, "left_out").iter().filter(|file| !is_broken(file)) {
        let path = text(file, "path");
        let why = Instance::read(&folder.join(path)).expect_err(path).to_string();
        assert!(why.len() > 10 && !why.contains('\n'), "{path}: {why}");
    }
}

/// A folder of one regular series is one display set, its slices where `SimpleITK` sorts them.
fn check_series(folder: &Path, series: &Value) {
    let name = text(series, "folder");
    let entries =
        std::fs::read_dir(folder.join(name)).expect(name).map(|entry| entry.expect("a file").path());
    let instances = entries.filter_map(|path| Instance::read(&path).ok()).map(Arc::new).collect();
    let mut catalogue = Catalogue::default();
    catalogue.add(instances, Vec::new());
    let (studies, _) = catalogue.contents();
    let all = studies.iter().flat_map(|study| &study.series).flat_map(|series| &series.display_sets);
    let [set] = all.collect::<Vec<_>>()[..] else { panic!("{name} is not one display set") };
    let order: Vec<_> = set.images.iter().map(|image| image.instance.uid.as_str()).collect();
    let expected: Vec<_> = list(series, "order").iter().map(|uid| uid.as_str().expect("a UID")).collect();
    assert_eq!(order, expected, "order of {name}");
    let normal = numbers(&series["normal"]);
    let along = |image: &Image| {
        let position = image.instance.frame(image.frame).position.expect("a position");
        position.iter().zip(&normal).map(|(a, b)| a * b).sum::<f64>()
    };
    let along: Vec<f64> = set.images.iter().map(along).collect();
    assert!(are_near(&along, &numbers(&series["along_normal_mm"]), 1e-4), "places of {name}: {along:?}");
}

#[test]
fn every_form_has_the_values_that_others_decode() {
    let (folder, expected) = (data().join("formats"), expected("formats/expected.json"));
    let unequal = compare_all(&folder, &expected);
    assert!(unequal.is_empty(), "{unequal:#?}");
    check_left_out(&folder, &expected);
}

/// The larger folder, and what `make oracles` has written of it.
fn larger() -> Option<(PathBuf, Value)> {
    let Some(folder) = more_data() else {
        eprintln!("HOTLIGHT_DATA names no folder of more data: the committed files alone were checked");
        return None;
    };
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/oracle/formats.json");
    let json = std::fs::read_to_string(path).expect("make oracles writes target/oracle/formats.json");
    Some((folder, serde_json::from_str(&json).expect("JSON")))
}

#[test]
fn larger_data_have_the_values_that_others_decode() {
    if let Some((folder, expected)) = larger() {
        let unequal = compare_all(&folder, &expected);
        assert!(unequal.is_empty(), "{unequal:#?}");
        check_left_out(&folder, &expected);
    }
}

#[test]
fn larger_folders_are_sorted_as_simpleitk_sorts_them() {
    if let Some((folder, expected)) = larger() {
        let series = list(&expected, "series").iter().filter(|series| series["is_regular"] == true);
        series.for_each(|series| check_series(&folder, series));
    }
}

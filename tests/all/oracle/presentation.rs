//! What we write as presentation states, as pydicom and highdicom read it (`tests/oracle/presentation/make.py`): every element,
//! and what highdicom makes of windows, tables, palettes and profiles.
//!
//! The states are written into `target/tmp/presentation`, where the script reads them.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use dicom_core::Tag;
use dicom_core::VR;
use dicom_core::header::HasLength;
use dicom_core::value::Value as DicomValue;
use dicom_dictionary_std::tags;
use dicom_object::InMemDicomObject;
use hotlight::presentation::{PresentationState, StateVoi};
use hotlight::session::Event;
use hotlight::units::ModalityValue;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::expected;
use crate::session::{
    Desk, color_image, drawing_state, gray_monitor, saved_image, stated_image, with_tables,
};

/// What is another each time.
const VOLATILE: [Tag; 10] = [
    tags::INSTANCE_CREATION_DATE,
    tags::INSTANCE_CREATION_TIME,
    tags::SOP_INSTANCE_UID,
    tags::SERIES_DATE,
    tags::SERIES_TIME,
    tags::SERIES_INSTANCE_UID,
    tags::PRESENTATION_CREATION_DATE,
    tags::PRESENTATION_CREATION_TIME,
    tags::SOFTWARE_VERSIONS,
    tags::ICC_PROFILE,
];

/// A study, and what is done before it is saved.
fn cases() -> Vec<(&'static str, Desk, &'static str)> {
    // highdicom takes tables of 8 and 16 bits alone.
    let own = |bits: u16| {
        Desk::with(move |study| {
            with_tables(bits, bits == 16, bits == 8).write_to(&study.join("image.dcm")).expect("an image");
        })
    };
    let drawn = Desk::with(|study| {
        stated_image().write_to(&study.join("image.dcm"));
        drawing_state(Some(0x6006)).write_to(&study.join("state.dcm")).expect("a state");
    });
    let color = Desk::with(|study| color_image(&[]).write_to(&study.join("image.dcm")).expect("an image"));
    vec![
        (
            "gray",
            Desk::new(&saved_image()),
            "rotate right; flip horizontal; window set 700 1200; tool length; pointer press left 300 200; \
             pointer move 330 220; pointer move 360 280; pointer release; \
             tool ellipse; pointer press left 330 300; pointer move 350 310; pointer move 400 390; pointer release",
        ),
        ("table", own(16), "invert"),
        (
            "windowed-table",
            own(8),
            "tool window; pointer press left 400 300; pointer move 380 330; pointer release",
        ),
        ("drawn", drawn, "zoom by 1.5"),
        ("colour", color, "rotate left"),
        ("palette", Desk::new(&saved_image()), "window palette hot-iron; invert"),
    ]
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("presentation")
}

/// Saves, and gives the file.
fn written(name: &str, desk: &Desk, commands: &str) -> PathBuf {
    let mut scripted = desk.open();
    scripted.reading.event(&Event::ScreenOnMonitor { screen: 0, monitor: Ok(gray_monitor()) });
    scripted.run(commands);
    scripted.run("presentation save oracle");
    let path = folder().join(format!("{name}.dcm"));
    std::fs::create_dir_all(folder()).expect("a folder");
    std::fs::copy(&desk.files()[0], &path).expect("a copy");
    path
}

/// Each element by its place: `00081115.0.0020000E`.
fn flat(object: &InMemDicomObject, place: &str, into: &mut BTreeMap<String, Value>) {
    for element in object {
        let tag = element.header().tag;
        let place = format!("{place}{:04X}{:04X}", tag.group(), tag.element());
        if VOLATILE.contains(&tag) && !place.contains('.') || tag == tags::SOFTWARE_VERSIONS {
            continue;
        }
        match element.value() {
            DicomValue::Sequence(items) => {
                into.insert(place.clone(), json!(items.items().len()));
                for (number, item) in items.items().iter().enumerate() {
                    flat(item, &format!("{place}.{number}."), into);
                }
            }
            value if value.length().0 == 0 => {
                into.insert(place, json!([]));
            }
            DicomValue::Primitive(value) => {
                let said = match element.header().vr() {
                    VR::OB | VR::OW => json!(format!("{:x}", Sha256::digest(value.to_bytes()))),
                    VR::FL | VR::FD => json!(value.to_multi_float64().expect("numbers")),
                    VR::US | VR::SS | VR::SL | VR::UL => json!(value.to_multi_int::<i64>().expect("numbers")),
                    VR::ST => json!([value.to_str().trim_end()]),
                    _ => {
                        let texts = value.to_multi_str();
                        json!(texts.iter().map(|text| text.trim_matches([' ', '\0'])).collect::<Vec<_>>())
                    }
                };
                into.insert(place, said);
            }
            DicomValue::PixelSequence(_) => panic!("{place}: pixels"),
        }
    }
}

#[test]
fn states_are_written_as_highdicom_read_them() {
    let files: Vec<(&str, PathBuf)> =
        cases().into_iter().map(|(name, desk, commands)| (name, written(name, &desk, commands))).collect();
    let expected = expected("presentation/expected.json");
    let cases = expected["cases"].as_array().expect("cases");
    assert_eq!(cases.len(), files.len());
    let mut compared = 0;
    for (name, path) in files {
        let case = cases.iter().find(|case| case["name"] == name).expect(name);
        let mut found = BTreeMap::new();
        flat(&dicom_object::open_file(&path).expect("a file"), "", &mut found);
        let read = case["elements"].as_object().expect("elements");
        for (place, value) in read {
            assert_eq!(found.get(place), Some(value), "{name}: {place}");
        }
        assert_eq!(found.len(), read.len(), "{name}");
        compared += found.len();
        // What highdicom makes of the first window or table.
        let source = hotlight::dicom::Source::file(&path);
        let state = PresentationState::read(&source).expect("it is whole").expect("a state");
        for shown in case["voi"].as_array().expect("outputs") {
            let (input, output) =
                (shown[0].as_f64().expect("a number"), shown[1].as_f64().expect("a number"));
            let ours = match &state.voi[0].voi {
                StateVoi::Window(window) => window.apply(ModalityValue(input), 0.0, 1.0),
                StateVoi::Table(table) => {
                    #[expect(clippy::cast_possible_truncation, reason = "whole numbers")]
                    let entry = table.of(input < 0.0 || table.signed.first() < 0).at(input as i32);
                    f64::from(entry) / f64::from(table.unsigned.highest())
                }
            };
            // Its windows are of single precision.
            assert!((ours - output).abs() < 1e-4, "{name}: {input} is {ours}, and {output} there");
        }
    }
    assert!(compared > 400, "{compared}");
}

//! Real-world values against highdicom (`tests/oracle/real_world/make.py`).

use dicom_dictionary_std::tags;
use hotlight::dicom::{Instance, Writer};
use serde_json::Value;
use tempfile::TempDir;

use super::{expected, numbers};

/// The low 16 bits of a whole number: as US, whatever its sign.
fn word(value: &Value) -> u16 {
    (value.as_i64().expect("a whole number") & 0xFFFF) as u16
}

/// An image whose one map is that of the case.
fn image(case: &Value) -> Writer {
    let text = |key: &str| case[key].as_str().expect(key).to_owned();
    let unit = Writer::item()
        .text(tags::CODE_VALUE, &text("code"))
        .text(tags::CODING_SCHEME_DESIGNATOR, &text("scheme"))
        .text(tags::CODE_MEANING, &text("meaning"));
    let map = Writer::item().sequence(tags::MEASUREMENT_UNITS_CODE_SEQUENCE, [unit]);
    let map = if case["real"] == true {
        let end = |key: &str| [case[key].as_f64().expect(key)];
        map.doubles(tags::DOUBLE_FLOAT_REAL_WORLD_VALUE_FIRST_VALUE_MAPPED, &end("first"))
            .doubles(tags::DOUBLE_FLOAT_REAL_WORLD_VALUE_LAST_VALUE_MAPPED, &end("last"))
    } else {
        map.number(tags::REAL_WORLD_VALUE_FIRST_VALUE_MAPPED, word(&case["first"]))
            .number(tags::REAL_WORLD_VALUE_LAST_VALUE_MAPPED, word(&case["last"]))
    };
    let map = match case["table"].as_array() {
        Some(_) => map.doubles(tags::REAL_WORLD_VALUE_LUT_DATA, &numbers(&case["table"])),
        None => map
            .doubles(tags::REAL_WORLD_VALUE_SLOPE, &[case["slope"].as_f64().expect("a slope")])
            .doubles(tags::REAL_WORLD_VALUE_INTERCEPT, &[case["intercept"].as_f64().expect("an intercept")]),
    };
    Writer::new("1.2.840.10008.5.1.4.1.1.7", "2.25.3")
        .gray_16(1, 1, case["signed"] == true)
        .pixels(&[0])
        .sequence(tags::REAL_WORLD_VALUE_MAPPING_SEQUENCE, [map])
}

#[test]
fn maps_give_the_values_that_highdicom_gives_and_none_outside() {
    let expected = expected("real_world/expected.json");
    let cases = expected["cases"].as_array().expect("cases");
    let folder = TempDir::new().expect("a folder");
    let path = folder.path().join("image");
    let mut outside = 0;
    for case in cases {
        image(case).write_to(&path).expect("a file");
        let instance = Instance::read(&path).expect("an image");
        let [Ok(map)] = instance.frame(0).real_world.as_slice() else {
            panic!("{:?} of {case}", instance.frame(0).real_world)
        };
        assert_eq!(Some(map.unit.as_str()), case["unit"].as_str(), "{case}");
        let stored = numbers(&case["stored"]);
        for (stored, stated) in stored.into_iter().zip(case["values"].as_array().expect("values")) {
            let (found, stated) = (map.value(stored), stated.as_f64());
            // The reader of JSON leaves the last digit of a number open, and a line may take the rest away.
            let size = stated.unwrap_or(0.0).abs().max(case["intercept"].as_f64().unwrap_or(0.0).abs());
            let is_near = |found: f64, stated: f64| (found - stated).abs() <= 1e-14 * size;
            assert!(found.is_some() == stated.is_some(), "{stored}: {found:?} of {case}");
            assert!(
                found.zip(stated).is_none_or(|(found, stated)| is_near(found, stated)),
                "{found:?} of {case}"
            );
            outside += usize::from(stated.is_none());
        }
    }
    assert!(cases.len() >= 80 && outside > 100, "{} {outside}", cases.len());
}

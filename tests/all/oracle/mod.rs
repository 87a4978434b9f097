//! Agreement with programs that we did not write.
//!
//! Python's values (pydicom, numpy, `SimpleITK`) are committed with the scripts that made them: `make oracles` derives them
//! anew. dcmtk, dicom3tools and `edid-decode` run live.

mod blending;
mod charset;
mod color;
mod curve;
mod dcmtk;
mod edid;
mod formats;
mod fusion;
mod geometry;
mod graphics;
mod hanging;
mod measure;
mod patterns;
mod pixels;
mod presentation;
mod quality;
mod real_world;
mod reformat;
mod section_marks;
mod slicer;
mod states;
mod suv;
mod technique;
mod voi;

use serde_json::Value;

/// The committed values of a topic.
pub(crate) fn expected(file: &str) -> Value {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/oracle").join(file);
    let text = std::fs::read_to_string(&path).expect(file);
    serde_json::from_str(&text).expect(file)
}

/// A list of numbers.
pub(crate) fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().expect("a list").iter().map(|number| number.as_f64().expect("a number")).collect()
}

/// Whether two lists of numbers agree within `tolerance`.
fn are_near(a: &[f64], b: &[f64], tolerance: f64) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(a, b)| (a - b).abs() <= tolerance)
}

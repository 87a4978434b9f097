//! What was measured, in what: as it is kept.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::grid::Region;
use super::measure::Found;
use super::metric::Metric;

/// One number of a result.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NamedValue {
    /// What it is: `snr 1`, the first region's.
    pub name: String,
    /// The number.
    pub value: f64,
    /// Its unit; empty for a ratio.
    pub unit: String,
}

/// A point of a curve over spatial frequency.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct CurvePoint {
    /// Frequency, mm⁻¹: line pairs a millimetre.
    pub per_mm: f64,
    /// The value there.
    pub value: f64,
}

/// Values over spatial frequency.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Curve {
    /// The unit of the values; empty for a share.
    pub unit: String,
    /// In the order of frequencies.
    pub points: Vec<CurvePoint>,
}

/// One metric of one phantom on one day, with all that another measurement must have in common with it. It names no patient: images
/// are told by the hash of their UIDs, and no free text of theirs is in it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct QualityReport {
    /// The form of the report: [`QualityReport::FORM`].
    pub form: u32,
    /// What was counted.
    pub metric: Metric,
    /// The phantom, as who measured calls it; empty where nobody said.
    pub phantom: String,
    /// The day on which the images were made, `2026-11-30`; empty where they do not say.
    pub date: String,
    /// Modality of the images.
    pub modality: String,
    /// SOP Class UID of the images; empty where a report of an earlier Hotlight does not say.
    #[serde(default)]
    pub sop_class: String,
    /// Unit of their values; empty where they have none.
    pub unit: String,
    /// Columns and rows of the images.
    pub size: [u32; 2],
    /// Distance of rows and of columns, mm.
    pub spacing_mm: Option<[f64; 2]>,
    /// What these millimetres are: `at detector plane`; empty for those of a cross-section.
    pub spacing_basis: String,
    /// How the images were made, by the names that corner texts have for it.
    pub technique: BTreeMap<String, String>,
    /// SHA-256 of the SOP Instance UID of each image that was used, in hexadecimal, with the frame behind a `#`; in the order of the
    /// stack.
    pub images: Vec<String>,
    /// Where it was counted.
    pub regions: Vec<Region>,
    /// The background of a contrast.
    pub background: Option<Region>,
    /// Side of the squares of a noise power spectrum, pixels.
    pub side: Option<u32>,
    /// The numbers.
    pub values: Vec<NamedValue>,
    /// The curve of a spectrum or a transfer.
    pub curve: Option<Curve>,
    /// The name and version of the program.
    pub software: String,
}

impl QualityReport {
    /// The form that is written, and the only one that is read.
    pub const FORM: u32 = 1;

    /// The same with the numbers of a measurement.
    #[must_use]
    pub fn with(self, found: Found) -> Self {
        Self { values: found.values, curve: found.curve, side: found.side, ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::super::grid::Rect;
    use super::super::testing::report;
    use super::*;

    #[test]
    fn a_report_comes_back_from_its_json() {
        let mut report = report("2026-11-30", 52.125);
        report.background = Some(Region { rect: Rect { x: 1, y: 2, width: 3, height: 4 }, image: 5 });
        let text = serde_json::to_string(&report).expect("JSON");
        assert!(text.contains(r#""background":{"x":1,"y":2,"width":3,"height":4,"image":5}"#), "{text}");
        assert!(text.contains(r#""metric":"snr""#), "{text}");
        assert_eq!(serde_json::from_str::<QualityReport>(&text).expect("a report"), report);
    }
}

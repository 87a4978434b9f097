//! Grids for tests: by formula, and noise that is the same on every machine.

use super::grid::{Grid, Rect, Region};
use super::metric::Metric;
use super::report::{NamedValue, QualityReport};

/// The values of a formula by column and row.
pub(super) fn grid(columns: u32, rows: u32, value: impl Fn(u32, u32) -> f64) -> Grid {
    let places = (0..rows).flat_map(|y| (0..columns).map(move |x| (x, y)));
    Grid::new(columns, rows, places.map(|(x, y)| value(x, y)).collect()).expect("a grid")
}

/// Within rounding.
pub(super) fn near(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-9 * a.abs().max(b.abs()).max(1.0)
}

/// Noise of deviation 1 that comes near to a normal one: sums of 12 even ones, by `SplitMix64`.
pub(super) struct Noise(pub(super) u64);

impl Noise {
    pub(super) fn one(&mut self) -> f64 {
        let even = |state: &mut u64| {
            *state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
            let mixed = (*state ^ (*state >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
            let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
            f64::from(u32::try_from((mixed ^ (mixed >> 31)) >> 32).expect("32 bits")) / f64::from(u32::MAX)
        };
        (0..12).map(|_| even(&mut self.0)).sum::<f64>() - 6.0
    }

    /// A grid of it.
    pub(super) fn grid(&mut self, columns: u32, rows: u32, deviation: f64) -> Grid {
        let values = (0..columns * rows).map(|_| deviation * self.one()).collect();
        Grid::new(columns, rows, values).expect("a grid")
    }
}

/// The report of a day, of one number.
pub(crate) fn report(date: &str, value: f64) -> QualityReport {
    QualityReport {
        form: QualityReport::FORM,
        metric: Metric::Snr,
        phantom: "water 1".to_owned(),
        date: date.to_owned(),
        modality: "CT".to_owned(),
        sop_class: "1.2.840.10008.5.1.4.1.1.2".to_owned(),
        unit: "HU".to_owned(),
        size: [512, 512],
        spacing_mm: Some([0.5, 0.5]),
        spacing_basis: String::new(),
        technique: [("kvp".to_owned(), "120".to_owned())].into(),
        images: vec![format!("of {date}#1")],
        regions: vec![Region { rect: Rect { x: 10, y: 20, width: 30, height: 40 }, image: 7 }],
        background: None,
        side: None,
        values: vec![NamedValue { name: "snr 1".to_owned(), value, unit: String::new() }],
        curve: None,
        software: "Hotlight".to_owned(),
    }
}

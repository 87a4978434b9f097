//! Image quality of phantoms as the book of records has it, in lines.

use super::state::Session;

/// What became of one measurement of a phantom.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct QualityTrend {
    /// Which: `mtf of edge block`.
    pub title: String,
    /// Of what images: modality, maker, model and station.
    pub source: String,
    /// The number that stands for all, by its place among them.
    pub main: usize,
    /// The numbers that all days have.
    pub numbers: Vec<QualityNumber>,
    /// By day, the first one first.
    pub days: Vec<QualityDay>,
    /// What was not the same on all days, a sentence each.
    pub notes: Vec<String>,
}

/// What became of one number.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct QualityNumber {
    /// What it is: `snr 1`.
    pub name: String,
    /// Its unit; empty for a ratio.
    pub unit: String,
    /// From the first day to the last.
    pub change: f64,
    /// The slope of the line that fits best, in units a year; none where all are of one day.
    pub per_year: Option<f64>,
    /// Standard error of the slope; none of fewer than three days.
    pub per_year_error: Option<f64>,
}

/// One day of it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct QualityDay {
    /// The day on which the images were made: `2026-11-30`.
    pub date: String,
    /// Who measured.
    pub operator: String,
    /// The numbers, in the order of [`QualityTrend::numbers`].
    pub values: Vec<f64>,
}

impl QualityTrend {
    /// The number that stands for all, day by day; none of a day that lacks it.
    pub fn main_values(&self) -> impl Iterator<Item = (&QualityDay, f64)> {
        self.days.iter().filter_map(|day| Some((day, *day.values.get(self.main)?)))
    }
}

impl Session {
    /// Takes what the book of records has of image quality, and what is wrong with the book.
    pub(super) fn take_quality(&mut self, trends: &[QualityTrend], fault: Option<&str>) {
        self.calibrating.quality = Some((trends.to_vec(), fault.map(str::to_owned)));
    }
}

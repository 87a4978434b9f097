//! The table of all that was measured, level by level.

use std::collections::BTreeMap;

use crate::calibration::{Certificate, ContrastStep, LevelReading};

use super::faces::{Ink, Style, Weight};
use super::sheet::{Align, Sheet};
use super::table::{Cell, Column, table};
use super::words;

const STYLE: Style = Style::new(Weight::Regular, 7.0, Ink::Black);
const NOTE: Style = Style::new(Weight::Regular, 8.0, Ink::Gray);

const COLUMNS: [Column; 10] = [
    Column::new("Level", 8.0, Align::Right),
    Column::new("cd/m²", 11.0, Align::Right),
    Column::new("Spread", 10.0, Align::Right),
    Column::new("Readings", 10.0, Align::Right),
    Column::new("With room", 11.0, Align::Right),
    Column::new("Contrast", 11.0, Align::Right),
    Column::new("GSDF's", 11.0, Align::Right),
    Column::new("Deviation", 11.0, Align::Right),
    Column::new("u′", 8.0, Align::Right),
    Column::new("v′", 8.0, Align::Right),
];

/// Draws it, on as many pages as it needs.
pub(super) fn levels(sheet: &mut Sheet, certificate: &Certificate) {
    let Certificate { measurement, evaluation, .. } = certificate;
    sheet.heading("Measured levels", 4.0 * NOTE.leading());
    if measurement.response.is_empty() {
        sheet.paragraph(NOTE, "not measured", 1);
        return;
    }
    let room = match measurement.ambient_cd_m2 {
        Some(ambient) => format!("the room's light adds {} cd/m²", words::luminance(ambient)),
        None => "the room's light was not measured".to_owned(),
    };
    let path = words::path(measurement.path);
    let note = format!(
        "Levels are {path}, from 0 to {}; {room}. Spread is the standard deviation of the readings. Contrast is from the \
         level before it in the evaluation, a JND.",
        measurement.highest
    );
    sheet.paragraph(NOTE, &note, 3);
    sheet.skip(3.0);
    // No contrast leads to the first level.
    let steps: BTreeMap<u16, &ContrastStep> =
        evaluation.levels.iter().skip(1).map(|step| (step.ddl, step)).collect();
    let ambient = measurement.ambient_cd_m2;
    let rows = measurement.response.iter();
    let rows = rows.map(|reading| row(reading, ambient, steps.get(&reading.level).copied()));
    table(sheet, &COLUMNS, 1, rows);
}

fn row(reading: &LevelReading, ambient: Option<f64>, step: Option<&ContrastStep>) -> Vec<Cell> {
    let contrast = |of: fn(&ContrastStep) -> String| step.map_or_else(String::new, of);
    let color = reading.chromaticity;
    let texts = [
        reading.level.to_string(),
        words::luminance(reading.luminance_cd_m2),
        words::luminance(reading.spread_cd_m2),
        reading.readings.to_string(),
        ambient.map_or_else(String::new, |ambient| words::luminance(reading.luminance_cd_m2 + ambient)),
        contrast(|step| words::number(step.measured_contrast, 6)),
        contrast(|step| words::number(step.expected_contrast, 6)),
        contrast(|step| format!("{:+.1} %", step.deviation_percent)),
        color.map_or_else(String::new, |color| format!("{:.4}", color.u)),
        color.map_or_else(String::new, |color| format!("{:.4}", color.v)),
    ];
    texts.into_iter().map(|text| Cell::new(STYLE, text)).collect()
}

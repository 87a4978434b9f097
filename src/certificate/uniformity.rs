//! The maps of uniform fields: what was measured in each place. Rule G-19.

use crate::calibration::{Certificate, FieldReading, PointReading};

use super::faces::{Ink, Style, Weight};
use super::form::Times;
use super::sheet::{Align, MARGIN, Place, Sheet, WIDTH};
use super::words;

/// Maps side by side, and between them.
const COLUMNS: [f64; 3] = [0.0, 1.0, 2.0];
const GAP: f64 = 10.0;

/// Width and height of a place.
const CELL: [f64; 2] = [(WIDTH - 2.0 * GAP) / 9.0, 30.0];

/// Above the places: what the map is of.
const CAPTION: f64 = 12.0;

/// From a map to the one below.
const HEIGHT: f64 = CAPTION + 3.0 * CELL[1] + GAP;

const WORDS: Style = Style::new(Weight::Regular, 7.5, Ink::Black);
const SMALL: Style = Style::new(Weight::Regular, 5.5, Ink::Black);

/// Columns and rows of nine places, row by row.
const NINE: [[f64; 2]; 9] = [
    [0.0, 0.0],
    [1.0, 0.0],
    [2.0, 0.0],
    [0.0, 1.0],
    [1.0, 1.0],
    [2.0, 1.0],
    [0.0, 2.0],
    [1.0, 2.0],
    [2.0, 2.0],
];

/// The centre, then the corners row by row.
const FIVE: [[f64; 2]; 5] = [[1.0, 1.0], [0.0, 0.0], [2.0, 0.0], [0.0, 2.0], [2.0, 2.0]];

/// Draws a map a field.
pub(super) fn uniformity(sheet: &mut Sheet, certificate: &Certificate, times: &Times) {
    const LINE: Style = Style::new(Weight::Regular, 8.0, Ink::Gray);
    let fields = &certificate.measurement.fields;
    if fields.is_empty() {
        sheet.heading("Uniformity", LINE.leading());
        sheet.paragraph(LINE, "not measured", 1);
        return;
    }
    let lines = if certificate.uniformity.is_some() { 4.0 } else { 2.0 };
    sheet.heading("Uniformity", lines * LINE.leading() + HEIGHT);
    if let Some((own, measured)) = certificate.uniformity.as_ref().zip(times.uniformity) {
        let (measured, operator) = (words::time(&measured), words::or_nothing(&own.operator));
        let words = format!("Measured by itself on {measured}; operator: {operator}; record {}", own.record);
        sheet.paragraph(LINE, &words, 2);
    }
    let words = "Luminance as measured, without the room's light, cd/m²; its share of the brightest place; u′ and v′.";
    sheet.paragraph(LINE, words, 2);
    sheet.skip(3.0);
    for fields in fields.chunks(COLUMNS.len()) {
        sheet.keep(HEIGHT);
        let top = sheet.y();
        for (field, column) in fields.iter().zip(COLUMNS) {
            map(sheet, field, [MARGIN + column * (3.0 * CELL[0] + GAP), top]);
        }
        sheet.skip(HEIGHT);
    }
}

fn map(sheet: &mut Sheet, field: &FieldReading, [left, top]: [f64; 2]) {
    let [width, height] = CELL;
    let caption = Place { left, baseline: top + 8.0, room: 3.0 * width, align: Align::Left };
    sheet.write(caption, WORDS, &format!("Level {}", field.level));
    let cells: &[[f64; 2]] = if field.points.len() == FIVE.len() { &FIVE } else { &NINE };
    let brightest =
        field.points.iter().fold(0.0_f64, |brightest, point| brightest.max(point.luminance_cd_m2));
    let top = top + CAPTION;
    for (point, [column, row]) in field.points.iter().zip(cells) {
        place(sheet, point, brightest, [left + column * width, top + row * height]);
    }
    let (right, bottom) = (left + 3.0 * width, top + 3.0 * height);
    let frame = [[left, top], [right, top], [right, bottom], [left, bottom], [left, top]];
    sheet.line(frame.to_vec(), 0.5, Ink::Gray);
}

fn place(sheet: &mut Sheet, point: &PointReading, brightest: f64, [left, top]: [f64; 2]) {
    let share = if brightest > 0.0 { point.luminance_cd_m2 / brightest } else { 1.0 };
    sheet.fill([left, top], CELL, Ink::Shade(shade(share)));
    let line = |baseline| Place { left: left + 2.0, baseline, room: CELL[0] - 4.0, align: Align::Centre };
    sheet.write(line(top + 11.0), WORDS, &words::luminance(point.luminance_cd_m2));
    sheet.write(line(top + 19.5), SMALL, &format!("{:.1} %", 100.0 * share));
    if let Some(color) = point.chromaticity {
        sheet.write(line(top + 27.0), SMALL, &format!("{:.4}, {:.4}", color.u, color.v));
    }
}

/// The gray of a place, light enough for black words.
const fn shade(share: f64) -> u8 {
    if share >= 0.95 {
        250
    } else if share >= 0.9 {
        238
    } else if share >= 0.85 {
        226
    } else if share >= 0.8 {
        214
    } else if share >= 0.7 {
        202
    } else {
        185
    }
}

//! The pages of a report, from above: the verdict, whose monitor, each check, what to know, the records, plots, maps, levels.

use chrono::{DateTime, Datelike, FixedOffset, Timelike};
use krilla::metadata::{DateTime as PdfTime, Metadata};

use crate::calibration::{Certificate, Check, Evaluation, Verdict};

use super::error::CertificateError;
use super::faces::{Ink, Style, Weight};
use super::form::Times;
use super::levels::levels;
use super::plots::plots;
use super::sheet::{Align, MARGIN, Mark, Place, Sheet, WIDTH};
use super::table::{Cell, Column, table};
use super::uniformity::uniformity;
use super::words;

const TITLE: Style = Style::new(Weight::Strong, 17.0, Ink::Black);
const TEXT: Style = Style::new(Weight::Regular, 8.0, Ink::Black);
const KEY: Style = Style::new(Weight::Regular, 7.5, Ink::Gray);
const SMALL: Style = Style::new(Weight::Regular, 7.0, Ink::Gray);

/// The verdict on its ground.
const WORD: Style = Style::new(Weight::Strong, 23.0, Ink::White);
const MEANING: Style = Style::new(Weight::Regular, 8.5, Ink::White);
const WORD_ROOM: f64 = 175.0;
const BANNER_PADDING: f64 = 10.0;
const BANNER_HEIGHT_MIN: f64 = 54.0;

/// Two pairs of a key and what it is, side by side.
const FACTS: [Column; 4] = [
    Column::new("", 15.0, Align::Left),
    Column::new("", 35.0, Align::Left),
    Column::new("", 15.0, Align::Left),
    Column::new("", 35.0, Align::Left),
];

const CHECKS: [Column; 5] = [
    Column::new("Check", 20.0, Align::Left),
    Column::new("Value", 12.0, Align::Left),
    Column::new("Limit", 19.0, Align::Left),
    Column::new("Source of the limit", 38.0, Align::Left),
    Column::new("Verdict", 11.0, Align::Left),
];

/// Lines of a cell at most.
const FACT_LINES_MAX: usize = 3;
const CHECK_LINES_MAX: usize = 5;

/// Lines of a finding, and of what is wrong with the records.
const SENTENCE_LINES_MAX: usize = 8;

/// So many letters of a monitor's name are in the title of the document.
const NAME_LETTERS_MAX: usize = 100;

/// The pages of a certificate.
pub(super) fn pages(certificate: &Certificate, times: &Times) -> Result<Vec<Vec<Mark>>, CertificateError> {
    let mut sheet = Sheet::new()?;
    title(&mut sheet);
    banner(&mut sheet, &certificate.evaluation);
    identity(&mut sheet, certificate, times);
    checks(&mut sheet, &certificate.evaluation);
    found(&mut sheet, certificate);
    findings(&mut sheet, &certificate.evaluation);
    records(&mut sheet, certificate);
    plots(&mut sheet, certificate);
    uniformity(&mut sheet, certificate, times);
    levels(&mut sheet, certificate);
    let head =
        format!("Display certificate · {} · measured {}", name(certificate), words::time(&times.measured));
    Ok(sheet.finish(&head, words::NOT_FOR_DIAGNOSIS, SMALL))
}

/// What the document says of itself: the monitor and the times, and nobody's name.
pub(super) fn metadata(certificate: &Certificate, times: &Times) -> Metadata {
    let name = name(certificate).chars().filter(|letter| !letter.is_control()).take(NAME_LETTERS_MAX);
    let name: String = name.collect();
    Metadata::new()
        .title(format!("Display certificate: {name}, {}", times.measured.format("%Y-%m-%d")))
        .creator("Hotlight".to_owned())
        .language("en".to_owned())
        .creation_date(pdf_time(&times.issued))
}

fn pdf_time(time: &DateTime<FixedOffset>) -> PdfTime {
    let small = |number: u32| u8::try_from(number).unwrap_or_default();
    let minutes = time.offset().local_minus_utc() / 60;
    PdfTime::new(u16::try_from(time.year()).unwrap_or_default())
        .month(small(time.month()))
        .day(small(time.day()))
        .hour(small(time.hour()))
        .minute(small(time.minute()))
        .second(small(time.second()))
        .utc_offset_hour(i8::try_from(minutes / 60).unwrap_or_default())
        .utc_offset_minute(u8::try_from((minutes % 60).abs()).unwrap_or_default())
}

/// What the monitor is called, or known by.
fn name(certificate: &Certificate) -> &str {
    let monitor = &certificate.monitor;
    if monitor.name.trim().is_empty() { &monitor.id } else { &monitor.name }
}

const fn ink(verdict: Verdict) -> Ink {
    match verdict {
        Verdict::NotMeasured => Ink::Gray,
        Verdict::Pass => Ink::Pass,
        Verdict::Indicative => Ink::Indicative,
        Verdict::Fail => Ink::Fail,
    }
}

fn title(sheet: &mut Sheet) {
    let baseline = sheet.y();
    let place = Place { left: MARGIN, baseline, room: WIDTH, align: Align::Left };
    sheet.write(place, TITLE, "Display certificate");
    sheet.skip(12.0);
}

fn banner(sheet: &mut Sheet, evaluation: &Evaluation) {
    let left = MARGIN + BANNER_PADDING;
    let beside = left + WORD_ROOM + BANNER_PADDING;
    let room = MARGIN + WIDTH - BANNER_PADDING - beside;
    let lines = sheet.faces().wrap(MEANING, &words::meaning(evaluation), room, SENTENCE_LINES_MAX);
    let text_height = lines.iter().fold(0.0, |height, _| height + MEANING.leading());
    let height = f64::max(BANNER_HEIGHT_MIN, text_height + 2.0 * BANNER_PADDING);
    let top = sheet.y();
    sheet.fill([MARGIN, top], [WIDTH, height], ink(evaluation.verdict));
    let place = |baseline, room| Place { left, baseline, room, align: Align::Left };
    sheet.write(place(top + 30.0, WORD_ROOM), WORD, words::verdict(evaluation.verdict));
    let profile = format!("by the limits of '{}'", evaluation.profile);
    sheet.write(place(top + 44.0, WORD_ROOM), MEANING, &profile);
    let mut baseline = top + BANNER_PADDING + MEANING.size;
    for line in &lines {
        sheet.write(Place { left: beside, ..place(baseline, room) }, MEANING, line);
        baseline += MEANING.leading();
    }
    sheet.skip(height + 6.0);
}

fn facts(sheet: &mut Sheet, rows: Vec<[(&str, String); 2]>) {
    let row = |pairs: [(&str, String); 2]| {
        let cells = pairs.into_iter().map(|(key, value)| [Cell::new(KEY, key), Cell::new(TEXT, value)]);
        cells.flatten().collect::<Vec<Cell>>()
    };
    table(sheet, &FACTS, FACT_LINES_MAX, rows.into_iter().map(row));
}

fn identity(sheet: &mut Sheet, certificate: &Certificate, times: &Times) {
    let Certificate { monitor, station, operator, instrument, software, evaluation, .. } = certificate;
    let [columns, rows] = monitor.size;
    let size = if columns == 0 { words::NOTHING.to_owned() } else { format!("{columns} × {rows} pixels") };
    let digest = monitor.table.as_deref().unwrap_or_default();
    facts(
        sheet,
        vec![
            [("Monitor", words::or_nothing(&monitor.name)), ("Measured", words::time(&times.measured))],
            [
                ("Serial number", words::or_nothing(&monitor.serial)),
                ("Operator", words::or_nothing(operator)),
            ],
            [
                ("Known by", words::or_nothing(&monitor.id)),
                ("Instrument", words::instrument(instrument.as_ref())),
            ],
            [("Size", size), ("Station", words::or_nothing(station))],
            [("Driving levels", format!("{} bits", monitor.bits)), ("Written", words::time(&times.issued))],
            [("GSDF applied by", words::owner(&monitor.gsdf)), ("Software", words::or_nothing(software))],
            [("Table", words::or_nothing(digest)), ("Limits", words::or_nothing(&evaluation.profile))],
        ],
    );
}

fn checks(sheet: &mut Sheet, evaluation: &Evaluation) {
    sheet.heading("Checks", 40.0);
    table(sheet, &CHECKS, CHECK_LINES_MAX, evaluation.checks.iter().map(check_row));
    let is_open = |check: &Check| check.limit.as_ref().is_some_and(|limit| !limit.is_confirmed);
    if evaluation.checks.iter().any(is_open) {
        sheet.skip(3.0);
        sheet.paragraph(SMALL, words::UNCONFIRMED, 2);
    }
}

fn check_row(check: &Check) -> Vec<Cell> {
    let style = Style::new(Weight::Regular, 7.5, Ink::Black);
    let verdict = Style::new(Weight::Strong, 7.5, ink(check.verdict));
    let source = check.limit.as_ref().map_or("", |limit| limit.source.as_str());
    vec![
        Cell::new(style, check.quantity.name()),
        Cell::new(style, words::value(check)),
        Cell::new(style, words::limit(check.quantity, check.limit.as_ref())),
        Cell::new(Style { size: 6.5, ..style }, source),
        Cell::new(verdict, check.verdict.name()),
    ]
}

fn found(sheet: &mut Sheet, certificate: &Certificate) {
    let Certificate { measurement, evaluation, .. } = certificate;
    let Evaluation { l_min, l_max, ratio, gsdf_max_deviation_percent, jnd, .. } = evaluation;
    let room = measurement
        .ambient_cd_m2
        .map_or_else(|| "not measured".to_owned(), |ambient| format!("{} cd/m²", words::luminance(ambient)));
    sheet.heading("Found", 40.0);
    facts(
        sheet,
        vec![
            [
                ("L′min", format!("{} cd/m²", words::luminance(*l_min))),
                ("JNDs a level, mean", words::number(jnd.mean, 3)),
            ],
            [
                ("L′max", format!("{} cd/m²", words::luminance(*l_max))),
                ("Their slope (FIT)", words::number(jnd.slope, 5)),
            ],
            [("Ratio", words::number(*ratio, 1)), ("Their spread (LUM)", words::number(jnd.rmse, 3))],
            [
                ("Room's light", room),
                ("Contrast off by", format!("{} %", words::number(*gsdf_max_deviation_percent, 2))),
            ],
        ],
    );
}

fn findings(sheet: &mut Sheet, evaluation: &Evaluation) {
    if evaluation.findings.is_empty() {
        return;
    }
    sheet.heading("What to know", 2.0 * TEXT.leading());
    for finding in &evaluation.findings {
        sheet.paragraph(TEXT, &format!("– {finding}"), SENTENCE_LINES_MAX);
    }
}

fn records(sheet: &mut Sheet, certificate: &Certificate) {
    let records = &certificate.records;
    sheet.heading("Records", 3.0 * TEXT.leading());
    if records.head.is_empty() {
        sheet.paragraph(TEXT, "Not recorded: this certificate rests on no record.", 1);
    } else {
        sheet.paragraph(TEXT, &format!("Rests on record {}", records.head), 2);
    }
    match &records.fault {
        Some(fault) => {
            let style = Style { ink: Ink::Fail, weight: Weight::Strong, ..TEXT };
            sheet.paragraph(style, &format!("The records are not whole: {fault}."), SENTENCE_LINES_MAX);
        }
        None if records.head.is_empty() => {}
        None => sheet.paragraph(TEXT, "The chain of records was whole when this was written.", 1),
    }
    // All texts of a certificate are in its JSON, and every letter of it is that of a text.
    let json = serde_json::to_string(certificate).unwrap_or_default();
    if !json.chars().all(|letter| sheet.faces().has(letter)) {
        sheet.paragraph(SMALL, words::LETTERS, 2);
    }
}

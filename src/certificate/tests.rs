//! What a report says, where it stands, and which certificates are none.

use crate::calibration::{
    Certificate, CertifiedRecords, Check, FieldReading, Instrument, LevelReading, PointReading, Quantity,
    Verdict,
};
use crate::units::Chromaticity;

use super::error::CertificateError;
use super::faces::{Faces, Ink};
use super::form::{CertificateForm, check, pdf, read_certificate};
use super::report::pages;
use super::sheet::{MARGIN, Mark, PAGE, Text};

const SAMPLE: &str = include_str!("../../tests/data/certificates/diagnostic.json");

/// All is measured, and nearly no limit is confirmed.
fn sample() -> Certificate {
    read_certificate(SAMPLE).expect("a certificate")
}

/// Nothing is measured.
fn nothing() -> Certificate {
    let mut certificate = sample();
    certificate.measurement.response.clear();
    certificate.measurement.fields.clear();
    certificate.measurement.ambient_cd_m2 = None;
    certificate.instrument = None;
    certificate.monitor.table = None;
    certificate.monitor.size = [0, 0];
    certificate.evaluation.levels.clear();
    certificate.evaluation.findings.clear();
    certificate.evaluation.verdict = Verdict::NotMeasured;
    for check in &mut certificate.evaluation.checks {
        (check.value, check.verdict) = (None, Verdict::NotMeasured);
    }
    certificate.records = CertifiedRecords { head: String::new(), fault: None };
    certificate
}

/// Every text is far too long, and in several scripts.
fn wordy() -> Certificate {
    let long = "Ж山田 Überlang-und-nicht-zu-trennen \u{202E}<&>(\\) ".repeat(7);
    let one = "W".repeat(300);
    let mut certificate = sample();
    certificate.operator.clone_from(&long);
    certificate.station.clone_from(&one);
    certificate.software.clone_from(&one);
    certificate.instrument =
        Some(Instrument { name: long.clone(), serial: one.clone(), calibrated_until: Some(long.clone()) });
    certificate.records = CertifiedRecords { head: one.clone(), fault: Some(long.clone()) };
    let monitor = &mut certificate.monitor;
    (monitor.name, monitor.id, monitor.serial) = (long.clone(), one.clone(), one.clone());
    (monitor.gsdf, monitor.table) = (one.clone(), Some(one.clone()));
    let evaluation = &mut certificate.evaluation;
    evaluation.profile.clone_from(&one);
    evaluation.findings = vec![long.repeat(20), one.clone(), "\n".to_owned()];
    for check in &mut evaluation.checks {
        check.value = Some(1e300);
        if let Some(limit) = &mut check.limit {
            (limit.min, limit.max, limit.source) = (Some(-1e300), Some(1e-300), long.clone());
        }
    }
    evaluation.l_max = 1e300;
    certificate
}

/// Every level of so many, and seven fields of five places without colour.
fn full(highest: u16) -> Certificate {
    let mut certificate = sample();
    certificate.measurement.highest = highest;
    certificate.measurement.response = (0..=highest)
        .map(|level| LevelReading {
            level,
            luminance_cd_m2: 0.5 + f64::from(level),
            spread_cd_m2: 0.01,
            readings: 1,
            chromaticity: Some(Chromaticity::D65),
        })
        .collect();
    let point = PointReading { luminance_cd_m2: 0.0, chromaticity: None };
    certificate.measurement.fields = vec![FieldReading { level: 120, points: vec![point; 5] }; 7];
    certificate
}

fn failing() -> Certificate {
    let mut certificate = sample();
    let evaluation = &mut certificate.evaluation;
    evaluation.verdict = Verdict::Fail;
    for check in &mut evaluation.checks {
        if check.quantity == Quantity::LMax {
            (check.value, check.verdict) = (Some(349.999), Verdict::Fail);
        }
    }
    certificate.records.fault = Some("record 3 was changed".to_owned());
    certificate
}

fn marks(certificate: &Certificate) -> Vec<Vec<Mark>> {
    let times = check(certificate).expect("times");
    pages(certificate, &times).expect("pages")
}

fn texts(page: &[Mark]) -> impl Iterator<Item = &Text> {
    page.iter().filter_map(|mark| if let Mark::Text(text) = mark { Some(text) } else { None })
}

/// All words of a certificate, with a blank between lines.
fn words(certificate: &Certificate) -> String {
    let pages = marks(certificate);
    let lines: Vec<&str> = pages.iter().flat_map(|page| texts(page)).map(|text| text.text.as_str()).collect();
    lines.join(" ")
}

/// A text's rectangle: left, top, right, bottom.
fn bounds(faces: &Faces, text: &Text) -> [f64; 4] {
    let (size, baseline) = (text.style.size, text.place.baseline);
    let right = text.left + faces.width(text.style, &text.text);
    [text.left, baseline - 0.73 * size, right, baseline + 0.2 * size]
}

#[test]
fn no_text_leaves_its_place_or_the_page_or_lies_on_another() {
    let faces = Faces::new().expect("the fonts");
    for certificate in [sample(), nothing(), wordy(), full(255), failing()] {
        for page in marks(&certificate) {
            let mut before: Vec<([f64; 4], &str)> = Vec::new();
            for text in texts(&page).filter(|text| !text.text.is_empty()) {
                let found @ [left, top, right, bottom] = bounds(&faces, text);
                let words = text.text.as_str();
                assert!(right - left <= text.place.room + 1e-6, "'{words}' has no room");
                let is_inside = left >= MARGIN - 0.01 && right <= PAGE[0] - MARGIN + 0.01;
                assert!(
                    is_inside && top > 25.0 && bottom < PAGE[1] - 25.0,
                    "'{words}' is off the page: {found:?}"
                );
                let other = before
                    .iter()
                    .find(|([l, t, r, b], _)| left < *r && *l < right && top < *b && *t < bottom);
                assert!(other.is_none(), "'{words}' lies on {other:?}");
                before.push((found, words));
            }
        }
    }
}

#[test]
fn no_line_and_no_area_leaves_the_page() {
    for certificate in [sample(), nothing(), wordy(), full(1023), failing()] {
        for mark in marks(&certificate).iter().flatten() {
            let (Mark::Line { points, .. } | Mark::Area { points, .. }) = mark else { continue };
            for [x, y] in points {
                let is_inside = (MARGIN - 0.1..=PAGE[0] - MARGIN + 0.1).contains(x)
                    && (30.0..=PAGE[1] - 40.0).contains(y);
                assert!(is_inside, "{mark:?}");
            }
        }
    }
}

#[test]
fn equal_certificates_make_equal_bytes_and_others_do_not() {
    let bytes = pdf(&sample()).expect("a PDF");
    assert!(bytes.starts_with(b"%PDF-") && bytes.trim_ascii_end().ends_with(b"%%EOF"));
    assert!(pdf(&sample()).expect("a PDF") == bytes);
    let mut other = sample();
    other.measurement.response[3].luminance_cd_m2 += 0.01;
    assert!(pdf(&other).expect("a PDF") != bytes);
    for certificate in [nothing(), wordy(), full(255), failing()] {
        assert!(pdf(&certificate).is_ok());
    }
}

#[test]
fn json_comes_back_as_it_was() {
    for certificate in [sample(), nothing(), failing()] {
        let bytes = CertificateForm::Json.bytes(&certificate).expect("JSON");
        let text = String::from_utf8(bytes).expect("UTF-8");
        assert_eq!(read_certificate(&text), Ok(certificate));
    }
}

#[test]
fn the_verdict_is_large_and_in_its_colour_on_the_first_page() {
    for (certificate, word, ink) in [
        (sample(), "Indicative", Ink::Indicative),
        (failing(), "Fail", Ink::Fail),
        (nothing(), "Not measured", Ink::Gray),
    ] {
        let pages = marks(&certificate);
        let largest = texts(&pages[0]).max_by(|one, other| one.style.size.total_cmp(&other.style.size));
        assert_eq!(largest.map(|text| text.text.as_str()), Some(word));
        assert!(
            pages[0].iter().any(|mark| matches!(mark, Mark::Area { ink: found, .. } if *found == ink)),
            "{word}"
        );
    }
    assert!(words(&failing()).contains("Beyond the limit: L′max."));
    assert!(words(&failing()).contains("The records are not whole: record 3 was changed."));
    assert!(
        words(&failing()).contains("349.999 cd/m²"),
        "a limit of 350 is missed, which two decimals would hide"
    );
}

#[test]
fn what_was_not_measured_says_so_in_every_place() {
    let words = words(&nothing());
    assert!(
        words.contains(
            "Nothing was measured that has a limit. Not measured: Largest deviation from GSDF, L′max"
        )
    );
    assert_eq!(words.matches("not measured").count(), Quantity::ALL.len() + 5, "{words}");
    assert!(words.contains("Not recorded: this certificate rests on no record."));
    let pages = marks(&nothing());
    let passes =
        pages.iter().flat_map(|page| texts(page)).filter(|text| text.text.eq_ignore_ascii_case("pass"));
    assert_eq!(passes.count(), 0);
}

#[test]
fn each_limit_that_nobody_confirmed_is_indicative() {
    let mut certificate = sample();
    let count = |certificate: &Certificate| words(certificate).matches(", indicative").count();
    assert_eq!(count(&certificate), 12);
    for limit in certificate.evaluation.checks.iter_mut().filter_map(|check| check.limit.as_mut()) {
        limit.is_confirmed = true;
    }
    assert_eq!(count(&certificate), 0);
    assert!(!words(&certificate).contains("Indicative limits"));
}

#[test]
fn two_hundred_and_fifty_six_levels_go_on_over_pages_with_a_head_each() {
    let pages = marks(&full(255));
    let numbers = pages.iter().enumerate().all(|(at, page)| {
        let number = format!("{} of {}", at + 1, pages.len());
        texts(page).any(|text| text.text == number)
    });
    assert!(numbers && pages.len() > 4, "{} pages", pages.len());
    let heads = pages.iter().filter(|page| texts(page).any(|text| text.text == "Readings")).count();
    assert!(heads >= 4, "{heads} heads");
    let luminances: Vec<&str> =
        pages.iter().flat_map(|page| texts(page)).map(|text| text.text.as_str()).collect();
    for level in 0..=255_u16 {
        let luminance = super::words::luminance(0.5 + f64::from(level));
        assert!(luminances.contains(&luminance.as_str()), "{luminance}");
    }
    assert_eq!(marks(&sample()).len(), 2);
}

#[test]
fn letters_that_the_font_lacks_are_told() {
    assert!(words(&wordy()).contains("Ж?? Überlang"));
    assert!(words(&wordy()).contains(super::words::LETTERS));
    assert!(!words(&sample()).contains(super::words::LETTERS));
}

#[test]
fn the_form_is_that_of_the_end_of_the_name() {
    let form = |name: &str| CertificateForm::of(std::path::Path::new(name));
    assert_eq!(form("a/left.PDF"), Some(CertificateForm::Pdf));
    assert_eq!(form("left.2026.json"), Some(CertificateForm::Json));
    assert_eq!([form("left"), form("left.csv"), form(".json")], [None; 3]);
}

/// The error that a change of the sample leads to.
#[track_caller]
fn refused(change: impl FnOnce(&mut Certificate)) -> CertificateError {
    let mut certificate = sample();
    change(&mut certificate);
    let text = serde_json::to_string(&certificate).expect("JSON");
    let error = read_certificate(&text).expect_err("refused");
    for form in [CertificateForm::Json, CertificateForm::Pdf] {
        assert_eq!(form.bytes(&certificate), Err(error.clone()));
    }
    error
}

#[test]
fn what_is_no_certificate_is_refused_in_words() {
    let format = refused(|certificate| certificate.format = "hotlight-display-certificate/2".to_owned());
    assert_eq!(
        format.to_string(),
        "the format of this certificate is 'hotlight-display-certificate/2', and only 'hotlight-display-certificate/1' is \
         read here"
    );
    let time = refused(|certificate| certificate.issued = "yesterday".to_owned());
    assert!(time.to_string().starts_with("'issued' is 'yesterday', where a time"), "{time}");
    let level = refused(|certificate| certificate.measurement.response[4].level = 45);
    assert_eq!(level, CertificateError::Level { level: 45, highest: 255 });
    let high = refused(|certificate| certificate.measurement.highest = 254);
    assert_eq!(high, CertificateError::Level { level: 255, highest: 254 });
    let dark = refused(|certificate| certificate.measurement.response[0].luminance_cd_m2 = -0.1);
    assert_eq!(dark, CertificateError::Luminance { level: 0, luminance: -0.1 });
    let room = refused(|certificate| certificate.measurement.ambient_cd_m2 = Some(1e9));
    assert_eq!(room, CertificateError::Ambient { luminance: 1e9 });
    let places = refused(|certificate| certificate.measurement.fields[1].points.truncate(8));
    assert_eq!(places, CertificateError::Places { level: 120, found: 8 });
    let verdict = refused(|certificate| {
        let fails = |check: &mut Check| check.verdict = Verdict::Fail;
        certificate.evaluation.checks.last_mut().map(fails).expect("a check");
        certificate.evaluation.verdict = Verdict::Pass;
    });
    assert_eq!(
        verdict.to_string(),
        "the verdict is 'pass', though 'Pixel pitch' fails: the certificate was changed by hand"
    );
}

#[test]
fn what_is_no_json_or_has_unknown_keys_is_refused_with_its_place() {
    let stranger = SAMPLE.replace("\"station\"", "\"patient\"");
    let wide = SAMPLE.replace("\"bits\": 10", "\"bits\": 1000");
    for (text, part) in [
        ("", "line 1 column 0"),
        ("{}", "missing field `format`"),
        ("[1]", "line 1"),
        (stranger.as_str(), "unknown field `patient`"),
        (wide.as_str(), "invalid value"),
        (&SAMPLE[..SAMPLE.len() / 2], "EOF"),
    ] {
        let error = read_certificate(text).expect_err("refused").to_string();
        assert!(
            error.starts_with("this is no certificate of a monitor: ") && error.contains(part),
            "{error}"
        );
    }
}

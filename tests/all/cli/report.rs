//! `display report`: what is handed on of a monitor, as others read it. Poppler reads the PDF, which shares no code with us.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use hotlight::app::local_now;
use hotlight::records::{Book, Kind, NewRecord};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::{data, hotlight, hotlight_in, stderr};

fn sample_path() -> PathBuf {
    data().join("certificates/diagnostic.json")
}

fn sample() -> Value {
    serde_json::from_str(&std::fs::read_to_string(sample_path()).expect("the sample")).expect("JSON")
}

fn report(arguments: &[&str], out: &Path) -> Output {
    let out = out.to_string_lossy();
    hotlight(&[["display", "report"].as_slice(), arguments, &["--out", &out]].concat())
}

/// Typesets a certificate; the PDF lies in the folder.
fn typeset(certificate: &Value) -> (TempDir, PathBuf) {
    let folder = TempDir::new().expect("a temporary folder");
    let json = folder.path().join("certificate.json");
    std::fs::write(&json, certificate.to_string()).expect("written");
    let pdf = folder.path().join("certificate.pdf");
    let output = report(&[&json.to_string_lossy()], &pdf);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    (folder, pdf)
}

fn poppler(program: &str, arguments: &[&str], pdf: &Path) -> String {
    let mut command = Command::new(program);
    let output = command.args(arguments).arg(pdf).args((program == "pdftotext").then_some("-")).output();
    let output = output.expect("poppler runs (make test installs poppler-utils)");
    assert!(output.status.success() && output.stderr.is_empty(), "{}", stderr(&output));
    String::from_utf8(output.stdout).expect("UTF-8")
}

/// All texts in the order in which they were drawn, without white space: cells wrap.
fn drawn(pdf: &Path) -> String {
    squeezed(&poppler("pdftotext", &["-raw", "-enc", "UTF-8"], pdf))
}

fn squeezed(text: &str) -> String {
    text.split_whitespace().collect()
}

/// As a person reads it: what stands side by side is in one line.
fn lines(pdf: &Path) -> Vec<String> {
    let text = poppler("pdftotext", &["-layout", "-enc", "UTF-8"], pdf);
    text.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect()
}

fn texts<'a>(value: &'a Value, into: &mut Vec<&'a str>) {
    match value {
        Value::String(text) => into.push(text),
        Value::Array(values) => values.iter().for_each(|value| texts(value, into)),
        Value::Object(members) => members.values().for_each(|value| texts(value, into)),
        _ => {}
    }
}

#[test]
fn a_report_says_all_that_its_certificate_says() {
    let certificate = sample();
    let (_folder, pdf) = typeset(&certificate);
    let drawn = drawn(&pdf);
    let mut expected = Vec::new();
    for key in ["monitor", "station", "operator", "instrument", "software", "records"] {
        texts(&certificate[key], &mut expected);
    }
    // The owner of the GSDF is told in words.
    expected.retain(|text| *text != "viewer");
    for check in certificate["evaluation"]["checks"].as_array().expect("checks") {
        texts(&check["limit"], &mut expected);
        expected.push(check["verdict"].as_str().expect("a verdict"));
    }
    texts(&certificate["evaluation"]["findings"], &mut expected);
    expected.extend([
        "GSDF applied by Hotlight",
        "2048 × 2560 pixels",
        "10 bits",
        "Measured 2026-11-24 09:20:00 +01:00",
        "2026-11-24 10:05:00 +01:00",
        "by the limits of 'diagnostic'",
        "Not for diagnosis",
        "The chain of records was whole",
    ]);
    for text in expected {
        let text = text.replace("not-measured", "not measured");
        assert!(drawn.contains(&squeezed(&text)), "'{text}' is not in\n{drawn}");
    }
}

#[test]
fn each_check_is_a_row_with_its_value_limit_and_verdict() {
    let (_folder, pdf) = typeset(&sample());
    let lines = lines(&pdf);
    for (begin, end) in [
        ("L′max 412.25 cd/m² ≥ 350 cd/m², indicative ACR–AAPM–SIIM Technical Standard", "indicative"),
        ("L′min 1.10 cd/m² ≥ 1 cd/m², indicative ACR–AAPM–SIIM Technical Standard", "indicative"),
        ("Luminance ratio 374.8 ≥ 250, indicative AAPM Report 270 (2019)", "indicative"),
        ("Ambient ratio 0.2941 ≤ 0.667, indicative AAPM On-line Report 03 (TG18, 2005)", "indicative"),
        ("Uniformity (MLD) 8.87 % ≤ 30 %, indicative AAPM On-line Report 03 (TG18, 2005)", "indicative"),
        ("Uniformity (LUDM) 4.68 % ≤ 15 %, indicative AAPM Report 270 (2019)", "indicative"),
        ("L′max of the pair – ≤ 10 %, indicative AAPM On-line Report 03 (TG18, 2005)", "not measured"),
        ("Pixel pitch 0.165 mm ≤ 0.21 mm, indicative ACR–AAPM–SIIM Technical Standard", "indicative"),
        ("Largest deviation from", "pass"),
    ] {
        let is_row = |line: &String| line.starts_with(begin) && line.ends_with(end);
        assert!(lines.iter().any(is_row), "no row '{begin} … {end}' in\n{}", lines.join("\n"));
    }
    assert!(lines.iter().any(|line| line.contains(" 4.02 % ≤ 10 % ACR")), "{}", lines.join("\n"));
}

#[test]
fn each_level_is_a_row_with_all_that_was_measured() {
    let certificate = sample();
    let (_folder, pdf) = typeset(&certificate);
    let lines = lines(&pdf);
    let decimals = |value: f64| if value < 10.0 { 4 } else { 3 - usize::from(value >= 100.0) };
    for level in certificate["measurement"]["response"].as_array().expect("levels") {
        let number = |key: &str| level[key].as_f64().expect(key);
        let (luminance, spread) = (number("luminance_cd_m2"), number("spread_cd_m2"));
        let with_room = luminance + 0.25;
        let (here, there) = (decimals(luminance), decimals(with_room));
        let begin = format!(
            "{} {luminance:.here$} {spread:.4} {} {with_room:.there$}",
            level["level"], level["readings"]
        );
        let color = &level["chromaticity"];
        let end = format!("{:.4} {:.4}", color["u"].as_f64().expect("u"), color["v"].as_f64().expect("v"));
        let is_row = |line: &&String| line.starts_with(&begin) && line.ends_with(&end);
        assert_eq!(lines.iter().filter(is_row).count(), 1, "'{begin} … {end}' in\n{}", lines.join("\n"));
    }
    assert!(lines.iter().any(|line| line.contains("0.007225 0.006946 +4.0 %")), "{}", lines.join("\n"));
}

#[test]
fn the_document_is_two_pages_of_a4_and_names_nobody() {
    let (_folder, pdf) = typeset(&sample());
    let facts = poppler("pdfinfo", &[], &pdf);
    let fact = |key: &str| {
        let of_key =
            |line: &str| line.strip_prefix(key)?.strip_prefix(':').map(|rest| rest.trim().to_owned());
        facts.lines().find_map(of_key)
    };
    assert_eq!(fact("Title").as_deref(), Some("Display certificate: ZZM GRAY 5MP, 2026-11-24"));
    assert_eq!((fact("Pages").as_deref(), fact("Author")), (Some("2"), None));
    assert!(fact("Page size").is_some_and(|size| size.starts_with("595 x 842 pts")), "{facts}");
    assert!(fact("CreationDate").is_some_and(|date| date.contains("2026")), "{facts}");
    assert!(!facts.contains("Physicist"), "{facts}");
    let text = drawn(&pdf);
    assert!(text.contains("1of2") && text.contains("2of2"), "{text}");
    let fonts = poppler("pdffonts", &[], &pdf);
    let embedded = fonts.lines().skip(2).all(|font| font.contains("Inter") && font.contains(" yes yes yes "));
    assert!(embedded && fonts.lines().count() == 4, "{fonts}");
}

/// A page as poppler paints it at 72 pixels an inch: columns, and gray values row by row.
fn painted(pdf: &Path) -> Vec<(usize, Vec<u8>)> {
    let folder = TempDir::new().expect("a temporary folder");
    let output = Command::new("pdftoppm")
        .args(["-r", "72", "-gray"])
        .arg(pdf)
        .arg(folder.path().join("page"))
        .output();
    let output = output.expect("pdftoppm runs (make test installs poppler-utils)");
    assert!(output.status.success(), "{}", stderr(&output));
    let pages = std::fs::read_dir(folder.path()).expect("the folder");
    let pages = pages.map(|page| std::fs::read(page.expect("a page").path()).expect("read"));
    pages
        .map(|bytes| {
            let mut parts = bytes.splitn(4, |byte| *byte == b'\n');
            let mut line = || String::from_utf8_lossy(parts.next().expect("a line")).into_owned();
            let (kind, size, most) = (line(), line(), line());
            assert_eq!((kind.as_str(), most.as_str()), ("P5", "255"));
            let columns = size.split(' ').next().and_then(|columns| columns.parse().ok()).expect("columns");
            (columns, parts.next().expect("pixels").to_vec())
        })
        .collect()
}

#[test]
fn nothing_is_painted_in_the_margins_and_no_page_is_blank() {
    let mut long = sample();
    long["operator"] = Value::from("山田 太郎 Überlang ".repeat(20));
    long["monitor"]["name"] = Value::from("W".repeat(300));
    long["evaluation"]["findings"] = json!(["x".repeat(300), "Ж ".repeat(150)]);
    let response = (0..256)
        .map(|level| json!({ "level": level, "luminance_cd_m2": 0.5 + f64::from(level), "readings": 1 }));
    long["measurement"]["response"] = response.collect();
    for certificate in [sample(), long] {
        let (_folder, pdf) = typeset(&certificate);
        let pages = painted(&pdf);
        assert!(pages.len() >= 2);
        for (columns, pixels) in pages {
            let rows = pixels.len() / columns;
            assert_eq!((columns, rows), (595, 842));
            // 12 mm beside the text, 10 mm above the head and 9 mm below the foot.
            let is_margin = |at: usize| {
                let (column, row) = (at % columns, at / columns);
                column < 34 || column >= columns - 34 || row < 28 || row >= rows - 25
            };
            let stray = pixels.iter().enumerate().find(|(at, gray)| is_margin(*at) && **gray != 255);
            assert_eq!(stray.map(|(at, _)| (at % columns, at / columns)), None);
            let dark = pixels.iter().filter(|gray| **gray < 128).count();
            assert!(dark > 500, "{dark} dark pixels");
        }
    }
}

#[test]
fn letters_that_the_font_lacks_are_question_marks_and_that_is_said() {
    let mut foreign = sample();
    foreign["operator"] = Value::from("Иванова 山");
    let (_folder, pdf) = typeset(&foreign);
    let drawn = drawn(&pdf);
    assert!(drawn.contains("Иванова?") && drawn.contains("areshownasquestionmarks"), "{drawn}");
}

#[test]
fn a_certificate_becomes_the_same_json_and_every_time_the_same_pdf() {
    let folder = TempDir::new().expect("a temporary folder");
    let again = folder.path().join("again.json");
    let output = report(&[&sample_path().to_string_lossy()], &again);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let copy: Value = serde_json::from_str(&std::fs::read_to_string(&again).expect("JSON")).expect("JSON");
    assert_eq!(copy, sample());
    let [first, second] = [sample(), copy].map(|certificate| {
        let (_folder, pdf) = typeset(&certificate);
        std::fs::read(pdf).expect("the PDF")
    });
    assert!(first.starts_with(b"%PDF-") && first == second);
}

#[test]
fn a_monitor_that_fails_says_so_first() {
    let mut certificate = sample();
    certificate["evaluation"]["verdict"] = Value::from("fail");
    certificate["evaluation"]["checks"][1]["verdict"] = Value::from("fail");
    certificate["evaluation"]["checks"][1]["value"] = Value::from(349.999);
    let (_folder, pdf) = typeset(&certificate);
    let drawn = drawn(&pdf);
    assert!(drawn.starts_with("DisplaycertificateFail"), "{drawn}");
    assert!(drawn.contains("Beyondthelimit:L′max.") && drawn.contains("349.999cd/m²"), "{drawn}");
}

#[test]
fn what_is_no_certificate_or_no_report_is_refused_with_a_reason() {
    let folder = TempDir::new().expect("a temporary folder");
    let path = |name: &str| folder.path().join(name);
    let (other, pdf) = (path("other.json"), path("a.pdf"));
    std::fs::write(&other, "{\"format\": \"hotlight-display-certificate/2\"}").expect("written");
    let [sample, other, gone] =
        [&sample_path(), &other, &path("gone.json")].map(|path| path.to_string_lossy().into_owned());
    let refused = |arguments: &[&str], out: &Path, code: i32, part: &str| {
        let output = report(arguments, out);
        let told = stderr(&output);
        assert_eq!(output.status.code(), Some(code), "{arguments:?}: {told}");
        assert!(told.contains(part) && !out.exists(), "{arguments:?}: {told}");
    };
    refused(&[&other], &pdf, 1, "only 'hotlight-display-certificate/1' is read here");
    refused(&[&gone], &pdf, 1, "gone.json: ");
    refused(&[&sample], &path("a.txt"), 2, "ends with .pdf or .json");
    refused(&[&sample], &path("no/folder.pdf"), 1, "folder.pdf: cannot be written");
    refused(&[&sample, "--monitor", "A"], &pdf, 2, "cannot be used with");
    refused(&[], &pdf, 2, "required");
    let nothing = "no evaluated measurement of the monitor NIL-0x0001-ZZ1 is recorded";
    refused(&["--monitor", "NIL-0x0001-ZZ1"], &pdf, 1, nothing);
}

#[test]
fn the_newest_recorded_measurement_of_a_monitor_is_written() {
    const MONITOR: &str = "ZZM-0x1234-00204321";
    let state = TempDir::new().expect("a temporary folder");
    let book = Book::open(&state.path().join("displays")).expect("a book");
    let mut certificate = sample();
    let append = |monitor: &str, kind, body: &Value| {
        let record = NewRecord {
            at: local_now(),
            monitor: monitor.to_owned(),
            kind,
            operator: "B. Physicist".to_owned(),
            instrument: None,
            software: "Hotlight 0.1.0".to_owned(),
            table: None,
            body: body.clone(),
        };
        book.append(&record).expect("recorded").hash
    };
    append(MONITOR, Kind::Measured, &certificate["measurement"]);
    append(MONITOR, Kind::Evaluated, &certificate["evaluation"]);
    certificate["measurement"]["ambient_cd_m2"] = Value::from(0.5);
    append(MONITOR, Kind::Measured, &certificate["measurement"]);
    let head = append(MONITOR, Kind::Evaluated, &certificate["evaluation"]);
    // One that nobody evaluated, and another monitor's.
    certificate["measurement"]["ambient_cd_m2"] = Value::from(0.75);
    append(MONITOR, Kind::Measured, &certificate["measurement"]);
    append("ZZM-0x1234-2", Kind::Measured, &certificate["measurement"]);
    append("ZZM-0x1234-2", Kind::Evaluated, &certificate["evaluation"]);
    for name in ["a.json", "a.pdf"] {
        let out = state.path().join(name).to_string_lossy().into_owned();
        let output = hotlight_in(state.path(), &["display", "report", "--monitor", MONITOR, "--out", &out]);
        assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    }
    let written = std::fs::read_to_string(state.path().join("a.json")).expect("the certificate");
    let written: Value = serde_json::from_str(&written).expect("JSON");
    assert_eq!(written["measurement"]["ambient_cd_m2"], 0.5);
    assert_eq!(
        (&written["records"]["head"], &written["records"]["fault"]),
        (&Value::from(head), &Value::Null)
    );
    assert_eq!(
        (&written["operator"], &written["monitor"]["id"]),
        (&Value::from("B. Physicist"), &Value::from(MONITOR))
    );
    assert_eq!(written["evaluation"], certificate["evaluation"]);
    assert!(drawn(&state.path().join("a.pdf")).contains("B.Physicist"));
}

#[test]
fn uniformity_that_was_measured_by_itself_is_on_the_report_with_who_measured_it_and_when() {
    const MONITOR: &str = "ZZM-0x1234-00204321";
    let state = TempDir::new().expect("a temporary folder");
    let book = Book::open(&state.path().join("displays")).expect("a book");
    let sample = sample();
    let append = |operator: &str, kind, body: &Value| {
        let record = NewRecord {
            at: local_now(),
            monitor: MONITOR.to_owned(),
            kind,
            operator: operator.to_owned(),
            instrument: None,
            software: "Hotlight 0.1.0".to_owned(),
            table: None,
            body: body.clone(),
        };
        book.append(&record).expect("recorded")
    };
    let (mut bare, mut found) = (sample["measurement"].clone(), sample["evaluation"].clone());
    let fields = json!({
        "path": bare["path"], "highest": bare["highest"], "response": [], "ambient_cd_m2": 0.25, "fields": bare["fields"],
    });
    bare["fields"] = json!([]);
    let is_of_fields = |check: &Value| {
        ["uniformity-mld", "uniformity-ludm", "chromaticity-across"]
            .iter()
            .any(|name| check["quantity"] == *name)
    };
    let checks = found["checks"].as_array_mut().expect("checks");
    let of_fields: Vec<Value> = checks.iter().filter(|check| is_of_fields(check)).cloned().collect();
    for check in checks.iter_mut().filter(|check| is_of_fields(check)) {
        (check["value"], check["verdict"]) = (Value::Null, Value::from("not-measured"));
    }
    let response = append("A. Physicist", Kind::Measured, &bare);
    append("A. Physicist", Kind::Evaluated, &found);
    let body = |response: &Value| json!({ "measurement": fields, "response": response, "profile": "diagnostic", "checks": of_fields });
    // Beside another response than the newest one.
    append("C. Physicist", Kind::Uniformity, &body(&json!({ "n": 7, "hash": "ab12" })));
    let named = json!({ "n": response.n, "hash": response.hash });
    let head = append("B. Physicist", Kind::Uniformity, &body(&named));
    for name in ["a.json", "a.pdf"] {
        let out = state.path().join(name).to_string_lossy().into_owned();
        let output = hotlight_in(state.path(), &["display", "report", "--monitor", MONITOR, "--out", &out]);
        assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    }
    let written = std::fs::read_to_string(state.path().join("a.json")).expect("the certificate");
    let written: Value = serde_json::from_str(&written).expect("JSON");
    assert_eq!(written["measurement"]["fields"], sample["measurement"]["fields"]);
    assert_eq!(written["evaluation"]["checks"], sample["evaluation"]["checks"]);
    assert_eq!(
        written["uniformity"],
        json!({ "measured": head.at, "operator": "B. Physicist", "record": head.hash })
    );
    assert_eq!(
        (&written["operator"], &written["records"]["head"]),
        (&json!("A. Physicist"), &json!(head.hash))
    );
    let drawn = drawn(&state.path().join("a.pdf"));
    assert!(drawn.contains("Measuredbyitselfon") && drawn.contains("operator:B.Physicist"), "{drawn}");
    let lines = hotlight_in(state.path(), &["display", "records"]);
    let lines = String::from_utf8_lossy(&lines.stdout).into_owned();
    assert!(lines.contains(", beside record 1"), "{lines}");
}

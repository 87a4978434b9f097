//! `docs/formats.md`: which transfer syntax and pixel form is decoded by what, and which file and program prove it.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use hotlight::dicom::Instance;
use serde_json::Value;

use super::{Agreement, compare, list, text};
use crate::oracle::expected;
use crate::support::data;

const OURS: &str = "Hotlight";
const INFLATE: &str = "zlib-rs (`flate2`)";
const LIBJPEG: &str = "libjpeg-turbo (`turbojpeg-sys`)";
const CHARLS: &str = "CharLS (`charls`)";
const OPENJPEG: &str = "OpenJPEG (`openjpeg-sys`)";

/// Transfer syntaxes that are shown: the name, and what decodes it. PS3.6 A.
const SHOWN: [(&str, &str, &str); 19] = [
    ("1.2.840.10008.1.2", "implicit VR little endian", OURS),
    ("1.2.840.10008.1.2.1", "explicit VR little endian", OURS),
    ("1.2.840.10008.1.2.1.99", "deflated", INFLATE),
    ("1.2.840.10008.1.2.2", "explicit VR big endian", OURS),
    ("1.2.840.10008.1.2.5", "RLE", OURS),
    ("1.2.840.10008.1.2.8.1", "deflated frames", INFLATE),
    ("1.2.840.10008.1.2.4.50", "JPEG baseline", LIBJPEG),
    ("1.2.840.10008.1.2.4.51", "JPEG extended", LIBJPEG),
    ("1.2.840.10008.1.2.4.53", "JPEG spectral selection", LIBJPEG),
    ("1.2.840.10008.1.2.4.55", "JPEG progressive", LIBJPEG),
    ("1.2.840.10008.1.2.4.57", "JPEG lossless", LIBJPEG),
    ("1.2.840.10008.1.2.4.70", "JPEG lossless, first-order prediction", LIBJPEG),
    ("1.2.840.10008.1.2.4.80", "JPEG-LS lossless", CHARLS),
    ("1.2.840.10008.1.2.4.81", "JPEG-LS near-lossless", CHARLS),
    ("1.2.840.10008.1.2.4.90", "JPEG 2000 lossless", OPENJPEG),
    ("1.2.840.10008.1.2.4.91", "JPEG 2000", OPENJPEG),
    ("1.2.840.10008.1.2.4.201", "HTJ2K lossless", OPENJPEG),
    ("1.2.840.10008.1.2.4.202", "HTJ2K lossless RPCL", OPENJPEG),
    ("1.2.840.10008.1.2.4.203", "HTJ2K", OPENJPEG),
];

/// Transfer syntaxes of images that are not shown: what follows [`ROOT`]. PS3.6 A.
const NOT_SHOWN: &str = "1.98 4.52 4.54 4.56 4.58 4.59 4.60 4.61 4.62 4.63 4.64 4.65 4.66 4.94 4.95 \
    4.100 4.100.1 4.101 4.101.1 4.102 4.102.1 4.103 4.103.1 4.104 4.104.1 4.105 4.105.1 4.106 4.106.1 4.107 4.108 \
    4.110 4.111 4.112 4.204 4.205 7.1 7.2 7.3";
const ROOT: &str = "1.2.840.10008.1.2.";

/// The page, from what the committed files really give.
fn page() -> String {
    let expected = expected("formats/expected.json");
    let mut rows: BTreeMap<(usize, String), Vec<String>> = BTreeMap::new();
    for file in list(&expected, "files") {
        let uid = text(file, "syntax");
        let syntax = SHOWN.iter().position(|(shown, ..)| *shown == uid);
        let syntax = syntax.unwrap_or_else(|| panic!("{uid} has no row in SHOWN"));
        rows.entry((syntax, form(file))).or_default().push(proof(file));
    }
    let mut page = "# Formats\n\n\
        Written by a test (`UPDATE=1 cargo test` rewrites it) from `tests/oracle/formats/expected.json`. Each file lies in\n\
        `tests/data/formats/` and is read anew when the test runs; the program named beside it decoded it independently.\n\n\
        ## Shown\n\n\
        | transfer syntax | pixels | decoded by | proved by |\n| --- | --- | --- | --- |\n"
        .to_owned();
    for ((syntax, form), proofs) in rows {
        let (uid, name, decoder) = SHOWN[syntax];
        // Writing to a String does not fail.
        let _infallible = writeln!(page, "| {name}, `{uid}` | {form} | {decoder} | {} |", proofs.join("; "));
    }
    page.push_str(
        "\n## Not shown\n\nListed with the unreadable files, in these words.\n\n\
        | transfer syntax | what the reader is told |\n| --- | --- |\n",
    );
    for uid in NOT_SHOWN.split(' ').map(|end| format!("{ROOT}{end}")) {
        let _infallible = writeln!(page, "| `{uid}` | {} |", words(&uid));
    }
    page
}

/// The pixels of a file, in the words of its header.
fn form(file: &Value) -> String {
    let number = |value: &Value| value.as_u64();
    let [allocated, stored] = [&file["bits"][0], &file["bits"][1]].map(number);
    let allocated = allocated.expect("Bits Allocated");
    let bits = match stored {
        None => format!("{allocated}-bit floating point"),
        Some(1) => "1 bit".to_owned(),
        Some(stored) if stored == allocated => format!("{stored} bits"),
        Some(stored) => format!("{stored} of {allocated} bits"),
    };
    let is = |key: &str| number(&file[key]) == Some(1);
    let signed = if is("signed") { ", signed" } else { "" };
    let planar = if is("planar") && file["samples"] == 3 { ", by plane" } else { "" };
    let frames = if number(&file["count"]) > Some(1) { ", multi-frame" } else { "" };
    format!("{}, {bits}{signed}{planar}{frames}", text(file, "photometric"))
}

fn proof(file: &Value) -> String {
    let path = text(file, "path");
    let how = match compare(&data().join("formats"), file) {
        Agreement::Equal => "equal to",
        Agreement::WithinOne => "within 1 of",
        other => panic!("{path}: {other:?}"),
    };
    format!("`{}` {how} {}", path.trim_end_matches(".dcm"), text(file, "oracle"))
}

/// What is said of an object whose header names another transfer syntax.
fn words(uid: &str) -> String {
    let object = std::fs::read(data().join("formats/made/video_mpeg4.dcm")).expect("the object");
    let stated = element("1.2.840.10008.1.2.4.102");
    let at = object.windows(stated.len()).position(|bytes| bytes == stated).expect("a transfer syntax");
    let folder = tempfile::TempDir::new().expect("a temporary folder");
    let path = folder.path().join("object.dcm");
    std::fs::write(&path, [&object[..at], &element(uid), &object[at + stated.len()..]].concat())
        .expect("a file");
    Instance::read(&path).expect_err(uid).to_string()
}

/// VR, length and value.
fn element(uid: &str) -> Vec<u8> {
    let mut value = uid.as_bytes().to_vec();
    value.resize(value.len().next_multiple_of(2), 0);
    [b"UI".as_slice(), &(value.len() as u16).to_le_bytes(), &value].concat()
}

/// Run with `UPDATE=1` to rewrite the page.
#[test]
fn the_page_of_formats_is_in_step_with_what_is_read() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/formats.md");
    let page = page();
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(path, &page).expect("docs/formats.md is writable");
    }
    let committed = std::fs::read_to_string(path).unwrap_or_default();
    assert_eq!(committed, page, "docs/formats.md is stale: UPDATE=1 cargo test rewrites it");
}

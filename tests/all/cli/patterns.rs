//! `display patterns`: what a physicist takes to another monitor.

use std::path::Path;

use hotlight::calibration::pattern::{Levels, Pattern, draw};
use serde_json::Value;

use crate::support::{hotlight, stderr, stdout};

/// The file of a pattern.
fn written(arguments: &[&str], name: &str) -> Vec<u8> {
    let folder = tempfile::TempDir::new().expect("a temporary folder");
    let out = folder.path().join(name);
    let output = run(arguments, &out);
    assert_eq!(output.status.code(), Some(0), "{arguments:?}: {}", stderr(&output));
    std::fs::read(&out).expect("the picture")
}

fn run(arguments: &[&str], out: &Path) -> std::process::Output {
    let out = out.display().to_string();
    hotlight(&[&["display", "patterns"], arguments, &["--out", &out]].concat())
}

/// The samples of a PNG and their kind.
fn png(bytes: &[u8]) -> (png::ColorType, png::BitDepth, Vec<u8>) {
    let decoder = png::Decoder::new(std::io::Cursor::new(bytes));
    let mut reader = decoder.read_info().expect("a PNG");
    let mut samples = vec![0; reader.output_buffer_size().expect("a size")];
    let info = reader.next_frame(&mut samples).expect("a picture");
    (info.color_type, info.bit_depth, samples)
}

fn levels(name: &str, columns: u32, rows: u32, bits: u8) -> Vec<u16> {
    let pattern = Pattern::parse(name).expect(name);
    match draw(&pattern, columns, rows, bits).expect(name).levels {
        Levels::Gray(levels) => levels,
        Levels::Color(_) => panic!("{name} has colours"),
    }
}

fn words(bytes: &[u8]) -> Vec<u16> {
    bytes.as_chunks().0.iter().map(|&pair| u16::from_be_bytes(pair)).collect()
}

#[test]
fn the_list_names_each_pattern_with_what_it_is_for() {
    let text = stdout(&hotlight(&["display", "patterns", "--list"]));
    assert_eq!(text.lines().count(), Pattern::list().len());
    assert!(text.contains("TG270-sQC        the everyday look"), "{text}");
    let json = stdout(&hotlight(&["display", "patterns", "--list", "--json"]));
    let list: Value = serde_json::from_str(&json).expect("JSON");
    let list = list.as_array().expect("a list");
    assert_eq!(list.len(), Pattern::list().len());
    for (line, entry) in list.iter().zip(Pattern::list()) {
        assert_eq!(line["name"], entry.name);
        assert_eq!(line["source"], entry.source);
        assert!(line["help"].as_str().is_some_and(|help| !help.is_empty()), "{line}");
    }
}

#[test]
fn eight_bits_are_written_as_they_are() {
    let (color, depth, samples) = png(&written(&["TG270-sQC", "--size", "1200x1024"], "a.png"));
    assert_eq!((color, depth), (png::ColorType::Grayscale, png::BitDepth::Eight));
    let expected = levels("TG270-sQC", 1200, 1024, 8);
    assert!(samples.iter().map(|sample| u16::from(*sample)).eq(expected.iter().copied()));
    let pgm = written(&["TG270-sQC", "--size", "1200x1024", "--bits", "8"], "a.pgm");
    assert!(pgm.starts_with(b"P5\n1200 1024\n255\n"));
    assert_eq!(&pgm[pgm.len() - samples.len()..], samples);
}

#[test]
fn more_bits_fill_sixteen_in_a_png_and_are_as_they_are_in_a_pgm() {
    for bits in [10_u8, 12] {
        let depth = bits.to_string();
        let arguments = ["ramp-horizontal", "--size", "2048x64", "--bits", &depth];
        let expected = levels("ramp-horizontal", 2048, 64, bits);
        let highest = u16::MAX >> (16 - bits);
        let (color, depth, samples) = png(&written(&arguments, "a.png"));
        assert_eq!((color, depth), (png::ColorType::Grayscale, png::BitDepth::Sixteen));
        let share = |level: &u16| (f64::from(*level) * 65_535.0 / f64::from(highest)).round() as u16;
        assert!(words(&samples).into_iter().eq(expected.iter().map(share)), "{bits} bits");
        let pgm = written(&arguments, "a.pgm");
        assert!(pgm.starts_with(format!("P5\n2048 64\n{highest}\n").as_bytes()), "{bits} bits");
        assert!(words(&pgm[pgm.len() - 2 * expected.len()..]) == expected, "{bits} bits");
    }
}

#[test]
fn coloured_fields_are_coloured() {
    for (name, pixel) in [("red", [255_u8, 0, 0]), ("green", [0, 255, 0]), ("blue", [0, 0, 255])] {
        let (color, depth, samples) = png(&written(&[name, "--size", "64x65", "--bits", "10"], "a.png"));
        assert_eq!((color, depth), (png::ColorType::Rgb, png::BitDepth::Eight));
        assert_eq!(samples, pixel.repeat(64 * 65), "{name}");
    }
}

#[test]
fn what_cannot_be_written_is_told_and_nothing_is_left() {
    for (arguments, name, words) in [
        (&["TG270-sQV", "--size", "1024x1024"][..], "a.png", "did you mean 'TG270-sQC'?"),
        (&["TG18-LN8-19", "--size", "1024x1024"], "a.png", "from 01 to 18"),
        (&["TG270-sQC", "--size", "300x300"], "a.png", "needs 512 on each side"),
        (&["white", "--size", "63x64"], "a.png", "64 to 16384 on a side"),
        (&["white", "--size", "64x64"], "a.npy", "is written as .png or .pgm"),
        (&["red", "--size", "64x64"], "a.pgm", "colours are written as .png"),
        (&["white", "--size", "64x64", "--bits", "7"], "a.png", "--bits"),
        (&["white"], "a.png", "--size"),
        (&["--size", "64x64"], "a.png", "NAME"),
    ] {
        let folder = tempfile::TempDir::new().expect("a temporary folder");
        let out = folder.path().join(name);
        let output = run(arguments, &out);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {}", stderr(&output));
        assert!(stderr(&output).contains(words), "{arguments:?}: {}", stderr(&output));
        assert!(!out.exists(), "{arguments:?}");
    }
}

//! What monitors say of themselves, against `edid-decode`, live: the invented ones of `tests/data/edid`, and hundreds made
//! of them with other numbers.

use std::process::Command;

use hotlight::display::{Edid, Made};

use crate::support::data;

const CASES: u64 = 300;

/// Numbers that look random and are the same in every run: `SplitMix64`.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (mixed ^ (mixed >> 31)) % end
    }

    fn byte(&mut self) -> u8 {
        self.below(256) as u8
    }

    /// A text of a descriptor: ended and filled as the standard asks, unless it takes all 13 places.
    fn text(&mut self) -> Vec<u8> {
        const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz123456789";
        let length = 1 + self.below(13) as usize;
        let mut text: Vec<u8> =
            (0..length).map(|_| LETTERS[self.below(LETTERS.len() as u64) as usize]).collect();
        if length < 13 {
            text.push(b'\n');
        }
        text.resize(13, b' ');
        text
    }
}

fn bytes(name: &str) -> Vec<u8> {
    let written = std::fs::read_to_string(data().join("edid").join(name)).expect(name);
    let lines = written.lines().map(|line| line.split('#').next().unwrap_or_default());
    lines.flat_map(str::split_whitespace).map(|word| u8::from_str_radix(word, 16).expect("a byte")).collect()
}

/// Another monitor: every field that we read has another value.
fn another(mut edid: Vec<u8>, numbers: &mut Numbers) -> Vec<u8> {
    let letters = (0..3).fold(0, |packed, _| packed << 5 | (1 + numbers.below(26)));
    edid[8..10].copy_from_slice(&(letters as u16).to_be_bytes());
    edid[10..16].fill_with(|| numbers.byte());
    edid[16] = [0, 1 + numbers.below(53) as u8, 0xFF][numbers.below(3) as usize];
    edid[17] = 10 + numbers.below(26) as u8;
    edid[19] = 3 + numbers.below(2) as u8;
    edid[20] = if edid[19] == 3 { 0x80 } else { 0x85 | (numbers.below(7) as u8) << 4 };
    if edid[19] == 3 && edid[16] == 0xFF {
        edid[16] = 7;
    }
    let (width, height) = (200 + numbers.below(900), 200 + numbers.below(900));
    (edid[21], edid[22]) = ((width / 10) as u8, (height / 10) as u8);
    let (columns, rows) = (640 + numbers.below(3400), 480 + numbers.below(3600));
    let timing = &mut edid[54..72];
    (timing[2], timing[4]) = (columns as u8, (columns >> 8 << 4) as u8 | timing[4] & 0xF);
    (timing[5], timing[7]) = (rows as u8, (rows >> 8 << 4) as u8 | timing[7] & 0xF);
    (timing[12], timing[13]) = (width as u8, height as u8);
    timing[14] = (width >> 8 << 4) as u8 | (height >> 8) as u8;
    for at in [72, 90] {
        if matches!(edid[at + 3], 0xFC | 0xFF) {
            let text = numbers.text();
            edid[at + 5..at + 18].copy_from_slice(&text);
        }
    }
    edid[127] = edid[..127].iter().fold(0_u8, |sum, byte| sum.wrapping_sub(*byte));
    edid
}

/// What `edid-decode` says, a line each.
fn decoded(edid: &[u8]) -> Vec<String> {
    let folder = tempfile::TempDir::new().expect("a temporary folder");
    let file = folder.path().join("edid");
    std::fs::write(&file, edid).expect("written");
    let output =
        Command::new("edid-decode").arg(&file).output().expect("edid-decode runs (make test installs it)");
    String::from_utf8_lossy(&output.stdout).lines().map(|line| line.trim().to_owned()).collect()
}

/// What follows a heading, if it is there.
fn after<'a>(lines: &'a [String], heading: &str) -> Option<&'a str> {
    lines.iter().find_map(|line| line.strip_prefix(heading)).map(str::trim)
}

/// The first two numbers of a text.
fn two_numbers(text: &str) -> Option<(u16, u16)> {
    let mut numbers = text.split(|c: char| !c.is_ascii_digit()).filter_map(|word| word.parse().ok());
    Some((numbers.next()?, numbers.next()?))
}

/// What we should have read, by what `edid-decode` says.
fn theirs(lines: &[String]) -> Edid {
    let number = |text: &str| text.split(' ').next().and_then(|word| word.parse::<u32>().ok());
    let unquoted = |text: &str| text.trim_matches('\'').to_owned();
    let serial = after(lines, "Serial Number:").and_then(number).filter(|number| *number != 0x0101_0101);
    let written = after(lines, "Display Product Serial Number:").map(unquoted);
    let made = after(lines, "Made in:").and_then(|text| match text.strip_prefix("week ") {
        Some(week) => two_numbers(week).map(|(week, year)| Made::Week(week as u8, year)),
        None => text.parse().ok().map(Made::Year),
    });
    let timing = after(lines, "DTD 1:").expect("a timing");
    let mm = timing.rsplit_once('(').and_then(|(_, mm)| two_numbers(mm));
    let cm = after(lines, "Maximum image size:").and_then(two_numbers).map(|cm| (cm.0 * 10, cm.1 * 10));
    Edid {
        manufacturer: after(lines, "Manufacturer:").expect("a manufacturer").to_owned(),
        product: after(lines, "Model:").and_then(number).expect("a model") as u16,
        serial: written.or_else(|| serial.map(|serial| serial.to_string())),
        name: after(lines, "Display Product Name:").map(unquoted),
        made: made.or_else(|| after(lines, "Model year:")?.parse().ok().map(Made::Model)),
        size_mm: mm.or(cm),
        native: two_numbers(timing),
        bits: after(lines, "Bits per primary color channel:").and_then(|bits| bits.parse().ok()),
    }
}

#[test]
fn what_a_monitor_says_is_read_as_edid_decode_reads_it() {
    let mut numbers = Numbers(5);
    for name in ["gray-5mp.hex", "color-8mp.hex", "office.hex"] {
        let first = bytes(name);
        let others: Vec<Vec<u8>> = (0..CASES / 3).map(|_| another(first.clone(), &mut numbers)).collect();
        for edid in [vec![first], others].concat() {
            let lines = decoded(&edid);
            assert_eq!(Edid::parse(&edid), Ok(theirs(&lines)), "{name}: {lines:#?}");
        }
    }
}

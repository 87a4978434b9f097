//! What holds of every pattern at every size and depth.

use hotlight::calibration::pattern::{Levels, Pattern, PatternError, PatternPicture, draw};

use crate::standard::Random;

/// One of each kind, both ends of what has numbers.
const NAMES: [&str; 38] = [
    "TG18-OIQ",
    "TG18-CT",
    "TG18-LN8-01",
    "TG18-LN8-18",
    "TG18-LN12-01",
    "TG18-LN12-18",
    "TG18-UN10",
    "TG18-UN80",
    "TG18-UNL10",
    "TG18-UNL80",
    "TG270-sQC",
    "TG270-pQC",
    "TG270-ULN8-000",
    "TG270-ULN8-255",
    "TG270-ULN8-129/86",
    "SMPTE",
    "uniform-0",
    "uniform-255",
    "uniform-700/1023",
    "grid-0",
    "grid-255",
    "ramp-horizontal",
    "ramp-vertical",
    "bars-2",
    "bars-18",
    "bars-256",
    "black",
    "white",
    "red",
    "green",
    "blue",
    "geometry",
    "ambient-1",
    "ambient-4294967295-229",
    "ambient-77-1",
    "temporal-0",
    "temporal-3",
    "temporal-7",
];

fn levels(picture: &PatternPicture) -> Vec<u16> {
    match &picture.levels {
        Levels::Gray(levels) => levels.clone(),
        Levels::Color(colors) => colors.as_flattened().to_vec(),
    }
}

#[test]
fn every_pattern_fits_every_picture_or_says_what_it_needs() {
    let mut random = Random::seeded(24);
    let mut refused = 0;
    for name in NAMES {
        let pattern = Pattern::parse(name).expect(name);
        // The largest and the narrowest, then any: a million pixels at most.
        let mut sizes =
            vec![(64, 64), (64, 3000), (3000, 64), (511, 512), (512, 512), (1023, 1025), (1900, 512)];
        for _ in 0..3 {
            let columns = random.of(64..=3000);
            sizes.push((columns, random.of(64..=(1_000_000 / columns).min(3000))));
        }
        for (columns, rows) in sizes {
            let bits = random.of(8..=16) as u8;
            let place = format!("{name} at {columns} × {rows} with {bits} bits");
            match draw(&pattern, columns as u32, rows as u32, bits) {
                Ok(picture) => {
                    let found = levels(&picture);
                    let channels = if matches!(picture.levels, Levels::Color(_)) { 3 } else { 1 };
                    assert_eq!(i64::try_from(found.len()), Ok(columns * rows * channels), "{place}");
                    let highest = u16::MAX >> (16 - bits);
                    assert!(found.iter().all(|level| *level <= highest), "{place}");
                    assert_eq!((picture.highest(), picture.bits), (highest, bits), "{place}");
                }
                Err(PatternError::Small { smallest, .. }) => {
                    assert!(columns.min(rows) < i64::from(smallest), "{place}");
                    refused += 1;
                }
                Err(other) => panic!("{place}: {other}"),
            }
        }
    }
    assert!(refused > 10, "{refused}: small pictures were tried");
}

/// From 512 on everything is drawn, however the picture is shaped.
#[test]
fn no_panel_of_today_is_refused() {
    for name in NAMES {
        let pattern = Pattern::parse(name).expect(name);
        for (columns, rows) in [(1200, 1600), (1366, 768)] {
            assert!(draw(&pattern, columns, rows, 8).is_ok(), "{name} at {columns} × {rows}");
        }
    }
}

/// A picture that is turned by half: what lies in the middle or in all corners stays where it is.
#[test]
fn what_is_symmetric_stays_so() {
    for (name, columns, rows) in [
        ("TG18-LN8-05", 1024, 1024),
        ("TG18-UNL80", 1024, 1024),
        ("TG18-UNL10", 1280, 800),
        ("uniform-99", 130, 70),
    ] {
        let pattern = Pattern::parse(name).expect(name);
        let found = levels(&draw(&pattern, columns, rows, 8).expect(name));
        assert!(found.iter().eq(found.iter().rev()), "{name} at {columns} × {rows}");
    }
    // A ramp turned by half is the ramp from white to black.
    let found = levels(&draw(&Pattern::Ramp { is_vertical: false }, 512, 64, 8).expect("a ramp"));
    assert!(found.iter().zip(found.iter().rev()).all(|(level, other)| level + other == 255));
}

/// The parts grow by whole factors, bars and lines of a pixel do not.
#[test]
fn twice_the_size_has_twice_the_fields_and_the_same_bars() {
    let picture = |side: u32| levels(&draw(&Pattern::Sqc, side, side, 8).expect("a picture"));
    let (small, large) = (picture(1024), picture(2048));
    // The middle of each square and field, off the bars.
    for (x, y) in [(112, 112), (272, 432), (912, 272), (200, 700), (500, 700), (800, 700), (10, 500)] {
        assert_eq!(small[1024 * y + x], large[2048 * 2 * y + 2 * x], "{x}, {y}");
    }
    let bars = |levels: &[u16], side: usize, from: usize, row: usize| -> Vec<u16> {
        levels[side * row + from..][..24].to_vec()
    };
    // In the square of gray 15: bars of 3 from its corner on.
    assert_eq!(bars(&small, 1024, 224, 120), bars(&large, 2048, 448, 240));
    assert_eq!(bars(&small, 1024, 900, 1000), bars(&large, 2048, 1800, 2000));
}

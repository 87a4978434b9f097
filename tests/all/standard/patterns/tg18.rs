//! TG18-OIQ, TG18-CT, TG18-LN and TG18-UNL. Rules G-21 to G-24.

use std::collections::BTreeMap;

use hotlight::calibration::pattern::{Levels, Pattern, draw};

use super::{Scene, Want, check, check_picture, first, gray, within};

/// A pixel's centre in pitches of 102 from the middle, right and down.
fn cells(scene: &Scene, x: i64, y: i64) -> (f64, f64) {
    let (i, j) = scene.inner(x, y);
    let pitches = |at: i64| (2 * at + 1 - 1024 * scene.scale()) as f64 / (204 * scene.scale()) as f64;
    (pitches(i), pitches(j))
}

/// The rows of TG18-QC from the top; no level where the crosshatch goes on.
const PATCHES: [[Option<i64>; 6]; 6] = [
    [Some(88), Some(104), Some(120), Some(136), Some(152), Some(168)],
    [Some(72), None, None, None, None, Some(184)],
    [Some(56), None, None, None, None, Some(200)],
    [Some(40), None, None, None, None, Some(216)],
    [Some(24), None, None, None, None, Some(232)],
    [Some(8), Some(0), None, None, Some(255), Some(248)],
];

/// The upper left and lower right corner of a patch are 4 darker, the others 4 brighter: 10 pixels each.
fn corner(at: (i64, i64), side: i64, square: i64) -> Option<i64> {
    let near = |at: i64| (at < square || at >= side - square).then_some(at < square);
    let (is_left, is_upper) = (near(at.0)?, near(at.1)?);
    Some(if is_left == is_upper { -4 } else { 4 })
}

/// Of a block for resolution, by its pixel: the line around it, then bars.
fn block(s: i64, (i, j): (i64, i64)) -> Option<Want> {
    let (wide, high, quadrant) = (204 * s, 102 * s, 51 * s);
    if i < -1 || j < -1 || i > wide || j > high {
        return None;
    }
    if i < 0 || j < 0 || i == wide || j == high {
        return Some(gray(64));
    }
    let width = if i % (2 * quadrant) < quadrant { 1 } else { 2 };
    let along = if j < quadrant { i % quadrant } else { j - quadrant };
    let is_second = along / width % 2 == 1;
    Some(gray(match (i < wide / 2, is_second) {
        (true, false) => 0,
        (true, true) => 255,
        (false, false) => 128,
        (false, true) => 130,
    }))
}

/// Nine lines of 3 pixels, the first 256 long and each half of the one before, to both sides of a gap.
fn crosstalk(s: i64, (i, j): (i64, i64), band_top: i64) -> bool {
    // In the middle of 51 rows.
    let line = (j - band_top - 12 * s).div_euclid(3 * s);
    if !(0..9).contains(&line) {
        return false;
    }
    let right = i - first(12.75 * s as f64);
    let left = first(-12.75 * s as f64) - 1 - i;
    let length = (256 >> line) * s;
    (0..length).contains(&right) || (0..length).contains(&left)
}

fn oiq(scene: &Scene, x: i64, y: i64) -> Want {
    let s = scene.scale();
    let (i, j) = scene.inner(x, y);
    // From the middle, pixels.
    let (right, down) = (i - 512 * s, j - 512 * s);
    let (u, v) = cells(scene, x, y);
    let beside = [13 * s, scene.columns - 13 * s - 204 * s];
    let stacked = [13 * s, scene.rows - 13 * s - 102 * s];
    let places = beside.map(|left| stacked.map(|top| (x - left, y - top)));
    let middle = (right + 102 * s, down + 51 * s);
    if let Some(want) = places.concat().into_iter().chain([middle]).find_map(|at| block(s, at)) {
        return want;
    }
    if within(u, -2.75, 2.75) && within(v, -5.0, -4.0) {
        let is_white = v < -4.5;
        let band_top = if is_white { -510 * s } else { -459 * s };
        return gray(if is_white == crosstalk(s, (right, down), band_top) { 0 } else { 255 });
    }
    if within(u, -4.0, 4.0) && within(v, -3.5, -3.0) {
        let is_inner = within(u, -2.0, 2.0);
        // In the middle the halves next to each other are exchanged.
        let is_exchanged = is_inner && within(v, -3.375, -3.125);
        return gray(if (v < -3.25) == is_exchanged { 0 } else { 255 });
    }
    if within(u, -3.0, 3.0) && within(v, -3.0, 3.0) {
        let (column, row) = ((u.floor() + 3.0) as usize, (v.floor() + 3.0) as usize);
        let half = |at: f64| within(at - at.floor(), 0.25, 0.75);
        let at = ((right + 306 * s) % (102 * s), (down + 306 * s) % (102 * s));
        match PATCHES[row][column] {
            Some(0) => return gray(if half(u) && half(v) { 13 } else { 0 }),
            Some(255) => return gray(if half(u) && half(v) { 242 } else { 255 }),
            Some(level) => return gray(level + corner(at, 102 * s, 10 * s).unwrap_or(0)),
            None => {}
        }
    }
    if within(u, -3.0, 3.0) && within(v, 3.0, 4.0) {
        let panel = f64::midpoint(u, 3.0).floor();
        let is_letter = (u + 2.0 - 2.0 * panel).abs() < 0.65 && (v - 3.5).abs() < 0.25;
        let level = [0, 128, 255][panel as usize];
        return if is_letter { Want::Anything } else { gray(level) };
    }
    if within(v, -2.5, 2.5) {
        let (from_top, rows) = (down + 255 * s, 510 * s);
        if within(u, -4.875, -4.125) {
            return Want::Share(rows - 1 - from_top, rows - 1);
        }
        if within(u, 4.125, 4.875) {
            return Want::Share(from_top, rows - 1);
        }
    }
    let is_line = right.rem_euclid(102 * s) == 0 || down.rem_euclid(102 * s) == 0;
    gray(if is_line { 191 } else { 128 })
}

#[test]
fn oiq_is_as_rule_g_21_says() {
    check("TG18-OIQ", oiq);
}

/// 14, 13, … 1 over black and mid gray and under white, letter by letter as one reads.
#[test]
fn each_letter_of_quality_control_differs_by_one_less_than_the_one_before() {
    for side in [512, 1024, 2048] {
        let picture = draw(&Pattern::Oiq, side, side, 8).expect("a picture");
        let Levels::Gray(levels) = picture.levels else { panic!("gray") };
        let side = side as usize;
        let cell = side as f64 * 102.0 / 1024.0;
        for (panel, ground) in [(-3.0, 0), (-1.0, 128), (1.0, 255_i32)] {
            let range = |from: f64, cells: f64| {
                let from = side as f64 / 2.0 + from * cell;
                (from.ceil() as usize + 1)..((from + cells * cell) as usize - 1)
            };
            // Of each contrast its first and last column, and its first row. Corner blocks reach into the lowest rows.
            let mut seen: BTreeMap<i32, (usize, usize, usize)> = BTreeMap::new();
            for y in range(3.0, 0.85) {
                for x in range(panel, 2.0) {
                    let contrast = (i32::from(levels[y * side + x]) - ground).abs();
                    let place = seen.entry(contrast).or_insert((x, x, y));
                    *place = (place.0.min(x), place.1.max(x), place.2);
                }
            }
            let _ground = seen.remove(&0);
            let contrasts: Vec<i32> = seen.keys().copied().collect();
            assert_eq!(contrasts, (1..=14).collect::<Vec<_>>(), "on {ground} at {side}");
            for word in [[14, 13, 12, 11, 10, 9, 8], [7, 6, 5, 4, 3, 2, 1]] {
                let letters = word.map(|contrast| seen[&contrast]);
                assert!(letters.is_sorted_by(|a, b| a.1 < b.0), "{word:?} on {ground}: {letters:?}");
            }
            assert!(seen[&8].2 < seen[&7].2, "CONTROL stands below QUALITY");
        }
    }
}

fn ct(scene: &Scene, x: i64, y: i64) -> Want {
    let s = scene.scale();
    let (u, v) = cells(scene, x, y);
    if !within(u, -4.0, 4.0) || !within(v, -4.0, 4.0) {
        return gray(128);
    }
    let (i, j) = scene.inner(x, y);
    let (right, down) = (i - 104 * s, j - 104 * s);
    let (column, row) = (right / (204 * s), down / (204 * s));
    let level = 8 + 16 * (4 * row + if row % 2 == 0 { column } else { 3 - column });
    let at = (right % (204 * s), down % (204 * s));
    // Half a cell across, in the middle as far as whole pixels go.
    let start = (153 * s / 2) as f64;
    let from_middle = |at: i64| at as f64 + 0.5 - start - 25.5 * s as f64;
    let (across, along) = (from_middle(at.0), from_middle(at.1));
    if across * across + along * along <= (25.5 * s as f64).powi(2) {
        return gray(level + if at.0 < 153 * s / 2 + 51 * s / 2 { -4 } else { 4 });
    }
    gray(level + corner(at, 204 * s, 10 * s).unwrap_or(0))
}

#[test]
fn ct_is_as_rule_g_22_says() {
    check("TG18-CT", ct);
}

/// The side of a tenth of the area.
fn tenth(scene: &Scene) -> i64 {
    (scene.columns as f64 * scene.rows as f64 / 10.0).sqrt().round() as i64
}

fn is_in_square(scene: &Scene, x: i64, y: i64) -> bool {
    let side = tenth(scene);
    let range = |length: i64| (length - side) / 2..(length - side) / 2 + side;
    range(scene.columns).contains(&x) && range(scene.rows).contains(&y)
}

#[test]
fn ln8_and_ln12_are_as_rule_g_23_says() {
    let scene = Scene { columns: 1024, rows: 1024, highest: 255 };
    assert_eq!(tenth(&scene), 324);
    for number in 1..=18 {
        let eight =
            |scene: &Scene, x, y| gray(if is_in_square(scene, x, y) { 15 * (number - 1) } else { 153 });
        let twelve = |scene: &Scene, x, y| {
            if is_in_square(scene, x, y) { Want::Share(240 * (number - 1), 4095) } else { gray(153) }
        };
        if number == 9 {
            check("TG18-LN8-09", eight);
            check("TG18-LN12-09", twelve);
        }
        check_picture(&format!("TG18-LN8-{number:02}"), (1024, 512), 8, eight);
        check_picture(&format!("TG18-LN12-{number:02}"), (512, 640), 12, twelve);
    }
}

/// The outlines of five squares, a pixel thick.
fn is_outline(scene: &Scene, x: i64, y: i64) -> bool {
    let side = tenth(scene);
    let (right, bottom) = (scene.columns - side, scene.rows - side);
    let corners = [(0, 0), (right, 0), (0, bottom), (right, bottom), (right / 2, bottom / 2)];
    corners.into_iter().any(|(left, top)| {
        let (i, j) = (x - left, y - top);
        let is_inside = (0..side).contains(&i) && (0..side).contains(&j);
        is_inside && (i == 0 || j == 0 || i == side - 1 || j == side - 1)
    })
}

#[test]
fn un_and_unl_are_as_rule_g_24_says() {
    for (percent, level) in [(10, 26), (80, 204)] {
        check_picture(&format!("TG18-UN{percent}"), (1200, 1024), 8, |_: &Scene, _, _| gray(level));
        check(&format!("TG18-UNL{percent}"), |scene: &Scene, x, y| {
            gray(if is_outline(scene, x, y) { 128 } else { level })
        });
    }
}

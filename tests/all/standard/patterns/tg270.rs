//! TG270-sQC, TG270-pQC and TG270-ULN8. Rules G-25 to G-27.

use super::{SIZES, Scene, Want, check, check_picture, gray, within};

fn sqc(scene: &Scene, x: i64, y: i64) -> Want {
    let s = scene.scale();
    let (i, j) = scene.inner(x, y);
    if !(0..1024 * s).contains(&i) || !(0..1024 * s).contains(&j) {
        return gray(128);
    }
    if j < 40 * s && (i - 512 * s).abs() < 70 * s {
        return Want::Anything;
    }
    if j > 960 * s {
        return match i {
            i if i <= 896 * s => Want::Level(scene.highest * i / (896 * s)),
            i if i < 960 * s => gray(255 * (i % 2)),
            i if i > 960 * s => gray(255 * (j % 2)),
            _ => gray(128),
        };
    }
    if (640 * s..896 * s).contains(&j) {
        for (left, level) in [(128, 0), (384, 128), (640, 255)] {
            if (left * s..(left + 256) * s).contains(&i) {
                return gray(level);
            }
        }
    }
    square(s, i, j).unwrap_or(gray(128))
}

/// A pixel in one of the 18 squares.
fn square(s: i64, i: i64, j: i64) -> Option<Want> {
    const ROWS: [[i64; 6]; 3] =
        [[0, 15, 30, 45, 60, 75], [165, 150, 135, 120, 105, 90], [180, 195, 210, 225, 240, 255]];
    let (i, j) = (i - 48 * s, j - 96 * s);
    if i < 0 || j < 0 || i % (160 * s) >= 128 * s || j % (160 * s) >= 128 * s {
        return None;
    }
    let level = *ROWS.get((j / (160 * s)) as usize)?.get((i / (160 * s)) as usize)?;
    let (i, j) = (i % (160 * s), j % (160 * s));
    // Bars of 3 pixels begin every 6, as long as they begin within 32.
    let is_bar = |corner: i64| {
        let (i, j) = (i - corner * s, j - corner * s);
        (0..32 * s).contains(&j) && i >= 0 && i / 6 * 6 < 32 * s && i % 6 < 3
    };
    let darker = if level == 0 { 3 } else { level - 5 };
    let brighter = if level == 255 { 252 } else { level + 5 };
    Some(gray(if is_bar(16) {
        darker
    } else if is_bar(80) {
        brighter
    } else {
        level
    }))
}

#[test]
fn sqc_is_as_rule_g_26_says() {
    check("TG270-sQC", sqc);
}

fn pqc(scene: &Scene, x: i64, y: i64) -> Want {
    let s = scene.scale();
    let (i, j) = scene.inner(x, y);
    let side = 1024 * s;
    if !(0..side).contains(&i) || !(0..side).contains(&j) {
        return gray(128);
    }
    if i < 87 * s {
        return gradient(scene, i, j, j, 2.0);
    }
    if i >= 937 * s {
        return gradient(scene, i - 937 * s, j, side - 1 - j, 1.5);
    }
    let column = (i - 87 * s) / (50 * s);
    let (right, down) = ((i - 87 * s) % (50 * s), j - 62 * s);
    if down < 0 || down >= 900 * s {
        return band(s, column, right, j);
    }
    let level = 15 * (down / (50 * s));
    let periods = [18, 12, 6, 4];
    let (period, contrast, along) = match column {
        0..4 => (periods[column as usize], 4, down),
        4..=7 => (periods[column as usize - 4], 1, down),
        9..13 => (periods[12 - column as usize], 1, right),
        13..17 => (periods[16 - column as usize], 4, right),
        _ => return gray(level),
    };
    let is_darker = along % period < period / 2;
    gray(match (level, is_darker) {
        (0, true) => 0,
        (0, false) => 2 * contrast,
        (255, true) => 255 - 2 * contrast,
        (255, false) => 255,
        (_, true) => level - contrast,
        (_, false) => level + contrast,
    })
}

/// At a side: the gradient, and in the middle half of its 87 columns a wave on it.
fn gradient(scene: &Scene, from_edge: i64, row: i64, along: i64, length: f64) -> Want {
    let (s, highest) = (scene.scale() as f64, scene.highest as f64);
    let last = 1024 * scene.scale() - 1;
    if !within(from_edge as f64 + 0.5, 21.75 * s, 65.25 * s) {
        return Want::Share(along, last);
    }
    let share = along as f64 / last as f64 + 3.0 * (row as f64 / length).sin() / 255.0;
    Want::Level((share * highest).round().clamp(0.0, highest) as i64)
}

/// Above and below: line pairs on a plain ground, and the name.
fn band(s: i64, column: i64, right: i64, j: i64) -> Want {
    let is_above = j < 62 * s;
    if is_above && (7..10).contains(&column) && (14 * s..36 * s).contains(&j) {
        return Want::Anything;
    }
    let (ground, pair) = if is_above { (64, [0, 128]) } else { (191, [128, 255]) };
    let top = if is_above { 6 } else { 968 };
    let down = j - top * s;
    let (period, is_vertical) = match column {
        2 => (6, false),
        4 => (4, false),
        6 => (2, false),
        10 => (2, true),
        12 => (4, true),
        14 => (6, true),
        _ => return gray(ground),
    };
    if !(0..50 * s).contains(&down) {
        return gray(ground);
    }
    let along = if is_vertical { right } else { down };
    gray(pair[usize::from(along % period >= period / 2)])
}

#[test]
fn pqc_is_as_rule_g_27_says() {
    check("TG270-pQC", pqc);
}

/// The level of lines on the `i`th of `n` pictures, by the formula.
fn line(i: i64, n: i64) -> i64 {
    let step = 255.0 / (n as f64 - 1.0);
    (((i % (n / 2)) as f64 + n as f64 / 6.0) * step).round() as i64
}

#[test]
fn uln8_is_as_rule_g_25_says() {
    for (level, images) in
        [(0, 18), (120, 18), (135, 18), (255, 18), (5, 52), (250, 52), (129, 86), (254, 256)]
    {
        let line = line(level * (images - 1) / 255, images);
        let uln = |scene: &Scene, x: i64, y: i64| {
            let s = scene.scale();
            // Shares of each side, in pixels of 1024.
            let is_line = |at: i64, length: i64| {
                let share = (at as f64 + 0.5) * 1024.0 / length as f64;
                within(share, 340.0, 342.0) || within(share, 682.0, 684.0)
            };
            if is_line(x, scene.columns) || is_line(y, scene.rows) {
                gray(line)
            } else if (x - scene.columns / 2).abs() < 90 * s && (16 * s..34 * s).contains(&y) {
                Want::Anything
            } else {
                gray(level)
            }
        };
        let name = format!("TG270-ULN8-{level:03}/{images}");
        if level == 120 {
            check(&name, uln);
        } else {
            check_picture(&name, SIZES[0], 8, uln);
        }
    }
}

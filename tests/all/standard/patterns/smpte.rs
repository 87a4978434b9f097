//! SMPTE RP 133. Rule G-28.

use super::{Scene, Want, check, first, within};

fn percent(value: i64) -> Want {
    Want::Share(value, 100)
}

/// The gray squares of the ring, row by row.
const RING: [[Option<i64>; 4]; 4] = [
    [Some(40), Some(50), Some(50), Some(60)],
    [Some(30), None, None, Some(70)],
    [Some(20), None, None, Some(80)],
    [Some(10), Some(0), Some(100), Some(90)],
];

/// A pixel in a box of a resolution patch, by its place in the box: what lies in such a column and row of boxes.
fn bars(column: usize, row: usize, (i, j): (i64, i64)) -> Want {
    let [width, contrast] = [[1, 1], [2, 3], [3, 5]][column];
    let is_second = |at: i64, width: i64| at / width % 2 == 1;
    match row {
        0 => percent(if is_second(i, width) { 100 } else { 0 }),
        1 => percent(if is_second(j, width) { 100 } else { 0 }),
        _ => percent(if is_second(i, 2) { 50 + contrast } else { 50 - contrast }),
    }
}

/// Which of three boxes a pixel lies in, and where in it: 6.25 % each from a place on. Mirrored, the first is the last.
fn in_box(at: i64, start: f64, unit: f64, mirrored: Option<i64>) -> Option<(usize, i64)> {
    let place = mirrored.map_or(at, |length| length - 1 - at);
    let edges = [0.0, 6.25, 12.5, 18.75].map(|percent| first(start + percent * unit));
    let number = (0..3).find(|number| (edges[*number]..edges[*number + 1]).contains(&place))?;
    let begin = mirrored.map_or(edges[number], |length| length - edges[number + 1]);
    Some((number, at - begin))
}

fn smpte(scene: &Scene, x: i64, y: i64) -> Want {
    let (columns, rows) = (scene.columns, scene.rows);
    let side = columns.min(rows);
    let unit = side as f64 / 100.0;
    let (left, top) = ((columns - side) / 2, (rows - side) / 2);
    // Percent of the shorter side, from the middle.
    let from_middle = |at: i64| (50 * (2 * at + 1 - side)) as f64 / side as f64;
    let (u, v) = (from_middle(x - left), from_middle(y - top));

    let mirrors = |length: i64| [None, Some(length)];
    for across in mirrors(columns) {
        for down in mirrors(rows) {
            let column = in_box(x, 5.0 * unit, unit, across);
            let row = in_box(y, 5.0 * unit, unit, down);
            if let (Some((column, i)), Some((row, j))) = (column, row) {
                return bars(column, row, (i, j));
            }
        }
    }
    let middle = |start: i64| start as f64 + (50.0 - 9.375) * unit;
    let column = in_box(x, middle(left), unit, None);
    let row = in_box(y, middle(top), unit, None);
    if let (Some((column, i)), Some((row, j))) = (column, row) {
        return bars(column, row, (i, j));
    }
    for (y, window, bar) in [(-29.0, 0, 95), (21.0, 100, 5)] {
        if within(u, -20.0, 20.0) && within(v, y, y + 8.0) {
            let is_bar = within(u, -10.0, 10.0) && within(v, y + 2.0, y + 6.0);
            return percent(if is_bar { bar } else { window });
        }
    }
    for (x, field, inset) in [(-30.0, 0, 5), (20.0, 100, 95)] {
        if within(u, x, x + 10.0) && within(v, 10.0, 20.0) {
            let is_inset = within(u, x + 2.5, x + 7.5) && within(v, 12.5, 17.5);
            return percent(if is_inset { inset } else { field });
        }
    }
    if within(u, -20.0, 20.0) && within(v, -20.0, 20.0) {
        let at = |at: f64| ((at + 20.0) / 10.0) as usize;
        if let Some(value) = RING[at(v)][at(u)] {
            return percent(value);
        }
    }
    let from_edge = [x, columns - 1 - x, y, rows - 1 - y].into_iter().min().expect("four");
    if (first(unit)..first(1.5 * unit)).contains(&from_edge) {
        return percent(100);
    }
    let is_line = |at: i64, start: i64| {
        let middle = start as f64 + side as f64 / 2.0;
        let number = ((at as f64 - middle) * 10.0 / side as f64).round();
        let line = first(middle + number * side as f64 / 10.0);
        at == line || at == line - 1
    };
    percent(if is_line(x, left) || is_line(y, top) { 75 } else { 50 })
}

#[test]
fn smpte_is_as_rule_g_28_says() {
    check("SMPTE", smpte);
}

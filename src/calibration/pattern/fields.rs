//! Plain fields, ramps, gray steps, and a grid for the geometry. Rule G-29.

use super::area::Area;
use super::canvas::{Canvas, Shade, ramp};
use super::grid::{Grid, edge};

/// Lines of two pixels that divide the picture in three by three, 32 of 255 brighter than a dark field and darker than a bright one.
pub(super) fn thirds(canvas: &mut Canvas, level: u8) {
    let level = i32::from(level);
    let shade = Shade::gray(if level < 128 { level + 32 } else { level - 32 });
    let whole = canvas.area();
    for third in [1, 2] {
        let (x, y) = (edge(0, whole.width(), third, 3), edge(0, whole.height(), third, 3));
        canvas.fill(Area { left: x - 1, right: x + 1, ..whole }, shade);
        canvas.fill(Area { top: y - 1, bottom: y + 1, ..whole }, shade);
    }
}

/// All levels, from black on the left or above to white.
pub(super) fn gradient(canvas: &mut Canvas, is_vertical: bool) {
    let (whole, highest) = (canvas.area(), canvas.highest());
    if is_vertical {
        canvas.down(whole, |y| ramp(y, whole.height(), highest));
    } else {
        canvas.across(whole, |x| ramp(x, whole.width(), highest));
    }
}

/// So many gray steps beside each other, from black to white.
pub(super) fn steps(canvas: &mut Canvas, steps: u16) {
    let whole = canvas.area();
    let last = u32::from(steps.saturating_sub(1)).max(1);
    for step in 0..steps {
        let side = |step: u16| edge(0, whole.width(), i64::from(step), i64::from(steps));
        let area = Area { left: side(step), right: side(step + 1), ..whole };
        canvas.fill(area, Shade::new(u32::from(step), last));
    }
}

/// White lines of a pixel on black: the edge of the picture, a crosshatch from the middle on, and circles in the middle and the
/// corners. Straight lines, square boxes, round circles, and an edge that is seen on all sides.
pub(super) fn geometry(canvas: &mut Canvas) {
    let (grid, whole) = (Grid::of(canvas.columns(), canvas.rows()), canvas.area());
    let pitch = grid.length(64);
    let (x, y) = (grid.x(512), grid.y(512));
    let most = whole.width().max(whole.height()).div_euclid(pitch);
    for line in -most..=most {
        let (x, y) = (x + pitch * line, y + pitch * line);
        canvas.fill(Area { left: x, right: x + 1, ..whole }, Shade::WHITE);
        canvas.fill(Area { top: y, bottom: y + 1, ..whole }, Shade::WHITE);
    }
    let around = |x: i64, y: i64, radius: i64| Area::sized(x - radius, y - radius, 2 * radius, 2 * radius);
    canvas.circle(around(x, y, 6 * pitch), Shade::WHITE);
    let corner = 2 * pitch;
    for x in [corner, whole.right - corner] {
        for y in [corner, whole.bottom - corner] {
            canvas.circle(around(x, y, corner), Shade::WHITE);
        }
    }
    canvas.frame(whole, 1, Shade::WHITE);
}

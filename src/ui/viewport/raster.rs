//! Triangles drawn into a picture in memory, by the rules of a graphics card: what is shown often is drawn once.

use std::ops::Range;

use egui::epaint::{TextureId, Vertex};
use egui::{ColorImage, Mesh, Pos2};
use glam::{Vec2, Vec4};

/// A device pixel is so many steps wide, as on cards: triangles with a side in common share no pixel and leave none out.
const STEP: i64 = 256;

/// Corners are not further from the picture's, in device pixels.
const FAR: f32 = 65_536.0;

/// A picture that shows what lies behind it: colours are multiplied by their opacity, as egui's are.
pub(super) struct Raster {
    width: usize,
    pixels: Vec<[u8; 4]>,
}

/// Pixels that a mesh is painted with.
pub(super) struct Texels {
    pub(super) id: TextureId,
    pub(super) image: ColorImage,
    /// Whether they are repeated without end, each with sharp edges; else there is a mixture between two.
    pub(super) is_pattern: bool,
}

impl Raster {
    pub(super) fn new(width: usize, height: usize) -> Self {
        Self { width, pixels: vec![[0; 4]; width * height] }
    }

    /// A part of a row; nothing outside of the picture.
    pub(super) fn row(&self, row: usize, columns: Range<usize>) -> &[[u8; 4]] {
        let start = row * self.width;
        self.pixels.get(start + columns.start..start + columns.end).unwrap_or_default()
    }

    /// Draws a mesh of a window in which this picture begins at `corner`. Without texels its colours are all it has.
    pub(super) fn mesh(&mut self, mesh: &Mesh, corner: Pos2, pixels_per_point: f32, texels: Option<&Texels>) {
        let place = |vertex: &Vertex| {
            let at = (vertex.pos - corner) * pixels_per_point;
            let color = Vec4::from(vertex.color.to_array().map(f32::from));
            Corner {
                at: (steps(at.x), steps(at.y)),
                paint: Paint { color, uv: Vec2::new(vertex.uv.x, vertex.uv.y) },
            }
        };
        let corners: Vec<Corner> = mesh.vertices.iter().map(place).collect();
        let corner = |index: u32| corners.get(usize::try_from(index).ok()?).copied();
        for triangle in mesh.indices.as_chunks::<3>().0 {
            let [Some(a), Some(b), Some(c)] = triangle.map(corner) else { continue };
            self.triangle([a, b, c], texels);
        }
    }

    fn triangle(&mut self, [a, mut b, mut c]: [Corner; 3], texels: Option<&Texels>) {
        let mut area = Side::new(a, b).at(c.at);
        if area < 0 {
            (b, c, area) = (c, b, -area);
        }
        let corners = [a, b, c];
        if area == 0 || corners.iter().all(|corner| corner.paint.color == Vec4::ZERO) {
            return;
        }
        let height = self.pixels.len() / self.width.max(1);
        let columns = middles(corners.map(|corner| corner.at.0), self.width);
        let rows = middles(corners.map(|corner| corner.at.1), height);
        // Each is 0 on its side and the area in the corner across.
        let sides = [Side::new(b, c), Side::new(c, a), Side::new(a, b)];
        let gradient = Gradient::new(corners, sides, area, texels);
        for row in rows {
            let Some(inside) = inside(sides, columns.clone(), row) else { continue };
            let (start, first) = (row * self.width, (middle(inside.start), middle(row)));
            if let Some(pixels) = self.pixels.get_mut(start + inside.start..start + inside.end) {
                gradient.paint(pixels, first);
            }
        }
    }
}

/// A corner of a triangle, and its place in steps.
#[derive(Clone, Copy)]
struct Corner {
    at: (i64, i64),
    paint: Paint,
}

/// Colour, 0 to 255, and place among the texels, 0 to 1.
#[derive(Clone, Copy)]
struct Paint {
    color: Vec4,
    uv: Vec2,
}

/// A side of a triangle: what lies inside has a value that is not negative.
#[derive(Clone, Copy)]
struct Side {
    from: (i64, i64),
    /// How much more a step to the right has, and a step down.
    right: i64,
    down: i64,
    /// Whether what lies on the side itself belongs to this triangle: on the upper side, and on those to the left.
    is_own: bool,
}

impl Side {
    const fn new(a: Corner, b: Corner) -> Self {
        let (right, down) = (a.at.1 - b.at.1, b.at.0 - a.at.0);
        Self { from: a.at, right, down, is_own: right > 0 || (right == 0 && down > 0) }
    }

    const fn at(self, (x, y): (i64, i64)) -> i64 {
        self.right * (x - self.from.0) + self.down * (y - self.from.1)
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "clamped")]
fn steps(pixels: f32) -> i64 {
    (pixels.clamp(-FAR, FAR) * STEP as f32).round() as i64
}

/// The steps to a pixel's middle.
#[expect(clippy::cast_possible_wrap, reason = "pixels of a screen")]
const fn middle(pixel: usize) -> i64 {
    pixel as i64 * STEP + STEP / 2
}

/// The pixels, of so many, whose middles lie between the outermost of these steps.
fn middles(steps: [i64; 3], count: usize) -> Range<usize> {
    let [a, b, c] = steps;
    let pixel = |steps: i64| usize::try_from((steps + STEP / 2).div_euclid(STEP)).unwrap_or(0).min(count);
    pixel(a.min(b).min(c) - 1)..pixel(a.max(b).max(c))
}

/// The pixels of a row, among these, that lie inside of all sides.
fn inside(sides: [Side; 3], columns: Range<usize>, row: usize) -> Option<Range<usize>> {
    let first = middle(columns.start);
    let (mut from, mut to) = (0, i64::try_from(columns.len()).ok()? - 1);
    for side in sides {
        let room = side.at((first, middle(row))) - i64::from(!side.is_own);
        match side.right * STEP {
            0 if room < 0 => return None,
            0 => {}
            // Both are rounded into the triangle.
            more if more > 0 => from = from.max(-room.div_euclid(more)),
            less => to = to.min(room.div_euclid(-less)),
        }
    }
    let column = |further: i64| Some(columns.start + usize::try_from(further).ok()?);
    if from <= to { Some(column(from)?..column(to + 1)?) } else { None }
}

/// What lies between the corners of a triangle.
struct Gradient<'a> {
    corners: [Corner; 3],
    sides: [Side; 3],
    area: i64,
    /// What a pixel has more than the one to its left.
    more: Paint,
    texels: Option<&'a Texels>,
}

impl<'a> Gradient<'a> {
    fn new(corners: [Corner; 3], sides: [Side; 3], area: i64, texels: Option<&'a Texels>) -> Self {
        let more = mixed(corners, sides.map(|side| share(side.right * STEP, area)));
        // Lines and plates have the one white texel in the corner.
        let is_plain = corners.iter().all(|corner| corner.paint.uv == Vec2::ZERO);
        Self { corners, sides, area, more, texels: texels.filter(|texels| texels.is_pattern || !is_plain) }
    }

    /// Paints pixels of a row; the middle of the first is at `first`.
    fn paint(&self, pixels: &mut [[u8; 4]], first: (i64, i64)) {
        let mut paint = mixed(self.corners, self.sides.map(|side| share(side.at(first), self.area)));
        for pixel in pixels {
            let color = self.texels.map_or(paint.color, |texels| paint.color * texels.at(paint.uv) / 255.0);
            let behind = Vec4::from(pixel.map(f32::from));
            *pixel = rounded(color + behind * (1.0 - color.w / 255.0));
            paint = Paint { color: paint.color + self.more.color, uv: paint.uv + self.more.uv };
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "single precision is what a card has")]
fn share(part: i64, whole: i64) -> f32 {
    part as f32 / whole as f32
}

/// What the corners have, in these shares.
fn mixed([a, b, c]: [Corner; 3], [of_a, of_b, of_c]: [f32; 3]) -> Paint {
    Paint {
        color: a.paint.color * of_a + b.paint.color * of_b + c.paint.color * of_c,
        uv: a.paint.uv * of_a + b.paint.uv * of_b + c.paint.uv * of_c,
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "saturates")]
fn rounded(color: Vec4) -> [u8; 4] {
    color.to_array().map(|part| (part + 0.5) as u8)
}

impl Texels {
    /// The colour at a place, 0 to 255.
    fn at(&self, uv: Vec2) -> Vec4 {
        let [width, height] = self.image.size;
        #[expect(clippy::cast_precision_loss, reason = "texels of a texture")]
        let size = Vec2::new(width as f32, height as f32);
        let at = uv * size;
        if self.is_pattern {
            return self.texel(at.floor().rem_euclid(size));
        }
        let at = at - 0.5;
        let (corner, part) = (at.floor(), at - at.floor());
        let texel = |right: f32, down: f32| self.texel(corner + Vec2::new(right, down));
        let above = texel(0.0, 0.0).lerp(texel(1.0, 0.0), part.x);
        above.lerp(texel(0.0, 1.0).lerp(texel(1.0, 1.0), part.x), part.y)
    }

    /// The texel of this column and row, or the nearest to it.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "saturates")]
    fn texel(&self, at: Vec2) -> Vec4 {
        let [width, height] = self.image.size;
        let (column, row) = ((at.x as usize).min(width - 1), (at.y as usize).min(height - 1));
        let color = self.image.pixels.get(row * width + column).copied().unwrap_or_default();
        Vec4::from(color.to_array().map(f32::from))
    }
}

#[cfg(test)]
mod tests {
    use egui::{Color32, pos2};

    use super::*;

    #[test]
    fn triangles_with_a_side_in_common_share_no_pixel_and_leave_none_out() {
        // A wheel of thin and wide wedges, every other one turned over; what is painted twice is twice as bright.
        #[expect(clippy::disallowed_methods, reason = "no colour that is seen")]
        let once = Color32::from_rgba_premultiplied(1, 1, 1, 0);
        let hub = pos2(64.3, 61.7);
        let mut mesh = Mesh::default();
        mesh.colored_vertex(hub, once);
        let mut angle = 0.0_f32;
        let mut wedges = 0;
        while angle < std::f32::consts::TAU {
            mesh.colored_vertex(hub + egui::Vec2::angled(angle) * 50.0, once);
            wedges += 1;
            angle += [0.003, 0.11, 0.4, 0.017][wedges % 4];
        }
        for wedge in 0..u32::try_from(wedges).expect("few") {
            let next = (wedge + 1) % u32::try_from(wedges).expect("few");
            let (a, b) = if wedge % 2 == 0 { (wedge, next) } else { (next, wedge) };
            mesh.add_triangle(0, a + 1, b + 1);
        }
        let mut raster = Raster::new(128, 128);
        raster.mesh(&mesh, pos2(0.0, 0.0), 1.0, None);
        for row in 0..128_u8 {
            for column in 0..128_u8 {
                let at = pos2(f32::from(column) + 0.5, f32::from(row) + 0.5);
                let from_hub = (at - hub).length();
                let [painted, ..] = raster.row(row.into(), column.into()..usize::from(column) + 1)[0];
                match from_hub {
                    0.0..48.0 => assert_eq!(painted, 1, "{at:?}"),
                    51.0.. => assert_eq!(painted, 0, "{at:?}"),
                    _ => assert!(painted < 2, "{at:?}"),
                }
            }
        }
    }
}

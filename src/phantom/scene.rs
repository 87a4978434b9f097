//! A scene: solids painted one over the other, and its picture in a plane.

use super::shape::{Body, Run, Shape, Touch};
use crate::geometry::{Map, Point, Voxel};

/// What is where nothing is painted.
pub(super) const AIR_HU: f64 = -1000.0;

/// A rectangle of at most this many pixels a side is painted pixel by pixel.
const LEAF_PIXELS: u16 = 4;
/// The same, as the length of an array.
const RUN: usize = LEAF_PIXELS as usize;

/// Solids in the order in which they are painted: a later one covers an earlier one.
#[derive(Debug, Clone, Default)]
pub(super) struct Scene {
    solids: Vec<Solid>,
    /// Those whose place and value are promised.
    pub(super) named: Vec<Named>,
}

#[derive(Debug, Clone)]
struct Solid {
    shape: Shape,
    hu: f64,
    core: Option<Core>,
}

/// What lies under a crust: marrow under the cortex of a bone.
#[derive(Debug, Clone, Copy)]
pub(super) struct Core {
    pub(super) depth_mm: f64,
    pub(super) hu: f64,
}

/// A solid whose surface runs through the region that is being painted; the shape is as simple as it is there.
#[derive(Clone, Copy)]
struct Touching<'a> {
    shape: &'a Shape,
    solid: &'a Solid,
}

/// A solid that nothing covers at its centre.
#[derive(Debug, Clone)]
pub(super) struct Named {
    pub(super) name: &'static str,
    pub(super) centre: Point<Body>,
    pub(super) radius_mm: f64,
    pub(super) hu: f64,
}

impl Scene {
    /// Paints a solid over all before it.
    pub(super) fn paint(&mut self, hu: f64, shape: Shape) {
        self.solids.push(Solid { shape, hu, core: None });
    }

    /// Paints a solid with a crust over all before it.
    pub(super) fn paint_cored(&mut self, crust_hu: f64, core: Core, shape: Shape) {
        self.solids.push(Solid { shape, hu: crust_hu, core: Some(core) });
    }

    /// The value at a point. An edge is a ramp `edge_mm` wide, as partial volume makes it.
    pub(super) fn hu_at(&self, point: Point<Body>, edge_mm: f64) -> f64 {
        let over = |under, solid: &Solid| solid.over(under, solid.shape.distance(point), 1.0 / edge_mm);
        self.solids.iter().fold(AIR_HU, over)
    }

    /// The values at the centres of all pixels, row by row.
    pub(super) fn picture(
        &self,
        body_from_voxel: Map<Body, Voxel>,
        rows: u16,
        columns: u16,
        edge_mm: f64,
    ) -> Vec<f32> {
        let normal = body_from_voxel.x_axis().cross(body_from_voxel.y_axis());
        let normal = normal * normal.length().recip();
        let mut picture = Picture {
            body_from_voxel,
            edge_mm,
            columns: usize::from(columns),
            pixels: vec![0.0; usize::from(rows) * usize::from(columns)],
        };
        let touches_plane =
            |solid: &&Solid| !solid.shape.clears(body_from_voxel.origin(), normal, edge_mm / 2.0);
        let solids = self.solids.iter().filter(touches_plane);
        let all: Vec<Touching<'_>> = solids.map(|solid| Touching { shape: &solid.shape, solid }).collect();
        picture.paint(Region { column: 0, row: 0, columns, rows }, &all, AIR_HU);
        picture.pixels
    }
}

impl Solid {
    /// The value where the surface is `distance_mm` away and the value below this solid is `under`.
    #[inline]
    fn over(&self, under: f64, distance_mm: f64, edges_per_mm: f64) -> f64 {
        let cover = |depth_mm: f64| (0.5 - (distance_mm + depth_mm) * edges_per_mm).clamp(0.0, 1.0);
        let value = under + cover(0.0) * (self.hu - under);
        self.core.map_or(value, |core| value + cover(core.depth_mm) * (core.hu - value))
    }
}

/// A picture in the making.
struct Picture {
    body_from_voxel: Map<Body, Voxel>,
    edge_mm: f64,
    columns: usize,
    pixels: Vec<f32>,
}

/// A rectangle of pixels.
#[derive(Clone, Copy)]
struct Region {
    column: u16,
    row: u16,
    columns: u16,
    rows: u16,
}

impl Picture {
    /// Paints a region over the even value `under`.
    ///
    /// Solids that lie outside the region are let go, and those under one that fills it. What is left touches the region
    /// with its surface; while that is anything, the region is cut in four.
    fn paint(&mut self, region: Region, solids: &[Touching<'_>], under: f64) {
        let (centre, radius_mm) = self.circle_around(region);
        let reach_mm = radius_mm + self.edge_mm / 2.0;
        let mut under = under;
        let mut kept: Vec<Touching<'_>> = Vec::with_capacity(solids.len());
        for &Touching { shape, solid } in solids {
            let depth_mm = solid.core.map_or(0.0, |core| core.depth_mm);
            match shape.touch(centre, reach_mm, depth_mm) {
                Touch::Outside => {}
                Touch::Inside => {
                    under = solid.core.map_or(solid.hu, |core| core.hu);
                    kept.clear();
                }
                Touch::Surface(shape) => kept.push(Touching { shape, solid }),
            }
        }
        if kept.is_empty() {
            self.each_row(region, |_, pixels| pixels.fill(to_f32(under)));
        } else if region.columns.max(region.rows) <= LEAF_PIXELS {
            self.paint_pixels(region, &kept, under);
        } else {
            for quarter in region.quarters() {
                self.paint(quarter, &kept, under);
            }
        }
    }

    fn paint_pixels(&mut self, region: Region, solids: &[Touching<'_>], under: f64) {
        let (body_from_voxel, edges_per_mm) = (self.body_from_voxel, 1.0 / self.edge_mm);
        let step = body_from_voxel.x_axis();
        self.each_row(region, |row, pixels| {
            let from = body_from_voxel * Point::flat(f64::from(region.column), f64::from(row));
            let mut values = [under; RUN];
            for Touching { shape, solid } in solids {
                let distances: [f64; RUN] = shape.distances(Run { from, step });
                for (value, distance_mm) in values.iter_mut().zip(distances) {
                    *value = solid.over(*value, distance_mm, edges_per_mm);
                }
            }
            for (pixel, value) in pixels.iter_mut().zip(values) {
                *pixel = to_f32(value);
            }
        });
    }

    fn each_row(&mut self, region: Region, paint: impl Fn(u16, &mut [f32])) {
        let columns = usize::from(region.column)..usize::from(region.column + region.columns);
        let rows = self.pixels.chunks_exact_mut(self.columns).skip(usize::from(region.row));
        for (pixels, row) in rows.zip(region.row..region.row + region.rows) {
            if let Some(pixels) = pixels.get_mut(columns.clone()) {
                paint(row, pixels);
            }
        }
    }

    /// The smallest circle that holds all pixel centres of a region.
    fn circle_around(&self, region: Region) -> (Point<Body>, f64) {
        let half_width = f64::from(region.columns - 1) / 2.0;
        let half_height = f64::from(region.rows - 1) / 2.0;
        let middle = Point::flat(f64::from(region.column) + half_width, f64::from(region.row) + half_height);
        let across = self.body_from_voxel.x_axis() * half_width;
        let down = self.body_from_voxel.y_axis() * half_height;
        (self.body_from_voxel * middle, (across + down).length())
    }
}

impl Region {
    /// Four parts, empty ones left out.
    fn quarters(self) -> impl Iterator<Item = Self> {
        let (left, top) = (self.columns / 2, self.rows / 2);
        let columns = [(self.column, left), (self.column + left, self.columns - left)];
        let rows = [(self.row, top), (self.row + top, self.rows - top)];
        let all = rows.into_iter().flat_map(move |row| columns.map(|column| (row, column)));
        all.filter(|((_, rows), (_, columns))| *rows > 0 && *columns > 0)
            .map(|((row, rows), (column, columns))| Self { column, row, columns, rows })
    }
}

#[expect(clippy::cast_possible_truncation, reason = "Hounsfield units to a fraction far below the noise")]
fn to_f32(hu: f64) -> f32 {
    hu as f32
}

#[cfg(test)]
mod tests {
    use super::super::shape::{ball, column, half, slab};
    use super::*;
    use crate::geometry::Vector;

    /// Painting whole regions at once changes nothing: odd sizes, oblique plane, solids of every fate.
    #[test]
    fn a_picture_holds_the_value_at_every_pixel_centre() {
        let mut scene = Scene::default();
        scene.paint(40.0, column([0.0, 0.0], [40.0, 30.0]));
        scene.paint(-850.0, ball([10.0, 0.0, 0.0], 20.0));
        scene.paint(700.0, ball([10.0, 0.0, 0.0], 20.0).and(slab([0.3, 0.1, 1.0], 0.0, 2.0, Some(9.0))));
        let core = Core { depth_mm: 2.0, hu: 200.0 };
        scene.paint_cored(
            600.0,
            core,
            column([-10.0, 12.0], [12.0, 6.0]).without(half([1.0, 0.5, 0.0], -14.0)),
        );
        scene.paint(2000.0, ball([-30.0, 5.0, 1.0], 3.0));
        let plane = Map::from_axes(
            Vector::new(0.96, 0.0, 0.28),
            Vector::new(0.0, 1.3, 0.0),
            Vector::new(0.0, 0.0, 1.0),
            Point::new(-47.0, -50.0, -12.0),
        );
        let (rows, columns) = (77, 101);
        let picture = scene.picture(plane, rows, columns, 1.1);
        let at = (0..rows).flat_map(|row| (0..columns).map(move |column| (column, row)));
        let mut seen = [0, 0];
        for ((column, row), pixel) in at.zip(picture) {
            let point = plane * Point::flat(f64::from(column), f64::from(row));
            let hu = scene.hu_at(point, 1.1);
            assert!((f64::from(pixel) - hu).abs() < 1e-3, "{column} {row}: {pixel} for {hu}");
            seen[usize::from(pixel.fract() != 0.0)] += 1;
        }
        assert!(seen.iter().all(|&count| count > 500), "even and ramped pixels: {seen:?}");
    }
}

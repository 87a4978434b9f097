//! What is in a breast, as a view shows it.

use std::f64::consts::TAU;
use std::ops::Range;

use super::BreastView;
use crate::geometry::{Point, Vector};
use crate::phantom::hash::{mix, signed_unit};
use crate::phantom::scene::{AIR_HU, Core, Named, Scene};
use crate::phantom::shape::{Body, Shape, ball, ellipsoid, half, tube};

/// What is stored for each tissue; 0 for air.
mod value {
    pub(super) const FAT: f64 = 900.0;
    pub(super) const LOBULE: f64 = 1050.0;
    pub(super) const SKIN: f64 = 1500.0;
    pub(super) const GLAND: f64 = 1750.0;
    pub(super) const ISLAND: f64 = 1350.0;
    pub(super) const STRAND: f64 = 2150.0;
    pub(super) const MUSCLE: f64 = 2250.0;
    pub(super) const SPICULE: f64 = 2500.0;
    pub(super) const MASS: f64 = 2900.0;
    pub(super) const SPECK: f64 = 3900.0;
}

const SKIN_MM: f64 = 1.6;
const CLUSTER_RADIUS_MM: f64 = 5.0;

/// A breast as a view shows it. Later paint covers earlier paint.
pub(super) fn scene(view: BreastView, mass_radius_mm: f64) -> Scene {
    let mut scene = Scene::default();
    // Skin comes whole before what lies in it, so that none runs through the breast.
    for (value, depth_mm) in [(value::SKIN, 0.0), (value::FAT, SKIN_MM)] {
        paint(&mut scene, value, breast(view, depth_mm));
        if view.is_oblique() {
            paint(&mut scene, value, ellipsoid([0.0, -105.0, 0.0], [85.0 - depth_mm, 95.0 - depth_mm, 95.0]));
        }
    }
    let nipple = view.place(1.0, 0.0).xyz.to_array();
    let core = Core { depth_mm: SKIN_MM, hu: AIR_HU + value::GLAND };
    scene.paint_cored(AIR_HU + value::SKIN, core, ball(nipple, 4.0));
    tissue(&mut scene, view);
    if view.is_oblique() {
        // The muscle of the chest: above a line from the upper edge to the chest wall.
        paint(&mut scene, value::MUSCLE, half([110.0, 60.0, 0.0], 4.8));
    }
    match view {
        BreastView::LeftCc => mass(&mut scene, view.place(37.0, -22.0), mass_radius_mm),
        BreastView::LeftMlo => mass(&mut scene, view.place(37.0, -26.0), mass_radius_mm),
        BreastView::RightCc => cluster(&mut scene, view.place(52.0, 16.0)),
        BreastView::RightMlo => cluster(&mut scene, view.place(52.0, -12.0)),
    }
    scene
}

/// The breast without its skin down to a depth.
fn breast(view: BreastView, depth_mm: f64) -> Shape {
    let half_mm = if view.is_oblique() { 84.0 } else { 78.0 };
    ellipsoid([0.0; 3], [view.length_mm() - depth_mm, half_mm - depth_mm, half_mm])
        .turned([0.0; 3], view.tilt_degrees())
}

/// Fat in lobules; gland with islands of fat, and strands that run towards the nipple. The same on both sides.
fn tissue(scene: &mut Scene, view: BreastView) {
    let length_mm = view.length_mm();
    let breast = breast(view, SKIN_MM);
    let middle = view.place(0.5 * length_mm, 0.0).xyz.to_array();
    let gland = ellipsoid(middle, [0.36 * length_mm, 42.0, 42.0]).turned(middle, view.tilt_degrees());
    let key = |number: u32| mix(2 * number + u32::from(view.is_oblique()));
    let anywhere = |key: u32| {
        let chance = |axis: u32| signed_unit(key.wrapping_add(axis));
        view.place(length_mm * (0.5 + 0.5 * chance(0)), 80.0 * chance(1))
    };
    let fat = |scene: &mut Scene, within: &Shape, (value, radius_mm): (f64, f64), numbers: Range<u32>| {
        for key in numbers.map(key) {
            let radius_mm = radius_mm * (1.0 + 0.5 * signed_unit(key.wrapping_add(2)));
            let at = anywhere(key);
            if within.distance(at) < -radius_mm - 2.0 {
                let value = value + 100.0 * signed_unit(key.wrapping_add(3));
                paint(scene, value, ball(at.xyz.to_array(), radius_mm));
            }
        }
    };
    fat(scene, &breast, (value::LOBULE, 5.0), 0..250);
    paint(scene, value::GLAND, gland.clone());
    fat(scene, &gland, (value::ISLAND, 3.0), 250..400);
    for key in (400..900).map(key) {
        let chance = |axis: u32| signed_unit(key.wrapping_add(axis));
        let from = anywhere(key);
        let Some(way) = (view.place(0.0, 0.0) - from).normalized() else { continue };
        let to = from + (way + Vector::new(chance(4), chance(5), 0.0) * 0.5) * 14.0;
        if gland.distance(from) < 0.0 && breast.distance(to) < -4.0 {
            let strand = tube(from.xyz.to_array(), to.xyz.to_array(), 0.8 + 0.5 * chance(2));
            paint(scene, value::STRAND + 250.0 * chance(3), strand);
        }
    }
}

/// A round mass with spicules.
fn mass(scene: &mut Scene, centre: Point<Body>, radius_mm: f64) {
    const SPICULES: u32 = 14;
    for i in 0..SPICULES {
        let (sin, cos) = libm::sincos(TAU * (f64::from(i) + 0.3 * signed_unit(i)) / f64::from(SPICULES));
        let to = centre + Vector::new(cos, sin, 0.0) * (radius_mm * (2.0 + 0.4 * signed_unit(i + SPICULES)));
        paint(scene, value::SPICULE, tube(centre.xyz.to_array(), to.xyz.to_array(), 0.5));
    }
    paint(scene, value::MASS, ball(centre.xyz.to_array(), radius_mm));
    scene.named.push(Named { name: "mass", centre, radius_mm, hu: AIR_HU + value::MASS });
}

/// Specks of calcium, one of them at the centre.
fn cluster(scene: &mut Scene, centre: Point<Body>) {
    const SPECKS: u32 = 12;
    let speck = |at: Point<Body>, radius_mm| ball(at.xyz.to_array(), radius_mm);
    for i in 0..SPECKS {
        let chance = |axis: u32| signed_unit(mix(i).wrapping_add(axis));
        let at = centre + Vector::new(chance(0), chance(1), 0.0) * (0.65 * CLUSTER_RADIUS_MM);
        paint(scene, value::SPECK, speck(at, 0.3 + 0.1 * chance(2)));
    }
    paint(scene, value::SPECK, speck(centre, 0.5));
    let hu = AIR_HU + value::SPECK;
    scene.named.push(Named { name: "cluster", centre, radius_mm: CLUSTER_RADIUS_MM, hu });
}

fn paint(scene: &mut Scene, value: f64, shape: Shape) {
    scene.paint(AIR_HU + value, shape);
}

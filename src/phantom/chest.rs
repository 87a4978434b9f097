//! The chest: a woman of 62 with contrast in her arteries, lying on a CT table, her arms above her head.
//!
//! Millimetres in body space: +x to her left, +y to her back, +z to her head; the origin is in front of the spine at the
//! height of the left atrium. Later paint covers earlier paint, so the order is from the outside in.

use glam::DVec3;

use super::hash::{mix, signed_unit};
use super::scene::{Core, Named, Scene};
use super::shape::{Body, Shape, ball, column, ellipsoid, half, rod, slab, tube};
use crate::geometry::{Point, Vector};

/// Right is −1, left +1.
const SIDES: [f64; 2] = [-1.0, 1.0];

/// Values in HU.
mod hu {
    pub(super) const LUNG: f64 = -850.0;
    pub(super) const FISSURE: f64 = -650.0;
    pub(super) const AIRWAY: f64 = -990.0;
    pub(super) const FAT: f64 = -100.0;
    pub(super) const MUSCLE_FAT: f64 = -60.0;
    pub(super) const SKIN: f64 = 20.0;
    pub(super) const GLAND: f64 = 25.0;
    pub(super) const SOFT: f64 = 40.0;
    pub(super) const MUSCLE: f64 = 55.0;
    pub(super) const LIVER: f64 = 95.0;
    pub(super) const LIVER_VEIN: f64 = 140.0;
    pub(super) const SPLEEN: f64 = 120.0;
    pub(super) const MYOCARDIUM: f64 = 120.0;
    pub(super) const RIGHT_HEART: f64 = 170.0;
    pub(super) const AORTA: f64 = 250.0;
    pub(super) const LUNG_VESSEL: f64 = 150.0;
    pub(super) const MARROW: f64 = 200.0;
    pub(super) const CORTEX: f64 = 700.0;
    pub(super) const ENDPLATE: f64 = 500.0;
    pub(super) const DISC: f64 = 80.0;
    pub(super) const CORD: f64 = 35.0;
    pub(super) const CSF: f64 = 8.0;
    pub(super) const TABLE_SHELL: f64 = -150.0;
    pub(super) const TABLE_FOAM: f64 = -930.0;
    pub(super) const METAL: f64 = 2000.0;
}

/// The scene of one visit. Lesions and beads keep within `reach_mm` of the middle, so that a short stack shows them too.
pub(super) fn scene(reach_mm: f64, lesion_radius_mm: f64) -> Scene {
    let mut scene = Scene::default();
    table(&mut scene);
    body_wall(&mut scene);
    lungs(&mut scene);
    skeleton(&mut scene);
    mediastinum(&mut scene);
    abdomen(&mut scene);
    great_vessels(&mut scene);
    airways(&mut scene);
    name(&mut scene, "aorta", [22.0, 50.0, 0.05 * reach_mm], 11.5, hu::AORTA);
    lesions(&mut scene, reach_mm, lesion_radius_mm);
    markers(&mut scene, reach_mm);
    scene
}

/// The ends of the rod of known length.
pub(super) const ROD_ENDS: [[f64; 3]; 2] = [[-50.0, 136.0, 0.0], [50.0, 136.0, 0.0]];

fn table(scene: &mut Scene) {
    let top = column([0.0, -532.0], [660.0, 660.0]);
    let bottom = column([0.0, -412.0], [560.0, 560.0]);
    scene.paint_cored(hu::TABLE_SHELL, Core { depth_mm: 1.8, hu: hu::TABLE_FOAM }, bottom.without(top));
}

/// Skin, fat, breasts, muscle: each half of the body is an ellipsoid, so the breastbone and the spine lie in a groove.
fn body_wall(scene: &mut Scene) {
    let side =
        |side: f64, depth: f64| ellipsoid([38.0 * side, 8.0, -20.0], [124.0 - depth, 118.0 - depth, 520.0]);
    let breast = |side: f64, depth: f64| {
        ellipsoid([76.0 * side, -86.0, 15.0], [56.0 - depth, 40.0 - depth, 66.0 - depth])
    };
    for (value, depth) in [(hu::SKIN, 0.0), (hu::FAT, 2.0)] {
        for s in SIDES {
            scene.paint(value, side(s, depth));
            scene.paint(value, breast(s, depth));
        }
    }
    for s in SIDES {
        let at = [80.0 * s, -102.0, 12.0];
        scene.paint(hu::GLAND, ellipsoid(at, [26.0, 13.0, 34.0]).turned(at, 18.0 * s));
        scene.paint(hu::FAT, ellipsoid([70.0 * s, -96.0, 16.0], [9.0, 5.0, 22.0]));
        scene.paint(hu::FAT, ellipsoid([90.0 * s, -101.0, 4.0], [5.0, 6.0, 18.0]));
    }
    for s in SIDES {
        scene.paint(hu::MUSCLE, ellipsoid([36.0 * s, 8.0, -20.0], [109.0, 104.0, 500.0]));
    }
    // Fat between the outer muscles and those of the ribs.
    for s in SIDES {
        let layer = |depth: f64| ellipsoid([36.0 * s, 8.0, -20.0], [109.0 - depth, 104.0 - depth, 500.0]);
        let at_the_side = half([-s, 0.25, 0.0], -54.0);
        scene.paint(hu::MUSCLE_FAT, layer(6.0).without(layer(7.6)).and(at_the_side));
        scene.paint(hu::MUSCLE_FAT, tube([60.0 * s, 95.0, -300.0], [64.0 * s, 93.0, 300.0], 2.2));
    }
}

/// A lung, or what lies within `more` mm around it.
fn lung(side: f64, more: f64) -> Shape {
    ellipsoid([66.0 * side, 2.0, -10.0], [62.0 + more, 86.0 + more, 165.0 + more])
}

fn lungs(scene: &mut Scene) {
    for side in SIDES {
        scene.paint_cored(hu::FAT, Core { depth_mm: 1.5, hu: hu::LUNG }, lung(side, 1.5));
        let oblique = slab([0.14 * side, 0.6, 0.78], 16.0 + 3.0 * side, 0.4, None);
        scene.paint(hu::FISSURE, lung(side, 0.0).and(oblique));
        let hilum = Point::new(46.0 * side, 14.0, 34.0);
        for (root, [x, y, z]) in (1_u32..).zip([
            [0.45, -0.15, 1.0],
            [0.5, 0.45, 0.8],
            [0.6, -0.9, 0.3],
            [0.95, -0.3, 0.0],
            [0.8, 0.6, -0.1],
            [0.55, -0.65, -0.8],
            [0.6, 0.0, -1.0],
            [0.3, 0.4, -1.0],
        ]) {
            let key = mix(root * 2 + u32::from(side > 0.0));
            let branch = Branch { length: 42.0, radius: 4.4, generation: 0, key };
            grow(scene, &lung(side, -1.5), hilum, Vector::new(x * side, y, z), branch);
        }
        small_vessels(scene, side, hilum);
    }
}

/// Short pieces that point away from the hilum, thinner towards the surface, everywhere.
fn small_vessels(scene: &mut Scene, side: f64, hilum: Point<Body>) {
    const TRIED: u32 = 1400;
    const LENGTH_MM: f64 = 15.0;
    for i in 0..TRIED {
        let chance = |axis: u32| signed_unit(mix(8 * i + 4 * u32::from(side > 0.0)).wrapping_add(axis));
        let from =
            Point::new(side * (66.0 + 62.0 * chance(0)), 2.0 + 86.0 * chance(1), -10.0 + 165.0 * chance(2));
        let askew = Vector::new(chance(3), chance(4), chance(5)) * 0.5;
        let Some(direction) = (from - hilum).normalized() else { continue };
        let to = from + (direction + askew) * LENGTH_MM;
        let deep_mm = -lung(side, -4.0).distance(to);
        if deep_mm > 0.0 {
            let radius = (0.55 + 0.022 * deep_mm).min(1.5);
            scene.paint(hu::LUNG_VESSEL, tube(from.xyz.to_array(), to.xyz.to_array(), radius));
        }
    }
}

/// One vessel of a tree: the next generation is thinner and shorter, and its two branches part.
#[derive(Clone, Copy)]
struct Branch {
    length: f64,
    radius: f64,
    generation: u32,
    key: u32,
}

fn grow(scene: &mut Scene, within: &Shape, from: Point<Body>, direction: Vector<Body>, branch: Branch) {
    const GENERATIONS: u32 = 6;
    let Branch { length, radius, generation, key } = branch;
    let Some(direction) = direction.normalized() else { return };
    let chance = |i: u32| signed_unit(key.wrapping_add(i));
    let length = length * (1.0 + 0.3 * chance(0));
    let ends = [length, length * 0.6, length * 0.3].map(|length| from + direction * length);
    let is_free = |end: &Point<Body>| generation < 2 || within.distance(*end) < -radius;
    let Some(to) = ends.into_iter().find(is_free) else { return };
    scene.paint(hu::LUNG_VESSEL, tube(from.xyz.to_array(), to.xyz.to_array(), radius));
    if generation + 1 == GENERATIONS {
        return;
    }
    let apart = Vector::new(chance(1), chance(2), chance(3)) * 0.8;
    for (i, way) in [(1, 1.0), (2, -1.0)] {
        let key = mix(key.wrapping_mul(2).wrapping_add(i));
        let next = Branch { length: length * 0.82, radius: radius * 0.76, generation: generation + 1, key };
        grow(scene, within, to, direction + apart * way, next);
    }
}

/// What rises under the diaphragm into the lowest slices.
fn abdomen(scene: &mut Scene) {
    let dome = |centre, radii, side: f64| ellipsoid(centre, radii).and(lung(side, 1.5));
    scene.paint(hu::SOFT, dome([62.0, 4.0, -185.0], [80.0, 88.0, 84.0], 1.0));
    scene.paint(hu::SPLEEN, dome([92.0, 45.0, -165.0], [38.0, 42.0, 56.0], 1.0));
    scene.paint(hu::AIRWAY, dome([64.0, -34.0, -150.0], [34.0, 28.0, 34.0], 1.0));
    scene.paint(hu::LIVER, dome([-62.0, 0.0, -170.0], [88.0, 92.0, 84.0], -1.0));
    scene.paint(hu::LIVER, ellipsoid([-20.0, -34.0, -180.0], [70.0, 42.0, 66.0]));
    for (to, radius) in
        [([-66.0, -30.0, -150.0], 4.0), ([-84.0, 20.0, -146.0], 4.5), ([-40.0, -50.0, -150.0], 3.2)]
    {
        scene.paint(hu::LIVER_VEIN, tube([-22.0, 22.0, -128.0], to, radius));
    }
}

/// Cortex around marrow.
fn bone(scene: &mut Scene, cortex_mm: f64, shape: Shape) {
    scene.paint_cored(hu::CORTEX, Core { depth_mm: cortex_mm, hu: hu::MARROW }, shape);
}

fn skeleton(scene: &mut Scene) {
    ribs(scene);
    spine(scene);
    bone(scene, 1.8, column([0.0, -85.0], [19.0, 6.5]).and(slab([0.0, 0.0, 1.0], 25.0, 80.0, None)));
    for side in SIDES {
        let at = [104.0 * side, 76.0, 92.0];
        bone(scene, 1.6, ellipsoid(at, [37.0, 4.2, 62.0]).turned(at, -33.0 * side));
    }
}

/// Shells around the lungs, cut into slanting strips that fall from back to front and end beside spine and breastbone.
fn ribs(scene: &mut Scene) {
    const APART_MM: f64 = 25.0;
    for side in SIDES {
        let shell = lung(side, 10.5).without(lung(side, 3.5));
        let strips = slab([0.0, 0.5, 0.87], 4.0, 5.6, Some(APART_MM * 0.87));
        // The wedge between two rays from the middle of the lung: to the back and to the front of the midline.
        let [x, y] = [66.0 * side, 2.0];
        let behind = |nx: f64, ny: f64| half([nx, ny, 0.0], (nx * x + ny * y) / libm::hypot(nx, ny));
        let midline = behind(88.0 * side, 34.0).and(behind(88.0 * side, -42.0));
        bone(scene, 1.7, shell.and(strips).without(midline));
    }
}

fn spine(scene: &mut Scene) {
    const APART_MM: f64 = 26.0;
    const BODY: [f64; 2] = [0.0, 71.0];
    const CANAL: [f64; 2] = [0.0, 95.0];
    scene.paint(hu::CORTEX, column(CANAL, [13.5, 13.0]));
    for level in -6..=6 {
        let z = f64::from(level) * APART_MM;
        scene.paint(hu::CORTEX, tube([0.0, 106.0, z], [0.0, 113.0, z - 16.0], 3.2));
        for side in SIDES {
            bone(scene, 1.8, tube([11.0 * side, 93.0, z], [37.0 * side, 99.0, z + 4.0], 4.2));
        }
    }
    bone(scene, 2.0, column(BODY, [19.0, 15.0]));
    let between = |half_height| slab([0.0, 0.0, 1.0], APART_MM / 2.0, half_height, Some(APART_MM));
    scene.paint(hu::ENDPLATE, column(BODY, [19.0, 15.0]).and(between(3.8)));
    scene.paint(hu::DISC, column(BODY, [19.0, 15.0]).and(between(2.6)));
    scene.paint_cored(hu::CSF, Core { depth_mm: 4.0, hu: hu::CORD }, column(CANAL, [9.5, 8.5]));
}

fn mediastinum(scene: &mut Scene) {
    scene.paint(hu::FAT, ellipsoid([2.0, -22.0, 20.0], [29.0, 59.0, 200.0]));
    for [x, y, z] in [
        [-18.0, 10.0, 62.0],
        [-4.0, -32.0, 92.0],
        [24.0, -20.0, 62.0],
        [6.0, 30.0, 28.0],
        [-20.0, 20.0, 44.0],
    ] {
        scene.paint(hu::SOFT, ellipsoid([x, y, z], [5.0, 3.4, 7.0]));
    }
    heart(scene);
}

fn great_vessels(scene: &mut Scene) {
    // Gullet, with a little air.
    scene.paint_cored(
        hu::SOFT,
        Core { depth_mm: 5.0, hu: hu::AIRWAY },
        tube([-2.0, 44.0, -300.0], [2.0, 44.0, 300.0], 6.5),
    );
    // Veins: from the head and arms, from the abdomen, along the spine.
    vessel(
        scene,
        hu::RIGHT_HEART,
        8.5,
        &[[-30.0, -14.0, 300.0], [-29.0, -12.0, 70.0], [-27.0, -14.0, -10.0]],
    );
    vessel(
        scene,
        hu::LIVER_VEIN,
        11.0,
        &[[-22.0, 24.0, -300.0], [-22.0, 20.0, -110.0], [-22.0, -10.0, -72.0]],
    );
    vessel(
        scene,
        hu::RIGHT_HEART,
        3.6,
        &[[-9.0, 58.0, -300.0], [-9.0, 58.0, 60.0], [-20.0, 34.0, 68.0], [-28.0, -6.0, 66.0]],
    );
    // Pulmonary trunk and its two branches.
    vessel(scene, hu::RIGHT_HEART, 13.0, &[[6.0, -44.0, -2.0], [18.0, -24.0, 26.0], [20.0, -8.0, 36.0]]);
    vessel(scene, hu::RIGHT_HEART, 9.0, &[[18.0, -8.0, 36.0], [-12.0, 6.0, 34.0], [-46.0, 14.0, 34.0]]);
    vessel(scene, hu::RIGHT_HEART, 9.5, &[[20.0, -8.0, 38.0], [34.0, 12.0, 40.0], [46.0, 14.0, 34.0]]);
    aorta(scene);
}

fn heart(scene: &mut Scene) {
    let fat = ellipsoid([18.0, -30.0, -52.0], [64.0, 52.0, 62.0]);
    scene.paint(hu::FAT, fat.and(half([0.0, 0.0, -1.0], 125.0)));
    scene.paint(hu::MYOCARDIUM, ellipsoid([18.0, -28.0, -52.0], [59.0, 46.0, 56.0]));
    let left_ventricle = [42.0, -20.0, -60.0];
    scene.paint(hu::AORTA, ellipsoid(left_ventricle, [30.0, 19.0, 34.0]).turned(left_ventricle, 35.0));
    for muscle in [[52.0, -6.0, -66.0], [56.0, -22.0, -70.0]] {
        scene.paint(hu::MYOCARDIUM, ellipsoid(muscle, [4.5, 4.0, 14.0]));
    }
    let right_ventricle = [14.0, -56.0, -58.0];
    scene
        .paint(hu::RIGHT_HEART, ellipsoid(right_ventricle, [35.0, 14.0, 36.0]).turned(right_ventricle, 14.0));
    scene.paint(hu::RIGHT_HEART, ellipsoid([-24.0, -26.0, -46.0], [17.0, 24.0, 32.0]));
    scene.paint(hu::AORTA, ellipsoid([4.0, 8.0, -22.0], [33.0, 18.0, 22.0]));
    for side in SIDES {
        vessel(scene, hu::AORTA, 5.5, &[[20.0 * side, 12.0, -18.0], [52.0 * side, 24.0, -24.0]]);
    }
}

fn aorta(scene: &mut Scene) {
    vessel(scene, hu::AORTA, 14.0, &[[2.0, -22.0, -30.0], [-10.0, -24.0, 10.0], [-14.0, -24.0, 56.0]]);
    vessel(
        scene,
        hu::AORTA,
        12.5,
        &[[-14.0, -24.0, 56.0], [-6.0, -12.0, 74.0], [8.0, 8.0, 80.0], [18.0, 32.0, 74.0]],
    );
    vessel(scene, hu::AORTA, 11.5, &[[18.0, 32.0, 74.0], [22.0, 50.0, 58.0], [22.0, 50.0, -300.0]]);
    vessel(scene, hu::AORTA, 6.0, &[[-8.0, -12.0, 78.0], [-16.0, -6.0, 110.0], [-34.0, -4.0, 300.0]]);
    vessel(scene, hu::AORTA, 4.2, &[[4.0, 4.0, 82.0], [14.0, 2.0, 110.0], [24.0, -2.0, 300.0]]);
    vessel(scene, hu::AORTA, 4.8, &[[12.0, 18.0, 80.0], [26.0, 18.0, 110.0], [40.0, 14.0, 300.0]]);
}

fn airways(scene: &mut Scene) {
    let carina = [0.0, 20.0, 52.0];
    let ways: [(&[[f64; 3]], f64); 3] = [
        (&[[-2.0, 14.0, 300.0], carina], 8.6),
        (&[carina, [-34.0, 24.0, 26.0], [-58.0, 32.0, 2.0]], 6.2),
        (&[carina, [36.0, 28.0, 20.0], [58.0, 36.0, -4.0]], 5.6),
    ];
    for (points, radius) in ways {
        vessel(scene, hu::SOFT, radius + 1.6, points);
    }
    for (points, radius) in ways {
        vessel(scene, hu::AIRWAY, radius, points);
    }
}

/// Tubes from point to point.
fn vessel(scene: &mut Scene, value: f64, radius: f64, points: &[[f64; 3]]) {
    for pair in points.windows(2) {
        if let [from, to] = pair {
            scene.paint(value, tube(*from, *to, radius));
        }
    }
}

fn lesions(scene: &mut Scene, reach_mm: f64, lesion_radius_mm: f64) {
    let mut round = |what, [x, y, z]: [f64; 3], radius_mm, value| {
        let centre = [x, y, z * reach_mm];
        scene.paint(value, ball(centre, radius_mm));
        name(scene, what, centre, radius_mm, value);
    };
    round("lesion", [88.0, -6.0, 0.10], lesion_radius_mm, 60.0);
    round("nodule_10mm", [-82.0, 8.0, -0.20], 5.0, 100.0);
    round("nodule_6mm", [-96.0, -22.0, 0.15], 3.0, 100.0);
    round("calcification", [98.0, 32.0, 0.20], 4.0, 1000.0);
    round("cyst", [-48.0, -52.0, -0.25], 12.0, 5.0);
}

fn markers(scene: &mut Scene, reach_mm: f64) {
    const BEAD_MM: f64 = 4.0;
    for (what, centre) in [
        ("bead_L", [166.5, 8.0, 0.0]),
        ("bead_A1", [-8.0, -109.0, 0.0]),
        ("bead_A2", [8.0, -109.0, 0.0]),
        ("bead_H1", [-20.0, -109.0, 0.8 * reach_mm]),
        ("bead_H2", [0.0, -109.0, 0.8 * reach_mm]),
        ("bead_H3", [20.0, -109.0, 0.8 * reach_mm]),
    ] {
        scene.paint(hu::METAL, ball(centre, BEAD_MM));
        name(scene, what, centre, BEAD_MM, hu::METAL);
    }
    let [from, to] = ROD_ENDS;
    scene.paint(hu::METAL, rod(from, to, 3.0));
    let middle = DVec3::from_array(from).midpoint(DVec3::from_array(to));
    name(scene, "rod", middle.to_array(), 3.0, hu::METAL);
}

fn name(scene: &mut Scene, name: &'static str, centre: [f64; 3], radius_mm: f64, hu: f64) {
    let centre = Point::from_xyz(DVec3::from_array(centre));
    scene.named.push(Named { name, centre, radius_mm, hu });
}

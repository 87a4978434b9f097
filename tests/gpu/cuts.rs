//! Projections of which something is cut away: whole pictures of the card against those of the reference in double precision.
//!
//! Samples on the border of two voxels or of what is cut away are not compared: `without_ties` moves the plane until there are none.

use std::sync::Arc;

use hotlight::geometry::{CardinalPlane, Point, Section, Vector};
use hotlight::render::gpu::Engine;
use hotlight::render::{ReformatPass, Sampling};
use hotlight::volume::{ClipBox, ClipPlane, Cuts, Projection, Ray, ScissorCut, Slab, Volume};

use super::harness::gpu;
use super::reformat::{check, kinds, lying, transform, without_ties};
use super::rendering::{camera, scissors_of, sure_places};
use super::volumes::of_bricks;

/// By a box and a plane, along outlines inside and out, and by both.
pub(super) fn ways(volume: &Volume) -> [(&'static str, Cuts); 3] {
    let ClipBox { low, high } = ClipBox::around(volume);
    let (middle, reach) = (volume.middle(), volume.reach_mm(volume.middle()));
    let clip_box = ClipBox::new(low + (high - low) * 0.2, high + (low - high) * 0.25)
        .expect("a box with something in it");
    let plane = ClipPlane::new(volume, middle, Vector::new(0.3, -0.2, 0.9)).expect("a plane");
    let kite = [[-0.5, -0.6], [0.55, -0.4], [0.4, 0.5], [-0.45, 0.55]].map(|[x, y]| [x * reach, y * reach]);
    let kept = ScissorCut::new(&camera(71.0, 12.0).section(middle), &kite, true).expect("a cut");
    let mut outlines = scissors_of(volume, &[(camera(-30.0, 77.0), false), (camera(0.0, 0.0), false)]);
    outlines.add_scissor(Arc::new(kept)).expect("room");
    let mut both = outlines.clone();
    both.add_planes(&[plane]).expect("room");
    let mut planes = Cuts::default();
    planes.add_planes(&clip_box.planes(volume).expect("faces")).expect("room");
    planes.add_planes(&[plane]).expect("room");
    [("box and plane", planes), ("outlines", outlines), ("outlines and plane", both)]
}

/// Whether a sample lies where single precision may find it on the other side of what cuts.
fn has_ties(pass: &ReformatPass) -> bool {
    let is_sure = sure_places(&pass.volume, &pass.cuts);
    let step = pass.voxel_from_view.z_axis() * pass.slab.step_mm();
    let (width, height) = pass.view_size;
    let pixels = (0..height).flat_map(|y| (0..width).map(move |x| (f64::from(x) + 0.5, f64::from(y) + 0.5)));
    let mut samples =
        pixels.flat_map(|(x, y)| pass.slab.offsets_mm().map(move |offset| Point::new(x, y, offset)));
    samples.any(|sample| {
        let at = pass.voxel_from_view * sample;
        let is_near = |plane: &ClipPlane| {
            let step = step.dot(plane.normal).abs();
            let steps = (at - plane.point).dot(plane.normal) / if step < Ray::STEP_MIN { 1.0 } else { step };
            steps.abs() < 5e-5
        };
        pass.cuts.planes().iter().any(is_near) || !is_sure(at)
    })
}

#[test]
fn what_is_cut_away_is_no_part_of_a_projection() {
    let Some(gpu) = gpu("cuts") else { return };
    let mut engine = Engine::headless(gpu).expect("an engine");
    let mut turn = 0;
    for (lies, map) in lying() {
        for (kind, volume) in kinds(&map).into_iter().chain([("bricks", of_bricks(map))]) {
            for (way, cuts) in ways(&volume) {
                // All of them meet within 27 turns.
                let projection = Projection::ALL[(turn + turn / 3) % 3];
                let sampling = [Sampling::Linear, Sampling::Nearest, Sampling::Cubic][(turn + turn / 9) % 3];
                // A single plane now and then, as one of few may be that moves.
                let thick = if turn % 8 == 5 { 0.5 } else { 2.0 * volume.reach_mm(volume.middle()) };
                let section = Section::cardinal(CardinalPlane::Coronal, volume.middle());
                let oblique = section.turned(Vector::new(0.2, 0.1, 1.0), 31.0);
                let section = if turn % 2 == 0 { section } else { oblique };
                let pass_of = |section: &Section, pixel_mm: f64| {
                    let (slab, gray) = (Slab::new(thick, projection, 1.3), transform(&volume));
                    let pass =
                        ReformatPass::new(Arc::clone(&volume), section, pixel_mm, (13, 15), slab, gray);
                    ReformatPass { sampling, cuts: cuts.clone(), ..pass }
                };
                let name = format!("{lies} {kind}, {way}, {projection:?} {sampling:?}");
                // From wherever a sample meets what cuts, planes without ties are looked for a little further on, and pixels without
                // them a little wider: what cuts may stand at right angles to the plane.
                let mut passes = (0..40).map(|step| {
                    let (along_mm, pixel_mm) = (f64::from(step) * 0.0071, 0.71 + f64::from(step) * 0.0013);
                    without_ties(&section.moved(along_mm), |section| pass_of(section, pixel_mm))
                });
                let pass = passes
                    .find(|pass| !has_ties(pass))
                    .unwrap_or_else(|| panic!("{name}: no plane without ties"));
                check(&mut engine, &name, &pass);
                let whole = ReformatPass { cuts: Cuts::default(), ..pass.clone() };
                assert_ne!(
                    engine.reformat_p_values(&pass).expect("a picture"),
                    engine.reformat_p_values(&whole).expect("a picture"),
                    "{name}: nothing is cut"
                );
                turn += 1;
            }
        }
    }
}

//! Volumes under light: whole pictures of the card against those of the reference in double precision.
//!
//! Samples that lie on the border of two voxels, or of what a plane cuts away, may count to either side. Such pictures are not
//! compared: `without_ties` moves the camera until no sample does, so that all else must agree.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use hotlight::color::{ColorTransform, IccProfile};
use hotlight::dicom::{Frame, Pixels};
use hotlight::geometry::{Camera, Map, Point, Sampling, Vector, Voxel};
use hotlight::grayscale::{ModalityLut, Rescale};
use hotlight::render::gpu::{Engine, Gpu, GpuError, Prepared, Slot};
use hotlight::render::{Coarseness, Raster, RenderingPass, cpu};
use hotlight::units::StoredValue;
use hotlight::volume::{ClipPlane, Cuts, Layer, Ray, ScissorCut, Slice, Transfer, Volume};

use super::harness::{gpu, noise, one_to_one, soft_tissue};
use super::reformat::{POSITION_ERROR, ends, kinds, layer, lying, units};

const SLOT: Slot = Slot { screen: 0, viewport: 0 };

pub(super) fn engine() -> Option<Engine> {
    gpu("rendering").map(|gpu| Engine::headless(gpu).expect("an engine"))
}

pub(super) fn shipped(name: &str) -> Arc<Transfer> {
    Transfer::shipped().iter().find(|transfer| transfer.name == name).map(Arc::clone).expect(name)
}

pub(super) fn camera(azimuth_degrees: f64, elevation_degrees: f64) -> Camera {
    Camera { azimuth_degrees, elevation_degrees }
}

const AHEAD: [f64; 3] = [0.0, 0.0, 1.0];

/// A volume from a camera that is moved aside by some hundredths of a millimetre.
fn pass(
    volume: &Arc<Volume>,
    camera: Camera,
    aside_mm: f64,
    view_size: (u32, u32),
    transfer: &Arc<Transfer>,
    shine: [f64; 3],
) -> RenderingPass {
    let section = camera.section(volume.middle());
    let aside =
        section.right() * (0.7 * aside_mm) + section.down() * aside_mm + section.normal() * (0.3 * aside_mm);
    let section = section.through(section.center() + aside);
    let mm_per_pixel = 2.0 * volume.reach_mm(volume.middle()) / f64::from(view_size.0);
    RenderingPass::new(Arc::clone(volume), &section, mm_per_pixel, view_size, Arc::clone(transfer), shine)
}

fn planes_of(planes: &[ClipPlane]) -> Cuts {
    let mut cuts = Cuts::default();
    cuts.add_planes(planes).expect("room");
    cuts
}

/// Cuts along a star that crosses itself, seen from some cameras; inside or outside is kept.
pub(super) fn scissors_of(volume: &Volume, cameras: &[(Camera, bool)]) -> Cuts {
    let mut cuts = Cuts::default();
    let reach = volume.reach_mm(volume.middle());
    for (camera, keeps_inside) in cameras {
        let size = reach * if *keeps_inside { 0.75 } else { 0.5 };
        let star = [[0.0, -1.0], [0.6, 0.8], [-0.95, -0.3], [0.95, -0.3], [-0.6, 0.8]];
        let star = star.map(|[x, y]| [(x + 0.05) * size, (y - 0.03) * size]);
        let cut = ScissorCut::new(&camera.section(volume.middle()), &star, *keeps_inside).expect("a cut");
        cuts.add_scissor(Arc::new(cut)).expect("room");
    }
    cuts
}

fn without_ties(pass_of: impl Fn(f64) -> RenderingPass) -> RenderingPass {
    let has_ties = |pass: &RenderingPass| {
        let (width, height) = pass.view_size;
        let mut rays = (0..height).flat_map(|y| (0..width).map(move |x| pass.ray(x, y)));
        rays.any(|ray| {
            let cuts = pass.cuts.planes().iter().any(|plane| {
                let steps = (ray.start - plane.point).dot(plane.normal) / ray.step.dot(plane.normal);
                (steps - steps.round()).abs() < 5e-5
            });
            let Some((first, last)) = ray.steps_inside(&pass.volume, &[]) else { return false };
            // The samples before and behind may lie on the outer border.
            let mut samples = first.saturating_sub(1)..=last + 1;
            cuts || samples.any(|step| {
                let at = (ray.start + ray.step * f64::from(step)).xyz - 0.5;
                (at - at.round()).abs().min_element() < 2.0 * POSITION_ERROR
            })
        })
    };
    let mut passes = (1..2000).map(|step| pass_of(f64::from(step) * 0.0137));
    passes.find(|pass| !has_ties(pass)).expect("rays between the voxels")
}

/// Whether single precision finds a place on the side of every outline where it lies.
pub(super) fn sure_places(volume: &Volume, cuts: &Cuts) -> impl Fn(Point<Voxel>) -> bool {
    let sides = |cut: &Arc<ScissorCut>| {
        let map = cut.cell_from_patient().inverse().expect("a map");
        (Arc::clone(cut), [map.x_axis(), map.y_axis()].map(|side| side * 5e-4))
    };
    let cuts: Vec<_> = cuts.scissors().iter().map(sides).collect();
    let patient_from_voxel = *volume.patient_from_voxel();
    move |at| {
        let at = patient_from_voxel * at;
        cuts.iter().all(|(cut, [right, down])| {
            let near = [(1.0, 1.0), (1.0, -1.0), (-1.0, 1.0), (-1.0, -1.0)];
            let is_kept = cut.is_kept(at);
            near.into_iter().all(|(x, y)| cut.is_kept(at + *right * x + *down * y) == is_kept)
        })
    }
}

/// Of each pixel whether that holds for all samples of its ray.
fn sure_pixels(pass: &RenderingPass) -> Vec<bool> {
    let is_sure = sure_places(&pass.volume, &pass.cuts);
    let (width, height) = pass.view_size;
    let rays = (0..height).flat_map(|y| (0..width).map(move |x| pass.ray(x, y)));
    let is_sure_ray = |ray: Ray| {
        let steps = ray.steps_inside(&pass.volume, pass.cuts.planes()).map(|(first, last)| first..=last);
        steps.into_iter().flatten().all(|step| is_sure(ray.start + ray.step * f64::from(step)))
    };
    rays.map(is_sure_ray).collect()
}

/// How far two pictures lie apart: levels of 8 bits, and the share of values that differ at all.
#[derive(Debug, Clone, Copy)]
pub(super) struct Apart {
    pub(super) most: u8,
    pub(super) share: f64,
}

impl Apart {
    #[expect(clippy::cast_precision_loss, reason = "counts of pixels")]
    pub(super) fn between(one: &Raster<[u8; 3]>, other: &Raster<[u8; 3]>) -> Self {
        let (one, other) = (one.values.as_flattened(), other.values.as_flattened());
        assert_eq!(one.len(), other.len());
        let apart: Vec<u8> = one.iter().zip(other).map(|(a, b)| a.abs_diff(*b)).collect();
        let differing = apart.iter().filter(|apart| **apart > 0).count();
        Self {
            most: apart.iter().copied().max().unwrap_or(0),
            share: differing as f64 / apart.len().max(1) as f64,
        }
    }
}

/// How far colours may lie apart, in levels, before they are rounded.
///
/// Front to back, a sample whose opacity is wrong by a little changes the picture by no more than that, for what it hides is
/// seen in its place; colours count by their opacities, which sum to 1 at most. Opacity and colour are wrong by the steepest
/// part of the transfer function times what reformats may miss a value by (`units`), and by 2⁻¹⁸ for the power that makes
/// steps of millimetres. Light that is left out at the end is less than 1/1024. How a surface lies is wrong by
/// the gradient's error over its length; where that is short, light may fall quite otherwise, and the share of such samples
/// is too small to count for a pixel.
fn levels(pass: &RenderingPass) -> f64 {
    let units = units(&pass.volume, Sampling::Linear);
    let entry_units = (pass.transfer.high - pass.transfer.low) / 4095.0;
    let step_opacity = |opacity: f64| 1.0 - (1.0 - opacity).powf(pass.step_mm);
    let (mut steepest_opacity, mut steepest_color) = (0.0_f64, 0.0_f64);
    for pair in pass.transfer.entries.windows(2) {
        let [a, b] = pair else { continue };
        steepest_opacity =
            steepest_opacity.max((step_opacity(a.opacity_per_mm) - step_opacity(b.opacity_per_mm)).abs());
        for (a, b) in a.color.iter().zip(b.color) {
            steepest_color = steepest_color.max((a - b).abs());
        }
    }
    let [columns, rows, slices] = pass.volume.size().map(f64::from);
    let samples = 2.0 * (columns + rows + slices);
    let opacity = samples * (steepest_opacity / entry_units * units + 1.0 / 262_144.0);
    let surface = 2.0 * pass.transfer.shading.shininess * units / 100.0;
    255.0 * (opacity + steepest_color / entry_units * units + surface + 1.0 / 1024.0)
}

/// Holds a picture to the reference. Rounding makes one level of whatever is lacking, on as many values: on lavapipe none of the
/// pictures below differs.
fn check(engine: &mut Engine, name: &str, pass: &RenderingPass) {
    let colors = check_pixels(engine, name, pass);
    assert!(colors > 15, "{name}: only {colors} colours, a picture of nothing");
}

/// The same of a picture of which little may be left; how many colours it has.
fn check_pixels(engine: &mut Engine, name: &str, pass: &RenderingPass) -> usize {
    let drawn = engine.rendering_colors(pass).expect("a picture");
    let is_sure = sure_pixels(pass);
    let sure = |picture: &Raster<[u8; 3]>| {
        let pixels = picture.values.iter().zip(&is_sure).filter(|(_, is_sure)| **is_sure);
        let values: Vec<[u8; 3]> = pixels.map(|(color, _)| *color).collect();
        assert!(10 * values.len() >= 9 * picture.values.len(), "{name}: few pixels are compared");
        Raster { width: 1, height: 1, values }
    };
    let apart = Apart::between(&sure(&drawn), &sure(&cpu::rendering_colors(pass)));
    let levels = levels(pass);
    assert!(
        f64::from(apart.most) <= levels.ceil() && apart.most <= 2,
        "{name}: {apart:?}; allowed are {levels} levels"
    );
    assert!(apart.share <= 0.02, "{name}: {apart:?}");
    let colors: BTreeSet<_> = drawn.values.iter().collect();
    colors.len()
}

/// A transfer function over the upper half of the values of a volume.
fn stretched(transfer: &Transfer, volume: &Volume) -> Arc<Transfer> {
    let [low, high] = ends(volume).map(|value| volume.rescale().to_modality(StoredValue(value)).0);
    Arc::new(Transfer { low: f64::midpoint(low, high), high, ..transfer.clone() })
}

#[test]
fn pictures_are_those_of_the_reference() {
    let Some(mut engine) = engine() else { return };
    let cameras = [camera(0.0, 0.0), camera(37.0, 22.0), camera(-121.0, -63.0), camera(180.0, 90.0)];
    let lights = [AHEAD, [0.6, 0.5, 0.7], [-1.0, 0.2, 0.1]];
    let presets = ["bone", "cta", "lung", "skin", "mr-angio"];
    let mut choices = (0_usize..).map(|turn| {
        (
            cameras[turn % cameras.len()],
            lights[turn % lights.len()],
            shipped(presets[turn % presets.len()]),
            turn % 3,
        )
    });
    for (lies, map) in lying() {
        for (kind, volume) in kinds(&map) {
            for _ in 0..2 {
                let Some((camera, shine, transfer, cuts)) = choices.next() else { return };
                let transfer = stretched(&transfer, &volume);
                // None, one that cuts the middle, and a wedge with others that leave all.
                let cut = |x, y, z, point: [f64; 3]| ClipPlane {
                    point: Point::new(point[0], point[1], point[2]),
                    normal: Vector::new(x, y, z),
                };
                let mut clip = vec![
                    cut(1.0, 0.2, -0.1, [9.3, 8.1, 7.7]),
                    cut(-0.1, 1.0, 0.3, [9.3, 8.1, 7.7]),
                    cut(0.0, 0.01, -1.0, [0.0, 0.0, 21.3]),
                ];
                clip.truncate(cuts * (cuts + 1) / 2);
                let pass = without_ties(|aside| RenderingPass {
                    cuts: planes_of(&clip),
                    ..pass(&volume, camera, aside, (24, 21), &transfer, shine)
                });
                let name = format!("{lies} {kind}, {} {camera:?} {shine:?}, {cuts}", transfer.name);
                check(&mut engine, &name, &pass);
            }
        }
    }
}

/// Along outlines, from where they were drawn and from elsewhere; with planes, too, and as many as there may be.
#[test]
fn outlines_cut_as_the_reference_does() {
    let Some(mut engine) = engine() else { return };
    let (front, aside, above) = (camera(0.0, 0.0), camera(71.0, 12.0), camera(-30.0, 77.0));
    let many: Vec<_> = (0..8).map(|turn| (camera(f64::from(turn) * 21.0, 9.0), turn % 8 == 7)).collect();
    let choices = [
        vec![(front, false)],
        vec![(aside, true)],
        vec![(aside, true), (front, false), (above, false)],
        many,
    ];
    let mut looked = choices.iter().cycle();
    for (lies, map) in lying() {
        for (kind, volume) in kinds(&map).into_iter().step_by(2) {
            let Some(cameras) = looked.next() else { return };
            let transfer = stretched(&shipped("skin"), &volume);
            let mut cuts = scissors_of(&volume, cameras);
            if cameras.len() == 3 {
                let normal = Vector::new(1.0, 0.2, -0.1);
                cuts.add_planes(&[ClipPlane { point: Point::new(9.3, 8.1, 7.7), normal }]).expect("room");
            }
            for seen_from in [front, camera(37.0, 22.0)] {
                let pass = without_ties(|aside| RenderingPass {
                    cuts: cuts.clone(),
                    ..pass(&volume, seen_from, aside, (24, 21), &transfer, AHEAD)
                });
                let name = format!("{lies} {kind}, {} outlines, {seen_from:?}", cameras.len());
                assert!(check_pixels(&mut engine, &name, &pass) > 5, "{name}");
                let whole = RenderingPass { cuts: Cuts::default(), ..pass.clone() };
                let whole = engine.rendering_colors(&whole).expect("a picture");
                assert_ne!(
                    engine.rendering_colors(&pass).expect("a picture"),
                    whole,
                    "{name}: nothing is cut"
                );
            }
        }
    }
}

/// What is cut away and what is left make the whole: light that a thin volume takes is as much as the parts take, and a half has
/// half of it.
#[test]
fn halves_make_the_whole() {
    let Some(mut engine) = engine() else { return };
    let layer = |_| {
        let pixels = Pixels::Words { is_signed: false, words: vec![5; 1600] };
        let frame = Arc::new(Frame { rows: 40, columns: 40, pixels, cover: None });
        Some(Slice::Acquired(Layer { frame, modality: ModalityLut::IDENTITY, padding: None }))
    };
    let volume = stack((40, 40), (0..40).map(layer).collect(), 1.0);
    let text = "title = 'mist'\nopacity = [[0, 0.004], [9, 0.004]]\ncolor = [[0, 1, 1, 1], [9, 1, 1, 1]]\n\
                shading = { ambient = 1.0, diffuse = 0.0, specular = 0.0, shininess = 1 }";
    let mist = Arc::new(Transfer::parse("mist", text).expect("a transfer function"));
    let section = camera(0.0, 0.0).section(volume.middle());
    // The half to the left of the picture's middle, drawn from the front and from above.
    let half = [[-90.0, -90.0], [0.0, -90.0], [0.0, 90.0], [-90.0, 90.0]];
    let mut levels = |cuts: Cuts| {
        let pass =
            RenderingPass::new(Arc::clone(&volume), &section, 0.5, (100, 100), Arc::clone(&mist), AHEAD);
        let drawn = engine.rendering_colors(&RenderingPass { cuts, ..pass }).expect("a picture");
        drawn.values.iter().map(|[red, ..]| f64::from(*red)).sum::<f64>()
    };
    let whole = levels(Cuts::default());
    let brightest = 255.0 * (1.0 - 0.996_f64.powi(40)) * 6400.0;
    assert!((whole / brightest - 1.0).abs() < 0.02, "{whole} of {brightest}");
    for drawn_from in [camera(0.0, 0.0), camera(0.0, 90.0)] {
        for keeps_inside in [true, false] {
            let cut =
                ScissorCut::new(&drawn_from.section(volume.middle()), &half, keeps_inside).expect("a cut");
            let mut cuts = Cuts::default();
            cuts.add_scissor(Arc::new(cut)).expect("room");
            let share = levels(cuts) / whole;
            assert!((share - 0.5).abs() < 0.001, "{drawn_from:?} {keeps_inside}: {share}");
        }
    }
}

/// A picture that moves is that of a quarter of the pixels, in longer steps.
#[test]
fn a_moving_picture_is_what_it_says() {
    let Some(mut engine) = engine() else { return };
    for (_, volume) in sparse() {
        let pass = pass(&volume, camera(37.0, 22.0), 0.0123, (35, 31), &shipped("bone"), AHEAD);
        let moving = RenderingPass { is_moving: true, ..pass.clone() };
        let drawn = moving.drawn(Coarseness::FIRST);
        assert_eq!((drawn.view_size, drawn.step_mm.to_bits()), ((18, 16), (2.0 * pass.step_mm).to_bits()));
        let small = cpu::rendering_colors(&drawn);
        let enlarged = (0..31).flat_map(|y| (0..35).map(move |x| (x / 2, y / 2)));
        let values = enlarged.map(|(x, y)| small.values[y * 18 + x]).collect();
        let picture = engine.rendering_colors(&moving).expect("a picture");
        let apart = Apart::between(&picture, &Raster { width: 35, height: 31, values });
        assert!(apart.most <= 2 && apart.share <= 0.02, "{apart:?}");
        assert_ne!(picture, engine.rendering_colors(&pass).expect("a picture"));
    }
}

pub(super) fn stack((columns, rows): (u32, u32), slices: Vec<Option<Slice>>, spacing_mm: f64) -> Arc<Volume> {
    let axes = Map::from_axes(
        Vector::new(spacing_mm, 0.0, 0.0),
        Vector::new(0.0, spacing_mm, 0.0),
        Vector::new(0.0, 0.0, spacing_mm),
        Point::new(-100.0, 30.0, 60.0),
    );
    Arc::new(Volume::new((columns, rows), slices, axes).expect("a volume"))
}

/// The scalar check: light through glass of known thickness is what the law of Beer and Lambert says, in whatever steps.
#[test]
fn a_slab_of_known_thickness_takes_away_what_it_must() {
    let Some(mut engine) = engine() else { return };
    let layer = |_| {
        let pixels = Pixels::Words { is_signed: false, words: vec![5; 64] };
        let frame = Arc::new(Frame { rows: 8, columns: 8, pixels, cover: None });
        Some(Slice::Acquired(Layer { frame, modality: ModalityLut::IDENTITY, padding: None }))
    };
    // 20 planes, 2 mm apart.
    let volume = stack((8, 8), (0..20).map(layer).collect(), 2.0);
    for (opacity, step_mm, planes) in
        [(0.02, 1.0, 20), (0.02, 0.25, 20), (0.1, 0.5, 11), (0.005, 2.0, 20), (1.0, 1.0, 3)]
    {
        let text = format!(
            "title = 'glass'\nopacity = [[0, {opacity}], [9, {opacity}]]\n\
             color = [[0, 1, 0.5, 0.25], [9, 1, 0.5, 0.25]]\n\
             shading = {{ ambient = 0.25, diffuse = 0.75, specular = 0.5, shininess = 9 }}"
        );
        let transfer = Arc::new(Transfer::parse("glass", &text).expect("a transfer function"));
        // From the head; a plane cuts off all but so many planes.
        let cut = ClipPlane {
            point: Point::new(0.0, 0.0, 19.5 - f64::from(planes)),
            normal: Vector::new(0.0, 0.0, 1.0),
        };
        let section = camera(0.0, 90.0).section(volume.middle());
        let pass = RenderingPass::new(Arc::clone(&volume), &section, 1.1, (5, 5), transfer, AHEAD);
        // Samples lie in the middle of their share of the slab.
        let start = pass.ray(2, 2).start.xyz.z;
        let whole = ((start - 19.5) * 2.0 / step_mm).floor() * step_mm / 2.0;
        let shift = start - 19.5 - whole - step_mm / 4.0;
        let section = section.moved(2.0 * shift);
        let pass = RenderingPass {
            cuts: planes_of(&[cut]),
            step_mm,
            ..RenderingPass::new(Arc::clone(&volume), &section, 1.1, (5, 5), pass.transfer, AHEAD)
        };
        let truth = 1.0 - (1.0_f64 - opacity).powf(2.0 * f64::from(planes));
        let drawn = engine.rendering_colors(&pass).expect("a picture");
        for (drawn, share) in drawn.values[12].iter().zip([1.0, 0.5, 0.25]) {
            let exact = 255.0 * share * truth;
            assert!(
                (f64::from(*drawn) - exact).abs() <= 0.5 + 1e-2 + 255.0 / 1024.0,
                "{opacity} {step_mm}: {drawn} for {exact}"
            );
        }
    }
}

/// Noise that cannot be seen, with something in it that can, and a plane that was not received. Some of it lies behind the face
/// of a brick that shows nothing.
fn sparse() -> Vec<(&'static str, Arc<Volume>)> {
    let (columns, rows) = (41, 37);
    let slice = |plane: u32| {
        let noise = layer((columns, rows), plane, 200, false);
        let mut frame = (*noise.frame).clone();
        if let Pixels::Words { words, .. } = &mut frame.pixels {
            for (index, word) in (0_u32..).zip(words) {
                let near = |x: u32, y: u32, z: u32| {
                    (index % columns).abs_diff(x).max((index / columns).abs_diff(y)).max(plane.abs_diff(z))
                        < 3
                };
                let bright = [[7, 8, 16], [33, 20, 40], [16, 24, 8], [39, 1, 1], [19, 19, 27], [21, 5, 29]];
                if bright.iter().any(|[x, y, z]| near(*x, *y, *z)) {
                    *word = word.wrapping_add(1500);
                } else if near(30, 30, 12) {
                    *word = word.wrapping_add(380);
                }
            }
        }
        let modality = Rescale { slope: 1.0, intercept: -200.0 }.into();
        (plane != 21).then(|| Slice::Acquired(Layer { frame: Arc::new(frame), modality, padding: None }))
    };
    let volume =
        |axes| Arc::new(Volume::new((columns, rows), (0..45).map(slice).collect(), axes).expect("a volume"));
    lying().map(|(lies, axes)| (lies, volume(axes))).into()
}

/// A transfer function in which all is seen, though nothing more than before: no brick is left out then.
fn nowhere_clear(transfer: &Transfer) -> Arc<Transfer> {
    let mut all = transfer.clone();
    for entry in &mut all.entries {
        entry.opacity_per_mm = entry.opacity_per_mm.max(1e-12);
    }
    Arc::new(all)
}

#[test]
fn what_is_left_out_is_nothing_that_is_seen() {
    let Some(mut engine) = engine() else { return };
    for (lies, volume) in sparse() {
        for (azimuth, elevation) in [(0.0, 0.0), (0.01, -0.02), (33.7, 21.0), (-90.0, 0.0), (125.0, 80.0)] {
            let transfer = shipped("bone");
            let pass = pass(&volume, camera(azimuth, elevation), 0.0123, (148, 124), &transfer, AHEAD);
            let drawn = engine.rendering_colors(&pass).expect("a picture");
            let all = RenderingPass { transfer: nowhere_clear(&transfer), ..pass.clone() };
            let all = engine.rendering_colors(&all).expect("a picture");
            let apart = Apart::between(&drawn, &all);
            // What is all but clear still takes the last bit of some power.
            assert!(apart.most <= 1 && apart.share <= 0.001, "{lies} {azimuth} {elevation}: {apart:?}");
            if azimuth > 30.0 && azimuth < 40.0 {
                let exact = Apart::between(&drawn, &cpu::rendering_colors(&pass));
                assert!(exact.share <= 0.002, "{lies} {azimuth} {elevation}: {exact:?} from the reference");
            }
            let lit = drawn.values.iter().filter(|color| **color != [0; 3]).count();
            assert!(lit > 200 && lit < drawn.values.len() / 2, "{lies} {azimuth} {elevation}: {lit} pixels");
        }
    }
}

#[test]
fn colours_go_through_the_lattice_of_the_monitor() {
    let Some(mut engine) = engine() else { return };
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/icc/wide.icc");
    let profile = IccProfile::of_monitor(&std::fs::read(path).expect("a file")).expect("a profile");
    let monitor = Arc::new(ColorTransform::between(None, Some(&profile)).expect("a transform"));
    let [_, (_, volume), _] = <[_; 3]>::try_from(sparse()).expect("three");
    let plain = pass(&volume, camera(33.0, 21.0), 0.01, (37, 31), &shipped("bone"), AHEAD);
    let shown = RenderingPass { monitor: Some(Arc::clone(&monitor)), ..plain.clone() };
    let colors = engine.rendering_colors(&shown).expect("a picture");
    assert_eq!(colors, engine.rendering_colors(&plain).expect("a picture"), "the picture stays in sRGB");
    assert_eq!(engine.rendering_driving_levels(0, &plain).expect("levels"), colors);
    let expected: Vec<[u8; 3]> = colors.values.iter().map(|&color| monitor.at(color)).collect();
    assert_ne!(expected, colors.values);
    assert_eq!(engine.rendering_driving_levels(0, &shown).expect("levels").values, expected);
}

#[test]
fn nothing_is_drawn_twice_and_a_viewport_holds_one_picture() {
    let Some(mut engine) = engine() else { return };
    let [(_, volume), ..] = <[_; 3]>::try_from(sparse()).expect("three");
    let bone = pass(&volume, camera(0.0, 0.0), 0.01, (37, 31), &shipped("bone"), AHEAD);
    let cut = ClipPlane { point: Point::new(9.0, 0.0, 0.0), normal: Vector::new(1.0, 0.0, 0.0) };
    let others = [
        RenderingPass { transfer: shipped("skin"), ..bone.clone() },
        RenderingPass { cuts: planes_of(&[cut]), ..bone.clone() },
        RenderingPass { cuts: scissors_of(&bone.volume, &[(camera(0.0, 0.0), true)]), ..bone.clone() },
        RenderingPass { cuts: scissors_of(&bone.volume, &[(camera(0.0, 0.0), false)]), ..bone.clone() },
        pass(&volume, camera(1.0, 0.0), 0.01, (37, 31), &bone.transfer, AHEAD),
        pass(&volume, camera(0.0, 0.0), 0.01, (37, 31), &bone.transfer, [1.0, 0.0, 0.0]),
        RenderingPass { is_moving: true, ..bone.clone() },
        bone.clone(),
    ];
    let drawn = Prepared { is_drawn: true, is_complete: true };
    for pass in [&bone].into_iter().chain(&others) {
        assert_eq!(engine.prepare_rendering(SLOT, pass).expect("drawn"), drawn);
        let again = engine.prepare_rendering(SLOT, pass).expect("drawn");
        assert_eq!(again, Prepared { is_drawn: false, is_complete: true });
    }
    let frame = noise(8, 8, false);
    assert!(engine.prepare(SLOT, &one_to_one(&frame, soft_tissue()), &frame).expect("drawn").is_drawn);
    assert_eq!(engine.prepare_rendering(SLOT, &bone).expect("drawn"), drawn);
    assert_eq!((engine.usage().pictures, engine.usage().volumes), (1, 1));
    let nothing = RenderingPass { view_size: (0, 5), ..bone };
    assert!(!engine.prepare_rendering(SLOT, &nothing).expect("nothing to draw").is_drawn);
    assert_eq!(engine.usage().pictures, 0);
}

/// More transfer functions than the card keeps: the first is sent again, and its picture is as it was.
#[test]
fn a_lost_card_shows_no_rendering_from_before_and_another_takes_over() {
    let Some(_) = gpu("rendering") else { return };
    let [(_, volume), ..] = <[_; 3]>::try_from(sparse()).expect("three");
    let pass = pass(&volume, camera(20.0, 10.0), 0.01, (20, 20), &shipped("bone"), AHEAD);
    let card = || Gpu::headless().expect("a card");
    let gpu = card();
    let mut engine = Engine::headless(&gpu).expect("an engine");
    assert!(engine.prepare_rendering(SLOT, &pass).expect("drawn").is_drawn);
    gpu.device.destroy();
    Gpu::wait(&gpu.device).ok();
    assert_eq!(engine.prepare_rendering(SLOT, &pass), Err(GpuError::Lost));
    assert_eq!(engine.usage().pictures, 0, "no picture from before");
    let mut engine = Engine::headless(&card()).expect("an engine");
    assert!(engine.prepare_rendering(SLOT, &pass).expect("drawn").is_drawn);
}

#[test]
fn of_many_transfer_functions_each_has_its_picture() {
    let Some(mut engine) = engine() else { return };
    let [(_, volume), ..] = <[_; 3]>::try_from(sparse()).expect("three");
    let base = pass(&volume, camera(12.0, 9.0), 0.01, (37, 31), &shipped("bone"), AHEAD);
    let of = |number: u32| {
        let mut transfer = (*base.transfer).clone();
        for entry in &mut transfer.entries {
            entry.color[0] *= 1.0 - f64::from(number) / 40.0;
        }
        RenderingPass { transfer: Arc::new(transfer), ..base.clone() }
    };
    let mut picture = |number| engine.rendering_colors(&of(number)).expect("a picture").values;
    let first: Vec<_> = (0..20).map(&mut picture).collect();
    assert_eq!(first.iter().collect::<BTreeSet<_>>().len(), 20, "each is another picture");
    assert_eq!((0..20).map(picture).collect::<Vec<_>>(), first);
}

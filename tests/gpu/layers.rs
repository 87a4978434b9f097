//! A second volume over a picture: what the card draws of it against the reference in double precision, and what the two become on
//! the way to the panel.
//!
//! Two comparisons make the whole. The layer's own picture may differ by what `tests/gpu/reformat.rs` allows of its volume, and is
//! seen in the same pixels, unless its value lies within that of the floor. The picture on the panel is compared with what the
//! reference makes of the card's own P-values: to the bit at opacities whose products single precision holds, else within one
//! level, which is what a product rounded the other way at half a level makes.

use std::sync::Arc;

use hotlight::color::{Ink, Palettes};
use hotlight::dicom::{Cover, Frame, LookupTable};
use hotlight::geometry::{CardinalPlane, Image, Map, Patient, Point, Section, Vector, View, Voxel};
use hotlight::grayscale::{Curve, DisplayTable, GrayTransform, Polarity, Voi, VoiFunction};
use hotlight::render::gpu::{Engine, Prepared, Progress, Slot};
use hotlight::render::{
    CoverPass, LayerPass, Over, PixelTransform, Raster, ReformatPass, Sampling, SlicePass, cpu,
};
use hotlight::units::{Opacity, PValue};
use hotlight::volume::{Cuts, Layer, Projection, Slab, Slice, Volume};

use super::displays::panel;
use super::harness::{body, colors, gpu, noise, pass, scatter, soft_tissue, window};
use super::monitor_colors::monitor;
use super::reformat::{self, has_ties, kinds, lying, transform, units};
use super::surface::painted;

const SCREEN: u32 = 3;
const SLOT: Slot = Slot { screen: 1, viewport: 2 };

fn engine() -> Option<Engine> {
    gpu("layers").map(|gpu| Engine::headless(gpu).expect("an engine"))
}

/// A share from 0 to 1 that belongs to a number.
fn share(seed: u32, which: u32) -> f64 {
    f64::from(scatter(seed, 1000 + which)) / 65_535.0
}

fn one_of<T>(all: Vec<T>, seed: u32, which: u32) -> T {
    let index = usize::from(scatter(seed, which)) % all.len();
    all.into_iter().nth(index).expect("one of them")
}

/// The layers that a seed makes, over a view of the patient; none where a sample lies on the border of two voxels.
fn layer_of(seed: u32, patient_from_view: &Map<Patient, View>, view_size: (u32, u32)) -> Option<LayerPass> {
    // Coarser voxels than those below, turned and moved against them.
    let (_, volume) = one_of(kinds(&coarse(seed)), seed, 1);
    let projection = one_of(Projection::ALL.to_vec(), seed, 2);
    let slab = if seed.is_multiple_of(2) { Slab::PLANE } else { Slab::new(9.3, projection, 1.1) };
    let sampling = one_of(vec![Sampling::Nearest, Sampling::Linear, Sampling::Cubic], seed, 3);
    let table = LookupTable::new(0, (0..=u16::MAX).rev().collect(), 16).map(Arc::new).expect("a table");
    let curve = if seed.is_multiple_of(5) { Curve::of(&Voi::of_table(table), None) } else { None };
    let polarity = one_of(vec![Polarity::Identity, Polarity::Inverse], seed, 4);
    // Half of the values lie outside.
    let all = transform(&volume);
    let narrow = window(all.window.center(), all.window.width() / 2.0, VoiFunction::LinearExact);
    let transform =
        GrayTransform { modality: volume.rescale().into(), window: narrow, curve, polarity, padding: None };
    let palettes = Palettes::default();
    let palettes = palettes.all().to_vec();
    let opacity = [0.5, 1.0, 0.25, 0.3, 0.77][seed as usize % 5];
    let pass = LayerPass {
        voxel_from_view: *volume.voxel_from_patient() * *patient_from_view,
        volume,
        slab,
        sampling,
        transform,
        palette: one_of(palettes, seed, 5),
        monitor: None,
        opacity: Opacity::new(opacity).expect("a share"),
        is_floor_clear: seed.is_multiple_of(3),
    };
    (!has_ties(&as_section(&pass, view_size))).then_some(pass)
}

/// Voxels of 1.9 × 2.3 × 3.1 mm around where the others are, turned by what a registration might say.
fn coarse(seed: u32) -> Map<Patient, Voxel> {
    let [(_, map), ..] = lying();
    let middle = map * Point::new(11.0, 9.0, 8.0);
    let section = Section::cardinal(CardinalPlane::Axial, middle);
    let axis = Vector::new(share(seed, 1) - 0.5, share(seed, 2) - 0.5, 0.3);
    let turned = section.turned(axis, 40.0 * share(seed, 3) - 20.0);
    let (right, down, deep) = (turned.right() * 1.9, turned.down() * 2.3, turned.normal() * 3.1);
    // Its corner: a part of the picture has no layer.
    let origin = middle + right * (-3.0 - share(seed, 4)) + down * -4.0 + deep * -4.0;
    Map::from_axes(right, down, deep, origin)
}

/// The same the other way round: what a pass shows, half seen over another picture.
pub(crate) fn of_section(pass: &ReformatPass) -> LayerPass {
    LayerPass {
        volume: Arc::clone(&pass.volume),
        voxel_from_view: pass.voxel_from_view,
        slab: pass.slab,
        sampling: pass.sampling,
        transform: pass.transform.clone(),
        palette: Palettes::default().named("spring").cloned().expect("a palette"),
        monitor: None,
        opacity: Opacity::HALF,
        is_floor_clear: true,
    }
}

fn as_section(layer: &LayerPass, view_size: (u32, u32)) -> ReformatPass {
    ReformatPass {
        volume: Arc::clone(&layer.volume),
        view_size,
        voxel_from_view: layer.voxel_from_view,
        slab: layer.slab,
        cuts: Cuts::default(),
        sampling: layer.sampling,
        is_moving: false,
        transform: layer.transform.clone(),
        palette: None,
        monitor: None,
        layer: None,
    }
}

/// Holds the layer's own picture to the reference, and gives the card's.
fn check_p_values(
    engine: &mut Engine,
    name: &str,
    pass: &LayerPass,
    size: (u32, u32),
) -> Raster<Option<PValue>> {
    let drawn = engine.layer_p_values(pass, size).expect("a picture");
    let exact = cpu::layer_p_values(pass, size);
    let values = cpu::reformat_modality_values(&as_section(pass, size));
    let gray_window = pass.transform.window;
    let apart = units(&pass.volume, pass.sampling);
    let steps = apart * 65_535.0 / gray_window.width();
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "some steps")]
    let steps = steps.ceil() as u16 + 1;
    let floor = gray_window.center() - gray_window.width() / 2.0;
    for (index, (drawn, exact)) in drawn.values.iter().zip(&exact.values).enumerate() {
        match (drawn, exact) {
            (Some(drawn), Some(exact)) => {
                assert!(drawn.0.abs_diff(exact.0) <= steps, "{name}: {drawn:?} and {exact:?} at {index}");
            }
            (None, None) => {}
            _ => {
                let from_floor = (f64::from(values.values[index]) - floor).abs();
                assert!(from_floor <= apart, "{name}: {drawn:?} and {exact:?} at {index}, {from_floor}");
            }
        }
    }
    drawn
}

/// Holds levels on the panel to what the reference makes of a picture below and a layer's P-values.
fn check_levels(
    name: &str,
    pass: &LayerPass,
    (below, p_values): (&[[u8; 3]], &Raster<Option<PValue>>),
    levels: &[[u8; 3]],
) {
    let is_exact = [0.25, 0.5, 1.0].contains(&pass.opacity.share());
    let allowed = u8::from(!is_exact);
    let mixed = below.iter().zip(&p_values.values).map(|(below, p)| match p {
        Some(p) => pass.over(*p, below.map(f64::from)),
        None => *below,
    });
    for (index, (level, expected)) in levels.iter().zip(mixed).enumerate() {
        let apart = level.iter().zip(expected).map(|(level, expected)| level.abs_diff(expected)).max();
        assert!(apart <= Some(allowed), "{name}: {level:?} and not {expected:?} at {index}");
    }
    let seen = p_values.values.iter().flatten().count();
    let count = p_values.values.len();
    assert!(seen > count / 20, "{name}: nothing of the layer");
    assert!(seen < count, "{name}: nothing but the layer");
}

#[test]
fn layers_over_reformats() {
    let Some(mut engine) = engine() else { return };
    let table = DisplayTable::identity(256);
    engine.set_display(SCREEN, &table).expect("a table");
    let size = (29, 31);
    let mut compared = 0;
    for seed in 0..40 {
        let (lies, map) = one_of(lying().to_vec(), seed, 6);
        let (kind, volume) = one_of(kinds(&map), seed, 7);
        let plane =
            one_of(vec![CardinalPlane::Axial, CardinalPlane::Coronal, CardinalPlane::Sagittal], seed, 8);
        let aside = Vector::new(share(seed, 5), share(seed, 6), share(seed, 7));
        let section = Section::cardinal(plane, volume.middle() + aside);
        let slab = if seed.is_multiple_of(3) { Slab::new(5.0, Projection::Mean, 0.9) } else { Slab::PLANE };
        let below = ReformatPass::new(Arc::clone(&volume), &section, 0.87, size, slab, transform(&volume));
        let patient_from_view = section.patient_from_view(0.87, (29.0, 31.0));
        let Some(layer) = layer_of(seed, &patient_from_view, size) else { continue };
        let name = format!("{seed}: {lies} {kind} under {:?} {:?}", layer.palette, layer.opacity);
        let p_values = check_p_values(&mut engine, &name, &layer, size);
        let without = engine.reformat_driving_levels(SCREEN, false, &below).expect("levels");
        let fused = ReformatPass { layer: Some(Box::new(layer.clone())), ..below.clone() };
        let levels = engine.reformat_driving_levels(SCREEN, false, &fused).expect("levels");
        check_levels(&name, &layer, (&without.values, &p_values), &levels.values);
        assert_ne!(without, levels, "{name}");
        assert_eq!(
            engine.reformat_p_values(&fused).expect("gray"),
            engine.reformat_p_values(&below).expect("gray"),
            "{name}: the values below are what they were"
        );
        compared += 1;
    }
    assert!(compared >= 25, "only {compared} pictures");
}

#[test]
fn layers_over_images_of_gray_and_of_colour() {
    let Some(mut engine) = engine() else { return };
    engine.set_display(SCREEN, &DisplayTable::identity(256)).expect("a table");
    let frames = [
        (body(40, 33), soft_tissue()),
        (noise(40, 33, true), soft_tissue()),
        (colors(40, 33), PixelTransform::Color { is_inverted: false }),
    ];
    let palettes = Palettes::default();
    let mut compared = 0;
    for seed in 0..27 {
        let (frame, transform) = &frames[seed as usize % 3];
        let size = (37, 41);
        let step = 0.7 + 0.4 * share(seed, 8);
        let image = pass(frame, size, (step, step), (1.3, -0.7), Sampling::Linear, transform.clone());
        let palette = palettes.named("spring").cloned();
        let is_painted = seed % 9 == 1;
        let image = SlicePass { palette: palette.filter(|_| is_painted), ..image };
        let Some(layer) = layer_of(seed, &(patient_from_image() * image.image_from_view), size) else {
            continue;
        };
        let name = format!("{seed}: {:?} {:?}", layer.palette, layer.opacity);
        let p_values = check_p_values(&mut engine, &name, &layer, size);
        let without = engine.driving_levels(SCREEN, false, &image, frame).expect("levels");
        let fused = SlicePass { layer: Some(Box::new(layer.clone())), ..image };
        let levels = engine.driving_levels(SCREEN, false, &fused, frame).expect("levels");
        check_levels(&name, &layer, (&without.values, &p_values), &levels.values);
        compared += 1;
    }
    assert!(compared >= 15, "only {compared} pictures");
}

/// An image beside the voxels of [`coarse`].
fn patient_from_image() -> Map<Patient, Image> {
    let [(_, map), ..] = lying();
    let origin = map * Point::new(-3.0, -2.0, 5.0);
    let (right, down) = (Vector::new(0.8, 0.1, 0.0), Vector::new(-0.1, 0.8, 0.0));
    Map::from_axes(right, down, Vector::new(0.0, 0.0, 1.0), origin)
}

/// An image, and a layer over a part of it.
fn fused() -> (Arc<Frame>, SlicePass, LayerPass) {
    let (frame, size) = (body(40, 33), (37, 31));
    let image = pass(&frame, size, (1.0, 1.0), (1.0, 0.0), Sampling::Nearest, soft_tissue());
    let patient_from_view = patient_from_image() * image.image_from_view;
    let mut layers = (0..).filter_map(|seed| layer_of(seed, &patient_from_view, size));
    let layer = layers.find(|layer| !layer.is_floor_clear).expect("a layer");
    (frame, image, layer)
}

/// The picture below is seen as it is wherever nothing of the layer is: also on a calibrated monitor, and between its levels.
#[test]
fn what_is_clear_changes_nothing() {
    let Some(mut engine) = engine() else { return };
    engine.set_display(SCREEN, &DisplayTable::calibrated(&panel(400.0, 8))).expect("a table");
    let (frame, image, layer) = fused();
    let p_values = engine.layer_p_values(&layer, image.view_size).expect("a picture");
    for is_dithered in [false, true] {
        let mut levels = |opacity| {
            let layer = LayerPass { opacity, ..layer.clone() };
            let pass = SlicePass { layer: Some(Box::new(layer)), ..image.clone() };
            engine.driving_levels(SCREEN, is_dithered, &pass, &frame).expect("levels")
        };
        let [clear, half, full] = [Opacity::CLEAR, Opacity::HALF, Opacity::FULL].map(&mut levels);
        let without = engine.driving_levels(SCREEN, is_dithered, &image, &frame).expect("levels");
        assert_eq!(clear, without);
        let name = format!("dithered {is_dithered}");
        for (opacity, levels) in [(Opacity::HALF, &half), (Opacity::FULL, &full)] {
            let layer = LayerPass { opacity, ..layer.clone() };
            check_levels(&name, &layer, (&without.values, &p_values), &levels.values);
        }
    }
}

/// The palette's colours go to the monitor's, the gray below does not.
#[test]
fn colours_of_a_layer_are_those_of_the_monitor() {
    let Some(mut engine) = engine() else { return };
    let (frame, image, layer) = fused();
    let p_values = engine.layer_p_values(&layer, image.view_size).expect("a picture");
    let without = engine.driving_levels(SCREEN, false, &image, &frame).expect("levels");
    let on_monitor =
        LayerPass { monitor: Some(monitor("adobe.icc")), opacity: Opacity::HALF, ..layer.clone() };
    let mut levels = |layer: &LayerPass| {
        let pass = SlicePass { layer: Some(Box::new(layer.clone())), ..image.clone() };
        engine.driving_levels(SCREEN, false, &pass, &frame).expect("levels")
    };
    let drawn = levels(&on_monitor);
    check_levels("adobe", &on_monitor, (&without.values, &p_values), &drawn.values);
    assert_ne!(drawn, levels(&LayerPass { monitor: None, ..on_monitor }));
}

/// No layer shines through what a shutter hides or a plane marks.
#[test]
fn planes_and_shutters_lie_over_the_layer() {
    let Some(mut engine) = engine() else { return };
    let (frame, image, layer) = fused();
    let cells = (0..40 * 33).map(|index| match index % 40 {
        15..20 => Cover::SHUTTER,
        20..25 => 1,
        _ => 0,
    });
    let frame = Arc::new(Frame { cover: Some(Cover::new(cells.collect())), ..Frame::clone(&frame) });
    let cover =
        CoverPass { planes: vec![Over::gray(PValue::WHITE)], shutter: Some(Over::gray(PValue(0x1234))) };
    let covered = SlicePass { cover: Some(cover), ..image };
    let pass = covered.clone().under(LayerPass { opacity: Opacity::FULL, ..layer });
    let levels = engine.driving_levels(SCREEN, false, &pass, &frame).expect("levels").values;
    let under = Ink::of_gray(PValue(0x1234)).srgb();
    for (index, level) in levels.iter().enumerate() {
        // The view begins at the second column.
        match index % 37 + 1 {
            15..20 => assert_eq!(*level, under, "{index}"),
            20..25 => assert_eq!(*level, [255; 3], "{index}"),
            _ => {}
        }
    }
    assert!(levels.iter().any(|[red, green, _]| red != green), "a layer beside them");
}

fn told(is_drawn: bool, is_complete: bool) -> Prepared {
    Prepared { is_drawn, is_complete }
}

/// A viewport's layer is drawn when something of it changes, stays when only the picture below does, and goes with it.
#[test]
fn a_viewport_has_the_layer_of_its_pass_and_no_other() {
    let Some(gpu) = gpu("layers") else { return };
    let format = wgpu::TextureFormat::Rgba8Unorm;
    let mut engine = Engine::new(gpu, format, 1 << 26).expect("an engine");
    let (frame, image, layer) = fused();
    let with = |layer: &LayerPass| SlicePass { layer: Some(Box::new(layer.clone())), ..image.clone() };
    let half = with(&LayerPass { opacity: Opacity::HALF, ..layer.clone() });
    let full = with(&LayerPass { opacity: Opacity::FULL, ..layer.clone() });
    let palette = Palettes::default().named("winter").cloned().expect("a palette");
    let other = with(&LayerPass { palette, ..layer.clone() });
    let moved = layer.voxel_from_view;
    let origin = moved.origin() + moved.x_axis() * 3.0;
    let moved = Map::from_axes(moved.x_axis(), moved.y_axis(), moved.z_axis(), origin);
    let moved = with(&LayerPass { voxel_from_view: moved, ..layer.clone() });
    let darker =
        SlicePass { transform: PixelTransform::Gray(reformat::transform(&layer.volume)), ..half.clone() };
    for pass in [&image, &half, &full, &other, &moved, &darker, &half, &image] {
        assert_eq!(engine.prepare(SLOT, pass, &frame), Ok(told(true, true)));
        assert_eq!(engine.prepare(SLOT, pass, &frame), Ok(told(false, true)));
        let (_, pixels) = painted(&engine, gpu, format, (5, 3), image.view_size);
        let levels = engine.driving_levels(SLOT.screen, false, pass, &frame).expect("levels");
        for (index, level) in levels.values.iter().enumerate() {
            let at = 4 * ((3 + index / 37) * 64 + 5 + index % 37);
            assert_eq!(pixels.get(at..at + 3), Some(&level[..]), "{index}");
        }
    }
    // Under a section it goes the same way, and another kind of picture has none.
    let section = Section::cardinal(CardinalPlane::Axial, layer.volume.middle());
    let plain = ReformatPass::new(
        Arc::clone(&layer.volume),
        &section,
        1.0,
        image.view_size,
        Slab::PLANE,
        transform(&layer.volume),
    );
    let fused = ReformatPass { layer: half.layer.clone(), ..plain.clone() };
    let sections = [&plain, &fused, &plain, &fused]
        .map(|pass| engine.prepare_reformat(SLOT, pass).expect("drawn").is_drawn);
    assert_eq!(sections, [true; 4]);
    assert_eq!(engine.prepare_reformat(SLOT, &fused), Ok(told(false, true)));
    assert_eq!(engine.prepare(SLOT, &image, &frame), Ok(told(true, true)));
    let (_, pixels) = painted(&engine, gpu, format, (0, 0), image.view_size);
    assert!(
        pixels
            .as_chunks::<4>()
            .0
            .iter()
            .all(|[red, green, blue, _]| red == green && green == blue || (*red, *green) == (255, 0))
    );
}

/// A layer that has not come in full is hatched where it lacks, and says that more follows.
#[test]
fn a_large_layer_comes_in_parts() {
    let Some(mut engine) = engine() else { return };
    let (frame, image, layer) = fused();
    let plane: Layer = reformat::layer((1024, 1024), 0, 4096, true);
    let slices = (0..10).map(|_| Some(Slice::Acquired(plane.clone()))).collect();
    let volume = Volume::new((1024, 1024), slices, *layer.volume.patient_from_voxel()).expect("a volume");
    let layer = LayerPass { volume: Arc::new(volume), ..layer };
    let pass = SlicePass { layer: Some(Box::new(layer)), ..image };
    assert_eq!(engine.prepare(SLOT, &pass, &frame).expect("drawn"), told(true, false));
    let mut percents = Vec::new();
    while let Some(Progress::Loading(percent)) = engine.progress(SLOT) {
        percents.push(percent);
        std::thread::sleep(std::time::Duration::from_millis(1));
        let prepared = engine.prepare(SLOT, &pass, &frame).expect("drawn");
        assert_eq!(prepared.is_complete, engine.progress(SLOT).is_none());
    }
    assert!(percents.is_sorted() && percents.first() < Some(&50), "{percents:?}");
    assert_eq!(engine.progress(SLOT), None);
    assert_eq!(engine.prepare(SLOT, &pass, &frame).expect("drawn"), told(false, true));
}

/// Under a slab that moves a layer is drawn as coarsely.
#[test]
fn a_layer_moves_with_the_picture_below() {
    let Some(mut engine) = engine() else { return };
    let (_, image, layer) = fused();
    let layer = LayerPass { slab: Slab::new(8.0, Projection::Maximum, 0.5), opacity: Opacity::FULL, ..layer };
    let section = Section::cardinal(CardinalPlane::Axial, layer.volume.middle());
    let below = ReformatPass::new(
        Arc::clone(&layer.volume),
        &section,
        1.0,
        image.view_size,
        layer.slab,
        transform(&layer.volume),
    );
    let fused = ReformatPass { layer: Some(Box::new(layer)), is_moving: true, ..below };
    let moving = engine.reformat_driving_levels(SCREEN, false, &fused).expect("levels");
    let resting = ReformatPass { is_moving: false, ..fused };
    assert_ne!(moving, engine.reformat_driving_levels(SCREEN, false, &resting).expect("levels"));
    // Each pixel stands for four.
    let at = |x: usize, y: usize| moving.values.get(y * 37 + x);
    for (x, y) in (0..15).flat_map(|y| (0..18).map(move |x| (2 * x, 2 * y))) {
        assert!(
            [(1, 0), (0, 1), (1, 1)].iter().all(|(right, down)| at(x + right, y + down) == at(x, y)),
            "{x} {y}"
        );
    }
}

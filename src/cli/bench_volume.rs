//! `hotlight bench volume`: planes, slabs and renderings of a volume that is made at run time, on the card.

use std::sync::Arc;

use clap::Args;
use rayon::prelude::*;
use serde::Serialize;

use crate::app::Clock;
use crate::dicom::{Frame, Pixels};
use crate::geometry::{CardinalPlane, Map, Point, Section, Vector};
use crate::grayscale::{GrayTransform, ModalityLut, Polarity, Rescale, Window};
use crate::render::gpu::{Engine, Gpu, Prepared, Slot, Timer};
use crate::render::{Coarseness, ReformatPass, RenderingPass};
use crate::volume::{Layer, Projection, Slab, Slice, Transfer, Volume};

use super::{Failure, say};

/// Millimetres from voxel to voxel: that of a chest in 512 columns.
const SPACING_MM: f64 = 0.7;
const SLAB_MM: f64 = 20.0;
const SLOT: Slot = Slot { screen: 0, viewport: 0 };
/// What the volume may take on the card: the largest, twice.
const CARD_BYTES: u64 = 8 << 30;
/// Pictures after which what moves is as coarse as it has to be. The first makes the pipeline.
const LEARNING_RUNS: u32 = 8;

/// Arguments of `bench volume`.
#[derive(Args, Debug)]
pub(super) struct VolumeArgs {
    /// Runs of each measurement; the median counts.
    #[arg(long, value_name = "N", default_value_t = 7, value_parser = clap::value_parser!(u32).range(1..=100))]
    runs: u32,
    /// Voxels along each side of the volume.
    #[arg(long, value_name = "N", default_value_t = 512, value_parser = clap::value_parser!(u32).range(8..=1024))]
    side: u32,
    /// Only pictures whose names begin so.
    #[arg(long, value_name = "NAME")]
    only: Option<String>,
}

/// What is drawn.
enum Kind {
    Slab(Slab),
    Shaded(Arc<Transfer>),
}

enum Pass {
    Reformat(ReformatPass),
    Rendering(RenderingPass),
}

#[derive(Serialize)]
struct Report {
    adapter: String,
    runs: u32,
    /// Voxels along each side.
    side: u32,
    voxel_bytes: u64,
    /// On the card: voxels, and what their bricks hold.
    card_bytes: u64,
    /// From main memory to the card, all of it.
    upload_ms: f64,
    /// The longest of the pictures in which it was sent.
    upload_picture_ms: f64,
    pictures: Vec<Picture>,
    /// The most memory that the program had, where the system tells (Linux).
    peak_bytes: Option<u64>,
}

/// Medians, from the call to the picture on the card.
#[derive(Serialize)]
struct Picture {
    name: &'static str,
    width: u32,
    height: u32,
    /// None of a rendering.
    planes: Option<u32>,
    settled_ms: f64,
    /// By the card's own clock, without what is sent and waited for; none where it has no clock.
    settled_card_ms: Option<f64>,
    moving_ms: f64,
    /// The longest.
    moving_most_ms: f64,
    moving_card_ms: Option<f64>,
    /// How coarsely the last one that moved was drawn: device pixels along the side of a square that shows one.
    moving_pixels: u32,
    /// Planes or samples that one stands for.
    moving_steps: u32,
}

/// Of pictures one after another.
#[derive(Default)]
struct Times {
    wall_ms: Vec<f64>,
    card_ms: Vec<f64>,
}

pub(super) fn bench(clock: Clock, args: &VolumeArgs) -> Result<(), Failure> {
    let gpu = Gpu::headless().map_err(failure)?;
    let mut engine = Engine::headless_within(&gpu, CARD_BYTES).map_err(failure)?;
    engine.time_by_card();
    let volume = volume(args.side).ok_or_else(|| Failure::new("there is no volume"))?;
    let draw = |engine: &mut Engine, pass: &Pass| -> Result<(Prepared, f64), Failure> {
        let before = clock.elapsed_ms();
        let prepared = match pass {
            Pass::Reformat(pass) => engine.prepare_reformat(SLOT, pass),
            Pass::Rendering(pass) => engine.prepare_rendering(SLOT, pass),
        };
        let prepared = prepared.map_err(failure)?;
        Gpu::wait(&gpu.device).map_err(failure)?;
        Ok((prepared, clock.elapsed_ms() - before))
    };
    let (mut upload_ms, mut upload_picture_ms) = (0.0, 0.0_f64);
    loop {
        // Of a single device pixel, so that only what is sent counts.
        let (prepared, ms) = draw(&mut engine, &Kind::Slab(Slab::PLANE).pass(&volume, (1, 1), 0, false)?)?;
        upload_ms += ms;
        upload_picture_ms = upload_picture_ms.max(ms);
        if prepared.is_complete {
            break;
        }
    }
    let length_mm = f64::from(args.side) * SPACING_MM * libm::sqrt(3.0);
    let slab = |mm, projection| Slab::new(mm, projection, SPACING_MM);
    let preset = |name| Transfer::shipped().iter().find(|transfer| transfer.name == name).map(Arc::clone);
    let kinds = [
        ("oblique plane", 1024, Some(Kind::Slab(Slab::PLANE))),
        ("slab maximum", 1024, Some(Kind::Slab(slab(SLAB_MM, Projection::Maximum)))),
        ("slab minimum", 1024, Some(Kind::Slab(slab(SLAB_MM, Projection::Minimum)))),
        ("slab mean", 1024, Some(Kind::Slab(slab(SLAB_MM, Projection::Mean)))),
        ("whole maximum", 512, Some(Kind::Slab(slab(length_mm, Projection::Maximum)))),
        ("whole mean", 512, Some(Kind::Slab(slab(length_mm, Projection::Mean)))),
        ("shaded bone", 512, preset("bone").map(Kind::Shaded)),
        ("shaded skin", 512, preset("skin").map(Kind::Shaded)),
        ("shaded lung", 512, preset("lung").map(Kind::Shaded)),
    ];
    let mut pictures = Vec::new();
    for (name, side, kind) in kinds {
        let Some(kind) =
            kind.filter(|_| args.only.as_ref().is_none_or(|only| name.starts_with(only.as_str())))
        else {
            continue;
        };
        let mut times = |is_moving: bool| -> Result<Times, Failure> {
            // At rest the whole picture is drawn at once; what moves goes by the time that the one before took.
            engine.set_timer(is_moving.then(|| Timer::new(move || clock.elapsed_ms())));
            let learning = if is_moving { LEARNING_RUNS } else { 1 };
            let mut times = Times::default();
            for run in 0..learning + args.runs {
                let pass = kind.pass(&volume, (side, side), run, is_moving)?;
                let (_, ms) = draw(&mut engine, &pass)?;
                let card = engine.take_card_time().map_err(failure)?;
                if run >= learning {
                    times.wall_ms.push(ms);
                    times.card_ms.extend(card.map(|time| time.as_secs_f64() * 1000.0));
                }
            }
            Ok(times)
        };
        let (settled, moving) = (times(false)?, times(true)?);
        let coarseness = engine.coarseness(SLOT).unwrap_or(Coarseness::EXACT);
        let planes = match &kind {
            Kind::Slab(slab) => Some(slab.planes),
            Kind::Shaded(_) => None,
        };
        pictures.push(Picture {
            name,
            width: side,
            height: side,
            planes,
            settled_ms: at_share(settled.wall_ms, 0.5).unwrap_or(f64::NAN),
            settled_card_ms: at_share(settled.card_ms, 0.5),
            moving_ms: at_share(moving.wall_ms.clone(), 0.5).unwrap_or(f64::NAN),
            moving_most_ms: at_share(moving.wall_ms, 1.0).unwrap_or(f64::NAN),
            moving_card_ms: at_share(moving.card_ms, 0.5),
            moving_pixels: coarseness.pixels,
            moving_steps: coarseness.steps,
        });
    }
    let report = Report {
        adapter: gpu.adapter.to_string(),
        runs: args.runs,
        side: args.side,
        voxel_bytes: u64::from(args.side).pow(3) * 2,
        card_bytes: engine.usage().volume_bytes,
        upload_ms: rounded(upload_ms),
        upload_picture_ms: rounded(upload_picture_ms),
        pictures,
        peak_bytes: super::bench::peak_bytes(),
    };
    say(&serde_json::to_string_pretty(&report).map_err(failure)?);
    Ok(())
}

fn failure(error: impl std::fmt::Display) -> Failure {
    Failure::new(error.to_string())
}

/// What so large a share of the times do not exceed: 0.5 is the median, 1 the longest.
fn at_share(mut times: Vec<f64>, share: f64) -> Option<f64> {
    times.sort_unstable_by(f64::total_cmp);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "few"
    )]
    let place = (times.len() as f64 * share) as usize;
    times.get(place.min(times.len().saturating_sub(1))).copied().map(rounded)
}

fn rounded(ms: f64) -> f64 {
    (ms * 1000.0).round() / 1000.0
}

impl Kind {
    /// Double-oblique through the middle, so that the volume fills the picture, each run a little further.
    fn pass(
        &self,
        volume: &Arc<Volume>,
        view_size: (u32, u32),
        run: u32,
        is_moving: bool,
    ) -> Result<Pass, Failure> {
        let [x, y, z] = volume.size().map(|side| f64::from(side - 1) / 2.0);
        let middle = *volume.patient_from_voxel() * Point::new(x, y, z);
        let section = Section::cardinal(CardinalPlane::Coronal, middle)
            .turned(Vector::new(1.0, 0.0, 0.0), 27.0)
            .turned(Vector::new(0.0, 0.0, 1.0), 19.0)
            .moved(f64::from(run) * 0.31);
        let mm_per_pixel = 2.0 * x * SPACING_MM / f64::from(view_size.0);
        let volume = Arc::clone(volume);
        Ok(match self {
            Self::Slab(slab) => {
                let window = Window::spanning(-1000.0, 1000.0).map_err(failure)?;
                let transform = GrayTransform::new(ModalityLut::IDENTITY, window, Polarity::Identity);
                let pass = ReformatPass::new(volume, &section, mm_per_pixel, view_size, *slab, transform);
                Pass::Reformat(ReformatPass { is_moving, ..pass })
            }
            Self::Shaded(transfer) => {
                // Otherwise the picture would be there already: along the rays nothing changes.
                let section = section.turned(section.down(), f64::from(run) * 0.2);
                let (transfer, light) = (Arc::clone(transfer), [0.0, 0.0, 1.0]);
                let pass = RenderingPass::new(volume, &section, mm_per_pixel, view_size, transfer, light);
                Pass::Rendering(RenderingPass { is_moving, ..pass })
            }
        })
    }
}

/// A body of soft tissue with lungs, bones and bright vessels in air, and noise: signed words.
fn volume(side: u32) -> Option<Arc<Volume>> {
    let plane = |plane: u32| {
        let at = |index: u32| (f64::from(index) + 0.5) / f64::from(side) - 0.5;
        let words = (0..side * side).map(|index| {
            let (x, y, z) = (at(index % side), at(index / side), at(plane));
            let ball =
                |center: f64, radius: f64| (x.abs() - center).powi(2) + y * y + z * z < radius * radius;
            let tube = (x + 0.3 * z).powi(2) + (y - 0.2 * z).powi(2) < 0.0009;
            let bone = x * x + (y - 0.3).powi(2) < 0.0025;
            let body = x * x / 0.2 + y * y / 0.14 < 1.0;
            let value = match (body, bone, tube, ball(0.2, 0.15)) {
                (false, ..) => -1000,
                (true, true, ..) => 700,
                (true, false, true, _) => 350,
                (true, false, false, true) => -850,
                (true, false, false, false) => 40,
            };
            let noise = (index ^ plane.rotate_left(16)).wrapping_mul(0x9E37_79B1) >> 27;
            let noise = i16::try_from(noise).unwrap_or_default() - 16;
            (value + noise).cast_unsigned()
        });
        let pixels = Pixels::Words { is_signed: true, words: words.collect() };
        let frame = Arc::new(Frame { rows: side, columns: side, pixels, cover: None });
        let modality = Rescale::IDENTITY.into();
        Some(Slice::Acquired(Layer { frame, modality, padding: None }))
    };
    let slices = (0..side).into_par_iter().map(plane).collect();
    let axes = Map::from_axes(
        Vector::new(SPACING_MM, 0.0, 0.0),
        Vector::new(0.0, SPACING_MM, 0.0),
        Vector::new(0.0, 0.0, SPACING_MM),
        Point::new(0.0, 0.0, 0.0),
    );
    Volume::new((side, side), slices, axes).map(Arc::new)
}

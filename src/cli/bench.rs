//! `hotlight bench`: the project's own timing runs, as JSON. Ratios in one run: machines are noisy.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;
use rayon::prelude::*;
use serde::Serialize;

use crate::app::Clock;
use crate::dicom::{Frame, LookupTable, Pixels, read_frame};
use crate::grayscale::{Curve, GrayTable, GrayTransform, ModalityLut, Polarity, Voi, VoiFunction, Window};
use crate::phantom::Phantom;
use crate::render::gpu::{Engine, Gpu};
use crate::render::{PixelTransform, SlicePass, cpu, slice_pass};
use crate::session::{Applied, Look, View};
use crate::study::Image;

use super::bench_archive::{self, ArchiveArgs};
use super::bench_graphics::{self, Graphics};
use super::bench_hanging::{self, HangingArgs};
use super::bench_soak::{self, SoakArgs};
use super::bench_volume::{self, VolumeArgs};
use super::{Failure, input, say};

/// Arguments of `bench`.
#[derive(Args, Debug)]
#[command(args_conflicts_with_subcommands = true)]
pub(super) struct BenchArgs {
    #[command(subcommand)]
    part: Option<Part>,
    #[command(flatten)]
    all: PartArgs,
}

/// One part alone, so that its memory is its own.
#[derive(clap::Subcommand, Debug)]
enum Part {
    /// Only the headers, up to studies.
    Index(PartArgs),
    /// Only headers and pixels, every image into one volume; with the most memory that it took.
    Read(PartArgs),
    /// Planes and slabs through a volume that is made for it, on the graphics adapter.
    Volume(VolumeArgs),
    /// Objects to and from archives by us and by dcmtk, which has to be installed.
    Archive(ArchiveArgs),
    /// Scrolling with graphics of presentation states, on the graphics adapter.
    Graphics {
        /// Runs of each measurement; the fastest counts.
        #[arg(long, value_name = "N", default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..=100))]
        runs: u32,
    },
    /// Hanging a study of 10,000 images by 500 protocols.
    Hanging(HangingArgs),
    /// A day of reading in minutes, with damaged files and an archive that drops connections: what it takes of the machine must
    /// level off.
    Soak(SoakArgs),
}

#[derive(Args, Debug)]
struct PartArgs {
    /// Files and folders; the built-in phantom without any.
    #[arg(value_name = "INPUT")]
    inputs: Vec<PathBuf>,
    /// Runs of each measurement; the fastest counts.
    #[arg(long, value_name = "N", default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..=100))]
    runs: u32,
}

/// What was measured: the fastest of all runs, files in the page cache.
#[derive(Serialize)]
struct Report {
    images: usize,
    file_bytes: u64,
    runs: u32,
    threads: usize,
    /// Reading every byte of every file, one after another: the floor.
    cat_ms: f64,
    /// Reading and understanding every header, up to studies.
    index_ms: f64,
    index_over_cat: f64,
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    read: Option<Read>,
    /// From a folder to the first picture in memory: index, one frame, one picture by the processor.
    #[serde(skip_serializing_if = "Option::is_none")]
    first_image_ms: Option<f64>,
    /// The picture at 1024×1024, interpolated.
    #[serde(skip_serializing_if = "Option::is_none")]
    draw: Option<Draw>,
    /// What a change of the window costs before it is drawn: the chain for each of 65,536 words.
    #[serde(skip_serializing_if = "Option::is_none")]
    gray_table: Option<GrayTables>,
    /// Scrolling the phantom with and without a presentation state of many graphics; absent without a graphics adapter.
    #[serde(skip_serializing_if = "Option::is_none")]
    graphics: Option<Graphics>,
}

#[derive(Serialize)]
struct GrayTables {
    #[serde(rename = "linear_ms")]
    linear: f64,
    #[serde(rename = "sigmoid_ms")]
    sigmoid: f64,
    /// Modality LUT, VOI LUT and presentation LUT, each of as many entries as there can be.
    #[serde(rename = "lookup_tables_ms")]
    lookup_tables: f64,
}

#[derive(Serialize)]
struct Read {
    /// Decoding every image into one volume.
    #[serde(rename = "read_ms")]
    ms: f64,
    #[serde(rename = "read_over_cat")]
    over_cat: f64,
    /// Bytes of the volume.
    voxel_bytes: u64,
    /// The most memory that the program had by then, where the system tells (Linux).
    peak_bytes: Option<u64>,
}

#[derive(Serialize)]
struct Draw {
    cpu_ms: f64,
    /// Absent without a graphics adapter.
    gpu_ms: Option<f64>,
    adapter: Option<String>,
}

pub(super) fn bench(clock: Clock, args: &BenchArgs) -> Result<(), Failure> {
    let (args, has_read, has_all) = match &args.part {
        None => (&args.all, true, true),
        Some(Part::Index(args)) => (args, false, false),
        Some(Part::Read(args)) => (args, true, false),
        Some(Part::Volume(args)) => return bench_volume::bench(clock, args),
        Some(Part::Archive(args)) => return print(&bench_archive::archive(clock, args)?),
        Some(Part::Graphics { runs }) => return print(&bench_graphics::graphics(clock, *runs)?),
        Some(Part::Hanging(args)) => return print(&bench_hanging::hanging(clock, args)?),
        Some(Part::Soak(args)) => {
            let report = bench_soak::soak(clock, args)?;
            print(&report)?;
            let failures = report.failures();
            return if failures.is_empty() { Ok(()) } else { Err(Failure::of_lines(failures)) };
        }
    };
    let phantom;
    let inputs = if args.inputs.is_empty() {
        phantom = tempfile::TempDir::new().map_err(|error| Failure::new(error.to_string()))?;
        Phantom::chest_ct().write_into(phantom.path()).map_err(|error| Failure::new(error.to_string()))?;
        vec![phantom.path().to_path_buf()]
    } else {
        args.inputs.clone()
    };
    let fastest = |work: &mut dyn FnMut() -> Result<(), Failure>| -> Result<f64, Failure> {
        let mut best = f64::INFINITY;
        for _ in 0..args.runs {
            let before = clock.elapsed_ms();
            work()?;
            best = best.min(clock.elapsed_ms() - before);
        }
        Ok((best * 1000.0).round() / 1000.0)
    };
    let (library, outcome) = input::read(&inputs);
    outcome?;
    let images: Vec<Image> =
        library.display_sets().flat_map(|(_, _, set)| set.images.iter().cloned()).collect();
    let (cat_ms, file_bytes) = cat(&images, &fastest)?;
    let index_ms = fastest(&mut || input::read(&inputs).1)?;
    let ratio = |ms: f64| (ms / cat_ms * 1000.0).round() / 1000.0;
    let read = if has_read { Some(read(&images, &fastest, ratio)?) } else { None };
    let report = Report {
        images: images.len(),
        file_bytes,
        runs: args.runs,
        threads: rayon::current_num_threads(),
        cat_ms,
        index_ms,
        index_over_cat: ratio(index_ms),
        read,
        first_image_ms: if has_all { Some(fastest(&mut || first_image(&inputs))?) } else { None },
        draw: if has_all { Some(draw(&images, &fastest)?) } else { None },
        gray_table: if has_all { Some(gray_tables(&fastest)?) } else { None },
        graphics: if has_all && Gpu::headless().is_ok() {
            Some(bench_graphics::graphics(clock, args.runs)?)
        } else {
            None
        },
    };
    print(&report)
}

fn print(report: &impl Serialize) -> Result<(), Failure> {
    say(&serde_json::to_string_pretty(report).map_err(|error| Failure::new(error.to_string()))?);
    Ok(())
}

/// Reads every file from its first byte to its last; gives the time and the bytes.
fn cat(images: &[Image], fastest: &Fastest<'_>) -> Result<(f64, u64), Failure> {
    let files: BTreeSet<&Path> = images.iter().map(|image| &**image.instance.source.path.reveal()).collect();
    let mut file_bytes = 0;
    let mut buffer = vec![0; 1 << 17];
    let cat_ms = fastest(&mut || {
        file_bytes = 0;
        for path in &files {
            let mut file = File::open(path).map_err(|error| Failure::new(error.to_string()))?;
            loop {
                let count = file.read(&mut buffer).map_err(|error| Failure::new(error.to_string()))?;
                if count == 0 {
                    break;
                }
                file_bytes += count as u64;
            }
        }
        Ok(())
    })?;
    Ok((cat_ms, file_bytes))
}

/// Decodes all images into one block of memory, side by side.
fn read(images: &[Image], fastest: &Fastest<'_>, ratio: impl Fn(f64) -> f64) -> Result<Read, Failure> {
    let largest = images.iter().map(|image| image.instance.decoded_frame_bytes()).max().unwrap_or(0);
    let largest = usize::try_from(largest).map_err(|error| Failure::new(error.to_string()))?;
    let read_ms = fastest(&mut || {
        let mut volume = vec![0_u8; largest * images.len()];
        let slots = volume.par_chunks_mut(largest.max(1)).zip(images);
        slots.try_for_each(|(slot, image)| {
            let frame =
                read_frame(&image.instance, image.frame).map_err(|why| Failure::new(why.to_string()))?;
            let bytes: &[u8] = match &frame.pixels {
                Pixels::Words { words, .. } => bytemuck::cast_slice(words),
                Pixels::Reals(reals) => bytemuck::cast_slice(reals.values()),
                Pixels::Color(colors) => bytemuck::cast_slice(colors),
            };
            if let Some(slot) = slot.get_mut(..bytes.len()) {
                slot.copy_from_slice(bytes);
            }
            Ok(())
        })?;
        std::hint::black_box(&volume);
        Ok(())
    })?;
    Ok(Read {
        ms: read_ms,
        over_cat: ratio(read_ms),
        voxel_bytes: (largest * images.len()) as u64,
        peak_bytes: peak_bytes(),
    })
}

/// The most memory that this process ever had.
pub(super) fn peak_bytes() -> Option<u64> {
    peak_bytes_of("self")
}

/// `VmHWM`: the most memory that a process ever had, by its number.
pub(super) fn peak_bytes_of(process: &str) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    Some(line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok()? * 1024)
}

fn first_image(inputs: &[PathBuf]) -> Result<(), Failure> {
    let (library, outcome) = input::read(inputs);
    outcome?;
    let (_, _, set) = library.display_sets().next().ok_or_else(|| Failure::new("there is no image"))?;
    let image = set.images.get(set.images.len() / 2).ok_or_else(|| Failure::new("there is no image"))?;
    let header = &image.instance.image;
    let frame = read_frame(&image.instance, image.frame).map_err(|why| Failure::new(why.to_string()))?;
    let pass = slice_pass(
        image,
        &frame,
        &View::default(),
        &Look::default(),
        &Applied::NONE,
        (header.columns, header.rows),
    );
    let pass = pass.ok_or_else(|| Failure::new("the image makes no picture"))?;
    draw_by_cpu(&pass, &frame);
    Ok(())
}

fn draw_by_cpu(pass: &SlicePass, frame: &Frame) {
    match pass.transform {
        PixelTransform::Gray(_) => drop(std::hint::black_box(cpu::p_values(pass, frame))),
        PixelTransform::Color { .. } => drop(std::hint::black_box(cpu::colors(pass, frame))),
    }
}

fn gray_tables(fastest: &Fastest<'_>) -> Result<GrayTables, Failure> {
    let window = |function| Window::with_function(32_768.0, 65_536.0, function);
    let table = LookupTable::new(0, (0..=u16::MAX).rev().collect(), 16).map(Arc::new);
    let table = table.ok_or_else(|| Failure::new("there is no table"))?;
    let time = |gray: GrayTransform| {
        fastest(&mut || {
            std::hint::black_box(GrayTable::of(&gray, true));
            Ok(())
        })
    };
    let by_window = |function| {
        let window = window(function).map_err(|error| Failure::new(error.to_string()))?;
        time(GrayTransform::new(ModalityLut::IDENTITY, window, Polarity::Identity))
    };
    let voi = Voi::of_table(Arc::clone(&table));
    let curve = Curve::of(&voi, Some(&table));
    let gray = GrayTransform::new(ModalityLut::Table(table), voi.window, Polarity::Inverse);
    Ok(GrayTables {
        linear: by_window(VoiFunction::Linear)?,
        sigmoid: by_window(VoiFunction::Sigmoid)?,
        lookup_tables: time(GrayTransform { curve, ..gray })?,
    })
}

/// Times one kind of work; gives the fastest run in milliseconds.
type Fastest<'a> = dyn Fn(&mut dyn FnMut() -> Result<(), Failure>) -> Result<f64, Failure> + 'a;

fn draw(images: &[Image], fastest: &Fastest<'_>) -> Result<Draw, Failure> {
    let image = images.first().ok_or_else(|| Failure::new("there is no image"))?;
    let frame = read_frame(&image.instance, image.frame).map_err(|why| Failure::new(why.to_string()))?;
    let frame = Arc::new(frame);
    let pass = slice_pass(image, &frame, &View::default(), &Look::default(), &Applied::NONE, (1024, 1024));
    let pass = pass.ok_or_else(|| Failure::new("the image makes no picture"))?;
    let cpu_ms = fastest(&mut || {
        draw_by_cpu(&pass, &frame);
        Ok(())
    })?;
    let Ok(gpu) = Gpu::headless() else { return Ok(Draw { cpu_ms, gpu_ms: None, adapter: None }) };
    let mut engine = Engine::headless(&gpu).map_err(|error| Failure::new(error.to_string()))?;
    let gpu_ms = fastest(&mut || {
        let drawn = match pass.transform {
            PixelTransform::Gray(_) => engine.p_values(&pass, &frame).map(drop),
            PixelTransform::Color { .. } => engine.colors(&pass, &frame).map(drop),
        };
        drawn.map_err(|error| Failure::new(error.to_string()))
    })?;
    Ok(Draw { cpu_ms, gpu_ms: Some(gpu_ms), adapter: Some(gpu.adapter.to_string()) })
}

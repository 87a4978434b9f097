//! `hotlight bench`: the project's own timing runs, as JSON. Ratios in one run: machines are noisy.

use std::fs;
use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
use rayon::prelude::*;
use serde::Serialize;

use crate::app::Clock;
use crate::dicom::read_frame;
use crate::phantom::Phantom;
use crate::render::gpu::{Engine, Gpu};
use crate::render::{cpu, slice_pass};
use crate::session::{Look, View};
use crate::study::Image;

use super::{Failure, input, say};

/// Arguments of `bench`.
#[derive(Args, Debug)]
pub(super) struct BenchArgs {
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
    /// Decoding every frame to stored values.
    read_ms: f64,
    /// From a folder to the first picture in memory: index, one frame, one picture by the processor.
    first_image_ms: f64,
    index_over_cat: f64,
    read_over_cat: f64,
    /// The picture at 1024×1024, interpolated.
    draw: Draw,
}

#[derive(Serialize)]
struct Draw {
    cpu_ms: f64,
    /// Absent without a graphics adapter.
    gpu_ms: Option<f64>,
    adapter: Option<String>,
}

pub(super) fn bench(clock: Clock, args: &BenchArgs) -> Result<(), Failure> {
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
    let failed = |why: String| Failure::new(why);
    let mut file_bytes = 0;
    let cat_ms = fastest(&mut || {
        file_bytes = 0;
        for image in &images {
            let bytes = fs::read(image.instance.path.reveal()).map_err(|error| failed(error.to_string()))?;
            file_bytes += bytes.len() as u64;
        }
        Ok(())
    })?;
    let index_ms = fastest(&mut || input::read(&inputs).1)?;
    let read_ms = fastest(&mut || {
        let read = |image: &Image| read_frame(&image.instance, image.frame).map(|frame| frame.bytes());
        let bytes: Result<Vec<u64>, _> = images.par_iter().map(read).collect();
        bytes.map(|_bytes| ()).map_err(|why| failed(why.to_string()))
    })?;
    let first_image_ms = fastest(&mut || first_image(&inputs))?;
    let draw = draw(&images, &fastest)?;
    let ratio = |ms: f64| (ms / cat_ms * 1000.0).round() / 1000.0;
    let report = Report {
        images: images.len(),
        file_bytes,
        runs: args.runs,
        threads: rayon::current_num_threads(),
        cat_ms,
        index_ms,
        read_ms,
        first_image_ms,
        index_over_cat: ratio(index_ms),
        read_over_cat: ratio(read_ms),
        draw,
    };
    say(&serde_json::to_string_pretty(&report).map_err(|error| failed(error.to_string()))?);
    Ok(())
}

fn first_image(inputs: &[PathBuf]) -> Result<(), Failure> {
    let (library, outcome) = input::read(inputs);
    outcome?;
    let (_, _, set) = library.display_sets().next().ok_or_else(|| Failure::new("there is no image"))?;
    let image = set.images.get(set.images.len() / 2).ok_or_else(|| Failure::new("there is no image"))?;
    let header = &image.instance.image;
    let frame = read_frame(&image.instance, image.frame).map_err(|why| Failure::new(why.to_string()))?;
    let pass = slice_pass(image, &View::default(), &Look::default(), (header.columns, header.rows));
    let pass = pass.ok_or_else(|| Failure::new("the image makes no picture"))?;
    std::hint::black_box(cpu::p_values(&pass, &frame));
    Ok(())
}

/// Times one kind of work; gives the fastest run in milliseconds.
type Fastest<'a> = dyn Fn(&mut dyn FnMut() -> Result<(), Failure>) -> Result<f64, Failure> + 'a;

fn draw(images: &[Image], fastest: &Fastest<'_>) -> Result<Draw, Failure> {
    let image = images.first().ok_or_else(|| Failure::new("there is no image"))?;
    let frame = read_frame(&image.instance, image.frame).map_err(|why| Failure::new(why.to_string()))?;
    let frame = Arc::new(frame);
    let pass = slice_pass(image, &View::default(), &Look::default(), (1024, 1024));
    let pass = pass.ok_or_else(|| Failure::new("the image makes no picture"))?;
    let cpu_ms = fastest(&mut || {
        std::hint::black_box(cpu::p_values(&pass, &frame));
        Ok(())
    })?;
    let Ok(gpu) = Gpu::headless() else { return Ok(Draw { cpu_ms, gpu_ms: None, adapter: None }) };
    let mut engine = Engine::headless(&gpu).map_err(|error| Failure::new(error.to_string()))?;
    let gpu_ms = fastest(&mut || {
        let picture = engine.p_values(&pass, &frame).map_err(|error| Failure::new(error.to_string()))?;
        std::hint::black_box(picture);
        Ok(())
    })?;
    Ok(Draw { cpu_ms, gpu_ms: Some(gpu_ms), adapter: Some(gpu.adapter.to_string()) })
}

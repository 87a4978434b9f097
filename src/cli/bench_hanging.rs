//! `hotlight bench hanging`: how long a large study takes to hang by many protocols: its facts, the choice, and what stands where.

use std::path::Path;

use clap::Args;
use dicom_dictionary_std::{tags, uids};
use serde::Serialize;

use crate::app::Clock;
use crate::dicom::Writer;
use crate::hanging::{Level, ProtocolFile, Protocols, Situation, StudyFacts, hang, shipped};

use super::{Failure, input};

const SERIES: u16 = 40;
const IMAGES: u16 = 250;
const PROTOCOLS: usize = 500;

/// What the reader is not to wait for, milliseconds.
const AIM_MS: f64 = 20.0;

/// Kernels of series, which protocols tell apart.
const KERNELS: [&str; 4] = ["B30f", "B60f", "Br40d", "Hr60"];

/// Arguments of `bench hanging`.
#[derive(Args, Debug)]
pub(super) struct HangingArgs {
    /// Runs of each measurement; the median counts.
    #[arg(long, value_name = "N", default_value_t = 25, value_parser = clap::value_parser!(u32).range(1..=1000))]
    runs: u32,
}

#[derive(Serialize)]
pub(super) struct Report {
    series: u16,
    images: usize,
    protocols: usize,
    runs: u32,
    /// What protocols can ask of the study.
    facts_ms: f64,
    /// Which protocol is taken, and what stands where.
    hang_ms: f64,
    /// Both, each run by itself.
    both_ms: f64,
    aim_ms: f64,
    is_reached: bool,
}

pub(super) fn hanging(clock: Clock, args: &HangingArgs) -> Result<Report, Failure> {
    let failure = |error: &dyn std::fmt::Display| Failure::new(error.to_string());
    let folder = tempfile::TempDir::new().map_err(|error| failure(&error))?;
    for series in 1..=SERIES {
        write_series(folder.path(), series)?;
    }
    let (library, outcome) = input::read(&[folder.path().to_path_buf()]);
    outcome?;
    let study = library.studies().first().ok_or_else(|| Failure::new("there is no study"))?;
    let (protocols, errors) = Protocols::read(&files());
    if let Some(error) = errors.first() {
        return Err(failure(error));
    }
    let (mut facts_ms, mut hang_ms, mut both_ms) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..args.runs {
        let begun = clock.elapsed_ms();
        let facts = StudyFacts::of(study);
        let made = clock.elapsed_ms();
        let situation = Situation { current: &facts, priors: &[], screens: 1, chosen: None };
        let hung = std::hint::black_box(hang(&protocols, situation));
        let done = clock.elapsed_ms();
        if hung.winner.is_none() {
            return Err(Failure::new("no protocol fits"));
        }
        facts_ms.push(made - begun);
        hang_ms.push(done - made);
        both_ms.push(done - begun);
    }
    let both_ms = median(both_ms);
    Ok(Report {
        series: SERIES,
        images: library.display_sets().map(|(.., set)| set.images.len()).sum(),
        protocols: protocols.iter().count(),
        runs: args.runs,
        facts_ms: median(facts_ms),
        hang_ms: median(hang_ms),
        both_ms,
        aim_ms: AIM_MS,
        is_reached: both_ms < AIM_MS,
    })
}

fn median(mut all: Vec<f64>) -> f64 {
    all.sort_by(f64::total_cmp);
    let middle = all.get(all.len() / 2).copied().unwrap_or(f64::NAN);
    (middle * 1000.0).round() / 1000.0
}

/// The shipped protocols over and over, as if a site had them under names of its own.
fn files() -> Vec<ProtocolFile> {
    let named = |(number, file): (usize, ProtocolFile)| ProtocolFile {
        id: format!("{}-{number}", file.id),
        level: Level::Site,
        ..file
    };
    shipped().into_iter().cycle().take(PROTOCOLS).enumerate().map(named).collect()
}

/// A series of axial images of a chest, a millimetre apart, with the least that an image is.
fn write_series(folder: &Path, series: u16) -> Result<(), Failure> {
    let kernel = KERNELS[usize::from(series) % KERNELS.len()];
    for image in 1..=IMAGES {
        let path = folder.join(format!("{series}-{image}"));
        let written = Writer::new(uids::CT_IMAGE_STORAGE, &format!("2.25.1.{series}.{image}"))
            .text(tags::STUDY_INSTANCE_UID, "2.25.1")
            .text(tags::SERIES_INSTANCE_UID, &format!("2.25.1.{series}"))
            .text(tags::FRAME_OF_REFERENCE_UID, "2.25.1.0")
            .text(tags::STUDY_DATE, "20260302")
            .text(tags::STUDY_DESCRIPTION, "CT Chest")
            .text(tags::SERIES_DESCRIPTION, &format!("axial {kernel}"))
            .text(tags::MODALITY, "CT")
            .text(tags::BODY_PART_EXAMINED, "THORAX")
            .text(tags::CONVOLUTION_KERNEL, kernel)
            .number(tags::SERIES_NUMBER, series)
            .number(tags::INSTANCE_NUMBER, image)
            .decimals(tags::SLICE_THICKNESS, &[1.0])
            .decimals(tags::IMAGE_POSITION_PATIENT, &[0.0, 0.0, f64::from(image)])
            .decimals(tags::IMAGE_ORIENTATION_PATIENT, &[1.0, 0.0, 0.0, 0.0, 1.0, 0.0])
            .decimals(tags::PIXEL_SPACING, &[1.0, 1.0])
            .gray_16(4, 4, false)
            .pixels(&[7; 16])
            .write_to(&path);
        written.map_err(|error| Failure::new(error.to_string()))?;
    }
    Ok(())
}

//! The two plots of a report: luminance and contrast over levels, each with what the GSDF asks for. PS3.14 7.1, TG18 4.3.

use crate::calibration::{Certificate, Evaluation, Quantity};
use crate::grayscale::gsdf;
use crate::units::{CdPerM2, Jnd};

use super::faces::Ink;
use super::plot::{Axis, Plot, Sign, no_plot};
use super::sheet::{MARGIN, Sheet, WIDTH};

/// Both stand side by side.
const SIZE: [f64; 2] = [WIDTH / 2.0 - 5.0, 176.0];

/// The darkest luminance of an axis, cd/m².
const DARKEST: f64 = 1e-3;

/// More measured levels than these are a line in place of dots.
const DOTS_MAX: usize = 64;

/// A line has about so many points at most.
const POINTS_MAX: usize = 2_048;

/// The target is a path of so many steps.
const TARGET_STEPS: u16 = 64;

/// Draws both.
pub(super) fn plots(sheet: &mut Sheet, certificate: &Certificate) {
    sheet.heading("Luminance and contrast", SIZE[1]);
    let top = sheet.y();
    luminance(sheet, certificate, [MARGIN, top]);
    contrast(sheet, &certificate.evaluation, [MARGIN + WIDTH - SIZE[0], top]);
    sheet.skip(SIZE[1]);
}

fn luminance(sheet: &mut Sheet, certificate: &Certificate, corner: [f64; 2]) {
    const TITLE: &str = "Luminance with the room's light, cd/m²";
    let Certificate { measurement, evaluation, .. } = certificate;
    let ambient = measurement.ambient_cd_m2.unwrap_or_default();
    let response = &measurement.response;
    let step = response.len() / POINTS_MAX + 1;
    let points: Vec<[f64; 2]> = response
        .iter()
        .step_by(step)
        .map(|reading| [f64::from(reading.level), reading.luminance_cd_m2 + ambient])
        .collect();
    let (darkest, brightest) = points
        .iter()
        .filter(|[_, luminance]| *luminance > 0.0)
        .fold((f64::INFINITY, 0.0_f64), |(low, high), [_, luminance]| {
            (low.min(*luminance), high.max(*luminance))
        });
    if points.len() < 2 || brightest <= 0.0 {
        no_plot(sheet, corner, SIZE[0], TITLE, "not measured");
        return;
    }
    let x = Axis::linear(0.0, f64::from(measurement.highest.max(1)));
    let plot = Plot::new(corner, SIZE, x, Axis::decades(darkest.max(DARKEST), brightest.max(2.0 * DARKEST)));
    let target = target(evaluation, measurement.highest);
    let mut legend = Vec::new();
    if !target.is_empty() {
        legend.push((Sign::Line, Ink::Target, "GSDF from L′min to L′max".to_owned()));
    }
    let sign = if points.len() > DOTS_MAX { Sign::Dashes } else { Sign::Dot };
    legend.push((sign, Ink::Measured, "measured".to_owned()));
    plot.draw_frame(sheet, TITLE, "level", &legend);
    plot.draw(sheet, Sign::Line, Ink::Target, &target);
    plot.draw(sheet, sign, Ink::Measured, &points);
}

/// Luminance over levels by the GSDF, from the darkest to the brightest that was found; empty where it does not go so far.
fn target(evaluation: &Evaluation, highest: u16) -> Vec<[f64; 2]> {
    let index = |luminance| gsdf::jnd(CdPerM2(luminance)).ok().map(|Jnd(index)| index);
    let (Some(first), Some(last)) = (index(evaluation.l_min), index(evaluation.l_max)) else {
        return Vec::new();
    };
    let point = |step: u16| {
        let share = f64::from(step) / f64::from(TARGET_STEPS);
        let CdPerM2(luminance) = gsdf::luminance(Jnd(first + share * (last - first))).ok()?;
        Some([share * f64::from(highest), luminance])
    };
    (0..=TARGET_STEPS).filter_map(point).collect()
}

/// Contrast from a level to the next, a JND, over the middle of both.
struct Step {
    level: f64,
    expected: f64,
    measured: f64,
}

fn contrast(sheet: &mut Sheet, evaluation: &Evaluation, corner: [f64; 2]) {
    const TITLE: &str = "Contrast a JND, ΔL/L";
    let pairs = evaluation.levels.iter().zip(evaluation.levels.iter().skip(1));
    let steps: Vec<Step> = pairs
        .map(|(below, here)| Step {
            level: f64::midpoint(f64::from(below.ddl), f64::from(here.ddl)),
            expected: here.expected_contrast,
            measured: here.measured_contrast,
        })
        .collect();
    let check = evaluation.checks.iter().find(|check| check.quantity == Quantity::GsdfDeviation);
    let tolerance = check.and_then(|check| check.limit.as_ref()?.max);
    let share = tolerance.unwrap_or_default() / 100.0;
    let highest = steps
        .iter()
        .fold(0.0_f64, |highest, step| highest.max(step.measured).max(step.expected * (1.0 + share)));
    let last = evaluation.levels.last().map_or(1, |step| step.ddl.max(1));
    if steps.is_empty() || highest <= 0.0 || !highest.is_finite() {
        no_plot(sheet, corner, SIZE[0], TITLE, "not measured");
        return;
    }
    let plot = Plot::new(corner, SIZE, Axis::linear(0.0, f64::from(last)), Axis::linear(0.0, 1.08 * highest));
    let expected: Vec<[f64; 2]> = steps.iter().map(|step| [step.level, step.expected]).collect();
    let measured: Vec<[f64; 2]> = steps.iter().map(|step| [step.level, step.measured]).collect();
    let mut legend = vec![(Sign::Line, Ink::Target, "GSDF".to_owned())];
    legend.extend(tolerance.map(|percent| (Sign::Area, Ink::Band, format!("within ± {percent} %"))));
    legend.push((Sign::Dot, Ink::Measured, "measured".to_owned()));
    if tolerance.is_some() {
        let upper = steps.iter().map(|step| [step.level, step.expected * (1.0 + share)]);
        let lower = steps.iter().rev().map(|step| [step.level, step.expected * (1.0 - share)]);
        let band: Vec<[f64; 2]> = upper.chain(lower).collect();
        plot.draw(sheet, Sign::Area, Ink::Band, &band);
    }
    plot.draw_frame(sheet, TITLE, "level, between two that were measured", &legend);
    plot.draw(sheet, Sign::Line, Ink::Target, &expected);
    plot.draw(sheet, Sign::Dot, Ink::Measured, &measured);
}

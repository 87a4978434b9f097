//! Image quality against numpy and scipy, and against what the images were made of (`tests/oracle/quality/make.py`).

use std::f64::consts::PI;

use hotlight::quality::{
    CurvePoint, Grid, Mtf, contrasts, disc_mtf, edge_mtf, noise_power, piu, snr, squares, uniformity,
};
use hotlight::units::MmPerPixel;
use serde_json::Value;

use super::{expected, numbers};

fn cases(topic: &str) -> Vec<Value> {
    let cases = expected("quality/expected.json")[topic].as_array().expect("cases").clone();
    assert!(!cases.is_empty(), "{topic}");
    cases
}

fn count(case: &Value, key: &str) -> u32 {
    u32::try_from(case[key].as_u64().expect("a count")).expect("a count")
}

fn number(case: &Value, key: &str) -> f64 {
    case[key].as_f64().expect("a number")
}

fn grid(case: &Value) -> Grid {
    let offset = number(case, "offset");
    let values = numbers(&case["pixels"]).into_iter().map(|value| value + offset).collect();
    Grid::new(count(case, "columns"), count(case, "rows"), values).expect("a grid")
}

fn spacing(case: &Value) -> MmPerPixel {
    match numbers(&case["spacing_mm"]).as_slice() {
        &[row, column] => MmPerPixel { row, column },
        other => panic!("{other:?}"),
    }
}

/// The two add up in another order: their last digits may differ.
fn is_near(found: f64, stated: f64) -> bool {
    (found - stated).abs() <= 1e-9 * stated.abs().max(1e-3)
}

#[test]
fn means_noise_and_ratios_are_those_of_numpy() {
    for case in cases("flat") {
        let found = snr(&grid(&case)).expect("a ratio");
        let (mean, sd) = (number(&case, "mean"), number(&case, "sd"));
        assert!(is_near(found.of.mean, mean) && is_near(found.of.deviation, sd), "{found:?}");
        assert!(is_near(found.ratio, mean / sd), "{found:?}");
    }
    for case in cases("steps") {
        let parts: Vec<Grid> = case["parts"].as_array().expect("parts").iter().map(grid).collect();
        let (background, others) = parts.split_first().expect("a background");
        let others: Vec<&Grid> = others.iter().collect();
        let (_, found) = contrasts(&others, background).expect("contrasts");
        let stated = numbers(&case["cnr"]);
        assert_eq!(found.len(), stated.len());
        for (found, stated) in found.iter().zip(stated) {
            assert!(is_near(found.ratio, stated), "{found:?}, {stated}");
        }
        let found = uniformity(background, &others).expect("a difference");
        assert!(is_near(found.largest, number(&case, "uniformity")), "{found:?}");
    }
}

#[test]
fn percent_image_uniformity_is_that_of_looking_at_every_window() {
    for case in cases("round") {
        let found = piu(&grid(&case), spacing(&case)).expect("a phantom");
        for (found, key) in [(found.highest, "highest"), (found.lowest, "lowest"), (found.percent, "piu")] {
            assert!(is_near(found, number(&case, key)), "{key}: {found}");
        }
    }
}

#[test]
fn noise_power_is_that_of_numpys_transform_and_its_integral_is_the_variance() {
    for case in cases("noise") {
        let kind = case["kind"].as_str().expect("a kind");
        let squares = squares(&grid(&case), count(&case, "side")).expect("squares");
        let found = noise_power(&squares, spacing(&case)).expect("noise");
        assert_eq!(found.squares, count(&case, "squares"), "{kind}");
        let stated = numbers(&case["plane"]);
        let highest = stated.iter().copied().fold(0.0, f64::max);
        assert_eq!(found.plane.len(), stated.len());
        for (at, (found, stated)) in found.plane.iter().zip(&stated).enumerate() {
            assert!((found - stated).abs() <= 1e-9 * highest, "{kind} {at}: {found}, {stated}");
        }
        assert!(is_near(found.variance, number(&case, "variance")), "{kind}: {}", found.variance);
        assert!(is_near(found.integral, found.variance), "{kind}: {} {}", found.integral, found.variance);
        let stated = case["radial"].as_array().expect("points");
        assert_eq!(found.radial.len(), stated.len(), "{kind}");
        for (CurvePoint { per_mm, value }, stated) in found.radial.iter().zip(stated) {
            let stated = numbers(stated);
            assert!(is_near(*per_mm, stated[0]) && is_near(*value, stated[1]), "{kind} {per_mm}: {value}");
        }
        // What it was made of. The trend takes some of the lowest frequency, and 49 squares are few.
        let truth = numbers(&case["truth_radial"]);
        let largest = truth.iter().copied().fold(0.0, f64::max);
        let clear = found.radial.iter().zip(&truth).skip(1).filter(|(_, truth)| **truth > largest / 10.0);
        let mut seen = 0;
        for (point, truth) in clear {
            seen += 1;
            assert!((point.value / truth - 1.0).abs() < 0.25, "{kind} {point:?}, made with {truth}");
        }
        assert!(seen >= 3, "{kind}: {seen}");
        let share = found.variance / number(&case, "truth_variance");
        assert!((share - 1.0).abs() < 0.2, "{kind}: {share}");
    }
}

/// Against the Gaussian that an edge was blurred with: its MTF is exp(−2π²σ²f²).
fn check_mtf(found: &Mtf, case: &Value) {
    let (sigma, spacing) = (number(case, "sigma_mm"), spacing(case));
    let truth = |per_mm: f64| (-2.0 * (PI * sigma * per_mm).powi(2)).exp();
    for CurvePoint { per_mm, value } in
        found.curve.iter().filter(|point| point.per_mm <= found.nyquist_per_mm)
    {
        assert!((value - truth(*per_mm)).abs() < 0.03, "{per_mm}: {value}, made with {}", truth(*per_mm));
    }
    for (level, found, tolerance) in [(0.5, found.half_per_mm, 0.02), (0.1, found.tenth_per_mm, 0.03)] {
        let truth = (-(f64::ln(level)) / 2.0).sqrt() / (PI * sigma);
        let share = found.map(|found| found / truth);
        assert!(share.is_some_and(|share| (share - 1.0).abs() < tolerance), "{level}: {share:?} of {truth}");
    }
    let sides = [spacing.row, spacing.column];
    assert!(sides.iter().any(|side| is_near(found.nyquist_per_mm, 0.5 / side)), "{}", found.nyquist_per_mm);
}

#[test]
fn the_transfer_across_blurred_edges_is_that_of_their_blur() {
    for case in cases("edges") {
        let (degrees, found) = edge_mtf(&grid(&case), spacing(&case)).expect("an edge");
        assert!((degrees - number(&case, "degrees").abs()).abs() < 0.05, "{degrees}");
        check_mtf(&found, &case);
    }
}

#[test]
fn the_transfer_across_blurred_discs_is_that_of_their_blur() {
    for case in cases("discs") {
        let (radius, found) = disc_mtf(&grid(&case), spacing(&case)).expect("a disc");
        assert!((radius - number(&case, "radius_mm")).abs() < 0.05, "{radius}");
        check_mtf(&found, &case);
    }
}

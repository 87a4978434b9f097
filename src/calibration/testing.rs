//! Evaluations for tests.

use super::evaluation::{Check, ContrastStep, Evaluation, JndFit, Verdict};

/// What was found of so many levels under the limits of `diagnostic`: these checks, and the verdict on all of it.
pub(crate) fn evaluation(levels: u16, checks: Vec<Check>, verdict: Verdict) -> Evaluation {
    let step = |ddl| ContrastStep {
        ddl,
        luminance: 1.0,
        expected_contrast: 0.0,
        measured_contrast: 0.0,
        deviation_percent: 0.0,
    };
    Evaluation {
        profile: "diagnostic".to_owned(),
        l_min: 1.0,
        l_max: 400.0,
        ratio: 400.0,
        gsdf_max_deviation_percent: 4.0,
        levels: (0..levels).map(step).collect(),
        jnd: JndFit { mean: 2.0, slope: 0.0, rmse: 0.1 },
        checks,
        verdict,
        findings: Vec::new(),
    }
}

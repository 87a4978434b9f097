//! Measured, calibrated and measured again: simulated panels through the table that Hotlight makes of them are within the
//! limits of contrast. PS3.14, TG18 4.3; rules G-10, G-11 and G-15.

use hotlight::calibration::{
    Evaluation, EvaluationContext, Measurement, PanelShape, Profiles, Quantity, SimulatedPanel, Verdict,
    evaluate,
};
use hotlight::grayscale::{CharacteristicCurve, DisplaySystem, DisplayTable};
use hotlight::units::{CdPerM2, Ddl};

/// What the room adds, cd/m².
const AMBIENT: f64 = 0.25;

/// A photometer's noise, as a share, and how much of its light a panel loses from reading to reading.
const NOISE: f64 = 0.003;
const DRIFT: f64 = -2e-5;

fn panel(shape: PanelShape, bits: u8) -> SimulatedPanel {
    SimulatedPanel::new(shape, [0.6, 350.0], bits)
}

/// The table of a panel that was measured.
fn table(measured: &Measurement, bits: u8) -> DisplayTable {
    let levels = measured.response.iter().map(|level| (Ddl(level.level), CdPerM2(level.luminance_cd_m2)));
    let curve = CharacteristicCurve::new(levels).expect("a curve");
    DisplayTable::calibrated(&DisplaySystem::new(&curve, CdPerM2(AMBIENT), bits).expect("a panel"))
}

fn evaluated(measured: Measurement, table: Option<&DisplayTable>) -> Evaluation {
    let measured = Measurement { ambient_cd_m2: Some(AMBIENT), ..measured };
    let profiles = Profiles::default();
    let profile = profiles.get("diagnostic").expect("it ships");
    evaluate(&measured, profile, EvaluationContext { table, ..EvaluationContext::default() })
        .expect("an evaluation")
}

/// A panel measured at so many levels, and at 18 through its table.
fn calibrated(mut panel: SimulatedPanel, bits: u8, count: u16) -> Evaluation {
    let table = table(&panel.characterise(count), bits);
    evaluated(panel.verify(&table, 18), Some(&table))
}

/// Rule G-15: 10 % on 8 bits and 5 % on 10, whatever the panel does by itself, before a photometer that is not perfect.
#[test]
fn every_panel_is_within_the_limit_through_its_table() {
    for shape in [PanelShape::Gamma, PanelShape::Srgb, PanelShape::Gsdf, PanelShape::SShaped] {
        for (bits, count, most) in [(8, 256, 10.0), (8, 52, 10.0), (10, 256, 5.0), (10, 52, 5.0)] {
            for seed in 0..8 {
                let found = calibrated(panel(shape, bits).unsteady(NOISE, DRIFT, seed), bits, count);
                let deviation = found.gsdf_max_deviation_percent;
                assert!(
                    deviation < most,
                    "{shape:?}, {bits} bits of {count} levels, seed {seed}: {deviation} %"
                );
                let check = found.checks.iter().find(|check| check.quantity == Quantity::GsdfDeviation);
                assert!(check.is_some_and(|check| check.verdict == Verdict::Pass), "{found:?}");
            }
        }
    }
}

/// The same panels by themselves are not: the test above does not pass of itself.
#[test]
fn no_panel_but_one_of_the_gsdf_is_within_the_limit_by_itself() {
    for (shape, is_far) in [
        (PanelShape::Gamma, true),
        (PanelShape::Srgb, true),
        (PanelShape::SShaped, true),
        (PanelShape::Gsdf, false),
    ] {
        let found = evaluated(panel(shape, 8).characterise(18), None);
        assert_eq!(
            found.gsdf_max_deviation_percent > 10.0,
            is_far,
            "{shape:?}: {}",
            found.gsdf_max_deviation_percent
        );
    }
}

/// Rule G-11: 8 bits of a panel of gamma 2.2 are too coarse for 5 %, whoever measures them and however well.
#[test]
fn eight_bits_of_gamma_cannot_reach_five_percent() {
    let best = calibrated(panel(PanelShape::Gamma, 8), 8, 256).gsdf_max_deviation_percent;
    // Python finds 6.04 % by the same arithmetic.
    assert!((best - 6.04).abs() < 0.02, "{best} %");
    for seed in 0..8 {
        let noisy = panel(PanelShape::Gamma, 8).unsteady(NOISE, DRIFT, seed);
        let found = calibrated(noisy, 8, 256);
        assert!(found.gsdf_max_deviation_percent > 5.0, "{} %", found.gsdf_max_deviation_percent);
        assert!(found.findings.iter().any(|told| told.contains("of 256 grays apart; more bits keep more")));
    }
}

/// Rule G-9: the room's light belongs to the table.
#[test]
fn a_table_that_was_made_for_another_room_is_found_out() {
    let mut panel = panel(PanelShape::Gamma, 10);
    let table = table(&panel.characterise(256), 10);
    let lit = Measurement { ambient_cd_m2: Some(1.5), ..panel.verify(&table, 18) };
    let profiles = Profiles::default();
    let profile = profiles.get("diagnostic").expect("it ships");
    let found = evaluate(&lit, profile, EvaluationContext::default()).expect("an evaluation");
    assert!(found.gsdf_max_deviation_percent > 10.0 && found.verdict == Verdict::Fail, "{found:?}");
    assert!(found.findings.iter().any(|told| told.contains("lower the room light")), "{:?}", found.findings);
}

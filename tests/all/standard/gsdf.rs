//! PS3.14: the Grayscale Standard Display Function, and a panel's table by it. Against arithmetic of 60 digits
//! (`tests/oracle/gsdf/make.py`) and, live, dcmtk's `dcmdspfn`.

use std::fmt::Write;
use std::path::Path;
use std::process::Command;

use hotlight::calibration::{EvaluationContext, LevelReading, Measurement, Profiles, SignalPath, evaluate};
use hotlight::grayscale::{CharacteristicCurve, DisplayStep, DisplaySystem, DisplayTable, gsdf};
use hotlight::units::{CdPerM2, Ddl, Jnd, PValue};

use super::made::Random;
use crate::oracle::{expected, numbers};
use crate::support::{hotlight, stderr};

/// The last digits of the doubles in which it is computed.
const LAST_DIGITS: f64 = 1e-13;

fn system(measured: &[f64], ambient: f64, bits: u8) -> DisplaySystem {
    let levels = (0..).map(Ddl).zip(measured.iter().copied().map(CdPerM2));
    let curve = CharacteristicCurve::new(levels).expect("a curve");
    DisplaySystem::new(&curve, CdPerM2(ambient), bits).expect("a panel")
}

/// D.2 of the standard finds 233.32 for the darkest luminance of its display. For the brightest, 1271.9 cd/m², its text says
/// 848.75, which its own formula does not give: 847.18.
#[test]
fn the_worked_example_of_d_2() {
    let index = |luminance| gsdf::jnd(CdPerM2(luminance)).expect("in range").0;
    assert!((index(12.0) - 233.32).abs() < 0.005, "{}", index(12.0));
    assert!((index(1271.9) - 847.18).abs() < 0.005, "{}", index(1271.9));
}

#[test]
fn both_formulas_are_the_standards_to_the_last_digits() {
    let expected = expected("gsdf/expected.json");
    let luminances = numbers(&expected["luminance"]);
    assert_eq!(luminances.len(), 1023);
    for (index, luminance) in (1_u16..).zip(luminances) {
        let CdPerM2(found) = gsdf::luminance(Jnd(index.into())).expect("in range");
        assert!((found / luminance - 1.0).abs() < LAST_DIGITS, "{index}: {found}, not {luminance}");
    }
    let indices = expected["jnd"].as_array().expect("pairs");
    assert!(indices.len() > 90);
    for pair in indices {
        let [luminance, index] = numbers(pair)[..] else { panic!("a pair") };
        let Jnd(found) = gsdf::jnd(CdPerM2(luminance)).expect("in range");
        assert!((found - index).abs() < 1e3 * LAST_DIGITS, "{luminance} cd/m²: {found}, not {index}");
    }
}

/// Rule G-10.
#[test]
fn tables_are_those_that_trying_every_level_makes() {
    let expected = expected("gsdf/expected.json");
    for table in expected["tables"].as_array().expect("tables") {
        let number = |key: &str| table[key].as_f64().expect(key);
        // No target lies so near the middle of two levels that rounding could decide.
        assert!(number("margin") > 1e-9, "{}", number("margin"));
        let system = system(&numbers(&table["measured"]), number("ambient"), number("bits") as u8);
        let (levels, targets) = (numbers(&table["ddl"]), numbers(&table["target"]));
        let steps: Vec<DisplayStep> = system.steps(levels.len() as u32).collect();
        assert_eq!(steps.len(), levels.len());
        for (p, step) in steps.iter().enumerate() {
            assert!((f64::from(step.ddl.0) - levels[p]).abs() < 0.5, "{p}: {step:?}, not {}", levels[p]);
            assert!(
                (step.target.0 / targets[p] - 1.0).abs() < LAST_DIGITS,
                "{p}: {step:?}, not {}",
                targets[p]
            );
        }
        // The table that pictures go through holds the same: 65535 is 257 · 255.
        if levels.len() == 256 {
            let whole = DisplayTable::calibrated(&system);
            assert!((0..=255_u16).zip(&steps).all(|(p, step)| whole.at(PValue(p * 257)) == step.ddl));
        }
    }
}

/// A panel as a photometer and dcmtk write it.
struct Monitor {
    /// cd/m², to six decimals.
    measured: Vec<f64>,
    ambient: f64,
}

impl Monitor {
    /// Gamma 1.6 to 3, 0.3 to 2 cd/m² at its darkest, 100 to 1,100 at its brightest, up to 3 of ambient light.
    fn random(seed: u64) -> Self {
        let mut random = Random::seeded(seed);
        let mut share = || f64::from(random.bits() as u32) / f64::from(u32::MAX);
        let six_decimals = |value: f64| (value * 1e6).round() / 1e6;
        let (gamma, low, high) = (1.6 + 1.4 * share(), 0.3 + 1.7 * share(), 100.0 + 1000.0 * share());
        let level = |ddl: u16| six_decimals(low + (high - low) * (f64::from(ddl) / 255.0).powf(gamma));
        Self { measured: (0..=255).map(level).collect(), ambient: six_decimals(3.0 * share()) }
    }

    /// Target and reached luminance of each of 256 P-values, by dcmtk.
    fn dcmdspfn(&self, folder: &Path) -> Vec<[f64; 2]> {
        let (monitor, out) = (folder.join("monitor.lut"), folder.join("curves.txt"));
        let mut text = format!("max 255\namb {:.6}\n", self.ambient);
        for (ddl, luminance) in self.measured.iter().enumerate() {
            writeln!(text, "{ddl} {luminance:.6}").expect("memory");
        }
        std::fs::write(&monitor, text).expect("the monitor's file");
        let output = Command::new("dcmdspfn")
            .args(["-q", "+Im"])
            .arg(&monitor)
            .arg("+Og")
            .arg(&out)
            .output()
            .expect("dcmdspfn runs (make test installs dcmtk)");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let text = std::fs::read_to_string(&out).expect("the curves");
        // DDL, characteristic curve, GSDF, curve after standardisation.
        let rows = text.lines().filter(|line| line.starts_with(|first: char| first.is_ascii_digit()));
        let rows =
            rows.map(|line| line.split_whitespace().map(|word| word.parse().expect("a number")).collect());
        let rows = rows.map(|row: Vec<f64>| [row[2], row[3]]).collect::<Vec<_>>();
        assert_eq!(rows.len(), 256);
        rows
    }
}

/// Half of the last of the six decimals that dcmdspfn prints, cd/m².
const PRINTED: f64 = 0.51e-6;

/// Rule G-7: dcmtk goes through a spline of the GSDF's 1023 luminances, we through its formula; 6.5e-7 of the luminance lie
/// between. At the two ends dcmtk asks for what the standard's inverse makes of the measured luminances, which may be nearer to
/// another level; we ask for what was measured (rule G-3).
fn assert_agree(steps: impl Iterator<Item = (f64, f64)>, monitor: &Monitor, folder: &Path, name: &str) {
    let shown = monitor.measured.iter().map(|luminance| luminance + monitor.ambient).collect::<Vec<f64>>();
    let theirs = monitor.dcmdspfn(folder);
    for (p, ((target, reached), [their_target, their_reached])) in steps.zip(theirs).enumerate() {
        if p == 0 || p == 255 {
            assert!((target - shown[p]).abs() < 1e-9 && (reached - shown[p]).abs() < 1e-9, "{name}, {p}");
            assert!(
                (target / their_target - 1.0).abs() < 1e-3,
                "{name}, {p}: {target}, dcmtk has {their_target}"
            );
            continue;
        }
        let apart = (target - their_target).abs();
        assert!(apart <= 6.5e-7 * target + PRINTED, "{name}, {p}: {target}, dcmtk has {their_target}");
        assert!(
            (reached - their_reached).abs() <= PRINTED,
            "{name}, {p}: {reached}, dcmtk has {their_reached}"
        );
    }
}

#[test]
fn sixty_monitors_have_the_targets_and_the_levels_that_dcmdspfn_finds() {
    let folder = tempfile::TempDir::new().expect("a temporary folder");
    for seed in 0..60 {
        let monitor = Monitor::random(seed);
        let system = system(&monitor.measured, monitor.ambient, 8);
        let ours = system.steps(256).map(|step| (step.target.0, step.reached.0));
        assert_agree(ours, &monitor, folder.path(), &format!("monitor {seed}"));
    }
}

/// Rule G-15 against a foreign GSDF: what dcmtk asks of a monitor deviates by nothing, and what the monitor shows of that by
/// little, but for panels of 8 bits that are too coarse.
#[test]
fn contrast_is_judged_by_the_gsdf_that_dcmdspfn_has() {
    let folder = tempfile::TempDir::new().expect("a temporary folder");
    let profiles = Profiles::default();
    let profile = profiles.get("diagnostic").expect("it ships");
    for seed in 0..12 {
        let monitor = Monitor::random(seed);
        let curves = monitor.dcmdspfn(folder.path());
        let deviation = |pick: &dyn Fn(&[f64; 2]) -> f64| {
            let level = |level: u16| {
                let shown = pick(&curves[usize::from(level)]) - monitor.ambient;
                LevelReading::mean_of(level, &[shown.max(0.0)], None)
            };
            let measured = Measurement {
                path: SignalPath::Through,
                highest: 255,
                response: (0..=255).step_by(15).map(level).collect(),
                ambient_cd_m2: Some(monitor.ambient),
                fields: Vec::new(),
            };
            let found = evaluate(&measured, profile, EvaluationContext::default()).expect("an evaluation");
            found.gsdf_max_deviation_percent
        };
        let (target, reached) = (deviation(&|curve| curve[0]), deviation(&|curve| curve[1]));
        assert!(target < 0.2, "monitor {seed}: {target} %");
        assert!((target..20.0).contains(&reached), "monitor {seed}: {reached} %");
    }
}

/// `hotlight display lut` on the same monitors.
#[test]
fn the_command_line_writes_what_dcmdspfn_finds() {
    let folder = tempfile::TempDir::new().expect("a temporary folder");
    let at = |name: &str| folder.path().join(name).display().to_string();
    for seed in 100..103 {
        let monitor = Monitor::random(seed);
        let mut csv = "ddl,luminance\n".to_owned();
        for (ddl, luminance) in monitor.measured.iter().enumerate() {
            writeln!(csv, "{ddl},{luminance}").expect("memory");
        }
        std::fs::write(at("luminance.csv"), csv).expect("the measured luminances");
        let ambient = monitor.ambient.to_string();
        let (input, out) = (at("luminance.csv"), at("lut.csv"));
        let output =
            hotlight(&["display", "lut", &input, "--ambient", &ambient, "--bits", "8", "--out", &out]);
        assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
        let text = std::fs::read_to_string(&out).expect("the table");
        let mut lines = text.lines();
        assert_eq!(lines.next(), Some("pvalue,ddl,target,reached"));
        let rows: Vec<Vec<f64>> =
            lines.map(|line| line.split(',').map(|word| word.parse().expect("a number")).collect()).collect();
        assert_eq!(rows.len(), 256);
        for (p, row) in (0_u32..).zip(&rows) {
            let reached = monitor.measured[row[1] as usize] + monitor.ambient;
            assert!((row[0] - f64::from(p)).abs() < 0.5 && (row[3] - reached).abs() < 1e-9, "{row:?}");
        }
        let ours = rows.iter().map(|row| (row[2], row[3]));
        assert_agree(ours, &monitor, folder.path(), &format!("monitor {seed}"));
    }
}

/// A table for the panel's number of bits, from a coarse measurement of another.
#[test]
fn ten_bits_from_eighteen_measured_levels_use_the_whole_panel() {
    let folder = tempfile::TempDir::new().expect("a temporary folder");
    let at = |name: &str| folder.path().join(name).display().to_string();
    let levels = (0..=255_u16).step_by(15);
    let rows = levels.map(|ddl| format!("{ddl},{}\n", 0.6 + 349.6 * (f64::from(ddl) / 255.0).powf(2.2)));
    std::fs::write(at("in.csv"), format!("ddl,luminance\n{}", rows.collect::<String>())).expect("a file");
    let output = hotlight(&[
        "display",
        "lut",
        &at("in.csv"),
        "--ambient",
        "0",
        "--bits",
        "10",
        "--out",
        &at("out.csv"),
    ]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let text = std::fs::read_to_string(at("out.csv")).expect("the table");
    let levels: Vec<u16> =
        text.lines().skip(1).filter_map(|line| line.split(',').nth(1)?.parse().ok()).collect();
    assert_eq!((levels.len(), levels.first(), levels.last()), (1024, Some(&0), Some(&1023)));
    assert!(levels.is_sorted());
}

#[test]
fn a_file_or_number_that_makes_no_table_is_refused_with_its_name_and_line() {
    let folder = tempfile::TempDir::new().expect("a temporary folder");
    let at = |name: &str| folder.path().join(name).display().to_string();
    let (input, out) = (at("luminance.csv"), at("lut.csv"));
    let check = |text: &str, arguments: [&str; 2], code: i32, words: &str| {
        std::fs::write(&input, text).expect("a file");
        let [ambient, bits] = arguments;
        let output =
            hotlight(&["display", "lut", &input, "--ambient", ambient, "--bits", bits, "--out", &out]);
        let said = stderr(&output);
        assert_eq!(output.status.code(), Some(code), "{text:?}: {said}");
        assert!(said.starts_with("error: ") && said.contains(words), "{text:?}: {said}");
        assert!(!Path::new(&out).exists(), "{text:?}: nothing is written");
    };
    let good = "ddl,luminance\n0,0.5\n255,350\n";
    check("0,1\n255,350\n", ["0", "8"], 1, "luminance.csv:1: the header is not 'ddl,luminance'");
    check("ddl,luminance\n0,1\n15,x\n", ["0", "8"], 1, "luminance.csv:3: '15,x' is not");
    check("ddl,luminance\n0,0\n255,350\n", ["0", "8"], 1, "luminance.csv: with ambient light");
    check("ddl,luminance\n0,1\n255,1\n", ["0", "8"], 1, "no more at its highest");
    check("\u{0}\u{1}", ["0", "8"], 1, "luminance.csv:1: the header");
    check(good, ["-1", "8"], 2, "--ambient");
    check(good, ["nan", "8"], 2, "--ambient");
    check(good, ["0", "7"], 2, "--bits");
    check(good, ["0", "17"], 2, "--bits");
    std::fs::write(&input, good).expect("a file");
    let nowhere = at("no-such-folder/lut.csv");
    for (input, out, words) in [(&input, &nowhere, "cannot be written"), (&nowhere, &out, "No such file")] {
        let output = hotlight(&["display", "lut", input, "--ambient", "0", "--bits", "8", "--out", out]);
        assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
        assert!(stderr(&output).contains(words), "{}", stderr(&output));
    }
}

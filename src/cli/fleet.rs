//! `hotlight display fleet`: the certificates of many stations in one list, the worst first.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use chrono::{DateTime, FixedOffset};
use clap::Args;
use serde::Serialize;
use serde_json::Value;
use walkdir::WalkDir;

use crate::app::local_now;
use crate::calibration::{Certificate, DueState, Schedules, Verdict, due};

use super::{Failure, ReaderArgs, SettingsArgs, say, view::load_config};

/// A certificate is far smaller, bytes.
const BYTES_MAX: u64 = 16 << 20;

/// So many certificates are summed up at most.
const FILES_MAX: usize = 20_000;

/// Arguments of `display fleet`.
#[derive(Args, Debug)]
pub(super) struct FleetArgs {
    /// Certificates of monitors as JSON, and folders of them. Of one monitor on one station the last one counts; all that there
    /// are show when each quantity was measured.
    #[arg(value_name = "FILE|FOLDER", required = true)]
    inputs: Vec<PathBuf>,
    /// Print one JSON object.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    settings: SettingsArgs,
}

/// A certificate that was read.
struct Read {
    path: PathBuf,
    certificate: Certificate,
    measured: DateTime<FixedOffset>,
}

#[derive(Serialize)]
struct FleetJson {
    monitors: Vec<LineJson>,
    unreadable: Vec<UnreadableJson>,
}

#[derive(Serialize)]
struct UnreadableJson {
    path: String,
    why: String,
}

#[derive(Debug, Serialize)]
struct LineJson {
    station: String,
    monitor: String,
    measured: String,
    profile: String,
    verdict: Verdict,
    gsdf_max_deviation_percent: f64,
    l_max: f64,
    /// How old it is, against the schedule of its profile.
    age: &'static str,
    /// What is to be measured next, or first of what is due.
    task: Option<String>,
    /// When that is due.
    due_on: Option<String>,
    records_fault: Option<String>,
    /// How many certificates there are of it.
    certificates: usize,
    path: String,
    #[serde(skip)]
    severity: u8,
}

pub(super) fn fleet(args: &FleetArgs) -> Result<(), Failure> {
    let schedules = load_config(&args.settings, &ReaderArgs::default())?.schedules;
    let (mut read, mut unreadable) = (Vec::new(), Vec::new());
    for path in files(&args.inputs, &mut unreadable) {
        match read_certificate(&path) {
            Ok(found) => read.push(found),
            Err(why) => unreadable.push(UnreadableJson { path: path.display().to_string(), why }),
        }
    }
    let monitors = summed_up(read, &schedules, local_now());
    let faults: Vec<String> =
        unreadable.iter().map(|UnreadableJson { path, why }| format!("{path}: {why}")).collect();
    if args.json {
        let fleet = FleetJson { monitors, unreadable };
        say(&serde_json::to_string(&fleet).map_err(|error| Failure::new(error.to_string()))?);
    } else if monitors.is_empty() && faults.is_empty() {
        say("there is no certificate (a file that ends with .json) in these folders");
    } else {
        for line in &monitors {
            say(&words(line));
        }
    }
    if faults.is_empty() { Ok(()) } else { Err(Failure::of_lines(faults)) }
}

/// The files that were named, and those of folders that end with `.json`.
fn files(inputs: &[PathBuf], unreadable: &mut Vec<UnreadableJson>) -> Vec<PathBuf> {
    let is_json = |path: &Path| path.extension().is_some_and(|end| end.eq_ignore_ascii_case("json"));
    let mut files = Vec::new();
    for input in inputs {
        if !input.is_dir() {
            files.push(input.clone());
            continue;
        }
        for entry in WalkDir::new(input).sort_by_file_name() {
            match entry {
                Ok(entry) if entry.file_type().is_file() && is_json(entry.path()) => {
                    files.push(entry.into_path());
                }
                Ok(_) => {}
                Err(error) => {
                    let path = error.path().unwrap_or(input).display().to_string();
                    unreadable.push(UnreadableJson { path, why: error.to_string() });
                }
            }
        }
    }
    if let Some(first) = files.get(FILES_MAX) {
        let why = format!("it and all after it are left out: {FILES_MAX} certificates are read at most");
        unreadable.push(UnreadableJson { path: first.display().to_string(), why });
    }
    files.truncate(FILES_MAX);
    files
}

fn read_certificate(path: &Path) -> Result<Read, String> {
    let bytes = fs::metadata(path).map_err(|error| error.to_string())?.len();
    if bytes > BYTES_MAX {
        return Err(format!("it has {bytes} bytes, and a certificate has {BYTES_MAX} at most"));
    }
    let text = fs::read_to_string(path).map_err(|error| error.to_string())?;
    let value: Value = serde_json::from_str(&text).map_err(|error| format!("it is no JSON: {error}"))?;
    match value.get("format").and_then(Value::as_str) {
        Some(Certificate::FORMAT) => {}
        Some(other) => {
            return Err(format!("it has the form {other}, and {} is read here", Certificate::FORMAT));
        }
        None => return Err("it is no certificate of a monitor".to_owned()),
    }
    let certificate: Certificate = serde_json::from_str(&text).map_err(|error| error.to_string())?;
    let measured = DateTime::parse_from_rfc3339(&certificate.measured)
        .map_err(|error| format!("'measured' is {}: {error}", certificate.measured))?;
    Ok(Read { path: path.to_owned(), certificate, measured })
}

/// A line a monitor of a station, the worst first.
fn summed_up(read: Vec<Read>, schedules: &Schedules, now: DateTime<FixedOffset>) -> Vec<LineJson> {
    let mut by_monitor: BTreeMap<(String, String), Vec<Read>> = BTreeMap::new();
    for one in read {
        let key = (one.certificate.station.clone(), one.certificate.monitor.id.clone());
        by_monitor.entry(key).or_default().push(one);
    }
    let mut lines: Vec<LineJson> =
        by_monitor.into_values().filter_map(|of_one| line(&of_one, schedules, now)).collect();
    lines.sort_by(|a, b| {
        let percent = |line: &LineJson| line.gsdf_max_deviation_percent;
        b.severity.cmp(&a.severity).then_with(|| percent(b).total_cmp(&percent(a)))
    });
    lines
}

/// The line of one monitor; none without a certificate.
fn line(of_one: &[Read], schedules: &Schedules, now: DateTime<FixedOffset>) -> Option<LineJson> {
    let Read { path, certificate, .. } = of_one.iter().max_by_key(|read| read.measured)?;
    let Certificate { station, monitor, measured, evaluation, records, .. } = certificate;
    let schedule = schedules.get(&evaluation.profile);
    let done: Vec<_> = schedule.map_or_else(Vec::new, |schedule| {
        let each = of_one.iter();
        each.flat_map(|read| schedule.done_by_evaluation(&read.certificate.evaluation, read.measured))
            .collect()
    });
    let tasks = schedule.map(|schedule| due(schedule, &done, now)).unwrap_or_default();
    // What no certificate shows may have been measured elsewhere: here it says nothing.
    let shown = tasks.iter().filter(|due| due.task.is_measured() && due.last.is_some());
    let worst = shown.max_by_key(|due| (due.state, Reverse(due.due_on)));
    let (age, old) = match worst.map(|due| due.state) {
        None if schedule.is_none() => ("no schedule", 1),
        None | Some(DueState::NeverDone) => ("not measured", 2),
        Some(DueState::Overdue) => ("expired", 3),
        Some(DueState::Due) => ("due", 2),
        Some(DueState::DueSoon) => ("due soon", 1),
        Some(DueState::Done) => ("current", 0),
    };
    let found = match evaluation.verdict {
        Verdict::Fail => 3,
        Verdict::NotMeasured => 2,
        Verdict::Indicative => 1,
        Verdict::Pass => 0,
    };
    let broken = if records.fault.is_some() { 3 } else { 0 };
    Some(LineJson {
        station: station.clone(),
        monitor: monitor.id.clone(),
        measured: measured.clone(),
        profile: evaluation.profile.clone(),
        verdict: evaluation.verdict,
        gsdf_max_deviation_percent: evaluation.gsdf_max_deviation_percent,
        l_max: evaluation.l_max,
        age,
        task: worst.map(|due| due.task.title.clone()),
        due_on: worst.map(|due| due.due_on.to_string()),
        records_fault: records.fault.clone(),
        certificates: of_one.len(),
        path: path.display().to_string(),
        severity: found.max(old).max(broken),
    })
}

/// `READER7  EIZ-1  2026-11-24  pass, 4.2 % from the GSDF, L′max 412 cd/m²  due on 2027-02-23: Luminance response`
fn words(line: &LineJson) -> String {
    let LineJson { station, monitor, measured, verdict, l_max, age, .. } = line;
    let day = measured.get(..10).unwrap_or(measured);
    let percent = line.gsdf_max_deviation_percent;
    let on = line.due_on.as_ref().zip(line.task.as_ref());
    let on = on.map_or_else(String::new, |(on, task)| format!(", due on {on}: {task}"));
    let fault = line.records_fault.as_ref().map_or_else(String::new, |fault| format!("  records: {fault}"));
    let verdict = verdict.name();
    format!(
        "{station}  {monitor}  {day}  {verdict}, {percent:.1} % from the GSDF, L′max {l_max:.0} cd/m²  {age}{on}{fault}"
    )
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// A certificate of a station's monitor, measured on a day, with these findings.
    fn read(station: &str, day: &str, profile: &str, verdict: &str, percent: f64) -> Read {
        let measured = format!("{day}T09:20:00+01:00");
        let check =
            |quantity: &str| json!({ "quantity": quantity, "value": 1.0, "limit": null, "verdict": "pass" });
        let checks = ["gsdf-deviation", "l-max", "l-min", "ratio"].map(check);
        let level = json!({
            "ddl": 0, "luminance": 1.0, "expected_contrast": 0.0, "measured_contrast": 0.0, "deviation_percent": 0.0,
        });
        let certificate = json!({
            "format": Certificate::FORMAT,
            "issued": measured,
            "measured": measured,
            "station": station,
            "monitor": {
                "id": "NIL-1", "name": "Nil", "serial": "1", "size": [2048, 2560], "bits": 8, "gsdf": "viewer", "table": "ab",
            },
            "operator": "Physicist 1",
            "instrument": null,
            "software": "0.1.0",
            "measurement": {
                "path": "through", "highest": 255, "response": [], "ambient_cd_m2": 0.25, "fields": [],
            },
            "evaluation": {
                "profile": profile,
                "l_min": 1.0,
                "l_max": 412.0,
                "ratio": 412.0,
                "gsdf_max_deviation_percent": percent,
                "levels": vec![level; 18],
                "jnd": { "mean": 2.0, "slope": 0.0, "rmse": 0.1 },
                "checks": checks,
                "verdict": verdict,
                "findings": [],
            },
            "records": { "head": "cd", "fault": null },
        });
        let certificate = serde_json::from_value(certificate).expect("a certificate");
        let measured = DateTime::parse_from_rfc3339(&measured).expect("a time");
        Read { path: format!("{station}.json").into(), certificate, measured }
    }

    #[test]
    fn each_monitor_has_a_line_and_the_worst_come_first() {
        let now = DateTime::parse_from_rfc3339("2026-11-24T12:00:00+01:00").expect("a time");
        let mut tampered = read("G tampered", "2026-11-20", "diagnostic", "pass", 2.0);
        tampered.certificate.records.fault = Some("record 3 was changed".to_owned());
        let all = vec![
            read("A fine", "2026-11-20", "diagnostic", "pass", 4.0),
            read("B finer", "2026-11-20", "diagnostic", "pass", 3.0),
            read("C unconfirmed", "2026-11-20", "diagnostic", "indicative", 1.0),
            read("D failed", "2026-11-20", "diagnostic", "fail", 17.2),
            read("E old", "2026-06-01", "diagnostic", "pass", 5.0),
            read("F ours", "2026-11-20", "ours", "pass", 6.0),
            tampered,
            read("H due", "2026-10-20", "diagnostic", "pass", 2.5),
        ];
        let lines: Vec<String> = summed_up(all, &Schedules::default(), now).iter().map(words).collect();
        let expected = [
            "D failed  NIL-1  2026-11-20  fail, 17.2 % from the GSDF, L′max 412 cd/m²  current, due on 2026-12-21: L′max and L′min",
            "E old  NIL-1  2026-06-01  pass, 5.0 % from the GSDF, L′max 412 cd/m²  expired, due on 2026-07-02: L′max and L′min",
            "G tampered  NIL-1  2026-11-20  pass, 2.0 % from the GSDF, L′max 412 cd/m²  current, due on 2026-12-21: L′max and \
             L′min  records: record 3 was changed",
            "H due  NIL-1  2026-10-20  pass, 2.5 % from the GSDF, L′max 412 cd/m²  due, due on 2026-11-20: L′max and L′min",
            "F ours  NIL-1  2026-11-20  pass, 6.0 % from the GSDF, L′max 412 cd/m²  no schedule",
            "C unconfirmed  NIL-1  2026-11-20  indicative, 1.0 % from the GSDF, L′max 412 cd/m²  current, due on 2026-12-21: \
             L′max and L′min",
            "A fine  NIL-1  2026-11-20  pass, 4.0 % from the GSDF, L′max 412 cd/m²  current, due on 2026-12-21: L′max and L′min",
            "B finer  NIL-1  2026-11-20  pass, 3.0 % from the GSDF, L′max 412 cd/m²  current, due on 2026-12-21: L′max and L′min",
        ];
        assert_eq!(lines, expected);
    }

    #[test]
    fn of_several_certificates_the_last_one_counts_and_one_of_the_future_measures_nothing() {
        let now = DateTime::parse_from_rfc3339("2026-11-24T12:00:00+01:00").expect("a time");
        let both = vec![
            read("A", "2026-11-20", "diagnostic", "pass", 4.0),
            read("A", "2026-11-21", "diagnostic", "fail", 12.0),
        ];
        let lines = summed_up(both, &Schedules::default(), now);
        let found: Vec<_> =
            lines.iter().map(|line| (line.verdict, line.certificates, line.severity)).collect();
        assert_eq!(found, [(Verdict::Fail, 2, 3)]);
        let future = vec![read("A", "2026-12-24", "diagnostic", "pass", 4.0)];
        let ages: Vec<_> =
            summed_up(future, &Schedules::default(), now).iter().map(|line| line.age).collect();
        assert_eq!(ages, ["not measured"]);
    }
}

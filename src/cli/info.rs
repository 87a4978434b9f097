//! `hotlight info`: what the reader understood.

use std::path::PathBuf;

use clap::Args;
use serde::Serialize;

use crate::dicom::ReadError;
use crate::geometry::orientation_letters;
use crate::priors::PriorRules;
use crate::study::{DisplaySet, Library, Registration, Series, Study, Unreadable};

use super::view::load_config;
use super::{Failure, ReaderArgs, SettingsArgs, input, priors, say};

/// Arguments of `info`.
#[derive(Args, Debug)]
pub(super) struct InfoArgs {
    /// Files and folders.
    #[arg(value_name = "INPUT", required = true)]
    inputs: Vec<PathBuf>,
    /// Print one JSON object.
    #[arg(long)]
    json: bool,
    /// Tell of each patient's latest study which others are its priors, and of every study why or why not.
    #[arg(long)]
    priors: bool,
    #[command(flatten)]
    settings: SettingsArgs,
    #[command(flatten)]
    reader: ReaderArgs,
}

#[derive(Serialize)]
struct InfoJson<'a> {
    studies: Vec<StudyJson<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    priors: Option<Vec<priors::PriorsJson>>,
    /// Spatial registrations, the newest first.
    registrations: Vec<RegistrationJson<'a>>,
    unreadable: Vec<UnreadableJson>,
}

#[derive(Serialize)]
struct StudyJson<'a> {
    uid: &'a str,
    date: &'a str,
    description: &'a str,
    patient: PatientJson<'a>,
    series: Vec<SeriesJson<'a>>,
}

#[derive(Serialize)]
struct PatientJson<'a> {
    id: &'a str,
    name: &'a str,
}

#[derive(Serialize)]
struct SeriesJson<'a> {
    uid: &'a str,
    modality: &'a str,
    description: &'a str,
    stacks: Vec<StackJson<'a>>,
}

#[derive(Serialize)]
struct StackJson<'a> {
    kind: &'static str,
    /// What distinguishes it from the other stacks of the series.
    label: &'a str,
    frames: usize,
    /// How many images are here and how many there should be; of the series where only that is known.
    present: u32,
    expected: Option<u32>,
    rows: u32,
    columns: u32,
    spacing_mm: Option<[Option<f64>; 3]>,
    origin_mm: Option<[f64; 3]>,
    row_direction: Option<[f64; 3]>,
    column_direction: Option<[f64; 3]>,
    normal: Option<[f64; 3]>,
    orientation_label: Option<String>,
    transfer_syntax: &'a str,
    problems: Vec<&'static str>,
}

#[derive(Serialize)]
struct RegistrationJson<'a> {
    uid: &'a str,
    label: &'a str,
    /// The frame of reference that the others are registered to.
    frame_of_reference: &'a str,
    registers: Vec<&'a str>,
    /// What of it is not applied, in words.
    not_applied: &'a [String],
}

#[derive(Serialize)]
struct UnreadableJson {
    path: String,
    why: String,
}

pub(super) fn info(args: &InfoArgs) -> Result<(), Failure> {
    let rules = if args.priors { Some(load_config(&args.settings, &args.reader)?.prior_rules) } else { None };
    let (library, outcome) = input::read_all(&args.inputs);
    // What could be read is told all the same.
    if args.json {
        print_json(&library, rules.as_ref());
    } else if let Some(rules) = &rules {
        priors::print(&library, rules);
    } else {
        print_text(&library);
    }
    outcome
}

fn print_json(library: &Library, rules: Option<&PriorRules>) {
    let priors = rules.map(|rules| priors::json(library, rules));
    let studies = library.studies().iter().map(study_json).collect();
    let unreadable = library
        .unreadable()
        .iter()
        .map(|file| UnreadableJson { path: file.source.name().reveal().clone(), why: file.why.to_string() })
        .collect();
    let registrations = library.registrations().iter().map(|found| registration_json(found)).collect();
    let json = serde_json::to_string(&InfoJson { studies, priors, registrations, unreadable });
    say(&json.unwrap_or_else(|error| format!("{{\"error\":\"{error}\"}}")));
}

fn registration_json(registration: &Registration) -> RegistrationJson<'_> {
    RegistrationJson {
        uid: registration.uid.as_str(),
        label: &registration.label,
        frame_of_reference: registration.frame.as_str(),
        registers: registration.frames.iter().map(|known| known.frame.as_str()).collect(),
        not_applied: &registration.not_applied,
    }
}

fn study_json(study: &Study) -> StudyJson<'_> {
    StudyJson {
        uid: study.attributes.uid.as_str(),
        date: &study.attributes.date,
        description: &study.attributes.description,
        patient: PatientJson { id: study.patient.id.reveal(), name: study.patient.name.reveal() },
        series: study.series.iter().map(|series| series_json(series)).collect(),
    }
}

fn series_json(series: &Series) -> SeriesJson<'_> {
    SeriesJson {
        uid: series.attributes.uid.as_str(),
        modality: &series.attributes.modality,
        description: &series.attributes.description,
        stacks: series.display_sets.iter().filter_map(|set| stack_json(set)).collect(),
    }
}

fn stack_json(set: &DisplaySet) -> Option<StackJson<'_>> {
    let first = set.images.first()?;
    let header = &first.instance.image;
    let plane = first.plane.as_ref();
    // Between images, and nothing else: the thickness of one tells nothing of the distance to the next.
    let slice_mm = set.axis.map(|axis| axis.spacing_mm);
    let letters = |plane: &crate::geometry::ImagePlane| {
        let (row, column) = (plane.row_direction, plane.column_direction);
        format!("{}\\{}", orientation_letters(row), orientation_letters(column))
    };
    Some(StackJson {
        kind: set.kind.name(),
        label: &set.label,
        frames: set.images.len(),
        present: set.completeness.present,
        expected: set.completeness.expected,
        rows: header.rows,
        columns: header.columns,
        spacing_mm: first.attributes().spacing.map(|mm| [Some(mm.row), Some(mm.column), slice_mm]),
        origin_mm: plane.map(|plane| plane.origin.xyz.to_array()),
        row_direction: plane.map(|plane| plane.row_direction.xyz.to_array()),
        column_direction: plane.map(|plane| plane.column_direction.xyz.to_array()),
        normal: plane.map(|plane| plane.normal().xyz.to_array()),
        orientation_label: plane.map(letters),
        transfer_syntax: &first.instance.transfer_syntax,
        problems: set.problems(),
    })
}

fn print_text(library: &Library) {
    for study in library.studies() {
        let patient = &study.patient;
        say(&format!("patient {} · {}", patient.name.reveal(), patient.id.reveal()));
        let attributes = &study.attributes;
        say(&format!("  study {} {} · {}", attributes.date, attributes.description, attributes.uid));
        for series in &study.series {
            let attributes = &series.attributes;
            let number = attributes.number.map_or_else(|| "–".to_owned(), |number| number.to_string());
            say(&format!("    series {number} {} {}", attributes.modality, attributes.description));
            for set in &series.display_sets {
                say(&format!("      {}", stack_line(set)));
            }
        }
    }
    for registration in library.registrations() {
        let label = format!("spatial registration {}", registration.label);
        say(&format!("{} · {}: {}", label.trim_end(), registration.uid, registration.words()));
    }
    let is_failure = |file: &&Unreadable| !matches!(file.why, ReadError::NoImage { .. });
    let failed = library.unreadable().iter().filter(is_failure).count();
    if failed > 0 {
        say(&format!("{failed} files could not be read (see above)"));
    }
}

fn stack_line(set: &DisplaySet) -> String {
    let Some(first) = set.images.first() else { return String::new() };
    let header = &first.instance.image;
    let images = format!("{} of {} images", set.kind.name(), set.images.len());
    let mut parts = vec![images, format!("{}×{}", header.columns, header.rows)];
    if !set.label.is_empty() {
        parts.insert(0, set.label.clone());
    }
    if let Some(mm) = first.attributes().spacing {
        parts.push(format!("{:.4}×{:.4} mm", mm.column, mm.row));
    }
    if let Some(axis) = set.axis {
        parts.push(format!("{:.3} mm apart", axis.spacing_mm));
    }
    if set.completeness.is_partial() {
        parts.push(set.completeness.to_string());
    }
    parts.extend(set.findings.iter().map(ToString::to_string));
    parts.join(", ")
}

//! What the interface says of studies and display sets in the strip.

use crate::dicom::SeriesAttributes;
use crate::render::short_mm;
use crate::study::{DisplaySet, Series};

use super::words::{grouped, images, joined};

const UNNAMED_SERIES: &str = "Series";
/// On the card of images that are raw material. Rule P-21.
const FOR_PROCESSING: &str = "FOR PROCESSING";

/// A study in the strip: `Current 2026-11-20, CT chest`.
pub(super) fn study(kind: &str, date: &str, description: &str) -> String {
    joined(&[&joined(&[kind, date], " "), description], ", ")
}

/// The words of a display set in the strip.
pub(super) struct Card {
    /// `CT 2`.
    pub(super) title: String,
    /// `2.5 mm`; empty where the images do not say.
    pub(super) thickness: String,
    /// The series' description.
    pub(super) what: String,
    /// What distinguishes the set from others of its series.
    pub(super) label: String,
    /// `FOR PROCESSING`, or empty.
    pub(super) caution: &'static str,
    /// `58`, or `27 of 28`.
    pub(super) count: String,
    /// Whether images are known to be missing.
    pub(super) is_partial: bool,
}

impl Card {
    pub(super) fn of(series: &Series, set: &DisplaySet) -> Self {
        let SeriesAttributes { modality, number, description, .. } = &series.attributes;
        let number = number.map_or_else(String::new, |number| number.to_string());
        let title = joined(&[modality, &number], " ");
        let thickness = set.images.first().and_then(|image| image.attributes().thickness_mm);
        let thickness = thickness.map_or_else(String::new, |mm| format!("{} mm", short_mm(mm)));
        let is_partial = set.completeness.is_partial();
        let count = match set.completeness.expected.filter(|_| is_partial) {
            Some(expected) => {
                format!("{} of {}", grouped(set.completeness.present as usize), grouped(expected as usize))
            }
            None => grouped(set.images.len()),
        };
        let title = if title.is_empty() { UNNAMED_SERIES.to_owned() } else { title };
        let caution = if set.is_for_processing() { FOR_PROCESSING } else { "" };
        let (what, label) = (description.clone(), set.label.clone());
        Self { title, thickness, what, label, caution, count, is_partial }
    }

    /// The accessible name: `CT 2, 2.5 mm, brain, 58 images, shown in viewport 1`, or `…, seen`.
    pub(super) fn name(&self, places: &[String], is_seen: bool, is_loading: bool) -> String {
        let images = images(&self.count);
        let shown = match places {
            [] if is_seen => "seen".to_owned(),
            [] => String::new(),
            _ => format!("shown in {}", places.join(" and ")),
        };
        let loading = if is_loading { "loading" } else { "" };
        let Self { title, thickness, what, label, caution, .. } = self;
        joined(&[title, caution, thickness, what, label, &images, &shown, loading], ", ")
    }
}

/// A place where something hangs, in this window.
pub(super) fn in_viewport(number: usize) -> String {
    format!("viewport {number}")
}

/// A place where something hangs, in another window.
pub(super) fn in_window(number: usize) -> String {
    format!("window {number}")
}

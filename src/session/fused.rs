//! A second display set over what a viewport shows, as the reader has it: which can lie there, and how it looks at first.

use std::cmp::Reverse;
use std::sync::Arc;

use crate::color::ColorPalette;
use crate::grayscale::{VoiFunction, Window};
use crate::study::{DisplaySet, DisplaySetId, Image, Library, NotAligned};
use crate::units::Opacity;

use super::layer::middle_image;
use super::viewport::VoiChoice;

/// From no uptake to this standardized uptake value a fused series is shown at first: above, most lesions are one colour, and
/// the liver is well below it.
const SUV_UPPER: f64 = 8.0;

/// The palette of a fused series at first.
pub(super) const PALETTE: &str = "hot-iron";

/// A display set over what a viewport shows, in colours.
#[derive(Debug, Clone, PartialEq)]
pub struct Fused {
    /// Which, and how it looks.
    pub with: FusedWith,
    /// Whether it is seen; how it looks stays where it is not.
    pub is_shown: bool,
    /// How much of it is seen.
    pub opacity: Opacity,
}

impl Fused {
    /// Whether it is as if the reader had laid nothing over.
    pub(super) const fn is_as_hung(&self) -> bool {
        !self.is_shown && matches!(self.with, FusedWith::Series(_))
    }
}

/// What lies over what a viewport shows.
#[derive(Debug, Clone, PartialEq)]
pub enum FusedWith {
    /// What the presentation state of the image superimposes, with its window and its colours.
    State,
    /// A display set of the reader's choice.
    Series(FusedSeries),
}

/// A display set of the reader's choice over another.
#[derive(Debug, Clone, PartialEq)]
pub struct FusedSeries {
    /// The display set.
    pub display_set: DisplaySetId,
    /// Its window.
    pub voi: VoiChoice,
    /// Its colours.
    pub palette: Arc<ColorPalette>,
}

impl FusedSeries {
    /// As a display set is laid over another at first: PET by uptake, where that is known.
    pub(super) fn new(set: &DisplaySet, palette: Arc<ColorPalette>) -> Self {
        let voi = suv_window(set, SUV_UPPER).unwrap_or_default();
        Self { display_set: set.id.clone(), voi, palette }
    }
}

/// How much is seen, in whole percent.
pub fn percent(opacity: Opacity) -> u8 {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "from 0 to 100")]
    let percent = (opacity.share() * 100.0).round() as u8;
    percent
}

/// From no uptake to an uptake value, where all images of a display set share one factor and show its values.
pub(super) fn suv_window(set: &DisplaySet, upper: f64) -> Option<VoiChoice> {
    let image = middle_image(set)?;
    let suv = image.suv.as_ref()?.as_ref().ok()?;
    let is_one = set.images.iter().all(|other| other.suv == image.suv);
    let shows_it = image.shown_lut() == image.modality_lut();
    let is_given = image.quantities().iter().any(|quantity| quantity.name == suv.name);
    if !(is_one && shows_it && is_given) {
        return None;
    }
    let high = upper / suv.factor;
    let window = Window::with_function(high / 2.0, high, VoiFunction::LinearExact).ok()?;
    Some(VoiChoice::Preset { name: format!("{} 0–{upper}", suv.name), window })
}

/// The display sets that can lie over one, the likeliest first: of its study, then of others; PET before other maps, these
/// before pictures of anatomy, and those of its own modality last.
pub(super) fn partners<'a>(base: &DisplaySet, library: &'a Library) -> Vec<&'a Arc<DisplaySet>> {
    let mut partners = candidates(base, library);
    partners.retain(|set| library.alignment(base, set, &[]).is_ok());
    partners
}

/// Why nothing can lie over a display set, for a reader.
pub(super) fn why_no_partner(base: &DisplaySet, library: &Library) -> String {
    let reasons = candidates(base, library).into_iter().filter_map(|set| {
        let why = library.alignment(base, set, &[]).err()?;
        // A stranger's series is no candidate, and says nothing.
        (why != NotAligned::OtherPatient).then(|| format!("{}: {why}", name(set)))
    });
    let reasons: Vec<String> = reasons.take(1).collect();
    match reasons.as_slice() {
        [why] => format!("No series can be laid over this one. {why}."),
        _ => "No other series of this patient makes a volume that could be laid over this one.".to_owned(),
    }
}

/// Others that make a volume, whether or not they lie in a space with the base.
fn candidates<'a>(base: &DisplaySet, library: &'a Library) -> Vec<&'a Arc<DisplaySet>> {
    let is_candidate =
        |set: &&Arc<DisplaySet>| set.id != base.id && !set.is_for_processing() && set.no_volume().is_none();
    let mut sets: Vec<&Arc<DisplaySet>> =
        library.display_sets().map(|(.., set)| set).filter(is_candidate).collect();
    let own = modality(base);
    sets.sort_by_cached_key(|set| {
        let is_other_study = set.id.study != base.id.study;
        let is_own = modality(set) == own;
        (is_other_study, is_own, rank(set), Reverse(set.images.len()))
    });
    sets
}

fn modality(set: &DisplaySet) -> &str {
    set.images.first().map_or("", |image| &image.instance.series.modality)
}

/// The earlier, the more it is a map that lies over anatomy.
fn rank(set: &DisplaySet) -> usize {
    let is_map = set.images.first().is_some_and(|image| image.instance.pixels.is_float);
    match modality(set) {
        "PT" => 0,
        "NM" => 1,
        "RTDOSE" => 2,
        _ if is_map => 3,
        "MR" => 4,
        "CT" => 5,
        _ => 6,
    }
}

/// A display set in words: its modality as it is spoken of, and its series.
pub(super) fn name(set: &DisplaySet) -> String {
    set.images.first().map_or_else(String::new, series_words)
}

/// The series of an image in words, the modality said once: many descriptions begin with it.
pub fn series_words(image: &Image) -> String {
    let series = &image.instance.series;
    let modality = modality_words(&series.modality);
    let says_modality = series.description.split_whitespace().any(|word| word == modality);
    let modality = if says_modality { "" } else { modality };
    format!("{modality} {}", series.description).trim().to_owned()
}

/// A modality as it is spoken of: `PT` is PET.
pub fn modality_words(modality: &str) -> &str {
    match modality {
        "PT" => "PET",
        "RTDOSE" => "dose",
        other => other,
    }
}

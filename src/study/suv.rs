//! Standardized uptake value by body weight: what a PET image must say for it, and why there is none. Rule X-14.
//!
//! The vendor-neutral method of the Quantitative Imaging Biomarkers Alliance: activity at a place over the activity given,
//! decayed to the time that the image is corrected to, for each gram of the patient.

use crate::dicom::{Instance, Pet, Tracer, day_number, offset_seconds, time_seconds};

const SECONDS_A_DAY: f64 = 86_400.0;

/// Doses that were given lie in between, Bq. Outside they are in another unit: some write megabecquerels.
const DOSE_RANGE_BQ: (f64, f64) = (1e6, 1e10);

/// Weights of patients lie in between, kg. Outside they are in another unit.
const WEIGHT_RANGE_KG: (f64, f64) = (0.3, 650.0);

/// After so many half-lives nothing is left to be seen: a date is wrong.
const HALF_LIVES_MAX: f64 = 20.0;

/// How modality values become standardized uptake values.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Suv {
    /// `SUVbw`, by body weight, or what the image itself says it is.
    pub name: &'static str,
    /// The uptake value of one modality value.
    pub factor: f64,
}

/// Why an image has no standardized uptake value.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum NoSuv {
    /// Units are not stated.
    #[error("Units (0054,1001) are not stated")]
    NoUnits,
    /// Units that none follows from.
    #[error("Units (0054,1001) are {0}")]
    Units(String),
    /// What was given shines through more tissue at one place than at another.
    #[error("Corrected Image (0028,0051) does not say ATTN: attenuation was not corrected")]
    Attenuation,
    /// Slices were counted one after the other while the activity fell.
    #[error("Corrected Image (0028,0051) does not say DECY: decay was not corrected")]
    Decay,
    /// Not START and not ADMIN.
    #[error("Decay Correction (0054,1102) is {}, not START or ADMIN", named(.0))]
    DecayCorrection(String),
    /// GML by a formula that is not known.
    #[error("SUV Type (0054,1006) is {0}")]
    SuvType(String),
    /// Counts, and nothing that tells their activity.
    #[error("Units (0054,1001) are CNTS, and no factor to SUV or Bq/ml is stated")]
    Counts,
    /// No weight.
    #[error("Patient's Weight (0010,1030) is not stated")]
    NoWeight,
    /// A weight that nobody has.
    #[error("Patient's Weight (0010,1030) of {0} kg cannot be")]
    Weight(f64),
    /// No Radiopharmaceutical Information Sequence.
    #[error("Radiopharmaceutical Information Sequence (0054,0016) is missing")]
    NoTracer,
    /// Two of them.
    #[error("more than one radiopharmaceutical was given")]
    Tracers,
    /// No dose.
    #[error("Radionuclide Total Dose (0018,1074) is not stated")]
    NoDose,
    /// A dose that is not in Bq.
    #[error("Radionuclide Total Dose (0018,1074) of {0} Bq cannot be")]
    Dose(f64),
    /// No half life.
    #[error("Radionuclide Half Life (0018,1075) is not stated")]
    NoHalfLife,
    /// Nothing says when the counting began.
    #[error("nothing says to which time decay was corrected")]
    NoScanTime,
    /// Nothing says when the tracer was given.
    #[error("Radiopharmaceutical Start Time (0018,1072) is not stated")]
    NoStartTime,
    /// It was given after the counting began.
    #[error("the radiopharmaceutical was given after the scan began")]
    GivenLater,
    /// It was given long ago.
    #[error("the radiopharmaceutical was given {0:.0} hours before the scan")]
    GivenLongAgo(f64),
}

fn named(text: &str) -> &str {
    if text.is_empty() { "not stated" } else { text }
}

/// What all objects of a series say of when they were made.
#[derive(Debug, Clone, Copy)]
pub(super) struct SeriesTime<'a> {
    /// Series Date and Time, unless some image was acquired before: then they tell when the series was made.
    begin_s: Option<f64>,
    /// The image that was acquired first.
    first: Option<(f64, &'a Pet)>,
}

impl<'a> SeriesTime<'a> {
    pub(super) fn of(instances: impl Iterator<Item = &'a Instance> + Clone) -> Self {
        let images = instances.filter_map(|instance| instance.pet.as_deref());
        let acquired = images.map(|pet| (seconds(&pet.acquisition), pet));
        let series_s = acquired.clone().next().and_then(|(_, pet)| seconds(&pet.series));
        let is_begin = |begin: &f64| acquired.clone().all(|(at, _)| at.is_some_and(|at| *begin <= at));
        let known = acquired.clone().filter_map(|(at, pet)| Some((at?, pet)));
        Self { begin_s: series_s.filter(is_begin), first: known.min_by(|(a, _), (b, _)| a.total_cmp(b)) }
    }

    /// The time that counts were corrected to.
    fn scan_s(&self, pet: &Pet, half_life_s: f64) -> Option<f64> {
        let of_ge = || date_time_seconds(&pet.ge_scan_date_time, &pet.utc_offset);
        self.begin_s.or_else(of_ge).or_else(|| self.first_frame_s(half_life_s))
    }

    /// From the first frame: it was counted on average at its Frame Reference Time, which counts from the time wanted.
    fn first_frame_s(&self, half_life_s: f64) -> Option<f64> {
        let (acquired_s, pet) = self.first?;
        let (reference_s, duration_s) = (pet.frame_reference_ms? / 1e3, pet.frame_duration_ms? / 1e3);
        let rate = std::f64::consts::LN_2 / half_life_s;
        let decay = rate * duration_s;
        if !(decay > 0.0 && reference_s.is_finite()) {
            return None;
        }
        // When the rate of counts was what it was on average.
        let average_s = libm::log(decay / -libm::expm1(-decay)) / rate;
        Some(acquired_s - reference_s + average_s)
    }
}

impl Suv {
    /// Of one object of a series; `None` where it is no PET image in gray.
    pub(super) fn of(instance: &Instance, series: &SeriesTime<'_>) -> Option<Result<Self, NoSuv>> {
        let pet = instance.pet.as_deref().filter(|_| !instance.pixels.is_color())?;
        Some(Self::of_pet(pet, series))
    }

    fn of_pet(pet: &Pet, series: &SeriesTime<'_>) -> Result<Self, NoSuv> {
        let units = pet.units.as_str();
        match units {
            "" => return Err(NoSuv::NoUnits),
            "BQML" | "CNTS" | "GML" => {}
            _ => return Err(NoSuv::Units(units.to_owned())),
        }
        let is_corrected = |what: &str| pet.corrections.iter().any(|correction| correction == what);
        if !is_corrected("ATTN") {
            return Err(NoSuv::Attenuation);
        }
        if !is_corrected("DECY") {
            return Err(NoSuv::Decay);
        }
        if !matches!(pet.decay_correction.as_str(), "START" | "ADMIN") {
            return Err(NoSuv::DecayCorrection(pet.decay_correction.clone()));
        }
        let by_weight = |factor| Self { name: "SUVbw", factor };
        let usable = |factor: Option<f64>| factor.filter(|factor| factor.is_finite() && *factor > 0.0);
        match (units, usable(pet.philips_suv), usable(pet.philips_activity)) {
            ("GML", ..) => stated(&pet.suv_type),
            ("CNTS", Some(factor), _) => Ok(by_weight(factor)),
            ("CNTS", None, Some(activity)) => Ok(by_weight(activity * of_activity(pet, series)?)),
            ("CNTS", None, None) => Err(NoSuv::Counts),
            _ => Ok(by_weight(of_activity(pet, series)?)),
        }
    }
}

/// Of an image whose values are in g/ml already. PS3.3 C.8.9.1.1.4.
fn stated(suv_type: &str) -> Result<Suv, NoSuv> {
    let name = match suv_type {
        "" | "BW" => "SUVbw",
        "LBM" | "LBMJAMES128" | "LBMJANMA" => "SUVlbm",
        "IBW" => "SUVibw",
        other => return Err(NoSuv::SuvType(other.to_owned())),
    };
    Ok(Suv { name, factor: 1.0 })
}

/// The uptake value of 1 Bq/ml.
fn of_activity(pet: &Pet, series: &SeriesTime<'_>) -> Result<f64, NoSuv> {
    let stated = |value: Option<f64>| value.filter(|value| *value != 0.0);
    let weight_kg = stated(pet.weight_kg).ok_or(NoSuv::NoWeight)?;
    if !(WEIGHT_RANGE_KG.0..=WEIGHT_RANGE_KG.1).contains(&weight_kg) {
        return Err(NoSuv::Weight(weight_kg));
    }
    let tracer = match pet.tracers.as_slice() {
        [] => return Err(NoSuv::NoTracer),
        [tracer] => tracer,
        _ => return Err(NoSuv::Tracers),
    };
    let dose_bq = stated(tracer.dose).ok_or(NoSuv::NoDose)?;
    if !(DOSE_RANGE_BQ.0..=DOSE_RANGE_BQ.1).contains(&dose_bq) {
        return Err(NoSuv::Dose(dose_bq));
    }
    let left = if pet.decay_correction == "ADMIN" { 1.0 } else { share_left(pet, tracer, series)? };
    Ok(weight_kg * 1000.0 / (dose_bq * left))
}

/// The share of the dose that was left at the time that counts were corrected to.
fn share_left(pet: &Pet, tracer: &Tracer, series: &SeriesTime<'_>) -> Result<f64, NoSuv> {
    let half_life_s = tracer.half_life_s.filter(|half_life| half_life.is_finite() && *half_life > 0.0);
    let half_life_s = half_life_s.ok_or(NoSuv::NoHalfLife)?;
    let scan_s = series.scan_s(pet, half_life_s).ok_or(NoSuv::NoScanTime)?;
    let of_date_time = date_time_seconds(&tracer.start_date_time, &pet.utc_offset);
    let of_time = || {
        // A time alone is of the day of the scan, or of the evening before.
        let at = scan_s.div_euclid(SECONDS_A_DAY) * SECONDS_A_DAY + time_seconds(&tracer.start_time)?;
        Some(if at > scan_s { at - SECONDS_A_DAY } else { at })
    };
    let given_s = of_date_time.or_else(of_time).ok_or(NoSuv::NoStartTime)?;
    let passed_s = scan_s - given_s;
    if passed_s < 0.0 {
        return Err(NoSuv::GivenLater);
    }
    if passed_s > HALF_LIVES_MAX * half_life_s {
        return Err(NoSuv::GivenLongAgo(passed_s / 3600.0));
    }
    Ok(libm::exp2(-passed_s / half_life_s))
}

/// Date and time in seconds, in the time of the place.
fn seconds([date, time]: &[String; 2]) -> Option<f64> {
    Some(f64::from(day_number(date)?) * SECONDS_A_DAY + time_seconds(time)?)
}

/// The same of a DT, `20260131143000.5+0100`, which has at least hours. Where the image says which time it keeps, the offset
/// counts; where it does not, both are taken for one. PS3.5 6.2.
fn date_time_seconds(text: &str, utc_offset: &str) -> Option<f64> {
    let sign = text.find(['+', '-']);
    let (clock, offset) = text.split_at_checked(sign.unwrap_or(text.len()))?;
    let (date, time) = clock.split_at_checked(8)?;
    let shift_s = match (offset_seconds(offset), offset_seconds(utc_offset)) {
        (Some(own), Some(here)) => f64::from(here - own),
        _ => 0.0,
    };
    Some(f64::from(day_number(date)?) * SECONDS_A_DAY + time_seconds(time)? + shift_s)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_offset_counts_where_the_image_says_its_own() {
        let at = |text, here| date_time_seconds(text, here);
        let noon = at("20240101120000", "");
        assert!(noon.is_some());
        assert_eq!(at("20240101120000+0100", ""), noon);
        assert_eq!(at("20240101110000.0+0000", "+0100"), noon);
        assert_eq!(at("20240101043000-0630", "+0100"), noon);
        assert_eq!(at("20240101", ""), None);
        assert_eq!(at("2024010112ä", ""), None);
    }
}

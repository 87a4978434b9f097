//! What was found in a measurement, held against limits.

use serde::{Deserialize, Serialize};

use super::evaluate::verdict;
use super::findings::findings_with_fields;
use crate::grayscale::gsdf;
use crate::units::{CdPerM2, Jnd};

/// What was found in a measurement. Luminances are with ambient light.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Evaluation {
    /// The name of the profile of limits: `diagnostic`.
    pub profile: String,
    /// L′min, cd/m².
    pub l_min: f64,
    /// L′max, cd/m².
    pub l_max: f64,
    /// L′max over L′min.
    pub ratio: f64,
    /// The largest deviation of contrast from that of the GSDF, percent, without its sign. Rule G-15.
    pub gsdf_max_deviation_percent: f64,
    /// Contrast from level to level: of more than 18 measured levels, those nearest to the 18 of TG18.
    pub levels: Vec<ContrastStep>,
    /// FIT and LUM of PS3.14 Annex C.
    pub jnd: JndFit,
    /// Each quantity and its limit, in the order of reports.
    pub checks: Vec<Check>,
    /// Of all checks that have a limit: the worst that is not *not measured*.
    pub verdict: Verdict,
    /// What the physicist should know or do, a sentence each.
    pub findings: Vec<String>,
}

impl Evaluation {
    /// The same with uniform fields that were measured by themselves, by their checks: the verdict is on all of it.
    #[must_use]
    pub fn with_fields(&self, fields: &[Check]) -> Self {
        let of_fields =
            |check: &Check| fields.iter().find(|own| own.quantity == check.quantity).unwrap_or(check).clone();
        let checks: Vec<Check> = self.checks.iter().map(of_fields).collect();
        let verdict = worst(&checks);
        let findings = findings_with_fields(&self.findings, &self.profile, &checks);
        Self { checks, verdict, findings, ..self.clone() }
    }

    /// The luminance that the GSDF asks for at so many levels from 0 to the last measured one, evenly spread: level and cd/m². PS3.14 7.
    pub fn target(&self, count: u16) -> Vec<(f64, f64)> {
        let last = self.levels.last().map_or(0.0, |step| f64::from(step.ddl));
        let jnd = |luminance: f64| gsdf::jnd(CdPerM2(luminance)).ok().map(|Jnd(index)| index);
        let Some((low, high)) = jnd(self.l_min).zip(jnd(self.l_max)) else { return Vec::new() };
        let share = |at: u16| f64::from(at) / f64::from(count.max(2) - 1);
        let luminance = |at: u16| {
            let CdPerM2(luminance) = gsdf::luminance(Jnd(low + share(at) * (high - low))).ok()?;
            Some((share(at) * last, luminance))
        };
        (0..count.max(2)).filter_map(luminance).collect()
    }
}

/// The contrast of one measured level to the one before. Rule G-15.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct ContrastStep {
    /// The level.
    pub ddl: u16,
    /// Its luminance, with ambient light, cd/m².
    pub luminance: f64,
    /// Contrast a JND that the GSDF has here; 0 for the first level.
    pub expected_contrast: f64,
    /// Contrast a JND that was measured; 0 for the first level.
    pub measured_contrast: f64,
    /// By how much the latter differs, percent of the former.
    pub deviation_percent: f64,
}

/// How even the steps are to the eye. PS3.14 C.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct JndFit {
    /// JNDs a level, mean.
    pub mean: f64,
    /// Slope of the regression line of JNDs a level over levels: 0 is as it should be. FIT.
    pub slope: f64,
    /// Root mean square of the distances from the mean. LUM.
    pub rmse: f64,
}

/// One quantity, held against its limit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Check {
    /// What was looked at.
    pub quantity: Quantity,
    /// What was found, in the quantity's unit; none where it was not measured.
    pub value: Option<f64>,
    /// What it may be; none where the profile does not say.
    pub limit: Option<Limit>,
    /// What follows.
    pub verdict: Verdict,
}

impl Check {
    /// The same value under another limit. It passes where it did before, and nowhere else: only that tells how it was measured.
    #[must_use]
    pub fn under(&self, limit: Option<&Limit>) -> Self {
        let verdict = verdict(self.value, limit, self.verdict == Verdict::Pass);
        Self { limit: limit.cloned(), verdict, ..self.clone() }
    }
}

/// What a quantity may be, and who says so.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Limit {
    /// The least.
    pub min: Option<f64>,
    /// The most.
    pub max: Option<f64>,
    /// Who says so, with the edition: `AAPM TG270 (2019), table 3`.
    pub source: String,
    /// Whether somebody has compared it with that text: one that is not yields *indicative*.
    pub is_confirmed: bool,
}

/// What follows from a check.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Nobody measured it.
    NotMeasured,
    /// Within a limit that is confirmed.
    Pass,
    /// Within a limit that nobody has confirmed yet, or measured in a way that allows no more; or there is no limit.
    Indicative,
    /// Beyond the limit.
    Fail,
}

impl Verdict {
    /// The word of reports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::NotMeasured => "not measured",
            Self::Pass => "pass",
            Self::Indicative => "indicative",
            Self::Fail => "fail",
        }
    }
}

/// The worst verdict on what has a limit and was measured.
pub(super) fn worst(checks: &[Check]) -> Verdict {
    let judged = checks.iter().filter(|check| check.limit.is_some()).map(|check| check.verdict);
    judged.filter(|verdict| *verdict != Verdict::NotMeasured).max().unwrap_or(Verdict::Indicative)
}

/// What is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Quantity {
    /// Largest deviation of contrast from the GSDF's, percent.
    GsdfDeviation,
    /// L′max, cd/m².
    LMax,
    /// L′min, cd/m².
    LMin,
    /// L′max over L′min.
    Ratio,
    /// Ambient luminance over Lmin.
    AmbientRatio,
    /// Largest deviation of luminance over the screen, percent of the mean of both ends. Rule G-19.
    UniformityMld,
    /// Largest deviation from the median, percent of it. Rule G-19.
    UniformityLudm,
    /// Largest Δu′v′ between places of a field.
    ChromaticityAcross,
    /// Δu′v′ between white and D65.
    White,
    /// Largest Δu′v′ between a gray of 5 cd/m² or more and white.
    GrayTracking,
    /// Difference of L′max between paired monitors, percent.
    PairLMax,
    /// Δu′v′ between the whites of paired monitors.
    PairChromaticity,
    /// Side of a pixel, mm.
    PixelPitch,
}

impl Quantity {
    /// All, in the order of reports.
    pub const ALL: [Self; 13] = [
        Self::GsdfDeviation,
        Self::LMax,
        Self::LMin,
        Self::Ratio,
        Self::AmbientRatio,
        Self::UniformityMld,
        Self::UniformityLudm,
        Self::ChromaticityAcross,
        Self::White,
        Self::GrayTracking,
        Self::PairLMax,
        Self::PairChromaticity,
        Self::PixelPitch,
    ];

    /// Whether it is found in uniform fields, whatever the response is.
    pub const fn is_of_fields(self) -> bool {
        matches!(self, Self::UniformityMld | Self::UniformityLudm | Self::ChromaticityAcross)
    }

    /// Its name in profiles of limits.
    pub const fn key(self) -> &'static str {
        match self {
            Self::GsdfDeviation => "gsdf-deviation",
            Self::LMax => "l-max",
            Self::LMin => "l-min",
            Self::Ratio => "ratio",
            Self::AmbientRatio => "ambient-ratio",
            Self::UniformityMld => "uniformity-mld",
            Self::UniformityLudm => "uniformity-ludm",
            Self::ChromaticityAcross => "chromaticity-across",
            Self::White => "white",
            Self::GrayTracking => "gray-tracking",
            Self::PairLMax => "pair-l-max",
            Self::PairChromaticity => "pair-chromaticity",
            Self::PixelPitch => "pixel-pitch",
        }
    }

    /// Its name in reports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::GsdfDeviation => "Largest deviation from GSDF",
            Self::LMax => "L′max",
            Self::LMin => "L′min",
            Self::Ratio => "Luminance ratio",
            Self::AmbientRatio => "Ambient ratio",
            Self::UniformityMld => "Uniformity (MLD)",
            Self::UniformityLudm => "Uniformity (LUDM)",
            Self::ChromaticityAcross => "Chromaticity across the screen",
            Self::White => "White from D65",
            Self::GrayTracking => "Gray tracking",
            Self::PairLMax => "L′max of the pair",
            Self::PairChromaticity => "White of the pair",
            Self::PixelPitch => "Pixel pitch",
        }
    }

    /// Its unit in reports; empty where it has none.
    pub const fn unit(self) -> &'static str {
        match self {
            Self::GsdfDeviation | Self::UniformityMld | Self::UniformityLudm | Self::PairLMax => "%",
            Self::LMax | Self::LMin => "cd/m²",
            Self::PixelPitch => "mm",
            _ => "",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_profile_calls_each_quantity_as_a_certificate_does() {
        for quantity in Quantity::ALL {
            let word = serde_json::to_string(&quantity).expect("JSON");
            assert_eq!(word, format!("\"{}\"", quantity.key()));
        }
        assert!(Quantity::ALL.is_sorted(), "reports have them in this order");
    }

    #[test]
    fn the_worst_verdict_is_the_largest() {
        let verdicts = [Verdict::NotMeasured, Verdict::Pass, Verdict::Indicative, Verdict::Fail];
        assert!(verdicts.is_sorted());
    }
}

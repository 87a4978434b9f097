//! What can be counted in an image of a phantom.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A number that images of a phantom are judged by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Metric {
    /// The mean over the noise.
    Snr,
    /// What a region differs from the background by, over the noise of the background.
    Cnr,
    /// How far four regions at the edge of a water phantom are from the one in its centre. IEC 61223-3-5.
    Uniformity,
    /// Percent image uniformity of MR. ACR, MRI quality control manual.
    Piu,
    /// Noise power spectrum. ICRU 87, AAPM TG-233.
    Nps,
    /// Modulation transfer across a slanted straight edge. ISO 12233, IEC 62220-1.
    Mtf,
    /// Modulation transfer across the edge of a disc. AAPM TG-233.
    MtfDisc,
}

impl Metric {
    /// All of them.
    pub const ALL: [Self; 7] =
        [Self::Snr, Self::Cnr, Self::Uniformity, Self::Piu, Self::Nps, Self::Mtf, Self::MtfDisc];

    /// Its name on the command line and in reports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Snr => "snr",
            Self::Cnr => "cnr",
            Self::Uniformity => "uniformity",
            Self::Piu => "piu",
            Self::Nps => "nps",
            Self::Mtf => "mtf",
            Self::MtfDisc => "mtf-disc",
        }
    }

    /// How the name of the number begins that stands for all of them: `snr` for `snr 1`.
    pub const fn main_number(self) -> &'static str {
        match self {
            Self::Nps => "variance",
            Self::Mtf | Self::MtfDisc => "mtf50",
            _ => self.name(),
        }
    }
}

impl fmt::Display for Metric {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

//! What `hotlight render` lets one choose between.

use clap::ValueEnum;

use crate::command::Interpolation;
use crate::session::Masked;

/// What is written.
#[derive(ValueEnum, Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Values {
    /// 16-bit gray P-values; of a colour image, and of gray in the palette of a presentation state, red, green and blue of 8 bits
    /// in sRGB, the ICC profile applied.
    Pvalue,
    /// float32 modality values, with no window; of a colour image red, green and blue from 0 to 255 as they are stored.
    Modality,
    /// What would reach the panel: driving levels of gray; of colours red, green and blue of 8 bits in sRGB.
    Ddl,
}

/// Which engine draws.
#[derive(ValueEnum, Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Backend {
    /// The graphics card.
    Gpu,
    /// The exact reference on the processor.
    Cpu,
}

/// What lies over the image.
#[derive(ValueEnum, Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum OverlayArg {
    /// Nothing: the pixels alone.
    None,
    /// The image's overlay planes and its display shutter, as on the screen; never in modality values.
    Burned,
    /// These, graphics and texts of the presentation state, and the words of a viewport: whom it shows, corners, scale, orientation.
    /// As an 8-bit picture of the screen in .png, drawn by the graphics card, which names the patient.
    All,
}

/// Whether a mask is subtracted.
#[derive(ValueEnum, Debug, Clone, Copy)]
pub(super) enum MaskArg {
    /// As Recommended Viewing Mode (0028,1090) of the image, or of its presentation state, says.
    Stated,
    /// Where one is stated.
    On,
    /// Not at all.
    Off,
}

impl From<MaskArg> for Masked {
    fn from(arg: MaskArg) -> Self {
        match arg {
            MaskArg::Stated => Self::default(),
            MaskArg::On => Self::switched(true),
            MaskArg::Off => Self::switched(false),
        }
    }
}

/// How values between pixels are found.
#[derive(ValueEnum, Debug, Clone, Copy)]
pub(super) enum InterpolationArg {
    /// The nearest pixel.
    Nearest,
    /// Linear.
    Linear,
    /// Cubic.
    Cubic,
}

impl From<InterpolationArg> for Interpolation {
    fn from(arg: InterpolationArg) -> Self {
        match arg {
            InterpolationArg::Nearest => Self::Nearest,
            InterpolationArg::Linear => Self::Linear,
            InterpolationArg::Cubic => Self::Cubic,
        }
    }
}

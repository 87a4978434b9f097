//! What colours mean to the panel: ICC profiles, the transform from an image's colours to those of a monitor, and palettes
//! that show gray in colours, and the colours that states and images name. PS3.4 N.2.2, PS3.6 B.
//!
//! Colours never go through the grayscale function, and P-values never through a profile (rules G-12, G-34).

mod ink;
mod palette;
mod palettes;
mod profile;
mod transform;

pub use ink::Ink;
pub use palette::{ColorPalette, PaletteFault};
pub use palettes::Palettes;
pub use profile::{IccProfile, ProfileError, ProfileId};
pub use transform::ColorTransform;

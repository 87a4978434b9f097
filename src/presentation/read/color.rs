//! The colours that a state asks for. PS3.3 A.33.2, A.33.3, C.7.9, C.11.15; rule S-11.

use std::sync::Arc;

use dicom_dictionary_std::tags;

use super::super::state::{StateColors, StateKind};
use crate::color::{ColorPalette, IccProfile, Palettes};
use crate::dicom::{Attributes, state_palette};

/// Palette and profile, as the kind of the state has them.
pub(super) fn read_colors(at: &Attributes<'_>, kind: StateKind, refused: &mut Vec<String>) -> StateColors {
    match kind {
        StateKind::Grayscale => StateColors::default(),
        // The palette of a blending is of what lies over its images.
        StateKind::Color | StateKind::Blending => {
            StateColors { palette: None, profile: read_profile(at, refused) }
        }
        StateKind::PseudoColor => {
            let palette = read_palette(at, refused);
            StateColors { palette, profile: read_profile(at, refused) }
        }
    }
}

fn read_profile(at: &Attributes<'_>, refused: &mut Vec<String>) -> Option<Arc<IccProfile>> {
    match at.bytes(tags::ICC_PROFILE).filter(|bytes| !bytes.is_empty()) {
        None => refused.push("colours: ICC Profile (0028,2000) is missing".to_owned()),
        Some(bytes) => match IccProfile::of_image(&bytes) {
            Ok(profile) => return Some(profile),
            Err(why) => refused.push(format!("colours: {why}")),
        },
    }
    None
}

/// That of its tables; without them the well-known one that it names.
pub(super) fn read_palette(at: &Attributes<'_>, refused: &mut Vec<String>) -> Option<Arc<ColorPalette>> {
    let uid = at.text(tags::PALETTE_COLOR_LOOKUP_TABLE_UID);
    match (state_palette(at), uid) {
        (Ok(Some(colors)), _) => {
            return Some(Arc::new(ColorPalette::new("state", "of the presentation state", colors)));
        }
        (Err(why), _) => refused.push(format!("palette: {why}")),
        (Ok(None), None) => refused.push("palette: it has none".to_owned()),
        (Ok(None), Some(uid)) => {
            let palette = Palettes::default().named(&uid).cloned();
            if palette.is_none() {
                refused.push(format!("palette: {uid}, which is not known"));
            }
            return palette;
        }
    }
    None
}

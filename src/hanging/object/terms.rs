//! Words that both have, each in its own way.

use super::super::protocol::Plane;

/// Window presets and VOI Type (0072,0702). PS3.3 C.23.3.
pub(super) const WINDOWS: [(&str, &str); 6] = [
    ("lung", "LUNG"),
    ("mediastinum", "MEDIASTINUM"),
    ("liver", "LIVER"),
    ("soft", "SOFT_TISSUE"),
    ("bone", "BONE"),
    ("brain", "BRAIN"),
];

/// Palettes and Pseudo-Color Type (0072,0704): the content labels of the well-known palettes. PS3.6 B.1.
pub(super) const PALETTES: [(&str, &str); 8] = [
    ("hot-iron", "HOT_IRON"),
    ("pet", "PET"),
    ("hot-metal-blue", "HOT_METAL_BLUE"),
    ("pet-20-step", "PET_20_STEP"),
    ("spring", "SPRING"),
    ("summer", "SUMMER"),
    ("fall", "FALL"),
    ("winter", "WINTER"),
];

/// The term of one of ours.
pub(super) fn term(pairs: &[(&'static str, &'static str)], ours: &str) -> Option<&'static str> {
    pairs.iter().find(|(name, _)| *name == ours).map(|(_, term)| *term)
}

/// Our name of a term.
pub(super) fn ours(pairs: &[(&'static str, &'static str)], term: &str) -> Option<&'static str> {
    pairs.iter().find(|(_, known)| *known == term).map(|(name, _)| *name)
}

/// Planes as Filter-by Category (0072,0402) and the Initial View Direction (0072,0516) name them. PS3.3 C.23.3.1.1.
pub(super) const fn plane_term(plane: Plane) -> &'static str {
    match plane {
        Plane::Axial => "TRANSVERSE",
        Plane::Coronal => "CORONAL",
        Plane::Sagittal => "SAGITTAL",
    }
}

/// The plane of a term; some write AXIAL.
pub(super) fn plane_of(term: &str) -> Option<Plane> {
    match term {
        "TRANSVERSE" | "AXIAL" => Some(Plane::Axial),
        "CORONAL" => Some(Plane::Coronal),
        "SAGITTAL" => Some(Plane::Sagittal),
        _ => None,
    }
}

/// All modalities of images that hang. An object names one where ours says nothing; all of them are as good as none.
pub(super) const MODALITIES: [&str; 17] =
    ["CR", "CT", "DX", "ES", "GM", "IO", "MG", "MR", "NM", "OP", "OT", "PT", "PX", "RF", "US", "XA", "XC"];

/// Whether words name all of them.
pub(super) fn are_all_modalities(words: &[String]) -> bool {
    MODALITIES.iter().all(|modality| words.iter().any(|word| word == modality))
}

/// Whether all words are code strings: up to 16 capitals, digits, spaces and underscores. PS3.5 6.2, CS.
pub(super) fn are_codes(words: &[String]) -> bool {
    let is_code =
        |letter: char| letter.is_ascii_uppercase() || letter.is_ascii_digit() || matches!(letter, ' ' | '_');
    words.iter().all(|word| !word.is_empty() && word.len() <= 16 && word.chars().all(is_code))
}

/// A text as a single value of at most so many characters, and whether that is all of it. PS3.5 6.2, LO and SH.
pub(super) fn fitted(text: &str, most: usize) -> (String, bool) {
    let kept =
        text.trim().chars().map(|letter| if letter == '\\' || letter.is_control() { ' ' } else { letter });
    let fitted: String = kept.take(most).collect();
    let fitted = fitted.trim_end().to_owned();
    let is_whole = fitted == text;
    (fitted, is_whole)
}

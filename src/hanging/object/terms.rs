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

#[cfg(test)]
mod tests {
    use super::*;

    /// As PS3.3 C.23.3 and PS3.6 B.1 write them, there and back.
    #[test]
    fn the_words_of_the_standard_are_ours() {
        for (theirs, name) in [
            ("LUNG", "lung"),
            ("MEDIASTINUM", "mediastinum"),
            ("LIVER", "liver"),
            ("SOFT_TISSUE", "soft"),
            ("BONE", "bone"),
            ("BRAIN", "brain"),
        ] {
            assert_eq!((ours(&WINDOWS, theirs), term(&WINDOWS, name)), (Some(name), Some(theirs)));
        }
        for (theirs, name) in [
            ("HOT_IRON", "hot-iron"),
            ("PET", "pet"),
            ("HOT_METAL_BLUE", "hot-metal-blue"),
            ("PET_20_STEP", "pet-20-step"),
            ("SPRING", "spring"),
            ("SUMMER", "summer"),
            ("FALL", "fall"),
            ("WINTER", "winter"),
        ] {
            assert_eq!((ours(&PALETTES, theirs), term(&PALETTES, name)), (Some(name), Some(theirs)));
        }
        for (theirs, plane) in
            [("TRANSVERSE", Plane::Axial), ("CORONAL", Plane::Coronal), ("SAGITTAL", Plane::Sagittal)]
        {
            assert_eq!((plane_of(theirs), plane_term(plane)), (Some(plane), theirs));
        }
        assert_eq!((plane_of("AXIAL"), plane_of("OBLIQUE")), (Some(Plane::Axial), None));
        assert_eq!((ours(&WINDOWS, "ABDO_PELVIS"), term(&WINDOWS, "angio")), (None, None));
    }

    #[test]
    fn what_is_no_code_string_and_what_is_too_long_is_seen() {
        let are = |word: &str| are_codes(&[word.to_owned()]);
        assert!(are("CT") && are("A_1 B") && are("ABCDEFGHIJKLMNOP"));
        assert!(!are("") && !are("ct") && !are("A-B") && !are("ABCDEFGHIJKLMNOPQ"));
        let all: Vec<String> = MODALITIES.map(str::to_owned).to_vec();
        assert!(are_all_modalities(&all) && !are_all_modalities(&all[1..]));
        assert_eq!(fitted("Chest", 5), ("Chest".to_owned(), true));
        assert_eq!(fitted("Chest CT", 6), ("Chest".to_owned(), false));
        assert_eq!(fitted("a\\b\n", 9), ("a b".to_owned(), false));
    }
}

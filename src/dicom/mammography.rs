//! What a view of a breast is called, and what it was made with besides: both by their codes. PS3.3 C.8.11.7.

use dicom_dictionary_std::tags;

use super::attribute::Attributes;

/// The views by their codes in SNOMED CT and SNOMED RT, each with its short name. PS3.16 CID 4014.
const VIEWS: [(&str, &str, &str); 10] = [
    ("399260004", "R-10224", "ML"),
    ("399368009", "R-10226", "MLO"),
    ("399352003", "R-10228", "LM"),
    ("399099002", "R-10230", "LMO"),
    ("399162004", "R-10242", "CC"),
    ("399196006", "R-10244", "FB"),
    ("399188001", "R-102D0", "SIO"),
    ("441555000", "R-40AAA", "ISO"),
    ("399192008", "R-1024A", "XCCL"),
    ("399101009", "R-1024B", "XCCM"),
];

/// What modifies a view, likewise, with the name that hanging protocols have for it. PS3.16 CID 4015.
const MODIFIERS: [(&str, &str, &str, &str); 14] = [
    ("399055006", "R-102D7", "S", "spot_compression"),
    ("399163009", "R-102D6", "M", "magnification"),
    ("399209000", "R-102D5", "ID", "implant_displaced"),
    ("399197002", "R-102D3", "RL", "rolled_lateral"),
    ("399226006", "R-102D4", "RM", "rolled_medial"),
    ("414493004", "R-102CA", "RI", "rolled_inferior"),
    ("415670009", "R-102C9", "RS", "rolled_superior"),
    ("442581004", "R-40AB3", "NP", "nipple_in_profile"),
    ("441752004", "P2-00161", "AC", "anterior_compression"),
    ("442593008", "R-40ABE", "IMF", "inframammary_fold"),
    ("442580003", "R-40AB2", "AX", "axillary_tissue"),
    ("399011000", "R-102D1", "AT", "axillary_tail"),
    ("399161006", "R-102D2", "CV", "cleavage"),
    ("399110001", "R-102C2", "TAN", "tangential"),
];

/// The name of a modifier that is none of these.
const OTHER_MODIFIER: &str = "other";

/// So many modifiers of a view are read.
const MODIFIERS_MAX: usize = 8;

/// The short name of the view that an item of View Code Sequence (0054,0220) codes.
pub(super) fn view_of(item: &Attributes<'_>) -> Option<String> {
    VIEWS.iter().find(|(ct, rt, _)| is_code(item, ct, rt)).map(|(.., short)| (*short).to_owned())
}

/// The short names of what modifies it, by View Modifier Code Sequence (0054,0222) of that item; behind them, what other codes mean.
pub(super) fn modifiers_of(item: &Attributes<'_>) -> Vec<String> {
    let (mut known, mut others) = (Vec::new(), Vec::new());
    for code in item.items(tags::VIEW_MODIFIER_CODE_SEQUENCE).take(MODIFIERS_MAX) {
        if let Some((.., short, _)) = MODIFIERS.iter().find(|(ct, rt, ..)| is_code(&code, ct, rt)) {
            known.push((*short).to_owned());
        } else {
            others.extend(code.text(tags::CODE_MEANING).or_else(|| code.code()));
        }
    }
    known.extend(others);
    // What is said once more in another scheme.
    known.dedup();
    known
}

/// Whether an item holds a code, in SNOMED CT or in SNOMED RT.
fn is_code(item: &Attributes<'_>, ct: &str, rt: &str) -> bool {
    let (Some(code), Some(scheme)) = (item.code(), item.text(tags::CODING_SCHEME_DESIGNATOR)) else {
        return false;
    };
    match scheme.as_str() {
        "SCT" => ct == code,
        // What SNOMED RT is called in older files. PS3.16 8.
        "SRT" | "SNM3" => rt == code,
        _ => false,
    }
}

/// The names of all modifiers, as hanging protocols have them.
pub fn view_modifier_names() -> impl Iterator<Item = &'static str> {
    MODIFIERS.iter().map(|(.., name)| *name).chain([OTHER_MODIFIER])
}

/// The names of those in the text of [`TechniqueItem::ViewModifier`](super::TechniqueItem::ViewModifier), each once.
pub fn view_modifiers_in(text: &str) -> Vec<&'static str> {
    let mut names = Vec::new();
    for short in text.split('/').filter(|short| !short.is_empty()) {
        let known = MODIFIERS.iter().find(|(.., known, _)| *known == short);
        let name = known.map_or(OTHER_MODIFIER, |(.., name)| *name);
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_and_every_name_is_there_once() {
        let columns = [
            MODIFIERS.map(|(ct, ..)| ct),
            MODIFIERS.map(|(_, rt, ..)| rt),
            MODIFIERS.map(|(.., short, _)| short),
            MODIFIERS.map(|(.., name)| name),
        ];
        for mut column in columns {
            column.sort_unstable();
            assert!(column.windows(2).all(|pair| pair[0] != pair[1]), "{column:?}");
        }
        assert!(
            view_modifier_names()
                .all(|name| name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_'))
        );
    }

    #[test]
    fn names_are_found_in_texts_and_what_nobody_knows_is_another() {
        assert_eq!(view_modifiers_in("S/M"), ["spot_compression", "magnification"]);
        assert_eq!(view_modifiers_in("ID"), ["implant_displaced"]);
        assert_eq!(view_modifiers_in("S/With a needle/S/again"), ["spot_compression", "other"]);
        assert!(view_modifiers_in("").is_empty());
    }
}

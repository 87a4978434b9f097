//! Parts of the body: their codes, and which one stands for others. PS3.16 Annex L and CID 4.

use std::sync::LazyLock;

use crate::dicom::folded;
use crate::priors::{PriorRules, Region as Area};

/// Body Part Examined, its code of SNOMED CT, other codes that stand for it (older ones, and of SNOMED RT), its meaning.
type Region = (&'static str, &'static str, &'static [&'static str], &'static str);

const REGIONS: [Region; 41] = [
    ("ABDOMEN", "818981001", &["113345001", "T-D4000"], "Abdomen"),
    ("ANKLE", "70258002", &["T-15750"], "Ankle joint"),
    ("AORTA", "15825003", &["T-42000"], "Aorta"),
    ("ARM", "40983000", &["T-D8200"], "Upper arm"),
    ("BRAIN", "12738006", &["T-A0100"], "Brain"),
    ("BREAST", "76752008", &["T-04000"], "Breast"),
    ("CHEST", "51185008", &["T-D3000"], "Chest"),
    ("CLAVICLE", "51299004", &["T-12310"], "Clavicle"),
    ("CSPINE", "122494005", &["T-11501"], "Cervical spine"),
    ("ELBOW", "16953009", &["T-15430"], "Elbow joint"),
    ("EXTREMITY", "66019005", &["T-D0300"], "Extremity"),
    ("FEMUR", "71341001", &["T-12710"], "Femur"),
    ("FINGER", "7569003", &["T-D8800"], "Finger"),
    ("FOOT", "56459004", &["T-D9700"], "Foot"),
    ("FOREARM", "14975008", &["T-D8500"], "Forearm"),
    ("HAND", "85562004", &["T-D8700"], "Hand"),
    ("HEAD", "69536005", &["T-D1100"], "Head"),
    ("HEART", "80891009", &["T-32000"], "Heart"),
    ("HIP", "29836001", &["24136001", "T-D2500", "T-15710"], "Hip"),
    ("HUMERUS", "85050009", &["T-12410"], "Humerus"),
    ("JAW", "661005", &["T-D1213"], "Jaw region"),
    ("KIDNEY", "64033007", &["T-71000"], "Kidney"),
    ("KNEE", "72696002", &["49076000", "T-D9200"], "Knee"),
    ("LEG", "30021000", &["T-D9400"], "Lower leg"),
    ("LIVER", "10200004", &["T-62000"], "Liver"),
    ("LSPINE", "122496007", &["T-11503"], "Lumbar spine"),
    ("NECK", "45048000", &["T-D1600"], "Neck"),
    ("ORBIT", "363654007", &["T-D14AE"], "Orbit"),
    ("PANCREAS", "15776009", &["T-65000"], "Pancreas"),
    ("PELVIS", "816092008", &["12921003", "T-D6000"], "Pelvis"),
    ("PROSTATE", "41216001", &["T-92000"], "Prostate"),
    ("SHOULDER", "16982005", &["T-D2220"], "Shoulder"),
    ("SINUS", "2095001", &["T-22000"], "Paranasal sinus"),
    ("SKULL", "89546000", &["T-11100"], "Skull"),
    ("SPINE", "421060004", &["T-D04FF"], "Spine"),
    ("SSPINE", "54735007", &["T-11AD0"], "Sacrum"),
    ("THIGH", "68367000", &["T-D9100"], "Thigh"),
    ("THYROID", "69748006", &["T-B6000"], "Thyroid"),
    ("TOE", "29707007", &["T-D9800"], "Toe"),
    ("TSPINE", "122495006", &["T-11502"], "Thoracic spine"),
    ("WRIST", "74670003", &["8205005", "T-15460", "T-D8600"], "Wrist joint"),
];

/// The code of a part of the body, and its meaning; of the scheme SCT.
pub(super) fn code_of(body_part: &str) -> Option<(&'static str, &'static str)> {
    let region = REGIONS.iter().find(|(part, ..)| *part == body_part);
    region.map(|(_, code, _, meaning)| (*code, *meaning))
}

/// The part of the body that a code means.
pub(super) fn part_of(code: &str, scheme: &str) -> Option<&'static str> {
    if !matches!(scheme, "SCT" | "SRT" | "SNM3" | "99SDM") {
        return None;
    }
    let region = REGIONS.iter().find(|(_, known, others, _)| *known == code || others.contains(&code));
    region.map(|(part, ..)| *part)
}

/// The regions of `assets/priors/rules.toml`, by which priors are compared, too.
fn areas() -> &'static [Area] {
    static AREAS: LazyLock<Vec<Area>> =
        LazyLock::new(|| PriorRules::default().regions.into_values().collect());
    &AREAS
}

/// Whether an area has a part of the body: a word of Body Part Examined, or a code as `VALUE^SCHEME`.
fn has(area: &Area, part: &str) -> bool {
    area.codes.iter().any(|code| code == part) || area.body_parts.contains(&folded(part))
}

/// The word that an image's part of the body is, also where the image says a code, `VALUE^SCHEME`.
pub(super) fn word_of(said: &str) -> &str {
    said.split_once('^').and_then(|(code, scheme)| part_of(code, scheme)).unwrap_or(said)
}

/// Whether what an image says is the part that is asked for. The first word of a region stands for all of it: `CHEST` is `LUNG`,
/// and `LUNG` is not `CHEST`.
pub(super) fn is_part(asked: &str, said: &str) -> bool {
    let first = folded(asked);
    asked == word_of(said)
        || areas().iter().any(|area| area.body_parts.first() == Some(&first) && has(area, said))
}

/// Whether two images show one part of the body, or parts of one region.
pub(super) fn are_alike(one: &str, other: &str) -> bool {
    word_of(one) == word_of(other) || areas().iter().any(|area| has(area, one) && has(area, other))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_word_of_a_region_stands_for_all_of_it() {
        for (asked, said, expected) in [
            ("CHEST", "CHEST", true),
            ("CHEST", "THORAX", true),
            ("CHEST", "LUNG", true),
            ("CHEST", "51185008^SCT", true),
            ("CHEST", "T-D3000^SRT", true),
            ("CHEST", "39607008^SCT", true),
            ("CHEST", "CHESTABDOMEN", true),
            ("LUNG", "CHEST", false),
            ("CHEST", "ABDOMEN", false),
            ("CHEST", "", false),
            ("KIDNEY", "64033007^SCT", true),
            ("KIDNEY", "LIVER", false),
            ("LSPINE", "LSSPINE", true),
            ("LSPINE", "CSPINE", false),
            ("OURS", "OURS", true),
        ] {
            assert_eq!(is_part(asked, said), expected, "{asked} and {said}");
        }
        assert!(
            are_alike("LUNG", "THORAX") && are_alike("51185008^SCT", "CHEST") && are_alike("OURS", "OURS")
        );
        assert!(!are_alike("LUNG", "LIVER") && !are_alike("51185008^SCT", "HEAD"));
    }

    #[test]
    fn each_code_stands_for_one_part() {
        let all: Vec<&str> = REGIONS
            .iter()
            .flat_map(|(_, code, others, _)| [*code].into_iter().chain(others.iter().copied()))
            .collect();
        for (index, code) in all.iter().enumerate() {
            assert!(!all[..index].contains(code), "{code}");
        }
        for (part, ..) in REGIONS {
            let (code, _) = code_of(part).expect("it is in the table");
            assert_eq!(part_of(code, "SCT"), Some(part));
        }
        assert_eq!(part_of("T-D3000", "SRT"), Some("CHEST"));
        assert_eq!(part_of("T-D3000", "99LOCAL"), None);
    }
}
